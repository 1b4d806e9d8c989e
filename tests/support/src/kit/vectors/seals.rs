//! Section 4, and what is of a later version (section 6).

use super::{JSON, List, SIG, token_of};
use crate::kit::parts::Parts;
use crate::kit::samples::{amina, full, plain, redacted, stranger, touched};
use crate::kit::sshsig::{CARD, MANIFEST, READERS, RELEASE, Sig, Signer};
use crate::kit::weak;

fn resealed(change: impl FnOnce(&mut Parts)) -> Parts {
    let mut parts = plain().parts();
    change(&mut parts);
    parts.sign();
    parts.mend();
    parts
}

/// The last digit of base64 before its padding, with bits set that the bytes do not have.
fn with_stray_bits(base64: &str) -> String {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let end = base64.trim_end_matches('=').len();
    assert!(end < base64.len(), "there are no spare bits in {base64}");
    let digit = DIGITS.find(&base64[end - 1..end]).unwrap();
    format!("{}{}{}", &base64[..end - 1], &DIGITS[digit + 1..digit + 2], &base64[end..])
}

pub(super) fn add(list: &mut List) {
    keys(list);
    armors(list);
    newer(list);
    list.add("revoked", "whole, by somebody whom the reader revoked", "signer.revoked", &plain().parts());
    list.revoked(&["amina"]);
    let mut withheld = redacted();
    withheld.withhold(&crate::kit::parts::Release::by(&stranger()), &["\"dateline\""]);
    list.add("revoked-author", "the second release is by somebody whom the reader revoked", "release.author", &withheld);
    list.by(&["amina", "daria"]);
    list.revoked(&["daria"]);
}

fn keys(list: &mut List) {
    let line = amina().line();
    let (kind, blob) = line.split_once(' ').unwrap();
    let rows = [
        ("comment", "with a comment", format!("{line} amina")),
        ("two-spaces", "with two spaces", line.replace(' ', "  ")),
        ("another-kind", "under the name of another kind", format!("ssh-rsa {blob}")),
        ("empty", "empty", String::new()),
        ("blob-alone", "without its kind", blob.to_owned()),
        ("cut", "cut short", format!("{kind} {}", &blob[..blob.len() - 4])),
    ];
    for (name, what, key) in rows {
        list.add(
            format!("key-{name}"),
            format!("the signer's key {what}"),
            "seal.key",
            &resealed(|parts| parts.replace(JSON, &line, &key)),
        );
    }
    let token = token_of("ssh:abc");
    for (name, what, key) in [
        (
            "base64-stray-bits",
            "the signer's key in base64 with bits that the bytes do not have",
            with_stray_bits(&token.line()),
        ),
        ("unpadded", "the signer's key without the padding of its base64", token.line().trim_end_matches('=').to_owned()),
        ("application-foreign", "a FIDO key of an application that does not begin with ssh:", token_of("web:sealbag").line()),
        ("application-space", "a FIDO key of an application with a space", token_of("ssh:a b").line()),
    ] {
        let mut parts = plain().signed_by(token.clone()).parts();
        parts.replace(JSON, &token.line(), &key);
        parts.sign();
        parts.mend();
        list.add(format!("key-{name}"), what, "seal.key", &parts);
    }
    list.changed(
        "key-and-r-neutral-s-zero",
        "key and R the neutral element, S zero: Good to the Ed25519 of some browsers, over any bytes",
        "seal.key",
        |parts| {
            parts.replace(JSON, &amina().line(), &weak::line_of(&weak::IDENTITY));
            let signature = [&weak::IDENTITY[..], &[0; 32]].concat();
            let sig = Sig { signature, ..weak::signed_by_identity(MANIFEST, parts.bytes(JSON)) };
            parts.set(SIG, sig.armor());
            parts.mend();
        },
    );
    let points = [
        ("order-two", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        ("not-canonical", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        ("no-point", "0200000000000000000000000000000000000000000000000000000000000000"),
    ];
    for (name, point) in points {
        let point = data_encoding::HEXLOWER.decode(point.as_bytes()).unwrap();
        let parts = resealed(|parts| parts.replace(JSON, &amina().line(), &weak::line_of(&point)));
        list.add(format!("key-{name}"), format!("the signer's key is the point {name}"), "seal.key", &parts);
    }
}

/// Makes the armor for a bundle.
type Armor<'a> = &'a dyn Fn(&Parts) -> String;

fn armors(list: &mut List) {
    let sig = |parts: &Parts| amina().sign(MANIFEST, parts.bytes(JSON));
    let rows: [(&str, &str, Armor); 8] = [
        ("stray-bits", "the armor with bits in its base64 that the bytes do not have", &|parts| {
            let armor = touched().signer.armor(MANIFEST, parts.bytes(JSON));
            let end = armor.find("\n-----END").unwrap();
            let start = armor[..end].rfind('\n').unwrap() + 1;
            format!("{}{}{}", &armor[..start], with_stray_bits(&armor[start..end]), &armor[end..])
        }),
        ("width-64", "the armor in lines of 64 characters", &|parts| crate::kit::sshsig::armor(&sig(parts).blob(), 64)),
        ("comment", "a line before the armor", &|parts| format!("Good\n{}", sig(parts).armor())),
        ("twice", "the armor twice", &|parts| sig(parts).armor().repeat(2)),
        ("unended", "the armor without its last line feed", &|parts| sig(parts).armor().trim_end().to_owned()),
        ("version", "version 2 of the blob", &|parts| Sig { version: 2, ..sig(parts) }.armor()),
        ("reserved", "something in the reserved string", &|parts| Sig { reserved: b"x".to_vec(), ..sig(parts) }.armor()),
        ("sha256", "over SHA-256", &|parts| Sig { hash: "sha256".into(), ..sig(parts) }.armor()),
    ];
    for (name, what, armor) in rows {
        let mut parts = if name == "stray-bits" { touched().parts() } else { plain().parts() };
        let armor = armor(&parts);
        parts.set(SIG, armor);
        list.add(format!("signature-{name}"), what, "seal.armor", &parts);
        if name == "stray-bits" {
            list.by(&["token"]);
        }
    }
    list.changed("signature-torsioned-r", "R with a torsion component", "seal.signature", |parts| {
        parts.set(SIG, weak::signed_with_torsioned_r(&amina(), MANIFEST, parts.bytes(JSON)).armor());
    });
    list.changed("signature-zero", "a signature of zeros", "seal.signature", |parts| {
        parts.set(SIG, Sig { signature: vec![0; 64], ..sig(parts) }.armor());
    });
}

fn newer(list: &mut List) {
    let two = |parts: &mut Parts| parts.replace(JSON, "sealbag-manifest/1", "sealbag-manifest/2");
    list.changed("newer-shape", "a manifest of version 999999 in another shape, signed by anybody", "seal.newer", |parts| {
        parts.set(JSON, "{\"format\":\"sealbag-manifest/999999\",\"tree\":[]}\n");
        parts.set(SIG, stranger().armor(MANIFEST, parts.bytes(JSON)));
    });
    list.changed("newer-parts", "a manifest of version 2 with all that only version 2 can have", "seal.newer", |parts| {
        two(parts);
        parts.sign();
        for name in ["seal/manifest-2.json", "seal/manifest-2.sig", "seal/manifest-pq.sig"] {
            parts.push(name, "of version 2");
        }
    });
    list.changed("newer-parts-of-version-1", "a part that only version 2 has, beside version 1", "container.layout", |parts| {
        parts.push("seal/manifest-pq.sig", "of version 2");
    });
    list.changed("newer-stray", "a manifest of version 2, and a file of no version", "container.layout seal.newer", |parts| {
        two(parts);
        parts.sign();
        parts.push("notes.txt", "x");
    });
    let mut parts = plain().parts();
    two(&mut parts);
    parts.sign();
    list.zip("newer-crc", "a manifest of version 2, and a wrong CRC-32", "container.layout seal.newer", &parts, |zip| {
        zip.entry("data/report.txt").both(|header| header.crc ^= 1);
    });
    list.changed("newer-long-line", "a manifest of version 2 whose first line has 70,000 bytes", "seal.newer", |parts| {
        parts.set(JSON, format!("{{\"format\":\"sealbag-manifest/2\",\"more\":\"{}\"}}\n", "x".repeat(70_000)));
        parts.set(SIG, stranger().armor(MANIFEST, parts.bytes(JSON)));
    });
    list.changed("newer-weak-key", "a manifest of version 2, signed by a key of small order", "seal.signature", |parts| {
        two(parts);
        parts.set(SIG, weak::signed_by_identity(MANIFEST, parts.bytes(JSON)).armor());
    });
    list.changed("newer-armor", "a manifest of version 2 beside something that is no armor", "seal.signature", |parts| {
        two(parts);
        parts.set(SIG, "signed\n");
    });
    list.changed("newer-unsigned", "a manifest of version 2 without a signature", "seal.missing", |parts| {
        two(parts);
        parts.remove(SIG);
    });
    list.changed("newer-bit", "one bit of the version flipped: 1 became 3", "seal.signature", |parts| {
        parts.replace(JSON, "sealbag-manifest/1", "sealbag-manifest/3");
    });
    list.changed("newer-namespace", "a manifest of version 2 signed as a card", "seal.signature", |parts| {
        two(parts);
        parts.set(SIG, amina().armor(CARD, parts.bytes(JSON)));
    });
    for (name, word) in [
        ("zero", "sealbag-manifest/0"),
        ("leading-zero", "sealbag-manifest/02"),
        ("million", "sealbag-manifest/1000000"),
        ("fraction", "sealbag-manifest/1.1"),
        ("another-word", "sealbag-manifesto/2"),
        ("of-a-release", "sealbag-release/2"),
        ("empty", ""),
    ] {
        let parts = resealed(|parts| parts.replace(JSON, "sealbag-manifest/1", word));
        list.add(format!("newer-word-{name}"), format!("a manifest of the format {word:?}, signed"), "seal.manifest", &parts);
    }
    let of = |number: usize, change: &dyn Fn(&mut Parts, &str), author: Option<&Signer>| {
        let mut parts = redacted();
        let name = format!("seal/release-{number}.json");
        change(&mut parts, &name);
        if let Some(author) = author {
            parts.sign_release(number, author);
        }
        parts
    };
    let second = |parts: &mut Parts, name: &str| parts.replace(name, "sealbag-release/1", "sealbag-release/2");
    list.add(
        "newer-release-by-anybody",
        "a release of version 2, signed by anybody",
        "seal.newer",
        &of(1, &second, Some(&stranger())),
    );
    list.add(
        "newer-release-bit",
        "a release whose version became 2 after it was signed",
        "release.signature item.missing",
        &of(1, &second, None),
    );
    list.add(
        "newer-release-bare",
        "a release that is nothing but a version, and its items missing",
        "release.malformed",
        &of(1, &|parts, name| parts.set(name, "{\"format\":\"sealbag-release/2\"}\n"), Some(&amina())),
    );
    list.add(
        "newer-release-of-another-bundle",
        "a release of version 2 that names another bundle, signed",
        "release.malformed item.missing",
        &of(
            1,
            &|parts, name| {
                second(parts, name);
                let digest = parts.digest();
                parts.replace(name, &digest, &"00".repeat(32));
            },
            Some(&amina()),
        ),
    );
    let mut readers = full();
    readers.replace("seal/readers.json", "sealbag-readers/1", "sealbag-readers/2");
    list.add(
        "newer-readers-bit",
        "a list of readers whose version became 2 after it was signed",
        "readers.signature",
        &readers,
    );
    readers.set("seal/readers.sig", stranger().armor(READERS, readers.bytes("seal/readers.json")));
    readers.mend_padding();
    list.add("newer-readers-by-anybody", "a list of readers of version 2, signed by anybody", "seal.newer", &readers);
    readers.set("seal/readers.sig", stranger().armor(RELEASE, readers.bytes("seal/readers.json")));
    readers.mend_padding();
    list.add("newer-readers-namespace", "a list of readers of version 2, signed as a release", "readers.signature", &readers);
}
