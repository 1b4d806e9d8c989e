//! Comparing with another bundle: do both have the same seal, and what does one show that the other does not?

use std::collections::BTreeMap;

use super::evidence::Against;
use super::found::demand;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Finding, Result};
use crate::base::place::Place;
use crate::bundle::model::Bundle;
use crate::format::once::Together;
use crate::report::model::{Comparison, Named, NotChecked, Report};

/// Two different seals, or another bundle that is not whole, are findings, which turn VERIFIED into NOT ENOUGH.
pub(super) fn compare(bundle: &Bundle, report: &mut Report, other: Against) -> Result<()> {
    let other = match other {
        Against::Verified(other) => other,
        Against::Unread(error) => {
            demand(report, Finding::new(error.code, &error.place, error.detail.clone()));
            return Ok(());
        }
    };
    if !report.is_whole() {
        report.not_checked.push(NotChecked::Comparison);
        return Ok(());
    }
    let digest = |report: &Report| report.seal.as_ref().map(|seal| seal.digest);
    let comparison = if !other.report.is_whole() {
        demand(report, Finding::new(code::AGAINST_UNREAD, Place::OtherBundle, Detail::NothingToCompare));
        Comparison::Unread(other.report.verdict)
    } else if digest(report) != digest(&other.report) {
        demand(report, Finding::new(code::AGAINST_OTHER, Place::OtherBundle, Detail::TwoSeals));
        Comparison::TwoSeals
    } else {
        one_seal(bundle, &other.bundle, report)?
    };
    report.comparison = Some(comparison);
    Ok(())
}

/// What both show, taken together, must be one story.
fn one_seal(here: &Bundle, there: &Bundle, report: &mut Report) -> Result<Comparison> {
    let (mut only_here, mut only_there) = (Vec::new(), BTreeMap::new());
    let (mut together, mut clashes) = (Together::default(), Vec::new());
    there.items(&mut |item| drop(only_there.insert(item.commitment(), item)))?;
    here.items(&mut |item| {
        clashes.extend(together.take(&item));
        if only_there.remove(&item.commitment()).is_none() {
            only_here.push(Named::of(&item));
        }
    })?;
    clashes.extend(only_there.values().filter_map(|item| together.take(item)));
    for clash in clashes {
        demand(report, clash.finding());
    }
    let mut only_there: Vec<Named> = only_there.values().map(Named::of).collect();
    only_here.sort();
    only_there.sort();
    Ok(Comparison::OneSeal { only_here, only_there })
}
