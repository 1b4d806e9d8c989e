//! Bundles to start from: every one of them verifies.

use super::bundle::{Bundle, File};
use super::parts::{Parts, Release};
use super::sshsig::Signer;
use super::text::recipient;

/// The signer whom every test believes.
pub fn amina() -> Signer {
    Signer::new(1)
}

/// Somebody else.
pub fn stranger() -> Signer {
    Signer::new(2)
}

/// Three files, one of them under a name that is not ASCII, and facts about the case, a source and a file.
pub fn plain() -> Bundle {
    let bundle = Bundle {
        id: "0123456789abcdef0123456789abcdef".into(),
        sealed_at: "2026-11-24T18:00:01Z".into(),
        sealed_with: "sealbag 0.1.0".into(),
        signer: amina(),
        files: vec![
            File::new("report.txt", "One page.\n", "text/plain", "report"),
            File::new("photos/a.jpg", b"\xff\xd8\xff\xe0 a photo".to_vec(), "image/jpeg", "photo"),
            File::new("photos/新疆_巡逻.jpg", b"\xff\xd8\xff\xe0 another".to_vec(), "image/jpeg", "photo"),
        ],
        fields: Vec::new(),
        recipients: Vec::new(),
        more: Vec::new(),
        padding: false,
    };
    bundle
        .field("case", "title", "Notice of the embassy")
        .field("case", "dateline", "Astana, Kazakhstan")
        .field("source:S1", "identity", "unknown")
        .field("file:photos/a.jpg", "caption", "A \"patrol\" in Xinjiang")
}

/// The same, made for encryption for two recipients whom the seal names: padding.
pub fn addressed() -> Bundle {
    Bundle { recipients: vec![recipient(1), recipient(2)], padding: true, ..plain() }
}

/// The same, made for encryption: a list of readers, and padding.
pub fn for_readers() -> Parts {
    let mut parts = plain().parts();
    parts.add_readers();
    parts
}

/// The plain bundle with one photo and its caption withheld by its own signer.
pub fn redacted() -> Parts {
    let mut parts = plain().parts();
    parts.withhold(&Release::by(&amina()), &["photos/a.jpg"]);
    parts
}

/// The same with a second release by the signer, of the dateline.
pub fn redacted_twice() -> Parts {
    let mut parts = redacted();
    parts.withhold(&Release::by(&amina()), &["\"dateline\""]);
    parts
}

/// Every kind of file that a bundle can have: two releases, readers, padding.
pub fn full() -> Parts {
    let mut parts = Bundle { padding: false, ..addressed() }.parts();
    parts.add_readers();
    parts.withhold(&Release::by(&amina()), &["photos/a.jpg", "\"recipient\""]);
    parts.withhold(&Release::by(&amina()), &["\"dateline\""]);
    parts
}

/// The plain bundle sealed with a FIDO key.
pub fn touched() -> Bundle {
    plain().signed_by(Signer::fido(1, "ssh:", 1, 7))
}
