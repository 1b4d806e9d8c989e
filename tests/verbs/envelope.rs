//! Envelopes as the library makes and opens them: who can read what, what an altered one is worth, and that nothing sealed is
//! readable outside.

use support::{runs, strides};

use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::Path;

use age::armor::{ArmoredWriter, Format};
use runs::Desk;
use runs::library::{self, codes, error, trust};
use sealbag::base::limits;
use sealbag::crypto::age::{Envelope, Header, Identity, Recipient, among_decoys};
use sealbag::format::zip::padme;
use sealbag::ops::output::Encryption;
use sealbag::report::verdict::Addressed;
use sealbag::{Bundle, PayloadPath, Policy, Result, Source, TrustedSigners, Unwatched, Verdict, Verification};
use zeroize::Zeroizing;

const CHUNK: usize = 64 << 10;

fn hybrid(seed: u8) -> Identity {
    Identity::hybrid(&[seed; 32])
}

fn classic(seed: u8) -> Identity {
    Identity::x25519(&[seed; 32]).unwrap()
}

/// Seals the folder `bag` of a desk.
fn seal(desk: &Desk, encryption: Encryption) -> Vec<u8> {
    let to = desk.path("sealed.zip.age");
    let mut draft = library::draft(&desk.path("bag"));
    draft.encrypt(encryption);
    let sealed = library::sign(draft, &to, &Unwatched).unwrap();
    let bytes = fs::read(&to).unwrap();
    assert_eq!(sealed.length, bytes.len() as u64);
    fs::remove_file(&to).unwrap();
    bytes
}

fn seal_for(desk: &Desk, identities: &[&Identity]) -> Vec<u8> {
    seal(desk, Encryption::For(identities.iter().map(|identity| identity.recipient()).collect()))
}

/// A small bag, another one with files of every size around what is read at once.
fn bag() -> Desk {
    let desk = Desk::new();
    desk.write("bag/report.txt", b"She said that they called her twice.\n");
    desk.write("bag/photos/square.jpg", b"\xff\xd8\xff\xe0 the square at noon");
    desk
}

fn large_bag() -> Desk {
    let desk = bag();
    for (number, size) in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 700_000, (8 << 20), (8 << 20) + 1].iter().enumerate() {
        let bytes: Vec<u8> = (0..*size).map(|at| (at * 7 + number) as u8 ^ (at >> 8) as u8).collect();
        desk.write(format!("bag/videos/{number}.mp4"), bytes);
    }
    desk
}

fn file(bytes: &[u8]) -> Source {
    let file = tempfile::tempfile().unwrap();
    (&file).write_all(bytes).unwrap();
    Source::of_file(rewound(file)).unwrap()
}

fn rewound(mut file: File) -> File {
    std::io::Seek::rewind(&mut file).unwrap();
    file
}

fn stream(bytes: &[u8]) -> Source {
    Source::of_stream(Cursor::new(bytes.to_vec()))
}

fn read(source: Source, trust: &TrustedSigners, unlock: impl FnOnce(Header) -> Result<Envelope>) -> Result<Verification> {
    Bundle::read(source.unlock(unlock)?, &Unwatched)?.verify(trust, &Policy::default(), &Unwatched)
}

fn open(source: Source, identities: &[Identity]) -> Result<Verification> {
    read(source, &trust(), |header| header.open(identities))
}

/// Why it was refused: the error, or the codes of a verdict FAILED; none if it was not.
fn refused(opened: Result<Verification>) -> Option<String> {
    match opened {
        Err(error) => Some(error.code.id.into()),
        Ok(verification) => (verification.report().verdict == Verdict::Failed).then(|| codes(&verification).join(" ")),
    }
}

#[test]
fn a_bundle_is_opened_by_those_it_was_sealed_for_and_nobody_else() {
    let desk = large_bag();
    for (editor, lawyer) in [(hybrid(1), hybrid(2)), (classic(1), classic(2))] {
        let bytes = seal_for(&desk, &[&editor, &lawyer]);
        for reader in [&editor, &lawyer] {
            for source in [file(&bytes), stream(&bytes)] {
                let verification = open(source, &[classic(9), hybrid(9), reader.clone()]).unwrap();
                assert_eq!(verification.report().verdict, Verdict::Verified, "{:?}", codes(&verification));
                assert!(verification.report().notes.list().is_empty());
            }
        }
        for source in [file(&bytes), stream(&bytes)] {
            assert_eq!(error(open(source, &[hybrid(3), classic(3)])).code.id, "envelope.no_key");
        }
        assert_eq!(error(open(file(&bytes), &[])).code.id, "envelope.no_key");
        // without being unlocked it is not looked into
        assert_eq!(error(Bundle::read(file(&bytes), &Unwatched)).code.id, "envelope.encrypted");
    }
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn a_large_file_in_an_envelope_is_decrypted_ahead_and_refused_where_it_was_altered() {
    let desk = bag();
    let video: Vec<u8> = (0..(20 << 20) + 77_777).map(|at: usize| (at * 13) as u8 ^ (at >> 11) as u8).collect();
    desk.write("bag/videos/bridge.mp4", &video);
    let bytes = seal_for(&desk, &[&hybrid(1)]);
    let verified = open(file(&bytes), &[hybrid(1)]).unwrap().into_verified().ok().expect("VERIFIED");
    let mut out = Vec::new();
    verified.copy_file(&PayloadPath::parse("videos/bridge.mp4").unwrap(), &mut out, &Unwatched).unwrap();
    assert!(out == video);
    // an output that takes no more ends the run
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let path = PayloadPath::parse("videos/bridge.mp4").unwrap();
    assert_eq!(error(verified.copy_file(&path, &mut Full, &Unwatched)).code.id, "io.full");
    for calls in [0, 1, 2, 40] {
        let stopped = Bundle::read(file(&bytes).unlock(|header| header.open(&[hybrid(1)])).unwrap(), &Unwatched).unwrap();
        let stopped = stopped.verify(&trust(), &Policy::default(), &library::Interrupting::after(calls));
        assert_eq!(error(stopped).code.id, "run.interrupted", "{calls}");
    }
    for at in [bytes.len() / 50, bytes.len() / 2, bytes.len() - (2 << 20)] {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        let found = refused(open(file(&altered), &[hybrid(1)])).expect("byte {at}");
        assert!(found.contains("envelope.damaged"), "byte {at}: {found}");
    }
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn what_comes_out_of_an_envelope_is_what_was_sealed() {
    let desk = large_bag();
    let bytes = seal_for(&desk, &[&hybrid(1)]);
    let armored = armor(&bytes);
    let near = desk.path("out");
    fs::create_dir(&near).unwrap();
    for (number, source) in [file(&bytes), stream(&bytes), stream(&armored), file(&armored)].into_iter().enumerate() {
        let settled = source.settle(&near, |header| header.open(&[hybrid(1)]), &Unwatched).unwrap();
        let verified = open(settled, &[]).unwrap().into_verified().ok().expect("VERIFIED");
        let target = near.join(number.to_string());
        verified.extract(&target, &Unwatched).unwrap();
        same(&desk.path("bag"), &target.join("data"));
    }
    assert_eq!(fs::read_dir(&near).unwrap().count(), 4, "nothing else is left");
}

fn same(one: &Path, other: &Path) {
    for entry in fs::read_dir(one).unwrap() {
        let path = entry.unwrap().path();
        let beside = other.join(path.file_name().unwrap());
        if path.is_dir() { same(&path, &beside) } else { assert_eq!(fs::read(&path).unwrap(), fs::read(&beside).unwrap()) }
    }
}

fn armor(bytes: &[u8]) -> Vec<u8> {
    let mut out = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor).unwrap();
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn an_armored_envelope_is_read_too_and_refused_where_it_was_altered() {
    let desk = bag();
    let armored = armor(&seal_for(&desk, &[&hybrid(1)]));
    for source in [file(&armored), stream(&armored)] {
        assert_eq!(open(source, &[hybrid(1)]).unwrap().report().verdict, Verdict::Verified);
    }
    // mail programs drop a line break at the end, and nothing that was sealed stands in it
    let whole = armored.len() - 1;
    assert_eq!(open(file(&armored[..whole]), &[hybrid(1)]).unwrap().report().verdict, Verdict::Verified);
    for at in (0..whole).step_by(7) {
        let mut altered = armored.clone();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        assert!(refused(open(file(&altered), &[hybrid(1)])).is_some(), "byte {at} of the armor");
        assert!(refused(open(file(&armored[..at]), &[hybrid(1)])).is_some(), "the armor cut to {at} bytes");
    }
}

#[test]
fn an_envelope_that_ends_before_its_payload_is_malformed() {
    let desk = bag();
    let bytes = seal_for(&desk, &[&hybrid(1)]);
    let header = Header::read(&mut bytes.as_slice()).unwrap().bytes().len();
    for nonce in 0..16 {
        for source in [file(&bytes[..header + nonce]), stream(&bytes[..header + nonce])] {
            assert_eq!(refused(open(source, &[hybrid(1)])).as_deref(), Some("envelope.header"), "{nonce} bytes of the nonce");
        }
    }
    assert_eq!(refused(open(file(&bytes[..header + 16]), &[hybrid(1)])).as_deref(), Some("envelope.damaged"));
}

strides!(flip_and_cut_an_envelope, bytes_of_an_envelope_flipped_and_lengths_cut takes one in 251, every_byte_of_an_envelope_flipped_and_every_length_cut takes all);

fn flip_and_cut_an_envelope(step: usize) {
    let desk = bag();
    for (bytes, reader) in [(seal_for(&desk, &[&hybrid(1)]), hybrid(1)), (seal_for(&desk, &[&classic(1)]), classic(1))] {
        assert_eq!(refused(open(file(&bytes), std::slice::from_ref(&reader))), None);
        // a file is read at any place and a stream once, which are two ways through the same reader
        for at in (0..bytes.len()).step_by(step) {
            let altered = |bit: u8| {
                let mut altered = bytes.clone();
                altered[at] ^= bit;
                altered
            };
            assert!(refused(open(file(&altered(0x01)), std::slice::from_ref(&reader))).is_some(), "byte {at}");
            assert!(refused(open(stream(&altered(0x80)), std::slice::from_ref(&reader))).is_some(), "byte {at} of the stream");
        }
        for length in (0..bytes.len()).step_by(step) {
            let cut = &bytes[..length];
            let source = if (length / step).is_multiple_of(2) { file(cut) } else { stream(cut) };
            assert!(refused(open(source, std::slice::from_ref(&reader))).is_some(), "cut to {length}");
        }
    }
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn an_envelope_of_many_pieces_is_refused_where_one_is_altered_moved_missing_or_added() {
    let desk = large_bag();
    let reader = [hybrid(1)];
    let bytes = seal_for(&desk, &[&reader[0]]);
    let header = Header::read(&mut bytes.as_slice()).unwrap().bytes().len() + 16;
    let piece = CHUNK + 16;
    let pieces: Vec<&[u8]> = bytes[header..].chunks(piece).collect();
    let damaged = |what: &str, change: Vec<u8>| {
        for source in [file(&change), stream(&change)] {
            assert_eq!(
                refused(open(source, &reader)).as_deref().map(|code| code.contains("envelope.damaged")),
                Some(true),
                "{what}"
            );
        }
    };
    for at in [0, 1, pieces.len() / 2, pieces.len() - 1] {
        let mut altered = bytes.clone();
        altered[header + at * piece + 5] ^= 4;
        damaged(&format!("piece {at} altered"), altered);
        let without = [&bytes[..header], &[&pieces[..at], &pieces[at + 1..]].concat().concat()].concat();
        damaged(&format!("piece {at} missing"), without);
        damaged(&format!("cut before piece {at}"), bytes[..header + at * piece].to_vec());
    }
    let swapped: Vec<&[u8]> = [&[pieces[1], pieces[0]], &pieces[2..]].concat();
    damaged("the first two pieces swapped", [&bytes[..header], &swapped.concat()].concat());
    damaged("a byte appended", [&bytes[..], &[0]].concat());
    damaged("the last piece twice", [&bytes[..], pieces[pieces.len() - 1]].concat());
    damaged("all of it twice", [&bytes[..], &bytes].concat());
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_passphrase_opens_what_was_sealed_under_it() {
    let desk = bag();
    let bytes = seal(&desk, Encryption::Under(Zeroizing::new("correct horse".into())));
    let header = Header::read(&mut bytes.as_slice()).unwrap();
    assert!(header.is_passphrase() && header.recipients() == 1);
    assert!(String::from_utf8_lossy(header.bytes()).contains(" 18\n"), "the cost is fixed");
    let opened =
        read(file(&bytes), &trust(), |header| header.open_with_passphrase("correct horse", limits::SCRYPT_WORK)).unwrap();
    assert_eq!((opened.report().verdict, opened.report().answers.addressed), (Verdict::Verified, Addressed::ToNobody));
    assert!(opened.report().notes.list().is_empty());
    let wrong = read(stream(&bytes), &trust(), |header| header.open_with_passphrase("battery staple", limits::SCRYPT_WORK));
    assert_eq!(error(wrong).code.id, "key.passphrase");
    assert_eq!(error(open(file(&bytes), &[hybrid(1), classic(1)])).code.id, "envelope.no_key");
}

#[test]
fn nothing_that_was_sealed_stands_outside_and_the_length_tells_little() {
    let desk = bag();
    let editor = hybrid(1);
    let bytes = seal_for(&desk, &[&editor]);
    let secrets = ["report", "photos", "square", "sealbag", "PK\u{3}\u{4}", "noon", "ssh-ed25519", "age1pq"];
    for secret in secrets.iter().map(|text| text.as_bytes().to_vec()).chain([library::key().public().blob()]) {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", String::from_utf8_lossy(&secret));
    }
    let key = editor.recipient().to_string();
    assert!(!String::from_utf8_lossy(&bytes).contains(&key[10..40]));
    for more in [0, 1, 10, 100] {
        desk.write("bag/report.txt", vec![b'x'; 5000 + more]);
        let bytes = seal_for(&desk, &[&editor]);
        let header = Header::read(&mut bytes.as_slice()).unwrap().bytes().len() + 16;
        let inside = bytes.len() - header - 16 * (bytes.len() - header).div_ceil(CHUNK + 16);
        assert_eq!(inside as u64, padme(inside as u64));
    }
}

#[test]
fn the_reader_is_told_whom_it_is_for() {
    let desk = bag();
    let (mine, theirs) = (hybrid(1), hybrid(2));
    let addressed = |bytes: &[u8], reader: &Identity| {
        let opened = read(file(bytes), &trust(), |header| header.open([reader])).unwrap();
        assert_eq!(opened.report().verdict, Verdict::Verified);
        let notes: Vec<&str> = opened.report().notes.list().iter().map(|note| note.code.id).collect();
        (opened.report().answers.addressed, notes.join(" "))
    };
    let both = seal_for(&desk, &[&mine, &theirs]);
    let theirs_only = seal_for(&desk, &[&theirs]);
    assert_eq!(addressed(&both, &mine), (Addressed::ToYou, String::new()));
    assert_eq!(addressed(&both, &theirs), (Addressed::ToYou, String::new()));
    assert_eq!(addressed(&theirs_only, &theirs), (Addressed::ToYou, String::new()));
    // passed on inside a new envelope: the list of readers still says for whom it was
    let inside = decrypt(&theirs_only, &theirs);
    let four = among_decoys(&[mine.recipient()]).unwrap();
    assert_eq!(addressed(&encrypt(&inside, &four), &mine), (Addressed::ToOthers, String::new()));
    assert_eq!(addressed(&encrypt(&inside, &[mine.recipient()]), &mine), (Addressed::ToOthers, "envelope.recipients".into()));
    assert_eq!(addressed(&inside, &mine), (Addressed::CannotTell, "readers.left".into()), "where it is plain now");
    let plain = library::seal(&desk.path("bag"), &desk.path("plain.zip"));
    let plain = fs::read(plain.path.unwrap()).unwrap();
    assert_eq!(addressed(&plain, &mine), (Addressed::ToNobody, String::new()));
    let wrapped = encrypt(&plain, &[mine.recipient()]);
    assert_eq!(addressed(&wrapped, &mine), (Addressed::ToNobody, "envelope.recipients".into()));
}

fn decrypt(bytes: &[u8], identity: &Identity) -> Vec<u8> {
    let envelope = Header::read(&mut &bytes[..]).unwrap().open([identity]).unwrap();
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut envelope.decrypt(bytes).unwrap(), &mut out).unwrap();
    out
}

fn encrypt(bytes: &[u8], recipients: &[Recipient]) -> Vec<u8> {
    let mut out = sealbag::crypto::age::encrypt(sealbag::crypto::age::EncryptTo::Recipients(recipients), Vec::new()).unwrap();
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn an_envelope_in_an_envelope_is_not_opened() {
    let desk = bag();
    let twice = encrypt(&seal_for(&desk, &[&hybrid(1)]), &[hybrid(1).recipient()]);
    assert_eq!(error(open(file(&twice), &[hybrid(1)])).code.id, "envelope.encrypted");
}

#[test]
fn recipients_of_two_kinds_or_too_many_are_refused_and_leave_nothing() {
    let desk = bag();
    let to = desk.path("out.zip.age");
    let entries = || fs::read_dir(desk.path("")).unwrap().count();
    let before = entries();
    let sign = |recipients: Vec<Recipient>| {
        let mut draft = library::draft(&desk.path("bag"));
        draft.encrypt(Encryption::For(recipients));
        error(library::sign(draft, &to, &Unwatched))
    };
    let seeds = |from: u8, count: u8| (from..from + count).map(|seed| hybrid(seed).recipient());
    assert_eq!(sign(vec![hybrid(1).recipient(), classic(1).recipient()]).code.id, "envelope.recipient");
    assert_eq!(sign(Vec::new()).code.id, "envelope.recipient");
    assert_eq!(sign(seeds(1, 41).collect()).code.id, "input.limit");
    assert_eq!(entries(), before, "nothing is left");
    let bytes = seal(&desk, Encryption::For(seeds(1, 40).collect()));
    assert_eq!(open(file(&bytes), &[hybrid(40)]).unwrap().report().verdict, Verdict::Verified);
}
