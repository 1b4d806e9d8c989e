//! Small things that a reader keeps for themself alone, encrypted for their own identities.

use std::io::{Read, Write};

use zeroize::Zeroizing;

use super::encrypt::{EncryptTo, encrypt};
use super::header::Header;
use super::identity::{Identity, Recipient};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::place::Place;

/// Encrypts `bytes` for these identities: for the post-quantum ones, or where there are none for the others.
///
/// # Errors
/// `envelope.recipient` where there is no identity.
pub fn encrypt_for_oneself(identities: &[Identity], bytes: &[u8]) -> Result<Vec<u8>> {
    let all: Vec<Recipient> = identities.iter().map(Identity::recipient).collect();
    let hybrid = all.iter().any(Recipient::is_post_quantum);
    let chosen: Vec<Recipient> = all.into_iter().filter(|one| one.is_post_quantum() == hybrid).collect();
    let failed = |error: std::io::Error| Error::io(Place::DecryptionKey, &error);
    let mut out = encrypt(EncryptTo::Recipients(&chosen), Vec::new())?;
    out.write_all(bytes).map_err(failed)?;
    out.finish().map_err(failed)
}

/// Opens what [`encrypt_for_oneself`] made, at most `limit` bytes; `thing` names it in errors.
///
/// # Errors
/// `envelope.no_key` where none of these identities opens it, `contact.store` where it was altered or is longer.
pub fn decrypt_for_oneself(thing: &str, identities: &[Identity], bytes: &[u8], limit: u64) -> Result<Zeroizing<Vec<u8>>> {
    let altered = |error: Error| match error.code == code::ENVELOPE_NO_KEY {
        true => Error { place: Place::from(thing), ..error },
        false => Error::new(code::CONTACT_STORE, thing, error.detail),
    };
    let mut input = bytes;
    let header = Header::read(&mut input).map_err(altered)?;
    let envelope = header.open(identities).map_err(altered)?;
    let decrypted = envelope.decrypt(header.bytes().chain(input)).map_err(altered)?;
    // room for all of it from the start: a buffer that grows leaves copies of a secret behind
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let read = decrypted.take(limit + 1).read_to_end(&mut text);
    read.map_err(|error| altered(Error::io(thing, &error)))?;
    if text.len() as u64 > limit {
        return Err(Error::new(code::CONTACT_STORE, thing, Detail::LargerThanRead { limit }));
    }
    Ok(text)
}
