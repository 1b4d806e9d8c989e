//! Cards, made and checked: a card counts only when its own key signed it.

use super::key::{KeyFault, PublicKey, Signer};
use super::namespace::Namespace;
use super::sshsig::{self, MessageHash};
use super::statement::SignedSuccession;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::sentence::Quoted;
use crate::format::card::{Card, FORMAT};
use crate::format::listing::Fault;
use crate::format::time::Timestamp;
use crate::format::version::Newer;

/// A card whose signature holds. Its name is what its owner says; whether the owner really is that person is for the reader to
/// find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCard {
    /// What it says.
    pub card: Card,
    /// Its key.
    pub key: PublicKey,
    /// The key that it comes after, where that one signed so.
    pub succession: Option<SignedSuccession>,
    text: String,
}

impl SignedCard {
    /// Its name with the beginning of the fingerprint of its key.
    pub fn called(&self) -> String {
        self.key.called(&self.card.name)
    }

    /// Makes a card of the signer's key, signed by it. The error is the signer's.
    ///
    /// # Errors
    /// Those of the signer.
    pub fn sign(signer: &dyn Signer, name: &str, recipients: Vec<String>, made_at: Timestamp) -> Result<Self> {
        let public = signer.public();
        let card = Card { format: FORMAT.into(), name: name.into(), key: public.line(), recipients, made_at };
        let line = card.line();
        let armor = sshsig::sign(signer, Namespace::Card, &MessageHash::of(&line))?;
        Ok(SignedCard { text: String::from_utf8_lossy(&line).into_owned() + &armor, key: public, succession: None, card })
    }

    /// The card with the statement that its key comes after another one.
    pub fn after(mut self, succession: SignedSuccession) -> Self {
        self.text += succession.text();
        SignedCard { succession: Some(succession), ..self }
    }

    /// Reads a card file: one line and the armor over it, then a succession or nothing else. `thing` names it in errors.
    ///
    /// # Errors
    /// `card.format`, `card.newer`, `key.weak`.
    pub fn read(thing: &str, bytes: &[u8]) -> Result<Self> {
        let refuse = |reason: Detail| Error::new(code::CARD_FORMAT, thing, reason);
        let newer_card =
            |newer: Newer| Error::new(code::CARD_NEWER, thing, Detail::UnknownFormat { format: Quoted(newer.format) });
        let (line, armors) = Card::split(bytes).map_err(refuse)?;
        let (armor, rest) = sshsig::split(armors).unwrap_or((armors, b""));
        let card = Card::read(line).map_err(|fault| match fault {
            Fault::Newer(newer) => match sshsig::verify_carried(Namespace::Card, &MessageHash::of(line), armor) {
                Ok(_) => newer_card(newer),
                Err(_) => refuse(Detail::CardSignature),
            },
            fault => refuse(fault.detail()),
        })?;
        let key = PublicKey::parse(&card.key).map_err(|fault| match fault {
            KeyFault::Weak => Error::new(code::KEY_WEAK, thing, fault.detail()),
            KeyFault::Malformed => refuse(Detail::CardKey { reason: Box::new(fault.detail()) }),
        })?;
        sshsig::verify(&key, Namespace::Card, &MessageHash::of(line), armor).map_err(|_| refuse(Detail::CardSignature))?;
        let text = |bytes| std::str::from_utf8(bytes).map_err(|_| refuse(Detail::ItIsNotText));
        let succession = match text(rest)? {
            "" => None,
            rest => Some(SignedSuccession::read(&key, rest).map_err(|fault| match fault {
                Fault::Newer(newer) => newer_card(newer),
                fault => refuse(fault.detail()),
            })?),
        };
        Ok(SignedCard { card, key, succession, text: text(bytes)?.to_owned() })
    }

    /// The card file.
    pub fn text(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::SigningKey;
    use super::*;

    #[test]
    fn a_card_of_another_format_is_newer_and_not_forged() {
        let key = SigningKey::from_seed(&[1; 32]);
        let made_at = Timestamp::parse("2026-11-24T18:00:00Z").unwrap();
        let card = SignedCard::sign(&key, "Amina", Vec::new(), made_at).unwrap();
        assert_eq!(SignedCard::read("f", card.text().as_bytes()).unwrap(), card);
        let line = &card.text()[..card.text().find('\n').unwrap() + 1];
        for (from, to, newer) in [
            ("sealbag-card/1", "sealbag-card/2", true),
            ("sealbag-card/1\"", "sealbag-card/2\",\"more\":1", true),
            ("sealbag-card/1", "sealbag-card/one", false),
            ("\"name\"", "\"title\"", false),
        ] {
            let changed = line.replacen(from, to, 1);
            let armor = sshsig::sign(&key, Namespace::Card, &MessageHash::of(changed.as_bytes())).unwrap();
            let read = |text: String| SignedCard::read("f", text.as_bytes()).unwrap_err().code;
            assert_eq!(read(changed.clone() + &armor), if newer { code::CARD_NEWER } else { code::CARD_FORMAT }, "{to}");
            // one whose signature does not hold was damaged
            assert_eq!(read(changed + &card.text()[line.len()..]), code::CARD_FORMAT, "{to}");
        }
        assert_eq!(
            SignedCard::read("f", card.text().replacen("Amina", "Anima", 1).as_bytes()).unwrap_err().code,
            code::CARD_FORMAT
        );
    }
}
