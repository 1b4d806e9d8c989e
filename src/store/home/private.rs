//! One folder of the store: files that only their owner may read, each read as a whole and written as a whole or not at all.
//! A link is never followed, neither to the folder nor to a file in it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::hint::Hint;
use crate::base::limits;
use crate::base::place::Place;
use crate::store::fs::unfinished::Unfinished;
use crate::store::os::{self, Access};

/// What the name of a file begins with until it is whole.
const UNFINISHED: &str = ".new-";

/// A folder below the home folder.
pub(super) struct Private {
    path: PathBuf,
    dir: Dir,
}

/// A file that was read.
pub(super) struct Kept {
    /// All of it, wiped when dropped.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Who may do what with it.
    pub access: Access,
}

impl Private {
    /// Opens the folder `name` of `home`; `None` where it does not exist yet.
    pub fn open(home: &Path, name: &str) -> Result<Option<Self>> {
        let path = home.join(name);
        let place = path.to_string_lossy();
        let home = match Dir::open_ambient_dir(home, ambient_authority()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(|error| Error::io(home.to_string_lossy(), &error))?,
        };
        match home.symlink_metadata(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(place, &error)),
            Ok(meta) if meta.is_symlink() => return Err(strange(place, Detail::IsALink)),
            Ok(meta) if !meta.is_dir() => return Err(strange(place, Detail::FileForFolder)),
            Ok(_) => {}
        }
        let dir = home.open_dir_nofollow(name).map_err(|error| Error::io(place, &error))?;
        Ok(Some(Private { path, dir }))
    }

    /// Opens the folder `name` of `home` to write into it; both are made, for their owner alone, where they do not exist.
    pub fn create(home: &Path, name: &str) -> Result<Self> {
        if let Some(folder) = Private::open(home, name)? {
            return Ok(folder);
        }
        let path = home.join(name);
        os::create_private_folder(&path).map_err(|error| unwritable(home, &error))?;
        Private::open(home, name)?.ok_or_else(|| unwritable(home, &io::ErrorKind::NotFound.into()))
    }

    /// The names of the files, sorted, and separately those of files that were never finished.
    pub fn names(&self) -> Result<(Vec<String>, Vec<String>)> {
        let failed = |error| Error::io(self.path.to_string_lossy(), &error);
        let mut names = Vec::new();
        for entry in self.dir.entries().map_err(failed)? {
            names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names.into_iter().partition(|name| !name.starts_with(UNFINISHED)))
    }

    /// Waits until no other run holds the folder, then holds it until the result is dropped. Where the system cannot lock a folder
    /// nothing is held.
    pub fn hold(&self) -> Option<File> {
        File::open(&self.path).ok().filter(|folder| folder.lock().is_ok())
    }

    /// Reads a file: a regular one, not a link, at most [`limits::KEY_FILE`] bytes.
    pub fn read(&self, name: &str) -> Result<Kept> {
        self.read_up_to(name, limits::KEY_FILE)
    }

    /// Reads a file of at most `limit` bytes.
    pub fn read_up_to(&self, name: &str, limit: u64) -> Result<Kept> {
        let place = self.place(name);
        let failed = |error: io::Error| Error::io(&place, &error);
        if self.dir.symlink_metadata(name).map_err(failed)?.is_symlink() {
            return Err(strange(place, Detail::IsALink));
        }
        let mut how = OpenOptions::new();
        // should it have become a pipe meanwhile, opening it does not wait for a writer
        how.read(true).follow(FollowSymlinks::No).nonblock(true);
        let file = self.dir.open_with(name, &how).map_err(failed)?.into_std();
        let meta = file.metadata().map_err(failed)?;
        if !meta.is_file() {
            return Err(strange(place, Detail::NotARegularFile));
        }
        // room for all of it from the start: a buffer that grows leaves copies of a secret behind
        let room = usize::try_from(meta.len().min(limit)).unwrap_or(0).saturating_add(1);
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > limit {
            return Err(strange(place, Detail::LargerThanRead { limit }));
        }
        Ok(Kept { bytes, access: os::access(&meta) })
    }

    /// Writes a new file; false where one of that name exists, which stays as it is.
    pub fn add(&self, name: &str, bytes: &[u8]) -> Result<bool> {
        let (file, mark) = self.unfinished(bytes)?;
        match mark.finish(|| file.persist_noclobber(self.path.join(name))) {
            Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
            written => written.map_err(|failed| unwritable(&self.path, &failed.error))?,
        };
        self.settle().map(|()| true)
    }

    /// Writes a file in place of the one that has its name: whoever looks sees either the old one or the new one.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let (file, mark) = self.unfinished(bytes)?;
        let written = mark.finish(|| file.persist(self.path.join(name)));
        written.map_err(|failed| unwritable(&self.path, &failed.error))?;
        self.settle()
    }

    /// Removes a file.
    pub fn remove(&self, name: &str) -> Result<()> {
        self.dir.remove_file(name).map_err(|error| Error::io(self.place(name), &error))?;
        self.settle()
    }

    /// What a file of this folder is called in messages.
    pub fn place(&self, name: &str) -> String {
        self.path.join(name).to_string_lossy().into_owned()
    }

    /// Notes it if others may write to the folder or to the home folder above it, and so replace what is in it.
    pub fn exposed(&self) -> Result<Option<Finding>> {
        for folder in [self.path.parent(), Some(&self.path)].into_iter().flatten() {
            let meta = std::fs::metadata(folder).map_err(|error| Error::io(folder.to_string_lossy(), &error))?;
            if os::access(&meta).others_write {
                return Ok(Some(written_by_others(folder.to_string_lossy())));
            }
        }
        Ok(None)
    }

    /// A file of this folder under a temporary name, whole and on the disk; it is gone unless it gets its real name.
    fn unfinished(&self, bytes: &[u8]) -> Result<(NamedTempFile, Unfinished)> {
        let file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.path);
        // only the kind: the text would reveal the temporary name
        let mut file = file.map_err(|error| unwritable(&self.path, &error.kind().into()))?;
        let mark = Unfinished::begin(file.path());
        let written = file.write_all(bytes).and_then(|()| file.as_file().sync_all());
        written.map_err(|error| unwritable(&self.path, &error)).map(|()| (file, mark))
    }

    /// Makes sure that a name that was added or removed stays so when the power fails.
    fn settle(&self) -> Result<()> {
        os::sync_folder(&self.path).map_err(|error| unwritable(&self.path, &error))
    }
}

/// The note about a place that others may change.
pub(super) fn written_by_others(place: impl Into<Place>) -> Finding {
    Finding::new(code::CONTACT_MODE, place, Detail::FolderExposed)
}

/// The error for a store that is not as it was left.
pub(super) fn strange(place: impl Into<Place>, trouble: Detail) -> Error {
    Error::new(code::CONTACT_STORE, place, trouble)
}

/// The error for a folder in which nothing can be kept.
fn unwritable(folder: &Path, error: &io::Error) -> Error {
    let error = Error::io(folder.to_string_lossy(), error);
    let trouble = Detail::CannotBeKept { reason: Box::new(error.detail.clone()) };
    if error.code == code::IO_FULL {
        return Error { detail: trouble, ..error }.hint(Hint::FreeSpace);
    }
    Error { detail: trouble, ..error }.hint(Hint::OtherHome)
}
