//! `sealbag seal`: one command from a folder, or files, to a signed bundle.

mod plan;
mod summary;

use std::io::{self, IsTerminal, sink};
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use sealbag::base::code;
use sealbag::base::error::{Error, Finding, Result};
use sealbag::base::limits;
use sealbag::store::fs::places;
use sealbag::store::home::keyring::Keyring;
use sealbag::store::home::own_key::Signing;
use sealbag::{Cleaning, Draft, DraftOptions, Facts, Hide, Naming, Risks, Role, Twins, Untrusted};

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::input::small_file;
use crate::cli::leftovers;
use crate::cli::progress::Progress;
use crate::cli::recipients::EncryptionArgs;
use crate::cli::risks::strict;
use crate::cli::ui;
use plan::Plan;
use summary::{Told, tell};

/// Seal a folder, or files, into one signed bundle
///
/// Facts come from --metadata and --title only: a metadata.json inside the folder is evidence like any other file. Nothing is
/// written unless everything can be sealed, and all that stands in the way is reported at once. On a terminal what is taken is
/// listed before; --dry-run only lists it.
///
/// Without --to or --passphrase the bundle is not encrypted: whoever gets it can read all of it. On a terminal you are asked
/// whether that is meant, and told what files say that could harm a source.
///
/// A photo can only be shown or withheld as a whole. With --clean-copies or --hide a twin of it is sealed too, which can be shown when
/// the photo is withheld, still under this seal. No file of yours is changed, and no twin lies on the disk outside of the bundle.
///
/// With --to the bundle is encrypted for contacts, with post-quantum keys where every one of them has one; nobody else can open
/// it, you included, unless --to-me says so. Each of them can see that it is for them, and not who the others are or how many.
#[derive(clap::Args)]
#[command(after_help = "Example:
  sealbag seal --template bag > facts.json
  sealbag seal bag --exclude \"**/*.psd\" --dry-run
  sealbag seal bag --metadata facts.json --title \"Notice from the embassy\"
  sealbag seal bag --clean-copies --record-facts --hide photos/gate.jpg=300,40,120x160
  sealbag seal bag --to \"Editor\" --to \"Lawyer\"")]
pub struct Args {
    /// One folder, or files given one by one
    #[arg(value_name = "FOLDER|FILE")]
    inputs: Vec<PathBuf>,
    /// The report [default: report.* at the top of the folder]
    #[arg(long, value_name = "FILE")]
    report: Vec<PathBuf>,
    /// Seal this file as a photo, whatever its type; one given beside files goes under photos/
    #[arg(long, value_name = "FILE")]
    photo: Vec<PathBuf>,
    /// The title of the case
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Facts about the case, its sources and files, or - for standard input: JSON, TOML, or CSV as spreadsheets save it with a column
    /// path, which says what a row is about: the path of a file, case, or source:S1; see --template
    #[arg(long, value_name = "FILE")]
    metadata: Option<PathBuf>,
    /// Refuse facts whose names are probably slips, as captoin, and dates that are none, instead of pointing them out
    #[arg(long, requires = "metadata")]
    strict_facts: bool,
    /// Print a metadata file to fill in, as JSON or as CSV for a spreadsheet, and seal nothing
    #[arg(long, value_name = "FORM", num_args = 0..=1, require_equals = true, default_missing_value = "json")]
    template: Option<Form>,
    /// List what would be sealed, and what stands in the way; nothing is written, and no passphrase is asked for
    #[arg(long, conflicts_with = "template")]
    dry_run: bool,
    /// Leave out what this pattern matches; repeat for each one. It is compared with the path inside the folder: * and ? stay
    /// within one part of it, ** stands for any folders, and a folder takes all that is in it along
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Seal facts that photos and videos state as facts about them, which can be shown or withheld one by one: those that are named,
    /// separated by commas, or all of these. What --metadata says already is not doubled. A twin gets the time of its original
    #[arg(long, value_name = "NAMES", num_args = 0..=1, require_equals = true, value_delimiter = ',', value_parser = recordable_names())]
    record_facts: Option<Vec<String>>,
    /// Also seal a twin of every picture under clean/, which shows the same and says nothing of place, time, device or people: the
    /// original can then be withheld and the twin shown. JPEG, PNG and WebP keep their pixels bit for bit; files without a twin are
    /// listed. With =reencode, a TIFF, GIF or BMP is encoded anew as PNG, and a damaged picture as what it is, if it can be decoded
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "exact")]
    clean_copies: Option<Clean>,
    /// Also seal a twin of this JPEG, PNG, WebP, TIFF, GIF or BMP under clean/ in which an area is a black box; repeat for each area. X and
    /// Y are counted from the left upper corner of the upright picture, all in pixels
    #[arg(long, value_name = "FILE=X,Y,WxH")]
    hide: Vec<String>,
    /// Refuse files that say something which could harm a source, as check finds it
    #[arg(long)]
    strict: bool,
    /// Also seal what Finder and Explorer leave behind: .DS_Store, Thumbs.db, desktop.ini, ._*
    #[arg(long)]
    all: bool,
    /// Seal files whose names cannot be sealed under safe names, and keep the names they had as facts
    #[arg(long)]
    safe_names: bool,
    /// Seal files under numbers that tell nothing, and keep their names as facts, which can then be withheld while the file stays
    #[arg(long)]
    neutral_names: bool,
    /// Also seal when each file was last modified, as a fact that can be withheld by itself
    #[arg(long)]
    keep_times: bool,
    /// The key to sign with, by its name or fingerprint [default: your first]
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    /// The bundle, or - for standard output [default: sealbag-….zip in the current folder, .zip.age where it is encrypted]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    #[command(flatten)]
    encryption: EncryptionArgs,
    /// Name everybody it is encrypted for under the seal: all readers then see who the others are
    #[arg(long, help_heading = "Encryption", conflicts_with = "passphrase")]
    name_recipients: bool,
}

/// How pictures are copied without what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Clean {
    /// Pixel for pixel as they are coded
    Exact,
    /// The same, and what cannot be copied so is decoded and encoded anew
    Reencode,
}

fn recordable_names() -> PossibleValuesParser {
    PossibleValuesParser::new(sealbag::recordable())
}

/// The form of a template.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Form {
    Json,
    Csv,
}

pub fn run(mut args: Args, context: &Context) -> Result<Exit> {
    let to_stdout = args.output.as_deref() == Some(Path::new("-"));
    if to_stdout && context.flags.json && !args.dry_run {
        return Err(Error::new(code::USAGE, "-o -", "standard output cannot carry the bundle and JSON")
            .hint("write the bundle to a file, or leave out --json"));
    }
    let mut draft = match draft(&args) {
        Err(error) if may_rename(&error, &args, context) => with_safe_names(error, &mut args, context)?,
        draft => draft?,
    };
    if let Some(form) = args.template {
        let template = match form {
            Form::Json => draft.template(),
            Form::Csv => draft.template_table(),
        };
        ui::print_bytes(template?.as_bytes())?;
        return Ok(Exit::DONE);
    }
    draft.refuse_home(context.home()?)?;
    add_twins(&mut draft, &args, context)?;
    let notes = add_facts(&mut draft, &args, context)?;
    if let Some(names) = &args.record_facts {
        draft.record_facts(names, &Progress::start("reading", context))?;
    }
    args.encryption.read_list(context)?;
    if args.name_recipients && args.encryption.is_plain() {
        return Err(
            Error::new(code::USAGE, "--name-recipients", "nobody is named to encrypt for").hint("say for whom: --to NAME")
        );
    }
    // before any passphrase is asked for; where none is, the files are opened once only
    let read = args.dry_run || io::stderr().is_terminal() || context.flags.passphrase_file.is_some();
    draft.check(&context.output(args.output.as_deref(), &mut sink())?, !args.dry_run, read)?;
    let risks = draft.risks(&Progress::start("reading", context))?;
    if let Some(error) = if args.strict { strict(&risks) } else { None } {
        return Err(error);
    }
    let plan = Plan::of(&draft, notes, risks, args.dry_run);
    if args.dry_run {
        return dry_run(&args, &plan, context);
    }
    leftovers::offer(args.output.as_deref(), context);
    let identities = Identities::open(context)?;
    identities.to_sign(args.key.as_deref()).and_then(|own| args.encryption.check(Ok(own), &identities))?;
    plan.show(args.encryption.is_plain(), context)?;
    let (own, key) = identities.unlock(args.key.as_deref(), context)?;
    let chosen = args.encryption.choose(Ok(own), &identities, context)?;
    if let Some(encryption) = chosen.encryption {
        draft.encrypt(encryption);
    }
    if args.name_recipients {
        draft.name_recipients();
    }

    let told = Told {
        plan,
        signing: own.signing(),
        readers: chosen.readers,
        named: args.name_recipients,
        contacts_locked: identities.contacts.is_locked(),
    };
    let progress = Progress::start("sealing", context);
    let mut pool = Vec::new();
    let mut random = || {
        if pool.is_empty() {
            // one call for the salts of many items
            pool = context.random::<4096>()?.as_chunks().0.to_vec();
        }
        pool.pop().ok_or_else(|| Error::new(code::IO_READ, "randomness", "none was given"))
    };
    let mut out = ui::Stream;
    let output = context.output(args.output.as_deref(), &mut out)?;
    let sealed = draft.sign(&*key, context.now()?, &mut random, output, &progress)?;
    drop((progress, out));

    let done = tell(&sealed, own.public(), own.name(), &told, context);
    if let (Err(_), Some(path)) = (&done, &sealed.path) {
        // say that the file was written, even if nobody reads the result
        ui::note(format!("sealed {}", Untrusted(&path.to_string_lossy())), context);
    }
    done.map(|()| Exit::DONE)
}

/// True where only names stand in the way and there is somebody to ask.
fn may_rename(error: &Error, args: &Args, context: &Context) -> bool {
    let mut codes = std::iter::once(error.code).chain(error.also.iter().map(|finding| finding.code));
    let names_only = codes.all(|code| code == code::INPUT_NAME || code == code::INPUT_TWIN);
    let flags = &context.flags;
    let asks = io::stderr().is_terminal() && io::stdin().is_terminal() && !flags.quiet && !flags.json && !flags.yes;
    names_only && asks && args.template.is_none() && !args.dry_run
}

/// Tells which names stand in the way and which the files would get, and asks whether they are to be sealed so.
fn with_safe_names(error: Error, args: &mut Args, context: &Context) -> Result<Draft> {
    args.safe_names = true;
    let draft = draft(args)?;
    let plan = Plan::of(&draft, Vec::new(), Risks::default(), false);
    ui::tell(|err| {
        ui::troubles(err, &error)?;
        plan.write_renamed(err)?;
        writeln!(err)
    });
    let hint = "rename the files yourself, or answer y; in a script: --safe-names";
    ui::confirm("", "Seal them under these names?", context).map_err(|error| error.hint(hint))?;
    Ok(draft)
}

/// Everything that needs no passphrase and writes nothing.
fn dry_run(args: &Args, plan: &Plan, context: &Context) -> Result<Exit> {
    let identities = Identities::open_unasked(context)?;
    let readers = match &identities {
        Some(identities) => {
            let own = identities.to_sign(args.key.as_deref())?;
            if own.signing() == Signing::Agent {
                context.agent()?.key(own.public())?;
            }
            Some(args.encryption.would(Ok(own), identities)?)
        }
        None => {
            Keyring::open(context.home()?)?.find(args.key.as_deref())?;
            None
        }
    };
    plan.tell(readers.as_ref(), args.name_recipients, context)?;
    Ok(Exit::DONE)
}

/// One folder, or files one by one.
fn draft(args: &Args) -> Result<Draft> {
    let except = args.metadata.clone().filter(|path| *path != *"-");
    let naming = match (args.neutral_names, args.safe_names) {
        (true, _) => Naming::Neutral,
        (false, true) => Naming::Safe,
        (false, false) => Naming::Own,
    };
    let exclude = args.exclude.clone();
    let taking = DraftOptions { all: args.all, naming, keep_times: args.keep_times, except, exclude };
    let usage = |trouble: &str| {
        Error::new(code::USAGE, "seal", trouble).hint("seal one folder, or files given one by one: sealbag seal --help")
    };
    let folders = args.inputs.iter().filter(|path| places::is_folder(path)).count();
    if folders == 0 {
        if args.inputs.is_empty() && args.report.is_empty() && args.photo.is_empty() {
            return Err(usage("you named nothing to seal"));
        }
        return Draft::from_files(&args.inputs, &args.report, &args.photo, taking);
    }
    let [folder] = args.inputs.as_slice() else {
        return Err(usage("a folder is sealed by itself, without other folders or files"));
    };
    let mut draft = Draft::from_folder(folder, taking)?;
    for (paths, role) in [(&args.report, Role::Report), (&args.photo, Role::Photo)] {
        for path in paths {
            draft.set_role(&places::below(folder, path).to_string_lossy(), role)?;
        }
    }
    Ok(draft)
}

/// The name inside the bag of a file that was named by its path.
fn name_in_bag(args: &Args, file: &str) -> String {
    if let [folder] = args.inputs.as_slice()
        && places::is_folder(folder)
    {
        return places::below(folder, Path::new(file)).to_string_lossy().into_owned();
    }
    for (paths, folder) in [(&args.inputs, ""), (&args.report, ""), (&args.photo, "photos/")] {
        let given = paths.iter().find(|path| path.as_path() == Path::new(file)).and_then(|path| path.file_name());
        if let Some(name) = given {
            return format!("{folder}{}", name.to_string_lossy());
        }
    }
    file.to_owned()
}

/// Adds the twins that were asked for.
fn add_twins(draft: &mut Draft, args: &Args, context: &Context) -> Result<()> {
    let clean = args.clean_copies.map(|clean| match clean {
        Clean::Exact => Cleaning::Exact,
        Clean::Reencode => Cleaning::Reencode,
    });
    let mut hide = args.hide.iter().map(|text| Hide::parse(text)).collect::<Result<Vec<Hide>>>()?;
    for hide in &mut hide {
        hide.file = name_in_bag(args, &hide.file);
    }
    if clean.is_none() && hide.is_empty() {
        return Ok(());
    }
    draft.add_twins(&Twins { clean, hide }, &Progress::start("copying", context))
}

/// Adds the facts, and gives what may be a slip among them.
fn add_facts(draft: &mut Draft, args: &Args, context: &Context) -> Result<Vec<Finding>> {
    let mut doubts = Vec::new();
    if let Some(path) = &args.metadata {
        let bytes = small_file(path, limits::METADATA, code::METADATA_SHAPE, context)?;
        let facts = Facts::read(&path.to_string_lossy(), &bytes)?;
        doubts.clone_from(&facts.doubts);
        let added = draft.add_facts(facts).err();
        let mut strict = Vec::new();
        match args.strict_facts {
            true => strict.extend(doubts.iter().map(|doubt| Finding { code: code::METADATA_STRICT, ..doubt.clone() })),
            false => tell_doubts(&doubts, context),
        }
        // whatever is wrong is told at once
        if let Some(error) = Error::together(added.into_iter().chain(Error::all(strict))) {
            return Err(error);
        }
    }
    if let Some(title) = &args.title {
        if draft.has_case_fact("title") {
            return Err(
                Error::new(code::USAGE, "--title", "the metadata file has a title too").hint("give the title in one place")
            );
        }
        if title.is_empty() {
            return Err(Error::new(code::USAGE, "--title", "it is empty").hint("leave it out, or say what the case is called"));
        }
        draft.add_case_fact("title", title)?;
    }
    Ok(doubts)
}

/// What may be a slip, the first of it.
fn tell_doubts(doubts: &[Finding], context: &Context) {
    const TOLD: usize = 20;
    let (told, more) = doubts.split_at(doubts.len().min(TOLD));
    ui::notes(told, context);
    if !more.is_empty() {
        ui::note(format!("… and {} more of the kind", more.len()), context);
    }
}
