//! TIFF 6.0, in which EXIF, raw photos and notes of camera makers are written: directories of entries, each with a tag. Only what is asked
//! for is read, wherever in the file it lies.

use std::collections::HashSet;

use super::list::ended;
use super::slice::Slice;
use crate::bundle::read_at::ReadAt;

/// How many directories of one file are read.
const DIRECTORIES: usize = 32;
/// How many entries of one directory.
const ENTRIES: u16 = 1024;
/// The longest value that is read at once.
const LONGEST: usize = 64 << 10;

/// The tag of a picture's width, and the one that says in its lowest bit that it is a smaller copy of another.
const WIDTH: u16 = 0x0100;
const SUBFILE: u16 = 0x00FE;
/// Tags that lead to further directories.
const SUB: u16 = 0x014A;
const EXIF: u16 = 0x8769;
const GPS: u16 = 0x8825;

/// What a directory is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Directory {
    /// The picture, the first in the chain.
    Image,
    /// A further one in the chain: in EXIF the thumbnail.
    Next,
    /// One below that of the picture: in raw photos other sizes of it.
    Sub,
    /// What the camera says.
    Exif,
    Gps,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub directory: Directory,
    /// Which directory it is, in the order in which they were read.
    pub number: usize,
    pub tag: u16,
    kind: u16,
    count: u32,
    /// Where its value lies, from the beginning of the TIFF.
    pub at: u64,
}

impl Entry {
    /// How many bytes its value has.
    pub fn length(&self) -> u64 {
        let size = match self.kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 0,
        };
        u64::from(self.count) * size
    }
}

/// True for a TIFF that begins with its picture and holds no other but smaller copies of it, false for one of several pages and for raw
/// photos, which begin with a small picture; none where no directory can be read.
pub(crate) fn is_one_tiff(bytes: &dyn ReadAt) -> Option<bool> {
    let tiff = Tiff::read(Slice::of(bytes, 0..bytes.length()))?;
    let whole = tiff.entries.iter().filter(|entry| entry.tag == WIDTH).map(|entry| entry.number);
    let is_reduced = |number: usize| {
        let subfile = tiff.entries.iter().find(|entry| entry.number == number && entry.tag == SUBFILE);
        subfile.and_then(|entry| tiff.number(entry)).is_some_and(|kind| kind & 1 == 1)
    };
    Some(whole.filter(|number| !is_reduced(*number)).eq([0]))
}

/// A TIFF whose directories were read.
pub(super) struct Tiff<'b> {
    bytes: Slice<'b>,
    little: bool,
    pub entries: Vec<Entry>,
}

impl<'b> Tiff<'b> {
    /// Reads the directories of a TIFF; none where it is none.
    pub fn read(bytes: Slice<'b>) -> Option<Self> {
        Tiff::read_as(bytes, Directory::Image)
    }

    /// The same of one whose first directory is about something else than a picture.
    pub fn read_as(bytes: Slice<'b>, about: Directory) -> Option<Self> {
        let header: [u8; 8] = bytes.array(0)?;
        let little = match header.first_chunk::<4>()? {
            // the number is 42, and others in raw photos of Panasonic and Olympus
            b"II\x2A\0" | b"II\x55\0" | b"IIRO" | b"IIRS" => true,
            b"MM\0\x2A" | b"MMOR" => false,
            _ => return None,
        };
        let mut tiff = Tiff { bytes, little, entries: Vec::new() };
        let first = tiff.u32(4)?;
        tiff.chain(about, first);
        Some(tiff)
    }

    /// Reads one directory of a maker's note, which lies in `bytes` at `at`.
    pub fn note(bytes: Slice<'b>, little: bool, at: u64) -> Self {
        let mut tiff = Tiff { bytes, little, entries: Vec::new() };
        tiff.directory(Directory::Image, 0, at);
        tiff
    }

    fn chain(&mut self, about: Directory, first: u32) {
        let mut seen = HashSet::new();
        let mut waiting = vec![(about, u64::from(first))];
        while let Some((directory, at)) = waiting.pop() {
            if at == 0 || seen.len() == DIRECTORIES || !seen.insert(at) {
                continue;
            }
            let number = seen.len() - 1;
            let next = self.directory(directory, number, at);
            if matches!(directory, Directory::Image | Directory::Next) {
                waiting.extend(next.map(|next| (Directory::Next, next)));
            }
            let own: Vec<Entry> = self.entries.iter().copied().filter(|entry| entry.number == number).collect();
            for entry in own {
                let below = match (directory, entry.tag) {
                    (Directory::Gps, _) => continue,
                    (_, SUB) => Directory::Sub,
                    (_, EXIF) => Directory::Exif,
                    (_, GPS) => Directory::Gps,
                    _ => continue,
                };
                waiting.extend(self.numbers(&entry).into_iter().take(8).map(|at| (below, at)));
            }
        }
    }

    /// Reads one directory and says where the next in the chain is.
    fn directory(&mut self, directory: Directory, number: usize, at: u64) -> Option<u64> {
        let count = self.u16(at)?.min(ENTRIES);
        let start = at.checked_add(2)?;
        let end = start.checked_add(u64::from(count) * 12)?;
        // what is there of a directory that is cut is read
        let table = self.bytes.part(start..end).first(usize::from(count) * 12).unwrap_or_default();
        for (position, entry) in table.as_chunks::<12>().0.iter().enumerate() {
            let [tag_0, tag_1, kind_0, kind_1, count_0, count_1, count_2, count_3, value_0, value_1, value_2, value_3] = *entry;
            let count = self.long([count_0, count_1, count_2, count_3]);
            let (tag, kind) = (self.short([tag_0, tag_1]), self.short([kind_0, kind_1]));
            let mut entry = Entry { directory, number, tag, kind, count, at: start + position as u64 * 12 + 8 };
            if entry.length() > 4 {
                entry.at = u64::from(self.long([value_0, value_1, value_2, value_3]));
            }
            self.entries.push(entry);
        }
        self.u32(end).map(u64::from)
    }

    /// The entry with that tag in the first directory of that kind which has one.
    pub fn find(&self, directory: Directory, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.directory == directory && entry.tag == tag)
    }

    /// The bytes of a value, at most 64 KiB of them; none where the file ends before.
    pub fn bytes(&self, entry: &Entry) -> Option<Vec<u8>> {
        let end = entry.at.checked_add(entry.length()).filter(|end| *end <= self.bytes.length())?;
        self.bytes.part(entry.at..end).first(LONGEST)
    }

    /// The place of a value as a part of its own.
    pub fn part(&self, at: u64, length: u64) -> Slice<'b> {
        self.bytes.part(at..at.saturating_add(length))
    }

    /// All of the TIFF.
    pub fn whole(&self) -> Slice<'b> {
        self.bytes.clone()
    }

    pub fn is_little(&self) -> bool {
        self.little
    }

    /// Text, up to the first zero.
    pub fn text(&self, entry: &Entry) -> Option<String> {
        match entry.kind {
            1 | 2 | 7 => Some(ended(&self.bytes(entry)?)),
            _ => self.number(entry).map(|number| number.to_string()),
        }
    }

    /// The first whole number of a value.
    pub fn number(&self, entry: &Entry) -> Option<u64> {
        self.numbers(entry).first().copied()
    }

    /// Whole numbers without a sign.
    pub fn numbers(&self, entry: &Entry) -> Vec<u64> {
        let Some(bytes) = self.bytes(entry) else { return Vec::new() };
        match entry.kind {
            1 | 7 => bytes.into_iter().map(u64::from).collect(),
            3 => bytes.as_chunks().0.iter().map(|pair| u64::from(self.short(*pair))).collect(),
            4 | 13 => bytes.as_chunks().0.iter().map(|four| u64::from(self.long(*four))).collect(),
            _ => Vec::new(),
        }
    }

    /// Fractions without a sign; one with nothing below is left out, and all behind it.
    pub fn fractions(&self, entry: &Entry) -> Vec<f64> {
        let bytes = if entry.kind == 5 { self.bytes(entry).unwrap_or_default() } else { Vec::new() };
        let numbers: Vec<u32> = bytes.as_chunks().0.iter().map(|four| self.long(*four)).collect();
        let fractions =
            numbers.as_chunks().0.iter().map_while(|[over, under]| (*under != 0).then(|| f64::from(*over) / f64::from(*under)));
        fractions.collect()
    }

    fn u16(&self, at: u64) -> Option<u16> {
        self.bytes.array(at).map(|bytes| self.short(bytes))
    }

    fn u32(&self, at: u64) -> Option<u32> {
        self.bytes.array(at).map(|bytes| self.long(bytes))
    }

    fn short(&self, bytes: [u8; 2]) -> u16 {
        if self.little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) }
    }

    fn long(&self, bytes: [u8; 4]) -> u32 {
        if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }
    }
}
