//! The files of the folder `contacts`: one for each contact, named after its key, and the signed list of them; or, where they are
//! locked, one age file that holds all of these, named after the own key whose decryption key opens it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::private::{self, Private};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::limits;
use crate::crypto::age::{Identity, decrypt_for_oneself, encrypt_for_oneself};
use crate::format::json;

const FOLDER: &str = "contacts";

/// What the list of all contacts is called, signed by one of the reader's own keys.
pub(super) const LIST: &str = "contacts.sig";

/// The files as they were read, and where they are kept.
#[derive(Debug)]
pub(super) struct ContactFiles {
    home: PathBuf,
    files: BTreeMap<String, Zeroizing<Vec<u8>>>,
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
}

/// A file as it was before it was locked, wiped when dropped.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct LockedFile {
    name: String,
    text: String,
}

const FORMAT: &str = "sealbag-locked-contacts/1";
const LOCKED: &str = "locked-";

/// The first 16 hex digits of the fingerprint of the own key whose decryption key opens the contacts kept in `home`; `None` where
/// they are not locked.
pub(super) fn locked_for(home: &Path) -> Result<Option<String>> {
    let Some(folder) = Private::open(home, FOLDER)? else { return Ok(None) };
    let of = |name: &String| name.strip_prefix(LOCKED)?.strip_suffix(".age").map(str::to_owned);
    Ok(folder.names()?.0.iter().find_map(of))
}

impl ContactFiles {
    /// Reads the files kept in `home`, which need not exist; where they are locked, these identities open them.
    pub fn open(home: &Path, identities: &[Identity]) -> Result<Self> {
        let mut files = ContactFiles { home: home.to_owned(), files: BTreeMap::new(), notes: Vec::new(), lock: None };
        let Some(folder) = Private::open(home, FOLDER)? else { return Ok(files) };
        files.notes.extend(folder.exposed()?);
        for name in folder.names()?.0 {
            let kept = match name.as_str() {
                LIST => folder.read_up_to(&name, limits::CONTACT_LIST)?,
                name if name.ends_with(".json") => folder.read(name)?,
                _ => continue,
            };
            if kept.access.others_write {
                files.notes.push(private::written_by_others(folder.place(&name)));
            }
            files.files.insert(name, kept.bytes);
        }
        if let Some(key) = locked_for(home)? {
            files.open_lock(&folder, &key, identities)?;
        }
        Ok(files)
    }

    /// Takes the files out of the lock. Plain ones beside it are what an interrupted run left on its way in or out, and go.
    fn open_lock(&mut self, folder: &Private, key: &str, identities: &[Identity]) -> Result<()> {
        let name = format!("{LOCKED}{key}.age");
        let place = folder.place(&name);
        if identities.is_empty() {
            return Err(Error::new(code::CONTACT_LOCKED, place, Detail::ContactsLocked { key: key.to_owned() }));
        }
        let bytes = folder.read_up_to(&name, limits::CONTACT_LIST)?.bytes;
        let text = decrypt_for_oneself(&place, identities, &bytes, limits::CONTACT_LIST)?;
        let strange = |trouble: Detail| private::strange(&place, trouble);
        let inside: LockedFiles = json::read(&text).map_err(strange)?;
        if inside.format != FORMAT {
            return Err(strange(Detail::OtherFormat { format: inside.format.clone() }));
        }
        let inside: BTreeMap<String, Zeroizing<Vec<u8>>> =
            inside.files.iter().map(|file| (file.name.clone(), Zeroizing::new(file.text.as_bytes().to_vec()))).collect();
        for (plain, bytes) in std::mem::take(&mut self.files) {
            if inside.get(&plain) != Some(&bytes) {
                return Err(private::strange(folder.place(&plain), Detail::BesideLocked));
            }
            folder.remove(&plain)?;
        }
        self.files = inside;
        self.lock = Some(Lock { name, identities: identities.to_vec() });
        Ok(())
    }

    /// True if they are locked.
    pub fn is_locked(&self) -> bool {
        self.lock.is_some()
    }

    /// Encrypts all of them for these identities, of the own key whose fingerprint begins with `key`. The lock is whole before the
    /// first plain file is removed.
    pub fn lock(&mut self, key: &str, identities: &[Identity]) -> Result<()> {
        let lock = Lock { name: format!("{LOCKED}{key}.age"), identities: identities.to_vec() };
        self.write_lock(&lock)?;
        let folder = Private::create(&self.home, FOLDER)?;
        for name in self.files.keys() {
            folder.remove(name)?;
        }
        self.lock = Some(lock);
        Ok(())
    }

    /// Writes all of them as they were before they were locked; the lock goes last.
    pub fn unlock(&mut self) -> Result<()> {
        let Some(lock) = &self.lock else { return Ok(()) };
        let folder = Private::create(&self.home, FOLDER)?;
        for (name, bytes) in &self.files {
            folder.replace(name, bytes)?;
        }
        folder.remove(&lock.name)?;
        self.lock = None;
        Ok(())
    }

    fn write_lock(&self, lock: &Lock) -> Result<()> {
        let file = |(name, bytes): (&String, &Zeroizing<Vec<u8>>)| {
            let text = String::from_utf8(bytes.to_vec()).map_err(|_| self.strange(name, Detail::NotText))?;
            Ok(LockedFile { name: name.clone(), text })
        };
        let files = self.files.iter().map(file).collect::<Result<_>>()?;
        let text = Zeroizing::new(json::write(&LockedFiles { format: FORMAT.into(), files }));
        let bytes = encrypt_for_oneself(&lock.identities, &text)?;
        Private::create(&self.home, FOLDER)?.replace(&lock.name, &bytes)
    }

    /// Writes the lock again after a change of one file; where that fails nothing has changed.
    fn change_locked(&mut self, name: &str, bytes: Option<Vec<u8>>) -> Result<()> {
        let before = match bytes {
            Some(bytes) => self.files.insert(name.to_owned(), Zeroizing::new(bytes)),
            None => self.files.remove(name),
        };
        let written = self.lock.as_ref().map_or(Ok(()), |lock| self.write_lock(lock));
        if written.is_err() {
            match before {
                Some(before) => self.files.insert(name.to_owned(), before),
                None => self.files.remove(name),
            };
        }
        written
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

    /// Writes a file. One that came to be there since these were read stays as it is.
    pub fn put(&mut self, name: &str, bytes: Vec<u8>) -> Result<()> {
        if self.is_locked() {
            return self.change_locked(name, Some(bytes));
        }
        let folder = Private::create(&self.home, FOLDER)?;
        if self.files.contains_key(name) || name == LIST {
            folder.replace(name, &bytes)?;
        } else if !folder.add(name, &bytes)? {
            return Err(private::strange(folder.place(name), Detail::WrittenMeanwhile));
        }
        self.files.insert(name.to_owned(), Zeroizing::new(bytes));
        Ok(())
    }

    /// Removes a file.
    pub fn remove(&mut self, name: &str) -> Result<()> {
        if self.is_locked() {
            return self.change_locked(name, None);
        }
        Private::create(&self.home, FOLDER)?.remove(name)?;
        self.files.remove(name);
        Ok(())
    }

    /// The error for a file that is not as it was left.
    pub fn strange(&self, name: &str, trouble: Detail) -> Error {
        private::strange(self.place(name), trouble)
    }
}
