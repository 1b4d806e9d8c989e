//! What an audit says of each bundle, as JSON: what a verification says of it, and what belongs to it as one of many.

use std::borrow::Cow;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::json::Verify;
use crate::base::limits;
use crate::format::audit::Outcome;
use crate::format::digest::Digest;
use crate::format::time::Timestamp;

/// A line of an audit's results: `sealbag-verify/1` with what follows. [The page](crate::docs::verify_json) describes it.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    /// What verifying said.
    #[serde(flatten)]
    pub verification: Verify<'a>,
    /// Its place in the list, from 1.
    pub number: u64,
    /// Its path as listed; where it is not UTF-8, with U+FFFD for what is not.
    pub path: Cow<'a, str>,
    /// The bytes of the path in base64, where it is not UTF-8; else null.
    pub path_base64: Option<String>,
    /// The length of the file in bytes; null for an unpacked bundle, and where there is none.
    pub size: Option<u64>,
    /// SHA-256 of the file, its envelope included; null where it was not hashed as a whole.
    pub file_sha256: Option<Digest>,
    /// When it was done, by the auditor's clock.
    pub checked_at: Timestamp,
    /// How it ended, in one word.
    pub outcome: Outcome,
    /// True where nothing is left to be looked at.
    pub passed: bool,
    /// SHA-256 over the commitments of what is withheld: two bundles of one digest with the same one show the same. Null where the seal
    /// could not be read.
    pub shown: Option<Digest>,
    /// SHA-256 of `seal/manifest.sig`, which a timestamp is over; null where that is no signature over the manifest.
    pub seal_sha256: Option<Digest>,
    /// How it compares with the register; null where none was given.
    pub register: Option<Registered>,
}

/// How a bundle compares with a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// `unchanged`, `moved`, `changed`, `missing` or `untracked`.
    pub state: RegisterState,
    /// The path under which the register has it; null where it has none like it.
    pub path: Option<String>,
}

/// How a bundle compares with a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegisterState {
    /// It is what is registered at its path.
    Unchanged,
    /// It is what is registered at another path.
    Moved,
    /// Something else is registered at its path.
    Changed,
    /// Something is registered at its path, and nothing is there.
    Missing,
    /// Nothing like it is registered.
    Untracked,
}

impl RegisterState {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            RegisterState::Unchanged => "unchanged",
            RegisterState::Moved => "moved",
            RegisterState::Changed => "changed",
            RegisterState::Missing => "missing",
            RegisterState::Untracked => "untracked",
        }
    }
}

/// A path as JSON has it, and its bytes where it is not UTF-8.
pub fn path(bytes: &[u8]) -> (Cow<'_, str>, Option<String>) {
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => (Cow::Borrowed(text), None),
        lossy @ Cow::Owned(_) => (lossy, Some(BASE64.encode(bytes))),
    }
}

/// What is read again of a line.
#[derive(Debug, Clone, Deserialize)]
pub struct ReadLine {
    /// `sealbag-verify/1`.
    pub schema: String,
    /// The word of verifying.
    pub verdict: String,
    /// Its place in the list.
    pub number: u64,
    /// Its path.
    pub path: String,
    /// The bytes of its path, where it is not UTF-8.
    pub path_base64: Option<String>,
    /// The length of the file.
    pub size: Option<u64>,
    /// SHA-256 of the file.
    pub file_sha256: Option<Digest>,
    /// When it was done.
    pub checked_at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// True where nothing is left to be looked at.
    pub passed: bool,
    /// What it shows, as [`Line::shown`] has it.
    pub shown: Option<Digest>,
    /// SHA-256 of its seal, as [`Line::seal_sha256`] has it; none too where an older program wrote the line.
    #[serde(default)]
    pub seal_sha256: Option<Digest>,
    /// How it compares with the register.
    pub register: Option<Registered>,
    /// The bundle's id.
    pub id: Option<String>,
    /// The bundle's digest.
    pub digest: Option<Digest>,
    /// Whose seal it is.
    pub signer: ReadSigner,
    /// Since when it is so.
    pub time: ReadState,
    /// What is wrong.
    pub findings: Vec<ReadFinding>,
}

/// The signer of a line.
#[derive(Debug, Clone, Deserialize)]
pub struct ReadSigner {
    /// `contact`, `you`, `unknown`, `revoked`, `other` or `unread`.
    pub state: String,
    /// What the auditor calls them.
    pub name: Option<String>,
    /// The fingerprint of their key.
    pub fingerprint: Option<String>,
}

/// An answer of a line.
#[derive(Debug, Clone, Deserialize)]
pub struct ReadState {
    /// Its word.
    pub state: String,
}

/// A finding of a line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReadFinding {
    /// Its code.
    pub code: String,
    /// What it is about.
    pub r#where: String,
    /// What is wrong.
    pub detail: String,
}

impl ReadLine {
    /// Reads a line without its line feed; none where it is not one.
    pub fn read(line: &[u8]) -> Option<Self> {
        // of members that it passes over serde_json does not ask whether they are text
        let read: Self = serde_json::from_str(std::str::from_utf8(line).ok()?).ok()?;
        let exact = [read.number, read.size.unwrap_or(0)].iter().all(|number| *number <= limits::INTEGER);
        let sound = read.schema == "sealbag-verify/1" && read.number > 0 && (!read.passed || read.outcome.can_pass()) && exact;
        sound.then_some(read)
    }

    /// The bytes of its path; none where their base64 is none.
    pub fn path_bytes(&self) -> Option<Cow<'_, [u8]>> {
        match &self.path_base64 {
            None => Some(Cow::Borrowed(self.path.as_bytes())),
            Some(text) => BASE64.decode(text.as_bytes()).ok().map(Cow::Owned),
        }
    }

    /// True where something is wrong with the bundle itself, beside what the register says.
    pub fn is_bad(&self) -> bool {
        matches!(self.verdict.as_str(), "failed" | "cannot-check")
    }

    /// True where its seal holds, so that copies of it can be compared.
    pub fn can_be_compared(&self) -> bool {
        matches!(self.outcome, Outcome::Intact | Outcome::Withheld | Outcome::NotEnough | Outcome::UnknownSigner)
            || self.outcome == Outcome::Changed && !self.is_bad()
    }

    /// The exit code that it stands for.
    pub fn exit(&self) -> u8 {
        exit(self.outcome, self.passed)
    }
}

impl Outcome {
    /// True for what may be told as passed; of these `closed` only where a register vouches for it.
    fn can_pass(self) -> bool {
        matches!(self, Outcome::Intact | Outcome::Withheld | Outcome::Closed)
    }
}

/// Whether a bundle that ended so is done with: it is VERIFIED, or closed, unchanged, and `closed` says that this is enough; and where a
/// register is compared with, it is registered.
pub fn passes(outcome: Outcome, register: Option<&Registered>, closed: bool) -> bool {
    let registered = register.is_none_or(|register| matches!(register.state, RegisterState::Unchanged | RegisterState::Moved));
    registered
        && match outcome {
            Outcome::Intact | Outcome::Withheld => true,
            Outcome::Closed => closed && register.is_some(),
            _ => false,
        }
}

/// The exit code that a bundle stands for.
pub fn exit(outcome: Outcome, passed: bool) -> u8 {
    match outcome {
        _ if passed => 0,
        Outcome::Failed | Outcome::Changed => 1,
        Outcome::Closed | Outcome::Missing | Outcome::Unread => 5,
        Outcome::UnknownSigner => 3,
        Outcome::NotEnough => 4,
        // only that it is in no register keeps it from having passed
        Outcome::Intact | Outcome::Withheld => 4,
    }
}

/// Ready to be written: one line, harmless on a terminal.
pub fn line(line: &Line) -> Vec<u8> {
    // such a structure cannot fail to serialize
    let text = serde_json::to_string(line).unwrap_or_default();
    let mut safe = crate::base::text::json_safe(&text).into_bytes();
    safe.push(b'\n');
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_text_in_members_too_that_nobody_reads() {
        let line = |more: &[u8]| {
            let start = br#"{"schema":"sealbag-verify/1","verdict":"verified","number":1,"path":"a","checked_at":"2026-11-24T18:00:02Z","outcome":"intact","passed":true,"signer":{"state":"you"},"time":{"state":"claimed"},"findings":[],"more":""#;
            [&start[..], more, b"\"}"].concat()
        };
        assert!(ReadLine::read(&line(b"more")).is_some());
        assert!(ReadLine::read(&line(b"\x85")).is_none());
    }
}
