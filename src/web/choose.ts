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
    /** Timestamp tokens, proofs, and revocation lists. */
    tokens: File[];
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
    tokens: [],
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
    field('tokens', 'web-tokens', many, all => {
        given.tokens = all;
    }),
];
export const againstField = (): HTMLElement =>
    field('against', 'web-against', {}, ([file]) => {
        given.against = file;
    });
export const cardsField = (): HTMLElement => field('cards', 'web-cards', many, all => void takeKeys(all));
export const authoritiesField = (): HTMLElement => field('authorities', 'web-authorities', many, all => void takeKeys(all));

// ---- dropped

/** No bundle is as short as that: what every one holds, such as VERIFY.txt, is longer. */
const SHORT = 5000;

type Kind = 'bundle' | 'audit' | 'cards' | 'disclosures' | 'custody' | 'tokens' | 'identity';

/** Finds out what a dropped file is by how it begins, and an empty one, a signature or a token by its name. */
async function kindOf(file: File): Promise<Kind> {
    const start = new TextDecoder('latin1').decode(await file.slice(0, 600).arrayBuffer());
    if (/^\{"format":"sealbag-(card|revocation)\//.test(start) || /namespaces="/.test(start)) return 'cards';
    // a stamp, and its tree, are no timestamps: of them it is said what is needed instead
    if (/\.(tsr|crl|proof|tree)$/i.test(file.name) || /^\{"format":"sealbag-(proof|stamp)\//.test(start)) return 'tokens';
    // the certificate of an authority
    if (start.includes('-----BEGIN CERTIFICATE-----') || /^0[\x81-\x83]/.test(start)) return 'cards';
    if (start.startsWith('{"format":"sealbag-disclosure/')) return 'disclosures';
    if (start.startsWith('{"entry":{"format":"sealbag-custody/')) return 'custody';
    const isAge = start.startsWith('age-encryption.org/') || start.startsWith('-----BEGIN AGE ENCRYPTED FILE-----');
    if (/^(#[^\n]*\n)*AGE-SECRET-KEY-/.test(start) || (isAge && file.size < SHORT)) return 'identity';
    if (/^\{"(schema":"sealbag-verify|format":"sealbag-audit)\//.test(start) || /\.summary\.(json|sig)$|\.jsonl$/.test(file.name))
        return 'audit';
    return 'bundle';
}

type Dropped = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> };

/** A file or a folder that was dropped. */
interface Tree {
    name: string;
    file?: () => Promise<File>;
    children?: () => Promise<Tree[]>;
}

/** As Firefox and Safari tell of it. Chromium lists no folder so where the page lies on a disk. */
function ofEntry(entry: FileSystemEntry): Tree {
    const { name } = entry;
    if (entry.isFile) return { name, file: () => new Promise((done, fail) => (entry as FileSystemFileEntry).file(done, fail)) };
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    const some = () => new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    return {
        name,
        async children() {
            const all: Tree[] = [];
            for (let more = await some(); more.length > 0; more = await some()) all.push(...more.map(ofEntry));
            return all;
        },
    };
}

/** As Chromium tells of it. */
function ofHandle(handle: FileSystemHandle): Tree {
    const { name } = handle;
    if (handle.kind === 'file') return { name, file: () => (handle as FileSystemFileHandle).getFile() };
    return {
        name,
        async children() {
            const all: Tree[] = [];
            for await (const each of (handle as FileSystemDirectoryHandle).values()) all.push(ofHandle(each));
            return all;
        },
    };
}

/** All files below a folder, and those folders that are empty. */
async function filesIn({ children }: Tree, path = ''): Promise<Lying> {
    const inside = await children!();
    if (inside.length === 0 && path !== '') return [{ path: path.slice(0, -1), file: null }];
    const all: Lying = [];
    for (const each of inside) {
        if (each.file) all.push({ path: path + each.name, file: await each.file() });
        else all.push(...(await filesIn(each, `${path}${each.name}/`)));
    }
    return all;
}

/** Takes what was dropped together: at most one bundle, and whatever belongs to it. */
async function takeDropped(folders: Tree[], files: File[]): Promise<void> {
    const kinds: Record<Kind, File[]> = { bundle: [], audit: [], cards: [], disclosures: [], custody: [], tokens: [], identity: [] };
    for (const file of files) kinds[await kindOf(file)].push(file);
    const { bundle, audit, cards, disclosures, custody, tokens, identity } = kinds;
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
    if (tokens.length > 0) given.tokens = tokens;
    if (identity[0]) given.identity = identity[0];
    for (const id of ['disclosures', 'custody', 'tokens', 'identity'] as const)
        if (kinds[id].length > 0)
            show(
                id,
                kinds[id].map(({ name }) => name),
            );
    if (cards.length > 0) await takeKeys(cards);
    announceDrop(folders.length + files.length > 0 ? 'web-dropped' : 'web-drop-nothing');
}

export const dropTold = el('p', { id: 'drop-told', role: 'status' });

function announceDrop(message: string): void {
    dropTold.textContent = words(message);
}

export function listen(): void {
    document.addEventListener('dragover', event => event.preventDefault());
    document.addEventListener('drop', event => {
        event.preventDefault();
        // what is dropped is gone when the event is over, but for what was asked for until then
        const all = [...(event.dataTransfer?.files ?? [])];
        const folders = [...(event.dataTransfer?.items ?? [])].flatMap((item: Dropped) => {
            const entry = item.webkitGetAsEntry();
            return entry?.isDirectory ? [{ entry, handle: item.getAsFileSystemHandle?.() }] : [];
        });
        // a folder is among the files too, as one that cannot be read
        const files = all.filter(({ name }) => !folders.some(({ entry }) => entry.name === name));
        const trees = folders.map(async ({ entry, handle }) => {
            const of = await handle;
            return of ? ofHandle(of) : ofEntry(entry);
        });
        Promise.all(trees)
            .then(these => takeDropped(these, files))
            .catch(() => announceDrop('web-drop-unread'));
    });
}
