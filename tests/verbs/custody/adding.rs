//! `custody add`, `export` and what they refuse.

use std::fs;

use super::{LOG, RECEIPT, Story, carry, codes, lines, runs};
use runs::Desk;
use serde_json::Value;

fn received() -> Desk {
    let desk = Desk::with_bundle();
    desk.run(["receive", "b.zip"]).done();
    desk
}

#[test]
fn every_event_is_added_signed_and_follows() {
    let Story { reporter, courier, .. } = &Story::begin();
    reporter.run(["receive", "b.zip"]).done();
    fs::copy(reporter.path("b.zip"), reporter.path("copy.zip")).unwrap();
    let reason = ["--withhold", "photos/a.jpg", "--reason", "their safety", "-o", "less.zip"];
    reporter.run([&["redact", "b.zip"][..], &reason].concat()).done();
    for (event, more) in [
        ("released", &["--to", "Courier"][..]),
        ("released", &["--note", "the night guard, who has no key"]),
        ("copied", &["--copy", "copy.zip"]),
        ("stored", &["--place", "a safe"]),
        ("verified", &[]),
        ("withheld", &["--derived", "less.zip"]),
        ("countersigned", &[]),
        ("note", &["--note", "=1+1"]),
    ] {
        let told = reporter.run([&["custody", "add", event, "b.zip", "--json"], more].concat());
        assert_eq!((told.exit, &told.json()["entry"]["event"]), (0, &event.into()), "{told:#?}");
    }
    carry("b.zip", reporter, courier);
    let shown = reporter.run(["custody", "show", "b.zip", "--json"]).done().json();
    assert_eq!((&shown["steps"], &shown["state"]), (&9.into(), &"unbroken".into()));
    let entries = shown["entries"].as_array().unwrap();
    for (entry, before) in entries.iter().skip(1).zip(entries) {
        assert_eq!(entry["prev"], before["digest"]);
        assert_eq!(entry["bundle"], before["bundle"]);
    }
    assert_eq!(entries[2]["details"]["to"], Value::Null);
    let sha = |name: &str| super::kit::text::sha256_hex(&fs::read(reporter.path(name)).unwrap());
    assert_eq!(entries[3]["details"]["sha256"], sha("copy.zip"));
    assert_eq!(entries[6]["details"]["sha256"], sha("less.zip"));
    let page = reporter.run(["custody", "show", LOG]).done().out;
    for text in ["to \"Courier\" (SHA256:", "to somebody without a key", "countersigned", "note \"=1+1\"", "at \"a safe\""] {
        assert!(page.contains(text), "{text}: {page}");
    }
    // no cell becomes a formula
    let csv = reporter.run(["custody", "export", LOG]).done().out;
    assert!(csv.contains(",\"'=1+1\",") && csv.lines().count() == 10, "{csv}");
    assert!(csv.split("\r\n").all(|line| line.is_empty() || line.starts_with('"')), "{csv}");
    let exported = reporter.run(["custody", "export", LOG, "--json"]).done().json();
    assert_eq!(exported["lines"].as_array().unwrap().len(), 9);
    assert_eq!(exported["lines"][8]["entry"]["note"], "=1+1");
}

#[test]
fn a_copy_that_changed_is_told_and_nothing_untrue_is_written() {
    let desk = received();
    let mut bytes = fs::read(desk.path("b.zip")).unwrap();
    let at = bytes.windows(10).position(|found| found == b"The bridge").unwrap();
    bytes[at] ^= 1;
    desk.write("b.zip", &bytes);
    for more in [&["stored"][..], &["released", "--note", "somebody"], &["countersigned"], &["copied", "--copy", "b.zip"]] {
        let (event, more) = more.split_first().unwrap();
        desk.refused([&["custody", "add", event, "b.zip"], more].concat(), 1, "custody.other");
    }
    // but this can be said of it
    let told = desk.run(["custody", "add", "verified", "b.zip", "--json"]);
    assert_eq!(told.exit, 1, "{told:#?}");
    let details = &told.json()["entry"]["details"];
    assert_eq!(
        (&details["verdict"], details["codes"].as_array().unwrap().contains(&"custody.other".into())),
        (&"failed".into(), true)
    );
    desk.run(["custody", "add", "note", "b.zip", "--note", "the disk is broken"]).done();
    // another bundle that is whole in its place
    desk.run(["seal", "bag/report.txt", "-o", "c.zip"]).done();
    let told = desk.run(["custody", "add", "verified", "c.zip", "--log", LOG, "--json"]);
    assert_eq!(
        told.json()["entry"]["details"],
        serde_json::json!({"verdict": "failed", "codes": ["custody.other"]}),
        "{told:#?}"
    );
    desk.run(["custody", "verify", LOG]).done();
}

#[test]
fn what_belongs_to_no_event_or_is_missing_is_refused() {
    let desk = received();
    for args in [
        &["released", "b.zip"][..],
        &["stored", "b.zip", "--to", "Amina O."],
        &["stored", "b.zip", "--handover", "h"],
        &["stored", "b.zip", "--receipt", "h"],
        &["stored", "b.zip", "--copy", "h"],
        &["stored", "b.zip", "--derived", "h"],
        &["accepted", "b.zip"],
        &["copied", "b.zip"],
        &["withheld", "b.zip"],
        &["note", "b.zip"],
        &["stored", "--log", LOG],
        &["copied", "b.zip", "--copy", "bag"],
    ] {
        desk.refused([&["custody", "add"], args].concat(), 2, "usage");
    }
    desk.refused(["custody", "add", "released", "b.zip", "--to", "Nobody"], 2, "contact.unknown");
    for (option, text) in [("--place", "x".repeat(1025)), ("--note", "a\nb".into()), ("--purpose", "\u{1}".into())] {
        desk.refused(["custody", "add", "stored", "b.zip", option, &text], 2, "custody.entry");
    }
    // no log yet
    desk.run(["seal", "bag/report.txt", "-o", "c.zip"]).done();
    let told = desk.refused(["custody", "add", "stored", "c.zip"], 5, "io.missing");
    assert!(told["hint"].as_str().unwrap().contains("sealbag receive"), "{told}");
    // a handover in whose place something is, before the log is written on
    desk.write("taken", "x");
    desk.refused(["custody", "add", "released", "b.zip", "--note", "x", "--handover", "taken"], 2, "output.exists");
    assert_eq!(lines(&desk).len(), 1);
    // somebody who is not believed any more gets nothing
    let Story { reporter, .. } = &Story::begin();
    reporter.run(["receive", "b.zip"]).done();
    reporter.run(["contact", "revoke", "Courier"]).done();
    reporter.refused(["custody", "add", "released", "b.zip", "--to", "Courier"], 2, "custody.entry");
}

#[test]
fn a_clock_that_went_back_is_told_and_no_fault() {
    let Story { registry, .. } = &Story::told();
    // the clock of a test cannot be set, so this one comes from the vectors
    let vector = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/custody-clock.jsonl");
    registry.write("clock.jsonl", fs::read(vector).unwrap());
    let told = registry.run(["custody", "verify", "clock.jsonl", "--json"]);
    assert_eq!((told.exit, &told.json()["state"]), (3, &"unbroken".into()));
    assert!(codes(&told.json()["notes"]).contains(&"custody.clock"), "{told:#?}");
    let page = registry.run(["custody", "show", "clock.jsonl"]).out;
    assert!(page.contains("! custody.clock: "), "{page}");
}

#[test]
fn a_handover_that_was_not_written_out_is_written_out_later() {
    let Story { reporter, courier, .. } = &Story::begin();
    reporter.run(["receive", "b.zip"]).done();
    reporter.run(["custody", "add", "released", "b.zip", "--to", "Courier"]).done();
    let export = |step: &str, to: &str| reporter.run(["custody", "export", "b.zip", "--step", step, "-o", to]);
    let told = export("2", "late.json").done();
    assert!(told.unfolded().contains("wrote step 2, released, by \"Amina O.\""), "{told:#?}");
    assert_eq!(fs::read_to_string(reporter.path("late.json")).unwrap(), lines(reporter)[1]);
    carry("b.zip", reporter, courier);
    carry("late.json", reporter, courier);
    courier.run(["receive", "b.zip", "--handover", "late.json"]).done();
    // and so is a receipt that got lost
    export("1", "receipt.json").done();
    assert_eq!(fs::read(reporter.path("receipt.json")).unwrap(), fs::read(reporter.path(RECEIPT)).unwrap());
    // until the receipt comes back, it is told
    let open = reporter.run(["custody", "verify", LOG, "--json"]).done().json();
    assert_eq!(codes(&open["notes"]), ["custody.open"]);
    assert!(reporter.run(["custody", "show", LOG]).done().unfolded().contains("no entry says that it arrived"));
    reporter.write("back.json", fs::read(courier.path(RECEIPT)).unwrap());
    reporter.run(["custody", "add", "accepted", "b.zip", "--receipt", "back.json"]).done();
    let closed = reporter.run(["custody", "verify", LOG, "--json"]).done().json();
    assert!(codes(&closed["notes"]).is_empty(), "{closed}");
    // nothing is written over, and nothing that nobody signed is written out
    for (step, to, code) in [("2", "late.json", "output.exists"), ("9", "none.json", "usage"), ("0", "none.json", "usage")] {
        reporter.refused(["custody", "export", "b.zip", "--step", step, "-o", to], 2, code);
    }
    let altered = lines(reporter).concat().replacen("\"note\":\"\"", "\"note\":\"x\"", 1);
    reporter.write("altered.jsonl", altered);
    reporter.refused(["custody", "export", "altered.jsonl", "--step", "1", "-o", "none.json"], 2, "usage");
    assert!(!reporter.path("none.json").exists());
}
