//! Whom the reader believes. A key is believed because the reader's contacts name it, never because a bundle carries it.

use super::key::PublicKey;
use super::tsp::Authority;
use crate::format::digest::Digest;
use crate::format::time::Timestamp;

/// What the reader thinks of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What the reader calls the key's owner.
    pub name: String,
    /// Why it is believed, or that it no longer is.
    pub belief: Belief,
}

/// Why a key is believed, or that it no longer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Belief {
    /// It is the reader's own.
    Own,
    /// The reader added it to the contacts.
    Contact {
        /// When.
        since: Timestamp,
    },
    /// It was revoked: by the reader, or by whoever holds it.
    Revoked {
        /// Since when nothing is believed of it: the earliest time that the reader or the key itself gave. Only what is proven to be
        /// older counts as before.
        at: Timestamp,
        /// What the reader thought of it until then; none where that is not certain, and then nothing of it counts, however old.
        before: Option<Box<Belief>>,
    },
}

/// The keys that the reader has an opinion about, and what the reader can open. There is no default: whoever verifies says whom
/// they believe.
#[derive(Debug, Clone)]
pub struct TrustedSigners {
    keys: Vec<(PublicKey, Standing)>,
    /// The SHA-256 of each of the reader's own age recipients, by which `addressed` is answered.
    recipients: Vec<Digest>,
    /// Who may say when something was there.
    authorities: Vec<Authority>,
}

impl TrustedSigners {
    /// Believes nobody: every seal is a stranger's.
    pub fn nobody() -> Self {
        TrustedSigners { keys: Vec::new(), recipients: Vec::new(), authorities: Vec::new() }
    }

    /// Adds a key. The first opinion about a key counts, so revoked keys come before own ones, and own ones before contacts.
    pub fn add(&mut self, key: PublicKey, standing: Standing) {
        self.keys.push((key, standing));
    }

    /// Adds an age recipient that is the reader's own.
    pub fn add_recipient(&mut self, recipient: &str) {
        self.recipients.push(Digest::of(recipient.as_bytes()));
    }

    /// Adds an authority that the reader trusts to say when something was there.
    pub fn add_authority(&mut self, authority: Authority) {
        self.authorities.push(authority);
    }

    /// The authorities that the reader trusts to say when something was there.
    pub fn authorities(&self) -> &[Authority] {
        &self.authorities
    }

    /// True if this is the SHA-256 of one of the reader's own recipients.
    pub(crate) fn is_own(&self, recipient: &Digest) -> bool {
        self.recipients.contains(recipient)
    }

    /// True if the reader has an age recipient at all.
    pub(crate) fn has_recipient(&self) -> bool {
        !self.recipients.is_empty()
    }

    /// What the reader thinks of `key`; `None` for a stranger's key.
    pub fn standing(&self, key: &PublicKey) -> Option<&Standing> {
        self.keys.iter().find(|(known, _)| known == key).map(|(_, standing)| standing)
    }

    /// True if somebody is called `name`.
    pub fn knows(&self, name: &str) -> bool {
        self.keys.iter().any(|(_, standing)| standing.name == name)
    }
}
