//! A bundle as it was read, from a ZIP, a stream or a folder: its seal and its parts, well-formed or with findings, and not yet
//! believed. Payload is only measured here; what it should be is for the verifying floor above to say.

use super::blocks::Bytes;
use super::source::EnvelopeFor;
use super::tree::Tree;
use crate::base::code::{self, Class};
use crate::base::detail::Detail;
use crate::base::error::{Finding, Findings};
use crate::base::sentence::Quoted;
use crate::crypto::namespace::Namespace;
use crate::crypto::sshsig::{self, MessageHash};
use crate::format::digest::Digest;
use crate::format::layout::Part;
use crate::format::manifest::Manifest;
use crate::format::measure::Measure;
use crate::format::path::PayloadPath;
use crate::format::readers::{Readers, Slip};
use crate::format::release::Release;
use crate::format::shown::{FileRow, Shown};
use crate::format::version::Newer;

/// A bundle that has been read and that nobody believes yet. It gives out claims, never contents.
pub struct Bundle {
    pub(crate) form: Form,
    /// The envelope that it came in, if it was encrypted.
    pub(crate) envelope: Option<EnvelopeFor>,
    pub(crate) seal: Seal,
    pub(crate) payload: Vec<PayloadEntry>,
    /// The parts outside `data/`, in their order.
    pub(crate) parts: Vec<PartEntry>,
    pub(crate) findings: Findings,
    pub(crate) notes: Findings,
    pub(crate) second_reader: SecondReader,
    /// The layout breaks off somewhere, so what follows is not known.
    pub(crate) broken: bool,
}

/// Where the payload is.
pub(crate) enum Form {
    /// Where it can be read again.
    Kept(Kept),
    /// It was a stream, which has passed: the measure of each entry, in the order of the payload.
    Passed(Vec<Measure>),
}

/// Where files can be read again.
pub(crate) enum Kept {
    /// In a ZIP, at the places of the entries.
    Zip(Bytes),
    /// In a folder.
    Folder(Box<dyn Tree>),
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
pub(crate) struct PayloadEntry {
    /// Where it lies, without `data/`.
    pub path: PayloadPath,
    /// Where its bytes begin in the ZIP; 0 in a folder.
    pub at: u64,
    /// Its length in bytes.
    pub size: u64,
    /// The CRC-32 that the ZIP gives; none in a folder.
    pub crc32: Option<u32>,
}

/// A file found outside `data/`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PartEntry {
    pub part: Part,
    /// Where its bytes begin in the ZIP; 0 in a folder.
    pub at: u64,
    pub measure: Measure,
}

/// What the seal says, parsed.
#[derive(Default)]
pub(crate) struct Seal {
    /// The items, where their list is well-formed.
    pub shown: Option<Shown>,
    pub manifest: Option<SealedManifest>,
    pub signature: Option<Vec<u8>>,
    pub releases: Vec<SealedRelease>,
    pub readers: Option<SealedReaders>,
    /// The manifest, where it is in a later version.
    pub newer: Option<SealedNewer>,
}

/// A text in a later version: no more is known of it than that.
pub(crate) struct SealedNewer {
    pub newer: Newer,
    pub message: MessageHash,
}

impl SealedNewer {
    /// Checks the one thing that every later version keeps: it is signed, in the namespace of its kind, by the key that the
    /// signature carries.
    pub fn is_signed(&self, namespace: Namespace, armored: Option<&[u8]>) -> bool {
        sshsig::verify_carried(namespace, &self.message, armored.unwrap_or_default()).is_ok()
    }

    /// The finding that it is, once it is known to be signed.
    pub fn finding(&self, part: Part) -> Finding {
        Finding::new(code::SEAL_NEWER, part.to_string(), Detail::UnknownFormat { format: Quoted(self.newer.format.clone()) })
    }
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
    /// It is in a later version.
    pub newer: Option<SealedNewer>,
    pub digest: Digest,
    pub message: MessageHash,
    /// Increasing.
    pub withheld: Vec<Digest>,
    pub signature: Option<Vec<u8>>,
}

/// The list of those for whom the copy was encrypted.
pub(crate) struct SealedReaders {
    /// None where it could not be read.
    pub readers: Option<Readers>,
    /// It is in a later version.
    pub newer: Option<SealedNewer>,
    pub message: MessageHash,
    pub slips: Vec<Slip>,
    pub signature: Option<Vec<u8>>,
}

impl Bundle {
    /// True if something in the bundle's form or seal is already known to be bad.
    pub fn is_malformed(&self) -> bool {
        matches!(self.findings.worst(), Some(Class::Failed(_) | Class::CannotCheck))
    }

    /// The finding that it is in a later version as a whole, or that a release in it is.
    pub(crate) fn newer(&self) -> Option<Finding> {
        let manifest = self.seal.newer.as_ref().map(|newer| (newer, Namespace::Manifest, Part::Manifest, &self.seal.signature));
        let digest = self.seal.manifest.as_ref().map(|sealed| sealed.digest);
        let releases = self.seal.releases.iter().filter_map(|release| {
            let newer = release.newer.as_ref().filter(|newer| newer.newer.bundle == digest)?;
            Some((newer, Namespace::Release, Part::Release(release.number), &release.signature))
        });
        let signed = manifest
            .into_iter()
            .chain(releases)
            .find(|(newer, namespace, _, armored)| newer.is_signed(*namespace, armored.as_deref()));
        signed.map(|(newer, _, part, _)| newer.finding(part))
    }

    /// What was found while reading.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// What was measured of a part, if it is there.
    pub(crate) fn measure(&self, part: Part) -> Option<Measure> {
        self.parts.iter().find(|entry| entry.part == part).map(|entry| entry.measure)
    }

    /// True if nothing of it can be read again.
    pub(crate) fn has_passed(&self) -> bool {
        matches!(self.form, Form::Passed(_))
    }

    /// The bundle as a [`Whole`], if seal and items are there and each file item has its bytes; otherwise the bundle is handed
    /// back as it was.
    // the bundle is handed back whole, so the large error is intended
    #[allow(clippy::result_large_err)]
    pub(crate) fn into_whole(self) -> Result<Whole, Bundle> {
        let complete = self.seal.releases.iter().all(|release| release.release.is_some());
        let paired = self.seal.shown.as_ref().is_some_and(|shown| {
            let paths = shown.files().iter().map(|row| &row.path);
            paths.eq(self.payload.iter().map(|entry| &entry.path))
        });
        match self {
            Bundle {
                form: Form::Kept(kept),
                seal: Seal { shown: Some(shown), manifest: Some(sealed), releases, .. },
                envelope,
                payload,
                parts,
                ..
            } if complete && paired => {
                let places: Vec<u64> = payload.into_iter().map(|entry| entry.at).collect();
                let files = shown.into_files().into_iter().zip(places).map(|(row, at)| WholeFile { row, at }).collect();
                let releases = releases
                    .into_iter()
                    .filter_map(|sealed| Some(WholeRelease { release: sealed.release?, digest: sealed.digest }))
                    .collect();
                Ok(Whole { kept, envelope, sealed, files, releases, parts })
            }
            other => Err(other),
        }
    }
}

/// A bundle of which everything was verified. Nothing in it is optional any more.
pub(crate) struct Whole {
    pub kept: Kept,
    /// The envelope that it came in, if it was encrypted.
    pub envelope: Option<EnvelopeFor>,
    pub sealed: SealedManifest,
    /// The files in the order of their paths.
    pub files: Vec<WholeFile>,
    /// In their order.
    pub releases: Vec<WholeRelease>,
    /// In their order.
    pub parts: Vec<PartEntry>,
}

/// A file item and the place of its bytes.
pub(crate) struct WholeFile {
    pub row: FileRow,
    /// Where its bytes begin in the ZIP; 0 in a folder.
    pub at: u64,
}

/// A release that was read and whose signature holds.
pub(crate) struct WholeRelease {
    pub release: Release,
    pub digest: Digest,
}
