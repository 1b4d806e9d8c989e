//! What the commands about many bundles share: who signs, which register is compared with, and how the end of an audit is told.

use std::fmt::Display;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::limits;
use sealbag::base::place::Place;
use sealbag::base::text::{bytes, plural};
use sealbag::crypto::key::{PublicKey, Signer};
use sealbag::format::audit::{Outcome, Summary};
use sealbag::ops::audit::copies::{Clash, Compared};
use sealbag::ops::audit::plan::Entries;
use sealbag::ops::audit::register::{Kind, Register};
use sealbag::ops::audit::results::{self, Places};
use sealbag::ops::audit::since::Change;
use sealbag::ops::audit::tally::Tally;
use sealbag::report::audited::{ReadLine, RegisterState};
use sealbag::report::json::KeeperJson;
use sealbag::report::line::quoted;
use sealbag::report::model::Who;
use sealbag::store::fs::places;
use sealbag::store::objects::Lying;
use sealbag::{Belief, Digest, TrustedSigners, Untrusted};
use serde::Serialize;

use super::context::Context;
use super::custody::keeper;
use super::identities::Identities;
use super::input::small_file;
use super::ui::{self, BAD, BOLD};

/// The name and version of this program, as a summary has it.
pub const TOOL: &str = concat!("sealbag ", env!("CARGO_PKG_VERSION"));

/// Who signs what is made.
#[derive(clap::Args)]
pub struct SignArgs {
    /// The key to sign with, by its name or fingerprint [default: your first]
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    /// Do not sign
    #[arg(long, conflicts_with = "key")]
    unsigned: bool,
}

impl SignArgs {
    /// Opens the key; none where nothing is to be signed, or there is no key here.
    pub fn signer(&self, identities: &Identities, context: &Context) -> Result<Option<Box<dyn Signer>>> {
        let none_here = self.key.is_none() && identities.keyring.keys().is_empty();
        if none_here && !self.unsigned {
            ui::note("you have no key here, so the result is not signed", context);
        }
        if self.unsigned || none_here {
            return Ok(None);
        }
        identities.unlock(self.key.as_deref(), context).map(|(_, signer)| Some(signer))
    }
}

/// A list of bundles.
#[derive(clap::Args)]
pub struct ListArgs {
    /// The bundles, a path or s3://BUCKET/KEY on each line; - for standard input
    #[arg(long, value_name = "FILE")]
    pub list: Option<PathBuf>,
    /// Paths in the list end with NUL bytes, as find -print0 writes them
    #[arg(short = '0', long = "null", requires = "list")]
    pub null: bool,
}

impl ListArgs {
    /// Opens it.
    pub fn open(&self, context: &Context) -> Result<Option<Entries<'static>>> {
        let Some(path) = &self.list else { return Ok(None) };
        let end = if self.null { 0 } else { b'\n' };
        if path == Path::new("-") {
            context.take_standard_input()?;
            return Ok(Some(Entries::Listed(Box::new(BufReader::new(io::stdin())), end, Place::StandardInput)));
        }
        Ok(Some(Entries::Listed(Lying::at(path, &context.objects)?.stream()?, end, Place::path(path))))
    }
}

/// Opens a register and tells whose it is, where that is nobody whom one believes.
pub fn register(path: &Path, trust: &TrustedSigners, context: &Context) -> Result<Register> {
    let beside = places::beside(path, ".sig")?;
    let signature = match small_file(&beside, limits::SIGNATURE, code::REGISTER_SIGNATURE, context) {
        Ok(signature) => Some(signature),
        Err(error) if error.code == code::IO_MISSING => None,
        Err(error) => return Err(error),
    };
    let register = Register::open(path, signature.as_ref().map(|signature| signature.as_slice()))?;
    if register.kind() == Kind::Own {
        let signer = register.signer.as_ref().map(|key| who(key, trust));
        if !signer.as_ref().is_some_and(is_believed) {
            let whose = signer.as_ref().map_or_else(|| "nobody".into(), keeper);
            ui::note(format!("{}: this register is signed by {whose}", Untrusted(&path.to_string_lossy())), context);
        }
    }
    Ok(register)
}

/// A key and what one thinks of it.
pub fn who(key: &PublicKey, trust: &TrustedSigners) -> Who {
    Who { fingerprint: key.fingerprint(), standing: trust.standing(key).cloned(), key: key.clone() }
}

/// True for a contact, and for oneself.
pub fn is_believed(who: &Who) -> bool {
    who.standing.as_ref().is_some_and(|standing| !matches!(standing.belief, Belief::Revoked { .. }))
}

/// What is to be looked at: lines of results that did not pass, and how each stands against an earlier audit.
#[derive(Default)]
pub struct LookAt {
    listed: Vec<(String, String)>,
    more: u64,
    /// What has changed, counted.
    pub changes: [u64; 5],
}

/// How many bundles are named at the end.
const NAMED: usize = 50;

impl LookAt {
    /// A bundle that did not pass.
    pub fn bundle(&mut self, path: &str, why: String) {
        if self.listed.len() < NAMED { self.listed.push((path.to_owned(), why)) } else { self.more += 1 }
    }

    /// A bundle that was listed before and is not now.
    pub fn gone(&mut self) {
        if let Some(count) = self.changes.get_mut(Change::Gone as usize) {
            *count += 1;
        }
    }

    /// Copies of one seal that contradict one another, at the top, whatever else there is.
    pub fn clash(&mut self, clash: &Clash) {
        let found = clash.findings.first().map(|finding| format!("{} {}", finding.code, finding.detail)).unwrap_or_default();
        let told = clash.paths.iter().map(|path| (String::from_utf8_lossy(path).into_owned(), format!("FAILED: {found}")));
        self.listed.splice(0..0, told.take(NAMED));
    }

    /// A line of results, and how it stands against an earlier audit.
    pub fn line(&mut self, line: &ReadLine, change: Option<Change>) {
        if let Some(count) = change.and_then(|change| self.changes.get_mut(change as usize)) {
            *count += 1;
        }
        if !line.passed {
            let first = line.findings.first().map(|finding| format!(": {} {}", finding.code, finding.detail));
            let new = if change == Some(Change::NewlyBad) { "NEW, " } else { "" };
            let untracked = line.register.as_ref().is_some_and(|register| register.state == RegisterState::Untracked);
            let word = match line.outcome {
                Outcome::Intact | Outcome::Withheld if untracked => "untracked",
                outcome => outcome.as_str(),
            };
            self.bundle(&line.path, format!("{new}{}{}", word.to_uppercase().replace('-', " "), first.unwrap_or_default()));
        }
    }
}

/// The end of an audit.
pub struct End<'e> {
    /// Where its files are; none where lines went to standard output.
    pub places: Option<&'e Places>,
    /// Its summary.
    pub summary: &'e Summary,
    /// Its counts.
    pub tally: &'e Tally,
    /// What is to be looked at.
    pub look_at: &'e LookAt,
    /// What copies of one seal said together.
    pub compared: &'e Compared,
    /// True where an earlier audit was compared with.
    pub since: bool,
    /// The exit code.
    pub exit: u8,
}

/// Signs the summary, if somebody does, and writes it beside the results. Returns it as it was written.
pub fn publish(places: &Places, replace: bool, summary: Summary, signer: Option<&dyn Signer>) -> Result<Summary> {
    match signer {
        None => results::publish(places, replace, &summary.line(), None).map(|()| summary),
        Some(signer) => {
            let (line, armor) = sealbag::crypto::audit::sign(signer, summary.clone())?;
            results::publish(places, replace, &line, Some(&armor))?;
            Ok(Summary { by: Some(signer.public().line()), ..summary })
        }
    }
}

impl End<'_> {
    /// Tells it as a page.
    pub fn write(&self, out: &mut dyn Write, quiet: bool) -> io::Result<()> {
        let (summary, tally) = (self.summary, self.tally);
        let bad = summary.checked - summary.passed;
        let count = plural(summary.checked, "bundle", "bundles");
        match bad {
            0 => writeln!(out, "{BOLD}ALL PASSED{BOLD:#}: {count}, {}", bytes(tally.bytes))?,
            _ => writeln!(out, "{BAD}{bad} TO LOOK AT{BAD:#}, {} passed: {count}, {}", summary.passed, bytes(tally.bytes))?,
        }
        if quiet {
            return Ok(());
        }
        writeln!(out)?;
        let mut counts = summary.counts;
        for outcome in Outcome::ALL {
            let number = *counts.of(outcome);
            if number > 0 || outcome == Outcome::Intact {
                writeln!(out, "  {:<16} {number:>9}  {}", outcome.as_str(), meaning(outcome))?;
            }
        }
        let more: [(&str, u64, &str); 4] = [
            ("closed, unchanged", tally.closed_unchanged, "of those closed: the register has the same file"),
            ("moved", tally.moved, "the register has the same at another path"),
            ("untracked", tally.untracked, "the register has nothing like it"),
            ("times unproven", tally.unproven, "only the signer's clock says when it was sealed"),
        ];
        for (name, number, meaning) in more.into_iter().filter(|(_, number, _)| *number > 0) {
            writeln!(out, "  {name:<16} {number:>9}  {meaning}")?;
        }
        if self.since {
            writeln!(out, "\nsince the earlier audit")?;
            for (name, number) in CHANGES.iter().zip(self.look_at.changes) {
                writeln!(out, "  {name:<16} {number:>9}")?;
            }
        }
        if !self.look_at.listed.is_empty() {
            writeln!(out, "\nto look at")?;
            for (path, why) in &self.look_at.listed {
                writeln!(out, "  {}\n      {}", quoted(path), Untrusted(why))?;
            }
            if self.look_at.more > 0 {
                writeln!(out, "  … and {} more, each a line of the results with \"passed\":false", self.look_at.more)?;
            }
        }
        if self.compared.not_compared > 0 {
            let seals = plural(self.compared.not_compared, "seal has", "seals have");
            writeln!(out, "\nnot compared: {seals} copies that show different parts and could not all be read again")?;
        }
        if let Some(places) = self.places {
            let by = if summary.by.is_some() { "signed" } else { "not signed" };
            writeln!(out, "\nresults  {}", shown(&places.results))?;
            writeln!(out, "summary  {} ({by})", shown(&places.summary))?;
        }
        writeln!(
            out,
            "\nThis tells what these files are now. It does not prove that the events happened, nor that no bundle was taken away before \
             it was listed: a register that is kept elsewhere shows that."
        )
    }
}

const CHANGES: [&str; 5] = ["newly bad", "still bad", "mended", "new", "gone"];

fn meaning(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Intact => "VERIFIED",
        Outcome::Withheld => "VERIFIED, and something is withheld",
        Outcome::NotEnough => "the seal holds, something that was asked for does not",
        Outcome::UnknownSigner => "the seal holds, nobody here believes its signer",
        Outcome::Failed => "FAILED: altered, incomplete, or never sealed",
        Outcome::Changed => "not what the register says",
        Outcome::Closed => "encrypted, and no key here opens it",
        Outcome::Missing => "nothing is at its path",
        Outcome::Unread => "could not be read to its end",
    }
}

fn shown(path: &Path) -> impl Display {
    Untrusted(&path.to_string_lossy()).to_string()
}

/// `sealbag-audit-result/1`: the end of an audit, as JSON.
#[derive(Serialize)]
pub struct EndJson<'a> {
    schema: &'static str,
    exit: u8,
    /// The summary, as it stands in its file.
    summary: &'a Summary,
    /// Where the results are; null where they went to standard output.
    results: Option<String>,
    /// Where the summary is.
    summary_file: Option<String>,
    /// The auditor; null where nobody signed it.
    signer: Option<KeeperJson<'a>>,
    closed_unchanged: u64,
    moved: u64,
    untracked: u64,
    times_unproven: u64,
    /// What has changed since the earlier audit; null where none was given.
    since: Option<SinceJson>,
    /// Seals whose copies could not all be compared.
    not_compared: u64,
}

#[derive(Serialize)]
struct SinceJson {
    newly_bad: u64,
    still_bad: u64,
    mended: u64,
    new: u64,
    gone: u64,
}

impl<'a> EndJson<'a> {
    /// Of the end of an audit; `signer` is whoever signed it.
    pub fn of(end: &'a End, signer: Option<&'a Who>) -> Self {
        let [newly_bad, still_bad, mended, new, gone] = end.look_at.changes;
        EndJson {
            schema: "sealbag-audit-result/1",
            exit: end.exit,
            summary: end.summary,
            results: end.places.map(|places| places.results.to_string_lossy().into_owned()),
            summary_file: end.places.map(|places| places.summary.to_string_lossy().into_owned()),
            signer: signer.map(KeeperJson::of),
            closed_unchanged: end.tally.closed_unchanged,
            moved: end.tally.moved,
            untracked: end.tally.untracked,
            times_unproven: end.tally.unproven,
            since: end.since.then_some(SinceJson { newly_bad, still_bad, mended, new, gone }),
            not_compared: end.compared.not_compared,
        }
    }
}

/// The columns of the table for spreadsheets.
const COLUMNS: [&str; 14] = [
    "number",
    "path",
    "outcome",
    "passed",
    "register",
    "signer",
    "fingerprint",
    "time",
    "size",
    "file_sha256",
    "digest",
    "id",
    "checked_at",
    "findings",
];

/// Writes results as a table for spreadsheets.
pub fn write_csv(results: &Path, to: &Path, replace: bool) -> Result<()> {
    results::table(results, to, replace, &super::csv::row(&COLUMNS), &mut |line| {
        let text = |digest: &Option<Digest>| digest.map(|digest| digest.to_string()).unwrap_or_default();
        let findings: Vec<String> =
            line.findings.iter().map(|finding| format!("{} {}: {}", finding.code, finding.r#where, finding.detail)).collect();
        let state = line.register.as_ref().map(|register| register.state.as_str()).unwrap_or_default();
        super::csv::row(&[
            line.number.to_string(),
            line.path.clone(),
            line.outcome.as_str().into(),
            line.passed.to_string(),
            state.into(),
            line.signer.name.clone().unwrap_or_default(),
            line.signer.fingerprint.clone().unwrap_or_default(),
            line.time.state.clone(),
            line.size.map(|size| size.to_string()).unwrap_or_default(),
            text(&line.file_sha256),
            text(&line.digest),
            line.id.clone().unwrap_or_default(),
            line.checked_at.to_string(),
            findings.join("; "),
        ])
    })
}

/// The error where a file that an audit writes is there already.
pub fn exists(error: Error) -> Error {
    match error.code == code::OUTPUT_EXISTS {
        true => error.hint("go on with an audit that was interrupted: --resume; or choose another name with -o"),
        false => error,
    }
}

/// Tells the end of an audit: as a page or JSON where results went into a file, else beside them.
pub fn tell(end: &End, signer: Option<&Who>, context: &Context) -> Result<()> {
    // lines of results are on standard output already
    if end.places.is_none() {
        if !context.flags.quiet {
            ui::tell(|out| end.write(out, false));
        }
        return Ok(());
    }
    match context.flags.json {
        true => ui::print_json(&EndJson::of(end, signer)),
        false => ui::page(|out| end.write(out, context.flags.quiet)),
    }
}
