//! Timestamps from the command line, as files carried by hand: request, attach, list, trust, renew, and what verifying says.

use std::fs;
use std::path::PathBuf;

use support::kit::samples::amina;
use support::kit::{Home, Output};

fn vector(name: &str) -> Vec<u8> {
    fs::read(support::root().join("tests/vectors/timestamps").join(name)).unwrap()
}

/// A home that believes Amina, with her bundle `b.zip`.
fn desk() -> Home {
    let home = Home::trusting(&amina());
    home.write("b.zip", fs::read(support::root().join("tests/vectors/good-least.zip")).unwrap());
    home
}

fn trust(home: &Home, root: &str) {
    let file = home.write(root, vector(root));
    let done = home.run(["timestamp", "trust", file.to_str().unwrap(), "--name", root, "--yes"]);
    assert_eq!(done.exit, 0, "{done:#?}");
}

fn code(output: &Output) -> String {
    output.json()["code"].as_str().unwrap_or_default().to_owned()
}

fn time(home: &Home, more: &[&str]) -> serde_json::Value {
    home.run([&["verify", "b.zip", "--json"], more].concat()).json()["time"].clone()
}

#[test]
fn a_token_beside_a_bundle_proves_its_time_to_whoever_trusts_the_authority() {
    let home = desk();
    assert_eq!(time(&home, &[])["state"], "claimed");
    assert_eq!(home.run(["verify", "b.zip", "--require", "time"]).exit, 4);
    home.write("b.zip.tsr", vector("good-rsa-sha256.tsr"));
    assert_eq!(time(&home, &[])["state"], "token-not-accepted");
    let told = home.run(["verify", "b.zip"]);
    assert_eq!(told.exit, 0, "a token that does not count changes nothing: {told:#?}");
    assert!(told.out.contains("token.authority"), "{}", told.out);

    trust(&home, "root.pem");
    let proven = time(&home, &[]);
    assert_eq!((&proven["state"], &proven["proven_at"]), (&"proven".into(), &"2026-01-02T03:04:05Z".into()));
    assert_eq!(proven["authority"], "root.pem");
    assert_eq!(home.run(["verify", "b.zip", "--require", "time"]).exit, 0);
    let told = home.run(["verify", "b.zip"]).out;
    assert!(told.contains("before 2026-01-02T03:04:05Z, proven by \"root.pem\""), "{told}");
    assert!(told.contains("whether a certificate above the timestamp was revoked"), "{told}");

    // other verbs look at it too
    let page = home.run(["report", "b.zip", "-o", "p.html", "--json", "--require", "time"]);
    assert_eq!(page.json()["verification"]["time"]["state"], "proven");
    assert!(fs::read_to_string(home.path("p.html")).unwrap().contains("2026-01-02T03:04:05Z"));
    assert_eq!(home.run(["open", "b.zip", "-d", "out", "--require", "time"]).exit, 0);

    // and one in another place counts as much
    fs::rename(home.path("b.zip.tsr"), home.path("elsewhere.tsr")).unwrap();
    assert_eq!(time(&home, &[])["state"], "claimed");
    assert_eq!(time(&home, &["--token", "elsewhere.tsr"])["state"], "proven");
    let missing = home.run(["verify", "b.zip", "--token", "nowhere.tsr", "--json"]);
    assert_eq!((missing.exit, code(&missing).as_str()), (5, "io.missing"));
}

#[test]
fn threat_54b_an_answer_is_taken_in_only_where_it_belongs() {
    let home = desk();
    trust(&home, "root.pem");
    home.write("stamp.tsq", vector("nonce.tsq"));
    for (name, expected) in [
        ("nonce", "token.nonce"),
        ("nonce-none", "token.nonce"),
        ("imprint", "token.imprint"),
        ("status-rejected", "token.status"),
        ("signature", "token.signature"),
        ("expired", "token.expired"),
        ("text", "token.malformed"),
    ] {
        // only beside the first name lies a request
        let answer = if name.starts_with("nonce") { "stamp.tsr" } else { "other.tsr" };
        home.write(answer, vector(&format!("{name}.tsr")));
        let refused = home.run(["timestamp", "attach", "b.zip", answer, "--json"]);
        assert_eq!((refused.exit, code(&refused).as_str()), (1, expected), "{name}: {refused:#?}");
        assert!(!home.path("b.zip.tsr").exists(), "{name}");
    }
    home.write("stamp.tsr", vector("good-nonce.tsr"));
    let kept = home.run(["timestamp", "attach", "b.zip", "stamp.tsr"]);
    assert_eq!(kept.exit, 0, "{kept:#?}");
    assert_eq!(fs::read(home.path("b.zip.tsr")).unwrap(), vector("good-nonce.tsr"));
    let again = home.run(["timestamp", "attach", "b.zip", "stamp.tsr", "--json"]);
    assert_eq!((again.exit, code(&again).as_str()), (2, "token.kept"));
    // a request that is none
    home.write("stamp.tsq", b"not a request");
    let none = home.run(["timestamp", "attach", "b.zip", "stamp.tsr", "--json"]);
    assert_eq!((none.exit, code(&none).as_str()), (1, "token.request"));
}

#[test]
fn what_nothing_vouches_for_is_left_out_when_an_answer_is_taken_in() {
    let home = desk();
    trust(&home, "root.pem");
    // the same token with different things around it, so the same is left
    for (number, name) in ["status-text", "certificate-cross", "unsigned-attribute"].iter().enumerate() {
        home.write("stamp.tsr", vector(&format!("{name}.tsr")));
        assert_eq!(time(&home, &["--token", "stamp.tsr"])["tokens"][0]["findings"][0]["code"], "token.stray");
        let kept = home.run(["timestamp", "attach", "b.zip", "stamp.tsr", "--json"]);
        match number {
            0 => assert_eq!((kept.exit, &kept.json()["authority"]), (0, &"root.pem".into()), "{name}: {kept:#?}"),
            _ => assert_eq!((kept.exit, code(&kept).as_str()), (2, "token.kept"), "{name}: {kept:#?}"),
        }
        let listed = home.run(["timestamp", "list", "b.zip", "--json"]);
        assert_eq!((listed.exit, listed.json()["tokens"].as_array().unwrap().len()), (0, 1), "{listed:#?}");
    }
    home.write("other.tsr", vector("good-p256-sha256.tsr"));
    assert_eq!(home.run(["timestamp", "attach", "b.zip", "other.tsr"]).exit, 0);
    assert!(home.path("b.zip.2.tsr").exists());
    // one by nobody who is trusted is kept too, for those who do
    home.write("stamp.tsr", vector("stranger.tsr"));
    let kept = home.run(["timestamp", "attach", "b.zip", "stamp.tsr", "--json"]);
    assert_eq!((kept.exit, &kept.json()["authority"]), (0, &serde_json::Value::Null), "{kept:#?}");
    assert_eq!(home.run(["timestamp", "list", "b.zip"]).exit, 3);
    home.write("b.zip.5.tsr", vector("signature.tsr"));
    assert_eq!(home.run(["timestamp", "list", "b.zip"]).exit, 1);
    assert_eq!(home.run(["verify", "b.zip", "--require", "time"]).exit, 0, "one good token is enough");
}

#[test]
fn a_request_is_over_the_signature_and_different_each_time() {
    let home = desk();
    let made = home.run(["timestamp", "request", "b.zip", "-o", "one.tsq", "--json"]);
    assert_eq!(made.exit, 0, "{made:#?}");
    let request = fs::read(home.path("one.tsq")).unwrap();
    // SHA-256 and its name, as the vector asks too
    assert_eq!(request[..56], vector("nonce.tsq")[..56]);
    home.run(["timestamp", "request", "b.zip", "-o", "two.tsq"]);
    assert_ne!(request, fs::read(home.path("two.tsq")).unwrap());
    let there = home.run(["timestamp", "request", "b.zip", "-o", "one.tsq", "--json"]);
    assert_eq!((there.exit, code(&there).as_str()), (2, "output.exists"));
    let mut broken = fs::read(home.path("b.zip")).unwrap();
    let at = broken.windows(8).position(|window| window == b"U1NIU0lH").unwrap();
    broken[at + 100] ^= 1;
    home.write("broken.zip", broken);
    let refused = home.run(["timestamp", "request", "broken.zip", "-o", "three.tsq", "--json"]);
    assert_eq!(refused.exit, 1, "{refused:#?}");
    assert!(!home.path("three.tsq").exists());
}

#[test]
fn authorities_are_trusted_listed_and_removed() {
    let home = desk();
    let file = home.write("root.pem", vector("root.pem"));
    let file = file.to_str().unwrap();
    let asked = home.run(["timestamp", "trust", file, "--json"]);
    assert_eq!((asked.exit, code(&asked).as_str()), (5, "run.not_confirmed"), "nobody is trusted unasked");
    assert_eq!(home.run(["timestamp", "trust", "--list", "--json"]).json()["authorities"], serde_json::json!([]));
    let added = home.run(["timestamp", "trust", file, "--yes", "--json"]).json();
    let sha256 = added["authorities"][0]["sha256"].as_str().unwrap().to_owned();
    assert_eq!(added["authorities"][0]["name"], "Example Time Root");
    for (file, name, expected, exit) in [
        ("root.pem", None, "authority.exists", 2),
        ("stranger.pem", Some("example time ROOT"), "authority.exists", 2),
        ("nonce.tsq", None, "authority.format", 1),
    ] {
        home.write("other", vector(file));
        let mut args = vec!["timestamp", "trust", "other", "--yes", "--json"];
        name.iter().for_each(|name| args.extend(["--name", name]));
        let refused = home.run(args);
        assert_eq!((refused.exit, code(&refused).as_str()), (exit, expected), "{file}");
    }
    let unknown = home.run(["timestamp", "trust", "--remove", "Nobody", "--yes", "--json"]);
    assert_eq!((unknown.exit, code(&unknown).as_str()), (2, "authority.unknown"));
    assert_eq!(home.run(["timestamp", "trust", "--remove", &sha256, "--yes"]).exit, 0);
    let told = home.run(["timestamp", "trust", "--list"]);
    assert_eq!((told.exit, told.out.as_str()), (0, "no authority is trusted\n"));

    // so is one that others may write to
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let folder = home.path("home/authorities");
        let mode = fs::metadata(&folder).unwrap().permissions().mode();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
        home.run(["timestamp", "trust", file, "--yes"]);
        let told = home.run(["timestamp", "trust", "--list"]);
        assert!(told.err.contains("others on this computer may write to it"), "{told:#?}");
        assert_eq!(home.run(["timestamp", "trust", "--remove", &sha256, "--yes"]).exit, 0);
        fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    }

    // a folder that somebody edited is told, and nothing is believed for it
    home.run(["timestamp", "trust", file, "--yes"]);
    let kept: PathBuf = fs::read_dir(home.path("home/authorities")).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&kept).unwrap();
    fs::write(&kept, text.replace("\"name\":\"Example Time Root\"", "\"name\": \"Example Time Root\"")).unwrap();
    let strange = home.run(["verify", "b.zip", "--json"]);
    assert_eq!((strange.exit, code(&strange).as_str()), (5, "authority.store"));
}

#[test]
fn a_token_is_renewed_by_another_one_over_it() {
    let home = desk();
    trust(&home, "root.pem");
    let nothing = home.run(["timestamp", "renew", "b.zip", "-o", "again.tsq", "--json"]);
    assert_eq!((nothing.exit, code(&nothing).as_str()), (2, "token.limit"));
    home.write("one.tsr", vector("good-renewed.tsr"));
    home.write("two.tsr", vector("good-renewed.2.tsr"));
    assert_eq!(home.run(["timestamp", "attach", "b.zip", "one.tsr"]).exit, 0);
    let renewing = home.run(["timestamp", "renew", "b.zip", "-o", "again.tsq", "--json"]).json();
    assert_eq!(renewing["sha256"], support::kit::text::sha256_hex(&vector("good-renewed.tsr")));
    let kept = home.run(["timestamp", "attach", "b.zip", "two.tsr", "--json"]).json();
    assert_eq!(kept["renews"].as_str().map(|name| name.ends_with("b.zip.tsr")), Some(true), "{kept}");
    let proven = time(&home, &[]);
    assert_eq!(proven["proven_at"], "2026-01-02T03:04:05Z");
    assert_eq!(proven["tokens"][1]["notes"][0]["code"], "time.future");
    assert_eq!(proven["tokens"][1]["renews"], proven["tokens"][0]["file"]);
    // the next renewal is over the last token
    let next = home.run(["timestamp", "renew", "b.zip", "-o", "next.tsq", "--json"]).json();
    assert_eq!(next["sha256"], support::kit::text::sha256_hex(&vector("good-renewed.2.tsr")));
}

#[test]
fn revocation_lists_are_kept_beside_a_token() {
    let home = desk();
    trust(&home, "root.pem");
    home.write("one.tsr", vector("good-list.tsr"));
    home.write("list.crl", vector("good-list.tsr.crl"));
    assert_eq!(home.run(["timestamp", "attach", "b.zip", "one.tsr", "--crl", "list.crl"]).exit, 0);
    assert_eq!(fs::read(home.path("b.zip.tsr.crl")).unwrap(), vector("good-list.tsr.crl"));
    assert_eq!(time(&home, &[])["tokens"][0]["revocation_checked"], true);
    // a later list, which names the certificate
    home.write("list.crl", vector("list-stolen-later.tsr.crl"));
    let there = home.run(["timestamp", "attach", "b.zip", "one.tsr", "--crl", "list.crl", "--json"]);
    assert_eq!((there.exit, code(&there).as_str()), (2, "output.exists"));
    assert_eq!(home.run(["timestamp", "attach", "b.zip", "one.tsr", "--crl", "list.crl", "--force"]).exit, 0);
    let refused = time(&home, &[]);
    assert_eq!(
        (&refused["state"], &refused["tokens"][0]["findings"][0]["code"]),
        (&"token-not-accepted".into(), &"token.revoked".into())
    );
    home.write("list.crl", vector("nonce.tsq"));
    let none = home.run(["timestamp", "attach", "b.zip", "one.tsr", "--crl", "list.crl", "--json"]);
    assert_eq!((none.exit, code(&none).as_str()), (1, "token.list"));
}

#[test]
fn tokens_lie_beside_an_unpacked_bundle_too_and_a_huge_file_is_none() {
    let home = desk();
    trust(&home, "root.pem");
    assert_eq!(home.run(["open", "b.zip", "-d", "opened"]).exit, 0);
    home.write("b.zip.tsr", vec![0x30; 1 << 20]);
    let told = time(&home, &[]);
    assert_eq!(told["tokens"][0]["findings"][0]["code"], "token.malformed");
    let limit = (1..=9).map(|number| if number == 1 { "b.zip.tsr".into() } else { format!("b.zip.{number}.tsr") });
    limit.for_each(|name| drop(home.write(&name, b"")));
    home.write("one.tsr", vector("good-rsa-sha256.tsr"));
    let full = home.run(["timestamp", "attach", "b.zip", "one.tsr", "--json"]);
    assert_eq!((full.exit, code(&full).as_str()), (2, "token.limit"));
    let stream = home.run(["timestamp", "list", "-", "--json"]);
    assert_eq!((stream.exit, code(&stream).as_str()), (2, "usage"));
}
