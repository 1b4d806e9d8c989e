//! What was withheld is given back: only what the seal commits to is believed, byte for byte, and two bundles are compared
//! (threats 33 and 35b).

use support::{kit, strides};

use std::fs;

use kit::library::{closed, file_of, stream_of};
use kit::samples::{amina, plain, redacted, redacted_twice, stranger};
use kit::withholding::{
    decrypted, disclose, disclose_as, disclosure, disclosure_head, disclosures, files, for_the_reader, holds, reader,
    verified_bytes, verify, verify_beside, withhold, withhold_as,
};
use kit::{Bundle, File, Parts, Release};
use sealbag::base::code::Damage;
use sealbag::format::zip::padme;
use sealbag::report::model::{Given, NotChecked};
use sealbag::report::verdict::ContentsAnswer;
use sealbag::{Against, Comparison, Evidence, Source, Unwatched, Verdict, Verification};

const PATROL: &str = "photos/新疆_巡逻.jpg";
const CAPTION: &str = "photos/a.jpg#caption";

/// A bundle verified with these disclosures put in; or the code of the error that ended it.
fn with(bundle: &[u8], disclosures: &[&[u8]]) -> Result<Verification, &'static str> {
    let evidence = kit::withholding::disclosures(disclosures.iter().map(|bytes| file_of(bytes)));
    verify_beside(file_of(bundle), evidence, &Unwatched).map_err(|error| error.code.id)
}

fn found(verification: &Verification) -> Vec<&'static str> {
    verification.report().findings.list().iter().map(|finding| finding.code.id).collect()
}

fn names(given: &Given) -> Vec<&str> {
    given.items.iter().map(|item| item.name.as_str()).collect()
}

/// The code for which a disclosure is refused; nothing of it was accepted, and nothing of it is written.
#[track_caller]
fn refused(bundle: &[u8], disclosure: &[u8]) -> &'static str {
    let code = match with(bundle, &[disclosure]) {
        Err(code) => code,
        Ok(verification) => {
            let report = verification.report();
            assert_eq!((report.verdict, report.given.len(), report.disclosed()), (Verdict::Failed, 0, 0));
            // the contents of the bundle still count as intact, and yet nothing is given out
            assert!(matches!(report.answers.contents, ContentsAnswer::Withheld | ContentsAnswer::Intact));
            assert_eq!(report.findings.list().len(), 1);
            let code = report.findings.list()[0].code.id;
            assert!(verification.into_intact().is_err());
            code
        }
    };
    let place = tempfile::tempdir().unwrap();
    let extracted = verified_bytes(bundle).extract_disclosure(file_of(disclosure), &place.path().join("out"), &Unwatched);
    assert_eq!(extracted.err().map(|error| error.code.id), Some(code));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "something was left");
    code
}

/// A bundle that withholds a photo with its caption, and the dateline.
fn gaps() -> Vec<u8> {
    redacted_twice().zip()
}

/// Gives all of that back.
fn all() -> Vec<u8> {
    disclose(&verified_bytes(&plain().parts().zip()), &["photos/a.jpg", "case#dateline"])
}

#[test]
fn what_was_withheld_is_put_back_where_the_seal_commits_to_it() {
    let verification = with(&gaps(), &[&all()]).unwrap();
    let report = verification.report();
    assert_eq!((report.verdict, report.answers.contents), (Verdict::Verified, ContentsAnswer::Withheld));
    assert_eq!((report.withheld, report.disclosed(), report.given.len()), (3, 3, 1));
    let given = &report.given[0];
    assert_eq!((names(given), given.shown), (vec!["case#dateline", "photos/a.jpg", CAPTION], 0));
    assert_eq!(given.items[0].value.as_deref(), Some("Astana, Kazakhstan"));
    assert_eq!((given.files[0].path.as_str(), given.files[0].size), ("photos/a.jpg", 12));
    assert!(found(&verification).is_empty() && verification.into_verified().is_ok());
}

#[test]
fn a_disclosure_is_what_the_second_writer_makes() {
    let full = plain().parts();
    let verified = verified_bytes(&full.zip());
    for (items, texts) in [
        (&["photos/a.jpg", "case#dateline"][..], &["photos/a.jpg", "\"dateline\""][..]),
        (&[CAPTION], &["\"caption\""]),
        (&["*"], &["salt"]),
        (&["report.txt", PATROL], &["report.txt", PATROL]),
    ] {
        assert_eq!(disclose(&verified, items), disclosure(&full, texts), "{items:?}");
    }
    // also from a bundle that shows less, as far as it shows
    let verified = verified_bytes(&redacted().zip());
    assert_eq!(disclose(&verified, &["case#dateline"]), disclosure(&full, &["\"dateline\""]));
    let gone = verified.disclose(&["photos/a.jpg".to_owned()]);
    assert_eq!(gone.err().map(|error| error.code.id), Some("item.unknown"));
}

strides!(flip_cut_and_append, threat_33_bytes_flipped_lengths_cut_and_bytes_appended_are_refused takes one in 31, threat_33_every_byte_flipped_every_length_cut_and_bytes_appended_are_refused takes all);

fn flip_cut_and_append(step: usize) {
    let (bundle, good) = (gaps(), all());
    let verification = with(&bundle, &[&good]).unwrap();
    assert_eq!(verification.report().disclosed(), 3);
    for at in (0..good.len()).step_by(step) {
        for bit in [0x01, 0x10, 0x80] {
            let mut altered = good.clone();
            altered[at] ^= bit;
            let code = refused(&bundle, &altered);
            assert!(code.starts_with("disclosure.") || code == "seal.newer", "byte {at}: {code}");
        }
        assert_eq!(refused(&bundle, &good[..at]), "disclosure.malformed", "cut to {at}");
    }
    for more in [&b"\n"[..], b"\0\x01", b"{}\n", &good] {
        assert_eq!(refused(&bundle, &[&good, more].concat()), "disclosure.malformed");
    }
    // padding says nothing
    assert_eq!(with(&bundle, &[&[&good[..], &[0; 60_000]].concat()]).unwrap().report().disclosed(), 3);
    assert_eq!(refused(&bundle, &[&good[..], &[0; 70_000]].concat()), "disclosure.malformed", "no end");
}

#[test]
fn it_is_for_one_bundle_and_holds_nothing_else() {
    let (bundle, full) = (gaps(), plain().parts());
    let other = Bundle { id: "f".repeat(32), ..plain() }.parts();
    assert_eq!(refused(&bundle, &disclosure(&other, &["\"dateline\""])), "disclosure.other");
    let line = |parts: &Parts, text: &str| {
        parts.lines().into_iter().find(|line| String::from_utf8_lossy(line).contains(text)).unwrap()
    };
    let made = |count, lines: &[Vec<u8>]| [disclosure_head(&full.digest(), count), lines.concat()].concat();
    // the same words with another salt, and other words with the same salt
    let foreign = line(&other, "\"dateline\"");
    assert_eq!(refused(&bundle, &made(1, &[foreign])), "disclosure.unsealed");
    let changed = String::from_utf8(line(&full, "\"dateline\"")).unwrap().replace("Astana", "Almaty");
    assert_eq!(refused(&bundle, &made(1, &[changed.into()])), "disclosure.unsealed");
    let renamed = String::from_utf8(line(&full, "\"dateline\"")).unwrap().replace("\"case\"", "\"source:S1\"");
    assert_eq!(refused(&bundle, &made(1, &[renamed.into()])), "disclosure.unsealed");
    // a good item beside it changes nothing
    let mut lines = vec![line(&full, "\"dateline\""), line(&other, "\"caption\"")];
    lines.sort_by_key(|line| kit::text::sha256(line));
    assert_eq!(refused(&bundle, &made(2, &lines)), "disclosure.unsealed");
}

#[test]
fn its_form_is_exact() {
    let (bundle, full) = (gaps(), plain().parts());
    let texts = ["\"dateline\"", "\"caption\""];
    let lines: Vec<Vec<u8>> =
        full.lines().into_iter().filter(|line| texts.iter().any(|text| String::from_utf8_lossy(line).contains(text))).collect();
    let head = |count| disclosure_head(&full.digest(), count);
    assert_eq!(with(&bundle, &[&[head(2), lines.concat()].concat()]).unwrap().report().disclosed(), 2);
    let malformed = [
        ("the other order", [head(2), lines[1].clone(), lines[0].clone()].concat()),
        ("one twice", [head(2), lines[0].clone(), lines[0].clone()].concat()),
        ("no item", head(0)),
        ("no item counted", [head(0), lines.concat()].concat()),
        ("one too few counted", [head(1), lines.concat()].concat()),
        ("one too many counted", [head(3), lines.concat()].concat()),
        ("more than can be sealed", [head(1_000_001), lines.concat()].concat()),
        ("more than there are numbers", [head(u64::MAX), lines.concat()].concat()),
        ("a blank before the head", [b" ".to_vec(), head(2), lines.concat()].concat()),
        ("another line end", [head(2), lines[0].clone(), lines[1][..lines[1].len() - 1].to_vec(), b"\r\n".to_vec()].concat()),
        ("no line end", [head(2), lines[0].clone(), lines[1][..lines[1].len() - 1].to_vec()].concat()),
        ("an empty line", [head(2), b"\n".to_vec(), lines.concat()].concat()),
        ("a line too long", [head(2), vec![b'x'; 1 << 20]].concat()),
        ("nothing", Vec::new()),
        ("a bundle", full.zip()),
    ];
    for (name, bytes) in malformed {
        assert_eq!(refused(&bundle, &bytes), "disclosure.malformed", "{name}");
    }
    let text = String::from_utf8(head(2)).unwrap();
    for (from, to) in [
        ("\"items\":2", "\"items\":2,\"note\":\"x\""),
        ("\"items\":2", "\"items\":\"2\""),
        ("\"items\":2", "\"items\":2.0"),
        ("\"items\":2", "\"items\":-2"),
        (",\"items\":2", ""),
        ("{\"format\"", "{ \"format\""),
        ("\"format\":\"sealbag-disclosure/1\",", ""),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        assert_eq!(refused(&bundle, &[changed.into_bytes(), lines.concat()].concat()), "disclosure.malformed", "{to}");
    }
    for (format, code) in
        [("sealbag-disclosure/2", "seal.newer"), ("sealbag-manifest/2", "disclosure.malformed"), ("", "disclosure.malformed")]
    {
        let changed = text.replace("sealbag-disclosure/1", format);
        assert_eq!(refused(&bundle, &[changed.into_bytes(), lines.concat()].concat()), code, "{format}");
    }
    for (line, code) in [
        (text.replace("disclosure/1", "disclosure/2").replace(&full.digest(), &"00".repeat(32)), "disclosure.other"),
        ("{\"format\":\"sealbag-disclosure/2\",\"items\":2}\n".into(), "disclosure.malformed"),
    ] {
        assert_eq!(refused(&bundle, &[line.into_bytes(), lines.concat()].concat()), code);
    }
}

#[test]
fn bytes_of_another_file_are_refused() {
    let twins = plain().with_file(File::new("b.txt", "Two page.\n", "text/plain", "document"));
    let full = twins.parts();
    let bundle = withhold(&verified_bytes(&full.zip()), &["report.txt", "b.txt"]).unwrap();
    let good = disclose(&verified_bytes(&full.zip()), &["report.txt", "b.txt"]);
    assert_eq!(with(&bundle, &[&good]).unwrap().report().disclosed(), 2);
    let (lines, bytes) = good.split_at(good.len() - 20);
    assert_eq!(refused(&bundle, &[lines, &bytes[10..], &bytes[..10]].concat()), "disclosure.payload", "the two swapped");
    assert_eq!(refused(&bundle, &[lines, &bytes[..10], &bytes[..10]].concat()), "disclosure.payload", "one of them twice");
}

#[test]
fn what_the_bundle_shows_anyway_is_counted_and_fills_nothing() {
    let everything = disclose(&verified_bytes(&plain().parts().zip()), &["*"]);
    let verification = with(&gaps(), &[&everything]).unwrap();
    let given = &verification.report().given[0];
    assert_eq!((given.shown, given.items.len(), verification.report().disclosed()), (4, 3, 3));
    let verification = with(&plain().parts().zip(), &[&everything]).unwrap();
    let report = verification.report();
    assert_eq!((report.given[0].shown, report.disclosed(), report.answers.contents), (7, 0, ContentsAnswer::Intact));
}

#[test]
fn two_disclosures_together_and_one_twice() {
    let verified = verified_bytes(&plain().parts().zip());
    let (photo, dateline) = (disclose(&verified, &["photos/a.jpg"]), disclose(&verified, &["case#dateline"]));
    let verification = with(&gaps(), &[&photo, &dateline]).unwrap();
    assert_eq!((verification.report().given.len(), verification.report().disclosed()), (2, 3));
    let verification = with(&gaps(), &[&dateline, &dateline, &all()]).unwrap();
    assert_eq!((verification.report().given.len(), verification.report().disclosed()), (3, 3));
    // a bad disclosure spoils the verdict, and what comes after it is not believed
    let verification = with(&gaps(), &[&photo, &dateline[1..], &dateline]).unwrap();
    assert_eq!((verification.report().verdict, found(&verification)), (Verdict::Failed, vec!["disclosure.malformed"]));
    assert_eq!(verification.report().given.len(), 1);
    assert!(verification.into_intact().is_err());
}

#[test]
fn an_encrypted_disclosure_is_read_by_its_reader() {
    let verified = verified_bytes(&plain().parts().zip());
    let bytes = disclose_as(&verified, &["photos/a.jpg", "case#dateline"], Some(&for_the_reader())).unwrap();
    assert!(!holds(&bytes, b"disclosure") && !holds(&bytes, b"Astana") && !holds(&bytes, b"a.jpg"));
    let inside = decrypted(&bytes);
    assert_eq!((inside.len() as u64, inside.starts_with(&all())), (padme(all().len() as u64), true));
    assert!(inside[all().len()..].iter().all(|byte| *byte == 0));
    let take = |bytes: &[u8]| {
        let opened = file_of(bytes).unlock(|header| header.open(&[reader()]));
        let taken = opened.and_then(|source| verify_beside(file_of(&gaps()), disclosures([source]), &Unwatched));
        taken.map(|verification| verification.report().disclosed()).map_err(|error| error.code.id)
    };
    assert_eq!(take(&bytes), Ok(3));
    for at in (0..bytes.len()).step_by(3) {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        assert!(matches!(take(&altered), Ok(0) | Err(_)), "byte {at}");
        assert!(matches!(take(&bytes[..at]), Ok(0) | Err(_)), "cut to {at}");
    }
    // without being decrypted it is no disclosure
    assert_eq!(refused(&gaps(), &bytes), "disclosure.malformed");
}

#[test]
fn opened_it_is_exactly_what_was_disclosed() {
    let full = plain().parts();
    let place = tempfile::tempdir().unwrap();
    let verified = verified_bytes(&gaps());
    for (name, source) in [("file", file_of(&all())), ("stream", stream_of(&all(), 1))] {
        let target = place.path().join(name);
        verified.extract_disclosure(source, &target, &Unwatched).unwrap();
        let texts = ["photos/a.jpg", "\"dateline\""];
        let lines: Vec<u8> = full
            .lines()
            .into_iter()
            .filter(|line| texts.iter().any(|text| String::from_utf8_lossy(line).contains(text)))
            .flatten()
            .collect();
        let expected =
            [("items.jsonl".to_owned(), lines), ("data/photos/a.jpg".into(), full.bytes("data/photos/a.jpg").to_vec())];
        assert_eq!(files(&target), expected.into());
        // what is there is not touched
        let again = verified.extract_disclosure(file_of(&all()), &target, &Unwatched);
        assert_eq!(again.err().map(|error| error.code.id), Some("output.exists"));
    }
}

#[test]
fn an_interrupted_one_leaves_nothing() {
    struct Interrupted;
    impl sealbag::Watch for Interrupted {
        fn expect(&self, _: u64) {}
        fn advance(&self, _: u64) {}
        fn interrupted(&self) -> bool {
            true
        }
    }
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("out");
    let stopped = verified_bytes(&gaps()).extract_disclosure(file_of(&all()), &target, &Interrupted);
    assert_eq!(stopped.err().map(|error| error.code.id), Some("run.interrupted"));
    let stopped = verify_beside(file_of(&gaps()), disclosures([file_of(&all())]), &Interrupted);
    assert_eq!(stopped.err().map(|error| error.code.id), Some("run.interrupted"));
    let full = verified_bytes(&plain().parts().zip());
    let to = sealbag::Output::File(target, false);
    let stopped = full.disclose(&["photos/a.jpg".into()]).unwrap().write(None, to, None, &Interrupted);
    assert_eq!(stopped.err().map(|error| error.code.id), Some("run.interrupted"));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}

/// What was sealed with a second file that cannot stand beside the others, the bundle that withholds it, and a disclosure of it.
fn lying(bundle: Bundle, second: File) -> (Parts, Parts, Vec<u8>) {
    let full = bundle.with_line(second.line()).parts();
    let hash = kit::text::sha256_hex(&second.bytes);
    let withheld = full.commitments_of(&hash);
    let mut without = full.clone();
    without.drop_lines(&hash);
    without.add_release(&Release::by(&amina()), &withheld);
    without.mend();
    let line = full.lines().into_iter().find(|line| String::from_utf8_lossy(line).contains(&hash)).unwrap();
    let bytes = [disclosure_head(&full.digest(), 1), line, second.bytes].concat();
    (full, without, bytes)
}

#[test]
fn two_files_under_one_path_do_not_come_out_of_one_seal() {
    // whoever sealed two and withheld one of them can only be found out when it is disclosed
    let second = File::new("report.txt", "Another page.\n", "text/plain", "report");
    let hash = kit::text::sha256_hex(&second.bytes);
    let (full, mut bundle, bytes) = lying(plain(), second);
    assert_eq!(verified_bytes(&bundle.zip()).report().withheld, 1);
    assert_eq!(refused(&bundle.zip(), &bytes), "seal.two_versions");
    // both withheld, and both given back
    bundle.withhold(&Release::by(&amina()), &["\"path\":\"report.txt\""]);
    assert_eq!(refused(&bundle.zip(), &disclosure(&full, &["\"path\":\"report.txt\""])), "seal.two_versions");
    assert_eq!(with(&bundle.zip(), &[&bytes]).unwrap().report().disclosed(), 1, "one of them alone tells nothing");
    // the other file, from a disclosure of its own, is refused; giving back the same file again is fine
    let other = full.lines().into_iter().find(|line| {
        let text = String::from_utf8_lossy(line).into_owned();
        text.contains("\"path\":\"report.txt\"") && !text.contains(&hash)
    });
    let other = [disclosure_head(&full.digest(), 1), other.unwrap(), full.bytes("data/report.txt").to_vec()].concat();
    let two = with(&bundle.zip(), &[&bytes, &other]).unwrap();
    assert_eq!((two.report().verdict, found(&two)), (Verdict::Failed, vec!["seal.two_versions"]));
    let both = with(&bundle.zip(), &[&bytes, &bytes]).unwrap();
    assert_eq!((both.report().verdict, both.report().disclosed()), (Verdict::Verified, 1));
}

#[test]
fn no_file_is_given_back_where_a_folder_is_or_the_other_way_round() {
    for (name, inner) in [("report.txt", "report.txt/in"), ("x/y", "x")] {
        let beside = plain().with_file(File::new("x/y", "y", "text/plain", "document"));
        let (_, bundle, bytes) = lying(beside, File::new(inner, "another", "text/plain", "document"));
        assert_eq!(refused(&bundle.zip(), &bytes), "seal.two_versions", "{inner} beside {name}");
    }
}

#[test]
fn nothing_is_put_into_a_bundle_that_is_not_whole_and_a_stranger_stays_one() {
    let mut damaged = redacted_twice();
    damaged.drop_lines("\"title\"");
    damaged.mend();
    let verification = with(&damaged.zip(), &[&all()]).unwrap();
    assert_eq!((found(&verification), verification.report().given.len()), (vec!["item.missing"], 0));
    assert!(verification.report().not_checked.contains(&NotChecked::Disclosure));
    let mut by_a_stranger = redacted();
    by_a_stranger.withhold(&Release::by(&stranger()), &["\"dateline\""]);
    let verification = with(&by_a_stranger.zip(), &[&all()]).unwrap();
    assert_eq!((verification.report().verdict, verification.report().disclosed()), (Verdict::UnknownSigner, 3));
}

#[test]
fn a_bundle_that_passed_as_a_stream_takes_none_until_it_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let settled = stream_of(&gaps(), 7).settle(place.path(), closed, &Unwatched).unwrap();
    let verification = verify_beside(settled, disclosures([stream_of(&all(), 3)]), &Unwatched).unwrap();
    assert_eq!((verification.report().disclosed(), found(&verification)), (3, Vec::new()));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "what was kept has no name");
    let taken = verify_beside(stream_of(&gaps(), 7), disclosures([file_of(&all())]), &Unwatched);
    assert_eq!(taken.err().map(|error| error.code.id), Some("io.read"));
    // a folder gives the same as a file
    redacted_twice().unpack_to(&place.path().join("folder"));
    let folder = || Source::open(&place.path().join("folder")).unwrap();
    let verification = verify_beside(folder(), disclosures([file_of(&all())]), &Unwatched).unwrap();
    assert_eq!(verification.report().disclosed(), 3);
    assert!(verify_beside(file_of(&gaps()), disclosures([folder()]), &Unwatched).is_err());
}

fn beside(one: &[u8], other: &[u8]) -> Verification {
    let other = verify(file_of(other)).unwrap();
    let evidence = Evidence { against: Some(Against::Verified(&other)), ..Evidence::none() };
    verify_beside(file_of(one), evidence, &Unwatched).unwrap()
}

fn compared(one: &[u8], other: &[u8]) -> (Verdict, Vec<&'static str>, Option<Comparison>) {
    let verification = beside(one, other);
    (verification.report().verdict, found(&verification), verification.report().comparison.clone())
}

#[track_caller]
fn differences(one: &[u8], other: &[u8]) -> [Vec<String>; 2] {
    match compared(one, other) {
        (Verdict::Verified, codes, Some(Comparison::OneSeal { only_here, only_there })) if codes.is_empty() => {
            [only_here, only_there].map(|list| list.into_iter().map(|item| item.name).collect())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn threat_35b_two_bundles_of_one_seal_and_what_each_shows_alone() {
    let full = plain().parts().zip();
    let nothing = || Vec::<String>::new();
    let gone = ["case#dateline", "photos/a.jpg", CAPTION].map(String::from).to_vec();
    assert_eq!(differences(&full, &full), [nothing(), nothing()]);
    assert_eq!(differences(&full, &gaps()), [gone.clone(), nothing()]);
    assert_eq!(differences(&gaps(), &full), [nothing(), gone]);
    // redacted by two different people
    let source = withhold_as(&verified_bytes(&full), &["source:S1", CAPTION], &Release::by(&kit::withholding::author(1)), None);
    let expected = [vec!["source:S1#identity".to_owned()], vec!["case#dateline".into(), "photos/a.jpg".into()]];
    assert_eq!(differences(&gaps(), &source.unwrap()), expected);
}

#[test]
fn two_seals_and_one_that_is_not_whole_are_not_enough() {
    let full = plain().parts();
    let again = Bundle { id: "f".repeat(32), ..plain() }.parts();
    let (verdict, codes, comparison) = compared(&full.zip(), &again.zip());
    assert_eq!((verdict, codes), (Verdict::NotEnough, vec!["against.other"]));
    assert!(matches!(comparison, Some(Comparison::TwoSeals)));
    let mut damaged = full.clone();
    damaged.flip("data/report.txt", 0);
    for other in [damaged.zip(), full.zip()[1..].to_vec(), b"no bundle".to_vec()] {
        let (verdict, codes, comparison) = compared(&full.zip(), &other);
        assert_eq!((verdict, codes), (Verdict::NotEnough, vec!["against.unread"]));
        assert!(matches!(comparison, Some(Comparison::Unread(Verdict::Failed))));
    }
    // the other way round nothing is said of the good one
    let (verdict, codes, comparison) = compared(&damaged.zip(), &full.zip());
    assert_eq!((verdict, codes), (Verdict::Failed, vec!["payload.altered"]));
    assert!(comparison.is_none());
    let alone = beside(&damaged.zip(), &full.zip());
    assert!(alone.report().not_checked.contains(&NotChecked::Comparison));
    assert_eq!(alone.report().answers.contents, ContentsAnswer::Damaged(Damage::Altered));
    // a stranger's bundle can still be compared
    let mut strange = full;
    strange.withhold(&Release::by(&stranger()), &["\"dateline\""]);
    let (verdict, _, comparison) = compared(&plain().parts().zip(), &strange.zip());
    assert_eq!(verdict, Verdict::Verified);
    assert!(matches!(comparison, Some(Comparison::OneSeal { .. })));
}

/// One signer, one seal, two stories: a report and a title of which each reader is shown another.
pub fn two_versions() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let mut both = plain().field("case", "title", "Notice of the consulate");
    both.files.push(File { bytes: b"Another page.\n".to_vec(), ..both.files[0].clone() });
    let lines = both.lines();
    let mut sealed = plain().parts();
    sealed.set_lines(lines.clone());
    sealed.seal(&both.manifest_head());
    // what one reader is shown: everything but the lines that hold this
    let shown = |hides: &[&str]| {
        let mut parts = sealed.clone();
        let hidden = |line: &&Vec<u8>| hides.iter().any(|text| String::from_utf8_lossy(line).contains(text));
        let gone: Vec<String> = lines.iter().filter(hidden).map(|line| kit::text::sha256_hex(line)).collect();
        assert_eq!(gone.len(), hides.len());
        parts.set_lines(lines.iter().filter(|line| !hidden(line)).cloned().collect());
        if hides.iter().any(|text| text.contains("\"size\":10,")) {
            parts.set("data/report.txt", "Another page.\n");
        }
        let mut gone = gone;
        gone.sort();
        parts.add_release(&Release::by(&amina()), &gone);
        parts.mend();
        parts.zip()
    };
    let (first, second) = ("\"size\":10,", "\"size\":14,");
    (shown(&[second, "consulate"]), shown(&[first, "consulate"]), shown(&[second, "embassy"]))
}

#[test]
fn threat_35c_two_versions_under_one_seal_are_seen_when_copies_are_compared() {
    let (one, other_report, other_title) = two_versions();
    let verified = |bytes: &[u8]| verified_bytes(bytes).report().seal.clone().unwrap().digest;
    assert_eq!(verified(&one), verified(&other_report), "each verifies, under one digest");
    assert_eq!(verified(&one), verified(&other_title));
    let against = |here: &[u8], there: &[u8]| {
        let there = kit::withholding::verify(file_of(there)).unwrap();
        let evidence = Evidence { against: Some(sealbag::Against::Verified(&there)), ..Evidence::none() };
        let here = verify_beside(file_of(here), evidence, &Unwatched).unwrap();
        (here.report().verdict, found(&here).join(" "))
    };
    for (here, there) in [(&one, &other_report), (&other_report, &one), (&one, &other_title), (&other_title, &one)] {
        assert_eq!(against(here, there), (Verdict::Failed, "seal.two_versions".to_owned()));
    }
    assert_eq!(against(&other_report, &other_title), (Verdict::Failed, "seal.two_versions seal.two_versions".to_owned()));
    // the twin: one copy against itself, and against a copy that shows less
    let less = withhold(&verified_bytes(&one), &["case#dateline"]).unwrap();
    for there in [&one, &less] {
        assert_eq!(against(&one, there), (Verdict::Verified, String::new()));
    }
    // what one reader was given is no secret from the other's copy either
    let title = disclose(&verified_bytes(&other_title), &["case#title"]);
    let report = disclose(&verified_bytes(&other_report), &["report.txt"]);
    for given in [&title, &report] {
        let beside = verify_beside(file_of(&one), disclosures([file_of(given)]), &Unwatched).unwrap();
        assert_eq!((beside.report().verdict, found(&beside)), (Verdict::Failed, vec!["seal.two_versions"]));
    }
}
