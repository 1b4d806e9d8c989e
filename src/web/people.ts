// Whom the reader believes: keys become believed here and nowhere else, and only after their digits were compared.
import { ask } from './ask';
import { announce, bdi, digits, el, exact, words } from './dom';
import { quoted } from './words';
import type { Kept, Offered } from './worker';

const STORE = 'sealbag-believed';

export let believed: Kept[] = [];
export const people = el('div', { id: 'people' });
export const remember = el('input', { type: 'checkbox', id: 'remember', change: () => keep() });
export const rememberTold = el('p', { id: 'remember-told', class: 'small' });

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
    rememberTold.textContent = words(remember.checked ? 'web-remember-told' : 'web-forgotten');
}

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

export const offers = el('div', { id: 'offers' });
let count = 0;

function offer(one: Offered): HTMLElement {
    const id = `compared-${(count += 1)}`;
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

export async function takeKeys(file: File): Promise<void> {
    const answer = await ask({ ask: 'keys', file });
    if (answer.answer === 'keys') {
        offers.replaceChildren(...answer.keys.map(offer), ...(answer.refused ? [el('p', {}, answer.refused)] : []));
        if (answer.keys.length === 0) offers.append(el('p', {}, words('web-no-keys')));
    } else if (answer.answer === 'wrong') offers.replaceChildren(el('p', { role: 'alert' }, answer.said));
}

/** What this browser remembers, if it was asked to. */
export function recall(): void {
    believed = stored();
    remember.checked = believed.length > 0;
    keep();
    if (believed.length > 0) rememberTold.textContent = words('web-remembered');
    listPeople();
}
