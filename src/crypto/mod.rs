//! Floor 2: keys over bytes. No files.

pub mod age;
pub(crate) mod agent;
pub mod audit;
pub mod card;
pub mod custody;
pub mod key;
pub(crate) mod namespace;
pub mod openssh;
mod scrub;
pub(crate) mod sshsig;
pub mod statement;
pub mod trust;
pub mod tsp;
