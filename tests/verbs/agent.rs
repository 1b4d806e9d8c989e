//! Sealing with a key that an ssh-agent holds: what a stock agent and a FIDO token sign, and what an agent gives instead.

use support::runs;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use runs::agent::{HeldKey, Manner, TestAgent};
use runs::library::{counted, draft, now};
use runs::{Desk, in_ci, skipped};
use sealbag::store::home::agent::{Agent, Patience};
use sealbag::{Belief, Bundle, Output, Policy, PublicKey, Result, Source, Standing, TrustedSigners, Unwatched, Verdict};

const SHORT: Patience = Patience { listing: Duration::from_millis(300), signing: Duration::from_millis(300) };

/// Seals the bag of a desk with the key that the agent at `socket` holds.
fn seal(desk: &Desk, socket: &Path, key: &PublicKey) -> Result<()> {
    let held = Agent::connect_with(socket, SHORT, &Unwatched)?.key(key)?;
    let output = Output::File(desk.path("b.zip"), true);
    draft(&desk.path("bag")).sign(&held, now(), &mut counted(), output, &Unwatched).map(drop)
}

fn verdict(bundle: &Path, key: &PublicKey) -> Verdict {
    let mut trust = TrustedSigners::nobody();
    trust.add(key.clone(), Standing { name: "Amina".into(), belief: Belief::Own });
    let bundle = Bundle::read(Source::open(bundle).unwrap(), &Unwatched).unwrap();
    bundle.verify(&trust, &Policy::default(), &Unwatched).unwrap().report().verdict
}

/// What ssh-keygen says of the signature over the manifest; none where it is not here.
fn stock_accepts(desk: &Desk, key: &PublicKey) -> Option<bool> {
    desk.run(["open", "b.zip", "--unknown-signer", "-d", "out"]);
    let folder = desk.path("out-unknown-signer");
    desk.write("signers", format!("sender namespaces=\"manifest@sealbag\" {}\n", key.line()));
    let (signers, signature) = (desk.path("signers"), folder.join("seal/manifest.sig"));
    let args = ["-Y", "verify", "-I", "sender", "-n", "manifest@sealbag", "-f", signers.to_str().unwrap(), "-s"];
    let manifest = fs::File::open(folder.join("seal/manifest.json")).unwrap();
    let output = Command::new("ssh-keygen").args(args).arg(signature).stdin(manifest).output();
    match output {
        Ok(output) => Some(output.status.success()),
        Err(_) => {
            assert!(!in_ci(), "ssh-keygen must be here");
            skipped("ssh-keygen is not here");
            None
        }
    }
}

#[test]
fn a_key_in_an_agent_and_one_on_a_token_seal_what_sealbag_and_ssh_keygen_accept() {
    for key in [HeldKey::plain(1), HeldKey::token(2)] {
        let desk = Desk::new();
        desk.bag("bag");
        let agent = TestAgent::honest(&desk.path(""), std::slice::from_ref(&key));
        seal(&desk, agent.socket(), &key.public()).unwrap();
        assert_eq!(agent.asked_to_sign(), 1);
        assert_eq!(verdict(&desk.path("b.zip"), &key.public()), Verdict::Verified);
        assert_ne!(stock_accepts(&desk, &key.public()), Some(false));
    }
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn what_an_agent_gives_instead_of_a_signature_makes_no_bundle() {
    use Manner::{Closes, Confused, Cuts, Garbage, Hangs, Honest, Locked, OtherKey, OtherText, Oversize, Refuses, Untouched};
    for (listing, signing, code) in [
        (Hangs, Honest, &["agent.missing", "agent.answer"][..]),
        (Refuses, Honest, &["agent.refused"]),
        (Garbage, Honest, &["agent.answer"]),
        (Oversize, Honest, &["agent.answer"]),
        (Confused, Honest, &["agent.answer"]),
        (Locked, Honest, &["agent.key"]),
        (Honest, Refuses, &["agent.refused"]),
        (Honest, Hangs, &["agent.refused"]),
        (Honest, Closes, &["agent.refused", "agent.answer"]),
        (Honest, Cuts, &["agent.refused", "agent.answer"]),
        (Honest, Oversize, &["agent.answer"]),
        (Honest, Garbage, &["agent.answer"]),
        (Honest, Confused, &["agent.answer"]),
        (Honest, OtherKey, &["agent.answer"]),
        (Honest, OtherText, &["agent.answer"]),
        (Honest, Untouched, &["agent.answer", "agent.refused"]),
    ] {
        for key in [HeldKey::plain(1), HeldKey::token(2)] {
            if signing == Untouched && key.public().application().is_none() {
                continue;
            }
            let desk = Desk::new();
            desk.bag("bag");
            let agent = TestAgent::start(&desk.path(""), std::slice::from_ref(&key), listing, signing);
            let error = runs::library::error(seal(&desk, agent.socket(), &key.public()));
            assert!(code.contains(&error.code.id), "{listing:?} {signing:?}: {} {error}", error.code.id);
            assert_eq!(error.code.class.exit(), 5);
            assert!(!desk.path("b.zip").exists());
        }
    }
}

#[test]
fn where_no_agent_listens_it_is_told() {
    let desk = Desk::new();
    desk.bag("bag");
    let key = HeldKey::plain(1).public();
    assert_eq!(runs::library::error(seal(&desk, &desk.path("none"), &key)).code.id, "agent.missing");
    desk.write("file", "");
    assert_eq!(runs::library::error(seal(&desk, &desk.path("file"), &key)).code.id, "agent.missing");
}

struct Stock(Child);

impl Drop for Stock {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_stock_agent_signs_a_bundle() {
    let desk = Desk::new();
    desk.bag("bag");
    let socket = desk.path("stock");
    let agent = Command::new("ssh-agent").args(["-D", "-a"]).arg(&socket).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(agent) = agent else {
        assert!(!in_ci(), "ssh-agent must be here");
        return skipped("ssh-agent is not here");
    };
    let _agent = Stock(agent);
    for _ in 0..200 {
        if socket.exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(desk.path("key")).status();
    assert!(made.unwrap().success());
    let added = Command::new("ssh-add").arg("-q").arg(desk.path("key")).env("SSH_AUTH_SOCK", &socket).status();
    assert!(added.unwrap().success());
    let line = fs::read_to_string(desk.path("key.pub")).unwrap();
    let words: Vec<&str> = line.split(' ').take(2).collect();
    let key = PublicKey::parse(&words.join(" ")).unwrap();
    seal(&desk, &socket, &key).unwrap();
    assert_eq!(verdict(&desk.path("b.zip"), &key), Verdict::Verified);
    assert_ne!(stock_accepts(&desk, &key), Some(false));
    fs::remove_file(desk.path("b.zip")).unwrap();
    let removed = Command::new("ssh-add").args(["-q", "-D"]).env("SSH_AUTH_SOCK", &socket).stderr(Stdio::null()).status();
    assert!(removed.unwrap().success());
    assert_eq!(runs::library::error(seal(&desk, &socket, &key)).code.id, "agent.key");
    assert!(!desk.path("b.zip").exists());
}
