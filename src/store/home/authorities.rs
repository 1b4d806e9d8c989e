//! The authorities that the reader trusts to say when something was there, in the folder `authorities` of the home folder: one file for
//! each, named after the first 16 hex digits of its certificate's SHA-256, one line of canonical JSON. None is trusted unasked.

use std::path::Path;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::likeness::alike;
use super::naming;
use super::private::Private;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::place::Place;
use crate::base::sentence::Quoted;
use crate::base::{code, limits};
use crate::crypto::tsp::Authority;
use crate::format::json;
use crate::format::time::Timestamp;

const FOLDER: &str = "authorities";
const FORMAT: &str = "sealbag-authority/1";

/// All of them.
#[derive(Debug)]
pub struct Authorities {
    list: Vec<Trusted>,
    notes: Vec<Finding>,
}

/// An authority, and since when it is trusted.
#[derive(Debug, Clone)]
pub struct Trusted {
    /// The authority.
    pub authority: Authority,
    /// When the reader trusted it.
    pub since: Timestamp,
}

/// An authority as the file holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthorityFile {
    format: String,
    name: String,
    trusted_at: Timestamp,
    certificate: String,
}

impl Authorities {
    /// Reads those kept in `home`, which need not exist, sorted by name. A file that is not as it was left is an error: who is trusted must
    /// not change silently.
    ///
    /// # Errors
    /// `authority.store`, `contact.store`, `io.…`.
    pub fn open(home: &Path) -> Result<Self> {
        let mut authorities = Authorities { list: Vec::new(), notes: Vec::new() };
        let Some(folder) = Private::open(home, FOLDER)? else { return Ok(authorities) };
        let names: Vec<String> = folder.names()?.0.into_iter().filter(|name| name.ends_with(".json")).collect();
        if names.len() > limits::AUTHORITIES {
            let trouble = Detail::LargerThanRead { limit: limits::AUTHORITIES as u64 };
            return Err(Error::new(code::AUTHORITY_STORE, folder.place(FOLDER), trouble));
        }
        for name in names {
            let trusted = read(&folder.read(&name)?.bytes).filter(|trusted| file_name(&trusted.authority) == name);
            let strange = || Error::new(code::AUTHORITY_STORE, folder.place(&name), Detail::AuthorityAsKept);
            authorities.list.push(trusted.ok_or_else(strange)?);
        }
        authorities.list.sort_by(|one, other| one.authority.name.cmp(&other.authority.name));
        if !authorities.list.is_empty() {
            authorities.notes.extend(folder.exposed()?);
        }
        Ok(authorities)
    }

    /// All of them, sorted by name.
    pub fn list(&self) -> &[Trusted] {
        &self.list
    }

    /// What is worth knowing about how they are kept.
    pub fn notes(&self) -> &[Finding] {
        &self.notes
    }

    /// Refuses an authority that cannot be added: it is there already, or its name is another's, or none that people can read.
    ///
    /// # Errors
    /// `authority.exists`, `usage`.
    pub fn check(&self, authority: &Authority) -> Result<()> {
        let exists = |trouble| Err(Error::new(code::AUTHORITY_EXISTS, &authority.name, trouble));
        if let Some(known) = self.list.iter().find(|known| known.authority.fingerprint == authority.fingerprint) {
            return exists(Detail::AuthorityThere { name: Quoted(known.authority.name.clone()) });
        }
        if self.list.iter().any(|known| alike(&known.authority.name, &authority.name)) {
            return exists(Detail::AuthorityNameThere);
        }
        naming::check_seen(&authority.name)
    }

    /// Trusts an authority from `at` on; the reader must have confirmed it.
    ///
    /// # Errors
    /// Those of [`Authorities::check`], `io.…`.
    pub fn add(&mut self, home: &Path, authority: Authority, at: Timestamp) -> Result<()> {
        self.check(&authority)?;
        let (format, name, certificate) = (FORMAT.to_owned(), authority.name.clone(), BASE64.encode(authority.der()));
        let mut line = json::write(&AuthorityFile { format, name, trusted_at: at, certificate });
        line.push(b'\n');
        Private::create(home, FOLDER)?.replace(&file_name(&authority), &line)?;
        self.list.push(Trusted { authority, since: at });
        Ok(())
    }

    /// The one of that name or fingerprint.
    ///
    /// # Errors
    /// `authority.unknown`.
    pub fn find(&self, called: &str) -> Result<&Trusted> {
        let is = |trusted: &&Trusted| {
            let authority = &trusted.authority;
            authority.name == called || authority.fingerprint.to_string() == called
        };
        let unknown = || Error::new(code::AUTHORITY_UNKNOWN, Place::from(called), Detail::NoAuthorityOfName);
        self.list.iter().find(is).ok_or_else(unknown)
    }

    /// Trusts an authority no longer.
    ///
    /// # Errors
    /// `authority.unknown`, `io.…`.
    pub fn remove(&mut self, home: &Path, called: &str) -> Result<Trusted> {
        let trusted = self.find(called)?.clone();
        Private::create(home, FOLDER)?.remove(&file_name(&trusted.authority))?;
        self.list.retain(|other| other.authority.fingerprint != trusted.authority.fingerprint);
        Ok(trusted)
    }
}

fn file_name(authority: &Authority) -> String {
    let fingerprint = authority.fingerprint.to_string();
    format!("{}.json", fingerprint.get(..16).unwrap_or(&fingerprint))
}

fn read(bytes: &[u8]) -> Option<Trusted> {
    let file: AuthorityFile = json::read(bytes.strip_suffix(b"\n")?).ok()?;
    let der = BASE64.decode(file.certificate.as_bytes()).ok()?;
    let authority = Authority::new(&file.name, der).ok().filter(|_| file.format == FORMAT)?;
    Some(Trusted { authority, since: file.trusted_at })
}
