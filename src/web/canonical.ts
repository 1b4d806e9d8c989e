// Canonical JSON, versions, times and limits (section 6).
import { GIB, KIB, MIB, isHex, length, startsWith, text } from './bytes';
import type { Argument, Detail } from './finding';

export const LIMIT = {
    text: 80 * MIB,
    readers: 16 * MIB,
    slip: 8 * KIB,
    items: GIB,
    count: 1_000_000,
    line: 64 * KIB,
    string: 16 * KIB,
    recipient: 4096,
    releases: 9,
    slips: 1000,
    name: 256,
    path: 1024,
    part: 255,
    folders: 64,
    token: 256 * KIB,
    tokens: 9,
    /** In a token; revocation lists beside one. */
    certificates: 32,
    revocations: 8 * MIB,
    revoked: 100_000,
    integer: Number.MAX_SAFE_INTEGER,
};

export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
export type Members = { [member: string]: Json };

/** What a text has that does not follow this page, as the name of a detail and what stands in it. */
export class Malformed extends Error {
    constructor(
        readonly detail: Detail,
        readonly values: Record<string, Argument> = {},
    ) {
        super(detail);
    }
}

export function ensure(holds: unknown, detail: Detail, values: Record<string, Argument> = {}): asserts holds {
    if (!holds) throw new Malformed(detail, values);
}

/**
 * Parses an object, lets `form` take its members out in their order, and holds the bytes to what that writes: whatever is missing,
 * unknown, repeated, out of order or spelled otherwise makes a difference.
 */
export function parse<T>(bytes: Uint8Array, form: (members: Members) => { value: T; members: Members }): T {
    const given = text(bytes);
    ensure(given !== undefined, 'NotTheJson', { error: 'not UTF-8' });
    let parsed: Json;
    try {
        parsed = JSON.parse(given) as Json;
    } catch {
        throw new Malformed('NotTheJson', { error: 'not JSON' });
    }
    ensure(isObject(parsed), 'NotTheJson', { error: 'not an object' });
    const { value, members } = form(parsed);
    ensure(JSON.stringify(members) === given, 'NotCanonical');
    strings(members);
    return value;
}

/** The format that a text of a later version names. */
export const laterFormat = (bytes: Uint8Array): string => /"format":"([^"]*)"/.exec(new TextDecoder().decode(bytes.subarray(0, 64)))![1]!;

export const isObject = (value: Json | undefined): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every string is text of Unicode scalar values, within its limit. */
function strings(value: Json): void {
    if (typeof value === 'string') {
        ensure(!/\p{Surrogate}/u.test(value), 'NotTheJson', { error: 'a lone surrogate' });
        ensure(length(value) <= LIMIT.string, 'JsonStringTooLong', { limit: LIMIT.string });
    } else if (typeof value === 'object' && value !== null) {
        for (const each of Object.values(value)) strings(each);
    }
}

export function string(members: Members, member: string): string {
    const value = members[member];
    ensure(typeof value === 'string', 'NotTheJson', { error: `${member} is no string` });
    return value;
}

export function integer(members: Members, member: string): number {
    const value = members[member];
    ensure(typeof value === 'number' && Number.isInteger(value) && value >= 0, 'NotTheJson', { error: `${member} is no integer` });
    ensure(value <= LIMIT.integer, 'JsonNumberTooLarge');
    return value;
}

export function digest(members: Members, member: string): string {
    const value = string(members, member);
    ensure(isHex(value, 64), 'DigestForm');
    return value;
}

export function digestOrNull(members: Members, member: string): string | null {
    return members[member] === null ? null : digest(members, member);
}

export function random(members: Members, member: string): string {
    const value = string(members, member);
    ensure(isHex(value, 32), 'RandomForm');
    return value;
}

export function time(members: Members, member: string): string {
    const value = string(members, member);
    ensure(isTime(value), 'TimeForm');
    return value;
}

export function isTime(value: string): boolean {
    const parts = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/.exec(value);
    if (!parts) return false;
    const [year, month, day] = parts.slice(1, 4).map(Number) as [number, number, number];
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1]!;
}

/** The seconds since 1970 of a time that `isTime` takes. */
export const seconds = (value: string): number => Date.parse(value) / 1000;

export type Word = 'manifest' | 'release' | 'readers' | 'card' | 'revocation' | 'succession' | 'disclosure' | 'custody' | 'audit' | 'proof';

/** How a text of a later version begins, up to and with the comma, or undefined where it does not begin so. */
export function laterVersion(bytes: Uint8Array, word: Word, before = '{'): string | undefined {
    const start = text(bytes.subarray(0, 64).map(byte => (byte < 0x80 ? byte : 0x3f))) ?? '';
    const [found, version] = new RegExp(`^${before.replaceAll('{', '\\{')}"format":"sealbag-${word}/([1-9]\\d{0,5})",`).exec(start) ?? [];
    return Number(version) >= 2 ? found : undefined;
}

/** True where a text of a later version names this bundle at once. */
export function laterNames(bytes: Uint8Array, word: Word, bundle: string): boolean {
    const start = laterVersion(bytes, word);
    return start !== undefined && startsWith(bytes, `${start}"bundle":"${bundle}"`);
}
