//! Tells the errors of an input apart from those that age finds in its bytes.

use std::io::{self, BufRead, Read};

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::Coded;

/// An error of the input itself, not one that age found in its bytes.
#[derive(Debug)]
struct Underlying(io::Error);

impl std::fmt::Display for Underlying {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Underlying {}

/// Returns an error of the input as it was, and any other as damage.
pub(super) fn told(error: io::Error) -> io::Error {
    match error.downcast::<Underlying>() {
        Ok(Underlying(error)) => error,
        Err(_) => damaged(Detail::EnvelopeAltered),
    }
}

/// The error for bytes that are not those that were encrypted.
pub(super) fn damaged(detail: Detail) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, Coded(code::ENVELOPE_DAMAGED, detail))
}

/// Marks the errors of its input, and hands over the header all at once: given line by line, the age crate would parse all
/// earlier lines again at each one.
pub(super) struct Minding<R> {
    input: R,
    /// The header, until it has been read.
    header: Vec<u8>,
}

impl<R> Minding<R> {
    /// The input begins with this header, which may be empty.
    pub fn new(input: R, header: &[u8]) -> Self {
        Minding { input, header: header.to_vec() }
    }
}

fn mark(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), Underlying(error))
}

impl<R: Read> Read for Minding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.input.read(out).map_err(mark)
    }
}

impl<R: BufRead> BufRead for Minding<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf().map_err(mark)
    }

    fn consume(&mut self, count: usize) {
        self.input.consume(count);
    }

    fn read_until(&mut self, end: u8, out: &mut Vec<u8>) -> io::Result<usize> {
        let header = std::mem::take(&mut self.header);
        if header.is_empty() {
            return self.input.read_until(end, out).map_err(mark);
        }
        let mut read = vec![0; header.len()];
        self.input.read_exact(&mut read).map_err(mark)?;
        if read != header {
            return Err(mark(damaged(Detail::HeaderChanged)));
        }
        out.extend(read);
        Ok(header.len())
    }
}
