//! Ctrl-C. The first signal asks the run to stop and clean up, the second ends it on the spot.

use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once, OnceLock};
use std::thread;

use sealbag::base::error::{Error, Result};
use sealbag::base::watch::Watch;
use sealbag::store::home::small;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator;

use super::exit::Exit;

static STOP: AtomicBool = AtomicBool::new(false);
static WAITING: AtomicBool = AtomicBool::new(false);
static INSTALL: Once = Once::new();
static TELL: OnceLock<fn()> = OnceLock::new();

/// Says what is told when a signal ends the program on the spot.
pub fn on_the_spot(tell: fn()) {
    let _ = TELL.set(tell);
}

/// Catches the signals that ask a program to end, from now on; one that was ignored when it began, as nohup does, stays so.
pub fn catch() {
    INSTALL.call_once(|| {
        // a limit on file sizes becomes an error of the write that meets it
        let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
        let ignored = ignored();
        let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
        // where signals cannot be caught the first one ends the program, as it does everywhere else
        let Ok(mut signals) = iterator::Signals::new(wanted) else { return };
        thread::spawn(move || {
            for _ in signals.forever() {
                if STOP.swap(true, Ordering::SeqCst) || WAITING.load(Ordering::SeqCst) {
                    TELL.get().iter().for_each(|tell| tell());
                    exit(Exit::STOPPED.number().into());
                }
            }
        });
    });
}

/// The signals that this process was told to ignore when it began, a bit each; where the system does not say, none.
fn ignored() -> u64 {
    let status = small::system_text("/proc/self/status");
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// True once somebody asked the program to end.
pub fn stopped() -> bool {
    STOP.load(Ordering::SeqCst)
}

/// Ends the run here if somebody asked for it: the last chance before something is written.
pub fn check() -> Result<()> {
    if stopped() { Err(Error::interrupted()) } else { Ok(()) }
}

/// Runs `wait`, which waits for a person or for an input that may never come: meanwhile the first signal ends the program,
/// since nothing is half done.
pub fn while_waiting<T>(wait: impl FnOnce() -> T) -> T {
    WAITING.store(true, Ordering::SeqCst);
    let done = wait();
    WAITING.store(false, Ordering::SeqCst);
    done
}

/// Watches a wait that shows nothing: hears Ctrl-C.
pub struct Signals;

impl Watch for Signals {
    fn expect(&self, _bytes: u64) {}

    fn advance(&self, _bytes: u64) {}

    fn interrupted(&self) -> bool {
        stopped()
    }
}
