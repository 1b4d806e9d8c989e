//! The people whom the reader believes, in the folder `contacts` of the home folder: one file per key, named after the first 16
//! hex digits of its fingerprint, one line of canonical JSON; beside them, `contacts.sig`, the list of all of them, signed by a key
//! of the reader's own. A key is believed because a file here says so, never because a
//! bundle carries it.

use std::path::Path;

pub use super::contact::{Contact, Former};
use super::contact_files::{self, ContactFiles, LIST};
use super::likeness::alike;
use super::naming::{self, Names};
use super::signed_list::{Entry, SignedList};
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::text::spelled;
use crate::base::{code, limits};
use crate::crypto::age::Identity;
use crate::crypto::card::SignedCard;
use crate::crypto::key::{PublicKey, Signer};
use crate::crypto::statement::SignedRevocation;
use crate::format::time::Timestamp;

/// Everybody whom the reader believes, or once did.
#[derive(Debug)]
pub struct Contacts {
    files: ContactFiles,
    list: Vec<Contact>,
    signed: Option<Result<SignedList, Detail>>,
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
    /// Its key is not known yet, and comes after that of this contact, whose key signed so too.
    Successor(&'a Contact),
    /// Its key is not known yet, and comes after one of this contact that counts for nothing any more: it was revoked, or another key came
    /// after it already. So it is a stranger's.
    Spent(&'a Contact),
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

    /// The contact who has this key, or had it before they moved to another one.
    pub fn whose(&self, key: &PublicKey) -> Option<&Contact> {
        self.of(key).or_else(|| self.list.iter().find(|contact| contact.had(key)))
    }

    /// Since when this key is revoked.
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
        let Some(contact) = self.of(&card.key) else { return self.news_of_stranger(card) };
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

    fn news_of_stranger(&self, card: &SignedCard) -> Result<News<'_>> {
        if let Some(contact) = self.list.iter().find(|contact| contact.had(&card.key)) {
            let trouble = Detail::CardSucceeded { key: contact.card.key.fingerprint().to_string() };
            return Err(Error::new(code::CARD_OLDER, contact.called(), trouble));
        }
        let before = card.succession.as_ref().map(|succession| &succession.old);
        Ok(match before.and_then(|old| self.whose(old)) {
            None => News::Stranger,
            Some(contact) if contact.revoked_at.is_none() && Some(&contact.card.key) == before => News::Successor(contact),
            Some(contact) => News::Spent(contact),
        })
    }

    /// What to call the owner of `card` unless the reader says otherwise: as before, if the reader chose that name, or else
    /// as the card says.
    pub fn name_for(&self, card: &SignedCard) -> String {
        let known = match self.news(card) {
            Ok(News::Successor(contact)) => Some(contact),
            _ => self.of(&card.key),
        };
        let known = known.filter(|contact| contact.name != contact.card.card.name);
        known.map_or(&card.card.name, |contact| &contact.name).clone()
    }

    /// Checks that `name` can be given to the owner of `card`: people can read it, and nobody else has it, or one that looks
    /// like it.
    ///
    /// # Errors
    /// `contact.exists`, `contact.alike`, `usage` for a name that others could not read.
    pub fn check_name(&self, name: &str, card: &SignedCard, keys: &impl Names) -> Result<()> {
        naming::check(name)?;
        let key = &card.key;
        let taken = |detail: Detail| Error::new(code::CONTACT_EXISTS, name, detail);
        let moved = match self.news(card) {
            Ok(News::Successor(contact)) => Some(&contact.card.key),
            _ => None,
        };
        let others = self.list.iter().filter(|contact| contact.card.key != *key && Some(&contact.card.key) != moved);
        let twin = others.map(|contact| (contact.name.as_str(), &contact.card.key)).find(|(other, _)| alike(other, name));
        match (twin, keys.of_name(name)) {
            (Some(known), _) if known.0 == name => Err(of_two((name, key), known, taken(Detail::ContactHasName))),
            (None, Some(known)) if known.0 == name => Err(of_two((name, key), known, taken(Detail::KeyHasName))),
            (Some(twin), _) | (None, Some(twin)) => Err(look_alike((name, key), twin)),
            (None, None) => naming::check_seen(name),
        }
    }

    /// Believes `card` from `at` on and calls its owner `name`; the reader must have confirmed it. For a known contact, the
    /// card and the name change, and a revocation ends. A contact whose key signed that this one comes after it is moved to it.
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
        self.check_name(name, &card, keys)?;
        let (mut believed_at, mut before, mut moved) = (at, Vec::new(), None);
        match self.news(&card)? {
            News::Stranger | News::Spent(_) => {}
            News::Nothing => {
                let known = self.of(&card.key).into_iter();
                known.for_each(|known| (believed_at, before) = (known.believed_at, known.before.clone()));
            }
            News::Change(known) => {
                before = known.before.clone();
                if known.revoked_at.is_none() {
                    believed_at = known.believed_at;
                }
            }
            News::Successor(old) => {
                let since = card.succession.as_ref().map_or(at, |succession| succession.made_at.min(at));
                let Contact { believed_at, card, .. } = old.clone();
                before = [&[Former { key: card.key, believed_at, until: since, revocation: None }], &*old.before].concat();
                moved = Some(old.clone());
            }
        }
        let contact = Contact { name: name.to_owned(), believed_at, revoked_at: None, revocation: None, card, before };
        if contact.line().len() > limits::LINE {
            let trouble = Detail::ContactTooLong { limit: limits::LINE as u64 };
            return Err(Error::new(code::CARD_FORMAT, contact.called(), trouble));
        }
        self.keep(contact, moved, signer, at)
    }

    /// Revokes a contact's key from `at` on. One that is revoked already keeps the earlier time.
    ///
    /// # Errors
    /// `contact.unknown`, `contact.changed`, `io.…`.
    pub fn revoke(&mut self, called: &str, at: Timestamp) -> Result<&Contact> {
        let contact = self.find(called)?.clone();
        self.end_belief(contact, at)
    }

    /// Takes in what a key of a contact says of itself, this one or one before; of several times the earliest counts. `signer` signs all
    /// contacts as they are then, which a change of somebody who is still believed needs.
    ///
    /// # Errors
    /// `contact.unknown`, `contact.changed`, `io.…`; those of the signer.
    pub fn revoke_by(&mut self, statement: &SignedRevocation, signer: Option<&dyn Signer>, at: Timestamp) -> Result<&Contact> {
        let mut contact = self.whose(&statement.key).cloned().ok_or_else(|| no_contact(&statement.key))?;
        contact.revoke(statement);
        self.keep(contact, None, signer, at)
    }

    /// Revokes one of the reader's own keys from `at` on; it is recorded like a contact. One that is revoked already keeps the
    /// earlier time.
    ///
    /// # Errors
    /// `io.…`.
    pub fn revoke_own(&mut self, card: &SignedCard, name: &str, at: Timestamp) -> Result<&Contact> {
        self.end_belief(self.record_of(card, name, at), at)
    }

    /// The same, with what the key says of itself.
    ///
    /// # Errors
    /// `io.…`.
    pub fn revoke_own_by(&mut self, card: &SignedCard, name: &str, statement: &SignedRevocation) -> Result<&Contact> {
        let mut contact = self.record_of(card, name, statement.since);
        contact.revoke(statement);
        self.keep(contact, None, None, statement.made_at)
    }

    fn record_of(&self, card: &SignedCard, name: &str, at: Timestamp) -> Contact {
        let (name, card) = (name.to_owned(), card.clone());
        let new =
            || Contact { name, believed_at: at, revoked_at: None, revocation: None, card: card.clone(), before: Vec::new() };
        self.of(&card.key).cloned().unwrap_or_else(new)
    }

    fn end_belief(&mut self, mut contact: Contact, at: Timestamp) -> Result<&Contact> {
        contact.revoked_at = Some(contact.revoked_at.map_or(at, |before| before.min(at)));
        self.keep(contact, None, None, at)
    }

    /// Writes a contact, in place of what is kept under its key, if that changes anything, and of the one that was moved to it; `signer`
    /// signs all of them as they are then.
    fn keep(
        &mut self,
        contact: Contact,
        moved: Option<Contact>,
        signer: Option<&dyn Signer>,
        at: Timestamp,
    ) -> Result<&Contact> {
        if self.of(&contact.card.key) == Some(&contact) {
            return self.put(contact);
        }
        let is_replaced = |other: &Contact| other.card.key == contact.card.key || moved.as_ref() == Some(other);
        let mut changes = vec![(contact.file_name(), Some(contact.line()))];
        let mut signed = None;
        if let Some(signer) = signer {
            let others = self.list.iter().filter(|other| !is_replaced(other));
            let (list, file) = SignedList::sign(signer, others.chain([&contact]).map(Contact::entry).collect(), at)?;
            changes.push((LIST.to_owned(), Some(file)));
            signed = Some(Ok(list));
        }
        changes.extend(moved.as_ref().map(|old| (old.file_name(), None)));
        self.files.change(changes)?;
        self.signed = signed.or(self.signed.take());
        self.list.retain(|other| !is_replaced(other));
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
        self.of(&key).ok_or_else(|| no_contact(&key))
    }
}

fn no_contact(key: &PublicKey) -> Error {
    Error::new(code::CONTACT_UNKNOWN, key.fingerprint().to_string(), Detail::NoContactOfKey)
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
