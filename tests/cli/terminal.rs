//! Passphrases at a terminal: nothing that is typed shows, and the terminal is left as it was found, however a run ends that can
//! still do something about it (threat 52a).

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Winsize, tcgetattr, tcsetattr, tcsetwinsize};

use super::passphrases::{SIGN, desk};
use support::runs::desk::{PATIENCE, ended};
use support::runs::{Desk, skipped};

/// A terminal, what a run wrote on it, and its keyboard.
pub struct Terminal {
    keyboard: File,
    screen: File,
    shown: Arc<Mutex<String>>,
}

impl Terminal {
    pub fn new() -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let path = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
        let screen = File::from(rustix::fs::open(path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap());
        let keyboard = File::from(master);
        let (mut output, shown) = (keyboard.try_clone().unwrap(), Arc::new(Mutex::new(String::new())));
        let seen = shown.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 1024];
            while let Ok(count) = output.read(&mut bytes) {
                seen.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        Terminal { keyboard, screen, shown }
    }

    /// One of so many columns.
    pub fn of_width(columns: u16) -> Self {
        let terminal = Terminal::new();
        tcsetwinsize(&terminal.screen, Winsize { ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        terminal
    }

    /// Runs the program on it, as its session; `None` where there is no `setsid`.
    pub fn run(&self, desk: &Desk, args: &[&str]) -> Option<Child> {
        // whoever runs the tests in the background has signals ignored, and a program leaves them so
        let program = ["-c", "env", "--default-signal=INT,QUIT,HUP,TERM,ABRT", support::program()];
        let mut command = desk.command_of("setsid", program.iter().chain(args));
        let screen = || self.screen.try_clone().unwrap();
        command.stdin(screen()).stdout(screen()).stderr(screen()).spawn().ok()
    }

    fn echoes(&self) -> bool {
        tcgetattr(&self.screen).unwrap().local_modes.contains(LocalModes::ECHO)
    }

    /// Waits until this is shown, and returns everything that was shown so far.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> String {
        let started = Instant::now();
        loop {
            let shown = self.shown.lock().unwrap().clone();
            if shown.contains(text) {
                return shown;
            }
            assert!(started.elapsed() < PATIENCE, "{text} was never shown: {shown}");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    /// Everything that was shown by a run that has ended.
    pub fn all(&self) -> String {
        const END: &str = "~end~";
        (&self.screen).write_all(END.as_bytes()).unwrap();
        self.wait_for(END).replace(END, "")
    }

    pub fn type_in(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
    }
}

fn send(signal: &str, child: &Child) {
    assert!(Command::new("sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status().unwrap().success());
}

const ASKED: &str = "passphrase of the signing key Amina: ";

#[test]
fn threat_52a_the_terminal_shows_what_is_typed_again_after_every_end_that_can_be_caught() {
    let desk = desk();
    let before = desk.state();
    for end in ["INT", "TERM", "HUP", "QUIT", "ABRT", "\u{3}", "\u{1c}"] {
        let mut terminal = Terminal::new();
        let Some(child) = terminal.run(&desk, &["seal", "bag", "--to-me", "-o", "x.zip"]) else {
            return skipped("there is no setsid");
        };
        terminal.wait_for(ASKED);
        assert!(!terminal.echoes(), "{end:?}: a passphrase would be shown");
        terminal.type_in("the her");
        match end.starts_with(char::is_control) {
            true => terminal.type_in(end),
            false => send(end, &child),
        }
        assert_eq!(ended(child).exit, 5, "{end:?}");
        assert!(terminal.echoes(), "{end:?} left the terminal without echo");
        let shown = terminal.wait_for("interrupted");
        assert!(!shown.contains("the her"), "{shown}");
        assert_eq!(before, desk.state(), "{end:?}");
    }
}

#[test]
fn threat_52a_the_key_that_stops_a_run_does_not_stop_one_that_asks_for_a_passphrase() {
    let desk = desk();
    let mut terminal = Terminal::new();
    let Some(child) = terminal.run(&desk, &["seal", "bag", "--to-me", "-o", "x.zip"]) else {
        return skipped("there is no setsid");
    };
    let before = tcgetattr(&terminal.screen).unwrap().special_codes[SpecialCodeIndex::VSUSP];
    terminal.wait_for(ASKED);
    assert_eq!(tcgetattr(&terminal.screen).unwrap().special_codes[SpecialCodeIndex::VSUSP], 0);
    // typed by mistake and taken back
    terminal.type_in("\u{1a}\u{7f}");
    std::thread::sleep(std::time::Duration::from_millis(100));
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    assert!(!status.contains("State:\tT") && !terminal.echoes(), "{status}");
    terminal.type_in(&format!("{SIGN}\n"));
    assert_eq!(ended(child).exit, 0);
    let shown = terminal.wait_for("signed by");
    assert!(terminal.echoes() && !shown.contains("heron") && !shown.contains("^Z"), "{shown}");
    let after = tcgetattr(&terminal.screen).unwrap().special_codes[SpecialCodeIndex::VSUSP];
    assert!(after != 0 && (before == 0 || before == after));
}

#[test]
fn a_passphrase_is_typed_unseen_and_a_wrong_one_is_asked_for_again() {
    let desk = desk();
    let mut terminal = Terminal::new();
    let Some(child) = terminal.run(&desk, &["seal", "bag", "--to-me", "-o", "x.zip"]) else {
        return skipped("there is no setsid");
    };
    terminal.wait_for(ASKED);
    terminal.type_in("a brown suitcase\n");
    terminal.wait_for("does not open it\r\npassphrase of");
    // a letter too many, taken back
    terminal.type_in(&format!("{SIGN}x\u{7f}\n"));
    assert_eq!(ended(child).exit, 0);
    let shown = terminal.wait_for("signed by");
    assert!(terminal.echoes() && !shown.contains("heron") && !shown.contains("suitcase"), "{shown}");
}

#[test]
fn a_terminal_that_a_killed_run_left_without_echo_still_works_and_its_reader_is_told() {
    let desk = desk();
    let mut terminal = Terminal::new();
    let Some(child) = terminal.run(&desk, &["seal", "bag", "--to-me", "-o", "x.zip"]) else {
        return skipped("there is no setsid");
    };
    assert!(!terminal.wait_for(ASKED).contains("stty sane"));
    send("KILL", &child);
    assert_eq!(ended(child).exit, -9);
    assert!(!terminal.echoes());
    // a new session is handed the terminal only once the old one is over
    let mut raw = tcgetattr(&terminal.screen).unwrap();
    raw.local_modes.remove(LocalModes::ICANON);
    tcsetattr(&terminal.screen, OptionalActions::Now, &raw).unwrap();
    let child = terminal.run(&desk, &["seal", "bag", "--to-me", "-o", "x.zip"]).unwrap();
    terminal.wait_for("to mend it: stty sane");
    terminal.type_in(&format!("{SIGN}\n"));
    assert_eq!(ended(child).exit, 0);
    assert!(!terminal.wait_for("signed by").contains("heron"));
}
