//! Whether the contacts are as the reader left them: each is compared with the list that one of the reader's own keys signed.
//! Somebody who can write to the files but not sign as the reader can change a contact, and is found out; they can put back an
//! older list with its older contacts, and are not.

use super::contacts::{Contact, Contacts};
use super::keyring::{Keyring, OwnKey};
use super::signed_list::Entry;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::place::Place;
use crate::crypto::key::{PublicKey, Signer};
use crate::format::time::Timestamp;

/// What the list says of the contacts.
#[derive(Debug)]
pub struct Integrity {
    /// Who signed the list, and when; `None` where there is none that counts.
    pub signed: Option<(PublicKey, Timestamp)>,
    /// What is not as it was signed: `contact.edited`, or `contact.unsigned` for what makes nobody believed.
    pub findings: Vec<Finding>,
    vouched: Vouched,
    /// Keys that the list says are revoked.
    revoked: Vec<Entry>,
}

/// Which contacts count.
#[derive(Debug)]
enum Vouched {
    /// All: the reader has no key that could sign a list.
    All,
    /// Those of these keys.
    These(Vec<PublicKey>),
}

impl Integrity {
    /// True if this contact is as the reader left it, as far as that can be told, but for a revocation that is not signed yet.
    pub fn vouches_for(&self, contact: &Contact) -> bool {
        match &self.vouched {
            Vouched::All => true,
            Vouched::These(keys) => keys.contains(&contact.card.key),
        }
    }

    /// The contacts that were revoked when the list was signed, whatever is there now.
    pub fn revoked(&self) -> impl Iterator<Item = (&Entry, Timestamp)> {
        self.revoked.iter().filter_map(|entry| Some((entry, entry.revoked_at?)))
    }

    /// When this key was revoked according to the list.
    pub fn revoked_at(&self, key: &PublicKey) -> Option<Timestamp> {
        self.revoked().find(|(entry, _)| entry.key == *key).map(|(_, at)| at)
    }

    /// True if nothing is other than it was signed.
    pub fn is_sound(&self) -> bool {
        !self.findings.iter().any(takes_belief)
    }

    /// Refuses to build on contacts that are not as they were signed.
    ///
    /// # Errors
    /// `contact.edited`; `contact.unsigned` where there is no list.
    pub fn check(&self) -> Result<()> {
        let mut edited = self.findings.iter().filter(|finding| takes_belief(finding)).cloned();
        let Some(first) = edited.next() else { return Ok(()) };
        Err(Error { also: edited.collect(), ..Error::new(first.code, first.place, first.detail) })
    }
}

/// True for a finding for which somebody is not believed who otherwise would be.
pub fn takes_belief(finding: &Finding) -> bool {
    finding.code == code::CONTACT_EDITED || finding.detail == Detail::ListMissing
}

impl Contacts {
    /// Compares the contacts with the list, if one of the keys of `keyring` signed it.
    pub fn integrity(&self, keyring: &Keyring) -> Integrity {
        let mut integrity = Integrity { signed: None, findings: Vec::new(), vouched: Vouched::All, revoked: Vec::new() };
        let list = match self.signed_list() {
            None => {
                if keyring.is_empty() {
                    return integrity;
                }
                integrity.vouched = Vouched::These(Vec::new());
                // whoever is revoked needs no signature not to be believed
                if self.list().iter().any(|contact| contact.revoked_at.is_none()) {
                    integrity.findings.push(Finding::new(code::CONTACT_UNSIGNED, Place::Contacts, Detail::ListMissing));
                }
                return integrity;
            }
            Some(Err(trouble)) => Err(trouble.clone()),
            Some(Ok(list)) => {
                let here = || self.revoked_at(&list.key).is_some();
                let then = || list.entries.iter().any(|entry| entry.key == list.key && entry.revoked_at.is_some());
                let counts = keyring.of(&list.key).is_some() && !here() && !then();
                if counts { Ok(list) } else { Err(Detail::ListOfOtherKey { key: list.key.fingerprint().to_string() }) }
            }
        };
        let list = match list {
            Ok(list) => list,
            Err(trouble) => {
                integrity.vouched = Vouched::These(Vec::new());
                integrity.findings.push(Finding::new(code::CONTACT_EDITED, Place::Contacts, trouble));
                return integrity;
            }
        };
        let mut these = Vec::new();
        for contact in self.list() {
            let entry = list.entries.iter().find(|entry| entry.key == contact.card.key);
            let then = entry.and_then(|entry| entry.revoked_at);
            let before = Contact { revoked_at: then, revocation: None, ..contact.clone() };
            let said = contact.revocation.as_ref().map(|statement| statement.since);
            // since when it is revoked may become earlier, where the key itself says so
            let sooner = contact.revoked_at.is_some_and(|at| then.is_none_or(|then| at < then && said == Some(at)));
            let finding = match entry {
                Some(entry) if entry.sha256 == contact.digest() => {
                    these.push(contact.card.key.clone());
                    continue;
                }
                Some(entry) if sooner && entry.sha256 == before.digest() => {
                    these.push(contact.card.key.clone());
                    (code::CONTACT_UNSIGNED, Detail::RevokedUnsigned)
                }
                Some(Entry { revoked_at: Some(at), .. }) if contact.revoked_at != Some(*at) => {
                    (code::CONTACT_EDITED, Detail::RevocationAltered { at: at.to_string() })
                }
                Some(entry) if entry.name != contact.name => {
                    (code::CONTACT_EDITED, Detail::ContactRenamed { was: entry.name.clone() })
                }
                Some(_) => (code::CONTACT_EDITED, Detail::ContactAltered),
                None if contact.revoked_at.is_some() => (code::CONTACT_UNSIGNED, Detail::RevokedUnsigned),
                None => (code::CONTACT_EDITED, Detail::ContactAdded),
            };
            integrity.findings.push(Finding::new(finding.0, contact.called(), finding.1));
        }
        for entry in list.entries.iter().filter(|entry| self.of(&entry.key).is_none()) {
            integrity.findings.push(match entry.revoked_at {
                Some(at) => Finding::new(
                    code::CONTACT_EDITED,
                    entry.key.called(&entry.name),
                    Detail::RevocationAltered { at: at.to_string() },
                ),
                None => Finding::new(code::CONTACT_EDITED, entry.key.called(&entry.name), Detail::ContactGone),
            });
        }
        integrity.signed = Some((list.key.clone(), list.signed_at));
        integrity.vouched = Vouched::These(these);
        integrity.revoked = list.entries.iter().filter(|entry| entry.revoked_at.is_some()).cloned().collect();
        integrity
    }

    /// The key that signs the list: the one that did so last, or the default, or any other; never one that is revoked.
    pub fn signer<'k>(&self, keyring: &'k Keyring) -> Option<&'k OwnKey> {
        let good = |own: &&OwnKey| self.revoked_at(own.public()).is_none();
        let last = self.signed_list().and_then(|list| list.as_ref().ok()).and_then(|list| keyring.of(&list.key));
        let default = || keyring.find(None).ok().filter(good);
        last.filter(good).or_else(default).or_else(|| keyring.keys().iter().find(good))
    }
}

impl Contacts {
    /// Signs the contacts as they are now.
    ///
    /// # Errors
    /// Those of the signer; `io.…`.
    pub fn sign(&mut self, signer: &dyn Signer, at: Timestamp) -> Result<()> {
        let entries = self.list().iter().map(Contact::entry).collect();
        self.keep_list(signer, entries, at)
    }
}
