//! Signals: at the first one a run stops, cleans up and says so; a killed run leaves nothing under the final name.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::runs::Desk;
use super::runs::desk::{PATIENCE, ended as end};

/// A desk whose bag holds a file that takes seconds to seal, and no room on the disk.
fn endless() -> Desk {
    let desk = Desk::with_bag();
    File::create(desk.path("bag/large.bin")).unwrap().set_len(6 << 30).unwrap();
    desk
}

fn send(signal: &str, child: &Child) {
    assert!(Command::new("sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status().unwrap().success());
}

/// The signal, or TERM if this test itself runs with the signal ignored, as in the background of a shell, since what it starts
/// ignores it too.
fn heard(signal: &'static str) -> &'static str {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or("0");
    let number = ["HUP", "INT", "QUIT"].iter().position(|name| *name == signal).unwrap() + 1;
    let ignored = u64::from_str_radix(mask.trim(), 16).unwrap_or(0) >> (number - 1) & 1 == 1;
    if ignored { "TERM" } else { signal }
}

/// What is not finished, at the top of the desk.
fn unfinished(desk: &Desk) -> Vec<PathBuf> {
    let names = fs::read_dir(desk.path("")).unwrap().map(|entry| entry.unwrap().path());
    names.filter(|path| path.to_string_lossy().ends_with(".part")).collect()
}

fn wait_until(what: &str, mut happened: impl FnMut() -> bool) {
    let started = Instant::now();
    while !happened() {
        assert!(started.elapsed() < PATIENCE, "{what} never happened");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Waits until a run sleeps in the call that reads from a pipe; where the system does not say so, long enough for it to get there.
fn let_it_wait(child: &Child) {
    let place = format!("/proc/{}/wchan", child.id());
    let started = Instant::now();
    wait_until("waiting", || {
        fs::read_to_string(&place).is_ok_and(|place| place.contains("pipe")) || started.elapsed() > Duration::from_secs(2)
    });
}

fn spawn(desk: &Desk, args: &[&str]) -> Child {
    desk.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn threat_52_a_seal_that_is_asked_to_stop_leaves_nothing() {
    let desk = endless();
    desk.write("b.zip", "something else");
    let before = desk.state();
    for (signal, args) in [
        (heard("INT"), &["seal", "bag", "-o", "x.zip"][..]),
        ("TERM", &["seal", "bag", "-o", "x.zip", "--json"]),
        (heard("HUP"), &["seal", "bag", "-o", "b.zip", "--force"]),
        (heard("QUIT"), &["seal", "bag", "-o", "x.zip"]),
        ("ABRT", &["seal", "bag", "-o", "x.zip"]),
    ] {
        let child = spawn(&desk, args);
        wait_until("the beginning", || {
            unfinished(&desk).iter().any(|path| fs::metadata(path).is_ok_and(|meta| meta.len() > 0))
        });
        send(signal, &child);
        let told = end(child);
        assert_eq!(told.exit, 5, "{signal}: {told:#?}");
        assert_eq!(told.err, "sealbag: sealbag: interrupted\nhint: run the same command again\n", "{signal}");
        if args.contains(&"--json") {
            assert_eq!(told.json()["code"], "run.interrupted");
        }
        assert_eq!(before, desk.state(), "{signal}: {told:#?}");
    }
}

#[test]
fn what_a_killed_run_left_is_told_by_the_next_and_what_another_is_writing_is_not() {
    let desk = Desk::with_bag();
    desk.run(["seal", "bag", "-o", "small.zip"]).done();
    File::create(desk.path("bag/large.bin")).unwrap().set_len(160 << 20).unwrap();
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
    let args = ["open", "b.zip", "-d", "opened"];
    let child = spawn(&desk, &args);
    // a file in it is written only after the folder is locked
    wait_until("a file", || unfinished(&desk).iter().any(|folder| folder.join("data").is_dir()));
    send("STOP", &child);
    let long_ago = || {
        let time = std::time::SystemTime::now() - Duration::from_secs(60);
        unfinished(&desk).iter().for_each(|left| File::open(left).unwrap().set_modified(time).unwrap());
    };
    long_ago();
    // while it is under way it is nobody else's business
    let other = desk.run(["open", "small.zip", "-d", "other"]).done();
    assert!(!other.err.contains("left by a run"), "{other:#?}");
    send("KILL", &child);
    assert_eq!(end(child).exit, -9);
    // one that changed just now may be one that another run has only begun
    File::open(&unfinished(&desk)[0]).unwrap().set_modified(std::time::SystemTime::now()).unwrap();
    let told = desk.run(["open", "small.zip", "-d", "at-once"]).done();
    assert!(!told.err.contains("left by a run"), "{told:#?}");
    long_ago();
    let left = unfinished(&desk);
    let [folder] = &left[..] else { panic!("{left:?}") };
    let name = folder.file_name().unwrap().to_str().unwrap();
    for verb in [&["open", "small.zip", "-d", "again"][..], &["seal", "other/data", "-o", "again.zip", "--yes"]] {
        let told = desk.run(verb).done();
        assert!(told.err.contains("left by a run that was killed") && told.err.contains(name), "{told:#?}");
        assert!(folder.exists());
    }
    for quiet in ["--quiet", "--json"] {
        let told = desk.run(["open", "small.zip", "-d", quiet.trim_matches('-'), quiet]).done();
        assert!(!told.err.contains(name), "{told:#?}");
    }
}

#[test]
fn a_run_leaves_no_core_dump() {
    let desk = endless();
    let mut child = spawn(&desk, &["seal", "bag", "-o", "x.zip"]);
    wait_until("the beginning", || !unfinished(&desk).is_empty());
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    child.kill().unwrap();
    let _ = child.wait();
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().take(2).collect::<Vec<_>>(), ["1", "1"], "{limits}");
}

#[test]
fn threat_52_a_seal_to_standard_output_that_is_asked_to_stop_writes_nothing() {
    let desk = endless();
    let before = desk.state();
    let child = spawn(&desk, &["seal", "bag", "-o", "-"]);
    // the scratch file has no name, so its open files tell how far the run is
    let files = format!("/proc/{}/fd", child.id());
    wait_until("the beginning", || {
        let open = fs::read_dir(&files).into_iter().flatten().flatten();
        let mut targets = open.filter_map(|entry| fs::read_link(entry.path()).ok());
        targets.any(|target| target.ends_with("bag/large.bin"))
    });
    send(heard("INT"), &child);
    let told = end(child);
    assert_eq!((told.exit, told.out.as_str()), (5, ""), "{told:#?}");
    assert!(told.err.contains("interrupted\n"), "{told:#?}");
    assert_eq!(before, desk.state());
}

#[test]
fn threat_52_a_seal_that_is_killed_leaves_nothing_under_its_name() {
    let desk = endless();
    desk.write("b.zip", "something else");
    for (output, flags) in [("x.zip", &[][..]), ("b.zip", &["--force"])] {
        let child = spawn(&desk, &[&["seal", "bag", "-o", output], flags].concat());
        wait_until("the beginning", || !unfinished(&desk).is_empty());
        send("KILL", &child);
        assert_eq!(end(child).exit, -9);
        for path in unfinished(&desk) {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
            fs::remove_file(path).unwrap();
        }
        assert!(!desk.path("x.zip").exists());
        assert_eq!(fs::read_to_string(desk.path("b.zip")).unwrap(), "something else");
    }
    fs::remove_file(desk.path("bag/large.bin")).unwrap();
    desk.run(["seal", "bag", "-o", "x.zip"]).done();
}

#[test]
fn threat_52_an_extraction_that_is_asked_to_stop_leaves_nothing() {
    let desk = Desk::with_bag();
    File::create(desk.path("bag/large.bin")).unwrap().set_len(160 << 20).unwrap();
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
    let before = desk.state();
    for signal in ["TERM", heard("QUIT"), "ABRT"] {
        let child = spawn(&desk, &["open", "b.zip", "-d", "opened"]);
        wait_until("the beginning", || !unfinished(&desk).is_empty());
        send(signal, &child);
        let told = end(child);
        assert_eq!(told.exit, 5, "{signal}: {told:#?}");
        assert!(told.err.contains("interrupted\n"), "{signal}: {told:#?}");
        assert_eq!(before, desk.state(), "{signal}");
    }
}

#[test]
#[ignore = "waits for runs; tests/run includes it"]
fn threat_52_a_second_signal_ends_a_run_on_the_spot_and_leaves_nothing_either() {
    let (sealing, opening) = (endless(), Desk::with_bag());
    File::create(opening.path("bag/large.bin")).unwrap().set_len(160 << 20).unwrap();
    opening.run(["seal", "bag", "-o", "b.zip"]).done();
    for (desk, args) in [(&sealing, &["seal", "bag", "-o", "x.zip"][..]), (&opening, &["open", "b.zip", "-d", "opened"])] {
        let before = desk.state();
        for _ in 0..5 {
            let child = spawn(desk, args);
            wait_until("the beginning", || {
                let begun =
                    |path: &PathBuf| path.join("data").is_dir() || fs::metadata(path).is_ok_and(|meta| meta.len() > 4096);
                unfinished(desk).iter().any(begun)
            });
            // both are there when it goes on, so that the second comes before the first is answered
            send("STOP", &child);
            send("TERM", &child);
            send("ABRT", &child);
            send("CONT", &child);
            let told = end(child);
            assert_eq!(told.exit, 5, "{told:#?}");
            assert!(told.err.contains("interrupted\n"), "{told:#?}");
            assert_eq!(before, desk.state(), "{told:#?}");
        }
    }
}

#[test]
fn a_verification_that_is_asked_to_stop_says_so_and_no_other_word() {
    let desk = Desk::with_bag();
    File::create(desk.path("bag/large.bin")).unwrap().set_len(160 << 20).unwrap();
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
    let bytes = fs::read(desk.path("b.zip")).unwrap();
    // the bundle comes through a pipe that stops halfway, so that the run is sure to be under way
    let mut child = desk
        .command(["verify", "-", "b.zip"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(&bytes[..bytes.len() / 2]).unwrap();
    send("TERM", &child);
    // the result does not matter any more
    let _ = pipe.write_all(&bytes[bytes.len() / 2..]);
    drop(pipe);
    let told = end(child);
    assert_eq!(told.exit, 5, "{told:#?}");
    for word in ["VERIFIED", "FAILED", "b.zip"] {
        assert!(!told.out.contains(word), "{word}: {told:#?}");
    }
}

#[test]
fn a_run_that_waits_for_its_input_ends_at_the_first_signal() {
    let desk = Desk::with_bundle();
    for args in [
        &["verify", "-"][..],
        &["show", "-"],
        &["open", "-", "-d", "opened"],
        &["seal", "bag", "-o", "x.zip", "--metadata", "-"],
    ] {
        let before = desk.state();
        let mut command = desk.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let pipe = child.stdin.take().unwrap();
        let_it_wait(&child);
        send("TERM", &child);
        let started = Instant::now();
        while child.try_wait().unwrap().is_none() && started.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let ended = child.try_wait().unwrap().is_some();
        drop(pipe);
        let told = end(child);
        assert!(ended, "{args:?} went on waiting after a signal");
        assert!(told.exit == 5 || told.exit == -15, "{args:?}: {told:#?}");
        assert_eq!(before, desk.state(), "{args:?}");
    }
}

#[test]
fn a_run_whose_reader_stopped_reading_ends_at_the_first_signal() {
    let desk = Desk::with_bag();
    let facts: Vec<String> = (0..20_000).map(|number| format!("\"n{number}\":\"a fact\"")).collect();
    desk.write("facts.json", format!("{{\"case\":{{{}}}}}", facts.join(",")));
    desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.json"]).done();
    for args in [&["show", "b.zip"][..], &["show", "b.zip", "--json"]] {
        let mut command = desk.command(args);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // nobody takes what it says, and a pipe holds little of it
        std::thread::sleep(Duration::from_millis(1500));
        assert!(child.try_wait().unwrap().is_none(), "{args:?} said it all");
        send("TERM", &child);
        let started = Instant::now();
        while child.try_wait().unwrap().is_none() && started.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let ended = child.try_wait().unwrap().is_some();
        let _ = child.kill();
        assert!(ended, "{args:?} went on waiting for its reader");
        assert_eq!(end(child).exit, 5, "{args:?}");
    }
}

#[test]
fn an_input_that_ends_after_a_signal_gives_no_verdict() {
    let desk = Desk::with_bundle();
    let mut child =
        desk.command(["verify", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pipe = child.stdin.take().unwrap();
    let_it_wait(&child);
    send("TERM", &child);
    std::thread::sleep(Duration::from_millis(50));
    drop(pipe);
    let told = end(child);
    assert!(told.exit == 5 || told.exit == -15, "{told:#?}");
    assert!(!told.out.contains("FAILED"), "{told:#?}");
}

#[test]
fn a_signal_that_was_ignored_when_the_run_began_stays_ignored() {
    let desk = Desk::with_bag();
    File::create(desk.path("bag/large.bin")).unwrap().set_len(160 << 20).unwrap();
    // as nohup and a shell's background do
    for signal in ["HUP", "INT"] {
        let line = format!("trap '' {signal}; exec {} seal bag -o {signal}.zip", support::program());
        let child = desk.command_of("sh", ["-c", &line]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_until("the beginning", || !unfinished(&desk).is_empty());
        send(signal, &child);
        let told = end(child);
        assert_eq!(told.exit, 0, "{signal}: {told:#?}");
        fs::remove_file(desk.path(format!("{signal}.zip"))).unwrap();
    }
}

#[test]
fn a_run_whose_reader_stalls_ends_at_the_first_signal() {
    let desk = Desk::with_bag();
    for number in 0..600 {
        desk.write(format!("bag/{}-{number}.txt", "n".repeat(200)), "x");
    }
    let b = desk.run(["seal", "bag", "-o", "b.zip"]).done();
    assert!(b.out.contains("b.zip"));
    let before = desk.state();
    for args in [
        &["seal", "bag", "-o", "-"][..],
        &["seal", "bag", "--dry-run", "--json"],
        &["redact", "b.zip", "--withhold", "*.txt", "-o", "-", "--reason", "r", "--anyway"],
        &["redact", "b.zip", "--withhold", "*.txt", "--dry-run", "--json"],
        &["reseal", "b.zip", "--to-me", "-o", "-"],
        &["show", "b.zip"],
    ] {
        for together in [false, true] {
            let (reader, writer) = std::io::pipe().unwrap();
            let mut command = desk.command(args);
            command.stdout(writer.try_clone().unwrap());
            if together {
                command.stderr(writer)
            } else {
                command.stderr(Stdio::null())
            };
            let mut child = command.spawn().unwrap();
            drop(command);
            let_it_wait(&child);
            send("TERM", &child);
            let mut exit = None;
            wait_until("the end", || {
                exit = child.try_wait().unwrap();
                exit.is_some()
            });
            assert_eq!(exit.unwrap().code(), Some(5), "{args:?} {together}");
            drop(reader);
        }
    }
    assert_eq!(before, desk.state());
}
