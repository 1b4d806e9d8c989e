//! Writing on in a log: its first entry, and every one after it.

use std::path::Path;

use super::log::Step;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::base::sentence::Quoted;
use crate::crypto::custody::{EntryFault, SignedEntry};
use crate::crypto::key::Signer;
use crate::format::custody::{Accepted, Details, Entry, Released};
use crate::format::digest::{Digest, Random128};
use crate::format::time::Timestamp;
use crate::store::fs::log_file::LogFile;

/// What a keeper says of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Where; may be empty.
    pub place: String,
    /// What for; may be empty.
    pub purpose: String,
    /// What else there is to say; may be empty.
    pub note: String,
}

/// What a log is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The bundle digest, where the keeper knows it.
    pub bundle: Option<Digest>,
    /// SHA-256 of the file; none for an unpacked bundle.
    pub file_sha256: Option<Digest>,
}

/// The first entry of a log that is not there yet.
///
/// # Errors
/// Those of the signer; what kept the entry from being one.
pub fn first(
    signer: &dyn Signer,
    log: Random128,
    prev: Option<Digest>,
    kept: Kept,
    at: Timestamp,
    said: &Said,
    details: Details,
) -> Result<SignedEntry> {
    let Kept { bundle, file_sha256 } = kept;
    sign(signer, Entry { log, seq: 1, prev, bundle, file_sha256, ..entry(at, said, details) })
}

/// Writes on in a log: adds an entry behind its last, which must be whole and signed. Two processes that add at once wait for each other.
///
/// # Errors
/// `custody.…` where the last line is no entry; those of the signer; `io.…`.
pub fn add(
    path: &Path,
    signer: &dyn Signer,
    bundle: Option<Digest>,
    at: Timestamp,
    said: &Said,
    details: Details,
) -> Result<SignedEntry> {
    let mut file = LogFile::open(path)?;
    let place = Place::path(path);
    let line = file.last_line()?.ok_or_else(|| Error::new(code::CUSTODY_MALFORMED, place.clone(), Detail::CustodyEmpty))?;
    let last = read(&line, &place)?;
    let bundle = last.entry.bundle.or(bundle);
    let signed = sign(
        signer,
        Entry {
            log: last.entry.log,
            seq: last.entry.seq.saturating_add(1),
            prev: Some(last.digest),
            bundle,
            file_sha256: last.entry.file_sha256,
            ..entry(at, said, details)
        },
    )?;
    file.add(signed.line())?;
    Ok(signed)
}

/// Reads the one line of a receipt or a handover.
///
/// # Errors
/// `custody.…` where it is no entry.
pub fn read(line: &[u8], place: &Place) -> Result<SignedEntry> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    SignedEntry::read(line).map_err(|fault| {
        let (code, detail) = match fault {
            EntryFault::Malformed(detail) => (code::CUSTODY_MALFORMED, detail),
            EntryFault::Newer(format) => (code::CUSTODY_NEWER, Detail::UnknownFormat { format: Quoted(format) }),
            EntryFault::Key(reason) => (code::CUSTODY_KEY, Detail::SignerKey { reason: Box::new(reason) }),
            EntryFault::Signature => (code::CUSTODY_SIGNATURE, Detail::CustodySignature),
        };
        Error::new(code, place.clone(), detail)
    })
}

/// Whether a `released` entry hands this very file to this keeper.
///
/// # Errors
/// `custody.handover` where it does not.
pub fn hands_over(released: &SignedEntry, to: &dyn Signer, file_sha256: Option<Digest>, place: &Place) -> Result<()> {
    let refuse = |detail| Err(Error::new(code::CUSTODY_HANDOVER, place.clone(), detail));
    let Details::Released(Released { to: named }) = &released.entry.details else {
        return refuse(Detail::CustodyNotReleased);
    };
    if named.as_ref().is_some_and(|named| *named != to.public().line()) {
        return refuse(Detail::CustodyToAnother);
    }
    if released.entry.file_sha256 != file_sha256 {
        return refuse(Detail::CustodyOtherFile);
    }
    Ok(())
}

/// What a giver writes down when a receipt came back: that it answers one of the log's own `released` entries.
///
/// # Errors
/// `custody.handover` where it answers none of them, or was not signed by whoever it was released to.
pub fn accepted(receipt: &SignedEntry, steps: &[Step], place: &Place) -> Result<Details> {
    let refuse = |detail| Err(Error::new(code::CUSTODY_HANDOVER, place.clone(), detail));
    let Some(answered) = steps.iter().find(|step| receipt.entry.prev == Some(step.signed.digest)) else {
        return refuse(Detail::CustodyAnswersNothing);
    };
    let Details::Released(Released { to }) = &answered.signed.entry.details else {
        return refuse(Detail::CustodyNotReleased);
    };
    if !matches!(receipt.entry.details, Details::Received(_)) || to.as_ref().is_some_and(|to| *to != receipt.key.line()) {
        return refuse(Detail::CustodyByAnother);
    }
    let line = receipt.line();
    let text = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(line)).into_owned();
    Ok(Details::Accepted(Accepted { answers: answered.signed.digest, receipt: Some(text) }))
}

fn entry(at: Timestamp, said: &Said, details: Details) -> Entry {
    let Said { place, purpose, note } = said.clone();
    Entry {
        log: Random128::new([0; 16]),
        seq: 1,
        prev: None,
        bundle: None,
        file_sha256: None,
        at,
        by: String::new(),
        place,
        purpose,
        note,
        details,
    }
}

/// Signs an entry, and holds it to the form first: nothing is written that nobody could read.
fn sign(signer: &dyn Signer, entry: Entry) -> Result<SignedEntry> {
    let entry = Entry { by: signer.public().line(), ..entry };
    let whole =
        Entry::read(&entry.bytes()).map_err(|fault| Error::new(code::CUSTODY_ENTRY, Place::CustodyEntry, fault.detail()))?;
    SignedEntry::sign(signer, whole)
}
