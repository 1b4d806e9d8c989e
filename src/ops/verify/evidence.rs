//! What lies beside a bundle and is looked at together with it.

use super::verification::Verification;
use crate::base::error::Error;
use crate::bundle::source::Source;
use crate::format::digest::Digest;
use crate::ops::stamping::Stamping;
use crate::ops::stamps::Token;

/// Evidence beside a bundle, all of it taken in when the bundle is verified.
#[derive(Default)]
pub struct Evidence<'e> {
    /// Timestamp tokens (RFC 3161) over the seal.
    pub tokens: Vec<Token>,
    /// Stamps of audits that are over many seals, or proofs from them.
    pub stampings: Vec<Stamping>,
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

/// A custody log.
pub struct CustodyLog {
    /// The name that the reader has for it.
    pub name: String,
    /// Its bytes.
    pub log: Source,
    /// SHA-256 of the file that is verified, its envelope included; none for an unpacked bundle or a stream, of which nobody can tell
    /// whether it is the copy that the log is about. See [`Source::file_sha256`].
    pub file_sha256: Option<Digest>,
}

/// Another bundle.
pub enum Against<'e> {
    /// What verifying it said.
    Verified(&'e Verification),
    /// Why it could not be verified; its code becomes the finding's.
    Unread(&'e Error),
}
