//! The command line of sealbag: it uses the library as any other program would.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::main()
}
