// Payload paths and normal form D (section 8).
import { length } from './bytes';
import { LIMIT, ensure } from './canonical';

const SPACE = '\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000';
const AT_AN_END = new RegExp(`^[${SPACE}]|[${SPACE}]$`, 'u');
const ALL_SPACE = new RegExp(`^[${SPACE}]*$`, 'u');
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\xb9\xb2\xb3])$/;
const UNSEEN = new RegExp(
    '[\\0-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f' +
        '\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}' +
        '\\u{e0000}-\\u{e00ff}\\u{e01f0}-\\u{e0fff}\\ufdd0-\\ufdef' +
        Array.from(
            { length: 17 },
            (_, plane) => `\\u{${(plane * 0x10000 + 0xfffe).toString(16)}}\\u{${(plane * 0x10000 + 0xffff).toString(16)}}`,
        ).join('') +
        ']',
    'u',
);

const isJoiner = (character: string | undefined): boolean => character === '\u200c' || character === '\u200d';
const carries = (character: string | undefined): boolean => character !== undefined && character > '\u02ff' && !isJoiner(character);

/** True for a character that nobody sees, wherever it stands. */
export const isUnseen = (character: string): boolean => UNSEEN.test(character);
/** True where a joiner joins what stands before and behind it. */
export const joins = (before: string | undefined, after: string | undefined): boolean => carries(before) && carries(after);
export { isJoiner };

/** True of a text that is white space alone. */
export const isBlank = (given: string): boolean => ALL_SPACE.test(given);

/** Throws what is wrong with a payload path. */
export function checkPath(path: string): void {
    ensure(length(path) <= LIMIT.path, 'PathTooLong');
    const parts = path.split('/');
    ensure(parts.length - 1 <= LIMIT.folders, 'PathTooDeep');
    for (const part of parts) {
        ensure(part !== '', 'PathPartEmpty');
        ensure(part !== '.' && part !== '..', 'PathPartDots');
        ensure(length(part) <= LIMIT.part, 'PathPartTooLong');
        ensure(!UNSEEN.test(part), 'PathUnseen');
        ensure(!/[\\:*?"<>|%]/.test(part), 'PathForbiddenAscii');
        const characters = Array.from(part);
        ensure(
            characters.every((one, at) => !isJoiner(one) || joins(characters[at - 1], characters[at + 1])),
            'PathJoiner',
        );
        ensure(!part.endsWith('.'), 'PathPartEndsInDot');
        ensure(!AT_AN_END.test(part), 'PathPartWhiteSpace');
        const stem = part
            .split('.')[0]!
            .replace(/ +$/, '')
            .replace(/[A-Z]/g, letter => letter.toLowerCase());
        ensure(!DEVICE.test(stem), 'PathPartDevice');
    }
}

/** Code points that came after Unicode 14.0.0 and have a decomposition or a class: they are left alone. */
const NEWER = (
    '5C8-5C9 897 1ACF-1AF0 105C9 105D2 105DA 105E4 10D69-10D6D 10ECB-10ECF 10EF0-10EFB 10EFD-10EFF 11382-11385 1138B 1138E ' +
    '11390-11391 113B8 113BB 113C2 113C5 113C7-113C9 113CE-113D0 11F41-11F42 1611E-16129 1612F 16D63 16D67-16D6A 1D127-1D128 ' +
    '1D250-1D252 1D25B-1D25C 1D25F 1D280-1D281 1E08F 1E4EC-1E4EF 1E5EE-1E5EF 1E6E3 1E6E6 1E6EE-1E6EF 1E6F5'
)
    .split(' ')
    .map(range =>
        range
            .split('-')
            .map(point => `\\u{${point}}`)
            .join('-'),
    )
    .join('');
const BETWEEN = new RegExp(`[${NEWER}]+|[^${NEWER}]+`, 'gu');
const LEFT_ALONE = new RegExp(`^[${NEWER}]`, 'u');

/** Normal form D of Unicode 14.0.0. */
export const decomposed = (path: string): string =>
    (path.match(BETWEEN) ?? []).map(piece => (LEFT_ALONE.test(piece) ? piece : piece.normalize('NFD'))).join('');
