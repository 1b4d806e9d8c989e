//! Cards and contacts: how somebody comes to be believed, changes their card, and is revoked (threats 25, 28 and 31).

use support::kit;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;

use kit::samples::{amina, stranger};
use kit::sshsig::{CARD, MANIFEST};
use kit::text::recipient;
use kit::{Home, Output, Signer, weak};

const EARLY: &str = "2026-01-01T00:00:00Z";
const LATE: &str = "2026-02-01T00:00:00Z";

/// What `contact list --json` says of the only contact.
fn only(home: &Home) -> serde_json::Value {
    let json = home.run(["contact", "list", "--json"]).json();
    assert_eq!(json["schema"], "sealbag-contacts/1");
    assert_eq!(json["contacts"].as_array().map(Vec::len), Some(1), "{json:#}");
    json["contacts"][0].clone()
}

fn nobody(home: &Home) {
    let json = home.run(["contact", "list", "--json"]).json();
    assert_eq!(json["contacts"], serde_json::json!([]));
}

fn add(home: &Home, card: &str, flags: &[&str]) -> Output {
    home.write("new.card", card);
    home.run([&["contact", "add", "new.card"], flags].concat())
}

/// The output is an error of this code and exit, told once on standard error with a hint, and nothing else.
fn refused(output: &Output, exit: i32, told: &str) {
    assert_eq!(output.exit, exit, "{output:#?}");
    assert!(output.err.contains(told), "{told} is not told: {output:#?}");
    assert!(output.err.lines().last().is_some_and(|line| line.starts_with("hint: ")), "{output:#?}");
    assert_eq!(output.out, "");
}

fn contact_file(home: &Home) -> PathBuf {
    let files: Vec<_> = fs::read_dir(home.path("home/contacts")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

#[test]
fn a_card_that_is_confirmed_makes_a_contact() {
    let home = Home::new();
    let added = add(&home, &amina().card("Amina", &[recipient(1)]), &["--yes"]);
    let glance: String = amina().fingerprint().chars().take(15).collect();
    assert_eq!((added.exit, &added.out), (0, &format!("you believe \"Amina\" ({glance}…) from now on\n")));
    assert!(added.err.contains(&amina().fingerprint()), "{added:#?}");
    let contact = only(&home);
    assert_eq!(contact["name"], "Amina");
    assert_eq!(contact["state"], "believed");
    assert_eq!(contact["key"], amina().line());
    assert_eq!(contact["fingerprint"], amina().fingerprint());
    assert_eq!(contact["recipients"], serde_json::json!([recipient(1)]));
    assert_eq!(contact["revoked_at"], serde_json::Value::Null);
    let spoken = contact["spoken"].as_str().unwrap();
    for called in ["Amina", "amina", amina().fingerprint().as_str()] {
        let shown = home.run(["contact", "show", called]);
        assert_eq!(shown.exit, 0);
        for fact in [amina().fingerprint().as_str(), spoken, "  name         \"Amina\"\n"] {
            assert!(shown.out.contains(fact), "{shown:#?}");
        }
    }
}

#[test]
fn what_is_kept_is_for_its_owner_alone() {
    let home = Home::trusting(&amina());
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(home.path("home")), 0o700);
    assert_eq!(mode(home.path("home/contacts")), 0o700);
    assert_eq!(mode(contact_file(&home)), 0o600);
    let name = contact_file(&home).file_name().unwrap().to_string_lossy().into_owned();
    let hex = kit::text::sha256_hex(&amina().blob());
    assert_eq!(name, format!("{}.json", &hex[..16]));
    assert_eq!(fs::read_dir(home.path("home")).unwrap().count(), 1);
}

#[test]
fn a_card_comes_from_standard_input_too() {
    let home = Home::new();
    let card = home.write("amina.card", amina().card("Amina", &[]));
    let mut command = Command::new(support::program());
    command.arg("--home").arg(home.path("home")).args(["contact", "add", "-", "--yes"]);
    assert!(command.stdin(fs::File::open(card).unwrap()).output().unwrap().status.success());
    assert_eq!(only(&home)["name"], "Amina");
}

#[test]
fn threat_31_nobody_is_believed_before_the_fingerprint_is_confirmed() {
    let home = Home::new();
    let asked = add(&home, &amina().card("Amina", &[]), &[]);
    refused(&asked, 5, "there is no terminal to ask on");
    let asked_in_json = add(&home, &amina().card("Amina", &[]), &["--json"]);
    assert_eq!(asked_in_json.json()["code"], "run.not_confirmed");
    assert!(asked.err.contains(&amina().fingerprint()) && asked.err.contains("  key digits "), "{asked:#?}");
    nobody(&home);
    assert!(!home.path("home").exists(), "a refused card leaves no trace");
}

#[test]
fn threat_31_a_card_altered_on_the_way_is_refused() {
    let card = amina().card("Amina", &[recipient(1)]);
    let other = stranger().card("Amina", &[recipient(1)]);
    let (line, armor) = (card.lines().next().unwrap(), &other[other.find("-----").unwrap()..]);
    let altered = [
        card.replace("Amina", "Anima"),
        card.replace(&recipient(1), &recipient(2)),
        card.replace("2026-01-01", "2026-01-02"),
        card.replace(&amina().line(), &stranger().line()),
        format!("{line}\n{armor}"),
        format!("{line}\n"),
        format!("{card}\n"),
        format!("\n{card}"),
        format!("{card}{card}"),
        card.replace('\n', "\r\n"),
        String::new(),
        "x".repeat(200 << 10),
    ];
    for card in altered {
        let home = Home::new();
        let output = add(&home, &card, &["--yes", "--json"]);
        assert_eq!((output.exit, &output.json()["code"]), (1, &"card.format".into()), "{output:#?}");
        nobody(&home);
    }
    let home = Home::new();
    let newer = format!("{}\n", line.replace("sealbag-card/1", "sealbag-card/2"));
    let signed = newer.clone() + &amina().armor(CARD, newer.as_bytes());
    for (card, exit, code) in [
        (signed, 5, "card.newer"),
        (newer.clone() + &stranger().armor(MANIFEST, newer.as_bytes()), 1, "card.format"),
        (card.replace("sealbag-card/1", "sealbag-card/2"), 1, "card.format"),
    ] {
        let told = add(&home, &card, &["--yes", "--json"]);
        assert_eq!((told.exit, &told.json()["code"]), (exit, &code.into()), "{told:#?}");
        nobody(&home);
    }
    assert_eq!(add(&Home::new(), &card, &["--yes"]).exit, 0);
}

#[test]
fn threat_23_a_signature_made_for_something_else_makes_no_card() {
    let card = amina().card("Amina", &[]);
    let line = format!("{}\n", card.lines().next().unwrap());
    let of = |namespace| line.clone() + &amina().armor(namespace, line.as_bytes());
    assert_eq!(of(kit::sshsig::CARD), card);
    for namespace in [kit::sshsig::MANIFEST, kit::sshsig::RELEASE, kit::sshsig::CUSTODY, "git", "file"] {
        let home = Home::new();
        assert_eq!(add(&home, &of(namespace), &["--yes", "--json"]).json()["code"], "card.format");
        nobody(&home);
    }
}

#[test]
fn threat_22_a_weak_key_is_refused_on_a_card() {
    let home = Home::new();
    for point in [weak::IDENTITY, weak::torsioned_point(&amina())] {
        let line = format!(
            "{{\"format\":\"sealbag-card/1\",\"name\":\"Amina\",\"key\":\"{}\",\"recipients\":[],\"made_at\":\"{EARLY}\"}}\n",
            weak::line_of(&point)
        );
        let armor = weak::signed_by_identity(kit::sshsig::CARD, line.as_bytes()).armor();
        let output = add(&home, &(line + &armor), &["--yes", "--json"]);
        assert_eq!((output.exit, &output.json()["code"]), (1, &"key.weak".into()), "{output:#?}");
    }
    nobody(&home);
}

#[test]
fn threat_25_a_newer_card_changes_a_contact_only_when_confirmed() {
    let home = Home::new();
    add(&home, &amina().card_made_at("Amina", &[recipient(1)], EARLY), &["--yes"]);
    let newer = amina().card_made_at("Amina O.", &[recipient(2)], LATE);
    let before = fs::read(contact_file(&home)).unwrap();

    let asked = add(&home, &newer, &[]);
    refused(&asked, 5, "there is no terminal to ask on");
    for change in ["called so far \"Amina\"", &recipient(1), &recipient(2), "no more with", EARLY, LATE] {
        assert!(asked.err.contains(change), "{change}: {asked:#?}");
    }
    assert_eq!(fs::read(contact_file(&home)).unwrap(), before);

    let since = only(&home)["believed_at"].clone();
    assert_eq!(add(&home, &newer, &["--yes"]).exit, 0);
    let contact = only(&home);
    assert_eq!((&contact["name"], &contact["made_at"]), (&"Amina O.".into(), &LATE.into()));
    assert_eq!(contact["recipients"], serde_json::json!([recipient(2)]));
    assert_eq!(contact["believed_at"], since);
}

#[test]
fn threat_25_an_older_card_never_changes_a_contact() {
    let home = Home::new();
    add(&home, &amina().card_made_at("Amina", &[recipient(1)], LATE), &["--yes"]);
    let before = fs::read(contact_file(&home)).unwrap();
    let older = amina().card_made_at("Amina", &[recipient(2)], EARLY);
    let as_old = amina().card_made_at("Amina", &[recipient(2)], LATE);
    for card in [older, as_old] {
        let output = add(&home, &card, &["--yes", "--force", "--json"]);
        assert_eq!((output.exit, &output.json()["code"]), (1, &"card.older".into()));
        assert_eq!(fs::read(contact_file(&home)).unwrap(), before);
    }
    assert!(home.run(["contact", "revoke", "Amina"]).exit == 0);
    let output = add(&home, &amina().card_made_at("Amina", &[], EARLY), &["--yes", "--force", "--json"]);
    assert_eq!(output.json()["code"], "card.older");
    assert_eq!(only(&home)["state"], "revoked");
}

#[test]
fn the_same_card_again_changes_nothing_and_is_no_error() {
    let home = Home::trusting(&amina());
    let before = fs::read(contact_file(&home)).unwrap();
    let again = add(&home, &amina().card("Amina", &[]), &[]);
    assert!(again.exit == 0 && again.out.starts_with("you have this card already: \"Amina\" (SHA256:"), "{again:#?}");
    assert!(again.out.ends_with("…); nothing changed\n"), "{again:#?}");
    assert_eq!(fs::read(contact_file(&home)).unwrap(), before);
}

#[test]
fn the_reader_may_choose_what_to_call_a_contact() {
    let home = Home::new();
    assert_eq!(add(&home, &amina().card_made_at("A", &[], EARLY), &["--yes", "--name", "Amina"]).exit, 0);
    assert_eq!((only(&home)["name"].as_str(), only(&home)["name_on_card"].as_str()), (Some("Amina"), Some("A")));
    // a newer card keeps the name that the reader chose
    assert_eq!(add(&home, &amina().card_made_at("B", &[], LATE), &["--yes"]).exit, 0);
    assert_eq!((only(&home)["name"].as_str(), only(&home)["name_on_card"].as_str()), (Some("Amina"), Some("B")));
    assert_eq!(add(&home, &amina().card_made_at("B", &[], LATE), &["--yes", "--name", "Mina"]).exit, 0);
    assert_eq!(only(&home)["name"], "Mina");
}

#[test]
fn no_two_people_have_one_name() {
    let home = Home::trusting(&amina());
    home.run(["key", "new", "--name", "José", "--no-passphrase"]);
    for (name, code) in [
        ("Amina", "contact.exists"),
        ("José", "contact.exists"),
        ("AMINA", "contact.alike"),
        (" amina ", "contact.alike"),
        ("Jose\u{301}", "contact.alike"),
    ] {
        let output = add(&home, &stranger().card(name, &[]), &["--yes", "--json"]);
        assert_eq!((output.exit, &output.json()["code"]), (2, &code.into()), "{name}: {output:#?}");
    }
    for name in ["SHA256:e0H6WJ6xl", "0123456789abcdef", "sealbag-0123456789abcdef"] {
        assert_eq!(add(&home, &stranger().card(name, &[]), &["--yes", "--json"]).json()["code"], "usage", "{name}");
    }
    assert_eq!(only(&home)["name"], "Amina");
    assert_eq!(add(&home, &stranger().card("Amina", &[]), &["--yes", "--name", "the other Amina"]).exit, 0);
}

#[test]
fn ones_own_card_is_believed_already() {
    let home = Home::new();
    home.run(["key", "new", "--name", "Me", "--no-passphrase"]);
    let card = home.run(["card"]).out;
    let output = add(&home, &card, &[]);
    assert_eq!((output.exit, output.err.as_str()), (0, ""));
    assert!(output.out.contains("your own key"), "{output:#?}");
    nobody(&home);
}

#[test]
fn a_revoked_key_comes_back_only_on_purpose() {
    let home = Home::trusting(&amina());
    let revoked = home.run(["contact", "revoke", "Amina"]);
    assert_eq!(revoked.exit, 0);
    let at = only(&home)["revoked_at"].as_str().unwrap().to_owned();
    assert_eq!(only(&home)["state"], "revoked");
    let again = home.run(["contact", "revoke", "Amina"]);
    assert!(again.exit == 0 && again.out.contains("already, since") && again.out.contains(&at), "{again:#?}");

    let card = amina().card("Amina", &[]);
    for flags in [&[][..], &["--yes"], &["--force"]] {
        let output = add(&home, &card, flags);
        refused(&output, 5, &at);
        assert_eq!(only(&home)["revoked_at"], *at);
    }
    let output = add(&home, &card, &["--yes", "--force"]);
    assert!(output.exit == 0 && output.err.contains(&format!("was revoked  on {at}")), "{output:#?}");
    assert_eq!(only(&home)["revoked_at"], serde_json::Value::Null);
}

/// Somebody with a key of their own and a bundle that it sealed, `b.zip`.
fn sealed() -> Home {
    let home = Home::new();
    assert_eq!(home.run(["key", "new", "--name", "Me", "--no-passphrase"]).exit, 0);
    home.write("report.txt", "one page");
    let sealed =
        home.run(["seal".as_ref(), home.path("report.txt").as_os_str(), "-o".as_ref(), home.path("b.zip").as_os_str()]);
    assert_eq!(sealed.exit, 0, "{sealed:#?}");
    home
}

/// What verifying the bundle there says of its signer, and the exit code.
fn signer(home: &Home) -> (i32, String) {
    let told = home.run(["verify".as_ref(), home.path("b.zip").as_os_str(), "--json".as_ref()]);
    (told.exit, told.json()["signer"]["state"].as_str().unwrap().to_owned())
}

#[test]
fn ones_own_key_can_be_revoked_and_nothing_is_signed_with_it_any_more() {
    let home = sealed();
    assert_eq!(signer(&home), (0, "you".into()));
    refused(&home.run(["key", "revoke", "Me"]), 5, "there is no terminal to ask on");
    assert_eq!(signer(&home), (0, "you".into()));
    let revoked = home.run(["key", "revoke", "Me", "--yes"]);
    assert!(revoked.exit == 0 && revoked.out.contains("sealbag contact revoke --statement FILE"), "{revoked:#?}");
    assert_eq!(signer(&home), (3, "revoked".into()));
    let listed = home.run(["key", "list"]).out;
    assert!(listed.contains("(revoked)"), "{listed}");
    let at = home.run(["key", "list", "--json"]).json()["keys"][0]["revoked_at"].as_str().unwrap().to_owned();
    assert!(home.run(["key", "show"]).out.contains(&at));
    assert!(!home.run(["contact", "export"]).out.lines().any(|line| line.starts_with("sealbag-")));
    let again = home.run(["key", "revoke", "Me"]);
    assert!(again.exit == 0 && again.out.contains("already, since") && again.out.contains(&at), "{again:#?}");

    let (report, out) = (home.path("report.txt"), home.path("x.zip"));
    let seal = ["seal".as_ref(), report.as_os_str(), "-o".as_ref(), out.as_os_str(), "--json".as_ref()];
    let told = home.run(seal);
    assert_eq!((told.exit, &told.json()["code"], out.exists()), (5, &"key.revoked".into(), false), "{told:#?}");
    let told = home.run(["card", "--json"]);
    assert_eq!((told.exit, &told.json()["code"]), (5, &"key.revoked".into()), "{told:#?}");
    // it comes back only on purpose
    for flags in [&[][..], &["--yes"]] {
        refused(&home.run([&["contact", "remove", "Me"], flags].concat()), 5, "");
        assert_eq!(signer(&home), (3, "revoked".into()));
    }
    assert_eq!(home.run(["contact", "remove", "Me", "--yes", "--force"]).exit, 0);
    assert_eq!(signer(&home), (0, "you".into()));
    assert_eq!(home.run(seal).exit, 0);
}

#[test]
fn a_revoked_key_that_is_put_among_ones_own_stays_revoked() {
    let (hers, mine) = (sealed(), Home::new());
    let card = hers.run(["card"]).out;
    assert_eq!(add(&mine, &card, &["--yes"]).exit, 0);
    fs::copy(hers.path("b.zip"), mine.path("b.zip")).unwrap();
    assert_eq!(signer(&mine), (0, "contact".into()));
    assert_eq!(mine.run(["contact", "revoke", "Me"]).exit, 0);
    assert_eq!(signer(&mine), (3, "revoked".into()));
    assert_eq!(mine.run(["key", "new", "--name", "another", "--no-passphrase"]).exit, 0);
    for part in ["key", "card", "age"] {
        let from = fs::read(hers.path("home/keys").join(format!("1.{part}"))).unwrap();
        let to = mine.path("home/keys").join(format!("2.{part}"));
        fs::write(&to, from).unwrap();
        fs::set_permissions(&to, Permissions::from_mode(0o600)).unwrap();
    }
    assert_eq!(mine.run(["key", "list", "--json"]).json()["keys"].as_array().unwrap().len(), 2);
    assert_eq!(signer(&mine), (3, "revoked".into()));
}

#[test]
fn a_contact_is_removed_only_when_confirmed() {
    let home = Home::trusting(&amina());
    refused(&home.run(["contact", "remove", "Amina"]), 5, "there is no terminal to ask on");
    assert_eq!(only(&home)["name"], "Amina");
    assert_eq!(home.run(["contact", "remove", "Amina", "--yes"]).exit, 0);
    nobody(&home);
    for verb in ["show", "revoke", "remove"] {
        refused(&home.run(["contact", verb, "Amina", "--yes"]), 2, "no contact of yours has that name");
    }
}

#[test]
fn threat_31a_a_name_that_looks_like_a_contact_is_refused_with_both_fingerprints() {
    let home = Home::new();
    assert_eq!(add(&home, &amina().card("Bela", &[]), &["--yes"]).exit, 0);
    for (twin, spelled) in [
        ("Веlа", "[U+0412][U+0435]l[U+0430]"),
        ("Bela ", "Bela "),
        ("BELA", "BELA"),
        ("Ｂela", "[U+FF22]ela"),
        ("Be\u{200d}la", "Be[U+200D]la"),
        ("Be1a", "Be1a"),
    ] {
        let card = stranger().card(twin, &[]);
        for flags in [&[][..], &["--yes"], &["--yes", "--force"]] {
            let told = add(&home, &card, flags);
            refused(&told, 2, &format!("{spelled}: the name looks like another one that is taken: Bela\n"));
            let lines: Vec<&str> = told.err.lines().collect();
            let [_, theirs, known, hint] = &lines[..] else { panic!("{told:#?}") };
            for (line, name, which, signer) in
                [(theirs, spelled, "the new one", stranger()), (known, "Bela", "the one you have", amina())]
            {
                assert!(line.starts_with(&format!("sealbag: {name}: {which} has the key digits ")), "{told:#?}");
                assert!(line.ends_with(&format!(", {}", signer.fingerprint())), "{told:#?}");
            }
            assert!(hint.contains("--name NAME"), "{told:#?}");
        }
        assert_eq!(add(&home, &card, &["--yes", "--json"]).json()["code"], "contact.alike");
        assert_eq!(only(&home)["fingerprint"], amina().fingerprint());
    }
    // the very same name is told with both fingerprints too, and --yes never takes it
    for flags in [&[][..], &["--yes"], &["--yes", "--force"]] {
        let told = add(&home, &stranger().card("Bela", &[]), flags);
        refused(&told, 2, "Bela: another contact has that name and another key: this may be an impostor\n");
        for signer in [stranger(), amina()] {
            assert!(told.err.contains(&format!(", {}\n", signer.fingerprint())), "{told:#?}");
        }
        assert!(told.err.contains("compare the key digits"), "{told:#?}");
    }
    let renamed = add(&home, &stranger().card("Веlа", &[]), &["--yes", "--name", "the other Bela"]);
    assert!(renamed.exit == 0, "{renamed:#?}");
    // a newer card that takes on somebody's name is refused too
    let newer = amina().card_made_at("Τhe other Bela", &[], LATE);
    assert_eq!(add(&home, &newer, &["--yes", "--json"]).json()["code"], "contact.alike");
    // neither may a key of one's own look like a contact, nor a contact like a key
    let own = home.run(["key", "new", "--name", "Веlа", "--no-passphrase", "--json"]);
    assert_eq!((own.exit, &own.json()["code"]), (2, &"key.exists".into()), "{own:#?}");
    assert_eq!(home.run(["key", "new", "--name", "Desk", "--no-passphrase"]).exit, 0);
    let told = add(&home, &Signer::fido(3, "ssh:", 1, 1).card("Dеsk", &[]), &["--yes", "--json"]);
    assert_eq!(told.json()["code"], "contact.alike", "{told:#?}");
}

#[test]
fn threat_31a_a_name_of_several_scripts_is_told_and_an_honest_one_is_not() {
    let mixed = add(&Home::new(), &amina().card("Веlа", &[]), &["--yes"]);
    assert!(mixed.exit == 0 && mixed.err.contains("letters of more than one script: Cyrillic, Latin\n"), "{mixed:#?}");
    assert!(mixed.err.contains("[U+0412][U+0435]l[U+0430]\n"), "{mixed:#?}");
    let home = Home::new();
    let honest = [
        "Bela",
        "Иван Петров",
        "Іван",
        "محمد",
        "فاطمة",
        "می\u{200c}خواهم",
        "王伟",
        "高橋めぐみ",
        "ヤマダ タロウ",
        "김민준",
        "Nguyễn Văn An",
        "Hồng",
    ];
    for (at, name) in (10..).zip(honest) {
        let added = add(&home, &Signer::fido(at, "ssh:", 1, 1).card(name, &[]), &["--yes"]);
        assert!(added.exit == 0 && added.out.starts_with(&format!("you believe \"{name}\" (SHA256:")), "{added:#?}");
        assert!(!added.err.contains("script"), "{}", added.err);
    }
    assert_eq!(home.run(["contact", "list", "--json"]).json()["contacts"].as_array().unwrap().len(), honest.len());
}

#[test]
fn a_hostile_name_is_refused_or_stays_on_its_line() {
    let hidden = [
        "\u{1b}[2J\u{1b}[1;1HVERIFIED",
        "Amina\nVERIFIED",
        "Amina\r\u{9b}K",
        "\u{202e}animA",
        "A\u{200b}mina\u{feff}",
        "Amina\u{2028}VERIFIED",
        "Amina\u{200d}",
        "\u{2800}",
        "\u{3164}\u{3000}",
        "Amina ",
    ];
    let odd = ["Amina\"  fingerprint  SHA256:x", "\\u{202e}"];
    for name in hidden.into_iter().chain(odd) {
        let home = Home::new();
        let mut added = add(&home, &stranger().card(name, &[]), &["--yes"]);
        if hidden.contains(&name) {
            refused(&added, 2, "");
            assert!(home.run(["contact", "list", "--json"]).json()["contacts"] == serde_json::json!([]));
            added = add(&home, &stranger().card(name, &[]), &["--yes", "--name", "Stranger"]);
        }
        assert_eq!(added.exit, 0, "{added:#?}");
        let called = stranger().fingerprint();
        for args in [&["list"][..], &["show", &called], &["list", "--json"], &["export"], &["revoke", &called], &["export"]] {
            let output = home.run([&["contact"], args].concat());
            assert_eq!(output.exit, 0);
            for text in [&output.out, &output.err, &added.out, &added.err] {
                let lines = text.lines().count();
                assert!(!text.chars().any(|c| c != '\n' && sealbag::base::text::is_unseen(c)), "{text:?}");
                assert!(text.lines().all(|line| !line.starts_with("VERIFIED")) && lines < 12, "{text:?}");
                let for_people = !text.starts_with(['{', '#']);
                assert!(!for_people || !text.contains("\"  fingerprint"), "{text:?}");
            }
        }
        assert_eq!(only(&home)["name_on_card"], *name, "JSON says exactly what stands there");
    }
}

#[test]
fn threat_28_a_contact_that_is_not_as_it_was_left_is_named_and_nobody_is_believed() {
    type Damage = fn(&PathBuf);
    let damages: [(&str, Damage); 9] = [
        ("is a link", |file| {
            fs::rename(file, file.with_extension("moved")).unwrap();
            symlink(file.with_extension("moved"), file).unwrap();
        }),
        ("is not a regular file", |file| {
            fs::remove_file(file).unwrap();
            fs::create_dir(file).unwrap();
        }),
        ("is larger than", |file| fs::write(file, vec![b' '; 200 << 10]).unwrap()),
        ("line break", |file| fs::write(file, "").unwrap()),
        ("not canonical JSON", |file| edit(file, "{\"format\"", "{ \"format\"")),
        ("version 1", |file| edit(file, "sealbag-contact/1", "sealbag-contact/2")),
        ("signature", |file| edit(file, "\\\"name\\\":\\\"Amina\\\"", "\\\"name\\\":\\\"Anima\\\"")),
        ("fingerprint", |file| fs::rename(file, file.with_file_name("0123456789abcdef.json")).unwrap()),
        ("JSON", |file| edit(file, ",\"revoked_at\":null", "")),
    ];
    for (trouble, damage) in damages {
        let home = Home::trusting(&amina());
        let file = contact_file(&home);
        damage(&file);
        let output = home.run(["contact", "list"]);
        refused(&output, 5, trouble);
        assert!(output.err.contains(".json: "), "{output:#?}");
        assert_eq!(home.run(["contact", "list", "--json"]).json()["code"], "contact.store");
    }
}

fn edit(file: &PathBuf, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn threat_28_a_folder_of_contacts_that_is_a_link_or_a_file_is_refused() {
    let home = Home::trusting(&amina());
    let folder = home.path("home/contacts");
    fs::rename(&folder, home.path("elsewhere")).unwrap();
    symlink(home.path("elsewhere"), &folder).unwrap();
    refused(&home.run(["contact", "list"]), 5, "contacts: is a link");
    fs::remove_file(&folder).unwrap();
    fs::write(&folder, "").unwrap();
    refused(&home.run(["contact", "list"]), 5, "a file stands where a folder should be");
}

#[test]
fn threat_28_contacts_that_others_may_change_are_told() {
    for (path, mode) in [("home", 0o777), ("home/contacts", 0o770), ("home/contacts/*", 0o666)] {
        let home = Home::trusting(&amina());
        assert_eq!(home.run(["contact", "list"]).err, "");
        let file = if path.ends_with('*') { contact_file(&home) } else { home.path(path) };
        fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        let output = home.run(["contact", "list"]);
        assert!(output.exit == 0 && output.err.contains("others on this computer may write to it"), "{output:#?}");
        assert_eq!(home.run(["contact", "list", "--quiet"]).err, "");
        let json = home.run(["contact", "list", "--json"]).json();
        assert_eq!(json["notes"][0]["code"], "contact.mode");
        assert_eq!(json["contacts"][0]["name"], "Amina");
    }
}

#[test]
fn fido_keys_become_contacts_like_any_other() {
    let home = Home::new();
    let signer = Signer::fido(3, "ssh:sealbag", 1, 9);
    assert_eq!(add(&home, &signer.card("Token", &[]), &["--yes"]).exit, 0);
    assert_eq!(only(&home)["fingerprint"], signer.fingerprint());
    // signed again by the same token the counter differs and the card says the same
    let again = Signer::fido(3, "ssh:sealbag", 1, 10).card("Token", &[]);
    assert!(add(&home, &again, &[]).out.contains("nothing changed"));
    let untouched = Signer::fido(4, "ssh:sealbag", 0, 9).card("Untouched", &[]);
    assert_eq!(add(&home, &untouched, &["--yes", "--json"]).json()["code"], "card.format");
}
