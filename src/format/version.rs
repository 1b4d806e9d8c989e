//! Versions (format, section 6): which texts are of a later version of the format, rather than damaged or forged.

use super::digest::Digest;

/// What can be said of a text in a later version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newer {
    /// Its format, such as `sealbag-release/2`.
    pub format: String,
    /// The bundle digest that stands in its second member, if that is `bundle`.
    pub bundle: Option<Digest>,
}

/// The format that a line names, if it is a later version of `ours`, such as `sealbag-card/2` of `sealbag-card/1` (section 6). Any
/// other word is no version, and neither is one that was damaged.
pub fn newer(line: &[u8], ours: &str) -> Option<Newer> {
    let (word, own) = ours.rsplit_once('/')?;
    let rest = line.strip_prefix(br#"{"format":""#)?.strip_prefix(word.as_bytes())?.strip_prefix(b"/")?;
    let (number, rest) = rest.split_at(rest.iter().position(|byte| *byte == b'"')?);
    let number = std::str::from_utf8(number).ok()?;
    let plain = (1..=6).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
    let rest = rest.strip_prefix(b"\",")?;
    let bundle = rest.strip_prefix(br#""bundle":""#).and_then(|rest| Digest::parse(std::str::from_utf8(rest.get(..64)?).ok()?));
    (plain && number != own).then(|| Newer { format: format!("{word}/{number}"), bundle })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_is_a_later_number_and_nothing_else() {
        let of = |line: &str| newer(line.as_bytes(), "sealbag-card/1");
        let digest = "ab".repeat(32);
        for version in ["2", "10", "999999"] {
            let found = of(&format!("{{\"format\":\"sealbag-card/{version}\",\"bundle\":\"{digest}\",")).unwrap();
            assert_eq!((found.format, found.bundle), (format!("sealbag-card/{version}"), Digest::parse(&digest)));
        }
        assert_eq!(of("{\"format\":\"sealbag-card/2\",\"name\":").unwrap().bundle, None);
        for word in [
            "sealbag-card/1",
            "sealbag-card/0",
            "sealbag-card/02",
            "sealbag-card/1000000",
            "sealbag-card/",
            "sealbag-card/2a",
            "sealbag-card/-2",
            "sealbag-card/2 ",
            "sealbag-bard/2",
            "sealbag-card",
            "",
            "sealbag-manifest/2",
            "sealbag-card/\\u0032",
        ] {
            assert_eq!(of(&format!("{{\"format\":\"{word}\",\"name\":")), None, "{word}");
        }
        for line in [
            "{\"format\":\"sealbag-card/2\"}",
            "{\"format\":\"sealbag-card/2",
            "{\"format\": \"sealbag-card/2\",",
            "{\"Format\":\"sealbag-card/2\",",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
