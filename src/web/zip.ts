// The ZIP file (section 7): every header is made again from what it says and compared, so exactly one file is right.
import { compare, concat, equal, text } from './bytes';
import { LIMIT, Malformed, laterVersion, seconds } from './canonical';
import { type Detail, type Sentence, detail, named, place } from './finding';
import { checkPath } from './names';
import { type Container, Cursor, type Source, type Watch, collect, container, fail } from './source';
import type { Manifest } from './texts';

const DERIVED = ['bag-info.txt', 'bagit.txt', 'manifest-sha256.txt', 'tagmanifest-sha256.txt', 'VERIFY.txt'];
const NEWER = ['seal/manifest-2.json', 'seal/manifest-2.sig', 'seal/manifest-pq.sig'];
const RELEASES = Array.from({ length: LIMIT.releases }, (_, at) => [`seal/release-${at + 1}.json`, `seal/release-${at + 1}.sig`]);
export const PARTS = [
    ...DERIVED,
    'seal/items.jsonl',
    'seal/manifest.json',
    'seal/manifest.sig',
    ...NEWER,
    ...RELEASES.flat(),
    'seal/readers.json',
    'seal/readers.sig',
    'seal/padding',
];
/** Those whose absence has a finding of its own. */
const MAY_LACK = new Set(['seal/manifest.json', 'seal/padding', ...NEWER]);

/** The most that a part may have (section 6). */
export function limit(name: string): number {
    if (name === 'seal/items.jsonl') return LIMIT.items;
    if (name === 'seal/readers.json') return LIMIT.readers;
    return /^seal\/(manifest|release-\d)\.json$/.test(name) ? LIMIT.text : LIMIT.integer;
}

/** Names of parts that only a manifest of a later version may have beside it. */
export const isNewer = (name: string): boolean => NEWER.includes(name);

interface Entry {
    name: Uint8Array;
    offset: number;
    size: number;
    crc32: number;
    /** Time and date, as MS-DOS packs them. */
    stamp: number;
}

function bytes(...fields: [value: number, width: 2 | 4 | 8][]): Uint8Array {
    const out = new DataView(new ArrayBuffer(fields.reduce((sum, [, width]) => sum + width, 0)));
    let at = 0;
    for (const [value, width] of fields) {
        if (width === 2) out.setUint16(at, value, true);
        else if (width === 4) out.setUint32(at, value, true);
        else out.setBigUint64(at, BigInt(value), true);
        at += width;
    }
    return new Uint8Array(out.buffer);
}

const ALL_32 = 0xffffffff;
const needs64 = (value: number): boolean => value >= ALL_32;
const in32 = (value: number): number => Math.min(value, ALL_32);
const in16 = (value: number): number => Math.min(value, 0xffff);
const flags = (name: Uint8Array): number => (name.some(byte => byte > 0x7f) ? 0x0800 : 0);

function localHeader({ name, size, crc32, stamp }: Entry): Uint8Array {
    const large = needs64(size);
    return concat(
        bytes(
            [0x04034b50, 4],
            [large ? 45 : 10, 2],
            [flags(name), 2],
            [0, 2],
            [stamp, 4],
            [crc32, 4],
            [in32(size), 4],
            [in32(size), 4],
            [name.length, 2],
            [large ? 20 : 0, 2],
        ),
        name,
        large ? bytes([1, 2], [16, 2], [size, 8], [size, 8]) : new Uint8Array(0),
    );
}

function centralHeader({ name, offset, size, crc32, stamp }: Entry): Uint8Array {
    const fields: [number, 8][] = [];
    if (needs64(size)) fields.push([size, 8], [size, 8]);
    if (needs64(offset)) fields.push([offset, 8]);
    const version = fields.length > 0 ? 45 : 10;
    return concat(
        bytes(
            [0x02014b50, 4],
            [0x0300 + version, 2],
            [version, 2],
            [flags(name), 2],
            [0, 2],
            [stamp, 4],
            [crc32, 4],
            [in32(size), 4],
            [in32(size), 4],
            [name.length, 2],
            [fields.length > 0 ? 4 + 8 * fields.length : 0, 2],
            [0, 2],
            [0, 2],
            [0, 2],
            [0x81a40000, 4],
            [in32(offset), 4],
        ),
        name,
        fields.length > 0 ? bytes([1, 2], [8 * fields.length, 2], ...fields) : new Uint8Array(0),
    );
}

function endRecords(count: number, size: number, offset: number): Uint8Array {
    const large = count >= 0xffff || needs64(size) || needs64(offset);
    const more: [number, 2 | 4 | 8][] = [
        [0x06064b50, 4],
        [44, 8],
        [0x032d, 2],
        [45, 2],
        [0, 4],
        [0, 4],
        [count, 8],
        [count, 8],
        [size, 8],
        [offset, 8],
        [0x07064b50, 4],
        [0, 4],
        [offset + size, 8],
        [1, 4],
    ];
    return bytes(
        ...(large ? more : []),
        [0x06054b50, 4],
        [0, 2],
        [0, 2],
        [in16(count), 2],
        [in16(count), 2],
        [in32(size), 4],
        [in32(offset), 4],
        [0, 2],
    );
}

/** Where the layout breaks: nothing behind this place is looked at. */
class Break extends Error {
    constructor(
        readonly at: Sentence,
        readonly detail: Detail,
        readonly values: Record<string, number> = {},
    ) {
        super(detail);
    }
}

export interface Zip extends Container {
    top: string;
    stamp: number;
    size: number;
}

export async function readZip(source: Source, watch: Watch): Promise<Zip> {
    const zip: Zip = { ...container('zip'), top: '', stamp: 0, size: source.size };
    try {
        await walk(zip, new Cursor(source, watch));
    } catch (broken) {
        if (!(broken instanceof Break)) throw broken;
        zip.broken = true;
        fail(zip, 'container.layout', broken.at, detail(broken.detail, broken.values));
    }
    return zip;
}

async function walk(zip: Zip, cursor: Cursor): Promise<void> {
    const entries: Entry[] = [];
    let rank = -1;
    let before: string | undefined;
    const otherTime = () => entries.some(entry => entry.stamp !== entries[0]!.stamp);
    const here = () => place('Byte', { at: cursor.at });
    if (cursor.left === 0) throw new Break(here(), 'EmptyFile');
    for (;;) {
        const start = new DataView((await cursor.peek(30)).slice().buffer);
        if (start.byteLength < 4) throw new Break(here(), 'EndsInTheMiddle');
        const signature = start.getUint32(0, true);
        if (signature === 0x02014b50 && entries.length > 0) break;
        if (signature !== 0x04034b50) throw new Break(here(), entries.length > 0 ? 'NoHeader' : 'NotAZip');
        const entry = await readHeader(cursor, start);
        const name = checkName(zip, here(), entry, entries.length === 0);
        const where = named(`${zip.top}/${name}`);
        if (name.startsWith('data/')) {
            try {
                checkPath(name.slice(5));
            } catch (wrong) {
                if (wrong instanceof Malformed) throw new Break(where, wrong.detail);
                throw wrong;
            }
            if (rank >= 0) fail(zip, 'container.layout', where, detail('PayloadBehindParts'));
            if (before !== undefined && compare(before, name) >= 0) fail(zip, 'container.layout', where, detail('PayloadOutOfOrder'));
            before = name;
        } else {
            rank = checkPart(zip, name, rank, where);
            if (entry.size > limit(name)) throw new Break(where, 'TooLong', { limit: limit(name) });
        }
        if (entries.length >= LIMIT.count + PARTS.length) throw new Break(here(), 'TooManyEntries');
        if (cursor.left < localHeader(entry).length + entry.size) throw new Break(where, 'CutShort');
        await cursor.take(localHeader(entry).length);
        const part = await collect(zip, name, cursor, entry.size);
        if (part.crc32 !== entry.crc32) fail(zip, 'container.layout', named(name), detail('WrongCrc32'));
        if (entries.length > 0 && entry.stamp !== zip.stamp && !otherTime())
            fail(zip, 'container.layout', named(name), detail('OtherTime'));
        if (entries.length === 0) zip.stamp = entry.stamp;
        entries.push(entry);
    }
    leftOut(zip, rank, PARTS.length, place('EndOfFile'));
    const from = cursor.at;
    for (const entry of entries) {
        const expected = centralHeader(entry);
        if (!equal(await cursor.take(expected.length), expected)) throw new Break(named(text(entry.name)!), 'DirectoryDiffers');
    }
    const expected = endRecords(entries.length, cursor.at - from, from);
    if (!equal(await cursor.take(expected.length), expected)) throw new Break(place('EndOfFile'), 'EndRecordDiffers');
    if (cursor.left > 0) throw new Break(place('EndOfFile'), 'BytesBehindEnd');
}

/** The header that begins here, if it can be made again from what it says. */
async function readHeader(cursor: Cursor, start: DataView): Promise<Entry> {
    const here = place('Byte', { at: cursor.at });
    if (start.byteLength < 30) throw new Break(here, 'EndsInTheMiddle');
    const length = start.getUint16(26, true);
    if (length > 26 + LIMIT.path) throw new Break(here, 'NameTooLong');
    const extra = start.getUint16(28, true);
    const header = await cursor.peek(30 + length + extra);
    if (header.length < 30 + length + extra) throw new Break(here, 'EndsInTheMiddle');
    let size = start.getUint32(22, true);
    if (size === ALL_32 && extra === 20) {
        const large = new DataView(header.slice(34 + length).buffer).getBigUint64(0, true);
        if (large > BigInt(LIMIT.integer)) throw new Break(here, 'OddHeader');
        size = Number(large);
    }
    const entry = {
        name: header.slice(30, 30 + length),
        offset: cursor.at,
        size,
        crc32: start.getUint32(14, true),
        stamp: start.getUint32(10, true),
    };
    if (!equal(localHeader(entry), header)) throw new Break(here, 'OddHeader');
    return entry;
}

/** The name of an entry below the top folder. */
function checkName(zip: Zip, at: Sentence, entry: Entry, first: boolean): string {
    const name = text(entry.name);
    if (name === undefined) throw new Break(at, 'NameNotUtf8');
    if (first) {
        if (!/^sealbag-[0-9a-f]{12}\//.test(name)) throw new Break(named(name), 'NoTopFolder');
        zip.top = name.slice(0, 20);
    } else if (!name.startsWith(`${zip.top}/`)) {
        throw new Break(named(name), 'OtherTopFolder');
    }
    return name.slice(21);
}

/** The rank of a part, which must be above that of the part before. */
function checkPart(zip: Zip, name: string, before: number, where: Sentence): number {
    const rank = PARTS.indexOf(name);
    const later = laterVersion(zip.parts.get('seal/manifest.json')?.bytes ?? new Uint8Array(0), 'manifest');
    if (rank <= before || (isNewer(name) && later === undefined)) throw new Break(where, 'WrongPlace');
    leftOut(zip, before, rank, where);
    return rank;
}

/** Parts between two ranks that ought to be there: signatures have findings of their own, releases and readers where a later one is. */
function leftOut(zip: Zip, from: number, to: number, where: Sentence): void {
    const next = PARTS[to] ?? '';
    const release = (name: string) => Number(/^seal\/release-(\d)/.exec(name)?.[1] ?? 0);
    for (const name of PARTS.slice(from + 1, to)) {
        if (name.endsWith('.sig') || MAY_LACK.has(name)) continue;
        if (release(name) > release(next)) continue;
        if (name === 'seal/readers.json' && next !== 'seal/readers.sig') continue;
        if (release(name) > 0) {
            fail(zip, 'container.layout', where, detail('ReleaseBeforeNotInPlace'));
            return;
        }
        fail(zip, 'container.layout', named(name), detail('NotInPlace'));
    }
}

/** What of the layout follows from the manifest. */
export function checkAgainst(zip: Zip, manifest: Manifest): void {
    if (zip.top !== `sealbag-${manifest.id.slice(0, 12)}`) fail(zip, 'container.layout', place('Bundle'), detail('TopFolderNotOfId'));
    const at = new Date(seconds(manifest.sealed_at) * 1000);
    const time = at.getUTCHours() * 2048 + at.getUTCMinutes() * 32 + Math.floor(at.getUTCSeconds() / 2);
    const date = (at.getUTCFullYear() - 1980) * 512 + (at.getUTCMonth() + 1) * 32 + at.getUTCDate();
    if (zip.stamp !== date * 0x10000 + time) fail(zip, 'container.layout', place('Bundle'), detail('TimeNotOfManifest'));
    const padding = zip.parts.get('seal/padding');
    if (padding && !zip.broken && zip.size !== padme(zip.size - padding.size))
        fail(zip, 'container.layout', named('seal/padding'), detail('PaddingNotPadme'));
}

/** The least PADME length that is not below this one. */
function padme(size: number): number {
    if (size < 2) return size;
    const e = size.toString(2).length - 1;
    const s = e.toString(2).length;
    const step = 2 ** Math.max(e - s, 0);
    return Math.ceil(size / step) * step;
}
