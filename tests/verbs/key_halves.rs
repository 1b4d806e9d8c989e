//! Every own key has two halves: one signs, the other opens what is encrypted for it. How they are made, imported and kept
//! apart (threats 29, 30, 43 and 56).

use support::runs;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use runs::Desk;
use runs::desk::ended;
use sealbag::base::code;
use sealbag::crypto::age::{Identity, IdentityFile, write_identities};
use sealbag::crypto::openssh::KeyFile;
use sealbag::store::home::contacts::Contacts;
use sealbag::store::home::keyring::Keyring;
use sealbag::store::home::keyring_write::NewKey;
use sealbag::{Error, SigningKey, Timestamp};
use serde_json::{Value, json};

/// What `key list --json` says of one key.
#[track_caller]
fn key(desk: &Desk, at: usize) -> Value {
    desk.run(["key", "list", "--json", "--quiet"]).done().json()["keys"][at].clone()
}

fn kept(desk: &Desk, name: &str) -> Vec<u8> {
    fs::read(desk.path("home/sealbag/keys").join(name)).unwrap()
}

fn identity_file(desk: &Desk, name: &str) -> IdentityFile {
    IdentityFile::read(name, &kept(desk, name)).unwrap()
}

/// The recipients of an identity file that opens with this passphrase.
#[track_caller]
fn recipients(desk: &Desk, name: &str, passphrase: Option<&str>) -> Value {
    let identities = identity_file(desk, name).open(passphrase).unwrap();
    json!(identities.iter().map(|identity| identity.recipient().to_string()).collect::<Vec<_>>())
}

fn hybrid(seed: u8) -> Identity {
    Identity::hybrid(&[seed; 32])
}

fn classic(seed: u8) -> Identity {
    Identity::x25519(&[seed; 32]).unwrap()
}

/// Writes an identity file; under a passphrase at next to no cost.
fn age_file(desk: &Desk, name: &str, identities: &[Identity], passphrase: Option<&str>) {
    let text = write_identities(identities, &made_at(), passphrase.map(|passphrase| (passphrase, 2))).unwrap();
    desk.write(name, text.as_slice());
}

/// What lets a word be a passphrase.
const WEAK: &str = "--weak-passphrase";

fn made_at() -> Timestamp {
    Timestamp::parse("2026-01-01T00:00:00Z").unwrap()
}

/// A key whose halves open with `sign` and `open`, at next to no cost.
fn locked(desk: &Desk) {
    let home = desk.path("home/sealbag");
    let identities = [hybrid(1), classic(1)];
    let new = NewKey {
        name: "Amina",
        identities: &identities,
        protection: Some(("open", 2)),
        story: None,
        after: None,
        made_at: made_at(),
    };
    let protection = sealbag::crypto::openssh::Protection { passphrase: "sign", random: [7; 20] };
    let ready = new.with_file(&SigningKey::from_seed(&[1; 32]), Some(protection)).unwrap();
    Keyring::open(&home).unwrap().add(ready, &Contacts::open(&home).unwrap()).unwrap();
    desk.write("pw", "sign\nopen\n");
}

/// A key as the first sealbag kept it: it signs, and there is nothing else.
fn old(desk: &Desk) {
    let home = desk.path("home/sealbag");
    let new = NewKey { name: "Amina", identities: &[], protection: None, story: None, after: None, made_at: made_at() };
    let ready = new.with_file(&SigningKey::from_seed(&[1; 32]), None).unwrap();
    Keyring::open(&home).unwrap().add(ready, &Contacts::open(&home).unwrap()).unwrap();
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_new_key_has_two_halves_and_each_has_its_own_passphrase() {
    let desk = Desk::new();
    desk.write("pw", "sign\nopen\nanother line\n");
    let told = desk.run(["key", "new", "--name", "Amina", "--passphrase-file", "pw", WEAK]).done();
    assert_eq!(told.err, "");
    let key_file = KeyFile::read("1.key", &kept(&desk, "1.key")).unwrap();
    assert!(key_file.open(Some("sign")).is_ok() && key_file.open(Some("open")).is_err());
    let age = identity_file(&desk, "1.age");
    let wrong = age.open(Some("sign")).map(drop).unwrap_err();
    assert_eq!(wrong.code, code::KEY_PASSPHRASE);
    let of_file = recipients(&desk, "1.age", Some("open"));
    let key = key(&desk, 0);
    assert_eq!(key["recipients"], of_file);
    let texts: Vec<&str> = of_file.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    assert!(texts.len() == 2 && texts[0].starts_with("age1pq1") && texts[1].len() == 62, "{texts:?}");
    let place = |name: &str| desk.path("home/sealbag/keys").join(name).to_string_lossy().into_owned();
    assert_eq!(key["decryption"], json!({"file": place("1.age"), "encrypted": true, "recipients": of_file}));
    assert_eq!((&key["kind"], &key["encrypted"], &key["story"]), (&json!("file"), &json!(true), &Value::Null));
    assert!(told.out.contains(&place("1.key")) && told.out.contains(&place("1.age")), "{told:#?}");
    let first = texts[0];
    let short = format!("{}…{} (post-quantum)\n", &first[..15], &first[first.len() - 8..]);
    assert!(told.out.contains(&short) && !told.out.contains(first) && told.out.contains(texts[1]), "{told:#?}");
    assert!(desk.run(["card"]).done().out.contains(first));
    // scrypt as age itself sets it
    assert!(String::from_utf8_lossy(&kept(&desk, "1.age")).lines().nth(1).unwrap().ends_with(" 18"));
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn one_line_of_a_passphrase_file_is_for_both_halves_and_that_is_told() {
    let desk = Desk::new();
    desk.write("pw", "only\n");
    let told = desk.run(["key", "new", "--name", "Amina", "--passphrase-file", "pw", WEAK]).done();
    assert!(told.err.starts_with("both halves have the same passphrase: "), "{told:#?}");
    KeyFile::read("1.key", &kept(&desk, "1.key")).unwrap().open(Some("only")).unwrap();
    identity_file(&desk, "1.age").open(Some("only")).unwrap();
    desk.write("gap", "sign\n\n");
    let told = desk.refused(["key", "new", "--name", "Bela", "--passphrase-file", "gap", WEAK], 5, "key.passphrase");
    assert_eq!(told["trouble"], "its second line is empty");
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn passphrases_come_through_a_pipe_of_any_number_and_no_line_more_is_waited_for() {
    let desk = Desk::new();
    let script =
        "printf 'sign\\nopen\\n' | \"$0\" key new --name Amina --weak-passphrase --passphrase-file /dev/fd/3 3<&0 </dev/null";
    let output: runs::Output = desk.command_of("sh", ["-c", script, support::program()]).output().unwrap().into();
    output.done();
    identity_file(&desk, "1.age").open(Some("open")).unwrap();
    desk.bag("bag");
    let mut command = desk.command(["seal", "bag", "-o", "b.zip", "--passphrase-file", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut pipe, b"sign\n").unwrap();
    // the pipe stays open
    ended(child).done();
    drop(pipe);
    desk.verify("b.zip", 0);
}

#[test]
fn standard_input_gives_one_thing_only() {
    let desk = Desk::new();
    for args in [
        &["key", "import", "-", "--passphrase-file", "-"][..],
        &["key", "import", "-", "--age", "-", "--no-passphrase"],
        &["contact", "add", "-", "--passphrase-file", "-", "--yes"],
    ] {
        let input: &[u8] = if args.contains(&"--age") { &private_key() } else { b"one\n" };
        let told = desk.fed([args, &["--json"]].concat(), input);
        assert_eq!((told.exit, &told.json()["code"]), (2, &json!("usage")), "{args:?}: {told:#?}");
    }
    assert!(!desk.path("home").exists());
}

fn private_key() -> Vec<u8> {
    sealbag::crypto::openssh::write(&SigningKey::from_seed(&[9; 32]), "Nine", None).unwrap().as_bytes().to_vec()
}

#[test]
fn without_a_passphrase_both_halves_lie_open_and_that_is_told() {
    let desk = Desk::new();
    let told = desk.run(["key", "new", "--name", "Amina", "--no-passphrase"]).done();
    for warning in ["can sign as you", "can open what is encrypted for you"] {
        assert!(told.unfolded().contains(&format!("unencrypted: whoever can read the file {warning} ")), "{told:#?}");
    }
    assert_eq!(recipients(&desk, "1.age", None), key(&desk, 0)["recipients"]);
    assert_eq!((&key(&desk, 0)["encrypted"], &key(&desk, 0)["decryption"]["encrypted"]), (&json!(false), &json!(false)));
}

#[test]
fn threat_29_an_identity_file_that_others_may_read_is_told() {
    let desk = Desk::signing();
    fs::set_permissions(desk.path("home/sealbag/keys/1.age"), fs::Permissions::from_mode(0o644)).unwrap();
    let list = desk.run(["key", "list", "--json"]).done();
    assert_eq!(list.json()["notes"][0]["code"], "key.mode");
    assert!(list.err.contains("1.age: others on this computer may read"), "{list:#?}");
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_key_of_an_older_sealbag_works_and_can_be_given_a_decryption_key() {
    let desk = Desk::new();
    old(&desk);
    desk.bag("bag");
    let list = desk.run(["key", "list"]).done();
    assert!(list.out.ends_with("\"Amina\"  (cannot open encrypted bundles)\n"), "{list:#?}");
    let hint = list.err.split_once(" open encrypted bundles: sealbag ").unwrap().1.trim_end().to_owned();
    assert!(desk.run(["key", "show"]).done().out.contains("opens with   nothing"));
    assert_eq!((&key(&desk, 0)["decryption"], &key(&desk, 0)["recipients"]), (&Value::Null, &json!([])));
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
    desk.verify("b.zip", 0);
    desk.refused(["key", "change-passphrase", "--decryption"], 2, "key.no_decryption");

    desk.write("pw", "sign\nopen\n");
    let before = key(&desk, 0);
    let hint: Vec<&str> = hint.split(' ').chain(["--passphrase-file", "pw", WEAK]).collect();
    let told = desk.run(&hint).done();
    assert!(told.unfolded().contains("ask everybody who has the old card to add the new one"), "{told:#?}");
    let after = key(&desk, 0);
    assert_eq!(after["recipients"], recipients(&desk, "1.age", Some("open")));
    assert_eq!((&after["key"], &after["name"]), (&before["key"], &before["name"]));
    assert!(after["made_at"].as_str() > before["made_at"].as_str());
    desk.refused(&hint, 2, "key.exists");
    // whoever has the old card takes the new one for newer
    let reader = Desk::new();
    reader.write("card", desk.run(["card"]).done().out);
    reader.run(["contact", "add", "card", "--yes"]).done();
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn an_age_identity_is_added_and_nothing_that_opened_a_bundle_is_lost() {
    let desk = Desk::new();
    locked(&desk);
    desk.bag("bag");
    desk.run(["seal", "bag", "--to-me", "-o", "old.zip.age", "--passphrase-file", "pw"]).done();
    let before = key(&desk, 0);
    age_file(&desk, "mine.txt", &[classic(2), hybrid(2)], None);
    let told = desk.run(["key", "import", "--age", "mine.txt", "--passphrase-file", "pw"]).done();
    assert!(told.out.starts_with("added a decryption key to your key; its file stays where it was:\n"), "{told:#?}");
    let text = |identity: Identity| identity.recipient().to_string();
    let after = key(&desk, 0);
    assert_eq!(after["recipients"], json!([text(hybrid(1)), text(hybrid(2)), text(classic(1)), text(classic(2))]));
    let in_file = json!([text(hybrid(1)), text(classic(1)), text(classic(2)), text(hybrid(2))]);
    assert_eq!(recipients(&desk, "1.age", Some("open")), in_file);
    assert!(after["made_at"].as_str() > before["made_at"].as_str());
    desk.run(["verify", "old.zip.age", "--passphrase-file", "pw"]).done();
    // a second time it is there already, and not even a passphrase is needed
    let state = desk.state();
    let again = desk.run(["key", "import", "--age", "mine.txt"]).done();
    assert!(again.out.starts_with("this decryption key is there already; nothing changed:\n"), "{again:#?}");
    assert_eq!(state, desk.state());
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn an_identity_under_a_passphrase_of_its_own_comes_under_that_of_the_decryption_key() {
    let desk = Desk::new();
    locked(&desk);
    age_file(&desk, "theirs.age", &[classic(3)], Some("theirs"));
    let import = ["key", "import", "--age", "theirs.age", "--passphrase-file"];
    let with = |file| [&import[..], &[file]].concat();
    // two lines do not open it
    desk.refused(with("pw"), 5, "key.passphrase");
    desk.write("pw3", "sign\nopen\ntheirs\n");
    for wrong in ["wrong\nopen\ntheirs\n", "sign\nwrong\ntheirs\n", "sign\nopen\nwrong\n"] {
        desk.write("wrong", wrong);
        desk.refused(with("wrong"), 5, "key.passphrase");
    }
    desk.refused([&with("pw3")[..], &["--no-passphrase"]].concat(), 2, "usage");
    desk.run(with("pw3")).done();
    assert_eq!(recipients(&desk, "1.age", Some("open")).as_array().map(Vec::len), Some(3));
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_key_without_a_decryption_key_takes_one_with_its_passphrase() {
    let desk = Desk::new();
    old(&desk);
    age_file(&desk, "mine.age", &[hybrid(4)], Some("mine"));
    desk.write("pw", "unused\nmine\n");
    desk.run(["key", "import", "--age", "mine.age", "--passphrase-file", "pw"]).done();
    assert_eq!(recipients(&desk, "1.age", Some("mine")), key(&desk, 0)["recipients"]);
    let plain = Desk::new();
    old(&plain);
    age_file(&plain, "mine.txt", &[classic(4)], None);
    plain.refused(["key", "import", "--age", "mine.txt"], 5, "key.locked");
    plain.run(["key", "import", "--age", "mine.txt", "--no-passphrase"]).done();
    assert_eq!(key(&plain, 0)["decryption"]["encrypted"], false);
}

#[test]
fn what_is_no_age_identity_is_refused_and_changes_nothing() {
    let desk = Desk::signing();
    let recipient = classic(5).recipient().to_string();
    let cheap = write_identities(&[classic(5)], &made_at(), Some(("x", 2))).unwrap();
    let at = cheap.windows(3).position(|three| three == b" 2\n").unwrap();
    let dear = [&cheap[..at], b" 30\n", &cheap[at + 3..]].concat();
    let for_a_key = {
        let mut out = Vec::new();
        let locks = [classic(6).recipient()];
        let mut writer = sealbag::crypto::age::encrypt(sealbag::crypto::age::EncryptTo::Recipients(&locks), &mut out).unwrap();
        std::io::Write::write_all(&mut writer, classic(5).text().as_bytes()).unwrap();
        writer.finish().unwrap();
        out
    };
    let bad: [(&str, Vec<u8>, &str); 7] = [
        ("nothing", Vec::new(), "key.format"),
        ("recipient", recipient.into_bytes(), "key.format"),
        ("plugin", b"AGE-PLUGIN-YUBIKEY-1QQQQQQQQQQQQ\n".to_vec(), "key.format"),
        ("binary", vec![0xff; 40], "key.format"),
        ("huge", vec![b'#'; 200 << 10], "key.format"),
        ("for-a-key", for_a_key, "key.format"),
        ("dear", dear, "key.cost"),
    ];
    for (name, bytes, code) in bad {
        desk.write(name, bytes);
        let told = desk.run(["key", "import", "--age", name, "--json"]);
        assert_eq!((told.exit, &told.json()["code"]), (1, &json!(code)), "{name}: {told:#?}");
    }
    desk.refused(["key", "import", "--age", "none"], 5, "io.missing");
    desk.refused(["key", "import", "--age", "nothing", "--key", "Nobody"], 2, "key.unknown");
    assert_eq!(key(&desk, 0)["recipients"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_decryption_key_is_on_one_card_only() {
    let desk = Desk::signing();
    desk.new_key("Bridge");
    fs::copy(desk.path("home/sealbag/keys/1.age"), desk.path("first.txt")).unwrap();
    desk.refused(["key", "import", "--age", "first.txt", "--key", "Bridge"], 2, "key.exists");
    desk.write("nine", private_key());
    desk.refused(["key", "import", "nine", "--age", "first.txt", "--no-passphrase"], 2, "key.exists");
}

#[test]
fn a_card_holds_as_many_recipients_as_a_contact_can_keep() {
    let desk = Desk::signing();
    age_file(&desk, "five.txt", &[1, 2, 3, 4, 5].map(hybrid), None);
    desk.run(["key", "import", "--age", "five.txt"]).done();
    assert_eq!(key(&desk, 0)["recipients"].as_array().map(Vec::len), Some(7));
    let reader = Desk::new();
    reader.write("card", desk.run(["card"]).done().out);
    reader.run(["contact", "add", "card", "--yes"]).done();
    let shown = reader.run(["contact", "show", "Amina O."]).done();
    assert_eq!(shown.out.matches("  opens with   age1pq1").count(), 6, "{shown:#?}");
    assert!(shown.out.contains("  key          ssh-ed25519\n") && shown.out.lines().all(|line| line.len() < 100), "{shown:#?}");

    age_file(&desk, "more.txt", &[6, 7, 8].map(hybrid), None);
    let told = desk.refused(["key", "import", "--age", "more.txt"], 2, "card.limit");
    assert!(told["trouble"].as_str().unwrap().contains("10 recipients"), "{told}");
}

#[test]
fn a_damaged_identity_file_is_told_kept_and_hinders_no_seal() {
    let desk = Desk::with_bag();
    let file = desk.path("home/sealbag/keys/1.age");
    for (bytes, trouble) in [(&b""[..], "no age identity"), (b"words\n", "line 1"), (b"age-encryption.org/v1\n", "cut short")] {
        fs::write(&file, bytes).unwrap();
        let list = desk.run(["key", "list"]).done();
        assert!(list.err.contains("1.age: ") && list.err.contains(trouble), "{trouble}: {list:#?}");
        assert!(list.out.contains("(cannot open encrypted bundles)"), "{list:#?}");
        desk.run(["seal", "bag", "-o", "b.zip", "--force", "--quiet"]).done();
        // a file that may still be repaired is not overwritten
        desk.refused(["key", "new", "--decryption", "--no-passphrase", "--quiet"], 5, "contact.store");
        assert_eq!(fs::read(&file).unwrap(), bytes);
    }
}

#[test]
fn a_lost_identity_file_is_told_and_a_new_one_makes_a_card_that_promises_no_more_than_it_keeps() {
    let desk = Desk::signing();
    fs::remove_file(desk.path("home/sealbag/keys/1.age")).unwrap();
    assert!(desk.run(["key", "show"]).done().out.contains("opens with   nothing, although its card names recipients"));
    assert_eq!(key(&desk, 0)["decryption"], Value::Null);
    desk.run(["key", "new", "--decryption", "--no-passphrase"]).done();
    assert_eq!(key(&desk, 0)["recipients"], recipients(&desk, "1.age", None));
}

#[test]
fn an_import_that_was_interrupted_between_file_and_card_is_finished_by_the_next() {
    let desk = Desk::signing();
    let old_card = kept(&desk, "1.card");
    age_file(&desk, "mine.txt", &[classic(2)], None);
    desk.run(["key", "import", "--age", "mine.txt"]).done();
    desk.write("home/sealbag/keys/1.card", old_card);
    desk.run(["key", "import", "--age", "mine.txt"]).done();
    let text = classic(2).recipient().to_string();
    for recipients in [key(&desk, 0)["recipients"].clone(), recipients(&desk, "1.age", None)] {
        assert_eq!(recipients.as_array().unwrap().iter().filter(|one| **one == *text).count(), 1);
    }
}

#[test]
fn what_an_interrupted_run_leaves_of_a_key_is_told_and_is_no_key() {
    let desk = Desk::new();
    desk.new_key("One");
    let keys = desk.path("home/sealbag/keys");
    for (parts, told) in [(&["age"][..], "2.age: "), (&["card", "age"], "2.card: "), (&["card", "story", "age"], "2.card: ")] {
        for part in parts {
            let bytes = if *part == "story" { b"\n".to_vec() } else { kept(&desk, &format!("1.{part}")) };
            fs::write(keys.join(format!("2.{part}")), bytes).unwrap();
        }
        let list = desk.run(["key", "list"]).done();
        assert!(list.err.contains(&format!("{told}has no key beside it, so it is not used")), "{list:#?}");
        assert!(list.out.lines().count() == 1 && list.out.contains("\"One\""), "{list:#?}");
        parts.iter().for_each(|part| fs::remove_file(keys.join(format!("2.{part}"))).unwrap());
    }
}

#[test]
fn a_key_that_cannot_be_written_leaves_nothing_behind() {
    let desk = Desk::new();
    desk.new_key("One");
    let before = desk.state();
    // a new file may not be a byte long
    let script = "ulimit -f 0; \"$0\" key new --name Two --no-passphrase";
    let told: runs::Output = desk.command_of("sh", ["-c", script, support::program()]).output().unwrap().into();
    assert!(told.exit == 5 && told.err.contains("no space left to write"), "{told:#?}");
    let names = |state: &runs::state::State| state.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(&desk.state()));
    desk.new_key("Two");
}

#[test]
fn the_library_gives_a_key_what_it_is_told_to() {
    let desk = Desk::new();
    locked(&desk);
    let home = desk.path("home/sealbag");
    let mut ring = Keyring::open(&home).unwrap();
    let own = ring.find(None).unwrap().clone();
    let key = SigningKey::from_seed(&[1; 32]);
    // a clock that is behind the card's time still makes a newer card
    let early = Timestamp::parse("2020-01-01T00:00:00Z").unwrap();
    let change = own.with_identities(&[hybrid(1), classic(1), classic(1)], Some(("open", 2)), &key, early).unwrap();
    let after = ring.change(change).unwrap();
    assert_eq!(after.card().card.recipients.len(), 2);
    assert_eq!(after.card().card.made_at.unix(), made_at().unix() + 1);
    let refused: Error =
        own.with_identities(&[1, 2, 3, 4, 5, 6, 7, 8, 9].map(hybrid), None, &key, early).map(drop).unwrap_err();
    assert_eq!(refused.code, code::CARD_LIMIT);
}
