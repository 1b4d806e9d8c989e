//! A log that only grows: lines are added at its end, by one process at a time, and what was written stays as it is.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::disk::NewFile;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::watch::Unwatched;

/// A log that is there, locked until it is dropped: nobody else adds to it meanwhile.
pub struct LogFile {
    file: File,
    place: Place,
}

impl LogFile {
    /// Makes a log with its first line, which ends with a line feed. It appears as a whole.
    ///
    /// # Errors
    /// `output.exists` where something is there, `io.…`.
    pub fn create(path: &Path, line: &[u8]) -> Result<()> {
        let new = NewFile::begin(path, false)?;
        new.file().write_all(line).map_err(|error| Error::io(Place::path(path), &error))?;
        new.publish(&Unwatched)
    }

    /// Opens a log and waits until nobody else adds to it. A link is not followed to where somebody else put it.
    ///
    /// # Errors
    /// `io.…`; `io.kind` where it is no regular file.
    pub fn open(path: &Path) -> Result<Self> {
        let place = Place::path(path);
        let failed = |error: io::Error| Error::io(place.clone(), &error);
        let file = OpenOptions::new().read(true).write(true).open(path).map_err(failed)?;
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(Error::new(code::IO_READ, place, Detail::NotARegularFile));
        }
        file.lock().map_err(failed)?;
        Ok(LogFile { file, place })
    }

    /// The last line without its line feed; none in an empty file.
    ///
    /// # Errors
    /// `custody.torn` where the last line is not finished, `custody.malformed` where it is longer than a line can be, `io.…`.
    pub fn last_line(&mut self) -> Result<Option<Vec<u8>>> {
        let failed = |error: io::Error| Error::io(self.place.clone(), &error);
        let length = self.file.seek(SeekFrom::End(0)).map_err(failed)?;
        // the line and the end of the one before
        let from = length.saturating_sub(limits::LINE as u64 + 1);
        self.file.seek(SeekFrom::Start(from)).map_err(failed)?;
        let mut tail = Vec::new();
        (&self.file).take(length - from).read_to_end(&mut tail).map_err(failed)?;
        let Some((last, rest)) = tail.split_last() else { return Ok(None) };
        if *last != b'\n' {
            return Err(Error::new(code::CUSTODY_TORN, self.place.clone(), Detail::CustodyTorn));
        }
        let begin = rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if begin == 0 && from > 0 {
            let detail = Detail::JsonLineTooLong { limit: limits::LINE as u64 };
            return Err(Error::new(code::CUSTODY_MALFORMED, self.place.clone(), detail));
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

    /// Takes away a last line that is not finished, and returns how many bytes that were.
    ///
    /// # Errors
    /// `io.…`.
    pub fn cut_unfinished(&mut self) -> Result<u64> {
        let failed = |error: io::Error| Error::io(self.place.clone(), &error);
        let length = self.file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut end = length;
        let mut block = vec![0; limits::CHUNK];
        while end > 0 {
            let from = end.saturating_sub(block.len() as u64);
            let held = usize::try_from(end - from).unwrap_or(block.len());
            self.file.seek(SeekFrom::Start(from)).map_err(failed)?;
            let held = block.get_mut(..held).unwrap_or_default();
            self.file.read_exact(held).map_err(failed)?;
            if let Some(at) = held.iter().rposition(|byte| *byte == b'\n') {
                end = from + at as u64 + 1;
                break;
            }
            end = from;
        }
        if end < length {
            self.file.set_len(end).and_then(|()| self.file.sync_all()).map_err(failed)?;
        }
        Ok(length - end)
    }
}
