//! Bytes as characters: UTF-8, with Windows-1252 (and so Latin-1) for what is none, or UTF-16 in either order.

/// How characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8, and Windows-1252 wherever the bytes are no UTF-8.
    Bytes,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// One unit of UTF-16.
    pub fn unit(self, bytes: [u8; 2]) -> u16 {
        if self == Encoding::Utf16Be { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }
}

/// The bytes 0x80 to 0x9F in Windows-1252; what that leaves out is taken as in Latin-1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// A byte as Windows-1252 has it.
pub(crate) fn windows(byte: u8) -> char {
    let at = usize::from(byte).checked_sub(0x80);
    at.and_then(|at| WINDOWS.get(at)).copied().unwrap_or(char::from(byte))
}

/// Turns bytes into characters as they come.
pub(crate) struct Decoder {
    encoding: Encoding,
    /// The beginning of a character.
    held: [u8; 4],
    count: usize,
    /// The first half of a surrogate pair.
    high: Option<u16>,
}

impl Decoder {
    pub fn new(encoding: Encoding) -> Self {
        Decoder { encoding, held: [0; 4], count: 0, high: None }
    }

    pub fn push(&mut self, bytes: &[u8], each: &mut dyn FnMut(char)) {
        for byte in bytes {
            match self.encoding {
                Encoding::Bytes if self.count == 0 && byte.is_ascii() => each(char::from(*byte)),
                Encoding::Bytes => self.byte(*byte, each),
                encoding => {
                    self.hold(*byte);
                    if let [one, two] = *self.held() {
                        self.count = 0;
                        self.unit(encoding.unit([one, two]), each);
                    }
                }
            }
        }
    }

    /// Gives what is left at the end.
    pub fn finish(&mut self, each: &mut dyn FnMut(char)) {
        if self.encoding == Encoding::Bytes {
            self.held().iter().for_each(|byte| each(windows(*byte)));
        }
        self.count = 0;
        self.high = None;
    }

    fn held(&self) -> &[u8] {
        self.held.get(..self.count).unwrap_or_default()
    }

    fn hold(&mut self, byte: u8) {
        if let Some(place) = self.held.get_mut(self.count) {
            *place = byte;
            self.count += 1;
        }
    }

    fn byte(&mut self, byte: u8, each: &mut dyn FnMut(char)) {
        self.hold(byte);
        loop {
            match std::str::from_utf8(self.held()) {
                Ok(text) => {
                    text.chars().for_each(&mut *each);
                    self.count = 0;
                    return;
                }
                // more bytes may make it a character
                Err(error) if error.valid_up_to() == 0 && error.error_len().is_none() => return,
                Err(_) => {
                    let [first, rest @ ..] = self.held;
                    each(if first.is_ascii() { char::from(first) } else { windows(first) });
                    let [one, two, three] = rest;
                    self.held = [one, two, three, 0];
                    self.count -= 1;
                    if self.count == 0 {
                        return;
                    }
                }
            }
        }
    }

    fn unit(&mut self, unit: u16, each: &mut dyn FnMut(char)) {
        match (self.high.take(), unit) {
            (_, 0xD800..=0xDBFF) => self.high = Some(unit),
            (Some(high), 0xDC00..=0xDFFF) => {
                char::decode_utf16([high, unit]).flatten().for_each(each);
            }
            _ => each(char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(encoding: Encoding, bytes: &[u8]) -> String {
        let whole = |size: usize| {
            let (mut out, mut decoder) = (String::new(), Decoder::new(encoding));
            bytes.chunks(size).for_each(|chunk| decoder.push(chunk, &mut |c| out.push(c)));
            decoder.finish(&mut |c| out.push(c));
            out
        };
        assert_eq!(whole(1), whole(1000));
        whole(1)
    }

    #[test]
    fn each_encoding_is_read_whatever_the_chunks() {
        assert_eq!(read(Encoding::Bytes, "Núñez, Петров, 新疆 🙂".as_bytes()), "Núñez, Петров, 新疆 🙂");
        assert_eq!(read(Encoding::Bytes, b"Jos\xe9 N\xfa\xf1ez \x93x\x94 \xe9"), "José Núñez “x” é");
        // broken off, and half of a longer character before a plain letter
        assert_eq!(read(Encoding::Bytes, b"\xe6\x96A\xf0\x9f"), "æ–Að\u{9f}".replace('\u{9f}', "Ÿ"));
        let units: Vec<u16> = "é 新 🙂".encode_utf16().collect();
        let bytes = |order: fn(u16) -> [u8; 2]| units.iter().flat_map(|unit| order(*unit)).collect::<Vec<u8>>();
        assert_eq!(read(Encoding::Utf16Le, &bytes(u16::to_le_bytes)), "é 新 🙂");
        assert_eq!(read(Encoding::Utf16Be, &bytes(u16::to_be_bytes)), "é 新 🙂");
    }
}
