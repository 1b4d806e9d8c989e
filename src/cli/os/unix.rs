//! Unix: signals, and the terminal of the process.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use rustix::process::{Resource, Rlimit, setrlimit};
use sealbag::store::home::small;
use signal_hook::consts::{SIGABRT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;

/// Where to ask when standard input carries something else.
pub const TERMINAL: &str = "/dev/tty";

/// Where standard input lies, so that nothing is written over it.
pub const STANDARD_INPUT: &str = "/dev/stdin";

/// Lets the system write no core dump of this process, whose memory may hold passphrases, keys and what was decrypted. A limit of one
/// byte holds for dumps that go to a program too, for which Linux takes a limit of zero to mean nothing.
pub fn no_core_dump() {
    let limit = Some(1);
    // where it cannot be set there is nothing that could be done instead
    let _ = setrlimit(Resource::Core, Rlimit { current: limit, maximum: limit });
}

/// Calls `each`, in a thread of its own, for every signal that asks the program to end; a signal that was ignored when it
/// began, as under nohup, stays ignored.
pub fn on_signal(each: fn()) {
    // a limit on file sizes becomes an error of the write that meets it
    let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    let ignored = ignored();
    let wanted = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
    // where signals cannot be caught the first one ends the program, as it does everywhere else
    let Ok(mut signals) = Signals::new(wanted) else { return };
    thread::spawn(move || signals.forever().for_each(|_| each()));
}

/// The signals that this process was told to ignore when it began, one bit each; none if the system does not say.
fn ignored() -> u64 {
    let status = small::system_text("/proc/self/status");
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
