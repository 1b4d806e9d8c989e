//! The bundles under `tests/vectors`, made the same each time: id, salts, times and keys are fixed.

pub mod audit;
pub mod beside;
mod chains;
pub mod custody;
mod items;
mod layouts;
mod limits;
mod names;
mod seals;
pub mod stamps;
pub mod statements;

use crate::kit::bundle::{Bundle, File, field_line};
use crate::kit::parts::{Parts, Release};
use crate::kit::samples::{addressed, amina, for_readers, full, plain, redacted, redacted_twice, stranger, touched};
use crate::kit::sshsig::{CUSTODY, MANIFEST, Signer};
use crate::kit::text::recipient;
use crate::kit::weak;
use crate::kit::zip::{Entry, Zip, extra};

const ITEMS: &str = "seal/items.jsonl";
const JSON: &str = "seal/manifest.json";
const SIG: &str = "seal/manifest.sig";
const REPORT: &str = "data/report.txt";

/// One file under `tests/vectors` and what it must give.
pub struct Vector {
    /// Without its extension.
    pub name: String,
    /// What is special about it, in words for people.
    pub what: String,
    /// Names of those who are believed.
    pub trusted: &'static [&'static str],
    /// Those among them whom the reader revoked.
    pub revoked: &'static [&'static str],
    /// Exactly these codes, separated by spaces.
    pub codes: &'static str,
    pub bytes: Vec<u8>,
    /// SHA-256 of its manifest, where it has one.
    pub digest: Option<String>,
    /// True where something is withheld and released.
    pub withheld: bool,
    /// Its files, where it has some.
    pub parts: Option<Parts>,
}

/// Everybody who signs or is believed in the vectors.
pub fn signers() -> Vec<(&'static str, Signer)> {
    vec![
        ("amina", amina()),
        ("daria", stranger()),
        ("token", touched().signer),
        ("token-application", token_of("ssh:sealbag")),
        ("token-longest", token_of(&longest_application())),
        ("example", Signer::of_the_example()),
    ]
}

/// The longest application that a FIDO key may have.
fn longest_application() -> String {
    format!("ssh:{}", "x".repeat(60))
}

fn token_of(application: &str) -> Signer {
    Signer::fido(1, application, 5, 4_294_967_295)
}

struct List(Vec<Vector>);

impl List {
    fn add(&mut self, name: impl Into<String>, what: impl Into<String>, codes: &'static str, parts: &Parts) {
        self.zip(name, what, codes, parts, |_| ());
    }

    fn revoked(&mut self, revoked: &'static [&'static str]) {
        self.0.last_mut().unwrap().revoked = revoked;
    }

    fn by(&mut self, trusted: &'static [&'static str]) {
        self.0.last_mut().unwrap().trusted = trusted;
    }

    /// The plain bundle, changed; nothing is mended.
    fn changed(
        &mut self,
        name: impl Into<String>,
        what: impl Into<String>,
        codes: &'static str,
        change: impl FnOnce(&mut Parts),
    ) {
        let mut parts = plain().parts();
        change(&mut parts);
        self.add(name, what, codes, &parts);
    }

    fn zip(
        &mut self,
        name: impl Into<String>,
        what: impl Into<String>,
        codes: &'static str,
        parts: &Parts,
        damage: impl FnOnce(&mut Zip),
    ) {
        let mut zip = Zip::of(parts);
        damage(&mut zip);
        let digest = parts.has(JSON).then(|| parts.digest());
        let withheld = parts.releases() > 0;
        let parts = Some(parts.clone());
        let (name, what, trusted, revoked) = (name.into(), what.into(), &["amina"][..], &[][..]);
        self.0.push(Vector { name, what, trusted, revoked, codes, bytes: zip.bytes(), digest, withheld, parts });
    }

    /// Bytes that are no bundle.
    fn raw(&mut self, name: impl Into<String>, what: impl Into<String>, codes: &'static str, bytes: Vec<u8>) {
        let (name, what, trusted, revoked) = (name.into(), what.into(), &["amina"][..], &[][..]);
        self.0.push(Vector { name, what, trusted, revoked, codes, bytes, digest: None, withheld: false, parts: None });
    }

    fn container(&mut self, name: impl Into<String>, what: impl Into<String>, damage: impl FnOnce(&mut Zip)) {
        self.zip(name, what, "container.layout", &plain().parts(), damage);
    }
}

pub fn all() -> Vec<Vector> {
    let mut list = List(Vec::new());
    good(&mut list);
    strangers_and_newer(&mut list);
    payload_and_items(&mut list);
    seals(&mut list);
    containers(&mut list);
    releases(&mut list);
    readers(&mut list);
    names::add(&mut list);
    limits::add(&mut list);
    items::add(&mut list);
    seals::add(&mut list);
    chains::add(&mut list);
    layouts::add(&mut list);
    for (name, what, parts) in beside::bases() {
        list.add(name, what, "", &parts);
    }
    list.add("two-versions", "sealed with two versions, of which this copy shows one", "", &beside::two_versions_copy());
    list.0
}

fn good(list: &mut List) {
    list.add("good-plain", "three files and a few facts", "", &plain().parts());
    let document = |name: &str| File::new(name, "text", "text/plain", "document");
    let names = [
        "\u{410}\u{441}\u{442}\u{430}\u{43d}\u{430}, 1.txt",
        "\u{645}\u{6cc}\u{200c}\u{62e}.txt",
        "e\u{301}.txt",
        "A.txt",
        "a.txt",
        "com10",
        ".hidden",
        "a/b/c/d",
    ];
    let many = names.iter().fold(plain(), |bundle, name| bundle.with_file(document(name)));
    list.add(
        "good-names",
        "names in several scripts, a joiner, normal form D, two that differ in case only",
        "",
        &many.parts(),
    );
    let odd = "\u{0}\u{8}\t\n\u{c}\r\u{1f}\"\\/\u{7f}\u{2028}\u{202e}\u{feff}\u{ffff}\u{1f4f7}";
    let facts = plain()
        .field("case", "zodiac_sign", "unknown")
        .field("case", "rights", "none")
        .field("case", "rights", "all")
        .field("case", "note", odd);
    list.add("good-facts", "an unknown name, a name twice, a value that needs every escape", "", &facts.parts());
    let mut one = plain();
    (one.files, one.fields) = (vec![File::new("a", "", "application/octet-stream", "attachment")], Vec::new());
    list.add("good-least", "one empty file, and nothing else", "", &one.parts());
    for (name, time) in [("good-time-first", "1980-01-01T00:00:00Z"), ("good-time-last", "2107-12-31T23:59:59Z")] {
        let bundle = Bundle { sealed_at: time.into(), ..plain() };
        list.add(name, "sealed at the edge of what a ZIP entry can say", "", &bundle.parts());
    }
    list.add(
        "good-addressed",
        "two recipients whom the seal names, and padding as in every bundle made for encryption",
        "",
        &addressed().parts(),
    );
    list.add("good-readers", "a list of readers, as in every bundle encrypted for somebody", "", &for_readers());
    list.add("good-token", "sealed by a FIDO key", "", &touched().parts());
    list.by(&["token"]);
    list.add(
        "good-token-application",
        "sealed by a FIDO key of an application of its own, user verified, counter at its end",
        "",
        &plain().signed_by(token_of("ssh:sealbag")).parts(),
    );
    list.by(&["token-application"]);
    list.add("good-redacted", "a photo and its caption withheld by the signer", "", &redacted());
    list.add("good-redacted-twice", "a second release, of one fact", "", &redacted_twice());
    list.add("good-full", "every kind of file: two releases, recipients withheld, a list of readers, padding", "", &full());
    let mut passed_on = redacted();
    passed_on.withhold(&Release::by(&stranger()), &["\"dateline\""]);
    list.add(
        "released-by-another",
        "the second release is by somebody who is believed and is not the signer",
        "release.other",
        &passed_on,
    );
    list.by(&["amina", "daria"]);
    let mut early = plain().parts();
    early.withhold(&Release { at: "2020-01-01T00:00:00Z".into(), ..Release::by(&amina()) }, &["\"dateline\""]);
    list.add("good-release-earlier", "the release states a time before the seal: a note, no fault", "", &early);
}

fn strangers_and_newer(list: &mut List) {
    list.add("stranger", "whole, by somebody who is not believed", "signer.unknown", &plain().signed_by(stranger()).parts());
    let mut passed_on = redacted();
    passed_on.withhold(&Release::by(&stranger()), &["\"dateline\""]);
    list.add("stranger-released", "the second release is by somebody who is not believed", "release.author", &passed_on);
    list.changed("newer-manifest", "the manifest names a format of the future", "seal.newer", |parts| {
        parts.replace(JSON, "sealbag-manifest/1", "sealbag-manifest/2");
        parts.sign();
        parts.mend();
    });
    let mut newer = redacted();
    newer.replace("seal/release-1.json", "sealbag-release/1", "sealbag-release/2");
    newer.sign_release(1, &amina());
    list.add("newer-release", "the release names a format of the future", "seal.newer", &newer);
}

fn payload_and_items(list: &mut List) {
    list.changed("payload-altered", "one bit of a file flipped", "payload.altered", |parts| parts.flip(REPORT, 0));
    list.changed(
        "payload-altered-mended",
        "the same, and both BagIt manifests mended",
        "payload.altered bag.derived",
        |parts| {
            parts.flip(REPORT, 0);
            parts.mend();
        },
    );
    list.changed("payload-missing", "a file left out", "payload.missing", |parts| drop(parts.remove(REPORT)));
    list.changed("payload-unlisted", "a file put in", "payload.unlisted", |parts| parts.add_payload("z.txt", "put in"));
    list.changed("item-altered", "a fact changed, BagIt files mended", "item.unsealed item.missing", |parts| {
        parts.edit_line("\"dateline\"", "Astana", "Almaty");
        parts.mend();
    });
    list.changed("item-added", "a fact put in, BagIt files mended", "item.unsealed", |parts| {
        parts.add_line(&field_line("case", "rights", "none"));
        parts.mend();
    });
    list.changed("item-dropped", "a fact left out silently, BagIt files mended", "item.missing", |parts| {
        parts.drop_lines("\"dateline\"");
        parts.mend();
    });
    list.changed("items-swapped", "two lines exchanged, BagIt files mended", "seal.items", |parts| {
        let mut lines = parts.lines();
        lines.swap(0, 1);
        parts.set(ITEMS, lines.concat());
        parts.mend();
    });
    let sealed = |rest: &str| plain().with_line(rest).parts();
    list.add(
        "items-escape",
        "sealed with an escape that canonical JSON does not use",
        "seal.items",
        &sealed(r#""kind":"field","about":"case","name":"note","value":"\u0041"}"#),
    );
    list.add(
        "items-member-twice",
        "sealed with a member twice",
        "seal.items",
        &sealed(r#""kind":"field","about":"case","name":"note","value":"a","value":"b"}"#),
    );
    list.add(
        "items-path-up",
        "sealed with the path ../up.txt",
        "seal.items",
        &sealed(&format!(
            "\"kind\":\"file\",\"path\":\"../up.txt\",\"size\":0,\"sha256\":\"{}\",\"media_type\":\"text/plain\",\"role\":\"document\"}}",
            crate::kit::text::sha256_hex(b"")
        )),
    );
    let caption = sealed(&field_line("file:nowhere.jpg", "caption", "x"));
    list.add("conflict-fact", "sealed with a fact about a file that is not there", "item.conflict", &caption);
    let document = |name: &str| File::new(name, "text", "text/plain", "document");
    let both = plain().with_file(document("a")).with_file(document("a-b")).with_file(document("a/b"));
    list.add(
        "conflict-file-and-folder",
        "sealed with the files a and a/b, and a-b between them",
        "item.conflict",
        &both.parts(),
    );
    let mut twice = addressed();
    twice.recipients.push(recipient(1));
    list.add("conflict-recipient", "sealed with one recipient twice", "item.conflict", &twice.parts());
    for (name, about) in [("conflict-fact-twice", "case"), ("conflict-source-twice", "source:S1")] {
        let fact = if about == "case" { "title" } else { "identity" };
        let twice = plain().field(about, fact, "another");
        list.add(name, "sealed with two of a fact that can be true only once", "item.conflict", &twice.parts());
    }
    list.changed("derived-verify-txt", "VERIFY.txt replaced, the rest mended", "bag.derived", |parts| {
        parts.set("VERIFY.txt", "all is well\n");
        parts.mend();
    });
    list.changed("derived-bag-info", "another date in bag-info.txt", "bag.derived", |parts| {
        parts.replace("bag-info.txt", "2026-11-24", "2026-11-25");
        parts.mend_tagmanifest();
    });
    list.changed("derived-missing", "bagit.txt left out", "container.layout bag.missing", |parts| {
        drop(parts.remove("bagit.txt"))
    });
}

fn seals(list: &mut List) {
    list.changed("seal-missing", "no signature", "seal.missing", |parts| drop(parts.remove(SIG)));
    list.changed("seal-empty", "an empty signature", "seal.missing", |parts| parts.set(SIG, ""));
    list.changed("manifest-space", "a space in the manifest, signed", "seal.manifest", |parts| {
        parts.replace(JSON, "\"id\":", "\"id\": ");
        parts.sign();
        parts.mend();
    });
    list.changed("manifest-swapped", "two commitments exchanged, signed", "seal.manifest", |parts| {
        let text = parts.text(JSON);
        let (one, two) = (text.lines().nth(1).unwrap(), text.lines().nth(2).unwrap());
        parts.replace(JSON, &format!("{one}\n{two}"), &format!("{two}\n{one}"));
        parts.sign();
        parts.mend();
    });
    list.changed("signature-of-another-text", "the manifest changed after it was signed", "seal.signature", |parts| {
        parts.replace(JSON, "sealbag 0.1.0", "sealbag 0.1.1");
        parts.mend();
    });
    list.changed("signature-by-another-key", "signed by another key than the manifest names", "seal.armor", |parts| {
        parts.set(SIG, stranger().armor(MANIFEST, parts.bytes(JSON)));
    });
    list.changed("signature-of-another-namespace", "signed as a custody entry", "seal.armor", |parts| {
        parts.set(SIG, amina().armor(CUSTODY, parts.bytes(JSON)));
    });
    list.changed("signature-line-ends", "CR LF in the armor", "seal.armor", |parts| {
        parts.edit(SIG, |text| text.replace('\n', "\r\n"));
    });
    list.changed("signature-s-plus-l", "S plus L: Good to ssh-keygen 9.2", "seal.signature", |parts| {
        parts.set(SIG, weak::with_s_plus_l(&amina().sign(MANIFEST, parts.bytes(JSON))).armor());
    });
    list.changed("signature-small-r", "R is the neutral element: Good to ssh-keygen 9.2", "seal.signature", |parts| {
        parts.set(SIG, weak::signed_with_small_r(&amina(), MANIFEST, parts.bytes(JSON)).armor());
    });
    list.changed("key-neutral", "the signer is the neutral element: Good to ssh-keygen 9.2", "seal.key", |parts| {
        parts.replace(JSON, &amina().line(), &weak::line_of(&weak::IDENTITY));
        parts.set(SIG, weak::signed_by_identity(MANIFEST, parts.bytes(JSON)).armor());
        parts.mend();
    });
    list.changed("key-torsioned", "the signer's key plus a point of order two: Good to ssh-keygen 9.2", "seal.key", |parts| {
        parts.replace(JSON, &amina().line(), &weak::line_of(&weak::torsioned_point(&amina())));
        parts.set(SIG, weak::signed_by_torsioned(&amina(), MANIFEST, parts.bytes(JSON)).armor());
        parts.mend();
    });
    let untouched = plain().signed_by(Signer::fido(1, "ssh:", 0, 7)).parts();
    list.add("token-untouched", "sealed by a FIDO key that nobody touched", "seal.signature", &untouched);
    list.by(&["token"]);
}

fn containers(list: &mut List) {
    list.container("container-before", "bytes before the first header, offsets mended", |zip| {
        zip.before = b"#!/bin/sh\n".to_vec();
        zip.lay_out();
    });
    list.container("container-after", "a line break after the end record", |zip| zip.after = b"\n".to_vec());
    list.container("container-comment", "a comment", |zip| zip.end.comment = b"checked".to_vec());
    list.container("container-gap", "a gap between two entries", |zip| {
        zip.entries[1].gap = vec![0; 4];
        zip.lay_out();
    });
    list.container("container-name", "the directory names an entry otherwise", |zip| {
        zip.entry(REPORT).central.name = b"sealbag-0123456789ab/data/reporT.txt".to_vec();
    });
    list.container("container-extra", "an extra field of time", |zip| {
        zip.entry(REPORT).both(|header| header.extra = extra(0x5455, &[1, 0, 0, 0, 0]));
        zip.lay_out();
    });
    list.container("container-descriptor", "a data descriptor", |zip| {
        let entry = zip.entry(REPORT);
        let crc = entry.local.crc;
        entry.both(|header| header.flags |= 8);
        entry.descriptor = [&b"PK\x07\x08"[..], &crc.to_le_bytes(), &10u32.to_le_bytes(), &10u32.to_le_bytes()].concat();
        zip.lay_out();
    });
    list.container("container-crc", "a wrong CRC-32 in both headers", |zip| zip.entry(REPORT).both(|header| header.crc ^= 1));
    list.container("container-link", "a symbolic link by its attributes", |zip| {
        zip.entry(REPORT).central.external = 0xA1FF_0000
    });
    list.container("container-flag", "the flag of UTF-8 on an ASCII name", |zip| {
        zip.entry(REPORT).both(|header| header.flags = 0x0800);
    });
    list.container("container-directory-order", "the directory in another order", |zip| {
        zip.directory.swap(0, 1);
        zip.lay_out();
    });
    list.container("container-time", "the time of the entries is not that of the seal", |zip| {
        zip.entries.iter_mut().for_each(|entry| entry.both(|header| header.time += 1));
    });
    list.container("container-folder", "a folder as an entry", |zip| {
        let dos = (zip.entries[0].local.time, zip.entries[0].local.date);
        zip.entries.insert(0, Entry::new("sealbag-0123456789ab/data/", b"", 0, dos));
        *zip = Zip::from_entries(zip.entries.clone());
    });
    list.changed("container-top", "a top folder of another name", "container.layout", |parts| {
        parts.top = "sealbag-0123456789ac".into()
    });
    list.changed("container-unknown", "a file that no bundle has", "container.layout", |parts| parts.push("notes.txt", "x"));
    let mut short = addressed().parts();
    short.edit("seal/padding", |zeros| zeros[1..].into());
    list.add("container-padding", "one zero less of padding", "container.layout", &short);
    let mut next = addressed().parts();
    let zeros = next.bytes("seal/padding").len();
    let length = next.zip().len() as u64;
    let longer = (length + 1..).find(|length| crate::kit::parts::is_padme(*length)).unwrap();
    next.set("seal/padding", vec![0; zeros + (longer - length) as usize]);
    list.add("container-padding-next", "padding to the next PADME length but one", "container.layout", &next);
    let mut written = addressed().parts();
    written.flip("seal/padding", 0);
    list.add("container-padding-written", "padding that is not all zeros", "container.layout", &written);
    let inner = plain().parts();
    let codes = "container.layout container.second_reader payload.unlisted";
    list.zip("container-twice", "one entry twice", codes, &inner, |zip| {
        zip.entries.insert(0, zip.entries[0].clone());
        *zip = Zip::from_entries(zip.entries.clone());
    });
    list.raw("container-empty", "an empty file", "container.layout", Vec::new());
}

fn releases(list: &mut List) {
    let mut add = |name: &str, what: &str, codes, change: &dyn Fn(&mut Parts)| {
        let mut parts = redacted_twice();
        change(&mut parts);
        list.add(name, what, codes, &parts);
    };
    add("release-dropped", "the second release left out", "item.missing", &|parts| {
        parts.remove("seal/release-2.json");
        parts.remove("seal/release-2.sig");
    });
    add("release-unsigned", "the second release without its signature", "release.signature", &|parts| {
        parts.remove("seal/release-2.sig");
    });
    add("release-changed", "another reason after it was signed", "release.signature", &|parts| {
        parts.replace("seal/release-2.json", "at risk", "at ease");
    });
    add("release-unchained", "the second release does not name the first, signed", "release.malformed", &|parts| {
        let first = crate::kit::text::sha256_hex(parts.bytes("seal/release-1.json"));
        parts.replace("seal/release-2.json", &format!("\"{first}\""), "null");
        parts.sign_release(2, &amina());
    });
    add("release-of-another-bundle", "the second release names another bundle, signed", "release.malformed", &|parts| {
        parts.replace("seal/release-2.json", &parts.digest(), &"00".repeat(32));
        parts.sign_release(2, &amina());
    });
    add("release-of-something-shown", "what the second release withholds is shown", "release.conflict", &|parts| {
        let line = plain().parts().lines().into_iter().find(|line| String::from_utf8_lossy(line).contains("\"dateline\""));
        parts.set_lines([parts.lines(), vec![line.unwrap()]].concat());
        parts.mend();
    });
    add("release-leaves-a-caption", "a file withheld and its caption shown", "item.conflict", &|parts| {
        *parts = plain().parts();
        parts.withhold(&Release::by(&amina()), &["\"path\":\"photos/a.jpg\""]);
    });
}

fn readers(list: &mut List) {
    const LIST: &str = "seal/readers.json";
    let mut add = |name: &str, what: &str, codes, change: &dyn Fn(&mut Parts)| {
        let mut parts = full();
        change(&mut parts);
        parts.mend_padding();
        list.add(name, what, codes, &parts);
    };
    add("readers-unsigned", "the list of readers without its signature", "readers.signature", &|parts| {
        parts.remove("seal/readers.sig");
    });
    add("readers-changed", "another time in the list of readers after it was signed", "readers.signature", &|parts| {
        parts.replace(LIST, "08:00:00", "08:00:01");
    });
    add("readers-of-another-namespace", "the list of readers signed as a release", "readers.signature", &|parts| {
        parts.set("seal/readers.sig", amina().armor(crate::kit::sshsig::RELEASE, parts.bytes(LIST)));
    });
    add("readers-of-another-bundle", "the list of readers names another bundle, signed", "readers.malformed", &|parts| {
        parts.replace(LIST, &parts.digest(), &"00".repeat(32));
        parts.sign_readers(&amina());
    });
    add("readers-of-another-copy", "the list of readers names no release, signed", "readers.malformed", &|parts| {
        let last = crate::kit::text::sha256_hex(parts.bytes("seal/release-2.json"));
        parts.replace(LIST, &format!("\"{last}\""), "null");
        parts.sign_readers(&amina());
    });
    add("readers-swapped", "two slips exchanged, signed", "readers.malformed", &|parts| {
        let text = parts.text(LIST);
        let (one, two) = (text.lines().nth(1).unwrap(), text.lines().nth(2).unwrap());
        parts.replace(LIST, &format!("{one}\n{two}"), &format!("{two}\n{one}"));
        parts.sign_readers(&amina());
    });
    add("readers-weak-key", "the list of readers by the neutral element", "readers.malformed", &|parts| {
        parts.replace(LIST, &amina().line(), &weak::line_of(&weak::IDENTITY));
    });
    add("readers-newer", "the list of readers names a format of the future", "seal.newer", &|parts| {
        parts.replace(LIST, "sealbag-readers/1", "sealbag-readers/2");
        parts.sign_readers(&amina());
    });
    add("readers-by-another", "the list of readers by somebody who made none of it: it counts for nobody", "", &|parts| {
        parts.replace(LIST, &amina().line(), &stranger().line());
        parts.sign_readers(&stranger());
    });
}
