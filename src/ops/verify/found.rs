//! What one check finds.

use crate::base::code::{Class, Code};
use crate::base::detail::Detail;
use crate::base::error::{Finding, Findings};
use crate::base::place::Place;
use crate::bundle::model::Bundle;
use crate::report::model::{NotChecked, Report};
use crate::report::verdict::Verdict;

/// Findings, notes, and what could not be checked.
#[derive(Default)]
pub(super) struct Found {
    pub findings: Findings,
    pub notes: Findings,
    pub not_checked: Vec<NotChecked>,
}

impl Found {
    /// What was found while the bundle was read.
    pub fn of_reading(bundle: &mut Bundle) -> Self {
        let mut found = Found { notes: bundle.notes.clone(), ..Found::default() };
        found.findings = std::mem::take(&mut bundle.findings);
        found
    }

    pub fn finding(&mut self, code: &'static Code, place: impl Into<Place>, detail: Detail) {
        self.findings.push(Finding::new(code, place, detail));
    }

    pub fn note(&mut self, code: &'static Code, place: impl Into<Place>, detail: Detail) {
        self.notes.push(Finding::new(code, place, detail));
    }

    /// Adds what a check found, and returns its answer.
    pub fn take<T>(&mut self, (answer, found): (T, Found)) -> T {
        self.findings.append(found.findings);
        self.notes.append(found.notes);
        self.not_checked.extend(found.not_checked);
        answer
    }
}

/// Adds a finding about what lies beside the bundle, and lowers the verdict accordingly.
pub(super) fn demand(report: &mut Report, finding: Finding) {
    let word = match finding.code.class {
        Class::Failed(_) => Verdict::Failed,
        Class::CannotCheck | Class::Usage => Verdict::CannotCheck,
        Class::UnknownSigner => Verdict::UnknownSigner,
        Class::NotEnough => Verdict::NotEnough,
        Class::Note => report.verdict,
    };
    report.verdict = Verdict::worst([report.verdict, word]).unwrap_or(word);
    report.findings.push(finding);
}
