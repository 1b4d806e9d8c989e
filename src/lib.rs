//! sealbag
pub mod base;
pub mod crypto;
pub mod format;
pub mod ops;
pub mod store;

pub use base::code::{Class, Code};
pub use base::error::{Error, Finding, Findings, Result};
pub use base::text::Untrusted;
pub use base::watch::{Unwatched, Watch};
pub use crypto::key::{PublicKey, SigningKey};
pub use crypto::trust::{Belief, Standing, TrustedSigners};
pub use format::digest::Digest;
pub use format::facts::Facts;
pub use format::item::{About, Role};
pub use format::path::PayloadPath;
pub use format::time::Timestamp;
pub use ops::draft::{Draft, Taking};
pub use ops::open::{Intact, Verified};
pub use ops::seal::{Output, Sealed};
pub use ops::show::Claims;
pub use ops::verdict::{Requirement, Verdict};
pub use ops::verify::{Policy, Report, Verification};
pub use store::bundle_read::Bundle;
pub use store::source::Source;
