//! The timestamps among the vectors: the library says of each token what the index says, and a token altered at any byte counts nowhere.

use support::kit;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use kit::library::trusting;
use kit::samples::amina;
use kit::text::sha256_hex;
use sealbag::crypto::tsp::{self, Authority, Request, Stamped};
use sealbag::ops::stamps::{self, Token};
use sealbag::report::json;
use sealbag::{Bundle, Evidence, Policy, Report, Source, Timestamp, TrustedSigners, Unwatched};

use crate::vectors::folder;

fn timestamps() -> PathBuf {
    folder().join("timestamps")
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(timestamps().join(name)).unwrap()
}

fn rows() -> Vec<serde_json::Value> {
    serde_json::from_slice(&bytes("index.json")).unwrap()
}

fn authorities(row: &serde_json::Value) -> Vec<Authority> {
    let files = row["trusted"].as_array().unwrap();
    files.iter().flat_map(|file| Authority::read_all(&bytes(file.as_str().unwrap())).unwrap()).collect()
}

fn trust(row: &serde_json::Value) -> TrustedSigners {
    let mut trust = trusting(&[amina()]);
    authorities(row).into_iter().for_each(|authority| trust.add_authority(authority));
    trust
}

fn tokens(row: &serde_json::Value) -> Vec<Token> {
    let token = |token: &serde_json::Value| {
        let name = token["file"].as_str().unwrap();
        Token { name: name.into(), response: bytes(name), lists: token["list"].as_str().map(bytes) }
    };
    row["tokens"].as_array().unwrap().iter().map(token).collect()
}

/// A time at which some of the certificates have ended and others have not.
fn now() -> Timestamp {
    Timestamp::parse("2036-01-01T00:00:00Z").unwrap()
}

fn judged(trust: &TrustedSigners, tokens: Vec<Token>) -> Report {
    let source = Source::open(&folder().join("good-least.zip")).unwrap();
    let policy = Policy { now: Some(now()), ..Policy::default() };
    let evidence = Evidence { tokens, ..Evidence::none() };
    let bundle = Bundle::read(source, &Unwatched).unwrap();
    bundle.verify_with(trust, &policy, evidence, &Unwatched).unwrap().report().clone()
}

fn seal() -> Stamped {
    let source = Source::open(&folder().join("good-least.zip")).unwrap();
    Bundle::read(source, &Unwatched).unwrap().stamped().unwrap()
}

fn codes(list: &sealbag::Findings) -> BTreeSet<String> {
    list.list().iter().map(|finding| finding.code.id.to_owned()).collect()
}

#[test]
fn threat_54_the_library_says_of_tokens_what_the_index_says() {
    let mut wrong = Vec::new();
    for row in rows() {
        let name = row["name"].as_str().unwrap();
        // a nonce is asked for where a token is taken in, by whoever made the request
        if let Some(request) = row["request"].as_str() {
            let request = Request::read(&bytes(request)).unwrap();
            let response = bytes(row["tokens"][0]["file"].as_str().unwrap());
            let trusted = authorities(&row);
            let token = tsp::Token::read(&response, &trusted).unwrap();
            let code = token.check_nonce(request.nonce.as_deref()).err().map(|refusal| refusal.code.id);
            assert_eq!(code, row["tokens"][0]["code"].as_str(), "{name}");
            continue;
        }
        let report = judged(&trust(&row), tokens(&row));
        let told: serde_json::Value = serde_json::to_value(json::Verify::of("bundle", &report)).unwrap();
        let expected = match row["time"].as_str() {
            Some(time) => ("proven", Some(time)),
            None => ("token-not-accepted", None),
        };
        let said = (told["time"]["state"].as_str().unwrap(), told["time"]["proven_at"].as_str());
        if said != expected {
            wrong.push(format!("{name}: {said:?} and not {expected:?}: {}", told["time"]));
        }
        // whatever a token says, the seal is what it is
        assert_eq!((&told["verdict"], &told["findings"]), (&"verified".into(), &serde_json::json!([])), "{name}");
        for (facts, token) in report.tokens.iter().zip(row["tokens"].as_array().unwrap()) {
            let code: BTreeSet<String> = token["code"].as_str().map(str::to_owned).into_iter().collect();
            let notes: BTreeSet<String> =
                token["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap().to_owned()).collect();
            let said = (codes(&facts.findings), codes(&facts.notes));
            if said != (code, notes) {
                wrong.push(format!("{} {said:?} and not {token}", facts.name));
            }
            assert_eq!(facts.authority.is_some(), facts.findings.list().is_empty(), "{}", facts.name);
            assert_eq!(token["sha256"], sha256_hex(&bytes(&facts.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_of_a_token_has_a_vector() {
    let mut given = BTreeSet::new();
    for row in rows() {
        for token in row["tokens"].as_array().unwrap() {
            given.extend(token["code"].as_str().map(str::to_owned));
            given.extend(token["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap().to_owned()));
        }
    }
    for code in [
        "token.malformed",
        "token.status",
        "token.imprint",
        "token.nonce",
        "token.algorithm",
        "token.digest",
        "token.certificate",
        "token.signature",
        "token.usage",
        "token.chain",
        "token.expired",
        "token.authority",
        "token.stray",
        "token.revoked",
        "token.late",
        "token.list_useless",
        "token.ended",
    ] {
        assert!(given.contains(code), "no vector gives {code}");
    }
}

/// Whether a token is accepted over the seal.
fn is_accepted(name: &str, response: Vec<u8>, seal: &Stamped, authorities: &[Authority]) -> bool {
    let token = Token { name: name.into(), response, lists: None };
    let judged = stamps::judge(&[token], |imprint| imprint.is_of(seal).then_some(()), authorities, None);
    judged[0].latest.is_some() && judged[0].over.is_some()
}

#[test]
fn a_token_altered_at_any_byte_counts_nowhere() {
    let seal = seal();
    let mut tried = 0;
    for row in rows().iter().filter(|row| row["name"].as_str().unwrap().starts_with("good-")) {
        let Some([token]) = row["tokens"].as_array().map(Vec::as_slice) else { continue };
        let (name, trusted) = (token["file"].as_str().unwrap(), authorities(row));
        let good = bytes(name);
        assert!(is_accepted(name, good.clone(), &seal, &trusted), "{name}");
        // the least token of each kind with every bit of every byte, the others with some
        let all = ["good-no-certificates", "good-clock-trusted"].contains(&row["name"].as_str().unwrap());
        // 0x0A makes one name of an RSA signature the other
        let some = if name == "good-rsa-sha256.tsr" { vec![1, 0x0A, 0x80] } else { vec![1] };
        let values: Vec<u8> = if all { (0..8).map(|bit| 1 << bit).chain([0x0A, 0xFF]).collect() } else { some };
        for at in 0..good.len() {
            for value in &values {
                let mut altered = good.clone();
                altered[at] ^= value;
                assert!(!is_accepted(name, altered, &seal, &trusted), "{name}: byte {at} ^ {value:#04x}");
                tried += 1;
            }
        }
        for at in 0..good.len() {
            assert!(!is_accepted(name, good[..at].to_vec(), &seal, &trusted), "{name}: cut at {at}");
        }
    }
    assert!(tried > 20_000, "{tried}");
}

#[test]
fn what_is_kept_of_an_answer_leaves_out_what_nothing_vouches_for() {
    let seal = seal();
    for (name, there) in [
        ("status-text", true),
        ("digest-list-two", true),
        ("signature-name", true),
        ("unsigned-attribute", true),
        ("list-inside", true),
        ("certificate-injected", true),
        ("certificate-injected-first", true),
        ("certificate-twice", true),
        ("certificate-cross", true),
        ("bare", true),
        ("stranger", false),
        ("expired", false),
    ] {
        let row = rows().into_iter().find(|row| row["name"] == name).unwrap();
        let response = bytes(&format!("{name}.tsr"));
        let trusted = authorities(&row);
        assert!(!is_accepted(name, response.clone(), &seal, &trusted), "{name}");
        let kept = tsp::Token::read(&response, &trusted).unwrap().kept(&trusted);
        assert_eq!(is_accepted(name, kept.clone(), &seal, &trusted), there, "{name}");
        // it stays as it is when it is taken in again
        assert_eq!(tsp::Token::read(&kept, &trusted).unwrap().kept(&trusted), kept, "{name}");
        // whoever trusts nobody keeps what may lead to an authority of somebody else, unless nobody can believe it
        let blind = tsp::Token::read(&response, &[]).unwrap().kept(&[]);
        assert_eq!(is_accepted(name, blind, &seal, &trusted), there, "{name}");
    }
}
