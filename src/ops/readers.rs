//! Saying in an encrypted copy for whom it is, so that each reader learns it of themself and nobody learns it of another.

use std::collections::BTreeSet;
use std::io;

use super::output::Encryption;
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::crypto::age;
use crate::crypto::key::Signer;
use crate::crypto::namespace::Namespace;
use crate::crypto::sshsig::{self, MessageHasher};
use crate::format::digest::Digest;
use crate::format::layout::Part;
use crate::format::readers::{FORMAT, Readers, Slip};
use crate::format::time::Timestamp;
use crate::store::fs::bundle_write::{BundleWriter, NewPart};

/// The copy whose readers are listed, and who vouches for the list.
pub(super) struct Copy<'c> {
    /// The bundle digest.
    pub bundle: Digest,
    /// The SHA-256 of the last release, if there is one.
    pub release: Option<Digest>,
    pub at: Timestamp,
    pub by: &'c dyn Signer,
}

impl Copy<'_> {
    /// Writes the list of readers and its signature, where there are readers.
    pub fn write_readers(&self, encryption: Option<&Encryption>, writer: &mut BundleWriter) -> Result<()> {
        let Some(Encryption::For(recipients)) = encryption else { return Ok(()) };
        let slips: BTreeSet<Slip> = age::slips(recipients)?.iter().map(|slip| Slip::of(slip)).collect();
        let readers = Readers {
            format: FORMAT.into(),
            bundle: self.bundle,
            release: self.release,
            at: self.at,
            by: self.by.public().line(),
        };
        let mut written = Vec::new();
        let failed = |error: io::Error| Error::io(Place::Bundle, &error);
        readers.write(&mut written, slips).map_err(failed)?;
        let mut message = MessageHasher::default();
        message.update(&written);
        let signature = sshsig::sign(self.by, Namespace::Readers, &message.finish())?;
        writer.part(Part::Readers, NewPart::from(written))?;
        writer.part(Part::ReadersSignature, NewPart::from(signature.into_bytes()))
    }
}
