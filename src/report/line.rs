//! Names in quotation marks, and long values cut.

use super::model::{Named, RECIPIENTS};
use crate::base::text::Untrusted;
use crate::crypto::key::PublicKey;

/// Values told in full are at most this long, in characters.
const TOLD: usize = 120;

/// A name as people see it: escaped and in quotation marks, with white space escaped wherever it could imitate a second line.
pub fn quoted(name: &str) -> String {
    let mut out = String::from("\"");
    let mut before = ' ';
    for c in Untrusted(name).to_string().chars() {
        match c {
            '"' => out.push_str("\\\""),
            c if c.is_whitespace() && (c != ' ' || before == ' ') => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
        before = c;
    }
    out.push('"');
    out
}

/// A name and the beginning of the fingerprint that it stands for, as in `"Amina O." (SHA256:e0H6WJ6x…)`.
pub fn named(name: &str, key: &PublicKey) -> String {
    format!("{} ({})", quoted(name), key.fingerprint().glance())
}

/// A path or name on a line that must not wrap: its middle left out where it is long.
pub fn short(text: &str) -> String {
    const EACH: usize = 24;
    let chars: Vec<char> = quoted(text).trim_matches('"').chars().collect();
    if chars.len() <= 2 * EACH + 1 {
        return chars.into_iter().collect();
    }
    let (start, end) = (chars.iter().take(EACH), chars.iter().skip(chars.len() - EACH));
    start.chain(&['…']).chain(end).collect()
}

/// An item on a line of its own.
pub fn row(named: &Named) -> String {
    let value = named.value.as_deref().map_or(String::new(), |value| {
        if named.name == RECIPIENTS {
            return format!("  {}", short(value));
        }
        let short: String = value.chars().take(TOLD).collect();
        let more = if short.len() < value.len() { "…" } else { "" };
        format!("  {}{more}", quoted(&short))
    });
    format!("{}{value}", quoted(&named.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_shown_by_both_its_ends() {
        assert_eq!(short(&"a".repeat(300)).chars().count(), 49);
    }

    #[test]
    fn a_name_stays_within_its_quotation_marks_and_on_its_line() {
        assert_eq!(quoted("Amina O."), r#""Amina O.""#);
        let key = PublicKey::parse("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea").unwrap();
        let (told, whole) = (named("A\nmina O.", &key), key.fingerprint().to_string());
        assert!(told.starts_with("\"A\\nmina O.\" (SHA256:") && told.ends_with("…)") && told.chars().count() < 40, "{told}");
        assert!(told.contains(&whole[..15]) && !told.contains(&whole[..16]), "{told}");
        assert_eq!(quoted(r#"A" SHA256:x"#), r#""A\" SHA256:x""#);
        assert_eq!(quoted("a\n\u{1b}[2Jb"), r#""a\n\u{1b}[2Jb""#);
        assert_eq!(quoted(" a  b\u{3000}c"), r#""\u{20}a \u{20}b\u{3000}c""#);
    }
}
