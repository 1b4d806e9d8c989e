// What a key says of itself (section 11): that it is not its owner's any more, and which key comes after it.
import { LIMIT, ensure, laterFormat, laterVersion, parse, seconds, string, time } from './canonical';
import { type Code, type Detail, Stopped, detail, named } from './finding';
import { type Key, checkArmor, parseKey, signedBySomebody, splitArmor } from './sshsig';

/** "Not mine since then", signed by the key. A thief can say so too; it makes nobody believed. */
export interface Revocation {
    key: Key;
    since: string;
}

/** That a key comes after another one, signed by both. It moves nobody by itself. */
export interface Succession {
    old: Key;
    made_at: string;
}

/** The first line with its line feed, and what stands behind it. */
export function splitLine(bytes: Uint8Array): [Uint8Array, Uint8Array] {
    const feed = bytes.indexOf(0x0a);
    ensure(feed >= 0, 'NoLineBreak');
    ensure(feed < LIMIT.line, 'JsonLineTooLong', { limit: LIMIT.line });
    return [bytes.subarray(0, feed + 1), bytes.subarray(feed + 1)];
}

/** Refuses a line of a later version: as one of this name where somebody signed it, else as one that is not in the form. */
export function refuseLater(line: Uint8Array, word: 'card' | 'revocation' | 'succession', armor: Uint8Array, unsigned: Detail): void {
    if (laterVersion(line, word) === undefined) return;
    ensure(signedBySomebody(armor, word, line), unsigned);
    const code: Code = word === 'revocation' ? 'revocation.newer' : 'card.newer';
    throw new Stopped(code, detail('UnknownFormat', { format: { quoted: laterFormat(line) } }), named(word));
}

/** A key that has to be a good one: what is weak is refused as that. */
export function keyOf(line: string, thing: string): Key {
    const key = parseKey(line);
    if (key === 'WeakKey') throw new Stopped('key.weak', detail('CardKey', { reason: detail(key) }), named(thing));
    ensure(key !== 'NotAKey', 'CardKey', { reason: detail('NotAKey') });
    return key;
}

export function parseRevocation(bytes: Uint8Array): Revocation {
    const [line, armor] = splitLine(bytes);
    refuseLater(line, 'revocation', splitArmor(armor)[0], 'RevocationSignature');
    const said = parse(line.subarray(0, -1), members => {
        const value = {
            format: string(members, 'format'),
            key: string(members, 'key'),
            since: time(members, 'since'),
            made_at: time(members, 'made_at'),
        };
        ensure(value.format === 'sealbag-revocation/1', 'FormatIs', { format: value.format });
        ensure(seconds(value.since) <= seconds(value.made_at), 'RevocationToCome');
        return { value, members: value };
    });
    const key = keyOf(said.key, 'revocation');
    ensure(checkArmor(armor, key, 'revocation', line) === 'holds', 'RevocationSignature');
    return { key, since: said.since };
}

/** What stands behind the armor of a card of this key. */
export function parseSuccession(bytes: Uint8Array, key: Key): Succession {
    const [line, armors] = splitLine(bytes);
    const [byOld, byNew] = splitArmor(armors);
    refuseLater(line, 'succession', byOld, 'SuccessionSignature');
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
    ensure(said.old !== said.new, 'SuccessionToItself');
    ensure(said.new === key.line, 'SuccessionOfOther');
    const old = parseKey(said.old);
    ensure(typeof old !== 'string', 'CardKey', { reason: detail(old as Detail) });
    const holds = (armor: Uint8Array, by: Key) => checkArmor(armor, by, 'succession', line) === 'holds';
    ensure(holds(byOld, old) && holds(byNew, key), 'SuccessionSignature');
    return { old, made_at: said.made_at };
}
