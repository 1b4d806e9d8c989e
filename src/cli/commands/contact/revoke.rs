//! `sealbag contact revoke`: a key is no longer believed, because the reader says so or because it says so itself.

use std::path::{Path, PathBuf};

use sealbag::base::error::{Error, Result};
use sealbag::base::{code, limits};
use sealbag::crypto::statement::SignedRevocation;
use sealbag::report::line;

use super::told::tell;
use crate::cli::context::Context;
use crate::cli::identities::Identities;
use crate::cli::input::small_file;
use crate::cli::interrupt;
use crate::cli::ui;

/// Stop believing a contact's key: it was lost or stolen, or you trusted the wrong person
///
/// From now on every seal by this key counts as that of an unknown signer, whatever its date, unless it is proven to be older.
///
/// With --statement the key says so itself: its owner made that with sealbag key revoke. Since when it counts is then what they say;
/// of several times the earliest counts. Whoever has the key can make such a statement, a thief too, and it never makes anybody
/// believed.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag contact revoke \"Amina O.\"\n  sealbag contact revoke --statement not-mine.txt")]
pub struct Revoke {
    /// Their name or fingerprint
    #[arg(required_unless_present = "statement")]
    name: Option<String>,
    /// What the key says of itself, or - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "name")]
    statement: Option<PathBuf>,
}

pub fn run(args: &Revoke, identities: Identities, context: &Context) -> Result<()> {
    match (&args.statement, &args.name) {
        (Some(file), _) => by_statement(file, identities, context),
        (None, Some(name)) => by_name(name, identities, context),
        (None, None) => Ok(()),
    }
}

fn by_name(called: &str, mut identities: Identities, context: &Context) -> Result<()> {
    let before = identities.contacts.find(called).map_err(|error| match identities.keyring.find(Some(called)) {
        Ok(own) => error.hint(format!("it is a key of yours: sealbag key revoke {}", line::quoted(own.name()))),
        Err(_) => error,
    })?;
    let before = before.revoked_at;
    let now = context.now()?;
    interrupt::check()?;
    let contact = identities.contacts.revoke(called, now)?.clone();
    if before.is_none() {
        identities.sign_if_possible(context);
    }
    let name = line::named(&contact.name, &contact.card.key);
    let done = match before {
        Some(at) => format!("{name} is revoked already, since {at}; nothing changed"),
        None => format!("you no longer believe {name}: every seal by this key now counts as that of an unknown signer"),
    };
    tell(&done, Some(&contact), &identities, context)
}

fn by_statement(file: &Path, mut identities: Identities, context: &Context) -> Result<()> {
    let thing = file.to_string_lossy();
    let bytes = small_file(file, limits::KEY_FILE, code::REVOCATION_FORMAT, context)?;
    let statement = SignedRevocation::read(&thing, &bytes)?;
    let SignedRevocation { key, since, .. } = &statement;
    let own = identities.keyring.of(key).cloned();
    let known = identities.contacts.whose(key).cloned();
    let name = match (&known, &own) {
        (Some(contact), _) => line::named(&contact.name, key),
        (None, Some(own)) => line::named(own.name(), key),
        (None, None) => {
            let trouble = "no contact and no key of yours is this key, so there is nothing to revoke";
            return Err(Error::new(code::CONTACT_UNKNOWN, key.fingerprint().to_string(), trouble)
                .hint("if you expected one of your contacts, ask them which key they mean: sealbag contact list"));
        }
    };
    if own.as_ref().is_some_and(|own| identities.revoked(own).is_none()) {
        let facts = format!("it is a key of yours, {name}, and says that it is not yours since {since}\n");
        ui::confirm(&facts, "Revoke your own key?", context)?;
    }
    // a change of somebody who is still believed counts only when it is signed
    let is_former = known.as_ref().is_some_and(|contact| contact.had(key));
    let signer = if is_former { identities.vouching(context)? } else { None };
    interrupt::check()?;
    let now = context.now()?;
    let contact = match &own {
        Some(own) => identities.contacts.revoke_own_by(own.card(), own.name(), &statement)?,
        None => identities.contacts.revoke_by(&statement, signer.as_deref(), now)?,
    };
    let contact = contact.clone();
    let changed = known.as_ref() != Some(&contact);
    if changed && !is_former {
        identities.sign_if_possible(context);
    }
    let done = match changed {
        false => format!("you know this of the key of {name} already; nothing changed"),
        true if is_former => format!("the key that {name} had before counts for nothing since {since}, as it says itself"),
        true => format!(
            "you no longer believe {name}: the key itself says that it is not its owner's since {since}\nwhat it signed counts only where it is proven to be older"
        ),
    };
    tell(&done, Some(&contact), &identities, context)
}
