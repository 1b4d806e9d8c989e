//! An unpacked bundle: every check is made but that of the ZIP layout. What file managers leave behind is ignored but noted, a
//! link is a failure, and a name is looked up as it was sealed, then in normal form D.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader};

use super::model::{Bundle, Form, Kept, PartEntry, PayloadEntry, SecondReader};
use super::read_at::{ReadAt, read_at};
use super::seal_read::SealReader;
use super::tree::{Node, NodeKind, Renamed, Tree};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Findings, Result, carried};
use crate::base::limits::{self, CHUNK};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::format::bagit;
use crate::format::item::Item;
use crate::format::layout::{self, ALWAYS, DATA, HEAD, Part, is_junk, is_left_behind};
use crate::format::measure::Measure;
use crate::format::path::PayloadPath;
use crate::format::shown::{FileRow, Shown};

/// Reads the seal and finds the payload.
pub(crate) fn read(tree: Box<dyn Tree>, watch: &dyn Watch, each: &mut dyn FnMut(Item)) -> Result<Bundle> {
    let mut names = Names::default();
    // a folder that is not a bundle may hold anything, so it is not walked through
    let is_bundle = ALWAYS.iter().any(|part| tree.holds(&part.to_string()));
    if is_bundle {
        tree.walk(watch, &mut |node| names.add(node))?;
    }

    let mut reader = SealReader::new(each);
    let parts = read_parts(&*tree, &mut names, &mut reader, watch)?;
    let (seal, mut findings) = reader.finish();
    if let Some(count) = Some(tree.bundles()).filter(|count| !is_bundle && *count > 0) {
        findings.push(Finding::new(code::SEAL_MISSING, Place::Folder, Detail::FolderOfBundles { count }));
    }
    let (payload, decomposed) = find_payload(seal.shown.as_ref(), &mut names);
    let mut notes = Findings::default();
    if !decomposed.is_empty() {
        let detail = Detail::NamesDecomposed { count: decomposed.len() as u64 };
        notes.push(Finding::new(code::FOLDER_DECOMPOSED, Place::Folder, detail));
    }
    let tree: Box<dyn Tree> = if decomposed.is_empty() { tree } else { Box::new(Renamed::new(tree, decomposed)) };
    names.report(&*tree, seal.shown.is_some() && seal.newer.is_none(), &mut findings, &mut notes);
    Ok(Bundle {
        form: Form::Kept(Kept::Folder(tree)),
        envelope: None,
        seal,
        payload,
        parts,
        findings,
        notes,
        second_reader: SecondReader::NotNeeded,
        broken: false,
    })
}

/// Takes the files of the items out of the names: each under its own name first, so that one file never serves two items, then
/// under its name in normal form D. Those found so come with both names.
fn find_payload(shown: Option<&Shown>, names: &mut Names) -> (Vec<PayloadEntry>, BTreeMap<String, String>) {
    let rows = || shown.into_iter().flat_map(Shown::files);
    let mut sizes: Vec<Option<u64>> = rows().map(|row| names.files.remove(&layout::data(&row.path))).collect();
    let mut decomposed = BTreeMap::new();
    for (row, size) in rows().zip(&mut sizes).filter(|(_, size)| size.is_none()) {
        let Some(name) = row.path.decomposed().map(layout::data) else { continue };
        *size = names.files.remove(&name);
        if size.is_some() {
            decomposed.insert(layout::data(&row.path), name);
        }
    }
    let entry = |path: &PayloadPath, size| PayloadEntry { path: path.clone(), at: 0, size, crc32: None };
    let payload = rows().zip(sizes).filter_map(|(row, size)| Some(entry(&row.path, size?))).collect();
    (payload, decomposed)
}

/// Reads the parts that are there, in their order; what belongs to nothing stays among the names. Derived files come last: one of
/// another length than follows from the seal is not read.
fn read_parts(tree: &dyn Tree, names: &mut Names, reader: &mut SealReader, watch: &dyn Watch) -> Result<Vec<PartEntry>> {
    let (mut gap, mut parts, mut last_read) = (false, Vec::new(), None);
    for part in Part::all().filter(|part| !bagit::is_derived(*part)) {
        let name = part.to_string();
        let Some(size) = names.files.remove(&name) else {
            gap |= matches!(part, Part::Release(_));
            continue;
        };
        match part {
            Part::Later(_) => {
                if !reader.allows(part) {
                    names.files.insert(name, size);
                }
                continue;
            }
            Part::Release(_) if gap => {
                let detail = Detail::ReleaseBeforeMissing;
                reader.findings.push(Finding::new(code::RELEASE_MALFORMED, name, detail));
            }
            // a signature without its release belongs to nothing
            Part::ReleaseSignature(number) if last_read != Some(Part::Release(number)) => {
                names.files.insert(name, size);
                continue;
            }
            Part::ReadersSignature if last_read != Some(Part::Readers) => {
                names.files.insert(name, size);
                continue;
            }
            // which files a later version names nobody knows here
            Part::Padding if reader.seal.newer.is_some() => {
                parts.push(PartEntry { part, at: 0, measure: Measure::unread(size) })
            }
            // how much padding there must be follows from the ZIP, which is not here; but it is never much beside the rest
            Part::Padding if size > most_padding(names, &parts, reader) => {
                let detail = Detail::TooLong { limit: most_padding(names, &parts, reader) };
                reader.findings.push(Finding::new(code::CONTAINER_LAYOUT, name, detail));
            }
            part => {
                let measure = read_part(tree, part, &name, size, reader, watch)?;
                parts.push(PartEntry { part, at: 0, measure });
            }
        }
        last_read = Some(part);
    }
    for part in ALWAYS.into_iter().filter(|part| bagit::is_derived(*part)) {
        let name = part.to_string();
        let Some(size) = names.files.remove(&name) else { continue };
        let measure = match reader.derived_length(part) {
            Some(expected) if expected == size => read_part(tree, part, &name, size, reader, watch)?,
            _ => Measure::unread(size),
        };
        parts.push(PartEntry { part, at: 0, measure });
    }
    parts.sort_by_key(|entry| entry.part);
    Ok(parts)
}

/// The greatest length of padding: a quarter of everything else, and 64 KiB.
fn most_padding(names: &Names, parts: &[PartEntry], reader: &SealReader) -> u64 {
    // the derived files and their lengths follow from the rest
    let derived = ALWAYS.iter().filter_map(|part| reader.derived_length(*part));
    let parts = parts.iter().map(|entry| entry.measure.size).chain(derived);
    let rows = reader.seal.shown.iter().flat_map(|shown| shown.files());
    let lies = |path: &str| names.files.get(&layout::data(path)).copied();
    let size = |row: &FileRow| lies(row.path.as_str()).or_else(|| lies(&row.path.decomposed()?));
    let files = rows.map(|row| size(row).map_or(0, |size| row.size.min(size)));
    parts.chain(files).fold(0u64, u64::saturating_add) / 4 + limits::LINE as u64
}

/// Reads one part of the seal, all of it.
fn read_part(
    tree: &dyn Tree,
    part: Part,
    name: &str,
    size: u64,
    reader: &mut SealReader,
    watch: &dyn Watch,
) -> Result<Measure> {
    let failed = |error: io::Error| Error::io(name, &error);
    let mut input = BufReader::with_capacity(CHUNK, Watched { input: stream(tree.open(name).map_err(failed)?), watch });
    let Some(measure) = reader.part(part, size, &mut input).map_err(failed)? else { return Ok(Measure::unread(size)) };
    if !input.fill_buf().map_err(failed)?.is_empty() {
        return Err(Error::new(code::IO_READ, name, Detail::GrewWhileRead));
    }
    Ok(measure)
}

/// Reads an open file from its beginning, to the end that it has when it is reached.
pub(super) fn stream(file: Box<dyn ReadAt>) -> impl BufRead {
    let capacity = CHUNK.min(usize::try_from(file.length()).unwrap_or(CHUNK).max(1));
    BufReader::with_capacity(capacity, FromStart { file, at: 0 })
}

/// Ends with an error once the run is to end.
struct Watched<'w, R> {
    input: R,
    watch: &'w dyn Watch,
}

impl<R: io::Read> io::Read for Watched<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.watch.interrupted() { Err(carried(Error::interrupted())) } else { self.input.read(out) }
    }
}

struct FromStart {
    file: Box<dyn ReadAt>,
    at: u64,
}

impl io::Read for FromStart {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = read_at(&*self.file, out, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// True for a file of the folder that Finder or Explorer wrote; false if it cannot be read.
fn left_behind(tree: &dyn Tree, name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    if !is_junk(last) {
        return false;
    }
    let mut head = [0; HEAD];
    let read = tree.open(name).and_then(|file| read_at(&*file, &mut head, 0));
    read.is_ok_and(|count| is_left_behind(last, head.get(..count).unwrap_or_default()))
}

/// Everything below the folder, by its name in it.
#[derive(Default)]
struct Names {
    files: BTreeMap<String, u64>,
    /// Files whose names are not UTF-8. Every sealed name is, so these are never looked up and cannot pass for a sealed file.
    odd: Vec<String>,
    links: Vec<String>,
    junk: Vec<String>,
}

impl Names {
    fn add(&mut self, node: Node) {
        match node.kind {
            NodeKind::File(size) => drop(self.files.insert(node.name, size)),
            NodeKind::OddlyNamed => self.odd.push(node.name),
            NodeKind::EmptyFolder => self.junk.push(node.name + "/"),
            NodeKind::Other => self.links.push(node.name),
        }
    }

    /// Reports what is left once everything that belongs here has been taken out. Without a list of items nobody can say what
    /// belongs in the payload, so nothing there is reported as unlisted.
    fn report(mut self, tree: &dyn Tree, listed: bool, findings: &mut Findings, notes: &mut Findings) {
        self.links.sort();
        for link in self.links {
            findings.push(Finding::new(code::FOLDER_LINK, link, Detail::LinkInBundle));
        }
        self.odd.sort();
        for name in self.odd.into_iter().chain(self.files.into_keys()) {
            if left_behind(tree, &name) {
                self.junk.push(name);
            } else if !name.starts_with(DATA) {
                findings.push(Finding::new(code::BAG_UNLISTED, name, Detail::NotOfABundle));
            } else if listed {
                findings.push(Finding::new(code::PAYLOAD_UNLISTED, name, Detail::NoItemNamesIt));
            }
        }
        self.junk.sort();
        for name in self.junk {
            notes.push(Finding::new(code::FOLDER_JUNK, name, Detail::LeftBehind));
        }
    }
}
