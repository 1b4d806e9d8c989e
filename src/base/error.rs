//! What ends a run, and what a run finds. Evidence that is bad is a [`Finding`]; a disk, a key or a command that is bad is
//! an [`Error`].

use std::path::Path;
use std::{fmt, io};

use super::code::{self, Class, Code};
use super::limits;
use super::text::Untrusted;

/// A result of this library.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One thing found in the evidence: a code of the one table, where it is, and what exactly is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of finding it is.
    pub code: &'static Code,
    /// The path or place inside the bundle, as it stands there, unescaped.
    pub place: String,
    /// What is wrong, for people; may quote the bundle, unescaped.
    pub detail: String,
}

impl Finding {
    /// A finding of kind `code` at `place`.
    pub fn new(code: &'static Code, place: impl Into<String>, detail: impl Into<String>) -> Self {
        Finding { code, place: place.into(), detail: detail.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", Untrusted(&self.place), Untrusted(&self.detail))
    }
}

/// Findings in the order in which they were made; of very many only the first are kept, and the others counted.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    list: Vec<Finding>,
    more: u64,
    worst: Option<Class>,
}

impl Findings {
    /// Adds one.
    pub fn push(&mut self, finding: Finding) {
        let class = finding.code.class;
        self.worst = Some(self.worst.map_or(class, |worst| worst.min(class)));
        if self.list.len() < limits::FINDINGS { self.list.push(finding) } else { self.more += 1 }
    }

    /// Adds all of `others` after these.
    pub fn append(&mut self, others: Findings) {
        for finding in others.list {
            self.push(finding);
        }
        self.more += others.more;
        self.worst = [self.worst, others.worst].into_iter().flatten().min();
    }

    /// Those that were kept, in order.
    pub fn list(&self) -> &[Finding] {
        &self.list
    }

    /// How many were counted only.
    pub fn more(&self) -> u64 {
        self.more
    }

    /// The class that counts first among all of them, kept or not; `None` when there are none.
    pub fn worst(&self) -> Option<Class> {
        self.worst
    }

    /// True if one of this code was kept.
    pub fn has(&self, code: &Code) -> bool {
        self.list.iter().any(|finding| finding.code == code)
    }
}

/// A trouble with a code of its own, on its way through code that knows only errors of input and output: [`Error::io`] finds it
/// again.
#[derive(Debug, Clone)]
pub struct Coded(pub &'static Code, pub String);

impl fmt::Display for Coded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1)
    }
}

impl std::error::Error for Coded {}

/// An error on its way through a writer, which knows those of input and output only.
pub(crate) fn carried(error: Error) -> io::Error {
    io::Error::other(Coded(error.code, error.trouble))
}

/// Why a run ended: a code of the one table with its remedy, the thing, the trouble, and what else was in the way.
#[derive(Debug)]
pub struct Error {
    /// What kind of trouble it is.
    pub code: &'static Code,
    /// The thing: a path, a name, a flag; unescaped.
    pub thing: String,
    /// The trouble, lower case, no final period; unescaped.
    pub trouble: String,
    /// A next step that fits better than the code's own remedy.
    pub hint: Option<String>,
    /// More of the same kind, where all are told at once.
    pub also: Vec<Finding>,
}

impl Error {
    /// An error of kind `code` about `thing`.
    pub fn new(code: &'static Code, thing: impl Into<String>, trouble: impl Into<String>) -> Self {
        Error { code, thing: thing.into(), trouble: trouble.into(), hint: None, also: Vec::new() }
    }

    /// What the operating system said about `thing`, or what a [`Coded`] trouble is.
    pub fn io(thing: impl Into<String>, error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        if let Some(Coded(code, trouble)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
            return Error::new(code, thing, trouble);
        }
        let (code, trouble) = match error.kind() {
            Kind::NotFound => (code::IO_MISSING, "no such file or folder".to_string()),
            Kind::PermissionDenied => (code::IO_DENIED, "permission denied".to_string()),
            Kind::IsADirectory => (code::IO_KIND, "a folder stands where a file should be".to_string()),
            Kind::NotADirectory => (code::IO_KIND, "a file stands where a folder should be".to_string()),
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => {
                (code::IO_FULL, "no space left to write".to_string())
            }
            Kind::ReadOnlyFilesystem => (code::IO_DENIED, "this disk can only be read".to_string()),
            Kind::BrokenPipe => (code::IO_PIPE, "the reader of this output has gone".to_string()),
            _ => (code::IO_READ, error.to_string()),
        };
        Error::new(code, thing, trouble)
    }

    /// The run was told to stop.
    pub fn interrupted() -> Self {
        Error::new(code::RUN_INTERRUPTED, "sealbag", "interrupted")
    }

    /// Says the name that the user knows the bundle by, where the library could only say "bundle".
    pub fn about(mut self, path: &Path) -> Self {
        if self.thing == "bundle" {
            self.thing = path.to_string_lossy().into_owned();
        }
        self
    }

    /// Gives the next step that fits this case.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Several findings of which the first names the error; `None` when there are none.
    pub fn all(found: Vec<Finding>) -> Option<Self> {
        let mut found = found.into_iter();
        let first = found.next()?;
        Some(Error { code: first.code, thing: first.place, trouble: first.detail, hint: None, also: found.collect() })
    }

    /// The next step: the hint of this case, or the remedy of its code.
    pub fn remedy(&self) -> &str {
        self.hint.as_deref().unwrap_or(self.code.remedy)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", Untrusted(&self.thing), Untrusted(&self.trouble))
    }
}

impl std::error::Error for Error {}
