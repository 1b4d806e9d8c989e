//! The page about `verify --json` says what the program prints: every member that occurs is on it with a fitting type, and
//! every member on it occurs, with every state that can occur.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use support::kit::samples::{addressed, amina, plain, redacted, redacted_twice, stranger, touched};
use support::kit::text::sha256_hex;
use support::kit::vectors::custody::{Entry, every_event};
use support::kit::withholding::{disclose, verified_bytes};
use support::kit::{Bundle, Home, Parts, Release, Signer};
use support::runs::CLOSED;

/// A row of the table of members.
struct Row {
    types: Vec<String>,
    null: bool,
}

fn page() -> BTreeMap<String, Row> {
    let text = std::fs::read_to_string(support::root().join("src/docs/verify-json.md")).unwrap();
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [member, types, _, null] = cells[..] else { panic!("four cells: {line}") };
        let types = match types.contains('`') {
            true => types.split(' ').map(|value| value.trim_matches('`').to_owned()).collect(),
            false => vec![types.to_owned()],
        };
        let row = Row { types, null: !null.starts_with("never") };
        assert!(rows.insert(member.trim_matches('`').to_owned(), row).is_none(), "twice: {member}");
    }
    assert!(rows.len() > 60, "the table was not found");
    rows
}

#[derive(Default)]
struct Seen {
    members: BTreeSet<String>,
    /// Values by member, where the page lists them.
    values: BTreeSet<(String, String)>,
    null: BTreeSet<String>,
}

fn look(value: &Value, path: &str, rows: &BTreeMap<String, Row>, seen: &mut Seen) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let row = rows.get(&path).unwrap_or_else(|| panic!("{path} is not on the page"));
                seen.members.insert(path.clone());
                check(value, &path, row, seen);
                look(value, &path, rows, seen);
            }
        }
        Value::Array(list) => {
            for value in list {
                let path = format!("{path}[]");
                if let Some(row) = rows.get(&path) {
                    seen.members.insert(path.clone());
                    check(value, &path, row, seen);
                }
                look(value, &path, rows, seen);
            }
        }
        _ => {}
    }
}

fn check(value: &Value, path: &str, row: &Row, seen: &mut Seen) {
    let types: Vec<&str> = row.types.iter().map(String::as_str).collect();
    let text = value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|number| number.to_string()));
    let fits = match (value, &types[..]) {
        (Value::Null, _) => {
            seen.null.insert(path.to_owned());
            row.null
        }
        (Value::String(_), ["string"]) | (Value::Number(_), ["number"]) => true,
        (Value::String(time), ["time"]) => sealbag::Timestamp::parse(time).is_some(),
        (Value::Array(_), ["list"]) | (Value::Object(_), ["object"]) | (Value::Bool(_), ["boolean"]) => true,
        _ => {
            let text = text.unwrap_or_default();
            seen.values.insert((path.to_owned(), text.clone()));
            types.contains(&text.as_str())
        }
    };
    assert!(fits, "{path} is {value}, the page says {types:?}");
}

/// What verifying these parts says, with whatever else is on the command line.
fn say(home: &Home, bundle: impl AsRef<[u8]>, more: &[&str]) -> Value {
    let path = home.write("b.zip", bundle);
    home.run([&["verify", path.to_str().unwrap(), "--json"], more].concat()).json()
}

fn damaged(damage: impl FnOnce(&mut Parts)) -> Vec<u8> {
    let mut parts = plain().parts();
    damage(&mut parts);
    parts.zip()
}

/// A bundle with one part withheld by a stranger, and one by an author whose key is invalid.
fn withheld_by_strangers() -> Vec<u8> {
    let mut parts = redacted();
    let prev = sha256_hex(parts.bytes("seal/release-1.json"));
    let dateline = parts.commitments_of("\"dateline\"");
    let text = Release::by(&amina()).text(&parts.digest(), Some(&prev), &dateline);
    let text = text.replace(&amina().line(), "ssh-ed25519 AAAA");
    parts.drop_lines("\"dateline\"");
    parts.mend();
    parts.add_release_text(&text, &amina());
    parts.withhold(&Release::by(&Signer::new(77)), &["\"title\""]);
    parts.zip()
}

/// As many kinds of bundles, seen by as many kinds of readers, as there are states.
fn outputs() -> Vec<Value> {
    let home = Home::trusting(&amina());
    home.trust(&stranger(), "Somebody");
    let full = plain().parts().zip();
    let given = ["photos/a.jpg", "case#dateline", "case#title"];
    home.write("given", disclose(&verified_bytes(&full), &given));
    home.write("full.zip", &full);
    home.write("other.zip", Bundle { id: "f".repeat(32), ..plain() }.parts().zip());
    home.write("none.zip", "none");
    let mut said = vec![
        say(&home, &full, &[]),
        say(&home, redacted_twice().zip(), &["--with", "given", "--against", "full.zip"]),
        say(&home, &full, &["--against", "other.zip"]),
        say(&home, &full, &["--against", "none.zip"]),
        say(&home, &full, &["--require", "time"]),
        say(&home, &full, &["--from", "Somebody"]),
        say(&home, withheld_by_strangers(), &[]),
        say(&home, "nothing", &[]),
        say(&home, CLOSED, &[]),
        say(&home, addressed().parts().zip(), &[]),
        say(&home, damaged(|parts| parts.flip("data/report.txt", 0)), &[]),
        say(&home, damaged(|parts| drop(parts.remove("seal/manifest.sig"))), &[]),
        say(&home, damaged(|parts| parts.replace("seal/manifest.json", "sealbag 0", "sealbag 1")), &[]),
        say(&home, damaged(|parts| drop(parts.remove("data/report.txt"))), &[]),
    ];
    // timestamps, first by nobody who is trusted
    let vectors = support::root().join("tests/vectors");
    let stamped = std::fs::read(vectors.join("good-least.zip")).unwrap();
    let mut with = |names: &[&str]| {
        let named = names.iter().map(|name| vectors.join("timestamps").join(name).to_str().unwrap().to_owned());
        let args: Vec<String> = named.flat_map(|name| ["--token".to_owned(), name]).collect();
        said.push(say(&home, &stamped, &args.iter().map(String::as_str).collect::<Vec<_>>()));
    };
    with(&["good-list.tsr"]);
    let root = vectors.join("timestamps/root.pem");
    assert_eq!(home.run(["timestamp", "trust", root.to_str().unwrap(), "--yes"]).exit, 0);
    with(&["good-list.tsr", "good-list-useless.tsr", "good-accuracy.tsr", "signature.tsr"]);
    with(&["good-renewed.tsr", "good-renewed.2.tsr"]);
    with(&["../audit-stamp-good.proof"]);
    // custody logs of this very file
    let kept = |signer: &Signer, more: &dyn Fn(&Entry) -> String| {
        let first = Entry { file_sha256: Some(sha256_hex(&full)), ..Entry::first(signer, 1) };
        home.write("log", format!("{}\n{}\n", first.signed(signer), more(&first)));
        say(&home, &full, &["--custody", "log"])
    };
    let countersigned = |signer: Signer| move |first: &Entry| first.next("countersigned", "{}").signed(&signer);
    let (somebody, nobody) = (stranger(), touched().signer);
    said.push(kept(&amina(), &|first| first.next("stored", "{}").signed(&amina())));
    said.push(kept(&somebody, &countersigned(somebody.clone())));
    said.push(kept(&nobody, &countersigned(nobody.clone())));
    said.push(kept(&amina(), &|_| "{}".into()));
    said.push(kept(&amina(), &|first| {
        Entry { format: "sealbag-custody/2".into(), ..first.next("stored", "{}") }.signed(&amina())
    }));
    home.write("log", every_event()[0].signed(&amina()) + "\n");
    said.push(say(&home, &full, &["--custody", "log"]));
    home.write("redacted.zip", redacted_twice().zip());
    said.push(say(&home, &full, &["--against", "redacted.zip"]));
    // with keys of their own
    assert_eq!(home.run(["key", "new", "--name", "Bela", "--no-passphrase"]).exit, 0);
    let card = home.run(["card"]).out;
    let recipient = card.split('"').find(|text| text.starts_with("age1") && !text.starts_with("age1pq")).unwrap().to_owned();
    said.push(say(&home, addressed().parts().zip(), &[]));
    said.push(say(&home, Bundle { recipients: vec![recipient], ..plain() }.parts().zip(), &[]));
    // Bela stands for it too, and believes Somebody no more
    assert_eq!(home.run(["receive", "full.zip"]).exit, 0);
    assert_eq!(home.run(["custody", "add", "countersigned", "full.zip"]).exit, 0);
    said.push(say(&home, &full, &["--custody", "full.zip.custody.jsonl"]));
    assert_eq!(home.run(["contact", "revoke", "Somebody"]).exit, 0);
    said.push(kept(&somebody, &countersigned(somebody.clone())));
    // Amina's bundle, which Bela redacted and encrypted for herself
    let full = home.path("full.zip");
    let redact = ["redact", full.to_str().unwrap(), "--withhold", "case#dateline", "--reason", "r", "--anyway", "--to-me"];
    let passed_on = home.path("passed-on.zip.age");
    let redacted = home.run([&redact[..], &["-o", passed_on.to_str().unwrap()]].concat());
    assert_eq!(redacted.exit, 0, "{redacted:#?}");
    said.push(home.run(["verify", passed_on.to_str().unwrap(), "--json"]).json());
    let full = plain().parts().zip();
    std::fs::create_dir(home.path("bag")).unwrap();
    home.write("bag/a.txt", "a");
    let sealed = home.run(["seal", "bag", "-o", "own.zip", "--yes"]);
    assert_eq!(sealed.exit, 0, "{sealed:#?}");
    std::fs::create_dir_all(home.path("folder")).unwrap();
    plain().parts().unpack_to(&home.path("folder"));
    home.write("folder/.DS_Store", b"\0\0\0\x01Bud1");
    said.push(home.run(["verify", "folder", "--json"]).json());
    said.push(home.run(["verify", "own.zip", "--json"]).json());
    assert_eq!(home.run(["contact", "revoke", "Amina", "--yes"]).exit, 0);
    said.push(say(&home, &full, &[]));
    assert_eq!(home.run(["contact", "remove", "Amina", "--yes"]).exit, 0);
    said.push(say(&home, &full, &[]));
    said
}

#[test]
fn the_page_and_the_output_name_the_same_members_and_states() {
    let rows = page();
    let mut seen = Seen::default();
    for value in outputs() {
        look(&value, "", &rows, &mut seen);
    }
    let unseen: Vec<&String> = rows.keys().filter(|member| !seen.members.contains(*member)).collect();
    assert!(unseen.is_empty(), "on the page and in no output: {unseen:#?}");
    let mut missing = Vec::new();
    for (member, row) in rows.iter().filter(|(_, row)| row.types.len() > 1) {
        let values = row.types.iter().map(|value| (member.clone(), value.clone()));
        missing.extend(values.filter(|value| !seen.values.contains(value)));
    }
    assert!(missing.is_empty(), "on the page and in no output: {missing:#?}");
    let never_null: Vec<&String> =
        rows.iter().filter(|(member, row)| row.null && !seen.null.contains(*member)).map(|row| row.0).collect();
    assert!(never_null.is_empty(), "said to be null and never is: {never_null:#?}");
}
