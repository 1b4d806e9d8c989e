// Times of certificates and tokens (section 10): UTCTime and GeneralizedTime, as nanoseconds since 1970.
import { isTime, seconds } from './canonical';
import { type Node, TAG, malformed } from './der';

export type Moment = bigint;

const SECOND = 1_000_000_000n;
/** The last second there is: 9999-12-31T23:59:59Z. */
const LAST = 253402300799n;

/** The second that it lies in, since 1970. */
export const floor = (moment: Moment): number => Number((moment - fraction(moment)) / SECOND);
const fraction = (moment: Moment): bigint => ((moment % SECOND) + SECOND) % SECOND;

/** The first second that does not lie before it. */
export const ceil = (moment: Moment): number => Math.min(floor(moment + SECOND - 1n), Number(LAST));

/** This many nanoseconds later. A second that is later than the last one there is stays as it was. */
export function plus(moment: Moment, nanoseconds: bigint): Moment {
    const later = moment + nanoseconds;
    return later < (LAST + 1n) * SECOND ? later : moment - fraction(moment) + fraction(later);
}

/** A second as sealbag writes times. */
export const told = (second: number): string => new Date(second * 1000).toISOString().replace('.000Z', 'Z');

/** The time of a certificate or a list: whole seconds. */
export function whole(node: Node): Moment {
    const text = String.fromCharCode(...node.value.subarray(0, 32));
    if (node.tag === TAG.utcTime && text.length >= 2)
        return read((text < '50' ? '20' : '19') + text, false) ?? malformed('UTCTime');
    return node.tag === TAG.time ? (read(text, false) ?? malformed('GeneralizedTime')) : malformed('Time');
}

/** The time of a token: with a fraction, or without. */
export function exact(node: Node): Moment {
    const text = String.fromCharCode(...node.value.subarray(0, 32));
    return (node.tag === TAG.time ? read(text, true) : undefined) ?? malformed('genTime');
}

/** `YYYYMMDDhhmmss`, a fraction without zeros at its end where one is allowed, and `Z`. */
function read(text: string, fractions: boolean): Moment | undefined {
    const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/.exec(text);
    if (!parts || (parts[7] !== undefined && !fractions)) return undefined;
    const [, year, month, day, hours, minutes, rest, behind] = parts;
    const time = `${year}-${month}-${day}T${hours}:${minutes}:${rest}Z`;
    return isTime(time) ? BigInt(seconds(time)) * SECOND + BigInt((behind ?? '').padEnd(9, '0')) : undefined;
}
