//! A TimeStampResp: taken apart, checked in itself, and put together again in the one form in which it counts.

use data_encoding::HEXLOWER;
use der::Tag;
use der::asn1::ObjectIdentifier;

use super::attributes::{Attributes, TST_INFO};
use super::authority::Authority;
use super::certificate::{Certificate, extension_of};
use super::der::{self as write, Fields, Node, context};
use super::moment::Moment;
use super::refusal::{Refusal, Result};
use super::scheme::{Hash, Imprint, Scheme};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::limits;

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// The most extensions that are looked at.
const EXTENSIONS: usize = 64;

/// A token whose signature holds under the key of the certificate that it names. Whether anybody believes that certificate is asked
/// later.
pub struct Token<'a> {
    bytes: &'a [u8],
    parts: Parts<'a>,
    info: Info,
    /// What it carries, in its order.
    pub(super) certificates: Vec<Certificate<'a>>,
    /// Who signed it: one of these, or an authority of the reader's.
    pub(super) signer: Certificate<'a>,
    pub(super) attributes: Attributes<'a>,
    /// AlgorithmIdentifier of the signature, in the one encoding that counts.
    algorithm: Vec<u8>,
}

/// The parts of a response that mean something.
struct Parts<'a> {
    /// TSTInfo.
    content: &'a [u8],
    certificates: Vec<Node<'a>>,
    digest_algorithm: Node<'a>,
    issuer: &'a [u8],
    serial: &'a [u8],
    attributes: Node<'a>,
    signature_algorithm: Node<'a>,
    signature: &'a [u8],
}

/// What the authority says.
struct Info {
    imprint: Imprint,
    policy: String,
    serial: String,
    time: Moment,
    /// Nanoseconds; none where nothing is said.
    accuracy: Option<u64>,
    nonce: Option<Vec<u8>>,
}

impl<'a> Token<'a> {
    /// Takes a response apart and checks all that hangs on nobody's belief: status, form, hashes, signature, and what the certificate of
    /// the signer may do. A response that carries no certificate is checked with those of the authorities.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn read(bytes: &'a [u8], authorities: &'a [Authority]) -> Result<Self> {
        if bytes.len() > limits::TOKEN {
            return Err(Refusal::form("TimeStampResp"));
        }
        let parts = Parts::read(bytes)?;
        let info = Info::read(parts.content)?;
        let hash = Hash::believed(&parts.digest_algorithm)?;
        let attributes = Attributes::read(&parts.attributes)?;
        attributes.check_content(hash, parts.content)?;
        let certificates = parts.certificates.iter().map(Certificate::read).collect::<Result<Vec<_>>>()?;
        let known = authorities.iter().filter_map(Authority::certificate);
        let is_signer = |certificate: &Certificate| certificate.issuer == parts.issuer && certificate.serial == parts.serial;
        let signer = certificates.iter().cloned().chain(known).find(is_signer);
        let signer = signer.ok_or_else(|| Refusal::new(code::TOKEN_CERTIFICATE, Detail::TokenNoCertificate))?;
        attributes.check_signer(&signer)?;
        let (scheme, algorithm) = Scheme::of_signer(&parts.signature_algorithm, hash)?;
        let key = signer.key()?;
        key.check_length()?;
        if !key.verifies(scheme, &attributes.signed, parts.signature) {
            return Err(Refusal::new(code::TOKEN_SIGNATURE, Detail::TokenSignature));
        }
        signer.check_stamps()?;
        Ok(Token { bytes, parts, info, certificates, signer, attributes, algorithm })
    }

    /// What it is over.
    pub fn imprint(&self) -> &Imprint {
        &self.info.imprint
    }

    /// Its time.
    pub fn time(&self) -> Moment {
        self.info.time
    }

    /// How far its clock may have been off, in nanoseconds; none where the authority does not say.
    pub fn accuracy(&self) -> Option<u64> {
        self.info.accuracy
    }

    /// The last moment at which it can have been made: its time and what the authority says of its accuracy.
    pub fn latest(&self) -> Moment {
        self.info.time.plus(self.info.accuracy.unwrap_or(0))
    }

    /// The policy under which it was made, an OID in dotted form.
    pub fn policy(&self) -> &str {
        &self.info.policy
    }

    /// Its number, in hex.
    pub fn serial(&self) -> &str {
        &self.info.serial
    }

    /// What the certificate of its signer calls them.
    pub fn signer(&self) -> String {
        self.signer.name()
    }

    /// Refuses one without this nonce.
    ///
    /// # Errors
    /// `token.nonce`.
    pub fn check_nonce(&self, nonce: Option<&[u8]>) -> Result<()> {
        match (nonce, self.info.nonce.as_deref()) {
            (Some(asked), given) if given != Some(asked) => Err(Refusal::new(code::TOKEN_NONCE, Detail::TokenNonce)),
            _ => Ok(()),
        }
    }

    /// The one form in which it counts, with these certificates: nothing in it but what is signed, and what follows from that.
    pub(super) fn with(&self, certificates: &[&Certificate]) -> Vec<u8> {
        use write::{CONTEXT, INTEGER, OCTETS, SEQUENCE, SET, element, identifier};
        let parts = &self.parts;
        let digest = parts.digest_algorithm.raw;
        let content = element(CONTEXT, &[&element(OCTETS, &[parts.content])]);
        let content = element(SEQUENCE, &[&identifier(&TST_INFO), &content]);
        let certificates: Vec<&[u8]> = certificates.iter().map(|certificate| certificate.raw).collect();
        let certificates = if certificates.is_empty() { Vec::new() } else { element(CONTEXT, &certificates) };
        let signer = element(SEQUENCE, &[parts.issuer, parts.serial]);
        let signature = element(OCTETS, &[parts.signature]);
        let one = element(INTEGER, &[&[1]]);
        let signer = element(SEQUENCE, &[&one, &signer, digest, parts.attributes.raw, &self.algorithm, &signature]);
        let three = element(INTEGER, &[&[3]]);
        let data = [&three, &element(SET, &[digest]), &content, &certificates, &element(SET, &[&signer])];
        let data = element(SEQUENCE, &data.map(|part| part.as_slice()));
        let token = element(SEQUENCE, &[&identifier(&SIGNED_DATA), &element(CONTEXT, &[&data])]);
        let granted = element(SEQUENCE, &[&element(INTEGER, &[&[0]])]);
        element(SEQUENCE, &[&granted, &token])
    }

    /// True if it is, byte for byte, in that form.
    pub(super) fn is(&self, form: &[u8]) -> bool {
        self.bytes == form
    }
}

impl<'a> Parts<'a> {
    /// A response, or a token without one. What nothing signs may stand in it: it is not taken over.
    fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut response = Node::of(bytes, "TimeStampResp")?.sequence("TimeStampResp")?;
        let first = response.next()?;
        if first.tag == Tag::ObjectIdentifier {
            return Parts::of_token(&Node::of(bytes, "TimeStampToken")?);
        }
        let status = first.sequence("PKIStatusInfo")?.next()?.number()?;
        if status != 0 {
            return Err(Refusal::new(code::TOKEN_STATUS, Detail::TokenStatus { status }));
        }
        let token = response.next()?;
        response.end()?;
        Parts::of_token(&token)
    }

    fn of_token(token: &Node<'a>) -> Result<Self> {
        let mut fields = token.sequence("ContentInfo")?;
        let kind = fields.next()?.oid()?;
        let data = fields.next()?.only(context(0))?;
        fields.end()?;
        let mut fields = data.sequence("SignedData")?;
        let version = fields.next()?.number()?;
        let digests = fields.expect(Tag::Set)?;
        let content = fields.next()?;
        let certificates = fields.next_if(context(0))?;
        // revocation lists, which are kept beside it
        fields.next_if(context(1))?;
        let signer = fields.expect(Tag::Set)?.only(Tag::Set)?;
        fields.end()?;
        if kind != SIGNED_DATA || version != 3 {
            return Err(Refusal::form("SignedData"));
        }
        let content = encapsulated(&content)?;
        let certificates = match certificates {
            Some(list) => Fields::of(list.value, "certificates")?.rest(limits::TOKEN_CERTIFICATES)?,
            None => Vec::new(),
        };

        let mut fields = signer.sequence("SignerInfo")?;
        let version = fields.next()?.number()?;
        let mut by = fields.next()?.sequence("SignerIdentifier")?;
        let (issuer, serial) = (by.expect(Tag::Sequence)?.raw, by.expect(Tag::Integer)?.raw);
        by.end()?;
        let digest_algorithm = fields.expect(Tag::Sequence)?;
        let attributes = fields.expect(context(0))?;
        let signature_algorithm = fields.expect(Tag::Sequence)?;
        let signature = fields.next()?.octets()?;
        // attributes that nothing signs
        fields.next_if(context(1))?;
        fields.end()?;
        let listed = Fields::of(digests.value, "digestAlgorithms")?.rest(EXTENSIONS)?;
        if version != 1 || !listed.iter().any(|listed| listed.raw == digest_algorithm.raw) {
            return Err(Refusal::form("SignerInfo"));
        }
        Ok(Parts { content, certificates, digest_algorithm, issuer, serial, attributes, signature_algorithm, signature })
    }
}

/// The bytes of TSTInfo.
fn encapsulated<'a>(node: &Node<'a>) -> Result<&'a [u8]> {
    let mut fields = node.sequence("EncapsulatedContentInfo")?;
    let kind = fields.next()?.oid()?;
    let content = fields.next()?.only(context(0))?.octets()?;
    fields.end()?;
    if kind == TST_INFO { Ok(content) } else { Err(Refusal::form("EncapsulatedContentInfo")) }
}

impl Info {
    fn read(bytes: &[u8]) -> Result<Self> {
        const PART: &str = "TSTInfo";
        let mut fields = Node::of(bytes, PART)?.sequence(PART)?;
        let version = fields.next()?.number()?;
        let policy = fields.expect(Tag::ObjectIdentifier)?.oid()?;
        let mut imprint = fields.next()?.sequence("MessageImprint")?;
        let hash = Hash::believed(&imprint.next()?)?;
        let digest = imprint.next()?.octets()?.to_vec();
        imprint.end()?;
        let serial = fields.next()?.integer()?;
        let time = Moment::exact(&fields.next()?)?;
        let accuracy = fields.next_if(Tag::Sequence)?.map(|accuracy| nanoseconds(&accuracy)).transpose()?;
        let ordering = fields.next_if(Tag::Boolean)?.map(|ordering| ordering.boolean()).transpose()?;
        let nonce = fields.next_if(Tag::Integer)?.map(|nonce| nonce.integer().map(<[u8]>::to_vec)).transpose()?;
        fields.next_if(context(0))?;
        if let Some(list) = fields.next_if(context(1))? {
            for extension in Fields::of(list.value, PART)?.rest(EXTENSIONS)? {
                let (name, critical, _) = extension_of(&extension)?;
                if critical {
                    return Err(Refusal::new(code::TOKEN_CHAIN, Detail::TokenExtension { oid: name.to_string() }));
                }
            }
        }
        fields.end()?;
        // FALSE is the default and left out
        if version != 1 || ordering == Some(false) || digest.len() != hash.of(b"").len() {
            return Err(Refusal::form(PART));
        }
        let serial = HEXLOWER.encode(serial);
        Ok(Info { imprint: Imprint { hash, bytes: digest }, policy: policy.to_string(), serial, time, accuracy, nonce })
    }
}

/// An Accuracy in nanoseconds.
fn nanoseconds(accuracy: &Node) -> Result<u64> {
    const PART: &str = "Accuracy";
    let mut fields = accuracy.sequence(PART)?;
    let seconds = fields.next_if(Tag::Integer)?.map_or(Ok(0), |seconds| seconds.number())?;
    let mut thousandths = |number: u32| -> Result<u64> {
        let Some(node) = fields.next_if(write::primitive(number))? else { return Ok(0) };
        let value = match node.value {
            [one] if (1..0x80).contains(one) => u64::from(*one),
            [0, second] if *second >= 0x80 => u64::from(*second),
            [first, second] if (1..0x80).contains(first) => u64::from(*first) << 8 | u64::from(*second),
            _ => 0,
        };
        if (1..=999).contains(&value) { Ok(value) } else { Err(Refusal::form(PART)) }
    };
    let (milli, micro) = (thousandths(0)?, thousandths(1)?);
    fields.end()?;
    // a clock that may be off by more than a century proves nothing
    const CENTURY: u64 = 100 * 366 * 86_400;
    if seconds > CENTURY { Err(Refusal::form(PART)) } else { Ok(seconds * 1_000_000_000 + milli * 1_000_000 + micro * 1_000) }
}
