//! The seal: whose signature is it, and do you believe them?

use super::found::Found;
use super::policy::Policy;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::Findings;
use crate::bundle::model::Bundle;
use crate::crypto::key::PublicKey;
use crate::crypto::namespace::Namespace;
use crate::crypto::sshsig::{self, SigFault};
use crate::crypto::trust::{Belief, TrustedSigners};
use crate::format::layout::Part;
use crate::format::time::Timestamp;
use crate::report::line::named;
use crate::report::model::{NotChecked, Who};
use crate::report::verdict::SignerAnswer;

/// Checks the signature over the manifest; returns the signer if it holds.
pub(super) fn signature(bundle: &Bundle, trust: &TrustedSigners) -> (Option<Who>, Found) {
    let mut found = Found::default();
    let armored = bundle.seal.signature.as_deref().filter(|armored| !armored.is_empty());
    if let (Some(newer), Some(_)) = (&bundle.seal.newer, armored) {
        match newer.is_signed(Namespace::Manifest, armored) {
            true => found.findings.push(newer.finding(Part::Manifest)),
            false => found.finding(code::SEAL_SIGNATURE, Part::Signature.to_string(), Detail::NoSignatureOverIt),
        }
        found.not_checked.push(NotChecked::NewerFormat);
    }
    let Some(sealed) = &bundle.seal.manifest else { return (None, found) };
    let key = match PublicKey::parse(&sealed.manifest.signer) {
        Ok(key) => key,
        Err(fault) => {
            found.finding(code::SEAL_KEY, Part::Manifest.to_string(), Detail::SignerKey { reason: Box::new(fault.detail()) });
            return (None, found);
        }
    };
    let Some(armored) = armored else { return (None, found) };
    match sshsig::verify(&key, Namespace::Manifest, &sealed.message, armored) {
        Ok(()) => return (Some(who(key, trust)), found),
        Err(SigFault::Armor) => {
            let detail = Detail::NotTheArmor;
            found.finding(code::SEAL_ARMOR, Part::Signature.to_string(), detail);
        }
        Err(SigFault::Signature) => {
            let detail = Detail::NotTheSigners;
            found.finding(code::SEAL_SIGNATURE, Part::Signature.to_string(), detail);
        }
    }
    (None, found)
}

/// Finds the parts that every seal has and this one lacks; `before` is what was found so far.
pub(super) fn absent(bundle: &Bundle, before: &Findings) -> ((), Found) {
    let (seal, mut found) = (&bundle.seal, Found::default());
    if !bundle.broken {
        if seal.manifest.is_none() && seal.newer.is_none() && !before.has(code::SEAL_MANIFEST) {
            found.finding(code::SEAL_MISSING, Part::Manifest.to_string(), Detail::NoManifest);
        }
        if seal.signature.as_ref().is_none_or(Vec::is_empty) {
            found.finding(code::SEAL_MISSING, Part::Signature.to_string(), Detail::NoSignature);
        }
    }
    if seal.manifest.is_some() && !bundle.broken && bundle.measure(Part::Items).is_none() {
        found.finding(code::ITEM_MISSING, Part::Items.to_string(), Detail::NoItems);
    }
    ((), found)
}

/// Whether the signer is believed, and is the one whom the reader named; `proven` is a time before which the seal was there.
pub(super) fn signer(policy: &Policy, who: Option<&Who>, proven: Option<Timestamp>) -> (SignerAnswer, Found) {
    let (mut found, place) = (Found::default(), Part::Manifest.to_string());
    let Some(who) = who else { return (SignerAnswer::Unread, found) };
    let Some(standing) = &who.standing else {
        found.finding(code::SIGNER_UNKNOWN, place, Detail::UnknownKey { key: who.fingerprint.to_string() });
        return (SignerAnswer::Unknown, found);
    };
    let mut belief = &standing.belief;
    if let Belief::Revoked { at, before } = belief {
        let rescued = before.as_deref().zip(proven.filter(|proven| rescues(proven, at)));
        let since = at.to_string();
        let Some((before, proven)) = rescued else {
            let who = named(&standing.name, &who.key);
            found.finding(code::SIGNER_REVOKED, place, Detail::RevokedKey { who, at: since });
            return (SignerAnswer::Revoked, found);
        };
        found.note(code::SIGNER_RESCUED, place.as_str(), Detail::RescuedKey { since, at: proven.to_string() });
        belief = before;
    }
    let answer = match &policy.from {
        Some(name) if *name != standing.name => {
            let detail = Detail::OtherSigner { who: named(&standing.name, &who.key), wanted: name.clone() };
            found.finding(code::SIGNER_OTHER, place, detail);
            SignerAnswer::Other
        }
        _ if *belief == Belief::Own => SignerAnswer::You,
        _ => SignerAnswer::Contact,
    };
    (answer, found)
}

/// Whether a revocation leaves a seal as it is: it was there before, and an accepted token proves that.
fn rescues(proven: &Timestamp, revoked_since: &Timestamp) -> bool {
    proven < revoked_since
}

/// A key and what the reader thinks of it.
pub(super) fn who(key: PublicKey, trust: &TrustedSigners) -> Who {
    Who { fingerprint: key.fingerprint(), standing: trust.standing(&key).cloned(), key }
}
