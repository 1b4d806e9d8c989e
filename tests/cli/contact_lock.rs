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
    let sealed = desk.run([&["seal", "bag", "--to", "Bela Kovacs", "-o", "b.zip.age"][..], &PW].concat()).done();
    assert!(sealed.out.contains("\n  - your signing key behind its passphrase\n"), "{sealed:#?}");

    // a change stays locked, does not show in the length, and is signed
    let length = || state::files(&contacts(&desk)).values().map(Vec::len).sum::<usize>();
    let before = length();
    let chen = Desk::new();
    chen.new_key("Chen");
    desk.write("chen.card", chen.run(["card"]).done().out);
    desk.run([&["contact", "add", "chen.card", "--yes"][..], &PW].concat()).done();
    desk.run([&["contact", "revoke", "Chen"][..], &PW].concat()).done();
    assert_eq!((&list()["contacts"][1]["state"], &list()["notes"]), (&"revoked".into(), &serde_json::json!([])));
    closed(&desk, "Chen");
    // the header of age varies by a few hundred bytes; a contact is longer
    assert!(length().abs_diff(before) < 1000, "{} {before}", length());
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
    // a file that was put beside them is none of them: it is told, does not count and stays
    let other = contacts(&desk).join(plain.keys().find(|path| path.extension().unwrap() == "json").unwrap());
    fs::write(&other, "something else\n").unwrap();
    let listed = desk.run([&["contact", "list", "--json"][..], &PW].concat()).done().json();
    assert_eq!(
        (&listed["contacts"][0]["name"], &listed["notes"][0]["code"]),
        (&"Bela Kovacs".into(), &"contact.beside".into())
    );
    desk.refused([&["contact", "unlock"][..], &PW].concat(), 5, "contact.beside");
    assert_eq!(fs::read(&other).unwrap(), b"something else\n");
    fs::remove_file(other).unwrap();
    // two locks
    let second = contacts(&desk).join("locked-0123456789abcdef.age");
    fs::write(&second, "something else").unwrap();
    desk.refused([&["contact", "list"][..], &PW].concat(), 5, "contact.lock");
    fs::remove_file(second).unwrap();
    // an altered lock is told
    let lock = contacts(&desk).join(locked.keys().next().unwrap());
    let mut bytes = locked.values().next().unwrap().clone();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(lock, bytes).unwrap();
    let told = desk.refused([&["contact", "list"][..], &PW].concat(), 5, "contact.lock");
    assert!(told["hint"].as_str().unwrap().starts_with("put it back from a backup"), "{told}");
}

#[test]
fn a_lock_that_nobody_signed_a_list_in_makes_nobody_believed() {
    let (desk, _) = with_bela();
    fs::remove_file(contacts(&desk).join("contacts.sig")).unwrap();
    desk.run([&["contact", "lock"][..], &PW].concat()).done();
    let listed = desk.run([&["contact", "list"][..], &PW].concat()).done();
    assert!(listed.out.contains("EDITED") && listed.err.contains("nobody among them is believed"), "{listed:#?}");
    desk.refused([&["contact", "check"][..], &PW].concat(), 5, "contact.unsigned");
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn threat_52_what_another_run_changed_at_a_question_is_not_written_over() {
    let (desk, _) = with_bela();
    let chen = Desk::new();
    chen.new_key("Chen");
    desk.write("chen.card", chen.run(["card"]).done().out);
    // what is asked, what to type then, and whether the contacts are locked afterwards
    let cases: [(&[&str], &str, &str); 3] = [
        (&["contact", "add", "chen.card", "--passphrase-file", "pw"], "Believe this card? [y/N] ", "y\n"),
        (&["contact", "lock"], "passphrase of the decryption key Amina: ", "seven green doors\n"),
        (&["contact", "remove", "Bela Kovacs", "--passphrase-file", "pw"], "Forget this contact? [y/N] ", "y\n"),
    ];
    for (args, asked, answer) in cases {
        let mut terminal = Terminal::new();
        let Some(child) = terminal.run(&desk, args) else { return skipped("there is no setsid") };
        terminal.wait_for(asked);
        desk.run([&["contact", "revoke", "Bela Kovacs"][..], &PW].concat()).done();
        let between = state::files(&contacts(&desk));
        terminal.type_in(answer);
        assert_eq!(ended(child).exit, 5, "{args:?}");
        let shown = terminal.wait_for("run it again");
        assert!(shown.contains("your contacts: another run changed them meanwhile; nothing was changed"), "{shown}");
        assert_eq!(state::files(&contacts(&desk)), between, "{args:?}");
        let told = desk.run([&["contact", "add", "bela.card", "--yes", "--force"][..], &PW].concat()).done();
        assert!(told.out.ends_with(" again\n"), "{told:#?}");
    }
    // in a script it has a code
    assert_eq!(sealbag::base::code::CONTACT_CHANGED.id, "contact.changed");
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn threat_52_of_two_runs_at_once_neither_loses_what_the_other_changed() {
    let (desk, _) = with_bela();
    let names = ["Chen", "Dana", "Emil"];
    for name in names {
        let other = Desk::new();
        other.new_key(name);
        desk.write(format!("{name}.card"), other.run(["card"]).done().out);
    }
    let add = |name: &str| {
        let card = format!("{name}.card");
        desk.command(["contact", "add", &card, "--yes", "--passphrase-file", "pw"]).spawn().unwrap()
    };
    let ends = names.map(add).map(|child| ended(child).exit);
    let listed = desk.run(["contact", "list"]).done();
    for (name, end) in names.iter().zip(ends) {
        assert!(end == 0 || end == 5, "{name}: {end}");
        assert_eq!(listed.out.contains(&format!("\"{name}\"")), end == 0, "{name}: {listed:#?}");
    }
    assert!(ends.contains(&0) && listed.err.is_empty() && !listed.out.contains("EDITED"), "{listed:#?}");
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn threat_47_what_a_killed_run_left_among_the_contacts_is_told_and_goes_with_the_lock() {
    let (desk, _) = with_bela();
    let left = contacts(&desk).join(".new-a1B2c3");
    let leave = || fs::write(&left, "Bela").unwrap();
    leave();
    let notes = desk.run(["contact", "list", "--json"]).done().json()["notes"].clone();
    assert_eq!(notes[0]["code"], "contact.leftover", "{notes}");
    assert!(left.exists());
    desk.run([&["contact", "lock"][..], &PW].concat()).done();
    closed(&desk, "Bela");
    // also where they are locked already
    leave();
    assert!(desk.run([&["contact", "list"][..], &PW].concat()).done().err.contains("left from a run that was killed"));
    desk.run([&["contact", "lock"][..], &PW].concat()).done();
    closed(&desk, "Bela");
    desk.run([&["contact", "unlock"][..], &PW].concat()).done();
    // what cannot be removed is told, and nothing is locked
    fs::create_dir(&left).unwrap();
    let before = state::files(&contacts(&desk));
    assert_eq!(desk.run([&["contact", "lock"][..], &PW].concat()).exit, 5);
    assert_eq!(state::files(&contacts(&desk)), before);
    fs::remove_dir(&left).unwrap();
    leave();
    desk.run([&["contact", "revoke", "Bela Kovacs"][..], &PW].concat()).done();
    assert!(!left.exists());
}

#[test]
fn threat_47_a_contact_that_does_not_fit_leaves_nothing_behind() {
    let (desk, _) = with_bela();
    let before = state::files(&contacts(&desk));
    let program = support::program();
    let line = format!("ulimit -f 0; exec '{program}' contact revoke 'Bela Kovacs' --passphrase-file pw");
    let told = desk.command_of("sh", ["-c", &line]).output().unwrap();
    assert_eq!(told.status.code(), Some(5), "{told:?}");
    assert!(
        String::from_utf8_lossy(&told.stderr).contains("hint: free some space, then run the same command again"),
        "{told:?}"
    );
    assert_eq!(state::files(&contacts(&desk)), before);
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
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
#[ignore = "derives many keys from passphrases; tests/run includes it"]
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
#[ignore = "derives many keys from passphrases; tests/run includes it"]
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
