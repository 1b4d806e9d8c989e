//! The real case with less and less of it shown: two photos and the identity of one source are withheld, then a third photo by
//! somebody else, then one photo is disclosed to one reader. Nothing of what is withheld can be found; the rest stays what it
//! was. Where the files of the case are missing nothing is tested here, except in continuous integration, which needs them.

use support::runs;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use runs::case::{PATROL, case, holds, introduce, sealed, told};
use runs::state::files;
use runs::{Desk, Output};
use serde_json::Value;

const EMBASSY: &str = "photos/Астана, посольство.jpg";
const THIRD: &str = "photos/IMG_5195.HEIC";
const VOICE: &str = "source:S1#identity";
/// Bela is not the signer, so the reader says that she may withhold.
const LETS: [&str; 2] = ["--releases-by", "Bela"];

/// The desk that seals and withholds first, somebody who withholds next, a reader who believes both, one who believes the desk only,
/// and at each of them `full.zip`, `once.zip` and `twice.zip`.
struct Case {
    files: BTreeMap<PathBuf, Vec<u8>>,
    facts: Vec<[String; 3]>,
    desk: Desk,
    other: Desk,
    reader: Desk,
    doubter: Desk,
    /// The items of the full bundle, as it writes them.
    items: Vec<Value>,
}

impl Case {
    fn new() -> Option<Self> {
        let case = case()?;
        let (desk, facts) = sealed(&case);
        fs::rename(desk.path("b.zip"), desk.path("full.zip")).unwrap();
        let (other, reader, doubter) = (Desk::new(), Desk::new(), Desk::new());
        other.new_key("Bela");
        reader.new_key("Chen");
        for one in [&other, &reader, &doubter] {
            introduce(&desk, one);
        }
        introduce(&other, &reader);
        introduce(&reader, &desk);

        let redact = |at: &Desk, from: &str, to: &str, items: &[&str], reason: &str| {
            let withhold = [&["redact", from, "--reason", reason, "-o", to, "--withhold"], items].concat();
            // the same newsroom and the same caption belong to photos that stay
            assert_eq!(at.run(&withhold).exit, 1, "what stays was not noticed");
            assert!(!at.path(to).exists());
            at.run([&withhold[..], &["--anyway"]].concat()).done();
        };
        redact(&desk, "full.zip", "once.zip", &[PATROL, EMBASSY, VOICE], "their safety");
        other.write("once.zip", fs::read(desk.path("once.zip")).unwrap());
        redact(&other, "once.zip", "twice.zip", &[THIRD], "as a court asked");
        for at in [&desk, &other, &reader, &doubter] {
            for (from, name) in [(&desk, "full.zip"), (&desk, "once.zip"), (&other, "twice.zip")] {
                at.write(name, fs::read(from.path(name)).unwrap());
            }
        }
        desk.run(["open", "full.zip", "-d", "full"]).done();
        let lines = fs::read_to_string(desk.path("full/seal/items.jsonl")).unwrap();
        let items = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        Some(Case { files: files(&case), facts: told(&facts), desk, other, reader, doubter, items })
    }

    /// True for an item of the full bundle that is about one of these: a path with everything said about it, or `source:S1#identity`.
    fn is_of(item: &Value, gone: &[&str]) -> bool {
        let about = item["about"].as_str().unwrap_or_default();
        let called = format!("{about}#{}", item["name"].as_str().unwrap_or_default());
        gone.iter().any(|gone| item["path"] == **gone || about.strip_prefix("file:") == Some(gone) || called == *gone)
    }

    fn gone(&self, gone: &[&str]) -> Vec<&Value> {
        self.items.iter().filter(|item| Self::is_of(item, gone)).collect()
    }

    /// What would give away these items: salts, paths, names, hashes, bytes from within the files, and each value that appears
    /// nowhere else.
    fn secrets(&self, gone: &[&str]) -> Vec<Vec<u8>> {
        let stays = |path: &Path| !gone.contains(&path.to_str().unwrap());
        let staying: Vec<&Vec<u8>> = self.files.iter().filter(|(path, _)| stays(path)).map(|(_, bytes)| bytes).collect();
        let told = |value: &str| {
            let says = |item: &Value| item["value"].as_str().is_some_and(|other| other.contains(value));
            self.items.iter().any(|item| !Self::is_of(item, gone) && says(item))
                || staying.iter().any(|bytes| holds(bytes, value))
        };
        let mut secrets = BTreeSet::new();
        for item in self.gone(gone) {
            let text = |member: &str| item[member].as_str().unwrap_or_default().to_owned();
            secrets.insert(text("salt").into_bytes());
            match item["kind"].as_str().unwrap() {
                "file" => {
                    let path = PathBuf::from(text("path"));
                    let name = |name: Option<&std::ffi::OsStr>| name.unwrap().to_str().unwrap().as_bytes().to_vec();
                    secrets.extend([
                        text("path").into_bytes(),
                        name(path.file_name()),
                        name(path.file_stem()),
                        text("sha256").into(),
                    ]);
                    let bytes = &self.files[&path];
                    secrets.extend([1, 2, 3].map(|quarter| bytes[bytes.len() / 4 * quarter..][..48].to_vec()));
                }
                // what is shorter can stand in any bytes by chance
                _ if text("value").len() > 5 && !told(&text("value")) => drop(secrets.insert(text("value").into_bytes())),
                _ => {}
            }
        }
        secrets.into_iter().collect()
    }

    /// Nothing that gives away these items is in any of the texts or bytes; all of it is in the full bundle.
    #[track_caller]
    fn tells_nothing(&self, gone: &[&str], places: &[(&str, &[u8])]) {
        let full = fs::read(self.desk.path("full.zip")).unwrap();
        let secrets = self.secrets(gone);
        assert!(secrets.len() >= self.gone(gone).len());
        for secret in &secrets {
            let shown = String::from_utf8_lossy(secret);
            assert!(contains(&full, secret), "{shown} is not even in the full bundle");
            for (name, bytes) in places {
                assert!(!contains(bytes, secret), "{name} holds {shown}");
            }
        }
    }

    /// A bundle at the reader's desk shows exactly what is not gone, to every verb, and tells nothing of the rest.
    #[track_caller]
    fn shows_all_but(&self, bundle: &str, gone: &[&str], releases: &[(&str, &str, usize)]) {
        let reader = &self.reader;
        let withheld = self.gone(gone).len();
        let expected: BTreeMap<&PathBuf, &Vec<u8>> =
            self.files.iter().filter(|(path, _)| !gone.contains(&path.to_str().unwrap())).collect();

        let verdict = reader.run([&["verify", bundle, "--json"][..], &LETS].concat()).done().json();
        let contents = &verdict["contents"];
        assert_eq!((&contents["state"], &contents["withheld"]), (&"withheld".into(), &withheld.into()));
        assert_eq!((&contents["items"], &contents["files"]), (&self.items.len().into(), &expected.len().into()));
        assert_eq!(contents["bytes"], expected.values().map(|bytes| bytes.len()).sum::<usize>());
        assert_eq!(verdict["digest"], self.desk.verify("full.zip", 0)["digest"]);
        let seen = contents["releases"].as_array().unwrap().iter();
        let seen: Vec<_> = seen.map(|release| ["name", "reason", "withheld"].map(|member| release[member].clone())).collect();
        let named: Vec<[Value; 3]> =
            releases.iter().map(|(name, reason, count)| [(*name).into(), (*reason).into(), (*count).into()]).collect();
        assert_eq!(seen, named);
        assert_eq!(reader.run(["verify", bundle, "--require", "complete"]).exit, 4);

        let claims = reader.claims(bundle);
        assert_eq!((&claims["not_shown"], &claims["unexplained"]), (&withheld.into(), &0.into()));
        assert_eq!(reader.names(bundle), expected.keys().map(|path| path.to_str().unwrap()).collect::<Vec<_>>());
        let mut facts = reader.facts(bundle);
        facts.sort();
        let is_gone = |[about, name, _]: &[String; 3]| {
            gone.iter().any(|gone| about.strip_prefix("file:") == Some(gone) || format!("{about}#{name}") == *gone)
        };
        assert_eq!(facts, self.facts.iter().filter(|fact| !is_gone(fact)).cloned().collect::<Vec<_>>());

        let folder = format!("{bundle}-opened");
        reader.run([&["open", bundle, "-d", &folder][..], &LETS].concat()).done();
        let opened = files(&reader.path(&folder).join("data"));
        assert!(opened.iter().collect::<BTreeMap<_, _>>() == expected, "{bundle}: other files came out");
        let unpacked = reader.run([&["verify", &folder, "--json"][..], &LETS].concat()).done().json();
        assert_eq!(unpacked["contents"], verdict["contents"]);

        let said = ["verify", "show", "open"].map(|verb| match verb {
            "open" => reader.run([&[verb, bundle, "-d", &format!("{folder}-again")][..], &LETS].concat()).done(),
            "verify" => reader.run([&[verb, bundle][..], &LETS].concat()).done(),
            _ => reader.run([verb, bundle]).done(),
        });
        assert!(said[0].out.starts_with(&format!("VERIFIED, {withheld} OF {} WITHHELD", self.items.len())), "{said:#?}");
        assert!(said[1].out.contains(&format!("not shown: {withheld} of {} items", self.items.len())), "{said:#?}");
        let mut places: Vec<(String, Vec<u8>)> = vec![(bundle.into(), fs::read(reader.path(bundle)).unwrap())];
        for Output { bytes, err, .. } in [&said[..], &[reader.run(["show", bundle, "--json"]).done()]].concat() {
            places.extend([("what is printed".to_owned(), bytes), ("what is printed".to_owned(), err.into_bytes())]);
        }
        for (path, bytes) in files(&reader.path(&folder)) {
            let path = path.to_str().unwrap().to_owned();
            places.extend([(format!("the name of {path}"), path.clone().into_bytes()), (path, bytes)]);
        }
        self.tells_nothing(gone, &places.iter().map(|(name, bytes)| (&**name, &**bytes)).collect::<Vec<_>>());
    }
}

fn contains(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}

/// The items of a list in JSON, by their names.
fn named(items: &Value) -> Vec<(String, Value)> {
    items.as_array().unwrap().iter().map(|item| (item["item"].as_str().unwrap().to_owned(), item["value"].clone())).collect()
}

/// The items that are about these, by their names.
fn called(case: &Case, gone: &[&str]) -> Vec<(String, Value)> {
    let mut called: Vec<(String, Value)> = Vec::new();
    for item in case.gone(gone) {
        let text = |member: &str| item[member].as_str().unwrap();
        called.push(match item["kind"].as_str().unwrap() {
            "file" => (text("path").into(), Value::Null),
            _ => (format!("{}#{}", text("about").trim_start_matches("file:"), text("name")), item["value"].clone()),
        });
    }
    called.sort_by(|one, other| (&one.0, one.1.as_str()).cmp(&(&other.0, other.1.as_str())));
    called
}

#[test]
fn of_two_photos_and_one_source_of_the_real_case_nothing_can_be_found() {
    let Some(case) = Case::new() else { return };
    let gone = [PATROL, EMBASSY, VOICE];
    // the search itself finds what matters, and nothing that the report says anyway
    let secrets = case.secrets(&gone);
    for text in ["men on patrol in Xinjiang, with sticks", "known to the newsroom, first anonymous voice", "新疆_巡逻"] {
        assert!(secrets.contains(&text.as_bytes().to_vec()), "{text}");
    }
    assert!(!secrets.contains(&b"ChinaAid".to_vec()) && !secrets.contains(&b"Xinjiang".to_vec()));
    case.shows_all_but("once.zip", &gone, &[("Amina O.", "their safety", case.gone(&gone).len())]);
}

#[test]
fn of_a_third_photo_that_somebody_else_withholds_nothing_can_be_found_either() {
    let Some(case) = Case::new() else { return };
    let gone = [PATROL, EMBASSY, VOICE, THIRD];
    let (first, second) = (case.gone(&gone[..3]).len(), case.gone(&gone[3..]).len());
    case.shows_all_but("twice.zip", &gone, &[("Amina O.", "their safety", first), ("Bela", "as a court asked", second)]);
    // a reader who does not know the second author believes only the first bundle
    assert_eq!(case.doubter.verify("once.zip", 0)["verdict"], "verified");
    for doubter in [&case.doubter, &case.desk] {
        let verdict = doubter.verify("twice.zip", 3);
        assert_eq!(
            (&verdict["verdict"], &verdict["findings"][0]["code"]),
            (&"unknown-signer".into(), &"release.author".into())
        );
        assert_eq!(doubter.run(["open", "twice.zip", "-d", "opened"]).exit, 3);
        assert!(!doubter.path("opened").exists());
    }
}

#[test]
fn each_redaction_of_the_real_case_is_of_its_seal_and_what_is_missing_is_named_by_who_has_the_other() {
    let Some(case) = Case::new() else { return };
    let once = called(&case, &[PATROL, EMBASSY, VOICE]);
    let (third, twice) = (called(&case, &[THIRD]), called(&case, &[PATROL, EMBASSY, VOICE, THIRD]));
    let nothing = Vec::new();
    let pairs = [
        ("full.zip", "once.zip", &once, &nothing),
        ("once.zip", "full.zip", &nothing, &once),
        ("full.zip", "twice.zip", &twice, &nothing),
        ("twice.zip", "full.zip", &nothing, &twice),
        ("once.zip", "twice.zip", &third, &nothing),
        ("twice.zip", "once.zip", &nothing, &third),
        ("twice.zip", "twice.zip", &nothing, &nothing),
    ];
    for (here, there, only_here, only_there) in pairs {
        let told = case.reader.run([&["verify", here, "--against", there, "--json"][..], &LETS].concat()).done().json();
        let comparison = &told["comparison"];
        assert_eq!(comparison["state"], "one-seal", "{here} {there}");
        assert_eq!(
            (&named(&comparison["only_here"]), &named(&comparison["only_there"])),
            (only_here, only_there),
            "{here} {there}"
        );
    }
    // the same files and facts, sealed once more
    case.desk.run(["seal", "bag", "--metadata", "facts.json", "-o", "again.zip"]).done();
    case.reader.write("again.zip", fs::read(case.desk.path("again.zip")).unwrap());
    for here in ["full.zip", "once.zip", "twice.zip"] {
        let told = case.reader.run([&["verify", here, "--against", "again.zip", "--json"][..], &LETS].concat());
        assert_eq!((told.exit, &told.json()["comparison"]["state"]), (4, &"two-seals".into()));
        assert_eq!(told.json()["findings"][0]["code"], "against.other");
    }
}

#[test]
fn one_photo_of_the_real_case_disclosed_to_one_reader_is_theirs_alone() {
    let Some(case) = Case::new() else { return };
    let Case { desk, other, reader, .. } = &case;
    desk.run(["disclose", "full.zip", "--item", PATROL, "--to", "Chen", "-o", "for-chen.age"]).done();
    let bytes = fs::read(desk.path("for-chen.age")).unwrap();
    case.tells_nothing(&[PATROL, EMBASSY, VOICE, THIRD], &[("the disclosure", &bytes)]);
    for at in [other, reader] {
        at.write("for-chen.age", &bytes);
    }
    let photo = called(&case, &[PATROL]);
    let gone = [PATROL, EMBASSY, VOICE, THIRD];
    for (bundle, gone) in [("once.zip", &gone[..3]), ("twice.zip", &gone[..])] {
        let plain = reader.run([&["verify", bundle, "--json"][..], &LETS].concat()).done().json();
        let told = reader.run([&["verify", bundle, "--with", "for-chen.age", "--json"][..], &LETS].concat()).done().json();
        assert_eq!((&told["verdict"], &told["contents"]["disclosed"]), (&"verified".into(), &photo.len().into()));
        assert_eq!(told["contents"]["withheld"], plain["contents"]["withheld"], "it does not become complete");
        assert_eq!(named(&told["disclosures"][0]["items"]), photo);
        assert_eq!(
            (&told["disclosures"][0]["files"][0]["path"], &told["disclosures"][0]["shown"]),
            (&PATROL.into(), &0.into())
        );
        // with both at once it is still of the same seal
        let told = ["verify", bundle, "--with", "for-chen.age", "--against", "full.zip", "--json"];
        let told = reader.run([&told[..], &LETS].concat()).done().json();
        assert_eq!(named(&told["comparison"]["only_there"]), called(&case, gone));

        let folder = format!("{bundle}-with");
        reader.run([&["open", bundle, "--with", "for-chen.age", "-d", &folder][..], &LETS].concat()).done();
        let disclosed = files(&reader.path(format!("{folder}-disclosed")));
        assert_eq!(disclosed.len(), 2, "the photo, and the lines about it");
        assert!(disclosed[&Path::new("data").join(PATROL)] == case.files[Path::new(PATROL)]);
        assert_eq!(disclosed[Path::new("items.jsonl")].iter().filter(|byte| **byte == b'\n').count(), photo.len());
        // with a disclosure the bundle itself is opened as it would be without
        reader.run([&["open", bundle, "-d", &format!("{bundle}-without")][..], &LETS].concat()).done();
        assert!(files(&reader.path(&folder)) == files(&reader.path(format!("{bundle}-without"))));
        let rest: Vec<&str> = gone.iter().filter(|gone| **gone != PATROL).copied().collect();
        let said = reader.run([&["verify", bundle, "--with", "for-chen.age"][..], &LETS].concat()).done();
        assert!(said.out.contains(PATROL) && said.out.contains("men on patrol in Xinjiang, with sticks"), "{said:#?}");
        let mut places: Vec<(&str, &[u8])> = disclosed.values().map(|bytes| ("what is disclosed", &**bytes)).collect();
        places.push(("what is printed", &said.bytes));
        case.tells_nothing(&rest, &places);

        assert_eq!(other.run(["verify", bundle, "--with", "for-chen.age"]).exit, 5, "it is not for somebody else");
        assert_eq!(other.run(["open", bundle, "--with", "for-chen.age", "-d", "stolen"]).exit, 5);
        assert!(!other.path("stolen").exists() && !other.path("stolen-disclosed").exists());
    }
    // where the bundle shows it anyway, nothing is added
    let told = reader.run(["verify", "full.zip", "--with", "for-chen.age", "--json"]).done().json();
    assert_eq!((&told["contents"]["disclosed"], &told["disclosures"][0]["shown"]), (&0.into(), &photo.len().into()));
    // and the same photo under another seal is no answer
    desk.run(["seal", "bag", "--metadata", "facts.json", "-o", "again.zip"]).done();
    desk.run(["disclose", "again.zip", "--item", PATROL, "--to", "Chen", "-o", "again.age"]).done();
    reader.write("again.age", fs::read(desk.path("again.age")).unwrap());
    let told = reader.run([&["verify", "twice.zip", "--with", "again.age", "--json"][..], &LETS].concat());
    assert_eq!((told.exit, &told.json()["findings"][0]["code"]), (1, &"disclosure.other".into()));
}
