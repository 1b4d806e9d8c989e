//! Numbers that need 64 bits (format, section 7; threat 7): the one form, only where it is needed.

use support::kit;

use kit::library::{file_of, judge, stream_of, trusting};
use kit::samples::{amina, plain};
use kit::text::dos_time;
use kit::zip::{Entry, extra64, records64};
use kit::{Expected, File, Home, Zip};
use sealbag::format::zip::{self as theirs, DosTime};
use sealbag::{Bundle, Timestamp, Unwatched};

const GIB: u64 = 1 << 30;

#[test]
fn headers_of_every_size_and_place_are_those_of_the_second_writer() {
    let sealed_at = "2026-11-24T18:00:01Z";
    let time = DosTime::of(&Timestamp::parse(sealed_at).unwrap()).unwrap();
    let dos = dos_time(sealed_at);
    let sizes = [0, 1, 0x7FFF_FFFF, 0xFFFF_FFFD, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_0000_0001, 5 * GIB, 1 << 53];
    let local_len = |name: &str, size: u64| 30 + name.len() as u64 + if size >= 0xFFFF_FFFF { 20 } else { 0 };
    for name in ["sealbag-0123456789ab/data/a", "sealbag-0123456789ab/data/\u{65b0}\u{7586}.jpg"] {
        for size in sizes {
            for place in sizes {
                // an entry before it moves the second one to its place
                let before = place.saturating_sub(local_len("b", place));
                let ours = Zip::from_entries(vec![
                    Entry::with_crc("b", &[], before, dos, 1),
                    Entry::with_crc(name, &[], size, dos, 0xDEAD_BEEF),
                ]);
                let offset = local_len("b", before) + before;
                let entry = theirs::Entry { name, size, crc32: 0xDEAD_BEEF, offset, time };
                assert_eq!(theirs::local_header(&entry), ours.entries[1].local.local_bytes(), "{name} {size:#x} {offset:#x}");
                assert_eq!(
                    theirs::central_header(&entry),
                    ours.entries[1].central.central_bytes(),
                    "{name} {size:#x} {offset:#x}"
                );
                let end = [ours.records64.clone(), ours.end.bytes()].concat();
                let directory = ours.directory_bytes().len() as u64;
                assert_eq!(theirs::end_records(2, directory, ours.directory_offset()), end, "{size:#x} {offset:#x}");
            }
        }
    }
}

/// A bundle whose ZIP has so many entries.
fn with_entries(count: usize) -> kit::Parts {
    let mut bundle = plain();
    let eight_more = 8;
    for number in bundle.files.len()..count - eight_more {
        bundle.files.push(File::new(&format!("n/{number:05}"), "", "text/plain", "attachment"));
    }
    bundle.parts()
}

#[test]
#[ignore = "holds 65,536 files; tests/run includes it"]
fn a_count_needs_64_bits_from_65535_entries_on() {
    let trust = trusting(&[amina()]);
    for (count, needs_64) in [(65_534, false), (65_535, true)] {
        let zip = Zip::of(&with_entries(count));
        assert_eq!((zip.entries.len(), zip.records64.is_empty()), (count, !needs_64));
        for source in [file_of(&zip.bytes()), stream_of(&zip.bytes(), 1 << 16)] {
            let judged = judge(source, &trust);
            assert_eq!((judged.exit, judged.codes.len()), (0, 0), "{count} entries: {judged:?}");
        }
    }
}

#[test]
#[ignore = "holds 65,536 files; tests/run includes it"]
fn a_count_of_65536_in_any_other_form_is_refused() {
    let trust = trusting(&[amina()]);
    let good = Zip::of(&with_entries(65_536));
    let (count, size, offset) = (65_536, u64::from(good.end.size), u64::from(good.end.offset));
    let mut front = good.bytes();
    front.truncate((offset + size) as usize);
    // the entries stay as they are, so only what follows them is made again
    let end = Zip { entries: Vec::new(), directory: Vec::new(), ..good };
    let broken = |edit: &dyn Fn(&mut Zip)| {
        let mut tail = end.clone();
        edit(&mut tail);
        [&front[..], &tail.records64, &tail.end.bytes(), &tail.after].concat()
    };
    assert_eq!(judge(file_of(&broken(&|_| ())), &trust).exit, 0);
    let patched = |at: usize, bytes: &'static [u8]| {
        broken(&move |zip| {
            zip.records64.splice(at..at + bytes.len(), bytes.iter().copied());
        })
    };
    let rows: Vec<(&str, Vec<u8>)> = vec![
        (
            "the count modulo 65,536 and no ZIP64",
            broken(&|zip| {
                zip.records64.clear();
                (zip.end.count, zip.end.count_here) = (0, 0);
            }),
        ),
        ("sentinels and no ZIP64", broken(&|zip| zip.records64.clear())),
        ("the count modulo 65,536 beside ZIP64", broken(&|zip| (zip.end.count, zip.end.count_here) = (0, 0))),
        ("a sentinel where the size needs none", broken(&|zip| zip.end.size = u32::MAX)),
        ("a sentinel where the offset needs none", broken(&|zip| zip.end.offset = u32::MAX)),
        ("one count a sentinel", broken(&|zip| zip.end.count_here = 0)),
        ("a record without locator", broken(&|zip| zip.records64.truncate(56))),
        ("a locator without record", broken(&|zip| zip.records64 = zip.records64.split_off(56))),
        (
            "two records",
            broken(&|zip| zip.records64 = [records64(count, size, offset), records64(count, size, offset)].concat()),
        ),
        ("another count", broken(&|zip| zip.records64 = records64(65_535, size, offset))),
        ("another size", broken(&|zip| zip.records64 = records64(count, size - 1, offset))),
        ("another offset", broken(&|zip| zip.records64 = records64(count, size, offset + 1))),
        ("a longer record", patched(4, &[45])),
        ("a record made by another system", patched(13, &[0])),
        ("a record of another version", patched(12, &[46])),
        ("a record that needs another version", patched(14, &[62])),
        ("a record of another disk", patched(16, &[1])),
        ("a record with the directory on another disk", patched(20, &[1])),
        ("a locator of another disk", patched(60, &[1])),
        ("a locator that points elsewhere", patched(64, &[0])),
        ("a locator of no disk", patched(72, &[0])),
        ("a locator of two disks", patched(72, &[2])),
    ];
    for (row, bytes) in rows {
        let read = Bundle::read(file_of(&bytes), &Unwatched).unwrap();
        assert!(read.findings().list().iter().any(|finding| finding.code.id == "container.layout"), "{row}");
    }
}

/// The SHA-256 of so many zeros.
fn sum_of_zeros(size: u64) -> String {
    use sha2::Digest;
    let mut hasher = sha2::Sha256::new();
    let zeros = vec![0; 1 << 20];
    let mut rest = size;
    while rest > 0 {
        hasher.update(&zeros[..rest.min(1 << 20) as usize]);
        rest -= rest.min(1 << 20);
    }
    data_encoding::HEXLOWER.encode(&hasher.finalize())
}

/// A bundle with a file of `size` zeros first, whose SHA-256 is `sum`, left as a hole on the disk, so that everything after it lies
/// beyond 4 GiB.
fn with_hole(home: &Home, size: u64, sum: &str, damage: impl Fn(&mut Zip)) -> std::path::PathBuf {
    let item = format!(
        "\"kind\":\"file\",\"path\":\"a.mp4\",\"size\":{size},\"sha256\":\"{sum}\",\"media_type\":\"video/mp4\",\"role\":\"video\"}}"
    );
    let mut parts = plain().with_line(item).parts();
    parts.edit("manifest-sha256.txt", |text| format!("{sum}  data/a.mp4\n{text}"));
    parts.replace("bag-info.txt", "34.3", &format!("{}.4", 34 + size));
    parts.mend_tagmanifest();
    let mut zip = Zip::of(&parts);
    zip.entries.insert(0, Entry::new("sealbag-0123456789ab/data/a.mp4", &[], size, parts.dos));
    let mut zip = Zip::from_entries(zip.entries);
    damage(&mut zip);
    let path = home.path("large.zip");
    let mut file = std::fs::File::create(&path).unwrap();
    zip.write_to(&mut file).unwrap();
    path
}

#[test]
#[ignore = "hashes 4 GiB several times; tests/run includes it"]
fn a_bundle_beyond_four_gigabytes() {
    let home = Home::trusting(&amina());
    for size in [0xFFFF_FFFE, 0xFFFF_FFFF, 4 * GIB + 1] {
        let path = with_hole(&home, size, &sum_of_zeros(size), |_| ());
        let json = kit::views::check_json(&home, &path, &Expected::intact());
        assert_eq!(json["contents"]["bytes"], 34 + size);
    }
    let sum = sum_of_zeros(4 * GIB + 1);
    let sizes_in_one_place = |zip: &mut Zip| {
        zip.entries[0].central.extra = extra64(&[0, 0]);
    };
    let path = with_hole(&home, 4 * GIB + 1, &sum, sizes_in_one_place);
    kit::views::check_json(&home, &path, &Expected::codes("container.layout"));
    let offset_modulo = |zip: &mut Zip| {
        let at = zip.entries.len() - 1;
        let entry = &mut zip.entries[at];
        entry.central.extra = Vec::new();
        (entry.central.offset, entry.central.needed, entry.central.made_by) = (100, 10, 0x030A);
    };
    let path = with_hole(&home, 4 * GIB + 1, &sum, offset_modulo);
    kit::views::check_json(&home, &path, &Expected::codes("container.layout"));
}
