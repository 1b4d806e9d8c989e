//! What every command gets: the flags that mean the same everywhere, the clock, randomness, and where things are kept.

use std::cell::{Cell, RefCell};
use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};

use sealbag::base::code;
use sealbag::base::error::{Error, Result};
use sealbag::base::limits;
use sealbag::crypto::age::Identity;
use sealbag::crypto::key::Fingerprint;
use sealbag::{Agent, Output, Timestamp};

use super::interrupt::{self, Signals};
use super::objects::Store;
use super::passphrase_file::Given;

/// The flags that mean the same everywhere.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Options everywhere")]
pub struct Flags {
    /// Where keys and contacts are kept, for this call [default: $XDG_DATA_HOME/sealbag or ~/.local/share/sealbag]
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Read passphrases from FILE, or from standard input for -: the signing key's on the first line, the decryption
    /// key's on the second, or one line for both
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Open what is encrypted under a passphrase even if that takes more work than usual, 2^N; at most 20
    #[arg(
        long,
        global = true,
        value_name = "N",
        default_value_t = limits::SCRYPT_WORK,
        hide_default_value = true,
        value_parser = clap::value_parser!(u8).range(i64::from(limits::SCRYPT_WORK)..=i64::from(limits::SCRYPT_MOST)),
    )]
    pub max_work_factor: u8,
    /// Answer yes to every question
    #[arg(long, global = true)]
    pub yes: bool,
    /// Replace what is there already
    #[arg(long, global = true)]
    pub force: bool,
    /// Say only what was asked for: no progress, no notes, no next steps
    #[arg(long, global = true)]
    pub quiet: bool,
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    pub json: bool,
}

/// What every command gets.
pub struct Context {
    /// The flags that mean the same everywhere.
    pub flags: Flags,
    /// What was read of the passphrase file.
    pub passphrases: Given,
    /// The decryption keys that were opened in this run, so that each passphrase is asked for once.
    pub opened: RefCell<Vec<(Fingerprint, Vec<Identity>)>>,
    /// What lies behind `s3://`.
    pub objects: Store,
    standard_input_taken: Cell<bool>,
    home: Option<PathBuf>,
}

impl Context {
    /// Finds out where things are kept; if that fails, only a command that asks is told.
    pub fn new(flags: Flags) -> Self {
        let home = flags.home.clone().or_else(|| {
            // the XDG base directory specification says to ignore a relative path here
            let data = variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
            data.or_else(|| variable("HOME").map(|home| home.join(".local/share"))).map(|data| data.join("sealbag"))
        });
        Context {
            flags,
            passphrases: Given::default(),
            opened: RefCell::default(),
            objects: Store::new(clock, variable),
            standard_input_taken: Cell::new(false),
            home,
        }
    }

    /// The folder that holds everything sealbag keeps. It need not exist yet.
    pub fn home(&self) -> Result<&Path> {
        self.home.as_deref().ok_or_else(|| {
            Error::new(code::IO_MISSING, "home folder", "neither XDG_DATA_HOME nor HOME says where keys and contacts are kept")
                .hint("say where: --home DIR")
        })
    }

    /// Takes standard input for one purpose; a second purpose, passphrases included, is refused.
    pub fn take_standard_input(&self) -> Result<()> {
        let refused = |thing: &str, hint: &str| {
            Err(Error::new(code::USAGE, thing, "standard input can be used for one thing only").hint(hint))
        };
        if self.flags.passphrase_file.as_deref() == Some(Path::new("-")) {
            let hint = "give the passphrases through another descriptor: --passphrase-file /dev/fd/3";
            return refused("--passphrase-file -", hint);
        }
        if self.standard_input_taken.replace(true) { refused("-", "name a file for one of them") } else { Ok(()) }
    }

    /// The ssh-agent that the environment names, asked which keys it holds.
    pub fn agent(&self) -> Result<Agent<'static>> {
        let socket = variable("SSH_AUTH_SOCK")
            .ok_or_else(|| Error::new(code::AGENT_MISSING, "SSH_AUTH_SOCK", "is not set, so there is no ssh-agent to ask"))?;
        // a wait for it is to end with the first signal
        interrupt::catch();
        Agent::connect(&socket, &Signals)
    }

    /// Where a result goes: to `path`, to `stream` for `-`, and under a fresh name into the current folder where no path was given.
    pub fn output<'o>(&self, path: Option<&Path>, stream: &'o mut dyn Write) -> Result<Output<'o>> {
        Ok(match path {
            None => Output::Folder(PathBuf::from("."), self.random()?),
            Some(path) if path == Path::new("-") => Output::Stream(stream),
            Some(path) => Output::File(path.to_owned(), self.flags.force),
        })
    }

    /// The time of this computer's clock, in whole seconds.
    pub fn now(&self) -> Result<Timestamp> {
        clock()
    }

    /// Fresh bytes that nobody can guess, from the operating system.
    pub fn random<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).map_err(|error| {
            Error::new(code::IO_READ, "randomness", error.to_string()).hint("nothing was made; run the command again")
        })?;
        Ok(bytes)
    }
}

/// The time of this computer's clock, in whole seconds, for any thread.
pub fn clock() -> Result<Timestamp> {
    Timestamp::from_unix(chrono::Utc::now().timestamp()).ok_or_else(|| {
        Error::new(code::IO_READ, "clock", "is set to a time outside the years 1 to 9999")
            .hint("set the clock of this computer")
    })
}

/// What stands in a variable of the environment; an empty one is none.
fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
