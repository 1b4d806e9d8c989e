//! Floor 4: what a file says in its own bytes: where and when a photo was taken, with which camera, who wrote a document and changed it,
//! whose address or telephone number stands in a text. Every file is hostile: it is read through limits, what a parser makes of it is text and nothing else, and a parser that gives up or panics costs no more than the
//! facts.

mod camera;
pub(crate) mod decode;
mod document;
mod fact;
mod found;
pub(crate) mod inflate;
mod limited;
mod text;

pub use fact::{Fact, Facts, NAMES};

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::bundle::read_at::ReadAt;
use limited::Limited;

/// What a file of this media type says of itself; nothing for a type that is not read.
///
/// ```
/// let facts = sealbag::inspect::facts(&Vec::from(*b"no photo"), "image/jpeg");
/// assert!(facts.list.is_empty() && facts.unread);
/// ```
pub fn facts(bytes: &dyn ReadAt, media_type: &str) -> Facts {
    let Some(read) = reader(media_type) else { return Facts::default() };
    // a parser of somebody else's may be wrong about a file that was made to mislead it
    let read = catch_unwind(AssertUnwindSafe(|| read(Limited::of(bytes))));
    read.ok().flatten().map_or(Facts { unread: true, ..Facts::default() }, |list| Facts { list, unread: false })
}

/// True for a media type that is read.
pub fn reads(media_type: &str) -> bool {
    reader(media_type).is_some()
}

/// Reads one kind of file; none where it cannot be read.
type Reader = fn(Limited) -> Option<Vec<Fact>>;

/// What reads files of this media type.
fn reader(media_type: &str) -> Option<Reader> {
    match media_type.split_once('/')? {
        ("image", "jpeg" | "heif" | "heic" | "avif" | "png" | "webp" | "tiff" | "x-canon-cr3" | "x-fuji-raf") => {
            Some(camera::photo)
        }
        ("video", "mp4" | "quicktime" | "3gpp" | "webm" | "x-matroska") | ("audio", "mp4" | "m4a" | "x-m4a") => {
            Some(camera::video)
        }
        ("text", _) | ("message", "rfc822") | ("image", "svg+xml") => Some(document::read),
        ("application", kind) if is_document(kind) => Some(document::read),
        _ => None,
    }
}

/// True for a document or text by the second half of its media type.
fn is_document(kind: &str) -> bool {
    const KINDS: [&str; 12] = [
        "pdf", "msword", "vnd.ms-excel", "vnd.ms-powerpoint", "vnd.visio", "x-ole-storage", "rtf", "x-rtf", "epub+zip", "json", "xml",
        "xhtml+xml",
    ];
    KINDS.contains(&kind)
        || kind.starts_with("vnd.openxmlformats-officedocument.")
        || kind.starts_with("vnd.oasis.opendocument.")
        || kind.starts_with("vnd.ms-") && kind.contains("macroenabled")
}
