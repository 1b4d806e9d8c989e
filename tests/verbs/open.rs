//! Opening: what was verified is extracted, byte for byte, into a new folder; of anything else, nothing is extracted.

use support::kit;
use support::runs;

mod handles;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use kit::samples;
use runs::state::{self, files};
use runs::{Desk, Output};

/// The seal, the BagIt files and the rules, beside the payload.
const PARTS: [&str; 8] = [
    "VERIFY.txt",
    "bag-info.txt",
    "bagit.txt",
    "manifest-sha256.txt",
    "seal/items.jsonl",
    "seal/manifest.json",
    "seal/manifest.sig",
    "tagmanifest-sha256.txt",
];

/// The folder holds the bag of the desk and a seal, and verifies.
#[track_caller]
fn is_the_bag(desk: &Desk, folder: impl AsRef<Path>, exit: i32) {
    let path = desk.path(&folder);
    assert_eq!(files(&path.join("data")), files(&desk.path("bag")));
    let names: Vec<String> = files(&path).into_keys().map(|name| name.to_string_lossy().into_owned()).collect();
    let parts: Vec<&String> = names.iter().filter(|name| !name.starts_with("data/")).collect();
    assert_eq!(parts, PARTS);
    let verdict = desk.verify(folder, exit);
    assert_eq!((&verdict["contents"]["state"], &verdict["notes"]), (&"intact".into(), &serde_json::json!([])));
}

/// A run of `open` that gives out nothing: this exit as text and as JSON, nothing left, nothing changed. Returns the codes that
/// were found.
#[track_caller]
fn gives_nothing(desk: &Desk, args: &[&str], exit: i32) -> Vec<String> {
    let before = desk.state();
    let told = desk.run([&["open"], args].concat());
    assert_eq!(told.exit, exit, "{told:#?}");
    assert!(told.err.contains("nothing was extracted") && told.err.contains("\nhint: "), "{told:#?}");
    assert!(!told.out.contains("extracted into"), "{told:#?}");
    assert_eq!(before, desk.state(), "{told:#?}");
    let told = desk.run([&["open", "--json"], args].concat());
    let json = told.json();
    assert_eq!(
        (&json["schema"], &json["exit"], &json["folder"]),
        (&"sealbag-open/1".into(), &exit.into(), &().into()),
        "{told:#?}"
    );
    assert_eq!((told.exit, &json["verification"]["exit"]), (exit, &exit.into()), "{told:#?}");
    assert_eq!(before, desk.state(), "{told:#?}");
    let findings = json["verification"]["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap().into()).collect()
}

#[test]
fn a_bundle_is_extracted_byte_for_byte_into_a_new_folder() {
    let desk = Desk::with_bundle();
    let before = desk.state();
    let told = desk.run(["open", "b.zip", "-d", "opened"]).done();
    assert!(told.out.starts_with("VERIFIED  b.zip\n") && told.out.contains("\nextracted into opened\n"), "{told:#?}");
    assert_eq!(told.err, "");
    let after = desk.state();
    assert!(state::new(&before, &after).iter().all(|path| path.starts_with("opened")), "{after:#?}");
    assert!(before.iter().all(|(path, was)| after.get(path) == Some(was)), "something that existed changed");
    is_the_bag(&desk, "opened", 0);
}

#[test]
fn what_comes_out_is_for_its_owner_alone_names_included() {
    let desk = Desk::with_bundle();
    let line = format!("umask 000; exec {} open b.zip -d opened --quiet >tmp/told", support::program());
    assert!(desk.command_of("sh", ["-c", &line]).status().unwrap().success());
    for path in files(&desk.path("opened")).keys() {
        let mode = fs::metadata(desk.path("opened").join(path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600, "{}", path.display());
    }
    assert_eq!(fs::metadata(desk.path("opened")).unwrap().permissions().mode() & 0o7777, 0o700);
}

#[test]
fn a_folder_is_named_after_the_bundle_unless_it_is_named() {
    let desk = Desk::with_bundle();
    let id = desk.verify("b.zip", 0)["id"].as_str().unwrap().to_owned();
    let told = desk.run(["open", "b.zip", "--json"]).done().json();
    let name = format!("sealbag-{}", &id[..12]);
    assert_eq!((&told["folder"], &told["exit"]), (&name.clone().into(), &0.into()));
    assert_eq!(told["verification"]["verdict"], "verified");
    is_the_bag(&desk, &name, 0);
    fs::create_dir(desk.path("deep")).unwrap();
    for (named, made) in [("deep/one", "deep/one"), ("./two", "two"), ("three/", "three")] {
        desk.run(["open", "b.zip", "-d", named]).done();
        is_the_bag(&desk, made, 0);
    }
    let quiet = desk.run(["open", "b.zip", "-d", "quiet", "--quiet"]).done();
    assert_eq!(quiet.err, "");
    assert!(quiet.out.lines().count() <= 3, "{quiet:#?}");
}

#[test]
fn threat_51_nothing_is_extracted_over_what_is_there() {
    let desk = Desk::with_bundle();
    fs::create_dir(desk.path("empty")).unwrap();
    desk.write("full/data/report.txt", "mine");
    desk.write("file", "mine");
    symlink("nowhere", desk.path("dangling")).unwrap();
    symlink("empty", desk.path("link")).unwrap();
    for target in ["empty", "full", "file", "dangling", "link", ".", "..", "link/"] {
        let told = desk.refused(["open", "b.zip", "-d", target], 2, "output.exists");
        assert_eq!(told["thing"], target);
        desk.refused(["open", "b.zip", "-d", target, "--force"], 2, "output.exists");
    }
    // the default name, a second time
    desk.run(["open", "b.zip"]).done();
    desk.refused(["open", "b.zip"], 2, "output.exists");
}

#[test]
fn the_folder_above_must_be_there() {
    let desk = Desk::with_bundle();
    desk.write("file", "mine");
    for (target, code) in [("none/opened", "io.missing"), ("file/opened", "io.kind"), ("/proc/sealbag/opened", "io.missing")] {
        desk.refused(["open", "b.zip", "-d", target], 5, code);
    }
}

#[test]
fn what_is_not_verified_gives_nothing() {
    let desk = Desk::with_bundle();
    let good = fs::read(desk.path("b.zip")).unwrap();
    let at = good.windows(9).position(|part| part == b"The bridg").unwrap();
    let mut altered = good.clone();
    altered[at] ^= 1;
    desk.write("altered.zip", &altered);
    desk.write("cut.zip", &good[..good.len() - 1]);
    desk.write("empty.zip", "");
    desk.write("age.zip.age", runs::CLOSED);
    desk.write("cut.zip.age", "age-encryption.org/v1\n-> X25519 ");
    let mut newer = samples::plain().parts();
    newer.edit("seal/manifest.json", |text| text.replace("sealbag-manifest/1", "sealbag-manifest/2"));
    newer.sign();
    desk.write("newer.zip", newer.zip());
    desk.write("stranger.zip", samples::plain().parts().zip());
    desk.run(["open", "b.zip", "-d", "good"]).done();
    for (bundle, exit, code) in [
        ("altered.zip", 1, "payload.altered"),
        ("cut.zip", 1, "container.layout"),
        ("empty.zip", 1, "container.layout"),
        ("bag", 1, "seal.missing"),
        ("age.zip.age", 5, "envelope.no_key"),
        ("cut.zip.age", 1, "envelope.header"),
        ("newer.zip", 5, "seal.newer"),
        ("none.zip", 5, "io.missing"),
        ("stranger.zip", 3, "signer.unknown"),
    ] {
        let codes = gives_nothing(&desk, &[bundle, "-d", "opened"], exit);
        assert!(codes.contains(&code.to_owned()), "{bundle}: {codes:?}");
        if exit != 3 {
            gives_nothing(&desk, &[bundle, "-d", "opened", "--unknown-signer"], exit);
        }
    }
    for (required, code) in [("time", "require.time"), ("addressed", "require.addressed"), ("custody", "require.custody")] {
        for more in [&[][..], &["--unknown-signer"]] {
            let args = [&["b.zip", "-d", "opened", "--require", required], more].concat();
            assert_eq!(gives_nothing(&desk, &args, 4), [code]);
        }
    }
    desk.run(["open", "b.zip", "-d", "complete", "--require", "complete", "--from", "Amina O."]).done();
    desk.new_key("Somebody else");
    assert_eq!(gives_nothing(&desk, &["b.zip", "-d", "opened", "--from", "Somebody else"], 3), ["signer.other"]);
    desk.refused(["open", "b.zip", "-d", "opened", "--from", "Nobody"], 2, "contact.unknown");
    let before = desk.state();
    assert_eq!(desk.run(["open", "b.zip", "-d", "opened", "--require", "nonsense"]).exit, 2);
    assert_eq!(before, desk.state());
}

#[test]
fn threat_57_a_strangers_bundle_is_looked_into_under_a_name_that_says_so() {
    let desk = Desk::with_bundle();
    let other = Desk::new();
    fs::copy(desk.path("b.zip"), other.path("b.zip")).unwrap();
    desk.bag("bag");
    let id = other.verify("b.zip", 3)["id"].as_str().unwrap().to_owned();
    gives_nothing(&other, &["b.zip"], 3);
    for (dir, made) in [
        (None, format!("sealbag-{}-unknown-signer", &id[..12])),
        (Some("mine"), "mine-unknown-signer".into()),
        (Some("deep/mine"), "deep/mine-unknown-signer".into()),
        (Some("slash/"), "slash-unknown-signer".into()),
        (Some("named-unknown-signer"), "named-unknown-signer".into()),
    ] {
        fs::create_dir_all(other.path("deep")).unwrap();
        let mut args = vec!["open", "b.zip", "--unknown-signer"];
        args.extend(dir.iter().flat_map(|dir| ["-d", *dir]));
        let before = other.state();
        let told = other.run(&args);
        assert_eq!(told.exit, 3, "{told:#?}");
        assert!(told.out.starts_with("UNKNOWN SIGNER  b.zip\n"), "{told:#?}");
        assert!(told.out.contains(&format!("\nextracted into {made}\n")), "{told:#?}");
        let after = other.state();
        assert!(state::new(&before, &after).iter().all(|path| path.starts_with(&made)), "{after:#?}");
        assert_eq!(files(&other.path(&made).join("data")), files(&desk.path("bag")));
        // nobody is believed for it
        assert_eq!(other.verify(&made, 3)["signer"]["state"], "unknown");
        assert!(!other.path("home").exists());
        other.refused(&args, 2, "output.exists");
    }
    // the bundle of a believed signer gets no such name
    desk.run(["open", "b.zip", "-d", "opened", "--unknown-signer"]).done();
    is_the_bag(&desk, "opened", 0);
}

#[test]
fn a_revoked_signers_bundle_opens_as_a_strangers() {
    let desk = Desk::with_bundle();
    let other = Desk::new();
    fs::copy(desk.path("b.zip"), other.path("b.zip")).unwrap();
    other.write("amina.card", desk.run(["card"]).done().out);
    other.run(["contact", "add", "amina.card", "--yes"]).done();
    other.run(["open", "b.zip", "-d", "before"]).done();
    other.run(["contact", "revoke", "Amina O."]).done();
    assert_eq!(gives_nothing(&other, &["b.zip", "-d", "opened"], 3), ["signer.revoked"]);
    assert_eq!(other.run(["open", "b.zip", "-d", "opened", "--unknown-signer"]).exit, 3);
    assert!(other.path("opened-unknown-signer").exists() && !other.path("opened").exists());
}

#[test]
fn a_redacted_bundle_is_extracted_with_its_release() {
    let home = kit::Home::trusting(&samples::amina());
    home.write("r.zip", samples::redacted().zip());
    let told = home.run(["open", "r.zip", "-d", "opened"]);
    assert!(told.exit == 0 && told.first_line().starts_with("VERIFIED, 2 OF "), "{told:#?}");
    let names: Vec<PathBuf> = files(&home.path("opened")).into_keys().collect();
    assert!(names.contains(&"seal/release-1.json".into()) && names.contains(&"seal/release-1.sig".into()), "{names:?}");
    assert!(!names.contains(&"data/photos/a.jpg".into()), "{names:?}");
    assert_eq!(home.run(["verify", "opened"]).exit, 0);
}

#[test]
fn a_bundle_comes_through_a_pipe_and_from_a_file_on_standard_input() {
    let desk = Desk::with_bundle();
    let good = fs::read(desk.path("b.zip")).unwrap();
    desk.fed(["open", "-", "-d", "piped"], &good).done();
    is_the_bag(&desk, "piped", 0);
    desk.fed_file(["open", "-", "-d", "redirected"], "b.zip").done();
    is_the_bag(&desk, "redirected", 0);
    let line = format!("cat b.zip | {} open - -d shell --quiet >tmp/told", support::program());
    assert!(desk.command_of("sh", ["-c", &line]).status().unwrap().success());
    is_the_bag(&desk, "shell", 0);
    // the pipe of a shell's <(…)
    let line = format!("exec {} open /dev/fd/3 -d numbered 3<&0", support::program());
    runs::desk::feed(&mut desk.command_of("sh", ["-c", &line]), &good).done();
    is_the_bag(&desk, "numbered", 0);
}

#[test]
fn what_comes_through_a_pipe_and_is_no_bundle_gives_nothing() {
    let desk = Desk::with_bundle();
    let good = fs::read(desk.path("b.zip")).unwrap();
    let mut altered = good.clone();
    altered[60] ^= 1;
    for (bytes, exit) in [
        (&good[..], 0),
        (&altered, 1),
        (&good[..good.len() - 1], 1),
        (&[&good[..], b"x"].concat(), 1),
        (b"", 1),
        (b"words\n", 1),
        (b"age-encryption.org/v1\n", 1),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", 1),
        (runs::CLOSED.as_bytes(), 5),
    ] {
        let before = desk.state();
        let told = desk.fed(["open", "-", "-d", "opened"], bytes);
        assert_eq!(told.exit, exit, "{told:#?}");
        if exit == 0 {
            fs::remove_dir_all(desk.path("opened")).unwrap();
        }
        assert_eq!(before, desk.state(), "{told:#?}");
    }
}

#[test]
fn an_unpacked_bundle_opens_like_a_packed_one() {
    let desk = Desk::with_bundle();
    desk.run(["open", "b.zip", "-d", "first"]).done();
    fs::create_dir(desk.path("first/empty")).unwrap();
    desk.write("first/.DS_Store", b"\0\0\0\x01Bud1");
    desk.write("first/data/photos/._a.jpg", b"\0\x05\x16\x07\0\x02\0\0");
    desk.run(["open", "first", "-d", "second"]).done();
    is_the_bag(&desk, "second", 0);
    desk.write("first/data/report.txt", "The bridge is open.\n");
    let codes = gives_nothing(&desk, &["first", "-d", "third"], 1);
    assert_eq!(codes, ["payload.altered"]);
}

#[test]
fn of_several_that_open_into_one_folder_one_wins() {
    let desk = Desk::with_bundle();
    for round in 0..5 {
        let target = format!("opened-{round}");
        let start =
            || desk.command(["open", "b.zip", "-d", &target]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let children: Vec<_> = (0..4).map(|_| start()).collect();
        let mut exits: Vec<i32> =
            children.into_iter().map(|child| Output::from(child.wait_with_output().unwrap()).exit).collect();
        exits.sort();
        assert_eq!(exits, [0, 2, 2, 2]);
        is_the_bag(&desk, &target, 0);
    }
    assert!(!desk.state().keys().any(|path| path.to_string_lossy().ends_with(".part")), "{:#?}", desk.state());
}

#[test]
fn folders_are_counted_before_one_is_made() {
    let desk = Desk::new();
    let below = "a/".repeat(63);
    let bundle = |files: usize| {
        let file = |number: usize| kit::File::new(&format!("{number}/{below}x"), "", "text/plain", "other");
        (0..files).map(file).fold(samples::plain(), kit::Bundle::with_file).parts().zip()
    };
    let card = desk.write("amina.card", samples::amina().card("Amina", &[]));
    desk.run(["contact", "add", card.to_str().unwrap(), "--yes"]).done();
    // 64 folders each, and one of photos
    desk.write("many.zip", bundle(200));
    let told = desk.run(["open", "many.zip", "-d", "opened", "--json"]);
    assert_eq!((told.exit, &told.json()["code"]), (5, &"open.folders".into()), "{told:#?}");
    assert!(!desk.path("opened").exists());
    desk.write("few.zip", bundle(20));
    desk.run(["open", "few.zip", "-d", "opened"]).done();
    assert!(desk.path("opened/data").join(format!("19/{below}x")).exists());
}
