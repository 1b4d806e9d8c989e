//! Withholding through the program: exit codes, what is told to whom, and what is refused (threats 32 to 36).

use support::runs;

use std::fs;

use runs::desk::PATROL;
use runs::state::files;
use runs::{Desk, Output};
use serde_json::{Value, json};

const FACTS: &str = r#"{
  "case": {"title": "The bridge", "event_place": "Mirzak"},
  "sources": {"S1": {"identity": "Zhanar Beket", "note": "a baker"}},
  "files": {"photos/a.jpg": {"caption": "A gate at noon"}}
}"#;

/// What no reader of a bundle without photo `a` and source S1 may see.
const SECRETS: [&str; 6] = ["photos/a.jpg", "a.jpg", "A gate at noon", "Zhanar", "Beket", "a baker"];
pub(super) const GONE: [&str; 4] = ["photos/a.jpg", "photos/a.jpg#caption", "source:S1#identity", "source:S1#note"];
/// Withholds photo `a` and source S1.
const REDACT: [&str; 6] = ["redact", "b.zip", "--withhold", "photos/a.jpg", "source:S1", "--reason=their safety"];

/// Amina's desk with a bundle `b.zip` that has facts of every kind.
pub(super) fn desk() -> Desk {
    let desk = Desk::with_bag();
    desk.write("facts.json", FACTS);
    desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.json"]).done();
    desk
}

/// The same with the redacted `r.zip` and the disclosure `d` of the photo.
pub(super) fn redacted() -> Desk {
    let desk = desk();
    redact(&desk, &["-o", "r.zip"]).done();
    desk.run(["disclose", "b.zip", "--item", "photos/a.jpg", "-o", "d"]).done();
    desk
}

pub(super) fn redact(desk: &Desk, flags: &[&str]) -> Output {
    desk.run([&REDACT[..], flags].concat())
}

/// A desk with the key of Bela.
pub(super) fn bela() -> Desk {
    let desk = Desk::new();
    desk.new_key("Bela");
    desk
}

/// A desk that has the card of `owner` and no key of its own.
pub(super) fn reader_of(owner: &Desk) -> Desk {
    let reader = Desk::new();
    introduce(owner, &reader);
    reader
}

pub(super) fn introduce(owner: &Desk, reader: &Desk) {
    reader.write("card", owner.run(["card"]).done().out);
    reader.run(["contact", "add", "card", "--yes"]).done();
}

pub(super) fn hand(from: &Desk, name: &str, to: &Desk) {
    to.write(name, fs::read(from.path(name)).unwrap());
}

pub(super) fn items(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item["item"].as_str().unwrap()).collect()
}

#[track_caller]
pub(super) fn tells_nothing(text: impl AsRef<[u8]>) {
    let text = String::from_utf8_lossy(text.as_ref()).into_owned();
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn who_withholds_is_told_what_goes_and_readers_only_that_it_went() {
    let desk = desk();
    let told = redact(&desk, &["-o", "r.zip"]).done();
    assert!(told.out.starts_with("withheld  r.zip, "), "{told:#?}");
    for line in [
        "left out: 4 items, 4 stay",
        "  - \"photos/a.jpg\"\n",
        "  - \"photos/a.jpg#caption\"  \"A gate at noon\"\n",
        "  - \"source:S1#identity\"  \"Zhanar Beket\"\n",
        "  - \"source:S1#note\"  \"a baker\"\n",
        "reason      \"their safety\"",
        "by \"Amina O.\"",
        "not searched, but for what is written plainly in the bytes; look at what they\n  show\n  - \"photos/新桥_人群.jpg\": a picture\n",
        "that 4 items were left out",
        "sealbag show r.zip",
    ] {
        assert!(told.out.contains(line), "{line}: {told:#?}");
    }
    tells_nothing(fs::read(desk.path("r.zip")).unwrap());
    let reader = reader_of(&desk);
    hand(&desk, "r.zip", &reader);
    let told = reader.run(["verify", "r.zip"]).done();
    assert!(told.out.starts_with("VERIFIED, 4 OF 8 WITHHELD  r.zip\n"), "{told:#?}");
    assert!(told.out.contains("reason: \"their safety\""), "{told:#?}");
    let shown = reader.run(["show", "r.zip"]).done();
    for line in ["not shown: 4 of 8 items", "[4 items withheld on ", "by the key", "reason \"their safety\""] {
        assert!(shown.out.contains(line), "{line}: {shown:#?}");
    }
    let opened = reader.run(["open", "r.zip", "-d", "out"]).done();
    let json = reader.verify("r.zip", 0);
    assert_eq!((&json["verdict"], &json["contents"]["state"]), (&"verified".into(), &"withheld".into()));
    assert_eq!(
        (&json["contents"]["withheld"], &json["contents"]["items"], &json["contents"]["disclosed"]),
        (&4.into(), &8.into(), &0.into())
    );
    assert_eq!(json["contents"]["releases"][0]["name"], "Amina O.");
    assert_eq!((&json["disclosures"], &json["comparison"]), (&json!([]), &Value::Null));
    for told in [told.out, shown.out, opened.out, json.to_string(), reader.claims("r.zip").to_string()] {
        tells_nothing(told);
    }
    for (name, bytes) in files(&reader.path("out")) {
        tells_nothing(name.to_str().unwrap());
        tells_nothing(bytes);
    }
    // nor does an error about what is not there any more
    reader.refused(["disclose", "r.zip", "--item", "source:S1", "-o", "x"], 2, "item.unknown");
    assert_eq!(reader.run(["verify", "r.zip", "--require", "complete"]).exit, 4);
}

#[test]
fn what_show_says_of_gaps_in_json() {
    let desk = redacted();
    let claims = desk.claims("r.zip");
    assert_eq!((&claims["sealed_items"], &claims["not_shown"], &claims["unexplained"]), (&8.into(), &4.into(), &0.into()));
    let release = &claims["claimed_releases"][0];
    assert_eq!((&release["items"], &release["reason"]), (&4.into(), &"their safety".into()));
    assert!(release["named_key"].as_str().unwrap().starts_with("ssh-ed25519 "));
    let claims = desk.claims("b.zip");
    assert_eq!((&claims["not_shown"], &claims["claimed_releases"]), (&0.into(), &json!([])));
    assert!(!desk.run(["show", "b.zip"]).done().out.contains("not shown:"));
}

#[test]
fn threat_36_a_release_by_somebody_who_is_not_believed_is_an_unknown_signer() {
    let (amina, bela) = (desk(), bela());
    introduce(&amina, &bela);
    hand(&amina, "b.zip", &bela);
    redact(&bela, &["-o", "r.zip"]).done();
    let reader = reader_of(&amina);
    hand(&bela, "r.zip", &reader);
    let told = reader.run(["verify", "r.zip"]);
    assert_eq!((told.exit, told.out.lines().next()), (3, Some("UNKNOWN SIGNER  r.zip")), "{told:#?}");
    assert_eq!(reader.verify("r.zip", 3)["findings"][0]["code"], "release.author");
    for (verb, flags, code) in [
        ("redact", &["--withhold", "case#title", "--reason", "x", "-o", "x.zip"][..], "redact.refused"),
        ("disclose", &["--item", "case#title", "-o", "x.zip"], "disclose.refused"),
    ] {
        let reader = reader_of(&amina);
        reader.new_key("Chen");
        hand(&bela, "r.zip", &reader);
        let told = reader.run([&[verb, "r.zip"], flags].concat());
        assert_eq!(told.exit, 3, "{told:#?}");
        assert!(told.out.starts_with("UNKNOWN SIGNER") && told.err.contains("not VERIFIED"), "{told:#?}");
        let told = reader.run([&[verb, "r.zip"], flags, &["--json"]].concat());
        let json = told.json();
        assert_eq!((told.exit, &json["exit"], &json["refused"]), (3, &3.into(), &code.into()), "{told:#?}");
        assert_eq!(json["verification"]["verdict"], "unknown-signer");
        assert!(!reader.path("x.zip").exists());
    }
}

#[test]
fn what_is_not_verified_is_neither_withheld_from_nor_disclosed() {
    let desk = desk();
    let mut bytes = fs::read(desk.path("b.zip")).unwrap();
    let at = bytes.windows(6).position(|window| window == b"bridge").unwrap();
    bytes[at] ^= 1;
    desk.write("broken.zip", &bytes);
    desk.write("none.zip", "no bundle");
    for (name, exit) in [("broken.zip", 1), ("none.zip", 1), ("missing.zip", 5)] {
        for (verb, flags, code) in [
            ("redact", &["--withhold", "case#title", "--reason", "x", "-o", "x"][..], "redact.refused"),
            ("disclose", &["--item", "case#title", "-o", "x"], "disclose.refused"),
        ] {
            let before = desk.state();
            let told = desk.run([&[verb, name], flags, &["--json"]].concat());
            assert_eq!(
                (told.exit, &told.json()["exit"], &told.json()["refused"]),
                (exit, &exit.into(), &code.into()),
                "{told:#?}"
            );
            let told = desk.run([&[verb, name], flags].concat());
            assert_eq!(told.exit, exit, "{told:#?}");
            assert_eq!(before, desk.state());
        }
    }
}

#[test]
fn json_of_a_redaction() {
    let desk = desk();
    let told = redact(&desk, &["-o", "r.zip", "--json"]).done().json();
    assert_eq!((&told["schema"], &told["exit"], &told["bundle"]), (&"sealbag-redact/1".into(), &0.into(), &"r.zip".into()));
    assert_eq!((&told["refused"], &told["dry_run"], &told["shown"]), (&Value::Null, &false.into(), &4.into()));
    assert_eq!((&told["release"], &told["encryption"], &told["opens_here"]), (&1.into(), &"none".into(), &true.into()));
    assert_eq!((&told["remaining"], &told["not_looked_into"], &told["to"]), (&json!([]), &1.into(), &json!([])));
    assert_eq!(told["not_searched"], json!([{"path": PATROL, "inside": null, "reason": "picture"}]));
    assert_eq!(told["length"], fs::metadata(desk.path("r.zip")).unwrap().len());
    assert_eq!(items(&told["withheld"]), GONE);
    assert_eq!(told["withheld"][2]["value"], "Zhanar Beket");
    assert_eq!(told["withheld"][0]["value"], Value::Null);
    // what was told of an item names it the next time
    let digits = told["withheld"][2]["commitment"].as_str().unwrap()[..8].to_owned();
    let again =
        desk.run(["redact", "b.zip", "--withhold", &digits, "--reason", "x", "-o", "again.zip", "--json"]).done().json();
    assert_eq!(items(&again["withheld"]), ["source:S1#identity"]);
    // a second release on top
    let second = desk.run(["redact", "r.zip", "--withhold", PATROL, "--reason", "y", "-o", "r2.zip", "--json"]).done().json();
    assert_eq!((&second["release"], &second["shown"]), (&2.into(), &3.into()));
    assert_eq!(desk.verify("r2.zip", 0)["contents"]["withheld"], 5);
}

#[test]
fn threat_35a_what_remains_is_told_and_refused_until_it_may_stay() {
    let desk = desk();
    let args = ["redact", "b.zip", "--withhold", "case#title", "--reason", "x", "-o", "r.zip"];
    let before = desk.state();
    let told = desk.run(args);
    assert_eq!(told.exit, 1, "{told:#?}");
    assert!(told.out.contains("the value of \"case#title\": in \"report.txt\" line 1"), "{told:#?}");
    assert!(told.err.contains("--anyway"), "{told:#?}");
    let told = desk.run([&args[..], &["--json"]].concat());
    let json = told.json();
    assert_eq!((told.exit, &json["exit"], &json["refused"]), (1, &1.into(), &"redact.remains".into()));
    let leak = json!([{"place": "report.txt", "line": 1, "of": "case#title", "what": "value", "text": null, "stops": true}]);
    assert_eq!((&json["remaining"], &json["bundle"]), (&leak, &Value::Null));
    assert_eq!(before, desk.state(), "nothing was written");
    let json = desk.run([&args[..], &["--anyway", "--json"]].concat()).done().json();
    assert_eq!((&json["remaining"], &json["bundle"]), (&leak, &"r.zip".into()));
    // the reason and the name of the result are read as well
    for (flags, place) in
        [(["--reason", "safety of Mirzak", "-o", "x.zip"], "--reason"), (["--reason", "x", "-o", "mirzak.zip"], "-o")]
    {
        let told = desk.run([&["redact", "b.zip", "--withhold", "case#event_place", "--json"][..], &flags].concat());
        assert_eq!((told.exit, &told.json()["remaining"][0]["place"]), (1, &place.into()), "{told:#?}");
    }
}

#[test]
fn threat_35a_what_was_not_searched_is_told_even_with_quiet() {
    let desk = desk();
    let told = redact(&desk, &["-o", "r.zip", "--quiet"]).done();
    assert_eq!(told.out, "r.zip\n");
    assert!(told.err.contains("not searched") && told.err.contains(": a picture"), "{told:#?}");
}

#[test]
fn threat_35a_plain_words_alone_are_told_and_refuse_nothing() {
    let desk = desk();
    let facts = r#"{"case": {"title": "A mason"}, "sources": {"S1": {"identity": "Zhanar Beket, a mason"}}}"#;
    desk.write("mason.json", facts);
    desk.run(["seal", "bag", "-o", "mason.zip", "--metadata", "mason.json"]).done();
    let args = ["redact", "mason.zip", "--withhold", "source:S1", "--reason", "x"];
    let told = desk.run([&args[..], &["-o", "1.zip"]].concat()).done();
    assert!(told.out.contains("plain words of it that remain too") && told.out.contains("\"mason\""), "{told:#?}");
    let told = desk.run([&args[..], &["-o", "2.zip", "--json"]].concat()).done().json();
    let row = &told["remaining"][0];
    assert_eq!((&row["place"], &row["text"], &row["stops"]), (&"case#title".into(), &"mason".into(), &false.into()));
    let told = desk.run([&args[..], &["-o", "3.zip", "--quiet"]].concat()).done();
    assert!(told.err.contains("\"mason\""), "{told:#?}");
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let desk = desk();
    let before = desk.state();
    let told = redact(&desk, &["--dry-run"]).done();
    assert!(told.out.starts_with("nothing was written\n\nleft out: 4 items, 4 stay"), "{told:#?}");
    let json = redact(&desk, &["--dry-run", "--json", "-o", "r.zip"]).done().json();
    assert_eq!((&json["dry_run"], &json["bundle"], &json["release"]), (&true.into(), &Value::Null, &Value::Null));
    assert_eq!(items(&json["withheld"]), GONE);
    // what would be refused is shown too
    let told = desk.run(["redact", "b.zip", "--withhold", "case#title", "photos/*", "--reason", "x", "--dry-run"]).done();
    assert!(told.out.contains("without --anyway this will be refused"), "{told:#?}");
    assert_eq!(before, desk.state());
    // without a key nothing can be signed, and everything can be tried
    let reader = reader_of(&desk);
    hand(&desk, "b.zip", &reader);
    redact(&reader, &["--dry-run"]).done();
    let told = redact(&reader, &["-o", "r.zip"]);
    assert_eq!((told.exit, told.out.as_str()), (5, ""), "{told:#?}");
}

#[test]
fn a_pattern_is_listed_before_it_is_taken_at_its_word() {
    let desk = desk();
    for (args, key) in [
        (&["redact", "b.zip", "--withhold", "photos/*", "--reason", "x", "-o", "x"][..], "withheld"),
        (&["disclose", "b.zip", "--item", "photos/*", "-o", "x"], "items"),
    ] {
        let before = desk.state();
        let told = desk.run(args);
        assert_eq!(told.exit, 2, "{told:#?}");
        assert!(told.out.starts_with("nothing was written") && told.out.contains("\"photos/a.jpg#caption\""), "{told:#?}");
        assert!(told.err.contains("--all-matching"), "{told:#?}");
        let told = desk.run([args, &["--json"]].concat());
        let json = told.json();
        assert_eq!((told.exit, &json["exit"], &json["refused"]), (2, &2.into(), &"redact.pattern".into()), "{told:#?}");
        let meant = ["photos/a.jpg", "photos/a.jpg#caption", PATROL];
        assert_eq!(items(&json[key]), meant);
        assert_eq!(before, desk.state());
        let json = desk.run([args, &["--json", "--all-matching"]].concat()).done().json();
        assert_eq!(items(&json[key]), meant);
        fs::remove_file(desk.path("x")).unwrap();
    }
}

#[test]
fn items_come_from_a_file_and_from_standard_input() {
    let desk = desk();
    desk.write("list", "photos/a.jpg\r\n\n  \nsource:S1\n");
    let rest = ["--reason", "x", "--json"];
    let file = desk.run([&["redact", "b.zip", "--from-list", "list", "-o", "1.zip"], &rest[..]].concat()).done().json();
    assert_eq!(items(&file["withheld"]), GONE);
    let args = [&["redact", "b.zip", "--from-list", "-", "--withhold", "photos/a.jpg", "-o", "2.zip"], &rest[..]].concat();
    assert_eq!(items(&desk.fed(args, b"source:S1").done().json()["withheld"]), GONE);
    let told = desk.fed(["disclose", "b.zip", "--from-list", "-", "-o", "d", "--json"], b"source:S1#note\n").done().json();
    assert_eq!(items(&told["items"]), ["source:S1#note"]);
    desk.write("latin", b"caf\xe9\n");
    desk.write("empty", "\n\n");
    for flags in [&["--from-list", "latin"][..], &["--from-list", "empty"], &[]] {
        let args = [&["redact", "b.zip", "--reason", "x", "-o", "x.zip"], flags].concat();
        desk.refused(args, 2, "usage");
    }
    desk.refused(["redact", "-", "--from-list", "-", "--reason", "x", "-o", "x.zip"], 2, "usage");
    desk.refused(["redact", "b.zip", "--withhold", "case#title", "--reason", "", "-o", "x.zip", "--anyway"], 2, "usage");
    assert_eq!(desk.run(["redact", "b.zip", "--withhold", "case#title", "-o", "x.zip"]).exit, 2, "no reason");
    // without a name it gets a fresh one, which is not that of the bundle
    let told = desk.run(["redact", "b.zip", "--withhold", "case#title", "--reason", "x", "--anyway", "--json"]).done().json();
    let (name, id) = (told["bundle"].as_str().unwrap(), desk.verify("b.zip", 0)["id"].as_str().unwrap().to_owned());
    assert!(name.ends_with(".zip") && !name.contains(&id[..12]), "{name} {id}");
    assert_eq!(desk.verify(name, 0)["id"], *id);
}

#[test]
fn who_may_withhold_is_said_by_the_reader() {
    let (desk, bela) = (desk(), bela());
    introduce(&desk, &bela);
    bela.write("b.zip", fs::read(desk.path("b.zip")).unwrap());
    redact(&bela, &["-o", "r.zip"]).done();
    // she sees that it was she, and so do those who let her
    let told = bela.run(["verify", "r.zip"]).done().out;
    assert!(told.lines().next().unwrap().ends_with("WITHHELD BY YOU  r.zip"), "{told}");
    let reader = reader_of(&desk);
    introduce(&bela, &reader);
    reader.write("r.zip", fs::read(bela.path("r.zip")).unwrap());
    let told = reader.verify("r.zip", 4);
    assert_eq!((&told["verdict"], &told["findings"][0]["code"]), (&"not-enough".into(), &"release.other".into()));
    assert_eq!(reader.verify("b.zip", 5)["verdict"], "cannot-check");
    for flags in [&["--from", "Amina O."][..], &["--releases-by", "Amina O."]] {
        assert_eq!(reader.run([&["verify", "r.zip"], flags].concat()).exit, 4, "{flags:?}");
        assert_eq!(reader.run([&["open", "r.zip", "-d", "opened"], flags].concat()).exit, 4, "{flags:?}");
        assert!(!reader.path("opened").exists());
    }
    for flags in [&["--releases-by", "Bela"][..], &["--from", "Amina O.", "--releases-by", "Bela"]] {
        let told = reader.run([&["verify", "r.zip"], flags].concat()).done().out;
        let word = told.lines().next().unwrap();
        assert!(word.contains("WITHHELD BY \"Bela\" (SHA256:") && word.ends_with("…)  r.zip"), "{told}");
    }
    reader.run(["open", "r.zip", "-d", "opened", "--releases-by", "Bela"]).done();
    assert_eq!(reader.run(["verify", "r.zip", "--releases-by", "Nobody"]).exit, 2);
    // who passes it on, or compares with it, leaves the question to whoever gets it
    reader.new_key("Chen");
    let again = ["redact", "r.zip", "--withhold", "case#event_place", "--reason", "x", "--anyway", "-o", "again.zip"];
    reader.run(again).done();
    assert!(reader.run(["verify", "again.zip", "--releases-by", "Bela"]).done().out.contains("…), YOU  again.zip"));
    assert_eq!(desk.run(["contact", "list", "--json"]).done().json()["contacts"], json!([]));
}

#[test]
fn selections_that_cannot_be_are_refused() {
    let desk = desk();
    let redact = |items: &[&str], exit, code| {
        desk.refused([&["redact", "b.zip", "--reason=x", "-o", "x.zip", "--withhold"], items].concat(), exit, code)
    };
    redact(&["photos/none.jpg"], 2, "item.unknown");
    redact(&["recipients"], 2, "item.unknown");
    redact(&["report.txt", "photos/a.jpg", PATROL], 2, "redact.nothing_left");
    desk.write("there.zip", "mine");
    let told = [&REDACT[..], &["-o", "there.zip"]].concat();
    desk.refused(&told, 2, "output.exists");
    desk.refused([&REDACT[..], &["-o", "b.zip", "--force"]].concat(), 2, "output.inside");
    desk.refused(["disclose", "b.zip", "--item", "case#title", "-o", "b.zip", "--force"], 2, "output.inside");
    desk.run([&told[..], &["--force"]].concat()).done();
    desk.verify("there.zip", 0);
}

#[test]
fn streams_in_and_out() {
    let desk = desk();
    let bytes = fs::read(desk.path("b.zip")).unwrap();
    let told = redact(&desk, &["-o", "-"]).done();
    assert!(told.bytes.starts_with(b"PK") && told.err.contains("left out: 4 items"), "{}", told.err);
    tells_nothing(&told.bytes);
    desk.write("r.zip", &told.bytes);
    assert_eq!(desk.verify("r.zip", 0)["contents"]["withheld"], 4);
    assert!(redact(&desk, &["-o", "-", "--quiet"]).done().err.starts_with("not searched"));
    let args = ["redact", "-", "--withhold", "photos/a.jpg", "source:S1", "--reason=their safety", "-o", "-", "--quiet"];
    let (pipe, file) = (desk.fed(args, &bytes).done().bytes, desk.fed_file(args, "b.zip").done().bytes);
    for (name, bytes) in [("pipe.zip", pipe), ("file.zip", file)] {
        tells_nothing(&bytes);
        desk.write(name, bytes);
        assert_eq!(desk.verify(name, 0)["contents"]["withheld"], 4);
    }
    assert_eq!(desk.run([&REDACT[..], &["-o", "q.zip", "--quiet"]].concat()).done().out, "q.zip\n");
    let d = desk.fed(["disclose", "-", "--item", "photos/a.jpg", "-o", "-", "--quiet"], &bytes).done();
    assert_eq!(d.err, "");
    desk.write("d", &d.bytes);
    assert_eq!(desk.run(["disclose", "b.zip", "--item", "photos/a.jpg", "-o", "d2", "--quiet"]).done().out, "d2\n");
    assert_eq!(fs::read(desk.path("d2")).unwrap(), d.bytes);
    let redacted = fs::read(desk.path("r.zip")).unwrap();
    let told = desk.fed(["verify", "-", "--with", "d", "--json"], &redacted).done().json();
    assert_eq!(told["contents"]["disclosed"], 2);
    let told = desk.fed(["verify", "r.zip", "--with", "-", "--json"], &d.bytes).done().json();
    assert_eq!(told["contents"]["disclosed"], 2);
    let told = desk.fed(["verify", "r.zip", "--against", "-", "--json"], &bytes).done().json();
    assert_eq!(told["comparison"]["state"], "one-seal");
    for args in
        [&[&REDACT[..], &["-o", "-", "--json"]].concat(), &["disclose", "b.zip", "--item=case#title", "-o", "-", "--json"][..]]
    {
        let told = desk.run(args);
        assert_eq!((told.exit, &told.json()["code"]), (2, &"usage".into()), "{told:#?}");
    }
    desk.refused(["verify", "-", "--with", "-"], 2, "usage");
    desk.refused(["open", "r.zip", "--with", "-"], 2, "usage");
    assert_eq!(files(&desk.path("tmp")).len(), 0);
}

#[test]
fn an_encrypted_bundle_is_redacted_for_somebody_or_plainly() {
    let (amina, bela) = (desk(), bela());
    introduce(&bela, &amina);
    introduce(&amina, &bela);
    amina.run(["seal", "bag", "-o", "e.zip.age", "--metadata", "facts.json", "--to-me", "--name-recipients"]).done();
    let args = ["redact", "e.zip.age", "--withhold", "photos/a.jpg", "source:S1", "--reason=x"];
    amina.refused([&args[..], &["-o", "r"]].concat(), 2, "redact.plain");
    amina.refused(["disclose", "e.zip.age", "--item", "case#title", "-o", "d"], 2, "disclose.plain");
    assert_eq!(amina.run([&args[..], &["-o", "r", "--plain", "--to-me"]].concat()).exit, 2);
    amina.refused([&args[..], &["-o", "r", "--to", "Nobody"]].concat(), 2, "contact.unknown");
    let told = amina.run([&args[..], &["-o", "p.zip", "--plain", "--json"]].concat()).done().json();
    assert_eq!((&told["encryption"], &told["to"]), (&"none".into(), &json!([])));
    assert_eq!(items(&told["withheld"]).iter().filter(|item| **item == "recipients").count(), 1);
    tells_nothing(fs::read(amina.path("p.zip")).unwrap());
    let keep = amina.run([&args[..], &["-o", "k.zip", "--plain", "--keep-recipients", "--json"]].concat()).done().json();
    assert_eq!(items(&keep["withheld"]), GONE);
    // a dry run writes nothing, so nobody has to be named
    amina.run([&args[..], &["--dry-run"]].concat()).done();
}

#[test]
fn text_from_an_item_reaches_the_terminal_harmless() {
    let desk = Desk::with_bag();
    let evil = "\u{1b}[2Jx\nVERIFIED  b.zip\u{202e}";
    desk.write("facts.json", json!({"case": {"note": evil}}).to_string());
    desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.json"]).done();
    let redacted = desk.run(["redact", "b.zip", "--withhold", "case#note", "--reason", evil, "-o", "r.zip", "--anyway"]).done();
    let disclosed = desk.run(["disclose", "b.zip", "--item", "case#note", "-o", "d"]).done();
    let verified = desk.run(["verify", "r.zip", "--with", "d", "--against", "b.zip"]).done();
    let shown = desk.run(["show", "r.zip"]).done();
    for told in [redacted, disclosed, verified, shown] {
        assert!(!told.out.contains(['\u{1b}', '\u{202e}']) && told.out.contains("2Jx"), "{told:#?}");
        assert!(!told.out.lines().skip(1).any(|line| line.starts_with("VERIFIED")), "{told:#?}");
    }
}

#[test]
fn what_comes_through_standard_input_is_not_written_over_either() {
    let desk = desk();
    let before = fs::read(desk.path("b.zip")).unwrap();
    for verb in ["redact - --withhold source:S1 --anyway --reason x", "disclose - --item source:S1"] {
        let mut command = desk.command([&verb.split(' ').collect::<Vec<_>>()[..], &["-o", "b.zip", "--force"]].concat());
        command.stdin(fs::File::open(desk.path("b.zip")).unwrap());
        let told = command.output().unwrap();
        assert_eq!(told.status.code(), Some(2), "{verb}: {told:?}");
        assert!(fs::read(desk.path("b.zip")).unwrap() == before, "{verb}");
    }
}
