//! A timestamp authority is asked over HTTP.

use std::time::Duration;

use ureq::config::AutoHeaderValue;
use ureq::{Agent, Proxy};

use super::failure::failure;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::sentence::Quoted;

const QUERY: &str = "application/timestamp-query";
const REPLY: &str = "application/timestamp-reply";

/// How long an authority may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until there is a connection.
    pub connecting: Duration,
    /// For all of it.
    pub whole: Duration,
}

impl Default for Patience {
    /// 20 seconds, and 60: Tor is slow.
    fn default() -> Self {
        Patience { connecting: Duration::from_secs(20), whole: Duration::from_secs(60) }
    }
}

/// Sends the bytes of a TimeStampReq to the authority at `url`, `http://…` or `https://…`, and returns the bytes that it answers, at most
/// 256 KiB and believed by nobody (RFC 3161, section 3.4). With a `proxy`, `socks5h://host:port`, nothing is asked of anybody else, the
/// address of the name included. No proxy is taken from the environment, no redirection is followed, and nothing is said of this program.
///
/// # Errors
/// `net.url`, `net.connect`, `net.timeout`, `net.answer`.
pub fn ask(url: &str, proxy: Option<&str>, request: &[u8], patience: Patience) -> Result<Vec<u8>> {
    let unusable = |address: &str| Error::new(code::NET_URL, address, Detail::NetUrl);
    if !["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(unusable(url));
    }
    let through = match proxy {
        Some(proxy) if !proxy.starts_with("socks5h://") => return Err(unusable(proxy)),
        Some(proxy) => Some(Proxy::new(proxy).map_err(|_| unusable(proxy))?),
        None => None,
    };
    let config = Agent::config_builder()
        .proxy(through)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(AutoHeaderValue::None)
        .accept_encoding(AutoHeaderValue::None)
        .accept(AutoHeaderValue::Provided(REPLY.to_owned().into()))
        .timeout_connect(Some(patience.connecting))
        .timeout_global(Some(patience.whole))
        .build();
    let failed = |error| failure(url, &error, limits::TOKEN as u64, patience.whole.as_secs());
    let response = config.new_agent().post(url).content_type(QUERY).send(request).map_err(failed)?;
    let answer = |detail| Err(Error::new(code::NET_ANSWER, url, detail));
    if response.status() != 200 {
        return answer(Detail::NetStatus { status: u64::from(response.status().as_u16()) });
    }
    let body = response.into_body();
    if body.mime_type() != Some(REPLY) {
        return answer(Detail::NetType { kind: Quoted(body.mime_type().unwrap_or_default().to_owned()) });
    }
    body.into_with_config().limit(limits::TOKEN as u64).read_to_vec().map_err(failed)
}
