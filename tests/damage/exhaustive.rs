//! Every small change there is, on a small bundle that holds every kind of file: each byte flipped, each length cut, bytes
//! appended, each entry dropped, doubled and swapped, by somebody clumsy and by a forger who mends CRCs, offsets, BagIt files and
//! padding. Always FAILED, whatever word the change writes, and never a panic.

use support::{kit, strides};

use std::io::{Seek, SeekFrom, Write};

use kit::library::{FileAt, Judged, file_of, judge, judge_path, stream_of, trusting};
use kit::samples::{amina, full};
use kit::{Parts, Zip};
use sealbag::{Source, TrustedSigners};

fn trust() -> TrustedSigners {
    trusting(&[amina()])
}

/// Fails, naming the change, unless the bundle is refused as it must be.
fn refused(judged: &Judged, change: &dyn Fn() -> String) {
    assert!(judged.exit == 1 && !judged.codes.is_empty(), "{}: {judged:?}", change());
}

#[test]
fn the_bundle_itself_verifies_in_every_form() {
    let parts = full();
    let home = kit::Home::new();
    parts.unpack_to(&home.path("folder"));
    let bytes = parts.zip();
    for judged in [
        judge(file_of(&bytes), &trust()),
        judge(stream_of(&bytes, 1 << 16), &trust()),
        judge_path(&home.path("folder"), &trust()),
    ] {
        assert_eq!((judged.exit, judged.state(), judged.codes.len()), (0, "withheld", 0), "{judged:?}");
    }
}

strides!(flip_the_zip, bytes_of_the_zip_flipped takes one in 31, every_byte_of_the_zip_flipped takes all);

fn flip_the_zip(step: usize) {
    let (parts, trust) = (full(), trust());
    let bytes = parts.zip();
    let file = tempfile::tempfile().unwrap();
    (&file).write_all(&bytes).unwrap();
    for (at, byte) in bytes.iter().enumerate().step_by(step) {
        put(&file, at, &[byte ^ 0x01]);
        let judged = judge(Source::of(FileAt(file.try_clone().unwrap())), &trust);
        refused(&judged, &|| format!("byte {at} of the ZIP"));
        put(&file, at, &[*byte]);
    }
}

strides!(flip_a_stream, bytes_of_a_stream_flipped takes one in 31, every_byte_of_a_stream_flipped takes all);

fn flip_a_stream(step: usize) {
    let (parts, trust) = (full(), trust());
    let mut bytes = parts.zip();
    for at in (0..bytes.len()).step_by(step) {
        bytes[at] ^= 0x80;
        refused(&judge(stream_of(&bytes, 1 << 16), &trust), &|| format!("byte {at} of the stream"));
        bytes[at] ^= 0x80;
    }
}

strides!(cut, lengths_cut takes one in 31, every_length_cut takes all);

fn cut(step: usize) {
    let (bytes, trust) = (full().zip(), trust());
    let file = tempfile::tempfile().unwrap();
    (&file).write_all(&bytes).unwrap();
    for length in (0..bytes.len()).rev().step_by(step) {
        file.set_len(length as u64).unwrap();
        let judged = judge(Source::of(FileAt(file.try_clone().unwrap())), &trust);
        refused(&judged, &|| format!("the file cut to {length} bytes"));
        refused(&judge(stream_of(&bytes[..length], 1 << 16), &trust), &|| format!("the stream cut to {length} bytes"));
    }
}

#[test]
fn every_length_cut_from_the_front() {
    let (bytes, trust) = (full().zip(), trust());
    for length in 1..bytes.len() {
        refused(&judge(stream_of(&bytes[length..], 1 << 16), &trust), &|| format!("{length} bytes cut from the front"));
    }
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn bytes_appended() {
    let (bytes, trust) = (full().zip(), trust());
    for length in (1..100).chain([1_000, 65_535, 65_557, 100_000, bytes.len()]) {
        for byte in [0, b'\n', b'P'] {
            let longer = [&bytes[..], &vec![byte; length]].concat();
            refused(&judge(file_of(&longer), &trust), &|| format!("{length} bytes appended"));
            refused(&judge(stream_of(&longer, 1 << 16), &trust), &|| format!("{length} bytes appended to the stream"));
        }
    }
    refused(&judge(file_of(&bytes.repeat(2)), &trust), &|| "the whole appended".into());
}

strides!(drop_and_double, bytes_dropped_and_bytes_doubled takes one in 31, every_byte_dropped_and_every_byte_doubled takes all);

fn drop_and_double(step: usize) {
    let (parts, trust) = (full(), trust());
    let bytes = parts.zip();
    for at in (0..bytes.len()).step_by(step) {
        let dropped = [&bytes[..at], &bytes[at + 1..]].concat();
        refused(&judge(stream_of(&dropped, 1 << 16), &trust), &|| format!("byte {at} dropped"));
        let doubled = [&bytes[..=at], &bytes[at..]].concat();
        refused(&judge(stream_of(&doubled, 1 << 16), &trust), &|| format!("byte {at} doubled"));
    }
}

/// Judges parts as they stand, and once more mended by a forger who knows the format.
fn refused_and_refused_mended(mut parts: Parts, trust: &TrustedSigners, change: &dyn Fn() -> String) {
    refused(&judge(file_of(&parts.zip()), trust), change);
    parts.mend();
    refused(&judge(file_of(&parts.zip()), trust), &|| format!("{}, mended", change()));
}

/// True for files that `mend` makes again, which undoes any change there.
fn is_made_again(name: &str) -> bool {
    ["bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "seal/padding"].contains(&name)
}

strides!(flip_as_a_forger, bytes_of_every_entry_flipped_by_a_forger takes one in 31, every_byte_of_every_entry_flipped_by_a_forger takes all);

fn flip_as_a_forger(step: usize) {
    let (parts, trust) = (full(), trust());
    for (name, bytes) in parts.files.iter().filter(|(name, _)| !is_made_again(name)) {
        for at in (0..bytes.len()).step_by(step) {
            let mut changed = parts.clone();
            changed.flip(name, at);
            changed.mend();
            let judged = judge(stream_of(&changed.zip(), 1 << 16), &trust);
            refused(&judged, &|| format!("byte {at} of {name}, mended"));
        }
    }
}

strides!(cut_as_a_forger, every_entry_cut_at_lengths_by_a_forger takes one in 31, every_entry_cut_at_every_length_by_a_forger takes all);

fn cut_as_a_forger(step: usize) {
    let (parts, trust) = (full(), trust());
    for (name, bytes) in parts.files.iter().filter(|(name, _)| !is_made_again(name)) {
        for length in (0..bytes.len()).step_by(step) {
            let mut changed = parts.clone();
            changed.set(name, &bytes[..length]);
            changed.mend();
            let judged = judge(stream_of(&changed.zip(), 1 << 16), &trust);
            refused(&judged, &|| format!("{name} cut to {length} bytes, mended"));
        }
    }
}

#[test]
fn every_entry_dropped() {
    let (parts, trust) = (full(), trust());
    for (name, _) in &parts.files {
        let mut changed = parts.clone();
        changed.remove(name);
        if name == "seal/padding" {
            // no check depends on whether it is there
            assert_eq!(judge(file_of(&changed.zip()), &trust).exit, 0);
        } else {
            refused_and_refused_mended(changed, &trust, &|| format!("{name} dropped"));
        }
    }
}

#[test]
fn every_two_entries_dropped() {
    let (parts, trust) = (full(), trust());
    let names: Vec<&String> = parts.files.iter().map(|(name, _)| name).collect();
    for (at, one) in names.iter().enumerate() {
        for other in &names[at + 1..] {
            let mut changed = parts.clone();
            changed.remove(one);
            changed.remove(other);
            if one.starts_with("seal/readers.") && other.starts_with("seal/readers.") {
                // no check depends on whether they are there, and then it is for nobody
                changed.mend_padding();
                assert_eq!(judge(file_of(&changed.zip()), &trust).exit, 0);
                continue;
            }
            refused_and_refused_mended(changed, &trust, &|| format!("{one} and {other} dropped"));
        }
    }
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn every_entry_doubled() {
    let (parts, trust) = (full(), trust());
    for (at, entry) in parts.files.iter().enumerate() {
        for to in 0..=parts.files.len() {
            let mut changed = parts.clone();
            changed.files.insert(to, entry.clone());
            refused(&judge(file_of(&changed.zip()), &trust), &|| format!("{} doubled to place {to}", entry.0));
            let mut listed = Zip::of(&parts);
            listed.directory.insert(to, at);
            listed.lay_out();
            refused(&judge(file_of(&listed.bytes()), &trust), &|| format!("{} listed twice", entry.0));
        }
    }
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn every_two_entries_swapped() {
    let (parts, trust) = (full(), trust());
    for at in 0..parts.files.len() {
        for other in at + 1..parts.files.len() {
            let change = || format!("{} and {}", parts.files[at].0, parts.files[other].0);
            let mut places = parts.clone();
            places.files.swap(at, other);
            refused(&judge(file_of(&places.zip()), &trust), &|| format!("{} in each other's place", change()));

            let mut contents = parts.clone();
            (contents.files[at].1, contents.files[other].1) = (parts.files[other].1.clone(), parts.files[at].1.clone());
            refused(&judge(file_of(&contents.zip()), &trust), &|| format!("{} with each other's bytes", change()));

            let mut directory = Zip::of(&parts);
            directory.directory.swap(at, other);
            directory.lay_out();
            refused(&judge(file_of(&directory.bytes()), &trust), &|| format!("{} swapped in the directory", change()));
        }
    }
}

#[test]
fn every_entry_emptied_filled_or_made_of_zeros() {
    let (parts, trust) = (full(), trust());
    for (name, bytes) in parts.files.iter().filter(|(name, _)| !is_made_again(name)) {
        for new in [Vec::new(), vec![0; bytes.len()], vec![0xff; bytes.len()], [&bytes[..], b"\n"].concat(), bytes.repeat(2)] {
            let mut changed = parts.clone();
            changed.set(name, new);
            refused_and_refused_mended(changed, &trust, &|| format!("{name} replaced"));
        }
    }
}

/// Changes every file of a folder but the padding, which nobody looks at there, at every `step`th place.
fn in_a_folder(step: usize, change: impl Fn(&std::fs::File, &[u8], usize), undo: impl Fn(&std::fs::File, &[u8], usize)) {
    let (parts, trust) = (full(), trust());
    let home = kit::Home::new();
    let folder = home.path("folder");
    parts.unpack_to(&folder);
    for (name, bytes) in parts.files.iter().filter(|(name, _)| name != "seal/padding") {
        let file = std::fs::File::options().write(true).open(folder.join(name)).unwrap();
        for at in (0..bytes.len()).step_by(step) {
            change(&file, bytes, at);
            let judged = judge_path(&folder, &trust);
            refused(&judged, &|| format!("{name} changed at {at} in a folder"));
            undo(&file, bytes, at);
        }
    }
    assert_eq!(judge_path(&folder, &trust).exit, 0);
}

fn put(mut file: &std::fs::File, at: usize, bytes: &[u8]) {
    file.seek(SeekFrom::Start(at as u64)).unwrap();
    file.write_all(bytes).unwrap();
}

strides!(flip_in_a_folder, bytes_in_a_folder_flipped takes one in 31, every_byte_in_a_folder_flipped takes all);

fn flip_in_a_folder(step: usize) {
    in_a_folder(step, |file, bytes, at| put(file, at, &[bytes[at] ^ 0x10]), |file, bytes, at| put(file, at, &[bytes[at]]));
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn every_file_in_a_folder_cut() {
    in_a_folder(5, |file, _, at| file.set_len(at as u64).unwrap(), |file, bytes, at| put(file, at, &bytes[at..]));
}
