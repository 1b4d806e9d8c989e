//! The corruption matrix: what happens to a bundle on its way. Rows are named `<place>_<damage>`; each first shows that its
//! undamaged twin verifies, then pins the exact codes through every view, packed and unpacked. Here: payload, items, manifest,
//! signature and derived files, changed by somebody who cannot sign and mends what can be mended.

use support::kit;

use kit::samples::{amina, plain, stranger, touched};
use kit::sshsig::{CARD, CUSTODY, MANIFEST, RELEASE, armor};
use kit::weak;

const ITEMS: &str = "seal/items.jsonl";
const JSON: &str = "seal/manifest.json";
const SIG: &str = "seal/manifest.sig";

rows! { plain().parts() => {
    payload_byte_flipped |p| p.flip("data/report.txt", 0) => "payload.altered";
    payload_last_byte_flipped |p| p.flip("data/photos/a.jpg", 11) => "payload.altered";
    payload_byte_appended |p| p.edit("data/report.txt", |text| text + "x") => "payload.altered";
    payload_byte_cut |p| p.set("data/report.txt", "One page.") => "payload.altered";
    payload_emptied |p| p.set("data/report.txt", "") => "payload.altered";
    payload_line_ends_rewritten |p| p.set("data/report.txt", "One page.\r\n") => "payload.altered";
    payload_altered_twice |p| {
        p.flip("data/report.txt", 0);
        p.flip("data/photos/a.jpg", 0);
    } => "payload.altered";
    payloads_exchanged |p| {
        let (one, other) = (p.bytes("data/photos/a.jpg").to_vec(), p.bytes("data/photos/新疆_巡逻.jpg").to_vec());
        p.set("data/photos/a.jpg", other);
        p.set("data/photos/新疆_巡逻.jpg", one);
    } => "payload.altered";
    payload_dropped |p| p.remove("data/report.txt") => "payload.missing";
    payload_all_dropped |p| p.files.retain(|(name, _)| !name.starts_with("data/")) => "payload.missing";
    payload_added |p| p.add_payload("photos/b.jpg", "a third") => "payload.unlisted";
    payload_added_before_all_others |p| p.add_payload("a.txt", "a third") => "payload.unlisted";
    payload_added_after_all_others |p| p.add_payload("z.txt", "a third") => "payload.unlisted";
    payload_renamed |p| {
        let bytes = p.remove("data/report.txt");
        p.add_payload("report-1.txt", bytes);
    } => "payload.missing payload.unlisted";
    payload_renamed_in_case_only |p| {
        let bytes = p.remove("data/report.txt");
        p.add_payload("Report.txt", bytes);
    } => "payload.missing payload.unlisted";
    payload_added_beside_and_altered |p| {
        p.flip("data/report.txt", 0);
        p.add_payload("z.txt", "a third");
    } => "payload.altered payload.unlisted";

    // threat 14 and 12: the stock tools would say that all is well
    payload_altered_and_bag_mended |p| {
        p.flip("data/report.txt", 0);
        p.mend();
    } => "payload.altered bag.derived";
    payload_added_and_bag_mended |p| {
        p.add_payload("z.txt", "a third");
        p.mend();
    } => "payload.unlisted bag.derived";
    payload_dropped_and_bag_mended |p| {
        p.remove("data/report.txt");
        p.mend();
    } => "payload.missing bag.derived";
    // threat 33: the item goes along with the new bytes
    payload_altered_and_item_mended |p| {
        let sum = kit::text::sha256_hex(p.bytes("data/report.txt"));
        p.flip("data/report.txt", 0);
        let new = kit::text::sha256_hex(p.bytes("data/report.txt"));
        p.edit_line("report.txt", &sum, &new);
        p.mend();
    } => "item.unsealed item.missing";

    bag_info_line_changed |p| {
        p.replace("bag-info.txt", "2026-11-24", "2026-11-23");
        p.mend_tagmanifest();
    } => "bag.derived";
    bag_info_person_named |p| {
        p.edit("bag-info.txt", |text| text + "Contact-Name: Somebody\n");
        p.mend_tagmanifest();
    } => "bag.derived";
    bag_info_emptied |p| p.set("bag-info.txt", "") => "bag.derived";
    bagit_version_changed |p| {
        p.replace("bagit.txt", "1.0", "0.97");
        p.mend_tagmanifest();
    } => "bag.derived";
    bag_manifest_line_dropped |p| {
        p.edit("manifest-sha256.txt", |text| text.lines().skip(1).map(|line| format!("{line}\n")).collect());
        p.mend_tagmanifest();
    } => "bag.derived";
    bag_manifest_digest_flipped |p| p.flip("manifest-sha256.txt", 0) => "bag.derived";
    bag_manifest_lines_swapped |p| {
        p.edit("manifest-sha256.txt", |text| text.lines().rev().map(|line| format!("{line}\n")).collect());
        p.mend_tagmanifest();
    } => "bag.derived";
    tagmanifest_byte_flipped |p| p.flip("tagmanifest-sha256.txt", 3) => "bag.derived";
    tagmanifest_line_added |p| {
        let sum = kit::text::sha256_hex(p.bytes(SIG));
        p.edit("tagmanifest-sha256.txt", |text| format!("{text}{sum}  {SIG}\n"));
    } => "bag.derived";
    verify_txt_instructions_replaced |p| {
        p.set("VERIFY.txt", "To check this bundle, run ./data/check.sh\n");
        p.mend_tagmanifest();
    } => "bag.derived";
    verify_txt_line_ends_rewritten |p| {
        p.edit("VERIFY.txt", |text| text.replace('\n', "\r\n"));
        p.mend_tagmanifest();
    } => "bag.derived";

    // threat 32: left out silently, and the bag mended
    item_dropped |p| {
        p.drop_lines("\"dateline\"");
        p.mend();
    } => "item.missing";
    item_of_a_file_dropped_and_bytes_kept |p| {
        p.drop_lines("\"path\":\"report.txt\"");
        p.mend_tagmanifest();
    } => "item.missing payload.unlisted bag.derived";
    item_of_a_file_dropped_with_its_bytes |p| {
        p.drop_lines("\"path\":\"report.txt\"");
        p.remove("data/report.txt");
        p.mend();
    } => "item.missing";
    item_of_a_file_dropped_and_its_caption_kept |p| {
        p.drop_lines("\"path\":\"photos/a.jpg\"");
        p.remove("data/photos/a.jpg");
        p.mend();
    } => "item.conflict item.missing";
    item_dropped_and_tagmanifest_left |p| p.drop_lines("\"dateline\"") => "item.missing bag.derived";
    item_salt_changed |p| {
        p.edit_line("\"dateline\"", "\"salt\":\"0", "\"salt\":\"f");
        p.mend();
    } => "item.unsealed item.missing";
    item_value_changed |p| {
        p.edit_line("\"dateline\"", "Astana", "Almaty");
        p.mend();
    } => "item.unsealed item.missing";
    // threat 33: a slot filled with something else, a fact added
    item_added |p| {
        p.add_line(r#""kind":"field","about":"case","name":"rights","value":"none"}"#);
        p.mend();
    } => "item.unsealed";
    item_exchanged |p| {
        p.drop_lines("\"dateline\"");
        p.add_line(r#""kind":"field","about":"case","name":"dateline","value":"Beijing"}"#);
        p.mend();
    } => "item.unsealed item.missing";
    item_doubled |p| {
        let lines = p.lines();
        p.set(ITEMS, [&lines[0][..], &lines.concat()].concat());
        p.mend();
    } => "seal.items";
    items_swapped |p| {
        let mut lines = p.lines();
        lines.swap(0, 1);
        p.set(ITEMS, lines.concat());
        p.mend();
    } => "seal.items";
    items_last_line_break_cut |p| {
        p.edit(ITEMS, |text| text.trim_end().to_owned());
        p.mend();
    } => "seal.items";
    items_blank_line_added |p| {
        p.edit(ITEMS, |text| text + "\n");
        p.mend();
    } => "seal.items";
    items_line_ends_rewritten |p| {
        p.edit(ITEMS, |text| text.replace('\n', "\r\n"));
        p.mend();
    } => "seal.items";
    items_replaced_by_binary |p| {
        p.set(ITEMS, vec![0xff; 300]);
        p.mend();
    } => "seal.items";

    manifest_commitment_dropped |p| {
        let digest = p.commitments_of("\"dateline\"").remove(0);
        p.replace(JSON, &format!("\"{digest}\",\n"), "");
        p.mend();
    } => "seal.signature item.unsealed";
    manifest_commitment_changed |p| {
        let digest = p.commitments_of("\"dateline\"").remove(0);
        let changed = format!("{}{}", &digest[..60], if digest.ends_with("0000") { "1111" } else { "0000" });
        p.replace(JSON, &digest, &changed);
        p.mend();
    } => "seal.signature item.unsealed item.missing";
    manifest_commitment_added |p| {
        p.replace(JSON, "[\n", &format!("[\n\"{}\",\n", "00".repeat(32)));
        p.mend();
    } => "seal.signature item.missing";
    manifest_program_changed |p| {
        p.replace(JSON, "sealbag 0.1.0", "sealbag 0.1.1");
        p.mend();
    } => "seal.signature";
    manifest_and_tagmanifest_disagree |p| p.replace(JSON, "sealbag 0.1.0", "sealbag 0.1.1") => "seal.signature bag.derived";
    manifest_time_changed |p| {
        p.replace(JSON, "18:00:01Z", "17:00:01Z");
        p.dos = kit::text::dos_time("2026-11-24T17:00:01Z");
        p.mend();
    } => "seal.signature";
    manifest_id_changed |p| {
        p.replace(JSON, "0123456789abcdef", "f123456789abcdef");
        p.top = "sealbag-f123456789ab".into();
        p.mend();
    } => "seal.signature";
    manifest_commitments_swapped |p| {
        let (first, second) = (p.text(JSON).lines().nth(1).unwrap().to_owned(), p.text(JSON).lines().nth(2).unwrap().to_owned());
        p.replace(JSON, &format!("{first}\n{second}"), &format!("{second}\n{first}"));
        p.mend();
    } => "seal.manifest";
    manifest_space_added |p| {
        p.replace(JSON, "\"id\":", "\"id\": ");
        p.mend();
    } => "seal.manifest";
    manifest_end_cut |p| {
        p.edit(JSON, |text| text[..text.len() - 4].to_owned());
        p.mend();
    } => "seal.manifest";
    manifest_line_added |p| {
        p.edit(JSON, |text| text + "\n");
        p.mend();
    } => "seal.manifest";
    // threat 24 and 20: somebody else's seal over the same items
    manifest_signer_exchanged |p| {
        p.replace(JSON, &amina().line(), &stranger().line());
        p.mend();
    } => "seal.armor";
    signature_by_another_key |p| p.set(SIG, stranger().armor(MANIFEST, p.bytes(JSON))) => "seal.armor";

    // threat 20
    signature_dropped |p| p.remove(SIG) => "seal.missing";
    manifest_dropped |p| {
        p.remove(JSON);
        p.mend();
    } => "seal.missing";
    seal_dropped |p| {
        p.remove(JSON);
        p.remove(SIG);
        p.mend();
    } => "seal.missing";
    signature_emptied |p| p.set(SIG, "") => "seal.missing";
    manifest_emptied |p| p.set(JSON, "") => "seal.missing";
    seal_emptied |p| {
        p.set(JSON, "");
        p.set(SIG, "");
    } => "seal.missing";
    signature_replaced_by_garbage |p| p.set(SIG, "garbage\n") => "seal.armor";
    signature_replaced_by_binary |p| p.set(SIG, vec![0; 200]) => "seal.armor";
    signature_replaced_by_openpgp |p| {
        p.set(SIG, "-----BEGIN PGP SIGNATURE-----\n\niHUEABYKAB0=\n-----END PGP SIGNATURE-----\n");
    } => "seal.armor";
    signature_replaced_by_a_huge_file |p| p.set(SIG, vec![b'A'; 1 << 20]) => "seal.armor";
    signature_bit_flipped |p| {
        let mut sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        sig.signature[40] ^= 1;
        p.set(SIG, sig.armor());
    } => "seal.signature";
    signature_r_bit_flipped |p| {
        let mut sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        sig.signature[3] ^= 1;
        p.set(SIG, sig.armor());
    } => "seal.signature";
    // threat 26
    signature_of_another_bundle |p| {
        let mut other = plain();
        other.id = "f".repeat(32);
        p.set(SIG, other.parts().bytes(SIG));
    } => "seal.signature";
    // threat 23
    signature_of_a_release |p| p.set(SIG, p.signer.armor(RELEASE, p.bytes(JSON))) => "seal.armor";
    signature_of_a_custody_entry |p| p.set(SIG, p.signer.armor(CUSTODY, p.bytes(JSON))) => "seal.armor";
    signature_of_a_card |p| p.set(SIG, p.signer.armor(CARD, p.bytes(JSON))) => "seal.armor";
    signature_for_git |p| p.set(SIG, p.signer.armor("git", p.bytes(JSON))) => "seal.armor";
    signature_made_for_git_and_renamed |p| {
        let mut sig = p.signer.sign("git", p.bytes(JSON));
        sig.namespace = MANIFEST.into();
        p.set(SIG, sig.armor());
    } => "seal.signature";
    // threat 21
    signature_s_plus_l |p| {
        let sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        p.set(SIG, weak::with_s_plus_l(&sig).armor());
    } => "seal.signature";
    signature_reserved_field_stuffed |p| {
        let mut sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        sig.reserved = b"x".to_vec();
        p.set(SIG, sig.armor());
    } => "seal.armor";
    signature_version_zero |p| {
        let mut sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        sig.version = 0;
        p.set(SIG, sig.armor());
    } => "seal.armor";
    signature_version_two |p| {
        let mut sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        sig.version = 2;
        p.set(SIG, sig.armor());
    } => "seal.armor";
    signature_hash_renamed |p| {
        let mut sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        sig.hash = "sha256".into();
        p.set(SIG, sig.armor());
    } => "seal.armor";
    signature_tail_added |p| {
        let mut sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        sig.tail = vec![0];
        p.set(SIG, sig.armor());
    } => "seal.armor";
    signature_tail_added_inside |p| {
        let mut sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        sig.after = vec![1, 0, 0, 0, 0];
        p.set(SIG, sig.armor());
    } => "seal.armor";
    signature_too_short |p| {
        let mut sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        sig.signature.pop();
        p.set(SIG, sig.armor());
    } => "seal.armor";
    signature_lines_of_64 |p| {
        let sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        p.set(SIG, armor(&sig.blob(), 64));
    } => "seal.armor";
    signature_lines_of_76 |p| {
        let sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        p.set(SIG, armor(&sig.blob(), 76));
    } => "seal.armor";
    signature_line_ends_rewritten |p| p.edit(SIG, |text| text.replace('\n', "\r\n")) => "seal.armor";
    signature_text_before |p| p.edit(SIG, |text| format!("Signed by Amina\n{text}")) => "seal.armor";
    signature_text_after |p| p.edit(SIG, |text| text + "Signed by Amina\n") => "seal.armor";
    signature_doubled |p| p.edit(SIG, |text| format!("{text}{text}")) => "seal.armor";
    signature_last_line_break_cut |p| p.edit(SIG, |text| text.trim_end().to_owned()) => "seal.armor";
    signature_space_before_line |p| p.edit(SIG, |text| text.replacen('\n', "\n ", 1)) => "seal.armor";
    signature_in_binary |p| p.set(SIG, p.signer.sign(MANIFEST, p.bytes(JSON)).blob()) => "seal.armor";
    signature_by_a_token |p| {
        let sig = kit::Signer::fido(1, "ssh:", 1, 7).sign(MANIFEST, p.bytes(JSON));
        p.set(SIG, sig.armor());
    } => "seal.armor";

    // a newer format is no forgery
    manifest_of_a_newer_format |p| {
        p.replace(JSON, "sealbag-manifest/1", "sealbag-manifest/2");
        p.sign();
        p.mend();
    } => "seal.newer";
    manifest_of_a_newer_format_and_shape |p| {
        p.set(JSON, "{\"format\":\"sealbag-manifest/2\",\"tree\":{\"root\":[1,2]}}\n");
        p.sign();
    } => "seal.newer";
    manifest_of_a_newer_format_by_anybody |p| {
        p.replace(JSON, "sealbag-manifest/1", "sealbag-manifest/999999");
        p.set(SIG, stranger().armor(MANIFEST, p.bytes(JSON)));
    } => "seal.newer";
    // and it does not excuse damage
    manifest_that_calls_itself_newer |p| p.replace(JSON, "sealbag-manifest/1", "sealbag-manifest/3") => "seal.signature";
    manifest_that_calls_itself_newer_without_a_signature |p| {
        p.replace(JSON, "sealbag-manifest/1", "sealbag-manifest/3");
        p.set(SIG, "");
    } => "seal.missing";
    manifest_of_a_newer_format_signed_as_a_card |p| {
        p.replace(JSON, "sealbag-manifest/1", "sealbag-manifest/2");
        p.set(SIG, amina().armor(CARD, p.bytes(JSON)));
    } => "seal.signature";
    manifest_of_a_newer_format_signed_by_the_neutral_element |p| {
        p.replace(JSON, "sealbag-manifest/1", "sealbag-manifest/2");
        p.set(SIG, weak::signed_by_identity(MANIFEST, p.bytes(JSON)).armor());
    } => "seal.signature";
    manifest_of_a_newer_format_beside_a_stray_file |p| {
        p.replace(JSON, "sealbag-manifest/1", "sealbag-manifest/2");
        p.sign();
        p.push("notes.txt", "x");
    } => "container.layout seal.newer", in a folder "bag.unlisted seal.newer";
    manifest_of_a_newer_format_with_parts_of_its_own |p| {
        p.replace(JSON, "sealbag-manifest/1", "sealbag-manifest/2");
        p.sign();
        for part in ["seal/manifest-2.json", "seal/manifest-2.sig", "seal/manifest-pq.sig"] {
            p.push(part, "of a later version");
        }
    } => "seal.newer";
    parts_of_a_later_version_beside_this_one |p| p.push("seal/manifest-2.sig", "x") => "container.layout", in a folder "bag.unlisted";
    // what this program would find in the texts of a later version means nothing
    manifest_of_a_newer_format_beside_other_items |p| {
        p.replace(JSON, "sealbag-manifest/1", "sealbag-manifest/2");
        p.sign();
        p.set("seal/items.jsonl", "{\"kind\":\"place\"}\n");
        p.set("VERIFY.txt", "another\n");
    } => "seal.newer";
}
touched().parts() => {
    signature_of_an_untouched_token |p| {
        let sig = kit::Signer::fido(1, "ssh:", 0, 7).sign(MANIFEST, p.bytes(JSON));
        p.set(SIG, sig.armor());
    } => "seal.signature";
    signature_of_a_token_that_verified_but_was_not_touched |p| {
        let sig = kit::Signer::fido(1, "ssh:", 4, 7).sign(MANIFEST, p.bytes(JSON));
        p.set(SIG, sig.armor());
    } => "seal.signature";
    signature_of_a_token_touched_afterwards |p| {
        let mut sig = kit::Signer::fido(1, "ssh:", 0, 7).sign(MANIFEST, p.bytes(JSON));
        sig.after[0] = 1;
        p.set(SIG, sig.armor());
    } => "seal.signature";
    signature_counter_changed |p| {
        let mut sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        sig.after[4] += 1;
        p.set(SIG, sig.armor());
    } => "seal.signature";
    signature_counter_cut |p| {
        let mut sig = p.signer.sign(MANIFEST, p.bytes(JSON));
        sig.after.pop();
        p.set(SIG, sig.armor());
    } => "seal.armor";
    signature_for_another_application |p| {
        let sig = kit::Signer::fido(1, "ssh:other", 1, 7).sign(MANIFEST, p.bytes(JSON));
        p.set(SIG, sig.armor());
    } => "seal.armor";
}}
