//! Names: what cannot be stored everywhere or deceives is refused, all of it at once, or sealed under a safe name, with the
//! original name kept as a fact.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use serde_json::Value;

use super::runs::Desk;
use super::runs::desk::{JPEG, ended};

const BAD: [&str; 14] = [
    "a:b.txt",
    "what?.txt",
    "50%.txt",
    "back\\slash.txt",
    "ends in dot.",
    "ends in space ",
    " begins with space",
    "con.txt",
    "LPT1",
    "line\nbreak.txt",
    "esc\u{1b}[2J.txt",
    "gnp\u{202e}.exe",
    "zero\u{200b}width.txt",
    "folder*/fine.txt",
];

fn original_names(desk: &Desk, bundle: &str) -> Vec<[String; 2]> {
    let facts = desk.facts(bundle).into_iter().filter(|[_, name, _]| name.starts_with("original_name"));
    facts.map(|[about, _, value]| [about.strip_prefix("file:").unwrap().to_owned(), value]).collect()
}

fn places(told: &Value) -> Vec<String> {
    let also = told["also"].as_array().unwrap().iter().map(|finding| &finding["where"]);
    let mut places: Vec<String> =
        std::iter::once(&told["thing"]).chain(also).map(|place| place.as_str().unwrap().into()).collect();
    places.sort();
    places
}

#[test]
fn names_in_any_script_are_sealed_as_they_are() {
    let desk = Desk::signing();
    let names =
        ["a..b", ".hidden", "a'b&c;d$e`f.txt", "إشعار.png", "می\u{200c}خواهم.txt", "Астана, мост.jpg", "👩\u{200d}👧.png"];
    for name in names {
        desk.write(format!("bag/{name}"), name);
    }
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
    let mut expected = names.to_vec();
    expected.sort();
    assert_eq!(desk.names("b.zip"), expected);
    assert_eq!(desk.verify("b.zip", 0)["contents"]["state"], "intact");
}

#[test]
fn every_name_that_cannot_be_sealed_is_told_at_once() {
    let desk = Desk::with_bag();
    desk.run(["seal", "bag", "-o", "good.zip"]).done();
    for name in BAD {
        desk.write(format!("bag/{name}"), "words\n");
    }
    let told = desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.name");
    let mut expected = BAD.to_vec();
    expected.sort();
    assert_eq!(places(&told), expected);
    assert!(told["hint"].as_str().unwrap().contains("--safe-names"), "{told}");
    let text = desk.run(["seal", "bag", "-o", "x.zip"]);
    // grouped by what is wrong, with one next step for all of it
    let reasons = text.err.lines().filter(|line| line.starts_with("sealbag: ")).count();
    assert!((5..=8).contains(&reasons) && text.err.lines().filter(|line| line.starts_with("hint: ")).count() == 1, "{text:#?}");
    assert!(text.err.contains("sealbag: 5 times: its name holds a backslash or one of"), "{text:#?}");
    for name in ["con.txt", "LPT1", "a:b.txt"] {
        assert!(text.err.lines().any(|line| line == format!("  - {name}")), "{name}: {text:#?}");
    }
    assert!(!text.err.contains(['\u{1b}', '\u{202e}', '\u{200b}']), "{text:#?}");
}

#[test]
fn safe_names_seal_them_and_keep_the_names_they_had() {
    let desk = Desk::with_bag();
    for name in BAD {
        desk.write(format!("bag/{name}"), name);
    }
    let told = desk.run(["seal", "bag", "-o", "b.zip", "--safe-names", "--json"]).done().json();
    assert_eq!(told["renamed"].as_array().map(Vec::len), Some(BAD.len()));
    assert_eq!(told["facts"], BAD.len());
    desk.verify("b.zip", 0);
    let kept = original_names(&desk, "b.zip");
    let mut originals: Vec<&str> = kept.iter().map(|[_, original]| original.as_str()).collect();
    originals.sort();
    let mut expected = BAD.to_vec();
    expected.sort();
    assert_eq!(originals, expected);
    // each fact is about the file that had the name
    desk.run(["open", "b.zip", "-d", "opened"]).done();
    for [sealed, original] in &kept {
        assert_eq!(&fs::read_to_string(desk.path("opened/data").join(sealed)).unwrap(), original);
    }
    assert!(kept.contains(&["a_b.txt".into(), "a:b.txt".into()]), "{kept:?}");
    let text = desk.run(["seal", "bag", "-o", "t.zip", "--safe-names"]).done().out;
    assert!(text.contains("\nsealed under other names; the names they had are kept as facts\n"), "{text}");
    assert!(text.contains("  - \"a:b.txt\" as \"a_b.txt\"\n"), "{text}");
}

#[test]
fn a_name_that_is_not_utf_8_is_refused_or_kept_as_a_fact() {
    let desk = Desk::with_bag();
    let name = OsStr::from_bytes(b"photo\xff\xfe.jpg");
    desk.write(desk.path("bag").join(name), "words\n");
    let told = desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.name");
    assert_eq!(told["thing"], "photo%FF%FE.jpg");
    assert_eq!(told["trouble"], "its name is not UTF-8 text; %E9 stands for a byte that is not");
    desk.run(["seal", "bag", "-o", "b.zip", "--safe-names"]).done();
    assert_eq!(original_names(&desk, "b.zip"), [["photo_FF_FE.jpg", "photo%FF%FE.jpg"]]);
    // given one by one as well
    let path = desk.path("bag").join(name);
    desk.refused(["seal".as_ref(), path.as_os_str(), "-o".as_ref(), "x.zip".as_ref()], 1, "input.name");
}

#[test]
fn a_name_in_another_normal_form_is_composed_and_kept_without_a_question() {
    let desk = Desk::signing();
    desk.write("good/Jos\u{e9}.txt", "words\n");
    desk.run(["seal", "good", "-o", "good.zip"]).done();
    desk.write("bag/Jose\u{301}.txt", "words\n");
    desk.write("facts.json", r#"{"files": {"José.txt": {"caption": "in form C"}}}"#);
    let told = desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.json"]).done();
    assert!(told.unfolded().contains("1 name was written with separate accents, as a Mac does"), "{told:#?}");
    assert_eq!(original_names(&desk, "b.zip"), [["Jos\u{e9}.txt", "Jose\u{301}.txt"]]);
    assert!(desk.facts("b.zip").iter().any(|[_, name, _]| name == "caption"));
    // the same name in both forms
    desk.write("bag/Jos\u{e9}.txt", "other words\n");
    let told = desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.twin");
    assert_eq!(told["thing"], "Jose[U+0301].txt", "{told}");
    assert_eq!(told["trouble"], "on some computers its name is the same as Jos[U+00E9].txt", "{told}");
    desk.run(["seal", "bag", "-o", "both.zip", "--safe-names"]).done();
    assert_eq!(desk.names("both.zip").len(), 2);
}

#[test]
fn names_that_are_one_on_some_computers_are_refused_or_told_apart() {
    for (one, other) in [
        ("Photo.jpg", "photo.JPG"),
        ("photos/a.jpg", "Photos/A.jpg"),
        ("straße.txt", "STRASSE.txt"),
        ("ПИСЬМО.txt", "письмо.txt"),
        ("a", "A/b"),
        ("İ.txt", "i\u{307}.txt"),
    ] {
        let desk = Desk::signing();
        desk.write(format!("bag/{one}"), one);
        desk.run(["seal", "bag", "-o", "good.zip"]).done();
        desk.write(format!("bag/{other}"), other);
        let told = desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.twin");
        assert!(told["hint"].as_str().unwrap().contains("--safe-names"), "{told}");
        desk.run(["seal", "bag", "-o", "b.zip", "--safe-names"]).done();
        let kept = original_names(&desk, "b.zip");
        assert_eq!(kept.len(), 1, "{kept:?}");
        let [sealed, original] = &kept[0];
        assert!([one, other].contains(&original.as_str()) && sealed.contains("-2"), "{kept:?}");
        desk.run(["open", "b.zip", "-d", "opened"]).done();
        assert_eq!(&fs::read_to_string(desk.path("opened/data").join(sealed)).unwrap(), original);
    }
}

#[test]
fn a_good_name_is_kept_also_where_a_bad_one_becomes_the_same() {
    let desk = Desk::signing();
    for name in ["what?.txt", "what_.txt", "what|.txt"] {
        desk.write(format!("bag/{name}"), name);
    }
    desk.run(["seal", "bag", "-o", "b.zip", "--safe-names"]).done();
    desk.run(["open", "b.zip", "-d", "opened"]).done();
    let kept = original_names(&desk, "b.zip");
    assert_eq!(fs::read_to_string(desk.path("opened/data/what_.txt")).unwrap(), "what_.txt", "{kept:?}");
    assert_eq!(kept.len(), 2, "{kept:?}");
}

#[test]
fn facts_go_by_the_name_in_the_folder_also_where_it_is_sealed_under_another() {
    let desk = Desk::with_bag();
    desk.write("bag/what?.txt", "words\n");
    desk.write("bag/Report.txt", "another\n");
    desk.write(
        "facts.json",
        r#"{"files": {"what?.txt": {"caption": "W"}, "Report.txt": {"caption": "upper"}, "report.txt": {"caption": "lower"}}}"#,
    );
    desk.run(["seal", "bag", "-o", "b.zip", "--safe-names", "--metadata", "facts.json"]).done();
    desk.run(["open", "b.zip", "-d", "opened"]).done();
    let facts = desk.facts("b.zip");
    let captions: Vec<_> = facts.iter().filter(|[_, name, _]| name == "caption").collect();
    assert_eq!(captions.len(), 3, "{facts:?}");
    for [about, _, caption] in captions {
        let sealed = about.strip_prefix("file:").unwrap();
        let bytes = fs::read_to_string(desk.path("opened/data").join(sealed)).unwrap();
        let expected = match caption.as_str() {
            "W" => "words\n",
            "upper" => "another\n",
            _ => "The bridge is closed.\n",
        };
        assert_eq!(bytes, expected, "{about}");
    }
}

#[test]
fn a_path_that_is_too_long_is_refused_or_shortened() {
    let desk = Desk::signing();
    let part = "d".repeat(200);
    let fits = [part.as_str(); 5].join("/") + "/" + &"f".repeat(19);
    let longer = [part.as_str(); 5].join("/") + "/" + &"g".repeat(20);
    assert_eq!((fits.len(), longer.len()), (1024, 1025));
    desk.write(format!("bag/{fits}"), "fits");
    desk.run(["seal", "bag", "-o", "good.zip"]).done();
    assert_eq!(desk.names("good.zip"), [fits]);
    desk.write(format!("bag/{longer}"), "longer");
    desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.name");
    desk.run(["seal", "bag", "-o", "b.zip", "--safe-names"]).done();
    assert_eq!(original_names(&desk, "b.zip").len(), 1);
}

#[test]
fn several_long_names_that_are_one_are_told_apart() {
    let desk = Desk::signing();
    let long = "n".repeat(245);
    for name in ["x.jpg", "X.jpg", "x.JPG", "X.Jpg"] {
        desk.write(format!("bag/{long}{name}"), name);
    }
    let mut command = desk.command(["seal", "bag", "-o", "b.zip", "--safe-names"]);
    ended(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()).done();
    let names = desk.names("b.zip");
    assert_eq!((names.len(), original_names(&desk, "b.zip").len()), (4, 3));
    assert!(names.iter().all(|name| name.to_ascii_lowercase().ends_with(".jpg")), "{names:#?}");
}

#[test]
fn a_telling_name_is_sealed_as_a_fact_that_can_be_withheld_while_the_file_stays() {
    let desk = Desk::signing();
    desk.write("bag/report.txt", "The bridge is closed.\n");
    desk.write("bag/photos/Ivan Petrov at home.JPG", [JPEG, b"a"].concat());
    desk.write("bag/photos/Ivan Petrov.ivan", "words");
    desk.write("bag/CON: <Ivan>.txt", "words");
    desk.write("facts.json", r#"{"files":{"photos/Ivan Petrov at home.JPG":{"caption":"A man on a bridge."}}}"#);
    desk.run(["seal", "bag", "--neutral-names", "--metadata", "facts.json", "-o", "b.zip"]).done();
    let claims = desk.claims("b.zip");
    let paths: Vec<&str> =
        claims["claimed_files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["0001.txt", "0002.jpg", "0003", "report.txt"]);
    assert_eq!(claims["claimed_files"][1]["role"], "photo");
    assert_eq!(claims["claimed_files"][3]["role"], "report");
    let facts: Vec<String> = claims["claimed_facts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fact| [&fact["about"], &fact["name"], &fact["value"]].map(|text| text.as_str().unwrap()).join(" "))
        .collect();
    assert_eq!(
        facts,
        [
            "file:0001.txt original_name CON: <Ivan>.txt",
            "file:0002.jpg caption A man on a bridge.",
            "file:0002.jpg original_name photos/Ivan Petrov at home.JPG",
            "file:0003 original_name photos/Ivan Petrov.ivan",
        ]
    );
    let names = ["0001.txt#original_name", "0002.jpg#original_name", "0003#original_name"];
    let args = ["redact", "b.zip", "--reason", "their safety", "-o", "r.zip", "--withhold"];
    desk.run(args.iter().copied().chain(names)).done();
    let redacted = fs::read(desk.path("r.zip")).unwrap();
    assert!(!redacted.windows(4).any(|window| window == b"Ivan"), "the name is gone");
    let verdict = desk.verify("r.zip", 0);
    assert_eq!((&verdict["contents"]["files"], &verdict["contents"]["withheld"]), (&4.into(), &3.into()));
    // the twin: under their own names the names go only with the files
    let told = desk.run(["seal", "bag", "--safe-names", "-o", "own.zip"]).done();
    assert!(told.out.contains("Ivan"), "{told:#?}");
    assert!(fs::read(desk.path("own.zip")).unwrap().windows(11).any(|window| window == b"Ivan Petrov"));
}
