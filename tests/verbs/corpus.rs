//! The small files of `tests/corpus`: what is in each is found, and a broken one costs its facts and nothing else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sealbag::inspect::{Facts, facts};
use support::runs::Desk;

/// What must be found in a file.
#[derive(serde::Deserialize)]
struct Expected {
    leaks: Vec<String>,
    facts: BTreeMap<String, String>,
    media: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn index() -> BTreeMap<String, Expected> {
    serde_json::from_slice(&std::fs::read(folder().join("index.json")).unwrap()).unwrap()
}

/// Each file with its bytes and media type.
fn files() -> Vec<(String, Vec<u8>, String)> {
    let read = |(name, expected): (String, Expected)| {
        let bytes = std::fs::read(folder().join(&name)).unwrap();
        (name, bytes, expected.media)
    };
    index().into_iter().map(read).collect()
}

#[test]
fn what_is_in_each_file_is_found() {
    let expected = index();
    let mut wrong = Vec::new();
    for (name, bytes, told) in files() {
        let found = facts(&bytes, &told);
        if found.unread {
            wrong.push(format!("{name}: not all was read ({told})"));
        }
        for (fact, value) in &expected[&name].facts {
            let (within, fact) = fact.split_once(':').map_or((None, fact.as_str()), |(within, fact)| (Some(within), fact));
            let values: Vec<&str> = found
                .list
                .iter()
                .filter(|one| one.name == fact && one.within.as_deref() == within)
                .map(|one| one.value.as_str())
                .collect();
            if !values.contains(&value.as_str()) {
                wrong.push(format!("{name}: {fact} is {values:?} and not {value:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_leaks_of_each_file_are_told_and_no_others() {
    let folder = folder();
    let line = ["check".as_ref(), folder.as_os_str(), "--exclude".as_ref(), "documents".as_ref(), "--json".as_ref()];
    let told = Desk::new().run(line).done().json();
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for leak in told["leaks"].as_array().unwrap() {
        found.entry(leak["where"].as_str().unwrap()).or_default().push(leak["code"].as_str().unwrap());
    }
    assert_eq!(told["unread"].as_array().unwrap().len(), 0, "{}", told["unread"]);
    let mut wrong = Vec::new();
    for (name, expected) in index() {
        let mut codes = found.remove(name.as_str()).unwrap_or_default();
        codes.sort();
        codes.dedup();
        if codes != expected.leaks {
            wrong.push(format!("{name}: {codes:?} and not {:?}", expected.leaks));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every file of the folder is in its index.
#[test]
fn no_file_is_forgotten() {
    let index = index();
    let named = ["index.json", "make"];
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let other = name.starts_with("make") || name.starts_with("documents");
        assert!(other || named.contains(&name.as_str()) || index.contains_key(&name), "{name}");
    }
}

/// Reads a broken file, which must take no more than its time.
fn survives(name: &str, bytes: Vec<u8>, media_type: &str) -> Facts {
    let start = Instant::now();
    let found = facts(&bytes, media_type);
    // a machine with other work is slower than the limits say
    assert!(start.elapsed() < Duration::from_secs(3), "{name} took {:?}", start.elapsed());
    found
}

/// Each file is cut and changed in many places: `step` bytes lie between two of them.
fn broken(step: usize) -> (usize, usize) {
    let (mut runs, mut changed) = (0, 0);
    for (name, bytes, told) in files() {
        let whole = facts(&bytes, &told);
        // a generator of our own, so that a failure can be seen again
        let mut random = 0x9E37_79B9_u32;
        let mut next = move |below: usize| {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            random as usize % below
        };
        for at in (0..bytes.len()).step_by(step) {
            survives(&name, bytes[..at].to_vec(), &told);
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << next(8);
            changed += usize::from(survives(&name, flipped, &told) != whole);
            let mut torn = bytes.clone();
            for _ in 0..8 {
                let place = next(torn.len());
                torn[place] = [0, 0xFF, 0x7F, 0x80, next(256) as u8][next(5)];
            }
            let from = next(torn.len());
            let piece = torn[from..(from + next(64)).min(torn.len())].to_vec();
            torn.splice(at..at, piece);
            survives(&name, torn, &told);
            runs += 3;
        }
    }
    (runs, changed)
}

#[test]
fn thousands_of_broken_files_cost_no_more_than_their_facts() {
    let (runs, changed) = broken(61);
    assert!(runs > 5_000 && changed > 300, "{runs} runs, {changed} saw the change");
}

#[test]
#[ignore = "every second byte of every file; tests/run includes it"]
fn a_hundred_thousand_broken_files_cost_no_more_than_their_facts() {
    let (runs, _) = broken(2);
    assert!(runs > 100_000, "{runs}");
}
