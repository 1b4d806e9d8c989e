//! `sealbag contact lock` and `unlock`: contacts that only the reader's decryption key opens.

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::report::line;

use crate::cli::context::Context;
use crate::cli::identities::{ContactsJson, Identities, open_own};
use crate::cli::interrupt;
use crate::cli::ui;

pub fn lock(called: Option<&str>, identities: &mut Identities, context: &Context) -> Result<()> {
    if identities.contacts.is_locked() {
        identities.contacts.tidy()?;
        return tell("your contacts are locked already; nothing changed", identities, context);
    }
    let own = identities.keyring.find(called)?;
    let none = || Error::new(code::KEY_NO_DECRYPTION, own.called(), "has no decryption key, so it cannot lock your contacts");
    let file = own.identity_file()?.ok_or_else(none)?;
    if !file.is_encrypted() {
        let trouble = "its decryption key has no passphrase, so whoever takes this computer could open what it locks";
        return Err(Error::new(code::KEY_NO_DECRYPTION, own.called(), trouble)
            .hint("give it one: sealbag key change-passphrase --decryption"));
    }
    // opened first, so that nothing is locked under a passphrase that nobody remembers
    let opens = open_own(own, &file, context)?;
    interrupt::check()?;
    let (public, named) = (own.public().clone(), line::named(own.name(), own.public()));
    identities.contacts.lock(&public, &opens)?;
    tell(&format!("locked your contacts with the decryption key of {named}"), identities, context)
}

pub fn unlock(identities: &mut Identities, context: &Context) -> Result<()> {
    if !identities.contacts.is_locked() {
        return tell("your contacts are not locked; nothing changed", identities, context);
    }
    interrupt::check()?;
    identities.contacts.unlock()?;
    tell("unlocked your contacts: whoever can read the files can read them", identities, context)
}

fn tell(done: &str, identities: &Identities, context: &Context) -> Result<()> {
    if context.flags.json {
        return ui::print_json(&ContactsJson::of(identities.contacts.list(), &identities.notes));
    }
    ui::page(|out| writeln!(out, "{done}"))
}
