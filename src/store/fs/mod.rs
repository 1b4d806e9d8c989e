//! Files and folders: what is sealed is found and copied, what is made is published as a whole or not at all.

pub(crate) mod bundle_write;
pub(crate) mod copy;
mod copy_in_order;
pub(crate) mod disk;
pub(crate) mod exclude;
pub(crate) mod extract;
mod file_bytes;
pub(crate) mod folder;
pub mod leftovers;
pub(crate) mod list_file;
pub mod log_file;
pub(crate) mod made;
pub(crate) mod media;
mod own_names;
pub mod places;
mod plan;
pub(crate) mod results_file;
pub mod search;
mod source;
pub(crate) mod tokens;
mod tree;
pub mod unfinished;
