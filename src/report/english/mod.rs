//! Every sentence in English: the one place to look for words, and the one to add another language beside.

pub(crate) mod answers;
pub(crate) mod detail;

pub use answers::DIGITS;
