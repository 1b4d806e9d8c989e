//! What has changed since an earlier audit.

use std::path::Path;

use super::results;
use crate::base::error::Result;
use crate::format::audit::Outcome;
use crate::format::digest::Digest;
use crate::report::audited::ReadLine;

/// How a bundle stands against an earlier audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It did not pass, and did before.
    NewlyBad,
    /// It did not pass then either.
    StillBad,
    /// It passed, and did not before.
    Mended,
    /// It was not listed then.
    New,
    /// It was listed then, and is no longer.
    Gone,
}

/// The results of an earlier audit: 16 bytes for each line.
pub struct Earlier {
    /// The beginning of the hash of a path, and whether it passed; sorted.
    lines: Vec<(u64, bool)>,
    seen: Vec<bool>,
}

fn mark(path: &[u8]) -> u64 {
    Digest::of(path).as_bytes().iter().take(8).fold(0, |mark, byte| mark << 8 | u64::from(*byte))
}

impl Earlier {
    /// Reads results.
    ///
    /// # Errors
    /// `audit.malformed`, `io.…`.
    pub fn read(path: &Path) -> Result<Self> {
        let mut lines = Vec::new();
        results::read(path, &mut |read, _| {
            lines.push((mark(&read.path_bytes().unwrap_or_default()), read.passed));
            Ok(())
        })?;
        lines.sort_unstable();
        let seen = vec![false; lines.len()];
        Ok(Earlier { lines, seen })
    }

    /// How a bundle stands that was checked now; none for one that passed then and now.
    pub fn compare(&mut self, path: &[u8], passed: bool) -> Option<Change> {
        let mark = mark(path);
        let Ok(at) = self.lines.binary_search_by_key(&mark, |(mark, _)| *mark) else {
            return Some(if passed { Change::New } else { Change::NewlyBad });
        };
        self.seen.get_mut(at).iter_mut().for_each(|seen| **seen = true);
        match (self.lines.get(at).is_some_and(|(_, passed)| *passed), passed) {
            (true, true) => None,
            (true, false) => Some(Change::NewlyBad),
            (false, false) => Some(Change::StillBad),
            (false, true) => Some(Change::Mended),
        }
    }

    /// Those that were listed then and not now; `path` is where the earlier results lie.
    ///
    /// # Errors
    /// As for [`Earlier::read`].
    pub fn gone(&self, path: &Path, each: &mut dyn FnMut(ReadLine)) -> Result<()> {
        if self.seen.iter().all(|seen| *seen) {
            return Ok(());
        }
        results::read(path, &mut |read, _| {
            let mark = mark(&read.path_bytes().unwrap_or_default());
            let at = self.lines.binary_search_by_key(&mark, |(mark, _)| *mark);
            // what was missing then is not gone now
            if at.is_ok_and(|at| self.seen.get(at) == Some(&false)) && read.outcome != Outcome::Missing {
                each(read);
            }
            Ok(())
        })
    }
}
