//! What lies beside a bundle and is looked at together with it.

use super::verification::Verification;
use crate::base::error::Error;
use crate::bundle::source::Source;

/// Evidence beside a bundle, all of it taken in when the bundle is verified.
#[derive(Default)]
pub struct Evidence<'e> {
    /// Timestamp tokens (RFC 3161) over the seal.
    pub tokens: Vec<Token>,
    /// The custody log of the copy that is verified.
    pub custody: Option<CustodyLog>,
    /// Disclosures, each with the name that errors use for it; encrypted ones are opened already.
    pub disclosures: Vec<(String, Source)>,
    /// Another bundle to compare with.
    pub against: Option<Against<'e>>,
}

impl Evidence<'_> {
    /// Nothing beside the bundle.
    pub fn none() -> Self {
        Evidence::default()
    }
}

/// A timestamp token. This version of sealbag reads none, so none can exist.
#[derive(Debug, Clone)]
pub enum Token {}

/// A custody log. This version of sealbag reads none, so none can exist.
#[derive(Debug, Clone)]
pub enum CustodyLog {}

/// Another bundle.
pub enum Against<'e> {
    /// What verifying it said.
    Verified(&'e Verification),
    /// Why it could not be verified; its code becomes the finding's.
    Unread(&'e Error),
}
