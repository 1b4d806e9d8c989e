//! Threats 45 and 50: what is extracted is what was verified, through the handle that was verified, whatever happens to names and files
//! in between; and a run that is interrupted leaves nothing.

use std::fs::{self, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::symlink;
use std::path::Path;

use sealbag::{Intact, PayloadPath, Source, Unwatched};
use support::kit::library::closed;

use super::runs::library::{Interrupting, Meddling, codes, error, seal, verify, verify_at};
use super::runs::state::{self, files};

/// Larger than what is read at once.
const LARGE: usize = 1 << 20;

/// A bag of two files, sealed to `b.zip`, unpacked in `unpacked`.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let bag = place.path().join("bag");
    fs::create_dir(&bag).unwrap();
    fs::write(bag.join("a.bin"), vec![1; LARGE]).unwrap();
    fs::write(bag.join("report.txt"), "words\n").unwrap();
    seal(&bag, &place.path().join("b.zip"));
    intact(&place.path().join("b.zip")).extract(&place.path().join("unpacked"), &Unwatched).unwrap();
    place
}

fn intact(path: &Path) -> Intact {
    let verification = verify_at(path).unwrap();
    verification.into_intact().unwrap_or_else(|verification| panic!("{:?}", codes(&verification)))
}

fn write_at(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn threat_50_a_bundle_that_is_replaced_after_it_was_verified_changes_nothing() {
    let place = place();
    let (bundle, target) = (place.path().join("b.zip"), place.path().join("opened"));
    let verified = verify_at(&bundle).unwrap().into_verified().ok().unwrap();
    fs::write(place.path().join("other"), "another file").unwrap();
    fs::rename(place.path().join("other"), &bundle).unwrap();
    verified.extract(&target, &Unwatched).unwrap();
    assert_eq!(files(&target.join("data")), files(&place.path().join("bag")));
    // gone altogether, while it is extracted
    let verified = verify_at(&target).unwrap().into_verified().ok().unwrap();
    let moved = place.path().join("moved");
    let meddling = Meddling::with(|| fs::rename(&target, &moved).unwrap());
    verified.extract(&place.path().join("again"), &meddling).unwrap();
    assert_eq!(files(&place.path().join("again/data")), files(&place.path().join("bag")));
}

#[test]
fn threat_50_a_bundle_that_is_written_to_after_it_was_verified_gives_nothing() {
    let length = fs::metadata(place().path().join("b.zip")).unwrap().len();
    let bytes = fs::read(place().path().join("b.zip")).unwrap();
    let find = |what: &[u8]| bytes.windows(what.len()).position(|part| part == what).unwrap() as u64;
    let last = |what: &[u8]| bytes.windows(what.len()).rposition(|part| part == what).unwrap() as u64;
    for (what, at, thing) in [
        ("a payload byte", LARGE as u64 / 2, "data/a.bin"),
        ("the last payload file", find(b"words\n"), "data/report.txt"),
        ("the items", last(b"{\"salt\":") + 12, "seal/items.jsonl"),
        ("the signature", find(b"-----BEGIN SSH") + 40, "seal/manifest.sig"),
    ] {
        let place = place();
        let bundle = place.path().join("b.zip");
        let opened = intact(&bundle);
        write_at(&bundle, at, b"\0");
        let before = state::of(place.path());
        let refused = error(opened.extract(&place.path().join("opened"), &Unwatched));
        assert_eq!((refused.code.id, &*refused.place.to_string()), ("payload.altered", thing), "{what}");
        assert_eq!(before, state::of(place.path()), "{what}");
        if thing == "seal/items.jsonl" {
            assert_eq!(error(opened.contents()).code.id, "payload.altered");
        }
    }
    // cut short; only the directory at its end may go
    for cut in [0, 100, LARGE as u64, find(b"-----END SSH")] {
        let place = place();
        let bundle = place.path().join("b.zip");
        let opened = intact(&bundle);
        OpenOptions::new().write(true).open(&bundle).unwrap().set_len(cut).unwrap();
        let before = state::of(place.path());
        assert_eq!(
            error(opened.extract(&place.path().join("opened"), &Unwatched)).code.id,
            "payload.altered",
            "{cut} of {length}"
        );
        assert_eq!(before, state::of(place.path()), "{cut}");
    }
}

#[test]
fn threat_50_a_bundle_that_is_written_to_while_it_is_extracted_gives_nothing() {
    let place = place();
    let bundle = place.path().join("b.zip");
    let opened = intact(&bundle);
    let meddling = Meddling::with(|| write_at(&bundle, LARGE as u64, b"\0"));
    let refused = error(opened.extract(&place.path().join("opened"), &meddling));
    assert_eq!(refused.code.id, "payload.altered");
    assert!(!place.path().join("opened").exists());
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 3);
}

#[test]
fn threat_50_an_unpacked_bundle_that_changes_after_it_was_verified_gives_nothing() {
    type Change = fn(&Path);
    let rows: [(&str, Change, &str, i32); 9] = [
        ("longer", |at| write_at(&at.join("data/report.txt"), 6, b"more"), "payload.altered", 1),
        ("a byte", |at| write_at(&at.join("data/a.bin"), LARGE as u64 - 1, b"x"), "payload.altered", 1),
        ("shorter", |at| fs::write(at.join("data/report.txt"), "w").unwrap(), "payload.altered", 1),
        ("swapped", |at| fs::rename(at.join("data/report.txt"), at.join("data/a.bin")).unwrap(), "payload.altered", 1),
        ("gone", |at| fs::remove_file(at.join("data/report.txt")).unwrap(), "io.missing", 5),
        ("the signature", |at| write_at(&at.join("seal/manifest.sig"), 40, b"x"), "payload.altered", 1),
        ("the items", |at| write_at(&at.join("seal/items.jsonl"), 12, b"x"), "payload.altered", 1),
        ("a derived file", |at| write_at(&at.join("VERIFY.txt"), 0, b"x"), "payload.altered", 1),
        (
            "a link to its twin",
            |at| {
                fs::rename(at.join("data/report.txt"), at.join("twin")).unwrap();
                symlink("../twin", at.join("data/report.txt")).unwrap();
            },
            "",
            5,
        ),
    ];
    for (what, change, code, exit) in rows {
        let place = place();
        let opened = intact(&place.path().join("unpacked"));
        change(&place.path().join("unpacked"));
        let before = state::of(place.path());
        let refused = error(opened.extract(&place.path().join("opened"), &Unwatched));
        assert!(code.is_empty() || refused.code.id == code, "{what}: {}", refused.code.id);
        assert_eq!(i32::from(refused.code.class.exit()), exit, "{what}: {refused}");
        assert_eq!(before, state::of(place.path()), "{what}");
    }
}

#[test]
fn threat_50_what_is_added_after_verifying_is_not_extracted() {
    let place = place();
    let unpacked = place.path().join("unpacked");
    let opened = intact(&unpacked);
    fs::write(unpacked.join("data/new.txt"), "not sealed").unwrap();
    fs::write(unpacked.join("new.txt"), "not sealed").unwrap();
    opened.extract(&place.path().join("opened"), &Unwatched).unwrap();
    assert_eq!(files(&place.path().join("opened/data")), files(&place.path().join("bag")));
    assert!(!place.path().join("opened/new.txt").exists());
    assert_eq!(verify_at(&place.path().join("opened")).unwrap().report().verdict.exit(), 0);
}

#[test]
fn one_file_can_be_copied_and_is_hashed_again() {
    let place = place();
    let bundle = place.path().join("b.zip");
    let opened = intact(&bundle);
    let path = |name: &str| PayloadPath::parse(name).unwrap();
    let mut out = Vec::new();
    opened.copy_file(&path("report.txt"), &mut out, &Unwatched).unwrap();
    assert_eq!(out, b"words\n");
    assert_eq!(error(opened.copy_file(&path("none.txt"), &mut out, &Unwatched)).code.id, "io.missing");
    assert_eq!(opened.contents().unwrap().files.len(), 2);
    write_at(&bundle, LARGE as u64 / 2, b"\0");
    assert_eq!(error(opened.copy_file(&path("a.bin"), &mut Vec::new(), &Unwatched)).code.id, "payload.altered");
}

#[test]
fn what_comes_to_stand_at_the_target_meanwhile_stays() {
    let place = place();
    let target = place.path().join("opened");
    for make in [|target: &Path| fs::create_dir(target), |target: &Path| fs::write(target, "mine")] {
        let opened = intact(&place.path().join("b.zip"));
        let meddling = Meddling::with(|| make(&target).unwrap());
        assert_eq!(error(opened.extract(&target, &meddling)).code.id, "output.exists");
        let state = state::of(place.path());
        assert!(
            !state.keys().any(|path| path.starts_with("opened/data") || path.to_string_lossy().contains(".part")),
            "{state:#?}"
        );
        fs::remove_dir(&target).or_else(|_| fs::remove_file(&target)).unwrap();
    }
}

#[test]
fn threat_52_a_run_that_is_interrupted_at_any_moment_leaves_nothing() {
    let place = place();
    let target = place.path().join("opened");
    for from in ["b.zip", "unpacked"] {
        let before = state::of(place.path());
        let mut stopped = 0;
        for calls in 0.. {
            let watch = Interrupting::after(calls);
            let done = verify(Source::open(&place.path().join(from)).unwrap(), &watch)
                .and_then(|verification| verification.into_verified().ok().unwrap().extract(&target, &watch));
            match done {
                Ok(()) => break,
                Err(error) => assert_eq!(error.code.id, "run.interrupted", "after {calls} calls"),
            }
            assert_eq!(before, state::of(place.path()), "after {calls} calls");
            stopped += 1;
        }
        assert!(stopped > 10, "{from}: {stopped} moments only");
        assert_eq!(files(&target.join("data")), files(&place.path().join("bag")));
        fs::remove_dir_all(&target).unwrap();
    }
}

#[test]
fn threat_52_a_stream_that_is_interrupted_says_so() {
    let place = place();
    let bytes = fs::read(place.path().join("b.zip")).unwrap();
    let mut stopped = 0;
    for calls in 0.. {
        let watch = Interrupting::after(calls);
        match verify(Source::of_stream(std::io::Cursor::new(bytes.clone())), &watch) {
            Ok(verification) => {
                assert_eq!(verification.report().verdict.exit(), 0);
                break;
            }
            Err(error) => assert_eq!(error.code.id, "run.interrupted", "after {calls} calls"),
        }
        stopped += 1;
    }
    assert!(stopped > 5, "{stopped} moments only");
}

/// Gives one byte at a time, as a slow network may.
struct Slow<R>(R);

impl<R: Read> Read for Slow<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let one = out.len().min(1);
        self.0.read(&mut out[..one])
    }
}

/// Counts how often a run says that it waits for the disk, and where it stood then.
#[derive(Default)]
struct Waiting(std::sync::Mutex<Vec<bool>>, std::path::PathBuf);

impl sealbag::base::watch::Watch for Waiting {
    fn expect(&self, _bytes: u64) {}
    fn advance(&self, _bytes: u64) {}
    fn interrupted(&self) -> bool {
        false
    }
    fn keeping(&self) {
        self.0.lock().unwrap().push(self.1.exists());
    }
}

#[test]
fn a_wait_for_the_disk_is_announced_before_anything_stands_under_its_name() {
    let place = place();
    let waiting = Waiting(Default::default(), place.path().join("out"));
    intact(&place.path().join("b.zip")).extract(&place.path().join("out"), &waiting).unwrap();
    assert_eq!(*waiting.0.lock().unwrap(), [false]);
    let waiting = Waiting(Default::default(), place.path().join("c.zip"));
    let sealed = super::runs::library::draft(&place.path().join("bag"));
    super::runs::library::sign(sealed, &place.path().join("c.zip"), &waiting).unwrap();
    assert_eq!(*waiting.0.lock().unwrap(), [false]);
}

#[test]
fn a_stream_may_come_byte_by_byte() {
    let place = place();
    fs::write(place.path().join("bag/a.bin"), "short").unwrap();
    seal(&place.path().join("bag"), &place.path().join("short.zip"));
    let bytes = fs::read(place.path().join("short.zip")).unwrap();
    let slow = |bytes: &[u8]| Source::of_stream(Slow(std::io::Cursor::new(bytes.to_vec())));
    let verification = verify(slow(&bytes), &Unwatched).unwrap();
    assert_eq!((codes(&verification), verification.report().verdict.exit()), (vec![], 0));
    let settled = slow(&bytes).settle(place.path(), closed, &Unwatched).unwrap();
    assert_eq!(verify(settled, &Unwatched).unwrap().report().verdict.exit(), 0);
    let age = super::runs::CLOSED.as_bytes();
    assert_eq!(error(verify(slow(age), &Unwatched)).code.id, "envelope.encrypted");
    let settled = slow(age).settle(place.path(), closed, &Unwatched);
    assert_eq!(settled.err().map(|error| error.code.id), Some("envelope.encrypted"));
}
