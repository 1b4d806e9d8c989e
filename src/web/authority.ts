// Authorities: certificates that the reader trusts to say when something was there. None is trusted unasked.
import { sha256 } from './hash';
import { Certificate, attempt, unarmored } from './certificate';
import { Node, Refused, refuse } from './der';
import { floor, told } from './moment';

export interface Authority {
    /** What the reader calls it. */
    name: string;
    certificate: Certificate;
    /** The SHA-256 of the certificate, by which people compare it. */
    fingerprint: string;
    from: string;
    until: string;
}

/** A certificate in DER. An empty name means the one in the certificate. */
export function authority(der: Uint8Array, name = ''): Authority {
    const read = attempt(() => {
        const certificate = Certificate.read(Node.of(der, 'Certificate'));
        certificate.checkLength();
        return certificate;
    });
    if (read instanceof Refused) throw new Refused('authority.format', read.detail);
    const [from, until] = [told(floor(read.from)), told(floor(read.until))];
    return { name: name || read.name, certificate: read, fingerprint: sha256(der), from, until };
}

/** Every certificate in a file: PEM, whatever stands around it, or one in DER. */
export function authorities(bytes: Uint8Array): Authority[] {
    const found = bytes[0] === 0x30 ? [bytes] : unarmored(bytes, 'CERTIFICATE');
    return found.length > 0 ? found.map(der => authority(der)) : refuse('authority.format', 'NoCertificate');
}
