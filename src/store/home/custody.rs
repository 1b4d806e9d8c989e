//! Logs of copies beside which nothing may lie: whoever sees an encrypted file is not to learn from its neighbours what is in it.

use std::path::{Path, PathBuf};

use super::private::Private;
use crate::base::error::Result;
use crate::format::digest::Digest;

/// The folder of `home` that holds them.
const FOLDER: &str = "custody";

/// Where the log of the file with this SHA-256 lies, or would lie, and its receipt.
pub fn places(home: &Path, file: Digest) -> (PathBuf, PathBuf) {
    let folder = home.join(FOLDER);
    (folder.join(format!("{file}.custody.jsonl")), folder.join(format!("{file}.receipt.json")))
}

/// Makes the folder, for its owner alone, where it is not there.
///
/// # Errors
/// `contact.store` where something else has its place, `io.…`.
pub fn make(home: &Path) -> Result<()> {
    Private::create(home, FOLDER).map(|_| ())
}
