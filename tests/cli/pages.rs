//! What people read: pages that fit the terminal, hints that fit the case, totals.

use std::fs;

use support::runs::{Desk, skipped};

use super::terminal::Terminal;

/// What a terminal of this width shows of a run, without colours.
fn shown(desk: &Desk, args: &[&str], width: u16) -> Option<String> {
    let terminal = Terminal::of_width(width);
    let child = terminal.run(desk, args)?;
    support::runs::desk::ended(child);
    let shown = terminal.all();
    let mut parts = shown.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    Some(parts.fold(first, |shown, part| {
        shown + part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').get(1..).unwrap_or("")
    }))
}

#[test]
fn nothing_breaks_inside_a_word_at_any_width() {
    let desk = Desk::with_bundle();
    let mut altered = fs::read(desk.path("b.zip")).unwrap();
    altered[60] ^= 1;
    desk.write("altered.zip", altered);
    desk.run(["receive", "b.zip", "--place", "Tesh Ulan, in the house behind the mill", "--purpose", "filing"]).done();
    let stranger = Desk::new();
    fs::copy(desk.path("b.zip"), stranger.path("b.zip")).unwrap();
    for (desk, args) in [
        (&desk, &["verify", "b.zip"][..]),
        (&desk, &["verify", "altered.zip"]),
        (&desk, &["custody", "show", "b.zip"]),
        (&desk, &["custody", "verify", "b.zip"]),
        (&desk, &["verify", "b.zip", "--custody", "b.zip.custody.jsonl"]),
        (&stranger, &["verify", "b.zip"]),
        (&desk, &["verify", "none.zip", "b.zip"]),
        (&desk, &["show", "b.zip"]),
        (&desk, &["show", "none.zip"]),
        (&desk, &["key", "show"]),
        (&desk, &["key", "list"]),
        (&desk, &["explain"]),
        (&desk, &["explain", "payload.altered"]),
        (&desk, &["seal", "bag", "-o", "b.zip"]),
        (&desk, &["verify", "--help"]),
        (&desk, &["--help"]),
    ] {
        let told = desk.run(args);
        let words: Vec<String> = (told.out + &told.err).split_whitespace().map(str::to_owned).collect();
        for width in [40, 57, 80, 100, 200] {
            let Some(shown) = shown(desk, args, width) else { return skipped("there is no setsid") };
            for line in shown.lines() {
                assert!(line.chars().count() <= usize::from(width), "{args:?} at {width}: {line}");
            }
            // each word is there, in order; only one that is too long for a line may be cut
            let mut seen = shown.split_whitespace();
            for word in &words {
                let mut part = seen.next().unwrap_or_default().to_owned();
                while part.len() < word.len() && word.starts_with(&part) && word.len() > 24 {
                    part += seen.next().unwrap_or_else(|| panic!("{args:?} at {width}: {word} is not in {shown}"));
                }
                assert_eq!(part, *word, "{args:?} at {width}: {shown}");
            }
        }
    }
}

/// What stands under "what to do" of a page, as one line.
fn advice(page: &str) -> String {
    let advice = page.split("\nwhat to do\n").nth(1).unwrap_or_else(|| panic!("{page}"));
    advice.split("\n\n").next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_no_bundle_gets_a_hint_that_fits() {
    let desk = Desk::with_bundle();
    let bundle = fs::read(desk.path("b.zip")).unwrap();
    for (name, bytes) in [
        ("a.jpg", &b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"[..]),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ("a.html", b"<!DOCTYPE html>\n<html><title>Download</title>"),
        ("a.pdf", b"%PDF-1.7\n"),
        ("a.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00"),
        ("empty", b""),
        ("cut.zip", &bundle[..bundle.len() / 2]),
        ("bag/more.zip", &bundle),
        ("bag/MORE.ZIP.AGE", b"x"),
        ("words", b"words"),
    ] {
        desk.write(name, bytes);
    }
    for (name, said, next) in [
        ("a.jpg", "a picture or a recording (image/jpeg)", "ask for the bundle as a file"),
        ("a.png", "a picture or a recording (image/png)", "ask for the bundle as a file"),
        ("a.html", "a page to read (text/html)", "get the file that the page offers"),
        ("a.pdf", "a page to read (application/pdf)", "get the file that the page offers"),
        ("a.gz", "an archive of another kind (application/gzip)", "unpack it with the program that made it"),
        ("empty", "the file is empty", "get it again: nothing of it arrived"),
        ("cut.zip", "it is cut short", "get it again: it was probably cut off"),
        ("bag", "a folder with 2 files that are named as bundles are", "sealbag verify FOLDER/*"),
        ("words", "it is not a ZIP file", "ask the sender for the bundle again"),
    ] {
        let told = desk.run(["verify", name]);
        assert_eq!(told.exit, 1, "{told:#?}");
        assert!(told.unfolded().contains(said), "{name}: {told:#?}");
        assert!(advice(&told.out).contains(next), "{name}: {told:#?}");
        if !matches!(name, "cut.zip") {
            let told = desk.run(["show", name]);
            assert!(told.err.contains(next), "{name}: {told:#?}");
        }
    }
}

#[test]
fn the_next_step_is_not_what_was_just_done_or_cannot_be_done_here() {
    let desk = Desk::with_bundle();
    assert!(advice(&desk.run(["verify", "b.zip"]).done().out).contains("to look inside: sealbag open BUNDLE"));
    let opened = desk.run(["open", "b.zip", "-d", "opened"]).done();
    assert!(!opened.out.contains("to look inside") && !opened.out.contains("what to do"), "{opened:#?}");
    let other = Desk::new();
    other.new_key("Bela");
    support::runs::case::introduce(&other, &desk);
    let withhold = ["redact", "b.zip", "--withhold", "report.txt", "--reason", "x", "--anyway"];
    let told = desk.run(withhold.into_iter().chain(["-o", "r.zip"])).done();
    assert!(told.out.contains("sealbag show r.zip"), "{told:#?}");
    for (flags, opens) in [(&["--to", "Bela"][..], false), (&["--to", "Bela", "--to-me"], true)] {
        let told = desk.run(withhold.into_iter().chain(["-o", "r.age", "--force"]).chain(flags.iter().copied())).done();
        assert_eq!(told.out.contains("sealbag show r.age"), opens, "{told:#?}");
        assert_eq!(told.unfolded().contains("this computer cannot open it"), !opens, "{told:#?}");
    }
}

#[test]
fn several_bundles_end_with_one_line_of_totals() {
    let desk = Desk::with_bundle();
    desk.write("words", "words");
    let bundles = ["verify", "b.zip", "words", "b.zip", "none"];
    let told = desk.run(bundles);
    assert_eq!(told.exit, 1);
    assert!(told.out.ends_with("\n\n4 bundles: 1 FAILED, 1 CANNOT CHECK, 2 VERIFIED\n"), "{told:#?}");
    assert!(!desk.run(["verify", "b.zip"]).out.contains("1 bundle"));
    for flag in ["--json", "--quiet"] {
        let told = desk.run(bundles.into_iter().chain([flag]));
        assert_eq!(told.out.lines().count(), 4, "{told:#?}");
    }
}

#[test]
fn the_key_digits_of_a_stranger_stand_apart_from_those_of_the_bundle() {
    let desk = Desk::with_bundle();
    let stranger = Desk::new();
    fs::copy(desk.path("b.zip"), stranger.path("b.zip")).unwrap();
    let spoken = stranger.verify("b.zip", 3)["signer"]["spoken"].as_str().unwrap().to_owned();
    let told = stranger.run(["verify", "b.zip"]).out;
    assert!(told.contains(&format!("\n              key digits  {spoken}\n")), "{told}");
    assert!(told.contains("\n              bundle digits  ") && told.matches(&spoken).count() == 1, "{told}");
    let own = desk.run(["verify", "b.zip"]).done().out;
    assert!(!own.contains("key digits") && own.contains("bundle digits"), "{own}");
}

#[test]
fn captions_are_found_after_opening() {
    let desk = Desk::with_bag();
    desk.write("facts.json", r#"{"case": {"title": "A day"}, "files": {"photos/a.jpg": {"caption": "A gate at noon"}}}"#);
    desk.run(["seal", "bag", "-o", "b.zip", "--metadata", "facts.json"]).done();
    let told = desk.run(["open", "b.zip", "-d", "one"]).done();
    assert!(told.out.ends_with("\ncaptions and everything else that is said: sealbag show one\n"), "{told:#?}");
    assert!(desk.run(["show", "one"]).done().out.contains("\"A gate at noon\""));
    assert!(!desk.path("one-contents.txt").exists());
    let told = desk.run(["open", "b.zip", "-d", "two", "--with-list"]).done();
    assert!(told.out.ends_with("\ncaptions and everything else that is said, in two-contents.txt\n"), "{told:#?}");
    let list = fs::read_to_string(desk.path("two-contents.txt")).unwrap();
    for line in ["\ncase\n  title              \"A day\"\n", "\n3 files, ", "\n    caption            \"A gate at noon\"\n"] {
        assert!(list.contains(line), "{line}: {list}");
    }
    // the folder is whole without it
    desk.verify("two", 0);
    let left = desk.state();
    for args in [&["-d", "two", "--with-list"][..], &["-d", "one", "--with-list"]] {
        desk.refused(["open", "b.zip"].iter().chain(args), 2, "output.exists");
    }
    desk.write("three-contents.txt", "mine");
    desk.refused(["open", "b.zip", "-d", "three", "--with-list"], 2, "output.exists");
    fs::remove_file(desk.path("three-contents.txt")).unwrap();
    assert_eq!(left, desk.state());
    let json = desk.run(["open", "b.zip", "-d", "three", "--with-list", "--json"]).done().json();
    assert_eq!((&json["folder"], &json["list"]), (&"three".into(), &"three-contents.txt".into()));
}

#[test]
fn readers_are_called_by_their_names_and_never_by_a_whole_post_quantum_key() {
    let desk = Desk::with_bag();
    let other = Desk::new();
    other.new_key("Bela");
    support::runs::case::introduce(&other, &desk);
    let key = other.run(["key", "show", "--json"]).json()["keys"][0]["recipients"][0].as_str().unwrap().to_owned();
    desk.run(["seal", "bag", "-o", "b.age", "--to", "Bela", "--to-me", "--name-recipients"]).done();
    let withhold = ["redact", "b.age", "--withhold", "report.txt", "--reason", "x", "--to-me", "--anyway"];
    for args in [
        &["show", "b.age"][..],
        &[&withhold[..], &["-o", "r.age"]].concat(),
        &[&withhold[..], &["--withhold", "recipients", "--dry-run"]].concat(),
        &[&withhold[..], &["--keep-recipients", "-o", "k.age"]].concat(),
    ] {
        let told = desk.run(args).done();
        assert!(told.out.contains("\"Bela\" (SHA256:") && told.out.contains("\"Amina O.\" (SHA256:"), "{told:#?}");
        assert!(!told.out.contains(&key[..60]), "{told:#?}");
    }
    // nobody who is unknown is shown whole either
    fs::remove_dir_all(desk.path("home/sealbag/contacts")).unwrap();
    let told = desk.run(["show", "b.age"]).done();
    assert!(told.out.contains(&key[..20]) && !told.out.contains(&key[..60]), "{told:#?}");
}

#[test]
fn on_a_terminal_safe_names_are_offered_with_the_old_and_the_new() {
    let desk = Desk::with_bag();
    for name in ["a:b.txt", "CON.txt"] {
        desk.write(format!("bag/{name}"), name);
    }
    for (answer, exit) in [("n\r", 5), ("y\r", 0)] {
        let before = desk.state();
        let mut terminal = Terminal::of_width(80);
        let Some(child) = terminal.run(&desk, &["seal", "bag", "-o", "b.zip"]) else { return skipped("there is no setsid") };
        let shown = terminal.wait_for("Seal them under these names? [y/N] ");
        for line in [
            "\"a:b.txt\" as \"a_b.txt\"",
            "\"CON.txt\" as \"_CON.txt\"",
            "its name holds a backslash",
            "a device name on Windows",
        ] {
            assert!(shown.contains(line), "{line}: {shown}");
        }
        terminal.type_in(answer);
        if exit == 0 {
            terminal.wait_for("Seal it so? [y/N] ");
            terminal.type_in("y\r");
        }
        let told = support::runs::desk::ended(child);
        assert_eq!(told.exit, exit, "{}", terminal.all());
        assert_eq!(before == desk.state(), exit != 0);
    }
    assert!(desk.names("b.zip").contains(&"_CON.txt".to_owned()));
    // in a script it stays a flag
    desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.name");
}
