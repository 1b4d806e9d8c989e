//! `sealbag key`: one's own keys, two under each name: one that signs, and a separate one that decrypts.

mod change;
mod new;
mod revoke;
mod told;

use clap::Subcommand;
use sealbag::Untrusted;
use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::report::line;
use sealbag::store::home::keyring::OwnKey;
use sealbag::store::home::own_key::Signing;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::identities::{self, Identities, KeysJson, row};
use crate::cli::interrupt;
use crate::cli::ui;

use change::{ChangePassphrase, Export, Remove};
use new::{Import, New};
use revoke::Revoke;
use told::show;

/// Make, import and keep your own keys
#[derive(clap::Args)]
#[command(arg_required_else_help = true, after_help = "Example:\n  sealbag key new --name \"Amina O.\"")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(New),
    Import(Import),
    /// List your keys
    ///
    /// The first that is not for one story is the default.
    #[command(after_help = "Example:\n  sealbag key list")]
    List,
    /// Show one of your keys
    #[command(after_help = "Example:\n  sealbag key show \"Amina O.\"")]
    Show {
        /// Its name or fingerprint [default: your first key]
        name: Option<String>,
        /// Print only the note of a key for one story, which its decryption key opens
        #[arg(long)]
        note: bool,
    },
    ChangePassphrase(ChangePassphrase),
    Export(Export),
    Revoke(Revoke),
    Remove(Remove),
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let mut identities = Identities::open(context)?;
    if !matches!(args.command, Command::List | Command::Show { .. }) {
        // a limit on file sizes becomes an error, and Ctrl-C is heard before something is written
        interrupt::catch();
    }
    match args.command {
        Command::New(args) => new::new(args, &mut identities, context),
        Command::Import(args) => new::import(args, &mut identities, context),
        Command::List => list(&identities, context),
        Command::Show { name, note } => {
            let own = identities.keyring.find(name.as_deref())?;
            if note {
                return note_of(own, context).map(|()| Exit::DONE);
            }
            show("your key:", own, &identities, context)?;
            if let Some(at) = identities.revoked(own).filter(|_| !context.flags.json) {
                ui::print(|out| write!(out, "{}", row("revoked", format!("by you on {at}: its seals are not believed"))))?;
            }
            tell_how_to_open([own], context);
            Ok(())
        }
        Command::ChangePassphrase(args) => change::change_passphrase(args, &mut identities, context),
        Command::Export(args) => change::export(args, &identities, context),
        Command::Revoke(args) => revoke::revoke(args, &mut identities, context),
        Command::Remove(args) => change::remove(args, &mut identities, context),
    }?;
    Ok(Exit::DONE)
}

fn list(identities: &Identities, context: &Context) -> Result<()> {
    let keys = identities.keyring.keys();
    if context.flags.json {
        return ui::print_json(&KeysJson::of(keys, identities));
    }
    if keys.is_empty() {
        return ui::print(|out| writeln!(out, "no key yet; make one: sealbag key new --name \"YOUR NAME\""));
    }
    ui::print(|out| {
        keys.iter().try_for_each(|own| {
            let (state, encrypted) = match (own.signing(), own.public().application()) {
                (Signing::File { encrypted: true }, _) => ("encrypted", true),
                (Signing::File { encrypted: false }, _) => ("unencrypted", false),
                (Signing::Agent, None) => ("in agent", true),
                (Signing::Agent, Some(_)) => ("on token", true),
            };
            write!(
                out,
                "{}  {}  {state:<11}  {}",
                own.public().fingerprint(),
                own.card().card.made_at,
                line::quoted(own.name())
            )?;
            let opens = match own.decryption() {
                _ if !own.can_open() => Some("cannot open encrypted bundles"),
                Some(decryption) if encrypted && !decryption.encrypted => Some("decryption key unencrypted"),
                Some(decryption) if !encrypted && decryption.encrypted => Some("decryption key encrypted"),
                _ => None,
            };
            let revoked = identities.revoked(own).map(|_| "revoked");
            let story = own.is_for_one_story().then_some("for one story");
            let followed = identities.keyring.successor(own).map(|_| "followed by another key");
            let marks: Vec<&str> = revoked.into_iter().chain(followed).chain(story).chain(opens).collect();
            if marks.is_empty() { writeln!(out) } else { writeln!(out, "  ({})", marks.join("; ")) }
        })
    })?;
    tell_how_to_open(keys, context);
    Ok(())
}

/// `sealbag-story/1`.
#[derive(Serialize)]
struct NoteJson<'a> {
    schema: &'static str,
    name: &'a str,
    story: &'a str,
}

/// Prints the note of a key for one story.
fn note_of(own: &OwnKey, context: &Context) -> Result<()> {
    let opens = match own.identity_file()? {
        Some(file) if own.has_encrypted_note() => identities::open_own(own, &file, context)?,
        _ => Vec::new(),
    };
    let Some(note) = own.note(&opens)? else {
        return Err(Error::new(code::USAGE, own.called(), "is not a key for one story, so it has no note"));
    };
    if context.flags.json {
        return ui::print_json(&NoteJson { schema: "sealbag-story/1", name: own.name(), story: &note });
    }
    ui::print(|out| writeln!(out, "{}", Untrusted(&note)))
}

/// What to do about keys that bundles cannot be encrypted for.
fn tell_how_to_open<'a>(keys: impl IntoIterator<Item = &'a OwnKey>, context: &Context) {
    for own in keys.into_iter().filter(|own| !own.can_open() && !context.flags.json) {
        let short = own.public().fingerprint().short();
        let name = line::named(own.name(), own.public());
        ui::note(format!("to let {name} open encrypted bundles: sealbag key new --decryption --key {short}"), context);
    }
}
