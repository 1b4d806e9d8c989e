// The three signed texts of one shape: manifest (section 4), release (9), list of readers (10). A first line of members, a list of
// strings, a line each, and a closing line.
import { concat, fromBase64, isHex, startsWith, text, utf8 } from './bytes';
import { LIMIT, type Members, digest, digestOrNull, ensure, parse, random, string, time } from './canonical';
import type { Detail } from './finding';

interface Manifest {
    id: string;
    sealed_at: string;
    signer: string;
    items: string[];
}
interface Release {
    bundle: string;
    prev: string | null;
    at: string;
    by: string;
    reason: string;
    withheld: string[];
}
interface Readers {
    bundle: string;
    release: string | null;
    at: string;
    by: string;
    slips: string[];
}
export type { Manifest, Readers, Release };

function listing<T>(
    bytes: Uint8Array,
    list: string,
    most: number,
    entry: (entry: string) => boolean,
    odd: Detail,
    form: (members: Members) => T & Members,
): { first: T; list: string[] } {
    const feed = bytes.indexOf(0x0a);
    ensure(feed >= 0 && feed < LIMIT.line, 'FirstLineTooLong');
    const opened = bytes.subarray(0, feed);
    ensure(startsWith(opened, `,"${list}":[`, opened.length - list.length - 5), 'ListNotOpened');
    const first = parse(concat(opened, utf8(']}')), members => {
        const value = form(members);
        return { value, members: { ...value, [list]: [] } };
    });
    const rest = text(bytes.subarray(feed + 1));
    ensure(rest !== undefined && rest.endsWith('"\n]}\n'), 'ListNotClosed');
    const lines = rest.slice(0, -4).split('\n');
    ensure(lines.length <= most, 'ListTooLong');
    const entries = lines.map((line, at) => {
        const comma = at < lines.length - 1 ? ',' : '';
        ensure(line.startsWith('"') && line.endsWith(`"${comma}`) && line.length >= 2 + comma.length, 'NotInQuotes');
        const value = line.slice(1, line.length - 1 - comma.length);
        ensure(entry(value), odd);
        return value;
    });
    ensure(
        entries.every((value, at) => at === 0 || entries[at - 1]! < value),
        'ListNotIncreasing',
    );
    return { first, list: entries };
}

const isDigest = (entry: string): boolean => isHex(entry, 64);

function format(members: Members, name: string): string {
    const value = string(members, 'format');
    ensure(value === name, 'FormatWord');
    return value;
}

export function parseManifest(bytes: Uint8Array): Manifest {
    const { first, list } = listing(bytes, 'items', LIMIT.count, isDigest, 'NotADigest', members => {
        const value = {
            format: format(members, 'sealbag-manifest/1'),
            id: random(members, 'id'),
            sealed_at: time(members, 'sealed_at'),
            sealed_with: string(members, 'sealed_with'),
            signer: string(members, 'signer'),
        };
        const year = Number(value.sealed_at.slice(0, 4));
        ensure(year >= 1980 && year <= 2107, 'SealedAtRange');
        ensure(/^sealbag (0|[1-9]\d{0,5})(\.(0|[1-9]\d{0,5})){2}$/.test(value.sealed_with), 'SealedWithForm');
        return value;
    });
    return { id: first.id, sealed_at: first.sealed_at, signer: first.signer, items: list };
}

export function parseRelease(bytes: Uint8Array): Release {
    const { first, list } = listing(bytes, 'withheld', LIMIT.count, isDigest, 'NotADigest', members => {
        const value = {
            format: format(members, 'sealbag-release/1'),
            bundle: digest(members, 'bundle'),
            prev: digestOrNull(members, 'prev'),
            at: time(members, 'at'),
            by: string(members, 'by'),
            reason: string(members, 'reason'),
        };
        ensure(value.reason !== '', 'ReasonEmpty');
        return value;
    });
    return { ...first, withheld: list };
}

export function parseReaders(bytes: Uint8Array): Readers {
    const isSlip = (entry: string) => {
        const slip = fromBase64(entry);
        return slip !== undefined && slip.length >= 1 && slip.length <= LIMIT.slip;
    };
    const { first, list } = listing(bytes, 'slips', LIMIT.slips, isSlip, 'NotASlip', members => ({
        format: format(members, 'sealbag-readers/1'),
        bundle: digest(members, 'bundle'),
        release: digestOrNull(members, 'release'),
        at: time(members, 'at'),
        by: string(members, 'by'),
    }));
    return { ...first, slips: list };
}
