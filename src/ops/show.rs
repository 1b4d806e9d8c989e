//! Showing: what a bundle says of itself, as claims. Nothing is believed and nothing is verified here.

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::model::{Bundle, Form, Kept, PartEntry};
use crate::bundle::reread;
use crate::bundle::source::Source;
use crate::crypto::key::PublicKey;
use crate::format::digest::Digest;
use crate::format::item::{About, Body, Field, File, Item};
use crate::format::manifest::Manifest;
use crate::format::release::Release;
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
    /// Where the items are read again if they are not held.
    beyond: Option<(Kept, Vec<PartEntry>)>,
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
        let beyond = match bundle.form {
            _ if length <= limits::CLAIMS => None,
            Form::Kept(kept) => Some((kept, bundle.parts)),
            Form::Passed(_) => return Err(Error::new(code::SHOW_STREAM, Place::Bundle, Detail::ClaimsTooLong)),
        };
        let releases = bundle.seal.releases.into_iter();
        let releases = releases.filter_map(|sealed| Some((sealed.release?, sealed.withheld.len() as u64))).collect();
        let (items, not_shown) = (sealed.total, sealed.missing.len() as u64);
        let (manifest, digest) = (sealed.manifest, sealed.digest);
        Ok(Claims { manifest, digest, items, not_shown, files, fields, recipients, releases, beyond })
    }

    /// False where there is more than is held in memory: `files`, `fields` and `recipients` are empty then.
    pub fn is_held(&self) -> bool {
        self.beyond.is_none()
    }

    /// Reads all items again that are not held, in the order of their commitments.
    ///
    /// # Errors
    /// `payload.altered` where they are no longer what they were, `io.…`.
    pub fn beyond(&self, each: &mut dyn FnMut(Item)) -> Result<()> {
        self.beyond.as_ref().map_or(Ok(()), |(kept, parts)| reread::items(kept, parts, each))
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
    pub fn about(&self, about: &About) -> impl Iterator<Item = &Field> {
        let about = about.clone();
        self.fields.iter().filter(move |field| field.about == about)
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
