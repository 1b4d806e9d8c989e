//! Withholding: a verified bundle becomes one that shows less, under the same seal, with a release that says who took out how much
//! and why. The rest still verifies, and nothing in it tells what is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::leaks::{Families, Leak, Leaks, NotSearched, Search, Told};
use super::open::Verified;
use super::output::{Encryption, Output};
use super::readers::Copy;
use super::rewrite::Rewrite;
use super::select::Selection;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::hint::Hint;
use crate::base::limits;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::model::{Whole, WholeRelease};
use crate::crypto::key::Signer;
use crate::crypto::namespace::Namespace;
use crate::crypto::sshsig::{self, MessageHasher};
use crate::format::digest::Digest;
use crate::format::item::{About, Body, Item};
use crate::format::layout::Part;
use crate::format::path::PayloadPath;
use crate::format::release::{FORMAT, Release};
use crate::format::time::Timestamp;
use crate::report::model::Named;
use crate::store::fs::bundle_write::NewPart;
use crate::store::fs::disk::{self, NewFile};

/// What is to be withheld, and what then remains. Nothing is written yet.
pub struct Redaction<'v> {
    whole: &'v Whole,
    pattern: Option<String>,
    withheld: Vec<Named>,
    commitments: BTreeSet<Digest>,
    paths: BTreeSet<PayloadPath>,
    search: Search,
    leaks: Vec<Leak>,
    not_searched: Vec<NotSearched>,
    /// Items that stay.
    shown: u64,
    people: Vec<Named>,
}

/// What goes with what is withheld.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Withholding {
    /// Keep the items that say whom the bundle was encrypted for; without this they go.
    pub keep_recipients: bool,
    /// What becomes of files that were made of what is withheld, and of those that it was made of.
    pub twins: TwinsOfWithheld,
}

/// What becomes of files that were made of the same picture as one that is withheld.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TwinsOfWithheld {
    /// They stay, and that is told as what remains.
    #[default]
    Tell,
    /// They go too.
    Withhold,
    /// They are meant to stay: that is told, and is no reason to refuse. So is a fact about them that is also stated about the other.
    Keep,
}

/// Who withholds, when and why.
pub struct Reason<'r> {
    /// Whose release it is; asked for a signature of it and, where the result is encrypted for readers, of their list. Both are
    /// verified.
    pub by: &'r dyn Signer,
    /// When, by their clock.
    pub at: Timestamp,
    /// Why, 1 byte to 16 KiB, for every reader to see.
    pub reason: &'r str,
}

/// A redacted bundle that has been written.
#[derive(Debug, Clone)]
pub struct Redacted {
    /// Where it is; none if it went to a stream.
    pub path: Option<PathBuf>,
    /// Its length in bytes.
    pub length: u64,
    /// Items that are still shown.
    pub shown: u64,
    /// Items that this release withholds.
    pub withheld: u64,
    /// The number of the release, from 1.
    pub release: usize,
}

impl Verified {
    /// True if it came encrypted.
    pub fn was_encrypted(&self) -> bool {
        self.whole.envelope.is_some()
    }

    /// As [`Verified::withhold_with`]; twins of what is withheld stay, and are told.
    ///
    /// # Errors
    /// Those of [`Verified::withhold_with`].
    pub fn withhold(&self, items: &[String], keep_recipients: bool, watch: &dyn Watch) -> Result<Redaction<'_>> {
        self.withhold_with(items, &Withholding { keep_recipients, ..Withholding::default() }, watch)
    }

    /// Finds what `items` mean: each is a name as in [`Named::name`] (a file includes every fact about it), `source:S1` for
    /// every fact about that source, eight or more digits of a commitment, or a pattern with `*` and `?`. The facts about a
    /// withheld file go with it. Then searches everything that stays for what still gives away what goes.
    ///
    /// # Errors
    /// `item.unknown` for an argument that matches nothing in the bundle, or is ambiguous; `usage` for no argument;
    /// `redact.nothing_left`; `input.limit` for one release too many; `io.…`, `run.interrupted`.
    pub fn withhold_with(&self, items: &[String], options: &Withholding, watch: &dyn Watch) -> Result<Redaction<'_>> {
        let whole = &self.whole;
        if whole.releases.len() >= limits::RELEASES {
            let trouble = Detail::TooManyReleases { most: limits::RELEASES as u64 };
            return Err(Error::new(code::INPUT_LIMIT, Place::Bundle, trouble).hint(Hint::WithholdAtOnce));
        }
        let mut selection = Selection::read(items, &|path| whole.shows(path))?;
        let mut withheld = Vec::new();
        let (mut paths, mut families) = (BTreeSet::new(), Families::default());
        whole.items(&mut |item| {
            families.take(&item);
            let named = Named::of(&item);
            let by_default = matches!(item.body, Body::Recipient(_)) && !options.keep_recipients;
            if selection.means(&item, &named) || by_default {
                if let Body::File(file) = item.body {
                    paths.insert(file.path);
                }
                withheld.push(named);
            }
        })?;
        selection.finish()?;
        families.find_originals(whole)?;
        if options.twins == TwinsOfWithheld::Withhold {
            families.complete(&mut paths);
        }
        let mut commitments: BTreeSet<Digest> = withheld.iter().map(|named| named.commitment).collect();
        let (mut stays, mut people, mut media_types) = (0, Vec::new(), BTreeMap::new());
        whole.items(&mut |item| {
            let goes = match &item.body {
                Body::File(file) => paths.contains(&file.path),
                // a fact about a file would show that the file exists
                Body::Field(field) => matches!(&field.about, About::File(path) if paths.contains(path)),
                Body::Recipient(_) => false,
            };
            if let (Body::File(file), true) = (&item.body, goes) {
                media_types.insert(file.path.clone(), file.media_type.clone());
            }
            let commitment = item.commitment();
            if goes && commitments.insert(commitment) {
                withheld.push(Named::of(&item));
            } else if !commitments.contains(&commitment) {
                stays += 1;
                if names_somebody(&item.body) {
                    people.push(Named::of(&item));
                }
            }
        })?;
        people.sort();
        if whole.files.len() == paths.len() {
            let error = Error::new(code::REDACT_NOTHING_LEFT, Place::Bundle, Detail::NothingLeft);
            return Err(error);
        }
        if withheld.is_empty() {
            return Err(Error::new(code::USAGE, Place::Bundle, Detail::NoItemNamed).hint(Hint::NameWhatToWithhold));
        }
        withheld.sort();
        let mut leaks = Leaks::default();
        for named in &withheld {
            if watch.interrupted() {
                return Err(leaks.abandon());
            }
            leaks.withhold(named);
        }
        for file in whole.files.iter().filter(|file| paths.contains(&file.row.path)) {
            if watch.interrupted() {
                return Err(leaks.abandon());
            }
            leaks.withhold_bytes(&file.row);
            let media_type = media_types.get(&file.row.path).map_or("", String::as_str);
            leaks.withhold_facts(file.row.path.as_str(), &whole.facts(file, media_type)?);
        }
        let stays_shown = |item: &Item| !commitments.contains(&item.commitment());
        let mut search = leaks.search(watch)?;
        let (mut leaks, not_searched) = search.bundle(whole, &stays_shown, &|path| !paths.contains(path), watch)?;
        leaks.extend(families.leaks(&|path| paths.contains(path)));
        if options.twins == TwinsOfWithheld::Keep {
            leaks.iter_mut().filter(|leak| is_meant(leak, &families)).for_each(|leak| leak.stops = false);
        }
        leaks.sort();
        let pattern = selection.pattern().map(str::to_owned);
        Ok(Redaction { whole, pattern, withheld, commitments, paths, search, leaks, not_searched, shown: stays, people })
    }
}

/// True for a twin, and for a fact about one that is also stated about a picture that has a twin: it was sealed so, to be shown without
/// that.
fn is_meant(leak: &Leak, families: &Families) -> bool {
    let about = |name: &str| name.rsplit_once('#').map(|(path, fact)| (path.to_owned(), fact.to_owned()));
    match (&leak.what, about(&leak.place), about(&leak.of)) {
        (Told::Twin(_), ..) => true,
        (_, Some((twin, said)), Some((original, fact))) => said == fact && families.are_twins(&twin, &original),
        (Told::Said(_), Some((twin, _)), None) => families.are_twins(&twin, &leak.of),
        _ => false,
    }
}

impl Redaction<'_> {
    /// What is withheld, in the order of the names.
    pub fn withheld(&self) -> &[Named] {
        &self.withheld
    }

    /// What stays and still gives away what is withheld, what tells most first.
    pub fn remaining(&self) -> &[Leak] {
        &self.leaks
    }

    /// Also searches a text that will be in the result or name it, such as the reason; `place` is what to call that text.
    pub fn look_into(&mut self, place: &str, text: &str) {
        self.leaks.extend(self.search.text(place, text));
        self.leaks.sort();
    }

    /// What of the files that stay could not be read as text, so that only its bytes were searched.
    pub fn not_searched(&self) -> &[NotSearched] {
        &self.not_searched
    }

    /// How many of the files that stay are in that list.
    pub fn not_looked_into(&self) -> u64 {
        let paths: BTreeSet<&str> = self.not_searched.iter().map(|file| file.path.as_str()).collect();
        paths.len() as u64
    }

    /// How many items stay.
    pub fn shown(&self) -> u64 {
        self.shown
    }

    /// The items that stay and name people: sources, whoever made or published something, recipients.
    pub fn people(&self) -> &[Named] {
        &self.people
    }

    /// The public keys that everybody sees in what stays: the signer's, then those of the authors of earlier releases.
    pub fn keys(&self) -> Vec<&str> {
        let Whole { sealed, releases, .. } = self.whole;
        let mut keys = vec![sealed.manifest.signer.as_str()];
        for WholeRelease { release, .. } in releases {
            if !keys.contains(&release.by.as_str()) {
                keys.push(&release.by);
            }
        }
        keys
    }

    /// The first argument that was a pattern; what it matches must be looked at before it is withheld.
    pub fn pattern(&self) -> Option<&str> {
        self.pattern.as_deref()
    }

    /// Refuses now what [`Redaction::write`] would refuse whatever is withheld, before any key is opened. A file is begun beside the
    /// output and removed again.
    ///
    /// # Errors
    /// `usage` for a reason that is empty or too long, `output.exists`, `output.inside`, `io.…`.
    pub fn check(reason: &str, output: &Output, input: Option<&Path>) -> Result<()> {
        refuse(reason, output.path(|fresh| format!("sealbag-{fresh}.zip")).as_deref(), input)?;
        output.check(true)
    }

    /// Writes the bundle that shows less, as a whole or not at all, encrypted or plain whatever it was before. `input` is the
    /// path of the bundle, which is never overwritten or written into.
    ///
    /// # Errors
    /// Those of the signer; `usage` for a reason that is empty or too long; `output.exists`, `output.inside`, `payload.altered`
    /// where something is no longer what was verified, `io.…`, `run.interrupted`.
    pub fn write(
        &self,
        reason: &Reason,
        encryption: Option<&Encryption>,
        output: Output,
        input: Option<&Path>,
        watch: &dyn Watch,
    ) -> Result<Redacted> {
        let extension = if encryption.is_some() { ".zip.age" } else { ".zip" };
        let path = output.path(|fresh| format!("sealbag-{fresh}{extension}"));
        refuse(reason.reason, path.as_deref(), input)?;
        let redacted = output.publish(path.as_deref(), watch, |file| self.write_to(file, reason, encryption, watch))?;
        Ok(Redacted { path, ..redacted })
    }

    fn write_to(
        &self,
        file: &NewFile,
        reason: &Reason,
        encryption: Option<&Encryption>,
        watch: &dyn Watch,
    ) -> Result<Redacted> {
        let Whole { sealed, releases, .. } = self.whole;
        let (release, signature) = self.release(reason)?;
        let number = releases.len() + 1;
        let last = Some(Digest::of(&release));
        let copy = Copy { bundle: sealed.digest, release: last, at: reason.at, by: reason.by };
        let rest = Rewrite { whole: self.whole, items: &self.commitments, files: &self.paths };
        let length = rest.to_file(file, encryption, watch, |writer| {
            writer.part(Part::Release(number), NewPart::from(release))?;
            writer.part(Part::ReleaseSignature(number), NewPart::from(signature))?;
            copy.write_readers(encryption, writer)
        })?;
        Ok(Redacted { path: None, length, shown: self.shown, withheld: self.commitments.len() as u64, release: number })
    }

    /// The new release and its signature.
    fn release(&self, reason: &Reason) -> Result<(Vec<u8>, Vec<u8>)> {
        let release = Release {
            format: FORMAT.into(),
            bundle: self.whole.sealed.digest,
            prev: self.whole.releases.last().map(|release| release.digest),
            at: reason.at,
            by: reason.by.public().line(),
            reason: reason.reason.into(),
        };
        let mut written = Vec::new();
        let failed = |error: io::Error| Error::io(Place::Bundle, &error);
        release.write(&mut written, self.commitments.iter().copied()).map_err(failed)?;
        let mut message = MessageHasher::default();
        message.update(&written);
        let signature = sshsig::sign(reason.by, Namespace::Release, &message.finish())?;
        Ok((written, signature.into_bytes()))
    }
}

/// Refuses a reason that no release can have, and an output that is the bundle or lies in it.
fn refuse(reason: &str, output: Option<&Path>, input: Option<&Path>) -> Result<()> {
    if reason.is_empty() || reason.len() > limits::STRING {
        let trouble = Detail::ReasonLength { most: limits::STRING as u64 };
        return Err(Error::new(code::USAGE, "--reason", trouble).hint(Hint::SayWhy));
    }
    output.map_or(Ok(()), |output| disk::refuse_input(output, input, Detail::IsRedacted))
}

/// True for items that are there to name somebody.
fn names_somebody(body: &Body) -> bool {
    let Body::Field(field) = body else { return matches!(body, Body::Recipient(_)) };
    if field.value == "unknown" {
        return false;
    }
    match &field.about {
        About::Source(_) => field.name == "identity",
        About::Case => matches!(
            field.name.as_str(),
            "creator" | "publisher" | "contact" | "organisation" | "acquired_from" | "may_withhold"
        ),
        About::File(_) => field.name == "credit",
    }
}
