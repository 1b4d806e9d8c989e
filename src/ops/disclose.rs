//! Disclosing: what was withheld is given back to one reader. What is read of a disclosure counts only where the seal of the bundle
//! commits to it, and then as if it had never been withheld.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::open::{Intact, Verified};
use super::output::{Encryption, Output};
use super::select::{Named, Selection};
use super::verify::{Report, Verification};
use crate::base::code::{self, Code};
use crate::base::error::{Error, Finding, Result};
use crate::base::limits::{self, CHUNK};
use crate::base::watch::Watch;
use crate::bundle::model::Whole;
use crate::bundle::reread::Copier;
use crate::bundle::source::Source;
use crate::format::digest::{Digest, Hasher};
use crate::format::disclosure::{FORMAT, Head};
use crate::format::item::{Body, File, Item};
use crate::format::layout;
use crate::format::listing::Fault;
use crate::format::path::PayloadPath;
use crate::format::zip::padme;
use crate::store::fs::disk::{self, NewFile, NewFolder};

/// Items of a bundle that are to be given to one reader. Nothing is written yet.
pub struct Disclosure<'v> {
    whole: &'v Whole,
    pattern: Option<String>,
    named: Vec<Named>,
    /// By their commitments.
    items: BTreeMap<Digest, Item>,
}

/// A disclosure that has been written.
#[derive(Debug, Clone)]
pub struct Disclosed {
    /// Where it is; none if it went to a stream.
    pub path: Option<PathBuf>,
    /// Its length in bytes.
    pub length: u64,
}

impl Verified {
    /// Finds what `items` mean, as [`Verified::withhold`] does.
    pub fn disclose(&self, items: &[String]) -> Result<Disclosure<'_>> {
        let whole = &self.whole;
        let mut selection = Selection::read(items, &|path| whole.shows(path))?;
        let (mut named, mut chosen) = (Vec::new(), BTreeMap::new());
        whole.items(&mut |item| {
            let called = Named::of(&item);
            if selection.means(&item, &called) {
                chosen.insert(called.commitment, item);
                named.push(called);
            }
        })?;
        selection.finish()?;
        named.sort();
        let pattern = selection.pattern().map(str::to_owned);
        Ok(Disclosure { whole, pattern, named, items: chosen })
    }
}

impl Disclosure<'_> {
    /// What is disclosed, in the order of the names.
    pub fn items(&self) -> &[Named] {
        &self.named
    }

    /// The first argument that was a pattern.
    pub fn pattern(&self) -> Option<&str> {
        self.pattern.as_deref()
    }

    /// Writes the disclosure, as a whole or not at all. `input` is where the bundle lies, which is never written over or into.
    pub fn write(
        &self,
        encryption: Option<&Encryption>,
        output: Output,
        input: Option<&Path>,
        watch: &dyn Watch,
    ) -> Result<Disclosed> {
        let path = output.path("disclosure");
        if let Some(path) = &path {
            disk::refuse_input(path, input, "it is the bundle that is disclosed from")?;
        }
        let length = output.publish(path.as_deref(), watch, |file| {
            let length = match encryption {
                Some(encryption) => encryption.enclose(file, |out| self.write_to(out, true, watch))?.1,
                None => self.write_plain(file, watch)?,
            };
            Ok(length)
        })?;
        Ok(Disclosed { path, length })
    }

    fn write_plain(&self, file: &NewFile, watch: &dyn Watch) -> Result<u64> {
        let failed = |error: io::Error| Error::io("disclosure", &error);
        let mut out = BufWriter::with_capacity(CHUNK, file.file());
        self.write_to(&mut out, false, watch)?;
        out.flush().map_err(failed)?;
        Ok(file.file().metadata().map_err(failed)?.len())
    }

    fn write_to(&self, out: &mut dyn Write, padded: bool, watch: &dyn Watch) -> Result<()> {
        let failed = |error: io::Error| Error::io("disclosure", &error);
        let head = Head { format: FORMAT.into(), bundle: self.whole.sealed.digest, items: self.items.len() as u64 };
        let mut length = 0;
        for line in std::iter::once(head.line()).chain(self.items.values().map(Item::line)) {
            out.write_all(&line).map_err(failed)?;
            length += line.len() as u64;
        }
        let files = || self.items.values().filter_map(|item| if let Body::File(file) = &item.body { Some(file) } else { None });
        watch.expect(files().map(|file| file.size).sum());
        let mut copier = Copier::new(self.whole, watch.workers());
        for file in files() {
            copier.file(self.whole.file(&file.path)?, out, watch)?;
            length += file.size;
        }
        let zeros = if padded { padme(length) - length } else { 0 };
        io::copy(&mut io::repeat(0).take(zeros), out).map(drop).map_err(failed)
    }
}

/// What a disclosure gave back.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Items that are withheld in the bundle, and are known now, in the order of their names.
    pub items: Vec<Named>,
    /// Of these, the files.
    pub files: Vec<File>,
    /// Items in it that the bundle shows anyway.
    pub shown: u64,
}

impl Verification {
    /// Puts what a disclosure gives back into the slots that are empty in the bundle, which is whole as far as it goes. What does
    /// not hash to what the seal commits to becomes a finding, and makes the word FAILED.
    pub fn take_disclosure(&mut self, source: Source, watch: &dyn Watch) -> Result<()> {
        let Some(sealed) = self.bundle.seal.manifest.as_ref().filter(|_| self.is_whole()) else {
            self.report.not_checked.push("the disclosure: the bundle, or a disclosure before it, was found to be bad".into());
            return Ok(());
        };
        let shown = || self.bundle.seal.shown.iter().flat_map(|shown| shown.files()).map(|row| row.path.as_str()).collect();
        let slots = Slots {
            digest: sealed.digest,
            missing: &sealed.missing,
            sealed: &|| self.bundle.commitments(),
            shown: &shown,
            earlier: files_given(&self.report),
        };
        let read = source.read_once(|input| read(input, &slots, None, watch))?;
        match read {
            Ok(given) => self.report.given.push(given),
            Err(finding) => self.demand(finding),
        }
        Ok(())
    }
}

impl Intact {
    /// Writes the files that a disclosure gives back, and the lines of its items, into the new folder `target`: nothing is there
    /// unless everything is what the seal commits to.
    pub fn extract_disclosure(&self, source: Source, target: &Path, watch: &dyn Watch) -> Result<()> {
        let Whole { sealed, files, .. } = &self.whole;
        let slots = Slots {
            digest: sealed.digest,
            missing: &sealed.missing,
            sealed: &|| self.whole.commitments(),
            shown: &|| files.iter().map(|file| file.row.path.as_str()).collect(),
            earlier: files_given(self.report()),
        };
        let read = source.read_once(|input| read(input, &slots, Some(target), watch))?;
        read.map(drop).map_err(|finding| Error::new(finding.code, finding.place, finding.detail))
    }
}

/// The files that disclosures gave back so far, by their commitments.
fn files_given(report: &Report) -> BTreeMap<Digest, String> {
    let files = report.given.iter().flat_map(|given| &given.items).filter(|item| item.value.is_none());
    files.map(|item| (item.commitment, item.name.clone())).collect()
}

/// What a disclosure can give back.
struct Slots<'b> {
    /// The bundle digest.
    digest: Digest,
    /// The commitments that are not shown, increasing.
    missing: &'b [Digest],
    /// Reads all commitments of the manifest, increasing.
    sealed: &'b dyn Fn() -> Result<Vec<Digest>>,
    /// The paths of the files shown.
    shown: &'b dyn Fn() -> BTreeSet<&'b str>,
    /// The files that disclosures before it gave back, by their commitments.
    earlier: BTreeMap<Digest, String>,
}

/// A path that two files would have, or a file and a folder, once those that are given show beside those that do.
fn conflict<'i>(items: &'i BTreeMap<Digest, Item>, slots: &Slots) -> Option<&'i PayloadPath> {
    let Slots { missing, earlier, .. } = slots;
    let mut taken: BTreeSet<&str> = (slots.shown)().into_iter().chain(earlier.values().map(String::as_str)).collect();
    let given: Vec<&PayloadPath> = items
        .iter()
        .filter(|(commitment, _)| missing.binary_search(commitment).is_ok() && !earlier.contains_key(commitment))
        .filter_map(|(_, item)| if let Body::File(file) = &item.body { Some(&file.path) } else { None })
        .collect();
    if let Some(path) = given.iter().find(|path| !taken.insert(path.as_str())) {
        return Some(path);
    }
    let is_folder = |path: &PayloadPath| {
        let within = format!("{path}/");
        taken.range(within.as_str()..).next().is_some_and(|next| next.starts_with(&within))
    };
    given.into_iter().find(|path| path.folders().any(|folder| taken.contains(folder)) || is_folder(path))
}

fn read(input: &mut dyn BufRead, slots: &Slots, keep: Option<&Path>, watch: &dyn Watch) -> Result<Result<Given, Finding>> {
    let refused = |code: &'static Code, detail: String| Ok(Err(Finding::new(code, "disclosure", detail)));
    let failed = |error: io::Error| Error::io("disclosure", &error);
    let head = match Head::read(input) {
        Ok(head) => head,
        Err(Fault::Io(error)) => return Err(failed(error)),
        Err(Fault::Newer(format)) => {
            let short: String = format.chars().take(40).collect();
            let trouble = format!("its format is \"{short}\", which this sealbag does not know");
            return Err(Error::new(code::SEAL_NEWER, "disclosure", trouble));
        }
        Err(Fault::Malformed(reason)) => return refused(code::DISCLOSURE_MALFORMED, reason),
    };
    if head.bundle != slots.digest {
        return refused(code::DISCLOSURE_OTHER, format!("it is for the bundle {}", head.bundle));
    }
    let sealed = (slots.sealed)()?;
    let mut items = BTreeMap::new();
    // nothing is kept that was not sealed, however much of it there is
    let all = head.items(input, |item, commitment| {
        let known = sealed.binary_search(&commitment).is_ok();
        if known {
            items.insert(commitment, item);
        }
        known
    });
    match all {
        Ok(true) => {}
        Ok(false) => {
            let detail = format!("the seal does not commit to its item {}", items.len() + 1);
            return refused(code::DISCLOSURE_UNSEALED, detail);
        }
        Err(Fault::Io(error)) => return Err(failed(error)),
        Err(fault) => return refused(code::DISCLOSURE_MALFORMED, fault.to_string()),
    }
    drop(sealed);
    if let Some(path) = conflict(&items, slots) {
        let detail = "the seal commits to another file, or a folder, of this path";
        return Ok(Err(Finding::new(code::ITEM_CONFLICT, layout::data(path), detail)));
    }

    let folder = keep.map(NewFolder::begin).transpose()?;
    let mut buffer = vec![0; CHUNK];
    let mut length: u64 = items.values().map(|item| item.line().len() as u64).sum();
    for item in items.values() {
        let Body::File(file) = &item.body else { continue };
        let name = layout::data(&file.path);
        let mut out = folder.as_ref().map(|folder| folder.file(&name)).transpose()?;
        let (mut sha256, mut left) = (Hasher::default(), file.size);
        length = length.saturating_add(file.size);
        while left > 0 {
            let room = buffer.get_mut(..usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK)).unwrap_or_default();
            let count = match input.read(room) {
                Ok(0) => return refused(code::DISCLOSURE_MALFORMED, format!("it ends before {name} does")),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(error)),
            };
            let chunk = room.get(..count).unwrap_or_default();
            sha256.update(chunk);
            if let Some(out) = &mut out {
                out.write_all(chunk).map_err(|error| Error::io(&name, &error))?;
            }
            left -= count as u64;
            watch.advance(count as u64);
            if watch.interrupted() {
                return Err(Error::interrupted());
            }
        }
        if sha256.finish() != file.sha256 {
            return Ok(Err(Finding::new(code::DISCLOSURE_PAYLOAD, name, "its SHA-256 is not the sealed one")));
        }
        if let Some(out) = out {
            out.sync_all().map_err(|error| Error::io(&name, &error))?;
        }
    }
    // zeros hide how long it is, and are never many beside the rest
    let mut zeros = 0;
    loop {
        let rest = input.fill_buf().map_err(failed)?;
        let count = rest.len();
        if count == 0 {
            break;
        }
        if rest.iter().any(|byte| *byte != 0) {
            return refused(code::DISCLOSURE_MALFORMED, "something else than zeros follows its end".into());
        }
        zeros += count as u64;
        if zeros > length / 4 + limits::LINE as u64 {
            return refused(code::DISCLOSURE_MALFORMED, "more zeros follow its end than any padding has".into());
        }
        input.consume(count);
        if watch.interrupted() {
            return Err(Error::interrupted());
        }
    }
    if let Some(folder) = folder {
        let mut lines = folder.file("items.jsonl")?;
        let written = items.values().try_for_each(|item| lines.write_all(&item.line())).and_then(|()| lines.sync_all());
        written.map_err(|error| Error::io("items.jsonl", &error))?;
        folder.publish()?;
    }

    let mut given = Given::default();
    for (commitment, item) in items {
        if slots.missing.binary_search(&commitment).is_err() {
            given.shown += 1;
            continue;
        }
        given.items.push(Named::of(&item));
        if let Body::File(file) = item.body {
            given.files.push(file);
        }
    }
    given.items.sort();
    given.files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(Ok(given))
}
