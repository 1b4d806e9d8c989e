//! The facts of one file while they are gathered.

use std::collections::BTreeSet;

use super::fact::{Fact, MORE, sort};

/// The longest value that is kept, in characters.
const LONGEST: usize = 500;
/// How many facts of one file are kept, and how many of one name: a hundred keywords must not hide a place. What was left out is told by
/// its names.
const MOST: usize = 200;
const OF_A_NAME: usize = 40;

#[derive(Default)]
pub(super) struct List {
    list: Vec<Fact>,
    more: BTreeSet<&'static str>,
}

impl List {
    /// A fact, if there is a value and it is not there yet.
    pub fn add(&mut self, name: &'static str, value: Option<String>) {
        let Some(value) = value else { return };
        let value = value.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        let fact = Fact { within: None, name, value: value.chars().take(LONGEST).collect() };
        if fact.value.is_empty() || self.list.contains(&fact) {
            return;
        }
        let like_it = self.list.iter().filter(|known| known.name == name && known.within.is_none()).count();
        match self.list.len() < MOST && like_it < OF_A_NAME {
            true => self.list.push(fact),
            false => drop(self.more.insert(name)),
        }
    }

    /// The same of a text.
    pub fn text(&mut self, name: &'static str, value: &str) {
        self.add(name, Some(value.to_owned()));
    }

    /// A place, in degrees north and east.
    pub fn place(&mut self, latitude: Option<f64>, longitude: Option<f64>) {
        if let (Some(latitude), Some(longitude)) = (degrees(latitude, 90.0), degrees(longitude, 180.0)) {
            self.add("latitude", Some(latitude));
            self.add("longitude", Some(longitude));
        }
    }

    /// A height above the sea in metres.
    pub fn altitude(&mut self, metres: Option<f64>) {
        self.add("altitude_m", metres.filter(|metres| metres.is_finite()).map(|metres| format!("{metres:.1}")));
    }

    /// The facts of a part of the file.
    pub fn within(&mut self, part: &str, facts: Vec<Fact>) {
        for fact in facts {
            let within = Some(fact.within.map_or(part.to_owned(), |deeper| format!("{part}/{deeper}")));
            match self.list.len() < MOST {
                true => self.list.push(Fact { within, ..fact }),
                false => drop(self.more.insert(fact.name)),
            }
        }
    }

    /// The first value of that name that the file itself has.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.list.iter().find(|fact| fact.name == name && fact.within.is_none()).map(|fact| fact.value.as_str())
    }

    /// By part and name; of one name in the order in which they were found, what says it best first.
    pub fn sorted(mut self) -> Vec<Fact> {
        if !self.more.is_empty() {
            let value = self.more.iter().copied().collect::<Vec<_>>().join(", ");
            self.list.push(Fact { within: None, name: MORE, value });
        }
        sort(&mut self.list);
        self.list
    }
}

/// Degrees with six digits, about 10 cm.
pub(super) fn degrees(degrees: Option<f64>, most: f64) -> Option<String> {
    degrees.filter(|degrees| degrees.abs() <= most).map(|degrees| format!("{degrees:.6}"))
}

/// Text as programs write it: UTF-8, or else one byte a character (ISO 8859-1).
pub(super) fn decoded(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect())
}

/// Text that ends at its first zero.
pub(super) fn ended(bytes: &[u8]) -> String {
    decoded(bytes.split(|byte| *byte == 0).next().unwrap_or_default())
}
