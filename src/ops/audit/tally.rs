//! What is counted while results come in, and the summary that is made of it.

use super::check::Checked;
use super::plan::Listed;
use crate::format::audit::{Counts, FORMAT, Outcome, Summary};
use crate::format::digest::{Digest, Hasher};
use crate::format::time::Timestamp;
use crate::report::audited::{ReadLine, RegisterState, exit};
use crate::report::verdict::Time;

/// What is counted of results.
#[derive(Clone, Default)]
pub struct Tally {
    /// How many ended how.
    pub counts: Counts,
    /// How many passed.
    pub passed: u64,
    /// Of the closed ones, how many passed, since the register vouches for their files.
    pub closed_unchanged: u64,
    /// Those of which nobody but the signer's own clock says when they were sealed.
    pub unproven: u64,
    /// Those that the register has at another path.
    pub moved: u64,
    /// Those that the register does not have.
    pub untracked: u64,
    /// The bytes of all files.
    pub bytes: u64,
    exits: [bool; 6],
    results: Hasher,
}

/// What of a line is counted.
struct Told {
    outcome: Outcome,
    passed: bool,
    exit: u8,
    proven: bool,
    state: Option<RegisterState>,
    size: u64,
}

impl Tally {
    /// Counts a bundle that was checked; `line` is what was written of it, with its line feed.
    pub fn checked(&mut self, checked: &Checked, line: &[u8]) {
        let told = Told {
            outcome: checked.outcome,
            passed: checked.passed,
            exit: exit(checked.outcome, checked.passed),
            proven: matches!(checked.report.answers.time, Time::Proven { .. }),
            state: checked.register.as_ref().map(|register| register.state),
            size: checked.size.unwrap_or(0),
        };
        self.take(&told, line);
    }

    /// Counts a line that was read; `line` has no line feed.
    pub fn read(&mut self, read: &ReadLine, line: &[u8]) {
        let told = Told {
            outcome: read.outcome,
            passed: read.passed,
            exit: read.exit(),
            proven: read.time.state == "proven",
            state: read.register.as_ref().map(|register| register.state),
            size: read.size.unwrap_or(0),
        };
        self.take(&told, line);
        self.results.update(b"\n");
    }

    fn take(&mut self, told: &Told, line: &[u8]) {
        *self.counts.of(told.outcome) += 1;
        self.passed += u64::from(told.passed);
        self.closed_unchanged += u64::from(told.passed && told.outcome == Outcome::Closed);
        let sealed = !matches!(told.outcome, Outcome::Missing | Outcome::Unread | Outcome::Closed | Outcome::Failed);
        self.unproven += u64::from(sealed && !told.proven);
        self.moved += u64::from(told.state == Some(RegisterState::Moved));
        self.untracked += u64::from(told.state == Some(RegisterState::Untracked));
        self.bytes += told.size;
        self.exits.iter_mut().zip(0..).for_each(|(met, exit)| *met |= exit == told.exit);
        self.results.update(line);
    }

    /// How many lines there are.
    pub fn lines(&self) -> u64 {
        self.counts.sum()
    }

    /// The exit code: the worst of 1, 5, 3, 4 and 0.
    pub fn exit(&self) -> u8 {
        let met = |exit: u8| self.exits.get(usize::from(exit)).is_some_and(|met| *met);
        [1, 5, 3, 4].into_iter().find(|exit| met(*exit)).unwrap_or(0)
    }

    /// SHA-256 of the lines.
    pub fn results(&self) -> Digest {
        self.results.clone().finish()
    }

    /// The summary of all of it, signed by nobody yet.
    pub fn summary(&self, listed: Listed, beside: Beside, tool: &str, ended: Timestamp) -> Summary {
        Summary {
            format: FORMAT.into(),
            list: listed.list,
            listed: listed.count,
            shard: listed.shard,
            results: self.results(),
            checked: self.lines(),
            counts: self.counts,
            passed: self.passed,
            exit: self.exit(),
            register: beside.register,
            previous: beside.previous,
            tool: tool.into(),
            began: listed.began,
            ended,
            by: None,
        }
    }
}

/// What an audit was compared with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside {
    /// SHA-256 of the register.
    pub register: Option<Digest>,
    /// SHA-256 of the summary of an earlier audit.
    pub previous: Option<Digest>,
}
