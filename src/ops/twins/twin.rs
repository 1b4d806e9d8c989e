//! A twin, and how it came of its original.

use crate::format::path::PayloadPath;

/// How a twin came of its original (format, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivation {
    /// The same pixels, without what the file said of itself.
    MetadataRemoved,
    /// Decoded and encoded anew.
    EncodedAnew,
    /// Encoded anew with an area covered.
    AreaHidden,
}

impl Derivation {
    /// The value of the fact.
    pub fn as_str(self) -> &'static str {
        match self {
            Derivation::MetadataRemoved => "metadata-removed",
            Derivation::EncodedAnew => "encoded-anew",
            Derivation::AreaHidden => "area-hidden",
        }
    }
}

/// A twin that will be sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// The path that it is sealed under.
    pub path: PayloadPath,
    /// The path that its original is sealed under.
    pub of: PayloadPath,
    /// How it came of it.
    pub derivation: Derivation,
    /// Its length in bytes.
    pub length: u64,
}
