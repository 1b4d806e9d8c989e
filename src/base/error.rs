//! What ends a run, and what a run finds. Bad evidence is a [`Finding`]; trouble with a disk, a key or a command is an
//! [`Error`].

use std::path::Path;
use std::{fmt, io};

use super::code::{self, Class, Code};
use super::detail::Detail;
use super::hint::Hint;
use super::limits;
use super::place::Place;

/// A result of this library.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One thing found in the evidence: its code, where it is, and what exactly is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of finding it is.
    pub code: &'static Code,
    /// Where it is.
    pub place: Place,
    /// What exactly is wrong.
    pub detail: Detail,
}

impl Finding {
    /// A finding of kind `code` at `place`.
    pub fn new(code: &'static Code, place: impl Into<Place>, detail: impl Into<Detail>) -> Self {
        Finding { code, place: place.into(), detail: detail.into() }
    }
}

/// Findings in the order in which they were made. Past a limit they are only counted.
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
    pub(crate) fn append(&mut self, others: Findings) {
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

    /// How many were only counted.
    pub fn more(&self) -> u64 {
        self.more
    }

    /// The most serious class among all of them, kept or not; `None` when there are none.
    pub fn worst(&self) -> Option<Class> {
        self.worst
    }

    /// True if a finding with this code was kept.
    pub fn has(&self, code: &Code) -> bool {
        self.list.iter().any(|finding| finding.code == code)
    }
}

/// An error with its own code, to be passed through code that knows only [`io::Error`]; [`Error::io`] unpacks it.
#[derive(Debug, Clone)]
pub struct Coded(pub &'static Code, pub Detail);

impl fmt::Display for Coded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.1.fmt(f)
    }
}

impl std::error::Error for Coded {}

/// Wraps an error to pass it through a writer, which knows only [`io::Error`].
pub(crate) fn carried(error: Error) -> io::Error {
    io::Error::other(Coded(error.code, error.detail))
}

/// Why a run ended: a code with its remedy, what it is about, what exactly is wrong, and what else was in the way.
#[derive(Debug)]
pub struct Error {
    /// What kind of trouble it is.
    pub code: &'static Code,
    /// What it is about.
    pub place: Place,
    /// What exactly is wrong.
    pub detail: Detail,
    /// A next step that fits better than the code's own remedy.
    pub hint: Option<Box<Hint>>,
    /// More of the same kind, if all are reported together.
    pub also: Box<[Finding]>,
}

impl Error {
    /// An error of kind `code` about `place`.
    pub fn new(code: &'static Code, place: impl Into<Place>, detail: impl Into<Detail>) -> Self {
        Error { code, place: place.into(), detail: detail.into(), hint: None, also: Box::default() }
    }

    /// The error for what the operating system said about `place`; a [`Coded`] error keeps its own code.
    pub fn io(place: impl Into<Place>, error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        if let Some(Coded(code, detail)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
            return Error::new(code, place, detail.clone());
        }
        let place = place.into();
        let (code, detail) = match error.kind() {
            // whoever can take an address does not ask the system for it
            Kind::NotFound if place.is_object() => (code::OBJECT_UNSUPPORTED, Detail::ObjectForFile),
            Kind::NotFound => (code::IO_MISSING, Detail::NoSuchFile),
            Kind::PermissionDenied => (code::IO_DENIED, Detail::PermissionDenied),
            Kind::IsADirectory => (code::IO_KIND, Detail::FolderForFile),
            Kind::NotADirectory => (code::IO_KIND, Detail::FileForFolder),
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => (code::IO_FULL, Detail::NoSpace),
            Kind::ReadOnlyFilesystem => (code::IO_DENIED, Detail::ReadOnlyDisk),
            Kind::InvalidFilename => (code::IO_READ, Detail::TooLongToStore),
            Kind::BrokenPipe => (code::IO_PIPE, Detail::ReaderGone),
            _ => (code::IO_READ, Detail::Foreign(error.to_string())),
        };
        Error::new(code, place, detail)
    }

    /// The run was told to stop.
    pub fn interrupted() -> Self {
        Error::new(code::RUN_INTERRUPTED, Place::Program, Detail::Interrupted)
    }

    /// Names the bundle as the user knows it, if the library could only say that the error is about the bundle.
    pub fn about(mut self, path: &Path) -> Self {
        if self.place == Place::Bundle {
            self.place = Place::path(path);
        }
        self
    }

    /// Gives the next step that fits this case.
    pub fn hint(mut self, hint: impl Into<Hint>) -> Self {
        self.hint = Some(Box::new(hint.into()));
        self
    }

    /// One error for several findings, with the code and the place of the first; `None` when there are none.
    pub fn all(found: Vec<Finding>) -> Option<Self> {
        let mut found = found.into_iter();
        let first = found.next()?;
        Some(Error { code: first.code, place: first.place, detail: first.detail, hint: None, also: found.collect() })
    }

    /// One error for several, with the hint of the first; `None` when there are none.
    pub fn together(errors: impl IntoIterator<Item = Error>) -> Option<Self> {
        let mut errors = errors.into_iter();
        let first = errors.next()?;
        let mut also = first.also.to_vec();
        for Error { code, place, detail, also: more, .. } in errors {
            also.push(Finding { code, place, detail });
            also.extend(more);
        }
        Some(Error { also: also.into(), ..first })
    }
}

impl std::error::Error for Error {}
