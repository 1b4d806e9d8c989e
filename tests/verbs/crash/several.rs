//! Several bundles in one run: each gets its answer, one that is missing too, and the worst gives the exit code.

use std::fs;

use serde_json::Value;

use super::runs::{CLOSED, Desk, Output};

/// A desk with one bundle for each exit code: `0.zip`, `1.zip`, `3.zip`, `5.zip`; 4 comes from a requirement.
fn desk() -> Desk {
    let desk = Desk::with_bundle();
    fs::rename(desk.path("b.zip"), desk.path("0.zip")).unwrap();
    let mut bytes = fs::read(desk.path("0.zip")).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    desk.write("1.zip", bytes);
    let other = Desk::with_bundle();
    fs::copy(other.path("b.zip"), desk.path("3.zip")).unwrap();
    desk.write("5.zip", CLOSED);
    desk
}

fn lines(told: &Output) -> Vec<Value> {
    told.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_worst_of_several_gives_the_exit_code() {
    let desk = desk();
    for (bundles, exit) in [
        (&["0.zip", "0.zip"][..], 0),
        (&["0.zip", "3.zip", "0.zip"], 3),
        (&["5.zip", "3.zip"], 5),
        (&["none.zip", "0.zip"], 5),
        (&["5.zip", "1.zip", "none.zip"], 1),
        (&["1.zip", "0.zip"], 1),
    ] {
        let told = desk.run([&["verify", "--json"], bundles].concat());
        assert_eq!(told.exit, exit, "{bundles:?}: {told:#?}");
        let lines = lines(&told);
        let named: Vec<&str> = lines.iter().map(|line| line["bundle"].as_str().unwrap()).collect();
        assert_eq!(named, bundles);
        for (name, line) in bundles.iter().zip(&lines) {
            let alone = match *name {
                "none.zip" => 5,
                name => name[..1].parse().unwrap(),
            };
            assert_eq!((&line["exit"], &line["schema"]), (&alone.into(), &"sealbag-verify/1".into()), "{line:#}");
        }
    }
    let told = desk.run(["verify", "0.zip", "3.zip", "--require", "time", "--json"]);
    assert_eq!((told.exit, &lines(&told)[0]["exit"], &lines(&told)[1]["exit"]), (3, &4.into(), &3.into()));
}

#[test]
fn a_missing_one_is_an_answer_and_the_others_are_looked_at() {
    let desk = desk();
    let told = desk.run(["verify", "0.zip", "none.zip", "3.zip"]);
    assert_eq!((told.exit, told.err.as_str()), (5, ""), "{told:#?}");
    let words: Vec<&str> = told.out.lines().filter(|line| line.ends_with(".zip") && !line.starts_with(' ')).collect();
    assert_eq!(words, ["VERIFIED  0.zip", "CANNOT CHECK  none.zip", "UNKNOWN SIGNER  3.zip"]);
    let quiet = desk.run(["verify", "--quiet", "0.zip", "none.zip"]);
    assert_eq!((quiet.exit, quiet.err.as_str()), (5, ""));
    let told = desk.run(["verify", "none.zip", "--json"]);
    let finding = &told.json()["findings"][0];
    assert_eq!(
        (&finding["code"], &finding["class"], &finding["where"]),
        (&"io.missing".into(), &"cannot-check".into(), &"none.zip".into())
    );
    assert_eq!(told.json()["contents"]["state"], "unread");
}

#[test]
fn folders_bundles_and_a_stream_go_together() {
    let desk = desk();
    desk.run(["open", "0.zip", "-d", "opened"]).done();
    let bytes = fs::read(desk.path("0.zip")).unwrap();
    let told = desk.fed(["verify", "--json", "opened", "-", "0.zip"], &bytes).done();
    let digests: Vec<Value> = lines(&told).iter().map(|line| line["digest"].clone()).collect();
    assert!(digests.len() == 3 && digests.iter().all(|digest| digest == &digests[0] && digest.is_string()), "{digests:?}");
    // a stream is not read a second time
    let told = desk.fed(["verify", "--json", "-", "-"], &bytes);
    assert_eq!((told.exit, &told.json()["code"]), (2, &"usage".into()), "{told:#?}");
}

#[test]
fn a_wrong_command_line_looks_at_nothing() {
    let desk = desk();
    for args in [&["verify"][..], &["verify", "0.zip", "--nonsense"], &["verify", "0.zip", "--require", "nonsense"]] {
        let told = desk.run(args);
        assert_eq!((told.exit, told.out.as_str()), (2, ""), "{told:#?}");
    }
    desk.refused(["verify", "0.zip", "--from", "Nobody"], 2, "contact.unknown");
}
