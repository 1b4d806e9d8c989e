// What is given: chosen in a field, or dropped anywhere on the page and told by how it begins.
import { type Attributes, el, words } from './dom';
import { takeKeys } from './people';

export const given: {
    name: string;
    bundle: Blob | { path: string; file: Blob | null }[] | undefined;
    disclosures: File[];
    custody: File | undefined;
    identity: File | undefined;
    /** Bytes of the bundle. */
    length: number;
} = { name: '', bundle: undefined, disclosures: [], custody: undefined, identity: undefined, length: 0 };

export function field(id: string, label: string, attributes: Attributes, take: (files: File[]) => void): HTMLElement {
    const told = el('p', { class: 'given', id: `${id}-given` });
    const input = el('input', {
        type: 'file',
        id,
        'aria-describedby': `${id}-given`,
        ...attributes,
        change: () => {
            take([...(input.files ?? [])]);
            show(id, []);
        },
    });
    return el('div', { class: 'field' }, el('label', { for: id }, words(label)), input, told);
}

function show(id: string, names: string[]): void {
    const [first, more] = [names[0], names.length - 1];
    const told =
        first === undefined
            ? ''
            : words('web-given', { name: { quoted: first } }) + (more > 0 ? ` ${words('and-more', { count: more })}` : '');
    document.getElementById(`${id}-given`)!.textContent = told;
}

export function takeBundle(bundle: File): void {
    given.bundle = bundle;
    given.name = bundle.name;
    given.length = bundle.size;
}

export function takeFolder(all: { path: string; file: File | null }[]): void {
    given.bundle = all;
    given.name = '';
    given.length = all.reduce((sum, { file }) => sum + (file?.size ?? 0), 0);
}

export const below = (file: File): string => file.webkitRelativePath.slice(file.webkitRelativePath.indexOf('/') + 1);

/** Finds out what a dropped file is by how it begins. */
async function takeDropped(file: File): Promise<void> {
    const start = new TextDecoder('latin1').decode(await file.slice(0, 600).arrayBuffer());
    if (start.startsWith('{"format":"sealbag-card/') || /namespaces="/.test(start)) await takeKeys(file);
    else if (start.startsWith('{"format":"sealbag-disclosure/')) {
        given.disclosures.push(file);
        show(
            'disclosures',
            given.disclosures.map(({ name }) => name),
        );
    } else if (start.startsWith('{"entry":{"format":"sealbag-custody/')) {
        given.custody = file;
        show('custody', [file.name]);
    } else if (/^(#[^\n]*\n)*AGE-SECRET-KEY-/.test(start)) {
        given.identity = file;
        show('identity', [file.name]);
    } else {
        takeBundle(file);
        show('bundle', [file.name]);
    }
}

export async function takeEntry(entry: FileSystemEntry): Promise<void> {
    if (entry.isFile) {
        await takeDropped(await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail)));
        return;
    }
    const all: { path: string; file: File | null }[] = [];
    const walk = async (folder: FileSystemDirectoryEntry, path: string): Promise<void> => {
        const reader = folder.createReader();
        let count = 0;
        for (;;) {
            const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
            if (some.length === 0) break;
            count += some.length;
            for (const each of some) {
                const name = `${path}${each.name}`;
                if (each.isDirectory) await walk(each as FileSystemDirectoryEntry, `${name}/`);
                else
                    all.push({ path: name, file: await new Promise<File>((done, fail) => (each as FileSystemFileEntry).file(done, fail)) });
            }
        }
        if (count === 0 && path !== '') all.push({ path: path.slice(0, -1), file: null });
    };
    await walk(entry as FileSystemDirectoryEntry, '');
    takeFolder(all);
    show('folder', [entry.name]);
}
