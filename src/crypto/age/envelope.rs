//! Opening an envelope with identities or a passphrase.

use std::cell::Cell;
use std::collections::HashSet;
use std::io::{self, BufRead, Read};

use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::header::{Header, malformed};
use super::identity::Identity;
use super::minding::{Minding, damaged};
use super::stream::{Decrypted, NONCE};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::place::Place;

/// An age file whose header was opened: what it takes to decrypt it any number of times.
#[derive(Clone)]
pub struct Envelope {
    file_key: Zeroizing<[u8; FILE_KEY_BYTES]>,
    header: Vec<u8>,
    /// None where it was a passphrase.
    opened_by: Option<Identity>,
    recipients: usize,
}

impl Header {
    /// Opens it with one of these identities, tried in their order.
    ///
    /// # Errors
    /// `envelope.no_key` where none of them opens it, `envelope.damaged` where the header was altered.
    pub fn open<'i>(&self, identities: impl IntoIterator<Item = &'i Identity>) -> Result<Envelope> {
        let identities: Vec<&Identity> = identities.into_iter().collect();
        let unlocked = self.unlock(identities.iter().map(|identity| *identity as &dyn age::Identity));
        let (envelope, which) = unlocked.map_err(|error| match error {
            age::DecryptError::NoMatchingKeys => Error::new(code::ENVELOPE_NO_KEY, Place::Bundle, Detail::NoKeyOpens),
            other => refused(&other),
        })?;
        Ok(Envelope { opened_by: identities.get(which).map(|identity| (*identity).clone()), ..envelope })
    }

    /// Opens one that is encrypted under a passphrase and asks for at most this much work, as the logarithm of scrypt's N to
    /// base 2: [`SCRYPT_WORK`](crate::base::limits::SCRYPT_WORK) where nobody vouches for it, [`SCRYPT_MOST`](crate::base::limits::SCRYPT_MOST) at most.
    ///
    /// # Errors
    /// `key.passphrase` where the passphrase is wrong, `envelope.cost`, `envelope.damaged` where the header was altered.
    pub fn open_with_passphrase(&self, passphrase: &str, most: u8) -> Result<Envelope> {
        self.costs_at_most(most)?;
        let mut identity = age::scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
        identity.set_max_work_factor(most);
        self.unlock([&identity as &dyn age::Identity]).map(|(envelope, _)| envelope).map_err(|error| match error {
            age::DecryptError::DecryptionFailed | age::DecryptError::NoMatchingKeys => {
                Error::new(code::KEY_PASSPHRASE, Place::Bundle, Detail::PassphraseWrong)
            }
            other => refused(&other),
        })
    }

    /// Also tells which of the identities opened it.
    fn unlock<'i>(
        &self,
        identities: impl IntoIterator<Item = &'i dyn age::Identity>,
    ) -> Result<(Envelope, usize), age::DecryptError> {
        let identities = Catching::each(identities);
        // the header, and a nonce of zeros: nothing is decrypted here
        let input = Minding::new(self.bytes().chain(&[0; 16][..]), self.bytes());
        let decryptor = age::Decryptor::new_buffered(input)?;
        decryptor.decrypt(identities.iter().map(|identity| identity as _))?;
        let caught = identities.iter().enumerate().find_map(|(which, identity)| Some((identity.caught()?, which)));
        let (file_key, which) = caught.ok_or(age::DecryptError::NoMatchingKeys)?;
        let (header, recipients) = (self.bytes().to_vec(), self.recipients());
        Ok((Envelope { file_key, header, opened_by: None, recipients }, which))
    }
}

/// The error for a header that a key fits but that is wrong all the same.
fn refused(error: &age::DecryptError) -> Error {
    let trouble = match error {
        age::DecryptError::InvalidMac => Detail::HeaderAltered,
        age::DecryptError::InvalidHeader => Detail::HeaderOddStanza,
        other => Detail::HeaderUnopened { error: other.to_string() },
    };
    Error::new(code::ENVELOPE_DAMAGED, Place::Bundle, trouble)
}

/// Hands on the file key that an identity finds or a recipient gets, and keeps a copy: age itself tells nobody.
pub(super) struct Catching<T> {
    inner: T,
    caught: Cell<Option<Zeroizing<[u8; FILE_KEY_BYTES]>>>,
}

impl<T> Catching<T> {
    pub fn each(inner: impl IntoIterator<Item = T>) -> Vec<Self> {
        inner.into_iter().map(|inner| Catching { inner, caught: Cell::default() }).collect()
    }

    /// The file key, on the first call only.
    pub fn caught(&self) -> Option<Zeroizing<[u8; FILE_KEY_BYTES]>> {
        self.caught.take()
    }

    fn catch(&self, file_key: &FileKey) {
        self.caught.set(Some(Zeroizing::new(*file_key.expose_secret())));
    }
}

impl age::Identity for Catching<&dyn age::Identity> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        self.inner.unwrap_stanza(stanza).inspect(|found| found.iter().for_each(|file_key| self.catch(file_key)))
    }
}

impl age::Recipient for Catching<&dyn age::Recipient> {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        self.catch(file_key);
        self.inner.wrap_file_key(file_key)
    }
}

impl Envelope {
    /// The identity that opened it; none where it was a passphrase.
    pub fn opened_by(&self) -> Option<&Identity> {
        self.opened_by.as_ref()
    }

    /// How many recipients it is for, as far as that can be seen, decoys included.
    pub fn recipients(&self) -> usize {
        self.recipients
    }

    /// Decrypts `input`, which begins at the first byte of the binary age file.
    ///
    /// # Errors
    /// `envelope.damaged` where the beginning is not the header that was opened, or was cut short, `io.…`.
    pub fn decrypt<R: BufRead>(&self, mut input: R) -> Result<Decrypted<R>> {
        let failed = |error: io::Error| Error::io(Place::Bundle, &error);
        let start = self.header.len() + NONCE;
        let mut read = Vec::with_capacity(start);
        input.by_ref().take(start as u64).read_to_end(&mut read).map_err(failed)?;
        let nonce = read.strip_prefix(self.header.as_slice()).ok_or_else(|| failed(damaged(Detail::HeaderChanged)))?;
        if nonce.len() < NONCE {
            return Err(malformed(Detail::HeaderCut));
        }
        Decrypted::new(&self.file_key, nonce, input, start as u64).ok_or_else(|| failed(damaged(Detail::EnvelopeCut)))
    }
}
