//! What a file is read as, told from its first bytes and from what it is said to be.

use super::leak::Unread;
use crate::inspect::decode::Encoding;

/// How many of a file's first bytes are looked at.
pub(super) const HEAD: usize = 4 << 10;

/// What a file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text(Encoding),
    Zip,
    Gzip,
    Pdf,
    /// Bytes that are no text, and what they are instead.
    Bytes(Unread),
}

/// Tells what a file with these first bytes is. `media_type` is what the bundle or the name says.
pub(super) fn kind(head: &[u8], media_type: &str) -> Kind {
    let text = media_type.starts_with("text/") || media_type.ends_with("xml");
    match media_type.split('/').next() {
        Some("image") if !text => return Kind::Bytes(Unread::Picture),
        Some("audio") => return Kind::Bytes(Unread::Sound),
        Some("video") if !is_mpeg_text(head) => return Kind::Bytes(Unread::Video),
        _ => {}
    }
    const BEGINNINGS: [(&[u8], Kind); 15] = [
        (b"PK\x03\x04", Kind::Zip),
        (b"PK\x05\x06", Kind::Zip),
        (b"\x1F\x8B\x08", Kind::Gzip),
        (b"\xFF\xFE\0\0", Kind::Bytes(Unread::Binary)),
        (b"\xFF\xFE", Kind::Text(Encoding::Utf16Le)),
        (b"\xFE\xFF", Kind::Text(Encoding::Utf16Be)),
        (b"age-encryption.org/", Kind::Bytes(Unread::Encrypted)),
        (b"-----BEGIN AGE ENCRYPTED", Kind::Bytes(Unread::Encrypted)),
        (b"-----BEGIN PGP MESSAGE", Kind::Bytes(Unread::Encrypted)),
        (b"BZh", Kind::Bytes(Unread::Compressed)),
        (b"\xFD7zXZ\0", Kind::Bytes(Unread::Compressed)),
        (b"7z\xBC\xAF\x27\x1C", Kind::Bytes(Unread::Compressed)),
        (b"Rar!\x1A\x07", Kind::Bytes(Unread::Compressed)),
        (b"\x28\xB5\x2F\xFD", Kind::Bytes(Unread::Compressed)),
        // its words are among control words, and its letters may be numbers
        (b"{\\rtf", Kind::Bytes(Unread::Binary)),
    ];
    if let Some((_, kind)) = BEGINNINGS.iter().find(|(beginning, _)| head.starts_with(beginning)) {
        return *kind;
    }
    let near = head.get(..1024).unwrap_or(head);
    if near.windows(5).any(|window| window == b"%PDF-") {
        return Kind::Pdf;
    }
    match infer::get(head).map(|kind| kind.matcher_type()) {
        Some(infer::MatcherType::Image) => Kind::Bytes(Unread::Picture),
        Some(infer::MatcherType::Audio) => Kind::Bytes(Unread::Sound),
        Some(infer::MatcherType::Video) => Kind::Bytes(Unread::Video),
        _ => letters(head, text),
    }
}

/// `.ts` is a video by its name and a program in TypeScript by what is in it.
fn is_mpeg_text(head: &[u8]) -> bool {
    !head.is_empty() && !head.contains(&0) && std::str::from_utf8(head).is_ok()
}

/// Text or not, by its bytes.
fn letters(head: &[u8], text: bool) -> Kind {
    let is_control = |byte: &u8| matches!(byte, 1..=8 | 11 | 14..=26 | 28..=31 | 127);
    for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
        let units: Vec<u16> = head.chunks_exact(2).filter_map(|pair| Some(encoding.unit(*pair.first_chunk()?))).collect();
        let latin = units.iter().filter(|unit| (1..256).contains(*unit)).count();
        let wrong = units.iter().any(|unit| u8::try_from(*unit).is_ok_and(|unit| unit == 0 || is_control(&unit)));
        if latin > 3 && latin * 3 > units.len() && !wrong && head.contains(&0) {
            return Kind::Text(encoding);
        }
    }
    let controls = head.iter().filter(|byte| is_control(byte)).count();
    // a character may be cut off at the end of the head
    let utf8 = std::str::from_utf8(head).map_or_else(|error| head.len() - error.valid_up_to() < 4, |_| true);
    let high = head.iter().filter(|byte| !byte.is_ascii()).count();
    let unknown = !utf8 && high * 10 > head.len() * 3;
    if head.contains(&0) || controls * 50 > head.len() && !(text && utf8) || unknown {
        return Kind::Bytes(Unread::Binary);
    }
    Kind::Text(Encoding::Bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_first_bytes() {
        let text = Kind::Text(Encoding::Bytes);
        for (head, media_type, expected) in [
            (&b"Ivan"[..], "text/plain", text),
            (b"Jos\xe9 went away", "text/plain", text),
            (b"", "application/octet-stream", text),
            ("Иван".as_bytes(), "application/octet-stream", text),
            (b"\xc8\xe2\xe0\xed \xcf\xe5\xf2\xf0\xee\xe2", "text/plain", Kind::Bytes(Unread::Binary)),
            (b"I\0v\0a\0n\0 \0", "text/plain", Kind::Text(Encoding::Utf16Le)),
            (b"\0I\0v\0a\0n\0 ", "text/plain", Kind::Text(Encoding::Utf16Be)),
            (b"\xff\xd8\xff\xe0 a photo", "image/jpeg", Kind::Bytes(Unread::Picture)),
            (b"\xff\xd8\xff\xe0 a photo", "", Kind::Bytes(Unread::Picture)),
            (b"<svg>", "image/svg+xml", text),
            (b"PK\x03\x04", "application/octet-stream", Kind::Zip),
            (b"%PDF-1.7", "application/pdf", Kind::Pdf),
            (b"a\0b", "text/plain", Kind::Bytes(Unread::Binary)),
            (b"age-encryption.org/v1\n", "", Kind::Bytes(Unread::Encrypted)),
        ] {
            assert_eq!(kind(head, media_type), expected, "{head:?}");
        }
    }
}
