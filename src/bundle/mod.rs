//! Floor 3: a bundle as data. What lies in a file, a folder, a stream or memory is read here, but not yet believed.

pub(crate) mod blocks;
mod folder_read;
pub(crate) mod model;
pub(crate) mod one_file;
pub(crate) mod payload;
mod read;
pub(crate) mod read_at;
pub(crate) mod reread;
mod seal_read;
mod second_reader;
pub(crate) mod source;
mod stopping;
pub(crate) mod tree;
pub(crate) mod zip_read;
