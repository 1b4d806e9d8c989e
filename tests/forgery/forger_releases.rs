//! An author who is believed but breaks the format of a release: its section 9.

use support::kit;

use kit::bundle::field_line;
use kit::samples::{addressed, amina, plain, redacted, redacted_twice, touched};
use kit::tables::{Forms, all_give, all_verify};
use kit::text::recipient;
use kit::{Bundle, Expected, Home, Parts, Release, Signer, weak};

const JSON: &str = "seal/release-1.json";

/// The redacted bundle with the release changed and signed again by its author.
fn changed(from: &str, to: &str) -> (String, Parts) {
    let mut parts = redacted();
    parts.replace(JSON, from, to);
    parts.sign_release(1, &amina());
    (format!("{from} became {to}"), parts)
}

/// Its list changed: the lines between the brackets.
fn list(name: &str, edit: impl FnOnce(Vec<String>) -> Vec<String>) -> (String, Parts) {
    let mut parts = redacted();
    let text = parts.text(JSON);
    let (head, rest) = text.split_once("[\n").unwrap();
    let digests = rest.trim_end_matches("\n]}\n").split(",\n").map(String::from).collect();
    parts.set(JSON, format!("{head}[\n{}\n]}}\n", edit(digests).join(",\n")));
    parts.sign_release(1, &amina());
    (name.into(), parts)
}

/// It is not known what an unreadable release withholds, so nothing else is reported as missing.
fn malformed(rows: impl IntoIterator<Item = (String, Parts)>) {
    all_give("release.malformed", Forms::Both, rows);
}

#[test]
fn a_release_is_shaped_like_the_manifest() {
    let digest = plain().parts().digest();
    malformed([
        changed("{\"format\"", "{ \"format\""),
        changed("{\"format\"", "\u{feff}{\"format\""),
        changed("\"format\":\"sealbag-release/1\",", ""),
        changed("\"format\":\"sealbag-release/1\"", "\"format\":null"),
        changed(&format!("\"bundle\":\"{digest}\","), ""),
        changed("\"prev\":null,", ""),
        changed("\"prev\":null", "\"prev\":\"\""),
        changed("\"at\":\"2026-11-25T08:00:00Z\",", ""),
        changed(",\"withheld\"", ",\"place\":\"Astana\",\"withheld\""),
        changed("\"withheld\"", "\"items\""),
        changed("\"reason\":\"the source is at risk\"", "\"reason\":null"),
        changed("\"reason\":\"the source", "\"reason\":\"\\u0074he source"),
        changed("]}\n", "]}"),
        changed("]}\n", "]}\n\n"),
        changed("]}\n", "],\"note\":\"x\"}\n"),
        changed("[\n", "[\r\n"),
    ]);
}

#[test]
fn its_list_is_strictly_increasing_and_not_empty() {
    malformed([
        list("swapped", |digests| digests.into_iter().rev().collect()),
        list("one twice", |digests| vec![digests[0].clone(), digests[0].clone(), digests[1].clone()]),
        list("upper case", |digests| digests.iter().map(|digest| digest.to_uppercase()).collect()),
        list("without quotes", |digests| digests.iter().map(|digest| digest.replace('"', "")).collect()),
        list("one digit more", |digests| digests.iter().map(|digest| digest.replacen('"', "\"0", 1)).collect()),
    ]);
    let mut empty = redacted();
    let text = empty.text(JSON);
    empty.set(JSON, format!("{}[\n]}}\n", text.split_once("[\n").unwrap().0));
    empty.sign_release(1, &amina());
    malformed([("empty".to_owned(), empty)]);
    let mut of_nothing = plain().parts();
    of_nothing.add_release(&Release::by(&amina()), &[]);
    of_nothing.edit(JSON, |text| text.replace("[\n\n]", "[\n]"));
    of_nothing.sign_release(1, &amina());
    all_give("release.malformed", Forms::Both, [("a release of nothing".to_owned(), of_nothing)]);
}

#[test]
fn bundle_is_the_digest_of_this_manifest() {
    let digest = plain().parts().digest();
    malformed([
        changed(&digest, &"00".repeat(32)),
        changed(&digest, &digest.to_uppercase()),
        changed(&digest, &digest[..63]),
        changed(&format!("\"{digest}\""), "null"),
    ]);
}

#[test]
fn prev_is_the_hash_of_the_release_before_and_null_in_the_first() {
    let first = kit::text::sha256_hex(redacted().bytes(JSON));
    malformed([
        changed("\"prev\":null", &format!("\"prev\":\"{first}\"")),
        changed("\"prev\":null", &format!("\"prev\":\"{}\"", "00".repeat(32))),
    ]);
    let second = |to: &str| {
        let mut parts = redacted_twice();
        parts.replace("seal/release-2.json", &format!("\"prev\":\"{first}\""), &format!("\"prev\":{to}"));
        parts.sign_release(2, &amina());
        (format!("prev of the second is {to}"), parts)
    };
    malformed([
        second("null"),
        second(&format!("\"{}\"", "00".repeat(32))),
        second(&format!("\"{}\"", plain().parts().digest())),
    ]);
}

#[test]
fn at_is_a_time_and_may_be_any() {
    let at = "\"2026-11-25T08:00:00Z\"";
    malformed(
        ["\"\"", "\"2026-11-25\"", "\"2026-02-30T08:00:00Z\"", "\"2026-11-25T08:00:00+01:00\"", "null", "1"]
            .map(|to| changed(at, to)),
    );
    all_verify(["\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59Z\""].map(|to| changed(at, to)));
}

#[test]
fn by_is_a_public_key() {
    let line = amina().line();
    let keys = [
        String::new(),
        "Amina".into(),
        format!("{line} amina"),
        line.replace("ssh-ed25519", "ssh-rsa"),
        weak::line_of(&weak::IDENTITY),
        weak::line_of(&weak::torsioned_point(&amina())),
    ];
    malformed(keys.map(|key| changed(&line, &key)));
    let mut forged = redacted();
    forged.replace(JSON, &line, &weak::line_of(&weak::IDENTITY));
    let sig = weak::signed_by_identity(kit::sshsig::RELEASE, forged.bytes(JSON));
    forged.set("seal/release-1.sig", sig.armor());
    malformed([("signed by the neutral element".to_owned(), forged)]);
}

#[test]
fn a_time_is_whole_seconds_in_utc_of_a_day_that_exists() {
    let times = [
        "",
        "2026-11-23",
        "2026-11-23T09:30:00",
        "2026-11-23T09:30:00z",
        "2026-11-23t09:30:00Z",
        "2026-11-23 09:30:00Z",
        "2026-11-23T09:30Z",
        "2026-11-23T09:30:00.0Z",
        "2026-11-23T09:30:00+00:00",
        "2026-11-23T09:30:00-01:00",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "-001-01-01T00:00:00Z",
        "+026-01-01T00:00:00Z",
        "26-01-01T00:00:00Z",
        "2026-1-01T00:00:00Z",
        "\u{662}026-01-01T00:00:00Z",
    ];
    malformed(times.map(|time| changed("\"2026-11-25T08:00:00Z\"", &format!("\"{time}\""))));
    malformed([changed("\"2026-11-25T08:00:00Z\"", "1795426200"), changed("\"2026-11-25T08:00:00Z\"", "null")]);
    let good = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2024-02-29T12:00:00Z", "2000-02-29T00:00:00Z"];
    all_verify(good.map(|time| changed("2026-11-25T08:00:00Z", time)));
}

#[test]
fn a_release_cannot_name_its_readers() {
    let key = recipient(1);
    malformed(
        ["[]".to_owned(), format!("[\"{key}\"]")].map(|to| changed(",\"reason\":", &format!(",\"to\":{to},\"reason\":"))),
    );
}

#[test]
fn a_reason_has_at_least_one_byte_and_at_most_16_kib() {
    malformed([changed("the source is at risk", ""), changed("the source is at risk", &"x".repeat((16 << 10) + 1))]);
    all_verify([changed("the source is at risk", "x"), changed("the source is at risk", &"x".repeat(16 << 10))]);
}

#[test]
fn newer_is_a_later_number_and_every_other_word_is_malformed() {
    all_give("seal.newer", Forms::Both, [changed("sealbag-release/1", "sealbag-release/2")]);
    all_give(
        "release.malformed",
        Forms::Both,
        [
            changed("sealbag-release/1", "sealbag-release/0"),
            changed("sealbag-release/1", "sealbag-manifest/1"),
            changed("sealbag-release/1", ""),
        ],
    );
}

#[test]
fn one_listed_and_shown_or_never_sealed_or_listed_twice_is_malformed() {
    let shown = |parts: &Parts| parts.commitments_of("\"title\"").remove(0);
    let with = |name: &str, more: String| {
        list(name, |mut digests| {
            digests.push(format!("\"{more}\""));
            digests.sort();
            digests
        })
    };
    let mut disjoint = redacted();
    let again = plain().parts().commitments_of("\"caption\"");
    let mut withheld = disjoint.commitments_of("\"dateline\"");
    withheld.extend(again);
    withheld.sort();
    disjoint.drop_lines("\"dateline\"");
    disjoint.add_release(&Release::by(&amina()), &withheld);
    disjoint.mend();
    let mut of_one_shown = plain().parts();
    of_one_shown.add_release(&Release::by(&amina()), &[shown(&of_one_shown)]);
    all_give(
        "release.conflict",
        Forms::Both,
        [
            with("one that is shown", shown(&redacted())),
            with("one that was never sealed", "00".repeat(32)),
            with("one never sealed, at the end", "ff".repeat(32)),
            ("one that the first release names already".to_owned(), disjoint),
            ("one that is shown and nothing else".to_owned(), of_one_shown),
        ],
    );
}

#[test]
fn what_is_missing_and_not_listed_is_incomplete() {
    all_give(
        "item.missing",
        Forms::Both,
        [list("one of two", |digests| digests[..1].to_vec()), list("the other", |digests| digests[1..].to_vec())],
    );
}

#[test]
fn every_field_about_a_withheld_file_goes_with_it() {
    let mut parts = plain().parts();
    parts.withhold(&Release::by(&amina()), &["\"path\":\"photos/a.jpg\""]);
    all_give("item.conflict", Forms::Both, [("the caption is shown".to_owned(), parts)]);
}

#[test]
fn the_bytes_of_a_withheld_file_go_with_it() {
    let mut parts = redacted();
    parts.add_payload("photos/a.jpg", b"\xff\xd8\xff\xe0 a photo".to_vec());
    all_give("payload.unlisted", Forms::Both, [("the bytes are left".to_owned(), parts)]);
}

#[test]
fn at_most_nine_releases() {
    let bundle =
        (0..10).fold(plain(), |bundle, number| bundle.with_line(field_line("case", "note", &format!("note {number}"))));
    let mut parts = bundle.parts();
    for number in 0..10 {
        parts.withhold(&Release::by(&amina()), &[&format!("note {number}")]);
    }
    let home = Home::trusting(&amina());
    kit::views::check(&home, &home.write("ten.zip", parts.zip()), &Expected::codes("container.layout item.missing"));
    parts.unpack_to(&home.path("ten"));
    kit::views::check(&home, &home.path("ten"), &Expected::codes("bag.unlisted item.missing"));
}

#[test]
fn a_release_of_a_token_that_nobody_touched() {
    let token = |flags| {
        let signer = Signer::fido(1, "ssh:", flags, 9);
        let mut parts = touched().parts();
        parts.withhold(&Release::by(&signer), &["\"dateline\""]);
        parts
    };
    let home = Home::trusting(&touched().signer);
    kit::views::check(&home, &home.write("touched.zip", token(1).zip()), &Expected::intact().state("withheld"));
    kit::views::check(&home, &home.write("untouched.zip", token(0).zip()), &Expected::codes("release.signature"));
}

#[test]
fn recipients_are_withheld_and_what_is_left_is_for_nobody() {
    let home = Home::trusting(&amina());
    let mut parts = addressed().parts();
    parts.withhold(&Release::by(&amina()), &["\"kind\":\"recipient\""]);
    let json = kit::views::check(&home, &home.write("passed on.zip", parts.zip()), &Expected::intact().state("withheld"));
    assert_eq!(json["addressed"]["state"], "to-nobody", "{json}");
    assert_eq!(json["contents"]["withheld"], 2);
}

#[test]
fn the_digest_of_the_bundle_stays() {
    let home = Home::trusting(&amina());
    for parts in [plain().parts(), redacted(), redacted_twice()] {
        let state = if parts.releases() > 0 { "withheld" } else { "intact" };
        let json = kit::views::check_json(&home, &home.write("b.zip", parts.zip()), &Expected::intact().state(state));
        assert_eq!(json["digest"], plain().parts().digest());
    }
    let other = Bundle { id: "f".repeat(32), ..plain() };
    assert_ne!(other.parts().digest(), plain().parts().digest());
}
