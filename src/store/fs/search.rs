//! Bundles searched for in folders: packed and unpacked ones, in an order that is the same each time.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::crypto::age;
use crate::format::layout::{self, Part};
use crate::store::os;

/// What a search met.
pub enum Met<'m> {
    /// A bundle, or what may have been one: a file that is called or begins like one, an unpacked bundle, or a folder that could not be
    /// looked into, so that nobody takes it for empty.
    Bundle(&'m Path),
    /// A link, which is not followed.
    Link(&'m Path),
    /// Another file.
    Other,
}

/// Goes through what `path` leads to: itself, where it is a file or an unpacked bundle, and else everything below it, each folder in the
/// bytewise order of its names. A link is followed only where it is `path` itself. Holds the names in one folder, and in those above it.
///
/// # Errors
/// `io.…` where there is nothing at `path` or it cannot be looked at; `run.interrupted`; those of `each`.
pub fn search(path: &Path, watch: &dyn Watch, each: &mut dyn FnMut(Met) -> Result<()>) -> Result<()> {
    let meta = fs::metadata(path).map_err(|error| Error::io(path.to_string_lossy(), &error))?;
    if !meta.is_dir() || is_unpacked(path) {
        return each(Met::Bundle(path));
    }
    below(path, watch, each)
}

fn below(folder: &Path, watch: &dyn Watch, each: &mut dyn FnMut(Met) -> Result<()>) -> Result<()> {
    // folders still to be gone through, and the names in each, last first
    let mut ahead = vec![(folder.to_owned(), names(folder, each)?)];
    while let Some((folder, rest)) = ahead.last_mut() {
        let Some(name) = rest.pop() else {
            ahead.pop();
            continue;
        };
        if watch.interrupted() {
            return Err(Error::interrupted());
        }
        let path = folder.join(name);
        match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_dir() && !is_unpacked(&path) => {
                let names = names(&path, each)?;
                ahead.push((path, names));
            }
            Ok(meta) if meta.is_symlink() => each(Met::Link(&path))?,
            Ok(meta) if meta.is_dir() || is_bundle(&path, &meta) => each(Met::Bundle(&path))?,
            Ok(_) => each(Met::Other)?,
            // gone meanwhile, or a path that is too long: whoever verifies it says so
            Err(_) => each(Met::Bundle(&path))?,
        }
    }
    Ok(())
}

/// The names in a folder, last first. One that cannot be looked into is met as a bundle, so that it ends as one that could not be read.
fn names(folder: &Path, each: &mut dyn FnMut(Met) -> Result<()>) -> Result<Vec<OsString>> {
    let listed =
        || -> io::Result<Vec<OsString>> { fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name())).collect() };
    match listed() {
        Ok(mut names) => {
            names.sort_unstable_by(|one, other| other.cmp(one));
            Ok(names)
        }
        Err(_) => each(Met::Bundle(folder)).map(|()| Vec::new()),
    }
}

/// True for a folder that is, or was, an unpacked bundle: it has a seal, or the bag that belongs to one.
fn is_unpacked(folder: &Path) -> bool {
    let there = |name: &str| fs::symlink_metadata(folder.join(name)).is_ok();
    [Part::Manifest, Part::Signature, Part::Items].iter().any(|part| there(&part.to_string()))
        || there(&Part::Bagit.to_string()) && there(&Part::Verify.to_string())
}

/// True for a file that is called like a bundle, or begins like one.
fn is_bundle(path: &Path, meta: &Metadata) -> bool {
    is_called_like_one(&path.file_name().unwrap_or_default().to_string_lossy()) || meta.is_file() && may_begin_like_one(path)
}

/// True for a name that bundles have.
pub(crate) fn is_called_like_one(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    layout::NAMES_END.iter().any(|end| name.ends_with(end))
}

/// So many first bytes tell what something is.
pub(crate) const HEAD: u64 = 64;

/// What cannot be opened may be one.
fn may_begin_like_one(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = os::open_to_read(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    read.is_err() || begins_like_one(&head)
}

/// True where the first bytes are those of a bundle or an age file.
pub(crate) fn begins_like_one(head: &[u8]) -> bool {
    age::is_age(head) || age::is_armored(head) || head.starts_with(b"PK\x03\x04") && head.get(30..38) == Some(b"sealbag-")
}

/// A folder that was searched, to tell later whether it is still there: a disk that is no longer mounted leaves an empty one.
pub struct Root {
    path: PathBuf,
    identity: Option<os::Identity>,
}

impl Root {
    /// Remembers it.
    pub fn of(path: &Path) -> Self {
        Root { path: path.to_owned(), identity: os::identity(path) }
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// True where it is no longer what it was.
    pub fn has_gone(&self) -> bool {
        self.identity.is_some() && os::identity(&self.path) != self.identity
    }
}

/// True where nothing is at a path; false where that cannot be told.
pub fn is_missing(path: &Path) -> bool {
    let missing = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
    fs::symlink_metadata(path).is_err_and(|error| missing.contains(&error.kind()))
}

/// How many bytes a file has; none for a folder, and where that cannot be told.
pub fn size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().filter(Metadata::is_file).map(|meta| meta.len())
}

/// Opens a file that is read from its beginning to its end.
///
/// # Errors
/// `io.…`.
pub fn open(path: &Path) -> Result<File> {
    os::open_to_read(path).map_err(|error| Error::io(path.to_string_lossy(), &error))
}
