//! Why something about a timestamp is refused.

use crate::base::code::{self, Code};
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding};
use crate::base::place::Place;

/// Why a token, a certificate, a revocation list or a request is refused: a code and what exactly is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: &'static Code,
    /// What exactly is wrong.
    pub detail: Detail,
}

impl Refusal {
    pub(super) fn new(code: &'static Code, detail: Detail) -> Self {
        Refusal { code, detail }
    }

    /// The bytes of a token do not have the form; `part` is the name of the part in its standard.
    pub(super) fn form(part: &'static str) -> Self {
        Refusal::new(code::TOKEN_MALFORMED, Detail::TokenForm { part })
    }

    /// The finding about what is called so.
    pub fn finding(&self, place: impl Into<Place>) -> Finding {
        Finding::new(self.code, place, self.detail.clone())
    }

    /// The error about what is called so.
    pub fn error(self, place: impl Into<Place>) -> Error {
        Error::new(self.code, place, self.detail)
    }
}

pub(super) type Result<T> = std::result::Result<T, Refusal>;
