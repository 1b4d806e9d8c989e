//! Writing a bundle. Into a file, every place is known beforehand from names and sizes, so two workers copy the inputs at once and
//! each is read once; through an envelope, everything goes out in order, and is known before its header is written.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;

use super::copy::{self, HELD, Learnt};
use super::disk::NewFile;
use super::folder::Input;
use crate::base::code;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::bundle::seal_read::PADDING;
use crate::bundle::source::CHUNK;
use crate::format::digest::{Digest, Hasher};
use crate::format::time::Timestamp;
use crate::format::zip::{self, DosTime};

/// A ZIP being written: first the inputs, then the other parts in their order.
pub(crate) struct BundleWriter<'f> {
    out: Out<'f>,
    plan: Plan<'f>,
    /// The parts behind the payload.
    parts: Vec<(String, Slot)>,
    position: u64,
}

/// Where the bytes go.
enum Out<'f> {
    /// To places in a file.
    Places(&'f File),
    /// One after the other, into an envelope that is encrypted on its way.
    InOrder(&'f mut dyn Write),
}

/// Where each input goes, known before any is read.
pub(super) struct Plan<'f> {
    pub inputs: &'f [Input],
    slots: Vec<Slot>,
    time: DosTime,
    /// The name of the top folder, with its slash.
    top: String,
}

/// A place for an entry.
#[derive(Clone, Copy)]
struct Slot {
    size: u64,
    crc32: u32,
    offset: u64,
}

/// Writes the same bytes each time.
type Writing<'p> = Box<dyn FnMut(&mut dyn Write) -> io::Result<()> + 'p>;

/// The contents of a part, known before its header is written.
pub(crate) struct Part<'p> {
    size: u64,
    sha256: Digest,
    crc32: u32,
    /// All of it, where that is not much; else it is made again.
    held: Option<Vec<u8>>,
    write: Writing<'p>,
}

impl Plan<'_> {
    /// Where the header of an input goes, and where its bytes.
    pub fn place(&self, index: usize) -> (u64, u64) {
        let slot = self.slot(index);
        (slot.offset, slot.offset + zip::local_len(&self.name(index), slot.size))
    }

    /// The header of an input.
    pub fn local_header(&self, index: usize, crc32: u32) -> Vec<u8> {
        let name = self.name(index);
        zip::local_header(&self.entry(&name, Slot { crc32, ..self.slot(index) }))
    }

    fn slot(&self, index: usize) -> Slot {
        self.slots.get(index).copied().unwrap_or(Slot { size: 0, crc32: 0, offset: 0 })
    }

    fn name(&self, index: usize) -> String {
        format!("{}data/{}", self.top, self.inputs.get(index).map_or("", |input| &*input.name))
    }

    fn entry<'n>(&self, name: &'n str, slot: Slot) -> zip::Entry<'n> {
        zip::Entry { name, size: slot.size, crc32: slot.crc32, offset: slot.offset, time: self.time }
    }
}

impl<'f> BundleWriter<'f> {
    /// Writes `inputs`, in the order of their names, to `out`, which is empty. `top` is the name of the top folder, `sealed_at` the
    /// one time of all entries.
    pub fn to_file(out: &'f NewFile, top: &str, sealed_at: &Timestamp, inputs: &'f [Input]) -> Result<Self> {
        BundleWriter::new(Out::Places(out.file()), top, sealed_at, inputs)
    }

    /// As [`BundleWriter::to_file`], into an envelope that takes every byte once, in order.
    pub fn in_order(out: &'f mut dyn Write, top: &str, sealed_at: &Timestamp, inputs: &'f [Input]) -> Result<Self> {
        BundleWriter::new(Out::InOrder(out), top, sealed_at, inputs)
    }

    fn new(out: Out<'f>, top: &str, sealed_at: &Timestamp, inputs: &'f [Input]) -> Result<Self> {
        let time = DosTime::of(sealed_at).ok_or_else(|| {
            let trouble = "a seal can state times of the years 1980 to 2107 only";
            Error::new(code::INPUT_LIMIT, "clock", trouble).hint("set the clock of this computer")
        })?;
        let mut plan = Plan { inputs, slots: Vec::with_capacity(inputs.len()), time, top: format!("{top}/") };
        let mut position = 0;
        for (index, input) in inputs.iter().enumerate() {
            let slot = Slot { size: input.size(), crc32: 0, offset: position };
            plan.slots.push(slot);
            position += zip::local_len(&plan.name(index), slot.size) + slot.size;
        }
        Ok(BundleWriter { out, plan, parts: Vec::new(), position })
    }

    /// Copies every input to its entry; what was learnt of each, and the media types that occur. All inputs that cannot be sealed
    /// are told at once.
    pub fn copy_inputs(&mut self, watch: &dyn Watch) -> Result<Learnt> {
        let learnt = match &mut self.out {
            Out::Places(file) => copy::to_places(&self.plan, file, watch),
            Out::InOrder(out) => copy::in_order(&self.plan, *out, watch),
        }?;
        for (slot, done) in self.plan.slots.iter_mut().zip(&learnt.0) {
            slot.crc32 = done.crc32;
        }
        Ok(learnt)
    }

    /// Writes the next part; its name is the one in the top folder.
    pub fn part(&mut self, name: &str, mut part: Part) -> Result<()> {
        let slot = Slot { size: part.size, crc32: part.crc32, offset: self.position };
        let full = format!("{}{name}", self.plan.top);
        let header = zip::local_header(&self.plan.entry(&full, slot));
        let mut out = BufWriter::with_capacity(CHUNK, self.out.at(self.position));
        let written = out.write_all(&header).and_then(|()| match &part.held {
            Some(held) => out.write_all(held),
            None => (part.write)(&mut out),
        });
        written.and_then(|()| out.flush()).map_err(unwritten)?;
        drop(out);
        self.position += header.len() as u64 + part.size;
        self.parts.push((name.to_owned(), slot));
        Ok(())
    }

    /// Writes `seal/padding`, the last entry: zeros, as few as make the length of the whole ZIP a PADME length.
    pub fn padding(&mut self) -> Result<()> {
        let name = format!("{}{PADDING}", self.plan.top);
        let entry = self.plan.entry(&name, Slot { size: 0, crc32: 0, offset: self.position });
        let others: usize = central_headers(&self.plan, &self.parts).map(|header| header.len()).sum();
        let directory = (others + zip::central_header(&entry).len()) as u64;
        let count = self.plan.slots.len() + self.parts.len() + 1;
        let size = zip::padding_len(&entry, directory, count as u64);
        self.part(PADDING, Part::new(|out| io::copy(&mut io::repeat(0).take(size), out).map(drop))?)
    }

    /// Writes the directory and the end record; the length of the whole.
    pub fn finish(mut self) -> Result<u64> {
        let start = self.position;
        let at = self.out.at(start);
        let (mut out, mut size) = (BufWriter::with_capacity(CHUNK, at), 0);
        for header in central_headers(&self.plan, &self.parts) {
            size += header.len() as u64;
            out.write_all(&header).map_err(unwritten)?;
        }
        let end = zip::end_records((self.plan.slots.len() + self.parts.len()) as u64, size, start);
        out.write_all(&end).and_then(|()| out.flush()).map_err(unwritten)?;
        Ok(start + size + end.len() as u64)
    }
}

/// The central directory, header for header.
fn central_headers<'w>(plan: &'w Plan, parts: &'w [(String, Slot)]) -> impl Iterator<Item = Vec<u8>> + 'w {
    let inputs = plan.slots.iter().enumerate().map(|(index, slot)| (plan.name(index), *slot));
    let parts = parts.iter().map(|(name, slot)| (format!("{}{name}", plan.top), *slot));
    inputs.chain(parts).map(|(name, slot)| zip::central_header(&plan.entry(&name, slot)))
}

impl Out<'_> {
    /// Goes on at `position`, which is where everything ends so far.
    fn at(&mut self, position: u64) -> Box<dyn Write + '_> {
        match self {
            Out::Places(file) => Box::new(PositionedWrite { file, at: position }),
            Out::InOrder(out) => Box::new(out),
        }
    }
}

impl<'p> Part<'p> {
    /// What `write` writes, which must be the same each time.
    pub fn new(mut write: impl FnMut(&mut dyn Write) -> io::Result<()> + 'p) -> Result<Self> {
        let mut measuring =
            Measuring { held: Some(Vec::new()), size: 0, sha256: Hasher::default(), crc32: crc32fast::Hasher::new() };
        write(&mut measuring).map_err(unwritten)?;
        let Measuring { held, size, sha256, crc32 } = measuring;
        Ok(Part { size, sha256: sha256.finish(), crc32: crc32.finalize(), held, write: Box::new(write) })
    }

    /// How many bytes are written altogether for a part of this size: it is measured first, and made again where it is large.
    pub fn work(size: u64) -> u64 {
        if size <= HELD { size } else { size.saturating_mul(2) }
    }

    /// Its SHA-256.
    pub fn sha256(&self) -> Digest {
        self.sha256
    }
}

impl From<Vec<u8>> for Part<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        let (sha256, crc32) = (Digest::of(&bytes), crc32fast::hash(&bytes));
        Part { size: bytes.len() as u64, sha256, crc32, held: Some(bytes), write: Box::new(|_| Ok(())) }
    }
}

fn unwritten(error: io::Error) -> Error {
    Error::io("bundle", &error)
}

/// Writes at a place and goes on from there.
struct PositionedWrite<'f> {
    file: &'f File,
    at: u64,
}

impl Write for PositionedWrite<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all_at(bytes, self.at)?;
        self.at += bytes.len() as u64;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Measures what is written to it, and keeps it while it is not much.
struct Measuring {
    held: Option<Vec<u8>>,
    size: u64,
    sha256: Hasher,
    crc32: crc32fast::Hasher,
}

impl Write for Measuring {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.size += bytes.len() as u64;
        self.sha256.update(bytes);
        self.crc32.update(bytes);
        match &mut self.held {
            Some(held) if self.size <= HELD => held.extend(bytes),
            _ => self.held = None,
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
