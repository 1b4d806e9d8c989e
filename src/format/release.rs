//! `seal/release-<n>.json` (format, section 9): who withheld what, when and why.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::listing::{self, Fault};
use super::time::Timestamp;
use crate::base::detail::Detail;

/// The value of `format` in version 1.
pub const FORMAT: &str = "sealbag-release/1";

/// A release without its list of what it withholds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// [`FORMAT`].
    pub format: String,
    /// The bundle digest: SHA-256 of `seal/manifest.json`.
    pub bundle: Digest,
    /// SHA-256 of the release before this one; null in the first.
    pub prev: Option<Digest>,
    /// When, by its author's clock.
    pub at: Timestamp,
    /// Its author's public key.
    pub by: String,
    /// Why, at least one byte.
    pub reason: String,
}

impl Release {
    /// Writes the whole release; `withheld` must be strictly increasing and not empty.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl Write, withheld: impl IntoIterator<Item = Digest>) -> io::Result<()> {
        listing::write(out, self, "withheld", withheld)
    }

    /// Reads the whole release; each withheld commitment goes to `each`, in order.
    ///
    /// # Errors
    /// What is wrong with its form, that the format is newer, or what kept it from being read.
    pub fn read(input: &mut impl BufRead, each: impl FnMut(Digest)) -> Result<Self, Fault> {
        let release: Release = listing::read(input, FORMAT, "withheld", each)?;
        if release.reason.is_empty() {
            return Err(Detail::ReasonEmpty.into());
        }
        Ok(release)
    }
}
