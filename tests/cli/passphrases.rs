//! Passphrases on the command line: they come through a file or a descriptor, a wrong one is told in a line, and nothing takes one
//! from the arguments or the environment, where others on the computer can see it.

use support::runs;

use std::collections::BTreeSet;
use std::fs;

use runs::{Desk, Output};
use sealbag::crypto::age::Identity;
use sealbag::crypto::openssh::Protection;
use sealbag::store::home::contacts::Contacts;
use sealbag::store::home::keyring::Keyring;
use sealbag::store::home::keyring_write::NewKey;
use sealbag::{SigningKey, Timestamp};

pub const SIGN: &str = "the heron at noon";
pub const OPEN: &str = "seven green doors";
const WRONG: &str = "a brown suitcase";

/// A desk with a bag and a key whose halves have passphrases of their own, cheap to try.
pub fn desk() -> Desk {
    let desk = Desk::new();
    desk.bag("bag");
    let home = desk.path("home/sealbag");
    let identities = [Identity::hybrid(&[1; 32]), Identity::x25519(&[1; 32]).unwrap()];
    let made_at = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    let new = NewKey { name: "Amina", identities: &identities, protection: Some((OPEN, 2)), story: None, after: None, made_at };
    let protection = Protection { passphrase: SIGN, random: [7; 20] };
    let ready = new.with_file(&SigningKey::from_seed(&[1; 32]), Some(protection)).unwrap();
    Keyring::open(&home).unwrap().add(ready, &Contacts::open(&home).unwrap()).unwrap();
    desk.write("pw", format!("{SIGN}\n{OPEN}\n"));
    desk.write("wrong", format!("{WRONG}\n"));
    desk
}

/// Runs the program with this shell redirection, or behind this pipe.
fn shell(desk: &Desk, line: &str) -> Output {
    let line = line.replace("sealbag", &format!("exec '{}'", support::program()));
    desk.command_of("sh", ["-c", &line]).output().unwrap().into()
}

#[test]
fn a_passphrase_comes_through_a_descriptor_to_seal_with_and_to_open_with() {
    let desk = desk();
    for (number, (before, after)) in [("", "3<pw"), ("cat pw | ", "3<&0 </dev/null")].into_iter().enumerate() {
        let run = |args: &str| shell(&desk, &format!("{before} sealbag {args} --passphrase-file /dev/fd/3 {after}"));
        let bundle = format!("{number}.zip.age");
        run(&format!("seal bag --to-me -o {bundle}")).done();
        let told = run(&format!("verify {bundle}")).done();
        assert!(told.out.starts_with("VERIFIED  ") && told.out.contains("to you"), "{told:#?}");
        run(&format!("show {bundle}")).done();
        run(&format!("open {bundle} -d received-{number}")).done();
        assert!(desk.path(format!("received-{number}/data/report.txt")).is_file());
    }
    // without it nothing is made and nothing is read
    desk.refused(["seal", "bag", "-o", "x.zip"], 5, "key.locked");
    desk.refused(["show", "0.zip.age"], 5, "key.locked");
    assert_eq!(desk.verify("0.zip.age", 5)["findings"][0]["code"], "key.locked");
    // a descriptor that is not there
    let told = shell(&desk, "sealbag seal bag -o x.zip --passphrase-file /dev/fd/9");
    assert!(told.exit == 5 && told.err.starts_with("sealbag: /dev/fd/9: ") && !desk.path("x.zip").exists(), "{told:#?}");
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_wrong_passphrase_is_one_line_with_a_hint_and_is_never_repeated() {
    let desk = desk();
    desk.run(["seal", "bag", "--to-me", "-o", "b.zip.age", "--passphrase-file", "pw"]).done();
    desk.run(["seal", "bag", "--passphrase", "-o", "p.zip.age", "--passphrase-file", "pw"]).done();
    for (args, of) in [
        (&["seal", "bag", "-o", "x.zip"][..], "1.key: the passphrase does not open it"),
        (&["show", "b.zip.age"], "1.age: the passphrase does not open it"),
        (&["show", "p.zip.age"], "the passphrase does not open it"),
        (&["key", "change-passphrase", "--no-passphrase"], "the passphrase does not open it"),
    ] {
        let args = [args, &["--passphrase-file", "wrong"]].concat();
        desk.refused(&args, 5, "key.passphrase");
        let told = desk.run(&args);
        let lines: Vec<&str> = told.err.lines().collect();
        assert!(lines.len() == 2 && lines[0].ends_with(of) && lines[1].starts_with("hint: try again"), "{told:#?}");
    }
    for bundle in ["b.zip.age", "p.zip.age"] {
        let before = desk.state();
        for args in [&["verify", bundle][..], &["open", bundle, "-d", "received"]] {
            let told = desk.run([args, &["--passphrase-file", "wrong"]].concat());
            assert_eq!((told.exit, told.out.matches("  key.passphrase ").count()), (5, 2), "{told:#?}");
            assert!(told.out.starts_with("CANNOT CHECK  ") && before == desk.state(), "{told:#?}");
            for secret in [SIGN, OPEN, WRONG] {
                assert!(!told.out.contains(secret) && !told.err.contains(secret), "{told:#?}");
            }
        }
        desk.run(["verify", bundle, "--passphrase-file", "pw"]).done();
    }
}

/// Every command, as the words after the name of the program, and its help.
fn helps() -> Vec<(Vec<String>, String)> {
    let desk = Desk::new();
    let (mut found, mut left) = (Vec::new(), vec![Vec::<String>::new()]);
    while let Some(command) = left.pop() {
        let args = command.iter().map(String::as_str).chain(["--help"]);
        let help = desk.run(args).done().out;
        let listed = help.split("\nCommands:\n").nth(1).unwrap_or_default();
        let words = listed.lines().take_while(|line| line.starts_with("  "));
        // the lines of a long description are indented further
        let words = words.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
        left.extend(words.filter(|word| *word != "help").map(|word| [&command[..], &[word.to_owned()]].concat()));
        found.push((command, help));
    }
    assert!(found.len() > 18, "commands were not found: {found:#?}");
    found
}

/// The flags in a help, each with what it takes.
fn flags(help: &str) -> BTreeSet<String> {
    // lines of a description that mention other flags are indented further
    let named = |line: &str| line.starts_with("      --") || (line.starts_with("  -") && line.contains(", --"));
    let flag = |line: &str| {
        let from = line.find("--").unwrap();
        line[from..].split("  ").next().unwrap().to_owned()
    };
    help.lines().filter(|line| named(line)).map(flag).collect()
}

#[test]
fn no_argument_and_no_variable_is_a_passphrase() {
    for (command, help) in helps() {
        let known = [
            "--passphrase",
            "--no-passphrase",
            "--weak-passphrase",
            "--passphrase-file <FILE>",
            "--new-passphrase-file <FILE>",
        ];
        let flags = flags(&help);
        assert!(flags.contains("--passphrase-file <FILE>"), "{command:?}: {flags:?}");
        let secret = ["pass", "secret", "pin", "word"];
        for flag in flags.iter().filter(|flag| secret.iter().any(|word| flag.to_lowercase().contains(word))) {
            assert!(known.contains(&flag.as_str()), "{command:?} takes {flag}");
        }
        assert!(!help.contains("[env"), "{command:?}");
    }
    let desk = desk();
    for name in ["SEALBAG_PASSPHRASE", "SEALBAG_PASSWORD", "PASSPHRASE", "AGE_PASSPHRASE", "SSH_ASKPASS", "SSHPASS"] {
        let mut command = desk.command(["seal", "bag", "-o", "x.zip"]);
        let told: Output = command.env(name, SIGN).env("SSH_ASKPASS_REQUIRE", "force").output().unwrap().into();
        assert!(told.exit == 5 && told.err.contains("needs a passphrase"), "{name}: {told:#?}");
    }
    // the twin: only the passphrase was missing
    desk.run(["seal", "bag", "-o", "x.zip", "--passphrase-file", "pw"]).done();
}

#[test]
fn what_help_does_not_show_does_not_exist_and_three_variables_are_read_beside_those_of_the_aws_tools() {
    let mut names = BTreeSet::new();
    for path in support::rust_files("src/cli") {
        let text = fs::read_to_string(&path).unwrap();
        for hidden in ["hide", "env =", "env(", "env,"] {
            let arguments = text.lines().filter(|line| line.contains("arg(") || line.contains("command("));
            assert!(!arguments.into_iter().any(|line| line.contains(hidden)), "{}: {hidden}", path.display());
        }
        assert_eq!(text.matches("env::var").count(), usize::from(path.ends_with("context.rs")), "{}", path.display());
        let read = text.split("variable(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        names.extend(read);
    }
    assert_eq!(names, BTreeSet::from(["HOME", "SSH_AUTH_SOCK", "XDG_DATA_HOME"].map(str::to_owned)));
    // for an object store, where its address is named; the page about archives tells of each
    let settings = fs::read_to_string(support::root().join("src/store/net/s3/settings.rs")).unwrap();
    let page = fs::read_to_string(support::root().join("src/docs/archives.md")).unwrap();
    let code = settings.split("#[cfg(test)]").next().unwrap();
    let read: BTreeSet<&str> = code.split("\"AWS_").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(read.len(), 10, "{read:?}");
    for name in read {
        assert!(page.contains(&format!("`AWS_{name}`")), "AWS_{name}");
    }
}

#[test]
fn threat_56_what_is_known_of_a_source_comes_from_a_file_and_never_from_an_argument() {
    // arguments stay in the history of the shell and show in the list of processes
    let helps = helps();
    let seal = &helps.iter().find(|(command, _)| *command == ["seal"]).unwrap().1;
    let takes: BTreeSet<String> = flags(seal).into_iter().filter(|flag| flag.contains('<')).collect();
    let expected = [
        "--clean-copies[=<HOW>]",
        // a path, as those that are sealed
        "--exclude <GLOB>",
        // a path and numbers
        "--hide <FILE=X,Y,WxH>",
        "--home <DIR>",
        "--key <NAME>",
        "--max-work-factor <N>",
        "--metadata <FILE>",
        "--output <OUT>",
        "--passphrase-file <FILE>",
        "--photo <FILE>",
        // names of facts, no values
        "--record-facts[=<NAMES>]",
        "--report <FILE>",
        "--template[=<FORM>]",
        "--title <TEXT>",
        "--to <NAME>",
        "--to-list <FILE>",
    ];
    assert_eq!(takes, BTreeSet::from(expected.map(str::to_owned)));
}

#[test]
fn a_weak_passphrase_is_refused_wherever_one_is_chosen_and_taken_where_that_is_meant() {
    let desk = desk();
    desk.write("weak", "abc\n");
    desk.write("plain.age", Identity::x25519(&[3; 32]).unwrap().text().as_bytes());
    let plain = sealbag::crypto::openssh::write(&SigningKey::from_seed(&[9; 32]), "Nine", None).unwrap();
    desk.write("plain.key", plain.as_bytes());
    for args in [
        &["key", "new", "--name", "Bela", "--passphrase-file", "weak"][..],
        &["key", "import", "plain.key", "--passphrase-file", "weak"],
        &["key", "import", "plain.key", "--age", "plain.age", "--passphrase-file", "weak"],
        &["key", "change-passphrase", "--passphrase-file", "pw", "--new-passphrase-file", "weak"],
        &["key", "change-passphrase", "--decryption", "--passphrase-file", "pw", "--new-passphrase-file", "weak"],
    ] {
        let told = desk.refused(args, 2, "passphrase.weak");
        let trouble = told["trouble"].as_str().unwrap();
        assert!(trouble.contains("is too easy to guess: about ") && !trouble.contains("abc"), "{told}");
        assert!(told["hint"].as_str().unwrap().contains("--weak-passphrase"), "{told}");
    }
    // the bundle's is on the second line, beside that of the key, which is only used
    desk.write("weak", format!("{SIGN}\nabc\n"));
    let args = ["seal", "bag", "--passphrase", "--passphrase-file", "weak", "-o", "x.zip.age"];
    desk.refused(args, 2, "passphrase.weak");
    desk.run(args.into_iter().chain(["--weak-passphrase"])).done();
    // what opens it is not judged
    desk.run(["verify", "x.zip.age", "--passphrase-file", "weak"]).done();
    desk.write("one", "abc\n");
    desk.run(["key", "change-passphrase", "--passphrase-file", "pw", "--new-passphrase-file", "one", "--weak-passphrase"])
        .done();
    desk.run(["seal", "bag", "-o", "b.zip", "--passphrase-file", "one"]).done();
}

#[test]
fn a_new_passphrase_that_is_no_good_is_told_before_the_old_one_is_read() {
    let desk = desk();
    desk.write("weak", "abc\n");
    desk.write("empty", "\n");
    for (file, exit, code) in [("weak", 2, "passphrase.weak"), ("empty", 5, "key.passphrase"), ("none", 5, "io.missing")] {
        let args = ["key", "change-passphrase", "--passphrase-file", "not-there", "--new-passphrase-file", file];
        let told = desk.refused(args, exit, code);
        assert_eq!(told["thing"], file, "{told}");
    }
}

#[test]
fn what_stands_in_the_way_is_told_before_a_passphrase_is_read() {
    let desk = desk();
    desk.run(["seal", "bag", "--to-me", "-o", "b.zip.age", "--passphrase-file", "pw"]).done();
    desk.write("there", "something");
    desk.write("folder/there", "something");
    desk.write("wrong.json", "{");
    let long = "x".repeat((16 << 10) + 1);
    let redact = ["redact", "b.zip.age", "--withhold", "report.txt"];
    for (args, exit, code) in [
        (&["seal", "bag", "-o", "there"][..], 2, "output.exists"),
        (&["seal", "bag", "-o", "bag/x.zip"], 2, "output.inside"),
        (&["seal", "bag", "-o", "none/x.zip"], 5, "io.missing"),
        (&["seal", "bag", "--metadata", "wrong.json"], 2, "metadata.shape"),
        (&["seal", "bag", "--exclude", "none"], 2, "input.exclude"),
        (&["seal", "bag", "--to", "Nobody"], 2, "contact.unknown"),
        (&["seal", "bag", "--key", "Nobody"], 2, "key.unknown"),
        (&[&redact[..], &["--reason", "R", "-o", "there"]].concat(), 2, "output.exists"),
        (&[&redact[..], &["--reason", "R", "-o", "b.zip.age", "--force"]].concat(), 2, "output.inside"),
        (&[&redact[..], &["--reason", "R", "-o", "none/x"]].concat(), 5, "io.missing"),
        (&[&redact[..], &["--reason", ""]].concat(), 2, "usage"),
        (&[&redact[..], &["--reason", &long]].concat(), 2, "usage"),
        (&[&redact[..], &["--reason", "R", "--to", "Nobody"]].concat(), 2, "contact.unknown"),
        (&["reseal", "b.zip.age", "--to-me", "-o", "there"], 2, "output.exists"),
        (&["disclose", "b.zip.age", "--item", "report.txt", "-o", "there"], 2, "output.exists"),
        (&["disclose", "b.zip.age", "--item", "report.txt", "-o", "b.zip.age", "--force"], 2, "output.inside"),
        (&["disclose", "b.zip.age", "--item", "report.txt", "-o", "d", "--to", "Nobody"], 2, "contact.unknown"),
        (&["open", "b.zip.age", "-d", "folder"], 2, "output.exists"),
        (&["open", "b.zip.age", "-d", "none/x"], 5, "io.missing"),
        (&["open", "b.zip.age", "--from", "Nobody"], 2, "contact.unknown"),
        (&["key", "new", "--name", "Amina"], 2, "key.exists"),
        (&["key", "new", "--decryption"], 2, "key.exists"),
        (&["key", "import", "none", "--name", "B"], 5, "io.missing"),
        (&["key", "change-passphrase", "Nobody"], 2, "key.unknown"),
        (&["contact", "lock", "--key", "Nobody"], 2, "key.unknown"),
        (&["contact", "add", "none"], 5, "io.missing"),
    ] {
        // a file that is not there would be told if anything read it
        let args = [args, &["--passphrase-file", "not-there"]].concat();
        let told = desk.refused(&args, exit, code);
        assert_ne!(told["thing"], "not-there", "{args:?}: {told}");
    }
    // the twin: with nothing in the way the passphrase is read
    let told = desk.refused(["seal", "bag", "-o", "x.zip", "--passphrase-file", "not-there"], 5, "io.missing");
    assert_eq!(told["thing"], "not-there");
}
