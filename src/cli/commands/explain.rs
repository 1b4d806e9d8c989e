//! `sealbag explain`: what a code means and what to do, from the one table.

use sealbag::base::code::{self, Code};
use sealbag::base::error::{Error, Result};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::ui;

/// Say what a finding or an error means and what to do
///
/// Without a code, list all of them.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag explain payload.altered")]
pub struct Args {
    /// The code, as `verify` and error messages print it: payload.altered
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

#[derive(Serialize)]
struct CodesJson {
    schema: &'static str,
    codes: Vec<CodeJson>,
}

#[derive(Serialize)]
struct CodeJson {
    code: &'static str,
    class: &'static str,
    exit: u8,
    meaning: String,
    remedy: String,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let rows: Vec<&Code> = match &args.code {
        None => code::ALL.to_vec(),
        Some(id) => vec![code::find(id).ok_or_else(|| {
            Error::new(code::USAGE, id, "no finding or error has this code").hint("list all of them: sealbag explain")
        })?],
    };
    if context.flags.json {
        let codes = rows.iter().map(|row| CodeJson {
            code: row.id,
            class: row.class.as_str(),
            exit: row.class.exit(),
            meaning: row.meaning(),
            remedy: row.remedy(),
        });
        ui::print_json(&CodesJson { schema: "sealbag-codes/1", codes: codes.collect() })?;
    } else if args.code.is_none() {
        ui::print(|out| rows.iter().try_for_each(|row| writeln!(out, "{:<24} {}", row.id, row.meaning())))?;
    } else {
        ui::page(|out| {
            rows.iter().try_for_each(|row| {
                writeln!(
                    out,
                    "{}: {}, exit {}\n\n{}\n\nwhat to do: {}",
                    row.id,
                    row.class.as_str(),
                    row.class.exit(),
                    row.meaning(),
                    row.remedy()
                )
            })
        })?;
    }
    Ok(Exit::DONE)
}
