//! `sealbag timestamp request`: a request in a file, for a machine without a network.

use std::path::{Path, PathBuf};

use sealbag::Digest;
use sealbag::Untrusted;
use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::crypto::tsp::Request;
use sealbag::ops::timestamp;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::identities::{Identities, row};
use crate::cli::interrupt;
use crate::cli::timestamp::stampable;
use crate::cli::ui;

/// Write a request for a timestamp, to be carried to an authority
///
/// The request holds the SHA-256 of the bundle's signature and a random number, and nothing else. Send it to an authority with any
/// program, for example:
///
/// curl -H "Content-Type: application/timestamp-query" --data-binary @FILE.tsq -o FILE.tsr URL
///
/// Keep it until the answer was taken in: it shows that the answer belongs to it.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag timestamp request sealbag-0123456789ab.zip -o stamp.tsq")]
pub struct Args {
    /// The bundle, encrypted or not, an unpacked bundle, a custody log, or the summary or the stamp of an audit
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// The request
    #[arg(short, long, value_name = "FILE.tsq")]
    output: PathBuf,
}

/// `sealbag-timestamp-request/1`.
#[derive(Serialize)]
struct RequestJson {
    schema: &'static str,
    request: String,
    /// The SHA-256 that a token is asked over.
    sha256: String,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    timestamp::check_new(&args.output, context.flags.force)?;
    let trust = Identities::open(context)?.trusted();
    let digest = stampable(&args.bundle, &trust, context)?.newest();
    let digest = digest.ok_or_else(|| Error::new(code::USAGE, args.bundle.to_string_lossy(), "there is nothing to stamp"))?;
    write(digest, &args.output, context)?;
    Ok(Exit::DONE)
}

/// Writes a request over what has this SHA-256, and tells it.
pub fn write(digest: Digest, output: &Path, context: &Context) -> Result<()> {
    let request = Request::new(digest, context.random()?);
    interrupt::check()?;
    timestamp::write_new(output, &request.bytes(), context.flags.force)?;
    let file = output.to_string_lossy();
    if context.flags.json {
        return ui::print_json(&RequestJson {
            schema: "sealbag-timestamp-request/1",
            request: file.into_owned(),
            sha256: digest.to_string(),
        });
    }
    ui::written(Some(output), context, |out| {
        write!(out, "wrote a request\n{}{}", row("request", Untrusted(&file)), row("over", digest))?;
        writeln!(out, "\nnext: send it to an authority, then: sealbag timestamp attach BUNDLE FILE.tsr")
    })
}
