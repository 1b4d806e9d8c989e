//! PNG (third edition): a signature and chunks, each with its length, name and checksum.

use std::io;

use super::part::{Found, Kind, Name};
use super::window::Window;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1A\n";
const END: [u8; 4] = *b"IEND";
/// The keyword of a text that is XMP.
const XMP: &[u8] = b"XML:com.adobe.xmp\0";

/// Chunks that the picture needs, and how long the contents of each may be: something longer holds more than it should.
static PICTURE: &[([u8; 4], u64)] = &[
    (*b"IHDR", 13),
    (*b"PLTE", 768),
    (*b"IDAT", u64::MAX),
    (END, 0),
    (*b"tRNS", 256),
    (*b"gAMA", 4),
    (*b"cHRM", 32),
    (*b"sRGB", 1),
    (*b"sBIT", 4),
    (*b"cICP", 4),
    (*b"mDCV", 24),
    (*b"cLLI", 8),
    (*b"bKGD", 6),
    (*b"pHYs", 9),
    (*b"acTL", 8),
    (*b"fcTL", 26),
    (*b"fdAT", u64::MAX),
];

pub(super) fn parts(window: &mut Window, found: &mut Found) -> io::Result<()> {
    if window.array(0)? != Some(SIGNATURE) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let length = window.length();
    found.bare(Kind::Picture, SIGNATURE.len() as u64)?;
    loop {
        let at = found.at;
        let (Some(size), Some(name)) = (window.array(at)?, window.array(at.saturating_add(4))?) else {
            return found.finish(Kind::Stray, false, length);
        };
        let size = u64::from(u32::from_be_bytes(size));
        let content = at + 8;
        let kind = kind(&name, size, window.from(content, XMP.len())?);
        if &name == b"IHDR" {
            let size = window.array(content)?.map(u32::from_be_bytes).zip(window.array(content + 4)?.map(u32::from_be_bytes));
            found.size = size.map(|(width, height)| (u64::from(width), u64::from(height)));
        }
        let end = content + size + 4;
        let cut = end > length;
        found.add(kind, Name::Chunk(name), content..(content + size).min(length), end.min(length))?;
        if cut {
            return found.finish(Kind::Stray, false, length);
        }
        if name == END {
            return found.finish(Kind::Behind, size == 0, length);
        }
    }
}

fn kind(name: &[u8; 4], size: u64, content: &[u8]) -> Kind {
    if PICTURE.iter().any(|(known, most)| known == name && size <= *most) {
        return Kind::Picture;
    }
    match name {
        b"iCCP" => Kind::Icc,
        b"eXIf" => Kind::Exif,
        b"iTXt" if size >= XMP.len() as u64 && content.starts_with(XMP) => Kind::Xmp,
        b"tEXt" | b"zTXt" | b"iTXt" => Kind::Text,
        b"tIME" => Kind::Time,
        b"caBX" => Kind::Jumbf,
        _ => Kind::Application,
    }
}
