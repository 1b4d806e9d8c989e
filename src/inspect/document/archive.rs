//! Documents that are ZIP archives: Office Open XML, OpenDocument, EPUB. Their parts are found through the directory at the end, so that
//! a large file costs no more than the parts that are read.

use std::io::{self, BufReader, Read};

use super::super::fact::Facts;
use super::super::found::Found;
use super::super::inflate::{Inflated, Inflater};
use super::super::limited::Limited;
use super::words::Words;
use super::xml;
use crate::bundle::read_at::ReadAt;
use crate::inspect::text;

/// The directory is not longer: 2 MiB.
const DIRECTORY: u64 = 2 << 20;
/// Of one part of text no more is unpacked: 16 MiB.
const TEXT: u64 = 16 << 20;
/// Of one picture or document inside: 12 MiB. It is held, and read up to this often.
const INSIDE: u64 = 12 << 20;
const AGAIN: u64 = 3 * INSIDE;
/// In so many bytes of a file inside paths are looked for: 1 MiB.
const PATHS: usize = 1 << 20;
/// Of all parts together: 48 MiB.
const ALL: u64 = 48 << 20;
/// How much is unpacked at once.
const PIECE: usize = 16 << 10;

/// A part as the directory has it.
struct Part {
    name: String,
    kind: Kind,
    at: u64,
    packed: u64,
    method: u16,
    encrypted: bool,
}

/// What a part is, in the order in which they are read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Properties and the like.
    About,
    Text,
    Picture,
    /// A small picture of the first page.
    Thumbnail,
    /// An earlier version of the document.
    Earlier,
    /// A document, a file or a program inside.
    Attached,
}

/// Reads the archive; none where it is none.
pub(super) fn read(file: &Limited, depth: u8, inside: Inside, found: &mut Found) -> Option<()> {
    let mut parts = directory(file)?;
    // in the order of their names within each kind, whoever wrote them
    parts.sort_by(|one, two| (one.kind, &one.name).cmp(&(two.kind, &two.name)));
    let mut left = ALL;
    let mut read = 0;
    for part in &parts {
        match part.kind {
            Kind::Thumbnail => found.add("thumbnail_not_compared", &format!("{}, not-compared", part.name)),
            Kind::Earlier => found.add("versions", &part.name),
            Kind::Attached => found.add("attachment", &part.name),
            _ => {}
        }
        if left == 0 || file.late() || part.encrypted {
            found.not_read(&part.name);
            continue;
        }
        read += usize::from(one(file, part, (depth, inside), &mut left, found).is_some());
    }
    found.count();
    (read > 0).then_some(())
}

/// Reads an OpenDocument that is one file of XML.
pub(super) fn flat(file: Limited, found: &mut Found) -> Option<()> {
    let late = file.again();
    let whole = xml::walk(BufReader::new(file.again()), &mut Words::new("", found), &|| late.late());
    if !whole {
        found.not_read("…");
    }
    found.count();
    Some(())
}

/// Reads what lies inside, so deep.
pub(super) type Inside<'i> = &'i dyn Fn(Limited, u8) -> Facts;

/// Reads one part.
fn one(file: &Limited, part: &Part, (depth, inside): (u8, Inside), left: &mut u64, found: &mut Found) -> Option<()> {
    let header = file.piece(part.at, 30)?;
    let length =
        |at: usize| header.get(at..at + 2).and_then(|two| two.first_chunk()).map(|two| u64::from(u16::from_le_bytes(*two)));
    let at = part.at + 30 + length(26)? + length(28)?;
    let most = (*left).min(if part.kind <= Kind::Text { TEXT } else { INSIDE });
    let mut unpacked = Unpacked {
        file,
        at,
        end: at.saturating_add(part.packed),
        inflater: if part.method == 8 { Some(Inflater::raw()) } else { None },
        out: Vec::new(),
        given: 0,
        left: most,
    };
    let whole = if part.kind <= Kind::Text {
        let mut words = Words::new(&part.name, found);
        xml::walk(BufReader::with_capacity(PIECE, &mut unpacked), &mut words, &|| file.late())
    } else {
        let mut bytes = Vec::new();
        let ended = unpacked.read_to_end(&mut bytes).is_ok();
        found.within = Some(part.name.clone());
        let facts = inside(file.inside(&bytes, AGAIN), depth);
        found.add_all(facts.list);
        found.within = None;
        if part.kind == Kind::Attached && depth == 0 {
            text::scan_binary(bytes.get(..PATHS).unwrap_or(&bytes), found);
        }
        ended && !facts.unread
    };
    *left = left.saturating_sub(most - unpacked.left);
    if !whole {
        found.not_read(&part.name);
    }
    whole.then_some(())
}

/// One part, unpacked as it is read.
struct Unpacked<'f, 'b> {
    file: &'f Limited<'b>,
    at: u64,
    end: u64,
    inflater: Option<Inflater>,
    out: Vec<u8>,
    given: usize,
    /// How many bytes it may still have.
    left: u64,
}

impl Unpacked<'_, '_> {
    /// Unpacks some more; false at the end.
    fn more(&mut self) -> io::Result<bool> {
        self.out.clear();
        self.given = 0;
        while self.out.is_empty() {
            let count = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(PIECE);
            if count == 0 {
                return Ok(false);
            }
            let packed = self.file.piece(self.at, count).ok_or(io::ErrorKind::TimedOut)?;
            if packed.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.at += packed.len() as u64;
            let Some(inflater) = &mut self.inflater else {
                self.out = packed;
                break;
            };
            let (out, left) = (&mut self.out, self.left);
            match inflater.push(&packed, &mut |bytes| {
                out.extend_from_slice(bytes);
                out.len() as u64 <= left
            }) {
                Inflated::More => {}
                Inflated::End(_) => self.end = self.at,
                // too many of them, which reading notices
                Inflated::Failed(super::super::inflate::Stopped::Limits) => self.end = self.at,
                Inflated::Failed(_) => return Err(io::ErrorKind::InvalidData.into()),
            }
            if self.end == self.at {
                break;
            }
        }
        Ok(!self.out.is_empty())
    }
}

impl Read for Unpacked<'_, '_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.given == self.out.len() && !self.more()? {
            return Ok(0);
        }
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let rest = self.out.get(self.given..).unwrap_or_default();
        let count = rest.len().min(to.len()).min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if let (Some(to), Some(from)) = (to.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        self.left -= count as u64;
        Ok(count)
    }
}

/// The parts that are read, from the directory at the end of the archive (APPNOTE 4.3.12 and 4.3.16).
fn directory(file: &Limited) -> Option<Vec<Part>> {
    const END: usize = 22;
    let length = file.length();
    let from = length.saturating_sub((END + 0xFFFF) as u64);
    let tail = file.piece(from, END + 0xFFFF)?;
    let end = tail.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let record = tail.get(end..end + END)?;
    let (size, at) = (u64::from(u32_at(record, 12)?), u64::from(u32_at(record, 16)?));
    // whatever was put before the archive moved it
    let start = (from + end as u64).checked_sub(size).filter(|_| size <= DIRECTORY)?;
    let moved = start.checked_sub(at)?;
    let bytes = file.piece(start, usize::try_from(size).ok()?)?;
    let (mut parts, mut rest) = (Vec::new(), bytes.as_slice());
    while let Some(header) = rest.get(..46).filter(|header| header.starts_with(b"PK\x01\x02")) {
        let lengths = [u16_at(header, 28)?, u16_at(header, 30)?, u16_at(header, 32)?].map(usize::from);
        let name = String::from_utf8_lossy(rest.get(46..46 + lengths.first()?)?).into_owned();
        if let Some(kind) = kind(&name) {
            parts.push(Part {
                kind,
                at: moved.checked_add(u32_at(header, 42)?.into())?,
                packed: u32_at(header, 20)?.into(),
                method: u16_at(header, 10)?,
                encrypted: u16_at(header, 8)? & 1 == 1,
                name,
            });
        }
        rest = rest.get(46 + lengths.iter().sum::<usize>()..)?;
    }
    Some(parts)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

/// What a part of this name is; none where it is not read.
fn kind(name: &str) -> Option<Kind> {
    let lower = name.to_ascii_lowercase();
    let (folder, file) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
    let about = lower.starts_with("docprops/")
        || ["comments", "people", "person", "author", "settings", "workbook.xml", "revisionheaders", "meta.xml", "users"]
            .iter()
            .any(|word| file.starts_with(word))
        || folder.ends_with("comments");
    match ending {
        _ if file.is_empty() || folder.ends_with("theme") => None,
        _ if folder.starts_with("thumbnails") || file.starts_with("thumbnail.") => Some(Kind::Thumbnail),
        _ if folder == "versions" => (file != "versionlist.xml").then_some(Kind::Earlier),
        "opf" | "rels" => Some(Kind::About),
        "xml" if about => Some(Kind::About),
        // formatting and lists of parts
        "xml" if folder == "meta-inf" || ["fonttable.xml", "websettings.xml", "[content_types].xml"].contains(&file) => None,
        "xml" | "xhtml" | "html" | "htm" => Some(Kind::Text),
        "jpg" | "jpeg" | "jpe" | "jfif" | "png" | "tif" | "tiff" | "heic" | "heif" | "webp" | "avif" | "mp4" | "mov"
        | "m4a" => Some(Kind::Picture),
        "docx" | "docm" | "xlsx" | "xlsm" | "pptx" | "pptm" | "doc" | "xls" | "ppt" | "odt" | "ods" | "odp" | "pdf" => {
            Some(Kind::Attached)
        }
        "bin" if folder.ends_with("embeddings") || folder.ends_with("activex") || file.starts_with("vbaproject") => {
            Some(Kind::Attached)
        }
        _ if folder.ends_with("embeddings") => Some(Kind::Attached),
        // an object of OpenDocument without an ending
        "" if folder.is_empty() && file.starts_with("object ") => Some(Kind::Attached),
        _ => None,
    }
}
