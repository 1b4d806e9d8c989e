//! Characters written as something else: entities of HTML and XML, escapes of JSON and JavaScript, percent-escapes of addresses, and
//! quoted-printable in UTF-8.

use crate::inspect::decode::{Decoder, Encoding};

/// What a text consists of for the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Letter(char),
    /// Nothing stands here, and yet a word may end and another begin: where a tag was.
    Joint,
    /// A line ends here, but not the word.
    Line,
}

/// The longest escape: four bytes in quoted-printable.
const LONGEST: usize = 12;

/// Resolves escapes as they come. What is no escape stays as it is.
pub(super) struct Escapes {
    /// What may become an escape, from its first character.
    held: String,
    /// Bytes that were escaped.
    bytes: Decoder,
    /// The first half of a surrogate pair.
    high: Option<u32>,
}

enum Judged {
    /// It may become one.
    Open,
    /// It is none.
    No,
    /// It stands for this.
    Letter(char),
    /// It stands for this byte.
    Byte(u8),
    /// It is half of a surrogate pair.
    Half(u32),
    /// A line was broken where there is no blank.
    Line,
    /// Something that is written as a letter, behind which a word may begin.
    Ends,
}

impl Escapes {
    pub fn new() -> Self {
        Escapes { held: String::new(), bytes: Decoder::new(Encoding::Bytes), high: None }
    }

    pub fn push(&mut self, c: char, each: &mut dyn FnMut(Sign)) {
        if self.held.is_empty() {
            return self.begin(c, each);
        }
        self.held.push(c);
        let judged = match self.held.as_bytes().first() {
            Some(b'&') => entity(&self.held),
            Some(b'\\') => backslash(&self.held),
            Some(b'%') => percent(&self.held),
            _ => quoted_printable(&self.held),
        };
        let too_long = self.held.len() > LONGEST;
        match judged {
            Judged::Open if !too_long => return,
            Judged::Open | Judged::No => {
                let held = std::mem::take(&mut self.held);
                let mut held = held.chars();
                self.end_bytes(each);
                each(Sign::Letter(held.next().unwrap_or(c)));
                // at most as many as the longest escape has
                held.for_each(|c| self.push(c, each));
                return;
            }
            Judged::Byte(byte) => self.bytes.push(&[byte], &mut |c| each(Sign::Letter(c))),
            Judged::Half(half @ 0xD800..=0xDBFF) => self.high = Some(half),
            Judged::Half(low) => {
                let high = self.high.take().map(|high| 0x10000 + ((high & 0x3FF) << 10 | low & 0x3FF));
                each(Sign::Letter(high.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)));
            }
            Judged::Letter(letter) => {
                self.end_bytes(each);
                each(Sign::Letter(letter));
            }
            Judged::Line => each(Sign::Line),
            Judged::Ends => {
                self.held.chars().for_each(|c| each(Sign::Letter(c)));
                each(Sign::Joint);
            }
        }
        self.held.clear();
    }

    pub fn finish(&mut self, each: &mut dyn FnMut(Sign)) {
        self.end_bytes(each);
        std::mem::take(&mut self.held).chars().for_each(|c| each(Sign::Letter(c)));
    }

    fn begin(&mut self, c: char, each: &mut dyn FnMut(Sign)) {
        if matches!(c, '&' | '\\' | '%' | '=') {
            self.held.push(c);
        } else {
            self.end_bytes(each);
            each(Sign::Letter(c));
        }
    }

    fn end_bytes(&mut self, each: &mut dyn FnMut(Sign)) {
        self.bytes.finish(&mut |c| each(Sign::Letter(c)));
    }
}

fn letter(code: Option<u32>) -> Judged {
    match code.map(|code| (code, char::from_u32(code))) {
        Some((_, Some(letter))) => Judged::Letter(letter),
        Some((half @ 0xD800..=0xDFFF, None)) => Judged::Half(half),
        _ => Judged::No,
    }
}

fn hex(digits: &str) -> Option<u32> {
    let all = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

/// `&eacute;`, `&#233;`, `&#xE9;`.
fn entity(held: &str) -> Judged {
    let Some(name) = held.strip_prefix('&').and_then(|rest| rest.strip_suffix(';')) else {
        let last = held.chars().next_back().unwrap_or(' ');
        return if last.is_ascii_alphanumeric() || held == "&#" { Judged::Open } else { Judged::No };
    };
    if let Some(number) = name.strip_prefix('#') {
        return letter(match number.strip_prefix(['x', 'X']) {
            Some(digits) => hex(digits),
            None => number.parse().ok(),
        });
    }
    named(name).map_or(Judged::No, Judged::Letter)
}

/// An entity by its name; of a letter with an accent only the letter, since accents are not compared.
fn named(name: &str) -> Option<char> {
    const ACCENTS: [&str; 14] =
        ["acute", "grave", "circ", "uml", "tilde", "cedil", "ring", "caron", "breve", "macr", "ogon", "dot", "dblac", "slash"];
    const OTHERS: [(&str, char); 36] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("ensp", ' '),
        ("emsp", ' '),
        ("thinsp", ' '),
        ("Tab", ' '),
        ("NewLine", ' '),
        ("shy", '\u{AD}'),
        ("zwj", '\u{200D}'),
        ("zwnj", '\u{200C}'),
        ("ndash", '-'),
        ("mdash", '-'),
        ("hyphen", '-'),
        ("lsquo", '\''),
        ("rsquo", '\''),
        ("ldquo", '"'),
        ("rdquo", '"'),
        ("commat", '@'),
        ("period", '.'),
        ("comma", ','),
        ("sol", '/'),
        ("lowbar", '_'),
        ("szlig", 'ß'),
        ("aelig", 'æ'),
        ("AElig", 'Æ'),
        ("oelig", 'œ'),
        ("OElig", 'Œ'),
        ("eth", 'ð'),
        ("thorn", 'þ'),
        ("lstrok", 'l'),
        ("Lstrok", 'L'),
        ("inodot", 'i'),
    ];
    let base = name.chars().next().filter(char::is_ascii_alphabetic)?;
    let accented = name.get(1..).is_some_and(|accent| ACCENTS.contains(&accent));
    if accented { Some(base) } else { OTHERS.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter) }
}

/// `\u00e9`, `\u{e9}`, `\xe9`; the letter of `\n` and its like stays, since in a path it is the first of a name.
fn backslash(held: &str) -> Judged {
    let digits = |prefix: &str, count: usize| {
        let digits = held.strip_prefix(prefix)?;
        let good = digits.len() <= count && digits.bytes().all(|b| b.is_ascii_hexdigit());
        Some(match good {
            true if digits.len() == count => letter(hex(digits)),
            true => Judged::Open,
            false => Judged::No,
        })
    };
    if let Some(rest) = held.strip_prefix("\\u{") {
        return match rest.strip_suffix('}') {
            Some(digits) => letter(hex(digits)),
            None if rest.bytes().all(|b| b.is_ascii_hexdigit()) => Judged::Open,
            None => Judged::No,
        };
    }
    match held {
        "\\n" | "\\r" | "\\t" => Judged::Ends,
        _ => digits("\\u", 4).or_else(|| digits("\\x", 2)).unwrap_or(Judged::No),
    }
}

/// `%C3%A9`, byte by byte.
fn percent(held: &str) -> Judged {
    match held.strip_prefix('%').map(|digits| (digits.len(), hex(digits))) {
        Some((1, Some(_))) => Judged::Open,
        Some((2, Some(byte @ 0x20..))) => u8::try_from(byte).map_or(Judged::No, Judged::Byte),
        _ => Judged::No,
    }
}

/// `=C3=A9`, `=3D` and a line broken behind `=`. One byte alone may be anything.
fn quoted_printable(held: &str) -> Judged {
    match held {
        "=\n" | "=\r\n" => return Judged::Line,
        "=\r" | "=2" | "=20" | "=20\r" | "=3" => return Judged::Open,
        "=20\n" | "=20\r\n" => return Judged::Letter('\n'),
        "=3D" => return Judged::Letter('='),
        _ => {}
    }
    let mut bytes = Vec::new();
    for escape in held.split('=').skip(1) {
        let upper = escape.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
        match (upper, escape.len()) {
            (true, 2) => bytes.extend(u8::from_str_radix(escape, 16).ok()),
            (true, 0 | 1) => {}
            _ => return Judged::No,
        }
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => match text.chars().next() {
            Some(letter) if !letter.is_ascii() => Judged::Letter(letter),
            Some(_) => Judged::No,
            None => Judged::Open,
        },
        Err(error) if error.error_len().is_none() => Judged::Open,
        Err(_) => Judged::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let (mut out, mut escapes) = (String::new(), Escapes::new());
        let mut each = |sign| match sign {
            Sign::Letter(c) => out.push(c),
            Sign::Joint => out.push('|'),
            Sign::Line => {}
        };
        text.chars().for_each(|c| escapes.push(c, &mut each));
        escapes.finish(&mut each);
        out
    }

    #[test]
    fn escapes_are_resolved() {
        for (text, expected) in [
            ("Jos&eacute; N&#250;&#xF1;ez &amp; &Scaron;", "Jose Núñez & S"),
            (r"Jos\u00e9 \u{e9} \xe9 \ud83d\ude42", "José é é 🙂"),
            ("Jos%C3%A9%20N%fa%F1ez", "José Núñez"),
            ("Jos=C3=A9 Pe=\r\ntrov=20\r\nx =3D", "José Petrov\nx ="),
            (r"C:\nurlan", r"C:\n|urlan"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in [
            "AT&T &; &unknownentityname; &&x",
            "100% of %zz %4",
            r"\users \u12 \\ \",
            "badge=4711 x=A711 a=b ==",
            "a=",
            "=E9x",
            "&",
        ] {
            assert_eq!(read(text), text);
        }
    }
}
