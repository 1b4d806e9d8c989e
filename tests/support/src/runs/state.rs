//! What stands in a folder, so that "nothing was changed" can be said of all of it at once.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use sealbag::Digest;

/// Every path below a folder with its kind, mode and, for files, length, time and digest; for links, the target.
pub type State = BTreeMap<PathBuf, String>;

/// Looks at everything below `root`, never through a link.
pub fn of(root: &Path) -> State {
    let mut state = State::new();
    look(root, root, &mut state);
    state
}

fn look(root: &Path, folder: &Path, state: &mut State) {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return,
        entries => entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display())),
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let meta = fs::symlink_metadata(&path).unwrap();
        let kind = meta.file_type();
        let mode = meta.mode() & 0o7777;
        let told = if kind.is_dir() {
            format!("folder {mode:o}")
        } else if kind.is_symlink() {
            format!("link to {}", fs::read_link(&path).unwrap().display())
        } else if kind.is_fifo() || kind.is_socket() {
            format!("no file {mode:o}")
        } else {
            // for a huge file, which is only a hole, the length is enough
            let digest = (meta.len() < 16 << 20).then(|| fs::read(&path).ok().map(|bytes| Digest::of(&bytes)));
            format!("file {mode:o} {} {}.{} {digest:?}", meta.len(), meta.mtime(), meta.mtime_nsec())
        };
        state.insert(path.strip_prefix(root).unwrap().to_owned(), told);
        if kind.is_dir() {
            look(root, &path, state);
        }
    }
}

/// The paths that are in `after` and not in `before`.
pub fn new(before: &State, after: &State) -> Vec<PathBuf> {
    after.keys().filter(|path| !before.contains_key(*path)).cloned().collect()
}

/// Every file below `root` with its bytes, by its path.
pub fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let state = of(root);
    let files = state.iter().filter(|(_, told)| told.starts_with("file"));
    files.map(|(path, _)| (path.clone(), fs::read(root.join(path)).unwrap())).collect()
}
