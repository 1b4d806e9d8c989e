//! Changes to one's own keys. What takes time, or can fail for a reason other than the disk, is done beforehand: a [`ReadyKey`]
//! or a [`Change`] holds whole files, and writing them is the last step.

use std::collections::HashSet;

use zeroize::Zeroizing;

use super::agent::AgentKey;
use super::keyring::{Keyring, OwnKey};
use super::naming::Names;
use super::own_key::{Decryption, FOLDER, KeyPart, Signing, Story};
use super::private::{self, Private};
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::hint::Hint;
use crate::base::{code, limits};
use crate::crypto::age::{Identity, encrypt_for_oneself, write_identities};
use crate::crypto::card::SignedCard;
use crate::crypto::key::{PublicKey, Signer, SigningKey};
use crate::crypto::openssh::{self, Protection};
use crate::crypto::statement::SignedSuccession;
use crate::format::time::Timestamp;

/// What a new key is to be.
#[derive(Clone, Copy)]
pub struct NewKey<'a> {
    /// What its owner calls themself.
    pub name: &'a str,
    /// What opens the bundles that are encrypted for it; possibly none.
    pub identities: &'a [Identity],
    /// The passphrase that the age identity file is encrypted under, at a cost of 2 to this power; the program uses
    /// [`limits::SCRYPT_WORK`].
    pub protection: Option<(&'a str, u8)>,
    /// The note of a key that is only for one story, possibly empty.
    pub story: Option<&'a str>,
    /// The key that it comes after, which signs so.
    pub after: Option<&'a dyn Signer>,
    /// When the card is made.
    pub made_at: Timestamp,
}

/// A new key whose files are ready to be written.
pub struct ReadyKey {
    card: SignedCard,
    /// To be written after the card, in this order.
    files: Vec<(KeyPart, Zeroizing<Vec<u8>>)>,
    key: OwnKeyState,
}

/// What is known of an own key besides its card.
struct OwnKeyState {
    signing: Signing,
    decryption: Option<Decryption>,
    story: Option<Story>,
}

impl NewKey<'_> {
    /// Makes the files of a key that signs by itself; its file is encrypted where there is protection.
    ///
    /// # Errors
    /// `card.limit` for a name and recipients too long for a card; `key.format`.
    pub fn with_file(&self, key: &SigningKey, protection: Option<Protection>) -> Result<ReadyKey> {
        let card = self.card(key)?;
        let mut files = self.files()?;
        let signing = Signing::File { encrypted: protection.is_some() };
        files.push((KeyPart::Key, Zeroizing::new(openssh::write(key, self.name, protection)?.as_bytes().to_vec())));
        Ok(ReadyKey { card, files, key: self.state(signing) })
    }

    /// Makes the files of a key that an ssh-agent holds, which is asked to sign the card.
    ///
    /// # Errors
    /// Those of the agent; `card.limit` for a name and recipients too long for a card.
    pub fn with_agent(&self, key: &AgentKey) -> Result<ReadyKey> {
        let card = self.card(key)?;
        let mut files = self.files()?;
        files.push((KeyPart::Agent, Zeroizing::new(format!("{}\n", card.key.line()).into_bytes())));
        Ok(ReadyKey { card, files, key: self.state(Signing::Agent) })
    }

    fn card(&self, signer: &dyn Signer) -> Result<SignedCard> {
        check_story(self.story)?;
        let card = SignedCard::sign(signer, self.name, recipients(self.identities), self.made_at)?;
        fitting(match self.after {
            Some(old) => card.after(SignedSuccession::sign(old, signer, self.made_at)?),
            None => card,
        })
    }

    fn files(&self) -> Result<Vec<(KeyPart, Zeroizing<Vec<u8>>)>> {
        let mut files = Vec::new();
        if let Some(story) = self.story {
            let note = match self.is_note_encrypted() {
                true => encrypt_for_oneself(self.identities, story.as_bytes())?,
                false => format!("{story}\n").into_bytes(),
            };
            files.push((KeyPart::Story, Zeroizing::new(note)));
        }
        if !self.identities.is_empty() {
            files.push((KeyPart::Age, write_identities(self.identities, &self.made_at, self.protection)?));
        }
        Ok(files)
    }

    fn state(&self, signing: Signing) -> OwnKeyState {
        let decryption = Decryption { encrypted: self.protection.is_some() };
        OwnKeyState {
            signing,
            decryption: (!self.identities.is_empty()).then_some(decryption),
            story: self.story.map(|story| match self.is_note_encrypted() {
                true => Story::Encrypted,
                false => Story::Plain(story.to_owned()),
            }),
        }
    }

    /// True if there is a note, and something to encrypt it for.
    fn is_note_encrypted(&self) -> bool {
        !self.identities.is_empty() && self.story.is_some_and(|story| !story.is_empty())
    }
}

/// New files for a key that is kept already.
pub struct Change {
    /// In the order in which they are written.
    files: Vec<(KeyPart, Zeroizing<Vec<u8>>)>,
    /// What the key is afterwards.
    key: OwnKey,
}

impl OwnKey {
    /// Gives it these identities and no others: they must include the old ones, or nothing opens what was encrypted for those
    /// any more. Its card is signed again with their recipients, with a time after that of the card it has.
    ///
    /// # Errors
    /// Those of `signer`; `card.limit` for more recipients than a card holds.
    pub fn with_identities(
        &self,
        identities: &[Identity],
        protection: Option<(&str, u8)>,
        signer: &dyn Signer,
        at: Timestamp,
    ) -> Result<Change> {
        let after = Timestamp::from_unix(self.card.card.made_at.unix().saturating_add(1)).unwrap_or(at);
        let card = SignedCard::sign(signer, self.name(), recipients(identities), at.max(after))?;
        let card = fitting(match &self.card.succession {
            Some(succession) => card.after(succession.clone()),
            None => card,
        })?;
        let mut change = self.with_protected_identities(identities, protection, at)?;
        change.files.push((KeyPart::Card, Zeroizing::new(card.text().as_bytes().to_vec())));
        change.key.card = card;
        Ok(change)
    }

    /// Writes the identities that it has under another passphrase, or under none.
    ///
    /// # Errors
    /// What keeps the age crate from encrypting them.
    pub fn with_protected_identities(
        &self,
        identities: &[Identity],
        protection: Option<(&str, u8)>,
        at: Timestamp,
    ) -> Result<Change> {
        let file = write_identities(identities, &at, protection)?;
        let decryption = Some(Decryption { encrypted: protection.is_some() });
        Ok(Change { files: vec![(KeyPart::Age, file)], key: OwnKey { decryption, ..self.clone() } })
    }

    /// Writes the half that signs under another passphrase, or under none.
    ///
    /// # Errors
    /// `key.format` where the key cannot be written in this form.
    pub fn with_protected_key(&self, key: &SigningKey, comment: &str, protection: Option<Protection>) -> Result<Change> {
        let signing = Signing::File { encrypted: protection.is_some() };
        let file = Zeroizing::new(openssh::write(key, comment, protection)?.as_bytes().to_vec());
        Ok(Change { files: vec![(KeyPart::Key, file)], key: OwnKey { signing, ..self.clone() } })
    }
}

impl Keyring {
    /// Keeps a new key. What signs is written last: an interrupted run leaves a card, or identities that nobody knows of, but
    /// no key.
    ///
    /// # Errors
    /// `key.exists`, `contact.exists`, `io.…`.
    pub fn add(&mut self, ready: ReadyKey, contacts: &impl Names) -> Result<&OwnKey> {
        let ReadyKey { card, files, key: OwnKeyState { signing, decryption, story } } = ready;
        let after = card.succession.as_ref().map(|succession| &succession.old);
        self.check_name(&card.card.name, after, contacts)?;
        self.check_key(&card.key)?;
        let folder = Private::create(&self.home, FOLDER)?;
        let mut number = self.free_number();
        // another run may take the number at the same time
        while !folder.add(&KeyPart::Card.name(number), card.text().as_bytes())? {
            number = number.checked_add(1).ok_or_else(|| private::strange(folder.place(FOLDER), Detail::NoNumberLeft))?;
        }
        let mut written = vec![KeyPart::Card];
        for (part, bytes) in &files {
            let name = part.name(number);
            let added = folder.add(&name, bytes);
            if !matches!(added, Ok(true)) {
                written.iter().rev().for_each(|part| drop(folder.remove(&part.name(number))));
                added?;
                return Err(private::strange(folder.place(&name), Detail::ThereWithoutCard));
            }
            written.push(*part);
        }
        let public = card.key.clone();
        self.keys.push(OwnKey { home: self.home.clone(), number, card, signing, decryption, story });
        self.kept(&public)
    }

    /// Writes a change. Each file is replaced as a whole; what opens bundles is written before the card that promises it.
    ///
    /// # Errors
    /// `key.unknown`, `io.…`.
    pub fn change(&mut self, change: Change) -> Result<&OwnKey> {
        let Change { files, key } = change;
        let old = self.kept(key.public())?;
        let (parts, number) = (old.parts(), old.number);
        let folder = Private::create(&self.home, FOLDER)?;
        for (part, bytes) in &files {
            let name = part.name(number);
            if parts.contains(part) {
                folder.replace(&name, bytes)?;
            } else if !folder.add(&name, bytes)? {
                return Err(private::strange(folder.place(&name), Detail::ThereAndLeft));
            }
        }
        let public = key.public().clone();
        if let Some(old) = self.keys.iter_mut().find(|own| *own.public() == public) {
            *old = key;
        }
        self.kept(&public)
    }

    /// Removes a key and everything that lies beside it. What opens bundles goes first, then what signs; until that is gone the
    /// key is listed and can be removed again, and a key for one story is never taken for an ordinary one.
    ///
    /// # Errors
    /// `key.unknown`, `io.…`.
    pub fn remove(&mut self, key: &PublicKey) -> Result<OwnKey> {
        let own = self.kept(key)?.clone();
        let folder = Private::create(&self.home, FOLDER)?;
        for part in [KeyPart::Age, KeyPart::Key, KeyPart::Agent, KeyPart::Story, KeyPart::Card] {
            match folder.remove(&part.name(own.number)) {
                Err(error) if error.code == code::IO_MISSING => {}
                removed => removed?,
            }
        }
        self.keys.retain(|other| other.public() != key);
        Ok(own)
    }

    fn kept(&self, key: &PublicKey) -> Result<&OwnKey> {
        self.of(key).ok_or_else(|| Error::new(code::KEY_UNKNOWN, key.line(), Detail::NoKeyIsThis))
    }
}

/// The recipients of these identities, each once, post-quantum ones first.
pub fn recipients(identities: &[Identity]) -> Vec<String> {
    let mut seen = HashSet::new();
    let all = identities.iter().map(Identity::recipient).map(|one| (one.is_post_quantum(), one.to_string()));
    let once: Vec<(bool, String)> = all.filter(|(_, text)| seen.insert(text.clone())).collect();
    let of = |wanted: bool| once.iter().filter(move |(hybrid, _)| *hybrid == wanted).map(|(_, text)| text.clone());
    of(true).chain(of(false)).collect()
}

/// Refuses a note that is too long.
///
/// # Errors
/// `usage`.
pub fn check_story(story: Option<&str>) -> Result<()> {
    if story.is_none_or(|story| story.len() <= limits::STORY) {
        return Ok(());
    }
    let trouble = Detail::StoryTooLong { limit: limits::STORY as u64 };
    Err(Error::new(code::USAGE, "--story", trouble).hint(Hint::StoryShort))
}

/// Refuses a card that nobody could keep as a contact.
fn fitting(card: SignedCard) -> Result<SignedCard> {
    if card.text().len() <= limits::STRING {
        return Ok(card);
    }
    let recipients = card.card.recipients.len();
    let trouble = Detail::CardTooLong { recipients: recipients as u64, limit: limits::STRING as u64 };
    Err(Error::new(code::CARD_LIMIT, card.called(), trouble))
}
