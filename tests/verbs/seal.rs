//! Sealing: what goes into a bundle, under which names and with which facts; what is told; what is refused, with nothing written.

use support::{kit, runs};

mod changes;
mod facts;
mod field;
mod keys;
mod names;
mod refused;
mod seen;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use runs::desk::{JPEG, PATROL};
use runs::{Desk, state};

/// Path, role and media type of each file in a bundle.
fn roles(desk: &Desk, bundle: &str) -> Vec<[String; 3]> {
    let claims = desk.claims(bundle);
    let text = |file: &serde_json::Value, member: &str| file[member].as_str().unwrap().to_owned();
    let files = claims["claimed_files"].as_array().unwrap().iter();
    files.map(|file| ["path", "role", "media_type"].map(|member| text(file, member))).collect()
}

#[test]
fn a_folder_is_sealed_whole_and_verifies() {
    let desk = Desk::with_bag();
    let before = desk.state();
    let told = desk.run(["seal", "bag", "-o", "b.zip"]).done();
    assert!(told.out.starts_with("sealed  b.zip\n") && told.err.is_empty(), "{told:#?}");
    for line in ["  files       3 (46 B)", "  facts       0", "  sealbag verify b.zip"] {
        assert!(told.out.lines().any(|told| told == line), "{line}: {told:#?}");
    }
    assert_eq!(state::new(&before, &desk.state()), [PathBuf::from("b.zip")]);
    assert!(before.iter().all(|(path, was)| desk.state().get(path) == Some(was)), "something else changed");
    let verdict = desk.verify("b.zip", 0);
    assert_eq!(verdict["contents"]["state"], "intact");
    assert_eq!((&verdict["contents"]["items"], &verdict["contents"]["files"]), (&3.into(), &3.into()));
    assert_eq!(verdict["signer"]["state"], "you");
    assert_eq!(desk.names("b.zip"), ["photos/a.jpg", PATROL, "report.txt"]);
}

#[test]
fn a_bundle_gets_a_neutral_name_in_the_current_folder() {
    let desk = Desk::with_bag();
    let told = desk.run(["seal", "bag"]).done();
    let name = told.out.lines().next().unwrap().strip_prefix("sealed  ").unwrap().trim_start_matches("./").to_owned();
    let digits = name.strip_prefix("sealbag-").and_then(|rest| rest.strip_suffix(".zip")).unwrap();
    assert!(digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{name}");
    assert!(desk.verify(&name, 0)["id"].as_str().unwrap().starts_with(digits));
}

#[test]
fn a_bundle_tells_nobody_but_its_owner() {
    let desk = Desk::with_bundle();
    assert_eq!(fs::metadata(desk.path("b.zip")).unwrap().permissions().mode() & 0o7777, 0o600);
    // an open umask and a replaced file make no difference
    fs::set_permissions(desk.path("b.zip"), fs::Permissions::from_mode(0o666)).unwrap();
    let line = format!("umask 000; exec {} seal bag -o b.zip --force", support::program());
    assert!(desk.command_of("sh", ["-c", &line]).status().unwrap().success());
    assert_eq!(fs::metadata(desk.path("b.zip")).unwrap().permissions().mode() & 0o7777, 0o600);
}

#[test]
fn files_are_sealed_under_their_own_names_and_photos_under_photos() {
    let desk = Desk::signing();
    desk.write("in/deep/story.md", "# words\n");
    desk.write("in/notes.txt", "words\n");
    desk.write("elsewhere/DSC_1.JPG", JPEG);
    let args = ["seal", "in/notes.txt", "--report", "in/deep/story.md", "--photo", "elsewhere/DSC_1.JPG", "-o", "b.zip"];
    desk.run(args).done();
    let expected = [
        ["notes.txt", "document", "text/plain"],
        ["photos/DSC_1.JPG", "photo", "image/jpeg"],
        ["story.md", "report", "text/markdown"],
    ];
    assert_eq!(roles(&desk, "b.zip"), expected);
    // nothing but a report, and nothing but a photo, are enough
    desk.run(["seal", "--report", "in/deep/story.md", "-o", "r.zip"]).done();
    desk.run(["seal", "--photo", "elsewhere/DSC_1.JPG", "-o", "p.zip"]).done();
    assert_eq!((desk.names("r.zip"), desk.names("p.zip")), (vec!["story.md".into()], vec!["photos/DSC_1.JPG".into()]));
}

#[test]
fn two_files_that_would_get_one_name_are_refused_or_told_apart() {
    let desk = Desk::signing();
    for folder in ["one", "two", "three"] {
        desk.write(format!("{folder}/story.odt"), folder);
    }
    desk.run(["seal", "one/story.odt", "--photo", "two/story.odt", "-o", "b.zip"]).done();
    for args in [
        ["seal", "one/story.odt", "two/story.odt", "-o", "x.zip"],
        ["seal", "one/story.odt", "one/story.odt", "-o", "x.zip"],
        ["seal", "--photo=one/story.odt", "--photo=two/story.odt", "-o", "x.zip"],
        ["seal", "one/story.odt", "--report=two/story.odt", "-o", "x.zip"],
    ] {
        desk.refused(args, 1, "input.twin");
    }
    desk.run(["seal", "one/story.odt", "two/story.odt", "three/story.odt", "-o", "s.zip", "--safe-names"]).done();
    assert_eq!(desk.names("s.zip"), ["story-2.odt", "story-3.odt", "story.odt"]);
}

#[test]
fn a_role_goes_to_the_file_it_was_given_to_also_where_two_share_a_name() {
    let desk = Desk::signing();
    for folder in ["one", "two"] {
        desk.write(format!("{folder}/story.odt"), folder);
    }
    let args = ["seal", "--report", "one/story.odt", "--report", "two/story.odt", "-o", "b.zip", "--safe-names"];
    desk.run(args).done();
    let roles = roles(&desk, "b.zip");
    assert!(roles.iter().all(|[_, role, _]| role == "report"), "{roles:?}");
}

#[test]
fn roles_and_media_types_are_told_from_bytes_and_then_from_names() {
    let desk = Desk::signing();
    let rows: [(&str, &[u8], &str, &str); 12] = [
        ("Report.final.PDF", b"%PDF-1.7\n", "report", "application/pdf"),
        ("audio.mp3", b"ID3\x03", "audio", "audio/mpeg"),
        ("empty.txt", b"", "document", "text/plain"),
        (
            "letter.docx",
            b"PK\x03\x04....",
            "document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("misnamed.txt", JPEG, "photo", "image/jpeg"),
        ("no_extension", b"words\n", "document", "text/plain"),
        ("photos/report.txt", b"words\n", "document", "text/plain"),
        ("picture.svg", b"<?xml version=\"1.0\"?><svg/>", "photo", "image/svg+xml"),
        ("raw", b"\0\x01\x02", "attachment", "application/octet-stream"),
        ("table.csv", b"a,b\n", "document", "text/csv"),
        ("video.mp4", b"\0\0\0\x18ftypmp42", "video", "video/mp4"),
        ("words.zip", b"PK\x03\x04", "attachment", "application/zip"),
    ];
    for (name, bytes, ..) in rows {
        desk.write(format!("bag/{name}"), bytes);
    }
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
    assert_eq!(roles(&desk, "b.zip"), rows.map(|(name, _, role, kind)| [name, role, kind].map(String::from)));
    assert_eq!(desk.verify("b.zip", 0)["contents"]["files"], 12);
}

#[test]
fn report_and_photo_name_files_of_the_folder_however_they_are_reached() {
    let desk = Desk::with_bag();
    desk.write("bag/scan.pdf", "%PDF-1.7\n");
    desk.write("bag/story.md", "words\n");
    let absolute = desk.path("bag/scan.pdf").to_string_lossy().into_owned();
    let args = ["seal", "bag", "-o", "b.zip", "--report", "bag/story.md", "--photo", &absolute];
    desk.run(args).done();
    let roles = roles(&desk, "b.zip");
    assert!(roles.contains(&["story.md", "report", "text/markdown"].map(String::from)), "{roles:?}");
    assert!(roles.contains(&["scan.pdf", "photo", "application/pdf"].map(String::from)), "{roles:?}");
    desk.write("outside.md", "words\n");
    for named in ["bag/none.md", "outside.md"] {
        desk.refused(["seal", "bag", "-o", "x.zip", "--report", named], 5, "io.missing");
    }
}

#[test]
fn what_file_managers_leave_is_told_and_not_sealed() {
    let desk = Desk::with_bag();
    let junk = [".DS_Store", "photos/._a.jpg", "photos/Thumbs.db", "photos/desktop.ini"];
    for name in junk {
        desk.write(format!("bag/{name}"), "left behind");
    }
    fs::create_dir_all(desk.path("bag/empty/deeper")).unwrap();
    let told = desk.run(["seal", "bag", "-o", "b.zip"]).done();
    for line in [
        "not sealed: left behind by a file manager (--all seals it)",
        "  - \"photos/._a.jpg\"",
        "not sealed: empty folders, which a bundle cannot hold",
        "  - \"empty/deeper/\"",
    ] {
        assert!(told.out.lines().any(|told| told == line), "{line}: {told:#?}");
    }
    assert_eq!(desk.names("b.zip").len(), 3);
    let json = desk.run(["seal", "bag", "-o", "j.zip", "--json"]).done().json();
    assert_eq!(json["not_sealed"]["junk"], serde_json::json!(junk));
    assert_eq!(json["not_sealed"]["empty_folders"], serde_json::json!(["empty/deeper/"]));
    let all = desk.run(["seal", "bag", "-o", "all.zip", "--all"]).done();
    assert!(!all.out.contains("file manager"), "{all:#?}");
    assert_eq!(desk.names("all.zip").len(), 7);
    assert_eq!(desk.verify("all.zip", 0)["contents"]["state"], "intact");
    desk.run(["open", "all.zip", "-d", "opened"]).done();
    assert_eq!(desk.verify("opened", 0)["notes"], serde_json::json!([]));
    fs::create_dir(desk.path("junk")).unwrap();
    desk.write("junk/.DS_Store", "left behind");
    desk.refused(["seal", "junk", "-o", "x.zip"], 1, "input.empty");
}

#[test]
fn a_bundle_goes_to_standard_output_and_nowhere_else() {
    let desk = Desk::with_bag();
    let before = desk.state();
    let told = desk.run(["seal", "bag", "-o", "-"]).done();
    assert_eq!(before, desk.state());
    assert!(told.bytes.starts_with(b"PK\x03\x04"));
    assert!(told.err.starts_with("sealed  to standard output\n") && told.err.contains("  digest      "), "{}", told.err);
    let quiet = desk.run(["seal", "bag", "-o", "-", "--quiet"]).done();
    assert_eq!(quiet.err, "");
    for (name, bytes) in [("b.zip", told.bytes), ("q.zip", quiet.bytes)] {
        desk.write(name, bytes);
        assert_eq!(desk.verify(name, 0)["contents"]["files"], 3);
        desk.run(["seal", "bag", "-o", "same.zip", "--force"]).done();
        let length = |name: &str| fs::metadata(desk.path(name)).unwrap().len();
        assert_eq!(length(name), length("same.zip"), "the same kind of bundle");
    }
    let before = desk.state();
    let told = desk.run(["seal", "bag", "-o", "-", "--json"]);
    assert_eq!((told.exit, &told.json()["code"]), (2, &"usage".into()), "{told:#?}");
    assert_eq!(before, desk.state());
}

#[test]
fn json_is_one_object_and_quiet_is_the_name_alone() {
    let desk = Desk::with_bag();
    let told = desk.run(["seal", "bag", "-o", "b.zip", "--title", "T", "--json"]).done();
    assert_eq!((told.out.lines().count(), told.err.as_str()), (1, ""));
    let json = told.json();
    let verdict = desk.verify("b.zip", 0);
    assert_eq!((&json["schema"], &json["exit"], &json["bundle"]), (&"sealbag-seal/1".into(), &0.into(), &"b.zip".into()));
    for (member, same) in [
        ("id", &verdict["id"]),
        ("digest", &verdict["digest"]),
        ("sealed_at", &verdict["time"]["sealed_at"]),
        ("signer", &verdict["signer"]["key"]),
        ("fingerprint", &verdict["signer"]["fingerprint"]),
        ("bytes", &verdict["contents"]["bytes"]),
        ("files", &verdict["contents"]["files"]),
    ] {
        assert_eq!(&json[member], same, "{member}");
    }
    assert_eq!((&json["facts"], &json["renamed"]), (&1.into(), &serde_json::json!([])));
    assert_eq!(json["length"], fs::metadata(desk.path("b.zip")).unwrap().len());
    let quiet = desk.run(["seal", "bag", "-o", "q.zip", "--quiet"]).done();
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("q.zip\n", ""));
}

#[test]
fn a_file_is_replaced_only_on_request_and_all_at_once() {
    let desk = Desk::with_bag();
    desk.write("b.zip", "something else");
    let told = desk.refused(["seal", "bag", "-o", "b.zip"], 2, "output.exists");
    assert_eq!(told["thing"], "b.zip");
    // whoever holds the old file open goes on reading the old one
    let old = fs::File::open(desk.path("b.zip")).unwrap();
    desk.run(["seal", "bag", "-o", "b.zip", "--force"]).done();
    assert_eq!(std::io::read_to_string(old).unwrap(), "something else");
    assert_eq!(desk.verify("b.zip", 0)["contents"]["state"], "intact");
    // a seal that is refused leaves the old one
    std::os::unix::fs::symlink("report.txt", desk.path("bag/link")).unwrap();
    desk.refused(["seal", "bag", "-o", "b.zip", "--force"], 1, "input.link");
    assert_eq!(desk.verify("b.zip", 0)["contents"]["state"], "intact");
}

#[test]
fn threat_56_what_is_still_readable_here_is_told() {
    let desk = Desk::with_bag();
    let told = desk.run(["seal", "bag", "-o", "b.zip"]).done();
    let after: Vec<&str> = told.out.lines().skip_while(|line| *line != "still readable on this computer").collect();
    for what in [
        "the 3 files that were sealed",
        "signed and not encrypted",
        "your contacts, and your signing key, which has no passphrase",
    ] {
        assert!(after.iter().any(|line| line.starts_with("  - ") && line.contains(what)), "{what}: {told:#?}");
    }
    // and that is all: the originals, the bundle, keys and contacts
    let here = desk.state();
    let expected = |path: &Path| ["bag", "b.zip", "home", "tmp"].iter().any(|kept| path.starts_with(kept));
    assert!(here.keys().all(|path| expected(path)), "{here:#?}");
    assert!(!here.keys().any(|path| path.parent() == Some(Path::new("tmp"))), "{here:#?}");
}

#[test]
fn one_file_is_told_as_one() {
    let desk = Desk::with_bag();
    let told = desk.run(["seal", "bag/report.txt", "-o", "b.zip"]).done();
    assert!(told.out.contains("  - the 1 file that ") && !told.out.contains("1 file that were"), "{told:#?}");
}

#[test]
fn the_time_of_a_file_is_sealed_only_on_request_and_as_its_file_system_has_it() {
    let desk = Desk::signing();
    let rows = [
        ("a", 0, "1970-01-01T00:00:00Z"),
        ("b", 1_999, "1970-01-01T00:00:01Z"),
        ("c", 4_102_444_800_000, "2100-01-01T00:00:00Z"),
        ("d", -86_400_000, "1969-12-31T00:00:00Z"),
        ("e", -500, "1969-12-31T23:59:59Z"),
    ];
    for (name, millis, _) in rows {
        let path = desk.write(format!("bag/{name}"), "words");
        let span = Duration::from_millis(i64::unsigned_abs(millis));
        let at = if millis < 0 { UNIX_EPOCH - span } else { UNIX_EPOCH + span };
        fs::File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
    }
    desk.run(["seal", "bag", "-o", "none.zip"]).done();
    assert!(!kit::withholding::holds(&fs::read(desk.path("none.zip")).unwrap(), b"1970-01-01"));
    desk.run(["seal", "bag", "--keep-times", "-o", "b.zip"]).done();
    let claims = desk.claims("b.zip");
    let told: Vec<(&str, &str, &str)> = claims["claimed_facts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fact| [&fact["about"], &fact["name"], &fact["value"]].map(|text| text.as_str().unwrap()).into())
        .collect();
    let about = rows.map(|(name, ..)| format!("file:{name}"));
    let expected: Vec<(&str, &str, &str)> =
        rows.iter().zip(&about).map(|((.., time), about)| (about.as_str(), "modified", *time)).collect();
    assert_eq!(told, expected);
    // each can be withheld by itself, and the file stays
    desk.run(["redact", "b.zip", "--withhold", "a#modified", "--reason", "r", "-o", "r.zip", "--anyway"]).done();
    assert_eq!(desk.claims("r.zip")["claimed_files"].as_array().unwrap().len(), rows.len());
    assert_eq!(desk.claims("r.zip")["claimed_facts"].as_array().unwrap().len(), rows.len() - 1);
}
