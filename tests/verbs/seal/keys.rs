//! Which key signs, and what happens where none can.

use std::fs;

use super::runs::Desk;

#[test]
fn the_first_key_signs_unless_another_is_named() {
    let desk = Desk::with_bag();
    desk.new_key("Story of the bridge");
    let keys = desk.run(["key", "list", "--json"]).done().json();
    let fingerprint = |at: usize| keys["keys"][at]["fingerprint"].as_str().unwrap().to_owned();
    let (first, second) = (fingerprint(0), fingerprint(1));
    for (key, signer) in
        [(None, &first), (Some("Amina O."), &first), (Some("story of the bridge"), &second), (Some(&*second), &second)]
    {
        let mut args = vec!["seal", "bag", "-o", "b.zip", "--force", "--json"];
        args.extend(key.iter().flat_map(|key| ["--key", *key]));
        assert_eq!(&desk.run(args).done().json()["fingerprint"], signer, "{key:?}");
        assert_eq!(&desk.verify("b.zip", 0)["signer"]["fingerprint"], signer);
    }
    desk.refused(["seal", "bag", "-o", "x.zip", "--key", "Nobody"], 2, "key.unknown");
}

#[test]
fn without_a_key_nothing_is_sealed_and_no_folder_is_made() {
    let desk = Desk::new();
    desk.bag("bag");
    let told = desk.refused(["seal", "bag", "-o", "x.zip"], 5, "key.none");
    assert!(told["hint"].as_str().unwrap().contains("sealbag key new"), "{told}");
    assert!(!desk.path("home").exists());
    desk.refused(["seal", "bag", "-o", "x.zip", "--key", "Amina O."], 2, "key.unknown");
    desk.new_key("Amina O.");
    desk.run(["seal", "bag", "-o", "x.zip"]).done();
}

#[test]
#[ignore = "derives many keys from passphrases; tests/run includes it"]
fn a_key_under_a_passphrase_signs_only_with_it() {
    let desk = Desk::new();
    desk.bag("bag");
    desk.write("passphrase", "the heron at noon\n");
    desk.write("wrong", "correct horses\n");
    desk.write("empty", "");
    desk.run(["key", "new", "--name", "Amina O.", "--passphrase-file", "passphrase"]).done();
    desk.refused(["seal", "bag", "-o", "x.zip"], 5, "key.locked");
    for file in ["wrong", "empty"] {
        desk.refused(["seal", "bag", "-o", "x.zip", "--passphrase-file", file], 5, "key.passphrase");
    }
    desk.refused(["seal", "bag", "-o", "x.zip", "--passphrase-file", "none"], 5, "io.missing");
    let told = desk.run(["seal", "bag", "-o", "b.zip", "--passphrase-file", "passphrase"]).done();
    assert!(told.out.contains("  - your contacts, and your signing key behind its passphrase\n"), "{told:#?}");
    let told = desk.fed(["seal", "bag", "-o", "in.zip", "--passphrase-file", "-"], b"the heron at noon\n");
    assert_eq!(told.exit, 0, "{told:#?}");
    assert_eq!(desk.verify("in.zip", 0)["signer"]["state"], "you");
}

#[test]
fn a_damaged_key_signs_nothing() {
    let desk = Desk::with_bag();
    let key = desk.path("home/sealbag/keys/1.key");
    let good = fs::read(&key).unwrap();
    for bad in [&b""[..], b"words", &good[..good.len() / 2]] {
        fs::write(&key, bad).unwrap();
        desk.refused(["seal", "bag", "-o", "x.zip"], 5, "contact.store");
    }
    fs::write(&key, good).unwrap();
    desk.run(["seal", "bag", "-o", "b.zip"]).done();
}
