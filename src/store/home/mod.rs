//! What sealbag keeps on this computer: keys, contacts, and whom to trust.

pub mod agent;
pub mod authorities;
pub mod believed;
pub mod contact;
mod contact_files;
pub mod contacts;
pub mod custody;
pub mod integrity;
pub mod key_export;
pub mod keyring;
pub mod keyring_write;
pub mod likeness;
pub mod naming;
pub mod own_key;
mod private;
pub mod signed_list;
pub mod small;
