//! One token for many bundles (format, section 17): what shows that a seal is among those that the stamp of an audit is over, as a proof
//! that stands alone, or as the stamp with its tree.

use super::stamps::Token;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding, Result};
use crate::base::sentence::Quoted;
use crate::bundle::blocks::Blocks;
use crate::bundle::source::{Content, Source};
use crate::crypto::tsp::{Imprint, Stamped};
use crate::format::digest::Digest;
use crate::format::listing::Fault;
use crate::format::stamp::{Carried, Place, Proof, Stamp};
use crate::format::tree;
use crate::report::model::TokenFacts;

/// The stamp of an audit as it is given with one bundle.
pub struct Stamping {
    /// The name that the reader has for it.
    pub name: String,
    /// What was given.
    pub given: Given,
}

/// A stamp as it is given.
pub enum Given {
    /// A proof, made for one bundle: its bytes.
    Proof(Vec<u8>),
    /// The stamp itself.
    Stamp {
        /// Its bytes.
        stamp: Vec<u8>,
        /// The tokens beside it.
        tokens: Vec<Token>,
        /// The tree beside it, and where that is, or would be.
        tree: (String, Option<Source>),
    },
}

/// Where a seal stands in a stamp, by whatever was given.
pub struct Looked {
    /// The stamp.
    pub stamp: Stamp,
    /// The place.
    pub place: Place,
    /// The tokens that came with it.
    pub tokens: Vec<Token>,
}

impl Stamping {
    fn finding(&self, code: &'static code::Code, detail: Detail) -> Finding {
        Finding::new(code, self.name.as_str(), detail)
    }

    /// That it has no token.
    pub fn no_token(&self) -> Finding {
        self.finding(code::STAMP_TOKEN, Detail::StampNoToken)
    }

    fn unread(&self, fault: Fault) -> Finding {
        match fault {
            Fault::Newer(newer) => self.finding(code::STAMP_NEWER, Detail::UnknownFormat { format: Quoted(newer.format) }),
            fault => self.finding(code::STAMP_MALFORMED, fault.detail()),
        }
    }

    /// Where this seal stands in it. That a proof is about another seal, or leads nowhere, is not asked.
    ///
    /// # Errors
    /// `stamp.malformed`, `stamp.newer`; of a stamp also `stamp.absent` where the seal is not in its tree, and `io.…`.
    pub fn look(&self, seal: &Digest) -> Result<Looked, Finding> {
        let (stamp, place, tokens) = self.read()?;
        let place = match (place, &self.given) {
            (Some(place), _) => place,
            (None, Given::Stamp { tree: (at, Some(source)), .. }) => self.find(&stamp, source, at, seal)?,
            (None, Given::Stamp { tree: (at, _), .. }) => {
                return Err(Finding::new(code::IO_MISSING, at.as_str(), Detail::NoSuchFile));
            }
            (None, Given::Proof(_)) => return Err(self.finding(code::STAMP_MALFORMED, Detail::StampPath)),
        };
        Ok(Looked { stamp, place, tokens })
    }

    /// The stamp, where it says so the place of a seal in it, and the tokens.
    ///
    /// # Errors
    /// `stamp.malformed`, `stamp.newer`.
    pub fn read(&self) -> Result<(Stamp, Option<Place>, Vec<Token>), Finding> {
        match &self.given {
            Given::Proof(bytes) => {
                let Proof { stamp, place, tokens } = Proof::read(bytes).map_err(|fault| self.unread(fault))?;
                let token = |(Carried { token, lists }, number): (Carried, usize)| Token {
                    name: format!("{}:{number}", self.name),
                    response: token,
                    lists,
                };
                Ok((stamp, Some(place), tokens.into_iter().zip(1..).map(token).collect()))
            }
            Given::Stamp { stamp, tokens, .. } => {
                let stamp = Stamp::read(stamp).map_err(|fault| self.unread(fault))?;
                Ok((stamp, None, tokens.clone()))
            }
        }
    }

    /// Looks for a leaf in the tree of a stamp.
    fn find(&self, stamp: &Stamp, source: &Source, at: &str, seal: &Digest) -> Result<Place, Finding> {
        let other = || Finding::new(code::STAMP_MALFORMED, at, Detail::StampTree);
        let Content::Bytes(bytes) = &source.content else { return Err(other()) };
        let lines: u64 = tree::levels(stamp.leaves).sum();
        if lines.checked_mul(LINE as u64) != Some(bytes.length()) {
            return Err(other());
        }
        let mut blocks = bytes.blocks(0, 0);
        let mut line = |number: u64| line(&mut blocks, number, at);
        let (mut from, mut to) = (0, stamp.leaves);
        while from < to {
            let middle = from + (to - from) / 2;
            if line(middle)? < *seal { from = middle + 1 } else { to = middle }
        }
        if from == stamp.leaves || line(from)? != *seal {
            return Err(self.finding(code::STAMP_ABSENT, Detail::StampAbsent { leaves: stamp.leaves }));
        }
        let partner = |(level, index, _): (u32, u64, tree::Side)| match level {
            0 => line(index).map(|leaf| tree::leaf(&leaf)),
            _ => line(tree::levels(stamp.leaves).take(level as usize).sum::<u64>() + index),
        };
        let path = tree::partners(from, stamp.leaves).map(partner).collect::<Result<_, _>>()?;
        let place = Place { leaf: *seal, index: from, path };
        if place.leads_to(stamp) { Ok(place) } else { Err(other()) }
    }
}

/// The length of a line of a tree: 64 hex digits and a line feed.
const LINE: usize = 65;

fn line(blocks: &mut Blocks, number: u64, at: &str) -> Result<Digest, Finding> {
    let mut line = [0; LINE];
    let unread = |error: std::io::Error| {
        let error = Error::io(at, &error);
        Finding::new(error.code, error.place, error.detail)
    };
    blocks.fill_at(&mut line, number * LINE as u64).map_err(unread)?;
    let text = line.strip_suffix(b"\n").and_then(|hex| std::str::from_utf8(hex).ok());
    text.and_then(Digest::parse).ok_or_else(|| Finding::new(code::STAMP_MALFORMED, at, Detail::StampTree))
}

/// What several stampings say for one seal.
#[derive(Default)]
pub struct Shown {
    /// All tokens of them.
    pub tokens: Vec<Token>,
    /// The stamps that the seal is in.
    stamps: Vec<(Stamped, u64)>,
    /// What is said of those that cannot be read, or do not know the seal.
    pub refused: Vec<TokenFacts>,
}

impl Shown {
    /// Looks for a seal in each.
    pub fn of(stampings: &[Stamping], seal: &Digest) -> Self {
        let mut shown = Shown::default();
        for stamping in stampings {
            let leads = |looked: &Looked| looked.place.leaf == *seal && looked.place.leads_to(&looked.stamp);
            shown.take(stamping, stamping.look(seal).map(|looked| (leads(&looked), looked.stamp, looked.tokens)));
        }
        shown
    }

    /// Looks whether each is of the audit whose signed summary this is.
    pub fn of_audit(stampings: &[Stamping], audit: &Digest) -> Self {
        let mut shown = Shown::default();
        for stamping in stampings {
            let looked = stamping.read().and_then(|(stamp, _, tokens)| match stamp.audit == *audit {
                true => Ok((true, stamp, tokens)),
                false => Err(stamping.finding(code::STAMP_OTHER, Detail::StampOther)),
            });
            shown.take(stamping, looked);
        }
        shown
    }

    fn take(&mut self, stamping: &Stamping, looked: Result<(bool, Stamp, Vec<Token>), Finding>) {
        let looked = looked.and_then(|looked| match looked.2.is_empty() {
            true => Err(stamping.no_token()),
            false => Ok(looked),
        });
        match looked {
            Ok((leads, stamp, tokens)) => {
                self.stamps.extend(leads.then(|| (Stamped::Bytes(stamp.line()), stamp.leaves)));
                self.tokens.extend(tokens);
            }
            Err(finding) => {
                let mut facts = TokenFacts { name: stamping.name.clone(), ..TokenFacts::default() };
                facts.findings.push(finding);
                self.refused.push(facts);
            }
        }
    }

    /// Of how many seals the stamp is that a token is over, where the one that was looked for is among them.
    pub fn seals(&self, imprint: &Imprint) -> Option<u64> {
        self.stamps.iter().find(|(stamp, _)| imprint.is_of(stamp)).map(|(_, seals)| *seals)
    }
}
