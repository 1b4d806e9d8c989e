// What the reader asks beyond a seal that holds: whose it must be, who may have left something out, what else must be so.
import { el, words } from './dom';
import { names } from './people';
import { quoted } from './words';
import type { Asked, Requirement } from './verify';

const REQUIREMENTS: Requirement[] = ['complete', 'time', 'addressed', 'custody'];

const boxes = REQUIREMENTS.map(each => ({ each, box: el('input', { type: 'checkbox', id: `require-${each}` }) }));
const selects = [
    { select: el('select', { id: 'from' }), label: 'web-from', nobody: 'web-from-anybody' },
    { select: el('select', { id: 'releases-by' }), label: 'web-releases-by', nobody: 'web-releases-by-nobody' },
    { select: el('select', { id: 'countersigned' }), label: 'web-countersigned', nobody: 'web-countersigned-nobody' },
];

/** Offers the people who are believed, and lets what was chosen stay where it still can. */
export function offerPeople(): void {
    for (const { select, nobody } of selects) {
        const { value } = select;
        select.replaceChildren(
            el('option', { value: '' }, words(nobody)),
            ...names().map(name => el('option', { value: name }, quoted(name))),
        );
        select.value = names().includes(value) ? value : '';
    }
}

export function asked(): Asked {
    const [from, releasesBy, countersigned] = selects.map(({ select: { value } }) => (value === '' ? [] : [value])) as [
        string[],
        string[],
        string[],
    ];
    return { from: from[0], releasesBy, required: boxes.filter(({ box }) => box.checked).map(({ each }) => each), countersigned };
}

/** All of it, with the field in which another copy is given. */
export const demands = (against: HTMLElement): HTMLElement =>
    el(
        'details',
        {},
        el('summary', {}, words('web-step-asked')),
        ...selects.map(({ select, label }) => el('div', { class: 'field' }, el('label', { for: select.id }, words(label)), select)),
        ...boxes.map(({ each, box }) => el('p', { class: 'check' }, box, ' ', el('label', { for: box.id }, words(`web-require-${each}`)))),
        against,
    );
