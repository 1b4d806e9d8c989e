//! The signed attributes of a token: what it is, the hash of what was signed, and which certificate signed it (RFC 5652, RFC 2634,
//! RFC 5035).

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::certificate::Certificate;
use super::der::{self as write, Fields, Node, context};
use super::refusal::{Refusal, Result};
use super::scheme::Hash;
use crate::base::code;
use crate::base::detail::Detail;

const PART: &str = "signedAttrs";
/// The most attributes, and the most certificates in one, that are looked at.
const MOST: usize = 64;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// What a token holds.
pub(super) const TST_INFO: ObjectIdentifier = oid("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.47");

/// What the attributes say.
pub(super) struct Attributes<'a> {
    /// As they were signed: with the tag of a SET.
    pub signed: Vec<u8>,
    digest: &'a [u8],
    names: Vec<Vec<CertificateId<'a>>>,
}

/// A certificate, named by its hash.
struct CertificateId<'a> {
    hash: Hash,
    digest: &'a [u8],
    /// Issuer and serial number, where they are named too.
    issued: Option<(&'a [u8], &'a [u8])>,
}

impl<'a> Attributes<'a> {
    pub fn read(node: &Node<'a>) -> Result<Self> {
        let (mut kind, mut digest, mut names, mut seen) = (false, None, Vec::new(), Vec::new());
        for attribute in node.fields(context(0), PART)?.rest(MOST)? {
            let mut fields = attribute.sequence(PART)?;
            let name = fields.expect(Tag::ObjectIdentifier)?.oid()?;
            let values = fields.expect(Tag::Set)?;
            fields.end()?;
            if seen.contains(&name) {
                return Err(Refusal::form(PART));
            }
            seen.push(name);
            match name {
                CONTENT_TYPE => kind = values.only(Tag::Set)?.oid()? == TST_INFO,
                MESSAGE_DIGEST => digest = Some(values.only(Tag::Set)?.octets()?),
                SIGNING_CERTIFICATE => names.push(identified(&values.only(Tag::Set)?, false)?),
                SIGNING_CERTIFICATE_V2 => names.push(identified(&values.only(Tag::Set)?, true)?),
                _ => {}
            }
        }
        let (true, Some(digest), false) = (kind, digest, names.is_empty()) else {
            return Err(Refusal::new(code::TOKEN_DIGEST, Detail::TokenAttributes));
        };
        Ok(Attributes { signed: write::element(write::SET, &[node.value]), digest, names })
    }

    /// Refuses content with another hash.
    pub fn check_content(&self, hash: Hash, content: &[u8]) -> Result<()> {
        if hash.of(content) == self.digest { Ok(()) } else { Err(Refusal::new(code::TOKEN_DIGEST, Detail::TokenDigest)) }
    }

    /// Refuses a certificate that is not the one they name.
    pub fn check_signer(&self, signer: &Certificate) -> Result<()> {
        let names = |ids: &Vec<CertificateId>| ids.first().is_some_and(|id| id.names(signer));
        match self.names.iter().all(names) {
            true => Ok(()),
            false => Err(Refusal::new(code::TOKEN_CERTIFICATE, Detail::TokenOtherCertificate)),
        }
    }

    /// True if they name this certificate, as that of the signer or of somebody above.
    pub fn name(&self, certificate: &Certificate) -> bool {
        self.names.iter().flatten().any(|id| id.names(certificate))
    }
}

impl CertificateId<'_> {
    fn names(&self, certificate: &Certificate) -> bool {
        self.hash.of(certificate.raw) == self.digest
            && self.issued.is_none_or(|issued| issued == (certificate.issuer, certificate.serial))
    }
}

/// SigningCertificate, or SigningCertificateV2.
fn identified<'a>(value: &Node<'a>, second: bool) -> Result<Vec<CertificateId<'a>>> {
    const PART: &str = "SigningCertificate";
    let mut fields = value.sequence(PART)?;
    let list = fields.expect(Tag::Sequence)?;
    // policies, which are asked for by nobody here
    fields.next_if(Tag::Sequence)?;
    fields.end()?;
    let read = |node: &Node<'a>| {
        let mut fields = node.sequence(PART)?;
        let hash = match fields.next_if(Tag::Sequence)? {
            None if second => Hash::Sha256,
            None => Hash::Sha1,
            Some(algorithm) if second => Hash::believed(&algorithm)?,
            Some(_) => return Err(Refusal::form(PART)),
        };
        let digest = fields.next()?.octets()?;
        let issued = fields.next_if(Tag::Sequence)?.map(|issued| issued_by(&issued)).transpose()?;
        fields.end()?;
        Ok(CertificateId { hash, digest, issued })
    };
    list.sequence(PART)?.rest(MOST)?.iter().map(read).collect()
}

/// IssuerSerial: one name, that of a directory, and a number.
fn issued_by<'a>(node: &Node<'a>) -> Result<(&'a [u8], &'a [u8])> {
    const PART: &str = "IssuerSerial";
    let mut fields = node.sequence(PART)?;
    let names = fields.next()?;
    let serial = fields.expect(Tag::Integer)?;
    fields.end()?;
    let mut names: Fields<'a> = names.sequence(PART)?;
    let name = names.expect(context(4))?.only(context(4))?;
    names.end()?;
    Ok((name.raw, serial.raw))
}
