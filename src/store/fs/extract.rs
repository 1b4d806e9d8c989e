//! A bag written out of the handle that was verified, and published as a whole.

use std::fs::File;
use std::path::Path;

use super::disk::NewFolder;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::bundle::model::Whole;
use crate::bundle::reread::Copier;
use crate::format::layout::{self, Part};

/// Writes the whole bag of a bundle that was verified into the new folder `target`, every file hashed again on its way. The list
/// of readers and the padding stay behind: they belong to the encrypted copy, and the length of the one tells of the other.
pub(crate) fn bag(whole: &Whole, target: &Path, watch: &dyn Watch) -> Result<()> {
    let folder = NewFolder::begin(target)?;
    watch.expect(whole.files.iter().map(|file| file.row.size).sum());
    let mut copier = Copier::new(whole, watch.workers());
    let synced = |name: &str, file: File| file.sync_all().map_err(|error| Error::io(name, &error));
    for file in &whole.files {
        let name = layout::data(&file.row.path);
        let mut out = folder.file(&name)?;
        copier.file(file, &mut out, watch)?;
        synced(&name, out)?;
    }
    for entry in whole.parts.iter().filter(|entry| entry.part < Part::Readers) {
        let name = entry.part.to_string();
        let mut out = folder.file(&name)?;
        copier.part(entry, &mut out, watch)?;
        synced(&name, out)?;
    }
    folder.publish()
}
