//! What one bundle cannot hold, and what `open` says when it refuses.

use support::kit;

use std::fs;
use std::path::PathBuf;

use kit::run::Home;
use sealbag::base::code;
use sealbag::{Draft, DraftOptions, Output, SigningKey, Timestamp, Unwatched};

#[test]
fn a_clock_that_no_zip_can_state_seals_nothing() {
    let place = tempfile::tempdir().unwrap();
    let bag = place.path().join("bag");
    fs::create_dir(&bag).unwrap();
    fs::write(bag.join("report.txt"), b"words").unwrap();
    let seal = |at: &str, name: &str| {
        let out: PathBuf = place.path().join(name);
        let draft = Draft::from_folder(&bag, DraftOptions::default()).unwrap();
        let sealed = draft.sign(
            &SigningKey::from_seed(&[1; 32]),
            Timestamp::parse(at).unwrap(),
            &mut || Ok([7; 16]),
            Output::File(out.clone(), false),
            &Unwatched,
        );
        (sealed.map(|sealed| sealed.files).map_err(|error| error.code), out.exists())
    };
    assert_eq!(seal("1980-01-01T00:00:00Z", "first.zip"), (Ok(1), true));
    assert_eq!(seal("2107-12-31T23:59:59Z", "last.zip"), (Ok(1), true));
    assert_eq!(seal("1979-12-31T23:59:59Z", "before.zip"), (Err(code::INPUT_LIMIT), false));
    assert_eq!(seal("2108-01-01T00:00:00Z", "after.zip"), (Err(code::INPUT_LIMIT), false));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 3, "nothing is left beside the two bundles");
}

#[test]
fn a_bundle_that_is_not_opened_is_refused_by_name() {
    let home = Home::new();
    fs::write(home.path("no.zip"), b"PK no bundle").unwrap();
    let output = home.run(["open", "no.zip", "-d", "out", "--json"]);
    assert_eq!((output.exit, &output.json()["refused"]), (1, &"open.refused".into()), "{output:#?}");
    assert!(output.json()["folder"].is_null() && !home.path("out").exists());
}
