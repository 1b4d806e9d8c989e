//! The custody logs among the vectors: library and program say of each what the index says.

use support::kit;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use kit::Home;
use kit::library::trusting;
use kit::samples::{amina, touched};
use kit::text::{json_string, sha256_hex};
use kit::vectors::custody::custody;
use sealbag::Unwatched;
use sealbag::ops::custody::log::Log;

use crate::vectors::folder;
use crate::vectors_beside::{codes, rows};

/// The list as a member of the index.
pub fn index() -> String {
    let words = |words: &str| words.split_whitespace().map(json_string).collect::<Vec<_>>().join(",");
    let rows: Vec<String> = custody()
        .iter()
        .map(|vector| {
            format!(
                "{{\"file\":\"{}.jsonl\",\"what\":{},\"trusted\":[\"amina\",\"token\"],\"state\":\"{}\",\"exit\":{},\"steps\":{},\"codes\":[{}],\"notes\":[{}],\"sha256\":\"{}\"}}",
                vector.name,
                json_string(vector.what),
                vector.state,
                exit(vector.state, vector.notes),
                vector.steps,
                words(vector.codes),
                words(vector.notes),
                sha256_hex(&vector.bytes),
            )
        })
        .collect();
    format!("\"custody\":[\n{}\n]", rows.join(",\n"))
}

fn exit(state: &str, notes: &str) -> i32 {
    match state {
        "broken" => 1,
        "unread" => 5,
        _ if notes.contains("custody.stranger") => 3,
        _ => 0,
    }
}

/// The files.
pub fn files() -> BTreeMap<String, Vec<u8>> {
    custody().into_iter().map(|vector| (format!("{}.jsonl", vector.name), vector.bytes)).collect()
}

#[test]
fn library_and_program_say_of_logs_what_the_index_says() {
    let home = Home::new();
    home.trust(&amina(), "Amina");
    home.trust(&touched().signer, "Registry");
    let trust = trusting(&[amina(), touched().signer]);
    let mut wrong = Vec::new();
    let rows = rows("custody");
    assert_eq!(rows.len(), custody().len());
    for row in rows {
        let name = row["file"].as_str().unwrap();
        let bytes = fs::read(folder().join(name)).unwrap();
        assert_eq!(row["sha256"], sha256_hex(&bytes));
        let mut lines = 0;
        let log = Log::read(name, &mut &bytes[..], &trust, &Unwatched, &mut |line| {
            lines += 1;
            assert_eq!(line.number, lines);
        })
        .unwrap();
        let found = |list: &sealbag::Findings| -> BTreeSet<String> {
            list.list().iter().map(|finding| finding.code.id.to_owned()).collect()
        };
        let said = (found(&log.findings), found(&log.notes), log.state(), log.steps);
        if said != (codes(&row, "codes"), codes(&row, "notes"), row["state"].as_str().unwrap(), row["steps"].as_u64().unwrap())
        {
            wrong.push(format!("{name}: {said:?} and not {row}"));
            continue;
        }
        assert_eq!(lines, log.steps, "{name}");
        home.write("log", &bytes);
        for command in ["verify", "show", "export"] {
            let told = home.run(["custody", command, "log", "--json"]);
            assert_eq!(told.exit, row["exit"], "{command} {name}: {told:#?}");
            assert_eq!(home.run(["custody", command, "log"]).exit, row["exit"], "{command} {name}");
        }
        let told = home.run(["custody", "verify", "log", "--json"]).json();
        let codes_of = |list: &str| -> BTreeSet<String> {
            told[list].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!((codes_of("findings"), codes_of("notes")), (codes(&row, "codes"), codes(&row, "notes")), "{name}: {told}");
        assert_eq!((&told["state"], &told["steps"]), (&row["state"], &row["steps"]), "{name}: {told}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_of_a_log_has_a_vector() {
    let given: BTreeSet<String> =
        rows("custody").iter().flat_map(|row| codes(row, "codes").into_iter().chain(codes(row, "notes"))).collect();
    for code in [
        "custody.malformed",
        "custody.newer",
        "custody.torn",
        "custody.key",
        "custody.signature",
        "custody.chain",
        "custody.gap",
        "custody.fork",
        "custody.log",
        "custody.other",
        "custody.handover",
        "custody.clock",
        "custody.open",
        "custody.stranger",
    ] {
        assert!(given.contains(code), "no vector gives {code}");
    }
}

/// Every byte of a log counts: with any of them changed it is broken, and so with any of them missing but at the ends of lines.
#[test]
fn a_log_with_any_byte_altered_is_broken() {
    let trust = trusting(&[amina(), touched().signer]);
    let good = fs::read(folder().join("custody-good.jsonl")).unwrap();
    let broken = |bytes: &[u8]| {
        let log = Log::read("log", &mut &bytes[..], &trust, &Unwatched, &mut |_| ()).unwrap();
        !log.is_unbroken()
    };
    assert!(!broken(&good));
    // the first three lines, one of which holds a receipt
    let length = good.split_inclusive(|byte| *byte == b'\n').take(3).map(<[u8]>::len).sum::<usize>();
    let short = &good[..length];
    assert!(!broken(short));
    for at in 0..short.len() {
        let mut changed = short.to_vec();
        changed[at] ^= 1;
        assert!(broken(&changed), "byte {at}");
    }
    for end in 0..short.len() {
        assert_eq!(broken(&short[..end]), end == 0 || short[end - 1] != b'\n', "cut at {end}");
    }
}
