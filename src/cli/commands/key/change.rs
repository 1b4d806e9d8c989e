//! What happens to keys that one has: a new passphrase, a backup, removal.

use std::path::PathBuf;

use sealbag::Untrusted;
use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::crypto::openssh::Protection;
use sealbag::report::line;
use sealbag::store::home::contacts::Contacts;
use sealbag::store::home::key_export;
use sealbag::store::home::keyring::OwnKey;
use sealbag::store::home::own_key::Signing;
use serde::Serialize;

use super::revoke::only_one;
use super::told::under;
use super::told::{facts, show};
use crate::cli::context::Context;
use crate::cli::identities::{self, Identities, KeysJson, row};
use crate::cli::interrupt;
use crate::cli::passphrase::{self, Protects};
use crate::cli::ui;

/// Give one of your keys another passphrase
///
/// The passphrase of the half that signs, or with --decryption that of the half that opens encrypted bundles. The old one comes
/// from the terminal or --passphrase-file. A copy that was made before keeps the old passphrase.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag key change-passphrase \"Amina O.\"")]
pub struct ChangePassphrase {
    /// Its name or fingerprint [default: your first key]
    name: Option<String>,
    /// Change the passphrase of the decryption key
    #[arg(long)]
    decryption: bool,
    /// Read the new passphrase from FILE, whose lines mean what they mean in --passphrase-file
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
    /// Leave it unencrypted: whoever can read the file can use it
    #[arg(long, conflicts_with = "new_passphrase_file")]
    no_passphrase: bool,
    /// Take a new passphrase that is easy to guess too
    #[arg(long, conflicts_with = "no_passphrase")]
    weak_passphrase: bool,
}

/// Make a backup of one of your keys
///
/// The files of the key are copied as they are into a new folder that only you may read. Whoever has the copy and the passphrases
/// can sign as you and open what is encrypted for you. ssh-keygen reads the one that signs, age from version 1.3 on the one that
/// opens encrypted bundles.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag key export \"Amina O.\" -o /media/stick/key")]
pub struct Export {
    /// Its name or fingerprint [default: your first key]
    name: Option<String>,
    /// The folder that is made
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
}

/// Remove one of your keys
///
/// What was encrypted for it can never be opened again, unless you have a backup. What was sealed with it stays as it is, but
/// to you its signer becomes a stranger.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag key remove \"Story of the bridge\"")]
pub struct Remove {
    /// Its name or fingerprint
    name: String,
}

pub fn change_passphrase(args: ChangePassphrase, identities: &mut Identities, context: &Context) -> Result<()> {
    if args.new_passphrase_file.as_deref().is_some_and(|path| path == "-") {
        context.take_standard_input()?;
    }
    let own = identities.keyring.find(args.name.as_deref())?;
    let encrypted = match (args.decryption, own.decryption()) {
        (false, _) => match own.signing() {
            Signing::File { encrypted } => encrypted,
            Signing::Agent => {
                let trouble = "is held by the ssh-agent, so it has no passphrase here";
                return Err(Error::new(code::USAGE, own.called(), trouble)
                    .hint("change it where the key was made; for its decryption key: --decryption"));
            }
        },
        (true, Some(decryption)) => decryption.encrypted,
        (true, None) => {
            let trouble = "has no decryption key, so there is no passphrase to change";
            return Err(Error::new(code::KEY_NO_DECRYPTION, own.called(), trouble));
        }
    };
    let which = if args.decryption { "decryption key" } else { "signing key" };
    if args.no_passphrase && !encrypted {
        return show(&format!("the {which} has no passphrase; nothing changed:"), own, identities, context);
    }
    let protects = if args.decryption { Protects::Decryption } else { Protects::Signing };
    let file = args.new_passphrase_file.as_deref();
    let changed = || passphrase::changed(protects, own.name(), file, args.weak_passphrase, context);
    // a file that holds no good one is told before the old one is asked for
    let given = file.map(|_| changed()).transpose()?;
    let new = || match given {
        _ if args.no_passphrase => Ok(None),
        Some(new) => Ok(Some(new)),
        None => changed().map(Some),
    };
    let change = if args.decryption {
        let file = own
            .identity_file()?
            .ok_or_else(|| Error::new(code::KEY_NO_DECRYPTION, own.called(), "its decryption key file is gone"))?;
        let (opens, _) = identities::unlock_decryption(&file, own.name(), context)?;
        own.with_protected_identities(&opens, under(new()?.as_ref()), context.now()?)
    } else {
        let unlocked = identities::unlock(&own.key_file()?, own.name(), context)?;
        let new = new()?;
        let protection = match &new {
            Some(passphrase) => Some(Protection { passphrase, random: context.random()? }),
            None => None,
        };
        own.with_protected_key(&unlocked.key, &unlocked.comment, protection)
    }?;
    interrupt::check()?;
    let public = identities.keyring.change(change)?.public().clone();
    let title = match args.no_passphrase {
        true => format!("removed the passphrase of the {which}:"),
        false => format!("changed the passphrase of the {which}:"),
    };
    if let Some(own) = identities.keyring.of(&public) {
        show(&title, own, identities, context)?;
    }
    if encrypted {
        ui::note("a copy that was made before, such as a backup, still opens with the old passphrase", context);
    }
    Ok(())
}

/// `sealbag-key-export/1`.
#[derive(Serialize)]
struct ExportJson<'a> {
    schema: &'static str,
    name: &'a str,
    fingerprint: String,
    /// The folder that was made.
    folder: String,
    /// The files in it.
    files: Vec<String>,
}

pub fn export(args: Export, identities: &Identities, context: &Context) -> Result<()> {
    let own = identities.keyring.find(args.name.as_deref())?;
    key_export::check(&args.output, context.flags.force)?;
    let folder = args.output.to_string_lossy();
    let mut facts = facts(own) + &row("copy to", Untrusted(&folder));
    facts += match own.signing() {
        Signing::File { .. } => {
            "whoever has this copy and its passphrases can sign as you and open what is encrypted for you\n"
        }
        Signing::Agent => {
            "the half that signs stays with the ssh-agent; whoever has this copy and its passphrase can open what is encrypted for you\n"
        }
    };
    if own.is_exposed() {
        facts += "WITHOUT A PASSPHRASE: whoever gets the copy can sign as you\n";
    }
    if own.decryption().is_some_and(|decryption| !decryption.encrypted) {
        facts += "WITHOUT A PASSPHRASE: whoever gets the copy can open what is encrypted for you\n";
    }
    let confirmed = ui::confirm(&format!("a key to copy:\n{facts}"), "Copy this key?", context);
    confirmed.map_err(|error| error.hint(IN_A_SCRIPT))?;
    let files = own.export(&args.output, context.flags.force)?;
    let files: Vec<String> = files.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    if context.flags.json {
        let fingerprint = own.public().fingerprint().to_string();
        let schema = "sealbag-key-export/1";
        return ui::print_json(&ExportJson { schema, name: own.name(), fingerprint, folder: folder.into(), files });
    }
    let file = |extension: &str| files.iter().find(|file| file.ends_with(extension)).map(|file| Untrusted(file).to_string());
    ui::page(|out| {
        writeln!(out, "copied your key {}", line::named(own.name(), own.public()))?;
        files.iter().try_for_each(|file| writeln!(out, "  {}", Untrusted(file)))?;
        if context.flags.quiet {
            return Ok(());
        }
        let signs = file(".key").or(file(".agent").map(|file| format!("--agent {file}"))).unwrap_or_default();
        write!(out, "to import it elsewhere: sealbag key import {signs}")?;
        if let Some(age) = file(".age") {
            write!(out, " --age {age}")?;
        }
        writeln!(out, "{}", if own.is_for_one_story() { " --story" } else { "" })
    })
}

const IN_A_SCRIPT: &str = "answer y at the question, or give --yes in a script";

pub fn remove(args: Remove, identities: &mut Identities, context: &Context) -> Result<()> {
    let own = identities.keyring.find(Some(&args.name))?;
    only_one(&args.name, own, identities)?;
    if Contacts::locked_for(context.home()?)?.is_some_and(|key| key == short(own)) {
        let trouble = "your contacts are locked with this key, and nothing would open them any more";
        return Err(Error::new(code::CONTACT_LOCKED, own.called(), trouble).hint("unlock them first: sealbag contact unlock"));
    }
    let mut lost = facts(own);
    if own.decryption().is_some() {
        lost += "what was encrypted for it can never be opened again, unless you have a backup: sealbag key export\n";
    }
    if own.signing() == Signing::Agent {
        lost += "the half that signs stays with the ssh-agent\n";
    }
    lost += "the signer of what was sealed with it becomes a stranger to you, unless you keep its card as a contact:\n";
    lost += &format!("  sealbag card --key {} > old.card, and after this sealbag contact add old.card\n", short(own));
    let confirmed = ui::confirm(&format!("a key to remove:\n{lost}"), "Remove this key?", context);
    confirmed.map_err(|error| error.hint(IN_A_SCRIPT))?;
    let public = own.public().clone();
    let own = identities.keyring.remove(&public)?;
    if identities.integrity.signed.as_ref().is_some_and(|(key, _)| *key == public) {
        identities.sign_if_possible(context);
    }
    if context.flags.json {
        return ui::print_json(&KeysJson::of([&own], identities));
    }
    ui::page(|out| {
        writeln!(out, "removed your key {}", line::named(own.name(), own.public()))?;
        if context.flags.quiet {
            return Ok(());
        }
        writeln!(out, "what remains")?;
        writeln!(out, "  - its card, wherever you gave it: whoever has it still believes its seals, and may encrypt for it")?;
        writeln!(out, "  - backups of it, and what a disk keeps of removed files until it writes over them")?;
        match (identities.keyring.find(None), identities.keyring.keys().len()) {
            (_, 0) => writeln!(out, "  - no key: the next sealbag key new makes your default key"),
            (Ok(default), _) => writeln!(out, "  - your default key, {}", line::named(default.name(), default.public())),
            (Err(_), _) => writeln!(out, "  - no default key: say which to use with --key NAME"),
        }
    })
}

fn short(own: &OwnKey) -> String {
    own.public().fingerprint().short()
}
