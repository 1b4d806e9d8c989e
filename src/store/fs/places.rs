//! Where paths lead: into each other, to one file, to something that is there.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::base::error::{Error, Result};
use crate::store::os;

/// True if a folder is there.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// True if anything is there, even a link that leads nowhere.
pub fn is_taken(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Refuses a place for which there is no folder.
///
/// # Errors
/// `io.missing`, `io.kind`.
pub fn refuse_nowhere(target: &Path) -> Result<()> {
    let failed = |error: io::Error| Error::io(target.to_string_lossy(), &error);
    if !fs::metadata(folder_of(target)).map_err(failed)?.is_dir() {
        return Err(failed(io::ErrorKind::NotADirectory.into()));
    }
    // a name that is too long is told now
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    }
}

/// A file beside `path`, called like it with `ending` behind its name.
///
/// # Errors
/// `io.…` where the name can only be found out by looking.
pub fn beside(path: &Path, ending: &str) -> Result<PathBuf> {
    let real;
    let path = match path.file_name() {
        Some(_) => path,
        None => {
            real = fs::canonicalize(path).map_err(|error| Error::io(path.to_string_lossy(), &error))?;
            &real
        }
    };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    Ok(path.with_file_name(name))
}

/// The path of a file relative to a folder, however the two are spelled; the path as given if the file does not lie there.
pub fn below(folder: &Path, file: &Path) -> PathBuf {
    match (fs::canonicalize(folder), fs::canonicalize(file)) {
        (Ok(folder), Ok(real)) => real.strip_prefix(folder).map_or_else(|_| file.to_owned(), Path::to_owned),
        _ => file.to_owned(),
    }
}

/// True if `path` is the folder or lies below it, links resolved; false if either does not exist.
pub fn holds(folder: &Path, path: &Path) -> bool {
    match (fs::canonicalize(folder), fs::canonicalize(path)) {
        (Ok(folder), Ok(path)) => path.starts_with(folder),
        _ => false,
    }
}

/// The bytes of a path, `/` between its parts.
pub fn bytes_of(path: &Path) -> Cow<'_, [u8]> {
    os::bytes_of(path)
}

/// The path that has these bytes; none where there can be none on this system.
pub fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    os::path_of(bytes)
}

/// True if both paths lead to one file.
pub(crate) fn is_same_file(one: &Path, other: &Path) -> bool {
    os::is_same_file(one, other)
}

/// The folder that `target` stands in.
pub(crate) fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|parent| *parent != Path::new("")).unwrap_or_else(|| Path::new("."))
}

/// True if `output` would stand below the folder `root`.
pub(crate) fn is_inside(output: &Path, root: &Path) -> Result<bool> {
    let real = |path: &Path| fs::canonicalize(path).map_err(|error| Error::io(path.to_string_lossy(), &error));
    Ok(real(folder_of(output))?.starts_with(real(root)?))
}
