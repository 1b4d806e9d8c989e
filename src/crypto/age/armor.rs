//! Age files as text: the armor of age (C2SP age, "ASCII Armor").

use std::io::{self, BufRead, BufReader, Read};

use age::armor::ArmoredReader;

use super::minding::{Minding, damaged, told};
use crate::base::detail::Detail;
use crate::base::limits;

/// True if bytes begin as an age file does, binary or armored.
pub fn is_age(beginning: &[u8]) -> bool {
    beginning.starts_with(b"age-encryption.org/") || is_armored(beginning)
}

/// True if bytes begin as an armored age file does.
pub fn is_armored(beginning: &[u8]) -> bool {
    beginning.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
}

/// The bytes of the binary file, whether `input` is armored or not.
pub fn dearmor<'i>(mut input: impl BufRead + 'i + Send) -> Box<dyn BufRead + Send + 'i> {
    if !input.fill_buf().is_ok_and(is_armored) {
        return Box::new(input);
    }
    let lines = ShortLines { input: Minding::new(input, &[]), line: 0 };
    Box::new(BufReader::with_capacity(64 << 10, Dearmored(ArmoredReader::new(lines))))
}

struct Dearmored<R: Read>(ArmoredReader<BufReader<R>>);

impl<R: Read> Read for Dearmored<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out).map_err(told)
    }
}

/// Refuses lines longer than any armor has, before they fill the memory.
struct ShortLines<R> {
    input: R,
    /// How much of the current line has passed.
    line: usize,
}

impl<R: Read> Read for ShortLines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(out)?;
        for byte in out.get(..count).unwrap_or_default() {
            self.line = if *byte == b'\n' { 0 } else { self.line + 1 };
            if self.line > limits::ARMOR_LINE {
                return Err(damaged(Detail::ArmorLineTooLong));
            }
        }
        Ok(count)
    }
}
