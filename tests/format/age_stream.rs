//! The payload of an age file: the age crate reads what is written here, and the other way round, at every length around the
//! end of a chunk; and a payload whose chunks are not those that were written is refused.

use std::cell::Cell;
use std::io::{Cursor, Read, Write};

use age_core::format::{FileKey, Stanza};
use age_core::secrecy::ExposeSecret;
use sealbag::crypto::age::{Decrypted, EncryptTo, Header, Identity, encrypt};

const PIECE: usize = 64 << 10;
const CLOSED: usize = PIECE + 16;
const LENGTHS: [usize; 9] = [0, 1, 1000, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 1, 3 * PIECE - 1];

fn identity() -> Identity {
    Identity::x25519(&[9; 32]).unwrap()
}

fn text(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31) as u8 ^ (at >> 9) as u8).collect()
}

/// Written in steps of this many bytes.
fn ours(text: &[u8], step: usize) -> Vec<u8> {
    let mut out = encrypt(EncryptTo::Recipients(&[identity().recipient()]), Vec::new()).unwrap();
    text.chunks(step).for_each(|chunk| out.write_all(chunk).unwrap());
    out.finish().unwrap()
}

fn theirs(text: &[u8]) -> Vec<u8> {
    let recipient = identity().recipient();
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let mut out = encryptor.wrap_output(Vec::new()).unwrap();
    out.write_all(text).unwrap();
    out.finish().unwrap()
}

fn decrypted(file: &[u8]) -> Decrypted<Cursor<&[u8]>> {
    let header = Header::read(&mut &*file).unwrap();
    header.open(&[identity()]).unwrap().decrypt(Cursor::new(file)).unwrap()
}

fn payload(file: &[u8]) -> usize {
    Header::read(&mut &*file).unwrap().bytes().len() + 16
}

/// Read with a buffer of this many bytes.
fn read(mut decrypted: impl Read, step: usize) -> std::io::Result<Vec<u8>> {
    let (mut out, mut buffer) = (Vec::new(), vec![0; step]);
    loop {
        match decrypted.read(&mut buffer)? {
            0 => return Ok(out),
            count => out.extend(&buffer[..count]),
        }
    }
}

#[test]
fn what_is_written_here_the_age_crate_reads() {
    for length in LENGTHS {
        for step in [1013, PIECE, 3 * PIECE] {
            let file = ours(&text(length), step);
            let mut out = Vec::new();
            let decryptor = age::Decryptor::new(file.as_slice()).unwrap();
            decryptor.decrypt(std::iter::once(&identity() as &dyn age::Identity)).unwrap().read_to_end(&mut out).unwrap();
            assert!(out == text(length), "{length} bytes in steps of {step}");
        }
    }
}

#[test]
fn what_the_age_crate_writes_is_read_here_in_steps_of_any_length() {
    for length in LENGTHS {
        let file = theirs(&text(length));
        for step in [1013, CLOSED - 1, CLOSED, 3 * PIECE] {
            assert!(read(decrypted(&file), step).unwrap() == text(length), "{length} bytes in steps of {step}");
        }
    }
}

#[test]
fn reading_goes_on_at_any_place() {
    for length in LENGTHS {
        let (file, text) = (ours(&text(length), PIECE), text(length));
        let mut decrypted = decrypted(&file);
        assert_eq!(decrypted.length().unwrap(), length as u64);
        let edges =
            (0..=length / PIECE).flat_map(|piece| [(piece * PIECE).saturating_sub(1), piece * PIECE, piece * PIECE + 1]);
        let places: Vec<usize> = edges.chain([length]).filter(|at| *at <= length).collect();
        for (turn, at) in places.iter().chain(places.iter().rev()).chain(&places).copied().enumerate() {
            for step in [7, CLOSED] {
                decrypted.seek_to(at as u64).unwrap();
                let mut buffer = vec![0; step];
                let count = decrypted.read(&mut buffer).unwrap();
                assert_eq!(count == 0, at == length, "{length} bytes, at {at}");
                assert!(buffer[..count] == text[at..at + count], "{length} bytes, at {at}");
            }
            // back by a little, within a chunk or not, then to the end
            let back = at.saturating_sub(turn % 5);
            decrypted.seek_to(back as u64).unwrap();
            assert!(read(&mut decrypted, if turn % 2 == 0 { 1013 } else { 3 * PIECE }).unwrap() == text[back..], "from {back}");
        }
        assert!(decrypted.seek_to(length as u64 + 1).is_err());
    }
}

/// Refused by whoever reads it to its end, and by whoever asks for its length; or only by the former.
fn refuse(file: &[u8], length_too: bool, what: &str) {
    for step in [1013, CLOSED] {
        let error = read(decrypted(file), step).expect_err(what);
        assert!(format!("{error}").contains("cut short or altered"), "{what}: {error}");
    }
    assert!(!length_too || decrypted(file).length().is_err(), "{what}: its length");
}

#[test]
fn a_payload_of_other_pieces_is_refused() {
    let text = text(3 * PIECE);
    let file = ours(&text, PIECE);
    let start = payload(&file);
    let piece = |number: usize| &file[start + number * CLOSED..start + (number + 1) * CLOSED];
    let with = |pieces: &[&[u8]]| [&file[..start], &pieces.concat()].concat();
    assert!(read(decrypted(&with(&[piece(0), piece(1), piece(2)])), CLOSED).unwrap() == text);

    refuse(&with(&[]), true, "no piece");
    refuse(&with(&[piece(0)]), true, "only the first piece");
    refuse(&with(&[piece(0), piece(1)]), true, "the last piece missing");
    refuse(&with(&[piece(0), piece(2)]), true, "a piece in the middle missing");
    refuse(&with(&[piece(1), piece(0), piece(2)]), false, "two pieces in the wrong order");
    refuse(&with(&[piece(0), piece(1), piece(1), piece(2)]), true, "a piece twice");
    refuse(&with(&[piece(0), piece(1), piece(2), piece(2)]), true, "the last piece twice");
    refuse(&with(&[piece(0), piece(1), piece(2), b"\0"]), true, "a byte more");
    refuse(&with(&[piece(0), piece(1), piece(2), &[0; 16]]), true, "a tag more");
    refuse(&with(&[piece(0), piece(1), &piece(2)[..CLOSED - 1]]), true, "a byte less");
    refuse(&with(&[piece(0), piece(1), &piece(2)[..15]]), true, "less than a tag");
}

#[test]
fn a_last_piece_that_is_empty_is_refused_where_it_is_not_the_only_one() {
    // with the right file key, as a careless writer would write it
    let file = theirs(&text(PIECE));
    let (start, key) = (payload(&file), file_key(&file));
    let nonce = &file[start - 16..start];
    let closed = |number: u8, last: u8, bytes: &[u8]| {
        let mut payload_key = [0; 32];
        hkdf::Hkdf::<sha2_for_age::Sha256>::new(Some(nonce), &key).expand(b"payload", &mut payload_key).unwrap();
        let key = ring::aead::UnboundKey::new(&ring::aead::CHACHA20_POLY1305, &payload_key).unwrap();
        let nonce = ring::aead::Nonce::assume_unique_for_key([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number, last]);
        let mut bytes = bytes.to_vec();
        ring::aead::LessSafeKey::new(key).seal_in_place_append_tag(nonce, ring::aead::Aad::empty(), &mut bytes).unwrap();
        bytes
    };
    let with = |pieces: &[Vec<u8>]| [&file[..start], &pieces.concat()].concat();
    let full = text(PIECE);
    assert!(read(decrypted(&with(&[closed(0, 1, &full)])), CLOSED).unwrap() == full);
    assert!(read(decrypted(&with(&[closed(0, 0, &full), closed(1, 1, b"x")])), CLOSED).unwrap().ends_with(b"x"));
    refuse(&with(&[closed(0, 0, &full), closed(1, 1, b"")]), true, "an empty piece behind a full one");
    refuse(&with(&[closed(0, 0, &full)]), true, "a last piece without its mark");
    refuse(&with(&[closed(0, 1, &full), closed(1, 1, b"x")]), false, "two pieces with the mark of the last");
    refuse(&with(&[closed(0, 0, b"short"), closed(1, 1, b"x")]), false, "a short piece in the middle");
}

/// An identity that remembers the file key it unwraps.
struct Nosy(Identity, Cell<[u8; 16]>);

impl age::Identity for Nosy {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        let found = self.0.unwrap_stanza(stanza);
        if let Some(Ok(file_key)) = &found {
            self.1.set(*file_key.expose_secret());
        }
        found
    }
}

fn file_key(file: &[u8]) -> [u8; 16] {
    let nosy = Nosy(identity(), Cell::default());
    age::Decryptor::new(file).unwrap().decrypt(std::iter::once(&nosy as &dyn age::Identity)).unwrap();
    nosy.1.get()
}
