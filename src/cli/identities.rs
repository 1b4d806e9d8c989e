//! Who one is and whom one believes, as the commands need it: read once, told about once, shown in one way.

use std::fmt::Write;
use std::io::{self, IsTerminal};

use sealbag::Timestamp;
use sealbag::base::code;
use sealbag::base::detail::Detail;
use sealbag::base::error::{Error, Finding, Result};
use sealbag::crypto::age::{Identity, IdentityFile};
use sealbag::crypto::key::{PublicKey, Signer, SigningKey};
use sealbag::crypto::openssh::KeyFile;
use sealbag::crypto::statement::SignedRevocation;
use sealbag::crypto::trust::TrustedSigners;
use sealbag::report::line;
use sealbag::report::model::{Named, RECIPIENTS};
use sealbag::store::home::authorities::Authorities;
use sealbag::store::home::believed::trusted;
use sealbag::store::home::contacts::{Contact, Contacts, Former};
use sealbag::store::home::integrity::Integrity;
use sealbag::store::home::keyring::{Keyring, OwnKey};
use sealbag::store::home::own_key::Signing;
use serde::Serialize;

use super::context::Context;
use super::interrupt;
use super::passphrase::{self, Passphrase};
use super::ui;
use sealbag::report::json::FindingJson;

/// One's own keys and contacts.
pub struct Identities {
    /// One's own keys.
    pub keyring: Keyring,
    /// Whom one believes, or once did.
    pub contacts: Contacts,
    /// Whom one trusts to say when something was there.
    pub authorities: Authorities,
    /// What is worth knowing about how all are kept.
    pub notes: Vec<Finding>,
    /// Whether the contacts were as they were signed when this run began.
    pub integrity: Integrity,
}

impl Identities {
    /// Reads both and tells what is worth knowing about how they are kept.
    pub fn open(context: &Context) -> Result<Self> {
        let identities = Identities::open_quietly(context)?;
        ui::notes(&identities.notes, context);
        Ok(identities)
    }

    /// Reads both, or gives `None` where a passphrase would have to be asked for.
    pub fn open_unasked(context: &Context) -> Result<Option<Self>> {
        let home = context.home()?;
        if let Some(key) = Contacts::locked_for(home)?
            && let Some(own) = Keyring::open(home)?.keys().iter().find(|own| own.public().fingerprint().short() == key)
            && own.decryption().is_some_and(|decryption| decryption.encrypted)
        {
            return Ok(None);
        }
        Identities::open(context).map(Some)
    }

    /// Reads both and tells nothing.
    pub fn open_quietly(context: &Context) -> Result<Self> {
        let home = context.home()?;
        let keyring = Keyring::open(home)?;
        let opens = match Contacts::locked_for(home)? {
            Some(key) => open_for_contacts(&keyring, &key, context)?,
            None => Vec::new(),
        };
        let contacts = Contacts::open_with(home, &opens)?;
        let mut notes: Vec<Finding> = Vec::new();
        let integrity = contacts.integrity(&keyring);
        let authorities = Authorities::open(home)?;
        for note in keyring.notes().chain(contacts.notes()).chain(&integrity.findings).chain(authorities.notes()) {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
        Ok(Identities { keyring, contacts, authorities, notes, integrity })
    }

    /// Opens the key that signs the contacts, for a change that counts only when it is signed; `None` where there is no such
    /// key. Contacts that somebody else changed are looked at first.
    pub fn vouching(&self, context: &Context) -> Result<Option<Box<dyn Signer>>> {
        self.integrity.check()?;
        let Some(own) = self.contacts.signer(&self.keyring) else { return Ok(None) };
        self.unlock_to_vouch(own, context).map(Some)
    }

    fn unlock_to_vouch(&self, own: &OwnKey, context: &Context) -> Result<Box<dyn Signer>> {
        if own.signing() == (Signing::File { encrypted: true }) {
            ui::note(format!("your contacts are signed with your key {}", line::named(own.name(), own.public())), context);
        }
        open_to_sign(own, context)
    }

    /// Signs the contacts as they are after this run changed them.
    pub fn sign_contacts(&mut self, context: &Context) -> Result<()> {
        let Some(own) = self.contacts.signer(&self.keyring) else { return self.contacts.unsign() };
        let signer = self.unlock_to_vouch(own, context)?;
        interrupt::check()?;
        self.contacts.sign(&*signer, context.now()?)
    }

    /// Signs a change that takes belief away and therefore counts without a signature too: where the key is not at hand, that
    /// is only told.
    pub fn sign_if_possible(&mut self, context: &Context) {
        if !self.integrity.is_sound() {
            ui::note("not signed, because your contacts were not as you signed them before: sealbag contact check", context);
        } else if let Err(error) = self.sign_contacts(context) {
            ui::note(format!("not signed: {error}\nsign it later: sealbag contact accept"), context);
        }
    }

    /// Whom one believes.
    pub fn trusted(&self) -> TrustedSigners {
        let mut trust = trusted(&self.keyring, &self.contacts);
        for trusted in self.authorities.list() {
            trust.add_authority(trusted.authority.clone());
        }
        trust
    }

    /// The owner of a public key, as a bundle writes it: the name here and the beginning of the fingerprint.
    pub fn owner_of_key(&self, line: &str) -> String {
        let Ok(key) = PublicKey::parse(line) else { return "nobody".into() };
        match self.trusted().standing(&key) {
            Some(standing) => line::named(&standing.name, &key),
            None => format!("somebody ({})", key.fingerprint().glance()),
        }
    }

    /// The owner of an age recipient, in the same form; a stranger's recipient is shortened.
    pub fn owner_of_recipient(&self, recipient: &str) -> String {
        let has = |recipients: &[String]| recipients.iter().any(|known| known == recipient);
        if let Some(own) = self.keyring.keys().iter().find(|own| has(&own.card().card.recipients)) {
            return line::named(own.name(), own.public());
        }
        match self.contacts.list().iter().find(|contact| has(&contact.card.card.recipients)) {
            Some(contact) => line::named(&contact.name, &contact.card.key),
            None => line::short(recipient),
        }
    }

    /// An item on a line of its own, as [`line::row`] has it; a reader is called by name.
    pub fn row(&self, named: &Named) -> String {
        match &named.value {
            Some(recipient) if named.name == RECIPIENTS => {
                format!("{}  {}", line::quoted(RECIPIENTS), self.owner_of_recipient(recipient))
            }
            _ => line::row(named),
        }
    }

    /// When the reader revoked this key of their own, if they did.
    pub fn revoked(&self, own: &OwnKey) -> Option<Timestamp> {
        let then = || self.integrity.revoked_at(own.public());
        self.contacts.revoked_at(own.public()).or_else(then)
    }

    /// The own key of that name, or the default, if it may still sign.
    pub fn to_sign(&self, called: Option<&str>) -> Result<&OwnKey> {
        let own = self.keyring.find(called)?;
        match self.revoked(own) {
            Some(at) => {
                let detail = Detail::RevokedKey { who: line::named(own.name(), own.public()), at: at.to_string() };
                Err(Error::new(code::KEY_REVOKED, own.called(), detail))
            }
            None => Ok(own),
        }
    }

    /// The own key of that name, or the default, ready to sign with; asks for its passphrase where it has one, and the
    /// ssh-agent where that holds it.
    pub fn unlock(&self, called: Option<&str>, context: &Context) -> Result<(&OwnKey, Box<dyn Signer>)> {
        let own = self.to_sign(called)?;
        Ok((own, open_to_sign(own, context)?))
    }
}

/// Opens the decryption key of the own key whose fingerprint begins so, because the contacts are locked with it.
fn open_for_contacts(keyring: &Keyring, key: &str, context: &Context) -> Result<Vec<Identity>> {
    let Some(own) = keyring.keys().iter().find(|own| own.public().fingerprint().short() == key) else { return Ok(Vec::new()) };
    let Some(file) = own.identity_file()? else { return Ok(Vec::new()) };
    if file.is_encrypted() && context.flags.passphrase_file.is_none() && io::stderr().is_terminal() {
        let named = line::named(own.name(), own.public());
        ui::tell(|err| writeln!(err, "your contacts are locked with the decryption key of {named}"));
    }
    open_own(own, &file, context).map_err(|error| match error.code == code::KEY_LOCKED {
        true => error.hint("your contacts are locked with it; give a file that holds the passphrase: --passphrase-file FILE"),
        false => error,
    })
}

/// Opens the decryption key of an own key, and keeps it open for the rest of the run.
pub fn open_own(own: &OwnKey, file: &IdentityFile, context: &Context) -> Result<Vec<Identity>> {
    let fingerprint = own.public().fingerprint();
    if let Some((_, opened)) = context.opened.borrow().iter().find(|(known, _)| *known == fingerprint) {
        return Ok(opened.clone());
    }
    let (opened, _) = unlock_decryption(file, own.name(), context)?;
    context.opened.borrow_mut().push((fingerprint, opened.clone()));
    Ok(opened)
}

/// A key ready to sign with; asks for its passphrase where it has one, and the ssh-agent where that holds it.
pub fn open_to_sign(own: &OwnKey, context: &Context) -> Result<Box<dyn Signer>> {
    let signer: Box<dyn Signer> = match own.signing() {
        Signing::File { .. } => Box::new(unlock(&own.key_file()?, own.name(), context)?.key),
        Signing::Agent => Box::new(context.agent()?.key(own.public())?),
    };
    tell_to_touch(own.public(), context);
    Ok(signer)
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

/// Fingerprint, key digits and name, each on a line of its own: what people compare over the phone.
pub fn told(name: &str, key: &PublicKey) -> String {
    let fingerprint = key.fingerprint();
    // the fingerprint, which nobody can choose, stands above the name
    let mut out = row("fingerprint", fingerprint);
    out += &row("key digits", fingerprint.spoken());
    out += &row("name", line::quoted(name));
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
    story: Option<String>,
    /// Whether the note is encrypted, so that `key show --note` tells it.
    story_encrypted: bool,
    /// Whether it signs when no key is named.
    default: bool,
    /// The fingerprint of the key that it comes after, or null.
    succeeds: Option<String>,
    /// Since when it is revoked, or null.
    revoked_at: Option<Timestamp>,
    /// What the key itself says of that, to be given away, or null.
    revocation: Option<&'a str>,
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
            // a note that cannot be read is told where the key is used
            story: own.note(&[]).ok().flatten().map(|note| note.to_string()),
            story_encrypted: own.has_encrypted_note(),
            default: default == Some(own.public()),
            succeeds: own.card().succession.as_ref().map(|succession| succession.old.fingerprint().to_string()),
            revoked_at: all.revoked(own),
            revocation: all.contacts.of(own.public()).and_then(|record| record.revocation.as_ref()).map(SignedRevocation::text),
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
    /// Since when it is not believed any more, or null.
    revoked_at: Option<Timestamp>,
    /// Since when the key itself says that it is not its owner's, where it does; else null.
    not_theirs_since: Option<Timestamp>,
    /// The keys that they had before, the latest first.
    before: Vec<FormerJson>,
}

#[derive(Serialize)]
struct FormerJson {
    key: String,
    fingerprint: String,
    believed_at: Timestamp,
    /// Since when what it signs no longer counts.
    until: Timestamp,
}

impl FormerJson {
    fn of(former: &Former) -> Self {
        let Former { key, believed_at, until, .. } = former;
        FormerJson { key: key.line(), fingerprint: key.fingerprint().to_string(), believed_at: *believed_at, until: *until }
    }
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
            not_theirs_since: contact.revocation.as_ref().map(|statement| statement.since),
            before: contact.before.iter().map(FormerJson::of).collect(),
        });
        let notes = notes.iter().map(FindingJson::of).collect();
        ContactsJson { schema: "sealbag-contacts/1", contacts: contacts.collect(), notes }
    }
}
