//! Writing a bundle. Into a file, every place is known beforehand from names and sizes, so several workers copy the inputs at
//! once and each input is read once. Into an envelope, everything goes out in order, and each entry is known before its header
//! is written.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};

use super::copy::{self, Learnt};
use super::copy_in_order::{self, HELD};
use super::disk::NewFile;
use super::folder::Input;
use super::plan::{Plan, Slot};
use crate::base::error::{Error, Result};
use crate::base::limits::CHUNK;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::format::bagit::{self, TagDigests};
use crate::format::digest::Digest;
use crate::format::layout::{self, Part};
use crate::format::manifest::Manifest;
use crate::format::measure::{Measure, Measuring};
use crate::format::path::PayloadPath;
use crate::format::time::Timestamp;
use crate::format::zip;
use crate::store::os;

/// A ZIP being written: first the inputs, then the other parts in their order.
pub(crate) struct BundleWriter<'f> {
    out: Out<'f>,
    plan: Plan<'f>,
    /// The entries after the inputs, by their names in the top folder.
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

/// What the derived files and the items of a bag say.
pub(crate) struct Bag<'p> {
    pub manifest: &'p Manifest,
    /// The bundle digest.
    pub digest: Digest,
    /// Of the payload.
    pub bytes: u64,
    /// Of the payload.
    pub files: u64,
    /// `manifest-sha256.txt`
    pub payload_manifest: NewPart<'p>,
    /// `seal/items.jsonl`
    pub items: NewPart<'p>,
}

/// Writes the same bytes each time.
type Writing<'p> = Box<dyn FnMut(&mut dyn Write) -> io::Result<()> + 'p>;

/// The contents of an entry, known before its header is written.
pub(crate) struct NewPart<'p> {
    measure: Measure,
    /// All of it, if it is small; otherwise it is made again.
    held: Option<Vec<u8>>,
    write: Writing<'p>,
}

impl<'f> BundleWriter<'f> {
    /// Writes `inputs`, in the order of their names, to `out`, which is empty. `top` is the name of the top folder, `sealed_at`
    /// the one time of all entries.
    pub fn to_file(out: &'f NewFile, top: &str, sealed_at: &Timestamp, inputs: &'f [Input]) -> Result<Self> {
        BundleWriter::new(Out::Places(out.file()), top, sealed_at, inputs)
    }

    /// As [`BundleWriter::to_file`], into an envelope that takes every byte once, in order.
    pub fn in_order(out: &'f mut dyn Write, top: &str, sealed_at: &Timestamp, inputs: &'f [Input]) -> Result<Self> {
        BundleWriter::new(Out::InOrder(out), top, sealed_at, inputs)
    }

    fn new(out: Out<'f>, top: &str, sealed_at: &Timestamp, inputs: &'f [Input]) -> Result<Self> {
        let (plan, position) = Plan::new(inputs, top, sealed_at)?;
        Ok(BundleWriter { out, plan, parts: Vec::new(), position })
    }

    /// Copies every input to its entry and returns what was learnt of each, and the media types that occur. All inputs that
    /// cannot be sealed are reported together.
    pub fn copy_inputs(&mut self, watch: &dyn Watch) -> Result<Learnt> {
        let learnt = match &mut self.out {
            Out::Places(file) => copy::to_places(&self.plan, file, watch),
            Out::InOrder(out) => copy_in_order::in_order(&self.plan, *out, watch),
        }?;
        for (slot, done) in self.plan.slots.iter_mut().zip(&learnt.0) {
            slot.crc32 = done.crc32;
        }
        Ok(learnt)
    }

    /// Writes a payload file that is not an input.
    pub fn payload(&mut self, path: &PayloadPath, bytes: NewPart) -> Result<()> {
        self.entry(layout::data(path), bytes)
    }

    /// Writes the next part of the seal.
    pub fn part(&mut self, part: Part, bytes: NewPart) -> Result<()> {
        self.entry(part.to_string(), bytes)
    }

    /// Writes everything that follows the payload, to the end of the file: the derived files and the items of `bag`, what
    /// `seal` writes, and padding if `padded`. Returns the length of the whole.
    pub fn finish(mut self, bag: Bag, padded: bool, seal: impl FnOnce(&mut Self) -> Result<()>) -> Result<u64> {
        let Bag { manifest, digest, bytes, files, payload_manifest, items } = bag;
        let bag_info = NewPart::from(bagit::bag_info(manifest, bytes, files).into_bytes());
        let tag_manifest = bagit::tagmanifest(&TagDigests {
            bag_info: bag_info.sha256(),
            manifest_sha256: payload_manifest.sha256(),
            items: items.sha256(),
            manifest: digest,
        });
        self.part(Part::BagInfo, bag_info)?;
        self.part(Part::Bagit, NewPart::from(bagit::BAGIT_TXT.as_bytes().to_vec()))?;
        self.part(Part::PayloadManifest, payload_manifest)?;
        self.part(Part::TagManifest, NewPart::from(tag_manifest.into_bytes()))?;
        self.part(Part::Verify, NewPart::from(bagit::VERIFY_TXT.as_bytes().to_vec()))?;
        self.part(Part::Items, items)?;
        seal(&mut self)?;
        if padded {
            self.padding()?;
        }
        self.directory()
    }

    fn entry(&mut self, name: String, mut part: NewPart) -> Result<()> {
        let Measure { size, crc32, .. } = part.measure;
        let slot = Slot { size, crc32, offset: self.position };
        let full = format!("{}{name}", self.plan.top);
        let header = zip::local_header(&self.plan.entry(&full, slot));
        let mut out = BufWriter::with_capacity(CHUNK, self.out.at(self.position));
        let written = out.write_all(&header).and_then(|()| match &part.held {
            Some(held) => out.write_all(held),
            None => (part.write)(&mut out),
        });
        written.and_then(|()| out.flush()).map_err(unwritten)?;
        drop(out);
        self.position += header.len() as u64 + size;
        self.parts.push((name, slot));
        Ok(())
    }

    /// Writes the last entry: zeros, as few as make the length of the whole ZIP a PADME length.
    fn padding(&mut self) -> Result<()> {
        let name = format!("{}{}", self.plan.top, Part::Padding);
        let entry = self.plan.entry(&name, Slot { size: 0, crc32: 0, offset: self.position });
        let others: usize = central_headers(&self.plan, &self.parts).map(|header| header.len()).sum();
        let directory = (others + zip::central_header(&entry).len()) as u64;
        let count = self.plan.slots.len() + self.parts.len() + 1;
        let size = zip::padding_len(&entry, directory, count as u64);
        self.part(Part::Padding, NewPart::new(|out| io::copy(&mut io::repeat(0).take(size), out).map(drop))?)
    }

    /// Writes the directory and the end record, and returns the length of the whole.
    fn directory(mut self) -> Result<u64> {
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

/// The central directory, header by header.
fn central_headers<'w>(plan: &'w Plan, parts: &'w [(String, Slot)]) -> impl Iterator<Item = Vec<u8>> + 'w {
    let inputs = plan.slots.iter().enumerate().map(|(index, slot)| (plan.name(index), *slot));
    let parts = parts.iter().map(|(name, slot)| (format!("{}{name}", plan.top), *slot));
    inputs.chain(parts).map(|(name, slot)| zip::central_header(&plan.entry(&name, slot)))
}

impl Out<'_> {
    /// A writer that continues at `position`, where everything ends so far.
    fn at(&mut self, position: u64) -> Box<dyn Write + '_> {
        match self {
            Out::Places(file) => Box::new(PositionedWrite { file, at: position }),
            Out::InOrder(out) => Box::new(out),
        }
    }
}

impl<'p> NewPart<'p> {
    /// What `write` writes, which must be the same each time.
    pub fn new(mut write: impl FnMut(&mut dyn Write) -> io::Result<()> + 'p) -> Result<Self> {
        let mut keeping = Keeping { held: Some(Vec::new()), measuring: Measuring::default() };
        write(&mut keeping).map_err(unwritten)?;
        let Keeping { held, measuring } = keeping;
        Ok(NewPart { measure: measuring.finish(), held, write: Box::new(write) })
    }

    /// How many bytes are written altogether for a part of this size: it is measured first, and made again if it is large.
    pub fn work(size: u64) -> u64 {
        if size <= HELD { size } else { size.saturating_mul(2) }
    }

    /// Its SHA-256.
    pub fn sha256(&self) -> Digest {
        self.measure.sha256
    }
}

impl From<Vec<u8>> for NewPart<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        NewPart { measure: Measure::of(&bytes), held: Some(bytes), write: Box::new(|_| Ok(())) }
    }
}

fn unwritten(error: io::Error) -> Error {
    Error::io(Place::Bundle, &error)
}

/// Writes at a place and goes on from there.
struct PositionedWrite<'f> {
    file: &'f File,
    at: u64,
}

impl Write for PositionedWrite<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        os::write_all_at(self.file, bytes, self.at)?;
        self.at += bytes.len() as u64;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Measures what is written to it, and keeps it while it is small.
struct Keeping {
    held: Option<Vec<u8>>,
    measuring: Measuring,
}

impl Write for Keeping {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.measuring.update(bytes);
        match &mut self.held {
            Some(held) if self.measuring.size() <= HELD => held.extend(bytes),
            _ => self.held = None,
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
