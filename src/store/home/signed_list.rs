//! The list of all contacts, signed by one of the reader's own keys: a line of canonical JSON and the SSHSIG armor over it, like
//! a card. Whoever edits a contact without that key leaves a list that does not fit.

use serde::{Deserialize, Serialize};

use crate::base::detail::Detail;
use crate::base::error::Result;
use crate::base::limits;
use crate::crypto::key::{PublicKey, Signer};
use crate::crypto::namespace::Namespace;
use crate::crypto::sshsig::{self, MessageHash};
use crate::format::digest::Digest;
use crate::format::json;
use crate::format::time::Timestamp;

const FORMAT: &str = "sealbag-contact-list/1";

/// A list whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedList {
    /// Who signed it.
    pub key: PublicKey,
    /// When, by the clock of this computer.
    pub signed_at: Timestamp,
    /// One for each contact that there was, sorted by key.
    pub entries: Vec<Entry>,
}

/// A contact as it was when the list was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Their key.
    pub key: PublicKey,
    /// What the reader called them.
    pub name: String,
    /// When the reader had revoked them.
    pub revoked_at: Option<Timestamp>,
    /// SHA-256 of the contact's file.
    pub sha256: Digest,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListLine {
    format: String,
    key: String,
    signed_at: Timestamp,
    contacts: Vec<EntryLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryLine {
    key: String,
    name: String,
    revoked_at: Option<Timestamp>,
    sha256: Digest,
}

impl SignedList {
    /// Signs these entries; returns the list and its file.
    ///
    /// # Errors
    /// Those of the signer.
    pub fn sign(signer: &dyn Signer, mut entries: Vec<Entry>, signed_at: Timestamp) -> Result<(Self, Vec<u8>)> {
        entries.sort_by_key(|entry| entry.key.line());
        let list = SignedList { key: signer.public(), signed_at, entries };
        let mut file = list.line();
        let armor = sshsig::sign(signer, Namespace::Contacts, &MessageHash::of(&file))?;
        file.extend_from_slice(armor.as_bytes());
        Ok((list, file))
    }

    /// Reads a file that [`SignedList::sign`] made, and checks its signature. Whose key it is is for the caller to judge.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<Self, Detail> {
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(Detail::NotEndedByLineBreak)? + 1;
        let (line, armor) = bytes.split_at_checked(end).ok_or(Detail::NotEndedByLineBreak)?;
        let line_limit = limits::CONTACT_LIST as usize;
        let read: ListLine = json::read_within(line.strip_suffix(b"\n").unwrap_or(line), line_limit, limits::STRING)?;
        if read.format != FORMAT {
            return Err(Detail::OtherFormat { format: read.format });
        }
        let key = |line: &str| PublicKey::parse(line).map_err(|fault| fault.detail());
        let entry = |entry: EntryLine| {
            let EntryLine { name, revoked_at, sha256, .. } = entry;
            Ok(Entry { key: key(&entry.key)?, name, revoked_at, sha256 })
        };
        let entries = read.contacts.into_iter().map(entry).collect::<Result<Vec<Entry>, Detail>>()?;
        let list = SignedList { key: key(&read.key)?, signed_at: read.signed_at, entries };
        let holds = sshsig::verify(&list.key, Namespace::Contacts, &MessageHash::of(line), armor);
        holds.map(|()| list).map_err(|_| Detail::ListSignature)
    }

    fn line(&self) -> Vec<u8> {
        let entry = |entry: &Entry| EntryLine {
            key: entry.key.line(),
            name: entry.name.clone(),
            revoked_at: entry.revoked_at,
            sha256: entry.sha256,
        };
        let contacts = self.entries.iter().map(entry).collect();
        let (format, key) = (FORMAT.to_owned(), self.key.line());
        let mut line = json::write(&ListLine { format, key, signed_at: self.signed_at, contacts });
        line.push(b'\n');
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::SigningKey;

    #[test]
    fn a_list_holds_only_as_it_was_signed_and_for_this_purpose() {
        let (mine, theirs) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
        let at = Timestamp::parse("2026-11-24T18:00:00Z").unwrap();
        let entry =
            Entry { key: theirs.public(), name: "Bela".into(), revoked_at: Some(at), sha256: Digest::of(b"their file") };
        let (list, file) = SignedList::sign(&mine, vec![entry], at).unwrap();
        assert_eq!(SignedList::read(&file), Ok(list.clone()));
        let text = String::from_utf8(file.clone()).unwrap();
        let unrevoked = text.replace("\"revoked_at\":\"2026-11-24T18:00:00Z\"", "\"revoked_at\":null");
        assert_ne!(unrevoked, text);
        for altered in [unrevoked, text.replace("Bela", "Bena"), text.replace(&mine.public().line(), &theirs.public().line())] {
            assert_eq!(SignedList::read(altered.as_bytes()), Err(Detail::ListSignature), "{altered}");
        }
        let line = list.line();
        for namespace in Namespace::ALL {
            let armor = sshsig::sign(&mine, namespace, &MessageHash::of(&line)).unwrap();
            assert_eq!(SignedList::read(&[&line, armor.as_bytes()].concat()), Err(Detail::ListSignature));
        }
        for cut in [0, 1, line.len(), file.len() - 1] {
            assert!(SignedList::read(&file[..cut]).is_err());
        }
    }
}
