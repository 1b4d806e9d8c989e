//! What a file is: its media type, told from its first bytes and then from its name, and the part that it plays.

use crate::format::item::{Role, is_media_type};

/// How many of a file's first bytes are looked at.
pub const HEAD: usize = 8 << 10;

const UNKNOWN: &str = "application/octet-stream";

/// The media type of a file called `name` that begins with `head`.
pub fn media_type(name: &str, head: &[u8]) -> String {
    let by_name = by_name(name);
    let by_bytes = infer::get(head).map(|kind| kind.mime_type());
    let told = match (by_bytes, by_name) {
        // containers and markup that say less than the name does
        (Some("application/zip" | "text/xml" | "text/html"), Some(by_name)) => by_name,
        (Some(by_bytes), _) => by_bytes,
        (None, Some(by_name)) => by_name,
        (None, None) if is_text(head) => "text/plain",
        (None, None) => UNKNOWN,
    };
    let told = told.to_ascii_lowercase();
    if is_media_type(&told) { told } else { UNKNOWN.into() }
}

/// The media type that a name tells by its ending.
pub fn by_name(name: &str) -> Option<&'static str> {
    mime_guess::from_path(name).first_raw()
}

/// The ending of a name with its dot, in lower case, where it is one of a known type and so tells nothing else; or nothing.
pub fn ending(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    match last.rsplit_once('.') {
        Some((_, ending)) if mime_guess::from_ext(ending).first_raw().is_some() => format!(".{}", ending.to_ascii_lowercase()),
        _ => String::new(),
    }
}

/// The role that a media type suggests.
pub fn role(media_type: &str) -> Role {
    let (kind, subtype) = media_type.split_once('/').unwrap_or((media_type, ""));
    match kind {
        "image" => Role::Photo,
        "video" => Role::Video,
        "audio" => Role::Audio,
        "text" => Role::Document,
        "application" => {
            let document = ["pdf", "msword", "rtf", "epub", "opendocument", "officedocument", "ms-excel", "ms-powerpoint"];
            if document.iter().any(|part| subtype.contains(part)) { Role::Document } else { Role::Attachment }
        }
        _ => Role::Attachment,
    }
}

/// True for a name at the top of the bag that says it is the report: `report.txt`, `Report.pdf`.
pub fn is_report(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    !name.contains('/') && name.contains('.') && stem.eq_ignore_ascii_case("report")
}

fn is_text(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(_) => true,
        // cut in the middle of a character at the end of what was looked at
        Err(error) => error.error_len().is_none() && head.len() >= HEAD,
    };
    valid && !head.is_empty() && !head.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_tell_more_than_names() {
        let jpeg = [0xFF, 0xD8, 0xFF, 0xE0];
        for (name, head, expected, part) in [
            ("a.txt", &jpeg[..], "image/jpeg", Role::Photo),
            ("a.jpg", &jpeg, "image/jpeg", Role::Photo),
            ("a.pdf", b"%PDF-1.7", "application/pdf", Role::Document),
            ("a.txt", b"words", "text/plain", Role::Document),
            ("a", b"words", "text/plain", Role::Document),
            ("a", b"\0\x01", "application/octet-stream", Role::Attachment),
            ("a.mp4", b"\0\0", "video/mp4", Role::Video),
            ("empty", b"", "application/octet-stream", Role::Attachment),
            ("a.svg", b"<?xml version=\"1.0\"?><svg/>", "image/svg+xml", Role::Photo),
        ] {
            let told = media_type(name, head);
            assert_eq!((told.as_str(), role(&told)), (expected, part), "{name}");
        }
    }

    #[test]
    fn a_report_is_called_so_at_the_top() {
        assert!(is_report("report.txt") && is_report("Report.final.PDF"));
        assert!(!is_report("photos/report.txt") && !is_report("report") && !is_report("reports.txt"));
    }
}
