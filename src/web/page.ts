// The page: what is given, whom to believe, what was found, what is in it. Everything that a bundle says gets here as text of view.ts and
// is only ever set as text.
import { ask, start, stop } from './ask';
import { trusted } from './authorities';
import { type AuditFiles, againstField, authoritiesField, besideFields, bundleFields, cardsField, dropTold, given, identityField, listen } from './choose';
import { release } from './contents';
import { asked, demands, offerPeople } from './demands';
import { announce, el, live, words } from './dom';
import { contacts, onChange, recall, whom } from './people';
import { result, tell, tellAudit } from './result';
import type { Ask } from './worker';

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
const cancel = el('button', { type: 'button', hidden: true, click: () => end(words('web-cancelled')) }, words('web-cancel'));
function busy(is: boolean): void {
    progress.hidden = cancel.hidden = !is;
    check.disabled = is;
}

function end(said: string): void {
    stop();
    busy(false);
    announce(said);
    barTold.textContent = said;
    progress.hidden = said === '';
    bar.hidden = true;
}

/** What this browser remembers comes in before anything is checked. */
let recalled: Promise<void>;

async function run(): Promise<void> {
    await recalled;
    const { audit } = given;
    if (!given.bundle && !audit) {
        announce(words('web-choose-first'));
        document.getElementById('bundle')!.focus();
        return;
    }
    release();
    result.hidden = true;
    result.replaceChildren();
    bar.hidden = false;
    const far = (bytes: number): string => {
        bar.value = Math.min(1, bytes / Math.max(1, given.length));
        return words('web-checking', { done: { size: Math.min(bytes, given.length) }, total: { size: given.length } });
    };
    barTold.textContent = '';
    busy(true);
    announce(far(0));
    const answer = await ask(audit ? auditAsked(audit) : bundleAsked(), bytes => {
        barTold.textContent = far(bytes);
    });
    busy(false);
    if (answer.answer === 'report') tell(answer.view);
    else if (answer.answer === 'audit') tellAudit(answer.board);
    else if (answer.answer === 'wrong') end(answer.said);
    passphrase.value = '';
}

function bundleAsked(): Ask {
    const { name, bundle, disclosures, custody = null, against = null, identity = null } = given;
    const beside = { disclosures, custody, against, identity, passphrase: passphrase.value };
    const tokens = given.tokens.map(file => ({ name: file.name, file }));
    return { ask: 'read', name, bundle: bundle!, ...beside, tokens, authorities: trusted(), asked: asked(), contacts: contacts() };
}

/** An audit of which a file is not there is asked about all the same: that is a finding too. */
function auditAsked({ results, summary, signature }: AuditFiles): Ask {
    const none = new Blob();
    return { ask: 'audit', results: results ?? none, summary: summary ?? none, signature: signature ?? null, contacts: contacts() };
}

function build(): void {
    document.title = words('web-title');
    const form = { submit: (event: Event) => (event.preventDefault(), void run()) };
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
                form,
                el('fieldset', {}, el('legend', {}, words('web-step-bundle')), ...bundleFields(), dropTold),
                el(
                    'fieldset',
                    {},
                    el('legend', {}, words('web-step-more')),
                    identityField(),
                    el(
                        'div',
                        { class: 'field' },
                        el('label', { for: 'passphrase' }, words('web-passphrase')),
                        passphrase,
                        el('p', { class: 'small', id: 'passphrase-told' }, words('web-kept-nowhere')),
                    ),
                    ...besideFields(),
                ),
                whom(cardsField(), authoritiesField()),
                demands(againstField()),
                el('p', { class: 'go' }, check, ' ', cancel),
                progress,
            ),
            live,
            result,
        ),
        el('footer', {}, el('p', {}, words('not-proven'))),
    );
    onChange(offerPeople);
    start();
    listen();
    recalled = recall();
}

build();
