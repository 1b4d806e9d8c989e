// Bytes, and the encodings that format.md uses for them. What is read strictly gives undefined where it is not in its one form.

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Text of UTF-8 bytes, or undefined where they are not UTF-8. */
export function text(bytes: Uint8Array): string | undefined {
    try {
        return decoder.decode(bytes);
    } catch {
        return undefined;
    }
}

export function concat(...pieces: Uint8Array[]): Uint8Array {
    const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
        all.set(piece, at);
        at += piece.length;
    }
    return all;
}

export function equal(one: Uint8Array, other: Uint8Array): boolean {
    return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

export const startsWith = (bytes: Uint8Array, start: Uint8Array | string, at = 0): boolean => {
    const wanted = typeof start === 'string' ? utf8(start) : start;
    return equal(bytes.subarray(at, at + wanted.length), wanted);
};

export const isZero = (bytes: Uint8Array): boolean => bytes.every(byte => byte === 0);

/** Bytewise order of the UTF-8 of two texts, which is the order of their code points and not that of JavaScript. */
export function compare(one: string, other: string): number {
    const length = Math.min(one.length, other.length);
    for (let at = 0; at < length; at += 1) {
        const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)];
        if (a !== b) {
            // surrogates stand for code points above all others
            const high = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
            return high(a) - high(b);
        }
    }
    return one.length - other.length;
}

/** The length of a text in UTF-8. */
export function length(given: string): number {
    let bytes = given.length;
    for (let at = 0; at < given.length; at += 1) {
        const unit = given.charCodeAt(at);
        // each half of a pair makes two of its four bytes
        if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
    }
    return bytes;
}

export const hex = (bytes: Uint8Array): string => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

/** Bytes of text that `isHex`. */
export const fromHex = (digits: string): Uint8Array => Uint8Array.from(digits.match(/../g) ?? [], byte => parseInt(byte, 16));

export const isHex = (given: unknown, digits: number): given is string =>
    typeof given === 'string' && given.length === digits && /^[0-9a-f]*$/.test(given);

export function base64(bytes: Uint8Array): string {
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return btoa(binary);
}

/** Bytes of standard base64 with padding in its one form, or undefined. */
export function fromBase64(given: string): Uint8Array | undefined {
    if (given.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(given)) return undefined;
    const bytes = Uint8Array.from(atob(given), unit => unit.charCodeAt(0));
    return base64(bytes) === given ? bytes : undefined;
}

export function uint32(value: number): Uint8Array {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value);
    return bytes;
}
