//! Where the bytes of a bundle come from: a file that can be read at any place, a folder, or a stream that passes once.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use crate::base::code;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;

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

    /// The same bytes where they can be read at any place: a stream is copied to a file without a name in the folder `near`, gone
    /// when it is dropped or the process ends.
    pub fn settle(self, near: &Path, watch: &dyn Watch) -> Result<Self> {
        let Source::Stream(stream) = self else { return Ok(self) };
        let (beginning, mut stream) = peek(stream).map_err(|error| Error::io("standard input", &error))?;
        if is_age(&beginning) {
            return Err(encrypted());
        }
        if !beginning.starts_with(b"PK") {
            // no bundle, however much of it there is
            return Ok(Source::of_stream(io::Cursor::new(beginning)));
        }
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

/// True if bytes begin as an age file does, binary or armored.
pub fn is_age(beginning: &[u8]) -> bool {
    beginning.starts_with(b"age-encryption.org/") || beginning.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
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
    Error::new(code::ENVELOPE_ENCRYPTED, "bundle", "it is encrypted with age, and nothing here opens it")
}
