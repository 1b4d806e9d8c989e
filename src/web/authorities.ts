// Whom the reader believes about the time: authorities, by their certificates. None is believed before its SHA-256 was compared, and none
// is remembered unless that is asked.
import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64, hex } from './bytes';
import { bdi, el, exact, onceCompared, words } from './dom';
import { quoted } from './words';
import type { KeptAuthority, OfferedAuthority } from './worker';

const STORE = 'sealbag-authorities';

let all: KeptAuthority[] = stored();
/** Gets the focus when the button that had it is gone. */
const list = el('div', { id: 'trusted', tabindex: '-1' });
const offers = el('div', { id: 'authority-offers' });

/** The list of those that are believed, and of those that may be. */
export const authorities = el('div', {}, list, offers);
export const trusted = (): KeptAuthority[] => all;

function stored(): KeptAuthority[] {
    try {
        const kept: unknown = JSON.parse(localStorage.getItem(STORE) ?? '[]');
        const isKept = (each: unknown): each is KeptAuthority =>
            ['name', 'certificate'].every(member => typeof (each as Record<string, unknown>)[member] === 'string');
        return Array.isArray(kept) ? kept.filter(isKept) : [];
    } catch {
        return [];
    }
}

/** Remembers them in the browser, or no longer. Throws where that cannot be. */
export function keepAuthorities(remember: boolean): void {
    if (remember && all.length > 0) localStorage.setItem(STORE, JSON.stringify(all));
    else localStorage.removeItem(STORE);
}

/** Shows them; `changed` is called when one is forgotten. */
export function showAuthorities(changed: () => void): void {
    const row = (one: KeptAuthority) => {
        const name = { name: { quoted: one.name } };
        const forget = () => {
            all = all.filter(each => each !== one);
            changed();
            list.focus();
        };
        // what another page wrote into the storage shows by it
        const fingerprint = exact(hex(sha256(fromBase64(one.certificate) ?? new Uint8Array(0))));
        const button = el('button', { type: 'button', click: forget }, words('web-disbelieve', name));
        return el('li', {}, bdi(quoted(one.name)), ' ', fingerprint, ' ', button);
    };
    list.replaceChildren(
        ...(all.length > 0
            ? [el('p', {}, words('web-trusted')), el('ul', {}, ...all.map(row))]
            : [el('p', {}, words('web-nobody-trusted'))]),
    );
}

/** Offers one to be believed; `changed` is called once it is. */
export function offerAuthority(one: OfferedAuthority, changed: () => void): void {
    const id = `authority-${one.fingerprint}`;
    const name = { name: { quoted: one.name } };
    document.getElementById(id)?.parentElement?.parentElement?.remove();
    const box = el(
        'div',
        { class: 'offer', role: 'group', 'aria-label': quoted(one.name) },
        el('p', {}, el('strong', {}, bdi(quoted(one.name)))),
        el('p', {}, exact(one.fingerprint)),
        el('p', { class: 'small' }, words('web-valid', { from: { exact: one.from }, until: { exact: one.until } })),
        el('p', {}, words('web-compare-authority')),
        ...onceCompared(id, words('web-compared-authority', name), words('web-trust'), () => {
            const kept = { name: one.name, certificate: one.certificate };
            all = [...all.filter(each => each.certificate !== one.certificate), kept].sort((a, b) => (a.name < b.name ? -1 : 1));
            changed();
            box.remove();
            list.focus();
        }),
    );
    offers.append(box);
}
