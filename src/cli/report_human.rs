//! What a verification says to people: the word first, the five answers, what was found, what was not checked, what to do. Text
//! from a bundle stands only inside quotation marks, escaped, behind two spaces, so none of it can look like a verdict.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use sealbag::base::code::Damage;
use sealbag::base::error::{Finding, Findings};
use sealbag::base::text::{bytes, plural};
use sealbag::crypto::trust::Belief;
use sealbag::ops::verdict::{Addressed, Contents, Custody, Signer, Time, Verdict};
use sealbag::ops::verify::Who;
use sealbag::{Comparison, Report, Untrusted};

use super::items;
use super::ui::{BAD, BOLD, column, quoted, short};

/// Findings of one kind that are told one by one; more are counted.
const TOLD: usize = 20;

/// Writes the report on the bundle that the command line called `path`.
pub fn write(out: &mut dyn Write, path: &Path, report: &Report, quiet: bool) -> io::Result<()> {
    let style = if report.verdict == Verdict::Verified { BOLD } else { BAD };
    writeln!(out, "{style}{}{style:#}  {}", word(report), short(&path.to_string_lossy()))?;
    if quiet {
        return Ok(());
    }
    writeln!(out)?;
    answers(out, report)?;
    if let Some(seal) = &report.seal {
        writeln!(out, "\n  id          {}", seal.id)?;
        writeln!(out, "  digest      {}", seal.digest)?;
        writeln!(out, "  spoken      {}", seal.digest.spoken())?;
    }
    disclosed(out, report)?;
    compared(out, report)?;
    findings(out, "found", &report.findings)?;
    findings(out, "worth knowing", &report.notes)?;
    writeln!(out, "\nnot checked")?;
    for sentence in &report.not_checked {
        writeln!(out, "  - {}", Untrusted(sentence))?;
    }
    remedies(out, report)?;
    writeln!(
        out,
        "\nThis does not prove that the events happened, that the signer's clock was\nright, who held the key, or what withheld items say."
    )
}

/// The word, with the count of what is withheld.
fn word(report: &Report) -> String {
    let word = report.verdict.word();
    if report.verdict == Verdict::Verified && report.withheld > 0 {
        return format!("{word}, {} OF {} WITHHELD", report.withheld, report.items);
    }
    word.into()
}

fn answers(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let answers = &report.answers;
    let shown = format!(
        "{}, {} ({})",
        plural(report.items.saturating_sub(report.withheld), "item", "items"),
        plural(report.files, "file", "files"),
        bytes(report.bytes)
    );
    let contents = match answers.contents {
        Contents::Intact => format!("intact: {shown}"),
        Contents::Withheld => format!("withheld {} of {}, the rest intact: {shown}", report.withheld, report.items),
        Contents::Damaged(Damage::Malformed) => "not intact: malformed".into(),
        Contents::Damaged(Damage::NotSigned) => "not intact: not signed".into(),
        Contents::Damaged(Damage::SignatureWrong) => "not intact: the signature is wrong".into(),
        Contents::Damaged(Damage::Altered) => "not intact: altered".into(),
        Contents::Damaged(Damage::Incomplete) => "not intact: incomplete".into(),
        Contents::Unread => "could not be looked at".into(),
    };
    writeln!(out, "  contents    {contents}")?;
    for release in &report.releases {
        let by = release.by.as_ref().map_or("nobody".into(), who);
        writeln!(out, "              {} withheld on {} by {by}", release.withheld, release.at)?;
        writeln!(out, "              reason: {}", column(&quoted(&release.reason), 22))?;
    }
    let told = report.signer.as_ref().map_or_else(String::new, who);
    let signer = match answers.signer {
        Signer::Contact => format!("your contact {told}{}", since(report)),
        Signer::You => format!("you, {told}"),
        Signer::Unknown => format!("not believed: a stranger, {told}"),
        Signer::Revoked => format!("not believed: revoked, {told}"),
        Signer::Other => format!("not the one you named: {told}"),
        Signer::Unread if answers.contents == Contents::Unread => "could not be looked at".into(),
        Signer::Unread => "nobody: no signature was found to hold".into(),
    };
    writeln!(out, "  signer      {signer}")?;
    let time = match (&answers.time, &report.seal) {
        (Time::Claimed, Some(seal)) => format!("{}, as the signer's clock said", seal.sealed_at),
        (Time::Proven, Some(seal)) => format!("{}, proven", seal.sealed_at),
        (Time::TokenNotAccepted, Some(seal)) => {
            format!("{}, as the signer's clock said; the token was not accepted", seal.sealed_at)
        }
        _ if answers.contents == Contents::Unread => "could not be looked at".into(),
        _ => "nobody vouches for one".into(),
    };
    writeln!(out, "  time        {time}")?;
    let addressed = match answers.addressed {
        Addressed::ToYou => "to you",
        Addressed::ToOthers => "to others: somebody passed it on",
        Addressed::ToNobody if report.releases.is_empty() => "to nobody: the seal names no recipient",
        Addressed::ToNobody => "to nobody: the last release names no recipient",
        Addressed::CannotTell => "cannot tell",
    };
    writeln!(out, "  addressed   {addressed}")?;
    let custody = match answers.custody {
        Custody::NotGiven => "no log was given",
        Custody::Unbroken => "unbroken",
        Custody::Broken => "broken",
    };
    writeln!(out, "  custody     {custody}")
}

/// A name that the reader gave, if there is one, and the fingerprint.
fn who(who: &Who) -> String {
    match &who.standing {
        Some(standing) => format!("{} {}", quoted(&standing.name), who.fingerprint),
        None => who.fingerprint.to_string(),
    }
}

fn since(report: &Report) -> String {
    let standing = report.signer.as_ref().and_then(|who| who.standing.as_ref());
    match standing.map(|standing| &standing.belief) {
        Some(Belief::Contact { since }) => format!(", believed since {}", since.date()),
        _ => String::new(),
    }
}

/// What disclosures gave back, which is what was sealed.
fn disclosed(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    if report.given.is_empty() {
        return Ok(());
    }
    writeln!(out, "\ndisclosed to you: {} of the {} withheld, as they were sealed", report.disclosed(), report.withheld)?;
    for given in &report.given {
        for item in &given.items {
            writeln!(out, "  - {}", items::row(item))?;
            if let Some(file) = given.files.iter().find(|file| file.path.as_str() == item.name && item.value.is_none()) {
                let facts = format!("{}, {}, SHA-256 {}", Untrusted(&file.media_type), bytes(file.size), file.sha256);
                writeln!(out, "    {}", column(&facts, 4))?;
            }
        }
        if given.shown > 0 {
            writeln!(out, "  {} besides, which the bundle shows anyway", plural(given.shown, "item", "items"))?;
        }
    }
    Ok(())
}

/// How it compares with another bundle.
fn compared(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    match &report.comparison {
        None => Ok(()),
        Some(Comparison::Unread(verdict)) => writeln!(out, "\ncompared: the other bundle is {}", verdict.word()),
        Some(Comparison::TwoSeals) => writeln!(out, "\ncompared: the two bundles are of two seals"),
        Some(Comparison::OneSeal { only_here, only_there }) => {
            writeln!(out, "\ncompared: the two bundles are of one seal")?;
            for (title, list) in [("shown only here", only_here), ("shown only in the other", only_there)] {
                writeln!(out, "  {title}: {}", plural(list.len() as u64, "item", "items"))?;
                for item in list.iter().take(TOLD) {
                    writeln!(out, "  - {}", items::row(item))?;
                }
                if list.len() > TOLD {
                    writeln!(out, "  … and {} more", list.len() - TOLD)?;
                }
            }
            Ok(())
        }
    }
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
        writeln!(out, "  … and {untold} more")?;
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
    writeln!(out, "\nwhat to do")?;
    for finding in &codes {
        writeln!(out, "  {:<20} {}", finding.code.id, column(finding.code.remedy, 23))?;
    }
    if report.verdict == Verdict::Verified {
        let with = if report.given.is_empty() { "" } else { " --with FILE" };
        writeln!(out, "  to look into it: sealbag open BUNDLE{with}")?;
    }
    Ok(())
}
