//! `sealbag key revoke`: an own key that somebody else may have is no longer believed, here first of all.

use sealbag::base::error::Result;
use sealbag::report::line;

use super::told::facts;
use crate::cli::context::Context;
use crate::cli::identities::{Identities, KeysJson};
use crate::cli::ui;

/// Stop believing one of your keys, because somebody else may have it
///
/// Its seals are no longer yours on this computer, whatever date they give, and nothing more is signed with it. It still opens what
/// was encrypted for it. Nobody else learns of this from sealbag: tell everybody who has its card.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag key revoke \"Amina O.\"")]
pub struct Revoke {
    /// Its name or fingerprint
    name: String,
}

pub fn revoke(args: Revoke, identities: &mut Identities, context: &Context) -> Result<()> {
    let own = identities.keyring.find(Some(&args.name))?.clone();
    let (name, told) = (line::quoted(own.name()), line::named(own.name(), own.public()));
    let before = identities.revoked(&own);
    if before.is_none() {
        let note = "every seal made with it stops counting here, including those that you made yourself";
        let confirmed = ui::confirm(&format!("a key to revoke:\n{}{note}\n", facts(&own)), "Revoke this key?", context);
        confirmed.map_err(|error| error.hint("answer y at the question, or give --yes in a script"))?;
        let now = context.now()?;
        identities.contacts.revoke_own(own.card(), own.name(), now)?;
        identities.sign_if_possible(context);
    }
    if context.flags.json {
        return ui::print_json(&KeysJson::of([&own], identities));
    }
    ui::page(|out| {
        match before {
            Some(at) => writeln!(out, "you revoked your key {told} already, on {at}; nothing changed")?,
            None => writeln!(out, "revoked your key {told}: its seals are no longer believed here")?,
        }
        if context.flags.quiet {
            return Ok(());
        }
        writeln!(out, "what to do now")?;
        writeln!(out, "  - tell everybody who has its card to do the same: sealbag contact revoke {name}")?;
        writeln!(out, "  - make a new key and give them its card: sealbag key new, sealbag card")?;
        writeln!(out, "  - keep this one to open what was encrypted for it")
    })
}
