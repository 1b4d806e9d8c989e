//! What is withheld, as it may be written elsewhere.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use unicode_normalization::UnicodeNormalization;

use super::carried::Carried;
use super::dates;
use super::finder::Finder;
use super::leak::Told;
use super::needle::Needle;
use super::normal::{ascii_digit, folded};
use super::numbers::{self, Number};
use super::rule::{Edge, Rule};
use super::search::Search;
use super::words::{self, Word, WordKind, weight};
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::format::digest::Digest;
use crate::format::shown::FileRow;
use crate::inspect::Facts;
use crate::inspect::decode::Encoding;
use crate::report::model::{Named, RECIPIENTS};

/// How many letters from the beginning of a value are looked for.
const LETTERS: usize = 200;
/// Fewer letters than this occur everywhere; a letter that is a whole syllable or word counts as two.
const FEWEST: usize = 3;
/// A value of fewer letters counts only as a word.
const SHORT: usize = 5;
/// In bytes that are no text, less than this is found by chance: in UTF-8, in UTF-16.
const FEWEST_BYTES: [usize; 2] = [5, 6];

/// Everything that is looked for.
#[derive(Default)]
pub(crate) struct Leaks {
    needles: Vec<Needle>,
    rules: Vec<Rule>,
    text: BTreeMap<Vec<u8>, Vec<usize>>,
    bytes: BTreeMap<Vec<u8>, (Encoding, Vec<usize>)>,
    numbers: BTreeMap<Number, Vec<usize>>,
    twins: BTreeMap<Digest, String>,
    carried: Carried,
}

impl Leaks {
    /// Adds what this withheld item says to what is looked for.
    pub fn withhold(&mut self, named: &Named) {
        self.carried.withhold(named);
        let of = named.name.as_str();
        match named.value.as_deref().map(str::trim) {
            None => self.file(of),
            Some("unknown") => {}
            Some(key) if of == RECIPIENTS => self.look_for(key, of, Told::Value, Rule::ANYWHERE),
            Some(value) => self.value(of, value),
        }
        // facts about a source go by its label, S1
        if let Some((label, _)) = of.strip_prefix("source:").and_then(|rest| rest.split_once('#')) {
            let rule = Rule { edge: Edge::Word, ending: Some(0), capital: true, each: false };
            let of = format!("source:{label}");
            let needle = self.needle(&of, Told::Name(label.into()), rule, true);
            self.add(needle, label, false);
        }
    }

    /// Adds the bytes of this withheld file to what is looked for.
    pub fn withhold_bytes(&mut self, file: &FileRow) {
        self.twins.insert(file.sha256, file.path.to_string());
        self.look_for(&file.sha256.to_string(), file.path.as_str(), Told::Hash, Rule::ANYWHERE);
    }

    /// Adds what this withheld file says of itself.
    pub fn withhold_facts(&mut self, path: &str, facts: &Facts) {
        self.carried.withhold_facts(path, facts);
    }

    /// Builds the search, which for a million items takes seconds that nothing can interrupt: when told to stop it is left to end by
    /// itself, in a thread of its own.
    pub fn search(self, watch: &dyn Watch) -> Result<Search> {
        let Leaks { needles, rules, text, bytes, numbers, twins, carried } = self;
        let (built, wait) = mpsc::channel();
        let build = move || {
            let finder = Finder::new(text, bytes, numbers, rules);
            // nobody may be waiting for it any more
            let _ = built.send(finder);
        };
        let builder = thread::Builder::new().spawn(build).map_err(|error| Error::io(Place::Items, &error))?;
        let finder = loop {
            match wait.recv_timeout(Duration::from_millis(20)) {
                Ok(finder) => break finder?,
                Err(RecvTimeoutError::Timeout) if watch.interrupted() => return Err(Error::interrupted()),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => match builder.join() {
                    Err(panic) => resume_unwind(panic),
                    Ok(()) => return Err(Error::interrupted()),
                },
            }
        };
        Ok(Search::new(finder, needles, twins, carried))
    }

    /// The error of a run that is told to stop; what was found is given back meanwhile, since that takes seconds too.
    pub fn abandon(self) -> Error {
        thread::spawn(move || drop(self));
        Error::interrupted()
    }

    fn file(&mut self, path: &str) {
        let last = path.rsplit('/').next().unwrap_or(path);
        let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
        for name in [path, last, stem] {
            if weight(name) >= FEWEST && !(name == stem && words::is_common(stem)) {
                self.look_for(name, path, Told::Name(name.into()), Rule::BEGINS);
            }
        }
        for word in words::of_name(stem) {
            self.word(path, &word, false);
        }
        self.dates(path, stem);
    }

    fn value(&mut self, of: &str, value: &str) {
        let identity = of.starts_with("source:") && of.ends_with("#identity");
        let beginning: String = value.chars().take(LETTERS).collect();
        let letters = value.chars().filter(|c| c.is_alphabetic()).count();
        let long = weight(value) >= FEWEST || identity && letters > 1;
        let common = words::says_nothing(value);
        // common words that are written as a name
        let capitals = value.chars().any(char::is_uppercase);
        let capital = common && (identity && words::has_case(value) || capitals && !words::of_value(value, true).is_empty());
        // the digits of any script, where only those of ASCII are read
        let digits: String = value.chars().map(ascii_digit).collect();
        if long && (!common || capital || identity) {
            let rule = if weight(value) < SHORT || capital { around(value, capital) } else { Rule::ANYWHERE };
            let written = |word: &str| word.starts_with(char::is_uppercase) || !capitals;
            let each = capital && identity && value.split_whitespace().all(written);
            self.look_for(&beginning, of, Told::Value, Rule { each, ..rule });
            let (days, times) = dates::find(&digits);
            if let Some(needle) = self.needles.last_mut() {
                needle.stock = !identity && words::of_value(value, false).is_empty() && days.is_empty() && times.is_empty();
            }
        }
        for contact in words::contacts(&digits) {
            let needle = self.needle(of, Told::Word(contact.into()), Rule::ANYWHERE, false);
            self.add(needle, contact, true);
            let digits: String = contact.chars().filter(char::is_ascii_digit).collect();
            if !contact.contains('@') {
                self.add(needle, &digits, true);
                // several numbers may stand beside each other
                for part in contact.split(['/', '+']).chain([contact]) {
                    let digits: String = part.chars().filter(char::is_ascii_digit).collect();
                    numbers::long(&digits).into_iter().for_each(|number| self.number(needle, number));
                }
            }
        }
        for word in words::of_value(value, identity) {
            self.word(of, &word, identity);
        }
        self.dates(of, &digits);
    }

    fn word(&mut self, of: &str, word: &Word, identity: bool) {
        let Word { text, kind } = word;
        let rule = around(text, *kind == WordKind::Capital);
        let needle = self.needle(of, Told::Word(text.clone()), rule, false);
        if let Some(needle) = self.needles.last_mut() {
            let source = of.starts_with("source:");
            needle.rank = match (kind, identity, source) {
                (WordKind::Name | WordKind::Capital, true, _) => 0,
                (WordKind::Number | WordKind::Start, true, _) | (WordKind::Name | WordKind::Capital, _, true) => 1,
                (WordKind::Name | WordKind::Capital, ..) => 4,
                _ => 5,
            };
            needle.weak = !identity || matches!(kind, WordKind::Plain | WordKind::Start);
            needle.plain = *kind == WordKind::Plain;
        }
        let written = if rule.ending.is_some() { stem(text) } else { text.clone() };
        self.add(needle, &written, !rule.capital);
        let digits: String = text.chars().map(ascii_digit).collect();
        if digits.bytes().all(|b| b.is_ascii_digit()) {
            numbers::thousands(&digits).into_iter().for_each(|number| self.number(needle, number));
        }
    }

    /// Dates and times of a value, in whatever form.
    fn dates(&mut self, of: &str, value: &str) {
        let (days, times) = dates::find(value);
        let days = days.into_iter().map(|day| (dates::forms(day), Edge::Number));
        let times = times.into_iter().map(|time| (dates::time_forms(time), Edge::Time));
        for (forms, edge) in days.chain(times) {
            let Some(first) = forms.first() else { continue };
            let rule = Rule { edge, ending: Some(0), capital: false, each: false };
            let needle = self.needle(of, Told::Word(first.clone()), rule, false);
            if let Some(needle) = self.needles.last_mut() {
                (needle.rank, needle.weak) = (5, true);
            }
            for form in &forms {
                // as cameras and computers write it
                let bytes = [form == first, form.contains(':'), form.bytes().all(|b| b.is_ascii_digit())].contains(&true);
                self.add(needle, form, bytes && edge == Edge::Number);
            }
        }
    }

    fn number(&mut self, needle: usize, number: Number) {
        self.numbers.entry(number).or_default().push(needle);
    }

    fn look_for(&mut self, text: &str, of: &str, told: Told, rule: Rule) {
        let needle = self.needle(of, told, rule, false);
        // two words beside each other are no chance
        self.add(needle, text, !rule.capital || text.contains(' '));
    }

    fn needle(&mut self, of: &str, told: Told, rule: Rule, label: bool) -> usize {
        let rank = match (of.starts_with("source:"), &told) {
            (true, _) => 0,
            (_, Told::Bytes | Told::Hash | Told::Name(_)) => 2,
            _ => 3,
        };
        self.needles.push(Needle { of: of.into(), told, rank, weak: false, label, stock: false, plain: false });
        self.rules.push(rule);
        self.needles.len() - 1
    }

    /// Adds a way to write this needle.
    fn add(&mut self, needle: usize, text: &str, bytes: bool) {
        let pattern = folded(text);
        if pattern.is_empty() {
            return;
        }
        let needles = self.text.entry(pattern).or_default();
        if needles.last() != Some(&needle) {
            needles.push(needle);
        }
        if bytes {
            self.add_bytes(needle, &text.replace(['\n', '\r'], " "));
        }
    }

    /// The same as it stands in bytes. There the case of ASCII letters is ignored; for all others, the usual ways to capitalize
    /// a word are tried.
    fn add_bytes(&mut self, needle: usize, text: &str) {
        for cased in [text.to_owned(), text.to_lowercase(), text.to_uppercase(), capitalized(text)] {
            for form in [cased.nfc().collect::<String>(), cased.nfd().collect()] {
                let utf16: Vec<u16> = form.encode_utf16().collect();
                let units = |bytes: fn(u16) -> [u8; 2]| utf16.iter().flat_map(|unit| bytes(*unit)).collect::<Vec<u8>>();
                for (pattern, encoding, fewest) in [
                    (units(u16::to_le_bytes), Encoding::Utf16Le, FEWEST_BYTES[1]),
                    (units(u16::to_be_bytes), Encoding::Utf16Be, FEWEST_BYTES[1]),
                    (form.into_bytes(), Encoding::Bytes, FEWEST_BYTES[0]),
                ] {
                    if pattern.len() < fewest {
                        continue;
                    }
                    // for most names these forms become one pattern
                    let (_, needles) = self.bytes.entry(pattern.to_ascii_lowercase()).or_insert((encoding, Vec::new()));
                    if needles.last() != Some(&needle) {
                        needles.push(needle);
                    }
                }
            }
        }
    }
}

/// What must stand around a word: no other letters but a short ending. Short words take shorter ones, and a script without capitals
/// does not part its words.
fn around(word: &str, capital: bool) -> Rule {
    let count = word.chars().count();
    if word.chars().all(char::is_numeric) {
        return Rule { edge: Edge::Number, ending: Some(0), capital, each: false };
    }
    let cased = word.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    let ending = match (count, word.is_ascii()) {
        _ if !cased => return Rule { capital, ..Rule::BEGINS },
        _ if word.ends_with(char::is_numeric) => 0,
        (..=2, _) => 0,
        (3 | 4, true) => 1,
        (3 | 4, false) => 2,
        _ => 3,
    };
    Rule { edge: Edge::Word, ending: Some(ending), capital, each: false }
}

/// The word without its last letter, where declension may change that letter.
fn stem(word: &str) -> String {
    let count = word.chars().count();
    let keeps = word.is_ascii() || count < 5 || word.chars().any(char::is_numeric);
    word.chars().take(if keeps { count } else { count - 1 }).collect()
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
