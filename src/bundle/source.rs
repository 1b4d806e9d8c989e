//! Where the bytes of a bundle come from: a file that can be read at any place, a folder, or a stream that passes once.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::bytes::Bytes;
use super::model::Envelope;
use crate::base::code;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::crypto::age;

/// How much is read at once from payload and streams.
pub const CHUNK: usize = 256 << 10;

/// Something that may be a bundle, opened once: everything is read through this handle, so nothing can be swapped between
/// verifying and extracting.
pub enum Source {
    /// A regular file and its length.
    File(File, u64),
    /// An unpacked bundle.
    Folder(Dir),
    /// Bytes that pass once: a pipe.
    Stream(Box<dyn BufRead + Send>),
    /// What an envelope holds that was opened.
    Opened(Opened),
}

/// What an envelope holds, decrypted when it is read and only then.
pub struct Opened {
    pub(super) content: Content,
    pub(super) envelope: Envelope,
}

pub(super) enum Content {
    /// At any place, where the envelope is a file.
    Bytes(Bytes),
    /// Once.
    Stream(Box<dyn BufRead + Send>),
}

impl Source {
    /// Opens a file, a folder or a named pipe.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |error: io::Error| Error::io(path.to_string_lossy(), &error);
        let meta = std::fs::metadata(path).map_err(failed)?;
        if meta.is_dir() {
            return Dir::open_ambient_dir(path, ambient_authority()).map(Source::Folder).map_err(failed);
        }
        Source::of_file(File::open(path).map_err(failed)?).map_err(failed)
    }

    /// Standard input, or another descriptor that the process already holds: a file that stands at its beginning can be read
    /// at any place, everything else passes once.
    pub fn of_descriptor(descriptor: BorrowedFd) -> Result<Self> {
        let owned: OwnedFd = descriptor.try_clone_to_owned().map_err(|error| Error::io("standard input", &error))?;
        Source::of_file(File::from(owned)).map_err(|error| Error::io("standard input", &error))
    }

    /// Bytes that pass once.
    pub fn of_stream(stream: impl Read + Send + 'static) -> Self {
        Source::Stream(Box::new(BufReader::with_capacity(CHUNK, stream)))
    }

    /// True if its bytes pass once.
    pub fn is_stream(&self) -> bool {
        matches!(self, Source::Stream(_) | Source::Opened(Opened { content: Content::Stream(_), .. }))
    }

    /// Opens the envelope, if this is one: its header goes to `unlock`, which finds the key. What is no age file stays as it is.
    pub fn unlock(self, unlock: impl FnOnce(age::Header) -> Result<age::Envelope>) -> Result<Self> {
        let failed = |error: io::Error| Error::io("bundle", &error);
        let stream: Box<dyn BufRead + Send> = match self {
            Source::Folder(_) | Source::Opened(_) => return Ok(self),
            Source::File(file, length) => {
                let bytes = Bytes::of_file(file, length);
                let beginning = beginning(&mut bytes.at(0, CHUNK).map_err(failed)?).map_err(failed)?;
                if age::is_armored(&beginning) {
                    Box::new(BufReader::with_capacity(CHUNK, bytes.into_file()))
                } else if age::is_age(&beginning) {
                    let envelope = unlock(age::Header::read(&mut bytes.at(0, CHUNK).map_err(failed)?)?)?;
                    let about = Envelope::of(&envelope);
                    let content = Content::Bytes(Bytes::of_envelope(bytes.into_file(), length, envelope)?);
                    return Ok(Source::Opened(Opened { content, envelope: about }));
                } else {
                    return Ok(Source::File(bytes.into_file(), length));
                }
            }
            Source::Stream(stream) => stream,
        };
        let (beginning, stream) = peek(stream).map_err(failed)?;
        if !age::is_age(&beginning) {
            return Ok(Source::Stream(stream));
        }
        let mut stream = age::dearmor(stream);
        let header = age::Header::read(&mut stream)?;
        let raw = header.bytes().to_vec();
        let envelope = unlock(header)?;
        let about = Envelope::of(&envelope);
        let decrypted = envelope.decrypt(Cursor::new(raw).chain(stream))?;
        let content = Content::Stream(Box::new(BufReader::with_capacity(CHUNK, decrypted)));
        Ok(Source::Opened(Opened { content, envelope: about }))
    }

    /// The same bytes where they can be read at any place: a stream, and an armored file, is copied to a file without a name in
    /// the folder `near`, gone when it is dropped or the process ends. An envelope stays closed meanwhile.
    pub fn settle(self, near: &Path, watch: &dyn Watch) -> Result<Self> {
        let failed = |error: io::Error| Error::io("bundle", &error);
        let stream: Box<dyn BufRead + Send> = match self {
            Source::Stream(stream) => stream,
            Source::File(file, length) => {
                let bytes = Bytes::of_file(file, length);
                let beginning = beginning(&mut bytes.at(0, CHUNK).map_err(failed)?).map_err(failed)?;
                if !age::is_armored(&beginning) {
                    return Ok(Source::File(bytes.into_file(), length));
                }
                Box::new(BufReader::with_capacity(CHUNK, bytes.into_file()))
            }
            settled => return Ok(settled),
        };
        let (beginning, stream) = peek(stream).map_err(|error| Error::io("standard input", &error))?;
        if !beginning.starts_with(b"PK") && !age::is_age(&beginning) {
            // no bundle, however much of it there is
            return Ok(Source::of_stream(io::Cursor::new(beginning)));
        }
        let mut stream = age::dearmor(stream);
        let mut file = tempfile::tempfile_in(near).map_err(|error| Error::io(near.to_string_lossy(), &error))?;
        loop {
            let chunk = stream.fill_buf().map_err(|error| Error::io("standard input", &error))?;
            let count = chunk.len();
            if count == 0 {
                break;
            }
            io::Write::write_all(&mut file, chunk).map_err(|error| Error::io(near.to_string_lossy(), &error))?;
            stream.consume(count);
            if watch.interrupted() {
                return Err(Error::interrupted());
            }
        }
        let length = file.metadata().map_err(|error| Error::io(near.to_string_lossy(), &error))?.len();
        Ok(Source::File(file, length))
    }

    /// Lets `read` read its bytes once, from the first to the last.
    pub(crate) fn read_once<T>(self, read: impl FnOnce(&mut dyn BufRead) -> Result<T>) -> Result<T> {
        let bytes = match self {
            Source::File(file, length) => Bytes::of_file(file, length),
            Source::Opened(Opened { content: Content::Bytes(bytes), .. }) => bytes,
            Source::Stream(mut stream) | Source::Opened(Opened { content: Content::Stream(mut stream), .. }) => {
                return read(&mut stream);
            }
            Source::Folder(_) => return Err(Error::io("disclosure", &io::ErrorKind::IsADirectory.into())),
        };
        read(&mut bytes.at(0, CHUNK).map_err(|error| Error::io("disclosure", &error))?)
    }

    fn of_file(mut file: File) -> io::Result<Self> {
        let meta = file.metadata()?;
        if meta.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if meta.is_file() && io::Seek::stream_position(&mut file)? == 0 {
            return Ok(Source::File(file, meta.len()));
        }
        Ok(Source::of_stream(file))
    }
}

/// The first bytes, enough to tell an age file, however slowly they come; fewer only where there are no more.
pub(crate) fn beginning(input: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The first bytes of a stream, and the stream with them still in front.
pub(crate) fn peek(mut stream: Box<dyn BufRead + Send>) -> io::Result<(Vec<u8>, Box<dyn BufRead + Send>)> {
    let bytes = beginning(&mut stream)?;
    Ok((bytes.clone(), Box::new(io::Cursor::new(bytes).chain(stream))))
}

/// The error for an encrypted bundle that nothing here opens.
pub fn encrypted() -> Error {
    Error::new(code::ENVELOPE_ENCRYPTED, "bundle", "it is encrypted with age, and was not decrypted")
}
