//! What a disclosure gives back of what is withheld.

use super::found::demand;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::bundle::model::Bundle;
use crate::bundle::source::Source;
use crate::ops::disclosed::{self, Slots};
use crate::report::model::{NotChecked, Report};

/// Puts what a disclosure gives back into the empty slots of the bundle, if nothing bad was found so far. Anything that does
/// not hash to what the seal commits to becomes a finding, and makes the verdict FAILED.
pub(super) fn take(bundle: &Bundle, report: &mut Report, (name, source): (String, Source), watch: &dyn Watch) -> Result<()> {
    let Some(sealed) = bundle.seal.manifest.as_ref().filter(|_| report.is_whole()) else {
        report.not_checked.push(NotChecked::Disclosure);
        return Ok(());
    };
    let shown = || bundle.seal.shown.iter().flat_map(|shown| shown.files()).map(|row| row.path.as_str()).collect();
    let slots = Slots {
        digest: sealed.digest,
        missing: &sealed.missing,
        sealed: &|| bundle.commitments(),
        shown: &shown,
        earlier: disclosed::files_given(report),
    };
    let read = source.read_once(|input| disclosed::read(input, &slots, None, watch));
    match read.map_err(|error| Error { place: name.into(), ..error })? {
        Ok(given) => report.given.push(given),
        Err(finding) => demand(report, finding),
    }
    Ok(())
}
