// Whom the reader believes: keys become believed here and nowhere else, and only after their digits were compared.
import { ask } from './ask';
import { authorities, keepAuthorities, offerAuthority, showAuthorities, trusted } from './authorities';
import { announce, bdi, digits, el, exact, onceCompared, words } from './dom';
import { quoted } from './words';
import type { Kept, Offered } from './worker';

const STORE = 'sealbag-believed';

type Known = Kept & { fingerprint: string };

let known: Known[] = [];
/** Since when keys say that they are not their owners', whoever's they are. */
const lost = new Map<string, string>();
/** Told when the people change. */
let changed = (): void => {};

export const contacts = (): Kept[] => known.map(({ name, line, since, revoked }) => ({ name, line, since, revoked }));
/** The names of those who are believed. */
export const names = (): string[] => known.filter(({ revoked }) => !revoked).map(({ name }) => name);
export const onChange = (told: () => void): void => void (changed = told);

// ---- what this browser remembers

const remember = el('input', { type: 'checkbox', id: 'remember', change: () => keep() });
const rememberTold = el('p', { id: 'remember-told', class: 'small' });

function stored(): Kept[] {
    try {
        const all: unknown = JSON.parse(localStorage.getItem(STORE) ?? '[]');
        const isKept = (each: unknown): each is Kept =>
            ['name', 'line', 'since'].every(member => typeof (each as Record<string, unknown> | null)?.[member] === 'string') &&
            ['string', 'undefined'].includes(typeof (each as Kept).revoked);
        return Array.isArray(all) ? all.filter(isKept) : [];
    } catch {
        // there is no storage, or something else is in it
        return [];
    }
}

function keep(): void {
    let told = remember.checked ? 'web-remember-told' : 'web-forgotten';
    try {
        if (remember.checked) localStorage.setItem(STORE, JSON.stringify(contacts()));
        else localStorage.removeItem(STORE);
        keepAuthorities(remember.checked);
    } catch {
        if (remember.checked) told = 'web-remember-not';
        remember.checked = false;
    }
    rememberTold.textContent = words(told);
    showAuthorities(keep);
}

/** Takes in what this browser remembers, if it was asked to. */
export async function recall(): Promise<void> {
    const kept = stored();
    // what another page wrote there shows by its fingerprint, so that is made of the key
    const answer = kept.length > 0 ? await ask({ ask: 'known', contacts: kept }) : undefined;
    const of = answer?.answer === 'keys' ? new Map(answer.keys.map(({ line, fingerprint }) => [line, fingerprint])) : new Map();
    known = kept.flatMap(each => (of.has(each.line) ? [{ ...each, fingerprint: of.get(each.line) }] : []));
    remember.checked = known.length + trusted().length > 0;
    keep();
    if (remember.checked) rememberTold.textContent = words('web-remembered');
    listPeople();
}

// ---- who is believed

/** Gets the focus when the button that had it is gone. */
const people = el('div', { id: 'people', tabindex: '-1' });

function change(to: Known[]): void {
    known = to;
    keep();
    listPeople();
}

function listPeople(): void {
    const row = (one: Known) =>
        el(
            'li',
            {},
            bdi(quoted(one.name)),
            ' ',
            exact(one.fingerprint),
            ' ',
            ...(one.revoked ? [el('span', {}, words('web-revoked-since', { since: { exact: one.revoked } }), ' ')] : []),
            el(
                'button',
                {
                    type: 'button',
                    click: () => {
                        change(known.filter(each => each !== one));
                        people.focus();
                    },
                },
                words('web-disbelieve', { name: { quoted: one.name } }),
            ),
        );
    people.replaceChildren(
        el('p', {}, words(known.length > 0 ? 'web-believed' : 'web-nobody-believed')),
        ...(known.length > 0 ? [el('ul', {}, ...known.map(row))] : []),
    );
    changed();
}

function believe(one: Offered, before: Known | undefined): void {
    const own = before?.name ?? one.name;
    const taken = known.some(each => each.name === own && each.line !== one.line && each !== before);
    const name = taken ? `${own} (${one.fingerprint.slice(0, 15)}…)` : own;
    // a key that was succeeded is spent from then on
    const spent = [one.after?.made_at ?? one.since, one.since].sort()[0]!;
    change([
        ...known.filter(each => each.line !== one.line).map(each => (each === before ? { ...each, revoked: spent } : each)),
        { name, line: one.line, since: one.since, fingerprint: one.fingerprint },
    ]);
    announce(words('web-believed') + ` ${quoted(name)}`);
}

// ---- what is offered

const offers = el('div', { id: 'offers' });
let count = 0;

function offer(one: Offered): HTMLElement {
    const before = known.find(({ line, revoked }) => line === one.after?.line && !revoked);
    const since = lost.get(one.line) ?? known.find(({ line }) => line === one.line)?.revoked;
    const id = `compared-${(count += 1)}`;
    const box = el(
        'div',
        { class: 'offer', role: 'group', 'aria-label': quoted(one.name) },
        el('p', {}, el('strong', {}, bdi(quoted(one.name))), ' ', exact(one.fingerprint)),
    );
    if (since) box.append(el('p', {}, words('web-offer-revoked', { since: { exact: since } })));
    else
        box.append(
            ...(before ? [el('p', {}, words('web-succeeds', { name: { quoted: before.name } }))] : []),
            digits(one.spoken),
            el('p', {}, words('web-compare')),
            ...onceCompared(id, words('web-compared', { name: { quoted: one.name } }), words('web-believe'), () => {
                believe(one, before);
                box.remove();
                people.focus();
            }),
        );
    return box;
}

/** A key says that it is not its owner's any more: of several times the earliest counts. */
function revoke({ line, fingerprint, since }: { line: string; fingerprint: string; since: string }): string {
    const earliest = [since, lost.get(line) ?? since].sort()[0]!;
    lost.set(line, earliest);
    const whose = known.find(each => each.line === line);
    if (!whose) return words('web-revoked-nobody', { fingerprint: { exact: fingerprint } });
    change(known.map(each => (each === whose ? { ...each, revoked: [earliest, each.revoked ?? earliest].sort()[0]! } : each)));
    return words('web-revoked', { name: { quoted: whose.name }, since: { exact: since } });
}

/** Cards, allowed_signers files, what keys say of themselves, and certificates of authorities. What an earlier one offered is there until it is answered. */
export async function takeKeys(files: File[]): Promise<void> {
    offers.replaceChildren();
    for (const file of files) {
        const answer = await ask({ ask: 'keys', file });
        if (answer.answer === 'keys') {
            offers.append(...answer.keys.map(offer), ...(answer.refused ? [el('p', {}, answer.refused)] : []));
            if (answer.keys.length === 0) offers.append(el('p', {}, words('web-no-keys')));
        } else if (answer.answer === 'authorities') answer.authorities.forEach(one => offerAuthority(one, keep));
        else if (answer.answer === 'revocation') offers.append(el('p', { role: 'status' }, revoke(answer)));
        else if (answer.answer === 'wrong') offers.append(el('p', { role: 'alert' }, answer.said));
    }
}

/** All of it, with the fields in which cards and certificates are given. */
export const whom = (cards: HTMLElement, certificates: HTMLElement): HTMLElement =>
    el(
        'fieldset',
        {},
        el('legend', {}, words('web-step-whom')),
        el('p', {}, words('web-whom')),
        people,
        cards,
        offers,
        el('p', {}, words('web-whom-time')),
        authorities,
        certificates,
        el('p', { class: 'check' }, remember, ' ', el('label', { for: 'remember' }, words('web-remember'))),
        rememberTold,
    );
