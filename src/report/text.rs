//! What a verification says to people: the word first, the five answers, what was found, what was not checked, what to do. Text
//! from a bundle stands only inside quotation marks, escaped, behind two spaces, so none of it can look like a verdict.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::english::answers as english;
use super::line::{quoted, row, short};
use super::model::{Comparison, Report};
use super::verdict::{SignerAnswer, Verdict};
use crate::base::error::Findings;
use crate::base::text::{Untrusted, bytes};

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
pub fn write(out: &mut dyn Write, bundle: &str, report: &Report, marks: Marks, extent: Extent) -> io::Result<()> {
    let (before, behind) = if report.verdict == Verdict::Verified { marks.good } else { marks.bad };
    writeln!(out, "{before}{}{behind}  {}", english::word(report), short(bundle))?;
    if extent == Extent::Word {
        return Ok(());
    }
    writeln!(out)?;
    answers(out, report)?;
    if let Some(seal) = &report.seal {
        writeln!(out, "\n  id          {}", seal.id)?;
        writeln!(out, "  digest      {}", seal.digest)?;
        writeln!(out, "              {}", english::bundle_digits(&seal.digest))?;
        if report.withheld > 0 {
            writeln!(out, "              {}", english::DIGITS)?;
        }
    }
    disclosed(out, report)?;
    compared(out, report)?;
    findings(out, english::FOUND, &report.findings)?;
    findings(out, english::WORTH_KNOWING, &report.notes)?;
    writeln!(out, "\n{}", english::NOT_CHECKED)?;
    for not_checked in &report.not_checked {
        writeln!(out, "  - {not_checked}")?;
    }
    remedies(out, report, extent)?;
    writeln!(out, "\n{}", english::NOT_PROVEN)
}

fn answers(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(out, "  contents    {}", english::contents(report))?;
    for release in &report.releases {
        writeln!(out, "              {}", english::release(release))?;
        writeln!(out, "              {}: {}", english::REASON, &quoted(&release.reason))?;
    }
    writeln!(out, "  signer      {}", english::signer(report))?;
    if let (SignerAnswer::Unknown | SignerAnswer::Other, Some(who)) = (report.answers.signer, &report.signer) {
        writeln!(out, "              {}", english::key_digits(&who.fingerprint))?;
    }
    writeln!(out, "  time        {}", english::time(report))?;
    writeln!(out, "  addressed   {}", english::addressed(report))?;
    writeln!(out, "  custody     {}", english::custody(report))
}

/// What disclosures gave back.
fn disclosed(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    if report.given.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", english::disclosed(report))?;
    for given in &report.given {
        for item in &given.items {
            writeln!(out, "  - {}", row(item))?;
            if let Some(file) = given.files.iter().find(|file| file.path.as_str() == item.name && item.value.is_none()) {
                let facts = format!("{}, {}, SHA-256 {}", Untrusted(&file.media_type), bytes(file.size), file.sha256);
                writeln!(out, "    {}", &facts)?;
            }
        }
        if given.shown > 0 {
            writeln!(out, "  {}", english::shown_anyway(given))?;
        }
    }
    Ok(())
}

/// How it compares with another bundle.
fn compared(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let Some(comparison) = &report.comparison else { return Ok(()) };
    writeln!(out, "\n{}", english::compared(comparison))?;
    let Comparison::OneSeal { only_here, only_there } = comparison else { return Ok(()) };
    for (title, list) in [(english::ONLY_HERE, only_here), (english::ONLY_THERE, only_there)] {
        writeln!(out, "  {title}: {}", english::items(list.len()))?;
        for item in list.iter().take(TOLD) {
            writeln!(out, "  - {}", row(item))?;
        }
        if list.len() > TOLD {
            writeln!(out, "  {}", english::and_more((list.len() - TOLD) as u64))?;
        }
    }
    Ok(())
}

fn findings(out: &mut dyn Write, title: &str, findings: &Findings) -> io::Result<()> {
    if findings.list().is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings.list() {
        let count = told.entry(finding.code.id).or_default();
        *count += 1;
        if *count <= TOLD {
            writeln!(out, "  {:<20} {}", finding.code.id, finding)?;
        }
    }
    let untold: u64 = told.values().map(|count| count.saturating_sub(TOLD) as u64).sum::<u64>() + findings.more();
    if untold > 0 {
        writeln!(out, "  {}", english::and_more(untold))?;
    }
    Ok(())
}

/// What to do about each kind of finding, once.
fn remedies(out: &mut dyn Write, report: &Report, extent: Extent) -> io::Result<()> {
    let mut told: Vec<(&str, String)> = Vec::new();
    for finding in report.findings.list().iter().chain(report.notes.list()) {
        let next = (finding.code.id, finding.remedy());
        if !told.contains(&next) {
            told.push(next);
        }
    }
    let look = report.verdict == Verdict::Verified && extent != Extent::Opened;
    if told.is_empty() && !look {
        return Ok(());
    }
    writeln!(out, "\n{}", english::WHAT_TO_DO)?;
    for (code, remedy) in &told {
        writeln!(out, "  {code:<20} {remedy}")?;
    }
    if look {
        writeln!(out, "  {}", english::look_into(report))?;
    }
    Ok(())
}
