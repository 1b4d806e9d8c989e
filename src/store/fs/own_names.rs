//! The names of files on this computer as text, and back.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use crate::base::limits;
use crate::format::item::Field;
use crate::format::own_name;
use crate::format::path::PayloadPath;
use crate::store::os;

/// A path as people read it, `/`-separated; each byte that is not UTF-8 as `%E9`.
pub(super) fn text_of(path: &Path) -> String {
    own_name::shown(&os::bytes_of(path))
}

/// A path that is not UTF-8, as a fact has it; none for one that is.
pub(super) fn encoded(path: &Path) -> Option<String> {
    own_name::encoded(&os::bytes_of(path))
}

/// The name that a file had, if that is what the fact tells; inside, none if this system can have no such name.
pub(super) fn told(fact: &Field) -> Option<Option<PathBuf>> {
    match fact.name.as_str() {
        "original_name" => Some(Some(PathBuf::from(&fact.value))),
        "original_name_bytes" => Some(own_name::decoded(&fact.value).and_then(os::path_of)),
        _ => None,
    }
}

/// The path if it is below a folder in every reading of it, and none longer or deeper than those in a bundle: whoever sealed it may have
/// written anything.
pub(super) fn within(path: Option<PathBuf>) -> Option<PathBuf> {
    let path = path?;
    let parts: Option<Vec<&OsStr>> =
        path.components().map(|part| if let Component::Normal(name) = part { Some(name) } else { None }).collect();
    let parts = parts?;
    let bytes = os::bytes_of(&path);
    let as_written = parts.iter().collect::<PathBuf>().as_os_str().len() == path.as_os_str().len();
    let is_small = bytes.len() <= limits::PATH
        && parts.iter().all(|part| part.len() <= limits::PATH_PART)
        && (1..=limits::FOLDERS + 1).contains(&parts.len());
    let is_storable = !cfg!(windows) || path.to_str().is_some_and(|path| PayloadPath::parse(path).is_ok());
    (as_written && is_small && is_storable && !bytes.contains(&0)).then_some(path)
}
