//! Why a connection failed, in the words of this library.

use std::io::ErrorKind;

use ureq::Error as Failure;

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::Error;
use crate::base::place::Place;

/// The error for it; the answer might have `limit` bytes and take so many seconds.
pub(super) fn failure(thing: impl Into<Place>, error: &Failure, limit: u64, seconds: u64) -> Error {
    let said = || error.to_string();
    let (code, detail) = match error {
        Failure::BadUri(_) | Failure::Http(_) | Failure::InvalidProxyUrl => (code::NET_URL, Detail::NetUrl),
        Failure::Timeout(_) => (code::NET_TIMEOUT, Detail::NetLate { seconds }),
        Failure::Io(io) if matches!(io.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock) => {
            (code::NET_TIMEOUT, Detail::NetLate { seconds })
        }
        Failure::BodyExceedsLimit(_) => (code::NET_ANSWER, Detail::LargerThanRead { limit }),
        Failure::HostNotFound | Failure::ConnectionFailed | Failure::Tls(_) | Failure::Rustls(_) => {
            (code::NET_CONNECT, Detail::NetRefused { error: said() })
        }
        Failure::Io(io) if matches!(io.kind(), ErrorKind::ConnectionRefused | ErrorKind::InvalidData) => {
            (code::NET_CONNECT, Detail::NetRefused { error: said() })
        }
        _ => (code::NET_ANSWER, Detail::NetBroken { error: said() }),
    };
    Error::new(code, thing, detail)
}
