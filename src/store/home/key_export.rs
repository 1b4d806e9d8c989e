//! A backup of one's own key: its files as they are kept, under file names that reveal nobody's name, in a folder for its owner
//! alone.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::keyring::OwnKey;
use super::naming;
use crate::base::error::{Error, Result};
use crate::base::watch::Unwatched;
use crate::store::fs::disk::{NewFile, NewFolder};

/// Refuses a folder that a backup cannot be written to, before anybody is asked about it.
///
/// # Errors
/// `output.exists`, `io.…`.
pub fn check(target: &Path, replace: bool) -> Result<()> {
    if replace && target.is_dir() { Ok(()) } else { NewFolder::begin(target).map(drop) }
}

impl OwnKey {
    /// Copies its files into the folder `target`, which is new and appears as a whole; with `replace` it may exist already, and
    /// then each file appears as a whole and replaces the one of the same name. The files are called `sealbag-`, the first 16
    /// hex digits of the fingerprint, and `.key` or `.agent`, `.age`, `.card` and `.story`. Returns their paths.
    ///
    /// # Errors
    /// `output.exists`, `io.…`.
    pub fn export(&self, target: &Path, replace: bool) -> Result<Vec<PathBuf>> {
        let stem = format!("{}{}", naming::PRINCIPAL, self.public().fingerprint().short());
        let mut files = Vec::new();
        for part in self.parts() {
            files.push((part.name(&stem), self.read(part)?.1));
        }
        let folder = if replace && target.is_dir() { None } else { Some(NewFolder::begin(target)?) };
        for (name, bytes) in &files {
            let failed = |error: std::io::Error| Error::io(target.join(name).to_string_lossy(), &error);
            match &folder {
                Some(folder) => {
                    let mut file = folder.file(name)?;
                    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
                }
                None => {
                    let new = NewFile::begin(&target.join(name), true)?;
                    new.file().write_all(bytes).map_err(failed)?;
                    new.publish(&Unwatched)?;
                }
            }
        }
        folder.map_or(Ok(()), |folder| folder.publish(&Unwatched))?;
        Ok(files.into_iter().map(|(name, _)| target.join(name)).collect())
    }
}
