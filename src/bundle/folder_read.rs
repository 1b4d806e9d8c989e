//! An unpacked bundle: every check holds but that of the ZIP layout. What file managers leave behind is ignored and noted,
//! links fail, and a name is looked up as it was sealed, then in normal form D.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::fs::{Dir, File, OpenOptions};

use super::model::{Bundle, Entry, Form, Measure, PartAt, SecondReader};
use super::seal_read::{PADDING, PARTS, SealReader, release_name};
use super::source::CHUNK;
use crate::base::code;
use crate::base::error::{Error, Finding, Findings, Result};
use crate::base::limits;
use crate::base::watch::Watch;
use crate::format::item::Item;
use crate::format::path::PayloadPath;

/// Reads the seal and finds the payload.
pub(crate) fn read(dir: Dir, watch: &dyn Watch, each: &mut dyn FnMut(Item)) -> Result<Bundle> {
    let mut tree = Tree::default();
    // a folder that is no bundle at all, and may be anything, is not walked through
    if PARTS.iter().any(|part| dir.symlink_metadata(part).is_ok()) {
        tree.walk(&dir, watch)?;
    }

    let mut reader = SealReader::new(each);
    let mut expected: Vec<String> = PARTS.iter().map(|part| part.to_string()).collect();
    expected.extend((1..=limits::RELEASES).flat_map(|n| [release_name(n, "json"), release_name(n, "sig")]));
    let (mut gap, mut parts, mut last_read) = (false, Vec::new(), String::new());
    for name in &expected {
        let release = name.starts_with("seal/release-") && name.ends_with(".json");
        let Some(size) = tree.files.remove(name.as_str()) else {
            gap |= release;
            continue;
        };
        if release && gap {
            let detail = "the release before it is not here";
            reader.findings.push(Finding::new(code::RELEASE_MALFORMED, name, detail));
            last_read.clone_from(name);
            continue;
        }
        if name.starts_with("seal/release-") && !release && last_read != name.replace(".sig", ".json") {
            // a signature without its release belongs to nothing
            tree.files.insert(name.clone(), size);
            continue;
        }
        let measure = read_part(&dir, name, size, &mut reader)?;
        parts.push(PartAt { name: name.clone(), at: 0, measure });
        last_read.clone_from(name);
    }
    if let Some(size) = tree.files.remove(PADDING) {
        // how much of it there is follows from the ZIP, which is not here
        let measure = read_part(&dir, PADDING, size, &mut reader)?;
        parts.push(PartAt { name: PADDING.into(), at: 0, measure });
    }

    let SealReader { seal, mut findings, .. } = reader;
    let mut payload = Vec::new();
    for row in seal.shown.iter().flat_map(|shown| shown.files()) {
        let composed = format!("data/{}", row.path);
        let found = tree.files.remove(&composed).or_else(|| {
            let decomposed = row.path.decomposed()?;
            tree.files.remove(&format!("data/{decomposed}"))
        });
        if let Some(size) = found {
            payload.push(Entry { path: row.path.clone(), at: 0, size, crc32: None });
        }
    }
    let mut notes = Findings::default();
    tree.report(seal.shown.is_some(), &mut findings, &mut notes);
    let second_reader = SecondReader::NotNeeded;
    Ok(Bundle { form: Form::Folder(dir), envelope: None, seal, payload, findings, notes, second_reader, parts, broken: false })
}

/// Reads one part of the seal, all of it.
fn read_part(dir: &Dir, name: &str, size: u64, reader: &mut SealReader) -> Result<Measure> {
    let failed = |error: std::io::Error| Error::io(name, &error);
    let file = open(dir, name).map_err(failed)?;
    let mut input = BufReader::with_capacity(CHUNK.min(size.max(1) as usize), file);
    let measure = reader.part(name, size, &mut input).map_err(failed)?;
    if !input.fill_buf().map_err(failed)?.is_empty() {
        return Err(Error::new(code::IO_READ, name, "it grew while it was read"));
    }
    Ok(measure)
}

/// Opens a file of the folder under its sealed name or, for payload, in normal form D; a link is never followed.
pub(crate) fn open(dir: &Dir, name: &str) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No).nonblock(true);
    match dir.open_with(name, &options) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let path = name.strip_prefix("data/").and_then(|path| PayloadPath::parse(path).ok());
            match path.and_then(|path| path.decomposed()) {
                Some(decomposed) => dir.open_with(format!("data/{decomposed}"), &options),
                None => Err(error),
            }
        }
        result => result,
    }
}

/// Everything below the folder, by its path in it.
#[derive(Default)]
struct Tree {
    files: BTreeMap<String, u64>,
    /// Files whose names are not UTF-8, which no sealed name is; never looked up, so they can hide behind none.
    odd: Vec<String>,
    links: Vec<String>,
    junk: Vec<String>,
}

impl Tree {
    fn walk(&mut self, root: &Dir, watch: &dyn Watch) -> Result<()> {
        // paths and not handles, so that any number of folders needs few open files
        let mut left = vec![PathBuf::new()];
        while let Some(folder) = left.pop() {
            if watch.interrupted() {
                return Err(Error::interrupted());
            }
            let name = folder.to_string_lossy();
            let failed = |error| Error::io(if name.is_empty() { "folder" } else { &name }, &error);
            let dir = if name.is_empty() { root.try_clone() } else { root.open_dir_nofollow(&folder) }.map_err(failed)?;
            let mut empty = true;
            for entry in dir.entries().map_err(failed)? {
                let entry = entry.map_err(failed)?;
                empty = false;
                let path = folder.join(entry.file_name());
                let text = path.to_string_lossy().into_owned();
                // asked for by name, since not every file system tells the kind with the entry
                let meta = dir.symlink_metadata(entry.file_name()).map_err(|error| Error::io(&text, &error))?;
                if meta.is_dir() {
                    left.push(path);
                } else if !meta.is_file() {
                    self.links.push(text);
                } else if path.to_str().is_none() {
                    self.odd.push(text);
                } else {
                    self.files.insert(text, meta.len());
                }
            }
            if empty && !name.is_empty() {
                self.junk.push(format!("{name}/"));
            }
        }
        Ok(())
    }

    /// What is left when everything that belongs here has been taken out. Without a list of items nobody can say what belongs
    /// into the payload, so nothing there is called unlisted.
    fn report(mut self, listed: bool, findings: &mut Findings, notes: &mut Findings) {
        self.links.sort();
        for link in self.links {
            findings.push(Finding::new(
                code::FOLDER_LINK,
                link,
                "a link, device, socket or pipe does not belong into a bundle",
            ));
        }
        self.odd.sort();
        for name in self.odd.into_iter().chain(self.files.into_keys()) {
            let last = name.rsplit('/').next().unwrap_or(&name);
            if is_junk(last) {
                self.junk.push(name);
            } else if !name.starts_with("data/") {
                findings.push(Finding::new(code::BAG_UNLISTED, name, "no such file belongs into a bundle"));
            } else if listed {
                findings.push(Finding::new(code::PAYLOAD_UNLISTED, name, "no item names this file"));
            }
        }
        self.junk.sort();
        for name in self.junk {
            notes.push(Finding::new(code::FOLDER_JUNK, name, "left behind by a file manager, or empty; ignored"));
        }
    }
}

/// True for the names of files that Finder and Explorer leave in folders.
pub(crate) fn is_junk(name: &str) -> bool {
    matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini") || name.starts_with("._")
}
