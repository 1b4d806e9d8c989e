//! What disclosures give back of what is withheld.

use super::found::demand;
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::model::Bundle;
use crate::bundle::source::Source;
use crate::ops::disclosed::{self, Slots};
use crate::report::model::{NotChecked, Report};

/// Puts what the disclosures give back into the empty slots of the bundle, as long as nothing bad is found. Anything that does not
/// hash to what the seal commits to, or contradicts what is known already, becomes a finding, and makes the verdict FAILED.
pub(super) fn take_all(bundle: &Bundle, report: &mut Report, all: Vec<(String, Source)>, watch: &dyn Watch) -> Result<()> {
    let (commitments, mut slots) = (|| bundle.commitments(), None);
    for (name, source) in all {
        let Some(sealed) = bundle.seal.manifest.as_ref().filter(|_| report.is_whole()) else {
            report.not_checked.push(NotChecked::Disclosure);
            continue;
        };
        let slots = match &mut slots {
            Some(slots) => slots,
            None => slots.insert(Slots::of(sealed, &commitments, |each| bundle.items(each), &[])?),
        };
        let read = source.read_once(Place::Disclosure, |input| disclosed::read(input, slots, None, watch));
        match read.map_err(|error| Error { place: name.into(), ..error })? {
            Ok(given) => report.given.push(given),
            Err(finding) => demand(report, finding),
        }
    }
    Ok(())
}
