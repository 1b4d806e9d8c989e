//! What an envelope can do to whoever opens it or seals for somebody, each with a harmless twin: a header or a passphrase that
//! costs too much, a plugin, and a length that tells too much (threats 42, 43, 44 and 48).

use support::runs;

use std::fs::{self, Permissions};
use std::io::Cursor;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use runs::library::{error, trust};
use runs::{Desk, Output};
use sealbag::crypto::age::{Header, Identity, Recipient};
use sealbag::crypto::card::SignedCard;
use sealbag::format::bech32;
use sealbag::ops::output::Encryption;
use sealbag::{Bundle, Policy, SigningKey, Source, Timestamp, Unwatched, Verdict};

const BODY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";

/// An age file with these stanzas, for nobody here.
fn file(stanzas: &str) -> Vec<u8> {
    format!("age-encryption.org/v1\n{stanzas}--- {BODY}a nonce of 16 b.and one piece").into_bytes()
}

/// The code with which a bundle is refused before anything is tried on its header, of a file and of a stream.
#[track_caller]
fn code_unopened(desk: &Desk, bytes: &[u8]) -> &'static str {
    let path = desk.write("b.zip.age", bytes);
    let sources = [Source::open(&path).unwrap(), Source::of_stream(Cursor::new(bytes.to_vec()))];
    let [one, other] = sources.map(|source| error(source.unlock(|_| panic!("a header that is too much was tried"))).code.id);
    assert_eq!(one, other);
    one
}

/// True if keys are tried on the header of these bytes.
fn is_tried(bytes: &[u8]) -> bool {
    let mut tried = false;
    let _ = Source::of_stream(Cursor::new(bytes.to_vec())).unlock(|header: Header| {
        tried = true;
        header.open(&[])
    });
    tried
}

fn refused_by_every_command(desk: &Desk, code: &str) {
    assert_eq!(desk.verify("b.zip.age", 5)["findings"][0]["code"], code);
    desk.refused(["show", "b.zip.age", "--passphrase-file", "pw"], 5, code);
    let told = desk.run(["open", "b.zip.age", "-d", "out", "--passphrase-file", "pw"]);
    assert!(told.exit == 5 && told.out.contains(code) && !desk.path("out").exists(), "{told:#?}");
}

#[test]
fn threat_42_a_header_of_thousands_of_stanzas_is_refused_before_a_key_is_tried_on_it() {
    let desk = Desk::signing();
    desk.write("pw", "the heron at noon\n");
    let long = format!("-> X25519 {BODY}{BODY}");
    for stanzas in
        ["-> a\n\n".repeat(1001), "-> a\n\n".repeat(1_000_000), long.repeat(700), format!("-> {}\n\n", "a".repeat(64 << 10))]
    {
        assert_eq!(code_unopened(&desk, &file(&stanzas)), "envelope.limit");
        refused_by_every_command(&desk, "envelope.limit");
    }
    // the twins: headers of the greatest size that is read, and a bundle for the greatest number of readers, which the last one
    // opens
    assert!(is_tried(&file(&"-> a\n\n".repeat(1000))) && is_tried(&file(&long.repeat(600))));
    let readers: Vec<Identity> = (0..600u16).map(|number| Identity::x25519(&seed(number)).unwrap()).collect();
    let desk = Desk::new();
    desk.bag("bag");
    let bytes = sealed(&desk, Encryption::For(readers.iter().map(Identity::recipient).collect()));
    let header = Header::read(&mut bytes.as_slice()).unwrap();
    assert_eq!(header.recipients(), 600);
    let source = Source::of_stream(Cursor::new(bytes)).unlock(|header| header.open(&readers[599..])).unwrap();
    let bundle = Bundle::read(source, &Unwatched).unwrap();
    assert_eq!(bundle.verify(&trust(), &Policy::default(), &Unwatched).unwrap().report().verdict, Verdict::Verified);
}

fn seed(number: u16) -> [u8; 32] {
    let mut seed = [1; 32];
    // three bits of the first byte make no difference to X25519
    seed[1..3].copy_from_slice(&number.to_le_bytes());
    seed
}

/// The bag of a desk, sealed.
fn sealed(desk: &Desk, encryption: Encryption) -> Vec<u8> {
    let mut draft = runs::library::draft(&desk.path("bag"));
    draft.encrypt(encryption);
    let to = desk.path("sealed.zip.age");
    runs::library::sign(draft, &to, &Unwatched).unwrap();
    let bytes = fs::read(&to).unwrap();
    fs::remove_file(to).unwrap();
    bytes
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn threat_43_a_passphrase_that_asks_for_absurd_work_is_refused_before_any_is_done() {
    let desk = Desk::with_bag();
    desk.write("pw", "the heron at noon\n");
    let asks = |work: &str| file(&format!("-> scrypt AAAAAAAAAAAAAAAAAAAAAA {work}\n{BODY}"));
    desk.write("b.zip.age", asks("19"));
    refused_by_every_command(&desk, "envelope.cost");
    for work in ["21", "30", "63", "255", "256", "4294967296", "99999999999999999999999"] {
        assert_eq!(code_unopened(&desk, &asks(work)), "envelope.cost", "{work}");
        refused_by_every_command(&desk, "envelope.cost");
    }
    // the twins: the highest cost that is accepted where somebody allows it, and what sealbag itself writes
    assert!(is_tried(&asks("20")) && is_tried(&asks("1")));
    for (work, most) in [("20", "20"), ("19", "19")] {
        desk.write("x.age", asks(work));
        let args = ["verify", "x.age", "--passphrase-file", "pw", "--max-work-factor", most];
        assert!(desk.run(args).out.contains("key.passphrase"), "{work}");
    }
    desk.write("x.age", asks("20"));
    let told = desk.run(["verify", "x.age", "--passphrase-file", "pw", "--max-work-factor", "19"]);
    assert!(told.exit == 5 && told.out.contains("--max-work-factor 20"), "{told:#?}");
    for odd in ["17", "21", "x"] {
        assert_eq!(desk.run(["verify", "x.age", "--max-work-factor", odd]).exit, 2, "{odd}");
    }
    desk.run(["seal", "bag", "--passphrase", "--passphrase-file", "pw", "-o", "good.zip.age"]).done();
    desk.run(["verify", "good.zip.age", "--passphrase-file", "pw"]).done();
}

/// The program that age would run for the plugin `name`, in the folder `bin` of the desk; it leaves the file `ran`.
fn plugin(desk: &Desk, name: &str) {
    let path = desk.write(format!("bin/{name}"), format!("#!/bin/sh\n: > '{}'\n", desk.path("ran").display()));
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

fn run(desk: &Desk, args: &[&str]) -> Output {
    let path = format!("{}:/usr/bin:/bin", desk.path("bin").display());
    desk.command(args).env("PATH", path).output().unwrap().into()
}

#[test]
fn threat_44_a_plugin_is_named_and_never_run() {
    let desk = Desk::with_bag();
    for name in ["age-plugin-evil", "age-plugin-yubikey", "evil"] {
        plugin(&desk, name);
    }
    let know = |name: &str, recipients: Vec<String>| {
        let key = SigningKey::from_seed(&[name.as_bytes()[0]; 32]);
        let made_at = Timestamp::parse("2026-11-24T18:00:01Z").unwrap();
        desk.write("card", SignedCard::sign(&key, name, recipients, made_at).unwrap().text());
        run(&desk, &["contact", "add", "card", "--yes"]).done();
    };
    let of_plugin = |name: &str| bech32::encode(&format!("age1{name}"), &[1; 33]);
    let classic = Identity::x25519(&[1; 32]).unwrap().recipient().to_string();
    know("Evil", vec![of_plugin("evil")]);
    know("Path", vec![of_plugin("../bin/evil")]);
    know("Both", vec![of_plugin("yubikey"), classic]);
    for name in ["Evil", "Path"] {
        let told = run(&desk, &["seal", "bag", "--to", name, "-o", "b.zip.age", "--json"]);
        assert_eq!((told.exit, &told.json()["code"]), (2, &"envelope.recipient".into()), "{told:#?}");
        assert!(told.json()["trouble"].as_str().unwrap().contains("need a plugin or a token"), "{told:#?}");
        assert!(!desk.path("b.zip.age").exists());
    }
    // identities, and a bundle that only a plugin opens
    let identity = bech32::encode("age-plugin-evil-", &[1; 8]).to_uppercase();
    for (number, identity) in [identity, bech32::encode("age-plugin-../bin/evil-", &[1; 8]).to_uppercase()].iter().enumerate() {
        let name = desk.write(format!("{number}.txt"), format!("{identity}\n"));
        let told = run(&desk, &["key", "import", "--age", name.to_str().unwrap(), "--json"]);
        assert_eq!((told.exit, &told.json()["code"]), (1, &"key.format".into()), "{told:#?}");
        assert!(told.json()["trouble"].as_str().unwrap().contains("line 1"), "{told:#?}");
    }
    for stanza in ["evil", "yubikey", "../bin/evil"] {
        desk.write("b.zip.age", file(&format!("-> {stanza} AAAA\n{BODY}")));
        let told = run(&desk, &["verify", "b.zip.age", "--json"]);
        assert_eq!((told.exit, &told.json()["findings"][0]["code"]), (5, &"envelope.no_key".into()), "{told:#?}");
    }
    // the twin: a key of one's own beside that of a plugin
    let told = run(&desk, &["seal", "bag", "--to", "Both", "-o", "good.zip.age", "--json"]).done();
    assert_eq!(told.json()["encryption"], "x25519");
    assert!(!desk.path("ran").exists(), "a plugin was run");
    // and the plugin would have been found
    let path = format!("{}:/usr/bin:/bin", desk.path("bin").display());
    assert!(desk.command_of("sh", ["-c", "age-plugin-evil"]).env("PATH", path).status().unwrap().success());
    assert!(desk.path("ran").exists());
}

#[test]
fn threat_48_files_of_about_one_length_make_bundles_of_one_length() {
    let desk = Desk::new();
    let key = Identity::hybrid(&[1; 32]).recipient();
    let length = |size: usize, recipients: &[Recipient]| {
        desk.write("bag/photo.jpg", vec![7; size]);
        if recipients.is_empty() {
            let to = desk.path("plain.zip");
            let length = runs::library::seal(&desk.path("bag"), &to).length;
            fs::remove_file(to).unwrap();
            return length;
        }
        let bytes = sealed(&desk, Encryption::For(recipients.to_vec()));
        // the header says nothing of what is inside
        (bytes.len() - Header::read(&mut bytes.as_slice()).unwrap().bytes().len()) as u64
    };
    let closed = std::slice::from_ref(&key);
    for size in [100_000, 1_000_000, 9_000_000] {
        let near = [0, 1, 77].map(|more| size + more);
        let lengths = near.map(|size| length(size, closed));
        assert!(lengths.iter().all(|one| *one == lengths[0]), "{size}: {lengths:?}");
        // the price is small, and the list of readers has one length
        assert!(lengths[0] < (length(size, &[]) + 12_000) * 112 / 100, "{size}: {lengths:?}");
        // the twin: a plain bundle, where each byte shows, and a file that is a quarter longer
        assert_eq!(length(size + 1, &[]), length(size, &[]) + 1);
        assert_ne!(length(size + size / 4, closed), lengths[0]);
    }
}

#[test]
fn the_age_crate_is_built_without_plugins() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let lines: Vec<&str> =
        manifest.lines().filter(|line| line.starts_with("age = ") || line.starts_with("age-core = ")).collect();
    assert!(lines.len() >= 2 && lines.iter().all(|line| line.contains("default-features = false")), "{lines:?}");
    assert!(lines.iter().all(|line| !line.contains("plugin") && !line.contains("cli-common")), "{lines:?}");
}
