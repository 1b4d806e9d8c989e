// A timestamp token, a TimeStampResp (RFC 3161): taken apart, checked in itself, and put together again in the one form in which it
// counts (section 10).
import { type Hash, readHash, signerScheme } from './algorithms';
import { Attributes, TST_INFO } from './attributes';
import type { Authority } from './authority';
import { equal, hex } from './bytes';
import { LIMIT } from './canonical';
import { Certificate, readExtension } from './certificate';
import { Fields, Node, TAG, context, dotted, element, identifier, malformed, primitive, refuse } from './der';
import { type Moment, exact, plus } from './moment';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
/** The most extensions, and names of hashes, that are looked at. */
const MOST = 64;
/** Seconds. A clock that may be off by more than a century proves nothing. */
const CENTURY = 100 * 366 * 86_400;

/** The parts of a response that mean something. */
interface Parts {
    /** TSTInfo. */
    content: Uint8Array;
    certificates: Node[];
    digestAlgorithm: Node;
    issuer: Uint8Array;
    serial: Uint8Array;
    attributes: Node;
    signatureAlgorithm: Node;
    signature: Uint8Array;
}

/** What the authority says. */
interface Info {
    imprint: { hash: Hash; digest: Uint8Array };
    /** An OID in dotted form. */
    policy: string;
    /** In hex. */
    serial: string;
    time: Moment;
    /** Nanoseconds; undefined where nothing is said. */
    accuracy: bigint | undefined;
}

/** A token whose signature holds under the key of the certificate that it names. Whether anybody believes that is asked later. */
export class Token {
    private constructor(
        private readonly bytes: Uint8Array,
        private readonly parts: Parts,
        readonly info: Info,
        /** What it carries, in its order. */
        readonly certificates: Certificate[],
        /** Who signed it: one of these, or an authority of the reader's. */
        readonly signer: Certificate,
        private readonly attributes: Attributes,
        /** AlgorithmIdentifier of the signature, in the one encoding that counts. */
        private readonly algorithm: Uint8Array,
    ) {}

    /** Takes a response apart and checks all that hangs on nobody's belief. One without certificates is checked with the authorities'. */
    static read(bytes: Uint8Array, authorities: Authority[]): Token {
        if (bytes.length > LIMIT.token) malformed('TimeStampResp');
        const parts = readParts(bytes);
        const info = readInfo(parts.content);
        const hash = readHash(parts.digestAlgorithm);
        const attributes = new Attributes(parts.attributes);
        attributes.checkContent(hash, parts.content);
        const certificates = parts.certificates.map(node => Certificate.read(node));
        const known = [...certificates, ...authorities.map(({ certificate }) => certificate)];
        const signer =
            known.find(({ issuer, serial }) => equal(issuer, parts.issuer) && equal(serial, parts.serial)) ??
            refuse('token.certificate', 'TokenNoCertificate');
        attributes.checkSigner(signer);
        const { scheme, encoded } = signerScheme(parts.signatureAlgorithm, hash);
        signer.checkLength();
        if (!signer.key.verifies(scheme, attributes.signed, parts.signature)) refuse('token.signature', 'TokenSignature');
        signer.checkStamps();
        return new Token(bytes, parts, info, certificates, signer, attributes, encoded);
    }

    /** The last moment at which it can have been made: its time and what the authority says of its accuracy. */
    get latest(): Moment {
        return plus(this.info.time, this.info.accuracy ?? 0n);
    }

    /** True if it is over these bytes. */
    isOver(bytes: Uint8Array): boolean {
        const { hash, digest } = this.info.imprint;
        return equal(hash.of(bytes), digest);
    }

    /** Refuses a token that is not, byte for byte, in the one form in which it counts: with nothing that nobody vouches for. */
    checkForm(authorities: Authority[]): void {
        const vouched = this.vouched(authorities.map(({ certificate }) => certificate));
        if (!equal(this.bytes, this.form(vouched)))
            refuse('token.stray', 'TokenStray', { strays: this.certificates.length - vouched.length });
    }

    /** The certificates above the signer that are as they were issued. */
    private vouched(known: Certificate[]): Certificate[] {
        return this.above().filter(
            certificate =>
                this.attributes.name(certificate) ||
                known.some(each => each.is(certificate)) ||
                [...this.certificates, ...known].some(issuer => certificate.wasIssuedBy(issuer)),
        );
    }

    /** The signer's certificate and those above it, each once, in the order in which they are carried. */
    private above(): Certificate[] {
        const above = [this.signer];
        const addWhere = (belongs: (certificate: Certificate) => boolean) => {
            for (const certificate of this.certificates)
                if (!above.some(each => each.is(certificate)) && belongs(certificate)) above.push(certificate);
        };
        addWhere(certificate => this.attributes.name(certificate));
        // what is added is gone through too
        for (const below of above) addWhere(certificate => below.wasIssuedBy(certificate));
        const first = (certificate: Certificate) => this.certificates.find(each => each.is(certificate)) === certificate;
        return this.certificates.filter(certificate => first(certificate) && above.some(each => each.is(certificate)));
    }

    /** The one form, with these certificates: nothing in it but what is signed, and what follows from that. */
    private form(certificates: Certificate[]): Uint8Array {
        const { content, digestAlgorithm, issuer, serial, attributes, signature } = this.parts;
        const number = (value: number) => element(TAG.integer, Uint8Array.of(value));
        const signer = element(
            TAG.sequence,
            number(1),
            element(TAG.sequence, issuer, serial),
            digestAlgorithm.raw,
            attributes.raw,
            this.algorithm,
            element(TAG.octets, signature),
        );
        const data = element(
            TAG.sequence,
            number(3),
            element(TAG.set, digestAlgorithm.raw),
            element(TAG.sequence, identifier(TST_INFO), element(context(0), element(TAG.octets, content))),
            ...(certificates.length > 0 ? [element(context(0), ...certificates.map(({ raw }) => raw))] : []),
            element(TAG.set, signer),
        );
        const token = element(TAG.sequence, identifier(SIGNED_DATA), element(context(0), data));
        return element(TAG.sequence, element(TAG.sequence, number(0)), token);
    }
}

/** The parts of a response, or of a token without one. What nothing signs may stand in it: it is not taken over. */
function readParts(bytes: Uint8Array): Parts {
    const response = Node.of(bytes, 'TimeStampResp');
    const fields = response.sequence();
    const first = fields.next();
    if (first.tag === TAG.oid) return readToken(response);
    const status = first.sequence('PKIStatusInfo').next().number();
    if (status !== 0) refuse('token.status', 'TokenStatus', { status });
    const token = fields.next();
    fields.end();
    return readToken(token);
}

function readToken(token: Node): Parts {
    const outer = token.sequence('ContentInfo');
    const kind = outer.next().oid();
    const data = outer.next().only(context(0)).sequence('SignedData');
    outer.end();
    const dataVersion = data.next().number();
    const digests = data.expect(TAG.set);
    const content = data.next();
    const list = data.nextIf(context(0));
    // revocation lists, which are kept beside it
    data.nextIf(context(1));
    const info = data.expect(TAG.set).only(TAG.set);
    data.end();
    if (kind !== SIGNED_DATA || dataVersion !== 3) malformed('SignedData');
    const inside = readContent(content);
    const certificates = list ? new Fields(list.value, 'certificates').rest(LIMIT.certificates) : [];

    const signer = info.sequence('SignerInfo');
    const version = signer.next().number();
    const by = signer.next().sequence('SignerIdentifier');
    const [issuer, serial] = [by.expect(TAG.sequence).raw, by.expect(TAG.integer).raw];
    by.end();
    const digestAlgorithm = signer.expect(TAG.sequence);
    const attributes = signer.expect(context(0));
    const signatureAlgorithm = signer.expect(TAG.sequence);
    const signature = signer.next().octets();
    // attributes that nothing signs
    signer.nextIf(context(1));
    signer.end();
    const listed = new Fields(digests.value, 'digestAlgorithms').rest(MOST);
    if (version !== 1 || !listed.some(({ raw }) => equal(raw, digestAlgorithm.raw))) malformed('SignerInfo');
    return { content: inside, certificates, digestAlgorithm, issuer, serial, attributes, signatureAlgorithm, signature };
}

/** The bytes of TSTInfo. */
function readContent(node: Node): Uint8Array {
    const part = 'EncapsulatedContentInfo';
    const fields = node.sequence(part);
    const kind = fields.next().oid();
    const content = fields.next().only(context(0)).octets();
    fields.end();
    return kind === TST_INFO ? content : malformed(part);
}

function readInfo(bytes: Uint8Array): Info {
    const part = 'TSTInfo';
    const fields = Node.of(bytes, part).sequence();
    const version = fields.next().number();
    const policy = dotted(fields.expect(TAG.oid).oid());
    const message = fields.next().sequence('MessageImprint');
    const hash = readHash(message.next());
    const digest = message.next().octets();
    message.end();
    const serial = hex(fields.next().integer());
    const time = exact(fields.next());
    const said = fields.nextIf(TAG.sequence);
    const accuracy = said && readAccuracy(said);
    const ordering = fields.nextIf(TAG.boolean)?.boolean();
    // a nonce, for which whoever made the request asks, and the name of the authority
    fields.nextIf(TAG.integer)?.integer();
    fields.nextIf(context(0));
    for (const extension of new Fields(fields.nextIf(context(1))?.value ?? new Uint8Array(0), part).rest(MOST)) {
        const { name, critical } = readExtension(extension);
        if (critical) refuse('token.chain', 'TokenExtension', { oid: dotted(name) });
    }
    fields.end();
    // FALSE is the default and left out
    if (version !== 1 || ordering === false || digest.length !== hash.size) malformed(part);
    return { imprint: { hash, digest }, policy, serial, time, accuracy };
}

/** An Accuracy in nanoseconds. */
function readAccuracy(node: Node): bigint {
    const part = 'Accuracy';
    const fields = node.sequence(part);
    const seconds = fields.nextIf(TAG.integer)?.number() ?? 0;
    const thousandths = (number: number): bigint => {
        const given = fields.nextIf(primitive(number));
        if (!given) return 0n;
        const value = new Node(TAG.integer, given.value, given.raw, part).number();
        return value >= 1 && value <= 999 ? BigInt(value) : malformed(part);
    };
    const [millis, micros] = [thousandths(0), thousandths(1)];
    fields.end();
    if (seconds > CENTURY) malformed(part);
    return BigInt(seconds) * 1_000_000_000n + millis * 1_000_000n + micros * 1_000n;
}
