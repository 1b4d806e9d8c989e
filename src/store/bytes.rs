//! Bytes that can be read at any place, through one handle: those of a file, or those that an envelope in a file holds.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::os::unix::fs::FileExt;

/// A file, opened once; whoever reads it makes a reader of their own.
pub struct Bytes {
    file: File,
    length: u64,
}

impl Bytes {
    /// The bytes of a file of this length.
    pub fn of_file(file: File, length: u64) -> Self {
        Bytes { file, length }
    }

    /// How many there are.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// A reader for one thread.
    pub fn reader(&self) -> io::Result<Reader<'_>> {
        Ok(Reader::File(&self.file))
    }

    /// Reads from `at` on, `capacity` bytes at once.
    pub fn at(&self, at: u64, capacity: usize) -> io::Result<At<'_>> {
        Ok(At::new(self.reader()?, self.length, at, capacity))
    }
}

/// Reads at any place, for one thread.
pub enum Reader<'b> {
    /// The file itself.
    File(&'b File),
}

impl Reader<'_> {
    /// Reads at a place, again where a signal interrupted it; nothing at the end and beyond it.
    pub fn read_at(&mut self, out: &mut [u8], at: u64) -> io::Result<usize> {
        match self {
            Reader::File(file) => read_at(file, out, at),
        }
    }
}

/// Reads at a place, again where a signal interrupted it.
pub fn read_at(file: &File, out: &mut [u8], at: u64) -> io::Result<usize> {
    loop {
        match file.read_at(out, at) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Reads from a place on, through its own buffer, without moving anybody else's position.
pub struct At<'b> {
    reader: Reader<'b>,
    length: u64,
    /// Where the buffer begins.
    at: u64,
    buffer: Box<[u8]>,
    used: usize,
    filled: usize,
}

impl<'b> At<'b> {
    fn new(reader: Reader<'b>, length: u64, at: u64, capacity: usize) -> Self {
        At { reader, length, at, buffer: vec![0; capacity].into_boxed_slice(), used: 0, filled: 0 }
    }

    /// Where the next byte comes from.
    pub fn position(&self) -> u64 {
        self.at + self.used as u64
    }

    /// Goes on `bytes` further, without reading them where it need not.
    pub fn skip(&mut self, bytes: u64) {
        let buffered = (self.filled - self.used) as u64;
        if bytes <= buffered {
            self.used += bytes as usize;
        } else {
            self.at = self.position().saturating_add(bytes);
            (self.used, self.filled) = (0, 0);
        }
    }
}

impl BufRead for At<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used == self.filled {
            self.at += self.filled as u64;
            (self.used, self.filled) = (0, 0);
            self.filled = self.reader.read_at(&mut self.buffer, self.at)?;
        }
        Ok(self.buffer.get(self.used..self.filled).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.used = (self.used + bytes).min(self.filled);
    }
}

impl Read for At<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let count = available.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl io::Seek for At<'_> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let at = match to {
            io::SeekFrom::Start(at) => Some(at),
            io::SeekFrom::Current(by) => self.position().checked_add_signed(by),
            io::SeekFrom::End(by) => self.length.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        (self.used, self.filled) = (0, 0);
        Ok(self.at)
    }
}
