// Hashes, keys and signatures of timestamps (section 10): RSA, by PKCS#1 v1.5 and PSS (RFC 8017), and ECDSA on three curves. Signatures
// are only verified here, so nothing is secret. RSA is done with whole numbers of any length, and what was padded is padded again and
// compared; WebCrypto is no help, since it refuses keys and lengths of salts that there are.
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { concat, equal, hex, uint32 } from './bytes';
import { type Fields, Node, Refused, TAG, context, dotted, element, identifier, malformed, refuse } from './der';

export interface Hash {
    oid: string;
    size: number;
    of: (bytes: Uint8Array) => Uint8Array;
}

/** It tells whether something was changed; nothing is believed for it. */
export const SHA1: Hash = { oid: '1.3.14.3.2.26', size: 20, of: sha1 };
export const SHA256: Hash = { oid: '2.16.840.1.101.3.4.2.1', size: 32, of: sha256 };
const SHA384: Hash = { oid: '2.16.840.1.101.3.4.2.2', size: 48, of: sha384 };
const SHA512: Hash = { oid: '2.16.840.1.101.3.4.2.3', size: 64, of: sha512 };
const HASHES = [SHA256, SHA384, SHA512];

const RSA = '1.2.840.113549.1.1.1';
const PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
const EC = '1.2.840.10045.2.1';
const CURVES = new Map([
    ['1.2.840.10045.3.1.7', p256],
    ['1.3.132.0.34', p384],
    ['1.3.132.0.35', p521],
]);
const NULL = Uint8Array.of(TAG.null, 0);
const NAMED = new Map<string, Scheme>([
    ['1.2.840.113549.1.1.5', { kind: 'pkcs1', hash: SHA1, salt: 0 }],
    ['1.2.840.113549.1.1.11', { kind: 'pkcs1', hash: SHA256, salt: 0 }],
    ['1.2.840.113549.1.1.12', { kind: 'pkcs1', hash: SHA384, salt: 0 }],
    ['1.2.840.113549.1.1.13', { kind: 'pkcs1', hash: SHA512, salt: 0 }],
    ['1.2.840.10045.4.1', { kind: 'ecdsa', hash: SHA1, salt: 0 }],
    ['1.2.840.10045.4.3.2', { kind: 'ecdsa', hash: SHA256, salt: 0 }],
    ['1.2.840.10045.4.3.3', { kind: 'ecdsa', hash: SHA384, salt: 0 }],
    ['1.2.840.10045.4.3.4', { kind: 'ecdsa', hash: SHA512, salt: 0 }],
]);

/** Bits of RSA keys: below the first nothing is believed, below the second and above the third nothing is done. */
const LEAST = 2048;
const LOOKED_AT = 1024;
const MOST = 8192;

const unknown = (name: string): never => refuse('token.algorithm', 'TokenAlgorithm', { oid: dotted(name) });

/** The hash that an AlgorithmIdentifier names, of those that count; its parameters are NULL or left out. */
export function readHash(algorithm: Node): Hash {
    const part = 'AlgorithmIdentifier';
    const fields = algorithm.sequence(part);
    const name = fields.expect(TAG.oid).oid();
    const parameters = fields.nextIf(TAG.null);
    fields.end();
    if (parameters && parameters.value.length > 0) return malformed(part);
    return HASHES.find(({ oid }) => oid === name) ?? unknown(name);
}

/** How something was signed. */
export interface Scheme {
    kind: 'pkcs1' | 'pss' | 'ecdsa';
    hash: Hash;
    /** Of PSS, how many bytes of salt. */
    salt: number;
}

/** The scheme of a certificate or a list. */
export function readScheme(algorithm: Node): Scheme {
    const fields = algorithm.sequence('AlgorithmIdentifier');
    const name = fields.expect(TAG.oid).oid();
    const scheme = name === PSS ? readPss(fields.next()) : (NAMED.get(name) ?? unknown(name));
    if (scheme.kind === 'pkcs1') fields.expect(TAG.null);
    fields.end();
    return scheme;
}

/** The scheme of a token, whose hash stands apart, and its one encoding: plain `rsaEncryption` for PKCS#1. */
export function signerScheme(algorithm: Node, hash: Hash): { scheme: Scheme; encoded: Uint8Array } {
    const rsa = element(TAG.sequence, identifier(RSA), NULL);
    if (equal(algorithm.raw, rsa)) return { scheme: { kind: 'pkcs1', hash, salt: 0 }, encoded: rsa };
    const scheme = readScheme(algorithm);
    if (scheme.hash !== hash) return malformed('SignatureAlgorithmIdentifier');
    return { scheme, encoded: scheme.kind === 'pkcs1' ? rsa : algorithm.raw };
}

/** The parameters of PSS (RFC 4055): one hash for both, and how long the salt is. */
function readPss(parameters: Node): Scheme {
    const part = 'RSASSA-PSS-params';
    const fields = parameters.sequence(part);
    const hash = readHash(fields.expect(context(0)).only(context(0)));
    const mask = fields.expect(context(1)).only(context(1)).sequence(part);
    const name = mask.expect(TAG.oid).oid();
    const maskHash = readHash(mask.next());
    mask.end();
    const salt = fields.expect(context(2)).only(context(2)).number();
    fields.end();
    return name === MGF1 && maskHash === hash && salt <= 64 ? { kind: 'pss', hash, salt } : unknown(PSS);
}

/** A public key of a certificate. */
export interface Key {
    /** Of an RSA key, how long it is. */
    bits: number | undefined;
    verifies(scheme: Scheme, message: Uint8Array, signature: Uint8Array): boolean;
}

/** The key in a SubjectPublicKeyInfo. */
export function readKey(info: Node): Key {
    const part = 'SubjectPublicKeyInfo';
    const fields = info.sequence(part);
    const algorithm = fields.next().sequence(part);
    const name = algorithm.expect(TAG.oid).oid();
    const parameters = algorithm.next();
    algorithm.end();
    const bits = fields.next().wholeBits();
    fields.end();
    if (name === RSA && parameters.tag === TAG.null) return rsaKey(Node.of(bits, part).sequence(part));
    if (name !== EC) return unknown(name);
    const curve = parameters.oid();
    return curveKey(CURVES.get(curve) ?? unknown(curve), bits) ?? malformed(part);
}

/** Refuses a key that is too short to be believed. */
export function checkLength({ bits }: Key): void {
    if (bits !== undefined && bits < LEAST) refuse('token.algorithm', 'TokenKeyShort', { bits, least: LEAST });
}

// ---- RSA

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes) || '0'}`);
const toBytes = (number: bigint, length: number): Uint8Array =>
    Uint8Array.from(number.toString(16).padStart(length * 2, '0').match(/../g)!, digits => parseInt(digits, 16));

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
    let result = 1n;
    for (const bit of exponent.toString(2)) {
        result = (result * result) % modulus;
        if (bit === '1') result = (result * base) % modulus;
    }
    return result;
}

function rsaKey(numbers: Fields): Key {
    const part = 'SubjectPublicKeyInfo';
    const [modulus, exponent] = [numbers.next().integer(), numbers.next().integer()];
    numbers.end();
    if (modulus.length > MOST / 8 + 1 || exponent.length > 8) return malformed(part);
    const [n, e] = [toNumber(modulus), toNumber(exponent)];
    const bits = n.toString(2).length;
    const odd = n % 2n === 1n && e % 2n === 1n;
    if (bits < LOOKED_AT || bits > MOST || !odd || e < 3n || e >= 2n ** 33n) return malformed(part);
    const size = Math.ceil(bits / 8);
    return {
        bits,
        verifies({ kind, hash, salt }, message, signature) {
            const s = toNumber(signature);
            if (kind === 'ecdsa' || signature.length !== size || s >= n) return false;
            const padded = power(s, e, n);
            const digest = hash.of(message);
            if (kind === 'pkcs1') return padded === toNumber(padPkcs1(hash, digest, size));
            const length = Math.ceil((bits - 1) / 8);
            if (length < hash.size + salt + 2 || padded >= 2n ** BigInt(8 * length)) return false;
            const given = toBytes(padded, length);
            // of what was padded only the salt cannot be known
            const inner = given.subarray(length - hash.size - 1, length - 1);
            const bare = mask(given.subarray(0, length - hash.size - 1), inner, hash);
            return equal(given, padPss(hash, digest, bare.subarray(bare.length - salt), bits - 1));
        },
    };
}

/** EMSA-PKCS1-v1_5 (RFC 8017, section 9.2). */
function padPkcs1(hash: Hash, digest: Uint8Array, size: number): Uint8Array {
    const algorithm = element(TAG.sequence, identifier(hash.oid), NULL);
    const info = element(TAG.sequence, algorithm, element(TAG.octets, digest));
    return concat(Uint8Array.of(0, 1), new Uint8Array(size - info.length - 3).fill(0xff), Uint8Array.of(0), info);
}

/** EMSA-PSS (RFC 8017, section 9.1), with this salt. */
function padPss(hash: Hash, digest: Uint8Array, salt: Uint8Array, bits: number): Uint8Array {
    const length = Math.ceil(bits / 8);
    const inner = hash.of(concat(new Uint8Array(8), digest, salt));
    const zeros = new Uint8Array(length - salt.length - hash.size - 2);
    const masked = mask(concat(zeros, Uint8Array.of(1), salt), inner, hash);
    masked[0]! &= 0xff >> (8 * length - bits);
    return concat(masked, inner, Uint8Array.of(0xbc));
}

/** MGF1 (RFC 8017, appendix B.2.1), laid over `bytes`. */
function mask(bytes: Uint8Array, seed: Uint8Array, hash: Hash): Uint8Array {
    const stream: Uint8Array[] = [];
    for (let count = 0; count * hash.size < bytes.length; count += 1) stream.push(hash.of(concat(seed, uint32(count))));
    const over = concat(...stream);
    return bytes.map((byte, at) => byte ^ over[at]!);
}

// ---- ECDSA

function curveKey(curve: typeof p256, bytes: Uint8Array): Key | undefined {
    const { Point } = curve;
    let point: Uint8Array;
    try {
        point = Point.fromBytes(bytes).toBytes(false);
    } catch {
        return undefined;
    }
    return {
        bits: undefined,
        verifies({ kind, hash }, message, signature) {
            const width = Point.Fn.BYTES;
            const numbers = readPair(signature);
            if (kind !== 'ecdsa' || !numbers || numbers.some(({ length }) => length > width)) return false;
            const pair = concat(...numbers.map(number => concat(new Uint8Array(width - number.length), number)));
            return curve.verify(pair, hash.of(message), point, { prehash: false, lowS: false });
        },
    };
}

/** The two numbers of a signature, without zeros before them. */
function readPair(signature: Uint8Array): Uint8Array[] | undefined {
    try {
        const fields = Node.of(signature, 'ECDSA-Sig-Value').sequence();
        const numbers = [fields.next().integer(), fields.next().integer()];
        fields.end();
        return numbers.map(number => (number[0] === 0 ? number.subarray(1) : number));
    } catch (why) {
        if (why instanceof Refused) return undefined;
        throw why;
    }
}
