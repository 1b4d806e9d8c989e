//! Writing a verified bundle once more, all of it or less, under the same seal.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::output::Encryption;
use crate::base::error::{Result, carried};
use crate::base::watch::{Unwatched, Watch};
use crate::bundle::model::{Whole, WholeFile};
use crate::bundle::reread::Copier;
use crate::format::bagit;
use crate::format::digest::Digest;
use crate::format::layout::Part;
use crate::format::path::PayloadPath;
use crate::store::fs::bundle_write::{Bag, BundleWriter, NewPart};
use crate::store::fs::disk::NewFile;

/// A bundle, and what of it is left out.
pub(super) struct Rewrite<'w> {
    pub whole: &'w Whole,
    /// The commitments of the items that go.
    pub items: &'w BTreeSet<Digest>,
    /// The paths of the files that go.
    pub files: &'w BTreeSet<PayloadPath>,
}

impl Rewrite<'_> {
    /// Writes it to `file`, in an envelope if it is encrypted. `more` writes what follows the releases that were there, which
    /// stay as they are to the byte, as the seal does. Returns the length of the file.
    pub fn to_file(
        &self,
        file: &NewFile,
        encryption: Option<&Encryption>,
        watch: &dyn Watch,
        more: impl FnOnce(&mut BundleWriter) -> Result<()>,
    ) -> Result<u64> {
        let manifest = &self.whole.sealed.manifest;
        let top = manifest.top_folder();
        match encryption {
            None => self.write(BundleWriter::to_file(file, &top, &manifest.sealed_at, &[])?, false, watch, more),
            Some(encryption) => {
                let (_, length) = encryption.enclose(file, |mut out| {
                    let writer = BundleWriter::in_order(&mut out, &top, &manifest.sealed_at, &[])?;
                    self.write(writer, true, watch, more)
                })?;
                Ok(length)
            }
        }
    }

    fn write(
        &self,
        mut writer: BundleWriter,
        padded: bool,
        watch: &dyn Watch,
        more: impl FnOnce(&mut BundleWriter) -> Result<()>,
    ) -> Result<u64> {
        let sealed = &self.whole.sealed;
        let mut copier = Copier::new(self.whole, watch.workers());
        watch.expect(self.files().map(|file| NewPart::work(file.row.size)).sum());
        for file in self.files() {
            writer.payload(&file.row.path, NewPart::new(|out| copier.file(file, out, watch).map_err(carried))?)?;
        }
        let bag = Bag {
            manifest: &sealed.manifest,
            digest: sealed.digest,
            bytes: self.files().map(|file| file.row.size).sum(),
            files: self.files().count() as u64,
            payload_manifest: NewPart::new(|out| {
                self.files().try_for_each(|WholeFile { row, .. }| {
                    out.write_all(bagit::manifest_line(&row.sha256, row.path.as_str()).as_bytes())
                })
            })?,
            items: NewPart::new(|out| self.write_items(out))?,
        };
        writer.finish(bag, padded, |writer| {
            let kept = self.whole.parts.iter().filter(|entry| (Part::Manifest..Part::Readers).contains(&entry.part));
            for entry in kept {
                writer.part(entry.part, NewPart::new(|out| copier.part(entry, out, &Unwatched).map_err(carried))?)?;
            }
            more(writer)
        })
    }

    /// The files that stay.
    fn files(&self) -> impl Iterator<Item = &WholeFile> {
        self.whole.files.iter().filter(|file| !self.files.contains(&file.row.path))
    }

    /// The lines of the items that stay, in their order.
    fn write_items(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut written = Ok(());
        let read = self.whole.items(&mut |item| {
            let line = item.line();
            if written.is_ok() && !self.items.contains(&Digest::of(&line)) {
                written = out.write_all(&line);
            }
        });
        read.map_err(carried).and(written)
    }
}
