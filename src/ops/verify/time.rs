//! Since when is it so?

use super::evidence::Token;
use super::found::Found;
use super::policy::Policy;
use crate::base::code;
use crate::base::detail::Detail;
use crate::bundle::model::Bundle;
use crate::format::layout::Part;
use crate::format::time::Timestamp;
use crate::report::model::{NotChecked, Who};
use crate::report::verdict::Time;

/// What the signer's clock said, where somebody signed it; no token can prove more yet.
pub(super) fn answer(bundle: &Bundle, signer: Option<&Who>, tokens: &[Token]) -> (Time, Found) {
    let mut found = Found::default();
    if bundle.seal.manifest.is_some() && tokens.is_empty() {
        found.not_checked.push(NotChecked::Time);
    }
    (if signer.is_some() { Time::Claimed } else { Time::Unread }, found)
}

/// Seconds by which two clocks may differ without a word.
const SKEW: i64 = 600;

/// Notes each time that is still to come by the reader's clock.
pub(super) fn to_come(bundle: &Bundle, policy: &Policy) -> ((), Found) {
    let mut found = Found::default();
    let Some(now) = policy.now else { return ((), found) };
    let mut compare = |part: Part, time: &Timestamp| {
        if time.unix() > now.unix() + SKEW {
            found.note(
                code::TIME_FUTURE,
                part.to_string(),
                Detail::StillToCome { time: time.to_string(), now: now.to_string() },
            );
        }
    };
    if let Some(sealed) = &bundle.seal.manifest {
        compare(Part::Manifest, &sealed.manifest.sealed_at);
    }
    for read in &bundle.seal.releases {
        if let Some(release) = &read.release {
            compare(Part::Release(read.number), &release.at);
        }
    }
    ((), found)
}
