//! `sealbag generate`: man pages and shell completions, for whoever packages it.

use clap::{Command as Program, Subcommand};
use clap_complete::Shell;
use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::place::Place;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::ui;

/// Print man pages and shell completions
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag generate man seal > sealbag-seal.1")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the man page of sealbag, or of one of its commands
    #[command(after_help = "Example:\n  sealbag generate man key new > sealbag-key-new.1")]
    Man {
        /// The command, as in: key new
        command: Vec<String>,
        /// List the commands that have a page instead, one on each line
        #[arg(long, conflicts_with = "command")]
        list: bool,
    },
    /// Print completions for a shell
    #[command(after_help = "Example:\n  sealbag generate completions bash > /etc/bash_completion.d/sealbag")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// `program` is the whole command line.
pub fn run(args: Args, mut program: Program, context: &Context) -> Result<Exit> {
    if context.flags.json {
        return Err(Error::new(code::USAGE, "--json", "what is printed here is no JSON"));
    }
    let mut text = Vec::new();
    match args.command {
        Command::Completions { shell } => clap_complete::generate(shell, &mut program, "sealbag", &mut text),
        Command::Man { list: true, .. } => {
            program.build();
            let mut names = Vec::new();
            all(&program, "", &mut names);
            text = names.join("\n").into_bytes();
            text.push(b'\n');
        }
        Command::Man { command, .. } => {
            program.build();
            let page = clap_mangen::Man::new(find(&program, &command)?.clone()).manual("sealbag").date("");
            page.render(&mut text).map_err(|error| Error::io(Place::from("man page"), &error))?;
        }
    }
    ui::print_bytes(&text).map(|()| Exit::DONE)
}

fn find<'p>(program: &'p Program, names: &[String]) -> Result<&'p Program> {
    names.iter().try_fold(program, |command, name| {
        let unknown = || Error::new(code::USAGE, name, "there is no such command").hint("see all: sealbag generate man --list");
        command.get_subcommands().find(|sub| sub.get_name() == name && sub.get_name() != "help").ok_or_else(unknown)
    })
}

/// The names of all commands below this one, from the outermost.
fn all(program: &Program, above: &str, names: &mut Vec<String>) {
    for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
        let name = format!("{above}{}", command.get_name());
        names.push(name.clone());
        all(command, &format!("{name} "), names);
    }
}
