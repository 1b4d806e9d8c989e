// Cards, and allowed_signers files (section 11): how a key reaches the reader. Neither says whether it is to be believed.
import { length, text } from './bytes';
import { LIMIT, Malformed, ensure, laterFormat, laterVersion, parse, string, time } from './canonical';
import { type Code, type Detail, Stopped, detail, named } from './finding';
import { isAgeRecipient } from './items';
import { isBlank } from './names';
import { type Key, checkArmor, parseKey, signedBySomebody, splitArmor } from './sshsig';

export interface Card {
    name: string;
    key: Key;
}

const refuse = (code: Code, what: Detail, values = {}): never => {
    throw new Stopped(code, detail(what, values), named('card'));
};

export function parseCard(bytes: Uint8Array): Card {
    const feed = bytes.indexOf(0x0a);
    if (feed < 0 || feed >= LIMIT.line) refuse('card.format', feed < 0 ? 'NoLineBreak' : 'JsonLineTooLong', { limit: LIMIT.line });
    const line = bytes.subarray(0, feed + 1);
    const [signature, behind] = splitArmor(bytes.subarray(feed + 1));
    if (laterVersion(line, 'card') !== undefined)
        refuse(signedBySomebody(signature, 'card', line) ? 'card.newer' : 'card.format', 'UnknownFormat', {
            format: { quoted: laterFormat(line) },
        });
    try {
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
        const key = parseKey(card.key);
        if (key === 'NotAKey') return refuse('card.format', 'CardKey', { reason: detail(key) });
        if (key === 'WeakKey') return refuse('key.weak', 'CardKey', { reason: detail(key) });
        if (checkArmor(signature, key, 'card', line) !== 'holds') refuse('card.format', 'CardSignature');
        if (behind.length > 0) checkSuccession(behind, key);
        return { name: card.name, key };
    } catch (why) {
        if (why instanceof Malformed) refuse('card.format', why.detail, why.values);
        throw why;
    }
}

/** What may stand behind a card: that its key comes after another one, signed by both. It moves nobody, so only its form counts here. */
function checkSuccession(bytes: Uint8Array, key: Key): void {
    const feed = bytes.indexOf(0x0a);
    ensure(feed >= 0 && feed < LIMIT.line, 'NoLineBreak');
    const line = bytes.subarray(0, feed + 1);
    const [byOld, rest] = splitArmor(bytes.subarray(feed + 1));
    if (laterVersion(line, 'succession') !== undefined)
        refuse(signedBySomebody(byOld, 'succession', line) ? 'card.newer' : 'card.format', 'UnknownFormat', {
            format: { quoted: laterFormat(line) },
        });
    const said = parse(line.subarray(0, -1), members => {
        const value = {
            format: string(members, 'format'),
            old: string(members, 'old'),
            new: string(members, 'new'),
            made_at: time(members, 'made_at'),
        };
        ensure(value.format === 'sealbag-succession/1', 'FormatIs', { format: value.format });
        return { value, members: value };
    });
    const old = parseKey(said.old);
    const holds = (armor: Uint8Array, by: Key) => checkArmor(armor, by, 'succession', line) === 'holds';
    if (typeof old === 'string' || said.new !== key.line || said.old === said.new || !holds(byOld, old) || !holds(rest, key))
        refuse('card.format', 'CardSignature');
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
        else if (namespaces!.split(',').includes('manifest@sealbag')) cards.push({ name: comment ?? who, key });
        comment = undefined;
    });
    return { cards, refused };
}
