//! A register made from the results of an audit, and signed.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::register::{Entry, FORMAT, Head, Register, plain};
use super::results;
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::base::watch::Unwatched;
use crate::crypto::key::Signer;
use crate::crypto::namespace::Namespace;
use crate::crypto::sshsig::{self, MessageHasher};
use crate::format::audit::Outcome;
use crate::format::digest::Hasher;
use crate::format::json;
use crate::format::time::Timestamp;
use crate::store::fs::disk::NewFile;

/// What making a register did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    /// How many entries it has.
    pub entries: u64,
    /// How many of them the older one did not have.
    pub added: u64,
    /// How many differ from what the older one had at their path.
    pub changed: u64,
    /// How many of the older one were dropped, since nothing is at their path any more.
    pub dropped: u64,
    /// How many bundles of the results were left out, since they are not what anybody sealed, or could not be read.
    pub left_out: u64,
}

/// Where a register goes.
pub struct To<'t> {
    /// Its file.
    pub path: &'t Path,
    /// The file of its signature.
    pub signature: &'t Path,
    /// A file that is there already may be replaced.
    pub replace: bool,
    /// Who signs it.
    pub signer: Option<&'t dyn Signer>,
    /// When it is made.
    pub at: Timestamp,
}

/// Makes a register of what results say was found: every bundle whose seal holds, and what is closed. With an `older` register, what the
/// results do not tell of stays as it is there, in its order; what they tell is missing goes if `drop` says so. It is held in memory
/// meanwhile.
///
/// # Errors
/// `audit.malformed`, `output.exists`, `io.…`; those of the signer.
pub fn make(from: &Path, older: Option<&Register>, drop_missing: bool, to: &To) -> Result<Made> {
    let (mut entries, mut places, mut made): (Vec<Option<Entry>>, HashMap<Vec<u8>, usize>, Made) = Default::default();
    if let Some(older) = older {
        older.each(&mut |entry| {
            places.insert(plain(&entry.path_bytes().unwrap_or_default()).to_vec(), entries.len());
            entries.push(Some(entry));
            Ok(())
        })?;
    }
    let mut hasher = Hasher::default();
    results::read(from, &mut |read, line| {
        hasher.update(line);
        hasher.update(b"\n");
        let path = read.path_bytes().unwrap_or_default().into_owned();
        let place = places.get(plain(&path)).copied();
        let old = place.and_then(|place| entries.get_mut(place));
        if read.outcome == Outcome::Missing {
            if let Some(old) = old.filter(|_| drop_missing) {
                made.dropped += u64::from(old.take().is_some());
            }
            return Ok(());
        }
        if matches!(read.outcome, Outcome::Failed | Outcome::Unread) || read.outcome == Outcome::Changed && read.is_bad() {
            made.left_out += 1;
            return Ok(());
        }
        let shown = read.digest.and(read.shown);
        let fresh =
            Entry { path: read.path, path_base64: read.path_base64, file_sha256: read.file_sha256, digest: read.digest, shown };
        match old {
            Some(old) => {
                made.changed += u64::from(old.as_ref().is_some_and(|old| !old.is_same(&fresh)));
                // a hash of the file that was not made again still holds where the seal says that nothing changed
                let kept =
                    old.take().filter(|old| fresh.file_sha256.is_none() && old.is_same(&fresh)).and_then(|old| old.file_sha256);
                *old = Some(Entry { file_sha256: fresh.file_sha256.or(kept), ..fresh });
            }
            None => {
                made.added += u64::from(older.is_some());
                entries.push(Some(fresh));
            }
        }
        Ok(())
    })?;
    let by = to.signer.map(|signer| signer.public().line());
    let head = Head { format: FORMAT.into(), made_at: to.at, results: hasher.finish(), by };
    let new = NewFile::begin(to.path, to.replace)?;
    let failed = |error: io::Error| Error::io(Place::path(to.path), &error);
    let (mut message, mut out) = (MessageHasher::default(), BufWriter::new(new.file()));
    let mut write = |mut line: Vec<u8>| {
        line.push(b'\n');
        message.update(&line);
        out.write_all(&line).map_err(failed)
    };
    write(json::write(&head))?;
    for entry in entries.into_iter().flatten() {
        made.entries += 1;
        write(json::write(&entry))?;
    }
    out.flush().map_err(failed)?;
    drop(out);
    if let Some(signer) = to.signer {
        let armor = sshsig::sign(signer, Namespace::Register, &message.finish())?;
        let sig = NewFile::begin(to.signature, to.replace)?;
        sig.file().write_all(armor.as_bytes()).map_err(|error| Error::io(Place::path(to.signature), &error))?;
        sig.publish(&Unwatched)?;
    }
    new.publish(&Unwatched)?;
    Ok(made)
}
