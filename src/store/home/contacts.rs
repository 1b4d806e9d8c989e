//! The people whom the reader believes, in the folder `contacts` of the home folder: one file per key, named after the first 16
//! hex digits of its fingerprint, one line of canonical JSON; beside them, `contacts.sig`, the list of all of them, signed by a key
//! of the reader's own. A key is believed because a file here says so, never because a
//! bundle carries it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::contact_files::{self, ContactFiles, LIST};
use super::likeness::alike;
use super::naming::{self, Names};
use super::private;
use super::signed_list::{Entry, SignedList};
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::text::spelled;
use crate::base::{code, limits};
use crate::crypto::age::Identity;
use crate::crypto::card::SignedCard;
use crate::crypto::key::{PublicKey, Signer};
use crate::format::digest::Digest;
use crate::format::json;
use crate::format::time::Timestamp;

const FORMAT: &str = "sealbag-contact/1";

/// Everybody whom the reader believes, or once did.
#[derive(Debug)]
pub struct Contacts {
    files: ContactFiles,
    list: Vec<Contact>,
    signed: Option<Result<SignedList, Detail>>,
}

/// Somebody whom the reader believes, or once did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// What the reader calls them.
    pub name: String,
    /// Since when the reader has believed the key.
    pub believed_at: Timestamp,
    /// When the reader revoked it.
    pub revoked_at: Option<Timestamp>,
    /// Their card.
    pub card: SignedCard,
}

/// What a card would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News<'a> {
    /// Its key is not known yet.
    Stranger,
    /// It is the card that we have already, and its owner is believed.
    Nothing,
    /// It is a newer card of this contact, or it is the card of a contact whose key was revoked.
    Change(&'a Contact),
}

/// A contact as the file holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactFile {
    format: String,
    name: String,
    believed_at: Timestamp,
    revoked_at: Option<Timestamp>,
    card: String,
}

impl Names for Contacts {
    fn of_name(&self, name: &str) -> Option<(&str, &PublicKey)> {
        self.list.iter().find(|contact| alike(&contact.name, name)).map(|contact| (contact.name.as_str(), &contact.card.key))
    }
}

impl Contacts {
    /// Reads the contacts kept in `home`, which need not exist. A file that is not as it was left is an error: who is believed
    /// must not change silently.
    ///
    /// # Errors
    /// `contact.store` for a file that is not as it was left, `contact.locked`, `contact.lock`, `io.…`.
    pub fn open(home: &Path) -> Result<Self> {
        Contacts::open_with(home, &[])
    }

    /// Reads the contacts kept in `home`, as [`Contacts::open`] does; where they are locked, these identities open them.
    ///
    /// # Errors
    /// Those of [`Contacts::open`]; `envelope.no_key` where none of the identities opens them.
    pub fn open_with(home: &Path, identities: &[Identity]) -> Result<Self> {
        Contacts::read(ContactFiles::open(home, identities)?)
    }

    /// The first 16 hex digits of the fingerprint of the own key that opens the contacts kept in `home`; `None` where they are not
    /// locked.
    ///
    /// # Errors
    /// `contact.store`, `io.…`.
    pub fn locked_for(home: &Path) -> Result<Option<String>> {
        contact_files::locked_for(home)
    }

    /// True if they are locked.
    pub fn is_locked(&self) -> bool {
        self.files.is_locked()
    }

    /// Locks them with the identities of this own key, and removes what runs that were killed left among them.
    ///
    /// # Errors
    /// `envelope.recipient` where there is no identity; `contact.changed`; `io.…`.
    pub fn lock(&mut self, key: &PublicKey, identities: &[Identity]) -> Result<()> {
        self.files.lock(&key.fingerprint().short(), identities)
    }

    /// Removes what runs that were killed left among the contacts.
    ///
    /// # Errors
    /// `contact.changed`, `io.…`.
    pub fn tidy(&mut self) -> Result<()> {
        self.files.tidy()
    }

    /// Undoes [`Contacts::lock`].
    ///
    /// # Errors
    /// `contact.changed`; `contact.beside` where a plain file lies beside the lock that it does not hold; `io.…`.
    pub fn unlock(&mut self) -> Result<()> {
        self.files.unlock()
    }

    fn read(files: ContactFiles) -> Result<Self> {
        let mut list = Vec::new();
        for (name, bytes) in files.contacts() {
            let contact = Contact::read(&files.place(name), bytes)?;
            if name != contact.file_name() {
                return Err(files.strange(name, Detail::NotOfItsName));
            }
            list.push(contact);
        }
        list.sort_by(|one, other| one.name.cmp(&other.name));
        let signed = files.file(LIST).map(SignedList::read);
        Ok(Contacts { files, list, signed })
    }

    /// All of them, sorted by name.
    pub fn list(&self) -> &[Contact] {
        &self.list
    }

    /// What is worth knowing about how they are kept.
    pub fn notes(&self) -> &[Finding] {
        self.files.notes()
    }

    /// The contact of that name or fingerprint, revoked or not.
    ///
    /// # Errors
    /// `contact.unknown`.
    pub fn find(&self, called: &str) -> Result<&Contact> {
        let exact = self.list.iter().find(|contact| contact.name == called);
        let near = || self.list.iter().find(|contact| naming::same(&contact.name, called));
        let by_fingerprint = || self.list.iter().find(|contact| naming::is_fingerprint_of(called, &contact.card.key));
        let found = exact.or_else(near).or_else(by_fingerprint);
        found.ok_or_else(|| Error::new(code::CONTACT_UNKNOWN, called, Detail::NoContactOfName))
    }

    /// The contact with this key, revoked or not.
    pub fn of(&self, key: &PublicKey) -> Option<&Contact> {
        self.list.iter().find(|contact| contact.card.key == *key)
    }

    /// When the reader took back the belief in this key.
    pub fn revoked_at(&self, key: &PublicKey) -> Option<Timestamp> {
        self.of(key).and_then(|contact| contact.revoked_at)
    }

    /// What `card` would change. A card that is older than the one we have, or as old but different, is refused.
    ///
    /// # Errors
    /// `card.older`; `card.format` for a card that is too long to be kept.
    pub fn news(&self, card: &SignedCard) -> Result<News<'_>> {
        if card.text().len() > limits::STRING {
            let trouble = Detail::ContactTooLong { limit: limits::STRING as u64 };
            return Err(Error::new(code::CARD_FORMAT, card.called(), trouble));
        }
        let Some(contact) = self.of(&card.key) else { return Ok(News::Stranger) };
        let (old, new) = (&contact.card.card, &card.card);
        if old == new {
            return Ok(if contact.revoked_at.is_some() { News::Change(contact) } else { News::Nothing });
        }
        if new.made_at <= old.made_at {
            let trouble = Detail::CardNotNewer { made: new.made_at.to_string(), known: old.made_at.to_string() };
            return Err(Error::new(code::CARD_OLDER, contact.called(), trouble));
        }
        Ok(News::Change(contact))
    }

    /// What to call the owner of `card` unless the reader says otherwise: as before, if the reader chose that name, or else
    /// as the card says.
    pub fn name_for(&self, card: &SignedCard) -> String {
        let known = self.of(&card.key).filter(|contact| contact.name != contact.card.card.name);
        known.map_or(&card.card.name, |contact| &contact.name).clone()
    }

    /// Checks that `name` can be given to the owner of `key`: people can read it, and nobody else has it, or one that looks
    /// like it.
    ///
    /// # Errors
    /// `contact.exists`, `contact.alike`, `usage` for a name that others could not read.
    pub fn check_name(&self, name: &str, key: &PublicKey, keys: &impl Names) -> Result<()> {
        naming::check(name)?;
        let taken = |detail: Detail| Error::new(code::CONTACT_EXISTS, name, detail);
        let others = self.list.iter().filter(|contact| contact.card.key != *key);
        let twin = others.map(|contact| (contact.name.as_str(), &contact.card.key)).find(|(other, _)| alike(other, name));
        match (twin, keys.of_name(name)) {
            (Some(known), _) if known.0 == name => Err(of_two((name, key), known, taken(Detail::ContactHasName))),
            (None, Some(known)) if known.0 == name => Err(of_two((name, key), known, taken(Detail::KeyHasName))),
            (Some(twin), _) | (None, Some(twin)) => Err(look_alike((name, key), twin)),
            (None, None) => naming::check_seen(name),
        }
    }

    /// Believes `card` from `at` on and calls its owner `name`; the reader must have confirmed it. For a known contact, the
    /// card and the name change, and a revocation ends.
    ///
    /// # Errors
    /// Those of [`Contacts::news`] and [`Contacts::check_name`]; `io.…`.
    pub fn add(&mut self, card: SignedCard, name: &str, at: Timestamp, keys: &impl Names) -> Result<&Contact> {
        self.add_signed(card, name, at, keys, None)
    }

    /// The same, and `signer` signs all contacts as they are then: both are kept, or nothing is.
    ///
    /// # Errors
    /// Those of [`Contacts::add`] and of the signer; `contact.changed` where another run changed the contacts since they were read.
    pub fn add_signed(
        &mut self,
        card: SignedCard,
        name: &str,
        at: Timestamp,
        keys: &impl Names,
        signer: Option<&dyn Signer>,
    ) -> Result<&Contact> {
        self.news(&card)?;
        self.check_name(name, &card.key, keys)?;
        let known = self.of(&card.key);
        let believed_at = known.filter(|contact| contact.revoked_at.is_none()).map_or(at, |contact| contact.believed_at);
        let contact = Contact { name: name.to_owned(), believed_at, revoked_at: None, card };
        let mut changes = vec![(contact.file_name(), Some(contact.line()))];
        let mut signed = None;
        if let Some(signer) = signer {
            let others = self.list.iter().filter(|other| other.card.key != contact.card.key);
            let (list, file) = SignedList::sign(signer, others.chain([&contact]).map(Contact::entry).collect(), at)?;
            changes.push((LIST.to_owned(), Some(file)));
            signed = Some(Ok(list));
        }
        self.files.change(changes)?;
        self.signed = signed.or(self.signed.take());
        self.put(contact)
    }

    /// Revokes a contact's key from `at` on. One that is revoked already keeps the earlier time.
    ///
    /// # Errors
    /// `contact.unknown`, `contact.changed`, `io.…`.
    pub fn revoke(&mut self, called: &str, at: Timestamp) -> Result<&Contact> {
        let contact = self.find(called)?.clone();
        self.end_belief(contact, at)
    }

    /// Revokes one of the reader's own keys from `at` on; it is recorded like a contact. One that is revoked already keeps the
    /// earlier time.
    ///
    /// # Errors
    /// `io.…`.
    pub fn revoke_own(&mut self, card: &SignedCard, name: &str, at: Timestamp) -> Result<&Contact> {
        let new = || Contact { name: name.to_owned(), believed_at: at, revoked_at: None, card: card.clone() };
        let contact = self.of(&card.key).cloned().unwrap_or_else(new);
        self.end_belief(contact, at)
    }

    fn end_belief(&mut self, mut contact: Contact, at: Timestamp) -> Result<&Contact> {
        if contact.revoked_at.is_none() {
            contact.revoked_at = Some(at);
            self.files.change(vec![(contact.file_name(), Some(contact.line()))])?;
        }
        self.put(contact)
    }

    /// Forgets a contact: the key is a stranger's again.
    ///
    /// # Errors
    /// `contact.unknown`, `contact.changed`, `io.…`.
    pub fn remove(&mut self, called: &str) -> Result<Contact> {
        let contact = self.find(called)?.clone();
        self.files.change(vec![(contact.file_name(), None)])?;
        self.list.retain(|other| other.card.key != contact.card.key);
        Ok(contact)
    }

    /// The signed list of them: what it says, or why it does not hold; `None` where there is none.
    pub(super) fn signed_list(&self) -> Option<&Result<SignedList, Detail>> {
        self.signed.as_ref()
    }

    /// Signs these entries and keeps the list.
    pub(super) fn keep_list(&mut self, signer: &dyn Signer, entries: Vec<Entry>, at: Timestamp) -> Result<()> {
        let (list, file) = SignedList::sign(signer, entries, at)?;
        self.files.change(vec![(LIST.to_owned(), Some(file))])?;
        self.signed = Some(Ok(list));
        Ok(())
    }

    /// Removes the list, because no key is left that could sign another one.
    ///
    /// # Errors
    /// `io.…`.
    pub fn unsign(&mut self) -> Result<()> {
        if self.signed.is_some() {
            self.files.change(vec![(LIST.to_owned(), None)])?;
            self.signed = None;
        }
        Ok(())
    }

    fn put(&mut self, contact: Contact) -> Result<&Contact> {
        let key = contact.card.key.clone();
        self.list.retain(|other| other.card.key != key);
        let at = self.list.partition_point(|other| other.name < contact.name);
        self.list.insert(at, contact);
        self.of(&key).ok_or_else(|| Error::new(code::CONTACT_UNKNOWN, key.line(), Detail::NoContactOfKey))
    }
}

/// The error for a name that looks like another one: both spelled out, and both fingerprints one below the other.
fn look_alike(new: (&str, &PublicKey), known: (&str, &PublicKey)) -> Error {
    let error = Error::new(code::CONTACT_ALIKE, spelled(new.0), Detail::NamesLookAlike { other: spelled(known.0) });
    of_two(new, known, error)
}

/// The error about two people of one name, with both fingerprints, one below the other: one of them may be an impostor.
fn of_two(new: (&str, &PublicKey), known: (&str, &PublicKey), error: Error) -> Error {
    let told = |(name, key): (&str, &PublicKey), known| {
        let (spoken, fingerprint) = (key.fingerprint().spoken(), key.fingerprint().to_string());
        Finding::new(error.code, spelled(name), Detail::SpokenFingerprint { known, spoken, fingerprint })
    };
    let also = Box::new([told(new, false), told(known, true)]);
    Error { also, ..error }
}

impl Contact {
    /// Their name with the beginning of the fingerprint of their key.
    pub fn called(&self) -> String {
        self.card.key.called(&self.name)
    }

    fn read(place: &str, bytes: &[u8]) -> Result<Self> {
        let malformed = |trouble: Detail| private::strange(place, trouble);
        let line = bytes.strip_suffix(b"\n").ok_or_else(|| malformed(Detail::NotEndedByLineBreak))?;
        let file: ContactFile = json::read(line).map_err(malformed)?;
        if file.format != FORMAT {
            return Err(malformed(Detail::NotAContact));
        }
        naming::check(&file.name).map_err(|error| malformed(error.detail))?;
        let card = SignedCard::read(place, file.card.as_bytes()).map_err(|error| malformed(error.detail))?;
        Ok(Contact { name: file.name, believed_at: file.believed_at, revoked_at: file.revoked_at, card })
    }

    /// What the signed list says of it.
    pub(super) fn entry(&self) -> Entry {
        let Contact { name, revoked_at, card, .. } = self;
        Entry { key: card.key.clone(), name: name.clone(), revoked_at: *revoked_at, sha256: self.digest() }
    }

    /// SHA-256 of its file.
    pub(super) fn digest(&self) -> Digest {
        Digest::of(&self.line())
    }

    fn line(&self) -> Vec<u8> {
        let mut line = json::write(&ContactFile {
            format: FORMAT.into(),
            name: self.name.clone(),
            believed_at: self.believed_at,
            revoked_at: self.revoked_at,
            card: self.card.text().into(),
        });
        line.push(b'\n');
        line
    }

    fn file_name(&self) -> String {
        format!("{}.json", self.card.key.fingerprint().short())
    }
}
