//! Hashes, and signatures that are verified: RSA (PKCS#1 v1.5 and PSS) and ECDSA on P-256, P-384 and P-521, each with SHA-256, SHA-384 or
//! SHA-512.

use der::Tag;
use der::asn1::ObjectIdentifier;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pss::Pss;
use rsa::{BoxedUint, PublicKey as Rsa};
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::der::{self as write, Node, context};
use super::refusal::{Refusal, Result};
use crate::base::code;
use crate::base::detail::Detail;
use crate::format::digest::Digest;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const SHA1: ObjectIdentifier = oid("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const RSA_SHA1: ObjectIdentifier = oid("1.2.840.113549.1.1.5");
const RSA_SHA256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");
const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");
const EC: ObjectIdentifier = oid("1.2.840.10045.2.1");
const ECDSA_SHA1: ObjectIdentifier = oid("1.2.840.10045.4.1");
const ECDSA_SHA256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
const ECDSA_SHA512: ObjectIdentifier = oid("1.2.840.10045.4.3.4");
const P256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = oid("1.3.132.0.34");
const P521: ObjectIdentifier = oid("1.3.132.0.35");

/// Bits of RSA keys below which nothing is believed.
const LEAST: u32 = 2048;
/// Bits of RSA keys that are looked at all the same, to see whether something was changed.
const LOOKED_AT: usize = 1024;
/// Bits of RSA keys above which the work is not done.
const MOST: usize = 8192;

/// A hash. SHA-1 only tells whether something was changed by accident or by nobody of note: nothing is believed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hash {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// The hash of `bytes`.
    pub(super) fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => Sha1::digest(bytes).to_vec(),
            Hash::Sha256 => Sha256::digest(bytes).to_vec(),
            Hash::Sha384 => Sha384::digest(bytes).to_vec(),
            Hash::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    /// The hash that an AlgorithmIdentifier names; its parameters are NULL or left out.
    pub(super) fn read(algorithm: &Node) -> Result<Self> {
        let mut fields = algorithm.sequence("AlgorithmIdentifier")?;
        let name = fields.expect(Tag::ObjectIdentifier)?.oid()?;
        let parameters = fields.next_if(Tag::Null)?;
        fields.end()?;
        if parameters.is_some_and(|null| !null.value.is_empty()) {
            return Err(Refusal::form("AlgorithmIdentifier"));
        }
        match name {
            SHA1 => Ok(Hash::Sha1),
            SHA256 => Ok(Hash::Sha256),
            SHA384 => Ok(Hash::Sha384),
            SHA512 => Ok(Hash::Sha512),
            _ => Err(unknown(name)),
        }
    }

    /// The same, of those that count for something.
    pub(super) fn believed(algorithm: &Node) -> Result<Self> {
        match Hash::read(algorithm)? {
            Hash::Sha1 => Err(unknown(SHA1)),
            hash => Ok(hash),
        }
    }
}

/// What a token says it is over: a hash and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// Which hash.
    pub hash: Hash,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Imprint {
    /// True if it is the hash of these bytes.
    pub fn is_of(&self, stamped: &Stamped) -> bool {
        match stamped {
            Stamped::Bytes(bytes) => self.hash.of(bytes) == self.bytes,
            Stamped::Digest(digest) => self.hash == Hash::Sha256 && digest.as_bytes() == self.bytes.as_slice(),
        }
    }
}

/// What a token may be over.
#[derive(Debug, Clone)]
pub enum Stamped {
    /// These bytes, by any of the three hashes.
    Bytes(Vec<u8>),
    /// What has this SHA-256.
    Digest(Digest),
}

impl Stamped {
    /// Its SHA-256.
    pub fn sha256(&self) -> Digest {
        match self {
            Stamped::Bytes(bytes) => Digest::of(bytes),
            Stamped::Digest(digest) => *digest,
        }
    }
}

/// How something was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Pkcs1(Hash),
    Pss(Hash, usize),
    Ecdsa(Hash),
}

impl Scheme {
    /// The scheme of a certificate or a list.
    pub fn read(algorithm: &Node) -> Result<Self> {
        let mut fields = algorithm.sequence("AlgorithmIdentifier")?;
        let name = fields.expect(Tag::ObjectIdentifier)?.oid()?;
        let scheme = match name {
            RSA_SHA1 => Scheme::Pkcs1(Hash::Sha1),
            RSA_SHA256 => Scheme::Pkcs1(Hash::Sha256),
            RSA_SHA384 => Scheme::Pkcs1(Hash::Sha384),
            RSA_SHA512 => Scheme::Pkcs1(Hash::Sha512),
            ECDSA_SHA1 => Scheme::Ecdsa(Hash::Sha1),
            ECDSA_SHA256 => Scheme::Ecdsa(Hash::Sha256),
            ECDSA_SHA384 => Scheme::Ecdsa(Hash::Sha384),
            ECDSA_SHA512 => Scheme::Ecdsa(Hash::Sha512),
            RSA_PSS => {
                let scheme = pss(&fields.next()?)?;
                fields.end()?;
                return Ok(scheme);
            }
            _ => return Err(unknown(name)),
        };
        if let Scheme::Pkcs1(_) = scheme {
            fields.expect(Tag::Null)?;
        }
        fields.end()?;
        Ok(scheme)
    }

    /// The scheme of a token, whose hash stands apart, and its one encoding: plain `rsaEncryption` for PKCS#1.
    pub fn of_signer(algorithm: &Node, hash: Hash) -> Result<(Self, Vec<u8>)> {
        let rsa = write::element(write::SEQUENCE, &[&write::identifier(&RSA), &write::NULL]);
        if algorithm.raw == rsa {
            return Ok((Scheme::Pkcs1(hash), rsa));
        }
        let scheme = Scheme::read(algorithm)?;
        match scheme {
            Scheme::Pkcs1(own) if own == hash => Ok((scheme, rsa)),
            Scheme::Pss(own, _) | Scheme::Ecdsa(own) if own == hash => Ok((scheme, algorithm.raw.to_vec())),
            _ => Err(Refusal::form("SignatureAlgorithmIdentifier")),
        }
    }

    fn hash(self) -> Hash {
        let (Scheme::Pkcs1(hash) | Scheme::Pss(hash, _) | Scheme::Ecdsa(hash)) = self;
        hash
    }

    /// True if nothing is believed for it.
    pub fn is_old(self) -> bool {
        self.hash() == Hash::Sha1
    }
}

/// The parameters of RSASSA-PSS (RFC 4055): one hash for both, and how long the salt is.
fn pss(parameters: &Node) -> Result<Scheme> {
    let mut fields = parameters.sequence("RSASSA-PSS-params")?;
    let hash = Hash::believed(&fields.expect(context(0))?.only(context(0))?)?;
    let mut mask = fields.expect(context(1))?.only(context(1))?.sequence("RSASSA-PSS-params")?;
    let function = mask.expect(Tag::ObjectIdentifier)?.oid()?;
    let mask_hash = Hash::believed(&mask.next()?)?;
    mask.end()?;
    let salt = fields.expect(context(2))?.only(context(2))?.number()?;
    fields.end()?;
    if function != MGF1 || mask_hash != hash || salt > 64 {
        return Err(unknown(RSA_PSS));
    }
    // at most 64
    Ok(Scheme::Pss(hash, salt as usize))
}

fn unknown(name: ObjectIdentifier) -> Refusal {
    Refusal::new(code::TOKEN_ALGORITHM, Detail::TokenAlgorithm { oid: name.to_string() })
}

/// A public key of a certificate.
pub(super) enum Key {
    Rsa(Rsa),
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
}

impl Key {
    /// Reads a SubjectPublicKeyInfo.
    pub fn read(info: &Node) -> Result<Self> {
        const PART: &str = "SubjectPublicKeyInfo";
        let form = || Refusal::form(PART);
        let mut fields = info.sequence(PART)?;
        let mut algorithm = fields.next()?.sequence(PART)?;
        let name = algorithm.expect(Tag::ObjectIdentifier)?.oid()?;
        let parameters = algorithm.next()?;
        algorithm.end()?;
        let bits = fields.next()?.whole_bits()?;
        fields.end()?;
        match name {
            RSA if parameters.tag == Tag::Null => {
                let mut numbers = Node::of(bits, PART)?.sequence(PART)?;
                let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
                let (modulus, exponent) = (numbers.next()?.integer()?, numbers.next()?.integer()?);
                numbers.end()?;
                if modulus.len() > MOST / 8 + 1 || exponent.len() > 8 {
                    return Err(form());
                }
                let key = Rsa::new_with_size_limits(number(modulus), number(exponent), LOOKED_AT..=MOST);
                key.map(Key::Rsa).map_err(|_| form())
            }
            // the compact form of SEC 1 names no point as others do
            EC if bits.first() == Some(&0x05) => Err(form()),
            EC => match parameters.oid()? {
                P256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(bits).map(Key::P256).map_err(|_| form()),
                P384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(bits).map(Key::P384).map_err(|_| form()),
                P521 => p521::ecdsa::VerifyingKey::from_sec1_bytes(bits).map(Key::P521).map_err(|_| form()),
                curve => Err(unknown(curve)),
            },
            _ => Err(unknown(name)),
        }
    }

    /// Refuses a key that is too short to be believed.
    pub fn check_length(&self) -> Result<()> {
        use rsa::traits::PublicKeyParts;
        match self {
            Key::Rsa(key) if key.n().bit_width_vartime() < LEAST => {
                let bits = u64::from(key.n().bit_width_vartime());
                Err(Refusal::new(code::TOKEN_ALGORITHM, Detail::TokenKeyShort { bits, least: u64::from(LEAST) }))
            }
            _ => Ok(()),
        }
    }

    /// True if this is its signature over `message`.
    pub fn verifies(&self, scheme: Scheme, message: &[u8], signature: &[u8]) -> bool {
        let hash = scheme.hash().of(message);
        match (self, scheme) {
            (Key::Rsa(key), Scheme::Pkcs1(kind)) => key.verify(pkcs1(kind), &hash, signature).is_ok(),
            (Key::Rsa(key), Scheme::Pss(Hash::Sha256, salt)) => {
                key.verify(Pss::<Sha256>::new_with_salt(salt), &hash, signature).is_ok()
            }
            (Key::Rsa(key), Scheme::Pss(Hash::Sha384, salt)) => {
                key.verify(Pss::<Sha384>::new_with_salt(salt), &hash, signature).is_ok()
            }
            (Key::Rsa(key), Scheme::Pss(Hash::Sha512, salt)) => {
                key.verify(Pss::<Sha512>::new_with_salt(salt), &hash, signature).is_ok()
            }
            (Key::P256(key), Scheme::Ecdsa(_)) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&widened(hash, 32), &signature).is_ok()),
            (Key::P384(key), Scheme::Ecdsa(_)) => p384::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&widened(hash, 48), &signature).is_ok()),
            (Key::P521(key), Scheme::Ecdsa(_)) => p521::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&widened(hash, 66), &signature).is_ok()),
            _ => false,
        }
    }
}

fn pkcs1(hash: Hash) -> Pkcs1v15Sign {
    match hash {
        Hash::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
        Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    }
}

/// A hash as a number of `width` bytes: the library takes none that is much shorter than the curve.
fn widened(hash: Vec<u8>, width: usize) -> Vec<u8> {
    let mut wide = vec![0; width.saturating_sub(hash.len())];
    wide.extend(hash);
    wide
}
