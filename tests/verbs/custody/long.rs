//! A log of 100,000 entries: adding to it takes no longer than to a short one, and reading it takes no memory that grows with it.

use std::fs;
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

use super::{LOG, runs};
use runs::Desk;
use runs::library::{key, now, trust};
use sealbag::crypto::custody::SignedEntry;
use sealbag::format::custody::{Details, Entry};
use sealbag::format::digest::Random128;
use sealbag::ops::custody::keep::{self, Held, Kept, Said};
use sealbag::ops::custody::log::Log;
use sealbag::{Digest, Unwatched};

const MANY: u64 = 100_000;

/// Writes a log of `count` entries by [`key`].
fn write(desk: &Desk, name: &str, count: u64) {
    let kept = Kept { bundle: Some(Digest::of(b"manifest")), file_sha256: Some(Digest::of(b"file")) };
    let first = keep::first(&key(), Random128::new([3; 16]), None, kept, now(), &Said::default(), Details::Stored).unwrap();
    let mut out = BufWriter::new(fs::File::create(desk.path(name)).unwrap());
    let mut last = first;
    out.write_all(last.line()).unwrap();
    for seq in 2..=count {
        let next = Entry { seq, prev: Some(last.digest), ..last.entry.clone() };
        last = SignedEntry::sign(&key(), next).unwrap();
        out.write_all(last.line()).unwrap();
    }
    out.flush().unwrap();
}

/// How long adding an entry takes, the quickest of several.
fn adding(desk: &Desk, name: &str) -> Duration {
    let once = || {
        let started = Instant::now();
        let mut held = Held::open(&desk.path(name)).unwrap();
        held.add(&key(), None, now(), &Said::default(), Details::Stored).unwrap();
        started.elapsed()
    };
    (0..20).map(|_| once()).min().unwrap()
}

/// The most memory that the program held while it ran, in KiB; none where nothing here measures it.
fn memory(desk: &Desk, log: &str) -> Option<u64> {
    let args = ["-f", "%M", support::program(), "custody", "verify", log, "--quiet"];
    let told: runs::Output = desk.command_of("/usr/bin/time", args).output().ok()?.into();
    told.err.lines().last()?.parse().ok()
}

#[test]
#[ignore = "signs and verifies 100,000 entries; tests/run includes it"]
fn a_log_of_100000_entries_is_added_to_and_read() {
    let desk = Desk::signing();
    write(&desk, "short.jsonl", 10);
    write(&desk, LOG, MANY);
    let (short, long) = (adding(&desk, "short.jsonl"), adding(&desk, LOG));
    assert!(long < short * 3 + Duration::from_millis(2), "{long:?} and not {short:?}");
    let started = Instant::now();
    let mut steps = 0;
    let bytes = fs::File::open(desk.path(LOG)).unwrap();
    let log = Log::read("log", &mut std::io::BufReader::new(bytes), &trust(), &Unwatched, &mut |_| steps += 1).unwrap();
    assert!(log.is_unbroken() && log.not_believed.is_none(), "{:?}", log.findings.list().first());
    assert_eq!((log.steps, steps), (MANY + 20, MANY + 20));
    println!("verified {steps} entries in {:?}, added one in {long:?}", started.elapsed());
    match (memory(&desk, "short.jsonl"), memory(&desk, LOG)) {
        (Some(small), Some(large)) => assert!(large <= small + 8 * 1024, "{large} KiB and not {small} KiB"),
        _ => runs::skipped("nothing here measures the memory of a run"),
    }
}
