//! Which items somebody means: a path, a fact, a source, the recipients, the digits of a commitment, or a pattern.

use std::collections::BTreeMap;

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::format::item::{About, Body, Item, is_field_name, source_number};
use crate::format::layout::DATA;
use crate::format::normal::nfc;
use crate::format::path::PayloadPath;
use crate::report::model::{Named, RECIPIENTS};

/// How many hex digits of a commitment are enough to name it.
const DIGITS: usize = 8;

/// What one argument means.
enum Selector {
    /// The file, and every fact about it.
    File(String),
    /// Every fact of this name about this.
    Fact(About, String),
    /// Every fact about a source.
    Source(u32),
    /// All recipients.
    Recipients,
    /// The first digits of a commitment.
    Commitment(String),
    /// Every item whose name fits the pattern, in which `*` stands for anything and `?` for one character.
    Pattern(String),
}

/// The items that are meant by some arguments.
pub(super) struct Selection {
    selectors: Vec<(String, Selector)>,
    /// How many items each of them has matched.
    met: BTreeMap<usize, usize>,
}

impl Selection {
    /// Reads the arguments; `is_file` says whether the bundle shows a file of this path. A path with `data/` before it is
    /// always a path.
    pub fn read(arguments: &[String], is_file: &dyn Fn(&str) -> bool) -> Result<Self> {
        let read = |argument: &String| Ok((argument.clone(), selector(argument, is_file)?));
        Ok(Selection { selectors: arguments.iter().map(read).collect::<Result<_>>()?, met: BTreeMap::new() })
    }

    /// The first argument that is a pattern.
    pub fn pattern(&self) -> Option<&str> {
        self.selectors
            .iter()
            .find(|(_, selector)| matches!(selector, Selector::Pattern(_)))
            .map(|(argument, _)| argument.as_str())
    }

    /// True if any selector means the item; counts a match for each that does.
    pub fn means(&mut self, item: &Item, named: &Named) -> bool {
        let mut meant = false;
        for (index, (_, selector)) in self.selectors.iter().enumerate() {
            let fits = match selector {
                Selector::File(path) => match &item.body {
                    Body::File(file) => file.path.as_str() == path,
                    Body::Field(field) => matches!(&field.about, About::File(about) if about.as_str() == path),
                    Body::Recipient(_) => false,
                },
                Selector::Fact(about, name) => {
                    matches!(&item.body, Body::Field(field) if field.about == *about && field.name == *name)
                }
                Selector::Recipients => matches!(item.body, Body::Recipient(_)),
                Selector::Source(number) => matches!(&item.body, Body::Field(field) if field.about == About::Source(*number)),
                Selector::Commitment(digits) => named.commitment.to_string().starts_with(digits),
                Selector::Pattern(pattern) => fits(pattern, &named.name),
            };
            if fits {
                meant = true;
                *self.met.entry(index).or_default() += 1;
            }
        }
        meant
    }

    /// Refuses arguments that matched nothing, and digits that matched two items.
    pub fn finish(&self) -> Result<()> {
        for (index, (argument, selector)) in self.selectors.iter().enumerate() {
            match (self.met.get(&index), selector) {
                (None, _) => return Err(unknown(argument, Detail::NoItemCalledSo)),
                (Some(2..), Selector::Commitment(_)) => return Err(unknown(argument, Detail::TwoCommitments)),
                _ => {}
            }
        }
        Ok(())
    }
}

fn selector(argument: &str, is_file: &dyn Fn(&str) -> bool) -> Result<Selector> {
    // a name that was completed on a Mac comes with separate accents
    let composed = nfc(argument);
    let argument = if is_file(argument.strip_prefix(DATA).unwrap_or(argument)) { argument } else { &composed };
    // a path wins over every other reading, and with `data/` before it there is no other
    let within = argument.strip_prefix(DATA).filter(|_| !is_file(argument));
    let path = within.unwrap_or(argument);
    if is_file(path) {
        return Ok(Selector::File(path.into()));
    }
    if argument == RECIPIENTS {
        return Ok(Selector::Recipients);
    }
    if let Some((thing, name)) = path.rsplit_once('#').filter(|(_, name)| is_field_name(name)) {
        let about = match (thing, thing.strip_prefix("source:").and_then(source_number)) {
            ("case", _) if within.is_none() => Some(About::Case),
            (_, Some(number)) => Some(About::Source(number)).filter(|_| within.is_none()),
            _ => PayloadPath::parse(thing).ok().filter(|_| is_file(thing)).map(About::File),
        };
        if let Some(about) = about {
            return Ok(Selector::Fact(about, name.into()));
        }
    }
    if let Some(number) = argument.strip_prefix("source:").and_then(source_number) {
        return Ok(Selector::Source(number));
    }
    if argument.contains(['*', '?']) {
        return Ok(Selector::Pattern(argument.into()));
    }
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if (DIGITS..=64).contains(&argument.len()) && argument.bytes().all(is_digit) {
        return Ok(Selector::Commitment(argument.into()));
    }
    Err(unknown(argument, Detail::NoItemCalledSo))
}

fn unknown(argument: &str, trouble: Detail) -> Error {
    Error::new(code::ITEM_UNKNOWN, argument, trouble)
}

/// True if the text fits the pattern, in which `*` stands for anything and `?` for one character.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // where the last star stands, and how much of the text it takes
    let (mut p, mut t, mut star) = (0, 0, None);
    while let Some(letter) = text.get(t) {
        match (pattern.get(p), star) {
            (Some('*'), _) => {
                star = Some((p + 1, t));
                p += 1;
            }
            (Some(one), _) if *one == '?' || one == letter => (p, t) = (p + 1, t + 1),
            (_, Some((after, taken))) => {
                star = Some((after, taken + 1));
                (p, t) = (after, taken + 1);
            }
            (_, None) => return false,
        }
    }
    pattern.get(p..).is_none_or(|rest| rest.iter().all(|one| *one == '*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_what_it_says_and_nothing_else() {
        let yes = [
            ("*", ""),
            ("*", "a/b"),
            ("photos/*", "photos/a.jpg"),
            ("*.jpg#*", "a.jpg#place"),
            ("a?c*", "abcabc"),
            ("**x", "x"),
            ("*ab", "aab"),
        ];
        for (pattern, text) in yes {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("?", ""), ("photos/*", "photo"), ("*.jpg", "a.jpg#place"), ("a*b*c", "acb"), ("", "a")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}
