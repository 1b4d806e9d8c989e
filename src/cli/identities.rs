//! Who one is and whom one believes, as the commands need it: read once, told about once, shown in one way.

use std::fmt::Write;

use sealbag::Timestamp;
use sealbag::base::code;
use sealbag::base::detail::Detail;
use sealbag::base::error::{Error, Finding, Result};
use sealbag::crypto::age::{Identity, IdentityFile};
use sealbag::crypto::key::{PublicKey, Signer, SigningKey};
use sealbag::crypto::openssh::KeyFile;
use sealbag::crypto::trust::TrustedSigners;
use sealbag::report::line;
use sealbag::store::home::believed::trusted;
use sealbag::store::home::contacts::{Contact, Contacts};
use sealbag::store::home::keyring::{Keyring, OwnKey};
use sealbag::store::home::own_key::Signing;
use serde::Serialize;

use super::context::Context;
use super::passphrase::{self, Passphrase};
use super::ui;
use sealbag::report::json::FindingJson;

/// One's own keys and contacts.
pub struct Identities {
    /// One's own keys.
    pub keyring: Keyring,
    /// Whom one believes, or once did.
    pub contacts: Contacts,
    /// What is worth knowing about how both are kept.
    pub notes: Vec<Finding>,
}

impl Identities {
    /// Reads both and tells what is worth knowing about how they are kept.
    pub fn open(context: &Context) -> Result<Self> {
        let home = context.home()?;
        let (keyring, contacts) = (Keyring::open(home)?, Contacts::open(home)?);
        let mut notes: Vec<Finding> = Vec::new();
        for note in keyring.notes().chain(contacts.notes()) {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
        ui::notes(&notes, context);
        Ok(Identities { keyring, contacts, notes })
    }

    /// Whom one believes.
    pub fn trusted(&self) -> TrustedSigners {
        trusted(&self.keyring, &self.contacts)
    }

    /// What the owner of a public key, as a bundle writes it, is called here; none for a stranger.
    pub fn name_of_key(&self, line: &str) -> Option<String> {
        let key = PublicKey::parse(line).ok()?;
        self.trusted().standing(&key).map(|standing| standing.name.clone())
    }

    /// What the owner of an age recipient is called here; none for a stranger.
    pub fn name_of_recipient(&self, recipient: &str) -> Option<&str> {
        let has = |recipients: &[String]| recipients.iter().any(|known| known == recipient);
        let own = self.keyring.keys().iter().find(|own| has(&own.card().card.recipients)).map(OwnKey::name);
        own.or_else(|| {
            self.contacts.list().iter().find(|contact| has(&contact.card.card.recipients)).map(|contact| contact.name.as_str())
        })
    }

    /// When the reader revoked this key of their own, if they did.
    pub fn revoked(&self, own: &OwnKey) -> Option<Timestamp> {
        self.contacts.revoked_at(own.public())
    }

    /// The own key of that name, or the default, if it may still sign.
    pub fn to_sign(&self, called: Option<&str>) -> Result<&OwnKey> {
        let own = self.keyring.find(called)?;
        match self.revoked(own) {
            Some(at) => {
                let detail = Detail::RevokedKey { name: own.name().to_owned(), at: at.to_string() };
                Err(Error::new(code::KEY_REVOKED, own.name(), detail))
            }
            None => Ok(own),
        }
    }

    /// The own key of that name, or the default, ready to sign with; asks for its passphrase where it has one, and the
    /// ssh-agent where that holds it.
    pub fn unlock(&self, called: Option<&str>, context: &Context) -> Result<(&OwnKey, Box<dyn Signer>)> {
        let own = self.to_sign(called)?;
        let signer: Box<dyn Signer> = match own.signing() {
            Signing::File { .. } => Box::new(unlock(&own.key_file()?, own.name(), context)?.key),
            Signing::Agent => Box::new(context.agent()?.key(own.public())?),
        };
        tell_to_touch(own.public(), context);
        Ok((own, signer))
    }
}

/// Tells that a signature will need somebody at the token.
pub fn tell_to_touch(key: &PublicKey, context: &Context) {
    if key.application().is_some() {
        ui::note("this key is on a token: touch it each time it blinks", context);
    }
}

/// What came out of a key file.
pub struct Unlocked {
    /// The key.
    pub key: SigningKey,
    /// The comment in the file; who wrote the file chose it.
    pub comment: String,
    /// What opened it, where it was encrypted.
    pub passphrase: Option<Passphrase>,
}

/// Opens a private key file, with its passphrase where it has one; `what` names the key.
pub fn unlock(file: &KeyFile, what: &str, context: &Context) -> Result<Unlocked> {
    if !file.is_encrypted() {
        let (key, comment) = file.open_with_comment(None)?;
        return Ok(Unlocked { key, comment, passphrase: None });
    }
    let open = |passphrase: &str| file.open_with_comment(Some(passphrase));
    let ((key, comment), passphrase) = passphrase::signing(what, context, open)?;
    Ok(Unlocked { key, comment, passphrase: Some(passphrase) })
}

/// Opens an age identity file, with its passphrase where it has one; `what` names it. The passphrase comes back too.
pub fn unlock_decryption(file: &IdentityFile, what: &str, context: &Context) -> Result<(Vec<Identity>, Option<Passphrase>)> {
    if !file.is_encrypted() {
        return Ok((file.open(None)?, None));
    }
    let (identities, passphrase) = passphrase::decryption(what, context, |passphrase| file.open(Some(passphrase)))?;
    Ok((identities, Some(passphrase)))
}

/// Fingerprint, spoken digits and name, each on a line of its own: what people compare over the phone.
pub fn told(name: &str, key: &PublicKey) -> String {
    let fingerprint = key.fingerprint();
    // the fingerprint, which nobody can choose, stands above the name
    let mut out = row("fingerprint", fingerprint);
    out += &row("spoken", fingerprint.spoken());
    out += &row("name", line::column(&line::quoted(name), 15));
    out
}

/// One line of facts.
pub fn row(label: &str, value: impl std::fmt::Display) -> String {
    let mut out = String::new();
    // writing to a string cannot fail
    let _ = writeln!(out, "  {label:<12} {value}");
    out
}

/// Own keys as JSON, `sealbag-keys/1`.
#[derive(Serialize)]
pub struct KeysJson<'a> {
    schema: &'static str,
    /// The default first.
    keys: Vec<KeyJson<'a>>,
    notes: Vec<FindingJson>,
}

#[derive(Serialize)]
struct KeyJson<'a> {
    name: &'a str,
    /// The public key, the first two words of its OpenSSH line.
    key: String,
    /// `SHA256:…`, as `ssh-keygen -l` shows it.
    fingerprint: String,
    /// The fingerprint to read out over the phone.
    spoken: String,
    /// The age recipients on its card.
    recipients: &'a [String],
    /// When its card was made.
    made_at: Timestamp,
    /// Where the half that signs is: in a `file`, held by an ssh-`agent`, or on a FIDO `token` that an agent reaches.
    kind: &'static str,
    /// The file of the half that signs; for a key that an agent holds, the file of its public half.
    file: String,
    /// Whether a passphrase protects the file; null for a key that an agent holds.
    encrypted: Option<bool>,
    /// What opens the bundles that are encrypted for it, or null where nothing does.
    decryption: Option<DecryptionJson<'a>>,
    /// The note of a key for one story, possibly empty; null for a key that is for everything.
    story: Option<&'a str>,
    /// Whether it signs when no key is named.
    default: bool,
    /// When it was revoked, or null.
    revoked_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct DecryptionJson<'a> {
    /// Where the age identities lie.
    file: String,
    /// Whether a passphrase protects them.
    encrypted: bool,
    /// The recipients on the card, whole.
    recipients: &'a [String],
}

impl<'a> KeysJson<'a> {
    /// These `keys` of `all`.
    pub fn of(keys: impl IntoIterator<Item = &'a OwnKey>, all: &'a Identities) -> Self {
        let default = all.keyring.find(None).ok().map(OwnKey::public);
        let keys = keys.into_iter().map(|own| KeyJson {
            name: own.name(),
            key: own.public().line(),
            fingerprint: own.public().fingerprint().to_string(),
            spoken: own.public().fingerprint().spoken(),
            recipients: &own.card().card.recipients,
            made_at: own.card().card.made_at,
            kind: match (own.signing(), own.public().application()) {
                (Signing::File { .. }, _) => "file",
                (Signing::Agent, None) => "agent",
                (Signing::Agent, Some(_)) => "token",
            },
            file: own.path().to_string_lossy().into_owned(),
            encrypted: match own.signing() {
                Signing::File { encrypted } => Some(encrypted),
                Signing::Agent => None,
            },
            decryption: own.decryption().map(|decryption| DecryptionJson {
                file: own.decryption_path().to_string_lossy().into_owned(),
                encrypted: decryption.encrypted,
                recipients: &own.card().card.recipients,
            }),
            story: own.story(),
            default: default == Some(own.public()),
            revoked_at: all.revoked(own),
        });
        KeysJson { schema: "sealbag-keys/1", keys: keys.collect(), notes: all.notes.iter().map(FindingJson::of).collect() }
    }
}

/// Contacts as JSON, `sealbag-contacts/1`.
#[derive(Serialize)]
pub struct ContactsJson<'a> {
    schema: &'static str,
    /// Sorted by name.
    contacts: Vec<ContactJson<'a>>,
    notes: Vec<FindingJson>,
}

#[derive(Serialize)]
struct ContactJson<'a> {
    /// What the reader calls them.
    name: &'a str,
    /// What their card calls them.
    name_on_card: &'a str,
    /// `believed` or `revoked`.
    state: &'static str,
    /// The public key, the first two words of its OpenSSH line.
    key: &'a str,
    /// `SHA256:…`, as `ssh-keygen -l` shows it.
    fingerprint: String,
    /// The fingerprint to read out over the phone.
    spoken: String,
    /// The age recipients on the card.
    recipients: &'a [String],
    /// When the card was made, by its owner's clock.
    made_at: Timestamp,
    /// Since when the reader believes it.
    believed_at: Timestamp,
    /// When the reader took the belief back, or null.
    revoked_at: Option<Timestamp>,
}

impl<'a> ContactsJson<'a> {
    /// These `contacts`; `notes` are about how they are kept.
    pub fn of(contacts: impl IntoIterator<Item = &'a Contact>, notes: &'a [Finding]) -> Self {
        let contacts = contacts.into_iter().map(|contact| ContactJson {
            name: &contact.name,
            name_on_card: &contact.card.card.name,
            state: if contact.revoked_at.is_some() { "revoked" } else { "believed" },
            key: &contact.card.card.key,
            fingerprint: contact.card.key.fingerprint().to_string(),
            spoken: contact.card.key.fingerprint().spoken(),
            recipients: &contact.card.card.recipients,
            made_at: contact.card.card.made_at,
            believed_at: contact.believed_at,
            revoked_at: contact.revoked_at,
        });
        let notes = notes.iter().map(FindingJson::of).collect();
        ContactsJson { schema: "sealbag-contacts/1", contacts: contacts.collect(), notes }
    }
}
