//! A file as bytes that can be read at any place.

use std::fs::File;
use std::io;

use crate::bundle::read_at::ReadAt;
use crate::store::os;

/// A regular file that was opened, with the length that it had then.
pub(super) struct FileBytes {
    file: File,
    length: u64,
}

impl FileBytes {
    /// Of an open file.
    pub fn of(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(FileBytes::long(file, length))
    }

    /// Of an open file that is so many bytes long.
    pub fn long(file: File, length: u64) -> Self {
        FileBytes { file, length }
    }
}

impl ReadAt for FileBytes {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        os::read_at(&self.file, out, at)
    }
}
