// Where bytes come from, and what a reader keeps of a bundle's files: hashes of all, the bytes of those few that it parses.
import { MIB, concat, isZero } from './bytes';
import { type Code, type Finding, type Sentence, Stopped, detail } from './finding';
import { Passing } from './hash';
import { ItemLines } from './items';

export interface Source {
    readonly size: number;
    /** These bytes, all of which must be there. */
    read(at: number, length: number): Promise<Uint8Array>;
    /** These bytes as they lie in a file, where they do. */
    slice?(at: number, length: number): Blob | undefined;
}

/** Told how many bytes were read; says so by throwing where the reader is to stop. */
export type Watch = (bytes: number) => void;

export class BlobSource implements Source {
    constructor(readonly blob: Blob) {}

    get size(): number {
        return this.blob.size;
    }

    async read(at: number, length: number): Promise<Uint8Array> {
        let bytes: Uint8Array;
        try {
            bytes = new Uint8Array(await this.blob.slice(at, at + length).arrayBuffer());
        } catch (why) {
            // the file changed or went away
            throw new Stopped('io.read', detail('Foreign', { error: String(why) }));
        }
        if (bytes.length !== length) throw new Stopped('io.read', detail('CutShort'));
        return bytes;
    }

    slice(at: number, length: number): Blob {
        return this.blob.slice(at, at + length);
    }
}

/** A range of another source, such as a file in a ZIP. */
export class Range implements Source {
    constructor(
        private readonly whole: Source,
        private readonly from: number,
        readonly size: number,
    ) {}

    read(at: number, length: number): Promise<Uint8Array> {
        return this.whole.read(this.from + at, length);
    }

    slice(at: number, length: number): Blob | undefined {
        return this.whole.slice?.(this.from + at, length);
    }
}

const SLICE = 2 * MIB;

/** Reads from the front to the end. */
export class Cursor {
    at = 0;
    private held: Uint8Array = new Uint8Array(0);

    constructor(
        readonly source: Source,
        private readonly watch: Watch,
    ) {}

    get left(): number {
        return this.source.size - this.at;
    }

    /** The next bytes, as many as there are up to `length`; they stay. */
    async peek(length: number): Promise<Uint8Array> {
        if (this.held.length < length && this.held.length < this.left) {
            const more = Math.min(Math.max(length, SLICE), this.left) - this.held.length;
            const next = await this.source.read(this.at + this.held.length, more);
            this.held = this.held.length === 0 ? next : concat(this.held, next);
            this.watch(more);
        }
        return this.held.subarray(0, length);
    }

    async take(length: number): Promise<Uint8Array> {
        const bytes = await this.peek(length);
        this.held = this.held.subarray(bytes.length);
        this.at += bytes.length;
        return bytes;
    }

    /** Hands out the next `length` bytes in slices. */
    async *slices(length: number): AsyncGenerator<Uint8Array> {
        for (let left = length; left > 0;) {
            const bytes = await this.take(Math.min(left, this.held.length || SLICE));
            left -= bytes.length;
            yield bytes;
        }
    }
}

export interface Part {
    size: number;
    sha256: string;
    crc32: number;
    /** Of the texts that are parsed, and of nothing else. */
    bytes: Uint8Array | undefined;
    /** Whether there is no other byte than zero. */
    zeros: boolean;
    source: Source;
}

/** A bundle as it was read, believed by nobody. */
export interface Container {
    kind: 'zip' | 'folder';
    findings: Finding[];
    notes: Finding[];
    /** The layout breaks off: nobody knows what lay behind. */
    broken: boolean;
    /** What lies outside `data/`, by its name. */
    parts: Map<string, Part>;
    items: ItemLines | undefined;
    /** What lies under `data/`, in the order in which it was found. A name may occur twice; what no item names has no part. */
    payload: { path: string; part: Part | undefined }[];
}

export const container = (kind: Container['kind']): Container => ({
    kind,
    findings: [],
    notes: [],
    broken: false,
    parts: new Map(),
    items: undefined,
    payload: [],
});

export function fail(into: Container, code: Code, where: Sentence, what: Sentence): void {
    into.findings.push({ code, place: where, detail: what });
}

const PARSED = /^seal\/(manifest|release-[1-9]|readers)\.(json|sig)$/;
/** What is longer is no armor: the longest has less than 500 bytes. */
const ARMOR = 4096;

/** Hashes a file on its way, and keeps what is parsed. */
export async function collect(into: Container, name: string, cursor: Cursor, size: number): Promise<Part> {
    const passing = new Passing();
    const kept: Uint8Array[] = [];
    const source = new Range(cursor.source, cursor.at, size);
    const parsed = PARSED.test(name) && (name.endsWith('.json') || size <= ARMOR);
    let zeros = true;
    const items = name === 'seal/items.jsonl' ? new ItemLines() : undefined;
    for await (const slice of cursor.slices(size)) {
        passing.push(slice);
        items?.push(slice);
        if (parsed) kept.push(slice.slice());
        if (name === 'seal/padding') zeros &&= isZero(slice);
    }
    items?.end();
    into.items ??= items;
    const part = { ...passing.end(), bytes: parsed ? concat(...kept) : undefined, zeros, source };
    if (name.startsWith('data/')) into.payload.push({ path: name.slice(5), part });
    else into.parts.set(name, part);
    return part;
}
