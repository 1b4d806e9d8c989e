//! Floor 1: what the bytes are. Pure: no files, no clock, no randomness, no keys.

pub mod bagit;
pub mod bech32;
pub mod card;
pub mod digest;
pub mod disclosure;
pub mod facts;
pub mod item;
pub mod json;
pub mod layout;
pub mod listing;
pub mod manifest;
pub mod measure;
pub mod path;
pub mod release;
pub mod shown;
pub mod time;
pub mod zip;
