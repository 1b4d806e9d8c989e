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
        // a connection that was there; anything else, such as a name that nobody knows or a network that is down, kept it from being made
        Failure::Io(io)
            if !matches!(
                io.kind(),
                ErrorKind::ConnectionReset
                    | ErrorKind::ConnectionAborted
                    | ErrorKind::BrokenPipe
                    | ErrorKind::NotConnected
                    | ErrorKind::UnexpectedEof
                    | ErrorKind::Interrupted
                    | ErrorKind::Other
            ) =>
        {
            (code::NET_CONNECT, Detail::NetRefused { error: said() })
        }
        _ => (code::NET_ANSWER, Detail::NetBroken { error: said() }),
    };
    Error::new(code, thing, detail)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn what_keeps_a_connection_from_being_made_is_told_from_one_that_broke() {
        let code = |error: io::Error| failure("there", &Failure::Io(error), 1, 1).code;
        // such as a name that cannot be looked up: it has no kind of its own
        let unknown = io::Error::from_raw_os_error(9999);
        for error in [
            unknown,
            ErrorKind::ConnectionRefused.into(),
            ErrorKind::NetworkUnreachable.into(),
            ErrorKind::HostUnreachable.into(),
        ] {
            assert_eq!(code(error), code::NET_CONNECT);
        }
        for kind in [ErrorKind::ConnectionReset, ErrorKind::UnexpectedEof, ErrorKind::BrokenPipe] {
            assert_eq!(code(kind.into()), code::NET_ANSWER);
        }
        assert_eq!(code(ErrorKind::TimedOut.into()), code::NET_TIMEOUT);
    }
}
