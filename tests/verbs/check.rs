//! What photos say is told before anything is sealed, and never changes what is sealed.

use image::{DynamicImage, ImageFormat};
use serde_json::json;
use support::coded::{self, picture};
use support::photos::{Photo, ascii, bytes, wide};
use support::runs::{Desk, shared};

/// A photo that says everything.
pub(super) fn talkative() -> Photo {
    Photo {
        image: vec![
            ascii(0x010F, "Maker"),
            ascii(0x010E, "two men at the gate"),
            ascii(0x013B, "Amina"),
            ascii(0x013C, "Amina's phone"),
            wide(0x9C9C, "written \u{202e}later"),
        ],
        camera: vec![
            ascii(0x9003, "2025:11:09 09:57:00"),
            bytes(0x9286, b"ASCII\0\0\0seen by B."),
            ascii(0xA430, "Desk 4"),
            ascii(0xA431, "2042424"),
        ],
        place: Some([(51, 9, 1800), (71, 28, 600)]),
        thumbnail: vec![0xFF, 0xD8, 0xFF, 0xD9, 0],
        xmp: "<x GCamera:MotionPhoto=\"1\" GCamera:MotionPhotoOffset=\"8\"/>".into(),
    }
}

/// Code and detail of each leak.
fn leaks(leaks: &serde_json::Value) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    leaks.as_array().unwrap().iter().map(|leak| (text(&leak["code"]), text(&leak["detail"]))).collect()
}

const ALL: [(&str, &str); 7] = [
    ("leak.position", "made at 51.155000, 71.468333"),
    ("leak.person", "names Amina, Desk 4"),
    ("leak.serial", "camera or lens number 2042424"),
    ("leak.device", "made or worked on Amina's phone"),
    ("leak.comment", "words inside: two men at the gate, written \u{202e}later, seen by B."),
    ("leak.thumbnail", "a small picture inside, 5 bytes, not-compared"),
    ("leak.motion", "a film inside, video/mp4"),
];

#[test]
fn everything_that_a_photo_says_is_told_by_kind_and_by_file() {
    let desk = Desk::new();
    desk.write("bag/sub/a.jpg", talkative().jpeg());
    desk.write("bag/quiet.jpg", Photo { image: vec![ascii(0x010F, "Maker")], ..Photo::default() }.jpeg());
    desk.write("bag/list.zip", "no photo");
    let before = desk.state();
    let told = desk.run(["check", "bag", "--json"]).done();
    let expected: Vec<(String, String)> = ALL.iter().map(|(code, detail)| ((*code).into(), (*detail).into())).collect();
    assert_eq!(leaks(&told.json()["leaks"]), expected);
    assert_eq!((&told.json()["schema"], &told.json()["exit"]), (&json!("sealbag-check/1"), &json!(0)));
    assert_eq!((&told.json()["files"], &told.json()["looked_into"]), (&json!(3), &json!(2)));
    assert!(told.json()["leaks"].as_array().unwrap().iter().all(|leak| leak["where"] == "sub/a.jpg"));
    let told = desk.run(["check", "bag"]).done();
    assert!(
        told.out.starts_with(
            "looked into 2 of 3 files: 7 things could harm a source\nthe others are of kinds that are not looked into\n"
        ),
        "{told:#?}"
    );
    assert!(told.unfolded().contains("leak.position sub/a.jpg: made at 51.155000, 71.468333"), "{told:#?}");
    assert!(!told.out.contains('\u{202e}') && told.unfolded().contains("written \\u{202e}later"), "{told:#?}");
    assert!(told.unfolded().contains("leak.motion play it before you give the file away"), "{told:#?}");
    assert!(desk.state() == before, "nothing was changed");
    // files one by one, the quiet one alone
    let told = desk.run(["check", "bag/quiet.jpg"]).done();
    assert!(told.out.starts_with("looked into 1 of 1 file: nothing found\n\nLook at"), "{told:#?}");
    let told = desk.run(["check", "bag", "--exclude", "sub", "--strict"]).done();
    assert!(told.out.starts_with("looked into 1 of 2 files: nothing found\n"), "{told:#?}");
}

#[test]
fn who_is_strict_is_refused_before_anything_is_written() {
    let desk = Desk::signing();
    desk.write("bag/a.jpg", talkative().jpeg());
    let before = desk.state();
    let error = desk.refused(["seal", "bag", "-o", "b.zip", "--strict"], 1, "leak.strict");
    assert_eq!(error["thing"], "a.jpg");
    assert_eq!(error["also"].as_array().unwrap().len(), ALL.len() - 1);
    desk.refused(["seal", "bag", "--dry-run", "--strict"], 1, "leak.strict");
    let told = desk.run(["check", "bag", "--strict", "--json"]);
    assert_eq!((told.exit, &told.json()["exit"]), (1, &json!(1)));
    assert!(desk.state() == before, "nothing was written");
    // many are not told one by one
    for number in 0..205 {
        let camera = vec![ascii(0xA431, &format!("serial-{number}"))];
        desk.write(format!("many/{number}.jpg"), Photo { camera, ..Photo::default() }.jpeg());
    }
    desk.refused(["seal", "many", "-o", "b.zip", "--strict"], 1, "leak.strict");
    let told = desk.run(["seal", "many", "-o", "b.zip", "--strict"]);
    assert_eq!((told.err.lines().count(), told.err.contains("\nsealbag: … and 155 more\n")), (52, true), "{told:#?}");
    let told = desk.run(["check", "many"]).done();
    assert!(told.out.contains("\n  … and 5 more; --json lists them all\n"), "{told:#?}");
    assert_eq!(desk.run(["check", "many", "--json"]).done().json()["leaks"].as_array().unwrap().len(), 205);
    // the twin says nothing that could harm
    desk.write("quiet/a.jpg", Photo::default().jpeg());
    desk.run(["seal", "quiet", "-o", "b.zip", "--strict"]).done();
}

#[test]
fn sealing_tells_and_changes_nothing() {
    let desk = Desk::signing();
    let photo = talkative().jpeg();
    desk.write("bag/a.jpg", &photo);
    let plan = desk.run(["seal", "bag", "--dry-run", "--json"]).done().json();
    assert_eq!(plan["leaks"].as_array().unwrap().len(), ALL.len());
    let told = desk.run(["seal", "bag", "-o", "b.zip"]).done();
    assert!(told.unfolded().contains("leak.position a.jpg: made at 51.155000, 71.468333"), "{told:#?}");
    let sealed = desk.run(["seal", "bag", "-o", "c.zip", "--json"]).done().json();
    assert_eq!(sealed["leaks"], plan["leaks"]);
    desk.run(["open", "b.zip", "-d", "out"]).done();
    assert!(std::fs::read(desk.path("out/data/a.jpg")).unwrap() == photo);
}

/// What only some files say, in the words that people read.
#[test]
fn what_is_rare_is_told_too() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let desk = Desk::new();
    for (name, expected) in [
        ("behind.jpg", [("leak.behind", "behind the end of the picture: 22 bytes")].as_slice()),
        (
            "credentials.png",
            &[("leak.person", "names Amina"), ("leak.credentials", "content credentials, present, not validated, 1 thumbnail")],
        ),
        ("profile.png", &[("leak.position", "made at 51.155000, 71.468333")]),
        ("telemetry.mov", &[("leak.position", "made at GPS-track (gpmd)")]),
        ("note-nikon.jpg", &[("leak.serial", "camera or lens number 2008123")]),
        ("thumbnail-cut.jpg", &[("leak.thumbnail", "a small picture inside, 2393 bytes, other-shape")]),
    ] {
        let told = desk.run(["check".as_ref(), corpus.join(name).as_os_str(), "--json".as_ref()]).done().json();
        let expected: Vec<(String, String)> = expected.iter().map(|(code, text)| ((*code).into(), (*text).into())).collect();
        assert_eq!(leaks(&told["leaks"]), expected, "{name}");
    }
    let told = desk.run(["check".as_ref(), corpus.join("xmp.mp4").as_os_str(), "--json".as_ref()]).done().json();
    let told = leaks(&told["leaks"]);
    let history = told.iter().find(|(code, _)| code == "leak.history").map(|(_, text)| text.as_str());
    assert_eq!(history, Some("earlier versions or changes: saved 2025-11-10T10:00:00+05:00 Editor 1.0"));
}

/// Where both can be decoded, a thumbnail that shows the same is no leak, and one that shows something else is told as that.
#[test]
fn a_thumbnail_is_compared_whatever_holds_the_picture() {
    let (seen, other) = (picture(160, 120), picture(160, 120).rotate180().huerotate(90));
    let raf = |jpeg: Vec<u8>| {
        let mut head = b"FUJIFILMCCD-RAW ".to_vec();
        head.resize(84, 0);
        head.extend([92u32.to_be_bytes(), (jpeg.len() as u32).to_be_bytes()].concat());
        [head, jpeg].concat()
    };
    type Writer = fn(&DynamicImage, &Photo) -> Vec<u8>;
    for (media_type, write) in [
        ("image/jpeg", coded::jpeg as Writer),
        ("image/png", coded::png),
        ("image/webp", coded::webp),
        ("image/x-fuji-raf", coded::jpeg),
    ] {
        for (small, expected) in [(&seen, None), (&other, Some("other-content"))] {
            let thumbnail = coded::coded(&small.thumbnail(80, 60), ImageFormat::Jpeg);
            let told = thumbnail.len();
            let mut bytes = write(&seen, &Photo { thumbnail, ..Photo::default() });
            if media_type == "image/x-fuji-raf" {
                bytes = raf(bytes);
            }
            let facts = sealbag::inspect::facts(&bytes, media_type);
            let expected = expected.map(|how| format!("{told} bytes, {how}"));
            assert_eq!(facts.get("thumbnail_differs"), expected.as_deref(), "{media_type}: {facts:?}");
            assert_eq!(facts.get("thumbnail_not_compared"), None, "{media_type}");
            assert_eq!(facts.get("thumbnail"), Some(format!("{told} bytes").as_str()), "{media_type}");
        }
        // what cannot be decoded is not said to differ
        let broken = write(&seen, &Photo { thumbnail: vec![0xFF, 0xD8, 0xFF, 0xD9, 0], ..Photo::default() });
        let facts = sealbag::inspect::facts(&if media_type == "image/x-fuji-raf" { raf(broken) } else { broken }, media_type);
        assert_eq!(
            (facts.get("thumbnail_differs"), facts.get("thumbnail_not_compared")),
            (None, Some("5 bytes, not-compared"))
        );
    }
}

/// Facts come in one order whatever the file, and where some were left out that is said.
#[test]
fn facts_come_in_order_and_none_is_left_out_in_silence() {
    let place = |name: &str| sealbag::inspect::NAMES.iter().position(|(known, _)| *known == name).unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let in_order = |name: &str, media_type: &str| {
        let facts = sealbag::inspect::facts(&std::fs::read(root.join(name)).unwrap(), media_type);
        let places: Vec<_> = facts.list.iter().map(|fact| (fact.within.clone(), place(fact.name))).collect();
        assert!(places.is_sorted() && places.len() > 4, "{name}: {facts:?}");
        facts
    };
    in_order("xmp.jpg", "image/jpeg");
    in_order("xmp.mp4", "video/mp4");
    in_order("documents/information.pdf", "application/pdf");
    in_order("documents/slides.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation");
    let facts = in_order("keywords.jpg", "image/jpeg");
    assert_eq!(facts.get("more"), Some("keywords"));
    let desk = Desk::new();
    let told = |path: &std::path::Path| {
        leaks(&desk.run(["check".as_ref(), path.as_os_str(), "--json".as_ref()]).done().json()["leaks"])
    };
    let words = told(&root.join("keywords.jpg")).into_iter().find(|(code, _)| code == "leak.comment").unwrap().1;
    assert!(words.ends_with(", … (40+)"), "{words}");
    let mails = |count: u32| (0..count).map(|number| format!("a{number}@example.org\n")).collect::<String>();
    assert!(told(&desk.write("50.txt", mails(50)))[0].1.ends_with(", … (50)"));
    assert!(told(&desk.write("51.txt", mails(51)))[0].1.ends_with(", … (50+)"));
    let facts = sealbag::inspect::facts(&mails(51).into_bytes(), "text/plain");
    assert_eq!((facts.list.len(), facts.get("more")), (51, Some("email")));
}

/// Every byte of the tags is changed in turn, and the photo is cut at every place.
#[test]
fn a_broken_photo_costs_its_facts_and_nothing_else() {
    let photo = talkative().jpeg();
    let read = |bytes: Vec<u8>| sealbag::inspect::facts(&bytes, "image/jpeg");
    let whole = read(photo.clone());
    assert!(!whole.unread && whole.get("latitude") == Some("51.155000"));
    let mut lost = 0;
    for at in 0..photo.len() {
        for to in [0, 0xFF, photo[at] ^ 1, photo[at] ^ 0x80] {
            let mut changed = photo.clone();
            changed[at] = to;
            lost += usize::from(read(changed) != whole);
        }
        read(photo[..at].to_vec());
    }
    assert!(lost > photo.len() / 2, "the changes were seen: {lost}");
    // a whole run goes on as well, and says so
    let desk = Desk::signing();
    desk.write("bag/a.jpg", &photo[..40]);
    let told = desk.run(["check", "bag", "--json"]).done().json();
    assert_eq!((&told["unread"], &told["leaks"]), (&json!(["a.jpg"]), &json!([])));
    let told = desk.run(["check", "bag"]).done();
    assert!(told.out.contains("\nnothing, or not everything, could be read of\n  - \"a.jpg\"\n"), "{told:#?}");
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
}

/// Each of them makes a parser begin anew with every piece that it gets.
#[test]
fn a_file_made_to_be_slow_is_given_up() {
    let ftyp = b"\0\0\0\x18ftypisom\0\0\0\0isommp42".to_vec();
    let boxes = [ftyp, b"\0\0\0\x08free".repeat(2 << 20)].concat();
    let segments = [b"\xFF\xD8".to_vec(), b"\xFF\xE0\0\x02".repeat(4 << 20)].concat();
    let chunks = [b"RIFF\xFF\xFF\xFF\x7FWEBP".to_vec(), b"JUNK\0\0\0\0".repeat(2 << 20)].concat();
    for (bytes, media_type) in [(boxes, "video/mp4"), (segments, "image/jpeg"), (chunks, "image/webp")] {
        let facts = sealbag::inspect::facts(&bytes, media_type);
        assert!(facts.unread && facts.list.is_empty(), "{media_type}: {facts:?}");
    }
}

/// Each of them asks for much work or memory with few bytes.
#[test]
fn a_file_made_to_cost_much_is_given_up() {
    let zlib = |bytes: &[u8]| miniz_oxide::deflate::compress_to_vec_zlib(bytes, 9);
    let chunk = |name: &[u8; 4], data: &[u8]| [&(data.len() as u32).to_be_bytes(), &name[..], data, &[0; 4]].concat();
    let png = |middle: Vec<u8>| {
        let header = chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
        [b"\x89PNG\r\n\x1A\n".to_vec(), header, middle, chunk(b"IEND", b"")].concat()
    };
    // texts that unpack to a thousand times their length
    let bomb = chunk(b"zTXt", &[b"Comment\0\0".as_slice(), &zlib(&vec![b' '; 3 << 20])].concat());
    let texts = png(bomb.repeat(3000));
    // XMP of elements without end, and of one with attributes without end
    let packet = |inside: Vec<u8>| [b"<x xmlns:dc='http://purl.org/dc/elements/1.1/'>".as_slice(), &inside, b"</x>"].concat();
    let xmp = |packet: Vec<u8>| {
        let chunk = [b"XMP ", &(packet.len() as u32).to_le_bytes()[..], &packet].concat();
        [b"RIFF", &(chunk.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &chunk].concat()
    };
    let elements = xmp(packet(b"<dc:title>a</dc:title><dc:creator/>".repeat(200_000)));
    let deep = xmp(packet(b"<dc:title>".repeat(500_000)));
    let attributes = xmp(packet([b"<a ".to_vec(), b"dc:a='1' xmlns:b='c' ".repeat(150_000), b"/>".to_vec()].concat()));
    let entities = xmp(packet([b"<dc:title>".to_vec(), b"&amp;&x;".repeat(400_000), b"</dc:title>".to_vec()].concat()));
    // a photo of thousands of scans, each of which goes over all of it
    let quiet = std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/quiet.jpg")).unwrap();
    let mut scans = Photo { thumbnail: quiet, ..Photo::default() }.jpeg();
    scans.truncate(scans.windows(4).position(|bytes| bytes == [0xFF, 0xDA, 0, 2]).unwrap());
    let segment = |marker: u8, data: &[u8]| [&[0xFF, marker], &(data.len() as u16 + 2).to_be_bytes()[..], data].concat();
    let table = |class: u8, symbol: u8| segment(0xC4, &[&[class, 1], &[0; 15][..], &[symbol]].concat());
    scans.extend(segment(0xDB, &[&[0], &[1; 64][..]].concat()));
    scans.extend(segment(0xC2, &[8, 0x0A, 0xF0, 0x0A, 0xF0, 1, 1, 0x11, 0]));
    scans.extend([table(0x00, 0), table(0x10, 0xE0), segment(0xDA, &[1, 1, 0, 0, 0, 0])].concat());
    scans.extend([0; 16_000]);
    let scan = [segment(0xDA, &[1, 1, 0, 1, 63, 0]), vec![0x55, 0x54, 0xAA, 0xA9, 0x55, 0x52, 0xAA, 0xA5, 0x55, 0x5F]].concat();
    scans.extend(scan.repeat(40_000));
    scans.extend([0xFF, 0xD9]);
    // places of pieces that take no bytes, and directories that lead to one another
    let boxed = |name: &[u8; 4], data: Vec<u8>| [&(data.len() as u32 + 8).to_be_bytes(), &name[..], &data].concat();
    let iloc = [vec![0, 0, 0, 0, 0, 0, 0x0F, 0xFF], [0, 1, 0, 0, 0xFF, 0xFF].repeat(0xFFF)].concat();
    let meta = boxed(b"meta", [vec![0; 4], boxed(b"iinf", vec![0; 6]), boxed(b"iloc", iloc)].concat());
    let places = [boxed(b"ftyp", b"heic\0\0\0\0heic".to_vec()), meta].concat();
    let mut loops = b"II\x2A\0\x08\0\0\0".to_vec();
    for number in 0..4000_u32 {
        loops.extend([1, 0, 0x69, 0x87, 4, 0, 1, 0, 0, 0]);
        loops.extend((8 + 18 * ((number + 1) % 4000)).to_le_bytes());
        loops.extend(8_u32.to_le_bytes());
    }
    for (what, bytes, media_type, unread) in [
        ("texts", texts, "image/png", true),
        ("elements", elements, "image/webp", false),
        ("deep", deep, "image/webp", true),
        ("attributes", attributes, "image/webp", false),
        ("entities", entities, "image/webp", false),
        ("scans", scans, "image/jpeg", false),
        ("places", places, "image/heif", true),
        ("loops", loops, "image/tiff", false),
    ] {
        let start = std::time::Instant::now();
        let facts = sealbag::inspect::facts(&bytes, media_type);
        let took = start.elapsed();
        // the limit is less than a second; a machine with other work is slower
        assert!(took < std::time::Duration::from_millis(2500), "{what} took {took:?}");
        assert!(facts.list.len() <= 200, "{what}");
        // given up only for the time that it took
        assert!(facts.unread == unread || took > std::time::Duration::from_millis(800), "{what}: {took:?}");
    }
}

#[test]
fn the_photos_of_the_real_case_are_read() {
    let Some(case) = shared("cases/astana-notice") else { return };
    let desk = Desk::new();
    let told = desk.run(["check".as_ref(), case.as_os_str(), "--json".as_ref()]).done().json();
    let places: Vec<_> =
        leaks(&told["leaks"]).into_iter().filter(|(code, _)| code == "leak.position").map(|(_, at)| at).collect();
    assert_eq!(places, ["made at 43.467448, 11.885127", "made at 39.051344, -94.288772", "made at 43.468442, 11.881515"]);
    let phone = leaks(&told["leaks"]).into_iter().find(|(code, _)| code == "leak.device").unwrap();
    assert_eq!(phone.1, "made or worked on iPhone 11 Pro Max");
    let credentials = leaks(&told["leaks"]).into_iter().find(|(code, _)| code == "leak.credentials").unwrap();
    assert_eq!(credentials.1, "content credentials, present, not validated, 2 thumbnails");
    // thumbnails that show what their photos show are no leaks
    assert!(leaks(&told["leaks"]).iter().all(|(code, _)| code != "leak.thumbnail"));
    assert_eq!((&told["looked_into"], &told["unread"]), (&json!(6), &json!([])));
}

/// Tags that the stock reader prints, and what they are called here.
const TAGS: [(&str, &str); 26] = [
    ("Make", "camera_make"),
    ("Model", "camera_model"),
    ("Software", "software"),
    ("HostComputer", "device"),
    ("Artist", "artist"),
    ("OwnerName", "owner"),
    ("Copyright", "copyright"),
    ("SerialNumber", "camera_serial"),
    ("LensSerialNumber", "lens_serial"),
    ("LensModel", "lens_model"),
    ("Orientation", "orientation"),
    ("UserComment", "comment"),
    ("XPComment", "comment"),
    ("DateTimeOriginal", "taken_at"),
    ("CreateDate", "digitized_at"),
    ("ModifyDate", "modified_at"),
    ("GPSLatitude", "latitude"),
    ("GPSLongitude", "longitude"),
    ("GPSAltitude", "altitude_m"),
    ("GPSImgDirection", "direction"),
    ("GPSDateTime", "gps_at"),
    ("ImageWidth", "width"),
    ("ImageHeight", "height"),
    ("Creator", "artist"),
    ("Credit", "credit"),
    ("Claim_generator", "credentials_by"),
];

/// What the stock reader of such tags prints, all digits and letters of it.
fn printed(path: &std::path::Path) -> serde_json::Value {
    let tags = TAGS.map(|(tag, _)| format!("-{tag}"));
    let run =
        std::process::Command::new("exiftool").args(["-n", "-j", "-G0:1"]).args(tags).arg(path).output().expect("exiftool");
    serde_json::from_slice::<serde_json::Value>(&run.stdout).unwrap()[0].clone()
}

/// Compares what both read of a file, and says how many values were the same.
fn same_as_printed(path: &std::path::Path, media_type: &str) -> usize {
    let facts = sealbag::inspect::facts(&std::fs::read(path).unwrap(), media_type);
    assert!(!facts.unread, "{}", path.display());
    let mut same = 0;
    for (key, value) in printed(path).as_object().unwrap() {
        let Some((group, tag)) = key.rsplit_once(':') else { continue };
        // the thumbnail's own, and what a preview in a note says
        if group.contains("IFD1") || group.contains("SubIFD") {
            continue;
        }
        let (_, name) = TAGS.iter().find(|(known, _)| *known == tag).unwrap();
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let values: Vec<&str> = facts.list.iter().filter(|fact| fact.name == *name).map(|fact| fact.value.as_str()).collect();
        let close = |one: &&str| match (one.parse::<f64>(), text.parse::<f64>()) {
            // in EXIF the sign is a letter beside it
            (Ok(one), Ok(other)) if name.ends_with("tude") => (one.abs() - other.abs()).abs() < 2e-6,
            (Ok(one), Ok(other)) => (one - other).abs() < 0.06,
            // a time is written in another way, here maybe with its offset
            _ if name.ends_with("_at") => {
                let digits = |text: &str| text.chars().filter(char::is_ascii_digit).take(14).collect::<String>();
                digits(one) == digits(&text)
            }
            _ => *one == text.trim(),
        };
        if !text.trim().is_empty() && !text.starts_with("0000") {
            assert!(values.iter().any(close), "{}: {key} is {text:?} and not {values:?}", path.display());
            same += 1;
        }
    }
    same
}

/// What the stock reader of such tags finds is what is found here.
#[test]
#[ignore = "needs exiftool; tests/run includes it"]
fn exiftool_reads_the_same() {
    let desk = Desk::new();
    assert!(same_as_printed(&desk.write("a.jpg", talkative().jpeg()), "image/jpeg") >= 7);
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    for (name, media_type, least) in [
        ("exif.jpg", "image/jpeg", 15),
        ("exif.png", "image/png", 15),
        ("exif.webp", "image/webp", 15),
        ("exif.tif", "image/tiff", 15),
        ("exif.heic", "image/heif", 15),
        ("exif.avif", "image/avif", 15),
        ("xmp.jpg", "image/jpeg", 7),
        ("xmp.heic", "image/heif", 7),
        ("note-nikon.jpg", "image/jpeg", 3),
        ("note-canon.jpg", "image/jpeg", 3),
        ("note-fujifilm.jpg", "image/jpeg", 2),
        ("credentials.jpg", "image/jpeg", 2),
        ("raw.cr3", "image/x-canon-cr3", 4),
        ("raw.raf", "image/x-fuji-raf", 2),
    ] {
        let same = same_as_printed(&corpus.join(name), media_type);
        assert!(same >= least, "{name}: {same} values");
    }
    let Some(case) = shared("cases/astana-notice/photos") else { return };
    for (name, media_type, least) in [
        ("CA.jpg", "image/jpeg", 3),
        ("DSCN0010.jpg", "image/jpeg", 11),
        ("IMG_5195.HEIC", "image/heif", 11),
        ("Астана, посольство.jpg", "image/jpeg", 11),
        ("新疆_巡逻.jpg", "image/jpeg", 8),
    ] {
        let same = same_as_printed(&case.join(name), media_type);
        assert!(same >= least, "{name}: {same} values");
    }
}
