//! Folders, opened once and walked through without following a link.

use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, Metadata, OpenOptions};

use super::file_bytes::FileBytes;
use super::own_names::text_of;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::read_at::ReadAt;
use crate::bundle::tree::{Node, NodeKind, Tree};
use crate::format::layout;

/// Something that a walk comes upon.
pub(super) enum Met<'m> {
    /// Anything but a folder, with its path below the root.
    Entry(&'m Path, &'m Metadata),
    /// A folder, after everything directly in it; the flag is true if it is empty.
    Folder(&'m Path, bool),
    /// A folder that cannot be opened.
    Closed(&'m Path, &'m io::Error),
}

/// A path in bytes from one open folder to the next: systems take none that is longer than about four times that.
const STRETCH: usize = 1000;

/// A folder that is still to be looked into.
struct Ahead {
    /// An open folder above it, and the way from there.
    from: Rc<Dir>,
    way: PathBuf,
    /// The way from the root.
    path: PathBuf,
}

/// Goes through everything below `root`, folders included, in any order; `thing` is what errors call it. Paths are kept rather
/// than handles, but for one on each long stretch, so that any number of folders needs few open files, however deep they lie.
pub(super) fn walk(root: &Dir, thing: &str, watch: &dyn Watch, each: &mut dyn FnMut(Met) -> Result<()>) -> Result<()> {
    let root = Rc::new(root.try_clone().map_err(|error| Error::io(thing, &error))?);
    let mut ahead = vec![Ahead { from: root, way: PathBuf::new(), path: PathBuf::new() }];
    while let Some(Ahead { mut from, mut way, path: folder }) = ahead.pop() {
        if watch.interrupted() {
            return Err(Error::interrupted());
        }
        let top = folder.as_os_str().is_empty();
        let dir = match if top { from.try_clone() } else { from.open_dir_nofollow(&way) } {
            Ok(dir) => Rc::new(dir),
            Err(error) => {
                each(Met::Closed(&folder, &error))?;
                continue;
            }
        };
        if way.as_os_str().len() > STRETCH {
            (from, way) = (Rc::clone(&dir), PathBuf::new());
        }
        let here = if top { thing.to_owned() } else { text_of(&folder) };
        let failed = |error| Error::io(&*here, &error);
        let mut empty = true;
        // a handle may be good for the name of a folder alone
        let entries = match dir.entries() {
            Ok(entries) => entries,
            Err(error) => {
                each(Met::Closed(&folder, &error))?;
                continue;
            }
        };
        for entry in entries {
            let name = entry.map_err(failed)?.file_name();
            empty = false;
            let path = folder.join(&name);
            // asked for by name, since not every file system tells the kind with the entry
            let meta = dir.symlink_metadata(&name).map_err(|error| Error::io(text_of(&path), &error))?;
            if meta.is_dir() {
                ahead.push(Ahead { from: Rc::clone(&from), way: way.join(&name), path });
            } else {
                each(Met::Entry(&path, &meta))?;
            }
        }
        if !top {
            each(Met::Folder(&folder, empty))?;
        }
    }
    Ok(())
}

/// Opens a file below a folder to read it; a link is never followed, and a pipe is not waited for.
pub(super) fn open(dir: &Dir, path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No).nonblock(true);
    dir.open_with(path, &options)
}

/// An unpacked bundle on a disk.
pub(super) struct Unpacked(Dir);

impl Unpacked {
    pub fn open(path: &Path) -> io::Result<Self> {
        Dir::open_ambient_dir(path, ambient_authority()).map(Unpacked)
    }
}

impl Tree for Unpacked {
    fn holds(&self, name: &str) -> bool {
        // what cannot be looked at may be there: only the walk through it can say why it fails
        self.0
            .symlink_metadata(name)
            .map_or_else(|error| !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory), |_| true)
    }

    fn walk(&self, watch: &dyn Watch, each: &mut dyn FnMut(Node)) -> Result<()> {
        let node = |path: &Path, kind| Node { name: path.to_string_lossy().into_owned(), kind };
        walk(&self.0, "folder", watch, &mut |met| {
            match met {
                Met::Entry(path, meta) if !meta.is_file() => each(node(path, NodeKind::Other)),
                Met::Entry(path, _) if path.to_str().is_none() => each(node(path, NodeKind::OddlyNamed)),
                Met::Entry(path, meta) => each(node(path, NodeKind::File(meta.len()))),
                Met::Folder(path, true) => each(node(path, NodeKind::EmptyFolder)),
                Met::Folder(_, false) => {}
                Met::Closed(path, error) if path.as_os_str().is_empty() => return Err(Error::io(Place::Folder, error)),
                Met::Closed(path, error) => return Err(Error::io(path.to_string_lossy(), error)),
            }
            Ok(())
        })
    }

    fn bundles(&self) -> u64 {
        let named = |name: &str| layout::NAMES_END.iter().any(|end| name.to_ascii_lowercase().ends_with(end));
        let Ok(entries) = self.0.entries() else { return 0 };
        let entries = entries.take(limits::ITEM_COUNT).flatten();
        entries.filter(|entry| named(&entry.file_name().to_string_lossy())).count() as u64
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn ReadAt>> {
        let file = open(&self.0, Path::new(name))?.into_std();
        Ok(Box::new(FileBytes::of(file)?))
    }
}
