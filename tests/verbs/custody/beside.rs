//! `receive`: what is written, where, and that it is true whatever was received.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{LOG, RECEIPT, Story, carry, codes, desk, runs};
use runs::{Desk, state};
use serde_json::Value;

#[test]
fn log_and_receipt_lie_beside_a_bundle_that_anybody_can_read() {
    let desk = Desk::with_bundle();
    let before = desk.state();
    let told = desk.run(["receive", "b.zip", "--place", "here", "--purpose", "to keep it", "--note", "by post", "--json"]);
    assert_eq!(told.exit, 0, "{told:#?}");
    let json = told.json();
    assert_eq!((&json["schema"], &json["log"], &json["receipt"]), (&"sealbag-receive/1".into(), &LOG.into(), &RECEIPT.into()));
    let made: Vec<String> = state::new(&before, &desk.state()).iter().map(|path| path.to_string_lossy().into_owned()).collect();
    assert_eq!(made, [LOG, RECEIPT]);
    // the receipt is the first line of the log
    assert_eq!(fs::read(desk.path(LOG)).unwrap(), fs::read(desk.path(RECEIPT)).unwrap());
    let line: Value = serde_json::from_slice(&fs::read(desk.path(RECEIPT)).unwrap()).unwrap();
    let entry = &line["entry"];
    assert_eq!((&entry["seq"], &entry["prev"], &entry["event"]), (&1.into(), &Value::Null, &"received".into()));
    assert_eq!((&entry["place"], &entry["purpose"], &entry["note"]), (&"here".into(), &"to keep it".into(), &"by post".into()));
    assert_eq!(entry["bundle"], json["verification"]["digest"]);
    assert_eq!(entry["details"], serde_json::json!({"verdict": "verified", "codes": []}));
    // a second time there is a log already
    let again = desk.refused(["receive", "b.zip"], 2, "output.exists");
    assert!(again["hint"].as_str().unwrap().contains("sealbag custody add"), "{again}");
    desk.refused(["receive", "b.zip", "--force"], 2, "output.exists");
    desk.run(["receive", "b.zip", "--log", "second.jsonl", "--receipt", "second.json"]).done();
    assert_ne!(fs::read(desk.path(LOG)).unwrap(), fs::read(desk.path("second.jsonl")).unwrap());
}

#[test]
fn whatever_the_verdict_was_is_written_down_truthfully() {
    let Story { reporter, registry, .. } = &Story::begin();
    let good = fs::read(reporter.path("b.zip")).unwrap();
    let mut altered = good.clone();
    let at = good.windows(10).position(|bytes| bytes == b"The bridge").unwrap();
    altered[at] ^= 1;
    for (name, bytes, exit, verdict) in [
        ("altered.zip", &altered[..], 1, "failed"),
        ("cut.zip", &good[..good.len() / 2], 1, "failed"),
        ("text.zip", b"no bundle at all", 1, "failed"),
        ("empty.zip", b"", 1, "failed"),
    ] {
        registry.write(name, bytes);
        let told = registry.run(["receive", name, "--json"]);
        assert_eq!(told.exit, exit, "{name}: {told:#?}");
        let json = told.json();
        let details = &json["entry"]["details"];
        let mut found = codes(&json["verification"]["findings"]);
        found.sort();
        found.dedup();
        assert_eq!((&details["verdict"], &details["codes"]), (&verdict.into(), &found.into()), "{name}: {json}");
        registry.run(["custody", "verify", name, "--json"]);
        let log = format!("{name}.custody.jsonl");
        registry.run(["custody", "verify", &log]).done();
    }
    // a stranger's seal
    let outsider = desk("Outsider");
    carry("b.zip", reporter, &outsider);
    let told = outsider.run(["receive", "b.zip", "--json"]);
    assert_eq!((told.exit, &told.json()["entry"]["details"]["verdict"]), (3, &"unknown-signer".into()), "{told:#?}");
    // not enough
    carry("b.zip", reporter, registry);
    let told = registry.run(["receive", "b.zip", "--require", "time", "--json"]);
    assert_eq!((told.exit, &told.json()["entry"]["details"]["codes"]), (4, &vec!["require.time"].into()), "{told:#?}");
    // what is not there is not received
    registry.refused(["receive", "none.zip"], 5, "io.missing");
    registry.refused(["receive", "-"], 2, "usage");
}

#[test]
fn nothing_lies_beside_an_encrypted_bundle() {
    let Story { reporter, registry, courier } = &Story::begin();
    reporter.run(["seal", "bag", "-o", "e.zip.age", "--to", "Registry"]).done();
    for keeper in [registry, courier] {
        carry("e.zip.age", reporter, keeper);
    }
    let before = registry.state();
    let json = registry.run(["receive", "e.zip.age", "--json"]).done().json();
    let made = state::new(&before, &registry.state());
    assert!(made.iter().all(|path| path.starts_with("home/sealbag/custody")), "{made:#?}");
    assert_eq!(made.len(), 3, "{made:#?}");
    let mode = |name: &str| fs::metadata(registry.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("home/sealbag/custody"), 0o700);
    let log = json["log"].as_str().unwrap();
    assert_eq!(mode(log), 0o600);
    // found again from the bundle alone
    registry.run(["custody", "add", "stored", "e.zip.age"]).done();
    let shown = registry.run(["custody", "show", "e.zip.age", "--json"]).done().json();
    assert_eq!((&shown["steps"], &shown["bundle"]), (&2.into(), &json["verification"]["digest"]));
    let told = registry.run(["verify", "e.zip.age", "--custody", log, "--require", "custody"]).done().out;
    assert!(told.contains("unbroken, 2 steps"), "{told}");
    // somebody who cannot open it keeps a log too, which knows no bundle
    let told = courier.run(["receive", "e.zip.age", "--receipt", "receipt.json", "--json"]);
    assert_eq!(told.exit, 5, "{told:#?}");
    let json = told.json();
    assert_eq!((&json["entry"]["bundle"], &json["receipt"]), (&Value::Null, &"receipt.json".into()));
    assert_eq!(json["entry"]["details"], serde_json::json!({"verdict": "cannot-check", "codes": ["envelope.no_key"]}));
    assert!(courier.path("receipt.json").exists());
    let told = courier.run(["custody", "add", "countersigned", "e.zip.age", "--json"]);
    assert_eq!((told.exit, &told.json()["refused"]), (5, &"custody.refused".into()), "{told:#?}");
}

#[test]
fn an_unpacked_bundle_has_its_log_beside_the_folder() {
    let Story { reporter, registry, .. } = &Story::begin();
    reporter.run(["open", "b.zip", "-d", "kept"]).done();
    for name in ["kept", "kept/"] {
        let told = reporter.run(["receive", name, "--json"]);
        let json = told.json();
        assert_eq!((told.exit, &json["log"]), (0, &"kept.custody.jsonl".into()), "{told:#?}");
        assert_eq!(json["entry"]["file_sha256"], Value::Null);
        fs::remove_file(reporter.path("kept.custody.jsonl")).unwrap();
        fs::remove_file(reporter.path("kept.receipt.json")).unwrap();
    }
    reporter.run(["receive", "kept"]).done();
    reporter.run(["custody", "add", "released", "kept", "--to", "Registry", "--handover", "h.json"]).done();
    // it still verifies, and says what it is
    assert_eq!(reporter.verify("kept", 0)["contents"]["state"], "intact");
    carry("h.json", reporter, registry);
    carry("b.zip", reporter, registry);
    registry.run(["open", "b.zip", "-d", "kept"]).done();
    registry.run(["receive", "kept", "--handover", "h.json"]).done();
    // a folder with another seal is not what was handed over
    reporter.run(["seal", "bag/report.txt", "-o", "c.zip"]).done();
    carry("c.zip", reporter, registry);
    registry.run(["open", "c.zip", "-d", "other"]).done();
    registry.refused(["receive", "other", "--handover", "h.json"], 1, "custody.handover");
}

#[test]
fn a_handover_is_for_one_keeper_and_one_file() {
    let Story { reporter, courier, registry } = &Story::begin();
    reporter.run(["receive", "b.zip"]).done();
    reporter.run(["custody", "add", "released", "b.zip", "--to", "Courier", "--handover", "h.json"]).done();
    for name in ["b.zip", "h.json"] {
        carry(name, reporter, courier);
        carry(name, reporter, registry);
    }
    let told = registry.refused(["receive", "b.zip", "--handover", "h.json"], 1, "custody.handover");
    assert!(told["trouble"].as_str().unwrap().contains("somebody else"), "{told}");
    reporter.run(["seal", "bag/report.txt", "-o", "c.zip"]).done();
    carry("c.zip", reporter, courier);
    courier.refused(["receive", "c.zip", "--handover", "h.json"], 1, "custody.handover");
    // one that is no handover, damaged, or nothing
    courier.write("first.json", fs::read(reporter.path(RECEIPT)).unwrap());
    courier.refused(["receive", "b.zip", "--handover", "first.json"], 1, "custody.handover");
    let paper = fs::read_to_string(courier.path("h.json")).unwrap();
    courier.write("damaged.json", paper.replacen("released", "received", 1));
    courier.refused(["receive", "b.zip", "--handover", "damaged.json"], 1, "custody.malformed");
    courier.write("forged.json", paper.replacen("\"seq\":2", "\"seq\":3", 1));
    courier.refused(["receive", "b.zip", "--handover", "forged.json"], 1, "custody.signature");
    courier.write("long.json", "x".repeat(70_000));
    courier.refused(["receive", "b.zip", "--handover", "long.json"], 1, "custody.malformed");
    courier.run(["receive", "b.zip", "--handover", "h.json"]).done();
    // a receipt answers only what was given, and comes from whom it was given to
    reporter.write("back.json", fs::read(courier.path(RECEIPT)).unwrap());
    let theirs = fs::read_to_string(reporter.path("back.json")).unwrap();
    reporter.write("forged.json", theirs.replacen("\"place\":\"\"", "\"place\":\"x\"", 1));
    let add = ["custody", "add", "accepted", "b.zip", "--receipt"];
    reporter.refused([&add[..], &["forged.json"]].concat(), 1, "custody.signature");
    reporter.refused([&add[..], &["h.json"]].concat(), 1, "custody.handover");
    registry.run(["receive", "b.zip"]).done();
    reporter.write("registry.json", fs::read(registry.path(RECEIPT)).unwrap());
    reporter.refused([&add[..], &["registry.json"]].concat(), 1, "custody.handover");
    reporter.run([&add[..], &["back.json"]].concat()).done();
    // the keeper who got the handover later says so
    registry.run(["custody", "add", "note", "b.zip", "--note", "waiting for it"]).done();
    reporter.run(["custody", "add", "released", "b.zip", "--to", "Registry", "--handover", "later.json"]).done();
    carry("later.json", reporter, registry);
    registry.run(["custody", "add", "accepted", "b.zip", "--handover", "later.json"]).done();
    registry.refused(["custody", "add", "accepted", "b.zip", "--handover", "h.json"], 1, "custody.handover");
    registry.run(["custody", "verify", LOG]).done();
}
