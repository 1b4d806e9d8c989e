//! Floor 4: the verbs.

pub mod draft;
pub mod open;
pub mod seal;
pub mod show;
pub mod verdict;
pub mod verify;
