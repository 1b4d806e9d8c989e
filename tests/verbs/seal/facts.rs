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
    for bytes in [&b""[..], b"[]", b"title: x", b"{\"case\": {\"title\": \"\xff\"}}", b"{\"case\": {\"title\": \"\\ud800\"}}"] {
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
    assert!(told.unfolded().contains(said), "{told:#?}");
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
    // that the copy stays is told, and must be meant
    let remaining =
        json!([{"place": "clean/0001.jpg", "line": null, "of": "photos/a.jpg", "what": "twin", "text": null, "stops": true}]);
    assert_eq!((&listed["withheld"][1], &listed["remaining"]), (&json!(null), &remaining), "{listed:#}");
    let withhold = ["redact", "b.zip", "--withhold", "photos/a.jpg", "--reason", "what the camera wrote", "-o", "r.zip"];
    assert_eq!(desk.run(withhold).exit, 1);
    desk.run(withhold.iter().chain(&["--keep-twins"])).done();
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

/// The file is refused, and these troubles are told at once, each in its place.
#[track_caller]
fn told_at_once(desk: &Desk, name: &str, bytes: impl AsRef<[u8]>, troubles: &[&str]) {
    desk.write(name, bytes);
    let told = desk.refused(["seal", "bag", "-o", "x.zip", "--metadata", name], 2, "metadata.shape");
    let mut found = vec![told["trouble"].as_str().unwrap()];
    found.extend(told["also"].as_array().unwrap().iter().map(|also| also["detail"].as_str().unwrap()));
    assert_eq!(found.len(), troubles.len(), "{found:#?}");
    for (found, trouble) in found.iter().zip(troubles) {
        assert!(found.starts_with(trouble), "{found} instead of {trouble}");
    }
}

#[test]
fn all_that_is_wrong_in_a_metadata_file_is_told_at_once() {
    let desk = Desk::with_bag();
    told_at_once(
        &desk,
        "facts.json",
        r#"{"case": {"Title": "x", "note": 3}, "sources": {"Anna": {}}, "other": {},
            "files": {"none.jpg": {"caption": "C"}, "report.txt": {"caption": ["a", "b"]}}}"#,
        &[
            "line 1, column 11: case.Title: a name may have only",
            "line 1, column 33: case.note must be a string",
            "line 1, column 49: sources.Anna: a source is called",
            "line 1, column 62: other: only case",
            "no such file is being sealed",
            "a fact that can be true only once is there twice",
        ],
    );
}

#[test]
fn facts_come_from_a_spreadsheet_too_as_europe_saves_one() {
    let desk = Desk::with_bag();
    let table = "path;title;identity;caption;credit\r\ncase;The bridge;;;\r\nsource:S1;;a baker;;\r\n\
                 photos/a.jpg;;;\"A \"\"gate\"\"\r\nand more; much more\";unknown\r\n;;;;\r\n";
    let expected = [
        ["case", "title", "The bridge"],
        ["source:S1", "identity", "a baker"],
        ["file:photos/a.jpg", "caption", "A \"gate\"\r\nand more; much more"],
        ["file:photos/a.jpg", "credit", "unknown"],
    ];
    let utf16: Vec<u8> = format!("\u{feff}{table}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [
        ("facts.csv", table.as_bytes().to_vec()),
        ("marked.csv", [b"\xef\xbb\xbf", table.as_bytes()].concat()),
        ("told.csv", [b"sep=;\r\n", table.as_bytes()].concat()),
        ("unicode text.txt", utf16),
    ] {
        desk.write(name, &bytes);
        desk.run(["seal", "bag", "-o", "b.zip", "--force", "--metadata", name]).done();
        assert_eq!(desk.facts("b.zip"), expected, "{name}");
    }
    let told = desk.fed(["seal", "bag", "-o", "b.zip", "--force", "--metadata", "-"], table.as_bytes()).done();
    assert!(desk.facts("b.zip") == expected && !told.out.contains("left empty"), "{told:#?}");
}

#[test]
fn facts_come_in_toml_too() {
    let desk = Desk::with_bag();
    let toml = "[case]\ntitle = \"The bridge\"\npublished = 2018-03-01\nevent_place = [\"Mirzak\", \"Tesh Ulan\"]\n\
                [files.\"photos/a.jpg\"]\ncaption = \"\"\"\nA gate\"\"\"\n[sources.S1]\nidentity = 'a baker'\nnote = ''\n";
    desk.write("facts.toml", format!("\u{feff}{toml}"));
    let told = desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.toml", "--json"]).done().json();
    let expected = [
        ["case", "title", "The bridge"],
        ["case", "published", "2018-03-01"],
        ["case", "event_place", "Mirzak"],
        ["case", "event_place", "Tesh Ulan"],
        ["source:S1", "identity", "a baker"],
        ["file:photos/a.jpg", "caption", "A gate"],
    ];
    let mut facts = desk.facts("b.zip");
    let mut expected = expected.map(|fact| fact.map(str::to_owned));
    facts.sort();
    expected.sort();
    assert_eq!((facts, &told["not_sealed"]["empty_facts"]), (expected.to_vec(), &1.into()));
    told_at_once(&desk, "a.toml", "[case]\ntitle = 'a'\ntitle = 'b'\n", &["line 3, column 1: duplicate key"]);
    told_at_once(
        &desk,
        "b.toml",
        "[case]\ntitle = 3\n[sources.Anna]\nidentity = 'x'\n[more]\n",
        &["line 2, column 1: case.title must be", "line 3, column 10: sources.Anna: a", "line 5, column 2: more: only"],
    );
}

#[test]
fn what_is_twice_in_a_table_or_in_no_place_is_told_by_line_and_column() {
    let desk = Desk::with_bag();
    told_at_once(
        &desk,
        "facts.csv",
        "path,caption,caption,,Credit\nphotos/a.jpg,\"x\ny\",,,\nfile:photos/a.jpg,z,,,\nreport.txt,a, b, c,d,e\n,c,,,\nsource:S01,c,,,\n",
        &[
            "line 1, column 3: the column caption is there already, as column 2",
            "line 1, column 5: Credit: a name may have only lower-case",
            "line 4, column 1: line 2 is about file:photos/a.jpg already",
            "line 5, column 6: the row has more cells than the 5 columns of the first line",
            "line 6, column 1: the row does not say what it is about",
            "line 7, column 1: source:S01: a source is called",
        ],
    );
    told_at_once(&desk, "a.csv", "path,a,\nreport.txt,b,c\n", &["line 2, column 3: the first line gives this column no name"]);
    told_at_once(&desk, "b.csv", "file,caption\nreport.txt,b\n", &["line 1, column 1: the first line of a table names"]);
    told_at_once(&desk, "c.csv", "path,caption\n\nreport.txt,\"b\nphotos/a.jpg,c\n", &["line 3, column 1: a quotation mark"]);
    told_at_once(
        &desk,
        "d.csv",
        b"path,caption\nreport.txt,caf\xe9\n",
        &["line 2 is not UTF-8 text; from a spreadsheet, save"],
    );
    told_at_once(&desk, "e.csv", b"\xff\xfep\0a\0t\0h\0,\0\0\xd8", &["line 1 is not UTF-8 text"]);
    let long = format!("path,note\ncase,{}\n", "x".repeat((16 << 10) + 1));
    told_at_once(&desk, "f.csv", long, &["line 2, column 2: case note: a value may have at most 16384 bytes"]);
}

#[test]
fn typographic_quotation_marks_are_named_as_such() {
    let desk = Desk::with_bag();
    for (name, text, place, found) in [
        ("a.json", "{“case”: {}}", "line 1, column 2", '“'),
        ("b.json", "{\"case\":\n{\"title\": „x“}}", "line 2, column 11", '„'),
        ("c.json", "{\"case\": {«title»: \"x\"}}", "line 1, column 11", '«'),
        ("d.toml", "[case]\ntitle = ”x”\n", "line 2, column 9", '”'),
    ] {
        let trouble = format!("{place}: {found} is a typographic quotation mark; here only \" is one");
        told_at_once(&desk, name, text, &[&trouble]);
    }
    // inside a value they are what they are
    desk.write("good.json", "{\"case\": {\"title\": \"“x”\"}}");
    desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "good.json"]).done();
    assert_eq!(desk.facts("b.zip"), [["case", "title", "“x”"]]);
}

#[test]
fn a_byte_order_mark_is_taken_in_json() {
    let desk = Desk::with_bag();
    desk.write("facts.json", "\u{feff}{\"case\": {\"title\": \"T\"}}");
    desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.json"]).done();
    assert_eq!(desk.facts("b.zip"), [["case", "title", "T"]]);
}

const SLIPS: &str = r#"{"case": {"titel": "x", "published": "01.03.2018", "event_date": "2018-03-01: notice", "own_name": "y"},
 "files": {"report.txt": {"captoin": "a", "modified": "unknown"}, "photos/a.jpg": {"captoin": "b", "taken_at": "2018-02-30"}}}"#;

#[test]
fn names_that_are_slips_and_dates_that_are_none_are_pointed_out() {
    let desk = Desk::with_bag();
    desk.write("facts.json", SLIPS);
    let told = desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.json", "--json"]).done();
    let notes: Vec<[&str; 2]> = vec![
        ["metadata.name", "line 1, column 11: case.titel: did you mean title?"],
        ["metadata.name", "line 2, column 27: files.report.txt.captoin, 2 times: did you mean caption?"],
        ["metadata.date", "line 1, column 38: case.published is \"01.03.2018\", not a date as 2018-03-01"],
        ["metadata.date", "line 2, column 112: files.photos/a.jpg.taken_at is \"2018-02-30\", not a date as 2018-03-01"],
    ];
    let json = told.json();
    let found: Vec<[&str; 2]> = json["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| [note["code"].as_str().unwrap(), note["detail"].as_str().unwrap()])
        .collect();
    assert_eq!(found, notes);
    for [_, detail] in notes {
        assert!(told.err.contains(&format!("sealbag: facts.json: {detail}\n")), "{told:#?}");
    }
    // they are sealed as they are
    assert!(desk.facts("b.zip").contains(&["case", "titel", "x"].map(str::to_owned)));
    let dry = desk.run(["seal", "bag", "--dry-run", "--metadata", "facts.json", "--json"]).done().json();
    assert_eq!(dry["notes"], json["notes"]);
    let quiet = desk.run(["seal", "bag", "-o", "q.zip", "--metadata", "facts.json", "--quiet"]).done();
    assert_eq!(quiet.err, "");
}

#[test]
fn strict_facts_refuse_what_is_otherwise_pointed_out() {
    let desk = Desk::with_bag();
    desk.write("facts.json", SLIPS);
    let args = ["seal", "bag", "-o", "x.zip", "--strict-facts", "--metadata"];
    let told = desk.refused(args.into_iter().chain(["facts.json"]), 1, "metadata.strict");
    assert_eq!(told["also"].as_array().map(Vec::len), Some(3), "{told}");
    // with what is wrong anyway, all of it at once
    desk.write("more.json", SLIPS.replace("\"own_name\"", "\"Own\""));
    let told = desk.refused(args.into_iter().chain(["more.json"]), 2, "metadata.shape");
    assert_eq!(told["also"].as_array().map(Vec::len), Some(4), "{told}");
    desk.write("good.json", r#"{"case": {"title": "x", "own_name": "y", "published": "2018-03"}}"#);
    desk.run(args.into_iter().chain(["good.json"])).done();
}

#[test]
fn a_template_for_a_spreadsheet_tells_every_file_and_is_read_again() {
    let desk = Desk::with_bag();
    for name in ["case", "=1+1.txt"] {
        desk.write(format!("bag/{name}"), "x");
    }
    let told = desk.run(["seal", "--template=csv", "bag"]).done();
    let lines: Vec<&str> = told.out.lines().collect();
    assert!(
        lines[0].starts_with("\u{feff}path,title,") && lines[0].contains(",identity,") && lines[0].contains(",caption,"),
        "{told:#?}"
    );
    let paths: Vec<&str> = lines[1..].iter().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(paths, ["case", "source:S1", "file:=1+1.txt", "file:case", "photos/a.jpg", super::PATROL, "report.txt"]);
    desk.write("facts.csv", told.out.replace("file:case,", "file:case,T"));
    desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.csv"]).done();
    assert_eq!(desk.facts("b.zip"), [["file:case", "title", "T"]]);
    assert_eq!(desk.run(["seal", "--template", "bag"]).done().out, desk.run(["seal", "--template=json", "bag"]).done().out);
}

#[test]
fn a_wrong_text_is_told_by_its_first_letters() {
    let desk = Desk::with_bag();
    let long = "x".repeat(15_000);
    for (name, facts) in [
        ("f.json", format!("{{\"{long}\": 1}}")),
        ("f.json", format!("\"{long}\"")),
        ("f.json", format!("{{\"case\": {{\"{long}\": \"a\"}}}}")),
        ("f.json", format!("{{\"case\": {{\"{long}\": \"a\", \"{long}\": \"a\"}}}}")),
        ("f.json", format!("{{\"files\": {{\"{long}\": {{\"note\": \"a\"}}}}}}")),
        ("f.json", format!("{{\"files\": {{\"report.txt\": {{\"{long}\": \"a\"}}}}}}")),
        ("f.json", format!("{{\"files\": {{\"report.txt\": {{\"taken_at\": \"{long}\"}}}}}}")),
        ("f.json", format!("{{\"sources\": {{\"{long}\": {{\"identity\": \"a\"}}}}}}")),
        ("f.csv", format!("path,{long},{long}\nreport.txt,a,b\n")),
        ("f.csv", format!("path,note\n{long},a\n{long},a\n")),
        ("f.csv", format!("path,note\nsource:{long},a\n")),
        ("f.toml", format!("[{long}]\nrole = 1\n")),
    ] {
        desk.write(name, &facts);
        let told = desk.run(["seal", "bag", "-o", "x.zip", "--strict-facts", "--metadata", name]);
        assert!(!matches!(told.exit, 0 | 101), "{facts:.40}: {told:#?}");
        assert!(told.out.len() + told.err.len() < 2000, "{facts:.40}: {told:#?}");
        assert!(!told.err.contains(&"x".repeat(201)), "{facts:.40}: {told:#?}");
    }
}
