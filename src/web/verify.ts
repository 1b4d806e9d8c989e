// What a verifier does (section 13). It goes on after a fault wherever later checks still mean something.
import { LIMIT, Malformed, type Word, laterFormat, laterNames, laterVersion, seconds } from './canonical';
import { derived } from './derived';
import { type Argument, type Code, type Detail, type Finding, type Sentence, detail, named, place } from './finding';
import { type File, type Item, conflicts } from './items';
import { ceil, told } from './moment';
import { checkArmor, fingerprint, parseKey, signedBySomebody } from './sshsig';
import type { Container, Part } from './source';
import { type Manifest, type Readers, type Release, parseManifest, parseReaders, parseRelease } from './texts';
import { type Stamp, proof } from './time';
import { type Contact, type Trust, type Who, called, isBelieved } from './trust';
import { checkPadding } from './folder';
import { type Zip, checkAgainst } from './zip';

export interface ReleaseFacts {
    where: string;
    /** Whose it calls itself; undefined where that is no good key. */
    by: Who | undefined;
    /** Whether they signed it. */
    holds: boolean;
    withheld: number;
    reason: string;
    at: string;
}

/** Who opened an envelope, and for how many it was made. */
export interface Opened {
    /** Stanzas that count; undefined under a passphrase. */
    recipients: number | undefined;
    /** Whether a slip is for the recipient whose key opened it. */
    slips: ((slip: string) => Promise<boolean>) | undefined;
}

/** What the reader asks beyond the seal, in the names that the reader gave. */
export interface Asked {
    /** Whose seal it must be. */
    from: string | undefined;
    /** Who may have withheld a part too. */
    releasesBy: string[];
    required: Requirement[];
    /** Who must have countersigned. */
    countersigned: string[];
}
export type Requirement = 'complete' | 'time' | 'addressed' | 'custody';
export const NOTHING: Asked = { from: undefined, releasesBy: [], required: [], countersigned: [] };

/** Who reads, and with what. */
export interface Reader {
    trust: Trust;
    asked: Asked;
    /** The clock, in seconds since 1970. */
    now: number;
    /** The recipients for which the reader can decrypt. */
    recipients: string[];
    opened: Opened | undefined;
    /** Judges the timestamp tokens that were given, beside a seal with this signature. */
    stamps(signature: Uint8Array): Stamp<Stamped>[];
}

/** What a token may be over: the seal, so many seals of which it is one, or a step of the custody log and all before it. */
export type Stamped = 'seal' | { seals: number } | number;

export type Addressed = 'to-you' | 'passed-on-to-you' | 'to-others' | 'to-nobody' | 'cannot-tell';

/** All that was found out about a bundle, before anybody asks what beside it says. */
export class Seal {
    readonly findings: Finding[];
    readonly notes: Finding[];
    readonly notChecked: string[] = [];
    manifest: (Manifest & { digest: string }) | undefined;
    /** Whose signature holds. */
    signer: Who | undefined;
    /** The tokens, judged, where the signature holds. */
    stamps: Stamp<Stamped>[] | undefined;
    /** The one that proves the time. */
    proof: Stamp<Stamped> | undefined;
    /** True where the key was revoked, and the seal is proven to be older. */
    rescued = false;
    items: Item[] | undefined;
    missing: string[] = [];
    withheld = new Set<string>();
    releases: ReleaseFacts[] = [];
    addressed: Addressed = 'cannot-tell';
    passedOnBy: Who | undefined;
    /** The files that the items name, by path. */
    files = new Map<string, { item: File & Item; part: Part }>();
    private later = false;
    private lastRelease: string | null = null;

    private constructor(
        readonly read: Container,
        private readonly reader: Reader,
    ) {
        this.findings = read.findings;
        this.notes = read.notes;
    }

    static async of(read: Container, reader: Reader): Promise<Seal> {
        const seal = new Seal(read, reader);
        await seal.verify();
        return seal;
    }

    private async verify(): Promise<void> {
        if (this.part('seal/readers.json') && !this.reader.opened) this.note('readers.left', 'seal/readers.json', 'ReadersLeft');
        this.namedRecipients();
        this.seal();
        if (!this.later) await this.version1();
        if (this.read.broken) this.notChecked.push('behind-break');
    }

    private async version1(): Promise<void> {
        if (this.part('seal/padding')?.zeros === false) this.fail('container.layout', 'seal/padding', 'PaddingNotZero');
        this.readItems();
        if (this.read.kind === 'folder') checkPadding(this.read, this.manifest !== undefined && this.items !== undefined);
        if (this.manifest) {
            this.commitments();
            this.listReleases();
            await this.readers();
            this.derived();
        } else this.formsAlone();
        this.payload();
        this.belief();
    }

    private fail(code: Code, where: string | Sentence, what: Detail, values: Record<string, Argument> = {}): void {
        this.findings.push({ code, place: typeof where === 'string' ? named(where) : where, detail: detail(what, values) });
    }

    private note(code: Code, where: string, what: Detail, values: Record<string, Argument> = {}): void {
        this.notes.push({ code, place: named(where), detail: detail(what, values) });
    }

    private part(name: string): Part | undefined {
        return this.read.parts.get(name);
    }

    // ---- 3 and 4: manifest and signature

    private seal(): void {
        const [manifest, signature] = [this.part('seal/manifest.json'), this.part('seal/manifest.sig')];
        const signed = signature !== undefined && signature.size > 0;
        const cut = this.read.broken;
        if (!manifest?.size) {
            if (!cut || manifest) this.fail('seal.missing', 'seal/manifest.json', 'NoManifest');
        }
        if (!signed && (!cut || signature)) this.fail('seal.missing', 'seal/manifest.sig', 'NoSignature');
        if (!manifest?.size) return;
        const bytes = manifest.bytes;
        if (!bytes) {
            this.fail('seal.manifest', 'seal/manifest.json', 'TooLong', { limit: LIMIT.text });
            return;
        }
        if (laterVersion(bytes, 'manifest') !== undefined) {
            this.later = true;
            if (!signed) return;
            if (signature.bytes && signedBySomebody(signature.bytes, 'manifest', bytes)) {
                this.fail('seal.newer', 'seal/manifest.json', 'UnknownFormat', { format: { quoted: laterFormat(bytes) } });
                this.notChecked.push('newer-format');
            } else this.fail('seal.signature', 'seal/manifest.sig', 'NoSignatureOverIt');
            return;
        }
        try {
            this.manifest = { ...parseManifest(bytes), digest: manifest.sha256 };
        } catch (why) {
            this.malformed(why, 'seal.manifest', 'seal/manifest.json');
            return;
        }
        if (this.read.kind === 'zip') checkAgainst(this.read as Zip, this.manifest);
        this.future(this.manifest.sealed_at, 'seal/manifest.json');
        const key = parseKey(this.manifest.signer);
        if (typeof key === 'string') this.fail('seal.key', 'seal/manifest.json', 'SignerKey', { reason: detail(key) });
        else if (signed) {
            const checked = signature.bytes ? checkArmor(signature.bytes, key, 'manifest', bytes) : 'armor';
            if (checked === 'holds') {
                this.signer = this.reader.trust.who(key);
                this.stamps = this.reader.stamps(signature.bytes!);
                this.proof = proof(this.stamps.filter(({ over }) => typeof over !== 'number'));
            } else if (checked === 'armor') this.fail('seal.armor', 'seal/manifest.sig', 'NotTheArmor');
            else this.fail('seal.signature', 'seal/manifest.sig', 'NotTheSigners');
        }
    }

    private malformed(why: unknown, code: Code, where: string): void {
        if (!(why instanceof Malformed)) throw why;
        this.fail(code, where, why.detail, why.values);
    }

    private future(at: string, where: string): void {
        if (seconds(at) <= this.reader.now + 600) return;
        const now = new Date(this.reader.now * 1000).toISOString().replace(/\.\d+Z/, 'Z');
        this.note('time.future', where, 'StillToCome', { time: at, now });
    }

    // ---- 5: items

    private readItems(): void {
        const { items } = this.read;
        if (!items) {
            if (!this.read.broken && this.manifest) this.fail('item.missing', 'seal/items.jsonl', 'NoItems');
            if (this.read.kind === 'zip' && this.read.payload.length > 0) this.notChecked.push('files-without-items');
            return;
        }
        if (items.wrong) {
            const { line, why } = items.wrong;
            this.fail('seal.items', 'seal/items.jsonl', 'InLine', { line, reason: detail(why.detail, why.values) });
            this.notChecked.push('files-without-items');
            return;
        }
        this.items = items.items;
        for (const { path, detail: what, values } of conflicts(items.items)) {
            this.fail('item.conflict', path === undefined ? 'seal/items.jsonl' : `data/${path}`, what, values);
        }
    }

    private commitments(): void {
        if (!this.items) return;
        const sealed = new Set(this.manifest!.items);
        this.items.forEach(({ commitment }, at) => {
            if (!sealed.delete(commitment)) this.fail('item.unsealed', place('ItemLine', { line: at + 1 }), 'NotSealed');
        });
        this.missing = [...sealed];
    }

    // ---- 6: releases

    private listReleases(): void {
        const sealed = new Set(this.manifest!.items);
        const shown = new Set(this.items?.map(({ commitment }) => commitment));
        const named = new Set<string>();
        let explained = true;
        let previous: string | null | undefined = null;
        for (let number = 1; number <= LIMIT.releases; number += 1) {
            const where = `seal/release-${number}.json`;
            const part = this.part(where);
            if (!part) {
                previous = undefined;
                continue;
            }
            if (this.isBehindGap(where, previous === undefined)) continue;
            const release = this.release(where, part, previous);
            if (release === 'later' || release === 'malformed') explained = false;
            else if (release !== 'claims') {
                let strays = 0;
                let twice = false;
                for (const commitment of release.withheld) {
                    if (named.has(commitment)) twice = true;
                    else if (!sealed.has(commitment) || shown.has(commitment)) strays += 1;
                    named.add(commitment);
                }
                if (strays > 0) this.fail('release.conflict', where, 'StrayCommitments', { count: strays });
                if (twice) this.fail('release.conflict', place('Seal'), 'ReleasesOverlap');
            }
            previous = this.lastRelease = part.sha256;
        }
        this.withheld = new Set(this.missing.filter(commitment => named.has(commitment)));
        const count = this.missing.length - this.withheld.size;
        if (count > 0 && explained) this.fail('item.missing', 'seal/items.jsonl', 'Unexplained', { count, total: sealed.size });
    }

    /** In a folder a release behind a gap is not read. */
    private isBehindGap(where: string, gap: boolean): boolean {
        if (this.read.kind === 'zip' || !gap) return false;
        this.fail('release.malformed', where, 'ReleaseBeforeMissing');
        return true;
    }

    /** A release in the form, or why it is none. One that only claims to be of a later version explains nothing. */
    private release(where: string, part: Part, previous: string | null | undefined): Release | 'later' | 'claims' | 'malformed' {
        const { digest } = this.manifest!;
        const signature = this.part(where.replace('.json', '.sig'));
        const bytes = part.bytes;
        if (bytes && laterVersion(bytes, 'release') !== undefined) {
            if (!laterNames(bytes, 'release', digest)) this.fail('release.malformed', where, 'OfAnotherBundle');
            else if (!signature?.bytes || !signedBySomebody(signature.bytes, 'release', bytes))
                this.fail('release.signature', where.replace('.json', '.sig'), 'NoSignatureOverIt');
            else {
                this.fail('seal.newer', where, 'UnknownFormat', { format: { quoted: laterFormat(bytes) } });
                return 'later';
            }
            return 'claims';
        }
        let release: Release;
        try {
            if (!bytes) throw new Malformed('TooLong', { limit: LIMIT.text });
            release = parseRelease(bytes);
        } catch (why) {
            this.malformed(why, 'release.malformed', where);
            return 'malformed';
        }
        if (release.bundle !== digest) this.fail('release.malformed', where, 'OfAnotherBundle');
        else if (release.prev !== previous) this.fail('release.malformed', where, 'NotInChain');
        this.future(release.at, where);
        if (seconds(release.at) < seconds(this.manifest!.sealed_at)) this.note('release.earlier', where, 'EarlierThanSeal');
        const facts: ReleaseFacts = {
            where,
            by: undefined,
            holds: false,
            withheld: release.withheld.length,
            reason: release.reason,
            at: release.at,
        };
        this.releases.push(facts);
        const key = parseKey(release.by);
        if (typeof key === 'string') this.fail('release.malformed', where, 'AuthorKey', { reason: detail(key) });
        else facts.by = this.reader.trust.who(key);
        if (typeof key === 'string') return release;
        facts.holds = signature?.bytes !== undefined && checkArmor(signature.bytes, key, 'release', bytes) === 'holds';
        if (!facts.holds) this.fail('release.signature', where.replace('.json', '.sig'), 'NotTheAuthors');
        return release;
    }

    /** Without a manifest nobody knows what releases and readers belong to; their form is told all the same. */
    private formsAlone(): void {
        const form = (where: string, code: Code, word: Word, parse: (bytes: Uint8Array) => unknown) => {
            const bytes = this.part(where)?.bytes;
            if (!bytes || laterVersion(bytes, word) !== undefined) return;
            try {
                parse(bytes);
            } catch (why) {
                this.malformed(why, code, where);
            }
        };
        let gap = false;
        for (let number = 1; number <= LIMIT.releases; number += 1) {
            const where = `seal/release-${number}.json`;
            if (!this.part(where)) gap = true;
            else if (!this.isBehindGap(where, gap)) form(where, 'release.malformed', 'release', parseRelease);
        }
        form('seal/readers.json', 'readers.malformed', 'readers', parseReaders);
    }

    // ---- 7: for whom

    private async readers(): Promise<void> {
        const part = this.part('seal/readers.json');
        this.recipients(part);
        if (!part) return;
        const { digest } = this.manifest!;
        const signature = this.part('seal/readers.sig');
        const wrong = (what: Detail) => this.fail('readers.signature', 'seal/readers.sig', what);
        if (part.bytes && laterVersion(part.bytes, 'readers') !== undefined) {
            if (!laterNames(part.bytes, 'readers', digest)) this.fail('readers.malformed', 'seal/readers.json', 'OfAnotherBundle');
            else if (!signature?.bytes || !signedBySomebody(signature.bytes, 'readers', part.bytes)) wrong('NoSignatureOverIt');
            else this.fail('seal.newer', 'seal/readers.json', 'UnknownFormat', { format: { quoted: laterFormat(part.bytes) } });
            return;
        }
        let list: Readers;
        try {
            if (!part.bytes) throw new Malformed('TooLong', { limit: LIMIT.readers });
            list = parseReaders(part.bytes);
        } catch (why) {
            this.malformed(why, 'readers.malformed', 'seal/readers.json');
            return;
        }
        const key = parseKey(list.by);
        if (list.bundle !== digest) this.fail('readers.malformed', 'seal/readers.json', 'OfAnotherBundle');
        else if (list.release !== this.lastRelease) this.fail('readers.malformed', 'seal/readers.json', 'NotOfThisCopy');
        if (typeof key === 'string') this.fail('readers.malformed', 'seal/readers.json', 'AuthorKey', { reason: detail(key) });
        else if (!signature?.bytes || checkArmor(signature.bytes, key, 'readers', part.bytes) !== 'holds') {
            wrong('NotTheAuthors');
        } else if (list.bundle === digest && list.release === this.lastRelease) await this.isForReader(list, this.reader.trust.who(key));
    }

    private async isForReader(list: Readers, by: Who): Promise<void> {
        const { opened } = this.reader;
        if (!opened?.slips) return;
        this.addressed = 'to-others';
        for (const slip of list.slips) {
            if (!(await opened.slips(slip))) continue;
            if (by.key.line === this.signer?.key.line) this.addressed = 'to-you';
            else if (isBelieved(by)) {
                this.addressed = 'passed-on-to-you';
                this.passedOnBy = by;
            }
        }
    }

    /** Where there is no list of readers, the items may say for whom it was sealed. */
    private namedRecipients(): void {
        const { items } = this.read;
        if (this.part('seal/readers.json') || !items || items.wrong) return;
        const named = items.items.flatMap(item => (item.kind === 'recipient' ? [item.key] : []));
        const { recipients } = this.reader;
        if (named.length === 0) this.addressed = 'to-nobody';
        else if (recipients.length > 0) this.addressed = recipients.some(each => named.includes(each)) ? 'to-you' : 'to-others';
    }

    /** The copy was made for as many as the envelope has recipients. */
    private recipients(list: Part | undefined): void {
        if (!this.reader.opened) return;
        let made = 0;
        try {
            if (list?.bytes) made = parseReaders(list.bytes).slips.length;
            else if (this.missing.length === 0) made = this.items?.filter(item => item.kind === 'recipient').length ?? 0;
        } catch {
            return;
        }
        const { recipients } = this.reader.opened;
        if (recipients === undefined && made > 0) this.note('envelope.recipients', 'envelope', 'EnvelopeUnderPassphrase', { named: made });
        else if (recipients !== undefined && recipients !== made)
            this.note('envelope.recipients', 'envelope', 'EnvelopeForOthers', { count: recipients, named: made });
    }

    // ---- 8: derived files

    private derived(): void {
        const [items, manifest] = [this.part('seal/items.jsonl'), this.part('seal/manifest.json')];
        if (!this.items || !items || !manifest) return;
        for (const [name, sha256] of derived(this.manifest!, this.items, { items: items.sha256, manifest: manifest.sha256 })) {
            const part = this.part(name);
            if (part && part.sha256 !== sha256) this.fail('bag.derived', name, 'NotDerived');
            else if (!part && !this.read.broken) this.fail('bag.missing', name, 'NotHere');
        }
    }

    // ---- 9: payload

    private payload(): void {
        if (!this.items) return;
        const there = new Map<string, Part>();
        const wanted = new Set(this.items.flatMap(item => (item.kind === 'file' ? [item.path] : [])));
        for (const { path, part } of this.read.payload) {
            if (!part || !wanted.has(path) || there.has(path)) this.fail('payload.unlisted', `data/${path}`, 'NoItemNamesIt');
            else there.set(path, part);
        }
        for (const item of this.items) {
            if (item.kind !== 'file') continue;
            const part = there.get(item.path);
            const where = `data/${item.path}`;
            if (!part) {
                if (!this.read.broken) this.fail('payload.missing', where, 'SealedAndNotHere');
            } else if (part.size !== item.size) this.fail('payload.altered', where, 'OtherSize', { size: part.size, sealed: item.size });
            else if (part.sha256 !== item.sha256) this.fail('payload.altered', where, 'OtherSha256');
            else this.files.set(item.path, { item, part });
        }
    }

    // ---- 10: belief

    private belief(): void {
        const { signer } = this;
        const { from, releasesBy } = this.reader.asked;
        if (signer && !signer.contact)
            this.fail('signer.unknown', 'seal/manifest.json', 'UnknownKey', { key: { exact: fingerprint(signer.key) } });
        else if (signer?.contact && this.counts(signer.contact) && from !== undefined && signer.contact.name !== from)
            this.fail('signer.other', 'seal/manifest.json', 'OtherSigner', { who: called(signer.contact), wanted: from });
        const allowed = (this.items ?? []).flatMap(item =>
            item.kind === 'field' && item.about === 'case' && item.name === 'may_withhold' ? [item.value] : [],
        );
        for (const { where, by, holds } of this.releases) {
            if (!by || !holds) continue;
            const own = fingerprint(by.key);
            if (!isBelieved(by)) this.fail('release.author', where, 'AuthorNotBelieved', { key: { exact: own } });
            else if (by.key.line !== this.manifest!.signer && !allowed.includes(own) && !releasesBy.includes(by.contact!.name))
                this.fail('release.other', where, 'WithheldByOther', { who: called(by.contact!) });
        }
    }

    /** A token from before the revocation, its accuracy included, leaves the seal as it was. Releases are younger. */
    private counts(contact: Contact): boolean {
        const { revoked: since } = contact;
        if (!since) return true;
        const proven = this.proof && ceil(this.proof.token!.latest);
        this.rescued = proven !== undefined && proven < seconds(since);
        if (this.rescued) this.note('signer.rescued', 'seal/manifest.json', 'RescuedKey', { since, at: told(proven!) });
        else this.fail('signer.revoked', 'seal/manifest.json', 'RevokedKey', { who: called(contact), at: since });
        return this.rescued;
    }
}
