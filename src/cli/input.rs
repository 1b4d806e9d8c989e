//! What the command line names: small files, bundles, standard input. A wait for any of them ends with the first signal.

use std::path::Path;

use sealbag::Source;
use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::limits;
use sealbag::store::home::small;
use sealbag::store::objects::{Lying, is_address};
use zeroize::Zeroizing;

use super::context::Context;
use super::interrupt;
use super::os;

/// Reads a small file that the user names, or standard input for `-`; a longer one is an error of kind `over`.
pub fn small_file(path: &Path, limit: u64, over: &'static code::Code, context: &Context) -> Result<Zeroizing<Vec<u8>>> {
    if path == Path::new("-") {
        context.take_standard_input()?;
        return interrupt::unless_stopped(|| small::read_standard_input(limit, over));
    }
    interrupt::unless_stopped(|| small::read(path, limit, over))
}

/// The lines of a small file in UTF-8 that the user names, or of standard input for `-`, without empty ones; each is one `what`.
pub fn list(path: &Path, what: &str, context: &Context) -> Result<Vec<String>> {
    let bytes = small_file(path, limits::METADATA, code::USAGE, context)?;
    let not_text = || Error::new(code::USAGE, path.to_string_lossy(), "is not text");
    let text = std::str::from_utf8(&bytes).map_err(|_| not_text().hint(format!("write one {what} on each line, in UTF-8")))?;
    Ok(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect())
}

/// Reads from a source: where that is a stream, which may never end, the first signal ends the program.
pub fn reading<T>(source: Source, read: impl FnOnce(Source) -> Result<T>) -> Result<T> {
    if source.is_stream() { interrupt::unless_stopped(|| read(source)) } else { read(source) }
}

/// Opens what the command line names: a file, a folder, an object of a store; `-` is standard input.
pub fn source(path: &Path, context: &Context) -> Result<Source> {
    let source = match path == Path::new("-") {
        true => Source::standard_input(),
        false => Lying::at(path, &context.objects).and_then(|lying| lying.source()),
    };
    source.map(|source| source.until(interrupt::stopped))
}

/// Refuses an object of a store, where something is to lie beside what is named.
pub fn on_a_disk(path: &Path) -> Result<()> {
    if is_address(path) {
        return Err(Error::new(
            code::OBJECT_UNSUPPORTED,
            path.to_string_lossy(),
            "what belongs to it is kept in a file beside it",
        ));
    }
    Ok(())
}

/// The same, of what is read from its beginning once.
pub fn taken(path: &Path, context: &Context) -> Result<Source> {
    if path == Path::new("-") {
        context.take_standard_input()?;
    }
    source(path, context)
}

/// Where what was named lies, so that nothing is written over it.
pub fn lies_at(path: &Path) -> &Path {
    if path == Path::new("-") { Path::new(os::STANDARD_INPUT) } else { path }
}
