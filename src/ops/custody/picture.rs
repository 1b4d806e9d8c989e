//! What merged logs tell of each copy, made ready to be drawn: gaps, and the ways into which a log was forked.

use std::collections::{BTreeMap, BTreeSet};

use super::log::Step;
use super::merge::{Entry, Merged, Read, merge};
use crate::crypto::key::PublicKey;
use crate::crypto::trust::TrustedSigners;
use crate::format::custody::{Details, Released};
use crate::format::digest::Digest;
use crate::report::held::{Held, HeldCopy, HeldFile, HeldStep, Origin, Piece};
use crate::report::model::Who;

/// How many steps of one copy are shown; more are counted.
const SHOWN: usize = 500;
/// How many forks are followed, one in the other, and how many ways of each.
const DEPTH: usize = 3;
const WAYS: usize = 8;

/// Puts logs together.
pub fn picture(files: Vec<Read>, trust: &TrustedSigners) -> Held {
    let told = files.iter().map(|read| HeldFile {
        name: read.name.clone(),
        steps: read.log.steps,
        broken: read.log.broken,
        newer: read.log.is_newer(),
        findings: read.log.findings.clone(),
    });
    let told = told.collect();
    let merged = merge(files);
    let number = |id| merged.iter().position(|log| log.id == id).map_or(0, |at| at as u64 + 1);
    let copies = merged.iter().map(|log| {
        let named = log.entries.iter().find(|entry| entry.step.signed.entry.seq == 1);
        let from = log.entries.iter().find_map(|entry| entry.from);
        HeldCopy {
            log: log.id.to_string(),
            files: log.entries.iter().flat_map(|entry| &entry.files).collect::<BTreeSet<_>>().len(),
            origin: match from {
                Some((id, seq)) => Origin::Copy(number(id), seq),
                None if named.is_some_and(|first| first.step.signed.entry.prev.is_some()) => Origin::Elsewhere,
                None => Origin::Untold,
            },
            pieces: pieces(log, trust),
        }
    });
    Held { files: told, copies: copies.collect() }
}

/// The entries of one log, by number and by the one before.
struct Drawing<'m> {
    by_seq: BTreeMap<u64, Vec<&'m Entry>>,
    /// Which entries name which as the one before.
    after: BTreeMap<Digest, Vec<&'m Entry>>,
    trust: &'m TrustedSigners,
    left: usize,
    drawn: BTreeSet<Digest>,
}

fn pieces(log: &Merged, trust: &TrustedSigners) -> Vec<Piece> {
    let mut drawing = Drawing { by_seq: BTreeMap::new(), after: BTreeMap::new(), trust, left: SHOWN, drawn: BTreeSet::new() };
    for entry in &log.entries {
        let it = &entry.step.signed.entry;
        drawing.by_seq.entry(it.seq).or_default().push(entry);
        if let Some(prev) = it.prev.filter(|_| it.seq > 1) {
            drawing.after.entry(prev).or_default().push(entry);
        }
    }
    let mut out = Vec::new();
    let numbers: Vec<u64> = drawing.by_seq.keys().copied().collect();
    let mut next = 1;
    for seq in numbers {
        let here: Vec<&Entry> = drawing.by_seq.get(&seq).cloned().unwrap_or_default();
        let here: Vec<&Entry> = here.into_iter().filter(|entry| !drawing.drawn.contains(&entry.step.signed.digest)).collect();
        let Some(first) = here.first() else { continue };
        if seq > next {
            out.push(Piece::Gap(next, seq - 1));
        }
        let end = match here.len() {
            1 => drawing.one(first, &mut out),
            _ => drawing.fork(seq, &here, 0, &mut out),
        };
        next = next.max(end + 1);
    }
    let more = log.entries.len() - drawing.drawn.len();
    if more > 0 {
        out.push(Piece::More(more as u64));
    }
    out
}

impl<'m> Drawing<'m> {
    /// Draws one entry; false where no room is left.
    fn step(&mut self, entry: &'m Entry, out: &mut Vec<Piece>) -> bool {
        if self.left == 0 || !self.drawn.insert(entry.step.signed.digest) {
            return false;
        }
        self.left -= 1;
        out.push(Piece::Step(Box::new(self.told(entry))));
        true
    }

    fn one(&mut self, entry: &'m Entry, out: &mut Vec<Piece>) -> u64 {
        self.step(entry, out);
        entry.step.signed.entry.seq
    }

    /// Draws several ways, each as far as it goes on; tells the number of the last step of any.
    fn fork(&mut self, seq: u64, here: &[&'m Entry], depth: usize, out: &mut Vec<Piece>) -> u64 {
        let mut ways = Vec::new();
        let mut last = seq;
        for entry in here.iter().take(WAYS) {
            let mut way = Vec::new();
            last = last.max(self.way(entry, depth, &mut way));
            ways.push(way);
        }
        ways.retain(|way| !way.is_empty());
        if !ways.is_empty() {
            out.push(Piece::Fork(seq, ways));
        }
        last
    }

    /// Follows one way to its end.
    fn way(&mut self, entry: &'m Entry, depth: usize, out: &mut Vec<Piece>) -> u64 {
        let mut entry = entry;
        loop {
            let seq = entry.step.signed.entry.seq;
            if !self.step(entry, out) {
                return seq;
            }
            let next = self.after.get(&entry.step.signed.digest).cloned().unwrap_or_default();
            match next.as_slice() {
                [] => return seq,
                [only] => entry = only,
                several if depth < DEPTH => return self.fork(seq + 1, several, depth + 1, out),
                _ => return seq,
            }
        }
    }

    fn told(&self, entry: &Entry) -> HeldStep {
        let Step { signed, by } = &entry.step;
        let it = &signed.entry;
        let who = |line: &String| {
            let key = PublicKey::parse(line).ok()?;
            Some(Who { fingerprint: key.fingerprint(), standing: self.trust.standing(&key).cloned(), key })
        };
        HeldStep {
            seq: it.seq,
            at: it.at,
            event: it.details.event(),
            by: by.clone(),
            to: match &it.details {
                Details::Released(Released { to }) => to.as_ref().and_then(who),
                _ => None,
            },
            verdict: match &it.details {
                Details::Received(verdict) | Details::Verified(verdict) => Some(verdict.verdict.clone()),
                _ => None,
            },
            place: it.place.clone(),
            purpose: it.purpose.clone(),
            note: it.note.clone(),
            files: entry.files.iter().map(|file| *file as u64 + 1).collect(),
        }
    }
}
