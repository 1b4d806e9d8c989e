//! Floor 6: the verbs.

pub mod disclose;
mod disclosed;
pub mod draft;
pub mod leaks;
mod names;
pub mod open;
pub mod output;
pub mod redact;
pub mod seal;
pub mod select;
pub mod show;
pub mod verify;
