//! The header of an age file, read by our own linear-time code before the age crate sees it: that crate's parser takes time
//! quadratic in the header's length.

use std::io::{self, BufRead, Read};

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::sentence::Quoted;

const V1: &[u8] = b"age-encryption.org/v1";
const COLUMNS: usize = 64;

/// A well-formed header that has not been opened yet.
pub struct Header {
    bytes: Vec<u8>,
    stanzas: usize,
    /// The work factor of the passphrase, if only one opens it.
    scrypt: Option<u8>,
}

/// The version that the first line of an age file names, if it is a later one: `v` and a decimal number.
fn later_version(line: &[u8]) -> Option<&str> {
    let version = std::str::from_utf8(line.strip_prefix(b"age-encryption.org/")?).ok()?;
    let number = version.strip_prefix('v')?;
    let plain = (1..=6).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
    (plain && number != "1").then_some(version)
}

impl Header {
    /// Reads a header from the beginning of a binary age file, and nothing after it. At most [`limits::AGE_HEADER`] bytes and
    /// [`limits::STANZAS`] stanzas are read, and a passphrase may cost at most [`limits::SCRYPT_MOST`].
    ///
    /// # Errors
    /// `envelope.header` where it is not the header of an age file, `envelope.newer`, `envelope.limit`, `envelope.cost`,
    /// `io.…`.
    pub fn read(input: &mut dyn BufRead) -> Result<Self> {
        let mut header = Header { bytes: Vec::new(), stanzas: 0, scrypt: None };
        match header.line(input)?.as_slice() {
            V1 => {}
            other => {
                let Some(version) = later_version(other) else { return Err(malformed(Detail::NotAnAgeFile)) };
                let trouble = Detail::AgeVersion { version: Quoted(version.to_owned()) };
                return Err(Error::new(code::ENVELOPE_NEWER, Place::Bundle, trouble));
            }
        }
        let mut count = 0;
        loop {
            let line = header.line(input)?;
            if let Some(mac) = line.strip_prefix(b"--- ") {
                return if !is_base64(mac, 32) {
                    Err(malformed(Detail::NoMac))
                } else if count == 0 {
                    Err(malformed(Detail::ForNobody))
                } else if header.scrypt.is_some() && count > 1 {
                    Err(malformed(Detail::PassphraseNotAlone))
                } else {
                    header.costs_at_most(limits::SCRYPT_MOST).map(|()| header)
                };
            }
            count += 1;
            if count > limits::STANZAS {
                return Err(Error::new(
                    code::ENVELOPE_LIMIT,
                    Place::Bundle,
                    Detail::TooManyStanzas { most: limits::STANZAS as u64 },
                ));
            }
            let arguments = line.strip_prefix(b"-> ").ok_or_else(|| malformed(Detail::NoStanza))?;
            let arguments: Vec<&[u8]> = arguments.split(|byte| *byte == b' ').collect();
            if !arguments.iter().all(|argument| !argument.is_empty() && argument.iter().all(u8::is_ascii_graphic)) {
                return Err(malformed(Detail::OddArgument));
            }
            match arguments.as_slice() {
                [b"scrypt", salt, log] => {
                    let work =
                        decimal(log).filter(|_| is_base64(salt, 16)).ok_or_else(|| malformed(Detail::OddScryptStanza))?;
                    header.scrypt = Some(work);
                }
                [b"scrypt", ..] => return Err(malformed(Detail::OddScryptStanza)),
                _ => {}
            }
            // grease, which a writer adds to keep readers used to unknown stanzas, is for nobody
            header.stanzas += usize::from(!arguments.first().is_some_and(|tag| tag.ends_with(b"-grease")));
            header.body(input)?;
        }
    }

    /// Reads the body of a stanza: full lines, then a shorter one.
    fn body(&mut self, input: &mut dyn BufRead) -> Result<()> {
        loop {
            let line = self.line(input)?;
            let full = line.len() == COLUMNS;
            let bytes = line.len() * 3 / 4;
            if line.len() > COLUMNS || !is_base64(&line, bytes) {
                return Err(malformed(Detail::OddStanzaBody));
            }
            if !full {
                return Ok(());
            }
        }
    }

    /// The next line, without its LF.
    fn line(&mut self, input: &mut dyn BufRead) -> Result<Vec<u8>> {
        let mut line = Vec::new();
        let room = (limits::AGE_HEADER - self.bytes.len()) as u64;
        input.take(room).read_until(b'\n', &mut line).map_err(|error: io::Error| Error::io(Place::Bundle, &error))?;
        self.bytes.extend(&line);
        if line.pop() != Some(b'\n') {
            if self.bytes.len() >= limits::AGE_HEADER {
                let trouble = Detail::HeaderTooLong { limit: limits::AGE_HEADER as u64 };
                return Err(Error::new(code::ENVELOPE_LIMIT, Place::Bundle, trouble));
            }
            return Err(malformed(Detail::HeaderCut));
        }
        Ok(line)
    }

    /// The header as it stands in the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many recipients it is for, as far as that can be seen.
    pub fn recipients(&self) -> usize {
        self.stanzas
    }

    /// True if only a passphrase opens it.
    pub fn is_passphrase(&self) -> bool {
        self.scrypt.is_some()
    }

    /// Refuses one whose passphrase asks for more work than this, as the logarithm of scrypt's N to base 2.
    ///
    /// # Errors
    /// `envelope.cost`.
    pub fn costs_at_most(&self, most: u8) -> Result<()> {
        let Some(work) = self.scrypt.filter(|work| *work > most) else { return Ok(()) };
        let trouble = Detail::ScryptWork { work: work.into(), most: most.into() };
        Err(Error::new(code::ENVELOPE_COST, Place::Bundle, trouble))
    }
}

pub(super) fn malformed(reason: Detail) -> Error {
    Error::new(code::ENVELOPE_HEADER, Place::Bundle, Detail::HeaderMalformed { reason: Box::new(reason) })
}

/// True if this is the one base64 text, without padding, of so many bytes.
fn is_base64(text: &[u8], bytes: usize) -> bool {
    data_encoding::BASE64_NOPAD.decode(text).is_ok_and(|decoded| decoded.len() == bytes)
}

/// A number as age writes it.
fn decimal(text: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(text).ok().filter(|text| !text.starts_with(['0', '+']))?;
    // a number too large for a `u8` counts as the largest
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().unwrap_or(u8::MAX))
}
