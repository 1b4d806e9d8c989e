//! A file seen through a window that moves forward.

use std::io;

use crate::bundle::read_at::{ReadAt, read_at};

/// How many bytes are held.
const SIZE: usize = 64 << 10;

pub(super) struct Window<'b> {
    bytes: &'b dyn ReadAt,
    /// Where the held bytes begin.
    start: u64,
    held: Vec<u8>,
}

impl<'b> Window<'b> {
    pub fn of(bytes: &'b dyn ReadAt) -> Self {
        Window { bytes, start: 0, held: Vec::new() }
    }

    pub fn length(&self) -> u64 {
        self.bytes.length()
    }

    /// The bytes from `at` on: `least` of them or more, and fewer only where the file ends.
    pub fn from(&mut self, at: u64, least: usize) -> io::Result<&[u8]> {
        let held = |window: &Self| {
            let skipped = at.checked_sub(window.start).and_then(|skipped| usize::try_from(skipped).ok());
            skipped.filter(|skipped| *skipped <= window.held.len())
        };
        let enough = held(self).is_some_and(|skipped| self.held.len() - skipped >= least.max(1));
        if !enough {
            self.fill(at, least.min(SIZE))?;
        }
        Ok(held(self).and_then(|skipped| self.held.get(skipped..)).unwrap_or_default())
    }

    /// As many bytes as an array holds; none where the file ends before.
    pub fn array<const N: usize>(&mut self, at: u64) -> io::Result<Option<[u8; N]>> {
        Ok(self.from(at, N)?.first_chunk().copied())
    }

    /// Where the first byte of that value lies at or behind `at`; the end of the file where there is none.
    pub fn find(&mut self, byte: u8, mut at: u64) -> io::Result<u64> {
        loop {
            let held = self.from(at, 1)?;
            if held.is_empty() {
                return Ok(at);
            }
            match held.iter().position(|one| *one == byte) {
                Some(found) => return Ok(at + found as u64),
                None => at += held.len() as u64,
            }
        }
    }

    fn fill(&mut self, at: u64, least: usize) -> io::Result<()> {
        self.start = at;
        self.held.resize(SIZE, 0);
        let mut filled = 0;
        while filled < least.max(1) {
            let next = at.saturating_add(filled as u64);
            match read_at(self.bytes, self.held.get_mut(filled..).unwrap_or_default(), next) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) => {
                    self.held.clear();
                    return Err(error);
                }
            }
        }
        self.held.truncate(filled);
        Ok(())
    }
}
