//! Which words of a value or a name tell: names, numbers, and in an identity all but common ones.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::normal::{ascii_digit, folded};

/// Words of grammar in the languages that reports are most often written in.
static FUNCTION: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| set(include_str!("function_words.txt")));
/// The most common other words of English, and what cameras and people call files.
static COMMON: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| set(include_str!("common_words.txt")));

fn set(words: &str) -> HashSet<Vec<u8>> {
    words.split_whitespace().map(folded).collect()
}

/// A word that tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub text: String,
    pub kind: WordKind,
}

/// Why it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordKind {
    /// It is written as a name.
    Name,
    /// It is a common word and written as a name, such as Rose, so that it counts only where it has a capital.
    Capital,
    /// It has digits.
    Number,
    /// A word of an identity that is no name.
    Plain,
    /// The first two or three letters of a run of Han or Hangul in an identity: maybe a family name and a given name.
    Start,
}

/// A letter of Chinese, Japanese or Korean, two of which can be a whole name.
pub(super) fn is_syllable(c: char) -> bool {
    const SCRIPTS: [RangeInclusive<char>; 5] = [
        '\u{3040}'..='\u{30FF}',
        '\u{3400}'..='\u{9FFF}',
        '\u{AC00}'..='\u{D7A3}',
        '\u{F900}'..='\u{FAFF}',
        '\u{20000}'..='\u{3FFFF}',
    ];
    SCRIPTS.iter().any(|script| script.contains(&c))
}

/// How much a text says by its length: a letter counts one, one that is a syllable two.
pub(super) fn weight(text: &str) -> usize {
    text.chars().map(|c| if is_syllable(c) { 2 } else { 1 }).sum()
}

/// True for a word of grammar.
fn is_function(word: &str) -> bool {
    FUNCTION.contains(&folded(word))
}

/// True for a word of grammar, a common word, or a form of one.
pub(super) fn is_common(word: &str) -> bool {
    let word = folded(word);
    let known = |word: &[u8]| COMMON.contains(word) || FUNCTION.contains(word);
    let form = |ending: &str, instead: &str| {
        let base = word.strip_suffix(ending.as_bytes()).filter(|base| base.len() > 2);
        base.is_some_and(|base| known(&[base, instead.as_bytes()].concat()))
    };
    const FORMS: [(&str, &str); 10] = [
        ("s", ""),
        ("es", ""),
        ("ies", "y"),
        ("ed", ""),
        ("d", ""),
        ("ied", "y"),
        ("ing", ""),
        ("ing", "e"),
        ("ly", ""),
        ("er", ""),
    ];
    known(&word) || FORMS.iter().any(|(ending, instead)| form(ending, instead))
}

/// True if all of it is common words, so few that anybody may write them.
pub(super) fn says_nothing(value: &str) -> bool {
    let words: Vec<&str> = split(value).collect();
    words.len() < 3 && words.iter().all(|word| !word.chars().any(char::is_numeric) && is_common(word))
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The words of a value that tell. In an identity all do that are not common; elsewhere those written with a capital that does
/// not come from the beginning of a sentence, those of scripts without capitals, and those with digits.
pub(super) fn of_value(value: &str, identity: bool) -> Vec<Word> {
    let value: String = value.nfc().collect();
    // in an identity written without capitals, any word may be a name
    let plain = identity && !value.chars().any(char::is_uppercase);
    let shouted = !identity && !value.chars().any(char::is_lowercase);
    let (mut found, mut grammar): (Vec<Word>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut begins, mut rest) = (true, value.as_str());
    while let Some(at) = rest.find(char::is_alphanumeric) {
        let (_, from) = rest.split_at(at);
        let end = from.find(|c: char| !c.is_alphanumeric()).unwrap_or(from.len());
        let (word, behind) = from.split_at(end);
        let gap = behind.get(..behind.find(char::is_alphanumeric).unwrap_or(behind.len())).unwrap_or_default();
        let next = behind.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().next();
        // a name stands before another one, or apart: Petrov (guard)
        let named =
            next.is_some_and(char::is_uppercase) && !ends(word, gap) || gap.contains([',', ';', '(', ')', '/', '&', '|']);
        let kind = match identity {
            true => of_identity(word, plain),
            false => elsewhere(word, begins && !named, shouted),
        };
        // Will and An are words of grammar, and names
        let alone = begins && gap.is_empty() && behind.is_empty();
        if kind.is_none() && has_capital(word) && word.chars().count() > 1 && (!begins || named || alone) {
            grammar.push(word.to_owned());
        }
        found.extend(kind.map(|kind| Word { text: word.into(), kind }));
        begins = ends(word, gap);
        rest = behind;
    }
    if identity && !found.iter().any(|word| matches!(word.kind, WordKind::Name | WordKind::Capital)) {
        found.extend(grammar.into_iter().map(|text| Word { text, kind: WordKind::Capital }));
    }
    if identity {
        found.extend(starts(&value).map(|text| Word { text, kind: WordKind::Start }));
    }
    found.sort_by(|one, other| one.text.cmp(&other.text));
    found.dedup_by(|next, one| next.text == one.text);
    found
}

/// The first two and three letters of longer runs of Han or Hangul.
fn starts(value: &str) -> impl Iterator<Item = String> {
    let runs = value.split(|c: char| !is_syllable(c) || matches!(c, '\u{3040}'..='\u{30FF}'));
    let start = |run: &str, count| (run.chars().count() > count).then(|| run.chars().take(count).collect());
    runs.flat_map(move |run| [start(run, 2), start(run, 3)]).flatten()
}

/// True if a sentence ends between a word and the next one. A full stop behind an initial or a title does not end one.
fn ends(word: &str, gap: &str) -> bool {
    let short = word.chars().count() < 4 && word.chars().next().is_some_and(char::is_uppercase);
    gap.contains(['!', '?', ':', '\n', '。']) || gap.contains('.') && !short
}

fn of_identity(word: &str, plain: bool) -> Option<WordKind> {
    if word.chars().count() < 2 {
        return None;
    }
    if word.chars().any(char::is_numeric) {
        let digits = word.chars().all(char::is_numeric);
        return (!digits || word.chars().count() >= 4).then_some(WordKind::Number);
    }
    match (is_function(word), is_common(word), has_capital(word)) {
        (false, true, true) => Some(WordKind::Capital),
        (_, true, _) => None,
        (_, _, true) => Some(WordKind::Name),
        _ if plain || !has_case(word) => Some(WordKind::Name),
        _ => (weight(word) > 2).then_some(WordKind::Plain),
    }
}

fn elsewhere(word: &str, begins: bool, shouted: bool) -> Option<WordKind> {
    if word.chars().any(char::is_numeric) {
        return is_number(word).then_some(WordKind::Number);
    }
    let inner = word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase);
    let written = !has_case(word) || has_capital(word) && !begins && !shouted || inner;
    match (written && weight(word) > 2 && !is_function(word), is_common(word)) {
        (false, _) => None,
        (true, true) => Some(WordKind::Capital),
        (true, false) => Some(WordKind::Name),
    }
}

/// A number from four digits that is no year, or letters and digits that are no measure such as 30km.
fn is_number(word: &str) -> bool {
    let word: String = word.chars().map(ascii_digit).collect();
    let count = word.chars().count();
    let digits = word.chars().filter(|c| c.is_numeric()).count();
    let year = count == 4 && digits == 4 && word.parse().is_ok_and(|year| (1900..=2100).contains(&year));
    let letter = word.chars().next().is_some_and(char::is_alphabetic);
    // 03T02 of a time
    let time = word.split_once('T').is_some_and(|(day, hour)| (day.to_owned() + hour).chars().all(char::is_numeric));
    !time && (digits >= 4 && !year || digits < count && (digits >= 3 || letter && count >= 4 && digits >= 2))
}

fn has_capital(word: &str) -> bool {
    word.chars().any(char::is_uppercase)
}

pub(super) fn has_case(word: &str) -> bool {
    word.chars().any(|c| c.is_lowercase() || c.is_uppercase())
}

/// The words of a file's name that tell, without its ending: those with a capital, all where there are no capitals, and numbers.
pub(super) fn of_name(stem: &str) -> Vec<Word> {
    let stem: String = stem.nfc().collect();
    let capitals = stem.chars().any(char::is_uppercase);
    let mut found = Vec::new();
    for word in split(&stem).flat_map(humps).filter(|word| *word != stem) {
        let kind = match word.chars().any(char::is_numeric) {
            true => is_number(word).then_some(WordKind::Number),
            false => {
                let written = !capitals || !has_case(word) || has_capital(word);
                (written && weight(word) > 2 && !is_common(word)).then_some(WordKind::Name)
            }
        };
        found.extend(kind.map(|kind| Word { text: word.into(), kind }));
    }
    found
}

/// IvanPetrov as two words.
fn humps(word: &str) -> Vec<&str> {
    let (mut parts, mut start, mut lower) = (Vec::new(), 0, false);
    for (at, c) in word.char_indices() {
        if lower && c.is_uppercase() {
            parts.extend(word.get(start..at));
            start = at;
        }
        lower = c.is_lowercase();
    }
    parts.extend(word.get(start..));
    parts
}

/// The e-mail addresses and telephone numbers in a value: words with an @, and runs of at least six digits with only spaces and
/// punctuation between them that are not dates.
pub(super) fn contacts(value: &str) -> impl Iterator<Item = &str> {
    let addresses = value.split(|c: char| c.is_whitespace() || ",;<>()\"".contains(c)).filter(|word| word.contains('@'));
    let numbers = value.split(|c: char| !c.is_ascii_digit() && !" +-./()".contains(c));
    let numbers = numbers.map(|run| run.trim_matches(|c: char| !c.is_ascii_digit() && c != '+'));
    let is_date = |run: &&str| super::dates::find(run).0.is_empty();
    let is_number = |run: &&str| run.bytes().filter(u8::is_ascii_digit).count() >= 6;
    addresses.map(|word| word.trim_end_matches(['.', ':'])).chain(numbers.filter(is_number).filter(is_date))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(value: &str) -> String {
        of_value(value, false).into_iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
    }

    fn identity(value: &str) -> String {
        of_value(value, true).into_iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_that_tell() {
        assert_eq!(identity("Ivan Petrov, night guard of the Oret mill"), "Ivan Oret Petrov guard mill");
        assert_eq!(identity("known to the newsroom, first anonymous voice"), "");
        assert_eq!(identity("tavi oren, the baker"), "baker oren tavi");
        assert_eq!(identity("Rose Young, badge 4711, born 1984, 42 K9"), "1984 4711 K9 Rose Young badge");
        assert_eq!(value("Petrov (guard) saw it. Then J. Sadykov came. Nurse there."), "Petrov Sadykov");
        assert_eq!(
            value("The men at the Baiterek tower in 2017 with badge 4711 and plate 471ABC02 for 30km"),
            "4711 471ABC02 Baiterek"
        );
        assert_eq!(value("ALL OF IT IS SHOUTED"), "");
        assert_eq!(value("Two friends of Hope met"), "Hope");
        assert_eq!(of_value("friends of Hope", false)[0].kind, WordKind::Capital);
    }

    #[test]
    fn words_of_a_name() {
        let words = |stem| of_name(stem).into_iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
        assert_eq!(words("Interview_Ivan_Petrov"), "Ivan Petrov");
        assert_eq!(words("interview-ivan-petrov"), "ivan petrov");
        assert_eq!(words("InterviewIvanPetrov at_night"), "Ivan Petrov");
        assert_eq!((words("IMG_5195"), words("DSCN0010"), words("photo 2017")), ("5195".into(), String::new(), String::new()));
    }

    #[test]
    fn common_words_and_their_forms() {
        for word in ["The", "works", "named", "cities", "living", "nights"] {
            assert!(is_common(word), "{word}");
        }
        for word in ["Petrov", "guard", "Astana"] {
            assert!(!is_common(word), "{word}");
        }
        assert!(says_nothing("yes") && says_nothing("not public") && !says_nothing("Petrov") && !says_nothing("427"));
    }
}
