//! Bundles that show less: what can be named, what goes with it, and that the rest verifies and tells nothing of what is gone
//! (threats 32 to 36).

use support::kit;
use support::runs;

use std::fs;
use std::path::Path;

use kit::library::{file_of, judge};
use kit::samples::{addressed, amina, full, plain, redacted, redacted_twice};
use kit::withholding::{
    author, believing, decrypted, digits, for_the_reader, holds, reader, refusal, selected, told_nowhere, verified,
    verified_bytes, withhold, withhold_as,
};
use kit::{Bundle, File, Release};
use runs::library::{Interrupting, Meddling};
use sealbag::ops::output::Encryption;
use sealbag::report::verdict::{Addressed, ContentsAnswer};
use sealbag::{Error, Output, Reason, Redacted, Result, SigningKey, Source, Timestamp, Unwatched, Verdict, Verified, Watch};

const PATROL: &str = "photos/新疆_巡逻.jpg";

/// Names that look like something else, and a source with many facts.
fn strange() -> Bundle {
    let file = |path: &str| File::new(path, format!("the bytes of {path}"), "text/plain", "document");
    let names = ["case", "recipients", "a#b", "a", "deadbeef", "data/x", "x", "case#title", "photos/b#1.jpg", "q.txt"];
    let bundle = names.into_iter().fold(plain(), |bundle, name| bundle.with_file(file(name)));
    bundle
        .field("file:case", "note", "of the file")
        .field("case", "note", "of the case")
        .field("file:a", "b", "the fact b of a")
        .field("file:photos/b#1.jpg", "caption", "two # are one too many")
        .field("source:S1", "note", "met twice")
        .field("source:S12", "identity", "somebody else")
        .field("source:S12", "note", "met once")
}

fn chosen(bundle: &Bundle, items: &[&str]) -> Vec<String> {
    selected(&verified_bytes(&bundle.parts().zip()), items).unwrap()
}

#[test]
fn a_name_that_was_typed_with_separate_accents_means_the_file() {
    let file = |path: &str| File::new(path, "text", "text/plain", "document");
    let bundle = plain().with_file(file("caf\u{e9}.txt")).field("file:caf\u{e9}.txt", "note", "noon");
    assert_eq!(chosen(&bundle, &["cafe\u{301}.txt"]), chosen(&bundle, &["caf\u{e9}.txt"]));
    assert_eq!(chosen(&bundle, &["data/cafe\u{301}.txt"]).len(), 2);
    assert_eq!(chosen(&bundle, &["cafe\u{301}.txt#note"]).len(), 1);
    assert_eq!(chosen(&bundle, &["cafe\u{301}.*"]).len(), 2);
    // where both are sealed, which an honest writer never does, each means itself
    let twins = bundle.with_file(file("cafe\u{301}.txt"));
    assert_eq!(chosen(&twins, &["cafe\u{301}.txt"]), ["cafe\u{301}.txt"]);
}

fn not_chosen(bundle: &Bundle, items: &[&str]) -> &'static str {
    refusal(selected(&verified_bytes(&bundle.parts().zip()), items))
}

#[test]
fn a_path_means_the_file_and_all_that_is_said_of_it() {
    let bundle = strange();
    assert_eq!(chosen(&bundle, &["photos/a.jpg"]), ["photos/a.jpg", "photos/a.jpg#caption"]);
    assert_eq!(chosen(&bundle, &["data/photos/a.jpg"]), ["photos/a.jpg", "photos/a.jpg#caption"]);
    assert_eq!(chosen(&bundle, &["report.txt", PATROL]), [PATROL, "report.txt"]);
    // naming the file by its commitment means the same
    let full = bundle.parts();
    let digits = digits(&full, "\"path\":\"photos/a.jpg\"", 8);
    assert_eq!(chosen(&bundle, &[&digits]), ["photos/a.jpg", "photos/a.jpg#caption"]);
    assert_eq!(chosen(&bundle, &["photos/a*pg"]), ["photos/a.jpg", "photos/a.jpg#caption"]);
}

#[test]
fn a_fact_is_meant_alone_and_a_source_with_everything_about_it() {
    let bundle = strange();
    assert_eq!(chosen(&bundle, &["photos/a.jpg#caption"]), ["photos/a.jpg#caption"]);
    assert_eq!(chosen(&bundle, &["data/photos/a.jpg#caption"]), ["photos/a.jpg#caption"]);
    assert_eq!(chosen(&bundle, &["photos/b#1.jpg#caption"]), ["photos/b#1.jpg#caption"]);
    assert_eq!(chosen(&bundle, &["case#dateline"]), ["case#dateline"]);
    assert_eq!(chosen(&bundle, &["source:S1"]), ["source:S1#identity", "source:S1#note"]);
    assert_eq!(chosen(&bundle, &["source:S12#note"]), ["source:S12#note"]);
    assert_eq!(chosen(&bundle, &["source:S1#note", "source:S1"]), ["source:S1#identity", "source:S1#note"]);
}

#[test]
fn facts_of_one_name_are_meant_together_and_one_of_them_by_its_commitment() {
    let bundle = plain().field("case", "event_place", "Almaty").field("case", "event_place", "Karaganda");
    assert_eq!(chosen(&bundle, &["case#event_place"]), ["case#event_place", "case#event_place"]);
    let full = bundle.parts();
    for count in [8, 9, 63, 64] {
        let bytes = withhold(&verified_bytes(&full.zip()), &[&digits(&full, "Almaty", count)]).unwrap();
        assert!(!holds(&bytes, b"Almaty") && holds(&bytes, b"Karaganda"));
    }
}

#[test]
fn a_path_wins_over_what_it_looks_like() {
    let bundle = strange();
    assert_eq!(chosen(&bundle, &["recipients"]), ["recipients"]);
    assert_eq!(chosen(&bundle, &["deadbeef"]), ["deadbeef"]);
    assert_eq!(chosen(&bundle, &["a#b"]), ["a#b"]);
    assert_eq!(chosen(&bundle, &["case#title"]), ["case#title"]);
    assert_eq!(chosen(&bundle, &["case"]), ["case", "case#note"]);
    let full = bundle.parts();
    let bytes = withhold(&verified_bytes(&full.zip()), &["case#title", "a#b"]).unwrap();
    assert!(holds(&bytes, b"Notice of the embassy") && holds(&bytes, b"the fact b of a"), "the facts that are called so stay");
    assert!(!holds(&bytes, b"the bytes of case#title") && !holds(&bytes, b"the bytes of a#b"));
}

#[test]
fn data_before_it_makes_anything_a_path() {
    let bundle = strange();
    let gone = |item: &str| {
        let bytes = withhold(&verified_bytes(&bundle.parts().zip()), &[item]).unwrap();
        kit::withholding::lines_gone(&bundle.parts(), &bytes)
            .iter()
            .map(|line| String::from_utf8(line.clone()).unwrap())
            .collect::<Vec<_>>()
    };
    // of the two files that this could mean, the one with exactly this path is meant
    assert!(gone("data/x")[0].contains("\"path\":\"data/x\""));
    assert!(gone("data/data/x")[0].contains("\"path\":\"data/x\""));
    assert!(gone("x")[0].contains("\"path\":\"x\""));
    assert!(gone("case#note").concat().contains("of the case") && gone("case#note").len() == 1);
    assert!(gone("data/case#note").concat().contains("of the file") && gone("data/case#note").len() == 1);
    for nothing in ["data/case#dateline", "data/source:S1", "data/source:S1#note", "data/photos", "data/", "data/deadbeef0"] {
        assert_eq!(not_chosen(&bundle, &[nothing]), "item.unknown", "{nothing}");
    }
}

#[test]
fn what_is_called_so_nowhere_is_unknown() {
    let bundle = strange();
    for nothing in [
        "",
        "photos",
        "photos/",
        "report",
        "report.txt/",
        "/report.txt",
        "./report.txt",
        "REPORT.TXT",
        "report.txt#caption",
        "report.txt#",
        "case#nothing",
        "case#",
        "#title",
        "source:S2",
        "source:S01",
        "source:S1#protection",
        "source:",
        "source:S",
        "nobody.txt",
        "no*thing",
        "??z??",
        "0000000",
        "00000000",
        "DEADBEE0",
        "file:report.txt",
        " report.txt",
    ] {
        assert_eq!(not_chosen(&bundle, &[nothing]), "item.unknown", "{nothing:?}");
        assert_eq!(not_chosen(&bundle, &["report.txt", nothing]), "item.unknown", "{nothing:?} beside one that is known");
        let verified = verified_bytes(&bundle.parts().zip());
        assert_eq!(refusal(verified.disclose(&[nothing.to_owned()])), "item.unknown", "{nothing:?} is not disclosed");
    }
    // seven digits could be anything, and capital letters are not digits
    let full = bundle.parts();
    assert_eq!(not_chosen(&bundle, &[&digits(&full, "Astana", 7)]), "item.unknown");
    assert_eq!(not_chosen(&bundle, &[&digits(&full, "Astana", 64).to_uppercase()]), "item.unknown");
    assert_eq!(not_chosen(&bundle, &[&(digits(&full, "Astana", 64) + "0")]), "item.unknown");
    // a bundle encrypted for nobody has no recipients
    assert_eq!(not_chosen(&plain(), &["recipients"]), "item.unknown");
}

#[test]
fn digits_that_begin_two_commitments_are_refused() {
    // eight digits meet by chance only after some 80,000 items, so the bundle is made until two of its items do
    let mut bundle = plain();
    let mut seen = std::collections::HashMap::new();
    let mut number = 0u32;
    let twins = loop {
        let field = kit::bundle::field_line("case", "note", &format!("note {number}"));
        let line = format!("{{\"salt\":\"{}\",{field}\n", "5a".repeat(16));
        let commitment = kit::withholding::commitment(line.as_bytes());
        if let Some(other) = seen.insert(commitment[..8].to_owned(), number) {
            break (other, number, commitment);
        }
        number += 1;
    };
    bundle.padding = false;
    let mut parts = bundle.parts();
    let head = parts.text("seal/manifest.json").lines().next().unwrap().to_owned();
    for number in [twins.0, twins.1] {
        parts.add_line(&kit::bundle::field_line("case", "note", &format!("note {number}")));
    }
    parts.seal(&head);
    let verified = verified_bytes(&parts.zip());
    assert_eq!(refusal(selected(&verified, &[&twins.2[..8]])), "item.unknown");
    assert_eq!(selected(&verified, &[&twins.2]).unwrap(), ["case#note"]);
}

#[test]
fn patterns_mean_names_and_are_told_from_names() {
    let bundle = strange();
    let verified = verified_bytes(&bundle.parts().zip());
    let pattern = |items: &[&str]| {
        let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
        verified.withhold(&items, false, &Unwatched).unwrap().pattern().map(str::to_owned)
    };
    assert_eq!(pattern(&["report.txt", "source:S1"]), None);
    assert_eq!(pattern(&["report.txt", "photos/*", "?"]), Some("photos/*".into()));
    assert_eq!(chosen(&bundle, &["photos/*.jpg"]).len(), 5, "three photos, and what is said of two of them");
    assert_eq!(chosen(&bundle, &["*#note"]), ["case#note", "case#note", "source:S1#note", "source:S12#note"]);
    assert_eq!(chosen(&bundle, &["source:S1?#*"]), ["source:S12#identity", "source:S12#note"]);
    assert_eq!(chosen(&bundle, &["photos/?????.jpg"]), [PATROL]);
}

#[test]
fn something_is_always_left_and_something_always_goes() {
    let bundle = plain();
    let verified = verified_bytes(&bundle.parts().zip());
    assert_eq!(refusal(selected(&verified, &["report.txt", "photos/*"])), "redact.nothing_left");
    assert_eq!(refusal(selected(&verified, &["*"])), "redact.nothing_left");
    assert_eq!(refusal(selected(&verified, &[])), "usage");
    // all facts may go
    let bytes = withhold(&verified, &["*#*", "report.txt", PATROL]).unwrap();
    assert_eq!(verified_bytes(&bytes).contents().unwrap().files.len(), 1);
    assert_eq!(told_nowhere(&bundle.parts(), &bytes), 6);
}

#[test]
fn the_result_is_what_the_second_writer_makes() {
    let once = withhold(&verified_bytes(&plain().parts().zip()), &["photos/a.jpg"]).unwrap();
    assert_eq!(once, redacted().zip());
    assert_eq!(withhold(&verified_bytes(&once), &["case#dateline"]).unwrap(), redacted_twice().zip());
    // from a folder as well, whatever it is called
    let home = tempfile::tempdir().unwrap();
    plain().parts().unpack_to(&home.path().join("a folder"));
    let folder = verified(Source::open(&home.path().join("a folder")).unwrap());
    assert_eq!(withhold(&folder, &["photos/a.jpg"]).unwrap(), once);
    // by somebody else, at another time, for another reason
    let release =
        Release { at: "2027-01-01T00:00:00Z".into(), reason: "\"quoted\"\nand\t\u{1}新".into(), ..Release::by(&author(1)) };
    let mut parts = plain().parts();
    parts.withhold(&release, &["report.txt", "\"source:S1\""]);
    let bytes = withhold_as(&verified_bytes(&plain().parts().zip()), &["report.txt", "source:S1"], &release, None).unwrap();
    assert_eq!(bytes, parts.zip());
}

#[test]
fn an_encrypted_result_is_padded_and_tells_its_reader_and_nobody_else_that_it_is_for_them() {
    let release = Release::by(&amina());
    let mut parts = addressed().parts();
    parts.withhold(&release, &["photos/a.jpg", "\"recipient\""]);
    let encrypted = kit_encrypt(&addressed().parts().zip());
    for from in [verified_bytes(&addressed().parts().zip()), verified_bytes(&encrypted)] {
        let bytes = withhold_as(&from, &["photos/a.jpg"], &release, Some(&for_the_reader())).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
        let mut inside = kit::Parts { files: kit::zip::entries_of(&decrypted(&bytes)), ..parts.clone() };
        assert_eq!(inside.text("seal/readers.json").matches("\",\n").count(), 3, "four slips");
        assert!(!inside.text("seal/readers.json").contains(&reader().recipient().to_string()));
        for name in ["seal/readers.json", "seal/readers.sig"] {
            inside.remove(name);
        }
        inside.mend_padding();
        assert_eq!(inside.zip(), parts.zip());
        assert!(!holds(&bytes, b"seal/") && !holds(&bytes, b"report"));
        let report = verified_bytes(&bytes).report().clone();
        assert_eq!((report.withheld, report.answers.addressed), (4, Addressed::ToYou));
    }
    // a second one, plain again: no padding, and nobody named
    let mut plain_again = parts.clone();
    plain_again.remove("seal/padding");
    plain_again.withhold(&Release::by(&amina()), &["\"dateline\""]);
    let bytes = withhold_as(&verified_bytes(&parts.zip()), &["case#dateline"], &Release::by(&amina()), None).unwrap();
    assert_eq!(bytes, plain_again.zip());
}

fn kit_encrypt(bytes: &[u8]) -> Vec<u8> {
    let recipients = [reader().recipient()];
    let mut out = sealbag::crypto::age::encrypt(sealbag::crypto::age::EncryptTo::Recipients(&recipients), Vec::new()).unwrap();
    std::io::Write::write_all(&mut out, bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn recipients_go_unless_they_are_kept() {
    let parts = addressed().parts();
    let verified = verified_bytes(&parts.zip());
    let withheld = |items: &[&str], keep| {
        let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
        let redaction = verified.withhold(&items, keep, &Unwatched).unwrap();
        redaction.withheld().iter().filter(|named| named.name == "recipients").count()
    };
    assert_eq!(withheld(&["case#title"], false), 2);
    assert_eq!(withheld(&["case#title"], true), 0);
    assert_eq!(withheld(&["recipients"], true), 2);
    let bytes = withhold(&verified, &["case#title"]).unwrap();
    assert_eq!(told_nowhere(&parts, &bytes), 3);
    // where they are gone already nothing is missed
    assert_eq!(selected(&verified_bytes(&bytes), &["case#dateline"]).unwrap(), ["case#dateline"]);
    assert_eq!(refusal(selected(&verified_bytes(&bytes), &["recipients"])), "item.unknown");
}

#[test]
fn threats_34_and_35_nothing_of_what_is_withheld_stands_in_the_result() {
    let bundle = strange().parts();
    let from = verified_bytes(&bundle.zip());
    for items in [
        &["photos/a.jpg"][..],
        &[PATROL],
        &["source:S12"],
        &["deadbeef", "photos/b#1.jpg", "q.txt"],
        &["case#dateline", "photos/a.jpg#caption"],
        &["photos/*", "source:*"],
    ] {
        let redaction =
            from.withhold(&items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>(), false, &Unwatched).unwrap();
        let (goes, stays) = (redaction.withheld().len(), redaction.shown());
        let plain = withhold(&from, items).unwrap();
        let inside = decrypted(&withhold_as(&from, items, &Release::by(&amina()), Some(&for_the_reader())).unwrap());
        for bytes in [plain, inside] {
            assert_eq!(told_nowhere(&bundle, &bytes), goes, "{items:?}");
            let verified = verified_bytes(&bytes);
            assert_eq!(verified.report().withheld, goes as u64);
            assert_eq!(verified.report().items, goes as u64 + stays);
            // nor in what is unpacked, the names included
            let place = tempfile::tempdir().unwrap();
            verified.extract(&place.path().join("out"), &Unwatched).unwrap();
            let unpacked = kit::withholding::files(&place.path().join("out"));
            let all: Vec<u8> = unpacked.into_iter().flat_map(|(name, bytes)| [name.into_bytes(), bytes].concat()).collect();
            assert_eq!(told_nowhere(&bundle, &all), goes, "{items:?}");
        }
    }
}

#[test]
fn the_order_of_what_is_left_is_that_of_the_hashes() {
    let parts = strange().parts();
    let bytes = withhold(&verified_bytes(&parts.zip()), &["photos/a.jpg", "source:S1"]).unwrap();
    let gone = kit::withholding::lines_gone(&parts, &bytes);
    let left: Vec<Vec<u8>> = parts.lines().into_iter().filter(|line| !gone.contains(line)).collect();
    assert!(holds(&bytes, &left.concat()), "the lines stand one behind the other, without a gap");
}

#[test]
fn threat_32_an_item_that_was_dropped_without_a_release_is_failed() {
    let bytes = withhold(&verified_bytes(&plain().parts().zip()), &["case#title"]).unwrap();
    let mut parts = plain().parts();
    parts.withhold(&Release::by(&amina()), &["\"title\""]);
    assert_eq!(parts.zip(), bytes);
    parts.drop_lines("\"dateline\"");
    parts.mend();
    assert_eq!(
        judge(file_of(&parts.zip()), &believing()),
        kit::library::Judged {
            exit: 1,
            codes: ["item.missing".to_owned()].into(),
            contents: Some(ContentsAnswer::Damaged(sealbag::base::code::Damage::Incomplete)),
        }
    );
}

/// Writes the redacted bundle to a path; every call that may go wrong on its way.
fn write(
    from: &Verified,
    to: Output,
    input: Option<&Path>,
    encryption: Option<&Encryption>,
    watch: &dyn Watch,
) -> Result<Redacted> {
    let redaction = from.withhold(&["photos/a.jpg".into()], false, &Unwatched)?;
    let key = SigningKey::from_seed(amina().seed());
    let reason = Reason { by: &key, at: Timestamp::parse("2026-11-25T08:00:00Z").unwrap(), reason: "the source is at risk" };
    redaction.write(&reason, encryption, to, input, watch)
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn its_name_in_a_folder_is_fresh_and_not_that_of_the_bundle() {
    let place = tempfile::tempdir().unwrap();
    let from = verified_bytes(&plain().parts().zip());
    let folder = || Output::Folder(place.path().into(), [0xab; 6]);
    let redacted_to = write(&from, folder(), None, None, &Unwatched).unwrap();
    assert_eq!(redacted_to.path.unwrap(), place.path().join("sealbag-abababababab.zip"));
    assert_eq!((redacted_to.shown, redacted_to.withheld, redacted_to.release), (5, 2, 1));
    write(&from, folder(), None, Some(&for_the_reader()), &Unwatched).unwrap();
    assert_eq!(entries(place.path()), ["sealbag-abababababab.zip", "sealbag-abababababab.zip.age"]);
    assert_eq!(fs::read(place.path().join("sealbag-abababababab.zip")).unwrap(), redacted().zip());
    // what is there is not replaced unasked
    let again = write(&from, folder(), None, None, &Unwatched);
    assert_eq!(refusal(again), "output.exists");
}

#[test]
fn interrupted_anywhere_it_leaves_nothing() {
    let from = verified_bytes(&plain().parts().zip());
    let place = tempfile::tempdir().unwrap();
    for encryption in [None, Some(for_the_reader())] {
        let mut calls = 0;
        loop {
            let to = place.path().join("out");
            match write(&from, Output::File(to.clone(), false), None, encryption.as_ref(), &Interrupting::after(calls)) {
                Ok(_) => break fs::remove_file(to).unwrap(),
                Err(Error { code, .. }) => assert_eq!(code.id, "run.interrupted", "after {calls}"),
            }
            assert_eq!(entries(place.path()), Vec::<String>::new(), "after {calls}");
            calls += 1;
        }
        assert!(calls > 2, "it was interrupted somewhere");
    }
    let interrupted = from.withhold(&["photos/a.jpg".into()], false, &Interrupting::after(0));
    assert_eq!(refusal(interrupted), "run.interrupted");
}

#[test]
fn a_key_that_does_not_sign_and_a_stream_that_closes_leave_nothing() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    struct Refusing(SigningKey);
    impl sealbag::Signer for Refusing {
        fn public(&self) -> sealbag::PublicKey {
            self.0.public()
        }
        fn sign(&self, _: &[u8]) -> Result<sealbag::crypto::key::Signature> {
            Err(Error::interrupted())
        }
    }
    let place = tempfile::tempdir().unwrap();
    let from = verified_bytes(&plain().parts().zip());
    assert!(write(&from, Output::Stream(&mut Closed), None, None, &Unwatched).is_err());
    let redaction = from.withhold(&["photos/a.jpg".into()], false, &Unwatched).unwrap();
    let at = Timestamp::parse("2026-11-25T08:00:00Z").unwrap();
    let key = Refusing(SigningKey::from_seed(amina().seed()));
    let to = || Output::File(place.path().join("out"), false);
    let refused = redaction.write(&Reason { by: &key, at, reason: "x" }, None, to(), None, &Unwatched);
    assert_eq!(refusal(refused), "run.interrupted");
    for reason in [String::new(), "x".repeat((16 << 10) + 1)] {
        let key = SigningKey::from_seed(amina().seed());
        let refused = redaction.write(&Reason { by: &key, at, reason: &reason }, None, to(), None, &Unwatched);
        assert_eq!(refusal(refused), "usage");
    }
    assert_eq!(entries(place.path()), Vec::<String>::new());
}

#[test]
fn the_bundle_itself_is_never_written_over_or_into() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    fs::write(at("b.zip"), plain().parts().zip()).unwrap();
    fs::hard_link(at("b.zip"), at("same.zip")).unwrap();
    plain().parts().unpack_to(&at("folder"));
    let from = verified(Source::open(&at("b.zip")).unwrap());
    for to in ["b.zip", "same.zip", "folder/../b.zip"] {
        let refused = write(&from, Output::File(at(to), true), Some(&at("b.zip")), None, &Unwatched);
        assert_eq!(refusal(refused), "output.inside", "{to}");
    }
    let from = verified(Source::open(&at("folder")).unwrap());
    for to in ["folder/out.zip", "folder/data/out.zip", "folder/report-1.zip"] {
        let refused = write(&from, Output::File(at(to), true), Some(&at("folder")), None, &Unwatched);
        assert_eq!(refusal(refused), "output.inside", "{to}");
    }
    assert_eq!(fs::read(at("b.zip")).unwrap(), plain().parts().zip());
    assert_eq!(entries(place.path()), ["b.zip", "folder", "same.zip"]);
    write(&from, Output::File(at("out.zip"), false), Some(&at("folder")), None, &Unwatched).unwrap();
    assert_eq!(fs::read(at("out.zip")).unwrap(), redacted().zip());
}

#[test]
fn a_bundle_that_changed_after_it_was_verified_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    for part in ["data/report.txt", "seal/items.jsonl", "seal/manifest.sig", "data/photos/新疆_巡逻.jpg"] {
        let folder = at(&format!("folder {}", part.len()));
        plain().parts().unpack_to(&folder);
        let from = verified(Source::open(&folder).unwrap());
        let mut bytes = fs::read(folder.join(part)).unwrap();
        bytes[1] ^= 1;
        fs::write(folder.join(part), bytes).unwrap();
        let refused = write(&from, Output::File(at("out.zip"), false), None, None, &Unwatched);
        assert_eq!(refusal(refused), "payload.altered", "{part}");
        assert!(!at("out.zip").exists(), "{part}");
    }
    // and one that changes while it is written
    let folder = at("late");
    plain().parts().unpack_to(&folder);
    let from = verified(Source::open(&folder).unwrap());
    let meddling = Meddling::with(|| fs::write(folder.join("data/report.txt"), "Two pages").unwrap());
    let refused = write(&from, Output::File(at("out.zip"), false), None, None, &meddling);
    assert_eq!(refusal(refused), "payload.altered");
    assert!(!at("out.zip").exists());
}

#[test]
fn a_bundle_with_every_kind_of_part_is_redacted_further() {
    let parts = full();
    let bytes = withhold_as(&verified_bytes(&parts.zip()), &[PATROL], &Release::by(&author(4)), None).unwrap();
    let verified = verified_bytes(&bytes);
    assert_eq!((verified.report().releases.len(), verified.report().verdict), (3, Verdict::Verified));
    // what was there stays, to the byte
    for name in ["seal/manifest.json", "seal/manifest.sig", "seal/release-1.json", "seal/release-1.sig", "seal/release-2.sig"] {
        assert!(holds(&bytes, parts.bytes(name)), "{name}");
    }
    assert!(told_nowhere(&parts, &bytes) == 1 && told_nowhere(&plain().parts(), &bytes) == 4);
}
