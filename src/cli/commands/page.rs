//! `sealbag page`: the page that checks bundles in a browser.

use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::ops::web;
use sealbag::{Untrusted, Unwatched};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::ui;

/// Write the page that checks bundles in a browser, for people who can install nothing
///
/// It is one HTML file that works without a network, also from a disk, and sends nothing anywhere. It checks bundles, encrypted or
/// not, unpacked bundles, disclosures, custody logs and results of audits, by code of its own that shares nothing with this program, and says
/// the same. It has no second ZIP reader and keeps no keys.
///
/// Give it away by another way than the bundles, and tell its SHA-256 as you would tell the digits of a key: whoever can exchange a bundle
/// can exchange a page that came with it.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag page -o sealbag-verify.html")]
pub struct Args {
    /// The page, or - for standard output
    #[arg(short, long, value_name = "FILE.html")]
    output: PathBuf,
}

/// `sealbag-page/1`.
#[derive(Serialize)]
struct PageJson {
    schema: &'static str,
    exit: u8,
    page: String,
    sha256: String,
    /// Its length in bytes.
    size: usize,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let to_stdout = args.output == Path::new("-");
    if to_stdout && context.flags.json {
        return Err(Error::new(code::USAGE, "-o -", "standard output cannot carry the page and JSON")
            .hint("write the page to a file, or leave out --json"));
    }
    let mut out = ui::Stream;
    web::write(context.output(Some(&args.output), &mut out)?, &Unwatched)?;
    let sha256 = web::digest().to_string();
    if context.flags.json {
        let page = args.output.to_string_lossy().into_owned();
        ui::print_json(&PageJson { schema: "sealbag-page/1", exit: 0, page, sha256, size: web::PAGE.len() })?;
        return Ok(Exit::DONE);
    }
    ui::written((!to_stdout).then_some(&*args.output), context, |out| {
        writeln!(out, "page    {}", Untrusted(&args.output.to_string_lossy()))?;
        writeln!(out, "SHA-256 {sha256}")?;
        writeln!(out, "\ntell this SHA-256 to whoever gets the page, by another way than the page")
    })?;
    Ok(Exit::DONE)
}
