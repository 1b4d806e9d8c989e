//! From a code of the one table to the exit code of the process. Nothing else decides it.

use std::process::ExitCode;

use sealbag::Verdict;
use sealbag::base::code::Class;
use sealbag::base::error::Error;

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit(u8);

impl Exit {
    /// Done, verified.
    pub const DONE: Exit = Exit(0);
    /// Stopped from outside, or by a mistake of our own: the number for what could not be done.
    pub const STOPPED: Exit = Exit(5);

    /// That of many bundles.
    pub const fn of(number: u8) -> Exit {
        Exit(number)
    }

    /// The number, as the shell and JSON see it.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl From<Class> for Exit {
    fn from(class: Class) -> Self {
        Exit(class.exit())
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        Exit(verdict.exit())
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        error.code.class.into()
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.0)
    }
}
