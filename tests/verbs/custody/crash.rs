//! Appending when things go wrong: two at once, killed at any moment, no room, something else in place of the log.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use super::{LOG, Story, codes, desk, lines, runs};
use runs::library::{key, now, trust};
use runs::{Desk, Output, skipped};
use sealbag::Unwatched;
use sealbag::format::custody::Details;
use sealbag::ops::custody::keep::{Held, Said, Torn};
use sealbag::ops::custody::log::Log;

fn received() -> Desk {
    let desk = Desk::with_bundle();
    desk.run(["receive", "b.zip"]).done();
    desk
}

const STORED: [&str; 4] = ["custody", "add", "stored", "b.zip"];

#[test]
fn threat_41_many_that_add_at_once_lose_nothing() {
    let desk = received();
    for _ in 0..4 {
        let children: Vec<_> =
            (0..6).map(|_| desk.command(STORED).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()).collect();
        for child in children {
            let told: Output = child.wait_with_output().unwrap().into();
            assert_eq!(told.exit, 0, "{told:#?}");
        }
    }
    let told = desk.run(["custody", "verify", LOG, "--json"]).done().json();
    assert_eq!(told["steps"], 25);
}

#[test]
fn a_log_cut_at_any_byte_is_told_and_only_its_unfinished_line_is_lost() {
    let desk = received();
    desk.run(STORED).done();
    let whole = fs::read(desk.path(LOG)).unwrap();
    let first = lines(&desk)[0].len();
    for end in [first + 1, first + 2, first + 100, whole.len() - 3, whole.len() - 2] {
        desk.write(LOG, &whole[..end]);
        let told = desk.run(["custody", "verify", LOG, "--json"]);
        assert_eq!((told.exit, codes(&told.json()["findings"])), (1, vec!["custody.torn"]), "{end}: {told:#?}");
        // nothing is added behind it
        desk.refused(STORED, 1, "custody.torn");
        // without a yes nothing is taken away
        let told = desk.run(["custody", "repair", LOG, "--json"]);
        assert_eq!((told.exit, &told.json()["code"]), (5, &"run.not_confirmed".into()), "{told:#?}");
        assert_eq!(fs::read(desk.path(LOG)).unwrap().len(), end);
        let told = desk.run(["custody", "repair", LOG, "--yes", "--json"]).done().json();
        assert_eq!((&told["done"], &told["cut"]), (&"cut".into(), &(end - first).into()));
        assert_eq!(fs::read(desk.path(LOG)).unwrap(), &whole[..first]);
        desk.run(STORED).done();
        desk.run(["custody", "verify", LOG]).done();
    }
    // a whole entry that lacks its line feed is kept
    desk.write(LOG, &whole[..whole.len() - 1]);
    assert_eq!(desk.run(["custody", "repair", LOG, "--json"]).done().json()["done"], "finished");
    assert_eq!(fs::read(desk.path(LOG)).unwrap(), whole);
    assert_eq!(desk.run(["custody", "repair", LOG, "--json"]).done().json()["done"], "nothing");
    assert_eq!(fs::read(desk.path(LOG)).unwrap(), whole);
    // an earlier line is never mended
    let damaged = [&whole[..10], b"X", &whole[11..], b"{\"entry\":"].concat();
    desk.write(LOG, &damaged);
    desk.run(["custody", "repair", LOG, "--yes"]).done();
    assert_eq!(fs::read(desk.path(LOG)).unwrap(), &damaged[..whole.len()]);
    assert_eq!(desk.run(["custody", "verify", LOG]).exit, 1);
}

#[test]
fn threat_41_of_a_line_torn_at_any_byte_nothing_before_is_lost() {
    let desk = received();
    desk.run(STORED).done();
    let whole = fs::read(desk.path(LOG)).unwrap();
    let first = lines(&desk)[0].len();
    let log = desk.path(LOG);
    let add = || Held::open(&log).and_then(|mut held| held.add(&key(), None, now(), &Said::default(), Details::Stored));
    for end in first + 1..whole.len() {
        fs::write(&log, &whole[..end]).unwrap();
        assert_eq!(add().unwrap_err().code.id, "custody.torn", "{end}");
        assert_eq!(fs::read(&log).unwrap(), &whole[..end], "nothing is added behind it");
        let told = Log::read("log", &mut &whole[..end], &trust(), &Unwatched, &mut |_| ()).unwrap();
        let found: Vec<&str> = told.findings.list().iter().map(|finding| finding.code.id).collect();
        assert_eq!((found, told.steps, told.broken), (vec!["custody.torn"], 2, Some(2)), "{end}");
        let mut torn = Torn::open(&log).unwrap();
        assert_eq!((torn.length(), torn.is_whole()), ((end - first) as u64, end == whole.len() - 1));
        torn.cut().unwrap();
        drop(torn);
        assert_eq!(fs::read(&log).unwrap(), &whole[..first]);
        assert_eq!(add().unwrap().entry.seq, 2);
    }
}

fn no_room_at(step: usize) {
    let desk = received();
    let whole = fs::read(desk.path(LOG)).unwrap();
    desk.run(STORED).done();
    let length = fs::read(desk.path(LOG)).unwrap().len() - whole.len();
    let program = support::program();
    for room in (0..length).step_by(step) {
        desk.write(LOG, &whole);
        let limit = format!("--fsize={}", whole.len() + room);
        let Ok(told) = desk.command_of("prlimit", [&*limit, program, "custody", "add", "stored", "b.zip"]).output() else {
            return skipped("there is no prlimit");
        };
        let told: Output = told.into();
        assert!(told.exit == 5 && told.err.contains("no space left to write"), "{room}: {told:#?}");
        assert_eq!(fs::read(desk.path(LOG)).unwrap(), whole, "{room} of {length} bytes had room");
    }
}

support::strides!(
    no_room_at,
    threat_41_a_disk_that_fills_up_in_a_line_leaves_the_log_as_it_was takes one in 41,
    threat_41_a_disk_that_fills_up_at_any_byte_leaves_the_log_as_it_was takes all
);

#[test]
fn threat_41_killed_at_any_moment_it_loses_at_most_the_unfinished_line() {
    let desk = received();
    let mut done = 0;
    for round in 0..40 {
        let before = fs::read(desk.path(LOG)).unwrap();
        let mut child = desk.command(STORED).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(round / 2));
        let _ = child.kill();
        done += u32::from(child.wait().unwrap().success());
        let after = fs::read(desk.path(LOG)).unwrap();
        assert!(after.starts_with(&before), "an earlier byte was written over");
        if !after.ends_with(b"\n") {
            desk.refused(STORED, 1, "custody.torn");
            desk.run(["custody", "repair", LOG, "--yes"]).done();
        }
        desk.run(["custody", "verify", LOG]).done();
    }
    assert!(lines(&desk).len() > done as usize);
    desk.run(STORED).done();
}

#[test]
fn no_room_is_told_and_nothing_half_written_stays() {
    let desk = received();
    let whole = fs::read(desk.path(LOG)).unwrap();
    // as large as the limit on file sizes allows, with a part of the next line
    let blocks = whole.len() / 512 + 1;
    let program = support::program();
    for trap in ["trap '' XFSZ;", ""] {
        let line = format!(
            "{trap} ulimit -c 0; ulimit -f {blocks}; exec {program} custody add stored b.zip --note {}",
            "x".repeat(900)
        );
        let before = desk.state().into_keys().collect::<Vec<_>>();
        let told: Output = desk.command_of("sh", ["-c", &line]).output().unwrap().into();
        assert_eq!(told.exit, 5, "{told:#?}");
        assert!(told.err.contains("no space left to write\nhint: "), "{told:#?}");
        assert_eq!((before, &whole), (desk.state().into_keys().collect(), &fs::read(desk.path(LOG)).unwrap()));
    }
    // and for the first entry
    let other = Desk::with_bundle();
    let line = format!("trap '' XFSZ; ulimit -c 0; ulimit -f 0; exec {program} receive b.zip");
    let before = other.state();
    let told: Output = other.command_of("sh", ["-c", &line]).output().unwrap().into();
    assert_eq!((told.exit, before == other.state()), (5, true), "{told:#?}");
}

#[test]
fn a_folder_in_which_nobody_may_write_is_told() {
    let desk = received();
    let before = desk.state();
    let Some(told) = desk.run_unprivileged(["custody", "add", "stored", "../b.zip"]) else {
        return skipped("nobody else can run here");
    };
    assert!(told.exit == 5 && told.err.contains("hint: "), "{told:#?}");
    assert_eq!(before.keys().collect::<Vec<_>>(), desk.state().keys().collect::<Vec<_>>());
}

#[test]
fn a_link_a_pipe_or_a_folder_in_place_of_the_log_is_refused() {
    let desk = received();
    fs::rename(desk.path(LOG), desk.path("real")).unwrap();
    let real = fs::read(desk.path("real")).unwrap();
    std::os::unix::fs::symlink("real", desk.path(LOG)).unwrap();
    desk.refused(STORED, 5, "io.kind");
    desk.refused(["custody", "repair", LOG], 5, "io.kind");
    assert_eq!(fs::read(desk.path("real")).unwrap(), real);
    // and a first entry is not written through one either
    desk.refused(["receive", "b.zip"], 2, "output.exists");
    fs::remove_file(desk.path(LOG)).unwrap();
    assert!(desk.command_of("mkfifo", [LOG]).status().unwrap().success());
    desk.refused(STORED, 5, "io.kind");
    fs::remove_file(desk.path(LOG)).unwrap();
    fs::create_dir(desk.path(LOG)).unwrap();
    desk.refused(STORED, 5, "io.kind");
    fs::remove_dir(desk.path(LOG)).unwrap();
    desk.write(LOG, "");
    desk.refused(STORED, 1, "custody.malformed");
    desk.write(LOG, [vec![b'x'; 200_000], b"\n".to_vec()].concat());
    desk.refused(STORED, 1, "custody.malformed");
}

#[test]
fn a_log_is_read_from_a_pipe_too() {
    let Story { registry, .. } = &Story::told();
    let log = fs::read(registry.path(LOG)).unwrap();
    for command in ["show", "verify", "export"] {
        let told = registry.fed(["custody", command, "-", "--json"], &log);
        assert_eq!(told.exit, 0, "{told:#?}");
    }
    // one that never ends a line, without taking it all into memory
    let mut child = registry
        .command(["custody", "verify", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    for _ in 0..64 {
        pipe.write_all(&vec![b'x'; 1 << 20]).unwrap();
    }
    drop(pipe);
    let mut told = String::new();
    child.stdout.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{told}");
    assert!(told.contains("custody.malformed"), "{told}");
}

#[test]
fn a_run_that_waits_for_the_log_ends_with_the_first_signal() {
    let desk = received();
    let held = OpenOptions::new().read(true).write(true).open(desk.path(LOG)).unwrap();
    held.lock().unwrap();
    let child = desk.command(STORED).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_millis(400));
    assert!(desk.command_of("kill", ["-INT", &child.id().to_string()]).status().unwrap().success());
    let told = runs::desk::ended(child);
    assert_eq!(told.exit, 5, "{told:#?}");
    drop(held);
    assert_eq!(lines(&desk).len(), 1);
    let outsider = desk_of_somebody();
    assert_eq!(outsider.run(["custody", "verify", "none"]).exit, 5);
}

fn desk_of_somebody() -> Desk {
    desk("Somebody")
}
