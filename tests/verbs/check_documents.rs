//! What documents and texts say is told: each file of a corpus, whole, cut and changed, and files made to cost time or memory.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sealbag::inspect::{Facts, facts};
use serde_json::json;
use support::runs::{Desk, shared};

fn folder() -> PathBuf {
    support::root().join("tests/corpus/documents")
}

/// A fact: within which part, its name, its value.
type Row = (Option<String>, String, String);

/// Each file with what must be found in it; none where it cannot be read.
fn index() -> BTreeMap<String, Option<Vec<Row>>> {
    serde_json::from_slice(&std::fs::read(folder().join("index.json")).unwrap()).unwrap()
}

/// The media type that the name tells.
fn media_type(name: &str) -> String {
    let office = "application/vnd.openxmlformats-officedocument.";
    match name.rsplit_once('.').unwrap().1 {
        "docx" => format!("{office}wordprocessingml.document"),
        "dotx" => format!("{office}wordprocessingml.template"),
        "docm" => "application/vnd.ms-word.document.macroenabled.12".into(),
        "xlsx" => format!("{office}spreadsheetml.sheet"),
        "pptx" => format!("{office}presentationml.presentation"),
        "odt" | "fodt" => "application/vnd.oasis.opendocument.text".into(),
        "ods" => "application/vnd.oasis.opendocument.spreadsheet".into(),
        "odp" => "application/vnd.oasis.opendocument.presentation".into(),
        "epub" => "application/epub+zip".into(),
        "doc" => "application/msword".into(),
        "rtf" => "application/rtf".into(),
        "eml" => "message/rfc822".into(),
        "svg" => "image/svg+xml".into(),
        "pdf" => "application/pdf".into(),
        _ => "text/plain".into(),
    }
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

fn rows(facts: &Facts) -> Vec<Row> {
    let row = |fact: &sealbag::inspect::Fact| (fact.within.clone(), fact.name.to_owned(), fact.value.clone());
    let mut rows: Vec<Row> = facts.list.iter().map(row).collect();
    rows.sort();
    rows
}

#[test]
fn each_document_of_the_corpus_says_what_was_written_into_it() {
    let index = index();
    assert!(index.len() > 35, "the corpus was not found");
    let there = std::fs::read_dir(folder()).unwrap().count();
    assert_eq!(there, index.len() + 1, "each file is in the index");
    for (name, expected) in &index {
        let found = facts(&read(name), &media_type(name));
        match expected {
            Some(expected) => {
                let mut expected = expected.clone();
                expected.sort();
                assert_eq!((rows(&found), found.unread), (expected, false), "{name}");
            }
            None => assert!(found.unread && found.list.is_empty(), "{name}: {found:?}"),
        }
    }
}

/// Names of facts that could harm a source, with the code under which they are told.
const CODES: [(&str, &str); 25] = [
    ("title", "leak.comment"),
    ("subject", "leak.comment"),
    ("thumbnail_not_compared", "leak.thumbnail"),
    ("artist", "leak.person"),
    ("author", "leak.person"),
    ("last_author", "leak.person"),
    ("manager", "leak.person"),
    ("printed_by", "leak.person"),
    ("comment_author", "leak.person"),
    ("change_author", "leak.person"),
    ("company", "leak.company"),
    ("comment", "leak.comment"),
    ("property", "leak.comment"),
    ("changes", "leak.changes"),
    ("versions", "leak.history"),
    ("hidden", "leak.hidden"),
    ("attachment", "leak.attachment"),
    ("account", "leak.account"),
    ("email", "leak.contact"),
    ("telephone", "leak.contact"),
    ("latitude", "leak.position"),
    ("longitude", "leak.position"),
    ("camera_serial", "leak.serial"),
    ("printer", "leak.device"),
    ("device", "leak.device"),
];

#[test]
fn check_tells_each_kind_by_file_and_by_value() {
    let index = index();
    let desk = Desk::new();
    for name in index.keys() {
        desk.write(format!("bag/{name}"), read(name));
    }
    let before = desk.state();
    let told = desk.run(["check", "bag", "--json"]).done().json();
    assert!(desk.state() == before, "nothing was changed");
    assert_eq!((&told["files"], &told["looked_into"]), (&json!(index.len()), &json!(index.len())));
    assert_eq!(&told["unread"], &json!(["encrypted.pdf", "fonts.pdf"]));
    let leaks: Vec<(&str, &str, &str)> = told["leaks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|leak| (leak["where"].as_str().unwrap(), leak["code"].as_str().unwrap(), leak["detail"].as_str().unwrap()))
        .collect();
    let mut counted = 0;
    for (name, expected) in &index {
        for (within, fact, value) in expected.iter().flatten() {
            let Some((_, code)) = CODES.iter().find(|(known, _)| known == fact) else { continue };
            let here = |leak: &&(&str, &str, &str)| {
                let place = within.as_ref().is_none_or(|within| leak.2.ends_with(&format!("(in {within})")));
                leak.0 == name && leak.1 == *code && place && (leak.2.contains(value) || leak.2.contains('…'))
            };
            assert!(leaks.iter().any(|leak| here(&leak)), "{name}: {code} {value}: {leaks:#?}");
            counted += 1;
        }
        let expects = expected.iter().flatten().any(|(_, fact, _)| CODES.iter().any(|(known, _)| known == fact));
        assert_eq!(leaks.iter().any(|leak| leak.0 == name), expects, "{name}: {leaks:#?}");
    }
    assert!(counted > 100, "{counted}");
    // what is said of each kind
    for (code, detail) in [
        ("leak.changes", "changes that were tracked: Anna Petrova (1), Борис (2)"),
        ("leak.company", "company or office: Example Desk"),
        ("leak.contact", "addresses or telephone numbers: anna@example.org, +7 (701) 123-45-67"),
        ("leak.account", "accounts in paths: anna.p"),
        ("leak.history", "earlier versions or changes: 1"),
        ("leak.hidden", "not shown: Payments"),
        ("leak.attachment", "files inside: list.txt"),
        ("leak.comment", "words inside: Anna Petrova: Who is this?, Борис: The guard."),
    ] {
        assert!(leaks.iter().any(|leak| leak.1 == code && leak.2 == detail), "{code}: {leaks:#?}");
    }
    desk.run(["check", "bag", "--strict"]);
    assert_eq!(desk.run(["check", "bag", "--strict"]).exit, 1);
    for name in index.keys().filter(|name| name.starts_with("quiet")) {
        desk.run(["check", &format!("bag/{name}"), "--strict"]).done();
    }
}

#[test]
fn the_report_of_the_real_case_holds_three_telephone_numbers() {
    let Some(case) = shared("cases/astana-notice") else { return };
    let facts = facts(&std::fs::read(case.join("report.txt")).unwrap(), "text/plain");
    let found: Vec<(&str, &str)> = facts.list.iter().map(|fact| (fact.name, fact.value.as_str())).collect();
    let numbers = ["+1 (432) 553-1080", "+1 (432) 689-6985", "+1 (888) 889-7757"];
    assert_eq!(found, numbers.map(|number| ("telephone", number)));
}

/// No file takes longer, however it was made: 0.8 s are the limit, and a machine with other work is slower.
const LONGEST: Duration = Duration::from_millis(2500);

fn in_time(bytes: &dyn sealbag::ReadAt, media_type: &str, what: &str) -> Facts {
    let begin = Instant::now();
    let found = facts(bytes, media_type);
    assert!(begin.elapsed() < LONGEST, "{what}: {:?}", begin.elapsed());
    found
}

/// Every file is cut at many places, and bytes are changed, moved and repeated; what is packed in it is changed too.
#[test]
fn broken_documents_cost_their_facts_and_nothing_else() {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below.max(1) as u64).unwrap()
    };
    let (mut tried, mut lost) = (0, 0);
    for name in index().keys() {
        let (whole, kind) = (read(name), media_type(name));
        let expected = facts(&whole, &kind);
        let mut tries: Vec<Vec<u8>> = (0..40).map(|step| whole[..whole.len() * step / 40].to_vec()).collect();
        for _ in 0..80 {
            let mut changed = whole.clone();
            for _ in 0..=random(4) {
                let at = random(changed.len());
                let end = (at + random(64)).min(changed.len());
                match random(5) {
                    0 => changed[at] = 0xFF,
                    1 => changed[at] ^= 1 << random(8),
                    2 => changed[at] = b"<>&/()[]{}\\\0 09"[random(15)],
                    3 => {
                        let piece = changed[at..end].to_vec();
                        let to = random(changed.len());
                        changed.splice(to..to, piece);
                    }
                    _ => drop(changed.drain(at..end)),
                }
                if changed.is_empty() {
                    break;
                }
            }
            tries.push(changed);
        }
        for changed in tries {
            tried += 1;
            lost += usize::from(in_time(&changed, &kind, name) != expected);
        }
    }
    assert!(tried > 4000 && lost > tried / 3, "the changes were seen: {lost} of {tried}");
    // a whole run goes on as well, and says so
    let desk = Desk::signing();
    desk.write("bag/a.docx", &read("properties.docx")[..900]);
    desk.write("bag/b.pdf", read("encrypted.pdf"));
    let told = desk.run(["check", "bag", "--json"]).done().json();
    assert_eq!((&told["unread"], &told["leaks"]), (&json!(["a.docx", "b.pdf"]), &json!([])));
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
}

/// An archive of such parts, packed; lengths that are written down are not looked at.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in parts {
        let packed = miniz_oxide::deflate::compress_to_vec(data, 6);
        let fields = [20u16.to_le_bytes(), [0, 0], 8u16.to_le_bytes(), [0, 0], [0, 0]].concat();
        let lengths = [0u32, packed.len() as u32, data.len() as u32].map(u32::to_le_bytes).concat();
        let name_length = [name.len() as u16, 0].map(u16::to_le_bytes).concat();
        let at = out.len() as u32;
        out.extend([b"PK\x03\x04".as_slice(), &fields, &lengths, &name_length, name.as_bytes(), &packed].concat());
        let rest = [[0; 10].as_slice(), &at.to_le_bytes()].concat();
        directory.extend([b"PK\x01\x02\x14\0".as_slice(), &fields, &lengths, &name_length, &rest, name.as_bytes()].concat());
    }
    let at = out.len() as u32;
    out.extend(&directory);
    let count = (parts.len() as u16).to_le_bytes();
    out.extend(
        [b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &(directory.len() as u32).to_le_bytes(), &at.to_le_bytes(), &[0, 0]]
            .concat(),
    );
    out
}

/// Documents that would cost far more than they are worth.
fn hostile() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    const OFFICE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    const PDF: &str = "application/pdf";
    let word = |text: &[u8]| {
        archive(&[("docProps/core.xml", b"<coreProperties><creator>A</creator></coreProperties>"), ("word/document.xml", text)])
    };
    let zeros = vec![0; 150 << 20];
    let blanks = vec![b' '; 150 << 20];
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&zeros, 6);
    let entities = b"<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><a>";
    let many: Vec<String> = (0..30_000).map(|number| format!("word/{number}.xml")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"<a/>".as_slice())).collect();
    let pictures: Vec<String> = (0..200).map(|number| format!("word/media/{number}.png")).collect();
    let pictures: Vec<(&str, &[u8])> = pictures.iter().map(|name| (name.as_str(), &zeros[..8 << 20])).collect();
    let inner = archive(&[
        ("xl/workbook.xml", b"<a/>"),
        ("xl/embeddings/a.xlsx", &archive(&[("xl/embeddings/a.xlsx", &word(b"<a/>"))])),
    ]);
    let packed = |dictionary: &str, data: &[u8]| {
        [
            format!("%PDF-1.7\n1 0 obj\n<< {dictionary} /Filter /FlateDecode /Length {} >>\nstream\n", data.len()).as_bytes(),
            data,
            b"\nendstream\nendobj\n%%EOF\n",
        ]
        .concat()
    };
    let mail = [b"From: a@example.org\nTo: b\nDate: x\n\n".to_vec(), b"a@b.".repeat(3 << 20)].concat();
    vec![
        ("a bomb of zeros", OFFICE, word(&zeros)),
        ("a bomb of blanks", OFFICE, word(&blanks)),
        ("a bomb in an attribute", OFFICE, word(&[b"<a b=\"".as_slice(), &blanks, b"\">"].concat())),
        ("deep elements", OFFICE, word(&b"<a>".repeat(4 << 20))),
        ("many attributes", OFFICE, word(&[b"<a".to_vec(), b" b=\"@\"".repeat(2 << 20), b"/>".to_vec()].concat())),
        ("many changes", OFFICE, word(&b"<ins author=\"A\"/>".repeat(1 << 20))),
        ("many hidden runs", OFFICE, word(&b"<vanish/>".repeat(2 << 20))),
        ("entities", OFFICE, word(&[entities.as_slice(), &b"&c;".repeat(1 << 20)].concat())),
        ("many parts", OFFICE, archive(&many)),
        ("many pictures", OFFICE, archive(&pictures)),
        ("documents in documents", OFFICE, inner),
        ("a stream that unpacks to much", PDF, packed("/Type /ObjStm /N 1000000 /First 10", &bomb)),
        ("metadata that unpacks to much", PDF, packed("/Type /Metadata /Subtype /XML", &bomb)),
        ("objects without an end", PDF, [b"%PDF-1.7\n".to_vec(), b"1 0 obj << /A [ ( ".repeat(900_000)].concat()),
        ("many short objects", PDF, [b"%PDF-1.7\n".to_vec(), b"1 0 obj<</Rect[]/Subtype/Text/T(a)/Author(b)>>".repeat(300_000)].concat()),
        ("a loop", PDF, b"%PDF-1.7\n1 0 obj << /Type /Annot /Parent 1 0 R /Length 1 0 R >> stream endstream trailer << /Info 1 0 R /Prev 0 >>".to_vec()),
        ("streams without an end", PDF, [b"%PDF-1.7\n".to_vec(), b"1 0 obj<</Length 9>>stream ".repeat(500_000)].concat()),
        ("deep arrays", PDF, [b"%PDF-1.7\n1 0 obj ".to_vec(), b"[".repeat(15 << 20)].concat()),
        ("deep groups", "application/rtf", [b"{\\rtf1".to_vec(), b"{\\info".repeat(2 << 20)].concat()),
        ("a long picture", "application/rtf", [b"{\\rtf1{\\pict ".to_vec(), b"00".repeat(7 << 20), b"\\bin999999999 x".to_vec()].concat()),
        ("one long line of signs", "text/plain", b"@.".repeat(8 << 20)),
        ("one long number", "text/plain", b"+1 ".repeat(5 << 20)),
        ("one long path", "text/plain", b"/home/".repeat(2 << 20)),
        ("slashes", "text/plain", b"/".repeat(15 << 20)),
        ("backslashes", "text/plain", b"\\".repeat(15 << 20)),
        ("homes behind colons", "text/plain", b":/home/".repeat(2 << 20)),
        ("addresses without blanks", "text/plain", b"a@bc.de,".repeat(1 << 20)),
        ("pages without blanks", "text/plain", b"://a@bc.de".repeat(1 << 20)),
        ("labels", "text/plain", b"tel:::::12345-67890-".repeat(1 << 19)),
        ("brackets", "text/plain", b"((((".repeat(4 << 20)),
        ("a mail of addresses", "message/rfc822", mail),
        ("one header", "message/rfc822", [b"From: =?u?q?".to_vec(), b"=?a?b?=".repeat(2 << 20)].concat()),
        ("a table of sectors", "application/msword", [read("old.doc")[..512].to_vec(), vec![1; 15 << 20]].concat()),
    ]
}

#[test]
fn documents_made_to_be_slow_are_given_up() {
    for (what, media_type, bytes) in hostile() {
        in_time(&bytes, media_type, what);
    }
}

/// With so little memory that holding what they unpack to is impossible.
#[cfg(target_os = "linux")]
#[test]
fn documents_made_to_be_large_take_little_memory() {
    const ENDINGS: [(&str, &str); 5] =
        [("openxml", "docx"), ("pdf", "pdf"), ("rtf", "rtf"), ("rfc822", "eml"), ("msword", "doc")];
    let desk = Desk::new();
    let memory = super::check_limits::Memory::measured(&desk);
    for (number, (what, media_type, bytes)) in hostile().into_iter().enumerate() {
        let ending = ENDINGS.iter().find(|(part, _)| media_type.contains(part)).map_or("txt", |(_, ending)| ending);
        memory.suffices(&desk.write(format!("{number} {what}.{ending}"), bytes));
    }
}

/// What the stock reader finds in the same files.
#[test]
#[ignore = "needs exiftool; tests/run includes it"]
fn exiftool_reads_the_same_in_documents() {
    let pairs = [
        ("author", &["Author", "Initial-creator", "Creator"][..]),
        ("last_author", &["LastModifiedBy", "LastSavedBy"]),
        ("company", &["Company"]),
        ("manager", &["Manager"]),
        ("created_at", &["CreateDate", "Creation-date"]),
        ("modified_at", &["ModifyDate"]),
    ];
    let mut compared = BTreeMap::<&str, u32>::new();
    for name in
        ["properties.docx", "information.pdf", "old.doc", "xmp.pdf", "xmp-packed.pdf", "objects.pdf", "words.rtf", "text.odt"]
    {
        let out = std::process::Command::new("exiftool")
            .args(["-j", "-charset", "RTF=Cyrillic"])
            .arg(folder().join(name))
            .output()
            .expect("exiftool");
        let read: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        let facts = facts(&self::read(name), &media_type(name));
        for (fact, tags) in pairs {
            let Some(theirs) = tags.iter().find_map(|tag| read[0][*tag].as_str()) else { continue };
            let plain = |text: &str| text.chars().filter(char::is_ascii_digit).take(12).collect::<String>();
            let same = |ours: &str| if fact.ends_with("_at") { plain(ours) == plain(theirs) } else { ours == theirs };
            assert!(
                facts.list.iter().any(|known| known.name == fact && same(&known.value)),
                "{name} {fact}: {theirs}, {facts:?}"
            );
            *compared.entry(fact).or_default() += 1;
        }
    }
    assert!(compared.len() == pairs.len() && compared.values().sum::<u32>() > 20, "{compared:?}");
}
