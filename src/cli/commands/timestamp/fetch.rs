//! `sealbag timestamp fetch`: a token asked from an authority over the network.

use std::path::PathBuf;
use std::time::Duration;

use sealbag::Digest;
use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::place::Place;
use sealbag::crypto::tsp::Request;
use sealbag::store::net::authority::{self, Patience};

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::interrupt;
use crate::cli::ui;

use super::attach::Desk;

/// How an authority is reached.
#[derive(clap::Args)]
pub struct NetArgs {
    /// The proxy to go through, socks5h://HOST:PORT, such as Tor's socks5h://127.0.0.1:9050: names are looked up there too
    #[arg(long, value_name = "ADDRESS")]
    pub proxy: Option<String>,
    /// How long the authority may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub timeout: u64,
}

/// Ask an authority for a timestamp, over the network, and keep it beside the bundle
///
/// The authority learns the SHA-256 of the bundle's signature and the network address that asks; whoever watches the network sees that this
/// computer asks it. No other command but timestamp renew --tsa opens a connection.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  sealbag timestamp fetch sealbag-0123456789ab.zip --tsa https://tsa.example/\n  sealbag timestamp fetch sealbag-0123456789ab.zip --tsa http://tsa.example/ --proxy socks5h://127.0.0.1:9050"
)]
pub struct Args {
    /// The bundle, encrypted or not, an unpacked bundle, a custody log, or the summary or the stamp of an audit
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// The address of the authority, http or https
    #[arg(long, value_name = "URL")]
    tsa: String,
    #[command(flatten)]
    net: NetArgs,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let desk = Desk::open(&args.bundle, "sealbag-timestamp-fetch/1", context)?;
    let digest = desk.of.newest();
    let digest = digest.ok_or_else(|| Error::new(code::USAGE, args.bundle.to_string_lossy(), "there is nothing to stamp"))?;
    ask(&desk, digest, &args.tsa, &args.net, context)?;
    Ok(Exit::DONE)
}

/// Asks for a token over what has this SHA-256, and takes the answer in.
pub fn ask(desk: &Desk, digest: Digest, url: &str, net: &NetArgs, context: &Context) -> Result<()> {
    let request = Request::new(digest, context.random()?);
    let whole = Duration::from_secs(net.timeout);
    let patience = Patience { connecting: whole.min(Patience::default().connecting), whole };
    interrupt::catch();
    ui::note(format!("asking {}", sealbag::Untrusted(url)), context);
    let answer = interrupt::while_waiting(|| authority::ask(url, net.proxy.as_deref(), &request.bytes(), patience))?;
    desk.take(&answer, &Place::from(url), Some(&request), &[], context)
}
