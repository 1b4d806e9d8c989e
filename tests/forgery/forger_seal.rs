//! A signer who is believed but breaks the format: its section 4, the manifest and its signature, and the sentences of section
//! 2 about the bundle's name.

use support::kit;

use data_encoding::{BASE64, HEXLOWER};
use kit::samples::{amina, plain};
use kit::sshsig::{MANIFEST, Sig, key_blob, key_line, signed_bytes, ssh_string};
use kit::tables::{Forms, all_give, all_verify};
use kit::{Parts, Signer, weak};
use sha2::{Digest, Sha256, Sha512};

const JSON: &str = "seal/manifest.json";
const SIG: &str = "seal/manifest.sig";

/// The plain bundle with its manifest changed, then signed and mended.
fn manifest(edit: impl FnOnce(String) -> String) -> Parts {
    let mut parts = plain().parts();
    let before = parts.text(JSON);
    parts.edit(JSON, edit);
    assert_ne!(parts.text(JSON), before);
    parts.sign();
    parts.mend();
    parts
}

fn replaced(rows: &[(&str, &str)]) -> Vec<(String, Parts)> {
    let row = |(from, to): &(&str, &str)| {
        assert!(plain().parts().text(JSON).contains(from), "no {from}");
        (format!("{from} became {to}"), manifest(|text| text.replacen(from, to, 1)))
    };
    rows.iter().map(row).collect()
}

fn malformed(rows: &[(&str, &str)]) {
    all_give("seal.manifest", Forms::Both, replaced(rows));
}

/// The plain bundle sealed by a key that is written this way; its signature is the one that lax verifiers take.
fn with_key(line: &str, sign: impl FnOnce(&[u8]) -> Sig) -> Parts {
    let mut parts = plain().parts();
    parts.replace(JSON, &amina().line(), line);
    parts.set(SIG, sign(parts.bytes(JSON)).armor());
    parts.mend();
    parts
}

#[test]
fn the_manifest_is_exactly_this() {
    malformed(&[
        ("{\"format\"", " {\"format\""),
        ("{\"format\"", "{ \"format\""),
        ("{\"format\"", "\u{feff}{\"format\""),
        ("{\"format\":\"sealbag-manifest/1\",", "{"),
        ("\"format\":\"sealbag-manifest/1\"", "\"format\":null"),
        ("\"format\":\"sealbag-manifest/1\"", "\"format\":1"),
        ("\"format\":\"sealbag-manifest/1\"", "\"Format\":\"sealbag-manifest/1\""),
        ("\"format\":\"sealbag-manifest/1\",", "\"format\":\"sealbag-manifest/1\",\"format\":\"sealbag-manifest/1\","),
        (",\"id\":\"0123456789abcdef0123456789abcdef\"", ""),
        (",\"sealed_with\":\"sealbag 0.1.0\"", ""),
        (",\"sealed_with\"", ",\"place\":\"Astana\",\"sealed_with\""),
        (",\"items\"", ",\"title\":null,\"items\""),
        (",\"items\":[", ",\"items\": ["),
        (",\"items\":[\n", ",\"items\":["),
        (",\"items\":[\n", ",\"items\":[\n\n"),
        (",\"items\":[\n", ",\"items\":[\r\n"),
        ("\"items\"", "\"item\""),
        ("\",\n\"", "\", \n\""),
        ("\",\n\"", "\" ,\n\""),
        ("\",\n\"", "\"\n\""),
        ("\",\n\"", "\",\""),
        ("\",\n\"", "\",\n \""),
        ("\"\n]}", "\",\n]}"),
        ("\"\n]}", "\"]}"),
        ("\"\n]}", "\"\n\n]}"),
        ("]}\n", "]}"),
        ("]}\n", "]}\n\n"),
        ("]}\n", "]}\r\n"),
        ("]}\n", "] }\n"),
        ("]}\n", "],\"note\":\"x\"}\n"),
        ("]}\n", "]}\n{}\n"),
        ("]}\n", "]\n"),
    ]);
    let parts = manifest(|text| text.replace('\n', "\r\n"));
    all_give("seal.manifest", Forms::Both, [("line ends of CR LF".to_owned(), parts)]);
    let reordered = manifest(|text| {
        let id = "\"id\":\"0123456789abcdef0123456789abcdef\",";
        let moved = text.replacen(id, "", 1);
        moved.replacen("\"sealed_with\"", &format!("{id}\"sealed_with\""), 1)
    });
    all_give("seal.manifest", Forms::Both, [("id after sealed_at".to_owned(), reordered)]);
}

#[test]
fn at_least_one_commitment_strictly_increasing() {
    let list = |edit: fn(Vec<&str>) -> Vec<String>| {
        manifest(|text| {
            let (head, rest) = text.split_once("[\n").unwrap();
            let digests: Vec<&str> = rest.trim_end_matches("\n]}\n").split(",\n").collect();
            format!("{head}[\n{}\n]}}\n", edit(digests).join(",\n"))
        })
    };
    fn owned(digests: Vec<&str>) -> Vec<String> {
        digests.into_iter().map(String::from).collect()
    }
    let none = manifest(|text| format!("{}[\n]}}\n", text.split_once("[\n").unwrap().0));
    let none_on_one_line = manifest(|text| format!("{}[]}}\n", text.split_once("[\n").unwrap().0));
    let rows = [
        ("no commitment", none),
        ("no commitment, no line", none_on_one_line),
        (
            "one commitment twice",
            list(|mut digests| {
                digests.insert(0, digests[0]);
                owned(digests)
            }),
        ),
        (
            "first two swapped",
            list(|mut digests| {
                digests.swap(0, 1);
                owned(digests)
            }),
        ),
        ("reversed", list(|digests| owned(digests.into_iter().rev().collect()))),
        ("upper case", list(|digests| digests.iter().map(|digest| digest.to_uppercase()).collect())),
        (
            "one digit short",
            list(|mut digests| {
                digests[0] = "\"00\"";
                owned(digests)
            }),
        ),
        ("one digit more", list(|digests| digests.iter().map(|digest| digest.replacen('"', "\"0", 1)).collect())),
        ("without quotes", list(|digests| digests.iter().map(|digest| digest.replace('"', "")).collect())),
        (
            "null",
            list(|mut digests| {
                digests[0] = "null";
                owned(digests)
            }),
        ),
        ("with an algorithm", list(|digests| digests.iter().map(|digest| digest.replacen('"', "\"sha256:", 1)).collect())),
    ];
    all_give("seal.manifest", Forms::Both, rows.map(|(name, parts)| (name.into(), parts)));
}

#[test]
fn an_id_is_32_hex_digits() {
    let id = "\"0123456789abcdef0123456789abcdef\"";
    malformed(&[
        (id, "\"\""),
        (id, "null"),
        (id, "\"0123456789abcdef0123456789abcde\""),
        (id, "\"0123456789abcdef0123456789abcdef0\""),
        (id, "\"0123456789ABCDEF0123456789ABCDEF\""),
        (id, "\"0123456789abcdef0123456789abcdeg\""),
        (id, "\"01234567-89ab-cdef-0123-456789abcdef\""),
        (id, "\"0123456789abcdef0123456789abcdef\\u0030\""),
    ]);
}

#[test]
fn sealed_with_has_three_decimal_numbers_at_most_six_digits_each_no_leading_zeros() {
    let program = "\"sealbag 0.1.0\"";
    malformed(&[
        (program, "\"\""),
        (program, "null"),
        (program, "\"sealbag\""),
        (program, "\"sealbag \""),
        (program, "\"sealbag 0.1\""),
        (program, "\"sealbag 0.1.0.0\""),
        (program, "\"sealbag 0.1.\""),
        (program, "\"sealbag .1.0\""),
        (program, "\"sealbag 0.01.0\""),
        (program, "\"sealbag 00.1.0\""),
        (program, "\"sealbag 0.1.1000000\""),
        (program, "\"sealbag 0.1.-1\""),
        (program, "\"sealbag 0.1.+1\""),
        (program, "\"sealbag 0.1.0-beta\""),
        (program, "\"sealbag v0.1.0\""),
        (program, "\"sealbag  0.1.0\""),
        (program, "\"sealbag 0.1.0 \""),
        (program, "\"sealbag 0.1.x\""),
        (program, "\"sealbag 0.1.\u{661}\""),
        (program, "\"Sealbag 0.1.0\""),
        (program, "\"sealbag-rs 0.1.0\""),
        (program, "\"other 0.1.0\""),
        (program, "\"sealbag 0.1.0 by Amina\""),
    ]);
    all_verify(replaced(&[
        (program, "\"sealbag 0.0.0\""),
        (program, "\"sealbag 999999.999999.999999\""),
        (program, "\"sealbag 10.20.30\""),
    ]));
}

#[test]
fn sealed_at_is_from_1980_to_2107_in_whole_seconds_of_a_day_that_exists() {
    let at = "\"2026-11-24T18:00:01Z\"";
    malformed(&[
        (at, "\"1979-12-31T23:59:59Z\""),
        (at, "\"2108-01-01T00:00:00Z\""),
        (at, "\"0001-01-01T00:00:00Z\""),
        (at, "\"9999-12-31T23:59:59Z\""),
        (at, "\"2026-02-29T18:00:01Z\""),
        (at, "\"2026-11-24T24:00:00Z\""),
        (at, "\"2026-11-24T18:00:60Z\""),
        (at, "\"2026-11-24T18:00:01z\""),
        (at, "\"2026-11-24T18:00:01.0Z\""),
        (at, "\"2026-11-24T18:00:01+00:00\""),
        (at, "\"2026-11-24 18:00:01Z\""),
        (at, "\"2026-11-24\""),
        (at, "\"\""),
        (at, "null"),
        (at, "1795543201"),
    ]);
    let times = ["1980-01-01T00:00:00Z", "2107-12-31T23:59:59Z", "2024-02-29T00:00:59Z", "2000-02-29T12:30:30Z"];
    all_verify(times.map(|time| {
        let mut bundle = plain();
        bundle.sealed_at = time.into();
        (time.to_owned(), bundle.parts())
    }));
}

#[test]
fn the_time_of_the_entries_is_that_of_the_seal() {
    let rows = [
        "2026-11-24T18:00:02Z",
        "2026-11-24T17:59:59Z",
        "2026-11-24T20:00:01Z",
        "2026-11-25T18:00:01Z",
        "2025-11-24T18:00:01Z",
        "1980-01-01T00:00:00Z",
    ];
    let rows = rows.map(|time| {
        let mut parts = plain().parts();
        parts.dos = kit::text::dos_time(time);
        (time.to_owned(), parts)
    });
    all_give("container.layout", Forms::ZipOnly, rows);
}

#[test]
fn the_top_folder_is_named_by_the_first_twelve_digits_of_the_id() {
    let rows = [
        "sealbag-0123456789a",
        "sealbag-0123456789abc",
        "sealbag-0123456789aB",
        "sealbag-cdef01234567",
        "sealbag",
        "",
        "0123456789ab",
        "Sealbag-0123456789ab",
        "sealbag-0123456789ab/x",
    ];
    let rows = rows.map(|top| {
        let mut parts = plain().parts();
        parts.top = top.into();
        (top.to_owned(), parts)
    });
    all_give("container.layout", Forms::ZipOnly, rows);
}

#[test]
fn newer_is_a_later_number_and_every_other_word_is_malformed() {
    let format = "\"sealbag-manifest/1\"";
    all_give(
        "seal.newer",
        Forms::Both,
        replaced(&[(format, "\"sealbag-manifest/2\""), (format, "\"sealbag-manifest/999999\"")]),
    );
    all_give(
        "seal.manifest",
        Forms::Both,
        replaced(&[
            (format, "\"sealbag-manifest/0\""),
            (format, "\"sealbag-manifest/1000000\""),
            (format, "\"sealbag-manifest/1.1\""),
            (format, "\"sealbag-manifest/01\""),
            (format, "\"Sealbag-manifest/1\""),
            (format, "\"sealbag-manifest/1 \""),
            (format, "\"sealbag-release/1\""),
            (format, "\"\""),
            (format, "\"VERIFIED\""),
        ]),
    );
}

#[test]
fn a_public_key_is_the_first_two_words_of_its_openssh_line() {
    let signer = amina();
    let line = signer.line();
    let base64 = line.split_once(' ').unwrap().1;
    let with_tail = key_line("ssh-ed25519", &[signer.blob(), vec![0]].concat());
    let lines = [
        String::new(),
        "ssh-ed25519".into(),
        "ssh-ed25519 ".into(),
        base64.into(),
        format!("{line} "),
        format!(" {line}"),
        format!("{line} amina@example.org"),
        line.replace(' ', "  "),
        line.replace(' ', "\\t"),
        format!("{line}\\n"),
        format!("{line}="),
        line[..line.len() - 1].into(),
        line.replace("ssh-ed25519", "SSH-ED25519"),
        line.replace("ssh-ed25519", "ssh-rsa"),
        line.replace("ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com"),
        line.replace("ssh-ed25519", "sk-ssh-ed25519@openssh.com"),
        with_tail,
        key_line("ssh-ed25519", &key_blob("ssh-ed25519", &signer.point()[..31], None)),
        key_line("ssh-ed25519", &key_blob("ssh-ed25519", &[&signer.point()[..], &[0]].concat(), None)),
        key_line("ssh-ed25519", &key_blob("ssh-rsa", &signer.point(), None)),
        key_line("ssh-ed25519", &signer.point()),
        key_line("ecdsa-sha2-nistp256", &key_blob("ecdsa-sha2-nistp256", &signer.point(), None)),
        "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg".into(),
        signer.fingerprint(),
        BASE64.encode(&signer.blob()),
    ];
    let rows = lines.map(|written| (written.clone(), with_key(&written, |message| signer.sign(MANIFEST, message))));
    all_give("seal.key", Forms::Both, rows);
    let not_a_string = with_key(&line, |message| signer.sign(MANIFEST, message));
    let mut not_a_string = not_a_string;
    not_a_string.replace(JSON, &format!("\"{line}\""), "null");
    not_a_string.sign();
    not_a_string.mend();
    all_give("seal.manifest", Forms::Both, [("null".to_owned(), not_a_string)]);
}

#[test]
fn weak_keys_and_keys_with_a_torsion_component_are_refused() {
    // each signature here is Good to `ssh-keygen -Y verify` of OpenSSH 9.2
    let identity = with_key(&weak::line_of(&weak::IDENTITY), |message| weak::signed_by_identity(MANIFEST, message));
    let torsioned = weak::line_of(&weak::torsioned_point(&amina()));
    let torsioned = with_key(&torsioned, |message| weak::signed_by_torsioned(&amina(), MANIFEST, message));
    let mut rows = vec![("the neutral element".to_owned(), identity), ("with a point of order two".to_owned(), torsioned)];
    for hex in weak::SMALL_ORDER {
        let point = HEXLOWER.decode(hex.as_bytes()).unwrap();
        rows.push((hex.into(), with_key(&weak::line_of(&point), |message| amina().sign(MANIFEST, message))));
    }
    // y at or above p, and a y of no point
    for hex in [
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0200000000000000000000000000000000000000000000000000000000000000",
    ] {
        let point = HEXLOWER.decode(hex.as_bytes()).unwrap();
        rows.push((hex.into(), with_key(&weak::line_of(&point), |message| amina().sign(MANIFEST, message))));
    }
    all_give("seal.key", Forms::Both, rows);
}

#[test]
fn a_fido_application_is_ssh_and_at_most_60_more_characters() {
    let long = format!("ssh:{}", "x".repeat(61));
    let applications =
        ["", "ssh", "SSH:", "http:", "https://example.org", "ssh: ", "ssh:a b", "ssh:\u{7f}", "ssh:\u{e9}", "ssh:\u{0}", &long];
    let rows = applications.map(|application| {
        let signer = Signer::fido(1, application, 1, 7);
        (application.to_owned(), with_key(&signer.line(), |message| signer.sign(MANIFEST, message)))
    });
    all_give("seal.key", Forms::Both, rows);
    let without = key_line("sk-ssh-ed25519@openssh.com", &key_blob("sk-ssh-ed25519@openssh.com", &amina().point(), None));
    let rows = [("no application".to_owned(), with_key(&without, |message| amina().sign(MANIFEST, message)))];
    all_give("seal.key", Forms::Both, rows);
    let weak_token =
        key_line("sk-ssh-ed25519@openssh.com", &key_blob("sk-ssh-ed25519@openssh.com", &weak::IDENTITY, Some("ssh:")));
    let rows = [("a weak key".to_owned(), with_key(&weak_token, |message| amina().sign(MANIFEST, message)))];
    all_give("seal.key", Forms::Both, rows);
}

#[test]
fn a_fido_application_of_60_characters_verifies() {
    for application in ["ssh:", "ssh:sealbag", "ssh:!~", &format!("ssh:{}", "x".repeat(60))] {
        let signer = Signer::fido(1, application, 1, 0);
        let home = kit::Home::trusting(&signer);
        let path = home.write("token.zip", plain().signed_by(signer).parts().zip());
        kit::views::check(&home, &path, &kit::Expected::intact());
    }
}

#[test]
fn strict_verification_with_s_below_l_and_r_neither_small_nor_off_the_prime_order_group() {
    let signed = |sign: fn(&[u8]) -> Sig| {
        let mut parts = plain().parts();
        parts.set(SIG, sign(parts.bytes(JSON)).armor());
        parts
    };
    // the first two are Good to `ssh-keygen -Y verify` of OpenSSH 9.2
    let rows = [
        ("S plus L", signed(|message| weak::with_s_plus_l(&amina().sign(MANIFEST, message)))),
        ("R of small order", signed(|message| weak::signed_with_small_r(&amina(), MANIFEST, message))),
        ("R off the prime-order group", signed(|message| weak::signed_with_torsioned_r(&amina(), MANIFEST, message))),
        ("all zeros", signed(|message| Sig { signature: vec![0; 64], ..amina().sign(MANIFEST, message) })),
        ("all ones", signed(|message| Sig { signature: vec![0xff; 64], ..amina().sign(MANIFEST, message) })),
    ];
    all_give("seal.signature", Forms::Both, rows.map(|(name, parts)| (name.into(), parts)));
}

#[test]
fn hash_sha512_and_namespace_manifest_and_nothing_reserved() {
    let signed = |namespace: &str, reserved: &[u8], hash: &str, digest: &[u8]| {
        let mut parts = plain().parts();
        let signature = amina().sign_bytes(&signed_bytes(namespace, reserved, hash, digest)).to_vec();
        let (namespace, reserved, hash) = (namespace.into(), reserved.to_vec(), hash.into());
        let sig = Sig { namespace, reserved, hash, signature, ..amina().sign(MANIFEST, b"") };
        parts.set(SIG, sig.armor());
        parts
    };
    let text = plain().parts().bytes(JSON).to_vec();
    let (long, short) = (Sha512::digest(&text), Sha256::digest(&text));
    let rows = [
        ("sha256", signed(MANIFEST, b"", "sha256", &short)),
        ("another namespace", signed("file", b"", "sha512", &long)),
        ("an empty namespace", signed("", b"", "sha512", &long)),
        ("a namespace in upper case", signed("Manifest@sealbag", b"", "sha512", &long)),
        ("a namespace with a zero byte", signed("manifest@sealbag\0", b"", "sha512", &long)),
        ("something reserved", signed(MANIFEST, b"x", "sha512", &long)),
    ];
    all_give("seal.armor", Forms::Both, rows.map(|(name, parts)| (name.into(), parts)));
}

#[test]
fn the_armor_is_the_one_that_ssh_keygen_writes() {
    let message = plain().parts().bytes(JSON).to_vec();
    let sig = amina().sign(MANIFEST, &message);
    let blob = sig.blob();
    let base64 = BASE64.encode(&blob);
    let armored = |body: &str| format!("-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n");
    let good = sig.armor();
    let rows = [
        ("one long line", armored(&base64)),
        ("an empty line at the end", good.replace("\n-----END", "\n\n-----END")),
        ("padding one too many", good.replace("\n-----END", "=\n-----END")),
        ("four dashes", good.replace("-----BEGIN", "----BEGIN")),
        ("another word", good.replace("SSH SIGNATURE", "SSHSIG")),
        ("a header line", good.replacen('\n', "\nHash: sha512\n", 1)),
        ("a space at the end of a line", good.replacen('\n', " \n", 2)),
        ("another magic", Sig { magic: b"SSHSIH".to_vec(), ..sig.clone() }.armor()),
        ("another key kind inside", Sig { kind: "ssh-rsa".into(), ..sig.clone() }.armor()),
        ("another key inside", Sig { key: kit::samples::stranger().blob(), ..sig.clone() }.armor()),
        ("a signature of 65 bytes", Sig { signature: [&sig.signature[..], &[0]].concat(), ..sig.clone() }.armor()),
        ("an empty signature", Sig { signature: Vec::new(), ..sig.clone() }.armor()),
        ("a string more inside", Sig { after: ssh_string(b""), ..sig.clone() }.armor()),
    ];
    let rows = rows.map(|(name, armor)| {
        let mut parts = plain().parts();
        assert_ne!(armor, good, "{name}");
        parts.set(SIG, armor);
        (name.to_owned(), parts)
    });
    all_give("seal.armor", Forms::Both, rows);
}

#[test]
#[ignore = "holds a million items; tests/run includes it"]
fn a_million_items_at_most() {
    let many = |count: usize| {
        manifest(|text| {
            let (head, _) = text.split_once("[\n").unwrap();
            let digests: Vec<String> = (0..count).map(|number| format!("\"{number:064x}\"")).collect();
            format!("{head}[\n{}\n]}}\n", digests.join(",\n"))
        })
    };
    let home = kit::Home::trusting(&amina());
    let check = |count, codes| {
        let path = home.write("many.zip", many(count).zip());
        kit::views::check_json(&home, &path, &kit::Expected::codes(codes));
    };
    check(1_000_000, "item.missing item.unsealed");
    check(1_000_001, "seal.manifest");
    check(1_300_000, "seal.manifest");
}
