//! `sealbag timestamp`: tokens of timestamp authorities (RFC 3161), with a network and without one.

mod attach;
mod fetch;
mod list;
mod renew;
mod request;
mod trust;

use clap::Subcommand;
use sealbag::base::error::Result;

use crate::cli::context::Context;
use crate::cli::exit::Exit;

/// Let a timestamp authority say since when a bundle exists
///
/// An authority signs the hash of the seal, and the time: a token (RFC 3161). It lies beside the bundle, as BUNDLE.tsr, and shows that the
/// seal was there before that time, whatever the signer's clock said. The authority learns the hash, and the network address that asks.
///
/// Without a network: request writes a request, carry it to an authority, and attach takes the answer in. With one, fetch does both. Tokens
/// count where you trust the authority, and you trust none until you say so. The head of a custody log is stamped in the same way, and so are
/// the signed summary of an audit (RESULTS.summary.json) and the stamp of all its bundles together (sealbag audit stamp): name that in
/// place of the bundle.
#[derive(clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Example:\n  sealbag timestamp fetch sealbag-0123456789ab.zip --tsa https://tsa.example/"
)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Request(request::Args),
    Attach(attach::Args),
    Fetch(fetch::Args),
    Renew(renew::Args),
    List(list::Args),
    Trust(trust::Args),
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    match args.command {
        Command::Request(args) => request::run(args, context),
        Command::Attach(args) => attach::run(args, context),
        Command::Fetch(args) => fetch::run(args, context),
        Command::Renew(args) => renew::run(args, context),
        Command::List(args) => list::run(args, context),
        Command::Trust(args) => trust::run(args, context),
    }
}
