//! What the reader asks.

use crate::format::time::Timestamp;
use crate::report::verdict::Requirement;

/// What the reader asks beyond the seal.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Whose seal it must be: a name that the reader gave.
    pub from: Option<String>,
    /// What else must hold.
    pub required: Vec<Requirement>,
    /// Who must have countersigned, other than the signer: names that the reader gave.
    pub countersigned: Vec<String>,
    /// Who may have withheld something.
    pub withheld_by: WithheldBy,
    /// The reader's clock, to tell times that are still to come; without it no time is compared with it.
    pub now: Option<Timestamp>,
}

/// Who, among those whom the reader believes, may have withheld something. A release by anybody else is `release.other`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum WithheldBy {
    /// The signer; those whom the seal names in `may_withhold` facts about the case; and the reader, unless [`Policy::from`]
    /// asks for one person.
    #[default]
    Usual,
    /// These people too, by the names that the reader gave them.
    Also(Vec<String>),
    /// Everybody.
    Anybody,
}
