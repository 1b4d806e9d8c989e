//! Photos, videos and documents that stay and still say in their own bytes what is withheld, and twins of what is withheld (threats 35a
//! and 35d).

use serde_json::{Value, json};

use super::check::talkative;
use support::coded::{jpeg, picture};
use support::photos::{Photo, ascii};
use support::runs::Desk;

/// A photo made there and then, with that camera.
fn photo(place: Option<[(u32, u32, u32); 2]>, time: &str, serial: &str) -> Vec<u8> {
    let mut photo = Photo { place, ..Photo::default() };
    if !time.is_empty() {
        photo.camera.push(ascii(0x9003, time));
    }
    if !serial.is_empty() {
        photo.camera.push(ascii(0xA431, serial));
    }
    jpeg(&picture(8, 8), &photo)
}

const HERE: Option<[(u32, u32, u32); 2]> = Some([(51, 9, 1800), (71, 28, 600)]);
/// Sixty metres to the north.
const NEAR: Option<[(u32, u32, u32); 2]> = Some([(51, 9, 1994), (71, 28, 600)]);
/// More than a hundred from either.
const FAR: Option<[(u32, u32, u32); 2]> = Some([(51, 9, 2500), (71, 28, 600)]);

/// A desk with this bag sealed, and what withholding leaves: place, what, of, whether it stops.
fn remains(desk: &Desk, args: &[&str]) -> Vec<(String, String, String, bool)> {
    let told = desk.run(["redact", "b.zip", "--dry-run", "--json"].iter().chain(args)).done().json();
    let text = |leak: &Value, member: &str| leak[member].as_str().unwrap().to_owned();
    let leaks = told["remaining"].as_array().unwrap();
    leaks
        .iter()
        .filter(|leak| !["value", "word"].contains(&leak["what"].as_str().unwrap()))
        .map(|leak| (text(leak, "place"), text(leak, "what"), text(leak, "of"), leak["stops"].as_bool().unwrap()))
        .collect()
}

fn told(place: &str, what: &str, of: &str) -> (String, String, String, bool) {
    (place.into(), what.into(), of.into(), true)
}

fn seal(desk: &Desk, args: &[&str]) {
    desk.run(["seal", "bag", "-o", "b.zip", "--force"].iter().chain(args)).done();
}

#[test]
fn photos_that_were_made_at_the_place_of_a_withheld_one_are_told() {
    let desk = Desk::signing();
    desk.write("bag/house.jpg", photo(HERE, "", ""));
    desk.write("bag/near.jpg", photo(NEAR, "", ""));
    desk.write("bag/far.jpg", photo(FAR, "", ""));
    desk.write("bag/nowhere.jpg", photo(None, "", ""));
    seal(&desk, &[]);
    assert_eq!(remains(&desk, &["--withhold", "house.jpg"]), [told("near.jpg", "place", "house.jpg")]);
    let refused = desk.run(["redact", "b.zip", "--withhold", "house.jpg", "--reason", "safety", "-o", "r.zip"]);
    assert_eq!(refused.exit, 1, "{refused:#?}");
    assert!(refused.err.contains("what remains still reveals"), "{refused:#?}");
    assert!(refused.unfolded().contains("made within 100 m of where \"house.jpg\" was: \"near.jpg\" (60 m)"), "{refused:#?}");
    assert!(!desk.path("r.zip").exists());
    // both gone, and nothing stands in the way
    assert_eq!(remains(&desk, &["--withhold", "house.jpg", "near.jpg"]), []);
    let both = ["redact", "b.zip", "--withhold", "house.jpg", "near.jpg", "--reason", "safety", "-o", "r.zip"];
    desk.run(both).done();
    desk.verify("r.zip", 0);
}

#[test]
fn a_withheld_fact_stands_in_the_files_that_stay() {
    let desk = Desk::signing();
    desk.write("bag/a.jpg", photo(HERE, "2025:11:09 09:57:00", "SN-2042424"));
    desk.write("bag/b.jpg", photo(NEAR, "2025:11:09 09:57:00", "sn 2042424"));
    desk.write("bag/c.jpg", photo(FAR, "2025:11:09 09:57:01", "SN-2042425"));
    desk.write("bag/report.txt", "words");
    // stated with another zone and with fewer digits
    desk.write("facts.json", r#"{"files": {"report.txt": {
        "latitude": "51.1550", "longitude": "71.4683", "camera_serial": "SN 2042424", "taken_at": "2025-11-09T09:57:00+06:00"}}}"#);
    seal(&desk, &["--metadata", "facts.json"]);
    for fact in ["latitude", "longitude"] {
        let of = format!("report.txt#{fact}");
        // half a place is made whole by the half that stays
        let found = remains(&desk, &["--withhold", &of]);
        assert_eq!(found, [told("a.jpg", "place", &of), told("b.jpg", "place", &of)], "{fact}");
    }
    let of = "report.txt#taken_at";
    assert_eq!(remains(&desk, &["--withhold", of]), [told("a.jpg", "moment", of), told("b.jpg", "moment", of)]);
    let of = "report.txt#camera_serial";
    assert_eq!(remains(&desk, &["--withhold", of]), [told("a.jpg", "serial", of), told("b.jpg", "serial", of)]);
    // an unknown place is none
    desk.write(
        "facts.json",
        r#"{"files": {"report.txt": {"latitude": "unknown", "longitude": "0", "camera_serial": "unknown",
        "taken_at": "2025-11-09"}}}"#,
    );
    seal(&desk, &["--metadata", "facts.json"]);
    assert_eq!(remains(&desk, &["--withhold", "report.txt#latitude", "report.txt#longitude", "report.txt#camera_serial"]), []);
    // a day is no moment
    assert_eq!(remains(&desk, &["--withhold", "report.txt#taken_at"]), []);
}

#[test]
fn what_is_stated_about_files_that_stay_is_compared_too() {
    let desk = Desk::signing();
    desk.write("bag/a.txt", "one");
    desk.write("bag/b.txt", "two");
    desk.write(
        "facts.json",
        r#"{"files": {
        "a.txt": {"latitude": "51.155", "longitude": "71.468333", "taken_at": "2025-11-09T09:57:00Z"},
        "b.txt": {"latitude": "51.15549", "longitude": "71.46841", "taken_at": "2025-11-09T15:57:00+06:00"}}}"#,
    );
    seal(&desk, &["--metadata", "facts.json"]);
    let place = told("b.txt#latitude", "place", "a.txt#latitude");
    let moment = told("b.txt#taken_at", "moment", "a.txt#taken_at");
    assert_eq!(remains(&desk, &["--withhold", "a.txt"]), [place, moment]);
}

/// What cameras and programs call people, however it is written in the file.
#[test]
fn authors_and_owners_in_files_are_told() {
    let desk = Desk::signing();
    let mut named = talkative();
    named.image.push(ascii(0x013B, "Farhad Mirzoyan"));
    desk.write("bag/a.jpg", jpeg(&picture(8, 8), &named));
    desk.write("bag/report.txt", "words");
    desk.write(
        "facts.json",
        r#"{"case": {"creator": "Farhad Mirzoyan"}, "sources": {"S1": {"identity": "Mirzoyan, a nurse"}}}"#,
    );
    seal(&desk, &["--metadata", "facts.json"]);
    for item in ["case#creator", "source:S1"] {
        let told = desk.run(["redact", "b.zip", "--dry-run", "--json", "--withhold", item]).done().json();
        let places: Vec<&Value> = told["remaining"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|leak| leak["stops"] == true)
            .map(|leak| &leak["place"])
            .collect();
        assert!(places.contains(&&json!("a.jpg")), "{item}: {told:#}");
    }
}

/// Where most files were made with one camera, that is no reason to refuse to withhold one of them; that a place remains is one.
#[test]
fn one_camera_for_all_is_told_and_refuses_nothing() {
    let desk = Desk::signing();
    for number in 0..12u32 {
        let place = Some([(51, 9, 1800 + number * 3), (71, 28, 600)]);
        desk.write(format!("bag/{number:02}.jpg"), photo(place, &format!("2025:11:09 09:57:{number:02}"), "2042424"));
    }
    desk.write("bag/report.txt", "words");
    seal(&desk, &[]);
    let found = remains(&desk, &["--withhold", "00.jpg"]);
    let (serials, places): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, what, ..)| what == "serial");
    assert_eq!((serials.len(), places.len()), (11, 11));
    assert!(serials.iter().all(|(.., stops)| !stops) && places.iter().all(|(_, what, _, stops)| what == "place" && *stops));
    let told = desk.run(["redact", "b.zip", "--dry-run", "--withhold", "00.jpg"]).done();
    assert!(told.unfolded().contains("(8 m), 3 more") || told.unfolded().contains(", 3 more"), "{told:#?}");
    // a number that somebody withholds by itself is another matter
    desk.write("facts.json", r#"{"files": {"report.txt": {"camera_serial": "2042424"}}}"#);
    seal(&desk, &["--metadata", "facts.json"]);
    let found = remains(&desk, &["--withhold", "report.txt#camera_serial"]);
    assert!(found.len() == 12 && found.iter().all(|(.., stops)| *stops), "{found:?}");
}

#[test]
fn twins_of_what_is_withheld_are_told_and_go_or_stay_as_asked() {
    let desk = Desk::signing();
    for name in ["a.jpg", "b.jpg"] {
        desk.write(format!("bag/{name}"), jpeg(&picture(16, 16), &talkative()));
    }
    desk.write("bag/report.txt", "words");
    seal(&desk, &["--clean-copies"]);
    let (a, b) = ("clean/0001.jpg", "clean/0002.jpg");
    let kin = |found: Vec<(String, String, String, bool)>| -> Vec<_> {
        found.into_iter().filter(|(_, what, ..)| ["twin", "original", "uncovered"].contains(&what.as_str())).collect()
    };
    assert_eq!(kin(remains(&desk, &["--withhold", "a.jpg", "b.jpg"])), [told(a, "twin", "a.jpg"), told(b, "twin", "b.jpg")]);
    assert_eq!(kin(remains(&desk, &["--withhold", a, "b.jpg", b])), [told("a.jpg", "original", a)]);
    assert_eq!(kin(remains(&desk, &["--withhold", "report.txt"])), []);
    let args = ["redact", "b.zip", "--withhold", "a.jpg", "b.jpg", "--reason", "safety", "-o", "r.zip"];
    let refused = desk.run(args);
    assert!(refused.exit == 1 && refused.err.contains("--with-twins") && refused.err.contains("--keep-twins"), "{refused:#?}");
    assert_eq!(desk.run(args.iter().chain(&["--json"])).json()["refused"], "redact.remains");
    assert!(refused.unfolded().contains("made of the same picture as \"a.jpg\": \"clean/0001.jpg\""), "{refused:#?}");
    // both go
    desk.run(args.iter().chain(&["--with-twins"])).done();
    assert_eq!(desk.names("r.zip"), ["report.txt"]);
    desk.verify("r.zip", 0);
    let twin = ["redact", "b.zip", "--withhold", a, b, "--reason", "safety", "-o", "s.zip", "--with-twins"];
    desk.run(twin).done();
    assert_eq!(desk.names("s.zip"), ["report.txt"]);
    // the twins stay, and are told all the same
    let kept = desk.run(args.iter().chain(&["--keep-twins", "--force", "--json"])).done().json();
    assert!(
        kept["remaining"].as_array().unwrap().iter().any(|leak| leak["what"] == "twin" && leak["stops"] == false),
        "{kept:#}"
    );
    assert_eq!(desk.names("r.zip"), [a, b, "report.txt"]);
    desk.verify("r.zip", 0);
    // which opens no door for anything else
    desk.write("facts.json", r#"{"case": {"note": "seen at a.jpg"}}"#);
    seal(&desk, &["--clean-copies", "--metadata", "facts.json"]);
    let refused = desk.run(args.iter().chain(&["--keep-twins", "--force"]));
    assert!(refused.exit == 1 && refused.out.contains("a name of"), "{refused:#?}");
    desk.run(args.iter().chain(&["--with-twins", "--keep-twins"])).exit.eq(&2).then_some(()).unwrap();
}

/// A second redaction knows the family by the commitment of an original that nobody sees any more.
#[test]
fn twins_of_one_withheld_picture_are_known_to_each_other() {
    let desk = Desk::signing();
    desk.write("bag/a.jpg", jpeg(&picture(16, 16), &Photo::default()));
    desk.write("bag/c.jpg", jpeg(&picture(16, 16), &Photo::default()));
    desk.write("facts.json", r#"{"files": {"c.jpg": {"derived_from": "a.jpg", "derivation": "cropped"}}}"#);
    seal(&desk, &["--metadata", "facts.json", "--hide", "a.jpg=0,0,4x4"]);
    desk.run(["redact", "b.zip", "--withhold", "a.jpg", "--reason", "safety", "-o", "r.zip", "--anyway"]).done();
    let args = ["redact", "r.zip", "--dry-run", "--json", "--withhold", "c.jpg"];
    let told = desk.run(args).done().json();
    let twin = told["remaining"].as_array().unwrap().iter().find(|leak| leak["what"] == "twin").unwrap().clone();
    assert_eq!((&twin["place"], &twin["of"]), (&json!("clean/0001.jpg"), &json!("c.jpg")));
}

#[test]
fn a_picture_that_shows_what_is_covered_beside_it_is_told() {
    let desk = Desk::signing();
    desk.write("bag/a.jpg", jpeg(&picture(16, 16), &Photo::default()));
    desk.write("bag/b.txt", "one");
    desk.write("bag/c.txt", "two");
    seal(&desk, &["--hide", "a.jpg=0,0,4x4"]);
    let found = remains(&desk, &["--withhold", "c.txt"]);
    assert_eq!(found, [told("a.jpg", "uncovered", "clean/0001.jpg")]);
    let args = ["redact", "b.zip", "--withhold", "c.txt", "--reason", "safety", "-o", "r.zip"];
    assert_eq!(desk.run(args).exit, 1);
    desk.run(args.iter().chain(&["--keep-twins"])).done();
    desk.verify("r.zip", 0);
    // without its original it shows nothing, and without the twin nothing is covered
    let kinds = |args: &[&str]| -> Vec<String> { remains(&desk, args).into_iter().map(|(_, what, ..)| what).collect() };
    assert_eq!(kinds(&["--withhold", "a.jpg"]), ["twin"]);
    assert_eq!(kinds(&["--withhold", "clean/0001.jpg"]), ["original"]);
}

#[test]
fn encrypted_and_unpacked_bundles_are_looked_into_alike() {
    let desk = Desk::signing();
    desk.write("bag/house.jpg", photo(HERE, "2025:11:09 09:57:00", "2042424"));
    desk.write("bag/near.jpg", photo(NEAR, "2025:11:09 09:57:00", "2042424"));
    desk.write("bag/report.txt", "words");
    seal(&desk, &[]);
    desk.run(["seal", "bag", "-o", "b.age", "--to-me"]).done();
    desk.run(["open", "b.zip", "-d", "folder"]).done();
    for bundle in ["b.zip", "b.age", "folder"] {
        let told = desk.run(["redact", bundle, "--dry-run", "--json", "--withhold", "house.jpg"]).done().json();
        let mut found: Vec<&str> =
            told["remaining"].as_array().unwrap().iter().map(|leak| leak["what"].as_str().unwrap()).collect();
        found.sort();
        found.dedup();
        assert_eq!(found, ["moment", "place", "serial"], "{bundle}: {told:#}");
    }
}
