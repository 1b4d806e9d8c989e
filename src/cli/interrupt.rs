//! Ctrl-C. The first signal asks the run to stop and clean up, the second ends it on the spot. Even then the terminal is left as
//! it was found, and what was only half written is removed.

use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Once, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use sealbag::base::error::{Error, Result};
use sealbag::base::watch::Watch;
use sealbag::store::fs::unfinished;

use super::exit::Exit;
use super::os;

static STOP: AtomicBool = AtomicBool::new(false);
static WAITING: AtomicBool = AtomicBool::new(false);
static INSTALL: Once = Once::new();
static TELL: OnceLock<fn()> = OnceLock::new();

/// Says what is told when a signal ends the program on the spot.
pub fn on_the_spot(tell: fn()) {
    let _ = TELL.set(tell);
}

/// Catches the signals that ask a program to end, from now on.
pub fn catch() {
    INSTALL.call_once(|| os::on_signal(heard));
}

fn heard() {
    if STOP.swap(true, Ordering::SeqCst) || WAITING.load(Ordering::SeqCst) {
        end_on_the_spot();
    }
}

fn end_on_the_spot() -> ! {
    os::leave_terminal();
    unfinished::abandon(|| thread::sleep(Duration::from_millis(2)));
    // whoever should read it may have stopped reading, and the program ends all the same
    let (told, wait) = mpsc::channel();
    thread::spawn(move || {
        TELL.get().iter().for_each(|tell| tell());
        told.send(())
    });
    let _ = wait.recv_timeout(Duration::from_millis(200));
    exit(Exit::STOPPED.number().into());
}

/// True once somebody asked the program to end.
pub fn stopped() -> bool {
    STOP.load(Ordering::SeqCst)
}

/// Waits so long, in short steps; false as soon as somebody asked the program to end.
#[cfg(feature = "s3")]
pub fn pause(how_long: Duration) -> bool {
    let step = Duration::from_millis(50);
    let mut left = how_long;
    while !stopped() && !left.is_zero() {
        thread::sleep(left.min(step));
        left = left.saturating_sub(step);
    }
    !stopped()
}

/// Ends the run here if somebody asked for it: the last chance before something is written.
pub fn check() -> Result<()> {
    if stopped() { Err(Error::interrupted()) } else { Ok(()) }
}

/// Runs `wait`, which waits for a person or for an input that may never come: meanwhile the first signal ends the program,
/// since nothing is half done.
pub fn while_waiting<T>(wait: impl FnOnce() -> T) -> T {
    let before = WAITING.swap(true, Ordering::SeqCst);
    let done = wait();
    WAITING.store(before, Ordering::SeqCst);
    done
}

/// The same where nothing is to be said any more: a signal that came just before `wait` ends the program too, and need not come again.
pub fn unless_stopped<T>(wait: impl FnOnce() -> T) -> T {
    while_waiting(|| {
        if stopped() {
            end_on_the_spot();
        }
        wait()
    })
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
