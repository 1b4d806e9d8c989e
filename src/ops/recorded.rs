//! Facts that are read from files and sealed as facts about them, so that each can be shown or withheld by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::risks::may_say;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::format::facts::is_known_of_a_file;
use crate::format::item::{About, Field};
use crate::format::path::PayloadPath;
use crate::inspect::{self, NAMES};
use crate::store::fs::media;

/// The one fact that a twin gets too: it is there to be shown without the others.
const OF_TWINS: &str = "taken_at";

/// Names that mean something else where a file says them itself: the name that it had elsewhere, or when a program changed it.
const NOT_RECORDED: [&str; 5] = ["original_name", "original_name_bytes", "modified", "derived_from", "derivation"];

/// The names of facts that can be recorded: those that are read from files and that the format knows about files (section 3).
///
/// ```
/// assert!(sealbag::recordable().any(|name| name == "taken_at"));
/// assert!(!sealbag::recordable().any(|name| name == "owner"));
/// ```
pub fn recordable() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(name, _)| *name).filter(|name| is_known_of_a_file(name) && !NOT_RECORDED.contains(name))
}

impl Draft {
    /// Reads facts from the files and adds them as facts about these: those of these names, or all of [`recordable`] where none is
    /// given. What is already said of a file is not said twice. A twin gets the time that its original has, read or stated. Each
    /// file is read within limits, and one that cannot be read has no facts.
    ///
    /// # Errors
    /// `usage` for a name that cannot be recorded, `io.…` where a file cannot be opened, `run.interrupted`; those of
    /// [`Draft::add_case_fact`].
    pub fn record_facts(&mut self, names: &[String], watch: &dyn Watch) -> Result<()> {
        let mut chosen: Vec<&'static str> = recordable().collect();
        if let Some(other) = names.iter().find(|name| !chosen.contains(&name.as_str())) {
            return Err(Error::new(code::USAGE, &**other, Detail::NotRecordable { name: other.clone() }));
        }
        chosen.retain(|name| names.is_empty() || names.iter().any(|other| other == name));
        let mut stated: BTreeSet<(PayloadPath, String)> = BTreeSet::new();
        for field in &self.fields {
            if let About::File(path) = &field.about {
                stated.insert((path.clone(), field.name.clone()));
            }
        }
        let may_say: Vec<_> = self.inputs_and_names().filter(|(_, name)| may_say(name)).collect();
        watch.expect(may_say.iter().map(|(input, _)| input.size()).sum());
        let mut recorded = Vec::new();
        for (input, name) in may_say {
            if watch.interrupted() {
                return Err(Error::interrupted());
            }
            watch.advance(input.size());
            let failed = |error| self.refuse_closed().err().unwrap_or_else(|| Error::io(name, &error));
            let media_type = media::media_type(name, &input.head().map_err(failed)?);
            if !inspect::reads(&media_type) {
                continue;
            }
            let facts = inspect::facts(&*input.bytes().map_err(failed)?, &media_type);
            for name in &chosen {
                if let Some(value) = facts.get(name)
                    && stated.insert((input.path.clone(), (*name).into()))
                {
                    let about = About::File(input.path.clone());
                    recorded.push(Field { about, name: (*name).into(), value: value.into() });
                }
            }
        }
        self.record(recorded)?;
        if chosen.contains(&OF_TWINS) { self.record(self.times_of_twins()) } else { Ok(()) }
    }

    /// The time of the original as a fact about each twin that has none.
    fn times_of_twins(&self) -> Vec<Field> {
        let mut times = BTreeMap::new();
        for field in self.fields.iter().filter(|field| field.name == OF_TWINS) {
            if let About::File(path) = &field.about {
                times.insert(path, field);
            }
        }
        let of_twin = |path: &PayloadPath, original: &PayloadPath| {
            let time = *times.get(original).filter(|_| !times.contains_key(path))?;
            Some(Field { about: About::File(path.clone()), ..time.clone() })
        };
        self.twins().iter().filter_map(|twin| of_twin(&twin.path, &twin.of)).collect()
    }
}
