//! Whom the reader believes. A key is believed because the reader's contacts name it, never because a bundle carries it.

use super::key::PublicKey;
use crate::format::time::Timestamp;

/// What the reader thinks of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What the reader calls the key's owner.
    pub name: String,
    /// Why it is believed, or no longer.
    pub belief: Belief,
}

/// Why a key is believed, or no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Belief {
    /// It is the reader's own.
    Own,
    /// The reader added it to the contacts.
    Contact {
        /// When.
        since: Timestamp,
    },
    /// The reader took the belief back.
    Revoked {
        /// When.
        at: Timestamp,
    },
}

/// The keys that the reader has an opinion of. There is no default: whoever verifies says whom they believe.
#[derive(Debug, Clone)]
pub struct TrustedSigners(Vec<(PublicKey, Standing)>);

impl TrustedSigners {
    /// Believes nobody: every seal is a stranger's.
    pub fn nobody() -> Self {
        TrustedSigners(Vec::new())
    }

    /// Adds a key. The first opinion of a key counts, so own keys come before contacts.
    pub fn add(&mut self, key: PublicKey, standing: Standing) {
        self.0.push((key, standing));
    }

    /// What the reader thinks of `key`; `None` of a stranger's.
    pub fn standing(&self, key: &PublicKey) -> Option<&Standing> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, standing)| standing)
    }

    /// True if somebody is called `name`.
    pub fn knows(&self, name: &str) -> bool {
        self.0.iter().any(|(_, standing)| standing.name == name)
    }
}
