//! The page that checks bundles in a browser is what its sources make: it is committed, so that the program is built without node.

use std::fs;
use std::process::Command;

use support::kit::text::sha256_hex;
use support::root;
use support::runs::{in_ci, skipped};

#[test]
fn the_page_is_what_its_sources_make() {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let kit = target.join("tools/web/package-lock.json");
    let locked = fs::read(root().join("tests/web/package-lock.json")).unwrap();
    // what builds it is installed by tests/web/build, which tests/run calls first
    if fs::read(kit).ok() != Some(locked) {
        assert!(!in_ci(), "what builds the page is not installed");
        return skipped("what builds the page is not installed: tests/web/build");
    }
    let scratch = tempfile::tempdir().unwrap();
    let made = scratch.path().join("page.html");
    let told = Command::new(root().join("tests/web/build")).arg(&made).current_dir(root()).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let same = fs::read(&made).unwrap() == fs::read(root().join("src/web/dist/sealbag-verify.html")).unwrap();
    assert!(same, "the page is older than its sources, the catalogue or the table of codes: tests/web/build");
}

#[test]
fn the_release_notes_name_the_page_by_its_hash() {
    let sha256 = sha256_hex(&fs::read(root().join("src/web/dist/sealbag-verify.html")).unwrap());
    let notes = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    assert!(
        notes.contains(&format!("`sealbag-verify.html`, has the SHA-256\n`{sha256}`.")),
        "tests/web/build writes it: {sha256}"
    );
}
