//! The derived files, made again from the manifest and the items shown.

use super::found::Found;
use crate::base::code;
use crate::base::detail::Detail;
use crate::bundle::model::Bundle;
use crate::format::bagit::{self, Expected, TagDigests};
use crate::format::layout::Part;
use crate::format::measure::Measure;

pub(super) fn check(bundle: &Bundle) -> ((), Found) {
    let mut found = Found::default();
    let (Some(sealed), Some(shown), Some(items)) = (&bundle.seal.manifest, &bundle.seal.shown, bundle.measure(Part::Items))
    else {
        return ((), found);
    };
    let (sums, bytes, files) = shown.sums();
    let bag_info = Expected::of(bagit::bag_info(&sealed.manifest, bytes, files).as_bytes());
    let tags =
        TagDigests { bag_info: bag_info.sha256, manifest_sha256: sums.sha256, items: items.sha256, manifest: sealed.digest };
    let rows = [
        (Part::BagInfo, bag_info),
        (Part::Bagit, Expected::of(bagit::BAGIT_TXT.as_bytes())),
        (Part::PayloadManifest, sums),
        (Part::TagManifest, Expected::of(bagit::tagmanifest(&tags).as_bytes())),
        (Part::Verify, Expected::of(bagit::VERIFY_TXT.as_bytes())),
    ];
    for (part, expected) in rows {
        match bundle.measure(part) {
            Some(Measure { size, sha256, .. }) if (Expected { size, sha256 }) == expected => {}
            Some(_) => found.finding(code::BAG_DERIVED, part.to_string(), Detail::NotDerived),
            None if bundle.broken => {}
            None => found.finding(code::BAG_MISSING, part.to_string(), Detail::NotHere),
        }
    }
    ((), found)
}
