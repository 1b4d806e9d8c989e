//! What stays in a bundle and still gives away what is withheld: the same bytes under another name, or the same words in facts,
//! names and the bytes of files. The search finds only what was written the same way; it understands nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::ops::RangeInclusive;

use aho_corasick::AhoCorasick;
use unicode_normalization::UnicodeNormalization;

use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::model::{Whole, WholeRelease};
use crate::bundle::reread::Copier;
use crate::format::digest::Digest;
use crate::format::item::{Body, Item};
use crate::format::layout::Part;
use crate::format::path::PayloadPath;
use crate::format::shown::FileRow;
use crate::report::model::Named;

/// How many letters from the beginning of a value are looked for.
const LETTERS: usize = 200;
/// Fewer letters than this occur everywhere; a letter that is a whole syllable or word counts as two.
const FEWEST: usize = 3;

/// Something that stays and gives away something that is withheld.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    /// The name of what is withheld.
    pub of: String,
    /// Which part of it stays.
    pub what: Told,
    /// Where: the path of a file, or the name of an item as [`Named::name`] has it.
    pub place: String,
    /// Where in the file, a line number from 1; none where it is a fact, a name or the whole file.
    pub line: Option<u64>,
}

/// Which part of a withheld item still appears somewhere.
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
    /// Match only at the beginning of a word.
    word: bool,
}

/// How letters become bytes.
#[derive(Clone, Copy)]
enum Written {
    Utf8,
    Utf16(fn([u8; 2]) -> u16),
}

/// What is withheld, as it may be written elsewhere.
#[derive(Default)]
pub(super) struct Leaks {
    needles: Vec<Needle>,
    /// The bytes to look for, with their encoding and the needles that they stand for.
    patterns: BTreeMap<Vec<u8>, (Written, Vec<usize>)>,
    twins: BTreeMap<Digest, String>,
}

impl Leaks {
    /// Adds what this withheld item says to what is looked for.
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
        for contact in contacts(value) {
            self.look_for(contact, &named.name, Told::Word(contact.into()), false);
        }
        // single words are looked for only in facts about a source
        let Some(fact) = named.name.strip_prefix("source:").and_then(|name| name.split('#').nth(1)) else { return };
        let identity = fact == "identity";
        // in an identity written without capitals, any word may be a name
        let plain = identity && !value.chars().any(char::is_uppercase);
        let mut begins = !identity;
        for word in value.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
            // a capital at the beginning of a sentence says nothing about the word
            if plain || is_telling(bare, begins) {
                self.look_for(&stem(bare), &named.name, Told::Word(bare.into()), true);
            }
            begins = !identity && (word.ends_with(['.', '!', '?', ':', '\n']) || bare.is_empty() && begins);
        }
    }

    /// Adds the bytes of this withheld file to what is looked for.
    pub(crate) fn withhold_bytes(&mut self, file: &FileRow) {
        self.twins.insert(file.sha256, file.path.to_string());
        self.look_for(&file.sha256.to_string(), file.path.as_str(), Told::Hash, false);
    }

    fn look_for(&mut self, text: &str, of: &str, told: Told, word: bool) {
        if text.chars().map(|c| if is_syllable(c) { 2 } else { 1 }).sum::<usize>() < FEWEST {
            return;
        }
        let text = &text.replace('\n', " ");
        let index = self.needles.len();
        self.needles.push(Needle { of: of.into(), told, word });
        // the search ignores the case of ASCII letters; for all others, the usual ways to capitalize a word are tried
        for cased in [text.to_owned(), text.to_lowercase(), text.to_uppercase(), capitalized(text)] {
            for form in [cased.nfc().collect::<String>(), cased.nfd().collect()] {
                let utf16: Vec<u16> = form.encode_utf16().collect();
                let units = |bytes: fn(u16) -> [u8; 2]| utf16.iter().flat_map(|unit| bytes(*unit)).collect::<Vec<u8>>();
                for (pattern, written) in [
                    (units(u16::to_le_bytes), Written::Utf16(u16::from_le_bytes)),
                    (units(u16::to_be_bytes), Written::Utf16(u16::from_be_bytes)),
                    (form.into_bytes(), Written::Utf8),
                ] {
                    // the search ignores ASCII case, so for most names these forms become one pattern
                    let pattern = pattern.to_ascii_lowercase();
                    let (_, needles) = self.patterns.entry(pattern).or_insert((written, Vec::new()));
                    if needles.last() != Some(&index) {
                        needles.push(index);
                    }
                }
            }
        }
    }

    /// Builds the search.
    pub fn search(self) -> Result<Search> {
        let Leaks { needles, patterns, twins } = self;
        let longest = patterns.keys().map(Vec::len).max().unwrap_or(0);
        let finder = AhoCorasick::builder().ascii_case_insensitive(true).build(patterns.keys());
        let finder = finder.map_err(|error| Error::io(Place::Items, &io::Error::other(error)))?;
        Ok(Search { finder, patterns: patterns.into_values().collect(), needles, longest, twins })
    }
}

/// Searches bytes for what is withheld.
pub(super) struct Search {
    finder: AhoCorasick,
    /// For each pattern, its encoding and the needles that it stands for.
    patterns: Vec<(Written, Vec<usize>)>,
    needles: Vec<Needle>,
    /// The length of the longest pattern in bytes.
    longest: usize,
    twins: BTreeMap<Digest, String>,
}

impl Search {
    /// Reads what stays; returns what it gives away, and how many files are not text, so that only their bytes were searched.
    pub fn bundle(
        &self,
        whole: &Whole,
        stays: &dyn Fn(&Item) -> bool,
        file_stays: &dyn Fn(&PayloadPath) -> bool,
        watch: &dyn Watch,
    ) -> Result<(Vec<Leak>, u64)> {
        let mut leaks = Vec::new();
        let mut binary = 0;
        whole.items(&mut |item| {
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
            leaks.extend(self.text(&named.name, text));
        })?;
        // the reason of a release can never be taken back
        for (number, WholeRelease { release, .. }) in (1..).zip(&whole.releases) {
            leaks.extend(self.text(&Part::Release(number).to_string(), &release.reason));
        }
        let staying = || whole.files.iter().filter(|file| file_stays(&file.row.path));
        watch.expect(staying().map(|file| file.row.size).sum());
        let mut copier = Copier::new(whole, watch.workers());
        for file in staying() {
            let FileRow { path, sha256, .. } = &file.row;
            if let Some(twin) = self.twins.get(sha256) {
                leaks.push(Leak { place: path.to_string(), line: None, of: twin.clone(), what: Told::Bytes });
            }
            let mut scan = Scan::new(self);
            copier.file(file, &mut scan, watch)?;
            leaks.extend(scan.finish(path.as_str()));
        }
        // where the whole value was found, its words need no mention
        let values: BTreeSet<(String, String)> =
            leaks.iter().filter(|leak| leak.what == Told::Value).map(|leak| (leak.place.clone(), leak.of.clone())).collect();
        leaks.retain(|leak| !matches!(leak.what, Told::Word(_)) || !values.contains(&(leak.place.clone(), leak.of.clone())));
        leaks.sort();
        leaks.dedup_by(|next, one| (&next.of, &next.what, &next.place) == (&one.of, &one.what, &one.place));
        Ok((leaks, binary))
    }

    /// What a text gives away.
    pub fn text(&self, place: &str, text: &str) -> Vec<Leak> {
        let mut scan = Scan::new(self);
        scan.look(text.as_bytes());
        scan.finish(place).into_iter().map(|leak| Leak { line: None, ..leak }).collect()
    }
}

/// True for a word that may identify somebody: a name, or a number too long to be a year. At the beginning of a sentence a
/// capital says nothing.
fn is_telling(word: &str, begins: bool) -> bool {
    let digits = word.chars().filter(|c| c.is_numeric()).count();
    let first = word.chars().next();
    // a script without capitals has names too
    let capital = |c: char| c.is_alphabetic() && !c.is_lowercase() && !(begins && c.is_uppercase());
    digits >= 5 || first.is_some_and(capital)
}

/// True for a letter of Chinese, Japanese or Korean, two of which can be a whole name.
fn is_syllable(c: char) -> bool {
    const SCRIPTS: [RangeInclusive<char>; 5] = [
        '\u{3040}'..='\u{30FF}',
        '\u{3400}'..='\u{9FFF}',
        '\u{AC00}'..='\u{D7A3}',
        '\u{F900}'..='\u{FAFF}',
        '\u{20000}'..='\u{3FFFF}',
    ];
    SCRIPTS.iter().any(|script| script.contains(&c))
}

/// The e-mail addresses and telephone numbers in a value: words with an @, and runs of at least six digits with only spaces and
/// punctuation between them that are not dates.
fn contacts(value: &str) -> impl Iterator<Item = &str> {
    let addresses = value.split(|c: char| c.is_whitespace() || ",;<>()\"".contains(c)).filter(|word| word.contains('@'));
    let numbers = value.split(|c: char| !c.is_ascii_digit() && !" +-./()".contains(c));
    let numbers = numbers.map(|run| run.trim_matches(|c: char| !c.is_ascii_digit() && c != '+'));
    let is_date = |run: &str| run.get(4..5) == Some("-") && (run.starts_with("19") || run.starts_with("20"));
    let is_number = move |run: &&str| run.bytes().filter(u8::is_ascii_digit).count() >= 6 && !is_date(run);
    addresses.map(|word| word.trim_end_matches(['.', ':'])).chain(numbers.filter(is_number))
}

/// The word without its last letter, where declension may change that letter.
fn stem(word: &str) -> String {
    let count = word.chars().count();
    let shorter = if word.is_ascii() || count < 5 { count } else { count - 1 };
    word.chars().take(shorter).collect()
}

fn is_text(media_type: &str) -> bool {
    const ALSO: [&str; 6] = ["json", "xml", "javascript", "yaml", "toml", "rtf"];
    media_type.starts_with("text/") || ALSO.iter().any(|word| media_type.ends_with(word))
}

/// Searches the bytes of one file as they stream past.
struct Scan<'s> {
    search: &'s Search,
    /// The last bytes, in which a match may begin.
    window: Vec<u8>,
    /// The same with spaces for line breaks.
    folded: Vec<u8>,
    /// Line breaks before the window.
    lines: u64,
    /// Which needles were found, and in which line first.
    found: BTreeMap<usize, u64>,
}

impl<'s> Scan<'s> {
    fn new(search: &'s Search) -> Self {
        Scan { search, window: Vec::new(), folded: Vec::new(), lines: 0, found: BTreeMap::new() }
    }

    fn look(&mut self, chunk: &[u8]) {
        let looked_at = self.window.len();
        self.window.extend_from_slice(chunk);
        // a line break in the file may stand for a space in the pattern
        self.folded.extend(chunk.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }));
        for hit in self.search.finder.find_overlapping_iter(&self.folded) {
            // a hit that ends before the new bytes was judged earlier, when the bytes before it were still in the window
            let Some((written, needles)) = self.search.patterns.get(hit.pattern().as_usize()).filter(|_| hit.end() > looked_at)
            else {
                continue;
            };
            let before = self.window.get(..hit.start()).unwrap_or_default();
            let inside = continues_a_word(self.window.get(hit.range()).unwrap_or_default(), before, *written);
            for index in needles {
                let word = self.search.needles.get(*index).is_some_and(|needle| needle.word);
                if word && inside || self.found.contains_key(index) {
                    continue;
                }
                self.found.insert(*index, self.lines + breaks(before) + 1);
            }
        }
        // whatever may begin in the rest needs the letter before it, of up to four bytes
        let keep = (self.search.longest + 4).min(self.window.len());
        let gone = self.window.len() - keep;
        self.lines += breaks(self.window.get(..gone).unwrap_or_default());
        self.window.drain(..gone);
        self.folded.drain(..gone);
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

/// True if `text` continues a word that began in `before`. Only scripts with capitals are known to separate their words.
fn continues_a_word(text: &[u8], before: &[u8], written: Written) -> bool {
    let cased = |c: char| c.is_lowercase() || c.is_uppercase() || c.is_numeric();
    let (first, last) = match written {
        Written::Utf8 => {
            let tail = before.get(before.len().saturating_sub(4)..).unwrap_or_default();
            let in_utf8 = |bytes: Option<&[u8]>| std::str::from_utf8(bytes?).ok()?.chars().next();
            let first = (1..=4).find_map(|count| in_utf8(text.get(..count)));
            (first, (1..=tail.len()).find_map(|count| in_utf8(tail.get(tail.len() - count..))))
        }
        Written::Utf16(unit) => {
            let in_utf16 = |bytes: Option<&[u8; 2]>| char::from_u32(unit(*bytes?).into());
            (in_utf16(text.first_chunk()), in_utf16(before.last_chunk()))
        }
    };
    first.is_some_and(cased) && last.is_some_and(cased)
}

/// Each word with its first letter in upper case and the others in lower case.
fn capitalized(text: &str) -> String {
    let mut begins = true;
    let mut out = String::new();
    for letter in text.to_lowercase().chars() {
        match begins {
            true => out.extend(letter.to_uppercase()),
            false => out.push(letter),
        }
        begins = !letter.is_alphanumeric();
    }
    out
}
