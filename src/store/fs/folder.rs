//! What is to be sealed: files found below a folder or given one by one, never through a link, each kept with what its file
//! system said when it was found, so that a change while it is sealed is noticed.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, Metadata};

use super::exclude::Exclude;
use super::made::{Opened, Recipe};
use super::media::HEAD;
use super::own_names::{encoded, text_of};
use super::places::folder_of;
use super::tree::{self, Met};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::hint::Hint;
use crate::base::watch::Unwatched;
use crate::bundle::read_at::ReadAt;
use crate::format::item::Role;
use crate::format::layout::is_junk;
use crate::format::path::PayloadPath;
use crate::format::time::Timestamp;
use crate::store::os;

/// What was found below a folder.
#[derive(Default)]
pub(crate) struct Found {
    /// The files to seal.
    pub files: Vec<FoundFile>,
    /// Names of files that Finder and Explorer left behind.
    pub junk: Vec<String>,
    /// Names of empty folders.
    pub empty: Vec<String>,
    /// The file that was to be left out.
    pub left_out: Option<String>,
    /// What cannot be sealed.
    pub refused: Vec<Finding>,
}

/// A file that was found.
pub(crate) struct FoundFile {
    /// Its name below the folder, `/`-separated; where it is not UTF-8, with `%NN` for the bytes that are not.
    pub name: Box<str>,
    /// The name as a fact has it, where it is not UTF-8.
    pub encoded: Option<Box<str>>,
    place: Location,
    /// The part that it plays, where the user said so.
    pub role: Option<Role>,
}

/// A file to seal. It is kept small, for there may be a million of them.
pub(crate) struct Input {
    /// The path that it is sealed under.
    pub path: PayloadPath,
    /// Where it lies, or where that lies which it is made of.
    place: Location,
    /// How it is made, where it is no file on the disk.
    recipe: Option<Box<Recipe>>,
    /// The part that it plays, where the user said so.
    pub role: Option<Role>,
}

/// Where a file lies, and what was found there.
#[derive(Clone)]
struct Location {
    /// The one handle below which it is opened.
    dir: Arc<Dir>,
    /// Its path below that, if it differs from its name.
    own: Option<Box<Path>>,
    stat: Stat,
}

impl Location {
    /// Opens the file, whose name is this.
    fn open(&self, name: &str) -> io::Result<File> {
        tree::open(&self.dir, self.own.as_deref().unwrap_or(Path::new(name)))
    }
}

/// What must not change while a file is sealed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stat {
    size: u64,
    /// Seconds since 1970, negative before that.
    modified: i64,
    /// What tells one state of one file from another.
    mark: u64,
}

impl Stat {
    fn of(meta: &Metadata) -> Self {
        Stat { size: meta.len(), modified: os::modified(meta), mark: os::mark_of_state(meta) }
    }
}

/// Finds every file below `root` that is not left out; junk only if `all`.
pub(crate) fn find(root: &Path, all: bool, exclude: &mut Exclude) -> Result<Found> {
    let thing = root.to_string_lossy();
    let dir = Dir::open_ambient_dir(root, ambient_authority()).map_err(|error| Error::io(thing.as_ref(), &error))?;
    let root = Arc::new(dir);
    let mut found = Found::default();
    tree::walk(&root, &thing, &Unwatched, &mut |met| {
        match met {
            Met::Entry(path, _) if exclude.file(&text_of(path)) => {}
            Met::Entry(path, meta) => found.meet(path, meta, &root, all),
            Met::Folder(path, _) | Met::Closed(path, _) if exclude.folder(&text_of(path)) => {}
            Met::Folder(path, true) => found.empty.push(text_of(path) + "/"),
            Met::Folder(_, false) => {}
            Met::Closed(path, error) if path.as_os_str().is_empty() => return Err(Error::io(thing.as_ref(), error)),
            Met::Closed(path, error) => found.refused.push(unreadable(&text_of(path), error)),
        }
        Ok(())
    })?;
    if found.refused.iter().any(|finding| finding.code == code::IO_DENIED) {
        // whoever has to ask for access to one thing wants to know of all
        let closed =
            found.files.iter().filter_map(|file| file.place.open(&file.name).err().map(|error| unreadable(&file.name, &error)));
        found.refused.extend(closed.collect::<Vec<_>>());
    }
    found.junk.sort();
    found.empty.sort();
    Ok(found)
}

impl Found {
    fn meet(&mut self, path: &Path, meta: &Metadata, root: &Arc<Dir>, all: bool) {
        let name = text_of(path);
        if !meta.is_file() {
            self.refused.push(not_a_file(&name, meta));
        } else if !all && is_junk(path.file_name().and_then(|last| last.to_str()).unwrap_or("")) {
            self.junk.push(name);
        } else {
            self.files.push(FoundFile::new(path, root.clone(), path.to_owned(), meta));
        }
    }

    /// Leaves out the file that `path` leads to.
    pub fn leave_out(&mut self, path: &Path) {
        if let Some(at) = self.files.iter().position(|input| input.is_at(path)) {
            self.left_out = Some(self.files.swap_remove(at).name.into());
        }
    }
}

/// A file given by its path, to be sealed under `folder` and its own name.
pub(crate) fn single(path: &Path, folder: &str) -> Result<Result<FoundFile, Finding>> {
    let thing = path.to_string_lossy().into_owned();
    let failed = |error| Error::io(thing.clone(), &error);
    let Some(last) = path.file_name().map(PathBuf::from) else {
        return Err(Error::new(code::IO_KIND, thing, Detail::NamesNoFile));
    };
    let dir = Dir::open_ambient_dir(folder_of(path), ambient_authority()).map_err(failed)?;
    let meta = dir.symlink_metadata(&last).map_err(failed)?;
    if meta.is_dir() {
        return Err(Error::new(code::IO_KIND, thing, Detail::FolderForFile).hint(Hint::FolderOrFiles));
    }
    if !meta.is_file() {
        return Ok(Err(not_a_file(&thing, &meta)));
    }
    Ok(Ok(FoundFile::new(&Path::new(folder).join(&last), Arc::new(dir), last, &meta)))
}

impl FoundFile {
    /// One that is called `path` and lies at `own` below `dir`.
    fn new(path: &Path, dir: Arc<Dir>, own: PathBuf, meta: &Metadata) -> Self {
        let (name, encoded) = (text_of(path), encoded(path).map(String::into_boxed_str));
        let own = (encoded.is_some() || own.to_str() != Some(&name)).then(|| own.into_boxed_path());
        FoundFile { name: name.into(), encoded, place: Location { dir, own, stat: Stat::of(meta) }, role: None }
    }

    /// The input that is sealed under this path.
    pub fn seal_as(self, path: PayloadPath) -> Input {
        let FoundFile { name, mut place, role, .. } = self;
        if place.own.is_none() && *name != *path.as_str() {
            place.own = Some(PathBuf::from(&*name).into_boxed_path());
        }
        Input { path, place, recipe: None, role }
    }

    /// True if `path` leads to this file.
    fn is_at(&self, path: &Path) -> bool {
        let there = os::open_to_read(path).and_then(|file| Metadata::from_file(&file));
        there.is_ok_and(|meta| Stat::of(&meta) == self.place.stat)
    }
}

impl Input {
    /// A file that is made of this one and sealed under `path`.
    pub fn make(&self, path: PayloadPath, recipe: Recipe) -> Input {
        let own = self.place.own.clone().unwrap_or_else(|| PathBuf::from(self.path.as_str()).into_boxed_path());
        let place = Location { own: Some(own), ..self.place.clone() };
        Input { path, place, recipe: Some(Box::new(recipe)), role: None }
    }

    /// True if it is made of another file.
    pub fn is_made(&self) -> bool {
        self.recipe.is_some()
    }

    /// Its length in bytes when it was found.
    pub fn size(&self) -> u64 {
        self.recipe.as_ref().map_or(self.place.stat.size, |recipe| recipe.size())
    }

    /// When it was last modified, where the file system says and the format can write it.
    pub fn modified(&self) -> Option<Timestamp> {
        Timestamp::from_unix(self.place.stat.modified)
    }

    /// Opens it. Once it has been read, [`Input::is_unchanged`] tells whether it is what was found.
    pub fn open(&self) -> io::Result<Opened> {
        Opened::of(self.place.open(self.path.as_str())?, self.recipe.as_deref())
    }

    /// Its bytes, to be read at any place.
    pub fn bytes(&self) -> io::Result<Box<dyn ReadAt>> {
        self.open()?.into_bytes()
    }

    /// Its first bytes.
    pub fn head(&self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.open()?.take(HEAD as u64).read_to_end(&mut head)?;
        Ok(head)
    }

    /// Why it cannot be opened, if so.
    pub fn closed(&self) -> Option<Finding> {
        self.place.open(self.path.as_str()).err().map(|error| unreadable(self.path.as_str(), &error))
    }

    /// True if what was opened still is what was found.
    pub fn is_unchanged(&self, opened: &Opened) -> io::Result<bool> {
        Ok(Stat::of(&opened.file().metadata()?) == self.place.stat)
    }
}

/// The finding for a file that cannot be read.
pub(crate) fn unreadable(name: &str, error: &io::Error) -> Finding {
    let Error { code, place, detail, .. } = Error::io(name, error);
    Finding::new(code, place, detail)
}

fn not_a_file(name: &str, meta: &Metadata) -> Finding {
    Finding::new(code::INPUT_LINK, name, if meta.is_symlink() { Detail::LinkSealed } else { Detail::DeviceSealed })
}
