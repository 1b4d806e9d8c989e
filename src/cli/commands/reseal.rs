//! `sealbag reseal`: pass a whole bundle on to other readers, under the same seal.

use std::io::{self, Write, sink};
use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::text::{bytes, plural};
use sealbag::report::json;
use sealbag::report::line::named;
use sealbag::report::verdict::ContentsAnswer;
use sealbag::{Forwarding, Report, Resealed, Untrusted, Verified};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::envelope::Opener;
use crate::cli::evidence::any_releases;
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::input::lies_at;
use crate::cli::leftovers;
use crate::cli::progress::Progress;
use crate::cli::recipients::{EncryptionArgs, Readers};
use crate::cli::ui::{self, BOLD};
use crate::cli::verified::{refused, whole};

/// Pass a whole bundle on to other readers: the same seal, encrypted for them
///
/// Makes a new encrypted copy and leaves the old one as it is. Nothing is left out: its readers verify the first seal, over all that
/// it shows. To leave something out first: sealbag redact.
///
/// Without --sign nothing in the copy says that you passed it on or to whom. With --sign each of its readers, and nobody else, can see
/// that you passed it on to them. A seal that names its first readers (--name-recipients) goes on naming them.
#[derive(clap::Args)]
#[command(override_usage = "sealbag reseal [OPTIONS] <BUNDLE> --to <NAME> -o <OUT>")]
#[command(after_help = "Example:
  sealbag reseal sealbag-0123456789ab.zip.age --to \"Bela K.\" -o for-bela.zip.age")]
pub struct Args {
    /// The bundle, an unpacked bundle, or - for standard input
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Say in it that you passed it on, signed, for its readers alone to see
    #[arg(long, conflicts_with = "passphrase")]
    sign: bool,
    /// The key to sign that with, by its name or fingerprint [default: your first]
    #[arg(long, value_name = "NAME", requires = "sign")]
    key: Option<String>,
    /// The new copy, or - for standard output [default: a fresh name, sealbag-….zip.age, in the current folder]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    #[command(flatten)]
    encryption: EncryptionArgs,
}

/// `sealbag-reseal/1`.
#[derive(Serialize)]
struct ResealJson<'a> {
    schema: &'static str,
    exit: u8,
    /// The new copy; null where it went to standard output.
    bundle: Option<String>,
    refused: Option<&'static str>,
    digest: Option<String>,
    /// Items that it shows.
    shown: u64,
    /// Items that were withheld before, and still are.
    withheld: u64,
    length: u64,
    encryption: &'static str,
    encryption_why: Option<&'a str>,
    to: &'a [String],
    opens_here: bool,
    /// The fingerprint of whoever says that they passed it on; null where nobody does.
    signed_by: Option<String>,
}

/// What verifying said, where that is why nothing was passed on.
#[derive(Serialize)]
struct RefusedJson<'a> {
    schema: &'static str,
    exit: u8,
    bundle: Option<String>,
    refused: &'static str,
    verification: json::Verify<'a>,
}

const SCHEMA: &str = "sealbag-reseal/1";

pub fn run(mut args: Args, context: &Context) -> Result<Exit> {
    let to_stdout = args.output.as_deref() == Some(Path::new("-"));
    if to_stdout && context.flags.json {
        return Err(Error::new(code::USAGE, "-o -", "standard output cannot carry the bundle and JSON")
            .hint("write the bundle to a file, or leave out --json"));
    }
    args.encryption.read_list(context)?;
    if args.encryption.is_plain() {
        return Err(Error::new(code::USAGE, args.bundle.to_string_lossy(), "nobody is named to pass it on to")
            .hint("say for whom: --to NAME, or --passphrase; to unpack it for yourself: sealbag open BUNDLE"));
    }
    // before any passphrase is asked for
    context.output(args.output.as_deref(), &mut sink())?.check(true)?;
    leftovers::offer(args.output.as_deref(), context);
    let identities = Identities::open(context)?;
    let trust = identities.trusted();
    args.encryption.check(identities.to_sign(args.key.as_deref()), &identities)?;
    if args.sign {
        identities.to_sign(args.key.as_deref())?;
    }
    if args.bundle == Path::new("-") {
        context.take_standard_input()?;
    }
    let progress = Progress::start("reading", context);
    let near = args.output.as_deref().filter(|_| !to_stdout).and_then(Path::parent).filter(|near| *near != "");
    let mut opener = Opener::new(context);
    let read = whole(&args.bundle, near.unwrap_or(Path::new(".")), &trust, &any_releases(), &progress, &mut opener);
    let verified = match read {
        Ok(verification) => match verification.into_verified() {
            Ok(verified) => verified,
            Err(no) => return refuse(&args, no.report(), context),
        },
        Err(report) => return refuse(&args, &report, context),
    };
    drop(progress);
    let signing = if args.sign { Some(identities.unlock(args.key.as_deref(), context)?) } else { None };
    let chosen = args.encryption.choose(identities.to_sign(args.key.as_deref()), &identities, context)?;
    let Some(encryption) = &chosen.encryption else {
        return Err(Error::new(code::USAGE, args.bundle.to_string_lossy(), "nobody is named to pass it on to"));
    };
    let now = context.now()?;
    let forwarding = signing.as_ref().map(|(_, key)| Forwarding { by: &**key, at: now });
    let progress = Progress::start("passing on", context);
    let mut out = ui::Stream;
    let output = context.output(args.output.as_deref(), &mut out)?;
    let input = Some(lies_at(&args.bundle));
    let resealed = verified.reseal(encryption, forwarding.as_ref(), output, input, &progress)?;
    drop((progress, out));

    let by = signing.as_ref().map(|(own, _)| (named(own.name(), own.public()), own.public().fingerprint().to_string()));
    let done = tell(&verified, &resealed, &chosen.readers, by, context);
    if let (Err(_), Some(path)) = (&done, &resealed.path) {
        // say that the file was written, even if nobody reads the result
        ui::note(format!("wrote {}", Untrusted(&path.to_string_lossy())), context);
    }
    done.map(|()| Exit::DONE)
}

/// `by` is whoever signs that they passed it on: as people are told, and the fingerprint.
fn tell(
    verified: &Verified,
    resealed: &Resealed,
    readers: &Readers,
    by: Option<(String, String)>,
    context: &Context,
) -> Result<()> {
    let report = verified.report();
    if context.flags.json {
        return ui::print_json(&ResealJson {
            schema: SCHEMA,
            exit: Exit::DONE.number(),
            bundle: resealed.path.as_ref().map(|path| path.to_string_lossy().into_owned()),
            refused: None,
            digest: report.seal.as_ref().map(|seal| seal.digest.to_string()),
            shown: report.items.saturating_sub(report.withheld),
            withheld: report.withheld,
            length: resealed.length,
            encryption: readers.kind.as_str(),
            encryption_why: readers.why.as_deref(),
            to: &readers.names,
            opens_here: readers.opens_here,
            signed_by: by.map(|(_, fingerprint)| fingerprint),
        });
    }
    let by = by.as_ref().map(|(told, _)| told.as_str());
    ui::written(resealed.path.as_deref(), context, |out| summary(out, report, resealed, readers, by))
}

fn summary(out: &mut dyn Write, report: &Report, resealed: &Resealed, readers: &Readers, by: Option<&str>) -> io::Result<()> {
    let path = resealed.path.as_ref().map(|path| path.to_string_lossy());
    let place = path.as_deref().map_or("to standard output".into(), |path| Untrusted(path).to_string());
    writeln!(out, "{BOLD}passed on{BOLD:#}  {place}, {}\n", bytes(resealed.length))?;
    let shown = plural(report.items.saturating_sub(report.withheld), "item", "items");
    let all = match report.answers.contents {
        ContentsAnswer::Withheld => format!("{shown}, and {} withheld as before", report.withheld),
        _ => format!("{shown}, which is all of it"),
    };
    writeln!(out, "  shows       {all}")?;
    readers.write(out)?;
    if let Some(by) = by {
        writeln!(out, "  by          {}", by)?;
    }
    writeln!(out, "\neach of its readers can see")?;
    let seen = match by {
        Some(_) => "that you passed it on to them, and not to whom else",
        None => "that it was encrypted again, and nothing of who did that and for whom",
    };
    writeln!(out, "  - {seen}")?;
    writeln!(out, "  - everything that the copy you had shows, whoever that names; look: sealbag show BUNDLE")?;
    if !readers.opens_here {
        writeln!(out, "\nthis computer cannot open it: it was not encrypted for you (--to-me)")?;
    }
    Ok(())
}

fn refuse(args: &Args, report: &Report, context: &Context) -> Result<Exit> {
    let trouble = "nothing was passed on, because it is not VERIFIED";
    let error = Error::new(code::RESEAL_REFUSED, args.bundle.to_string_lossy(), trouble);
    refused(error, &args.bundle, report, context, |verification| {
        ui::print_json(&RefusedJson {
            schema: SCHEMA,
            exit: report.verdict.exit(),
            bundle: None,
            refused: code::RESEAL_REFUSED.id,
            verification,
        })
    })
}
