//! Timestamps taken in: what a token is asked over, and whether the answer of an authority belongs there (format, section 10).

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::stamping::{Given, Stamping};
use super::stamps::Token;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::place::Place;
use crate::base::watch::Unwatched;
use crate::base::{code, limits};
use crate::bundle::model::Bundle;
use crate::bundle::source::Source;
use crate::crypto::audit::SignedSummary;
use crate::crypto::tsp::{self, Authority, Believed, Imprint, Refusal, Request, RevocationList, Stamped, Standpoint};
use crate::format::digest::Digest;
use crate::format::time::Timestamp;
use crate::store::fs::disk::{self, NewFile};
use crate::store::fs::{places, tokens};
use crate::store::home::small;
use crate::store::objects::{self, Objects};

/// Something beside which tokens lie: a bundle, a custody log, the summary of an audit, or the stamp of one.
pub struct Stampable {
    /// Each part with its number.
    over: Vec<(u64, Stamped)>,
    kind: Kind,
}

/// What tokens lie beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A bundle: its seal.
    Bundle,
    /// A custody log: one of its steps, and all before it.
    Log,
    /// The signed summary of an audit.
    Summary,
    /// The stamp of an audit, which is over this many seals.
    Stamp(u64),
}

impl Stampable {
    /// A bundle, whose tokens are over the signature of its manifest.
    ///
    /// # Errors
    /// As for [`Bundle::stamped`].
    pub fn bundle(bundle: &Bundle) -> Result<Self> {
        Ok(Stampable { over: vec![(1, bundle.stamped()?)], kind: Kind::Bundle })
    }

    /// A custody log by the numbers of its steps and the SHA-256 of their entries. Its tokens are over one of them, and so over all before it.
    pub fn log(entries: impl IntoIterator<Item = (u64, Digest)>) -> Self {
        let over = entries.into_iter().map(|(step, entry)| (step, Stamped::Digest(entry)));
        Stampable { over: over.collect(), kind: Kind::Log }
    }

    /// The summary of an audit, whose tokens are over its signature.
    ///
    /// # Errors
    /// As for [`SignedSummary::read`]; `io.…`.
    pub fn summary(path: &Path) -> Result<Self> {
        let signature = path.with_extension("sig");
        let line = small::read(path, limits::SUMMARY, code::AUDIT_MALFORMED)?;
        let armor = small::read(&signature, limits::SIGNATURE, code::AUDIT_SIGNATURE)?;
        SignedSummary::read(&Place::path(path), &line, &armor)?;
        Ok(Stampable { over: vec![(1, Stamped::Bytes(armor.to_vec()))], kind: Kind::Summary })
    }

    /// The stamp of an audit, whose tokens are over all of it.
    ///
    /// # Errors
    /// `stamp.malformed`, `stamp.newer`, `io.…`.
    pub fn stamp(path: &Path) -> Result<Self> {
        let unread = |Finding { code, place, detail }: Finding| Error::new(code, place, detail);
        let (stamp, ..) = stamping(path)?.read().map_err(unread)?;
        Ok(Stampable { over: vec![(1, Stamped::Bytes(stamp.line()))], kind: Kind::Stamp(stamp.leaves) })
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What a new token is asked over: for a log its last entry.
    pub fn newest(&self) -> Option<Digest> {
        self.over.last().map(|(_, stamped)| stamped.sha256())
    }

    /// Which of its parts a token is over, from 1: the step of a log.
    pub fn part(&self, imprint: &Imprint) -> Option<u64> {
        self.over.iter().find(|(_, stamped)| imprint.is_of(stamped)).map(|(part, _)| *part)
    }
}

/// The tokens that lie beside a file, a folder or an object.
///
/// # Errors
/// `io.…`, `object.…`, `net.…`.
pub fn beside(path: &Path, objects: &dyn Objects) -> Result<Vec<Token>> {
    Ok(objects::tokens(path, objects)?.into_iter().map(token).collect())
}

/// What was named with a bundle to prove its time.
pub enum Named {
    /// A token, with the revocation lists beside it.
    Token(Token),
    /// A proof, or a stamp with its tokens and its tree.
    Stamping(Stamping),
}

/// What lies here: a token, or the stamp of an audit, or a proof from one, by how it begins.
///
/// # Errors
/// `io.missing` where nothing is there; `io.…`.
pub fn named(path: &Path) -> Result<Named> {
    if !places::is_taken(path) {
        return Err(Error::io(Place::path(path), &io::ErrorKind::NotFound.into()));
    }
    let found = tokens::of(path.to_owned(), limits::PROOF)?;
    let given = match &found.response {
        bytes if bytes.starts_with(br#"{"format":"sealbag-proof/"#) => Given::Proof(found.response),
        bytes if bytes.starts_with(br#"{"format":"sealbag-stamp/"#) => beside_stamp(path, found.response)?,
        _ => return Ok(Named::Token(token(found))),
    };
    Ok(Named::Stamping(Stamping { name: path.to_string_lossy().into_owned(), given }))
}

/// The stamp of an audit that lies here, with its tokens and its tree.
///
/// # Errors
/// `stamp.malformed` where it is too long; `io.…`.
pub fn stamping(path: &Path) -> Result<Stamping> {
    let stamp = small::read(path, limits::STAMP, code::STAMP_MALFORMED)?.to_vec();
    Ok(Stamping { name: path.to_string_lossy().into_owned(), given: beside_stamp(path, stamp)? })
}

fn beside_stamp(path: &Path, stamp: Vec<u8>) -> Result<Given> {
    let tree = path.with_extension("tree");
    let source = places::is_taken(&tree).then(|| Source::open(&tree)).transpose()?;
    let tokens = tokens::beside(path)?.into_iter().map(token).collect();
    Ok(Given::Stamp { stamp, tokens, tree: (tree.to_string_lossy().into_owned(), source) })
}

fn token(found: tokens::Beside) -> Token {
    Token { name: found.path.to_string_lossy().into_owned(), response: found.response, lists: found.lists }
}

/// An answer that belongs to something, in the form in which it is kept.
pub struct Arrived {
    /// The bytes of the file.
    pub response: Vec<u8>,
    /// The name of the token that it renews; none where it is over the thing itself.
    pub renews: Option<String>,
    /// Its time, up to the next second.
    pub at: Timestamp,
    /// What the certificate of its signer calls them.
    pub signer: String,
    /// The authority that vouches for it, or that none does.
    pub believed: std::result::Result<Believed, Refusal>,
    /// The token that lies there already and is the same.
    pub there: Option<String>,
}

/// Checks an answer of an authority, called `place`, before it is kept: that it holds in itself, is over the thing or over a token beside it,
/// and answers the request, where one is given. That no authority of the reader's vouches for it is no trouble yet.
///
/// # Errors
/// `token.…`.
pub fn arrive(
    response: &[u8],
    place: &Place,
    of: &Stampable,
    kept: &[Token],
    request: Option<&Request>,
    authorities: &[Authority],
) -> Result<Arrived> {
    let refused = |refusal: Refusal| refusal.error(place);
    let read = tsp::Token::read(response, authorities).map_err(refused)?;
    let other = || Error::new(code::TOKEN_IMPRINT, place, Detail::TokenImprint);
    let renews = match of.part(read.imprint()) {
        Some(_) => None,
        None => {
            let is = |token: &&Token| read.imprint().is_of(&Stamped::Bytes(token.response.clone()));
            Some(kept.iter().find(is).ok_or_else(other)?.name.clone())
        }
    };
    if let Some(request) = request {
        read.check_nonce(request.nonce.as_deref()).map_err(refused)?;
        if request.imprint != *read.imprint() {
            return Err(other());
        }
    }
    let response = read.kept(authorities);
    let token = tsp::Token::read(&response, authorities).map_err(refused)?;
    let believed = token.believed(&Standpoint { authorities, lists: &[], existed: None });
    if let Err(refusal) = &believed
        && refusal.code != code::TOKEN_AUTHORITY
    {
        return Err(refused(refusal.clone()));
    }
    let (at, signer) = (token.time().ceil(), token.signer());
    let there = kept.iter().find(|token| token.response == response).map(|token| token.name.clone());
    Ok(Arrived { response, renews, at, signer, believed, there })
}

/// Writes a token beside a file or a folder under the first number that is free, and its revocation lists beside that.
///
/// # Errors
/// `token.limit`, `io.…`.
pub fn keep(path: &Path, response: &[u8], lists: &[RevocationList]) -> Result<PathBuf> {
    for number in 1..=limits::TOKENS {
        let place = tokens::place(path, number)?;
        if places::is_taken(&place) {
            continue;
        }
        write_new(&place, response, false)?;
        keep_lists(&place, lists, false)?;
        return Ok(place);
    }
    let limit = limits::TOKENS as u64;
    Err(Error::new(code::TOKEN_LIMIT, Place::path(path), Detail::TokensEnough { limit }))
}

/// Writes revocation lists beside a token, in DER, one behind the other.
///
/// # Errors
/// `output.exists` unless they are to be replaced, `io.…`.
pub fn keep_lists(token: &Path, lists: &[RevocationList], replace: bool) -> Result<()> {
    if lists.is_empty() {
        return Ok(());
    }
    let all: Vec<u8> = lists.iter().flat_map(RevocationList::der).copied().collect();
    write_new(&tokens::lists_of(token)?, &all, replace)
}

/// Refuses a file that could not be written.
///
/// # Errors
/// `output.exists`, `io.…`.
pub fn check_new(path: &Path, replace: bool) -> Result<()> {
    disk::refuse_taken(path, replace)
}

/// Writes a file, which appears whole.
///
/// # Errors
/// `output.exists`, `io.…`.
pub fn write_new(path: &Path, bytes: &[u8], replace: bool) -> Result<()> {
    let new = NewFile::begin(path, replace)?;
    new.file().write_all(bytes).map_err(|error| Error::io(Place::path(path), &error))?;
    new.publish(&Unwatched)
}
