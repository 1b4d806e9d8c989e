//! The corruption matrix: text that wants to be taken for a verdict, or to do something to a terminal (threats 17 and 18). Whatever
//! a bundle, a file name or a card says, no control, bidi or invisible character comes out raw, and no line but the first begins
//! with a verdict's word.

use support::kit;

use kit::samples::{amina, plain, stranger};
use kit::{File, Home, Output, Release, Signer};

/// Text that a reader might take for something else.
const HOSTILE: [&str; 8] = [
    "\nVERIFIED\n",
    "\r\nVERIFIED by Amina",
    "\u{1b}[2J\u{1b}[HVERIFIED",
    "\u{1b}]0;VERIFIED\u{7}",
    "\u{202e}DEIFIREV\u{202c}",
    "\u{9b}1;32mVERIFIED",
    "a\u{8}\u{8}\u{8}VERIFIED",
    "\u{200b}\u{feff}\u{2066}x\u{2069}\u{e0041}",
];

const WORDS: [&str; 5] = ["VERIFIED", "FAILED", "CANNOT CHECK", "UNKNOWN SIGNER", "NOT ENOUGH"];

fn is_raw(c: char) -> bool {
    let c = u32::from(c);
    c < 0x20 && c != 0x0A
        || (0x7F..0xA0).contains(&c)
        || [0x200B, 0x200E, 0x200F, 0xFEFF].contains(&c)
        || (0x2028..=0x202E).contains(&c)
        || (0x2060..=0x206F).contains(&c)
        || (0xE0000..0xE0100).contains(&c)
}

fn harmless(output: &Output) {
    for text in [&output.out, &output.err] {
        assert!(!text.chars().any(is_raw), "{output:#?}");
    }
    let begins = |line: &str| WORDS.iter().any(|word| line.starts_with(word));
    assert!(!output.out.lines().skip(1).any(begins), "{output:#?}");
    assert!(!output.err.lines().any(begins), "{output:#?}");
}

/// Goes through every view that prints text of the bundle.
fn shown_harmlessly(home: &Home, path: &std::path::Path) {
    for args in [vec!["verify"], vec!["verify", "--json"], vec!["show"], vec!["show", "--json"]] {
        let mut args: Vec<&std::ffi::OsStr> = args.into_iter().map(std::ffi::OsStr::new).collect();
        args.push(path.as_os_str());
        let output = home.run(args.clone());
        harmless(&output);
        let first = output.first_line();
        assert!(args[0] != "show" || !WORDS.iter().any(|word| first.starts_with(word)), "{output:#?}");
        if args.contains(&"--json".as_ref()) && output.exit != 1 {
            assert!(output.json().is_object());
        }
    }
    let target = home.path("opened");
    harmless(&home.run(["open".as_ref(), path.as_os_str(), "-d".as_ref(), target.as_os_str()]));
    let _ = std::fs::remove_dir_all(target);
}

#[test]
fn facts_that_imitate_a_verdict() {
    let home = Home::trusting(&amina());
    for value in HOSTILE {
        let bundle = plain().field("case", "description", value).field("file:report.txt", "caption", value).field(
            "source:S1",
            "note",
            value,
        );
        let path = home.write("bundle.zip", bundle.parts().zip());
        assert_eq!(home.run(["verify".as_ref(), path.as_os_str()]).exit, 0);
        shown_harmlessly(&home, &path);
        // the text itself is not lost
        let shown = home.run(["show".as_ref(), path.as_os_str(), "--json".as_ref()]);
        let text = serde_json::to_string(&shown.json()).unwrap();
        assert!(text.contains(&serde_json::to_string(value).unwrap()), "{shown:#?}");
    }
}

#[test]
fn a_reason_that_imitates_a_verdict() {
    let home = Home::trusting(&amina());
    for reason in HOSTILE {
        let mut parts = plain().parts();
        parts.withhold(&Release { reason: reason.into(), ..Release::by(&amina()) }, &["\"dateline\""]);
        let path = home.write("bundle.zip", parts.zip());
        let json = home.run(["verify".as_ref(), path.as_os_str(), "--json".as_ref()]).json();
        assert_eq!(json["contents"]["releases"][0]["reason"], reason);
        shown_harmlessly(&home, &path);
    }
}

#[test]
fn names_of_files_that_imitate_a_verdict() {
    let home = Home::trusting(&amina());
    for name in HOSTILE {
        let folder = home.path("folder");
        plain().parts().unpack_to(&folder);
        std::fs::write(folder.join("data").join(name), "x").unwrap();
        std::fs::write(folder.join(name), "x").unwrap();
        assert_eq!(home.run(["verify".as_ref(), folder.as_os_str()]).exit, 1);
        shown_harmlessly(&home, &folder);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn the_name_of_the_bundle_imitates_a_verdict() {
    let home = Home::trusting(&amina());
    for name in HOSTILE {
        let mut broken = plain().parts();
        broken.flip("data/report.txt", 0);
        for parts in [plain().parts(), broken] {
            let path = home.write(name, parts.zip());
            shown_harmlessly(&home, &path);
            std::fs::remove_file(path).unwrap();
        }
        shown_harmlessly(&home, &home.path(name));
    }
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn names_in_headers_and_in_the_manifest_imitate_a_verdict() {
    let home = Home::trusting(&amina());
    for name in HOSTILE {
        let bundle = plain().with_file(File::new(name, "x", "text/plain", "document"));
        shown_harmlessly(&home, &home.write("bundle.zip", bundle.parts().zip()));
        let mut outside = plain().parts();
        outside.push(name, "x");
        shown_harmlessly(&home, &home.write("bundle.zip", outside.zip()));
        let mut newer = plain().parts();
        newer.replace("seal/manifest.json", "\"sealbag-manifest/1\"", &kit::text::json_string(name));
        newer.sign();
        newer.mend();
        shown_harmlessly(&home, &home.write("bundle.zip", newer.zip()));
        let mut signer = plain().parts();
        signer.replace("seal/manifest.json", &format!("\"{}\"", amina().line()), &kit::text::json_string(name));
        signer.sign();
        signer.mend();
        shown_harmlessly(&home, &home.write("bundle.zip", signer.zip()));
    }
}

#[test]
#[ignore = "takes long; tests/run includes it"]
fn the_name_on_a_card_imitates_a_verdict() {
    for name in HOSTILE {
        let home = Home::new();
        let card = home.write("card", Signer::new(9).card(name, &[]));
        let added = home.run(["contact".as_ref(), "add".as_ref(), card.as_os_str(), "--yes".as_ref()]);
        harmless(&added);
        harmless(&home.run(["contact", "list"]));
        let path = home.write("bundle.zip", plain().signed_by(Signer::new(9)).parts().zip());
        shown_harmlessly(&home, &path);
        let mut passed_on = plain().parts();
        passed_on.withhold(&Release::by(&Signer::new(9)), &["\"dateline\""]);
        home.trust(&amina(), "Amina");
        shown_harmlessly(&home, &home.write("bundle.zip", passed_on.zip()));
    }
}

#[test]
fn a_fact_in_ordinary_words_stays_as_it_is() {
    let home = Home::trusting(&amina());
    let path = home.write("bundle.zip", plain().signed_by(amina()).parts().zip());
    let shown = home.run(["show".as_ref(), path.as_os_str()]);
    assert_eq!(shown.exit, 0, "{shown:#?}");
    for text in ["Notice of the embassy", "Astana, Kazakhstan", "photos/\u{65b0}\u{7586}_\u{5de1}\u{903b}.jpg"] {
        assert!(shown.out.contains(text), "{shown:#?}");
    }
    let strange = home.write("stranger.zip", plain().signed_by(stranger()).parts().zip());
    assert_eq!(home.run(["show".as_ref(), strange.as_os_str()]).exit, 0);
}
