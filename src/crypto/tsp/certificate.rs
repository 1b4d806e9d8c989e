//! Certificates (RFC 5280), as far as timestamps need them.

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::der::{Fields, Node, context};
use super::moment::Moment;
use super::refusal::{Refusal, Result};
use super::scheme::{Key, Scheme};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::sentence::Quoted;
use crate::format::digest::Digest;

const PART: &str = "Certificate";
/// The most extensions that are looked at.
const EXTENSIONS: usize = 64;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const BASIC_CONSTRAINTS: ObjectIdentifier = oid("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = oid("2.5.29.15");
const EXTENDED_KEY_USAGE: ObjectIdentifier = oid("2.5.29.37");
const POLICIES: ObjectIdentifier = oid("2.5.29.32");
const TIME_STAMPING: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.8");
const ANY_USAGE: ObjectIdentifier = oid("2.5.29.37.0");
const COMMON_NAME: ObjectIdentifier = oid("2.5.4.3");
const ORGANISATION: ObjectIdentifier = oid("2.5.4.10");

/// Bits of keyUsage, as the first byte has them.
const DIGITAL_SIGNATURE: u8 = 0x80;
const NON_REPUDIATION: u8 = 0x40;
const CERT_SIGN: u8 = 0x04;
const LIST_SIGN: u8 = 0x02;

/// A certificate, taken apart and believed by nobody.
#[derive(Clone)]
pub(super) struct Certificate<'a> {
    pub raw: &'a [u8],
    signed: &'a [u8],
    pub serial: &'a [u8],
    pub scheme: std::result::Result<Scheme, Refusal>,
    signature: &'a [u8],
    /// Names are DER and compared byte by byte.
    pub issuer: &'a [u8],
    pub subject: &'a [u8],
    pub from: Moment,
    pub until: Moment,
    key: Node<'a>,
    extensions: Extensions,
}

#[derive(Clone, Default)]
struct Extensions {
    is_authority: bool,
    /// How many authorities may come between it and the end; none says no limit.
    path: Option<u64>,
    /// The two bytes of keyUsage.
    key_usage: Option<(u8, u8)>,
    extended: Option<ExtendedUsage>,
    /// A critical one of which nothing is known.
    unknown: Option<ObjectIdentifier>,
}

#[derive(Clone, Copy)]
struct ExtendedUsage {
    critical: bool,
    time_stamping: bool,
    any: bool,
    others: bool,
}

impl<'a> Certificate<'a> {
    /// Reads one, of any version.
    pub fn read(node: &Node<'a>) -> Result<Self> {
        let mut fields = node.sequence(PART)?;
        let signed = fields.next()?;
        let algorithm = fields.next()?;
        let signature = fields.next()?.whole_bits()?;
        fields.end()?;
        let mut inner = signed.sequence(PART)?;
        let version = match inner.next_if(context(0))? {
            None => 0,
            Some(version) => version.only(context(0))?.number()?,
        };
        let serial = inner.expect(Tag::Integer)?;
        let again = inner.next()?;
        let issuer = inner.expect(Tag::Sequence)?;
        let mut validity = inner.next()?.sequence(PART)?;
        let (from, until) = (Moment::whole(&validity.next()?)?, Moment::whole(&validity.next()?)?);
        validity.end()?;
        let subject = inner.expect(Tag::Sequence)?;
        let key = inner.next()?;
        let extensions = match inner.next_if(context(3))? {
            Some(list) if version == 2 => Extensions::read(&list.only(context(3))?)?,
            Some(_) => return Err(Refusal::form(PART)),
            None => Extensions::default(),
        };
        inner.end()?;
        // version 1 is 0 and left out, version 3 is 2
        if !matches!(version, 0 | 2) || again.raw != algorithm.raw {
            return Err(Refusal::form(PART));
        }
        Ok(Certificate {
            raw: node.raw,
            signed: signed.raw,
            serial: serial.raw,
            scheme: Scheme::read(&algorithm),
            signature,
            issuer: issuer.raw,
            subject: subject.raw,
            from,
            until,
            key,
            extensions,
        })
    }

    /// Its public key.
    pub fn key(&self) -> Result<Key> {
        Key::read(&self.key)
    }

    /// True if `issuer`, by its name and its key, signed it with whatever hash.
    pub fn was_issued_by(&self, issuer: &Certificate) -> bool {
        self.issuer == issuer.subject
            && self
                .scheme
                .as_ref()
                .is_ok_and(|scheme| issuer.key().is_ok_and(|key| key.verifies(*scheme, self.signed, self.signature)))
    }

    /// True if nothing is believed for how it was signed.
    pub fn is_signed_the_old_way(&self) -> bool {
        self.scheme.as_ref().is_ok_and(|scheme| scheme.is_old())
    }

    /// Its SHA-256, by which people compare it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.raw)
    }

    /// What it calls its owner: the common name, or else the organisation, or else nothing.
    pub fn name(&self) -> String {
        name(self.subject)
    }

    /// Refuses one that is not valid at this time.
    pub fn check_time(&self, at: Moment) -> Result<()> {
        if self.from.floor() <= at.floor() && at.floor() <= self.until.floor() {
            return Ok(());
        }
        let detail = Detail::TokenExpired { from: self.from.floor().to_string(), until: self.until.floor().to_string() };
        Err(Refusal::new(code::TOKEN_EXPIRED, detail))
    }

    /// Refuses one that is not for signing timestamps and nothing else: a critical extKeyUsage with `timeStamping` alone, and a keyUsage
    /// that names only signatures, where there is one.
    pub fn check_stamps(&self) -> Result<()> {
        let only = self.extensions.extended.is_some_and(|usage| {
            let ExtendedUsage { critical, time_stamping, any, others } = usage;
            critical && time_stamping && !any && !others
        });
        let signs = self
            .extensions
            .key_usage
            .is_none_or(|(first, second)| first & !(DIGITAL_SIGNATURE | NON_REPUDIATION) == 0 && first != 0 && second == 0);
        if !only || !signs {
            return Err(Refusal::new(code::TOKEN_USAGE, Detail::TokenUsage { who: Quoted(self.name()) }));
        }
        self.check_known()
    }

    /// Refuses one that may not stand above `below` other authorities and an end.
    pub fn check_issues(&self, below: u64) -> Result<()> {
        let is = &self.extensions;
        let usage = is.extended.is_none_or(|usage| usage.time_stamping || usage.any);
        let signs = is.key_usage.is_none_or(|(first, _)| first & CERT_SIGN != 0);
        if !is.is_authority || is.path.is_some_and(|most| below > most) || !usage || !signs {
            return Err(Refusal::new(code::TOKEN_CHAIN, Detail::TokenIssuer { who: Quoted(self.name()) }));
        }
        self.check_known()
    }

    /// True if its owner may sign revocation lists.
    pub fn signs_lists(&self) -> bool {
        self.extensions.key_usage.is_none_or(|(first, _)| first & LIST_SIGN != 0)
    }

    fn check_known(&self) -> Result<()> {
        match self.extensions.unknown {
            None => Ok(()),
            Some(oid) => Err(Refusal::new(code::TOKEN_CHAIN, Detail::TokenExtension { oid: oid.to_string() })),
        }
    }
}

impl Extensions {
    fn read(list: &Node) -> Result<Self> {
        let mut found = Extensions::default();
        let mut seen = Vec::new();
        for extension in list.sequence(PART)?.rest(EXTENSIONS)? {
            let (name, critical, value) = extension_of(&extension)?;
            if seen.contains(&name) {
                return Err(Refusal::form(PART));
            }
            seen.push(name);
            match name {
                BASIC_CONSTRAINTS => {
                    let mut fields = Node::of(value, "BasicConstraints")?.sequence("BasicConstraints")?;
                    found.is_authority = fields.next_if(Tag::Boolean)?.map_or(Ok(false), |is| is.boolean())?;
                    found.path = fields.next_if(Tag::Integer)?.map(|most| most.number()).transpose()?;
                    fields.end()?;
                }
                KEY_USAGE => {
                    let bits = Node::of(value, "KeyUsage")?;
                    found.key_usage = match (bits.tag, bits.value) {
                        (Tag::BitString, [_]) => Some((0, 0)),
                        (Tag::BitString, [0..=7, first]) => Some((*first, 0)),
                        (Tag::BitString, [0..=7, first, second]) => Some((*first, *second)),
                        _ => return Err(Refusal::form("KeyUsage")),
                    };
                }
                EXTENDED_KEY_USAGE => {
                    let names = Node::of(value, "ExtKeyUsage")?.sequence("ExtKeyUsage")?.rest(EXTENSIONS)?;
                    let names = names.iter().map(Node::oid).collect::<Result<Vec<_>>>()?;
                    found.extended = Some(ExtendedUsage {
                        critical,
                        time_stamping: names.contains(&TIME_STAMPING),
                        any: names.contains(&ANY_USAGE),
                        others: names.iter().any(|name| ![TIME_STAMPING, ANY_USAGE].contains(name)),
                    });
                }
                // what is said of policies binds whoever asks for one
                POLICIES => {}
                other if critical => found.unknown = Some(other),
                _ => {}
            }
        }
        Ok(found)
    }
}

/// The name of an extension, whether it is critical, and its value.
pub(super) fn extension_of<'a>(extension: &Node<'a>) -> Result<(ObjectIdentifier, bool, &'a [u8])> {
    let mut fields = extension.sequence("Extension")?;
    let name = fields.expect(Tag::ObjectIdentifier)?.oid()?;
    let critical = match fields.next_if(Tag::Boolean)? {
        None => false,
        // FALSE is the default and left out
        Some(critical) if critical.boolean()? => true,
        Some(_) => return Err(Refusal::form("Extension")),
    };
    let value = fields.expect(Tag::OctetString)?.octets()?;
    fields.end()?;
    Ok((name, critical, value))
}

/// The common name in a Name, or else the organisation.
pub(super) fn name(raw: &[u8]) -> String {
    let parts = |wanted: ObjectIdentifier| -> Result<Option<String>> {
        let mut found = None;
        for set in Node::of(raw, "Name")?.sequence("Name")?.rest(EXTENSIONS)? {
            for part in Fields::of(set.value, "Name")?.rest(EXTENSIONS)? {
                let mut fields = part.sequence("Name")?;
                if fields.next()?.oid()? == wanted {
                    found = Some(String::from_utf8_lossy(fields.next()?.value).into_owned());
                }
            }
        }
        Ok(found)
    };
    let of = |wanted| parts(wanted).ok().flatten();
    of(COMMON_NAME).or_else(|| of(ORGANISATION)).unwrap_or_default()
}
