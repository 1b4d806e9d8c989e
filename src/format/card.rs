//! Cards (format, section 11): the public half of an identity, one canonical JSON line signed by its own key.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::item::is_recipient;
use super::json;
use super::listing::{Fault, check_format};
use super::path::is_space;
use super::time::Timestamp;
use crate::base::detail::Detail;
use crate::base::limits;

/// The value of `format` in version 1.
pub const FORMAT: &str = "sealbag-card/1";

/// What a card says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// [`FORMAT`].
    pub format: String,
    /// What its owner calls themself, 1 to 256 bytes.
    pub name: String,
    /// The signing key, the first two words of its OpenSSH line.
    pub key: String,
    /// The age recipients that its owner can open bundles for; may be empty.
    pub recipients: Vec<String>,
    /// When it was made, by its owner's clock; of two cards of one key the later counts.
    pub made_at: Timestamp,
}

impl Card {
    /// The line that is signed, with its LF.
    pub fn line(&self) -> Vec<u8> {
        let mut line = json::write(self);
        line.push(b'\n');
        line
    }

    /// Splits the bytes of a card file into the line with its LF, and the armor after it.
    ///
    /// # Errors
    /// That there is no line break.
    pub fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), Detail> {
        let end = bytes.iter().position(|b| *b == b'\n').ok_or(Detail::NoLineBreak)?;
        Ok(bytes.split_at(end + 1))
    }

    /// Reads the line with its LF.
    ///
    /// # Errors
    /// What is wrong with it, or that its format is newer.
    pub fn read(line: &[u8]) -> Result<Self, Fault> {
        check_format(line, FORMAT)?;
        let card: Card = json::read(line.strip_suffix(b"\n").unwrap_or(line)).map_err(Fault::Malformed)?;
        if card.name.chars().all(is_space) || card.name.len() > limits::NAME {
            return Err(Fault::Malformed(Detail::CardName { most: limits::NAME as u64 }));
        }
        if !card.recipients.iter().all(|key| is_recipient(key)) {
            return Err(Detail::CardRecipient.into());
        }
        let recipients: BTreeSet<&String> = card.recipients.iter().collect();
        if recipients.len() < card.recipients.len() {
            return Err(Detail::RecipientTwice.into());
        }
        Ok(card)
    }
}
