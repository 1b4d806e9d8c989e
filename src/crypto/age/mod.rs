//! Envelopes: age files (C2SP age), made for recipients or a passphrase and opened with identities. The age crate does the
//! cryptography of recipients; what it lacks, a header read in linear time, the hybrid recipient and a fast payload, is here.

mod envelope;
mod header;
mod hybrid;
mod identity;
mod stream;

use std::io::{self, BufRead, BufReader, Read, Write};

use age::armor::ArmoredReader;
use age_core::secrecy::SecretString;

pub use envelope::Envelope;
use envelope::{Catching, Minding, damaged, told};
pub use header::Header;
pub use hybrid::{HybridIdentity, HybridRecipient};
pub use identity::{Identity, IdentityFile, Recipient, identity_lines, write_identities};
pub use stream::{Decrypted, Encrypted};

use crate::base::code;
use crate::base::error::{Error, Result};
use crate::base::limits;

/// What an envelope is closed with.
#[derive(Clone, Copy)]
pub enum Lock<'a> {
    /// For these, all of one kind.
    Recipients(&'a [Recipient]),
    /// Under a passphrase, at a cost of 2 to this power.
    Passphrase(&'a str, u8),
}

/// True if bytes begin as an age file does, binary or armored.
pub fn is_age(beginning: &[u8]) -> bool {
    beginning.starts_with(b"age-encryption.org/") || is_armored(beginning)
}

/// True if bytes begin as an armored age file does.
pub fn is_armored(beginning: &[u8]) -> bool {
    beginning.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
}

/// The bytes of the binary file, whether `input` is armored or not.
pub fn dearmor<'i>(mut input: impl BufRead + 'i + Send) -> Box<dyn BufRead + Send + 'i> {
    if !input.fill_buf().is_ok_and(is_armored) {
        return Box::new(input);
    }
    let lines = ShortLines { input: Minding::new(input, &[]), line: 0 };
    Box::new(BufReader::with_capacity(64 << 10, Dearmored(ArmoredReader::new(lines))))
}

struct Dearmored<R: Read>(ArmoredReader<BufReader<R>>);

impl<R: Read> Read for Dearmored<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out).map_err(told)
    }
}

/// Refuses lines that no armor has, before they fill the memory.
struct ShortLines<R> {
    input: R,
    /// How much of a line has passed.
    line: usize,
}

impl<R: Read> Read for ShortLines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(out)?;
        for byte in out.get(..count).unwrap_or_default() {
            self.line = if *byte == b'\n' { 0 } else { self.line + 1 };
            if self.line > limits::ARMOR_LINE {
                return Err(damaged("a line of its armor is too long"));
            }
        }
        Ok(count)
    }
}

/// Begins an envelope: what is written to it comes out of `out` encrypted. It is whole only when it was finished.
pub fn encrypt<W: Write>(lock: Lock, mut out: W) -> Result<Encrypted<W>> {
    let refused = |trouble: String| Error::new(code::ENVELOPE_RECIPIENT, "recipients", trouble);
    let scrypt;
    let recipients: Vec<&dyn age::Recipient> = match lock {
        Lock::Recipients(recipients) => {
            let hybrid = recipients.iter().any(Recipient::is_post_quantum);
            let most = if hybrid { limits::HYBRID_RECIPIENTS } else { limits::RECIPIENTS };
            if recipients.len() > most {
                let trouble = format!("they are {}, and at most {most} of this kind can be encrypted for", recipients.len());
                return Err(Error::new(code::INPUT_LIMIT, "recipients", trouble).hint("seal it twice, for some each time"));
            }
            recipients.iter().map(|recipient| recipient as _).collect()
        }
        Lock::Passphrase(passphrase, work) => {
            let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
            recipient.set_work_factor(work);
            scrypt = recipient;
            vec![&scrypt]
        }
    };
    let catching = Catching::each(recipients);
    let encryptor = age::Encryptor::with_recipients(catching.iter().map(|recipient| recipient as _));
    let encryptor = encryptor.map_err(|error| refused(error.to_string()))?;
    // the header and the nonce: dropped unfinished, age's writer writes no more
    let mut beginning = Vec::new();
    let begun = encryptor.wrap_output(&mut beginning).map(drop);
    begun.and_then(|()| out.write_all(&beginning)).map_err(|error| Error::io("bundle", &error))?;
    let (_, nonce) = beginning.split_at_checked(beginning.len().saturating_sub(stream::NONCE)).unwrap_or_default();
    let file_key = catching.iter().find_map(Catching::caught);
    file_key.and_then(|file_key| Encrypted::new(&file_key, nonce, out)).ok_or_else(|| refused("there are none".into()))
}
