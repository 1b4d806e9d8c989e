//! Comparing two bundles: are they of one seal, and what does one show that the other does not?

use std::collections::BTreeMap;

use super::select::Named;
use super::verdict::Verdict;
use super::verify::Verification;
use crate::base::code;
use crate::base::error::{Finding, Result};
use crate::format::digest::Digest;

/// What comparing a bundle with another one says.
#[derive(Debug, Clone)]
pub enum Comparison {
    /// The other one is not whole, so that nothing can be said.
    Unread(Verdict),
    /// They are of two seals.
    TwoSeals,
    /// They are of one seal.
    OneSeal {
        /// What this one shows and the other does not, in the order of the names.
        only_here: Vec<Named>,
        /// What the other one shows and this one does not, in the order of the names.
        only_there: Vec<Named>,
    },
}

impl Verification {
    /// Compares with another bundle. Two seals, and another one that is not whole, are findings, and what was VERIFIED is then
    /// NOT ENOUGH.
    pub fn compare(&mut self, other: &Verification) -> Result<()> {
        if !self.is_whole() {
            self.report
                .not_checked
                .push("whether both are of one seal: the bundle, or a disclosure, was found to be bad".into());
            return Ok(());
        }
        let comparison = if !other.is_whole() {
            self.demand(Finding::new(code::AGAINST_UNREAD, "other bundle", "it is not whole, so nothing can be compared"));
            Comparison::Unread(other.report.verdict)
        } else if self.digest() != other.digest() {
            self.demand(Finding::new(code::AGAINST_OTHER, "other bundle", "the two are of two seals"));
            Comparison::TwoSeals
        } else {
            let (mut only_here, mut there) = (Vec::new(), BTreeMap::new());
            other.bundle.items(&mut |item| drop(there.insert(item.commitment(), item)))?;
            self.bundle.items(&mut |item| {
                if there.remove(&item.commitment()).is_none() {
                    only_here.push(Named::of(&item));
                }
            })?;
            let mut only_there: Vec<Named> = there.values().map(Named::of).collect();
            only_here.sort();
            only_there.sort();
            Comparison::OneSeal { only_here, only_there }
        };
        self.report.comparison = Some(comparison);
        Ok(())
    }

    fn digest(&self) -> Option<Digest> {
        self.report.seal.as_ref().map(|seal| seal.digest)
    }
}
