//! Entries of a custody log, signed and checked: each counts only when the key that it names signed it.

use super::key::{PublicKey, Signer};
use super::namespace::Namespace;
use super::sshsig::{self, MessageHash};
use crate::base::detail::Detail;
use crate::base::error::Result;
use crate::format::custody::{self, Accepted, Details, Entry, Released};
use crate::format::digest::Digest;
use crate::format::listing::Fault;

/// An entry whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedEntry {
    /// What it says.
    pub entry: Entry,
    /// The key that signed it.
    pub key: PublicKey,
    /// SHA-256 of its bytes, by which the next entry names it.
    pub digest: Digest,
    line: Vec<u8>,
}

/// Why a line is no entry.
#[derive(Debug)]
pub enum EntryFault {
    /// It does not have the form.
    Malformed(Detail),
    /// It is in a later version, and signed.
    Newer(String),
    /// The key that it names is none, or weak.
    Key(Detail),
    /// That key did not sign it.
    Signature,
}

impl SignedEntry {
    /// Signs an entry with the key that it names.
    ///
    /// # Errors
    /// Those of the signer.
    pub fn sign(signer: &dyn Signer, entry: Entry) -> Result<Self> {
        let key = signer.public();
        let entry = Entry { by: key.line(), ..entry };
        let bytes = entry.bytes();
        let armor = sshsig::sign(signer, Namespace::Custody, &MessageHash::of(&bytes))?;
        let line = custody::line(&bytes, &sshsig::bare(&armor));
        Ok(SignedEntry { entry, key, digest: Digest::of(&bytes), line })
    }

    /// Reads one line, without its LF.
    ///
    /// # Errors
    /// Why it is no entry.
    pub fn read(line: &[u8]) -> std::result::Result<Self, EntryFault> {
        SignedEntry::read_after(line, None)
    }

    /// As [`SignedEntry::read`]; where the key is that of the entry before, it is not held to the rules for keys again.
    ///
    /// # Errors
    /// Why it is no entry.
    pub fn read_after(line: &[u8], before: Option<&PublicKey>) -> std::result::Result<Self, EntryFault> {
        let (bytes, sig) = custody::split(line).map_err(EntryFault::Malformed)?;
        let (message, armor) = (MessageHash::of(&bytes), sshsig::armored(&sig));
        let entry = Entry::read(&bytes).map_err(|fault| match fault {
            Fault::Newer(newer) => match sshsig::verify_carried(Namespace::Custody, &message, armor.as_bytes()) {
                Ok(_) => EntryFault::Newer(newer.format),
                Err(_) => EntryFault::Signature,
            },
            fault => EntryFault::Malformed(fault.detail()),
        })?;
        let parsed = |line: &str| PublicKey::parse(line).map_err(|fault| EntryFault::Key(fault.detail()));
        let key = match before.filter(|before| before.line() == entry.by) {
            Some(before) => before.clone(),
            None => parsed(&entry.by)?,
        };
        if let Details::Released(Released { to: Some(to) }) = &entry.details {
            parsed(to)?;
        }
        sshsig::verify(&key, Namespace::Custody, &message, armor.as_bytes()).map_err(|_| EntryFault::Signature)?;
        let line = [line, b"\n"].concat();
        Ok(SignedEntry { entry, key, digest: Digest::of(&bytes), line })
    }

    /// The line, with its LF.
    pub fn line(&self) -> &[u8] {
        &self.line
    }

    /// The receipt that an `accepted` entry holds, where its form and its signature hold, it is a `received` entry, and it names the entry
    /// that is answered. `None` where the entry holds none.
    ///
    /// # Errors
    /// Nothing but that it is none.
    pub fn receipt(&self) -> Option<std::result::Result<Self, ()>> {
        let Details::Accepted(Accepted { answers, receipt: Some(receipt) }) = &self.entry.details else { return None };
        let read = || {
            let (bytes, _) = custody::split(receipt.as_bytes()).ok()?;
            // asked before anything in it is followed, so that receipts cannot hold each other
            let form = Entry::read(&bytes).ok()?;
            let fits = matches!(form.details, Details::Received(_)) && form.prev == Some(*answers);
            SignedEntry::read(receipt.as_bytes()).ok().filter(|_| fits)
        };
        Some(read().ok_or(()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::SigningKey;
    use super::*;
    use crate::format::custody::Details;
    use crate::format::digest::Random128;
    use crate::format::time::Timestamp;

    #[test]
    fn an_entry_counts_when_its_own_key_signed_it_as_an_entry() {
        let (key, other) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
        let entry = Entry {
            log: Random128::new([1; 16]),
            seq: 1,
            prev: None,
            bundle: None,
            file_sha256: Some(Digest::of(b"file")),
            at: Timestamp::parse("2026-11-24T18:00:00Z").unwrap(),
            by: String::new(),
            place: String::new(),
            purpose: String::new(),
            note: String::new(),
            details: Details::Stored,
        };
        let signed = SignedEntry::sign(&key, entry).unwrap();
        let line = signed.line().strip_suffix(b"\n").unwrap();
        assert_eq!(SignedEntry::read(line).unwrap(), signed);
        // every byte of it counts
        for at in 0..line.len() {
            for flip in [1, 0x20, 0x80] {
                let mut changed = line.to_vec();
                changed[at] ^= flip;
                assert!(SignedEntry::read(&changed).is_err(), "{at}");
            }
            assert!(SignedEntry::read(&line[..at]).is_err(), "{at}");
        }
        // by another key, or as something else
        let bytes = signed.entry.bytes();
        for (signer, namespace) in [(&other, Namespace::Custody), (&key, Namespace::Card)] {
            let armor = sshsig::sign(signer, namespace, &MessageHash::of(&bytes)).unwrap();
            let line = custody::line(&bytes, &sshsig::bare(&armor));
            let read = SignedEntry::read(line.strip_suffix(b"\n").unwrap());
            assert!(matches!(read, Err(EntryFault::Signature)), "{read:?}");
        }
        // a later version is one only where it is signed
        let newer = String::from_utf8(bytes).unwrap().replacen("custody/1", "custody/2", 1);
        let armor = sshsig::sign(&other, Namespace::Custody, &MessageHash::of(newer.as_bytes())).unwrap();
        let of = |armor: &str| {
            let line = custody::line(newer.as_bytes(), &sshsig::bare(armor));
            SignedEntry::read(line.strip_suffix(b"\n").unwrap())
        };
        assert!(matches!(of(&armor), Err(EntryFault::Newer(format)) if format == "sealbag-custody/2"));
        let stale = sshsig::sign(&key, Namespace::Custody, &MessageHash::of(b"x")).unwrap();
        assert!(matches!(of(&stale), Err(EntryFault::Signature)));
    }
}
