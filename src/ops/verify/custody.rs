//! What does the custody log say? Whatever that is, it is said beside the seal's answers and changes none of them.

use super::evidence::CustodyLog;
use super::found::Found;
use crate::base::code::{self, Code};
use crate::base::detail::Detail;
use crate::base::error::{Finding, Result};
use crate::base::place::Place;
use crate::base::sentence::Quoted;
use crate::base::watch::Watch;
use crate::bundle::model::Bundle;
use crate::crypto::trust::{Belief, TrustedSigners};
use crate::ops::custody::log::Log;
use crate::report::model::{CustodyFacts, NotChecked, Who};
use crate::report::verdict::Custody;

/// The answer for the log that was given, if one was, and what else it tells.
pub(super) fn answer(
    log: Option<CustodyLog>,
    bundle: &Bundle,
    signer: Option<&Who>,
    trust: &TrustedSigners,
    watch: &dyn Watch,
) -> Result<((Custody, Option<CustodyFacts>), Found)> {
    let Some(CustodyLog { name, log, file_sha256 }) = log else {
        return Ok(((Custody::NotGiven, None), Found { not_checked: vec![NotChecked::Custody], ..Found::default() }));
    };
    let mut log = Log::of(&name, log, trust, watch, &mut |_| ())?;
    let digest = bundle.seal.manifest.as_ref().map(|sealed| sealed.digest);
    let mut is_other = false;
    let mut other = |log: &mut Log, code: &'static Code, detail| {
        log.findings.push(Finding::new(code, Place::from(name.as_str()), detail));
        is_other = true;
    };
    if log.bundle.is_some() && digest.is_some() && log.bundle != digest {
        other(&mut log, code::CUSTODY_OTHER, Detail::CustodyNotThisBundle);
    }
    if file_sha256.is_some() && log.file_sha256 != file_sha256 && log.steps > 0 && log.id.is_some() {
        other(&mut log, code::CUSTODY_OTHER, Detail::CustodyNotThisFile);
    } else if log.file_sha256.is_some() && file_sha256.is_none() {
        log.notes.push(Finding::new(code::CUSTODY_COPY, Place::from(name.as_str()), Detail::CustodyCopyUnknown));
    }
    let answer = match log.broken {
        _ if log.is_newer() => Custody::Unread,
        _ if is_other => Custody::Other,
        Some(step) => Custody::Broken { step },
        None => Custody::Unbroken { steps: log.steps, doubtful: log.not_believed },
    };
    let countersigned = log.countersigned.into_iter().filter(|(_, what)| Some(*what) == digest).map(|(who, _)| who);
    let facts = CustodyFacts {
        id: log.id.map(|id| id.to_string()),
        steps: log.steps,
        head: log.head,
        keepers: log.keepers,
        countersigned: countersigned.filter(|who| signer.is_none_or(|signer| signer.key != who.key)).collect(),
        findings: log.findings,
        notes: log.notes,
    };
    Ok(((answer, Some(facts)), Found { not_checked: vec![NotChecked::CustodyEnd], ..Found::default() }))
}

/// Whether all whom the reader requires countersigned, and a finding for each who did not.
pub(super) fn countersigned(facts: Option<&CustodyFacts>, required: &[String]) -> (bool, Found) {
    let mut found = Found::default();
    let did = |name: &String| {
        facts
            .iter()
            .flat_map(|facts| &facts.countersigned)
            .filter_map(|who| who.standing.as_ref())
            .any(|standing| standing.name == *name && matches!(standing.belief, Belief::Own | Belief::Contact { .. }))
    };
    for name in required.iter().filter(|name| !did(name)) {
        let detail = Detail::RequiredCountersigned { name: Quoted(name.clone()) };
        found.finding(code::REQUIRE_COUNTERSIGNED, Place::Bundle, detail);
    }
    (found.findings.list().is_empty(), found)
}
