//! "Given items, id, salts, time, key there is one valid byte sequence": what sealbag seals, the second writer seals to the same
//! bytes.

use support::kit;

use std::path::Path;

use kit::samples::amina;
use kit::text::{dos_time, member, sha256_hex};
use kit::zip::entries_of;
use kit::{Home, Parts};

fn home_of_amina() -> Home {
    let home = Home::new();
    let key = home.write("key", amina().private_key_file("amina"));
    let imported = home.run([
        "key".as_ref(),
        "import".as_ref(),
        key.as_os_str(),
        "--name".as_ref(),
        "Amina".as_ref(),
        "--no-passphrase".as_ref(),
    ]);
    assert_eq!(imported.exit, 0, "{imported:#?}");
    home
}

fn sealed(home: &Home, folder: &Path, more: &[&str]) -> Vec<u8> {
    let out = home.path("out.zip");
    let mut args = vec!["seal".as_ref(), folder.as_os_str(), "-o".as_ref(), out.as_os_str()];
    args.extend(more.iter().map(|arg| std::ffi::OsStr::new(*arg)));
    let output = home.run(args);
    assert_eq!(output.exit, 0, "{output:#?}");
    std::fs::read(out).unwrap()
}

/// Takes the item lines, the payload and the first line of the manifest out of a bundle and makes everything else again.
fn made_again(bytes: &[u8]) -> Vec<u8> {
    let files = entries_of(bytes);
    let found = |name: &str| files.iter().find(|(known, _)| known == name).unwrap().1.clone();
    let manifest = String::from_utf8(found("seal/manifest.json")).unwrap();
    let head = manifest.lines().next().unwrap().to_owned();
    let mut parts = Parts {
        top: format!("sealbag-{}", &member(&head, "id")[..12]),
        dos: dos_time(member(&head, "sealed_at")),
        signer: amina(),
        files: files
            .iter()
            .map(
                |(name, bytes)| {
                    if name.starts_with("data/") { (name.clone(), bytes.clone()) } else { (name.clone(), Vec::new()) }
                },
            )
            .collect(),
    };
    parts.set("bagit.txt", kit::samples::plain().parts().bytes("bagit.txt"));
    parts.set("VERIFY.txt", kit::samples::plain().parts().bytes("VERIFY.txt"));
    parts.set_lines(found("seal/items.jsonl").split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect());
    parts.seal(&head);
    parts.zip()
}

#[test]
fn what_sealbag_seals_the_second_writer_seals_to_the_same_bytes() {
    let home = home_of_amina();
    let folder = home.path("case");
    for (name, bytes) in [
        ("report.txt", &b"One page.\n"[..]),
        ("photos/a.jpg", b"\xff\xd8\xff\xe0 a photo"),
        ("photos/\u{65b0}\u{7586}_\u{5de1}\u{903b}.jpg", b"\xff\xd8\xff\xe0 another"),
        ("empty", b""),
        ("a/b/c/deep.bin", &[0; 70_000]),
        ("a-b", b"between a and a/b in bytes"),
    ] {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let facts = home.write(
        "facts.json",
        r#"{"case":{"title":"A \"notice\"","place":"\u0001 odd"},"sources":{"S1":{"identity":"unknown"}},"files":{"report.txt":{"caption":"x"}}}"#,
    );
    for more in [vec![], vec!["--title", "Notice of the embassy"], vec!["--metadata", facts.to_str().unwrap()]] {
        let bytes = sealed(&home, &folder, &more);
        let again = made_again(&bytes);
        assert!(bytes == again, "sealed with {more:?}: {} and {}", sha256_hex(&bytes), sha256_hex(&again));
        std::fs::remove_file(home.path("out.zip")).unwrap();
    }
}

#[test]
#[ignore = "holds 65,535 files; tests/run includes it"]
fn a_bundle_of_65535_entries_is_sealed_to_the_same_bytes() {
    let home = home_of_amina();
    let folder = home.path("case");
    let count = 65_535;
    for number in 0..count - 8 {
        let folder = folder.join(format!("{:03}", number / 1000));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{number:05}")), "").unwrap();
    }
    let bytes = sealed(&home, &folder, &[]);
    assert_eq!(entries_of(&bytes).len(), count);
    assert!(bytes == made_again(&bytes));
}
