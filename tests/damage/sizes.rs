//! What is too long is refused by its length alone (threat 11): a terabyte that takes no room on a disk must not take hours.

use support::kit;

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom};
use std::time::{Duration, Instant};

use kit::library::{FileAt, closed, judge, judge_path, trusting};
use kit::samples::{amina, full, plain, redacted};
use kit::zip::Entry;
use kit::{Home, Parts, Zip};
use sealbag::{Source, Unwatched};

const TIB: u64 = 1 << 40;

/// Far more than any of this takes, and far less than reading a terabyte.
const SOON: Duration = Duration::from_secs(5);

fn newer() -> Parts {
    let mut parts = plain().parts();
    parts.replace("seal/manifest.json", "sealbag-manifest/1", "sealbag-manifest/2");
    parts.sign();
    parts.push("seal/manifest-2.json", "x");
    parts
}

/// Every part of an unpacked bundle, and what it gives when it has a terabyte.
const PARTS: [(&str, &str); 14] = [
    ("VERIFY.txt", "bag.derived"),
    ("bag-info.txt", "bag.derived"),
    ("bagit.txt", "bag.derived"),
    ("manifest-sha256.txt", "bag.derived"),
    ("tagmanifest-sha256.txt", "bag.derived"),
    ("seal/items.jsonl", "seal.items"),
    ("seal/manifest.json", "seal.manifest"),
    ("seal/manifest.sig", "seal.armor"),
    ("seal/release-1.json", "release.malformed"),
    ("seal/release-1.sig", "release.signature"),
    ("seal/readers.json", "readers.malformed"),
    ("seal/readers.sig", "readers.signature"),
    ("seal/padding", "container.layout"),
    ("data/report.txt", "payload.altered"),
];

#[test]
fn a_terabyte_in_an_unpacked_bundle_is_refused_by_its_length() {
    let trust = trusting(&[amina()]);
    for (name, code) in PARTS {
        let home = Home::new();
        let folder = home.path("folder");
        full().unpack_to(&folder);
        OpenOptions::new().write(true).open(folder.join(name)).unwrap().set_len(TIB).unwrap();
        let before = Instant::now();
        let judged = judge_path(&folder, &trust);
        assert!(before.elapsed() < SOON, "{name} took {:?}", before.elapsed());
        assert!(judged.exit == 1 && judged.codes.contains(code), "{name}: {judged:?}");
    }
    let home = Home::new();
    let folder = home.path("folder");
    newer().unpack_to(&folder);
    for name in ["seal/manifest-2.json", "VERIFY.txt", "seal/items.jsonl"] {
        OpenOptions::new().write(true).open(folder.join(name)).unwrap().set_len(TIB).unwrap();
    }
    let before = Instant::now();
    assert_eq!(judge_path(&folder, &trust).exit, 5);
    assert!(before.elapsed() < SOON);
}

#[test]
fn a_derived_file_of_another_length_is_not_read() {
    let trust = trusting(&[amina()]);
    for (parts, codes) in [(plain().parts(), 1), (redacted(), 1)] {
        let home = Home::new();
        let folder = home.path("folder");
        parts.unpack_to(&folder);
        // within every limit, and more than could be read in so short a time
        OpenOptions::new().write(true).open(folder.join("manifest-sha256.txt")).unwrap().set_len(1 << 30).unwrap();
        let before = Instant::now();
        let judged = judge_path(&folder, &trust);
        assert!(judged.codes.contains("bag.derived") && judged.codes.len() == codes, "{judged:?}");
        assert!(before.elapsed() < Duration::from_secs(1), "{:?}", before.elapsed());
    }
}

/// A ZIP whose entry of this name has a terabyte of zeros behind its bytes, which take no room.
fn with_terabyte(parts: &Parts, name: &str) -> (Zip, usize) {
    with_hole(parts, name, TIB)
}

fn with_hole(parts: &Parts, name: &str, hole: u64) -> (Zip, usize) {
    let mut zip = Zip::of(parts);
    let full = format!("{}/{name}", parts.top);
    let at = zip.entries.iter().position(|entry| entry.local.name == full.as_bytes()).unwrap();
    let (bytes, dos) = (zip.entries[at].bytes.clone(), parts.dos);
    zip.entries[at] = Entry::with_crc(&full, &bytes, hole, dos, 0);
    (Zip::from_entries(zip.entries), at)
}

#[test]
fn a_terabyte_in_a_zip_is_refused_by_its_length() {
    let trust = trusting(&[amina()]);
    for (name, code) in PARTS {
        let (zip, _) = with_terabyte(&full(), name);
        let mut file = tempfile::tempfile().unwrap();
        zip.write_to(&mut file).unwrap();
        assert!(file.seek(SeekFrom::End(0)).unwrap() > TIB);
        let before = Instant::now();
        let judged = judge(Source::of(FileAt(file)), &trust);
        assert!(before.elapsed() < SOON, "{name} took {:?}", before.elapsed());
        assert!(judged.exit == 1 && judged.codes.contains(code), "{name}: {judged:?}");
    }
}

/// These bytes, and then zeros that never end.
struct Endless(std::io::Cursor<Vec<u8>>, u64);

impl std::io::Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = std::io::Read::read(&mut self.0, out)?;
        if count > 0 || out.is_empty() {
            return Ok(count);
        }
        out.fill(0);
        self.1 += out.len() as u64;
        assert!(self.1 < 8 << 30, "it reads on and on");
        Ok(out.len())
    }
}

#[test]
fn a_file_that_is_longer_than_any_can_be_is_refused_before_a_byte_of_it() {
    let trust = trusting(&[amina()]);
    for size in [1 << 53, 1 << 62] {
        let (zip, at) = with_hole(&plain().parts(), "data/report.txt", size);
        let before = Instant::now();
        let judged = judge(Source::of_stream(Endless(std::io::Cursor::new(up_to_hole(&zip, at)), 0)), &trust);
        assert!(before.elapsed() < SOON && judged.exit == 1 && judged.codes.contains("container.layout"), "{size}: {judged:?}");
    }
}

/// What comes before the zeros.
fn up_to_hole(zip: &Zip, at: usize) -> Vec<u8> {
    let entries = zip.entries[..=at].iter();
    entries.flat_map(|entry| [entry.local.local_bytes(), entry.bytes.clone()]).flatten().collect()
}

#[test]
fn a_terabyte_in_a_stream_is_refused_where_it_begins() {
    let trust = trusting(&[amina()]);
    for (name, _) in PARTS.iter().filter(|(name, _)| !name.starts_with("data/")) {
        let (zip, at) = with_terabyte(&full(), name);
        let bytes = up_to_hole(&zip, at);
        let before = Instant::now();
        let judged = judge(Source::of_stream(Endless(std::io::Cursor::new(bytes), 0)), &trust);
        assert!(judged.exit == 1 && judged.codes.contains("container.layout"), "{name}: {judged:?}");
        assert!(before.elapsed() < SOON, "{name} took {:?}", before.elapsed());
    }
    // and what is no bundle at all
    for beginning in
        [&b""[..], b"\0", b"PK\x03\x04", b"age-encryption.org/v1\n-> X25519 ", b"-----BEGIN AGE ENCRYPTED FILE-----\n"]
    {
        let before = Instant::now();
        let judged = judge(Source::of_stream(Endless(std::io::Cursor::new(beginning.to_vec()), 0)), &trust);
        assert!(matches!(judged.exit, 1 | 5), "{beginning:?}: {judged:?}");
        assert!(before.elapsed() < SOON, "{beginning:?} took {:?}", before.elapsed());
    }
}

#[test]
fn threat_11b_nothing_is_kept_of_what_there_is_no_room_for() {
    let parts = plain().parts();
    let (zip, at) = with_hole(&parts, "data/report.txt", 1 << 52);
    let home = Home::trusting(&amina());
    let endless = Source::of_stream(Endless(std::io::Cursor::new(up_to_hole(&zip, at)), 0));
    let near = home.path("near");
    std::fs::create_dir(&near).unwrap();
    let told = endless.settle(&near, closed, &Unwatched).err().unwrap();
    assert_eq!(told.code.id, "io.full");
    let name =
        format!("{}/data/report.txt is said to have {} bytes", parts.top, (1u64 << 52) + zip.entries[at].bytes.len() as u64);
    assert!(told.detail.to_string().ends_with(&name), "{}", told.detail);
    assert_eq!(std::fs::read_dir(&near).unwrap().count(), 0);
}
