//! For whom a bundle is encrypted: the contacts who were named, the one kind of key that all of them have, and what is told of it.

use std::io::{self, Write};
use std::path::PathBuf;

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::crypto::age::Recipient;
use sealbag::crypto::key::PublicKey;
use sealbag::ops::output::Encryption;
use sealbag::store::home::keyring::OwnKey;

use super::context::Context;
use super::identities::Identities;
use super::input::list;
use super::passphrase;

use sealbag::report::line::named;

/// Who is to be able to open the bundle.
#[derive(clap::Args)]
#[command(next_help_heading = "Encryption")]
pub struct EncryptionArgs {
    /// Encrypt for this contact; repeat for each one
    #[arg(long, value_name = "NAME")]
    to: Vec<String>,
    /// Encrypt for more contacts, one on each line of FILE, or of standard input for -; this keeps them out of the shell's history
    #[arg(long, value_name = "FILE")]
    to_list: Option<PathBuf>,
    /// Encrypt for yourself too; without this you cannot open the bundle afterwards
    #[arg(long)]
    to_me: bool,
    /// Encrypt with X25519, for readers whose age does not know post-quantum keys
    #[arg(long)]
    classic: bool,
    /// Encrypt under a passphrase instead, for whoever knows it: asked for, or the second line of --passphrase-file
    #[arg(long, conflicts_with_all = ["to", "to_list", "to_me", "classic"])]
    passphrase: bool,
    /// Take a passphrase that is easy to guess too
    #[arg(long, requires = "passphrase")]
    weak_passphrase: bool,
}

/// What was chosen.
pub struct Chosen {
    /// None where the bundle stays plain.
    pub encryption: Option<Encryption>,
    /// Who can open it.
    pub readers: Readers,
}

/// Who can open a bundle, with what, and why so.
pub struct Readers {
    /// How it is encrypted.
    pub kind: Kind,
    /// What the readers are called.
    pub names: Vec<String>,
    /// The same with their fingerprints, for people.
    pub told: Vec<String>,
    /// Why it is not post-quantum, where it is not.
    pub why: Option<String>,
    /// True if whoever seals can open the bundle afterwards.
    pub opens_here: bool,
}

impl Readers {
    /// Everybody.
    fn everybody() -> Self {
        Readers { kind: Kind::None, names: Vec::new(), told: Vec::new(), why: None, opens_here: true }
    }

    /// For whom, and how, as rows of a summary.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let how = match self.kind {
            Kind::None => return Ok(()),
            Kind::Passphrase => "under a passphrase; nothing in it names its readers".into(),
            Kind::PostQuantum => "post-quantum, with ML-KEM-768 and X25519".into(),
            Kind::X25519 => format!("with X25519 only: {}", self.why.as_deref().unwrap_or_default()),
        };
        writeln!(out, "  encrypted   {}", &how)?;
        if self.told.is_empty() { Ok(()) } else { writeln!(out, "  for         {}", &self.told.join(", ")) }
    }

    /// What the readers see of one another; `named` where the seal names them.
    pub fn write_seen(&self, named: bool, out: &mut dyn Write) -> io::Result<()> {
        let seen = match (self.kind, named) {
            (Kind::None | Kind::Passphrase, _) => return Ok(()),
            (_, true) => "who all of them are, for the seal names them (--name-recipients)",
            (_, false) if self.names.len() == 1 => "that it is for them, and not whether it is for others too",
            (_, false) => "that it is for them, and not who the others are or how many",
        };
        writeln!(out, "\neach of its readers can see\n  - {}", seen)
    }
}

/// How a bundle is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Not at all.
    None,
    /// With ML-KEM-768 and X25519.
    PostQuantum,
    /// With X25519.
    X25519,
    /// Under a passphrase.
    Passphrase,
}

impl Kind {
    /// The word that JSON has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::None => "none",
            Kind::PostQuantum => "post-quantum",
            Kind::X25519 => "x25519",
            Kind::Passphrase => "passphrase",
        }
    }
}

/// Somebody who is to open the bundle, and with what.
struct Reader {
    name: String,
    key: PublicKey,
    recipients: Vec<Recipient>,
}

impl Reader {
    /// Their keys of one kind.
    fn keys(&self, post_quantum: bool) -> impl Iterator<Item = &Recipient> {
        self.recipients.iter().filter(move |key| key.is_post_quantum() == post_quantum)
    }

    fn has(&self, post_quantum: bool) -> bool {
        self.keys(post_quantum).next().is_some()
    }
}

impl EncryptionArgs {
    /// Takes in the names of the list. One that names nobody is refused, since the bundle would be for everybody.
    pub fn read_list(&mut self, context: &Context) -> Result<()> {
        let Some(path) = &self.to_list else { return Ok(()) };
        let names = list(path, "contact", context)?;
        if names.is_empty() {
            return Err(Error::new(code::USAGE, path.to_string_lossy(), "names nobody").hint("write one contact on each line"));
        }
        self.to.extend(names);
        Ok(())
    }

    /// True if nothing was asked for.
    pub fn is_plain(&self) -> bool {
        !self.passphrase && !self.to_me && !self.classic && self.to.is_empty()
    }

    /// Refuses readers who cannot be encrypted for; `own` is the key that `--to-me` means.
    pub fn check(&self, own: Result<&OwnKey>, identities: &Identities) -> Result<()> {
        self.would(own, identities).map(drop)
    }

    /// Who could open the bundle, without asking for a passphrase.
    pub fn would(&self, own: Result<&OwnKey>, identities: &Identities) -> Result<Readers> {
        if self.passphrase {
            return Ok(Readers { kind: Kind::Passphrase, ..Readers::everybody() });
        }
        self.readers(own, identities).map(|chosen| chosen.readers)
    }

    /// Finds the readers, or asks for the passphrase where the bundle is to have one.
    pub fn choose(&self, own: Result<&OwnKey>, identities: &Identities, context: &Context) -> Result<Chosen> {
        if self.passphrase {
            let passphrase = passphrase::new_bundle("the bundle", self.weak_passphrase, context)?;
            let readers = self.would(own, identities)?;
            return Ok(Chosen { encryption: Some(Encryption::Under(passphrase)), readers });
        }
        self.readers(own, identities)
    }

    fn readers(&self, own: Result<&OwnKey>, identities: &Identities) -> Result<Chosen> {
        if self.to.is_empty() && !self.to_me {
            if self.classic {
                let error = Error::new(code::USAGE, "--classic", "nobody is named to encrypt for");
                return Err(error.hint("say for whom: --to NAME"));
            }
            return Ok(Chosen { encryption: None, readers: Readers::everybody() });
        }
        let mut readers = Vec::new();
        for name in &self.to {
            readers.push(contact(name, identities)?);
        }
        if self.to_me {
            let own = own?;
            let recipients = usable(&own.card().card.recipients);
            if recipients.is_empty() {
                let error =
                    Error::new(code::ENVELOPE_RECIPIENT, own.called(), "this key of yours has no decryption key beside it");
                return Err(error.hint("give it one: sealbag key new --decryption, then give away the new card"));
            }
            readers.push(Reader { name: own.name().to_owned(), key: own.public().clone(), recipients });
        }
        let (kind, why) = kind(&readers, self.classic)?;
        let keys: Vec<Recipient> = readers.iter().flat_map(|reader| reader.keys(kind == Kind::PostQuantum).cloned()).collect();
        let mine: Vec<&String> = identities.keyring.keys().iter().flat_map(|own| &own.card().card.recipients).collect();
        let opens_here = keys.iter().any(|key| mine.contains(&&key.to_string()));
        let (mut names, mut told): (Vec<String>, Vec<String>) = Default::default();
        for reader in readers {
            if !names.contains(&reader.name) {
                told.push(named(&reader.name, &reader.key));
                names.push(reader.name);
            }
        }
        let encryption = Some(Encryption::For(keys));
        Ok(Chosen { encryption, readers: Readers { kind, names, told, why, opens_here } })
    }
}

/// A contact who is believed and has keys to encrypt for.
fn contact(called: &str, identities: &Identities) -> Result<Reader> {
    if identities.contacts.find(called).is_err() && identities.keyring.find(Some(called)).is_ok() {
        let error = Error::new(code::ENVELOPE_RECIPIENT, called, "that is a key of yours, and --to is for contacts");
        return Err(error.hint("to be able to open the bundle yourself: --to-me"));
    }
    let contact = identities.contacts.find(called)?;
    if let Some(at) = contact.revoked_at {
        let trouble = format!("you revoked this contact on {at}, so nothing is sealed for them");
        return Err(
            Error::new(code::ENVELOPE_RECIPIENT, contact.called(), trouble).hint("ask them for the card of their new key")
        );
    }
    if !identities.integrity.vouches_for(contact) {
        return Err(Error::new(
            code::CONTACT_EDITED,
            contact.called(),
            "is not as you signed it, so nothing is sealed for them",
        ));
    }
    let listed = &contact.card.card.recipients;
    let recipients = usable(listed);
    if recipients.is_empty() {
        let trouble = match listed.is_empty() {
            true => "the card you have names no key to encrypt for",
            false => "the card you have names only keys that need a plugin or a token, which sealbag does not use",
        };
        return Err(Error::new(code::ENVELOPE_RECIPIENT, contact.called(), trouble)
            .hint("ask them for a newer card, and add it: sealbag contact add CARD"));
    }
    Ok(Reader { name: contact.name.clone(), key: contact.card.key.clone(), recipients })
}

fn usable(recipients: &[String]) -> Vec<Recipient> {
    recipients.iter().filter_map(|text| Recipient::parse(text)).collect()
}

/// The one kind of key that all readers have, post-quantum where that is possible; and why not, where it is not.
fn kind(readers: &[Reader], classic: bool) -> Result<(Kind, Option<String>)> {
    let without = |post_quantum: bool| -> Vec<String> {
        readers.iter().filter(|reader| !reader.has(post_quantum)).map(|reader| named(&reader.name, &reader.key)).collect()
    };
    let (no_hybrid, no_classic) = (without(true), without(false));
    if no_hybrid.is_empty() && !classic {
        return Ok((Kind::PostQuantum, None));
    }
    if no_classic.is_empty() {
        let why = match classic {
            true => "as --classic asks".into(),
            false => format!("no post-quantum key is known for {}", no_hybrid.join(", ")),
        };
        return Ok((Kind::X25519, Some(why)));
    }
    let only = no_classic.join(", ");
    let (trouble, hint) = match classic {
        true => {
            (format!("only post-quantum keys are known for {only}"), "leave out --classic, or seal for the others separately")
        }
        false => {
            let trouble = format!(
                "these recipients have no type of key in common (only post-quantum: {only}; no post-quantum: {})",
                no_hybrid.join(", ")
            );
            (trouble, "seal twice, each time for some of them, or ask for newer cards")
        }
    };
    Err(Error::new(code::ENVELOPE_RECIPIENT, "recipients", trouble).hint(hint))
}
