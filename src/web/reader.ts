// From what was given to a report: the whole of the reader, without a page.
import { type Comparison, compareWith, unreadOther } from './against';
import { SHA256 } from './algorithms';
import type { Authority } from './authority';
import { MIB, hex } from './bytes';
import { LIMIT } from './canonical';
import { Log } from './custody';
import { type Given, readDisclosure } from './disclosure';
import { Refused } from './der';
import { type Secrets, isEncrypted, open, recipient } from './envelope';
import { type Finding, Stopped, detail, named, place, sentence } from './finding';
import { type Lying, readFolder } from './folder';
import { Passing, ready } from './hash';
import { type Report, classOf, isWhole, report, unread } from './report';
import { Proof, isProof, isStamp } from './proof';
import { Cursor, type Source, type Watch } from './source';
import { Stamp, type TokenFile, judge } from './time';
import type { Token } from './token';
import { type Contact, Trust } from './trust';
import { type Asked, NOTHING, type Opened, Seal, type Stamped } from './verify';
import { readZip } from './zip';

export interface Request {
    bundle: Source | Lying[];
    disclosures: Source[];
    custody: Source | undefined;
    /** Another bundle to compare with. */
    against?: Source | undefined;
    asked?: Asked | undefined;
    /** Timestamp tokens over the seal, over entries of the log, or over one another, each with the revocation lists beside it; proofs. */
    tokens?: { name: string; response: Source; lists: Source[] }[];
    /** Whom the reader trusts to say when something was there. */
    authorities?: Authority[];
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
    const { bundle, disclosures, custody, against, asked = NOTHING, secrets, contacts, now, watch, authorities = [] } = request;
    const trust = new Trust(contacts);
    const { source, opened } = Array.isArray(bundle) ? { source: bundle, opened: undefined } : await plain(bundle, secrets);
    const container = Array.isArray(source) ? await readFolder(source, watch) : await readZip(source, watch);
    const recipients = await Promise.all(secrets.identities.map(identity => recipient(identity)));
    const log = custody && (await readLog(custody, trust));
    const { files, proofs, refused } = await readTokens(request.tokens ?? []);
    const stamps = (signature?: Uint8Array) => {
        const leading = signature ? proofs.filter(proof => proof.isOf(signature)) : [];
        return [...refused, ...judge(files, token => over(token, signature, leading, log), authorities, now)];
    };
    const seal = await Seal.of(container, { trust, asked, now, recipients, opened, stamps });

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
    const about = seal.manifest && { digest: seal.manifest.digest, signer: seal.signer?.key.line };
    const facts = log?.about(about, Array.isArray(bundle) ? undefined : await digest(bundle, watch));
    const comparison = against && (await compare(seal, findings, { ...request, bundle: against }));
    const beside = { findings, given, disclosure: looked, custody: facts, stamps: seal.stamps ?? stamps() };
    return report(seal, { ...beside, comparison, asked });
}

/** Compares with another bundle, and adds what is found. 'not-checked' where this one, or a disclosure, was found to be bad. */
async function compare(seal: Seal, findings: Finding[], other: Request): Promise<Comparison | 'not-checked' | undefined> {
    let there: Report;
    try {
        there = await verify({ ...other, disclosures: [], custody: undefined, tokens: [], against: undefined, asked: NOTHING });
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

/** What a token is over. A log knows its entries by their SHA-256 alone. */
function over(token: Token, signature: Uint8Array | undefined, proofs: Proof[], log: Log | undefined): Stamped | undefined {
    if (signature && token.isOver(signature)) return 'seal';
    const proof = proofs.find(({ stamp }) => token.isOver(stamp));
    if (proof) return { seals: proof.seals };
    const { hash, digest } = token.info.imprint;
    return hash === SHA256 ? log?.entries.find(({ sha256 }) => sha256 === hex(digest))?.step : undefined;
}

/** Tokens, those in proofs too; and what is no token and no proof, with why. What is too long is not read, and so no token and no list. */
async function readTokens(given: NonNullable<Request['tokens']>) {
    const short = (source: Source, limit: number) => (source.size <= limit ? source.read(0, source.size) : new Uint8Array(0));
    const files: TokenFile[] = [];
    const proofs: Proof[] = [];
    const refused: Stamp<Stamped>[] = [];
    for (const { name, response, lists } of given) {
        const read: Uint8Array[] = [];
        for (const list of lists) read.push(await short(list, LIMIT.revocations));
        const start = await response.read(0, Math.min(response.size, 100));
        try {
            if (isStamp(start)) throw new Refused('io.missing', sentence('web-stamp-alone'));
            if (isProof(start)) {
                const proof = await Proof.read(response);
                for (const [at, { response: token, lists: own }] of proof.tokens.entries()) {
                    const all = own ? [await own.read(0, own.size), ...read] : read;
                    files.push({ name: `${name}:${at + 1}`, response: await token.read(0, token.size), lists: all });
                }
                proofs.push(proof);
            } else files.push({ name, response: await short(response, LIMIT.token), lists: read });
        } catch (why) {
            if (!(why instanceof Refused)) throw why;
            refused.push(new Stamp({ name, response: new Uint8Array(0), lists: [] }, [], why));
        }
    }
    return { files, proofs, refused };
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
export { authorities } from './authority';
export { parseAllowedSigners, readCard, readRevocation } from './cards';
export { readIdentities } from './envelope';
export { custodyExit, json, logTokens, refusalExit } from './report';
export { BlobSource } from './source';
export { parseKey } from './sshsig';
export { Trust } from './trust';
export { ready } from './hash';
