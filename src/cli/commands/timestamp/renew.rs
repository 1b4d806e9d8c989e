//! `sealbag timestamp renew`: a token over an earlier token, before its certificates end.

use std::path::PathBuf;

use sealbag::base::code;
use sealbag::base::detail::Detail;
use sealbag::base::error::{Error, Result};
use sealbag::base::place::Place;
use sealbag::ops::stamps;
use sealbag::{Digest, Untrusted};

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::ui;

use super::attach::Desk;
use super::fetch::{self, NetArgs};
use super::request;

/// Get a token over the last token, before its certificates end
///
/// A token proves its time as long as somebody tells whether its keys were stolen, and as its hash is strong. A newer token over it carries
/// that on. Of several tokens, the one is renewed that ends first and that no other renews. Take the answer in with: sealbag timestamp
/// attach.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag timestamp renew sealbag-0123456789ab.zip -o again.tsq")]
pub struct Args {
    /// The bundle, encrypted or not, an unpacked bundle, a custody log, or the summary or the stamp of an audit
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Write a request, to be carried to an authority
    #[arg(short, long, value_name = "FILE.tsq", conflicts_with = "tsa", required_unless_present = "tsa")]
    output: Option<PathBuf>,
    /// Ask the authority at this address, over the network
    #[arg(long, value_name = "URL")]
    tsa: Option<String>,
    #[command(flatten)]
    net: NetArgs,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let desk = Desk::open(&args.bundle, "sealbag-timestamp-renew/1", context)?;
    let stamps = stamps::judge(&desk.kept, |imprint| desk.of.part(imprint), desk.trust.authorities(), None);
    let accepted = stamps.iter().zip(&desk.kept).filter(|(stamp, _)| stamp.facts.authority.is_some());
    let is_last = |name: &str| {
        let mut renewals = stamps.iter().filter(|stamp| stamp.facts.authority.is_some());
        !renewals.any(|stamp| stamp.facts.renews.as_deref() == Some(name))
    };
    let last = accepted.filter(|(stamp, _)| is_last(&stamp.facts.name)).min_by_key(|(stamp, _)| stamp.facts.until);
    let nothing = || Error::new(code::TOKEN_LIMIT, Place::path(&args.bundle), Detail::NothingToRenew);
    let (_, token) = last.ok_or_else(nothing)?;
    ui::note(format!("renewing {}", Untrusted(&token.name)), context);
    let digest = Digest::of(&token.response);
    match (&args.output, &args.tsa) {
        (Some(output), _) => request::write(digest, output, context)?,
        (None, Some(url)) => fetch::ask(&desk, digest, url, &args.net, context)?,
        (None, None) => {}
    }
    Ok(Exit::DONE)
}
