// What is in a bundle that is whole: what its signer states, and its files, shown and saved. Of any other bundle nothing gets here.
import { fetchFile } from './ask';
import { bdi, el, heading, words } from './dom';
import type { Fact, FileView, View } from './view';
import { lines } from './words';

const MIB = 1024 * 1024;
const PICTURE = 64 * MIB;
const TEXT = 256 * 1024;
/** Files that are shown without being asked for. */
const SHOWN = 12;

let urls: string[] = [];

/** Lets go of what pictures were shown from. */
export function release(): void {
    for (const url of urls) URL.revokeObjectURL(url);
    urls = [];
}

export function table(facts: Fact[]): HTMLElement {
    return el('dl', {}, ...facts.flatMap(({ name, value }) => [el('dt', {}, bdi(name)), el('dd', { dir: 'auto', class: 'said' }, value)]));
}

export function contents(view: View): Node[] {
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
    const button = (message: string, label: string, click: () => Promise<void>) =>
        el('button', { type: 'button', 'aria-label': words(label, name), click: () => void click() }, words(message));
    const save = button('web-save', 'web-save-of', async () => {
        const blob = await fetchFile(file.path);
        if (blob) saveAs(blob, safeName(file.path));
        else cannot();
    });
    const look =
        !file.picture && !file.text
            ? undefined
            : button('web-show', 'web-show-of', async () => {
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

export function saveAs(blob: Blob, name: string): void {
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
