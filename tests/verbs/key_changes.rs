//! What happens to keys that one has: a new passphrase, a backup, removal; and keys that are for one story (threat 56).

use support::runs;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use runs::state::files;
use runs::{Desk, skipped};
use sealbag::crypto::age::{Identity, IdentityFile};
use sealbag::crypto::openssh::{KeyFile, Protection};
use sealbag::store::home::contacts::Contacts;
use sealbag::store::home::keyring::Keyring;
use sealbag::store::home::keyring_write::NewKey;
use sealbag::{SigningKey, Timestamp};
use serde_json::{Value, json};

const KEYS: &str = "home/sealbag/keys";

/// What `key list --json` says.
#[track_caller]
fn keys(desk: &Desk) -> Value {
    desk.run(["key", "list", "--json", "--quiet"]).done().json()["keys"].clone()
}

fn kept(desk: &Desk, name: &str) -> Vec<u8> {
    fs::read(desk.path(KEYS).join(name)).unwrap()
}

fn signs_with(bytes: &[u8], passphrase: Option<&str>) -> bool {
    KeyFile::read("key", bytes).unwrap().open(passphrase).is_ok()
}

fn opens_with(bytes: &[u8], passphrase: Option<&str>) -> bool {
    IdentityFile::read("age", bytes).unwrap().open(passphrase).is_ok()
}

/// A desk with a key whose halves open with `sign` and `open`, at next to no cost.
fn locked() -> Desk {
    let desk = Desk::new();
    let home = desk.path("home/sealbag");
    let identities = [Identity::hybrid(&[1; 32]), Identity::x25519(&[1; 32]).unwrap()];
    let made_at = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    let new =
        NewKey { name: "Amina", identities: &identities, protection: Some(("open", 2)), story: None, after: None, made_at };
    let protection = Protection { passphrase: "sign", random: [7; 20] };
    let ready = new.with_file(&SigningKey::from_seed(&[1; 32]), Some(protection)).unwrap();
    Keyring::open(&home).unwrap().add(ready, &Contacts::open(&home).unwrap()).unwrap();
    desk.write("pw", "sign\nopen\n");
    desk.write("new", "sign with a quill\nopen with an old key\n");
    desk.write("wrong", "sign3\nopen3\n");
    desk
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn each_half_gets_another_passphrase_and_the_other_half_stays_as_it_is() {
    let desk = locked();
    let change = ["key", "change-passphrase", "--passphrase-file", "pw", "--new-passphrase-file", "new"];
    let (key, age, card) = (kept(&desk, "1.key"), kept(&desk, "1.age"), kept(&desk, "1.card"));
    let told = desk.run(change).done();
    assert!(told.out.starts_with("changed the passphrase of the signing key:\n"), "{told:#?}");
    assert!(told.err.starts_with("a copy that was made before"), "{told:#?}");
    let new = kept(&desk, "1.key");
    assert!(signs_with(&new, Some("sign with a quill")) && !signs_with(&new, Some("sign")));
    assert_eq!((&kept(&desk, "1.age"), &kept(&desk, "1.card")), (&age, &card));
    let told = desk.run([&change[..], &["--decryption"]].concat()).done();
    assert!(told.out.starts_with("changed the passphrase of the decryption key:\n"), "{told:#?}");
    let new = kept(&desk, "1.age");
    assert!(opens_with(&new, Some("open with an old key")) && !opens_with(&new, Some("open")));
    assert_eq!(kept(&desk, "1.card"), card);
    // the old files, had they been copied, still open
    assert!(signs_with(&key, Some("sign")) && opens_with(&age, Some("open")));
    let mode = |name: &str| fs::metadata(desk.path(KEYS).join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("1.key"), mode("1.age")), (0o600, 0o600));
    assert_eq!(fs::read_dir(desk.path(KEYS)).unwrap().count(), 3);
    desk.bag("bag");
    desk.run(["seal", "bag", "--to-me", "-o", "b.zip.age", "--passphrase-file", "new"]).done();
    desk.run(["verify", "b.zip.age", "--passphrase-file", "new"]).done();
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_passphrase_is_taken_away_and_given_only_on_purpose() {
    let desk = locked();
    let take = |flags: &[&'static str]| [&["key", "change-passphrase", "--no-passphrase"], flags].concat();
    let told = desk.run(take(&["--passphrase-file", "pw"])).done();
    assert!(told.out.starts_with("removed the passphrase of the signing key:\n"), "{told:#?}");
    assert!(told.out.contains("unencrypted: whoever can read the file can sign as you"), "{told:#?}");
    desk.run(take(&["--decryption", "--passphrase-file", "pw"])).done();
    assert!(signs_with(&kept(&desk, "1.key"), None) && opens_with(&kept(&desk, "1.age"), None));
    for flags in [&[][..], &["--decryption"]] {
        let state = desk.state();
        let told = desk.run(take(flags)).done();
        assert!(told.out.contains(" has no passphrase; nothing changed:\n"), "{told:#?}");
        assert_eq!(state, desk.state());
        // and back
        let give = ["key", "change-passphrase", "--new-passphrase-file", "new"];
        assert_eq!(desk.run([&give[..], flags].concat()).done().err, "");
    }
    assert!(
        signs_with(&kept(&desk, "1.key"), Some("sign with a quill"))
            && opens_with(&kept(&desk, "1.age"), Some("open with an old key"))
    );
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_passphrase_that_is_wrong_or_missing_changes_nothing() {
    let desk = locked();
    desk.write("empty", "\n");
    for half in [&[][..], &["--decryption"]] {
        let change = |flags: &[&'static str]| [&["key", "change-passphrase"], half, flags].concat();
        let refused = |flags: &[&'static str], code: &str| desk.refused(change(flags), 5, code);
        refused(&["--passphrase-file", "wrong", "--new-passphrase-file", "new"], "key.passphrase");
        refused(&["--passphrase-file", "pw", "--new-passphrase-file", "empty"], "key.passphrase");
        refused(&["--passphrase-file", "pw", "--new-passphrase-file", "none"], "io.missing");
        refused(&["--new-passphrase-file", "new"], "key.locked");
        let told = refused(&["--passphrase-file", "pw"], "key.locked");
        assert!(told["hint"].as_str().unwrap().contains("--new-passphrase-file"), "{told}");
        assert_eq!(desk.run(change(&["--no-passphrase", "--new-passphrase-file", "new"])).exit, 2);
        let both = desk.fed(change(&["--passphrase-file", "-", "--new-passphrase-file", "-", "--json"]), b"sign\nopen\n");
        assert_eq!((both.exit, &both.json()["code"]), (2, &json!("usage")));
    }
    desk.refused(["key", "change-passphrase", "Nobody"], 2, "key.unknown");
    assert!(signs_with(&kept(&desk, "1.key"), Some("sign")) && opens_with(&kept(&desk, "1.age"), Some("open")));
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_change_that_cannot_be_written_leaves_the_old_file() {
    let desk = locked();
    let before = files(&desk.path(KEYS));
    for half in ["", " --decryption"] {
        let script = format!("ulimit -f 0; \"$0\" key change-passphrase{half} --passphrase-file pw --new-passphrase-file new");
        let told: runs::Output = desk.command_of("sh", ["-c", &script, support::program()]).output().unwrap().into();
        assert!(told.exit == 5 && told.err.contains("no space left to write"), "{told:#?}");
        assert_eq!(before, files(&desk.path(KEYS)));
    }
}

fn names(files: &Value) -> Vec<String> {
    let path = |file: &Value| PathBuf::from(file.as_str().unwrap()).file_name().unwrap().to_string_lossy().into_owned();
    files.as_array().unwrap().iter().map(path).collect()
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_backup_holds_the_files_as_they_are_and_brings_the_key_back() {
    let desk = locked();
    let told = desk.run(["key", "export", "-o", "stick", "--yes", "--json"]).done();
    let json = told.json();
    assert_eq!(json["schema"], "sealbag-key-export/1");
    let stem = names(&json["files"])[0].strip_suffix(".card").unwrap().to_owned();
    assert!(stem.starts_with("sealbag-") && stem.len() == 24, "{stem}");
    assert_eq!(names(&json["files"]), ["card", "age", "key"].map(|part| format!("{stem}.{part}")));
    for part in ["card", "age", "key"] {
        let copy = desk.path("stick").join(format!("{stem}.{part}"));
        assert_eq!(fs::read(&copy).unwrap(), kept(&desk, &format!("1.{part}")));
        assert_eq!(fs::metadata(copy).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(fs::metadata(desk.path("stick")).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(told.err.contains("whoever has this copy and its passphrases can sign as you"), "{told:#?}");
    assert!(!told.err.contains("WITHOUT A PASSPHRASE"), "{told:#?}");

    // elsewhere it is the same key, and opens the same bundles
    desk.bag("bag");
    desk.run(["seal", "bag", "--to-me", "-o", "b.zip.age", "--passphrase-file", "pw"]).done();
    let other = Desk::new();
    for (name, bytes) in files(&desk.path("stick")) {
        other.write(name, bytes);
    }
    other.write("pw", "sign\nopen\n");
    other.write("b.zip.age", fs::read(desk.path("b.zip.age")).unwrap());
    let (key, age) = (format!("{stem}.key"), format!("{stem}.age"));
    other.run(["key", "import", &key, "--age", &age, "--passphrase-file", "pw"]).done();
    for member in ["key", "recipients", "name"] {
        assert_eq!(keys(&desk)[0][member], keys(&other)[0][member], "{member}");
    }
    other.run(["verify", "b.zip.age", "--passphrase-file", "pw"]).done();
}

#[test]
fn stock_tools_read_a_backup() {
    let desk = locked();
    desk.run(["key", "export", "-o", "stick", "--yes"]).done();
    let of = |part: &str| {
        let mut found = files(&desk.path("stick")).into_keys();
        desk.path("stick").join(found.find(|path| path.extension().is_some_and(|extension| extension == part)).unwrap())
    };
    let run = |program: &str, args: &[&Path]| desk.command_of(program, args).output().ok();
    match run("ssh-keygen", &["-y".as_ref(), "-P".as_ref(), "sign".as_ref(), "-f".as_ref(), &of("key")]) {
        Some(output) => assert!(String::from_utf8_lossy(&output.stdout).starts_with(keys(&desk)[0]["key"].as_str().unwrap())),
        None if runs::in_ci() => panic!("ssh-keygen must be here"),
        None => skipped("ssh-keygen is not here"),
    }
    // age would ask on the terminal; its crate gets the passphrase from us
    let age = fs::read(of("age")).unwrap();
    let decryptor = age::Decryptor::new(age.as_slice()).unwrap();
    let passphrase = age_core::secrecy::SecretString::from("open".to_owned());
    let identity = age::scrypt::Identity::new(passphrase);
    let mut text = String::new();
    let mut reader = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).unwrap();
    std::io::Read::read_to_string(&mut reader, &mut text).unwrap();
    let secrets = text.lines().filter(|line| line.starts_with("AGE-SECRET-KEY-"));
    assert_eq!(secrets.count(), 2, "{text}");
}

#[test]
fn a_backup_is_asked_for_warned_of_and_never_written_over_something() {
    let desk = Desk::signing();
    desk.write("stick/something", "else");
    let asked = desk.run(["key", "export", "-o", "new", "--json"]);
    assert_eq!((asked.exit, &asked.json()["code"]), (5, &json!("run.not_confirmed")), "{asked:#?}");
    assert!(asked.json()["hint"].as_str().unwrap().contains("--yes") && !desk.path("new").exists(), "{asked:#?}");
    desk.refused(["key", "export", "-o", "stick", "--yes"], 2, "output.exists");
    desk.refused(["key", "export", "-o", "none/new", "--yes"], 5, "io.missing");
    desk.refused(["key", "export", "Nobody", "-o", "new", "--yes"], 2, "key.unknown");
    let told = desk.run(["key", "export", "-o", "stick", "--yes", "--force"]).done();
    assert_eq!(told.err.matches("WITHOUT A PASSPHRASE").count(), 2, "{told:#?}");
    assert!(told.out.contains("to import it elsewhere: sealbag key import stick/sealbag-"), "{told:#?}");
    assert_eq!(fs::read_dir(desk.path("stick")).unwrap().count(), 4);
    // the same copy again replaces the one that is there
    desk.run(["key", "export", "-o", "stick", "--yes", "--force"]).done();
    assert_eq!(fs::read_dir(desk.path("stick")).unwrap().count(), 4);
    assert_eq!(fs::read(desk.path("stick/something")).unwrap(), b"else");
    desk.write("file", "");
    desk.refused(["key", "export", "-o", "file", "--yes", "--force"], 2, "output.exists");
}

#[test]
fn a_key_is_removed_only_when_confirmed_and_it_is_said_what_is_lost_and_what_remains() {
    let desk = Desk::with_bundle();
    desk.new_key("Bridge");
    let state = desk.state();
    let asked = desk.run(["key", "remove", "Amina O.", "--json"]);
    assert_eq!((asked.exit, &asked.json()["code"]), (5, &json!("run.not_confirmed")), "{asked:#?}");
    assert_eq!(state, desk.state());
    for word in ["can never be opened again, unless you have a backup", "becomes a stranger to you", "sealbag card --key "] {
        assert!(asked.err.contains(word), "{word}: {asked:#?}");
    }
    let card = desk.run(["card"]).done().out;
    let told = desk.run(["key", "remove", "Amina O.", "--yes"]).done();
    assert!(
        told.out.starts_with("removed your key \"Amina O.\" (SHA256:") && told.out.contains("…)\nwhat remains\n"),
        "{told:#?}"
    );
    assert!(told.out.contains("  - your default key, \"Bridge\" (SHA256:") && told.out.ends_with("…)\n"), "{told:#?}");
    let left: Vec<PathBuf> = files(&desk.path(KEYS)).into_keys().collect();
    assert_eq!(left, ["2.age", "2.card", "2.key"].map(PathBuf::from));
    desk.verify("b.zip", 3);
    desk.write("card", card);
    desk.run(["contact", "add", "card", "--yes"]).done();
    desk.verify("b.zip", 0);
    desk.refused(["key", "remove", "Amina O.", "--yes"], 2, "key.unknown");
    let told = desk.run(["key", "remove", "Bridge", "--yes"]).done();
    assert!(told.out.contains("  - no key: "), "{told:#?}");
    assert!(files(&desk.path(KEYS)).is_empty());
    assert_eq!(desk.run(["key", "remove"]).exit, 2);
}

#[test]
fn a_key_whose_files_are_half_gone_or_damaged_can_be_removed() {
    for part in ["age", "card"] {
        let desk = Desk::signing();
        fs::write(desk.path(KEYS).join("1.age"), "damaged").unwrap();
        if part == "age" {
            fs::remove_file(desk.path(KEYS).join("1.age")).unwrap();
        }
        desk.run(["key", "remove", "Amina O.", "--yes"]).done();
        assert!(files(&desk.path(KEYS)).is_empty(), "{part}");
    }
}

#[test]
fn a_key_for_one_story_is_used_only_when_it_is_named() {
    let desk = Desk::new();
    desk.bag("bag");
    let made = desk.run(["key", "new", "--name", "Bridge", "--story", "the bridge at night", "--no-passphrase"]).done();
    for word in ["what a key for one story does", "what it does not do", "only for     one story, \"the bridge at night\"\n"] {
        assert!(made.out.contains(word), "{word}: {made:#?}");
    }
    // even where there is no other
    for args in [&["seal", "bag", "-o", "x.zip"][..], &["card"], &["key", "show"]] {
        let told = desk.refused(args, 2, "key.story");
        assert!(told["hint"].as_str().unwrap().contains("--key NAME"), "{told}");
    }
    assert!(made.out.contains("next: sealbag card --key "), "{made:#?}");
    desk.new_key("Amina");
    let keys = keys(&desk);
    assert_eq!((&keys[0]["name"], &keys[0]["story"]), (&json!("Bridge"), &json!("the bridge at night")));
    assert_eq!((&keys[0]["default"], &keys[1]["default"]), (&json!(false), &json!(true)));
    assert_eq!(keys[1]["story"], Value::Null);
    let list = desk.run(["key", "list"]).done().out;
    assert!(list.lines().next().unwrap().ends_with("\"Bridge\"  (for one story)"), "{list}");
    for (key, signer) in [(&[][..], 1), (&["--key", "Bridge"], 0)] {
        desk.run([&["seal", "bag", "-o", "b.zip", "--force"], key].concat()).done();
        assert_eq!(desk.verify("b.zip", 0)["signer"]["fingerprint"], keys[signer]["fingerprint"]);
    }
}

#[test]
fn the_note_of_a_story_stays_on_this_computer() {
    let desk = Desk::new();
    desk.run(["key", "new", "--name", "Bridge", "--story", "source K.", "--no-passphrase"]).done();
    desk.run(["key", "new", "--name", "Other", "--story", "--no-passphrase"]).done();
    assert!(kept(&desk, "1.story").starts_with(b"age-encryption.org/v1\n") && kept(&desk, "2.story") == b"\n");
    assert_eq!(keys(&desk)[0]["story"], "source K.");
    assert_eq!(fs::metadata(desk.path(KEYS).join("1.story")).unwrap().permissions().mode() & 0o777, 0o600);
    let card = desk.run(["card", "--key", "Bridge"]).done().out;
    assert!(!card.contains("source K.") && !card.contains("story"), "{card}");
    assert!(!desk.run(["contact", "export"]).done().out.contains("source K."));
    assert_eq!(keys(&desk)[1]["story"], "");
    let told = desk.run(["key", "export", "Bridge", "-o", "stick", "--yes"]).done();
    assert!(told.out.contains(" --story\n"), "{told:#?}");
    assert_eq!(files(&desk.path("stick")).len(), 4);
    desk.run(["key", "remove", "Bridge", "--yes"]).done();
    assert_eq!(files(&desk.path(KEYS)).len(), 4);
    let long = "x".repeat(2000);
    desk.refused(["key", "new", "--name", "Long", "--story", &long, "--no-passphrase"], 2, "usage");
    // a note that an older sealbag kept
    fs::write(desk.path(KEYS).join("2.story"), "source L.\n").unwrap();
    assert_eq!(keys(&desk)[0]["story"], "source L.");
}

#[test]
fn a_damaged_note_never_makes_a_key_for_one_story_the_default() {
    let desk = Desk::new();
    desk.run(["key", "new", "--name", "Bridge", "--story", "--no-passphrase"]).done();
    desk.new_key("Amina");
    for bytes in [&b"no line break"[..], b"\xff\n", &[b'x'; 5000]] {
        fs::write(desk.path(KEYS).join("1.story"), bytes).unwrap();
        let list = desk.run(["key", "list"]).done();
        assert!(list.err.contains("1.story: is not the note of a key for one story"), "{list:#?}");
        assert!(!list.out.contains("Bridge"), "{list:#?}");
        // it would never have been the default, so it leaves no doubt which key that is
        assert!(desk.run(["card"]).done().out.contains("\"name\":\"Amina\""));
        desk.refused(["card", "--key", "Bridge"], 2, "key.unknown");
    }
}

#[test]
fn an_imported_key_can_be_for_one_story() {
    let desk = Desk::new();
    let text = sealbag::crypto::openssh::write(&SigningKey::from_seed(&[9; 32]), "Nine", None).unwrap();
    desk.write("nine", text.as_bytes());
    desk.run(["key", "import", "nine", "--story", "--no-passphrase"]).done();
    assert_eq!(keys(&desk)[0]["story"], "");
    desk.refused(["card"], 2, "key.story");
    for args in [&["--story"][..], &["--name", "X"], &["--key", "Nine", "nine"]] {
        let told = desk.run([&["key", "import", "--age", "x"], args].concat());
        assert_eq!(told.exit, 2, "{args:?}: {told:#?}");
    }
}
