//! Section 9: releases that do not fit their bundle or each other.

use super::List;
use crate::kit::parts::{Parts, Release};
use crate::kit::samples::{amina, plain, redacted, redacted_twice, stranger};
use crate::kit::sshsig::MANIFEST;
use crate::kit::text::sha256_hex;
use crate::kit::weak;

const ONE: &str = "seal/release-1.json";
const TWO: &str = "seal/release-2.json";

/// The second release again, with this list.
fn listing(change: impl FnOnce(&Parts) -> Vec<String>) -> Parts {
    let mut parts = redacted_twice();
    let withheld = change(&parts);
    let prev = sha256_hex(parts.bytes(ONE));
    let text = Release::by(&amina()).text(&parts.digest(), Some(&prev), &withheld);
    parts.set(TWO, text);
    parts.sign_release(2, &amina());
    parts
}

fn sorted(mut digests: Vec<String>) -> Vec<String> {
    digests.sort();
    digests
}

fn of_dateline(parts: &Parts) -> Vec<String> {
    plain()
        .parts()
        .commitments_of("\"dateline\"")
        .into_iter()
        .inspect(|digest| assert!(parts.text(TWO).contains(digest)))
        .collect()
}

fn resigned(number: usize, from: &str, to: &str) -> Parts {
    let mut parts = redacted_twice();
    parts.replace(&format!("seal/release-{number}.json"), from, to);
    parts.sign_release(number, &amina());
    parts
}

pub(super) fn add(list: &mut List) {
    let mut gap = redacted_twice();
    gap.remove(ONE);
    gap.remove("seal/release-1.sig");
    list.add("release-gap", "the first release left out", "container.layout release.malformed item.missing", &gap);
    let first = plain().parts().commitments_of("\"caption\"");
    let overlap = listing(|parts| sorted([of_dateline(parts), first.clone()].concat()));
    list.add("release-overlap", "one item in both releases, signed", "release.conflict", &overlap);
    let unsealed = listing(|parts| sorted([of_dateline(parts), vec!["00".repeat(32)]].concat()));
    list.add("release-unsealed", "the second release names what was never sealed, signed", "release.conflict", &unsealed);
    let unsorted = listing(|parts| sorted([of_dateline(parts), vec!["00".repeat(32)]].concat()).into_iter().rev().collect());
    list.add("release-unsorted", "the list of the second release in another order, signed", "release.malformed", &unsorted);
    let twice = listing(|parts| [of_dateline(parts), of_dateline(parts)].concat());
    list.add("release-twice", "one item twice in the second release, signed", "release.malformed", &twice);
    let mut empty = redacted_twice();
    let text = Release::by(&amina()).text(&empty.digest(), Some(&sha256_hex(empty.bytes(ONE))), &[]).replace("[\n\n]", "[\n]");
    empty.set(TWO, text);
    empty.sign_release(2, &amina());
    list.add("release-empty", "the second release names nothing, signed", "release.malformed", &empty);
    for (name, what, number, from, to) in [
        (
            "first-chained",
            "the first release names one before it, signed",
            1,
            "\"prev\":null",
            &*format!("\"prev\":\"{}\"", "00".repeat(32)),
        ),
        ("time", "a release at a time that does not exist, signed", 2, "2026-11-25", "2026-02-30"),
        ("member-unknown", "a release with a member that none has, signed", 2, "\"reason\":", "\"to\":\"\",\"reason\":"),
        ("space", "a release with a space, signed", 2, "\"at\":", "\"at\": "),
        ("another-word", "a release that calls itself a manifest, signed", 2, "sealbag-release/1", "sealbag-manifest/1"),
    ] {
        list.add(format!("release-{name}"), what, "release.malformed", &resigned(number, from, to));
    }
    let mut weak_author = redacted_twice();
    weak_author.replace(TWO, &amina().line(), &weak::line_of(&weak::IDENTITY));
    list.add("release-weak-key", "the second release by the neutral element", "release.malformed", &weak_author);
    let mut manifest = redacted_twice();
    manifest.set("seal/release-2.sig", amina().armor(MANIFEST, manifest.bytes(TWO)));
    list.add("release-of-another-namespace", "the second release signed as a manifest", "release.signature", &manifest);
    let mut another = redacted();
    another.set("seal/release-1.sig", stranger().armor("release@sealbag", another.bytes(ONE)));
    list.add("release-by-another-key", "signed by another key than the release names", "release.signature", &another);
    let mut swapped = redacted_twice();
    let (one, two) = (swapped.bytes("seal/release-1.sig").to_vec(), swapped.bytes("seal/release-2.sig").to_vec());
    swapped.set("seal/release-1.sig", two);
    swapped.set("seal/release-2.sig", one);
    list.add("release-signatures-exchanged", "the signatures of two releases exchanged", "release.signature", &swapped);
    let mut alone = redacted_twice();
    alone.remove(TWO);
    list.add(
        "release-signature-alone",
        "the second release left out, its signature kept",
        "container.layout item.missing",
        &alone,
    );
    let named = plain().field("case", "may_withhold", &stranger().fingerprint());
    let mut let_by_seal = named.parts();
    let_by_seal.withhold(&Release::by(&stranger()), &["\"dateline\""]);
    list.add("good-may-withhold", "withheld by somebody whom the seal lets", "", &let_by_seal);
    list.by(&["amina", "daria"]);
    let mut forgotten = named.parts();
    forgotten.withhold(&Release::by(&stranger()), &["\"may_withhold\""]);
    list.add("may-withhold-withheld", "withheld by somebody whom the seal let, and so was that", "release.other", &forgotten);
    list.by(&["amina", "daria"]);
}
