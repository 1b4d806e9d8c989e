//! Where the bytes of a bundle come from: bytes that can be read at any place, a folder, or a stream that can be read only
//! once.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;

use super::blocks::Bytes;
use super::read_at::ReadAt;
use super::stopping::{Stop, Stopping};
use super::tree::Tree;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits::CHUNK;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::crypto::age::{self, Identity};
use crate::format::digest::{Digest, Hasher};

/// So many bytes tell an age file, armored or not, from everything else.
const BEGINNING: usize = 64;

/// Something that may be a bundle, opened once: everything is read through this handle, so nothing can be swapped between
/// verifying and extracting.
///
/// A file or a folder is opened by [`Source::open`], standard input by [`Source::standard_input`]; memory and whatever else can
/// be read at any place become a source by [`Source::of`], a stream by [`Source::of_stream`].
///
/// ```
/// use sealbag::{Bundle, Policy, Source, TrustedSigners, Unwatched};
///
/// # fn main() -> sealbag::Result<()> {
/// let bytes = std::fs::read("tests/vectors/good-plain.zip").unwrap();
/// let bundle = Bundle::read(Source::of(bytes), &Unwatched)?;
/// let verification = bundle.verify(&TrustedSigners::nobody(), &Policy::default(), &Unwatched)?;
/// // nobody is believed here, so the signer is a stranger; the seal still holds
/// let intact = verification.into_intact().ok().unwrap();
/// for file in intact.contents()?.files {
///     let mut bytes = Vec::new();
///     intact.copy_file(&file.path, &mut bytes, &Unwatched)?;
///     assert_eq!(bytes.len() as u64, file.size);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Source {
    pub(crate) content: Content,
    /// The envelope that it came in, if that was opened.
    pub(crate) envelope: Option<EnvelopeFor>,
}

/// What a source holds.
pub(crate) enum Content {
    /// Bytes that can be read at any place.
    Bytes(Bytes),
    /// An unpacked bundle.
    Folder(Box<dyn Tree>),
    /// A stream, which can be read only once.
    Stream(Box<dyn BufRead + Send>),
}

/// Whom an envelope says it is for.
pub(crate) enum EnvelopeFor {
    /// Whoever knows a passphrase.
    Passphrase,
    /// This many recipients, decoys included; one of them is the owner of this identity.
    Recipients(usize, Box<Identity>),
}

impl EnvelopeFor {
    fn of(envelope: &age::Envelope) -> Self {
        match envelope.opened_by() {
            Some(identity) => EnvelopeFor::Recipients(envelope.recipients(), Box::new(identity.clone())),
            None => EnvelopeFor::Passphrase,
        }
    }
}

impl Source {
    /// Bytes that can be read at any place: memory, or whatever else implements [`ReadAt`].
    pub fn of(bytes: impl ReadAt + 'static) -> Self {
        Source::raw(Content::Bytes(Bytes::new(Arc::new(bytes))))
    }

    /// A stream, which can be read only once.
    pub fn of_stream(stream: impl Read + Send + 'static) -> Self {
        Source::raw(Content::Stream(Box::new(BufReader::with_capacity(CHUNK, stream))))
    }

    /// An unpacked bundle.
    pub(crate) fn of_tree(tree: impl Tree + 'static) -> Self {
        Source::raw(Content::Folder(Box::new(tree)))
    }

    fn raw(content: Content) -> Self {
        Source { content, envelope: None }
    }

    /// The same, until `stop` says true: every read fails from then on, whatever it is for, as `run.interrupted`.
    #[must_use]
    pub fn until(self, stop: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        let stop: Stop = Arc::new(stop);
        let content = match self.content {
            Content::Bytes(bytes) => Content::Bytes(bytes.until(&stop)),
            Content::Folder(tree) => Content::Folder(Box::new(Stopping::new(tree, &stop))),
            Content::Stream(stream) => Content::Stream(Box::new(BufReader::with_capacity(CHUNK, Stopping::new(stream, &stop)))),
        };
        Source { content, envelope: self.envelope }
    }

    /// True if its bytes can be read only once.
    pub fn is_stream(&self) -> bool {
        matches!(self.content, Content::Stream(_))
    }

    /// How many bytes it has, where that is known before they are read.
    pub(crate) fn length(&self) -> Option<u64> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes.length()),
            Content::Folder(_) | Content::Stream(_) => None,
        }
    }

    /// The SHA-256 of the file as it lies there, its envelope included; none for an unpacked bundle.
    ///
    /// # Errors
    /// `io.…`, `run.interrupted`; `io.read` for a stream, which can be read only once.
    pub fn file_sha256(&self, watch: &dyn Watch) -> Result<Option<Digest>> {
        let bytes = match &self.content {
            Content::Bytes(bytes) => bytes,
            Content::Folder(_) => return Ok(None),
            Content::Stream(_) => return Err(Error::new(code::IO_READ, Place::Bundle, Detail::StreamHasPassed)),
        };
        let failed = |error: io::Error| Error::io(Place::Bundle, &error);
        let (mut blocks, mut hasher) = (bytes.blocks(0, CHUNK), Hasher::default());
        watch.expect(bytes.length());
        loop {
            if watch.interrupted() {
                return Err(Error::interrupted());
            }
            let count = {
                let held = blocks.fill_buf().map_err(failed)?;
                hasher.update(held);
                held.len()
            };
            if count == 0 {
                return Ok(Some(hasher.finish()));
            }
            watch.advance(count as u64);
            blocks.consume(count);
        }
    }

    /// True if it is a file that begins with these bytes.
    ///
    /// # Errors
    /// `io.…`.
    pub fn begins_with(&self, bytes: &[u8]) -> Result<bool> {
        match &self.content {
            Content::Bytes(all) => Ok(all.beginning()?.starts_with(bytes)),
            Content::Folder(_) | Content::Stream(_) => Ok(false),
        }
    }

    /// True if what was opened is an age file.
    ///
    /// # Errors
    /// `io.…`.
    pub fn is_envelope(&self) -> Result<bool> {
        match &self.content {
            Content::Bytes(bytes) if self.envelope.is_none() => {
                let beginning = bytes.beginning()?;
                Ok(age::is_age(&beginning) || age::is_armored(&beginning))
            }
            _ => Ok(self.envelope.is_some()),
        }
    }

    /// Opens the envelope, if this is one: its header goes to `unlock`, which finds the key. Anything else stays as it is.
    ///
    /// # Errors
    /// What `unlock` says; `envelope.…` for an age file that is malformed or was cut short; what kept it from being read.
    pub fn unlock(self, unlock: impl FnOnce(age::Header) -> Result<age::Envelope>) -> Result<Self> {
        if self.envelope.is_some() {
            return Ok(self);
        }
        let stream = match self.content {
            Content::Folder(_) => return Ok(self),
            Content::Stream(stream) => stream,
            Content::Bytes(bytes) => {
                let beginning = bytes.beginning()?;
                if age::is_armored(&beginning) {
                    bytes.into_stream()
                } else if age::is_age(&beginning) {
                    let envelope = unlock(age::Header::read(&mut bytes.blocks(0, CHUNK))?)?;
                    let inside = EnvelopeFor::of(&envelope);
                    return Ok(Source { content: Content::Bytes(bytes.inside(envelope)?), envelope: Some(inside) });
                } else {
                    return Ok(Source::raw(Content::Bytes(bytes)));
                }
            }
        };
        let (beginning, stream) = peek(stream).map_err(|error| Error::io(Place::Bundle, &error))?;
        if !age::is_age(&beginning) {
            return Ok(Source::raw(Content::Stream(stream)));
        }
        let mut stream = age::dearmor(stream);
        let header = age::Header::read(&mut stream)?;
        let raw = header.bytes().to_vec();
        let envelope = unlock(header)?;
        let inside = EnvelopeFor::of(&envelope);
        let decrypted = envelope.decrypt(Cursor::new(raw).chain(stream))?;
        let content = Content::Stream(Box::new(BufReader::with_capacity(CHUNK, decrypted)));
        Ok(Source { content, envelope: Some(inside) })
    }

    /// Lets `read` read its bytes once, from the first to the last.
    pub(crate) fn read_once<T>(
        self,
        name: impl Into<Place>,
        read: impl FnOnce(&mut (dyn BufRead + Send)) -> Result<T>,
    ) -> Result<T> {
        match self.content {
            Content::Bytes(bytes) => read(&mut bytes.blocks(0, CHUNK)),
            Content::Stream(mut stream) => read(&mut stream),
            Content::Folder(_) => Err(Error::io(name, &io::ErrorKind::IsADirectory.into())),
        }
    }
}

impl Bytes {
    /// The first bytes, enough to tell what they are.
    pub(crate) fn beginning(&self) -> Result<Vec<u8>> {
        beginning(&mut self.blocks(0, BEGINNING)).map_err(|error| Error::io(Place::Bundle, &error))
    }
}

/// The first bytes, enough to recognize an age file, however slowly they come; fewer only if there are no more.
fn beginning(input: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(BEGINNING as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The first bytes of a stream, and the stream with them still in front.
pub(crate) fn peek<'s>(mut stream: impl BufRead + Send + 's) -> io::Result<(Vec<u8>, Box<dyn BufRead + Send + 's>)> {
    let bytes = beginning(&mut stream)?;
    Ok((bytes.clone(), Box::new(Cursor::new(bytes).chain(stream))))
}

/// The error for an encrypted bundle that nothing here opens.
pub(crate) fn encrypted() -> Error {
    Error::new(code::ENVELOPE_ENCRYPTED, Place::Bundle, Detail::Encrypted)
}
