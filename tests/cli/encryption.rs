//! Bundles that are sealed for somebody: who is told what, who can open them, and what is refused (threats 45, 46 and 56).

use support::runs;

use std::fs;
use std::path::Path;

use runs::Desk;
use runs::state::files;
use sealbag::SigningKey;
use sealbag::Timestamp;
use sealbag::crypto::age::Identity;
use sealbag::crypto::card::SignedCard;
use serde_json::Value;

/// Amina's desk with a bag, and the desks of two people whose cards she has.
struct Newsroom {
    amina: Desk,
    bela: Desk,
    chen: Desk,
}

impl Newsroom {
    fn new() -> Self {
        let newsroom = Newsroom { amina: Desk::with_bag(), bela: Desk::new(), chen: Desk::new() };
        newsroom.bela.new_key("Bela");
        newsroom.chen.new_key("Chen");
        introduce(&newsroom.bela, "Bela", &newsroom.amina);
        introduce(&newsroom.chen, "Chen", &newsroom.amina);
        introduce(&newsroom.amina, "Amina O.", &newsroom.bela);
        introduce(&newsroom.amina, "Amina O.", &newsroom.chen);
        newsroom
    }

    /// Amina seals; what JSON says of it.
    #[track_caller]
    fn seal(&self, flags: &[&str]) -> Value {
        self.amina.run([&["seal", "bag", "--force", "-o", "b.zip.age", "--json"], flags].concat()).done().json()
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.amina.path("b.zip.age")).unwrap()
    }

    /// Gives the bundle to somebody.
    fn hand_to(&self, desk: &Desk) {
        desk.write("b.zip.age", self.bytes());
    }
}

/// Gives the card of one desk to the other.
fn introduce(owner: &Desk, name: &str, reader: &Desk) {
    let card = owner.run(["card", "--key", name]).done().out;
    reader.write("card", card);
    reader.run(["contact", "add", "card", "--yes"]).done();
}

/// A card with these recipients, of a key that nobody here has.
fn card(name: &str, recipients: &[String]) -> String {
    let made_at = Timestamp::parse("2026-11-24T18:00:01Z").unwrap();
    let key = SigningKey::from_seed(&[name.as_bytes()[0]; 32]);
    SignedCard::sign(&key, name, recipients.to_vec(), made_at).unwrap().text().to_owned()
}

fn know(desk: &Desk, name: &str, recipients: &[String]) {
    desk.write("card", card(name, recipients));
    desk.run(["contact", "add", "card", "--yes"]).done();
}

fn hybrid(seed: u8) -> String {
    Identity::hybrid(&[seed; 32]).recipient().to_string()
}

fn classic(seed: u8) -> String {
    Identity::x25519(&[seed; 32]).unwrap().recipient().to_string()
}

#[test]
fn a_bundle_is_opened_by_its_reader_and_by_nobody_else_its_sealer_included() {
    let room = Newsroom::new();
    let told = room.seal(&["--to", "Bela"]);
    assert_eq!((&told["encryption"], &told["opens_here"]), (&"post-quantum".into(), &false.into()));
    assert_eq!((&told["to"], &told["encryption_why"]), (&serde_json::json!(["Bela"]), &Value::Null));
    assert_eq!(told["length"], room.bytes().len());
    room.hand_to(&room.bela);
    room.hand_to(&room.chen);
    let verdict = room.bela.verify("b.zip.age", 0);
    assert_eq!((&verdict["verdict"], &verdict["addressed"]["state"]), (&"verified".into(), &"to-you".into()));
    assert_eq!(verdict["notes"], serde_json::json!([]));
    room.bela.run(["verify", "b.zip.age", "--require", "addressed"]).done();
    room.bela.run(["open", "b.zip.age", "-d", "received"]).done();
    assert_eq!(files(&room.bela.path("received/data")), files(&room.amina.path("bag")));
    for other in [&room.amina, &room.chen] {
        let verdict = other.verify("b.zip.age", 5);
        assert_eq!(verdict["findings"][0]["code"], "envelope.no_key");
        other.refused(["show", "b.zip.age"], 5, "envelope.no_key");
        let opened = other.run(["open", "b.zip.age", "-d", "received"]);
        assert_eq!(opened.exit, 5, "{opened:#?}");
        assert!(opened.out.contains("ask the sender to seal it for"), "{opened:#?}");
        assert!(!other.path("received").exists());
    }
}

#[test]
fn a_desk_without_keys_is_told_what_to_do() {
    let room = Newsroom::new();
    room.seal(&["--to", "Bela"]);
    let stranger = Desk::new();
    room.hand_to(&stranger);
    let told = stranger.refused(["show", "b.zip.age"], 5, "envelope.no_key");
    assert!(told["hint"].as_str().unwrap().contains("sealbag key new"), "{told}");
}

#[test]
fn readers_come_from_a_file_and_one_that_names_nobody_makes_nothing() {
    let room = Newsroom::new();
    let amina = &room.amina;
    amina.write("readers", "Bela\r\n\n  \n");
    let made = amina.run(["seal", "bag", "--to-list", "readers", "--to", "Chen", "-o", "l.zip.age", "--json"]).done().json();
    assert_eq!(made["to"], serde_json::json!(["Chen", "Bela"]));
    let fed = amina.fed(["seal", "bag", "--to-list", "-", "-o", "f.zip.age", "--json"], b"Bela\n").done().json();
    assert_eq!(fed["to"], serde_json::json!(["Bela"]));
    amina.write("nobody", "\n \n");
    amina.write("latin", b"Jos\xe9\n");
    amina.write("stranger", "Daria\n");
    for list in ["nobody", "latin", "stranger"] {
        let told = amina.run(["seal", "bag", "--to-list", list, "-o", "x.zip"]);
        assert!(told.exit == 2 && !amina.path("x.zip").exists(), "{list}: {told:#?}");
    }
    let told = amina.run(["seal", "bag", "--to-list", "nowhere", "-o", "x.zip"]);
    assert!(told.exit == 5 && !amina.path("x.zip").exists(), "{told:#?}");
    let told = amina.run(["seal", "bag", "--to-list", "readers", "--passphrase", "-o", "x.zip"]);
    assert!(told.exit == 2 && !amina.path("x.zip").exists(), "{told:#?}");
    amina.run(["seal", "bag", "-o", "p.zip"]).done();
    amina
        .run([
            "redact",
            "p.zip",
            "--withhold",
            "report.txt",
            "--reason",
            "x",
            "--anyway",
            "--to-list",
            "readers",
            "-o",
            "r.age",
        ])
        .done();
    amina.run(["disclose", "p.zip", "--item", "report.txt", "--to-list", "readers", "-o", "d.age"]).done();
    for name in ["r.age", "d.age"] {
        assert!(std::fs::read(amina.path(name)).unwrap().starts_with(b"age-encryption.org/v1"), "{name}");
    }
}

#[test]
fn who_sealed_is_told_who_can_open_it_and_what_is_still_readable() {
    let room = Newsroom::new();
    let told = room.amina.run(["seal", "bag", "--to", "Bela", "--to", "Chen"]).done().out;
    for line in [
        "encrypted   post-quantum, with ML-KEM-768 and X25519",
        "for         \"Bela\" (SHA256:",
        "…), \"Chen\" (SHA256:",
        "still readable on this computer",
    ] {
        assert!(told.contains(line), "{told}");
    }
    assert!(!told.contains("not encrypted"), "{told}");
    assert_eq!(told.lines().last(), Some("this computer cannot open the bundle: it was not sealed for you (--to-me)"));
    let name = told.lines().next().unwrap().split_whitespace().last().unwrap().to_owned();
    assert!(name.ends_with(".zip.age") && Path::new(&name).file_name().unwrap().len() == "sealbag-0123456789ab.zip.age".len());
    let mine = room.amina.run(["seal", "bag", "--to", "Bela", "--to-me", "-o", "mine.zip.age"]).done().out;
    assert!(!mine.contains("cannot open") && mine.contains("with your decryption key"), "{mine}");
    let verdict = room.amina.verify("mine.zip.age", 0);
    assert_eq!((&verdict["signer"]["state"], &verdict["addressed"]["state"]), (&"you".into(), &"to-you".into()));
    let alone = room.amina.run(["seal", "bag", "--to-me", "-o", "alone.zip.age", "--json"]).done().json();
    // the name tells nobody which bundle it is, not even whoever has it in another form
    for flags in [&["--to-me"][..], &["--passphrase", "--passphrase-file", "pw"]] {
        room.amina.write("pw", "a long enough one\n");
        let made = room.amina.run([&["seal", "bag", "--json"], flags].concat()).done().json();
        let file = made["bundle"].as_str().unwrap();
        let digits = Path::new(file).file_name().unwrap().to_str().unwrap();
        let digits = digits.strip_prefix("sealbag-").and_then(|rest| rest.strip_suffix(".zip.age")).unwrap();
        let id = made["id"].as_str().unwrap();
        assert!(digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{file}");
        assert!(!id.starts_with(digits), "{file} is named after {id}");
    }
    assert_eq!((&alone["to"], &alone["opens_here"]), (&serde_json::json!(["Amina O."]), &true.into()));
}

#[test]
fn threat_56_a_seal_for_somebody_leaves_the_bundle_here_and_nothing_else() {
    let room = Newsroom::new();
    let before = room.amina.state();
    let told = room.amina.run(["seal", "bag", "--to", "Bela", "--title", "The bridge", "-o", "b.zip.age"]).done().out;
    let mut after = room.amina.state();
    assert!(after.remove(Path::new("b.zip.age")).is_some() && after == before, "{after:#?}");
    // it tells what can still be read here, the sealed files first
    let here: Vec<&str> = told.lines().skip_while(|line| *line != "still readable on this computer").skip(1).collect();
    assert_eq!(here[0], "  - the 3 files that were sealed, where they were");
    assert!(!here.iter().any(|line| line.starts_with("  - the bundle")), "{told}");
    room.amina.refused(["show", "b.zip.age"], 5, "envelope.no_key");
    // the twin: what was sealed for oneself too can be read here, and that is told
    let told = room.amina.run(["seal", "bag", "--to", "Bela", "--to-me", "-o", "mine.zip.age"]).done().out;
    assert!(told.contains("  - the bundle, with your decryption key"), "{told}");
    room.amina.run(["show", "mine.zip.age"]).done();
}

#[test]
fn one_kind_of_key_is_used_for_all_and_it_is_said_which_and_why() {
    let room = Newsroom::new();
    know(&room.amina, "Old", &[classic(1)]);
    know(&room.amina, "Newest", &[hybrid(1)]);
    know(&room.amina, "Plugin", &[sealbag::format::bech32::encode("age1yubikey", &[1; 33])]);
    know(&room.amina, "Empty", &[]);
    let told = room.seal(&["--to", "Bela", "--to", "Newest"]);
    assert_eq!(told["encryption"], "post-quantum");
    let told = room.seal(&["--to", "Bela", "--to", "Old"]);
    assert_eq!(told["encryption"], "x25519");
    assert!(
        told["encryption_why"].as_str().unwrap().starts_with("no post-quantum key is known for \"Old\" (SHA256:"),
        "{told}"
    );
    let told = room.seal(&["--to", "Bela", "--classic"]);
    assert_eq!((&told["encryption"], &told["encryption_why"]), (&"x25519".into(), &"as --classic asks".into()));
    room.hand_to(&room.bela);
    room.bela.verify("b.zip.age", 0);
    let before = room.bytes();
    for (flags, trouble) in [
        (&["--to", "Old", "--to", "Newest"][..], "no type of key in common"),
        (&["--to", "Newest", "--classic"], "only post-quantum keys are known for \"Newest\""),
        (&["--to", "Plugin"], "plugin"),
        (&["--to", "Bela", "--to", "Empty"], "names no key to encrypt for"),
        (&["--to", "Amina O."], "that is a key of yours"),
    ] {
        let args = [&["seal", "bag", "--force", "-o", "b.zip.age"], flags].concat();
        let told = room.amina.refused(args, 2, "envelope.recipient");
        assert!(told["trouble"].as_str().unwrap().contains(trouble), "{told}");
    }
    assert_eq!(room.bytes(), before);
    room.amina.refused(["seal", "bag", "--to", "Nobody"], 2, "contact.unknown");
    room.amina.refused(["seal", "bag", "--classic"], 2, "usage");
    assert_eq!(room.amina.run(["seal", "bag", "--passphrase", "--to", "Bela"]).exit, 2);
    room.amina.run(["contact", "revoke", "Bela"]).done();
    let told = room.amina.refused(["seal", "bag", "--to", "Bela"], 2, "envelope.recipient");
    assert!(told["trouble"].as_str().unwrap().contains("revoked"), "{told}");
}

#[test]
fn a_card_that_would_break_the_encryption_is_told_and_nothing_is_written() {
    let room = Newsroom::new();
    // points of low order: anybody can read whatever is encrypted for them
    let low = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z";
    let one = "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya";
    know(&room.amina, "Low", &[low.into(), one.into()]);
    room.amina.refused(["seal", "bag", "--to", "Low"], 2, "envelope.recipient");
    room.amina.refused(["seal", "bag", "--to", "Low", "--to", "Bela", "--classic"], 2, "envelope.recipient");
}

#[test]
fn a_bundle_that_was_passed_on_says_so() {
    let room = Newsroom::new();
    room.seal(&["--to", "Bela", "--classic"]);
    room.hand_to(&room.bela);
    // Bela decrypts it and encrypts it again, for Chen
    let inside = room.bela.path("inside.zip");
    let key = room.bela.path("home/sealbag/keys/1.age");
    let chen = room.chen.run(["key", "list", "--json"]).done().json()["keys"][0]["recipients"].clone();
    let chen = chen
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key.as_str().unwrap())
        .find(|key| !key.starts_with("age1pq"))
        .unwrap()
        .to_owned();
    let bytes = decrypt(&room.bytes(), &fs::read_to_string(key).unwrap());
    fs::write(&inside, &bytes).unwrap();
    room.chen.write("b.zip.age", encrypt(&bytes, &chen));
    let verdict = room.chen.verify("b.zip.age", 0);
    assert_eq!((&verdict["verdict"], &verdict["addressed"]["state"]), (&"verified".into(), &"to-others".into()));
    let told = room.chen.run(["verify", "b.zip.age"]).done().out;
    assert!(told.contains("to others: somebody passed it on"), "{told}");
    assert_eq!(room.chen.run(["verify", "b.zip.age", "--require", "addressed"]).exit, 4);
    // in the plain ZIP no key was used, so nobody can tell
    room.chen.write("inside.zip", bytes);
    assert_eq!(room.chen.verify("inside.zip", 0)["addressed"]["state"], "cannot-tell");
}

fn decrypt(bytes: &[u8], identities: &str) -> Vec<u8> {
    let identities = sealbag::crypto::age::IdentityFile::read("keys", identities.as_bytes()).unwrap().open(None).unwrap();
    let envelope = sealbag::crypto::age::Header::read(&mut &bytes[..]).unwrap().open(&identities).unwrap();
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut envelope.decrypt(bytes).unwrap(), &mut out).unwrap();
    out
}

fn encrypt(bytes: &[u8], recipient: &str) -> Vec<u8> {
    let recipients = [sealbag::crypto::age::Recipient::parse(recipient).unwrap()];
    let lock = sealbag::crypto::age::EncryptTo::Recipients(&recipients);
    let mut out = sealbag::crypto::age::encrypt(lock, Vec::new()).unwrap();
    std::io::Write::write_all(&mut out, bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn an_encrypted_bundle_comes_through_pipes_too() {
    let room = Newsroom::new();
    let sealed = room.amina.run(["seal", "bag", "--to", "Bela", "-o", "-"]).done();
    assert!(sealed.bytes.starts_with(b"age-encryption.org/v1\n") && sealed.err.contains("cannot open the bundle"));
    room.bela.write("b.zip.age", &sealed.bytes);
    for told in [room.bela.fed(["verify", "-"], &sealed.bytes), room.bela.fed_file(["verify", "-"], "b.zip.age")] {
        assert!(told.done().out.starts_with("VERIFIED"));
    }
    room.bela.fed(["open", "-", "-d", "pipe"], &sealed.bytes).done();
    room.bela.fed_file(["open", "-", "-d", "file"], "b.zip.age").done();
    for folder in ["pipe", "file"] {
        assert_eq!(files(&room.bela.path(folder).join("data")), files(&room.amina.path("bag")));
    }
    assert_eq!(
        room.bela.fed(["show", "-", "--json"], &sealed.bytes).done().json()["claims"]["claimed_files"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let cut = &sealed.bytes[..sealed.bytes.len() - 1];
    let told = room.bela.fed(["open", "-", "-d", "cut"], cut);
    assert_eq!(told.exit, 1, "{told:#?}");
    assert!(!room.bela.path("cut").exists());
    assert_eq!(files(&room.bela.path("tmp")).len(), 0);
}

#[test]
fn a_damaged_envelope_is_failed_and_nothing_comes_out() {
    let room = Newsroom::new();
    room.seal(&["--to", "Bela"]);
    let bytes = room.bytes();
    room.bela.write("good.zip.age", &bytes);
    room.bela.verify("good.zip.age", 0);
    for at in [bytes.len() / 2, bytes.len() - 1, bytes.len() - 40] {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        room.bela.write("b.zip.age", altered);
        assert_eq!(room.bela.verify("b.zip.age", 1)["findings"][0]["code"], "envelope.damaged", "byte {at}");
        assert_eq!(room.bela.run(["open", "b.zip.age", "-d", "out"]).exit, 1);
        room.bela.refused(["show", "b.zip.age"], 1, "envelope.damaged");
        assert!(!room.bela.path("out").exists());
    }
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_passphrase_is_given_by_file_and_a_wrong_one_is_one_line() {
    let desk = Desk::with_bag();
    desk.write("pw", "the heron at noon\n");
    desk.write("other", "battery staple\n");
    desk.write("empty", "\n");
    let told = desk.run(["seal", "bag", "--passphrase", "--passphrase-file", "pw", "-o", "b.zip.age"]).done().out;
    assert!(
        told.contains("encrypted   under a passphrase; nothing in it names its readers") && !told.contains("cannot open"),
        "{told}"
    );
    let verdict = desk.run(["verify", "b.zip.age", "--passphrase-file", "pw", "--json"]).done().json();
    assert_eq!((&verdict["verdict"], &verdict["addressed"]["state"]), (&"verified".into(), &"to-nobody".into()));
    desk.run(["open", "b.zip.age", "-d", "out", "--passphrase-file", "pw"]).done();
    assert_eq!(files(&desk.path("out/data")), files(&desk.path("bag")));
    desk.refused(["show", "b.zip.age", "--passphrase-file", "other"], 5, "key.passphrase");
    desk.refused(["show", "b.zip.age"], 5, "key.locked");
    desk.refused(["seal", "bag", "--passphrase", "--passphrase-file", "empty", "-o", "c.zip.age"], 5, "key.passphrase");
    desk.refused(["seal", "bag", "--passphrase", "-o", "c.zip.age"], 5, "key.locked");
    // one stream cannot be both
    desk.refused(["verify", "-", "--passphrase-file", "-"], 2, "usage");
    desk.refused(["open", "-", "--passphrase-file", "-"], 2, "usage");
    desk.refused(["show", "-", "--passphrase-file", "-"], 2, "usage");
}

#[test]
fn verifying_many_asks_for_nothing_that_it_need_not() {
    let room = Newsroom::new();
    room.seal(&["--to", "Bela"]);
    room.hand_to(&room.bela);
    room.amina.run(["seal", "bag", "-o", "plain.zip"]).done();
    room.bela.write("plain.zip", fs::read(room.amina.path("plain.zip")).unwrap());
    let told = room.bela.run(["verify", "b.zip.age", "plain.zip", "b.zip.age", "--quiet"]).done().out;
    assert_eq!(told.matches("VERIFIED").count(), 3, "{told}");
}

#[test]
fn a_key_for_one_story_and_one_without_a_decryption_key_are_told() {
    let desk = Desk::new();
    desk.bag("bag");
    desk.run(["key", "new", "--name", "Bridge", "--story", "--no-passphrase"]).done();
    desk.refused(["seal", "bag"], 2, "key.story");
    desk.run(["seal", "bag", "--key", "Bridge", "--to-me", "-o", "b.zip.age"]).done();
    desk.verify("b.zip.age", 0);
    let keys = desk.path("home/sealbag/keys");
    fs::remove_file(keys.join("1.age")).unwrap();
    desk.refused(["key", "change-passphrase", "Bridge", "--decryption"], 2, "key.no_decryption");
}

#[test]
fn a_card_with_more_recipients_than_a_contact_can_hold_is_not_made() {
    let desk = Desk::signing();
    let identities: Vec<String> = (1..=10).map(|seed| Identity::hybrid(&[seed; 32]).text().to_string()).collect();
    desk.write("ten", identities.join("\n"));
    desk.refused(["key", "import", "--age", "ten"], 2, "card.limit");
}

#[test]
fn who_a_redacted_bundle_is_for_is_not_said_by_its_seal() {
    let room = Newsroom::new();
    room.seal(&["--to", "Bela", "--to-me", "--name-recipients"]);
    let redact = ["redact", "b.zip.age", "--withhold", "photos/a.jpg", "--reason", "r", "--keep-recipients"];
    room.amina.run([&redact[..], &["--plain", "-o", "r.zip"]].concat()).done();
    room.bela.write("r.zip", fs::read(room.amina.path("r.zip")).unwrap());
    // the seal still names Bela
    assert_eq!(room.bela.claims("r.zip")["recipients"].as_array().unwrap().len(), 2);
    assert_eq!(room.bela.verify("r.zip", 0)["addressed"]["state"], "to-nobody");
    let told = room.bela.run(["verify", "r.zip"]).done();
    assert!(told.out.contains("addressed   to nobody: it does not say for whom it is\n"), "{told:#?}");

    room.amina.run([&redact[..], &["--to", "Bela", "-o", "r.zip.age"]].concat()).done();
    room.bela.write("r.zip.age", fs::read(room.amina.path("r.zip.age")).unwrap());
    let verdict = room.bela.verify("r.zip.age", 0);
    assert_eq!((&verdict["addressed"]["state"], &verdict["notes"]), (&"to-you".into(), &serde_json::json!([])));
}
