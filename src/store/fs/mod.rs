//! Files and folders: what is sealed is found and copied, what is made is published as a whole or not at all.

pub mod bundle_write;
pub mod copy;
pub mod disk;
pub mod extract;
pub mod folder;
pub mod media;
