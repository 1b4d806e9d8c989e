//! The corruption matrix: bundles that are whole, by somebody who is not believed (threats 20, 22, 23, 24).

use support::kit;

use kit::samples::{addressed, amina, plain, redacted, stranger, touched};
use kit::views::{Expected, check, check_json};
use kit::{Home, Parts, Signer};

fn in_both_forms(home: &Home, parts: &Parts, expected: &Expected) -> serde_json::Value {
    let folder = home.path("folder");
    parts.unpack_to(&folder);
    check(home, &folder, expected);
    std::fs::remove_dir_all(folder).unwrap();
    check(home, &home.write("bundle.zip", parts.zip()), expected)
}

#[test]
fn every_sample_verifies() {
    for parts in [plain().parts(), addressed().parts(), redacted(), kit::samples::redacted_twice(), touched().parts()] {
        let home = Home::trusting(&parts.signer);
        let state = if parts.releases() > 0 { "withheld" } else { "intact" };
        let json = in_both_forms(&home, &parts, &Expected::intact().state(state));
        assert_eq!(json["digest"], parts.digest());
        assert_eq!(json["id"], "0123456789abcdef0123456789abcdef");
        assert_eq!(json["signer"]["state"], "contact");
        assert_eq!(json["signer"]["name"], "Amina");
        assert_eq!(json["signer"]["key"], parts.signer.line());
        assert_eq!(json["signer"]["fingerprint"], parts.signer.fingerprint());
        assert_eq!(json["time"]["state"], "claimed");
        assert_eq!(json["time"]["sealed_at"], "2026-11-24T18:00:01Z");
        assert_eq!(json["custody"]["state"], "not-given");
    }
}

#[test]
fn signer_nobody_believes() {
    let home = Home::new();
    let json = in_both_forms(&home, &plain().parts(), &Expected::codes("signer.unknown"));
    assert_eq!(json["signer"]["state"], "unknown");
    assert_eq!(json["signer"]["fingerprint"], amina().fingerprint());
}

#[test]
fn signer_is_a_stranger_with_the_same_items() {
    let home = Home::trusting(&amina());
    let json = in_both_forms(&home, &plain().signed_by(stranger()).parts(), &Expected::codes("signer.unknown"));
    assert_eq!(json["signer"]["state"], "unknown");
}

#[test]
fn signer_is_a_stranger_and_the_payload_is_altered() {
    let home = Home::trusting(&amina());
    let mut parts = plain().signed_by(stranger()).parts();
    parts.flip("data/report.txt", 0);
    in_both_forms(&home, &parts, &Expected::codes("signer.unknown payload.altered"));
}

#[test]
fn signer_is_another_contact_than_the_one_named() {
    let home = Home::trusting(&amina());
    home.trust(&stranger(), "Daria");
    let path = home.write("bundle.zip", plain().parts().zip());
    for (from, exit, state) in [("Amina", 0, "contact"), ("Daria", 3, "other")] {
        let output = home.run(["verify".as_ref(), path.as_os_str(), "--from".as_ref(), from.as_ref(), "--json".as_ref()]);
        assert_eq!(output.exit, exit, "{output:#?}");
        let json = output.json();
        assert_eq!(json["signer"]["state"], state);
        assert_eq!(
            kit::views::codes_of(&json).into_iter().collect::<Vec<_>>(),
            if exit == 0 { vec![] } else { vec!["signer.other"] }
        );
    }
}

#[test]
fn signer_was_revoked() {
    let home = Home::trusting(&amina());
    let path = home.write("bundle.zip", plain().parts().zip());
    check_json(&home, &path, &Expected::intact());
    let revoked = home.run(["contact", "revoke", "Amina", "--yes"]);
    assert_eq!(revoked.exit, 0, "{revoked:#?}");
    let json = check_json(&home, &path, &Expected::codes("signer.revoked"));
    assert_eq!(json["signer"]["state"], "revoked");
    let home = Home::trusting(&amina());
    home.trust(&stranger(), "Daria");
    let mut parts = plain().parts();
    parts.withhold(&kit::Release::by(&stranger()), &["\"dateline\""]);
    let path = home.write("passed on.zip", parts.zip());
    check_json(&home, &path, &Expected::codes("release.other").state("withheld"));
    assert_eq!(home.run(["contact", "revoke", "Daria", "--yes"]).exit, 0);
    check_json(&home, &path, &Expected::codes("release.author").state("withheld"));
}

#[test]
fn signer_has_the_same_point_on_a_token_of_another_application() {
    let home = Home::trusting(&Signer::fido(1, "ssh:", 1, 7));
    let other = plain().signed_by(Signer::fido(1, "ssh:other", 1, 7)).parts();
    in_both_forms(&home, &other, &Expected::codes("signer.unknown"));
    let touched_and_verified = plain().signed_by(Signer::fido(1, "ssh:", 5, u32::MAX)).parts();
    in_both_forms(&home, &touched_and_verified, &Expected::intact());
}

#[test]
fn nothing_of_that_name_cannot_be_checked() {
    let home = Home::trusting(&amina());
    let output = home.run(["verify".as_ref(), home.path("nowhere.zip").as_os_str()]);
    assert_eq!(output.exit, 5, "{output:#?}");
    let output = home.run(["verify".as_ref(), home.path("nowhere.zip").as_os_str(), "--json".as_ref()]);
    assert_eq!((output.exit, &output.json()["verdict"]), (5, &serde_json::json!("cannot-check")), "{output:#?}");
}

#[test]
fn no_signature_and_no_contact_is_still_failed() {
    let home = Home::new();
    let mut parts = plain().parts();
    parts.set("seal/manifest.sig", "");
    in_both_forms(&home, &parts, &Expected::codes("seal.missing"));
}

#[test]
fn a_bundle_comes_by_standard_input() {
    let home = Home::trusting(&amina());
    let path = home.write("bundle.zip", plain().parts().zip());
    let output = home.run_with_input(["verify", "-", "--json"], Some(&path), false);
    assert_eq!((output.exit, &output.json()["verdict"]), (0, &serde_json::json!("verified")), "{output:#?}");
}

#[test]
fn the_worst_of_many_bundles_counts() {
    let home = Home::trusting(&amina());
    let mut altered = plain().parts();
    altered.flip("data/report.txt", 0);
    let verified = home.write("verified.zip", plain().parts().zip());
    let unknown = home.write("unknown.zip", plain().signed_by(stranger()).parts().zip());
    let failed = home.write("failed.zip", altered.zip());
    let nowhere = home.path("nowhere.zip");
    let exits = [(&verified, 0), (&unknown, 3), (&nowhere, 5), (&failed, 1)];
    for (at, (_, exit)) in exits.iter().enumerate() {
        let mut args: Vec<&std::ffi::OsStr> = vec!["verify".as_ref(), "--json".as_ref()];
        args.extend(exits[..=at].iter().rev().map(|(path, _)| path.as_os_str()));
        let output = home.run(args);
        assert_eq!(output.exit, *exit, "{output:#?}");
        assert_eq!(output.out.lines().count(), at + 1, "one JSON object a line: {output:#?}");
        for (line, (_, exit)) in output.out.lines().zip(exits[..=at].iter().rev()) {
            let json: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(json["exit"], *exit);
        }
    }
}

#[test]
fn what_is_required_and_not_there_is_not_enough() {
    let home = Home::trusting(&amina());
    let whole = home.write("whole.zip", plain().parts().zip());
    let part = home.write("part.zip", redacted().zip());
    let mut altered = redacted();
    altered.flip("data/report.txt", 0);
    let altered = home.write("altered.zip", altered.zip());
    let unknown = home.write("unknown.zip", plain().signed_by(stranger()).parts().zip());
    for (path, required, exit, code) in [
        (&whole, "complete", 0, None),
        (&part, "complete", 4, Some("require.complete")),
        (&whole, "time", 4, Some("require.time")),
        (&whole, "addressed", 4, Some("require.addressed")),
        (&whole, "custody", 4, Some("require.custody")),
        (&unknown, "time", 3, Some("require.time")),
        (&altered, "complete", 1, Some("payload.altered")),
    ] {
        let output =
            home.run(["verify".as_ref(), path.as_os_str(), "--require".as_ref(), required.as_ref(), "--json".as_ref()]);
        assert_eq!(output.exit, exit, "{output:#?}");
        let codes = kit::views::codes_of(&output.json());
        assert!(code.is_none_or(|code| codes.contains(code)), "{output:#?}");
        assert!(code.is_some() || codes.is_empty(), "{output:#?}");
    }
}
