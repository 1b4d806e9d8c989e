//! What files say that could harm a source, as people read it.

use std::io::{self, Write};

use sealbag::Risks;
use sealbag::base::code;
use sealbag::base::error::{Error, Finding};

/// How many of them are listed one by one.
const TOLD: usize = 200;

/// The list, a line for each thing that was found.
pub fn list(out: &mut dyn Write, found: &[Finding]) -> io::Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nfiles say")?;
    for finding in found.iter().take(TOLD) {
        writeln!(out, "  {:<20} {finding}", finding.code.id)?;
    }
    if found.len() > TOLD { writeln!(out, "  … and {} more; --json lists them all", found.len() - TOLD) } else { Ok(()) }
}

/// What to do about each kind, once.
pub fn remedies(out: &mut dyn Write, found: &[Finding]) -> io::Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nwhat to do")?;
    let mut told: Vec<&str> = Vec::new();
    for finding in found {
        if !told.contains(&finding.code.id) {
            told.push(finding.code.id);
            writeln!(out, "  {:<20} {}", finding.code.id, finding.code.remedy())?;
        }
    }
    Ok(())
}

/// The error where anything was found, for whoever asked to refuse that.
pub fn strict(risks: &Risks) -> Option<Error> {
    let (first, more) = risks.found.split_first()?;
    let as_strict = |finding: &Finding| Finding { code: code::LEAK_STRICT, ..finding.clone() };
    let error = Error::new(code::LEAK_STRICT, first.place.clone(), first.detail.clone());
    Some(Error { also: more.iter().map(as_strict).collect(), ..error })
}
