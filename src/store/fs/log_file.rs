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

/// What adding a line does to a file, so that a test can let it go wrong at every step.
trait Disk: Write + Seek {
    fn sync(&mut self) -> io::Result<()>;
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

impl Disk for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

fn append(file: &mut impl Disk, line: &[u8]) -> io::Result<()> {
    let end = file.seek(SeekFrom::End(0))?;
    let written = file.write_all(line).and_then(|()| file.sync());
    if written.is_err() {
        // a line half written would stand in the way of the next
        let _ = file.cut(end).and_then(|()| file.sync());
    }
    written
}

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
        append(&mut self.file, line).map_err(|error| Error::io(self.place.clone(), &error))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that goes wrong after so many steps; a byte that is written is a step, and so is every other thing that is asked of it.
    struct Failing {
        file: File,
        left: usize,
        /// Nothing works any more afterwards, as when the power is gone; else only that one step fails.
        dies: bool,
    }

    impl Failing {
        fn step(&mut self) -> io::Result<()> {
            match self.left {
                0 if self.dies => Err(io::ErrorKind::Other.into()),
                0 => {
                    self.left = usize::MAX;
                    Err(io::ErrorKind::StorageFull.into())
                }
                _ => {
                    self.left -= 1;
                    Ok(())
                }
            }
        }
    }

    impl Write for Failing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.left == 0 {
                self.step()?;
            }
            let written = self.file.write(&bytes[..bytes.len().min(self.left)])?;
            self.left -= written;
            Ok(written)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.file.flush()
        }
    }

    impl Seek for Failing {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.step()?;
            self.file.seek(to)
        }
    }

    impl Disk for Failing {
        fn sync(&mut self) -> io::Result<()> {
            self.step()?;
            self.file.sync()
        }

        fn cut(&mut self, length: u64) -> io::Result<()> {
            self.step()?;
            self.file.cut(length)
        }
    }

    const BEFORE: &[u8] = b"{\"entry\":1}\n{\"entry\":2}\n";
    const LINE: &[u8] = b"{\"entry\":\"the third one, which is longer\"}\n";

    /// What stands in a log after a line was added and it went wrong after `left` steps, and whether adding failed.
    fn after(left: usize, dies: bool) -> (tempfile::NamedTempFile, Vec<u8>, bool) {
        let mut log = tempfile::NamedTempFile::new().unwrap();
        log.write_all(BEFORE).unwrap();
        let file = os::open_to_append(log.path()).unwrap();
        let failed = append(&mut Failing { file, left, dies }, LINE).is_err();
        let bytes = fs::read(log.path()).unwrap();
        (log, bytes, failed)
    }

    // seek, each byte, sync
    const STEPS: usize = LINE.len() + 2;

    #[test]
    fn a_run_that_ends_after_any_step_loses_at_most_the_unfinished_line_and_that_is_told() {
        let whole = [BEFORE, LINE].concat();
        for left in 0..=STEPS {
            let (log, bytes, failed) = after(left, true);
            let written = left.saturating_sub(1).min(LINE.len());
            assert_eq!((bytes.as_slice(), failed), (&whole[..BEFORE.len() + written], left < STEPS), "{left}");
            let mut next = LogFile::hold(log.path()).unwrap();
            if (1..LINE.len()).contains(&written) {
                assert_eq!(next.last_line().unwrap_err().code, code::CUSTODY_TORN, "{left}");
                let torn = next.unfinished().unwrap().unwrap();
                assert_eq!(torn, &LINE[..written]);
                next.cut(&torn).unwrap();
                assert_eq!(fs::read(log.path()).unwrap(), BEFORE);
            } else {
                let last = if written == 0 { &b"{\"entry\":2}"[..] } else { &LINE[..LINE.len() - 1] };
                assert_eq!(next.last_line().unwrap().unwrap(), last, "{left}");
                assert_eq!(next.unfinished().unwrap(), None);
            }
            next.add(LINE).unwrap();
            assert!(fs::read(log.path()).unwrap().starts_with(BEFORE));
        }
    }

    #[test]
    fn a_step_that_fails_leaves_the_log_as_it_was() {
        for left in 0..STEPS {
            let (_, bytes, failed) = after(left, false);
            assert_eq!((bytes.as_slice(), failed), (BEFORE, true), "{left}");
        }
        let (_, bytes, failed) = after(STEPS, false);
        assert_eq!((bytes, failed), ([BEFORE, LINE].concat(), false));
    }
}
