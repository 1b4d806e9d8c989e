//! The derived files (format, section 5): a pure function of the manifest and the items shown. With them an unpacked bundle
//! is a BagIt 1.0 bag (RFC 8493) and every stock tool can check it.

use super::digest::{Digest, Hasher};
use super::layout::Part;
use super::manifest::Manifest;

/// `bagit.txt`.
pub const BAGIT_TXT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// `VERIFY.txt`: how to check a bundle without sealbag, the same in every bundle of version 1.
pub const VERIFY_TXT: &str = include_str!("VERIFY.txt");

/// `bag-info.txt` for a payload of `files` files with `bytes` bytes altogether.
pub fn bag_info(manifest: &Manifest, bytes: u64, files: u64) -> String {
    format!(
        "Bag-Software-Agent: {}\nBagging-Date: {}\nExternal-Identifier: {}\nPayload-Oxum: {bytes}.{files}\n",
        super::manifest::FORMAT,
        manifest.sealed_at.date(),
        manifest.id,
    )
}

/// One line of `manifest-sha256.txt`; the lines stand in the order of the paths.
pub fn manifest_line(sha256: &Digest, path: &str) -> String {
    format!("{sha256}  data/{path}\n")
}

/// The digests of the files that the tag manifest lists.
#[derive(Debug, Clone, Copy)]
pub struct TagDigests {
    /// `bag-info.txt`
    pub bag_info: Digest,
    /// `manifest-sha256.txt`
    pub manifest_sha256: Digest,
    /// `seal/items.jsonl`
    pub items: Digest,
    /// `seal/manifest.json`
    pub manifest: Digest,
}

/// True for the five files that follow from the manifest and the items shown.
pub fn is_derived(part: Part) -> bool {
    matches!(part, Part::BagInfo | Part::Bagit | Part::PayloadManifest | Part::TagManifest | Part::Verify)
}

/// `tagmanifest-sha256.txt`.
pub fn tagmanifest(digests: &TagDigests) -> String {
    let rows = [
        (Digest::of(VERIFY_TXT.as_bytes()), "VERIFY.txt"),
        (digests.bag_info, "bag-info.txt"),
        (Digest::of(BAGIT_TXT.as_bytes()), "bagit.txt"),
        (digests.manifest_sha256, "manifest-sha256.txt"),
        (digests.items, "seal/items.jsonl"),
        (digests.manifest, "seal/manifest.json"),
    ];
    rows.iter().map(|(digest, name)| format!("{digest}  {name}\n")).collect()
}

/// Length and digest of a derived file, known without keeping its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// Length in bytes.
    pub size: u64,
    /// SHA-256.
    pub sha256: Digest,
}

impl Expected {
    /// Of bytes at hand.
    pub fn of(bytes: &[u8]) -> Self {
        Expected { size: bytes.len() as u64, sha256: Digest::of(bytes) }
    }
}

/// Collects `manifest-sha256.txt` line by line, for its length and digest.
#[derive(Clone, Default)]
pub struct ManifestSum {
    hasher: Hasher,
    size: u64,
}

impl ManifestSum {
    /// Adds the next line.
    pub fn add(&mut self, sha256: &Digest, path: &str) {
        let line = manifest_line(sha256, path);
        self.size += line.len() as u64;
        self.hasher.update(line.as_bytes());
    }

    /// Length and digest of the whole.
    pub fn finish(self) -> Expected {
        Expected { size: self.size, sha256: self.hasher.finish() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_the_one_that_the_format_fixes() {
        let fixed = "7e7b0387c7d6edb96c8dab74e6d08440c4f2ecbbcacdca4a6ca0a8542ec1aea3";
        assert_eq!(Digest::of(VERIFY_TXT.as_bytes()).to_string(), fixed);
        assert!(VERIFY_TXT.is_ascii());
    }
}
