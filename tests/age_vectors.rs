//! The test vectors of the age format for its hybrid recipient: what must open opens to the bytes it must, what must be refused is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stderr, missing_docs)]

mod common;

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use miniz_oxide::inflate::decompress_to_vec_zlib;
use sealbag::base::error::Result;
use sealbag::crypto::age::{Header, Identity, dearmor};
use sha2::{Digest, Sha256};

/// A vector: what its first lines say, and the age file.
struct Vector {
    lines: HashMap<String, Vec<String>>,
    file: Vec<u8>,
}

impl Vector {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").expect("a blank line");
        let mut lines: HashMap<String, Vec<String>> = HashMap::new();
        for line in std::str::from_utf8(&bytes[..end]).unwrap().lines() {
            let (key, value) = line.split_once(": ").expect("key: value");
            lines.entry(key.into()).or_default().push(value.into());
        }
        let file = &bytes[end + 2..];
        let file = if lines.contains_key("compressed") { decompress_to_vec_zlib(file).expect("zlib") } else { file.to_vec() };
        Vector { lines, file }
    }

    /// Everything that the file holds, as a stream gives it.
    fn stream(&self) -> Result<Vec<u8>> {
        let mut input = dearmor(self.file.as_slice());
        let header = Header::read(&mut input)?;
        let raw = header.bytes().to_vec();
        let identities: Vec<Identity> = self.lines["identity"].iter().map(|text| Identity::parse(text).expect(text)).collect();
        let mut out = Vec::new();
        let read = header.open(&identities)?.decrypt(raw.chain(&mut input))?.read_to_end(&mut out);
        read.map(|_| out).map_err(|error| sealbag::Error::io("bundle", &error))
    }
}

#[test]
fn every_vector_of_the_hybrid_recipient_opens_or_is_refused_as_it_must() {
    let Some(folder) = common::shared("vectors/age-hybrid") else { return };
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some() {
            continue;
        }
        seen += 1;
        check(&path);
    }
    assert_eq!(seen, 19);
}

fn check(path: &Path) {
    let vector = Vector::read(&std::fs::read(path).unwrap());
    let (expected, opened) = (vector.lines["expect"][0].as_str(), vector.stream());
    match (expected, opened) {
        ("success", opened) => {
            let plain = opened.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_eq!(hex(&Sha256::digest(&plain)), vector.lines["payload"][0], "{}", path.display());
            if vector.file.starts_with(b"age-") {
                random_access(&vector, &plain);
            }
        }
        (_, Err(error)) => {
            let codes = match expected {
                "no match" => ["envelope.no_key", "envelope.no_key"],
                "header failure" | "armor failure" => ["envelope.damaged", "envelope.header"],
                other => panic!("{}: expects {other}", path.display()),
            };
            assert!(codes.contains(&error.code.id), "{}: {} {error}", path.display(), error.code.id);
        }
        (_, Ok(_)) => panic!("{} opens, and it must not: {expected}", path.display()),
    }
}

/// The same bytes, last byte first.
fn random_access(vector: &Vector, plain: &[u8]) {
    let header = Header::read(&mut vector.file.as_slice()).unwrap();
    let identities: Vec<Identity> = vector.lines["identity"].iter().filter_map(|text| Identity::parse(text)).collect();
    let envelope = header.open(&identities).unwrap();
    let mut inside = envelope.decrypt(std::io::Cursor::new(vector.file.as_slice())).unwrap();
    assert_eq!(inside.length().unwrap(), plain.len() as u64);
    for at in (0..plain.len()).rev() {
        inside.seek_to(at as u64).unwrap();
        let mut byte = [0];
        inside.read_exact(&mut byte).unwrap();
        assert_eq!(byte[0], plain[at], "{at}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
