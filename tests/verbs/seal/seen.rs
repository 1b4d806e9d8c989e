//! Nothing is sealed unseen: what is taken is told before it is written, and what is to stay out is left out or told.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::json;

use super::runs::desk::PATROL;
use super::runs::{Desk, skipped};

/// A bag in which things lie that nobody means to give away.
fn strewn() -> Desk {
    let desk = Desk::with_bag();
    for name in [".env", ".git/HEAD", ".git/objects/00/1", ".cache/a", "lib/CVS/Root", "lib/.svn/entries", "lib/.hg/store"] {
        desk.write(format!("bag/{name}"), "x");
    }
    desk
}

const HIDDEN: &str = "\nhidden among the files\n  - \".cache/\", 1 file\n  - \".env\"\n";
const VERSIONS: &str = "\nversion control among the files: it holds earlier versions, and who wrote them
  - \".git/\", 2 files
  - \"lib/.hg/\", 1 file
  - \"lib/.svn/\", 1 file
  - \"lib/CVS/\", 1 file
";

#[test]
fn hidden_files_and_version_control_are_told_by_name() {
    let desk = strewn();
    let told = desk.run(["seal", "bag", "-o", "b.zip"]).done();
    assert!(told.err.is_empty() && told.out.contains(HIDDEN) && told.out.contains(VERSIONS), "{told:#?}");
    let told = desk.run(["seal", "bag", "--dry-run"]).done();
    assert!(told.out.contains(HIDDEN) && told.out.contains(VERSIONS), "{told:#?}");
    // the twin has nothing of the kind
    let told = Desk::with_bag().run(["seal", "bag", "-o", "b.zip"]).done();
    assert!(!told.out.contains("among the files"), "{told:#?}");
}

#[test]
fn hidden_files_are_told_under_the_names_that_they_have_also_where_they_get_others() {
    let desk = strewn();
    let told = desk.run(["seal", "bag", "--neutral-names", "-o", "b.zip", "--json"]).done().json();
    let names = |list: &serde_json::Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&told["taken"]["hidden"]), [".cache/", ".env"]);
    assert_eq!(names(&told["taken"]["version_control"]), [".git/", "lib/.hg/", "lib/.svn/", "lib/CVS/"]);
    assert_eq!(told["taken"]["version_control"][0]["files"], 2);
}

#[test]
fn the_first_twenty_names_are_listed_and_the_others_counted() {
    let desk = Desk::signing();
    for number in 0..23 {
        desk.write(format!("bag/{number:02}.txt"), "x");
    }
    let told = desk.run(["seal", "bag", "--dry-run"]).done().out;
    assert_eq!(told.lines().filter(|line| line.starts_with("  - \"")).count(), 20, "{told}");
    assert!(told.contains("  - \"19.txt\"\n  … and 3 more\n"), "{told}");
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    let desk = strewn();
    let before = desk.state();
    let told = desk.run(["seal", "bag", "--dry-run", "-o", "b.zip", "--title", "T"]).done();
    assert!(told.out.starts_with("nothing was written\n\nto seal: 10 files (53 B) and 1 fact\n"), "{told:#?}");
    assert!(
        told.out.contains("\nnot encrypted: whoever gets this file can read all of it\n") && told.err.is_empty(),
        "{told:#?}"
    );
    let json = desk.run(["seal", "bag", "--dry-run", "--json", "--exclude", ".git", "--exclude", "**/CVS"]).done().json();
    let expected = json!({
        "schema": "sealbag-seal-dry-run/1",
        "exit": 0,
        "files": 7,
        "bytes": 50,
        "facts": 0,
        "names": [".cache/a", ".env", "lib/.hg/store", "lib/.svn/entries", "photos/a.jpg", PATROL, "report.txt"],
        "taken": {
            "hidden": [{"name": ".cache/", "files": 1}, {"name": ".env", "files": 1}],
            "version_control": [{"name": "lib/.hg/", "files": 1}, {"name": "lib/.svn/", "files": 1}],
            "locks": [],
            "copies": [],
            "shortcuts": [],
            "programs": [],
            "unfinished": [],
            "empty": [],
        },
        "encryption": "none",
        "to": [],
        "names_recipients": false,
        "opens_here": true,
        "not_sealed": {
            "junk": [],
            "empty_folders": [],
            "empty_facts": 0,
            "excluded": [{"name": ".git/", "files": 2}, {"name": "lib/CVS/", "files": 1}],
        },
        "renamed": [],
        "twins": [],
        "no_clean_copy": [],
        "recorded": [],
        "leaks": [],
        "notes": [],
        "not_checked": [],
    });
    assert_eq!(json, expected);
    assert_eq!(before, desk.state());
    // what it lists is what sealing takes
    desk.run(["seal", "bag", "-o", "b.zip", "--exclude", ".git", "--exclude", "**/CVS"]).done();
    assert_eq!(json!(desk.names("b.zip")), json["names"]);
}

#[test]
fn a_dry_run_meets_the_trouble_that_sealing_would_meet() {
    let desk = Desk::with_bag();
    desk.write("there.zip", "something");
    desk.write("wrong.json", "{");
    let bag = |flags: &[&'static str]| [&["seal", "bag"], flags].concat();
    for (args, exit, code) in [
        (bag(&["-o", "there.zip"]), 2, "output.exists"),
        (bag(&["-o", "bag/b.zip"]), 2, "output.inside"),
        (bag(&["-o", "none/b.zip"]), 5, "io.missing"),
        (bag(&["-o", "there.zip/b.zip"]), 5, "io.kind"),
        (bag(&["--to", "Nobody"]), 2, "contact.unknown"),
        (bag(&["--key", "Nobody"]), 2, "key.unknown"),
        (bag(&["--metadata", "wrong.json"]), 2, "metadata.shape"),
        (bag(&["--exclude", "none"]), 2, "input.exclude"),
        (vec!["seal", "none"], 5, "io.missing"),
        (vec!["seal", "home"], 1, "input.home"),
    ] {
        let without = desk.refused(&args, exit, code);
        let with = desk.refused(args.iter().chain(&["--dry-run"]), exit, code);
        assert_eq!(without, with, "{args:?}");
    }
    symlink("nowhere", desk.path("bag/link")).unwrap();
    desk.refused(["seal", "bag", "--dry-run"], 1, "input.link");
    fs::remove_file(desk.path("bag/link")).unwrap();
    desk.run(["seal", "bag", "--dry-run"]).done();
    // no key yet
    let keyless = Desk::new();
    keyless.bag("bag");
    keyless.refused(["seal", "bag", "--dry-run"], 5, "key.none");
}

#[test]
fn a_dry_run_opens_every_file_and_reads_none() {
    let desk = Desk::with_bag();
    for path in ["bag", "bag/photos"] {
        fs::set_permissions(desk.path(path), Permissions::from_mode(0o755)).unwrap();
    }
    let args = ["seal", "bag", "--dry-run", "--json"];
    let Some(twin) = desk.run_unprivileged(args) else { return skipped("nobody else than root can run the program here") };
    twin.done();
    for name in ["report.txt", "photos/a.jpg"] {
        fs::set_permissions(desk.path("bag").join(name), Permissions::from_mode(0o000)).unwrap();
    }
    let told = desk.run_unprivileged(args).unwrap();
    let json = told.json();
    assert_eq!((told.exit, &json["code"], &json["thing"]), (5, &"io.denied".into(), &"photos/a.jpg".into()), "{told:#?}");
    assert_eq!(json["also"][0]["where"], "report.txt", "{json}");
}

#[test]
fn what_an_exclude_matches_is_left_out_and_listed() {
    let desk = strewn();
    symlink("nowhere", desk.path("bag/lib/link")).unwrap();
    fs::create_dir(desk.path("bag/none")).unwrap();
    desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.link");
    // a link that is left out stands in nobody's way, nor does an empty folder
    let globs = [".git", "lib", "**/*.jpg", ".[a-d]*", "none/", ".env"];
    let flags = globs.iter().flat_map(|glob| ["--exclude", glob]);
    let told = desk.run(["seal", "bag", "-o", "b.zip"].into_iter().chain(flags)).done();
    assert_eq!(desk.names("b.zip"), ["report.txt"]);
    let listed = format!(
        "\nnot sealed: what --exclude matches\n  - \".cache/\", 1 file\n  - \".env\"\n  - \".git/\", 2 files\n  - \"lib/\", 4 files\n  \
         - \"photos/a.jpg\"\n  - \"{PATROL}\"\n"
    );
    assert!(told.out.contains(&listed), "{told:#?}");
    assert!(!told.out.contains("empty folders"), "{told:#?}");
    // files that are given one by one too, under the names that they get
    let args = ["seal", "bag/report.txt", "--photo", "bag/photos/a.jpg", "--exclude", "photos/*", "-o", "c.zip"];
    desk.run(args).done();
    assert_eq!(desk.names("c.zip"), ["report.txt"]);
    desk.refused(["seal", "bag", "--exclude", "**", "-o", "x.zip"], 1, "input.empty");
}

#[test]
fn an_exclude_that_matches_nothing_is_refused_and_all_of_them_are_told_at_once() {
    let desk = Desk::with_bag();
    desk.run(["seal", "bag", "--exclude", "**/a.jpg", "-o", "good.zip"]).done();
    let args = ["seal", "bag", "--exclude", "**/a.jpg", "--exclude", "*.jpg", "--exclude", "bag/report.txt", "-o", "x.zip"];
    let told = desk.refused(args, 2, "input.exclude");
    assert_eq!((&told["thing"], &told["trouble"]), (&"*.jpg".into(), &"matches nothing that was found".into()));
    assert_eq!((&told["also"][0]["where"], &told["also"][1]), (&"bag/report.txt".into(), &json!(null)));
    let told = desk.refused(["seal", "bag", "--exclude", "a[", "-o", "x.zip"], 2, "input.exclude");
    assert!(told["trouble"].as_str().unwrap().starts_with("is no pattern: "), "{told}");
}

#[test]
fn in_a_script_a_bundle_that_is_not_encrypted_is_sealed_and_the_summary_says_so() {
    let desk = Desk::with_bag();
    let said = "not encrypted: whoever gets this file can read all of it";
    for flags in [&[][..], &["--yes"]] {
        let told = desk.run([&["seal", "bag", "-o", "b.zip", "--force"], flags].concat()).done();
        assert!(told.out.lines().any(|line| line == said), "{told:#?}");
    }
    let told = desk.run(["seal", "bag", "--to-me", "-o", "b.zip.age"]).done();
    assert!(!told.out.contains("not encrypted"), "{told:#?}");
}
