//! Showing: what a bundle says of itself, as claims. Nothing is believed and nothing is verified here.

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::model::{Bundle, Form, Kept, PartEntry, PayloadEntry};
use crate::bundle::source::Source;
use crate::bundle::{one_file, reread};
use crate::crypto::key::PublicKey;
use crate::format::digest::Digest;
use crate::format::item::{About, Body, Field, File, Item};
use crate::format::manifest::Manifest;
use crate::format::release::Release;
use crate::inspect::{self, Facts};
use crate::report::model::Who;

/// What a well-formed bundle claims. Where that is more than 8 MiB, files, facts and recipients are not held but read again.
pub struct Claims {
    /// The manifest.
    pub manifest: Manifest,
    /// SHA-256 of the manifest.
    pub digest: Digest,
    /// How many items were sealed.
    pub items: u64,
    /// How many of them are not shown.
    pub not_shown: u64,
    /// The files shown, in the order of their paths.
    pub files: Vec<File>,
    /// The facts shown: about the case, then each source, then each file.
    pub fields: Vec<Field>,
    /// The age recipients shown, in order.
    pub recipients: Vec<String>,
    /// The releases with the number of items that each withholds.
    pub releases: Vec<(Release, u64)>,
    /// True where files, facts and recipients are not held.
    beyond: bool,
    /// Where all of it lies; none where it came as a stream, which has passed.
    kept: Option<Kept>,
    parts: Vec<PartEntry>,
    payload: Vec<PayloadEntry>,
}

impl Claims {
    /// Reads what a bundle claims. One that is not well-formed claims nothing: `show.refused`, with what was found.
    ///
    /// # Errors
    /// `show.refused`, `show.stream`, `seal.newer`, `io.…`, `run.interrupted`.
    pub fn read(source: Source, watch: &dyn Watch) -> Result<Self> {
        let mut held = Held::default();
        let bundle = Bundle::read_items(source, watch, &mut |item| held.take(item))?;
        let Held { mut files, mut fields, mut recipients, length } = held;
        let unread = bundle.seal.releases.iter().any(|release| release.release.is_none())
            || bundle.seal.readers.as_ref().is_some_and(|readers| readers.readers.is_none());
        let malformed = bundle.is_malformed();
        let found = bundle.findings.list().to_vec();
        if let (Some(newer), false) = (bundle.newer(), malformed) {
            return Err(Error::new(newer.code, newer.place, newer.detail));
        }
        let (Some(sealed), false) = (bundle.seal.manifest, malformed || unread) else {
            let refused = Error::new(code::SHOW_REFUSED, Place::Bundle, Detail::NotABundle);
            return Err(Error { also: found.into(), ..refused });
        };
        files.sort_by(|one, other| one.path.cmp(&other.path));
        // a bundle keeps no order among facts of the same name, so they are sorted here
        fields
            .sort_by(|one: &Field, other| (&one.about, &one.name, &one.value).cmp(&(&other.about, &other.name, &other.value)));
        recipients.sort();
        let beyond = length > limits::CLAIMS;
        let kept = match bundle.form {
            Form::Kept(kept) => Some(kept),
            Form::Passed(_) if beyond => return Err(Error::new(code::SHOW_STREAM, Place::Bundle, Detail::ClaimsTooLong)),
            Form::Passed(_) => None,
        };
        let (parts, payload) = (bundle.parts, bundle.payload);
        let releases = bundle.seal.releases.into_iter();
        let releases = releases.filter_map(|sealed| Some((sealed.release?, sealed.withheld.len() as u64))).collect();
        let (items, not_shown) = (sealed.total, sealed.missing.len() as u64);
        let (manifest, digest) = (sealed.manifest, sealed.digest);
        Ok(Claims { manifest, digest, items, not_shown, files, fields, recipients, releases, beyond, kept, parts, payload })
    }

    /// False where there is more than is held in memory: `files`, `fields` and `recipients` are empty then.
    pub fn is_held(&self) -> bool {
        !self.beyond
    }

    /// True where files can be read: it did not come as a stream.
    pub fn is_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// What a file says in its own bytes, as they lie there now and whatever was sealed; none where it is of no kind that is read, or
    /// came as a stream.
    pub fn read_from(&self, file: &File) -> Option<Facts> {
        let at = self.payload.binary_search_by(|entry| entry.path.cmp(&file.path)).ok()?;
        let entry = self.payload.get(at)?;
        if !inspect::reads(&file.media_type) {
            return None;
        }
        let bytes = one_file::open(self.kept.as_ref()?, &entry.path, entry.at, entry.size);
        Some(bytes.map_or(Facts { unread: true, ..Facts::default() }, |bytes| inspect::facts(&*bytes, &file.media_type)))
    }

    /// Reads all items again that are not held, in the order of their commitments.
    ///
    /// # Errors
    /// `payload.altered` where they are no longer what they were, `io.…`.
    pub fn beyond(&self, each: &mut dyn FnMut(Item)) -> Result<()> {
        match &self.kept {
            Some(kept) if self.beyond => reread::items(kept, &self.parts, each),
            _ => Ok(()),
        }
    }

    /// How many items are neither shown nor named by a release, as far as the counts tell.
    pub fn unexplained(&self) -> u64 {
        self.not_shown.saturating_sub(self.releases.iter().map(|(_, withheld)| withheld).sum())
    }

    /// The key that the manifest names as its signer's, whoever that is; none where it names no usable key.
    pub fn signer(&self) -> Option<Who> {
        let key = PublicKey::parse(&self.manifest.signer).ok()?;
        Some(Who { fingerprint: key.fingerprint(), key, standing: None })
    }

    /// The facts about one thing.
    pub fn about(&self, about: &About) -> &[Field] {
        let from = self.fields.partition_point(|field| field.about < *about);
        let found = self.fields.get(from..).unwrap_or_default();
        found.get(..found.partition_point(|field| field.about == *about)).unwrap_or_default()
    }
}

/// What a bundle claims, as long as that is not too much.
#[derive(Default)]
struct Held {
    files: Vec<File>,
    fields: Vec<Field>,
    recipients: Vec<String>,
    /// About how many bytes all of it takes, also what is not held.
    length: usize,
}

impl Held {
    fn take(&mut self, item: Item) {
        let about = |about: &About| if let About::File(path) = about { path.as_str().len() } else { 0 };
        let text = match &item.body {
            Body::File(file) => file.path.as_str().len() + file.media_type.len(),
            Body::Field(field) => about(&field.about) + field.name.len() + field.value.len(),
            Body::Recipient(key) => key.len(),
        };
        self.length = self.length.saturating_add(size_of::<Item>() + text);
        if self.length > limits::CLAIMS {
            *self = Held { length: self.length, ..Held::default() };
            return;
        }
        match item.body {
            Body::File(file) => self.files.push(file),
            Body::Field(field) => self.fields.push(field),
            Body::Recipient(key) => self.recipients.push(key),
        }
    }
}
