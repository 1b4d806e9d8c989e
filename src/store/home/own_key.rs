//! One of one's own keys: what it says of itself, and the private halves that lie beside its card.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::private::{self, Private};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::crypto::age::{Identity, IdentityFile, decrypt_for_oneself, is_age};
use crate::crypto::card::SignedCard;
use crate::crypto::key::PublicKey;
use crate::crypto::openssh::KeyFile;

/// The folder of own keys in the home folder.
pub(super) const FOLDER: &str = "keys";

/// One of one's own keys: its card, and where the private halves lie.
#[derive(Debug, Clone)]
pub struct OwnKey {
    pub(super) home: PathBuf,
    pub(super) number: u32,
    pub(super) card: SignedCard,
    pub(super) signing: Signing,
    pub(super) decryption: Option<Decryption>,
    pub(super) story: Option<Story>,
}

/// How the half of an own key that signs is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// In an OpenSSH private key file.
    File {
        /// Whether a passphrase is needed to use it.
        encrypted: bool,
    },
    /// By an ssh-agent, which may have it on a FIDO token; only its public half is here.
    Agent,
}

/// How the age identities of an own key are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decryption {
    /// Whether a passphrase is needed to use them.
    pub encrypted: bool,
}

/// The note of a key that is only for one story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Story {
    /// It can be read: it is empty, or an older sealbag wrote it.
    Plain(String),
    /// It is encrypted for the key's own decryption key.
    Encrypted,
}

/// The files that an own key may have under its number, in the order in which a new key gets them: what is private comes after
/// what says whose it is, and what signs comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeyPart {
    /// The signed card.
    Card,
    /// The note that makes it a key for one story.
    Story,
    /// The age identity file.
    Age,
    /// The OpenSSH public key line of a key that an ssh-agent holds.
    Agent,
    /// The OpenSSH private key file.
    Key,
}

impl KeyPart {
    const ALL: [KeyPart; 5] = [KeyPart::Card, KeyPart::Story, KeyPart::Age, KeyPart::Agent, KeyPart::Key];

    fn extension(self) -> &'static str {
        match self {
            KeyPart::Card => "card",
            KeyPart::Story => "story",
            KeyPart::Age => "age",
            KeyPart::Agent => "agent",
            KeyPart::Key => "key",
        }
    }

    /// What the file is called.
    pub fn name(self, stem: impl std::fmt::Display) -> String {
        format!("{stem}.{}", self.extension())
    }

    /// The number and the part that a file name stands for; a number as we write it has no sign and no leading zero.
    pub fn of(name: &str) -> Option<(u32, KeyPart)> {
        let (stem, extension) = name.split_once('.')?;
        let part = KeyPart::ALL.into_iter().find(|part| part.extension() == extension)?;
        let number = stem.parse().ok().filter(|number: &u32| *number > 0 && number.to_string() == stem)?;
        Some((number, part))
    }
}

impl OwnKey {
    /// What its owner calls themself.
    pub fn name(&self) -> &str {
        &self.card.card.name
    }

    /// Its name with the beginning of its fingerprint.
    pub fn called(&self) -> String {
        self.card.called()
    }

    /// Its card.
    pub fn card(&self) -> &SignedCard {
        &self.card
    }

    /// Its public half.
    pub fn public(&self) -> &PublicKey {
        &self.card.key
    }

    /// How the half that signs is kept.
    pub fn signing(&self) -> Signing {
        self.signing
    }

    /// True if the half that signs lies here unencrypted: whoever can read the file can sign.
    pub fn is_exposed(&self) -> bool {
        self.signing == Signing::File { encrypted: false }
    }

    /// Where the half that signs lies; for a key of an ssh-agent, its public half.
    pub fn path(&self) -> PathBuf {
        self.path_of(self.signing_part())
    }

    /// How its age identities are kept; `None` if it has none, like keys made by the first sealbag.
    pub fn decryption(&self) -> Option<Decryption> {
        self.decryption
    }

    /// Where its age identities lie, if it has any.
    pub fn decryption_path(&self) -> PathBuf {
        self.path_of(KeyPart::Age)
    }

    /// True if a bundle can be encrypted for its card and opened here.
    pub fn can_open(&self) -> bool {
        self.decryption.is_some() && !self.card.card.recipients.is_empty()
    }

    /// True for a key that is only for one story.
    pub fn is_for_one_story(&self) -> bool {
        self.story.is_some()
    }

    /// True if the note of a key for one story needs its decryption key to be read.
    pub fn has_encrypted_note(&self) -> bool {
        self.story == Some(Story::Encrypted)
    }

    /// The note of a key for one story, possibly empty; `None` for a key that is for everything. One that is encrypted is opened
    /// with these identities, or with the key's own where they need no passphrase; otherwise it is told as empty.
    ///
    /// # Errors
    /// `envelope.no_key`, `contact.store` for a note that is not as it was left, `io.…`.
    pub fn note(&self, identities: &[Identity]) -> Result<Option<Zeroizing<String>>> {
        let story = match &self.story {
            None => return Ok(None),
            Some(Story::Plain(story)) => return Ok(Some(Zeroizing::new(story.clone()))),
            Some(Story::Encrypted) => self.read(KeyPart::Story)?,
        };
        let own = match self.identity_file()? {
            Some(file) if identities.is_empty() && !file.is_encrypted() => file.open(None)?,
            _ => Vec::new(),
        };
        let identities = if own.is_empty() { identities } else { own.as_slice() };
        if identities.is_empty() {
            return Ok(Some(Zeroizing::default()));
        }
        let text = decrypt_for_oneself(&story.0, identities, &story.1, limits::STORY as u64)?;
        let text = std::str::from_utf8(&text).map_err(|_| private::strange(&story.0, Detail::NotAStory))?;
        Ok(Some(Zeroizing::new(text.to_owned())))
    }

    /// Reads the file with the half that signs, which a key of an ssh-agent does not have; opening it may need the passphrase.
    ///
    /// # Errors
    /// `io.…`, and those of [`KeyFile::read`].
    pub fn key_file(&self) -> Result<KeyFile> {
        let (place, bytes) = self.read(KeyPart::Key)?;
        let file = KeyFile::read(&place, &bytes)?;
        if &file.public()? != self.public() {
            return Err(private::strange(place, Detail::HoldsAnotherKey));
        }
        Ok(file)
    }

    /// Reads the age identity file, where there is one; opening it may need the passphrase.
    ///
    /// # Errors
    /// `io.…`, and those of [`IdentityFile::read`].
    pub fn identity_file(&self) -> Result<Option<IdentityFile>> {
        if self.decryption.is_none() {
            return Ok(None);
        }
        let (place, bytes) = self.read(KeyPart::Age)?;
        IdentityFile::read(&place, &bytes).map(Some)
    }

    /// The files that it has.
    pub(super) fn parts(&self) -> Vec<KeyPart> {
        let mut parts = vec![KeyPart::Card];
        parts.extend(self.story.is_some().then_some(KeyPart::Story));
        parts.extend(self.decryption.is_some().then_some(KeyPart::Age));
        parts.push(self.signing_part());
        parts
    }

    fn signing_part(&self) -> KeyPart {
        match self.signing {
            Signing::File { .. } => KeyPart::Key,
            Signing::Agent => KeyPart::Agent,
        }
    }

    /// One of its files: what messages call it, and all of it.
    pub(super) fn read(&self, part: KeyPart) -> Result<(String, Zeroizing<Vec<u8>>)> {
        let missing = || Error::new(code::IO_MISSING, self.path_of(part).to_string_lossy(), Detail::NoSuchFile);
        let folder = Private::open(&self.home, FOLDER)?.ok_or_else(missing)?;
        let name = part.name(self.number);
        Ok((folder.place(&name), folder.read(&name)?.bytes))
    }

    fn path_of(&self, part: KeyPart) -> PathBuf {
        self.home.join(FOLDER).join(part.name(self.number))
    }
}

/// Reads the note of a key for one story: an age file, or UTF-8 text of at most [`limits::STORY`] bytes and a line break.
pub(super) fn story(place: &str, bytes: &[u8]) -> Result<Story> {
    if is_age(bytes) {
        return Ok(Story::Encrypted);
    }
    let text = std::str::from_utf8(bytes).ok().and_then(|text| text.strip_suffix('\n'));
    let text = text.filter(|text| text.len() <= limits::STORY);
    text.map(|text| Story::Plain(text.to_owned())).ok_or_else(|| private::strange(place, Detail::NotAStory))
}
