//! The logs of several copies, and several copies of one log, seen together.

use std::collections::BTreeMap;

use super::log::{Log, Step};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::Finding;
use crate::base::place::Place;
use crate::format::digest::{Digest, Random128};

/// A log that was read, under the name that the reader has for it, with its steps.
#[derive(Debug)]
pub struct Read {
    /// The name.
    pub name: String,
    /// What was read of it.
    pub log: Log,
    /// Its steps whose form and signature hold.
    pub steps: Vec<Step>,
}

/// An entry of a log that was found in one or several files.
#[derive(Debug)]
pub struct Entry {
    /// The entry and whose it is.
    pub step: Step,
    /// In which of the files it stands, counted from 0 in the order in which they were given.
    pub files: Vec<usize>,
    /// Another entry has the same number in the same log.
    pub forked: bool,
    /// The entry of another log that it names as the one before: the log, and the number in it. Only a first entry has one.
    pub from: Option<(Random128, u64)>,
}

/// All that the files tell of one log.
#[derive(Debug)]
pub struct Merged {
    /// Its id.
    pub id: Random128,
    /// Its entries by their number; those of one number stand one after the other.
    pub entries: Vec<Entry>,
    /// A finding for each number that stands for two entries.
    pub forks: Vec<Finding>,
}

/// Puts logs together: one for each id, in the order of their first entries' times, and none before the one it came from.
pub fn merge(files: Vec<Read>) -> Vec<Merged> {
    let mut logs: BTreeMap<Random128, BTreeMap<(u64, Digest), Entry>> = BTreeMap::new();
    for (file, read) in files.into_iter().enumerate() {
        for step in read.steps {
            let (key, log) = ((step.signed.entry.seq, step.signed.digest), step.signed.entry.log);
            let entry = logs.entry(log).or_default().entry(key);
            let files = &mut entry.or_insert_with(|| Entry { step, files: Vec::new(), forked: false, from: None }).files;
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    let at: BTreeMap<Digest, (Random128, u64)> =
        logs.iter().flat_map(|(id, entries)| entries.keys().map(|(seq, digest)| (*digest, (*id, *seq)))).collect();
    let mut merged: Vec<Merged> = logs
        .into_iter()
        .map(|(id, entries)| {
            let mut count: BTreeMap<u64, u64> = BTreeMap::new();
            entries.keys().for_each(|(seq, _)| *count.entry(*seq).or_default() += 1);
            let forked = |seq: u64| count.get(&seq).is_some_and(|count| *count > 1);
            let forks = count.keys().filter(|seq| forked(**seq));
            let forks = forks.map(|seq| Finding::new(code::CUSTODY_FORK, Place::Step(*seq), Detail::CustodyForked)).collect();
            let mut entries: Vec<Entry> = entries.into_values().collect();
            for entry in &mut entries {
                let it = &entry.step.signed.entry;
                entry.forked = forked(it.seq);
                entry.from = it.prev.filter(|_| it.seq == 1).and_then(|prev| at.get(&prev).copied());
            }
            // the branches of one fork in the order of the files that they stand in
            entries.sort_by_key(|entry| (entry.step.signed.entry.seq, entry.files.first().copied()));
            Merged { id, entries, forks }
        })
        .collect();
    merged.sort_by_key(|log| log.entries.first().map(|entry| entry.step.signed.entry.at));
    // whatever the clocks said, nobody gave away a copy after it was received
    let mut ordered: Vec<Merged> = Vec::new();
    while !merged.is_empty() {
        let waits = |log: &Merged| {
            let from = log.entries.iter().find_map(|entry| entry.from).map(|(from, _)| from);
            from.is_some_and(|from| from != log.id && merged.iter().any(|other| other.id == from))
        };
        let next = merged.iter().position(|log| !waits(log)).unwrap_or(0);
        ordered.push(merged.remove(next));
    }
    ordered
}
