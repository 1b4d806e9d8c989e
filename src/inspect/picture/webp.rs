//! WebP (RFC 9649): a RIFF file of chunks, each with its name and length and filled to an even number of bytes.

use std::io;

use super::window::Window;
use super::{Found, Kind, Name, Parts};

/// `RIFF`, a length, `WEBP`.
const HEADER: u64 = 12;

pub(super) fn parts(window: &mut Window) -> io::Result<Parts> {
    let (riff, size, webp) = (window.array(0)?, window.array(4)?, window.array(8)?);
    let (Some(b"RIFF"), Some(size), Some(b"WEBP")) = (riff.as_ref(), size, webp.as_ref()) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let length = window.length();
    // the length counts what lies behind it, and an odd one is filled up
    let size = u64::from(u32::from_le_bytes(size));
    let stated = (8 + size + size % 2).max(HEADER);
    let end_of_all = stated.min(length);
    let mut found = Found::default();
    found.add(Kind::Picture, Name::Chunk(*b"RIFF"), 8..HEADER, HEADER)?;
    while found.at < end_of_all {
        let at = found.at;
        let (Some(name), Some(size)) = (window.array(at)?, window.array(at + 4)?) else { break };
        let size = u64::from(u32::from_le_bytes(size));
        let content = at + 8;
        let end = content + size + size % 2;
        if content > end_of_all {
            break;
        }
        // the last byte of filling is left out by some writers
        let cut = content + size > end_of_all;
        let stops = end.min(end_of_all);
        found.add(kind(&name), Name::Chunk(name), content..(content + size).min(stops), stops)?;
        if cut {
            return found.finish(Kind::Behind, false, length);
        }
    }
    found.bare(Kind::Stray, end_of_all)?;
    found.finish(Kind::Behind, 8 + size <= length, length)
}

fn kind(name: &[u8; 4]) -> Kind {
    match name {
        b"VP8 " | b"VP8L" | b"VP8X" | b"ALPH" | b"ANIM" | b"ANMF" => Kind::Picture,
        b"ICCP" => Kind::Icc,
        b"EXIF" => Kind::Exif,
        b"XMP " => Kind::Xmp,
        b"C2PA" => Kind::Jumbf,
        _ => Kind::Application,
    }
}
