//! `sealbag contact check` and `accept`: contacts compared with what their reader signed.

use sealbag::Untrusted;
use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::report::line;

use crate::cli::context::Context;
use crate::cli::identities::{ContactsJson, Identities, told};
use crate::cli::ui;

pub fn check(identities: &Identities, context: &Context) -> Result<()> {
    identities.integrity.check().map_err(|error| match identities.contacts.signer(&identities.keyring) {
        Some(_) => error.hint("compare the fingerprints with the people; if the contacts are right: sealbag contact accept"),
        None => error.hint("make a key that can sign them: sealbag key new; then: sealbag contact accept"),
    })?;
    ui::notes(&identities.notes, context);
    if context.flags.json {
        return ui::print_json(&ContactsJson::of(identities.contacts.list(), &identities.notes));
    }
    let count = identities.contacts.list().len();
    ui::page(|out| match (&identities.integrity.signed, identities.contacts.signer(&identities.keyring)) {
        (Some((key, at)), _) => {
            let by = identities.keyring.of(key).map_or(String::new(), |own| line::named(own.name(), key));
            writeln!(out, "contacts: {count}, as your key {by} signed them on {at}")
        }
        (None, Some(_)) if count > 0 => writeln!(out, "contacts: {count}, not signed"),
        (None, Some(_)) => writeln!(out, "contacts: none, and nothing is signed yet"),
        (None, None) => writeln!(out, "contacts: {count}, not signed, because you have no key that could sign them"),
    })
}

pub fn accept(identities: &mut Identities, context: &Context) -> Result<()> {
    let Some(own) = identities.contacts.signer(&identities.keyring) else {
        return Err(Error::new(code::KEY_NONE, "your contacts", "there is no key of yours that could sign them"));
    };
    let by = line::named(own.name(), own.public());
    let mut facts = String::from("what changed since you signed\n");
    for finding in &identities.integrity.findings {
        facts += &format!("  {}\n", finding);
    }
    if identities.integrity.findings.is_empty() {
        facts += "  nothing\n";
    }
    facts += "your contacts from now on\n";
    for contact in identities.contacts.list() {
        facts += &told(&contact.name, &contact.card.key);
        if let Some(at) = contact.revoked_at {
            facts += &format!("  revoked on {at}\n");
        }
    }
    let lost: Vec<String> = identities
        .integrity
        .revoked()
        .filter(|(entry, _)| identities.contacts.revoked_at(&entry.key).is_none())
        .map(|(entry, _)| entry.key.called(&entry.name))
        .collect();
    if let Some(name) = lost.first().filter(|_| context.flags.yes && !context.flags.force) {
        let trouble = "you revoked this key, and --yes alone does not take that back";
        return Err(Error::new(code::RUN_NOT_CONFIRMED, name, trouble)
            .hint("revoke it again, or answer at the question or give --yes --force"));
    }
    for name in lost {
        facts += &format!("NOT REVOKED ANY MORE: {}\n", Untrusted(&name));
    }
    ui::confirm(&facts, "Sign these contacts?", context)?;
    identities.sign_contacts(context)?;
    if context.flags.json {
        return ui::print_json(&ContactsJson::of(identities.contacts.list(), &[]));
    }
    ui::page(|out| writeln!(out, "your key {by} signed your contacts as they are now"))
}
