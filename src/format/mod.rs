//! Floor 1: what the bytes are. Pure: no files, no clock, no randomness, no keys.

pub(crate) mod bagit;
pub mod bech32;
pub mod card;
pub mod custody;
pub mod digest;
pub(crate) mod disclosure;
pub(crate) mod facts;
pub mod item;
pub(crate) mod json;
pub(crate) mod layout;
pub mod listing;
pub mod manifest;
pub(crate) mod measure;
pub mod moment;
pub(crate) mod normal;
pub(crate) mod once;
pub(crate) mod own_name;
pub(crate) mod path;
pub mod position;
pub mod readers;
pub mod release;
pub(crate) mod shown;
pub mod statement;
pub(crate) mod time;
pub mod version;
pub mod zip;
