//! What was verified is read again from the handle that was verified, and hashed again on its way out.

use std::io::{self, BufRead, Write};

use super::folder_read;
use super::model::{Bundle, Form, Kept, PartEntry, Whole, WholeFile};
use super::payload::{self, FileReader, Span};
use super::seal_read::SealReader;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits::CHUNK;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::base::workers::Workers;
use crate::format::digest::{Digest, Hasher};
use crate::format::item::Item;
use crate::format::layout::{self, Part};
use crate::format::measure::Measure;
use crate::format::path::PayloadPath;
use crate::format::shown::Shown;

/// Copies files out of a bundle that was verified, for one thread.
pub(crate) struct Copier<'b> {
    reader: FileReader<'b>,
}

impl<'b> Copier<'b> {
    /// From this bundle.
    pub fn new(whole: &'b Whole, workers: Workers) -> Self {
        Copier { reader: FileReader::new(&whole.kept, workers) }
    }

    /// Writes one payload file to `out`; whether it is still what was verified is known only at its end.
    pub fn file(&mut self, file: &WholeFile, out: &mut dyn Write, watch: &dyn Watch) -> Result<()> {
        let name = layout::data(&file.row.path);
        self.copy(&Span { name: &name, at: file.at, size: file.row.size }, file.row.sha256, out, watch)
    }

    /// Writes one part outside `data/` to `out`, as [`Copier::file`] does.
    pub fn part(&mut self, entry: &PartEntry, out: &mut dyn Write, watch: &dyn Watch) -> Result<()> {
        let Measure { size, sha256, .. } = entry.measure;
        self.copy(&Span { name: &entry.part.to_string(), at: entry.at, size }, sha256, out, watch)
    }

    fn copy(&mut self, span: &Span, expected: Digest, out: &mut dyn Write, watch: &dyn Watch) -> Result<()> {
        let mut sha256 = Hasher::default();
        let copied = self.reader.read(span, &mut |chunk| {
            if watch.interrupted() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            watch.advance(chunk.len() as u64);
            sha256.update(chunk);
            out.write_all(chunk)
        });
        if watch.interrupted() {
            return Err(Error::interrupted());
        }
        copied.and_then(|()| out.flush()).map_err(|error| match payload::is_length(&error) {
            true => changed(span.name),
            false => Error::io(span.name, &error),
        })?;
        if sha256.finish() == expected { Ok(()) } else { Err(changed(span.name)) }
    }
}

impl Whole {
    /// The file of this path.
    pub fn file(&self, path: &PayloadPath) -> Result<&WholeFile> {
        let found = self.files.binary_search_by(|file| file.row.path.cmp(path)).ok().and_then(|at| self.files.get(at));
        found.ok_or_else(|| Error::new(code::IO_MISSING, path.as_str(), Detail::NotInBundle))
    }

    /// True if it shows a file of this path.
    pub fn shows(&self, path: &str) -> bool {
        self.files.binary_search_by(|file| file.row.path.as_str().cmp(path)).is_ok()
    }

    /// Reads the items once more; each goes to `each` before it is known whether they are still the same.
    pub fn items(&self, each: &mut dyn FnMut(Item)) -> Result<()> {
        items(&self.kept, &self.parts, each)
    }

    /// All commitments of the manifest, increasing.
    pub fn commitments(&self) -> Result<Vec<Digest>> {
        commitments(&self.kept, &self.parts)
    }
}

impl Bundle {
    /// As [`Whole::items`], for a bundle whose contents are intact.
    pub(crate) fn items(&self, each: &mut dyn FnMut(Item)) -> Result<()> {
        items(self.kept()?, &self.parts, each)
    }

    /// As [`Whole::commitments`], for a bundle whose contents are intact.
    pub(crate) fn commitments(&self) -> Result<Vec<Digest>> {
        commitments(self.kept()?, &self.parts)
    }

    fn kept(&self) -> Result<&Kept> {
        match &self.form {
            Form::Kept(kept) => Ok(kept),
            Form::Passed(_) => Err(Error::new(code::IO_READ, Place::Bundle, Detail::StreamHasPassed)),
        }
    }
}

/// Reads the items once more from where they are kept.
pub(crate) fn items(kept: &Kept, parts: &[PartEntry], each: &mut dyn FnMut(Item)) -> Result<()> {
    again(kept, parts, Part::Items, &mut SealReader::again(each))
}

fn commitments(kept: &Kept, parts: &[PartEntry]) -> Result<Vec<Digest>> {
    let mut each = |_| {};
    let mut reader = SealReader::new(&mut each);
    // with no items shown, every commitment counts as missing
    reader.seal.shown = Some(Shown::default());
    again(kept, parts, Part::Manifest, &mut reader)?;
    Ok(reader.seal.manifest.map(|sealed| sealed.missing).unwrap_or_default())
}

fn again(kept: &Kept, parts: &[PartEntry], part: Part, reader: &mut SealReader) -> Result<()> {
    let name = part.to_string();
    let Some(entry) = parts.iter().find(|entry| entry.part == part) else {
        return Err(Error::new(code::BAG_MISSING, name, Detail::NotHere));
    };
    let mut read = |input: &mut dyn BufRead| reader.part(part, entry.measure.size, input);
    let measure = match kept {
        Kept::Zip(bytes) => read(&mut bytes.blocks(entry.at, CHUNK)),
        Kept::Folder(tree) => tree.open(&name).and_then(|file| read(&mut folder_read::stream(file))),
    };
    let measure = measure.map_err(|error| Error::io(&*name, &error))?;
    if measure.is_some_and(|measure| measure.sha256 == entry.measure.sha256) { Ok(()) } else { Err(changed(&name)) }
}

fn changed(name: &str) -> Error {
    Error::new(code::PAYLOAD_ALTERED, name, Detail::ChangedAfterVerified)
}
