//! Folders as people have them: each was prompted by a public report of somebody who packs evidence, named beside it. The seventeen that
//! lie beside the checkout make themselves; those of our own are made here.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::runs::state::files;
use super::runs::{self, Desk, Output, skipped};

/// A desk whose bag is this folder.
fn field(name: &str) -> Option<Desk> {
    let folder = runs::shared("cases/field")?.join(name);
    let desk = Desk::signing();
    let made = Command::new("bash").arg(folder.join("make.sh")).arg(desk.path("bag")).output().unwrap();
    assert!(made.status.success(), "{name}: {made:?}");
    Some(desk)
}

fn seal(desk: &Desk, flags: &[&str]) -> Output {
    desk.run(["seal", "bag", "-o", "b.zip", "--force"].iter().chain(flags))
}

/// Seals it under safe names, and checks that it can be opened, and opened again under the names that the files had.
fn round_trip(desk: &Desk, flags: &[&str]) -> Value {
    let sealed = seal(desk, &[flags, &["--json"]].concat()).done().json();
    desk.verify("b.zip", 0);
    let opened = desk.run(["open", "b.zip", "-d", "opened", "--original-names", "--json"]).done().json();
    assert_eq!(opened["not_renamed"], serde_json::json!([]), "{opened}");
    let names = desk.path(if opened["original_names"].is_null() { "opened/data" } else { "opened-original-names" });
    let (before, after) = (files(&desk.path("bag")), files(&names));
    for (path, bytes) in &after {
        assert_eq!(before.get(path), Some(bytes), "{}", path.display());
    }
    let left_out = |list: &Value| list.as_array().map_or(0, Vec::len);
    assert_eq!(before.len(), after.len() + left_out(&sealed["not_sealed"]["junk"]), "{sealed}");
    fs::remove_dir_all(desk.path("opened")).unwrap();
    let _ = fs::remove_dir_all(desk.path("opened-original-names"));
    sealed
}

fn list<'v>(sealed: &'v Value, kind: &str) -> Vec<&'v str> {
    let among = if kind == "empty_folders" || kind == "junk" { &sealed["not_sealed"] } else { &sealed["taken"] };
    let names = among[kind].as_array().unwrap().iter();
    names.map(|found| found.as_str().or(found["name"].as_str()).unwrap()).collect()
}

#[test]
fn names_with_separate_accents_are_sealed_and_come_back_as_they_were() {
    let Some(desk) = field("01-nfd-names") else { return };
    let sealed = round_trip(&desk, &[]);
    assert_eq!(sealed["renamed"].as_array().map(Vec::len), Some(2));
    // a trip over another disk is told as such
    desk.run(["open", "b.zip", "-d", "opened"]).done();
    for file in fs::read_dir(desk.path("opened/data")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let decomposed = name.replace('\u{ef}', "i\u{308}").replace('\u{e9}', "e\u{301}");
        fs::rename(desk.path("opened/data").join(&name), desk.path("opened/data").join(decomposed)).unwrap();
    }
    let verdict = desk.verify("opened", 0);
    assert_eq!(verdict["notes"][0]["code"], "folder.decomposed", "{verdict}");
}

#[test]
fn twins_are_told_apart_in_the_refusal() {
    for (case, one, other) in [
        ("02-nfc-nfd-twins", "cafe[U+0301].jpg", "caf[U+00E9].jpg"),
        ("19-long-twins", ":.jpg: its name holds a backslash or one of", ".jpg: on some computers its name is the same as "),
    ] {
        let Some(desk) = field(case) else { return };
        let told = seal(&desk, &[]);
        assert_eq!(told.exit, 1, "{told:#?}");
        assert!(told.err.contains(one) && told.err.contains(other) && told.err.contains("--safe-names"), "{told:#?}");
        assert_eq!(told.err.lines().filter(|line| line.starts_with("hint: ")).count(), 1, "{told:#?}");
        round_trip(&desk, &["--safe-names"]);
        for name in desk.names("b.zip") {
            assert!(name.split('/').all(|part| part.len() <= 255), "{name}");
        }
    }
}

#[test]
fn names_that_cannot_be_stored_everywhere_are_refused_with_their_reasons_and_sealed_under_safe_ones() {
    for (case, reasons) in [
        (
            "04-windows-names",
            &["a device name on Windows", "holds a backslash or one of", "ends in a dot", "ends with white space"][..],
        ),
        ("05-newline-control", &["two\\nlines.txt", "a control character or an invisible one"]),
        ("06-non-utf8", &["is not UTF-8 text", "Th%E9r%E8se 2018.txt"]),
        ("08-bidi-override", &["photo_\\u{202e}gpj.exe", "a control character or an invisible one"]),
        ("18-nonutf8-ambiguous", &["is not UTF-8 text", "caf%E9.txt", "holds a backslash or one of"]),
    ] {
        let Some(desk) = field(case) else { return };
        let told = seal(&desk, &[]);
        assert_eq!(told.exit, 1, "{told:#?}");
        for reason in reasons {
            assert!(told.err.contains(reason), "{case}: {reason}: {told:#?}");
        }
        assert_eq!(told.err.lines().filter(|line| line.starts_with("hint: ")).count(), 1, "{told:#?}");
        round_trip(&desk, &["--safe-names"]);
    }
}

#[test]
fn the_kept_names_of_bytes_and_of_text_differ() {
    let Some(desk) = field("18-nonutf8-ambiguous") else { return };
    seal(&desk, &["--safe-names"]).done();
    let mut kept: Vec<[String; 2]> = desk.facts("b.zip").into_iter().map(|[_, name, value]| [name, value]).collect();
    kept.sort();
    let told = kept.iter().map(|[name, value]| [name.as_str(), value.as_str()]).collect::<Vec<_>>();
    assert_eq!(told, [["original_name", "caf\\xe9.txt"], ["original_name_bytes", "caf%E9.txt"]]);
}

#[test]
fn what_can_be_sealed_as_it_is_is_sealed_without_a_word_about_names() {
    for case in ["10-long-names", "12-hardlinks-sparse"] {
        let Some(desk) = field(case) else { return };
        assert_eq!(round_trip(&desk, &[])["renamed"], serde_json::json!([]), "{case}");
    }
    let Some(desk) = field("07-rtl-emoji") else { return };
    round_trip(&desk, &[]);
}

#[test]
fn links_and_pipes_are_refused_at_once_all_together() {
    let Some(desk) = field("11-links-and-specials") else { return };
    let told = seal(&desk, &[]);
    assert_eq!(told.exit, 1, "{told:#?}");
    for line in
        ["sealbag: 3 times: a link cannot be sealed", "  - dangling", "  - loop", "  - link.txt", "  - pipe", "  - sock"]
    {
        assert!(told.err.lines().any(|told| told == line), "{line}: {told:#?}");
    }
}

#[test]
fn what_is_not_sealed_or_rarely_meant_is_told_by_name() {
    let Some(desk) = field("13-empty-dirs") else { return };
    let sealed = seal(&desk, &["--json"]).done().json();
    assert_eq!(list(&sealed, "empty_folders"), ["empty/sub/", "statements/witness 3/"]);
    let Some(desk) = field("14-zero-byte") else { return };
    let empty = list(&round_trip(&desk, &[]), "empty").len();
    assert_eq!(empty, 1);
    assert!(seal(&desk, &[]).done().out.contains("\nwithout a single byte: was the card copied whole?\n"));
    let Some(desk) = field("15-os-junk") else { return };
    let sealed = round_trip(&desk, &[]);
    assert!(list(&sealed, "junk").contains(&"photos/._p.jpg"), "{sealed}");
    assert_eq!(list(&sealed, "locks"), [".~lock.report.odt#", "~$report.docx"], "{sealed}");
    round_trip(&desk, &["--all"]);
    let Some(desk) = field("20-editor-and-sync-leftovers") else { return };
    let sealed = round_trip(&desk, &[]);
    for (kind, names) in [
        ("locks", &[".report.md.swp", ".~lock.report.odt#", "~$report.docx"][..]),
        ("version_control", &[".git/"]),
        (
            "copies",
            &[
                "report (Amina's conflicted copy 2026-01-02).md",
                "report.md~",
                "report.sync-conflict-20260102-101010-ABCDEFG.md",
            ],
        ),
        ("shortcuts", &["link.lnk"]),
        ("programs", &[".Spotlight-V100/", ".nfs000001", "photos/.picasaoriginals/", "photos/@eaDir/", "photos/ehthumbs.db"]),
        ("unfinished", &["photos/.p.jpg.icloud", "photos/b.mp4.part", "photos/big.mp4.crdownload", "photos/p.jpg.icloud"]),
        ("hidden", &[]),
    ] {
        assert_eq!(list(&sealed, kind), names, "{kind}");
    }
}

#[test]
fn what_may_not_be_read_is_named_with_the_folder_that_may_not_be_entered() {
    let Some(desk) = field("17-unreadable") else { return };
    fs::create_dir(desk.path("out")).unwrap();
    fs::set_permissions(desk.path("out"), PermissionsExt::from_mode(0o777)).unwrap();
    let Some(told) = desk.run_unprivileged(["seal", "bag", "-o", "out/b.zip"]) else {
        return skipped("nobody else than root can run the program here");
    };
    assert_eq!(told.exit, 5, "{told:#?}");
    assert!(told.err.starts_with("sealbag: 2 times: permission denied\n  - ") && told.err.lines().count() == 4, "{told:#?}");
}

/// Reports of our own finding, each with the folder that it tells of.
fn made(names: &[&[u8]]) -> Desk {
    let desk = Desk::signing();
    for name in names {
        let path = desk.path("bag").join(OsStr::from_bytes(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }
    desk
}

#[test]
fn names_that_are_cleaned_to_one_name_stay_two_files() {
    // archivematica/Issues#232, hasamba/DFIR-Companion#732
    let desk = made(&[b"fname-^*", b"fname-*^", b"a:b.bin", b"a_b.bin", b"a*b.bin", b"A_B.bin"]);
    let sealed = round_trip(&desk, &["--safe-names"]);
    assert_eq!(sealed["files"], 6);
    assert!(desk.names("b.zip").contains(&"A_B.bin".to_owned()), "who can keep its name keeps it");
}

#[test]
fn a_long_name_in_another_script_stays_within_what_disks_can_hold() {
    // archivematica/Issues#1586, ArchiveBox/ArchiveBox#549
    let long = "关于取消基本医疗保险门诊治疗部分重症慢性疾病申报中参保人员需要向所在参保单位提出申请并保护个人隐私信息的建议信关于取消基本医疗保险门诊治疗部分.doc";
    assert!((200..256).contains(&long.len()), "{}", long.len());
    let desk = made(&[long.as_bytes(), long.replace("保险", ":?").as_bytes(), long.replace("保险", "?:").as_bytes()]);
    round_trip(&desk, &["--safe-names"]);
    let names = desk.names("b.zip");
    assert!(names.len() == 3 && names.iter().all(|name| name.len() <= 255 && name.ends_with(".doc")), "{names:#?}");
}

#[test]
fn folders_that_differ_in_accents_only_become_one_and_that_is_told() {
    // rclone/rclone#7270, restic/restic#2454, borgbackup/borg#4771
    let desk = made(&["2004/Vid\u{e9}o/000.3gp".as_bytes(), "2004/Vide\u{301}o/001.3gp".as_bytes()]);
    let told = seal(&desk, &[]).done();
    assert!(
        told.unfolded()
            .contains("folders that become one - \"2004/Vid\u{e9}o\" from \"2004/Vide[U+0301]o\" and \"2004/Vid[U+00E9]o\""),
        "{told:#?}"
    );
    round_trip(&desk, &[]);
    // where both have a file of one name, it is refused
    fs::write(desk.path("bag/2004/Vide\u{301}o/000.3gp"), "other").unwrap();
    desk.refused(["seal", "bag", "-o", "x.zip"], 1, "input.twin");
    round_trip(&desk, &["--safe-names"]);
}

#[test]
fn names_from_a_share_that_only_one_system_finds_again_are_found_by_all() {
    // autobrr/mkbrr#182
    let desk = made(&["del delfi\u{301}n.mkv".as_bytes(), "El d\u{ed}a de la marmota.mkv".as_bytes()]);
    round_trip(&desk, &[]);
    assert_eq!(desk.names("b.zip"), ["El d\u{ed}a de la marmota.mkv", "del delf\u{ed}n.mkv"]);
}

#[test]
fn placeholders_and_lock_files_are_named_before_they_are_sealed() {
    // owncloud/client#11107, jstaf/onedriver#90, haiwen/seafile#1497
    let desk =
        made(&[b"report.docx", b"~$report.docx", b".IMG_0001.HEIC.icloud", b"film.mp4.cloudf", b"Zhanar - Shortcut.lnk"]);
    fs::write(desk.path("bag/IMG_0002.jpg"), "").unwrap();
    let dry = seal(&desk, &["--dry-run", "--json"]).done().json();
    assert_eq!(list(&dry, "locks"), ["~$report.docx"]);
    assert_eq!(list(&dry, "unfinished"), [".IMG_0001.HEIC.icloud", "film.mp4.cloudf"]);
    assert_eq!((list(&dry, "shortcuts"), list(&dry, "empty")), (vec!["Zhanar - Shortcut.lnk"], vec!["IMG_0002.jpg"]));
    let told = seal(&desk, &["--dry-run"]).done();
    assert!(
        told.out.contains("\nlock files among the files: they name who had a document open\n  - \"~$report.docx\"\n"),
        "{told:#?}"
    );
}

#[test]
fn emoji_of_a_messenger_are_sealed_as_they_are() {
    // houtianze/bypy#346, haiwen/seahub#5259
    let desk = made(&["a\u{1f3c6} .jpg".as_bytes(), "a\u{1f44d}.jpg".as_bytes(), "\u{1f4ab}.txt".as_bytes(), b"a_.jpg"]);
    assert_eq!(round_trip(&desk, &[])["renamed"], serde_json::json!([]));
}

#[test]
fn a_kept_name_never_leads_out_of_the_folder() {
    // freedomofpress/securedrop#197
    use support::kit::samples::{amina, plain};
    let desk = Desk::new();
    let card = desk.write("amina.card", amina().card("Amina", &[]));
    desk.run(["contact", "add", card.to_str().unwrap(), "--yes"]).done();
    for name in [
        "../out.txt",
        "/tmp/sealbag-out.txt",
        "a/../../out.txt",
        "..",
        ".",
        "",
        "a//b",
        "a/./b",
        "a/",
        "nul\0.txt",
        "photos/a.jpg",
        "photos",
        &"a/".repeat(80),
        &"x".repeat(300),
    ] {
        let fact = if name.is_empty() { "x" } else { name };
        let bundle = plain().field("file:report.txt", "original_name", fact);
        desk.write("b.zip", bundle.parts().zip());
        let told = desk.run(["open", "b.zip", "-d", "opened", "--original-names", "--json"]).done().json();
        let expected = if name.is_empty() { serde_json::json!([]) } else { serde_json::json!(["report.txt"]) };
        assert_eq!(told["not_renamed"], expected, "{name:?}");
        assert!(!desk.path("out.txt").exists() && !Path::new("/tmp/sealbag-out.txt").exists(), "{name:?}");
        let there: Vec<_> = files(&desk.path("opened-original-names")).into_keys().collect();
        assert_eq!(there.len(), files(&desk.path("opened/data")).len(), "{name:?}: {there:?}");
        for folder in ["opened", "opened-original-names"] {
            fs::remove_dir_all(desk.path(folder)).unwrap();
        }
    }
    for bytes in ["%", "%4", "%41", "caf%e9", "..%2F", "%2E%2E"] {
        desk.write("b.zip", plain().field("file:report.txt", "original_name_bytes", bytes).parts().zip());
        let told = desk.run(["open", "b.zip", "-d", "opened", "--original-names", "--json"]).done().json();
        assert_eq!(told["not_renamed"], serde_json::json!(["report.txt"]), "{bytes}");
        for folder in ["opened", "opened-original-names"] {
            fs::remove_dir_all(desk.path(folder)).unwrap();
        }
    }
    // one that keeps its name finds it taken, as a file or as a folder, and keeps it all the same, as far as that goes
    for (names, kept, there) in [
        ([("photos/a.jpg", "report.txt"), ("report.txt", "../x")], "report.txt", "photos/a.jpg"),
        ([("photos/a.jpg", "report.txt/a"), ("report.txt", "/x")], "report.txt", "report.txt"),
        ([("report.txt", "photos"), ("photos/a.jpg", "../x")], "photos/a.jpg", "photos/a.jpg"),
    ] {
        let bundle =
            names.iter().fold(plain(), |bundle, (path, name)| bundle.field(&format!("file:{path}"), "original_name", name));
        desk.write("b.zip", bundle.parts().zip());
        let told = desk.run(["open", "b.zip", "-d", "opened", "--original-names", "--json"]).done().json();
        assert!(told["not_renamed"].as_array().unwrap().contains(&kept.into()), "{told}");
        let written = files(&desk.path("opened-original-names"));
        assert!(
            written.len() == files(&desk.path("opened/data")).len() && written.contains_key(Path::new(there)),
            "{written:?}"
        );
        for folder in ["opened", "opened-original-names"] {
            fs::remove_dir_all(desk.path(folder)).unwrap();
        }
    }
    // a name beside the folder that would be too long
    desk.refused(["open", "b.zip", "-d", &"d".repeat(250), "--original-names"], 5, "io.read");
    desk.refused(["open", "b.zip", "-d", &"d".repeat(250), "--with-list"], 5, "io.read");
    // where no file had another name, nothing is written twice
    desk.write("b.zip", plain().parts().zip());
    let told = desk.run(["open", "b.zip", "-d", "opened", "--original-names"]).done();
    assert!(told.out.contains("no file had another name before it was sealed"), "{told:#?}");
    assert!(!desk.path("opened-original-names").exists());
}
