// The sentences of the catalogue, in Fluent, with what stands in them made harmless.
import { FluentBundle, FluentNumber, FluentResource, type FluentVariable } from '@fluent/bundle';
import messages from 'sealbag:words';
import type { Argument, Sentence } from './finding';
import { isJoiner, isUnseen, joins } from './names';

/** In JSON text of others stands as it was found. On the page it is escaped and kept from turning what stands around it. */
export type Medium = 'json' | 'page';

function bundle(useIsolating: boolean): FluentBundle {
    const made = new FluentBundle('en', { useIsolating });
    const errors = made.addResource(new FluentResource(messages));
    if (errors.length > 0) throw errors[0]!;
    return made;
}
const bundles: Record<Medium, FluentBundle> = { json: bundle(false), page: bundle(true) };

export function say({ message, arguments: values }: Sentence, medium: Medium): string {
    const words = bundles[medium];
    const [name, attribute] = message.split('.') as [string, string | undefined];
    const found = words.getMessage(name);
    const pattern = attribute ? found?.attributes[attribute] : found?.value;
    if (!pattern) throw new Error(`the catalogue has no ${message}`);
    const given: Record<string, FluentVariable> = {};
    for (const [place, value] of Object.entries(values))
        given[place] = typeof value === 'number' ? new FluentNumber(value, { useGrouping: false }) : show(value, medium);
    return words.formatPattern(pattern, given);
}

function show(value: Argument, medium: Medium): string {
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string') return medium === 'page' ? visible(value) : value;
    if (Array.isArray(value)) return value.map(each => show(each, medium)).join(say({ message: 'list-comma', arguments: {} }, medium));
    if ('exact' in value) return value.exact;
    if ('word' in value) return value.word;
    if ('size' in value) return size(value.size);
    if ('quoted' in value) return quoted(value.quoted);
    return say(value, medium);
}

/** Text of others on one line, with whatever nobody sees made visible. */
export function visible(given: string): string {
    const characters = Array.from(given);
    const escape = (character: string) => `\\u{${character.codePointAt(0)!.toString(16)}}`;
    return characters
        .map((character, at) => {
            const before = characters[at - 1];
            if (character === '\n') return '\\n';
            if (character === '\r') return '\\r';
            if (character === '\t') return '\\t';
            if (character === '\\') return '\\\\';
            if (isJoiner(character)) return joins(before, characters[at + 1]) ? character : escape(character);
            // a blank cell of braille, and a variation selector without a symbol before it
            const blank = character === '\u2800' || (/[\ufe00-\ufe0f]/.test(character) && (before === undefined || before < '\u2000'));
            return isUnseen(character) || blank ? escape(character) : character;
        })
        .join('');
}

/** Text of several lines. */
export const lines = (text: string): string =>
    text
        .split('\n')
        .map(line => line.split('\t').map(visible).join('\t'))
        .join('\n');

/** JSON that is harmless wherever it is shown, and says the same. */
export const jsonSafe = (json: string): string =>
    Array.from(json, character => {
        if (!isUnseen(character) && !isJoiner(character)) return character;
        return character
            .split('')
            .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
            .join('');
    }).join('');

/** A name in quotation marks. */
export function quoted(name: string): string {
    let before = ' ';
    const inner = Array.from(visible(name), character => {
        const odd = /\p{White_Space}/u.test(character) && (character !== ' ' || before === ' ');
        before = character;
        return character === '"' ? '\\"' : odd ? `\\u{${character.codePointAt(0)!.toString(16)}}` : character;
    });
    return `"${inner.join('')}"`;
}

/** A count of bytes: `512 B`, `1.3 MB`. */
export function size(count: number): string {
    for (const [unit, bytes] of [
        ['TB', 1e12],
        ['GB', 1e9],
        ['MB', 1e6],
        ['kB', 1e3],
    ] as const) {
        if (count >= bytes)
            return `${Math.floor(Number((BigInt(count) * 10n) / BigInt(bytes)) / 10)}.${Number((BigInt(count) * 10n) / BigInt(bytes)) % 10} ${unit}`;
    }
    return `${count} B`;
}
