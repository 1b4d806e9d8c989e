//! The results of many parts, joined: each listed bundle is there exactly once, and all parts belong to one list, or nothing is written.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::copies::Copies;
use super::plan::{Listed, Plan};
use super::results::{Lines, Places};
use super::tally::Tally;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::crypto::audit::SignedSummary;
use crate::format::audit::{ListHasher, Summary};
use crate::format::digest::{Digest, Hasher};
use crate::format::listing::Fault;
use crate::format::time::Timestamp;
use crate::report::audited::ReadLine;
use crate::store::fs::disk::NewFile;
use crate::store::home::small;

/// What was joined, and is not yet under its name.
pub struct Merged {
    new: NewFile,
    /// What was counted.
    pub tally: Tally,
    /// The list that all of it belongs to.
    pub listed: Listed,
    /// When the last bundle was done.
    pub ended: Timestamp,
    /// SHA-256 of the register, where all parts were compared with one and the same.
    pub register: Option<Digest>,
    copies: Option<Copies>,
}

/// How many things that are missing or wrong are named.
const NAMED: usize = 50;

/// Joins the results of parts, in the order of the list. The list is `list`, or the one that the summaries of the parts name.
///
/// # Errors
/// `audit.incomplete`, naming what is missing; `audit.twice`; `audit.other_list`; `audit.malformed`; `usage` where nobody says what the list
/// is; `audit.altered` and `audit.signature` where a part is not what its summary was made of and signed for; `output.exists`, `io.…`,
/// `run.interrupted`.
pub fn merge(parts: &[PathBuf], list: Option<&Plan>, to: &Path, replace: bool, watch: &dyn Watch) -> Result<Merged> {
    let summaries = summaries(parts)?;
    let told = summaries.iter().flatten().next();
    let told = told.map(|summary| (summary.list, summary.listed));
    if summaries.iter().flatten().any(|summary| Some((summary.list, summary.listed)) != told) {
        return Err(Error::new(code::AUDIT_OTHER_LIST, Place::path(to), Detail::PartsOfTwoLists));
    }
    let (digest, count) = match (list, told) {
        (Some(list), Some(told)) if (list.digest, list.listed) != told => {
            return Err(Error::new(code::AUDIT_OTHER_LIST, Place::path(to), Detail::PartsOfTwoLists));
        }
        (Some(list), _) => (list.digest, list.listed),
        (None, Some(told)) => told,
        (None, None) => return Err(Error::new(code::USAGE, "--list", Detail::NobodySaysTheList)),
    };
    let new = NewFile::begin(to, replace)?;
    let failed = |error: std::io::Error| Error::io(Place::path(to), &error);
    let mut out = std::io::BufWriter::with_capacity(limits::CHUNK, new.file());
    let (mut tally, mut hasher, mut copies) = (Tally::default(), ListHasher::default(), Copies::begin()?);
    let mut times: Option<(Timestamp, Timestamp)> = None;
    let mut entries = list.map(Plan::entries);
    let mut wrong = Wrong::default();
    let mut heads = BinaryHeap::new();
    let mut readers: Vec<Lines> = parts.iter().map(|part| Lines::of_stream(part)).collect();
    let mut waiting: Vec<Option<(ReadLine, Vec<u8>)>> = Vec::new();
    for (at, reader) in readers.iter_mut().enumerate() {
        let next = reader.next().transpose()?;
        heads.extend(next.iter().map(|(read, _)| Reverse((read.number, at))));
        waiting.push(next);
    }
    let mut hashers = vec![Hasher::default(); parts.len()];
    let mut expected = 1;
    while let Some(Reverse((number, at))) = heads.pop() {
        if watch.interrupted() {
            return Err(Error::interrupted());
        }
        let next = readers.get_mut(at).and_then(Iterator::next).transpose()?;
        let (Some(slot), Some(part)) = (waiting.get_mut(at), parts.get(at)) else { break };
        let Some((read, line)) = std::mem::replace(slot, next) else { break };
        if let Some(hasher) = hashers.get_mut(at) {
            hasher.update(&line);
            hasher.update(b"\n");
        }
        if let Some((next, _)) = slot {
            if next.number <= number {
                wrong.twice(part, next);
            }
            heads.push(Reverse((next.number, at)));
        }
        if number < expected {
            wrong.twice(part, &read);
            continue;
        }
        while expected < number && expected <= count {
            wrong.missing(expected, entries.as_mut().and_then(Iterator::next).transpose()?.map(|entry| entry.path));
            expected += 1;
        }
        expected = number + 1;
        let path = read.path_bytes().unwrap_or_default().into_owned();
        let listed = entries.as_mut().and_then(Iterator::next).transpose()?;
        if number > count || entries.is_some() && listed.is_none_or(|entry| entry.path != path) {
            wrong.not_listed(part, &read);
            continue;
        }
        hasher.add(&path);
        if let Some((digest, shown)) = read.digest.as_ref().zip(read.shown.as_ref()).filter(|_| read.can_be_compared()) {
            copies.add(digest, shown, number, &path)?;
        }
        let at = read.checked_at;
        times = Some(times.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        tally.read(&read, &line);
        out.write_all(&line).and_then(|()| out.write_all(b"\n")).map_err(failed)?;
    }
    while expected <= count {
        wrong.missing(expected, entries.as_mut().and_then(Iterator::next).transpose()?.map(|entry| entry.path));
        expected += 1;
    }
    for ((part, summary), hasher) in parts.iter().zip(&summaries).zip(hashers) {
        if summary.as_ref().is_some_and(|summary| summary.results != hasher.finish()) {
            return Err(Error::new(code::AUDIT_ALTERED, Place::path(part), Detail::ResultsNotSigned));
        }
    }
    wrong.refuse()?;
    if hasher.finish() != digest {
        return Err(Error::new(code::AUDIT_OTHER_LIST, Place::path(to), Detail::PartsOfAnotherList));
    }
    out.flush().map_err(failed)?;
    drop(out);
    let began = summaries.iter().flatten().map(|summary| summary.began).min();
    let ended = summaries.iter().flatten().map(|summary| summary.ended).max();
    let (first, last) = times.ok_or_else(|| Error::new(code::AUDIT_INCOMPLETE, Place::path(to), Detail::NothingListed))?;
    let registers: Vec<Option<Digest>> =
        summaries.iter().map(|summary| summary.as_ref().and_then(|summary| summary.register)).collect();
    let register = registers.first().copied().flatten().filter(|first| registers.iter().all(|other| *other == Some(*first)));
    let listed = Listed { list: digest, count, shard: None, began: began.unwrap_or(first) };
    Ok(Merged { new, tally, listed, ended: ended.unwrap_or(last).max(last), register, copies: Some(copies) })
}

impl Merged {
    /// Which bundles have which seal; none the second time.
    ///
    /// # Errors
    /// `io.…`.
    pub fn take_copies(&mut self) -> Result<Copies> {
        self.copies.take().map_or_else(Copies::begin, Ok)
    }

    /// Puts it under its name.
    ///
    /// # Errors
    /// `io.…`.
    pub fn publish(self, watch: &dyn Watch) -> Result<()> {
        self.new.publish(watch)
    }
}

/// The summaries that lie beside the parts; those of parts that have none are none.
fn summaries(parts: &[PathBuf]) -> Result<Vec<Option<Summary>>> {
    let read = |part: &PathBuf| {
        let places = Places::of(part)?;
        match small::read(&places.summary, limits::SUMMARY, code::AUDIT_MALFORMED) {
            Ok(bytes) => {
                let malformed = |fault: Fault| Error::new(code::AUDIT_MALFORMED, Place::path(&places.summary), fault.detail());
                let summary = Summary::read(&bytes).map_err(malformed)?;
                if summary.by.is_some() {
                    // a part that somebody signed must be what they signed
                    let armor = small::read(&places.signature, limits::SIGNATURE, code::AUDIT_SIGNATURE)?;
                    SignedSummary::read(&Place::path(&places.summary), &bytes, &armor)?;
                }
                Ok(Some(summary))
            }
            Err(error) if error.code == code::IO_MISSING => Ok(None),
            Err(error) => Err(error),
        }
    };
    parts.iter().map(read).collect()
}

/// What keeps parts from being one whole.
#[derive(Default)]
struct Wrong {
    named: Vec<Finding>,
    more: u64,
}

impl Wrong {
    fn add(&mut self, code: &'static code::Code, place: Place, detail: Detail) {
        if self.named.len() < NAMED { self.named.push(Finding::new(code, place, detail)) } else { self.more += 1 }
    }

    fn missing(&mut self, number: u64, path: Option<Vec<u8>>) {
        let place = match path {
            Some(path) => Place::Named(String::from_utf8_lossy(&path).into_owned()),
            None => Place::Entry(number),
        };
        self.add(code::AUDIT_INCOMPLETE, place, Detail::NoResultFor { number });
    }

    fn twice(&mut self, part: &Path, read: &ReadLine) {
        self.add(
            code::AUDIT_TWICE,
            Place::Named(read.path.clone()),
            Detail::ResultTwice { number: read.number, part: part.to_string_lossy().into_owned() },
        );
    }

    fn not_listed(&mut self, part: &Path, read: &ReadLine) {
        self.add(
            code::AUDIT_OTHER_LIST,
            Place::Named(read.path.clone()),
            Detail::ResultNotListed { number: read.number, part: part.to_string_lossy().into_owned() },
        );
    }

    fn refuse(mut self) -> Result<()> {
        if self.more > 0 {
            let code = self.named.first().map_or(code::AUDIT_INCOMPLETE, |first| first.code);
            self.named.push(Finding::new(code, Place::Results, Detail::MoreOfThem { count: self.more }));
        }
        Error::all(self.named).map_or(Ok(()), Err)
    }
}
