//! Who may do what with a file, as far as a system says.

/// Who besides its owner may do what with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// Somebody else may read, write or run it.
    pub others: bool,
    /// Somebody else may write to it.
    pub others_write: bool,
}
