//! `sealbag report`: a page to look at, in HTML: what verifying says, and what the bundle shows.

use std::io::{self, Write, sink};
use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::text::plural;
use sealbag::ops::audit::board;
use sealbag::ops::custody::picture::picture;
use sealbag::report::held::Held;
use sealbag::report::json;
use sealbag::report::text::Extent;
use sealbag::report::words::Words;
use sealbag::store::fs::places::is_folder;
use sealbag::{PageOptions, Paper, Report, TrustedSigners, Untrusted};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::custody::read_all;
use crate::cli::envelope::Opener;
use crate::cli::evidence::EvidenceArgs;
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::input::lies_at;
use crate::cli::leftovers;
use crate::cli::progress::Progress;
use crate::cli::ui;
use crate::cli::verified::{read_hashed, refused, unread, write};

/// Make a page to look at: what verify says, the report, its pictures and facts
///
/// The page is one HTML file for any browser. It runs nothing, asks for nothing from anywhere and links to nothing. It begins with the
/// word that verify says. Pictures on it are small and made anew; what files say of themselves, such as where a photo was taken, stands
/// beside what the signer states.
///
/// A bundle that is FAILED or could not be checked gets a page that says so and shows nothing of what is in it; the page about a
/// stranger's bundle says whose it is not. The exit code is that of verify. A page about
/// results of audits ends with 0 once it is written, whatever it says.
///
/// The page is not encrypted, and says what the bundle says: whom you give it to can read that. It is no proof, since anybody can
/// write a page like it. The bundle is. Papers, --certificate and --custody-form, are drafts: they prove nothing until somebody who can
/// answer for them has completed and signed them, and are made only of a bundle whose seal holds.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag report sealbag-0123456789ab.zip -o notice.html")]
pub struct Args {
    /// The bundle, an unpacked bundle, or - for standard input; or the results of audits, for a page about an archive
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// The results of more audits, to show how it went over time
    #[arg(value_name = "RESULTS")]
    more: Vec<PathBuf>,
    /// The page, or - for standard output
    #[arg(short, long, value_name = "FILE.html")]
    output: PathBuf,
    /// Instead of the page, the draft of a certification with digests, method and dates filled in: us-902-14, of the Federal Rules of
    /// Evidence of the United States. What the person who certifies has to say is left blank
    #[arg(long, value_name = "KIND", value_parser = ["us-902-14"], conflicts_with = "custody_form")]
    certificate: Option<String>,
    /// Instead of the page, the draft of a form on which everybody who holds the bundle signs
    #[arg(long)]
    custody_form: bool,
    #[command(flatten)]
    evidence: EvidenceArgs,
}

/// `sealbag-report/1`.
#[derive(Serialize)]
struct ReportJson<'a> {
    schema: &'static str,
    exit: u8,
    /// The page or paper; null where none was made.
    page: Option<String>,
    /// The code of the refusal; null where one was made.
    refused: Option<&'static str>,
    verification: json::Verify<'a>,
}

const SCHEMA: &str = "sealbag-report/1";

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let to_stdout = args.output == Path::new("-");
    if to_stdout && context.flags.json {
        return Err(Error::new(code::USAGE, "-o -", "standard output cannot carry the page and JSON")
            .hint("write the page to a file, or leave out --json"));
    }
    // before any passphrase is asked for
    context.output(Some(&args.output), &mut sink())?.check(true)?;
    leftovers::offer((!to_stdout).then_some(&*args.output), context);
    let trust = Identities::open(context)?.trusted();
    if args.bundle != Path::new("-") && !is_folder(&args.bundle) && board::is_results(&args.bundle).unwrap_or(false) {
        return about_audits(&args, &trust, context);
    }
    if !args.more.is_empty() {
        return Err(Error::new(
            code::USAGE,
            args.bundle.to_string_lossy(),
            "these are no results of an audit, and a page is about one bundle",
        )
        .hint("make a page of each bundle; several results of sealbag audit -o make one page"));
    }
    let policy = args.evidence.policy(&trust, context)?;
    if args.bundle == Path::new("-") {
        context.take_standard_input()?;
    }
    let held = held(&args, &trust, context)?;
    let near = Some(&*args.output).filter(|_| !to_stdout).and_then(Path::parent).filter(|near| *near != "");
    let progress = Progress::start("reading", context);
    let mut opener = Opener::new(context);
    let hashed = args.evidence.needs_digest();
    let verified = match read_hashed(&args.bundle, near.unwrap_or(Path::new(".")), hashed, &progress, &mut opener) {
        Err(report) => Err(report),
        Ok((bundle, file_sha256)) => {
            let evidence = args.evidence.open(&args.bundle, file_sha256, &mut opener, context)?;
            match bundle.verify_with(&trust, &policy, evidence, &progress) {
                Ok(verification) => verification.into_intact().map_err(|refused| Box::new(refused.report().clone())),
                Err(error) => Err(unread(error, &args.bundle)),
            }
        }
    };
    drop(progress);

    let progress = Progress::start("looking", context);
    // the name alone: the folders above it are nobody else's business
    let bundle = args.bundle.file_name().map_or_else(|| "-".into(), |name| name.to_string_lossy());
    let input = Some(lies_at(&args.bundle));
    let options = PageOptions { words: Words::english(), bundle: &bundle, at: context.now()?, input, held: held.as_ref() };
    let mut out = ui::Stream;
    let output = context.output(Some(&args.output), &mut out)?;
    let report = match &verified {
        Ok(intact) => {
            match args.paper() {
                Some(paper) => intact.write_paper(paper, options, output, &progress)?,
                None => intact.write_page(options, output, &progress)?,
            }
            intact.report()
        }
        Err(report) if report.findings.has(code::RUN_INTERRUPTED) => return Err(Error::interrupted()),
        Err(report) if args.paper().is_some() => return refuse(&args, report, context),
        Err(report) => {
            report.write_page(options, output, &progress)?;
            report
        }
    };
    drop((progress, out));
    tell(&args, report, (!to_stdout).then_some(&*args.output), context)?;
    Ok(report.verdict.into())
}

/// `sealbag-report-audits/1`.
#[derive(Serialize)]
struct BoardJson {
    schema: &'static str,
    exit: u8,
    page: Option<String>,
    audits: u64,
    to_look_at: u64,
}

/// A page about an archive, from the results of audits. That it could be made is what the exit code says.
fn about_audits(args: &Args, trust: &TrustedSigners, context: &Context) -> Result<Exit> {
    if args.paper().is_some() || args.evidence.is_given() {
        return Err(Error::new(
            code::USAGE,
            args.bundle.to_string_lossy(),
            "papers, and what lies beside a bundle, belong to one bundle",
        ));
    }
    let paths: Vec<PathBuf> = std::iter::once(&args.bundle).chain(&args.more).cloned().collect();
    let progress = Progress::start("reading", context);
    let told = board::read(&paths, trust, context.now()?)?;
    let mut out = ui::Stream;
    board::write(&told, Words::english(), context.output(Some(&args.output), &mut out)?, &progress)?;
    drop((progress, out));
    let page = Some(&*args.output).filter(|page| *page != Path::new("-"));
    let to_look_at = told.wrong.len() as u64 + told.more;
    if let (true, Some(page)) = (context.flags.json, page) {
        let page = Some(page.to_string_lossy().into_owned());
        let json = BoardJson { schema: "sealbag-report-audits/1", exit: 0, page, audits: told.audits.len() as u64, to_look_at };
        return ui::print_json(&json).map(|()| Exit::DONE);
    }
    ui::written(page, context, |out| {
        writeln!(out, "{}: {to_look_at} to look at", plural(told.audits.len() as u64, "audit", "audits"))?;
        page.map_or(Ok(()), |page| writeln!(out, "\npage  {}", Untrusted(&page.to_string_lossy())))
    })?;
    Ok(Exit::DONE)
}

/// Who held which copy, where logs were given; they are read apart from the verdict.
fn held(args: &Args, trust: &TrustedSigners, context: &Context) -> Result<Option<Held>> {
    let logs = args.evidence.logs();
    if logs.is_empty() || args.paper().is_some() {
        return Ok(None);
    }
    if logs.iter().any(|path| path == Path::new("-")) {
        let error =
            Error::new(code::USAGE, "--custody -", "a log that is drawn on a page is read twice, and a stream passes once");
        return Err(error.hint("save it to a file first, and name that"));
    }
    Ok(Some(picture(read_all(logs, trust, context)?, trust)))
}

impl Args {
    fn paper(&self) -> Option<Paper> {
        if self.custody_form { Some(Paper::CustodyForm) } else { self.certificate.as_ref().map(|_| Paper::Certificate) }
    }
}

/// No paper says anything about a bundle of which nothing is known to hold.
fn refuse(args: &Args, report: &Report, context: &Context) -> Result<Exit> {
    let trouble = "no paper was made, because its seal does not hold or could not be checked";
    let error = Error::new(code::REPORT_REFUSED, args.bundle.to_string_lossy(), trouble);
    refused(error, &args.bundle, report, context, |verification| {
        ui::print_json(&ReportJson {
            schema: SCHEMA,
            exit: report.verdict.exit(),
            page: None,
            refused: Some(code::REPORT_REFUSED.id),
            verification,
        })
    })
}

fn tell(args: &Args, report: &Report, page: Option<&Path>, context: &Context) -> Result<()> {
    if let (true, Some(page)) = (context.flags.json, page) {
        return ui::print_json(&ReportJson {
            schema: SCHEMA,
            exit: report.verdict.exit(),
            page: Some(page.to_string_lossy().into_owned()),
            refused: None,
            verification: json::Verify::of(args.bundle.to_string_lossy(), report),
        });
    }
    ui::written(page, context, |out| summary(out, args, report, page, context))
}

fn summary(out: &mut dyn Write, args: &Args, report: &Report, page: Option<&Path>, context: &Context) -> io::Result<()> {
    write(out, &args.bundle, report, Extent::Word, context)?;
    let Some(page) = page else { return Ok(()) };
    writeln!(out, "\npage  {}", Untrusted(&page.to_string_lossy()))?;
    writeln!(out, "it is not encrypted, and whoever has it can read what it shows")
}
