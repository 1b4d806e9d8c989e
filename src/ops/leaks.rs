//! What stays in a bundle and still tells of what is withheld: the same bytes under another name, and the same words, in facts, in
//! names, and in the bytes of the files themselves. It is a search for what was written the same way; it understands nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use aho_corasick::AhoCorasick;
use unicode_normalization::UnicodeNormalization;

use super::select::Named;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::format::digest::Digest;
use crate::format::item::{Body, Item};
use crate::format::path::PayloadPath;
use crate::format::shown::FileRow;
use crate::store::bundle_read::Bundle;
use crate::store::extract::{self, Extractor};

/// Letters of a value that are looked for, from its beginning.
const LETTERS: usize = 200;
/// Fewer letters are found everywhere.
const FEWEST: usize = 3;

/// Something that stays and tells of something that is withheld.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    /// The name of what is withheld.
    pub of: String,
    /// What of it stays.
    pub what: Told,
    /// Where: the path of a file, or the name of an item as [`Named::name`] has it.
    pub place: String,
    /// Where in the file, a line number from 1; none where it is a fact, a name or the whole file.
    pub line: Option<u64>,
}

/// What of a withheld item still stands somewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// All its bytes: a twin.
    Bytes,
    /// The SHA-256 of its bytes.
    Hash,
    /// Its name, or the last part of it.
    Name(String),
    /// Its value, or the beginning of a long one.
    Value,
    /// A word of its value.
    Word(String),
}

struct Needle {
    of: String,
    told: Told,
    /// Only where a word begins.
    word: bool,
}

/// What is withheld, as it may be written elsewhere.
#[derive(Default)]
pub(super) struct Leaks {
    needles: Vec<Needle>,
    /// Each way to write one, and which it is.
    patterns: BTreeMap<Vec<u8>, usize>,
    twins: BTreeMap<Digest, String>,
}

impl Leaks {
    /// What this item says is withheld.
    pub fn withhold(&mut self, named: &Named) {
        let Some(value) = &named.value else {
            let path = named.name.as_str();
            let last = path.rsplit('/').next().unwrap_or(path);
            let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
            for name in [path, last, stem] {
                self.look_for(name, &named.name, Told::Name(name.into()), true);
            }
            return;
        };
        let value = value.trim();
        if value == "unknown" {
            return;
        }
        let beginning: String = value.chars().take(LETTERS).collect();
        self.look_for(&beginning, &named.name, Told::Value, false);
        // of a source every name counts, of other things only what was said of them
        let Some(fact) = named.name.strip_prefix("source:").and_then(|name| name.split('#').nth(1)) else { return };
        let mut begins = fact != "identity";
        for word in value.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
            // a sentence begins with a capital whatever its first word is
            if is_telling(bare, begins) {
                self.look_for(&stem(bare), &named.name, Told::Word(bare.into()), true);
            }
            begins = fact != "identity" && (word.ends_with(['.', '!', '?', ':', '\n']) || bare.is_empty() && begins);
        }
    }

    /// The bytes of this file are withheld.
    pub fn withhold_bytes(&mut self, file: &FileRow) {
        self.twins.insert(file.sha256, file.path.to_string());
        self.look_for(&file.sha256.to_string(), file.path.as_str(), Told::Hash, false);
    }

    fn look_for(&mut self, text: &str, of: &str, told: Told, word: bool) {
        if text.chars().count() < FEWEST {
            return;
        }
        let index = self.needles.len();
        self.needles.push(Needle { of: of.into(), told, word });
        // letters of ASCII are compared without their case, all others as they are written here
        for cased in [text.to_owned(), text.to_lowercase(), text.to_uppercase()] {
            for form in [cased.nfc().collect::<String>(), cased.nfd().collect()] {
                let utf16: Vec<u16> = form.encode_utf16().collect();
                self.patterns.entry(form.into_bytes()).or_insert(index);
                for order in [u16::to_le_bytes, u16::to_be_bytes] {
                    self.patterns.entry(utf16.iter().flat_map(|unit| order(*unit)).collect()).or_insert(index);
                }
            }
        }
    }

    /// Reads what stays; what it tells, and how many files it could not look into because they are no text.
    pub fn find(
        self,
        bundle: &Bundle,
        stays: &dyn Fn(&Item) -> bool,
        file_stays: &dyn Fn(&PayloadPath) -> bool,
        watch: &dyn Watch,
    ) -> Result<(Vec<Leak>, u64)> {
        let Leaks { needles, patterns, twins } = self;
        let (patterns, needle_of): (Vec<Vec<u8>>, Vec<usize>) = patterns.into_iter().unzip();
        let longest = patterns.iter().map(Vec::len).max().unwrap_or(0);
        let finder = AhoCorasick::builder().ascii_case_insensitive(true).build(&patterns);
        let finder = finder.map_err(|error| Error::io("items", &io::Error::other(error)))?;
        let search = Search { finder, needle_of, needles: &needles, longest };

        let mut leaks = Vec::new();
        let mut binary = 0;
        extract::items(bundle, &mut |item| {
            if !stays(&item) {
                return;
            }
            let named = Named::of(&item);
            let text = match &item.body {
                Body::File(file) => {
                    binary += u64::from(!is_text(&file.media_type));
                    file.path.as_str()
                }
                Body::Field(field) => field.value.as_str(),
                Body::Recipient(_) => return,
            };
            leaks.extend(search.through(&named.name, text.as_bytes()).into_iter().map(|leak| Leak { line: None, ..leak }));
        })?;
        let staying = || Extractor::payload(bundle).filter(|(_, item)| file_stays(&item.path));
        watch.expect(staying().map(|(entry, _)| entry.size).sum());
        let mut extractor = Extractor::new(bundle)?;
        for (entry, item) in staying() {
            if let Some(twin) = twins.get(&item.sha256) {
                leaks.push(Leak { place: item.path.to_string(), line: None, of: twin.clone(), what: Told::Bytes });
            }
            let mut scan = Scan::new(&search);
            extractor.file(entry, item, &mut scan, watch)?;
            leaks.extend(scan.finish(item.path.as_str()));
        }
        // who has the value has its words
        let whole: BTreeSet<(String, String)> =
            leaks.iter().filter(|leak| leak.what == Told::Value).map(|leak| (leak.place.clone(), leak.of.clone())).collect();
        leaks.retain(|leak| !matches!(leak.what, Told::Word(_)) || !whole.contains(&(leak.place.clone(), leak.of.clone())));
        leaks.sort();
        leaks.dedup_by(|next, one| (&next.of, &next.what, &next.place) == (&one.of, &one.what, &one.place));
        Ok((leaks, binary))
    }
}

/// True for a word that may tell somebody: a name, or a number that is no year. At the beginning of a sentence a capital says nothing.
fn is_telling(word: &str, begins: bool) -> bool {
    let digits = word.chars().filter(|c| c.is_numeric()).count();
    let first = word.chars().next();
    // a script without capitals has names too
    let capital = |c: char| c.is_alphabetic() && !c.is_lowercase() && !(begins && c.is_uppercase());
    digits >= 5 || first.is_some_and(capital)
}

/// Without its last letter where that may be another in another case of the word.
fn stem(word: &str) -> String {
    let count = word.chars().count();
    let shorter = if word.is_ascii() || count < 5 { count } else { count - 1 };
    word.chars().take(shorter).collect()
}

fn is_text(media_type: &str) -> bool {
    const ALSO: [&str; 6] = ["json", "xml", "javascript", "yaml", "toml", "rtf"];
    media_type.starts_with("text/") || ALSO.iter().any(|word| media_type.ends_with(word))
}

struct Search<'n> {
    finder: AhoCorasick,
    needle_of: Vec<usize>,
    needles: &'n [Needle],
    /// Bytes of the longest pattern.
    longest: usize,
}

impl Search<'_> {
    fn through(&self, place: &str, text: &[u8]) -> Vec<Leak> {
        let mut scan = Scan::new(self);
        scan.look(text);
        scan.finish(place)
    }
}

/// Looks through the bytes of one file while they pass.
struct Scan<'s> {
    search: &'s Search<'s>,
    /// What passed last, in which something may begin.
    window: Vec<u8>,
    /// Line breaks before the window.
    lines: u64,
    /// Which needles were found, and in which line first.
    found: BTreeMap<usize, u64>,
}

impl<'s> Scan<'s> {
    fn new(search: &'s Search<'s>) -> Self {
        Scan { search, window: Vec::new(), lines: 0, found: BTreeMap::new() }
    }

    fn look(&mut self, chunk: &[u8]) {
        self.window.extend_from_slice(chunk);
        for hit in self.search.finder.find_overlapping_iter(&self.window) {
            let Some(index) = self.search.needle_of.get(hit.pattern().as_usize()) else { continue };
            let Some(needle) = self.search.needles.get(*index) else { continue };
            let before = self.window.get(..hit.start()).unwrap_or_default();
            if needle.word && ends_in_a_letter(before) || self.found.contains_key(index) {
                continue;
            }
            let line = self.lines + breaks(before) + 1;
            self.found.insert(*index, line);
        }
        // a letter before it, of up to four bytes, belongs to what may begin in the rest
        let keep = (self.search.longest + 4).min(self.window.len());
        let gone = self.window.len() - keep;
        self.lines += breaks(self.window.get(..gone).unwrap_or_default());
        self.window.drain(..gone);
    }

    fn finish(self, place: &str) -> Vec<Leak> {
        let leak = |(index, line): (usize, u64)| {
            let needle = self.search.needles.get(index)?;
            Some(Leak { place: place.into(), line: Some(line), of: needle.of.clone(), what: needle.told.clone() })
        };
        self.found.into_iter().filter_map(leak).collect()
    }
}

impl Write for Scan<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.look(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn breaks(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// True if the bytes end in a letter or digit of UTF-8.
fn ends_in_a_letter(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(4)..).unwrap_or_default();
    let last = (1..=tail.len()).find_map(|count| std::str::from_utf8(tail.get(tail.len() - count..)?).ok()?.chars().next());
    last.is_some_and(char::is_alphanumeric)
}
