//! For whom is it? What the list of readers in an encrypted copy says to the key that opened it, or the seal where it names its
//! recipients.

use super::found::Found;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::place::Place;
use crate::bundle::model::{Bundle, SealedReaders};
use crate::bundle::source::EnvelopeFor;
use crate::crypto::key::PublicKey;
use crate::crypto::namespace::Namespace;
use crate::crypto::sshsig;
use crate::crypto::trust::TrustedSigners;
use crate::format::layout::Part;
use crate::format::readers::Readers;
use crate::report::verdict::Addressed;

pub(super) fn answer(bundle: &Bundle, trust: &TrustedSigners) -> (Addressed, Found) {
    let seal = &bundle.seal;
    let mut found = Found::default();
    let answer = match (&seal.readers, &seal.shown) {
        (Some(SealedReaders { readers: None, .. }), _) => Addressed::CannotTell,
        (Some(sealed @ SealedReaders { readers: Some(readers), .. }), _) => {
            let vouched = found.take(check(bundle, readers, sealed));
            match &bundle.envelope {
                Some(EnvelopeFor::Recipients(_, reader)) if vouched => {
                    let yours = sealed.slips.iter().any(|slip| reader.opens_slip(&slip.bytes()));
                    if yours { Addressed::ToYou } else { Addressed::ToOthers }
                }
                Some(EnvelopeFor::Recipients(..)) => Addressed::ToOthers,
                // no key was used, so none can be tried
                Some(EnvelopeFor::Passphrase) | None => Addressed::CannotTell,
            }
        }
        // a redacted copy is not what the seal was addressed to
        (None, Some(shown)) if shown.recipients().is_empty() || !seal.releases.is_empty() => Addressed::ToNobody,
        (None, Some(shown)) if shown.recipients().iter().any(|recipient| trust.is_own(recipient)) => Addressed::ToYou,
        (None, Some(_)) if trust.has_recipient() => Addressed::ToOthers,
        (None, _) => Addressed::CannotTell,
    };
    found.take((answer, envelope(bundle)));
    (answer, found)
}

/// Checks the list against the rest of the bundle. True if it is by somebody who can say for whom this copy is: whoever made what
/// is in it, the signer or the author of the last release.
fn check(bundle: &Bundle, readers: &Readers, sealed: &SealedReaders) -> (bool, Found) {
    let mut found = Found::default();
    let Some(manifest) = &bundle.seal.manifest else { return (false, found) };
    let last = bundle.seal.releases.last();
    let mut malformed = |detail: Detail| found.finding(code::READERS_MALFORMED, Part::Readers.to_string(), detail);
    if readers.bundle != manifest.digest {
        malformed(Detail::OfAnotherBundle);
    }
    if readers.release != last.map(|release| release.digest) {
        malformed(Detail::NotOfThisCopy);
    }
    let key = match PublicKey::parse(&readers.by) {
        Ok(key) => key,
        Err(fault) => {
            malformed(Detail::AuthorKey { reason: Box::new(fault.detail()) });
            return (false, found);
        }
    };
    let armored = sealed.signature.as_deref().unwrap_or_default();
    if sshsig::verify(&key, Namespace::Readers, &sealed.message, armored).is_err() {
        found.finding(code::READERS_SIGNATURE, Part::ReadersSignature.to_string(), Detail::NotTheAuthors);
    }
    let maker = match last {
        Some(last) => last.release.as_ref().map(|release| &release.by),
        None => Some(&manifest.manifest.signer),
    };
    (maker == Some(&readers.by), found)
}

/// Notes an envelope that is for more or fewer than it was made for.
fn envelope(bundle: &Bundle) -> Found {
    let mut found = Found::default();
    let Some(envelope) = &bundle.envelope else { return found };
    let named = match (&bundle.seal.readers, &bundle.seal.shown) {
        (Some(sealed), _) => sealed.slips.len(),
        (None, Some(shown)) if bundle.seal.releases.is_empty() => shown.recipients().len(),
        (None, Some(_)) => 0,
        (None, None) => return found,
    } as u64;
    let detail = match envelope {
        EnvelopeFor::Passphrase if named > 0 => Detail::EnvelopeUnderPassphrase { named },
        EnvelopeFor::Recipients(count, _) if *count as u64 != named => {
            Detail::EnvelopeForOthers { count: *count as u64, named }
        }
        _ => return found,
    };
    found.note(code::ENVELOPE_RECIPIENTS, Place::Envelope, detail);
    found
}
