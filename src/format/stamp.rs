//! The stamp of an audit (format, section 17): what one token for many bundles is over, and the proof that one of them is among these.

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::json;
use super::listing::{Fault, check_format};
use super::tree;
use crate::base::detail::Detail;
use crate::base::limits;

/// The value of `format` in a stamp of version 1.
pub const FORMAT: &str = "sealbag-stamp/1";
/// The value of `format` in a proof of version 1.
pub const PROOF: &str = "sealbag-proof/1";

/// What a token is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// [`FORMAT`].
    pub format: String,
    /// SHA-256 of the signature of the audit's summary.
    pub audit: Digest,
    /// How many leaves the tree has, at least one.
    pub leaves: u64,
    /// Its root.
    pub root: Digest,
}

impl Stamp {
    /// The file: one line. A token is over these bytes.
    pub fn line(&self) -> Vec<u8> {
        let mut line = json::write(self);
        line.push(b'\n');
        line
    }

    /// Reads the file.
    ///
    /// # Errors
    /// That it is newer, or what is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        check_format(bytes, FORMAT)?;
        let line = bytes.strip_suffix(b"\n").filter(|line| !line.contains(&b'\n')).ok_or(Detail::NotOneLine)?;
        let stamp: Stamp = json::read(line)?;
        stamp.check()?;
        Ok(stamp)
    }

    fn check(&self) -> Result<(), Fault> {
        let sound = self.format == FORMAT && (1..=limits::INTEGER).contains(&self.leaves);
        if sound { Ok(()) } else { Err(Detail::StampLeaves.into()) }
    }
}

/// Where a seal stands in the tree of a stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// SHA-256 of `seal/manifest.sig`.
    pub leaf: Digest,
    /// Its place among the leaves, from 0.
    pub index: u64,
    /// The partners on its way up.
    pub path: Vec<Digest>,
}

impl Place {
    /// True if the way leads to the root of this stamp.
    pub fn leads_to(&self, stamp: &Stamp) -> bool {
        tree::root(&self.leaf, self.index, stamp.leaves, &self.path) == Some(stamp.root)
    }
}

/// A token in a proof, with the revocation lists beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The bytes of the token.
    pub token: Vec<u8>,
    /// The bytes of its lists, if there are any.
    pub lists: Option<Vec<u8>>,
}

/// What shows by itself that one seal was there when a stamp was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The stamp.
    pub stamp: Stamp,
    /// Where the seal stands in it.
    pub place: Place,
    /// Its tokens, at least one.
    pub tokens: Vec<Carried>,
}

/// The first line of a proof.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: String,
    stamp: Stamp,
    leaf: Digest,
    index: u64,
    path: Vec<Digest>,
    tokens: Vec<Sizes>,
}

/// How many bytes a token has, and its lists, 0 where there are none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sizes {
    token: u64,
    lists: u64,
}

impl Proof {
    /// The file: a line, then tokens and lists in the order of their sizes in it.
    pub fn bytes(&self) -> Vec<u8> {
        let sizes = |carried: &Carried| Sizes {
            token: carried.token.len() as u64,
            lists: carried.lists.as_ref().map_or(0, |lists| lists.len() as u64),
        };
        let Place { leaf, index, path } = self.place.clone();
        let (format, stamp, tokens) = (PROOF.into(), self.stamp.clone(), self.tokens.iter().map(sizes).collect());
        let mut bytes = json::write(&Head { format, stamp, leaf, index, path, tokens });
        bytes.push(b'\n');
        for carried in &self.tokens {
            bytes.extend(&carried.token);
            bytes.extend(carried.lists.iter().flatten());
        }
        bytes
    }

    /// Reads the file. Whether the path leads anywhere is asked later.
    ///
    /// # Errors
    /// That it is newer, or what is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        check_format(bytes, PROOF)?;
        let end = bytes.iter().take(limits::LINE).position(|byte| *byte == b'\n').ok_or(Detail::FirstLineOpen)?;
        let (line, rest) = bytes.split_at(end);
        let head: Head = json::read(line)?;
        head.stamp.check()?;
        let steps = tree::partners(head.index, head.stamp.leaves).count();
        if head.index >= head.stamp.leaves || head.path.len() != steps {
            return Err(Detail::StampPath.into());
        }
        if head.tokens.is_empty() || head.tokens.len() > limits::TOKENS {
            return Err(Detail::ProofTokens.into());
        }
        let mut rest = rest.get(1..).unwrap_or_default();
        let mut take = |size: u64, limit: u64| {
            let (taken, behind) =
                usize::try_from(size).ok().filter(|_| size <= limit).and_then(|size| rest.split_at_checked(size))?;
            rest = behind;
            Some(taken.to_vec())
        };
        let mut carried = |sizes: &Sizes| {
            let token = take(sizes.token, limits::TOKEN as u64).filter(|token| !token.is_empty())?;
            let lists = take(sizes.lists, limits::REVOCATION_LISTS)?;
            Some(Carried { token, lists: Some(lists).filter(|lists| !lists.is_empty()) })
        };
        let tokens: Option<Vec<Carried>> = head.tokens.iter().map(&mut carried).collect();
        let Some(tokens) = tokens.filter(|_| rest.is_empty()) else { return Err(Detail::ProofTokens.into()) };
        Ok(Proof { stamp: head.stamp, place: Place { leaf: head.leaf, index: head.index, path: head.path }, tokens })
    }
}
