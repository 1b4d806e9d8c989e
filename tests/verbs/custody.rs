//! Custody: a bundle goes from a reporter by a courier to a registry, each with a home of their own, and whatever is wrong with a log
//! is found and named (threats 27 and 37 to 41).

use support::{kit, runs};

mod adding;
mod beside;
mod crash;
mod hands;
mod long;

use std::fs;
use std::path::Path;

use kit::text::sha256_hex;
use runs::case::introduce;
use runs::{Desk, Output};
use serde_json::Value;

const LOG: &str = "b.zip.custody.jsonl";
const RECEIPT: &str = "b.zip.receipt.json";

/// The three of them, who believe one another, after the bundle went from hand to hand.
pub struct Story {
    pub reporter: Desk,
    pub courier: Desk,
    pub registry: Desk,
}

/// A desk with a key of this name.
pub fn desk(name: &str) -> Desk {
    let desk = Desk::new();
    desk.new_key(name);
    desk
}

/// Carries a file from one desk to another, under the same name.
pub fn carry(name: &str, from: &Desk, to: &Desk) {
    to.write(name, fs::read(from.path(name)).unwrap());
}

impl Story {
    pub fn begin() -> Self {
        let story = Story { reporter: Desk::with_bundle(), courier: desk("Courier"), registry: desk("Registry") };
        let all = [&story.reporter, &story.courier, &story.registry];
        for (at, owner) in all.iter().enumerate() {
            for (_, reader) in all.iter().enumerate().filter(|(other, _)| *other != at) {
                introduce(owner, reader);
            }
        }
        story
    }

    pub fn told() -> Self {
        let story = Story::begin();
        let Story { reporter, courier, registry } = &story;
        reporter.run(["receive", "b.zip", "--place", "Tesh Ulan", "--purpose", "our own report"]).done();
        give(reporter, "Courier", courier);
        give(courier, "Registry", registry);
        registry.run(["custody", "add", "stored", "b.zip", "--place", "room 4, shelf 12"]).done();
        registry.run(["custody", "add", "verified", "b.zip", "--purpose", "yearly check"]).done();
        story
    }
}

/// One hands the bundle to another, who receives it and sends the receipt back.
fn give(from: &Desk, name: &str, to: &Desk) {
    let handover = format!("to-{name}.json");
    from.run(["custody", "add", "released", "b.zip", "--to", name, "--handover", &handover]).done();
    carry("b.zip", from, to);
    carry(&handover, from, to);
    to.run(["receive", "b.zip", "--handover", &handover]).done();
    from.write("back.json", fs::read(to.path(RECEIPT)).unwrap());
    from.run(["custody", "add", "accepted", "--log", LOG, "--receipt", "back.json"]).done();
}

pub fn lines(desk: &Desk) -> Vec<String> {
    fs::read_to_string(desk.path(LOG)).unwrap().lines().map(|line| format!("{line}\n")).collect()
}

pub fn codes(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

/// What the registry says of a log with these lines.
#[track_caller]
fn judged(desk: &Desk, lines: &[String], more: &[&str], exit: i32) -> Value {
    desk.write("given.jsonl", lines.concat());
    let args = [&["custody", "verify", "given.jsonl"], more].concat();
    let told = desk.run(&args);
    assert_eq!(told.exit, exit, "{told:#?}");
    let json = desk.run([&args[..], &["--json"]].concat());
    assert_eq!((json.exit, &json.json()["exit"]), (exit, &exit.into()), "{json:#?}");
    // every code is told to people too, with what to do
    for list in ["findings", "notes"] {
        for code in codes(&json.json()[list]) {
            assert!(told.out.matches(code).count() >= 2, "{code}: {told:#?}");
        }
    }
    json.json()
}

#[test]
fn from_the_reporter_by_a_courier_to_the_registry() {
    let Story { reporter, courier, registry } = &Story::told();
    for (name, from) in [("reporter.jsonl", reporter), ("courier.jsonl", courier)] {
        registry.write(name, fs::read(from.path(LOG)).unwrap());
    }
    let all = registry.run(["custody", "merge", "reporter.jsonl", "courier.jsonl", LOG, "--json"]);
    assert_eq!(all.exit, 0, "{all:#?}");
    let all = all.json();
    let logs = all["logs"].as_array().unwrap();
    let events = |log: &Value| -> Vec<String> {
        let entries = log["entries"].as_array().unwrap();
        entries.iter().map(|entry| entry["entry"]["event"].as_str().unwrap().to_owned()).collect()
    };
    let told: Vec<_> = logs.iter().map(events).collect();
    assert_eq!(told[0], ["received", "released", "accepted"]);
    assert_eq!(told[1], ["received", "released", "accepted"]);
    assert_eq!(told[2], ["received", "stored", "verified"]);
    // each copy comes from the entry that gave it away
    for at in [1, 2] {
        let from = &logs[at]["entries"][0]["from"];
        assert_eq!((&from["log"], &from["seq"]), (&logs[at - 1]["log"], &2.into()), "{all}");
    }
    let page = registry.run(["custody", "merge", "reporter.jsonl", "courier.jsonl", LOG]).done().out;
    for text in ["\"Amina O.\"", "\"Courier\"", "\"Registry\"", "\"Tesh Ulan\"", "\"room 4, shelf 12\"", "from step 2 of log"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    // the bundle with its log
    let json = registry.run(["verify", "b.zip", "--custody", LOG, "--require", "custody", "--json"]).done().json();
    let custody = &json["custody"];
    assert_eq!((&custody["state"], &custody["steps"]), (&"unbroken".into(), &3.into()), "{custody}");
    assert_eq!(custody["keepers"][0]["name"], "Registry");
    assert_eq!(custody["keepers"][0]["state"], "you");
    let page = registry.run(["verify", "b.zip", "--custody", LOG]).done().out;
    assert!(page.contains("custody     unbroken, 3 steps\n") && page.contains("end of the custody log"), "{page}");
    // what each has of the other agrees with both logs
    let of_courier = ["back.json", "to-Courier.json", "to-Registry.json", RECEIPT];
    courier.run(["custody", "verify", LOG].into_iter().chain(of_courier.iter().flat_map(|paper| ["--receipt", paper]))).done();
    registry.run(["custody", "verify", LOG, "--receipt", "to-Registry.json", "--receipt", RECEIPT]).done();
}

#[test]
fn threat_37_38_39_what_is_altered_dropped_forged_cut_or_forked_is_found_and_named() {
    let Story { reporter, courier, registry } = &Story::told();
    let whole = lines(reporter);
    let good = judged(registry, &whole, &[], 0);
    let head = good["head"].as_str().unwrap();

    let mut altered = whole.clone();
    altered[0] = altered[0].replace("Tesh Ulan", "Tesh Ulen");
    let told = judged(registry, &altered, &[], 1);
    assert_eq!((codes(&told["findings"]), &told["broken_at"]), (vec!["custody.signature"], &1.into()));

    let dropped = [&whole[..1], &whole[2..]].concat();
    let told = judged(registry, &dropped, &[], 1);
    assert_eq!((codes(&told["findings"]), &told["broken_at"]), (vec!["custody.gap"], &2.into()));

    // the courier signs in the reporter's name
    let mut forged = whole.clone();
    let theirs: Value = serde_json::from_str(&lines(courier)[1]).unwrap();
    let ours: Value = serde_json::from_str(&whole[1]).unwrap();
    forged[1] = forged[1].replace(ours["sig"].as_str().unwrap(), theirs["sig"].as_str().unwrap());
    let told = judged(registry, &forged, &[], 1);
    assert_eq!((codes(&told["findings"]), &told["broken_at"]), (vec!["custody.signature"], &2.into()));

    // the end cut off: nothing shows it but what others hold
    let cut = &whole[..1];
    judged(registry, cut, &[], 0);
    for paper in ["to-Courier.json", "back.json"] {
        carry(paper, reporter, registry);
    }
    for papers in [&["--receipt", "to-Courier.json"][..], &["--receipt", "back.json"], &["--expect-head", head]] {
        judged(registry, &whole, papers, 0);
        let told = judged(registry, cut, papers, 1);
        assert_eq!((codes(&told["findings"]), &told["broken_at"]), (vec!["custody.cut"], &2.into()), "{papers:?}");
    }
    let grown = judged(registry, &whole, &["--expect-head", sha_of(&whole[1]).as_str()], 0);
    assert_eq!(grown["behind_expected_head"], 1);

    // the reporter writes the log on in two ways
    reporter.write(LOG, whole[..2].concat());
    reporter.run(["custody", "add", "stored", "b.zip", "--place", "at home"]).done();
    let other = lines(reporter);
    judged(registry, &other, &[], 0);
    registry.write("other.jsonl", other.concat());
    registry.write("given.jsonl", whole.concat());
    let merged = registry.run(["custody", "merge", "given.jsonl", "other.jsonl", "--json"]);
    assert_eq!(merged.exit, 1, "{merged:#?}");
    let log = &merged.json()["logs"][0];
    assert_eq!(codes(&log["forks"]), ["custody.fork"]);
    let entries: Vec<(&Value, &Value, bool)> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (&entry["entry"]["event"], &entry["files"], entry["forked"].as_bool().unwrap()))
        .collect();
    let (both, one, two): (Value, Value, Value) =
        ([0, 1].into_iter().collect(), [0].into_iter().collect(), [1].into_iter().collect());
    assert_eq!(
        entries,
        [
            (&"received".into(), &both, false),
            (&"released".into(), &both, false),
            (&"accepted".into(), &one, true),
            (&"stored".into(), &two, true),
        ]
    );
    let page = registry.run(["custody", "merge", "given.jsonl", "other.jsonl"]);
    assert_eq!((page.exit, page.out.matches("! custody.fork").count()), (1, 2), "{page:#?}");
    // one of the branches shows it against a receipt of the other
    registry.write("other.json", &other[2]);
    let told = judged(registry, &whole, &["--receipt", "other.json"], 1);
    assert_eq!((codes(&told["findings"]), &told["broken_at"]), (vec!["custody.fork"], &3.into()));
}

fn sha_of(line: &str) -> String {
    let entry = line.strip_prefix("{\"entry\":").unwrap().rsplit_once(",\"sig\":").unwrap().0;
    sha256_hex(entry.as_bytes())
}

#[test]
fn keepers_are_judged_as_signers_are() {
    let Story { courier, registry, .. } = &Story::told();
    let log = lines(courier);
    let outsider = desk("Outsider");
    let told = judged(&outsider, &log, &[], 3);
    assert_eq!((codes(&told["notes"]), &told["not_believed_at"]), (vec!["custody.stranger"; 3], &1.into()));
    assert_eq!((&told["state"], &told["keepers"][0]["state"]), (&"unbroken".into(), &"unknown".into()));
    let shown = outsider.run(["custody", "show", "given.jsonl"]);
    // the keeper three times, whom it went to, and who sent the receipt
    assert_eq!((shown.exit, shown.out.matches("A STRANGER (SHA256:").count()), (3, 5), "{shown:#?}");
    registry.run(["contact", "revoke", "Courier"]).done();
    let told = judged(registry, &log, &[], 3);
    assert_eq!((codes(&told["notes"]), &told["keepers"][0]["state"]), (vec!["custody.revoked"; 3], &"revoked".into()));
    // in a verification too, where it is only told, unless it is required
    registry.write("b.zip", fs::read(courier.path("b.zip")).unwrap());
    let json = registry.run(["verify", "b.zip", "--custody", "given.jsonl", "--json"]).done().json();
    assert_eq!((&json["verdict"], &json["custody"]["not_believed_at"]), (&"verified".into(), &1.into()), "{json}");
    let required = registry.run(["verify", "b.zip", "--custody", "given.jsonl", "--require", "custody", "--json"]);
    assert_eq!((required.exit, codes(&required.json()["findings"])), (4, vec!["require.custody"]), "{required:#?}");
}

#[test]
fn a_log_never_changes_the_word_of_the_seal() {
    let Story { reporter, courier, .. } = &Story::told();
    let whole = lines(reporter);
    let verified = |log: &str, more: &[&str]| -> Output {
        reporter.run([&["verify", "b.zip", "--custody", log, "--json"], more].concat())
    };
    let mut damaged = whole.clone();
    damaged[1] = damaged[1].replacen("released", "accepted", 1);
    reporter.write("damaged", damaged.concat());
    reporter.write("empty", "");
    reporter.write("random", [0xff; 5000]);
    carry("b.zip", courier, reporter);
    for (log, state, code) in [
        ("damaged", "broken", "custody.malformed"),
        ("empty", "broken", "custody.malformed"),
        ("random", "broken", "custody.torn"),
    ] {
        let told = verified(log, &[]);
        assert_eq!((told.exit, &told.json()["verdict"]), (0, &"verified".into()), "{told:#?}");
        let custody = &told.json()["custody"];
        assert_eq!(custody["state"], state, "{custody}");
        assert!(codes(&custody["findings"]).contains(&code), "{custody}");
        assert_eq!(told.json()["findings"].as_array().unwrap().len(), 0);
        let told = verified(log, &["--require", "custody"]);
        assert_eq!((told.exit, codes(&told.json()["findings"])), (4, vec!["require.custody"]), "{told:#?}");
    }
    let page = reporter.run(["verify", "b.zip", "--custody", "damaged"]).done().out;
    assert!(page.contains("custody     broken at step 2\n") && page.contains("\nin the custody log\n"), "{page}");
    // none given
    let told = reporter.run(["verify", "b.zip", "--require", "custody", "--json"]);
    assert_eq!((told.exit, codes(&told.json()["findings"])), (4, vec!["require.custody"]));
    // one that cannot be read is an error
    reporter.refused(["verify", "b.zip", "--custody", "nothing"], 5, "io.missing");
    reporter.refused(["verify", "b.zip", "--custody", "bag"], 5, "io.kind");
}

#[test]
fn threat_40_a_log_of_another_bundle_or_another_copy_is_not_this_ones() {
    let Story { reporter, registry, .. } = &Story::told();
    reporter.run(["seal", "bag/report.txt", "-o", "c.zip"]).done();
    reporter.run(["seal", "bag", "-o", "d.zip.age", "--to", "Registry", "--to-me"]).done();
    let state = |bundle: &str, more: &[&str]| {
        let told = reporter.run([&["verify", bundle, "--custody", LOG, "--json"], more].concat());
        (told.exit, told.json()["custody"].clone())
    };
    let (exit, custody) = state("c.zip", &[]);
    assert_eq!((exit, &custody["state"], codes(&custody["findings"])), (0, &"other".into(), vec!["custody.other"; 2]));
    assert_eq!(state("c.zip", &["--require", "custody"]).0, 4);
    // the same bundle, unpacked: nobody can tell whether it came from that file
    reporter.run(["open", "b.zip", "-d", "opened"]).done();
    let folder = fs::read_dir(reporter.path("opened")).map(|_| "opened").unwrap();
    let (exit, custody) = state(folder, &[]);
    assert_eq!((exit, &custody["state"], codes(&custody["notes"])), (0, &"unbroken".into(), vec!["custody.copy"]), "{custody}");
    // a stream too
    let told = reporter.fed(["verify", "-", "--custody", LOG, "--json"], &fs::read(reporter.path("b.zip")).unwrap());
    assert_eq!((told.exit, codes(&told.json()["custody"]["notes"])), (0, vec!["custody.copy"]), "{told:#?}");
    // the log of another copy of the same bundle
    registry.run(["reseal", "b.zip", "--to", "Amina O.", "-o", "again.zip.age"]).done();
    carry("again.zip.age", registry, reporter);
    let (exit, custody) = state("again.zip.age", &[]);
    assert_eq!(
        (exit, &custody["state"], codes(&custody["findings"])),
        (0, &"other".into(), vec!["custody.other"]),
        "{custody}"
    );
}

#[test]
fn a_second_person_stands_for_a_bundle() {
    let Story { reporter, courier, registry } = &Story::told();
    let before = lines(courier);
    courier.run(["custody", "add", "countersigned", "b.zip", "--note", "I was there"]).done();
    registry.write("courier.jsonl", lines(courier).concat());
    let required = |name: &str, log: &str| {
        registry.run(["verify", "b.zip", "--custody", log, "--require", &format!("custody,countersigned={name}"), "--json"])
    };
    let told = required("Courier", "courier.jsonl");
    assert_eq!(told.exit, 0, "{told:#?}");
    assert_eq!(told.json()["custody"]["countersigned"][0]["name"], "Courier");
    let page = registry.run(["verify", "b.zip", "--custody", "courier.jsonl"]).done().unfolded();
    assert!(page.contains("countersigned by \"Courier\""), "{page}");
    registry.write("before.jsonl", before.concat());
    let told = required("Courier", "before.jsonl");
    assert_eq!((told.exit, codes(&told.json()["findings"])), (4, vec!["require.countersigned"]), "{told:#?}");
    // it is of this bundle alone
    reporter.run(["seal", "bag/report.txt", "-o", "c.zip"]).done();
    carry("c.zip", reporter, registry);
    let told = registry.run(["verify", "c.zip", "--custody", "courier.jsonl", "--require", "countersigned=Courier", "--json"]);
    assert_eq!((told.exit, &told.json()["custody"]["countersigned"]), (4, &Value::Array(Vec::new())), "{told:#?}");
    // the signer's own signature is under it already
    reporter.run(["custody", "add", "countersigned", "b.zip"]).done();
    registry.write("reporter.jsonl", lines(reporter).concat());
    assert_eq!(required("Amina O.", "reporter.jsonl").exit, 4);
    // a name that nobody has is told at once
    registry.refused(["verify", "b.zip", "--require", "countersigned=Nobody"], 2, "contact.unknown");
    // who does not believe the signer cannot stand for what they sealed
    let outsider = desk("Outsider");
    carry("b.zip", reporter, &outsider);
    assert_eq!(outsider.run(["receive", "b.zip"]).exit, 3);
    let log = fs::read(outsider.path(LOG)).unwrap();
    let refused = outsider.run(["custody", "add", "countersigned", "b.zip", "--json"]);
    assert_eq!((refused.exit, &refused.json()["refused"]), (3, &"custody.refused".into()), "{refused:#?}");
    let refused = outsider.run(["custody", "add", "countersigned", "b.zip"]);
    assert!(refused.exit == 3 && refused.err.contains("not countersigned, because it is not VERIFIED\nhint: "), "{refused:#?}");
    assert_eq!(log, fs::read(outsider.path(LOG)).unwrap());
}

#[test]
fn stock_tools_check_an_entry() {
    let Story { registry, .. } = &Story::told();
    let line = &lines(registry)[1];
    let (entry, sig) = line.strip_prefix("{\"entry\":").unwrap().rsplit_once(",\"sig\":\"").unwrap();
    let sig = sig.trim_end().strip_suffix("\"}").unwrap();
    registry.write("entry", entry);
    let armor: Vec<&str> = sig.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).unwrap()).collect();
    registry.write("sig", format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", armor.join("\n")));
    registry.write("signers", registry.run(["contact", "export"]).done().bytes);
    let signers = fs::read_to_string(registry.path("signers")).unwrap();
    let key: Value = serde_json::from_str(entry).unwrap();
    let of = signers.lines().find(|line| line.contains(key["by"].as_str().unwrap())).unwrap();
    let who = of.split(' ').next().unwrap();
    if !Path::new("/usr/bin/ssh-keygen").exists() {
        return runs::skipped("no ssh-keygen here");
    }
    let verify = |file: &str| {
        let args = ["-Y", "verify", "-f", "signers", "-I", who, "-n", "custody@sealbag", "-s", "sig"];
        let command = registry.command_of("ssh-keygen", args).stdin(fs::File::open(registry.path(file)).unwrap()).output();
        command.unwrap().status.success()
    };
    assert!(verify("entry"));
    registry.write("other", entry.replacen("room 4", "room 5", 1));
    assert!(!verify("other"));
}
