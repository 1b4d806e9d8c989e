//! `sealbag contact`: the people whom one believes.

mod locked;
mod revoke;
mod signed;
mod told;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use sealbag::base::error::{Error, Result};
use sealbag::base::text::spelled;
use sealbag::base::{code, limits};
use sealbag::crypto::card::SignedCard;
use sealbag::crypto::key::PublicKey;
use sealbag::report::line;
use sealbag::store::home::believed::{allowed_signer, allowed_signers};
use sealbag::store::home::contacts::{Contact, News};
use sealbag::store::home::likeness::mixed_scripts;
use serde::Serialize;

use told::tell;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::identities::{ContactsJson, Identities, row, told};
use crate::cli::input::small_file;
use crate::cli::interrupt;
use crate::cli::ui;

/// Say whom you believe
#[derive(clap::Args)]
#[command(arg_required_else_help = true, after_help = "Example:\n  sealbag contact add amina.card")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Believe the owner of a card
    ///
    /// Anybody can write any name on a card. Call the person on a number that you know from elsewhere, compare the fingerprint
    /// or the key digits, and answer yes only when they are the same. A newer card of a contact changes what you have only
    /// after you confirm it; an older one changes nothing. A card of a new key that a contact's old key signed too moves the contact
    /// to it: compare the digits of the new key, since whoever stole the old one can make such a card. That, and a key that you
    /// revoked, need --yes --force in a script. A card whose name looks like one you have is refused, with --yes too, until you
    /// choose another name for it with --name.
    #[command(after_help = "Example:\n  sealbag contact add amina.card")]
    Add {
        /// The card, or - for standard input
        file: PathBuf,
        /// What to call them [default: the name on the card]
        #[arg(long)]
        name: Option<String>,
    },
    /// List your contacts
    #[command(after_help = "Example:\n  sealbag contact list")]
    List,
    /// Show one contact
    #[command(after_help = "Example:\n  sealbag contact show \"Amina O.\"")]
    Show {
        /// Their name or fingerprint
        name: String,
    },
    Revoke(revoke::Revoke),
    /// Forget a contact, as if you had never had the card
    #[command(after_help = "Example:\n  sealbag contact remove \"Amina O.\"")]
    Remove {
        /// Their name or fingerprint
        name: String,
    },
    /// Compare your contacts with what you signed
    ///
    /// One of your keys signs the list of your contacts whenever you change it, so that a change by somebody else is told, and does
    /// not count. What nobody can see here: an older list put back together with its older contacts, so look at the date.
    #[command(after_help = "Example:\n  sealbag contact check")]
    Check,
    /// Sign your contacts as they are now
    ///
    /// For contacts without a signed list, or after a change that you know of. Compare the fingerprints with the people first.
    #[command(after_help = "Example:\n  sealbag contact accept")]
    Accept,
    /// Encrypt your contacts with your decryption key
    ///
    /// Whoever takes this computer then sees neither names nor keys. Every run that needs your contacts asks for the passphrase
    /// of the decryption key once. What a disk keeps of removed files is not in sealbag's power.
    #[command(after_help = "Example:\n  sealbag contact lock")]
    Lock {
        /// The key whose decryption key it is, by its name or fingerprint [default: your first]
        #[arg(long, value_name = "NAME")]
        key: Option<String>,
    },
    /// Keep your contacts unencrypted again
    #[command(after_help = "Example:\n  sealbag contact unlock")]
    Unlock,
    /// Print whom you believe as an allowed_signers file, for ssh-keygen
    #[command(
        after_help = "Example:\n  sealbag contact export > allowed_signers\n  sealbag contact export --card amina.card > ~/signers"
    )]
    Export {
        /// Only the line for the owner of this card, believed or not
        #[arg(long, value_name = "CARD")]
        card: Option<PathBuf>,
    },
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    // a limit on file sizes becomes an error, and a signal is heard before something is written
    interrupt::catch();
    if let Command::Export { card: Some(file) } = &args.command {
        return export_card(file, context).map(|()| Exit::DONE);
    }
    let mut identities = match args.command {
        // it tells what changed itself
        Command::Check => Identities::open_quietly(context),
        _ => Identities::open(context),
    }?;
    match args.command {
        Command::Add { file, name } => add(&file, name, identities, context),
        Command::List => list(&identities, context),
        Command::Show { name } => show(&name, &identities, context),
        Command::Revoke(args) => revoke::run(&args, identities, context),
        Command::Remove { name } => remove(&name, identities, context),
        Command::Check => signed::check(&identities, context),
        Command::Accept => signed::accept(&mut identities, context),
        Command::Lock { key } => locked::lock(key.as_deref(), &mut identities, context),
        Command::Unlock => locked::unlock(&mut identities, context),
        Command::Export { .. } => export(&identities, context),
    }?;
    Ok(Exit::DONE)
}

fn add(file: &Path, name: Option<String>, mut identities: Identities, context: &Context) -> Result<()> {
    let thing = file.to_string_lossy();
    let card = SignedCard::read(&thing, &small_file(file, limits::KEY_FILE, code::CARD_FORMAT, context)?)?;
    let (keyring, contacts) = (&identities.keyring, &identities.contacts);
    if let Some(own) = keyring.of(&card.key) {
        if let Some(at) = identities.revoked(own) {
            let trouble = format!("this is a card of your own key, which you revoked on {at}");
            return Err(Error::new(code::KEY_REVOKED, own.called(), trouble)
                .hint("make a new key: sealbag key new; or take the revocation back: sealbag contact remove NAME"));
        }
        let done =
            format!("this is a card of your own key, {}; you believe yourself already", line::named(own.name(), own.public()));
        return tell(&done, None, &identities, context);
    }
    let name = name.unwrap_or_else(|| contacts.name_for(&card));
    let quoted = line::named(&name, &card.key);
    let known = contacts.of(&card.key);
    let news = contacts.news(&card)?;
    let (title, question, done) = match (known, news) {
        (Some(contact), News::Nothing) if contact.name == name => {
            return tell(&format!("you have this card already: {quoted}; nothing changed"), known, &identities, context);
        }
        (None, News::Successor(old)) => {
            agreed_twice(old, context)?;
            (
                "a new key of a contact:",
                "Move this contact to the new key?",
                format!("{quoted} is the key of this contact from now on"),
            )
        }
        (None, _) => ("the card of somebody new:", "Believe this card?", format!("you believe {quoted} from now on")),
        (Some(contact), _) if contact.revoked_at.is_some() => {
            confirm_twice(contact, context)?;
            ("a card of a revoked key:", "Believe this key again?", format!("you believe {quoted} again"))
        }
        (Some(_), _) => ("another card of a contact:", "Change this contact?", format!("changed the contact {quoted}")),
    };
    contacts.check_name(&name, &card, keyring)?;
    let now = context.now()?;
    let old = match news {
        News::Successor(old) => Some(old),
        _ => known,
    };
    let mut facts = told(&name, &card.key) + &scripts(&name) + &kind(&card.key);
    facts += &differences(old, &card, &name);
    facts += &succession(&card, news);
    let compare = if matches!(news, News::Successor(_)) { COMPARE_NEW } else { COMPARE };
    if card.card.made_at > now {
        facts += &row("clock", format!("here it is {now}: the card is dated in the future, so one of the two clocks is wrong"));
    }
    identities.integrity.check()?;
    ui::confirm(&format!("{title}\n{facts}{compare}\n"), question, context)?;
    let key = card.key.clone();
    // before anything is written: without its signature a contact is not believed
    let signer = identities.vouching(context)?;
    interrupt::check()?;
    identities.contacts.add_signed(card, &name, now, &identities.keyring, signer.as_deref())?;
    tell(&done, identities.contacts.of(&key), &identities, context)
}

const COMPARE: &str = "anybody can write any name on a card: call the person on a number that you know from elsewhere,
and compare the fingerprint or the key digits";

const COMPARE_NEW: &str =
    "whoever has the old key can sign this, a thief too: call the person on a number that you know from elsewhere,
and compare the fingerprint or the key digits of the new key; once you agree, what the old key signs
counts only where it is proven to be older";

/// Which key it comes after, and what that is worth.
fn succession(card: &SignedCard, news: News) -> String {
    let Some(succession) = &card.succession else { return String::new() };
    let old = succession.old.fingerprint();
    let worth = match news {
        News::Successor(contact) => format!("{old}, the key that you have of {}", line::quoted(&contact.name)),
        News::Spent(contact) => {
            let why = if contact.had(&succession.old) { "which another key follows already" } else { "which is revoked" };
            format!("{old}, a key of {}, {why}: this counts for nothing", line::quoted(&contact.name))
        }
        _ => format!("{old}, which counts for nothing here"),
    };
    row("comes after", worth)
}

/// In a script `--yes` alone does not move a contact to a key that only the old key vouches for.
fn agreed_twice(old: &Contact, context: &Context) -> Result<()> {
    if !context.flags.yes || context.flags.force {
        return Ok(());
    }
    let trouble = "the card is of another key, and --yes alone does not move a contact to it";
    Err(Error::new(code::RUN_NOT_CONFIRMED, old.called(), trouble)
        .hint("compare the digits of the new key with its owner, then answer at the question or give --yes --force"))
}

/// That the letters of a name belong to several scripts, as those of an imitation may.
fn scripts(name: &str) -> String {
    let mixed = mixed_scripts(name);
    if mixed.is_empty() {
        return String::new();
    }
    row("mixed", format!("letters of more than one script: {}", mixed.join(", "))) + &row("", spelled(name))
}

/// What kind of key signs.
fn kind(key: &PublicKey) -> String {
    let token = key.application().map_or("", |_| ", on a FIDO token that is touched for each signature");
    row("key", format!("{}{token}", key.kind()))
}

/// In a script `--yes` alone does not bring a revoked key back.
fn confirm_twice(contact: &Contact, context: &Context) -> Result<()> {
    match contact.revoked_at {
        Some(at) if context.flags.yes && !context.flags.force => {
            let trouble = format!("you revoked this key on {at}, and --yes alone does not take that back");
            Err(Error::new(code::RUN_NOT_CONFIRMED, contact.called(), trouble)
                .hint("compare the fingerprint with its owner, then answer at the question or give --yes --force"))
        }
        _ => Ok(()),
    }
}

/// What else the card says; for a known contact, what would change.
fn differences(known: Option<&Contact>, card: &SignedCard, name: &str) -> String {
    let mut facts = String::new();
    let says = &card.card;
    let old = known.map(|contact| &contact.card.card);
    if let Some(contact) = known.filter(|contact| contact.name != name) {
        facts += &row("called so far", line::quoted(&contact.name));
    }
    if says.name != name {
        facts += &row("on the card", line::quoted(&says.name));
    }
    facts += &row("made", says.made_at);
    if let Some(old) = old.filter(|old| *old != says) {
        facts += &row("made so far", old.made_at);
    }
    let had = old.map_or(&[][..], |old| &old.recipients);
    for key in says.recipients.iter().filter(|key| !had.contains(key)) {
        facts += &row("opens with", ui::recipient(key));
    }
    for key in had.iter().filter(|key| !says.recipients.contains(key)) {
        facts += &row("no more with", ui::recipient(key));
    }
    if let Some(at) = known.and_then(|contact| contact.revoked_at) {
        facts += &row("was revoked", format!("on {at}, by you"));
    }
    facts
}

/// `sealbag-signers/1`.
#[derive(Serialize)]
struct SignersJson {
    schema: &'static str,
    /// The file for `ssh-keygen`, whole.
    allowed_signers: String,
}

fn export(identities: &Identities, context: &Context) -> Result<()> {
    tell_signers(allowed_signers(&identities.keyring, &identities.contacts), context)
}

/// The line of somebody who need not be a contact: for whoever checks a bundle with ssh-keygen alone.
fn export_card(file: &Path, context: &Context) -> Result<()> {
    let thing = file.to_string_lossy();
    let card = SignedCard::read(&thing, &small_file(file, limits::KEY_FILE, code::CARD_FORMAT, context)?)?;
    ui::note(format!("compare the fingerprint with its owner: {}", card.key.fingerprint()), context);
    tell_signers(allowed_signer(&card.card.name, &card.key), context)
}

fn tell_signers(allowed_signers: String, context: &Context) -> Result<()> {
    if context.flags.json {
        return ui::print_json(&SignersJson { schema: "sealbag-signers/1", allowed_signers });
    }
    ui::print_bytes(allowed_signers.as_bytes())
}

fn list(identities: &Identities, context: &Context) -> Result<()> {
    let contacts = identities.contacts.list();
    if context.flags.json {
        return ui::print_json(&ContactsJson::of(contacts, &identities.notes));
    }
    if contacts.is_empty() {
        return ui::print(|out| writeln!(out, "no contact yet; add one: sealbag contact add CARD"));
    }
    ui::print(|out| {
        contacts.iter().try_for_each(|contact| {
            let (state, at) = contact.revoked_at.map_or(("believed", contact.believed_at), |at| ("revoked", at));
            let state = if identities.integrity.vouches_for(contact) || state == "revoked" { state } else { "EDITED" };
            writeln!(out, "{}  {state:<8} {at}  {}", contact.card.key.fingerprint(), line::quoted(&contact.name))
        })
    })
}

fn show(called: &str, identities: &Identities, context: &Context) -> Result<()> {
    let contact = identities.contacts.find(called)?;
    if context.flags.json {
        return ui::print_json(&ContactsJson::of([contact], &identities.notes));
    }
    let mut facts = told(&contact.name, &contact.card.key) + &kind(&contact.card.key);
    let says = &contact.card.card;
    if says.name != contact.name {
        facts += &row("on the card", line::quoted(&says.name));
    }
    facts += &row("made", says.made_at);
    for key in &says.recipients {
        facts += &row("opens with", ui::recipient(key));
    }
    facts += &row("believed", format!("since {}", contact.believed_at));
    if let Some(at) = contact.revoked_at {
        facts += &row("revoked", format!("since {at}: not believed any more"));
        if let Some(statement) = &contact.revocation {
            facts += &row("", format!("the key itself says that it is not its owner's since {}", statement.since));
        }
    } else if !identities.integrity.vouches_for(contact) {
        facts += &row("edited", "not as you signed it, and not believed: sealbag contact check");
    }
    for former in &contact.before {
        facts += &row("had before", former.key.fingerprint());
        facts += &row("", format!("believed since {}, spent since {}", former.believed_at, former.until));
    }
    ui::page(|out| write!(out, "your contact:\n{facts}"))
}

fn remove(called: &str, mut identities: Identities, context: &Context) -> Result<()> {
    let contact = identities.contacts.find(called)?;
    let mut facts = told(&contact.name, &contact.card.key);
    if let Some(at) = contact.revoked_at {
        facts += &row("revoked", format!("on {at}: that is forgotten too, and the key can be added again as a new one"));
    }
    let note = match identities.keyring.of(&contact.card.key) {
        Some(_) => "it is a key of yours: its seals count as yours again",
        None => "if you only want to stop believing the key: sealbag contact revoke",
    };
    if identities.keyring.of(&contact.card.key).is_some() {
        confirm_twice(contact, context)?;
    }
    let confirmed = ui::confirm(&format!("a contact to forget:\n{facts}{note}\n"), "Forget this contact?", context);
    confirmed.map_err(|error| error.hint("answer y at the question, or give --yes in a script"))?;
    interrupt::check()?;
    let contact = identities.contacts.remove(called)?;
    identities.sign_if_possible(context);
    tell(&format!("forgot the contact {}", line::named(&contact.name, &contact.card.key)), Some(&contact), &identities, context)
}
