//! A whole bundle is passed on: the same seal, other readers, and nobody learns more than they are meant to.

use support::{kit, runs};

use std::fs;

use kit::library::trusting;
use kit::samples::{amina, for_readers, full, plain, redacted_twice, stranger};
use kit::withholding::{anybody, author, believing, decrypted, for_the_reader, holds, reader, verified, verified_bytes};
use kit::zip::entries_of;
use runs::Desk;
use runs::library::Interrupting;
use sealbag::report::verdict::{Addressed, ContentsAnswer};
use sealbag::{Bundle, Forwarding, Output, SigningKey, Source, Timestamp, TrustedSigners, Unwatched, Verdict, Verified};

fn passed_on(from: &Verified, by: Option<&kit::Signer>) -> Vec<u8> {
    let key = by.map(|signer| SigningKey::from_seed(signer.seed()));
    let at = Timestamp::parse("2026-11-26T08:00:00Z").unwrap();
    let forwarding = key.as_ref().map(|key| Forwarding { by: key, at });
    let mut out = Vec::new();
    let told = from.reseal(&for_the_reader(), forwarding.as_ref(), Output::Stream(&mut out), None, &Unwatched).unwrap();
    assert_eq!((told.length, told.path), (out.len() as u64, None));
    out
}

fn judged(bytes: &[u8], trust: &TrustedSigners) -> (Verdict, ContentsAnswer, Addressed, bool) {
    let source = Source::of(bytes.to_vec()).unlock(|header| header.open(&[reader()])).unwrap();
    let verification = Bundle::read(source, &Unwatched).unwrap().verify(trust, &anybody(), &Unwatched).unwrap();
    let report = verification.report();
    assert!(report.findings.list().is_empty(), "{:?}", report.findings.list());
    (report.verdict, report.answers.contents, report.answers.addressed, report.passed_on_by.is_some())
}

#[test]
fn all_of_it_is_passed_on_under_the_same_seal() {
    for (parts, contents) in [
        (plain().parts(), ContentsAnswer::Intact),
        (for_readers(), ContentsAnswer::Intact),
        (redacted_twice(), ContentsAnswer::Withheld),
        (full(), ContentsAnswer::Withheld),
    ] {
        let copy = passed_on(&verified_bytes(&parts.zip()), None);
        assert_eq!(judged(&copy, &believing()), (Verdict::Verified, contents, Addressed::ToNobody, false));
        // every byte but the list of readers and the padding
        let behind = ["seal/readers.json", "seal/readers.sig", "seal/padding"];
        let kept = |files: Vec<(String, Vec<u8>)>| -> Vec<(String, Vec<u8>)> {
            files.into_iter().filter(|(name, _)| !behind.contains(&name.as_str())).collect()
        };
        let inside = entries_of(&decrypted(&copy));
        assert_eq!(kept(inside.clone()), kept(parts.files.clone()));
        let names: Vec<&str> = inside.iter().map(|(name, _)| name.as_str()).collect();
        assert!(!names.contains(&"seal/readers.json") && names.ends_with(&["seal/padding"]), "{names:?}");
    }
}

#[test]
fn who_passed_it_on_is_said_only_where_they_sign() {
    let from = verified_bytes(&redacted_twice().zip());
    let by = author(1);
    let signed = passed_on(&from, Some(&by));
    assert_eq!(judged(&signed, &believing()).2, Addressed::PassedOn);
    // whom the reader does not believe cannot say for whom it is
    assert_eq!(
        judged(&signed, &trusting(&[amina()])),
        (Verdict::Verified, ContentsAnswer::Withheld, Addressed::ToOthers, false)
    );
    assert_eq!(judged(&passed_on(&from, Some(&amina())), &believing()).2, Addressed::ToYou);
    let unsigned = passed_on(&from, None);
    assert!(holds(&decrypted(&signed), by.line().as_bytes()));
    assert!(!holds(&decrypted(&unsigned), by.line().as_bytes()));
    // and it can be passed on again, without a trace of the first time
    let again = passed_on(&verified(Source::of(signed)), None);
    assert!(!holds(&decrypted(&again), by.line().as_bytes()));
    assert_eq!(judged(&again, &believing()).2, Addressed::ToNobody);
}

/// A desk with a bag, and one of somebody to whom it is passed on; each has the card of the other.
fn desks() -> (Desk, Desk) {
    let (amina, bela) = (Desk::with_bag(), Desk::new());
    bela.new_key("Bela");
    for (owner, other) in [(&amina, &bela), (&bela, &amina)] {
        other.write("card", owner.run(["card"]).done().out);
        other.run(["contact", "add", "card", "--yes"]).done();
    }
    (amina, bela)
}

#[test]
fn the_program_passes_on_what_it_can_open_and_says_who_sees_what() {
    let (amina, bela) = desks();
    let lawyer = Desk::new();
    lawyer.new_key("Chen");
    lawyer.write("amina.card", amina.run(["card"]).done().out);
    lawyer.run(["contact", "add", "amina.card", "--yes"]).done();
    bela.write("chen.card", lawyer.run(["card"]).done().out);
    bela.run(["contact", "add", "chen.card", "--yes"]).done();
    amina.run(["seal", "bag", "--to", "Bela", "-o", "b.zip.age"]).done();
    bela.write("b.zip.age", fs::read(amina.path("b.zip.age")).unwrap());

    let told = bela.run(["reseal", "b.zip.age", "--to", "Chen", "-o", "c.zip.age"]).done();
    assert!(told.out.starts_with("passed on  c.zip.age, "), "{told:#?}");
    for said in ["which is all of it", "nothing of who did that", "this computer cannot open it"] {
        assert!(told.out.contains(said), "{said}: {told:#?}");
    }
    let json =
        bela.run(["reseal", "b.zip.age", "--to", "Chen", "--to-me", "--sign", "-o", "s.zip.age", "--json"]).done().json();
    assert_eq!((&json["schema"], &json["opens_here"]), (&"sealbag-reseal/1".into(), &true.into()));
    assert_eq!((&json["to"], &json["withheld"]), (&serde_json::json!(["Chen", "Bela"]), &0.into()));
    let key = bela.run(["key", "list", "--json"]).done().json()["keys"][0]["fingerprint"].clone();
    assert_eq!(json["signed_by"], key);
    lawyer.write("c.zip.age", fs::read(bela.path("c.zip.age")).unwrap());
    lawyer.write("s.zip.age", fs::read(bela.path("s.zip.age")).unwrap());
    let verdict = lawyer.verify("c.zip.age", 0);
    assert_eq!((&verdict["contents"]["state"], &verdict["addressed"]["state"]), (&"intact".into(), &"to-nobody".into()));
    // the lawyer does not know Bela yet, and then does
    assert_eq!(lawyer.verify("s.zip.age", 0)["addressed"]["state"], "to-others");
    lawyer.write("bela.card", bela.run(["card"]).done().out);
    lawyer.run(["contact", "add", "bela.card", "--yes"]).done();
    assert_eq!(lawyer.verify("s.zip.age", 0)["addressed"]["state"], "passed-on-to-you");
    assert!(lawyer.run(["verify", "s.zip.age"]).done().out.contains("passed on by \"Bela\""));
    // an unpacked bundle, a stream, a passphrase
    bela.run(["open", "b.zip.age", "-d", "opened"]).done();
    bela.run(["reseal", "opened", "--to", "Chen", "-o", "o.zip.age"]).done();
    lawyer.write("o.zip.age", fs::read(bela.path("o.zip.age")).unwrap());
    assert_eq!(lawyer.verify("o.zip.age", 0)["digest"], verdict["digest"]);
    bela.write("pw", "correct horse battery staple, and more\n");
    bela.run(["reseal", "b.zip.age", "--passphrase", "--passphrase-file", "pw", "-o", "p.zip.age"]).done();
    lawyer.write("p.zip.age", fs::read(bela.path("p.zip.age")).unwrap());
    lawyer.write("pw", "correct horse battery staple, and more\n");
    lawyer.run(["verify", "p.zip.age", "--passphrase-file", "pw"]).done();
}

#[test]
fn what_is_not_verified_is_not_passed_on_and_nothing_is_written() {
    let (amina, bela) = desks();
    let good = plain().signed_by(stranger()).parts();
    bela.write("stranger.zip", good.zip());
    let mut altered = good.zip();
    let at = altered.len() / 2;
    altered[at] ^= 1;
    bela.write("altered.zip", altered);
    amina.run(["seal", "bag", "-o", "b.zip"]).done();
    bela.write("b.zip", fs::read(amina.path("b.zip")).unwrap());
    for (bundle, exit) in [("stranger.zip", 3), ("altered.zip", 1), ("nothing.zip", 5)] {
        let told = bela.run(["reseal", bundle, "--to", "Amina O.", "-o", "out.zip.age", "--json"]);
        assert_eq!(told.exit, exit, "{told:#?}");
        assert_eq!(told.json()["refused"], "reseal.refused", "{told:#?}");
        assert!(!bela.path("out.zip.age").exists(), "{bundle}");
    }
    bela.write("there.zip.age", "something");
    for (args, exit, code) in [
        (&["b.zip", "-o", "out.zip.age"][..], 2, "usage"),
        (&["b.zip", "--classic", "-o", "out.zip.age"], 2, "usage"),
        (&["b.zip", "--to", "Nobody", "-o", "out.zip.age"], 2, "contact.unknown"),
        (&["b.zip", "--to", "Amina O.", "-o", "there.zip.age"], 2, "output.exists"),
        (&["b.zip", "--to", "Amina O.", "-o", "b.zip", "--force"], 2, "output.inside"),
        (&["b.zip", "--to", "Amina O.", "--sign", "--key", "Nobody", "-o", "out.zip.age"], 2, "key.unknown"),
    ] {
        bela.refused([&["reseal"], args].concat(), exit, code);
        assert!(!bela.path("out.zip.age").exists(), "{args:?}");
    }
    assert_eq!(fs::read(bela.path("there.zip.age")).unwrap(), b"something");
    assert_eq!(bela.verify("b.zip", 0)["verdict"], "verified");
    let told = bela.run(["redact", "b.zip", "--reason", "x", "--to", "Amina O.", "-o", "out.zip.age"]);
    assert!(told.exit == 2 && told.err.contains("sealbag reseal"), "{told:#?}");
}

#[test]
fn readers_come_from_a_list_and_from_classic_keys_too() {
    let (amina, bela) = desks();
    amina.write("list", "Bela\n");
    amina.run(["seal", "bag", "-o", "b.zip"]).done();
    for (flags, kind) in [(&["--to-list", "list"][..], "post-quantum"), (&["--to", "Bela", "--classic"], "x25519")] {
        let args = ["reseal", "b.zip", "-o", "r.zip.age", "--force", "--json"].into_iter().chain(flags.iter().copied());
        let told = amina.run(args).done().json();
        assert_eq!((&told["encryption"], &told["to"]), (&kind.into(), &serde_json::json!(["Bela"])), "{told}");
        bela.write("r.zip.age", fs::read(amina.path("r.zip.age")).unwrap());
        assert_eq!(bela.verify("r.zip.age", 0)["addressed"]["state"], "to-nobody");
    }
    amina.write("nobody", "Nobody\n");
    amina.refused(["reseal", "b.zip", "-o", "x.age", "--to-list", "nobody"], 2, "contact.unknown");
}

#[test]
fn a_reseal_that_is_interrupted_at_any_moment_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let bytes = plain().parts().zip();
    let verified = || verified_bytes(&bytes);
    let out = place.path().join("r.zip.age");
    for calls in 0.. {
        let output = Output::File(out.clone(), false);
        let watch = Interrupting::after(calls);
        match verified().reseal(&for_the_reader(), None, output, None, &watch) {
            Ok(_) if calls > 3 => break,
            Ok(_) => panic!("it was asked only {calls} times"),
            Err(error) => assert_eq!(error.code.id, "run.interrupted", "after {calls}"),
        }
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "after {calls}");
    }
}
