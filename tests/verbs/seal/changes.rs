//! Threat 49: a file that changes, grows, shrinks, goes or is swapped while it is sealed. Each test uses the library, so that
//! the change comes at the one moment that matters.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime};

use sealbag::{Output, Unwatched};

use super::runs::library::{Interrupting, Meddling, counted, draft, error, key, now, seal, sign, verify_at};
use super::runs::state;

/// Larger than what is read at once, so that there is a middle.
const LARGE: usize = 3 << 20;

/// A folder with a bag of two files, both last modified long ago.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let bag = place.path().join("bag");
    fs::create_dir(&bag).unwrap();
    for (name, bytes) in [("a.bin", vec![1; LARGE]), ("report.txt", b"words\n".to_vec())] {
        fs::write(bag.join(name), bytes).unwrap();
        long_ago(&bag.join(name));
    }
    place
}

fn long_ago(path: &Path) {
    let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    OpenOptions::new().write(true).open(path).unwrap().set_modified(then).unwrap();
}

fn write_at(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

fn swap(path: &Path, bytes: &[u8]) {
    let other = path.with_file_name("../swapped");
    fs::write(&other, bytes).unwrap();
    long_ago(&other);
    fs::rename(other, path).unwrap();
}

type Change = fn(&Path);

/// What can happen to `a.bin`.
const CHANGES: [(&str, Change); 7] = [
    ("one byte is another", |path| write_at(path, LARGE as u64 - 1, b"x")),
    ("it grows", |path| write_at(path, LARGE as u64, b"x")),
    ("it shrinks", |path| File::options().write(true).open(path).unwrap().set_len(LARGE as u64 - 1).unwrap()),
    ("it is emptied", |path| File::options().write(true).open(path).unwrap().set_len(0).unwrap()),
    ("it is swapped for one of the same length and time", |path| swap(path, &vec![1; LARGE])),
    ("it is swapped for a longer one", |path| swap(path, &vec![1; LARGE + 1])),
    ("its time is set", |path| File::options().write(true).open(path).unwrap().set_modified(SystemTime::now()).unwrap()),
];

#[test]
fn the_undisturbed_twin_is_sealed() {
    let place = place();
    let told = seal(&place.path().join("bag"), &place.path().join("b.zip"));
    assert_eq!((told.files, told.bytes), (2, LARGE as u64 + 6));
    assert_eq!(verify_at(&place.path().join("b.zip")).unwrap().report().verdict.exit(), 0);
}

#[test]
fn threat_49_a_file_that_changed_after_it_was_found_is_not_sealed() {
    for (what, change) in CHANGES {
        let place = place();
        let found = draft(&place.path().join("bag"));
        change(&place.path().join("bag/a.bin"));
        let before = state::of(place.path());
        let refused = error(sign(found, &place.path().join("b.zip"), &Unwatched));
        assert_eq!((refused.code.id, &*refused.place.to_string()), ("input.changed", "a.bin"), "{what}");
        assert_eq!(before, state::of(place.path()), "{what}");
    }
}

#[test]
fn threat_49_a_file_that_changes_while_it_is_sealed_is_not_sealed() {
    for (what, change) in CHANGES {
        if what.contains("swapped") {
            // the file that was opened is still the one that was found
            continue;
        }
        let place = place();
        let found = draft(&place.path().join("bag"));
        let path = place.path().join("bag/a.bin");
        let refused = error(sign(found, &place.path().join("b.zip"), &Meddling::with(|| change(&path))));
        assert_eq!((refused.code.id, &*refused.place.to_string()), ("input.changed", "a.bin"), "{what}");
        assert_eq!(left(place.path()), ["bag", "bag/a.bin", "bag/report.txt"], "{what}");
    }
}

#[test]
fn threat_49_a_change_shows_also_where_the_time_of_the_file_is_set_back() {
    let change: Change = |path| {
        write_at(path, LARGE as u64 - 1, b"x");
        long_ago(path);
    };
    let place = place();
    let (path, output) = (place.path().join("bag/a.bin"), place.path().join("b.zip"));
    let found = draft(&place.path().join("bag"));
    let meanwhile = sign(found, &output, &Meddling::with(|| change(&path))).err().map(|error| error.code.id);
    fs::remove_file(&output).ok();
    long_ago(&path);
    let found = draft(&place.path().join("bag"));
    change(&path);
    let before = sign(found, &output, &Unwatched).err().map(|error| error.code.id);
    assert_eq!((meanwhile, before), (Some("input.changed"), Some("input.changed")));
}

#[test]
fn threat_49_of_a_file_that_is_swapped_meanwhile_the_one_that_was_found_is_sealed_or_none() {
    let place = place();
    fs::remove_file(place.path().join("bag/report.txt")).unwrap();
    let found = draft(&place.path().join("bag"));
    let path = place.path().join("bag/a.bin");
    let output = place.path().join("b.zip");
    match sign(found, &output, &Meddling::with(|| swap(&path, b"other"))) {
        Ok(_) => {
            let verified = verify_at(&output).unwrap().into_verified().ok().unwrap();
            verified.extract(&place.path().join("opened"), &Unwatched).unwrap();
            assert_eq!(fs::read(place.path().join("opened/data/a.bin")).unwrap(), vec![1; LARGE]);
        }
        Err(refused) => {
            assert_eq!(refused.code.id, "input.changed");
            assert_eq!(left(place.path()), ["bag", "bag/a.bin"]);
        }
    }
}

#[test]
fn threat_49_a_file_that_became_a_link_or_a_folder_or_went_is_not_followed() {
    let rows: [(&str, Change, &str); 4] = [
        ("gone", |path| fs::remove_file(path).unwrap(), "io.missing"),
        (
            "a link to its twin",
            |path| fs::rename(path, path.with_file_name("../twin")).and_then(|()| symlink("../twin", path)).unwrap(),
            "",
        ),
        ("a folder", |path| fs::remove_file(path).and_then(|()| fs::create_dir(path)).unwrap(), ""),
        (
            "a pipe",
            |path| {
                fs::remove_file(path).unwrap();
                assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
            },
            "input.changed",
        ),
    ];
    for (what, change, code) in rows {
        let place = place();
        let found = draft(&place.path().join("bag"));
        change(&place.path().join("bag/a.bin"));
        let before = state::of(place.path());
        let refused = error(sign(found, &place.path().join("b.zip"), &Unwatched));
        assert_eq!(refused.place.to_string(), "a.bin", "{what}");
        assert!(code.is_empty() || refused.code.id == code, "{what}: {}", refused.code.id);
        assert!(matches!(refused.code.class.exit(), 1 | 5), "{what}: {}", refused.code.id);
        assert_eq!(before, state::of(place.path()), "{what}");
    }
}

#[test]
fn threat_49_what_lies_elsewhere_may_change() {
    let place = place();
    let found = draft(&place.path().join("bag"));
    fs::write(place.path().join("bag/new.txt"), "came later").unwrap();
    // the folder is moved: the files are reached through its handle
    fs::rename(place.path().join("bag"), place.path().join("moved")).unwrap();
    fs::create_dir(place.path().join("bag")).unwrap();
    fs::write(place.path().join("bag/a.bin"), "another").unwrap();
    let sealed = sign(found, &place.path().join("b.zip"), &Unwatched).unwrap();
    assert_eq!((sealed.files, sealed.bytes), (2, LARGE as u64 + 6));
}

#[test]
fn threat_52_a_seal_that_is_interrupted_at_any_moment_leaves_nothing() {
    let place = place();
    let output = place.path().join("b.zip");
    let before = state::of(place.path());
    let mut stopped = 0;
    for calls in 0.. {
        match sign(draft(&place.path().join("bag")), &output, &Interrupting::after(calls)) {
            Ok(_) => break,
            Err(error) => assert_eq!(error.code.id, "run.interrupted", "after {calls} calls"),
        }
        assert_eq!(before, state::of(place.path()), "after {calls} calls");
        stopped += 1;
    }
    assert!(stopped > 10, "{stopped} moments only");
    assert_eq!(verify_at(&output).unwrap().report().verdict.exit(), 0);
}

/// A stream that takes a little and then fails.
struct Failing(usize, ErrorKind);

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.0.min(bytes.len());
        self.0 -= taken;
        if taken > 0 { Ok(taken) } else { Err(self.1.into()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_stream_that_fails_is_told_by_its_code_and_leaves_nothing() {
    let place = place();
    let before = state::of(place.path());
    for (kind, code) in
        [(ErrorKind::BrokenPipe, "io.pipe"), (ErrorKind::StorageFull, "io.full"), (ErrorKind::TimedOut, "io.read")]
    {
        for taken in [0, 100, LARGE + 1000] {
            let mut stream = Failing(taken, kind);
            let output = Output::Stream(&mut stream);
            let failed = draft(&place.path().join("bag")).sign(&key(), now(), &mut counted(), output, &Unwatched);
            assert_eq!(error(failed).code.id, code, "after {taken} bytes");
            assert_eq!(before, state::of(place.path()));
        }
    }
}

fn left(root: &Path) -> Vec<String> {
    state::of(root).into_keys().map(|path| path.to_string_lossy().into_owned()).collect()
}
