//! The second opinion on a ZIP: a reader that others wrote must see the same directory as our own.

use std::io::{self, Read, Seek, SeekFrom};

use ::zip::{CompressionMethod, ZipArchive};

use super::model::{PartEntry, PayloadEntry};
use crate::base::detail::Detail;
use crate::format::layout;
use crate::format::measure::Measure;
use crate::format::zip::{self as headers, DosTime};

/// An entry that was read, with what its headers must say.
pub(crate) struct Seen {
    /// With the top folder.
    pub name: String,
    pub size: u64,
    pub crc32: u32,
    /// Where its bytes begin.
    pub at: u64,
}

impl Seen {
    pub fn payload(top: &str, entry: &PayloadEntry) -> Self {
        let PayloadEntry { path, at, size, crc32 } = entry;
        Seen { name: format!("{top}{}", layout::data(path)), size: *size, crc32: crc32.unwrap_or(0), at: *at }
    }

    pub fn part(top: &str, entry: &PartEntry) -> Self {
        let PartEntry { part, at, measure: Measure { size, crc32, .. } } = *entry;
        Seen { name: format!("{top}{part}"), size, crc32, at }
    }

    pub fn header(&self, time: DosTime) -> headers::Entry<'_> {
        let Seen { name, size, crc32, at } = self;
        let offset = at.saturating_sub(headers::local_len(name, *size));
        headers::Entry { name, size: *size, crc32: *crc32, offset, time }
    }
}

/// What the second reader sees differently from us, if anything; `count` entries were `seen`. An error is one of the input:
/// what cannot be read is no disagreement.
pub(crate) fn disagreement(
    bytes: impl Read + Seek,
    count: u64,
    seen: impl Iterator<Item = Seen>,
) -> io::Result<Option<Detail>> {
    let mut input = Noting { bytes, error: None };
    let detail = compare(&mut input, count, seen);
    input.error.map_or(Ok(detail), Err)
}

/// Keeps the last error of its input, which the second reader turns into one of its own.
struct Noting<R> {
    bytes: R,
    error: Option<io::Error>,
}

impl<R: Read> Read for Noting<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(out).map_err(|error| {
            let kind = error.kind();
            self.error = Some(error);
            kind.into()
        })
    }
}

impl<R: Seek> Seek for Noting<R> {
    // seeking reads nothing, and a bad place is the second reader's own fault
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

fn compare(bytes: impl Read + Seek, count: u64, seen: impl Iterator<Item = Seen>) -> Option<Detail> {
    let mut archive = match ZipArchive::new(bytes) {
        Ok(archive) => archive,
        Err(error) => return Some(Detail::DirectoryUnread { error: error.to_string() }),
    };
    if archive.len() as u64 != count {
        return Some(Detail::SeesEntries { seen: archive.len() as u64, count });
    }
    for (index, Seen { name, size, crc32, at }) in seen.enumerate() {
        let entry = match archive.by_index_raw(index) {
            Ok(entry) => entry,
            Err(error) => return Some(Detail::EntryUnread { name, error: error.to_string() }),
        };
        let same = entry.name_raw() == name.as_bytes()
            && entry.size() == size
            && entry.compressed_size() == size
            && entry.crc32() == crc32
            && entry.data_start() == Some(at)
            && entry.compression() == CompressionMethod::Stored
            && entry.is_file();
        if !same {
            return Some(Detail::SeesOtherwise { name });
        }
    }
    None
}
