// What comes out: the word first, the five answers, what was found, and what was not looked at.
import { contents, saveAs } from './contents';
import { announce, bdi, digits, el, exact, heading, list, words } from './dom';
import type { View } from './view';

export const result = el('section', { id: 'result', 'aria-labelledby': 'result-title', tabindex: '-1', hidden: true });

export function tell(view: View): void {
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
