//! A copy of a picture that says nothing beside it: its pixels as they are coded, byte for byte, and of what the file said of itself
//! nothing but which way is up.

use std::io;

use image::metadata::Orientation;

use crate::base::detail::Detail;
use crate::bundle::read_at::{ReadAt, read_at};
use crate::inspect::picture::{Format, Kind, Name, Part, Parts, parts};
use crate::store::fs::made::Piece;

/// How much of a block of EXIF is read to find which way is up.
const EXIF: u64 = 64 << 10;
/// The marker of the first segment for applications in a JPEG, in which JFIF is.
const APP0: u8 = 0xE0;
/// A JFIF header without a density and without a picture.
const JFIF: &[u8] = b"\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
/// Where the first chunk of a PNG ends, `IHDR`.
const PNG_HEADER: u64 = 33;
/// Where the first chunk of a WebP begins.
const RIFF_HEADER: u64 = 12;
/// Flags of a WebP: what the chunks say that are left out, and that pictures follow each other.
const WEBP_SAYS: u8 = 0x20 | 0x08 | 0x04;
const WEBP_EXIF: u8 = 0x08;
const WEBP_MOVES: u8 = 0x02;

/// The pieces of the copy.
///
/// # Errors
/// Why it cannot be made.
pub(super) fn pieces(bytes: &dyn ReadAt, format: Format) -> Result<Vec<Piece>, Detail> {
    let parts = parts(bytes, format).map_err(broken)?;
    if !parts.whole {
        return Err(Detail::PictureBroken);
    }
    let exif = up(bytes, &parts).map_err(broken)?.map(tiff);
    let kept = kept(&parts);
    match format {
        Format::Jpeg => jpeg(bytes, &parts, kept, exif.as_deref()).map_err(broken),
        Format::Png => png(kept, exif.as_deref()).ok_or(Detail::PictureBroken),
        Format::Webp => webp(bytes, kept, exif.as_deref()),
    }
}

fn broken(error: io::Error) -> Detail {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Detail::PictureBroken,
        _ => Detail::Foreign(error.to_string()),
    }
}

/// The ranges of the file that show the picture.
fn kept(parts: &Parts) -> Vec<(u64, u64)> {
    let mut kept: Vec<(u64, u64)> = Vec::new();
    for Part { bytes, .. } in parts.list.iter().filter(|part| part.kind.is_picture()) {
        match kept.last_mut() {
            Some((_, end)) if *end == bytes.start => *end = bytes.end,
            _ => kept.push((bytes.start, bytes.end)),
        }
    }
    kept
}

/// Which way is up, where that is not how the pixels are coded.
fn up(bytes: &dyn ReadAt, parts: &Parts) -> io::Result<Option<Orientation>> {
    for part in parts.of(Kind::Exif) {
        let length = (part.content.end - part.content.start).min(EXIF);
        let block = exactly(bytes, part.content.start, length as usize)?;
        // some programs write the signature of a JPEG into other files too
        let block = block.strip_prefix(b"Exif\0\0").unwrap_or(&block);
        if let Some(orientation) = Orientation::from_exif_chunk(block) {
            return Ok(Some(orientation).filter(|up| *up != Orientation::NoTransforms));
        }
    }
    Ok(None)
}

/// The smallest block of EXIF that says it: one directory with one tag.
fn tiff(up: Orientation) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend([up.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    block
}

fn jpeg(bytes: &dyn ReadAt, parts: &Parts, kept: Vec<(u64, u64)>, exif: Option<&[u8]>) -> io::Result<Vec<Piece>> {
    let mut new = Vec::new();
    for part in parts.of(Kind::Thumbnail).filter(|part| part.name == Name::Marker(APP0)) {
        // a reader may ask the header how the colours are coded, so it stays, without the picture in it
        if exactly(bytes, part.content.start.saturating_sub(5), 5)? == b"JFIF\0" {
            new.extend(JFIF);
            break;
        }
    }
    if let Some(exif) = exif {
        new.extend(b"\xFF\xE1");
        new.extend((exif.len() as u16 + 8).to_be_bytes());
        new.extend(b"Exif\0\0");
        new.extend(exif);
    }
    // the header stays the first
    let header = exactly(bytes, 2, 4)?;
    let has_header = kept.first().is_some_and(|(_, end)| *end >= 20) && header == b"\xFF\xE0\0\x10";
    Ok(insert(kept, if has_header { 20 } else { 2 }, new))
}

fn png(kept: Vec<(u64, u64)>, exif: Option<&[u8]>) -> Option<Vec<Piece>> {
    kept.first().filter(|(_, end)| *end >= PNG_HEADER)?;
    let mut new = Vec::new();
    if let Some(exif) = exif {
        new.extend((exif.len() as u32).to_be_bytes());
        let named = [b"eXIf", exif].concat();
        new.extend(&named);
        new.extend(crc32fast::hash(&named).to_be_bytes());
    }
    Some(insert(kept, PNG_HEADER, new))
}

fn webp(bytes: &dyn ReadAt, mut kept: Vec<(u64, u64)>, exif: Option<&[u8]>) -> Result<Vec<Piece>, Detail> {
    let first = kept.first_mut().ok_or(Detail::PictureBroken)?;
    first.0 = RIFF_HEADER;
    let mut head = Vec::new();
    let mut behind = Vec::new();
    if exactly(bytes, RIFF_HEADER, 4).map_err(broken)? == b"VP8X" {
        head = exactly(bytes, RIFF_HEADER, 9).map_err(broken)?;
        first.0 += head.len() as u64;
        let Some(flags) = head.last_mut() else { return Err(Detail::PictureBroken) };
        if *flags & WEBP_MOVES != 0 {
            return Err(Detail::PictureMoves);
        }
        *flags &= !WEBP_SAYS;
        if let Some(exif) = exif {
            *flags |= WEBP_EXIF;
            behind.extend(b"EXIF");
            behind.extend((exif.len() as u32).to_le_bytes());
            behind.extend(exif);
        }
    }
    let coded: u64 = kept.iter().map(|(start, end)| end.saturating_sub(*start)).sum::<u64>() + head.len() as u64;
    if coded % 2 == 1 {
        // the byte that fills the last chunk was left out
        behind.insert(0, 0);
    }
    let size = u32::try_from(4 + coded + behind.len() as u64).map_err(|_| Detail::PictureBroken)?;
    let header = [b"RIFF", &size.to_le_bytes()[..], b"WEBP", &head].concat();
    let mut pieces = vec![Piece::Bytes(header)];
    pieces.extend(kept.into_iter().filter(|(start, end)| end > start).map(|(start, end)| Piece::Range(start, end - start)));
    pieces.push(Piece::Bytes(behind));
    Ok(pieces)
}

/// The ranges with new bytes before what lies at `at`, which is in the first of them.
fn insert(kept: Vec<(u64, u64)>, at: u64, new: Vec<u8>) -> Vec<Piece> {
    let mut pieces = vec![Piece::Range(0, at), Piece::Bytes(new)];
    let rest = kept.into_iter().map(|(start, end)| (start.max(at), end)).filter(|(start, end)| end > start);
    pieces.extend(rest.map(|(start, end)| Piece::Range(start, end - start)));
    pieces
}

/// So many bytes from there on.
fn exactly(bytes: &dyn ReadAt, at: u64, count: usize) -> io::Result<Vec<u8>> {
    let mut read = vec![0; count];
    let mut filled = 0;
    while let Some(rest) = read.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match read_at(bytes, rest, at + filled as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => filled += count,
        }
    }
    Ok(read)
}
