//! The names under which files are sealed: each follows the rules of the format, and no two are the same on any computer.

use std::collections::{HashMap, HashSet};

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::Finding;
use crate::base::text::told_apart;
use crate::format::digest::Digest;
use crate::format::item::Role;
use crate::format::normal::nfc;
use crate::format::path::PayloadPath;
use crate::store::fs::folder::{FoundFile, Input};
use crate::store::fs::media;

/// Files with the names that they will be sealed under.
pub(super) struct Named {
    /// In the order of their paths; those that were refused are not among them.
    pub inputs: Vec<Input>,
    pub renamed: Vec<Renamed>,
    pub refused: Vec<Finding>,
}

/// A file that is sealed under another name than it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// The name that it has, as people read it: a byte that is not UTF-8 as `%E9`.
    pub own: String,
    /// The name as a fact has it, where it is not UTF-8.
    pub(super) encoded: Option<String>,
    /// The name that it is sealed under.
    pub sealed: PayloadPath,
}

impl Renamed {
    fn of(file: &FoundFile, sealed: &PayloadPath) -> Self {
        Renamed { own: file.name.to_string(), encoded: file.encoded.as_deref().map(str::to_owned), sealed: sealed.clone() }
    }

    /// True if both names look the same: they differ in their Unicode normal form only.
    pub fn looks_the_same(&self) -> bool {
        self.encoded.is_none() && nfc(&self.own) == self.sealed.as_str()
    }

    /// The fact that keeps the name.
    pub(super) fn fact(&self) -> (String, String) {
        match &self.encoded {
            Some(encoded) => ("original_name_bytes".into(), encoded.clone()),
            None => ("original_name".into(), self.own.clone()),
        }
    }
}

/// Which names files are sealed under.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Naming {
    /// Their own, in normal form C; a file that cannot be sealed under its own name is refused.
    #[default]
    Own,
    /// Their own, or a similar one where a name breaks a rule.
    Safe,
    /// A number that tells nothing, with the ending of a known type: `0001.jpg`. The report keeps its name.
    Neutral,
}

/// Gives each file its name.
pub(super) fn settle(mut files: Vec<FoundFile>, naming: Naming) -> Named {
    files.sort_by(|one, other| one.name.cmp(&other.name));
    if naming == Naming::Neutral {
        return neutral(files);
    }
    let safe_names = naming == Naming::Safe;
    let mut refused = Vec::new();
    let mut candidates: Vec<Candidate> = files.into_iter().map(|file| Candidate::of(file, safe_names, &mut refused)).collect();
    part_twins(&mut candidates, safe_names, &mut refused);
    let (mut inputs, mut renamed) = (Vec::with_capacity(candidates.len()), Vec::new());
    for Candidate { file, path, renamed: is_renamed } in candidates {
        let Some(path) = path else { continue };
        if is_renamed {
            renamed.push(Renamed::of(&file, &path));
        }
        inputs.push(file.seal_as(path));
    }
    inputs.sort_by(|one, other| one.path.cmp(&other.path));
    Named { inputs, renamed, refused }
}

/// Numbers the files in the order of the names that they had.
fn neutral(files: Vec<FoundFile>) -> Named {
    let width = files.len().to_string().len().max(4);
    let (mut inputs, mut renamed) = (Vec::with_capacity(files.len()), Vec::new());
    let mut reports = HashSet::new();
    for (number, mut file) in (1..).zip(files) {
        let is_report = media::is_report(&file.name);
        if is_report {
            file.role.get_or_insert(Role::Report);
        }
        let path = match PayloadPath::parse_for_sealing(&file.name) {
            Ok(path) if is_report && reports.insert(key(&path)) => path,
            _ => {
                let path = PayloadPath::safe(&format!("{number:0width$}{}", media::ending(&file.name)));
                renamed.push(Renamed::of(&file, &path));
                path
            }
        };
        inputs.push(file.seal_as(path));
    }
    inputs.sort_by(|one, other| one.path.cmp(&other.path));
    Named { inputs, renamed, refused: Vec::new() }
}

/// A file whose name is being settled.
struct Candidate {
    file: FoundFile,
    /// None if a bundle cannot hold its name.
    path: Option<PayloadPath>,
    /// True if the path differs from the file's own name.
    renamed: bool,
}

impl Candidate {
    fn of(mut file: FoundFile, safe_names: bool, refused: &mut Vec<Finding>) -> Self {
        if media::is_report(&file.name) {
            // even if it gets another name
            file.role.get_or_insert(Role::Report);
        }
        match own_path(&file) {
            Ok(path) => Candidate { renamed: *path.as_str() != *file.name, file, path: Some(path) },
            Err(_) if safe_names => {
                let path = PayloadPath::safe(&file.name);
                Candidate { file, path: Some(path), renamed: true }
            }
            Err(reason) => {
                refused.push(Finding::new(code::INPUT_NAME, &*file.name, Detail::ItsName { reason: Box::new(reason) }));
                Candidate { file, path: None, renamed: false }
            }
        }
    }
}

/// The path of a file under its own name, in normal form C.
fn own_path(file: &FoundFile) -> Result<PayloadPath, Detail> {
    match file.encoded {
        Some(_) => Err(Detail::NameNotUtf8InFolder),
        None => PayloadPath::parse_for_sealing(&nfc(&file.name)),
    }
}

/// Names that are equal after case folding, or shared by a file and a folder, are refused, or made distinct by a number.
fn part_twins(candidates: &mut [Candidate], safe_names: bool, refused: &mut Vec<Finding>) {
    let (mut taken, mut folders, mut counts) = (HashMap::new(), HashSet::new(), HashMap::new());
    // a new name must not be one that any file has, even a file that comes later
    let mut names = HashSet::new();
    for path in candidates.iter().filter_map(|candidate| candidate.path.as_ref()) {
        if safe_names {
            names.insert(key(path));
        }
        folders.extend(path.folders().filter_map(|folder| PayloadPath::parse(folder).ok()).map(|folder| key(&folder)));
    }
    // a file that could be sealed under its own name keeps it
    let order = (0..candidates.len()).filter(|at| candidates.get(*at).is_some_and(|candidate| !candidate.renamed));
    let renamed = (0..candidates.len()).filter(|at| candidates.get(*at).is_some_and(|candidate| candidate.renamed));
    for at in order.chain(renamed).collect::<Vec<_>>() {
        let Some(path) = candidates.get(at).and_then(|candidate| candidate.path.clone()) else { continue };
        let twin = taken.get(&key(&path)).copied();
        if twin.is_none() && !folders.contains(&key(&path)) {
            taken.insert(key(&path), at);
            continue;
        }
        if !safe_names {
            let own = candidates.get(at).map_or("", |candidate| &*candidate.file.name);
            let other = twin.and_then(|twin: usize| candidates.get(twin)).map(|twin| &*twin.file.name);
            let (own, detail) = match other {
                None => (own.to_owned(), Detail::TwinOfFolder),
                Some(other) => {
                    let (own, other) = if nfc(own) == nfc(other) { told_apart(own, other) } else { (own.into(), other.into()) };
                    (own, Detail::TwinOf { other })
                }
            };
            refused.push(Finding::new(code::INPUT_TWIN, own, detail));
            continue;
        }
        let count = counts.entry(key(&path)).or_insert(1u32);
        let fresh = loop {
            *count += 1;
            let fresh = path.with_suffix(&format!("-{count}"));
            if !taken.contains_key(&key(&fresh)) && !folders.contains(&key(&fresh)) && !names.contains(&key(&fresh)) {
                break fresh;
            }
        };
        taken.insert(key(&fresh), at);
        if let Some(candidate) = candidates.get_mut(at) {
            (candidate.path, candidate.renamed) = (Some(fresh), true);
        }
    }
}

/// What file systems that ignore case know a name by.
fn key(path: &PayloadPath) -> [u8; 16] {
    let digest = Digest::of(path.folded().as_bytes());
    let mut key = [0; 16];
    key.iter_mut().zip(digest.as_bytes()).for_each(|(to, from)| *to = *from);
    key
}
