//! The header of an age file, before the age crate sees it (threats 42 and 43): what is not a header, and what is too much.

use std::io::{BufReader, Read};

use sealbag::crypto::age::Header;

const STANZA: &str = "-> X25519 CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
const END: &str = "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
const SCRYPT: &str = "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 18\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";

/// The code for a header whose stanzas are these; none if it is accepted.
fn code(stanzas: &str) -> Option<&'static str> {
    of(&format!("age-encryption.org/v1\n{stanzas}{END}rest"))
}

fn of(file: &str) -> Option<&'static str> {
    let mut input = file.as_bytes();
    let read = Header::read(&mut input);
    // nothing after the header is read
    assert!(read.is_err() || input == b"rest");
    read.err().map(|error| error.code.id)
}

#[test]
fn a_header_is_read_as_the_format_has_it_and_no_other() {
    assert_eq!(code(STANZA), None);
    assert_eq!(code(&STANZA.repeat(3)), None);
    assert_eq!(code(SCRYPT), None);
    let full = format!("-> x\n{}\n\n", "A".repeat(64));
    assert_eq!(code(&full), None);
    for bad in [
        String::new(),
        STANZA.replace('\n', "\r\n"),
        STANZA.replace("-> ", "->"),
        STANZA.replace("X25519 ", "X25519  "),
        STANZA.replace("AAA\n", "AAB\n"),
        STANZA.replace("AAA\n", "AAA=\n"),
        full.replace("\n\n", "\n"),
        full.replace(&"A".repeat(64), &"A".repeat(65)),
        "-> \n\n".into(),
        "x\n".into(),
        format!("{SCRYPT}{STANZA}"),
        SCRYPT.replace("18", "018"),
        SCRYPT.replace("18", "+18"),
        SCRYPT.replace(" 18", ""),
        SCRYPT.replace("AAAA 18", "AAA 18"),
    ] {
        assert_eq!(code(&bad), Some("envelope.header"), "{bad:?}");
    }
    for bad in ["", "age", "age-encryption.org/v1", "age-encryption.org/v1\n", "age-encryption.org/v1\n--- A\n"] {
        assert_eq!(of(bad), Some("envelope.header"), "{bad:?}");
    }
    for later in ["v2", "v10", "v999999"] {
        assert_eq!(of(&format!("age-encryption.org/{later}\n")), Some("envelope.newer"), "{later}");
    }
    // a line that was damaged, or ended as another system ends lines, is no version
    for odd in ["v1\r", "v1 ", "v0", "v01", "v2\r", "vx", "w2", "v1000000", ""] {
        assert_eq!(of(&format!("age-encryption.org/{odd}\n-> X25519 A\n")), Some("envelope.header"), "{odd:?}");
    }
}

#[test]
fn threats_42_and_43_a_header_that_is_too_much_is_not_read_on() {
    assert_eq!(code(&"-> a\n\n".repeat(1000)), None);
    assert_eq!(code(&"-> a\n\n".repeat(1001)), Some("envelope.limit"));
    assert_eq!(code(&SCRYPT.replace("18", "20")), None);
    for cost in ["21", "64", "99999999999999999999"] {
        assert_eq!(code(&SCRYPT.replace("18", cost)), Some("envelope.cost"));
    }
    /// Counts what is taken from a line without end.
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            out.fill(b'A');
            self.0 += out.len() as u64;
            Ok(out.len())
        }
    }
    let mut endless = Endless(0);
    let start = &b"age-encryption.org/v1\n-> "[..];
    let read = Header::read(&mut BufReader::with_capacity(4096, start.chain(&mut endless)));
    assert_eq!(read.err().map(|error| error.code.id), Some("envelope.limit"));
    assert!(endless.0 <= (64 << 10) + 4096, "{} bytes were read", endless.0);
}
