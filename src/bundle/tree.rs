//! An unpacked bundle as the reader needs it: names, and the bytes of the files.

use std::collections::BTreeMap;
use std::io;

use super::read_at::ReadAt;
use crate::base::error::Result;
use crate::base::watch::Watch;

/// A folder with everything below it, opened once.
pub(crate) trait Tree: Send + Sync {
    /// True if there is something of this name, relative to the folder.
    fn holds(&self, name: &str) -> bool;

    /// Goes through everything below the folder, in any order; no link is followed.
    fn walk(&self, watch: &dyn Watch, each: &mut dyn FnMut(Node)) -> Result<()>;

    /// How many files directly in it are named as bundles are.
    fn bundles(&self) -> u64;

    /// Opens a file by its name as [`Tree::walk`] gives it; no link is followed.
    fn open(&self, name: &str) -> io::Result<Box<dyn ReadAt>>;
}

/// A folder in which some files lie under other names than they are asked for.
pub(crate) struct Renamed {
    tree: Box<dyn Tree>,
    names: BTreeMap<String, String>,
}

impl Renamed {
    /// `names` gives the name in the folder for the name that is asked for.
    pub fn new(tree: Box<dyn Tree>, names: BTreeMap<String, String>) -> Self {
        Renamed { tree, names }
    }
}

impl Tree for Renamed {
    fn holds(&self, name: &str) -> bool {
        self.tree.holds(name)
    }

    fn walk(&self, watch: &dyn Watch, each: &mut dyn FnMut(Node)) -> Result<()> {
        self.tree.walk(watch, each)
    }

    fn bundles(&self) -> u64 {
        self.tree.bundles()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn ReadAt>> {
        self.tree.open(self.names.get(name).map_or(name, String::as_str))
    }
}

/// Something below a folder, with its name relative to that, `/`-separated.
pub(crate) struct Node {
    /// If it is not UTF-8, the invalid bytes are replaced.
    pub name: String,
    pub kind: NodeKind,
}

pub(crate) enum NodeKind {
    /// A regular file, with its length in bytes.
    File(u64),
    /// A regular file whose name is not UTF-8.
    OddlyNamed,
    /// A folder with nothing in it.
    EmptyFolder,
    /// A link, device, socket or pipe.
    Other,
}
