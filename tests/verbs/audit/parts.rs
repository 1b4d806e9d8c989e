//! Interrupted, gone on with, in parts and joined: nothing is counted twice or left out.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use sealbag::base::code;
use sealbag::ops::audit::check::Terms;
use sealbag::ops::audit::plan::{self, Asked, Entries, Plan};
use sealbag::ops::audit::run::run;
use sealbag::store::objects::NoObjects;
use sealbag::{Policy, Timestamp, TrustedSigners, Unwatched, Workers};

use super::{Home, archive, bundle, done, home, lines, steady};

fn command(home: &Home, args: &[&str]) -> Command {
    let mut command = Command::new(support::program());
    command.env_clear().env("HOME", home.path("")).current_dir(home.path(""));
    command.arg("--home").arg(home.path("home")).args(args);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn killed_at_any_moment_it_goes_on_where_it_was() {
    let home = home();
    archive(&home, 300);
    let begun = Instant::now();
    done(home.run(["audit", "archive", "-o", "whole.jsonl", "--jobs", "2"]), 1);
    let long = u64::try_from(begun.elapsed().as_millis()).unwrap().max(20);
    let args = ["audit", "archive", "-o", "parts.jsonl", "--resume", "--jobs", "2"];
    let ended = || {
        assert_eq!(steady(lines(&home, "parts.jsonl")), steady(lines(&home, "whole.jsonl")));
        done(home.run(["audit", "verify", "parts.jsonl"]), 0);
        assert!(!home.path("parts.jsonl.plan").exists());
    };
    let (mut kills, mut at, mut seen) = (0, 0u64, 0);
    for _ in 0..400 {
        let mut child = command(&home, &args).spawn().unwrap();
        // moments spread over a whole run
        at = (at + 37) % long;
        thread::sleep(Duration::from_millis(at));
        let _ = child.kill();
        if child.wait().unwrap().code().is_some() {
            // it came to its end, and another one begins
            ended();
            for end in ["", ".summary.json", ".summary.sig"] {
                fs::remove_file(home.path(&format!("parts.jsonl{end}"))).unwrap();
            }
            seen = 0;
            continue;
        }
        kills += 1;
        let so_far = fs::read(home.path("parts.jsonl")).unwrap_or_default();
        let whole = so_far.iter().filter(|byte| **byte == b'\n').count();
        assert!(whole >= seen, "lines that were written whole are lost");
        seen = whole;
        if kills == 50 {
            break;
        }
    }
    assert_eq!(kills, 50);
    home.run(args);
    ended();
    // it has come to its end
    let again = home.run(args.iter().copied().chain(["--json"]));
    assert_eq!((again.exit, &again.json()["code"]), (2, &"output.exists".into()), "{again:#?}");
}

#[test]
fn a_torn_line_is_dropped_and_lines_of_another_list_are_refused() {
    let home = home();
    archive(&home, 12);
    done(home.run(["audit", "archive", "-o", "whole.jsonl"]), 1);
    let whole = fs::read(home.path("whole.jsonl")).unwrap();
    let ends: Vec<usize> = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    for cut in [0, 1, ends[0] - 1, ends[0], ends[0] + 1, ends[3] + 100, ends[5] - 1, whole.len() - 1] {
        fs::write(home.path("b.jsonl"), &whole[..cut]).unwrap();
        make_plan(&home, "b.jsonl.plan");
        let resumed = home.run(["audit", "archive", "-o", "b.jsonl", "--resume"]);
        assert_eq!(resumed.exit, 1, "{cut}: {resumed:#?}");
        assert_eq!(steady(lines(&home, "b.jsonl")), steady(lines(&home, "whole.jsonl")), "{cut}");
        for end in ["", ".summary.json", ".summary.sig"] {
            fs::remove_file(home.path(&format!("b.jsonl{end}"))).unwrap();
        }
    }
    // the second line before the first, or one that is none
    let (first, second) = (&whole[..ends[0]], &whole[ends[0]..ends[1]]);
    for (text, code) in [([second, first].concat(), "audit.other_list"), (b"{}\n".to_vec(), "audit.malformed")] {
        fs::write(home.path("b.jsonl"), &text).unwrap();
        make_plan(&home, "b.jsonl.plan");
        let refused = home.run(["audit", "archive", "-o", "b.jsonl", "--resume", "--json"]);
        assert_eq!((refused.exit, &refused.json()["code"]), (1, &code.into()), "{refused:#?}");
        assert_eq!(fs::read(home.path("b.jsonl")).unwrap(), text, "nothing is taken away");
    }
    // with other options it would be another audit
    let other = home.run(["audit", "archive", "-o", "b.jsonl", "--resume", "--require", "complete", "--json"]);
    assert_eq!((other.exit, &other.json()["code"]), (2, &"audit.other_terms".into()), "{other:#?}");
    // a plan that is none
    home.write("b.jsonl.plan", "{}\0archive/00/0000.zip\0");
    let malformed = home.run(["audit", "archive", "-o", "b.jsonl", "--resume", "--json"]);
    assert_eq!((malformed.exit, &malformed.json()["code"]), (1, &"audit.malformed".into()), "{malformed:#?}");
}

/// The plan that an audit of the archive begins with.
fn make_plan(home: &Home, name: &str) {
    let paths: Vec<String> = lines(home, "whole.jsonl").iter().map(|line| line["path"].as_str().unwrap().to_owned()).collect();
    let head = r#"{"format":"sealbag-audit-plan/1","began":"2026-11-24T18:00:01Z","first":1,"shard":null,"terms":""}"#;
    let text: String = std::iter::once(head.to_owned()).chain(paths).map(|entry| entry + "\0").collect();
    home.write(name, text);
}

#[test]
fn no_room_and_a_reader_that_left_end_an_audit_in_order() {
    let home = home();
    archive(&home, 30);
    let program = support::program();
    let limited = format!("ulimit -f 40; exec {program} --home home audit archive -o a.jsonl --json");
    let told =
        Command::new("sh").args(["-c", &limited]).current_dir(home.path("")).env("HOME", home.path("")).output().unwrap();
    let text = String::from_utf8_lossy(&told.stderr);
    assert_eq!(told.status.code(), Some(5), "{text}");
    assert!(text.contains("no space left to write") && text.contains("--resume"), "{text}");
    done(home.run(["audit", "archive", "-o", "a.jsonl", "--resume"]), 1);
    done(home.run(["audit", "archive", "-o", "whole.jsonl"]), 1);
    assert_eq!(super::steady(lines(&home, "a.jsonl")), super::steady(lines(&home, "whole.jsonl")));
    // the reader takes one line and leaves
    let left = format!("{program} --home home audit archive 2>err | head -n 1 > one; echo ${{PIPESTATUS[0]}}");
    let told = Command::new("bash").args(["-c", &left]).current_dir(home.path("")).env("HOME", home.path("")).output().unwrap();
    assert_eq!(fs::read_to_string(home.path("one")).unwrap().lines().count(), 1);
    assert!(matches!(String::from_utf8_lossy(&told.stdout).trim(), "5" | "1"), "{told:?}");
    if fs::metadata("/dev/full").is_ok() {
        let full = Command::new("sh")
            .args(["-c", &format!("exec {program} --home home audit archive > /dev/full")])
            .current_dir(home.path(""))
            .env("HOME", home.path(""))
            .output()
            .unwrap();
        assert_eq!(full.status.code(), Some(5), "{full:?}");
    }
}

#[test]
fn parts_are_joined_to_the_whole_and_nothing_else_is() {
    let home = home();
    archive(&home, 120);
    done(home.run(["audit", "archive", "-o", "whole.jsonl"]), 1);
    let mut parts: Vec<String> = Vec::new();
    for part in 1..=7 {
        let name = format!("part-{part}.jsonl");
        home.run(["audit", "archive", "-o", &name, "--shard", &format!("{part}/7")]);
        done(home.run(["audit", "verify", &name]), 0);
        parts.push(name);
    }
    let merge = |parts: &[String], more: &[&str]| {
        let args = ["audit", "merge", "-o", "merged.jsonl", "--json"].into_iter().map(str::to_owned);
        home.run(args.chain(more.iter().map(|arg| (*arg).to_owned())).chain(parts.iter().cloned()))
    };
    let refused = |parts: &[String], more: &[&str], exit: i32, code: &str| {
        let told = merge(parts, more);
        assert_eq!((told.exit, &told.json()["code"]), (exit, &code.into()), "{told:#?}");
        assert!(!home.path("merged.jsonl").exists());
        told
    };
    refused(&parts[1..], &[], 1, "audit.incomplete");
    refused(&[&parts[..], &parts[2..3]].concat(), &[], 1, "audit.twice");
    // what is missing is named
    let list: String = lines(&home, "whole.jsonl").iter().map(|line| format!("{}\n", line["path"].as_str().unwrap())).collect();
    home.write("list", &list);
    let gone = lines(&home, "part-1.jsonl").into_iter().map(|line| line["path"].as_str().unwrap().to_owned());
    let told = refused(&parts[1..], &["--list", "list"], 1, "audit.incomplete");
    for path in gone {
        assert!(told.err.contains(&path), "{path}: {told:#?}");
    }
    // another list, given or in a summary
    home.write("other", list.replace("0003.zip", "x.zip"));
    refused(&parts, &["--list", "other"], 1, "audit.other_list");
    fs::remove_file(home.path("archive/00/0003.zip")).unwrap();
    home.run(["audit", "archive", "-o", "later.jsonl", "--shard", "3/7"]);
    let mixed: Vec<String> = parts.iter().map(|part| part.replace("part-3", "later")).collect();
    refused(&mixed, &[], 1, "audit.other_list");
    // lines alone do not say what the list is
    for (at, part) in parts.iter().enumerate() {
        fs::copy(home.path(part), home.path(&format!("bare-{at}.jsonl"))).unwrap();
    }
    let bare: Vec<String> = (0..7).map(|at| format!("bare-{at}.jsonl")).collect();
    refused(&bare, &[], 2, "usage");
    let mut cut = OpenOptions::new().append(true).open(home.path("bare-2.jsonl")).unwrap();
    cut.write_all(b"{\"schema\":").unwrap();
    refused(&bare, &["--list", "list"], 1, "audit.malformed");
    fs::copy(home.path(&parts[2]), home.path("bare-2.jsonl")).unwrap();
    assert_eq!(merge(&bare, &["--list", "list"]).exit, 1);
    for end in ["", ".summary.json", ".summary.sig"] {
        fs::remove_file(home.path(&format!("merged.jsonl{end}"))).unwrap();
    }
    // a part that is no longer what its summary was made of, or whose summary was
    let part = fs::read_to_string(home.path(&parts[0])).unwrap();
    home.write(&parts[0], part.replacen("2026", "2025", 1));
    refused(&parts, &[], 1, "audit.altered");
    home.write(&parts[0], &part);
    let summary = format!("{}.summary.json", parts[0]);
    let whole = fs::read_to_string(home.path(&summary)).unwrap();
    home.write(&summary, whole.replacen("\"tool\":\"", "\"tool\":\"x", 1));
    refused(&parts, &[], 1, "audit.signature");
    home.write(&summary, whole);
    let joined = merge(&parts, &[]);
    assert_eq!(joined.exit, 1, "{joined:#?}");
    assert_eq!(steady(lines(&home, "merged.jsonl")), steady(lines(&home, "whole.jsonl")));
    done(home.run(["audit", "verify", "merged.jsonl"]), 0);
}

#[test]
fn pieces_of_a_list_are_joined_by_their_numbers() {
    let home = home();
    archive(&home, 40);
    done(home.run(["audit", "archive", "-o", "whole.jsonl"]), 1);
    let paths: Vec<String> = lines(&home, "whole.jsonl").iter().map(|line| line["path"].as_str().unwrap().to_owned()).collect();
    home.write("list", paths.join("\n") + "\n");
    let mut args: Vec<String> = ["audit", "merge", "-o", "merged.jsonl", "--list", "list"].map(str::to_owned).into();
    for (at, piece) in paths.chunks(9).enumerate() {
        let input = home.write(&format!("piece-{at}"), piece.join("\n"));
        let first = (at * 9 + 1).to_string();
        let output = home.run_with_input(["audit", "--list", "-", "--first", &first, "--json"], Some(&input), true);
        let lines: String =
            output.out.lines().filter(|line| line.contains("sealbag-verify/1")).map(|line| format!("{line}\n")).collect();
        home.write(&format!("{at}.jsonl"), lines);
        args.insert(2, format!("{at}.jsonl"));
    }
    done(home.run(&args), 1);
    assert_eq!(steady(lines(&home, "merged.jsonl")), steady(lines(&home, "whole.jsonl")));
}

#[test]
fn a_folder_that_is_gone_ends_an_audit_and_no_bundle_is_called_missing() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    fs::create_dir(&archive).unwrap();
    for number in 0..5 {
        fs::write(archive.join(format!("{number}.zip")), bundle(number).parts().zip()).unwrap();
    }
    let began = Timestamp::parse("2026-11-24T18:00:01Z").unwrap();
    let paths: Vec<PathBuf> = vec![archive.clone()];
    let asked = || Asked { format: plan::FORMAT.into(), began, first: 1, shard: None, terms: String::new() };
    let roots = plan::roots(&paths);
    let (plan, _) = Plan::make(Entries::Search(&paths), None, asked(), None, &NoObjects, &Unwatched).unwrap();
    let (trust, policy, clock) = (TrustedSigners::nobody(), Policy::default(), || Ok(began));
    let terms = Terms {
        trust: &trust,
        policy: &policy,
        identities: &[],
        file_hashes: false,
        register: None,
        closed: false,
        workers: Workers::ONE,
        objects: &NoObjects,
        now: &clock,
    };
    let mut outcomes = Vec::new();
    let mut checked = |roots: &[_]| {
        outcomes.clear();
        run(&plan, 0, &terms, roots, Workers::TWO, &Unwatched, &mut |checked| {
            outcomes.push(checked.outcome.as_str());
            Ok(())
        })
        .map(|()| outcomes.clone())
    };
    assert_eq!(checked(&roots).unwrap(), ["unknown-signer"; 5]);
    // one bundle is gone, and then the disk: an empty folder is what is left of it
    fs::remove_file(archive.join("2.zip")).unwrap();
    assert_eq!(checked(&roots).unwrap(), ["unknown-signer", "unknown-signer", "missing", "unknown-signer", "unknown-signer"]);
    fs::rename(&archive, folder.path().join("elsewhere")).unwrap();
    fs::create_dir(&archive).unwrap();
    let error = checked(&roots).unwrap_err();
    assert_eq!(error.code, code::IO_MISSING);
}
