//! What a verification says to people: the word first, the five answers, what was found, what was not checked, what to do. Text
//! from a bundle stands only inside quotation marks, escaped, behind two spaces, so none of it can look like a verdict.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write};

use super::answers;
use super::line::{quoted, row, short};
use super::messages as message;
use super::model::{Comparison, Report};
use super::verdict::{SignerAnswer, Verdict};
use super::words::{Medium, Words};
use crate::base::error::Findings;
use crate::base::sentence::{Exact, Sentence, Size};

/// The width of the column of labels.
const WIDTH: usize = 12;
/// How many findings of one kind are listed; any more are only counted.
const TOLD: usize = 20;

/// How the word is marked on a terminal: what goes before and after it, both empty where it is not marked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marks<'m> {
    /// Around VERIFIED.
    pub good: (&'m str, &'m str),
    /// Around every other word.
    pub bad: (&'m str, &'m str),
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The word alone.
    Word,
    /// Everything.
    Page,
    /// Everything but how to look inside, which was done already.
    Opened,
}

/// Writes the page on the bundle that the reader knows as `bundle`, a line for each thing, however long: it is cut by whoever knows
/// for what width, such as [`Page`](super::page::Page).
///
/// # Errors
/// Those of `out`.
pub fn write(
    out: &mut dyn Write,
    words: &Words,
    bundle: &str,
    report: &Report,
    marks: Marks,
    extent: Extent,
) -> io::Result<()> {
    let say = |sentence: Sentence| words.say(&sentence, Medium::Terminal);
    let (before, behind) = if report.verdict == Verdict::Verified { marks.good } else { marks.bad };
    writeln!(out, "{before}{}{behind}  {}", say(answers::word(report)), short(bundle))?;
    if extent == Extent::Word {
        return Ok(());
    }
    let mut page = Page { out, words };
    page.answers(report)?;
    page.disclosed(report)?;
    page.compared(report)?;
    page.findings(message::heading_found(), &report.findings)?;
    page.findings(message::heading_worth_knowing(), &report.notes)?;
    page.findings(message::heading_tokens(), &report.about_tokens())?;
    if let Some(log) = &report.custody {
        let mut all = log.findings.clone();
        all.append(log.notes.clone());
        page.findings(message::heading_custody(), &all)?;
    }
    page.line("\n", message::heading_not_checked())?;
    for not_checked in &report.not_checked {
        page.line("  - ", not_checked.sentence())?;
    }
    page.remedies(report, extent)?;
    page.line("\n", message::not_proven())
}

struct Page<'p> {
    out: &'p mut dyn Write,
    words: &'p Words,
}

impl Page<'_> {
    fn say(&self, sentence: &Sentence) -> String {
        self.words.say(sentence, Medium::Terminal)
    }

    /// A sentence on a line of its own.
    fn line(&mut self, before: &str, sentence: Sentence) -> io::Result<()> {
        let said = self.say(&sentence);
        writeln!(self.out, "{before}{said}")
    }

    /// A label and what it is about, in two columns.
    fn row(&mut self, label: Sentence, text: impl Display) -> io::Result<()> {
        let label = self.say(&label);
        writeln!(self.out, "  {label:<WIDTH$}{}{text}", if label.chars().count() < WIDTH { "" } else { "  " })
    }

    /// What belongs to the row above.
    fn more(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.out, "  {:WIDTH$}{text}", "")
    }

    /// A label that belongs to the row above, and digits.
    fn digits(&mut self, label: Sentence, digits: &str) -> io::Result<()> {
        let label = self.say(&label);
        self.more(format!("{label}  {digits}"))
    }

    /// The five answers, and what the bundle is called.
    fn answers(&mut self, report: &Report) -> io::Result<()> {
        writeln!(self.out)?;
        self.row(message::label_contents(), self.say(&answers::contents(report)))?;
        for release in &report.releases {
            self.more(self.say(&answers::release(release)))?;
            self.more(format!("{}: {}", self.say(&message::label_reason()), quoted(&release.reason)))?;
        }
        self.row(message::label_signer(), self.say(&answers::signer(report)))?;
        if let (SignerAnswer::Unknown | SignerAnswer::Other, Some(who)) = (report.answers.signer, &report.signer) {
            self.digits(message::label_key_digits(), &who.fingerprint.spoken())?;
        }
        self.row(message::label_time(), self.say(&answers::time(report)))?;
        self.row(message::label_addressed(), self.say(&answers::addressed(report)))?;
        self.row(message::label_custody(), self.say(&answers::custody(report)))?;
        for who in report.custody.iter().flat_map(|log| &log.countersigned).take(TOLD) {
            self.more(self.say(&answers::countersigned(who)))?;
        }
        let Some(seal) = &report.seal else { return Ok(()) };
        writeln!(self.out)?;
        self.row(message::label_id(), &seal.id)?;
        self.row(message::label_digest(), seal.digest)?;
        self.digits(message::label_bundle_digits(), &seal.digest.spoken())?;
        if report.withheld > 0 { self.more(self.say(&message::digits_withheld())) } else { Ok(()) }
    }

    /// What disclosures gave back.
    fn disclosed(&mut self, report: &Report) -> io::Result<()> {
        if report.given.is_empty() {
            return Ok(());
        }
        self.line("\n", answers::disclosed(report))?;
        for given in &report.given {
            for item in &given.items {
                writeln!(self.out, "  - {}", row(item))?;
                if let Some(file) = given.files.iter().find(|file| file.path.as_str() == item.name && item.value.is_none()) {
                    let digest = Exact(file.sha256.to_string());
                    self.line("    ", message::file_facts(file.media_type.clone(), Size(file.size), digest))?;
                }
            }
            if given.shown > 0 {
                self.line("  ", answers::shown_anyway(given))?;
            }
        }
        Ok(())
    }

    /// How it compares with another bundle.
    fn compared(&mut self, report: &Report) -> io::Result<()> {
        let Some(comparison) = &report.comparison else { return Ok(()) };
        self.line("\n", answers::compared(comparison))?;
        let Comparison::OneSeal { only_here, only_there } = comparison else { return Ok(()) };
        let count = |list: &[_]| list.len() as u64;
        let (here, there) = (message::only_here(count(only_here)), message::only_there(count(only_there)));
        for (title, list) in [(here, only_here), (there, only_there)] {
            self.line("  ", title)?;
            for item in list.iter().take(TOLD) {
                writeln!(self.out, "  - {}", row(item))?;
            }
            if list.len() > TOLD {
                self.line("  ", message::and_more((list.len() - TOLD) as u64))?;
            }
        }
        Ok(())
    }

    fn findings(&mut self, title: Sentence, findings: &Findings) -> io::Result<()> {
        if findings.list().is_empty() {
            return Ok(());
        }
        self.line("\n", title)?;
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in findings.list() {
            let count = told.entry(finding.code.id).or_default();
            *count += 1;
            if *count <= TOLD {
                let said = self.say(&finding.sentence());
                writeln!(self.out, "  {:<20} {said}", finding.code.id)?;
            }
        }
        let untold: u64 = told.values().map(|count| count.saturating_sub(TOLD) as u64).sum::<u64>() + findings.more();
        if untold > 0 { self.line("  ", message::and_more(untold)) } else { Ok(()) }
    }

    /// What to do about each kind of finding, once.
    fn remedies(&mut self, report: &Report, extent: Extent) -> io::Result<()> {
        let told = answers::remedies(report);
        let look = report.verdict == Verdict::Verified && extent != Extent::Opened;
        if told.is_empty() && !look {
            return Ok(());
        }
        self.line("\n", message::heading_what_to_do())?;
        for (code, remedy) in told {
            let said = self.say(&remedy);
            writeln!(self.out, "  {code:<20} {said}")?;
        }
        if look { self.line("  ", answers::look_into(report)) } else { Ok(()) }
    }
}
