//! The one table of codes: each row is complete, each is used, and the page of codes says the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sealbag::base::code::{ALL, find};
use sealbag::report::told::codes_page as page;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of every Rust file below a folder.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

#[test]
fn every_code_has_one_row_with_a_meaning_and_a_remedy() {
    let mut ids = BTreeSet::new();
    for code in ALL {
        assert!(ids.insert(code.id), "{} stands twice", code.id);
        assert!(code.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'_'), "{}", code.id);
        assert!(code.meaning().ends_with('.') && code.meaning().starts_with(char::is_uppercase), "{}", code.id);
        assert!(!code.remedy().is_empty() && !code.remedy().ends_with('.'), "{}", code.id);
        assert!(!code.meaning().contains('|') && !code.remedy().contains('|'), "{} would break its table", code.id);
        assert_eq!(find(code.id), Some(*code));
    }
    assert_eq!(find("no.such"), None);
}

#[test]
fn every_code_is_made_somewhere_and_tested_somewhere() {
    let table = fs::read_to_string(root().join("src/base/code.rs")).unwrap();
    let (made, tested) = (sources("src"), sources("tests"));
    for code in ALL {
        let quoted = format!("\"{}\"", code.id);
        let row = table.lines().find(|line| line.contains(&format!("{quoted} "))).unwrap();
        let name = row.split_whitespace().next().unwrap();
        let uses =
            |(path, text): &&(PathBuf, String)| !path.ends_with("base/code.rs") && text.contains(&format!("code::{name}"));
        assert!(made.iter().any(|source| uses(&source)), "no line of src makes {}", code.id);
        let pinned = |text: &str| text.contains(&quoted) || text.contains(&format!("code::{name}"));
        let in_unit_tests =
            made.iter().any(|(_, text)| text.split_once("#[cfg(test)]").is_some_and(|(_, tests)| pinned(tests)));
        assert!(in_unit_tests || tested.iter().any(|(_, text)| pinned(text)), "no test pins {}", code.id);
    }
}

#[test]
fn the_page_of_codes_is_the_table() {
    let path = root().join("src/docs/codes.md");
    if std::env::var_os("SEALBAG_WRITE_CODES").is_some() {
        fs::write(&path, page()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    assert!(written == page(), "make it again: SEALBAG_WRITE_CODES=1 cargo test --test project codes");
}

#[test]
fn documented_errors_are_codes_of_the_table() {
    let mut seen = 0;
    for (path, text) in sources("src") {
        let docs = text.lines().map(|line| line.trim_start().strip_prefix("///"));
        let mut inside = false;
        for line in docs {
            let Some(line) = line else {
                inside = false;
                continue;
            };
            inside |= line.trim() == "# Errors";
            // every second part, which stands between backticks; `io.…` means the whole group
            let quoted = line.split('`').skip(1).step_by(2).filter(|_| inside);
            for id in quoted.filter(|id| id.contains('.') && id.bytes().all(|b| b.is_ascii_lowercase() || b"._".contains(&b))) {
                assert!(find(id).is_some(), "{}: there is no code {id}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen}");
}

/// The rows of the table of faults in the page of the format: codes, and the word that each gives.
fn faults() -> Vec<(Vec<String>, String)> {
    let page = fs::read_to_string(root().join("src/docs/format.md")).unwrap();
    let table = page.split_once("### Which fault wins").unwrap().1.split_once("| --- | --- | --- | --- |\n").unwrap().1;
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        (cells[2].split('`').skip(1).step_by(2).map(str::to_owned).collect(), cells[3].to_owned())
    })
    .collect()
}

#[test]
fn the_table_of_faults_has_every_code_of_a_bundle_and_its_word() {
    let rows = faults();
    for (codes, word) in &rows {
        assert!(!codes.is_empty(), "{word}");
        for code in codes {
            let found = find(code).unwrap_or_else(|| panic!("there is no code {code}"));
            assert_eq!(found.class.as_str().replace('-', " "), *word, "{code}");
        }
    }
    let named: BTreeSet<&String> = rows.iter().flat_map(|(codes, _)| codes).collect();
    let areas = ["container.", "folder.", "payload.", "bag.", "seal.", "item.", "release.", "readers.", "signer.", "require."];
    for code in ALL.iter().filter(|code| areas.iter().any(|area| code.id.starts_with(area))) {
        assert!(named.contains(&code.id.to_owned()) || code.id == "item.unknown", "the table of faults lacks {}", code.id);
    }
}

#[test]
fn the_table_of_states_has_every_finding_that_fails_and_its_damage() {
    use sealbag::base::code::{Class, Damage};
    let page = fs::read_to_string(root().join("src/docs/format.md")).unwrap();
    let table = page.split_once("| state | findings |\n| --- | --- |\n").unwrap().1;
    let mut said = BTreeSet::new();
    for row in table.lines().take(5) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for code in cells[2].split('`').skip(1).step_by(2) {
            let damage = match cells[1] {
                "malformed" => Damage::Malformed,
                "not signed" => Damage::NotSigned,
                "signature wrong" => Damage::SignatureWrong,
                "altered" => Damage::Altered,
                "incomplete" => Damage::Incomplete,
                state => panic!("{state}"),
            };
            assert_eq!(find(code).unwrap().class, Class::Failed(damage), "{code}");
            said.insert(code.to_owned());
        }
    }
    let failing = faults().into_iter().filter(|(_, word)| word == "failed").flat_map(|(codes, _)| codes);
    // what is found beside the bundle
    let beside = |code: &String| code == "seal.two_versions" || code.starts_with("disclosure.");
    assert_eq!(said, failing.filter(|code| !beside(code)).collect());
}
