//! What the commands about custody share: which log belongs to a copy, what a keeper says of a step, how a step is told.

use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Finding, Result};
use sealbag::base::limits;
use sealbag::base::place::Place;
use sealbag::crypto::custody::SignedEntry;
use sealbag::crypto::key::PublicKey;
use sealbag::format::custody::{Derived, Details, Released, Verdict};
use sealbag::ops::custody::keep::{self, Said};
use sealbag::ops::custody::log::{Log, Step};
use sealbag::ops::custody::merge::Read;
use sealbag::report::json::KeeperJson;
use sealbag::report::line::{named, quoted};
use sealbag::report::model::Who;
use sealbag::store::fs::places;
use sealbag::store::home;
use sealbag::{Belief, Digest, Source, TrustedSigners};
use serde::Serialize;
use serde_json::value::RawValue;

use super::context::Context;
use super::evidence::PolicyArgs;
use super::input::{on_a_disk, small_file, source, taken};
use super::progress::Progress;
use super::ui;

/// What a keeper says of a step.
#[derive(clap::Args)]
pub struct SaidArgs {
    /// Where it happens; asked for on a terminal
    #[arg(long, value_name = "TEXT")]
    place: Option<String>,
    /// What for; asked for on a terminal
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// What else there is to say
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

impl SaidArgs {
    /// What was said by options, and on the terminal otherwise.
    pub fn ask(&self, context: &Context) -> Result<Said> {
        let asked = |given: &Option<String>, question: &str| match given {
            Some(said) => Ok(said.clone()),
            None if context.flags.json || context.flags.quiet || context.flags.yes => Ok(String::new()),
            None => ui::ask(question, limits::CUSTODY_TEXT as u64).map(|said| said.trim().to_owned()),
        };
        Ok(Said {
            place: asked(&self.place, "Where does this happen (Enter to leave it open)? ")?,
            purpose: asked(&self.purpose, "What for (Enter to leave it open)? ")?,
            note: self.note.clone().unwrap_or_default(),
        })
    }
}

/// What every step that is written down has: who signs it, what they say of it, and what is asked of the bundle.
#[derive(clap::Args)]
pub struct StepArgs {
    /// The key to sign with, by its name or fingerprint [default: your first]
    #[arg(long, value_name = "NAME")]
    pub key: Option<String>,
    #[command(flatten)]
    pub said: SaidArgs,
    #[command(flatten)]
    pub policy: PolicyArgs,
}

/// A copy of a bundle as it lies there.
pub struct Copy {
    /// SHA-256 of the file; none for an unpacked bundle.
    pub file_sha256: Option<Digest>,
    /// True for an age file.
    pub encrypted: bool,
}

impl Copy {
    /// Opens a copy and hashes it; what is read later comes from the same handle.
    pub fn open(path: &Path, context: &Context) -> Result<(Copy, Source)> {
        let stream = || {
            let error = Error::new(code::USAGE, path.to_string_lossy(), "a log is kept of a file or a folder, not of a stream");
            error.hint("save it to a file first, and name that")
        };
        if path == Path::new("-") {
            return Err(stream());
        }
        on_a_disk(path)?;
        let source = source(path, context)?;
        if source.is_stream() {
            return Err(stream());
        }
        let progress = Progress::start("reading", context);
        let file_sha256 = source.file_sha256(&progress).map_err(|error| error.about(path))?;
        Ok((Copy { file_sha256, encrypted: source.is_envelope()? }, source))
    }

    /// Where its log lies or would lie, and its receipt: beside it, or in the home folder where it is encrypted, so that nothing beside the
    /// file tells what is in it.
    pub fn places(&self, path: &Path, context: &Context) -> Result<(PathBuf, PathBuf)> {
        match self.file_sha256.filter(|_| self.encrypted) {
            Some(file) => Ok(home::custody::places(context.home()?, file)),
            None => Ok((places::beside(path, ".custody.jsonl")?, places::beside(path, ".receipt.json")?)),
        }
    }
}

/// The log that `path` names: itself, or that of the bundle which lies there.
pub fn log_of(path: &Path, context: &Context) -> Result<PathBuf> {
    if path == Path::new("-") {
        return Ok(path.to_owned());
    }
    on_a_disk(path)?;
    let looked = source(path, context)?;
    if !looked.is_stream() && (places::is_folder(path) || looked.is_envelope()? || looked.begins_with(b"PK")?) {
        let copy =
            if looked.is_envelope()? { Copy::open(path, context)?.0 } else { Copy { file_sha256: None, encrypted: false } };
        return copy.places(path, context).map(|(log, _)| log);
    }
    Ok(path.to_owned())
}

/// Reads logs, with all their steps.
pub fn read_all(paths: &[PathBuf], trust: &TrustedSigners, context: &Context) -> Result<Vec<Read>> {
    let progress = Progress::start("reading", context);
    let (mut files, mut count) = (Vec::new(), 0usize);
    for path in paths {
        let (name, mut steps) = (path.to_string_lossy().into_owned(), Vec::new());
        let log = Log::of(&name, taken(path, context)?, trust, &progress, &mut |line| {
            count += 1;
            steps.extend(line.step.clone().filter(|_| count <= limits::CUSTODY_MERGED));
        })?;
        if count > limits::CUSTODY_MERGED {
            return Err(Error::new(code::USAGE, name, format!("more than {} entries together", limits::CUSTODY_MERGED))
                .hint("look at fewer logs at once"));
        }
        files.push(Read { name, log, steps });
    }
    Ok(files)
}

/// Refuses a receipt or a handover that could not be written.
pub fn check_paper(path: &Path, context: &Context) -> Result<()> {
    keep::check_new(path, context.flags.force).map_err(|error| match error.code == code::OUTPUT_EXISTS {
        true => error.hint("choose another name for it, or replace it with --force"),
        false => error,
    })
}

/// Reads a receipt or a handover, which a reader may be given in any form.
pub fn paper(path: &Path, context: &Context) -> Result<SignedEntry> {
    let bytes = small_file(path, limits::LINE as u64 + 1, code::CUSTODY_MALFORMED, context)?;
    keep::read(&bytes, &Place::path(path))
}

/// Who signed a step, as a table has it.
pub fn keeper(who: &Who) -> String {
    match &who.standing {
        None => format!("A STRANGER ({})", who.fingerprint.glance()),
        Some(standing) => {
            let told = named(&standing.name, &who.key);
            match standing.belief {
                Belief::Own => format!("{told}, you"),
                Belief::Contact { .. } => told,
                Belief::Revoked { .. } => format!("{told}, REVOKED"),
            }
        }
    }
}

/// What belongs to a step, in words: whom it went to, what verifying said, which file was made.
pub fn told(step: &Step, trust: &TrustedSigners) -> Vec<String> {
    let entry = &step.signed.entry;
    let mut told = match &entry.details {
        Details::Received(verdict) | Details::Verified(verdict) => vec![judged(verdict)],
        Details::Released(Released { to: None }) => vec!["to somebody without a key".into()],
        Details::Released(Released { to: Some(to) }) => vec![format!("to {}", owner(to, trust))],
        Details::Accepted(accepted) => {
            let mut told = vec![format!("answers the entry {}", short(&accepted.answers))];
            match step.signed.receipt() {
                None => {}
                Some(Err(())) => told.push("WITH A RECEIPT THAT IS NONE".into()),
                Some(Ok(receipt)) => {
                    told.push(format!("receipt by {} of {}", owner(&receipt.entry.by, trust), receipt.entry.at));
                    if let Details::Received(verdict) = &receipt.entry.details {
                        told.push(format!("who found it {}", judged(verdict)));
                    }
                }
            }
            told
        }
        Details::Copied(Derived { sha256 }) => vec![format!("the copy has SHA-256 {}", short(sha256))],
        Details::Withheld(Derived { sha256 }) => vec![format!("the bundle that shows less has SHA-256 {}", short(sha256))],
        Details::Stored | Details::Countersigned | Details::Note => Vec::new(),
    };
    for (what, said) in [("at", &entry.place), ("for", &entry.purpose), ("note", &entry.note)] {
        if !said.is_empty() {
            told.push(format!("{what} {}", quoted(said)));
        }
    }
    told
}

fn judged(verdict: &Verdict) -> String {
    let word = verdict.verdict.to_uppercase().replace('-', " ");
    if verdict.codes.is_empty() { word } else { format!("{word}: {}", verdict.codes.join(", ")) }
}

fn owner(key: &str, trust: &TrustedSigners) -> String {
    let Ok(key) = PublicKey::parse(key) else { return "nobody".into() };
    keeper(&Who { fingerprint: key.fingerprint(), standing: trust.standing(&key).cloned(), key })
}

/// The beginning of a digest.
pub fn short(digest: &Digest) -> String {
    let mut text = digest.to_string();
    text.truncate(16);
    text + "…"
}

/// What was found on a line of a log.
pub fn mark(finding: &Finding) -> String {
    format!("{}: {}", finding.code.id, finding.detail)
}

/// An entry as JSON.
#[derive(Serialize)]
pub struct EntryJson<'a> {
    /// SHA-256 of the entry, by which the next one names it.
    digest: String,
    log: String,
    seq: u64,
    prev: Option<String>,
    bundle: Option<String>,
    file_sha256: Option<String>,
    at: String,
    event: &'static str,
    pub by: KeeperJson<'a>,
    place: &'a str,
    purpose: &'a str,
    note: &'a str,
    /// As the format has them for the event.
    details: Option<Box<RawValue>>,
}

impl<'a> EntryJson<'a> {
    /// An entry and whose it is.
    pub fn of(step: &'a Step) -> Self {
        let entry = &step.signed.entry;
        EntryJson {
            digest: step.signed.digest.to_string(),
            log: entry.log.to_string(),
            seq: entry.seq,
            prev: entry.prev.map(|prev| prev.to_string()),
            bundle: entry.bundle.map(|bundle| bundle.to_string()),
            file_sha256: entry.file_sha256.map(|file| file.to_string()),
            at: entry.at.to_string(),
            event: entry.details.event().as_str(),
            by: KeeperJson::of(&step.by),
            place: &entry.place,
            purpose: &entry.purpose,
            note: &entry.note,
            details: entry.details.json(),
        }
    }
}

/// An entry that was just signed, with whose key it is.
pub fn step(signed: SignedEntry, trust: &TrustedSigners) -> Step {
    let key = signed.key.clone();
    let by = Who { fingerprint: key.fingerprint(), standing: trust.standing(&key).cloned(), key };
    Step { signed, by }
}

/// Tells where a handover comes from, if that is nobody whom one believes.
pub fn warn_of_giver(handover: &SignedEntry, trust: &TrustedSigners, context: &Context) {
    let giver = step(handover.clone(), trust).by;
    if !matches!(giver.standing.as_ref().map(|standing| &standing.belief), Some(Belief::Own | Belief::Contact { .. })) {
        ui::note(format!("the handover was signed by {}", keeper(&giver)), context);
    }
}
