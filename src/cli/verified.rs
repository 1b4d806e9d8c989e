//! What every verb that works on a bundle begins with: it is read, opened and verified, or a verdict says why nothing is done.

use std::path::Path;

use anstyle::Style;
use sealbag::base::error::{Error, Result};
use sealbag::report::json;
use sealbag::report::text::{self, Extent, Marks};
use sealbag::report::words::Words;
use sealbag::{Bundle, Digest, Policy, Report, TrustedSigners, Verdict, Verification};

use super::context::Context;
use super::envelope::Opener;
use super::exit::Exit;
use super::input::{reading, source};
use super::interrupt;
use super::progress::Progress;
use super::timestamp::with_tokens;
use super::ui::{self, BAD, BOLD};

/// Reads a bundle that is to be read again later; a stream is first copied to a file without a name in the folder `near`. If it
/// cannot be read, a report says so.
pub fn read(path: &Path, near: &Path, progress: &Progress, opener: &mut Opener) -> std::result::Result<Bundle, Box<Report>> {
    read_hashed(path, near, false, progress, opener).map(|(bundle, _)| bundle)
}

/// As [`read`], with the SHA-256 of the file as it lies there where `hashed`; a stream passes once, so nobody can tell whether it is the
/// copy that a log is about.
pub fn read_hashed(
    path: &Path,
    near: &Path,
    hashed: bool,
    progress: &Progress,
    opener: &mut Opener,
) -> std::result::Result<(Bundle, Option<Digest>), Box<Report>> {
    let opened = source(path, opener.context()).and_then(|source| {
        let digest = if hashed && !source.is_stream() { source.file_sha256(progress)? } else { None };
        Ok((source, digest))
    });
    let read = opened.and_then(|(source, digest)| {
        let source = reading(source, |source| opener.settle(source, near, progress))?;
        Ok((Bundle::read(source, progress)?, digest))
    });
    read.map_err(|error| unread(error, path))
}

/// Verifies a bundle that is to be read again later, as [`read`] reads it.
pub fn whole(
    path: &Path,
    near: &Path,
    trust: &TrustedSigners,
    policy: &Policy,
    progress: &Progress,
    opener: &mut Opener,
) -> std::result::Result<Verification, Box<Report>> {
    let bundle = read(path, near, progress, opener)?;
    let evidence = with_tokens(path, opener.context()).map_err(|error| unread(error, path))?;
    bundle.verify_with(trust, policy, evidence, progress).map_err(|error| unread(error, path))
}

/// The report on a bundle that could not be read to its end.
pub fn unread(error: Error, path: &Path) -> Box<Report> {
    Box::new(Report::unread(&error.about(path)))
}

/// Tells what verifying said, as text or as JSON.
pub fn tell(path: &Path, report: &Report, context: &Context) -> Result<()> {
    interrupt::while_waiting(|| match context.flags.json {
        true => ui::print_json(&json::Verify::of(path.to_string_lossy(), report)),
        false => ui::page(|out| write(out, path, report, Extent::Page, context)),
    })
}

/// Writes the page of text.
pub fn write(
    out: &mut dyn std::io::Write,
    path: &Path,
    report: &Report,
    extent: Extent,
    context: &Context,
) -> std::io::Result<()> {
    let around = |style: Style| (style.render().to_string(), style.render_reset().to_string());
    let (good, bad) = (around(BOLD), around(BAD));
    let marks = Marks { good: (&good.0, &good.1), bad: (&bad.0, &bad.1) };
    let extent = if context.flags.quiet { Extent::Word } else { extent };
    text::write(out, Words::english(), &path.to_string_lossy(), report, marks, extent)
}

/// Tells what verifying said, and that a verb therefore did nothing. For JSON `print` prints the one object.
pub fn refused(
    error: Error,
    path: &Path,
    report: &Report,
    context: &Context,
    print: impl FnOnce(json::Verify) -> Result<()>,
) -> Result<Exit> {
    if context.flags.json {
        print(json::Verify::of(path.to_string_lossy(), report))?;
    } else {
        ui::page(|out| write(out, path, report, Extent::Page, context))?;
    }
    let hint = match report.verdict {
        Verdict::UnknownSigner => "add the signer's card after comparing it: sealbag contact add CARD",
        _ => "see what was found above",
    };
    ui::error(&if error.hint.is_none() { error.hint(hint) } else { error }, false);
    Ok(report.verdict.into())
}
