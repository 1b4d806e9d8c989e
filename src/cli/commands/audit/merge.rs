//! `sealbag audit merge`: the results of all parts, in one.

use std::path::PathBuf;

use sealbag::base::error::Result;
use sealbag::ops::audit::merge::merge;
use sealbag::ops::audit::plan::{self, Asked, Plan};
use sealbag::ops::audit::results::{self, Places};
use sealbag::ops::audit::since::Earlier;
use sealbag::ops::audit::tally::Beside;

use super::tells::AuditProgress;
use crate::cli::audited::{End, ListArgs, LookAt, SignArgs, TOOL, exists, publish, tell, who, write_csv};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;

/// Join the results of all parts of one audit
///
/// Proves that each listed bundle is there exactly once and that all parts belong to one list; otherwise nothing is written, and what is
/// missing is named. The list is what the summaries beside the parts say, or --list. Copies of one seal that lie in several parts are
/// compared with one another if they can be read from here.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag audit merge part-1.jsonl part-2.jsonl -o audit.jsonl")]
pub struct Args {
    /// The results of each part
    #[arg(value_name = "RESULTS", required = true)]
    parts: Vec<PathBuf>,
    /// Write all results here
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    list: ListArgs,
    /// Say what has changed since the audit with these results
    #[arg(long, value_name = "RESULTS")]
    since: Option<PathBuf>,
    /// Write the results as a table for spreadsheets too
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    #[command(flatten)]
    sign: SignArgs,
}

pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let identities = Identities::open(context)?;
    let places = Places::of(&args.output)?;
    for path in [&places.results, &places.summary, &places.signature].into_iter().chain(&args.csv) {
        results::check_new(path, context.flags.force).map_err(exists)?;
    }
    let signer = args.sign.signer(&identities, context)?;
    let progress = AuditProgress::start(context);
    let list = match args.list.open(context)? {
        None => None,
        Some(entries) => {
            let terms = String::new();
            let asked = Asked { format: plan::FORMAT.into(), began: context.now()?, first: 1, shard: None, terms };
            Some(Plan::make(entries, None, asked, None, &context.objects, &progress)?.0)
        }
    };
    let mut merged = merge(&args.parts, list.as_ref(), &args.output, context.flags.force, &progress)?;
    let compared = merged.take_copies()?.compare(&[], &context.objects, &progress)?;
    let (listed, register, ended) = (merged.listed, merged.register, merged.ended);
    let mut tally = merged.tally.clone();
    merged.publish(&progress)?;
    tally = results::amend(&places.results, &compared.clashes)?.unwrap_or(tally);
    let mut look_at = LookAt::default();
    let mut earlier = args.since.as_deref().map(Earlier::read).transpose()?;
    results::read(&places.results, &mut |read, _| {
        let path = read.path_bytes().unwrap_or_default();
        let change = earlier.as_mut().and_then(|earlier| earlier.compare(&path, read.passed));
        look_at.line(&read, change);
        Ok(())
    })?;
    if let (Some(earlier), Some(since)) = (&earlier, &args.since) {
        earlier.gone(since, &mut |_| look_at.gone())?;
    }
    drop(progress);
    let previous = args.since.as_deref().map(|since| Places::of(since).and_then(|places| results::digest_of(&places.summary)));
    let beside = Beside { register, previous: previous.and_then(Result::ok) };
    let summary = publish(&places, context.flags.force, tally.summary(listed, beside, TOOL, ended), signer.as_deref())?;
    if let Some(csv) = &args.csv {
        write_csv(&places.results, csv, context.flags.force)?;
    }
    let end = End {
        places: Some(&places),
        summary: &summary,
        tally: &tally,
        look_at: &look_at,
        compared: &compared,
        since: args.since.is_some(),
        exit: summary.exit,
    };
    let signer = signer.map(|signer| who(&signer.public(), &identities.trusted()));
    tell(&end, signer.as_ref(), context)?;
    Ok(Exit::of(summary.exit))
}
