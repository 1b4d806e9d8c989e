//! The bytes of a bundle at any place: raw, or decrypted from the envelope that holds them. They are read ahead in blocks, for
//! callers that ask for a little at a time.

use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::sync::Arc;

use super::read_at::{ReadAt, read_at};
use super::stopping::{Stop, Stopping};
use crate::base::error::{Coded, Error, Result};
use crate::base::limits::CHUNK;
use crate::base::place::Place;
use crate::crypto::age::{Decrypted, Envelope};

/// How much is read first at a place far from the last one: enough for a header with the longest name.
const FAR: usize = 4 << 10;

/// Bytes, and the opened envelope in them, if there is one. Each thread that reads them makes its own reader.
pub(crate) struct Bytes {
    raw: Arc<dyn ReadAt>,
    /// The opened envelope, and how many bytes it holds.
    envelope: Option<(Envelope, u64)>,
}

impl Bytes {
    /// The raw bytes.
    pub fn new(raw: Arc<dyn ReadAt>) -> Self {
        Bytes { raw, envelope: None }
    }

    /// What the opened envelope in these bytes holds. This makes sure that it was neither cut short nor added to; a chunk that
    /// was altered in the middle shows only when it is read.
    pub fn inside(self, envelope: Envelope) -> Result<Self> {
        let length = envelope.decrypt(self.blocks(0, CHUNK))?.length().map_err(|error| Error::io(Place::Bundle, &error))?;
        Ok(Bytes { raw: self.raw, envelope: Some((envelope, length)) })
    }

    /// The same, until somebody says stop.
    pub fn until(self, stop: &Stop) -> Self {
        Bytes { raw: Arc::new(Stopping::new(self.raw, stop)), envelope: self.envelope }
    }

    /// How many there are.
    pub fn length(&self) -> u64 {
        self.envelope.as_ref().map_or_else(|| self.raw.length(), |(_, length)| *length)
    }

    /// A reader for one thread that begins at `at` and reads `capacity` bytes at once.
    pub fn blocks(&self, at: u64, capacity: usize) -> Blocks<'_> {
        let input = match &self.envelope {
            None => Input::Raw(&*self.raw),
            Some((envelope, length)) => Input::Envelope { raw: &*self.raw, envelope, length: *length, decrypted: None, at: 0 },
        };
        Blocks::new(input, self.length(), at, capacity)
    }

    /// Reads from the beginning to the end, once.
    pub fn into_stream(self) -> Box<dyn BufRead + Send> {
        Box::new(io::BufReader::with_capacity(CHUNK, Passing { bytes: self.raw, at: 0 }))
    }
}

/// What blocks are read from.
enum Input<'b> {
    Raw(&'b dyn ReadAt),
    Envelope {
        raw: &'b dyn ReadAt,
        envelope: &'b Envelope,
        /// The length of what it holds.
        length: u64,
        /// None before the first read and after one that failed.
        decrypted: Option<Box<Decrypted<Blocks<'b>>>>,
        /// Where `decrypted` stands: reading on from there needs no seek.
        at: u64,
    },
}

impl Input<'_> {
    /// Reads at a place; nothing at the end and beyond it.
    fn read_at(&mut self, out: &mut [u8], at: u64) -> io::Result<usize> {
        match self {
            Input::Raw(raw) => read_at(*raw, out, at),
            Input::Envelope { length, .. } if at >= *length => Ok(0),
            Input::Envelope { raw, envelope, decrypted, at: next, .. } => {
                let mut open = match decrypted.take() {
                    Some(open) => open,
                    None => {
                        *next = 0;
                        let encrypted = Blocks::new(Input::Raw(*raw), raw.length(), 0, CHUNK);
                        Box::new(
                            envelope.decrypt(encrypted).map_err(|error| io::Error::other(Coded(error.code, error.detail)))?,
                        )
                    }
                };
                if *next != at {
                    open.seek_to(at)?;
                }
                let count = open.read(out)?;
                *next = at + count as u64;
                *decrypted = Some(open);
                Ok(count)
            }
        }
    }
}

/// Reads from a place on through its own buffer, without moving anybody else's position. After a small step it reads whole
/// blocks; at the beginning and after a long jump it reads only a little at first.
pub(crate) struct Blocks<'b> {
    input: Input<'b>,
    length: u64,
    /// Nothing beyond this place is read ahead.
    end: u64,
    /// Where the buffer begins.
    at: u64,
    /// Grown to what is read at once, so that who reads little needs little.
    buffer: Vec<u8>,
    /// How much is read at once.
    capacity: usize,
    used: usize,
    filled: usize,
    /// The place lies near the last one.
    near: bool,
}

impl<'b> Blocks<'b> {
    fn new(input: Input<'b>, length: u64, at: u64, capacity: usize) -> Self {
        Blocks { input, length, end: u64::MAX, at, buffer: Vec::new(), capacity, used: 0, filled: 0, near: false }
    }

    /// True if what is read is decrypted first.
    pub fn decrypts(&self) -> bool {
        matches!(self.input, Input::Envelope { .. })
    }

    /// Reads nothing beyond `end` into the buffer, unless it is asked for.
    pub fn up_to(&mut self, end: u64) {
        self.end = end;
    }

    /// Where the next byte comes from.
    pub fn position(&self) -> u64 {
        self.at + self.used as u64
    }

    /// Skips `bytes` bytes, without reading them where possible.
    pub fn skip(&mut self, bytes: u64) {
        self.go_to(self.position().saturating_add(bytes));
    }

    /// Continues at a place.
    pub fn go_to(&mut self, to: u64) {
        let buffered = self.at + self.filled as u64;
        if (self.at..=buffered).contains(&to) {
            self.used = (to - self.at) as usize;
        } else {
            self.near = to > buffered && to - buffered < self.capacity as u64;
            (self.at, self.used, self.filled) = (to, 0, 0);
        }
    }

    /// Fills `out` from a place on, bypassing the buffer.
    pub fn fill_at(&mut self, out: &mut [u8], at: u64) -> io::Result<()> {
        let mut filled = 0;
        while let Some(rest) = out.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.input.read_at(rest, at + filled as u64)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => filled += count,
            }
        }
        Ok(())
    }
}

impl BufRead for Blocks<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used == self.filled {
            self.at += self.filled as u64;
            (self.used, self.filled) = (0, 0);
            let near = self.near && self.at < self.length;
            let mut room = if near { self.capacity } else { FAR.min(self.capacity) };
            for end in [self.end, self.length] {
                if self.at < end {
                    room = room.min(usize::try_from(end - self.at).unwrap_or(usize::MAX));
                }
            }
            if self.buffer.len() < room {
                self.buffer.resize(room, 0);
            }
            self.filled = self.input.read_at(self.buffer.get_mut(..room).unwrap_or_default(), self.at)?;
            self.near = true;
        }
        Ok(self.buffer.get(self.used..self.filled).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.used = (self.used + bytes).min(self.filled);
    }
}

impl Read for Blocks<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let count = available.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl Seek for Blocks<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.position().checked_add_signed(by),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
        };
        let to = to.ok_or(io::ErrorKind::InvalidInput)?;
        self.go_to(to);
        Ok(to)
    }
}

/// Bytes that are read from the first to the last.
struct Passing {
    bytes: Arc<dyn ReadAt>,
    at: u64,
}

impl Read for Passing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = read_at(&*self.bytes, out, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}
