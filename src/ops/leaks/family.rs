//! Files that were made of one another: twins, and the pictures that they were made of.

use std::collections::{BTreeMap, BTreeSet};

use super::leak::{Kin, Leak, Told};
use crate::base::error::Result;
use crate::bundle::model::Whole;
use crate::format::digest::Digest;
use crate::format::item::{About, Body, Item};
use crate::format::path::PayloadPath;

/// The value of `derivation` of a twin in which something is covered.
const COVERED: &str = "area-hidden";

/// Which files of a bundle were made of which, as its signer states.
#[derive(Default)]
pub(crate) struct Families {
    /// By the commitment of the original, whether that is shown or not.
    list: BTreeMap<Digest, Family>,
    /// Twins in which something is covered.
    covered: BTreeSet<PayloadPath>,
}

#[derive(Default)]
struct Family {
    original: Option<PayloadPath>,
    twins: Vec<PayloadPath>,
}

impl Families {
    /// Takes an item that the bundle shows.
    pub fn take(&mut self, item: &Item) {
        let Body::Field(field) = &item.body else { return };
        let About::File(path) = &field.about else { return };
        match field.name.as_str() {
            "derived_from" => {
                if let Some(original) = Digest::parse(&field.value) {
                    self.list.entry(original).or_default().twins.push(path.clone());
                }
            }
            "derivation" if field.value == COVERED => {
                self.covered.insert(path.clone());
            }
            _ => {}
        }
    }

    /// Finds the originals once every item was taken.
    pub fn find_originals(&mut self, whole: &Whole) -> Result<()> {
        if self.list.is_empty() {
            return Ok(());
        }
        whole.items(&mut |item| {
            if let Body::File(file) = &item.body
                && let Some(family) = self.list.get_mut(&item.commitment())
            {
                family.original = Some(file.path.clone());
            }
        })
    }

    /// Each twin with the picture that it was made of, where the bundle shows that.
    pub fn originals(&self) -> BTreeMap<&PayloadPath, &PayloadPath> {
        let shown = self.list.values().filter_map(|family| Some((&family.twins, family.original.as_ref()?)));
        shown.flat_map(|(twins, of)| twins.iter().map(move |twin| (twin, of))).collect()
    }

    /// Adds to files all those that were made of the same pictures.
    pub fn complete(&self, paths: &mut BTreeSet<PayloadPath>) {
        loop {
            let before = paths.len();
            for family in self.list.values() {
                if family.members().any(|path| paths.contains(path)) {
                    paths.extend(family.members().cloned());
                }
            }
            if paths.len() == before {
                return;
            }
        }
    }

    /// True where the first was made of a picture, and something was made of the second or of the same picture.
    pub fn are_twins(&self, twin: &str, other: &str) -> bool {
        let mut families = self.list.values();
        families.any(|family| family.twins.iter().any(|path| path.as_str() == twin))
            && self.list.values().any(|family| family.members().any(|path| path.as_str() == other))
    }

    /// What stays although a file of the same picture goes, each file once.
    pub fn leaks(&self, goes: &dyn Fn(&PayloadPath) -> bool) -> Vec<Leak> {
        let leak = |of: &PayloadPath, place: &PayloadPath, kin| Leak {
            rank: 2,
            of: of.to_string(),
            what: Told::Twin(kin),
            place: place.to_string(),
            line: None,
            stops: true,
        };
        let mut leaks = Vec::new();
        for family in self.list.values() {
            match family.members().find(|path| goes(path)) {
                Some(gone) => {
                    let original = family.original.iter().filter(|path| !goes(path)).map(|path| (path, Kin::Original));
                    let twins = family.twins.iter().filter(|path| !goes(path)).map(|path| (path, Kin::Made));
                    leaks.extend(original.chain(twins).map(|(path, kin)| leak(gone, path, kin)));
                }
                None => {
                    let covered = family.twins.iter().find(|twin| self.covered.contains(*twin));
                    let both = family.original.as_ref().zip(covered);
                    leaks.extend(both.map(|(original, twin)| leak(twin, original, Kin::Uncovered)));
                }
            }
        }
        leaks
    }
}

impl Family {
    fn members(&self) -> impl Iterator<Item = &PayloadPath> {
        self.original.iter().chain(&self.twins)
    }
}
