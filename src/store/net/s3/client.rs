//! One question to a store: signed, sent, and asked again where it could not be answered.

use std::io::Read;
use std::time::Duration;

use ureq::config::AutoHeaderValue;
use ureq::http::Response;
use ureq::{Agent, Body};

use super::super::failure::failure;
use super::answer::{Answer, Asked, Refusal};
use super::settings::{Bucket, Settings};
use super::sign::{Unsigned, encoded, signed};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::sentence::Quoted;
use crate::format::digest::Digest;
use crate::format::time::Timestamp;

/// What a store is asked with that is not in its settings: the clock that requests are signed with, and how to wait.
pub struct Means {
    /// The time now.
    pub now: Box<dyn Fn() -> Result<Timestamp> + Send + Sync>,
    /// Waits so long; false where somebody asked to stop meanwhile.
    pub pause: Box<dyn Fn(Duration) -> bool + Send + Sync>,
    /// How long a connection may take, and how long nothing may come over one; an answer may take four times as long in all.
    pub patience: Duration,
}

/// The first wait before something is asked for again.
const WAIT: Duration = Duration::from_millis(200);
/// How many connections are kept open for what is asked next, a count.
const IDLE: usize = 64;

/// Somebody who asks.
pub(super) struct Client {
    agent: Agent,
    settings: Settings,
    means: Means,
}

/// What is asked for.
pub(super) struct Question<'q> {
    pub bucket: &'q Bucket,
    /// None for the bucket itself.
    pub key: Option<&'q str>,
    /// What it is about, in messages.
    pub place: &'q Place,
    /// In the order of their names.
    pub query: &'q [(&'q str, &'q str)],
    /// In the order of their names, which are lower-case.
    pub headers: &'q [(&'q str, &'q str)],
}

impl Client {
    pub fn new(settings: Settings, means: Means) -> Self {
        let patience = Some(means.patience);
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .max_idle_connections(IDLE)
            .max_idle_connections_per_host(IDLE)
            .timeout_connect(patience)
            .timeout_recv_response(patience)
            .timeout_per_read(patience)
            .timeout_per_write(patience)
            // an answer that comes byte by byte is cut off, and gone on with
            .timeout_recv_body(Some(means.patience * 4))
            .build();
        Client { agent: config.new_agent(), settings, means }
    }

    /// What says where things are.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Asks once. What is no success is told as what it means; `wanted` are the statuses that are.
    pub fn ask(&self, question: &Question, wanted: &[u16]) -> std::result::Result<Response<Body>, Refusal> {
        let Question { bucket, key, place, query, headers } = question;
        let never = |error: Error| Refusal::Never(error);
        let now = (self.means.now)().map_err(never)?;
        let pairs: Vec<String> =
            query.iter().map(|(name, value)| format!("{}={}", encoded(name, false), encoded(value, false))).collect();
        let (path, query) = (bucket.path(*key), pairs.join("&"));
        let unsigned = Unsigned { host: &bucket.host, path: &path, query: &query, headers };
        let more = signed(&unsigned, &self.settings.credentials, &self.settings.region, now);
        let mark = if query.is_empty() { "" } else { "?" };
        let mut request = self.agent.get(format!("{}{path}{mark}{query}", bucket.origin)).header("host", &bucket.host);
        for (name, value) in headers.iter().copied().chain(more.iter().map(|(name, value)| (*name, value.as_str()))) {
            request = request.header(name, value);
        }
        let response = request.call().map_err(|error| {
            let error = failure(*place, &error, limits::STORE_ERROR, self.means.patience.as_secs());
            if error.code == code::NET_URL { never(error) } else { Refusal::Later(error) }
        })?;
        let status = response.status().as_u16();
        if wanted.contains(&status) {
            return Ok(response);
        }
        let (head, body) = response.into_parts();
        let mut said = Vec::new();
        // what is cut off says less
        let _ = body.into_reader().take(limits::STORE_ERROR).read_to_end(&mut said);
        let text = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
        let answer = Answer { status, region: text("x-amz-bucket-region"), date: text("date"), body: &said };
        let asked = Asked { place: (*place).clone(), region: &self.settings.region, listing: key.is_none(), now };
        Err(answer.refusal(&asked))
    }

    /// Asks until there is an answer, or no hope for one: each time after twice as long a wait, of which up to half is left out, so that
    /// many who wait do not come back together.
    ///
    /// # Errors
    /// Those of `ask`; `run.interrupted`.
    pub fn persist<T>(&self, place: &Place, mut ask: impl FnMut() -> std::result::Result<T, Refusal>) -> Result<T> {
        let mut tries = 0;
        loop {
            let error = match ask() {
                Ok(answer) => return Ok(answer),
                Err(Refusal::Never(error)) => return Err(error),
                Err(Refusal::Later(error)) => error,
            };
            tries += 1;
            if tries == limits::STORE_TRIES {
                return Err(worn_out(error, tries));
            }
            let whole = WAIT * 2u32.saturating_pow(tries - 1);
            let seed = format!("{:?} {tries} {:?}", place, (self.means.now)());
            let part = Digest::of(seed.as_bytes()).as_bytes().first().copied().unwrap_or_default();
            if !(self.means.pause)(whole.mul_f64(0.5 + f64::from(part) / 512.0)) {
                return Err(Error::interrupted());
            }
        }
    }

    /// Lets it go on, or says that somebody asked to stop.
    pub fn go_on(&self) -> Result<()> {
        if (self.means.pause)(Duration::ZERO) { Ok(()) } else { Err(Error::interrupted()) }
    }
}

/// The last of several answers, with how often it was asked for.
fn worn_out(error: Error, tries: u32) -> Error {
    match error.detail {
        Detail::ObjectStatus { status, reason: Quoted(reason) } => {
            Error { detail: Detail::ObjectBusy { status, reason: Quoted(reason), tries: u64::from(tries) }, ..error }
        }
        _ => error,
    }
}
