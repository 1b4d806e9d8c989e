//! Making an envelope for recipients, or under a passphrase.

use std::io::Write;

use age_core::secrecy::SecretString;

use super::envelope::Catching;
use super::identity::Recipient;
use super::stream::{self, Encrypted};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::hint::Hint;
use crate::base::limits;
use crate::base::place::Place;

/// For whom, or under what, an envelope is encrypted.
#[derive(Clone, Copy)]
pub enum EncryptTo<'a> {
    /// For these recipients, all of one kind.
    Recipients(&'a [Recipient]),
    /// Under a passphrase, at a cost of 2 to this power.
    Passphrase(&'a str, u8),
}

/// Begins an envelope: what is written to it goes to `out` encrypted. It is complete only once it is finished.
///
/// # Errors
/// `envelope.recipient` for recipients that cannot be combined, `input.limit` for more of them than a header holds, `io.…`.
pub fn encrypt<W: Write>(lock: EncryptTo, mut out: W) -> Result<Encrypted<W>> {
    let refused = |detail: Detail| Error::new(code::ENVELOPE_RECIPIENT, Place::Recipients, detail);
    let scrypt;
    let recipients: Vec<&dyn age::Recipient> = match lock {
        EncryptTo::Recipients(recipients) => {
            let hybrid = recipients.iter().any(Recipient::is_post_quantum);
            let most = if hybrid { limits::HYBRID_RECIPIENTS } else { limits::RECIPIENTS };
            if recipients.len() > most {
                let trouble = Detail::TooManyRecipients { count: recipients.len() as u64, most: most as u64 };
                return Err(Error::new(code::INPUT_LIMIT, Place::Recipients, trouble).hint(Hint::SealTwice));
            }
            recipients.iter().map(|recipient| recipient as _).collect()
        }
        EncryptTo::Passphrase(passphrase, work) => {
            let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
            recipient.set_work_factor(work);
            scrypt = recipient;
            vec![&scrypt]
        }
    };
    let catching = Catching::each(recipients);
    let encryptor = age::Encryptor::with_recipients(catching.iter().map(|recipient| recipient as _));
    let encryptor = encryptor.map_err(|error| refused(Detail::Foreign(error.to_string())))?;
    // only the header and the nonce: age's writer is dropped unfinished, so it writes no more
    let mut beginning = Vec::new();
    let begun = encryptor.wrap_output(&mut beginning).map(drop);
    begun.and_then(|()| out.write_all(&beginning)).map_err(|error| Error::io(Place::Bundle, &error))?;
    let (_, nonce) = beginning.split_at_checked(beginning.len().saturating_sub(stream::NONCE)).unwrap_or_default();
    let file_key = catching.iter().find_map(Catching::caught);
    file_key.and_then(|file_key| Encrypted::new(&file_key, nonce, out)).ok_or_else(|| refused(Detail::NoRecipients))
}
