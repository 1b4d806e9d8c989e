//! SHA-256 digests: of files, item lines (commitments), manifests (bundle digests) and keys (fingerprints).

use crate::base::detail::Detail;
use std::{fmt, io};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

/// A SHA-256 digest, 32 bytes; in text 64 lower-case hex digits. Its order is that of its bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Digest(sha2::Sha256::digest(bytes).into())
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 lower-case hex digits, nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok().map(Digest)
    }

    /// The digest to read out over the phone: its first 30 bytes as six 5-byte big-endian numbers modulo 100,000, five
    /// digits each.
    pub fn spoken(&self) -> String {
        let group = |five: &[u8]| five.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte)) % 100_000;
        let groups: Vec<String> = self.0.chunks_exact(5).map(|five| format!("{:05}", group(five))).collect();
        groups.join(" ")
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Digest(bytes)
    }
}

impl TryFrom<String> for Digest {
    type Error = Detail;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Digest::parse(&text).ok_or(Detail::DigestForm)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Hashes what is written to it.
#[derive(Clone, Default)]
pub struct Hasher(sha2::Sha256);

impl Hasher {
    /// Hashes `bytes` after what came before.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of everything.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// 128 random bits as 32 lower-case hex digits: a bundle's id, or an item's salt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Random128([u8; 16]);

impl Random128 {
    /// Takes 16 bytes that nobody can guess.
    pub fn new(bytes: [u8; 16]) -> Self {
        Random128(bytes)
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl TryFrom<String> for Random128 {
    type Error = Detail;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Random128).ok_or(Detail::RandomForm)
    }
}

impl From<Random128> for String {
    fn from(id: Random128) -> Self {
        id.to_string()
    }
}

impl fmt::Display for Random128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Random128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spoken_digits_are_six_groups_of_five() {
        let mut bytes = [0; 32];
        bytes[4] = 7;
        bytes[5..10].copy_from_slice(&[0xff; 5]);
        // 2^40 - 1 = 1,099,511,627,775
        assert_eq!(Digest(bytes).spoken(), "00007 27775 00000 00000 00000 00000");
    }

    #[test]
    fn only_lower_case_hex_of_full_length_is_a_digest() {
        let good = "00".repeat(31) + "ab";
        assert!(Digest::parse(&good).is_some());
        assert!(Digest::parse(&good.to_uppercase()).is_none());
        assert!(Digest::parse(&good[2..]).is_none());
    }
}
