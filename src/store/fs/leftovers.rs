//! Unfinished output of runs that were killed. Each run locks what it has not finished, and the lock ends with the process:
//! whatever is named like unfinished output but not locked was left behind.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::disk::{PREFIX, SUFFIX};
use crate::base::error::{Error, Result};

/// What runs that have ended left in this folder, sorted; it may hold what they decrypted. On a file system without locks
/// nothing is found.
pub fn find(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file() || kind.is_dir()))
        .filter(|entry| entry.file_name().to_str().is_some_and(is_ours))
        .map(|entry| entry.path())
        .filter(|path| File::open(path).is_ok_and(|file| is_settled(&file) && file.try_lock().is_ok()))
        .collect();
    found.sort();
    found
}

/// A run that began a moment ago may not have locked yet what it writes.
const SETTLED: Duration = Duration::from_secs(2);

/// True if it was not changed just now; a time that is still to come says nothing.
fn is_settled(file: &File) -> bool {
    let changed = file.metadata().and_then(|meta| meta.modified());
    changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age >= SETTLED))
}

/// True for the names that unfinished output gets; nothing else is offered for removal, and none of them means anything to a shell.
fn is_ours(name: &str) -> bool {
    let middle = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
    middle.is_some_and(|middle| middle.len() == 6 && middle.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Removes what [`find`] found, unless a run has it locked by now.
///
/// # Errors
/// `io.…`.
pub fn remove(leftover: &Path) -> Result<()> {
    let failed = |error: io::Error| Error::io(leftover.to_string_lossy(), &error);
    let lock = File::open(leftover).map_err(failed)?;
    lock.try_lock().map_err(|error| failed(error.into()))?;
    let is_folder = fs::symlink_metadata(leftover).is_ok_and(|meta| meta.is_dir());
    let removed = if is_folder { fs::remove_dir_all(leftover) } else { fs::remove_file(leftover) };
    removed.map_err(failed)
}
