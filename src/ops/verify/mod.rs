//! Verifying: every check on a bundle that was read, all findings, five answers, one word. Only a [`Verification`] that went
//! well gives out contents.

mod addressed;
mod against;
mod custody;
mod derived;
mod disclosures;
mod evidence;
mod found;
mod payload;
mod policy;
mod releases;
mod seal;
mod time;
mod verification;

pub use evidence::{Against, CustodyLog, Evidence};
use found::Found;
pub use policy::{Policy, WithheldBy};
pub use verification::Verification;

use crate::base::code::Class;
use crate::base::detail::Detail;
use crate::base::error::{Findings, Result};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::model::{Bundle, SecondReader};
use crate::crypto::trust::TrustedSigners;
use crate::report::model::{NotChecked, Report, SealFacts};
use crate::report::verdict::{Answers, ContentsAnswer, Requirement, Verdict, decide};

impl Bundle {
    /// Checks everything and gives the five answers.
    ///
    /// # Errors
    /// What ended the run itself: `run.interrupted`, for example.
    pub fn verify(self, trust: &TrustedSigners, policy: &Policy, watch: &dyn Watch) -> Result<Verification> {
        self.verify_with(trust, policy, Evidence::none(), watch)
    }

    /// As [`Bundle::verify`], with evidence that lies beside the bundle.
    ///
    /// # Errors
    /// As for [`Bundle::verify`], and what kept a disclosure from being read.
    pub fn verify_with(
        mut self,
        trust: &TrustedSigners,
        policy: &Policy,
        mut evidence: Evidence,
        watch: &dyn Watch,
    ) -> Result<Verification> {
        let found = Found::of_reading(&mut self);
        let mut report = judge(&self, found, trust, policy, &mut evidence, watch)?;
        disclosures::take_all(&self, &mut report, evidence.disclosures, watch)?;
        if let Some(other) = evidence.against {
            against::compare(&self, &mut report, other)?;
        }
        Ok(Verification { bundle: self, report })
    }
}

/// The five answers about the bundle itself.
fn judge(
    bundle: &Bundle,
    mut found: Found,
    trust: &TrustedSigners,
    policy: &Policy,
    evidence: &mut Evidence,
    watch: &dyn Watch,
) -> Result<Report> {
    let mut report = Report::empty();
    report.signer = found.take(seal::signature(bundle, trust));
    let releases = found.take(releases::check(bundle, trust, policy));
    found.take(seal::absent(bundle, &found.findings));
    found.take(derived::check(bundle));
    found.take(payload::check(bundle, watch)?);
    if let Some(sealed) = &bundle.seal.manifest {
        let id = sealed.manifest.id.to_string();
        report.seal = Some(SealFacts { id, digest: sealed.digest, sealed_at: sealed.manifest.sealed_at });
        report.items = sealed.total;
    }
    if let Some(shown) = &bundle.seal.shown {
        (_, report.bytes, report.files) = shown.sums();
    }
    report.withheld = releases.explained;
    report.releases = releases.facts;

    let (addressed, passed_on_by) = found.take(addressed::answer(bundle, trust));
    report.passed_on_by = passed_on_by;
    found.take(time::to_come(bundle, policy));
    let (time, latest, tokens) = found.take(time::answer(bundle, report.signer.as_ref(), evidence, trust, policy));
    report.tokens = tokens;
    let signer = found.take(seal::signer(policy, report.signer.as_ref(), latest));
    let contents = contents(&found.findings, report.withheld);
    if bundle.broken {
        found.not_checked.push(NotChecked::BehindBreak);
    }
    let custody = custody::answer(evidence.custody.take(), bundle, report.signer.as_ref(), trust, watch)?;
    let (custody, facts) = found.take(custody);
    report.custody = facts;
    let answers = Answers { contents, signer, authors: releases.authors, time, addressed, custody };
    for unmet in policy.required.iter().filter(|requirement| !requirement.is_met(&answers)) {
        let detail = match unmet {
            Requirement::Complete => Detail::RequiredCompleteness,
            Requirement::Time => Detail::RequiredTime,
            Requirement::Addressed => Detail::RequiredAddressee,
            Requirement::Custody => Detail::RequiredCustody,
        };
        found.finding(unmet.code(), Place::Bundle, detail);
    }
    report.verdict = decide(&answers, &policy.required);
    if !found.take(custody::countersigned(report.custody.as_ref(), &policy.countersigned)) {
        report.verdict = Verdict::worst([report.verdict, Verdict::NotEnough]).unwrap_or(Verdict::NotEnough);
    }
    report.answers = answers;
    if bundle.second_reader == SecondReader::NotAsked && !bundle.broken {
        let stream = bundle.has_passed();
        found.not_checked.push(if stream { NotChecked::SecondReaderOfStream } else { NotChecked::SecondReaderOfMany });
    }
    (report.findings, report.notes, report.not_checked) = (found.findings, found.notes, found.not_checked);
    Ok(report)
}

/// What the findings say about the contents, regardless of who is believed and what is required.
fn contents(findings: &Findings, withheld: u64) -> ContentsAnswer {
    match findings.worst() {
        Some(Class::Failed(damage)) => ContentsAnswer::Damaged(damage),
        Some(Class::CannotCheck | Class::Usage) => ContentsAnswer::Unread,
        Some(Class::UnknownSigner | Class::NotEnough | Class::Note) | None if withheld > 0 => ContentsAnswer::Withheld,
        Some(Class::UnknownSigner | Class::NotEnough | Class::Note) | None => ContentsAnswer::Intact,
    }
}
