//! Length, SHA-256 and CRC-32 of a file's bytes: what the seal and the ZIP say of them.

use super::digest::{Digest, Hasher};

/// What was measured of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Length in bytes.
    pub size: u64,
    /// SHA-256.
    pub sha256: Digest,
    /// CRC-32 as ZIP has it (ISO 3309).
    pub crc32: u32,
}

impl Measure {
    /// Of bytes that were not read, because there are more than there can be. Only the length is right, and nothing that fits has it.
    pub fn unread(size: u64) -> Self {
        Measure { size, ..Measure::of(b"") }
    }

    /// Of bytes at hand.
    pub fn of(bytes: &[u8]) -> Self {
        let mut measuring = Measuring::default();
        measuring.update(bytes);
        measuring.finish()
    }
}

/// Measures bytes as they pass.
#[derive(Clone, Default)]
pub struct Measuring {
    size: u64,
    sha256: Hasher,
    crc32: crc32fast::Hasher,
}

impl Measuring {
    /// Measures `bytes` after what came before.
    pub fn update(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.sha256.update(bytes);
        self.crc32.update(bytes);
    }

    /// How many bytes have passed.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The measure of everything.
    pub fn finish(self) -> Measure {
        Measure { size: self.size, sha256: self.sha256.finish(), crc32: self.crc32.finalize() }
    }
}
