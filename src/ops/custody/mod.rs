//! Custody: the log of one copy of a bundle, who held it and what became of it (format, section 10).

pub mod keep;
pub mod log;
pub mod merge;
pub mod picture;
pub mod witness;
