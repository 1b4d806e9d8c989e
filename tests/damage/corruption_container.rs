//! The corruption matrix: the ZIP around an untouched seal (threats 1 to 13). Everything here is `container.layout` unless a row
//! says otherwise; what the entries hold is right everywhere.

use support::kit;

use kit::rows::{Damage, in_zip};
use kit::samples::{addressed, plain};
use kit::zip::{Entry, Zip, extra, extra64, records64};

const REPORT: &str = "data/report.txt";

fn dos_of(zip: &Zip) -> (u16, u16) {
    (zip.entries[0].local.time, zip.entries[0].local.date)
}

container_rows! { plain().parts() => {
    // threat 1
    central_directory_name_differs |z| z.entry(REPORT).central.name = b"sealbag-0123456789ab/data/reporT.txt".to_vec();
    local_header_name_differs |z| z.entry(REPORT).local.name = b"sealbag-0123456789ab/data/reporT.txt".to_vec() => "container.layout payload.unlisted";
    central_directory_name_longer |z| {
        z.entry(REPORT).central.name.push(b'x');
        z.lay_out();
    };
    central_directory_size_differs |z| z.entry(REPORT).central.size = 9;
    central_directory_packed_size_differs |z| z.entry(REPORT).central.packed = 9;
    local_header_size_differs |z| z.entry(REPORT).local.size = 9;
    local_header_packed_size_differs |z| z.entry(REPORT).local.packed = 9;
    central_directory_crc_differs |z| z.entry(REPORT).central.crc ^= 1;
    local_header_crc_differs |z| z.entry(REPORT).local.crc ^= 1;
    crc_wrong_in_both_headers |z| z.entry(REPORT).both(|header| header.crc ^= 1);
    crc_of_a_derived_file_wrong |z| z.entry("VERIFY.txt").both(|header| header.crc ^= 1);
    crc_of_the_items_wrong |z| z.entry("seal/items.jsonl").both(|header| header.crc ^= 1);
    crc_of_the_manifest_wrong |z| z.entry("seal/manifest.json").both(|header| header.crc ^= 1);
    crc_of_the_signature_wrong |z| z.entry("seal/manifest.sig").both(|header| header.crc ^= 1);
    central_directory_time_differs |z| z.entry(REPORT).central.time += 1;
    local_header_time_differs |z| z.entry(REPORT).local.time += 1;
    time_differs_in_one_entry |z| z.entry(REPORT).both(|header| header.time += 1);
    time_of_all_entries_is_not_the_seals |z| z.entries.iter_mut().for_each(|entry| entry.both(|header| header.time += 1));
    date_of_all_entries_is_not_the_seals |z| z.entries.iter_mut().for_each(|entry| entry.both(|header| header.date += 1));
    time_of_all_entries_is_zero |z| z.entries.iter_mut().for_each(|entry| entry.both(|header| {
        (header.time, header.date) = (0, 0);
    }));
    method_deflate_claimed |z| z.entry(REPORT).both(|header| header.method = 8);
    method_differs_in_central_directory |z| z.entry(REPORT).central.method = 8;
    version_needed_is_20 |z| z.entry(REPORT).both(|header| header.needed = 20);
    version_needed_differs |z| z.entry(REPORT).central.needed = 20;
    version_made_by_dos |z| z.entry(REPORT).central.made_by = 0x000A;
    version_made_by_45 |z| z.entry(REPORT).central.made_by = 0x032D;
    flag_of_utf8_on_an_ascii_name |z| z.entry(REPORT).both(|header| header.flags = 0x0800);
    flag_of_utf8_missing |z| z.entry("新疆_巡逻.jpg").both(|header| header.flags = 0);
    flag_of_utf8_in_one_header |z| z.entry("新疆_巡逻.jpg").local.flags = 0;
    flag_of_encryption |z| z.entry(REPORT).both(|header| header.flags |= 1);
    flag_of_strong_encryption |z| z.entry(REPORT).both(|header| header.flags |= 0x2041);
    local_signature_wrong |z| z.entry(REPORT).local.signature[3] = 5;
    central_signature_wrong |z| z.entry(REPORT).central.signature[3] = 3;
    disk_number_set |z| z.entry(REPORT).central.disk = 1;
    comment_on_an_entry |z| {
        z.entry(REPORT).central.comment = b"checked by the editor".to_vec();
        z.lay_out();
    };

    // threat 2
    entry_doubled |z| {
        let entry = z.entry(REPORT).clone();
        let at = z.entries.iter().position(|known| known.local.name == entry.local.name).unwrap();
        z.entries.insert(at, entry);
        *z = Zip::from_entries(z.entries.clone());
    } => "container.layout container.second_reader payload.unlisted";
    entry_doubled_with_other_bytes |z| {
        let at = z.entries.iter().position(|entry| entry.local.name.ends_with(REPORT.as_bytes())).unwrap();
        let other = Entry::new("sealbag-0123456789ab/data/report.txt", b"Two pages\n", 0, dos_of(z));
        z.entries.insert(at, other);
        *z = Zip::from_entries(z.entries.clone());
    } => "container.layout container.second_reader payload.altered payload.unlisted";
    entry_listed_twice |z| {
        z.directory.insert(0, 0);
        z.lay_out();
    };
    entry_of_the_seal_doubled |z| {
        let entry = z.entry("seal/manifest.sig").clone();
        z.entries.push(entry);
        *z = Zip::from_entries(z.entries.clone());
    };
    entry_hidden_from_the_directory |z| {
        z.entries.insert(3, Entry::new("sealbag-0123456789ab/data/z.txt", b"hidden", 0, dos_of(z)));
        z.directory = (0..z.entries.len()).filter(|at| *at != 3).collect();
        z.lay_out();
    } => "container.layout payload.unlisted";
    entry_hidden_before_the_directory |z| {
        let entry = Entry::new("sealbag-0123456789ab/seal/more", b"hidden", 0, dos_of(z));
        z.entries.push(entry);
        z.lay_out();
    };

    // threat 3
    bytes_before_the_first_header |z| {
        z.before = b"#!/bin/sh\n".to_vec();
        z.lay_out();
    };
    bytes_before_the_first_header_and_offsets_left |z| z.before = b"dex\n035\0".to_vec();
    whole_zip_before_the_first_header |z| {
        z.before = Zip::from_entries(vec![Entry::new("a", b"b", 0, (0, 0x21))]).bytes();
        z.lay_out();
    };

    // threat 4
    byte_after_the_end |z| z.after = vec![0];
    line_break_after_the_end |z| z.after = b"\n".to_vec();
    second_end_record_after_the_end |z| z.after = z.end.bytes();
    whole_zip_after_the_end |z| z.after = Zip::from_entries(vec![Entry::new("a", b"b", 0, (0, 0x21))]).bytes();
    comment_added |z| z.end.comment = b"checked by the editor".to_vec();
    comment_that_holds_an_end_record |z| z.end.comment = Zip::from_entries(Vec::new()).bytes();
    comment_claimed_and_absent |z| z.end.comment_len = Some(5);

    // threat 5
    gap_between_entries |z| {
        z.entries[1].gap = vec![0; 16];
        z.lay_out();
    };
    gap_before_the_directory |z| {
        z.between = b"APK Sig Block 42".to_vec();
        z.lay_out();
    };
    gap_inside_the_directory |z| {
        z.entries[0].central.comment = vec![0; 46];
        z.lay_out();
    };
    entries_overlap |z| {
        let offset = z.entries[0].central.offset;
        z.entries[1].central.offset = offset;
    };
    entry_quoted_inside_another |z| {
        let inner = Entry::new("sealbag-0123456789ab/data/photos/a.jpg", b"quoted", 0, dos_of(z));
        let at = z.entries.iter().position(|entry| entry.local.name.ends_with(REPORT.as_bytes())).unwrap();
        let host = z.entries[at].central.offset + 30 + z.entries[at].local.name.len() as u32;
        z.entries[at] = Entry::new("sealbag-0123456789ab/data/report.txt", &Zip::from_entries(vec![inner]).bytes(), 0, dos_of(z));
        z.lay_out();
        z.entry("data/photos/a.jpg").central.offset = host;
    } => "container.layout payload.altered";
    offset_of_an_entry_is_a_lie |z| z.entry(REPORT).central.offset += 1;
    offset_of_the_directory_is_a_lie |z| z.end.offset -= 1;
    size_of_the_directory_is_a_lie |z| z.end.size += 1;
    directory_in_another_order |z| {
        z.directory.swap(0, 1);
        z.lay_out();
    };

    // threat 6
    data_descriptor |z| {
        let crc = z.entry(REPORT).local.crc;
        let entry = z.entry(REPORT);
        entry.both(|header| header.flags |= 8);
        (entry.local.crc, entry.local.packed, entry.local.size) = (0, 0, 0);
        entry.descriptor = [&b"PK\x07\x08"[..], &crc.to_le_bytes(), &10u32.to_le_bytes(), &10u32.to_le_bytes()].concat();
        z.lay_out();
    };
    data_descriptor_flag_without_one |z| z.entry(REPORT).both(|header| header.flags |= 8);
    data_descriptor_without_flag |z| {
        let entry = z.entry(REPORT);
        entry.descriptor = [&entry.local.crc.to_le_bytes()[..], &10u32.to_le_bytes(), &10u32.to_le_bytes()].concat();
        z.lay_out();
    };

    // threat 7
    zip64_in_the_local_header_without_need |z| {
        z.entry(REPORT).local.extra = extra64(&[10, 10]);
        z.lay_out();
    };
    zip64_in_the_local_header_with_sentinels |z| {
        let local = &mut z.entry(REPORT).local;
        (local.extra, local.size, local.packed, local.needed) = (extra64(&[10, 10]), u32::MAX, u32::MAX, 45);
        z.lay_out();
    };
    zip64_in_both_headers_without_need |z| {
        z.entry(REPORT).both(|header| {
            (header.extra, header.size, header.packed, header.needed) = (extra64(&[10, 10]), u32::MAX, u32::MAX, 45);
        });
        z.entry(REPORT).central.made_by = 0x032D;
        z.lay_out();
        z.entry(REPORT).central.extra = extra64(&[10, 10]);
    };
    zip64_in_the_directory_without_need |z| {
        z.entry(REPORT).central.extra = extra64(&[10, 10]);
        z.lay_out();
    };
    zip64_offset_without_need |z| {
        let offset = z.entry(REPORT).central.offset;
        z.entry(REPORT).central.extra = extra64(&[u64::from(offset)]);
        z.lay_out();
        z.entry(REPORT).central.offset = u32::MAX;
    };
    zip64_end_records_without_need |z| {
        z.records64 = records64(z.end.count.into(), z.end.size.into(), z.end.offset.into());
    };
    zip64_end_records_with_sentinels |z| {
        z.records64 = records64(z.end.count.into(), z.end.size.into(), z.end.offset.into());
        (z.end.count_here, z.end.count, z.end.size, z.end.offset) = (u16::MAX, u16::MAX, u32::MAX, u32::MAX);
    };
    zip64_end_records_that_tell_another_count |z| {
        z.records64 = records64(1, 90, z.end.offset.into());
    };
    zip64_locator_alone |z| {
        z.records64 = records64(z.end.count.into(), z.end.size.into(), z.end.offset.into()).split_off(56);
    };
    count_too_small |z| {
        z.end.count -= 1;
        z.end.count_here -= 1;
    };
    count_too_large |z| {
        z.end.count += 1;
        z.end.count_here += 1;
    };
    counts_that_differ |z| z.end.count_here -= 1;
    disk_of_the_end_record_set |z| z.end.disk = 1;
    disk_of_the_directory_set |z| z.end.directory_disk = 1;

    // threat 8
    extra_field_renames_an_entry |z| {
        let name = b"sealbag-0123456789ab/data/other.txt";
        let crc = crc32fast::hash(&z.entry(REPORT).local.name);
        let field = extra(0x7075, &[&[1][..], &crc.to_le_bytes(), name].concat());
        z.entry(REPORT).both(|header| header.extra = field.clone());
        z.lay_out();
    };
    extra_field_renames_an_entry_in_the_directory |z| {
        let field = extra(0x7075, &[&[1, 0, 0, 0, 0][..], b"x"].concat());
        z.entry(REPORT).central.extra = field;
        z.lay_out();
    };
    extra_field_of_time |z| {
        z.entry(REPORT).both(|header| header.extra = extra(0x5455, &[1, 0, 0, 0, 0]));
        z.lay_out();
    };
    extra_field_of_owner_in_the_directory |z| {
        z.entry(REPORT).central.extra = extra(0x7875, &[1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
        z.lay_out();
    };
    extra_field_of_zeros_in_the_local_header |z| {
        z.entry(REPORT).local.extra = vec![0; 4];
        z.lay_out();
    };

    // threat 10
    attribute_symbolic_link |z| z.entry(REPORT).central.external = 0xA1FF_0000;
    attribute_setuid |z| z.entry(REPORT).central.external = 0x89ED_0000;
    attribute_device |z| z.entry(REPORT).central.external = 0x21A4_0000;
    attribute_folder |z| z.entry(REPORT).central.external = 0x41ED_0010;
    attribute_executable |z| z.entry(REPORT).central.external = 0x81ED_0000;
    attribute_none |z| z.entry(REPORT).central.external = 0;
    attribute_internal_text |z| z.entry(REPORT).central.internal = 1;

    // threat 11
    size_forged_to_four_gigabytes |z| z.entry(REPORT).both(|header| (header.size, header.packed) = (u32::MAX - 1, u32::MAX - 1));
    size_forged_to_the_sky |z| {
        z.entry(REPORT).both(|header| {
            (header.extra, header.size, header.packed, header.needed) = (extra64(&[u64::MAX, u64::MAX]), u32::MAX, u32::MAX, 45);
        });
        z.lay_out();
        z.entry(REPORT).central.extra = extra64(&[u64::MAX, u64::MAX]);
    };
    size_of_the_items_forged |z| z.entry("seal/items.jsonl").both(|header| (header.size, header.packed) = (1 << 31, 1 << 31));
    size_of_the_manifest_forged |z| z.entry("seal/manifest.json").both(|header| (header.size, header.packed) = (1 << 31, 1 << 31));
    size_of_the_signature_forged |z| z.entry("seal/manifest.sig").both(|header| (header.size, header.packed) = (1 << 31, 1 << 31));
    name_length_forged |z| z.entries[0].local.name = vec![b'a'; 65_535];
    count_forged_to_65534 |z| (z.end.count, z.end.count_here) = (65_534, 65_534);
    size_zero_with_bytes_left_over |z| z.entry(REPORT).both(|header| (header.size, header.packed) = (0, 0));
}}

/// A row whose damage is to the bytes of the whole file.
macro_rules! byte_rows {
    ($($name:ident |$bytes:ident| $damage:expr $(=> $codes:literal)?;)*) => {
        $(#[test]
        fn $name() {
            #[allow(clippy::ptr_arg)]
            fn damage($bytes: &mut Vec<u8>) {
                let _ = $damage;
            }
            in_zip(&plain().parts(), Damage::Bytes(damage), kit::rows::last(("container.layout", $($codes)?)));
        })*
    };
}

byte_rows! {
    file_emptied |b| b.clear();
    file_of_one_byte |b| b.truncate(1);
    file_of_two_bytes |b| b.truncate(2);
    file_cut_in_half |b| b.truncate(b.len() / 2);
    file_cut_by_one_byte |b| b.pop();
    file_cut_before_the_end_record |b| b.truncate(b.len() - 22);
    file_first_byte_cut |b| b.remove(0);
    file_doubled |b| b.extend_from_within(..);
    file_replaced_by_text |b| *b = b"One page.\n".to_vec();
    file_replaced_by_a_photo |b| *b = b"\xff\xd8\xff\xe0\x00\x10JFIF".to_vec();
    file_replaced_by_an_empty_zip |b| *b = Zip::from_entries(Vec::new()).bytes();
    file_replaced_by_zeros |b| b.fill(0);
    file_zeros_in_the_middle |b| b[40..60].fill(0);
    // age is met before the ZIP is
    file_made_to_look_encrypted |b| *b = [b"age-encryption.org/v1\n", &b[..]].concat() => "envelope.header";
}

#[test]
fn file_zipped_again_by_another_program_fails_and_its_folder_verifies() {
    // what Finder, Explorer and Info-ZIP do: folders as entries, another time, other attributes
    fn zipped_again(zip: &mut Zip) {
        let mut entries = Vec::new();
        for folder in ["", "data/", "data/photos/", "seal/"] {
            let mut entry = Entry::new(&format!("sealbag-0123456789ab/{folder}"), b"", 0, (0x6000, 0x5D79));
            entry.central.external = 0x41ED_0010;
            entries.push(entry);
        }
        for entry in &zip.entries {
            let mut entry = entry.clone();
            entry.both(|header| (header.time, header.date, header.made_by) = (0x6000, 0x5D79, 0x031E));
            entries.push(entry);
        }
        *zip = Zip::from_entries(entries);
    }
    let json = in_zip(&plain().parts(), Damage::Zip(zipped_again), "container.layout");
    assert!(json["findings"][0]["detail"].is_string());

    let home = kit::Home::trusting(&kit::samples::amina());
    plain().parts().unpack_to(&home.path("any name"));
    kit::views::check(&home, &home.path("any name"), &kit::Expected::intact());
}

#[test]
fn the_remedy_for_a_zip_made_again_is_to_unpack_it() {
    let home = kit::Home::trusting(&kit::samples::amina());
    let path = home.write("again.zip", Zip::from_entries(vec![Entry::new("a", b"b", 0, (0, 0x21))]).bytes());
    let output = home.run(["verify".as_ref(), path.as_os_str()]);
    assert_eq!(output.exit, 1);
    assert!(
        output.out.split_whitespace().collect::<Vec<_>>().join(" ").contains("unpack it and verify the folder"),
        "{output:#?}"
    );
}

#[test]
fn a_payload_that_is_itself_a_zip_confuses_nobody() {
    let home = kit::Home::trusting(&kit::samples::amina());
    let inner = plain().parts().zip();
    let mut torn = Zip::of(&plain().parts());
    torn.records64 = records64(3, 3, 3);
    let with_records = torn.bytes();
    for bytes in [inner, with_records, Zip::from_entries(Vec::new()).bytes(), b"PK\x05\x06".to_vec()] {
        for name in ["a.zip", "z.zip"] {
            let bundle = plain().with_file(kit::File::new(name, bytes.clone(), "application/zip", "attachment"));
            let path = home.write("outer.zip", bundle.parts().zip());
            kit::views::check(&home, &path, &kit::Expected::intact());
        }
    }
}

/// An envelope for somebody who is not here.
const CLOSED: &str = concat!(
    "age-encryption.org/v1\n",
    "-> X25519 CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
    "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
    "a nonce of 16 b.and one piece",
);

#[test]
fn a_stream_that_comes_byte_by_byte_is_read_like_any_other() {
    let trust = kit::library::trusting(&[kit::samples::amina()]);
    for step in [1, 2, 3, 7, 100] {
        let judged = kit::library::judge(kit::library::stream_of(&plain().parts().zip(), step), &trust);
        assert_eq!((judged.exit, judged.codes.len()), (0, 0), "in pieces of {step}: {judged:?}");
        let encrypted = kit::library::stream_of(CLOSED.as_bytes(), step);
        let judged = kit::library::judge(encrypted, &trust);
        assert_eq!((judged.exit, judged.codes.contains("envelope.no_key")), (5, true), "in pieces of {step}: {judged:?}");
    }
}

container_rows! { addressed().parts() => {
    padding_not_zero |z| {
        let padding = z.entry("seal/padding");
        let mut bytes = padding.bytes.clone();
        bytes[0] = 1;
        *padding = Entry::new("sealbag-0123456789ab/seal/padding", &bytes, 0, (padding.local.time, padding.local.date));
        z.lay_out();
    };
    padding_too_short |z| resize_padding(z, |len| len - 1);
    padding_too_long |z| resize_padding(z, |len| len + 1);
    padding_to_the_padme_length_after_next |z| {
        let total = z.bytes().len();
        let next = (total as u64 + 1..).find(|length| kit::parts::is_padme(*length)).unwrap() as usize;
        resize_padding(z, |len| len + next - total);
    };
    padding_empty |z| resize_padding(z, |_| 0);
    padding_doubled |z| {
        let padding = z.entry("seal/padding").clone();
        z.entries.push(padding);
        *z = Zip::from_entries(z.entries.clone());
    };
    padding_before_the_manifest |z| {
        let padding = z.entries.pop().unwrap();
        let at = z.entries.len() - 2;
        z.entries.insert(at, padding);
        *z = Zip::from_entries(z.entries.clone());
    };
}}

fn resize_padding(zip: &mut Zip, to: impl Fn(usize) -> usize) {
    let padding = zip.entry("seal/padding");
    let zeros = vec![0; to(padding.bytes.len())];
    *padding = Entry::new("sealbag-0123456789ab/seal/padding", &zeros, 0, (padding.local.time, padding.local.date));
    zip.lay_out();
}
