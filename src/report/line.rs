//! Text that fits a terminal: names in quotation marks, columns that no terminal wraps, long values cut.

use super::model::Named;
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

/// Text for one column of a page: cut into lines that no usual terminal wraps, at spaces where possible, all but the first
/// indented by `indent` spaces, so that nothing in it can appear at the beginning of a line.
pub fn column(text: &str, indent: usize) -> String {
    const WIDTH: usize = 78;
    // two columns for scripts that take them, and for everything that might
    let width = |c: char| if u32::from(c) < 0x1100 { 1 } else { 2 };
    let room = WIDTH.saturating_sub(indent).max(20);
    let mut lines = vec![(String::new(), 0)];
    for word in text.split_inclusive(' ') {
        let length: usize = word.chars().map(width).sum();
        if length <= room && lines.last().is_some_and(|(_, used)| used + length > room) {
            lines.push((String::new(), 0));
        }
        for c in word.chars() {
            if lines.last().is_some_and(|(_, used)| used + width(c) > room) {
                lines.push((String::new(), 0));
            }
            if let Some((line, used)) = lines.last_mut() {
                line.push(c);
                *used += width(c);
            }
        }
    }
    let lines: Vec<&str> = lines.iter().map(|(line, _)| line.trim_end()).collect();
    lines.join(&format!("\n{}", " ".repeat(indent)))
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
        let short: String = value.chars().take(TOLD).collect();
        let more = if short.len() < value.len() { "…" } else { "" };
        format!("  {}{more}", quoted(&short))
    });
    column(&format!("{}{value}", quoted(&named.name)), 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_column_begins_where_a_verdict_would_or_is_wider_than_a_terminal() {
        let text = "VERIFIED  ".repeat(30) + &"x".repeat(200) + &"漢".repeat(90);
        for (at, line) in column(&text, 14).lines().enumerate() {
            assert!(at == 0 || line.starts_with(&" ".repeat(14)), "{line}");
            let wide = line.chars().filter(|c| u32::from(*c) >= 0x1100).count();
            assert!(line.chars().count() + wide <= 78, "{line}");
        }
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
