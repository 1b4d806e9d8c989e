//! Reading a hostile file: so many bytes, and so long, and no more.

use std::io::{self, Read, Seek, SeekFrom};
use std::time::{Duration, Instant};

use crate::bundle::read_at::{ReadAt, read_at};

/// Bytes that are read of one file at most: 16 MiB.
const MOST: u64 = 16 << 20;
/// How long one file is read at most. A parser that begins anew with each piece takes far longer for the same bytes than one that
/// does not, so their number alone is no limit.
const LONGEST: Duration = Duration::from_millis(600);

/// A file under those limits; beyond them it reads as an error.
pub(super) struct Limited<'b> {
    bytes: &'b dyn ReadAt,
    at: u64,
    left: u64,
    until: Instant,
}

impl<'b> Limited<'b> {
    pub fn of(bytes: &'b dyn ReadAt) -> Self {
        Limited::within(bytes, MOST, LONGEST)
    }

    /// A file under limits of its own: so many bytes, and so long.
    pub fn within(bytes: &'b dyn ReadAt, most: u64, longest: Duration) -> Self {
        Limited { bytes, at: 0, left: most, until: Instant::now() + longest }
    }

    /// The same file from its beginning, with what is left of the limits.
    pub fn again(&self) -> Self {
        Limited { at: 0, ..*self }
    }
}

impl Read for Limited<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || Instant::now() > self.until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        let count = read_at(self.bytes, out.get_mut(..room).unwrap_or_default(), self.at)?;
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

impl Seek for Limited<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.bytes.length().checked_add_signed(by),
        };
        self.at = to.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
