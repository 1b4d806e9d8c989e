//! Payload paths (format, section 8). One grammar on every platform; nothing in it depends on how new our Unicode tables are.

use std::fmt;

use super::normal::{nfc, nfd};
use crate::base::detail::Detail;
use crate::base::{limits, text};
use serde::{Deserialize, Serialize};

/// A path inside `data/` that keeps every rule of section 8: relative, `/`-separated, UTF-8. Its order is that of its bytes.
///
/// ```
/// use sealbag::PayloadPath;
/// assert!(PayloadPath::parse("photos/Астана, посольство.jpg").is_ok());
/// assert!(PayloadPath::parse("../up").is_err());
/// assert!(PayloadPath::parse("photos/con.jpg").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PayloadPath(String);

impl PayloadPath {
    /// Checks `text` against every rule; the reason names the rule that it breaks.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, Detail> {
        if text.len() > limits::PATH {
            return Err(Detail::PathTooLong);
        }
        text.split('/').try_for_each(check_part)?;
        if text.matches('/').count() > limits::FOLDERS {
            return Err(Detail::PathTooDeep);
        }
        Ok(PayloadPath(text.to_owned()))
    }

    /// The stricter rule for sealing: Unicode normal form C. (That no two names are equal after case folding is a rule about
    /// all names together.)
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn parse_for_sealing(text: &str) -> Result<Self, Detail> {
        let path = PayloadPath::parse(text)?;
        if nfc(text) == text { Ok(path) } else { Err(Detail::NotNfc) }
    }

    /// A name close to `text` that can be sealed: normal form C, each character that is not allowed replaced by `_`.
    pub fn safe(text: &str) -> Self {
        let parts: Vec<String> = text.split('/').filter(|part| !part.is_empty()).map(safe_part).collect();
        let mut path = parts.join("/");
        if path.is_empty() {
            path = "_".into();
        }
        if path.len() > limits::PATH || parts.len() > limits::FOLDERS + 1 {
            // too long or too deep to keep: only its last part, which is at most 255 bytes
            path = parts.last().cloned().unwrap_or_else(|| "_".into());
        }
        PayloadPath(path)
    }

    /// The same path with `suffix` put before the extension of its last part, shortened where it would be too long.
    pub fn with_suffix(&self, suffix: &str) -> Self {
        let (folder, name) = self.0.rsplit_once('/').map_or(("", self.0.as_str()), |(folder, name)| (folder, name));
        // a long ending after a dot is not an extension
        let (stem, extension) = match name.rfind('.').filter(|at| *at > 0 && name.len() - at <= 32) {
            Some(at) => name.split_at(at),
            None => (name, ""),
        };
        let name = format!("{}{suffix}{extension}", shorten(stem, suffix.len() + extension.len() + SPARE));
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        PayloadPath::safe(&path)
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path in normal form D, under which some file systems keep it; `None` where it is the same.
    pub fn decomposed(&self) -> Option<String> {
        let text = nfd(&self.0);
        (text != self.0).then_some(text)
    }

    /// The folders above, from the outermost: `a`, `a/b` for `a/b/c`.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.0.match_indices('/').filter_map(|(at, _)| self.0.get(..at))
    }

    /// The path as a file system that ignores case compares it: full case folding, normal form C.
    pub fn folded(&self) -> String {
        nfc(&unicase::UniCase::unicode(self.0.as_str()).to_folded_case())
    }
}

impl TryFrom<String> for PayloadPath {
    type Error = Detail;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        PayloadPath::parse(&text).map_err(|reason| Detail::ThePath { reason: Box::new(reason) })
    }
}

impl From<PayloadPath> for String {
    fn from(path: PayloadPath) -> Self {
        path.0
    }
}

impl fmt::Display for PayloadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const FORBIDDEN: [char; 9] = ['\\', ':', '*', '?', '"', '<', '>', '|', '%'];

/// The white space of section 8.
pub(crate) fn is_space(c: char) -> bool {
    matches!(u32::from(c), 0x0009..=0x000D | 0x0020 | 0x0085 | 0x00A0 | 0x1680 | 0x2000..=0x200A | 0x202F | 0x205F | 0x3000)
}

fn check_part(part: &str) -> Result<(), Detail> {
    match part {
        "" => return Err(Detail::PathPartEmpty),
        "." | ".." => return Err(Detail::PathPartDots),
        _ => {}
    }
    if part.len() > limits::PATH_PART {
        return Err(Detail::PathPartTooLong);
    }
    if part.ends_with('.') {
        return Err(Detail::PathPartEndsInDot);
    }
    if part.starts_with(is_space) || part.ends_with(is_space) {
        return Err(Detail::PathPartWhiteSpace);
    }
    if is_device(part) {
        return Err(Detail::PathPartDevice);
    }
    let mut before = None;
    let mut rest = part.chars().peekable();
    while let Some(c) = rest.next() {
        if FORBIDDEN.contains(&c) {
            return Err(Detail::PathForbiddenAscii);
        }
        if text::is_unseen(c) {
            return Err(Detail::PathUnseen);
        }
        if text::is_joiner(c) && !text::joins(before, rest.peek().copied()) {
            return Err(Detail::PathJoiner);
        }
        before = Some(c);
    }
    Ok(())
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end_matches(' ').to_ascii_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let number = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    let mut digits = number.unwrap_or("").chars();
    matches!((digits.next(), digits.next()), (Some('0'..='9' | '\u{B9}' | '\u{B2}' | '\u{B3}'), None))
}

/// Bytes that a safe part leaves free, for what is put before or after it.
const SPARE: usize = 8;

fn safe_part(part: &str) -> String {
    let chars: Vec<char> = nfc(part).chars().collect();
    let mut out = String::new();
    for (at, c) in chars.iter().enumerate() {
        let beside = |at: Option<usize>| at.and_then(|at| chars.get(at)).copied();
        let lone = text::is_joiner(*c) && !text::joins(beside(at.checked_sub(1)), beside(at.checked_add(1)));
        out.push(if FORBIDDEN.contains(c) || text::is_unseen(*c) || lone { '_' } else { *c });
    }
    let mut out =
        shorten(&out, SPARE).trim_matches(is_space).trim_end_matches(['.', ' ']).trim_end_matches(is_space).to_owned();
    if out.is_empty() {
        out.push('_');
    }
    if is_device(&out) {
        out.insert(0, '_');
    }
    // what is still not allowed (a joiner that lost its neighbour to the cut) is rare enough for a plain name
    if check_part(&out).is_ok() { nfc(&out) } else { "_".into() }
}

/// Cuts `text` at a character boundary, so that it and `more` bytes fit into one part.
fn shorten(text: &str, more: usize) -> &str {
    let mut end = text.len().min(limits::PATH_PART.saturating_sub(more));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_deceive_or_cannot_be_stored_are_refused() {
        for name in [
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "a/../b",
            "./a",
            "a\\b",
            "C:a",
            "a*",
            "a?",
            "a\"",
            "<",
            ">",
            "|",
            "50%",
            "a.",
            "a ",
            " a",
            "a\u{3000}",
            "\u{a0}a",
            "con",
            "CON.txt",
            "aux .txt",
            "Nul",
            "conin$",
            "COM1",
            "lpt9.jpg",
            "com0",
            "COM\u{b9}.x",
            "a\u{0}",
            "a\u{1b}[2J",
            "a\u{7f}",
            "a\u{9b}",
            "a\u{ad}",
            "a\u{202e}gpj",
            "a\u{200b}b",
            "a\u{feff}",
            "a\u{fdd0}",
            "a\u{fffe}",
            "a\u{1ffff}",
            "a\u{e0041}",
            "a\u{200d}",
            "\u{200d}a",
            "ab\u{200c}cd",
            "م\u{200c}\u{200c}م",
            "a\u{115f}",
            "a\u{180b}",
            "a\u{180f}",
            "a\u{fff0}",
            "a\u{fff8}",
            "a\u{1bca0}",
            "a\u{1bca3}",
        ] {
            assert!(PayloadPath::parse(name).is_err(), "{name:?}");
        }
        assert!(PayloadPath::parse(&"a".repeat(256)).is_err());
        assert!(PayloadPath::parse(&["a"; 66].join("/")).is_err());
    }

    #[test]
    fn names_in_any_script_are_welcome() {
        for name in [
            "report.txt",
            "photos/新疆_巡逻.jpg",
            "Астана, посольство.jpg",
            "می\u{200c}خواهم.txt",
            "👩\u{200d}👧.png",
            "❤\u{fe0f}.png",
            "console.txt",
            "com.txt",
            "com10",
            "LPT.txt",
            ".hidden",
            "a..b",
            "e\u{301}.txt",
            "a\u{180a}\u{1bca4}",
            "a'b&c;d$e`f",
        ] {
            assert!(PayloadPath::parse(name).is_ok(), "{name:?}");
        }
        assert!(PayloadPath::parse(&"a".repeat(255)).is_ok());
        assert!(PayloadPath::parse(&["a"; 65].join("/")).is_ok());
        assert!(PayloadPath::parse_for_sealing("e\u{301}.txt").is_err());
    }

    #[test]
    fn a_safe_name_can_always_be_sealed() {
        for name in [
            "",
            "/",
            "a:b?.jpg",
            " con .txt",
            "..",
            "CON",
            "\u{202e}",
            "e\u{301}",
            &"é?".repeat(400),
            &["ab"; 600].join("/"),
            "a.",
            "a/ . /b",
            "\u{200d}",
            "x\u{200d}y",
            "COM1.jpg",
        ] {
            let safe = PayloadPath::safe(name);
            assert_eq!(PayloadPath::parse_for_sealing(safe.as_str()).as_ref(), Ok(&safe), "{name:?}");
            let again = safe.with_suffix("-2");
            assert_eq!(PayloadPath::parse_for_sealing(again.as_str()).as_ref(), Ok(&again), "{name:?}");
            assert_ne!(safe, again);
        }
        assert_eq!(PayloadPath::safe("a:b?.jpg").as_str(), "a_b_.jpg");
        assert_eq!(PayloadPath::safe("x/a.jpg").with_suffix("-2").as_str(), "x/a-2.jpg");
    }
}
