//! `sealbag custody export`: a log for other programs.

use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Finding, Result};
use sealbag::ops::custody::keep;
use sealbag::ops::custody::log::{Line, Log};
use sealbag::report::json::FindingJson;
use sealbag::{TrustedSigners, Untrusted};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::csv;
use crate::cli::custody::{EntryJson, check_paper, keeper, log_of, told};
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::input::taken;
use crate::cli::progress::Progress;
use crate::cli::ui;

/// Print a log as a table in CSV, or with --json as JSON, for other programs
///
/// Each line tells whether it follows from the one before and whose it is, as you know them. A cell that a spreadsheet would take for a
/// formula begins with an apostrophe. Ends as sealbag custody verify does.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  sealbag custody export the-log.custody.jsonl > log.csv\n  sealbag custody export sealbag-0123456789ab.zip --step 2 -o for-the-registry.json"
)]
pub struct Args {
    /// The log, - for standard input, or the bundle that it is about
    #[arg(value_name = "LOG")]
    log: PathBuf,
    /// Instead of the table, write the line of this step, as it was signed, into a file of its own (-o): a handover or a receipt that was
    /// not written out, or got lost
    #[arg(long, value_name = "STEP", requires = "output")]
    step: Option<u64>,
    /// With --step: the file
    #[arg(short, long, value_name = "FILE", requires = "step")]
    output: Option<PathBuf>,
}

/// `sealbag-custody-export/1`.
#[derive(Serialize)]
struct ExportJson<'a> {
    schema: &'static str,
    exit: u8,
    lines: &'a [Box<serde_json::value::RawValue>],
}

#[derive(Serialize)]
struct LineJson<'a> {
    line: u64,
    /// Null where its form or its signature is wrong.
    entry: Option<EntryJson<'a>>,
    findings: Vec<FindingJson>,
    notes: Vec<FindingJson>,
}

/// The columns, in their order.
const COLUMNS: [&str; 17] = [
    "line",
    "seq",
    "at",
    "event",
    "by",
    "state",
    "fingerprint",
    "place",
    "purpose",
    "note",
    "details",
    "bundle",
    "file_sha256",
    "log",
    "digest",
    "prev",
    "findings",
];

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let path = log_of(&args.log, context)?;
    let trust = Identities::open(context)?.trusted();
    if let (Some(step), Some(output)) = (args.step, &args.output) {
        return one(step, &path, output, &trust, context);
    }
    let (name, source) = (path.to_string_lossy(), taken(&path, context)?);
    let progress = Progress::start("reading", context);
    if context.flags.json {
        let mut lines = Vec::new();
        let log = Log::of(&name, source, &trust, &progress, &mut |line| {
            let list = |findings: &[Finding]| findings.iter().map(FindingJson::of).collect();
            let line = LineJson {
                line: line.number,
                entry: line.step.as_ref().map(EntryJson::of),
                findings: list(&line.findings),
                notes: list(&line.notes),
            };
            lines.extend(serde_json::value::to_raw_value(&line));
        })?;
        let exit = Exit::from(log.verdict());
        ui::print_json(&ExportJson { schema: "sealbag-custody-export/1", exit: exit.number(), lines: &lines })?;
        return Ok(exit);
    }
    let mut table = csv::row(&COLUMNS);
    let log = Log::of(&name, source, &trust, &progress, &mut |line| table.push_str(&csv::row(&cells(line, &trust))))?;
    drop(progress);
    ui::print_bytes(table.as_bytes())?;
    Ok(log.verdict().into())
}

/// `sealbag-custody-step/1`.
#[derive(Serialize)]
struct StepJson<'a> {
    schema: &'static str,
    /// Where the line was written.
    file: String,
    entry: EntryJson<'a>,
}

/// Writes out the line of one step.
fn one(number: u64, log: &Path, output: &Path, trust: &TrustedSigners, context: &Context) -> Result<Exit> {
    check_paper(output, context)?;
    let (name, mut found) = (log.to_string_lossy(), None);
    let progress = Progress::start("reading", context);
    Log::of(&name, taken(log, context)?, trust, &progress, &mut |line| {
        if line.number == number {
            found.clone_from(&line.step);
        }
    })?;
    drop(progress);
    let none = || Error::new(code::USAGE, "--step", format!("there is no step {number} whose signature holds in this log"));
    let step = found.ok_or_else(|| none().hint("see which steps there are: sealbag custody show LOG"))?;
    keep::publish(output, context.flags.force, &step.signed)?;
    let file = output.to_string_lossy();
    if context.flags.json {
        let entry = EntryJson::of(&step);
        ui::print_json(&StepJson { schema: "sealbag-custody-step/1", file: file.into_owned(), entry })?;
        return Ok(Exit::DONE);
    }
    ui::page(|out| {
        let event = step.signed.entry.details.event().as_str();
        writeln!(out, "wrote step {number}, {event}, by {}: {}", keeper(&step.by), Untrusted(&file))
    })?;
    Ok(Exit::DONE)
}

fn cells(line: &Line, trust: &TrustedSigners) -> [String; 17] {
    let findings: Vec<&str> = line.findings.iter().chain(&line.notes).map(|finding| finding.code.id).collect();
    let findings = findings.join(" ");
    let mut cells: [String; 17] = Default::default();
    let mut filled = vec![line.number.to_string()];
    if let Some(step) = &line.step {
        let it = EntryJson::of(step);
        let entry = &step.signed.entry;
        let text = |digest: Option<sealbag::Digest>| digest.map(|digest| digest.to_string()).unwrap_or_default();
        // what belongs to the event, without what has columns of its own
        let said = [&entry.place, &entry.purpose, &entry.note].iter().filter(|said| !said.is_empty()).count();
        let mut details = told(step, trust);
        details.truncate(details.len().saturating_sub(said));
        filled.extend([
            entry.seq.to_string(),
            entry.at.to_string(),
            entry.details.event().as_str().into(),
            it.by.name.unwrap_or_default().into(),
            it.by.state.into(),
            it.by.fingerprint.clone(),
            entry.place.clone(),
            entry.purpose.clone(),
            entry.note.clone(),
            details.join("; "),
            text(entry.bundle),
            text(entry.file_sha256),
            entry.log.to_string(),
            step.signed.digest.to_string(),
            text(entry.prev),
        ]);
    }
    cells.iter_mut().zip(filled).for_each(|(cell, text)| *cell = text);
    if let Some(last) = cells.last_mut() {
        *last = findings;
    }
    cells
}
