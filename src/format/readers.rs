//! `seal/readers.json` (format, section 10): for whom a copy was encrypted, in slips that only each reader can open. It lies in
//! that encrypted copy and in nothing made from it.

use std::fmt;
use std::io::{self, BufRead, Write};

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::listing::{self, Entry, Fault};
use super::time::Timestamp;
use crate::base::detail::Detail;
use crate::base::limits;

/// The value of `format` in version 1.
pub const FORMAT: &str = "sealbag-readers/1";

/// The list of readers without its slips.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readers {
    /// [`FORMAT`].
    pub format: String,
    /// The bundle digest: SHA-256 of `seal/manifest.json`.
    pub bundle: Digest,
    /// SHA-256 of the last release in this copy; null where there is none.
    pub release: Option<Digest>,
    /// When, by its author's clock.
    pub at: Timestamp,
    /// The public key of whoever encrypted this copy.
    pub by: String,
}

impl Readers {
    /// Writes the whole list; `slips` must be strictly increasing and not empty.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl Write, slips: impl IntoIterator<Item = Slip>) -> io::Result<()> {
        listing::write(out, self, "slips", slips)
    }

    /// Reads the whole list; each slip goes to `each`, in order.
    ///
    /// # Errors
    /// What is wrong with its form, that the format is newer, or what kept it from being read.
    pub fn read(input: &mut impl BufRead, each: impl FnMut(Slip)) -> Result<Self, Fault> {
        listing::read(input, FORMAT, "slips", each)
    }
}

/// One slip, as base64 of an age file. What is in it only its reader can say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slip(String);

impl Slip {
    /// Takes the bytes of an age file.
    pub fn of(bytes: &[u8]) -> Self {
        Slip(BASE64.encode(bytes))
    }

    /// The bytes of the age file.
    pub fn bytes(&self) -> Vec<u8> {
        BASE64.decode(self.0.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Entry for Slip {
    const MOST: usize = limits::STANZAS;

    fn parse(text: &str) -> Result<Self, Detail> {
        // the decoder takes the one canonical encoding only
        match BASE64.decode(text.as_bytes()) {
            Ok(bytes) if (1..=limits::SLIP).contains(&bytes.len()) => Ok(Slip(text.to_owned())),
            _ => Err(Detail::NotASlip),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_readers_is_written_as_it_is_read_and_only_so() {
        let head = format!(
            r#"{{"format":"sealbag-readers/1","bundle":"{}","release":null,"at":"2026-01-02T03:04:05Z","by":"ssh-ed25519 AAAA","slips":["#,
            "ab".repeat(32)
        );
        let good = format!("{head}\n\"QQ==\",\n\"QUI=\"\n]}}\n");
        let mut slips = Vec::new();
        let readers = Readers::read(&mut good.as_bytes(), |slip| slips.push(slip)).unwrap();
        assert_eq!(slips.iter().map(Slip::bytes).collect::<Vec<_>>(), [b"A".to_vec(), b"AB".to_vec()]);
        let mut again = Vec::new();
        readers.write(&mut again, slips).unwrap();
        assert_eq!(again, good.as_bytes());
        for (from, to) in [
            ("\"QQ==\",\n", "\"QUI=\",\n"),
            ("\"QQ==\"", "\"QQ\""),
            ("\"QQ==\"", "\"QR==\""),
            ("\"QQ==\"", "\"\""),
            ("\"QQ==\"", "\"Q Q==\""),
            ("\"QQ==\",\n\"QUI=\"\n", ""),
            ("\"release\":null,", ""),
            ("null", "\"\""),
        ] {
            assert!(good.contains(from), "{from}");
            let bad = good.replacen(from, to, 1);
            assert!(matches!(Readers::read(&mut bad.as_bytes(), |_| ()), Err(Fault::Malformed(_))), "{bad}");
        }
        let newer = good.replacen("readers/1", "readers/2", 1);
        assert!(matches!(Readers::read(&mut newer.as_bytes(), |_| ()), Err(Fault::Newer(_))));
    }
}
