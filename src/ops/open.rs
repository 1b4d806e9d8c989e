//! Opening: what was verified is extracted from the handle that was verified, each file hashed again on its way, into a folder
//! that appears only when every hash matched.

use std::io::{BufWriter, Write};
use std::ops::Deref;
use std::path::Path;

use super::verify::Verification;
use crate::base::error::{Error, Result};
use crate::base::watch::Watch;
use crate::bundle::model::Whole;
use crate::bundle::reread::Copier;
use crate::format::item::{Body, Field, File};
use crate::format::path::PayloadPath;
use crate::report::listing;
use crate::report::model::Report;
use crate::report::page::{self, Page};
use crate::report::verdict::Verdict;
use crate::store::fs::disk::NewFile;
use crate::store::fs::extract;

/// A bundle whose seal holds, whoever the signer is: it can be looked into and extracted, and nothing else.
pub struct Intact {
    pub(super) whole: Whole,
    report: Report,
}

/// A bundle that is VERIFIED: the signer is believed, and everything required is met.
pub struct Verified(Intact);

/// What a bundle whose seal holds shows.
#[derive(Debug, Clone)]
pub struct Contents {
    /// Its files, in the order of their paths.
    pub files: Vec<File>,
    /// Its facts: about the case, then each source, then each file.
    pub facts: Vec<Field>,
}

impl Verification {
    /// The bundle, if its contents are what its signer sealed, even if the signer is a stranger. A stream cannot be read again,
    /// so it never gives one: see [`Source::settle`](crate::Source::settle).
    ///
    /// # Errors
    /// The verification itself, if the seal does not hold or the bundle cannot be read again.
    // a refused verification is handed back whole, so the large error is intended
    #[allow(clippy::result_large_err)]
    pub fn into_intact(self) -> Result<Intact, Verification> {
        if !self.report.is_whole() {
            return Err(self);
        }
        let Verification { bundle, report } = self;
        match bundle.into_whole() {
            Ok(whole) => Ok(Intact { whole, report }),
            Err(bundle) => Err(Verification { bundle, report }),
        }
    }

    /// The bundle, if it is VERIFIED.
    ///
    /// # Errors
    /// The verification itself, where the bundle is not.
    #[allow(clippy::result_large_err)]
    pub fn into_verified(self) -> Result<Verified, Verification> {
        if self.report.verdict == Verdict::Verified { self.into_intact().map(Verified) } else { Err(self) }
    }
}

/// A verified bundle is an intact one too.
impl Deref for Verified {
    type Target = Intact;
    fn deref(&self) -> &Intact {
        &self.0
    }
}

impl Intact {
    /// What verifying said.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The files and facts that are shown: what the signer asserts. They are read again from the handle that was verified.
    ///
    /// # Errors
    /// `payload.altered` where they are no longer what was verified, `io.…`.
    pub fn contents(&self) -> Result<Contents> {
        let mut contents = Contents { files: Vec::new(), facts: Vec::new() };
        self.whole.items(&mut |item| match item.body {
            Body::File(file) => contents.files.push(file),
            Body::Field(field) => contents.facts.push(field),
            Body::Recipient(_) => {}
        })?;
        contents.files.sort_by(|one, other| one.path.cmp(&other.path));
        contents
            .facts
            .sort_by(|one, other| (&one.about, &one.name, &one.value).cmp(&(&other.about, &other.name, &other.value)));
        Ok(contents)
    }

    /// Writes one payload file to `out`, hashing it again on its way. After an error what was written is not what was sealed.
    ///
    /// # Errors
    /// `io.missing` where the bundle shows no such file, `payload.altered` where it is no longer what was verified, `io.…`,
    /// `run.interrupted`.
    pub fn copy_file(&self, path: &PayloadPath, out: &mut dyn Write, watch: &dyn Watch) -> Result<()> {
        Copier::new(&self.whole, watch.workers()).file(self.whole.file(path)?, out, watch)
    }

    /// Writes the whole bag, payload and seal, into the new folder `target`, so that it can be verified again, also by stock
    /// tools. The folder appears only if every file hashed to what was verified.
    ///
    /// # Errors
    /// `output.exists`, `open.twin` where this file system takes two names for one, `payload.altered` where something is no
    /// longer what was verified, `io.…`, `run.interrupted`.
    pub fn extract(&self, target: &Path, watch: &dyn Watch) -> Result<()> {
        extract::bag(&self.whole, target, watch)
    }

    /// Writes the payload alone into the new folder `target`, each file under the name that it had before it was sealed, as far as its
    /// facts tell and this disk can hold it; that folder is no bag. Gives those that are there under the name they were sealed under
    /// all the same, with tildes where another file took that name; nothing is written where no file had another name, and `None` is given.
    ///
    /// # Errors
    /// Those of [`Intact::extract`] and [`Intact::contents`].
    pub fn extract_as_it_was(&self, target: &Path, watch: &dyn Watch) -> Result<Option<Vec<PayloadPath>>> {
        let facts = self.contents()?.facts;
        if !facts.iter().any(|field| field.name == "original_name" || field.name == "original_name_bytes") {
            return Ok(None);
        }
        extract::as_it_was(&self.whole, &facts, target, watch).map(Some)
    }

    /// Writes what the bundle shows as a list for people into the new text file `target`: its facts, and its files with what is
    /// said about them. It belongs outside of what [`Intact::extract`] makes, which would not verify with it.
    ///
    /// # Errors
    /// `output.exists`, those of [`Intact::contents`], `io.…`.
    pub fn write_list(&self, target: &Path, watch: &dyn Watch) -> Result<()> {
        let contents = self.contents()?;
        let failed = |error| Error::io(target.to_string_lossy(), &error);
        let new = NewFile::begin(target, false)?;
        let mut page = Page::new(BufWriter::new(new.file()), page::WIDTH);
        listing::write(&mut page, &contents.files, &contents.facts, &mut |_, _| None)
            .and_then(|()| page.flush())
            .map_err(failed)?;
        drop(page);
        new.publish(watch)
    }
}
