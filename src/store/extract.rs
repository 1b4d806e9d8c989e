//! A bag written out of the handle that was verified: every file hashed again on its way, the whole folder published at once.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use super::bundle_read::{Bundle, PartAt};
use super::disk::NewFolder;
use super::payload::{self, Span};
use super::source::CHUNK;
use crate::base::code;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::format::digest::{Digest, Hasher};

/// Writes the whole bag of a bundle whose contents are intact into the new folder `target`.
pub(crate) fn bag(bundle: &Bundle, target: &Path, watch: &dyn Watch) -> Result<()> {
    let folder = NewFolder::create(target)?;
    watch.expect(bundle.payload.iter().map(|entry| entry.size).sum());
    let mut buffer = vec![0; CHUNK];
    let shown = bundle.seal.shown.iter().flat_map(|shown| shown.files());
    for (entry, item) in bundle.payload.iter().zip(shown) {
        let name = format!("data/{}", item.path);
        let span = Span { name: &name, at: entry.at, size: entry.size };
        copy(bundle, span, item.sha256, folder.file(&name)?, &mut buffer, watch)?;
    }
    for PartAt { name, at, measure } in &bundle.parts {
        let span = Span { name, at: *at, size: measure.size };
        copy(bundle, span, measure.sha256, folder.file(name)?, &mut buffer, watch)?;
    }
    folder.publish()
}

fn copy(bundle: &Bundle, span: Span, expected: Digest, mut out: File, buffer: &mut [u8], watch: &dyn Watch) -> Result<()> {
    let mut sha256 = Hasher::default();
    let copied = payload::read(bundle, &span, buffer, &mut |chunk| {
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
    copied.and_then(|()| out.sync_all()).map_err(|error| Error::io(span.name, &error))?;
    if sha256.finish() != expected {
        return Err(Error::new(code::PAYLOAD_ALTERED, span.name, "it changed after it was verified"));
    }
    Ok(())
}
