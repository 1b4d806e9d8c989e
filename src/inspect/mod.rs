//! Floor 4: what a file says in its own bytes: where and when a photo was taken, with which camera, who wrote a document and changed it,
//! whose address or telephone number stands in a text. Every file is hostile: it is read through limits, what a parser makes of it is text
//! and nothing else, and a parser that gives up or panics costs no more than the facts.

mod behind;
mod boxes;
mod credentials;
pub(crate) mod decode;
mod document;
mod exif;
mod fact;
mod film;
mod found;
mod heif;
pub(crate) mod inflate;
mod iptc;
mod limited;
mod list;
mod maker;
pub(crate) mod pdf_text;
mod photo;
pub(crate) mod picture;
mod png_text;
mod preview;
mod slice;
mod text;
mod thumbnail;
mod tiff;
mod xmp;

pub use fact::{Fact, Facts, NAMES};
pub use preview::{NoPreview, Preview, preview};
pub(crate) use tiff::is_one_tiff;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::bundle::read_at::ReadAt;
use limited::Limited;

/// What a file of this media type says of itself; nothing for a type that is not read. Of the file no more than 96 MiB is read, in pieces,
/// for no longer than 0.8 s, and that takes no more than 64 MiB of memory.
///
/// ```
/// let facts = sealbag::inspect::facts(&Vec::from(*b"no photo"), "image/jpeg");
/// assert!(facts.list.is_empty() && facts.unread);
/// ```
pub fn facts(bytes: &dyn ReadAt, media_type: &str) -> Facts {
    let Some(read) = reader(media_type) else { return Facts::default() };
    // a parser of somebody else's may be wrong about a file that was made to mislead it
    let read = catch_unwind(AssertUnwindSafe(|| read(Limited::of(bytes))));
    read.unwrap_or(Facts { unread: true, ..Facts::default() })
}

/// What a file says of itself, none for a type that is not read, and a small picture of it. What both need is decoded once.
pub fn look(bytes: &dyn ReadAt, media_type: &str) -> (Option<Facts>, Result<Preview, NoPreview>) {
    if !media_type.strip_prefix("image/").is_some_and(|subtype| PICTURES.contains(&subtype)) {
        return (reads(media_type).then(|| facts(bytes, media_type)), preview(bytes, media_type));
    }
    let read = catch_unwind(AssertUnwindSafe(|| photo::with_small(Limited::of(bytes))));
    let (facts, small) = read.unwrap_or((Facts { unread: true, ..Facts::default() }, None));
    let made = catch_unwind(AssertUnwindSafe(|| small.and_then(|small| preview::of_small(small, &facts))));
    let made = made.unwrap_or_default().map_or_else(|| preview(bytes, media_type), Ok);
    (Some(facts), made)
}

/// True for a media type that is read.
pub fn reads(media_type: &str) -> bool {
    reader(media_type).is_some()
}

/// Reads one kind of file.
type Reader = fn(Limited) -> Facts;

/// What reads files of this media type.
fn reader(media_type: &str) -> Option<Reader> {
    match media_type.split_once('/')? {
        ("image", subtype) if PICTURES.contains(&subtype) => Some(photo::photo),
        ("video", "mp4" | "x-m4v" | "quicktime" | "3gpp" | "3gpp2" | "webm" | "x-matroska")
        | ("audio", "mp4" | "m4a" | "x-m4a") => Some(film::video),
        ("text", _) | ("message", "rfc822") | ("image", "svg+xml") => Some(document::read),
        ("application", kind) if is_document(kind) => Some(document::read),
        _ => None,
    }
}

/// True for a document or text by the second half of its media type.
fn is_document(kind: &str) -> bool {
    const KINDS: [&str; 12] = [
        "pdf",
        "msword",
        "vnd.ms-excel",
        "vnd.ms-powerpoint",
        "vnd.visio",
        "x-ole-storage",
        "rtf",
        "x-rtf",
        "epub+zip",
        "json",
        "xml",
        "xhtml+xml",
    ];
    KINDS.contains(&kind)
        || kind.starts_with("vnd.openxmlformats-officedocument.")
        || kind.starts_with("vnd.oasis.opendocument.")
        || kind.starts_with("vnd.ms-") && kind.contains("macroenabled")
}

/// Kinds of pictures; the raw ones are TIFF, boxes, or a JPEG with more behind it.
static PICTURES: &[&str] = &[
    "jpeg",
    "heif",
    "heic",
    "avif",
    "png",
    "apng",
    "webp",
    "tiff",
    "x-adobe-dng",
    "x-canon-cr2",
    "x-canon-cr3",
    "x-fuji-raf",
    "x-nikon-nef",
    "x-nikon-nrw",
    "x-olympus-orf",
    "x-panasonic-rw2",
    "x-pentax-pef",
    "x-samsung-srw",
    "x-sony-arw",
    "x-sony-sr2",
    "x-epson-erf",
    "x-kodak-dcr",
];
