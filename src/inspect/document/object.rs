//! Objects of a PDF (ISO 32000-1, section 7.3), as far as facts stand in them: dictionaries with names, numbers, strings and references.

use crate::inspect::decode::{Decoder, Encoding, windows};

/// How deep arrays and dictionaries lie within each other.
const DEPTH: u8 = 20;
/// Entries of one array or dictionary that are kept.
const MOST: usize = 2000;

/// An object.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Name(String),
    Number(i64),
    String(Vec<u8>),
    /// The number of another object.
    Reference(u32),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    Other,
}

/// Names with their objects, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Dictionary(Vec<(String, Object)>);

impl Dictionary {
    pub fn get(&self, name: &str) -> Option<&Object> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, object)| object)
    }

    pub fn entries(&self) -> impl Iterator<Item = (&str, &Object)> {
        self.0.iter().map(|(name, object)| (name.as_str(), object))
    }

    pub fn number(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Object::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub fn reference(&self, name: &str) -> Option<u32> {
        match self.get(name)? {
            Object::Reference(number) => Some(*number),
            _ => None,
        }
    }

    /// A name, as it stands behind its slash.
    pub fn name(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Object::Name(name) => Some(name),
            _ => None,
        }
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(Object::text)
    }

    /// The filters of a stream.
    pub fn filters(&self) -> Vec<&str> {
        match self.get("Filter") {
            Some(Object::Name(name)) => vec![name],
            Some(Object::Array(names)) => names
                .iter()
                .map(|name| match name {
                    Object::Name(name) => name.as_str(),
                    _ => "",
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

impl Object {
    /// A string as text (section 7.9.2): UTF-16, UTF-8, or single bytes.
    pub fn text(&self) -> Option<String> {
        let Object::String(bytes) = self else { return None };
        let mut out = String::new();
        let (encoding, rest) = match bytes.as_slice() {
            [0xFE, 0xFF, rest @ ..] => (Encoding::Utf16Be, rest),
            [0xFF, 0xFE, rest @ ..] => (Encoding::Utf16Le, rest),
            [0xEF, 0xBB, 0xBF, rest @ ..] => (Encoding::Bytes, rest),
            bytes if std::str::from_utf8(bytes).is_ok() => (Encoding::Bytes, bytes),
            // nearly the same as PDFDocEncoding, letters are
            bytes => return Some(bytes.iter().map(|byte| windows(*byte)).collect()),
        };
        let mut decoder = Decoder::new(encoding);
        decoder.push(rest, &mut |c| out.push(c));
        decoder.finish(&mut |c| out.push(c));
        Some(out)
    }
}

/// Reads objects from bytes that may end anywhere.
pub(super) struct Parser<'b> {
    bytes: &'b [u8],
    pub at: usize,
}

impl<'b> Parser<'b> {
    pub fn new(bytes: &'b [u8], at: usize) -> Self {
        Parser { bytes, at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => {
                    while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                        self.at += 1;
                    }
                }
                byte if byte.is_ascii_whitespace() || byte == 0 => self.at += 1,
                _ => return,
            }
        }
    }

    /// The next object; none at the end, or where something else stands.
    pub fn object(&mut self) -> Option<Object> {
        self.nested(DEPTH)
    }

    fn nested(&mut self, depth: u8) -> Option<Object> {
        self.skip_space();
        let depth_left = depth.checked_sub(1)?;
        let rest = self.bytes.get(self.at..)?;
        match rest {
            [b'<', b'<', ..] => {
                self.at += 2;
                let mut entries = Vec::new();
                loop {
                    self.skip_space();
                    match self.bytes.get(self.at..)? {
                        [b'>', b'>', ..] => {
                            self.at += 2;
                            return Some(Object::Dictionary(Dictionary(entries)));
                        }
                        [b'/', ..] => {
                            let name = self.name();
                            let object = self.nested(depth_left)?;
                            if entries.len() < MOST {
                                entries.push((name, object));
                            }
                        }
                        _ => return None,
                    }
                }
            }
            [b'[', ..] => {
                self.at += 1;
                let mut objects = Vec::new();
                loop {
                    self.skip_space();
                    if self.peek()? == b']' {
                        self.at += 1;
                        return Some(Object::Array(objects));
                    }
                    let object = self.nested(depth_left)?;
                    if objects.len() < MOST {
                        objects.push(object);
                    }
                }
            }
            [b'/', ..] => Some(Object::Name(self.name())),
            [b'(', ..] => self.literal(),
            [b'<', ..] => self.hex(),
            [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => Some(self.number()),
            [byte, ..] if byte.is_ascii_alphabetic() => {
                self.word();
                Some(Object::Other)
            }
            _ => None,
        }
    }

    fn is_regular(byte: u8) -> bool {
        !(byte.is_ascii_whitespace() || byte == 0 || b"()<>[]{}/%".contains(&byte))
    }

    /// What stands up to the next blank or mark.
    pub fn word(&mut self) -> &'b [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = rest.iter().position(|byte| !Self::is_regular(*byte)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn name(&mut self) -> String {
        self.at += 1;
        let word = self.word();
        let mut out = Vec::new();
        let mut bytes = word.iter().take(128);
        while let Some(byte) = bytes.next() {
            let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
            out.push(match byte {
                b'#' => digit(bytes.next())
                    .zip(digit(bytes.next()))
                    .and_then(|(one, two)| u8::try_from(one * 16 + two).ok())
                    .unwrap_or(b'#'),
                byte => *byte,
            });
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    /// A number, or a reference such as `12 0 R`.
    fn number(&mut self) -> Object {
        let whole = |word: &[u8]| std::str::from_utf8(word).ok().and_then(|word| word.parse::<i64>().ok());
        let word = self.word();
        let Some(number) = whole(word) else { return Object::Other };
        let back = self.at;
        self.skip_space();
        if whole(self.word()).is_some() {
            self.skip_space();
            if self.word() == b"R"
                && let Ok(number) = u32::try_from(number)
            {
                return Object::Reference(number);
            }
        }
        self.at = back;
        Object::Number(number)
    }

    fn literal(&mut self) -> Option<Object> {
        self.at += 1;
        let (mut out, mut depth) = (Vec::new(), 1u32);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' if depth == 1 => return Some(Object::String(out)),
                b')' => depth -= 1,
                b'\\' => {
                    self.escaped(&mut out);
                    continue;
                }
                _ => {}
            }
            out.push(byte);
        }
        None
    }

    fn escaped(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'0'..=b'7' => {
                let mut number = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    number = number * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                out.push(u8::try_from(number & 0xFF).unwrap_or(b'?'));
            }
            b'n' | b'r' => out.push(b'\n'),
            b't' | b'b' | b'f' => out.push(b' '),
            b'\r' if self.peek() == Some(b'\n') => self.at += 1,
            b'\r' | b'\n' => {}
            byte => out.push(byte),
        }
    }

    fn hex(&mut self) -> Option<Object> {
        self.at += 1;
        let (mut out, mut half) = (Vec::new(), None);
        loop {
            let byte = self.peek()?;
            self.at += 1;
            let digit = char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            match (byte, digit, half) {
                (b'>', ..) => {
                    out.extend(half.map(|half: u8| half << 4));
                    return Some(Object::String(out));
                }
                (_, Some(digit), Some(high)) => {
                    out.push(high << 4 | digit);
                    half = None;
                }
                (_, Some(digit), None) => half = Some(digit),
                _ if byte.is_ascii_whitespace() => {}
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read() {
        let text = b"<< /Author (A\\(b\\)\\351 (c)) /T <FEFF00E9> /N -3 /R 12 0 R /A#42 [1 2 0 R /X] % comment\n /D <</L true>> >> rest";
        let mut parser = Parser::new(text, 0);
        let Some(Object::Dictionary(found)) = parser.object() else { panic!() };
        assert_eq!(found.text("Author").as_deref(), Some("A(b)é (c)"));
        assert_eq!((found.text("T").as_deref(), found.number("N"), found.reference("R")), (Some("é"), Some(-3), Some(12)));
        let array = [Object::Number(1), Object::Reference(2), Object::Name("X".into())];
        assert_eq!(found.get("AB"), Some(&Object::Array(array.into())));
        assert_eq!(found.get("D"), Some(&Object::Dictionary(Dictionary(vec![("L".into(), Object::Other)]))));
        assert_eq!(&text[parser.at..], b" rest");
    }

    #[test]
    fn what_is_cut_or_deep_is_no_object() {
        let text = b"<< /Author (Anna) /K [1 2] /T <41> >>";
        for end in 0..text.len() {
            assert_eq!(Parser::new(&text[..end], 0).object(), None, "{end}");
        }
        assert_eq!(Parser::new(&b"[".repeat(1000), 0).object(), None);
        assert_eq!(Parser::new(&b"<</A".repeat(1000), 0).object(), None);
        assert_eq!(Parser::new(&b"(".repeat(1000), 0).object(), None);
    }
}
