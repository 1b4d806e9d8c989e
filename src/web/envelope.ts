// Encrypted bundles (section 10): age files (C2SP age), binary and armored, read at any place.
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Decrypter, armor, identityToRecipient } from 'age-encryption';
import { KIB, concat, fromBase64, isZero, startsWith, text, utf8 } from './bytes';
import { type Argument, type Code, type Detail, Stopped, detail, place } from './finding';
import { sha256 as sha256Hex } from './hash';
import { BlobSource, type Source } from './source';
import type { Opened } from './verify';

const BINARY = 'age-encryption.org/';
const ARMORED = '-----BEGIN AGE ENCRYPTED FILE-----';
const HEADER = 64 * KIB;
const STANZAS = 1000;
/** The most work that a passphrase may ask for, and that of the reader's own identity file: 2 to this power. */
const WORK = 18;
const OWN = 20;

/** The secrets that may open an envelope: lines of an identity file, or a passphrase. */
export interface Secrets {
    identities: string[];
    passphrase?: string | undefined;
}

const stop = (code: Code, what: Detail, values: Record<string, Argument> = {}): never => {
    throw new Stopped(code, detail(what, values), place('Envelope'));
};
const malformed = (reason: Detail): never => stop('envelope.header', 'HeaderMalformed', { reason: detail(reason) });

export async function isEncrypted(source: Source): Promise<boolean> {
    const start = await source.read(0, Math.min(source.size, ARMORED.length));
    return startsWith(start, BINARY) || startsWith(start, ARMORED);
}

interface Stanza {
    args: string[];
    body: Uint8Array;
}

/** The header, held to its limits and its form before age-encryption sees it. */
function parseHeader(bytes: Uint8Array, most = WORK): { stanzas: Stanza[]; length: number } {
    const cut = (): never => (bytes.length >= HEADER ? stop('envelope.limit', 'HeaderTooLong', { limit: HEADER }) : malformed('HeaderCut'));
    let at = 0;
    const line = (): string => {
        const feed = bytes.indexOf(0x0a, at);
        if (feed < 0) return cut();
        const found = text(bytes.subarray(at, feed)) ?? malformed('NoStanza');
        at = feed + 1;
        return found;
    };
    const version = line();
    if (version !== 'age-encryption.org/v1') {
        const [, later] = /^age-encryption\.org\/(v[1-9]\d{0,5})$/.exec(version) ?? [];
        return later ? stop('envelope.newer', 'AgeVersion', { version: { quoted: later } }) : malformed('NotAnAgeFile');
    }
    const stanzas: Stanza[] = [];
    for (;;) {
        const next = line();
        if (next.startsWith('--- ') || next === '---') {
            if ((unpadded(next.slice(4)) ?? []).length !== 32) malformed('NoMac');
            break;
        }
        if (!next.startsWith('-> ')) malformed('NoStanza');
        const args = next.slice(3).split(' ');
        if (!args.every(arg => /^[!-~]+$/.test(arg))) malformed('OddArgument');
        const body: Uint8Array[] = [];
        for (;;) {
            const piece = unpadded(line());
            if (!piece || piece.length > 48) return malformed('OddStanzaBody');
            body.push(piece);
            if (piece.length < 48) break;
        }
        stanzas.push({ args, body: concat(...body) });
        if (stanzas.length > STANZAS) stop('envelope.limit', 'TooManyStanzas', { most: STANZAS });
    }
    if (stanzas.length === 0) malformed('ForNobody');
    const scrypt = stanzas.find(({ args }) => args[0] === 'scrypt');
    if (scrypt) {
        if (stanzas.length > 1) malformed('PassphraseNotAlone');
        const [, salt, work] = scrypt.args;
        if (scrypt.args.length !== 3 || unpadded(salt!)?.length !== 16 || !/^[1-9]\d*$/.test(work!) || scrypt.body.length !== 32)
            malformed('OddScryptStanza');
        if (Number(work) > most) stop('envelope.cost', 'ScryptWork', { work: Number(work), most });
    }
    return { stanzas, length: at };
}

/** How many recipients there are: stanzas of grease are for nobody. */
const counted = (stanzas: Stanza[]): number => stanzas.filter(({ args }) => !args[0]!.endsWith('-grease')).length;

const unpadded = (given: string): Uint8Array | undefined =>
    given.includes('=') ? undefined : fromBase64(given.padEnd(Math.ceil(given.length / 4) * 4, '='));

export interface Plain extends Source {
    opened: Opened;
}

/** Opens an envelope with whichever secret does. */
export async function open(given: Source, secrets: Secrets): Promise<Plain> {
    const source = startsWith(await given.read(0, Math.min(given.size, ARMORED.length)), ARMORED) ? await unarmored(given) : given;
    const head = await source.read(0, Math.min(source.size, HEADER));
    const { stanzas, length } = parseHeader(head);
    const header = head.subarray(0, length);
    const underPassphrase = stanzas[0]!.args[0] === 'scrypt';
    const tries: { decrypter: Decrypter; identity?: string }[] = underPassphrase
        ? secrets.passphrase
            ? [{ decrypter: withPassphrase(secrets.passphrase) }]
            : []
        : secrets.identities.map(identity => ({ decrypter: withIdentity(identity), identity }));
    for (const { decrypter, identity } of tries) {
        let fileKey: Uint8Array;
        try {
            fileKey = await decrypter.decryptHeader(header);
        } catch (why) {
            const said = String(why);
            if (said.includes('header HMAC')) stop('envelope.damaged', 'HeaderAltered');
            if (said.includes('no identity matched')) continue;
            return stop('envelope.damaged', 'HeaderOddStanza');
        }
        const opened: Opened = {
            recipients: underPassphrase ? undefined : counted(stanzas),
            slips: identity ? slips(identity) : undefined,
        };
        return stream(source, length, fileKey, opened);
    }
    return stop('envelope.no_key', 'NoKeyOpens');
}

function withPassphrase(passphrase: string): Decrypter {
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase);
    return decrypter;
}

function withIdentity(identity: string): Decrypter {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    return decrypter;
}

/** Tells whether a slip is for the recipient whose identity this is. */
function slips(identity: string): Opened['slips'] {
    return async slip => {
        const bytes = fromBase64(slip)!;
        try {
            if (counted(parseHeader(bytes).stanzas) !== 1) return false;
            const inside = await withIdentity(identity).decrypt(bytes);
            const wanted = utf8(`${sha256Hex(utf8(await identityToRecipient(identity)))}\n`);
            return startsWith(inside, wanted) && isZero(inside.subarray(wanted.length));
        } catch {
            return false;
        }
    };
}

const CHUNK = 64 * KIB;
const TAG = 16;

/** The payload of an age file: chunks of 64 KiB, each with a tag, the last one marked. */
async function stream(source: Source, header: number, fileKey: Uint8Array, opened: Opened): Promise<Plain> {
    const cut = (): never => stop('envelope.damaged', 'EnvelopeCut');
    const from = header + 16;
    // the header is read with nothing behind it where the file ends there
    if (source.size < from + TAG) return source.size < from ? malformed('HeaderCut') : cut();
    const key = hkdf(sha256, fileKey, await source.read(header, 16), utf8('payload'), 32);
    const sealed = source.size - from;
    const chunks = Math.max(1, Math.ceil(sealed / (CHUNK + TAG)));
    const size = sealed - chunks * TAG;
    if (size < 0 || (chunks > 1 && sealed - (chunks - 1) * (CHUNK + TAG) <= TAG)) return cut();
    const decrypt = (bytes: Uint8Array, number: number, into?: Uint8Array): void => {
        const nonce = new Uint8Array(12);
        new DataView(nonce.buffer).setBigUint64(3, BigInt(number));
        nonce[11] = number === chunks - 1 ? 1 : 0;
        try {
            chacha20poly1305(key, nonce).decrypt(bytes, into);
        } catch {
            stop('envelope.damaged', 'EnvelopeAltered');
        }
    };
    const plain: Plain = {
        size,
        opened,
        async read(at, length) {
            if (length === 0) return new Uint8Array(0);
            const [first, last] = [Math.floor(at / CHUNK), Math.floor((at + length - 1) / CHUNK)];
            const offset = first * (CHUNK + TAG);
            const bytes = await source.read(from + offset, Math.min((last - first + 1) * (CHUNK + TAG), sealed - offset));
            // all of them into one piece of memory, since what is left behind is not given back at once
            const inside = new Uint8Array(Math.min((last - first + 1) * CHUNK, size - first * CHUNK));
            for (let number = first; number <= last; number += 1) {
                const here = number - first;
                const chunk = bytes.subarray(here * (CHUNK + TAG), (here + 1) * (CHUNK + TAG));
                decrypt(chunk, number, inside.subarray(here * CHUNK, (here + 1) * CHUNK));
            }
            return inside.subarray(at - first * CHUNK, at - first * CHUNK + length);
        },
    };
    // nothing in it counts before its last chunk was decrypted
    await plain.read(Math.max(0, size - 1), Math.min(size, 1));
    if (size === 0) decrypt(await source.read(from, sealed), 0);
    if (size > 0 && (await isEncrypted({ size, read: plain.read }))) stop('envelope.encrypted', 'Encrypted');
    return plain;
}

/** An armored file, taken out of its armor in pieces. */
async function unarmored(given: Source): Promise<Source> {
    const PIECE = 4 * 1024 * KIB;
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let held = '';
    let ended = false;
    const odd = (): never => stop('envelope.damaged', 'EnvelopeAltered');
    const lines = (all: string[]) => {
        const whole = all.map(each => each.replace(/\r$/, ''));
        const base64 = whole.join('');
        const bytes = fromBase64(base64);
        if (!bytes || whole.slice(0, -1).some(each => each.length !== 64) || (whole.at(-1)?.length ?? 1) > 64) return odd();
        pieces.push(bytes as Uint8Array<ArrayBuffer>);
    };
    for (let at = 0; at < given.size; at += PIECE) {
        held += text(await given.read(at, Math.min(PIECE, given.size - at))) ?? odd();
        if (at === 0) {
            const [start] = /^-----BEGIN AGE ENCRYPTED FILE-----\r?\n/.exec(held) ?? [odd()];
            held = held.slice(start.length);
        }
        const end = held.indexOf('-----END');
        const body = held.slice(0, end < 0 ? held.length : end).split('\n');
        if (end >= 0) {
            if (!/^-----END AGE ENCRYPTED FILE-----[ \t\n\f\r]*$/.test(held.slice(end) + (await rest(given, at + PIECE)))) return odd();
            body.pop();
            lines(body);
            ended = true;
            break;
        }
        held = body.splice(Math.max(0, body.length - 2)).join('\n');
        if (body.length > 0) lines(body);
    }
    return ended ? new BlobSource(new Blob(pieces)) : odd();
}

/** What follows, of which there is not much. */
async function rest(given: Source, at: number): Promise<string> {
    if (given.size > at + KIB) return '?';
    return at >= given.size ? '' : (text(await given.read(at, given.size - at)) ?? '?');
}

/** The recipient of an identity. */
export const recipient = (identity: string): Promise<string> => identityToRecipient(identity);

/** The identities in an identity file, which may itself be under a passphrase. */
export async function readIdentities(file: Uint8Array, passphrase: string): Promise<string[]> {
    let given = file;
    if (startsWith(given, ARMORED)) given = armor.decode(text(given)!);
    if (startsWith(given, BINARY)) {
        if (passphrase === '') return stop('key.locked', 'PassphraseWrong');
        parseHeader(given.subarray(0, HEADER), OWN);
        try {
            given = await withPassphrase(passphrase).decrypt(given);
        } catch {
            return stop('key.passphrase', 'PassphraseWrong');
        }
    }
    const lines = (text(given) ?? '')
        .split('\n')
        .map(line => line.trim())
        .filter(line => line !== '' && !line.startsWith('#'));
    const odd = lines.findIndex(line => !/^AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]+$/.test(line));
    if (odd >= 0) return stop('key.format', 'NoIdentityInLine', { line: odd + 1 });
    return lines.length > 0 ? lines : stop('key.format', 'NoIdentity');
}
