//! What the program says, word for word: every `tests/transcripts/*.trycmd` is a page of commands and their output, played from top to
//! bottom in a copy of the folder `.in` beside it, by somebody who starts without keys and contacts.
//!
//! `TRYCMD=overwrite cargo test --test cli transcripts` writes the pages again; ids, digests, fingerprints and times stay `[..]`.

use std::path::Path;

use trycmd::TestCases;

fn play(page: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts").join(page);
    assert!(page.is_file(), "{}", page.display());
    let home = tempfile::tempdir().unwrap();
    let folder = Path::new(support::program()).parent().unwrap();
    let cases = TestCases::new();
    cases
        .case(&page)
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
        .env("HOME", home.path().to_string_lossy())
        .env("XDG_DATA_HOME", home.path().join("data").to_string_lossy())
        .env("CLICOLOR_FORCE", "")
        .env("LC_ALL", "C.UTF-8")
        // for redirections, and to change a byte
        .register_bin("sh", Path::new("/bin/sh"))
        .insert_var("[HOME]", home.path().to_string_lossy().into_owned())
        .unwrap();
    cases.run();
}

#[test]
fn the_help_of_every_command() {
    play("help.trycmd");
}

#[test]
fn the_story_of_whoever_seals() {
    play("sealing.trycmd");
}

#[test]
fn the_story_of_whoever_receives() {
    play("receiving.trycmd");
}

#[test]
fn the_story_of_what_is_withheld() {
    play("withholding.trycmd");
}

#[test]
fn the_story_of_who_held_it() {
    play("keeping.trycmd");
}

#[test]
fn what_goes_wrong_on_the_way() {
    play("trouble.trycmd");
}

#[test]
fn every_page_is_played() {
    let source = include_str!("transcripts.rs");
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.ends_with(".trycmd") || source.contains(&format!("\"{name}\"")), "{name} is not played");
    }
}
