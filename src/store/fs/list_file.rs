//! A list that is written once and read many times, of any bytes but NUL, which ends each entry: the paths of an audit. It may be far longer
//! than memory, and lies in a file.

use std::fs::File;
use std::io::{self, BufRead, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use super::disk::NewFile;
use super::file_bytes::FileBytes;
use super::search;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::blocks::Bytes;
use crate::bundle::read_at::ReadAt;

/// A list that is being written.
pub(crate) struct NewList {
    file: NewFile,
    out: BufWriter<File>,
    place: Place,
}

impl NewList {
    /// Begins one that will stand at a path, where the flag lets it replace another, or one without a name, which is gone when nobody reads
    /// it any more.
    ///
    /// # Errors
    /// `output.exists`, `io.…`.
    pub fn begin(to: Option<(&Path, bool)>) -> Result<Self> {
        let file = match to {
            Some((path, replace)) => NewFile::begin(path, replace)?,
            None => NewFile::nameless()?,
        };
        let place = to.map_or(Place::TemporaryFile, |(path, _)| Place::path(path));
        let out = file.file().try_clone().map_err(|error| Error::io(place.clone(), &error))?;
        Ok(NewList { file, out: BufWriter::new(out), place })
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// `io.…`.
    pub fn add(&mut self, entry: &[u8]) -> Result<()> {
        let written = self.out.write_all(entry).and_then(|()| self.out.write_all(b"\0"));
        written.map_err(|error| Error::io(self.place.clone(), &error))
    }

    /// Ends it; where it is to have a name, it gets it now.
    ///
    /// # Errors
    /// `io.…`.
    pub fn finish(mut self, watch: &dyn Watch) -> Result<List> {
        let failed = |error: io::Error| Error::io(self.place.clone(), &error);
        self.out.flush().map_err(failed)?;
        let read = self.file.file().try_clone().and_then(FileBytes::of).map_err(failed)?;
        self.file.publish(watch)?;
        Ok(List { bytes: Arc::new(read), place: self.place })
    }
}

/// A list that is there.
#[derive(Clone)]
pub(crate) struct List {
    bytes: Arc<dyn ReadAt>,
    place: Place,
}

impl List {
    /// What it is called.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Opens one that was finished.
    ///
    /// # Errors
    /// `io.…`.
    pub fn open(path: &Path) -> Result<Self> {
        Ok(List { bytes: open_at(path)?, place: Place::path(path) })
    }

    /// Reads it from its beginning.
    pub fn read(&self) -> Reading<Box<dyn BufRead + Send>> {
        Reading { input: Bytes::new(Arc::clone(&self.bytes)).into_stream(), end: 0, place: self.place.clone() }
    }
}

/// A list as it is read, entry by entry.
pub(crate) struct Reading<R> {
    input: R,
    /// What ends an entry.
    end: u8,
    place: Place,
}

impl<R: BufRead> Reading<R> {
    /// Entries that end with this byte, from anywhere.
    pub fn of(input: R, end: u8, place: Place) -> Self {
        Reading { input, end, place }
    }
}

impl<R: BufRead> Iterator for Reading<R> {
    type Item = Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut entry = Vec::new();
        let limit = limits::LISTED as u64 + 1;
        match io::Read::take(&mut self.input, limit).read_until(self.end, &mut entry) {
            Ok(0) => None,
            Ok(_) if entry.len() > limits::LISTED => {
                let error =
                    Error::new(code::USAGE, self.place.clone(), Detail::LineTooLongToRead { limit: limits::LISTED as u64 });
                Some(Err(error))
            }
            Ok(_) => {
                entry.pop_if(|last| *last == self.end);
                Some(Ok(entry))
            }
            Err(error) => Some(Err(Error::io(self.place.clone(), &error))),
        }
    }
}

/// Opens a file that is read at any place.
///
/// # Errors
/// `io.…`.
pub(crate) fn open_at(path: &Path) -> Result<Arc<dyn ReadAt>> {
    let failed = |error: io::Error| Error::io(path.to_string_lossy(), &error);
    search::open(path).and_then(|file| FileBytes::of(file).map_err(failed)).map(|bytes| Arc::new(bytes) as Arc<dyn ReadAt>)
}

/// Removes a list that has served.
///
/// # Errors
/// `io.…`.
pub(crate) fn remove(path: &Path) -> Result<()> {
    std::fs::remove_file(path).map_err(|error| Error::io(path.to_string_lossy(), &error))
}
