// Public keys and signatures (section 4).
import { ed25519 } from '@noble/curves/ed25519.js';
import { base64, concat, equal, fromBase64, hex, text, uint32, utf8 } from './bytes';
import { sha256Bytes, sha512, spoken } from './hash';

export type Namespace = 'manifest' | 'release' | 'readers' | 'custody' | 'card' | 'revocation' | 'succession' | 'audit';

export interface Key {
    line: string;
    kind: string;
    blob: Uint8Array;
    point: Uint8Array;
    /** Of a FIDO key. */
    application: Uint8Array | undefined;
}

const PLAIN = 'ssh-ed25519';
const FIDO = 'sk-ssh-ed25519@openssh.com';
const { Point } = ed25519;

const sshString = (bytes: Uint8Array | string): Uint8Array => {
    const value = typeof bytes === 'string' ? utf8(bytes) : bytes;
    return concat(uint32(value.length), value);
};

/** Takes SSH strings from the front of bytes; undefined where there is none. */
class Strings {
    at = 0;

    constructor(readonly bytes: Uint8Array) {}

    next(): Uint8Array | undefined {
        if (this.at + 4 > this.bytes.length) return undefined;
        const size = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at).getUint32(0);
        if (this.at + 4 + size > this.bytes.length) return undefined;
        this.at += 4 + size;
        return this.bytes.subarray(this.at - size, this.at);
    }

    get done(): boolean {
        return this.at === this.bytes.length;
    }
}

/** A key from the first two words of its OpenSSH line, or what is wrong with it: the name of a detail. */
export function parseKey(line: string): Key | 'NotAKey' | 'WeakKey' {
    const words = line.split(' ');
    const blob = words.length === 2 ? fromBase64(words[1]!) : undefined;
    return blob === undefined || (words[0] !== PLAIN && words[0] !== FIDO) ? 'NotAKey' : parseBlob(blob, words[0]);
}

function parseBlob(blob: Uint8Array, kind: string): Key | 'NotAKey' | 'WeakKey' {
    const strings = new Strings(blob);
    const [named, point] = [strings.next(), strings.next()];
    const application = kind === FIDO ? strings.next() : undefined;
    if (!named || !equal(named, utf8(kind)) || point?.length !== 32 || !strings.done) return 'NotAKey';
    if (kind === FIDO && !(application && /^ssh:[!-~]{0,60}$/.test(text(application) ?? ''))) return 'NotAKey';
    try {
        const read = Point.fromBytes(point, false);
        if (read.isSmallOrder() || !read.isTorsionFree()) return 'WeakKey';
    } catch {
        // a point that is encoded otherwise than it must be, or none
        return isPoint(point) ? 'WeakKey' : 'NotAKey';
    }
    return { line: `${kind} ${base64(blob)}`, kind, blob, point, application };
}

function isPoint(bytes: Uint8Array): boolean {
    try {
        return Boolean(Point.fromBytes(bytes, true));
    } catch {
        return false;
    }
}

export const fingerprint = (key: Key): string => `SHA256:${base64(sha256Bytes(key.blob)).replace('=', '')}`;
/** The beginning of a fingerprint, for people who know the whole. */
export const glance = (key: Key): string => `${fingerprint(key).slice(0, 15)}…`;
export const spokenKey = (key: Key): string => spoken(sha256Bytes(key.blob));

/** The bytes at the end of a blob that are the signature itself: for a FIDO key with flags and counter. */
const tail = (key: Key): number => (key.application ? 69 : 64);

function blobOf(key: Key, namespace: Namespace, signature: Uint8Array): Uint8Array {
    const raw = concat(sshString(key.kind), sshString(signature.subarray(0, 64)));
    return concat(
        utf8('SSHSIG'),
        uint32(1),
        sshString(key.blob),
        sshString(`${namespace}@sealbag`),
        sshString(''),
        sshString('sha512'),
        sshString(concat(raw, signature.subarray(64))),
    );
}

/** The armor of a blob, as `ssh-keygen -Y sign` writes it. */
export function armor(blob: Uint8Array): Uint8Array {
    const lines = base64(blob).match(/.{1,70}/g) ?? [];
    return utf8(['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n'));
}

/** The blob in an armor, whatever its lines are like: whoever asks builds the armor again. */
function unarmored(file: Uint8Array): Uint8Array | undefined {
    const [, inner] = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]*)-----END SSH SIGNATURE-----\n$/.exec(text(file) ?? '') ?? [];
    return inner === undefined ? undefined : fromBase64(inner.replaceAll('\n', ''));
}

export type Checked = 'holds' | 'armor' | 'signature';

/** Is `file` the armor of this key's signature over `signed`? */
export function checkArmor(file: Uint8Array, key: Key, namespace: Namespace, signed: Uint8Array): Checked {
    const blob = unarmored(file);
    return blob && equal(armor(blob), file) ? checkBlob(blob, key, namespace, signed) : 'armor';
}

/** Is `blob` this key's signature over `signed`? */
export function checkBlob(blob: Uint8Array, key: Key, namespace: Namespace, signed: Uint8Array): Checked {
    const signature = blob.slice(-tail(key));
    if (signature.length < tail(key) || !equal(blob, blobOf(key, namespace, signature))) return 'armor';
    let message = concat(utf8('SSHSIG'), sshString(`${namespace}@sealbag`), sshString(''), sshString('sha512'), sshString(sha512(signed)));
    if (key.application) {
        // a FIDO key signs more, and only counts where somebody touched it
        if ((signature[64]! & 1) === 0) return 'signature';
        message = concat(sha256Bytes(key.application), signature.subarray(64), sha256Bytes(message));
    }
    return verifies(signature.subarray(0, 64), message, key.point) ? 'holds' : 'signature';
}

/** What the key in a signature itself says: a text of a later version is signed by whoever's key, if it is a good one. */
export function signedBySomebody(file: Uint8Array, namespace: Namespace, signed: Uint8Array): boolean {
    const blob = unarmored(file);
    return blob !== undefined && equal(armor(blob), file) && blobBySomebody(blob, namespace, signed);
}

export function blobBySomebody(blob: Uint8Array, namespace: Namespace, signed: Uint8Array): boolean {
    const inside = new Strings(blob.subarray(10)).next();
    const kind = inside && text(new Strings(inside).next() ?? new Uint8Array(0));
    if (!inside || (kind !== PLAIN && kind !== FIDO)) return false;
    const key = parseBlob(inside, kind);
    return typeof key !== 'string' && checkBlob(blob, key, namespace, signed) === 'holds';
}

/**
 * Ed25519 (RFC 8032), strictly: S below the order, R not of small order, and S·B - k·A encodes to R itself. Not
 * WebCrypto, which in browsers takes keys of small order, and not `verify` of @noble/curves, which multiplies by the cofactor.
 */
function verifies(signature: Uint8Array, message: Uint8Array, point: Uint8Array): boolean {
    const little = (bytes: Uint8Array) => BigInt(`0x${hex(bytes.slice().reverse())}`);
    const order = Point.Fn.ORDER;
    const [r, s] = [signature.subarray(0, 32), little(signature.subarray(32))];
    if (s >= order) return false;
    const k = little(sha512(concat(r, point, message))) % order;
    const expected = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(point, false).multiplyUnsafe(k));
    return equal(expected.toBytes(), r) && !expected.isSmallOrder();
}

/** The first armor, and what follows it. */
export function splitArmor(bytes: Uint8Array): [Uint8Array, Uint8Array] {
    const end = utf8('-----END SSH SIGNATURE-----\n');
    for (let at = 0; at + end.length <= bytes.length; at += 1)
        if (equal(bytes.subarray(at, at + end.length), end)) return [bytes.subarray(0, at + end.length), bytes.subarray(at + end.length)];
    return [bytes, bytes.subarray(bytes.length)];
}
