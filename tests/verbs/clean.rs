//! Clean copies: twins that show the same pixels and say nothing else, sealed with their originals.

use std::fs;

use image::{DynamicImage, ImageFormat};
use sealbag::{Cleaning, Digest, Twins, Unwatched};
use serde_json::{Value, json};

use super::check::talkative;
use support::coded::{coded, decoded, jpeg, noise, picture, png, tiff, webp};
use support::photos::{Photo, ascii, short};
use support::runs::library::{Interrupting, Meddling, draft, error, sign, verify_at};
use support::runs::{Desk, shared, state};

/// A photo that says everything, the camera turned to its side.
fn turned() -> Photo {
    let mut photo = talkative();
    photo.image.push(short(0x0112, 6));
    photo
}

type Writer = fn(&DynamicImage, &Photo) -> Vec<u8>;
const WRITERS: [(&str, &str, Writer); 3] =
    [("jpg", "image/jpeg", jpeg), ("png", "image/png", png), ("webp", "image/webp", webp)];

fn says(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The value of one fact.
fn fact<'f>(facts: &'f [[String; 3]], about: &str, name: &str) -> Option<&'f str> {
    let found = facts.iter().find(|[a, n, _]| a == about && n == name);
    found.map(|[_, _, value]| value.as_str())
}

#[test]
fn a_twin_shows_the_same_pixels_and_says_nothing() {
    let desk = Desk::signing();
    for (ending, _, write) in WRITERS {
        desk.write(format!("bag/Amina at the gate.{ending}"), write(&picture(40, 24), &turned()));
    }
    desk.write("bag/report.txt", "no picture");
    let before = state::of(&desk.path("bag"));
    let told = desk.run(["seal", "bag", "-o", "b.zip", "--clean-copies", "--json"]).done().json();
    assert!(before == state::of(&desk.path("bag")), "no original was touched");
    assert_eq!((&told["files"], told["twins"].as_array().unwrap().len()), (&json!(7), 3));
    assert_eq!(told["no_clean_copy"], json!([]));
    desk.verify("b.zip", 0);
    desk.run(["open", "b.zip", "-d", "out"]).done();
    let facts = desk.facts("b.zip");
    let items = fs::read_to_string(desk.path("out/seal/items.jsonl")).unwrap();
    for (number, (ending, media_type, write)) in (1..).zip(WRITERS) {
        let original = fs::read(desk.path(format!("out/data/Amina at the gate.{ending}"))).unwrap();
        assert!(original == write(&picture(40, 24), &turned()), "{ending}");
        let name = format!("clean/000{number}.{ending}");
        let twin = fs::read(desk.path("out/data").join(&name)).unwrap();
        // bit for bit, whatever the decoder makes of it
        assert!(decoded(&twin) == decoded(&original), "{ending}");
        // nothing but which way is up
        let said = sealbag::inspect::facts(&twin, media_type);
        assert!(!said.unread && said.risks().is_empty(), "{ending}: {said:?}");
        let names: Vec<&str> =
            said.list.iter().map(|fact| fact.name).filter(|name| !["width", "height"].contains(name)).collect();
        assert_eq!((names, said.get("orientation")), (vec!["orientation"], Some("6")), "{ending}: {said:?}");
        for word in ["Amina", "Maker", "2042424", "2025", "profile"] {
            assert!(!says(&twin, word), "{ending}: {word}");
        }
        // named by a commitment alone
        let line = items.lines().find(|line| line.contains(&format!("\"path\":\"Amina at the gate.{ending}\"")));
        let commitment = Digest::of(format!("{}\n", line.unwrap()).as_bytes()).to_string();
        let about = format!("file:{name}");
        assert_eq!(fact(&facts, &about, "derived_from"), Some(commitment.as_str()), "{ending}");
        assert_eq!(fact(&facts, &about, "derivation"), Some("metadata-removed"), "{ending}");
        assert_eq!(told["twins"][number - 1]["of"], json!(format!("Amina at the gate.{ending}")), "{ending}");
        assert_eq!(told["twins"][number - 1]["length"], json!(twin.len()), "{ending}");
    }
    assert!(!facts.iter().any(|[about, _, value]| about.contains("clean/") && value.contains("gate")), "{facts:?}");
    // told before anything is written, and the same
    let plan = desk.run(["seal", "bag", "--clean-copies", "--dry-run", "--json"]).done().json();
    assert_eq!(plan["twins"], told["twins"]);
    let told = desk.run(["seal", "bag", "--clean-copies", "--dry-run"]).done();
    assert!(told.unfolded().contains("- \"clean/0001.jpg\" from \"Amina at the gate.jpg\", the same pixels"), "{told:#?}");
    assert!(told.unfolded().contains("to seal: 4 files"), "{told:#?}");
}

#[test]
fn a_picture_that_stands_upright_keeps_no_tag_at_all() {
    let desk = Desk::signing();
    for (ending, _, write) in WRITERS {
        desk.write(format!("bag/a.{ending}"), write(&picture(9, 7), &talkative()));
        desk.write(format!("bag/bare.{ending}"), write(&picture(9, 7), &Photo::default()));
    }
    desk.run(["seal", "bag", "-o", "b.zip", "--clean-copies"]).done();
    desk.run(["open", "b.zip", "-d", "out"]).done();
    for (number, (ending, ..)) in (1..).zip(WRITERS.into_iter().flat_map(|writer| [writer, writer])) {
        // those called a come first
        let number = if number % 2 == 1 { number / 2 + 1 } else { number / 2 + 3 };
        let twin = fs::read(desk.path(format!("out/data/clean/000{number}.{ending}"))).unwrap();
        assert!(!["Exif", "eXIf", "EXIF", "II*", "MM\0"].iter().any(|block| says(&twin, block)), "{number}.{ending}");
        assert!(
            decoded(&twin)
                == decoded(&WRITERS.iter().find(|(other, ..)| *other == ending).unwrap().2(&picture(9, 7), &talkative()))
        );
    }
}

#[test]
fn numbers_avoid_what_the_bag_has() {
    let desk = Desk::signing();
    let photo = || jpeg(&picture(8, 8), &Photo::default());
    desk.write("bag/z.jpg", photo());
    desk.write("bag/y.jpg", photo());
    desk.write("bag/clean/0001.txt", "a text");
    desk.write("bag/Clean/0003/notes.txt", "another");
    let told = desk.run(["seal", "bag", "-o", "b.zip", "--clean-copies", "--json"]).done().json();
    let paths = |told: &Value| -> Vec<String> {
        told["twins"].as_array().unwrap().iter().map(|twin| twin["path"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(paths(&told), ["clean/0002.jpg", "clean/0004.jpg"]);
    // a file called clean keeps its name
    desk.write("other/z.jpg", photo());
    desk.write("other/CLEAN", "a text");
    let told = desk.run(["seal", "other", "-o", "c.zip", "--clean-copies", "--json"]).done().json();
    assert_eq!(paths(&told), ["clean-2/0001.jpg"]);
    desk.verify("c.zip", 0);
    // neutral names have numbers of their own
    let told = desk.run(["seal", "bag", "-o", "d.zip", "--clean-copies", "--neutral-names", "--json"]).done().json();
    assert_eq!(paths(&told), ["clean/0001.jpg", "clean/0002.jpg"]);
    let facts = desk.facts("d.zip");
    assert!(
        fact(&facts, "file:clean/0001.jpg", "derived_from").is_some()
            && fact(&facts, "file:clean/0001.jpg", "original_name").is_none()
    );
}

#[test]
fn what_has_no_clean_copy_is_told_by_name() {
    let desk = Desk::signing();
    let whole = jpeg(&picture(64, 64), &talkative());
    let moving = {
        let mut webp = webp(&picture(8, 8), &Photo::default());
        // the flag of animation
        webp[20] |= 2;
        webp
    };
    for (name, bytes) in [
        ("a.gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        ("b.heic", b"\0\0\0\x18ftypheic\0\0\0\0heicmif1".to_vec()),
        ("c.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isommp42".to_vec()),
        ("d.jpg", whole[..whole.len() - 40].to_vec()),
        ("e.webp", moving),
        ("notes.txt", b"no picture".to_vec()),
    ] {
        desk.write(format!("bag/{name}"), bytes);
    }
    let none = |how: &str| {
        let told = desk.run(["seal", "bag", "--dry-run", "--json", how]).done().json();
        let none = told["no_clean_copy"].as_array().unwrap().clone();
        assert!(none.iter().all(|finding| finding["code"] == "clean.none" && finding["class"] == "note"), "{none:?}");
        let names: Vec<String> = none.iter().map(|finding| finding["where"].as_str().unwrap().to_owned()).collect();
        (names, told["twins"].clone())
    };
    assert_eq!(none("--clean-copies"), (["a.gif", "b.heic", "c.mp4", "d.jpg", "e.webp"].map(String::from).to_vec(), json!([])));
    let (names, twins) = none("--clean-copies=reencode");
    assert_eq!(names, ["a.gif", "b.heic", "c.mp4", "e.webp"]);
    assert_eq!((&twins[0]["of"], &twins[0]["derivation"]), (&json!("d.jpg"), &json!("encoded-anew")));
    let told = desk.run(["seal", "bag", "--dry-run", "--clean-copies"]).done();
    assert!(told.unfolded().contains("no clean copy of these - a.gif: it is image/gif; only JPEG, PNG and WebP"), "{told:#?}");
    desk.run(["seal", "bag", "-o", "b.zip", "--clean-copies=reencode"]).done();
    desk.verify("b.zip", 0);
    desk.run(["open", "b.zip", "-d", "out"]).done();
    let twin = fs::read(desk.path("out/data/clean/0001.jpg")).unwrap();
    assert_eq!((decoded(&twin).width(), decoded(&twin).height()), (64, 64));
    assert!(!says(&twin, "Amina"));
    assert_eq!(fact(&desk.facts("b.zip"), "file:clean/0001.jpg", "derivation"), Some("encoded-anew"));
}

/// What cannot be taken apart and can be decoded.
#[test]
fn a_tiff_gif_or_bmp_is_encoded_anew_on_request() {
    let desk = Desk::signing();
    let seen = picture(40, 24);
    let up = turned();
    let originals = [
        ("a.bmp", coded(&seen, ImageFormat::Bmp)),
        ("b.gif", coded(&seen, ImageFormat::Gif)),
        ("c.tif", tiff(&[(&seen, &up.image)])),
    ];
    for (name, bytes) in &originals {
        desk.write(format!("bag/{name}"), bytes);
    }
    desk.write("bag/d.heic", b"\0\0\0\x18ftypheic\0\0\0\0heicmif1");
    let told = desk.run(["seal", "bag", "--dry-run", "--clean-copies", "--json"]).done().json();
    assert_eq!((told["no_clean_copy"].as_array().unwrap().len(), &told["twins"]), (4, &json!([])));
    let told = desk.run(["seal", "bag", "-o", "b.zip", "--clean-copies=reencode", "--json"]).done().json();
    assert_eq!(told["no_clean_copy"][0]["where"], "d.heic");
    let why = "it is image/heif, and only JPEG, PNG, WebP, TIFF, GIF and BMP can be decoded";
    assert_eq!((&told["no_clean_copy"][0]["detail"], &told["no_clean_copy"][1]), (&json!(why), &Value::Null));
    desk.run(["open", "b.zip", "-d", "out"]).done();
    let facts = desk.facts("b.zip");
    for (number, (name, bytes)) in originals.iter().enumerate() {
        let path = format!("clean/000{}.png", number + 1);
        let twin = fs::read(desk.path("out/data").join(&path)).unwrap();
        let mut original = decoded(bytes);
        if *name == "c.tif" {
            original.apply_orientation(image::metadata::Orientation::Rotate90);
        }
        // no pixel is another one
        assert!(decoded(&twin).to_rgba8() == original.to_rgba8(), "{name}");
        assert_eq!(fact(&facts, &format!("file:{path}"), "derivation"), Some("encoded-anew"), "{name}");
        assert!(!says(&twin, "Amina"), "{name}");
        assert_eq!(told["twins"][number]["of"], json!(name));
    }
}

/// One that is larger than what is held in memory is read again.
#[test]
fn an_encrypted_bundle_holds_twins_too() {
    let desk = Desk::signing();
    desk.write("bag/large.png", png(&noise(2200, 1400), &turned()));
    desk.write("bag/small.jpg", jpeg(&picture(30, 20), &turned()));
    assert!(fs::metadata(desk.path("bag/large.png")).unwrap().len() > 8 << 20);
    desk.run(["seal", "bag", "-o", "b.age", "--clean-copies", "--hide", "small.jpg=0,0,4x4", "--to-me"]).done();
    desk.verify("b.age", 0);
    desk.run(["open", "b.age", "-d", "out"]).done();
    let read = |name: &str| fs::read(desk.path("out/data").join(name)).unwrap();
    assert!(decoded(&read("clean/0001.png")) == decoded(&read("large.png")));
    // a plain bundle of the same is the same twin
    desk.run(["seal", "bag", "-o", "b.zip", "--clean-copies", "--hide", "small.jpg=0,0,4x4"]).done();
    desk.run(["open", "b.zip", "-d", "plain"]).done();
    for name in ["clean/0001.png", "clean/0002.jpg"] {
        assert!(fs::read(desk.path("plain/data").join(name)).unwrap() == read(name), "{name}");
    }
    assert_eq!(fs::read_dir(desk.path("tmp")).unwrap().count(), 0);
}

#[test]
fn an_original_that_changes_is_noticed_in_its_twin() {
    let place = tempfile::tempdir().unwrap();
    let (bag, to) = (place.path().join("bag"), place.path().join("b.zip"));
    let photo = bag.join("a.jpg");
    let twins = Twins { clean: Some(Cleaning::Exact), ..Twins::default() };
    let hide = Twins { hide: vec![sealbag::Hide::parse("a.jpg=0,0,2x2").unwrap()], ..Twins::default() };
    for wanted in [twins, hide] {
        for change in [b"".as_slice(), b"no picture any more"] {
            fs::create_dir_all(&bag).unwrap();
            fs::write(&photo, jpeg(&picture(30, 20), &turned())).unwrap();
            let mut draft = draft(&bag);
            draft.add_twins(&wanted, &Unwatched).unwrap();
            assert_eq!((draft.twins().len(), draft.files().count()), (1, 2));
            let changed = error(sign(draft, &to, &Meddling::with(|| fs::write(&photo, change).unwrap())));
            assert_eq!(changed.code.id, "input.changed", "{changed}");
            assert!(!to.exists());
        }
    }
}

#[test]
fn whoever_stops_a_run_waits_for_no_twin() {
    let place = tempfile::tempdir().unwrap();
    let (bag, to) = (place.path().join("bag"), place.path().join("b.zip"));
    fs::create_dir(&bag).unwrap();
    for number in 0..4 {
        fs::write(bag.join(format!("{number}.jpg")), jpeg(&picture(30, 20), &turned())).unwrap();
    }
    let wanted = Twins { clean: Some(Cleaning::Exact), hide: vec![sealbag::Hide::parse("1.jpg=0,0,2x2").unwrap()] };
    for calls in 0..4 {
        let stopped = error(draft(&bag).add_twins(&wanted, &Interrupting::after(calls)));
        assert_eq!(stopped.code.id, "run.interrupted");
        let stopped = error(draft(&bag).record_facts(&[], &Interrupting::after(calls)));
        assert_eq!(stopped.code.id, "run.interrupted");
    }
    // and while they are sealed
    for calls in 0..12 {
        let mut draft = draft(&bag);
        draft.add_twins(&wanted, &Unwatched).unwrap();
        assert_eq!(error(sign(draft, &to, &Interrupting::after(calls))).code.id, "run.interrupted", "{calls}");
        assert!(!to.exists());
    }
}

/// A photo is changed at every place in turn and cut at every place: sealing goes on, and no copy says more than the pixels.
#[test]
fn a_broken_photo_costs_its_copy_and_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    let (bag, to) = (place.path().join("bag"), place.path().join("b.zip"));
    fs::create_dir(&bag).unwrap();
    let mut number = 0;
    for (ending, _, write) in WRITERS {
        let photo = write(&picture(5, 4), &turned());
        for at in (0..photo.len()).step_by(11) {
            for change in [0xFF, 1, 0x80] {
                let mut changed = photo.clone();
                changed[at] ^= change;
                number += 1;
                fs::write(bag.join(format!("{number}.{ending}")), changed).unwrap();
            }
            number += 1;
            fs::write(bag.join(format!("{number}.{ending}")), &photo[..at]).unwrap();
        }
    }
    let mut draft = draft(&bag);
    draft.add_twins(&Twins { clean: Some(Cleaning::Reencode), ..Twins::default() }, &Unwatched).unwrap();
    let (twins, none) = (draft.twins().len(), draft.not_cleaned().len());
    assert!(twins > 100 && none > 100, "{twins} {none} of {number}");
    sign(draft, &to, &Unwatched).unwrap();
    assert_eq!(verify_at(&to).unwrap().report().verdict.exit(), 0);
}

#[test]
fn a_metadata_file_may_speak_of_a_twin() {
    let desk = Desk::signing();
    desk.write("bag/a.jpg", jpeg(&picture(8, 8), &talkative()));
    desk.write("facts.json", r#"{"files": {"clean/0001.jpg": {"caption": "the gate"}}}"#);
    desk.run(["seal", "bag", "-o", "b.zip", "--clean-copies", "--metadata", "facts.json"]).done();
    assert_eq!(fact(&desk.facts("b.zip"), "file:clean/0001.jpg", "caption"), Some("the gate"));
    // what sealing says of it is not said twice
    desk.write("facts.json", r#"{"files": {"clean/0001.jpg": {"derivation": "cropped"}}}"#);
    desk.refused(["seal", "bag", "-o", "c.zip", "--clean-copies", "--metadata", "facts.json"], 2, "metadata.shape");
}

#[test]
fn the_original_goes_and_the_twin_stays_under_the_first_seal() {
    let desk = Desk::signing();
    for (ending, _, write) in WRITERS {
        desk.write(format!("bag/gate.{ending}"), write(&picture(40, 24), &turned()));
    }
    let sealed = desk.run(["seal", "bag", "-o", "b.zip", "--clean-copies", "--record-facts=taken_at", "--json"]).done().json();
    let withhold = ["redact", "b.zip", "--withhold", "gate.*", "--all-matching", "--reason", "safety", "-o", "r.zip"];
    desk.run(withhold.iter().chain(&["--keep-twins"])).done();
    let told = desk.verify("r.zip", 0);
    assert_eq!((&told["digest"], &told["contents"]["state"]), (&sealed["digest"], &json!("withheld")));
    assert_eq!(desk.names("r.zip"), ["clean/0001.jpg", "clean/0002.png", "clean/0003.webp"]);
    // shown with its time, and nothing of the place anywhere
    assert_eq!(fact(&desk.facts("r.zip"), "file:clean/0001.jpg", "taken_at"), Some("2025-11-09T09:57:00"));
    let bytes = fs::read(desk.path("r.zip")).unwrap();
    for word in ["gate", "Amina", "51.155", "2042424"] {
        assert!(!says(&bytes, word), "{word}");
    }
}

#[test]
fn the_photos_of_the_real_case_have_twins() {
    let Some(case) = shared("cases/astana-notice") else { return };
    let desk = Desk::signing();
    let told = desk.run(["seal", case.to_str().unwrap(), "-o", "b.zip", "--clean-copies", "--json"]).done().json();
    let none: Vec<&Value> = told["no_clean_copy"].as_array().unwrap().iter().map(|finding| &finding["where"]).collect();
    assert_eq!(none, [&json!("photos/IMG_5195.HEIC")]);
    desk.run(["open", "b.zip", "-d", "out"]).done();
    for twin in told["twins"].as_array().unwrap() {
        let read = |member: &str| fs::read(desk.path("out/data").join(twin[member].as_str().unwrap())).unwrap();
        let (copy, original) = (read("path"), read("of"));
        assert!(decoded(&copy) == decoded(&original), "{twin}");
        let said = sealbag::inspect::facts(&copy, "image/jpeg");
        assert!(said.list.iter().all(|fact| ["width", "height", "orientation"].contains(&fact.name)), "{twin}: {said:?}");
    }
    assert_eq!(told["twins"].as_array().unwrap().len(), 4);
}

/// What the stock reader of such tags finds in a twin.
#[test]
#[ignore = "needs exiftool; tests/run includes it"]
fn exiftool_finds_nothing_in_a_twin() {
    let desk = Desk::signing();
    for (ending, _, write) in WRITERS {
        desk.write(format!("bag/a.{ending}"), write(&picture(40, 24), &turned()));
    }
    for (name, bytes) in [
        ("b.bmp", coded(&picture(40, 24), ImageFormat::Bmp)),
        ("c.gif", coded(&picture(40, 24), ImageFormat::Gif)),
        ("d.tif", tiff(&[(&picture(40, 24), &turned().image)])),
    ] {
        desk.write(format!("bag/{name}"), bytes);
    }
    let bare = desk.write("bare.jpg", coded(&picture(40, 24), ImageFormat::Jpeg));
    desk.run(["seal", "bag", "-o", "b.zip", "--clean-copies=reencode", "--hide", "c.gif=1,1,4x4"]).done();
    desk.run(["open", "b.zip", "-d", "out"]).done();
    let read = |path: &std::path::Path| -> Vec<String> {
        let read =
            std::process::Command::new("exiftool").args(["-j", "-G1", "-a", "-u", "-ee"]).arg(path).output().expect("exiftool");
        let read: Value = serde_json::from_slice(&read.stdout).unwrap();
        let groups = ["ExifTool:", "System:", "File:", "Composite:", "SourceFile", "JFIF:", "PNG:", "RIFF:"];
        let tags = read[0].as_object().unwrap().keys();
        tags.filter(|tag| !groups.iter().any(|group| tag.starts_with(group))).cloned().collect()
    };
    // what any picture has that was coded by anybody
    assert_eq!(read(&bare), Vec::<String>::new());
    for (number, (ending, ..)) in (1..).zip(WRITERS) {
        assert!(read(&desk.path(format!("bag/a.{ending}"))).len() > 10, "{ending}");
        let tags = read(&desk.path(format!("out/data/clean/000{number}.{ending}")));
        assert!(tags.iter().all(|tag| tag == "IFD0:Orientation" || tag.starts_with("ExifByteOrder")), "{ending}: {tags:?}");
        assert!(tags.contains(&"IFD0:Orientation".to_owned()), "{ending}: {tags:?}");
    }
    assert!(read(&desk.path("bag/d.tif")).contains(&"IFD0:Artist".to_owned()));
    for number in 4..7 {
        let tags = read(&desk.path(format!("out/data/clean/000{number}.png")));
        assert_eq!(tags, Vec::<String>::new(), "{number}");
    }
    if let Some(case) = shared("cases/astana-notice") {
        let twins = desk.run(["seal", case.to_str().unwrap(), "-o", "c.zip", "--clean-copies", "--json"]).done().json();
        desk.run(["open", "c.zip", "-d", "case"]).done();
        for twin in twins["twins"].as_array().unwrap() {
            let tags = read(&desk.path("case/data").join(twin["path"].as_str().unwrap()));
            assert!(tags.iter().all(|tag| tag == "IFD0:Orientation" || tag.starts_with("ExifByteOrder")), "{twin}: {tags:?}");
        }
    }
    let photo = Photo { image: vec![ascii(0x010F, "Maker")], ..Photo::default() };
    assert!(read(&desk.write("told.jpg", jpeg(&picture(4, 4), &photo))).contains(&"IFD0:Make".to_owned()));
}
