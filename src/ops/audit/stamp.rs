//! One stamp for all bundles of an audit (format, section 17): a tree over their seals, so that one token is enough for all of them.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::prove::prove_each;
use super::results::Places;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::watch::{Unwatched, Watch};
use crate::crypto::audit::SignedSummary;
use crate::format::digest::Digest;
use crate::format::stamp::{FORMAT, Stamp};
use crate::format::tree;
use crate::store::fs::disk::{NewFile, refuse_taken};
use crate::store::fs::places::{beside, is_taken};
use crate::store::fs::search;
use crate::store::fs::tokens;
use crate::store::home::small;

/// Where the files of a stamp lie.
pub struct StampPlaces {
    /// What a token is over.
    pub stamp: PathBuf,
    /// The leaves, and every level above them.
    pub tree: PathBuf,
    /// The request to an authority.
    pub request: PathBuf,
}

impl StampPlaces {
    /// Beside these results.
    ///
    /// # Errors
    /// `io.…`.
    pub fn of(results: &Path) -> Result<Self> {
        let place = |end: &str| beside(results, end);
        Ok(StampPlaces { stamp: place(".stamp.json")?, tree: place(".stamp.tree")?, request: place(".stamp.tsq")? })
    }

    /// Refuses to write a stamp where one is, or, with `replace`, one that has tokens.
    ///
    /// # Errors
    /// `output.exists`, `io.…`.
    pub fn check_new(&self, replace: bool) -> Result<()> {
        refuse_taken(&self.stamp, replace)
    }
}

/// The seals of an audit that have a place in its stamp: 32 bytes for each.
pub struct Seals {
    /// The audit, proved; whether its signer is believed is for the caller to ask.
    pub signed: SignedSummary,
    /// How many lines tell of a seal that holds, and so have a place.
    pub held: u64,
    /// Sorted, each once.
    leaves: Vec<Digest>,
}

impl Seals {
    /// Proves results, as [`super::prove::prove`] does, and takes the seals of all lines in which the seal held: those that are VERIFIED,
    /// NOT ENOUGH or of an UNKNOWN SIGNER, whatever a register says of them.
    ///
    /// # Errors
    /// Those of proving; `stamp.nothing` where there is none, or where lines of an older program do not tell it; `run.interrupted`.
    pub fn of(places: &Places, watch: &dyn Watch) -> Result<Self> {
        let (mut leaves, mut lines, mut old) = (Vec::new(), 0, None);
        watch.expect(search::size(&places.results).unwrap_or(0));
        let (signed, _) = prove_each(places, &mut |read, line| {
            watch.advance(line.len() as u64 + 1);
            if watch.interrupted() {
                return Err(Error::interrupted());
            }
            lines += 1;
            if read.can_be_compared() {
                match read.seal_sha256 {
                    Some(seal) => leaves.push(seal),
                    None => old = old.or(Some(lines)),
                }
            }
            Ok(())
        })?;
        let nothing = |detail| Err(Error::new(code::STAMP_NOTHING, Place::path(&places.results), detail));
        if let Some(line) = old {
            return nothing(Detail::StampOldLine { line });
        }
        if leaves.is_empty() {
            return nothing(Detail::StampNoSeals);
        }
        let held = leaves.len() as u64;
        leaves.sort_unstable();
        leaves.dedup();
        Ok(Seals { signed, held, leaves })
    }

    /// Writes tree, request and stamp, the stamp last: where it is, all of it is. `request` makes a request over what has this SHA-256.
    ///
    /// # Errors
    /// `output.exists` where a stamp is there, and also with `replace` where that is another one and has tokens; `io.…`.
    pub fn write(self, to: &StampPlaces, replace: bool, request: &dyn Fn(Digest) -> Vec<u8>) -> Result<Stamp> {
        to.check_new(replace)?;
        let failed = |error: std::io::Error| Error::io(Place::path(&to.tree), &error);
        let new = NewFile::begin(&to.tree, true)?;
        let mut out = BufWriter::with_capacity(limits::CHUNK, new.file());
        let mut lines = |level: &[Digest]| level.iter().try_for_each(|node| writeln!(out, "{node}")).map_err(failed);
        let mut level = self.leaves;
        let leaves = level.len() as u64;
        lines(&level)?;
        level.iter_mut().for_each(|leaf| *leaf = tree::leaf(leaf));
        while level.len() > 1 {
            level = tree::above(&level);
            lines(&level)?;
        }
        out.flush().map_err(failed)?;
        drop(out);
        let root = level
            .first()
            .copied()
            .ok_or_else(|| Error::new(code::STAMP_NOTHING, Place::path(&to.tree), Detail::StampNoSeals))?;
        let stamp = Stamp { format: FORMAT.into(), audit: Digest::of(&self.signed.signature), leaves, root };
        let line = stamp.line();
        if is_taken(&to.stamp) && *small::read(&to.stamp, limits::STAMP, code::STAMP_MALFORMED)? != line {
            refuse_taken(&to.stamp, tokens::beside(&to.stamp)?.is_empty())?;
        }
        new.publish(&Unwatched)?;
        small::write_new(&to.request, true, &request(Digest::of(&line)))?;
        small::write_new(&to.stamp, true, &line)?;
        Ok(stamp)
    }
}
