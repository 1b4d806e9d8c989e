// From what was given to a report: the whole of the reader, without a page.
import { type Comparison, compareWith, unreadOther } from './against';
import { MIB } from './bytes';
import { Log } from './custody';
import { type Given, readDisclosure } from './disclosure';
import { type Secrets, isEncrypted, open, recipient } from './envelope';
import { type Finding, Stopped, detail, named, place } from './finding';
import { type Lying, readFolder } from './folder';
import { Passing, ready } from './hash';
import { type Report, classOf, isWhole, report, unread } from './report';
import { Cursor, type Source, type Watch } from './source';
import { type Contact, Trust } from './trust';
import { type Asked, NOTHING, type Opened, Seal } from './verify';
import { readZip } from './zip';

export interface Request {
    bundle: Source | Lying[];
    disclosures: Source[];
    custody: Source | undefined;
    /** Another bundle to compare with. */
    against?: Source | undefined;
    asked?: Asked | undefined;
    secrets: Secrets;
    contacts: Contact[];
    /** The clock, in seconds since 1970. */
    now: number;
    watch: Watch;
}

export async function read(request: Request): Promise<Report> {
    await ready();
    try {
        return await verify(request);
    } catch (why) {
        if (why instanceof Stopped) return unread(why);
        throw why;
    }
}

async function verify(request: Request): Promise<Report> {
    const { bundle, disclosures, custody, against, asked = NOTHING, secrets, contacts, now, watch } = request;
    const trust = new Trust(contacts);
    const { source, opened } = Array.isArray(bundle) ? { source: bundle, opened: undefined } : await plain(bundle, secrets);
    const container = Array.isArray(source) ? await readFolder(source, watch) : await readZip(source, watch);
    const recipients = await Promise.all(secrets.identities.map(identity => recipient(identity)));
    const seal = await Seal.of(container, { trust, asked, now, recipients, opened });

    const findings: Finding[] = [];
    const given: Given[] = [];
    let looked = true;
    for (const disclosure of disclosures) {
        looked &&= isWhole(seal) && findings.length === 0;
        if (!looked) break;
        try {
            given.push(await readDisclosure((await plain(disclosure, secrets)).source, seal, given, watch));
        } catch (why) {
            if (!(why instanceof Stopped)) throw why;
            findings.push({ code: why.code, place: why.place ?? place('Disclosure'), detail: why.detail });
        }
    }
    const log = custody && (await readLog(custody, trust));
    const about = seal.manifest && { digest: seal.manifest.digest, signer: seal.signer?.key.line };
    const facts = log?.about(about, Array.isArray(bundle) ? undefined : await digest(bundle, watch));
    const comparison = against && (await compare(seal, findings, { ...request, bundle: against }));
    return report(seal, { findings, given, disclosure: looked, custody: facts, comparison, asked });
}

/** Compares with another bundle, and adds what is found. 'not-checked' where this one, or a disclosure, was found to be bad. */
async function compare(seal: Seal, findings: Finding[], other: Request): Promise<Comparison | 'not-checked' | undefined> {
    let there: Report;
    try {
        there = await verify({ ...other, disclosures: [], custody: undefined, against: undefined, asked: NOTHING });
    } catch (why) {
        if (!(why instanceof Stopped)) throw why;
        findings.push(unreadOther(why));
        return undefined;
    }
    if (!isWhole(seal) || findings.some(finding => ['failed', 'cannot-check'].includes(classOf(finding)))) return 'not-checked';
    const { findings: more, comparison } = compareWith(seal, there);
    findings.push(...more);
    return comparison;
}

/** What is in an envelope, or what was never in one. */
async function plain(source: Source, secrets: Secrets): Promise<{ source: Source; opened: Opened | undefined }> {
    if (!(await isEncrypted(source))) return { source, opened: undefined };
    const inside = await open(source, secrets);
    return { source: inside, opened: inside.opened };
}

/** The most of a log that is read. */
const LOG = 64 * MIB;

export async function readLog(source: Source, trust: Trust): Promise<Log> {
    if (source.size > LOG) throw new Stopped('io.read', detail('LargerThanRead', { limit: LOG }), named('log'));
    return new Log(await source.read(0, source.size), trust);
}

async function digest(source: Source, watch: Watch): Promise<string> {
    const passing = new Passing();
    for await (const slice of new Cursor(source, watch).slices(source.size)) passing.push(slice);
    return passing.end().sha256;
}

export { auditJson, readAudit, refusalJson } from './audit';
export { parseAllowedSigners, readCard, readRevocation } from './cards';
export { readIdentities } from './envelope';
export { custodyExit, json, refusalExit } from './report';
export { BlobSource } from './source';
export { parseKey } from './sshsig';
export { Trust } from './trust';
export { ready } from './hash';
