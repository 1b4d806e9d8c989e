//! The releases, and whether they explain exactly what is missing.

use super::found::Found;
use super::policy::{Policy, WithheldBy};
use super::seal::who;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::place::Place;
use crate::bundle::model::{Bundle, SealedManifest, SealedNewer, SealedRelease};
use crate::crypto::key::PublicKey;
use crate::crypto::namespace::Namespace;
use crate::crypto::sshsig;
use crate::crypto::trust::{Belief, Standing, TrustedSigners};
use crate::format::digest::Digest;
use crate::format::layout::Part;
use crate::format::release::Release;
use crate::format::shown::Shown;
use crate::report::line::named;
use crate::report::model::ReleaseFacts;
use crate::report::verdict::Authors;

/// What the releases say.
pub(super) struct Releases {
    /// Of those that could be read, in their order.
    pub facts: Vec<ReleaseFacts>,
    /// How many of the items that are missing they explain.
    pub explained: u64,
    pub authors: Authors,
}

pub(super) fn check(bundle: &Bundle, trust: &TrustedSigners, policy: &Policy) -> (Releases, Found) {
    let mut found = Found::default();
    let mut releases = Releases { facts: Vec::new(), explained: 0, authors: Authors::Believed };
    let Some(sealed) = &bundle.seal.manifest else { return (releases, found) };
    let (mut previous, mut named, mut all_read) = (None, Vec::new(), true);
    let reader = Reader { trust, policy };
    for read in &bundle.seal.releases {
        let before = previous.replace(read.digest);
        let Some(release) = &read.release else {
            let newer = read.newer.as_ref().map(|newer| found.take(newer_release(newer, read, sealed)));
            // one that is malformed may explain what is missing; one that merely calls itself newer explains nothing
            all_read &= newer == Some(false);
            continue;
        };
        let chain = Chain { sealed, before, shown: bundle.seal.shown.as_ref() };
        let (facts, authors) = found.take(one(release, read, &chain, &reader));
        releases.authors = releases.authors.max(authors);
        releases.facts.push(facts);
        named.extend(&read.withheld);
    }
    releases.explained = found.take(explained(sealed, named, all_read));
    (releases, found)
}

/// What a release must fit.
struct Chain<'b> {
    sealed: &'b SealedManifest,
    /// The digest of the release before it.
    before: Option<Digest>,
    /// What is shown, where that is known.
    shown: Option<&'b Shown>,
}

impl Chain<'_> {
    /// True if the author is the signer, or somebody whom the seal allows to withhold.
    fn lets(&self, key: &PublicKey) -> bool {
        let named = || self.shown.is_some_and(|shown| shown.lets_withhold(&key.fingerprint().to_string()));
        key.line() == self.sealed.manifest.signer || named()
    }
}

/// Whom the reader believes, and what they ask.
struct Reader<'r> {
    trust: &'r TrustedSigners,
    policy: &'r Policy,
}

impl Reader<'_> {
    /// True if the reader lets somebody of this standing withhold.
    fn lets(&self, standing: &Standing) -> bool {
        match &self.policy.withheld_by {
            WithheldBy::Anybody => true,
            WithheldBy::Also(names) if names.contains(&standing.name) => true,
            WithheldBy::Usual | WithheldBy::Also(_) => standing.belief == Belief::Own && self.policy.from.is_none(),
        }
    }
}

fn one(release: &Release, read: &SealedRelease, chain: &Chain, reader: &Reader) -> ((ReleaseFacts, Authors), Found) {
    let (mut found, mut authors) = (Found::default(), Authors::Believed);
    let place = Part::Release(read.number).to_string();
    if release.bundle != chain.sealed.digest {
        found.finding(code::RELEASE_MALFORMED, &*place, Detail::OfAnotherBundle);
    }
    if release.prev != chain.before {
        found.finding(code::RELEASE_MALFORMED, &*place, Detail::NotInChain);
    }
    if release.at < chain.sealed.manifest.sealed_at {
        found.note(code::RELEASE_EARLIER, &*place, Detail::EarlierThanSeal);
    }
    let by = match PublicKey::parse(&release.by) {
        Ok(key) => {
            authors = found.take(author(&key, read, chain, reader));
            Some(who(key, reader.trust))
        }
        Err(fault) => {
            found.finding(code::RELEASE_MALFORMED, &*place, Detail::AuthorKey { reason: Box::new(fault.detail()) });
            None
        }
    };
    let missing = &chain.sealed.missing;
    let stray = read.withheld.iter().filter(|withheld| missing.binary_search(withheld).is_err()).count();
    if stray > 0 && chain.shown.is_some() {
        found.finding(code::RELEASE_CONFLICT, place, Detail::StrayCommitments { count: stray as u64 });
    }
    let withheld = read.withheld.len() as u64;
    ((ReleaseFacts { by, withheld, reason: release.reason.clone(), at: release.at }, authors), found)
}

/// Whether a release in a later version counts: it names this bundle and is signed. If so it may explain what is missing.
fn newer_release(newer: &SealedNewer, read: &SealedRelease, sealed: &SealedManifest) -> (bool, Found) {
    let (mut found, part) = (Found::default(), Part::Release(read.number));
    if newer.newer.bundle != Some(sealed.digest) {
        found.finding(code::RELEASE_MALFORMED, part.to_string(), Detail::OfAnotherBundle);
    } else if !newer.is_signed(Namespace::Release, read.signature.as_deref()) {
        let place = Part::ReleaseSignature(read.number).to_string();
        found.finding(code::RELEASE_SIGNATURE, place, Detail::NoSignatureOverIt);
    } else {
        found.findings.push(newer.finding(part));
        return (true, found);
    }
    (false, found)
}

/// Whether the named author signed it, is believed, and may withhold.
fn author(key: &PublicKey, read: &SealedRelease, chain: &Chain, reader: &Reader) -> (Authors, Found) {
    let mut found = Found::default();
    let armored = read.signature.as_deref().unwrap_or_default();
    if sshsig::verify(key, Namespace::Release, &read.message, armored).is_err() {
        let place = Part::ReleaseSignature(read.number).to_string();
        found.finding(code::RELEASE_SIGNATURE, place, Detail::NotTheAuthors);
        return (Authors::Believed, found);
    }
    let place = Part::Release(read.number).to_string();
    let Some(standing) = reader.trust.standing(key).filter(|standing| believed(standing)) else {
        let detail = Detail::AuthorNotBelieved { key: key.fingerprint().to_string() };
        found.finding(code::RELEASE_AUTHOR, place, detail);
        return (Authors::NotBelieved, found);
    };
    if chain.lets(key) || reader.lets(standing) {
        return (Authors::Believed, found);
    }
    found.finding(code::RELEASE_OTHER, place, Detail::WithheldByOther { who: named(&standing.name, key) });
    (Authors::Others, found)
}

/// How many of the missing items the releases name. Those that none names are a finding, unless a release could not be read.
fn explained(sealed: &SealedManifest, mut named: Vec<Digest>, all_read: bool) -> (u64, Found) {
    let mut found = Found::default();
    named.sort_unstable();
    if named.iter().zip(named.iter().skip(1)).any(|(one, next)| one == next) {
        found.finding(code::RELEASE_CONFLICT, Place::Seal, Detail::ReleasesOverlap);
    }
    let unexplained = sealed.missing.iter().filter(|missing| named.binary_search(missing).is_err()).count();
    if unexplained > 0 && all_read {
        let detail = Detail::Unexplained { count: unexplained as u64, total: sealed.total };
        found.finding(code::ITEM_MISSING, Part::Items.to_string(), detail);
    }
    ((sealed.missing.len() - unexplained) as u64, found)
}

/// True for somebody whom the reader believes.
pub(super) fn believed(standing: &Standing) -> bool {
    matches!(standing.belief, Belief::Own | Belief::Contact { .. })
}
