//! Who withholds: releases by several authors, whom the signer and the reader let, and how many there can be (threat 36).

use support::kit;

use kit::library::{file_of, judge, trusting};
use kit::samples::{amina, plain, stranger};
use kit::withholding::{author, believing, digits, refusal, selected, told_nowhere, verified_bytes, verify, withhold_as};
use kit::{Bundle, Release};
use sealbag::report::verdict::ContentsAnswer;
use sealbag::{Belief, Policy, PublicKey, Standing, Timestamp, TrustedSigners, Unwatched, WithheldBy};

#[test]
fn threat_36_releases_by_three_authors_form_a_chain_and_each_is_named() {
    let full = plain().parts();
    let mut bytes = full.zip();
    let steps = [(author(1), "photos/a.jpg", 2), (author(2), "case#dateline", 3), (author(3), "source:S1", 4)];
    for (number, (author, item, gone)) in steps.iter().enumerate() {
        let release = Release { reason: format!("reason {number}"), ..Release::by(author) };
        bytes = withhold_as(&verified_bytes(&bytes), &[item], &release, None).unwrap();
        assert_eq!(told_nowhere(&full, &bytes), *gone);
    }
    let report = verified_bytes(&bytes).report().clone();
    assert_eq!((report.withheld, report.items, report.answers.contents), (4, 7, ContentsAnswer::Withheld));
    let told: Vec<_> = report.releases.iter().map(|release| (release.reason.as_str(), release.withheld)).collect();
    assert_eq!(told, [("reason 0", 2), ("reason 1", 1), ("reason 2", 1)]);
    for ((author, ..), release) in steps.iter().zip(&report.releases) {
        assert_eq!(release.by.as_ref().unwrap().key.line(), author.line());
    }
    // a reader who does not believe one of them does not believe the bundle
    let trust = trusting(&[amina(), author(1), author(3)]);
    assert_eq!(judge(file_of(&bytes), &trust), judge_of(3, "release.author release.other", ContentsAnswer::Withheld));
    // and one who believes all of them still asks who allowed them to withhold
    assert_eq!(judge(file_of(&bytes), &believing()), judge_of(4, "release.other", ContentsAnswer::Withheld));
}

fn judge_of(exit: u8, codes: &str, contents: ContentsAnswer) -> kit::library::Judged {
    kit::library::Judged { exit, codes: codes.split(' ').map(str::to_owned).collect(), contents: Some(contents) }
}

/// What verifying under this policy says: the exit code, and the first line.
fn asked(bytes: &[u8], policy: &Policy, trust: &TrustedSigners) -> (u8, String) {
    let verification = sealbag::Bundle::read(file_of(bytes), &Unwatched).unwrap().verify(trust, policy, &Unwatched).unwrap();
    let mut page = Vec::new();
    sealbag::report::text::write(
        &mut page,
        sealbag::report::words::Words::english(),
        "b.zip",
        verification.report(),
        Default::default(),
        sealbag::report::text::Extent::Word,
    )
    .unwrap();
    let line = String::from_utf8(page).unwrap().lines().next().unwrap().replace("  b.zip", "");
    (verification.report().verdict.exit(), line)
}

#[test]
fn threat_36_only_those_withhold_whom_the_signer_or_the_reader_lets() {
    let (signer, other) = (amina(), author(1));
    let key = |signer: &kit::Signer| PublicKey::parse(&signer.line()).unwrap();
    let fingerprint = |signer: &kit::Signer| key(signer).fingerprint().to_string();
    let standing = |name: &str, belief: Belief| Standing { name: name.into(), belief };
    let contact = || Belief::Contact { since: Timestamp::parse("2026-01-01T00:00:00Z").unwrap() };
    // the reader is the one who withheld, or somebody else who believes them
    let trust = |mine: bool| {
        let mut trust = TrustedSigners::nobody();
        trust.add(key(&signer), standing("Amina", contact()));
        trust.add(key(&other), standing("Bela", if mine { Belief::Own } else { contact() }));
        trust
    };
    let from = |name: &str| Policy { from: Some(name.into()), ..Policy::default() };
    let also = |names: &[&str]| WithheldBy::Also(names.iter().map(|name| (*name).to_owned()).collect());
    let full = plain();
    let named = plain().field("case", "may_withhold", &fingerprint(&other));
    let wrong = plain().field("case", "may_withhold", &fingerprint(&author(2))).field(
        "source:S1",
        "may_withhold",
        &fingerprint(&other),
    );
    let by = |bundle: &Bundle, author: &kit::Signer| {
        let mut parts = bundle.parts();
        parts.withhold(&Release::by(author), &["\"dateline\""]);
        parts.zip()
    };
    let by_bela = format!(" BY \"Bela\" ({:.15}…)", other.fingerprint());
    let enough = |by: &str, items: usize| (0, format!("VERIFIED, 1 OF {items} WITHHELD{by}"));
    let not_enough = (4, "NOT ENOUGH".to_owned());
    // the signer may, whatever is asked
    for policy in [Policy::default(), from("Amina")] {
        assert_eq!(asked(&by(&full, &signer), &policy, &trust(false)), enough("", 7));
    }
    // another contact may not, unless the reader says so
    let bytes = by(&full, &other);
    assert_eq!(asked(&bytes, &Policy::default(), &trust(false)), not_enough);
    assert_eq!(asked(&bytes, &from("Amina"), &trust(false)), not_enough);
    assert_eq!(asked(&bytes, &Policy { withheld_by: also(&["Amina"]), ..Policy::default() }, &trust(false)), not_enough);
    for policy in [Policy::default(), from("Amina")] {
        let policy = Policy { withheld_by: also(&["Chen", "Bela"]), ..policy };
        assert_eq!(asked(&bytes, &policy, &trust(false)), enough(&by_bela, 7));
    }
    assert_eq!(asked(&bytes, &Policy { withheld_by: WithheldBy::Anybody, ..Policy::default() }, &trust(false)).0, 0);
    // the reader may, unless `from` asks for one person
    assert_eq!(asked(&bytes, &Policy::default(), &trust(true)), enough(" BY YOU", 7));
    assert_eq!(asked(&bytes, &from("Amina"), &trust(true)), not_enough);
    // those whom the seal names may, as long as the bundle shows that fact; a fact about something else names nobody
    for policy in [Policy::default(), from("Amina")] {
        assert_eq!(asked(&by(&named, &other), &policy, &trust(false)), enough(&by_bela, 8));
    }
    assert_eq!(asked(&by(&wrong, &other), &Policy::default(), &trust(false)), not_enough);
    let mut hidden = named.parts();
    hidden.withhold(&Release::by(&other), &["may_withhold"]);
    assert_eq!(asked(&hidden.zip(), &Policy::default(), &trust(false)), not_enough);
    // being named makes nobody believed
    let mut amina_only = TrustedSigners::nobody();
    amina_only.add(key(&signer), standing("Amina", contact()));
    assert_eq!(asked(&by(&named, &other), &Policy::default(), &amina_only), (3, "UNKNOWN SIGNER".to_owned()));
}

#[test]
fn a_release_by_a_stranger_is_told_and_nothing_is_withheld_from_what_is_not_verified() {
    let release = Release::by(&stranger());
    let bytes = withhold_as(&verified_bytes(&plain().parts().zip()), &["case#title"], &release, None).unwrap();
    let judged = judge(file_of(&bytes), &believing());
    assert_eq!(judged, judge_of(3, "release.author", ContentsAnswer::Withheld));
    assert!(verify(file_of(&bytes)).unwrap().into_verified().is_err());
}

#[test]
fn the_tenth_release_is_refused() {
    let bundle = (0..10).fold(plain(), |bundle, number| bundle.field("case", "note", &format!("note number {number}")));
    let full = bundle.parts();
    let note = |number: u8| digits(&full, &format!("note number {number}"), 16);
    let mut bytes = full.zip();
    for number in 0..9 {
        bytes = withhold_as(&verified_bytes(&bytes), &[&note(number)], &Release::by(&author(number)), None).unwrap();
    }
    let verified = verified_bytes(&bytes);
    assert_eq!((verified.report().withheld, verified.report().releases.len()), (9, 9));
    assert_eq!(refusal(selected(&verified, &[&note(9)])), "input.limit");
}
