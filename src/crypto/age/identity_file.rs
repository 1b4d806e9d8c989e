//! The file that identities are kept in, as `age-keygen` writes it, under a passphrase or not.

use std::io::{BufRead, Read, Write};

use zeroize::Zeroizing;

use super::armor::{dearmor, is_age};
use super::encrypt::{EncryptTo, encrypt};
use super::header::Header;
use super::identity::Identity;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::hint::Hint;
use crate::base::limits;
use crate::base::place::Place;
use crate::format::time::Timestamp;

/// An age identity file that was read and, if it is encrypted, not opened yet.
pub struct IdentityFile {
    thing: String,
    bytes: Zeroizing<Vec<u8>>,
    encrypted: bool,
}

impl IdentityFile {
    /// Takes the bytes of a file: lines of identities and comments, or such lines encrypted under a passphrase, armored or not.
    /// `thing` names it in errors.
    ///
    /// # Errors
    /// `key.format` where it is no such file, `key.cost` where its passphrase costs too much.
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
    ///
    /// # Errors
    /// `key.passphrase` if the passphrase is wrong or none was given, `key.format` where no identities are in it.
    pub fn open(&self, passphrase: Option<&str>) -> Result<Vec<Identity>> {
        if !self.encrypted {
            return self.identities(&self.bytes);
        }
        let (header, mut rest) = self.header()?;
        let raw = header.bytes().to_vec();
        let about = |error: Error| Error { place: Place::from(&self.thing), ..error };
        let envelope = header.open_with_passphrase(passphrase.unwrap_or(""), limits::SCRYPT_MOST).map_err(about)?;
        let mut decrypted = envelope.decrypt(raw.chain(&mut rest)).map_err(about)?.take(limits::KEY_FILE + 1);
        let mut text = Zeroizing::new(Vec::with_capacity(limits::KEY_FILE as usize + 1));
        decrypted.read_to_end(&mut text).map_err(|error| Error::io(&self.thing, &error))?;
        self.identities(&text)
    }

    fn header(&self) -> Result<(Header, Box<dyn BufRead + '_>)> {
        let mut input = dearmor(self.bytes.as_slice());
        let about = |error: Error| {
            let code = if error.code == code::ENVELOPE_COST { code::KEY_COST } else { code::KEY_FORMAT };
            Error { code, place: Place::from(&self.thing), ..error }
        };
        let header = Header::read(&mut input).map_err(about)?;
        if !header.is_passphrase() {
            let trouble = Detail::EncryptedForKey;
            return Err(Error::new(code::KEY_FORMAT, &self.thing, trouble).hint(Hint::DecryptFirst));
        }
        Ok((header, input))
    }

    fn identities(&self, text: &[u8]) -> Result<Vec<Identity>> {
        let refuse = |trouble: Detail| Error::new(code::KEY_FORMAT, &self.thing, trouble);
        if text.len() as u64 > limits::KEY_FILE {
            return Err(refuse(Detail::HoldsTooMuch { limit: limits::KEY_FILE }));
        }
        let text = std::str::from_utf8(text).map_err(|_| refuse(Detail::NotText))?;
        let mut identities = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let trouble = || refuse(Detail::NoIdentityInLine { line: at as u64 + 1 });
            identities.push(Identity::parse(line).ok_or_else(trouble)?);
        }
        if identities.is_empty() { Err(refuse(Detail::NoIdentity)) } else { Ok(identities) }
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

/// An identity file; with `protection` it is encrypted under that passphrase, at a cost of 2 to that power.
///
/// # Errors
/// What keeps the age crate from encrypting it.
pub fn write_identities(
    identities: &[Identity],
    made_at: &Timestamp,
    protection: Option<(&str, u8)>,
) -> Result<Zeroizing<Vec<u8>>> {
    let lines = identity_lines(identities, made_at);
    let Some((passphrase, work)) = protection else { return Ok(Zeroizing::new(lines.as_bytes().to_vec())) };
    let failed = |error: std::io::Error| Error::io(Place::DecryptionKey, &error);
    let mut out = encrypt(EncryptTo::Passphrase(passphrase, work), Vec::new())?;
    out.write_all(lines.as_bytes()).map_err(failed)?;
    out.finish().map(Zeroizing::new).map_err(failed)
}
