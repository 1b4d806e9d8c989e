//! What can be true only once under one seal: a path, and the facts of which there is one for each case, source or file. Copies of
//! one bundle that are compared must agree on it, or the signer sealed two versions.

use std::collections::BTreeSet;

use super::digest::Digest;
use super::item::{About, Body, Field, Item};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::Finding;

/// The facts that can be true only once (format, section 3).
const CASE: [&str; 4] = ["title", "dateline", "published", "original_or_copy"];
const SOURCE: [&str; 1] = ["identity"];
const FILE: [&str; 14] = [
    "caption",
    "taken_at",
    "place",
    "latitude",
    "longitude",
    "altitude_m",
    "camera_make",
    "camera_model",
    "camera_serial",
    "original_name",
    "original_name_bytes",
    "modified",
    "derived_from",
    "derivation",
];

/// True for a fact of which there can be one only.
pub fn is_single(field: &Field) -> bool {
    let names: &[&str] = match field.about {
        About::Case => &CASE,
        About::Source(_) => &SOURCE,
        About::File(_) => &FILE,
    };
    names.contains(&field.name.as_str())
}

/// Where two items of one seal contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// What both are about: a path of a payload file, or the name of a fact with what it is about.
    pub of: String,
    /// How they contradict each other.
    pub detail: Detail,
}

impl Clash {
    /// The finding that it is.
    pub fn finding(self) -> Finding {
        Finding::new(code::SEAL_TWO_VERSIONS, self.of, Detail::TwoVersions { reason: Box::new(self.detail) })
    }
}

/// Items of one seal, from any number of copies of it.
#[derive(Default)]
pub struct Together {
    taken: BTreeSet<Digest>,
    paths: BTreeSet<String>,
    facts: BTreeSet<(String, String)>,
}

impl Together {
    /// Takes an item; the same one may come many times. Returns what it contradicts among those taken before.
    pub fn take(&mut self, item: &Item) -> Option<Clash> {
        if !self.taken.insert(item.commitment()) {
            return None;
        }
        match &item.body {
            Body::File(file) => {
                let path = file.path.as_str();
                let clash = |of: &str, detail| Some(Clash { of: of.to_owned(), detail });
                if self.paths.contains(path) {
                    return clash(path, Detail::PathTwice);
                }
                let within = format!("{path}/");
                let is_folder = self.paths.range(within.clone()..).next().is_some_and(|next| next.starts_with(&within));
                let folder = file.path.folders().find(|folder| self.paths.contains(*folder));
                if let Some(folder) = folder.or(is_folder.then_some(path)) {
                    return clash(folder, Detail::FileAndFolder);
                }
                self.paths.insert(path.to_owned());
                None
            }
            Body::Field(field) if is_single(field) => {
                let key = (field.about.to_string(), field.name.clone());
                let new = self.facts.insert(key);
                (!new).then(|| Clash { of: format!("{}#{}", field.about, field.name), detail: Detail::FactTwice })
            }
            Body::Field(_) | Body::Recipient(_) => None,
        }
    }
}
