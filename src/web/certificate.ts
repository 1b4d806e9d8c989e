// Certificates (RFC 5280), as far as timestamps need them (section 10). A certificate that was read is believed by nobody.
import { equal, fromBase64 } from './bytes';
import { type Key, type Scheme, SHA1, checkLength, readKey, readScheme } from './algorithms';
import { Fields, Node, Refused, TAG, context, dotted, malformed, refuse } from './der';
import { type Moment, floor, told, whole } from './moment';

const PART = 'Certificate';
/** The most extensions, and parts of a name, that are looked at. */
const MOST = 64;

const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const POLICIES = '2.5.29.32';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const ANY_USAGE = '2.5.29.37.0';
const COMMON_NAME = '2.5.4.3';
const ORGANISATION = '2.5.4.10';

/** Bits of keyUsage, as the first byte has them. */
const SIGNATURES = 0xc0;
const CERT_SIGN = 0x04;
const LIST_SIGN = 0x02;

interface Extensions {
    isAuthority: boolean;
    /** How many authorities may come between it and the end; undefined says no limit. */
    path: number | undefined;
    /** The bytes of keyUsage. */
    keyUsage: number[] | undefined;
    extended: { critical: boolean; names: string[] } | undefined;
    /** A critical one of which nothing is known. */
    unknown: string | undefined;
}

export class Certificate {
    private held: Key | Refused | undefined;
    private readonly issued = new Map<Certificate, boolean>();

    private constructor(
        readonly raw: Uint8Array,
        private readonly signed: Uint8Array,
        private readonly signature: Uint8Array,
        private readonly scheme: Scheme | Refused,
        /** An INTEGER. */
        readonly serial: Uint8Array,
        /** Names are compared byte by byte. */
        readonly issuer: Uint8Array,
        readonly subject: Uint8Array,
        readonly from: Moment,
        readonly until: Moment,
        private readonly info: Node,
        private readonly extensions: Extensions,
    ) {}

    /** Reads one, of version 1 or 3. */
    static read(node: Node): Certificate {
        const fields = node.sequence(PART);
        const signed = fields.next();
        const algorithm = fields.next();
        const signature = fields.next().wholeBits();
        fields.end();
        const inner = signed.sequence(PART);
        // version 1 is 0 and left out, version 3 is 2
        const version = inner.nextIf(context(0))?.only(context(0)).number() ?? 0;
        const serial = inner.expect(TAG.integer);
        const again = inner.next();
        const issuer = inner.expect(TAG.sequence);
        const validity = inner.next().sequence(PART);
        const [from, until] = [whole(validity.next()), whole(validity.next())];
        validity.end();
        const subject = inner.expect(TAG.sequence);
        const info = inner.next();
        const list = inner.nextIf(context(3));
        if (list && version !== 2) return malformed(PART);
        const extensions = readExtensions(list?.only(context(3)));
        inner.end();
        if ((version !== 0 && version !== 2) || !equal(again.raw, algorithm.raw)) return malformed(PART);
        const scheme = attempt(() => readScheme(algorithm));
        return new Certificate(
            node.raw,
            signed.raw,
            signature,
            scheme,
            serial.raw,
            issuer.raw,
            subject.raw,
            from,
            until,
            info,
            extensions,
        );
    }

    /** Its public key. */
    get key(): Key {
        this.held ??= attempt(() => readKey(this.info));
        if (this.held instanceof Refused) throw this.held;
        return this.held;
    }

    /** True if it says that `issuer` issued it. */
    isNamedBy(issuer: Certificate): boolean {
        return equal(this.issuer, issuer.subject);
    }

    /** True if `issuer`, by its name and its key, signed it with whatever hash. Asked twice, it is verified once. */
    wasIssuedBy(issuer: Certificate): boolean {
        if (!this.isNamedBy(issuer)) return false;
        let is = this.issued.get(issuer);
        if (is === undefined) {
            is = !(this.scheme instanceof Refused) && verifies(issuer, this.scheme, this.signed, this.signature);
            this.issued.set(issuer, is);
        }
        return is;
    }

    /** True if nothing is believed for how it was signed. */
    get isSignedTheOldWay(): boolean {
        return !(this.scheme instanceof Refused) && this.scheme.hash === SHA1;
    }

    get name(): string {
        return nameOf(this.subject);
    }

    is(other: Certificate): boolean {
        return equal(this.raw, other.raw);
    }

    checkTime(at: Moment): void {
        const [from, until, second] = [floor(this.from), floor(this.until), floor(at)];
        if (second < from || second > until) refuse('token.expired', 'TokenExpired', { from: told(from), until: told(until) });
    }

    /** Refuses one that is not for signing timestamps and nothing else. */
    checkStamps(): void {
        const { keyUsage, extended } = this.extensions;
        const only = extended?.critical && extended.names.length > 0 && extended.names.every(name => name === TIME_STAMPING);
        const signs = !keyUsage || (keyUsage[0]! !== 0 && (keyUsage[0]! & ~SIGNATURES) === 0 && keyUsage[1] === 0);
        if (!only || !signs) refuse('token.usage', 'TokenUsage', { who: { quoted: this.name } });
        this.checkKnown();
    }

    /** Refuses one that may not stand above `below` other authorities and an end. */
    checkIssues(below: number): void {
        const { isAuthority, path, keyUsage, extended } = this.extensions;
        const usage = !extended || extended.names.some(name => name === TIME_STAMPING || name === ANY_USAGE);
        const signs = !keyUsage || (keyUsage[0]! & CERT_SIGN) !== 0;
        if (!isAuthority || (path !== undefined && below > path) || !usage || !signs)
            refuse('token.chain', 'TokenIssuer', { who: { quoted: this.name } });
        this.checkKnown();
    }

    checkLength(): void {
        checkLength(this.key);
    }

    /** True if its owner may sign revocation lists. */
    get signsLists(): boolean {
        const { keyUsage } = this.extensions;
        return !keyUsage || (keyUsage[0]! & LIST_SIGN) !== 0;
    }

    private checkKnown(): void {
        if (this.extensions.unknown !== undefined) refuse('token.chain', 'TokenExtension', { oid: dotted(this.extensions.unknown) });
    }
}

/** True if the key of this certificate made the signature. */
export function verifies(by: Certificate, scheme: Scheme, signed: Uint8Array, signature: Uint8Array): boolean {
    const key = attempt(() => by.key);
    return !(key instanceof Refused) && key.verifies(scheme, signed, signature);
}

/** What comes of it, or why it is refused. */
export function attempt<T>(does: () => T): T | Refused {
    try {
        return does();
    } catch (why) {
        if (why instanceof Refused) return why;
        throw why;
    }
}

function readExtensions(list: Node | undefined): Extensions {
    const found: Extensions = { isAuthority: false, path: undefined, keyUsage: undefined, extended: undefined, unknown: undefined };
    const seen = new Set<string>();
    for (const extension of list?.sequence(PART).rest(MOST) ?? []) {
        const { name, critical, value } = readExtension(extension);
        if (seen.has(name)) return malformed(PART);
        seen.add(name);
        if (name === BASIC_CONSTRAINTS) {
            const fields = Node.of(value, 'BasicConstraints').sequence();
            found.isAuthority = fields.nextIf(TAG.boolean)?.boolean() ?? false;
            found.path = fields.nextIf(TAG.integer)?.number();
            fields.end();
        } else if (name === KEY_USAGE) {
            const { tag, value: bits } = Node.of(value, 'KeyUsage');
            const [unused, first = 0, second = 0] = bits;
            const sound = bits.length === 1 || (bits.length > 1 && bits.length <= 3 && unused! <= 7);
            if (tag !== TAG.bits || !sound) return malformed('KeyUsage');
            found.keyUsage = [first, second];
        } else if (name === EXTENDED_KEY_USAGE) {
            const names = Node.of(value, 'ExtKeyUsage').sequence().rest(MOST);
            found.extended = { critical, names: names.map(each => each.oid()) };
        } else if (critical && name !== POLICIES) found.unknown = name;
    }
    return found;
}

/** The name of an extension, whether it is critical, and its value. */
export function readExtension(extension: Node): { name: string; critical: boolean; value: Uint8Array } {
    const part = 'Extension';
    const fields = extension.sequence(part);
    const name = fields.expect(TAG.oid).oid();
    const critical = fields.nextIf(TAG.boolean)?.boolean();
    // FALSE is the default and left out
    if (critical === false) return malformed(part);
    const value = fields.expect(TAG.octets).octets();
    fields.end();
    return { name, critical: critical ?? false, value };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The last common name in a Name, or else the last organisation, or else nothing. */
export function nameOf(raw: Uint8Array): string {
    for (const wanted of [COMMON_NAME, ORGANISATION]) {
        const found = attempt(() => lastOf(raw, wanted));
        if (typeof found === 'string') return found;
    }
    return '';
}

function lastOf(raw: Uint8Array, wanted: string): string | undefined {
    let found: string | undefined;
    for (const set of Node.of(raw, 'Name').sequence().rest(MOST)) {
        for (const part of new Fields(set.value, 'Name').rest(MOST)) {
            const fields = part.sequence();
            if (fields.next().oid() === wanted) found = decoder.decode(fields.next().value);
        }
    }
    return found;
}

/** What stands in PEM under this label, as often as it does, whatever stands around it. */
export function unarmored(bytes: Uint8Array, label: string): Uint8Array[] {
    const blocks = decoder.decode(bytes).split(`-----BEGIN ${label}-----`).slice(1);
    return blocks.flatMap(block => {
        const end = block.indexOf(`-----END ${label}-----`);
        const der = end < 0 ? undefined : fromBase64(block.slice(0, end).replace(/[ \t\n\f\r]/g, ''));
        return der ? [der] : [];
    });
}
