//! The one door to networks: a timestamp authority that a command is told, and the objects of a store, where an `s3://` address is named.
//! Nothing else in the library opens a connection.

#[cfg(feature = "cli")]
pub mod authority;
mod failure;
#[cfg(feature = "s3")]
pub mod s3;
