//! A writer in another language, made from the format's text alone, writes the same bytes as the library: the worked example of
//! the format's documentation.

use std::fs;
use std::path::Path;
use std::process::Command;

use sealbag::ops::output::Output;
use sealbag::{Draft, DraftOptions, Facts, SigningKey, Timestamp, Unwatched};

const FACTS: &str = r#"{
    "case": {"title": "Trucks at the Oret mill", "event_place": "Oret"},
    "sources": {"S1": {"identity": "the night guard"}},
    "files": {"notes/ночь.txt": {"statement": "“I counted two”,\nhe said, \"no more\"."}}
}"#;

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn file(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
}

#[test]
fn a_second_writer_makes_the_same_bytes() {
    let scratch = tempfile::tempdir().unwrap();
    let bag = scratch.path().join("bag");
    file(&bag, "notes/ночь.txt", "Four in the morning. No lights.\n");
    file(&bag, "report.txt", "Two trucks left the Oret mill before dawn.\n");

    let mut draft = Draft::from_folder(&bag, DraftOptions::default()).unwrap();
    draft.add_facts(Facts::read("facts.json", FACTS.as_bytes()).unwrap()).unwrap();
    let mut seed = [0; 32];
    seed.iter_mut().zip(0..).for_each(|(byte, n)| *byte = n);
    // the id, then the salts 1, 2, 3, …
    let mut next = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef_u128;
    let mut salts = 1u128..;
    let mut random = || Ok(std::mem::replace(&mut next, salts.next().unwrap()).to_be_bytes());
    let (key, now) = (SigningKey::from_seed(&seed), time("2026-01-02T03:04:05Z"));
    let ours = scratch.path().join("ours.zip");
    draft.sign(&key, now, &mut random, Output::File(ours.clone(), false), &Unwatched).unwrap();

    let theirs = scratch.path().join("theirs.zip");
    let writer = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/second_writer.py");
    let run = Command::new("python3").arg(writer).args(["--sealed-with", env!("CARGO_PKG_VERSION")]).arg(&theirs).output();
    let run = match run {
        Ok(run) => run,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "python3 must be here: {error}");
            eprintln!("python3 is not here ({error}), so the second writer is not compared with");
            return;
        }
    };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));

    let (ours, theirs) = (fs::read(ours).unwrap(), fs::read(theirs).unwrap());
    let differs = ours.iter().zip(&theirs).position(|(one, other)| one != other);
    assert_eq!((ours.len(), differs), (theirs.len(), None), "lengths, and the first byte that differs");
}
