//! Facts come from `--metadata` and `--title`, and from nowhere else.

use serde_json::json;

use super::runs::Desk;

const EVERYTHING: &str = r#"{
  "case": {"title": "The bridge", "event_place": ["Mirzak", "Tesh Ulan"], "own_name_1": "mine", "note": ""},
  "sources": {"S2": {"identity": "a baker", "protection": ["no name", ""]}, "S1": {}},
  "files": {"photos/a.jpg": {"caption": "A \"gate\"\nand more", "credit": "unknown"}}
}"#;

#[test]
fn a_title_becomes_a_fact_about_the_case() {
    let desk = Desk::with_bag();
    desk.run(["seal", "bag", "-o", "b.zip", "--title", "Заголовок “x”"]).done();
    assert_eq!(desk.facts("b.zip"), [["case", "title", "Заголовок “x”"]]);
    desk.refused(["seal", "bag", "-o", "x.zip", "--title", ""], 2, "usage");
    desk.run(["seal", "bag", "-o", "long.zip", "--title", &"x".repeat(16 << 10)]).done();
    desk.refused(["seal", "bag", "-o", "x.zip", "--title", &"x".repeat((16 << 10) + 1)], 2, "metadata.shape");
}

#[test]
fn every_fact_of_a_metadata_file_is_sealed_also_one_of_an_unknown_name() {
    let desk = Desk::with_bag();
    desk.write("facts.json", EVERYTHING);
    let expected = [
        ["case", "event_place", "Mirzak"],
        ["case", "event_place", "Tesh Ulan"],
        ["case", "own_name_1", "mine"],
        ["case", "title", "The bridge"],
        ["source:S2", "identity", "a baker"],
        ["source:S2", "protection", "no name"],
        ["file:photos/a.jpg", "caption", "A \"gate\"\nand more"],
        ["file:photos/a.jpg", "credit", "unknown"],
    ];
    let told = desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.json"]).done();
    assert_eq!(desk.facts("b.zip"), expected);
    assert!(told.out.contains("\nnot sealed: 2 facts left empty in the metadata file\n"), "{told:#?}");
    let verdict = desk.verify("b.zip", 0);
    assert_eq!(verdict["contents"]["items"], 3 + 8);
    // from standard input too, so that nothing about a source has to lie on the disk
    let told = desk.fed(["seal", "bag", "-o", "in.zip", "--metadata", "-", "--json"], EVERYTHING.as_bytes()).done();
    assert_eq!(desk.facts("in.zip"), expected);
    assert_eq!((&told.json()["facts"], &told.json()["not_sealed"]["empty_facts"]), (&8.into(), &2.into()));
    // the file itself does not enter the bundle
    assert_eq!(desk.names("b.zip").len(), 3);
}

#[test]
fn a_metadata_file_of_another_shape_is_told_by_member_and_line() {
    let desk = Desk::with_bag();
    desk.write("good.json", "{\"case\":\n{\"title\": \"T\"}}");
    desk.run(["seal", "bag", "-o", "good.zip", "--metadata", "good.json"]).done();
    for (text, member) in [
        ("{\"case\":\n{\"title\": 3}}", "case.title"),
        ("{\"case\":\n{\"title\": null}}", "case.title"),
        ("{\"case\":\n{\"title\": {\"a\": \"b\"}}}", "case.title"),
        ("{\"case\":\n{\"title\": [[\"a\"]]}}", "case.title"),
        ("{\"case\":\n{\"Title\": \"x\"}}", "case.Title"),
        ("{\"case\":\n{\"two words\": \"x\"}}", "case.two words"),
        ("{\"case\":\n{\"title\": \"x\", \"title\": \"y\"}}", "case: the member title occurs twice"),
        ("{\"case\": {},\n\"case\": {}}", "the member case occurs twice"),
        ("{\"case\":\n\"x\"}", "case"),
        ("{\"sources\":\n{\"S01\": {}}}", "sources.S01"),
        ("{\"sources\":\n{\"Anna\": {\"identity\": \"x\"}}}", "sources.Anna"),
        ("{\"files\":\n{\"report.txt\": \"x\"}}", "files.report.txt"),
        ("{\n\"title\": \"x\"}", "title: only case, sources and files belong here"),
        ("{\"case\": {},\n}", "trailing comma"),
        ("{\"case\": {}}\n{}", "trailing characters"),
    ] {
        desk.write("facts.json", text);
        let told = desk.refused(["seal", "bag", "-o", "x.zip", "--metadata", "facts.json"], 2, "metadata.shape");
        let trouble = told["trouble"].as_str().unwrap();
        assert!(trouble.contains(member) && trouble.contains("line 2"), "{text}: {trouble}");
        assert_eq!(told["thing"], "facts.json");
    }
    for bytes in [
        &b""[..],
        b"[]",
        b"title: x",
        b"{\"case\": {\"title\": \"\xff\"}}",
        b"\xef\xbb\xbf{}",
        b"{\"case\": {\"title\": \"\\ud800\"}}",
    ] {
        desk.write("facts.json", bytes);
        desk.refused(["seal", "bag", "-o", "x.zip", "--metadata", "facts.json"], 2, "metadata.shape");
    }
    let long = json!({"case": {"note": "x".repeat((16 << 10) + 1)}}).to_string();
    desk.write("facts.json", long);
    let told = desk.refused(["seal", "bag", "-o", "x.zip", "--metadata", "facts.json"], 2, "metadata.shape");
    assert!(told["trouble"].as_str().unwrap().contains("case.note"), "{told}");
    desk.refused(["seal", "bag", "-o", "x.zip", "--metadata", "none.json"], 5, "io.missing");
    desk.refused(["seal", "bag", "-o", "x.zip", "--metadata", "tmp"], 5, "io.kind");
}

#[test]
fn a_fact_that_fits_no_line_of_the_seal_is_refused_before_anything_is_written() {
    let desk = Desk::with_bag();
    // 16 KiB are allowed, and control characters take six bytes each in the line
    for (count, fits) in [(10_000, true), (11_000, false)] {
        desk.write("facts.json", json!({"case": {"note": "\u{1}".repeat(count)}}).to_string());
        let args = ["seal", "bag", "-o", "b.zip", "--metadata", "facts.json"];
        match fits {
            true => assert_eq!(desk.run(args).done().exit, desk.verify("b.zip", 0)["exit"]),
            false => assert_eq!(desk.refused(args, 2, "metadata.shape")["thing"], "case note"),
        }
        std::fs::remove_file(desk.path("b.zip")).ok();
    }
}

#[test]
fn a_fact_about_a_file_that_is_not_sealed_is_refused() {
    let desk = Desk::with_bag();
    desk.write("bag/.DS_Store", "left behind");
    for (name, exit) in [("report.txt", 0), ("bag/report.txt", 2), ("none.jpg", 2), ("photos", 2), ("", 2), (".DS_Store", 2)] {
        desk.write("facts.json", json!({"files": {name: {"caption": "C"}}}).to_string());
        let args = ["seal", "bag", "-o", "b.zip", "--metadata", "facts.json"];
        if exit == 0 {
            desk.run(args).done();
            std::fs::remove_file(desk.path("b.zip")).unwrap();
        } else {
            let told = desk.refused(args, exit, "metadata.file");
            assert_eq!(told["thing"], format!("files.{name}"));
        }
    }
}

#[test]
fn a_title_stands_in_one_place() {
    let desk = Desk::with_bag();
    desk.write("other.json", r#"{"case": {"note": "N"}}"#);
    desk.write("title.json", r#"{"case": {"title": "T"}}"#);
    desk.write("empty.json", r#"{"case": {"title": ""}}"#);
    for metadata in ["other.json", "empty.json"] {
        desk.run(["seal", "bag", "-o", "b.zip", "--force", "--title", "T", "--metadata", metadata]).done();
    }
    let told = desk.refused(["seal", "bag", "-o", "x.zip", "--title", "T", "--metadata", "title.json"], 2, "usage");
    assert_eq!(told["thing"], "--title");
}

#[test]
fn a_template_tells_every_file_and_is_accepted_once_filled_in() {
    let desk = Desk::with_bag();
    let before = desk.state();
    let told = desk.run(["seal", "--template", "bag"]).done();
    assert_eq!((before, told.err.as_str()), (desk.state(), ""));
    let mut template = told.json();
    for member in ["title", "dateline", "event_date", "event_place", "contact", "published", "rights", "language"] {
        assert_eq!(template["case"][member], "", "{member}");
    }
    for member in ["identity", "protection", "consent"] {
        assert_eq!(template["sources"]["S1"][member], "", "{member}");
    }
    let files: Vec<&String> = template["files"].as_object().unwrap().keys().collect();
    assert_eq!(files, ["photos/a.jpg", super::PATROL, "report.txt"]);
    for member in ["caption", "credit", "taken_at"] {
        assert_eq!(template["files"]["photos/a.jpg"][member], "", "{member}");
    }
    // as it is, it says nothing
    desk.write("facts.json", &told.out);
    let sealed = desk.run(["seal", "bag", "-o", "empty.zip", "--metadata", "facts.json", "--json"]).done().json();
    let mut count = 0;
    for group in ["case", "sources", "files"] {
        let group = template[group].as_object_mut().unwrap();
        fill(group.values_mut(), &mut count);
    }
    assert_eq!((&sealed["facts"], &sealed["not_sealed"]["empty_facts"]), (&0.into(), &count.into()));
    // filled in, it says everything
    desk.write("facts.json", template.to_string());
    let sealed = desk.run(["seal", "bag", "-o", "full.zip", "--metadata", "facts.json", "--json"]).done().json();
    assert_eq!((&sealed["facts"], &sealed["not_sealed"]["empty_facts"]), (&count.into(), &0.into()));
    assert_eq!(desk.facts("full.zip").len(), count);
}

fn fill<'v>(values: impl Iterator<Item = &'v mut serde_json::Value>, count: &mut usize) {
    for value in values {
        match value {
            serde_json::Value::Object(group) => fill(group.values_mut(), count),
            value => {
                *count += 1;
                *value = format!("value {count}").into();
            }
        }
    }
}

#[test]
fn a_template_needs_no_key_and_takes_files_too() {
    let desk = Desk::new();
    desk.write("story.md", "words\n");
    desk.write("a.jpg", super::JPEG);
    let told = desk.run(["seal", "--template", "story.md", "--photo", "a.jpg"]).done().json();
    let files: Vec<&String> = told["files"].as_object().unwrap().keys().collect();
    assert_eq!(files, ["photos/a.jpg", "story.md"]);
    assert!(!desk.path("home").exists());
    desk.refused(["seal", "--template", "none"], 5, "io.missing");
}

#[test]
fn a_metadata_file_inside_the_folder_is_evidence_and_that_is_said() {
    let desk = Desk::with_bag();
    desk.write("bag/metadata.json", r#"{"case": {"title": "Not taken"}}"#);
    let told = desk.run(["seal", "bag", "-o", "b.zip"]).done();
    let said = "\"metadata.json\" was sealed as evidence like any other file; facts are read from --metadata only";
    assert!(told.out.lines().any(|line| line == said), "{told:#?}");
    assert!(desk.names("b.zip").contains(&"metadata.json".to_owned()));
    assert_eq!(desk.facts("b.zip"), Vec::<[String; 3]>::new());
    std::fs::remove_file(desk.path("bag/metadata.json")).unwrap();
    let told = desk.run(["seal", "bag", "-o", "without.zip"]).done();
    assert!(!told.out.contains("evidence"), "{told:#?}");
}

#[test]
fn the_metadata_file_never_enters_the_payload_wherever_it_lies() {
    let desk = Desk::with_bag();
    let facts = r#"{"sources": {"S1": {"identity": "a baker in Mirzak"}}}"#;
    desk.write("facts.json", facts);
    desk.run(["seal", "bag", "-o", "good.zip", "--metadata", "facts.json"]).done();
    desk.write("bag/facts.json", facts);
    let before = desk.state();
    let told = desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "bag/facts.json"]);
    // left out of the bag, or refused; never sealed as a file that shows every fact at once
    match told.exit {
        0 => assert!(!desk.names("b.zip").contains(&"facts.json".to_owned()), "{told:#?}"),
        exit => assert_eq!((exit, before), (2, desk.state()), "{told:#?}"),
    }
}

#[test]
fn a_file_is_derived_from_another_by_its_commitment_and_stays_when_that_one_goes() {
    let desk = Desk::with_bag();
    desk.write("bag/clean/0001.jpg", "the gate, and nothing that a camera wrote");
    let facts = |original: &str| {
        json!({"files": {"clean/0001.jpg": {"derived_from": original, "derivation": "metadata-removed"}}}).to_string()
    };
    desk.write("facts.json", facts("photos/a.jpg"));
    desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.json"]).done();
    // the value is the SHA-256 of the line of the other file, and nothing names that file
    let value = |name: &str| desk.facts(name).into_iter().find(|fact| fact[1] == "derived_from").unwrap()[2].clone();
    let commitment = value("b.zip");
    let listed = desk.run(["redact", "b.zip", "--withhold", "photos/a.jpg", "--dry-run", "--json"]).done().json();
    assert_eq!(
        (&listed["withheld"][0]["item"], &listed["withheld"][0]["commitment"]),
        (&"photos/a.jpg".into(), &commitment.into())
    );
    assert_eq!((&listed["withheld"][1], &listed["remaining"]), (&json!(null), &json!([])), "{listed:#}");

    desk.run(["redact", "b.zip", "--withhold", "photos/a.jpg", "--reason", "what the camera wrote", "-o", "r.zip"]).done();
    desk.verify("r.zip", 0);
    assert_eq!(value("r.zip"), value("b.zip"));
    assert_eq!(desk.names("r.zip").len(), desk.names("b.zip").len() - 1);
    let bytes = std::fs::read(desk.path("r.zip")).unwrap();
    assert!(!bytes.windows(5).any(|window| window == b"a.jpg"));

    // a commitment of another bundle stays as it is, a file that is not there is told
    let elsewhere = "5".repeat(64);
    for stays in [&*elsewhere, "unknown"] {
        desk.write("facts.json", facts(stays));
        desk.run(["seal", "bag", "-o", "c.zip", "--metadata", "facts.json", "--force"]).done();
        assert_eq!(value("c.zip"), stays);
    }
    desk.write("facts.json", facts("photos/gone.jpg"));
    desk.refused(["seal", "bag", "-o", "x.zip", "--metadata", "facts.json"], 2, "metadata.file");
}
