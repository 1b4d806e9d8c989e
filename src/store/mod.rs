//! Floor 3: files and sockets. The only place that opens, reads and writes them.

pub mod agent;
pub mod bundle_read;
pub mod bundle_write;
pub mod bytes;
pub mod contacts;
pub mod copy;
pub mod disk;
pub mod extract;
pub mod folder;
pub mod folder_read;
pub mod key_export;
pub mod keyring;
pub mod keyring_write;
pub mod media;
mod naming;
pub mod own_key;
pub mod payload;
mod private;
pub mod seal_read;
pub mod small;
pub mod source;
pub mod zip_read;
