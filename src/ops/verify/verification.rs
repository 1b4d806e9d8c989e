//! What comes out of verifying.

use crate::bundle::model::Bundle;
use crate::report::model::Report;

/// The outcome of verifying: five answers, one word, and everything that was found. Nothing changes it afterwards.
pub struct Verification {
    /// The bundle, for those who may have its contents.
    pub(in crate::ops) bundle: Bundle,
    /// What was answered and found; private, since it decides whether contents are given out.
    pub(in crate::ops) report: Report,
}

impl Verification {
    /// What was answered and found.
    pub fn report(&self) -> &Report {
        &self.report
    }
}
