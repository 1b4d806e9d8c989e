//! `sealbag audit verify`: is this what an auditor signed?

use std::path::PathBuf;

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::text::plural;
use sealbag::crypto::audit::SignedSummary;
use sealbag::crypto::tsp::{Imprint, Stamped};
use sealbag::ops::audit::prove::prove;
use sealbag::ops::audit::results::Places;
use sealbag::ops::audit::stamp::StampPlaces;
use sealbag::ops::stamping::Shown;
use sealbag::ops::stamps::{self, Stamp};
use sealbag::ops::timestamp::{self, Named};
use sealbag::report::json::{KeeperJson, TokenJson};
use sealbag::report::line::quoted;
use sealbag::store::fs::places::is_taken;
use sealbag::{TrustedSigners, Untrusted};
use serde::Serialize;

use crate::cli::audited::{is_believed, who};
use crate::cli::context::Context;
use crate::cli::custody::keeper;
use crate::cli::exit::Exit;
use crate::cli::identities::{Identities, row};
use crate::cli::timestamp::beside;
use crate::cli::ui::{self, BOLD};

/// Check the results of an audit: are they what the auditor signed, and all of it
///
/// Reads RESULTS, the summary beside it (.summary.json) and its signature (.summary.sig). The bundles themselves are not read. The exit code
/// is 0 where the results are whole and signed by somebody whom you believe, whatever they say of the bundles; 1 where they are not; 3 where
/// you do not believe the auditor. Timestamps over the signature (sealbag timestamp fetch RESULTS.summary.json) and the stamp of the audit
/// (sealbag audit stamp) are looked at where they lie beside it, and change nothing of that.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag audit verify audit.jsonl")]
pub struct Args {
    /// The results
    #[arg(value_name = "RESULTS")]
    results: PathBuf,
    /// A timestamp token over the signature of the summary, the stamp of this audit, or a proof from it; repeat for each
    #[arg(long, value_name = "FILE")]
    token: Vec<PathBuf>,
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
    time: TimeJson<'a>,
}

#[derive(Serialize)]
struct TimeJson<'a> {
    /// `claimed`, `proven` or `token-not-accepted`.
    state: &'static str,
    /// It was signed before this time; null unless that is proven.
    proven_at: Option<String>,
    /// Who proves it, as the reader calls them; null unless it is proven.
    authority: Option<&'a str>,
    /// The tokens that were looked at.
    tokens: Vec<TokenJson<'a>>,
}

/// The tokens over the signed summary, or over the stamp of the audit.
fn stamps(
    args: &Args,
    places: &Places,
    signed: &SignedSummary,
    trust: &TrustedSigners,
    context: &Context,
) -> Result<Vec<Stamp<()>>> {
    let (mut tokens, mut stampings) = (beside(&places.summary, context)?, Vec::new());
    let stamp = StampPlaces::of(&args.results)?.stamp;
    for path in args.token.iter().chain(is_taken(&stamp).then_some(&stamp)) {
        match timestamp::named(path)? {
            Named::Token(token) => tokens.push(token),
            Named::Stamping(stamping) => stampings.push(stamping),
        }
    }
    let seal = Stamped::Bytes(signed.signature.clone());
    let shown = Shown::of_audit(&stampings, &seal.sha256());
    tokens.extend(shown.tokens.iter().cloned());
    let over = |imprint: &Imprint| (imprint.is_of(&seal) || shown.seals(imprint).is_some()).then_some(());
    let mut stamps: Vec<Stamp<()>> = shown.refused.iter().map(Stamp::refused).collect();
    stamps.extend(stamps::judge(&tokens, over, trust.authorities(), Some(context.now()?)));
    Ok(stamps)
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
    let stamps = stamps(args, &places, &signed, &trust, context)?;
    let proven =
        stamps::earliest(&stamps).and_then(|(_, (), facts)| Some((facts.says.as_ref()?.at, facts.authority.as_deref()?)));
    if context.flags.json {
        ui::print_json(&ProofJson {
            schema: "sealbag-audit-verify/1",
            exit: exit.number(),
            summary,
            digest: signed.digest.to_string(),
            signer: KeeperJson::of(&auditor),
            time: TimeJson {
                state: match proven {
                    Some(_) => "proven",
                    None if stamps.is_empty() => "claimed",
                    None => "token-not-accepted",
                },
                proven_at: proven.map(|(at, _)| at.to_string()),
                authority: proven.map(|(_, authority)| authority),
                tokens: stamps.iter().map(|stamp| TokenJson::of(&stamp.facts)).collect(),
            },
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
        if let Some((at, authority)) = proven {
            write!(out, "{}", row("signed", format!("before {at}, proven by {}", quoted(authority))))?;
        }
        for stamp in &stamps {
            for finding in stamp.facts.findings.list().iter().chain(stamp.facts.notes.list()) {
                writeln!(out, "  {:<12} {finding}\n  hint: {}", finding.code.id, finding.remedy())?;
            }
        }
        let other = if proven.is_some() { "other " } else { "" };
        writeln!(out, "\nThe bundles were not read now. The {other}times are those of the auditor's clock.")
    })?;
    Ok(exit)
}
