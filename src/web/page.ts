// The page: what is given, whom to believe, what was found, what is in it. Everything that a bundle says gets here as text of view.ts and
// is only ever set as text.
import { ask, start, stop } from './ask';
import { below, field, given, takeBundle, takeEntry, takeFolder } from './choose';
import { release } from './contents';
import { announce, el, live, words } from './dom';
import { believed, offers, people, recall, remember, rememberTold, takeKeys } from './people';
import { result, tell } from './result';

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

async function run(): Promise<void> {
    if (!given.bundle) {
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
    const { name, bundle, disclosures, custody = null, identity = null } = given;
    const asked = { name, bundle, disclosures, custody, identity, passphrase: passphrase.value, contacts: believed };
    const answer = await ask({ ask: 'read', ...asked }, bytes => {
        barTold.textContent = far(bytes);
    });
    busy(false);
    if (answer.answer === 'report') tell(answer.view);
    else if (answer.answer === 'wrong') end(answer.said);
    passphrase.value = '';
}

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
                        void run();
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
    recall();
    for (const kind of ['dragover', 'drop'] as const) document.addEventListener(kind, event => event.preventDefault());
    document.addEventListener('drop', event => {
        const entries = [...(event.dataTransfer?.items ?? [])].flatMap(item => item.webkitGetAsEntry() ?? []);
        void (async () => {
            for (const entry of entries) await takeEntry(entry);
        })();
    });
    start();
}

build();
