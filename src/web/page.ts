// The page: what is given, whom to believe, what was found, what is in it. Everything that a bundle says gets here as text of view.ts and
// is only ever set as text.
import { authorities, keepAuthorities, offerAuthority, trusted } from './authorities';
import { type Attributes, bdi, el, exact, words } from './dom';
import type { Fact, FileView, View } from './view';
import { lines, quoted } from './words';
import type { Answer, Ask, Kept, Offered } from './worker';

declare const WORKER: string;

const STORE = 'sealbag-believed';
const MIB = 1024 * 1024;
const PICTURE = 64 * MIB;
const TEXT = 256 * 1024;
/** Files that are shown without being asked for. */
const SHOWN = 12;

// ---- the worker

let worker: Worker;
let onAnswer: (answer: Answer) => void = () => {};
const files = new Map<number, (blob: Blob | null) => void>();
let asked = 0;

function start(): void {
    const url = URL.createObjectURL(new Blob([WORKER], { type: 'text/javascript' }));
    worker = new Worker(url);
    URL.revokeObjectURL(url);
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
        if (data.answer === 'file') {
            files.get(data.number)?.(data.blob);
            files.delete(data.number);
        } else onAnswer(data);
    });
}

const ask = (what: Ask): void => worker.postMessage(what);

/** A file out of a bundle that is whole, or null. */
function fetchFile(path: string, most = Number.MAX_SAFE_INTEGER): Promise<Blob | null> {
    asked += 1;
    ask({ ask: 'file', number: asked, path, most });
    return new Promise(done => files.set(asked, done));
}

// ---- what is given

const given: {
    name: string;
    bundle: Blob | { path: string; file: Blob | null }[] | undefined;
    disclosures: File[];
    custody: File | undefined;
    /** Timestamp tokens, and revocation lists. */
    tokens: File[];
    identity: File | undefined;
} = { name: '', bundle: undefined, disclosures: [], custody: undefined, tokens: [], identity: undefined };
let length = 0;

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

function show(id: string, names: string[]): void {
    const [first, more] = [names[0], names.length - 1];
    const told =
        first === undefined
            ? ''
            : words('web-given', { name: { quoted: first } }) + (more > 0 ? ` ${words('and-more', { count: more })}` : '');
    document.getElementById(`${id}-given`)!.textContent = told;
}

function takeBundle(bundle: File): void {
    given.bundle = bundle;
    given.name = bundle.name;
    length = bundle.size;
}

function takeFolder(all: { path: string; file: File | null }[]): void {
    given.bundle = all;
    given.name = '';
    length = all.reduce((sum, { file }) => sum + (file?.size ?? 0), 0);
}

const below = (file: File): string => file.webkitRelativePath.slice(file.webkitRelativePath.indexOf('/') + 1);

/** Finds out what a dropped file is by how it begins. */
async function takeDropped(file: File): Promise<void> {
    const start = new TextDecoder('latin1').decode(await file.slice(0, 600).arrayBuffer());
    if (start.startsWith('{"format":"sealbag-card/') || /namespaces="/.test(start)) await takeKeys(file);
    else if (/\.(tsr|crl)$/i.test(file.name)) {
        given.tokens = [...given.tokens.filter(({ name }) => name !== file.name), file];
        show(
            'tokens',
            given.tokens.map(({ name }) => name),
        );
    } else if (start.includes('-----BEGIN CERTIFICATE-----') || /^0[\x81-\x83]/.test(start)) await takeKeys(file);
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

async function takeEntry(entry: FileSystemEntry): Promise<void> {
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

// ---- whom to believe

let believed: Kept[] = [];
const people = el('div', { id: 'people' });
const remember = el('input', { type: 'checkbox', id: 'remember', change: () => keep() });
const rememberTold = el('p', { id: 'remember-told', class: 'small' });

function stored(): Kept[] {
    try {
        const all: unknown = JSON.parse(localStorage.getItem(STORE) ?? '[]');
        const isKept = (each: unknown): each is Kept =>
            ['name', 'line', 'since'].every(member => typeof (each as Record<string, unknown>)[member] === 'string');
        return Array.isArray(all) ? all.filter(isKept) : [];
    } catch {
        return [];
    }
}

function keep(): void {
    try {
        if (remember.checked) localStorage.setItem(STORE, JSON.stringify(believed));
        else localStorage.removeItem(STORE);
    } catch {
        remember.checked = false;
    }
    if (!keepAuthorities(remember.checked)) remember.checked = false;
    rememberTold.textContent = words(remember.checked ? 'web-remember-told' : 'web-forgotten');
}

const digits = (spoken: string): HTMLElement =>
    el('p', { class: 'digits', dir: 'ltr' }, ...spoken.split(' ').flatMap(group => [el('span', {}, group), ' ']));

function listPeople(): void {
    const list = el(
        'ul',
        {},
        ...believed.map(one =>
            el(
                'li',
                {},
                bdi(quoted(one.name)),
                ' ',
                exact(one.line.split(' ')[0]!),
                ' ',
                el(
                    'button',
                    {
                        type: 'button',
                        click: () => {
                            believed = believed.filter(each => each !== one);
                            keep();
                            listPeople();
                        },
                    },
                    words('web-disbelieve', { name: { quoted: one.name } }),
                ),
            ),
        ),
    );
    people.replaceChildren(
        ...(believed.length > 0 ? [el('p', {}, words('web-believed')), list] : [el('p', {}, words('web-nobody-believed'))]),
    );
}

const offers = el('div', { id: 'offers' });

function offer(one: Offered): HTMLElement {
    const id = `compared-${(asked += 1)}`;
    const compared = el('input', {
        type: 'checkbox',
        id,
        change: () => {
            button.disabled = !compared.checked;
        },
    });
    const button = el(
        'button',
        {
            type: 'button',
            disabled: true,
            click: () => {
                believed = [...believed.filter(each => each.line !== one.line), { name: one.name, line: one.line, since: one.since }];
                keep();
                listPeople();
                box.remove();
                announce(words('web-believed') + ` ${quoted(one.name)}`);
            },
        },
        words('web-believe'),
    );
    const box = el(
        'div',
        { class: 'offer', role: 'group', 'aria-label': quoted(one.name) },
        el('p', {}, el('strong', {}, bdi(quoted(one.name))), ' ', exact(one.fingerprint)),
        digits(one.spoken),
        el('p', {}, words('web-compare')),
        el('p', { class: 'check' }, compared, ' ', el('label', { for: id }, words('web-compared', { name: { quoted: one.name } }))),
        button,
    );
    return box;
}

function takeKeys(file: File): Promise<void> {
    return new Promise(done => {
        const before = onAnswer;
        onAnswer = answer => {
            // of a bundle that is being read meanwhile
            if (answer.answer === 'progress' || answer.answer === 'report') {
                before(answer);
                return;
            }
            onAnswer = before;
            if (answer.answer === 'keys') {
                offers.replaceChildren(...answer.keys.map(offer), ...(answer.refused ? [el('p', {}, answer.refused)] : []));
                if (answer.keys.length === 0) offers.append(el('p', {}, words('web-no-keys')));
            } else if (answer.answer === 'authorities') answer.authorities.forEach(one => offerAuthority(one, keep));
            else if (answer.answer === 'wrong') offers.replaceChildren(el('p', { role: 'alert' }, answer.said));
            done();
        };
        ask({ ask: 'keys', file });
    });
}

// ---- checking

const passphrase = el('input', {
    type: 'password',
    id: 'passphrase',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-describedby': 'passphrase-told',
});
const bar = el('progress', { max: '1', value: '0', 'aria-label': words('web-title') });
const barTold = el('p', { id: 'progress-told' });
const progress = el('div', { id: 'progress', hidden: true }, bar, barTold);
const check = el('button', { type: 'submit', class: 'main' }, words('web-check'));
const cancel = el('button', { type: 'button', hidden: true, click: () => stop(words('web-cancelled')) }, words('web-cancel'));
const live = el('p', { id: 'live', class: 'unseen', role: 'status', 'aria-live': 'polite' });
const result = el('section', { id: 'result', 'aria-labelledby': 'result-title', tabindex: '-1', hidden: true });

function announce(said: string): void {
    live.textContent = said;
}

function busy(is: boolean): void {
    progress.hidden = cancel.hidden = !is;
    check.disabled = is;
}

/** Ends what the worker does, with all that it knew. */
function stop(said: string): void {
    worker.terminate();
    start();
    busy(false);
    announce(said);
    barTold.textContent = said;
    progress.hidden = said === '';
    bar.hidden = true;
}

function run(): void {
    if (!given.bundle) {
        announce(words('web-choose-first'));
        document.getElementById('bundle')!.focus();
        return;
    }
    release();
    result.hidden = true;
    result.replaceChildren();
    bar.hidden = false;
    bar.value = 0;
    barTold.textContent = '';
    busy(true);
    announce(words('web-checking', { done: { size: 0 }, total: { size: length } }));
    onAnswer = answer => {
        if (answer.answer === 'progress') {
            bar.value = Math.min(1, answer.bytes / Math.max(1, length));
            barTold.textContent = words('web-checking', { done: { size: Math.min(answer.bytes, length) }, total: { size: length } });
            return;
        }
        busy(false);
        if (answer.answer === 'report') tell(answer.view);
        else if (answer.answer === 'wrong') stop(answer.said);
        passphrase.value = '';
    };
    ask({
        ask: 'read',
        name: given.name,
        bundle: given.bundle,
        disclosures: given.disclosures,
        custody: given.custody ?? null,
        tokens: given.tokens.map(file => ({ name: file.name, file })),
        authorities: trusted(),
        identity: given.identity ?? null,
        passphrase: passphrase.value,
        contacts: believed,
    });
}

// ---- what comes out

let urls: string[] = [];

/** Lets go of what pictures were shown from. */
function release(): void {
    for (const url of urls) URL.revokeObjectURL(url);
    urls = [];
}

const list = (all: string[]): HTMLElement => el('ul', {}, ...all.map(each => el('li', {}, bdi(each))));
const heading = (level: 'h2' | 'h3', message: string, id?: string): HTMLElement => el(level, id ? { id } : {}, words(message));

function table(facts: Fact[]): HTMLElement {
    return el('dl', {}, ...facts.flatMap(({ name, value }) => [el('dt', {}, bdi(name)), el('dd', { dir: 'auto', class: 'said' }, value)]));
}

function tell(view: View): void {
    const answers = el(
        'dl',
        { class: 'answers' },
        ...view.answers.flatMap(({ label, answer, more }) => [
            el('dt', {}, label),
            el('dd', {}, answer, ...more.map(each => el('div', {}, each))),
        ]),
    );
    const numbers: [string, string | undefined][] = [
        ['label-id', view.id],
        ['label-digest', view.digest],
        ['label-bundle-digits', view.digits],
    ];
    result.replaceChildren(
        el('div', { class: `word ${view.tone}` }, el('h2', { id: 'result-title' }, view.word), el('p', {}, view.banner)),
        answers,
        ...(view.signer && !view.signer.known
            ? [
                  el(
                      'div',
                      { class: 'offer' },
                      el('p', {}, words('web-known-as')),
                      exact(view.signer.fingerprint),
                      digits(view.signer.spoken),
                  ),
              ]
            : []),
        el(
            'dl',
            { class: 'answers' },
            ...numbers.flatMap(([label, value]) => (value ? [el('dt', {}, words(label)), el('dd', {}, exact(value))] : [])),
        ),
        ...view.found.flatMap(({ heading: title, list: found }) => [
            el('h3', {}, title),
            el(
                'ul',
                { class: 'found' },
                ...found.map(({ code, said, means }) => el('li', {}, exact(code), ' ', bdi(said), el('p', { class: 'small' }, means))),
            ),
        ]),
        ...(view.tokens.length > 0 ? [heading('h3', 'web-stamps')] : []),
        ...view.tokens.flatMap(({ name, said }) => [el('p', {}, el('strong', {}, bdi(name))), list(said)]),
        ...(view.remedies.length > 0 ? [heading('h3', 'heading-what-to-do'), list(view.remedies)] : []),
        heading('h3', 'heading-not-checked'),
        list(view.notChecked),
        el('p', {}, view.notProven),
        el(
            'p',
            { class: 'save' },
            el(
                'button',
                { type: 'button', click: () => saveAs(new Blob([`${view.json}\n`]), 'sealbag-verify.json') },
                words('web-save-json'),
            ),
        ),
        ...contents(view),
    );
    result.hidden = false;
    result.focus();
    announce(view.word);
}

function contents(view: View): Node[] {
    if (view.files.length === 0) return [];
    // the report first
    const files = [...view.files].sort((one, other) => Number(other.report) - Number(one.report)).map(fileRow);
    // what a stranger made is only shown when somebody asks
    if (view.tone === 'good') for (const { look } of files.filter(each => each.look).slice(0, SHOWN)) look!.click();
    return [
        heading('h2', 'web-look'),
        el('p', {}, words('stated-by-signer')),
        heading('h3', 'section-withheld'),
        ...view.withheld.map(each => el('p', {}, each)),
        ...(view.disclosed ? [el('p', {}, view.disclosed.said), table(view.disclosed.items)] : []),
        ...(view.case.length > 0 ? [heading('h3', 'section-case'), table(view.case)] : []),
        ...view.sources.flatMap(({ name, facts }) => [el('h3', {}, name), table(facts)]),
        heading('h3', 'web-files'),
        el('ul', { class: 'files' }, ...files.map(({ row }) => row)),
    ];
}

function fileRow(file: FileView): { row: HTMLElement; look: HTMLButtonElement | undefined } {
    const shown = el('div', { class: 'shown' });
    const cannot = () => shown.replaceChildren(el('p', { role: 'alert' }, words('web-cannot-show')));
    const name = { name: { quoted: file.path } };
    const button = (message: string, click: () => Promise<void>) =>
        el('button', { type: 'button', 'aria-label': words(`${message}-of`, name), click: () => void click() }, words(message));
    const save = button('web-save', async () => {
        const blob = await fetchFile(file.path);
        if (blob) saveAs(blob, safeName(file.path));
        else cannot();
    });
    const look =
        !file.picture && !file.text
            ? undefined
            : button('web-show', async () => {
                  const blob = await fetchFile(file.path, PICTURE);
                  if (!blob) return cannot();
                  shown.replaceChildren(...(file.picture ? [await picture(blob, file)] : await text(blob, file)));
              });
    const row = el(
        'li',
        {},
        el('p', {}, el('strong', {}, bdi(file.name)), el('br', {}), file.about),
        ...(file.facts.length > 0 ? [table(file.facts)] : []),
        el('p', {}, ...(look ? [look, ' '] : []), save),
        shown,
    );
    return { row, look };
}

function saveAs(blob: Blob, name: string): void {
    const url = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }));
    el('a', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The name without its folders; nothing hidden. The rules for names have ruled out the rest. */
const safeName = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/^\./, '_.');

/** A picture in a frame of its own, in which nothing runs. */
async function picture(blob: Blob, file: FileView): Promise<HTMLElement> {
    const url = URL.createObjectURL(new Blob([blob], { type: file.picture! }));
    urls.push(url);
    const title = words('web-picture-of', { name: { quoted: file.path } });
    const frame = el('iframe', { sandbox: 'allow-same-origin', title, srcdoc: '<!doctype html>' });
    frame.addEventListener('load', () => {
        const inner = frame.contentDocument!;
        const image = inner.createElement('img');
        image.alt = title;
        image.addEventListener('load', () => {
            const width = Math.min(image.naturalWidth, frame.clientWidth);
            frame.style.height = `${Math.ceil((image.naturalHeight * width) / image.naturalWidth)}px`;
        });
        image.addEventListener('error', () => frame.replaceWith(el('p', { role: 'alert' }, words('web-cannot-show'))));
        image.style.maxWidth = '100%';
        image.style.display = 'block';
        inner.body.style.margin = '0';
        inner.documentElement.lang = document.documentElement.lang;
        inner.title = title;
        inner.body.append(image);
        image.src = url;
    });
    return frame;
}

async function text(blob: Blob, file: FileView): Promise<HTMLElement[]> {
    const said = lines(new TextDecoder().decode(await blob.slice(0, TEXT).arrayBuffer()));
    const box = el('div', {
        class: 'text',
        role: 'region',
        tabindex: '0',
        'aria-label': words('web-text-of', { name: { quoted: file.path } }),
    });
    box.append(...said.split('\n').map(line => el('p', { dir: 'auto' }, line)));
    return [box, ...(blob.size > TEXT ? [el('p', {}, words('web-text-cut'))] : [])];
}

// ---- all of it

function build(): void {
    const many = { multiple: true };
    document.title = words('web-title');
    document.body.append(
        el(
            'header',
            {},
            el('h1', {}, words('web-title')),
            el('p', {}, words('web-intro')),
            el('p', { class: 'small' }, words('web-genuine')),
        ),
        el(
            'main',
            {},
            el(
                'form',
                {
                    submit: event => {
                        event.preventDefault();
                        run();
                    },
                },
                el(
                    'fieldset',
                    {},
                    el('legend', {}, words('web-step-bundle')),
                    field('bundle', 'web-bundle', {}, ([file]) => {
                        if (file) takeBundle(file);
                    }),
                    field('folder', 'web-folder', { webkitdirectory: true }, all =>
                        takeFolder(all.map(file => ({ path: below(file), file }))),
                    ),
                    el('p', { class: 'small' }, words('web-drop')),
                ),
                el(
                    'fieldset',
                    {},
                    el('legend', {}, words('web-step-more')),
                    field('identity', 'web-identity', {}, ([file]) => {
                        given.identity = file;
                    }),
                    el(
                        'div',
                        { class: 'field' },
                        el('label', { for: 'passphrase' }, words('web-passphrase')),
                        passphrase,
                        el('p', { class: 'small', id: 'passphrase-told' }, words('web-kept-nowhere')),
                    ),
                    field('disclosures', 'web-disclosures', many, all => {
                        given.disclosures = all;
                    }),
                    field('custody', 'web-custody', {}, ([file]) => {
                        given.custody = file;
                    }),
                    field('tokens', 'web-tokens', many, all => {
                        given.tokens = all;
                    }),
                ),
                el(
                    'fieldset',
                    {},
                    el('legend', {}, words('web-step-whom')),
                    el('p', {}, words('web-whom')),
                    people,
                    field('cards', 'web-cards', {}, ([file]) => {
                        if (file) void takeKeys(file);
                    }),
                    offers,
                    el('p', {}, words('web-whom-time')),
                    authorities,
                    field('authorities', 'web-authorities', many, async all => {
                        for (const file of all) await takeKeys(file);
                    }),
                    el('p', { class: 'check' }, remember, ' ', el('label', { for: 'remember' }, words('web-remember'))),
                    rememberTold,
                ),
                el('p', { class: 'go' }, check, ' ', cancel),
                progress,
            ),
            live,
            result,
        ),
        el('footer', {}, el('p', {}, words('not-proven'))),
    );
    believed = stored();
    remember.checked = believed.length + trusted().length > 0;
    keep();
    if (remember.checked) rememberTold.textContent = words('web-remembered');
    listPeople();
    for (const kind of ['dragover', 'drop'] as const) document.addEventListener(kind, event => event.preventDefault());
    document.addEventListener('drop', event => {
        // what is dropped is gone when the event is over
        const dropped = [...(event.dataTransfer?.items ?? [])].flatMap(item => item.webkitGetAsEntry() ?? item.getAsFile() ?? []);
        void (async () => {
            for (const each of dropped) await (each instanceof File ? takeDropped(each) : takeEntry(each));
        })();
    });
    start();
}

build();
