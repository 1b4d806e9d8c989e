//! What is to be audited: a list made once at the beginning, so that an audit that is gone on with is still the same one.

use std::collections::HashSet;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::register::{self, Register};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::{OBJECT, Place};
use crate::base::watch::Watch;
use crate::format::audit::{ListHasher, Shard};
use crate::format::digest::Digest;
use crate::format::json;
use crate::format::time::Timestamp;
use crate::store::fs::list_file::{self, List, NewList, Reading};
use crate::store::fs::places::bytes_of;
use crate::store::fs::search::{Met, Root, search};
use crate::store::objects::{Address, Objects, is_address};

/// Where the paths come from.
pub enum Entries<'e> {
    /// Bundles searched for below these paths and addresses of objects.
    Search(&'e [PathBuf]),
    /// A list, each path followed by this byte; what it is called.
    Listed(Box<dyn BufRead + Send>, u8, Place),
}

/// What an audit was asked for, so that only the same one is gone on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// `sealbag-audit-plan/1`.
    pub format: String,
    /// When the list was made.
    pub began: Timestamp,
    /// The number of the first entry; more than 1 for a piece of a longer list.
    pub first: u64,
    /// Which part of the list.
    pub shard: Option<Shard>,
    /// What else decides how a bundle ends, in words of the caller's.
    pub terms: String,
}

/// The value of `format`.
pub const FORMAT: &str = "sealbag-audit-plan/1";

/// The list of an audit.
pub struct Plan {
    list: List,
    /// What it is for.
    pub asked: Asked,
    /// How many entries the whole list has.
    pub listed: u64,
    /// How many of them are in the part that is audited.
    pub planned: u64,
    /// The digest of the whole list.
    pub digest: Digest,
}

/// What a search met beside bundles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aside {
    /// Links, which were not followed.
    pub links: u64,
    /// The first of them.
    pub link: Option<PathBuf>,
    /// Files that are no bundles, by name and by their first bytes.
    pub others: u64,
}

/// What was to be audited.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    /// The digest of the whole list.
    pub list: Digest,
    /// How many entries it has.
    pub count: u64,
    /// Which part of it.
    pub shard: Option<Shard>,
    /// When it was made.
    pub began: Timestamp,
}

/// An entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the whole list.
    pub number: u64,
    /// Its path.
    pub path: Vec<u8>,
}

impl Plan {
    /// Makes the list, into a file at a path, where the flag lets it replace another, or into one without a name. What a register has and the list has not follows at its end: all of it behind a list that was given, and what lies below the paths that
    /// were searched.
    ///
    /// # Errors
    /// `io.…`, `object.…`, `net.…`, `output.exists`, `run.interrupted`; `audit.twice` for a path that is listed twice.
    pub fn make(
        entries: Entries,
        register: Option<&Register>,
        asked: Asked,
        to: Option<(&Path, bool)>,
        objects: &dyn Objects,
        watch: &dyn Watch,
    ) -> Result<(Self, Aside)> {
        let mut new = NewList::begin(to)?;
        new.add(&json::write(&asked))?;
        let mut aside = Aside::default();
        let mut missing = register.map(Register::not_seen);
        let mut add = |path: &[u8]| {
            missing.iter_mut().for_each(|missing| missing.see(path));
            if path.contains(&0) {
                return Err(Error::new(code::USAGE, String::from_utf8_lossy(path), Detail::PathWithNul));
            }
            new.add(path)
        };
        let mut searched: Option<&[PathBuf]> = None;
        match entries {
            Entries::Search(paths) => {
                searched = Some(paths);
                for path in paths {
                    let mut each = |met: Met| {
                        match met {
                            Met::Bundle(path) => return add(&bytes_of(path)),
                            Met::Other => aside.others += 1,
                            Met::Link(path) => {
                                aside.links += 1;
                                aside.link.get_or_insert_with(|| path.to_owned());
                            }
                        }
                        Ok(())
                    };
                    match Address::read(path)? {
                        Some(address) => objects.search(&address, watch, &mut each)?,
                        None => search(path, watch, &mut each)?,
                    }
                }
            }
            Entries::Listed(input, end, place) => {
                for entry in Reading::of(input, end, place) {
                    let entry = entry?;
                    // a list made on Windows, and an empty line at its end
                    let path = if end == b'\n' { entry.strip_suffix(b"\r").unwrap_or(&entry) } else { &entry };
                    if !path.is_empty() {
                        add(path)?;
                    }
                    if watch.interrupted() {
                        return Err(Error::interrupted());
                    }
                }
            }
        }
        if let (Some(register), Some(missing)) = (register, missing) {
            let here = |path: &[u8]| searched.is_none_or(|paths| paths.iter().any(|root| lies_below(path, &bytes_of(root))));
            register.each_missing(missing, &mut |path| if here(path) { new.add(path) } else { Ok(()) })?;
        }
        let plan = Plan::of(new.finish(watch)?)?;
        plan.refuse_twice()?;
        Ok((plan, aside))
    }

    /// Opens the list of an audit that was begun.
    ///
    /// # Errors
    /// `io.…`; `audit.malformed`.
    pub fn open(path: &Path) -> Result<Self> {
        Plan::of(List::open(path)?)
    }

    fn of(list: List) -> Result<Self> {
        let mut reading = list.read();
        let head = reading.next().transpose()?.unwrap_or_default();
        let asked: Asked = json::read(&head)
            .ok()
            .filter(|asked: &Asked| asked.format == FORMAT && asked.first > 0)
            .ok_or_else(|| Error::new(code::AUDIT_MALFORMED, list.place(), Detail::PlanForm))?;
        let (mut hasher, mut listed, mut planned) = (ListHasher::default(), 0, 0);
        for path in reading {
            let path = path?;
            hasher.add(&path);
            listed += 1;
            planned += u64::from(asked.shard.is_none_or(|shard| shard.has(&path)));
        }
        Ok(Plan { list, asked, listed, planned, digest: hasher.finish() })
    }

    /// What is to be audited, in a few words.
    pub fn listed(&self) -> Listed {
        Listed { list: self.digest, count: self.listed, shard: self.asked.shard, began: self.asked.began }
    }

    /// The entries of the part that is audited, in their order.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry>> + Send + use<> {
        let (shard, first) = (self.asked.shard, self.asked.first);
        let paths = self.list.read().skip(1).zip(first..);
        paths.filter_map(move |(path, number)| match path {
            Ok(path) if shard.is_none_or(|shard| shard.has(&path)) => Some(Ok(Entry { number, path })),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        })
    }

    /// Refuses a list that names a path twice, whatever its length: so many are compared at once, and the others in further passes.
    fn refuse_twice(&self) -> Result<()> {
        let passes = self.listed.div_ceil(limits::COMPARED);
        for pass in 0..passes {
            let mut seen: HashSet<u128> = HashSet::new();
            for path in self.list.read().skip(1) {
                let path = path?;
                let mark = Digest::of(&path).as_bytes().iter().take(16).fold(0u128, |mark, byte| mark << 8 | u128::from(*byte));
                if mark % u128::from(passes) == u128::from(pass) && !seen.insert(mark) {
                    let place = String::from_utf8_lossy(&path).into_owned();
                    return Err(Error::new(code::AUDIT_TWICE, place, Detail::ListedTwice));
                }
            }
        }
        Ok(())
    }
}

/// True if a path is `root`, or one below it as it is spelled.
fn lies_below(path: &[u8], root: &[u8]) -> bool {
    let (path, root) = (register::plain(path), register::plain(root));
    let root = root.strip_suffix(b"/").unwrap_or(root);
    let absolute = path.starts_with(b"/") || path.starts_with(OBJECT.as_bytes());
    (root == b"." || root.is_empty()) && !absolute
        || path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

/// Removes the list of an audit that has come to its end.
///
/// # Errors
/// `io.…`.
pub fn remove(path: &Path) -> Result<()> {
    list_file::remove(path)
}

/// The folders that were searched, as they were when that began.
pub fn roots(paths: &[PathBuf]) -> Vec<Root> {
    paths.iter().filter(|path| !is_address(path)).map(|path| Root::of(path)).collect()
}
