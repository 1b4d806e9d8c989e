//! What a verification says, on a page: the same sentences as on a terminal.

use std::collections::BTreeMap;
use std::io;

use super::page::{Page, Section};
use crate::base::error::Findings;
use crate::base::sentence::{Argument, Exact, Quoted, Sentence, Size};
use crate::report::answers as say;
use crate::report::messages as message;
use crate::report::model::{Comparison, Named, RECIPIENTS};
use crate::report::verdict::{SignerAnswer, Verdict};

/// How many findings of one kind are listed, and how many items; any more are only counted.
const TOLD: usize = 200;

impl Page<'_> {
    /// The five answers, what was found, what was not checked and what to do.
    ///
    /// # Errors
    /// Those of the output.
    pub fn answers(&mut self) -> io::Result<()> {
        let report = self.about.report;
        self.section(Section::Answers)?;
        self.markup.raw("<dl>\n")?;
        self.markup.said("<dt>", &message::label_contents(), "</dt>")?;
        self.markup.said("<dd>", &say::contents(report), "")?;
        for release in &report.releases {
            self.markup.said("<p>", &say::release(release), "</p>")?;
        }
        self.markup.raw("</dd>\n")?;
        self.markup.said("<dt>", &message::label_signer(), "</dt>")?;
        self.markup.said("<dd>", &say::signer(report), "")?;
        if let (SignerAnswer::Unknown | SignerAnswer::Other, Some(who)) = (report.answers.signer, &report.signer) {
            self.markup.said("<p>", &message::label_key_digits(), " ")?;
            self.markup.shown("", Exact(who.fingerprint.spoken()), "</p>")?;
        }
        self.markup.raw("</dd>\n")?;
        self.row(&message::label_time(), &say::time(report))?;
        self.row(&message::label_addressed(), &say::addressed(report))?;
        self.markup.said("<dt>", &message::label_custody(), "</dt>")?;
        self.markup.said("<dd>", &say::custody(report), "")?;
        for who in report.custody.iter().flat_map(|log| &log.countersigned).take(TOLD) {
            self.markup.said("<p>", &say::countersigned(who), "</p>")?;
        }
        self.markup.raw("</dd>\n")?;
        self.markup.raw("</dl>\n")?;
        self.disclosed()?;
        self.compared()?;
        self.findings(&message::heading_found(), &report.findings)?;
        self.findings(&message::heading_worth_knowing(), &report.notes)?;
        self.findings(&message::heading_tokens(), &report.about_tokens())?;
        if let Some(log) = &report.custody {
            let mut all = log.findings.clone();
            all.append(log.notes.clone());
            self.findings(&message::heading_custody(), &all)?;
        }
        self.markup.raw("<div class=\"proof\">\n")?;
        self.markup.said("<h3>", &message::heading_not_checked(), "</h3>\n<ul>\n")?;
        for not_checked in &report.not_checked {
            self.markup.said("<li>", &not_checked.sentence(), "</li>\n")?;
        }
        self.markup.raw("</ul>\n")?;
        self.markup.said("<p>", &message::not_proven(), "</p>\n</div>\n")?;
        self.remedies()?;
        self.markup.raw("</section>\n")
    }

    fn row(&mut self, label: &Sentence, answer: &Sentence) -> io::Result<()> {
        self.markup.said("<dt>", label, "</dt>")?;
        self.markup.said("<dd>", answer, "</dd>\n")
    }

    /// What disclosures gave back.
    fn disclosed(&mut self) -> io::Result<()> {
        let report = self.about.report;
        if report.given.is_empty() {
            return Ok(());
        }
        self.markup.said("<h3>", &say::disclosed(report), "</h3>\n")?;
        for given in &report.given {
            self.items(&given.items)?;
            if given.shown > 0 {
                self.markup.said("<p>", &say::shown_anyway(given), "</p>\n")?;
            }
            for file in given.files.iter().take(TOLD) {
                self.markup.shown("<p>", Quoted(file.path.to_string()), " ")?;
                let facts = message::file_facts(file.media_type.clone(), Size(file.size), Exact(file.sha256.to_string()));
                self.markup.said("", &facts, "</p>\n")?;
            }
        }
        Ok(())
    }

    /// How it compares with another bundle.
    fn compared(&mut self) -> io::Result<()> {
        let Some(comparison) = &self.about.report.comparison else { return Ok(()) };
        self.markup.said("<h3>", &say::compared(comparison), "</h3>\n")?;
        let Comparison::OneSeal { only_here, only_there } = comparison else { return Ok(()) };
        self.markup.said("<p>", &message::only_here(only_here.len() as u64), "</p>\n")?;
        self.items(only_here)?;
        self.markup.said("<p>", &message::only_there(only_there.len() as u64), "</p>\n")?;
        self.items(only_there)
    }

    fn items(&mut self, items: &[Named]) -> io::Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        self.markup.raw("<ul>\n")?;
        for item in items.iter().take(TOLD) {
            self.markup.shown("<li>", Quoted(item.name.clone()), "")?;
            match &item.value {
                Some(key) if item.name == RECIPIENTS => self.markup.shown(" ", Exact(key.clone()), "")?,
                Some(value) => self.markup.text(value)?,
                None => {}
            }
            self.markup.raw("</li>\n")?;
        }
        self.markup.raw("</ul>\n")?;
        self.more(items.len().saturating_sub(TOLD) as u64)
    }

    fn findings(&mut self, title: &Sentence, findings: &Findings) -> io::Result<()> {
        if findings.list().is_empty() {
            return Ok(());
        }
        self.markup.said("<h3>", title, "</h3>\n<ul>\n")?;
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in findings.list() {
            let count = told.entry(finding.code.id).or_default();
            *count += 1;
            if *count <= TOLD {
                self.markup.tag("<li><code>", finding.code.id, "</code> ")?;
                self.markup.said("", &finding.sentence(), "</li>\n")?;
            }
        }
        self.markup.raw("</ul>\n")?;
        let untold: u64 = told.values().map(|count| count.saturating_sub(TOLD) as u64).sum();
        self.more(untold + findings.more())
    }

    pub(super) fn more(&mut self, count: u64) -> io::Result<()> {
        if count == 0 { Ok(()) } else { self.markup.said("<p>", &message::and_more(count), "</p>\n") }
    }

    fn remedies(&mut self) -> io::Result<()> {
        let report = self.about.report;
        let told = say::remedies(report);
        let verified = report.verdict == Verdict::Verified;
        if told.is_empty() && !verified {
            return Ok(());
        }
        self.markup.said("<h3>", &message::heading_what_to_do(), "</h3>\n<ul>\n")?;
        for (code, remedy) in told {
            self.markup.tag("<li><code>", code, "</code> ")?;
            self.markup.said("", &remedy, "</li>\n")?;
        }
        if verified {
            self.markup.said("<li>", &say::look_into(report), "</li>\n")?;
        }
        self.markup.raw("</ul>\n")
    }

    /// Where two things do not fit together.
    ///
    /// # Errors
    /// Those of the output.
    pub fn differences(&mut self, findings: &Findings) -> io::Result<()> {
        self.findings(&message::heading_differs(), findings)
    }

    /// What is withheld, by whom and why.
    ///
    /// # Errors
    /// Those of the output.
    pub fn withheld(&mut self) -> io::Result<()> {
        let report = self.about.report;
        self.section(Section::Withheld)?;
        if report.releases.is_empty() {
            self.markup.said("<p>", &message::nothing_withheld(), "</p>\n")?;
        } else {
            for release in &report.releases {
                self.markup.said("<p>", &say::release(release), "</p>\n<dl>")?;
                self.markup.said("<dt>", &message::label_reason(), "</dt><dd>")?;
                self.markup.text(&release.reason)?;
                self.markup.raw("</dd></dl>\n")?;
            }
            self.markup.said("<p class=\"soft\">", &message::withheld_untold(), "</p>\n")?;
        }
        self.markup.raw("</section>\n")
    }

    /// The digests in full, and as people read them out.
    ///
    /// # Errors
    /// Those of the output.
    pub fn digests(&mut self) -> io::Result<()> {
        let report = self.about.report;
        self.section(Section::Digests)?;
        self.markup.raw("<dl>\n")?;
        let mut rows: Vec<(Sentence, String)> = Vec::new();
        if let Some(seal) = &report.seal {
            rows.push((message::label_id(), seal.id.clone()));
            rows.push((message::label_digest(), seal.digest.to_string()));
            rows.push((message::label_bundle_digits(), seal.digest.spoken()));
        }
        if let Some(who) = &report.signer {
            rows.push((message::label_key(), who.key.line()));
            rows.push((message::label_fingerprint(), who.fingerprint.to_string()));
            rows.push((message::label_key_digits(), who.fingerprint.spoken()));
        }
        for (label, value) in rows {
            self.markup.said("<dt>", &label, "</dt>")?;
            self.markup.shown("<dd>", Argument::Exact(value), "</dd>\n")?;
        }
        self.markup.raw("</dl>\n")?;
        if report.withheld > 0 {
            self.markup.said("<p>", &message::digits_withheld(), "</p>\n")?;
        }
        self.markup.raw("</section>\n")
    }

    /// How the bundle is checked with tools that every machine has: `steps`, as `VERIFY.txt` has them.
    ///
    /// # Errors
    /// Those of the output.
    pub fn check(&mut self, steps: &str) -> io::Result<()> {
        self.section(Section::Check)?;
        self.markup.said("<p>", &message::check_without(), "</p>\n<pre dir=\"ltr\" lang=\"en\">")?;
        self.markup.steps(steps)?;
        self.markup.raw("</pre>\n</section>\n")
    }
}
