// Custody logs (section 10): what happened to one copy, step by step. Whatever is wrong with one is said beside what is said of the seal.
import { fromBase64, length, text, utf8 } from './bytes';
import {
    LIMIT,
    Malformed,
    type Members,
    digest,
    digestOrNull,
    ensure,
    integer,
    isObject,
    laterFormat,
    laterVersion,
    parse,
    random,
    seconds,
    string,
    time,
} from './canonical';
import { type Argument, type Code, type Detail, type Finding, type Sentence, detail, named, place } from './finding';
import { sha256 } from './hash';
import { type Key, blobBySomebody, checkBlob, fingerprint, parseKey } from './sshsig';
import { type Trust, type Who, isBelieved } from './trust';

interface Entry {
    log: string;
    seq: number;
    prev: string | null;
    bundle: string | null;
    file_sha256: string | null;
    at: string;
    event: string;
    by: string;
    details: Members;
}

/** What a log says, and what is wrong with it. */
export interface CustodyFacts {
    state: 'unbroken' | 'broken' | 'other' | 'unread';
    steps: number;
    brokenAt: number | undefined;
    notBelievedAt: number | undefined;
    log: string | undefined;
    head: string | undefined;
    keepers: Who[];
    countersigned: Who[];
    findings: Finding[];
    notes: Finding[];
}

const VERDICTS = ['verified', 'failed', 'cannot-check', 'unknown-signer', 'not-enough'];

/** The members of `details`, by event, as they belong there. */
const DETAILS: Record<string, ((details: Members) => Members) | undefined> = {
    received: found,
    released: details => ({ to: details.to === null ? null : string(details, 'to') }),
    accepted: details => ({ answers: digest(details, 'answers'), receipt: details.receipt === null ? null : string(details, 'receipt') }),
    copied: details => ({ sha256: digest(details, 'sha256') }),
    stored: () => ({}),
    verified: found,
    withheld: details => ({ sha256: digest(details, 'sha256') }),
    countersigned: () => ({}),
    note: () => ({}),
};

function found(details: Members): Members {
    const verdict = string(details, 'verdict');
    const codes = details.codes;
    ensure(Array.isArray(codes), 'CustodyVerdict');
    const are = (each: unknown): each is string => typeof each === 'string' && /^[a-z0-9._]{1,64}$/.test(each);
    ensure(VERDICTS.includes(verdict) && codes.length <= 100 && codes.every(are), 'CustodyVerdict');
    ensure(
        codes.every((code, at) => at === 0 || codes[at - 1]! < code),
        'CustodyVerdict',
    );
    return { verdict, codes };
}

/** A line without its line feed. */
function parseLine(line: Uint8Array): { entry: Entry; bytes: Uint8Array; signature: Uint8Array } {
    return parse(line, members => {
        const given = members.entry;
        ensure(isObject(given), 'NotTheJson', { error: 'entry is no object' });
        const format = string(given, 'format');
        ensure(format === 'sealbag-custody/1', 'FormatIs', { format });
        const event = string(given, 'event');
        const details = Object.hasOwn(DETAILS, event) ? DETAILS[event] : undefined;
        ensure(details && isObject(given.details), 'NotTheJson', { error: 'no event' });
        const [note, purpose, where] = ['note', 'purpose', 'place'].map(member => string(given, member)) as [string, string, string];
        for (const said of [note, purpose, where]) {
            ensure(length(said) <= 1024, 'CustodyText', { limit: 1024 });
            ensure(!/[\0-\x1f]/.test(said), 'CustodyControl');
        }
        const value = {
            format,
            log: random(given, 'log'),
            seq: integer(given, 'seq'),
            prev: digestOrNull(given, 'prev'),
            bundle: digestOrNull(given, 'bundle'),
            file_sha256: digestOrNull(given, 'file_sha256'),
            at: time(given, 'at'),
            event,
            by: string(given, 'by'),
            place: where,
            purpose,
            note,
            details: details(given.details),
        };
        ensure(value.seq >= 1, 'CustodySeq');
        ensure(event !== 'note' || note !== '', 'CustodyEmptyNote');
        ensure(event !== 'countersigned' || value.bundle !== null, 'CustodyOfNothing');
        const sig = string(members, 'sig');
        // what is not base64 is no signature
        const signature = fromBase64(sig) ?? new Uint8Array(0);
        return { value: { entry: value, bytes: utf8(JSON.stringify(value)), signature }, members: { entry: value, sig } };
    });
}

/** A receipt: a `received` entry whose signature holds. */
function parseReceipt(line: string): (Entry & { key: Key }) | undefined {
    try {
        const { entry, bytes, signature } = parseLine(utf8(line));
        const key = parseKey(entry.by);
        const holds = typeof key !== 'string' && entry.event === 'received' && checkBlob(signature, key, 'custody', bytes) === 'holds';
        return holds && line.length < LIMIT.line ? { ...entry, key } : undefined;
    } catch (why) {
        if (why instanceof Malformed) return undefined;
        throw why;
    }
}

/** A line that calls itself newer: the signature has to hold over what stands behind `"entry":`, whoever's it is. */
function isSignedLater(line: Uint8Array): boolean {
    const [, entry, sig] = /^\{"entry":(\{.*\}),"sig":"([^"]*)"\}$/su.exec(text(line) ?? '') ?? [];
    const blob = sig && fromBase64(sig);
    return Boolean(entry && blob && blobBySomebody(blob, 'custody', utf8(entry)));
}

/** Goes through a log line by line. */
export class Log {
    readonly findings: Finding[] = [];
    readonly notes: Finding[] = [];
    readonly keepers = new Map<string, Who>();
    readonly countersigned: { bundle: string; who: Who }[] = [];
    /** The SHA-256 of each entry that could be read, with its step. */
    readonly entries: { step: number; sha256: string }[] = [];
    steps = 0;
    log: string | undefined;
    head: string | undefined;
    bundle: string | null = null;
    file: string | null | undefined;
    brokenAt: number | undefined;
    notBelievedAt: number | undefined;
    /** The number of the last entry, and how many lines since then could not be read. */
    private seq = 0;
    private unread = 0;
    private incomplete = false;
    private before = '';
    private readonly released = new Map<string, Entry>();
    /** At which step a copy was given to a key, by the hash of the entry, and which entries are answered. */
    private readonly given = new Map<string, number>();
    private readonly answered = new Set<string>();

    constructor(
        bytes: Uint8Array,
        private readonly trust: Trust,
    ) {
        if (bytes.length === 0) this.fail('custody.malformed', 'CustodyEmpty', {}, named('log'));
        for (let at = 0; at < bytes.length;) {
            const feed = bytes.indexOf(0x0a, at);
            const end = feed < 0 ? bytes.length : feed;
            this.steps += 1;
            this.step(bytes.subarray(at, end), feed >= 0);
            at = end + 1;
        }
        // in a broken log the answer may be what is missing
        if (this.brokenAt === undefined)
            for (const [hash, step] of this.given)
                if (!this.answered.has(hash))
                    this.notes.push({ code: 'custody.open', place: place('Step', { step }), detail: detail('CustodyOpen') });
    }

    private fail(
        code: Code,
        what: Detail,
        values: Record<string, Argument> = {},
        where: Sentence = place('Step', { step: this.steps }),
    ): void {
        this.findings.push({ code, place: where, detail: detail(what, values) });
        if (code !== 'custody.newer') this.brokenAt ??= Math.max(this.steps, 1);
    }

    private step(line: Uint8Array, whole: boolean): void {
        const read = whole ? this.read(line) : void this.fail('custody.torn', 'CustodyTorn');
        if (read) this.follows(read.entry, read.key, read.bytes);
        else {
            this.unread += 1;
            this.incomplete = true;
        }
    }

    private read(line: Uint8Array): { entry: Entry; key: Key; bytes: Uint8Array } | undefined {
        if (line.length < LIMIT.line && laterVersion(line, 'custody', '{"entry":{') !== undefined) {
            if (isSignedLater(line)) this.fail('custody.newer', 'UnknownFormat', { format: { quoted: laterFormat(line) } });
            else this.fail('custody.signature', 'NoSignatureOverIt');
            return undefined;
        }
        try {
            ensure(line.length < LIMIT.line, 'JsonLineTooLong', { limit: LIMIT.line });
            const { entry, bytes, signature } = parseLine(line);
            const key = parseKey(entry.by);
            const to = typeof entry.details.to === 'string' ? parseKey(entry.details.to) : undefined;
            if (typeof key === 'string') this.fail('custody.key', key);
            else if (typeof to === 'string') this.fail('custody.key', to);
            else if (checkBlob(signature, key, 'custody', bytes) !== 'holds') this.fail('custody.signature', 'CustodySignature');
            else return { entry, key, bytes };
        } catch (why) {
            if (!(why instanceof Malformed)) throw why;
            this.fail('custody.malformed', why.detail, why.values);
        }
        return undefined;
    }

    private follows(entry: Entry, key: Key, bytes: Uint8Array): void {
        const hash = sha256(bytes);
        this.entries.push({ step: this.steps, sha256: hash });
        this.keeper(this.trust.who(key), entry);
        if (this.log !== undefined && entry.log !== this.log) {
            this.fail('custody.log', 'CustodyOtherLog');
            return;
        }
        this.number(entry);
        if (this.file !== undefined && entry.file_sha256 !== this.file) this.fail('custody.other', 'CustodyOtherFile');
        else if (this.bundle !== null && entry.bundle !== this.bundle) this.fail('custody.other', 'CustodyOtherBundle');
        if (entry.event === 'accepted' && typeof entry.details.receipt === 'string' && !this.isReceipt(entry))
            this.fail('custody.handover', 'CustodyNoReceipt');
        if (entry.event === 'accepted') this.answered.add(entry.details.answers as string);
        if (entry.event === 'released') {
            this.released.set(hash, entry);
            if (typeof entry.details.to === 'string') this.given.set(hash, this.steps);
        }
        if (this.lastAt !== undefined && seconds(entry.at) < seconds(this.lastAt))
            this.notes.push({
                code: 'custody.clock',
                place: place('Step', { step: this.steps }),
                detail: detail('CustodyClock', { at: entry.at }),
            });
        this.lastAt = entry.at;
        this.log ??= entry.log;
        this.file ??= entry.file_sha256;
        this.bundle ??= entry.bundle;
        this.head = this.before = hash;
        this.seq = entry.seq;
        this.unread = 0;
    }

    private lastAt: string | undefined;

    private number(entry: Entry): void {
        const first = this.seq === 0 && this.unread === 0 && this.steps === 1;
        // a line that could not be read was put in where this one follows from the one before it
        const putIn = this.unread > 0 && entry.seq === this.seq + 1 && entry.prev === this.before;
        const expected = this.seq + 1 + (putIn ? 0 : this.unread);
        if (entry.seq > expected) {
            this.incomplete = true;
            this.fail('custody.gap', 'CustodyNumber', { seq: entry.seq, expected });
        } else if (entry.seq < expected) this.fail('custody.fork', 'CustodyNumber', { seq: entry.seq, expected });
        else if (!first && this.unread === 0 && entry.prev !== this.before) this.fail('custody.chain', 'CustodyPrev');
    }

    private keeper(who: Who, entry: Entry): void {
        if (!isBelieved(who)) this.notBelievedAt ??= this.steps;
        if (!this.keepers.has(who.key.line)) {
            this.keepers.set(who.key.line, who);
            const code = !who.contact ? 'custody.stranger' : who.contact.revoked ? 'custody.revoked' : undefined;
            if (code)
                this.notes.push({
                    code,
                    place: place('Step', { step: this.steps }),
                    detail: detail('CustodyBy', { key: { exact: fingerprint(who.key) } }),
                });
        }
        if (entry.event === 'countersigned' && entry.bundle !== null) this.countersigned.push({ bundle: entry.bundle, who });
    }

    private isReceipt(entry: Entry): boolean {
        const receipt = parseReceipt(entry.details.receipt as string);
        if (!receipt || receipt.prev !== entry.details.answers) return false;
        const given = this.released.get(entry.details.answers as string);
        if (!given) return this.incomplete;
        const same =
            given.file_sha256 === null
                ? receipt.file_sha256 === null && receipt.bundle === given.bundle
                : receipt.file_sha256 === given.file_sha256;
        return same && given.details.to === receipt.by;
    }

    /** What the log says of the bundle with this digest, of which `file` is the SHA-256; undefined for a folder. */
    about(bundle: { digest: string; signer: string | undefined } | undefined, file: string | undefined): CustodyFacts {
        const findings = [...this.findings];
        const notes = [...this.notes];
        const broken = this.brokenAt !== undefined;
        let state: CustodyFacts['state'] = broken ? 'broken' : findings.length > 0 ? 'unread' : 'unbroken';
        if (bundle && this.file !== undefined) {
            const other = (what: Detail) => {
                findings.push({ code: 'custody.other', place: named('log'), detail: detail(what) });
                if (state === 'unbroken') state = 'other';
            };
            if (this.bundle !== null && this.bundle !== bundle.digest) other('CustodyNotThisBundle');
            else if (file === undefined || this.file === null)
                notes.push({ code: 'custody.copy', place: named('log'), detail: detail('CustodyCopyUnknown') });
            else if (this.file !== file) other('CustodyNotThisFile');
        }
        const signed = this.countersigned.filter(({ bundle: which, who }) => which === bundle?.digest && who.key.line !== bundle.signer);
        return {
            state,
            steps: this.steps,
            brokenAt: this.brokenAt,
            notBelievedAt: this.notBelievedAt,
            log: this.log,
            head: this.head,
            keepers: [...this.keepers.values()],
            countersigned: [...new Map(signed.map(({ who }) => [who.key.line, who])).values()],
            findings,
            notes,
        };
    }
}
