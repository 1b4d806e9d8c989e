//! `sealbag audit verify`: is this what an auditor signed?

use std::path::PathBuf;

use sealbag::Untrusted;
use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::text::plural;
use sealbag::ops::audit::prove::prove;
use sealbag::ops::audit::results::Places;
use sealbag::report::json::KeeperJson;
use serde::Serialize;

use crate::cli::audited::{is_believed, who};
use crate::cli::context::Context;
use crate::cli::custody::keeper;
use crate::cli::exit::Exit;
use crate::cli::identities::{Identities, row};
use crate::cli::ui::{self, BOLD};

/// Check the results of an audit: are they what the auditor signed, and all of it
///
/// Reads RESULTS, the summary beside it (.summary.json) and its signature (.summary.sig). The bundles themselves are not read. The exit code
/// is 0 where the results are whole and signed by somebody whom you believe, whatever they say of the bundles; 1 where they are not; 3 where
/// you do not believe the auditor.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag audit verify audit.jsonl")]
pub struct Args {
    /// The results
    #[arg(value_name = "RESULTS")]
    results: PathBuf,
}

/// `sealbag-audit-verify/1`.
#[derive(Serialize)]
struct ProofJson<'a> {
    schema: &'static str,
    exit: u8,
    /// The summary, as it stands in its file.
    summary: &'a sealbag::format::audit::Summary,
    /// SHA-256 of the summary's file.
    digest: String,
    signer: KeeperJson<'a>,
}

pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let trust = Identities::open(context)?.trusted();
    let places = Places::of(&args.results)?;
    let (signed, tally) = prove(&places)?;
    let auditor = who(&signed.key, &trust);
    let believed = is_believed(&auditor);
    let stranger = || {
        let error = Error::new(code::AUDIT_STRANGER, args.results.to_string_lossy(), "you do not believe whoever signed it");
        Exit::from(&error)
    };
    let exit = if believed { Exit::DONE } else { stranger() };
    let summary = &signed.summary;
    if context.flags.json {
        ui::print_json(&ProofJson {
            schema: "sealbag-audit-verify/1",
            exit: exit.number(),
            summary,
            digest: signed.digest.to_string(),
            signer: KeeperJson::of(&auditor),
        })?;
        return Ok(exit);
    }
    ui::page(|out| {
        match believed {
            true => writeln!(out, "{BOLD}SIGNED{BOLD:#}: these results are whole, and what {} signed", keeper(&auditor))?,
            false => writeln!(
                out,
                "{BOLD}SIGNED BY A STRANGER{BOLD:#}: these results are whole, and you do not believe whoever signed them"
            )?,
        }
        if context.flags.quiet {
            return Ok(());
        }
        writeln!(out)?;
        write!(out, "{}", row("auditor", keeper(&auditor)))?;
        write!(out, "{}", row("from", summary.began) + &row("until", summary.ended))?;
        let part = summary.shard.map_or(String::new(), |shard| format!(", part {shard} of a list of {}", summary.listed));
        write!(out, "{}", row("bundles", format!("{}{part}", plural(summary.checked, "bundle", "bundles"))))?;
        write!(out, "{}", row("passed", format!("{} of {}", tally.passed, summary.checked)))?;
        write!(out, "{}", row("list", summary.list) + &row("summary", signed.digest))?;
        write!(out, "{}", row("made with", Untrusted(&summary.tool)))?;
        writeln!(out, "\nThe bundles were not read now. The times are those of the auditor's clock.")
    })?;
    Ok(exit)
}
