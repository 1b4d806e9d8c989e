// Items: one line each, and what they may not say together (section 3).
import { concat, length } from './bytes';
import { LIMIT, Malformed, type Members, digest, ensure, integer, parse, random, string } from './canonical';
import { type Detail, detail } from './finding';
import { sha256 } from './hash';
import { checkPath } from './names';

export interface File {
    kind: 'file';
    path: string;
    size: number;
    sha256: string;
    media_type: string;
    role: string;
}
export interface Field {
    kind: 'field';
    about: string;
    name: string;
    value: string;
}
export interface Recipient {
    kind: 'recipient';
    key: string;
}
export type Item = (File | Field | Recipient) & { commitment: string };

const ROLES = ['report', 'photo', 'video', 'audio', 'document', 'attachment', 'other'];
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&\-^_.+]{0,126}\/[a-z0-9][a-z0-9!#$&\-^_.+]{0,126}$/;
/** Facts that can be true only once, by what they are about. */
const ONCE: Record<string, string[]> = {
    case: ['title', 'dateline', 'published', 'original_or_copy'],
    source: ['identity'],
    file: [
        'caption',
        'taken_at',
        'place',
        'latitude',
        'longitude',
        'altitude_m',
        'camera_make',
        'camera_model',
        'camera_serial',
        'original_name',
        'original_name_bytes',
        'modified',
        'derived_from',
        'derivation',
    ],
};

/** An item from its line, the line feed included. */
export function parseItem(line: Uint8Array): Item {
    ensure(line.length <= LIMIT.line, 'JsonLineTooLong', { limit: LIMIT.line });
    ensure(line.at(-1) === 0x0a, 'NoLineBreakAtEnd');
    const item = parse<File | Field | Recipient>(line.subarray(0, -1), members => {
        const salt = random(members, 'salt');
        const value = body(members);
        return { value, members: { salt, ...value } };
    });
    return { ...item, commitment: sha256(line) };
}

/** What is wrong with a path, told of it. */
function checkPathOf(path: string): void {
    try {
        checkPath(path);
    } catch (why) {
        if (why instanceof Malformed) throw new Malformed('ThePath', { reason: detail(why.detail) });
        throw why;
    }
}

function body(members: Members): File | Field | Recipient {
    switch (members.kind) {
        case 'file': {
            const path = string(members, 'path');
            checkPathOf(path);
            const size = integer(members, 'size');
            const hash = digest(members, 'sha256');
            const media_type = string(members, 'media_type');
            ensure(MEDIA_TYPE.test(media_type), 'MediaTypeForm');
            const role = string(members, 'role');
            ensure(ROLES.includes(role), 'NotTheJson', { error: 'no role' });
            return { kind: 'file', path, size, sha256: hash, media_type, role };
        }
        case 'field': {
            const about = string(members, 'about');
            if (about.startsWith('file:')) checkPathOf(about.slice(5));
            else ensure(/^(case|source:S[1-9]\d{0,5})$/.test(about), 'AboutForm');
            const name = string(members, 'name');
            ensure(/^[a-z][a-z0-9_]{0,63}$/.test(name), 'FieldNameForm');
            const value = string(members, 'value');
            ensure(value !== '', 'ValueEmpty');
            return { kind: 'field', about, name, value };
        }
        case 'recipient': {
            const key = string(members, 'key');
            ensure(isAgeRecipient(key), 'KeyNotRecipient');
            return { kind: 'recipient', key };
        }
        default:
            throw new Malformed('NoKnownKind');
    }
}

/** Bech32 of BIP 173 without its limit of 90 characters, in lower case, for age. */
export function isAgeRecipient(key: string): boolean {
    const at = key.lastIndexOf('1');
    const [human, data] = [key.slice(0, at), key.slice(at + 1)];
    if (at < 1 || length(key) > LIMIT.recipient || human.length > 83 || !/^[!-@[-~]+$/.test(human)) return false;
    if (!(human === 'age' || (human.startsWith('age1') && human.length > 4)) || data.length < 6) return false;
    const values = Array.from(data, character => 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'.indexOf(character));
    if (values.includes(-1)) return false;
    const codes = Array.from(human, character => character.charCodeAt(0));
    let sum = 1;
    for (const value of [...codes.map(code => code >> 5), 0, ...codes.map(code => code & 31), ...values]) {
        const top = sum >>> 25;
        sum = ((sum & 0x1ffffff) << 5) ^ value;
        [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].forEach((generator, bit) => {
            if ((top >> bit) & 1) sum ^= generator;
        });
    }
    return sum === 1;
}

/** Reads the lines of a list of items as they pass. What is wrong with the first bad line ends it. */
export class ItemLines {
    readonly items: Item[] = [];
    /** The number of the first bad line, from 1, and what is wrong with it. */
    wrong: { line: number; why: Malformed } | undefined;
    private held: Uint8Array = new Uint8Array(0);

    push(bytes: Uint8Array): void {
        let from = 0;
        while (!this.wrong) {
            const feed = bytes.indexOf(0x0a, from);
            const rest = bytes.subarray(from, feed < 0 ? bytes.length : feed + 1);
            if (feed < 0 && this.held.length + rest.length <= LIMIT.line) {
                this.held = concat(this.held, rest);
                return;
            }
            this.line(this.held.length === 0 ? rest : concat(this.held, rest));
            this.held = new Uint8Array(0);
            from = feed + 1;
        }
    }

    end(): void {
        if (!this.wrong && this.held.length > 0) this.line(this.held);
    }

    private line(line: Uint8Array): void {
        try {
            ensure(this.items.length < LIMIT.count, 'TooManyItems');
            const item = parseItem(line);
            ensure(this.items.length === 0 || this.items.at(-1)!.commitment < item.commitment, 'LinesOutOfOrder');
            this.items.push(item);
        } catch (why) {
            if (!(why instanceof Malformed)) throw why;
            this.wrong = { line: this.items.length + 1, why };
        }
    }
}

export interface Conflict {
    /** The file that it is about, where it is about one. */
    path?: string;
    detail: Detail;
    values?: Record<string, number>;
}

/** What the items say together that cannot be true. Whoever looks at disclosures too minds no fact about a file that is not shown. */
export function conflicts(items: Item[], disclosed = false): Conflict[] {
    const found: Conflict[] = [];
    const [files, folders, keys, facts] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
    const [recipientsTwice, factsTwice] = [new Set<string>(), new Set<string>()];
    for (const item of items) {
        if (item.kind === 'file') {
            if (files.has(item.path)) found.push({ path: item.path, detail: 'PathTwice' });
            files.add(item.path);
            for (let at = item.path.indexOf('/'); at >= 0; at = item.path.indexOf('/', at + 1)) folders.add(item.path.slice(0, at));
        } else if (item.kind === 'recipient') {
            if (keys.has(item.key)) recipientsTwice.add(item.key);
            keys.add(item.key);
        } else if (ONCE[item.about.split(':')[0]!]!.includes(item.name)) {
            const fact = `${item.name} ${item.about}`;
            if (facts.has(fact)) factsTwice.add(fact);
            facts.add(fact);
        }
    }
    for (const path of files) if (folders.has(path)) found.push({ path, detail: 'FileAndFolder' });
    if (recipientsTwice.size > 0) found.push({ detail: 'RecipientTwice' });
    if (factsTwice.size > 0) found.push({ detail: 'FactTwice' });
    if (disclosed) return found;
    if (files.size === 0) found.push({ detail: 'NoFileShown' });
    const count = items.filter(item => item.kind === 'field' && item.about.startsWith('file:') && !files.has(item.about.slice(5))).length;
    if (count > 0) found.push({ detail: 'FactsWithoutFile', values: { count } });
    return found;
}

/** What an item is called, and what it states. */
export function named(item: Item): { item: string; value: string | null } {
    if (item.kind === 'file') return { item: item.path, value: null };
    if (item.kind === 'recipient') return { item: 'recipients', value: item.key };
    const about = item.about.startsWith('file:') ? item.about.slice(5) : item.about;
    return { item: `${about}#${item.name}`, value: item.value };
}
