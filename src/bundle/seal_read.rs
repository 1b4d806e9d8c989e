//! The parts outside `data/`, read as a stream in the order in which they stand, each measured to its last byte and parsed
//! where it has something to say. ZIP, stream and folder all read through here.

use std::io::{self, BufRead, Read};

use super::model::{Seal, SealedManifest, SealedNewer, SealedReaders, SealedRelease};
use crate::base::code::{self, Code};
use crate::base::detail::Detail;
use crate::base::error::{Finding, Findings};
use crate::base::limits;
use crate::crypto::sshsig::{MessageHash, MessageHasher};
use crate::format::bagit::{self, TagDigests};
use crate::format::digest::Digest;
use crate::format::item::Item;
use crate::format::layout::Part;
use crate::format::listing::Fault;
use crate::format::manifest::Manifest;
use crate::format::measure::{Measure, Measuring};
use crate::format::readers::Readers;
use crate::format::release::Release;
use crate::format::shown::Shown;
use crate::format::version::Newer;

/// Reads the parts of a seal.
pub(crate) struct SealReader<'a> {
    pub seal: Seal,
    /// What is wrong with the container.
    pub findings: Findings,
    /// What is wrong with the texts of this version.
    texts: Findings,
    /// The items were checked before.
    again: bool,
    each: &'a mut dyn FnMut(Item),
}

impl<'a> SealReader<'a> {
    /// Each item goes to `each`.
    pub fn new(each: &'a mut dyn FnMut(Item)) -> Self {
        SealReader { seal: Seal::default(), findings: Findings::default(), texts: Findings::default(), again: false, each }
    }

    /// Each item goes to `each`, and nothing of them is kept or checked: they were before.
    pub fn again(each: &'a mut dyn FnMut(Item)) -> Self {
        SealReader { again: true, ..SealReader::new(each) }
    }

    /// Reads a part: `size` bytes from `input`, all of them, so that the measure is right whatever they say; or, if there are
    /// far more than the part can have, next to nothing, and there is no measure. What is found then counts all the same.
    pub fn part(&mut self, part: Part, size: u64, input: &mut dyn BufRead) -> io::Result<Option<Measure>> {
        let too_long = longest(part).is_some_and(|longest| size > longest + SPARE);
        let mut reader = PartReader::new(input, size);
        reader.cut = too_long;
        match part {
            Part::BagInfo | Part::Bagit | Part::PayloadManifest | Part::TagManifest | Part::Verify | Part::Later(_) => {}
            Part::Items => self.items(&mut reader)?,
            Part::Manifest => return self.manifest(reader),
            Part::Signature => self.seal.signature = Some(reader.short(limits::SIGNATURE)?),
            Part::Release(number) => return self.release(number, reader),
            Part::ReleaseSignature(number) => {
                let signature = reader.short(limits::SIGNATURE)?;
                if let Some(release) = self.seal.releases.iter_mut().find(|release| release.number == number) {
                    release.signature = Some(signature);
                }
            }
            Part::Readers => return self.readers(reader),
            Part::ReadersSignature => {
                let signature = reader.short(limits::SIGNATURE)?;
                if let Some(readers) = &mut self.seal.readers {
                    readers.signature = Some(signature);
                }
            }
            Part::Padding => self.padding(&mut reader)?,
        }
        Ok(reader.finish()?.0)
    }

    /// The seal, and all that was found. Every version keeps the container; what is found here in the texts of a later one means
    /// nothing.
    pub fn finish(mut self) -> (Seal, Findings) {
        if self.seal.newer.is_none() {
            self.findings.append(self.texts);
        }
        (self.seal, self.findings)
    }

    /// The length of a derived file, once the manifest and the items have been read; none for any other part.
    pub fn derived_length(&self, part: Part) -> Option<u64> {
        let (manifest, files) = (&self.seal.manifest.as_ref()?.manifest, self.seal.shown.as_ref()?.files());
        let none = Digest::of(b"");
        let text = match part {
            Part::BagInfo => {
                let bytes = files.iter().fold(0u64, |bytes, row| bytes.saturating_add(row.size));
                bagit::bag_info(manifest, bytes, files.len() as u64)
            }
            Part::Bagit => bagit::BAGIT_TXT.into(),
            Part::PayloadManifest => {
                let line = bagit::manifest_line(&none, "").len() as u64;
                return Some(files.iter().map(|row| line + row.path.as_str().len() as u64).sum());
            }
            Part::TagManifest => {
                bagit::tagmanifest(&TagDigests { bag_info: none, manifest_sha256: none, items: none, manifest: none })
            }
            Part::Verify => bagit::VERIFY_TXT.into(),
            _ => return None,
        };
        Some(text.len() as u64)
    }

    /// True if a part has its place here: those of later versions have it only beside a manifest of one, which stands before them.
    pub fn allows(&self, part: Part) -> bool {
        self.seal.newer.is_some() || !matches!(part, Part::Later(_))
    }

    fn found(&mut self, code: &'static Code, place: Part, detail: Detail) {
        self.texts.push(Finding::new(code, place.to_string(), detail));
    }

    fn items(&mut self, part: &mut PartReader) -> io::Result<()> {
        if part.left > limits::ITEMS {
            self.found(code::SEAL_ITEMS, Part::Items, Detail::TooLong { limit: limits::ITEMS });
        } else if self.again {
            Shown::read_again(part, &mut self.each)?;
        } else {
            self.seal.shown = Shown::read(part, &mut self.texts, &mut self.each)?;
        }
        Ok(())
    }

    fn manifest(&mut self, mut part: PartReader) -> io::Result<Option<Measure>> {
        if part.left == 0 {
            return Ok(part.finish()?.0);
        }
        part.message = Some(MessageHasher::default());
        let mut merge = self.seal.shown.as_mut().map(Shown::merge);
        let mut total = 0;
        let read = match part.left > limits::MANIFEST {
            true => Err(Fault::Malformed(Detail::TooLong { limit: limits::MANIFEST })),
            false => Manifest::read(&mut part, |commitment| {
                total += 1;
                if let Some(merge) = &mut merge {
                    merge.sealed(commitment);
                }
            }),
        };
        let (measure, message) = part.finish()?;
        match read {
            Ok(manifest) => {
                let missing = merge.map_or_else(Vec::new, |merge| merge.finish(&mut self.texts));
                let digest = known(measure).sha256;
                self.seal.manifest = Some(SealedManifest { manifest, digest, message, total, missing });
            }
            Err(fault) => {
                let newer = self.fault(fault, code::SEAL_MANIFEST, Part::Manifest)?;
                self.seal.newer = newer.map(|newer| SealedNewer { newer, message });
            }
        }
        Ok(measure)
    }

    fn release(&mut self, number: usize, mut part: PartReader) -> io::Result<Option<Measure>> {
        part.message = Some(MessageHasher::default());
        let mut withheld = Vec::new();
        let read = match part.left > limits::MANIFEST {
            true => Err(Fault::Malformed(Detail::TooLong { limit: limits::MANIFEST })),
            false => Release::read(&mut part, |commitment| withheld.push(commitment)),
        };
        let (measure, message) = part.finish()?;
        let (release, newer) = match read {
            Ok(release) => (Some(release), None),
            Err(fault) => (None, self.fault(fault, code::RELEASE_MALFORMED, Part::Release(number))?),
        };
        let (digest, newer) = (known(measure).sha256, newer.map(|newer| SealedNewer { newer, message }));
        self.seal.releases.push(SealedRelease { number, release, newer, digest, message, withheld, signature: None });
        Ok(measure)
    }

    fn readers(&mut self, mut part: PartReader) -> io::Result<Option<Measure>> {
        part.message = Some(MessageHasher::default());
        let mut slips = Vec::new();
        let read = match part.left > limits::READERS {
            true => Err(Fault::Malformed(Detail::TooLong { limit: limits::READERS })),
            false => Readers::read(&mut part, |slip| slips.push(slip)),
        };
        let (measure, message) = part.finish()?;
        let (readers, newer) = match read {
            Ok(readers) => (Some(readers), None),
            Err(fault) => (None, self.fault(fault, code::READERS_MALFORMED, Part::Readers)?),
        };
        let newer = newer.map(|newer| SealedNewer { newer, message });
        self.seal.readers = Some(SealedReaders { readers, newer, message, slips, signature: None });
        Ok(measure)
    }

    /// Reports a fault of the form, or returns what is said of a later version; whether that counts is for the judge to say.
    fn fault(&mut self, fault: Fault, malformed: &'static Code, place: Part) -> io::Result<Option<Newer>> {
        match fault {
            Fault::Io(error) => return Err(error),
            Fault::Malformed(reason) => self.found(malformed, place, reason),
            Fault::Newer(newer) => return Ok(Some(newer)),
        }
        Ok(None)
    }

    fn padding(&mut self, part: &mut PartReader) -> io::Result<()> {
        let mut clean = true;
        loop {
            let bytes = part.fill_buf()?;
            if bytes.is_empty() {
                break;
            }
            clean &= bytes.iter().all(|byte| *byte == 0);
            let count = bytes.len();
            part.consume(count);
        }
        if !clean {
            let place = Part::Padding.to_string();
            self.findings.push(Finding::new(code::CONTAINER_LAYOUT, place, Detail::PaddingNotZero));
        }
        Ok(())
    }
}

/// By how much a part may be too long and is still read to its end: 1 MiB.
const SPARE: u64 = 1 << 20;

/// The most bytes that a part can have; none where that follows from something else.
pub(super) fn longest(part: Part) -> Option<u64> {
    match part {
        Part::BagInfo | Part::Bagit | Part::TagManifest | Part::Verify => Some(limits::DERIVED),
        Part::PayloadManifest => Some(limits::PAYLOAD_MANIFEST),
        Part::Items => Some(limits::ITEMS),
        Part::Manifest | Part::Release(_) | Part::Later(_) => Some(limits::MANIFEST),
        Part::Readers => Some(limits::READERS),
        Part::Signature | Part::ReleaseSignature(_) | Part::ReadersSignature => Some(limits::SIGNATURE),
        Part::Padding => None,
    }
}

/// A part that was not read to its end has no digest that anything could have.
fn known(measure: Option<Measure>) -> Measure {
    measure.unwrap_or(Measure::unread(0))
}

/// One part of a longer input, measured while it is read.
struct PartReader<'i> {
    input: &'i mut dyn BufRead,
    left: u64,
    /// The rest is not worth reading.
    cut: bool,
    measuring: Measuring,
    message: Option<MessageHasher>,
}

impl<'i> PartReader<'i> {
    fn new(input: &'i mut dyn BufRead, size: u64) -> Self {
        PartReader { input, left: size, cut: false, measuring: Measuring::default(), message: None }
    }

    /// Reads the part, but at most one byte more than `limit`: enough to see that it is too long.
    fn short(&mut self, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.take(limit + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads on to the end and returns the measure of the whole, and its SHA-512 if that was asked for; no measure if the part
    /// is cut off.
    fn finish(mut self) -> io::Result<(Option<Measure>, MessageHash)> {
        if self.cut {
            return Ok((None, self.message.unwrap_or_default().finish()));
        }
        loop {
            let count = self.fill_buf()?.len();
            if count == 0 {
                break;
            }
            self.consume(count);
        }
        if self.left > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok((Some(self.measuring.finish()), self.message.unwrap_or_default().finish()))
    }
}

impl BufRead for PartReader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Ok(&[]);
        }
        let bytes = self.input.fill_buf()?;
        let count = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        Ok(bytes.get(..count).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        // what is consumed lies in the buffer already, so this reads nothing
        if let Some(bytes) = self.input.fill_buf().ok().and_then(|bytes| bytes.get(..count)) {
            self.measuring.update(bytes);
            if let Some(message) = &mut self.message {
                message.update(bytes);
            }
        }
        self.input.consume(count);
        self.left -= count as u64;
    }
}

impl Read for PartReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}
