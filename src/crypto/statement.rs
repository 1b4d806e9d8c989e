//! What a key says of itself, made and checked: that it is not its owner's any more, and which key comes after it.

use super::key::{KeyFault, PublicKey, Signer};
use super::namespace::Namespace;
use super::sshsig::{self, MessageHash};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::sentence::Quoted;
use crate::format::listing::Fault;
use crate::format::statement::{REVOCATION, Revocation, SUCCESSION, Succession};
use crate::format::time::Timestamp;

/// A revocation whose signature holds. Whoever has the key can make one, a thief too; it never makes anybody believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRevocation {
    /// The key that it is about, and that signed it.
    pub key: PublicKey,
    /// Since when the key is not its owner's alone.
    pub since: Timestamp,
    /// When it was made, by its maker's clock.
    pub made_at: Timestamp,
    text: String,
}

impl SignedRevocation {
    /// Makes one: `since` counts as `made_at` where it would be later.
    ///
    /// # Errors
    /// Those of the signer.
    pub fn sign(signer: &dyn Signer, since: Timestamp, made_at: Timestamp) -> Result<Self> {
        let (key, since) = (signer.public(), since.min(made_at));
        let line = Revocation { format: REVOCATION.into(), key: key.line(), since, made_at }.line();
        let armor = sshsig::sign(signer, Namespace::Revocation, &MessageHash::of(&line))?;
        Ok(SignedRevocation { key, since, made_at, text: String::from_utf8_lossy(&line).into_owned() + &armor })
    }

    /// Reads a statement: one line and the armor over it, nothing else. `thing` names it in errors.
    ///
    /// # Errors
    /// `revocation.format`, `revocation.newer`, `key.weak`.
    pub fn read(thing: &str, bytes: &[u8]) -> Result<Self> {
        let refuse = |reason: Detail| Error::new(code::REVOCATION_FORMAT, thing, reason);
        let text = std::str::from_utf8(bytes).map_err(|_| refuse(Detail::ItIsNotText))?.to_owned();
        let (line, armor) = split_line(bytes).map_err(refuse)?;
        // a later version may have more behind it
        let (first, _) = sshsig::split(armor).unwrap_or((armor, b""));
        let Revocation { key, since, made_at, .. } = Revocation::read(line).map_err(|fault| match fault {
            Fault::Newer(newer) => match sshsig::verify_carried(Namespace::Revocation, &MessageHash::of(line), first) {
                Ok(_) => Error::new(code::REVOCATION_NEWER, thing, Detail::UnknownFormat { format: Quoted(newer.format) }),
                Err(_) => refuse(Detail::RevocationSignature),
            },
            fault => refuse(fault.detail()),
        })?;
        let key = PublicKey::parse(&key).map_err(|fault| match fault {
            KeyFault::Weak => Error::new(code::KEY_WEAK, thing, fault.detail()),
            KeyFault::Malformed => refuse(Detail::CardKey { reason: Box::new(fault.detail()) }),
        })?;
        sshsig::verify(&key, Namespace::Revocation, &MessageHash::of(line), armor)
            .map_err(|_| refuse(Detail::RevocationSignature))?;
        Ok(SignedRevocation { key, since, made_at, text })
    }

    /// The statement, as it is given away.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A succession whose two signatures hold: both keys say that the new one comes after the old one. Whoever has the old key can make one,
/// to a key of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedSuccession {
    /// The key so far.
    pub old: PublicKey,
    /// The key from now on.
    pub new: PublicKey,
    /// When it was made, by its maker's clock.
    pub made_at: Timestamp,
    text: String,
}

impl SignedSuccession {
    /// Makes one.
    ///
    /// # Errors
    /// Those of the signers.
    pub fn sign(old: &dyn Signer, new: &dyn Signer, made_at: Timestamp) -> Result<Self> {
        let (before, after) = (old.public(), new.public());
        let line = Succession { format: SUCCESSION.into(), old: before.line(), new: after.line(), made_at }.line();
        let sign = |signer| sshsig::sign(signer, Namespace::Succession, &MessageHash::of(&line));
        let text = String::from_utf8_lossy(&line).into_owned() + &sign(old)? + &sign(new)?;
        Ok(SignedSuccession { old: before, new: after, made_at, text })
    }

    /// Reads one that stands in the card of `new`: one line, and two armors over it, that of the old key first.
    ///
    /// # Errors
    /// What is wrong with it, or that it is newer.
    pub(super) fn read(new: &PublicKey, text: &str) -> Result<Self, Fault> {
        let (line, armors) = split_line(text.as_bytes())?;
        let (first, second) = sshsig::split(armors).ok_or(Detail::SuccessionSignature)?;
        let message = MessageHash::of(line);
        let Succession { old, new: after, made_at, .. } = match Succession::read(line) {
            Err(Fault::Newer(_)) if sshsig::verify_carried(Namespace::Succession, &message, first).is_err() => {
                return Err(Detail::SuccessionSignature.into());
            }
            read => read?,
        };
        if after != new.line() {
            return Err(Detail::SuccessionOfOther.into());
        }
        let old = PublicKey::parse(&old).map_err(|fault| Detail::CardKey { reason: Box::new(fault.detail()) })?;
        for (key, armor) in [(&old, first), (new, second)] {
            sshsig::verify(key, Namespace::Succession, &message, armor).map_err(|_| Detail::SuccessionSignature)?;
        }
        Ok(SignedSuccession { old, new: new.clone(), made_at, text: text.to_owned() })
    }

    /// Its bytes, as they stand in a card.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// The first line with its LF, and what stands behind it.
fn split_line(bytes: &[u8]) -> Result<(&[u8], &[u8]), Detail> {
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(Detail::NoLineBreak)?;
    Ok(bytes.split_at(end + 1))
}

#[cfg(test)]
mod tests {
    use super::super::card::SignedCard;
    use super::super::key::SigningKey;
    use super::*;

    fn at(day: u8) -> Timestamp {
        Timestamp::parse(&format!("2026-11-{day:02}T18:00:00Z")).unwrap()
    }

    #[test]
    fn a_revocation_holds_only_as_its_own_key_signed_it() {
        let (key, other) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
        let made = SignedRevocation::sign(&key, at(20), at(24)).unwrap();
        let read = |text: String| SignedRevocation::read("f", text.as_bytes()).map_err(|error| error.code.id);
        assert_eq!(read(made.text().to_owned()), Ok(made.clone()));
        let line = &made.text()[..made.text().find('\n').unwrap() + 1];
        let signed = |line: &str, by: &SigningKey, namespace| {
            line.to_owned() + &sshsig::sign(by, namespace, &MessageHash::of(line.as_bytes())).unwrap()
        };
        assert_eq!(read(signed(line, &key, Namespace::Revocation)), Ok(made.clone()));
        for namespace in Namespace::ALL.into_iter().filter(|namespace| *namespace != Namespace::Revocation) {
            assert_eq!(read(signed(line, &key, namespace)), Err("revocation.format"));
        }
        assert_eq!(read(signed(line, &other, Namespace::Revocation)), Err("revocation.format"));
        let later = line.replace("2026-11-20", "2026-11-25");
        assert_eq!(read(signed(&later, &key, Namespace::Revocation)), Err("revocation.format"));
        let newer = line.replace("revocation/1", "revocation/2");
        assert_eq!(read(signed(&newer, &key, Namespace::Revocation)), Err("revocation.newer"));
        assert_eq!(read(newer + &made.text()[line.len()..]), Err("revocation.format"));
        // made so that it can be read, whatever was asked
        assert_eq!(SignedRevocation::sign(&key, at(28), at(24)).unwrap().since, at(24));
    }

    #[test]
    fn a_succession_needs_both_keys_and_stands_in_the_card_of_the_new_one() {
        let (old, new, other) =
            (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]), SigningKey::from_seed(&[3; 32]));
        let card = SignedCard::sign(&new, "Amina", Vec::new(), at(24)).unwrap();
        let made = SignedSuccession::sign(&old, &new, at(24)).unwrap();
        let with = card.clone().after(made.clone());
        assert_eq!(SignedCard::read("f", with.text().as_bytes()).unwrap(), with);
        assert_eq!(with.succession.as_ref().unwrap().old, old.public());
        let refused = |tail: String| {
            let error = SignedCard::read("f", (card.text().to_owned() + &tail).as_bytes()).unwrap_err();
            (error.code.id, error.detail)
        };
        let made_by = |one: &SigningKey, two: &SigningKey| SignedSuccession::sign(one, two, at(24)).unwrap().text().to_owned();
        assert_eq!(refused(made_by(&old, &other)), ("card.format", Detail::SuccessionOfOther));
        assert_eq!(refused(made_by(&new, &new)), ("card.format", Detail::SuccessionToItself));
        // the armor of either key in the place of the other, or one alone
        let line = made.text().split_inclusive('\n').next().unwrap();
        let armor = |by: &SigningKey| sshsig::sign(by, Namespace::Succession, &MessageHash::of(line.as_bytes())).unwrap();
        for armors in [armor(&new) + &armor(&old), armor(&old) + &armor(&other), armor(&other) + &armor(&new), armor(&old)] {
            assert_eq!(refused(line.to_owned() + &armors), ("card.format", Detail::SuccessionSignature));
        }
        assert_eq!(refused(line.to_owned() + &armor(&old) + &armor(&new) + "\n").0, "card.format");
        let newer = line.replace("succession/1", "succession/2");
        assert_eq!(refused(newer.clone() + &armor(&old) + &armor(&new)).0, "card.format");
        let by = |by: &SigningKey| sshsig::sign(by, Namespace::Succession, &MessageHash::of(newer.as_bytes())).unwrap();
        assert_eq!(refused(newer.clone() + &by(&old) + &by(&new)).0, "card.newer");
    }
}
