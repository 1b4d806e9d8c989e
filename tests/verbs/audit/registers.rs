//! Registers: what there should be, in every form that is read.

use std::fs;
use std::process::Command;

use kit::samples::{amina, plain, stranger};
use serde_json::Value;
use support::kit;

use super::{Home, archive, bundle, done, home, lines};

fn state(lines: &[Value], path: &str) -> String {
    let line = lines.iter().find(|line| line["path"] == path).unwrap_or_else(|| panic!("no {path}: {lines:#?}"));
    line["register"]["state"].as_str().unwrap_or("none").to_owned()
}

fn outcome(lines: &[Value], path: &str) -> (String, bool) {
    let line = lines.iter().find(|line| line["path"] == path).unwrap_or_else(|| panic!("no {path}"));
    (line["outcome"].as_str().unwrap().to_owned(), line["passed"].as_bool().unwrap())
}

/// A home with an archive, and what an audit of it said.
fn audited(more: &[&str]) -> Home {
    let home = home();
    archive(&home, 20);
    done(home.run(["audit", "archive", "-o", "first.jsonl"].iter().chain(more)), 1);
    home
}

#[test]
fn what_is_changed_missing_moved_or_untracked_is_named() {
    let home = audited(&["--file-hashes"]);
    let made = done(home.run(["register", "make", "first.jsonl", "-o", "register.jsonl", "--json"]), 0).json();
    assert_eq!((&made["left_out"], &made["added"]), (&9.into(), &0.into()), "{made}");
    let path = |name: &str| home.path(&format!("archive/00/{name}"));
    let clean = done(home.run(["audit", "archive", "-o", "same.jsonl", "--register", "register.jsonl", "--closed"]), 1);
    assert!(clean.out.contains("closed, unchanged"), "{clean:#?}");
    let same = lines(&home, "same.jsonl");
    assert_eq!(state(&same, "archive/00/0001.zip"), "unchanged");
    assert_eq!(outcome(&same, "archive/00/closed.zip.age"), ("closed".into(), true));
    // what is bad is in no register
    assert_eq!(state(&same, "archive/00/altered.zip"), "untracked");

    // another sound bundle in place of one; one gone; one moved; one new; the closed one altered
    fs::write(path("0001.zip"), bundle(777).parts().zip()).unwrap();
    fs::remove_file(path("0002.zip")).unwrap();
    fs::rename(path("0003.zip"), path("elsewhere.zip")).unwrap();
    fs::write(path("new.zip"), bundle(888).parts().zip()).unwrap();
    let mut closed = fs::read(path("closed.zip.age")).unwrap();
    *closed.last_mut().unwrap() ^= 1;
    fs::write(path("closed.zip.age"), closed).unwrap();
    // an unpacked one is known by its seal
    fs::write(home.path("archive/00/0007/data/report.txt"), "another").unwrap();
    let told = done(
        home.run(["audit", "archive", "-o", "b.jsonl", "--register", "register.jsonl", "--closed", "--since", "same.jsonl"]),
        1,
    );
    let now = lines(&home, "b.jsonl");
    for (name, expected, register) in [
        ("0001.zip", ("changed", false), "changed"),
        ("0002.zip", ("missing", false), "missing"),
        ("0003.zip", ("missing", false), "missing"),
        ("elsewhere.zip", ("intact", true), "moved"),
        ("new.zip", ("intact", false), "untracked"),
        ("closed.zip.age", ("changed", false), "changed"),
        ("0007", ("failed", false), "unchanged"),
        ("0004.zip", ("intact", true), "unchanged"),
    ] {
        let name = format!("archive/00/{name}");
        assert_eq!(outcome(&now, &name), (expected.0.to_owned(), expected.1), "{name}");
        assert_eq!(state(&now, &name), register, "{name}");
    }
    let at = |name: &str| now.iter().find(|line| line["path"] == format!("archive/00/{name}")).unwrap();
    assert_eq!(at("0001.zip")["findings"][0]["code"], "register.changed");
    assert_eq!(at("new.zip")["findings"][0]["code"], "register.untracked");
    assert_eq!(at("0002.zip")["findings"][0]["code"], "io.missing");
    assert!(told.out.contains("newly bad                6"), "{}", told.out);
    assert!(told.out.contains("NEW, CHANGED"), "{}", told.out);

    // brought up to date
    let updated =
        ["register", "update", "register.jsonl", "--from", "b.jsonl", "-o", "later.jsonl", "--drop-missing", "--json"];
    let updated = done(home.run(updated), 0).json();
    assert_eq!((&updated["added"], &updated["changed"], &updated["dropped"]), (&2.into(), &1.into(), &2.into()), "{updated}");
    let again = done(home.run(["audit", "archive", "-o", "c.jsonl", "--register", "later.jsonl", "--closed"]), 1);
    // nobody can tell whether a closed one was changed for a good reason
    let changed: Vec<Value> = lines(&home, "c.jsonl").into_iter().filter(|line| line["outcome"] == "changed").collect();
    assert_eq!((changed.len(), &changed[0]["path"]), (1, &"archive/00/closed.zip.age".into()));
    assert!(!again.out.contains("MISSING"), "{again:#?}");
    let shown = done(home.run(["register", "show", "later.jsonl"]), 0);
    assert!(
        shown.out.contains("signed by") && shown.out.contains("Auditor") && shown.out.contains("elsewhere.zip"),
        "{shown:#?}"
    );
}

#[test]
fn a_closed_bundle_has_passed_only_where_that_is_said() {
    let home = audited(&[]);
    done(home.run(["register", "make", "first.jsonl", "-o", "register.jsonl"]), 0);
    let closed = "archive/00/closed.zip.age";
    for (args, exit, passed) in [
        (vec!["audit", closed], 5, false),
        (vec!["audit", closed, "--register", "register.jsonl"], 5, false),
        (vec!["audit", closed, "--register", "register.jsonl", "--closed"], 0, true),
    ] {
        let told = done(home.run(&args), exit);
        let lines = super::of_text(&told.out);
        assert_eq!(outcome(&lines, closed), ("closed".into(), passed), "{args:?}");
    }
    let told = home.run(["audit", closed, "--closed", "--json"]);
    assert_eq!((told.exit, &told.json()["code"]), (2, &"usage".into()));
}

#[test]
fn lists_that_others_make_are_registers_too() {
    let home = home();
    fs::create_dir(home.path("archive")).unwrap();
    for number in 0..4 {
        home.write(&format!("archive/{number}.zip"), bundle(number).parts().zip());
    }
    home.write("archive/odd\nname.zip", bundle(9).parts().zip());
    let hash = |name: &str| kit::text::sha256_hex(&fs::read(home.path(name)).unwrap());
    let listed =
        Command::new("sh").args(["-c", "sha256sum ./archive/*.zip > sums"]).current_dir(home.path("")).status().unwrap();
    assert!(listed.success());
    done(home.run(["audit", "archive", "--register", "sums"]), 0);
    // the manifest of a bag in which the archive lies
    let bag: String =
        (0..4).map(|number| format!("{}  archive/{number}.zip\n", hash(&format!("archive/{number}.zip")))).collect();
    home.write("manifest-sha256.txt", &bag);
    let told = done(home.run(["audit", "archive", "--register", "manifest-sha256.txt"]), 4);
    assert_eq!(state(&super::of_text(&told.out), "archive/odd\nname.zip"), "untracked");
    home.write("manifest-sha256.txt", bag.replacen(&hash("archive/2.zip"), &hash("archive/1.zip"), 1));
    let told = done(home.run(["audit", "archive", "--register", "manifest-sha256.txt"]), 1);
    assert_eq!(outcome(&super::of_text(&told.out), "archive/2.zip"), ("changed".into(), false));
    let shown = done(home.run(["register", "show", "manifest-sha256.txt", "--json"]), 0).json();
    assert_eq!((&shown["kind"], shown["entries"].as_array().unwrap().len()), (&"sha256sum".into(), 4));

    // what an object store says of its objects
    let message = |sha256: &str, algorithm: &str, kind: &str| {
        let base64 = data_encoding::BASE64.encode(&data_encoding::HEXLOWER.decode(sha256.as_bytes()).unwrap());
        format!(
            "\"{{\"\"checksum_base64\"\":\"\"{base64}\"\",\"\"etag\"\":\"\"x\"\",\"\"checksumAlgorithm\"\":\"\"{algorithm}\"\",\"\"checksumType\"\":\"\"{kind}\"\"}}\""
        )
    };
    let one = hash("archive/1.zip");
    let report = format!(
        "Bucket,Key,VersionId,TaskStatus,ErrorCode,HTTPStatusCode,ResultMessage\n\
         kept,a%2Fwith+blank.zip,,succeeded,,200,{}\n\
         kept,crc.zip,,succeeded,,200,{}\n\
         kept,parts.zip,,succeeded,,200,{}\n\
         kept,gone.zip,,failed,404,NoSuchKey,\n",
        message(&one, "SHA256", "FULL_OBJECT"),
        message(&one, "CRC32", "FULL_OBJECT"),
        message(&one, "SHA256", "COMPOSITE"),
    );
    home.write("report.csv", &report);
    let shown = done(home.run(["register", "show", "report.csv", "--json"]), 0).json();
    let entries = shown["entries"].as_array().unwrap();
    assert_eq!((&shown["kind"], entries.len()), (&"s3".into(), 1), "{shown}");
    assert_eq!((&entries[0]["path"], &entries[0]["file_sha256"]), (&"s3://kept/a/with blank.zip".into(), &one.into()));
}

#[test]
fn a_register_that_was_altered_is_refused_and_a_stranger_is_told() {
    let home = audited(&[]);
    done(home.run(["register", "make", "first.jsonl", "-o", "register.jsonl"]), 0);
    let whole = fs::read_to_string(home.path("register.jsonl")).unwrap();
    let refused = |text: &str, code: &str| {
        home.write("register.jsonl", text);
        for args in [
            ["register", "show", "register.jsonl", "--json"].as_slice(),
            &["audit", "archive", "--register", "register.jsonl", "--json"],
        ] {
            let told = home.run(args);
            assert_eq!((told.exit, &told.json()["code"]), (1, &code.into()), "{text} {told:#?}");
        }
    };
    let second = whole.lines().nth(1).unwrap();
    refused(&whole.replace(second, &second.replace("0000.zip", "0001.zip")), "register.signature");
    refused(&whole.replace(&format!("{second}\n"), ""), "register.signature");
    refused(&(whole.clone() + second + "\n"), "register.signature");
    for bad in ["{", "{}\n", "no list\n", &whole.replace("sealbag-register/1", "sealbag-register/2"), &(whole.clone() + "x\n")]
    {
        refused(bad, "register.malformed");
    }
    home.write("register.jsonl", &whole);
    let signature = fs::read(home.path("register.jsonl.sig")).unwrap();
    fs::remove_file(home.path("register.jsonl.sig")).unwrap();
    refused(&whole, "register.signature");
    home.write("register.jsonl.sig", signature);
    done(home.run(["register", "show", "register.jsonl"]), 0);
    // by somebody whom nobody here believes, and by nobody
    let other = Home::trusting(&amina());
    other.write("register.jsonl", &whole);
    other.write("register.jsonl.sig", fs::read(home.path("register.jsonl.sig")).unwrap());
    let told = done(other.run(["register", "show", "register.jsonl"]), 0);
    assert!(told.err.contains("signed by A STRANGER") && told.out.contains("A STRANGER"), "{told:#?}");
    fs::create_dir(other.path("archive")).unwrap();
    other.write("archive/a.zip", plain().signed_by(stranger()).parts().zip());
    done(other.run(["audit", "archive", "-o", "a.jsonl"]), 3);
    done(other.run(["register", "make", "a.jsonl", "-o", "r.jsonl"]), 0);
    assert!(!other.path("r.jsonl.sig").exists());
    let told = done(other.run(["register", "show", "r.jsonl"]), 0);
    assert!(told.out.contains("nobody"), "{told:#?}");
    assert_eq!(other.run(["register", "make", "a.jsonl", "-o", "r.jsonl", "--json"]).json()["code"], "output.exists");
}
