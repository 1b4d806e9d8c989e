//! A part of a file, read as if it were all of it.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::bundle::read_at::{ReadAt, read_at};

#[derive(Clone)]
pub(super) struct Slice<'b> {
    bytes: &'b dyn ReadAt,
    start: u64,
    length: u64,
}

impl<'b> Slice<'b> {
    /// Those bytes of a file, and fewer where it ends before.
    pub fn of(bytes: &'b dyn ReadAt, range: Range<u64>) -> Self {
        let end = range.end.min(bytes.length());
        Slice { bytes, start: range.start, length: end.saturating_sub(range.start) }
    }

    /// All of it, if that is no more than `most` bytes.
    pub fn all(&self, most: usize) -> Option<Vec<u8>> {
        let length = usize::try_from(self.length).ok().filter(|length| *length <= most)?;
        self.first(length)
    }

    /// The first bytes, as many as there are and `most` of them.
    pub fn first(&self, most: usize) -> Option<Vec<u8>> {
        let length = usize::try_from(self.length).unwrap_or(usize::MAX).min(most);
        let mut out = vec![0; length];
        let mut filled = 0;
        while filled < length {
            match read_at(self, out.get_mut(filled..).unwrap_or_default(), filled as u64).ok()? {
                0 => return None,
                count => filled += count,
            }
        }
        Some(out)
    }

    /// The bytes of an array at a place; none where it ends before.
    pub fn array<const N: usize>(&self, at: u64) -> Option<[u8; N]> {
        let end = at.checked_add(N as u64).filter(|end| *end <= self.length)?;
        self.part(at..end).first(N)?.try_into().ok()
    }

    /// Part of this part.
    pub fn part(&self, range: Range<u64>) -> Slice<'b> {
        let end = range.end.min(self.length);
        let length = end.saturating_sub(range.start);
        Slice { bytes: self.bytes, start: self.start.saturating_add(range.start), length }
    }
}

impl ReadAt for Slice<'_> {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(at)).unwrap_or(usize::MAX).min(out.len());
        let start = self.start.checked_add(at).ok_or(io::ErrorKind::InvalidInput)?;
        if left == 0 {
            return Ok(0);
        }
        self.bytes.read_at(out.get_mut(..left).unwrap_or_default(), start)
    }
}

/// A part read from front to back.
pub(super) struct Reading<'b> {
    bytes: Slice<'b>,
    at: u64,
    left: u64,
}

impl<'b> Reading<'b> {
    pub fn of(bytes: Slice<'b>) -> Self {
        Reading { bytes, at: 0, left: u64::MAX }
    }

    /// The same for a parser that holds what it reads: an error once that is so many bytes.
    pub fn at_most(self, left: u64) -> Self {
        Reading { left, ..self }
    }
}

impl Read for Reading<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        let count = read_at(&self.bytes, out.get_mut(..room).unwrap_or_default(), self.at)?;
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

impl Seek for Reading<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.bytes.length.checked_add_signed(by),
        };
        self.at = to.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
