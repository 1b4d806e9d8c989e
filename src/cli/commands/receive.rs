//! `sealbag receive`: verify a bundle, begin the log of this copy, and write a receipt.

use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::Result;
use sealbag::base::place::Place;
use sealbag::format::custody::Details;
use sealbag::format::digest::Random128;
use sealbag::ops::custody::keep::{self, Kept};
use sealbag::ops::custody::log::Step;
use sealbag::report::json;
use sealbag::report::text::Extent;
use sealbag::store::home;
use sealbag::{Bundle, Report, Untrusted};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::custody::{Copy, EntryJson, StepArgs, check_paper, keeper, paper, step, warn_of_giver};
use crate::cli::envelope::Opener;
use crate::cli::exit::Exit;
use crate::cli::identities::{Identities, row};
use crate::cli::interrupt;
use crate::cli::progress::Progress;
use crate::cli::timestamp::TokenArgs;
use crate::cli::ui;
use crate::cli::verified::write;

/// Take a bundle into your keeping: verify it, begin the log of this copy, write a receipt
///
/// Verifies as sealbag verify does, and writes down what that said, whatever it was, signed with your key: the first entry of the log of
/// this copy, and the same line in a file of its own, the receipt. Send the receipt back to whoever gave you the bundle. What happens to
/// the copy afterwards: sealbag custody add.
///
/// Log and receipt lie beside a bundle that anybody can read. Those of an encrypted one lie in your home folder of sealbag, since they
/// name the seal inside, so that nothing beside the file tells what it is.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  sealbag receive sealbag-0123456789ab.zip --handover from-the-courier.json --place \"Registry, room 4\""
)]
pub struct Args {
    /// The bundle, encrypted or not, or an unpacked bundle
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// What whoever gave you the bundle signed: the log then shows from whom it came
    #[arg(long, value_name = "FILE")]
    handover: Option<PathBuf>,
    /// Where the log begins [default: beside the bundle, or in your home folder of sealbag if it is encrypted]
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Where the receipt is written [default: as for the log]
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    #[command(flatten)]
    step: StepArgs,
    #[command(flatten)]
    tokens: TokenArgs,
}

/// `sealbag-receive/1`.
#[derive(Serialize)]
struct ReceiveJson<'a> {
    schema: &'static str,
    exit: u8,
    log: String,
    receipt: String,
    entry: EntryJson<'a>,
    verification: json::Verify<'a>,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let identities = Identities::open(context)?;
    let trust = identities.trusted();
    let policy = args.step.policy.policy(&trust, context)?;
    let own = identities.to_sign(args.step.key.as_deref())?.public().clone();
    let handover = args.handover.as_deref().map(|path| Ok((path, paper(path, context)?))).transpose()?;
    let (copy, source) = Copy::open(&args.bundle, context)?;
    let (log, receipt) = copy.places(&args.bundle, context)?;
    if copy.encrypted {
        home::custody::make(context.home()?)?;
    }
    let (log, receipt) = (args.log.clone().unwrap_or(log), args.receipt.clone().unwrap_or(receipt));
    keep::check_new(&log, false).map_err(|error| match error.code == code::OUTPUT_EXISTS {
        true => error.hint("you keep a log of this copy already; what happens to it now: sealbag custody add EVENT BUNDLE"),
        false => error,
    })?;
    check_paper(&receipt, context)?;

    let progress = Progress::start("verifying", context);
    let mut opener = Opener::new(context);
    let evidence = args.tokens.open(&args.bundle, context)?;
    let near = args.bundle.parent().filter(|near| *near != "").unwrap_or(Path::new("."));
    let verified = opener
        .settle(source, near, &progress)
        .and_then(|source| Bundle::read(source, &progress))
        .and_then(|bundle| bundle.verify_with(&trust, &policy, evidence, &progress));
    drop(progress);
    let report = match verified {
        Ok(verification) => verification.report().clone(),
        Err(error) => Report::unread(&error.about(&args.bundle)),
    };
    if report.findings.has(code::RUN_INTERRUPTED) {
        interrupt::check()?;
    }
    let kept = Kept { bundle: report.seal.as_ref().map(|seal| seal.digest), file_sha256: copy.file_sha256 };
    if let Some((path, handover)) = &handover {
        keep::hands_over(handover, &own, kept, &Place::path(path))?;
        warn_of_giver(handover, &trust, context);
    }

    let said = args.step.said.ask(context)?;
    let (_, signer) = identities.unlock(args.step.key.as_deref(), context)?;
    let prev = handover.as_ref().map(|(_, handover)| handover.digest);
    let details = Details::Received(keep::verdict(&report));
    interrupt::check()?;
    let id = Random128::new(context.random()?);
    let signed = keep::first(&*signer, id, prev, kept, context.now()?, &said, details)?;
    keep::begin(&log, &receipt, context.flags.force, &signed)?;
    let done = tell(&args, &report, &log, &receipt, &step(signed, &trust), context);
    if done.is_err() {
        // say that both were written, even if nobody reads the result
        ui::note(format!("wrote {}\nwrote {}", shown(&log), shown(&receipt)), context);
    }
    done.map(|()| report.verdict.into())
}

fn shown(path: &Path) -> String {
    Untrusted(&path.to_string_lossy()).to_string()
}

fn tell(args: &Args, report: &Report, log: &Path, receipt: &Path, step: &Step, context: &Context) -> Result<()> {
    if context.flags.json {
        return ui::print_json(&ReceiveJson {
            schema: "sealbag-receive/1",
            exit: report.verdict.exit(),
            log: log.to_string_lossy().into_owned(),
            receipt: receipt.to_string_lossy().into_owned(),
            entry: EntryJson::of(step),
            verification: json::Verify::of(args.bundle.to_string_lossy(), report),
        });
    }
    interrupt::while_waiting(|| {
        ui::page(|out| {
            write(out, &args.bundle, report, Extent::Page, context)?;
            if context.flags.quiet {
                return Ok(());
            }
            writeln!(out, "\nreceived, and signed by {}", keeper(&step.by))?;
            write!(out, "{}", row("log", shown(log)) + &row("receipt", shown(receipt)))?;
            writeln!(out, "\nnext: send the receipt to whoever gave you the bundle")
        })
    })
}
