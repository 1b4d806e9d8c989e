// Elements of the page, and the sentences in them. What others say is only ever set as text.
import { type Argument, sentence } from './finding';
import { say } from './words';

export const words = (message: string, values: Record<string, Argument> = {}): string => say(sentence(message, values), 'page');

export type Attributes = Record<string, string | boolean | ((event: Event) => void)>;

/** An element, its attributes and listeners, and what stands in it. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag,
    attributes: Attributes,
    ...inside: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === 'function') made.addEventListener(name, value);
        else if (typeof value === 'boolean') made.toggleAttribute(name, value);
        else made.setAttribute(name, value);
    }
    made.append(...inside);
    return made;
}

/** Text of others: it runs the way it runs, and turns nothing around it. */
export const bdi = (text: string): HTMLElement => el('bdi', {}, text);
export const exact = (text: string): HTMLElement => el('bdi', { class: 'exact', dir: 'ltr' }, text);

export const list = (all: string[]): HTMLElement => el('ul', {}, ...all.map(each => el('li', {}, bdi(each))));
export const heading = (level: 'h2' | 'h3', message: string): HTMLElement => el(level, {}, words(message));
/** Six groups of digits, to be read out. */
export const digits = (spoken: string): HTMLElement =>
    el('p', { class: 'digits', dir: 'ltr' }, ...spoken.split(' ').flatMap(group => [el('span', {}, group), ' ']));

/** A button that does nothing before its box is ticked: whoever believes says first that they compared. */
export function onceCompared(id: string, compared: string, label: string, then: () => void): HTMLElement[] {
    const button = el('button', { type: 'button', disabled: true, click: then }, label);
    const box = el('input', {
        type: 'checkbox',
        id,
        change: () => {
            button.disabled = !box.checked;
        },
    });
    return [el('p', { class: 'check' }, box, ' ', el('label', { for: id }, compared)), button];
}

export const live = el('p', { id: 'live', class: 'unseen', role: 'status', 'aria-live': 'polite' });

/** Tells whoever does not see the page. */
export function announce(said: string): void {
    live.textContent = said;
}
