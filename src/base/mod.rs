//! Floor 0: codes, errors, limits, text and watching. Nothing here knows the format.

pub mod code;
pub mod detail;
pub mod error;
mod field;
pub mod hint;
pub mod limits;
pub mod place;
pub mod risk;
pub mod sentence;
pub mod text;
pub mod watch;
pub(crate) mod workers;
