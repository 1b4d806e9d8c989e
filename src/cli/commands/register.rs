//! `sealbag register`: which bundles there should be.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::ops::audit::make_register::{self, Made, To};
use sealbag::ops::audit::register::{Entry, Kind, Register};
use sealbag::ops::audit::results;
use sealbag::report::json::KeeperJson;
use sealbag::report::line::quoted;
use sealbag::store::fs::places;
use serde::Serialize;

use crate::cli::audited::{self, SignArgs, who};
use crate::cli::context::Context;
use crate::cli::custody::keeper;
use crate::cli::exit::Exit;
use crate::cli::identities::{Identities, row};
use crate::cli::ui;

/// Keep a list of the bundles that there should be, to compare audits with
///
/// A register is made from the results of an audit: every bundle whose seal holds, and every one that is closed. Keep it elsewhere than the
/// archive. It says of each path which bundle is there, by its digest, and by the hash of its file where the audit made one (--file-hashes).
#[derive(clap::Args)]
#[command(arg_required_else_help = true, after_help = "Example:\n  sealbag register make audit.jsonl -o register.jsonl")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Make(MakeArgs),
    Update(UpdateArgs),
    Show(ShowArgs),
}

/// Make a register from the results of an audit
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag register make audit.jsonl -o register.jsonl")]
struct MakeArgs {
    /// The results of an audit
    #[arg(value_name = "RESULTS")]
    results: PathBuf,
    /// Write the register here, and its signature beside it (.sig)
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    sign: SignArgs,
}

/// Make a new register from an older one and the results of an audit
///
/// What the results found replaces what the older one says of the same path; what they do not tell of stays.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag register update register.jsonl --from audit.jsonl -o register-2.jsonl")]
struct UpdateArgs {
    /// The older register
    #[arg(value_name = "REGISTER")]
    register: PathBuf,
    /// The results of an audit
    #[arg(long, value_name = "RESULTS")]
    from: PathBuf,
    /// Write the new register here, and its signature beside it (.sig)
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Leave out what the results say is missing
    #[arg(long)]
    drop_missing: bool,
    #[command(flatten)]
    sign: SignArgs,
}

/// Show what a register says, and whose it is
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag register show register.jsonl")]
struct ShowArgs {
    /// The register
    #[arg(value_name = "REGISTER")]
    register: PathBuf,
}

/// `sealbag-register-made/1`.
#[derive(Serialize)]
struct MadeJson {
    schema: &'static str,
    exit: u8,
    register: String,
    /// Null where it is not signed.
    signature: Option<String>,
    entries: u64,
    added: u64,
    changed: u64,
    dropped: u64,
    left_out: u64,
}

/// `sealbag-register-show/1`.
#[derive(Serialize)]
struct ShowJson<'a> {
    schema: &'static str,
    exit: u8,
    /// `register`, `sha256sum` or `s3`.
    kind: &'static str,
    made_at: Option<String>,
    /// Null where it is not signed.
    signer: Option<KeeperJson<'a>>,
    /// SHA-256 of its file.
    sha256: String,
    entries: Vec<Entry>,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    match args.command {
        Command::Make(args) => {
            let identities = Identities::open(context)?;
            make(&args.results, None, false, &args.output, &args.sign, &identities, context)
        }
        Command::Update(args) => {
            let identities = Identities::open(context)?;
            let older = audited::register(&args.register, &identities.trusted(), context)?;
            make(&args.from, Some(&older), args.drop_missing, &args.output, &args.sign, &identities, context)
        }
        Command::Show(args) => show(&args, context),
    }
}

fn make(
    from: &Path,
    older: Option<&Register>,
    drop_missing: bool,
    output: &Path,
    sign: &SignArgs,
    identities: &Identities,
    context: &Context,
) -> Result<Exit> {
    let signature = places::beside(output, ".sig")?;
    for path in [output, &signature] {
        results::check_new(path, context.flags.force).map_err(|error| match error.code == code::OUTPUT_EXISTS {
            true => error.hint("choose another name with -o; an older register stays worth keeping"),
            false => error,
        })?;
    }
    let signer = sign.signer(identities, context)?;
    let to =
        To { path: output, signature: &signature, replace: context.flags.force, signer: signer.as_deref(), at: context.now()? };
    let made = make_register::make(from, older, drop_missing, &to)?;
    if made.entries == 0 {
        ui::note("the register is empty: the results tell of no bundle whose seal holds", context);
    }
    let Made { entries, added, changed, dropped, left_out } = made;
    if context.flags.json {
        ui::print_json(&MadeJson {
            schema: "sealbag-register-made/1",
            exit: 0,
            register: output.to_string_lossy().into_owned(),
            signature: signer.map(|_| signature.to_string_lossy().into_owned()),
            entries,
            added,
            changed,
            dropped,
            left_out,
        })?;
        return Ok(Exit::DONE);
    }
    ui::written(Some(output), context, |out| {
        writeln!(out, "wrote {}", quoted(&output.to_string_lossy()))?;
        write!(out, "{}", row("entries", entries))?;
        if older.is_some() {
            write!(out, "{}", row("added", added) + &row("changed", changed) + &row("dropped", dropped))?;
        }
        if left_out > 0 {
            write!(out, "{}", row("left out", format!("{left_out}, since they are altered or could not be read")))?;
        }
        writeln!(out, "\nnext: keep it elsewhere than the archive, and compare: sealbag audit PATH --register FILE")
    })?;
    Ok(Exit::DONE)
}

fn show(args: &ShowArgs, context: &Context) -> Result<Exit> {
    let trust = Identities::open(context)?.trusted();
    let register = audited::register(&args.register, &trust, context)?;
    let signer = register.signer.as_ref().map(|key| who(key, &trust));
    let (kind, told) = match register.kind() {
        Kind::Own => ("register", "a register of sealbag"),
        Kind::Sha256sum => ("sha256sum", "a list of sha256sum"),
        Kind::S3 => ("s3", "a report of an object store"),
    };
    let made_at = register.head.as_ref().map(|head| head.made_at.to_string());
    if context.flags.json {
        let mut entries = Vec::new();
        register.each(&mut |entry| {
            entries.push(entry);
            Ok(())
        })?;
        let signer = signer.as_ref().map(KeeperJson::of);
        let sha256 = register.digest.to_string();
        ui::print_json(&ShowJson { schema: "sealbag-register-show/1", exit: 0, kind, made_at, signer, sha256, entries })?;
        return Ok(Exit::DONE);
    }
    let mut failed: Option<Error> = None;
    ui::page(|out| {
        writeln!(out, "{}: {told}", quoted(&args.register.to_string_lossy()))?;
        write!(out, "{}", row("entries", register.len()))?;
        if register.kind() == Kind::Own {
            write!(out, "{}", row("made at", made_at.unwrap_or_default()))?;
            write!(out, "{}", row("signed by", signer.as_ref().map_or_else(|| "nobody".into(), keeper)))?;
        }
        write!(out, "{}", row("SHA-256", register.digest))?;
        if context.flags.quiet {
            return Ok(());
        }
        writeln!(out)?;
        let listed = register.each(&mut |entry| {
            let what = entry.digest.or(entry.file_sha256).map_or_else(|| "unknown".into(), |digest| digest.to_string());
            writeln!(out, "  {}  {}", what.get(..16).unwrap_or(&what), quoted(&entry.path))
                .map_err(|error| Error::io(sealbag::base::place::Place::Output, &error))
        });
        failed = listed.err();
        Ok(())
    })?;
    failed.map_or(Ok(Exit::DONE), Err)
}
