//! The layout check (format, section 7), our own code and the first to look at a ZIP: each header is made again from what it
//! says and compared, each byte has one owner, the order is the one order. Only then a second ZIP reader is asked, and it must
//! see the same directory.

use std::io::{self, BufRead, Read};

use super::bytes::{At, Bytes};
use super::model::{Bundle, Entry, Form, Measure, PartAt, SecondReader};
use super::seal_read::{PADDING, PARTS, SealReader, release_name};
use super::source::{CHUNK, beginning, encrypted, peek};
use crate::base::code;
use crate::base::error::{Error, Finding, Findings, Result};
use crate::base::limits;
use crate::base::watch::Watch;
use crate::crypto::age::is_age;
use crate::format::digest::{Digest, Hasher};
use crate::format::item::Item;
use crate::format::path::PayloadPath;
use crate::format::zip::{self, DosTime};

/// A local header with the longest name there is fits; the data after it is not read.
const HEADER_CHUNK: usize = 256;

/// Reads what can be read at any place: the payload is passed over and can be read later.
pub(crate) fn read_bytes(bytes: Bytes, watch: &dyn Watch, each: &mut dyn FnMut(Item)) -> Result<Bundle> {
    let at = |capacity| bytes.at(0, capacity).map_err(|error| Error::io("bundle", &error));
    let beginning = beginning(&mut at(HEADER_CHUNK)?).map_err(|error| Error::io("bundle", &error))?;
    let input = Input::Bytes { at: at(HEADER_CHUNK)?, bytes: &bytes };
    let mut walk = Walk::new(input, watch, each);
    walk.run(&beginning)?;
    let mut second_reader = SecondReader::NotAsked;
    if !walk.broken && walk.payload.len() <= limits::SECOND_READER_ENTRIES {
        second_reader = SecondReader::Agrees;
        if let Some(detail) = disagreement(&bytes, &walk) {
            walk.reader.findings.push(Finding::new(code::CONTAINER_SECOND_READER, "bundle", detail));
        }
    }
    let broken = walk.broken;
    let parts = walk.parts_at();
    let Walk { mut payload, reader, .. } = walk;
    payload.sort_by(|one, other| one.path.cmp(&other.path));
    let SealReader { seal, findings, .. } = reader;
    Ok(Bundle {
        form: Form::Zip(bytes),
        envelope: None,
        seal,
        payload,
        findings,
        notes: Findings::default(),
        second_reader,
        parts,
        broken,
    })
}

/// Reads a stream: the payload is measured while it passes.
pub(crate) fn read_stream(stream: Box<dyn BufRead + Send>, watch: &dyn Watch, each: &mut dyn FnMut(Item)) -> Result<Bundle> {
    let (beginning, stream) = peek(stream).map_err(|error| Error::io("bundle", &error))?;
    let mut walk = Walk::new(Input::Stream(stream), watch, each);
    walk.run(&beginning)?;
    let Walk { payload, reader, passed, broken, .. } = walk;
    let (payload, passed) = in_order(payload, passed);
    let SealReader { seal, findings, .. } = reader;
    let second_reader = SecondReader::NotAsked;
    let (notes, parts) = (Findings::default(), Vec::new());
    Ok(Bundle { form: Form::Passed(passed), envelope: None, seal, payload, findings, notes, second_reader, parts, broken })
}

/// The payload in the order of its names, where a ZIP that breaks the rule has another.
fn in_order(payload: Vec<Entry>, passed: Vec<(Digest, u32)>) -> (Vec<Entry>, Vec<(Digest, u32)>) {
    if payload.is_sorted_by(|one, next| one.path <= next.path) {
        return (payload, passed);
    }
    let mut both: Vec<_> = payload.into_iter().zip(passed).collect();
    both.sort_by(|(one, _), (other, _)| one.path.cmp(&other.path));
    both.into_iter().unzip()
}

enum Input<'b> {
    Bytes { at: At<'b>, bytes: &'b Bytes },
    Stream(Box<dyn BufRead + Send>),
}

impl Input<'_> {
    fn reader(&mut self) -> &mut dyn BufRead {
        match self {
            Input::Bytes { at, .. } => at,
            Input::Stream(stream) => stream,
        }
    }
}

/// Why the walk cannot go on.
enum Stop {
    /// What is wrong with the layout, and where.
    Fault(String, &'static str),
    Error(Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Stop::Fault(String::new(), "the file ends in the middle"),
            _ => Stop::Error(Error::io("bundle", &error)),
        }
    }
}

/// An entry outside the payload, as the directory must repeat it.
struct Part {
    name: String,
    offset: u64,
    measure: Measure,
}

impl Part {
    fn data(&self) -> u64 {
        self.offset + zip::local_len(&self.name, self.measure.size)
    }
}

struct Walk<'a> {
    input: Input<'a>,
    watch: &'a dyn Watch,
    /// Where the next byte stands.
    position: u64,
    top: String,
    time: Option<DosTime>,
    /// Index of the next expected file of [`PARTS`]; beyond it, releases and padding.
    next_part: usize,
    payload: Vec<Entry>,
    parts: Vec<Part>,
    passed: Vec<(Digest, u32)>,
    reader: SealReader<'a>,
    /// The bytes of the central directory, once it has been compared.
    directory_size: u64,
    /// Nothing after some place could be told apart.
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
            next_part: 0,
            payload: Vec::new(),
            parts: Vec::new(),
            passed: Vec::new(),
            reader: SealReader::new(each),
            directory_size: 0,
            broken: false,
        }
    }

    fn run(&mut self, beginning: &[u8]) -> Result<()> {
        match self.entries(beginning).and_then(|()| self.directory()) {
            Err(Stop::Error(error)) => return Err(error),
            Err(Stop::Fault(place, detail)) => {
                let place = if place.is_empty() { format!("byte {}", self.position) } else { place };
                self.fault(&place, detail);
                self.broken = true;
            }
            Ok(()) => {}
        }
        if self.watch.interrupted() {
            // an input that ended because everything was stopped is no evidence
            return Err(Error::interrupted());
        }
        self.check_against_manifest();
        Ok(())
    }

    fn fault(&mut self, place: &str, detail: &str) {
        self.reader.findings.push(Finding::new(code::CONTAINER_LAYOUT, place, detail));
    }

    /// Walks over the entries, up to the central directory.
    fn entries(&mut self, beginning: &[u8]) -> Result<(), Stop> {
        if is_age(beginning) {
            return Err(Stop::Error(encrypted()));
        }
        if !beginning.starts_with(b"PK") {
            let place = String::from("byte 0");
            let detail = match beginning {
                [] => "the file is empty",
                _ if beginning.starts_with(b"{\"format\":\"sealbag-disclosure/") => {
                    "this is a disclosure, not a bundle: it is checked together with one (--with)"
                }
                _ => "this is not a bundle: it is no ZIP file",
            };
            return Err(Stop::Fault(place, detail));
        }
        while let Some(header) = self.header()? {
            if self.watch.interrupted() {
                return Err(Stop::Error(Error::interrupted()));
            }
            if self.count() > (limits::ITEM_COUNT + 64) as u64 {
                return Err(Stop::Fault(header.name, "there are more entries than a bundle can have"));
            }
            self.entry(header)?;
        }
        for part in PARTS.iter().skip(self.next_part) {
            self.skipped(part);
        }
        Ok(())
    }

    /// Reads a local header; `None` at the first header that is none.
    fn header(&mut self) -> Result<Option<Header>, Stop> {
        let offset = self.position;
        let mut signature = [0; 4];
        self.input.reader().read_exact(&mut signature)?;
        if signature != zip::LOCAL_SIGNATURE {
            self.position += 4;
            return if signature == zip::CENTRAL_SIGNATURE {
                Ok(None)
            } else {
                Err(Stop::Fault(format!("byte {offset}"), "neither an entry nor the directory begins here"))
            };
        }
        let mut fixed = [0; zip::LOCAL_FIXED];
        let (front, rest) = fixed.split_at_mut(4);
        front.copy_from_slice(&signature);
        self.input.reader().read_exact(rest)?;
        let fields = zip::read_local(&fixed);
        if fields.name_len > limits::PATH + 64 {
            return Err(Stop::Fault(format!("byte {offset}"), "a name is longer than any can be"));
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
        let name = String::from_utf8(name).map_err(|_| Stop::Fault(format!("byte {offset}"), "a name is not UTF-8"))?;
        let entry = zip::Entry { name: &name, size, crc32: fields.crc32, offset, time: fields.time };
        if zip::local_header(&entry) != read {
            return Err(Stop::Fault(name, "its header holds something else than name, size, CRC-32 and time"));
        }
        self.position += read.len() as u64;
        if *self.time.get_or_insert(fields.time) != fields.time {
            self.fault(&name, "its time is not that of the first entry");
        }
        Ok(Some(Header { name, size, crc32: fields.crc32, offset }))
    }

    fn entry(&mut self, header: Header) -> Result<(), Stop> {
        if self.top.is_empty() {
            self.top = top_folder(&header.name)
                .ok_or_else(|| Stop::Fault(header.name.clone(), "it does not lie in a folder named as a bundle is"))?;
        }
        if let Input::Bytes { bytes, .. } = self.input
            && header.size > bytes.length().saturating_sub(self.position)
        {
            return Err(Stop::Fault(header.name, "it is cut short"));
        }
        let Some(name) = header.name.strip_prefix(&self.top) else {
            return Err(Stop::Fault(header.name, "it does not lie in the one top folder"));
        };
        match name.strip_prefix("data/") {
            Some(path) => {
                let path = PayloadPath::parse(path).map_err(|reason| Stop::Fault(header.name.clone(), reason))?;
                self.payload_entry(&header, path)
            }
            None => self.part(&header, name),
        }
    }

    fn payload_entry(&mut self, header: &Header, path: PayloadPath) -> Result<(), Stop> {
        if self.next_part > 0 {
            self.fault(&header.name, "a payload file stands behind the other files");
        }
        if self.payload.last().is_some_and(|last| last.path >= path) {
            self.fault(&header.name, "the payload is not in the order of its names, or a name stands twice");
        }
        let crc32 = Some(header.crc32);
        self.payload.push(Entry { path, at: self.position, size: header.size, crc32 });
        match &mut self.input {
            Input::Bytes { at, .. } => at.skip(header.size),
            Input::Stream(stream) => {
                self.passed.push(measure_stream(stream, header.size, self.watch)?);
            }
        }
        self.position += header.size;
        Ok(())
    }

    fn part(&mut self, header: &Header, name: &str) -> Result<(), Stop> {
        let place = rank(name).filter(|place| *place >= self.next_part);
        let Some(place) = place else {
            return Err(Stop::Fault(header.name.clone(), "no such file belongs at this place"));
        };
        for missing in self.next_part..place {
            // a release without its signature, and a missing seal, are told by the judge, for a folder and a ZIP alike
            match PARTS.get(missing) {
                Some(part) => self.skipped(part),
                None if name == PADDING || (missing - PARTS.len()) % 2 == 1 => {}
                None => self.fault(&header.name, "the release before it is not at its place"),
            }
        }
        self.next_part = place + 1;
        let (position, size) = (self.position, header.size);
        let measure = match &self.input {
            Input::Bytes { bytes, .. } => {
                let mut whole = bytes.at(position, CHUNK.min(size.max(1) as usize))?;
                self.reader.part(name, size, &mut whole)
            }
            Input::Stream(_) => self.reader.part(name, size, self.input.reader()),
        }?;
        if let Input::Bytes { at, .. } = &mut self.input {
            at.skip(size);
        }
        self.position += size;
        self.keep(header, measure);
        Ok(())
    }

    fn keep(&mut self, header: &Header, measure: Measure) {
        if measure.crc32 != header.crc32 {
            self.fault(&header.name, "its CRC-32 is wrong");
        }
        self.parts.push(Part { name: header.name.clone(), offset: header.offset, measure });
    }

    /// A missing seal is told by the judge, in a folder and here alike.
    fn skipped(&mut self, part: &str) {
        if !matches!(part, "seal/manifest.json" | "seal/manifest.sig") {
            self.fault(part, "it is not at its place");
        }
    }

    /// Makes the directory and the end records again and compares.
    fn directory(&mut self) -> Result<(), Stop> {
        // the signature of the first header has been read
        let start = self.position - 4;
        let Some(time) = self.time else {
            return Err(Stop::Fault("byte 0".into(), "the file holds no entry"));
        };
        let mut seen = zip::CENTRAL_SIGNATURE.to_vec();
        let mut size = 0;
        let mut count = 0u64;
        let entries = self.payload.iter().map(|entry| {
            let name = format!("{}data/{}", self.top, entry.path);
            let offset = entry.at - zip::local_len(&name, entry.size);
            (name, entry.size, entry.crc32.unwrap_or(0), offset)
        });
        let parts = self.parts.iter().map(|part| (part.name.clone(), part.measure.size, part.measure.crc32, part.offset));
        let mut directory: Box<dyn BufRead + '_> = match &mut self.input {
            Input::Bytes { bytes, .. } => Box::new(bytes.at(self.position, CHUNK)?),
            Input::Stream(stream) => Box::new(stream),
        };
        for (name, length, crc32, offset) in entries.chain(parts) {
            let expected = zip::central_header(&zip::Entry { name: &name, size: length, crc32, offset, time });
            let have = seen.len();
            seen.resize(expected.len(), 0);
            directory.read_exact(seen.get_mut(have..).unwrap_or_default())?;
            if seen != expected {
                return Err(Stop::Fault(name, "the directory says something else than its header does"));
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
            return Err(Stop::Fault("end of the file".into(), "the end record is not the one for these entries"));
        }
        self.position += expected.len() as u64;
        self.directory_size = size;
        if !directory.fill_buf()?.is_empty() {
            return Err(Stop::Fault("end of the file".into(), "bytes follow the end record"));
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
            self.fault("bundle", "the top folder is not named after the id in the manifest");
        }
        if wrong_time {
            self.fault("bundle", "the time of the entries is not that of the manifest");
        }
        if self.broken {
            return;
        }
        if let Some(padding) = self.parts.last().filter(|part| part.name.ends_with(PADDING)) {
            let entry = zip::Entry {
                name: &padding.name,
                size: padding.measure.size,
                crc32: 0,
                offset: padding.offset,
                time: DosTime::ZERO,
            };
            if zip::padding_len(&entry, self.directory_size, self.count()) != padding.measure.size {
                self.fault(PADDING, "padding has not the least length that reaches a PADME length");
            }
        }
    }

    fn parts_at(&self) -> Vec<PartAt> {
        let inside = |part: &Part| part.name.strip_prefix(&self.top).unwrap_or(&part.name).to_owned();
        self.parts.iter().map(|part| PartAt { name: inside(part), at: part.data(), measure: part.measure }).collect()
    }

    fn count(&self) -> u64 {
        (self.payload.len() + self.parts.len()) as u64
    }
}

struct Header {
    name: String,
    size: u64,
    crc32: u32,
    offset: u64,
}

/// The place of a file outside `data/` in the one order, if there is one for its name.
fn rank(name: &str) -> Option<usize> {
    if let Some(part) = PARTS.iter().position(|part| *part == name) {
        return Some(part);
    }
    if name == PADDING {
        return Some(PARTS.len() + 2 * limits::RELEASES);
    }
    let release = |n: usize| release_name(n / 2 + 1, if n.is_multiple_of(2) { "json" } else { "sig" });
    (0..2 * limits::RELEASES).find(|n| release(*n) == name).map(|n| PARTS.len() + n)
}

/// `sealbag-<12 hex>/` of a name that begins so.
fn top_folder(name: &str) -> Option<String> {
    let (top, _) = name.split_once('/')?;
    let digits = top.strip_prefix("sealbag-")?;
    let hex = digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    hex.then(|| format!("{top}/"))
}

fn measure_stream(stream: &mut dyn BufRead, size: u64, watch: &dyn Watch) -> Result<(Digest, u32), Stop> {
    let (mut sha256, mut crc32, mut left) = (Hasher::default(), crc32fast::Hasher::new(), size);
    while left > 0 {
        let bytes = stream.fill_buf()?;
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let Some(bytes) = bytes.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        };
        sha256.update(bytes);
        crc32.update(bytes);
        stream.consume(count);
        left -= count as u64;
        watch.advance(count as u64);
        if watch.interrupted() {
            return Err(Stop::Error(Error::interrupted()));
        }
    }
    Ok((sha256.finish(), crc32.finalize()))
}

/// What the second reader sees otherwise than we do, if anything.
fn disagreement(bytes: &Bytes, walk: &Walk) -> Option<String> {
    let at = bytes.at(0, HEADER_CHUNK).map_err(::zip::result::ZipError::Io);
    let mut archive = match at.and_then(::zip::ZipArchive::new) {
        Ok(archive) => archive,
        Err(error) => return Some(format!("it cannot read the directory: {error}")),
    };
    if archive.len() as u64 != walk.count() {
        return Some(format!("it sees {} entries, there are {}", archive.len(), walk.count()));
    }
    let payload =
        walk.payload.iter().map(|entry| (format!("{}data/{}", walk.top, entry.path), entry.size, entry.crc32, entry.at));
    let parts = walk.parts.iter().map(|part| (part.name.clone(), part.measure.size, Some(part.measure.crc32), part.data()));
    for (index, (name, size, crc32, at)) in payload.chain(parts).enumerate() {
        let entry = match archive.by_index_raw(index) {
            Ok(entry) => entry,
            Err(error) => return Some(format!("it cannot read {name}: {error}")),
        };
        let same = entry.name_raw() == name.as_bytes()
            && entry.size() == size
            && entry.compressed_size() == size
            && Some(entry.crc32()) == crc32
            && entry.data_start() == Some(at)
            && entry.compression() == ::zip::CompressionMethod::Stored
            && entry.is_file();
        if !same {
            return Some(format!("it sees {name} otherwise"));
        }
    }
    None
}
