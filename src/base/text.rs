//! The only way for text that somebody else wrote to reach a person.
//!
//! A name, a caption or a reason in a bundle may hold escape sequences, bidi controls, carriage returns or invisible
//! characters that imitate a verdict. [`Untrusted`] shows them as `\u{…}`; [`json_safe`] writes them as `\uXXXX`, so JSON is
//! harmless on a terminal and still says exactly what was there.

use std::fmt;

use data_encoding::HEXLOWER_PERMISSIVE;

/// Text from a bundle, a card, a file name or another source that is not ours, ready to be shown on one line.
///
/// ```
/// use sealbag::Untrusted;
/// assert_eq!(Untrusted("a\u{202e}gpj.exe\n").to_string(), r"a\u{202e}gpj.exe\n");
/// assert_eq!(Untrusted("Астана, посольство.jpg").to_string(), "Астана, посольство.jpg");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Untrusted<'a>(pub &'a str);

impl fmt::Display for Untrusted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        let mut before = None;
        let mut rest = self.0.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '\\' => f.write_str("\\\\")?,
                c if is_joiner(c) && joins(before, rest.peek().copied()) => f.write_char(c)?,
                c if is_unseen(c) || is_joiner(c) || is_blank(c, before) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                c => f.write_char(c)?,
            }
            before = Some(c);
        }
        Ok(())
    }
}

/// A name in ASCII: every other character, and every control, as `[U+0412]`.
pub fn spelled(name: &str) -> String {
    let one = |c: char| match c {
        ' '..='~' => c.to_string(),
        c => format!("[U+{:04X}]", u32::from(c)),
    };
    name.chars().map(one).collect()
}

/// Two texts that look the same, told apart: what differs between them in ASCII, as [`spelled`] writes it.
pub(crate) fn told_apart(one: &str, other: &str) -> (String, String) {
    let same = |(one, other): &(char, char)| one == other;
    let begin: usize = one.chars().zip(other.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (one, other) = (one.split_at(begin), other.split_at(begin));
    let end: usize = one.1.chars().rev().zip(other.1.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let told = |(begin, rest): (&str, &str)| {
        let (middle, end) = rest.split_at(rest.len() - end);
        format!("{begin}{}{end}", spelled(middle))
    };
    (told(one), told(other))
}

/// Rewrites JSON text so that no control, bidi or invisible character appears in it unescaped; its meaning stays the same.
pub fn json_safe(json: &str) -> String {
    let plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n');
    let (begin, rest) = json.split_at(json.bytes().position(|byte| !plain(byte)).unwrap_or(json.len()));
    let mut out = String::with_capacity(json.len());
    out.push_str(begin);
    for c in rest.chars() {
        if c != '\n' && (is_unseen(c) || is_joiner(c)) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// True for characters that names may hold but nobody sees, so that two names would look the same: the blank braille cell, and
/// variation selectors, except after the symbols and ideographs that they belong to.
pub(crate) fn is_blank(c: char, before: Option<char>) -> bool {
    match u32::from(c) {
        0x2800 => true,
        0xFE00..=0xFE0F => before.is_none_or(|before| before < '\u{2000}'),
        _ => false,
    }
}

/// True for the code points that format section 8 forbids anywhere in a name: controls, bidi controls, invisible characters,
/// noncharacters. A fixed list, so nothing depends on a Unicode version. The two joiners are handled separately: see
/// [`is_joiner`].
pub fn is_unseen(c: char) -> bool {
    matches!(u32::from(c),
        0x0000..=0x001F | 0x007F..=0x009F | 0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B
        | 0x200E | 0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
        | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE00FF | 0xE01F0..=0xE0FFF | 0xFDD0..=0xFDEF)
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// ZERO WIDTH NON-JOINER and ZERO WIDTH JOINER, which Persian, Hindi and emoji need.
pub fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// True where a joiner may stand: between two code points above U+02FF that are not joiners themselves.
pub(crate) fn joins(before: Option<char>, after: Option<char>) -> bool {
    let stands = |c: Option<char>| c.is_some_and(|c| c > '\u{02FF}' && !is_joiner(c));
    stands(before) && stands(after)
}

/// A count of bytes for people: `512 B`, `1.3 MB`, decimal units.
pub fn bytes(count: u64) -> String {
    const UNITS: [(&str, u64); 4] = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    for (unit, size) in UNITS {
        if count >= size {
            let tenths = u128::from(count) * 10 / u128::from(size);
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
    }
    format!("{count} B")
}

/// `1 file`, `2 files`.
pub fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A distance for people: `850 m`, `12.3 km`, `971 km`.
pub fn distance(metres: u64) -> String {
    match metres {
        0..1_000 => format!("{metres} m"),
        1_000..100_000 => format!("{}.{} km", metres / 1_000, metres % 1_000 / 100),
        _ => format!("{} km", metres / 1_000),
    }
}

/// The bytes of a text in which `%` and two hex digits stand for a byte, and `+` for a blank, as forms write it; none where it is no such text.
pub(crate) fn percent_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let (mut plain, mut bytes) = (Vec::new(), text.iter());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'%' => {
                let digits = [*bytes.next()?, *bytes.next()?];
                *HEXLOWER_PERMISSIVE.decode(&digits).ok()?.first()?
            }
            b'+' => b' ',
            byte => *byte,
        });
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_the_same_are_told_apart_where_they_differ() {
        assert_eq!(spelled("Веlа\u{200d}"), "[U+0412][U+0435]l[U+0430][U+200D]");
        let apart = |one: &str, other: &str| told_apart(one, other);
        assert_eq!(
            apart("фото café.jpg", "фото cafe\u{301}.jpg"),
            ("фото caf[U+00E9].jpg".into(), "фото cafe[U+0301].jpg".into())
        );
        assert_eq!(apart("a", "a"), ("a".into(), "a".into()));
        assert_eq!(apart("aa", "aaa"), ("aa".into(), "aaa".into()));
    }

    #[test]
    fn two_names_that_look_like_one_are_shown_as_two() {
        for twin in ["Amina\u{fe0f} O.", "Amina\u{1bca0} O.", "Amina O.\u{2800}", "Amina\u{200b} O.", "Amina\u{200d} O."] {
            assert!(Untrusted(twin).to_string().contains("\\u{"), "{twin:?}");
        }
        for whole in ["❤\u{fe0f}.png", "葛\u{fe00}.jpg", "می\u{200c}خواهم"] {
            assert_eq!(Untrusted(whole).to_string(), whole);
        }
    }
}
