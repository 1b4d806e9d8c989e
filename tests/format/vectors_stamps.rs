//! Proofs from the stamp of an audit among the vectors: the library says of each what the index says, and a proof altered at any byte counts
//! nowhere, or says the same.

use support::kit;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use kit::library::trusting;
use kit::samples::amina;
use kit::text::{json_string, sha256_hex};
use kit::vectors::stamps::{StampVector, stamped};
use sealbag::ops::stamping::{Given, Stamping};
use sealbag::report::json;
use sealbag::{Authority, Bundle, Evidence, Policy, Report, Source, Timestamp, Token, TrustedSigners, Unwatched};
use serde_json::Value;

use crate::vectors::folder;
use crate::vectors_beside::rows;

/// The list as a member of the index.
pub fn index() -> String {
    let strings = |words: &[&str]| words.iter().map(|word| json_string(word)).collect::<Vec<_>>().join(",");
    let row = |vector: &StampVector| {
        let proven = vector.seals.is_some();
        format!(
            "{{\"file\":\"{}\",\"what\":{},\"bundle\":\"{}.zip\",\"trusted\":[\"amina\"],\"authorities\":[\"timestamps/root.pem\"],\"time\":\"{}\",\"proven_at\":{},\"seals\":{},\"codes\":[{}],\"notes\":[{}],\"sha256\":\"{}\"}}",
            vector.name,
            json_string(vector.what),
            vector.bundle,
            if proven { "proven" } else { "token-not-accepted" },
            if proven { "\"2026-01-02T03:04:05Z\"" } else { "null" },
            vector.seals.map_or("null".into(), |seals| seals.to_string()),
            strings(vector.codes),
            strings(vector.notes),
            sha256_hex(&vector.bytes),
        )
    };
    format!("\"stamps\":[\n{}\n]", stamped().proofs.iter().map(row).collect::<Vec<_>>().join(",\n"))
}

/// The files.
pub fn files() -> BTreeMap<String, Vec<u8>> {
    let stamped = stamped();
    let mut files: BTreeMap<String, Vec<u8>> = stamped.files.into_iter().collect();
    files.extend(stamped.audit.files().map(|(name, bytes)| (name, bytes.to_vec())));
    files.extend(stamped.proofs.into_iter().map(|vector| (vector.name, vector.bytes)));
    files
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap()
}

fn trust(authorities: &Value) -> TrustedSigners {
    let mut trust = trusting(&[amina()]);
    for file in authorities.as_array().unwrap() {
        Authority::read_all(&bytes(file.as_str().unwrap())).unwrap().into_iter().for_each(|one| trust.add_authority(one));
    }
    trust
}

fn judged(bundle: &str, trust: &TrustedSigners, given: Given) -> Report {
    let policy = Policy { now: Timestamp::parse("2036-01-01T00:00:00Z"), ..Policy::default() };
    let stampings = vec![Stamping { name: "proof".into(), given }];
    let bundle = Bundle::read(Source::open(&folder().join(bundle)).unwrap(), &Unwatched).unwrap();
    let evidence = Evidence { stampings, ..Evidence::none() };
    bundle.verify_with(trust, &policy, evidence, &Unwatched).unwrap().report().clone()
}

fn told(report: &Report) -> Value {
    serde_json::to_value(json::Verify::of("bundle", report)).unwrap()
}

fn codes(time: &Value, member: &str) -> BTreeSet<String> {
    let tokens = time["tokens"].as_array().unwrap().iter();
    let all = tokens.flat_map(|token| token[member].as_array().unwrap().clone());
    all.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

fn strings(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

#[test]
fn threat_54g_the_library_says_of_proofs_what_the_index_says() {
    let mut wrong = Vec::new();
    for row in rows("stamps") {
        let (name, bundle) = (row["file"].as_str().unwrap(), row["bundle"].as_str().unwrap());
        assert_eq!(row["sha256"], sha256_hex(&bytes(name)));
        let trust = trust(&row["authorities"]);
        let without = told(&judged(bundle, &trust, Given::Proof(Vec::new())));
        let said = told(&judged(bundle, &trust, Given::Proof(bytes(name))));
        let time = &said["time"];
        let seals =
            time["tokens"].as_array().unwrap().iter().map(|token| token["seals"].clone()).find(|seals| !seals.is_null());
        let found =
            (&time["state"], &time["proven_at"], seals.unwrap_or_default(), codes(time, "findings"), codes(time, "notes"));
        let expected = (&row["time"], &row["proven_at"], row["seals"].clone(), strings(&row["codes"]), strings(&row["notes"]));
        if found != expected {
            wrong.push(format!("{name}: {found:?} and not {expected:?}"));
        }
        // whatever a proof says, the seal is what it is
        for member in ["verdict", "contents", "signer", "findings"] {
            assert_eq!(said[member], without[member], "{name} {member}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows("stamps").len() > 50);
}

#[test]
fn threat_54g_a_proof_altered_at_any_byte_counts_nowhere() {
    let root = serde_json::json!(["timestamps/root.pem"]);
    let trust = trust(&root);
    let accepted = |bytes: Vec<u8>| told(&judged("good-least.zip", &trust, Given::Proof(bytes)))["time"]["state"] == "proven";
    let good = bytes("audit-stamp-good.proof");
    assert!(accepted(good.clone()));
    let line = good.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let mut tried = 0;
    for at in 0..good.len() {
        // every bit of the line, one of the token, of which others try every byte
        let bits = if at < line { 0..8 } else { at % 8..at % 8 + 1 };
        for bit in bits {
            let mut altered = good.clone();
            altered[at] ^= 1 << bit;
            assert!(!accepted(altered), "byte {at}, bit {bit}");
            tried += 1;
        }
    }
    for at in (0..line).chain((line..good.len()).step_by(97)) {
        assert!(!accepted(good[..at].to_vec()), "cut at {at}");
        let put_in = [&good[..at], b" ", &good[at..]].concat();
        assert!(!accepted(put_in), "put in at {at}");
    }
    assert!(tried > 6000, "{tried}");
    // of two tokens an altered one takes nothing away from the other, and adds nothing
    let renewed = bytes("audit-stamp-good-renewed.proof");
    for at in (0..renewed.len()).step_by(61) {
        let mut altered = renewed.clone();
        altered[at] ^= 1;
        let said = told(&judged("good-least.zip", &trust, Given::Proof(altered)));
        let proven = said["time"]["proven_at"].as_str();
        assert!(proven.is_none_or(|time| time == "2026-01-02T03:04:05Z"), "byte {at}");
        let notes = codes(&said["time"], "notes");
        assert!(proven.is_none() || notes.contains("token.ended") || !codes(&said["time"], "findings").is_empty(), "byte {at}");
    }
}

#[test]
fn the_stamp_and_its_tree_say_the_same_as_the_proofs_and_a_damaged_tree_says_nothing() {
    let root = serde_json::json!(["timestamps/root.pem"]);
    let trust = trust(&root);
    let say = |bundle: &str, tree: Vec<u8>| {
        let token = Token { name: "t".into(), response: bytes("audit-stamp.jsonl.stamp.json.tsr"), lists: None };
        let tree = ("tree".to_owned(), Some(Source::of(tree)));
        let given = Given::Stamp { stamp: bytes("audit-stamp.jsonl.stamp.json"), tokens: vec![token], tree };
        told(&judged(bundle, &trust, given))["time"].clone()
    };
    let tree = bytes("audit-stamp.jsonl.stamp.tree");
    for name in
        ["good-facts", "good-full", "good-least", "good-names", "good-plain", "good-redacted", "good-roles", "good-token"]
    {
        let said = say(&format!("{name}.zip"), tree.clone());
        assert_eq!((&said["state"], &said["tokens"][0]["seals"]), (&"proven".into(), &7.into()), "{name}: {said}");
    }
    // what is not in it, above all one whose contents were altered
    let absent = say("good-time-first.zip", tree.clone());
    assert_eq!(
        (absent["state"].as_str(), codes(&absent, "findings")),
        (Some("token-not-accepted"), ["stamp.absent".into()].into())
    );
    // whatever is altered, a way either leads to the root or does not count
    let mut refused = BTreeSet::new();
    for at in 0..tree.len() {
        let mut altered = tree.clone();
        altered[at] ^= 1;
        let said = say("good-least.zip", altered);
        if said["state"] != "proven" {
            refused.extend(codes(&said, "findings"));
        }
    }
    assert_eq!(refused, ["stamp.absent".to_owned(), "stamp.malformed".into()].into());
    for other in [tree[..tree.len() - 65].to_vec(), [&tree[..], &tree[..65]].concat(), Vec::new()] {
        assert_eq!(codes(&say("good-least.zip", other), "findings"), ["stamp.malformed".to_owned()].into());
    }
}
