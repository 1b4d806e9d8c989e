//! Bundles that lie in an object store: the same is said of them as of files, however the store behaves.

mod faults;

use std::fs;
use std::path::Path;

use support::kit::samples::plain;
use support::kit::text::sha256_hex;
use support::kit::{Home, Output};
use support::store::{BUCKET, Fault, Store};

use super::{Expected, archive, assert_ends, bundle, done, ends, home, lines, of_text, steady};

/// Brings every file below a folder into the store, under the same name.
fn upload(home: &Home, folder: &str, store: &Store) {
    for entry in fs::read_dir(home.path(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            upload(home, &name, store);
        } else if entry.file_type().unwrap().is_file() {
            store.put(&name, fs::read(entry.path()).unwrap());
        }
    }
}

/// An archive on the disk, the same in a store, and how what can lie in one ends.
fn both(home: &Home, count: usize) -> (Store, Expected) {
    let mut expected = archive(home, count);
    let store = Store::new();
    store.known_to(home, None);
    upload(home, "archive", &store);
    expected.remove("archive/00/pipe.zip");
    let unpacked: Vec<String> = expected.keys().filter(|path| home.path(path).is_dir()).cloned().collect();
    for path in unpacked {
        expected.remove(&path);
        expected.insert(format!("{path}/"), ("unread", "io.kind"));
    }
    (store, expected)
}

/// What names the bucket is taken out, as if all of it lay here.
fn here(text: &str) -> String {
    text.replace(&format!("s3://{BUCKET}/"), "")
}

fn url(key: &str) -> String {
    format!("s3://{BUCKET}/{key}")
}

#[test]
fn an_audit_says_of_a_store_what_it_says_of_a_disk() {
    let home = home();
    let (store, expected) = both(&home, 60);
    store.pages_of(7);
    let told = done(home.run(["audit", &url("archive"), "-o", "store.jsonl", "--jobs", "3"]), 1);
    // what is in unpacked bundles, and the notes
    assert!(told.err.contains("files that are no bundles"), "{told:#?}");
    let text = here(&fs::read_to_string(home.path("store.jsonl")).unwrap());
    assert_ends(&of_text(&text), &expected);
    // line by line, but for their order, which is that of the store
    let paths: Vec<String> = of_text(&text).iter().map(|line| line["path"].as_str().unwrap().to_owned()).collect();
    home.write("list", paths.iter().filter(|path| !path.ends_with('/')).map(|path| format!("{path}\n")).collect::<String>());
    done(home.run(["audit", "--list", "list", "-o", "disk.jsonl"]), 1);
    let numbered = |mut line: serde_json::Value| {
        line.as_object_mut().unwrap().remove("number").unwrap();
        line
    };
    let stored = of_text(&text).into_iter().filter(|line| !line["path"].as_str().unwrap().ends_with('/'));
    let stored: Vec<_> = steady(stored.collect()).into_iter().map(numbered).collect();
    let disk: Vec<_> = steady(lines(&home, "disk.jsonl")).into_iter().map(numbered).collect();
    assert_eq!(stored, disk);
    done(home.run(["audit", "verify", "store.jsonl"]), 0);
    // a bundle is asked for once, and once whether a token lies beside it
    let asked = store.asked();
    let about = |key: &str| asked.iter().filter(|asked| asked.contains(key)).collect::<Vec<_>>();
    assert_eq!(about("00/0001.zip"), ["archive/00/0001.zip bytes=0-8388607", "archive/00/0001.zip.tsr bytes=0-8388607"]);
    // what is encrypted for others has passed where the register says that it is unchanged
    done(home.run(["register", "make", "store.jsonl", "-o", "register.jsonl"]), 0);
    let more = ["--register", "register.jsonl", "--closed", "--since", "store.jsonl"];
    home.run([&["audit", &url("archive"), "-o", "again.jsonl", "--file-hashes"], &more[..]].concat());
    let again = lines(&home, "again.jsonl");
    let closed = again.iter().find(|line| line["outcome"] == "closed").unwrap();
    assert_eq!((&closed["passed"], &closed["register"]["state"]), (&true.into(), &"unchanged".into()));
    let sound = again.iter().find(|line| line["path"] == url("archive/00/0001.zip")).unwrap();
    let sha256 = sha256_hex(&fs::read(home.path("archive/00/0001.zip")).unwrap());
    assert_eq!(sound["file_sha256"], sha256);
}

#[test]
fn an_audit_that_the_store_refuses_half_way_stops_and_is_gone_on_with() {
    let home = home();
    let (store, _) = both(&home, 30);
    let list = |name: &str| fs::read_to_string(home.path(name)).unwrap();
    done(home.run(["audit", &url("archive"), "-o", "whole.jsonl"]), 1);
    // the key is good for some hours only
    store.misbehave("archive/00/0020.zip", Fault::Status(400, "ExpiredToken"), usize::MAX);
    let stopped = done(home.run(["audit", &url("archive"), "-o", "a.jsonl", "--json"]), 5);
    assert_eq!(stopped.json()["code"], "object.keys", "{stopped:#?}");
    assert!(!store.is_betrayed_by(&format!("{stopped:?}")));
    let kept = list("a.jsonl").lines().count();
    assert!((1..40).contains(&kept) && !list("a.jsonl").contains("object.keys"), "{kept}");
    assert!(home.path("a.jsonl.plan").exists());
    store.behave();
    store.asked();
    done(home.run(["audit", &url("archive"), "-o", "a.jsonl", "--resume"]), 1);
    assert_eq!(steady(lines(&home, "a.jsonl")), steady(lines(&home, "whole.jsonl")));
    // it was listed before, and what was done is not asked for again
    let asked = store.asked();
    assert!(asked.iter().all(|asked| !asked.starts_with('?') && !asked.contains("0001.zip ")), "{asked:?}");
    // in parts
    for part in ["1/2", "2/2"] {
        home.run(["audit", &url("archive"), "-o", &format!("{}.jsonl", &part[..1]), "--shard", part]);
    }
    done(home.run(["audit", "merge", "1.jsonl", "2.jsonl", "-o", "merged.jsonl"]), 1);
    assert_eq!(ends(&lines(&home, "merged.jsonl")), ends(&lines(&home, "whole.jsonl")));
}

#[test]
fn thousands_of_keys_are_listed_page_by_page() {
    let home = home();
    let store = Store::new();
    store.known_to(&home, None);
    for number in 0..2500 {
        store.put(&format!("many/é {number:05}+.zip"), "none");
    }
    store.put("many-more/a.zip", "none");
    done(home.run(["audit", &url("many/"), "-o", "a.jsonl", "--shard", "1/50"]), 1);
    let summary: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(home.path("a.jsonl.summary.json")).unwrap()).unwrap();
    assert_eq!(summary["listed"], 2500);
    assert_eq!(store.asked().iter().filter(|asked| asked.starts_with('?')).count(), 3);
    assert!(lines(&home, "a.jsonl").iter().all(|line| line["outcome"] == "failed"));
}

#[test]
fn lists_may_name_objects_and_lie_in_a_store_and_a_folder_may_be_called_like_one() {
    let home = home();
    let store = Store::new();
    store.known_to(&home, None);
    store.put("a b/one.zip", bundle(1).parts().zip());
    fs::create_dir_all(home.path("s3:/x")).unwrap();
    home.write("s3:/x/two.zip", bundle(2).parts().zip());
    let list = format!("{}\ns3:/x/two.zip\n./s3:/x/two.zip\n{}\ns3://no\n", url("a b/one.zip"), url("a b/nothing.zip"));
    home.write("list", &list);
    store.put("lists/list.txt", list);
    let outcomes = |told: Output| of_text(&told.out).iter().map(|line| line["outcome"].clone()).collect::<Vec<_>>();
    let expected = ["intact", "intact", "intact", "missing", "unread"];
    assert_eq!(outcomes(done(home.run(["audit", "--list", "list"]), 5)), expected);
    assert_eq!(outcomes(done(home.run(["audit", "--list", &url("lists/list.txt")]), 5)), expected);
    assert_eq!(outcomes(done(home.run(["audit", "s3:/x"]), 0)), ["intact"]);
    // one object, and nothing at all
    assert_eq!(outcomes(done(home.run(["audit", &url("a b/one.zip")]), 0)), ["intact"]);
    let told = home.run(["audit", &url("nowhere"), "--json"]);
    assert_eq!((told.exit, &told.json()["code"]), (5, &"io.missing".into()), "{told:#?}");
    let told = home.run(["audit", "s3://no", "--json"]);
    assert_eq!((told.exit, &told.json()["code"]), (2, &"object.url".into()), "{told:#?}");
    // what vanished after it was listed
    store.misbehave("a b/one.zip ", Fault::Vanished, usize::MAX);
    assert_eq!(outcomes(done(home.run(["audit", &url("a b")]), 5)), ["missing"]);
}

#[test]
fn every_verb_that_reads_a_bundle_reads_it_from_a_store_and_others_say_that_they_do_not() {
    let home = home();
    let store = Store::new();
    store.known_to(&home, None);
    store.put("b.zip", plain().parts().zip());
    home.write("b.zip", plain().parts().zip());
    let b = &*url("b.zip");
    let (stored, disk) = (done(home.run(["verify", b, "--json"]), 0), done(home.run(["verify", "b.zip", "--json"]), 0));
    assert_eq!(here(&stored.out), disk.out);
    assert_eq!(here(&done(home.run(["show", b]), 0).out), done(home.run(["show", "b.zip"]), 0).out);
    done(home.run(["verify", b, "--against", "b.zip"]), 0);
    done(home.run(["receive", "b.zip", "--log", "log", "--yes"]), 0);
    store.put("log", fs::read(home.path("log")).unwrap());
    done(home.run(["verify", b, "--custody", &url("log"), "--require", "custody"]), 0);
    done(home.run(["open", b, "-d", "opened"]), 0);
    assert_eq!(fs::read(home.path("opened/data/report.txt")).unwrap(), plain().files[0].bytes);
    done(home.run(["report", b, "-o", "page.html"]), 0);
    done(home.run(["redact", b, "--withhold", "report.txt", "--reason", "not yours", "--anyway", "-o", "less.zip"]), 0);
    assert_eq!(store.asked().iter().filter(|asked| asked.starts_with("b.zip ")).count(), 7);
    // a token beside it
    let of = |name: &str| fs::read(support::root().join("tests/vectors").join(name)).unwrap();
    store.put("t.zip", of("good-least.zip"));
    store.put("t.zip.tsr", of("timestamps/good-nonce.tsr"));
    home.write("t.zip", of("good-least.zip"));
    home.write("t.zip.tsr", of("timestamps/good-nonce.tsr"));
    let (stored, disk) = (home.run(["verify", &url("t.zip"), "--json"]), home.run(["verify", "t.zip", "--json"]));
    assert_eq!(here(&stored.out), disk.out);
    assert!(disk.out.contains("token"), "{disk:#?}");
    for args in [
        vec!["receive", b],
        vec!["custody", "show", b],
        vec!["timestamp", "request", b, "-o", "b.tsq"],
        vec!["contact", "add", b],
        vec!["verify", "b.zip", "--token", b],
        vec!["open", "b.zip", "-d", "s3://archive-bucket/x"],
        vec!["audit", "b.zip", "--register", b],
        vec!["audit", "b.zip", "-o", "c.jsonl", "--since", b],
    ] {
        let told = home.run(args.iter().copied().chain(["--json"]));
        let last: serde_json::Value = serde_json::from_str(told.out.lines().last().unwrap_or("{}")).unwrap();
        assert_eq!((told.exit, &last["code"]), (5, &"object.unsupported".into()), "{args:?} {told:#?}");
    }
}

#[test]
fn threat_64b_keys_that_are_refused_or_missing_get_one_clear_error_and_no_message_shows_a_secret() {
    let home = home();
    let store = Store::new();
    store.put("b.zip", plain().parts().zip());
    let b = &*url("b.zip");
    let verify = || {
        let told = home.run(["verify", b, "--json"]);
        assert!(!store.is_betrayed_by(&format!("{told:?}")) && !told.err.contains("hidden-secret"), "{told:#?}");
        (told.exit, told.json()["findings"][0]["code"].as_str().unwrap().to_owned())
    };
    assert_eq!(verify(), (5, "object.settings".into()));
    store.known_to(&home, Some("hidden-secret"));
    assert_eq!(verify(), (5, "object.keys".into()));
    // not a line about bundles that nobody looked at
    let told = done(home.run(["audit", b]), 5);
    assert_eq!(told.out, "", "{told:#?}");
    assert!(told.err.contains("SignatureDoesNotMatch") && told.err.contains("hint:"), "{told:#?}");
    store.known_to(&home, None);
    done(home.run(["verify", b]), 0);
    // nothing is asked of anybody where no address is named
    store.asked();
    done(home.run(["verify", home.write("c.zip", plain().parts().zip()).to_str().unwrap()]), 0);
    assert_eq!(store.asked(), [""; 0]);
    assert!(!Path::new(&home.path("s3:")).exists());
}

#[test]
fn threat_64d_a_store_elsewhere_is_reached_encrypted_or_not_at_all() {
    let home = home();
    let store = Store::new();
    store.known_to(&home, None);
    for (endpoint, says) in [
        ("http://store.example:9000", "not encrypted"),
        ("http://127.0.0.1.store.example", "not encrypted"),
        ("https://name:hidden-secret@store.example", "address"),
    ] {
        home.write(".aws/config", format!("[default]\nendpoint_url = {endpoint}\n"));
        let told = home.run(["verify", &url("b.zip"), "--json"]);
        let finding = &told.json()["findings"][0];
        assert_eq!((told.exit, &finding["code"]), (5, &"object.settings".into()), "{told:#?}");
        assert!(finding["detail"].as_str().unwrap().contains(says) && !told.out.contains("hidden"), "{told:#?}");
    }
}
