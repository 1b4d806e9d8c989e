//! What every view must say of one bundle, and that they all say it.

use std::collections::BTreeSet;
use std::path::Path;

use super::run::{Home, Output};

/// What must come out, worked out from the set of codes as DESIGN's table classes them.
#[derive(Debug, Clone)]
pub struct Expected {
    pub exit: i32,
    pub word: &'static str,
    pub verdict: &'static str,
    pub state: &'static str,
    /// Every code but notes.
    pub codes: BTreeSet<String>,
}

/// How bad a code is, as this outsider reads the format: exit, and the state of the contents where it is a failure. Earlier
/// states win over later ones.
fn class(code: &str) -> (i32, &'static str) {
    match code {
        "container.layout"
        | "container.second_reader"
        | "folder.link"
        | "seal.manifest"
        | "seal.key"
        | "seal.items"
        | "item.conflict"
        | "release.malformed"
        | "readers.malformed"
        | "release.conflict"
        | "envelope.header" => (1, "malformed"),
        "seal.missing" => (1, "not-signed"),
        "seal.armor" | "seal.signature" | "release.signature" | "readers.signature" => (1, "signature-wrong"),
        "payload.altered" | "payload.unlisted" | "bag.unlisted" | "bag.derived" | "item.unsealed" => (1, "altered"),
        "payload.missing" | "bag.missing" | "item.missing" => (1, "incomplete"),
        "seal.newer" | "envelope.encrypted" | "io.missing" => (5, "unread"),
        "release.other" => (4, "withheld"),
        "signer.unknown" | "signer.revoked" | "signer.other" | "release.author" => (3, "intact"),
        _ => panic!("which class has {code}?"),
    }
}

const STATES: [&str; 5] = ["malformed", "not-signed", "signature-wrong", "altered", "incomplete"];

impl Expected {
    /// Exactly these codes, separated by spaces; none for a bundle that verifies.
    pub fn codes(codes: &str) -> Self {
        let codes: BTreeSet<String> = codes.split_whitespace().map(String::from).collect();
        let classes: Vec<(i32, &str)> = codes.iter().map(|code| class(code)).collect();
        let exit = [1, 5, 3, 4].into_iter().find(|exit| classes.iter().any(|class| class.0 == *exit)).unwrap_or(0);
        let state = STATES.into_iter().find(|state| classes.iter().any(|class| class.1 == *state));
        let (word, verdict) = match exit {
            0 => ("VERIFIED", "verified"),
            1 => ("FAILED", "failed"),
            3 => ("UNKNOWN SIGNER", "unknown-signer"),
            4 => ("NOT ENOUGH", "not-enough"),
            _ => ("CANNOT CHECK", "cannot-check"),
        };
        let state = state.unwrap_or(if exit == 5 { "unread" } else { "intact" });
        Expected { exit, word, verdict, state, codes }
    }

    pub fn intact() -> Self {
        Expected::codes("")
    }

    /// Where the state does not follow from the codes: a redacted bundle whose seal holds.
    pub fn state(mut self, state: &'static str) -> Self {
        self.state = state;
        self
    }
}

/// Every code of a JSON verdict, without those of the notes.
pub fn codes_of(json: &serde_json::Value) -> BTreeSet<String> {
    json["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap().into()).collect()
}

/// The codes of the notes.
pub fn notes_of(json: &serde_json::Value) -> BTreeSet<String> {
    json["notes"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap().into()).collect()
}

/// Goes through every view of the bundle or folder at `path`; returns the JSON verdict for further checks.
pub fn check(home: &Home, path: &Path, expected: &Expected) -> serde_json::Value {
    let json = check_json(home, path, expected);
    check_human(home, path, expected);
    check_show(home, path, expected);
    check_open(home, path, expected);
    super::library::check(path, &home.believed(), expected);
    if path.is_file() {
        check_stream(home, path, expected);
    }
    json
}

pub fn check_json(home: &Home, path: &Path, expected: &Expected) -> serde_json::Value {
    let output = home.run(["verify".as_ref(), path.as_os_str(), "--json".as_ref()]);
    let json = output.json();
    assert_eq!(codes_of(&json), expected.codes, "{output:#?}");
    assert_eq!(output.exit, expected.exit, "{output:#?}");
    assert_eq!(json["schema"], "sealbag-verify/1");
    assert_eq!(json["verdict"], expected.verdict, "{output:#?}");
    assert_eq!(json["exit"], expected.exit, "{output:#?}");
    assert_eq!(json["contents"]["state"], expected.state, "{output:#?}");
    for finding in json["findings"].as_array().unwrap() {
        for member in ["code", "class", "where", "detail"] {
            assert!(finding[member].is_string(), "{member} in {finding}");
        }
    }
    json
}

fn check_human(home: &Home, path: &Path, expected: &Expected) {
    let output = home.run(["verify".as_ref(), path.as_os_str()]);
    assert_eq!(output.exit, expected.exit, "{output:#?}");
    assert!(output.first_line().starts_with(expected.word), "{output:#?}");
    let claims = |line: &str| line.starts_with("VERIFIED");
    assert_eq!(output.out.lines().filter(|line| claims(line)).count(), usize::from(expected.exit == 0), "{output:#?}");
}

/// A pipe must give what the file gives, except that there is no second reader to ask, and a false size is noticed later.
fn check_stream(home: &Home, path: &Path, expected: &Expected) {
    let output = home.run_with_input(["verify", "-", "--json"], Some(path), true);
    let mut codes = expected.codes.clone();
    codes.remove("container.second_reader");
    assert!(codes.is_subset(&codes_of(&output.json())), "{output:#?}");
    assert_eq!(output.exit, expected.exit, "{output:#?}");
    assert_eq!(output.json()["contents"]["state"], expected.state, "{output:#?}");
}

/// `show` tells what is claimed and never a verdict.
fn check_show(home: &Home, path: &Path, expected: &Expected) {
    for json in [false, true] {
        let mut args = vec!["show".as_ref(), path.as_os_str()];
        if json {
            args.push("--json".as_ref());
        }
        let output = home.run(args);
        no_panic(&output);
        assert!(!output.out.lines().any(|line| line.starts_with("VERIFIED")), "{output:#?}");
        if expected.exit == 0 || expected.exit == 3 {
            assert_eq!(output.exit, 0, "{output:#?}");
        }
        if json && output.exit == 0 {
            assert!(output.json().get("verdict").is_none(), "show shares a verdict key with verify: {output:#?}");
        }
    }
}

/// `open` gives out what was verified, and otherwise leaves nothing behind.
fn check_open(home: &Home, path: &Path, expected: &Expected) {
    let target = home.path("opened");
    let before = names_in(home);
    let output = home.run(["open".as_ref(), path.as_os_str(), "-d".as_ref(), target.as_os_str()]);
    no_panic(&output);
    assert_eq!(output.exit, expected.exit, "{output:#?}");
    if expected.exit == 0 {
        assert!(target.exists(), "{output:#?}");
        std::fs::remove_dir_all(&target).unwrap();
    }
    assert_eq!(names_in(home), before, "something is left behind: {output:#?}");
}

fn names_in(home: &Home) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> = std::fs::read_dir(home.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

fn no_panic(output: &Output) {
    assert!(matches!(output.exit, 0..=5), "{output:#?}");
    assert!(!output.err.contains("panicked"), "{output:#?}");
}
