//! A bundle as it was read, from a ZIP, a stream or a folder: its seal and its parts, well-formed or with findings, believed by
//! nobody. Payload is only measured here; what it should be, the verifying floor above says.

use cap_std::fs::Dir;

use super::bytes::Bytes;
use super::source::{Content, Opened, Source};
use super::{folder_read, zip_read};
use crate::base::code::Class;
use crate::base::error::{Finding, Findings, Result};
use crate::base::watch::Watch;
use crate::crypto::age;
use crate::crypto::sshsig::MessageHash;
use crate::format::digest::Digest;
use crate::format::item::Item;
use crate::format::manifest::Manifest;
use crate::format::path::PayloadPath;
use crate::format::release::Release;
use crate::format::shown::Shown;

/// A bundle that has been read and that nobody believes yet. It gives out claims, never contents.
pub struct Bundle {
    pub(crate) form: Form,
    /// What it lay in, where it was encrypted.
    pub(crate) envelope: Option<Envelope>,
    pub(crate) seal: Seal,
    pub(crate) payload: Vec<Entry>,
    pub(crate) findings: Findings,
    pub(crate) notes: Findings,
    pub(crate) second_reader: SecondReader,
    /// Where the parts outside `data/` stand, for those who extract them.
    pub(crate) parts: Vec<PartAt>,
    /// The layout breaks off somewhere, so what stands behind is not known.
    pub(crate) broken: bool,
}

/// A part outside `data/`.
pub(crate) struct PartAt {
    pub name: String,
    pub at: u64,
    pub measure: Measure,
}

/// What an envelope says of whom it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// Whoever knows a passphrase.
    Passphrase,
    /// So many recipients.
    Recipients(usize),
}

impl Envelope {
    /// What an opened envelope said in its header.
    pub fn of(envelope: &age::Envelope) -> Self {
        if envelope.is_passphrase() { Envelope::Passphrase } else { Envelope::Recipients(envelope.recipients()) }
    }
}

/// Where the payload can be read again.
pub(crate) enum Form {
    /// In the file, at the places of the entries.
    Zip(Bytes),
    /// In the folder.
    Folder(Dir),
    /// Nowhere: it passed, and the SHA-256 and CRC-32 of each entry were taken.
    Passed(Vec<(Digest, u32)>),
}

/// Whether the second ZIP reader was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecondReader {
    /// It reads the same directory.
    Agrees,
    /// There is no directory: this is a folder.
    NotNeeded,
    /// It was not asked: a stream, or too many entries.
    NotAsked,
}

/// A file found in the payload.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Where it lies, without `data/`.
    pub path: PayloadPath,
    /// Where its bytes begin in the ZIP.
    pub at: u64,
    /// Its length in bytes.
    pub size: u64,
    /// The CRC-32 that the ZIP gives; none in a folder.
    pub crc32: Option<u32>,
}

/// What lies outside `data/`, measured and parsed.
#[derive(Default)]
pub(crate) struct Seal {
    pub bag_info: Option<Measure>,
    pub bagit: Option<Measure>,
    pub manifest_sha256: Option<Measure>,
    pub tagmanifest: Option<Measure>,
    pub verify: Option<Measure>,
    pub items: Option<Measure>,
    pub shown: Option<Shown>,
    pub manifest: Option<SealedManifest>,
    pub signature: Option<Vec<u8>>,
    pub releases: Vec<SealedRelease>,
    /// The manifest names a format that this program does not know.
    pub newer: Option<Finding>,
}

/// The manifest and what its commitments say of the items shown.
pub(crate) struct SealedManifest {
    pub manifest: Manifest,
    pub digest: Digest,
    pub message: MessageHash,
    /// How many items were sealed.
    pub total: u64,
    /// The commitments of those that are not shown, increasing; none where the items could not be read.
    pub missing: Vec<Digest>,
}

/// A release and what it withholds.
pub(crate) struct SealedRelease {
    /// Its place in the chain, from 1.
    pub number: usize,
    /// None where it could not be read, so that what it withholds is not known.
    pub release: Option<Release>,
    pub digest: Digest,
    pub message: MessageHash,
    /// Increasing.
    pub withheld: Vec<Digest>,
    pub signature: Option<Vec<u8>>,
}

/// What was measured of a file's bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    pub size: u64,
    pub sha256: Digest,
    pub crc32: u32,
}

impl Bundle {
    /// Reads everything but the payload of a ZIP or folder, and everything of a stream. Bad evidence becomes findings;
    /// only what could not be read, or is encrypted, is an error.
    pub fn read(source: Source, watch: &dyn Watch) -> Result<Self> {
        Bundle::read_items(source, watch, &mut |_| {})
    }

    /// Reads, and hands each item to `each` in the order of their commitments.
    pub(crate) fn read_items(source: Source, watch: &dyn Watch, each: &mut dyn FnMut(Item)) -> Result<Self> {
        match source {
            Source::File(file, length) => zip_read::read_bytes(Bytes::of_file(file, length), watch, each),
            Source::Stream(stream) => zip_read::read_stream(stream, watch, each),
            Source::Opened(Opened { content, envelope }) => {
                let bundle = match content {
                    Content::Bytes(bytes) => zip_read::read_bytes(bytes, watch, each),
                    Content::Stream(stream) => zip_read::read_stream(stream, watch, each),
                }?;
                Ok(Bundle { envelope: Some(envelope), ..bundle })
            }
            Source::Folder(dir) => folder_read::read(dir, watch, each),
        }
    }

    /// True if something in the bundle's form or seal is already known to be bad.
    pub fn is_malformed(&self) -> bool {
        matches!(self.findings.worst(), Some(Class::Failed(_) | Class::CannotCheck))
    }

    /// What was found while reading.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }
}
