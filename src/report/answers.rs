//! What a verification answers: which sentence of the catalogue says it.

use super::messages as message;
use super::model::{Comparison, Given, ReleaseFacts, Report, Who};
use super::verdict::{Addressed, ContentsAnswer, Custody, SignerAnswer, Time, Verdict};
use crate::base::code::Damage;
use crate::base::sentence::{Argument, Exact, Quoted, Sentence, Size};
use crate::crypto::trust::{Belief, Standing};

/// The word, with the count of what is withheld.
pub fn word(report: &Report) -> Sentence {
    if report.verdict != Verdict::Verified || report.withheld == 0 {
        return report.verdict.sentence();
    }
    let signer = report.signer.as_ref().map(|who| &who.key);
    let (mut others, mut signer_too): (Vec<Argument>, bool) = (Vec::new(), false);
    for who in report.releases.iter().filter_map(|release| release.by.as_ref()) {
        let name = match &who.standing {
            _ if Some(&who.key) == signer => {
                signer_too = true;
                continue;
            }
            Some(Standing { belief: Belief::Own, .. }) => message::verdict_you(),
            Some(standing) => named(standing, who),
            None => continue,
        };
        let name = Argument::from(name);
        if !others.contains(&name) {
            others.push(name);
        }
    }
    match (others.is_empty(), signer_too) {
        (true, _) => message::verdict_withheld(report.withheld, report.items),
        (false, true) => message::verdict_withheld_by_signer_too(report.withheld, report.items, others),
        (false, false) => message::verdict_withheld_by(report.withheld, report.items, others),
    }
}

/// What the word means for whoever reads on.
pub fn banner(report: &Report) -> Sentence {
    match (report.verdict, report.answers.signer) {
        (Verdict::Verified, _) => message::banner_verified(),
        (Verdict::Failed, _) => message::banner_failed(),
        (Verdict::CannotCheck, _) => message::banner_cannot_check(),
        (Verdict::NotEnough, _) => message::banner_not_enough(),
        (Verdict::UnknownSigner, SignerAnswer::Revoked) => message::banner_revoked(),
        (Verdict::UnknownSigner, SignerAnswer::Other) => message::banner_other(),
        (Verdict::UnknownSigner, SignerAnswer::Contact | SignerAnswer::You) => message::banner_author(),
        (Verdict::UnknownSigner, SignerAnswer::Unknown | SignerAnswer::Unread) => message::banner_stranger(),
    }
}

/// Are the contents what was sealed?
pub fn contents(report: &Report) -> Sentence {
    let shown = || message::shown(report.items.saturating_sub(report.withheld), report.files, Size(report.bytes));
    match report.answers.contents {
        ContentsAnswer::Intact => message::contents_intact(shown()),
        ContentsAnswer::Withheld => message::contents_withheld(report.withheld, report.items, shown()),
        ContentsAnswer::Damaged(Damage::Malformed) => message::contents_malformed(),
        ContentsAnswer::Damaged(Damage::NotSigned) => message::contents_not_signed(),
        ContentsAnswer::Damaged(Damage::SignatureWrong) => message::contents_signature_wrong(),
        ContentsAnswer::Damaged(Damage::Altered) => message::contents_altered(),
        ContentsAnswer::Damaged(Damage::Incomplete) => message::contents_incomplete(),
        ContentsAnswer::Unread => message::contents_unread(),
    }
}

/// Who withheld how much, and when.
pub fn release(release: &ReleaseFacts) -> Sentence {
    let by = release.by.as_ref().map_or_else(
        || message::nobody().into(),
        |who| match &who.standing {
            Some(standing) => named(standing, who).into(),
            None => Argument::Exact(who.fingerprint.to_string()),
        },
    );
    message::release(release.withheld, Exact(release.at.to_string()), by)
}

/// Whose seal is it?
pub fn signer(report: &Report) -> Sentence {
    let told = report.signer.as_ref().map_or_else(|| Argument::Exact(String::new()), who);
    match report.answers.signer {
        SignerAnswer::Contact => match report.signer.as_ref().and_then(|who| who.standing.as_ref()) {
            Some(Standing { belief: Belief::Contact { since }, .. }) => {
                message::signer_contact_since(told, Exact(since.date().to_string()))
            }
            _ => message::signer_contact(told),
        },
        SignerAnswer::You => message::signer_you(told),
        SignerAnswer::Unknown => message::signer_unknown(told),
        SignerAnswer::Revoked => message::signer_revoked(told),
        SignerAnswer::Other => message::signer_other(told),
        SignerAnswer::Unread if report.answers.contents == ContentsAnswer::Unread => message::signer_unread(),
        SignerAnswer::Unread => message::signer_nobody(),
    }
}

/// Since when is it so?
pub fn time(report: &Report) -> Sentence {
    let exact = |time: &dyn ToString| Exact(time.to_string());
    match (&report.answers.time, &report.seal) {
        (Time::Claimed, Some(seal)) => message::time_claimed(exact(&seal.sealed_at)),
        (Time::Proven { at, authority, seals: None }, _) => message::time_proven(exact(at), Quoted(authority.clone())),
        (Time::Proven { at, authority, seals: Some(seals) }, _) => {
            message::time_proven_together(exact(at), Quoted(authority.clone()), *seals)
        }
        (Time::TokenNotAccepted, Some(seal)) => message::time_token_not_accepted(exact(&seal.sealed_at)),
        _ if report.answers.contents == ContentsAnswer::Unread => message::time_unread(),
        _ => message::time_unknown(),
    }
}

/// For whom was it sealed?
pub fn addressed(report: &Report) -> Sentence {
    match report.answers.addressed {
        Addressed::PassedOn => {
            message::addressed_passed_on(report.passed_on_by.as_ref().map_or_else(|| Argument::Exact(String::new()), who))
        }
        Addressed::ToYou => message::addressed_to_you(),
        Addressed::ToOthers => message::addressed_to_others(),
        Addressed::ToNobody => message::addressed_to_nobody(),
        Addressed::CannotTell => message::addressed_cannot_tell(),
    }
}

/// What does the custody log say?
pub fn custody(report: &Report) -> Sentence {
    match report.answers.custody {
        Custody::NotGiven => message::custody_not_given(),
        Custody::Unbroken { steps, doubtful: None } => message::custody_unbroken(steps),
        Custody::Unbroken { steps, doubtful: Some(step) } => message::custody_doubtful(steps, step),
        Custody::Other => message::custody_other(),
        Custody::Unread => message::custody_unread(),
        Custody::Broken { step } => message::custody_broken(step),
    }
}

/// Who countersigned.
pub fn countersigned(by: &Who) -> Sentence {
    match by.standing.as_ref().map(|standing| &standing.belief) {
        Some(Belief::Own | Belief::Contact { .. }) => message::countersigned(who(by)),
        Some(Belief::Revoked { .. }) => message::countersigned_revoked(who(by)),
        None => message::countersigned_stranger(who(by)),
    }
}

/// A name that the reader gave, if there is one, and the fingerprint, whole: this is where one key is compared with another.
pub(super) fn who(who: &Who) -> Argument {
    let fingerprint = who.fingerprint.to_string();
    match &who.standing {
        Some(standing) => message::who(Quoted(standing.name.clone()), Exact(fingerprint)).into(),
        None => Argument::Exact(fingerprint),
    }
}

fn named(standing: &Standing, who: &Who) -> Sentence {
    message::named(Quoted(standing.name.clone()), Exact(who.fingerprint.glance()))
}

/// Who signed a step: the name that the reader gave, or that nobody is known by this key.
pub fn keeper(who: &Who) -> Argument {
    match &who.standing {
        Some(standing) if matches!(standing.belief, Belief::Revoked { .. }) => {
            message::keeper_revoked(named(standing, who)).into()
        }
        Some(standing) => named(standing, who).into(),
        None => message::keeper_stranger(Exact(who.fingerprint.glance())).into(),
    }
}

/// Heading of what disclosures gave back, which is what was sealed.
pub fn disclosed(report: &Report) -> Sentence {
    message::disclosed(report.disclosed(), report.withheld)
}

/// What a disclosure gave back although it is shown.
pub fn shown_anyway(given: &Given) -> Sentence {
    message::shown_anyway(given.shown)
}

/// How it compares with another bundle.
pub fn compared(comparison: &Comparison) -> Sentence {
    match comparison {
        Comparison::Unread(other) => message::compared_unread(other.sentence()),
        Comparison::TwoSeals => message::compared_two_seals(),
        Comparison::OneSeal { .. } => message::compared_one_seal(),
    }
}

/// What to do with a bundle that is VERIFIED.
pub fn look_into(report: &Report) -> Sentence {
    if report.given.is_empty() { message::look_into() } else { message::look_into_with() }
}

/// What to do about each kind of finding, once: the code and the next step.
pub fn remedies(report: &Report) -> Vec<(&'static str, Sentence)> {
    let mut told: Vec<(&str, Sentence)> = Vec::new();
    let log = report.custody.iter().flat_map(|log| log.findings.list().iter().chain(log.notes.list()));
    let tokens = report.about_tokens();
    for finding in report.findings.list().iter().chain(report.notes.list()).chain(tokens.list()).chain(log) {
        let next = (finding.code.id, finding.next());
        if !told.contains(&next) {
            told.push(next);
        }
    }
    told
}
