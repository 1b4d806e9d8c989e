//! What files say is shown beside what is stated, and where the two do not fit together it is pointed out.

use serde_json::{Value, json};
use support::photos::{Photo, ascii};
use support::runs::{Desk, shared};

const ASTANA: [(u32, u32, u32); 2] = [(51, 9, 1800), (71, 28, 600)];
const ALMATY: [(u32, u32, u32); 2] = [(43, 14, 0), (76, 56, 0)];

fn photo(at: &str, place: [(u32, u32, u32); 2], serial: &str) -> Photo {
    Photo {
        image: vec![ascii(0x010F, "NIKON CORPORATION"), ascii(0x0110, "NIKON D750")],
        camera: vec![ascii(0x9003, at), ascii(0xA431, serial)],
        place: Some(place),
        ..Photo::default()
    }
}

/// A desk with `b.zip`, in which these photos lie with these facts.
fn sealed(photos: &[(&str, Photo)], facts: &Value) -> Desk {
    let desk = Desk::signing();
    for (name, photo) in photos {
        desk.write(format!("bag/{name}"), photo.jpeg());
    }
    desk.write("facts.json", json!({ "files": facts }).to_string());
    desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.json"]).done();
    desk
}

/// Code, file and words of each difference.
fn differences(desk: &Desk) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let claims = desk.claims("b.zip");
    let told = |found: &Value| (text(&found["code"]), text(&found["where"]), text(&found["detail"]));
    claims["differences"].as_array().unwrap().iter().map(told).collect()
}

fn codes(photos: &[(&str, Photo)], facts: &Value) -> Vec<String> {
    differences(&sealed(photos, facts)).into_iter().map(|(code, _, _)| code).collect()
}

#[test]
fn what_a_file_says_stands_apart_from_what_is_stated() {
    let desk =
        sealed(&[("a.jpg", photo("2018:03:01 10:00:00", ASTANA, "77"))], &json!({"a.jpg": {"caption": "the \u{202e}gate"}}));
    let told = desk.run(["show", "b.zip"]).done();
    assert!(
        told.out.contains(concat!(
            "    caption            \"the \\u{202e}gate\"\n",
            "    read from the file\n",
            "      taken_at         \"2018-03-01T10:00:00\"\n",
        )),
        "{}",
        told.out
    );
    assert!(told.out.contains("      latitude         \"51.155000\"\n") && !told.out.contains("does not fit"), "{}", told.out);
    let claims = desk.claims("b.zip");
    let read = &claims["claimed_files"][0]["read_from_file"];
    assert_eq!(read["unread"], false);
    assert_eq!(read["facts"][0], json!({"within": null, "name": "taken_at", "value": "2018-03-01T10:00:00"}));
    assert!(claims["claimed_facts"].as_array().unwrap().iter().all(|fact| fact["name"] != "latitude"), "never a claim");
    // an unpacked bundle and an encrypted one say the same, a pipe cannot be read twice
    desk.run(["open", "b.zip", "-d", "out"]).done();
    assert_eq!(desk.claims("out")["claimed_files"], claims["claimed_files"]);
    desk.run(["seal", "bag", "-o", "c.zip.age", "--to-me"]).done();
    assert_eq!(&desk.claims("c.zip.age")["claimed_files"][0]["read_from_file"], read);
    let piped = desk.fed(["show", "-"], &std::fs::read(desk.path("b.zip")).unwrap()).done();
    assert!(!piped.out.contains("read from the file\n") && piped.unfolded().contains("came through a pipe"), "{}", piped.out);
    let piped = desk.fed(["show", "-", "--json"], &std::fs::read(desk.path("b.zip")).unwrap()).done().json();
    assert_eq!(piped["claims"]["claimed_files"][0]["read_from_file"], Value::Null);
}

#[test]
fn a_broken_photo_is_shown_without_facts_and_text_is_of_no_kind_that_is_read() {
    let desk = Desk::signing();
    desk.write("bag/a.jpg", &photo("2018:03:01 10:00:00", ASTANA, "77").jpeg()[..40]);
    desk.write("bag/b.bin", "x");
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
    let told = desk.run(["show", "b.zip"]).done();
    assert_eq!(told.out.matches("read from the file: no facts could be read").count(), 1, "{}", told.out);
    let claims = desk.claims("b.zip");
    let read = |at: usize| &claims["claimed_files"][at]["read_from_file"];
    assert_eq!((read(0), read(1)), (&json!({"facts": [], "unread": true}), &Value::Null));
}

#[test]
fn a_stated_place_time_or_camera_that_is_another_is_pointed_out() {
    let at = |facts: Value| codes(&[("a.jpg", photo("2018:03:01 10:00:00", ASTANA, "77"))], &json!({"a.jpg": facts}));
    let none: Vec<String> = Vec::new();
    // what fits: a few metres away, another zone, a day, another spelling, and what is not known
    for fits in [
        json!({"latitude": "51.1552", "longitude": "71.4684", "taken_at": "2018-03-01T04:00:00Z"}),
        json!({"taken_at": "2018-03-01", "camera_model": "Nikon D750", "camera_make": "Nikon"}),
        json!({"taken_at": "unknown", "camera_serial": "unknown", "latitude": "51"}),
        json!({"taken_at": "2018-02-26/2018-03-02: some day", "latitude": "north", "longitude": "east"}),
        json!({"taken_at": "2018-02~"}),
    ] {
        assert_eq!(at(fits.clone()), none, "{fits}");
    }
    for (stated, code) in [
        (json!({"latitude": "51.157", "longitude": "71.4684"}), "differs.place"),
        (json!({"latitude": "-51.155", "longitude": "71.4684"}), "differs.place"),
        (json!({"taken_at": "2018-02-28"}), "differs.time"),
        (json!({"taken_at": "2018-03-01T10:00:01"}), "differs.time"),
        (json!({"taken_at": "2018-03-02T00:00:01Z"}), "differs.time"),
        (json!({"camera_model": "Canon EOS 40D"}), "differs.camera"),
        (json!({"camera_serial": "78"}), "differs.camera"),
    ] {
        assert_eq!(at(stated.clone()), [code], "{stated}");
    }
}

#[test]
fn what_does_not_fit_is_told_in_words_at_the_end() {
    let photos = [("a.jpg", photo("2018:03:01 10:00:00", ASTANA, "77")), ("b.jpg", photo("2018:03:01 10:30:00", ALMATY, "77"))];
    let facts = json!({"a.jpg": {"latitude": "43.24", "longitude": "76.93", "taken_at": "2018-02-28"}});
    let desk = sealed(&photos, &facts);
    let told = desk.run(["show", "b.zip"]).done();
    let unfolded = told.unfolded();
    for sentence in [
        "does not fit together; which of it is right is not judged",
        "differs.place a.jpg: stated 43.24, 76.93, read from the file 51.155000, 71.468333: 971 km apart",
        "differs.time a.jpg: stated 2018-02-28, read from the file 2018-03-01T10:00:00",
        "differs.two_places b.jpg: taken 972 km from a.jpg, by the same camera and within 1800 seconds",
    ] {
        assert!(unfolded.contains(sentence), "{sentence}: {unfolded}");
    }
    assert_eq!(differences(&desk).len(), 3);
    // it is no matter of the seal
    assert_eq!(desk.verify("b.zip", 0)["verdict"], "verified");
}

#[test]
fn one_camera_is_in_one_place_at_one_time() {
    let two = |first: &str, second: &str, serials: [&str; 2]| {
        let photos = [("a.jpg", photo(first, ASTANA, serials[0])), ("b.jpg", photo(second, ALMATY, serials[1]))];
        codes(&photos, &json!({}))
    };
    assert_eq!(two("2018:03:01 10:00:00", "2018:03:01 10:00:00", ["77", "77"]), ["differs.two_places"]);
    assert_eq!(two("2018:03:01 10:30:00", "2018:03:01 10:00:00", ["77", "77"]), ["differs.two_places"]);
    // by air, or by another camera
    assert_eq!(two("2018:03:01 10:00:00", "2018:03:01 11:30:00", ["77", "77"]), Vec::<String>::new());
    assert_eq!(two("2018:03:01 10:00:00", "2018:03:01 10:00:00", ["77", "78"]), Vec::<String>::new());
    // and nothing is taken after it was sealed
    let late = codes(&[("a.jpg", photo("2099:01:01 00:00:00", ASTANA, "77"))], &json!({}));
    assert_eq!(late, ["differs.sealed"]);
}

#[test]
fn the_photos_of_the_real_case_are_shown_with_what_they_say() {
    let Some(case) = shared("cases/astana-notice") else { return };
    let desk = Desk::signing();
    desk.run(["seal".as_ref(), case.as_os_str(), "-o".as_ref(), "b.zip".as_ref()]).done();
    let claims = desk.claims("b.zip");
    let read = |name: &str| {
        let file = claims["claimed_files"].as_array().unwrap().iter().find(|file| file["path"] == name).unwrap();
        let facts = file["read_from_file"]["facts"].as_array().unwrap().clone();
        move |name: &str| facts.iter().find(|fact| fact["name"] == name).map(|fact| fact["value"].as_str().unwrap().to_owned())
    };
    let phone = read("photos/IMG_5195.HEIC");
    assert_eq!(phone("taken_at").as_deref(), Some("2021-04-11T15:47:53-05:00"));
    assert_eq!((phone("latitude").as_deref(), phone("longitude").as_deref()), (Some("39.051344"), Some("-94.288772")));
    assert_eq!(read("photos/DSCN0010.jpg")("camera_model").as_deref(), Some("COOLPIX P6000"));
    assert_eq!(claims["differences"], json!([]));
}
