//! The strings of a PDF, and what stands between them as far as it moves the pen (ISO 32000-1, sections 7.3.4 and 9.4).

use crate::inspect::decode::{Decoder, Encoding, windows};

/// The longest string that is held; what is longer comes in pieces.
const LONGEST: usize = 64 << 10;
/// A gap in thousandths of the letters' size from which on it stands for a blank.
const GAP: f64 = -150.0;

/// What strings consist of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    Letter(char),
    /// The pen was moved, so a word may end here.
    Joint,
    /// What follows is shown on a page, or no more.
    Shown(bool),
}

#[derive(Default)]
enum State {
    #[default]
    Between,
    /// In `( )`, so deep.
    Literal(u32),
    /// Behind a backslash, with the digits of a number so far.
    Escape(u32, Vec<u8>),
    /// In `< >`, with half a byte.
    Hex(Option<u8>),
}

/// Finds strings byte by byte.
#[derive(Default)]
pub(super) struct Strings {
    state: State,
    string: Vec<u8>,
    array: bool,
    /// A number or an operator.
    token: String,
    /// The last number.
    number: f64,
    /// In a name, such as `/Title`.
    name: bool,
    /// A name came behind the last string, so that another entry of a dictionary may begin.
    entry: bool,
    /// A text object ended, and nothing was shown since.
    ended: bool,
    /// How far the next line is, where the pen stands, where text was shown last, and where the page begins: all upwards.
    leading: f64,
    pen: f64,
    shown: f64,
    origin: f64,
}

impl Strings {
    pub fn push(&mut self, byte: u8, each: &mut dyn FnMut(Piece)) {
        match std::mem::take(&mut self.state) {
            State::Between => self.between(byte, each),
            State::Literal(depth) => match byte {
                b')' if depth == 1 => self.end(each),
                b')' => self.add(byte, State::Literal(depth - 1), each),
                b'(' => self.add(byte, State::Literal(depth + 1), each),
                b'\\' => self.state = State::Escape(depth, Vec::new()),
                _ => self.add(byte, State::Literal(depth), each),
            },
            State::Escape(depth, digits) => self.escaped(byte, depth, digits, each),
            State::Hex(half) => {
                let digit = char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                match (byte, digit, half) {
                    (b'>', ..) => {
                        self.begin(each);
                        self.string.extend(half.map(|half| half << 4));
                        self.end(each);
                    }
                    // this was a dictionary
                    (b'<', ..) => self.string.clear(),
                    (_, Some(digit), Some(half)) => self.add(half << 4 | digit, State::Hex(None), each),
                    (_, Some(digit), None) => self.state = State::Hex(Some(digit)),
                    (_, None, half) if byte.is_ascii_whitespace() => self.state = State::Hex(half),
                    _ => self.string.clear(),
                }
            }
        }
    }

    pub fn finish(&mut self, each: &mut dyn FnMut(Piece)) {
        self.end(each);
        each(Piece::Letter('\n'));
        each(Piece::Shown(false));
    }

    fn add(&mut self, byte: u8, state: State, each: &mut dyn FnMut(Piece)) {
        self.string.push(byte);
        if self.string.len() >= LONGEST {
            self.end(each);
        }
        self.state = state;
    }

    fn escaped(&mut self, byte: u8, depth: u32, mut digits: Vec<u8>, each: &mut dyn FnMut(Piece)) {
        if matches!(byte, b'0'..=b'7') && digits.len() < 3 {
            digits.push(byte - b'0');
            self.state = State::Escape(depth, digits);
            return;
        }
        if !digits.is_empty() {
            let number = digits.iter().fold(0u8, |number, digit| number.wrapping_mul(8).wrapping_add(*digit));
            self.add(number, State::Literal(depth), each);
            return self.push(byte, each);
        }
        match byte {
            // a line broken within a string
            b'\n' | b'\r' => self.state = State::Literal(depth),
            b'n' | b'r' | b't' | b'b' | b'f' => self.add(b' ', State::Literal(depth), each),
            _ => self.add(byte, State::Literal(depth), each),
        }
    }

    fn between(&mut self, byte: u8, each: &mut dyn FnMut(Piece)) {
        if self.name && !(byte.is_ascii_whitespace() || b"()<>[]{}/%".contains(&byte)) {
            return;
        }
        self.name = false;
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'*' | b'\'' | b'"') {
            if self.token.len() < 16 {
                self.token.push(char::from(byte));
            }
            return;
        }
        self.token(each);
        match byte {
            b'(' => {
                self.begin(each);
                self.state = State::Literal(1);
            }
            b'<' => self.state = State::Hex(None),
            b'[' => self.array = true,
            b']' => self.array = false,
            b'/' => (self.name, self.entry) = (true, true),
            _ => {}
        }
    }

    /// A number or an operator ended.
    fn token(&mut self, each: &mut dyn FnMut(Piece)) {
        if self.token.is_empty() {
            return;
        }
        match (self.token.parse::<f64>(), self.token.as_str()) {
            (Ok(number), _) => {
                self.number = number;
                if self.array && number < GAP {
                    each(Piece::Letter(' '));
                }
            }
            (_, operator @ ("Td" | "TD")) => {
                if operator == "TD" {
                    self.leading = -self.number;
                }
                self.pen += self.number;
                self.moved(self.number == 0.0, each);
            }
            (_, "T*" | "'" | "\"") => self.moved(self.leading == 0.0, each),
            (_, "Tm") => {
                self.pen = self.number;
                self.moved(true, each);
            }
            (_, "TL") => self.leading = self.number,
            (_, "BT") => {
                self.pen = 0.0;
                each(Piece::Shown(true));
            }
            (_, "ET") => {
                self.ended = true;
                each(Piece::Shown(false));
            }
            (_, "cm") => self.origin = self.number,
            (_, "Q") => self.origin = 0.0,
            _ => {}
        }
        // what had a name was an operator's, no entry of a dictionary
        self.entry &= self.token.parse::<f64>().is_ok() || !matches!(self.token.as_str(), "BMC" | "BDC" | "Tf" | "gs" | "Do");
        self.token.clear();
    }

    /// The pen was moved within a text object.
    fn moved(&mut self, same_line: bool, each: &mut dyn FnMut(Piece)) {
        // behind another text object the place on the page decides
        if !self.ended {
            each(if same_line { Piece::Joint } else { Piece::Letter('\n') });
            self.shown = self.pen + self.origin;
        }
    }

    /// A string begins.
    fn begin(&mut self, each: &mut dyn FnMut(Piece)) {
        let here = self.pen + self.origin;
        if std::mem::take(&mut self.entry) {
            each(Piece::Letter(' '));
        }
        if std::mem::take(&mut self.ended) {
            each(if here == self.shown { Piece::Joint } else { Piece::Letter('\n') });
        }
        self.shown = here;
    }

    /// A string ended.
    fn end(&mut self, each: &mut dyn FnMut(Piece)) {
        self.state = State::Between;
        match self.string.as_slice() {
            [0xFE, 0xFF, rest @ ..] => {
                Decoder::new(Encoding::Utf16Be).push(rest, &mut |c| each(Piece::Letter(c)));
            }
            [0xEF, 0xBB, 0xBF, rest @ ..] => Decoder::new(Encoding::Bytes).push(rest, &mut |c| each(Piece::Letter(c))),
            bytes => bytes.iter().for_each(|byte| each(Piece::Letter(windows(*byte)))),
        }
        self.string.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> String {
        let (mut out, mut strings) = (String::new(), Strings::default());
        let mut each = |piece| match piece {
            Piece::Letter(c) => out.push(c),
            Piece::Joint => out.push('|'),
            Piece::Shown(_) => {}
        };
        text.iter().for_each(|byte| strings.push(*byte, &mut each));
        strings.finish(&mut each);
        out
    }

    #[test]
    fn strings_are_read_as_they_are_shown() {
        for (text, expected) in [
            (&b"BT (P) Tj ET BT 1 0 0 1 9 0 Tm (e) Tj ET BT 20 -12 Td (next) Tj ET"[..], "P|e\nnext\n"),
            (b"q 1 0 0 1 9 5 cm BT 1 0 Td (P) Tj ET Q q 1 0 0 1 9 4 cm BT 1 0 Td (e) Tj ET", "|P\ne\n"),
            (b"(Pet) Tj /a BMC (rov) Tj EMC", "Petrov\n"),
            (b"(Pet) Tj /a <</MCID 0>> BDC (rov) Tj EMC", "Petrov\n"),
            (b"(Pet) ' (rov) ' 12 TL (x) ' (y) '", "Pet|rov|x\ny\n"),
            (b"BT [(Iv) 20 (an)-300(Pe)-12(trov)] TJ ET", "Ivan Petrov\n"),
            (b"(Jos\\351 \\(x\\)) Tj 0 -12 Td (next) Tj", "José (x)\nnext\n"),
            (b"(Iv) Tj 10 0 Td (an) Tj", "Iv|an\n"),
            (b"<< /Author <FEFF00E9> /Title (a(b)c) >>", " é a(b)c\n"),
            (b"<4976616e> Tj (bro\\\nken)", "Ivanbroken\n"),
        ] {
            assert_eq!(read(text).replace("  ", " "), expected, "{}", String::from_utf8_lossy(text));
        }
    }
}
