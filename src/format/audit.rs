//! The result of an audit (format, section 16): what was listed, how each bundle ended, and the hash of the lines that say it.

use serde::{Deserialize, Serialize};

use super::digest::{Digest, Hasher};
use super::json;
use super::listing::{Fault, check_format};
use super::time::Timestamp;
use crate::base::detail::Detail;
use crate::base::limits;

/// The value of `format` in version 1.
pub const FORMAT: &str = "sealbag-audit/1";

/// How a bundle ended in an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// VERIFIED, and nothing is withheld.
    Intact,
    /// VERIFIED, and something is withheld.
    Withheld,
    /// The seal holds, and something that was asked for is not met.
    NotEnough,
    /// The seal holds, and its signer is not believed.
    UnknownSigner,
    /// FAILED.
    Failed,
    /// It is not what the register says, whatever else it is.
    Changed,
    /// It is encrypted, and nobody here can open it.
    Closed,
    /// There is nothing at its path.
    Missing,
    /// It could not be read to its end.
    Unread,
}

impl Outcome {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Outcome; 9] = [
        Outcome::Intact,
        Outcome::Withheld,
        Outcome::NotEnough,
        Outcome::UnknownSigner,
        Outcome::Failed,
        Outcome::Changed,
        Outcome::Closed,
        Outcome::Missing,
        Outcome::Unread,
    ];

    /// The word in the format.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Intact => "intact",
            Outcome::Withheld => "withheld",
            Outcome::NotEnough => "not-enough",
            Outcome::UnknownSigner => "unknown-signer",
            Outcome::Failed => "failed",
            Outcome::Changed => "changed",
            Outcome::Closed => "closed",
            Outcome::Missing => "missing",
            Outcome::Unread => "unread",
        }
    }
}

/// How many bundles ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// [`Outcome::Intact`].
    pub intact: u64,
    /// [`Outcome::Withheld`].
    pub withheld: u64,
    /// [`Outcome::NotEnough`].
    pub not_enough: u64,
    /// [`Outcome::UnknownSigner`].
    pub unknown_signer: u64,
    /// [`Outcome::Failed`].
    pub failed: u64,
    /// [`Outcome::Changed`].
    pub changed: u64,
    /// [`Outcome::Closed`].
    pub closed: u64,
    /// [`Outcome::Missing`].
    pub missing: u64,
    /// [`Outcome::Unread`].
    pub unread: u64,
}

impl Counts {
    /// The count of one outcome.
    pub fn of(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::Intact => &mut self.intact,
            Outcome::Withheld => &mut self.withheld,
            Outcome::NotEnough => &mut self.not_enough,
            Outcome::UnknownSigner => &mut self.unknown_signer,
            Outcome::Failed => &mut self.failed,
            Outcome::Changed => &mut self.changed,
            Outcome::Closed => &mut self.closed,
            Outcome::Missing => &mut self.missing,
            Outcome::Unread => &mut self.unread,
        }
    }

    /// All of them together.
    pub fn sum(mut self) -> u64 {
        Outcome::ALL.iter().map(|outcome| *self.of(*outcome)).sum()
    }
}

/// The whole list of an audit, or a part of it that is the same each time: the entries whose path has a hash with this remainder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    /// Which part, from 1.
    pub part: u64,
    /// How many parts there are.
    pub of: u64,
}

impl Shard {
    /// Reads `<part>/<of>`, as in `2/7`.
    pub fn parse(text: &str) -> Option<Self> {
        let (part, of) = text.split_once('/')?;
        let shard = Shard { part: part.parse().ok()?, of: of.parse().ok()? };
        let sound = (1..=shard.of).contains(&shard.part) && shard.of <= limits::SHARDS;
        (sound && shard.to_string() == text).then_some(shard)
    }

    /// True if the entry with this path belongs to it: the first 8 bytes of the path's SHA-256, as a big-endian number, have the remainder
    /// `part` - 1 when they are divided by `of`.
    pub fn has(self, path: &[u8]) -> bool {
        let first = Digest::of(path).as_bytes().iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        first % self.of == self.part - 1
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl TryFrom<String> for Shard {
    type Error = Detail;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Shard::parse(&text).ok_or(Detail::ShardForm)
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

/// What an audit says of itself when it has come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// [`FORMAT`].
    pub format: String,
    /// The digest of the whole list, as [`ListHasher`] makes it.
    pub list: Digest,
    /// How many entries the whole list has.
    pub listed: u64,
    /// Which part of the list was audited; none for all of it.
    pub shard: Option<Shard>,
    /// SHA-256 of the file of results.
    pub results: Digest,
    /// How many entries were audited, a line each.
    pub checked: u64,
    /// How they ended.
    pub counts: Counts,
    /// How many lines say of themselves that they passed.
    pub passed: u64,
    /// The exit code.
    pub exit: u8,
    /// SHA-256 of the register that was compared with.
    pub register: Option<Digest>,
    /// SHA-256 of the summary of the audit before, where that was compared with.
    pub previous: Option<Digest>,
    /// The program and its version.
    pub tool: String,
    /// When the list was made, by the auditor's clock.
    pub began: Timestamp,
    /// When the last entry was done.
    pub ended: Timestamp,
    /// The public key of the auditor, who signs this; none where nobody does.
    pub by: Option<String>,
}

impl Summary {
    /// The file: one line.
    pub fn line(&self) -> Vec<u8> {
        let mut line = json::write(self);
        line.push(b'\n');
        line
    }

    /// Reads the file.
    ///
    /// # Errors
    /// That it is newer, or what is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let line = bytes.strip_suffix(b"\n").filter(|line| !line.contains(&b'\n')).ok_or(Detail::NotOneLine)?;
        check_format(line, FORMAT)?;
        let summary: Summary = json::read(line)?;
        let sound = summary.counts.sum() == summary.checked
            && summary.passed <= summary.checked
            && if summary.shard.is_none() { summary.checked == summary.listed } else { summary.checked <= summary.listed };
        if sound { Ok(summary) } else { Err(Detail::CountsDisagree.into()) }
    }
}

/// Makes the digest of a list: SHA-256 over its paths in their order, each followed by a NUL byte.
#[derive(Clone, Default)]
pub struct ListHasher(Hasher);

impl ListHasher {
    /// Adds the next path.
    pub fn add(&mut self, path: &[u8]) {
        self.0.update(path);
        self.0.update(b"\0");
    }

    /// The digest of all of them.
    pub fn finish(self) -> Digest {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_a_part_of_a_whole() {
        assert_eq!(Shard::parse("2/7"), Some(Shard { part: 2, of: 7 }));
        for bad in ["", "2", "0/7", "8/7", "1/0", "02/7", "2/07", "+2/7", "2/7 ", "1/1000001", "-1/7", "2/"] {
            assert_eq!(Shard::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn each_path_is_in_one_shard() {
        let parts: Vec<Shard> = (1..=7).map(|part| Shard { part, of: 7 }).collect();
        let mut sizes = [0; 7];
        for number in 0..7000 {
            let path = format!("archive/{number}.zip");
            let of: Vec<usize> = (0..7).filter(|at| parts[*at].has(path.as_bytes())).collect();
            let [only] = of[..] else { panic!("{path} is in {of:?}") };
            sizes[only] += 1;
        }
        assert!(sizes.iter().all(|size| (900..1100).contains(size)), "{sizes:?}");
    }
}
