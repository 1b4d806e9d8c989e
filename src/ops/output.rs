//! Where a result goes, and how it is encrypted: a file appears as a whole or not at all, and nothing of an encrypted one is
//! written anywhere in plain.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use crate::base::error::{Error, Result};
use crate::base::limits::{self, CHUNK};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::crypto::age::{self, EncryptTo, Recipient};
use crate::store::fs::disk::{NewFile, refuse_taken};

/// Where a bundle goes.
pub enum Output<'o> {
    /// Into this folder, under a name that reveals nothing: `sealbag-` and 12 hex digits. A plain bundle takes them from its
    /// id, which whoever has the bundle can read anyway; an encrypted bundle and a redaction take these fresh random bytes, so
    /// that the name links them to nothing known.
    Folder(PathBuf, [u8; 6]),
    /// To this file; the flag allows an existing one to be replaced.
    File(PathBuf, bool),
    /// To a stream, by way of a file without a name that is gone afterwards.
    Stream(&'o mut dyn Write),
}

/// Who can open the result.
pub enum Encryption {
    /// The owners of these recipients, all of one kind; decoys hide how many they are.
    For(Vec<Recipient>),
    /// Whoever knows this passphrase.
    Under(Zeroizing<String>),
}

impl Encryption {
    /// The age recipients, sorted, each once.
    pub(crate) fn recipients(&self) -> Vec<String> {
        let Encryption::For(recipients) = self else { return Vec::new() };
        let names: BTreeSet<String> = recipients.iter().map(Recipient::to_string).collect();
        names.into_iter().collect()
    }

    /// Lets `write` write everything once, in order, into an envelope that goes to `file`; returns its result and the length of
    /// the file.
    pub(crate) fn enclose<T>(&self, file: &NewFile, write: impl FnOnce(&mut dyn Write) -> Result<T>) -> Result<(T, u64)> {
        let failed = |error: io::Error| Error::io(Place::Bundle, &error);
        let among_decoys;
        let lock = match self {
            Encryption::For(recipients) => {
                among_decoys = age::among_decoys(recipients)?;
                EncryptTo::Recipients(&among_decoys)
            }
            Encryption::Under(passphrase) => EncryptTo::Passphrase(passphrase, limits::SCRYPT_WORK),
        };
        let mut envelope = age::encrypt(lock, BufWriter::with_capacity(CHUNK, file.file()))?;
        let written = write(&mut envelope)?;
        envelope.finish().and_then(|mut out| out.flush()).map_err(failed)?;
        Ok((written, file.length()?))
    }
}

impl Output<'_> {
    /// The path of the result, if it will have one; in a folder, `name` makes its name from 12 fresh hex digits.
    pub(crate) fn path(&self, name: impl FnOnce(&str) -> String) -> Option<PathBuf> {
        match self {
            Output::Folder(folder, fresh) => Some(folder.join(name(&HEXLOWER.encode(fresh)))),
            Output::File(path, _) => Some(path.clone()),
            Output::Stream(_) => None,
        }
    }

    /// Refuses now what would be refused when the result is written: a path that is taken, a folder that is not there or in which no
    /// file can be begun. With `touch` a file is begun beside the path and removed again; without it nothing is written, and a folder
    /// that takes no files is not noticed.
    ///
    /// # Errors
    /// `output.exists`, `io.…`.
    pub fn check(&self, touch: bool) -> Result<()> {
        let Some(path) = self.path(|fresh| format!("sealbag-{fresh}.zip")) else { return Ok(()) };
        let replace = matches!(self, Output::File(_, true));
        if touch { NewFile::begin(&path, replace).map(drop) } else { refuse_taken(&path, replace) }
    }

    /// Lets `write` write the file and publishes it as a whole; after an error nothing new is left behind.
    pub(crate) fn publish<T>(
        self,
        path: Option<&Path>,
        watch: &dyn Watch,
        write: impl FnOnce(&NewFile) -> Result<T>,
    ) -> Result<T> {
        let file = match path {
            Some(path) => NewFile::begin(path, matches!(self, Output::File(_, true)))?,
            None => NewFile::nameless()?,
        };
        let written = write(&file).map_err(|error| if let Some(path) = path { error.about(path) } else { error })?;
        if watch.interrupted() {
            return Err(Error::interrupted());
        }
        if let Output::Stream(stream) = self {
            file.copy_to(stream)?;
        }
        file.publish(watch)?;
        Ok(written)
    }
}
