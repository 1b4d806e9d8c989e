//! Reading a hostile file: so many bytes, so often, and no more, which bounds the time as well.

use std::io::{self, Read, Seek, SeekFrom};

use crate::bundle::read_at::{ReadAt, read_at};

/// Bytes that are read of one file at most: 16 MiB.
const MOST: u64 = 16 << 20;
/// How often one file is read at most.
const READS: u32 = 10_000;

/// A file under those limits; beyond them it reads as an error.
pub(super) struct Limited<'b> {
    bytes: &'b dyn ReadAt,
    at: u64,
    left: u64,
    reads: u32,
}

impl<'b> Limited<'b> {
    pub fn of(bytes: &'b dyn ReadAt) -> Self {
        Limited { bytes, at: 0, left: MOST, reads: READS }
    }

    /// The same file from its beginning, with what is left of the limits.
    pub fn again(&self) -> Self {
        Limited { at: 0, ..*self }
    }
}

impl Read for Limited<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || self.reads == 0 {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        self.reads -= 1;
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
