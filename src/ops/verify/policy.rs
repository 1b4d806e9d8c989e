//! What the reader asks.

use crate::report::verdict::Requirement;

/// What the reader asks beyond the seal.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Whose seal it must be: a name that the reader gave.
    pub from: Option<String>,
    /// What else must hold.
    pub required: Vec<Requirement>,
}
