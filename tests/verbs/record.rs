//! Facts that are read from files and sealed as facts about them.

use serde_json::json;

use super::check::talkative;
use support::coded::{jpeg, picture};
use support::photos::{Photo, ascii};
use support::runs::Desk;

/// The facts about one file, in the order of their names.
fn about(desk: &Desk, bundle: &str, path: &str) -> Vec<(String, String)> {
    let about = format!("file:{path}");
    let facts = desk.facts(bundle).into_iter().filter(|[of, ..]| *of == about);
    facts.map(|[_, name, value]| (name, value)).filter(|(name, _)| !name.starts_with("deriv")).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

const ALL: [(&str, &str); 5] = [
    ("camera_make", "Maker"),
    ("camera_serial", "2042424"),
    ("latitude", "51.155000"),
    ("longitude", "71.468333"),
    ("taken_at", "2025-11-09T09:57:00"),
];

#[test]
fn all_or_chosen_facts_are_sealed_and_told() {
    let desk = Desk::signing();
    desk.write("bag/photos/a.jpg", jpeg(&picture(8, 8), &talkative()));
    desk.write("bag/quiet.jpg", jpeg(&picture(8, 8), &Photo::default()));
    desk.write("bag/broken.jpg", b"\xFF\xD8\xFF\xE0 no picture");
    desk.write("bag/report.txt", "words");
    let told = desk.run(["seal", "bag", "-o", "all.zip", "--record-facts", "--json"]).done().json();
    assert_eq!(about(&desk, "all.zip", "photos/a.jpg"), pairs(&ALL));
    assert_eq!(desk.facts("all.zip").len(), ALL.len());
    assert_eq!(told["recorded"].as_array().unwrap().len(), ALL.len());
    assert_eq!(told["recorded"][0], json!({"about": "file:photos/a.jpg", "name": "taken_at", "value": "2025-11-09T09:57:00"}));
    desk.verify("all.zip", 0);
    let plan = desk.run(["seal", "bag", "--dry-run", "--record-facts", "--json"]).done().json();
    assert_eq!((&plan["recorded"], &plan["facts"]), (&told["recorded"], &json!(ALL.len())));
    let told = desk.run(["seal", "bag", "-o", "some.zip", "--record-facts=taken_at,camera_make"]).done();
    assert_eq!(about(&desk, "some.zip", "photos/a.jpg"), pairs(&[ALL[0], ALL[4]]));
    assert!(
        told.unfolded()
            .contains("facts read from files, sealed as yours - file:photos/a.jpg: taken_at \"2025-11-09T09:57:00\"")
    );
    // without it nothing is recorded
    desk.run(["seal", "bag", "-o", "none.zip"]).done();
    assert_eq!(desk.facts("none.zip").len(), 0);
    // names are those of the format
    for name in ["owner", "taken_at,nothing", ""] {
        let told = desk.run(["seal", "bag", "-o", "x.zip", &format!("--record-facts={name}")]);
        assert!(told.exit == 2 && told.err.contains("taken_at"), "{told:#?}");
    }
    let names: Vec<&str> = sealbag::recordable().collect();
    for (name, _) in ALL {
        assert!(names.contains(&name), "{name}");
    }
}

#[test]
fn what_is_stated_is_not_doubled_and_counts() {
    let desk = Desk::signing();
    desk.write("bag/a.jpg", jpeg(&picture(8, 8), &talkative()));
    let mut edited = talkative();
    edited.image.push(ascii(0x0131, "Editor 1.0"));
    desk.write("bag/b.jpg", jpeg(&picture(8, 8), &edited));
    desk.write(
        "facts.json",
        r#"{"files": {
        "a.jpg": {"taken_at": "2025-11-09T10:57:00+06:00", "camera_serial": "unknown"},
        "b.jpg": {"software": "several programs"}}}"#,
    );
    desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.json", "--record-facts", "--clean-copies"]).done();
    let stated = [ALL[0], ("camera_serial", "unknown"), ALL[2], ALL[3], ("taken_at", "2025-11-09T10:57:00+06:00")];
    assert_eq!(about(&desk, "b.zip", "a.jpg"), pairs(&stated));
    // of a name that may stand several times too
    let software: Vec<_> = about(&desk, "b.zip", "b.jpg").into_iter().filter(|(name, _)| name == "software").collect();
    assert_eq!(software, pairs(&[("software", "several programs")]));
    // a twin gets the time alone, as its original has it
    assert_eq!(about(&desk, "b.zip", "clean/0001.jpg"), pairs(&[("taken_at", "2025-11-09T10:57:00+06:00")]));
    assert_eq!(about(&desk, "b.zip", "clean/0002.jpg"), pairs(&[("taken_at", "2025-11-09T09:57:00")]));
    desk.verify("b.zip", 0);
    // where the time is not recorded a twin gets nothing
    desk.run(["seal", "bag", "-o", "c.zip", "--record-facts=latitude,longitude", "--clean-copies"]).done();
    assert_eq!(about(&desk, "c.zip", "clean/0001.jpg"), []);
    // and what is stated of the twin stays
    desk.write("facts.json", r#"{"files": {"clean/0001.jpg": {"taken_at": "2025-11"}}}"#);
    desk.run(["seal", "bag", "-o", "d.zip", "--metadata", "facts.json", "--record-facts", "--clean-copies"]).done();
    assert_eq!(about(&desk, "d.zip", "clean/0001.jpg"), pairs(&[("taken_at", "2025-11")]));
}

/// Each is an item of its own.
#[test]
fn a_recorded_place_goes_and_its_time_stays() {
    let desk = Desk::signing();
    desk.write("bag/a.jpg", jpeg(&picture(8, 8), &talkative()));
    desk.write("bag/report.txt", "words");
    desk.run(["seal", "bag", "-o", "b.zip", "--record-facts", "--clean-copies"]).done();
    let withhold = ["redact", "b.zip", "--withhold", "a.jpg", "--reason", "safety", "-o", "r.zip", "--keep-twins"];
    desk.run(withhold).done();
    desk.verify("r.zip", 0);
    assert_eq!(about(&desk, "r.zip", "clean/0001.jpg"), pairs(&[("taken_at", "2025-11-09T09:57:00")]));
    let withhold = ["redact", "b.zip", "--withhold", "a.jpg", "clean/0001.jpg#taken_at", "--reason", "safety", "-o", "s.zip"];
    desk.run(withhold.iter().chain(&["--keep-twins"])).done();
    assert_eq!(about(&desk, "s.zip", "clean/0001.jpg"), []);
}
