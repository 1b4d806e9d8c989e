//! For whom is it, as the seal or the last release says, compared with what the reader can open?

use super::found::Found;
use crate::base::code;
use crate::base::text::plural;
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

/// Notes an envelope that is for more or fewer than the seal names.
fn envelope(bundle: &Bundle, named: usize) -> Found {
    let mut found = Found::default();
    let Some(envelope) = bundle.envelope else { return found };
    // in a redacted bundle it is the last release that says for whom it is
    let place = if bundle.seal.releases.is_empty() { "under the seal" } else { "in the last release" };
    let sealed = match named {
        0 => format!("no recipient stands {place}"),
        named => format!("{} {place}", plural(named as u64, "recipient stands", "recipients stand")),
    };
    let detail = match envelope {
        EnvelopeFor::Passphrase if named > 0 => format!("it was encrypted under a passphrase, and {sealed}"),
        EnvelopeFor::Recipients(count) if count != named => {
            format!("it was encrypted for {}, and {sealed}", plural(count as u64, "recipient", "recipients"))
        }
        _ => return found,
    };
    found.note(code::ENVELOPE_RECIPIENTS, "envelope", detail);
    found
}
