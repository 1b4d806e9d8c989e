//! Opening: what was verified is extracted from the handle that was verified, each file hashed again on its way, into a folder
//! that appears only when every hash matched.

use std::path::Path;

use super::verdict::{Contents, Signer, Verdict};
use super::verify::{Report, Verification};
use crate::base::error::Result;
use crate::base::watch::Watch;
use crate::store::extract;

/// A bundle whose seal holds, whoever the signer is: it can be looked into and extracted, and nothing else.
pub struct Intact(Verification);

/// A bundle that is VERIFIED: the signer is believed, and everything required is met.
pub struct Verified(Intact);

impl Verification {
    /// The bundle, if its contents are what its signer sealed, also where the signer is a stranger.
    // the verification comes back whole where it is not, so the large error is meant
    #[allow(clippy::result_large_err)]
    pub fn into_intact(self) -> Result<Intact, Verification> {
        let answers = &self.report.answers;
        let intact = matches!(answers.contents, Contents::Intact | Contents::Withheld) && answers.signer != Signer::Unread;
        if intact { Ok(Intact(self)) } else { Err(self) }
    }

    /// The bundle, if it is VERIFIED.
    #[allow(clippy::result_large_err)]
    pub fn into_verified(self) -> Result<Verified, Verification> {
        if self.report.verdict == Verdict::Verified { self.into_intact().map(Verified) } else { Err(self) }
    }
}

impl Verified {
    /// The same, without what only a believed signer's bundle may do.
    pub fn into_intact(self) -> Intact {
        self.0
    }

    /// See [`Intact::extract`].
    pub fn extract(&self, target: &Path, watch: &dyn Watch) -> Result<()> {
        self.0.extract(target, watch)
    }

    /// See [`Intact::report`].
    pub fn report(&self) -> &Report {
        self.0.report()
    }
}

impl Intact {
    /// What verifying said.
    pub fn report(&self) -> &Report {
        &self.0.report
    }

    /// Writes the whole bag, payload and seal, into the new folder `target`, so that it can be verified again, also by stock
    /// tools. Nothing is there unless every file hashed to what was verified.
    pub fn extract(&self, target: &Path, watch: &dyn Watch) -> Result<()> {
        extract::bag(&self.0.bundle, target, watch)
    }
}
