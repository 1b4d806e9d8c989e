//! What comes out of verifying.

use crate::bundle::model::Bundle;
use crate::report::model::Report;

/// The outcome of verifying: five answers, one word, and everything that was found. Nothing changes it any more.
pub struct Verification {
    /// The bundle, for those who may have its contents.
    pub(in crate::ops) bundle: Bundle,
    /// What was answered and found; private, for contents are given out by it.
    pub(in crate::ops) report: Report,
}

impl Verification {
    /// What was answered and found.
    pub fn report(&self) -> &Report {
        &self.report
    }
}
