//! The vectors that are not one bundle: unpacked folders, disclosures, cards and revocations. Library and program say of each what the index says.

use support::kit;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use kit::library::{file_of, judge_path, trusting};
use kit::samples::amina;
use kit::text::{json_string, sha256_hex};
use kit::vectors::beside::{CardVector, FolderVector, MadeVector, cards, disclosures, folders, made};
use kit::vectors::statements::{RevocationVector, revocations};
use kit::vectors::{Vector, all};
use kit::views::{check_json, notes_of};
use kit::{Expected, Home, Signer};
use sealbag::crypto::card::SignedCard;
use sealbag::crypto::statement::SignedRevocation;
use sealbag::{Bundle, Evidence, Policy, Unwatched};

use crate::vectors::folder;

fn strings(words: &str) -> String {
    words.split_whitespace().map(json_string).collect::<Vec<_>>().join(",")
}

fn expected(vector: &FolderVector, of: &Vector) -> Expected {
    let expected = Expected::codes(vector.codes);
    if of.withheld && expected.state == "intact" { expected.state("withheld") } else { expected }
}

/// The three lists as members of the index.
pub fn index() -> String {
    let bundles = all();
    let of = |name: &str| bundles.iter().find(|vector| vector.name == name).unwrap_or_else(|| panic!("no vector {name}"));
    let folder = |vector: &FolderVector| {
        let expected = expected(vector, of(vector.of));
        let changes: Vec<String> = vector.changes.iter().map(|change| change.json()).collect();
        format!(
            "{{\"of\":\"{}.zip\",\"what\":{},\"changes\":[{}],\"trusted\":[\"amina\"],\"verdict\":\"{}\",\"exit\":{},\"contents\":\"{}\",\"codes\":[{}],\"notes\":[{}]}}",
            vector.of,
            json_string(vector.what),
            changes.join(","),
            expected.verdict,
            expected.exit,
            expected.state,
            strings(vector.codes),
            strings(vector.notes),
        )
    };
    let disclosure = |vector: &kit::vectors::beside::DisclosureVector| {
        format!(
            "{{\"file\":\"{}\",\"what\":{},\"beside\":\"{}.zip\",\"trusted\":[\"amina\"],\"codes\":[{}],\"given\":{},\"sha256\":\"{}\"}}",
            vector.name,
            json_string(vector.what),
            vector.bundle,
            strings(vector.code),
            vector.given,
            sha256_hex(&vector.bytes),
        )
    };
    let card = |vector: &CardVector| {
        format!(
            "{{\"file\":\"{}.card\",\"what\":{},\"codes\":[{}],\"sha256\":\"{}\"}}",
            vector.name,
            json_string(vector.what),
            strings(vector.code),
            sha256_hex(vector.text.as_bytes()),
        )
    };
    let revocation = |vector: &RevocationVector| {
        format!(
            "{{\"file\":\"{}.statement\",\"what\":{},\"codes\":[{}],\"sha256\":\"{}\"}}",
            vector.name,
            json_string(vector.what),
            strings(vector.code),
            sha256_hex(vector.text.as_bytes()),
        )
    };
    let made_row = |vector: &MadeVector| {
        let expected = Expected::codes(vector.codes);
        format!(
            "{{\"by\":\"second_writer.py {}\",\"what\":{},\"trusted\":[\"example\"],\"verdict\":\"{}\",\"exit\":{},\"contents\":\"{}\",\"codes\":[{}],\"sha256\":\"{}\"}}",
            vector.by,
            json_string(vector.what),
            expected.verdict,
            expected.exit,
            expected.state,
            strings(vector.codes),
            vector.sha256,
        )
    };
    let list = |rows: Vec<String>| rows.join(",\n");
    format!(
        "\"made\":[\n{}\n],\n\"folders\":[\n{}\n],\n\"disclosures\":[\n{}\n],\n\"cards\":[\n{}\n],\n\"revocations\":[\n{}\n]",
        list(made().iter().map(made_row).collect()),
        list(folders().iter().map(folder).collect()),
        list(disclosures().iter().map(disclosure).collect()),
        list(cards().iter().map(card).collect()),
        list(revocations().iter().map(revocation).collect()),
    )
}

/// The files of disclosures, cards and revocations.
pub fn files() -> BTreeMap<String, Vec<u8>> {
    let cards = cards().into_iter().map(|card| (format!("{}.card", card.name), card.text.into_bytes()));
    let revocations = revocations().into_iter().map(|vector| (format!("{}.statement", vector.name), vector.text.into_bytes()));
    disclosures().into_iter().map(|vector| (vector.name, vector.bytes)).chain(cards).chain(revocations).collect()
}

/// A list of the index, as an outsider reads it.
pub fn rows(list: &str) -> Vec<serde_json::Value> {
    let index: serde_json::Value = serde_json::from_slice(&fs::read(folder().join("index.json")).unwrap()).unwrap();
    index[list].as_array().unwrap().clone()
}

pub fn codes(row: &serde_json::Value, member: &str) -> BTreeSet<String> {
    row[member].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

#[test]
fn library_and_program_say_of_folders_what_the_index_says() {
    let bundles = all();
    let (vectors, rows) = (folders(), rows("folders"));
    assert_eq!(vectors.len(), rows.len());
    let mut wrong = Vec::new();
    for (vector, row) in vectors.iter().zip(&rows) {
        let home = Home::trusting(&amina());
        let of = bundles.iter().find(|bundle| bundle.name == vector.of).unwrap();
        // the index has the same changes, as it writes them
        assert_eq!(row["changes"].as_array().unwrap().len(), vector.changes.len());
        let path = home.path("folder");
        of.parts.as_ref().unwrap().unpack_to(&path);
        vector.changes.iter().for_each(|change| change.apply(&path));
        let judged = judge_path(&path, &trusting(&[amina()]));
        if judged.codes != codes(row, "codes") || judged.state() != row["contents"] {
            wrong.push(format!("{}, {}: {judged:?} and not {row}", vector.of, vector.what));
            continue;
        }
        let json = check_json(&home, &path, &expected(vector, of));
        assert_eq!(notes_of(&json), codes(row, "notes"), "{}, {}", vector.of, vector.what);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn library_and_program_say_of_disclosures_what_the_index_says() {
    let home = Home::trusting(&amina());
    let mut wrong = Vec::new();
    for row in rows("disclosures") {
        let text = |member: &str| row[member].as_str().unwrap().to_owned();
        let read = |name: String| fs::read(folder().join(name)).unwrap();
        let (bundle, bytes) = (read(text("beside")), read(text("file")));
        assert_eq!(sha256_hex(&bytes), text("sha256"));
        let evidence = Evidence { disclosures: vec![("disclosure".into(), file_of(&bytes))], ..Evidence::none() };
        let verified = Bundle::read(file_of(&bundle), &Unwatched)
            .and_then(|bundle| bundle.verify_with(&trusting(&[amina()]), &Policy::default(), evidence, &Unwatched));
        let (found, given): (BTreeSet<String>, u64) = match verified {
            Ok(verification) => {
                let report = verification.report();
                let codes = report.findings.list().iter().map(|finding| finding.code.id.to_owned());
                (codes.collect(), report.disclosed())
            }
            Err(error) => ([error.code.id.to_owned()].into(), 0),
        };
        if found != codes(&row, "codes") || row["given"] != given {
            wrong.push(format!("{}: {found:?}, {given} and not {row}", text("file")));
            continue;
        }
        home.write("b.zip", &bundle);
        home.write("d", &bytes);
        let told = home.run(["verify", "b.zip", "--with", "d", "--json"]);
        let exit = match found.iter().next().map(String::as_str) {
            None => 0,
            Some("seal.newer") => 5,
            Some(_) => 1,
        };
        assert_eq!(told.exit, exit, "{row}: {told:#?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn library_and_program_say_of_cards_what_the_index_says() {
    for row in rows("cards") {
        let bytes = fs::read(folder().join(row["file"].as_str().unwrap())).unwrap();
        let code = codes(&row, "codes").into_iter().next().unwrap_or_default();
        let read = SignedCard::read("card", &bytes).map_or_else(|error| error.code.id, |_| "");
        assert_eq!(read, code, "{row}");
        let home = Home::new();
        home.write("a.card", &bytes);
        let told = home.run(["contact", "add", "a.card", "--yes", "--json"]);
        let exit = match read {
            "" => 0,
            "card.newer" => 5,
            _ => 1,
        };
        assert_eq!(told.exit, exit, "{row}: {told:#?}");
    }
}

#[test]
fn library_and_program_say_of_revocations_what_the_index_says() {
    let rows = rows("revocations");
    assert!(rows.len() > 20, "{}", rows.len());
    for row in rows {
        let bytes = fs::read(folder().join(row["file"].as_str().unwrap())).unwrap();
        let code = codes(&row, "codes").into_iter().next().unwrap_or_default();
        let read = SignedRevocation::read("statement", &bytes);
        assert_eq!(read.as_ref().map_or_else(|error| error.code.id, |_| ""), code, "{row}");
        let home = Home::trusting(&amina());
        if row["file"] == "revocation-good-token.statement" {
            home.trust(&Signer::fido(1, "ssh:", 1, 7), "Token");
        }
        home.write("f", &bytes);
        let told = home.run(["contact", "revoke", "--statement", "f", "--json"]);
        let exit = match code.as_str() {
            "" => 0,
            "revocation.newer" => 5,
            _ => 1,
        };
        assert_eq!(told.exit, exit, "{row}: {told:#?}");
        let contacts = home.run(["contact", "list", "--json"]).json();
        let revoked = contacts["contacts"].as_array().unwrap().iter().filter(|contact| contact["state"] == "revoked");
        let since: Vec<String> = revoked.map(|contact| contact["revoked_at"].as_str().unwrap().to_owned()).collect();
        assert_eq!(since, read.map(|statement| statement.since.to_string()).into_iter().collect::<Vec<_>>(), "{row}");
    }
}

#[test]
fn there_are_vectors_enough_and_no_two_of_one_name() {
    let bundles = all().len() + folders().len() + disclosures().len() + cards().len();
    assert!(bundles >= 400, "{bundles}");
    let mut names = BTreeSet::new();
    assert!(all().iter().all(|vector| names.insert(vector.name.clone())));
    assert!(folders().iter().all(|vector| names.insert(format!("{} {}", vector.of, vector.what))));
}
