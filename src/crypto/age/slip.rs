//! Slips: what tells one reader, and nobody else, that a copy is for them. A slip is an age file for one recipient that holds
//! the SHA-256 of this recipient in hex, a line feed and zeros. All slips of one kind of key are equally long, and whoever cannot open one learns nothing
//! of whom it is for.

use std::io::{Read, Write};

use super::decoys::among_decoys;
use super::encrypt::{EncryptTo, encrypt};
use super::header::Header;
use super::identity::{Identity, Recipient};
use super::stream::TAG;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::format::digest::Digest;

/// Zeros make the length of a slip a multiple of this.
const STEP: usize = 1024;

/// A slip for each reader and for each decoy beside them, in no order that tells anything.
///
/// # Errors
/// Those of [`among_decoys`] and of encrypting.
pub fn slips(readers: &[Recipient]) -> Result<Vec<Vec<u8>>> {
    among_decoys(readers)?.into_iter().map(|reader| slip(&reader)).collect()
}

fn slip(reader: &Recipient) -> Result<Vec<u8>> {
    let failed = |error| Error::io(Place::Recipients, &error);
    let mut out = encrypt(EncryptTo::Recipients(std::slice::from_ref(reader)), Vec::new())?;
    let line = line_of(reader);
    let zeros = (out.inner().len() + line.len() + TAG).next_multiple_of(STEP) - out.inner().len() - line.len() - TAG;
    out.write_all(line.as_bytes()).and_then(|()| out.write_all(&vec![0; zeros])).map_err(failed)?;
    out.finish().map_err(failed)
}

fn line_of(reader: &Recipient) -> String {
    format!("{}\n", Digest::of(reader.to_string().as_bytes()))
}

impl Identity {
    /// True if this slip is for the owner of this identity.
    pub fn opens_slip(&self, slip: &[u8]) -> bool {
        let open = || -> Result<Vec<u8>> {
            let header = Header::read(&mut &*slip)?;
            // one key is tried on one stanza, however many slips there are
            if header.recipients() != 1 || slip.len() > limits::SLIP {
                return Ok(Vec::new());
            }
            let mut held = Vec::new();
            let read = header.open([self])?.decrypt(slip)?.read_to_end(&mut held);
            read.map_err(|error| Error::io(Place::Recipients, &error))?;
            Ok(held)
        };
        let line = line_of(&self.recipient());
        let zeros = |rest: &[u8]| rest.iter().all(|byte| *byte == 0);
        open().is_ok_and(|held| held.strip_prefix(line.as_bytes()).is_some_and(zeros))
    }
}
