//! One thing that is looked for.

use super::leak::Told;

/// One thing that is looked for.
pub(super) struct Needle {
    pub of: String,
    pub told: Told,
    pub rank: u8,
    /// Where it stands in very many files, it tells nothing.
    pub weak: bool,
    /// It is what a source is called, which tells nothing while other facts about that source stay.
    pub label: bool,
    /// A value without any word that tells, such as "quoted without a name", which many sources have in common.
    pub stock: bool,
    /// A word of an identity that is no name, such as "guard", which many may have in common.
    pub plain: bool,
}
