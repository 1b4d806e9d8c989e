//! A bag written out of the handle that was verified, and published as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use super::disk::NewFolder;
use super::own_names;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::watch::Watch;
use crate::bundle::model::{Whole, WholeFile};
use crate::bundle::reread::Copier;
use crate::format::item::{About, Field};
use crate::format::layout::{self, Part};
use crate::format::path::PayloadPath;

/// Writes the whole bag of a bundle that was verified into the new folder `target`, every file hashed again on its way. The list
/// of readers and the padding stay behind: they belong to the encrypted copy, and the length of the one tells of the other.
pub(crate) fn bag(whole: &Whole, target: &Path, watch: &dyn Watch) -> Result<()> {
    let folders: BTreeSet<&str> = whole.files.iter().flat_map(|file| file.row.path.folders()).collect();
    few_enough(folders.len(), whole, target)?;
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

fn few_enough(folders: usize, whole: &Whole, target: &Path) -> Result<()> {
    let most = limits::EXTRACTED_FOLDERS.max(limits::FOLDERS_A_FILE * whole.files.len());
    if folders > most {
        let trouble = Detail::TooManyFolders { count: folders as u64, most: most as u64 };
        return Err(Error::new(code::OPEN_FOLDERS, target.to_string_lossy(), trouble));
    }
    Ok(())
}

/// Writes the payload alone into the new folder `target`, each file under the name that it had before it was sealed, as far as facts
/// tell and this disk can hold it. Gives those that are there under the name they were sealed under all the same, with tildes where
/// another file had that name.
pub(crate) fn as_it_was(whole: &Whole, facts: &[Field], target: &Path, watch: &dyn Watch) -> Result<Vec<PayloadPath>> {
    let mut own: BTreeMap<&PayloadPath, Option<PathBuf>> = BTreeMap::new();
    for field in facts {
        if let About::File(path) = &field.about
            && let Some(name) = own_names::told(field)
        {
            own.insert(path, own_names::within(name));
        }
    }
    let folders: BTreeSet<&Path> = whole
        .files
        .iter()
        .flat_map(|file| {
            let own = own.get(&file.row.path).and_then(Option::as_deref);
            own.unwrap_or(Path::new(file.row.path.as_str())).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty())
        })
        .collect();
    few_enough(folders.len(), whole, target)?;
    let folder = NewFolder::begin(target)?;
    watch.expect(whole.files.iter().map(|file| file.row.size).sum());
    let mut copier = Copier::new(whole, watch.workers());
    let mut kept = Vec::new();
    // a file that had no other name, or none that can be used, keeps this one, whatever others were called
    let (with, without): (Vec<&WholeFile>, Vec<&WholeFile>) =
        whole.files.iter().partition(|file| own.get(&file.row.path).is_some_and(Option::is_some));
    for file in without.into_iter().chain(with) {
        let path = &file.row.path;
        let named = own.get(path).map(|own| own.as_deref().and_then(|own| folder.create(own).ok()));
        let mut out = match named {
            Some(Some(out)) => out,
            Some(None) => {
                kept.push(path.clone());
                beside_others(&folder, path.as_str())?
            }
            None => folder.file(path.as_str())?,
        };
        copier.file(file, &mut out, watch)?;
    }
    folder.publish(watch)?;
    Ok(kept)
}

/// A new file under this name or, where somebody else's own name stands in its way, with tildes behind the first part of it.
fn beside_others(folder: &NewFolder, path: &str) -> Result<File> {
    let (first, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    let mut names = (0..=4).map(|tildes| format!("{first}{}{rest}", "~".repeat(tildes)));
    names.find_map(|other| folder.create(Path::new(&other)).ok()).map_or_else(|| folder.file(path), Ok)
}
