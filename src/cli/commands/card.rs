//! `sealbag card`: the public half, to give away.

use sealbag::base::error::Result;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::identities::Identities;
use crate::cli::ui;

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

/// `sealbag-own-card/1`.
#[derive(Serialize)]
struct OwnCardJson<'a> {
    schema: &'static str,
    name: &'a str,
    fingerprint: String,
    /// The card file, whole.
    card: &'a str,
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let identities = Identities::open(context)?;
    let own = identities.to_sign(args.key.as_deref())?;
    let card = own.card().text();
    if context.flags.json {
        let fingerprint = own.public().fingerprint().to_string();
        ui::print_json(&OwnCardJson { schema: "sealbag-own-card/1", name: own.name(), fingerprint, card })?;
    } else {
        ui::print_bytes(card.as_bytes())?;
    }
    Ok(Exit::DONE)
}
