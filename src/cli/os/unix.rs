//! Unix: signals, and the terminal of the process.

use std::io::Write;
use std::os::fd::OwnedFd;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::termios::{InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use sealbag::base::code::Code;
use sealbag::base::error::{Error, Result};
use sealbag::store::home::small::{self, Lines};
use signal_hook::consts::{SIGABRT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;
use zeroize::Zeroizing;

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

/// The terminal that shows nothing of what is typed, and how it was before.
static HIDDEN: Mutex<Option<(OwnedFd, Termios)>> = Mutex::new(None);

/// Asks on the terminal and shows nothing of the answer, a line of at most `limit` bytes; `None` where the terminal has gone.
pub fn ask_hidden(prompt: &str, limit: u64, over: &'static Code) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let failed = |error: Errno| Error::io(TERMINAL, &error.into());
    let mut terminal = small::terminal(TERMINAL)?;
    let input = terminal.try_clone().map_err(|error| Error::io(TERMINAL, &error))?;
    let before = tcgetattr(&terminal).map_err(failed)?;
    let mut prompt = prompt.to_owned();
    if !before.local_modes.contains(LocalModes::ECHO) {
        prompt = format!("{WITHOUT_ECHO}\n{prompt}");
    }
    let mut hidden = before.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    // a line that can be mended, ends with the key that ends lines, and gives way to Ctrl-C, however the terminal was left
    hidden.local_modes.insert(LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
    hidden.input_modes.insert(InputModes::ICRNL);
    // a run that is stopped hands the terminal to the shell, which shows the rest of the passphrase once the run goes on
    for code in SUSPENDING {
        hidden.special_codes[*code] = DISABLED;
    }
    {
        let mut kept = HIDDEN.lock().unwrap_or_else(PoisonError::into_inner);
        let handle = terminal.try_clone().map_err(|error| Error::io(TERMINAL, &error))?;
        *kept = Some((handle.into(), before));
        tcsetattr(&terminal, OptionalActions::Now, &hidden).map_err(failed)?;
    }
    let asked = terminal.write_all(prompt.as_bytes()).map_err(|error| Error::io(TERMINAL, &error));
    let answer = asked.and_then(|()| Lines::of(TERMINAL, input, limit, over).line());
    show_typing(&mut HIDDEN.lock().unwrap_or_else(PoisonError::into_inner));
    answer
}

/// The keys that stop a run.
#[cfg(not(any(target_vendor = "apple", target_os = "freebsd", target_os = "openbsd", target_os = "netbsd")))]
const SUSPENDING: &[SpecialCodeIndex] = &[SpecialCodeIndex::VSUSP];
#[cfg(any(target_vendor = "apple", target_os = "freebsd", target_os = "openbsd", target_os = "netbsd"))]
const SUSPENDING: &[SpecialCodeIndex] = &[SpecialCodeIndex::VSUSP, SpecialCodeIndex::VDSUSP];

/// The code for no key at all, `_POSIX_VDISABLE`.
const DISABLED: u8 = if cfg!(any(target_os = "linux", target_os = "android")) { 0 } else { 0xff };

/// What is told on a terminal that another program left without echo.
const WITHOUT_ECHO: &str =
    "this terminal does not show what you type: a program that was killed left it so; to mend it: stty sane";

/// Leaves the terminal as it was found, for good: nothing more is asked on it.
pub fn leave_terminal() {
    let mut kept = HIDDEN.lock().unwrap_or_else(PoisonError::into_inner);
    show_typing(&mut kept);
    std::mem::forget(kept);
}

fn show_typing(kept: &mut Option<(OwnedFd, Termios)>) {
    if let Some((terminal, before)) = kept.take() {
        // a terminal that has gone needs nothing
        let _ = tcsetattr(&terminal, OptionalActions::Now, &before);
    }
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
