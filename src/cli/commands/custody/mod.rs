//! `sealbag custody`: the log of one kept copy.

mod add;
mod export;
mod merge;
mod repair;
mod show;

use clap::Subcommand;
use sealbag::base::error::Result;

use crate::cli::context::Context;
use crate::cli::exit::Exit;

/// Keep the log of a copy: who held it, and what became of it
///
/// The log begins with sealbag receive. Each entry is signed and holds the hash of the one before, so an entry that is altered, left out
/// or put in shows. That its end was cut off does not show in the log itself: a receipt that somebody else holds shows it.
#[derive(clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Example:\n  sealbag custody show sealbag-0123456789ab.zip.custody.jsonl"
)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Add(Box<add::Args>),
    Show(show::ShowArgs),
    Verify(show::VerifyArgs),
    Merge(merge::Args),
    Repair(repair::Args),
    Export(export::Args),
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    match args.command {
        Command::Add(args) => add::run(*args, context),
        Command::Show(args) => show::show(args, context),
        Command::Verify(args) => show::verify(args, context),
        Command::Merge(args) => merge::run(args, context),
        Command::Repair(args) => repair::run(args, context),
        Command::Export(args) => export::run(args, context),
    }
}
