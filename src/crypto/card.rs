//! Cards, made and checked: a card counts only when its own key signed it.

use super::key::{KeyFault, PublicKey, SigningKey};
use super::namespace::Namespace;
use super::sshsig::{self, MessageHash};
use crate::base::code;
use crate::base::error::{Error, Result};
use crate::format::card::{Card, FORMAT};
use crate::format::time::Timestamp;

/// A card whose signature holds: its name is what its owner says, and whether the owner is who the name says is for the
/// reader to find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCard {
    /// What it says.
    pub card: Card,
    /// Its key.
    pub key: PublicKey,
    text: String,
}

impl SignedCard {
    /// Makes and signs a card of `key`.
    pub fn sign(key: &SigningKey, name: &str, recipients: Vec<String>, made_at: Timestamp) -> Self {
        let public = key.public();
        let card = Card { format: FORMAT.into(), name: name.into(), key: public.line(), recipients, made_at };
        let line = card.line();
        let armor = sshsig::sign(key, Namespace::Card, &MessageHash::of(&line));
        SignedCard { text: String::from_utf8_lossy(&line).into_owned() + &armor, key: public, card }
    }

    /// Reads a card file: one line and the armor over it, nothing else. `thing` names it in errors.
    pub fn read(thing: &str, bytes: &[u8]) -> Result<Self> {
        let refuse = |reason: String| Error::new(code::CARD_FORMAT, thing, reason);
        let (card, line, armor) = Card::read(bytes).map_err(refuse)?;
        let key = PublicKey::parse(&card.key).map_err(|fault| match fault {
            KeyFault::Weak => Error::new(code::KEY_WEAK, thing, fault.to_string()),
            KeyFault::Malformed => refuse(format!("its key is {fault}")),
        })?;
        sshsig::verify(&key, Namespace::Card, &MessageHash::of(line), armor)
            .map_err(|_| refuse("its signature is not that of its own key over this line".into()))?;
        let text = std::str::from_utf8(bytes).map_err(|_| refuse("it is not text".into()))?.to_owned();
        Ok(SignedCard { card, key, text })
    }

    /// The card file.
    pub fn text(&self) -> &str {
        &self.text
    }
}
