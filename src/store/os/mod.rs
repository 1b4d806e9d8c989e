//! What differs between operating systems, and nothing else: `unix` and `windows` give the same functions.

mod access;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub(super) use access::Access;
#[cfg(unix)]
pub(super) use unix::*;
#[cfg(windows)]
pub(super) use windows::*;
