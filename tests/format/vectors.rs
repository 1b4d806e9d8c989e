//! The vectors that other implementations can use: each gives what the index says, and the second writer makes the same bytes.
//! `SEALBAG_WRITE_VECTORS=1 cargo test --test format vectors` writes them.

use support::kit;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use kit::library::{expect, file_of, judge, stream_of, trusting_but};
use kit::text::{json_string, json_string_or_null, sha256_hex};
use kit::vectors::{Vector, all, signers};
use kit::{Expected, Home, Signer};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn expected(vector: &Vector) -> Expected {
    let expected = Expected::codes(vector.codes);
    if vector.withheld && expected.state == "intact" { expected.state("withheld") } else { expected }
}

fn index(vectors: &[Vector]) -> String {
    let signers: Vec<String> = signers()
        .iter()
        .map(|(name, signer)| {
            let seed = HEXLOWER.encode(signer.seed());
            format!("{}:{{\"seed\":\"{seed}\",\"key\":{}}}", json_string(name), json_string(&signer.line()))
        })
        .collect();
    let rows: Vec<String> = vectors
        .iter()
        .map(|vector| {
            let expected = expected(vector);
            let codes: Vec<String> = vector.codes.split_whitespace().map(json_string).collect();
            let names = |names: &[&str]| names.iter().map(|name| json_string(name)).collect::<Vec<_>>().join(",");
            format!(
                "{{\"file\":\"{}.zip\",\"what\":{},\"trusted\":[{}],\"revoked\":[{}],\"verdict\":\"{}\",\"exit\":{},\"contents\":\"{}\",\"codes\":[{}],\"digest\":{},\"sha256\":\"{}\"}}",
                vector.name,
                json_string(&vector.what),
                names(vector.trusted),
                names(vector.revoked),
                expected.verdict,
                expected.exit,
                expected.state,
                codes.join(","),
                json_string_or_null(vector.digest.as_deref()),
                sha256_hex(&vector.bytes),
            )
        })
        .collect();
    format!(
        "{{\"format\":2,\n\"signers\":{{\n{}\n}},\n\"vectors\":[\n{}\n],\n{},\n{},\n{},\n{}}}\n",
        signers.join(",\n"),
        rows.join(",\n"),
        crate::vectors_beside::index(),
        crate::vectors_custody::index(),
        crate::vectors_audit::index(),
        crate::vectors_stamps::index(),
    )
}

#[test]
fn the_second_writer_makes_the_same_bytes() {
    let vectors = all();
    let mut files: BTreeMap<String, Vec<u8>> = vectors.iter().map(|v| (format!("{}.zip", v.name), v.bytes.clone())).collect();
    assert_eq!(files.len(), vectors.len(), "a name stands twice");
    files.insert("index.json".into(), index(&vectors).into_bytes());
    for (name, signer) in signers() {
        files.insert(format!("{name}.card"), signer.card(name, &[]).into_bytes());
    }
    files.extend(crate::vectors_beside::files());
    files.extend(crate::vectors_custody::files());
    files.extend(crate::vectors_audit::files());
    files.extend(crate::vectors_stamps::files());
    let write = std::env::var_os("SEALBAG_WRITE_VECTORS").is_some();
    for (name, bytes) in &files {
        if write {
            std::fs::write(folder().join(name), bytes).unwrap();
        }
        let found = std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(found == *bytes, "{name} has other bytes than the second writer gives it");
    }
    let names = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let stray: Vec<String> = names
        .filter(|name| {
            !files.contains_key(name) && !name.starts_with('.') && !["README.md", "age", "timestamps"].contains(&name.as_str())
        })
        .collect();
    assert!(stray.is_empty(), "no vector is called {stray:?}");
}

/// What the index says, as an outsider reads it.
struct Row {
    file: String,
    trusted: Vec<Signer>,
    revoked: Vec<Signer>,
    exit: u64,
    expected: Expected,
    digest: serde_json::Value,
}

fn rows() -> Vec<Row> {
    let index: serde_json::Value = serde_json::from_slice(&std::fs::read(folder().join("index.json")).unwrap()).unwrap();
    let known: BTreeMap<&str, Signer> = signers().into_iter().collect();
    let row = |row: &serde_json::Value| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let codes: Vec<&str> = row["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
        let state: &'static str =
            ["intact", "withheld", "unread", "malformed", "not-signed", "signature-wrong", "altered", "incomplete"]
                .into_iter()
                .find(|state| *state == text("contents"))
                .unwrap();
        let signers = |member: &str| -> Vec<Signer> {
            row[member].as_array().unwrap().iter().map(|name| known[name.as_str().unwrap()].clone()).collect()
        };
        let (trusted, revoked) = (signers("trusted"), signers("revoked"));
        let expected = Expected::codes(&codes.join(" ")).state(state);
        assert_eq!(expected.verdict, text("verdict"));
        Row {
            file: text("file"),
            trusted,
            revoked,
            exit: row["exit"].as_u64().unwrap(),
            expected,
            digest: row["digest"].clone(),
        }
    };
    index["vectors"].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn the_library_says_what_the_index_says() {
    let rows = rows();
    let bytes_of = |row: &Row| std::fs::read(folder().join(&row.file)).unwrap();
    let said = |row: &Row| judge(file_of(&bytes_of(row)), &trusting_but(&row.trusted, &row.revoked));
    let wrong: Vec<String> = rows
        .iter()
        .map(|row| (row, said(row)))
        .filter(|(row, judged)| judged.codes != row.expected.codes)
        .map(|(row, judged)| format!("{}: {:?} and not {:?}", row.file, judged.codes, row.expected.codes))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for row in rows {
        let bytes = bytes_of(&row);
        let trust = trusting_but(&row.trusted, &row.revoked);
        let judged = judge(file_of(&bytes), &trust);
        assert_eq!(u64::from(judged.exit), row.exit, "{}: {judged:?}", row.file);
        expect(&judged, &row.expected);
        let judged = judge(stream_of(&bytes, 1 << 16), &trust);
        assert_eq!(
            (u64::from(judged.exit), judged.state()),
            (row.exit, row.expected.state),
            "{} as a stream: {judged:?}",
            row.file
        );
    }
}

#[test]
fn the_program_says_what_the_index_says() {
    let mut homes: BTreeMap<Vec<String>, Home> = BTreeMap::new();
    for row in rows() {
        let keys: Vec<String> = row.trusted.iter().chain(&row.revoked).map(Signer::line).collect();
        let home = homes.entry(keys).or_insert_with(Home::new);
        for (number, signer) in row.trusted.iter().enumerate().skip(home.believed().len()) {
            home.trust(signer, &format!("contact {number}"));
            if row.revoked.iter().any(|revoked| revoked.line() == signer.line()) {
                assert_eq!(home.run(["contact", "revoke", &format!("contact {number}")]).exit, 0);
            }
        }
        let json = kit::views::check_json(home, &folder().join(&row.file), &row.expected);
        if !json["digest"].is_null() {
            assert_eq!(json["digest"], row.digest, "{}", row.file);
        }
    }
}

#[test]
fn every_good_one_verifies_unpacked() {
    let known: BTreeMap<&str, Signer> = signers().into_iter().collect();
    for vector in all() {
        let Some(parts) = vector.parts.as_ref().filter(|_| vector.codes.is_empty()) else { continue };
        let home = Home::new();
        parts.unpack_to(&home.path("any name"));
        let trusted: Vec<Signer> = vector.trusted.iter().map(|name| known[name].clone()).collect();
        kit::library::check(&home.path("any name"), &trusted, &expected(&vector));
    }
}

#[test]
fn every_code_of_a_packed_bundle_has_a_vector() {
    let given: BTreeSet<String> = rows().into_iter().flat_map(|row| row.expected.codes).collect();
    for code in [
        "container.layout",
        "container.second_reader",
        "payload.altered",
        "payload.missing",
        "payload.unlisted",
        "bag.derived",
        "bag.missing",
        "seal.missing",
        "seal.manifest",
        "seal.newer",
        "seal.key",
        "seal.armor",
        "seal.signature",
        "seal.items",
        "item.unsealed",
        "item.missing",
        "item.conflict",
        "release.malformed",
        "release.signature",
        "release.conflict",
        "release.author",
        "release.other",
        "signer.unknown",
        "signer.revoked",
    ] {
        assert!(given.contains(code), "no vector gives {code}");
    }
}
