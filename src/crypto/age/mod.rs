//! Envelopes: age files (C2SP age), made for recipients or a passphrase and opened with identities. The age crate does the
//! cryptography; what it lacks, a header read in linear time and the hybrid recipient, is here.

mod envelope;
mod header;
mod hybrid;
mod identity;

use std::io::{self, BufRead, BufReader, Read, Write};

use age::armor::ArmoredReader;
use age::stream::StreamWriter;
use age_core::secrecy::SecretString;

pub use envelope::{Decrypted, Envelope};
use envelope::{Minding, damaged, told};
pub use header::Header;
pub use hybrid::{HybridIdentity, HybridRecipient};
pub use identity::{Identity, IdentityFile, Recipient, identity_lines, write_identities};

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

/// Begins an envelope: what is written to it comes out of `out` encrypted. It is whole only when it was finished. `out` buffers at
/// least 64 KiB, or what it says of a full disk while the header is written is lost.
pub fn encrypt<W: Write>(lock: Lock, out: W) -> Result<StreamWriter<W>> {
    let failed = |error: io::Error| Error::io("bundle", &error);
    let refused = |error: age::EncryptError| Error::new(code::ENVELOPE_RECIPIENT, "recipients", error.to_string());
    let encryptor = match lock {
        Lock::Recipients(recipients) => {
            let hybrid = recipients.iter().filter(|recipient| recipient.is_post_quantum()).count();
            let most = if hybrid > 0 { limits::HYBRID_RECIPIENTS } else { limits::RECIPIENTS };
            if recipients.len() > most {
                let trouble = format!("they are {}, and at most {most} of this kind can be encrypted for", recipients.len());
                return Err(Error::new(code::INPUT_LIMIT, "recipients", trouble).hint("seal it twice, for some each time"));
            }
            age::Encryptor::with_recipients(recipients.iter().map(|recipient| recipient as &dyn age::Recipient))
        }
        Lock::Passphrase(passphrase, work) => {
            let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
            recipient.set_work_factor(work);
            age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
        }
    };
    encryptor.map_err(refused)?.wrap_output(out).map_err(failed)
}
