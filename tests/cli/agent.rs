//! Own keys whose signing half stays in an ssh-agent, or on a token that it reaches: importing them, sealing with them, and
//! what is told when that fails (threat 24a).

use support::runs;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use runs::agent::{HeldKey, Manner, TestAgent};
use runs::desk::PATIENCE;
use runs::{Desk, Output, in_ci, skipped};
use serde_json::{Value, json};

const IMPORT: [&str; 3] = ["key", "import", "--no-passphrase"];

/// Runs where `SSH_AUTH_SOCK` names this socket.
fn run(desk: &Desk, socket: &Path, args: &[&str]) -> Output {
    desk.command(args).env("SSH_AUTH_SOCK", socket).output().unwrap().into()
}

/// Imports a key of the agent.
fn import(desk: &Desk, socket: &Path, args: &[&str]) -> Output {
    run(desk, socket, &[&IMPORT, args].concat())
}

/// The run is refused with this code, a line and a hint, and nothing at the desk has changed.
#[track_caller]
fn refused(desk: &Desk, socket: &Path, args: &[&str], exit: i32, code: &str) -> Value {
    let before = desk.state();
    let told = run(desk, socket, args);
    assert_eq!((told.exit, told.out.as_str()), (exit, ""), "{told:#?}");
    assert!(told.err.lines().last().is_some_and(|line| line.starts_with("hint: ")), "{told:#?}");
    let json = run(desk, socket, &[args, &["--json"]].concat()).json();
    assert_eq!((&json["code"], &json["exit"]), (&json!(code), &json!(exit)), "{json:#}");
    assert_eq!(before, desk.state(), "something was left or changed: {told:#?}");
    json
}

/// What `key list --json` says of the only key.
fn key(desk: &Desk) -> Value {
    let keys = desk.run(["key", "list", "--json", "--quiet"]).done().json()["keys"].clone();
    assert_eq!(keys.as_array().unwrap().len(), 1);
    keys[0].clone()
}

/// An agent of OpenSSH, which ends when this value is dropped.
struct Stock {
    child: Child,
    socket: PathBuf,
}

impl Drop for Stock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Stock {
    /// Starts one; `None` where OpenSSH is not here.
    fn start(desk: &Desk) -> Option<Self> {
        let socket = desk.path("stock");
        let mut command = Command::new("ssh-agent");
        let child = command.args(["-D", "-a"]).arg(&socket).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let Ok(child) = child else {
            assert!(!in_ci(), "ssh-agent must be here");
            skipped("ssh-agent is not here");
            return None;
        };
        let started = Instant::now();
        while !socket.exists() {
            assert!(started.elapsed() < PATIENCE, "ssh-agent does not listen");
            std::thread::sleep(Duration::from_millis(5));
        }
        Some(Stock { child, socket })
    }

    /// Makes a key of this kind and gives it to the agent; its public key file is `<kind>.pub`.
    fn add(&self, desk: &Desk, kind: &str) {
        let file = desk.path(kind);
        let made = Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", "", "-C", "Amina O.", "-f"]).arg(&file).status();
        assert!(made.unwrap().success());
        self.ssh_add(desk, &["-q", file.to_str().unwrap()]);
        fs::remove_file(file).unwrap();
    }

    /// Runs ssh-add; if it asks for a passphrase, a program answers.
    fn ssh_add(&self, desk: &Desk, args: &[&str]) {
        let ask = desk.write("tmp/ask", "#!/bin/sh\necho locked\n");
        fs::set_permissions(&ask, Permissions::from_mode(0o700)).unwrap();
        let mut command = Command::new("ssh-add");
        command.args(args).env("SSH_AUTH_SOCK", &self.socket).env("SSH_ASKPASS", &ask).env("SSH_ASKPASS_REQUIRE", "force");
        let told = command.stdin(Stdio::null()).output().unwrap();
        fs::remove_file(ask).unwrap();
        assert!(told.status.success(), "{told:?}");
    }

    /// The fingerprint of a key that was added.
    fn fingerprint(&self, desk: &Desk, kind: &str) -> String {
        let told = Command::new("ssh-keygen").arg("-lf").arg(desk.path(format!("{kind}.pub"))).output().unwrap();
        String::from_utf8(told.stdout).unwrap().split(' ').nth(1).unwrap().to_owned()
    }
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn a_key_of_a_stock_agent_is_taken_over_however_it_is_named_and_seals() {
    let desk = Desk::new();
    desk.bag("bag");
    let Some(agent) = Stock::start(&desk) else { return };
    for kind in ["ed25519", "rsa", "ecdsa"] {
        agent.add(&desk, kind);
    }
    let fingerprint = agent.fingerprint(&desk, "ed25519");
    for (named, number) in [(&[][..], 0), (&["ed25519.pub"], 1), (&[&*fingerprint], 2)] {
        let told = import(&desk, &agent.socket, &[&["--agent"], named].concat()).done();
        assert!(told.out.starts_with("imported a key; the half that signs stays in the ssh-agent:\n"), "{told:#?}");
        for line in ["signs with   the ssh-agent, while it holds this key\n", "name         \"Amina O.\"\n", &fingerprint] {
            assert!(told.out.contains(line), "{line}: {told:#?}");
        }
        assert!(!told.err.contains("token"), "{told:#?}");
        let key = key(&desk);
        assert_eq!(
            (&key["kind"], &key["encrypted"], &key["fingerprint"]),
            (&json!("agent"), &Value::Null, &json!(fingerprint))
        );
        assert!(desk.run(["key", "list"]).done().out.contains("  in agent "));
        let kept: Vec<PathBuf> = runs::state::files(&desk.path("home/sealbag/keys")).into_keys().collect();
        assert_eq!(kept, ["1.age", "1.agent", "1.card"].map(PathBuf::from), "no private half that signs is here");

        let bundle = format!("{number}.zip.age");
        let sealed = run(&desk, &agent.socket, &["seal", "bag", "--to-me", "-o", &bundle]).done();
        assert!(sealed.out.contains("your signing key while the ssh-agent holds it\n"), "{sealed:#?}");
        // whoever verifies needs no agent
        assert_eq!(desk.verify(&bundle, 0)["signer"]["state"], "you");
        refused(&desk, &agent.socket, &[&IMPORT[..], &["--agent"]].concat(), 2, "key.exists");
        desk.run(["key", "remove", "Amina O.", "--yes"]).done();
    }
}

#[test]
fn a_key_on_a_token_says_that_it_is_one_and_seals() {
    let (desk, reader) = (Desk::new(), Desk::new());
    desk.bag("bag");
    let agent = TestAgent::honest(&desk.path(""), &[HeldKey::token(2)]);
    let told = import(&desk, agent.socket(), &["--agent", "--name", "Amina O."]).done();
    assert_eq!(told.err, "this key is on a token: touch it each time it blinks\n");
    let token = "signs with   a FIDO token, through the ssh-agent, when it is touched\n";
    assert!(told.out.contains(token) && desk.run(["key", "show"]).done().out.contains(token), "{told:#?}");
    assert_eq!((agent.asked_to_sign(), &key(&desk)["kind"]), (1, &json!("token")));
    assert!(desk.run(["key", "list"]).done().out.contains("  on token "));
    let card = desk.run(["card"]).done().out;
    assert!(card.contains("sk-ssh-ed25519@openssh.com "), "{card}");
    reader.write("card", card);
    reader.run(["contact", "add", "card", "--yes"]).done();
    assert!(reader.run(["contact", "show", "Amina O."]).done().out.contains("  key          sk-ssh-ed25519@openssh.com"));

    let sealed = run(&desk, agent.socket(), &["seal", "bag", "-o", "b.zip"]).done();
    assert_eq!((agent.asked_to_sign(), sealed.err.as_str()), (2, "this key is on a token: touch it each time it blinks\n"));
    reader.write("b.zip", fs::read(desk.path("b.zip")).unwrap());
    assert_eq!(reader.verify("b.zip", 0)["signer"]["state"], "contact");
}

#[test]
fn where_there_is_no_agent_it_is_told_and_no_key_is_made() {
    let desk = Desk::new();
    let args = [&IMPORT[..], &["--agent", "--name", "Amina"]].concat();
    let unset = desk.refused(&args, 5, "agent.missing");
    assert!(unset["hint"].as_str().unwrap().contains("ssh-agent"), "{unset}");
    refused(&desk, Path::new(""), &args, 5, "agent.missing");
    refused(&desk, &desk.path("none"), &args, 5, "agent.missing");
    // one that has gone and left its socket
    drop(UnixListener::bind(desk.path("dead")).unwrap());
    let dead = refused(&desk, &desk.path("dead"), &args, 5, "agent.missing");
    assert_eq!(dead["trouble"], "there is no ssh-agent: nothing listens at this socket");
    let agent = TestAgent::honest(&desk.path(""), &[HeldKey::plain(1)]);
    run(&desk, agent.socket(), &args).done();
}

#[test]
fn a_key_that_the_agent_has_not_or_that_is_not_meant_for_certain_is_not_taken_over() {
    let desk = Desk::new();
    let args = |named: &[&'static str]| [&IMPORT[..], &["--name", "Amina", "--agent"], named].concat();
    let line = |key: &HeldKey| format!("{} comment\n", key.public().line());
    desk.write("one.pub", line(&HeldKey::plain(1)));
    desk.write("three.pub", line(&HeldKey::plain(3)));
    desk.write("words.pub", "words\n");
    {
        // it lists an RSA key
        let agent = TestAgent::honest(&desk.path(""), &[]);
        refused(&desk, agent.socket(), &args(&[]), 5, "agent.key");
        refused(&desk, agent.socket(), &args(&["one.pub"]), 5, "agent.key");
    }
    let agent = TestAgent::honest(&desk.path(""), &[HeldKey::plain(1), HeldKey::token(2)]);
    let told = refused(&desk, agent.socket(), &args(&[]), 2, "usage");
    assert_eq!(told["trouble"], "holds 2 keys, and none was named");
    for key in [HeldKey::plain(1), HeldKey::token(2)] {
        assert!(told.to_string().contains(&key.public().fingerprint().to_string()), "{told:#}");
    }
    refused(&desk, agent.socket(), &args(&["three.pub"]), 5, "agent.key");
    refused(&desk, agent.socket(), &args(&["SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]), 5, "agent.key");
    refused(&desk, agent.socket(), &args(&["words.pub"]), 1, "key.format");
    refused(&desk, agent.socket(), &args(&["none.pub"]), 5, "io.missing");
    run(&desk, agent.socket(), &args(&["one.pub"])).done();
    assert_eq!(key(&desk)["fingerprint"], HeldKey::plain(1).public().fingerprint().to_string());
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn a_key_of_another_kind_is_refused_also_where_the_agent_has_it() {
    let desk = Desk::new();
    let Some(agent) = Stock::start(&desk) else { return };
    for kind in ["rsa", "ecdsa"] {
        agent.add(&desk, kind);
        let (file, fingerprint) = (format!("{kind}.pub"), agent.fingerprint(&desk, kind));
        let args = [&IMPORT[..], &["--agent"]].concat();
        let told = refused(&desk, &agent.socket, &[&args[..], &[&file]].concat(), 1, "key.format");
        assert!(told["trouble"].as_str().unwrap().contains("only Ed25519 keys sign"), "{told}");
        assert!(told["hint"].as_str().unwrap().contains("ssh-keygen -t ed25519"), "{told}");
        refused(&desk, &agent.socket, &[&args[..], &[&fingerprint]].concat(), 5, "agent.key");
        refused(&desk, &agent.socket, &args, 5, "agent.key");
    }
    agent.add(&desk, "ed25519");
    import(&desk, &agent.socket, &["--agent", "ed25519.pub"]).done();
}

#[test]
fn an_agent_that_is_locked_or_lost_the_key_signs_nothing_until_it_has_it_again() {
    let desk = Desk::new();
    desk.bag("bag");
    let Some(agent) = Stock::start(&desk) else { return };
    agent.add(&desk, "ed25519");
    agent.ssh_add(&desk, &["-q", "-x"]);
    let told = refused(&desk, &agent.socket, &[&IMPORT[..], &["--agent"]].concat(), 5, "agent.key");
    assert!(told["trouble"].as_str().unwrap().contains("is locked") && told["hint"].as_str().unwrap().contains("ssh-add -X"));
    refused(&desk, &agent.socket, &[&IMPORT[..], &["--agent", "ed25519.pub"]].concat(), 5, "agent.key");
    agent.ssh_add(&desk, &["-q", "-X"]);
    import(&desk, &agent.socket, &["--agent"]).done();

    let seal = ["seal", "bag", "-o", "b.zip"];
    agent.ssh_add(&desk, &["-q", "-x"]);
    refused(&desk, &agent.socket, &seal, 5, "agent.key");
    agent.ssh_add(&desk, &["-q", "-X"]);
    run(&desk, &agent.socket, &seal).done();
    desk.verify("b.zip", 0);
    agent.ssh_add(&desk, &["-q", "-D"]);
    refused(&desk, &agent.socket, &["seal", "bag", "-o", "c.zip"], 5, "agent.key");
    desk.refused(["seal", "bag", "-o", "c.zip"], 5, "agent.missing");
}

#[test]
fn a_signature_that_is_refused_or_is_no_good_makes_no_key_and_no_bundle() {
    for (key, manner, code) in [
        (HeldKey::token(2), Manner::Refuses, "agent.refused"),
        (HeldKey::plain(1), Manner::Refuses, "agent.refused"),
        (HeldKey::token(2), Manner::Untouched, "agent.answer"),
        (HeldKey::plain(1), Manner::OtherKey, "agent.answer"),
        (HeldKey::token(2), Manner::OtherKey, "agent.answer"),
        (HeldKey::plain(1), Manner::OtherText, "agent.answer"),
        (HeldKey::plain(1), Manner::Closes, "agent.answer"),
        (HeldKey::plain(1), Manner::Garbage, "agent.answer"),
    ] {
        let desk = Desk::new();
        desk.bag("bag");
        let args = [&IMPORT[..], &["--agent", "--name", "Amina"]].concat();
        let start = |signing| TestAgent::start(&desk.path(""), std::slice::from_ref(&key), Manner::Honest, signing);
        let bad = start(manner);
        refused(&desk, bad.socket(), &args, 5, code);
        assert_eq!(bad.asked_to_sign(), 2);
        drop(bad);
        let good = start(Manner::Honest);
        run(&desk, good.socket(), &args).done();
        drop(good);
        let bad = start(manner);
        refused(&desk, bad.socket(), &["seal", "bag", "-o", "b.zip"], 5, code);
        drop(bad);
        let good = start(Manner::Honest);
        run(&desk, good.socket(), &["seal", "bag", "-o", "b.zip"]).done();
        desk.verify("b.zip", 0);
    }
}

#[test]
fn a_key_without_a_comment_needs_a_name_and_its_path_is_none() {
    let desk = Desk::new();
    let Some(agent) = Stock::start(&desk) else { return };
    let file = desk.path("bare");
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"]).arg(&file).status();
    assert!(made.unwrap().success());
    agent.ssh_add(&desk, &["-q", file.to_str().unwrap()]);
    fs::remove_file(&file).unwrap();
    let args = [&IMPORT[..], &["--agent"]].concat();
    let told = refused(&desk, &agent.socket, &args, 2, "usage");
    assert!(told["hint"].as_str().unwrap().contains("--name") && !told.to_string().contains("bare"), "{told}");
    run(&desk, &agent.socket, &[&args[..], &["--name", "Amina"]].concat()).done();
}
