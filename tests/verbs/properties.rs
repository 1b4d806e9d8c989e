//! What holds for anything: any tree of names and bytes, any text, any damage, any bytes at all. The cases are the same in every run.

use support::runs;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use runs::library::{codes, counted, key, now, sign, verify, verify_at};
use runs::state::files;
use sealbag::base::text::{is_joiner, is_unseen, json_safe};
use sealbag::crypto::card::SignedCard;
use sealbag::crypto::openssh::{self, KeyFile};
use sealbag::format::digest::Random128;
use sealbag::format::item::{Body, Field, File, Item, source_number};
use sealbag::format::manifest::Manifest;
use sealbag::{
    About, Bundle, Digest, Draft, DraftOptions, Facts, Naming, PayloadPath, PublicKey, Role, Source, Timestamp, Untrusted,
    Unwatched,
};

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(20_261_124), ..ProptestConfig::default() }
}

/// A folder in memory where there is one: much is written and synced here.
fn place() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    tempfile::Builder::new().tempdir_in(memory).or_else(|_| tempfile::tempdir()).unwrap()
}

/// Text with everything in it that gets special treatment anywhere.
fn text() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        4 => any::<char>(),
        4 => prop::char::range(' ', '~'),
        2 => prop::char::range('\0', '\u{1f}'),
        2 => prop::sample::select(vec!['"', '\\', '/', '.', ' ', '\u{7f}', '\u{200d}', '\u{202e}', '\u{2028}', '\u{feff}', 'é', '\u{301}', '新', '👩']),
    ];
    prop::collection::vec(one, 0..24).prop_map(|chars| chars.into_iter().collect())
}

/// A path that can be sealed.
fn path() -> impl Strategy<Value = String> {
    let part = "[a-zA-Z0-9а-яё新桥人群éüشع._'&;$ -]{1,10}";
    prop::collection::vec(part, 1..4)
        .prop_map(|parts| parts.join("/"))
        .prop_filter("it can be sealed", |path| PayloadPath::parse_for_sealing(path).is_ok())
}

/// Paths that can stand in one bag, and the bytes there.
fn tree() -> impl Strategy<Value = BTreeMap<String, Vec<u8>>> {
    let bytes = prop_oneof![prop::collection::vec(any::<u8>(), 0..64), prop::collection::vec(any::<u8>(), 64..3000)];
    prop::collection::vec((path(), bytes), 1..10).prop_map(|files| {
        let (mut taken, mut folders) = (HashSet::new(), HashSet::new());
        let fold = |path: &str| PayloadPath::parse(path).unwrap().folded();
        let mut tree = BTreeMap::new();
        for (path, bytes) in files {
            let above: Vec<String> = PayloadPath::parse(&path).unwrap().folders().map(fold).collect();
            if taken.contains(&fold(&path))
                || folders.contains(&fold(&path))
                || above.iter().any(|folder| taken.contains(folder))
            {
                continue;
            }
            taken.insert(fold(&path));
            folders.extend(above);
            tree.insert(path, bytes);
        }
        tree
    })
}

/// Names and values of facts.
fn facts() -> impl Strategy<Value = Vec<(String, String)>> {
    let value = text().prop_filter("a value has a byte", |value| !value.is_empty());
    prop::collection::vec(("[a-z][a-z0-9_]{0,63}", value), 0..4)
}

/// Every fact as it comes out of a bundle.
fn told(facts: &Facts) -> Vec<(About, String, String)> {
    let mut told = Vec::new();
    let mut add = |about: About, group: &[(String, String)]| {
        told.extend(group.iter().map(|(name, value)| (about.clone(), name.clone(), value.clone())));
    };
    add(About::Case, &facts.case);
    facts.sources.iter().for_each(|(number, group)| add(About::Source(*number), group));
    facts.files.iter().for_each(|(path, group)| add(About::File(PayloadPath::parse(path).unwrap()), group));
    told.sort();
    told
}

fn write_tree(folder: &Path, tree: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in tree {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn sealed(folder: &Path, facts: &Facts, to: &Path) -> Vec<u8> {
    let mut draft = Draft::from_folder(folder, DraftOptions { all: true, ..DraftOptions::default() }).unwrap();
    draft.add_facts(facts.clone()).unwrap();
    sign(draft, to, &Unwatched).unwrap();
    fs::read(to).unwrap()
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn any_tree_comes_out_as_it_was_sealed(tree in tree(), case in facts(), source in facts(), file in facts()) {
        let place = place();
        let at = |name: &str| place.path().join(name);
        write_tree(&at("bag"), &tree);
        let first = tree.keys().next().unwrap().clone();
        let facts = Facts { case, sources: vec![(1, source)], files: vec![(first, file)], ..Facts::default() };
        let bytes = sealed(&at("bag"), &facts, &at("b.zip"));
        // the same draft, key, time and randomness: the same bytes
        prop_assert_eq!(&sealed(&at("bag"), &facts, &at("again.zip")), &bytes);

        let verified = verify_at(&at("b.zip")).unwrap().into_verified().ok().unwrap();
        let contents = verified.contents().unwrap();
        let shown: Vec<(&str, u64, Digest)> = contents.files.iter().map(|file| (file.path.as_str(), file.size, file.sha256)).collect();
        let expected: Vec<(&str, u64, Digest)> =
            tree.iter().map(|(path, bytes)| (path.as_str(), bytes.len() as u64, Digest::of(bytes))).collect();
        prop_assert_eq!(shown, expected);
        let mut out: Vec<(About, String, String)> = contents.facts.into_iter().map(|field| (field.about, field.name, field.value)).collect();
        out.sort();
        prop_assert_eq!(out, told(&facts));

        verified.extract(&at("opened"), &Unwatched).unwrap();
        let expected: BTreeMap<PathBuf, Vec<u8>> = tree.iter().map(|(path, bytes)| (path.into(), bytes.clone())).collect();
        prop_assert_eq!(files(&at("opened/data")), expected);
        // the folder and the stream say the same as the file
        let digest = |verification: sealbag::Verification| {
            (verification.report().verdict.exit(), verification.report().seal.as_ref().unwrap().digest, codes_of_notes(&verification.report().notes))
        };
        let file = digest(verify_at(&at("b.zip")).unwrap());
        prop_assert_eq!(digest(verify_at(&at("opened")).unwrap()), file.clone());
        prop_assert_eq!(digest(verify(Source::of_stream(Cursor::new(bytes)), &Unwatched).unwrap()), file);
    }
}

/// Names that Linux takes for a file.
fn any_name() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::collection::vec(prop_oneof![4 => 1..=255u8, 1 => prop::sample::select(b"aA?_.".to_vec())], 1..6);
    let near =
        prop::sample::select(vec!["a?", "a_", "A_", "a_-2", "a|", "con", "_con", "e\u{301}", "\u{e9}", "\u{c9}", "a.", "a"]);
    let name = prop_oneof![text().prop_map(String::into_bytes), bytes, near.prop_map(|name| name.as_bytes().to_vec())];
    name.prop_map(|name| name.into_iter().filter(|byte| !matches!(byte, 0 | b'/')).collect::<Vec<u8>>())
        .prop_filter("it names a file", |name| !name.is_empty() && name != b"." && name != b"..")
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn any_folder_can_be_sealed_under_safe_names(names in prop::collection::hash_set(any_name(), 1..12)) {
        use std::os::unix::ffi::OsStrExt;
        let place = place();
        fs::create_dir(place.path().join("bag")).unwrap();
        for name in &names {
            fs::write(place.path().join("bag").join(std::ffi::OsStr::from_bytes(name)), name).unwrap();
        }
        let draft = Draft::from_folder(&place.path().join("bag"), DraftOptions { all: true, naming: Naming::Safe, ..DraftOptions::default() }).unwrap();
        let renamed = draft.renamed().to_vec();
        let fold = |name: &str| PayloadPath::parse_for_sealing(name).unwrap().folded();
        let folded: HashSet<String> = draft.files().map(|(name, _)| fold(name)).collect();
        prop_assert_eq!(folded.len(), names.len());
        sign(draft, &place.path().join("b.zip"), &Unwatched).unwrap();
        let verified = verify_at(&place.path().join("b.zip")).unwrap().into_verified().ok().unwrap();
        verified.extract(&place.path().join("opened"), &Unwatched).unwrap();
        let facts = verified.contents().unwrap().facts;
        prop_assert_eq!(facts.len(), renamed.len());
        for (sealed, bytes) in files(&place.path().join("opened/data")) {
            // the bytes of each file are the name that it had
            prop_assert!(names.contains(&bytes));
            let sealed = sealed.to_str().unwrap();
            let about = About::File(PayloadPath::parse(sealed).unwrap());
            let kept: Vec<_> = facts.iter().filter(|field| field.about == about).collect();
            match (kept.as_slice(), std::str::from_utf8(&bytes)) {
                ([], Ok(name)) => prop_assert_eq!(name, sealed),
                ([field], Ok(name)) => prop_assert_eq!((field.name.as_str(), field.value.as_str()), ("original_name", name)),
                ([field], Err(_)) => prop_assert!(field.name == "original_name_bytes"),
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}

fn codes_of_notes(notes: &sealbag::Findings) -> Vec<&'static str> {
    notes.list().iter().map(|note| note.code.id).collect()
}

#[test]
fn files_of_every_length_around_what_is_read_at_once_come_out_as_they_were_sealed() {
    let place = place();
    let chunk = sealbag::base::limits::CHUNK;
    let lengths = [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk, 2 * chunk + 1];
    let tree = lengths
        .iter()
        .map(|length| (format!("{length}.bin"), (0..*length).map(|at| (at * 31 % 251) as u8).collect()))
        .collect();
    write_tree(&place.path().join("bag"), &tree);
    sealed(&place.path().join("bag"), &Facts::default(), &place.path().join("b.zip"));
    let verified = verify_at(&place.path().join("b.zip")).unwrap().into_verified().ok().unwrap();
    verified.extract(&place.path().join("opened"), &Unwatched).unwrap();
    assert_eq!(files(&place.path().join("opened/data")), files(&place.path().join("bag")));
}

/// A string as the format's section 6 writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\u{8}' => out += "\\b",
            '\u{c}' => out += "\\f",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            c if c < ' ' => out += &format!("\\u{:04x}", c as u32),
            c => out.push(c),
        }
    }
    out + "\""
}

/// An item's line as the format's section 3 writes it.
fn line(item: &Item) -> String {
    let rest = match &item.body {
        Body::File(file) => format!(
            "\"kind\":\"file\",\"path\":{},\"size\":{},\"sha256\":\"{}\",\"media_type\":{},\"role\":\"{}\"",
            quoted(file.path.as_str()),
            file.size,
            file.sha256,
            quoted(&file.media_type),
            file.role.as_str(),
        ),
        Body::Field(field) => {
            let [about, name, value] = [&field.about.to_string(), &field.name, &field.value].map(|text| quoted(text));
            format!("\"kind\":\"field\",\"about\":{about},\"name\":{name},\"value\":{value}")
        }
        Body::Recipient(key) => format!("\"kind\":\"recipient\",\"key\":{}", quoted(key)),
    };
    format!("{{\"salt\":\"{}\",{rest}}}\n", item.salt)
}

fn about() -> impl Strategy<Value = About> {
    prop_oneof![
        Just(About::Case),
        (1..1_000_000u32).prop_map(About::Source),
        path().prop_map(|path| About::File(PayloadPath::parse(&path).unwrap())),
    ]
}

fn item() -> impl Strategy<Value = Item> {
    let roles = vec![Role::Report, Role::Photo, Role::Video, Role::Audio, Role::Document, Role::Attachment];
    let media_type = "[a-z0-9][a-z0-9!#$&^_.+-]{0,20}/[a-z0-9][a-z0-9!#$&^_.+-]{0,20}";
    let file = (path(), 0..1u64 << 53, any::<[u8; 32]>(), media_type, prop::sample::select(roles));
    let file = file.prop_map(|(path, size, sha256, media_type, role)| {
        let path = PayloadPath::parse(&path).unwrap();
        Body::File(File { path, size, sha256: sha256.into(), media_type, role })
    });
    let field = (about(), "[a-z][a-z0-9_]{0,63}", text().prop_filter("a value has a byte", |value| !value.is_empty()));
    let field = field.prop_map(|(about, name, value)| Body::Field(Field { about, name, value }));
    (any::<[u8; 16]>(), prop_oneof![file, field]).prop_map(|(salt, body)| Item { salt: Random128::new(salt), body })
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn an_independent_writer_writes_the_same_items(item in item()) {
        let ours = String::from_utf8(item.line()).unwrap();
        prop_assert_eq!(&ours, &line(&item));
        prop_assert_eq!(Item::read(ours.trim_end_matches('\n').as_bytes()), Ok(item.clone()));
        prop_assert_eq!(item.commitment(), Digest::of(line(&item).as_bytes()));
        // what is harmless on a terminal means the same
        let safe = json_safe(&ours);
        prop_assert!(!safe.trim_end_matches('\n').chars().any(|c| is_unseen(c) || is_joiner(c)));
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        prop_assert_eq!(parse(&safe), parse(&ours));
    }

    #[test]
    fn a_safe_name_of_anything_can_be_sealed(parts in prop::collection::vec(text(), 0..6), long in 0..400usize) {
        let mut name = parts.join("/");
        name += &"é?".repeat(long);
        let safe = PayloadPath::safe(&name);
        prop_assert_eq!(PayloadPath::parse_for_sealing(safe.as_str()), Ok(safe.clone()));
        prop_assert_eq!(PayloadPath::safe(safe.as_str()), safe.clone());
        let other = safe.with_suffix("-2");
        prop_assert_eq!(PayloadPath::parse_for_sealing(other.as_str()), Ok(other.clone()));
        prop_assert_ne!(other, safe);
    }

    #[test]
    fn no_text_reaches_a_terminal_but_through_the_one_door(text in text()) {
        let shown = Untrusted(&text).to_string();
        prop_assert!(!shown.chars().any(is_unseen), "{shown:?}");
        prop_assert!(shown.lines().count() <= 1, "{shown:?}");
    }

    #[test]
    fn reading_anything_says_no_and_never_panics(text in text(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for bytes in [&bytes[..], text.as_bytes()] {
            for form in ["facts.json", "facts.toml", "facts.csv"] {
                let _ = Facts::read(form, bytes);
                let _ = Facts::read(form, &[b"path,a\n", bytes].concat());
            }
            let _ = Item::read(bytes);
            let _ = Manifest::read(&mut &*bytes, |_| {});
            prop_assert!(SignedCard::read("card", bytes).is_err());
            prop_assert!(KeyFile::read("key", bytes).is_err());
            for bytes in [bytes.to_vec(), [b"PK\x03\x04", bytes].concat()] {
                let verification = verify(Source::of_stream(Cursor::new(bytes)), &Unwatched).unwrap();
                prop_assert_eq!(codes(&verification), ["container.layout"]);
            }
        }
        prop_assert!(PublicKey::parse(&text).is_err());
        let _ = (Timestamp::parse(&text), Digest::parse(&text), About::parse(&text), source_number(&text));
    }
}

/// A change of bytes.
#[derive(Debug, Clone)]
enum Damage {
    Flip(usize, u8),
    Insert(usize, Vec<u8>),
    Delete(usize, usize),
    Swap(usize, usize, usize),
    Repeat(usize, usize),
    Cut(usize),
    Overwrite(usize, Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = || any::<u16>().prop_map(usize::from);
    let short = || prop::collection::vec(any::<u8>(), 1..8);
    prop_oneof![
        (at(), 0..8u8).prop_map(|(at, bit)| Damage::Flip(at, 1 << bit)),
        (at(), short()).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (at(), 1..64usize).prop_map(|(at, count)| Damage::Delete(at, count)),
        (at(), at(), 1..64usize).prop_map(|(one, other, count)| Damage::Swap(one, other, count)),
        (at(), 1..64usize).prop_map(|(at, count)| Damage::Repeat(at, count)),
        at().prop_map(Damage::Cut),
        (at(), short()).prop_map(|(at, bytes)| Damage::Overwrite(at, bytes)),
    ]
}

fn damaged(bytes: &[u8], damage: &Damage) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let length = bytes.len();
    let end = |at: usize, count: usize| (at + count).min(length);
    match damage {
        Damage::Flip(at, bit) => out[at % length] ^= bit,
        Damage::Insert(at, more) => {
            out.splice(at % length..at % length, more.iter().copied());
        }
        Damage::Delete(at, count) => {
            out.drain(at % length..end(at % length, *count));
        }
        Damage::Swap(one, other, count) => {
            let (one, other) = (one % (length - count), other % (length - count));
            (0..*count).for_each(|n| out.swap(one + n, other + n));
        }
        Damage::Repeat(at, count) => {
            let block = bytes[at % length..end(at % length, *count)].to_vec();
            out.splice(at % length..at % length, block);
        }
        Damage::Cut(at) => out.truncate(at % length),
        Damage::Overwrite(at, more) => {
            let at = at % length;
            let end = end(at, more.len());
            out[at..end].copy_from_slice(&more[..end - at]);
        }
    }
    out
}

/// A small bundle of two files and two facts.
fn small() -> (tempfile::TempDir, Vec<u8>) {
    let place = place();
    let tree = [("report.txt", "One page.\n"), ("photos/新.jpg", "no photo")];
    write_tree(&place.path().join("bag"), &tree.map(|(name, text)| (name.to_owned(), text.into())).into());
    let fact = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    let facts = Facts {
        case: fact("title", "T"),
        sources: Vec::new(),
        files: vec![("report.txt".into(), fact("note", "N"))],
        ..Facts::default()
    };
    let bytes = sealed(&place.path().join("bag"), &facts, &place.path().join("b.zip"));
    (place, bytes)
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn any_damage_to_a_bundle_is_refused_as_a_file_and_as_a_stream() {
    let (place, bytes) = small();
    verify_at(&place.path().join("b.zip")).unwrap().into_verified().ok().unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(cases(3000));
    let outcome = runner.run(&prop::collection::vec(damage(), 1..3), |damages| {
        let changed = damages.iter().fold(bytes.clone(), |bytes, damage| match bytes.len() {
            0..=64 => bytes,
            _ => damaged(&bytes, damage),
        });
        if changed == bytes {
            return Ok(());
        }
        let path = place.path().join("damaged.zip");
        fs::write(&path, &changed).unwrap();
        let file = verify_at(&path).unwrap();
        let stream = verify(Source::of_stream(Cursor::new(changed)), &Unwatched).unwrap();
        prop_assert!(matches!(file.report().verdict.exit(), 1 | 5), "{:?}", codes(&file));
        prop_assert_eq!(file.report().verdict, stream.report().verdict);
        prop_assert!(file.into_intact().is_err() && stream.into_intact().is_err());
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn any_damage_to_a_card_or_key_file_is_refused_without_a_panic() {
    let card = SignedCard::sign(&key(), "Amina O.", Vec::new(), now()).unwrap();
    let good = openssh::write(&key(), "Amina O.", None).unwrap();
    assert!(SignedCard::read("card", card.text().as_bytes()).is_ok());
    assert!(KeyFile::read("key", good.as_bytes()).unwrap().open(None).is_ok());
    let mut runner = proptest::test_runner::TestRunner::new(cases(1500));
    let outcome = runner.run(&damage(), |damage| {
        let changed = damaged(card.text().as_bytes(), &damage);
        prop_assert!(changed == card.text().as_bytes() || SignedCard::read("card", &changed).is_err());
        // whatever still opens is the same key
        let changed = damaged(good.as_bytes(), &damage);
        if let Ok(opened) = KeyFile::read("key", &changed).and_then(|file| file.open(None)) {
            prop_assert_eq!(opened.public(), key().public());
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn any_bytes_behind_a_good_beginning_are_refused() {
    let (_place, bytes) = small();
    let mut runner = proptest::test_runner::TestRunner::new(cases(500));
    let strategy = (any::<u16>(), prop::collection::vec(any::<u8>(), 0..200));
    let outcome = runner.run(&strategy, |(at, tail)| {
        let changed = [&bytes[..usize::from(at) % bytes.len()], &tail].concat();
        let bundle = Bundle::read(Source::of_stream(Cursor::new(changed)), &Unwatched).unwrap();
        prop_assert!(bundle.is_malformed());
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn randomness_that_fails_seals_nothing() {
    let (place, _) = small();
    let draft = runs::library::draft(&place.path().join("bag"));
    let mut good = counted();
    let mut left = 2;
    let mut random = || {
        left -= 1;
        if left == 0 { Err(sealbag::Error::interrupted()) } else { good() }
    };
    let output = place.path().join("x.zip");
    let failed = draft.sign(&key(), now(), &mut random, sealbag::Output::File(output.clone(), false), &Unwatched);
    assert_eq!(failed.err().map(|error| error.code.id), Some("run.interrupted"));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2);
    assert!(!output.exists());
}
