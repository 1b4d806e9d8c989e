//! One bundle of many: opened, hashed where that is asked for, verified, compared with the register.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::plan::Entry;
use super::register::Register;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::base::workers::Workers;
use crate::bundle::model::Bundle;
use crate::bundle::source::Source;
use crate::crypto::age::{Header, Identity};
use crate::crypto::trust::TrustedSigners;
use crate::format::audit::Outcome;
use crate::format::digest::{Digest, Hasher};
use crate::format::time::Timestamp;
use crate::ops::timestamp;
use crate::ops::verify::{Evidence, Policy};
use crate::report::audited::{self, Line, RegisterState, Registered};
use crate::report::json::{FindingJson, Verify};
use crate::report::model::Report;
use crate::report::verdict::{ContentsAnswer, Verdict};
use crate::store::fs::places::path_of;
use crate::store::fs::search;
use crate::store::objects::{self, Lying, Objects};

/// From so many bytes on a file is worth more than one thread.
const LARGE: u64 = 32 << 20;

/// What every bundle of an audit is held to.
pub struct Terms<'t> {
    /// Whom the auditor believes.
    pub trust: &'t TrustedSigners,
    /// What is asked beyond the seal.
    pub policy: &'t Policy,
    /// What opens bundles that are encrypted for the auditor.
    pub identities: &'t [Identity],
    /// Hash each file as a whole too, which is as much work again.
    pub file_hashes: bool,
    /// What is compared with.
    pub register: Option<&'t Register>,
    /// A bundle that nobody here can open has passed where the register says that its file is unchanged.
    pub closed: bool,
    /// The threads of a bundle that is large.
    pub workers: Workers,
    /// What reaches bundles that lie in an object store.
    pub objects: &'t dyn Objects,
    /// The auditor's clock.
    pub now: &'t (dyn Fn() -> Result<Timestamp> + Sync),
}

/// What was said of one bundle.
pub struct Checked {
    /// Which one.
    pub entry: Entry,
    /// What verifying said.
    pub report: Report,
    /// The length of its file.
    pub size: Option<u64>,
    /// SHA-256 of its file.
    pub file_sha256: Option<Digest>,
    /// What it shows, as [`Line::shown`] has it.
    pub shown: Option<Digest>,
    /// SHA-256 of its seal, as [`Line::seal_sha256`] has it.
    pub seal_sha256: Option<Digest>,
    /// How it compares with the register.
    pub register: Option<Registered>,
    /// What the register makes of it.
    pub finding: Option<Finding>,
    /// When it was done.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// True where nothing is left to be looked at.
    pub passed: bool,
}

/// What was read of a bundle before it was verified.
#[derive(Default)]
struct Read {
    size: Option<u64>,
    file_sha256: Option<Digest>,
    shown: Option<Digest>,
    seal_sha256: Option<Digest>,
    /// It is encrypted, and nobody here opens it.
    closed: bool,
    /// Nothing is at its path.
    missing: bool,
}

impl Terms<'_> {
    /// Checks one bundle. Whatever is wrong with it is said of it alone.
    ///
    /// # Errors
    /// `run.interrupted`; those of the clock, and of a register that cannot be read; `object.settings`, `object.keys` and `net.connect` where
    /// an object store cannot be asked at all.
    pub fn check(&self, entry: Entry, watch: &dyn Watch) -> Result<Checked> {
        let mut read = Read::default();
        // a bundle that was made to bring the program down is one that could not be read
        let checked = catch_unwind(AssertUnwindSafe(|| self.verify(&entry, &mut read, watch)));
        let report = match checked {
            Ok(Ok(report)) => report,
            Ok(Err(error)) => Report::unread(&error),
            Err(_) => Report::unread(&Error::new(code::RUN_PANIC, Place::Bundle, Detail::Panicked)),
        };
        if report.findings.has(code::RUN_INTERRUPTED) {
            return Err(Error::interrupted());
        }
        // the next bundle would meet the same, and no line should say of a bundle what is none of its own
        if let Some(all) = report.findings.list().iter().find(|finding| objects::concerns_all(finding.code)) {
            return Err(Error::new(all.code, all.place.clone(), all.detail.clone()));
        }
        let digest = report.seal.as_ref().map(|seal| seal.digest);
        let mut outcome = outcome(&report, &read);
        let (register, finding) = match self.register {
            None => (None, None),
            Some(register) => {
                let there = outcome != Outcome::Missing;
                let (registered, finding) = register.compare(&entry.path, there, read.file_sha256, digest.zip(read.shown))?;
                (Some(registered), finding)
            }
        };
        if register.as_ref().is_some_and(|register| register.state == RegisterState::Changed) {
            outcome = Outcome::Changed;
        }
        let passed = audited::passes(outcome, register.as_ref(), self.closed);
        let Read { size, file_sha256, shown, seal_sha256, .. } = read;
        Ok(Checked {
            entry,
            report,
            size,
            file_sha256,
            shown,
            seal_sha256,
            register,
            finding,
            at: (self.now)()?,
            outcome,
            passed,
        })
    }

    fn verify(&self, entry: &Entry, read: &mut Read, watch: &dyn Watch) -> Result<Report> {
        let no_path = || Error::new(code::IO_READ, Place::Bundle, Detail::NoSuchPath);
        let path = path_of(entry.path.clone()).ok_or_else(no_path)?;
        let failed = |error: Error| error.about(&path);
        let lying = Lying::at(&path, self.objects).inspect_err(|error| read.missing = error.code == code::IO_MISSING)?;
        let source = regular(&path, &lying).inspect_err(|_| {
            read.missing = !lying.is_object() && search::is_missing(&path);
            read.size = lying.size();
        })?;
        read.size = source.length();
        // of an object in a store little is held, enough for two
        let workers = if lying.is_object() { Workers::TWO } else { self.workers };
        let watch = One { watch, workers: if read.size >= Some(LARGE) { workers } else { Workers::ONE } };
        let envelope = source.is_envelope().map_err(failed)?;
        let (opened, closed) = match envelope {
            false => (source, false),
            true => {
                // the header is read twice, so that what nobody opens can still be hashed
                match regular(&path, &lying)?.unlock(|header| self.open(&header)) {
                    Ok(opened) => (opened, false),
                    Err(error) if error.code == code::ENVELOPE_NO_KEY => (source, true),
                    Err(error) => return Err(failed(error)),
                }
            }
        };
        read.closed = closed;
        let wanted = self.file_hashes || closed || self.register.is_some_and(Register::has_file_hashes);
        if wanted && read.size.is_some() {
            read.file_sha256 = regular(&path, &lying)?.file_sha256(&watch).map_err(failed)?;
        }
        if closed {
            return Err(Error::new(code::ENVELOPE_NO_KEY, Place::path(&path), Detail::ClosedToAuditor));
        }
        let bundle = Bundle::read(opened, &watch).map_err(failed)?;
        read.shown = shown(&bundle);
        let signature = bundle.seal.signature.as_deref().map(Digest::of);
        let evidence = Evidence { tokens: timestamp::beside(&path, self.objects)?, ..Evidence::none() };
        let verification = bundle.verify_with(self.trust, self.policy, evidence, &watch).map_err(failed)?;
        let report = verification.report().clone();
        read.seal_sha256 = signature.filter(|_| report.signer.is_some());
        Ok(report)
    }

    fn open(&self, header: &Header) -> Result<crate::crypto::age::Envelope> {
        if header.is_passphrase() {
            return Err(Error::new(code::ENVELOPE_NO_KEY, Place::Bundle, Detail::ClosedToAuditor));
        }
        header.open(self.identities)
    }
}

/// Opens what lies at a path; nobody waits for a pipe.
pub(super) fn regular(path: &Path, lying: &Lying) -> Result<Source> {
    let source = lying.source()?;
    if source.is_stream() {
        return Err(Error::new(code::IO_KIND, Place::path(path), Detail::NotARegularFile));
    }
    Ok(source)
}

/// What a bundle shows, as [`Line::shown`] has it.
pub(super) fn shown(bundle: &Bundle) -> Option<Digest> {
    let sealed = bundle.seal.manifest.as_ref()?;
    let mut hasher = Hasher::default();
    sealed.missing.iter().for_each(|missing| hasher.update(missing.as_bytes()));
    Some(hasher.finish())
}

fn outcome(report: &Report, read: &Read) -> Outcome {
    match report.verdict {
        Verdict::Verified if report.answers.contents == ContentsAnswer::Withheld => Outcome::Withheld,
        Verdict::Verified => Outcome::Intact,
        Verdict::NotEnough => Outcome::NotEnough,
        Verdict::UnknownSigner => Outcome::UnknownSigner,
        Verdict::Failed => Outcome::Failed,
        Verdict::CannotCheck if read.closed => Outcome::Closed,
        Verdict::CannotCheck if read.missing => Outcome::Missing,
        Verdict::CannotCheck => Outcome::Unread,
    }
}

impl Checked {
    /// The line that says it.
    pub fn line(&self) -> Line<'_> {
        let (path, path_base64) = audited::path(&self.entry.path);
        let mut verification = Verify::of(path.clone(), &self.report);
        verification.findings.extend(self.finding.as_ref().map(FindingJson::of));
        Line {
            verification,
            number: self.entry.number,
            path,
            path_base64,
            size: self.size,
            file_sha256: self.file_sha256,
            checked_at: self.at,
            outcome: self.outcome,
            passed: self.passed,
            shown: self.shown,
            seal_sha256: self.seal_sha256,
            register: self.register.clone(),
        }
    }
}

/// Watches one bundle for whoever watches all of them.
struct One<'w> {
    watch: &'w dyn Watch,
    workers: Workers,
}

impl Watch for One<'_> {
    fn expect(&self, _bytes: u64) {}

    fn advance(&self, bytes: u64) {
        self.watch.advance(bytes);
    }

    fn interrupted(&self) -> bool {
        self.watch.interrupted()
    }

    fn workers(&self) -> Workers {
        self.workers
    }
}
