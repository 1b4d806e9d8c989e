//! Floor 6: the verbs.

pub mod compare;
pub mod disclose;
pub mod draft;
pub mod leaks;
pub mod open;
pub mod output;
pub mod redact;
pub mod seal;
pub mod select;
pub mod show;
pub mod verdict;
pub mod verify;
