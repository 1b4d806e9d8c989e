//! The layout check (format, section 7), our own code and the first to look at a ZIP: each header is rebuilt from what it says
//! and compared, each byte belongs to exactly one entry or record, and the order is the prescribed one. Only then is a second
//! ZIP reader asked, and it must see the same directory.

use std::io::{self, BufRead};

use super::blocks::{Blocks, Bytes};
use super::model::{Bundle, Form, Kept, PartEntry, PayloadEntry, SecondReader};
use super::seal_read::{SealReader, longest};
use super::second_reader::{self, Seen};
use super::source::{encrypted, peek};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Findings, Result};
use crate::base::limits::{self, CHUNK};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::crypto::age::is_age;
use crate::format::item::Item;
use crate::format::layout::{self, ALWAYS, Part, top_folder_of};
use crate::format::measure::{Measure, Measuring};
use crate::format::path::PayloadPath;
use crate::format::zip::{self, DosTime};

/// Reads bytes that can be read at any place: the payload is skipped and can be read later.
pub(crate) fn read_bytes(bytes: Bytes, watch: &dyn Watch, each: &mut dyn FnMut(Item)) -> Result<Bundle> {
    let beginning = bytes.beginning()?;
    let blocks = bytes.blocks(0, CHUNK);
    let mut walk = Walk::new(Input::Bytes { blocks, length: bytes.length() }, watch, each);
    walk.run(&beginning)?;
    let asked = !walk.broken && walk.payload.len() <= limits::SECOND_READER_ENTRIES;
    if asked {
        let seen = seen_entries(&walk.top, &walk.payload, &walk.parts);
        let told = second_reader::disagreement(bytes.blocks(0, CHUNK), walk.count(), seen);
        if let Some(detail) = told.map_err(|error| Error::io(Place::Bundle, &error))? {
            walk.reader.findings.push(Finding::new(code::CONTAINER_SECOND_READER, Place::Bundle, detail));
        }
    }
    let second_reader = if asked { SecondReader::Agrees } else { SecondReader::NotAsked };
    let mut bundle = walk.into_bundle(second_reader);
    bundle.payload.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(Bundle { form: Form::Kept(Kept::Zip(bytes)), ..bundle })
}

/// Reads a stream: the payload is measured while it passes.
pub(crate) fn read_stream(stream: Box<dyn BufRead + Send>, watch: &dyn Watch, each: &mut dyn FnMut(Item)) -> Result<Bundle> {
    let (beginning, stream) = peek(stream).map_err(|error| Error::io(Place::Bundle, &error))?;
    let mut walk = Walk::new(Input::Stream(stream), watch, each);
    walk.run(&beginning)?;
    let (payload, passed) = in_order(std::mem::take(&mut walk.payload), std::mem::take(&mut walk.passed));
    Ok(Bundle { form: Form::Passed(passed), payload, ..walk.into_bundle(SecondReader::NotAsked) })
}

/// Lets a bundle pass for somebody who keeps its bytes, and stops at the first that can be in none. Of each entry `room` is told the
/// place and the length before any of it is read, and says whether there is room for it. False where it stopped.
pub(crate) fn pass(
    stream: &mut (dyn BufRead + Send),
    room: &mut dyn FnMut(&str, u64) -> Result<()>,
    watch: &dyn Watch,
) -> Result<bool> {
    let (beginning, mut stream) = peek(stream).map_err(|error| Error::io(Place::Bundle, &error))?;
    let stream = &mut stream;
    let mut ignore = |_| ();
    let mut walk = Walk::new(Input::Kept { stream, room }, watch, &mut ignore);
    walk.run(&beginning)?;
    Ok(!walk.broken)
}

/// The payload in the order of its names, even if the ZIP breaks that rule.
fn in_order(payload: Vec<PayloadEntry>, passed: Vec<Measure>) -> (Vec<PayloadEntry>, Vec<Measure>) {
    if payload.is_sorted_by(|one, next| one.path <= next.path) {
        return (payload, passed);
    }
    let mut both: Vec<_> = payload.into_iter().zip(passed).collect();
    both.sort_by(|(one, _), (other, _)| one.path.cmp(&other.path));
    both.into_iter().unzip()
}

enum Input<'b> {
    Bytes {
        blocks: Blocks<'b>,
        /// The length of all of them.
        length: u64,
    },
    Stream(Box<dyn BufRead + Send>),
    /// A stream that somebody else keeps, who must have the room.
    Kept {
        stream: &'b mut dyn BufRead,
        room: &'b mut dyn FnMut(&str, u64) -> Result<()>,
    },
}

impl Input<'_> {
    fn reader(&mut self) -> &mut dyn BufRead {
        match self {
            Input::Bytes { blocks, .. } => blocks,
            Input::Stream(stream) => stream,
            Input::Kept { stream, .. } => *stream,
        }
    }
}

/// Why the walk cannot go on.
enum Stop {
    /// The file ends where it should go on.
    Ends,
    /// What is wrong with the layout, and where.
    Fault(Place, Detail),
    Error(Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Stop::Ends,
            _ => Stop::Error(Error::io(Place::Bundle, &error)),
        }
    }
}

struct Walk<'a> {
    input: Input<'a>,
    watch: &'a dyn Watch,
    /// Where the next byte stands.
    position: u64,
    top: String,
    time: Option<DosTime>,
    payload: Vec<PayloadEntry>,
    /// What was measured of a stream's payload, entry for entry.
    passed: Vec<Measure>,
    parts: Vec<PartEntry>,
    reader: SealReader<'a>,
    /// The length of the central directory, once it has been compared.
    directory_size: u64,
    /// From some place on nothing could be made out.
    broken: bool,
}

impl<'a> Walk<'a> {
    fn new(input: Input<'a>, watch: &'a dyn Watch, each: &'a mut dyn FnMut(Item)) -> Self {
        Walk {
            input,
            watch,
            position: 0,
            top: String::new(),
            time: None,
            payload: Vec::new(),
            passed: Vec::new(),
            parts: Vec::new(),
            reader: SealReader::new(each),
            directory_size: 0,
            broken: false,
        }
    }

    fn run(&mut self, beginning: &[u8]) -> Result<()> {
        match self.entries(beginning).and_then(|()| self.directory()) {
            Err(Stop::Error(error)) => return Err(error),
            Err(Stop::Fault(place, detail)) => {
                self.fault(place, detail);
                self.broken = true;
            }
            Err(Stop::Ends) => {
                self.fault(Place::Byte(self.position), Detail::EndsInTheMiddle);
                self.broken = true;
            }
            Ok(()) => {}
        }
        if self.watch.interrupted() {
            // an input that ended because the run was stopped is no evidence
            return Err(Error::interrupted());
        }
        self.check_against_manifest();
        Ok(())
    }

    fn fault(&mut self, place: impl Into<Place>, detail: Detail) {
        self.reader.findings.push(Finding::new(code::CONTAINER_LAYOUT, place, detail));
    }

    /// Walks over the entries, up to the central directory.
    fn entries(&mut self, beginning: &[u8]) -> Result<(), Stop> {
        if is_age(beginning) {
            return Err(Stop::Error(encrypted()));
        }
        if !beginning.starts_with(b"PK") {
            let detail = match beginning {
                [] => Detail::EmptyFile,
                _ if beginning.starts_with(b"{\"format\":\"sealbag-disclosure/") => Detail::IsDisclosure,
                _ => kind(beginning),
            };
            return Err(Stop::Fault(Place::Byte(0), detail));
        }
        while let Some(header) = self.header()? {
            if self.watch.interrupted() {
                return Err(Stop::Error(Error::interrupted()));
            }
            if self.count() > (limits::ITEM_COUNT + 64) as u64 {
                return Err(Stop::Fault(header.name.into(), Detail::TooManyEntries));
            }
            self.entry(header)?;
        }
        let last = self.last_part();
        for part in ALWAYS.into_iter().filter(|part| Some(*part) > last) {
            self.skipped(part);
        }
        Ok(())
    }

    /// Reads a local header; `None` at the first header of another kind.
    fn header(&mut self) -> Result<Option<Header>, Stop> {
        let offset = self.position;
        let mut signature = [0; 4];
        self.input.reader().read_exact(&mut signature)?;
        if signature != zip::LOCAL_SIGNATURE {
            self.position += 4;
            return if signature == zip::CENTRAL_SIGNATURE {
                Ok(None)
            } else {
                Err(Stop::Fault(Place::Byte(offset), Detail::NoHeader))
            };
        }
        let mut fixed = [0; zip::LOCAL_FIXED];
        let (front, rest) = fixed.split_at_mut(4);
        front.copy_from_slice(&signature);
        self.input.reader().read_exact(rest)?;
        let fields = zip::read_local(&fixed);
        if fields.name_len > limits::PATH + 64 {
            return Err(Stop::Fault(Place::Byte(offset), Detail::NameTooLong));
        }
        let mut name = vec![0; fields.name_len];
        self.input.reader().read_exact(&mut name)?;
        let mut size = u64::from(fields.size);
        let mut read = [&fixed[..], &name].concat();
        if fields.is_zip64() {
            let mut extra = [0; zip::LOCAL_EXTRA];
            self.input.reader().read_exact(&mut extra)?;
            size = zip::LocalFields::size_in_extra(&extra);
            read.extend(extra);
        }
        let name = String::from_utf8(name).map_err(|_| Stop::Fault(Place::Byte(offset), Detail::NameNotUtf8))?;
        let entry = zip::Entry { name: &name, size, crc32: fields.crc32, offset, time: fields.time };
        if zip::local_header(&entry) != read {
            return Err(Stop::Fault(name.into(), Detail::OddHeader));
        }
        self.position += read.len() as u64;
        if *self.time.get_or_insert(fields.time) != fields.time {
            self.fault(&name, Detail::OtherTime);
        }
        Ok(Some(Header { name, size, crc32: fields.crc32 }))
    }

    fn entry(&mut self, header: Header) -> Result<(), Stop> {
        if self.top.is_empty() {
            self.top =
                top_folder_of(&header.name).ok_or_else(|| Stop::Fault((&header.name).into(), Detail::NoTopFolder))?.to_owned();
        }
        if let Input::Bytes { length, .. } = self.input
            && header.size > length.saturating_sub(self.position)
        {
            return Err(Stop::Fault(header.name.into(), Detail::CutShort));
        }
        if header.size > limits::INTEGER {
            return Err(Stop::Fault(header.name.into(), Detail::TooLong { limit: limits::INTEGER }));
        }
        if let Input::Kept { room, .. } = &mut self.input {
            room(&header.name, header.size).map_err(Stop::Error)?;
        }
        let Some(name) = header.name.strip_prefix(&self.top) else {
            return Err(Stop::Fault(header.name.into(), Detail::OtherTopFolder));
        };
        match name.strip_prefix(layout::DATA) {
            Some(path) => {
                let path = PayloadPath::parse(path).map_err(|reason| Stop::Fault((&header.name).into(), reason))?;
                self.payload_entry(&header, path)
            }
            None => self.part(&header, name),
        }
    }

    fn payload_entry(&mut self, header: &Header, path: PayloadPath) -> Result<(), Stop> {
        if !self.parts.is_empty() {
            self.fault(&header.name, Detail::PayloadBehindParts);
        }
        if self.payload.last().is_some_and(|last| last.path >= path) {
            self.fault(&header.name, Detail::PayloadOutOfOrder);
        }
        let crc32 = Some(header.crc32);
        self.payload.push(PayloadEntry { path, at: self.position, size: header.size, crc32 });
        match &mut self.input {
            Input::Bytes { blocks, .. } => blocks.skip(header.size),
            Input::Stream(stream) => self.passed.push(measure_stream(stream, header.size, self.watch)?),
            Input::Kept { stream, .. } => skip_stream(stream, header.size, self.watch)?,
        }
        self.position += header.size;
        Ok(())
    }

    fn part(&mut self, header: &Header, name: &str) -> Result<(), Stop> {
        let last = self.last_part();
        let Some(part) = Part::parse(name).filter(|part| Some(*part) > last && self.reader.allows(*part)) else {
            return Err(Stop::Fault((&header.name).into(), Detail::WrongPlace));
        };
        for missing in Part::all().filter(|missing| Some(*missing) > last && *missing < part) {
            // a release without its signature, and a missing seal, are reported by the judge, for a folder and a ZIP alike
            match missing {
                Part::ReleaseSignature(_) | Part::ReadersSignature | Part::Later(_) => {}
                Part::Release(_) if part > Part::ReleaseSignature(limits::RELEASES) => {}
                Part::Readers if part == Part::Padding => {}
                Part::Release(_) => self.fault(&header.name, Detail::ReleaseBeforeNotInPlace),
                missing => self.skipped(missing),
            }
        }
        if part == Part::Padding && header.size > self.position / 4 + limits::LINE as u64 {
            let limit = self.position / 4 + limits::LINE as u64;
            return Err(Stop::Fault((&header.name).into(), Detail::TooLong { limit }));
        }
        let measure = match (self.reader.part(part, header.size, self.input.reader())?, &mut self.input) {
            (Some(measure), _) => {
                if measure.crc32 != header.crc32 {
                    self.fault(&header.name, Detail::WrongCrc32);
                }
                measure
            }
            (None, Input::Bytes { blocks, .. }) => {
                blocks.go_to(self.position + header.size);
                Measure { crc32: header.crc32, ..Measure::unread(header.size) }
            }
            (None, Input::Stream(_) | Input::Kept { .. }) => {
                let limit = longest(part).unwrap_or_default();
                return Err(Stop::Fault((&header.name).into(), Detail::TooLong { limit }));
            }
        };
        self.parts.push(PartEntry { part, at: self.position, measure });
        self.position += header.size;
        Ok(())
    }

    fn last_part(&self) -> Option<Part> {
        self.parts.last().map(|entry| entry.part)
    }

    /// Reports a missing part; a missing seal is left to the judge, for a folder and a ZIP alike.
    fn skipped(&mut self, part: Part) {
        if !matches!(part, Part::Manifest | Part::Signature) {
            self.fault(part.to_string(), Detail::NotInPlace);
        }
    }

    /// Rebuilds the directory and the end records, and compares them.
    fn directory(&mut self) -> Result<(), Stop> {
        // the signature of the first header has been read
        let start = self.position - 4;
        let Some(time) = self.time else {
            return Err(Stop::Fault(Place::Byte(0), Detail::NoEntry));
        };
        let mut seen = zip::CENTRAL_SIGNATURE.to_vec();
        let (mut size, mut count) = (0, 0u64);
        let directory = self.input.reader();
        for entry in seen_entries(&self.top, &self.payload, &self.parts) {
            let expected = zip::central_header(&entry.header(time));
            let have = seen.len();
            seen.resize(expected.len(), 0);
            directory.read_exact(seen.get_mut(have..).unwrap_or_default())?;
            if seen != expected {
                return Err(Stop::Fault(entry.name.into(), Detail::DirectoryDiffers));
            }
            size += expected.len() as u64;
            count += 1;
            self.position = start + size;
            seen.clear();
        }
        let expected = zip::end_records(count, size, start);
        seen.resize(expected.len(), 0);
        directory.read_exact(&mut seen)?;
        if seen != expected {
            return Err(Stop::Fault(Place::EndOfFile, Detail::EndRecordDiffers));
        }
        self.position += expected.len() as u64;
        self.directory_size = size;
        if !directory.fill_buf()?.is_empty() {
            return Err(Stop::Fault(Place::EndOfFile, Detail::BytesBehindEnd));
        }
        Ok(())
    }

    /// What the headers and the padding must be can only be said once the manifest is known.
    fn check_against_manifest(&mut self) {
        let Some(sealed) = &self.reader.seal.manifest else { return };
        let manifest = &sealed.manifest;
        let top = format!("{}/", manifest.top_folder());
        let wrong_time = self.time != DosTime::of(&manifest.sealed_at);
        if self.top != top {
            self.fault(Place::Bundle, Detail::TopFolderNotOfId);
        }
        if wrong_time {
            self.fault(Place::Bundle, Detail::TimeNotOfManifest);
        }
        if self.broken {
            return;
        }
        let Some(padding) = self.parts.last().filter(|entry| entry.part == Part::Padding) else { return };
        let seen = Seen::part(&self.top, padding);
        if zip::padding_len(&seen.header(DosTime::ZERO), self.directory_size, self.count()) != seen.size {
            self.fault(Part::Padding.to_string(), Detail::PaddingNotPadme);
        }
    }

    fn count(&self) -> u64 {
        (self.payload.len() + self.parts.len()) as u64
    }

    fn into_bundle(self, second_reader: SecondReader) -> Bundle {
        let Walk { payload, passed, parts, broken, reader, .. } = self;
        let (seal, findings) = reader.finish();
        let (form, notes) = (Form::Passed(passed), Findings::default());
        Bundle { form, envelope: None, seal, payload, parts, findings, notes, second_reader, broken }
    }
}

/// What a file is that is no bundle.
fn kind(beginning: &[u8]) -> Detail {
    let Some(kind) = infer::get(beginning) else { return Detail::NotAZip };
    let name = kind.mime_type().to_owned();
    match kind.matcher_type() {
        _ if matches!(kind.mime_type(), "application/pdf" | "text/html" | "text/xml") => Detail::IsPage { kind: name },
        infer::MatcherType::Image | infer::MatcherType::Audio | infer::MatcherType::Video => Detail::IsMedia { kind: name },
        infer::MatcherType::Archive => Detail::IsOtherArchive { kind: name },
        _ => Detail::NotAZip,
    }
}

struct Header {
    name: String,
    size: u64,
    crc32: u32,
}

/// Every entry that was read, in its order.
fn seen_entries<'w>(top: &'w str, payload: &'w [PayloadEntry], parts: &'w [PartEntry]) -> impl Iterator<Item = Seen> + 'w {
    payload.iter().map(move |entry| Seen::payload(top, entry)).chain(parts.iter().map(move |entry| Seen::part(top, entry)))
}

fn measure_stream(stream: &mut dyn BufRead, size: u64, watch: &dyn Watch) -> Result<Measure, Stop> {
    let mut measuring = Measuring::default();
    each_block(stream, size, watch, &mut |block| {
        measuring.update(block);
        watch.advance(block.len() as u64);
    })?;
    Ok(measuring.finish())
}

fn skip_stream(stream: &mut dyn BufRead, size: u64, watch: &dyn Watch) -> Result<(), Stop> {
    each_block(stream, size, watch, &mut |_| ())
}

/// Hands on the next `size` bytes as they come.
fn each_block(stream: &mut dyn BufRead, size: u64, watch: &dyn Watch, each: &mut dyn FnMut(&[u8])) -> Result<(), Stop> {
    let mut left = size;
    while left > 0 {
        let bytes = stream.fill_buf()?;
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let Some(bytes) = bytes.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        };
        each(bytes);
        stream.consume(count);
        left -= count as u64;
        if watch.interrupted() {
            return Err(Stop::Error(Error::interrupted()));
        }
    }
    Ok(())
}
