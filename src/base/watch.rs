//! Watching a long run from outside: how far it has got, and whether to stop.

use super::workers::Workers;

/// Somebody who watches a run. Called often and from several threads, each time after a little work.
pub trait Watch: Sync {
    /// The run will read `bytes` bytes more than announced so far.
    fn expect(&self, bytes: u64);
    /// `bytes` more bytes are done.
    fn advance(&self, bytes: u64);
    /// True when the run must stop; it then ends with `run.interrupted` and leaves nothing behind.
    fn interrupted(&self) -> bool;
    /// All is written, and the system is asked to bring it to the disk, which may take long.
    fn keeping(&self) {}
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
