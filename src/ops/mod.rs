//! Floor 7: the verbs.

pub mod audit;
pub mod custody;
pub(crate) mod differences;
pub(crate) mod disclose;
mod disclosed;
pub(crate) mod draft;
pub mod leaks;
pub(crate) mod names;
pub(crate) mod open;
pub mod output;
pub mod page;
mod readers;
pub(crate) mod recorded;
pub mod redact;
pub(crate) mod reseal;
mod rewrite;
pub(crate) mod risks;
pub(crate) mod seal;
pub(crate) mod select;
pub(crate) mod show;
pub mod stamps;
pub mod taken;
mod template;
pub mod timestamp;
pub(crate) mod twins;
pub mod verify;
pub mod web;
