//! Disclosing: giving withheld items back to one reader. An item from a disclosure counts only if the seal of the bundle
//! commits to it, and then as if it had never been withheld.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::disclosed::{self, Slots};
use super::open::{Intact, Verified};
use super::output::{Encryption, Output};
use super::select::Selection;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits::CHUNK;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::model::Whole;
use crate::bundle::reread::Copier;
use crate::bundle::source::Source;
use crate::format::digest::Digest;
use crate::format::disclosure::{FORMAT, Head};
use crate::format::item::{Body, Item};
use crate::format::zip::padme;
use crate::report::model::Named;
use crate::store::fs::disk::{self, NewFile};

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
    ///
    /// # Errors
    /// `item.unknown` for an argument that matches nothing in the bundle, or is ambiguous; what kept the items from being read
    /// again.
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

    /// Refuses now what [`Disclosure::write`] would refuse whatever is disclosed, before any key is opened. A file is begun beside the
    /// output and removed again.
    ///
    /// # Errors
    /// `output.exists`, `output.inside`, `io.…`.
    pub fn check(output: &Output, input: Option<&Path>) -> Result<()> {
        refuse(output, input)?;
        output.check(true)
    }

    /// Writes the disclosure, as a whole or not at all. `input` is the path of the bundle, which is never overwritten or
    /// written into.
    ///
    /// # Errors
    /// `output.exists`, `output.inside`; what kept the bundle from being read again or the disclosure from being written;
    /// `run.interrupted`.
    pub fn write(
        &self,
        encryption: Option<&Encryption>,
        output: Output,
        input: Option<&Path>,
        watch: &dyn Watch,
    ) -> Result<Disclosed> {
        let path = refuse(&output, input)?;
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
        let failed = |error: io::Error| Error::io(Place::Disclosure, &error);
        let mut out = BufWriter::with_capacity(CHUNK, file.file());
        self.write_to(&mut out, false, watch)?;
        out.flush().map_err(failed)?;
        file.length()
    }

    fn write_to(&self, out: &mut dyn Write, padded: bool, watch: &dyn Watch) -> Result<()> {
        let failed = |error: io::Error| Error::io(Place::Disclosure, &error);
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

impl Intact {
    /// Writes the files that a disclosure gives back, and the lines of its items, into the new folder `target`, which appears
    /// only if the seal commits to all of it.
    ///
    /// # Errors
    /// `disclosure.…` if the disclosure is bad, `output.exists`, `io.…`, `run.interrupted`.
    pub fn extract_disclosure(&self, source: Source, target: &Path, watch: &dyn Watch) -> Result<()> {
        let Whole { sealed, .. } = &self.whole;
        let commitments = || self.whole.commitments();
        let mut slots = Slots::of(sealed, &commitments, |each| self.whole.items(each), &self.report().given)?;
        let read = source.read_once(Place::Disclosure, |input| disclosed::read(input, &mut slots, Some(target), watch))?;
        read.map(drop).map_err(|finding| Error::new(finding.code, finding.place, finding.detail))
    }
}

/// Refuses an output that is the bundle or lies in it; gives its path.
fn refuse(output: &Output, input: Option<&Path>) -> Result<Option<PathBuf>> {
    let path = output.path(|_| "disclosure".into());
    if let Some(path) = &path {
        disk::refuse_input(path, input, Detail::IsDisclosed)?;
    }
    Ok(path)
}
