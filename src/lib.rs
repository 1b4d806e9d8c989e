//! sealbag
pub mod base;
pub mod crypto;
pub mod format;
pub use base::text::Untrusted;
pub use format::{path::PayloadPath, time::Timestamp};
