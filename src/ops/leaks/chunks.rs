//! The texts in a PNG picture (its chunks `tEXt` and `iTXt`, unless compressed) and in the ID3v2 tag of a recording, which may stand
//! right beside other letters there.

use super::finder::{Finder, Found};
use super::text::Text;
use crate::inspect::decode::{Decoder, Encoding};

/// Of a longer text only so many bytes are read.
const LONGEST: usize = 64 << 10;

enum Format {
    Unknown,
    Png,
    /// Of this version.
    Id3(u8),
    /// Neither, or what follows is no text.
    Other,
}

/// Reads such a file as it streams past.
pub(super) struct Chunks {
    format: Format,
    /// The header of the file or of a chunk so far.
    held: Vec<u8>,
    /// How much of the chunk is to come, and whether it is a text.
    left: usize,
    is_text: bool,
    body: Vec<u8>,
    text: Text,
}

impl Chunks {
    pub fn new() -> Self {
        Chunks { format: Format::Unknown, held: Vec::new(), left: 0, is_text: false, body: Vec::new(), text: Text::new() }
    }

    pub fn push(&mut self, mut input: &[u8], finder: &Finder, found: &mut Found) {
        loop {
            let header = match self.format {
                Format::Other => return,
                Format::Unknown | Format::Png => 8,
                Format::Id3(2) => 6,
                Format::Id3(_) => 10,
            };
            if input.is_empty() {
                return;
            }
            if self.left > 0 {
                let (piece, rest) = input.split_at_checked(self.left).unwrap_or((input, &[]));
                if self.is_text && self.body.len() < LONGEST {
                    self.body.extend_from_slice(piece);
                }
                self.left -= piece.len();
                input = rest;
                if self.left == 0 {
                    self.read(finder, found);
                }
                continue;
            }
            let (piece, rest) = input.split_at_checked(header - self.held.len()).unwrap_or((input, &[]));
            self.held.extend_from_slice(piece);
            input = rest;
            if self.held.len() == header {
                self.begin();
                self.held.clear();
            }
        }
    }

    pub fn finish(&mut self, finder: &Finder, found: &mut Found) {
        self.read(finder, found);
        self.text.finish(finder, found);
    }

    /// Begins what the header that is held says.
    fn begin(&mut self) {
        let size = |bytes: [u8; 4], bits: u32| bytes.iter().fold(0, |size, byte| size << bits | usize::from(*byte));
        match (&self.format, self.held.as_slice()) {
            (Format::Unknown, b"\x89PNG\r\n\x1A\n") => self.format = Format::Png,
            (Format::Unknown, [b'I', b'D', b'3', version, ..]) => {
                self.format = Format::Id3(*version);
                // the rest of its header
                (self.left, self.is_text) = (2, false);
            }
            (Format::Png, [a, b, c, d, name @ ..]) => {
                self.is_text = matches!(name, b"tEXt" | b"iTXt");
                // a checksum stands behind it
                self.left = size([*a, *b, *c, *d], 8) + 4;
            }
            (Format::Id3(_), [0, ..]) => self.format = Format::Other,
            (Format::Id3(2), [name @ .., a, b, c]) => {
                self.is_text = matches!(name, [b'T', ..] | b"COM" | b"ULT");
                self.left = size([0, *a, *b, *c], 8);
            }
            (Format::Id3(version), [n, a, m, e, a1, b, c, d, _, _]) => {
                self.is_text = matches!(&[*n, *a, *m, *e], [b'T', ..] | b"COMM" | b"USLT");
                self.left = size([*a1, *b, *c, *d], if *version > 3 { 7 } else { 8 });
            }
            _ => self.format = Format::Other,
        }
    }

    /// Reads the text that ended.
    fn read(&mut self, finder: &Finder, found: &mut Found) {
        let body = std::mem::take(&mut self.body);
        if !std::mem::take(&mut self.is_text) {
            return;
        }
        let whole = self.left == 0;
        let (encoding, bytes) = match (&self.format, body.as_slice()) {
            (Format::Id3(_), [1, rest @ ..]) => {
                let big = rest.iter().zip(rest.iter().skip(1)).find_map(|pair| match pair {
                    (0xFE, 0xFF) => Some(Encoding::Utf16Be),
                    (0xFF, 0xFE) => Some(Encoding::Utf16Le),
                    _ => None,
                });
                (big.unwrap_or(Encoding::Utf16Le), rest)
            }
            (Format::Id3(_), [2, rest @ ..]) => (Encoding::Utf16Be, rest),
            (Format::Png, [rest @ .., _, _, _, _]) if whole => (Encoding::Bytes, rest),
            (_, rest) => (Encoding::Bytes, rest),
        };
        // a language stands before a comment in two bytes a letter
        let odd = encoding != Encoding::Bytes && bytes.len() % 2 == 1;
        let bytes = bytes.get(if odd { 3 } else { 0 }..).unwrap_or_default();
        let mut decoder = Decoder::new(encoding);
        decoder.push(bytes, &mut |c| self.text.push(c, finder, found));
        decoder.finish(&mut |c| self.text.push(c, finder, found));
        ['\n', '\n'].into_iter().for_each(|c| self.text.push(c, finder, found));
    }
}
