//! Results that grow by a line each, and are gone on with after an interruption: whatever was written whole stays, a torn last line goes.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::store::os;

/// How many bytes are written before they are brought to the disk.
const SYNCED: u64 = 1 << 20;

/// A file of results that is being written.
pub(crate) struct Results {
    file: File,
    /// Bytes that are not known to be on the disk.
    fresh: u64,
    place: Place,
}

impl Results {
    /// Begins one; what is there already is not touched.
    ///
    /// # Errors
    /// `output.exists`, `io.…`.
    pub fn begin(path: &Path, replace: bool) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(!replace).create(replace);
        let file = options.open(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::new(code::OUTPUT_EXISTS, Place::path(path), Detail::ExistsAlready),
            _ => Error::io(path.to_string_lossy(), &error),
        })?;
        let results = Results::held(file, path)?;
        // only now that nobody else writes it
        results.file.set_len(0).map_err(|error| Error::io(path.to_string_lossy(), &error))?;
        Ok(results)
    }

    /// Goes on with one: each whole line goes to `each`, and what follows the last is taken away.
    ///
    /// # Errors
    /// `io.…`; those of `each`.
    pub fn go_on(path: &Path, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<Self> {
        let failed = |error: io::Error| Error::io(path.to_string_lossy(), &error);
        let file = os::open_to_append(path).map_err(failed)?;
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(Error::new(code::IO_KIND, Place::path(path), Detail::NotARegularFile));
        }
        let mut results = Results::held(file, path)?;
        let mut input = BufReader::with_capacity(limits::CHUNK, results.file.try_clone().map_err(failed)?);
        let (mut line, mut whole) = (Vec::new(), 0);
        loop {
            line.clear();
            let count = io::Read::take(&mut input, limits::RESULT + 1).read_until(b'\n', &mut line).map_err(failed)?;
            match line.strip_suffix(b"\n") {
                Some(line) => each(line)?,
                None if line.len() as u64 > limits::RESULT => {
                    let trouble = Detail::LineTooLongToRead { limit: limits::RESULT };
                    return Err(Error::new(code::AUDIT_MALFORMED, Place::path(path), trouble));
                }
                None => break,
            }
            whole += count as u64;
        }
        results.file.set_len(whole).and_then(|()| results.file.seek(SeekFrom::Start(whole))).map_err(failed)?;
        results.sync()?;
        Ok(results)
    }

    fn held(file: File, path: &Path) -> Result<Self> {
        // two runs would write over one another
        file.try_lock().map_err(|_| Error::new(code::OUTPUT_BUSY, Place::path(path), Detail::WrittenByAnother))?;
        Ok(Results { file, fresh: 0, place: Place::path(path) })
    }

    /// Adds a line, which ends with a line feed.
    ///
    /// # Errors
    /// `io.…`.
    pub fn add(&mut self, line: &[u8]) -> Result<()> {
        self.file.write_all(line).map_err(|error| Error::io(self.place.clone(), &error))?;
        self.fresh += line.len() as u64;
        if self.fresh >= SYNCED { self.sync() } else { Ok(()) }
    }

    /// Waits until all of it is on the disk.
    ///
    /// # Errors
    /// `io.…`.
    pub fn sync(&mut self) -> Result<()> {
        self.fresh = 0;
        self.file.sync_data().map_err(|error| Error::io(self.place.clone(), &error))
    }
}
