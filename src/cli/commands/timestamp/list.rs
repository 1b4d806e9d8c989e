//! `sealbag timestamp list`: the tokens beside a bundle or a log, judged.

use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::text::plural;
use sealbag::crypto::tsp::Imprint;
use sealbag::ops::stamping::Shown;
use sealbag::ops::stamps::{self, Stamp};
use sealbag::ops::timestamp::Kind;
use sealbag::report::line::short;
use sealbag::report::model::TokenFacts;
use sealbag::{Class, Verdict};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::timestamp::{StampJson, TokenArgs, stampable, told};
use crate::cli::ui::{self, BAD, BOLD};

/// Show the tokens beside a bundle or a custody log, and whether each counts
///
/// Ends with 0 where every token counts, 3 where no authority that you trust vouches for one, and 1 where something else is wrong with one.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag timestamp list sealbag-0123456789ab.zip")]
pub struct Args {
    /// The bundle, encrypted or not, an unpacked bundle, a custody log, or the summary or the stamp of an audit
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    #[command(flatten)]
    tokens: TokenArgs,
}

/// `sealbag-timestamp-list/1`.
#[derive(Serialize)]
struct ListJson<'a> {
    schema: &'static str,
    exit: u8,
    /// As it was named.
    bundle: String,
    tokens: Vec<StampJson<'a>>,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let trust = Identities::open(context)?.trusted();
    let of = stampable(&args.bundle, &trust, context)?;
    let given = args.tokens.open(&args.bundle, context)?;
    if of.kind() != Kind::Bundle && !given.stampings.is_empty() {
        return Err(Error::new(code::USAGE, "--token", "the stamp of an audit is over bundles, and this is none"));
    }
    let shown = of.newest().map(|seal| Shown::of(&given.stampings, &seal)).unwrap_or_default();
    let tokens = [given.tokens, shown.tokens.clone()].concat();
    let over = |imprint: &Imprint| match of.part(imprint) {
        Some(part) => Some((part, None)),
        None => shown.seals(imprint).map(|seals| (1, Some(seals))),
    };
    let judged = stamps::judge(&tokens, over, trust.authorities(), Some(context.now()?));
    let mut stamps: Vec<Stamp<u64>> = shown.refused.iter().map(Stamp::refused).collect();
    stamps.extend(judged.into_iter().map(|Stamp { facts, over, latest }| {
        let (over, seals) = over.unzip();
        Stamp { facts: TokenFacts { seals: seals.flatten(), ..facts }, over, latest }
    }));
    let verdict = Verdict::worst(stamps.iter().map(|stamp| word(&stamp.facts))).unwrap_or(Verdict::Verified);
    let exit = Exit::from(verdict);
    if context.flags.json {
        ui::print_json(&ListJson {
            schema: "sealbag-timestamp-list/1",
            exit: exit.number(),
            bundle: args.bundle.to_string_lossy().into_owned(),
            tokens: stamps.iter().map(StampJson::of).collect(),
        })?;
        return Ok(exit);
    }
    ui::page(|out| {
        if stamps.is_empty() {
            return writeln!(out, "no token lies beside {}", short(&args.bundle.to_string_lossy()));
        }
        for (at, stamp) in stamps.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            let name = short(&Path::new(&stamp.facts.name).to_string_lossy());
            match stamp.facts.authority {
                Some(_) => writeln!(out, "{BOLD}accepted{BOLD:#}  {name}")?,
                None => writeln!(out, "{BAD}NOT ACCEPTED{BAD:#}  {name}")?,
            }
            let over = match stamp.over {
                None => String::new(),
                Some(part) => match (of.kind(), stamp.facts.seals) {
                    (Kind::Log, _) => format!("step {part} of the log, and all before it"),
                    (Kind::Bundle, Some(seals)) => format!("{}, this one among them", plural(seals, "seal", "seals")),
                    (Kind::Bundle, None) => "the seal".into(),
                    (Kind::Summary, _) => "the signed summary".into(),
                    (Kind::Stamp(seals), _) => plural(seals, "seal", "seals"),
                },
            };
            write!(out, "{}", told(&stamp.facts, &over))?;
            for finding in stamp.facts.findings.list().iter().chain(stamp.facts.notes.list()) {
                writeln!(out, "  {:<12} {finding}\n  hint: {}", finding.code.id, finding.remedy())?;
            }
        }
        Ok(())
    })?;
    Ok(exit)
}

fn word(facts: &TokenFacts) -> Verdict {
    match facts.findings.worst() {
        None | Some(Class::Note) => Verdict::Verified,
        Some(Class::UnknownSigner) => Verdict::UnknownSigner,
        Some(_) => Verdict::Failed,
    }
}
