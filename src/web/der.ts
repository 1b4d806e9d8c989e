// DER (X.690), read element by element: lengths in their shortest form, and nothing left over. Nothing in it is read by recursion.
import { concat } from './bytes';
import { type Argument, type Code, type Detail, type Sentence, detail } from './finding';

/** Why a token, a certificate or a revocation list is refused. */
export class Refused extends Error {
    constructor(
        readonly code: Code,
        readonly detail: Sentence,
    ) {
        super(code);
    }
}

export function refuse(code: Code, what: Detail, values: Record<string, Argument> = {}): never {
    throw new Refused(code, detail(what, values));
}

/** The bytes do not have the form; `part` is what the standards call the part. */
export const malformed = (part: string): never => refuse('token.malformed', 'TokenForm', { part: { exact: part } });

export const TAG = {
    boolean: 0x01,
    integer: 0x02,
    bits: 0x03,
    octets: 0x04,
    null: 0x05,
    oid: 0x06,
    utcTime: 0x17,
    time: 0x18,
    sequence: 0x30,
    set: 0x31,
};
/** `[number]` around something, or in place of the tag of something that holds nothing else. */
export const context = (number: number): number => 0xa0 + number;
export const primitive = (number: number): number => 0x80 + number;

/** The tags of the universal class that there are. */
const UNIVERSAL = [1, 2, 3, 4, 5, 6, 9, 10, 12, 13, 18, 19, 20, 21, 22, 23, 24, 26, 27, 30, 0x30, 0x31];

/** One element. */
export class Node {
    constructor(
        readonly tag: number,
        /** What it holds. */
        readonly value: Uint8Array,
        /** All of it. */
        readonly raw: Uint8Array,
        private readonly part: string,
    ) {}

    /** The one element that `bytes` are. */
    static of(bytes: Uint8Array, part: string): Node {
        const fields = new Fields(bytes, part);
        const node = fields.next();
        fields.end();
        return node;
    }

    /** The elements in it, if it has this tag. */
    fields(tag: number, part = this.part): Fields {
        return this.tag === tag ? new Fields(this.value, part) : malformed(part);
    }

    sequence(part = this.part): Fields {
        return this.fields(TAG.sequence, part);
    }

    /** The one element in it, if it has this tag. */
    only(tag: number): Node {
        const fields = this.fields(tag);
        const node = fields.next();
        fields.end();
        return node;
    }

    private holds(tag: number): Uint8Array {
        return this.tag === tag ? this.value : malformed(this.part);
    }

    octets(): Uint8Array {
        return this.holds(TAG.octets);
    }

    boolean(): boolean {
        const [value, ...more] = this.holds(TAG.boolean);
        return more.length === 0 && (value === 0 || value === 0xff) ? value === 0xff : malformed(this.part);
    }

    /** The bytes of a canonical INTEGER that is not negative, with the zero that may stand before them. */
    integer(): Uint8Array {
        const bytes = this.holds(TAG.integer);
        const [first, second] = bytes;
        const canonical = first !== undefined && (first === 0 && second !== undefined ? second >= 0x80 : first < 0x80);
        return canonical ? bytes : malformed(this.part);
    }

    /** An INTEGER of at most eight bytes. What is beyond 2^53 loses its last digits, which nothing asks for. */
    number(): number {
        const bytes = this.integer();
        return bytes.length <= 8 ? bytes.reduce((number, byte) => number * 256 + byte, 0) : malformed(this.part);
    }

    /** The bytes of a BIT STRING that ends with a whole byte. */
    wholeBits(): Uint8Array {
        const bytes = this.holds(TAG.bits);
        return bytes[0] === 0 ? bytes.subarray(1) : malformed(this.part);
    }

    /** An OBJECT IDENTIFIER in dotted form, with a zero for each needless 80, so that such a name equals no other. */
    oid(): string {
        const [first, ...rest] = this.holds(TAG.oid);
        if (first === undefined || first >= 120 || rest.length >= 39) return malformed(this.part);
        let name = `${Math.floor(first / 40)}.${first % 40}`;
        let arc = '';
        let number = 0;
        for (const byte of rest) {
            if (arc === '') name += '.';
            if (byte === 0x80 && number === 0) name += '0';
            number = number * 128 + (byte & 0x7f);
            if (number > 0xffffffff) return malformed(this.part);
            arc = byte < 0x80 ? '' : 'open';
            if (arc !== '') continue;
            name += number;
            number = 0;
        }
        return arc === '' ? name : malformed(this.part);
    }
}

/** An OBJECT IDENTIFIER for people. */
export const dotted = (name: string): string => name.replace(/\.0+(?=\d)/g, '.');

/** Elements one behind the other. */
export class Fields {
    private at = 0;

    constructor(
        private readonly bytes: Uint8Array,
        private readonly part: string,
    ) {}

    get done(): boolean {
        return this.at === this.bytes.length;
    }

    next(): Node {
        const { bytes, at, part } = this;
        const [tag, behind] = readTag(bytes, at) ?? malformed(part);
        const [length, from] = readLength(bytes, behind) ?? malformed(part);
        if (from + length > bytes.length) return malformed(part);
        this.at = from + length;
        return new Node(tag, bytes.subarray(from, this.at), bytes.subarray(at, this.at), part);
    }

    /** The next element, which must have this tag. */
    expect(tag: number): Node {
        const node = this.next();
        return node.tag === tag ? node : malformed(this.part);
    }

    /** The next element if it has this tag. */
    nextIf(tag: number): Node | undefined {
        return this.bytes[this.at] === tag ? this.next() : undefined;
    }

    /** Nothing may follow. */
    end(): void {
        if (!this.done) malformed(this.part);
    }

    /** All that are left, at most `most`. */
    rest(most: number): Node[] {
        const nodes: Node[] = [];
        while (!this.done) {
            if (nodes.length === most) malformed(this.part);
            nodes.push(this.next());
        }
        return nodes;
    }
}

/** The first byte of a tag, and what stands behind the tag. */
function readTag(bytes: Uint8Array, at: number): [number, number] | undefined {
    const tag = bytes[at];
    if (tag === undefined || (tag < 0x40 && !UNIVERSAL.includes(tag))) return undefined;
    if (tag < 0x40 || (tag & 31) !== 31) return [tag, at + 1];
    // a number of its own, which nothing here asks for: at least 31, at most 2^32 - 1, without a needless 80
    let number = 0;
    for (let behind = at + 1; number < 2 ** 25 && bytes[behind] !== undefined; behind += 1) {
        const byte = bytes[behind]!;
        number = number * 128 + (byte & 0x7f);
        if (byte < 0x80) return number < 31 ? undefined : [tag, behind + 1];
        if (number === 0) return undefined;
    }
    return undefined;
}

/** A length, in its shortest form, and what stands behind it. */
function readLength(bytes: Uint8Array, at: number): [number, number] | undefined {
    const first = bytes[at];
    if (first === undefined || first === 0x80 || first > 0x84) return undefined;
    if (first < 0x80) return [first, at + 1];
    const from = at + 1 + first - 0x80;
    const length = bytes.subarray(at + 1, from).reduce((sum, byte) => sum * 256 + byte, 0);
    const shortest = bytes[at + 1] !== 0 && length >= 0x80 && from <= bytes.length;
    return shortest ? [length, from] : undefined;
}

/** Writes one element around `parts`. */
export function element(tag: number, ...parts: Uint8Array[]): Uint8Array {
    const inside = concat(...parts);
    const digits: number[] = [];
    for (let left = inside.length; left > 0; left = Math.floor(left / 256)) digits.unshift(left % 256);
    const length = inside.length < 0x80 ? [inside.length] : [0x80 + digits.length, ...digits];
    return concat(Uint8Array.of(tag, ...length), inside);
}

/** Writes an OBJECT IDENTIFIER. */
export function identifier(name: string): Uint8Array {
    const [first, second, ...rest] = name.split('.').map(Number) as [number, number, ...number[]];
    const arcs = rest.flatMap(arc => {
        const bytes = [arc % 128];
        for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) bytes.unshift(0x80 + (left % 128));
        return bytes;
    });
    return element(TAG.oid, Uint8Array.of(first * 40 + second, ...arcs));
}
