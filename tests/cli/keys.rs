//! One's own keys: made, imported, shown, given away as cards (threats 22, 29 and 30), and what stock OpenSSH makes of them.

use support::kit;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kit::samples::amina;
use kit::{Home, Output, weak};
use ssh_key::private::{Ed25519Keypair, Ed25519PrivateKey, KeypairData};
use ssh_key::public::Ed25519PublicKey;
use ssh_key::{Cipher, Kdf, LineEnding, PrivateKey};

const PASSPHRASE: &str = "a correct horse with a battery";

fn keys(home: &Home) -> serde_json::Value {
    let json = home.run(["key", "list", "--json"]).json();
    assert_eq!(json["schema"], "sealbag-keys/1");
    json["keys"].clone()
}

fn no_key(home: &Home) {
    assert_eq!(keys(home), serde_json::json!([]));
    assert!(!home.path("home/keys").exists(), "nothing is left behind");
}

fn code(output: &Output) -> (i32, String) {
    (output.exit, output.json()["code"].as_str().unwrap().to_owned())
}

/// A home with the passphrase file `pw`.
fn home() -> Home {
    let home = Home::new();
    home.write("pw", format!("{PASSPHRASE}\nand a second line\n"));
    home
}

fn new_key(home: &Home, name: &str, flags: &[&str]) -> Output {
    home.run([&["key", "new", "--name", name], flags].concat())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// The comment is what `key import` takes the name from.
fn key_file(home: &Home, name: &str, point: [u8; 32]) -> PathBuf {
    let pair = Ed25519Keypair { public: Ed25519PublicKey(point), private: Ed25519PrivateKey::from_bytes(amina().seed()) };
    let key = PrivateKey::new(KeypairData::Ed25519(pair), "Amina O.").unwrap();
    home.write(name, key.to_openssh(LineEnding::LF).unwrap().as_bytes())
}

/// Runs `ssh-keygen` in the home's folder; where it is not installed the test says so and ends, but not in CI.
fn ssh_keygen(home: &Home, args: &[&str], input: Option<&Path>) -> Option<std::process::Output> {
    let mut command = Command::new("ssh-keygen");
    command.args(args).current_dir(home.path(""));
    command.stdin(input.map_or(Stdio::null(), |path| fs::File::open(path).unwrap().into()));
    match command.output() {
        Ok(output) => Some(output),
        Err(_) if std::env::var_os("CI").is_none() => {
            eprintln!("ssh-keygen is not here: not checked");
            None
        }
        Err(error) => panic!("ssh-keygen: {error}"),
    }
}

#[test]
fn a_new_key_tells_all_that_matters_and_gives_a_card() {
    let home = home();
    let made = new_key(&home, "Amina O.", &["--passphrase-file", "pw"]);
    assert_eq!((made.exit, made.err.as_str()), (0, ""));
    let key = keys(&home)[0].clone();
    for fact in [
        "  name         \"Amina O.\"\n",
        key["fingerprint"].as_str().unwrap(),
        key["spoken"].as_str().unwrap(),
        "encrypted under its passphrase",
        "two halves on purpose",
        "(post-quantum)",
        "sealbag card > ",
    ] {
        assert!(made.out.contains(fact), "{fact}: {made:#?}");
    }
    assert_eq!((&key["encrypted"], &key["default"]), (&true.into(), &true.into()));
    assert!(key["file"].as_str().is_some_and(|file| file.ends_with("home/keys/1.key")));

    let card = home.run(["card"]);
    assert_eq!((card.exit, card.err.as_str()), (0, ""));
    let reader = Home::new();
    reader.write("a.card", &card.out);
    assert_eq!(reader.run(["contact", "add", "a.card", "--yes"]).exit, 0);
    assert_eq!(reader.run(["contact", "show", "Amina O.", "--json"]).json()["contacts"][0]["key"], key["key"]);
}

#[test]
fn threat_29_a_private_key_is_for_its_owner_alone_and_encrypted_unless_asked_otherwise() {
    let home = home();
    assert_eq!(new_key(&home, "Amina", &["--passphrase-file", "pw"]).exit, 0);
    let plain = new_key(&home, "Test", &["--no-passphrase"]);
    assert!(plain.exit == 0 && plain.out.contains("unencrypted"), "{plain:#?}");
    for folder in ["home", "home/keys"] {
        assert_eq!(mode(&home.path(folder)), 0o700, "{folder}");
    }
    for file in ["1.key", "1.age", "1.card", "2.key", "2.age", "2.card"] {
        assert_eq!(mode(&home.path("home/keys").join(file)), 0o600, "{file}");
    }
    assert_eq!(fs::read_dir(home.path("home/keys")).unwrap().count(), 6);
    let encrypted = |name: &str| {
        let file = fs::read_to_string(home.path("home/keys").join(name)).unwrap();
        PrivateKey::from_openssh(file).unwrap().is_encrypted()
    };
    assert!(encrypted("1.key") && !encrypted("2.key"));
    let age = |name: &str| fs::read(home.path("home/keys").join(name)).unwrap();
    assert!(age("1.age").starts_with(b"age-encryption.org/v1\n-> scrypt ") && age("2.age").starts_with(b"# created: "));
    assert_eq!((&keys(&home)[0]["encrypted"], &keys(&home)[1]["encrypted"]), (&true.into(), &false.into()));
}

#[test]
fn threat_29_no_key_is_made_where_no_passphrase_can_be_asked_for() {
    let home = Home::new();
    let output = new_key(&home, "Amina", &[]);
    assert_eq!((output.exit, output.out.as_str()), (5, ""));
    assert_eq!(
        output.err,
        "sealbag: Amina: needs a passphrase, and there is no terminal to ask for it\nhint: give a file that holds it: --passphrase-file FILE\n"
    );
    no_key(&home);
}

#[test]
fn threat_29_an_empty_passphrase_is_refused() {
    let home = home();
    for empty in ["", "\n", "\r\n", "\nsecond line\n"] {
        home.write("empty", empty);
        let output = new_key(&home, "Amina", &["--passphrase-file", "empty"]);
        assert!(output.exit == 5 && output.err.contains("--no-passphrase"), "{output:#?}");
        assert_eq!(code(&new_key(&home, "Amina", &["--passphrase-file", "empty", "--json"])).1, "key.passphrase");
    }
    home.write("long", "x".repeat(5000));
    home.write("binary", b"\xff\xfe\n");
    for file in ["long", "binary"] {
        assert_eq!(code(&new_key(&home, "Amina", &["--passphrase-file", file, "--json"])), (5, "key.passphrase".into()));
    }
    let both = new_key(&home, "Amina", &["--passphrase-file", "pw", "--no-passphrase", "--json"]);
    assert_eq!(code(&both), (2, "usage".into()));
    assert_eq!(code(&new_key(&home, "Amina", &["--passphrase-file", "none", "--json"])), (5, "io.missing".into()));
    assert_eq!(code(&new_key(&home, "Amina", &["--passphrase-file", "..", "--json"])), (5, "io.kind".into()));
    no_key(&home);
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn threat_29_a_private_key_that_others_may_read_is_told() {
    let home = home();
    new_key(&home, "Amina", &["--passphrase-file", "pw"]);
    fs::set_permissions(home.path("home/keys/1.key"), Permissions::from_mode(0o640)).unwrap();
    let output = home.run(["key", "list"]);
    assert!(output.exit == 0 && output.err.contains("1.key: others on this computer may read"), "{output:#?}");
    assert_eq!(home.run(["key", "list", "--json"]).json()["notes"][0]["code"], "key.mode");
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_passphrase_comes_from_a_descriptor_or_standard_input() {
    let home = home();
    for (name, from) in [("a", "-"), ("b", "/dev/fd/0"), ("c", "/dev/stdin")] {
        let mut command = Command::new(support::program());
        command.arg("--home").arg(home.path("home")).args(["key", "new", "--name", name, "--passphrase-file", from]);
        assert!(command.stdin(fs::File::open(home.path("pw")).unwrap()).output().unwrap().status.success());
    }
    for own in keys(&home).as_array().unwrap() {
        let file = fs::read_to_string(own["file"].as_str().unwrap()).unwrap();
        assert!(PrivateKey::from_openssh(file).unwrap().decrypt(PASSPHRASE).is_ok());
    }
}

#[test]
fn names_of_own_keys_are_readable_and_of_one_key_each() {
    let home = Home::trusting(&amina());
    assert_eq!(new_key(&home, "Me", &["--no-passphrase"]).exit, 0);
    for name in ["Me", "ME", "Amina"] {
        assert_eq!(code(&new_key(&home, name, &["--no-passphrase", "--json"])), (2, "key.exists".into()), "{name}");
    }
    for name in ["", " ", " Me2", "M\u{202e}e", "M\u{1b}[0me", "a\nb", "0123456789abcdef", &"x".repeat(257)] {
        assert_eq!(code(&new_key(&home, name, &["--no-passphrase", "--json"])), (2, "usage".into()), "{name:?}");
    }
    assert_eq!(keys(&home).as_array().map(Vec::len), Some(1));
}

#[test]
fn the_first_key_is_the_default_and_others_are_named() {
    let home = Home::new();
    assert_eq!(code(&home.run(["card", "--json"])), (5, "key.none".into()));
    assert_eq!(home.run(["key", "list"]).out, "no key yet; make one: sealbag key new --name \"YOUR NAME\"\n");
    for name in ["One", "Two"] {
        assert_eq!(new_key(&home, name, &["--no-passphrase"]).exit, 0);
    }
    let keys = keys(&home);
    let fingerprint = keys[1]["fingerprint"].as_str().unwrap();
    assert!(home.run(["card"]).out.contains("\"name\":\"One\""));
    for called in ["Two", "two", fingerprint] {
        assert!(home.run(["card", "--key", called]).out.contains("\"name\":\"Two\""));
        assert!(home.run(["key", "show", called]).out.contains(fingerprint));
    }
    assert!(home.run(["key", "show"]).out.contains("\"One\""));
    for args in [&["card", "--key", "Three", "--json"][..], &["key", "show", "Three", "--json"]] {
        assert_eq!(code(&home.run(args)), (2, "key.unknown".into()));
    }
    let list = home.run(["key", "list"]).out;
    assert_eq!(list.lines().count(), 2, "{list}");
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn an_imported_key_is_kept_under_its_own_passphrase() {
    let home = home();
    for (comment, passphrase) in [("Amina O.", PASSPHRASE), ("plain", "")] {
        let args = ["-q", "-t", "ed25519", "-a", "2", "-N", passphrase, "-C", comment, "-f", comment];
        let Some(made) = ssh_keygen(&home, &args, None) else { return };
        assert!(made.status.success());
        let imported = home.run(["key", "import", comment, "--passphrase-file", "pw"]);
        assert_eq!((imported.exit, imported.err.as_str()), (0, ""), "{imported:#?}");
    }
    for (at, comment) in [(0, "Amina O."), (1, "plain")] {
        let key = keys(&home)[at].clone();
        let public = fs::read_to_string(home.path(&format!("{comment}.pub"))).unwrap();
        assert_eq!(key["name"], comment);
        assert_eq!(key["encrypted"], true);
        assert!(public.starts_with(key["key"].as_str().unwrap()));
        // and stock OpenSSH opens what we keep
        let args = ["-y", "-P", PASSPHRASE, "-f", key["file"].as_str().unwrap()];
        assert_eq!(String::from_utf8(ssh_keygen(&home, &args, None).unwrap().stdout).unwrap(), public);
    }
    let again = home.run(["key", "import", "plain", "--name", "again", "--passphrase-file", "pw", "--json"]);
    assert_eq!(code(&again), (2, "key.exists".into()));
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_wrong_passphrase_is_one_clear_line() {
    let home = home();
    assert_eq!(new_key(&home, "Amina", &["--passphrase-file", "pw"]).exit, 0);
    home.write("wrong", "correct hrose\n");
    let other = Home::new();
    let args = |from: &Path| {
        ["key", "import"].map(PathBuf::from).into_iter().chain([
            home.path("home/keys/1.key"),
            "--passphrase-file".into(),
            from.to_owned(),
        ])
    };
    let output = other.run(args(&home.path("wrong")));
    let told = format!("sealbag: {}: the passphrase does not open it", home.path("home/keys/1.key").display());
    assert_eq!((output.exit, output.err.lines().next()), (5, Some(told.as_str())));
    assert_eq!(output.err.lines().count(), 2, "{output:#?}");
    no_key(&other);
    assert_eq!(other.run(args(&home.path("pw"))).exit, 0);
}

#[test]
fn an_import_needs_a_name_and_tells_where_no_passphrase_protects_the_key() {
    let home = home();
    key_file(&home, "id", amina().point());
    assert_eq!(code(&home.run(["key", "import", "id", "--json"])), (5, "key.locked".into()));
    no_key(&home);
    let imported = home.run(["key", "import", "id", "--no-passphrase"]);
    assert!(imported.exit == 0 && imported.out.contains("unencrypted"), "{imported:#?}");
    assert_eq!((&keys(&home)[0]["name"], &keys(&home)[0]["key"]), (&"Amina O.".into(), &amina().line().into()));

    let file = PrivateKey::from_openssh(fs::read(home.path("id")).unwrap()).unwrap();
    let unnamed = PrivateKey::new(file.key_data().clone(), "").unwrap();
    let other = Home::new();
    other.write("id", unnamed.to_openssh(LineEnding::LF).unwrap().as_bytes());
    let output = other.run(["key", "import", "id", "--no-passphrase"]);
    assert!(output.exit == 2 && output.err.contains("--name NAME"), "{output:#?}");
    assert_eq!(other.run(["key", "import", "id", "--no-passphrase", "--name", "A"]).exit, 0);
}

#[test]
fn threat_22_a_weak_key_is_refused_on_import() {
    for point in [weak::IDENTITY, weak::torsioned_point(&amina())] {
        let home = Home::new();
        key_file(&home, "id", point);
        assert_eq!(code(&home.run(["key", "import", "id", "--no-passphrase", "--json"])), (1, "key.weak".into()));
        no_key(&home);
    }
    let home = Home::new();
    key_file(&home, "id", kit::Signer::new(7).point());
    let output = home.run(["key", "import", "id", "--no-passphrase"]);
    assert!(output.exit == 1 && output.err.contains("belong to different keys"), "{output:#?}");
    no_key(&home);
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn threat_30_a_key_file_that_asks_for_absurd_work_is_refused_at_once() {
    let home = home();
    let key = PrivateKey::from_openssh(fs::read(key_file(&home, "id", amina().point())).unwrap()).unwrap();
    let kdf = Kdf::Bcrypt { salt: vec![1; 16], rounds: 1 };
    let mut bytes = key.encrypt_with(Cipher::Aes256Ctr, kdf, 7, PASSPHRASE).unwrap().to_bytes().unwrap().to_vec();
    let cheap = PrivateKey::from_bytes(&bytes).unwrap().to_openssh(LineEnding::LF).unwrap();
    // the number of rounds is in the four bytes after the salt
    let at = bytes.windows(20).position(|w| w == [&[1; 16][..], &[0, 0, 0, 1]].concat()).unwrap() + 16;
    bytes[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
    let dear = PrivateKey::from_bytes(&bytes).unwrap().to_openssh(LineEnding::LF).unwrap();
    home.write("dear", dear.as_bytes());
    let begun = std::time::Instant::now();
    let output = home.run(["key", "import", "dear", "--name", "A", "--passphrase-file", "pw", "--json"]);
    assert_eq!(code(&output), (1, "key.cost".into()));
    assert!(begun.elapsed().as_secs() < 5);
    no_key(&home);
    home.write("cheap", cheap.as_bytes());
    assert_eq!(home.run(["key", "import", "cheap", "--name", "A", "--passphrase-file", "pw"]).exit, 0);
}

#[test]
fn what_is_no_private_key_of_ours_is_refused() {
    let home = home();
    home.write("garbage", "not a key\n");
    home.write("huge", vec![b'x'; 200 << 10]);
    fs::create_dir(home.path("folder")).unwrap();
    let refused =
        [("garbage", 1, "key.format"), ("huge", 1, "key.format"), ("folder", 5, "io.kind"), ("none", 5, "io.missing")];
    for (file, exit, expected) in refused {
        let output = home.run(["key", "import", file, "--no-passphrase", "--json"]);
        assert_eq!(code(&output), (exit, expected.to_owned()), "{file}");
    }
    if ssh_keygen(&home, &["-q", "-t", "ecdsa", "-N", "", "-f", "ecdsa"], None).is_some() {
        let output = home.run(["key", "import", "ecdsa", "--no-passphrase", "--json"]);
        assert_eq!(code(&output), (1, "key.format".into()));
    }
    no_key(&home);
}

#[test]
fn half_a_key_is_told_and_never_becomes_the_default_by_accident() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 7] = [
        ("1.key: has no card beside it", |keys| fs::remove_file(keys.join("1.card")).unwrap()),
        ("1.card: has no key beside it", |keys| fs::remove_file(keys.join("1.key")).unwrap()),
        ("1.card: is the card of a different key", |keys| {
            fs::copy(keys.join("2.card"), keys.join("1.card")).map(drop).unwrap()
        }),
        ("1.key: is a link", |keys| {
            fs::rename(keys.join("1.key"), keys.join("moved")).unwrap();
            symlink("moved", keys.join("1.key")).unwrap();
        }),
        ("1.key: is not a regular file", |keys| {
            fs::remove_file(keys.join("1.key")).unwrap();
            fs::create_dir(keys.join("1.key")).unwrap();
        }),
        ("1.key: is larger than", |keys| fs::write(keys.join("1.key"), vec![0; 200 << 10]).unwrap()),
        ("1.card: its signature", |keys| {
            let card = fs::read_to_string(keys.join("1.card")).unwrap();
            fs::write(keys.join("1.card"), card.replace("One", "Eno")).unwrap();
        }),
    ];
    for (trouble, damage) in damages {
        let home = Home::new();
        for name in ["One", "Two"] {
            new_key(&home, name, &["--no-passphrase"]);
        }
        damage(&home.path("home/keys"));
        let list = home.run(["key", "list"]);
        assert!(list.exit == 0 && list.err.contains(trouble), "{trouble}: {list:#?}");
        assert!(!list.out.contains("One") && list.out.contains("Two"), "{list:#?}");
        assert_eq!(code(&home.run(["card", "--json"])), (5, "contact.store".into()), "{trouble}");
        assert!(home.run(["card", "--key", "Two"]).out.contains("Two"));
        // the next key takes a number that nothing has
        assert_eq!(new_key(&home, "Three", &["--no-passphrase"]).exit, 0);
        assert!(home.path("home/keys/3.key").exists());
    }
}

#[test]
fn what_an_interrupted_run_left_is_told() {
    let home = Home::new();
    new_key(&home, "One", &["--no-passphrase"]);
    home.write("home/keys/.new-a1B2c3", "half a key");
    let list = home.run(["key", "list"]);
    assert!(list.exit == 0 && list.err.contains(".new-a1B2c3: is left from a run that was interrupted"), "{list:#?}");
    assert_eq!(home.run(["card"]).exit, 0);
}

#[test]
fn keys_made_at_the_same_time_do_not_overwrite_each_other() {
    let home = Home::new();
    let runs = ["A", "B", "C", "D", "E", "F"].map(|name| {
        let mut command = Command::new(support::program());
        command.arg("--home").arg(home.path("home")).args(["key", "new", "--no-passphrase", "--quiet", "--name", name]);
        command.stdout(Stdio::null()).spawn().unwrap()
    });
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    assert_eq!(keys(&home).as_array().map(Vec::len), Some(6));
    assert_eq!(fs::read_dir(home.path("home/keys")).unwrap().count(), 18);
}
