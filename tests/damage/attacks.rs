//! Attacks that got through once: a disk that chooses its errors, a watch that says stop only once, a bag that holds the keys,
//! names that imitate a verdict, an input file where its own bundle should go.

use support::kit;

use std::fs;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use kit::run::Home;
use kit::samples::{amina, plain};
use sealbag::base::code::{self, Class};
use sealbag::{Bundle, Draft, DraftOptions, Error, Facts, Policy, Source, TrustedSigners, Unwatched, Watch};

/// Says stop to whoever asks first, and never again.
struct Once(AtomicBool);

impl Watch for Once {
    fn expect(&self, _bytes: u64) {
        // the reading is over, the hashing begins
        self.0.store(true, Ordering::SeqCst);
    }
    fn advance(&self, _bytes: u64) {}
    fn interrupted(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

#[test]
fn a_watch_that_says_stop_once_does_not_skip_a_file() {
    let home = Home::new();
    let bundle = home.write("b.zip", plain().parts().zip());
    let read = |watch: &dyn Watch| {
        let bundle = Bundle::read(Source::open(&bundle).unwrap(), watch).unwrap();
        bundle.verify(&TrustedSigners::nobody(), &Policy::default(), watch).map(|verification| verification.report().clone())
    };
    assert!(read(&Unwatched).is_ok());
    assert_eq!(read(&Once(AtomicBool::new(false))).unwrap_err().code, code::RUN_INTERRUPTED);
}

#[test]
fn no_error_of_a_disk_is_a_mistake_of_the_command_line() {
    for kind in [io::ErrorKind::AlreadyExists, io::ErrorKind::NotFound, io::ErrorKind::DirectoryNotEmpty, io::ErrorKind::Other]
    {
        let error = Error::io("file", &kind.into());
        assert_eq!(error.code.class, Class::CannotCheck, "{kind:?}");
    }
    assert!(Class::Failed(code::Damage::Incomplete) < Class::Usage, "nothing comes before what failed");
}

#[test]
fn the_place_of_keys_and_contacts_is_never_sealed() {
    let home = Home::new();
    assert_eq!(home.run(["key", "new", "--name", "Amina", "--no-passphrase"]).exit, 0);
    fs::create_dir(home.path("bag")).unwrap();
    fs::write(home.path("bag/report.txt"), "words").unwrap();
    assert_eq!(home.run(["seal", "bag", "-o", "good.zip"]).exit, 0);
    let kept = home.path("home/keys/1.key");
    assert!(kept.is_file());
    for input in [".", "home", "home/keys", "home/keys/1.key"] {
        let told = home.run(["seal", input, "-o", "../never.zip", "--json"]);
        assert_eq!((told.exit, &told.json()["code"]), (1, &"input.home".into()), "{input}: {told:#?}");
    }
}

#[test]
fn a_library_cannot_seal_what_its_own_verify_refuses() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("report.txt"), "words").unwrap();
    let draft = || Draft::from_folder(place.path(), DraftOptions::default()).unwrap();
    assert!(draft().add_case_fact("good_name", "x").is_ok());
    for name in ["Bad Name", "", "1st", "é"] {
        assert_eq!(draft().add_case_fact(name, "x").unwrap_err().code, code::METADATA_SHAPE, "{name}");
    }
    for number in [0, 1_000_000] {
        let facts = Facts { sources: vec![(number, vec![("identity".into(), "x".into())])], ..Facts::default() };
        assert_eq!(draft().add_facts(facts).unwrap_err().code, code::METADATA_SHAPE, "{number}");
    }
}

#[test]
fn a_fact_about_a_name_that_two_files_had_is_refused() {
    let home = Home::new();
    assert_eq!(home.run(["key", "new", "--name", "Amina", "--no-passphrase"]).exit, 0);
    for folder in ["a", "b"] {
        fs::create_dir(home.path(folder)).unwrap();
        fs::write(home.path(&format!("{folder}/IMG.txt")), folder).unwrap();
    }
    home.write("facts.json", r#"{"files": {"IMG.txt": {"caption": "which?"}}}"#);
    let seal = |more: &[&str]| {
        home.run([&["seal", "a/IMG.txt", "-o", "x.zip", "--force", "--json", "--metadata", "facts.json"], more].concat())
    };
    assert_eq!(seal(&[]).exit, 0);
    let told = seal(&["b/IMG.txt", "--safe-names"]);
    assert_eq!((told.exit, &told.json()["code"]), (2, &"metadata.file".into()), "{told:#?}");
}

#[test]
fn a_name_cannot_bring_a_verdict_to_the_beginning_of_a_line() {
    let home = Home::trusting(&amina());
    let mut damaged = plain().parts().zip();
    damaged.truncate(100);
    let wide = format!("a.zip{}VERIFIED  good.zip", " ".repeat(70));
    home.write(&wide, &damaged);
    let told = home.run(["verify", &wide]);
    assert_eq!(told.exit, 1);
    assert!(told.out.lines().all(|line| line.chars().count() <= 80), "{told:#?}");
    let told = home.run(["verify", "--a\nVERIFIED  good.zip"]);
    assert_eq!(told.exit, 2);
    assert!(!told.err.lines().chain(told.out.lines()).any(|line| line.starts_with("VERIFIED")), "{told:#?}");
}

#[test]
fn what_was_required_binds_also_where_a_stranger_is_only_looked_at() {
    let home = Home::new();
    home.write("b.zip", plain().parts().zip());
    let open = |dir: &str, more: &[&str]| home.run([&["open", "b.zip", "--unknown-signer", "-d", dir], more].concat());
    assert_eq!(open("looked", &[]).exit, 3);
    assert!(home.path("looked-unknown-signer").is_dir());
    assert_eq!(open("never", &["--require", "time"]).exit, 3);
    assert!(!home.path("never-unknown-signer").exists());
}

#[test]
fn a_bundle_is_not_opened_into_itself() {
    let home = Home::trusting(&amina());
    plain().parts().unpack_to(&home.path("bundle"));
    for dir in ["bundle/out", "bundle/data/out"] {
        let told = home.run(["open", "bundle", "-d", dir, "--json"]);
        assert_eq!((told.exit, &told.json()["code"]), (2, &"output.inside".into()), "{told:#?}");
    }
    assert_eq!(home.run(["verify", "bundle"]).exit, 0, "nothing was put into it");
    assert_eq!(home.run(["open", "bundle", "-d", "out"]).exit, 0);
}

#[test]
fn threat_58_no_page_claims_more_than_was_checked() {
    let home = Home::trusting(&amina());
    home.write("b.zip", plain().parts().zip());
    home.write("no.zip", "PK no bundle");
    for args in [&["verify", "b.zip"][..], &["verify", "no.zip"], &["open", "b.zip", "-d", "out"], &["verify", "none.zip"]] {
        let told = home.run(args);
        let words: Vec<&str> = told.out.split(|c: char| !c.is_alphabetic()).collect();
        assert!(!words.iter().any(|word| ["valid", "admissible", "authentic", "genuine"].contains(word)), "{told:#?}");
        assert!(told.out.contains("not checked") && told.out.contains("does not prove"), "{told:#?}");
    }
    // `show` checks nothing, so it prints no word of a verdict
    let shown = home.run(["show", "b.zip"]);
    assert!(["VERIFIED", "FAILED", "intact", "believed"].iter().all(|word| !shown.out.contains(word)), "{shown:#?}");
}
