//! Results that somebody signed: every change of them shows.

use std::fs;

use kit::samples::amina;
use serde_json::Value;
use support::kit;

use super::{Home, archive, done, home, lines};

fn audited() -> Home {
    let home = home();
    archive(&home, 6);
    done(home.run(["audit", "archive", "-o", "a.jsonl"]), 1);
    home
}

fn verify(home: &Home) -> (i32, String) {
    let told = home.run(["audit", "verify", "a.jsonl", "--json"]);
    let json: Value = serde_json::from_str(&told.out).unwrap();
    (told.exit, json["code"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn every_byte_of_results_summary_and_signature_counts() {
    let home = audited();
    assert_eq!(verify(&home), (0, String::new()));
    for (name, steps, codes) in [
        ("a.jsonl", 997, vec!["audit.altered", "audit.malformed"]),
        ("a.jsonl.summary.json", 23, vec!["audit.signature", "audit.malformed", "audit.newer"]),
        ("a.jsonl.summary.sig", 7, vec!["audit.signature"]),
    ] {
        let whole = fs::read(home.path(name)).unwrap();
        for at in (0..whole.len()).step_by(steps) {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            home.write(name, &changed);
            let (exit, code) = verify(&home);
            assert!(exit == 1 && codes.contains(&code.as_str()), "{name} {at}: {exit} {code}");
        }
        for cut in [0, 1, whole.len() / 2, whole.len() - 1] {
            home.write(name, &whole[..cut]);
            let (exit, code) = verify(&home);
            assert!(exit == 1 && codes.contains(&code.as_str()), "{name} cut {cut}: {exit} {code}");
        }
        home.write(name, [&whole[..], b"\n"].concat());
        assert_eq!(verify(&home).0, 1, "{name}");
        home.write(name, &whole);
    }
    // a line left out, doubled, moved
    let whole = fs::read_to_string(home.path("a.jsonl")).unwrap();
    let all: Vec<&str> = whole.lines().collect();
    let without = [&all[..2], &all[3..]].concat();
    let twice = [&all[..3], &all[2..]].concat();
    let moved = [&all[..2], &[all[3], all[2]], &all[4..]].concat();
    for changed in [without, twice, moved] {
        home.write("a.jsonl", changed.join("\n") + "\n");
        assert_eq!(verify(&home), (1, "audit.altered".into()));
    }
    home.write("a.jsonl", &whole);
    assert_eq!(verify(&home), (0, String::new()));
}

#[test]
fn a_summary_that_its_own_signer_did_not_make_honestly_is_refused() {
    let home = audited();
    let auditor = kit::Signer::new(7);
    home.trust(&auditor, "Honest");
    let summary = fs::read_to_string(home.path("a.jsonl.summary.json")).unwrap();
    let by = kit::text::member(&summary, "by").to_owned();
    let sign = |text: &str| {
        let text = text.replace(&by, &auditor.line());
        home.write("a.jsonl.summary.json", &text);
        home.write("a.jsonl.summary.sig", auditor.armor("audit@sealbag", text.as_bytes()));
        verify(&home)
    };
    assert_eq!(sign(&summary), (0, String::new()), "the twin");
    for (from, to, code) in [
        ("sealbag-audit/1", "sealbag-audit/2", "audit.newer"),
        ("sealbag-audit/1", "sealbag-audit/x", "audit.malformed"),
        ("\"exit\":1", "\"exit\":0", "audit.incomplete"),
        ("\"tool\":", "\"more\":1,\"tool\":", "audit.malformed"),
        ("{\"format\"", "{ \"format\"", "audit.malformed"),
    ] {
        assert!(summary.contains(from), "{from}");
        let exit = if code == "audit.newer" { 5 } else { 1 };
        assert_eq!(sign(&summary.replacen(from, to, 1)), (exit, code.into()), "{to}");
    }
    // it says that more passed
    let passed = kit_number(&summary, "passed");
    assert_eq!(
        sign(&summary.replace(&format!("\"passed\":{passed}"), &format!("\"passed\":{}", passed + 1))),
        (1, "audit.incomplete".into())
    );
    // it leaves out a bundle, and signs that this is all
    let text = fs::read_to_string(home.path("a.jsonl")).unwrap();
    let rest: String = text.lines().skip(1).map(|line| format!("{line}\n")).collect();
    home.write("a.jsonl", &rest);
    let hash = kit::text::sha256_hex;
    let (listed, intact) = (kit_number(&summary, "listed"), kit_number(&summary, "intact"));
    let less = summary
        .replace(&hash(text.as_bytes()), &hash(rest.as_bytes()))
        .replace(&format!("\"listed\":{listed}"), &format!("\"listed\":{}", listed - 1))
        .replace(&format!("\"checked\":{listed}"), &format!("\"checked\":{}", listed - 1))
        .replace(&format!("\"intact\":{intact}"), &format!("\"intact\":{}", intact - 1))
        .replace(&format!("\"passed\":{passed}"), &format!("\"passed\":{}", passed - 1));
    assert_eq!(sign(&less), (1, "audit.incomplete".into()));
    // in another namespace, and by another key
    home.write("a.jsonl", &text);
    sign(&summary);
    let named = fs::read(home.path("a.jsonl.summary.json")).unwrap();
    for armor in [auditor.armor("manifest@sealbag", &named), amina().armor("audit@sealbag", &named)] {
        home.write("a.jsonl.summary.sig", armor);
        assert_eq!(verify(&home), (1, "audit.signature".into()));
    }
}

fn kit_number(json: &str, name: &str) -> u64 {
    let rest = json.split_once(&format!("\"{name}\":")).unwrap().1;
    rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
}

#[test]
fn nobody_is_believed_for_signing_and_what_is_unsigned_is_no_proof() {
    let home = audited();
    let other = Home::new();
    for end in ["", ".summary.json", ".summary.sig"] {
        let name = format!("a.jsonl{end}");
        other.write(&name, fs::read(home.path(&name)).unwrap());
    }
    let told = other.run(["audit", "verify", "a.jsonl"]);
    assert_eq!(told.exit, 3, "{told:#?}");
    assert!(told.out.starts_with("SIGNED BY A STRANGER"), "{told:#?}");
    assert_eq!(sealbag::base::code::find("audit.stranger").unwrap().class.exit(), 3);
    fs::remove_file(other.path("a.jsonl.summary.sig")).unwrap();
    assert_eq!(verify(&other), (1, "audit.unsigned".into()));
    done(home.run(["audit", "archive", "-o", "u.jsonl", "--unsigned"]), 1);
    let told = home.run(["audit", "verify", "u.jsonl", "--json"]);
    assert_eq!((told.exit, &told.json()["code"]), (1, &"audit.unsigned".into()));
    // two at once do not write over one another
    fs::remove_file(home.path("a.jsonl.summary.json")).unwrap();
    let held = fs::OpenOptions::new().write(true).open(home.path("a.jsonl")).unwrap();
    held.lock().unwrap();
    fs::copy(home.path("a.jsonl"), home.path("copy")).unwrap();
    let told = home.run(["audit", "archive", "-o", "a.jsonl", "--force", "--json"]);
    assert_eq!((told.exit, &told.json()["code"]), (2, &"output.busy".into()), "{told:#?}");
    assert_eq!(fs::read(home.path("a.jsonl")).unwrap(), fs::read(home.path("copy")).unwrap(), "nothing of it is lost");
}

#[test]
fn a_page_for_the_board_tells_what_is_wrong_and_since_when() {
    let home = home();
    archive(&home, 12);
    let page = |args: &[&str]| {
        let told = home.run(["report"].iter().chain(args).chain(&["-o", "board.html", "--force"]));
        (told.exit, fs::read_to_string(home.path("board.html")).unwrap_or_default(), told)
    };
    // each in a second of its own
    let later = || std::thread::sleep(std::time::Duration::from_millis(1100));
    done(home.run(["audit", "archive", "-o", "1.jsonl"]), 1);
    later();
    home.write("archive/00/0003.zip", "gone bad");
    done(home.run(["audit", "archive", "-o", "2.jsonl"]), 1);
    later();
    home.write("archive/00/0004.zip", "<script>alert(1)</script>");
    home.write("archive/00/<img src=x>.zip", "x");
    done(home.run(["audit", "archive", "-o", "3.jsonl"]), 1);
    // in whatever order they are given
    let (exit, html, told) = page(&["3.jsonl", "1.jsonl", "2.jsonl"]);
    assert_eq!(exit, 0, "{told:#?}");
    assert!(html.contains(" TO LOOK AT</h1>") && html.contains("<svg class=\"plot\""), "{html}");
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    let row =
        |path: &str| html.lines().find(|line| line.contains(path)).unwrap_or_else(|| panic!("no {path}: {html}")).to_owned();
    assert!(row("altered.zip").contains("or longer"), "{}", row("altered.zip"));
    assert!(row("&lt;img src=x&gt;.zip").contains("failed"));
    assert!(!page(&["3.jsonl"]).1.contains("<svg"), "one audit is no course of time");
    // altered results make no page, and unsigned ones are told
    let whole = fs::read_to_string(home.path("3.jsonl")).unwrap();
    home.write("3.jsonl", whole.replacen("\"failed\"", "\"intact\"", 1));
    fs::remove_file(home.path("board.html")).unwrap();
    let refused = home.run(["report", "3.jsonl", "-o", "board.html", "--json"]);
    assert_eq!((refused.exit, &refused.json()["code"]), (1, &"audit.altered".into()), "{refused:#?}");
    assert!(!home.path("board.html").exists());
    home.write("3.jsonl", whole);
    fs::remove_file(home.path("3.jsonl.summary.sig")).unwrap();
    assert!(page(&["3.jsonl"]).1.contains("Not signed"));
    // a page is about audits or about a bundle
    let mixed = home.run(["report", "archive/00/0000.zip", "3.jsonl", "-o", "x.html", "--json"]);
    assert_eq!((mixed.exit, &mixed.json()["code"]), (2, &"usage".into()), "{mixed:#?}");
}

#[test]
fn a_table_for_spreadsheets_has_a_row_for_each_bundle_and_no_formula() {
    let home = home();
    fs::create_dir(home.path("archive")).unwrap();
    home.write("archive/a.zip", super::bundle(1).parts().zip());
    home.write("archive/=1+1.zip", "x");
    done(home.run(["audit", "archive", "-o", "a.jsonl", "--csv", "a.csv"]), 1);
    let table = fs::read_to_string(home.path("a.csv")).unwrap();
    let rows: Vec<&str> = table.split("\r\n").filter(|row| !row.is_empty()).collect();
    assert_eq!(rows.len(), 3, "{table}");
    assert!(rows[0].starts_with("\"number\",\"path\",\"outcome\""));
    assert!(rows[1].contains("archive/=1+1.zip") && rows[1].contains("container.layout"), "{table}");
    done(home.run(["audit", "=1+1"]), 5);
    assert_eq!(lines(&home, "a.jsonl").len(), 2);
}
