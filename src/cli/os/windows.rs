//! Windows: Ctrl-C, and the console of the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Where to ask when standard input carries something else.
pub const TERMINAL: &str = "CONIN$";

/// Standard input has no path here.
pub const STANDARD_INPUT: &str = "-";

/// Windows writes no dump of a process unless somebody asked it to.
pub fn no_core_dump() {}

/// How often to check whether somebody pressed Ctrl-C.
const GLANCE: Duration = Duration::from_millis(50);

/// Calls `each`, in a thread of its own, for every Ctrl-C.
pub fn on_signal(each: fn()) {
    let asked = Arc::new(AtomicBool::new(false));
    // where it cannot be caught it ends the program, as it does everywhere else
    if [SIGINT, SIGTERM].into_iter().any(|signal| flag::register(signal, asked.clone()).is_err()) {
        return;
    }
    thread::spawn(move || {
        loop {
            if asked.swap(false, Ordering::SeqCst) {
                each();
            }
            thread::sleep(GLANCE);
        }
    });
}
