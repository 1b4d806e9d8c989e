// The signed attributes of a token (RFC 5652, RFC 2634, RFC 5035): what it is, the hash of what was signed, and which certificates are
// named.
import { type Hash, SHA1, SHA256, readHash } from './algorithms';
import { equal } from './bytes';
import type { Certificate } from './certificate';
import { type Node, TAG, context, element, malformed, refuse } from './der';

const PART = 'signedAttrs';
/** The most attributes, and certificates in one, that are looked at. */
const MOST = 64;

export const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';

/** A certificate, named by its hash, and by issuer and number where they are there. */
interface Named {
    hash: Hash;
    digest: Uint8Array;
    issuer: Uint8Array | undefined;
    serial: Uint8Array | undefined;
}

export class Attributes {
    /** As they were signed: with the tag of a SET. */
    readonly signed: Uint8Array;
    private digest: Uint8Array | undefined;
    private readonly names: Named[][] = [];

    constructor(node: Node) {
        this.signed = element(TAG.set, node.value);
        let isToken = false;
        const seen = new Set<string>();
        for (const attribute of node.fields(context(0), PART).rest(MOST)) {
            const fields = attribute.sequence(PART);
            const name = fields.expect(TAG.oid).oid();
            const values = fields.expect(TAG.set);
            fields.end();
            if (seen.has(name)) malformed(PART);
            seen.add(name);
            if (name === CONTENT_TYPE) isToken = values.only(TAG.set).oid() === TST_INFO;
            else if (name === MESSAGE_DIGEST) this.digest = values.only(TAG.set).octets();
            else if (name === SIGNING_CERTIFICATE) this.names.push(readNames(values.only(TAG.set), false));
            else if (name === SIGNING_CERTIFICATE_V2) this.names.push(readNames(values.only(TAG.set), true));
        }
        if (!isToken || !this.digest || this.names.length === 0) refuse('token.digest', 'TokenAttributes');
    }

    /** Refuses content with another hash. */
    checkContent(hash: Hash, content: Uint8Array): void {
        if (!equal(hash.of(content), this.digest!)) refuse('token.digest', 'TokenDigest');
    }

    /** Refuses a certificate that is not the first that each of them names. */
    checkSigner(signer: Certificate): void {
        if (!this.names.every(([first]) => first && isNamed(signer, first))) refuse('token.certificate', 'TokenOtherCertificate');
    }

    /** True if they name this certificate, as that of the signer or of somebody above. */
    name(certificate: Certificate): boolean {
        return this.names.flat().some(named => isNamed(certificate, named));
    }
}

function isNamed({ raw, issuer, serial }: Certificate, named: Named): boolean {
    if (named.issuer && !(equal(named.issuer, issuer) && equal(named.serial!, serial))) return false;
    return equal(named.hash.of(raw), named.digest);
}

/** SigningCertificate, or SigningCertificateV2. */
function readNames(value: Node, second: boolean): Named[] {
    const part = 'SigningCertificate';
    const fields = value.sequence(part);
    const list = fields.expect(TAG.sequence);
    // policies, for which nobody asks here
    fields.nextIf(TAG.sequence);
    fields.end();
    return list.sequence(part).rest(MOST).map(node => {
        const inner = node.sequence(part);
        const algorithm = inner.nextIf(TAG.sequence);
        if (algorithm && !second) malformed(part);
        const hash = algorithm ? readHash(algorithm) : second ? SHA256 : SHA1;
        const digest = inner.next().octets();
        const issued = inner.nextIf(TAG.sequence);
        inner.end();
        return { hash, digest, ...(issued ? readIssuer(issued) : { issuer: undefined, serial: undefined }) };
    });
}

/** IssuerSerial: one name, that of a directory, and a number. */
function readIssuer(node: Node): { issuer: Uint8Array; serial: Uint8Array } {
    const fields = node.sequence('IssuerSerial');
    const names = fields.next().sequence();
    const serial = fields.expect(TAG.integer);
    fields.end();
    const name = names.expect(context(4)).only(context(4));
    names.end();
    return { issuer: name.raw, serial: serial.raw };
}
