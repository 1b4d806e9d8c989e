//! What is told and asked on a terminal, and in which order: nothing is sealed unseen, and no passphrase is asked for in vain.

use std::fs;
use std::io::Write;

use sealbag::crypto::age::{EncryptTo, encrypt};

use super::passphrases::{OPEN, SIGN, desk};
use super::terminal::Terminal;
use support::photos::{Photo, ascii};
use support::runs::desk::ended;
use support::runs::{Desk, skipped};

/// Runs to its end without an answer to anything, and gives the exit code and what was shown.
fn shown(desk: &Desk, args: &[&str], last: &str) -> Option<(i32, String)> {
    let terminal = Terminal::new();
    let child = terminal.run(desk, args)?;
    let exit = ended(child).exit;
    Some((exit, terminal.wait_for(last)))
}

#[test]
fn a_bundle_that_is_not_encrypted_is_listed_and_asked_about_before_the_passphrase() {
    let desk = desk();
    let before = desk.state();
    let args = ["seal", "bag", "-o", "x.zip"];
    let mut terminal = Terminal::new();
    let Some(child) = terminal.run(&desk, &args) else { return skipped("there is no setsid") };
    let shown = terminal.wait_for("Seal it so? [y/N] ");
    let asked = "not encrypted: whoever gets this file can read all of it\r\nSeal it so? [y/N] ";
    assert!(shown.starts_with("to seal: 3 files (46 B) and 0 facts\r\n  - \"photos/a.jpg\"\r\n"), "{shown}");
    assert!(shown.ends_with(asked) && !shown.contains("passphrase"), "{shown}");
    terminal.type_in("n\n");
    assert_eq!((ended(child).exit, before), (5, desk.state()));
    let shown = terminal.wait_for("hint: ");
    assert!(shown.contains("not answered with yes") && !shown.contains("passphrase of"), "{shown}");

    // the answer yes, and then the passphrase
    let mut terminal = Terminal::new();
    let child = terminal.run(&desk, &args).unwrap();
    terminal.wait_for("[y/N] ");
    terminal.type_in("y\n");
    terminal.wait_for("passphrase of the signing key Amina: ");
    terminal.type_in(&format!("{SIGN}\n"));
    assert_eq!(ended(child).exit, 0);
    desk.verify("x.zip", 0);
}

/// What could harm a source is told and asked about where everybody could read it.
#[test]
fn what_files_say_is_asked_about_where_nobody_is_named() {
    let desk = desk();
    let photo = Photo { place: Some([(51, 9, 1800), (71, 28, 600)]), image: vec![ascii(0x013B, "Amina")], ..Photo::default() };
    desk.write("bag/photos/a.jpg", photo.jpeg());
    let before = desk.state();
    for quiet in [&[][..], &["--quiet"]] {
        let args = [&["seal", "bag", "-o", "x.zip"], quiet].concat();
        let mut terminal = Terminal::new();
        let Some(child) = terminal.run(&desk, &args) else { return skipped("there is no setsid") };
        let shown = terminal.wait_for("Seal it so? [y/N] ");
        let told = if quiet.is_empty() { "listed above" } else { "see them: sealbag check" };
        assert!(shown.contains("files say 2 things that could harm a source") && shown.contains(told), "{shown}");
        assert_eq!(shown.contains("made at 51.155000, 71.468333"), quiet.is_empty(), "{shown}");
        terminal.type_in("n\n");
        assert_eq!((ended(child).exit, &before), (5, &desk.state()));
        // the way out is told too
        assert!(terminal.wait_for("hint: ").contains("--clean-copies"));
    }
    // --yes answers, and the list is there all the same
    let args = ["seal", "bag", "-o", "x.zip", "--passphrase-file", "pw", "--yes"];
    let Some((exit, shown)) = shown(&desk, &args, "signed by") else { return skipped("there is no setsid") };
    assert!(exit == 0 && shown.contains("made at 51.155000, 71.468333") && !shown.contains("[y/N]"), "{shown}");
    // for readers that are named it is told and not asked
    let args = ["seal", "bag", "-o", "y.zip", "--passphrase-file", "pw", "--to-me"];
    let Some((exit, shown)) = self::shown(&desk, &args, "signed by") else { return skipped("there is no setsid") };
    assert!(exit == 0 && shown.contains("leak.position") && !shown.contains("[y/N]"), "{shown}");
}

#[test]
fn a_question_whose_answer_is_known_is_not_asked() {
    let desk = desk();
    for (at, flags) in [&["--yes"][..], &["--to-me"]].into_iter().enumerate() {
        let output = format!("{at}.zip");
        let args = [&["seal", "bag", "--passphrase-file", "pw", "-o", &output], flags].concat();
        let Some((exit, shown)) = shown(&desk, &args, "signed by") else { return skipped("there is no setsid") };
        assert!(exit == 0 && shown.starts_with("to seal: ") && !shown.contains("[y/N]"), "{shown}");
        assert_eq!(shown.contains("not encrypted: whoever"), flags == ["--yes"], "{shown}");
    }
    // the list stays away where it is not wanted, and standard output is JSON all the same
    let args = ["seal", "bag", "--passphrase-file", "pw", "-o", "q.zip", "--yes", "--quiet"];
    let Some((exit, shown)) = shown(&desk, &args, "q.zip") else { return skipped("there is no setsid") };
    assert_eq!((exit, &*shown), (0, "q.zip\r\n"));
}

#[test]
fn a_dry_run_asks_for_nothing_and_reads_no_passphrase() {
    let desk = desk();
    fs::remove_file(desk.path("pw")).unwrap();
    for flags in [&[][..], &["--to-me"], &["--passphrase"], &["--passphrase-file", "pw"]] {
        let args = [&["seal", "bag", "--dry-run"], flags].concat();
        let Some((exit, shown)) = shown(&desk, &args, "photos/a.jpg") else { return skipped("there is no setsid") };
        assert!(exit == 0 && shown.starts_with("nothing was written") && !shown.contains("passphrase of"), "{shown}");
    }
    // contacts that are locked stay so, and what cannot be known is said
    desk.write("pw", format!("{SIGN}\n{}\n", OPEN));
    desk.run(["contact", "lock", "--passphrase-file", "pw"]).done();
    let told = desk.run(["seal", "bag", "--dry-run", "--to", "Bela"]).done();
    assert!(told.out.contains("\nnot checked: for whom it could be encrypted: your contacts are locked"), "{told:#?}");
    let json = desk.run(["seal", "bag", "--dry-run", "--json"]).done().json();
    assert!(json["encryption"].is_null() && json["not_checked"][0].as_str().unwrap().contains("locked"), "{json}");
}

/// Begins to change the passphrase of the signing key, which is cheap, and answers with the old one.
fn changing(desk: &Desk) -> Option<(Terminal, std::process::Child)> {
    let mut terminal = Terminal::new();
    let child = terminal.run(desk, &["key", "change-passphrase"])?;
    terminal.wait_for("passphrase of the signing key Amina: ");
    terminal.type_in(&format!("{SIGN}\n"));
    terminal.wait_for("Enter alone makes a passphrase of six words\r\nnew passphrase for the signing key Amina: ");
    Some((terminal, child))
}

#[test]
fn enter_alone_makes_a_passphrase_that_is_shown_once_and_typed_again() {
    let desk = desk();
    let Some((mut terminal, child)) = changing(&desk) else { return skipped("there is no setsid") };
    terminal.type_in("\n");
    let shown = terminal.wait_for("type it: ");
    let made = shown.lines().find_map(|line| line.strip_prefix("  ")).unwrap().trim_end().to_owned();
    assert_eq!(made.split(' ').count(), 6, "{shown}");
    terminal.type_in("something else\n");
    terminal.wait_for("are not the same\r\ntype it, as it stands above");
    terminal.type_in(&format!("{made}\n"));
    assert_eq!(ended(child).exit, 0);
    let shown = terminal.wait_for("changed the passphrase of the signing key:");
    assert_eq!(shown.matches(&made).count(), 1, "{shown}");
    desk.write("new", format!("{made}\n"));
    desk.run(["seal", "bag", "-o", "b.zip", "--passphrase-file", "new"]).done();
    // nobody is made to keep one that was never typed
    let before = desk.state();
    let mut terminal = Terminal::new();
    let child = terminal.run(&desk, &["key", "change-passphrase"]).unwrap();
    terminal.wait_for("passphrase of the signing key Amina: ");
    terminal.type_in(&format!("{made}\n"));
    terminal.wait_for("new passphrase for");
    terminal.type_in("\n");
    terminal.wait_for("type it: ");
    terminal.type_in("x\nx\nx\n");
    assert_eq!((ended(child).exit, before), (5, desk.state()));
}

#[test]
fn a_weak_passphrase_is_told_and_another_is_asked_for() {
    let desk = desk();
    let Some((mut terminal, child)) = changing(&desk) else { return skipped("there is no setsid") };
    terminal.type_in("abc\n");
    terminal.wait_for("that passphrase is too easy to guess: about 13 guesses find it\r\nEnter alone makes");
    terminal.type_in("seven green doors\n");
    terminal.wait_for("the same again: ");
    terminal.type_in("seven green doors\n");
    assert_eq!(ended(child).exit, 0);
    assert!(!terminal.wait_for("changed the passphrase").contains("abc"));
    // three of them end the run
    let before = desk.state();
    let mut terminal = Terminal::new();
    let child = terminal.run(&desk, &["key", "change-passphrase"]).unwrap();
    terminal.wait_for("passphrase of the signing key Amina: ");
    terminal.type_in("seven green doors\n");
    // a line that is typed ahead waits for its question
    terminal.wait_for("new passphrase for");
    terminal.type_in("abc\nabc\nabc\n");
    assert_eq!(ended(child).exit, 2);
    assert!(terminal.wait_for("hint: ").contains("Amina: the passphrase is too easy to guess"));
    assert_eq!(before, desk.state());
}

#[test]
fn several_bundles_ask_once_for_the_passphrase_of_the_key() {
    let desk = desk();
    for name in ["a.age", "b.age"] {
        desk.run(["seal", "bag", "--to-me", "-o", name, "--passphrase-file", "pw"]).done();
    }
    let mut terminal = Terminal::new();
    let Some(child) = terminal.run(&desk, &["verify", "a.age", "b.age"]) else { return skipped("there is no setsid") };
    terminal.wait_for("passphrase of the decryption key Amina: ");
    terminal.type_in(&format!("{OPEN}\n"));
    assert_eq!(ended(child).exit, 0);
    let shown = terminal.wait_for("VERIFIED  b.age");
    assert_eq!(shown.matches("passphrase of").count(), 1, "{shown}");
    // whoever does not know it says so once, three tries long
    let mut terminal = Terminal::new();
    let child = terminal.run(&desk, &["verify", "a.age", "b.age"]).unwrap();
    terminal.wait_for("passphrase of the decryption key Amina: ");
    terminal.type_in("wrong\nwrong\nwrong\n");
    assert_eq!(ended(child).exit, 5);
    let shown = terminal.wait_for("CANNOT CHECK  b.age");
    assert_eq!(shown.matches("passphrase of the").count(), 3, "{shown}");
}

#[test]
fn several_bundles_ask_once_for_the_passphrase_that_they_share() {
    let desk = desk();
    desk.run(["seal", "bag", "-o", "b.zip", "--passphrase-file", "pw"]).done();
    let plain = fs::read(desk.path("b.zip")).unwrap();
    for (name, passphrase) in [("a.age", "one for both"), ("b.age", "one for both"), ("c.age", "another one")] {
        let (mut sealed, lock) = (Vec::new(), EncryptTo::Passphrase(passphrase, 2));
        let mut writer = encrypt(lock, &mut sealed).unwrap();
        writer.write_all(&plain).unwrap();
        writer.finish().unwrap();
        desk.write(name, sealed);
    }
    let mut terminal = Terminal::new();
    let args = ["verify", "a.age", "b.age", "c.age"];
    let Some(child) = terminal.run(&desk, &args) else { return skipped("there is no setsid") };
    terminal.wait_for("passphrase of the bundle: ");
    terminal.type_in("one for both\n");
    // only the one that it does not open is asked about
    let shown = terminal.wait_for("what withheld items say.\r\npassphrase of the bundle: ");
    assert_eq!(shown.matches("passphrase of").count(), 2, "{shown}");
    terminal.type_in("another one\n");
    assert_eq!(ended(child).exit, 0);
}

#[test]
fn a_new_key_speaks_of_a_backup() {
    let desk = Desk::new();
    let told = desk.run(["key", "new", "--name", "Amina", "--no-passphrase"]).done();
    assert!(told.out.contains("Keep a backup elsewhere:\n  sealbag key export -o /media/stick/key\n"), "{told:#?}");
    // the command that it tells does it
    let told = desk.run(["key", "new", "--name", "Bridge", "--story", "", "--no-passphrase"]).done();
    let line = told.out.lines().find(|line| line.contains("sealbag key export")).unwrap();
    let name = line.split_whitespace().nth(3).unwrap();
    let told = desk.run(["key", "export", name, "-o", "stick", "--yes", "--json"]).done().json();
    assert_eq!(told["name"], "Bridge");
}

/// Where and what for is asked on a terminal, and not where an option or a script says it.
#[test]
fn a_keeper_is_asked_where_and_what_for() {
    let desk = Desk::with_bundle();
    let mut terminal = Terminal::new();
    let Some(child) = terminal.run(&desk, &["receive", "b.zip"]) else { return skipped("there is no setsid") };
    terminal.wait_for("Where does this happen (Enter to leave it open)? ");
    terminal.type_in("Tesh Ulan\n");
    terminal.wait_for("What for (Enter to leave it open)? ");
    terminal.type_in("\n");
    assert_eq!(ended(child).exit, 0);
    let said = |desk: &Desk| {
        let shown = desk.run(["custody", "show", "b.zip", "--json"]).done().json();
        let last = shown["entries"].as_array().unwrap().last().unwrap().clone();
        (last["place"].as_str().unwrap().to_owned(), last["purpose"].as_str().unwrap().to_owned())
    };
    assert_eq!(said(&desk), ("Tesh Ulan".into(), String::new()));
    let args = ["custody", "add", "stored", "b.zip", "--place", "a safe", "--purpose", ""];
    let Some((exit, shown)) = shown(&desk, &args, "step 2") else { return skipped("there is no setsid") };
    assert!(exit == 0 && !shown.contains("Where does"), "{shown}");
    assert_eq!(said(&desk), ("a safe".into(), String::new()));
}
