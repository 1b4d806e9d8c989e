//! All of them: on several threads, told in the order of the list.

use std::ops::ControlFlow;

use super::check::{Checked, Terms};
use super::plan::Plan;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::base::workers::Workers;
use crate::format::audit::Outcome;
use crate::store::fs::search::Root;

/// How many bundles may be done before the first one that is not: a large one keeps nobody waiting.
const AHEAD: u64 = 1024;

/// Checks every entry of the plan behind the first `done`, and gives each to `each` in the order of the list. `begun` is asked for each
/// bundle who watches it.
///
/// # Errors
/// Those of `each` and of the clock; `io.missing` where a folder that was searched is gone, so that no bundle in it is called missing;
/// `run.interrupted`.
pub fn run(
    plan: &Plan,
    done: u64,
    terms: &Terms,
    roots: &[Root],
    workers: Workers,
    watch: &dyn Watch,
    each: &mut dyn FnMut(Checked) -> Result<()>,
) -> Result<()> {
    let mut entries = plan.entries().skip(usize::try_from(done).unwrap_or(usize::MAX));
    let mut ended = Ok(());
    workers.in_order(
        AHEAD,
        || if watch.interrupted() { None } else { entries.next() },
        |entry| entry.and_then(|entry| terms.check(entry, watch)),
        |checked| {
            let told = checked.and_then(|checked| {
                if checked.outcome == Outcome::Missing {
                    still_there(roots)?;
                }
                each(checked)
            });
            match told {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    ended = Err(error);
                    ControlFlow::Break(())
                }
            }
        },
    );
    ended?;
    if watch.interrupted() { Err(Error::interrupted()) } else { Ok(()) }
}

fn still_there(roots: &[Root]) -> Result<()> {
    match roots.iter().find(|root| root.has_gone()) {
        None => Ok(()),
        Some(root) => Err(Error::new(code::IO_MISSING, Place::path(root.path()), Detail::FolderHasGone)),
    }
}
