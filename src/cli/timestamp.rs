//! What the commands about timestamps share: tokens beside a bundle, what a token is asked over, how one is told.

use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Finding, Result};
use sealbag::base::place::Place;
use sealbag::crypto::tsp::Request;
use sealbag::ops::custody::log::{Line, Log};
use sealbag::ops::stamps::{self, Stamp};
use sealbag::ops::timestamp::{self, Named, Stampable};
use sealbag::report::json::TokenJson;
use sealbag::report::line::quoted;
use sealbag::report::model::TokenFacts;
use sealbag::store::fs::places;
use sealbag::{Bundle, Digest, Evidence, Timestamp, Token, TrustedSigners, Unwatched};
use serde::Serialize;

use super::context::Context;
use super::envelope::Opener;
use super::identities::row;
use super::input::{on_a_disk, source};
use super::progress::Progress;

/// The tokens that are given with a bundle.
#[derive(clap::Args)]
pub struct TokenArgs {
    /// A timestamp token over the bundle, the stamp of an audit that it was in, or a proof from one; repeat for each. Tokens that lie
    /// beside the bundle as BUNDLE.tsr, BUNDLE.2.tsr and so on are looked at without it
    #[arg(long, value_name = "FILE")]
    token: Vec<PathBuf>,
}

impl TokenArgs {
    /// True if none was named.
    pub fn is_empty(&self) -> bool {
        self.token.is_empty()
    }

    /// Those that were named, and the tokens that lie beside the bundle.
    pub fn open<'e>(&self, bundle: &Path, context: &Context) -> Result<Evidence<'e>> {
        let mut evidence = Evidence::none();
        for path in &self.token {
            match timestamp::named(path)? {
                Named::Token(token) => evidence.tokens.push(token),
                Named::Stamping(stamping) => evidence.stampings.push(stamping),
            }
        }
        for token in beside(bundle, context)? {
            if !evidence.tokens.iter().any(|named| named.response == token.response) {
                evidence.tokens.push(token);
            }
        }
        Ok(evidence)
    }
}

/// The tokens that lie beside a bundle or a log; none beside a stream.
pub fn beside(path: &Path, context: &Context) -> Result<Vec<Token>> {
    if path == Path::new("-") { Ok(Vec::new()) } else { timestamp::beside(path, &context.objects) }
}

/// Nothing beside the bundle but the tokens that lie there.
pub fn with_tokens<'e>(bundle: &Path, context: &Context) -> Result<Evidence<'e>> {
    Ok(Evidence { tokens: beside(bundle, context)?, ..Evidence::none() })
}

/// Opens a bundle, a custody log, or the summary or the stamp of an audit, to have it stamped.
pub fn stampable(path: &Path, trust: &TrustedSigners, context: &Context) -> Result<Stampable> {
    if path == Path::new("-") {
        let error = Error::new(code::USAGE, "-", "a timestamp lies beside a file or a folder, not beside a stream");
        return Err(error.hint("save it to a file first, and name that"));
    }
    on_a_disk(path)?;
    let progress = Progress::start("reading", context);
    let opened = source(path, context)?;
    if opened.begins_with(b"{\"format\":\"sealbag-stamp/")? {
        return Stampable::stamp(path);
    }
    if opened.begins_with(b"{\"format\":\"sealbag-audit/")? {
        return Stampable::summary(path);
    }
    if !places::is_folder(path) && !opened.is_stream() && opened.begins_with(b"{\"entry\":")? {
        let mut entries = Vec::new();
        let log = Log::of(&path.to_string_lossy(), source(path, context)?, trust, &Unwatched, &mut |line| {
            entries.extend(line.step.as_ref().map(|step| (line.number, step.signed.digest)));
        })?;
        let broken = log.findings.list().first().filter(|_| !log.is_unbroken());
        return match broken {
            Some(Finding { code, place, detail }) => Err(Error::new(code, place.clone(), detail.clone())),
            None => Ok(Stampable::log(entries)),
        };
    }
    let opened = Opener::new(context).open(opened)?;
    let read = Bundle::read(opened, &progress).and_then(|bundle| Stampable::bundle(&bundle));
    read.map_err(|error| error.about(path))
}

/// The request that an answer belongs to: as given, or called like the answer with `.tsq`, where that is there.
pub fn request(answer: &Path, given: Option<&Path>, context: &Context) -> Result<Option<Request>> {
    let like = answer.with_extension("tsq");
    let path = match given {
        Some(given) => given,
        None if answer != Path::new("-") && places::is_taken(&like) => &like,
        None => return Ok(None),
    };
    let bytes = super::input::small_file(path, sealbag::base::limits::TOKEN as u64, code::TOKEN_REQUEST, context)?;
    Request::read(&bytes).map(Some).map_err(|refusal| refusal.error(Place::path(path)))
}

/// The tokens beside a custody log, and what is told of them.
pub struct LogStamps {
    tokens: Vec<Token>,
    entries: Vec<(u64, Digest)>,
}

impl LogStamps {
    /// Looks for tokens beside a log.
    pub fn beside(log: &Path, context: &Context) -> Result<Self> {
        Ok(LogStamps { tokens: beside(log, context)?, entries: Vec::new() })
    }

    /// Looks at a line of the log.
    pub fn see(&mut self, line: &Line) {
        if !self.tokens.is_empty() {
            self.entries.extend(line.step.as_ref().map(|step| (line.number, step.signed.digest)));
        }
    }

    /// Judges them.
    pub fn judge(self, trust: &TrustedSigners, now: Timestamp) -> Vec<Stamp<u64>> {
        let of = Stampable::log(self.entries);
        stamps::judge(&self.tokens, |imprint| of.part(imprint), trust.authorities(), Some(now))
    }
}

/// A token over a step of a log, in one line.
pub fn told_of_step(stamp: &Stamp<u64>) -> String {
    let facts = &stamp.facts;
    let name = quoted(&facts.name);
    match (&facts.says, &facts.authority, stamp.over, &facts.renews) {
        (Some(says), Some(authority), Some(step), _) => {
            format!("step {step} and all before it were there before {}, proven by {}", says.at, quoted(authority))
        }
        (Some(_), Some(_), None, Some(renews)) => format!("{name} renews {}", quoted(renews)),
        _ => {
            let why = facts.findings.list().first().map(|finding| format!("{}: {finding}", finding.code.id));
            format!("not accepted: {}", why.unwrap_or(name))
        }
    }
}

/// A token in JSON, with the part of a log that it is over.
#[derive(Serialize)]
pub struct StampJson<'a> {
    /// The step of a log that it is over, from 1; null where it renews another token, or is over nothing that is here.
    part: Option<u64>,
    #[serde(flatten)]
    token: TokenJson<'a>,
}

impl<'a> StampJson<'a> {
    /// The token, ready to be written.
    pub fn of(stamp: &'a Stamp<u64>) -> Self {
        StampJson { part: stamp.over, token: TokenJson::of(&stamp.facts) }
    }
}

/// A token in a few lines: what it says, and who vouches for it; `over` tells what it is over.
pub fn told(facts: &TokenFacts, over: &str) -> String {
    let mut text = String::new();
    if let Some(says) = &facts.says {
        text += &row("before", says.at);
        if let Some(accuracy) = says.accuracy {
            text += &row("accuracy", format!("{} seconds", seconds(accuracy)));
        }
        let vouched = match &facts.authority {
            Some(authority) if *authority != says.signer => format!("{}, for {}", quoted(&says.signer), quoted(authority)),
            _ => quoted(&says.signer),
        };
        text += &row("signed by", vouched);
        text += &row("policy", format!("{}, number {}", says.policy, says.serial));
    }
    if let Some(renews) = &facts.renews {
        text += &row("renews", quoted(renews));
    } else if facts.says.is_some() && !over.is_empty() {
        text += &row("over", over);
    }
    if let Some(until) = &facts.until {
        text += &row("renew before", until);
        text += &row("revocation", if facts.revocation_checked { "checked, by lists from after it" } else { "not checked" });
    }
    text
}

/// Nanoseconds as a decimal number of seconds.
fn seconds(nanoseconds: u64) -> String {
    let text = format!("{}.{:09}", nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
