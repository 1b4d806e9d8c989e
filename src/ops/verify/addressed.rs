//! For whom is it? What the seal or the last release says, compared with what the reader can open.

use super::found::Found;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::place::Place;
use crate::bundle::model::{Bundle, SealedRelease};
use crate::bundle::source::EnvelopeFor;
use crate::crypto::trust::TrustedSigners;
use crate::format::digest::Digest;
use crate::report::verdict::Addressed;

pub(super) fn answer(bundle: &Bundle, trust: &TrustedSigners) -> (Addressed, Found) {
    let seal = &bundle.seal;
    let named: Vec<Digest> = match (seal.releases.last(), &seal.shown) {
        (Some(SealedRelease { release: Some(last), .. }), _) => {
            last.to.iter().map(|recipient| Digest::of(recipient.as_bytes())).collect()
        }
        (None, Some(shown)) => shown.recipients().to_vec(),
        _ => return (Addressed::CannotTell, Found::default()),
    };
    let answer = if named.is_empty() {
        Addressed::ToNobody
    } else if named.iter().any(|recipient| trust.is_own(recipient)) {
        Addressed::ToYou
    } else if trust.has_recipient() {
        Addressed::ToOthers
    } else {
        Addressed::CannotTell
    };
    (answer, envelope(bundle, named.len()))
}

/// Notes an envelope that is for more or fewer readers than the seal names.
fn envelope(bundle: &Bundle, named: usize) -> Found {
    let mut found = Found::default();
    let Some(envelope) = bundle.envelope else { return found };
    // in a redacted bundle it is the last release that says for whom it is
    let (named, redacted) = (named as u64, !bundle.seal.releases.is_empty());
    let detail = match envelope {
        EnvelopeFor::Passphrase if named > 0 => Detail::EnvelopeUnderPassphrase { named, redacted },
        EnvelopeFor::Recipients(count) if count as u64 != named => {
            Detail::EnvelopeForOthers { count: count as u64, named, redacted }
        }
        _ => return found,
    };
    found.note(code::ENVELOPE_RECIPIENTS, Place::Envelope, detail);
    found
}
