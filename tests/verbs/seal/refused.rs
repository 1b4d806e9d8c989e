//! What stands in the way of a seal: told, with its code, and nothing is written.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::Command;

use super::runs::{Desk, skipped};

#[test]
fn links_are_refused_wherever_they_lead() {
    let desk = Desk::with_bag();
    desk.run(["seal", "bag", "-o", "good.zip"]).done();
    desk.write("outside/secret.txt", "secret");
    for target in ["report.txt", "../outside/secret.txt", "../outside", "photos", "nowhere", "/etc", "."] {
        symlink(target, desk.path("bag/link")).unwrap();
        let told = desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.link");
        assert_eq!(told["thing"], "link");
        // a folder that is named is sealed, whichever way it is reached; a file is not
        if !desk.path("bag/link").is_dir() {
            desk.refused(["seal", "bag/link", "-o", "x.zip"], 1, "input.link");
            desk.refused(["seal", "bag/report.txt", "--photo", "bag/link", "-o", "x.zip"], 1, "input.link");
        }
        fs::remove_file(desk.path("bag/link")).unwrap();
    }
    symlink("a.jpg", desk.path("bag/photos/link")).unwrap();
    symlink("nowhere", desk.path("bag/another")).unwrap();
    let told = desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.link");
    assert_eq!(told["also"].as_array().map(Vec::len), Some(1), "{told}");
}

#[test]
fn pipes_and_sockets_are_refused_without_waiting_for_them() {
    let desk = Desk::with_bag();
    desk.run(["seal", "bag", "-o", "good.zip"]).done();
    let _socket = UnixListener::bind(desk.path("bag/socket")).unwrap();
    assert_eq!(desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.link")["thing"], "socket");
    fs::remove_file(desk.path("bag/socket")).unwrap();
    assert!(Command::new("mkfifo").arg(desk.path("bag/pipe")).status().unwrap().success());
    assert_eq!(desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.link")["thing"], "pipe");
    desk.refused(["seal", "bag/pipe", "-o", "x.zip"], 1, "input.link");
    desk.refused(["seal", "/dev/null", "-o", "x.zip"], 1, "input.link");
}

#[test]
fn what_may_not_be_read_is_told_all_at_once() {
    let desk = Desk::with_bag();
    fs::create_dir(desk.path("out")).unwrap();
    fs::set_permissions(desk.path("out"), Permissions::from_mode(0o777)).unwrap();
    for path in ["bag", "bag/photos"] {
        fs::set_permissions(desk.path(path), Permissions::from_mode(0o755)).unwrap();
    }
    let args = ["seal", "bag", "-o", "out/b.zip"];
    let Some(twin) = desk.run_unprivileged(args) else {
        return skipped("nobody else than root can run the program here");
    };
    twin.done();
    fs::remove_file(desk.path("out/b.zip")).unwrap();
    for name in ["report.txt", "photos/a.jpg"] {
        fs::set_permissions(desk.path("bag").join(name), Permissions::from_mode(0o000)).unwrap();
    }
    let before = desk.state();
    let told = desk.run_unprivileged(args).unwrap();
    assert_eq!(told.exit, 5, "{told:#?}");
    assert_eq!(
        told.err.lines().take(3).collect::<Vec<_>>(),
        ["sealbag: 2 times: permission denied", "  - photos/a.jpg", "  - report.txt"]
    );
    assert_eq!(before, desk.state());
    let json = desk.run_unprivileged([&args[..], &["--json"]].concat()).unwrap().json();
    assert_eq!((&json["code"], &json["exit"]), (&"io.denied".into(), &5.into()));
    // a folder that may not be entered, and one that may not be written to
    fs::set_permissions(desk.path("bag/photos"), Permissions::from_mode(0o000)).unwrap();
    let told = desk.run_unprivileged([&args[..], &["--json"]].concat()).unwrap();
    assert_eq!((told.exit, &told.json()["code"]), (5, &"io.denied".into()), "{told:#?}");
    for path in ["bag/photos", "bag/report.txt", "bag/photos/a.jpg", "out"] {
        fs::set_permissions(desk.path(path), Permissions::from_mode(0o555)).unwrap();
    }
    let told = desk.run_unprivileged([&args[..], &["--json"]].concat()).unwrap();
    assert_eq!((told.exit, &told.json()["code"]), (5, &"io.denied".into()), "{told:#?}");
    assert_eq!(told.json()["thing"], "out/b.zip");
    assert_eq!(fs::read_dir(desk.path("out")).unwrap().count(), 0);
    for path in ["bag/photos", "out"] {
        fs::set_permissions(desk.path(path), Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn an_output_that_cannot_be_written_is_told() {
    let desk = Desk::with_bag();
    desk.write("file", "words");
    fs::create_dir(desk.path("folder")).unwrap();
    symlink("nowhere", desk.path("link")).unwrap();
    for (output, exit, code) in [
        ("good.zip", 0, ""),
        ("none/x.zip", 5, "io.missing"),
        ("file/x.zip", 5, "io.kind"),
        ("/proc/sealbag/x.zip", 5, "io.missing"),
        ("folder", 2, "output.exists"),
        (".", 2, "output.exists"),
        ("link", 2, "output.exists"),
        ("file", 2, "output.exists"),
    ] {
        if exit == 0 {
            desk.run(["seal", "bag", "-o", output]).done();
        } else {
            desk.refused(["seal", "bag", "-o", output], exit, code);
        }
    }
    for output in ["folder", "link"] {
        desk.refused(["seal", "bag", "-o", output, "--force"], 2, "output.exists");
    }
}

#[test]
fn the_bundle_never_lands_in_the_folder_that_is_sealed() {
    let desk = Desk::with_bag();
    symlink("bag/photos", desk.path("door")).unwrap();
    desk.run(["seal", "bag", "-o", "bag/../good.zip"]).done();
    let absolute = desk.path("bag/x.zip").to_string_lossy().into_owned();
    for output in ["bag/x.zip", "bag/photos/x.zip", "door/x.zip", "./bag/photos/../x.zip", &absolute] {
        let told = desk.refused(["seal", "bag", "-o", output], 2, "output.inside");
        assert!(told["hint"].as_str().unwrap().contains("-o ../"), "{told}");
        desk.refused(["seal", "bag", "-o", output, "--force"], 2, "output.inside");
    }
    // from inside the folder, where the default would put it
    let before = desk.state();
    for args in [["seal", ".", "--json"], ["seal", "../bag", "--json"]] {
        let told: super::runs::Output = desk.command(args).current_dir(desk.path("bag")).output().unwrap().into();
        assert_eq!((told.exit, &told.json()["code"]), (2, &"output.inside".into()), "{told:#?}");
    }
    assert_eq!(before, desk.state());
    let told: super::runs::Output =
        desk.command(["seal", ".", "-o", "../fine.zip"]).current_dir(desk.path("bag")).output().unwrap().into();
    told.done();
}

#[test]
fn a_file_that_is_sealed_is_never_replaced_by_its_own_bundle() {
    let desk = Desk::with_bag();
    desk.run(["seal", "bag/report.txt", "-o", "good.zip"]).done();
    let before = desk.state();
    for flags in [&[][..], &["--force"]] {
        let told = desk.run([&["seal", "bag/report.txt", "-o", "bag/report.txt"], flags].concat());
        assert_eq!(told.exit, 2, "{told:#?}");
        assert_eq!(before, desk.state());
    }
}

#[test]
fn there_must_be_something_to_seal() {
    let desk = Desk::with_bag();
    fs::create_dir_all(desk.path("empty/deeper")).unwrap();
    let told = desk.refused(["seal", "empty", "-o", "x.zip"], 1, "input.empty");
    assert_eq!(told["thing"], "empty");
    desk.refused(["seal", "none", "-o", "x.zip"], 5, "io.missing");
    desk.refused(["seal", "none.txt", "bag/report.txt", "-o", "x.zip"], 5, "io.missing");
    desk.refused(["seal", "none/", "-o", "x.zip"], 5, "io.missing");
    desk.refused(["seal", "--photo", "bag/photos", "-o", "x.zip"], 5, "io.kind");
    desk.refused(["seal", "..", "bag/report.txt", "-o", "x.zip"], 2, "usage");
    desk.refused(["seal", "bag", "bag", "-o", "x.zip"], 2, "usage");
    desk.refused(["seal", "-o", "x.zip"], 2, "usage");
    // an empty file is a file
    desk.write("bag/nothing.txt", "");
    desk.run(["seal", "bag/nothing.txt", "-o", "b.zip"]).done();
    assert_eq!(desk.verify("b.zip", 0)["contents"]["bytes"], 0);
}

#[test]
fn everything_in_the_way_is_told_at_once() {
    let desk = Desk::with_bag();
    symlink("nowhere", desk.path("bag/link")).unwrap();
    desk.write("bag/what?.txt", "words");
    desk.write("bag/REPORT.txt", "words");
    let told = desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.link");
    let also: Vec<&str> = told["also"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect();
    assert_eq!(also, ["input.name", "input.twin"]);
}
