//! Small files that the user names: a card, a key file, a passphrase file. Read whole, under a limit that is checked while
//! reading, so that neither an endless device nor a huge file does harm.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

use crate::base::code::Code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::base::watch::Unwatched;
use crate::store::fs::disk::{self, NewFile};
use crate::store::os;

/// Reads the file at `path`, at most `limit` bytes; a longer one is an error of kind `over`. The bytes are wiped when dropped.
///
/// # Errors
/// `over`, `io.…`.
pub fn read(path: &Path, limit: u64, over: &'static Code) -> Result<Zeroizing<Vec<u8>>> {
    let thing = path.to_string_lossy();
    let file = os::open_to_read(path).map_err(|error| Error::io(thing.as_ref(), &error))?;
    let length = file.metadata().ok().filter(|meta| meta.is_file()).map_or(limit, |meta| meta.len().min(limit));
    read_whole(&Place::from(thing), file, length, limit, over)
}

/// Reads standard input as [`read`] reads a file, bypassing the shared buffer, which is not wiped.
///
/// # Errors
/// `over`, `io.…`.
pub fn read_standard_input(limit: u64, over: &'static Code) -> Result<Zeroizing<Vec<u8>>> {
    let file = os::standard_input().map_err(|error| Error::io(Place::StandardInput, &error))?;
    read_whole(&Place::StandardInput, file, limit, limit, over)
}

/// Refuses a file that could not be written: one is there already, or there is no folder for it. Nothing is written.
///
/// # Errors
/// `output.exists`, `io.…`.
pub fn check_new(path: &Path, replace: bool) -> Result<()> {
    disk::refuse_taken(path, replace)
}

/// Writes a file, which appears as a whole.
///
/// # Errors
/// `output.exists`, `io.…`.
pub fn write_new(path: &Path, replace: bool, bytes: &[u8]) -> Result<()> {
    let new = NewFile::begin(path, replace)?;
    new.file().write_all(bytes).map_err(|error| Error::io(Place::path(path), &error))?;
    new.publish(&Unwatched)
}

fn read_whole(thing: &Place, input: impl Read, length: u64, limit: u64, over: &'static Code) -> Result<Zeroizing<Vec<u8>>> {
    // room for all of it from the start: a buffer that grows leaves copies of a secret behind
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0).saturating_add(1)));
    input.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| Error::io(thing, &error))?;
    if bytes.len() as u64 > limit { Err(Error::new(over, thing, Detail::TooLongToRead { limit })) } else { Ok(bytes) }
}

/// The lines of a file, each read when it is asked for, and nothing after it: a later line of a pipe is never waited for.
pub struct Lines {
    thing: Place,
    input: Box<dyn Read>,
    limit: u64,
    over: &'static Code,
}

impl Lines {
    /// Begins the file at `path`, whose lines have at most `limit` bytes; a longer one is an error of kind `over`.
    ///
    /// # Errors
    /// `io.…`.
    pub fn open(path: &Path, limit: u64, over: &'static Code) -> Result<Self> {
        let thing = path.to_string_lossy();
        let file = os::open_to_read(path).map_err(|error| Error::io(thing.as_ref(), &error))?;
        Ok(Lines::of(thing, file, limit, over))
    }

    /// Begins `input`, which is called `thing` in errors, as [`Lines::open`] does.
    pub fn of(thing: impl Into<Place>, input: impl Read + 'static, limit: u64, over: &'static Code) -> Self {
        Lines { thing: thing.into(), input: Box::new(input), limit, over }
    }

    /// Begins standard input, bypassing the shared buffer, which is not wiped.
    ///
    /// # Errors
    /// `io.…`.
    pub fn of_standard_input(limit: u64, over: &'static Code) -> Result<Self> {
        let file = os::standard_input().map_err(|error| Error::io(Place::StandardInput, &error))?;
        Ok(Lines::of(Place::StandardInput, file, limit, over))
    }

    /// What errors call the file.
    pub fn thing(&self) -> &Place {
        &self.thing
    }

    /// The next line without its line break (LF or CR LF); `None` at the end. The bytes are wiped when dropped.
    ///
    /// # Errors
    /// `over`, `io.…`.
    pub fn line(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let mut line = Zeroizing::new(Vec::with_capacity(usize::try_from(self.limit).unwrap_or(0).saturating_add(2)));
        let mut byte = Zeroizing::new([0]);
        loop {
            match self.input.read(byte.as_mut()) {
                Ok(0) if line.is_empty() => return Ok(None),
                Ok(0) => break,
                Ok(_) if *byte == *b"\n" => break,
                Ok(_) => line.extend(*byte),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io(&self.thing, &error)),
            }
            if line.len() as u64 > self.limit.saturating_add(1) {
                break;
            }
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        let over = line.len() as u64 > self.limit;
        if over {
            Err(Error::new(self.over, &self.thing, Detail::LineTooLongToRead { limit: self.limit }))
        } else {
            Ok(Some(line))
        }
    }
}

/// Opens a terminal, to ask on it and to read the answer.
///
/// # Errors
/// `io.…`.
pub fn terminal(path: &str) -> Result<File> {
    File::options().read(true).write(true).open(path).map_err(|error| Error::io(path, &error))
}

/// The text of a file that the system generates, such as those in `/proc`; empty if there is no such file.
pub fn system_text(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
