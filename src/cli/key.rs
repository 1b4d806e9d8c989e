//! `sealbag key`: one's own signing keys.

use std::path::PathBuf;

use clap::Subcommand;
use sealbag::base::error::{Error, Result};
use sealbag::base::{code, limits};
use sealbag::crypto::key::SigningKey;
use sealbag::crypto::openssh::{KeyFile, Protection};
use sealbag::store::keyring::OwnKey;
use zeroize::Zeroizing;

use super::context::Context;
use super::exit::Exit;
use super::identities::{self, Identities, KeysJson, row, told};
use super::passphrase;
use super::ui;

/// Make, import and list your own signing keys
#[derive(clap::Args)]
#[command(arg_required_else_help = true, after_help = "Example:\n  sealbag key new --name \"Amina O.\"")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a new signing key
    ///
    /// The key is encrypted under a passphrase, which is asked for twice. Whoever has the key and the passphrase can sign as
    /// you; a forgotten passphrase cannot be found out.
    #[command(after_help = "Example:\n  sealbag key new --name \"Amina O.\"")]
    New {
        /// What to call yourself; it stands on your card, for everybody who gets it
        #[arg(long)]
        name: String,
        /// Leave the key unencrypted: whoever can read the file can sign as you
        #[arg(long)]
        no_passphrase: bool,
    },
    /// Take over an OpenSSH Ed25519 private key
    ///
    /// The key is kept a second time, encrypted under the same passphrase; one that has none gets one. The file stays where it
    /// is.
    #[command(after_help = "Example:\n  sealbag key import ~/.ssh/id_ed25519 --name \"Amina O.\"")]
    Import {
        /// The private key file, or - for standard input
        file: PathBuf,
        /// What to call yourself [default: the comment in the file]
        #[arg(long)]
        name: Option<String>,
        /// Leave the key unencrypted: whoever can read the file can sign as you
        #[arg(long)]
        no_passphrase: bool,
    },
    /// List your keys, the default first
    #[command(after_help = "Example:\n  sealbag key list")]
    List,
    /// Show one of your keys
    #[command(after_help = "Example:\n  sealbag key show \"Amina O.\"")]
    Show {
        /// Its name or fingerprint [default: your first key]
        name: Option<String>,
    },
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let mut identities = Identities::open(context)?;
    match args.command {
        Command::New { name, no_passphrase } => new(&name, no_passphrase, &mut identities, context),
        Command::Import { file, name, no_passphrase } => import(file, name, no_passphrase, &mut identities, context),
        Command::List => list(&identities, context),
        Command::Show { name } => {
            let own = identities.keyring.find(name.as_deref())?;
            show("your key:", own, &identities, context)
        }
    }?;
    Ok(Exit::DONE)
}

fn new(name: &str, no_passphrase: bool, identities: &mut Identities, context: &Context) -> Result<()> {
    if no_passphrase && context.flags.passphrase_file.is_some() {
        return Err(Error::new(code::USAGE, "command line", "--no-passphrase and --passphrase-file exclude each other"));
    }
    identities.keyring.check_name(name, &identities.contacts)?;
    let passphrase = if no_passphrase { None } else { Some(passphrase::new_signing(name, context)?) };
    let seed = Zeroizing::new(context.random()?);
    keep(&SigningKey::from_seed(&seed), name, passphrase, "made a new signing key:", identities, context)
}

fn import(
    file: PathBuf,
    name: Option<String>,
    no_passphrase: bool,
    identities: &mut Identities,
    context: &Context,
) -> Result<()> {
    let thing = file.to_string_lossy();
    let key_file = KeyFile::read(&thing, &ui::input(&file, limits::KEY_FILE, code::KEY_FORMAT, context)?)?;
    identities.keyring.check_key(&key_file.public()?)?;
    if let Some(name) = &name {
        identities.keyring.check_name(name, &identities.contacts)?;
    }
    let unlocked = identities::unlock(&key_file, &thing, context)?;
    let name = name.unwrap_or_else(|| unlocked.comment.trim().to_owned());
    if name.is_empty() {
        let trouble = "has no comment that could be your name";
        return Err(Error::new(code::USAGE, thing, trouble).hint("say what to call yourself: --name NAME"));
    }
    identities.keyring.check_name(&name, &identities.contacts)?;
    let passphrase = match unlocked.passphrase {
        _ if no_passphrase => None,
        None => Some(passphrase::new_signing(&name, context)?),
        same => same,
    };
    keep(&unlocked.key, &name, passphrase, "took over a signing key; its file stays where it was:", identities, context)
}

fn keep(
    key: &SigningKey,
    name: &str,
    passphrase: Option<Zeroizing<String>>,
    done: &str,
    identities: &mut Identities,
    context: &Context,
) -> Result<()> {
    let protection = match &passphrase {
        Some(passphrase) => Some(Protection { passphrase, random: context.random()? }),
        None => None,
    };
    let public = key.public();
    identities.keyring.add(key, name, protection, context.now()?, &identities.contacts)?;
    let own = identities.keyring.of(&public).ok_or_else(|| Error::new(code::KEY_UNKNOWN, name, "was not kept"))?;
    show(done, own, identities, context)?;
    if context.flags.quiet || context.flags.json {
        return Ok(());
    }
    let default = identities.keyring.find(None).is_ok_and(|default| default.public() == &public);
    let which = if default { String::new() } else { format!(" --key {}", public.fingerprint().short()) };
    ui::print(|out| {
        writeln!(out, "next: sealbag card{which} > you.card, and give the card to whoever is to believe your seals")
    })
}

fn show(title: &str, own: &OwnKey, identities: &Identities, context: &Context) -> Result<()> {
    if context.flags.json {
        return ui::print_json(&KeysJson::of([own], identities));
    }
    let mut facts = told(own.name(), own.public());
    facts += &row("made", own.card().card.made_at);
    facts += &row("file", sealbag::Untrusted(&own.path().to_string_lossy()));
    facts += &row("protection", if own.is_encrypted() { "encrypted under your passphrase" } else { UNPROTECTED });
    ui::print(|out| write!(out, "{title}\n{facts}"))
}

const UNPROTECTED: &str = "none: the key lies there unencrypted, whoever can read the file can sign as you";

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
            let state = if own.is_encrypted() { "encrypted" } else { "unencrypted" };
            writeln!(
                out,
                "{}  {}  {state:<11}  {}",
                own.public().fingerprint(),
                own.card().card.made_at,
                ui::quoted(own.name())
            )
        })
    })
}
