//! Timestamp tokens beside a file or a folder: `<name>.tsr`, `<name>.2.tsr` and so on, each with its revocation lists in `….crl`.

use std::fs;
use std::path::{Path, PathBuf};

use super::places;
use crate::base::error::Result;
use crate::base::{code, limits};
use crate::store::home::small;

/// A token as it lies there.
pub struct Beside {
    /// Where it lies.
    pub path: PathBuf,
    /// Its bytes; empty where it is too long, or cannot be read, since then it is none.
    pub response: Vec<u8>,
    /// The bytes of the lists beside it, in the same way.
    pub lists: Option<Vec<u8>>,
}

/// Where the token of this number lies, or would lie; the first is 1.
///
/// # Errors
/// `io.…` where the name of what it lies beside can only be found out by looking.
pub fn place(path: &Path, number: usize) -> Result<PathBuf> {
    if number < 2 { places::beside(path, ".tsr") } else { places::beside(path, &format!(".{number}.tsr")) }
}

/// Where the revocation lists of a token lie, or would lie.
///
/// # Errors
/// As for [`place`].
pub fn lists_of(token: &Path) -> Result<PathBuf> {
    places::beside(token, ".crl")
}

/// The tokens beside `path`, in the order of their numbers.
///
/// # Errors
/// As for [`place`].
pub fn beside(path: &Path) -> Result<Vec<Beside>> {
    let mut found = Vec::new();
    for number in 1..=limits::TOKENS {
        let path = place(path, number)?;
        if is_file(&path) {
            found.push(of(path, limits::TOKEN as u64)?);
        }
    }
    Ok(found)
}

/// The token that lies here, of at most `limit` bytes, with the lists beside it.
///
/// # Errors
/// As for [`place`].
pub fn of(path: PathBuf, limit: u64) -> Result<Beside> {
    let lists = lists_of(&path)?;
    let lists = is_file(&lists).then(|| read(&lists, limits::REVOCATION_LISTS));
    Ok(Beside { response: read(&path, limit), lists, path })
}

fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file())
}

fn read(path: &Path, limit: u64) -> Vec<u8> {
    small::read(path, limit, code::TOKEN_MALFORMED).map(|bytes| bytes.to_vec()).unwrap_or_default()
}
