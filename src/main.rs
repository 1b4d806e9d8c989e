//! The command line of sealbag: it uses the library as any other program would.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::main()
}
