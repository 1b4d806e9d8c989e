//! Bytes that can be read at any place, through one handle: those of a file, or those that an envelope in a file holds.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

use super::source::CHUNK;
use crate::base::error::{Coded, Error, Result};
use crate::crypto::age::{Decrypted, Envelope};

/// A file, opened once; whoever reads it makes a reader of their own.
pub struct Bytes {
    file: File,
    file_length: u64,
    /// Of what can be read.
    length: u64,
    envelope: Option<Envelope>,
}

impl Bytes {
    /// The bytes of a file of this length.
    pub fn of_file(file: File, length: u64) -> Self {
        Bytes { file, file_length: length, length, envelope: None }
    }

    /// What the envelope in a file of this length holds. That the file was not cut short, nor anything appended, is known from
    /// here on; whether a piece in the middle was altered shows when it is read.
    pub fn of_envelope(file: File, length: u64, envelope: Envelope) -> Result<Self> {
        let mut bytes = Bytes { file, file_length: length, length, envelope: None };
        let at = bytes.at(0, CHUNK).map_err(|error| Error::io("bundle", &error))?;
        let inside = envelope.decrypt(at)?.length().map_err(|error| Error::io("bundle", &error))?;
        bytes.length = inside;
        bytes.envelope = Some(envelope);
        Ok(bytes)
    }

    /// The file, closed or not.
    pub fn into_file(self) -> File {
        self.file
    }

    /// How many there are.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// A reader for one thread.
    pub fn reader(&self) -> io::Result<Reader<'_>> {
        Ok(match &self.envelope {
            None => Reader::File(&self.file),
            Some(envelope) => Reader::Envelope { bytes: self, envelope, inside: None, at: 0 },
        })
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
    /// What the envelope in it holds.
    Envelope {
        /// The envelope, closed.
        bytes: &'b Bytes,
        /// What opens it.
        envelope: &'b Envelope,
        /// Decrypts piece by piece; none before the first read and after one that failed.
        inside: Option<Box<Decrypted<At<'b>>>>,
        /// Where the next read goes on by itself.
        at: u64,
    },
}

impl Reader<'_> {
    /// Reads at a place, again where a signal interrupted it; nothing at the end and beyond it.
    pub fn read_at(&mut self, out: &mut [u8], at: u64) -> io::Result<usize> {
        match self {
            Reader::File(file) => read_at(file, out, at),
            Reader::Envelope { bytes, .. } if at >= bytes.length => Ok(0),
            Reader::Envelope { bytes, envelope, inside, at: next } => {
                let mut decrypted = match inside.take() {
                    Some(decrypted) => decrypted,
                    None => {
                        *next = 0;
                        let file = At::new(Reader::File(&bytes.file), bytes.file_length, 0, CHUNK);
                        Box::new(envelope.decrypt(file).map_err(|error| io::Error::other(Coded(error.code, error.trouble)))?)
                    }
                };
                if *next != at {
                    decrypted.seek_to(at)?;
                }
                let count = decrypted.read(out)?;
                *next = at + count as u64;
                *inside = Some(decrypted);
                Ok(count)
            }
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

impl Seek for At<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.position().checked_add_signed(by),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
        };
        let to = to.ok_or(io::ErrorKind::InvalidInput)?;
        if (self.at..self.at + self.filled as u64).contains(&to) {
            self.used = (to - self.at) as usize;
        } else {
            self.at = to;
            (self.used, self.filled) = (0, 0);
        }
        Ok(to)
    }
}
