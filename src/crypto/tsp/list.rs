//! Revocation lists (RFC 5280, section 5), as far as they tell of the certificates above a token.

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::authority::unarmored;
use super::certificate::{Certificate, extension_of, name};
use super::der::{Fields, Node, context};
use super::moment::Moment;
use super::refusal::{Refusal, Result};
use super::scheme::Scheme;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::limits;
use crate::format::time::Timestamp;

const PART: &str = "CertificateList";
/// The most extensions that are looked at.
const EXTENSIONS: usize = 64;
const REASON: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
const INVALIDITY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.24");

/// A list as it was read; it counts only where the authority that it names signed it.
#[derive(Debug, Clone)]
pub struct RevocationList {
    der: Vec<u8>,
    signed: Vec<u8>,
    scheme: Scheme,
    signature: Vec<u8>,
    issuer: Vec<u8>,
    issued_at: Moment,
    next_at: Option<Moment>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    serial: Vec<u8>,
    revoked: Revoked,
}

/// Since when, and how, a certificate is revoked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Revoked {
    pub since: Moment,
    /// True where the list says that it was given up, and not that its key may be in the hands of others.
    pub given_up: bool,
}

impl RevocationList {
    /// Every list in a file: PEM, whatever stands around them, or DER, one behind the other.
    ///
    /// # Errors
    /// `token.list`.
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Self>> {
        let bad = |_| Refusal::new(code::TOKEN_LIST, Detail::NoRevocationList);
        if bytes.first() != Some(&0x30) {
            let lists = unarmored(bytes, "X509 CRL");
            let lists = lists.iter().map(|der| RevocationList::read(&Node::of(der, PART)?)).collect::<Result<Vec<_>>>();
            return match lists.map_err(bad)? {
                lists if lists.is_empty() => Err(Refusal::new(code::TOKEN_LIST, Detail::NoRevocationList)),
                lists => Ok(lists),
            };
        }
        let nodes = Fields::of(bytes, PART).and_then(|fields| fields.rest(limits::TOKEN_CERTIFICATES)).map_err(bad)?;
        nodes.iter().map(RevocationList::read).collect::<Result<_>>().map_err(bad)
    }

    fn read(node: &Node) -> Result<Self> {
        let mut fields = node.sequence(PART)?;
        let signed = fields.next()?;
        let algorithm = fields.next()?;
        let signature = fields.next()?.whole_bits()?.to_vec();
        fields.end()?;
        let mut inner = signed.sequence(PART)?;
        let version = inner.next_if(Tag::Integer)?.map(|version| version.number()).transpose()?;
        let again = inner.next()?;
        let issuer = inner.expect(Tag::Sequence)?.raw.to_vec();
        let issued_at = Moment::whole(&inner.next()?)?;
        let next = match inner.next_if(Tag::UtcTime)? {
            None => inner.next_if(Tag::GeneralizedTime)?,
            next => next,
        };
        let next_at = next.map(|next| Moment::whole(&next)).transpose()?;
        let entries = match inner.next_if(Tag::Sequence)? {
            None => Vec::new(),
            Some(list) => list.sequence(PART)?.rest(limits::REVOKED_ENTRIES)?.iter().map(Entry::read).collect::<Result<_>>()?,
        };
        if let Some(list) = inner.next_if(context(0))? {
            for extension in list.only(context(0))?.sequence(PART)?.rest(EXTENSIONS)? {
                // a list of some, or of changes, does not tell of all
                if extension_of(&extension)?.1 {
                    return Err(Refusal::form(PART));
                }
            }
        }
        inner.end()?;
        if version.is_some_and(|version| version != 1) || again.raw != algorithm.raw {
            return Err(Refusal::form(PART));
        }
        let (der, signed, scheme) = (node.raw.to_vec(), signed.raw.to_vec(), Scheme::read(&algorithm)?);
        Ok(RevocationList { der, signed, scheme, signature, issuer, issued_at, next_at, entries })
    }

    /// The list in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// What the list calls whoever issued it.
    pub fn issuer(&self) -> String {
        name(&self.issuer)
    }

    /// When it was issued.
    pub fn issued(&self) -> Timestamp {
        self.issued_at.floor()
    }

    /// When the next one comes, where it says so.
    pub fn next(&self) -> Option<Timestamp> {
        self.next_at.map(Moment::floor)
    }

    pub(super) fn issued_at(&self) -> Moment {
        self.issued_at
    }

    /// True if this authority signed it, in a way that counts.
    pub(super) fn is_by(&self, issuer: &Certificate) -> bool {
        self.issuer == issuer.subject
            && !self.scheme.is_old()
            && issuer.signs_lists()
            && issuer.key().is_ok_and(|key| key.verifies(self.scheme, &self.signed, &self.signature))
    }

    /// What it says of a certificate of its issuer.
    pub(super) fn revoked(&self, certificate: &Certificate) -> Option<Revoked> {
        self.entries.iter().find(|entry| entry.serial == certificate.serial).map(|entry| entry.revoked)
    }
}

impl Entry {
    fn read(node: &Node) -> Result<Self> {
        let mut fields = node.sequence(PART)?;
        let serial = fields.expect(Tag::Integer)?.raw.to_vec();
        let mut since = Moment::whole(&fields.next()?)?;
        let mut given_up = false;
        if let Some(list) = fields.next_if(Tag::Sequence)? {
            for extension in list.sequence(PART)?.rest(EXTENSIONS)? {
                let (name, critical, value) = extension_of(&extension)?;
                match name {
                    // unspecified, affiliationChanged, superseded, cessationOfOperation
                    REASON => given_up = matches!(value, [0x0A, 1, 0 | 3 | 4 | 5]),
                    INVALIDITY => since = since.min(Moment::whole(&Node::of(value, PART)?)?),
                    // the certificate of another issuer, for example
                    _ if critical => return Err(Refusal::form(PART)),
                    _ => {}
                }
            }
        }
        fields.end()?;
        Ok(Entry { serial, revoked: Revoked { since, given_up } })
    }
}
