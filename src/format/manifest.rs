//! `seal/manifest.json` (format, section 4): what is signed. It commits to every item and names no person, place or file.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use super::digest::{Digest, Random128};
use super::layout;
use super::listing::{self, Fault};
use super::time::Timestamp;
use crate::base::detail::Detail;

/// The value of `format` in version 1.
pub const FORMAT: &str = "sealbag-manifest/1";

/// The manifest without its commitments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// 128 random bits that name this bundle.
    pub id: Random128,
    /// When the signer's clock says it was sealed, 1980 to 2107.
    pub sealed_at: Timestamp,
    /// The program: `sealbag <x.y.z>`.
    pub sealed_with: String,
    /// The signer's public key, the first two words of its OpenSSH line.
    pub signer: String,
}

impl Manifest {
    /// The name of the top folder in the ZIP, and of the file without its extension: `sealbag-` and 12 digits of the id.
    pub(crate) fn top_folder(&self) -> String {
        layout::top_folder(&self.id.to_string())
    }

    /// Writes the whole manifest; `commitments` must be strictly increasing and not empty.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl Write, commitments: impl IntoIterator<Item = Digest>) -> io::Result<()> {
        listing::write(out, self, "items", commitments)
    }

    /// Reads the whole manifest; each commitment goes to `each`, in order.
    ///
    /// # Errors
    /// What is wrong with its form, that the format is newer, or what kept it from being read.
    pub fn read(input: &mut impl BufRead, each: impl FnMut(Digest)) -> Result<Self, Fault> {
        let manifest: Manifest = listing::read(input, FORMAT, "items", each)?;
        if !manifest.sealed_at.can_seal() {
            return Err(Detail::SealedAtRange.into());
        }
        if !is_program(&manifest.sealed_with) {
            return Err(Detail::SealedWithForm.into());
        }
        Ok(manifest)
    }
}

/// `sealbag <x.y.z>`: three decimal numbers of at most six digits, no leading zeros.
fn is_program(text: &str) -> bool {
    let number =
        |n: &str| (1..=6).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()) && (n == "0" || !n.starts_with('0'));
    text.strip_prefix("sealbag ").is_some_and(|version| version.split('.').count() == 3 && version.split('.').all(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(edit: impl Fn(String) -> String) -> Vec<u8> {
        let manifest = Manifest {
            format: FORMAT.into(),
            id: Random128::new([7; 16]),
            sealed_at: Timestamp::parse("2026-11-24T18:00:00Z").unwrap(),
            sealed_with: "sealbag 0.1.0".into(),
            signer: "ssh-ed25519 AAAA".into(),
        };
        let mut out = Vec::new();
        manifest.write(&mut out, [Digest::from([1; 32]), Digest::from([2; 32])]).unwrap();
        edit(String::from_utf8(out).unwrap()).into_bytes()
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let mut seen = Vec::new();
        let manifest = Manifest::read(&mut written(|text| text).as_slice(), |digest| seen.push(digest)).unwrap();
        assert_eq!(manifest.top_folder(), "sealbag-070707070707");
        assert_eq!(seen.len(), 2);
    }

    #[test]
    fn every_other_form_is_refused() {
        let one = format!("\"{}\"", "01".repeat(32));
        let two = format!("\"{}\"", "02".repeat(32));
        let edits: [(&str, &str); 14] = [
            ("]}\n", "]}"),
            ("]}\n", "]}\n\n"),
            ("]}\n", "] }\n"),
            ("\n]}", ",\n]}"),
            ("\"id\"", "\"ID\""),
            ("2026", "1979"),
            ("0.1.0", "0.01.0"),
            ("0.1.0", "0.1"),
            ("0.1.0", "1234567.1.0"),
            ("\"items\":[\n", "\"items\":[ \n"),
            (&one, &two),
            (&two, &one),
            (&two, "\"02\""),
            ("{\"format\"", "\u{feff}{\"format\""),
        ];
        for (from, to) in edits {
            let bytes = written(|text| text.replacen(from, to, 1));
            assert!(matches!(Manifest::read(&mut bytes.as_slice(), |_| {}), Err(Fault::Malformed(_))), "{from} -> {to}");
        }
        let empty = written(|text| text.replace(&format!("{one},\n{two}\n"), ""));
        assert!(matches!(Manifest::read(&mut empty.as_slice(), |_| {}), Err(Fault::Malformed(_))));
    }

    #[test]
    fn a_later_version_is_newer_and_any_other_word_malformed() {
        let read = |word: &str| {
            let bytes = written(|text| text.replacen(FORMAT, word, 1));
            Manifest::read(&mut bytes.as_slice(), |_| {})
        };
        assert!(matches!(read("sealbag-manifest/2"), Err(Fault::Newer(newer)) if newer.format == "sealbag-manifest/2"));
        for other in ["sealbag-manifest/0", "sealbag-manifest/1.1", "sealbag-manifesto/2", "sealbag", ""] {
            assert!(matches!(read(other), Err(Fault::Malformed(_))), "{other}");
        }
    }
}
