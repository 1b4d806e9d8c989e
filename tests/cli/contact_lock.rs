//! What a seized computer tells of people: contacts that were locked and the note of a story are closed without the decryption
//! key (threat 56).

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use support::runs::desk::ended;
use support::runs::{Desk, skipped, state};

use super::passphrases::{OPEN, desk};
use super::terminal::Terminal;

const PW: [&str; 2] = ["--passphrase-file", "pw"];

/// A desk whose key has passphrases, with Bela for a contact, and the files of the contacts.
fn with_bela() -> (Desk, BTreeMap<PathBuf, Vec<u8>>) {
    let (desk, bela) = (desk(), Desk::new());
    bela.new_key("Bela Kovacs");
    desk.write("bela.card", bela.run(["card"]).done().out);
    desk.run([&["contact", "add", "bela.card", "--yes"][..], &PW].concat()).done();
    let files = state::files(&desk.path("home/sealbag/contacts"));
    assert_eq!(files.len(), 2);
    (desk, files)
}

fn contacts(desk: &Desk) -> PathBuf {
    desk.path("home/sealbag/contacts")
}

/// Nothing that is kept holds this text.
#[track_caller]
fn closed(desk: &Desk, text: &str) {
    for (path, bytes) in state::files(&desk.path("home")) {
        assert!(!bytes.windows(text.len()).any(|part| part == text.as_bytes()), "{text} stands in {}", path.display());
    }
}

#[test]
fn threat_56_locked_contacts_are_closed_without_the_passphrase_and_work_with_it() {
    let (desk, plain) = with_bela();
    desk.refused(["contact", "lock"], 5, "key.locked");
    assert_eq!(state::files(&contacts(&desk)), plain);
    let told = desk.run([&["contact", "lock"][..], &PW].concat()).done();
    assert!(told.out.starts_with("locked your contacts with the decryption key of \"Amina\" (SHA256:"), "{told:#?}");
    closed(&desk, "Bela");
    assert_eq!(state::files(&contacts(&desk)).len(), 1);

    // whatever needs them asks
    desk.refused(["contact", "list"], 5, "key.locked");
    desk.refused(["seal", "bag", "-o", "x.zip"], 5, "key.locked");
    let list = || desk.run([&["contact", "list", "--json"][..], &PW].concat()).done().json();
    assert_eq!(list()["contacts"][0]["name"], "Bela Kovacs");
    assert_eq!(list()["notes"], serde_json::json!([]));
    desk.run([&["seal", "bag", "--to", "Bela Kovacs", "-o", "b.zip.age"][..], &PW].concat()).done();

    // a change stays locked, and is signed
    let chen = Desk::new();
    chen.new_key("Chen");
    desk.write("chen.card", chen.run(["card"]).done().out);
    desk.run([&["contact", "add", "chen.card", "--yes"][..], &PW].concat()).done();
    desk.run([&["contact", "revoke", "Chen"][..], &PW].concat()).done();
    assert_eq!((&list()["contacts"][1]["state"], &list()["notes"]), (&"revoked".into(), &serde_json::json!([])));
    closed(&desk, "Chen");
    assert_eq!(state::files(&contacts(&desk)).len(), 1);
    desk.run([&["contact", "remove", "Chen", "--yes"][..], &PW].concat()).done();

    desk.run([&["contact", "unlock"][..], &PW].concat()).done();
    let after = state::files(&contacts(&desk));
    assert!(after.len() == 2 && plain.iter().filter(|(path, bytes)| after.get(*path) == Some(bytes)).count() == 1);
    assert!(desk.run(["contact", "check"]).done().out.starts_with("contacts: 1, as your key"));
}

#[test]
fn nothing_is_lost_when_locking_or_unlocking_is_interrupted() {
    let (desk, plain) = with_bela();
    desk.run([&["contact", "lock"][..], &PW].concat()).done();
    let locked = state::files(&contacts(&desk));
    // after each file that was written or removed, both ways
    for left in 0..=plain.len() {
        for (path, bytes) in plain.iter().take(left) {
            fs::write(contacts(&desk).join(path), bytes).unwrap();
        }
        let told = desk.run([&["contact", "list"][..], &PW].concat()).done();
        assert!(told.out.contains("Bela Kovacs") && !told.err.contains("EDITED"), "{told:#?}");
        assert_eq!(state::files(&contacts(&desk)), locked, "{left}");
    }
    // a file that was put beside them is none of them, and is not removed
    let other = contacts(&desk).join(plain.keys().find(|path| path.extension().unwrap() == "json").unwrap());
    fs::write(&other, "something else\n").unwrap();
    desk.refused([&["contact", "list"][..], &PW].concat(), 5, "contact.store");
    fs::remove_file(other).unwrap();
    // an altered lock is told
    let lock = contacts(&desk).join(locked.keys().next().unwrap());
    let mut bytes = locked.values().next().unwrap().clone();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(lock, bytes).unwrap();
    desk.refused([&["contact", "list"][..], &PW].concat(), 5, "contact.store");
}

#[test]
fn a_lock_that_would_protect_nothing_or_lose_everything_is_refused() {
    let (open, _) = with_bela();
    open.run([&["key", "change-passphrase", "--decryption", "--no-passphrase"][..], &PW].concat()).done();
    open.refused(["contact", "lock"], 2, "key.no_decryption");
    let (desk, _) = with_bela();
    desk.run([&["contact", "lock"][..], &PW].concat()).done();
    desk.refused([&["key", "remove", "Amina", "--yes"][..], &PW].concat(), 5, "contact.locked");
    fs::rename(desk.path("home/sealbag/keys"), desk.path("elsewhere")).unwrap();
    desk.refused([&["contact", "list"][..], &PW].concat(), 5, "contact.locked");
    fs::rename(desk.path("elsewhere"), desk.path("home/sealbag/keys")).unwrap();
    desk.run([&["contact", "list"][..], &PW].concat()).done();
}

#[test]
fn the_passphrase_of_locked_contacts_is_asked_for_once_and_it_is_said_what_for() {
    let (desk, _) = with_bela();
    desk.run([&["seal", "bag", "--to-me", "-o", "mine.zip.age"][..], &PW].concat()).done();
    desk.run([&["contact", "lock"][..], &PW].concat()).done();
    let mut terminal = Terminal::new();
    let Some(child) = terminal.run(&desk, &["verify", "mine.zip.age"]) else { return skipped("there is no setsid") };
    let asked = terminal.wait_for("passphrase of the decryption key Amina: ");
    assert!(asked.starts_with("your contacts are locked with the decryption key of \"Amina\" (SHA256:"), "{asked}");
    terminal.type_in(&format!("{OPEN}\n"));
    assert_eq!(ended(child).exit, 0);
    let shown = terminal.wait_for("who held the key");
    assert_eq!(shown.matches("passphrase of").count(), 1, "{shown}");
}

#[test]
fn threat_56_the_note_of_a_story_is_kept_encrypted() {
    let desk = desk();
    desk.write("note", "the man from the ministry\nanother line\n");
    desk.run([&["key", "new", "--name", "Bridge", "--story-file", "note"][..], &PW].concat()).done();
    fs::remove_file(desk.path("note")).unwrap();
    closed(&desk, "ministry");
    let shown = desk.run(["key", "show", "Bridge"]).done().out;
    assert!(shown.contains("one story; its note is encrypted: sealbag key show --note\n"), "{shown}");
    desk.refused(["key", "show", "Bridge", "--note"], 5, "key.locked");
    let shown = desk.run([&["key", "show", "Bridge", "--note"][..], &PW].concat()).done().out;
    assert_eq!(shown, "the man from the ministry\n");
    let listed = desk.run(["key", "list", "--json"]).done().json();
    let of = |name: &str| listed["keys"].as_array().unwrap().iter().find(|key| key["name"] == name).unwrap().clone();
    assert_eq!((&of("Bridge")["story"], &of("Bridge")["story_encrypted"]), (&"".into(), &true.into()));
    assert_eq!((&of("Amina")["story"], &of("Amina")["story_encrypted"]), (&serde_json::Value::Null, &false.into()));
    desk.refused(["key", "show", "Amina", "--note"], 2, "usage");
}

#[test]
fn threat_56_the_note_of_a_story_is_asked_for_at_the_terminal() {
    let desk = Desk::new();
    let mut terminal = Terminal::new();
    let new = ["key", "new", "--name", "Bridge", "--no-passphrase", "--story"];
    let Some(child) = terminal.run(&desk, &new) else { return skipped("there is no setsid") };
    terminal.wait_for("a note for yourself, kept encrypted; Enter for none: ");
    terminal.type_in("the man from the ministry\n");
    assert_eq!(ended(child).exit, 0);
    closed(&desk, "ministry");
    assert_eq!(desk.run(["key", "show", "Bridge", "--note"]).done().out, "the man from the ministry\n");
    // an argument is taken with a word of warning
    let told = desk.run(["key", "new", "--name", "Other", "--no-passphrase", "--story", "K."]).done();
    assert!(told.err.contains("the history of your shell may hold this note now"), "{told:#?}");
    assert!(!desk.run(["key", "new", "--name", "Third", "--no-passphrase", "--story"]).done().err.contains("history"));
}
