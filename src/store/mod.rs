//! Floor 6: files and sockets. The only place that opens, reads and writes them.

pub mod fs;
pub mod home;
#[cfg(feature = "cli")]
pub mod net;
mod os;
