//! Who can open an envelope: recipients, identities, and the file that identities are kept in.

use std::collections::HashSet;
use std::fmt;
use std::io::{BufRead, Read, Write};
use std::str::FromStr;

use age_core::format::{FileKey, Stanza};
use age_core::secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::header::Header;
use super::hybrid::{HybridIdentity, HybridRecipient, agrees};
use super::{Lock, dearmor, encrypt, is_age};
use crate::base::code;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::format::bech32;
use crate::format::time::Timestamp;

/// Somebody for whom an envelope can be made.
#[derive(Clone)]
pub enum Recipient {
    /// ML-KEM-768 and X25519: `age1pq1…`.
    Hybrid(Box<HybridRecipient>),
    /// X25519: `age1…`.
    X25519(age::x25519::Recipient),
}

impl Recipient {
    /// Reads a recipient of one of the two kinds, as it is written; of others, which only a plugin or a token understands, there is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let hybrid = || HybridRecipient::parse(text).map(|recipient| Recipient::Hybrid(Box::new(recipient)));
        let x25519 = || {
            let (_, point) = bech32::decode(text).filter(|(human, _)| human == "age")?;
            // for a point of low order the age crate does not encrypt but panics
            let good = point.as_slice().try_into().is_ok_and(agrees);
            age::x25519::Recipient::from_str(text).ok().filter(|_| good).map(Recipient::X25519)
        };
        // a text has one way to be written
        hybrid().or_else(x25519).filter(|recipient| recipient.to_string() == text)
    }

    /// True if no quantum computer opens what is made for it.
    pub fn is_post_quantum(&self) -> bool {
        matches!(self, Recipient::Hybrid(_))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Recipient::Hybrid(recipient) => recipient.fmt(f),
            Recipient::X25519(recipient) => recipient.fmt(f),
        }
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl age::Recipient for Recipient {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        match self {
            Recipient::Hybrid(recipient) => recipient.wrap_file_key(file_key),
            Recipient::X25519(recipient) => recipient.wrap_file_key(file_key),
        }
    }
}

/// What opens the envelopes made for its recipient; wiped when dropped.
#[derive(Clone)]
pub enum Identity {
    /// `AGE-SECRET-KEY-PQ-1…`.
    Hybrid(HybridIdentity),
    /// `AGE-SECRET-KEY-1…`.
    X25519(age::x25519::Identity),
}

impl Identity {
    /// The hybrid identity of a seed that nobody can guess.
    pub fn hybrid(seed: &[u8; 32]) -> Self {
        Identity::Hybrid(HybridIdentity::from_seed(seed))
    }

    /// The X25519 identity of a secret that nobody can guess.
    pub fn x25519(secret: &[u8; 32]) -> Option<Self> {
        let mut text = Zeroizing::new(bech32::encode("age-secret-key-", secret));
        text.make_ascii_uppercase();
        Identity::parse(&text)
    }

    /// Reads one line of an identity file.
    pub fn parse(text: &str) -> Option<Self> {
        let hybrid = HybridIdentity::parse(text).map(Identity::Hybrid);
        let found = hybrid.or_else(|| age::x25519::Identity::from_str(text).ok().map(Identity::X25519));
        found.filter(|identity| *identity.text() == text)
    }

    /// The line of an identity file.
    pub fn text(&self) -> Zeroizing<String> {
        match self {
            Identity::Hybrid(identity) => identity.text(),
            Identity::X25519(identity) => Zeroizing::new(identity.to_string().expose_secret().to_owned()),
        }
    }

    /// Who it opens envelopes for.
    pub fn recipient(&self) -> Recipient {
        match self {
            Identity::Hybrid(identity) => Recipient::Hybrid(Box::new(identity.recipient())),
            Identity::X25519(identity) => Recipient::X25519(identity.to_public()),
        }
    }
}

impl age::Identity for Identity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        match self {
            Identity::Hybrid(identity) => identity.unwrap_stanza(stanza),
            Identity::X25519(identity) => identity.unwrap_stanza(stanza),
        }
    }
}

/// An age identity file that was read and, if it is encrypted, not opened yet.
pub struct IdentityFile {
    thing: String,
    bytes: Zeroizing<Vec<u8>>,
    encrypted: bool,
}

impl IdentityFile {
    /// Takes the bytes of a file: lines of identities and comments, or such lines encrypted under a passphrase, armored or not.
    /// `thing` names it in errors.
    pub fn read(thing: &str, bytes: &[u8]) -> Result<Self> {
        let encrypted = is_age(bytes);
        let file = IdentityFile { thing: thing.into(), bytes: Zeroizing::new(bytes.to_vec()), encrypted };
        if encrypted {
            file.header()?;
        } else {
            file.identities(bytes)?;
        }
        Ok(file)
    }

    /// True if a passphrase is needed to open it.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// The identities in it, at least one.
    pub fn open(&self, passphrase: Option<&str>) -> Result<Vec<Identity>> {
        if !self.encrypted {
            return self.identities(&self.bytes);
        }
        let (header, mut rest) = self.header()?;
        let raw = header.bytes().to_vec();
        let about = |error: Error| Error { thing: self.thing.clone(), ..error };
        let envelope = header.open_with_passphrase(passphrase.unwrap_or("")).map_err(about)?;
        let mut decrypted = envelope.decrypt(raw.chain(&mut rest)).map_err(about)?.take(limits::KEY_FILE + 1);
        let mut text = Zeroizing::new(Vec::with_capacity(limits::KEY_FILE as usize + 1));
        decrypted.read_to_end(&mut text).map_err(|error| Error::io(&self.thing, &error))?;
        self.identities(&text)
    }

    fn header(&self) -> Result<(Header, Box<dyn BufRead + '_>)> {
        let mut input = dearmor(self.bytes.as_slice());
        let about = |error: Error| {
            let code = if error.code == code::ENVELOPE_COST { code::KEY_COST } else { code::KEY_FORMAT };
            Error { code, thing: self.thing.clone(), ..error }
        };
        let header = Header::read(&mut input).map_err(about)?;
        if !header.is_passphrase() {
            let trouble = "is encrypted for a key, not under a passphrase";
            return Err(Error::new(code::KEY_FORMAT, &self.thing, trouble).hint("decrypt it first: age -d"));
        }
        Ok((header, input))
    }

    fn identities(&self, text: &[u8]) -> Result<Vec<Identity>> {
        let refuse = |trouble: String| Error::new(code::KEY_FORMAT, &self.thing, trouble);
        if text.len() as u64 > limits::KEY_FILE {
            return Err(refuse(format!("holds more than {} bytes, the most that is read", limits::KEY_FILE)));
        }
        let text = std::str::from_utf8(text).map_err(|_| refuse("is not text".into()))?;
        let mut identities = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let trouble = || refuse(format!("its line {} is no identity of age that can be used here", at + 1));
            identities.push(Identity::parse(line).ok_or_else(trouble)?);
        }
        if identities.is_empty() { Err(refuse("holds no identity of age".into())) } else { Ok(identities) }
    }
}

/// The lines of an identity file, as `age-keygen` writes them.
pub fn identity_lines(identities: &[Identity], made_at: &Timestamp) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(identities.len() * 4096));
    for identity in identities {
        text.push_str(&format!("# created: {made_at}\n# public key: {}\n", identity.recipient()));
        text.push_str(&identity.text());
        text.push('\n');
    }
    text
}

/// An identity file, encrypted where there is a passphrase, which then costs 2 to the power of `work`.
pub fn write_identities(
    identities: &[Identity],
    made_at: &Timestamp,
    protection: Option<(&str, u8)>,
) -> Result<Zeroizing<Vec<u8>>> {
    let lines = identity_lines(identities, made_at);
    let Some((passphrase, work)) = protection else { return Ok(Zeroizing::new(lines.as_bytes().to_vec())) };
    let failed = |error: std::io::Error| Error::io("decryption key", &error);
    let mut out = encrypt(Lock::Passphrase(passphrase, work), Vec::new())?;
    out.write_all(lines.as_bytes()).map_err(failed)?;
    out.finish().map(Zeroizing::new).map_err(failed)
}
