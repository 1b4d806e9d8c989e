//! `sealbag custody merge`: the logs of several copies in one view.

use std::path::PathBuf;

use sealbag::base::error::Result;
use sealbag::base::text::plural;
use sealbag::ops::custody::log::Log;
use sealbag::ops::custody::merge::{Entry, Merged, merge};
use sealbag::report::json::FindingJson;
use sealbag::report::line::short;
use sealbag::{TrustedSigners, Verdict};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::custody::{EntryJson, keeper, log_of, mark, read_all, told};
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::ui::{self, BAD, BOLD};

/// See the logs of several copies together, and several copies of one log
///
/// Shows each log once, in the order in which they began, and from which entry of another log a copy came. Where two different entries
/// have one number in one log, both are shown with the files that they stand in: that log was written on in two ways. Nothing is written.
/// Ends as sealbag custody verify does, for the worst of them.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag custody merge reporter.jsonl courier.jsonl registry.jsonl")]
pub struct Args {
    /// Logs, or the bundles that they are about
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,
}

/// `sealbag-custody-merge/1`.
#[derive(Serialize)]
struct MergeJson<'a> {
    schema: &'static str,
    exit: u8,
    /// In the order in which they were given.
    files: Vec<FileJson>,
    /// In the order in which they began.
    logs: Vec<MergedJson<'a>>,
}

#[derive(Serialize)]
struct FileJson {
    file: String,
    /// `unbroken`, `broken` or `unread`.
    state: &'static str,
    steps: u64,
    findings: Vec<FindingJson>,
    notes: Vec<FindingJson>,
}

#[derive(Serialize)]
struct MergedJson<'a> {
    log: String,
    entries: Vec<MergedEntryJson<'a>>,
    forks: Vec<FindingJson>,
}

#[derive(Serialize)]
struct MergedEntryJson<'a> {
    /// In which files it stands, counted from 0.
    files: &'a [usize],
    /// Whether another entry has its number.
    forked: bool,
    /// The entry of another log that it names as the one before; null where none of these logs has it.
    from: Option<FromJson>,
    entry: EntryJson<'a>,
}

#[derive(Serialize)]
struct FromJson {
    log: String,
    seq: u64,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let trust = Identities::open(context)?.trusted();
    let paths = args.logs.iter().map(|path| log_of(path, context)).collect::<Result<Vec<_>>>()?;
    let files = read_all(&paths, &trust, context)?;
    let tops: Vec<(String, Log)> = files.iter().map(|read| (read.name.clone(), read.log.clone())).collect();
    let merged = merge(files);
    let forked = merged.iter().any(|log| !log.forks.is_empty());
    let of_files = tops.iter().map(|(_, log)| log.verdict()).chain(forked.then_some(Verdict::Failed));
    let exit: Exit = Verdict::worst(of_files).unwrap_or(Verdict::CannotCheck).into();
    if context.flags.json {
        let list = |findings: &sealbag::Findings| findings.list().iter().map(FindingJson::of).collect();
        ui::print_json(&MergeJson {
            schema: "sealbag-custody-merge/1",
            exit: exit.number(),
            files: tops
                .iter()
                .map(|(name, log)| FileJson {
                    file: name.clone(),
                    state: log.state(),
                    steps: log.steps,
                    findings: list(&log.findings),
                    notes: list(&log.notes),
                })
                .collect(),
            logs: merged.iter().map(merged_json).collect(),
        })?;
        return Ok(exit);
    }
    ui::page(|out| {
        for (number, (name, log)) in tops.iter().enumerate() {
            let said = match log.broken {
                Some(step) if log.state() == "broken" => format!("broken at step {step}"),
                _ => log.state().into(),
            };
            writeln!(out, "{:>3}  {}  {}, {said}", number + 1, short(name), plural(log.steps, "step", "steps"))?;
            for finding in log.findings.list().iter().take(TOLD) {
                writeln!(out, "     {BAD}! {finding}: {}{BAD:#}", finding.code.id)?;
            }
        }
        merged.iter().try_for_each(|log| write(out, log, tops.len(), &trust))
    })?;
    Ok(exit)
}

/// How many findings of a file are told.
const TOLD: usize = 20;

fn merged_json(log: &Merged) -> MergedJson<'_> {
    MergedJson {
        log: log.id.to_string(),
        entries: log.entries.iter().map(entry_json).collect(),
        forks: log.forks.iter().map(FindingJson::of).collect(),
    }
}

fn entry_json(entry: &Entry) -> MergedEntryJson<'_> {
    MergedEntryJson {
        files: &entry.files,
        forked: entry.forked,
        from: entry.from.map(|(log, seq)| FromJson { log: log.to_string(), seq }),
        entry: EntryJson::of(&entry.step),
    }
}

fn write(out: &mut dyn std::io::Write, log: &Merged, files: usize, trust: &TrustedSigners) -> std::io::Result<()> {
    let id = log.id.to_string();
    writeln!(out, "\n{BOLD}log {}…{BOLD:#}", id.get(..12).unwrap_or_default())?;
    if let Some((from, seq)) = log.entries.iter().find_map(|entry| entry.from) {
        writeln!(out, "  from step {seq} of log {}…", from.to_string().get(..12).unwrap_or_default())?;
    }
    for entry in &log.entries {
        let it = &entry.step.signed.entry;
        writeln!(out, "{:>5}  {}  {:<13}  {}", it.seq, it.at, it.details.event().as_str(), keeper(&entry.step.by))?;
        told(&entry.step, trust).iter().try_for_each(|said| writeln!(out, "       {said}"))?;
        let fork = log.forks.iter().find(|_| entry.forked);
        if files > 1 && (fork.is_some() || entry.files.len() < files) {
            let numbers: Vec<String> = entry.files.iter().map(|file| (file + 1).to_string()).collect();
            writeln!(out, "       in file {}", numbers.join(", "))?;
        }
        if let Some(fork) = fork {
            writeln!(out, "       {BAD}! {}{BAD:#}", mark(fork))?;
        }
    }
    Ok(())
}
