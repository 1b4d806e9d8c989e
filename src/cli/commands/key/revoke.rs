//! `sealbag key revoke`: an own key that somebody else may have is no longer believed, and says so itself to everybody who has its card.

use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::crypto::statement::SignedRevocation;
use sealbag::report::line;
use sealbag::store::home::keyring::OwnKey;
use sealbag::store::home::small;
use sealbag::{Timestamp, Untrusted};

use super::told::facts;
use crate::cli::context::Context;
use crate::cli::identities::{Identities, KeysJson, open_to_sign, row};
use crate::cli::interrupt;
use crate::cli::ui;

/// Stop believing one of your keys, because somebody else may have it
///
/// Its seals are no longer yours on this computer, whatever date they give, and nothing more is signed with it. It still opens what
/// was encrypted for it. The key signs a statement, "not mine since", which you give to everybody who has its card: with sealbag
/// contact revoke --statement they stop believing it too. What is proven to be older stays what it was.
///
/// Whoever has the key can make such a statement, so give the earliest time at which somebody else may have had it: of several
/// the earliest counts.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag key revoke \"Amina O.\" --since 2026-11-20T00:00:00Z -o not-mine.txt")]
pub struct Revoke {
    /// Its name or fingerprint
    name: String,
    /// Since when it is not yours alone, in UTC, such as 2026-11-20T00:00:00Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,
    /// Write the statement into this file; also later, of a key that is revoked already
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Make no statement, because the half that signs, or its passphrase, is gone
    #[arg(long, conflicts_with = "output")]
    unsigned: bool,
}

fn time(text: &str) -> std::result::Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "it must be a time in UTC such as 2026-11-20T00:00:00Z".into())
}

pub fn revoke(args: Revoke, identities: &mut Identities, context: &Context) -> Result<()> {
    let own = identities.keyring.find(Some(&args.name))?.clone();
    only_one(&args.name, &own, identities)?;
    let now = context.now()?;
    if args.since.is_some_and(|since| since > now) {
        let trouble = format!("is still to come: here it is {now}");
        return Err(
            Error::new(code::USAGE, "--since", trouble).hint("give the time since when somebody else may have had the key")
        );
    }
    let file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    file.map_or(Ok(()), |path| small::check_new(path, context.flags.force))?;
    let before = identities.revoked(&own);
    let since = args.since.or(before).unwrap_or(now);
    let kept = identities.contacts.of(own.public()).and_then(|record| record.revocation.clone());
    let states = !args.unsigned && kept.as_ref().is_none_or(|kept| since < kept.since);
    let sooner = before.is_none_or(|before| since < before);
    if before.is_none() {
        let note = "every seal made with it stops counting here, including those that you made yourself";
        let confirmed = ui::confirm(&format!("a key to revoke:\n{}{note}\n", facts(&own)), "Revoke this key?", context);
        confirmed.map_err(|error| error.hint("answer y at the question, or give --yes in a script"))?;
    }
    let statement = match states {
        true => Some(SignedRevocation::sign(&*signer(&own, context)?, since, now)?),
        false => kept,
    };
    interrupt::check()?;
    match &statement {
        Some(statement) if states => identities.contacts.revoke_own_by(own.card(), own.name(), statement)?,
        _ => identities.contacts.revoke_own(own.card(), own.name(), since)?,
    };
    if states || sooner {
        identities.sign_if_possible(context);
    }
    if let (Some(path), Some(statement)) = (file, &statement) {
        small::write_new(path, context.flags.force, statement.text().as_bytes())?;
    }
    if let (true, Some(statement)) = (args.output.is_some() && file.is_none(), &statement) {
        return ui::print_bytes(statement.text().as_bytes());
    }
    if context.flags.json {
        return ui::print_json(&KeysJson::of([&own], identities));
    }
    tell(&own, before.filter(|_| !states && !sooner), file, context)
}

/// Where several keys have one name, it must be clear which of them is meant.
pub fn only_one(called: &str, own: &OwnKey, identities: &Identities) -> Result<()> {
    if own.name() != called || !identities.keyring.is_shared(called) {
        return Ok(());
    }
    let trouble = "several keys of yours have this name";
    Err(Error::new(code::KEY_UNKNOWN, called, trouble)
        .hint("name it by the first 16 digits of its fingerprint: sealbag key list"))
}

fn signer(own: &OwnKey, context: &Context) -> Result<Box<dyn sealbag::Signer>> {
    open_to_sign(own, context).map_err(|error| {
        let gone = [code::KEY_PASSPHRASE, code::KEY_LOCKED, code::AGENT_MISSING, code::AGENT_KEY].contains(&error.code);
        match gone {
            true => error.hint("the key signs that it is not yours any more; if you cannot use it: --unsigned"),
            false => error,
        }
    })
}

/// `already` is since when it was revoked where nothing changed.
fn tell(own: &OwnKey, already: Option<Timestamp>, file: Option<&Path>, context: &Context) -> Result<()> {
    let told = line::named(own.name(), own.public());
    ui::page(|out| {
        match already {
            Some(at) => writeln!(out, "your key {told} is revoked already, since {at}; nothing changed")?,
            None => writeln!(out, "revoked your key {told}: its seals are no longer believed here")?,
        }
        if let Some(path) = file {
            write!(out, "{}", row("statement", Untrusted(&path.to_string_lossy())))?;
        }
        if context.flags.quiet {
            return Ok(());
        }
        writeln!(out, "what to do now")?;
        let short = own.public().fingerprint().short();
        match file {
            Some(_) => {
                writeln!(out, "  - give the statement to everybody who has its card: sealbag contact revoke --statement FILE")?
            }
            None => {
                writeln!(out, "  - write out what the key says of that: sealbag key revoke {short} -o FILE")?;
                writeln!(out, "    and give it to everybody who has its card: sealbag contact revoke --statement FILE")?;
            }
        }
        writeln!(out, "  - make a new key and give them its card: sealbag key new, sealbag card")?;
        writeln!(out, "  - keep this one to open what was encrypted for it")
    })
}
