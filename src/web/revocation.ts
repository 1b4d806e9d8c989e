// Revocation lists (RFC 5280, section 5), as far as they tell of the certificates above a token (section 10).
import { equal } from './bytes';
import { type Scheme, SHA1, readScheme } from './algorithms';
import { LIMIT } from './canonical';
import { type Certificate, attempt, nameOf, readExtension, unarmored, verifies } from './certificate';
import { Fields, Node, Refused, TAG, context, malformed, refuse } from './der';
import { type Moment, whole } from './moment';

const PART = 'CertificateList';
const EXTENSIONS = 64;
const REASON = '2.5.29.21';
const INVALIDITY = '2.5.29.24';
/** unspecified, affiliationChanged, superseded, cessationOfOperation. */
const GIVEN_UP = [0, 3, 4, 5];

/** Since when, and how, a certificate is revoked. */
export interface Revoked {
    since: Moment;
    /** True where the list says that it was given up, and not that its key may be in the hands of others. */
    givenUp: boolean;
}

/** A list as it was read; it counts only where the authority that it names signed it. */
export class RevocationList {
    private constructor(
        private readonly signed: Uint8Array,
        private readonly scheme: Scheme,
        private readonly signature: Uint8Array,
        private readonly issuer: Uint8Array,
        readonly issuedAt: Moment,
        private readonly entries: { serial: Uint8Array; revoked: Revoked }[],
    ) {}

    /** Every list in a file: PEM, whatever stands around them, or DER, one behind the other. */
    static readAll(bytes: Uint8Array): RevocationList[] {
        const lists = attempt(() => {
            if (bytes[0] === 0x30) return new Fields(bytes, PART).rest(LIMIT.certificates).map(RevocationList.read);
            return unarmored(bytes, 'X509 CRL').map(der => RevocationList.read(Node.of(der, PART)));
        });
        return lists instanceof Refused || lists.length === 0 ? refuse('token.list', 'NoRevocationList') : lists;
    }

    private static read(node: Node): RevocationList {
        const fields = node.sequence(PART);
        const signed = fields.next();
        const algorithm = fields.next();
        const signature = fields.next().wholeBits();
        fields.end();
        const inner = signed.sequence(PART);
        const version = inner.nextIf(TAG.integer)?.number();
        const again = inner.next();
        const issuer = inner.expect(TAG.sequence);
        const issuedAt = whole(inner.next());
        const next = inner.nextIf(TAG.utcTime) ?? inner.nextIf(TAG.time);
        if (next) whole(next);
        const entries = inner.nextIf(TAG.sequence)?.sequence(PART).rest(LIMIT.revoked).map(readEntry) ?? [];
        for (const extension of inner.nextIf(context(0))?.only(context(0)).sequence(PART).rest(EXTENSIONS) ?? []) {
            // a list of some, or of changes, does not tell of all
            if (readExtension(extension).critical) malformed(PART);
        }
        inner.end();
        if ((version !== undefined && version !== 1) || !equal(again.raw, algorithm.raw)) malformed(PART);
        return new RevocationList(signed.raw, readScheme(algorithm), signature, issuer.raw, issuedAt, entries);
    }

    /** What the list calls whoever issued it. */
    get by(): string {
        return nameOf(this.issuer);
    }

    /** True if this authority signed it, in a way that counts. */
    isBy(issuer: Certificate): boolean {
        const named = equal(this.issuer, issuer.subject) && this.scheme.hash !== SHA1 && issuer.signsLists;
        return named && verifies(issuer, this.scheme, this.signed, this.signature);
    }

    /** What it says of a certificate of its issuer. */
    revoked(certificate: Certificate): Revoked | undefined {
        return this.entries.find(({ serial }) => equal(serial, certificate.serial))?.revoked;
    }
}

function readEntry(node: Node): { serial: Uint8Array; revoked: Revoked } {
    const fields = node.sequence(PART);
    const serial = fields.expect(TAG.integer).raw;
    const revoked = { since: whole(fields.next()), givenUp: false };
    for (const extension of fields.nextIf(TAG.sequence)?.sequence(PART).rest(EXTENSIONS) ?? []) {
        const { name, critical, value } = readExtension(extension);
        if (name === REASON) {
            revoked.givenUp = value.length === 3 && value[0] === 0x0a && value[1] === 1 && GIVEN_UP.includes(value[2]!);
        } else if (name === INVALIDITY) {
            const invalid = whole(Node.of(value, PART));
            if (invalid < revoked.since) revoked.since = invalid;
        } else if (critical) malformed(PART); // the certificate of another issuer, for example
    }
    fields.end();
    return { serial, revoked };
}
