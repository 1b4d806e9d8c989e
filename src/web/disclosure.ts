// A disclosure: withheld items given back to one reader (section 10). The first fault counts, and refuses all of it.
import { GIB, isZero } from './bytes';
import { LIMIT, Malformed, digest, ensure, integer, laterNames, laterFormat, laterVersion, parse, string } from './canonical';
import { type Argument, type Code, type Detail, Stopped, detail, place } from './finding';
import { Passing } from './hash';
import { type File, type Item, conflicts, parseItem } from './items';
import { Cursor, type Part, Range, type Source, type Watch } from './source';
import type { Seal } from './verify';

/** What a disclosure gave back. */
export interface Given {
    /** Those that the bundle withholds. */
    items: Item[];
    files: (File & Item)[];
    /** Where the bytes of each file lie, by its path. */
    parts: Map<string, Part>;
    /** How many of its items the bundle shows anyway. */
    shown: number;
}

const refuse = (code: Code, what: Detail, values: Record<string, Argument> = {}): never => {
    throw new Stopped(code, detail(what, values), place('Disclosure'));
};

/** Takes the next line, its line feed included. */
async function line(cursor: Cursor): Promise<Uint8Array | undefined> {
    const start = await cursor.peek(LIMIT.line);
    const feed = start.indexOf(0x0a);
    return feed < 0 ? undefined : (await cursor.take(feed + 1)).slice();
}

/** Reads a disclosure beside a bundle that is whole, and those that were given before it. */
export async function readDisclosure(source: Source, seal: Seal, before: Given[], watch: Watch): Promise<Given> {
    try {
        return await read(new Cursor(source, watch), seal, before);
    } catch (why) {
        if (why instanceof Malformed) refuse('disclosure.malformed', why.detail, why.values);
        throw why;
    }
}

async function read(cursor: Cursor, seal: Seal, before: Given[]): Promise<Given> {
    const bundle = seal.manifest!.digest;
    const start = await cursor.peek(LIMIT.line);
    if (laterVersion(start, 'disclosure') !== undefined) {
        if (laterNames(start, 'disclosure', bundle)) refuse('seal.newer', 'UnknownFormat', { format: { quoted: laterFormat(start) } });
        ensure(/^[0-9a-f]{64}$/.test(namedBundle(start)), 'DigestForm');
        refuse('disclosure.other', 'ForTheBundle', { digest: namedBundle(start) });
    }
    const first = await line(cursor);
    ensure(first, 'FirstLineOpen');
    const head = parse(first.subarray(0, -1), members => {
        const value = { format: string(members, 'format'), bundle: digest(members, 'bundle'), items: integer(members, 'items') };
        ensure(value.format === 'sealbag-disclosure/1', 'FormatIs', { format: value.format });
        return { value, members: value };
    });
    ensure(head.items >= 1 && head.items <= LIMIT.count, 'DisclosureCount');
    if (head.bundle !== bundle) refuse('disclosure.other', 'ForTheBundle', { digest: head.bundle });

    const sealed = new Set(seal.manifest!.items);
    const all: Item[] = [];
    const from = cursor.at;
    for (let number = 1; number <= head.items; number += 1) {
        const bytes = await line(cursor);
        ensure(bytes, 'ItemOpen', { item: number });
        ensure(cursor.at - from <= GIB, 'ItemsTooLong');
        const item = parseItem(bytes);
        ensure(number === 1 || all.at(-1)!.commitment < item.commitment, 'ItemsOutOfOrder');
        if (!sealed.has(item.commitment)) refuse('disclosure.unsealed', 'ItemNotSealed', { item: number });
        all.push(item);
    }
    const lines = cursor.at - from;

    const known = new Map([...seal.items!, ...before.flatMap(({ items }) => items), ...all].map(item => [item.commitment, item]));
    const [conflict] = conflicts([...known.values()], true);
    if (conflict) refuse('seal.two_versions', 'TwoVersions', { reason: detail(conflict.detail, conflict.values) });

    const files = all.filter((item): item is File & Item => item.kind === 'file');
    const parts = new Map<string, Part>();
    let length = 0;
    for (const { path, size, sha256 } of files) {
        ensure(cursor.left >= size, 'EndsBefore', { name: path });
        const where = new Range(cursor.source, cursor.at, size);
        const passing = new Passing();
        for await (const slice of cursor.slices(size)) passing.push(slice);
        const found = passing.end();
        if (found.sha256 !== sha256) refuse('disclosure.payload', 'OtherSha256');
        parts.set(path, { ...found, bytes: undefined, zeros: false, source: where });
        length += size;
    }
    const zeros = cursor.left;
    for await (const slice of cursor.slices(zeros)) ensure(isZero(slice), 'MoreThanZeros');
    ensure(zeros <= 65536 + Math.floor((lines + length) / 4), 'TooManyZeros');

    const shown = new Set(seal.items!.map(({ commitment }) => commitment));
    const back = all.filter(({ commitment }) => !shown.has(commitment));
    return { items: back, files: files.filter(({ commitment }) => !shown.has(commitment)), parts, shown: all.length - back.length };
}

/** The digest of the bundle that a disclosure of a later version names. */
function namedBundle(start: Uint8Array): string {
    return /"bundle":"([^"]*)"/.exec(new TextDecoder().decode(start.subarray(0, 160)))?.[1] ?? '';
}
