//! Things that are not a bundle: a folder, nothing, an encrypted file, a device, bytes without end.

use std::fs;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};

use super::runs::{CLOSED, Desk, Output, skipped};

const ARMORED: &str =
    "-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3YxCg==\n-----END AGE ENCRYPTED FILE-----\n";

/// What is not a bundle: the name, the exit of `verify`, its code, and the code of `show`, whose exit is the same.
const STRANGE: [(&str, i32, &str, &str); 15] = [
    ("none.zip", 5, "io.missing", "io.missing"),
    ("none/none.zip", 5, "io.missing", "io.missing"),
    ("b.zip/none", 5, "io.kind", "io.kind"),
    ("bag", 1, "seal.missing", "show.refused"),
    ("void", 1, "seal.missing", "show.refused"),
    // its claims can be read, and are claims
    ("half", 1, "seal.missing", ""),
    ("empty", 1, "container.layout", "show.refused"),
    ("words", 1, "container.layout", "show.refused"),
    ("p", 1, "container.layout", "show.refused"),
    ("other.zip", 1, "container.layout", "show.refused"),
    ("age", 5, "envelope.no_key", "envelope.no_key"),
    ("cut", 1, "envelope.header", "envelope.header"),
    ("armored", 1, "envelope.header", "envelope.header"),
    ("/dev/null", 1, "container.layout", "show.refused"),
    ("/dev/zero", 1, "container.layout", "show.refused"),
];

fn desk() -> Desk {
    let desk = Desk::with_bundle();
    fs::create_dir(desk.path("void")).unwrap();
    desk.run(["open", "b.zip", "-d", "half"]).done();
    fs::remove_file(desk.path("half/seal/manifest.sig")).unwrap();
    for (name, bytes) in [
        ("empty", ""),
        ("words", "words\n"),
        ("p", "P"),
        ("age", CLOSED),
        ("cut", "age-encryption.org/v1\n-> X25519 abc\n"),
        ("armored", ARMORED),
        // the empty ZIP
        ("other.zip", "PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    ] {
        desk.write(name, bytes);
    }
    desk
}

fn codes(verdict: &serde_json::Value) -> Vec<&str> {
    verdict["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn what_is_no_bundle_is_told_by_its_code() {
    let desk = desk();
    desk.verify("b.zip", 0);
    for (name, exit, code, shown) in STRANGE {
        let before = desk.state();
        let verdict = desk.verify(name, exit);
        assert!(codes(&verdict).contains(&code), "{name}: {verdict:#}");
        assert_eq!(verdict["verdict"], if exit == 1 { "failed" } else { "cannot-check" }, "{name}");
        assert_eq!(verdict["bundle"], name);
        let told = desk.run(["verify", name]);
        assert_eq!(told.exit, exit, "{told:#?}");
        let word = if exit == 1 { "FAILED" } else { "CANNOT CHECK" };
        assert!(told.out.starts_with(&format!("{word}  {name}\n")) && told.out.contains(code), "{told:#?}");
        assert_eq!(told.err, "", "{name}");
        match shown {
            "" => assert_eq!(desk.claims(name)["sealed_items"], 4),
            shown => assert_eq!(desk.refused(["show", name], exit, shown)["exit"], exit),
        }
        assert_eq!(before, desk.state());
    }
}

#[test]
fn the_same_through_a_pipe_is_told_by_the_same_code() {
    let desk = desk();
    for (name, exit, code, shown) in
        STRANGE.into_iter().filter(|(name, ..)| !name.contains("none") && !name.starts_with("/dev"))
    {
        if desk.path(name).is_dir() {
            continue;
        }
        let bytes = fs::read(desk.path(name)).unwrap();
        for told in [desk.fed(["verify", "-", "--json"], &bytes), desk.fed_file(["verify", "-", "--json"], name)] {
            assert_eq!(told.exit, exit, "{name}: {told:#?}");
            assert!(codes(&told.json()).contains(&code), "{name}: {told:#?}");
        }
        let told = desk.fed(["show", "-", "--json"], &bytes);
        assert_eq!((told.exit, &told.json()["code"]), (exit, &shown.into()), "{name}: {told:#?}");
    }
    let good = fs::read(desk.path("b.zip")).unwrap();
    assert_eq!(desk.fed(["verify", "-"], &good).exit, 0);
    assert_eq!(desk.fed(["show", "-"], &good).exit, 0);
}

#[test]
fn standard_input_may_be_a_folder_or_closed() {
    let desk = desk();
    let told: Output =
        desk.command(["verify", "-", "--json"]).stdin(fs::File::open(desk.path("half")).unwrap()).output().unwrap().into();
    assert_eq!((told.exit, codes(&told.json())), (5, vec!["io.kind"]), "{told:#?}");
    let line = format!("exec {} verify - --json <&-", support::program());
    let told: Output = desk.command_of("sh", ["-c", &line]).output().unwrap().into();
    assert!(matches!(told.exit, 1 | 5) && !told.err.contains("panic"), "{told:#?}");
}

/// Feeds a run with `beginning` and then with one byte again and again, until nobody reads any more. Tells what it said, and how much of
/// the endless part it took.
fn fed_without_end(command: &mut Command, beginning: &[u8], byte: u8) -> (Output, usize) {
    const ENOUGH: usize = 64 << 20;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let chunk = vec![byte; 1 << 16];
    let mut taken = 0;
    if pipe.write_all(beginning).is_ok() {
        while taken < ENOUGH && pipe.write_all(&chunk).is_ok() {
            taken += chunk.len();
        }
    }
    drop(pipe);
    assert!(taken < ENOUGH, "{taken} bytes were taken");
    (child.wait_with_output().unwrap().into(), taken)
}

#[test]
fn threat_11b_bytes_without_end_are_refused_where_no_bundle_goes_on_like_that() {
    let desk = Desk::with_bag();
    // a few blocks long
    desk.write("bag/long.bin", vec![7; 1 << 20]);
    desk.run(["seal", "bag", "-o", "b.zip", "--yes"]).done();
    desk.run(["seal", "bag", "-o", "b.age", "--to-me"]).done();
    let (zip, age) = (fs::read(desk.path("b.zip")).unwrap(), fs::read(desk.path("b.age")).unwrap());
    let header = age.windows(5).position(|bytes| bytes == b"\n--- ").unwrap() + 49;
    let cases: [(&[u8], u8); 11] = [
        (b"", 0),
        (b"", b'y'),
        (b"PK", 0),
        (b"PK\x03\x04", 0),
        (b"PK\x03\x04", 0xff),
        // behind all files and parts, and behind the end
        (&zip[..zip.len() - 4000], 0),
        (&zip, 0),
        (b"age-encryption.org/v1\n-> X25519 ", b'A'),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", b'A'),
        (&age[..header], 0),
        // a few whole chunks
        (&age[..age.len() - 100], 0),
    ];
    let left = desk.state();
    for (case, (beginning, byte)) in cases.into_iter().enumerate() {
        for args in [
            &["verify", "-"][..],
            &["verify", "-", "--against", "b.zip"],
            &["show", "-"],
            &["open", "-", "-d", "opened"],
            &["redact", "-", "--withhold", "long.bin", "--reason", "x", "-o", "r.zip"],
            &["reseal", "-", "--to-me", "-o", "r.age"],
        ] {
            let (told, _) = fed_without_end(&mut desk.command(args), beginning, byte);
            assert!(matches!(told.exit, 1 | 5), "case {case}: {args:?}: {told:#?}");
            assert!(!told.err.contains("io."), "case {case}: {args:?}: {told:#?}");
            assert_eq!(left, desk.state(), "case {case}: {args:?}");
        }
    }
}

#[test]
fn nobody_waits_at_a_named_pipe() {
    let desk = Desk::with_bundle();
    desk.run(["disclose", "b.zip", "--item", "report.txt", "-o", "d.jsonl"]).done();
    assert!(desk.command_of("mkfifo", ["pipe"]).status().unwrap().success());
    let left = desk.state();
    for args in [
        &["verify", "pipe"][..],
        &["verify", "b.zip", "--with", "pipe"],
        &["verify", "b.zip", "--against", "pipe"],
        &["show", "pipe"],
        &["open", "pipe", "-d", "opened"],
        &["redact", "pipe", "--withhold", "a", "--reason", "x", "-o", "r.zip"],
        &["reseal", "pipe", "--to-me", "-o", "r.age"],
        &["contact", "add", "pipe"],
        &["contact", "export", "--card", "pipe"],
        &["key", "import", "pipe", "--name", "Other"],
        &["seal", "bag", "-o", "x.zip", "--metadata", "pipe"],
        &["seal", "bag", "-o", "x.age", "--to-list", "pipe"],
        &["key", "new", "--name", "Other", "--passphrase-file", "pipe"],
    ] {
        let mut child = desk.command(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let started = Instant::now();
        while child.try_wait().unwrap().is_none() && started.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let ended = child.try_wait().unwrap().is_some();
        let _ = child.kill();
        let told = Output::from(child.wait_with_output().unwrap());
        assert!(ended, "{args:?} waits");
        assert_eq!(told.exit, 5, "{args:?}: {told:#?}");
        let all = told.out.clone() + &told.err;
        assert!(all.contains("a named pipe stands where a file should be"), "{args:?}: {told:#?}");
        assert_eq!(left, desk.state(), "{args:?}");
    }
}

/// Makes folders in one another below `path`, longer together than any path that a system takes. Gives the innermost.
fn nest(path: &Path, deep: usize) -> OwnedFd {
    let open = |dir: BorrowedFd, name: &Path| openat(dir, name, OFlags::DIRECTORY | OFlags::RDONLY, Mode::empty()).unwrap();
    (0..deep).fold(open(CWD, path), |dir, _| {
        mkdirat(&dir, "a", Mode::RWXU).unwrap();
        open(dir.as_fd(), Path::new("a"))
    })
}

#[test]
fn empty_folders_in_one_another_change_nothing_however_deep() {
    for deep in [2100, 4000] {
        let desk = Desk::with_bundle();
        desk.run(["open", "b.zip", "-d", "folder"]).done();
        for at in ["folder", "folder/data", "bag"] {
            nest(&desk.path(at), deep);
        }
        desk.verify("folder", 0);
        desk.run(["open", "folder", "-d", "opened"]).done();
        desk.run(["seal", "bag", "-o", "c.zip"]).done();
        assert_eq!(desk.names("c.zip"), desk.names("b.zip"));
        desk.run(["seal", "bag", "--dry-run", "--exclude", "**/a.jpg"]).done();
        // a file down there is a file
        let inner = nest(&desk.path("folder/seal"), deep);
        openat(&inner, "x", OFlags::CREATE | OFlags::WRONLY, Mode::RUSR).unwrap();
        assert_eq!(codes(&desk.verify("folder", 1)), ["bag.unlisted"]);
        let inner = nest(&desk.path("bag/photos"), deep);
        openat(&inner, "x", OFlags::CREATE | OFlags::WRONLY, Mode::RUSR).unwrap();
        let told = desk.run(["seal", "bag", "-o", "d.zip", "--json"]);
        assert_eq!((told.exit, &told.json()["code"]), (1, &"input.name".into()), "{told:#?}");
        // the standard library would need an open file for each of them
        assert!(desk.command_of("rm", ["-rf", "folder", "bag"]).status().unwrap().success());
    }
}

#[test]
fn a_metadata_file_that_is_a_folder_or_endless_is_told() {
    let desk = Desk::with_bag();
    for (file, exit, code) in [("tmp", 5, "io.kind"), ("/dev/zero", 2, "metadata.shape")] {
        desk.refused(["seal", "bag", "-o", "x.zip", "--metadata", file], exit, code);
    }
}

#[test]
fn only_who_needs_a_home_asks_for_one() {
    let desk = Desk::with_bundle();
    let homeless = |args: &[&str]| -> Output {
        let mut command = desk.command(args);
        command.env_remove("HOME").env_remove("XDG_DATA_HOME").output().unwrap().into()
    };
    for args in [&["show", "b.zip"][..], &["explain"], &["seal", "--template", "bag"], &["--help"]] {
        homeless(args).done();
    }
    for args in [&["verify", "b.zip"][..], &["seal", "bag", "-o", "x.zip"], &["open", "b.zip", "-d", "opened"]] {
        let told = homeless(args);
        assert!(told.exit == 5 && told.err.contains("hint: say where: --home DIR\n"), "{told:#?}");
    }
    // a home that cannot be one, and one that nobody can write to: reading it is enough
    desk.write("file", "words");
    desk.refused(["verify", "b.zip", "--home", "file"], 5, "io.kind");
    assert_eq!(desk.run(["verify", "b.zip", "--home", "/proc/sealbag"]).exit, 3);
    assert!(!desk.path("x.zip").exists() && !desk.path("opened").exists());
}

#[test]
fn bytes_that_cannot_be_read_are_told() {
    // a regular file whose first byte can never be read
    const UNREADABLE: &str = "/proc/self/mem";
    let desk = Desk::with_bundle();
    if !std::path::Path::new(UNREADABLE).exists() {
        return skipped("there is no file here that cannot be read");
    }
    desk.refused(["seal", UNREADABLE, "-o", "x.zip"], 5, "io.read");
    desk.refused(["seal", "bag/report.txt", "--photo", UNREADABLE, "-o", "x.zip"], 5, "io.read");
    desk.refused(["show", UNREADABLE], 5, "io.read");
    let verdict = desk.verify(UNREADABLE, 5);
    assert_eq!((codes(&verdict), &verdict["contents"]["state"]), (vec!["io.read"], &"unread".into()));
    let told = desk.run(["open", UNREADABLE, "-d", "opened"]);
    assert!(told.exit == 5 && !desk.path("opened").exists(), "{told:#?}");
}

#[test]
fn many_folders_need_few_open_files() {
    let desk = Desk::signing();
    for number in 0..200 {
        desk.write(format!("bag/{number}/deep/report.txt"), number.to_string());
    }
    let limited = |args: &str| -> Output {
        let line = format!("ulimit -n 64; exec {} {args}", support::program());
        desk.command_of("sh", ["-c", &line]).output().unwrap().into()
    };
    desk.run(["seal", "bag", "-o", "good.zip"]).done();
    limited("verify good.zip").done();
    limited("open good.zip -d opened").done();
    limited("seal bag -o b.zip").done();
    limited("verify opened").done();
}

/// A folder that may not be entered or listed was not looked into, and nobody is told that it was never sealed.
#[test]
fn an_unpacked_bundle_that_is_closed_cannot_be_checked() {
    let desk = Desk::with_bundle();
    desk.run(["open", "b.zip", "-d", "folder"]).done();
    let close = |mode| fs::set_permissions(desk.path("folder"), fs::Permissions::from_mode(mode)).unwrap();
    for mode in [0o000, 0o100, 0o200, 0o300, 0o400] {
        close(mode);
        for verb in ["verify", "show"] {
            let Some(told) = desk.run_unprivileged([verb, "folder", "--json"]) else {
                return skipped("nobody else than root can run the program here");
            };
            assert_eq!(told.exit, 5, "{verb} {mode:o}: {told:#?}");
            assert!(told.out.contains("\"io.denied\""), "{verb} {mode:o}: {told:#?}");
        }
    }
    close(0o700);
    desk.verify("folder", 0);
}
