//! Opening an envelope, and what is read out of one.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use age::stream::StreamReader;
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::header::Header;
use super::identity::Identity;
use crate::base::code;
use crate::base::error::{Coded, Error, Result};
use crate::base::limits;

/// An age file whose header was opened: what it takes to decrypt it any number of times.
pub struct Envelope {
    file_key: Zeroizing<[u8; FILE_KEY_BYTES]>,
    header: Vec<u8>,
    passphrase: bool,
    recipients: usize,
}

impl Header {
    /// Opens it with one of these identities, tried in their order.
    pub fn open<'i>(&self, identities: impl IntoIterator<Item = &'i Identity>) -> Result<Envelope> {
        let caught: Vec<Catching> = identities.into_iter().map(|identity| Catching::new(identity)).collect();
        self.unlock(&caught).map_err(|error| match error {
            age::DecryptError::NoMatchingKeys => {
                Error::new(code::ENVELOPE_NO_KEY, "bundle", "it is encrypted, and no decryption key of yours opens it")
            }
            other => refused(&other),
        })
    }

    /// Opens one that is encrypted under a passphrase.
    pub fn open_with_passphrase(&self, passphrase: &str) -> Result<Envelope> {
        let mut identity = age::scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
        identity.set_max_work_factor(limits::SCRYPT_WORK);
        self.unlock(&[Catching::new(&identity)]).map_err(|error| match error {
            age::DecryptError::DecryptionFailed | age::DecryptError::NoMatchingKeys => {
                Error::new(code::KEY_PASSPHRASE, "bundle", "the passphrase does not open it")
            }
            other => refused(&other),
        })
    }

    fn unlock(&self, identities: &[Catching]) -> Result<Envelope, age::DecryptError> {
        // the header, and a nonce of zeros: nothing is decrypted here
        let input = Minding::new(self.bytes().chain(&[0; 16][..]), self.bytes());
        let decryptor = age::Decryptor::new_buffered(input)?;
        decryptor.decrypt(identities.iter().map(|identity| identity as &dyn age::Identity))?;
        let file_key = identities.iter().find_map(|identity| identity.caught.take());
        let (passphrase, recipients) = (self.is_passphrase(), self.recipients());
        let envelope = file_key.map(|file_key| Envelope { file_key, header: self.bytes().to_vec(), passphrase, recipients });
        envelope.ok_or(age::DecryptError::NoMatchingKeys)
    }
}

/// What age says of a header that a key fits and that is wrong all the same.
fn refused(error: &age::DecryptError) -> Error {
    let trouble = match error {
        age::DecryptError::InvalidMac => "its header was altered after it was encrypted".into(),
        age::DecryptError::InvalidHeader => "its header holds a stanza that is not as it must be".into(),
        other => format!("its header cannot be opened: {other}"),
    };
    Error::new(code::ENVELOPE_DAMAGED, "bundle", trouble)
}

/// Hands on what an identity finds, and keeps it.
struct Catching<'i> {
    identity: &'i dyn age::Identity,
    caught: std::cell::Cell<Option<Zeroizing<[u8; FILE_KEY_BYTES]>>>,
}

impl<'i> Catching<'i> {
    fn new(identity: &'i dyn age::Identity) -> Self {
        Catching { identity, caught: std::cell::Cell::new(None) }
    }
}

impl age::Identity for Catching<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        let found = self.identity.unwrap_stanza(stanza)?;
        if let Ok(file_key) = &found {
            self.caught.set(Some(Zeroizing::new(*file_key.expose_secret())));
        }
        Some(found)
    }
}

/// A file key that is known already.
struct Known<'e>(&'e [u8; FILE_KEY_BYTES]);

impl age::Identity for Known<'_> {
    fn unwrap_stanza(&self, _stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        Some(Ok(FileKey::init_with_mut(|file_key| file_key.copy_from_slice(self.0))))
    }
}

impl Envelope {
    /// True if a passphrase opened it.
    pub fn is_passphrase(&self) -> bool {
        self.passphrase
    }

    /// How many recipients it is for, as far as that can be seen.
    pub fn recipients(&self) -> usize {
        self.recipients
    }

    /// Decrypts `input`, which stands at the first byte of the binary age file.
    pub fn decrypt<R: BufRead>(&self, input: R) -> Result<Decrypted<R>> {
        let decryptor = age::Decryptor::new_buffered(Minding::new(input, &self.header)).map_err(|error| match error {
            age::DecryptError::Io(error) => Error::io("bundle", &told(error)),
            other => refused(&other),
        })?;
        let known = Known(&self.file_key);
        let reader = decryptor.decrypt(std::iter::once(&known as &dyn age::Identity)).map_err(|error| refused(&error))?;
        Ok(Decrypted { reader, length: None })
    }
}

/// What an envelope holds, decrypted piece by piece while it is read. An end that is no end, and bytes that were altered, are
/// errors that carry `envelope.damaged`; what was read before them is not to be believed.
pub struct Decrypted<R> {
    reader: StreamReader<Minding<R>>,
    length: Option<u64>,
}

impl<R: Read + Seek> Decrypted<R> {
    /// How many bytes it holds. The last piece is decrypted for it, so that a file that was cut short or added to is known at once.
    pub fn length(&mut self) -> io::Result<u64> {
        if let Some(length) = self.length {
            return Ok(length);
        }
        let length = self.reader.seek(SeekFrom::End(0)).map_err(told)?;
        self.reader.seek(SeekFrom::Start(0)).map_err(told)?;
        self.length = Some(length);
        Ok(length)
    }

    /// Goes on at a place, at most the end.
    pub fn seek_to(&mut self, at: u64) -> io::Result<()> {
        // beyond the end the age crate meets a mistake of its own
        if at > self.length()? {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.reader.seek(SeekFrom::Start(at)).map(drop).map_err(told)
    }
}

impl<R: Read> Read for Decrypted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.reader.read(out).map_err(told)
    }
}

/// An error of the input, told from those that age makes of its bytes.
#[derive(Debug)]
struct Underlying(io::Error);

impl std::fmt::Display for Underlying {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Underlying {}

/// An error of the input as it was, and everything else as damage.
pub(super) fn told(error: io::Error) -> io::Error {
    match error.downcast::<Underlying>() {
        Ok(Underlying(error)) => error,
        Err(_) => damaged("it was cut short or altered after it was encrypted"),
    }
}

/// The error for bytes that are not those that were encrypted.
pub(super) fn damaged(trouble: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, Coded(code::ENVELOPE_DAMAGED, trouble.into()))
}

/// Marks the errors of its input, and hands over the header as a whole: line by line the age crate reads each again with all
/// before it.
pub(super) struct Minding<R> {
    input: R,
    /// The header, until it was read.
    header: Vec<u8>,
}

impl<R> Minding<R> {
    /// The input begins with this header, possibly none.
    pub fn new(input: R, header: &[u8]) -> Self {
        Minding { input, header: header.to_vec() }
    }
}

fn mark(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), Underlying(error))
}

impl<R: Read> Read for Minding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.input.read(out).map_err(mark)
    }
}

impl<R: BufRead> BufRead for Minding<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf().map_err(mark)
    }

    fn consume(&mut self, count: usize) {
        self.input.consume(count);
    }

    fn read_until(&mut self, end: u8, out: &mut Vec<u8>) -> io::Result<usize> {
        let header = std::mem::take(&mut self.header);
        if header.is_empty() {
            return self.input.read_until(end, out).map_err(mark);
        }
        let mut read = vec![0; header.len()];
        self.input.read_exact(&mut read).map_err(mark)?;
        if read != header {
            return Err(mark(damaged("its header changed after it was opened")));
        }
        out.extend(read);
        Ok(header.len())
    }
}

impl<R: Seek> Seek for Minding<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.input.seek(to).map_err(mark)
    }
}
