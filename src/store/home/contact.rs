//! Somebody whom the reader believes, or once did, as a file of the folder `contacts` holds them: one line of canonical JSON.

use serde::{Deserialize, Serialize};

use super::naming;
use super::private;
use super::signed_list::Entry;
use crate::base::detail::Detail;
use crate::base::error::Result;
use crate::crypto::card::SignedCard;
use crate::crypto::key::PublicKey;
use crate::crypto::statement::SignedRevocation;
use crate::format::digest::Digest;
use crate::format::json;
use crate::format::time::Timestamp;

const FORMAT: &str = "sealbag-contact/1";

/// Somebody whom the reader believes, or once did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// What the reader calls them.
    pub name: String,
    /// Since when the reader has believed the key.
    pub believed_at: Timestamp,
    /// Since when it is revoked: when the reader did so, or since when the key says so itself, whatever is earlier.
    pub revoked_at: Option<Timestamp>,
    /// What the key says of that, where the reader has it.
    pub revocation: Option<SignedRevocation>,
    /// Their card.
    pub card: SignedCard,
    /// The keys that they had before, the latest first.
    pub before: Vec<Former>,
}

/// A key that somebody had before they moved to another one. It is spent: what is proven to be older than the move stays what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// The key.
    pub key: PublicKey,
    /// Since when the reader believed it.
    pub believed_at: Timestamp,
    /// Until when: the new key says since when it is there, this one may have said that it is not its owner's, and the reader agreed to
    /// the move; the earliest of them.
    pub until: Timestamp,
    /// That it is not its owner's any more, where the reader has that from it.
    pub revocation: Option<SignedRevocation>,
}

/// A contact as the file holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactLine {
    format: String,
    name: String,
    believed_at: Timestamp,
    revoked_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revocation: Option<String>,
    card: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<FormerLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormerLine {
    key: String,
    believed_at: Timestamp,
    until: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revocation: Option<String>,
}

impl Contact {
    /// Their name with the beginning of the fingerprint of their key.
    pub fn called(&self) -> String {
        self.card.key.called(&self.name)
    }

    /// True if the key was theirs before they moved to the one on their card.
    pub fn had(&self, key: &PublicKey) -> bool {
        self.before.iter().any(|former| former.key == *key)
    }

    /// Takes in what a key of theirs, this one or one before, says of itself. The earliest time counts.
    pub(super) fn revoke(&mut self, statement: &SignedRevocation) {
        let kept = match self.before.iter_mut().find(|former| former.key == statement.key) {
            Some(former) => {
                former.until = former.until.min(statement.since);
                &mut former.revocation
            }
            None => {
                self.revoked_at = Some(self.revoked_at.map_or(statement.since, |at| at.min(statement.since)));
                &mut self.revocation
            }
        };
        if kept.as_ref().is_none_or(|kept| statement.since < kept.since) {
            *kept = Some(statement.clone());
        }
    }

    pub(super) fn read(place: &str, bytes: &[u8]) -> Result<Self> {
        let malformed = |trouble: Detail| private::strange(place, trouble);
        let line = bytes.strip_suffix(b"\n").ok_or_else(|| malformed(Detail::NotEndedByLineBreak))?;
        let file: ContactLine = json::read(line).map_err(malformed)?;
        if file.format != FORMAT {
            return Err(malformed(Detail::NotAContact));
        }
        naming::check(&file.name).map_err(|error| malformed(error.detail))?;
        let card = SignedCard::read(place, file.card.as_bytes()).map_err(|error| malformed(error.detail))?;
        let said = |text: Option<String>, key: &PublicKey| match text {
            None => Ok(None),
            Some(text) => match SignedRevocation::read(place, text.as_bytes()) {
                Ok(statement) if statement.key == *key => Ok(Some(statement)),
                Ok(_) => Err(malformed(Detail::RevocationSignature)),
                Err(error) => Err(malformed(error.detail)),
            },
        };
        let former = |line: FormerLine| {
            let FormerLine { key, believed_at, until, revocation } = line;
            let key = PublicKey::parse(&key).map_err(|fault| malformed(fault.detail()))?;
            Ok(Former { revocation: said(revocation, &key)?, key, believed_at, until })
        };
        let before = file.before.into_iter().map(former).collect::<Result<_>>()?;
        let revocation = said(file.revocation, &card.key)?;
        let ContactLine { name, believed_at, revoked_at, .. } = file;
        Ok(Contact { name, believed_at, revoked_at, revocation, card, before })
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

    pub(super) fn line(&self) -> Vec<u8> {
        let said = |statement: &Option<SignedRevocation>| statement.as_ref().map(|statement| statement.text().to_owned());
        let former = |former: &Former| FormerLine {
            key: former.key.line(),
            believed_at: former.believed_at,
            until: former.until,
            revocation: said(&former.revocation),
        };
        let mut line = json::write(&ContactLine {
            format: FORMAT.into(),
            name: self.name.clone(),
            believed_at: self.believed_at,
            revoked_at: self.revoked_at,
            revocation: said(&self.revocation),
            card: self.card.text().into(),
            before: self.before.iter().map(former).collect(),
        });
        line.push(b'\n');
        line
    }

    pub(super) fn file_name(&self) -> String {
        format!("{}.json", self.card.key.fingerprint().short())
    }
}
