//! JPEG (ITU-T T.81): segments, each with a marker, and scans of coded pixels, which say only where they end by the next marker.

use std::io;

use super::part::{Found, Kind, Name};
use super::window::Window;

const FILL: u8 = 0xFF;
const TEM: u8 = 0x01;
const RESTARTS: std::ops::RangeInclusive<u8> = 0xD0..=0xD7;
const START: u8 = 0xD8;
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;
const FRAMES: std::ops::RangeInclusive<u8> = 0xC0..=0xCF;
/// Tables among the numbers of frames.
const NO_FRAMES: [u8; 3] = [0xC4, 0xC8, 0xCC];
const COMMENT: u8 = 0xFE;
const APP0: u8 = 0xE0;

/// What an application's segment begins with, by the number of its marker, and what it is.
static SIGNATURES: &[(u8, &[u8], Kind)] = &[
    (0, b"JFXX\0", Kind::Thumbnail),
    (1, b"Exif\0\0", Kind::Exif),
    (1, b"Exif\0\xFF", Kind::Exif),
    (1, b"http://ns.adobe.com/xap/1.0/\0", Kind::Xmp),
    (1, b"http://ns.adobe.com/xmp/extension/\0", Kind::XmpExtended),
    (2, b"ICC_PROFILE\0", Kind::Icc),
    (2, b"MPF\0", Kind::Mpf),
    (11, b"JP", Kind::Jumbf),
    (13, b"Photoshop 3.0\0", Kind::Photoshop),
];
const JFIF: &[u8] = b"JFIF\0";
/// The contents of a JFIF header that holds no thumbnail.
const JFIF_LENGTH: u64 = 14;
const ADOBE: &[u8] = b"Adobe";
/// The contents of an Adobe segment are 12 bytes; some programs fill up to 14.
const ADOBE_LENGTH: u64 = 14;
const LONGEST_SIGNATURE: usize = 35;
/// The contents of a frame's header with four components.
const FRAME: usize = 6 + 4 * 3;

pub(super) fn parts(window: &mut Window, found: &mut Found) -> io::Result<()> {
    if window.array(0)? != Some([FILL, START]) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let length = window.length();
    found.add(Kind::Picture, Name::Marker(START), 2..2, 2)?;
    loop {
        let stray = window.find(FILL, found.at)?;
        found.bare(Kind::Stray, stray)?;
        let after = past_fill(window, found.at)?;
        let Some([marker]) = window.array(after)? else {
            return found.finish(Kind::Stray, false, length);
        };
        let body = after + 1;
        match marker {
            0 | START => found.bare(Kind::Stray, body)?,
            TEM => found.add(Kind::Picture, Name::Marker(marker), body..body, body)?,
            END => {
                found.add(Kind::Picture, Name::Marker(marker), body..body, body)?;
                return found.finish(Kind::Behind, true, length);
            }
            marker if RESTARTS.contains(&marker) => found.add(Kind::Picture, Name::Marker(marker), body..body, body)?,
            marker => {
                let Some(size) = window.array(body)?.map(u16::from_be_bytes).filter(|size| *size >= 2) else {
                    return found.finish(Kind::Stray, false, length);
                };
                let end = body + u64::from(size);
                let (kind, signature) = kind(marker, u64::from(size) - 2, window.from(body + 2, LONGEST_SIGNATURE)?);
                if FRAMES.contains(&marker) && !NO_FRAMES.contains(&marker) && found.size.is_none() {
                    // bits of a sample, height, width
                    let frame =
                        window.array(body + 2)?.map(|[_, a, b, c, d]| [[c, d], [a, b]].map(u16::from_be_bytes).map(u64::from));
                    found.size = frame.map(|[width, height]| (width, height));
                    found.coefficients = coefficients(window.from(body + 2, FRAME)?);
                }
                let cut = end > length;
                let end = end.min(length);
                found.add(kind, Name::Marker(marker), (body + 2 + signature as u64).min(end)..end, end)?;
                if cut {
                    return found.finish(Kind::Stray, false, length);
                }
                if marker == SCAN {
                    let end = end_of_scan(window, end)?;
                    found.bare(Kind::Picture, end)?;
                }
            }
        }
    }
}

/// The bytes of all coefficients of a frame, two each, in the whole blocks that its samplings ask for.
fn coefficients(frame: &[u8]) -> u64 {
    // bits of a sample, height, width, a count, and of each component a number, how often it is sampled each way, and a table
    let [_, top, low, left, right, count, components @ ..] = frame else { return 0 };
    let [height, width] = [[*top, *low], [*left, *right]].map(u16::from_be_bytes).map(u64::from);
    let components = components.as_chunks::<3>().0.iter().take(usize::from(*count));
    let sampled: Vec<(u64, u64)> = components.map(|[_, by, _]| (u64::from(by >> 4), u64::from(by & 0xF))).collect();
    let (wide, high) = sampled.iter().fold((1, 1), |(wide, high), (w, h)| (wide.max(*w), high.max(*h)));
    let blocks: u64 = sampled.iter().map(|(w, h)| width.div_ceil(8 * wide) * w * height.div_ceil(8 * high) * h).sum();
    blocks * 128
}

/// True for frames, tables, scans and what belongs to them.
fn is_of_the_picture(marker: u8) -> bool {
    (0xC0..=0xDF).contains(&marker) && marker != 0xC8
}

/// What a segment is, and how long the signature is that says so.
fn kind(marker: u8, length: u64, content: &[u8]) -> (Kind, usize) {
    if marker == COMMENT {
        return (Kind::Comment, 0);
    }
    let Some(number) = marker.checked_sub(APP0).filter(|number| *number < 16) else {
        // segments with markers that the standard leaves to others hold what they like
        return (if is_of_the_picture(marker) { Kind::Picture } else { Kind::Application }, 0);
    };
    let content = content.get(..usize::try_from(length).unwrap_or(usize::MAX)).unwrap_or(content);
    match number {
        0 if content.starts_with(JFIF) => (if length == JFIF_LENGTH { Kind::Picture } else { Kind::Thumbnail }, JFIF.len()),
        14 if content.starts_with(ADOBE) && length <= ADOBE_LENGTH => (Kind::Picture, ADOBE.len()),
        _ => {
            let known = SIGNATURES.iter().find(|(of, signature, _)| *of == number && content.starts_with(signature));
            known.map_or((Kind::Application, 0), |(_, signature, kind)| (*kind, signature.len()))
        }
    }
}

/// Behind any number of fill bytes.
fn past_fill(window: &mut Window, mut at: u64) -> io::Result<u64> {
    loop {
        let held = window.from(at, 1)?;
        let count = held.iter().take_while(|byte| **byte == FILL).count();
        at += count as u64;
        if count < held.len() || held.is_empty() {
            return Ok(at);
        }
    }
}

/// Where the marker begins that ends a scan: not a coded 0xFF, not a restart. The end of the file where there is none.
fn end_of_scan(window: &mut Window, mut at: u64) -> io::Result<u64> {
    loop {
        let fill = window.find(FILL, at)?;
        let after = past_fill(window, fill)?;
        match window.array(after)? {
            None => return Ok(after),
            Some([byte]) if byte == 0 || RESTARTS.contains(&byte) => at = after + 1,
            Some(_) => return Ok(fill),
        }
    }
}
