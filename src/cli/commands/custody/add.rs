//! `sealbag custody add`: write on in the log of a copy.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::place::Place;
use sealbag::crypto::custody::SignedEntry;
use sealbag::crypto::key::PublicKey;
use sealbag::format::custody::{Accepted, Derived, Details, Released, Verdict};
use sealbag::ops::custody::keep::{self, Held, Kept};
use sealbag::ops::custody::log::{Log, Step};
use sealbag::report::json;
use sealbag::report::line::quoted;
use sealbag::report::text::Extent;
use sealbag::{Bundle, Digest, Policy, Report, Source, TrustedSigners, Untrusted};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::custody::{Copy, EntryJson, StepArgs, check_paper, keeper, paper, step, told, warn_of_giver};
use crate::cli::envelope::Opener;
use crate::cli::exit::Exit;
use crate::cli::identities::{Identities, row};
use crate::cli::input::taken;
use crate::cli::interrupt;
use crate::cli::progress::Progress;
use crate::cli::timestamp::with_tokens;
use crate::cli::ui::{self, BOLD};
use crate::cli::verified::{refused, write};

/// Write down what happens to a copy that you keep
///
/// EVENT is one of: released, you give the copy away, and --handover writes what its next keeper needs; accepted, the receipt of that
/// keeper came back (--receipt), or a handover reached you after you received (--handover); copied, stored, withheld; verified, which
/// verifies it again and writes down what that said; countersigned, by which you stand for the bundle beside its signer, if it is
/// VERIFIED here; note. The entry is signed with your key and never changed.
///
/// Before anything is written, the copy is read and must be what its log is about; only verified and note are written otherwise too.
#[derive(clap::Args)]
#[command(after_help = "Example:
  sealbag custody add released sealbag-0123456789ab.zip --to \"Registry\" --handover for-the-registry.json --purpose \"filing\"")]
pub struct Args {
    /// What happens
    #[arg(value_enum, value_name = "EVENT")]
    event: Event,
    /// The copy: a bundle, or an unpacked bundle; for accepted and note its log alone does (--log)
    #[arg(value_name = "BUNDLE", required_unless_present = "log")]
    bundle: Option<PathBuf>,
    /// Its log [default: where sealbag receive puts it]
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// released: the contact whom it goes to; without it --note must say who
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    /// released: write the entry into this file too, which travels with the copy; accepted: what the giver signed
    #[arg(long, value_name = "FILE")]
    handover: Option<PathBuf>,
    /// accepted: the receipt that came back
    #[arg(long, value_name = "FILE", conflicts_with = "handover")]
    receipt: Option<PathBuf>,
    /// copied: the new copy
    #[arg(long, value_name = "FILE")]
    copy: Option<PathBuf>,
    /// withheld: the bundle that was made of it
    #[arg(long, value_name = "FILE")]
    derived: Option<PathBuf>,
    #[command(flatten)]
    step: StepArgs,
}

/// Events that can be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Event {
    Released,
    Accepted,
    Copied,
    Stored,
    Verified,
    Withheld,
    Countersigned,
    Note,
}

/// `sealbag-custody-add/1`.
#[derive(Serialize)]
struct AddJson<'a> {
    schema: &'static str,
    exit: u8,
    /// The code of the refusal; null where an entry was written.
    refused: Option<&'static str>,
    log: String,
    /// Where the handover was written; null where none was.
    handover: Option<String>,
    entry: Option<EntryJson<'a>>,
    /// What verifying said, where that was asked for; else null.
    verification: Option<json::Verify<'a>>,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    check(&args)?;
    let identities = Identities::open(context)?;
    let trust = identities.trusted();
    let policy = args.step.policy.policy(&trust, context)?;
    let own = identities.to_sign(args.step.key.as_deref())?.public().clone();
    let to = args.to.as_deref().map(|name| recipient(name, &identities)).transpose()?;
    let papers = Papers {
        receipt: args.receipt.as_deref().map(|path| Ok((path, paper(path, context)?))).transpose()?,
        handover: match &args.handover {
            Some(path) if args.event == Event::Accepted => Some((path.as_path(), paper(path, context)?)),
            _ => None,
        },
    };
    let opened = args.bundle.as_deref().map(|path| Ok((path, Copy::open(path, context)?))).transpose()?;
    let log = match (&args.log, &opened) {
        (Some(log), _) => log.clone(),
        (None, Some((path, (copy, _)))) => copy.places(path, context)?.0,
        (None, None) => return Err(Error::new(code::USAGE, "custody add", "name the bundle, or its log: --log FILE")),
    };
    let begin = |error: Error| match error.code == code::IO_MISSING {
        true => error.hint("begin its log: sealbag receive BUNDLE; or say where it lies: --log FILE"),
        false => error,
    };
    let last = interrupt::unless_stopped(|| Held::open(&log)).map_err(begin)?.last()?;
    let mut kept = opened.as_ref().map(|(_, (copy, _))| Kept { bundle: None, file_sha256: copy.file_sha256 });
    // what cannot be written is told before anything is asked or verified
    if let Some(kept) = kept.filter(|_| !matches!(args.event, Event::Verified | Event::Note))
        && !keep::is_of(&last.entry, kept)
    {
        return Err(keep::not_of(&Place::path(&log)));
    }
    let handover = args.handover.as_deref().filter(|_| args.event == Event::Released);
    if let Some(path) = handover {
        check_paper(path, context)?;
    }

    let mut report = None;
    if let (Event::Verified | Event::Countersigned, Some((path, (_, source)))) = (args.event, opened) {
        let verified = verify(path, source, &trust, &policy, context)?;
        if let Some(kept) = &mut kept {
            kept.bundle = verified.seal.as_ref().map(|seal| seal.digest);
        }
        if args.event == Event::Countersigned && verified.verdict != sealbag::Verdict::Verified {
            let trouble = "not countersigned, because it is not VERIFIED";
            let error = Error::new(code::CUSTODY_REFUSED, path.to_string_lossy(), trouble);
            return refused(error, path, &verified, context, |verification| {
                ui::print_json(&AddJson {
                    schema: SCHEMA,
                    exit: verified.verdict.exit(),
                    refused: Some(code::CUSTODY_REFUSED.id),
                    log: log.to_string_lossy().into_owned(),
                    handover: None,
                    entry: None,
                    verification: Some(verification),
                })
            });
        }
        report = Some((path.to_owned(), verified));
    }
    let details = match args.event {
        Event::Released => Details::Released(Released { to: to.map(|key| key.line()) }),
        Event::Accepted => papers.accepted(&own, &log, &last, kept, &trust, context)?,
        Event::Copied => Details::Copied(Derived { sha256: digest_of(args.copy.as_deref(), context)? }),
        Event::Withheld => Details::Withheld(Derived { sha256: digest_of(args.derived.as_deref(), context)? }),
        Event::Stored => Details::Stored,
        Event::Countersigned => Details::Countersigned,
        Event::Note => Details::Note,
        Event::Verified => {
            let fits = kept.is_none_or(|kept| keep::is_of(&last.entry, kept));
            Details::Verified(report.as_ref().map_or_else(nothing, |(_, report)| keep::verdict_of_kept(report, fits)))
        }
    };
    let said = args.step.said.ask(context)?;
    let (_, signer) = identities.unlock(args.step.key.as_deref(), context)?;
    interrupt::check()?;
    // another run that holds it is waited for
    let mut held = interrupt::unless_stopped(|| Held::open(&log))?;
    let signed = held.add(&*signer, kept, context.now()?, &said, details)?;
    drop(held);
    if let Some(path) = handover {
        let seq = signed.entry.seq;
        let hint = format!("the log has the entry already; write it out: sealbag custody export BUNDLE --step {seq} -o FILE");
        keep::publish(path, context.flags.force, &signed).map_err(|error| error.hint(hint))?;
    }
    let verdict = report.as_ref().map(|(_, report)| report.verdict);
    tell(&log, handover, report.as_ref(), &step(signed, &trust), &trust, context)?;
    Ok(verdict.map_or(Exit::DONE, Exit::from))
}

const SCHEMA: &str = "sealbag-custody-add/1";

fn nothing() -> Verdict {
    Verdict { verdict: "cannot-check".into(), codes: Vec::new() }
}

/// Each option belongs to its event, and each event needs what belongs to it.
fn check(args: &Args) -> Result<()> {
    let usage = |trouble: &str| Err(Error::new(code::USAGE, "custody add", trouble));
    let of = |events: &[Event], given: bool, option: &str| match given && !events.contains(&args.event) {
        true => Err(Error::new(code::USAGE, option, "does not belong to this event").hint("see sealbag custody add --help")),
        false => Ok(()),
    };
    of(&[Event::Released], args.to.is_some(), "--to")?;
    of(&[Event::Released, Event::Accepted], args.handover.is_some(), "--handover")?;
    of(&[Event::Accepted], args.receipt.is_some(), "--receipt")?;
    of(&[Event::Copied], args.copy.is_some(), "--copy")?;
    of(&[Event::Withheld], args.derived.is_some(), "--derived")?;
    if args.bundle.is_none() && !matches!(args.event, Event::Accepted | Event::Note) {
        return usage("this event needs the copy itself, to see that it is what the log is about: name the bundle");
    }
    match args.event {
        Event::Released if args.to.is_none() && args.step.said.note.is_none() => {
            usage("say whom it goes to: --to NAME, or --note TEXT")
        }
        Event::Accepted if args.receipt.is_none() && args.handover.is_none() => {
            usage("say what is answered: --receipt FILE, or --handover FILE")
        }
        Event::Copied if args.copy.is_none() => usage("name the new copy: --copy FILE"),
        Event::Withheld if args.derived.is_none() => usage("name the bundle that was made of it: --derived FILE"),
        Event::Note if args.step.said.note.as_ref().is_none_or(|note| note.is_empty()) => usage("say it: --note TEXT"),
        _ => Ok(()),
    }
}

/// The key of somebody to whom a copy can be given: a contact who is believed, or oneself, under another key.
fn recipient(name: &str, identities: &Identities) -> Result<PublicKey> {
    let contact = match identities.contacts.find(name) {
        Ok(contact) => contact,
        Err(error) => return identities.to_sign(Some(name)).map(|own| own.public().clone()).map_err(|_| error),
    };
    if let Some(at) = contact.revoked_at {
        let trouble = format!("you revoked this contact on {at}, so nothing is given to them");
        return Err(Error::new(code::CUSTODY_ENTRY, contact.called(), trouble).hint("ask them for the card of their new key"));
    }
    if !identities.integrity.vouches_for(contact) {
        return Err(Error::new(code::CONTACT_EDITED, contact.called(), "is not as you signed it, so nothing is given to them"));
    }
    Ok(contact.card.key.clone())
}

/// What came from whoever is on the other side.
struct Papers<'p> {
    receipt: Option<(&'p Path, SignedEntry)>,
    handover: Option<(&'p Path, SignedEntry)>,
}

impl Papers<'_> {
    fn accepted(
        &self,
        own: &PublicKey,
        log: &Path,
        last: &SignedEntry,
        kept: Option<Kept>,
        trust: &TrustedSigners,
        context: &Context,
    ) -> Result<Details> {
        if let Some((path, receipt)) = &self.receipt {
            let mut answered = None;
            let name = log.to_string_lossy();
            let progress = Progress::start("reading", context);
            Log::of(&name, taken(log, context)?, trust, &progress, &mut |line| {
                answered = answered.take().or_else(|| {
                    let step = line.step.as_ref().filter(|step| receipt.entry.prev == Some(step.signed.digest));
                    step.map(|step| step.signed.clone())
                });
            })?;
            return keep::accepted(receipt, answered.as_ref(), &Place::path(path));
        }
        let Some((path, handover)) = &self.handover else {
            return Err(Error::new(code::USAGE, "custody add", "say what is answered: --receipt FILE, or --handover FILE"));
        };
        let kept = kept.unwrap_or(Kept { bundle: None, file_sha256: last.entry.file_sha256 });
        let kept = Kept { bundle: kept.bundle.or(last.entry.bundle), ..kept };
        keep::hands_over(handover, own, kept, &Place::path(path))?;
        warn_of_giver(handover, trust, context);
        Ok(Details::Accepted(Accepted { answers: handover.digest, receipt: None }))
    }
}

fn digest_of(path: Option<&Path>, context: &Context) -> Result<Digest> {
    let path = path.unwrap_or(Path::new("-"));
    let none = || Error::new(code::USAGE, path.to_string_lossy(), "an unpacked bundle has no one hash: name a file");
    Copy::open(path, context)?.0.file_sha256.ok_or_else(none)
}

fn verify(path: &Path, source: Source, trust: &TrustedSigners, policy: &Policy, context: &Context) -> Result<Report> {
    let progress = Progress::start("verifying", context);
    let near = path.parent().filter(|near| *near != "").unwrap_or(Path::new("."));
    let verified = Opener::new(context)
        .settle(source, near, &progress)
        .and_then(|source| Bundle::read(source, &progress))
        .and_then(|bundle| bundle.verify_with(trust, policy, with_tokens(path, context)?, &progress));
    interrupt::check()?;
    Ok(match verified {
        Ok(verification) => verification.report().clone(),
        Err(error) => Report::unread(&error.about(path)),
    })
}

fn tell(
    log: &Path,
    handover: Option<&Path>,
    report: Option<&(PathBuf, Report)>,
    step: &Step,
    trust: &TrustedSigners,
    context: &Context,
) -> Result<()> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    if context.flags.json {
        return ui::print_json(&AddJson {
            schema: SCHEMA,
            exit: report.map_or(0, |(_, report)| report.verdict.exit()),
            refused: None,
            log: text(log),
            handover: handover.map(text),
            entry: Some(EntryJson::of(step)),
            verification: report.map(|(path, report)| json::Verify::of(path.to_string_lossy(), report)),
        });
    }
    let entry = &step.signed.entry;
    interrupt::while_waiting(|| {
        ui::page(|out| {
            if let Some((path, report)) = report {
                write(out, path, report, Extent::Page, context)?;
            }
            if context.flags.quiet {
                return Ok(());
            }
            if report.is_some() {
                writeln!(out)?;
            }
            writeln!(out, "{BOLD}step {}{BOLD:#}  {}, by {}", entry.seq, entry.details.event().as_str(), keeper(&step.by))?;
            told(step, trust).iter().try_for_each(|said| writeln!(out, "  {said}"))?;
            write!(out, "{}", row("log", Untrusted(&text(log))))?;
            if let Some(path) = handover {
                write!(out, "{}", row("handover", Untrusted(&text(path))))?;
                let next = "give it away with the copy; its keeper: sealbag receive BUNDLE --handover";
                writeln!(out, "\nnext: {next} {}", quoted(&text(path)))?;
            }
            Ok(())
        })
    })
}
