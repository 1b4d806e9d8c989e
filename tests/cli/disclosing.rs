//! Disclosing through the program, and comparing two bundles of one seal (threats 33 and 35b).

use std::fs;

use serde_json::{Value, json};
use support::runs::state::files;

use super::withholding::{GONE, bela, desk, hand, introduce, items, redact, redacted, tells_nothing};

#[test]
fn a_redacted_bundle_and_a_disclosure_for_one_reader() {
    let amina = desk();
    let bela = bela();
    introduce(&amina, &bela);
    introduce(&bela, &amina);
    let told = redact(&amina, &["-o", "r.zip.age", "--to", "Bela", "--json"]).done().json();
    assert_eq!(
        (&told["encryption"], &told["to"], &told["opens_here"]),
        (&"post-quantum".into(), &json!(["Bela"]), &false.into())
    );
    let told =
        amina.run(["disclose", "b.zip", "--item", "source:S1#identity", "--to", "Bela", "-o", "d.age", "--json"]).done().json();
    assert_eq!(
        (&told["schema"], &told["exit"], &told["disclosure"]),
        (&"sealbag-disclose/1".into(), &0.into(), &"d.age".into())
    );
    assert_eq!((&told["encryption"], &told["to"], &told["refused"]), (&"post-quantum".into(), &json!(["Bela"]), &Value::Null));
    assert_eq!((items(&told["items"]), &told["verification"]), (vec!["source:S1#identity"], &Value::Null));
    assert_eq!(told["length"], fs::metadata(amina.path("d.age")).unwrap().len());
    for name in ["r.zip.age", "d.age"] {
        tells_nothing(fs::read(amina.path(name)).unwrap());
        hand(&amina, name, &bela);
    }
    let told = bela.run(["verify", "r.zip.age", "--with", "d.age", "--json"]).done().json();
    assert_eq!((&told["contents"]["withheld"], &told["contents"]["disclosed"]), (&4.into(), &1.into()));
    let given = &told["disclosures"][0];
    assert_eq!(
        (&given["items"][0]["value"], &given["files"], &given["shown"]),
        (&"Zhanar Beket".into(), &json!([]), &0.into())
    );
    let told = bela.run(["verify", "r.zip.age", "--with", "d.age"]).done();
    assert!(
        told.out.contains(
            "disclosed to you: 1 of the 4 withheld, as they were sealed\n  - \"source:S1#identity\"  \"Zhanar Beket\""
        )
    );
    // Amina cannot open what is for Bela
    amina.refused(["verify", "b.zip", "--with", "d.age"], 5, "envelope.no_key");
}

#[test]
fn disclosures_are_put_in_and_extracted_beside_the_bag() {
    let desk = redacted();
    let told = desk.run(["verify", "r.zip", "--with", "d", "--json"]).done().json();
    assert_eq!((&told["verdict"], &told["contents"]["state"]), (&"verified".into(), &"withheld".into()));
    let file = &told["disclosures"][0]["files"][0];
    assert_eq!((&file["path"], &file["media_type"]), (&"photos/a.jpg".into(), &"image/jpeg".into()));
    desk.run(["disclose", "b.zip", "--item", "source:S1", "report.txt", "-o", "d2"]).done();
    let told = desk.run(["open", "r.zip", "-d", "out", "--with", "d", "--with", "d2", "--json"]).done().json();
    assert_eq!((&told["folder"], &told["disclosed"]), (&"out".into(), &json!(["out-disclosed", "out-disclosed-2"])));
    assert_eq!(told["verification"]["disclosures"][1]["shown"], 1);
    assert_eq!(
        fs::read(desk.path("out-disclosed/data/photos/a.jpg")).unwrap(),
        fs::read(desk.path("bag/photos/a.jpg")).unwrap()
    );
    assert_eq!(files(&desk.path("out-disclosed")).len(), 2);
    assert_eq!(files(&desk.path("out-disclosed-2")).len(), 2);
    let lines = fs::read_to_string(desk.path("out-disclosed-2/items.jsonl")).unwrap();
    assert!(lines.lines().count() == 3 && lines.contains("Zhanar Beket"));
    // the bag itself stays what it was, and verifies
    assert_eq!(desk.verify("out", 0)["contents"]["withheld"], 4);
    // a folder that is there is met before anything is written
    fs::create_dir(desk.path("new-disclosed")).unwrap();
    desk.refused(["open", "r.zip", "-d", "new", "--with", "d"], 2, "output.exists");
}

#[test]
fn a_disclosure_that_does_not_hold_is_failed_and_nothing_is_extracted() {
    let desk = redacted();
    let good = fs::read(desk.path("d")).unwrap();
    let mut altered = good.clone();
    *altered.last_mut().unwrap() ^= 1;
    desk.write("payload", &altered);
    desk.write("malformed", &good[1..]);
    desk.run(["disclose", "b.zip", "--item", "source:S1#note", "-o", "note"]).done();
    desk.write("unsealed", fs::read_to_string(desk.path("note")).unwrap().replace("a baker", "a maker"));
    desk.run(["seal", "bag", "-o", "other.zip"]).done();
    desk.run(["disclose", "other.zip", "--item", "photos/a.jpg", "-o", "other"]).done();
    for name in ["payload", "malformed", "unsealed", "other"] {
        let code = format!("disclosure.{name}");
        let told = desk.run(["verify", "r.zip", "--with", name, "--json"]);
        assert_eq!(told.exit, 1, "{told:#?}");
        assert_eq!((&told.json()["findings"][0]["code"], &told.json()["contents"]["disclosed"]), (&code.into(), &0.into()));
        let told = desk.run(["verify", "r.zip", "--with", name, "--with", "d"]);
        assert!(told.exit == 1 && told.out.starts_with("FAILED  r.zip"), "{told:#?}");
        let before = desk.state();
        let told = desk.run(["open", "r.zip", "-d", "out", "--with", name, "--json"]);
        assert_eq!((told.exit, &told.json()["refused"], &told.json()["disclosed"]), (1, &"open.refused".into(), &json!([])));
        assert_eq!(desk.run(["open", "r.zip", "-d", "out", "--with", "d", "--with", name]).exit, 1);
        assert_eq!(before, desk.state(), "nothing was extracted");
    }
    desk.write("newer", String::from_utf8_lossy(&good).replace("disclosure/1", "disclosure/2").into_bytes());
    desk.refused(["verify", "r.zip", "--with", "newer"], 5, "seal.newer");
    desk.refused(["verify", "r.zip", "--with", "missing"], 5, "io.missing");
    desk.refused(["open", "r.zip", "-d", "out", "--with", "missing"], 5, "io.missing");
    desk.refused(["verify", "r.zip", "b.zip", "--with", "d"], 2, "usage");
    desk.refused(["verify", "r.zip", "b.zip", "--against", "b.zip"], 2, "usage");
}

#[test]
fn two_bundles_are_compared() {
    let desk = redacted();
    let told = desk.run(["verify", "r.zip", "--against", "b.zip", "--json"]).done().json();
    let comparison = &told["comparison"];
    assert_eq!((&comparison["state"], items(&comparison["only_there"])), (&"one-seal".into(), GONE.to_vec()));
    assert_eq!(items(&comparison["only_here"]), Vec::<&str>::new());
    let told = desk.run(["verify", "b.zip", "--against", "r.zip"]).done();
    assert!(told.out.contains("compared: the two bundles have the same seal\n  shown only here: 4 items\n"), "{told:#?}");
    desk.run(["seal", "bag", "-o", "other.zip", "--metadata", "facts.json"]).done();
    desk.write("none.zip", "no bundle");
    for (other, code, state) in
        [("other.zip", "against.other", Some("two-seals")), ("none.zip", "against.unread", Some("unread"))]
    {
        let told = desk.run(["verify", "b.zip", "--against", other, "--json"]);
        let json = told.json();
        assert_eq!(
            (told.exit, &json["verdict"], &json["findings"][0]["code"]),
            (4, &"not-enough".into(), &code.into()),
            "{told:#?}"
        );
        assert_eq!(json["comparison"]["state"].as_str(), state);
        let told = desk.run(["verify", "b.zip", "--against", other]);
        assert!(told.exit == 4 && told.out.starts_with("NOT ENOUGH"), "{told:#?}");
    }
    let told = desk.run(["verify", "b.zip", "--against", "missing.zip", "--json"]);
    assert_eq!((told.exit, &told.json()["findings"][0]["code"]), (5, &"io.missing".into()), "{told:#?}");
    let told = desk.run(["verify", "none.zip", "--against", "b.zip", "--json"]);
    assert_eq!((told.exit, &told.json()["comparison"]), (1, &Value::Null), "{told:#?}");
}
