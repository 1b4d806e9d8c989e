//! `sealbag card`: the public half, to give away.

use sealbag::base::error::Result;

use super::context::Context;
use super::exit::Exit;
use super::identities::Identities;
use super::ui;

/// Print your card, the public half of your key, to give away
///
/// The card holds your name, your public key and your own signature over both. Whoever gets it adds it with `sealbag contact
/// add` after comparing the fingerprint with you over the phone.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag card > amina.card")]
pub struct Args {
    /// The key whose card it is, by its name or fingerprint [default: your first]
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let identities = Identities::open(context)?;
    let own = identities.keyring.find(args.key.as_deref())?;
    ui::print_bytes(own.card().text().as_bytes())?;
    Ok(Exit::DONE)
}
