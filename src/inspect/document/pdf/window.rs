//! A file, a piece at a time: little behind a jump, and more where it is read on.

use crate::bundle::read_at::ReadAt;
use crate::inspect::limited::Limited;

const LEAST: usize = 16 << 10;
const MOST: usize = 256 << 10;

pub(super) struct Window<'b> {
    file: Limited<'b>,
    at: u64,
    bytes: Vec<u8>,
    size: usize,
}

impl<'b> Window<'b> {
    pub fn new(file: Limited<'b>) -> Self {
        Window { file, at: 0, bytes: Vec::new(), size: LEAST }
    }

    /// The bytes from `at` on, at least so many unless the file ends; none where the limits are reached.
    pub fn from(&mut self, at: u64, least: usize) -> Option<&[u8]> {
        let end = self.at + self.bytes.len() as u64;
        let known = at >= self.at && at <= end;
        let enough = known && (end - at >= least as u64 || end >= self.file.length());
        if !enough {
            self.size = if known { (self.size * 2).min(MOST) } else { LEAST };
            // what is known already is not read again
            let skip = usize::try_from(at.saturating_sub(self.at)).ok()?;
            let kept = if known { self.bytes.split_off(skip.min(self.bytes.len())) } else { Vec::new() };
            let from = at + kept.len() as u64;
            let more = self.file.piece(from, self.size.max(least).saturating_sub(kept.len()))?;
            self.bytes = kept;
            self.bytes.extend(more);
            self.at = at;
        }
        self.bytes.get(usize::try_from(at - self.at).ok()?..)
    }

    /// So many bytes of the file.
    pub fn piece(&self, at: u64, count: usize) -> Option<Vec<u8>> {
        self.file.piece(at, count)
    }
}
