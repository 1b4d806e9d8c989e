//! Output that appears as a whole or not at all: written beside its target under a name nobody else has, synced, renamed, and
//! the folder synced. Until then there is nothing under the final name, and dropping it removes what was written.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, DirBuilder, OpenOptions};
use tempfile::{NamedTempFile, TempDir};

use super::places::{folder_of, is_inside, is_same_file, refuse_nowhere};
use super::tree::{self, Met};
use super::unfinished::Unfinished;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::hint::Hint;
use crate::base::place::Place;
use crate::base::watch::{Unwatched, Watch};
use crate::store::os;

/// What the name of unfinished output begins and ends with.
pub(super) const PREFIX: &str = ".sealbag-";
pub(super) const SUFFIX: &str = ".part";

/// A file that is not there yet.
pub(crate) enum NewFile {
    /// It will stand under a name; the flag allows a regular file to be there already.
    Named(NamedTempFile, PathBuf, bool, Unfinished),
    /// It never gets a name, and is gone when it is dropped or the process ends.
    Nameless(File),
}

impl NewFile {
    /// Begins a file that will stand at `target`, readable by its owner only.
    pub fn begin(target: &Path, replace: bool) -> Result<Self> {
        refuse_taken(target, replace)?;
        let failed = |error: io::Error| Error::io(target.to_string_lossy(), &error);
        let file = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder_of(target)).map_err(failed)?;
        // tells other runs that this one is not over
        let _ = file.as_file().try_lock();
        let mark = Unfinished::begin(file.path());
        Ok(NewFile::Named(file, target.to_owned(), replace, mark))
    }

    /// Begins a file that will go to a stream.
    pub fn nameless() -> Result<Self> {
        tempfile::tempfile().map(NewFile::Nameless).map_err(|error| Error::io(Place::TemporaryFile, &error))
    }

    /// The file to write to.
    pub fn file(&self) -> &File {
        match self {
            NewFile::Named(file, ..) => file.as_file(),
            NewFile::Nameless(file) => file,
        }
    }

    /// How many bytes were written.
    pub fn length(&self) -> Result<u64> {
        self.file().metadata().map(|meta| meta.len()).map_err(|error| Error::io(Place::TemporaryFile, &error))
    }

    /// Puts it under its name, if it is to have one.
    pub fn publish(self, watch: &dyn Watch) -> Result<()> {
        let NewFile::Named(file, target, replace, mark) = self else { return Ok(()) };
        watch.keeping();
        let failed = |error: &io::Error| Error::io(target.to_string_lossy(), error);
        file.as_file().sync_all().map_err(|error| failed(&error))?;
        let persisted = mark.finish(|| if replace { file.persist(&target) } else { file.persist_noclobber(&target) });
        persisted.map_err(|refused| match refused.error.kind() {
            io::ErrorKind::AlreadyExists => exists(&target),
            _ => failed(&refused.error),
        })?;
        sync_folder(folder_of(&target))
    }

    /// Copies what was written to a stream.
    pub fn copy_to(&self, out: &mut dyn Write) -> Result<()> {
        let mut file = self.file();
        file.rewind().map_err(|error| Error::io(Place::TemporaryFile, &error))?;
        io::copy(&mut file, out).and_then(|_| out.flush()).map_err(|error| Error::io(Place::StandardOutput, &error))
    }
}

/// Refuses a target that is there already, unless it is a regular file that may be replaced, and one in a folder that is not there.
/// Nothing is written.
pub(crate) fn refuse_taken(target: &Path, replace: bool) -> Result<()> {
    let failed = |error: io::Error| Error::io(target.to_string_lossy(), &error);
    match fs::symlink_metadata(target) {
        Ok(meta) if !meta.is_file() => {
            let trouble = Detail::NotAFileThere;
            return Err(Error::new(code::OUTPUT_EXISTS, target.to_string_lossy(), trouble).hint(Hint::OtherFile));
        }
        Ok(_) if !replace => return Err(exists(target)),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    refuse_nowhere(target)
}

/// Refuses an output that would be the input or lie inside it.
pub(crate) fn refuse_input(output: &Path, input: Option<&Path>, trouble: Detail) -> Result<()> {
    let Some(input) = input else { return Ok(()) };
    if is_same_file(output, input) || input.is_dir() && is_inside(output, input)? {
        let error = Error::new(code::OUTPUT_INSIDE, output.to_string_lossy(), trouble);
        return Err(error.hint(Hint::OtherOutput));
    }
    Ok(())
}

/// A new folder that is not there yet; what is written into it appears all at once.
pub(crate) struct NewFolder {
    temporary: TempDir,
    mark: Unfinished,
    /// Locked until it is finished.
    _lock: Option<File>,
    dir: Dir,
    /// The same, open since before anything was written into it: whatever the system could not write since then it tells here.
    since: cap_std::fs::File,
    target: PathBuf,
    /// How many files were made in it and are not synced yet.
    unsynced: Cell<u64>,
}

/// From so many new files on, all of the file system is synced at once rather than each of them.
const MANY: u64 = 100;

impl NewFolder {
    /// Begins a folder that will stand at `target`, where there may be nothing yet.
    pub fn begin(target: &Path) -> Result<Self> {
        let failed = |error: io::Error| Error::io(target.to_string_lossy(), &error);
        if fs::symlink_metadata(target).is_ok() {
            return Err(exists(target));
        }
        let mut folder = tempfile::Builder::new();
        folder.prefix(PREFIX).suffix(SUFFIX);
        if let Some(owner) = os::private_folder() {
            folder.permissions(owner);
        }
        let temporary = folder.tempdir_in(folder_of(target)).map_err(failed)?;
        let mark = Unfinished::begin(temporary.path());
        let dir = Dir::open_ambient_dir(temporary.path(), ambient_authority()).map_err(failed)?;
        let since = dir.open(".").map_err(failed)?;
        let _lock = File::open(temporary.path()).ok().filter(|folder| folder.try_lock().is_ok());
        Ok(NewFolder { temporary, mark, _lock, dir, since, target: target.to_owned(), unsynced: Cell::new(0) })
    }

    /// Creates a file in it, relative to its handle, and the folders above it; it is synced when the folder is published. A name that
    /// is there already is an error: it can only be another name that this file system takes for the same.
    pub fn file(&self, path: &str) -> Result<File> {
        self.create(Path::new(path)).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::new(code::OPEN_TWIN, path, Detail::TwinOnDisk),
            _ => Error::io(path, &error),
        })
    }

    /// As [`NewFolder::file`], for a name that need not be text, and with what the system says of it.
    pub fn create(&self, path: &Path) -> io::Result<File> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            let mut folders = DirBuilder::new();
            os::private_folders(folders.recursive(true));
            self.dir.create_dir_with(folder, &folders)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        os::private_file(&mut options);
        let file = self.dir.open_with(path, &options)?.into_std();
        self.unsynced.set(self.unsynced.get() + 1);
        Ok(file)
    }

    /// Puts it under its name.
    pub fn publish(self, watch: &dyn Watch) -> Result<()> {
        watch.keeping();
        let NewFolder { temporary, mark, _lock, dir, since, target, unsynced } = self;
        let failed = |error: io::Error| Error::io(target.to_string_lossy(), &error);
        let at_once = unsynced.get() >= MANY && os::sync_file_system(&since).map_err(failed)?;
        if !at_once {
            sync_tree(&dir, &target.to_string_lossy())?;
        }
        if fs::symlink_metadata(&target).is_ok() {
            return Err(exists(&target));
        }
        mark.finish(|| fs::rename(temporary.path(), &target)).map_err(|error| match error.kind() {
            // another run finished first
            io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => exists(&target),
            _ => failed(error),
        })?;
        // it is not where it was, so there is nothing left to remove
        let _ = temporary.keep();
        sync_folder(folder_of(&target))
    }
}

fn exists(target: &Path) -> Error {
    Error::new(code::OUTPUT_EXISTS, target.to_string_lossy(), Detail::ExistsAlready)
}

/// Syncs every file and folder of a tree that we wrote.
fn sync_tree(root: &Dir, thing: &str) -> Result<()> {
    let failed = |error: io::Error| Error::io(thing, &error);
    let mut options = OpenOptions::new();
    os::to_sync(&mut options);
    tree::walk(root, thing, &Unwatched, &mut |met| match met {
        Met::Entry(file, _) => root.open_with(file, &options).and_then(|file| file.sync_all()).map_err(failed),
        Met::Folder(folder, _) => root.open_dir(folder).and_then(|dir| os::sync_open_folder(&dir)).map_err(failed),
        Met::Closed(_, error) => Err(Error::io(thing, error)),
    })?;
    os::sync_open_folder(root).map_err(failed)
}

fn sync_folder(folder: &Path) -> Result<()> {
    os::sync_folder(folder).map_err(|error| Error::io(folder.to_string_lossy(), &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_there_already_is_never_written_over() {
        let place = tempfile::tempdir().unwrap();
        let folder = NewFolder::begin(&place.path().join("new")).unwrap();
        folder.file("data/a.txt").unwrap().write_all(b"first").unwrap();
        assert_eq!(folder.file("data/a.txt").unwrap_err().code, code::OPEN_TWIN);
        folder.publish(&Unwatched).unwrap();
        assert_eq!(fs::read(place.path().join("new/data/a.txt")).unwrap(), b"first");
        assert_eq!(NewFolder::begin(&place.path().join("new")).err().map(|error| error.code), Some(code::OUTPUT_EXISTS));
    }

    #[test]
    fn nothing_stands_under_the_name_before_it_is_published_or_after_it_is_given_up() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("new.zip");
        let file = NewFile::begin(&target, false).unwrap();
        assert!(!target.exists());
        // another run finished first
        fs::write(&target, b"theirs").unwrap();
        assert_eq!(file.publish(&Unwatched).unwrap_err().code, code::OUTPUT_EXISTS);
        assert_eq!(fs::read(&target).unwrap(), b"theirs");
        drop(NewFolder::begin(&place.path().join("folder")).unwrap());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }
}
