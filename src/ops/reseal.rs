//! Passing on: a verified bundle, all of it under the same seal, encrypted for other readers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::open::Verified;
use super::output::{Encryption, Output};
use super::readers::Copy;
use super::rewrite::Rewrite;
use crate::base::detail::Detail;
use crate::base::error::Result;
use crate::base::watch::Watch;
use crate::bundle::model::Whole;
use crate::crypto::key::Signer;
use crate::format::time::Timestamp;
use crate::store::fs::disk;

/// Who passes a bundle on, and when: what its new readers are told, signed.
pub struct Forwarding<'f> {
    /// Asked for a signature of the list of readers, which is verified.
    pub by: &'f dyn Signer,
    /// When, by their clock.
    pub at: Timestamp,
}

/// A copy for other readers that has been written.
#[derive(Debug, Clone)]
pub struct Resealed {
    /// Where it is; none if it went to a stream.
    pub path: Option<PathBuf>,
    /// Its length in bytes.
    pub length: u64,
}

impl Verified {
    /// Writes the whole bundle once more, encrypted, under the same seal and with the same releases. The list of its former
    /// readers stays behind. With `forwarding` each new reader can see that it was passed on to them, and by whom; without it the
    /// copy says nothing of either. `input` is the path of the bundle, which is never overwritten or written into.
    ///
    /// # Errors
    /// Those of the signer; `output.exists`, `output.inside`, `payload.altered` where something is no longer what was verified,
    /// `io.…`, `run.interrupted`.
    pub fn reseal(
        &self,
        encryption: &Encryption,
        forwarding: Option<&Forwarding>,
        output: Output,
        input: Option<&Path>,
        watch: &dyn Watch,
    ) -> Result<Resealed> {
        let path = output.path(|fresh| format!("sealbag-{fresh}.zip.age"));
        if let Some(path) = &path {
            disk::refuse_input(path, input, Detail::IsPassedOn)?;
        }
        let Whole { sealed, releases, .. } = &self.whole;
        let all = Rewrite { whole: &self.whole, items: &BTreeSet::new(), files: &BTreeSet::new() };
        let length = output.publish(path.as_deref(), watch, |file| {
            all.to_file(file, Some(encryption), watch, |writer| {
                let Some(Forwarding { by, at }) = forwarding else { return Ok(()) };
                let release = releases.last().map(|release| release.digest);
                Copy { bundle: sealed.digest, release, at: *at, by: *by }.write_readers(Some(encryption), writer)
            })
        })?;
        Ok(Resealed { path, length })
    }
}
