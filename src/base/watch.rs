//! Watching a long run from outside: how far it is, and whether to stop.

use super::workers::Workers;

/// Somebody who watches a run. Called from several threads, often, with little work each time.
pub trait Watch: Sync {
    /// The run will read `bytes` more bytes than it said before.
    fn expect(&self, bytes: u64);
    /// `bytes` more bytes are done.
    fn advance(&self, bytes: u64);
    /// True when the run must stop; it then ends with `run.interrupted` and leaves nothing behind.
    fn interrupted(&self) -> bool;
    /// How many threads the run may use: two, unless said otherwise.
    fn workers(&self) -> Workers {
        Workers::default()
    }
}

/// Nobody watches, nobody interrupts.
#[derive(Debug, Clone, Copy)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn expect(&self, _bytes: u64) {}
    fn advance(&self, _bytes: u64) {}
    fn interrupted(&self) -> bool {
        false
    }
}
