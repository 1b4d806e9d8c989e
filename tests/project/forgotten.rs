//! No test is forgotten: a file that no `mod` names is never compiled, and a test that is ignored is run only where somebody asks for
//! it. Nothing else would say so.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The files that are compiled into one crate whose first file is `file`, by the `mod` lines in them.
fn reached(file: &Path, found: &mut BTreeSet<PathBuf>) {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let folder = match file.file_stem().unwrap().to_str().unwrap() {
        "main" | "lib" | "mod" => file.parent().unwrap().to_owned(),
        stem => file.with_file_name(stem),
    };
    found.insert(file.to_owned());
    for line in text.lines().filter(|line| line.ends_with(';')) {
        let Some(name) = line.trim_start_matches("pub ").strip_prefix("mod ") else { continue };
        let name = name.trim_end_matches(';');
        let candidates = [folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")];
        let there = candidates.into_iter().find(|path| path.is_file());
        reached(&there.unwrap_or_else(|| panic!("{}: no file for mod {name}", file.display())), found);
    }
}

#[test]
fn every_file_of_tests_is_compiled_into_one_of_them() {
    let tests = support::root().join("tests");
    let there: BTreeSet<PathBuf> = support::rust_files("tests").into_iter().collect();
    let mut compiled = BTreeSet::new();
    let mut binaries = 0;
    for entry in fs::read_dir(&tests).unwrap() {
        let main = entry.unwrap().path().join("main.rs");
        if main.is_file() {
            binaries += 1;
            reached(&main, &mut compiled);
        }
    }
    assert!(binaries >= 6, "the tests were not found");
    reached(&tests.join("support/src/lib.rs"), &mut compiled);
    let forgotten: Vec<_> = there.difference(&compiled).collect();
    assert!(forgotten.is_empty(), "{forgotten:#?}");
}

#[test]
fn every_ignored_test_says_why_and_is_run_by_the_run_of_all_tests() {
    let run = fs::read_to_string(support::root().join("tests/run")).unwrap();
    let line = run.lines().find(|line| line.starts_with("cargo test")).unwrap();
    assert!(line.ends_with(" -- --include-ignored"), "{line}");
    let (attribute, end) = (concat!("#[ig", "nore"), "; tests/run includes it\"]");
    let mut seen = 0;
    for path in ["src", "tests", "examples"].into_iter().flat_map(support::rust_files) {
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines().map(str::trim_start).filter(|line| line.starts_with(attribute)) {
            assert!(line.ends_with(end), "{}: {line}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen} were found");
}
