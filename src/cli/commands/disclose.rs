//! `sealbag disclose`: give items of a bundle to one reader, who can put them back where they are withheld.

use std::io::{self, Write, sink};
use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::text::{bytes, plural};
use sealbag::{Disclosed, Disclosure, Report, Untrusted};
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
use sealbag::report::line::row;

/// Give items back to one reader of a bundle in which they are withheld
///
/// Takes the full bundle, and writes the items that you choose into a file of their own. Its reader checks that file against the
/// redacted bundle and sees whether the items are what was sealed: sealbag verify REDACTED --with FILE. By itself the file proves
/// nothing. Items are named as for sealbag redact, whose help says how.
///
/// Without --to or --passphrase whoever gets hold of the file can read it. Its reader can always pass on what they have read.
#[derive(clap::Args)]
#[command(override_usage = "sealbag disclose [OPTIONS] <BUNDLE> --item <ITEM>... -o <FILE>")]
#[command(after_help = "Example:
  sealbag disclose sealbag-0123456789ab.zip --item source:S1#identity --to \"Judge\" -o for-the-judge.age")]
pub struct Args {
    /// The bundle that shows what is to be disclosed, an unpacked bundle, or - for standard input
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// What to disclose, one ITEM or several; they end where the next option begins
    #[arg(long, value_name = "ITEM", num_args = 1..)]
    item: Vec<String>,
    #[command(flatten)]
    list: ListArgs,
    /// The disclosure, or - for standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The key of yours that --to-me means, by its name or fingerprint [default: your first]
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    /// Leave the disclosure unencrypted although the bundle came encrypted
    #[arg(long, conflicts_with_all = ["to", "to_list", "to_me", "classic", "passphrase"])]
    plain: bool,
    #[command(flatten)]
    encryption: EncryptionArgs,
}

/// `sealbag-disclose/1`.
#[derive(Serialize)]
struct DiscloseJson<'a> {
    schema: &'static str,
    exit: u8,
    /// The disclosure; null where none was written to a file.
    disclosure: Option<String>,
    /// The code of the refusal; null where it was written.
    refused: Option<&'static str>,
    items: Vec<ItemJson<'a>>,
    length: Option<u64>,
    encryption: Option<&'static str>,
    to: &'a [String],
    /// What verifying said, where that is why nothing was disclosed.
    verification: Option<json::Verify<'a>>,
}

fn nothing<'a>() -> DiscloseJson<'a> {
    DiscloseJson {
        schema: "sealbag-disclose/1",
        exit: Exit::DONE.number(),
        disclosure: None,
        refused: None,
        items: Vec::new(),
        length: None,
        encryption: None,
        to: &[],
        verification: None,
    }
}

pub fn run(mut args: Args, context: &Context) -> Result<Exit> {
    let to_stdout = args.output == Path::new("-");
    if to_stdout && context.flags.json {
        return Err(Error::new(code::USAGE, "-o -", "standard output cannot carry the disclosure and JSON")
            .hint("write it to a file, or leave out --json"));
    }
    let wanted = args.list.items(&args.item, "--item", context)?;
    args.encryption.read_list(context)?;
    // before any passphrase is asked for
    Disclosure::check(&context.output(Some(&args.output), &mut sink())?, Some(lies_at(&args.bundle)))?;
    leftovers::offer(Some(&args.output), context);
    let identities = Identities::open(context)?;
    let own = || identities.keyring.find(args.key.as_deref());
    args.encryption.check(own(), &identities)?;
    if args.bundle == Path::new("-") {
        context.take_standard_input()?;
    }
    let trust = identities.trusted();
    let progress = Progress::start("reading", context);
    let near = args.output.parent().filter(|near| *near != "" && !to_stdout).unwrap_or(Path::new("."));
    let mut opener = Opener::new(context);
    let verification = match whole(&args.bundle, near, &trust, &any_releases(), &progress, &mut opener) {
        Ok(verification) => verification,
        Err(report) => return refuse(&args, &report, context),
    };
    let verified = match verification.into_verified() {
        Ok(verified) => verified,
        Err(refused) => return refuse(&args, refused.report(), context),
    };
    if verified.was_encrypted() && !args.plain && args.encryption.is_plain() {
        let trouble = "it came encrypted, and you named no reader";
        return Err(Error::new(code::DISCLOSE_PLAIN, args.bundle.to_string_lossy(), trouble));
    }
    let disclosure = verified.disclose(&wanted)?;
    drop(progress);
    if let Err(error) = args.list.check(disclosure.pattern()) {
        if !context.flags.json {
            ui::page(|out| {
                writeln!(out, "{BOLD}nothing was written{BOLD:#}\n")?;
                list(out, &disclosure)
            })?;
            return Err(error);
        }
        let exit = Exit::from(&error);
        ui::print_json(&DiscloseJson {
            exit: exit.number(),
            refused: Some(error.code.id),
            items: disclosure.items().iter().map(ItemJson::of).collect(),
            ..nothing()
        })?;
        ui::error(&error, false);
        return Ok(exit);
    }
    let chosen = args.encryption.choose(own(), &identities, context)?;
    let progress = Progress::start("disclosing", context);
    let mut out = ui::Stream;
    let output = context.output(Some(&args.output), &mut out)?;
    let input = Some(lies_at(&args.bundle));
    let disclosed = disclosure.write(chosen.encryption.as_ref(), output, input, &progress)?;
    drop((progress, out));
    let done = tell(&disclosure, &disclosed, &chosen.readers, context);
    if let (Err(_), Some(path)) = (&done, &disclosed.path) {
        // say that the file was written, even if nobody reads the result
        ui::note(format!("wrote {}", Untrusted(&path.to_string_lossy())), context);
    }
    done.map(|()| Exit::DONE)
}

fn tell(disclosure: &Disclosure, disclosed: &Disclosed, readers: &Readers, context: &Context) -> Result<()> {
    let path = disclosed.path.as_ref().map(|path| path.to_string_lossy().into_owned());
    if context.flags.json {
        return ui::print_json(&DiscloseJson {
            disclosure: path,
            items: disclosure.items().iter().map(ItemJson::of).collect(),
            length: Some(disclosed.length),
            encryption: Some(readers.kind.as_str()),
            to: &readers.names,
            ..nothing()
        });
    }
    ui::written(disclosed.path.as_deref(), context, |out| summary(out, disclosure, disclosed, path.as_deref(), readers))
}

fn summary(
    out: &mut dyn Write,
    disclosure: &Disclosure,
    disclosed: &Disclosed,
    path: Option<&str>,
    readers: &Readers,
) -> io::Result<()> {
    let place = path.map_or("to standard output".into(), |path| Untrusted(path).to_string());
    writeln!(out, "{BOLD}disclosed{BOLD:#}  {place}, {}\n", bytes(disclosed.length))?;
    readers.write(out)?;
    if readers.kind.as_str() == "none" {
        writeln!(out, "  encrypted   no: whoever has this file can read it")?;
    }
    writeln!(out)?;
    list(out, disclosure)?;
    writeln!(
        out,
        "\nnext: its reader checks it against the bundle that withholds this\n  sealbag verify REDACTED --with {}",
        Untrusted(path.unwrap_or("FILE"))
    )
}

fn list(out: &mut dyn Write, disclosure: &Disclosure) -> io::Result<()> {
    writeln!(out, "chosen: {}", plural(disclosure.items().len() as u64, "item", "items"))?;
    disclosure.items().iter().try_for_each(|named| writeln!(out, "  - {}", row(named)))
}

fn refuse(args: &Args, report: &Report, context: &Context) -> Result<Exit> {
    let trouble = "nothing was disclosed, because it is not VERIFIED";
    let error = Error::new(code::DISCLOSE_REFUSED, args.bundle.to_string_lossy(), trouble);
    refused(error, &args.bundle, report, context, |verification| {
        ui::print_json(&DiscloseJson {
            exit: report.verdict.exit(),
            refused: Some(code::DISCLOSE_REFUSED.id),
            verification: Some(verification),
            ..nothing()
        })
    })
}
