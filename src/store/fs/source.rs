//! Files, folders and standard input as sources of a bundle.

use std::fs::{self, File};
use std::io::{self, BufRead, Read, Seek, Write};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::file_bytes::FileBytes;
use super::tree::Unpacked;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::blocks::Bytes;
use crate::bundle::source::{Content, Source};
use crate::bundle::zip_read;
use crate::crypto::age;
use crate::store::os;

impl Source {
    /// Opens a file or a folder, and nothing that would have to be waited for.
    ///
    /// # Errors
    /// `io.…`: what the operating system says of it.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |error: io::Error| Error::io(path.to_string_lossy(), &error);
        if fs::metadata(path).map_err(failed)?.is_dir() {
            return Unpacked::open(path).map(Source::of_tree).map_err(failed);
        }
        os::open_to_read(path).and_then(Source::of_file).map_err(failed)
    }

    /// Standard input: a file that stands at its beginning can be read at any place, everything else only once.
    ///
    /// # Errors
    /// `io.…`: what the operating system says of it.
    pub fn standard_input() -> Result<Self> {
        os::standard_input().and_then(Source::of_file).map_err(|error| Error::io(Place::StandardInput, &error))
    }

    /// An open file: a regular one that stands at its beginning can be read at any place, everything else only once.
    ///
    /// # Errors
    /// What the operating system says of it; [`io::ErrorKind::IsADirectory`] for a folder.
    pub fn of_file(mut file: File) -> io::Result<Self> {
        let meta = file.metadata()?;
        if meta.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if meta.is_file() && file.stream_position()? == 0 {
            return Ok(Source::of(FileBytes::long(file, meta.len())));
        }
        Ok(Source::of_stream(file))
    }

    /// Makes the same bytes readable at any place, and opens the envelope if there is one, as [`Source::unlock`] does. A stream or an
    /// armored file is copied to a nameless file in the folder `near`, which is gone when it is dropped or the process ends, and an
    /// envelope stays encrypted there. Nothing is kept behind the first byte that no bundle can have, nor of an entry that is longer
    /// than there is room; a sixteenth of what is free, 256 MiB at most, is left for everybody else.
    ///
    /// # Errors
    /// What `unlock` says; `envelope.…` for an age file that is malformed, or was altered or cut short; `io.full` where there is no
    /// room; `io.…`: what kept it from being read or written; `run.interrupted`.
    pub fn settle(
        self,
        near: &Path,
        unlock: impl FnOnce(age::Header) -> Result<age::Envelope>,
        watch: &dyn Watch,
    ) -> Result<Self> {
        let stream = match (self.envelope, self.content) {
            (None, Content::Stream(stream)) => stream,
            (None, Content::Bytes(bytes)) if is_armored(&bytes)? => bytes.into_stream(),
            (envelope, content) => return Source { content, envelope }.unlock(unlock),
        };
        let failed = |error: io::Error| Error::io(near.to_string_lossy(), &error);
        let reserve = (fs4::available_space(near).map_err(failed)? / 16).min(limits::RESERVE);
        let kept = tempfile::tempfile_in(near).map_err(failed)?;
        let full = Arc::new(OnceLock::new());
        let keeping =
            Keeping { stream: age::dearmor(stream), to: kept.try_clone().map_err(failed)?, failed: Arc::clone(&full) };
        let mut opened = None;
        let passed = Source::of_stream(keeping)
            .unlock(|header| unlock(header).inspect(|envelope| opened = Some(envelope.clone())))
            .and_then(|source| {
                source.read_once(Place::Bundle, |stream| {
                    zip_read::pass(stream, &mut |entry, size| room(near, reserve, entry, size), watch)
                })
            });
        if let Some(error) = full.get() {
            return Err(Error::io(near.to_string_lossy(), error));
        }
        // what is wrong with it is found once more where the same bytes pass again
        let kept = match passed? {
            true => FileBytes::of(kept).map(Source::of),
            false => (&kept).rewind().map(|()| Source::of_stream(kept)),
        };
        let kept = kept.map_err(failed)?;
        match opened {
            Some(envelope) => kept.unlock(|_| Ok(envelope)),
            None => Ok(kept),
        }
    }
}

/// Refuses an entry that there is no room for in a folder, besides what is left for everybody else.
fn room(folder: &Path, reserve: u64, entry: &str, size: u64) -> Result<()> {
    let free = fs4::available_space(folder).map_err(|error| Error::io(folder.to_string_lossy(), &error))?;
    let free = free.saturating_sub(reserve);
    if size > free {
        let trouble = Detail::NoRoomFor { entry: entry.to_owned(), size, free };
        return Err(Error::new(code::IO_FULL, folder.to_string_lossy(), trouble));
    }
    Ok(())
}

/// A stream that is kept in a file as it is read.
struct Keeping {
    stream: Box<dyn BufRead + Send>,
    to: File,
    /// Why it could not be kept.
    failed: Arc<OnceLock<io::Error>>,
}

impl Read for Keeping {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(out)?;
        let kept = self.to.write_all(out.get(..count).unwrap_or_default());
        kept.map_err(|error| {
            let kind = error.kind();
            let _ = self.failed.set(error);
            io::Error::from(kind)
        })?;
        Ok(count)
    }
}

fn is_armored(bytes: &Bytes) -> Result<bool> {
    bytes.beginning().map(|beginning| age::is_armored(&beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threat_11b_room_is_left_for_others() {
        let folder = tempfile::tempdir().unwrap();
        room(folder.path(), 0, "a", 1).unwrap();
        assert_eq!(room(folder.path(), u64::MAX, "a", 1).unwrap_err().code, code::IO_FULL);
    }
}
