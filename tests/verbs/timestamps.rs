//! What a proven time does to belief: a seal from before a revocation counts as it did then, and the signer's own clock never does that.

use support::kit;

use std::fs;

use kit::samples::amina;
use sealbag::{
    Authority, Belief, Bundle, Evidence, Policy, PublicKey, Report, Requirement, Source, Standing, Timestamp, Token,
    TrustedSigners, Unwatched, Verdict,
};

fn vector(name: &str) -> Vec<u8> {
    fs::read(support::root().join("tests/vectors").join(name)).unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// Amina's bundle, of whose key this is thought, with this token.
fn judged(belief: Belief, token: Option<&str>) -> Report {
    let mut trust = TrustedSigners::nobody();
    trust.add(PublicKey::parse(&amina().line()).unwrap(), Standing { name: "Amina".into(), belief });
    let root = Authority::read_all(&vector("timestamps/root.pem")).unwrap().remove(0);
    trust.add_authority(root);
    let tokens =
        token.map(|name| Token { name: name.into(), response: vector(&format!("timestamps/{name}.tsr")), lists: None });
    let evidence = Evidence { tokens: tokens.into_iter().collect(), ..Evidence::none() };
    let source = Source::open(&support::root().join("tests/vectors/good-least.zip")).unwrap();
    let policy = Policy { required: vec![Requirement::Complete], ..Policy::default() };
    let bundle = Bundle::read(source, &Unwatched).unwrap();
    bundle.verify_with(&trust, &policy, evidence, &Unwatched).unwrap().report().clone()
}

fn revoked(since: &str, before: Option<Belief>) -> Belief {
    Belief::Revoked { at: at(since), before: before.map(Box::new) }
}

fn contact() -> Belief {
    Belief::Contact { since: at("2025-01-01T00:00:00Z") }
}

#[test]
fn threat_27_only_an_accepted_token_from_before_the_revocation_rescues_a_seal() {
    // the seal itself says 2026-11-24; the tokens say 2026-01-02T03:04:05Z, two of them less exactly
    for (since, token, rescued) in [
        ("2026-01-02T03:04:06Z", Some("good-rsa-sha256"), true),
        ("2026-01-02T03:04:05Z", Some("good-rsa-sha256"), false),
        ("2026-01-02T03:04:06Z", Some("good-fraction"), true),
        ("2026-01-02T03:04:05Z", Some("good-fraction"), false),
        // 1.5 seconds later, by what the authority says of its accuracy
        ("2026-01-02T03:04:08Z", Some("good-accuracy"), true),
        ("2026-01-02T03:04:07Z", Some("good-accuracy"), false),
        ("2027-01-01T00:00:00Z", Some("signature"), false),
        ("2027-01-01T00:00:00Z", Some("stranger"), false),
        ("2027-01-01T00:00:00Z", Some("imprint"), false),
        ("2027-01-01T00:00:00Z", None, false),
    ] {
        let report = judged(revoked(since, Some(contact())), token);
        let verdict = if rescued { Verdict::Verified } else { Verdict::UnknownSigner };
        assert_eq!(report.verdict, verdict, "{since} {token:?} {report:#?}");
        assert_eq!(report.findings.has(sealbag::base::code::SIGNER_REVOKED), !rescued);
        assert_eq!(report.notes.has(sealbag::base::code::SIGNER_RESCUED), rescued);
    }
    // one's own key counts as one's own again; where it is not certain what was thought of a key, nothing rescues it
    let rescued = |before| judged(revoked("2026-02-01T00:00:00Z", before), Some("good-rsa-sha256"));
    assert_eq!(rescued(Some(Belief::Own)).answers.signer, sealbag::report::verdict::SignerAnswer::You);
    assert_eq!(rescued(Some(contact())).answers.signer, sealbag::report::verdict::SignerAnswer::Contact);
    assert_eq!(rescued(None).verdict, Verdict::UnknownSigner);
}
