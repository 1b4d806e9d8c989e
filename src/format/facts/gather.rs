//! Facts on their way out of a metadata file, whatever its form: what is wrong with them, and what may be a slip.

use std::collections::BTreeMap;

use super::names::{self, Kind};
use super::text::Text;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::Finding;
use crate::base::limits;
use crate::format::item::is_field_name;
use crate::format::moment::is_date;

/// The facts in the order of the file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Facts {
    /// About the case.
    pub case: Vec<Fact>,
    /// About the source `S<n>`.
    pub sources: Vec<(u32, Vec<Fact>)>,
    /// About a file, under the name that it has in the folder.
    pub files: Vec<(String, Vec<Fact>)>,
    /// How many values were left empty, as in a template; these are not facts. The empty cells of a table are not counted.
    pub left_empty: usize,
    /// What cannot be a fact, `metadata.shape`: whoever takes the facts refuses them because of it.
    pub wrong: Vec<Finding>,
    /// What may be a slip, `metadata.name` and `metadata.date`: a name close to one that readers know, a date that is none.
    pub doubts: Vec<Finding>,
}

/// A name and a value.
pub type Fact = (String, String);

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// At a byte of the text.
    Byte(usize),
    /// In a cell of a table: its line in the file, and its column as a spreadsheet counts them, both from 1.
    Cell(usize, usize),
}

/// Facts on their way out of a file.
pub struct Gather<'t> {
    file: &'t str,
    pub text: &'t Text<'t>,
    pub facts: Facts,
    /// Names that are close to a known one: where each stands first, what the user calls it there, and how often it does.
    near: BTreeMap<(String, &'static str), (Spot, String, u64)>,
}

impl<'t> Gather<'t> {
    /// Begins with the file that the user calls `file`.
    pub fn of(file: &'t str, text: &'t Text<'t>) -> Self {
        Gather { file, text, facts: Facts::default(), near: BTreeMap::new() }
    }

    /// Something that cannot be a fact.
    pub fn wrong(&mut self, spot: Spot, reason: Detail) {
        if self.facts.wrong.len() < limits::FINDINGS {
            let detail = self.told(spot, reason);
            self.facts.wrong.push(Finding::new(code::METADATA_SHAPE, self.file, detail));
        }
    }

    /// The reason with its place.
    fn told(&self, spot: Spot, reason: Detail) -> Detail {
        match spot {
            Spot::Byte(at) => self.text.at(at, reason),
            Spot::Cell(line, column) => Detail::At { line: line as u64, column: column as u64, reason: Box::new(reason) },
        }
    }

    /// True if a fact may have this name; `member` is what the user calls it. One that looks like a slip is noted.
    pub fn name(&mut self, kind: Kind, name: &str, member: &str, spot: Spot) -> bool {
        let near = names::near(kind, name);
        if !is_field_name(name) {
            let near = near.or_else(|| names::ALL.into_iter().find_map(|kind| names::near(kind, name)));
            self.wrong(spot, Detail::FactName { member: member.to_owned(), near });
            return false;
        }
        if let Some(near) = near {
            self.near.entry((name.to_owned(), near)).or_insert((spot, member.to_owned(), 0)).2 += 1;
        }
        true
    }

    /// True if the value is one that a fact can have; an empty one is none. A date that is none is noted.
    pub fn value(&mut self, name: &str, value: &str, member: &str, spot: Spot) -> bool {
        if value.is_empty() {
            self.facts.left_empty += 1;
            return false;
        }
        if value.len() > limits::STRING {
            self.wrong(spot, Detail::FactTooLong { member: member.to_owned(), limit: limits::STRING as u64 });
            return false;
        }
        if names::is_date(name) && !is_date(value) && self.facts.doubts.len() < limits::FINDINGS {
            let reason = Detail::NotADate { member: member.to_owned(), value: value.chars().take(40).collect() };
            let detail = self.told(spot, reason);
            self.facts.doubts.push(Finding::new(code::METADATA_DATE, self.file, detail));
        }
        true
    }

    pub fn finish(mut self) -> Facts {
        let mut near: Vec<_> = std::mem::take(&mut self.near).into_iter().collect();
        near.sort_by_key(|(_, (spot, ..))| *spot);
        near.truncate(limits::FINDINGS);
        let notes = near.into_iter().map(|((_, near), (spot, member, count))| {
            let detail = self.told(spot, Detail::NameNear { member, near, count });
            Finding::new(code::METADATA_NAME, self.file, detail)
        });
        let mut doubts: Vec<Finding> = notes.collect();
        doubts.append(&mut self.facts.doubts);
        Facts { doubts, ..self.facts }
    }
}
