// The unpacked folder (section 2).
import { startsWith } from './bytes';
import { Malformed, laterVersion } from './canonical';
import { detail, named } from './finding';
import { ItemLines } from './items';
import { decomposed } from './names';
import { type Container, Cursor, type Source, type Watch, collect, container, fail } from './source';
import { PARTS, isNewer, limit } from './zip';

/** What lies in a folder, at any depth: a file, an empty folder, or something that is neither. */
export interface Lying {
    path: string;
    kind: 'file' | 'empty' | 'other';
    source?: Source;
}

const INI = ['[.ShellClassInfo]', '[ViewState]', '[LocalizedFileNames]'];
const wide = (given: string): number[] => Array.from(given).flatMap(character => [character.charCodeAt(0), 0]);

/** How a file that a file manager leaves behind may begin, by its name. */
function starts(name: string): Uint8Array[] {
    const bytes = (...values: number[]) => Uint8Array.from(values);
    const narrow = (given: string) => Array.from(given, character => character.charCodeAt(0));
    if (name === '.DS_Store') return [bytes(0, 0, 0, 1, 0x42, 0x75, 0x64, 0x31)];
    if (name.startsWith('._')) return [bytes(0, 5, 0x16, 7, 0, 2, 0, 0)];
    if (name === 'Thumbs.db') return [bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)];
    if (name !== 'desktop.ini') return [];
    return ['', '\r\n'].flatMap(before =>
        INI.flatMap(word => [
            bytes(...narrow(before + word)),
            bytes(0xef, 0xbb, 0xbf, ...narrow(before + word)),
            bytes(0xff, 0xfe, ...wide(before + word)),
        ]),
    );
}

async function isLeftBehind({ path, source }: Lying): Promise<boolean> {
    const candidates = starts(path.slice(path.lastIndexOf('/') + 1));
    if (candidates.length === 0) return false;
    const head = await source!.read(0, Math.min(source!.size, 64));
    return candidates.some(start => startsWith(head, start));
}

export async function readFolder(lying: Lying[], watch: Watch): Promise<Container> {
    const folder = container('folder');
    const files = new Map<string, Lying>();
    for (const each of lying) {
        if (each.kind === 'file') files.set(each.path, each);
        else if (each.kind === 'other') fail(folder, 'folder.link', named(each.path), detail('LinkInBundle'));
        else folder.notes.push({ code: 'folder.junk', place: named(each.path), detail: detail('LeftBehind') });
    }
    const take = (path: string): Lying | undefined => {
        const found = files.get(path);
        files.delete(path);
        return found;
    };
    for (const name of PARTS) {
        const later = laterVersion(folder.parts.get('seal/manifest.json')?.bytes ?? new Uint8Array(0), 'manifest') !== undefined;
        if (isNewer(name) && !later) continue;
        // the signature of a release or a list of readers only beside that text
        if (/^seal\/re.*\.sig$/.test(name) && !folder.parts.has(name.replace('.sig', '.json'))) continue;
        const found = take(name);
        if (found) await collectPart(folder, name, found.source!, watch);
    }
    await payload(folder, take, watch);
    for (const left of files.values()) {
        if (await isLeftBehind(left)) folder.notes.push({ code: 'folder.junk', place: named(left.path), detail: detail('LeftBehind') });
        else if (left.path.startsWith('data/')) folder.payload.push({ path: left.path.slice(5), part: undefined });
        else fail(folder, 'bag.unlisted', named(left.path), detail('NotOfABundle'));
    }
    return folder;
}

/** A part; of one that is over its limit no byte is read. */
async function collectPart(folder: Container, name: string, source: Source, watch: Watch): Promise<void> {
    if (source.size <= limit(name)) {
        await collect(folder, name, new Cursor(source, watch), source.size);
        return;
    }
    folder.parts.set(name, { size: source.size, sha256: '', crc32: 0, bytes: undefined, zeros: false, source });
    if (name === 'seal/items.jsonl') {
        folder.items = new ItemLines();
        folder.items.wrong = { line: 1, why: new Malformed('TooLong', { limit: limit(name) }) };
    }
}

/** The files that the items name: under their own names first, then under those in normal form D. */
async function payload(folder: Container, take: (path: string) => Lying | undefined, watch: Watch): Promise<void> {
    if (!folder.items || folder.items.wrong) return;
    const wanted = new Set(folder.items.items.flatMap(item => (item.kind === 'file' ? [item.path] : [])));
    const found = new Map<string, Lying>();
    let others = 0;
    for (const spelled of [(path: string) => path, decomposed]) {
        for (const path of wanted) {
            const lying = found.has(path) ? undefined : take(`data/${spelled(path)}`);
            if (!lying) continue;
            found.set(path, lying);
            if (lying.path !== `data/${path}`) others += 1;
        }
    }
    if (others > 0)
        folder.notes.push({ code: 'folder.decomposed', place: named('data/'), detail: detail('NamesDecomposed', { count: others }) });
    for (const [path, { source }] of found) await collect(folder, `data/${path}`, new Cursor(source!, watch), source!.size);
}

/** Padding may have at most a quarter of what else there is, and a little. Derived files count where it is known how they ought to be. */
export function checkPadding(folder: Container, derived: boolean): void {
    const padding = folder.parts.get('seal/padding');
    if (!padding) return;
    const sizes = [...folder.parts].map(([name, { size }]) => (name !== 'seal/padding' && (derived || name.startsWith('seal/')) ? size : 0));
    const rest = [...sizes, ...folder.payload.map(({ part }) => part?.size ?? 0)].reduce((sum, size) => sum + size, 0);
    if (padding.size > 65536 + Math.floor(rest / 4)) fail(folder, 'container.layout', named('seal/padding'), detail('PaddingNotPadme'));
}
