//! Texts of a PNG: a keyword and what it says, maybe compressed, maybe a whole profile of another format in hexadecimal digits.

use data_encoding::HEXLOWER_PERMISSIVE;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::list::{List, decoded};

/// The longest text that is unpacked.
const LONGEST: usize = 4 << 20;
/// What a segment of a JPEG that is XMP begins with.
const XMP_SIGNATURE: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// A profile inside a text.
pub(super) enum Profile {
    Exif(Vec<u8>),
    Xmp(Vec<u8>),
    /// Blocks of Photoshop, or IPTC-IIM alone.
    Iptc(Vec<u8>),
}

/// Keywords and what they are called here; what is not listed is a comment.
static KEYWORDS: &[(&str, &str)] = &[
    ("Title", "title"),
    ("Author", "artist"),
    ("Description", "caption"),
    ("Copyright", "copyright"),
    ("Creation Time", "digitized_at"),
    ("date:create", "digitized_at"),
    ("create-date", "digitized_at"),
    ("date:modify", "modified_at"),
    ("modify-date", "modified_at"),
    ("date:timestamp", "modified_at"),
    ("Software", "software"),
    ("Source", "device"),
];

/// Adds what a chunk `tEXt`, `zTXt` or `iTXt` says, and gives the profile that it is; none where it cannot be read.
pub(super) fn read(name: &[u8; 4], chunk: &[u8], facts: &mut List) -> Option<Option<Profile>> {
    let end = chunk.iter().position(|byte| *byte == 0)?;
    let (keyword, rest) = (decoded(chunk.get(..end)?), chunk.get(end + 1..)?);
    let text = value(name, rest)?;
    let hex = |text: &[u8]| {
        // a name, a length, and digits on lines of their own
        let lines = decoded(text);
        let digits: String =
            lines.trim_start().lines().skip(2).flat_map(|line| line.chars()).filter(|c| !c.is_whitespace()).collect();
        HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok()
    };
    let unsigned = |bytes: Vec<u8>| bytes.strip_prefix(b"Exif\0\0").map(<[u8]>::to_vec).unwrap_or(bytes);
    // ImageMagick and its kin write profiles of other formats so
    let profile = keyword.strip_prefix("Raw profile").and_then(|rest| rest.strip_prefix(" type "));
    Some(match profile {
        Some("exif" | "APP1") => match hex(&text)? {
            xmp if xmp.starts_with(XMP_SIGNATURE) => Some(Profile::Xmp(xmp.get(XMP_SIGNATURE.len()..)?.to_vec())),
            block => Some(Profile::Exif(unsigned(block))),
        },
        Some("xmp") => Some(Profile::Xmp(hex(&text)?)),
        Some("iptc" | "8bim") => Some(Profile::Iptc(hex(&text)?)),
        Some("icc" | "icm") => None,
        _ if keyword == "XML:com.adobe.xmp" => Some(Profile::Xmp(text)),
        _ => {
            match KEYWORDS.iter().find(|(known, _)| *known == keyword) {
                Some((_, name)) => facts.text(name, &decoded(&text)),
                None => facts.text("comment", &format!("{keyword}: {}", decoded(&text))),
            }
            None
        }
    })
}

/// The text behind a keyword.
fn value(chunk: &[u8; 4], rest: &[u8]) -> Option<Vec<u8>> {
    let unpacked = |bytes: &[u8]| decompress_to_vec_zlib_with_limit(bytes, LONGEST).ok();
    match (chunk, rest) {
        // the method, of which there is one
        (b"zTXt", [_, packed @ ..]) => unpacked(packed),
        // packed or not, the method, a language, a translated keyword
        (b"iTXt", [packed, _, rest @ ..]) => {
            let text = rest.splitn(3, |byte| *byte == 0).nth(2)?;
            if *packed == 1 { unpacked(text) } else { Some(text.to_vec()) }
        }
        (b"tEXt", text) => Some(text.to_vec()),
        _ => None,
    }
}
