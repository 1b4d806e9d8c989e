//! Showing: what a bundle says of itself, as claims. Nothing is believed and nothing is verified here.

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::bundle::model::Bundle;
use crate::bundle::source::Source;
use crate::crypto::key::PublicKey;
use crate::format::digest::Digest;
use crate::format::item::{About, Body, Field, File};
use crate::format::manifest::Manifest;
use crate::format::release::Release;
use crate::report::model::Who;

/// What a well-formed bundle claims. All of it is kept in memory.
#[derive(Debug, Clone)]
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
}

impl Claims {
    /// Reads what a bundle claims. One that is not well-formed claims nothing: `show.refused`, with what was found.
    ///
    /// # Errors
    /// `show.refused`, `seal.newer`, `io.…`, `run.interrupted`.
    pub fn read(source: Source, watch: &dyn Watch) -> Result<Self> {
        let (mut files, mut fields, mut recipients) = (Vec::new(), Vec::new(), Vec::new());
        let bundle = Bundle::read_items(source, watch, &mut |item| match item.body {
            Body::File(file) => files.push(file),
            Body::Field(field) => fields.push(field),
            Body::Recipient(key) => recipients.push(key),
        })?;
        let malformed = bundle.is_malformed();
        let found = bundle.findings.list().to_vec();
        let newer = bundle.seal.newer.or_else(|| found.iter().find(|finding| finding.code == code::SEAL_NEWER).cloned());
        let (Some(sealed), false) = (bundle.seal.manifest, malformed) else {
            if let Some(newer) = newer {
                return Err(Error::new(newer.code, newer.place, newer.detail));
            }
            let refused = Error::new(code::SHOW_REFUSED, Place::Bundle, Detail::NotABundle);
            return Err(Error { also: found.into(), ..refused });
        };
        files.sort_by(|one, other| one.path.cmp(&other.path));
        // a bundle keeps no order among facts of the same name, so they are sorted here
        fields
            .sort_by(|one: &Field, other| (&one.about, &one.name, &one.value).cmp(&(&other.about, &other.name, &other.value)));
        recipients.sort();
        let releases = bundle.seal.releases.into_iter();
        let releases = releases.filter_map(|sealed| Some((sealed.release?, sealed.withheld.len() as u64))).collect();
        let (items, not_shown) = (sealed.total, sealed.missing.len() as u64);
        Ok(Claims { manifest: sealed.manifest, digest: sealed.digest, items, not_shown, files, fields, recipients, releases })
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
