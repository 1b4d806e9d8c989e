//! A bag written out of the handle that was verified: every file hashed again on its way, the whole folder published at once.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use super::disk::NewFolder;
use crate::base::code;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::bundle::folder_read;
use crate::bundle::model::{Bundle, Entry, Form, Measure, PartAt};
use crate::bundle::payload::{self, Reader, Span};
use crate::bundle::seal_read::SealReader;
use crate::bundle::source::CHUNK;
use crate::format::digest::{Digest, Hasher};
use crate::format::item::Item;
use crate::format::path::PayloadPath;
use crate::format::shown::{FileRow, Shown};

/// Reads the files of a bundle whose contents are intact, each hashed again.
pub(crate) struct Extractor<'b> {
    reader: Reader<'b>,
    buffer: Vec<u8>,
}

impl<'b> Extractor<'b> {
    pub fn new(bundle: &'b Bundle) -> Result<Self> {
        let reader = Reader::new(bundle).map_err(|error| Error::io("bundle", &error))?;
        Ok(Extractor { reader, buffer: vec![0; CHUNK] })
    }

    /// The payload: each file and the item that it hashes to, in the order of their paths.
    pub fn payload(bundle: &'b Bundle) -> impl Iterator<Item = (&'b Entry, &'b FileRow)> {
        bundle.payload.iter().zip(bundle.seal.shown.iter().flat_map(|shown| shown.files()))
    }

    /// Writes one payload file to `out`; whether it is still what was verified is known only at its end.
    pub fn file(&mut self, entry: &Entry, item: &FileRow, out: &mut dyn Write, watch: &dyn Watch) -> Result<()> {
        let name = format!("data/{}", item.path);
        self.copy(&Span { name: &name, at: entry.at, size: entry.size }, item.sha256, out, watch)
    }

    /// Writes one part outside `data/` to `out`, as far as that is not known yet to be another than was verified.
    pub fn part(&mut self, part: &PartAt, out: &mut dyn Write, watch: &dyn Watch) -> Result<()> {
        self.copy(&Span { name: &part.name, at: part.at, size: part.measure.size }, part.measure.sha256, out, watch)
    }

    /// The part outside `data/` that is called so.
    pub fn find(bundle: &'b Bundle, name: &str) -> Option<&'b PartAt> {
        bundle.parts.iter().find(|part| part.name == name)
    }

    fn copy(&mut self, span: &Span, expected: Digest, out: &mut dyn Write, watch: &dyn Watch) -> Result<()> {
        let mut sha256 = Hasher::default();
        let copied = self.reader.read(span, &mut self.buffer, &mut |chunk| {
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

/// Writes the whole bag of a bundle whose contents are intact into the new folder `target`.
pub(crate) fn bag(bundle: &Bundle, target: &Path, watch: &dyn Watch) -> Result<()> {
    let folder = NewFolder::begin(target)?;
    watch.expect(bundle.payload.iter().map(|entry| entry.size).sum());
    let mut extractor = Extractor::new(bundle)?;
    let synced = |name: &str, file: File| file.sync_all().map_err(|error| Error::io(name, &error));
    for (entry, item) in Extractor::payload(bundle) {
        let name = format!("data/{}", item.path);
        let mut file = folder.file(&name)?;
        extractor.file(entry, item, &mut file, watch)?;
        synced(&name, file)?;
    }
    for part in &bundle.parts {
        let mut file = folder.file(&part.name)?;
        extractor.part(part, &mut file, watch)?;
        synced(&part.name, file)?;
    }
    folder.publish()
}

/// Writes one payload file to `out`; whether it is still what was verified is known only at its end.
pub(crate) fn file(bundle: &Bundle, path: &PayloadPath, out: &mut dyn Write, watch: &dyn Watch) -> Result<()> {
    let Some((entry, item)) = Extractor::payload(bundle).find(|(_, item)| item.path == *path) else {
        return Err(Error::new(code::IO_MISSING, path.as_str(), "no such file is in the bundle"));
    };
    Extractor::new(bundle)?.file(entry, item, out, watch)
}

/// Reads the items once more, from the handle that was verified; each goes to `each` before it is known that they are the same.
pub(crate) fn items(bundle: &Bundle, each: &mut dyn FnMut(Item)) -> Result<()> {
    let mut reader = SealReader::new(each);
    again(bundle, "seal/items.jsonl", &mut |part, input| reader.part(&part.name, part.measure.size, input))
}

/// All commitments of the manifest, increasing, from the handle that was verified.
pub(crate) fn commitments(bundle: &Bundle) -> Result<Vec<Digest>> {
    let mut each = |_| {};
    let mut reader = SealReader::new(&mut each);
    // of a bundle that shows nothing all are missing
    reader.seal.shown = Some(Shown::default());
    again(bundle, "seal/manifest.json", &mut |part, input| reader.part(&part.name, part.measure.size, input))?;
    Ok(reader.seal.manifest.map(|sealed| sealed.missing).unwrap_or_default())
}

fn again(bundle: &Bundle, name: &str, read: &mut dyn FnMut(&PartAt, &mut dyn BufRead) -> io::Result<Measure>) -> Result<()> {
    let Some(part) = Extractor::find(bundle, name) else {
        return Err(Error::new(code::IO_READ, "bundle", "it came as a stream and cannot be read again"));
    };
    let failed = |error: io::Error| Error::io(name, &error);
    let measure = match &bundle.form {
        Form::Zip(bytes) => read(part, &mut bytes.at(part.at, CHUNK).map_err(failed)?),
        Form::Folder(dir) => read(part, &mut BufReader::new(folder_read::open(dir, name).map_err(failed)?)),
        Form::Passed(_) => Err(io::ErrorKind::NotSeekable.into()),
    };
    if measure.map_err(failed)?.sha256 == part.measure.sha256 { Ok(()) } else { Err(changed(name)) }
}

fn changed(name: &str) -> Error {
    Error::new(code::PAYLOAD_ALTERED, name, "it changed after it was verified")
}
