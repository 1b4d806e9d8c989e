//! What is to be sealed: files found below a folder or given one by one, never through a link, each known by what its file
//! system said when it was found, so that a change while it is sealed shows.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, Metadata, MetadataExt, OpenOptions};

use super::disk::folder_of;
use super::media::HEAD;
use crate::base::code;
use crate::base::error::{Error, Finding, Result};
use crate::bundle::folder_read::is_junk;
use crate::format::item::Role;
use crate::format::time::Timestamp;

/// What was found below a folder.
#[derive(Default)]
pub(crate) struct Found {
    /// The files to seal.
    pub files: Vec<Input>,
    /// Names of files that Finder and Explorer left behind.
    pub junk: Vec<String>,
    /// Names of empty folders.
    pub empty: Vec<String>,
    /// The file that was to be left out.
    pub left_out: Option<String>,
    /// What cannot be sealed.
    pub refused: Vec<Finding>,
}

/// A file to seal. It is kept small, for there may be a million of them.
pub(crate) struct Input {
    /// Its name below the folder, `/`-separated; where it is not UTF-8, with `\xNN` for the bytes that are not. The name it is
    /// sealed under takes its place.
    pub name: Box<str>,
    /// The one handle below which it is opened.
    dir: Arc<Dir>,
    /// Its path below that, where it is not `name`.
    own: Option<Box<Path>>,
    stat: Stat,
    /// The part that it plays, where the user said so.
    pub role: Option<Role>,
}

/// What must not change while a file is sealed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stat {
    size: u64,
    /// Seconds since 1970, before it negative.
    modified: i64,
    /// A hash of everything that tells one state of one file from another: device, inode, both times to the nanosecond.
    mark: u64,
}

impl Stat {
    fn of(meta: &Metadata) -> Self {
        let mut mark = DefaultHasher::new();
        (meta.dev(), meta.ino(), meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec()).hash(&mut mark);
        Stat { size: meta.len(), modified: meta.mtime(), mark: mark.finish() }
    }
}

/// Finds every file below `root`; junk only where `all` says so.
pub(crate) fn find(root: &Path, all: bool) -> Result<Found> {
    let thing = root.to_string_lossy();
    let dir = Dir::open_ambient_dir(root, ambient_authority()).map_err(|error| Error::io(thing.as_ref(), &error))?;
    let root = Arc::new(dir);
    let mut found = Found::default();
    // paths and not handles, so that any number of folders needs few open files
    let mut left = vec![PathBuf::new()];
    while let Some(folder) = left.pop() {
        let here = text_of(&folder);
        let top = here.is_empty();
        let opened = if top { root.try_clone() } else { root.open_dir_nofollow(&folder) };
        let dir = match opened {
            Ok(dir) => dir,
            Err(error) => {
                found.refused.push(unreadable(&here, &error));
                continue;
            }
        };
        let failed = |error| Error::io(if top { thing.as_ref() } else { &here }, &error);
        let mut empty = true;
        for entry in dir.entries().map_err(failed)? {
            let entry = entry.map_err(failed)?;
            empty = false;
            let path = folder.join(entry.file_name());
            let name = text_of(&path);
            let meta = dir.symlink_metadata(entry.file_name()).map_err(|error| Error::io(&name, &error))?;
            if meta.is_dir() {
                left.push(path);
            } else if !meta.is_file() {
                found.refused.push(not_a_file(&name, &meta));
            } else if !all && is_junk(&text_of(Path::new(&entry.file_name()))) {
                found.junk.push(name);
            } else {
                found.files.push(Input::new(name, root.clone(), path, &meta));
            }
        }
        if empty && !top {
            found.empty.push(format!("{here}/"));
        }
    }
    found.junk.sort();
    found.empty.sort();
    Ok(found)
}

impl Found {
    /// Leaves out the file that `path` leads to.
    pub fn leave_out(&mut self, path: &Path) {
        if let Some(at) = self.files.iter().position(|input| input.is_at(path)) {
            self.left_out = Some(self.files.swap_remove(at).name.into());
        }
    }
}

/// A file given by its path, to be sealed as `folder` and its own name.
pub(crate) fn single(path: &Path, folder: &str) -> Result<Result<Input, Finding>> {
    let thing = path.to_string_lossy().into_owned();
    let failed = |error| Error::io(thing.clone(), &error);
    let Some(last) = path.file_name().map(PathBuf::from) else {
        return Err(Error::new(code::IO_KIND, thing, "this names no file"));
    };
    let dir = Dir::open_ambient_dir(folder_of(path), ambient_authority()).map_err(failed)?;
    let meta = dir.symlink_metadata(&last).map_err(failed)?;
    if meta.is_dir() {
        return Err(Error::new(code::IO_KIND, thing, "a folder stands where a file should be")
            .hint("seal one folder, or files given one by one: sealbag seal FOLDER, or sealbag seal FILE..."));
    }
    if !meta.is_file() {
        return Ok(Err(not_a_file(&thing, &meta)));
    }
    let name = format!("{folder}{}", text_of(&last));
    Ok(Ok(Input::new(name, Arc::new(dir), last, &meta)))
}

impl Input {
    fn new(name: String, dir: Arc<Dir>, own: PathBuf, meta: &Metadata) -> Self {
        let own = (own.to_str() != Some(&name)).then(|| own.into_boxed_path());
        Input { name: name.into(), dir, own, stat: Stat::of(meta), role: None }
    }

    /// Seals it under another name.
    pub fn rename(&mut self, name: &str) {
        if self.own.is_none() {
            self.own = Some(PathBuf::from(&*self.name).into_boxed_path());
        }
        self.name = name.into();
    }

    /// True if it is the file that `path` leads to.
    pub fn is_at(&self, path: &Path) -> bool {
        let there = std::fs::File::open(path).and_then(|file| Metadata::from_file(&file));
        there.is_ok_and(|meta| Stat::of(&meta) == self.stat)
    }

    /// Its length in bytes when it was found.
    pub fn size(&self) -> u64 {
        self.stat.size
    }

    /// When it was last modified, where the file system says and the format can write it.
    pub fn modified(&self) -> Option<Timestamp> {
        Timestamp::from_unix(self.stat.modified)
    }

    /// Opens it. Whether it is what was found, [`Input::is_unchanged`] tells once it has been read.
    pub fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).follow(FollowSymlinks::No).nonblock(true);
        self.dir.open_with(self.own.as_deref().unwrap_or(Path::new(&*self.name)), &options)
    }

    /// Its first bytes.
    pub fn head(&self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.open()?.take(HEAD as u64).read_to_end(&mut head)?;
        Ok(head)
    }

    /// True if the open file is still what was found.
    pub fn is_unchanged(&self, file: &File) -> io::Result<bool> {
        Ok(Stat::of(&file.metadata()?) == self.stat)
    }
}

/// The finding for a file that cannot be read.
pub(crate) fn unreadable(name: &str, error: &io::Error) -> Finding {
    let Error { code, thing, trouble, .. } = Error::io(name, error);
    Finding::new(code, thing, trouble)
}

fn not_a_file(name: &str, meta: &Metadata) -> Finding {
    let what = if meta.is_symlink() { "a link" } else { "a device, socket or pipe" };
    Finding::new(code::INPUT_LINK, name, format!("{what} cannot be sealed"))
}

fn text_of(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().utf8_chunks().fold(String::new(), |mut text, chunk| {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
        text
    })
}
