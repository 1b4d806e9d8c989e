//! For whom is it? What the list of readers in an encrypted copy says to the key that opened it, or the seal where it names its
//! recipients.

use super::found::Found;
use super::releases::believed;
use super::seal::who;
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
use crate::report::model::Who;
use crate::report::verdict::Addressed;

/// The answer, and who passed the bundle on where that is it.
pub(super) fn answer(bundle: &Bundle, trust: &TrustedSigners) -> ((Addressed, Option<Who>), Found) {
    let seal = &bundle.seal;
    let mut found = Found::default();
    let answer = match (&seal.readers, &seal.shown) {
        (Some(sealed @ SealedReaders { readers: None, .. }), _) => {
            found.take(newer_list(bundle, sealed));
            (Addressed::CannotTell, None)
        }
        (Some(sealed @ SealedReaders { readers: Some(readers), .. }), _) => {
            let by = found.take(check(bundle, readers, sealed));
            match (&bundle.envelope, by) {
                (Some(EnvelopeFor::Recipients(_, reader)), Some(by)) => {
                    let yours = sealed.slips.iter().any(|slip| reader.opens_slip(&slip.bytes()));
                    said(yours, by, bundle, trust)
                }
                // no key was used, so none can be tried; or the list says nothing
                _ => (Addressed::CannotTell, None),
            }
        }
        // a redacted copy is not what the seal was addressed to
        (None, Some(shown)) if shown.recipients().is_empty() || !seal.releases.is_empty() => (Addressed::ToNobody, None),
        (None, Some(shown)) if shown.recipients().iter().any(|recipient| trust.is_own(recipient)) => (Addressed::ToYou, None),
        (None, Some(_)) if trust.has_recipient() => (Addressed::ToOthers, None),
        (None, _) => (Addressed::CannotTell, None),
    };
    found.take((answer.clone(), envelope(bundle)));
    if seal.readers.is_some() && bundle.envelope.is_none() {
        found.note(code::READERS_LEFT, Part::Readers.to_string(), Detail::ReadersLeft);
    }
    (answer, found)
}

/// What it means that there is a slip for the reader, or none, in a list by this key.
fn said(yours: bool, by: PublicKey, bundle: &Bundle, trust: &TrustedSigners) -> (Addressed, Option<Who>) {
    let signer = bundle.seal.manifest.as_ref().is_some_and(|sealed| sealed.manifest.signer == by.line());
    let who = who(by, trust);
    let believed = who.standing.as_ref().is_some_and(believed);
    match yours {
        true if signer => (Addressed::ToYou, None),
        true if believed => (Addressed::PassedOn, Some(who)),
        _ => (Addressed::ToOthers, None),
    }
}

/// Checks the list against the rest of the bundle. Returns the key that it is by, if everything about it holds.
fn check(bundle: &Bundle, readers: &Readers, sealed: &SealedReaders) -> (Option<PublicKey>, Found) {
    let mut found = Found::default();
    let Some(manifest) = &bundle.seal.manifest else { return (None, found) };
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
            return (None, found);
        }
    };
    let armored = sealed.signature.as_deref().unwrap_or_default();
    if sshsig::verify(&key, Namespace::Readers, &sealed.message, armored).is_err() {
        found.finding(code::READERS_SIGNATURE, Part::ReadersSignature.to_string(), Detail::NotTheAuthors);
    }
    let holds = found.findings.list().is_empty();
    (holds.then_some(key), found)
}

/// Whether a list in a later version counts: it names this bundle and is signed.
fn newer_list(bundle: &Bundle, sealed: &SealedReaders) -> ((), Found) {
    let mut found = Found::default();
    let (Some(newer), Some(manifest)) = (&sealed.newer, &bundle.seal.manifest) else { return ((), found) };
    if newer.newer.bundle != Some(manifest.digest) {
        found.finding(code::READERS_MALFORMED, Part::Readers.to_string(), Detail::OfAnotherBundle);
    } else if !newer.is_signed(Namespace::Readers, sealed.signature.as_deref()) {
        found.finding(code::READERS_SIGNATURE, Part::ReadersSignature.to_string(), Detail::NoSignatureOverIt);
    } else {
        found.findings.push(newer.finding(Part::Readers));
    }
    ((), found)
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
