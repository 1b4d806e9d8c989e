//! Who can open an envelope: recipients and identities.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use age_core::format::{FileKey, Stanza};
use age_core::secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::hybrid::{HybridIdentity, HybridRecipient, agrees};
use crate::format::bech32;

/// Somebody for whom an envelope can be made.
#[derive(Clone)]
pub enum Recipient {
    /// ML-KEM-768 and X25519: `age1pq1…`.
    Hybrid(Box<HybridRecipient>),
    /// X25519: `age1…`.
    X25519(age::x25519::Recipient),
}

impl Recipient {
    /// Reads a recipient of either kind, exactly as it is written; `None` for other kinds, which only a plugin or a token
    /// understands.
    pub fn parse(text: &str) -> Option<Self> {
        let hybrid = || HybridRecipient::parse(text).map(|recipient| Recipient::Hybrid(Box::new(recipient)));
        let x25519 = || {
            let (_, point) = bech32::decode(text).filter(|(human, _)| human == "age")?;
            // for a point of low order the age crate would panic instead of encrypting
            let good = point.as_slice().try_into().is_ok_and(agrees);
            age::x25519::Recipient::from_str(text).ok().filter(|_| good).map(Recipient::X25519)
        };
        // a recipient can be written in only one way
        hybrid().or_else(x25519).filter(|recipient| recipient.to_string() == text)
    }

    /// True if not even a quantum computer can open what is made for it.
    pub fn is_post_quantum(&self) -> bool {
        matches!(self, Recipient::Hybrid(_))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Recipient::Hybrid(recipient) => recipient.fmt(f),
            Recipient::X25519(recipient) => recipient.fmt(f),
        }
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl age::Recipient for Recipient {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        match self {
            Recipient::Hybrid(recipient) => recipient.wrap_file_key(file_key),
            Recipient::X25519(recipient) => recipient.wrap_file_key(file_key),
        }
    }
}

/// What opens the envelopes made for its recipient; wiped when dropped.
#[derive(Clone)]
pub enum Identity {
    /// `AGE-SECRET-KEY-PQ-1…`.
    Hybrid(HybridIdentity),
    /// `AGE-SECRET-KEY-1…`.
    X25519(age::x25519::Identity),
}

impl Identity {
    /// The hybrid identity of a seed that nobody can guess.
    pub fn hybrid(seed: &[u8; 32]) -> Self {
        Identity::Hybrid(HybridIdentity::from_seed(seed))
    }

    /// The X25519 identity of a secret that nobody can guess.
    pub fn x25519(secret: &[u8; 32]) -> Option<Self> {
        let mut text = Zeroizing::new(bech32::encode("age-secret-key-", secret));
        text.make_ascii_uppercase();
        Identity::parse(&text)
    }

    /// Reads one line of an identity file.
    pub fn parse(text: &str) -> Option<Self> {
        let hybrid = HybridIdentity::parse(text).map(Identity::Hybrid);
        let found = hybrid.or_else(|| age::x25519::Identity::from_str(text).ok().map(Identity::X25519));
        found.filter(|identity| *identity.text() == text)
    }

    /// The line of an identity file.
    pub fn text(&self) -> Zeroizing<String> {
        match self {
            Identity::Hybrid(identity) => identity.text(),
            Identity::X25519(identity) => Zeroizing::new(identity.to_string().expose_secret().to_owned()),
        }
    }

    /// Who it opens envelopes for.
    pub fn recipient(&self) -> Recipient {
        match self {
            Identity::Hybrid(identity) => Recipient::Hybrid(Box::new(identity.recipient())),
            Identity::X25519(identity) => Recipient::X25519(identity.to_public()),
        }
    }
}

impl age::Identity for Identity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        match self {
            Identity::Hybrid(identity) => identity.unwrap_stanza(stanza),
            Identity::X25519(identity) => identity.unwrap_stanza(stanza),
        }
    }
}
