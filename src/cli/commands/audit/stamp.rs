//! `sealbag audit stamp`: one timestamp for all bundles of an audit.

use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Finding, Result};
use sealbag::base::text::plural;
use sealbag::crypto::tsp::Request;
use sealbag::format::stamp::{Carried, Proof};
use sealbag::ops::audit::results::Places;
use sealbag::ops::audit::stamp::{Seals, StampPlaces};
use sealbag::ops::timestamp::{self, Kind};
use sealbag::{Digest, Untrusted};
use serde::Serialize;

use crate::cli::audited::{is_believed, who};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::identities::{Identities, row};
use crate::cli::interrupt;
use crate::cli::progress::Progress;
use crate::cli::timestamp::stampable;
use crate::cli::ui;

/// Make one timestamp for all bundles of an audit
///
/// Checks RESULTS as audit verify does, and makes a tree over the seals of all bundles whose seal held. RESULTS.stamp.json names its root: a
/// token over that one file shows of each of these bundles that its seal was there, and renewing that one token renews it for all. Get the
/// token with sealbag timestamp fetch RESULTS.stamp.json, or send RESULTS.stamp.tsq to an authority and take its answer in with sealbag
/// timestamp attach RESULTS.stamp.json.
///
/// With --proof nothing is stamped: it writes what shows of one bundle that it is among them, tokens included, to be sent with it. Check a
/// bundle with: sealbag verify BUNDLE --token PROOF, or --token RESULTS.stamp.json.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  sealbag audit stamp audit.jsonl\n  sealbag audit stamp audit.jsonl --proof sealbag-0123456789ab.zip -o sealbag-0123456789ab.zip.proof"
)]
pub struct Args {
    /// The results
    #[arg(value_name = "RESULTS")]
    results: PathBuf,
    /// Write the proof for this bundle, encrypted or not, packed or unpacked
    #[arg(long, value_name = "BUNDLE", requires = "output")]
    proof: Option<PathBuf>,
    /// Where the proof is written
    #[arg(short, long, value_name = "FILE", requires = "proof")]
    output: Option<PathBuf>,
}

/// `sealbag-audit-stamp/1`.
#[derive(Serialize)]
struct StampJson {
    schema: &'static str,
    stamp: String,
    tree: String,
    request: String,
    /// How many seals it is over, each once.
    leaves: u64,
    /// How many lines of the results tell of a bundle whose seal held.
    held: u64,
    /// How many others there are, which have no place in it.
    left_out: u64,
    root: String,
    /// The SHA-256 that a token is asked over.
    sha256: String,
}

/// `sealbag-audit-proof/1`.
#[derive(Serialize)]
struct ProofJson {
    schema: &'static str,
    proof: String,
    /// SHA-256 of the bundle's seal.
    leaf: String,
    index: u64,
    leaves: u64,
    tokens: usize,
}

pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let to = StampPlaces::of(&args.results)?;
    match (&args.proof, &args.output) {
        (Some(bundle), Some(output)) => prove(&to, bundle, output, context)?,
        _ => stamp(args, &to, context)?,
    }
    Ok(Exit::DONE)
}

fn stamp(args: &Args, to: &StampPlaces, context: &Context) -> Result<()> {
    to.check_new(context.flags.force)?;
    let trust = Identities::open(context)?.trusted();
    let progress = Progress::start("reading the results", context);
    let seals = Seals::of(&Places::of(&args.results)?, &progress)?;
    drop(progress);
    if !is_believed(&who(&seals.signed.key, &trust)) {
        return Err(Error::new(code::AUDIT_STRANGER, args.results.to_string_lossy(), "you do not believe whoever signed it"));
    }
    let (held, checked, random) = (seals.held, seals.signed.summary.checked, context.random()?);
    let made = seals.write(to, context.flags.force, &|digest| Request::new(digest, random).bytes());
    let stamp = made.map_err(|error| match error.code == code::OUTPUT_EXISTS {
        true => error.hint("tokens lie beside it that are over no other stamp: move it, its tree and its tokens away first"),
        false => error,
    })?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let left_out = checked - held;
    if context.flags.json {
        return ui::print_json(&StampJson {
            schema: "sealbag-audit-stamp/1",
            stamp: text(&to.stamp),
            tree: text(&to.tree),
            request: text(&to.request),
            leaves: stamp.leaves,
            held,
            left_out,
            root: stamp.root.to_string(),
            sha256: Digest::of(&stamp.line()).to_string(),
        });
    }
    ui::written(Some(&to.stamp), context, |out| {
        writeln!(out, "made one stamp for {}", plural(held, "bundle", "bundles"))?;
        write!(out, "{}", row("stamp", Untrusted(&text(&to.stamp))) + &row("tree", Untrusted(&text(&to.tree))))?;
        write!(out, "{}{}", row("request", Untrusted(&text(&to.request))), row("root", stamp.root))?;
        if stamp.leaves < held {
            write!(out, "{}", row("seals", format!("{}, since some bundles have the same one", stamp.leaves)))?;
        }
        if left_out > 0 {
            write!(out, "{}", row("left out", format!("{}, whose seals did not hold or were not read", left_out)))?;
        }
        writeln!(out, "\nnext: sealbag timestamp fetch {} --tsa URL", Untrusted(&text(&to.stamp)))
    })
}

fn prove(to: &StampPlaces, bundle: &Path, output: &Path, context: &Context) -> Result<()> {
    timestamp::check_new(output, context.flags.force)?;
    let error = |Finding { code, place, detail }: Finding| Error::new(code, place, detail);
    let stamping = timestamp::stamping(&to.stamp)?;
    let of = stampable(bundle, &Identities::open(context)?.trusted(), context)?;
    let seal = of.newest().filter(|_| of.kind() == Kind::Bundle);
    let seal = seal.ok_or_else(|| Error::new(code::USAGE, bundle.to_string_lossy(), "is no bundle"))?;
    let looked = stamping.look(&seal).map_err(error)?;
    let tokens: Vec<Carried> =
        looked.tokens.into_iter().map(|token| Carried { token: token.response, lists: token.lists }).collect();
    if tokens.is_empty() {
        return Err(error(stamping.no_token()));
    }
    let proof = Proof { stamp: looked.stamp, place: looked.place, tokens };
    interrupt::check()?;
    timestamp::write_new(output, &proof.bytes(), context.flags.force)?;
    let file = output.to_string_lossy();
    if context.flags.json {
        return ui::print_json(&ProofJson {
            schema: "sealbag-audit-proof/1",
            proof: file.into_owned(),
            leaf: seal.to_string(),
            index: proof.place.index,
            leaves: proof.stamp.leaves,
            tokens: proof.tokens.len(),
        });
    }
    ui::written(Some(output), context, |out| {
        write!(out, "wrote a proof\n{}{}", row("proof", Untrusted(&file)), row("seal", seal))?;
        write!(out, "{}", row("among", plural(proof.stamp.leaves, "seal", "seals")))?;
        writeln!(out, "\nnext: send it with the bundle; whoever gets both: sealbag verify BUNDLE --token PROOF")
    })
}
