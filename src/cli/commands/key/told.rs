//! What is told about one of the reader's own keys.

use std::path::PathBuf;

use sealbag::Untrusted;
use sealbag::base::error::Result;
use sealbag::base::limits;
use sealbag::report::line;
use sealbag::store::home::keyring::OwnKey;
use sealbag::store::home::own_key::Signing;

use crate::cli::context::Context;
use crate::cli::identities::{Identities, KeysJson, row, told};
use crate::cli::passphrase::Passphrase;
use crate::cli::ui;

/// The facts about one own key under `title`, or the key as JSON.
pub fn show(title: &str, own: &OwnKey, identities: &Identities, context: &Context) -> Result<()> {
    if context.flags.json {
        return ui::print_json(&KeysJson::of([own], identities));
    }
    ui::page(|out| write!(out, "{title}\n{}", facts(own)))
}

/// What there is to know about one own key, a line each.
pub fn facts(own: &OwnKey) -> String {
    let below = |text: &str| row("", text);
    let file = |path: PathBuf| Untrusted(&path.to_string_lossy()).to_string();
    let mut facts = told(own.name(), own.public());
    if own.is_for_one_story() {
        let note = match own.note(&[]) {
            Ok(Some(note)) if !note.is_empty() => format!(", {}", line::quoted(&note)),
            Err(error) => format!(", {error}"),
            _ if own.has_encrypted_note() => "; its note is encrypted: sealbag key show --note".into(),
            _ => String::new(),
        };
        facts += &row("only for", format!("one story{note}"));
    }
    facts += &row("made", own.card().card.made_at);
    if let Some(succession) = &own.card().succession {
        facts += &row("comes after", succession.old.fingerprint());
    }
    match (own.signing(), own.public().application()) {
        (Signing::File { .. }, _) => facts += &row("signs with", file(own.path())),
        (Signing::Agent, None) => facts += &row("signs with", "the ssh-agent, while it holds this key"),
        (Signing::Agent, Some(_)) => facts += &row("signs with", "a FIDO token, through the ssh-agent, when it is touched"),
    }
    facts += &match own.signing() {
        Signing::File { encrypted: true } => below(PROTECTED),
        Signing::File { encrypted: false } => below("unencrypted: whoever can read the file can sign as you"),
        Signing::Agent => below(&format!("its public half: {}", file(own.path()))),
    };
    let recipients = &own.card().card.recipients;
    match own.decryption() {
        None if recipients.is_empty() => facts += &row("opens with", "nothing: no bundle can be encrypted for this key"),
        None => {
            facts += &row("opens with", "nothing, although its card names recipients: the file that opens bundles is missing")
        }
        Some(decryption) => {
            facts += &row("opens with", file(own.decryption_path()));
            facts += &below(if decryption.encrypted {
                PROTECTED
            } else {
                "unencrypted: whoever can read the file can open what is encrypted for you"
            });
        }
    }
    for (at, recipient) in recipients.iter().enumerate() {
        facts += &row(if at == 0 { "recipients" } else { "" }, ui::recipient(recipient));
    }
    facts
}

const PROTECTED: &str = "encrypted under its passphrase";

/// A passphrase, and what it costs to try one.
pub fn under(passphrase: Option<&Passphrase>) -> Option<(&str, u8)> {
    passphrase.map(|passphrase| (passphrase.as_str(), limits::SCRYPT_WORK))
}
