//! Floor 3: a bundle as data. What comes from a file, a folder, a stream or memory is read here, and believed by nobody.

pub mod bytes;
pub mod folder_read;
pub mod model;
pub mod payload;
pub mod seal_read;
pub mod source;
pub mod zip_read;
