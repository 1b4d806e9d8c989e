//! The corruption matrix: releases (format, section 9; threats 26, 32, 33, 36), changed by somebody who can mend everything but
//! the signer's signature. The twin has one photo and its caption withheld by the signer, or a second release besides.

use support::kit;

use kit::samples::{amina, plain, redacted, redacted_twice, stranger};
use kit::sshsig::{MANIFEST, RELEASE};
use kit::views::{Expected, check};
use kit::{Bundle, Home, Parts, Release};

const JSON: &str = "seal/release-1.json";
const SIG: &str = "seal/release-1.sig";

fn drop_release(parts: &mut Parts, number: usize) {
    parts.remove(&format!("seal/release-{number}.json"));
    parts.remove(&format!("seal/release-{number}.sig"));
}

rows! { redacted() => {
    release_dropped |p| drop_release(p, 1) => "item.missing";
    release_signature_dropped |p| p.remove(SIG) => "release.signature";
    release_signature_emptied |p| p.set(SIG, "") => "release.signature";
    release_signature_replaced_by_garbage |p| p.set(SIG, "garbage\n") => "release.signature";
    release_signature_line_ends_rewritten |p| p.edit(SIG, |text| text.replace('\n', "\r\n")) => "release.signature";
    release_signature_by_another_key |p| p.sign_release(1, &stranger()) => "release.signature";
    release_signature_made_for_a_manifest |p| p.set(SIG, p.signer.armor(MANIFEST, p.bytes(JSON))) => "release.signature";
    release_signature_is_that_of_the_seal |p| p.set(SIG, p.bytes("seal/manifest.sig").to_vec()) => "release.signature";
    release_signature_bit_flipped |p| {
        let mut sig = p.signer.sign(RELEASE, p.bytes(JSON));
        sig.signature[40] ^= 1;
        p.set(SIG, sig.armor());
    } => "release.signature";
    release_signature_s_plus_l |p| {
        let sig = p.signer.sign(RELEASE, p.bytes(JSON));
        p.set(SIG, kit::weak::with_s_plus_l(&sig).armor());
    } => "release.signature";
    release_reason_changed |p| p.replace(JSON, "at risk", "at ease") => "release.signature";
    release_time_changed |p| p.replace(JSON, "2026-11-25", "2026-11-26") => "release.signature";
    release_author_changed |p| p.replace(JSON, &amina().line(), &stranger().line()) => "release.signature";
    release_emptied |p| p.set(JSON, "") => "release.malformed";
    release_cut_in_half |p| p.edit(JSON, |text| text[..text.len() / 2].to_owned()) => "release.malformed";
    release_space_added |p| p.replace(JSON, ",\"at\":", ", \"at\":") => "release.malformed";

    release_dropped_and_its_signature_kept |p| p.remove(JSON) => "container.layout item.missing", in a folder "bag.unlisted item.missing";
    // an unknown format does not excuse what is known to be wrong
    release_of_a_newer_format_beside_no_seal |p| {
        p.replace(JSON, "sealbag-release/1", "sealbag-release/2");
        p.sign_release(1, &amina());
        p.set("seal/manifest.sig", "");
    } => "seal.missing seal.newer";
    release_of_a_newer_format_beside_an_altered_payload |p| {
        p.replace(JSON, "sealbag-release/1", "sealbag-release/2");
        p.sign_release(1, &amina());
        p.flip("data/report.txt", 0);
    } => "payload.altered seal.newer";
    release_of_a_newer_format_beside_a_wrong_signature |p| {
        p.replace(JSON, "sealbag-release/1", "sealbag-release/2");
        p.sign_release(1, &amina());
        p.set("seal/manifest.sig", stranger().armor(MANIFEST, p.bytes("seal/manifest.json")));
    } => "seal.armor seal.newer";

    // and neither does one that nobody signed, or that is about another bundle
    release_that_calls_itself_newer |p| {
        p.replace(JSON, "sealbag-release/1", "sealbag-release/2");
    } => "release.signature item.missing";
    release_that_calls_itself_newer_and_nothing_more |p| {
        p.set(JSON, "{\"format\":\"sealbag-release/2\"}\n");
        p.set(SIG, "");
    } => "release.malformed";
    release_of_a_newer_format_for_another_bundle |p| {
        let digest = p.digest();
        p.replace(JSON, "sealbag-release/1", "sealbag-release/2");
        p.replace(JSON, &digest, &"00".repeat(32));
        p.sign_release(1, &amina());
    } => "release.malformed item.missing";
    release_of_a_newer_format_by_its_maker_signed_as_a_manifest |p| {
        p.replace(JSON, "sealbag-release/1", "sealbag-release/2");
        p.set(SIG, amina().armor(MANIFEST, p.bytes(JSON)));
    } => "release.signature item.missing";

    // threat 33
    withheld_bytes_put_back |p| {
        p.add_payload("photos/a.jpg", b"\xff\xd8\xff\xe0 a photo".to_vec());
        p.mend();
    } => "payload.unlisted bag.derived";
    withheld_slot_filled_with_something_else |p| {
        p.add_line(r#""kind":"field","about":"case","name":"caption","value":"Nothing to see"}"#);
        p.mend();
    } => "item.unsealed";
    more_left_out_than_released |p| {
        p.drop_lines("\"dateline\"");
        p.mend();
    } => "item.missing";

    // threat 26
    release_of_another_bundle |p| {
        let other = Bundle { id: "f".repeat(32), ..plain() };
        let mut other = other.parts_of(plain().lines());
        other.withhold(&Release::by(&amina()), &["photos/a.jpg"]);
        p.set(JSON, other.bytes(JSON));
        p.set(SIG, other.bytes(SIG));
    } => "release.malformed";

    // threat 36: a release by a stranger, and a second redaction that hides the first
    release_by_a_stranger_in_place_of_the_signers |p| {
        let withheld = withheld_in(p, 1);
        drop_release(p, 1);
        p.add_release(&Release::by(&stranger()), &withheld);
    } => "release.author";
    release_by_a_stranger_added |p| p.withhold(&Release::by(&stranger()), &["\"dateline\""]) => "release.author";
    release_hidden_by_a_second_of_everything |p| {
        let mut withheld = withheld_in(p, 1);
        withheld.extend(p.commitments_of("\"dateline\""));
        withheld.sort();
        drop_release(p, 1);
        p.drop_lines("\"dateline\"");
        p.add_release(&Release::by(&stranger()), &withheld);
        p.mend();
    } => "release.author";
}
redacted_twice() => {
    first_release_dropped_and_second_kept |p| drop_release(p, 1) => "container.layout release.malformed item.missing", in a folder "release.malformed item.missing";
    first_release_dropped_and_second_renamed |p| {
        let (json, sig) = (p.remove("seal/release-2.json"), p.remove("seal/release-2.sig"));
        p.set(JSON, json);
        p.set(SIG, sig);
    } => "release.malformed item.missing";
    withheld_item_shown_beside_its_release |p| {
        let line = plain().parts().lines().into_iter().find(|line| String::from_utf8_lossy(line).contains("dateline"));
        p.set_lines([p.lines(), vec![line.unwrap()]].concat());
        p.mend();
    } => "release.conflict";
    second_release_dropped |p| drop_release(p, 2) => "item.missing";
    releases_exchanged |p| {
        let names = [JSON, SIG, "seal/release-2.json", "seal/release-2.sig"];
        let bytes = names.map(|name| p.bytes(name).to_vec());
        for (name, bytes) in names.into_iter().zip([&bytes[2], &bytes[3], &bytes[0], &bytes[1]]) {
            p.set(name, bytes.clone());
        }
    } => "release.malformed";
    release_doubled |p| {
        let (json, author) = (p.text("seal/release-2.json"), p.signer.clone());
        p.add_release_text(&json, &author);
    } => "release.malformed release.conflict";
    second_release_text_dropped |p| p.remove("seal/release-2.json") => "container.layout item.missing", in a folder "bag.unlisted item.missing";
    second_release_cut_in_half |p| {
        p.edit("seal/release-2.json", |text| text[..text.len() / 2].to_owned());
    } => "release.malformed";
    second_release_of_a_newer_format |p| {
        p.replace("seal/release-2.json", "sealbag-release/1", "sealbag-release/2");
        p.sign_release(2, &amina());
    } => "seal.newer";
    first_release_of_a_newer_format |p| {
        let before = kit::text::sha256_hex(p.bytes(JSON));
        p.replace(JSON, "sealbag-release/1", "sealbag-release/2");
        p.sign_release(1, &amina());
        let after = kit::text::sha256_hex(p.bytes(JSON));
        p.replace("seal/release-2.json", &before, &after);
        p.sign_release(2, &amina());
    } => "seal.newer";
    second_release_signature_dropped |p| p.remove("seal/release-2.sig") => "release.signature";
    signatures_of_releases_exchanged |p| {
        let (one, two) = (p.bytes(SIG).to_vec(), p.bytes("seal/release-2.sig").to_vec());
        p.set(SIG, two);
        p.set("seal/release-2.sig", one);
    } => "release.signature";
}}

/// The commitments that a release lists.
fn withheld_in(parts: &Parts, number: usize) -> Vec<String> {
    let text = parts.text(&format!("seal/release-{number}.json"));
    let digests = text.lines().filter(|line| line.len() >= 66 && line.starts_with('"'));
    digests.map(|line| line[1..65].to_owned()).collect()
}

#[test]
fn a_release_before_the_seal_is_noted_and_no_fault() {
    let home = Home::trusting(&amina());
    let mut parts = plain().parts();
    parts.withhold(&Release { at: "2020-01-01T00:00:00Z".into(), ..Release::by(&amina()) }, &["photos/a.jpg"]);
    let json = check(&home, &home.write("early.zip", parts.zip()), &Expected::intact().state("withheld"));
    assert!(kit::views::notes_of(&json).contains("release.earlier"), "{json}");
}

#[test]
fn a_time_that_is_still_to_come_is_noted_and_no_fault() {
    let home = Home::trusting(&amina());
    let late = "2107-12-31T23:59:59Z";
    let json = check(&home, &home.write("sealed.zip", plain().parts().zip()), &Expected::intact());
    assert!(!kit::views::notes_of(&json).contains("time.future"), "{json}");
    let bundle = kit::Bundle { sealed_at: late.into(), ..plain() };
    let json = check(&home, &home.write("late.zip", bundle.parts().zip()), &Expected::intact());
    assert!(kit::views::notes_of(&json).contains("time.future"), "{json}");
    let mut parts = plain().parts();
    parts.withhold(&Release { at: late.into(), ..Release::by(&amina()) }, &["photos/a.jpg"]);
    let json = check(&home, &home.write("released.zip", parts.zip()), &Expected::intact().state("withheld"));
    let note = json["notes"].as_array().unwrap().iter().find(|note| note["code"] == "time.future").unwrap();
    assert_eq!(note["where"], "seal/release-1.json");
}

#[test]
fn a_release_by_another_contact_is_named_and_is_not_enough() {
    let home = Home::trusting(&amina());
    home.trust(&stranger(), "Daria");
    let mut parts = redacted();
    parts.withhold(&Release { reason: "not for print".into(), ..Release::by(&stranger()) }, &["\"dateline\""]);
    let json = check(&home, &home.write("passed on.zip", parts.zip()), &Expected::codes("release.other").state("withheld"));
    assert_eq!(json["contents"]["items"], 7);
    assert_eq!(json["contents"]["withheld"], 3);
    assert_eq!(json["contents"]["releases"][0]["name"], "Amina");
    assert_eq!(json["contents"]["releases"][0]["withheld"], 2);
    assert_eq!(json["contents"]["releases"][1]["name"], "Daria");
    assert_eq!(json["contents"]["releases"][1]["by"], stranger().line());
    assert_eq!(json["contents"]["releases"][1]["reason"], "not for print");
    assert_eq!(json["contents"]["releases"][1]["withheld"], 1);
}

#[test]
fn nine_releases_verify() {
    let home = Home::trusting(&amina());
    let mut bundle = plain();
    for number in 0..10 {
        bundle = bundle.field("case", "note", &format!("note {number}"));
    }
    let mut parts = bundle.parts();
    for number in 0..9 {
        parts.withhold(&Release::by(&amina()), &[&format!("note {number}")]);
    }
    check(&home, &home.write("nine.zip", parts.zip()), &Expected::intact().state("withheld"));
    let folder = home.path("nine");
    parts.unpack_to(&folder);
    check(&home, &folder, &Expected::intact().state("withheld"));
}

#[test]
fn everything_but_one_file_can_be_withheld() {
    let home = Home::trusting(&amina());
    let mut parts = plain().parts();
    parts.withhold(&Release::by(&amina()), &["photos/", "\"field\""]);
    let json = check(&home, &home.write("little.zip", parts.zip()), &Expected::intact().state("withheld"));
    assert_eq!(json["contents"]["withheld"], 6);
    assert_eq!(json["digest"], plain().parts().digest());
}
