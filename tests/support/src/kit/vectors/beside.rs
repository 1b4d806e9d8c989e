//! Vectors that are not one file: unpacked folders, as a packed bundle and what happened to it; disclosures; and cards.

use std::fs;
use std::path::Path;

use crate::kit::bundle::{Bundle, File};
use crate::kit::parts::{Parts, Release};
use crate::kit::samples::{amina, plain, stranger};
use crate::kit::sshsig::{CARD, MANIFEST};
use crate::kit::text::{json_string, recipient, sha256};
use crate::kit::weak;
use crate::kit::withholding::{disclosure, disclosure_head};

/// What happens to an unpacked folder.
#[derive(Clone)]
pub enum Change {
    /// A file is written, or written over, with these bytes.
    Write(String, Vec<u8>),
    /// A file is removed.
    Remove(String),
    /// A file gets another name.
    Rename(String, String),
    /// A folder is made.
    Folder(String),
    /// A symbolic link is made.
    Link(String, String),
}

use Change::{Folder, Link, Remove, Rename, Write};

impl Change {
    /// Does it below `root`.
    pub fn apply(&self, root: &Path) {
        let parent = |name: &str| fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
        match self {
            Write(name, bytes) => {
                parent(name);
                fs::write(root.join(name), bytes).unwrap();
            }
            Remove(name) => fs::remove_file(root.join(name)).unwrap(),
            Rename(from, to) => {
                parent(to);
                fs::rename(root.join(from), root.join(to)).unwrap();
            }
            Folder(name) => fs::create_dir_all(root.join(name)).unwrap(),
            Link(name, to) => std::os::unix::fs::symlink(to, root.join(name)).unwrap(),
        }
    }

    /// The same as the index says it.
    pub fn json(&self) -> String {
        let pair = |name: &str, text: &str, more: &str, other: &str| {
            format!("{{\"{name}\":{},\"{more}\":{}}}", json_string(text), json_string(other))
        };
        match self {
            Write(name, bytes) => pair("write", name, "hex", &data_encoding::HEXLOWER.encode(bytes)),
            Remove(name) => format!("{{\"remove\":{}}}", json_string(name)),
            Rename(from, to) => pair("rename", from, "to", to),
            Folder(name) => format!("{{\"folder\":{}}}", json_string(name)),
            Link(name, to) => pair("link", name, "to", to),
        }
    }
}

/// An unpacked folder.
pub struct FolderVector {
    /// The vector that was unpacked, without its extension.
    pub of: &'static str,
    pub what: &'static str,
    /// In their order.
    pub changes: Vec<Change>,
    pub codes: &'static str,
    /// Codes of the notes.
    pub notes: &'static str,
}

fn write(name: &str, bytes: impl Into<Vec<u8>>) -> Change {
    Write(name.into(), bytes.into())
}

fn rename(from: &str, to: &str) -> Change {
    Rename(from.into(), to.into())
}

fn folder(name: &str) -> Change {
    Folder(name.into())
}

fn remove(name: &str) -> Change {
    Remove(name.into())
}

/// Bundles that only folders are made of.
pub(super) fn bases() -> Vec<(&'static str, &'static str, Parts)> {
    let file = |name: &str| File::new(name, "text", "text/plain", "document");
    let twins = plain().with_file(file("\u{2adc}.txt")).with_file(file("\u{2add}\u{338}.txt"));
    vec![
        (
            "good-composed",
            "names in normal form C, to be unpacked",
            plain().with_file(file("caf\u{e9}/r\u{e9}sum\u{e9}.txt")).parts(),
        ),
        (
            "good-composed-later",
            "names that Unicode composes since version 16, to be unpacked",
            plain().with_file(file("\u{105c9}.txt")).with_file(file("\u{16d68}.txt")).parts(),
        ),
        ("good-composed-twins", "one name in both normal forms, to be unpacked", twins.parts()),
    ]
}

const DS_STORE: &[u8] = b"\0\0\0\x01Bud1\0\0";
const APPLE_DOUBLE: &[u8] = b"\0\x05\x16\x07\0\x02\0\0Mac OS X";

pub fn folders() -> Vec<FolderVector> {
    let mut list = Vec::new();
    let mut add = |of, what, codes, notes, changes: Vec<Change>| list.push(FolderVector { of, what, changes, codes, notes });
    let (composed, decomposed) = ("data/caf\u{e9}/r\u{e9}sum\u{e9}.txt", "data/cafe\u{301}/re\u{301}sume\u{301}.txt");
    add("good-plain", "as it was unpacked", "", "", Vec::new());
    add("good-plain", "a file altered", "payload.altered", "", vec![write("data/report.txt", "One pagE.\n")]);
    add("good-plain", "a file longer by a byte", "payload.altered", "", vec![write("data/report.txt", "One page.\n\n")]);
    add("good-plain", "a file removed", "payload.missing", "", vec![remove("data/report.txt")]);
    add("good-plain", "a file put in", "payload.unlisted", "", vec![write("data/z.txt", "x")]);
    add("good-plain", "a file beside data", "bag.unlisted", "", vec![write("README.txt", "x")]);
    add("good-plain", "a file in seal", "bag.unlisted", "", vec![write("seal/notes.txt", "x")]);
    add("good-plain", "a tenth release, which there cannot be", "bag.unlisted", "", vec![write("seal/release-10.json", "x")]);
    add("good-plain", "a signature of a release that is not there", "bag.unlisted", "", vec![write("seal/release-1.sig", "x")]);
    add("good-plain", "a derived file removed", "bag.missing", "", vec![remove("bagit.txt")]);
    add("good-plain", "a derived file altered", "bag.derived", "", vec![write("bagit.txt", "BagIt-Version: 0.97\n")]);
    add("good-plain", "no signature", "seal.missing", "", vec![remove("seal/manifest.sig")]);
    add("good-plain", "no manifest", "seal.missing", "", vec![remove("seal/manifest.json")]);
    add("good-plain", "no items", "item.missing", "", vec![remove("seal/items.jsonl")]);
    add(
        "good-plain",
        "a link in place of a file",
        "folder.link payload.missing",
        "",
        vec![
            rename("data/report.txt", "data/other.txt"),
            Link("data/report.txt".into(), "other.txt".into()),
            remove("data/other.txt"),
        ],
    );
    add("good-plain", "a link more", "folder.link", "", vec![Link("data/link".into(), "report.txt".into())]);
    add("good-plain", "a link to a folder", "folder.link", "", vec![Link("more".into(), "data".into())]);
    add("good-plain", "an empty folder", "", "folder.junk", vec![folder("data/empty")]);
    add("good-plain", "an empty folder called seal/padding", "", "folder.junk", vec![folder("seal/padding")]);
    add("good-plain", "a folder called seal/padding with a file", "bag.unlisted", "", vec![write("seal/padding/x", "")]);
    add("good-plain", "a hundred empty folders, one in the other", "", "folder.junk", vec![folder(&"deep/".repeat(100))]);
    add(
        "good-plain",
        "what Finder leaves behind",
        "",
        "folder.junk",
        vec![write("data/.DS_Store", DS_STORE), write("data/._report.txt", APPLE_DOUBLE), write(".DS_Store", DS_STORE)],
    );
    add(
        "good-plain",
        "what Explorer leaves behind",
        "",
        "folder.junk",
        vec![
            write("data/desktop.ini", "[.ShellClassInfo]\r\nIconIndex=0\r\n"),
            write("data/photos/Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec()),
        ],
    );
    add(
        "good-plain",
        "a file that only calls itself .DS_Store",
        "payload.unlisted",
        "",
        vec![write("data/.DS_Store", "evidence")],
    );
    add(
        "good-plain",
        "a file that only calls itself desktop.ini",
        "payload.unlisted",
        "",
        vec![write("data/desktop.ini", "evidence")],
    );
    for (what, bytes) in [
        ("as Explorer writes it in UTF-16", &b"\xff\xfe[\0V\0i\0e\0w\0S\0t\0a\0t\0e\0]\0"[..]),
        ("behind a byte order mark and a line break", b"\xef\xbb\xbf\r\n[LocalizedFileNames]\r\n"),
        ("behind a line break", b"\r\n[.ShellClassInfo]\r\n"),
    ] {
        add("good-plain", what, "", "folder.junk", vec![write("data/desktop.ini", bytes.to_vec())]);
    }
    for (what, name, bytes) in [
        ("in another case", "desktop.INI", &b"[.ShellClassInfo]"[..]),
        ("in UTF-16 with the bytes the other way", "desktop.ini", b"\xfe\xff\0[\0V\0i\0e\0w\0S\0t\0a\0t\0e\0]"),
        ("in another case of its section", "desktop.ini", b"[viewstate]"),
    ] {
        add("good-plain", what, "payload.unlisted", "", vec![write(&format!("data/{name}"), bytes.to_vec())]);
    }
    add("good-plain", "a part that only version 2 has", "bag.unlisted", "", vec![write("seal/manifest-2.sig", "x")]);
    add(
        "good-composed",
        "a name that the disk keeps in normal form D",
        "",
        "folder.decomposed folder.junk",
        vec![rename(composed, decomposed)],
    );
    add(
        "good-composed",
        "the same, and altered",
        "payload.altered",
        "folder.decomposed folder.junk",
        vec![remove(composed), write(decomposed, "test")],
    );
    add("good-composed", "a second file under normal form D", "payload.unlisted", "", vec![write(decomposed, "text")]);
    add(
        "good-composed",
        "only the last part in normal form D",
        "payload.missing payload.unlisted",
        "",
        vec![rename(composed, "data/caf\u{e9}/re\u{301}sume\u{301}.txt")],
    );
    add(
        "good-composed",
        "an empty folder at the name, the file at its normal form D",
        "",
        "folder.decomposed folder.junk",
        vec![rename(composed, decomposed), folder(composed)],
    );
    add(
        "good-composed-later",
        "names that only newer tables decompose, decomposed",
        "payload.missing payload.unlisted",
        "",
        vec![
            rename("data/\u{105c9}.txt", "data/\u{105d2}\u{307}.txt"),
            rename("data/\u{16d68}.txt", "data/\u{16d67}\u{16d67}.txt"),
        ],
    );
    add("good-composed-twins", "one file for two items", "payload.missing", "", vec![remove("data/\u{2adc}.txt")]);
    add("good-redacted-twice", "as it was unpacked", "", "", Vec::new());
    add("good-redacted-twice", "no items", "item.missing", "", vec![remove("seal/items.jsonl")]);
    add(
        "good-redacted-twice",
        "the first release removed",
        "bag.unlisted release.malformed item.missing",
        "",
        vec![remove("seal/release-1.json")],
    );
    add(
        "good-redacted-twice",
        "the last release removed",
        "item.missing",
        "",
        vec![remove("seal/release-2.json"), remove("seal/release-2.sig")],
    );
    add("good-addressed", "unpacked with its padding", "", "", Vec::new());
    add("good-addressed", "without its padding", "", "", vec![remove("seal/padding")]);
    add("good-addressed", "padding of another length", "", "", vec![write("seal/padding", vec![0; 5_000])]);
    add("good-addressed", "more padding than can be", "container.layout", "", vec![write("seal/padding", vec![0; 80_000])]);
    add("good-addressed", "padding that is not all zeros", "container.layout", "", vec![write("seal/padding", "x")]);
    add("good-readers", "unpacked with its list of readers", "", "readers.left", Vec::new());
    add(
        "good-readers",
        "the signature of its list of readers removed",
        "readers.signature",
        "readers.left",
        vec![remove("seal/readers.sig")],
    );
    add("good-readers", "its list of readers removed", "bag.unlisted", "", vec![remove("seal/readers.json")]);
    add("newer-manifest", "a manifest of version 2", "seal.newer", "", Vec::new());
    add(
        "newer-manifest",
        "a manifest of version 2, and a file of no version",
        "bag.unlisted seal.newer",
        "",
        vec![write("notes.txt", "x")],
    );
    add(
        "newer-manifest",
        "a manifest of version 2, and padding of 80,000 bytes",
        "seal.newer",
        "",
        vec![write("seal/padding", vec![1; 80_000])],
    );
    add(
        "newer-manifest",
        "a manifest of version 2, and a link",
        "folder.link seal.newer",
        "",
        vec![Link("data/link".into(), "report.txt".into())],
    );
    add(
        "newer-manifest",
        "a manifest of version 2, and a payload that nobody can judge",
        "seal.newer",
        "",
        vec![write("data/z.txt", "x"), write("data/report.txt", "another")],
    );
    add(
        "newer-manifest",
        "a manifest of version 2 with a part of its own",
        "seal.newer",
        "",
        vec![write("seal/manifest-pq.sig", "x")],
    );
    list
}

/// A bundle that is too large to be kept here, and how it is made.
pub struct MadeVector {
    /// What follows `tests/interop/second_writer.py`, but for the name of the file.
    pub by: &'static str,
    pub what: &'static str,
    pub codes: &'static str,
    pub sha256: &'static str,
}

/// Bundles by the signer of the format's worked example.
pub fn made() -> Vec<MadeVector> {
    let row = |by, what, codes, sha256| MadeVector { by, what, codes, sha256 };
    vec![
        row(
            "--files 65526",
            "65,534 entries, the most that need no ZIP64 record",
            "",
            "a500b859ce0dd18acdd2100443fda21834ff89771b2a474564160782f83d343b",
        ),
        row(
            "--files 65527",
            "65,535 entries, the fewest that need one",
            "",
            "329fedfce7c09a409ef2bb9185a6f271f99bf3838546e5d0357d6ae1d719845f",
        ),
        row(
            "--files 1000000",
            "1,000,000 items, the most that there can be",
            "",
            "543812d888e6dc0f24bb44bd7a19f5afc8c2ba4ecf767f4ec3d8f9cc55ce149c",
        ),
        row(
            "--files 1000001",
            "one item more",
            "seal.manifest seal.items",
            "68f21d92d45c1cb8b3328c238d3b5887c02102ae81b49d0308dba07d9ae86cb3",
        ),
    ]
}

/// A disclosure and the bundle that it is checked with.
pub struct DisclosureVector {
    pub name: String,
    pub what: &'static str,
    /// The vector beside which it is checked, without its extension.
    pub bundle: &'static str,
    pub bytes: Vec<u8>,
    /// The code for which it is refused; empty where it is taken.
    pub code: &'static str,
    /// How many withheld items it gives back.
    pub given: usize,
}

pub fn disclosures() -> Vec<DisclosureVector> {
    let mut list = Vec::new();
    let full = plain().parts();
    let digest = full.digest();
    let bundle = "good-redacted-twice";
    let mut add = |name: &str, what, code, given, bytes: Vec<u8>| {
        list.push(DisclosureVector { name: format!("disclosure-{name}"), what, bundle, bytes, code, given });
    };
    let good = disclosure(&full, &["photos/a.jpg", "\"dateline\""]);
    add("good", "a photo with its caption, and a fact", "", 3, good.clone());
    add("good-fact", "one fact", "", 1, disclosure(&full, &["\"dateline\""]));
    add(
        "good-fact-of-nothing",
        "a caption whose photo is neither shown nor disclosed",
        "",
        1,
        disclosure(&full, &["\"caption\""]),
    );
    add("good-shown", "what the bundle shows anyway", "", 0, disclosure(&full, &["\"title\""]));
    let body = good.len() - disclosure_head(&digest, 3).len();
    let most = 65_536 + body / 4;
    add("good-zeros", "as many zeros as there may be", "", 3, [&good[..], &vec![0; most]].concat());
    add("zeros", "one zero more", "disclosure.malformed", 0, [&good[..], &vec![0; most + 1]].concat());
    add("behind", "a line feed behind the end", "disclosure.malformed", 0, [&good[..], b"\n"].concat());
    add("cut", "cut by one byte", "disclosure.malformed", 0, good[..good.len() - 1].to_vec());
    add("empty", "an empty file", "disclosure.malformed", 0, Vec::new());
    let head = |count| disclosure_head(&digest, count);
    let lines: Vec<Vec<u8>> = {
        let holds =
            |line: &Vec<u8>| ["\"dateline\"", "\"caption\""].iter().any(|text| String::from_utf8_lossy(line).contains(text));
        full.lines().into_iter().filter(holds).collect()
    };
    add("none", "no items", "disclosure.malformed", 0, head(0));
    add("too-many", "more items than there can be", "disclosure.malformed", 0, [head(1_000_001), lines.concat()].concat());
    add("count", "one item more than it says", "disclosure.malformed", 0, [head(1), lines.concat()].concat());
    add("order", "items in another order", "disclosure.malformed", 0, [head(2), lines[1].clone(), lines[0].clone()].concat());
    add("twice", "an item twice", "disclosure.malformed", 0, [head(2), lines[0].clone(), lines[0].clone()].concat());
    let text = String::from_utf8(head(2)).unwrap();
    for (name, what, from, to, code) in [
        ("space", "a space in the first line", "\"items\":2", "\"items\": 2", "disclosure.malformed"),
        ("member", "another member in the first line", "\"items\":2", "\"items\":2,\"for\":\"x\"", "disclosure.malformed"),
        ("true", "true for the count", "\"items\":2", "\"items\":true", "disclosure.malformed"),
        ("newer", "a disclosure of version 2", "disclosure/1", "disclosure/2", "seal.newer"),
        ("word", "a word that is no version", "disclosure/1", "disclosure/01", "disclosure.malformed"),
    ] {
        assert!(text.contains(from));
        add(name, what, code, 0, [text.replace(from, to).into_bytes(), lines.concat()].concat());
    }
    let other = Bundle { id: "f".repeat(32), ..plain() }.parts();
    add("of-another-bundle", "for another bundle", "disclosure.other", 0, disclosure(&other, &["\"dateline\""]));
    let newer = text.replace("disclosure/1", "disclosure/2").replace(&digest, &"00".repeat(32));
    add("newer-of-another-bundle", "a disclosure of version 2 for another bundle", "disclosure.other", 0, newer.into_bytes());
    let foreign = other.lines().into_iter().find(|line| String::from_utf8_lossy(line).contains("\"dateline\"")).unwrap();
    add("unsealed", "an item with another salt", "disclosure.unsealed", 0, [head(1), foreign].concat());
    let mut altered = good;
    let last = altered.len() - 1;
    altered[last] ^= 1;
    add("payload", "a file with one bit flipped", "disclosure.payload", 0, altered);

    // a signer who committed to two versions, and had one of each withheld
    let two = two_versions();
    for (name, what, texts) in [
        ("two-files", "another file of a path that is shown", &["\"notes.txt\""][..]),
        ("two-titles", "another title than the one that is shown", &["\"Another title\""]),
        ("file-and-folder", "a file where the bundle shows a folder", &["\"path\":\"photos\""]),
    ] {
        list.push(DisclosureVector {
            name: format!("disclosure-{name}"),
            what,
            bundle: "two-versions",
            bytes: given_back(&two.0, texts),
            code: "seal.two_versions",
            given: 0,
        });
    }
    list
}

/// An item line and the bytes of the file that it names, if it is one.
type Withheld = (Vec<u8>, Vec<u8>);

/// Sealed with two versions of a file, of the title, and with a file in place of a folder; and a copy that withholds one of each.
fn two_versions() -> (Vec<Withheld>, String, Parts) {
    let file = |name: &str, bytes: &str| File::new(name, bytes, "text/plain", "document");
    let honest = plain().with_file(file("notes.txt", "one"));
    let other = [(file("notes.txt", "two").line(), b"two".to_vec()), (file("photos", "three").line(), b"three".to_vec())];
    let title = crate::kit::bundle::field_line("case", "title", "Another title");
    let all = other.iter().fold(honest.clone().with_line(&title), |bundle, (line, _)| bundle.with_line(line));
    let mut parts = honest.parts_of(all.lines());
    let gone: Vec<Withheld> = parts
        .lines()
        .into_iter()
        .filter_map(|line| {
            let text = String::from_utf8_lossy(&line).into_owned();
            let bytes = other.iter().find(|(rest, _)| text.trim_end().ends_with(rest)).map(|(_, bytes)| bytes.clone());
            let bytes = bytes.or_else(|| text.contains("Another title").then(Vec::new));
            Some((line, bytes?))
        })
        .collect();
    let kept: Vec<Vec<u8>> = parts.lines().into_iter().filter(|line| !gone.iter().any(|(other, _)| other == line)).collect();
    parts.set_lines(kept);
    let withheld: Vec<String> = gone.iter().map(|(line, _)| crate::kit::text::sha256_hex(line)).collect();
    parts.add_release(&Release::by(&amina()), &withheld);
    parts.mend();
    let digest = parts.digest();
    (gone, digest, parts)
}

fn given_back(gone: &[Withheld], texts: &[&str]) -> Vec<u8> {
    let chosen: Vec<&Withheld> =
        gone.iter().filter(|(line, _)| texts.iter().any(|text| String::from_utf8_lossy(line).contains(text))).collect();
    assert!(!chosen.is_empty() && chosen.is_sorted_by_key(|(line, _)| sha256(line)));
    let (lines, bytes): (Vec<Vec<u8>>, Vec<Vec<u8>>) = chosen.iter().map(|pair| (**pair).clone()).unzip();
    [disclosure_head(&two_versions().1, lines.len() as u64), lines.concat(), bytes.concat()].concat()
}

/// The copy beside which the disclosures of [`two_versions`] are checked.
pub(super) fn two_versions_copy() -> Parts {
    two_versions().2
}

/// A card and what must be said of it.
pub struct CardVector {
    pub name: String,
    pub what: &'static str,
    pub text: String,
    /// The code for which it is refused; empty where it can be taken.
    pub code: &'static str,
}

pub fn cards() -> Vec<CardVector> {
    let mut list = Vec::new();
    let mut add =
        |name: &str, what, code, text: String| list.push(CardVector { name: format!("card-{name}"), what, text, code });
    let keys = [recipient(1), recipient(2)];
    let good = amina().card("Amina", &keys);
    let signed = |line: &str| line.to_owned() + &amina().armor(CARD, line.as_bytes());
    let line = good[..good.find('\n').unwrap() + 1].to_owned();
    add("good", "a card with two recipients", "", good.clone());
    add("good-name-longest", "a name of 256 bytes", "", amina().card(&"n".repeat(256), &[]));
    add("good-name-script", "a name in another script", "", amina().card("\u{410}\u{43c}\u{438}\u{43d}\u{430}", &[]));
    add("name-257", "a name of 257 bytes", "card.format", amina().card(&"n".repeat(257), &[]));
    add("name-empty", "an empty name", "card.format", amina().card("", &[]));
    add("name-space", "a name of one space", "card.format", amina().card(" ", &[]));
    add("name-wide-space", "a name of ideographic spaces", "card.format", amina().card("\u{3000}\u{3000}", &[]));
    add("recipient-twice", "one recipient twice", "card.format", amina().card("Amina", &[recipient(1), recipient(1)]));
    add("recipient-none", "something that is no recipient", "card.format", amina().card("Amina", &["age1x".into()]));
    for (name, what, from, to, code) in [
        ("space", "a space in the line, signed", "\"key\":", "\"key\": ", "card.format"),
        ("member", "another member in the line, signed", "\"key\":", "\"mail\":\"\",\"key\":", "card.format"),
        ("time", "a time that does not exist, signed", "2026-01-01", "2026-02-30", "card.format"),
        ("newer", "a card of version 2, signed", "sealbag-card/1", "sealbag-card/2", "card.newer"),
        ("word", "a word that is no version, signed", "sealbag-card/1", "sealbag-card/one", "card.format"),
    ] {
        assert!(line.contains(from), "{line}");
        add(name, what, code, signed(&line.replace(from, to)));
    }
    add("newer-unsigned", "a card whose version became 2 after it was signed", "card.format", good.replace("card/1", "card/2"));
    add("altered", "another name after it was signed", "card.format", good.replace("Amina", "Anima"));
    add("by-another", "signed by another key", "card.format", line.clone() + &stranger().armor(CARD, line.as_bytes()));
    add("namespace", "signed as a manifest", "card.format", line.clone() + &amina().armor(MANIFEST, line.as_bytes()));
    add("unsigned", "the line alone", "card.format", line.clone());
    add("behind", "a line feed behind the armor", "card.format", format!("{good}\n"));
    add("line-ends", "CR LF", "card.format", good.replace('\n', "\r\n"));
    let neutral = line.replace(&amina().line(), &weak::line_of(&weak::IDENTITY));
    add(
        "weak",
        "of the neutral element",
        "key.weak",
        neutral.clone() + &weak::signed_by_identity(CARD, neutral.as_bytes()).armor(),
    );
    list.extend(super::statements::succeeding_cards());
    list
}
