//! Copies of one seal, compared with one another: what they show together must be one story, or the signer sealed two versions.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::check::regular;
use crate::base::code;
use crate::base::error::{Finding, Result};
use crate::base::limits;
use crate::base::watch::Watch;
use crate::bundle::model::Bundle;
use crate::crypto::age::Identity;
use crate::format::digest::Digest;
use crate::format::once::Together;
use crate::store::fs::list_file::{List, NewList};
use crate::store::fs::places::path_of;
use crate::store::objects::{Lying, Objects};

/// Which bundles have which seal. It lies in a file without a name, so their number does not matter.
pub struct Copies(NewList);

/// What was kept of one bundle.
struct Kept {
    digest: Digest,
    shown: Digest,
    number: u64,
    path: Vec<u8>,
}

/// Copies of one seal that contradict one another.
#[derive(Debug)]
pub struct Clash {
    /// Which ones, by their numbers in the list; sorted.
    pub numbers: Vec<u64>,
    /// Their paths, in the same order.
    pub paths: Vec<Vec<u8>>,
    /// What they contradict each other in.
    pub findings: Vec<Finding>,
}

/// What comparing said.
#[derive(Debug, Default)]
pub struct Compared {
    /// Copies that contradict one another.
    pub clashes: Vec<Clash>,
    /// How many seals have copies that show different parts and could not all be read again.
    pub not_compared: u64,
}

impl Copies {
    /// None yet.
    ///
    /// # Errors
    /// `io.…`.
    pub fn begin() -> Result<Self> {
        NewList::begin(None).map(Copies)
    }

    /// Adds a bundle whose seal holds.
    ///
    /// # Errors
    /// `io.…`.
    pub fn add(&mut self, digest: &Digest, shown: &Digest, number: u64, path: &[u8]) -> Result<()> {
        let kept = [digest.as_bytes().as_slice(), shown.as_bytes(), &number.to_be_bytes(), path].concat();
        self.0.add(data_encoding::HEXLOWER.encode(&kept).as_bytes())
    }

    /// Compares all that were added: of each seal whose copies show different parts, one copy of each kind is read again.
    ///
    /// # Errors
    /// `io.…`, `run.interrupted`.
    pub fn compare(self, identities: &[Identity], objects: &dyn Objects, watch: &dyn Watch) -> Result<Compared> {
        let list = self.0.finish(watch)?;
        let mut count = 0u64;
        for entry in list.read() {
            entry?;
            count += 1;
        }
        let mut compared = Compared::default();
        let passes = count.div_ceil(limits::COMPARED);
        for pass in 0..passes {
            for group in groups(&list, pass, passes)? {
                compare(&group, identities, objects, watch, &mut compared)?;
            }
        }
        Ok(compared)
    }
}

/// The seals of one pass whose copies show different parts, with all their copies.
fn groups(list: &List, pass: u64, passes: u64) -> Result<Vec<Vec<Kept>>> {
    let mark = |kept: &Kept| kept.digest.as_bytes().iter().take(8).fold(0u64, |mark, byte| mark << 8 | u64::from(*byte));
    let read = || {
        list.read()
            .map(|entry| entry.map(|entry| kept(&entry)))
            .filter_map(Result::transpose)
            .filter(move |kept: &Result<Kept>| kept.as_ref().map_or(true, |kept| mark(kept) % passes == pass))
    };
    // first which of them differ, with little kept of each
    let mut first: HashMap<u64, u64> = HashMap::new();
    let mut differ: HashMap<u64, Vec<Kept>> = HashMap::new();
    for kept in read() {
        let kept = kept?;
        let shown = kept.shown.as_bytes().iter().take(8).fold(0u64, |mark, byte| mark << 8 | u64::from(*byte));
        if *first.entry(mark(&kept)).or_insert(shown) != shown {
            differ.entry(mark(&kept)).or_default();
        }
    }
    drop(first);
    for kept in read() {
        let kept = kept?;
        if let Some(group) = differ.get_mut(&mark(&kept)) {
            group.push(kept);
        }
    }
    let mut groups: Vec<Vec<Kept>> = differ.into_values().collect();
    groups.sort_by_key(|group| group.first().map(|kept| kept.number));
    Ok(groups)
}

fn kept(entry: &[u8]) -> Option<Kept> {
    let bytes = data_encoding::HEXLOWER.decode(entry).ok()?;
    let (digest, rest) = bytes.split_first_chunk::<32>()?;
    let (shown, rest) = rest.split_first_chunk::<32>()?;
    let (number, path) = rest.split_first_chunk::<8>()?;
    Some(Kept { digest: (*digest).into(), shown: (*shown).into(), number: u64::from_be_bytes(*number), path: path.to_vec() })
}

fn compare(
    group: &[Kept],
    identities: &[Identity],
    objects: &dyn Objects,
    watch: &dyn Watch,
    compared: &mut Compared,
) -> Result<()> {
    let mut kinds: BTreeMap<(Digest, Digest), Vec<&Kept>> = BTreeMap::new();
    group.iter().for_each(|kept| kinds.entry((kept.digest, kept.shown)).or_default().push(kept));
    let mut seals: BTreeMap<Digest, Vec<Vec<&Kept>>> = BTreeMap::new();
    kinds.into_iter().for_each(|((digest, _), kind)| seals.entry(digest).or_default().push(kind));
    for (digest, kinds) in seals.into_iter().filter(|(_, kinds)| kinds.len() > 1) {
        let (mut together, mut findings, mut unread) = (Together::default(), Vec::new(), false);
        for kind in &kinds {
            let read = kind.iter().any(|kept| {
                let mut clash = |item| findings.extend(together.take(&item).map(|clash| clash.finding()));
                path_of(kept.path.clone())
                    .is_some_and(|path| items(&path, digest, identities, objects, watch, &mut clash).is_ok())
            });
            if watch.interrupted() {
                return Err(crate::base::error::Error::interrupted());
            }
            unread |= !read;
        }
        compared.not_compared += u64::from(unread);
        if !findings.is_empty() {
            findings.truncate(limits::FINDINGS);
            let mut all: Vec<(u64, Vec<u8>)> = kinds.iter().flatten().map(|kept| (kept.number, kept.path.clone())).collect();
            all.sort_unstable();
            let (numbers, paths) = all.into_iter().unzip();
            compared.clashes.push(Clash { numbers, paths, findings });
        }
    }
    Ok(())
}

/// Reads the items of a bundle that was verified before; they are under its seal, if that is still the same.
fn items(
    path: &Path,
    digest: Digest,
    identities: &[Identity],
    objects: &dyn Objects,
    watch: &dyn Watch,
    each: &mut dyn FnMut(crate::format::item::Item),
) -> Result<()> {
    let source = regular(path, &Lying::at(path, objects)?)?.unlock(|header| header.open(identities))?;
    let bundle = Bundle::read(source, watch)?;
    let same = bundle.seal.manifest.as_ref().is_some_and(|sealed| sealed.digest == digest);
    if !same || bundle.is_malformed() {
        return Err(crate::base::error::Error::new(
            code::AGAINST_UNREAD,
            path.to_string_lossy(),
            crate::base::detail::Detail::ChangedWhileRead,
        ));
    }
    bundle.items(each)
}
