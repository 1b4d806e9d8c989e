// What comes out: the word first, the five answers, what was found, and what was not looked at.
import type { Board } from './board';
import { contents, saveAs, table } from './contents';
import { announce, bdi, digits, el, exact, heading, list, words } from './dom';
import type { View } from './view';

export const result = el('section', { id: 'result', 'aria-labelledby': 'result-title', tabindex: '-1', hidden: true });

type Rows = { label: string; answer: string | HTMLElement; more?: string[] }[];

const wordBox = ({ tone, word, banner }: { tone: View['tone']; word: string; banner: string }): HTMLElement =>
    el('div', { class: `word ${tone}` }, el('h2', { id: 'result-title' }, word), el('p', {}, banner));

const rows = (all: Rows): HTMLElement =>
    el(
        'dl',
        { class: 'answers' },
        ...all.flatMap(({ label, answer, more = [] }) => [
            el('dt', {}, label),
            el('dd', {}, answer, ...more.map(each => el('div', {}, each))),
        ]),
    );

const findings = (found: View['found']): HTMLElement[] =>
    found.flatMap(({ heading: title, list: all }) => [
        el('h3', {}, title),
        el(
            'ul',
            { class: 'found' },
            ...all.map(({ code, said, means }) => el('li', {}, exact(code), ' ', bdi(said), el('p', { class: 'small' }, means))),
        ),
    ]);

const nextSteps = (remedies: string[]): HTMLElement[] => (remedies.length > 0 ? [heading('h3', 'heading-what-to-do'), list(remedies)] : []);

const saveJson = (json: string, name: string): HTMLElement =>
    el(
        'p',
        { class: 'save' },
        el('button', { type: 'button', click: () => saveAs(new Blob([`${json}\n`]), name) }, words('web-save-json')),
    );

function show(word: string, ...inside: (HTMLElement | Node)[]): void {
    result.replaceChildren(...inside);
    result.hidden = false;
    result.focus();
    announce(word);
}

/** What was found out about a bundle. */
export function tell(view: View): void {
    const numbers: [string, string | undefined][] = [
        ['label-id', view.id],
        ['label-digest', view.digest],
        ['label-bundle-digits', view.digits],
    ];
    const { signer } = view;
    show(
        view.word,
        wordBox(view),
        ...(view.about ? [el('p', { class: 'small' }, view.about)] : []),
        rows(view.answers),
        ...(signer && !signer.known
            ? [el('div', { class: 'offer' }, el('p', {}, words('web-known-as')), exact(signer.fingerprint), digits(signer.spoken))]
            : []),
        rows(numbers.flatMap(([label, value]) => (value ? [{ label: words(label), answer: exact(value) }] : []))),
        ...findings(view.found),
        ...(view.tokens.length > 0 ? [heading('h3', 'web-stamps')] : []),
        ...view.tokens.flatMap(({ name, said }) => [el('p', {}, el('strong', {}, bdi(name))), list(said)]),
        ...view.compared.flatMap(({ said, items }) => [el('p', {}, said), ...(items.length > 0 ? [table(items)] : [])]),
        ...nextSteps(view.remedies),
        heading('h3', 'heading-not-checked'),
        list(view.notChecked),
        el('p', {}, view.notProven),
        saveJson(view.json, 'sealbag-verify.json'),
        ...contents(view),
    );
}

/** What was found out about the results of an audit. */
export function tellAudit(board: Board): void {
    show(
        board.word,
        wordBox(board),
        rows(board.rows.map(({ label, value }) => ({ label, answer: bdi(value) }))),
        ...findings(board.found),
        ...nextSteps(board.remedies),
        ...(board.look.length > 0
            ? [heading('h3', 'board-look-at'), table(board.look.map(({ what, path }) => ({ name: what, value: path })))]
            : []),
        ...(board.more ? [el('p', {}, board.more)] : []),
        el('p', {}, board.note),
        saveJson(board.json, 'sealbag-audit-verify.json'),
    );
}
