//! What a text holds in base64 or in encoded words of mail headers: bodies behind `Content-Transfer-Encoding: base64` (RFC 2045),
//! data addresses (`;base64,`, RFC 2397), and `=?charset?B?…?=` and `=?charset?Q?…?=` (RFC 2047).

use crate::inspect::decode::{Decoder, Encoding};

/// How many characters of a line are kept, and how long an encoded word is at most.
const LONGEST: usize = 300;
/// So many bytes are given at once.
const PIECE: usize = 4 << 10;
/// The encodings that [`Encoding::Bytes`] reads.
const CHARSETS: [&str; 7] = ["utf-8", "utf8", "us-ascii", "iso-8859-1", "latin1", "windows-1252", "cp1252"];

/// What was found, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event<'e> {
    /// A character, decoded where it was in an encoded word.
    Letter(char),
    /// A line ends here, but not the word.
    Line,
    /// An encoded word in an encoding that is not known.
    Unknown,
    /// Bytes that stood here in base64.
    Bytes(&'e [u8]),
    /// The end of such bytes.
    End,
}

/// Reads characters as they come.
pub(super) struct Encoded {
    /// The beginning of the line, in lower case.
    line: String,
    /// The last header said base64.
    announced: bool,
    /// The last header line began the header that says so.
    header: bool,
    run: Option<Run>,
    word: String,
    /// The bytes of encoded words that stand beside each other.
    words: Decoder,
    /// The blanks behind an encoded word.
    blanks: Option<String>,
}

/// A run of base64.
struct Run {
    /// In a mail, where it goes on over any number of lines.
    body: bool,
    line_breaks: u8,
    bits: u32,
    count: u8,
    bytes: Vec<u8>,
}

impl Run {
    fn new(body: bool) -> Self {
        Run { body, line_breaks: 0, bits: 0, count: 0, bytes: Vec::new() }
    }

    /// False where the run ends before this character.
    fn push(&mut self, c: char) -> bool {
        let value = match c {
            'A'..='Z' => u32::from(c) - u32::from('A'),
            'a'..='z' => u32::from(c) - u32::from('a') + 26,
            '0'..='9' => u32::from(c) - u32::from('0') + 52,
            '+' => 62,
            '/' => 63,
            '\n' => {
                self.line_breaks += 1;
                return self.body && self.line_breaks < 100 || self.line_breaks < 2;
            }
            '\r' | '=' => return true,
            ' ' | '\t' => return self.body || self.line_breaks > 0,
            _ => return false,
        };
        self.line_breaks = 0;
        self.bits = (self.bits << 6 | value) & 0xFFFF;
        self.count += 6;
        if self.count >= 8 {
            self.count -= 8;
            self.bytes.extend(u8::try_from(self.bits >> self.count & 0xFF));
        }
        true
    }
}

impl Encoded {
    pub fn new() -> Self {
        Encoded {
            line: String::new(),
            announced: false,
            header: false,
            run: None,
            word: String::new(),
            words: Decoder::new(Encoding::Bytes),
            blanks: None,
        }
    }

    pub fn push(&mut self, c: char, each: &mut dyn FnMut(Event)) {
        if let Some(run) = &mut self.run {
            if run.push(c) {
                if run.bytes.len() >= PIECE {
                    each(Event::Bytes(&run.bytes));
                    run.bytes.clear();
                }
                return each(Event::Letter(c));
            }
            self.end_run(each);
        }
        self.look(c);
        self.words(c, each);
    }

    pub fn finish(&mut self, each: &mut dyn FnMut(Event)) {
        self.end_run(each);
        self.end_words(each);
        std::mem::take(&mut self.word).chars().for_each(|c| each(Event::Letter(c)));
    }

    fn end_run(&mut self, each: &mut dyn FnMut(Event)) {
        if let Some(run) = self.run.take() {
            each(Event::Bytes(&run.bytes));
            each(Event::End);
        }
    }

    /// Looks for what announces base64.
    fn look(&mut self, c: char) {
        const HEADER: &str = "content-transfer-encoding:";
        if c != '\n' {
            if self.line.len() >= LONGEST {
                // keeps what may begin an address
                let kept = self.line.char_indices().rev().nth(8).map_or(0, |(at, _)| at);
                self.line.drain(..kept);
            }
            self.line.push(c.to_ascii_lowercase());
            if c == ',' && self.line.ends_with(";base64,") {
                self.run = Some(Run::new(false));
            }
            return;
        }
        let line = self.line.trim_end();
        if line.is_empty() {
            self.run = std::mem::take(&mut self.announced).then(|| Run::new(true));
            self.header = false;
        } else {
            // a header may be folded
            self.header = line.starts_with(HEADER) || self.header && line.starts_with([' ', '\t']);
            self.announced = self.announced || self.header && line.contains("base64");
        }
        self.line.clear();
    }

    /// Takes encoded words out.
    fn words(&mut self, c: char, each: &mut dyn FnMut(Event)) {
        if self.word.is_empty() {
            match (&mut self.blanks, c) {
                (_, '=') => self.word.push(c),
                (Some(blanks), c) if c.is_whitespace() && blanks.len() < LONGEST => blanks.push(c),
                (Some(_), _) => {
                    self.end_words(each);
                    each(Event::Letter(c));
                }
                (None, _) => each(Event::Letter(c)),
            }
            return;
        }
        self.word.push(c);
        let open = self.word.len() < LONGEST && c != '\n' && (self.word.len() < 2 || self.word.starts_with("=?"));
        // the charset, the encoding and the text stand between four question marks
        let start = self.word.ends_with("?=").then(|| self.word.rmatch_indices('?').nth(3)).flatten();
        let start = start.and_then(|(at, _)| at.checked_sub(1));
        let found = start.and_then(|start| Some((start, decoded(self.word.get(start..)?)?)));
        if let Some((start, (known, bytes))) = found {
            let word = std::mem::take(&mut self.word);
            if start > 0 {
                self.end_words(each);
                word.chars()
                    .take(word.get(..start).map_or(0, |before| before.chars().count()))
                    .for_each(|c| each(Event::Letter(c)));
            }
            // blanks between two encoded words are none
            if let Some(blanks) = self.blanks.replace(String::new()) {
                blanks.chars().filter(|c| *c == '\n').for_each(|_| each(Event::Line));
            }
            self.words.push(&bytes, &mut |c| each(Event::Letter(c)));
            if !known {
                each(Event::Unknown);
            }
        } else if !open {
            let word = std::mem::take(&mut self.word);
            self.end_words(each);
            // another one may begin within it
            let again = word.rfind("=?").or_else(|| word.len().checked_sub(1).filter(|_| c == '='));
            let again = again.filter(|at| *at > 0 && c != '\n').unwrap_or(word.len());
            let (gone, kept) = word.split_at_checked(again).unwrap_or((&word, ""));
            gone.chars().for_each(|c| each(Event::Letter(c)));
            self.word = kept.to_owned();
        }
    }

    fn end_words(&mut self, each: &mut dyn FnMut(Event)) {
        if let Some(blanks) = self.blanks.take() {
            self.words.finish(&mut |c| each(Event::Letter(c)));
            blanks.chars().for_each(|c| each(Event::Letter(c)));
        }
    }
}

/// The bytes of an encoded word, and whether its encoding is known.
fn decoded(word: &str) -> Option<(bool, Vec<u8>)> {
    let [_, charset, encoding, text, _] = word.split('?').collect::<Vec<_>>().try_into().ok()?;
    let bytes = match encoding {
        "B" | "b" => {
            let mut run = Run::new(true);
            text.chars().all(|c| run.push(c)).then_some(run.bytes)?
        }
        "Q" | "q" => {
            let mut parts = text.split('=');
            let mut bytes = parts.next().unwrap_or_default().replace('_', " ").into_bytes();
            for part in parts {
                let (digits, rest) = part.split_at_checked(2)?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                bytes.extend(rest.replace('_', " ").bytes());
            }
            bytes
        }
        _ => return None,
    };
    // a language may follow: utf-8*en
    let charset = charset.split('*').next().unwrap_or_default().to_ascii_lowercase();
    Some((CHARSETS.contains(&charset.as_str()), bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, Vec<String>) {
        let (mut out, mut runs, mut run, mut encoded) = (String::new(), Vec::new(), Vec::new(), Encoded::new());
        let mut each = |event: Event| match event {
            Event::Letter(c) => out.push(c),
            Event::Line => {}
            Event::Unknown => out.push('?'),
            Event::Bytes(bytes) => run.extend_from_slice(bytes),
            Event::End => runs.push(String::from_utf8_lossy(&std::mem::take(&mut run)).into_owned()),
        };
        text.chars().for_each(|c| encoded.push(c, &mut each));
        encoded.finish(&mut each);
        (out, runs)
    }

    #[test]
    fn encoded_words_are_read() {
        for (text, expected) in [
            ("To: =?UTF-8?B?UGV0cm92?= <a@b>", "To: Petrov <a@b>"),
            ("=?utf-8?q?Jos=C3=A9_N=C3=BA=C3?=\r\n =?utf-8?Q?=B1ez?= x", "José Núñez x"),
            ("=?iso-8859-1?Q?Jos=E9?=", "José"),
            ("=?koi8-r?B?8MXU0s/X?=", "ðÅÔÒÏ?×"),
            ("a == b =?x y=?UTF-8?B?UGV0cm92?=", "a == b =?x yPetrov"),
            ("a=b, =?utf-8?X?a?=, =?", "a=b, =?utf-8?X?a?=, =?"),
        ] {
            assert_eq!(read(text).0, expected, "{text}");
        }
    }

    #[test]
    fn base64_is_read_where_it_is_announced() {
        for text in [
            "Content-Transfer-Encoding: base64\r\n\r\nSXZhbiBQ\r\nZXRyb3Y=\r\n--x--",
            "content-transfer-encoding:\n BASE64\nX: y\n\nSXZhbiBQZXRyb3Y",
            "<img src='data:text/plain;base64,SXZhbiBQZXRyb3Y='>",
        ] {
            assert_eq!(read(text), (text.to_owned(), vec!["Ivan Petrov".to_owned()]), "{text}");
        }
        for text in ["SXZhbiBQZXRyb3Y=", "Content-Transfer-Encoding: 8bit\n\nSXZhbiBQ", "say base64,\n\nSXZhbiBQ"] {
            assert_eq!(read(text), (text.to_owned(), vec![]), "{text}");
        }
    }
}
