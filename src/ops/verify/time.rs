//! Since when is it so?

use super::evidence::Evidence;
use super::found::Found;
use super::policy::Policy;
use super::seal;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::bundle::model::Bundle;
use crate::crypto::trust::TrustedSigners;
use crate::crypto::tsp::{Imprint, Stamped};
use crate::format::layout::Part;
use crate::format::time::Timestamp;
use crate::ops::stamping::Shown;
use crate::ops::stamps;
use crate::report::model::{NotChecked, TokenFacts, Who};
use crate::report::verdict::Time;

/// What the signer's clock said, where somebody signed it, or what a token proves; with it the last moment at which the seal can have been
/// made, and what is said of each token. Whatever is wrong with a token, the seal is as good as without it.
pub(super) fn answer(
    bundle: &Bundle,
    signer: Option<&Who>,
    evidence: &Evidence,
    trust: &TrustedSigners,
    policy: &Policy,
) -> ((Time, Option<Timestamp>, Vec<TokenFacts>), Found) {
    let mut found = Found::default();
    let signature = bundle.seal.signature.as_ref().filter(|_| signer.is_some());
    let Some(signature) = signature else {
        if bundle.seal.manifest.is_some() {
            found.not_checked.push(NotChecked::Time);
        }
        return ((Time::Unread, None, Vec::new()), found);
    };
    let seal = Stamped::Bytes(signature.clone());
    let mut shown = Shown::of(&evidence.stampings, &seal.sha256());
    let tokens = [&evidence.tokens[..], &shown.tokens].concat();
    // over the seal alone, or over this many together
    let over = |imprint: &Imprint| if imprint.is_of(&seal) { Some(None) } else { shown.seals(imprint).map(Some) };
    let stamps = stamps::judge(&tokens, over, trust.authorities(), policy.now);
    let proof = stamps::earliest(&stamps).and_then(|(latest, seals, facts)| {
        Some((latest.ceil(), facts.says.as_ref()?.at, facts.authority.clone()?, *seals, facts.revocation_checked))
    });
    let mut told = std::mem::take(&mut shown.refused);
    told.extend(stamps.into_iter().map(|stamp| TokenFacts { seals: stamp.over.flatten(), ..stamp.facts }));
    let (time, latest) = match proof {
        Some((latest, at, authority, seals, checked)) => {
            if !checked {
                found.not_checked.push(NotChecked::TimeRevocation);
            }
            (Time::Proven { at, authority, seals }, Some(latest))
        }
        None => {
            found.not_checked.push(NotChecked::Time);
            (if told.is_empty() { Time::Claimed } else { Time::TokenNotAccepted }, None)
        }
    };
    ((time, latest, told), found)
}

impl Bundle {
    /// What a timestamp of the bundle is over: the bytes of `seal/manifest.sig`, where they are a signature over the manifest, whoever's.
    ///
    /// # Errors
    /// What is wrong with the seal; `seal.missing` where nothing could be read of it.
    pub fn stamped(&self) -> Result<Stamped> {
        let (signer, found) = seal::signature(self, &TrustedSigners::nobody());
        if let (Some(_), Some(signature)) = (signer, &self.seal.signature) {
            return Ok(Stamped::Bytes(signature.clone()));
        }
        let trouble = self.findings.list().iter().chain(found.findings.list()).next().cloned();
        let missing = || Finding::new(code::SEAL_MISSING, Part::Signature.to_string(), Detail::NoSignature);
        let Finding { code, place, detail } = trouble.unwrap_or_else(missing);
        Err(Error::new(code, place, detail))
    }
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
