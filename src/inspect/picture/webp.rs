//! WebP (RFC 9649): a RIFF file of chunks, each with its name and length and filled to an even number of bytes.

use std::io;

use super::part::{Found, Kind, Name};
use super::window::Window;

/// `RIFF`, a length, `WEBP`.
const HEADER: u64 = 12;

pub(super) fn parts(window: &mut Window, found: &mut Found) -> io::Result<()> {
    let (riff, size, webp) = (window.array(0)?, window.array(4)?, window.array(8)?);
    let (Some(b"RIFF"), Some(size), Some(b"WEBP")) = (riff.as_ref(), size, webp.as_ref()) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let length = window.length();
    // the length counts what lies behind it, and an odd one is filled up
    let size = u64::from(u32::from_le_bytes(size));
    let stated = (8 + size + size % 2).max(HEADER);
    let end_of_all = stated.min(length);
    found.add(Kind::Picture, Name::Chunk(*b"RIFF"), 8..HEADER, HEADER)?;
    while found.at < end_of_all {
        let at = found.at;
        let (Some(name), Some(size)) = (window.array(at)?, window.array(at + 4)?) else { break };
        let size = u64::from(u32::from_le_bytes(size));
        let content = at + 8;
        if let (None, Some(head)) = (found.size, window.array(content)?) {
            found.size = dimensions(&name, head);
        }
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

/// Width and height in the first ten bytes of a chunk that has them.
fn dimensions(name: &[u8; 4], head: [u8; 10]) -> Option<(u64, u64)> {
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let [_, lossless @ ..] = head;
    match name {
        // flags of four bytes, and both less 1 in three bytes each
        b"VP8X" => Some((number(head.get(4..7)?) + 1, number(head.get(7..10)?) + 1)),
        // a frame's tag, a mark, and 14 bits each
        b"VP8 " => Some((number(head.get(6..8)?) & 0x3FFF, number(head.get(8..10)?) & 0x3FFF)),
        // a mark, and both less 1 in 14 bits each
        b"VP8L" => {
            let bits = number(lossless.get(..4)?);
            Some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        }
        _ => None,
    }
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
