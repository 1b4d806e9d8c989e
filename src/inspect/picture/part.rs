//! The parts of a picture file, and how they are found one behind the other.

use std::io::{self, Read};
use std::ops::Range;

use crate::bundle::read_at::{ReadAt, read_at};

/// The most parts that one file may have. Neighbours that are both picture count as one; no camera comes near it.
pub(super) const MOST: usize = 1 << 16;

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
    /// Bytes that all coefficients of a JPEG take, which whoever decodes a progressive one holds.
    pub coefficients: u64,
    /// False where the file ends before the picture does, or a part is longer than the file.
    pub whole: bool,
}

impl Parts {
    /// The parts of one kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Part> {
        self.list.iter().filter(move |part| part.kind == kind)
    }

    /// What shows the picture, read as if the file held nothing else.
    pub fn picture<'b>(&self, bytes: &'b dyn ReadAt) -> Shown<'b> {
        let ranges: Vec<Range<u64>> = self.of(Kind::Picture).map(|part| part.bytes.clone()).collect();
        Shown { bytes, ranges: ranges.into_iter(), now: 0..0 }
    }
}

/// The parts of a file that show its picture, one behind the other.
pub(crate) struct Shown<'b> {
    bytes: &'b dyn ReadAt,
    ranges: std::vec::IntoIter<Range<u64>>,
    now: Range<u64>,
}

impl Read for Shown<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.now.is_empty() {
            let Some(next) = self.ranges.next() else { return Ok(0) };
            self.now = next;
        }
        let most = usize::try_from(self.now.end - self.now.start).unwrap_or(usize::MAX).min(out.len());
        let count = read_at(self.bytes, out.get_mut(..most).unwrap_or_default(), self.now.start)?;
        self.now.start += count as u64;
        Ok(count)
    }
}

/// The parts found so far, which end where the next one begins.
#[derive(Default)]
pub(super) struct Found {
    list: Vec<Part>,
    pub size: Option<(u64, u64)>,
    pub coefficients: u64,
    pub at: u64,
    whole: bool,
}

impl Found {
    /// A part that reaches to `end`; nothing where that is no byte.
    pub fn add(&mut self, kind: Kind, name: Name, content: Range<u64>, end: u64) -> io::Result<()> {
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
    pub fn bare(&mut self, kind: Kind, end: u64) -> io::Result<()> {
        self.add(kind, Name::None, self.at..end, end)
    }

    /// Ends with everything up to the end of the file, which is `rest`.
    pub fn finish(&mut self, rest: Kind, whole: bool, length: u64) -> io::Result<()> {
        self.whole = whole;
        self.bare(rest, length.max(self.at))
    }

    /// What was found.
    pub fn parts(self) -> Parts {
        Parts { list: self.list, size: self.size, coefficients: self.coefficients, whole: self.whole }
    }
}
