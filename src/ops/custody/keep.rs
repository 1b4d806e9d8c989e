//! Writing on in a log: its first entry, and every one after it.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use super::log::fault;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::watch::Unwatched;
use crate::crypto::custody::SignedEntry;
use crate::crypto::key::{PublicKey, Signer};
use crate::format::custody::{Accepted, Details, Entry, Released, Verdict};
use crate::format::digest::{Digest, Random128};
use crate::format::time::Timestamp;
use crate::report::json;
use crate::report::model::Report;
use crate::report::verdict as report;
use crate::store::fs::disk::{self, NewFile};
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

/// Refuses files that could not be written: one is there already, or there is no folder for it. Nothing is written.
///
/// # Errors
/// `output.exists`, `io.…`.
pub fn check_new(path: &Path, replace: bool) -> Result<()> {
    disk::refuse_taken(path, replace)
}

/// Writes a log with its first entry, and the receipt: both appear whole, the log first, and never over another log.
///
/// # Errors
/// `output.exists`, `io.…`.
pub fn begin(log: &Path, receipt: &Path, replace: bool, entry: &SignedEntry) -> Result<()> {
    let receipt = unpublished(receipt, replace, entry)?;
    unpublished(log, false, entry)?.publish(&Unwatched)?;
    receipt.publish(&Unwatched)
}

/// Writes a receipt or a handover: an entry in a file of its own, which appears whole.
///
/// # Errors
/// `output.exists`, `io.…`.
pub fn publish(path: &Path, replace: bool, entry: &SignedEntry) -> Result<()> {
    unpublished(path, replace, entry)?.publish(&Unwatched)
}

fn unpublished(path: &Path, replace: bool, entry: &SignedEntry) -> Result<NewFile> {
    let new = NewFile::begin(path, replace)?;
    new.file().write_all(entry.line()).map_err(|error| Error::io(Place::path(path), &error))?;
    Ok(new)
}

/// A log that is written on. Others wait until this is dropped.
pub struct Held {
    file: LogFile,
    place: Place,
}

impl Held {
    /// Opens a log, and waits as long as another process holds it.
    ///
    /// # Errors
    /// `io.…`; `io.kind` where it is no regular file.
    pub fn open(path: &Path) -> Result<Self> {
        Ok(Held { file: LogFile::hold(path)?, place: Place::path(path) })
    }

    /// The last entry, which must be whole and signed.
    ///
    /// # Errors
    /// `custody.…` where it is no entry, `io.…`.
    pub fn last(&mut self) -> Result<SignedEntry> {
        let empty = || Error::new(code::CUSTODY_MALFORMED, self.place.clone(), Detail::CustodyEmpty);
        let line = self.file.last_line()?.ok_or_else(empty)?;
        read(&line, &self.place)
    }

    /// Adds an entry behind the last. Where `kept` says what is kept now, it must be what the log is about, unless the entry says what
    /// verifying it said, or is a note. The entry is on the disk when this returns.
    ///
    /// # Errors
    /// `custody.other` where something else is kept now; `custody.…` where the last line is no entry; those of the signer; `io.…`.
    pub fn add(
        &mut self,
        signer: &dyn Signer,
        kept: Option<Kept>,
        at: Timestamp,
        said: &Said,
        details: Details,
    ) -> Result<SignedEntry> {
        let last = self.last()?;
        if let Some(kept) = kept.filter(|_| !matches!(details, Details::Verified(_) | Details::Note))
            && !is_of(&last.entry, kept)
        {
            return Err(not_of(&self.place));
        }
        let signed = sign(
            signer,
            Entry {
                log: last.entry.log,
                seq: last.entry.seq.saturating_add(1),
                prev: Some(last.digest),
                bundle: last.entry.bundle.or(kept.filter(|kept| is_of(&last.entry, *kept)).and_then(|kept| kept.bundle)),
                file_sha256: last.entry.file_sha256,
                ..entry(at, said, details)
            },
        )?;
        self.file.add(signed.line())?;
        Ok(signed)
    }
}

/// Whether a file is the one that a log is about; nothing is known to speak against it where one of them does not say.
pub fn is_of(last: &Entry, kept: Kept) -> bool {
    last.file_sha256 == kept.file_sha256 && (last.bundle.is_none() || kept.bundle.is_none() || last.bundle == kept.bundle)
}

/// Reads the one line of a receipt or a handover.
///
/// # Errors
/// `custody.…` where it is no entry.
pub fn read(line: &[u8], place: &Place) -> Result<SignedEntry> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    SignedEntry::read(line).map_err(|no| {
        let (code, detail) = fault(no);
        Error::new(code, place.clone(), detail)
    })
}

/// Whether a `released` entry hands this very copy to this keeper.
///
/// # Errors
/// `custody.handover` where it does not.
pub fn hands_over(released: &SignedEntry, to: &PublicKey, kept: Kept, place: &Place) -> Result<()> {
    let refuse = |detail| Err(Error::new(code::CUSTODY_HANDOVER, place.clone(), detail));
    let Details::Released(Released { to: named }) = &released.entry.details else {
        return refuse(Detail::CustodyNotReleased);
    };
    if named.as_ref().is_some_and(|named| *named != to.line()) {
        return refuse(Detail::CustodyToAnother);
    }
    // of unpacked bundles nothing else tells one from another
    let told = kept.file_sha256.is_some() || kept.bundle.is_some() && kept.bundle == released.entry.bundle;
    if is_of(&released.entry, kept) && told { Ok(()) } else { refuse(Detail::CustodyOtherFile) }
}

/// What a giver writes down when a receipt came back: that it answers one of the log's own `released` entries. `answered` is the entry that
/// the receipt names, where the log has it.
///
/// # Errors
/// `custody.handover` where it answers none of them, or was not signed by whoever it was released to.
pub fn accepted(receipt: &SignedEntry, answered: Option<&SignedEntry>, place: &Place) -> Result<Details> {
    let refuse = |detail| Err(Error::new(code::CUSTODY_HANDOVER, place.clone(), detail));
    let Some(answered) = answered.filter(|answered| receipt.entry.prev == Some(answered.digest)) else {
        return refuse(Detail::CustodyAnswersNothing);
    };
    let Details::Released(Released { to }) = &answered.entry.details else {
        return refuse(Detail::CustodyNotReleased);
    };
    if !matches!(receipt.entry.details, Details::Received(_)) || to.as_ref().is_some_and(|to| *to != receipt.key.line()) {
        return refuse(Detail::CustodyByAnother);
    }
    if receipt.entry.file_sha256 != answered.entry.file_sha256 {
        return refuse(Detail::CustodyOtherFile);
    }
    let line = receipt.line();
    let text = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(line)).into_owned();
    Ok(Details::Accepted(Accepted { answers: answered.digest, receipt: Some(text) }))
}

/// What verifying said, as an entry tells it.
pub fn verdict(report: &Report) -> Verdict {
    let codes: BTreeSet<&str> = report.findings.list().iter().map(|finding| finding.code.id).collect();
    let codes = codes.into_iter().take(limits::CUSTODY_CODES).map(str::to_owned).collect();
    Verdict { verdict: json::verdict(report.verdict).into(), codes }
}

/// As [`verdict`], of a copy that is kept: where it is no longer what its log is about, that counts too.
pub fn verdict_of_kept(report: &Report, is_of_log: bool) -> Verdict {
    let mut said = verdict(report);
    if !is_of_log {
        said.verdict = json::verdict(report::Verdict::Failed).into();
        said.codes.retain(|code| code != code::CUSTODY_OTHER.id);
        said.codes.truncate(limits::CUSTODY_CODES - 1);
        said.codes.push(code::CUSTODY_OTHER.id.into());
        said.codes.sort();
    }
    said
}

/// The error for a copy that is not what its log is about.
pub fn not_of(log: &Place) -> Error {
    Error::new(code::CUSTODY_OTHER, log, Detail::CustodyKeptOther)
}

/// A log whose last line may not be finished, held until this is dropped.
pub struct Torn {
    file: LogFile,
    unfinished: Option<Vec<u8>>,
}

impl Torn {
    /// Opens a log and looks behind its last line feed.
    ///
    /// # Errors
    /// `custody.malformed` where more stands there than a line can hold, `io.…`.
    pub fn open(path: &Path) -> Result<Self> {
        let mut file = LogFile::hold(path)?;
        let unfinished = file.unfinished()?;
        Ok(Torn { file, unfinished })
    }

    /// How many bytes stand there.
    pub fn length(&self) -> u64 {
        self.unfinished.as_ref().map_or(0, |unfinished| unfinished.len() as u64)
    }

    /// True where they are a whole entry that lacks only its line feed.
    pub fn is_whole(&self) -> bool {
        self.unfinished.as_ref().is_some_and(|unfinished| SignedEntry::read(unfinished).is_ok())
    }

    /// Gives a whole entry its line feed.
    ///
    /// # Errors
    /// `io.…`.
    pub fn finish(&mut self) -> Result<()> {
        if self.is_whole() { self.file.add(b"\n") } else { Ok(()) }
    }

    /// Takes them away.
    ///
    /// # Errors
    /// `io.…`.
    pub fn cut(&mut self) -> Result<()> {
        self.unfinished.take().map_or(Ok(()), |unfinished| self.file.cut(&unfinished))
    }
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
