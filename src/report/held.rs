//! Who held which copy, as several custody logs tell it together: what a page draws from hand to hand.

use super::model::Who;
use crate::base::error::Findings;
use crate::format::custody::Event;
use crate::format::time::Timestamp;

/// What the logs tell together.
#[derive(Debug, Default)]
pub struct Held {
    /// The logs that were given, in their order.
    pub files: Vec<HeldFile>,
    /// The copies, none before the one that it came from.
    pub copies: Vec<HeldCopy>,
}

/// A log that was given.
#[derive(Debug)]
pub struct HeldFile {
    /// The name that the reader has for it.
    pub name: String,
    /// How many steps it has.
    pub steps: u64,
    /// The first that does not follow; none where all do.
    pub broken: Option<u64>,
    /// True where only a newer program can read all of it.
    pub newer: bool,
    /// What is wrong with it.
    pub findings: Findings,
}

/// A copy and what happened to it.
#[derive(Debug)]
pub struct HeldCopy {
    /// The id of its log.
    pub log: String,
    /// How many of the logs that were given tell of it.
    pub files: usize,
    /// Where it came from.
    pub origin: Origin,
    /// What happened, in its order.
    pub pieces: Vec<Piece>,
}

/// Where a copy came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Its log does not say.
    Untold,
    /// From another copy, counted from 1, and a step of it.
    Copy(u64, u64),
    /// From a copy whose log is not here.
    Elsewhere,
}

/// A part of what happened to a copy.
#[derive(Debug)]
pub enum Piece {
    /// A step.
    Step(Box<HeldStep>),
    /// Steps that are missing, from the first to the last.
    Gap(u64, u64),
    /// From here on it was told in several ways: the number of the first step, and each way.
    Fork(u64, Vec<Vec<Piece>>),
    /// So many more steps, which are not shown.
    More(u64),
}

/// A step.
#[derive(Debug)]
pub struct HeldStep {
    /// Its number.
    pub seq: u64,
    /// When, by the keeper's clock.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
    /// Who signed it.
    pub by: Who,
    /// To whom it was given.
    pub to: Option<Who>,
    /// What verifying said, where it says so.
    pub verdict: Option<String>,
    /// Where; may be empty.
    pub place: String,
    /// What for; may be empty.
    pub purpose: String,
    /// What else; may be empty.
    pub note: String,
    /// In which of the logs it stands, counted from 1.
    pub files: Vec<u64>,
}
