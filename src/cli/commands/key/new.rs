//! `sealbag key new` and `sealbag key import`: how one comes to have keys.

use std::path::{Path, PathBuf};

use sealbag::Agent;
use sealbag::base::error::{Error, Finding, Result};
use sealbag::base::{code, limits};
use sealbag::crypto::age::{Identity, IdentityFile};
use sealbag::crypto::key::{PublicKey, Signer, SigningKey};
use sealbag::crypto::openssh::{self, KeyFile, Protection};
use sealbag::report::line;
use sealbag::store::home::keyring::OwnKey;
use sealbag::store::home::keyring_write::{NewKey, check_story, recipients};
use zeroize::Zeroizing;

use super::told::{show, under};
use crate::cli::context::Context;
use crate::cli::identities::{self, Identities, tell_to_touch};
use crate::cli::input::small_file;
use crate::cli::interrupt;
use crate::cli::passphrase::{self, Passphrase};
use crate::cli::ui;

/// Make a new key: one half signs, the other opens what is encrypted for you
///
/// Both are encrypted, each under a passphrase of its own, which is asked for twice; Enter alone makes one of six words. They are
/// separate on purpose: if you are made to hand over one, you have not handed over the other. Whoever has the key that signs and its passphrase can sign as you; a
/// forgotten passphrase cannot be recovered.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag key new --name \"Amina O.\"")]
pub struct New {
    /// What to call yourself; your card shows it to everybody who gets it
    #[arg(long, required_unless_present_any = ["decryption", "succeeds"])]
    name: Option<String>,
    /// Make a key that comes after this one of yours, which signs that too; whoever has the old card can then move to the new one. It gets
    /// the name of the old one unless --name says otherwise
    #[arg(long, value_name = "OLD", conflicts_with_all = ["story", "story_file", "decryption"])]
    succeeds: Option<String>,
    /// Make a key for one story, used only when it is named; a note for yourself is asked for on a terminal and kept encrypted. A
    /// TEXT that is given here stays in the history of the shell
    #[arg(long, value_name = "TEXT", num_args = 0..=1)]
    story: Option<Option<String>>,
    /// Make a key for one story, with the note that is the first line of FILE, or of standard input for -
    #[arg(long, value_name = "FILE", conflicts_with = "story")]
    story_file: Option<PathBuf>,
    /// Give a decryption key to a key that has none, and make a new card for it
    #[arg(long, conflicts_with_all = ["name", "story", "story_file"])]
    decryption: bool,
    /// With --decryption: the key that gets it, by its name or fingerprint [default: your first]
    #[arg(long, value_name = "NAME", requires = "decryption")]
    key: Option<String>,
    /// Leave both halves unencrypted: whoever can read the files can sign as you and open what is encrypted for you
    #[arg(long)]
    no_passphrase: bool,
    /// Take a passphrase that is easy to guess too
    #[arg(long, conflicts_with = "no_passphrase")]
    weak_passphrase: bool,
}

/// Import a private key that you already have
///
/// FILE is an OpenSSH Ed25519 private key. A copy of it is kept, encrypted under the same passphrase, or under a new one if it
/// has none; the file stays where it is. What opens encrypted bundles is made new, or taken from --age FILE. With --age alone a
/// decryption key is added to a key that you have; those it had stay, so that old bundles still open. With --agent the half that
/// signs stays in the ssh-agent, or on the token that it reaches.
#[derive(clap::Args)]
#[command(
    group = clap::ArgGroup::new("signs").args(["file", "agent"]),
    after_help = "Example:\n  sealbag key import ~/.ssh/id_ed25519 --name \"Amina O.\""
)]
pub struct Import {
    /// The private key file that signs, or - for standard input
    #[arg(required_unless_present_any = ["age", "agent"])]
    file: Option<PathBuf>,
    /// A key that the ssh-agent holds: the one in this public key file, or of this SHA256 fingerprint [default: the only one]
    #[arg(long, value_name = "PUBLIC KEY", num_args = 0..=1)]
    agent: Option<Option<PathBuf>>,
    /// What to call yourself [default: the comment of the key]
    #[arg(long, requires = "signs")]
    name: Option<String>,
    /// The key is for one story, used only when it is named; a note for yourself is asked for on a terminal and kept encrypted. A
    /// TEXT that is given here stays in the history of the shell
    #[arg(long, value_name = "TEXT", num_args = 0..=1, requires = "signs")]
    story: Option<Option<String>>,
    /// The key is for one story, with the note that is the first line of FILE, or of standard input for -
    #[arg(long, value_name = "FILE", requires = "signs", conflicts_with = "story")]
    story_file: Option<PathBuf>,
    /// An age identity file, to be the decryption key, or - for standard input
    #[arg(long, value_name = "FILE")]
    age: Option<PathBuf>,
    /// With --age alone: the key that gets it, by its name or fingerprint [default: your first]
    #[arg(long, value_name = "NAME", conflicts_with = "signs")]
    key: Option<String>,
    /// Leave what is kept unencrypted: whoever can read the files can sign as you and open what is encrypted for you
    #[arg(long)]
    no_passphrase: bool,
    /// Take a passphrase that is easy to guess too
    #[arg(long, conflicts_with = "no_passphrase")]
    weak_passphrase: bool,
}

pub fn new(args: New, identities: &mut Identities, context: &Context) -> Result<()> {
    if args.decryption {
        return new_decryption(args, identities, context);
    }
    if args.no_passphrase && context.flags.passphrase_file.is_some() {
        return Err(Error::new(code::USAGE, "command line", "--no-passphrase and --passphrase-file cannot be used together"));
    }
    let old = args.succeeds.as_deref().map(|called| succeeded(called, identities)).transpose()?;
    let name = args.name.as_deref().or(old.as_ref().map(OwnKey::name)).unwrap_or_default();
    identities.keyring.check_name(name, old.as_ref().map(OwnKey::public), &identities.contacts)?;
    let story = note(args.story.clone(), args.story_file.as_deref(), context)?;
    let after = old.as_ref().map(|old| identities::open_to_sign(old, context)).transpose()?;
    let mut secrets = Secrets { signing: None, decryption: None, identities: fresh(context)? };
    if !args.no_passphrase {
        secrets.signing = Some(passphrase::new_signing(name, args.weak_passphrase, context)?);
        secrets.decryption = Some(passphrase::new_decryption(name, args.weak_passphrase, context)?);
    }
    let seed = Zeroizing::new(context.random()?);
    let key = SigningKey::from_seed(&seed);
    let made = Made { name, story: story.as_ref().map(|story| story.as_str()), after: after.as_deref(), secrets: &secrets };
    keep(&key, &made, identities, context)?;
    tell_kept("made a new key:", &key.public(), &secrets, identities, context)
}

/// The key that a new one is to come after.
fn succeeded(called: &str, identities: &Identities) -> Result<OwnKey> {
    let old = identities.to_sign(Some(called))?;
    if old.is_for_one_story() {
        let trouble = "is for one story, and a key that comes after it would link that to your other work";
        return Err(
            Error::new(code::USAGE, old.called(), trouble).hint("make a key that has nothing to do with it: sealbag key new")
        );
    }
    match identities.keyring.successor(old) {
        Some(other) => {
            let trouble = format!("is followed already by your key {}", other.public().fingerprint());
            Err(Error::new(code::USAGE, old.called(), trouble)
                .hint(format!("let the new one come after that: --succeeds {}", other.public().fingerprint().short())))
        }
        None => Ok(old.clone()),
    }
}

pub fn import(args: Import, identities: &mut Identities, context: &Context) -> Result<()> {
    let story = note(args.story.clone(), args.story_file.as_deref(), context)?;
    let story = story.as_ref().map(|story| story.as_str());
    match (&args.file, &args.agent) {
        (Some(file), _) => import_file(file, story, &args, identities, context),
        (None, Some(public)) => import_agent(public.as_deref(), story, &args, identities, context),
        (None, None) => import_decryption(args, identities, context),
    }
}

fn import_file(file: &Path, story: Option<&str>, args: &Import, identities: &mut Identities, context: &Context) -> Result<()> {
    let thing = file.to_string_lossy();
    let key_file = KeyFile::read(&thing, &small_file(file, limits::KEY_FILE, code::KEY_FORMAT, context)?)?;
    check_new(&key_file.public()?, args.name.as_deref(), identities)?;
    let age = args.age.as_deref().map(|path| read_identities(path, context)).transpose()?;
    let unlocked = identities::unlock(&key_file, &thing, context)?;
    let name = name_for(args, &thing, &unlocked.comment, identities)?;
    let signing = match unlocked.passphrase {
        _ if args.no_passphrase => None,
        None => Some(passphrase::new_signing(&name, args.weak_passphrase, context)?),
        same => same,
    };
    let (opens, decryption) = opening(age, &name, args, identities, context)?;
    let secrets = Secrets { signing, decryption, identities: opens };
    keep(&unlocked.key, &Made { name: &name, story, after: None, secrets: &secrets }, identities, context)?;
    let title = "imported a key; its file stays where it was:";
    tell_kept(title, &unlocked.key.public(), &secrets, identities, context)
}

fn import_agent(
    public: Option<&Path>,
    story: Option<&str>,
    args: &Import,
    identities: &mut Identities,
    context: &Context,
) -> Result<()> {
    let agent = context.agent()?;
    let key = agent.key(&wanted(public, &agent, context)?)?;
    let public = key.public();
    check_new(&public, args.name.as_deref(), identities)?;
    let comment = agent.keys().iter().find(|(held, _)| *held == public).map(|(_, comment)| comment.trim());
    let name = name_for(args, &public.fingerprint().to_string(), comment.unwrap_or_default(), identities)?;
    let age = args.age.as_deref().map(|path| read_identities(path, context)).transpose()?;
    let (opens, decryption) = opening(age, &name, args, identities, context)?;
    let secrets = Secrets { signing: None, decryption, identities: opens };
    let made = Made { name: &name, story, after: None, secrets: &secrets }.new_key(context)?;
    tell_to_touch(&public, context);
    let ready = made.with_agent(&key)?;
    interrupt::check()?;
    identities.keyring.add(ready, &identities.contacts)?;
    tell_kept("imported a key; the half that signs stays in the ssh-agent:", &public, &secrets, identities, context)
}

/// Which of the keys that the agent holds is meant.
fn wanted(public: Option<&Path>, agent: &Agent, context: &Context) -> Result<PublicKey> {
    let held = agent.keys();
    let Some(path) = public else {
        if let [(only, _)] = held {
            return Ok(only.clone());
        }
        let list =
            held.iter().map(|(key, comment)| Finding::new(code::USAGE, key.fingerprint().to_string(), line::quoted(comment)));
        let trouble = match held.len() {
            0 => return Err(Error::new(code::AGENT_KEY, "ssh-agent", "holds no Ed25519 key, or is locked")),
            several => format!("holds {several} keys, and none was named"),
        };
        let error = Error::new(code::USAGE, "ssh-agent", trouble);
        return Err(
            Error { also: list.collect(), ..error }.hint("name one: sealbag key import --agent SHA256:…, or its .pub file")
        );
    };
    let thing = path.to_string_lossy();
    if thing.starts_with("SHA256:") {
        let found = held.iter().map(|(key, _)| key).find(|key| key.fingerprint().to_string() == thing);
        return found
            .cloned()
            .ok_or_else(|| Error::new(code::AGENT_KEY, thing, "the ssh-agent holds no Ed25519 key of this fingerprint"));
    }
    Ok(openssh::read_public(&thing, &small_file(path, limits::KEY_FILE, code::KEY_FORMAT, context)?)?.0)
}

/// Refuses a key that is here already, or a name that somebody has, before anything is asked.
fn check_new(key: &PublicKey, name: Option<&str>, identities: &Identities) -> Result<()> {
    identities.keyring.check_key(key)?;
    name.map_or(Ok(()), |name| identities.keyring.check_name(name, None, &identities.contacts))
}

/// What to call the owner of an imported key: as they say, or as the comment of the key does.
fn name_for(args: &Import, thing: &str, comment: &str, identities: &Identities) -> Result<String> {
    // where a key has no comment, ssh-add gives the agent the path of its file, and a card goes to everybody
    let comment = comment.trim();
    let comment = if comment.starts_with('/') { "" } else { comment };
    let name = args.name.clone().unwrap_or_else(|| comment.to_owned());
    if name.is_empty() {
        let trouble = "has no comment that could be your name";
        return Err(Error::new(code::USAGE, thing, trouble).hint("say what to call yourself: --name NAME"));
    }
    identities.keyring.check_name(&name, None, &identities.contacts)?;
    Ok(name)
}

/// What an imported key opens bundles with: the identities of the file, or new ones; and their passphrase.
fn opening(
    age: Option<(String, IdentityFile)>,
    name: &str,
    args: &Import,
    identities: &Identities,
    context: &Context,
) -> Result<(Vec<Identity>, Option<Passphrase>)> {
    let (opens, passphrase) = match &age {
        Some((thing, file)) => identities::unlock_decryption(file, thing, context)?,
        None => (fresh(context)?, None),
    };
    check_strangers(&opens, None, identities)?;
    let passphrase = match passphrase {
        _ if args.no_passphrase => None,
        None => Some(passphrase::new_decryption(name, args.weak_passphrase, context)?),
        same => same,
    };
    Ok((opens, passphrase))
}

/// The note of a key for one story: from a file, or asked for where there is a terminal; `None` for a key that is for everything.
fn note(given: Option<Option<String>>, file: Option<&Path>, context: &Context) -> Result<Option<Zeroizing<String>>> {
    let note = match (given, file) {
        (None, None) => return Ok(None),
        (None, Some(path)) => {
            let bytes = small_file(path, limits::KEY_FILE, code::USAGE, context)?;
            let text =
                std::str::from_utf8(&bytes).map_err(|_| Error::new(code::USAGE, path.to_string_lossy(), "is not text"))?;
            Zeroizing::new(text.lines().next().unwrap_or_default().to_owned())
        }
        (Some(Some(text)), _) => {
            check_story(Some(&text))?;
            if !text.is_empty() {
                ui::note("the history of your shell may hold this note now; without TEXT you are asked for it", context);
            }
            Zeroizing::new(text)
        }
        (Some(None), _) => ui::ask("a note for yourself, kept encrypted; Enter for none: ", limits::STORY as u64)?,
    };
    check_story(Some(&note))?;
    Ok(Some(note))
}

/// What a new key is made of besides the half that signs.
struct Secrets {
    signing: Option<Passphrase>,
    decryption: Option<Passphrase>,
    identities: Vec<Identity>,
}

/// What a new key is to be.
struct Made<'a> {
    name: &'a str,
    story: Option<&'a str>,
    /// The key that it comes after.
    after: Option<&'a dyn Signer>,
    secrets: &'a Secrets,
}

impl<'a> Made<'a> {
    fn new_key(&self, context: &Context) -> Result<NewKey<'a>> {
        let Made { name, story, after, secrets } = *self;
        let protection = under(secrets.decryption.as_ref());
        Ok(NewKey { name, identities: &secrets.identities, protection, story, after, made_at: context.now()? })
    }
}

fn keep(key: &SigningKey, made: &Made, identities: &mut Identities, context: &Context) -> Result<()> {
    let protection = match &made.secrets.signing {
        Some(passphrase) => Some(Protection { passphrase, random: context.random()? }),
        None => None,
    };
    let ready = made.new_key(context)?.with_file(key, protection)?;
    interrupt::check()?;
    let first = identities.contacts.signer(&identities.keyring).is_none();
    identities.keyring.add(ready, &identities.contacts)?;
    if first && !identities.contacts.list().is_empty() && identities.integrity.is_sound() {
        // contacts from before there was a key that could sign them
        identities.contacts.sign(key, context.now()?)?;
    }
    Ok(())
}

fn tell_kept(title: &str, key: &PublicKey, secrets: &Secrets, identities: &Identities, context: &Context) -> Result<()> {
    if secrets.signing.is_some() && secrets.signing == secrets.decryption {
        ui::note(
            "both halves have the same passphrase: whoever learns it can sign as you and open what is encrypted for you",
            context,
        );
    }
    let own = identities.keyring.of(key).ok_or_else(|| Error::new(code::KEY_UNKNOWN, key.line(), "was not kept"))?;
    show(title, own, identities, context)?;
    if context.flags.quiet || context.flags.json {
        return Ok(());
    }
    let which = named(key, identities);
    ui::page(|out| {
        if own.is_for_one_story() {
            writeln!(out, "{STORY}")?;
        } else if own.card().succession.is_some() {
            writeln!(out, "{SUCCESSOR}")?;
        } else {
            writeln!(out, "two halves on purpose: if you are made to hand over one, you have not handed over the other")?;
        }
        writeln!(
            out,
            "next: sealbag card{which} > you.card, and give the card to whoever should believe your seals or seal for you"
        )?;
        // where a key for one story is meant to leave no copy, a backup is its owner's choice
        let name = match which.is_empty() {
            true => String::new(),
            false => format!(" {}", key.fingerprint().short()),
        };
        writeln!(out, "if this computer is lost, so are the key and all that only it opens.\nKeep a backup elsewhere:")?;
        writeln!(out, "  sealbag key export{name} -o /media/stick/key")
    })
}

/// The flag that names a key which is not the default.
fn named(key: &PublicKey, identities: &Identities) -> String {
    let default = identities.keyring.find(None).is_ok_and(|default| default.public() == key);
    if default { String::new() } else { format!(" --key {}", key.fingerprint().short()) }
}

const SUCCESSOR: &str = "it is your default key from now on, and the old one signed that it comes after it
  - whoever has the old card adds the new one, compares its digits with you, and is asked to move
  - once they have, what the old key signs counts only where it is proven to be older; it still opens what was encrypted for it
  - if somebody else may have the old key, do not rely on this: sealbag key revoke";

const STORY: &str = "what a key for one story does
  - what is sealed with it is not linked by its key to your other work
  - it can be handed over or removed by itself
what it does not do
  - hide who you are: the name that you chose stands on its card
  - work by itself: it is used only when you name it, and contacts need its card
  - leave no trace: this computer knows it, and its note, until you remove it
once it is removed, nothing that was encrypted for it can be opened again";

/// New identities, the post-quantum one first.
fn fresh(context: &Context) -> Result<Vec<Identity>> {
    let hybrid = Identity::hybrid(&Zeroizing::new(context.random()?));
    let x25519 = Identity::x25519(&Zeroizing::new(context.random()?));
    let x25519 = x25519.ok_or_else(|| Error::new(code::KEY_FORMAT, "decryption key", "could not be made"))?;
    Ok(vec![hybrid, x25519])
}

fn new_decryption(args: New, identities: &mut Identities, context: &Context) -> Result<()> {
    let own = identities.keyring.find(args.key.as_deref())?;
    if own.decryption().is_some() {
        return Err(Error::new(code::KEY_EXISTS, own.called(), "has a decryption key already")
            .hint("add another one to it: sealbag key import --age FILE"));
    }
    let (own, key) = identities.unlock(args.key.as_deref(), context)?;
    let opens = fresh(context)?;
    let passphrase =
        if args.no_passphrase { None } else { Some(passphrase::new_decryption(own.name(), args.weak_passphrase, context)?) };
    let change = own.with_identities(&opens, under(passphrase.as_ref()), &*key, context.now()?)?;
    interrupt::check()?;
    let public = identities.keyring.change(change)?.public().clone();
    tell_changed("made a decryption key for your key:", &public, identities, context)
}

fn import_decryption(args: Import, identities: &mut Identities, context: &Context) -> Result<()> {
    let path = args.age.unwrap_or_default();
    let own = identities.keyring.find(args.key.as_deref())?;
    let (thing, file) = read_identities(&path, context)?;
    let kept = own.identity_file()?;
    // where the key has an identity file already, that file keeps its passphrase; the imported one's is only used to open it
    let (imported, theirs) = match &kept {
        Some(_) if file.is_encrypted() => passphrase::imported(&thing, context, |text| file.open(Some(text)))
            .map(|(opened, passphrase)| (opened, Some(passphrase)))?,
        _ => identities::unlock_decryption(&file, &thing, context)?,
    };
    check_strangers(&imported, Some(own.public()), identities)?;
    let on_card = &own.card().card.recipients;
    if kept.is_some() && recipients(&imported).iter().all(|recipient| on_card.contains(recipient)) {
        let title = "this decryption key is there already; nothing changed:";
        return show(title, own, identities, context);
    }
    let (mut opens, passphrase) = match &kept {
        None if args.no_passphrase => (Vec::new(), None),
        None if theirs.is_some() => (Vec::new(), theirs),
        None => (Vec::new(), Some(passphrase::new_decryption(own.name(), args.weak_passphrase, context)?)),
        Some(file) => identities::unlock_decryption(file, own.name(), context)?,
    };
    if args.no_passphrase && passphrase.is_some() {
        return Err(Error::new(
            code::USAGE,
            "--no-passphrase",
            "the decryption key has a passphrase, and what is added gets it too",
        )
        .hint("take it away afterwards: sealbag key change-passphrase --decryption --no-passphrase"));
    }
    let known = recipients(&opens);
    opens.extend(imported.into_iter().filter(|identity| !known.contains(&identity.recipient().to_string())));
    let (own, key) = identities.unlock(args.key.as_deref(), context)?;
    let change = own.with_identities(&opens, under(passphrase.as_ref()), &*key, context.now()?)?;
    interrupt::check()?;
    let public = identities.keyring.change(change)?.public().clone();
    tell_changed("added a decryption key to your key; its file stays where it was:", &public, identities, context)
}

fn read_identities(path: &Path, context: &Context) -> Result<(String, IdentityFile)> {
    let thing = path.to_string_lossy().into_owned();
    let bytes = small_file(path, limits::KEY_FILE, code::KEY_FORMAT, context)?;
    let file = IdentityFile::read(&thing, &bytes)?;
    Ok((thing, file))
}

/// Refuses identities that another own key has: the two would be linked for everybody who sees both cards.
fn check_strangers(imported: &[Identity], except: Option<&PublicKey>, identities: &Identities) -> Result<()> {
    let imported = recipients(imported);
    let others = identities.keyring.keys().iter().filter(|own| Some(own.public()) != except);
    for own in others {
        if own.card().card.recipients.iter().any(|recipient| imported.contains(recipient)) {
            return Err(Error::new(code::KEY_EXISTS, own.called(), "this key of yours has the decryption key already")
                .hint("a decryption key on two cards would link them; import another one"));
        }
    }
    Ok(())
}

fn tell_changed(title: &str, key: &PublicKey, identities: &Identities, context: &Context) -> Result<()> {
    let own = identities.keyring.of(key).ok_or_else(|| Error::new(code::KEY_UNKNOWN, key.line(), "was not kept"))?;
    show(title, own, identities, context)?;
    if context.flags.quiet || context.flags.json {
        return Ok(());
    }
    let which = named(key, identities);
    ui::page(|out| {
        writeln!(out, "next: sealbag card{which} > you.card, and ask everybody who has the old card to add the new one")
    })
}
