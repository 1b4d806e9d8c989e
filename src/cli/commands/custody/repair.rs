//! `sealbag custody repair`: a last line that is not finished.

use std::path::PathBuf;

use sealbag::Untrusted;
use sealbag::base::error::Result;
use sealbag::base::text::bytes;
use sealbag::ops::custody::keep::Torn;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::custody::log_of;
use crate::cli::exit::Exit;
use crate::cli::interrupt;
use crate::cli::ui;

/// Put a log in order whose last line is not finished, because a run was interrupted
///
/// A whole entry that lacks only its line break gets it; anything else behind the last line break is taken away, after a question. Earlier
/// lines are never touched: whatever is wrong with them stays, and is told.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag custody repair sealbag-0123456789ab.zip.custody.jsonl")]
pub struct Args {
    /// The log, or the bundle that it is about
    #[arg(value_name = "LOG")]
    log: PathBuf,
}

/// `sealbag-custody-repair/1`.
#[derive(Serialize)]
struct RepairJson {
    schema: &'static str,
    exit: u8,
    log: String,
    /// `nothing`, `finished` or `cut`.
    done: &'static str,
    /// How many bytes were taken away.
    cut: u64,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let log = log_of(&args.log, context)?;
    // another run that holds it is waited for
    let mut torn = interrupt::unless_stopped(|| Torn::open(&log))?;
    let shown = Untrusted(&log.to_string_lossy()).to_string();
    let (done, cut) = match (torn.length(), torn.is_whole()) {
        (0, _) => ("nothing", 0),
        (_, true) => {
            torn.finish()?;
            ("finished", 0)
        }
        (length, false) => {
            let facts = format!("{shown} ends with {} that are no whole entry\n", bytes(length));
            ui::confirm(&facts, "Take them away?", context)
                .map_err(|error| error.hint("answer y at the question, or give --yes in a script"))?;
            interrupt::check()?;
            torn.cut()?;
            ("cut", length)
        }
    };
    drop(torn);
    if context.flags.json {
        let log = log.to_string_lossy().into_owned();
        ui::print_json(&RepairJson { schema: "sealbag-custody-repair/1", exit: Exit::DONE.number(), log, done, cut })?;
        return Ok(Exit::DONE);
    }
    ui::page(|out| match done {
        "nothing" => writeln!(out, "{shown}: its last line is finished, so nothing was done"),
        "finished" => writeln!(out, "{shown}: its last entry was whole, and has its line break now"),
        _ => writeln!(out, "{shown}: took away {} behind the last entry", bytes(cut)),
    })?;
    ui::note("now see whether the rest is in order: sealbag custody verify LOG", context);
    Ok(Exit::DONE)
}
