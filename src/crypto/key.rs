//! Signing keys (format, sections 4 and 11). Weak keys and keys with a torsion component are refused wherever a key enters.

use std::cell::Cell;
use std::fmt;

use data_encoding::{BASE64, BASE64_NOPAD};
use ed25519_dalek::{Signer as _, VerifyingKey};

use crate::base::detail::Detail;
use crate::base::error::Result;
use crate::format::digest::Digest;

const ED25519: &str = "ssh-ed25519";
const SK_ED25519: &str = "sk-ssh-ed25519@openssh.com";

/// A public key that may sign: Ed25519, or Ed25519 on a FIDO token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    point: [u8; 32],
    application: Option<String>,
}

/// Why a key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// It is not the first two words of an OpenSSH Ed25519 line, or is not written in the one allowed way.
    Malformed,
    /// Any message verifies under it, or under a variation of it.
    Weak,
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.detail().fmt(f)
    }
}

impl KeyFault {
    /// What exactly is wrong.
    pub fn detail(self) -> Detail {
        match self {
            KeyFault::Malformed => Detail::NotAKey,
            KeyFault::Weak => Detail::WeakKey,
        }
    }
}

impl PublicKey {
    /// Takes the 32 bytes of an Ed25519 key.
    ///
    /// # Errors
    /// Why these bytes are not a key, or are a weak one.
    pub fn ed25519(point: [u8; 32]) -> Result<Self, KeyFault> {
        checked(&point)?;
        Ok(PublicKey { point, application: None })
    }

    /// Takes the 32 bytes of a FIDO Ed25519 key and its application: `ssh:` and at most 60 characters of U+0021 to U+007E.
    ///
    /// # Errors
    /// Why these are not a key, or are a weak one.
    pub fn fido(point: [u8; 32], application: &str) -> Result<Self, KeyFault> {
        let rest = application.strip_prefix("ssh:").ok_or(KeyFault::Malformed)?;
        if rest.len() > 60 || !rest.bytes().all(|b| (0x21..=0x7E).contains(&b)) {
            return Err(KeyFault::Malformed);
        }
        checked(&point)?;
        Ok(PublicKey { point, application: Some(application.to_owned()) })
    }

    /// Reads the first two words of an OpenSSH line, exactly as [`PublicKey::line`] writes them.
    ///
    /// # Errors
    /// Why this is not a key, or is a weak one.
    pub fn parse(line: &str) -> Result<Self, KeyFault> {
        let (kind, base64) = line.split_once(' ').ok_or(KeyFault::Malformed)?;
        let blob = BASE64.decode(base64.as_bytes()).map_err(|_| KeyFault::Malformed)?;
        let key = PublicKey::from_blob(&blob)?;
        if key.kind() == kind && key.line() == line { Ok(key) } else { Err(KeyFault::Malformed) }
    }

    /// Reads an SSH public key blob, exactly as [`PublicKey::blob`] writes it.
    ///
    /// # Errors
    /// Why this is not a key, or is a weak one.
    pub(crate) fn from_blob(blob: &[u8]) -> Result<Self, KeyFault> {
        let mut rest = blob;
        let mut next = || take_string(&mut rest).ok_or(KeyFault::Malformed);
        let kind = next()?;
        let point: [u8; 32] = next()?.try_into().map_err(|_| KeyFault::Malformed)?;
        let key = match kind {
            b"ssh-ed25519" => PublicKey::ed25519(point),
            b"sk-ssh-ed25519@openssh.com" => {
                let application = std::str::from_utf8(next()?).map_err(|_| KeyFault::Malformed)?;
                PublicKey::fido(point, application)
            }
            _ => Err(KeyFault::Malformed),
        }?;
        if key.blob() == blob { Ok(key) } else { Err(KeyFault::Malformed) }
    }

    /// The first two words of its OpenSSH line: kind and base64.
    pub fn line(&self) -> String {
        format!("{} {}", self.kind(), BASE64.encode(&self.blob()))
    }

    /// The kind as OpenSSH names it.
    pub fn kind(&self) -> &'static str {
        if self.application.is_some() { SK_ED25519 } else { ED25519 }
    }

    /// The SSH public key blob.
    pub fn blob(&self) -> Vec<u8> {
        let mut blob = Vec::new();
        put_string(&mut blob, self.kind().as_bytes());
        put_string(&mut blob, &self.point);
        if let Some(application) = &self.application {
            put_string(&mut blob, application.as_bytes());
        }
        blob
    }

    /// The 32 bytes of the point.
    pub(super) fn point(&self) -> &[u8; 32] {
        &self.point
    }

    /// The application of a key on a FIDO token.
    pub fn application(&self) -> Option<&str> {
        self.application.as_deref()
    }

    /// SHA-256 of the blob.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(Digest::of(&self.blob()))
    }

    /// Strict Ed25519 verification: S below L, R not of small order; R cannot lie outside the prime-order group unless the key
    /// does.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        checked(&self.point).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line())
    }
}

/// The SHA-256 of an SSH public key blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(Digest);

impl Fingerprint {
    /// Six groups of five digits, to read out over the phone.
    pub fn spoken(&self) -> String {
        self.0.spoken()
    }

    /// The first 16 hex digits: what files and principals are named after.
    pub fn short(&self) -> String {
        let hex = self.0.to_string();
        hex.get(..16).unwrap_or(&hex).to_owned()
    }
}

impl Fingerprint {
    /// `SHA256:`, eight characters and `…`: enough to tell the people one knows apart, and too little to compare a key by, since
    /// somebody with many computers can make a key that begins like another.
    pub fn glance(&self) -> String {
        self.to_string().chars().take("SHA256:".len() + 8).chain(['…']).collect()
    }
}

impl PublicKey {
    /// A name for this key with the beginning of its fingerprint, as in `Amina O. (SHA256:e0H6WJ6x…)`: a name alone can be
    /// anybody's.
    pub fn called(&self, name: &str) -> String {
        format!("{name} ({})", self.fingerprint().glance())
    }
}

impl fmt::Display for Fingerprint {
    /// `SHA256:<base64>`, as `ssh-keygen -l` shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SHA256:{}", BASE64_NOPAD.encode(self.0.as_bytes()))
    }
}

/// What a [`Signer`] gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    /// The Ed25519 signature.
    pub bytes: [u8; 64],
    /// What a FIDO token adds: its flags, whose bit 0 says that somebody touched it, and its counter, 4 bytes, big-endian.
    pub token: Option<[u8; 5]>,
}

/// Somebody who signs: a private key at hand, or one that an ssh-agent holds. What comes back is checked before it is used.
pub trait Signer {
    /// The public half, the same at every call.
    fn public(&self) -> PublicKey;

    /// Signs these bytes: as they are, or, for a key on a FIDO token, as SHA-256(application), flags, counter, SHA-256(bytes)
    /// (OpenSSH's PROTOCOL.u2f). An error says why there is no signature.
    ///
    /// # Errors
    /// Why there is no signature.
    fn sign(&self, bytes: &[u8]) -> Result<Signature>;
}

/// A private Ed25519 key, wiped when dropped.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Takes a seed of 32 bytes that nobody can guess.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        SigningKey(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The seed.
    pub(super) fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey { point: self.0.verifying_key().to_bytes(), application: None }
    }
}

impl Signer for SigningKey {
    fn public(&self) -> PublicKey {
        SigningKey::public(self)
    }

    fn sign(&self, bytes: &[u8]) -> Result<Signature> {
        Ok(Signature { bytes: self.0.sign(bytes).to_bytes(), token: None })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public())
    }
}

thread_local! {
    /// The last key that passed: it stands twice in a bundle, and in all bundles of one signer, and the check takes as long as a signature.
    static PASSED: Cell<Option<VerifyingKey>> = const { Cell::new(None) };
}

/// The key of a point, if it is one and a strong one.
fn checked(point: &[u8; 32]) -> Result<VerifyingKey, KeyFault> {
    if let Some(passed) = PASSED.get().filter(|key| key.as_bytes() == point) {
        return Ok(passed);
    }
    let key = VerifyingKey::from_bytes(point).map_err(|_| KeyFault::Malformed)?;
    let edwards = key.to_edwards();
    let canonical = edwards.compress().to_bytes() == *point;
    if !canonical || key.is_weak() || !edwards.is_torsion_free() {
        return Err(KeyFault::Weak);
    }
    PASSED.set(Some(key));
    Ok(key)
}

/// Appends a string as SSH does: its length in 4 bytes, big-endian, and its bytes.
pub(super) fn put_string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u32).to_be_bytes());
    out.extend(bytes);
}

/// Takes a string as SSH writes it from the front of `rest`.
pub(super) fn take_string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (string, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    *rest = after;
    Some(string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(point: &[u8]) -> String {
        let mut blob = Vec::new();
        put_string(&mut blob, b"ssh-ed25519");
        put_string(&mut blob, point);
        format!("ssh-ed25519 {}", BASE64.encode(&blob))
    }

    #[test]
    fn weak_and_torsioned_keys_are_refused() {
        let small_order = [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            // not the canonical encoding: y = p + 1
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ];
        for hex in small_order {
            let point = data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap();
            assert_eq!(PublicKey::parse(&line(&point)), Err(KeyFault::Weak), "{hex}");
        }
        // a good key plus the point of order 2, (0, -1): its x and y, both negated
        let good = SigningKey::from_seed(&[1; 32]).public();
        let torsion = VerifyingKey::from_bytes(&{
            let mut two = [0xff; 32];
            (two[0], two[31]) = (0xec, 0x7f);
            two
        });
        let sum = VerifyingKey::from_bytes(&good.point).unwrap().to_edwards() + torsion.unwrap().to_edwards();
        assert_eq!(PublicKey::parse(&line(&sum.compress().to_bytes())), Err(KeyFault::Weak));
        assert_eq!(PublicKey::parse(&good.line()), Ok(good));
    }

    #[test]
    fn a_key_has_one_way_to_be_written() {
        let good = SigningKey::from_seed(&[2; 32]).public().line();
        for bad in [
            format!("{good} "),
            format!(" {good}"),
            good.replace(' ', "  "),
            format!("{good} comment"),
            good.replace("ssh-ed25519", "ssh-rsa"),
            good.trim_end_matches('=').to_owned() + "=",
            line(&[0; 31]),
        ] {
            assert!(PublicKey::parse(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_fido_key_names_an_ssh_application() {
        let point = SigningKey::from_seed(&[3; 32]).public().point;
        let good = PublicKey::fido(point, "ssh:").unwrap();
        assert_eq!(PublicKey::parse(&good.line()), Ok(good));
        for application in ["", "ssh", "https://x", "ssh: x", "ssh:\u{e9}", &format!("ssh:{}", "x".repeat(61))] {
            assert_eq!(PublicKey::fido(point, application), Err(KeyFault::Malformed), "{application}");
        }
    }
}
