//! What a verification says to people: the word first, the five answers, what was found, what was not checked, what to do. Text
//! from a bundle stands only inside quotation marks, escaped, behind two spaces, so none of it can look like a verdict.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::english::answers as english;
use super::line::{column, quoted, row, short};
use super::model::{Comparison, Report};
use super::verdict::Verdict;
use crate::base::error::{Finding, Findings};
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

/// Writes the page on the bundle that the reader knows as `bundle`; `brief` leaves everything out but the word.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, bundle: &str, report: &Report, marks: Marks, brief: bool) -> io::Result<()> {
    let (before, behind) = if report.verdict == Verdict::Verified { marks.good } else { marks.bad };
    writeln!(out, "{before}{}{behind}  {}", english::word(report), short(bundle))?;
    if brief {
        return Ok(());
    }
    writeln!(out)?;
    answers(out, report)?;
    if let Some(seal) = &report.seal {
        writeln!(out, "\n  id          {}", seal.id)?;
        writeln!(out, "  digest      {}", seal.digest)?;
        writeln!(out, "  spoken      {}", seal.digest.spoken())?;
        if report.withheld > 0 {
            writeln!(out, "              {}", column(english::DIGITS, 14))?;
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
    remedies(out, report)?;
    writeln!(out, "\n{}", english::NOT_PROVEN)
}

fn answers(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(out, "  contents    {}", english::contents(report))?;
    for release in &report.releases {
        writeln!(out, "              {}", english::release(release))?;
        writeln!(out, "              {}: {}", english::REASON, column(&quoted(&release.reason), 22))?;
    }
    writeln!(out, "  signer      {}", english::signer(report))?;
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
                writeln!(out, "    {}", column(&facts, 4))?;
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
            writeln!(out, "  {:<20} {}", finding.code.id, column(&finding.to_string(), 23))?;
        }
    }
    let untold: u64 = told.values().map(|count| count.saturating_sub(TOLD) as u64).sum::<u64>() + findings.more();
    if untold > 0 {
        writeln!(out, "  {}", english::and_more(untold))?;
    }
    Ok(())
}

/// The remedy of each code that was found, once.
fn remedies(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut codes: Vec<&Finding> = Vec::new();
    for finding in report.findings.list().iter().chain(report.notes.list()) {
        if !codes.iter().any(|known| known.code == finding.code) {
            codes.push(finding);
        }
    }
    writeln!(out, "\n{}", english::WHAT_TO_DO)?;
    for finding in &codes {
        writeln!(out, "  {:<20} {}", finding.code.id, column(finding.code.remedy, 23))?;
    }
    if report.verdict == Verdict::Verified {
        writeln!(out, "  {}", english::look_into(report))?;
    }
    Ok(())
}
