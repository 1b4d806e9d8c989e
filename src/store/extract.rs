//! A bag written out of the handle that was verified: every file hashed again on its way, the whole folder published at once.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::Path;

use super::bundle_read::{Bundle, Form, PartAt};
use super::disk::NewFolder;
use super::folder_read;
use super::payload::{self, Reader, Span};
use super::seal_read::SealReader;
use super::source::CHUNK;
use crate::base::code;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::format::digest::{Digest, Hasher};
use crate::format::item::Item;
use crate::format::path::PayloadPath;

/// Writes the whole bag of a bundle whose contents are intact into the new folder `target`.
pub(crate) fn bag(bundle: &Bundle, target: &Path, watch: &dyn Watch) -> Result<()> {
    let folder = NewFolder::begin(target)?;
    watch.expect(bundle.payload.iter().map(|entry| entry.size).sum());
    let mut reader = reader(bundle)?;
    let mut buffer = vec![0; CHUNK];
    let shown = bundle.seal.shown.iter().flat_map(|shown| shown.files());
    for (entry, item) in bundle.payload.iter().zip(shown) {
        let name = format!("data/{}", item.path);
        let span = Span { name: &name, at: entry.at, size: entry.size };
        write(&mut reader, &span, item.sha256, folder.file(&name)?, &mut buffer, watch)?;
    }
    for PartAt { name, at, measure } in &bundle.parts {
        let span = Span { name, at: *at, size: measure.size };
        write(&mut reader, &span, measure.sha256, folder.file(name)?, &mut buffer, watch)?;
    }
    folder.publish()
}

/// Writes one payload file to `out`; whether it is still what was verified is known only at its end.
pub(crate) fn file(bundle: &Bundle, path: &PayloadPath, out: &mut dyn Write, watch: &dyn Watch) -> Result<()> {
    let entry = bundle.payload.iter().find(|entry| entry.path == *path);
    let item = bundle.seal.shown.iter().flat_map(|shown| shown.files()).find(|item| item.path == *path);
    let (Some(entry), Some(item)) = (entry, item) else {
        return Err(Error::new(code::IO_MISSING, path.as_str(), "no such file is in the bundle"));
    };
    let name = format!("data/{path}");
    let span = Span { name: &name, at: entry.at, size: entry.size };
    let mut buffer = vec![0; CHUNK];
    copy(&mut reader(bundle)?, &span, item.sha256, out, &mut buffer, watch)
}

/// Reads the items once more, from the handle that was verified; each goes to `each` before it is known that they are the same.
pub(crate) fn items(bundle: &Bundle, each: &mut dyn FnMut(Item)) -> Result<()> {
    let part = bundle.parts.iter().find(|part| part.name == "seal/items.jsonl");
    let Some(PartAt { name, at, measure }) = part else {
        return Err(Error::new(code::IO_READ, "bundle", "it came as a stream and cannot be read again"));
    };
    let failed = |error: io::Error| Error::io(name, &error);
    let mut reader = SealReader::new(each);
    let again = match &bundle.form {
        Form::Zip(bytes) => reader.part(name, measure.size, &mut bytes.at(*at, CHUNK).map_err(failed)?),
        Form::Folder(dir) => {
            reader.part(name, measure.size, &mut BufReader::new(folder_read::open(dir, name).map_err(failed)?))
        }
        Form::Passed(_) => Err(io::ErrorKind::NotSeekable.into()),
    };
    if again.map_err(failed)?.sha256 == measure.sha256 { Ok(()) } else { Err(changed(name)) }
}

fn write(
    reader: &mut Reader,
    span: &Span,
    expected: Digest,
    mut out: File,
    buffer: &mut [u8],
    watch: &dyn Watch,
) -> Result<()> {
    copy(reader, span, expected, &mut out, buffer, watch)?;
    out.sync_all().map_err(|error| Error::io(span.name, &error))
}

fn changed(name: &str) -> Error {
    Error::new(code::PAYLOAD_ALTERED, name, "it changed after it was verified")
}

fn reader(bundle: &Bundle) -> Result<Reader<'_>> {
    Reader::new(bundle).map_err(|error| Error::io("bundle", &error))
}

fn copy(
    reader: &mut Reader,
    span: &Span,
    expected: Digest,
    out: &mut dyn Write,
    buffer: &mut [u8],
    watch: &dyn Watch,
) -> Result<()> {
    let mut sha256 = Hasher::default();
    let copied = reader.read(span, buffer, &mut |chunk| {
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
