//! A custody log, read from its first line to its last: whether each step follows from the one before, and whose each is.

use std::io::{self, BufRead};

use crate::base::code::{self, Code};
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Findings, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::sentence::Quoted;
use crate::crypto::custody::{EntryFault, SignedEntry};
use crate::crypto::trust::{Belief, TrustedSigners};
use crate::format::custody::Details;
use crate::format::digest::{Digest, Random128};
use crate::format::time::Timestamp;
use crate::report::model::Who;

/// An entry whose signature holds, and whose it is.
#[derive(Debug, Clone)]
pub struct Step {
    /// The entry.
    pub signed: SignedEntry,
    /// Its keeper, as the reader knows them.
    pub by: Who,
}

/// What was read of a log.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// Its id; none where no line could be read.
    pub id: Option<Random128>,
    /// How many lines there are, an unfinished one at the end included.
    pub steps: u64,
    /// SHA-256 of the last entry.
    pub head: Option<Digest>,
    /// The bundle that it is about, once a keeper knew it.
    pub bundle: Option<Digest>,
    /// The file that is kept.
    pub file_sha256: Option<Digest>,
    /// The first step that does not follow from the one before.
    pub broken: Option<u64>,
    /// The first step whose keeper the reader does not believe.
    pub not_believed: Option<u64>,
    /// Those who countersigned, each once.
    pub countersigned: Vec<Who>,
    /// What is wrong.
    pub findings: Findings,
    /// What is worth knowing.
    pub notes: Findings,
}

impl Log {
    /// True where every step follows from the one before.
    pub fn is_unbroken(&self) -> bool {
        self.broken.is_none() && self.steps > 0
    }

    /// Reads a log that the reader calls `name`; each step whose signature holds goes to `each`. What is wrong with it is found, all of
    /// it, and is no error.
    ///
    /// # Errors
    /// What kept it from being read.
    pub fn read(name: &str, input: &mut dyn BufRead, trust: &TrustedSigners, each: &mut dyn FnMut(&Step)) -> Result<Self> {
        let mut walk = Walk { trust, log: Log::default(), next: 1, prev: Expected::First, at: None };
        let mut line = Vec::new();
        loop {
            line.clear();
            let most = limits::LINE as u64;
            let failed = |error: io::Error| Error::io(Place::path(name.as_ref()), &error);
            io::Read::take(&mut *input, most + 1).read_until(b'\n', &mut line).map_err(failed)?;
            if line.is_empty() {
                break;
            }
            walk.log.steps += 1;
            let step = match line.strip_suffix(b"\n") {
                Some(whole) => walk.line(whole),
                None if line.len() as u64 > most => {
                    skip_line(input).map_err(failed)?;
                    walk.wrong(code::CUSTODY_MALFORMED, Detail::JsonLineTooLong { limit: most });
                    walk.lost()
                }
                None => {
                    walk.wrong(code::CUSTODY_TORN, Detail::CustodyTorn);
                    None
                }
            };
            if let Some(step) = step {
                each(&step);
            }
        }
        if walk.log.steps == 0 {
            walk.wrong(code::CUSTODY_MALFORMED, Detail::CustodyEmpty);
        }
        Ok(walk.log)
    }
}

fn skip_line(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let held = input.fill_buf()?;
        let end = held.iter().position(|byte| *byte == b'\n');
        let (count, done) = end.map_or((held.len(), held.is_empty()), |at| (at + 1, true));
        input.consume(count);
        if done {
            return Ok(());
        }
    }
}

/// What the next entry has to name as the one before.
enum Expected {
    /// It is the first, and may name an entry of another log.
    First,
    Digest(Digest),
    /// The one before could not be read.
    Unknown,
}

struct Walk<'t> {
    trust: &'t TrustedSigners,
    log: Log,
    /// The number of the next entry.
    next: u64,
    prev: Expected,
    at: Option<Timestamp>,
}

impl Walk<'_> {
    fn line(&mut self, line: &[u8]) -> Option<Step> {
        let signed = match SignedEntry::read(line) {
            Ok(signed) => signed,
            Err(fault) => {
                let (code, detail) = match fault {
                    EntryFault::Malformed(detail) => (code::CUSTODY_MALFORMED, detail),
                    EntryFault::Newer(format) => (code::CUSTODY_NEWER, Detail::UnknownFormat { format: Quoted(format) }),
                    EntryFault::Key(reason) => (code::CUSTODY_KEY, Detail::SignerKey { reason: Box::new(reason) }),
                    EntryFault::Signature => (code::CUSTODY_SIGNATURE, Detail::CustodySignature),
                };
                self.wrong(code, detail);
                return self.lost();
            }
        };
        self.follows(&signed);
        self.is_of_one_thing(&signed);
        let entry = &signed.entry;
        if self.at.is_some_and(|before| entry.at < before) {
            self.note(code::CUSTODY_CLOCK, Detail::CustodyClock { at: entry.at.to_string() });
        }
        (self.next, self.prev, self.at) = (entry.seq.saturating_add(1), Expected::Digest(signed.digest), Some(entry.at));
        self.log.head = Some(signed.digest);
        let standing = self.trust.standing(&signed.key).cloned();
        let doubt = match standing.as_ref().map(|standing| &standing.belief) {
            Some(Belief::Own | Belief::Contact { .. }) => None,
            Some(Belief::Revoked { .. }) => Some(code::CUSTODY_REVOKED),
            None => Some(code::CUSTODY_STRANGER),
        };
        let by = Who { fingerprint: signed.key.fingerprint(), key: signed.key.clone(), standing };
        if let Some(code) = doubt {
            self.note(code, Detail::CustodyBy { key: by.fingerprint.to_string() });
            self.log.not_believed = self.log.not_believed.or(Some(self.log.steps));
        }
        if signed.entry.details == Details::Countersigned && !self.log.countersigned.iter().any(|known| known.key == by.key) {
            self.log.countersigned.push(by.clone());
        }
        Some(Step { signed, by })
    }

    /// Whether the entry is the next of this log.
    fn follows(&mut self, signed: &SignedEntry) {
        let entry = &signed.entry;
        match self.log.id {
            None => self.log.id = Some(entry.log),
            Some(id) if id == entry.log => {}
            Some(_) => self.wrong(code::CUSTODY_LOG, Detail::CustodyOtherLog),
        }
        if entry.seq != self.next {
            let (expected, seq) = (self.next, entry.seq);
            let code = if seq < expected { code::CUSTODY_FORK } else { code::CUSTODY_GAP };
            self.wrong(code, Detail::CustodyNumber { expected, seq });
        } else if let Expected::Digest(digest) = self.prev
            && entry.prev != Some(digest)
        {
            self.wrong(code::CUSTODY_CHAIN, Detail::CustodyPrev);
        }
    }

    /// Whether the entry is about the bundle and the file that the others are about.
    fn is_of_one_thing(&mut self, signed: &SignedEntry) {
        let (entry, log) = (&signed.entry, &mut self.log);
        let other_bundle = log.bundle.is_some() && log.bundle != entry.bundle;
        log.bundle = log.bundle.or(entry.bundle);
        let other_file = log.steps > 1 && log.head.is_some() && log.file_sha256 != entry.file_sha256;
        if log.head.is_none() {
            log.file_sha256 = entry.file_sha256;
        }
        if other_bundle {
            self.wrong(code::CUSTODY_OTHER, Detail::CustodyOtherBundle);
        }
        if other_file {
            self.wrong(code::CUSTODY_OTHER, Detail::CustodyOtherFile);
        }
    }

    /// The line could not be read, so nobody knows what follows from it.
    fn lost(&mut self) -> Option<Step> {
        self.next = self.next.saturating_add(1);
        self.prev = Expected::Unknown;
        None
    }

    fn wrong(&mut self, code: &'static Code, detail: Detail) {
        let step = self.log.steps.max(1);
        self.log.broken = self.log.broken.or(Some(step));
        self.log.findings.push(Finding::new(code, Place::Step(step), detail));
    }

    fn note(&mut self, code: &'static Code, detail: Detail) {
        self.log.notes.push(Finding::new(code, Place::Step(self.log.steps), detail));
    }
}
