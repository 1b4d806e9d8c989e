//! `sealbag key`: one's own keys, two of them under each name: one signs, and apart from it one opens what was encrypted.

use std::path::PathBuf;

use clap::Subcommand;
use sealbag::Untrusted;
use sealbag::base::error::Result;
use sealbag::store::home::keyring::OwnKey;
use sealbag::store::home::own_key::Signing;

use super::context::Context;
use super::exit::Exit;
use super::identities::{Identities, KeysJson, row, told};
use super::interrupt;
use super::key_change::{self, ChangePassphrase, Export, Remove};
use super::key_new::{self, Import, New};
use super::ui;

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
    },
    ChangePassphrase(ChangePassphrase),
    Export(Export),
    Remove(Remove),
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let mut identities = Identities::open(context)?;
    if !matches!(args.command, Command::List | Command::Show { .. }) {
        // a limit on file sizes becomes an error, and Ctrl-C is heard before something is written
        interrupt::catch();
    }
    match args.command {
        Command::New(args) => key_new::new(args, &mut identities, context),
        Command::Import(args) => key_new::import(args, &mut identities, context),
        Command::List => list(&identities, context),
        Command::Show { name } => {
            let own = identities.keyring.find(name.as_deref())?;
            show("your key:", own, &identities, context)?;
            tell_how_to_open([own], context);
            Ok(())
        }
        Command::ChangePassphrase(args) => key_change::change_passphrase(args, &mut identities, context),
        Command::Export(args) => key_change::export(args, &identities, context),
        Command::Remove(args) => key_change::remove(args, &mut identities, context),
    }?;
    Ok(Exit::DONE)
}

/// The facts about one own key under `title`, or it as JSON.
pub fn show(title: &str, own: &OwnKey, identities: &Identities, context: &Context) -> Result<()> {
    if context.flags.json {
        return ui::print_json(&KeysJson::of([own], identities));
    }
    ui::print(|out| write!(out, "{title}\n{}", facts(own)))
}

/// What there is to know about one own key, a line each.
pub fn facts(own: &OwnKey) -> String {
    let below = |text: &str| row("", text);
    let file = |path: PathBuf| Untrusted(&path.to_string_lossy()).to_string();
    let mut facts = told(own.name(), own.public());
    if let Some(story) = own.story() {
        let note = if story.is_empty() { String::new() } else { format!(", {}", ui::quoted(story)) };
        facts += &row("only for", ui::column(&format!("one story{note}"), 15));
    }
    facts += &row("made", own.card().card.made_at);
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
        None => facts += &row("opens with", "nothing, and yet its card names recipients: what opens for them is not here"),
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
                ui::quoted(own.name())
            )?;
            let opens = match own.decryption() {
                _ if !own.can_open() => Some("cannot open encrypted bundles"),
                Some(decryption) if encrypted && !decryption.encrypted => Some("decryption key unencrypted"),
                Some(decryption) if !encrypted && decryption.encrypted => Some("decryption key encrypted"),
                _ => None,
            };
            let story = own.story().map(|_| "for one story");
            let marks: Vec<&str> = story.into_iter().chain(opens).collect();
            if marks.is_empty() { writeln!(out) } else { writeln!(out, "  ({})", marks.join("; ")) }
        })
    })?;
    tell_how_to_open(keys, context);
    Ok(())
}

/// What to do about keys that bundles cannot be encrypted for.
fn tell_how_to_open<'a>(keys: impl IntoIterator<Item = &'a OwnKey>, context: &Context) {
    for own in keys.into_iter().filter(|own| !own.can_open() && !context.flags.json) {
        let short = own.public().fingerprint().short();
        let name = ui::quoted(own.name());
        ui::note(format!("to let {name} open encrypted bundles: sealbag key new --decryption --key {short}"), context);
    }
}
