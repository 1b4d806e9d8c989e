// What is given: chosen in a field, or dropped anywhere on the page and told by how it begins.
import { type Attributes, el, words } from './dom';
import { takeKeys } from './people';

/** The files of one audit. */
export interface AuditFiles {
    results: File | undefined;
    summary: File | undefined;
    signature: File | undefined;
}

export const given: {
    name: string;
    bundle: Blob | { path: string; file: Blob | null }[] | undefined;
    disclosures: File[];
    custody: File | undefined;
    against: File | undefined;
    identity: File | undefined;
    /** Instead of a bundle. */
    audit: AuditFiles | undefined;
    /** Bytes of what is checked. */
    length: number;
} = {
    name: '',
    bundle: undefined,
    disclosures: [],
    custody: undefined,
    against: undefined,
    identity: undefined,
    audit: undefined,
    length: 0,
};

function field(id: string, label: string, attributes: Attributes, take: (files: File[]) => void): HTMLElement {
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

/** Tells what was dropped: the field itself only tells what was chosen in it. */
function show(id: string, names: string[]): void {
    const [first, more] = [names[0], names.length - 1];
    const told =
        first === undefined
            ? ''
            : words('web-given', { name: { quoted: first } }) + (more > 0 ? ` ${words('and-more', { count: more })}` : '');
    document.getElementById(`${id}-given`)!.textContent = told;
    // what was chosen before does not count any more
    if (told !== '') (document.getElementById(id) as HTMLInputElement).value = '';
}

/** What is checked is one thing: what was chosen for another field before is let go. */
function instead(of: 'bundle' | 'folder' | 'audit'): void {
    for (const id of ['bundle', 'folder', 'audit'].filter(each => each !== of)) {
        show(id, []);
        (document.getElementById(id) as HTMLInputElement).value = '';
    }
    Object.assign(given, { name: '', bundle: undefined, audit: undefined, length: 0 });
}

function takeBundle(bundle: File): void {
    instead('bundle');
    Object.assign(given, { bundle, name: bundle.name, length: bundle.size });
}

type Lying = { path: string; file: File | null }[];

function takeFolder(all: Lying): void {
    instead('folder');
    Object.assign(given, { bundle: all, length: all.reduce((sum, { file }) => sum + (file?.size ?? 0), 0) });
}

function takeAudit(files: File[]): void {
    instead('audit');
    const ending = (end: string) => files.find(({ name }) => name.endsWith(end));
    const [summary, signature] = [ending('.summary.json'), ending('.summary.sig')];
    const results = files.find(file => file !== summary && file !== signature);
    Object.assign(given, { audit: { results, summary, signature }, length: results?.size ?? 0 });
}

const below = (file: File): string => file.webkitRelativePath.slice(file.webkitRelativePath.indexOf('/') + 1);

const many = { multiple: true };
export const bundleFields = (): HTMLElement[] => [
    field('bundle', 'web-bundle', {}, ([file]) => (file ? takeBundle(file) : instead('bundle'))),
    field('folder', 'web-folder', { webkitdirectory: true }, all =>
        all.length > 0 ? takeFolder(all.map(file => ({ path: below(file), file }))) : instead('folder'),
    ),
    field('audit', 'web-audit', many, all => (all.length > 0 ? takeAudit(all) : instead('audit'))),
    el('p', { class: 'small' }, words('web-drop')),
];
export const identityField = (): HTMLElement =>
    field('identity', 'web-identity', {}, ([file]) => {
        given.identity = file;
    });
export const besideFields = (): HTMLElement[] => [
    field('disclosures', 'web-disclosures', many, all => {
        given.disclosures = all;
    }),
    field('custody', 'web-custody', {}, ([file]) => {
        given.custody = file;
    }),
    field('against', 'web-against', {}, ([file]) => {
        given.against = file;
    }),
];
export const cardsField = (): HTMLElement => field('cards', 'web-cards', many, all => void takeKeys(all));

// ---- dropped

/** No bundle is as short as that: what every one holds, such as VERIFY.txt, is longer. */
const SHORT = 5000;

type Kind = 'bundle' | 'audit' | 'cards' | 'disclosures' | 'custody' | 'identity';

/** Finds out what a dropped file is by how it begins, and an empty one or a signature by its name. */
async function kindOf(file: File): Promise<Kind> {
    const start = new TextDecoder('latin1').decode(await file.slice(0, 600).arrayBuffer());
    if (/^\{"format":"sealbag-(card|revocation)\//.test(start) || /namespaces="/.test(start)) return 'cards';
    if (start.startsWith('{"format":"sealbag-disclosure/')) return 'disclosures';
    if (start.startsWith('{"entry":{"format":"sealbag-custody/')) return 'custody';
    const isAge = start.startsWith('age-encryption.org/') || start.startsWith('-----BEGIN AGE ENCRYPTED FILE-----');
    if (/^(#[^\n]*\n)*AGE-SECRET-KEY-/.test(start) || (isAge && file.size < SHORT)) return 'identity';
    if (/^\{"(schema":"sealbag-verify|format":"sealbag-audit)\//.test(start) || /\.summary\.(json|sig)$|\.jsonl$/.test(file.name))
        return 'audit';
    return 'bundle';
}

/** All files below a folder, and those folders that are empty. */
async function filesIn(top: FileSystemDirectoryEntry): Promise<Lying> {
    const all: Lying = [];
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
                else all.push({ path: name, file: await fileOf(each as FileSystemFileEntry) });
            }
        }
        if (count === 0 && path !== '') all.push({ path: path.slice(0, -1), file: null });
    };
    await walk(top, '');
    return all;
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((done, fail) => entry.file(done, fail));

/** Takes what was dropped together: at most one bundle, and whatever belongs to it. */
async function takeDropped(entries: FileSystemEntry[], files: File[]): Promise<void> {
    const folders = entries.filter((entry): entry is FileSystemDirectoryEntry => entry.isDirectory);
    const kinds: Record<Kind, File[]> = { bundle: [], audit: [], cards: [], disclosures: [], custody: [], identity: [] };
    for (const file of files) kinds[await kindOf(file)].push(file);
    const { bundle, audit, cards, disclosures, custody, identity } = kinds;
    if (folders.length + bundle.length + Number(audit.length > 0) > 1) {
        announceDrop('web-drop-one');
        return;
    }
    if (folders[0]) {
        takeFolder(await filesIn(folders[0]));
        show('folder', [folders[0].name]);
    } else if (bundle[0]) {
        takeBundle(bundle[0]);
        show('bundle', [bundle[0].name]);
    } else if (audit.length > 0) {
        takeAudit(audit);
        show(
            'audit',
            audit.map(({ name }) => name),
        );
    }
    if (disclosures.length > 0) given.disclosures = disclosures;
    if (custody[0]) given.custody = custody[0];
    if (identity[0]) given.identity = identity[0];
    for (const id of ['disclosures', 'custody', 'identity'] as const)
        if (kinds[id].length > 0)
            show(
                id,
                kinds[id].map(({ name }) => name),
            );
    if (cards.length > 0) await takeKeys(cards);
    announceDrop(entries.length + files.length > 0 ? 'web-dropped' : 'web-drop-nothing');
}

export const dropTold = el('p', { id: 'drop-told', role: 'status' });

function announceDrop(message: string): void {
    dropTold.textContent = words(message);
}

export function listen(): void {
    document.addEventListener('dragover', event => event.preventDefault());
    document.addEventListener('drop', event => {
        event.preventDefault();
        // what is dropped is gone when the event is over
        const items = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === 'file');
        const entries = items.flatMap(item => item.webkitGetAsEntry() ?? []);
        const folders = entries.filter(({ isDirectory }) => isDirectory);
        const names = new Set(folders.map(({ name }) => name));
        // a folder is among the files too, as a file that cannot be read
        const files = [...(event.dataTransfer?.files ?? [])].filter(({ name }) => !names.has(name));
        takeDropped(folders, files).catch(() => announceDrop('web-drop-unread'));
    });
}
