//! The library with one key, one clock, predictable randomness, and watches that meddle.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use sealbag::{
    Belief, Bundle, Draft, DraftOptions, Error, Output, Policy, Result, Sealed, SigningKey, Source, Standing, Timestamp,
    TrustedSigners, Unwatched, Verification, Watch,
};

pub fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

pub fn now() -> Timestamp {
    Timestamp::parse("2026-11-24T18:00:01Z").unwrap()
}

/// Consecutive numbers in place of randomness.
pub fn counted() -> impl FnMut() -> Result<[u8; 16]> {
    let mut number = 0u128;
    move || {
        number += 1;
        Ok(number.to_be_bytes())
    }
}

/// Believes [`key`].
pub fn trust() -> TrustedSigners {
    let mut trust = TrustedSigners::nobody();
    trust.add(key().public(), Standing { name: "Amina O.".into(), belief: Belief::Own });
    trust
}

pub fn draft(folder: &Path) -> Draft {
    Draft::from_folder(folder, DraftOptions::default()).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}

/// Seals a draft to a new file.
pub fn sign(draft: Draft, to: &Path, watch: &dyn Watch) -> Result<Sealed> {
    draft.sign(&key(), now(), &mut counted(), Output::File(to.to_owned(), false), watch)
}

pub fn seal(folder: &Path, to: &Path) -> Sealed {
    sign(draft(folder), to, &Unwatched).unwrap()
}

/// Reads and verifies a bundle, believing [`key`].
pub fn verify(source: Source, watch: &dyn Watch) -> Result<Verification> {
    Bundle::read(source, watch)?.verify(&trust(), &Policy::default(), watch)
}

/// Verifies the file or folder at `path`, nobody watching.
pub fn verify_at(path: &Path) -> Result<Verification> {
    verify(Source::open(path)?, &Unwatched)
}

/// The codes of everything found.
pub fn codes(verification: &Verification) -> Vec<&'static str> {
    verification.report().findings.list().iter().map(|finding| finding.code.id).collect()
}

/// The error of something that must fail.
#[track_caller]
pub fn error<T>(result: Result<T>) -> Error {
    match result {
        Ok(_) => panic!("it went well"),
        Err(error) => error,
    }
}

/// Interrupts a run after it has asked so many times.
pub struct Interrupting {
    left: AtomicU64,
}

impl Interrupting {
    pub fn after(calls: u64) -> Self {
        Interrupting { left: AtomicU64::new(calls) }
    }
}

impl Watch for Interrupting {
    fn expect(&self, _bytes: u64) {}
    fn advance(&self, _bytes: u64) {}
    fn interrupted(&self) -> bool {
        self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err()
    }
}

/// Does something when a run first says that it is under way.
pub struct Meddling<'m>(Mutex<Option<Box<dyn FnOnce() + Send + 'm>>>);

impl<'m> Meddling<'m> {
    pub fn with(meddle: impl FnOnce() + Send + 'm) -> Self {
        Meddling(Mutex::new(Some(Box::new(meddle))))
    }
}

impl Watch for Meddling<'_> {
    fn expect(&self, _bytes: u64) {}
    fn advance(&self, _bytes: u64) {
        if let Some(meddle) = self.0.lock().unwrap().take() {
            meddle();
        }
    }
    fn interrupted(&self) -> bool {
        false
    }
}
