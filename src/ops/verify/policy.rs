//! What the reader asks.

use crate::report::verdict::Requirement;

/// What the reader asks beyond the seal.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Whose seal it must be: a name that the reader gave.
    pub from: Option<String>,
    /// What else must hold.
    pub required: Vec<Requirement>,
    /// Who may have withheld something.
    pub withheld_by: WithheldBy,
}

/// Who may have withheld something, of those whom the reader believes. A release by anybody else is `release.other`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum WithheldBy {
    /// The signer, whom the seal names in the fact `may_withhold` about the case, and, unless [`Policy::from`] asks for one person, the
    /// reader.
    #[default]
    Usual,
    /// These too, by the names that the reader gave.
    Also(Vec<String>),
    /// Everybody.
    Anybody,
}
