//! The corruption matrix: files in wrong places, in the ZIP and unpacked, and what only an unpacked folder can have: links, junk,
//! names in another normal form (format, section 2).

use support::kit;

use std::fs;

use kit::rows::{Damage, in_zip, on_disk};
use kit::samples::{addressed, amina, plain, redacted};
use kit::views::{Expected, check, check_json, notes_of};
use kit::{File, Home, Parts};

rows! { plain().parts() => {
    file_beside_the_bag_added |p| p.push("notes.txt", "trust me") => "container.layout", in a folder "bag.unlisted";
    file_in_the_seal_added |p| p.push("seal/notes.txt", "trust me") => "container.layout", in a folder "bag.unlisted";
    file_of_bagit_that_fetches_added |p| p.push("fetch.txt", "http://x 1 data/y\n") => "container.layout", in a folder "bag.unlisted";
    file_of_another_bagit_manifest_added |p| p.push("manifest-md5.txt", "") => "container.layout", in a folder "bag.unlisted";
    file_named_as_a_backup_of_the_seal |p| p.push("seal/manifest.json~", "x") => "container.layout", in a folder "bag.unlisted";
    file_named_as_a_release_beyond_the_last |p| p.push("seal/release-10.json", "x") => "container.layout", in a folder "bag.unlisted";
    file_named_as_a_release_with_a_zero |p| p.push("seal/release-01.json", "x") => "container.layout", in a folder "bag.unlisted";
    file_in_an_unknown_folder_added |p| p.push("more/notes.txt", "trust me") => "container.layout", in a folder "bag.unlisted";
    file_named_data_in_upper_case |p| p.push("DATA/report.txt", "One page.\n") => "container.layout", in a folder "bag.unlisted";
    bag_info_dropped |p| p.remove("bag-info.txt") => "container.layout bag.missing", in a folder "bag.missing";
    bagit_txt_dropped |p| p.remove("bagit.txt") => "container.layout bag.missing", in a folder "bag.missing";
    bag_manifest_dropped |p| p.remove("manifest-sha256.txt") => "container.layout bag.missing", in a folder "bag.missing";
    tagmanifest_dropped |p| p.remove("tagmanifest-sha256.txt") => "container.layout bag.missing", in a folder "bag.missing";
    verify_txt_dropped |p| p.remove("VERIFY.txt") => "container.layout bag.missing", in a folder "bag.missing";
}}

/// Rows about the order of the ZIP, which a folder does not have.
macro_rules! order_rows {
    ($($name:ident |$parts:ident| $damage:expr;)*) => {
        $(#[test]
        fn $name() {
            fn damage($parts: &mut Parts) {
                let _ = $damage;
            }
            in_zip(&plain().parts(), Damage::Parts(damage), "container.layout");
        })*
    };
}

order_rows! {
    order_of_payload_swapped |p| p.files.swap(0, 2);
    order_of_derived_files_swapped |p| p.files.swap(3, 4);
    order_of_seal_swapped |p| p.files.swap(9, 10);
    order_of_everything_reversed |p| p.files.reverse();
    order_with_payload_last |p| p.files.rotate_left(3);
    order_with_the_seal_first |p| p.files.rotate_right(3);
    order_with_items_after_the_manifest |p| p.files.swap(8, 9);
    folder_entry_added |p| p.files.insert(0, ("data/".into(), Vec::new()));
    folder_entry_added_at_the_end |p| p.push("seal/", "");
    top_folder_renamed |p| p.top = "sealbag-0123456789ac".into();
    top_folder_named_by_the_whole_id |p| p.top = "sealbag-0123456789abcdef0123456789abcdef".into();
    top_folder_in_upper_case |p| p.top = "sealbag-0123456789AB".into();
    top_folder_named_for_people |p| p.top = "Embassy notice".into();
    top_folder_missing |p| p.top = ".".into();
    top_folder_outside |p| p.top = "../sealbag-0123456789ab".into();
    top_folder_absolute |p| p.top = "/sealbag-0123456789ab".into();
}

#[test]
fn top_folder_differs_in_one_entry() {
    fn damage(zip: &mut kit::Zip) {
        zip.entry("seal/manifest.sig").both(|header| header.name = b"sealbag-0123456789ac/seal/manifest.sig".to_vec());
    }
    in_zip(&plain().parts(), Damage::Zip(damage), "container.layout");
}

/// Rows done to a folder by hand.
macro_rules! disk_rows {
    ($($name:ident |$folder:ident| $damage:expr => $codes:literal;)*) => {
        $(#[test]
        fn $name() {
            fn damage($folder: &std::path::Path) {
                $damage;
            }
            on_disk(&plain().parts(), damage, $codes);
        })*
    };
}

disk_rows! {
    payload_replaced_by_a_folder |f| {
        fs::remove_file(f.join("data/report.txt")).unwrap();
        fs::create_dir(f.join("data/report.txt")).unwrap();
    } => "payload.missing";
    payload_replaced_by_a_folder_with_a_file |f| {
        fs::remove_file(f.join("data/report.txt")).unwrap();
        fs::create_dir(f.join("data/report.txt")).unwrap();
        fs::write(f.join("data/report.txt/x"), "x").unwrap();
    } => "payload.missing payload.unlisted";
    data_dropped |f| fs::remove_dir_all(f.join("data")).unwrap() => "payload.missing";
    data_renamed |f| fs::rename(f.join("data"), f.join("Data")).unwrap() => "payload.missing bag.unlisted";
    seal_folder_dropped |f| fs::remove_dir_all(f.join("seal")).unwrap() => "seal.missing";
    seal_folder_renamed |f| fs::rename(f.join("seal"), f.join("SEAL")).unwrap() => "seal.missing bag.unlisted";
    manifest_replaced_by_a_folder |f| {
        fs::remove_file(f.join("seal/manifest.json")).unwrap();
        fs::create_dir(f.join("seal/manifest.json")).unwrap();
    } => "seal.missing";
    derived_file_replaced_by_a_folder |f| {
        fs::remove_file(f.join("bagit.txt")).unwrap();
        fs::create_dir(f.join("bagit.txt")).unwrap();
    } => "bag.missing";
    everything_dropped |f| {
        fs::remove_dir_all(f).unwrap();
        fs::create_dir(f).unwrap();
    } => "seal.missing";
    junk_in_lower_case_is_no_junk |f| fs::write(f.join("data/.ds_store"), "x").unwrap() => "payload.unlisted";
    junk_with_an_ending_is_no_junk |f| fs::write(f.join("data/Thumbs.db.exe"), "x").unwrap() => "payload.unlisted";
    folder_named_like_junk_is_looked_into |f| {
        fs::create_dir(f.join("data/._x")).unwrap();
        fs::write(f.join("data/._x/y"), "x").unwrap();
    } => "payload.unlisted";
    folder_named_ds_store_is_looked_into |f| {
        fs::create_dir(f.join("data/.DS_Store")).unwrap();
        fs::write(f.join("data/.DS_Store/y"), "x").unwrap();
    } => "payload.unlisted";
    hidden_file_is_no_junk |f| fs::write(f.join("data/.hidden"), "x").unwrap() => "payload.unlisted";
    file_of_git_is_no_junk |f| {
        fs::create_dir(f.join(".git")).unwrap();
        fs::write(f.join(".git/config"), "x").unwrap();
    } => "bag.unlisted";
    file_name_not_in_utf8 |f| fs::write(f.join(not_utf8()), "x").unwrap() => "payload.unlisted";
    payload_name_in_both_normal_forms |f| fs::write(f.join("data/photos/e\u{301}.txt"), "x").unwrap() => "payload.unlisted";
}

#[cfg(unix)]
fn not_utf8() -> std::path::PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::path::Path::new("data").join(std::ffi::OsStr::from_bytes(b"\xff.txt"))
}

#[cfg(not(unix))]
fn not_utf8() -> std::path::PathBuf {
    "data/x.txt".into()
}

// threat 10, and section 2: links fail
#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::symlink;

    disk_rows! {
        payload_replaced_by_a_link_to_the_same_bytes |f| {
            fs::rename(f.join("data/report.txt"), f.parent().unwrap().join("elsewhere")).unwrap();
            symlink(f.parent().unwrap().join("elsewhere"), f.join("data/report.txt")).unwrap();
        } => "folder.link payload.missing";
        payload_link_added |f| symlink("report.txt", f.join("data/again.txt")).unwrap() => "folder.link";
        payload_link_that_leads_nowhere |f| symlink("nowhere", f.join("data/again.txt")).unwrap() => "folder.link";
        payload_folder_replaced_by_a_link |f| {
            fs::rename(f.join("data/photos"), f.parent().unwrap().join("elsewhere")).unwrap();
            symlink(f.parent().unwrap().join("elsewhere"), f.join("data/photos")).unwrap();
        } => "folder.link payload.missing";
        data_replaced_by_a_link |f| {
            fs::rename(f.join("data"), f.parent().unwrap().join("elsewhere")).unwrap();
            symlink(f.parent().unwrap().join("elsewhere"), f.join("data")).unwrap();
        } => "folder.link payload.missing";
        manifest_replaced_by_a_link |f| {
            fs::rename(f.join("seal/manifest.json"), f.parent().unwrap().join("elsewhere")).unwrap();
            symlink(f.parent().unwrap().join("elsewhere"), f.join("seal/manifest.json")).unwrap();
        } => "folder.link seal.missing";
        seal_replaced_by_a_link |f| {
            fs::rename(f.join("seal"), f.parent().unwrap().join("elsewhere")).unwrap();
            symlink(f.parent().unwrap().join("elsewhere"), f.join("seal")).unwrap();
        } => "folder.link seal.missing";
        derived_file_replaced_by_a_link |f| {
            fs::rename(f.join("VERIFY.txt"), f.parent().unwrap().join("elsewhere")).unwrap();
            symlink(f.parent().unwrap().join("elsewhere"), f.join("VERIFY.txt")).unwrap();
        } => "folder.link bag.missing";
        junk_that_is_a_link |f| symlink("/etc/passwd", f.join("data/.DS_Store")).unwrap() => "folder.link";
        link_that_runs_in_a_circle |f| symlink("..", f.join("data/up")).unwrap() => "folder.link";
        socket_added |f| drop(std::os::unix::net::UnixListener::bind(f.join("data/s")).unwrap()) => "folder.link";
    }

    #[test]
    fn pipe_added_is_not_waited_for() {
        fn damage(folder: &std::path::Path) {
            assert!(std::process::Command::new("mkfifo").arg(folder.join("data/pipe")).status().unwrap().success());
        }
        on_disk(&plain().parts(), damage, "folder.link");
    }
}

/// Does something harmless to an unpacked bundle, which must still verify. Gives the codes of the notes.
fn harmless(parts: &Parts, change: impl FnOnce(&std::path::Path)) -> Vec<String> {
    let home = Home::trusting(&amina());
    let path = home.path("folder");
    parts.unpack_to(&path);
    change(&path);
    let state = if parts.releases() > 0 { "withheld" } else { "intact" };
    let json = check(&home, &path, &Expected::intact().state(state));
    notes_of(&json).into_iter().collect()
}

#[test]
fn an_untouched_folder_has_no_notes() {
    assert!(harmless(&plain().parts(), |_| ()).is_empty());
    assert!(harmless(&redacted(), |_| ()).is_empty());
}

#[test]
fn junk_of_finder_and_explorer_is_noted_and_ignored() {
    let store: &[u8] = b"\0\0\0\x01Bud1\0\0";
    let double: &[u8] = b"\0\x05\x16\x07\0\x02\0\0";
    let thumbs: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0";
    let rows = [
        (".DS_Store", store),
        ("data/.DS_Store", store),
        ("data/photos/Thumbs.db", thumbs),
        ("seal/desktop.ini", b"[.ShellClassInfo]\r\n"),
        ("data/desktop.ini", b"\r\n[.ShellClassInfo]\r\n"),
        ("data/photos/desktop.ini", b"\xff\xfe\r\0\n\0[\0V\0i\0e\0w\0S\0t\0a\0t\0e\0]\0"),
        ("desktop.ini", b"\xef\xbb\xbf[.ShellClassInfo]\r\n"),
        ("data/._report.txt", double),
        ("._data", double),
    ];
    for (name, bytes) in rows {
        assert_eq!(
            harmless(&plain().parts(), |folder| fs::write(folder.join(name), bytes).unwrap()),
            ["folder.junk"],
            "{name}"
        );
    }
}

#[test]
fn what_is_only_called_like_junk_of_finder_and_explorer_is_unlisted() {
    let names = [".DS_Store", "data/.DS_Store", "data/photos/Thumbs.db", "seal/desktop.ini", "data/._report.txt", "._data"];
    for name in names {
        for bytes in [&b""[..], b"x", b"\0\0\0\x01Bud2", b"\0\x05\x16\x07", b"[retraction by Amina]", b"\xff\xfe[\0r\0"] {
            let home = Home::trusting(&amina());
            let path = home.path("folder");
            plain().parts().unpack_to(&path);
            fs::write(path.join(name), bytes).unwrap();
            let code = if name.starts_with("data/") { "payload.unlisted" } else { "bag.unlisted" };
            check_json(&home, &path, &Expected::codes(code));
        }
    }
}

#[test]
fn empty_folders_are_noted_and_ignored() {
    for name in ["empty", "data/empty", "seal/a/b/c", "data/.DS_Store", "data/photos/._x"] {
        assert_eq!(
            harmless(&plain().parts(), |folder| fs::create_dir_all(folder.join(name)).unwrap()),
            ["folder.junk"],
            "{name}"
        );
    }
}

#[test]
fn what_is_left_in_junk_is_never_opened() {
    let home = Home::trusting(&amina());
    let path = home.path("folder");
    plain().parts().unpack_to(&path);
    fs::write(path.join("data/.DS_Store"), b"\0\0\0\x01Bud1").unwrap();
    let target = home.path("out");
    let opened = home.run(["open".as_ref(), path.as_os_str(), "-d".as_ref(), target.as_os_str()]);
    assert_eq!(opened.exit, 0, "{opened:#?}");
    let mut found = Vec::new();
    let mut folders = vec![target];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    assert!(!found.iter().any(|path| path.ends_with(".DS_Store")), "{found:?}");
}

#[test]
fn a_file_that_an_item_names_is_no_junk() {
    let bundle = plain().with_file(File::new("photos/.DS_Store", "kept on purpose", "application/octet-stream", "attachment"));
    assert!(harmless(&bundle.parts(), |_| ()).is_empty());
    fn altered(folder: &std::path::Path) {
        fs::write(folder.join("data/photos/.DS_Store"), "kept in purpose").unwrap();
    }
    on_disk(&bundle.parts(), altered, "payload.altered");
    fn dropped(folder: &std::path::Path) {
        fs::remove_file(folder.join("data/photos/.DS_Store")).unwrap();
    }
    on_disk(&bundle.parts(), dropped, "payload.missing");
}

#[test]
fn names_that_the_disk_keeps_in_normal_form_d_are_found() {
    let bundle = plain().with_file(File::new("caf\u{e9}/r\u{e9}sum\u{e9}.txt", "text", "text/plain", "document"));
    let change = |folder: &std::path::Path| {
        fs::create_dir(folder.join("data/cafe\u{301}")).unwrap();
        let from = folder.join("data/caf\u{e9}/r\u{e9}sum\u{e9}.txt");
        fs::rename(from, folder.join("data/cafe\u{301}/re\u{301}sume\u{301}.txt")).unwrap();
        fs::remove_dir(folder.join("data/caf\u{e9}")).unwrap();
    };
    assert_eq!(harmless(&bundle.parts(), change), ["folder.decomposed"]);
    fn altered(folder: &std::path::Path) {
        fs::create_dir(folder.join("data/cafe\u{301}")).unwrap();
        fs::remove_dir_all(folder.join("data/caf\u{e9}")).unwrap();
        fs::write(folder.join("data/cafe\u{301}/re\u{301}sume\u{301}.txt"), "test").unwrap();
    }
    on_disk(&bundle.parts(), altered, "payload.altered");
}

#[test]
fn an_empty_folder_does_not_stand_before_a_file_under_its_other_name() {
    let bundle = plain().with_file(File::new("caf\u{e9}.txt", "text", "text/plain", "document"));
    let change = |folder: &std::path::Path| {
        fs::rename(folder.join("data/caf\u{e9}.txt"), folder.join("data/cafe\u{301}.txt")).unwrap();
        fs::create_dir(folder.join("data/caf\u{e9}.txt")).unwrap();
    };
    assert_eq!(harmless(&bundle.parts(), change), ["folder.decomposed", "folder.junk"]);
}

#[test]
fn one_file_serves_one_item() {
    // both forms are sealed; under normal form C the one, under D the other
    let both = |first: &str, second: &str| {
        let file = |name: &str| File::new(name, "text", "text/plain", "document");
        plain().with_file(file(first)).with_file(file(second)).parts()
    };
    fn lost(folder: &std::path::Path) {
        fs::remove_file(folder.join("data/caf\u{e9}.txt")).unwrap();
    }
    on_disk(&both("caf\u{e9}.txt", "cafe\u{301}.txt"), lost, "payload.missing");
    // this one comes before its form D in the order of names, and must not take the file of the other
    fn lost_forking(folder: &std::path::Path) {
        fs::remove_file(folder.join("data/\u{2adc}.txt")).unwrap();
    }
    on_disk(&both("\u{2adc}.txt", "\u{2add}\u{338}.txt"), lost_forking, "payload.missing");
}

#[test]
fn what_unicode_decomposed_after_14_0_0_is_looked_up_as_it_is() {
    for (sealed, decomposed) in [("\u{105c9}.txt", "\u{105d2}\u{307}.txt"), ("\u{16d68}.txt", "\u{16d67}\u{16d67}.txt")] {
        let bundle = plain().with_file(File::new(sealed, "text", "text/plain", "document")).parts();
        assert!(harmless(&bundle, |_| ()).is_empty(), "{sealed}");
        let home = Home::trusting(&amina());
        let folder = home.path("folder");
        bundle.unpack_to(&folder);
        fs::rename(folder.join("data").join(sealed), folder.join("data").join(decomposed)).unwrap();
        check_json(&home, &folder, &Expected::codes("payload.missing payload.unlisted"));
    }
}

#[test]
fn a_folder_where_a_part_would_be_is_no_part() {
    let harmless_folder = |name: &'static str| move |folder: &std::path::Path| fs::create_dir(folder.join(name)).unwrap();
    for name in ["seal/padding", "seal/readers.json", "seal/release-1.json"] {
        assert_eq!(harmless(&plain().parts(), harmless_folder(name)).len(), 1, "{name}");
    }
    fn filled(folder: &std::path::Path) {
        fs::create_dir(folder.join("seal/padding")).unwrap();
        fs::write(folder.join("seal/padding/x"), "").unwrap();
    }
    on_disk(&plain().parts(), filled, "bag.unlisted");
}

#[test]
fn a_second_file_under_the_other_normal_form_is_unlisted() {
    let bundle = plain().with_file(File::new("r\u{e9}sum\u{e9}.txt", "text", "text/plain", "document"));
    fn second(folder: &std::path::Path) {
        fs::write(folder.join("data/re\u{301}sume\u{301}.txt"), "text").unwrap();
    }
    on_disk(&bundle.parts(), second, "payload.unlisted");
}

// a file that no item names must not hide behind one whose name only looks the same
#[cfg(unix)]
#[test]
fn a_name_that_is_no_text_hides_behind_no_other() {
    fn broken_twin(folder: &std::path::Path) {
        use std::os::unix::ffi::OsStrExt;
        fs::write(folder.join("data").join(std::ffi::OsStr::from_bytes(b"a\xffb.txt")), "hidden").unwrap();
    }
    let bundle = plain().with_file(File::new("a\u{fffd}b.txt", "text", "text/plain", "document"));
    on_disk(&bundle.parts(), broken_twin, "payload.unlisted");
    fn broken_instead(folder: &std::path::Path) {
        broken_twin(folder);
        fs::remove_file(folder.join("data/a\u{fffd}b.txt")).unwrap();
    }
    on_disk(&bundle.parts(), broken_instead, "payload.missing payload.unlisted");
}

#[test]
fn very_much_junk_is_no_finding() {
    let home = Home::trusting(&amina());
    let path = home.path("folder");
    plain().parts().unpack_to(&path);
    for number in 0..1_200 {
        fs::write(path.join(format!("data/._{number}")), b"\0\x05\x16\x07\0\x02\0\0").unwrap();
    }
    let json = check(&home, &path, &Expected::intact());
    assert_eq!(json["more_findings"], 0, "{}", json["notes"][0]);
}

#[test]
fn many_folders_need_few_open_files() {
    let home = Home::trusting(&amina());
    let path = home.path("folder");
    let bundle = (0..300).fold(plain(), |bundle, number| {
        bundle.with_file(File::new(&format!("{number}/a.txt"), "text", "text/plain", "document"))
    });
    bundle.parts().unpack_to(&path);
    check(&home, &path, &Expected::intact());
    let command = format!("ulimit -n 100 && exec \"$0\" --home \"{}\" verify folder --json", home.path("home").display());
    let mut run = std::process::Command::new("sh");
    run.args(["-c", &command, support::program()]).current_dir(home.path(""));
    let output = run.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn padding_in_a_folder_may_have_any_length_and_holds_zeros() {
    for padding in ["", "\0", "\0\0\0"] {
        assert!(harmless(&addressed().parts(), |folder| fs::write(folder.join("seal/padding"), padding).unwrap()).is_empty());
    }
    assert!(harmless(&addressed().parts(), |folder| fs::remove_file(folder.join("seal/padding")).unwrap()).is_empty());
    assert!(harmless(&plain().parts(), |folder| fs::write(folder.join("seal/padding"), "\0").unwrap()).is_empty());
}

#[test]
fn padding_in_a_folder_hides_nothing() {
    let home = Home::trusting(&amina());
    let folder = home.path("bundle");
    plain().parts().unpack_to(&folder);
    assert_eq!(home.run(["verify", "bundle"]).exit, 0);
    fs::write(folder.join("seal/padding"), "words").unwrap();
    let told = home.run(["verify", "bundle", "--json"]);
    assert_eq!((told.exit, &told.json()["findings"][0]["code"]), (1, &"container.layout".into()), "{told:#?}");
    // nor does a signature that belongs to no release
    fs::remove_file(folder.join("seal/padding")).unwrap();
    fs::write(folder.join("seal/release-2.sig"), "words").unwrap();
    let told = home.run(["verify", "bundle", "--json"]);
    assert_eq!((told.exit, &told.json()["findings"][0]["code"]), (1, &"bag.unlisted".into()), "{told:#?}");
}

#[test]
fn padding_is_never_judged_by_whether_it_should_be_there() {
    let home = Home::trusting(&amina());
    let mut padded = plain();
    padded.padding = true;
    check(&home, &home.write("padded.zip", padded.parts().zip()), &Expected::intact());
    let mut bare = addressed();
    bare.padding = false;
    check(&home, &home.write("bare.zip", bare.parts().zip()), &Expected::intact());
}

#[test]
fn the_name_of_the_file_and_of_the_folder_is_free() {
    let home = Home::trusting(&amina());
    check_json(&home, &home.write("Bericht (Kopie).pdf", plain().parts().zip()), &Expected::intact());
    let path = home.path("Neuer Ordner");
    plain().parts().unpack_to(&path);
    check_json(&home, &path, &Expected::intact());
}
