//! A log that only grows: lines are added at its end, by one process at a time, and what was written stays as it is.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::store::os;

/// A log that is there, locked until it is dropped: nobody else adds to it meanwhile.
pub struct LogFile {
    file: File,
    place: Place,
}

impl LogFile {
    /// Opens a log and waits until nobody else adds to it. A link in its place is not followed.
    ///
    /// # Errors
    /// `io.…`; `io.kind` where it is no regular file.
    pub fn hold(path: &Path) -> Result<Self> {
        let place = Place::path(path);
        let failed = |error: io::Error| Error::io(place.clone(), &error);
        // a pipe is not waited for, and a link not followed
        if fs::symlink_metadata(path).map_err(failed)?.is_symlink() {
            return Err(Error::new(code::IO_KIND, place, Detail::IsALink));
        }
        let file = os::open_to_append(path).map_err(failed)?;
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(Error::new(code::IO_KIND, place, Detail::NotARegularFile));
        }
        file.lock().map_err(failed)?;
        Ok(LogFile { file, place })
    }

    /// The last line without its line feed; none in an empty file.
    ///
    /// # Errors
    /// `custody.torn` where the last line is not finished, `custody.malformed` where it is longer than a line can be, `io.…`.
    pub fn last_line(&mut self) -> Result<Option<Vec<u8>>> {
        let tail = self.tail()?;
        let Some((last, rest)) = tail.split_last() else { return Ok(None) };
        if *last != b'\n' {
            return Err(Error::new(code::CUSTODY_TORN, self.place.clone(), Detail::CustodyTorn));
        }
        let begin = rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if begin == 0 && tail.len() > limits::LINE {
            return Err(self.too_long());
        }
        Ok(Some(rest.get(begin..).unwrap_or_default().to_vec()))
    }

    /// Adds a line, which ends with a line feed, and waits until it is on the disk. What could not be written whole is taken away again.
    ///
    /// # Errors
    /// `io.…`.
    pub fn add(&mut self, line: &[u8]) -> Result<()> {
        let failed = |error: &io::Error| Error::io(self.place.clone(), error);
        let end = self.file.seek(SeekFrom::End(0)).map_err(|error| failed(&error))?;
        let written = self.file.write_all(line).and_then(|()| self.file.sync_data());
        written.map_err(|error| {
            // a line half written would stand in the way of the next
            let _ = self.file.set_len(end).and_then(|()| self.file.sync_data());
            failed(&error)
        })
    }

    /// The last line, where it is not finished: what stands behind the last line feed. None where nothing does; an error where that is
    /// longer than a line can be.
    ///
    /// # Errors
    /// `custody.malformed`, `io.…`.
    pub fn unfinished(&mut self) -> Result<Option<Vec<u8>>> {
        let tail = self.tail()?;
        let begin = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let held = tail.get(begin..).unwrap_or_default();
        if held.len() > limits::LINE {
            return Err(self.too_long());
        }
        Ok(Some(held.to_vec()).filter(|held| !held.is_empty()))
    }

    /// Takes away the last line, as [`LogFile::unfinished`] told it.
    ///
    /// # Errors
    /// `io.…`.
    pub fn cut(&mut self, unfinished: &[u8]) -> Result<()> {
        let failed = |error: io::Error| Error::io(self.place.clone(), &error);
        let length = self.file.metadata().map_err(failed)?.len();
        let end = length.saturating_sub(unfinished.len() as u64);
        self.file.set_len(end).and_then(|()| self.file.sync_all()).map_err(failed)
    }

    /// The end of the file: as much as a line and the end of the one before can be.
    fn tail(&mut self) -> Result<Vec<u8>> {
        let failed = |error: io::Error| Error::io(self.place.clone(), &error);
        let length = self.file.seek(SeekFrom::End(0)).map_err(failed)?;
        let from = length.saturating_sub(limits::LINE as u64 + 1);
        self.file.seek(SeekFrom::Start(from)).map_err(failed)?;
        let mut tail = Vec::new();
        (&self.file).take(length - from).read_to_end(&mut tail).map_err(failed)?;
        Ok(tail)
    }

    fn too_long(&self) -> Error {
        Error::new(code::CUSTODY_MALFORMED, self.place.clone(), Detail::JsonLineTooLong { limit: limits::LINE as u64 })
    }
}
