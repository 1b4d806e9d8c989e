//! `sealbag timestamp attach`: the answer of an authority, taken in.

use std::path::{Path, PathBuf};

use sealbag::Untrusted;
use sealbag::base::error::{Error, Result};
use sealbag::base::place::Place;
use sealbag::base::{code, limits};
use sealbag::crypto::tsp::{Request, RevocationList};
use sealbag::ops::timestamp::{self, Arrived, Kind, Stampable};
use sealbag::report::line::quoted;
use sealbag::{Token, TrustedSigners};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::identities::{Identities, row};
use crate::cli::input::small_file;
use crate::cli::interrupt;
use crate::cli::timestamp::{beside, request, stampable};
use crate::cli::ui;

/// Take in the answer of an authority: check it, and keep it beside the bundle
///
/// What no signature covers is left out: texts beside the status, attributes that nobody signed, certificates that nobody above vouches
/// for. A token over a token that lies there already renews it. A token counts only where an authority that you trust vouches for it; one by
/// another authority is kept all the same, for readers who trust that.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sealbag timestamp attach sealbag-0123456789ab.zip stamp.tsr")]
pub struct Args {
    /// The bundle, encrypted or not, an unpacked bundle, a custody log, or the summary or the stamp of an audit
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// The answer of the authority, or - for standard input
    #[arg(value_name = "FILE.tsr")]
    answer: PathBuf,
    /// The request that it answers [default: FILE.tsq, where that lies beside the answer]
    #[arg(long, value_name = "FILE.tsq")]
    request: Option<PathBuf>,
    /// A revocation list of an authority above the token, in DER or PEM, to be kept beside it; repeat for each one
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
}

/// `sealbag-timestamp-attach/1`, `sealbag-timestamp-fetch/1` and `sealbag-timestamp-renew/1`.
#[derive(Serialize)]
struct AttachJson<'a> {
    schema: &'static str,
    /// Where it lies.
    token: String,
    /// Its time, up to the next second.
    at: String,
    /// What the certificate of its signer calls them.
    signer: &'a str,
    /// The authority of the reader's that vouches for it, or null.
    authority: Option<&'a str>,
    /// The token that it renews, or null.
    renews: Option<&'a str>,
}

/// What an answer is taken in for.
pub struct Desk<'d> {
    pub bundle: &'d Path,
    pub of: Stampable,
    pub kept: Vec<Token>,
    pub trust: TrustedSigners,
    pub schema: &'static str,
}

impl<'d> Desk<'d> {
    pub fn open(bundle: &'d Path, schema: &'static str, context: &Context) -> Result<Self> {
        let trust = Identities::open(context)?.trusted();
        let of = stampable(bundle, &trust, context)?;
        Ok(Desk { bundle, of, kept: beside(bundle, context)?, trust, schema })
    }

    /// Checks an answer, keeps it beside the bundle, and tells of it.
    pub fn take(
        &self,
        answer: &[u8],
        place: &Place,
        request: Option<&Request>,
        lists: &[RevocationList],
        context: &Context,
    ) -> Result<()> {
        let arrived = timestamp::arrive(answer, place, &self.of, &self.kept, request, self.trust.authorities())?;
        interrupt::check()?;
        let path = match &arrived.there {
            Some(there) if lists.is_empty() => {
                let detail = sealbag::base::detail::Detail::TokenThere { file: there.clone() };
                return Err(Error::new(code::TOKEN_KEPT, place, detail));
            }
            Some(there) => {
                timestamp::keep_lists(Path::new(there), lists, context.flags.force)?;
                PathBuf::from(there)
            }
            None => timestamp::keep(self.bundle, &arrived.response, lists)?,
        };
        self.tell(&arrived, &path, context)
    }

    fn tell(&self, arrived: &Arrived, path: &Path, context: &Context) -> Result<()> {
        let authority = arrived.believed.as_ref().ok().map(|believed| believed.authority.as_str());
        if context.flags.json {
            return ui::print_json(&AttachJson {
                schema: self.schema,
                token: path.to_string_lossy().into_owned(),
                at: arrived.at.to_string(),
                signer: &arrived.signer,
                authority,
                renews: arrived.renews.as_deref(),
            });
        }
        ui::written(Some(path), context, |out| {
            writeln!(out, "kept a timestamp")?;
            let mut text = row("token", Untrusted(&path.to_string_lossy())) + &row("before", arrived.at);
            text += &row("signed by", quoted(&arrived.signer));
            if let Some(renews) = &arrived.renews {
                text += &row("renews", quoted(renews));
            }
            text += &match authority {
                Some(authority) => row("authority", quoted(authority)),
                None => row("authority", "none that you trust"),
            };
            write!(out, "{text}")?;
            match &arrived.believed {
                Ok(believed) => {
                    let next = if self.of.kind() == Kind::Bundle { "send the token with the bundle" } else { "keep it there" };
                    writeln!(out, "\nnext: {next}, and renew it before {}", believed.until)
                }
                Err(_) => writeln!(
                    out,
                    "\nnext: it proves nothing to you until you trust its authority: sealbag timestamp trust FILE.pem"
                ),
            }
        })
    }
}

pub fn run(args: Args, context: &Context) -> Result<Exit> {
    let desk = Desk::open(&args.bundle, "sealbag-timestamp-attach/1", context)?;
    let answer = small_file(&args.answer, limits::TOKEN as u64, code::TOKEN_MALFORMED, context)?;
    let request = request(&args.answer, args.request.as_deref(), context)?;
    let mut lists = Vec::new();
    for path in &args.crl {
        let bytes = small_file(path, limits::REVOCATION_LISTS, code::TOKEN_LIST, context)?;
        lists.extend(RevocationList::read_all(&bytes).map_err(|refusal| refusal.error(Place::path(path)))?);
    }
    desk.take(&answer, &Place::path(&args.answer), request.as_ref(), &lists, context)?;
    Ok(Exit::DONE)
}
