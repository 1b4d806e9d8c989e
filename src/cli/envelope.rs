//! Opening envelopes with one's own keys, or with a passphrase.

use std::path::Path;

use sealbag::Source;
use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::place::Place;
use sealbag::base::watch::Watch;
use sealbag::crypto::age::{Envelope, Header, Identity};
use sealbag::crypto::key::Fingerprint;
use sealbag::store::home::keyring::Keyring;

use super::context::Context;
use super::interrupt;
use super::passphrase::{self, Passphrase};

/// Opens the envelopes of one run. A key that was opened stays open, and a passphrase is tried on every other envelope, so that
/// each is asked for once; a key whose passphrase was not known is not asked about again.
pub struct Opener<'c> {
    context: &'c Context,
    opened: Vec<(Fingerprint, Vec<Identity>)>,
    closed: Vec<(Fingerprint, Error)>,
    passphrases: Vec<Passphrase>,
}

impl<'c> Opener<'c> {
    /// Uses one's own keys, which are read only when there is something to open.
    pub fn new(context: &'c Context) -> Self {
        let opened = context.opened.borrow().clone();
        Opener { context, opened, closed: Vec::new(), passphrases: Vec::new() }
    }

    /// What every command gets.
    pub fn context(&self) -> &'c Context {
        self.context
    }

    /// The source, with its envelope opened if it is one.
    pub fn open(&mut self, source: Source) -> Result<Source> {
        source.unlock(|header| self.unlock(&header))
    }

    /// The same, where it is to be read again later; a stream is first copied to a file without a name in the folder `near`.
    pub fn settle(&mut self, source: Source, near: &Path, watch: &dyn Watch) -> Result<Source> {
        Ok(source.settle(near, |header| self.unlock(&header), watch)?.until(interrupt::stopped))
    }

    fn unlock_with_passphrase(&mut self, header: &Header) -> Result<Envelope> {
        let most = self.context.flags.max_work_factor;
        // before anybody is asked for a passphrase
        header.costs_at_most(most)?;
        for passphrase in &self.passphrases {
            match header.open_with_passphrase(passphrase, most) {
                Err(error) if error.code == code::KEY_PASSPHRASE => {}
                opened => return opened,
            }
        }
        let open = |passphrase: &str| header.open_with_passphrase(passphrase, most);
        match passphrase::bundle("the bundle", self.context, open) {
            Ok((envelope, passphrase)) => {
                self.passphrases.push(passphrase);
                Ok(envelope)
            }
            Err(error) if error.code == code::KEY_PASSPHRASE => {
                Err(error.hint("try again, or ask whoever sealed it for the passphrase"))
            }
            Err(error) => Err(error),
        }
    }

    fn unlock(&mut self, header: &Header) -> Result<Envelope> {
        if header.is_passphrase() {
            return self.unlock_with_passphrase(header);
        }
        if let Some(envelope) = fitting(header, self.opened.iter().flat_map(|(_, identities)| identities))? {
            return Ok(envelope);
        }
        let (mut keys, mut wrong) = (0, None);
        let mut own: Vec<_> = Vec::new();
        let keyring = Keyring::open(self.context.home()?)?;
        for key in keyring.keys() {
            if let Some(file) = key.identity_file()? {
                keys += 1;
                own.push((key, file));
            }
        }
        // those that need no passphrase first
        own.sort_by_key(|(_, file)| file.is_encrypted());
        for (key, file) in own {
            let fingerprint = key.public().fingerprint();
            if self.opened.iter().any(|(known, _)| *known == fingerprint) {
                continue;
            }
            if let Some((_, error)) = self.closed.iter().find(|(known, _)| *known == fingerprint) {
                wrong = wrong.or(Some(again(error)));
                continue;
            }
            let opened = match file.is_encrypted() {
                false => file.open(None),
                true => {
                    let open = |passphrase: &str| file.open(Some(passphrase));
                    passphrase::decryption(key.name(), self.context, open).map(|(identities, _)| identities)
                }
            };
            let identities = match opened {
                Ok(identities) => identities,
                // the passphrase may be another key's
                Err(error) if error.code == code::KEY_PASSPHRASE => {
                    self.closed.push((fingerprint, again(&error)));
                    wrong = wrong.or(Some(error));
                    continue;
                }
                Err(error) => return Err(error),
            };
            let envelope = fitting(header, &identities)?;
            self.opened.push((fingerprint, identities));
            if let Some(envelope) = envelope {
                return Ok(envelope);
            }
        }
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        let error = Error::new(
            code::ENVELOPE_NO_KEY,
            Place::Bundle,
            match keys {
                0 => "it is encrypted, and you have no decryption key here",
                _ => "it is encrypted, and no decryption key of yours opens it",
            },
        );
        Err(match keys {
            0 => error.hint(
                "if your keys are kept elsewhere, say where: --home DIR; else make one, sealbag key new --name NAME, and ask the sender to seal it again for your card",
            ),
            _ => error,
        })
    }
}

/// The same error once more.
fn again(error: &Error) -> Error {
    Error::new(error.code, error.place.clone(), error.detail.clone())
}

/// The envelope, if one of these opens it.
fn fitting<'k>(header: &Header, identities: impl IntoIterator<Item = &'k Identity>) -> Result<Option<Envelope>> {
    match header.open(identities) {
        Ok(envelope) => Ok(Some(envelope)),
        Err(error) if error.code == code::ENVELOPE_NO_KEY => Ok(None),
        Err(error) => Err(error),
    }
}
