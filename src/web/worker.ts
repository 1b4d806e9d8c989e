// Reads a bundle away from the page, so that the page stays alive; hands files out only of a bundle that is whole, hashed once more.
import { readAudit } from './audit';
import { type Authority, authorities, authority } from './authority';
import { type Board, board } from './board';
import { base64, concat, fromBase64, startsWith, text } from './bytes';
import { type Card, parseAllowedSigners, readCard, readRevocation } from './cards';
import { readIdentities } from './envelope';
import { Refused } from './der';
import { Stopped, named, sentence } from './finding';
import { Passing, ready } from './hash';
import { read } from './reader';
import type { Report } from './report';
import { BlobSource, Cursor } from './source';
import { fingerprint, parseKey, spokenKey } from './sshsig';
import { type Contact, Trust } from './trust';
import type { Asked } from './verify';
import { type View, isShown, view } from './view';
import { say } from './words';

/** A contact as the page keeps it. */
export interface Kept {
    name: string;
    line: string;
    since: string;
    /** Since when it is not believed any more. */
    revoked?: string | undefined;
}

export interface Offered extends Kept {
    fingerprint: string;
    spoken: string;
    /** The key that it says it comes after, which signed that too. */
    after: { line: string; made_at: string } | undefined;
}

/** An authority as the page keeps it: what to call it, and its certificate in base64. */
export interface KeptAuthority {
    name: string;
    certificate: string;
}

export interface OfferedAuthority extends KeptAuthority {
    fingerprint: string;
    from: string;
    until: string;
}

export type Ask =
    | {
          ask: 'read';
          name: string;
          bundle: Blob | { path: string; file: Blob | null }[];
          disclosures: Blob[];
          custody: Blob | null;
          against: Blob | null;
          asked: Asked;
          tokens: { name: string; file: Blob }[];
          authorities: KeptAuthority[];
          identity: Blob | null;
          passphrase: string;
          contacts: Kept[];
      }
    | { ask: 'file'; path: string; most: number }
    | { ask: 'keys'; file: Blob }
    | { ask: 'known'; contacts: Kept[] }
    | { ask: 'audit'; results: Blob; summary: Blob; signature: Blob | null; contacts: Kept[] };

export type Answer =
    | { answer: 'progress'; bytes: number }
    | { answer: 'report'; view: View }
    | { answer: 'file'; blob: Blob | null }
    | { answer: 'keys'; keys: Offered[]; refused: string | null }
    | { answer: 'authorities'; authorities: OfferedAuthority[] }
    | { answer: 'revocation'; line: string; fingerprint: string; since: string }
    | { answer: 'audit'; board: Board }
    | { answer: 'wrong'; said: string; code: string | null };

const tell = (answer: Answer): void => (self as unknown as Worker).postMessage(answer);

let last: Report | undefined;

function contactsOf(kept: Kept[]): Contact[] {
    return kept.flatMap(({ line, ...contact }): Contact[] => {
        const key = parseKey(line);
        return typeof key === 'string' ? [] : [{ ...contact, key }];
    });
}

/** Tells the page how far it got, and not too often. */
function watching(): (more: number) => void {
    let [bytes, told] = [0, 0];
    return more => {
        bytes += more;
        if (Date.now() - told < 100) return;
        told = Date.now();
        tell({ answer: 'progress', bytes });
    };
}

async function readBundle(asked: Extract<Ask, { ask: 'read' }>): Promise<void> {
    last = undefined;
    const identities = asked.identity ? await readIdentities(new Uint8Array(await asked.identity.arrayBuffer()), asked.passphrase) : [];
    const lying = Array.isArray(asked.bundle)
        ? asked.bundle.map(({ path, file }) =>
              file ? { path, kind: 'file' as const, source: new BlobSource(file) } : { path, kind: 'empty' as const },
          )
        : undefined;
    last = await read({
        bundle: lying ?? new BlobSource(asked.bundle as Blob),
        disclosures: asked.disclosures.map(each => new BlobSource(each)),
        custody: asked.custody ? new BlobSource(asked.custody) : undefined,
        tokens: withLists(asked.tokens),
        authorities: asked.authorities.flatMap(({ name, certificate }): Authority[] => {
            const der = fromBase64(certificate);
            return der ? [authority(der, name)] : [];
        }),
        secrets: { identities, passphrase: asked.passphrase },
        against: asked.against ? new BlobSource(asked.against) : undefined,
        asked: asked.asked,
        contacts: contactsOf(asked.contacts),
        now: Date.now() / 1000,
        watch: watching(),
    });
    tell({ answer: 'report', view: view(last, asked.name) });
}

/** Each token with the lists that are called like it. A list that is called like none of them may belong to any. */
function withLists(files: { name: string; file: Blob }[]) {
    const isList = ({ name }: { name: string }) => /\.crl$/i.test(name);
    const tokens = files.filter(each => !isList(each));
    const lists = files.filter(isList).map(({ name, file: list }) => {
        const of = tokens.find(token => name.toLowerCase() === `${token.name.toLowerCase()}.crl`);
        return { of, source: new BlobSource(list) };
    });
    return tokens.map(token => ({
        name: token.name,
        response: new BlobSource(token.file),
        lists: lists.filter(({ of }) => of === undefined || of === token).map(({ source }) => source),
    }));
}

/** A file of a bundle that is whole, read and hashed once more. */
async function file(path: string, most: number): Promise<Blob | null> {
    if (!last || !isShown(last)) return null;
    const part = last.seal!.files.get(path)?.part ?? last.given.map(({ parts }) => parts.get(path)).find(Boolean);
    if (!part || part.size > most) return null;
    const passing = new Passing();
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const blob = part.source.slice?.(0, part.size);
    for await (const slice of new Cursor(part.source, () => {}).slices(part.size)) {
        passing.push(slice);
        if (!blob) pieces.push(concat(slice) as Uint8Array<ArrayBuffer>);
    }
    return passing.end().sha256 === part.sha256 ? (blob ?? new Blob(pieces)) : null;
}

const now = (): string => new Date().toISOString().replace(/\.\d+Z/, 'Z');

const offered = ({ name, key, after }: Card, since = now()): Offered => ({
    name,
    line: key.line,
    since,
    fingerprint: fingerprint(key),
    spoken: spokenKey(key),
    after: after && { line: after.old.line, made_at: after.made_at },
});

async function keys(given: Blob): Promise<Answer> {
    const bytes = new Uint8Array(await given.slice(0, 1 << 20).arrayBuffer());
    if (bytes[0] === 0x30 || (text(bytes) ?? '').includes('-----BEGIN CERTIFICATE-----')) return offeredAuthorities(bytes);
    if (startsWith(bytes, '{"format":"sealbag-revocation/')) {
        const { key, since } = readRevocation(bytes);
        return { answer: 'revocation', line: key.line, fingerprint: fingerprint(key), since };
    }
    if (bytes[0] === 0x7b) return { answer: 'keys', keys: [offered(readCard(bytes))], refused: null };
    const { cards, refused } = parseAllowedSigners(bytes);
    const said =
        refused.length > 0 ? say(sentence('web-refused-lines', { lines: { exact: refused.slice(0, 20).join(', ') } }), 'page') : null;
    return { answer: 'keys', keys: cards.map(card => offered(card)), refused: said };
}

async function audit({ results, summary, signature, contacts }: Extract<Ask, { ask: 'audit' }>): Promise<Answer> {
    const beside = { summary: new BlobSource(summary), signature: signature ? new BlobSource(signature) : undefined };
    try {
        const read = await readAudit(new BlobSource(results), beside, new Trust(contactsOf(contacts)), watching());
        return { answer: 'audit', board: board(read) };
    } catch (why) {
        if (why instanceof Stopped) return { answer: 'audit', board: board(why) };
        throw why;
    }
}

const offeredAuthorities = (file: Uint8Array): Answer => ({
    answer: 'authorities',
    authorities: authorities(file).map(({ name, certificate, fingerprint: sha256, from, until }) => ({
        name: name || sha256.slice(0, 16),
        certificate: base64(certificate.raw),
        fingerprint: sha256,
        from,
        until,
    })),
});

async function answer(data: Ask): Promise<void> {
    try {
        await ready();
        if (data.ask === 'read') await readBundle(data);
        else if (data.ask === 'file') tell({ answer: 'file', blob: await file(data.path, data.most) });
        else if (data.ask === 'keys') tell(await keys(data.file));
        else if (data.ask === 'audit') tell(await audit(data));
        else
            tell({
                answer: 'keys',
                keys: contactsOf(data.contacts).map(known => offered({ ...known, after: undefined }, known.since)),
                refused: null,
            });
    } catch (why) {
        const what =
            why instanceof Stopped
                ? sentence('finding', { place: why.place ?? sentence('place-Bundle'), detail: why.detail })
                : why instanceof Refused
                  ? sentence('finding', { place: named('certificate'), detail: why.detail })
                : sentence('detail-Foreign', { error: String(why) });
        if (data.ask === 'file') tell({ answer: 'file', blob: null });
        else tell({ answer: 'wrong', said: say(what, 'page'), code: why instanceof Stopped ? why.code : null });
    }
}

// one after the other: there is one hasher
let before: Promise<void> = Promise.resolve();
self.addEventListener('message', ({ data }: MessageEvent<Ask>) => {
    before = before.then(() => answer(data));
});
