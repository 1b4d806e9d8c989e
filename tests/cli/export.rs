//! `contact export`: whom one believes, for `ssh-keygen -Y verify` as it ships.

use support::kit;

use std::fs;
use std::process::{Command, Stdio};

use kit::samples::{amina, stranger};
use kit::sshsig::{CARD, CUSTODY, MANIFEST, RELEASE};
use kit::{Home, Signer};

const NAMESPACES: &str = "namespaces=\"manifest@sealbag,release@sealbag,readers@sealbag,custody@sealbag,card@sealbag,revocation@sealbag,succession@sealbag,audit@sealbag,register@sealbag\"";

fn principal(signer: &Signer) -> String {
    format!("sealbag-{}", &kit::text::sha256_hex(&signer.blob())[..16])
}

/// Whether stock OpenSSH believes a signature with what `contact export` says; `None` where it is not installed.
fn verifies(home: &Home, signer: &Signer, namespace: &str) -> Option<bool> {
    home.write("allowed", home.run(["contact", "export"]).out);
    home.write("message", "a message\n");
    home.write("message.sig", signer.armor(namespace, b"a message\n"));
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "verify", "-f", "allowed", "-I", &principal(signer), "-n", namespace, "-s", "message.sig"]);
    command.current_dir(home.path("")).stdin(fs::File::open(home.path("message")).unwrap());
    match command.stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Ok(status) => Some(status.success()),
        Err(_) if std::env::var_os("CI").is_none() => None,
        Err(error) => panic!("ssh-keygen: {error}"),
    }
}

#[test]
fn the_file_names_each_believed_key_with_its_namespaces() {
    let home = Home::trusting(&amina());
    home.run(["key", "new", "--name", "Me", "--no-passphrase"]);
    let own = home.run(["key", "list", "--json"]).json()["keys"][0]["key"].as_str().unwrap().to_owned();
    let text = home.run(["contact", "export"]).out;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert_eq!((lines[0], lines[2]), ("# Me", "# Amina"));
    assert!(lines[1].starts_with("sealbag-") && lines[1].ends_with(&format!(" {NAMESPACES} {own}")), "{text}");
    assert_eq!(lines[3], format!("{} {NAMESPACES} {}", principal(&amina()), amina().line()));
}

#[test]
fn a_card_alone_makes_the_line_of_its_owner_and_nobody_is_believed_for_it() {
    let (home, other) = (Home::trusting(&amina()), Home::new());
    let card = other.write("amina.card", amina().card("Amina", &[]));
    let told = other.run(["contact", "export", "--card", card.to_str().unwrap()]);
    assert_eq!((told.exit, &told.out), (0, &home.run(["contact", "export"]).out), "{told:#?}");
    assert!(told.err.contains(&amina().fingerprint()), "{told:#?}");
    assert!(other.run(["contact", "list"]).out.contains("no contact"));
    let json = other.run(["contact", "export", "--json", "--card", card.to_str().unwrap()]).json();
    assert_eq!(json["allowed_signers"], told.out.as_str());
    let forged = other.write("forged.card", amina().card("Amina", &[]).replace("Amina", "Anima"));
    let refused = other.run(["contact", "export", "--json", "--card", forged.to_str().unwrap()]);
    assert_eq!((refused.exit, &refused.json()["code"]), (1, &"card.format".into()), "{refused:#?}");
}

#[test]
fn ssh_keygen_believes_exactly_whom_we_believe() {
    let home = Home::trusting(&amina());
    for namespace in [MANIFEST, RELEASE, CUSTODY, CARD, "audit@sealbag"] {
        assert_ne!(verifies(&home, &amina(), namespace), Some(false), "{namespace}");
    }
    assert_ne!(verifies(&home, &amina(), "git"), Some(true));
    assert_ne!(verifies(&home, &stranger(), MANIFEST), Some(true));
    let token = Signer::fido(3, "ssh:", 1, 9);
    home.trust(&token, "Token");
    assert_ne!(verifies(&home, &token, MANIFEST), Some(false));

    home.run(["contact", "revoke", "Amina"]);
    assert_ne!(verifies(&home, &amina(), MANIFEST), Some(true));
    assert_ne!(verifies(&home, &token, MANIFEST), Some(false));
    let text = home.run(["contact", "export"]).out;
    let revoked = text.lines().find(|line| line.contains("Amina")).unwrap();
    assert!(revoked.starts_with("# revoked 2"), "{text}");
}

#[test]
fn a_name_cannot_break_out_of_its_comment() {
    let home = Home::new();
    // a name has at most 256 bytes
    let line = format!("{} namespaces=\"{MANIFEST}\" {}", principal(&stranger()), stranger().line());
    let breaks: Vec<String> =
        ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{b}", "\0"].map(|end| format!("{end}{line}")).into();
    for (number, name) in breaks.iter().enumerate() {
        let name = format!("A{number}{name}");
        home.trust(&Signer::new(100 + number as u8), &format!("file{number}"));
        let card = home.write("hostile.card", Signer::new(200 + number as u8).card(&name, &[]));
        let args = ["contact", "add", card.to_str().unwrap(), "--yes"];
        assert_eq!(home.run(args).exit, 2);
        let plain = format!("plain{number}");
        assert_eq!(home.run([&args[..], &["--name", &plain]].concat()).exit, 0);
        // as an older sealbag would have kept it
        let hex = support::kit::text::sha256_hex(&Signer::new(200 + number as u8).blob());
        let file = home.path("home/contacts").join(format!("{}.json", &hex[..16]));
        let kept = std::fs::read_to_string(&file).unwrap();
        let hostile = kept.replacen(&format!("\"name\":\"{plain}\""), &format!("\"name\":{}", serde_json::json!(name)), 1);
        assert_ne!(kept, hostile);
        std::fs::write(&file, hostile).unwrap();
    }
    for _ in 0..2 {
        assert_ne!(verifies(&home, &stranger(), MANIFEST), Some(true));
        let text = home.run(["contact", "export"]).out;
        for line in text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{b}', '\0']) {
            assert!(!line.starts_with(&principal(&stranger())), "{text:?}");
        }
        // revoked contacts appear too, in comments
        for number in 0..breaks.len() {
            home.run(["contact", "revoke", &Signer::new(200 + number as u8).fingerprint()]);
        }
    }
}

#[test]
fn nobody_believed_is_an_empty_file() {
    let output = Home::new().run(["contact", "export"]);
    assert_eq!((output.exit, output.out.as_str()), (0, ""));
}
