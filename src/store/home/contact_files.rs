//! The files of the folder `contacts`: one for each contact, named after its key, and the signed list of them; or, where they are
//! locked, one age file that holds all of these, named after the own key whose decryption key opens it.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::private::{self, Private};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::crypto::age::{Identity, decrypt_for_oneself, encrypt_for_oneself};
use crate::format::json;
use crate::store::os::Access;

const FOLDER: &str = "contacts";

/// What the list of all contacts is called, signed by one of the reader's own keys.
pub(super) const LIST: &str = "contacts.sig";

/// Files of the folder, by their names.
type Files = BTreeMap<String, Zeroizing<Vec<u8>>>;

/// The files as they were read, and where they are kept.
#[derive(Debug)]
pub(super) struct ContactFiles {
    home: PathBuf,
    files: Files,
    /// What lay in the folder when this run last looked, byte for byte.
    seen: Files,
    notes: Vec<Finding>,
    lock: Option<Lock>,
}

/// What locked contacts are encrypted for.
struct Lock {
    name: String,
    identities: Vec<Identity>,
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// What the file of locked contacts holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedFiles {
    format: String,
    files: Vec<LockedFile>,
    /// Fills the text up to the next step of [`STEP`], so that its length does not tell how many contacts there are.
    padding: String,
}

/// A file as it was before it was locked, wiped when dropped.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct LockedFile {
    name: String,
    text: String,
}

const FORMAT: &str = "sealbag-locked-contacts/1";
const STEP: usize = 16 * 1024;
const LOCKED: &str = "locked-";

/// The first 16 hex digits of the fingerprint of the own key whose decryption key opens the contacts kept in `home`; `None` where
/// they are not locked.
pub(super) fn locked_for(home: &Path) -> Result<Option<String>> {
    let Some(folder) = Private::open(home, FOLDER)? else { return Ok(None) };
    let names = folder.names()?.0;
    let mut locks = names.iter().filter(|name| locked_name(name).is_some());
    let first = locks.next();
    match (first, locks.next()) {
        (Some(first), Some(second)) => {
            let trouble = Detail::TwoLocks { other: first.clone() };
            Err(Error::new(code::CONTACT_LOCK, folder.place(second), trouble))
        }
        _ => Ok(first.and_then(|name| locked_name(name)).map(str::to_owned)),
    }
}

fn locked_name(name: &str) -> Option<&str> {
    name.strip_prefix(LOCKED)?.strip_suffix(".age")
}

/// Reads the files that belong to the folder; `each` is told who may do what with each.
fn read_all(folder: &Private, mut each: impl FnMut(&str, Access)) -> Result<Files> {
    let mut files = Files::new();
    for name in folder.names()?.0 {
        let kept = match name.as_str() {
            LIST => folder.read_up_to(&name, limits::CONTACT_LIST)?,
            lock if locked_name(lock).is_some() => folder.read_up_to(lock, limits::CONTACT_LIST)?,
            name if name.ends_with(".json") => folder.read(name)?,
            _ => continue,
        };
        each(&name, kept.access);
        files.insert(name, kept.bytes);
    }
    Ok(files)
}

/// What a lock holds.
fn files_in(place: &str, lock: &[u8], identities: &[Identity]) -> Result<Files> {
    let damaged = |detail: Detail| Error::new(code::CONTACT_LOCK, place, detail);
    let text = decrypt_for_oneself(place, identities, lock, limits::CONTACT_LIST);
    let text = text.map_err(|error| match error.code == code::CONTACT_STORE {
        true => damaged(error.detail),
        false => error,
    })?;
    let most = limits::CONTACT_LIST as usize;
    let inside: LockedFiles = json::read_within(&text, most, most).map_err(damaged)?;
    if inside.format != FORMAT {
        return Err(damaged(Detail::OtherFormat { format: inside.format.clone() }));
    }
    Ok(inside.files.iter().map(|file| (file.name.clone(), Zeroizing::new(file.text.as_bytes().to_vec()))).collect())
}

/// Removes what runs that were killed left. It never was a contact, and whoever holds the folder knows that nobody still writes it.
fn sweep(folder: &Private) -> Result<()> {
    folder.names()?.1.iter().try_for_each(|name| folder.remove(name))
}

fn put_or_remove(folder: &Private, name: &str, bytes: Option<&[u8]>) -> Result<()> {
    match bytes {
        Some(bytes) => folder.replace(name, bytes),
        None => folder.remove(name),
    }
}

impl ContactFiles {
    /// Reads the files kept in `home`, which need not exist; where they are locked, these identities open them.
    pub fn open(home: &Path, identities: &[Identity]) -> Result<Self> {
        let mut files =
            ContactFiles { home: home.to_owned(), files: Files::new(), seen: Files::new(), notes: Vec::new(), lock: None };
        let Some(folder) = Private::open(home, FOLDER)? else { return Ok(files) };
        // so that a change by another run is seen as a whole or not at all
        let _held = folder.hold();
        files.notes.extend(folder.exposed()?);
        for name in folder.names()?.1 {
            files.notes.push(Finding::new(code::CONTACT_LEFTOVER, folder.place(&name), Detail::ContactLeftover));
        }
        let locked = locked_for(home)?;
        let notes = &mut files.notes;
        files.seen = read_all(&folder, |name, access| {
            if access.others_write {
                notes.push(private::written_by_others(folder.place(name)));
            }
        })?;
        match locked {
            Some(key) => files.open_lock(&folder, &key, identities)?,
            None => files.files = files.seen.clone(),
        }
        Ok(files)
    }

    /// Takes the files out of the lock. Plain ones beside it that it holds too are what an interrupted run left on its way in or
    /// out, and go; others are told and do not count.
    fn open_lock(&mut self, folder: &Private, key: &str, identities: &[Identity]) -> Result<()> {
        let name = format!("{LOCKED}{key}.age");
        let place = folder.place(&name);
        if identities.is_empty() {
            return Err(Error::new(code::CONTACT_LOCKED, place, Detail::ContactsLocked { key: key.to_owned() }));
        }
        let damaged = |detail: Detail| Error::new(code::CONTACT_LOCK, &place, detail);
        let bytes = self.seen.get(&name).ok_or_else(|| damaged(Detail::NoSuchFile))?;
        self.files = files_in(&place, bytes, identities)?;
        for plain in self.seen.keys().filter(|plain| **plain != name).cloned().collect::<Vec<_>>() {
            if self.files.get(&plain) == self.seen.get(&plain) {
                folder.remove(&plain)?;
                self.seen.remove(&plain);
            } else {
                self.notes.push(Finding::new(code::CONTACT_BESIDE, folder.place(&plain), Detail::BesideLocked));
            }
        }
        self.lock = Some(Lock { name, identities: identities.to_vec() });
        Ok(())
    }

    /// True if they are locked.
    pub fn is_locked(&self) -> bool {
        self.lock.is_some()
    }

    /// Holds the folder for a change, and makes sure that it is as this run last saw it: whoever was asked a question meanwhile
    /// answered it for what was there then.
    fn begin(&self) -> Result<(Private, Option<File>)> {
        let folder = Private::create(&self.home, FOLDER)?;
        let held = folder.hold();
        if read_all(&folder, |_, _| {})? != self.seen {
            return Err(Error::new(code::CONTACT_CHANGED, Place::Contacts, Detail::ChangedMeanwhile));
        }
        Ok((folder, held))
    }

    /// Encrypts all of them for these identities, of the own key whose fingerprint begins with `key`. The lock is whole before the
    /// first plain file is removed.
    pub fn lock(&mut self, key: &str, identities: &[Identity]) -> Result<()> {
        let (folder, _held) = self.begin()?;
        sweep(&folder)?;
        let lock = Lock { name: format!("{LOCKED}{key}.age"), identities: identities.to_vec() };
        self.write_lock(&folder, &lock, &self.files)?;
        for (name, bytes) in &self.files {
            // where the folder cannot be held, another run may have written it since
            if folder.read_up_to(name, limits::CONTACT_LIST)?.bytes != *bytes {
                return Err(Error::new(code::CONTACT_BESIDE, folder.place(name), Detail::BesideLocked));
            }
            folder.remove(name)?;
        }
        self.seen = read_all(&folder, |_, _| {})?;
        self.lock = Some(lock);
        Ok(())
    }

    /// Removes what runs that were killed left in the folder.
    pub fn tidy(&mut self) -> Result<()> {
        let (folder, _held) = self.begin()?;
        sweep(&folder)
    }

    /// Writes all of them as they were before they were locked; the lock goes last.
    pub fn unlock(&mut self) -> Result<()> {
        let Some(lock) = &self.lock else { return Ok(()) };
        let (folder, _held) = self.begin()?;
        if let Some(plain) = self.seen.keys().find(|name| **name != lock.name) {
            return Err(Error::new(code::CONTACT_BESIDE, folder.place(plain), Detail::BesideLocked));
        }
        for (name, bytes) in &self.files {
            folder.replace(name, bytes)?;
        }
        folder.remove(&lock.name)?;
        self.seen = read_all(&folder, |_, _| {})?;
        self.lock = None;
        Ok(())
    }

    fn write_lock(&self, folder: &Private, lock: &Lock, files: &Files) -> Result<()> {
        let file = |(name, bytes): (&String, &Zeroizing<Vec<u8>>)| {
            let text = String::from_utf8(bytes.to_vec()).map_err(|_| self.strange(name, Detail::NotText))?;
            Ok(LockedFile { name: name.clone(), text })
        };
        let listed = files.iter().map(file).collect::<Result<_>>()?;
        let mut locked = LockedFiles { format: FORMAT.into(), files: listed, padding: String::new() };
        let length = Zeroizing::new(json::write(&locked)).len();
        locked.padding = "0".repeat(length.next_multiple_of(STEP) - length);
        let text = Zeroizing::new(json::write(&locked));
        let encrypted = encrypt_for_oneself(&lock.identities, &text)?;
        // what it replaces is gone afterwards
        let place = folder.place(&lock.name);
        if files_in(&place, &encrypted, &lock.identities)? != *files {
            return Err(Error::new(code::CONTACT_LOCK, place, Detail::NotAsWritten));
        }
        folder.replace(&lock.name, &encrypted)
    }

    /// Writes these files, and removes those that are `None`; where one of them fails nothing has changed.
    ///
    /// # Errors
    /// `contact.changed` where another run changed the folder since this one last looked; `io.…`.
    pub fn change(&mut self, changes: Vec<(String, Option<Vec<u8>>)>) -> Result<()> {
        let (folder, _held) = self.begin()?;
        // what cannot be removed is told by the next run
        let _ = sweep(&folder);
        let mut after = self.files.clone();
        for (name, bytes) in &changes {
            match bytes {
                Some(bytes) => after.insert(name.clone(), Zeroizing::new(bytes.clone())),
                None => after.remove(name),
            };
        }
        match &self.lock {
            Some(lock) => self.write_lock(&folder, lock, &after)?,
            None => {
                for (at, (name, bytes)) in changes.iter().enumerate() {
                    if let Err(error) = put_or_remove(&folder, name, bytes.as_deref()) {
                        for (name, _) in changes.iter().take(at) {
                            let _ = put_or_remove(&folder, name, self.file(name));
                        }
                        return Err(error);
                    }
                }
            }
        }
        self.files = after;
        self.seen = read_all(&folder, |_, _| {})?;
        Ok(())
    }

    /// What is worth knowing about how they are kept.
    pub fn notes(&self) -> &[Finding] {
        &self.notes
    }

    /// The files of contacts, by their names.
    pub fn contacts(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let files = self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
        files.filter(|(name, _)| *name != LIST)
    }

    /// The file of that name.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(|bytes| bytes.as_slice())
    }

    /// What messages call a file.
    pub fn place(&self, name: &str) -> String {
        self.home.join(FOLDER).join(name).to_string_lossy().into_owned()
    }

    /// The error for a file that is not as it was left.
    pub fn strange(&self, name: &str, trouble: Detail) -> Error {
        private::strange(self.place(name), trouble)
    }
}
