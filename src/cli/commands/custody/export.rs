//! `sealbag custody export`: a log for other programs.

use std::path::PathBuf;

use sealbag::TrustedSigners;
use sealbag::base::error::{Finding, Result};
use sealbag::ops::custody::log::{Line, Log};
use sealbag::report::json::FindingJson;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::custody::{EntryJson, log_of, told};
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::input::taken;
use crate::cli::ui;

/// Print a log as a table in CSV, or with --json as JSON, for other programs
///
/// Each line tells whether it follows from the one before and whose it is, as you know them. A cell that a spreadsheet would take for a
/// formula begins with an apostrophe. Ends as sealbag custody verify does.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag custody export the-log.custody.jsonl > log.csv")]
pub struct Args {
    /// The log, - for standard input, or the bundle that it is about
    #[arg(value_name = "LOG")]
    log: PathBuf,
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
    let (name, source) = (path.to_string_lossy(), taken(&path, context)?);
    if context.flags.json {
        let mut lines = Vec::new();
        let log = Log::of(&name, source, &trust, &mut |line| {
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
    let mut table = csv(&COLUMNS.map(str::to_owned));
    let log = Log::of(&name, source, &trust, &mut |line| table.push_str(&csv(&cells(line, &trust))))?;
    ui::print_bytes(table.as_bytes())?;
    Ok(log.verdict().into())
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

/// A line as RFC 4180 has it, every cell in quotation marks. What a spreadsheet would take for a formula, and control characters that it
/// would hide, are made harmless.
fn csv(cells: &[String]) -> String {
    let cell = |text: &String| {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let formula = text.trim_start().starts_with(['=', '+', '-', '@']);
        format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
    };
    cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}
