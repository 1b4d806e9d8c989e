//! For whom a copy was encrypted: each reader learns it of themself, nobody learns it of another, and no published form tells it.

use support::{kit, runs};

use std::fs;
use std::path::Path;

use kit::samples::{amina, plain};
use kit::withholding::{decrypted, for_the_reader, holds, reader, verified_bytes, withhold, withhold_as};
use kit::{File, Parts, Release};
use runs::Desk;
use sealbag::crypto::age::{Header, Identity, Recipient};
use sealbag::format::bech32;
use sealbag::ops::output::Encryption;
use sealbag::report::verdict::Addressed;
use sealbag::{Bundle, Policy, Source, Unwatched};

fn readers() -> [Identity; 4] {
    [
        Identity::x25519(&[1; 32]).unwrap(),
        Identity::x25519(&[2; 32]).unwrap(),
        Identity::hybrid(&[1; 32]),
        Identity::hybrid(&[2; 32]),
    ]
}

/// Every way in which a recipient can stand in bytes: as text, and as the bytes of its key.
fn forms(recipient: &Recipient) -> Vec<Vec<u8>> {
    let text = recipient.to_string();
    let (_, key) = bech32::decode(&text).unwrap();
    assert!(key.len() >= 32);
    vec![text.into_bytes(), key.get(..32).unwrap().to_vec(), key.get(key.len() - 32..).unwrap().to_vec()]
}

fn open(bytes: &[u8], identity: &Identity) -> Vec<u8> {
    let envelope = Header::read(&mut &bytes[..]).unwrap().open([identity]).unwrap();
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut envelope.decrypt(bytes).unwrap(), &mut out).unwrap();
    out
}

fn addressed(bytes: &[u8], identity: &Identity) -> Addressed {
    let source = Source::of(bytes.to_vec()).unlock(|header| header.open([identity])).unwrap();
    let trust = kit::withholding::believing();
    let verified = Bundle::read(source, &Unwatched).unwrap().verify(&trust, &Policy::default(), &Unwatched).unwrap();
    let by = verified.report().passed_on_by.is_some();
    assert_eq!(by, verified.report().answers.addressed == Addressed::PassedOn);
    verified.report().answers.addressed
}

/// The plain bundle, encrypted for these as a redaction of next to nothing.
fn encrypted_for(to: &[&Identity]) -> Vec<u8> {
    let to = Encryption::For(to.iter().map(|identity| identity.recipient()).collect());
    withhold_as(&verified_bytes(&plain().parts().zip()), &["case#dateline"], &Release::by(&amina()), Some(&to)).unwrap()
}

#[test]
fn threat_46a_readers_do_not_learn_of_one_another() {
    let all = readers();
    for pair in [&all[..2], &all[2..]] {
        let bytes = encrypted_for(&[&pair[0], &pair[1]]);
        let header = Header::read(&mut bytes.as_slice()).unwrap();
        assert_eq!(header.recipients(), 4, "two readers look like one, three or four");
        for reader in pair {
            assert_eq!(addressed(&bytes, reader), Addressed::ToYou);
            let inside = open(&bytes, reader);
            for form in pair.iter().flat_map(|identity| forms(&identity.recipient())) {
                assert!(!holds(&bytes, &form) && !holds(&inside, &form));
            }
            // one of the four slips opens, and each looks like the others
            let parts = kit::zip::entries_of(&inside);
            let list = &parts.iter().find(|(name, _)| name == "seal/readers.json").unwrap().1;
            let slips: Vec<Vec<u8>> = String::from_utf8_lossy(list)
                .lines()
                .filter_map(|line| data_encoding::BASE64.decode(line.trim_matches([',', '"']).as_bytes()).ok())
                .filter(|slip| slip.starts_with(b"age-encryption.org/v1\n"))
                .collect();
            assert_eq!(slips.len(), 4);
            assert_eq!(slips.iter().filter(|slip| reader.opens_slip(slip)).count(), 1);
            let header = |slip: &[u8]| Header::read(&mut &*slip).unwrap().recipients();
            assert!(slips.iter().all(|slip| header(slip) == 1));
        }
        // one reader alone makes the same number of everything
        assert_eq!(Header::read(&mut encrypted_for(&[&pair[0]]).as_slice()).unwrap().recipients(), 4);
    }
}

#[test]
fn threat_46b_no_published_form_names_a_reader() {
    let reader = reader();
    for first in [None, Some(for_the_reader())] {
        // redacted for a person, and then for everybody
        let from = verified_bytes(&plain().parts().zip());
        let release = Release::by(&amina());
        let for_one = withhold_as(&from, &["case#dateline"], &release, Some(&for_the_reader())).unwrap();
        assert_eq!(addressed(&for_one, &reader), Addressed::ToYou);
        let inside = decrypted(&for_one);
        let again = verified_bytes(&for_one);
        let published = match first {
            None => withhold(&again, &["photos/a.jpg"]).unwrap(),
            Some(encryption) => {
                let between = withhold_as(&again, &["source:S1"], &release, Some(&encryption)).unwrap();
                withhold(&verified_bytes(&between), &["photos/a.jpg"]).unwrap()
            }
        };
        let names = |bytes: &[u8]| kit::zip::entries_of(bytes).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert!(names(&inside).contains(&"seal/readers.json".to_owned()));
        assert!(!names(&published).iter().any(|name| name.starts_with("seal/readers")));
        let disclosure = kit::withholding::disclose_as(&from, &["case#title"], None).unwrap();
        for form in forms(&reader.recipient()) {
            assert!([&for_one, &inside, &published, &disclosure].iter().all(|bytes| !holds(bytes, &form)));
        }
        // the twin: a key that stands in a text is found
        let told = plain().field("case", "note", &reader.recipient().to_string()).parts().zip();
        assert!(forms(&reader.recipient()).iter().any(|form| holds(&told, form)));
    }
}

/// Every file below a folder holds none of these.
fn none_in(folder: &Path, secrets: &[Vec<u8>]) {
    for (name, bytes) in kit::withholding::files(folder) {
        assert!(!secrets.iter().any(|secret| holds(&bytes, secret)), "{name} of {}", folder.display());
    }
}

#[test]
fn the_commands_name_a_reader_only_where_that_is_asked_for() {
    let (amina, bela) = (Desk::with_bag(), Desk::new());
    bela.run(["key", "new", "--name", "Bela", "--no-passphrase"]).done();
    for desk in [&amina, &bela] {
        let card = desk.run(["card"]).done().out;
        desk.write("card", card);
    }
    amina.write("bela.card", fs::read(bela.path("card")).unwrap());
    bela.write("amina.card", fs::read(amina.path("card")).unwrap());
    amina.run(["contact", "add", "bela.card", "--yes"]).done();
    bela.run(["contact", "add", "amina.card", "--yes"]).done();
    let keys: Vec<String> = [&amina, &bela]
        .iter()
        .flat_map(|desk| {
            let told = desk.run(["key", "list", "--json"]).done().json();
            told["keys"][0]["recipients"]
                .as_array()
                .unwrap()
                .iter()
                .map(|key| key.as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(keys.len(), 4);
    let secrets: Vec<Vec<u8>> =
        keys.iter().flat_map(|key| forms(&Recipient::parse(key).unwrap())).chain([b"Bela".to_vec()]).collect();
    fs::create_dir(amina.path("out")).unwrap();
    amina.run(["seal", "bag", "--to", "Bela", "--to-me", "-o", "out/b.zip.age"]).done();
    amina
        .run([
            "redact",
            "out/b.zip.age",
            "--withhold",
            "photos/a.jpg",
            "--reason",
            "r",
            "--to",
            "Bela",
            "--to-me",
            "-o",
            "out/r.zip.age",
        ])
        .done();
    let plain = ["redact", "out/r.zip.age", "--withhold", "report.txt", "--reason", "r", "--plain", "-o", "out/p.zip"];
    amina.run(plain).done();
    bela.write("b.zip.age", fs::read(amina.path("out/b.zip.age")).unwrap());
    bela.run(["open", "b.zip.age", "-d", "opened"]).done();
    bela.run(["show", "b.zip.age"]).done().out.lines().for_each(|line| assert!(!line.contains("age1"), "{line}"));
    none_in(&amina.path("out"), &secrets);
    none_in(&bela.path("opened"), &secrets);
    // the length of padding would tell how long the list of readers was
    assert!(bela.path("opened/seal").is_dir());
    for name in ["readers.json", "readers.sig", "padding"] {
        assert!(!bela.path(format!("opened/seal/{name}")).exists(), "{name}");
    }
    // the twin: where the seal names them, a plain form does too, until they are withheld
    amina.run(["seal", "bag", "--to", "Bela", "--to-me", "--name-recipients", "-o", "n.zip.age"]).done();
    let redact = ["redact", "n.zip.age", "--withhold", "photos/a.jpg", "--reason", "r", "--plain"];
    let kept = amina.run([&redact[..], &["--keep-recipients", "-o", "kept.zip"]].concat()).done();
    assert!(kept.out.contains("\"Bela\""), "{kept:#?}");
    assert!(secrets.iter().any(|secret| holds(&fs::read(amina.path("kept.zip")).unwrap(), secret)));
    amina.run([&redact[..], &["-o", "out/gone.zip"]].concat()).done();
    none_in(&amina.path("out"), &secrets);
}

#[test]
fn who_else_than_the_signer_says_for_whom_it_is_is_named_or_counts_for_nobody() {
    let mut parts = kit::samples::for_readers();
    assert_eq!(addressed(&wrap(&parts), &reader()), Addressed::ToYou);
    let other = kit::withholding::author(1);
    parts.replace("seal/readers.json", &amina().line(), &other.line());
    parts.sign_readers(&other);
    assert_eq!(addressed(&wrap(&parts), &reader()), Addressed::PassedOn, "by somebody who is believed");
    parts.replace("seal/readers.json", &other.line(), &kit::samples::stranger().line());
    parts.sign_readers(&kit::samples::stranger());
    assert_eq!(addressed(&wrap(&parts), &reader()), Addressed::ToOthers);
    // nor that of the signer, once somebody else made what is in the copy
    let mut parts = kit::samples::for_readers();
    let list = [parts.bytes("seal/readers.json").to_vec(), parts.bytes("seal/readers.sig").to_vec()];
    parts.withhold(&Release::by(&other), &["\"dateline\""]);
    assert_eq!(addressed(&wrap(&parts), &reader()), Addressed::PassedOn, "said by the author of the release");
    parts.set("seal/readers.json", list[0].clone());
    parts.set("seal/readers.sig", list[1].clone());
    parts.mend_padding();
    let source = Source::of(wrap(&parts)).unlock(|header| header.open([&reader()])).unwrap();
    let bundle = Bundle::read(source, &Unwatched).unwrap();
    let verified =
        bundle.verify_with(&kit::withholding::believing(), &kit::withholding::anybody(), sealbag::Evidence::none(), &Unwatched);
    assert_eq!(runs::library::codes(&verified.unwrap()), ["readers.malformed"]);
}

#[test]
fn a_plain_form_that_still_holds_the_list_is_told_not_to_be_published() {
    let parts = kit::samples::for_readers();
    let notes = |bytes: &[u8]| {
        let verified = verified_bytes(bytes);
        verified.report().notes.list().iter().map(|note| note.code.id).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(notes(&parts.zip()), "readers.left");
    assert_eq!(notes(&wrap(&parts)), "");
    assert_eq!(notes(&plain().parts().zip()), "");
}

#[test]
fn a_list_that_does_not_hold_says_nothing() {
    let mut parts = kit::samples::for_readers();
    parts.replace("seal/readers.json", "08:00:00", "08:00:01");
    let source = Source::of(wrap(&parts)).unlock(|header| header.open([&reader()])).unwrap();
    let bundle = Bundle::read(source, &Unwatched).unwrap();
    let verified = bundle.verify(&kit::withholding::believing(), &Policy::default(), &Unwatched).unwrap();
    assert_eq!(runs::library::codes(&verified), ["readers.signature"]);
    assert_eq!(verified.report().answers.addressed, Addressed::CannotTell);
}

#[test]
fn a_slip_is_for_one_reader_small_and_nothing_but_what_it_says() {
    use sealbag::crypto::age::{EncryptTo, encrypt};
    let (me, line) = (reader(), format!("{}\n", kit::text::sha256_hex(reader().recipient().to_string().as_bytes())));
    let slip = |to: &[Recipient], held: &[u8]| {
        let mut out = encrypt(EncryptTo::Recipients(to), Vec::new()).unwrap();
        std::io::Write::write_all(&mut out, held).unwrap();
        out.finish().unwrap()
    };
    let mine = [me.recipient()];
    for held in [line.clone().into_bytes(), [line.as_bytes(), &[0; 700]].concat()] {
        assert!(me.opens_slip(&slip(&mine, &held)));
    }
    let other = readers()[0].recipient();
    let junk = [line.as_bytes(), &[0; 4000], b"x"].concat();
    for (what, bytes) in [
        ("two readers", slip(&[me.recipient(), other.clone()], line.as_bytes())),
        ("somebody else's", slip(&[other], line.as_bytes())),
        ("junk at its end", slip(&mine, &junk)),
        ("too long", slip(&mine, &[line.as_bytes(), &[0; 9000]].concat())),
        ("no line", slip(&mine, b"")),
        ("capitals", slip(&mine, line.to_uppercase().as_bytes())),
        ("not an age file", b"age-encryption.org/v1\n".to_vec()),
    ] {
        assert!(!me.opens_slip(&bytes), "{what}");
    }
}

fn wrap(parts: &Parts) -> Vec<u8> {
    let four = sealbag::crypto::age::among_decoys(&[reader().recipient()]).unwrap();
    let mut out = sealbag::crypto::age::encrypt(sealbag::crypto::age::EncryptTo::Recipients(&four), Vec::new()).unwrap();
    std::io::Write::write_all(&mut out, &parts.zip()).unwrap();
    out.finish().unwrap()
}

#[test]
fn padding_of_an_unpacked_bundle_has_a_greatest_length() {
    let desk = Desk::new();
    let mut parts = kit::samples::for_readers();
    let verdict = |parts: &Parts, more: u64| {
        let _ = fs::remove_dir_all(desk.path("b"));
        parts.unpack_to(&desk.path("b"));
        let padding = fs::OpenOptions::new().write(true).open(desk.path("b/seal/padding")).unwrap();
        padding.set_len(more).unwrap();
        let verified = Bundle::read(Source::open(&desk.path("b")).unwrap(), &Unwatched).unwrap();
        runs::library::codes(&verified.verify(&kit::withholding::believing(), &Policy::default(), &Unwatched).unwrap())
            .join(" ")
    };
    assert_eq!(verdict(&parts, 0), "");
    assert_eq!(verdict(&parts, 64 << 10), "");
    // sparse, so it takes no room on the disk, and is not read
    let before = std::time::Instant::now();
    assert_eq!(verdict(&parts, 1 << 40), "container.layout");
    assert!(before.elapsed() < std::time::Duration::from_secs(5));
    // a large file counts under the name that a Mac gives it, too
    let large = File::new("caf\u{e9}.bin", vec![7; 2 << 20], "application/octet-stream", "attachment");
    let mut mac = plain().with_file(large).parts();
    mac.add_readers();
    let at = mac.at("data/caf\u{e9}.bin");
    mac.files[at].0 = "data/cafe\u{301}.bin".into();
    assert_eq!(verdict(&mac, 500_000), "");
    assert_eq!(verdict(&mac, 700_000), "container.layout");
    parts.set("seal/padding", vec![1]);
    assert_eq!(verdict(&parts, 1), "container.layout");
}
