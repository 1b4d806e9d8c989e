//! The command line: one file per command in `commands`, all speech in `ui`, every flag that means the same everywhere in
//! `context`.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use sealbag::base::code;
use sealbag::base::error::{Error, Result};

mod audited;
mod commands;
mod context;
mod csv;
mod custody;
mod envelope;
mod evidence;
mod exit;
mod identities;
mod input;
mod interrupt;
mod items;
mod leftovers;
mod objects;
mod os;
mod passphrase;
mod passphrase_file;
mod progress;
mod recipients;
mod risks;
mod strength;
mod timestamp;
mod ui;
mod verified;

use commands::{
    audit, card, check, contact, disclose, explain, generate, key, open, page, receive, redact, register, report, reseal, seal,
    show, verify,
};
use context::{Context, Flags};
use exit::Exit;

/// Seals a report, its photos and facts into one signed bundle, and verifies bundles on receipt
#[derive(Parser)]
#[command(name = "sealbag", version, arg_required_else_help = true, max_term_width = 100, after_help = EXAMPLE)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLE: &str = "Example:
  sealbag key new --name \"Amina O.\"
  sealbag card > amina.card

Exit codes: 0 done or verified, 1 failed, 2 wrong command line, 3 unknown signer, 4 not enough, 5 cannot check";

#[derive(Subcommand)]
enum Command {
    Key(key::Args),
    Card(card::Args),
    Contact(contact::Args),
    Check(check::Args),
    Seal(seal::Args),
    Verify(verify::Args),
    Receive(receive::Args),
    Custody(commands::custody::Args),
    Timestamp(commands::timestamp::Args),
    Open(open::Args),
    Show(show::Args),
    Report(report::Args),
    Page(page::Args),
    Redact(redact::Args),
    Reseal(reseal::Args),
    Disclose(disclose::Args),
    Audit(Box<audit::Args>),
    Register(register::Args),
    Explain(explain::Args),
    Generate(generate::Args),
}

impl Command {
    fn run(self, context: &Context) -> Result<Exit> {
        match self {
            Command::Key(args) => key::run(args, context),
            Command::Card(args) => card::run(args, context),
            Command::Contact(args) => contact::run(args, context),
            Command::Check(args) => check::run(args, context),
            Command::Seal(args) => seal::run(args, context),
            Command::Verify(args) => verify::run(args, context),
            Command::Receive(args) => receive::run(args, context),
            Command::Custody(args) => commands::custody::run(args, context),
            Command::Timestamp(args) => commands::timestamp::run(args, context),
            Command::Open(args) => open::run(args, context),
            Command::Show(args) => show::run(args, context),
            Command::Report(args) => report::run(args, context),
            Command::Page(args) => page::run(args, context),
            Command::Redact(args) => redact::run(args, context),
            Command::Reseal(args) => reseal::run(args, context),
            Command::Disclose(args) => disclose::run(args, context),
            Command::Audit(args) => audit::run(*args, context),
            Command::Register(args) => register::run(args, context),
            Command::Explain(args) => explain::run(args, context),
            Command::Generate(args) => generate::run(args, Cli::command(), context),
        }
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    os::no_core_dump();
    let args: Vec<OsString> = std::env::args_os().collect();
    // found before the arguments are parsed, so that a wrong command line is reported in JSON too
    let json = args.iter().skip(1).take_while(|arg| *arg != "--").any(|arg| arg == "--json");
    std::panic::set_hook(Box::new(|_| {}));
    interrupt::on_the_spot(|| ui::error(&Error::interrupted(), false));
    match guarded(|| start(args, json)) {
        Ok(exit) => exit.into(),
        Err(error) => {
            if !ui::was_left(&error) {
                ui::error(&error, json);
            }
            Exit::from(&error).into()
        }
    }
}

fn start(args: Vec<OsString>, json: bool) -> Result<Exit> {
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(answer) => return ui::command_line(&answer, &args, json),
    };
    cli.command.run(&Context::new(cli.flags))
}

/// A panic becomes an error like any other: one line, exit 5, no word of the panic itself.
fn guarded(run: impl FnOnce() -> Result<Exit>) -> Result<Exit> {
    let panicked = |_| Err(Error::new(code::RUN_PANIC, "sealbag", "stopped because of a bug"));
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(panicked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn a_panic_is_exit_5_and_not_a_word_of_it_is_told() {
        let error = guarded(|| panic!("secret")).unwrap_err();
        assert_eq!((error.code, Exit::from(&error).number()), (code::RUN_PANIC, 5));
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn every_command_ends_its_help_with_an_example() {
        fn check(command: &clap::Command) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.starts_with("Example:\n  sealbag "), "{}", command.get_name());
            command.get_subcommands().for_each(check);
        }
        Cli::command().debug_assert();
        check(&Cli::command());
    }
}
