//! What the items of one bundle say together: read line by line in the order of their commitments, checked against each other,
//! and merged with the commitments of the manifest. In memory, a million items take about a hundred bytes each, plus their
//! paths.

use std::io::{self, BufRead};

use super::bagit::{Expected, ManifestSum};
use super::digest::Digest;
use super::item::{About, Body, File, Item};
use super::listing::read_line;
use super::once::is_single;
use super::path::PayloadPath;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Finding, Findings};
use crate::base::limits;
use crate::base::place::Place;

/// The place of all findings about items.
const PLACE: &str = "seal/items.jsonl";

/// The items shown, as far as verifying needs them.
#[derive(Debug, Default)]
pub struct Shown {
    commitments: Vec<Digest>,
    files: Vec<FileRow>,
    abouts: Vec<[u8; 16]>,
    /// What each fact is about and its name, of those that can be true only once.
    singles: Vec<[u8; 16]>,
    recipients: Vec<Digest>,
    /// The SHA-256 of each value of [`MAY_WITHHOLD`].
    may_withhold: Vec<Digest>,
}

/// The name of the fact about the case that gives the key fingerprint of somebody who may withhold for the signer.
pub const MAY_WITHHOLD: &str = "may_withhold";

/// A file item without the members that are only for people.
#[derive(Debug, Clone)]
pub struct FileRow {
    /// Where it lies, without `data/`.
    pub path: PayloadPath,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: Digest,
}

impl Shown {
    /// Reads `seal/items.jsonl` to its end; each item also goes to `each`. Faults in the list become findings, but at most one
    /// about its form, since the lines after a malformed one mean nothing.
    ///
    /// # Errors
    /// Those of `input`.
    pub fn read(input: &mut impl BufRead, found: &mut Findings, mut each: impl FnMut(Item)) -> io::Result<Option<Self>> {
        let mut shown = Shown::default();
        let mut line = Vec::new();
        loop {
            read_line(input, limits::LINE, &mut line)?;
            if line.is_empty() {
                break;
            }
            if let Err(reason) = shown.add(&line, &mut each) {
                let number = shown.commitments.len() + 1;
                found.push(Finding::new(
                    code::SEAL_ITEMS,
                    PLACE,
                    Detail::InLine { line: number as u64, reason: Box::new(reason) },
                ));
                return Ok(None);
            }
        }
        shown.finish(found);
        Ok(Some(shown))
    }

    /// Reads a list again that was checked before: each item goes to `each`, up to the first line that is none.
    ///
    /// # Errors
    /// Those of `input`.
    pub fn read_again(input: &mut impl BufRead, mut each: impl FnMut(Item)) -> io::Result<()> {
        let mut line = Vec::new();
        loop {
            read_line(input, limits::LINE, &mut line)?;
            let Some(Ok(item)) = line.strip_suffix(b"\n").map(Item::read) else { return Ok(()) };
            each(item);
        }
    }

    fn add(&mut self, line: &[u8], each: &mut impl FnMut(Item)) -> Result<(), Detail> {
        if line.len() > limits::LINE {
            return Err(Detail::TooLong { limit: limits::LINE as u64 });
        }
        let text = line.strip_suffix(b"\n").ok_or(Detail::NoLineBreakAtEnd)?;
        if self.commitments.len() == limits::ITEM_COUNT {
            return Err(Detail::TooManyItems);
        }
        let commitment = Digest::of(line);
        if self.commitments.last().is_some_and(|last| *last >= commitment) {
            return Err(Detail::LinesOutOfOrder);
        }
        let item = Item::read(text)?;
        self.commitments.push(commitment);
        match &item.body {
            Body::File(File { path, size, sha256, .. }) => {
                self.files.push(FileRow { path: path.clone(), size: *size, sha256: *sha256 });
            }
            Body::Field(field) => {
                if is_single(field) {
                    self.singles.push(short(&format!("{}#{}", field.about, field.name)));
                }
                match &field.about {
                    About::File(path) => self.abouts.push(short(path.as_str())),
                    About::Case if field.name == MAY_WITHHOLD => self.may_withhold.push(Digest::of(field.value.as_bytes())),
                    About::Case | About::Source(_) => {}
                }
            }
            Body::Recipient(key) => self.recipients.push(Digest::of(key.as_bytes())),
        }
        each(item);
        Ok(())
    }

    /// Sorts, and checks the items against each other.
    fn finish(&mut self, found: &mut Findings) {
        self.files.sort_unstable_by(|one, other| (&one.path, &one.sha256).cmp(&(&other.path, &other.sha256)));
        let mut conflict = |place: &str, detail: Detail| found.push(Finding::new(code::ITEM_CONFLICT, place, detail));
        for (one, next) in self.files.iter().zip(self.files.iter().skip(1)) {
            if one.path == next.path {
                conflict(&format!("data/{}", one.path), Detail::PathTwice);
            }
        }
        let mut checked = "";
        for row in &self.files {
            let folder = row.path.folders().last().unwrap_or("");
            if folder == checked {
                continue;
            }
            checked = folder;
            for folder in row.path.folders() {
                if self.files.binary_search_by(|other| other.path.as_str().cmp(folder)).is_ok() {
                    conflict(&format!("data/{folder}"), Detail::FileAndFolder);
                }
            }
        }
        if self.files.is_empty() {
            conflict(PLACE, Detail::NoFileShown);
        }
        self.recipients.sort_unstable();
        if self.recipients.iter().zip(self.recipients.iter().skip(1)).any(|(one, next)| one == next) {
            conflict(PLACE, Detail::RecipientTwice);
        }
        self.singles.sort_unstable();
        if self.singles.iter().zip(self.singles.iter().skip(1)).any(|(one, next)| one == next) {
            conflict(PLACE, Detail::FactTwice);
        }
        self.singles = Vec::new();
        if !self.abouts.is_empty() {
            let mut shown: Vec<[u8; 16]> = self.files.iter().map(|row| short(row.path.as_str())).collect();
            shown.sort_unstable();
            let lost = self.abouts.iter().filter(|about| shown.binary_search(about).is_err()).count();
            if lost > 0 {
                conflict(PLACE, Detail::FactsWithoutFile { count: lost as u64 });
            }
            self.abouts = Vec::new();
        }
    }

    /// The file items in the order of their paths.
    pub fn files(&self) -> &[FileRow] {
        &self.files
    }

    /// The SHA-256 of each recipient that an item shows, increasing.
    pub fn recipients(&self) -> &[Digest] {
        &self.recipients
    }

    /// True if the seal lets the owner of the key with this fingerprint withhold.
    pub fn lets_withhold(&self, fingerprint: &str) -> bool {
        !self.may_withhold.is_empty() && self.may_withhold.contains(&Digest::of(fingerprint.as_bytes()))
    }

    /// The file items in the order of their paths.
    pub(crate) fn into_files(self) -> Vec<FileRow> {
        self.files
    }

    /// The length and digest of `manifest-sha256.txt`, the bytes of the payload and the number of its files.
    pub fn sums(&self) -> (Expected, u64, u64) {
        let mut sum = ManifestSum::default();
        let mut bytes = 0u64;
        for row in &self.files {
            sum.add(&row.sha256, row.path.as_str());
            bytes = bytes.saturating_add(row.size);
        }
        (sum.finish(), bytes, self.files.len() as u64)
    }

    /// Begins the merge with the manifest's commitments; it takes the shown ones out of here.
    pub fn merge(&mut self) -> Merge {
        let shown = std::mem::take(&mut self.commitments).into_iter().enumerate().peekable();
        Merge { shown, missing: Vec::new(), unsealed: Vec::new() }
    }
}

/// The merge of the shown commitments with those of the manifest, both strictly increasing.
pub struct Merge {
    shown: std::iter::Peekable<std::iter::Enumerate<std::vec::IntoIter<Digest>>>,
    missing: Vec<Digest>,
    unsealed: Vec<usize>,
}

impl Merge {
    /// Takes the next commitment of the manifest.
    pub fn sealed(&mut self, commitment: Digest) {
        while let Some((line, _)) = self.shown.next_if(|(_, shown)| *shown < commitment) {
            self.unsealed.push(line);
        }
        if self.shown.next_if(|(_, shown)| *shown == commitment).is_none() {
            self.missing.push(commitment);
        }
    }

    /// Ends the merge and returns the sealed commitments that are not shown. Items shown that were not sealed become findings.
    pub fn finish(mut self, found: &mut Findings) -> Vec<Digest> {
        self.unsealed.extend(self.shown.by_ref().map(|(line, _)| line));
        for line in self.unsealed {
            let detail = Detail::NotSealed;
            found.push(Finding::new(code::ITEM_UNSEALED, Place::ItemLine(line as u64 + 1), detail));
        }
        self.missing
    }
}

/// Enough of a name's digest to tell names apart.
fn short(name: &str) -> [u8; 16] {
    let [short @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = *Digest::of(name.as_bytes()).as_bytes();
    short
}
