//! `sealbag verify`: five answers and one word for each bundle.

use std::path::{Path, PathBuf};

use sealbag::base::code::{self, Class};
use sealbag::base::error::{Error, Result};
use sealbag::base::text::plural;
use sealbag::{Against, Bundle, Evidence, Policy, Report, TrustedSigners, Verdict};

use crate::cli::context::Context;
use crate::cli::envelope::Opener;
use crate::cli::evidence::{EvidenceArgs, any_releases};
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::input::{reading, source};
use crate::cli::progress::Progress;
use crate::cli::timestamp::with_tokens;
use crate::cli::ui;
use crate::cli::verified::{read_hashed, tell, whole};

/// Check a bundle: is it whole, whose is it, since when, for whom, who held it
///
/// Takes bundles, encrypted or not, unpacked bundles (folders) and - for standard input. An encrypted one is opened with your
/// decryption keys, or a passphrase, and never written to the disk in plain. Nothing is extracted.
///
/// A bundle from which something was withheld is VERIFIED too, if signed releases account for all that is missing; with --require
/// complete it is NOT ENOUGH. The exit code is 0 for VERIFIED, 1 FAILED, 5 CANNOT CHECK, 3 UNKNOWN SIGNER, 4 NOT ENOUGH; of several
/// bundles it is the worst, in this order.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag verify sealbag-0123456789ab.zip --from \"Amina O.\"")]
pub struct Args {
    /// Bundles, folders, objects of a store (s3://BUCKET/KEY), or - for standard input
    #[arg(value_name = "BUNDLE", required = true)]
    bundles: Vec<PathBuf>,
    #[command(flatten)]
    evidence: EvidenceArgs,
    /// Say whether this other bundle has the same seal, and what only one of the two shows
    #[arg(long, value_name = "BUNDLE")]
    against: Option<PathBuf>,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let trust = Identities::open(context)?.trusted();
    let policy = args.evidence.policy(&trust, context)?;
    let mut opener = Opener::new(context);
    for _ in args.bundles.iter().filter(|path| *path == Path::new("-")) {
        context.take_standard_input()?;
    }
    let with_more = args.against.is_some() || args.evidence.is_given();
    if args.bundles.len() > 1 && with_more {
        let error = Error::new(code::USAGE, "verify", "--with, --custody, --token and --against work with one bundle only");
        return Err(error.hint("verify the bundles one by one"));
    }
    if args.evidence.logs().len() > 1 {
        let error = Error::new(code::USAGE, "--custody", "a copy has one log, so it is given once");
        return Err(error.hint("see several logs together: sealbag custody merge LOG..., or sealbag report with each of them"));
    }
    let mut verdicts = Vec::new();
    for (at, path) in args.bundles.iter().enumerate() {
        let report = match with_more {
            true => beside(&args, path, &trust, &policy, &mut opener, context)?,
            false => verify(path, &trust, &policy, &mut opener, context),
        };
        verdicts.push(report.verdict);
        if at > 0 && !context.flags.json && !context.flags.quiet {
            ui::print(|out| writeln!(out))?;
        }
        tell(path, &report, context)?;
        if report.findings.has(code::RUN_INTERRUPTED) {
            break;
        }
    }
    if verdicts.len() > 1 && !context.flags.json && !context.flags.quiet {
        ui::page(|out| writeln!(out, "\n{}", totals(&verdicts)))?;
    }
    Ok(Verdict::worst(verdicts).unwrap_or(Verdict::CannotCheck).into())
}

/// How many bundles there were, and how many of them ended in which word, the worst first.
fn totals(verdicts: &[Verdict]) -> String {
    let mut left = verdicts.to_vec();
    let mut words = Vec::new();
    while let Some(worst) = Verdict::worst(left.iter().copied()) {
        let before = left.len();
        left.retain(|verdict| *verdict != worst);
        words.push(format!("{} {worst}", before - left.len()));
    }
    format!("{}: {}", plural(verdicts.len() as u64, "bundle", "bundles"), words.join(", "))
}

/// The report on one bundle; that it cannot be read is an answer too.
fn verify(path: &Path, trust: &TrustedSigners, policy: &Policy, opener: &mut Opener, context: &Context) -> Report {
    // a passphrase is asked for before anything moves on the terminal
    let opened = source(path, context).and_then(|source| reading(source, |source| opener.open(source)));
    let progress = Progress::start("verifying", context);
    let verified = opened
        .and_then(|source| reading(source, |source| Bundle::read(source, &progress)))
        .and_then(|bundle| bundle.verify_with(trust, policy, with_tokens(path, context)?, &progress));
    match verified {
        Ok(verification) => verification.report().clone(),
        Err(error) => Report::unread(&error.about(path)),
    }
}

/// As [`verify`], with what lies beside the bundle.
fn beside(
    args: &Args,
    path: &Path,
    trust: &TrustedSigners,
    policy: &Policy,
    opener: &mut Opener,
    context: &Context,
) -> Result<Report> {
    let progress = Progress::start("verifying", context);
    let near = Path::new(".");
    let (bundle, file_sha256) = match read_hashed(path, near, args.evidence.needs_digest(), &progress, opener) {
        Ok(read) => read,
        Err(report) => return Ok(*report),
    };
    let evidence = args.evidence.open(path, file_sha256, opener, context)?;
    let other = match &args.against {
        None => None,
        Some(other) => {
            if other == Path::new("-") {
                context.take_standard_input()?;
            }
            let verified = whole(other, near, trust, &any_releases(), &progress, opener);
            Some(verified.map_err(|report| unread(other, &report)))
        }
    };
    let against = other.as_ref().map(|other| match other {
        Ok(verification) => Against::Verified(verification),
        Err(error) => Against::Unread(error),
    });
    let evidence = Evidence { against, ..evidence };
    let verification = bundle.verify_with(trust, policy, evidence, &progress)?;
    Ok(verification.report().clone())
}

/// Why the other bundle could not be checked: whatever is wrong with it says nothing against the one that is verified.
fn unread(path: &Path, report: &Report) -> Error {
    let thing = path.to_string_lossy();
    match report.findings.list().first().filter(|finding| finding.code.class == Class::CannotCheck) {
        Some(finding) => Error::new(finding.code, thing, finding.detail.clone()),
        None => Error::new(code::AGAINST_UNREAD, thing, "it is not a bundle that can be compared"),
    }
}
