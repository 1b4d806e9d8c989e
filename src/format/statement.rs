//! What a key says of itself (format, section 11): that it is not its owner's any more, or which key comes after it. Each is one line of
//! canonical JSON that is signed.

use serde::{Deserialize, Serialize};

use super::json;
use super::listing::{Fault, check_format};
use super::time::Timestamp;
use crate::base::detail::Detail;

/// The value of `format` of a revocation in version 1.
pub const REVOCATION: &str = "sealbag-revocation/1";
/// The value of `format` of a succession in version 1.
pub const SUCCESSION: &str = "sealbag-succession/1";

/// "Not mine since then": what a key says of itself, signed by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// [`REVOCATION`].
    pub format: String,
    /// The key, the first two words of its OpenSSH line.
    pub key: String,
    /// Since when it is not its owner's alone; no later than `made_at`.
    pub since: Timestamp,
    /// When the statement was made, by its maker's clock.
    pub made_at: Timestamp,
}

/// Which key comes after another one, signed by both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Succession {
    /// [`SUCCESSION`].
    pub format: String,
    /// The key so far, the first two words of its OpenSSH line.
    pub old: String,
    /// The key from now on; another one.
    pub new: String,
    /// When the statement was made, by its maker's clock.
    pub made_at: Timestamp,
}

impl Revocation {
    /// The line that is signed, with its LF.
    pub fn line(&self) -> Vec<u8> {
        line(self)
    }

    /// Reads the line with its LF.
    ///
    /// # Errors
    /// What is wrong with it, or that its format is newer.
    pub fn read(line: &[u8]) -> Result<Self, Fault> {
        check_format(line, REVOCATION)?;
        let read: Revocation = json::read(line.strip_suffix(b"\n").unwrap_or(line)).map_err(Fault::Malformed)?;
        if read.since > read.made_at { Err(Detail::RevocationToCome.into()) } else { Ok(read) }
    }
}

impl Succession {
    /// The line that is signed, with its LF.
    pub fn line(&self) -> Vec<u8> {
        line(self)
    }

    /// Reads the line with its LF.
    ///
    /// # Errors
    /// What is wrong with it, or that its format is newer.
    pub fn read(line: &[u8]) -> Result<Self, Fault> {
        check_format(line, SUCCESSION)?;
        let read: Succession = json::read(line.strip_suffix(b"\n").unwrap_or(line)).map_err(Fault::Malformed)?;
        if read.old == read.new { Err(Detail::SuccessionToItself.into()) } else { Ok(read) }
    }
}

fn line<T: Serialize>(statement: &T) -> Vec<u8> {
    let mut line = json::write(statement);
    line.push(b'\n');
    line
}
