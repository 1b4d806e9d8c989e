//! `sealbag open`: verify, then extract what was verified, through one handle.

use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::report::json;
use sealbag::report::line::quoted;
use sealbag::report::text::Extent;
use sealbag::report::verdict::SignerAnswer;
use sealbag::store::fs::places;
use sealbag::{Evidence, PayloadPath, Report, Untrusted, Verdict};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::envelope::Opener;
use crate::cli::evidence::{DisclosureArgs, PolicyArgs, disclosure};
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::leftovers;
use crate::cli::progress::Progress;
use crate::cli::timestamp::TokenArgs;
use crate::cli::ui;
use crate::cli::verified::{read, refused, unread, write};

/// Verify a bundle, then extract what was verified into a new folder
///
/// Nothing at all is extracted unless the bundle is VERIFIED. The folder is a whole bag again, payload under data/, and can itself
/// be verified, with sealbag or with stock tools. What a disclosure gives back goes into a second folder beside it, DIR-disclosed.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag open sealbag-0123456789ab.zip -d from-amina")]
pub struct Args {
    /// The bundle, an unpacked bundle, or - for standard input
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// The new folder [default: sealbag-… in the current folder]
    #[arg(short, long = "dir", value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Look into a stranger's bundle if its seal holds: the folder's name says so, the exit code stays 3, and nobody is believed
    #[arg(long)]
    unknown_signer: bool,
    /// Write a list of what it shows, facts and files, into DIR-contents.txt beside the folder, in clear
    #[arg(long)]
    with_list: bool,
    /// Write the files once more into DIR-original-names beside the folder, under the names that they had before they were sealed
    #[arg(long)]
    original_names: bool,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    disclosures: DisclosureArgs,
    #[command(flatten)]
    tokens: TokenArgs,
}

/// `sealbag-open/1`.
#[derive(Serialize)]
struct OpenJson<'a> {
    schema: &'static str,
    exit: u8,
    /// The new folder; null where nothing was extracted.
    folder: Option<String>,
    /// The new folders with what was disclosed.
    disclosed: Vec<String>,
    /// The new folder with the names that the files had; null where none was asked for, or no file had another name.
    original_names: Option<String>,
    /// What lies there under the name it was sealed under all the same.
    not_renamed: Vec<&'a str>,
    /// The list of what the bundle shows, where one was asked for.
    list: Option<String>,
    /// The code of the refusal; null where the bundle was extracted.
    refused: Option<&'static str>,
    verification: json::Verify<'a>,
}

/// What a folder is called into which a stranger's bundle is extracted.
const STRANGER: &str = "-unknown-signer";

/// What is behind the name of the folder in that of the list.
const LIST: &str = "-contents.txt";
/// What is behind it in that of the folder with the original names.
const NAMES: &str = "-original-names";

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    // before any passphrase is asked for
    if let Some(dir) = &args.dir {
        refuse_taken(dir, &args)?;
    }
    let trust = Identities::open(context)?.trusted();
    let policy = args.policy.policy(&trust, context)?;
    if args.bundle == Path::new("-") {
        context.take_standard_input()?;
    }
    leftovers::offer(args.dir.as_deref(), context);
    let progress = Progress::start("opening", context);
    let parent = args
        .dir
        .as_deref()
        .and_then(|dir| dir.parent())
        .filter(|parent| *parent != "")
        .map_or(PathBuf::from("."), PathBuf::from);
    if places::is_folder(&args.bundle) && places::holds(&args.bundle, &parent) {
        return Err(Error::new(code::OUTPUT_INSIDE, parent.to_string_lossy(), "it is inside the bundle being opened")
            .hint("open it elsewhere: -d ../NAME"));
    }
    let mut opener = Opener::new(context);
    let bundle = match read(&args.bundle, &parent, &progress, &mut opener) {
        Ok(bundle) => bundle,
        Err(report) => return refuse(&args, &report, context),
    };
    if args.disclosures.with.iter().any(|path| path == Path::new("-")) {
        return Err(Error::new(
            code::USAGE,
            "--with -",
            "a disclosure is read twice here, and standard input can be read only once",
        )
        .hint("save it to a file first"));
    }
    let disclosures = args.disclosures.open(&mut opener, context)?;
    let evidence = Evidence { disclosures, ..args.tokens.open(&args.bundle, context)? };
    let verification = match bundle.verify_with(&trust, &policy, evidence, &progress) {
        Ok(verification) => verification,
        Err(error) => return refuse(&args, &unread(error, &args.bundle), context),
    };
    let stranger = verification.report().verdict == Verdict::UnknownSigner;
    let answers = &verification.report().answers;
    // a stranger's bundle may be looked into, but everything else that was asked for still has to be met
    let looked_at = stranger
        && args.unknown_signer
        && answers.signer != SignerAnswer::Other
        && policy.required.iter().all(|requirement| requirement.is_met(answers));
    if verification.report().verdict != Verdict::Verified && !looked_at {
        return refuse(&args, verification.report(), context);
    }
    let folder = folder(&args, verification.report(), stranger);
    let intact = match verification.into_intact() {
        Ok(intact) => intact,
        Err(verification) => return refuse(&args, verification.report(), context),
    };
    let list = args.with_list.then(|| behind(&folder, LIST));
    let names = args.original_names.then(|| behind(&folder, NAMES));
    let mut beside_it = (1..=args.disclosures.with.len()).map(|n| beside(&folder, n)).chain(list.clone()).chain(names.clone());
    // checked before anything is written, since half a result is worse than none
    if let Some(taken) = beside_it.find(|target| places::is_taken(target)) {
        return Err(Error::new(code::OUTPUT_EXISTS, taken.to_string_lossy(), "exists already"));
    }
    intact.extract(&folder, &progress)?;
    let mut disclosed = Vec::new();
    for (at, path) in args.disclosures.with.iter().enumerate() {
        let target = beside(&folder, at + 1);
        let source = disclosure(path, &mut opener);
        let disclosure = source.and_then(|source| intact.extract_disclosure(source, &target, &progress));
        disclosure.map_err(|error| without("what was disclosed", error, &folder, context))?;
        disclosed.push(target);
    }
    if let Some(list) = &list {
        intact.write_list(list, &progress).map_err(|error| without("the list", error, &folder, context))?;
    }
    let mut renamed = None;
    if let Some(names) = &names {
        let result = intact.extract_as_it_was(names, &progress);
        renamed = result.map_err(|error| without("the original names", error, &folder, context))?;
    }
    drop(progress);
    let names = names.as_deref().map(|folder| (folder, renamed.as_deref()));
    let made = Made { names, folder: &folder, disclosed: &disclosed, list: list.as_deref() };
    let exit = Exit::from(intact.report().verdict);
    let told = tell(&args, intact.report(), &made, exit, context);
    // say that the folder was made, even if nobody reads the result
    told.inspect_err(|_| ui::note(format!("extracted into {}", Untrusted(&folder.to_string_lossy())), context))?;
    Ok(exit)
}

/// Says that the bag was written all the same, and what that means for the next run.
fn without(missing: &str, error: Error, folder: &Path, context: &Context) -> Error {
    let folder = folder.to_string_lossy();
    ui::note(format!("extracted into {}, without {missing}", Untrusted(&folder)), context);
    if error.code == code::RUN_INTERRUPTED {
        return error.hint(format!("remove {folder}, or name another folder with -d, then run the same command again"));
    }
    error
}

/// What was written.
struct Made<'m> {
    /// Where the original names are, and what has none of them there; nothing where no file had another name.
    names: Option<(&'m Path, Option<&'m [PayloadPath]>)>,
    folder: &'m Path,
    disclosed: &'m [PathBuf],
    list: Option<&'m Path>,
}

fn tell(args: &Args, report: &Report, made: &Made, exit: Exit, context: &Context) -> Result<()> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    if context.flags.json {
        let verification = json::Verify::of(args.bundle.to_string_lossy(), report);
        ui::print_json(&OpenJson {
            schema: "sealbag-open/1",
            exit: exit.number(),
            folder: Some(text(made.folder)),
            disclosed: made.disclosed.iter().map(|folder| text(folder)).collect(),
            original_names: made.names.filter(|(_, kept)| kept.is_some()).map(|(folder, _)| text(folder)),
            not_renamed: made.names.and_then(|(_, kept)| kept).unwrap_or_default().iter().map(PayloadPath::as_str).collect(),
            list: made.list.map(text),
            refused: None,
            verification,
        })?;
    } else {
        ui::page(|out| {
            write(out, &args.bundle, report, Extent::Opened, context)?;
            let folder = text(made.folder);
            writeln!(out, "\nextracted into {}", Untrusted(&folder))?;
            for folder in made.disclosed {
                writeln!(out, "what was disclosed, beside it in {}", Untrusted(&text(folder)))?;
            }
            match made.names {
                Some((_, None)) => writeln!(out, "no file had another name before it was sealed")?,
                Some((folder, Some(kept))) => {
                    writeln!(out, "under the names they had, beside it in {}", Untrusted(&text(folder)))?;
                    for path in kept {
                        writeln!(out, "  - not so, because its name cannot be used here: {}", quoted(path.as_str()))?;
                    }
                }
                None => {}
            }
            match made.list {
                Some(list) => writeln!(out, "captions and everything else that is said, in {}", Untrusted(&text(list))),
                None if context.flags.quiet => Ok(()),
                None => writeln!(out, "captions and everything else that is said: sealbag show {}", Untrusted(&folder)),
            }
        })?;
    }
    Ok(())
}

/// Refuses a folder that is there already, or could not be made, as long as it is the one that is needed whatever the bundle is.
fn refuse_taken(dir: &Path, args: &Args) -> Result<()> {
    // a stranger's bundle would go into a folder of another name
    if !args.unknown_signer || dir.to_string_lossy().ends_with(STRANGER) {
        let disclosed = (1..=args.disclosures.with.len()).map(|n| beside(dir, n));
        let list = args.with_list.then(|| behind(dir, LIST));
        let names = args.original_names.then(|| behind(dir, NAMES));
        if let Some(taken) =
            [dir.to_owned()].into_iter().chain(disclosed).chain(list).chain(names).find(|target| places::is_taken(target))
        {
            return Err(Error::new(code::OUTPUT_EXISTS, taken.to_string_lossy(), "exists already"));
        }
    }
    for beside in [args.with_list.then_some(LIST), args.original_names.then_some(NAMES)].into_iter().flatten() {
        places::refuse_nowhere(&behind(dir, beside))?;
    }
    places::refuse_nowhere(dir)
}

/// The folder for the `n`th disclosure. Its files never go into the bag, which would then no longer verify.
fn beside(folder: &Path, n: usize) -> PathBuf {
    behind(folder, &if n == 1 { "-disclosed".into() } else { format!("-disclosed-{n}") })
}

/// The name of the folder with this behind it.
fn behind(folder: &Path, suffix: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    folder.with_file_name(name)
}

fn folder(args: &Args, report: &Report, stranger: bool) -> PathBuf {
    let id = report.seal.as_ref().map_or("", |seal| seal.id.as_str());
    let named = args.dir.clone().unwrap_or_else(|| PathBuf::from(format!("sealbag-{}", id.get(..12).unwrap_or(id))));
    if !stranger || named.to_string_lossy().ends_with(STRANGER) || named.file_name().is_none() {
        return named;
    }
    behind(&named, STRANGER)
}

fn refuse(args: &Args, report: &Report, context: &Context) -> Result<Exit> {
    let error =
        Error::new(code::OPEN_REFUSED, args.bundle.to_string_lossy(), "nothing was extracted, because it is not VERIFIED");
    let error = match report.verdict {
        Verdict::UnknownSigner => {
            error.hint("add the signer's card after comparing it, or look inside without believing: --unknown-signer")
        }
        _ => error,
    };
    refused(error, &args.bundle, report, context, |verification| {
        ui::print_json(&OpenJson {
            schema: "sealbag-open/1",
            exit: report.verdict.exit(),
            folder: None,
            disclosed: Vec::new(),
            original_names: None,
            not_renamed: Vec::new(),
            list: None,
            refused: Some(code::OPEN_REFUSED.id),
            verification,
        })
    })
}
