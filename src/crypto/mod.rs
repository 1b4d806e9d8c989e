//! Floor 2: keys over bytes. No files.

pub mod age;
pub mod agent;
pub mod card;
pub mod key;
pub mod namespace;
pub mod openssh;
pub mod sshsig;
pub mod trust;
