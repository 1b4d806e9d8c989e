//! Windows: handles, named pipes, access by inheritance.

use std::borrow::Cow;
use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::fs::FileExt;
use std::os::windows::io::AsHandle;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use cap_fs_ext::MetadataExt;

use super::access::Access;

/// Opens a file to read it.
pub fn open_to_read(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Opens a file to read it and to add to it.
pub fn open_to_append(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

/// Reads at a place; the file's own position moves, but nobody relies on it.
pub fn read_at(file: &File, out: &mut [u8], at: u64) -> io::Result<usize> {
    file.seek_read(out, at)
}

/// Writes all of `bytes` at a place; the file's own position moves, but nobody relies on it.
pub fn write_all_at(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let count = file.seek_write(bytes, at)?;
        bytes = bytes.get(count..).filter(|_| count > 0).ok_or(io::ErrorKind::WriteZero)?;
        at += count as u64;
    }
    Ok(())
}

/// What tells one file or folder from another: its whole path.
pub type Identity = PathBuf;

/// What a path leads to, if anything.
pub fn identity(path: &Path) -> Option<Identity> {
    fs::canonicalize(path).ok()
}

/// True if both paths lead to one file.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    identity(one).is_some_and(|one| identity(other) == Some(one))
}

/// A number that tells one state of one file from another: made from volume, index, and the times that there are.
pub fn mark_of_state(meta: &cap_std::fs::Metadata) -> u64 {
    let mut mark = DefaultHasher::new();
    (meta.dev(), meta.ino()).hash(&mut mark);
    let times = [meta.modified().ok(), meta.created().ok()].map(|time| time.map(|time| time.into_std()));
    times.hash(&mut mark);
    mark.finish()
}

/// When a file was last modified, in seconds since 1970, negative before that.
pub fn modified(meta: &cap_std::fs::Metadata) -> i64 {
    let Ok(time) = meta.modified() else { return 0 };
    match time.into_std().duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs() as i64,
        Err(before) => -(before.duration().as_secs_f64().ceil() as i64),
    }
}

/// Makes a folder, and those above it; who may look into it follows from the folder above.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Permissions here follow from the folder above.
pub fn private_folder() -> Option<Permissions> {
    None
}

/// Permissions here follow from the folder above.
pub fn private_folders(_folders: &mut cap_std::fs::DirBuilder) {}

/// Permissions here follow from the folder above.
pub fn private_file(_options: &mut cap_std::fs::OpenOptions) {}

/// Access lists are not looked at.
pub fn access(_meta: &Metadata) -> Access {
    Access { others: false, others_write: false }
}

/// Folders cannot be synced here: their entries are written with the files.
pub fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// As [`sync_folder`].
pub fn sync_open_folder(_folder: &cap_std::fs::Dir) -> io::Result<()> {
    Ok(())
}

/// How a file must be opened to be synced.
pub fn to_sync(options: &mut cap_std::fs::OpenOptions) {
    options.read(true).write(true);
}

/// There is no such thing here.
pub fn sync_file_system(_folder: &cap_std::fs::File) -> io::Result<bool> {
    Ok(false)
}

/// The bytes of a path in WTF-8, `/`-separated.
pub fn bytes_of(path: &Path) -> Cow<'_, [u8]> {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect()
}

/// The path that has these bytes, if there can be one.
pub fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

/// Standard input, bypassing the shared buffer.
pub fn standard_input() -> io::Result<File> {
    Ok(File::from(io::stdin().as_handle().try_clone_to_owned()?))
}

/// Connects to an ssh-agent, which listens at a named pipe. The caller limits how long it waits for an answer.
pub fn connect(pipe: &Path, _patience: Duration) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(pipe)
}
