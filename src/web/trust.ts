// Whom the reader believes. A key is believed because the reader says so, never because a bundle carries it.
import { type Key, fingerprint, glance } from './sshsig';
import type { Argument } from './finding';
import { sentence } from './finding';

export interface Contact {
    name: string;
    key: Key;
    since: string;
    /** When the reader took it back. */
    revoked?: string | undefined;
}

/** Somebody who signed, and what the reader calls them. */
export interface Who {
    key: Key;
    contact: Contact | undefined;
}

export class Trust {
    constructor(private readonly contacts: Contact[]) {}

    who(key: Key): Who {
        return { key, contact: this.contacts.find(contact => contact.key.line === key.line) };
    }
}

export const isBelieved = ({ contact }: Who): boolean => contact !== undefined && contact.revoked === undefined;

/** A name and the whole fingerprint. */
export function told({ key, contact }: Who): Argument {
    const whole = { exact: fingerprint(key) };
    return contact ? sentence('who', { name: { quoted: contact.name }, fingerprint: whole }) : whole;
}

/** A name and the beginning of the fingerprint. */
export const called = (contact: Contact): Argument =>
    sentence('named', { name: { quoted: contact.name }, key: { exact: glance(contact.key) } });

export function keeper({ key, contact }: Who) {
    const state = !contact ? 'unknown' : contact.revoked ? 'revoked' : 'contact';
    return { state, name: contact?.name ?? null, key: key.line, fingerprint: fingerprint(key) };
}
