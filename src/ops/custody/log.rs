//! A custody log, read from its first line to its last: whether each step follows from the one before, and whose each is.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead};

use crate::base::code::{self, Class, Code};
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Findings, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::sentence::Quoted;
use crate::base::watch::Watch;
use crate::bundle::source::Source;
use crate::crypto::custody::{EntryFault, SignedEntry};
use crate::crypto::key::PublicKey;
use crate::crypto::trust::{Belief, TrustedSigners};
use crate::format::custody::{Details, Released};
use crate::format::digest::{Digest, Random128};
use crate::format::time::Timestamp;
use crate::report::model::Who;
use crate::report::verdict::Verdict;

/// An entry whose signature holds, and whose it is.
#[derive(Debug, Clone)]
pub struct Step {
    /// The entry.
    pub signed: SignedEntry,
    /// Its keeper, as the reader knows them.
    pub by: Who,
}

/// A line of a log, and what was found on it.
#[derive(Debug)]
pub struct Line {
    /// Which one, from 1.
    pub number: u64,
    /// What it says, where its form and its signature hold.
    pub step: Option<Step>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// What is worth knowing about it.
    pub notes: Vec<Finding>,
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
    /// Those who signed a step, each once, in the order of their first.
    pub keepers: Vec<Who>,
    /// Those who countersigned, each once, with the bundle that they stand for.
    pub countersigned: Vec<(Who, Digest)>,
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

    /// True where nothing is wrong with it but that it needs a newer program.
    pub fn is_newer(&self) -> bool {
        self.findings.worst() == Some(Class::CannotCheck)
    }

    /// The word for it: CANNOT CHECK where only a newer program can read all of it, FAILED where it is broken, UNKNOWN SIGNER where somebody
    /// who signed is not believed.
    pub fn verdict(&self) -> Verdict {
        match self {
            log if log.is_newer() => Verdict::CannotCheck,
            log if !log.is_unbroken() => Verdict::Failed,
            log if log.not_believed.is_some() => Verdict::UnknownSigner,
            _ => Verdict::Verified,
        }
    }

    /// Whether it is `unbroken`, `broken`, or `unread` because only a newer program can read all of it.
    pub fn state(&self) -> &'static str {
        match self.verdict() {
            Verdict::CannotCheck => "unread",
            Verdict::Failed => "broken",
            _ => "unbroken",
        }
    }

    /// As [`Log::read`], from a file or a stream.
    ///
    /// # Errors
    /// As for [`Log::read`].
    pub fn of(
        name: &str,
        source: Source,
        trust: &TrustedSigners,
        watch: &dyn Watch,
        each: &mut dyn FnMut(&Line),
    ) -> Result<Self> {
        source.length().into_iter().for_each(|length| watch.expect(length));
        source.read_once(name, |input| Log::read(name, input, trust, watch, each))
    }

    /// Reads a log that the reader calls `name`; each line goes to `each`. What is wrong with it is found, all of it, and is no error.
    /// Takes time with its length, and memory only for each `released` entry, 100 bytes.
    ///
    /// # Errors
    /// What kept it from being read; `run.interrupted`.
    pub fn read(
        name: &str,
        input: &mut dyn BufRead,
        trust: &TrustedSigners,
        watch: &dyn Watch,
        each: &mut dyn FnMut(&Line),
    ) -> Result<Self> {
        let mut walk = Walk {
            trust,
            log: Log::default(),
            next: 1,
            prev: Expected::First,
            at: None,
            by: None,
            released: BTreeMap::new(),
            lost: false,
            line: Line { number: 0, step: None, findings: Vec::new(), notes: Vec::new() },
        };
        let mut line = Vec::new();
        loop {
            line.clear();
            let most = limits::LINE as u64;
            let failed = |error: io::Error| Error::io(Place::path(name.as_ref()), &error);
            io::Read::take(&mut *input, most + 1).read_until(b'\n', &mut line).map_err(failed)?;
            if line.is_empty() {
                break;
            }
            if watch.interrupted() {
                return Err(Error::interrupted());
            }
            watch.advance(line.len() as u64);
            walk.log.steps += 1;
            walk.line = Line { number: walk.log.steps, step: None, findings: Vec::new(), notes: Vec::new() };
            match line.strip_suffix(b"\n") {
                Some(whole) => walk.line(whole),
                None if line.len() as u64 > most => {
                    skip_line(input).map_err(failed)?;
                    walk.wrong(code::CUSTODY_MALFORMED, Detail::JsonLineTooLong { limit: most });
                    walk.lose();
                }
                None => walk.wrong(code::CUSTODY_TORN, Detail::CustodyTorn),
            }
            each(&walk.line);
        }
        // in a broken log the answer may be what is missing
        if walk.log.broken.is_none() {
            let open = walk.released.values().filter(|given| given.to.is_some() && !given.arrived);
            for step in open.map(|given| given.step).collect::<BTreeSet<u64>>() {
                walk.log.notes.push(Finding::new(code::CUSTODY_OPEN, Place::Step(step), Detail::CustodyOpen));
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

/// Why a line is no entry, as a finding says it.
pub(super) fn fault(fault: EntryFault) -> (&'static Code, Detail) {
    match fault {
        EntryFault::Malformed(detail) => (code::CUSTODY_MALFORMED, detail),
        EntryFault::Newer(format) => (code::CUSTODY_NEWER, Detail::UnknownFormat { format: Quoted(format) }),
        EntryFault::Key(reason) => (code::CUSTODY_KEY, Detail::SignerKey { reason: Box::new(reason) }),
        EntryFault::Signature => (code::CUSTODY_SIGNATURE, Detail::CustodySignature),
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
    /// Who signed the step before.
    by: Option<Who>,
    /// What was given away.
    released: BTreeMap<Digest, Given>,
    /// Whether a line before could not be read, or is missing.
    lost: bool,
    line: Line,
}

/// A copy that was given away.
struct Given {
    /// SHA-256 of the key it went to.
    to: Option<Digest>,
    step: u64,
    /// An entry says that it arrived.
    arrived: bool,
}

impl Walk<'_> {
    fn line(&mut self, line: &[u8]) {
        let signed = match SignedEntry::read_after(line, self.by.as_ref().map(|who| &who.key)) {
            Ok(signed) => signed,
            Err(no) => {
                let (code, detail) = fault(no);
                self.wrong(code, detail);
                return self.lose();
            }
        };
        let entry = &signed.entry;
        if self.log.id.is_some_and(|id| id != entry.log) {
            // it was put in, and the others go on as if it were not there
            self.wrong(code::CUSTODY_LOG, Detail::CustodyOtherLog);
        } else {
            self.log.id = Some(entry.log);
            self.follows(&signed);
            self.is_of_one_thing(&signed);
            self.answers(&signed);
            if self.at.is_some_and(|before| entry.at < before) {
                self.note(code::CUSTODY_CLOCK, Detail::CustodyClock { at: entry.at.to_string() });
            }
            (self.next, self.prev, self.at) = (entry.seq.saturating_add(1), Expected::Digest(signed.digest), Some(entry.at));
            self.log.head = Some(signed.digest);
        }
        let by = self.who(&signed.key);
        let doubt = match by.standing.as_ref().map(|standing| &standing.belief) {
            Some(Belief::Own | Belief::Contact { .. }) => None,
            Some(Belief::Revoked { .. }) => Some(code::CUSTODY_REVOKED),
            None => Some(code::CUSTODY_STRANGER),
        };
        if let Some(code) = doubt {
            self.note(code, Detail::CustodyBy { key: by.fingerprint.to_string() });
            self.log.not_believed = self.log.not_believed.or(Some(self.log.steps));
        }
        if let (Details::Countersigned, Some(bundle)) = (&entry.details, entry.bundle) {
            let known = self.log.countersigned.iter().any(|(who, what)| who.key == by.key && *what == bundle);
            if !known && (doubt.is_none() || self.log.countersigned.len() < limits::CUSTODY_STRANGERS) {
                self.log.countersigned.push((by.clone(), bundle));
            }
        }
        self.line.step = Some(Step { signed, by });
    }

    /// Whose key it is; that of the step before is not looked up again.
    fn who(&mut self, key: &PublicKey) -> Who {
        if let Some(before) = self.by.as_ref().filter(|before| before.key == *key) {
            return before.clone();
        }
        let who = Who { fingerprint: key.fingerprint(), key: key.clone(), standing: self.trust.standing(key).cloned() };
        let keepers = &mut self.log.keepers;
        let few = keepers.len() < limits::CUSTODY_STRANGERS;
        if (few || who.standing.is_some()) && !keepers.iter().any(|known| known.key == who.key) {
            keepers.push(who.clone());
        }
        self.by = Some(who.clone());
        who
    }

    /// Whether the entry is the next of this log.
    fn follows(&mut self, signed: &SignedEntry) {
        let entry = &signed.entry;
        // the line that could not be read was put in between
        let is_put_in = matches!(self.prev, Expected::Unknown) && self.log.head.is_some_and(|head| entry.prev == Some(head));
        if entry.seq != self.next && !is_put_in {
            let (expected, seq) = (self.next, entry.seq);
            let code = if seq < expected { code::CUSTODY_FORK } else { code::CUSTODY_GAP };
            self.lost |= seq > expected;
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
        let first = log.head.is_none();
        if first {
            log.file_sha256 = entry.file_sha256;
        }
        let other_file = !first && log.file_sha256 != entry.file_sha256;
        if other_bundle {
            self.wrong(code::CUSTODY_OTHER, Detail::CustodyOtherBundle);
        }
        if other_file {
            self.wrong(code::CUSTODY_OTHER, Detail::CustodyOtherFile);
        }
    }

    /// Whether a receipt that the entry holds answers what was given away in this log.
    fn answers(&mut self, signed: &SignedEntry) {
        if let Details::Released(Released { to }) = &signed.entry.details {
            let to = to.as_ref().map(|to| Digest::of(to.as_bytes()));
            self.released.insert(signed.digest, Given { to, step: self.log.steps, arrived: false });
        }
        if let Details::Accepted(accepted) = &signed.entry.details
            && let Some(given) = self.released.get_mut(&accepted.answers)
        {
            given.arrived = true;
        }
        let Some(receipt) = signed.receipt() else { return };
        let Ok(receipt) = receipt else { return self.wrong(code::CUSTODY_HANDOVER, Detail::CustodyNoReceipt) };
        match receipt.entry.prev.and_then(|answered| self.released.get(&answered)).map(|given| given.to) {
            // it may have stood on a line that could not be read
            None if self.lost => {}
            None => self.wrong(code::CUSTODY_HANDOVER, Detail::CustodyAnswersNothing),
            Some(Some(to)) if to != Digest::of(receipt.entry.by.as_bytes()) => {
                self.wrong(code::CUSTODY_HANDOVER, Detail::CustodyByAnother);
            }
            Some(_) if receipt.entry.file_sha256 != signed.entry.file_sha256 => {
                self.wrong(code::CUSTODY_HANDOVER, Detail::CustodyOtherFile);
            }
            Some(_) => {}
        }
    }

    /// The line could not be read, so nobody knows what follows from it.
    fn lose(&mut self) {
        self.next = self.next.saturating_add(1);
        self.prev = Expected::Unknown;
        self.lost = true;
    }

    fn wrong(&mut self, code: &'static Code, detail: Detail) {
        let step = self.log.steps.max(1);
        self.log.broken = self.log.broken.or(Some(step));
        let finding = Finding::new(code, Place::Step(step), detail);
        self.line.findings.push(finding.clone());
        self.log.findings.push(finding);
    }

    fn note(&mut self, code: &'static Code, detail: Detail) {
        let note = Finding::new(code, Place::Step(self.log.steps), detail);
        self.line.notes.push(note.clone());
        self.log.notes.push(note);
    }
}
