//! What is found in one document or text, within limits.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::{Fact, MORE, sort};

/// The longest value that is kept, in characters.
const LONGEST: usize = 200;
/// How many facts of one file are kept, and how many of one name of the file and of each of its parts.
const MOST: usize = 1000;
const EACH: usize = 50;
/// Authors whose changes are counted one by one.
const AUTHORS: usize = 50;

/// Facts as they are found.
#[derive(Default)]
pub(super) struct Found {
    list: Vec<Fact>,
    /// The part whose facts are added now; none for the file itself.
    pub within: Option<String>,
    changes: BTreeMap<String, u64>,
    /// Facts that were not kept: of which part, and their names.
    more: BTreeSet<(Option<String>, &'static str)>,
}

impl Found {
    /// Adds a fact unless it is empty or known.
    pub fn add(&mut self, name: &'static str, value: &str) {
        let value = one_line(value);
        if value.is_empty() {
            return;
        }
        let fact = Fact { within: self.within.clone(), name, value };
        let mut alike = self.list.iter().filter(|other| other.name == name && other.within == fact.within);
        let mut count = 0;
        if alike.any(|other| {
            count += 1;
            other.value == fact.value
        }) {
            return;
        }
        match count < EACH {
            true => self.keep(fact),
            false => self.leave_out(fact),
        }
    }

    fn keep(&mut self, fact: Fact) {
        match self.list.len() < MOST {
            true => self.list.push(fact),
            false => self.leave_out(fact),
        }
    }

    fn leave_out(&mut self, fact: Fact) {
        if self.more.len() < MOST {
            self.more.insert((fact.within, fact.name));
        }
    }

    /// Adds what was found in another way, such as in a picture inside.
    pub fn add_all(&mut self, facts: Vec<Fact>) {
        for fact in facts {
            let within = match (&self.within, fact.within) {
                (Some(outer), Some(inner)) => Some(format!("{outer}/{inner}")),
                (outer, inner) => inner.or_else(|| outer.clone()),
            };
            self.keep(Fact { within, ..fact });
        }
    }

    /// A part that could not be read, or not to its end.
    pub fn not_read(&mut self, part: &str) {
        self.add("not_read", part);
    }

    /// Counts a change that was tracked, by whom.
    pub fn change(&mut self, author: &str) {
        let author = one_line(author);
        self.add("change_author", &author);
        if self.changes.len() < AUTHORS || self.changes.contains_key(&author) {
            *self.changes.entry(author).or_default() += 1;
        }
    }

    /// Ends what was counted in this part.
    pub fn count(&mut self) {
        for (author, count) in std::mem::take(&mut self.changes) {
            let told = if author.is_empty() { count.to_string() } else { format!("{author} ({count})") };
            self.add("changes", &told);
        }
    }

    /// All of it; none where nothing could be read.
    pub fn finish(mut self) -> Option<Vec<Fact>> {
        self.count();
        self.list.sort();
        self.list.dedup();
        let mut more: BTreeMap<Option<String>, Vec<&str>> = BTreeMap::new();
        for (within, name) in self.more {
            more.entry(within).or_default().push(name);
        }
        self.list.extend(more.into_iter().map(|(within, names)| Fact { within, name: MORE, value: names.join(", ") }));
        sort(&mut self.list);
        let nothing = !self.list.is_empty() && self.list.iter().all(|fact| fact.name == "not_read");
        (!nothing).then_some(self.list)
    }
}

/// Without line breaks and the like, and not too long.
fn one_line(value: &str) -> String {
    let mut out = String::new();
    for word in value.split(|c: char| c.is_whitespace() || c == '\0').filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if out.len() > LONGEST * 4 {
            break;
        }
    }
    match out.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", out.get(..end).unwrap_or_default()),
        None => out,
    }
}
