//! Windows: Ctrl-C, and the console of the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use sealbag::base::code::Code;
use sealbag::base::error::{Error, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use zeroize::Zeroizing;

/// Where to ask when standard input carries something else.
pub const TERMINAL: &str = "CONIN$";

/// Standard input has no path here.
pub const STANDARD_INPUT: &str = "-";

/// Windows writes no dump of a process unless somebody asked it to.
pub fn no_core_dump() {}

/// Asks on the console and shows nothing of the answer.
pub fn ask_hidden(prompt: &str, limit: u64, over: &'static Code) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let answer = rpassword::prompt_password(prompt).map(|text| Zeroizing::new(text.into_bytes()));
    let answer = answer.map_err(|error| Error::io(TERMINAL, &error))?;
    if answer.len() as u64 > limit {
        Err(Error::new(over, TERMINAL, format!("is longer than {limit} bytes")))
    } else {
        Ok(Some(answer))
    }
}

/// The system does it.
pub fn leave_terminal() {}

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
