//! Files and folders: what is sealed is found and copied, what is made is published as a whole or not at all.

pub mod bundle_write;
pub mod copy;
mod copy_in_order;
pub mod disk;
pub mod extract;
mod file_bytes;
pub mod folder;
pub mod media;
pub mod places;
mod plan;
mod source;
mod tree;
