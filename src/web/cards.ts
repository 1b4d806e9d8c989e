// Cards, revocations, and allowed_signers files (section 11): how a key reaches the reader. None says whether it is to be believed.
import { length, text } from './bytes';
import { LIMIT, Malformed, ensure, parse, string, time } from './canonical';
import { type Code, Stopped, detail, named } from './finding';
import { isAgeRecipient } from './items';
import { isBlank } from './names';
import { type Key, checkArmor, parseKey, splitArmor } from './sshsig';
import { type Revocation, type Succession, keyOf, parseRevocation, parseSuccession, refuseLater, splitLine } from './statements';

export interface Card {
    name: string;
    key: Key;
    /** The key that it comes after, where it says so. */
    after: Succession | undefined;
}

/** Reads a card, or throws the code for which it is refused. */
export const readCard = (bytes: Uint8Array): Card => taking('card.format', 'card', () => parseCard(bytes));
/** Reads a revocation, or throws the code for which it is refused. */
export const readRevocation = (bytes: Uint8Array): Revocation => taking('revocation.format', 'revocation', () => parseRevocation(bytes));

function taking<T>(code: Code, thing: string, take: () => T): T {
    try {
        return take();
    } catch (why) {
        if (why instanceof Malformed) throw new Stopped(code, detail(why.detail, why.values), named(thing));
        throw why;
    }
}

function parseCard(bytes: Uint8Array): Card {
    const [line, armors] = splitLine(bytes);
    const [armor, behind] = splitArmor(armors);
    refuseLater(line, 'card', armor, 'CardSignature');
    const card = parse(line.subarray(0, -1), members => {
        const given = members.recipients;
        ensure(Array.isArray(given), 'NotTheJson', { error: 'recipients is no list' });
        const recipients = given.map(each => {
            ensure(typeof each === 'string' && isAgeRecipient(each), 'CardRecipient');
            return each;
        });
        ensure(new Set(recipients).size === recipients.length, 'RecipientTwice');
        const value = {
            format: string(members, 'format'),
            name: string(members, 'name'),
            key: string(members, 'key'),
            recipients,
            made_at: time(members, 'made_at'),
        };
        ensure(value.format === 'sealbag-card/1', 'FormatIs', { format: value.format });
        ensure(length(value.name) >= 1 && length(value.name) <= LIMIT.name && !isBlank(value.name), 'CardName', { most: LIMIT.name });
        return { value, members: value };
    });
    const key = keyOf(card.key, 'card');
    ensure(checkArmor(armor, key, 'card', line) === 'holds', 'CardSignature');
    return { name: card.name, key, after: behind.length > 0 ? parseSuccession(behind, key) : undefined };
}

/** The keys of an allowed_signers file that may sign manifests. A line with patterns, an authority, or without namespaces is refused. */
export function parseAllowedSigners(bytes: Uint8Array): { cards: Card[]; refused: number[] } {
    const cards: Card[] = [];
    const refused: number[] = [];
    let comment: string | undefined;
    (text(bytes) ?? '').split('\n').forEach((line, at) => {
        const given = line.trim();
        if (given === '' || given.startsWith('#')) {
            comment = given.slice(1).trim() || undefined;
            return;
        }
        const [, who, namespaces, kind, blob] = /^(\S+)\s+namespaces="([^"]*)"\s+(\S+)\s+(\S+)(?:\s.*)?$/.exec(given) ?? [];
        const key = kind ? parseKey(`${kind} ${blob}`) : 'NotAKey';
        if (!who || /[*?!,]/.test(who) || /[*?!]/.test(namespaces!) || typeof key === 'string') refused.push(at + 1);
        else if (namespaces!.split(',').includes('manifest@sealbag')) cards.push({ name: comment ?? who, key, after: undefined });
        comment = undefined;
    });
    return { cards, refused };
}
