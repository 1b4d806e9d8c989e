//! One's own keys, in the folder `keys` of the home folder, numbered from 1: `<n>.key`, the OpenSSH private key file that
//! signs, or `<n>.agent`, the OpenSSH public key line of a key that an ssh-agent holds; `<n>.age`, the age identity file that
//! opens what was encrypted for it, which older keys lack; `<n>.card`, its signed card; and `<n>.story`, the note of a key that
//! is only for one story, encrypted for its own `<n>.age`. The lowest number without such a note is the default.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::likeness::alike;
use super::naming::{self, Names};
use super::own_key::{self, Decryption, FOLDER, KeyPart, Signing};
use super::private::{self, Private};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::hint::Hint;
use crate::base::place::Place;
use crate::base::text::spelled;
use crate::crypto::age::IdentityFile;
use crate::crypto::card::SignedCard;
use crate::crypto::key::PublicKey;
use crate::crypto::openssh::{self, KeyFile};
use crate::store::os::Access;

pub use super::own_key::OwnKey;

/// The keys of whoever runs this program.
#[derive(Debug)]
pub struct Keyring {
    pub(super) home: PathBuf,
    pub(super) keys: Vec<OwnKey>,
    broken: Vec<Broken>,
    notes: Vec<Finding>,
}

/// A number whose files are not a key and its card, and why.
#[derive(Debug)]
struct Broken {
    number: u32,
    /// It would never have been the default.
    for_one_story: bool,
    finding: Finding,
}

impl Names for Keyring {
    fn of_name(&self, name: &str) -> Option<(&str, &PublicKey)> {
        self.keys.iter().find(|own| alike(own.name(), name)).map(|own| (own.name(), own.public()))
    }
}

impl Keyring {
    /// Reads the keys kept in `home`, which need not exist. A number whose files are not a key and its card is skipped:
    /// [`Keyring::notes`] tells why.
    ///
    /// # Errors
    /// `contact.store` where the folder is a link or a file, `io.…`.
    pub fn open(home: &Path) -> Result<Self> {
        let mut ring = Keyring { home: home.to_owned(), keys: Vec::new(), broken: Vec::new(), notes: Vec::new() };
        let Some(folder) = Private::open(home, FOLDER)? else { return Ok(ring) };
        ring.notes.extend(folder.exposed()?);
        let (names, unfinished) = folder.names()?;
        for name in unfinished {
            ring.notes.push(Finding::new(code::CONTACT_STORE, folder.place(&name), Detail::InterruptedRun));
        }
        let mut found: BTreeMap<u32, BTreeSet<KeyPart>> = BTreeMap::new();
        for (number, part) in names.iter().filter_map(|name| KeyPart::of(name)) {
            found.entry(number).or_default().insert(part);
        }
        for (number, parts) in found {
            match ring.read(&folder, number, &parts) {
                Ok(key) => ring.keys.push(key),
                Err(error) => ring.broken.push(Broken {
                    number,
                    for_one_story: parts.contains(&KeyPart::Story),
                    finding: Finding::new(code::CONTACT_STORE, error.place, error.detail),
                }),
            }
        }
        Ok(ring)
    }

    fn read(&mut self, folder: &Private, number: u32, parts: &BTreeSet<KeyPart>) -> Result<OwnKey> {
        let first = parts.first().copied().unwrap_or(KeyPart::Card);
        let signs = match (parts.contains(&KeyPart::Key), parts.contains(&KeyPart::Agent)) {
            (true, false) => KeyPart::Key,
            (false, true) => KeyPart::Agent,
            (true, true) => {
                let place = folder.place(&KeyPart::Agent.name(number));
                return Err(private::strange(place, Detail::KeyBesideIt));
            }
            (false, false) => {
                let place = folder.place(&first.name(number));
                return Err(private::strange(place, Detail::NoKeyBesideIt));
            }
        };
        let (key_name, card_name) = (signs.name(number), KeyPart::Card.name(number));
        if first != KeyPart::Card {
            return Err(private::strange(folder.place(&key_name), Detail::NoCardBesideIt));
        }
        let kept = folder.read(&key_name)?;
        let place = folder.place(&key_name);
        let (public, signing) = if signs == KeyPart::Agent {
            (openssh::read_public(&place, &kept.bytes)?.0, Signing::Agent)
        } else {
            let file = KeyFile::read(&place, &kept.bytes)?;
            self.note_access(&place, kept.access);
            (file.public()?, Signing::File { encrypted: file.is_encrypted() })
        };
        let place = folder.place(&card_name);
        let card = SignedCard::read(&place, &folder.read(&card_name)?.bytes)?;
        if card.key != public {
            return Err(private::strange(place, Detail::CardOfAnotherKey));
        }
        let story = match parts.contains(&KeyPart::Story) {
            true => {
                let name = KeyPart::Story.name(number);
                Some(own_key::story(&folder.place(&name), &folder.read(&name)?.bytes)?)
            }
            false => None,
        };
        let decryption = if parts.contains(&KeyPart::Age) { self.read_identities(folder, number) } else { None };
        Ok(OwnKey { home: self.home.clone(), number, card, signing, decryption, story })
    }

    /// An age identity file that cannot be read keeps nobody from signing: it is reported and not used.
    fn read_identities(&mut self, folder: &Private, number: u32) -> Option<Decryption> {
        let name = KeyPart::Age.name(number);
        let place = folder.place(&name);
        let read = folder.read(&name).and_then(|kept| IdentityFile::read(&place, &kept.bytes).map(|file| (file, kept.access)));
        match read {
            Ok((file, access)) => {
                self.note_access(&place, access);
                Some(Decryption { encrypted: file.is_encrypted() })
            }
            Err(error) => {
                let trouble = Detail::OpensNothing { reason: Box::new(error.detail) };
                self.notes.push(Finding::new(code::CONTACT_STORE, error.place, trouble));
                None
            }
        }
    }

    fn note_access(&mut self, place: &str, access: Access) {
        if access.others {
            self.notes.push(Finding::new(code::KEY_MODE, place, Detail::KeyExposed));
        }
    }

    /// The keys, the lowest number first.
    pub fn keys(&self) -> &[OwnKey] {
        &self.keys
    }

    /// True if there never was a key, not even one whose files cannot be used.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.broken.is_empty()
    }

    /// What is worth knowing about how they are kept.
    pub fn notes(&self) -> impl Iterator<Item = &Finding> {
        self.broken.iter().map(|broken| &broken.finding).chain(&self.notes)
    }

    /// The key of that name or fingerprint, or the default: the first that is not for one story and after which no other comes. A key for one story is used
    /// only when it is named, even if there is no other. If it is not clear which key is the default, none is.
    ///
    /// # Errors
    /// `key.unknown`; `key.none` and `key.story` where no key is the default.
    pub fn find(&self, called: Option<&str>) -> Result<&OwnKey> {
        let Some(called) = called else { return self.default() };
        // a key and the one that comes after it may have one name, which then means the later one
        let of = |is: &dyn Fn(&OwnKey) -> bool| {
            let last = || self.keys.iter().find(|key| is(key) && self.successor(key).is_none());
            last().or_else(|| self.keys.iter().find(|key| is(key)))
        };
        let exact = of(&|key| key.name() == called);
        let near = || of(&|key| naming::same(key.name(), called));
        let by_fingerprint = || of(&|key| naming::is_fingerprint_of(called, key.public()));
        let found = exact.or_else(near).or_else(by_fingerprint);
        found.ok_or_else(|| Error::new(code::KEY_UNKNOWN, called, Detail::NoKeyOfName))
    }

    /// The key that comes after this one, according to both.
    pub fn successor(&self, own: &OwnKey) -> Option<&OwnKey> {
        let after = |key: &&OwnKey| key.card().succession.as_ref().is_some_and(|succession| succession.old == *own.public());
        self.keys.iter().find(after)
    }

    /// True if several keys have this name, so that only a fingerprint says which one is meant.
    pub fn is_shared(&self, name: &str) -> bool {
        self.keys.iter().filter(|key| naming::same(key.name(), name)).count() > 1
    }

    fn default(&self) -> Result<&OwnKey> {
        let first = self.keys.iter().find(|key| !key.is_for_one_story() && self.successor(key).is_none());
        let unclear = |broken: &&Broken| !broken.for_one_story && first.is_none_or(|key| broken.number < key.number);
        if let Some(Broken { finding, .. }) = self.broken.iter().find(unclear) {
            return Err(Error::new(finding.code, &finding.place, finding.detail.clone()).hint(Hint::PutRightOrName));
        }
        match (first, self.keys.first()) {
            (Some(first), _) => Ok(first),
            (None, Some(_)) => Err(Error::new(code::KEY_STORY, Place::OwnKeys, Detail::OneStoryEach)),
            (None, None) => Err(Error::new(code::KEY_NONE, Place::OwnKeys, Detail::NoneYet)),
        }
    }

    /// The own key with this public half.
    pub fn of(&self, key: &PublicKey) -> Option<&OwnKey> {
        self.keys.iter().find(|own| own.public() == key)
    }

    /// Refuses a name for a new key that others could not read, or that somebody has already; the key that it comes `after` has it too.
    ///
    /// # Errors
    /// `usage`, `key.exists`, `contact.exists`.
    pub fn check_name(&self, name: &str, after: Option<&PublicKey>, contacts: &impl Names) -> Result<()> {
        if after.and_then(|old| self.of(old)).is_some_and(|old| old.name() == name) {
            return Ok(());
        }
        naming::check_seen(name)?;
        let taken = |detail: Detail| Err(Error::new(code::KEY_EXISTS, name, detail));
        match (self.of_name(name), contacts.of_name(name)) {
            (Some((other, _)), _) if naming::same(other, name) => taken(Detail::KeyHasName),
            (None, Some((other, _))) if naming::same(other, name) => taken(Detail::ContactOfYoursHasName),
            (Some((other, _)), _) | (None, Some((other, _))) => taken(Detail::NamesLookAlike { other: spelled(other) }),
            (None, None) => Ok(()),
        }
    }

    /// Refuses a key that is here already.
    ///
    /// # Errors
    /// `key.exists`.
    pub fn check_key(&self, key: &PublicKey) -> Result<()> {
        let own = self.of(key).map(|own| Error::new(code::KEY_EXISTS, own.called(), Detail::KeyIsYours));
        own.map_or(Ok(()), Err)
    }

    /// A number that no file has.
    pub(super) fn free_number(&self) -> u32 {
        let taken = self.keys.iter().map(|own| own.number).chain(self.broken.iter().map(|broken| broken.number)).max();
        taken.unwrap_or(0).saturating_add(1)
    }
}
