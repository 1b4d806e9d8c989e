//! What differs between operating systems, and nothing else: `unix` and `windows` give the same functions.

use std::fs::File;
use std::io;

use crate::bundle::read_at::ReadAt;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::*;
#[cfg(windows)]
pub(super) use windows::*;

/// A regular file that was opened, with the length that it had then.
pub(super) struct FileBytes {
    file: File,
    length: u64,
}

impl FileBytes {
    /// Of an open file.
    pub fn of(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(FileBytes { file, length })
    }
}

impl ReadAt for FileBytes {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        read_at(&self.file, out, at)
    }
}

/// Who besides its owner may do what with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Access {
    /// Somebody else may read, write or run it.
    pub others: bool,
    /// Somebody else may write to it.
    pub others_write: bool,
}
