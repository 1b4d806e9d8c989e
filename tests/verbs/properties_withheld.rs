//! What holds for any bundle and any choice of what to withhold. The cases are the same in every run.

use support::kit;

use kit::library::{file_of, judge};
use kit::samples::{amina, plain};
use kit::text::recipient;
use kit::withholding::{
    author, believing, decrypted, disclose, disclosure_head, disclosures, for_the_reader, holds, told_nowhere, verified_bytes,
    verify, verify_beside, withhold_as,
};
use kit::{Bundle, File, Parts, Release};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sealbag::Unwatched;
use sealbag::{Against, Evidence};

/// A text that begins like no other.
fn text(number: usize, tail: &str) -> String {
    format!("only{number}here{tail}")
}

/// Some files and facts, each with words of its own, and which of the items are to go.
#[derive(Debug, Clone)]
struct Case {
    files: Vec<(String, Vec<u8>)>,
    /// About the case, a source or one of the files, and the end of the value.
    fields: Vec<(usize, String)>,
    recipients: u8,
    encrypted: bool,
    /// For each item in turn, in which step it goes, if at all.
    goes: Vec<u8>,
}

fn case() -> impl Strategy<Value = Case> {
    let tail = prop::collection::vec(prop_oneof![any::<char>(), prop::char::range(' ', '~')], 0..12)
        .prop_map(|chars| chars.into_iter().collect::<String>());
    let name = "[a-zа-я新桥._-]{0,5}[a-z]";
    let files = prop::collection::vec((name, prop::collection::vec(any::<u8>(), 0..200)), 1..6);
    let fields = prop::collection::vec((0..9usize, tail), 0..8);
    let goes = prop::collection::vec(0..4u8, 16);
    (files, fields, 0..3u8, any::<bool>(), goes).prop_map(|(files, fields, recipients, encrypted, goes)| Case {
        files,
        fields,
        recipients,
        encrypted,
        goes,
    })
}

fn bundle(case: &Case) -> Bundle {
    let files: Vec<File> = case
        .files
        .iter()
        .enumerate()
        .map(|(number, (name, bytes))| {
            let path = format!("{}/file{number}x{name}.txt", ["text", "more"][number % 2]);
            File::new(&path, [text(number + 100, "").as_bytes(), bytes].concat(), "text/plain", "document")
        })
        .collect();
    let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    let mut bundle = Bundle { files, fields: Vec::new(), ..plain() };
    bundle.recipients = (1..=case.recipients).map(recipient).collect();
    bundle.recipients.sort();
    bundle.padding = case.recipients > 0;
    case.fields.iter().enumerate().fold(bundle, |bundle, (number, (about, tail))| {
        let about = match about {
            0 | 1 => "case".into(),
            2 => "source:S1".into(),
            3 => "source:S12".into(),
            about => format!("file:{}", paths[about % paths.len()]),
        };
        bundle.field(&about, ["note", "consent", "statement"][number % 3], &text(number, tail))
    })
}

/// The digits of the items that go in this step, as far as they are still there.
fn chosen(full: &Parts, case: &Case, step: u8, bytes: &[u8]) -> Vec<String> {
    let lines = full.lines();
    let going = lines.iter().zip(case.goes.iter().cycle()).filter(|(_, goes)| **goes == step);
    let there = going.filter(|(line, _)| holds(bytes, line));
    there.map(|(line, _)| kit::withholding::commitment(line)[..16].to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150, failure_persistence: None, rng_seed: RngSeed::Fixed(20_261_125), ..ProptestConfig::default()
    })]

    #[test]
    #[ignore = "takes long; tests/run includes it"]
    fn whatever_goes_the_rest_verifies_tells_nothing_of_it_and_takes_nothing_else_in_its_place(case in case()) {
        let full = bundle(&case).parts();
        let whole = verified_bytes(&full.zip());
        let total = full.lines().len();
        let (mut bytes, mut releases) = (full.zip(), 0);
        for step in 1..3u8 {
            let items = chosen(&full, &case, step, &bytes);
            let items: Vec<&str> = items.iter().map(String::as_str).collect();
            if items.is_empty() {
                continue;
            }
            let encryption = case.encrypted.then(for_the_reader);
            let written = withhold_as(&verified_bytes(&bytes), &items, &Release::by(&author(step)), encryption.as_ref());
            let Ok(written) = written else {
                // the only reason to refuse a good choice
                prop_assert_eq!(written.err().map(|error| error.code.id), Some("redact.nothing_left"));
                let mut files = full.lines();
                files.retain(|line| holds(line, b"\"kind\":\"file\"") && holds(&bytes, line));
                prop_assert!(files.iter().all(|line| items.contains(&&kit::withholding::commitment(line)[..16])));
                continue;
            };
            bytes = if case.encrypted { decrypted(&written) } else { written };
            releases += 1;
        }

        let gone = told_nowhere(&full, &bytes);
        prop_assert_eq!(gone > 0, releases > 0);
        let verified = verified_bytes(&bytes);
        let report = verified.report();
        prop_assert_eq!((report.items, report.withheld, report.releases.len()), (total as u64, gone as u64, releases));

        // the digests of what is gone, in all the ways that somebody may refer to it
        let lines = kit::withholding::lines_gone(&full, &bytes);
        let all: Vec<String> = lines.iter().map(|line| kit::withholding::commitment(line)).collect();
        if all.is_empty() {
            return Ok(());
        }
        let items: Vec<&str> = all.iter().map(String::as_str).collect();
        let back = disclose(&whole, &items);
        let other = verify(file_of(&full.zip())).unwrap();
        let evidence = Evidence { against: Some(Against::Verified(&other)), ..disclosures([file_of(&back)]) };
        let filled = verify_beside(file_of(&bytes), evidence, &Unwatched).unwrap();
        prop_assert_eq!(filled.report().disclosed(), gone as u64);
        prop_assert!(filled.report().findings.list().is_empty());
        let Some(sealbag::Comparison::OneSeal { only_here, only_there }) = &filled.report().comparison else { panic!() };
        prop_assert_eq!((only_here.len(), only_there.len()), (0, gone));

        // another line in its place, with the old salt, a new one, or one that the bundle shows
        let line = String::from_utf8_lossy(&lines[0]).into_owned();
        let salt = &line[9..41];
        let field = kit::bundle::field_line("case", "note", "put in");
        let shown = full.lines().into_iter().find(|shown| !lines.contains(shown)).unwrap();
        let shown = String::from_utf8_lossy(&shown)[43..].trim_end().to_owned();
        for forged in [
            format!("{{\"salt\":\"{salt}\",{field}\n"),
            format!("{{\"salt\":\"{}\",{field}\n", "00".repeat(16)),
            format!("{{\"salt\":\"{salt}\",{shown}\n"),
            line.replacen(salt, &"5a".repeat(16), 1),
        ] {
            let disclosed = [disclosure_head(&full.digest(), 1), forged.clone().into_bytes()].concat();
            let refused = verify_beside(file_of(&bytes), disclosures([file_of(&disclosed)]), &Unwatched).unwrap();
            prop_assert_eq!((refused.report().verdict.exit(), refused.report().disclosed()), (1, 0));
            prop_assert_eq!(refused.report().findings.list()[0].code.id, "disclosure.unsealed");
        }
    }

    #[test]
    #[ignore = "takes long; tests/run includes it"]
    fn no_other_line_fits_into_the_bundle_itself(case in case(), at in any::<prop::sample::Index>()) {
        let full = bundle(&case).parts();
        let lines = full.lines();
        let fields: Vec<&Vec<u8>> = lines.iter().filter(|line| !holds(line, b"\"kind\":\"file\"")).collect();
        if fields.is_empty() {
            return Ok(());
        }
        let line = String::from_utf8_lossy(fields[at.index(fields.len())]).into_owned();
        let mut parts = full.clone();
        parts.withhold(&Release::by(&amina()), &[line.trim_end()]);
        prop_assert_eq!(judge(file_of(&parts.zip()), &believing()).exit, 0);
        let mut forged = parts.clone();
        forged.set_lines([parts.lines(), vec![line.replacen(&line[9..41], &"5a".repeat(16), 1).into_bytes()]].concat());
        forged.mend();
        let judged = judge(file_of(&forged.zip()), &believing());
        prop_assert!(judged.exit == 1 && judged.codes.contains("item.unsealed"), "{:?}", judged);
        // and the item itself is either withheld or shown
        let mut both = parts.clone();
        both.set_lines([parts.lines(), vec![line.into_bytes()]].concat());
        both.mend();
        let judged = judge(file_of(&both.zip()), &believing());
        prop_assert!(judged.exit == 1 && judged.codes.contains("release.conflict"), "{:?}", judged);
    }
}
