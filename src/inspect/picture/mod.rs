//! What a picture file is made of: every byte of a JPEG, PNG or WebP belongs to one [`Part`].
//!
//! A copy that shows the same picture and says nothing else is made of the parts whose kind [`Kind::is_picture`], in their order and
//! byte for byte. What depends on the parts that were left out is written anew:
//!
//! - JPEG: nothing. Tables, frames, scans, an Adobe segment (which says how colours are coded) and a JFIF header without a thumbnail are
//!   picture. An orientation is in `Kind::Exif` and is lost with it.
//! - PNG: nothing; each chunk carries its own checksum.
//! - WebP: the size at byte 4 of the file, a little-endian `u32` of the file's length less 8, and in the chunk `VP8X`, if there is one, the
//!   flags of what was left out: 0x20 colour profile, 0x08 Exif, 0x04 XMP in its first byte of content.
//!
//! What no walk sees: bytes behind the last code word of a scan, tables that no scan uses, and what the pixels themselves hide.

mod jpeg;
mod png;
mod webp;
mod window;

use std::io;
use std::ops::Range;

use crate::bundle::read_at::ReadAt;
use window::Window;

/// The most parts that one file may have. Neighbours that are both picture count as one; no camera comes near it.
const MOST: usize = 1 << 16;

/// A kind of file that can be taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    Png,
    Webp,
}

impl Format {
    /// The format of a media type; none where it cannot be taken apart.
    pub fn of(media_type: &str) -> Option<Format> {
        match media_type {
            "image/jpeg" => Some(Format::Jpeg),
            "image/png" | "image/apng" | "image/vnd.mozilla.apng" => Some(Format::Png),
            "image/webp" => Some(Format::Webp),
            _ => None,
        }
    }
}

/// What a part is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Needed to show the picture: signatures, sizes, tables, pixels, transparency, animation, and colours that are not a profile.
    Picture,
    /// A colour profile (ICC). The colours depend on it; it may name a monitor, a camera or a company.
    Icc,
    Exif,
    Xmp,
    /// A piece of XMP that was too long for one segment of a JPEG: 32 characters of a digest, the length of the whole and the place of
    /// this piece in it (`u32`, the high byte first), and the piece.
    XmpExtended,
    /// What Photoshop writes (APP13): blocks, of which one is IPTC-IIM.
    Photoshop,
    /// A comment of a JPEG.
    Comment,
    /// A text of a PNG: `tEXt`, `zTXt` or `iTXt`.
    Text,
    /// The time of the last change in a PNG, `tIME`.
    Time,
    /// JUMBF, in which C2PA keeps content credentials.
    Jumbf,
    /// The index of further pictures behind the end of a JPEG (CIPA DC-007, "MPF").
    Mpf,
    /// A small picture in a JFIF header.
    Thumbnail,
    /// What some program wrote for itself.
    Application,
    /// Bytes between two parts that belong to neither; readers skip them.
    Stray,
    /// Everything behind the end of the picture.
    Behind,
}

impl Kind {
    /// True for what is needed to show the picture. A colour profile is not counted: its colours depend on it, and it may tell
    /// something, so whoever copies decides.
    pub fn is_picture(self) -> bool {
        self == Kind::Picture
    }
}

/// Some bytes of a picture file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub kind: Kind,
    /// Where it lies, with its marker, name, length and checksum.
    pub bytes: Range<u64>,
    /// Where that lies which it is about: behind its name and the signature that tells its kind, and before a checksum.
    pub content: Range<u64>,
    /// What the format calls it: `APP1`, `IDAT`, `VP8X`; `…` where neighbours were joined or it has no name.
    pub name: Name,
}

/// A marker or four letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    /// The second byte of a JPEG's marker.
    Marker(u8),
    /// The name of a chunk, as it stands in the file.
    Chunk([u8; 4]),
    None,
}

/// A picture file taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    /// In the order of the file, from its first byte to its last, without gaps and overlaps.
    pub list: Vec<Part>,
    /// Width and height in pixels, as the picture's own header says them; none where it has none.
    pub size: Option<(u64, u64)>,
    /// False where the file ends before the picture does, or a part is longer than the file.
    pub whole: bool,
}

impl Parts {
    /// The parts of one kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Part> {
        self.list.iter().filter(move |part| part.kind == kind)
    }
}

/// Takes a file apart. It is read once from front to back, at most 64 KiB of it in memory; what is not needed is not read.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] where the file does not begin as the format does or has more than 65,536 parts; whatever reading gives.
pub(crate) fn parts(bytes: &dyn ReadAt, format: Format) -> io::Result<Parts> {
    let mut window = Window::of(bytes);
    match format {
        Format::Jpeg => jpeg::parts(&mut window),
        Format::Png => png::parts(&mut window),
        Format::Webp => webp::parts(&mut window),
    }
}

/// The parts found so far, which end where the next one begins.
#[derive(Default)]
struct Found {
    list: Vec<Part>,
    size: Option<(u64, u64)>,
    at: u64,
}

impl Found {
    /// A part that reaches to `end`; nothing where that is no byte.
    fn add(&mut self, kind: Kind, name: Name, content: Range<u64>, end: u64) -> io::Result<()> {
        let bytes = self.at..end;
        if bytes.is_empty() {
            return Ok(());
        }
        self.at = end;
        let full = self.list.len() == MOST;
        match self.list.last_mut() {
            Some(last) if last.kind == kind && matches!(kind, Kind::Picture | Kind::Stray) => {
                (last.bytes.end, last.content, last.name) = (end, last.bytes.start..end, Name::None);
            }
            _ if full => return Err(io::ErrorKind::InvalidData.into()),
            _ => self.list.push(Part { kind, bytes, content, name }),
        }
        Ok(())
    }

    /// A part without a name, all of it content.
    fn bare(&mut self, kind: Kind, end: u64) -> io::Result<()> {
        self.add(kind, Name::None, self.at..end, end)
    }

    /// The parts, with everything up to the end of the file behind them.
    fn finish(mut self, rest: Kind, whole: bool, length: u64) -> io::Result<Parts> {
        self.bare(rest, length.max(self.at))?;
        Ok(Parts { list: self.list, size: self.size, whole })
    }
}

#[cfg(test)]
mod tests;
