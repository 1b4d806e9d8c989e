//! The page that checks bundles in a browser, for people who can install nothing: built of `src/web`, and carried by the program.

use std::io::Write;

use super::output::Output;
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::base::watch::Watch;
use crate::format::digest::Digest;

/// The page, one file of HTML.
pub const PAGE: &[u8] = include_bytes!("../web/dist/sealbag-verify.html");

/// Its SHA-256, by which whoever has the page can tell whether it is this one.
pub fn digest() -> Digest {
    Digest::of(PAGE)
}

/// Writes the page.
///
/// # Errors
/// `output.exists`, `io.…`.
pub fn write(output: Output, watch: &dyn Watch) -> Result<()> {
    let path = output.path(|_| "sealbag-verify.html".into());
    output.publish(path.as_deref(), watch, |file| file.file().write_all(PAGE).map_err(|error| Error::io(Place::Output, &error)))
}
