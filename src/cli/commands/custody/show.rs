//! `sealbag custody show` and `sealbag custody verify`: what a log says, and whether each step follows from the one before.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Finding, Findings, Result};
use sealbag::base::place::Place;
use sealbag::base::text::plural;
use sealbag::ops::custody::log::{Line, Log};
use sealbag::ops::custody::witness::Witnesses;
use sealbag::ops::stamps::Stamp;
use sealbag::report::json::{FindingJson, KeeperJson};
use sealbag::report::line::short;
use sealbag::{Digest, TrustedSigners, Unwatched, Verdict, Watch};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::custody::{EntryJson, keeper, log_of, mark, paper, told};
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::input::taken;
use crate::cli::interrupt;
use crate::cli::progress::Progress;
use crate::cli::timestamp::{LogStamps, StampJson, told_of_step};
use crate::cli::ui::{self, BAD, BOLD};

/// Show a log, step by step: who, when, where, what for
///
/// Names the keepers as your contacts do, and marks whatever does not follow, and whoever is a stranger to you. Times and places are what
/// each keeper says. Ends as sealbag custody verify does.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag custody show sealbag-0123456789ab.zip.custody.jsonl")]
pub struct ShowArgs {
    /// The log, - for standard input, or the bundle that it is about
    #[arg(value_name = "LOG")]
    log: PathBuf,
}

/// Check a log: does each step follow from the one before, and who signed it
///
/// Ends with 0 where every step follows and you believe all who signed, 1 where the log is broken, 3 where somebody who signed is a
/// stranger to you or no longer believed, 5 where it cannot be checked.
///
/// A log cannot show that its end was cut off, or that its keeper wrote another one. Receipts and handovers that others hold can, and so
/// can the head, the digits that this command prints, written down earlier.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag custody verify the-log.custody.jsonl --receipt from-the-registry.json")]
pub struct VerifyArgs {
    /// The log, - for standard input, or the bundle that it is about
    #[arg(value_name = "LOG")]
    log: PathBuf,
    /// A receipt or a handover that the log must agree with; repeat for each one
    #[arg(long, value_name = "FILE")]
    receipt: Vec<PathBuf>,
    /// An entry that the log must hold: a head that was written down earlier, 64 hex digits
    #[arg(long, value_name = "DIGEST", value_parser = digest)]
    expect_head: Option<Digest>,
}

fn digest(text: &str) -> std::result::Result<Digest, String> {
    Digest::parse(text).ok_or_else(|| "it must be 64 hex digits in lower case".into())
}

/// `sealbag-custody-show/1` and `sealbag-custody-verify/1`.
#[derive(Serialize)]
struct LogJson<'a> {
    schema: &'static str,
    exit: u8,
    /// As it was named.
    file: String,
    /// `unbroken`, `broken` or `unread`.
    state: &'static str,
    steps: u64,
    /// The first step that does not follow; null where none does not.
    broken_at: Option<u64>,
    /// The first step by somebody who is not believed; null where there is none.
    not_believed_at: Option<u64>,
    log: Option<String>,
    bundle: Option<String>,
    file_sha256: Option<String>,
    /// SHA-256 of the last entry.
    head: Option<String>,
    /// How many steps came behind the expected head; null where none was expected, or it is not there.
    behind_expected_head: Option<u64>,
    keepers: Vec<KeeperJson<'a>>,
    countersigned: Vec<KeeperJson<'a>>,
    findings: Vec<FindingJson>,
    more_findings: u64,
    notes: Vec<FindingJson>,
    /// The timestamp tokens beside the log; they change nothing that is said of it.
    tokens: Vec<StampJson<'a>>,
    /// The steps whose form and signature hold; only where the log is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    entries: Option<&'a RawList>,
}

/// Entries that were made JSON one by one, since they are not kept otherwise.
struct RawList(Vec<Box<serde_json::value::RawValue>>);

impl Serialize for RawList {
    fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.collect_seq(&self.0)
    }
}

pub fn show(args: ShowArgs, context: &Context) -> Result<Exit> {
    let path = log_of(&args.log, context)?;
    let trust = Identities::open(context)?.trusted();
    let mut stamps = LogStamps::beside(&path, context)?;
    if context.flags.json {
        let mut entries = RawList(Vec::new());
        let log = read(&path, &trust, &Unwatched, context, &mut |line| {
            stamps.see(line);
            let entry = line.step.as_ref().map(EntryJson::of);
            entries.0.extend(entry.and_then(|entry| serde_json::value::to_raw_value(&entry).ok()));
        })?;
        let stamps = stamps.judge(&trust, context.now()?);
        return json("sealbag-custody-show/1", &path, &log, None, &stamps, Some(&entries));
    }
    let now = context.now()?;
    let mut done = None;
    ui::page(|out| {
        let mut failed = Ok(());
        writeln!(out, "{BOLD}custody{BOLD:#}  {}\n", short(&path.to_string_lossy()))?;
        // what is shown line by line needs nothing else to say how far it is
        let log = read(&path, &trust, &Unwatched, context, &mut |line| {
            stamps.see(line);
            if failed.is_ok() {
                failed = step(out, line, &trust);
            }
        });
        failed?;
        if let Ok(log) = &log {
            if log.steps == 0 {
                log.findings.list().iter().try_for_each(|finding| writeln!(out, "       {BAD}! {}{BAD:#}", mark(finding)))?;
            }
            writeln!(out)?;
            summary(out, log, None, &stamps.judge(&trust, now))?;
        }
        done = Some(log);
        Ok(())
    })?;
    done.unwrap_or_else(|| Err(Error::interrupted())).map(|log| log.verdict().into())
}

pub fn verify(args: VerifyArgs, context: &Context) -> Result<Exit> {
    let path = log_of(&args.log, context)?;
    let trust = Identities::open(context)?.trusted();
    let mut witnesses = Witnesses::default();
    for receipt in &args.receipt {
        witnesses.paper(Place::path(receipt), paper(receipt, context)?);
    }
    if let Some(head) = args.expect_head {
        witnesses.head(head);
    }
    let mut stamps = LogStamps::beside(&path, context)?;
    let progress = Progress::start("reading", context);
    let mut log = read(&path, &trust, &progress, context, &mut |line| {
        witnesses.see(line);
        stamps.see(line);
    })?;
    drop(progress);
    let behind = witnesses.judge(&mut log);
    let stamps = stamps.judge(&trust, context.now()?);
    if context.flags.json {
        return json("sealbag-custody-verify/1", &path, &log, behind, &stamps, None);
    }
    ui::page(|out| {
        writeln!(out, "{}  {}", word(&log), short(&path.to_string_lossy()))?;
        if context.flags.quiet {
            return Ok(());
        }
        writeln!(out)?;
        summary(out, &log, behind, &stamps)?;
        for (title, list) in [("found", &log.findings), ("worth knowing", &log.notes)] {
            findings(out, title, list)?;
        }
        remedies(out, &log)?;
        let unseen = args.receipt.is_empty() && args.expect_head.is_none();
        writeln!(out, "\nnot checked")?;
        if unseen {
            writeln!(
                out,
                "  - whether the end was cut off: give what others hold, --receipt FILE, or a head, --expect-head DIGEST"
            )?;
        }
        writeln!(out, "  - the bundle itself: sealbag verify BUNDLE --custody LOG")?;
        writeln!(out, "\nThis does not prove where the copy was between the steps, or that the keepers' clocks were right.")
    })?;
    Ok(log.verdict().into())
}

/// Reads a log; what is wrong with reading it is about the log.
fn read(path: &Path, trust: &TrustedSigners, watch: &dyn Watch, context: &Context, each: &mut dyn FnMut(&Line)) -> Result<Log> {
    let source = taken(path, context)?;
    let name = path.to_string_lossy();
    match source.is_stream() {
        true => interrupt::while_waiting(|| Log::of(&name, source, trust, watch, each)),
        false => Log::of(&name, source, trust, watch, each),
    }
}

fn word(log: &Log) -> String {
    let steps = plural(log.steps, "step", "steps");
    match (log.verdict(), log.broken, log.not_believed) {
        (Verdict::CannotCheck, ..) => format!("{BAD}CANNOT CHECK{BAD:#}"),
        (Verdict::Failed, Some(step), _) => format!("{BAD}BROKEN AT STEP {step}{BAD:#}"),
        (Verdict::UnknownSigner, _, Some(step)) => {
            format!("{BAD}UNBROKEN, {steps}, STEP {step} BY SOMEBODY YOU DO NOT BELIEVE{BAD:#}")
        }
        _ => format!("{BOLD}UNBROKEN, {steps}{BOLD:#}"),
    }
}

fn json(
    schema: &'static str,
    path: &Path,
    log: &Log,
    behind: Option<u64>,
    stamps: &[Stamp<u64>],
    entries: Option<&RawList>,
) -> Result<Exit> {
    let exit = Exit::from(log.verdict());
    let text = |digest: Option<Digest>| digest.map(|digest| digest.to_string());
    let list = |findings: &Findings| findings.list().iter().map(FindingJson::of).collect();
    ui::print_json(&LogJson {
        schema,
        exit: exit.number(),
        file: path.to_string_lossy().into_owned(),
        state: log.state(),
        steps: log.steps,
        broken_at: log.broken,
        not_believed_at: log.not_believed,
        log: log.id.map(|id| id.to_string()),
        bundle: text(log.bundle),
        file_sha256: text(log.file_sha256),
        head: text(log.head),
        behind_expected_head: behind,
        keepers: log.keepers.iter().map(KeeperJson::of).collect(),
        countersigned: log.countersigned.iter().map(|(who, _)| KeeperJson::of(who)).collect(),
        findings: list(&log.findings),
        more_findings: log.findings.more(),
        notes: list(&log.notes),
        tokens: stamps.iter().map(StampJson::of).collect(),
        entries,
    })?;
    Ok(exit)
}

/// One line of the table, and what belongs to it below.
fn step(out: &mut dyn Write, line: &Line, trust: &TrustedSigners) -> io::Result<()> {
    let number = line.number;
    match &line.step {
        None => writeln!(out, "{number:>5}  {BAD}cannot be believed{BAD:#}")?,
        Some(step) => {
            let entry = &step.signed.entry;
            writeln!(out, "{number:>5}  {}  {:<13}  {}", entry.at, entry.details.event().as_str(), keeper(&step.by))?;
            told(step, trust).iter().try_for_each(|said| writeln!(out, "       {said}"))?;
        }
    }
    line.findings.iter().try_for_each(|finding| writeln!(out, "       {BAD}! {}{BAD:#}", mark(finding)))?;
    let worth = line.notes.iter().filter(|note| note.code == code::CUSTODY_CLOCK);
    worth.into_iter().try_for_each(|note: &Finding| writeln!(out, "       ! {}", mark(note)))
}

/// A label and what it is about; a digest fits beside it.
fn row(label: &str, text: impl std::fmt::Display) -> String {
    format!("  {label:<12}{text}\n")
}

fn summary(out: &mut dyn Write, log: &Log, behind: Option<u64>, stamps: &[Stamp<u64>]) -> io::Result<()> {
    let is = match (log.broken, log.not_believed) {
        (Some(step), _) => format!("broken at step {step}"),
        (None, Some(step)) => format!("unbroken, but you do not believe who signed step {step}"),
        (None, None) => "unbroken, and you believe all who signed".into(),
    };
    let mut text = row("steps", plural(log.steps, "step", "steps")) + &row("chain", is);
    for (label, digest) in [("bundle", log.bundle), ("file", log.file_sha256), ("head", log.head)] {
        if let Some(digest) = digest {
            text += &row(label, digest);
        }
    }
    for (who, _) in &log.countersigned {
        text += &row("signed too", keeper(who));
    }
    for stamp in stamps {
        text += &row("timestamp", told_of_step(stamp));
    }
    for note in log.notes.list().iter().filter(|note| note.code == code::CUSTODY_OPEN) {
        text += &row("open", note);
    }
    if let Some(behind) = behind {
        text += &row("since then", format!("{} behind the expected head", plural(behind, "step", "steps")));
    }
    write!(out, "{text}")
}

/// How many of a list are told.
const TOLD: usize = 50;

fn findings(out: &mut dyn Write, title: &str, findings: &Findings) -> io::Result<()> {
    if findings.list().is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    for finding in findings.list().iter().take(TOLD) {
        writeln!(out, "  {:<20} {finding}", finding.code.id)?;
    }
    let more = findings.list().len().saturating_sub(TOLD) as u64 + findings.more();
    if more > 0 { writeln!(out, "  … and {more} more") } else { Ok(()) }
}

fn remedies(out: &mut dyn Write, log: &Log) -> io::Result<()> {
    let mut seen: Vec<&str> = Vec::new();
    for finding in log.findings.list().iter().chain(log.notes.list()) {
        if !seen.contains(&finding.code.id) {
            if seen.is_empty() {
                writeln!(out, "\nwhat to do")?;
            }
            seen.push(finding.code.id);
            writeln!(out, "  {:<20} {}", finding.code.id, finding.remedy())?;
        }
    }
    Ok(())
}
