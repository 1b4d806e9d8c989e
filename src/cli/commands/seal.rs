//! `sealbag seal`: one command from a folder, or files, to a signed bundle.

use std::io::{self, Write, stdout};
use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::limits;
use sealbag::base::text::{bytes, plural};
use sealbag::store::home::own_key::Signing;
use sealbag::{Digest, Draft, DraftOptions, Facts, Naming, Output, PublicKey, Role, Sealed, Untrusted};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::input::small_file;
use crate::cli::leftovers;
use crate::cli::progress::Progress;
use crate::cli::recipients::{EncryptionArgs, Kind, Readers};
use crate::cli::ui::{self, BOLD};
use sealbag::report::line::quoted;
use sealbag::store::fs::places;

/// Seal a folder, or files, into one signed bundle
///
/// Facts come from --metadata and --title only: a metadata.json inside the folder is evidence like any other file. Nothing is
/// written unless everything can be sealed, and all that stands in the way is reported at once.
///
/// With --to the bundle is encrypted for contacts, with post-quantum keys where every one of them has one; nobody else can open
/// it, you included, unless --to-me says so. Each of them can see that it is for them, and not who the others are or how many.
#[derive(clap::Args)]
#[command(after_help = "Example:
  sealbag seal --template bag > facts.json
  sealbag seal bag --metadata facts.json --title \"Notice from the embassy\"
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
    /// Facts about the case, its sources and files: JSON, see --template
    #[arg(long, value_name = "FILE")]
    metadata: Option<PathBuf>,
    /// Print a metadata file to fill in, and seal nothing
    #[arg(long)]
    template: bool,
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

/// `sealbag-seal/1`.
#[derive(Serialize)]
struct SealJson<'a> {
    schema: &'static str,
    exit: u8,
    bundle: Option<String>,
    id: &'a str,
    digest: String,
    spoken: String,
    sealed_at: String,
    signer: String,
    fingerprint: String,
    /// Bytes in the bundle.
    length: u64,
    files: u64,
    /// Bytes in its files.
    bytes: u64,
    facts: u64,
    /// `none`, `post-quantum`, `x25519` or `passphrase`.
    encryption: &'static str,
    /// Why it is not post-quantum; null if it is, or is not encrypted for anybody by name.
    encryption_why: Option<&'a str>,
    /// For whom, as they are called here.
    to: &'a [String],
    /// Whether the seal names them, so that they see one another.
    names_recipients: bool,
    /// Whether a key on this computer, or the passphrase, opens the bundle.
    opens_here: bool,
    not_sealed: NotSealedJson<'a>,
    renamed: Vec<RenamedJson<'a>>,
}

#[derive(Serialize)]
struct NotSealedJson<'a> {
    junk: &'a [String],
    empty_folders: &'a [String],
    empty_facts: usize,
}

#[derive(Serialize)]
struct RenamedJson<'a> {
    original: &'a str,
    sealed: &'a str,
}

/// What the draft knows and is told once the bundle is sealed.
struct Told {
    junk: Vec<String>,
    empty: Vec<String>,
    renamed: Vec<(String, String)>,
    left_empty: usize,
    metadata_inside: Option<String>,
    left_out: Option<String>,
    /// Where the signing key is.
    signing: Signing,
    readers: Readers,
    /// Whether the contacts are kept encrypted.
    contacts_locked: bool,
    /// Whether the seal names the readers.
    named: bool,
}

pub fn run(mut args: Args, context: &Context) -> Result<Exit> {
    let to_stdout = args.output.as_deref() == Some(Path::new("-"));
    if to_stdout && context.flags.json {
        return Err(Error::new(code::USAGE, "-o -", "standard output cannot carry the bundle and JSON")
            .hint("write the bundle to a file, or leave out --json"));
    }
    let mut draft = draft(&args)?;
    if args.template {
        ui::print_bytes(draft.template()?.as_bytes())?;
        return Ok(Exit::DONE);
    }
    draft.refuse_home(context.home()?)?;
    add_facts(&mut draft, &args, context)?;
    args.encryption.read_list(context)?;
    if args.name_recipients && args.encryption.is_plain() {
        return Err(
            Error::new(code::USAGE, "--name-recipients", "nobody is named to encrypt for").hint("say for whom: --to NAME")
        );
    }
    leftovers::offer(args.output.as_deref(), context);
    let identities = Identities::open(context)?;
    // before any passphrase is asked for
    identities.to_sign(args.key.as_deref()).and_then(|own| args.encryption.check(Ok(own), &identities))?;
    let (own, key) = identities.unlock(args.key.as_deref(), context)?;
    let chosen = args.encryption.choose(Ok(own), &identities, context)?;
    if let Some(encryption) = chosen.encryption {
        draft.encrypt(encryption);
    }
    if args.name_recipients {
        draft.name_recipients();
    }

    let told = Told {
        junk: draft.junk().to_vec(),
        empty: draft.empty_folders().to_vec(),
        renamed: draft.renamed().to_vec(),
        left_empty: draft.left_empty(),
        left_out: draft.left_out().map(str::to_owned),
        metadata_inside: draft.files().map(|(name, _)| name).find(|name| is_metadata(name)).map(str::to_owned),
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
    let mut out = stdout().lock();
    let output = match args.output {
        None => Output::Folder(PathBuf::from("."), context.random()?),
        Some(_) if to_stdout => Output::Stream(&mut out),
        Some(path) => Output::File(path, context.flags.force),
    };
    let sealed = draft.sign(&*key, context.now()?, &mut random, output, &progress)?;
    drop((progress, out));

    let done = tell(&sealed, own.public(), own.name(), &told, context);
    if let (Err(_), Some(path)) = (&done, &sealed.path) {
        // say that the file was written, even if nobody reads the result
        ui::note(format!("sealed {}", Untrusted(&path.to_string_lossy())), context);
    }
    done.map(|()| Exit::DONE)
}

fn tell(sealed: &Sealed, key: &PublicKey, name: &str, told: &Told, context: &Context) -> Result<()> {
    if context.flags.json {
        ui::print_json(&SealJson {
            schema: "sealbag-seal/1",
            exit: Exit::DONE.number(),
            bundle: sealed.path.as_ref().map(|path| path.to_string_lossy().into_owned()),
            id: &sealed.id,
            digest: sealed.digest.to_string(),
            spoken: sealed.digest.spoken(),
            sealed_at: sealed.sealed_at.to_string(),
            signer: key.line(),
            fingerprint: key.fingerprint().to_string(),
            length: sealed.length,
            files: sealed.files,
            bytes: sealed.bytes,
            facts: sealed.facts,
            encryption: told.readers.kind.as_str(),
            encryption_why: told.readers.why.as_deref(),
            to: &told.readers.names,
            names_recipients: told.named,
            opens_here: told.readers.opens_here,
            not_sealed: NotSealedJson { junk: &told.junk, empty_folders: &told.empty, empty_facts: told.left_empty },
            renamed: told.renamed.iter().map(|(original, sealed)| RenamedJson { original, sealed }).collect(),
        })?;
        return Ok(());
    }
    let signer = format!("{} {}", quoted(name), key.fingerprint());
    ui::written(sealed.path.as_deref(), context, |out| summary(out, sealed, &signer, told))
}

/// One folder, or files one by one.
fn draft(args: &Args) -> Result<Draft> {
    let except = args.metadata.clone().filter(|path| *path != *"-");
    let naming = match (args.neutral_names, args.safe_names) {
        (true, _) => Naming::Neutral,
        (false, true) => Naming::Safe,
        (false, false) => Naming::Own,
    };
    let taking = DraftOptions { all: args.all, naming, keep_times: args.keep_times, except };
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

fn add_facts(draft: &mut Draft, args: &Args, context: &Context) -> Result<()> {
    if let Some(path) = &args.metadata {
        let thing = path.to_string_lossy();
        let bytes = small_file(path, limits::METADATA, code::METADATA_SHAPE, context)?;
        let facts = Facts::read(&bytes).map_err(|reason| Error::new(code::METADATA_SHAPE, thing, reason))?;
        draft.add_facts(facts)?;
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
    Ok(())
}

/// True for names that make one think that facts are read from the file.
fn is_metadata(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    last == "metadata.json" || last == "facts.json"
}

fn summary(out: &mut dyn Write, sealed: &Sealed, signer: &str, told: &Told) -> io::Result<()> {
    let place = sealed.path.as_ref().map(|path| path.to_string_lossy().into_owned());
    let shown = place.as_deref().map_or("to standard output".into(), |path| Untrusted(path).to_string());
    writeln!(out, "{BOLD}sealed{BOLD:#}  {shown}\n")?;
    writeln!(out, "  id          {}", sealed.id)?;
    writeln!(out, "  digest      {}", sealed.digest)?;
    writeln!(out, "  spoken      {}", Digest::spoken(&sealed.digest))?;
    writeln!(out, "  files       {} ({})", sealed.files, bytes(sealed.bytes))?;
    writeln!(out, "  facts       {}", sealed.facts)?;
    writeln!(out, "  sealed at   {}, by this computer's clock", sealed.sealed_at)?;
    writeln!(out, "  signed by   {signer}")?;
    told.readers.write(out)?;
    told.readers.write_seen(told.named, out)?;
    list(out, "not sealed: left behind by a file manager (--all seals it)", told.junk.iter().map(|name| quoted(name)))?;
    list(out, "not sealed: empty folders, which a bundle cannot hold", told.empty.iter().map(|name| quoted(name)))?;
    let renamed = told.renamed.iter().map(|(original, sealed)| format!("{} as {}", quoted(original), quoted(sealed)));
    list(out, "sealed under other names; the names they had are kept as facts", renamed)?;
    if told.left_empty > 0 {
        writeln!(out, "\nnot sealed: {} left empty in the metadata file", plural(told.left_empty as u64, "fact", "facts"))?;
    }
    if let Some(name) = &told.left_out {
        writeln!(out, "\nnot sealed: {}, because it is the metadata file", quoted(name))?;
    }
    if let Some(name) = &told.metadata_inside {
        writeln!(out, "\n{} was sealed as evidence like any other file; facts are read from --metadata only", quoted(name))?;
    }
    writeln!(out, "\nstill readable on this computer")?;
    writeln!(out, "  - the {}, where they were", plural(sealed.files, "file that was sealed", "files that were sealed"))?;
    match (told.readers.kind, told.readers.opens_here) {
        (Kind::None, _) => writeln!(out, "  - the bundle: it is signed and not encrypted, so whoever has it can read it")?,
        (Kind::Passphrase, _) => writeln!(out, "  - the bundle, for whoever knows its passphrase; that is kept nowhere")?,
        (_, true) => writeln!(out, "  - the bundle, with your decryption key: it was sealed for you too")?,
        (_, false) => {}
    }
    writeln!(
        out,
        "  - your {}signing key{}",
        if told.contacts_locked { "" } else { "contacts, and your " },
        match told.signing {
            Signing::File { encrypted: false } => ", which has no passphrase",
            Signing::File { encrypted: true } => " behind its passphrase",
            Signing::Agent => " while the ssh-agent holds it",
        }
    )?;
    if let Some(path) = place {
        writeln!(
            out,
            "\nnext: send it, and read the spoken digits to whoever gets it; they check it with\n  sealbag verify {}",
            Untrusted(&path)
        )?;
    }
    if !told.readers.opens_here {
        writeln!(out, "\nthis computer cannot open the bundle: it was not sealed for you (--to-me)")?;
    }
    Ok(())
}

fn list(out: &mut dyn Write, title: &str, rows: impl Iterator<Item = String>) -> io::Result<()> {
    const TOLD: usize = 20;
    let mut rows = rows.enumerate().peekable();
    if rows.peek().is_some() {
        writeln!(out, "\n{title}")?;
    }
    let mut more = 0;
    for (at, row) in rows {
        if at < TOLD { writeln!(out, "  - {row}")? } else { more += 1 }
    }
    if more > 0 { writeln!(out, "  … and {more} more") } else { Ok(()) }
}
