//! Floor 6: files and sockets. The only place that opens, reads and writes them.

pub mod fs;
pub mod home;
#[cfg(any(feature = "cli", feature = "s3"))]
pub mod net;
pub mod objects;
mod os;
