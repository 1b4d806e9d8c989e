//! Every sentence in English: the one place to look for words, and the one to add another language beside.

pub(crate) mod answers;
pub(crate) mod detail;
mod hint;

pub use answers::DIGITS;

/// Heading of what a file says in its own bytes.
pub const READ_FROM_FILE: &str = "read from the file";
/// In its place where the file could not be read.
pub const NOTHING_READ: &str = "read from the file: no facts could be read";
/// Before the part of a file that says something.
pub const IN: &str = "in";
/// Heading of what does not fit together.
pub const DIFFERS: &str = "does not fit together; which of it is right is not judged";
