//! When a run of letters that was found is what was looked for: where words begin and end.

use std::ops::Range;

/// Written with a capital.
pub(super) const CAPITAL: u8 = 1;
/// A tag or the like stood before it.
pub(super) const JOINT: u8 = 2;

/// What must stand around a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rule {
    pub edge: Edge,
    /// How many letters of an ending may follow; none where anything may.
    pub ending: Option<u8>,
    /// It must be written with a capital.
    pub capital: bool,
    /// Each of its words must be.
    pub each: bool,
}

/// What may not stand before a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// Anything may.
    Free,
    /// A letter or digit of the same word.
    Word,
    /// A digit.
    Number,
    /// A digit or a colon.
    Time,
}

/// As many bytes behind a match are enough to judge it.
pub(super) const BEHIND: usize = 32;
/// As many before it.
pub(super) const BEFORE: usize = 4;

/// A letter of a script that parts its words, or a digit.
pub(super) fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase() || c.is_numeric()
}

impl Rule {
    /// A part of anything.
    pub const ANYWHERE: Rule = Rule { edge: Edge::Free, ending: None, capital: false, each: false };
    /// The beginning of a word.
    pub const BEGINS: Rule = Rule { edge: Edge::Word, ending: None, capital: false, each: false };

    /// True if the text at `range` of the window meets the rule.
    pub fn meets(self, window: &[u8], flags: &[u8], range: Range<usize>) -> bool {
        let flag = |at: usize, flag: u8| flags.get(at).is_some_and(|flags| flags & flag != 0);
        if self.capital && !flag(range.start, CAPITAL) {
            return false;
        }
        let words = || range.clone().skip(1).filter(|at| window.get(at - 1) == Some(&b' '));
        if self.each && !words().all(|at| flag(at, CAPITAL)) {
            return false;
        }
        let before = window.get(range.start.saturating_sub(BEFORE)..range.start).unwrap_or_default();
        let (before, found) = (last(before), window.get(range.clone()).unwrap_or_default());
        let (first, end) = (letters(found).next(), last(found));
        let joint = |at: usize| flag(at, JOINT);
        // IvanPetrov is two words
        let hump = |at: usize, before: Option<char>, previous: bool| {
            flag(at, CAPITAL) && !previous && before.is_some_and(char::is_alphabetic)
        };
        let begins = match self.edge {
            Edge::Free => true,
            Edge::Word => {
                let inside = before.is_some_and(is_cased) && first.is_some_and(is_cased);
                !inside || joint(range.start) || hump(range.start, before, flag(range.start.saturating_sub(1), CAPITAL))
            }
            Edge::Number => !before.is_some_and(char::is_numeric),
            Edge::Time => !before.is_some_and(|c| c.is_numeric() || c == ':'),
        };
        begins && self.ends(window, &flag, range, end)
    }

    fn ends(self, window: &[u8], flag: &dyn Fn(usize, u8) -> bool, range: Range<usize>, last: Option<char>) -> bool {
        let behind = window.get(range.end..window.len().min(range.end + BEHIND)).unwrap_or_default();
        // the end of a Korean syllable belongs to it
        if letters(behind).next().is_some_and(|c| ('\u{11A8}'..='\u{11FF}').contains(&c)) {
            return false;
        }
        let (Some(most), Some(last)) = (self.ending, last) else { return true };
        let (mut at, mut more) = (range.end, 0);
        let mut previous = flag(range.end.saturating_sub(1), CAPITAL);
        for next in letters(behind) {
            let capital = flag(at, CAPITAL);
            let ends = match (last.is_numeric(), next.is_numeric()) {
                (true, true) => return false,
                (true, false) if self.edge != Edge::Word => true,
                (false, true) => true,
                _ => !is_cased(next) || flag(at, JOINT) || capital && !previous,
            };
            if ends {
                return true;
            }
            more += 1;
            if more > most {
                return false;
            }
            at += next.len_utf8();
            previous = capital;
        }
        true
    }
}

/// The letters of valid bytes that may be cut off at their end.
fn letters(bytes: &[u8]) -> impl Iterator<Item = char> + '_ {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => bytes.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default(),
    };
    valid.chars()
}

/// The last letter of bytes that may be cut off at their beginning.
fn last(bytes: &[u8]) -> Option<char> {
    let tail = bytes.get(bytes.len().saturating_sub(4)..).unwrap_or_default();
    (1..=tail.len()).find_map(|count| std::str::from_utf8(tail.get(tail.len() - count..)?).ok()?.chars().next())
}
