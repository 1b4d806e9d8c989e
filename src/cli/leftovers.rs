//! What earlier runs left behind when they were killed: told, and removed where the user agrees.

use std::io::{IsTerminal, stderr};
use std::path::Path;

use sealbag::Untrusted;
use sealbag::store::fs::leftovers;

use super::context::Context;
use super::ui;

/// Tells what lies unfinished beside an output, or in the current folder where it has no path yet, and offers to remove it. In a script
/// it is only told.
pub fn offer(output: Option<&Path>, context: &Context) {
    if context.flags.quiet || context.flags.json || output == Some(Path::new("-")) {
        return;
    }
    let folder = output.and_then(Path::parent).filter(|folder| *folder != "").unwrap_or(Path::new("."));
    for leftover in leftovers::find(folder) {
        let shown = Untrusted(&leftover.to_string_lossy()).to_string();
        let told = format!("left by a run that was killed; it may hold decrypted contents: {shown}");
        if context.flags.yes || !stderr().is_terminal() {
            ui::note(format!("{told}\nremove it, or run the same command on a terminal, which offers to"), context);
            continue;
        }
        if ui::confirm(&format!("{told}\n"), "Remove it?", context).is_ok() {
            match leftovers::remove(&leftover) {
                Ok(()) => ui::note(format!("removed {shown}"), context),
                Err(error) => ui::note(format!("could not be removed: {error}"), context),
            }
        }
    }
}
