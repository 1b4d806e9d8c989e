//! The test vectors of the age format for its hybrid recipient, and ours in `tests/vectors/age`: what must open gives the right
//! bytes, and what must be refused is refused. `SEALBAG_WRITE_VECTORS=1 cargo test --test format age_vectors` writes those of
//! ours that sealbag makes.

use support::runs;

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Once;

use age::armor::{ArmoredWriter, Format};
use miniz_oxide::inflate::decompress_to_vec_zlib;
use runs::Desk;
use sealbag::Timestamp;
use sealbag::base::error::Result;
use sealbag::base::limits;
use sealbag::crypto::age::{EncryptTo, Header, Identity, IdentityFile, dearmor, encrypt, write_identities};
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
    let Some(folder) = runs::shared("vectors/age-hybrid") else { return };
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

/// The same bytes, read from the last to the first.
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

// ---- ours

const PASSPHRASE: &str = "correct horse";
/// As low as it gets without being free: these files are opened thousands of times.
const WORK: u8 = 6;

fn ours(name: &str) -> PathBuf {
    static WRITTEN: Once = Once::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/age");
    WRITTEN.call_once(|| {
        if std::env::var_os("SEALBAG_WRITE_VECTORS").is_some() {
            let plain = fs::read(folder.join("../good-least.zip")).unwrap();
            made(&plain).into_iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
        }
    });
    folder.join(name)
}

/// What each of them holds.
fn plain() -> Vec<u8> {
    fs::read(ours("../good-least.zip")).unwrap()
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(ours(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The keys of the identity file, hybrid and X25519, from seeds that everybody knows.
fn identities() -> [Identity; 2] {
    [Identity::hybrid(&[0x61; 32]), Identity::x25519(&[0x62; 32]).unwrap()]
}

/// The identity file in plain and under the passphrase, and the encrypted bundles that sealbag makes, by name.
fn made(plain: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let made_at = Timestamp::parse("2026-01-02T03:04:05Z").unwrap();
    let file = |protection| write_identities(&identities(), &made_at, protection).unwrap().to_vec();
    let warned = [b"# for tests and for nothing else: everybody knows these keys\n", &*file(None)].concat();
    let closed = |lock| {
        let mut out = encrypt(lock, Vec::new()).unwrap();
        out.write_all(plain).unwrap();
        out.finish().unwrap()
    };
    let [hybrid, classic] = identities().map(|identity| [identity.recipient()]);
    let mut armored = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor).unwrap();
    armored.write_all(&closed(EncryptTo::Recipients(&hybrid))).unwrap();
    vec![
        ("identities.txt", warned),
        ("identities.age", file(Some((PASSPHRASE, WORK)))),
        ("hybrid.zip.age", closed(EncryptTo::Recipients(&hybrid))),
        ("x25519.zip.age", closed(EncryptTo::Recipients(&classic))),
        ("passphrase.zip.age", closed(EncryptTo::Passphrase(PASSPHRASE, WORK))),
        ("armored.zip.age", armored.finish().unwrap()),
    ]
}

/// The encrypted bundles; the last two were made by others.
const SEALED: [&str; 6] = [
    "hybrid.zip.age",
    "x25519.zip.age",
    "passphrase.zip.age",
    "armored.zip.age",
    "hybrid-by-age-encryption.zip.age",
    "x25519-by-age.zip.age",
];

fn opened(bytes: &[u8], identities: &[Identity]) -> Result<Vec<u8>> {
    let mut input = dearmor(bytes);
    let header = Header::read(&mut input)?;
    let raw = header.bytes().to_vec();
    let envelope = if header.is_passphrase() {
        header.open_with_passphrase(PASSPHRASE, limits::SCRYPT_WORK)?
    } else {
        header.open(identities)?
    };
    let mut out = Vec::new();
    let read = envelope.decrypt(raw.chain(&mut input))?.read_to_end(&mut out);
    read.map(|_| out).map_err(|error| sealbag::Error::io("bundle", &error))
}

/// Every byte of the header and the nonce, and some of what follows, each altered by itself.
fn altered(bytes: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    let header = Header::read(&mut dearmor(bytes)).unwrap().bytes().len() + 16;
    // it does not matter whether the last line of an armor ends in a line break
    let all = if bytes.starts_with(b"-----") { bytes.len() - 1 } else { bytes.len() };
    (0..header).chain((header..all).step_by(23)).chain([all - 1]).map(|at| {
        let mut altered = bytes.to_vec();
        altered[at] ^= 1;
        (at, altered)
    })
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn each_of_our_vectors_opens_to_the_same_bytes_and_altered_to_none() {
    let identities = IdentityFile::read("identities", &bytes("identities.txt")).unwrap().open(None).unwrap();
    let plain = plain();
    for name in SEALED {
        let bytes = bytes(name);
        assert!(opened(&bytes, &identities).unwrap() == plain, "{name}");
        for (at, altered) in altered(&bytes) {
            assert!(opened(&altered, &identities).is_err(), "{name} opens with byte {at} altered");
        }
        assert!(opened(&bytes[..bytes.len() - 40], &identities).is_err(), "{name} opens without its end");
        let others = [Identity::hybrid(&[1; 32]), Identity::x25519(&[1; 32]).unwrap()];
        assert_eq!(opened(&bytes, &others).is_ok(), name == "passphrase.zip.age", "{name} and somebody else's key");
    }
}

#[test]
fn our_identity_files_hold_the_keys_that_everybody_knows() {
    let texts = |identities: &[Identity]| identities.iter().map(|identity| identity.text().to_string()).collect::<Vec<_>>();
    let read = |bytes: &[u8], passphrase| IdentityFile::read("identities", bytes)?.open(passphrase);
    let expected = texts(&identities());
    assert_eq!(texts(&read(&bytes("identities.txt"), None).unwrap()), expected);
    let encrypted = bytes("identities.age");
    assert_eq!(texts(&read(&encrypted, Some(PASSPHRASE)).unwrap()), expected);
    assert!(read(&encrypted, Some("battery staple")).is_err() && read(&encrypted, None).is_err());
    for (at, altered) in altered(&encrypted) {
        assert!(read(&altered, Some(PASSPHRASE)).is_err(), "it opens with byte {at} altered");
    }
}

#[test]
fn the_program_verifies_each_of_our_vectors() {
    for identities in ["identities.txt", "identities.age"] {
        let desk = Desk::new();
        desk.new_key("Reader");
        desk.write("pw", format!("{PASSPHRASE}\n"));
        let path = |name: &str| ours(name).into_os_string().into_string().unwrap();
        let import = ["key", "import", "--age", &path(identities), "--no-passphrase", "--passphrase-file", "pw"];
        desk.run(import).done();
        desk.run(["contact", "add", &path("../amina.card"), "--yes"]).done();
        for name in SEALED {
            let told = desk.run(["verify", &path(name), "--json", "--passphrase-file", "pw"]).done().json();
            // the bundle inside was sealed for nobody
            let expected = if name == "passphrase.zip.age" { vec![] } else { vec!["envelope.recipients"] };
            let notes = told["notes"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap());
            assert_eq!(notes.collect::<Vec<_>>(), expected, "{name}");
        }
    }
}
