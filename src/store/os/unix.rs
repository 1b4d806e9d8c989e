//! Unix: modes, inodes, sockets.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, Metadata, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, FileExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cap_std::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use rustix::fs::OFlags;

use super::access::Access;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::Coded;

/// Permissions for the owner alone.
const OWNER_FILE: u32 = 0o600;
const OWNER_FOLDER: u32 = 0o700;

/// Opens a file to read it, and waits for nobody: a pipe with a name is not opened, since perhaps nobody ever writes to it. Those
/// that a shell makes for a command have numbers, and a writer.
pub fn open_to_read(path: &Path) -> io::Result<File> {
    if NUMBERED.iter().any(|folder| path.starts_with(folder)) {
        return File::open(path);
    }
    let file = File::options().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)?;
    let kind = file.metadata()?.file_type();
    if kind.is_fifo() {
        return Err(io::Error::other(Coded(code::IO_KIND, Detail::NamedPipe)));
    }
    if !kind.is_file() {
        // what is read from a terminal is waited for
        rustix::fs::fcntl_setfl(&file, rustix::fs::fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    }
    Ok(file)
}

/// Opens a file to read it and to add to it: a link is not followed, and a pipe not waited for.
pub fn open_to_append(path: &Path) -> io::Result<File> {
    let careful = OFlags::NONBLOCK | OFlags::NOFOLLOW;
    File::options().read(true).write(true).custom_flags(careful.bits().cast_signed()).open(path)
}

/// Where open files have numbers.
const NUMBERED: [&str; 3] = ["/dev/fd", "/dev/stdin", "/proc"];

/// Reads at a place, without moving the file's position.
pub fn read_at(file: &File, out: &mut [u8], at: u64) -> io::Result<usize> {
    file.read_at(out, at)
}

/// Writes all of `bytes` at a place, without moving the file's position.
pub fn write_all_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    file.write_all_at(bytes, at)
}

/// What tells one file or folder from another: its device and its inode.
pub type Identity = (u64, u64);

/// What a path leads to, if anything.
pub fn identity(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

/// True if both paths lead to one file.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    identity(one).is_some_and(|one| identity(other) == Some(one))
}

/// A number that tells one state of one file from another: made from device, inode, and both times to the nanosecond.
pub fn mark_of_state(meta: &cap_std::fs::Metadata) -> u64 {
    let mut mark = DefaultHasher::new();
    (meta.dev(), meta.ino(), meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec()).hash(&mut mark);
    mark.finish()
}

/// When a file was last modified, in seconds since 1970, negative before that.
pub fn modified(meta: &cap_std::fs::Metadata) -> i64 {
    meta.mtime()
}

/// Makes a folder, and those above it, for their owner alone.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(OWNER_FOLDER).create(path)
}

/// The permissions of a folder that is for its owner alone.
pub fn private_folder() -> Option<Permissions> {
    Some(Permissions::from_mode(OWNER_FOLDER))
}

/// New folders are for their owner alone.
pub fn private_folders(folders: &mut cap_std::fs::DirBuilder) {
    folders.mode(OWNER_FOLDER);
}

/// A new file is for its owner alone.
pub fn private_file(options: &mut cap_std::fs::OpenOptions) {
    options.mode(OWNER_FILE);
}

/// Who may do what with a file, as its mode says.
pub fn access(meta: &Metadata) -> Access {
    let mode = meta.mode();
    Access { others: mode & 0o077 != 0, others_write: mode & 0o022 != 0 }
}

/// Makes sure that names added to and removed from a folder stay so when the power fails.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// As [`sync_folder`], for a folder that is open.
pub fn sync_open_folder(folder: &cap_std::fs::Dir) -> io::Result<()> {
    folder.open(".")?.sync_all()
}

/// How a file must be opened to be synced.
pub fn to_sync(options: &mut cap_std::fs::OpenOptions) {
    options.read(true);
}

/// Syncs everything on the file system of a folder that is open; false where the system cannot do that and tell whether all went well
/// since it was opened.
#[cfg(target_os = "linux")]
pub fn sync_file_system(folder: &cap_std::fs::File) -> io::Result<bool> {
    if !tells_what_syncfs_lost(&rustix::system::uname().release().to_string_lossy()) {
        return Ok(false);
    }
    rustix::fs::syncfs(folder)?;
    Ok(true)
}

/// Since Linux 5.8 (syncfs(2), "Versions").
#[cfg(target_os = "linux")]
fn tells_what_syncfs_lost(release: &str) -> bool {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (5, 8)
}

/// As on Linux.
#[cfg(not(target_os = "linux"))]
pub fn sync_file_system(_folder: &cap_std::fs::File) -> io::Result<bool> {
    Ok(false)
}

/// The bytes of a path.
pub fn bytes_of(path: &Path) -> Cow<'_, [u8]> {
    path.as_os_str().as_bytes().into()
}

/// The path that has these bytes, if there can be one.
pub fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    Some(OsString::from_vec(bytes).into())
}

/// Standard input, bypassing the shared buffer.
pub fn standard_input() -> io::Result<File> {
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// Connects to an ssh-agent; no single step takes longer than `patience`.
pub fn connect(socket: &Path, patience: Duration) -> io::Result<UnixStream> {
    let stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    Ok(stream)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn old_systems_are_not_trusted_to_tell_what_they_lost() {
        for (release, told) in [
            ("5.8.0", true),
            ("5.10.0-28-amd64", true),
            ("6.1", true),
            ("10.0", true),
            ("5.7.19", false),
            ("4.19.0", false),
            ("", false),
        ] {
            assert_eq!(crate::store::os::unix::tells_what_syncfs_lost(release), told, "{release}");
        }
    }
}
