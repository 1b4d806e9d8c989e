//! What this process has begun to write and not finished, so that it can be removed when there is no time to come to an end in
//! order.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file or folder under a temporary name; dropped once it is finished or gone.
#[derive(Debug)]
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    /// What lies at `path` is not finished.
    pub fn begin(path: &Path) -> Self {
        unfinished().push(path.to_owned());
        Unfinished(path.to_owned())
    }

    /// Runs `finish`, which gives it its name, unless everything was abandoned.
    pub fn finish<T>(self, finish: impl FnOnce() -> T) -> T {
        let mut list = unfinished();
        let finished = finish();
        list.retain(|path| *path != self.0);
        finished
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}

/// Removes what this process has not finished. From then on nothing it writes is finished any more: this is for a process that
/// ends on the spot, while its other threads still run; `pause` waits a moment for them.
pub fn abandon(pause: impl Fn()) {
    let list = unfinished();
    for path in list.iter() {
        // another thread may be making files in a folder that is being emptied
        for _ in 0..50 {
            let folder = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir());
            let removed = if folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            if removed.is_ok() || fs::symlink_metadata(path).is_err() {
                break;
            }
            pause();
        }
    }
    std::mem::forget(list);
}
