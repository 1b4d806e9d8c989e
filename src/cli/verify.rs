//! `sealbag verify`: five answers and one word for each bundle.

use std::path::{Path, PathBuf};

use sealbag::base::code::{self, Class};
use sealbag::base::error::{Error, Result};
use sealbag::{Bundle, Policy, Report, Requirement, Source, TrustedSigners, Verdict, Verification};

use super::context::Context;
use super::envelope::Opener;
use super::exit::Exit;
use super::identities::Identities;
use super::interrupt::{self, Progress};
use super::{report_human, report_json, ui};

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
    /// Bundles, folders, or - for standard input
    #[arg(value_name = "BUNDLE", required = true)]
    bundles: Vec<PathBuf>,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    disclosures: DisclosureArgs,
    /// Say whether this other bundle is of the same seal, and what only one of the two shows
    #[arg(long, value_name = "BUNDLE")]
    against: Option<PathBuf>,
}

/// What was given back of what is withheld.
#[derive(clap::Args)]
pub struct DisclosureArgs {
    /// A disclosure (sealbag disclose): take in what it gives back, if that is what was sealed; again for each one
    #[arg(long, value_name = "FILE")]
    pub with: Vec<PathBuf>,
}

impl DisclosureArgs {
    /// Takes each disclosure, which may be encrypted.
    pub fn take(
        &self,
        verification: &mut Verification,
        opener: &mut Opener,
        progress: &Progress,
        context: &Context,
    ) -> Result<()> {
        for path in &self.with {
            if path == Path::new("-") {
                context.take_standard_input()?;
            }
            let taken = disclosure(path, opener).and_then(|source| verification.take_disclosure(source, progress));
            taken.map_err(|error| Error { thing: path.to_string_lossy().into_owned(), ..error })?;
        }
        Ok(())
    }
}

/// Where what was named lies, so that nothing is written over it.
pub fn lies_at(path: &Path) -> &Path {
    if path == Path::new("-") { Path::new("/dev/stdin") } else { path }
}

/// Opens a disclosure, and its envelope.
pub fn disclosure(path: &Path, opener: &mut Opener) -> Result<Source> {
    source(path).and_then(|source| reading(source, |source| opener.open(source)))
}

/// What is asked beyond the seal.
#[derive(clap::Args)]
pub struct PolicyArgs {
    /// It must be the seal of this contact
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// What else must hold: complete, time, addressed, custody
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = requirement)]
    require: Vec<Requirement>,
}

impl PolicyArgs {
    /// The policy, if the named contact exists.
    pub fn policy(&self, trust: &TrustedSigners) -> Result<Policy> {
        if let Some(name) = self.from.as_ref().filter(|name| !trust.knows(name)) {
            return Err(Error::new(code::CONTACT_UNKNOWN, name, "no contact and no key of yours has this name"));
        }
        Ok(Policy { from: self.from.clone(), required: self.require.clone() })
    }
}

fn requirement(word: &str) -> std::result::Result<Requirement, String> {
    Requirement::parse(word).ok_or_else(|| "one of complete, time, addressed, custody is needed".into())
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let trust = Identities::open(context)?.trusted();
    let policy = args.policy.policy(&trust)?;
    let mut opener = Opener::new(context);
    for _ in args.bundles.iter().filter(|path| *path == Path::new("-")) {
        context.take_standard_input()?;
    }
    if args.bundles.len() > 1 && (args.against.is_some() || !args.disclosures.with.is_empty()) {
        let error = Error::new(code::USAGE, "verify", "--with and --against are about one bundle");
        return Err(error.hint("verify the bundles one by one"));
    }
    let mut verdicts = Vec::new();
    for (at, path) in args.bundles.iter().enumerate() {
        let report = match args.against.is_some() || !args.disclosures.with.is_empty() {
            true => beside(&args, path, &trust, &policy, &mut opener, context)?,
            false => verify(path, &trust, &policy, &mut opener, context),
        };
        verdicts.push(report.verdict);
        if context.flags.json {
            ui::print_json(&report_json::Verify::of(path, &report))?;
        } else {
            if at > 0 {
                ui::print(|out| writeln!(out))?;
            }
            ui::print(|out| report_human::write(out, path, &report, context.flags.quiet))?;
        }
        if report.findings.has(code::RUN_INTERRUPTED) {
            break;
        }
    }
    Ok(Verdict::worst(verdicts).unwrap_or(Verdict::CannotCheck).into())
}

/// What can be said of one bundle; that it cannot be looked at is an answer too.
fn verify(path: &Path, trust: &TrustedSigners, policy: &Policy, opener: &mut Opener, context: &Context) -> Report {
    // a passphrase is asked for before anything moves on the terminal
    let opened = source(path).and_then(|source| reading(source, |source| opener.open(source)));
    let progress = Progress::start("verifying", context);
    let verified = opened
        .and_then(|source| reading(source, |source| Bundle::read(source, &progress)))
        .and_then(|bundle| bundle.verify(trust, policy, &progress));
    match verified {
        Ok(verification) => verification.report().clone(),
        Err(error) => Report::unread(&error.about(path)),
    }
}

/// As [`verify`], with disclosures put in, and beside another bundle.
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
    let mut verification = match whole(path, near, trust, policy, &progress, opener) {
        Ok(verification) => verification,
        Err(report) => return Ok(*report),
    };
    args.disclosures.take(&mut verification, opener, &progress, context)?;
    if let Some(other) = &args.against {
        if other == Path::new("-") {
            context.take_standard_input()?;
        }
        match whole(other, near, trust, &Policy::default(), &progress, opener) {
            Ok(other) => verification.compare(&other)?,
            Err(report) => verification.could_not(&unread(other, &report)),
        }
    }
    Ok(verification.report().clone())
}

/// Why the other bundle could not be looked at: whatever is wrong with it says nothing against the one that is verified.
fn unread(path: &Path, report: &Report) -> Error {
    let thing = path.to_string_lossy();
    match report.findings.list().first().filter(|finding| finding.code.class == Class::CannotCheck) {
        Some(finding) => Error::new(finding.code, thing, &*finding.detail),
        None => Error::new(code::AGAINST_UNREAD, thing, "it is no bundle that could be compared"),
    }
}

/// Verifies what another verb is to work on; what cannot be read again is first kept in a file without a name, in the folder
/// `near`.
pub fn whole(
    path: &Path,
    near: &Path,
    trust: &TrustedSigners,
    policy: &Policy,
    progress: &Progress,
    opener: &mut Opener,
) -> std::result::Result<Verification, Box<Report>> {
    let verified = source(path)
        .and_then(|source| reading(source, |source| Source::settle(source, near, progress)))
        .and_then(|source| opener.open(source))
        .and_then(|source| Bundle::read(source, progress))
        .and_then(|bundle| bundle.verify(trust, policy, progress));
    verified.map_err(|error| Box::new(Report::unread(&error.about(path))))
}

/// Tells what verifying said, and that a verb therefore did nothing. For JSON `json` prints the one object.
pub fn refused(
    error: Error,
    path: &Path,
    report: &Report,
    context: &Context,
    json: impl FnOnce(report_json::Verify) -> Result<()>,
) -> Result<Exit> {
    if context.flags.json {
        json(report_json::Verify::of(path, report))?;
    } else {
        ui::print(|out| report_human::write(out, path, report, context.flags.quiet))?;
    }
    let hint = match report.verdict {
        Verdict::UnknownSigner => "add the signer's card after comparing it: sealbag contact add CARD",
        _ => "see what was found above",
    };
    ui::error(&if error.hint.is_none() { error.hint(hint) } else { error }, false);
    Ok(report.verdict.into())
}

/// Reads from a source: where that is a stream, which may never end, the first signal ends the program.
pub fn reading<T>(source: Source, read: impl FnOnce(Source) -> Result<T>) -> Result<T> {
    if source.is_stream() { interrupt::while_waiting(|| read(source)) } else { read(source) }
}

/// Opens what the command line names; `-` is standard input.
pub fn source(path: &Path) -> Result<Source> {
    // a named pipe that nobody writes to is waited for here
    let open = || Source::open(path);
    if path == Path::new("-") { Source::standard_input() } else { interrupt::while_waiting(open) }
}
