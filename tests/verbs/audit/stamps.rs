//! One timestamp for all bundles of an audit: stamped, proven for each, renewed, and refused where something is not what it was.

use std::fs;
use std::path::Path;
use std::process::Command;

use kit::samples::amina;
use kit::text::sha256_hex;
use kit::vectors::audit::{Line, audited};
use sealbag::ops::timestamp;
use sealbag::{Authority, Bundle, Evidence, Policy, Source, Timestamp, TrustedSigners, Unwatched, Verdict};
use serde_json::Value;
use support::kit;

use super::{Home, archive, bundle, done, home, lines};

fn vectors() -> std::path::PathBuf {
    support::root().join("tests/vectors")
}

/// An authority on the spot: a token over a file, made at a time, by a certificate that ends.
fn token(over: &Path, at: &str, end: &str, to: &Path) {
    let make = vectors().join("timestamps/make.py");
    let made = Command::new("python3").arg(make).arg(over).args([at, end]).arg(to).output().unwrap();
    assert!(made.status.success(), "{made:?}");
}

fn trust(home: &Home) {
    let root = vectors().join("timestamps/root.pem");
    done(home.run(["timestamp", "trust", root.to_str().unwrap(), "--name", "Time", "--yes"]), 0);
}

fn code(output: &kit::Output) -> String {
    output.json()["code"].as_str().unwrap_or_default().to_owned()
}

const STAMP: &str = "a.jsonl.stamp.json";

/// An audit of some dozens of bundles, sound and broken ones, stamped and with a token that ends with 2026.
fn stamped() -> (Home, Vec<Value>) {
    let home = home();
    archive(&home, 36);
    done(home.run(["audit", "archive", "-o", "a.jsonl"]), 1);
    done(home.run(["audit", "stamp", "a.jsonl"]), 0);
    trust(&home);
    token(&home.path(STAMP), "20260102030405Z", "20270101000000Z", &home.path("one.tsr"));
    done(home.run(["timestamp", "attach", STAMP, "one.tsr"]), 0);
    let lines = lines(&home, "a.jsonl");
    (home, lines)
}

fn held(line: &Value) -> bool {
    ["intact", "withheld", "unknown-signer", "not-enough"].contains(&line["outcome"].as_str().unwrap())
}

fn time(home: &Home, bundle: &str, token: &str) -> Value {
    home.run(["verify", bundle, "--token", token, "--json"]).json()["time"].clone()
}

#[test]
fn one_token_proves_every_bundle_of_an_audit_and_one_renewal_carries_all_of_them_on() {
    let (home, lines) = stamped();
    let (mut proven, mut absent) = (0, 0);
    for line in &lines {
        let path = line["path"].as_str().unwrap();
        if line["outcome"] == "closed" || line["outcome"] == "unread" {
            continue;
        }
        let told = time(&home, path, STAMP);
        if held(line) {
            assert_eq!(
                (&told["state"], &told["proven_at"]),
                (&"proven".into(), &"2026-01-02T03:04:05Z".into()),
                "{path} {told}"
            );
            proven += 1;
        } else if told["state"] != "unread" {
            // the seal of a bundle whose contents were altered is not in it, though it holds
            assert_eq!(told["tokens"][0]["findings"][0]["code"], "stamp.absent", "{path} {told}");
            absent += 1;
        }
    }
    assert!(proven > 35 && absent > 1, "{proven} {absent}");
    done(home.run(["verify", "archive/00/0001.zip", "--token", STAMP, "--require", "time"]), 0);
    done(home.run(["verify", "archive/00/0001.zip", "--require", "time"]), 4);
    let page = done(home.run(["verify", "archive/00/0001.zip", "--token", STAMP]), 0).out.replace("\n              ", " ");
    assert!(page.contains("before 2026-01-02T03:04:05Z, proven by \"Time\" with one timestamp for"), "{page}");

    // a request over that one token, and the answer to it
    let renewing = done(home.run(["timestamp", "renew", STAMP, "-o", "again.tsq", "--json"]), 0).json();
    let first = home.path("a.jsonl.stamp.json.tsr");
    assert_eq!(renewing["sha256"], sha256_hex(&fs::read(&first).unwrap()));
    token(&first, "20261201000000Z", "20400101000000Z", &home.path("two.tsr"));
    done(home.run(["timestamp", "attach", STAMP, "two.tsr"]), 0);
    // years after the first certificate ended
    let mut trust = TrustedSigners::nobody();
    let root = Authority::read_all(&fs::read(vectors().join("timestamps/root.pem")).unwrap()).unwrap().remove(0);
    trust.add_authority(root);
    let renewal = home.path("a.jsonl.stamp.json.2.tsr");
    let judged = |path: &str| {
        let policy = Policy { now: Timestamp::parse("2036-01-01T00:00:00Z"), ..Policy::default() };
        let evidence = Evidence { stampings: vec![timestamp::stamping(&home.path(STAMP)).unwrap()], ..Evidence::none() };
        let bundle = Bundle::read(Source::open(&home.path(path)).unwrap(), &Unwatched).unwrap();
        bundle.verify_with(&trust, &policy, evidence, &Unwatched).unwrap().report().clone()
    };
    for line in lines.iter().filter(|line| held(line)) {
        let report = judged(line["path"].as_str().unwrap());
        assert!(matches!(report.answers.time, sealbag::report::verdict::Time::Proven { seals: Some(_), .. }), "{report:#?}");
        let notes: Vec<_> = report.tokens.iter().flat_map(|token| token.notes.list()).map(|note| note.code.id).collect();
        assert_eq!(notes, [""; 0], "nothing has ended that was not carried on");
    }
    fs::remove_file(&renewal).unwrap();
    let report = judged("archive/00/0001.zip");
    assert_eq!(report.verdict, Verdict::UnknownSigner, "nobody is believed here but the authority");
    assert_eq!(report.tokens[0].notes.list()[0].code.id, "token.ended");
}

#[test]
fn a_proof_stands_alone_and_is_made_only_for_what_was_stamped() {
    let (home, lines) = stamped();
    let bundle = "archive/00/0001.zip";
    let made = done(home.run(["audit", "stamp", "a.jsonl", "--proof", bundle, "-o", "p.proof", "--json"]), 0).json();
    let line = lines.iter().find(|line| line["path"] == bundle).unwrap();
    assert_eq!(made["leaf"], line["seal_sha256"]);
    assert_eq!(made["leaves"], leaves(&lines));
    // without anything else of the archive
    for end in ["", ".stamp.json", ".stamp.json.tsr", ".stamp.tree"] {
        fs::rename(home.path(&format!("a.jsonl{end}")), home.path(&format!("kept{end}"))).unwrap();
    }
    let told = time(&home, bundle, "p.proof");
    assert_eq!((&told["state"], &told["tokens"][0]["file"]), (&"proven".into(), &"p.proof:1".into()), "{told}");
    assert_eq!(told["tokens"][0]["seals"], made["leaves"]);
    assert_eq!(time(&home, "archive/00/0002.zip", "p.proof")["tokens"][0]["findings"][0]["code"], "token.imprint");
    // every verb that takes a token takes it
    done(home.run(["open", bundle, "-d", "out", "--token", "p.proof", "--require", "time"]), 0);
    let page = done(home.run(["report", bundle, "-o", "p.html", "--token", "p.proof", "--json"]), 0);
    assert_eq!(page.json()["verification"]["time"]["state"], "proven");
    assert!(fs::read_to_string(home.path("p.html")).unwrap().contains("with one timestamp for"));
    let listed = done(home.run(["timestamp", "list", bundle, "--token", "p.proof", "--json"]), 0).json();
    assert_eq!((&listed["tokens"][0]["part"], &listed["tokens"][0]["seals"]), (&1.into(), &made["leaves"]));
    let wrong = home.run(["timestamp", "list", "a.jsonl.summary.json", "--token", "p.proof", "--json"]);
    assert_eq!((wrong.exit, code(&wrong).as_str()), (2, "usage"));

    for end in ["", ".stamp.json", ".stamp.json.tsr", ".stamp.tree"] {
        fs::rename(home.path(&format!("kept{end}")), home.path(&format!("a.jsonl{end}"))).unwrap();
    }
    let refused = |bundle: &str, exit: i32, expected: &str| {
        let told = home.run(["audit", "stamp", "a.jsonl", "--proof", bundle, "-o", "no.proof", "--json"]);
        assert_eq!((told.exit, code(&told).as_str()), (exit, expected), "{bundle}");
        assert!(!home.path("no.proof").exists());
    };
    refused("archive/00/altered.zip", 1, "stamp.absent");
    refused("a.jsonl.summary.json", 2, "usage");
    let there = home.run(["audit", "stamp", "a.jsonl", "--proof", bundle, "-o", "p.proof", "--json"]);
    assert_eq!((there.exit, code(&there).as_str()), (2, "output.exists"));
    fs::rename(home.path("a.jsonl.stamp.tree"), home.path("away")).unwrap();
    refused(bundle, 5, "io.missing");
    assert_eq!(time(&home, bundle, STAMP)["tokens"][0]["findings"][0]["code"], "io.missing");
    fs::rename(home.path("away"), home.path("a.jsonl.stamp.tree")).unwrap();
    fs::remove_file(home.path("a.jsonl.stamp.json.tsr")).unwrap();
    refused(bundle, 4, "stamp.token");
    assert_eq!(time(&home, bundle, STAMP)["tokens"][0]["findings"][0]["code"], "stamp.token");
    home.write(STAMP, fs::read_to_string(home.path(STAMP)).unwrap().replace("sealbag-stamp/1", "sealbag-stamp/2"));
    refused(bundle, 5, "stamp.newer");
    home.write(STAMP, "{\"format\":\"sealbag-stamp/1\"}\n");
    refused(bundle, 1, "stamp.malformed");
    assert_eq!(home.run(["timestamp", "request", STAMP, "-o", "r.tsq", "--json"]).exit, 1);
}

fn leaves(lines: &[Value]) -> usize {
    let seals: std::collections::BTreeSet<&str> =
        lines.iter().filter(|line| held(line)).map(|line| line["seal_sha256"].as_str().unwrap()).collect();
    seals.len()
}

#[test]
fn threat_54h_only_what_was_proved_is_stamped_and_a_stamp_belongs_to_its_audit() {
    let (home, lines) = stamped();
    // the tree follows from the set
    let tree = fs::read_to_string(home.path("a.jsonl.stamp.tree")).unwrap();
    let mut expected: Vec<&str> =
        lines.iter().filter(|line| held(line)).map(|line| line["seal_sha256"].as_str().unwrap()).collect();
    expected.sort_unstable();
    expected.dedup();
    assert_eq!(tree.lines().take(expected.len()).collect::<Vec<_>>(), expected);
    assert_eq!(tree.lines().last(), Some(kit::text::member(&fs::read_to_string(home.path(STAMP)).unwrap(), "root")));

    let stamp = |args: &[&str]| {
        let told = home.run([&["audit", "stamp"], args, &["--json"]].concat());
        (told.exit, code(&told))
    };
    assert_eq!(stamp(&["a.jsonl"]), (2, "output.exists".into()));
    // the same stamp once more, when its tree was lost
    fs::remove_file(home.path("a.jsonl.stamp.tree")).unwrap();
    assert_eq!(stamp(&["a.jsonl", "--force"]), (0, String::new()));
    assert_eq!(fs::read_to_string(home.path("a.jsonl.stamp.tree")).unwrap(), tree);
    // a summary with another time, and so another stamp: that one has tokens is no reason to lose them
    fs::copy(home.path(STAMP), home.path("first.json")).unwrap();
    // times are in seconds
    std::thread::sleep(std::time::Duration::from_millis(1100));
    done(home.run(["audit", "archive", "-o", "a.jsonl", "--force"]), 1);
    let told = done(home.run(["audit", "verify", "a.jsonl", "--json"]), 0).json();
    assert_eq!(told["time"]["state"], "token-not-accepted");
    assert_eq!(told["time"]["tokens"][0]["findings"][0]["code"], "stamp.other");
    assert_eq!(stamp(&["a.jsonl", "--force"]), (2, "output.exists".into()));
    assert_eq!(fs::read(home.path(STAMP)).unwrap(), fs::read(home.path("first.json")).unwrap());
    // other bundles: sealed by nobody who is believed, unsigned, altered, of an older program, none at all
    done(home.run(["audit", "archive", "-o", "b.jsonl", "--unsigned"]), 1);
    assert_eq!(stamp(&["b.jsonl"]), (1, "audit.unsigned".into()));
    let put = |name: &str, vector: kit::vectors::audit::AuditVector| {
        for (file, bytes) in vector.files() {
            home.write(&file.replace("x.jsonl", name), bytes);
        }
    };
    let line = |number, outcome| Line { seal: Some(sha256_hex(b"x")), ..Line::new(number, &format!("{number}.zip"), outcome) };
    put("c.jsonl", audited("x", "", &[line(1, "intact")]));
    assert_eq!(stamp(&["c.jsonl"]), (0, String::new()), "the twin");
    fs::remove_file(home.path("c.jsonl.stamp.json")).unwrap();
    home.write("c.jsonl", fs::read_to_string(home.path("c.jsonl")).unwrap().replace(&sha256_hex(b"x"), &sha256_hex(b"y")));
    assert_eq!(stamp(&["c.jsonl"]), (1, "audit.altered".into()));
    put("d.jsonl", audited("x", "", &[Line { seal: None, ..line(1, "intact") }]));
    assert_eq!(stamp(&["d.jsonl"]), (2, "stamp.nothing".into()));
    put("e.jsonl", audited("x", "", &[line(1, "failed"), line(2, "missing")]));
    assert_eq!(stamp(&["e.jsonl"]), (2, "stamp.nothing".into()));
    assert_eq!(stamp(&["nowhere.jsonl"]), (5, "io.missing".into()));
    let other = Home::new();
    for end in ["", ".summary.json", ".summary.sig"] {
        other.write(&format!("a.jsonl{end}"), fs::read(home.path(&format!("a.jsonl{end}"))).unwrap());
    }
    let told = other.run(["audit", "stamp", "a.jsonl", "--json"]);
    assert_eq!((told.exit, code(&told).as_str()), (3, "audit.stranger"));
    for name in ["c.jsonl", "d.jsonl", "e.jsonl", "b.jsonl"] {
        assert!(!home.path(&format!("{name}.stamp.json")).exists(), "{name}");
    }
    assert!(!other.path("a.jsonl.stamp.tree").exists());
}

#[test]
fn the_time_of_an_audit_is_proven_by_its_stamp_or_by_a_token_of_its_own() {
    let (home, _) = stamped();
    let proof = ["audit", "stamp", "a.jsonl", "--proof", "archive/00/0001.zip", "-o", "p.proof"];
    done(home.run(proof), 0);
    let verify = |more: &[&str]| {
        let told = done(home.run([&["audit", "verify", "a.jsonl", "--json"], more].concat()), 0).json();
        (told["time"]["state"].as_str().unwrap().to_owned(), told["time"]["proven_at"].as_str().unwrap_or_default().to_owned())
    };
    let proven = |at: &str| ("proven".to_owned(), at.to_owned());
    assert_eq!(verify(&[]), proven("2026-01-02T03:04:05Z"));
    let page = done(home.run(["audit", "verify", "a.jsonl"]), 0);
    assert!(page.out.contains("before 2026-01-02T03:04:05Z, proven by \"Time\""), "{}", page.out);
    fs::create_dir(home.path("away")).unwrap();
    for end in [".stamp.json", ".stamp.json.tsr", ".stamp.tree"] {
        fs::rename(home.path(&format!("a.jsonl{end}")), home.path(&format!("away/a.jsonl{end}"))).unwrap();
    }
    assert_eq!(verify(&[]).0, "claimed");
    assert_eq!(verify(&["--token", "away/a.jsonl.stamp.json"]), proven("2026-01-02T03:04:05Z"));
    assert_eq!(verify(&["--token", "p.proof"]), proven("2026-01-02T03:04:05Z"));
    // over the signature of the summary
    let request = done(home.run(["timestamp", "request", "a.jsonl.summary.json", "-o", "s.tsq", "--json"]), 0).json();
    let signature = home.path("a.jsonl.summary.sig");
    assert_eq!(request["sha256"], sha256_hex(&fs::read(&signature).unwrap()));
    token(&signature, "20260303030303Z", "20400101000000Z", &home.path("x.tsr"));
    assert_eq!(verify(&["--token", "x.tsr"]), proven("2026-03-03T03:03:03Z"));
    done(home.run(["timestamp", "attach", "a.jsonl.summary.json", "x.tsr"]), 0);
    assert_eq!(verify(&[]), proven("2026-03-03T03:03:03Z"));
    done(home.run(["timestamp", "list", "a.jsonl.summary.json"]), 0);
    let renewing = done(home.run(["timestamp", "renew", "a.jsonl.summary.json", "-o", "r.tsq", "--json"]), 0).json();
    assert_eq!(renewing["sha256"], sha256_hex(&fs::read(home.path("x.tsr")).unwrap()));
    // what is over something else proves nothing, and takes nothing away
    fs::rename(home.path("a.jsonl.summary.json.tsr"), home.path("kept.tsr")).unwrap();
    token(&home.path("a.jsonl.summary.json"), "20260303030303Z", "20400101000000Z", &home.path("y.tsr"));
    assert_eq!(verify(&["--token", "y.tsr"]).0, "token-not-accepted");
    let refused = home.run(["timestamp", "attach", "a.jsonl.summary.json", "y.tsr", "--json"]);
    assert_eq!((refused.exit, code(&refused).as_str()), (1, "token.imprint"));
    // a summary that was altered is not stamped
    let summary = fs::read_to_string(home.path("a.jsonl.summary.json")).unwrap();
    home.write("a.jsonl.summary.json", summary.replace("\"exit\":1", "\"exit\":5"));
    let refused = home.run(["timestamp", "request", "a.jsonl.summary.json", "-o", "z.tsq", "--json"]);
    assert_eq!((refused.exit, code(&refused).as_str()), (1, "audit.signature"));
}

#[test]
fn an_audit_of_a_hundred_thousand_is_stamped_and_one_of_them_is_found() {
    let home = Home::trusting(&amina());
    trust(&home);
    let one = bundle(1).parts();
    let seal = |number: u64| match number {
        70_000 => sha256_hex(one.bytes("seal/manifest.sig")),
        _ => sha256_hex(&number.to_be_bytes()),
    };
    let line = |number| Line { seal: Some(seal(number)), ..Line::new(number, &format!("archive/{number}.zip"), "withheld") };
    let lines: Vec<Line> = (1..=100_000).map(line).collect();
    for (file, bytes) in audited("a", "", &lines).files() {
        home.write(&file, bytes);
    }
    home.write("one.zip", one.zip());
    let made = done(home.run(["audit", "stamp", "a.jsonl", "--json"]), 0).json();
    assert_eq!((&made["leaves"], &made["left_out"]), (&100_000.into(), &0.into()));
    token(&home.path(STAMP), "20260102030405Z", "20400101000000Z", &home.path("a.jsonl.stamp.json.tsr"));
    let told = time(&home, "one.zip", STAMP);
    assert_eq!((&told["state"], &told["tokens"][0]["seals"]), (&"proven".into(), &100_000.into()), "{told}");
    done(home.run(["audit", "stamp", "a.jsonl", "--proof", "one.zip", "-o", "p.proof"]), 0);
    let proof = fs::read(home.path("p.proof")).unwrap();
    let line: Value = serde_json::from_slice(proof.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    assert_eq!(line["path"].as_array().unwrap().len(), 17);
    assert_eq!(time(&home, "one.zip", "p.proof")["state"], "proven");
}
