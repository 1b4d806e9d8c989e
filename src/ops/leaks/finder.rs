//! The automatons that find everything at once, and what they have found in one place.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::leak::{NotSearched, Unread};
use super::numbers::Number;
use super::rule::Rule;
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::inspect::decode::Encoding;

/// Files inside one file that are named one by one.
const NAMED: usize = 1000;

/// What is looked for: in text as it is compared, and in other bytes as it is written.
pub(super) struct Finder {
    text: AhoCorasick,
    /// For each pattern, the needles that it stands for.
    in_text: Vec<Vec<usize>>,
    bytes: AhoCorasick,
    in_bytes: Vec<(Encoding, Vec<usize>)>,
    numbers: BTreeMap<Number, Vec<usize>>,
    rules: Vec<Rule>,
    longest: usize,
}

impl Finder {
    pub fn new(
        text: BTreeMap<Vec<u8>, Vec<usize>>,
        bytes: BTreeMap<Vec<u8>, (Encoding, Vec<usize>)>,
        numbers: BTreeMap<Number, Vec<usize>>,
        rules: Vec<Rule>,
    ) -> Result<Self> {
        let failed = |error| Error::io(Place::Items, &io::Error::other(error));
        let longest = text.keys().chain(bytes.keys()).map(Vec::len).max().unwrap_or(0);
        Ok(Finder {
            text: AhoCorasick::new(text.keys()).map_err(failed)?,
            bytes: AhoCorasick::builder().ascii_case_insensitive(true).build(bytes.keys()).map_err(failed)?,
            in_text: text.into_values().collect(),
            in_bytes: bytes.into_values().collect(),
            numbers,
            rules,
            longest,
        })
    }

    /// The length of the longest pattern in bytes.
    pub fn longest(&self) -> usize {
        self.longest
    }

    pub fn rule(&self, needle: usize) -> Rule {
        self.rules.get(needle).copied().unwrap_or(Rule::ANYWHERE)
    }

    /// Every match in letters as they are compared.
    pub fn in_text<'f>(&'f self, window: &'f [u8]) -> impl Iterator<Item = (Range<usize>, &'f [usize])> {
        let hits = self.text.find_overlapping_iter(window);
        hits.filter_map(|hit| Some((hit.range(), self.in_text.get(hit.pattern().as_usize())?.as_slice())))
    }

    /// The needles that this number stands for.
    pub fn in_numbers(&self, number: Number) -> &[usize] {
        self.numbers.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Every match in bytes.
    pub fn in_bytes<'f>(&'f self, window: &'f [u8]) -> impl Iterator<Item = (Range<usize>, Encoding, &'f [usize])> {
        let hits = self.bytes.find_overlapping_iter(window);
        hits.filter_map(|hit| {
            let (encoding, needles) = self.in_bytes.get(hit.pattern().as_usize())?;
            Some((hit.range(), *encoding, needles.as_slice()))
        })
    }
}

/// What was found in one place, and what of it could not be read.
#[derive(Default)]
pub(super) struct Found {
    /// For each needle that was found, the line where it stands first; none where there are no lines.
    pub text: BTreeMap<usize, Option<u64>>,
    /// The needles found in bytes that are no text.
    pub bytes: BTreeMap<usize, ()>,
    /// What could not be read: a file inside, and why.
    unread: BTreeMap<(Option<String>, Unread), ()>,
    /// Inside of which file this is.
    pub inside: Option<String>,
    /// What is read now has lines that a person can count.
    pub lines: bool,
    /// What is found now stands in bytes that are no text, maybe by chance.
    pub chance: bool,
    pub budget: Budget,
}

/// How much may still be unpacked of one file.
#[derive(Default)]
pub(super) struct Budget {
    /// Bytes that were read of the file itself.
    read: u64,
    /// Bytes that came out of it.
    unpacked: u64,
    files: u64,
}

impl Budget {
    /// What is unpacked of one file at most: 1 GiB.
    const BYTES: u64 = 1 << 30;
    /// So much may be unpacked whatever the ratio: 16 MiB.
    const FREE: u64 = 16 << 20;
    /// How many bytes may come out of one; what people write is packed to a fiftieth at best.
    const RATIO: u64 = 200;
    /// Files in a file.
    const FILES: u64 = 10_000;

    pub fn read(&mut self, bytes: usize) {
        self.read += bytes as u64;
    }

    /// Takes bytes that were unpacked; false where they are too many.
    pub fn unpack(&mut self, bytes: usize) -> bool {
        self.unpacked += bytes as u64;
        self.unpacked <= Self::BYTES.min(Self::FREE + Self::RATIO * self.read)
    }

    /// Takes one more file; false where they are too many.
    pub fn file(&mut self) -> bool {
        self.files += 1;
        self.files <= Self::FILES
    }
}

impl Found {
    pub fn hit(&mut self, needle: usize, line: Option<u64>) {
        if self.chance {
            return self.hit_in_bytes(needle);
        }
        let line = line.filter(|_| self.lines);
        self.text.entry(needle).or_insert(line);
    }

    pub fn hit_in_bytes(&mut self, needle: usize) {
        self.bytes.insert(needle, ());
    }

    /// What is read now cannot be read, or not all of it.
    pub fn unread(&mut self, reason: Unread) {
        if self.unread.len() < NAMED {
            self.unread.insert((self.inside.clone(), reason), ());
        } else {
            self.unread.insert((None, Unread::Limits), ());
        }
    }

    /// What could not be read of the file of this path.
    pub fn not_searched(&self, path: &str) -> Vec<NotSearched> {
        let one = |(inside, reason): &(Option<String>, Unread)| NotSearched {
            path: path.into(),
            inside: inside.clone(),
            reason: *reason,
        };
        self.unread.keys().map(one).collect()
    }
}
