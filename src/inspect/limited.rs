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
        Limited { bytes, at: 0, left: MOST, until: Instant::now() + LONGEST }
    }

    /// The same file from its beginning, with what is left of the limits.
    pub fn again(&self) -> Self {
        Limited { at: 0, ..*self }
    }

    /// What was found inside the file, in the time that is left; of it no more than `most` bytes are read.
    pub fn inside<'c>(&self, bytes: &'c dyn ReadAt, most: u64) -> Limited<'c> {
        Limited { bytes, at: 0, left: most, until: self.until }
    }

    /// How many bytes the file has.
    pub fn length(&self) -> u64 {
        self.bytes.length()
    }

    /// True when the time is over.
    pub fn late(&self) -> bool {
        Instant::now() > self.until
    }

    /// Up to `count` bytes from `at` on, fewer at the end of the file; none where the limits are reached or it cannot be read.
    pub fn piece(&mut self, at: u64, count: usize) -> Option<Vec<u8>> {
        self.at = at;
        let mut out = vec![0; usize::try_from(self.length().saturating_sub(at)).unwrap_or(usize::MAX).min(count)];
        let mut filled = 0;
        while let Some(rest @ [_, ..]) = out.get_mut(filled..) {
            match self.read(rest).ok()? {
                0 => break,
                more => filled += more,
            }
        }
        out.truncate(filled);
        Some(out)
    }

    /// Part of the file; its reading counts for itself.
    pub fn section(&self, from: u64, length: u64) -> Section<'b> {
        Section { bytes: self.bytes, from, length }
    }
}

/// A part of other bytes.
pub(super) struct Section<'b> {
    pub bytes: &'b dyn ReadAt,
    pub from: u64,
    pub length: u64,
}

impl ReadAt for Section<'_> {
    fn length(&self) -> u64 {
        self.length.min(self.bytes.length().saturating_sub(self.from))
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        let room = usize::try_from(self.length().saturating_sub(at)).unwrap_or(usize::MAX).min(out.len());
        read_at(self.bytes, out.get_mut(..room).unwrap_or_default(), self.from.saturating_add(at))
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
