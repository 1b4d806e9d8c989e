// What a verifier does (section 13). It goes on after a fault wherever later checks still mean something.
import { Malformed, LIMIT, laterNames, laterVersion, seconds } from './canonical';
import { derived } from './derived';
import { type Argument, type Code, type Detail, type Finding, type Sentence, detail, named, place } from './finding';
import { type Field, type File, type Item, conflicts } from './items';
import { checkArmor, fingerprint, parseKey, signedBySomebody } from './sshsig';
import type { Container, Part } from './source';
import { type Manifest, type Readers, type Release, parseManifest, parseReaders, parseRelease } from './texts';
import { type Trust, type Who, called, isBelieved } from './trust';
import { checkPadding as checkFolderPadding } from './folder';
import { type Zip, checkAgainst, checkPadding } from './zip';

export interface ReleaseFacts {
    by: Who | undefined;
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

export type Addressed = 'to-you' | 'passed-on-to-you' | 'to-others' | 'to-nobody' | 'cannot-tell';

/** All that was found out about a bundle, before anybody asks what beside it says. */
export class Seal {
    readonly findings: Finding[];
    readonly notes: Finding[];
    readonly notChecked: string[] = [];
    manifest: (Manifest & { digest: string }) | undefined;
    /** Whose signature holds. */
    signer: Who | undefined;
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

    private constructor(readonly read: Container, private readonly trust: Trust, private readonly now: number, private readonly opened: Opened | undefined) {
        this.findings = read.findings;
        this.notes = read.notes;
    }

    static async of(read: Container, trust: Trust, now: number, opened?: Opened): Promise<Seal> {
        const seal = new Seal(read, trust, now, opened);
        await seal.verify();
        return seal;
    }

    private async verify(): Promise<void> {
        this.seal();
        if (this.later) {
            this.notChecked.push('newer-format');
            return;
        }
        this.padding();
        this.readItems();
        if (this.manifest) {
            this.commitments();
            this.listReleases();
            await this.readers();
            this.derived();
        }
        this.payload();
        this.belief();
        if (this.read.broken) this.notChecked.push('behind-break');
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
            if (signature.bytes && signedBySomebody(signature.bytes, 'manifest', bytes)) this.fail('seal.newer', 'seal/manifest.json', 'FormatIs', { format: 'later' });
            else this.fail('seal.signature', 'seal/manifest.sig', 'NoSignatureOverIt');
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
            if (checked === 'holds') this.signer = this.trust.who(key);
            else if (checked === 'armor') this.fail('seal.armor', 'seal/manifest.sig', 'NotTheArmor');
            else this.fail('seal.signature', 'seal/manifest.sig', 'NotTheSigners');
        }
    }

    private malformed(why: unknown, code: Code, where: string | Sentence): void {
        if (!(why instanceof Malformed)) throw why;
        const path = why.detail.startsWith('Path') && !why.detail.startsWith('PathTwice');
        const what = detail(why.detail, why.values);
        this.findings.push({ code, place: typeof where === 'string' ? named(where) : where, detail: path ? detail('ThePath', { reason: what }) : what });
    }

    private future(at: string, where: string): void {
        if (seconds(at) <= this.now + 600) return;
        const now = new Date(this.now * 1000).toISOString().replace(/\.\d+Z/, 'Z');
        this.note('time.future', where, 'StillToCome', { time: at, now });
    }

    // ---- 2: padding

    private padding(): void {
        if (this.read.kind === 'zip') checkPadding(this.read as Zip);
        else checkFolderPadding(this.read);
    }

    // ---- 5: items

    private readItems(): void {
        const { items } = this.read;
        if (!items) {
            if (this.read.broken || !this.manifest) return;
            this.fail('item.missing', 'seal/items.jsonl', 'NoItems');
            return;
        }
        if (items.wrong) {
            this.malformed(items.wrong.why, 'seal.items', place('ItemLine', { line: items.wrong.line }));
            this.notChecked.push('files-without-items');
            return;
        }
        this.items = items.items;
        for (const { place: where, about, detail: what, values } of conflicts(items.items)) {
            this.fail('item.conflict', about ? place('Fact', { about: about.about, name: about.name }) : where, what, values);
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
                if (twice) this.fail('release.conflict', where, 'ReleasesOverlap');
            }
            previous = this.lastRelease = part.sha256;
        }
        this.withheld = new Set(this.missing.filter(commitment => named.has(commitment)));
        const count = this.missing.length - this.withheld.size;
        if (count > 0 && explained) this.fail('item.missing', 'seal/items.jsonl', 'Unexplained', { count, total: sealed.size });
    }

    /** A release in the form, or why it is none. One that only claims to be of a later version explains nothing. */
    private release(where: string, part: Part, previous: string | null | undefined): Release | 'later' | 'claims' | 'malformed' {
        const { digest } = this.manifest!;
        const signature = this.part(where.replace('.json', '.sig'));
        const bytes = part.bytes;
        if (bytes && laterVersion(bytes, 'release') !== undefined) {
            if (!laterNames(bytes, 'release', digest)) this.fail('release.malformed', where, 'OfAnotherBundle');
            else if (!signature?.bytes || !signedBySomebody(signature.bytes, 'release', bytes)) this.fail('release.signature', where.replace('.json', '.sig'), 'NoSignatureOverIt');
            else {
                this.fail('seal.newer', where, 'FormatIs', { format: 'later' });
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
        else if (previous === undefined) this.fail('release.malformed', where, 'ReleaseBeforeMissing');
        else if (release.prev !== previous) this.fail('release.malformed', where, 'NotInChain');
        this.future(release.at, where);
        if (seconds(release.at) < seconds(this.manifest!.sealed_at)) this.note('release.earlier', where, 'EarlierThanSeal');
        const facts: ReleaseFacts = { by: undefined, withheld: release.withheld.length, reason: release.reason, at: release.at };
        this.releases.push(facts);
        const key = parseKey(release.by);
        if (typeof key === 'string') this.fail('release.malformed', where, 'AuthorKey', { reason: detail(key) });
        else if (signature?.bytes && checkArmor(signature.bytes, key, 'release', bytes) === 'holds') facts.by = this.trust.who(key);
        else if (!this.read.broken || signature) this.fail('release.signature', where.replace('.json', '.sig'), signature ? 'NotTheAuthors' : 'NotHere');
        return release;
    }

    // ---- 7: for whom

    private async readers(): Promise<void> {
        const part = this.part('seal/readers.json');
        this.recipients(part);
        if (!part) return;
        if (!this.opened) this.note('readers.left', 'seal/readers.json', 'ReadersLeft');
        const { digest } = this.manifest!;
        const signature = this.part('seal/readers.sig');
        const wrong = (what: Detail) => this.fail('readers.signature', 'seal/readers.sig', what);
        if (part.bytes && laterVersion(part.bytes, 'readers') !== undefined) {
            if (!laterNames(part.bytes, 'readers', digest)) this.fail('readers.malformed', 'seal/readers.json', 'OfAnotherBundle');
            else if (!signature?.bytes || !signedBySomebody(signature.bytes, 'readers', part.bytes)) wrong('NoSignatureOverIt');
            else this.fail('seal.newer', 'seal/readers.json', 'FormatIs', { format: 'later' });
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
            if (!this.read.broken || signature) wrong(signature ? 'NotTheAuthors' : 'NotHere');
        } else if (list.bundle === digest && list.release === this.lastRelease) await this.isForReader(list, this.trust.who(key));
    }

    private async isForReader(list: Readers, by: Who): Promise<void> {
        if (!this.opened?.slips) return;
        this.addressed = 'to-others';
        for (const slip of list.slips) {
            if (!(await this.opened.slips(slip))) continue;
            if (by.key.line === this.signer?.key.line) this.addressed = 'to-you';
            else if (isBelieved(by)) {
                this.addressed = 'passed-on-to-you';
                this.passedOnBy = by;
            }
        }
    }

    /** The copy was made for as many as the envelope has recipients. */
    private recipients(list: Part | undefined): void {
        if (!this.opened) return;
        let made = 0;
        try {
            if (list?.bytes) made = parseReaders(list.bytes).slips.length;
            else if (this.missing.length === 0) made = this.items?.filter(item => item.kind === 'recipient').length ?? 0;
        } catch {
            return;
        }
        const { recipients } = this.opened;
        if (recipients === undefined && made > 0) this.note('envelope.recipients', 'envelope', 'EnvelopeUnderPassphrase', { named: made });
        else if (recipients !== undefined && recipients !== made) this.note('envelope.recipients', 'envelope', 'EnvelopeForOthers', { count: recipients, named: made });
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
        if (!this.signer) return;
        const { key, contact } = this.signer;
        if (!contact) this.fail('signer.unknown', place('Seal'), 'UnknownKey', { key: { exact: fingerprint(key) } });
        else if (contact.revoked) this.fail('signer.revoked', place('Seal'), 'RevokedKey', { who: called(contact), at: contact.revoked });
        const allowed = (this.items ?? []).filter((item): item is Field & Item => item.kind === 'field' && item.about === 'case' && item.name === 'may_withhold');
        this.releases.forEach(({ by }, at) => {
            const where = `seal/release-${at + 1}.json`;
            if (!by || by.key.line === key.line) return;
            if (!isBelieved(by)) this.fail('release.author', where, 'AuthorNotBelieved', { key: { exact: fingerprint(by.key) } });
            else if (!allowed.some(({ value }) => value === fingerprint(by.key))) this.fail('release.other', where, 'WithheldByOther', { who: called(by.contact!) });
        });
    }
}
