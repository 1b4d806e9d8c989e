//! A bag written out of the handle that was verified, and published as a whole.

use std::collections::BTreeSet;
use std::path::Path;

use super::disk::NewFolder;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::watch::Watch;
use crate::bundle::model::Whole;
use crate::bundle::reread::Copier;
use crate::format::layout::{self, Part};

/// Writes the whole bag of a bundle that was verified into the new folder `target`, every file hashed again on its way. The list
/// of readers and the padding stay behind: they belong to the encrypted copy, and the length of the one tells of the other.
pub(crate) fn bag(whole: &Whole, target: &Path, watch: &dyn Watch) -> Result<()> {
    let folders: BTreeSet<&str> = whole.files.iter().flat_map(|file| file.row.path.folders()).collect();
    let most = limits::EXTRACTED_FOLDERS.max(limits::FOLDERS_A_FILE * whole.files.len());
    if folders.len() > most {
        let trouble = Detail::TooManyFolders { count: folders.len() as u64, most: most as u64 };
        return Err(Error::new(code::OPEN_FOLDERS, target.to_string_lossy(), trouble));
    }
    let folder = NewFolder::begin(target)?;
    watch.expect(whole.files.iter().map(|file| file.row.size).sum());
    let mut copier = Copier::new(whole, watch.workers());
    for file in &whole.files {
        let name = layout::data(&file.row.path);
        let mut out = folder.file(&name)?;
        copier.file(file, &mut out, watch)?;
    }
    for entry in whole.parts.iter().filter(|entry| entry.part < Part::Readers) {
        let name = entry.part.to_string();
        let mut out = folder.file(&name)?;
        copier.part(entry, &mut out, watch)?;
    }
    folder.publish(watch)
}
