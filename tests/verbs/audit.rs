//! Many bundles: every planted fault is named and nothing else, whole, in parts, interrupted and gone on with.

mod objects;
mod parts;
mod registers;
mod results;
mod stamps;

use support::kit;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use kit::run::{Home, Output};
use kit::samples::{amina, plain, redacted, stranger};
use kit::{Bundle, Parts};
use serde_json::Value;

use super::disclosures::two_versions;

/// A bundle like no other.
fn bundle(number: usize) -> Bundle {
    let mut bundle = Bundle { id: format!("{number:032x}"), ..plain() };
    bundle.files[0].bytes = format!("Report {number}.\n").into_bytes();
    bundle.files[1].bytes.extend([number as u8; 3000]);
    bundle
}

/// What lies at a path, how it ends, and what is found first.
type Expected = BTreeMap<String, (&'static str, &'static str)>;

/// An archive of `count` sound bundles in folders, some of them unpacked, with faults of many kinds among them.
fn archive(home: &Home, count: usize) -> Expected {
    let mut expected = Expected::new();
    for number in 0..count {
        let folder = format!("archive/{:02}", number / 40);
        fs::create_dir_all(home.path(&folder)).unwrap();
        let path = format!("{folder}/{number:04}.zip");
        let mut kind = ("intact", "");
        if number % 50 == 7 {
            let path = format!("{folder}/{number:04}");
            bundle(number).parts().unpack_to(&home.path(&path));
            expected.insert(path, kind);
            continue;
        }
        let mut bytes = bundle(number).parts().zip();
        if number % 50 == 9 {
            bytes = redacted().zip();
            kind = ("withheld", "");
        }
        home.write(&path, bytes);
        expected.insert(path, kind);
    }
    let mut plant = |name: &str, bytes: &[u8], outcome, code| {
        let path = format!("archive/00/{name}");
        home.write(&path, bytes);
        expected.insert(path, (outcome, code));
    };
    let sound = |number| bundle(number).parts();
    let zip = |mut parts: Parts, damage: &dyn Fn(&mut Parts)| {
        damage(&mut parts);
        parts.zip()
    };
    plant("altered.zip", &zip(sound(9001), &|parts| parts.flip("data/report.txt", 3)), "failed", "payload.altered");
    plant("stray.zip", &zip(sound(9002), &|parts| parts.add_payload("z.txt", "stray")), "failed", "payload.unlisted");
    plant("unsigned.zip", &zip(sound(9003), &|parts| parts.flip("seal/manifest.sig", 90)), "failed", "seal.armor");
    let cut = sound(9004).zip();
    plant("cut.zip", &cut[..cut.len() / 2], "failed", "container.layout");
    plant("text.zip", b"no bundle at all", "failed", "container.layout");
    plant("empty.zip", b"", "failed", "container.layout");
    plant("strange.zip", &bundle(9005).signed_by(stranger()).parts().zip(), "unknown-signer", "signer.unknown");
    let other = Home::new();
    other.run(["key", "new", "--name", "Other", "--no-passphrase"]);
    other.write("a.txt", "a");
    let sealed = other.run(["seal", "a.txt", "--to-me", "-o", "a.zip.age", "--yes"]);
    assert_eq!(sealed.exit, 0, "{sealed:#?}");
    plant("closed.zip.age", &fs::read(other.path("a.zip.age")).unwrap(), "closed", "envelope.no_key");
    // a bundle under a name that is none
    plant("named.bin", &sound(9006).zip(), "intact", "");
    // and what is none
    home.write("archive/00/notes.txt", "notes");
    let (one, two, _) = two_versions();
    plant("two-a.zip", &one, "failed", "seal.two_versions");
    plant("two-b.zip", &two, "failed", "seal.two_versions");
    let pipe = home.path("archive/00/pipe.zip");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    expected.insert("archive/00/pipe.zip".into(), ("unread", "io.kind"));
    #[cfg(unix)]
    std::os::unix::fs::symlink("..", home.path("archive/00/loop")).unwrap();
    expected
}

fn home() -> Home {
    let home = Home::trusting(&amina());
    home.run(["key", "new", "--name", "Auditor", "--no-passphrase"]);
    home
}

/// The lines of results.
fn lines(home: &Home, name: &str) -> Vec<Value> {
    of_text(&fs::read_to_string(home.path(name)).unwrap())
}

fn of_text(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The same without what differs from run to run.
fn steady(lines: Vec<Value>) -> Vec<Value> {
    let without = |mut line: Value| {
        line.as_object_mut().unwrap().remove("checked_at").unwrap();
        line
    };
    lines.into_iter().map(without).collect()
}

fn ends(lines: &[Value]) -> BTreeMap<String, (String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all: BTreeMap<_, _> =
        lines.iter().map(|line| (text(&line["path"]), (text(&line["outcome"]), text(&line["findings"][0]["code"])))).collect();
    assert_eq!(all.len(), lines.len(), "a path stands twice");
    all
}

fn assert_ends(lines: &[Value], expected: &Expected) {
    let ends = ends(lines);
    for (path, (outcome, code)) in expected {
        let told = ends.get(path).unwrap_or_else(|| panic!("{path} is missing"));
        assert_eq!((told.0.as_str(), told.1.as_str()), (*outcome, *code), "{path}");
    }
    assert_eq!(
        ends.len(),
        expected.len(),
        "{:?}",
        ends.keys().filter(|path| !expected.contains_key(*path)).collect::<Vec<_>>()
    );
    for line in lines {
        assert_eq!(line["passed"], matches!(line["outcome"].as_str(), Some("intact" | "withheld")), "{line}");
    }
}

fn done(output: Output, exit: i32) -> Output {
    assert_eq!(output.exit, exit, "{output:#?}");
    output
}

#[test]
fn every_planted_fault_is_named_and_nothing_else() {
    let home = home();
    let expected = archive(&home, 300);
    let one = done(home.run(["audit", "archive", "-o", "one.jsonl", "--jobs", "1"]), 1);
    let two = done(home.run(["audit", "archive", "-o", "two.jsonl", "--jobs", "2", "--json"]), 1);
    assert_ends(&lines(&home, "one.jsonl"), &expected);
    assert_eq!(steady(lines(&home, "one.jsonl")), steady(lines(&home, "two.jsonl")), "the number of threads changes nothing");
    // in the order of the list, numbered
    for (at, line) in lines(&home, "one.jsonl").iter().enumerate() {
        assert_eq!(line["number"], at + 1);
    }
    let paths: Vec<String> = lines(&home, "one.jsonl").iter().map(|line| line["path"].as_str().unwrap().to_owned()).collect();
    assert!(paths.is_sorted(), "{paths:?}");
    // each is what verify says of it alone
    for path in ["archive/00/altered.zip", "archive/00/0001.zip", "archive/00/strange.zip"] {
        let alone = home.run(["verify", path, "--json"]).json();
        let line = lines(&home, "one.jsonl").into_iter().find(|line| line["path"] == path).unwrap();
        for (name, value) in alone.as_object().unwrap() {
            assert_eq!(&line[name], value, "{path} {name}");
        }
    }
    let summary = two.json();
    let bad = expected.values().filter(|(outcome, _)| !matches!(*outcome, "intact" | "withheld")).count();
    assert_eq!(summary["summary"]["passed"], expected.len() - bad);
    assert_eq!(summary["summary"]["counts"]["failed"], 8);
    assert_eq!((&summary["exit"], &summary["signer"]["state"]), (&1.into(), &"you".into()));
    // people read every name
    assert!(one.out.starts_with(&format!("{bad} TO LOOK AT, ")), "{one:#?}");
    let page = one.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for (path, (outcome, _)) in &expected {
        let told = page.contains(&format!("\"{path}\""));
        assert_eq!(told, !matches!(*outcome, "intact" | "withheld"), "{path}");
    }
    assert!(one.err.contains("not followed: archive/00/loop\n"), "{one:#?}");
    assert!(one.err.contains("1 file that is no bundle"), "{one:#?}");
    // without -o the same lines go to standard output, and what copies say together behind them
    let stream = done(home.run(["audit", "archive"]), 1);
    let mut streamed = of_text(&stream.out);
    assert_eq!(streamed.pop().unwrap()["schema"], "sealbag-audit-two-versions/1");
    let both = |path: &str| path.contains("two-");
    let alone = |lines: Vec<Value>| steady(lines.into_iter().filter(|line| !both(line["path"].as_str().unwrap())).collect());
    assert_eq!(alone(streamed), alone(lines(&home, "one.jsonl")));
}

#[test]
fn two_versions_of_one_seal_are_seen_in_an_archive_and_copies_of_one_are_not_two() {
    let home = home();
    fs::create_dir(home.path("archive")).unwrap();
    let (one, two, three) = two_versions();
    home.write("archive/a.zip", &one);
    home.write("archive/copy.zip", &one);
    let less = redacted();
    home.write("archive/less.zip", less.zip());
    home.write("archive/whole.zip", plain().parts().zip());
    done(home.run(["audit", "archive", "-o", "sound.jsonl"]), 0);
    home.write("archive/b.zip", &two);
    home.write("archive/c.zip", &three);
    let seen = done(home.run(["audit", "archive", "-o", "seen.jsonl"]), 1);
    let failed: Vec<String> = ends(&lines(&home, "seen.jsonl"))
        .into_iter()
        .filter(|(_, end)| *end == ("failed".into(), "seal.two_versions".into()))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(failed, ["archive/a.zip", "archive/b.zip", "archive/c.zip", "archive/copy.zip"]);
    assert!(seen.out.contains("seal.two_versions"), "{seen:#?}");
    done(home.run(["audit", "verify", "seen.jsonl"]), 0);
    // in parts it is seen when they are joined
    let parts: Vec<String> = (1..=3).map(|part| format!("part-{part}.jsonl")).collect();
    for (at, part) in parts.iter().enumerate() {
        home.run(["audit", "archive", "-o", part, "--shard", &format!("{}/3", at + 1)]);
    }
    let merge = ["audit", "merge", "-o", "merged.jsonl"].into_iter().chain(parts.iter().map(String::as_str));
    done(home.run(merge), 1);
    assert_eq!(ends(&lines(&home, "merged.jsonl")), ends(&lines(&home, "seen.jsonl")));
}

#[test]
fn names_of_all_kinds_and_folders_that_lead_back_are_told_and_never_fatal() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let home = home();
    let odd = home.path("archive").join(OsStr::from_bytes(b"\xff\xfe odd\n\x1b[2J"));
    fs::create_dir_all(&odd).unwrap();
    fs::write(odd.join("a.zip"), bundle(1).parts().zip()).unwrap();
    // deeper than a path can be
    let mut deep = fs::canonicalize(home.path("archive")).unwrap();
    let part = "d".repeat(200);
    while deep.as_os_str().len() + part.len() < 4000 {
        deep.push(&part);
    }
    fs::create_dir_all(&deep).unwrap();
    let script = format!(
        "import os,sys\nos.chdir(sys.argv[1])\nfor _ in range(3):\n os.mkdir('{part}'); os.chdir('{part}')\nopen('b.zip','w')"
    );
    assert!(Command::new("python3").args(["-c", &script]).arg(&deep).status().unwrap().success());
    std::os::unix::fs::symlink("/", home.path("archive/root")).unwrap();
    std::os::unix::fs::symlink(home.path("archive"), odd.join("again")).unwrap();
    std::os::unix::fs::symlink("a.zip", odd.join("link.zip")).unwrap();
    let run = done(home.run(["audit", "archive", "-o", "a.jsonl"]), 5);
    let lines = lines(&home, "a.jsonl");
    let sound: Vec<&Value> = lines.iter().filter(|line| line["outcome"] == "intact").collect();
    assert_eq!(sound.len(), 1, "{lines:#?}");
    assert_eq!(sound[0]["path"], "archive/\u{fffd}\u{fffd} odd\n\u{1b}[2J/a.zip");
    assert_eq!(sound[0]["path_base64"], data_encoding::BASE64.encode(b"archive/\xff\xfe odd\n\x1b[2J/a.zip"));
    assert_eq!(lines.len(), 2, "what is too deep is told: {lines:#?}");
    assert_eq!(lines.iter().find(|line| line["outcome"] != "intact").unwrap()["outcome"], "unread");
    assert!(!run.out.contains('\u{1b}') && !run.err.contains('\u{1b}'), "{run:#?}");
    assert!(run.err.contains("and 2 more links"), "{run:#?}");
    done(home.run(["audit", "verify", "a.jsonl"]), 0);
}

#[test]
fn what_is_not_there_and_what_is_listed_twice_is_refused_before_anything_is_written() {
    let home = home();
    archive(&home, 3);
    for (args, exit, code) in [
        (vec!["audit", "nowhere"], 5, "io.missing"),
        (vec!["audit", "archive", "archive/00"], 1, "audit.twice"),
        (vec!["audit", "--list", "nowhere"], 5, "io.missing"),
        (vec!["audit", "archive", "--shard", "8/7"], 2, "usage"),
        (vec!["audit", "archive", "--resume"], 2, "usage"),
        (vec!["audit", "archive", "-o", "no/a.jsonl"], 5, "io.missing"),
    ] {
        let told = home.run(args.iter().copied().chain(["--json"]));
        let last: Value = serde_json::from_str(told.out.lines().last().unwrap()).unwrap();
        assert_eq!((told.exit, last["code"].as_str()), (exit, Some(code)), "{args:?} {told:#?}");
    }
    home.write("list", "archive/00/0000.zip\narchive/00/0001.zip\r\n\narchive/00/nothing.zip\n");
    let told = done(home.run(["audit", "--list", "list"]), 5);
    let outcomes: Vec<Value> = of_text(&told.out).iter().map(|line| line["outcome"].clone()).collect();
    assert_eq!(outcomes, ["intact", "intact", "missing"]);
    let nul = home.write("nul", b"archive/00/0000.zip\0archive/00/0001.zip\0");
    let told = done(home.run_with_input(["audit", "--list", "-", "-0"], Some(&nul), true), 0);
    assert_eq!(of_text(&told.out).len(), 2);
    home.write("list", "archive/00/0000.zip\narchive/00/0000.zip\n");
    assert_eq!(home.run(["audit", "--list", "list", "--json"]).json()["code"], "audit.twice");
    // nothing is written over
    done(home.run(["audit", "archive/00/0000.zip", "-o", "a.jsonl"]), 0);
    let before = fs::read(home.path("a.jsonl")).unwrap();
    let told = home.run(["audit", "archive/00/0001.zip", "-o", "a.jsonl", "--json"]);
    assert_eq!((told.exit, &told.json()["code"]), (2, &"output.exists".into()));
    assert_eq!(fs::read(home.path("a.jsonl")).unwrap(), before);
    assert!(!Path::new(&home.path("a.jsonl.plan")).exists());
}
