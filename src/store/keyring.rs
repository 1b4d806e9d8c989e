//! One's own keys, in the folder `keys` of the home folder: `<n>.key`, the OpenSSH private key file, and `<n>.card`, its signed
//! card, numbered from 1. The lowest number is the default.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::contacts::Contacts;
use super::naming;
use super::private::{self, Private};
use crate::base::code;
use crate::base::error::{Error, Finding, Result};
use crate::crypto::card::SignedCard;
use crate::crypto::key::{PublicKey, SigningKey};
use crate::crypto::openssh::{self, KeyFile, Protection};
use crate::format::time::Timestamp;

const FOLDER: &str = "keys";

/// The keys of whoever runs this program.
#[derive(Debug)]
pub struct Keyring {
    home: PathBuf,
    keys: Vec<OwnKey>,
    /// Numbers whose files are not a key and its card, and why.
    broken: Vec<(u32, Finding)>,
    notes: Vec<Finding>,
}

/// One of one's own keys: its card, and where the private half lies.
#[derive(Debug, Clone)]
pub struct OwnKey {
    home: PathBuf,
    number: u32,
    card: SignedCard,
    encrypted: bool,
}

impl Keyring {
    /// Reads the keys kept in `home`, which need not exist. A number whose files are not a key and its card is passed over:
    /// [`Keyring::notes`] tells why.
    pub fn open(home: &Path) -> Result<Self> {
        let mut ring = Keyring { home: home.to_owned(), keys: Vec::new(), broken: Vec::new(), notes: Vec::new() };
        let Some(folder) = Private::open(home, FOLDER)? else { return Ok(ring) };
        ring.notes.extend(folder.exposed()?);
        let (names, unfinished) = folder.names()?;
        for name in unfinished {
            ring.notes.push(Finding::new(
                code::CONTACT_STORE,
                folder.place(&name),
                "is left from a run that was interrupted, and may hold a private key: remove it",
            ));
        }
        let mut halves: BTreeMap<u32, (bool, bool)> = BTreeMap::new();
        for name in names {
            if let Some(number) = name.strip_suffix(".key").and_then(number) {
                halves.entry(number).or_default().0 = true;
            } else if let Some(number) = name.strip_suffix(".card").and_then(number) {
                halves.entry(number).or_default().1 = true;
            }
        }
        for (number, halves) in halves {
            if let Err(error) = ring.read(&folder, number, halves) {
                ring.broken.push((number, Finding::new(code::CONTACT_STORE, error.thing, error.trouble)));
            }
        }
        Ok(ring)
    }

    fn read(&mut self, folder: &Private, number: u32, halves: (bool, bool)) -> Result<()> {
        let (key_name, card_name) = (key_name(number), card_name(number));
        match halves {
            (true, false) => {
                return Err(private::strange(folder.place(&key_name), "has no card beside it, so it is not used"));
            }
            (false, true) => {
                return Err(private::strange(folder.place(&card_name), "has no key beside it, so it is not used"));
            }
            _ => {}
        }
        let kept = folder.read(&key_name)?;
        let place = folder.place(&key_name);
        let file = KeyFile::read(&place, &kept.bytes)?;
        if private::others_may_look(kept.mode) {
            self.notes.push(Finding::new(code::KEY_MODE, place, "others on this computer may read or change this private key"));
        }
        let place = folder.place(&card_name);
        let card = SignedCard::read(&place, &folder.read(&card_name)?.bytes)?;
        if card.key != file.public()? {
            return Err(private::strange(place, "is the card of another key than the one beside it"));
        }
        self.keys.push(OwnKey { home: self.home.clone(), number, card, encrypted: file.is_encrypted() });
        Ok(())
    }

    /// The keys, the default first.
    pub fn keys(&self) -> &[OwnKey] {
        &self.keys
    }

    /// What is worth knowing about how they are kept.
    pub fn notes(&self) -> impl Iterator<Item = &Finding> {
        self.broken.iter().map(|(_, finding)| finding).chain(&self.notes)
    }

    /// The key of that name or fingerprint, or the default. Where it cannot be told which key is the default, none is.
    pub fn find(&self, called: Option<&str>) -> Result<&OwnKey> {
        let Some(called) = called else {
            let first = self.keys.first();
            let unclear = |at: &u32| first.is_none_or(|key| at < &key.number);
            if let Some((_, finding)) = self.broken.iter().find(|(number, _)| unclear(number)) {
                return Err(Error::new(finding.code, &finding.place, &finding.detail)
                    .hint("put it right, or say which key to use: --key NAME"));
            }
            return first.ok_or_else(|| Error::new(code::KEY_NONE, "your keys", "there is none yet"));
        };
        let exact = self.keys.iter().find(|key| key.name() == called);
        let near = || self.keys.iter().find(|key| naming::same(key.name(), called));
        let by_fingerprint = || self.keys.iter().find(|key| naming::is_fingerprint_of(called, key.public()));
        let found = exact.or_else(near).or_else(by_fingerprint);
        found.ok_or_else(|| Error::new(code::KEY_UNKNOWN, called, "no key of yours has that name"))
    }

    /// The own key with this public half.
    pub fn of(&self, key: &PublicKey) -> Option<&OwnKey> {
        self.keys.iter().find(|own| own.public() == key)
    }

    /// Refuses a name for a new key that others could not read, or that somebody has.
    pub fn check_name(&self, name: &str, contacts: &Contacts) -> Result<()> {
        naming::check_own(name)?;
        let taken = |whose: &str| Err(Error::new(code::KEY_EXISTS, name, format!("{whose} has that name already")));
        if self.keys.iter().any(|own| naming::same(own.name(), name)) {
            return taken("a key of yours");
        }
        if contacts.list().iter().any(|contact| naming::same(&contact.name, name)) {
            return taken("a contact of yours");
        }
        Ok(())
    }

    /// Refuses a key that is here already.
    pub fn check_key(&self, key: &PublicKey) -> Result<()> {
        let own = self.of(key).map(|own| Error::new(code::KEY_EXISTS, own.name(), "this key is yours already"));
        own.map_or(Ok(()), Err)
    }

    /// Keeps a new key under `name`, encrypted where there is protection, and signs its card, made at `made_at`. The key comes
    /// last: an interrupted run leaves no private key.
    pub fn add(
        &mut self,
        key: &SigningKey,
        name: &str,
        protection: Option<Protection>,
        made_at: Timestamp,
        contacts: &Contacts,
    ) -> Result<&OwnKey> {
        self.check_name(name, contacts)?;
        self.check_key(&key.public())?;
        let encrypted = protection.is_some();
        let file = openssh::write(key, name, protection)?;
        let card = SignedCard::sign(key, name, Vec::new(), made_at)?;
        let folder = Private::create(&self.home, FOLDER)?;
        let taken = self.keys.iter().map(|own| own.number).chain(self.broken.iter().map(|(number, _)| *number)).max();
        let mut number = taken.unwrap_or(0).saturating_add(1);
        // another run may take the number at the same time
        while !folder.add(&card_name(number), card.text().as_bytes())? {
            number =
                number.checked_add(1).ok_or_else(|| private::strange(folder.place(FOLDER), "has no number left for a key"))?;
        }
        let written = folder.add(&key_name(number), file.as_bytes());
        if !matches!(written, Ok(true)) {
            let _ = folder.remove(&card_name(number));
            written?;
            return Err(private::strange(folder.place(&key_name(number)), "is there already, without a card"));
        }
        self.keys.push(OwnKey { home: self.home.clone(), number, card, encrypted });
        self.find(Some(name))
    }
}

impl OwnKey {
    /// What its owner calls themself.
    pub fn name(&self) -> &str {
        &self.card.card.name
    }

    /// Its card.
    pub fn card(&self) -> &SignedCard {
        &self.card
    }

    /// Its public half.
    pub fn public(&self) -> &PublicKey {
        &self.card.key
    }

    /// True if the private half can be used only with a passphrase.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Where the private half lies.
    pub fn path(&self) -> PathBuf {
        self.home.join(FOLDER).join(key_name(self.number))
    }

    /// Reads the file with the private half; opening it may need the passphrase.
    pub fn key_file(&self) -> Result<KeyFile> {
        let missing = || Error::new(code::IO_MISSING, self.path().to_string_lossy(), "no such file or folder");
        let folder = Private::open(&self.home, FOLDER)?.ok_or_else(missing)?;
        let name = key_name(self.number);
        let file = KeyFile::read(&folder.place(&name), &folder.read(&name)?.bytes)?;
        if &file.public()? != self.public() {
            return Err(private::strange(folder.place(&name), "holds another key than its card names"));
        }
        Ok(file)
    }
}

fn key_name(number: u32) -> String {
    format!("{number}.key")
}

fn card_name(number: u32) -> String {
    format!("{number}.card")
}

/// A number as we write it: no sign, no leading zero.
fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number: &u32| *number > 0 && number.to_string() == text)
}
