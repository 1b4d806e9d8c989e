//! `sealbag redact`: leave items out of a bundle, under the same seal, with a release that says who did and why.

mod remains;

use std::io::{self, Write, sink};
use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::text::{bytes, plural};
use sealbag::ops::leaks::{Kin, Leak, NotSearched, Said, Told};
use sealbag::{Reason, Redacted, Redaction, Report, TwinsOfWithheld, Untrusted, Withholding};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::envelope::Opener;
use crate::cli::evidence::any_releases;
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::input::lies_at;
use crate::cli::items::ListArgs;
use crate::cli::leftovers;
use crate::cli::progress::Progress;
use crate::cli::recipients::{EncryptionArgs, Readers};
use crate::cli::ui::{self, BOLD};
use crate::cli::verified::{refused, whole};
use sealbag::report::json::{self, ItemJson};
use sealbag::report::line::{named, quoted};

/// Leave files and facts out of a bundle; the rest still verifies under the first seal
///
/// Makes a new bundle and leaves the old one as it is. An ITEM is one of these, with the names that sealbag show prints: a path (the
/// file and every fact about it), path#fact, case#fact, source:S1 (every fact about that source), source:S1#fact, recipients (whom
/// the bundle was encrypted for), eight or more digits of a commitment, or a pattern with * and ?.
///
/// You sign a release that says how many items you left out, when and why; every reader of the result is told. Nothing in the
/// result names what is gone. It can be given back to one reader later: sealbag disclose.
///
/// Before anything is written, what stays is searched for what goes. If any of it is found, nothing is written unless you say
/// --anyway. Searched for are: each identity; each other value (its first 200 letters; not those of one or two common words); each
/// word of an identity, common ones aside unless they are all it has; words of other values and of file names that are written as
/// names, and numbers from four digits in them; telephone numbers by their last eight digits; dates and times; file names, labels
/// such as S1, recipients, and the same bytes. Words of an identity that are no names, such as guard, are listed apart; they alone
/// stop nothing.
///
/// Searched are facts, file names, times of files, reasons, and files: text in UTF-8, UTF-16 or Windows-1252, also in HTML, JSON
/// and mail (quoted-printable, base64, encoded headers), in ZIP, gzip, Word, Excel, PowerPoint, OpenDocument and EPUB files, and in PDF files whose
/// letters can be read. Accents, capitals and line breaks make no difference. A word in half of the files that stay, and in eight
/// at least, is left out unless it names a source, and so is a phrase without names that two sources have in the same fact.
///
/// Photos, videos and documents are also read for what they say of themselves: whether they were made within 100 metres of what goes, at
/// the same moment or with the same camera, and whom they name. Files that the seal says were made of what goes (twins), or that it was
/// made of, are told too. Times and cameras that most files have in common are listed apart; they alone stop nothing.
///
/// What cannot be read is listed as not searched, with the reason: pictures, sound, video, encrypted and damaged files, and others; only what is written
/// plainly in their bytes, and what they say of themselves, was searched. The search does not understand what it reads: it misses other
/// spellings, translations, descriptions, and base64 that nothing announces.
#[derive(clap::Args)]
#[command(override_usage = "sealbag redact [OPTIONS] <BUNDLE> --withhold <ITEM>... --reason <TEXT> -o <OUT>")]
#[command(after_help = "Example:
  sealbag redact sealbag-0123456789ab.zip --withhold source:S1 photos/face.jpg --reason \"their safety\" -o for-court.zip")]
pub struct Args {
    /// The bundle, an unpacked bundle, or - for standard input
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// What to leave out, one ITEM or several; they end where the next option begins
    #[arg(long, value_name = "ITEM", num_args = 1..)]
    withhold: Vec<String>,
    #[command(flatten)]
    list: ListArgs,
    /// Why, for everybody who verifies the result to read
    #[arg(long, value_name = "TEXT", required_unless_present = "dry_run")]
    reason: Option<String>,
    /// Keep the items that say whom the bundle was first encrypted for; by default they are left out
    #[arg(long)]
    keep_recipients: bool,
    /// Also withhold twins of what is withheld, and the files that it was made of
    #[arg(long)]
    with_twins: bool,
    /// Keep twins of what is withheld, which were sealed to be shown in its place, with the facts that are stated of both
    #[arg(long, conflicts_with = "with_twins")]
    keep_twins: bool,
    /// Write the result although what remains still reveals what you withhold
    #[arg(long)]
    anyway: bool,
    /// Show what would go and what would stay, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The key to sign the release with, by its name or fingerprint [default: your first]
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    /// The redacted bundle, or - for standard output [default: a fresh name, sealbag-….zip, in the current folder, .zip.age where it is
    /// encrypted]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Leave the result unencrypted although the bundle came encrypted
    #[arg(long, conflicts_with_all = ["to", "to_list", "to_me", "classic", "passphrase"])]
    plain: bool,
    #[command(flatten)]
    encryption: EncryptionArgs,
}

/// `sealbag-redact/1`.
#[derive(Serialize)]
struct RedactJson<'a> {
    schema: &'static str,
    exit: u8,
    /// The redacted bundle; null where none was written to a file.
    bundle: Option<String>,
    /// The code of the refusal; null where it was written, or only tried.
    refused: Option<&'static str>,
    dry_run: bool,
    withheld: Vec<ItemJson<'a>>,
    remaining: Vec<LeakJson<'a>>,
    /// Items that stay.
    shown: u64,
    /// Files that stay and are in `not_searched`.
    not_looked_into: u64,
    not_searched: Vec<NotSearchedJson<'a>>,
    /// Items that stay and name people.
    names: Vec<ItemJson<'a>>,
    /// The number of the release, from 1.
    release: Option<usize>,
    length: Option<u64>,
    encryption: Option<&'static str>,
    to: &'a [String],
    opens_here: Option<bool>,
}

/// What could not be read as text, so that only its bytes were searched.
#[derive(Serialize)]
struct NotSearchedJson<'a> {
    path: &'a str,
    /// The file in that file; null where it is that file itself.
    inside: Option<&'a str>,
    reason: &'static str,
}

#[derive(Serialize)]
struct LeakJson<'a> {
    place: &'a str,
    line: Option<u64>,
    of: &'a str,
    what: &'static str,
    text: Option<&'a str>,
    /// How far the two places are apart; there only where it is about places.
    #[serde(skip_serializing_if = "Option::is_none")]
    metres: Option<u64>,
    /// False for a plain word of an identity, and for other things for which nothing is refused.
    stops: bool,
}

/// What is told of a redaction beside itself.
struct Beside<'t> {
    readers: &'t Readers,
    identities: &'t Identities,
    /// Whose release it is.
    by: &'t str,
}

/// What verifying said, where that is why nothing was withheld.
#[derive(Serialize)]
struct RefusedJson<'a> {
    schema: &'static str,
    exit: u8,
    bundle: Option<String>,
    refused: &'static str,
    verification: json::Verify<'a>,
}

pub fn run(mut args: Args, context: &Context) -> Result<Exit> {
    let to_stdout = args.output.as_deref() == Some(Path::new("-"));
    if to_stdout && context.flags.json {
        return Err(Error::new(code::USAGE, "-o -", "standard output cannot carry the bundle and JSON")
            .hint("write the bundle to a file, or leave out --json"));
    }
    let wanted = args.list.items(&args.withhold, "--withhold", context)?;
    args.encryption.read_list(context)?;
    if !args.dry_run {
        // before any passphrase is asked for
        let reason = args.reason.as_deref().unwrap_or_default();
        Redaction::check(reason, &context.output(args.output.as_deref(), &mut sink())?, Some(lies_at(&args.bundle)))?;
        leftovers::offer(args.output.as_deref(), context);
    }
    let identities = Identities::open(context)?;
    let trust = identities.trusted();
    if !args.dry_run {
        identities.to_sign(args.key.as_deref()).and_then(|own| args.encryption.check(Ok(own), &identities))?;
    }
    if args.bundle == Path::new("-") {
        context.take_standard_input()?;
    }
    let progress = Progress::start("reading", context);
    let near = args.output.as_deref().filter(|_| !to_stdout).and_then(Path::parent).filter(|near| *near != "");
    let near = near.unwrap_or(Path::new("."));
    let mut opener = Opener::new(context);
    let verification = match whole(&args.bundle, near, &trust, &any_releases(), &progress, &mut opener) {
        Ok(verification) => verification,
        Err(report) => return refuse(&args, &report, context),
    };
    let verified = match verification.into_verified() {
        Ok(verified) => verified,
        Err(refused) => return refuse(&args, refused.report(), context),
    };
    if verified.was_encrypted() && !args.plain && !args.dry_run && args.encryption.is_plain() {
        return Err(Error::new(
            code::REDACT_PLAIN,
            args.bundle.to_string_lossy(),
            "it came encrypted, and you named no reader",
        ));
    }
    let twins = match (args.with_twins, args.keep_twins) {
        (true, _) => TwinsOfWithheld::Withhold,
        (_, true) => TwinsOfWithheld::Keep,
        _ => TwinsOfWithheld::Tell,
    };
    let options = Withholding { keep_recipients: args.keep_recipients, twins };
    let mut redaction = verified.withhold_with(&wanted, &options, &progress)?;
    drop(progress);
    redaction.look_into("--reason", args.reason.as_deref().unwrap_or_default());
    if let Some(name) = args.output.as_deref().and_then(Path::file_name) {
        redaction.look_into("-o", &name.to_string_lossy());
    }

    let leaks = stops(&redaction);
    let refusal = if args.dry_run {
        Ok(())
    } else {
        args.list.check(redaction.pattern()).and_then(|()| match leaks && !args.anyway {
            true => Err(remain(&redaction, &args)),
            false => Ok(()),
        })
    };
    if args.dry_run || refusal.is_err() {
        return tried(&args, &redaction, refusal, &identities, context);
    }
    let (own, key) = identities.unlock(args.key.as_deref(), context)?;
    let chosen = args.encryption.choose(Ok(own), &identities, context)?;
    let progress = Progress::start("withholding", context);
    let mut out = ui::Stream;
    let output = context.output(args.output.as_deref(), &mut out)?;
    let reason = Reason { by: &*key, at: context.now()?, reason: args.reason.as_deref().unwrap_or_default() };
    let input = Some(lies_at(&args.bundle));
    let redacted = redaction.write(&reason, chosen.encryption.as_ref(), output, input, &progress)?;
    drop((progress, out));

    let by = named(own.name(), own.public());
    let beside = Beside { readers: &chosen.readers, identities: &identities, by: &by };
    let done = tell(&args, &redaction, &redacted, &beside, context);
    if let (Err(_), Some(path)) = (&done, &redacted.path) {
        // say that the file was written, even if nobody reads the result
        ui::note(format!("wrote {}", Untrusted(&path.to_string_lossy())), context);
    }
    done.map(|()| Exit::DONE)
}

/// The refusal because of what stays.
fn remain(redaction: &Redaction, args: &Args) -> Error {
    let trouble = "what remains still reveals what you withhold; see above";
    let error = Error::new(code::REDACT_REMAINS, args.bundle.to_string_lossy(), trouble);
    let mut stops = redaction.remaining().iter().filter(|leak| leak.stops);
    match stops.any(|leak| matches!(leak.what, Told::Twin(_))) {
        true => error.hint(
            "withhold twins too: --with-twins; or, if they were sealed to be shown: --keep-twins; what else stays, withhold or give \
             --anyway",
        ),
        false => error,
    }
}

/// True if something stays for which nothing is written.
fn stops(redaction: &Redaction) -> bool {
    redaction.remaining().iter().any(|leak| leak.stops)
}

/// Tells what would be withheld, and why it was not.
fn tried(args: &Args, redaction: &Redaction, refusal: Result<()>, identities: &Identities, context: &Context) -> Result<Exit> {
    if context.flags.json {
        let (exit, refused) = match &refusal {
            Ok(()) => (Exit::DONE, None),
            Err(error) => (Exit::from(error), Some(error.code.id)),
        };
        ui::print_json(&RedactJson { exit: exit.number(), refused, ..json(args, redaction) })?;
        if let Err(error) = &refusal {
            ui::error(error, false);
        }
        return Ok(exit);
    }
    ui::page(|out| {
        writeln!(out, "{BOLD}nothing was written{BOLD:#}\n")?;
        plan(out, redaction, identities)?;
        if refusal.is_ok() && stops(redaction) && !args.anyway {
            writeln!(out, "\nwithout --anyway this will be refused because of what stays")?;
        }
        Ok(())
    })?;
    refusal.map(|()| Exit::DONE)
}

fn json<'a>(args: &Args, redaction: &'a Redaction) -> RedactJson<'a> {
    RedactJson {
        schema: "sealbag-redact/1",
        exit: Exit::DONE.number(),
        bundle: None,
        refused: None,
        dry_run: args.dry_run,
        withheld: redaction.withheld().iter().map(ItemJson::of).collect(),
        remaining: redaction.remaining().iter().map(LeakJson::of).collect(),
        shown: redaction.shown(),
        not_looked_into: redaction.not_looked_into(),
        not_searched: redaction.not_searched().iter().map(NotSearchedJson::of).collect(),
        names: redaction.people().iter().map(ItemJson::of).collect(),
        release: None,
        length: None,
        encryption: None,
        to: &[],
        opens_here: None,
    }
}

impl<'a> NotSearchedJson<'a> {
    fn of(file: &'a NotSearched) -> Self {
        NotSearchedJson { path: &file.path, inside: file.inside.as_deref(), reason: file.reason.as_str() }
    }
}

impl<'a> LeakJson<'a> {
    fn of(leak: &'a Leak) -> Self {
        let (what, text) = match &leak.what {
            Told::Bytes => ("bytes", None),
            Told::Hash => ("hash", None),
            Told::Name(text) => ("name", Some(text.as_str())),
            Told::Value => ("value", None),
            Told::Word(text) => ("word", Some(text.as_str())),
            Told::Said(Said::Place { .. }) => ("place", None),
            Told::Said(Said::Moment) => ("moment", None),
            Told::Said(Said::Serial(number)) => ("serial", Some(number.as_str())),
            Told::Twin(Kin::Made) => ("twin", None),
            Told::Twin(Kin::Original) => ("original", None),
            Told::Twin(Kin::Uncovered) => ("uncovered", None),
        };
        let metres = if let Told::Said(Said::Place { metres }) = leak.what { Some(metres) } else { None };
        LeakJson { place: &leak.place, line: leak.line, of: &leak.of, what, text, metres, stops: leak.stops }
    }
}

fn tell(args: &Args, redaction: &Redaction, redacted: &Redacted, beside: &Beside, context: &Context) -> Result<()> {
    let readers = beside.readers;
    let path = redacted.path.as_ref().map(|path| path.to_string_lossy().into_owned());
    if context.flags.json {
        return ui::print_json(&RedactJson {
            bundle: path,
            release: Some(redacted.release),
            length: Some(redacted.length),
            encryption: Some(readers.kind.as_str()),
            to: &readers.names,
            opens_here: Some(readers.opens_here),
            ..json(args, redaction)
        });
    }
    ui::written(redacted.path.as_deref(), context, |out| summary(out, args, redaction, redacted, beside))?;
    if context.flags.quiet {
        // a warning about the result, of which nothing else would tell; writing to memory cannot fail
        let mut text = Vec::new();
        if !args.anyway {
            let _ = remains::tell(&mut text, redaction.remaining());
        }
        let _ = remains::not_searched(&mut text, redaction.not_searched());
        let text = String::from_utf8_lossy(&text);
        if !text.is_empty() {
            ui::tell(|err| writeln!(err, "{}", text.trim()));
        }
    }
    Ok(())
}

fn summary(out: &mut dyn Write, args: &Args, redaction: &Redaction, redacted: &Redacted, beside: &Beside) -> io::Result<()> {
    let Beside { readers, identities, by } = beside;
    let path = redacted.path.as_ref().map(|path| path.to_string_lossy());
    let place = path.as_deref().map_or("to standard output".into(), |path| Untrusted(path).to_string());
    writeln!(out, "{BOLD}withheld{BOLD:#}  {place}, {}\n", bytes(redacted.length))?;
    writeln!(out, "  release     {}, by {by}", redacted.release)?;
    writeln!(out, "  reason      {}", &quoted(args.reason.as_deref().unwrap_or_default()))?;
    readers.write(out)?;
    writeln!(out)?;
    plan(out, redaction, identities)?;
    writeln!(out, "\nwhat everybody can see in it")?;
    writeln!(out, "  - that {} left out, by whom, when and why", plural(redacted.withheld, "item was", "items were"))?;
    writeln!(out, "  - that it has the same seal as every other bundle made from the same one")?;
    for (at, key) in redaction.keys().into_iter().enumerate() {
        let did = if at == 0 { "sealed it" } else { "left something out before you" };
        let who = identities.owner_of_key(key);
        writeln!(out, "  - {}", &format!("by the key, that {who} {did}"))?;
    }
    for named in redaction.people() {
        writeln!(out, "  - {}", identities.row(named))?;
    }
    readers.write_seen(false, out)?;
    if let Some(path) = path.as_ref().filter(|_| readers.opens_here) {
        writeln!(out, "\nnext: look at it as its readers will: sealbag show {}", Untrusted(path))?;
    }
    if !readers.opens_here {
        writeln!(out, "\nthis computer cannot open it: it was not encrypted for you (--to-me)")?;
    }
    Ok(())
}

/// What goes, and what of it stays.
fn plan(out: &mut dyn Write, redaction: &Redaction, identities: &Identities) -> io::Result<()> {
    let withheld = redaction.withheld();
    writeln!(out, "left out: {}, {} stay", plural(withheld.len() as u64, "item", "items"), redaction.shown())?;
    for named in withheld {
        writeln!(out, "  - {}", identities.row(named))?;
    }
    remains::tell(out, redaction.remaining())?;
    remains::not_searched(out, redaction.not_searched())
}

fn refuse(args: &Args, report: &Report, context: &Context) -> Result<Exit> {
    let trouble = "nothing was withheld, because it is not VERIFIED";
    let error = Error::new(code::REDACT_REFUSED, args.bundle.to_string_lossy(), trouble);
    refused(error, &args.bundle, report, context, |verification| {
        ui::print_json(&RefusedJson {
            schema: "sealbag-redact/1",
            exit: report.verdict.exit(),
            bundle: None,
            refused: code::REDACT_REFUSED.id,
            verification,
        })
    })
}
