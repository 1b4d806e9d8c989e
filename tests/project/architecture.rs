//! The project keeps its own rules: floors use only lower floors, each kind of work has its floor, no file grows too long.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::imports::{Source, cycle, graph, sources};

/// The floors of the library from the lowest, and the command line above them.
const FLOORS: [&str; 8] = ["base", "format", "crypto", "bundle", "inspect", "report", "store", "ops"];

/// Index into [`FLOORS`], or their number for the command line and the roots.
fn floor(source: &Source) -> usize {
    let folder = source.module.first().map_or("", String::as_str);
    FLOORS.iter().position(|floor| *floor == folder).unwrap_or(FLOORS.len())
}

fn floor_called(name: &str) -> usize {
    FLOORS.iter().position(|floor| *floor == name).unwrap()
}

/// The library and the command line; `lib.rs` only lists what there is.
fn rooms() -> Vec<Source> {
    sources().into_iter().filter(|source| source.path != Path::new("lib.rs")).collect()
}

/// Every place where a word of `what` occurs in code that is not `allowed` to have it.
fn offenders(what: &[&str], allowed: impl Fn(&Source) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in rooms().iter().filter(|source| !allowed(source)) {
        for word in what.iter().filter(|word| source.code.contains(**word)) {
            found.push(format!("{}: {word}", source.path.display()));
        }
    }
    found
}

#[test]
fn floors_only_look_down() {
    let sources = rooms();
    let floors: BTreeMap<&Path, usize> = sources.iter().map(|source| (&*source.path, floor(source))).collect();
    let mut found = Vec::new();
    for (path, imported) in graph(&sources) {
        let up = imported.into_iter().filter(|other| floors[other] > floors[path]);
        found.extend(up.map(|other| format!("{} uses {}", path.display(), other.display())));
    }
    assert!(found.is_empty(), "{found:#?}");
    // the command line is a customer of the library like any other
    let inside: Vec<String> = FLOORS.iter().map(|name| format!("crate::{name}")).collect();
    let inside: Vec<&str> = inside.iter().map(String::as_str).collect();
    let found = offenders(&inside, |source| floor(source) < FLOORS.len());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let sources = sources();
    let cycle = cycle(&graph(&sources));
    assert!(cycle.is_none(), "{cycle:#?}");
}

#[test]
fn no_command_imports_another() {
    let sources = sources();
    let graph = graph(&sources);
    let command =
        |path: &Path| path.strip_prefix("cli/commands").ok()?.with_extension("").iter().next().map(|name| name.to_owned());
    for (path, imported) in &graph {
        let Some(own) = command(path) else { continue };
        let others: Vec<_> = imported.iter().filter(|other| command(other).is_some_and(|other| other != own)).collect();
        assert!(others.is_empty() || own == "mod", "{} imports {others:?}", path.display());
    }
}

#[test]
fn files_are_opened_only_in_the_store() {
    let words = ["std::fs", "fs::", "cap_std", "cap_fs_ext", "tempfile", "File::open", "File::create", "OpenOptions"];
    let found = offenders(&words, |source| {
        floor(source) == floor_called("store") || source.path.starts_with("cli") || uses_store(source)
    });
    assert!(found.is_empty(), "{found:#?}");
    let found = offenders(&words[2..], |source| floor(source) == floor_called("store"));
    assert!(found.is_empty(), "{found:#?}");
}

/// True if the only `fs::` is the store's own.
fn uses_store(source: &Source) -> bool {
    source.code.matches("fs::").count() == source.code.matches("store::fs::").count()
}

#[test]
fn paths_are_looked_up_only_in_the_store() {
    let words = [
        ".exists()",
        ".try_exists()",
        ".is_file()",
        ".is_dir()",
        ".is_symlink()",
        ".metadata()",
        ".symlink_metadata()",
        ".canonicalize()",
        ".read_dir()",
        ".read_link()",
    ];
    // an entry of a ZIP is asked the same, without touching the disk
    let zip = |source: &Source| source.path == Path::new("bundle/second_reader.rs");
    let found = offenders(&words, |source| floor(source) == floor_called("store") || zip(source));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn sockets_are_opened_and_systems_told_apart_only_in_the_store() {
    let words = ["std::net", "os::unix", "os::fd", "os::windows", "TcpStream", "UnixStream", "cfg(unix)", "cfg(windows)"];
    let found = offenders(&words, |source| source.path.starts_with("store/os") || source.path.starts_with("cli/os"));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn one_room_opens_connections_and_few_may_ask_it() {
    let found = offenders(&["ureq"], |source| source.path.starts_with("store/net"));
    assert!(found.is_empty(), "{found:#?}");
    // an authority is asked by the commands about timestamps, a store where its address is named and nowhere else
    let allowed = Path::new("cli/commands/timestamp/fetch.rs");
    let found = offenders(&["net::authority", "authority::ask"], |source| source.path == allowed);
    assert!(found.is_empty(), "{found:#?}");
    let found = offenders(&["net::s3"], |source| source.path == Path::new("cli/objects.rs"));
    assert!(found.is_empty(), "{found:#?}");
    // renewing goes through fetching
    let found = offenders(&["fetch::ask", "NetArgs"], |source| {
        source.path == allowed || source.path == Path::new("cli/commands/timestamp/renew.rs")
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn only_the_command_line_speaks_and_knows_the_clock_the_environment_and_randomness() {
    let words = [
        "println!",
        "eprintln!",
        "print!",
        "eprint!",
        "std::env",
        "env::var",
        "std::process",
        "thread::sleep",
        "Utc::now",
        "Local::now",
        "SystemTime::now",
        "Instant::now",
        "getrandom",
        "OsRng",
        "thread_rng",
        "rand::",
        "stdout()",
        "stderr()",
    ];
    // env!("CARGO_PKG_VERSION") is read when the program is built. An envelope's recipients ask the system for randomness
    // themselves: those of the age crate, where no text shows it, ours, which age gives none, and decoys. How long a file is
    // inspected is no time of day.
    let recipient =
        |source: &Source| ["hybrid.rs", "decoys.rs"].iter().any(|file| source.path == Path::new("crypto/age").join(file));
    let stopwatch = |source: &Source| source.path == Path::new("inspect/limited.rs");
    let found = offenders(&words, |source| floor(source) == FLOORS.len() || recipient(source) || stopwatch(source));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn keys_are_used_only_by_the_floor_of_keys() {
    let found = offenders(&["ed25519_dalek", "ssh_key", "rsa::", "p256::", "p384::", "p521::"], |source| {
        floor(source) == floor_called("crypto")
    });
    assert!(found.is_empty(), "{found:#?}");
}

/// A sentence is a string literal in which two words of lower-case letters follow each other.
#[test]
fn outside_its_catalogue_the_library_composes_no_sentence() {
    let is_word = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
    let is_sentence = |literal: &str| {
        let words: Vec<&str> = literal.split(' ').collect();
        words.windows(2).any(|two| two.iter().all(|word| is_word(word)))
    };
    // what the variants of a detail mean, the head of the page of codes, and the lines of an age identity file
    let tables = ["base/detail.rs", "base/hint.rs", "base/place.rs", "report/told.rs", "crypto/age/identity_file.rs"];
    let mut found = Vec::new();
    for source in rooms().iter().filter(|source| floor(source) < FLOORS.len()) {
        let path = source.path.display().to_string();
        if tables.contains(&path.as_str()) {
            continue;
        }
        let code = source.text.split("#[cfg(test)]\nmod tests").next().unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//") && !line.contains("#[doc")) {
            found.extend(
                line.split('"').skip(1).step_by(2).filter(|text| is_sentence(text)).map(|text| format!("{path}: {text}")),
            );
        }
        if code.contains("Detail::Said") || code.contains("Hint::Said") {
            found.push(format!("{path} speaks for itself"));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    assert!(is_sentence("it is cut short") && !is_sentence("seal/items.jsonl") && !is_sentence("AGE-SECRET-KEY-1"));
}

#[test]
fn no_file_outgrows_its_name() {
    let long: Vec<String> = sources()
        .iter()
        .map(|source| (source, source.text.lines().count()))
        .filter(|(_, lines)| *lines > 600)
        .map(|(source, lines)| format!("{}: {lines} lines", source.path.display()))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

/// Figures of the house: `cargo test --test project figures -- --nocapture`.
#[test]
fn figures_of_the_house() {
    let sources = sources();
    let graph = graph(&sources);
    let edges: usize = graph.values().map(|imported| imported.len()).sum();
    let long: Vec<String> = sources
        .iter()
        .map(|source| (source.path.display(), source.text.lines().count()))
        .filter(|(_, lines)| *lines > 400)
        .map(|(path, lines)| format!("{path} {lines}"))
        .collect();
    let functions: Vec<String> = sources.iter().flat_map(long_functions).collect();
    println!("{} modules, {edges} edges, cycle: {:?}", graph.len(), cycle(&graph));
    println!("{} files over 400 lines: {}", long.len(), long.join(", "));
    println!("{} functions over 50 lines: {}", functions.len(), functions.join(", "));
}

/// Functions of more than 50 lines, recognized by their indentation.
fn long_functions(source: &Source) -> Vec<String> {
    let (mut found, mut open): (Vec<String>, Option<(usize, usize, &str)>) = (Vec::new(), None);
    for (at, line) in source.code.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        match open {
            Some((start, outer, name)) if indent == outer && line.trim_start().starts_with('}') => {
                if at - start >= 50 {
                    found.push(format!("{} {name} {}", source.path.display(), at - start + 1));
                }
                open = None;
            }
            None if line.contains("fn ") && !line.trim_end().ends_with([';', '}']) => {
                let name = line.split("fn ").nth(1).unwrap_or("").split(['(', '<']).next().unwrap_or("");
                open = Some((at, indent, name));
            }
            _ => {}
        }
    }
    found
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
        // a threat that cannot be stopped, or is left for later, has no test
        assert!(!named.is_empty() || *number == "19", "row {number} names no test");
        for name in named {
            assert!(root.join(name).exists(), "row {number} names {name}");
        }
    }
    let mut found = Vec::new();
    tests(&root.join("tests"), &mut found);
    let mut counted = 0;
    for (path, text) in &found {
        // a module of a test file counts as that file
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
