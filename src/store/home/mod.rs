//! What sealbag keeps on this computer: keys, contacts, and whom to trust.

pub mod agent;
pub mod believed;
pub mod contacts;
pub mod key_export;
pub mod keyring;
pub mod keyring_write;
pub mod naming;
pub mod own_key;
mod private;
pub mod small;
