//! What is told about a contact after something was done.

use sealbag::base::error::Result;
use sealbag::store::home::contacts::Contact;

use crate::cli::context::Context;
use crate::cli::identities::{ContactsJson, Identities};
use crate::cli::ui;

/// Tells what was done in one line, or, as JSON, the contact that it was done to.
pub fn tell(done: &str, contact: Option<&Contact>, identities: &Identities, context: &Context) -> Result<()> {
    if context.flags.json {
        return ui::print_json(&ContactsJson::of(contact, &identities.notes));
    }
    ui::page(|out| writeln!(out, "{done}"))
}
