//! Files, folders and standard input as sources of a bundle.

use std::fs::{self, File};
use std::io::{self, BufRead, Seek, Write};
use std::path::Path;

use super::file_bytes::FileBytes;
use super::tree::Unpacked;
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::blocks::Bytes;
use crate::bundle::source::{Content, Source, peek};
use crate::crypto::age;
use crate::store::os;

impl Source {
    /// Opens a file, a folder or a named pipe.
    ///
    /// # Errors
    /// `io.…`: what the operating system says of it.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |error: io::Error| Error::io(path.to_string_lossy(), &error);
        if fs::metadata(path).map_err(failed)?.is_dir() {
            return Unpacked::open(path).map(Source::of_tree).map_err(failed);
        }
        File::open(path).and_then(Source::of_file).map_err(failed)
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
            return FileBytes::of(file).map(Source::of);
        }
        Ok(Source::of_stream(file))
    }

    /// Makes the same bytes readable at any place: a stream or an armored file is copied to a nameless file in the folder
    /// `near`, which is gone when it is dropped or the process ends. An envelope stays closed.
    ///
    /// # Errors
    /// `io.…`: what kept it from being read or written; `run.interrupted`.
    pub fn settle(self, near: &Path, watch: &dyn Watch) -> Result<Self> {
        if self.envelope.is_some() {
            return Ok(self);
        }
        let stream = match self.content {
            Content::Stream(stream) => stream,
            Content::Bytes(bytes) if is_armored(&bytes)? => bytes.into_stream(),
            content => return Ok(Source { content, envelope: None }),
        };
        let (beginning, stream) = peek(stream).map_err(|error| Error::io(Place::StandardInput, &error))?;
        if !beginning.starts_with(b"PK") && !age::is_age(&beginning) {
            // this is not a bundle, however much of it there is
            return Ok(Source::of(beginning));
        }
        let failed = |error: io::Error| Error::io(near.to_string_lossy(), &error);
        let mut stream = age::dearmor(stream);
        let mut file = tempfile::tempfile_in(near).map_err(failed)?;
        loop {
            let chunk = stream.fill_buf().map_err(|error| Error::io(Place::StandardInput, &error))?;
            let count = chunk.len();
            if count == 0 {
                break;
            }
            file.write_all(chunk).map_err(failed)?;
            stream.consume(count);
            if watch.interrupted() {
                return Err(Error::interrupted());
            }
        }
        FileBytes::of(file).map(Source::of).map_err(failed)
    }
}

fn is_armored(bytes: &Bytes) -> Result<bool> {
    bytes.beginning().map(|beginning| age::is_armored(&beginning))
}
