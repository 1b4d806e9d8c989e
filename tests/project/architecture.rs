//! The house holds its own rules: floors only look down, each kind of work has its floor, no file outgrows its name.

use std::fs;
use std::path::{Path, PathBuf};

/// The floors of the library from the lowest, and the command line above them.
const FLOORS: [&str; 7] = ["base", "format", "crypto", "bundle", "report", "store", "ops"];

struct Source {
    path: PathBuf,
    /// Index into [`FLOORS`], or their number for the command line.
    floor: usize,
    /// Without comments and unit tests.
    code: String,
    lines: usize,
}

fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open = vec![src.clone()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let inside = path.strip_prefix(&src).unwrap().to_owned();
            let folder = inside.iter().next().unwrap().to_str().unwrap();
            if folder == "lib.rs" {
                continue;
            }
            let floor = FLOORS.iter().position(|floor| *floor == folder).unwrap_or(FLOORS.len());
            let working = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            let code = working.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            found.push(Source { path: inside, floor, code, lines: text.lines().count() });
        }
    }
    assert!(found.len() > 30, "the sources were not found");
    found
}

/// Every place where `what` occurs in code below floor `below` or in none of the `allowed` floors.
fn offenders(what: &[&str], allowed: impl Fn(&Source) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !allowed(source)) {
        for word in what.iter().filter(|word| source.code.contains(**word)) {
            found.push(format!("{}: {word}", source.path.display()));
        }
    }
    found
}

#[test]
fn floors_only_look_down() {
    let mut found = Vec::new();
    for source in sources() {
        for (floor, name) in FLOORS.iter().enumerate() {
            let looks_up = floor > source.floor && source.code.contains(&format!("crate::{name}"));
            // the command line is a customer of the library like any other
            let goes_around = source.floor == FLOORS.len() && source.code.contains(&format!("crate::{name}::"));
            if looks_up || goes_around {
                found.push(format!("{} uses {name}", source.path.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn files_are_opened_only_in_the_store() {
    let store = FLOORS.iter().position(|floor| *floor == "store").unwrap();
    let found = offenders(&["std::fs", "cap_std", "tempfile", "File::open", "File::create"], |source| source.floor == store);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn sockets_are_opened_only_in_the_store() {
    let store = FLOORS.iter().position(|floor| *floor == "store").unwrap();
    let found = offenders(&["std::net", "os::unix::net", "TcpStream", "UnixStream"], |source| source.floor == store);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn only_the_command_line_speaks_and_knows_the_clock_the_environment_and_randomness() {
    let words = [
        "println!",
        "eprintln!",
        "print!",
        "std::env",
        "Utc::now",
        "SystemTime::now",
        "Instant::now",
        "getrandom",
        "stdout()",
        "stderr()",
    ];
    // env!("CARGO_PKG_VERSION") is read when the program is built
    let found = offenders(&words, |source| source.floor == FLOORS.len());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn keys_are_used_only_by_the_floor_of_keys() {
    let crypto = FLOORS.iter().position(|floor| *floor == "crypto").unwrap();
    let found = offenders(&["ed25519_dalek", "ssh_key"], |source| source.floor == crypto);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_file_outgrows_its_name() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| source.lines > 600)
        .map(|source| format!("{}: {} lines", source.path.display(), source.lines))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

/// Every file of tests with its text, by its path from the root.
fn tests(folder: &Path, found: &mut Vec<(String, String)>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.strip_prefix(root).unwrap().display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn the_page_of_threats_and_the_tests_name_each_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("src/docs/threats.md")).unwrap();
    let rows: Vec<Vec<&str>> =
        page.lines().filter(|line| line.starts_with("| ")).map(|row| row.split(" | ").collect()).collect();
    let rows: Vec<(&str, &str)> =
        rows.iter().map(|cells| (cells[0].trim_start_matches("| "), cells[cells.len() - 1])).collect();
    let rows: Vec<(&str, &str)> =
        rows.into_iter().filter(|(number, _)| number.starts_with(|first: char| first.is_ascii_digit())).collect();
    assert!(rows.len() > 50, "the rows were not found");
    for (number, named) in &rows {
        let named: Vec<&str> = named.split('`').filter(|name| name.starts_with("tests/")).collect();
        // what cannot be stopped, or comes later, has no test
        assert!(!named.is_empty() || *number == "19", "row {number} names no test");
        for name in named {
            assert!(root.join(name).exists(), "row {number} names {name}");
        }
    }
    let mut found = Vec::new();
    tests(&root.join("tests"), &mut found);
    let mut counted = 0;
    for (path, text) in &found {
        // a part of a file of tests stands for that file
        let whole = path.split('/').take(3).collect::<Vec<_>>().join("/");
        let whole = whole.trim_end_matches(".rs");
        let names = text.split("\nfn threat").skip(1).map(|rest| rest.split('(').next().unwrap());
        for name in names {
            let numbers = name.split('_').filter(|word| word.starts_with(|first: char| first.is_ascii_digit()));
            for number in numbers {
                counted += 1;
                let row = rows.iter().find(|(row, _)| *row == number).unwrap_or_else(|| panic!("{path}: no row {number}"));
                let named = [format!("`{path}`"), format!("`{whole}.rs`")].iter().any(|name| row.1.contains(&**name));
                assert!(named, "row {number} does not name {path}, where threat{name} is");
            }
        }
    }
    assert!(counted > 40, "the tests were not found");
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let mut inside = false;
    let mut before = "";
    let mut silent = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies]");
        } else if inside && line.contains('=') && !before.starts_with('#') {
            silent.push(line);
        }
        before = line;
    }
    // one reason may stand for two lines that follow each other: those are named here
    let shared = ["anstyle", "cap-fs-ext"];
    silent.retain(|line| !shared.iter().any(|name| line.starts_with(name)));
    assert!(silent.is_empty(), "{silent:#?}");
}
