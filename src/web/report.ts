// Five answers and one word (section 13), and the object of docs/verify-json.md.
import codes from 'sealbag:codes';
import type { Comparison } from './against';
import { compare, fromHex } from './bytes';
import type { CustodyFacts } from './custody';
import type { Given } from './disclosure';
import { type Argument, type Code, type Detail, type Finding, type Sentence, type Stopped, detail, place, sentence } from './finding';
import { spoken } from './hash';
import { type File, type Item, named } from './items';
import { ceil, told as clock } from './moment';
import { fingerprint, spokenKey } from './sshsig';
import { type Who, called, isBelieved, keeper, told } from './trust';
import type { Stamp } from './time';
import type { Asked, Requirement, Seal, Stamped } from './verify';
import { say } from './words';

export type Verdict = 'verified' | 'failed' | 'cannot-check' | 'unknown-signer' | 'not-enough';

const STATES = ['malformed', 'not-signed', 'signature-wrong', 'altered', 'incomplete'];
const EXITS: Record<Verdict, number> = { verified: 0, failed: 1, 'unknown-signer': 3, 'not-enough': 4, 'cannot-check': 5 };
const LISTED = 1000;

export interface Report {
    verdict: Verdict;
    contents: string;
    seal: Seal | undefined;
    given: Given[];
    custody: CustodyFacts | undefined;
    comparison: Comparison | undefined;
    /** The timestamp tokens that were looked at: those over entries of the custody log, and all others. */
    tokens: Stamp<Stamped>[];
    logTokens: Stamp<Stamped>[];
    findings: Finding[];
    notes: Finding[];
    notChecked: Sentence[];
}

export const classOf = ({ code }: { code: string }): string => codes[code]!.class;
const has = (findings: Finding[], one: string): boolean => findings.some(finding => classOf(finding) === one);

/** The state of the contents: the first that applies. */
function contents(findings: Finding[], withheld: boolean): string {
    const damage = new Set(findings.map(({ code }) => codes[code]!.damage));
    const state = STATES.find(each => damage.has(each));
    return state ?? (has(findings, 'cannot-check') ? 'unread' : withheld ? 'withheld' : 'intact');
}

/** The word for the whole: the class that comes first among the findings. */
const worst = (findings: Finding[]): Verdict =>
    (['failed', 'cannot-check', 'unknown-signer', 'not-enough'] as const).find(each => has(findings, each)) ?? 'verified';

/** Nothing is verified without a signer who is believed, whatever was found. */
function verdict(findings: Finding[], seal: Seal): Verdict {
    const word = worst(findings);
    const believed = seal.signer && (seal.rescued || isBelieved(seal.signer));
    return word === 'verified' && !believed ? 'cannot-check' : word;
}

export function unread(stopped: Stopped): Report {
    const finding = { code: stopped.code, place: stopped.place ?? place('Bundle'), detail: stopped.detail };
    return {
        verdict: worst([finding]),
        contents: contents([finding], false),
        seal: undefined,
        given: [],
        custody: undefined,
        comparison: undefined,
        tokens: [],
        logTokens: [],
        findings: [finding],
        notes: [],
        notChecked: [sentence('not-checked-everything')],
    };
}

/** Is the bundle itself whole, so that what lies beside it can be looked at? */
export const isWhole = (seal: Seal): boolean => !has(seal.findings, 'failed') && !has(seal.findings, 'cannot-check');

interface Beside {
    findings: Finding[];
    given: Given[];
    /** Whether all disclosures were looked at. */
    disclosure: boolean;
    custody: CustodyFacts | undefined;
    stamps: Stamp<Stamped>[];
    comparison: Comparison | 'not-checked' | undefined;
    asked: Asked;
}

export function report(seal: Seal, beside: Beside): Report {
    const { custody, comparison } = beside;
    const state = contents(seal.findings, seal.withheld.size > 0);
    const findings = [...seal.findings, ...unmet(seal, state, custody, beside.asked), ...beside.findings];
    const notChecked = seal.notChecked.map(each => sentence(`not-checked-${each}`));
    if (seal.manifest && !seal.proof) notChecked.push(sentence('not-checked-time'));
    if (seal.proof?.believed!.revocationChecked === false) notChecked.push(sentence('not-checked-time-revocation'));
    notChecked.push(sentence(custody ? 'not-checked-custody-end' : 'not-checked-custody'));
    if (!beside.disclosure) notChecked.push(sentence('not-checked-disclosure'));
    if (comparison === 'not-checked') notChecked.push(sentence('not-checked-comparison'));
    notChecked.push(sentence(seal.read.kind === 'zip' ? 'web-not-checked-second-reader' : 'web-not-checked-links'));
    const isOverLog = ({ first }: Stamp<Stamped>) => typeof first.over === 'number';
    return {
        verdict: verdict(findings, seal),
        contents: state,
        seal,
        given: beside.given,
        custody,
        comparison: comparison === 'not-checked' ? undefined : comparison,
        // beside a seal whose signature does not hold nothing is looked for
        tokens: seal.stamps?.filter(stamp => !isOverLog(stamp)) ?? [],
        logTokens: beside.stamps.filter(isOverLog),
        findings,
        notes: seal.notes,
        notChecked,
    };
}

/** A finding for each thing that the reader requires and that is not so. */
function unmet(seal: Seal, state: string, custody: CustodyFacts | undefined, asked: Asked): Finding[] {
    const requirements: Record<Requirement, [met: boolean, code: Code, detail: Detail]> = {
        complete: [state === 'intact', 'require.complete', 'RequiredCompleteness'],
        time: [seal.proof !== undefined, 'require.time', 'RequiredTime'],
        addressed: [seal.addressed === 'to-you', 'require.addressed', 'RequiredAddressee'],
        custody: [custody?.state === 'unbroken' && custody.notBelievedAt === undefined, 'require.custody', 'RequiredCustody'],
    };
    const signed = (custody?.countersigned ?? []).filter(isBelieved).map(({ contact }) => contact!.name);
    return [
        ...asked.required
            .map(each => requirements[each])
            .filter(([met]) => !met)
            .map(([, code, what]): Finding => ({ code, place: place('Bundle'), detail: detail(what) })),
        ...asked.countersigned
            .filter(name => !signed.includes(name))
            .map((name): Finding => ({
                code: 'require.countersigned',
                place: place('Bundle'),
                detail: detail('RequiredCountersigned', { name: { quoted: name } }),
            })),
    ];
}

// ---- as JSON

/** Items by what they are called. */
export const inOrder = (items: Item[]): { item: string; value: string | null; commitment: string }[] =>
    items
        .map(item => ({ ...named(item), commitment: item.commitment }))
        .sort(
            (one, other) =>
                compare(one.item, other.item) || compare(one.value ?? '', other.value ?? '') || compare(one.commitment, other.commitment),
        );

const finding = (each: Finding) => ({
    code: each.code,
    class: classOf(each),
    where: say(each.place, 'json'),
    detail: say(each.detail, 'json'),
});

function signerState(report: Report): string {
    const signer = report.seal?.signer;
    if (!signer) return 'unread';
    if (report.findings.some(({ code }) => code === 'signer.other')) return 'other';
    return !signer.contact ? 'unknown' : signer.contact.revoked && !report.seal!.rescued ? 'revoked' : 'contact';
}

function timeState({ seal, tokens }: Report): string {
    if (!seal?.signer) return 'unread';
    return seal.proof ? 'proven' : tokens.length > 0 ? 'token-not-accepted' : 'claimed';
}
/** Of how many seals together a token is the timestamp, or null. */
export const together = ({ over }: Stamp<Stamped>): number | null => (typeof over === 'object' ? over.seals : null);
const provenAt = (stamp: Stamp<Stamped>): string => clock(ceil(stamp.token!.info.time));

/** As `custody show --json` says it. */
export const logTokens = (report: Report) =>
    report.logTokens.map(stamp => ({ part: stamp.over ?? null, ...stamp.json(finding, null) }));

/** What was found on tokens, token by token. */
export const aboutTokens = ({ tokens, logTokens: others }: Report): Finding[] =>
    [...tokens, ...others].flatMap(({ findings, notes }) => [...findings, ...notes]);

/** The files that the items name, as far as they were read. */
function files(seal: Seal | undefined): (File & Item)[] {
    const lines = seal?.read.items;
    return lines && !lines.wrong ? lines.items.filter((item): item is File & Item => item.kind === 'file') : [];
}
const total = (all: File[]): number => Number(all.reduce((sum, { size }) => sum + BigInt(size), 0n));
const disclosed = (report: Report): number => new Set(report.given.flatMap(({ items }) => items.map(({ commitment }) => commitment))).size;

export function json(report: Report, bundle: string) {
    const { seal, custody } = report;
    const manifest = seal?.manifest;
    const signer = seal?.signer;
    const contact = signer?.contact;
    return {
        schema: 'sealbag-verify/1',
        verdict: report.verdict,
        exit: EXITS[report.verdict],
        bundle,
        id: manifest?.id ?? null,
        digest: manifest?.digest ?? null,
        contents: {
            state: report.contents,
            items: manifest?.items.length ?? 0,
            files: files(seal).length,
            bytes: total(files(seal)),
            withheld: seal?.withheld.size ?? 0,
            disclosed: disclosed(report),
            releases: (seal?.releases ?? []).map(({ by, withheld, reason, at }) => ({
                by: by?.key.line ?? null,
                name: by?.contact?.name ?? null,
                fingerprint: by ? fingerprint(by.key) : null,
                withheld,
                reason,
                at,
            })),
        },
        signer: {
            state: signerState(report),
            name: contact?.name ?? null,
            key: signer?.key.line ?? null,
            fingerprint: signer ? fingerprint(signer.key) : null,
            spoken: signer ? spokenKey(signer.key) : null,
            since: contact ? (contact.revoked ?? contact.since) : null,
        },
        time: {
            state: timeState(report),
            sealed_at: manifest?.sealed_at ?? null,
            proven_at: seal?.proof ? provenAt(seal.proof) : null,
            authority: seal?.proof?.believed!.authority ?? null,
            tokens: report.tokens.map(stamp => stamp.json(finding, together(stamp))),
        },
        addressed: { state: seal?.addressed ?? 'cannot-tell' },
        custody: {
            state: custody?.state ?? 'not-given',
            steps: custody?.state === 'unbroken' ? custody.steps : 0,
            log: custody?.log ?? null,
            head: custody?.head ?? null,
            broken_at: custody?.state === 'broken' ? (custody.brokenAt ?? null) : null,
            not_believed_at: custody?.state === 'unbroken' ? (custody.notBelievedAt ?? null) : null,
            keepers: (custody?.keepers ?? []).map(keeper),
            countersigned: (custody?.countersigned ?? []).map(keeper),
            findings: (custody?.findings ?? []).map(finding),
            notes: (custody?.notes ?? []).map(finding),
        },
        disclosures: report.given.map(({ items, files: given, shown }) => ({
            items: inOrder(items),
            files: [...given]
                .sort((one, other) => compare(one.path, other.path))
                .map(({ path, size, sha256, media_type }) => ({ path, size, sha256, media_type })),
            shown,
        })),
        comparison: report.comparison
            ? {
                  state: report.comparison.state,
                  only_here: inOrder(report.comparison.onlyHere),
                  only_there: inOrder(report.comparison.onlyThere),
              }
            : null,
        findings: report.findings.slice(0, LISTED).map(finding),
        more_findings: Math.max(0, report.findings.length - LISTED),
        notes: report.notes.slice(0, LISTED).map(finding),
        not_checked: report.notChecked.map(each => say(each, 'json')),
    };
}

/** The exit code for what was refused. */
export const refusalExit = (why: Stopped): number => EXITS[classOf(why) as Verdict];

/** The exit code for a log by itself: that of the worst finding, and then whether all who signed are believed. */
export const custodyExit = (log: CustodyFacts): number =>
    EXITS[worst(log.findings)] || (log.notBelievedAt === undefined ? 0 : EXITS['unknown-signer']);

// ---- in words

/** The word, with who withheld what. */
export function word(report: Report): Sentence {
    const { seal } = report;
    if (report.verdict !== 'verified' || !seal || seal.withheld.size === 0) return sentence(`verdict-${report.verdict}`);
    const withheld = { withheld: seal.withheld.size, items: seal.manifest!.items.length };
    const authors = seal.releases.flatMap(({ by }) => (by ? [by] : []));
    const others = new Map(
        authors.filter(by => by.key.line !== seal.signer?.key.line && by.contact).map(by => [by.key.line, called(by.contact!)]),
    );
    if (others.size === 0) return sentence('verdict-withheld', withheld);
    const signerToo = authors.some(by => by.key.line === seal.signer?.key.line);
    return sentence(signerToo ? 'verdict-withheld-by-signer-too' : 'verdict-withheld-by', { ...withheld, others: [...others.values()] });
}

/** What the word means. */
export function banner(report: Report): Sentence {
    if (report.verdict !== 'unknown-signer') return sentence(`banner-${report.verdict}`);
    const banners: Record<string, string> = { revoked: 'banner-revoked', contact: 'banner-author', other: 'banner-other' };
    return sentence(banners[signerState(report)] ?? 'banner-stranger');
}

export function answers(report: Report): { label: Sentence; answer: Sentence; more: Sentence[] }[] {
    const { seal, custody } = report;
    const row = (label: string, answer: Sentence, more: Sentence[] = []) => ({ label: sentence(`label-${label}`), answer, more });
    const unread = report.contents === 'unread';
    const shown = sentence('shown', {
        items: (seal?.manifest?.items.length ?? 0) - (seal?.withheld.size ?? 0),
        files: files(seal).length,
        bytes: { size: total(files(seal)) },
    });
    const withheld = { withheld: seal?.withheld.size ?? 0, items: seal?.manifest?.items.length ?? 0 };
    const releases = (seal?.releases ?? []).flatMap(({ by, withheld: count, at, reason }) => [
        sentence('release', {
            withheld: count,
            at: { exact: at },
            by: !by ? sentence('nobody') : by.contact ? called(by.contact) : { exact: fingerprint(by.key) },
        }),
        sentence('web-reason', { reason: { quoted: reason } }),
    ]);
    const signer = seal?.signer;
    const who: Argument = signer ? told(signer) : '';
    const state = signerState(report);
    const signerSays =
        state === 'contact'
            ? seal!.rescued
                ? sentence('signer-contact', { who })
                : sentence('signer-contact-since', { who, since: { exact: signer!.contact!.since.slice(0, 10) } })
            : state === 'unread' && !unread
              ? sentence('signer-nobody')
              : sentence(`signer-${state}`, { who });
    const digits =
        state === 'unknown'
            ? [sentence('web-digits', { label: sentence('label-key-digits'), digits: { exact: spokenKey(signer!.key) } })]
            : [];
    const time = seal?.proof
        ? proven(seal.proof)
        : signer
          ? sentence(`time-${timeState(report)}`, { at: { exact: seal!.manifest!.sealed_at } })
          : sentence(unread ? 'time-unread' : 'time-unknown');
    const to = seal?.addressed ?? 'cannot-tell';
    const addressed =
        to === 'passed-on-to-you' ? sentence('addressed-passed-on', { by: told(seal!.passedOnBy!) }) : sentence(`addressed-${to}`);
    return [
        row('contents', sentence(`contents-${report.contents}`, { ...withheld, shown }), releases),
        row('signer', signerSays, digits),
        row('time', time),
        row('addressed', addressed),
        row('custody', custodySays(custody), (custody?.countersigned ?? []).map(countersigned)),
    ];
}

function proven(stamp: Stamp<Stamped>): Sentence {
    const by = { at: { exact: provenAt(stamp) }, authority: { quoted: stamp.believed!.authority } };
    const seals = together(stamp);
    return seals === null ? sentence('time-proven', by) : sentence('time-proven-together', { ...by, seals });
}

function custodySays(custody: CustodyFacts | undefined): Sentence {
    if (!custody) return sentence('custody-not-given');
    const { state, steps, brokenAt, notBelievedAt } = custody;
    if (state === 'broken') return sentence('custody-broken', { step: brokenAt ?? 1 });
    if (state !== 'unbroken') return sentence(`custody-${state}`);
    return notBelievedAt ? sentence('custody-doubtful', { steps, step: notBelievedAt }) : sentence('custody-unbroken', { steps });
}

function countersigned(who: Who): Sentence {
    const by = told(who);
    return isBelieved(who)
        ? sentence('countersigned', { by })
        : sentence(who.contact ? 'countersigned-revoked' : 'countersigned-stranger', { by });
}

/** The next steps, each once. */
export function remedies(report: Report): Sentence[] {
    const log = [...(report.custody?.findings ?? []), ...(report.custody?.notes ?? [])];
    const all = [...report.findings, ...report.notes, ...aboutTokens(report), ...log];
    const hints: Record<string, string> = {
        'detail-EmptyFile': 'hint-NothingArrived',
        'detail-EndsInTheMiddle': 'hint-CutOnItsWay',
        'detail-CutShort': 'hint-CutOnItsWay',
        'web-stamp-alone': 'web-stamp-proof',
    };
    const steps = all.map(({ code, detail: what }) => hints[what.message] ?? `code-${code.replace('.', '-')}.remedy`);
    return [...new Set(steps)].map(step => sentence(step));
}

export const bundleDigits = (digest: string): string => spoken(fromHex(digest));
