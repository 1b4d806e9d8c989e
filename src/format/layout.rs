//! Which files a bundle holds, and in which order (format, sections 2 and 7). Every name is spelled here and nowhere else.

use std::cmp::Ordering;
use std::fmt;

use crate::base::limits;

/// The folder of the payload, with its slash.
pub const DATA: &str = "data/";

/// How the names of bundles end, by custom only.
pub const NAMES_END: [&str; 2] = [".zip", ".zip.age"];

/// A file outside `data/`. The order is that of the ZIP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// `bag-info.txt`
    BagInfo,
    /// `bagit.txt`
    Bagit,
    /// `manifest-sha256.txt`
    PayloadManifest,
    /// `tagmanifest-sha256.txt`
    TagManifest,
    /// `VERIFY.txt`
    Verify,
    /// `seal/items.jsonl`
    Items,
    /// `seal/manifest.json`
    Manifest,
    /// `seal/manifest.sig`
    Signature,
    /// One of [`LATER`], by its place there: only beside a manifest of a later version.
    Later(usize),
    /// `seal/release-<n>.json`, n from 1 to [`limits::RELEASES`].
    Release(usize),
    /// `seal/release-<n>.sig`
    ReleaseSignature(usize),
    /// `seal/readers.json`, only in a copy that was encrypted for recipients.
    Readers,
    /// `seal/readers.sig`
    ReadersSignature,
    /// `seal/padding`, only in a bundle that was made for encryption.
    Padding,
}

/// The files that every bundle has, in their order; releases, readers and padding may follow.
pub const ALWAYS: [Part; 8] = [
    Part::BagInfo,
    Part::Bagit,
    Part::PayloadManifest,
    Part::TagManifest,
    Part::Verify,
    Part::Items,
    Part::Manifest,
    Part::Signature,
];

/// Names that are kept for later versions: the commitments under a second hash, a second signature, and one that withstands
/// quantum computers.
pub const LATER: [&str; 3] = ["seal/manifest-2.json", "seal/manifest-2.sig", "seal/manifest-pq.sig"];

impl Part {
    /// The part with this name, relative to the top folder.
    pub fn parse(name: &str) -> Option<Self> {
        Part::all().find(|part| part.to_string() == name)
    }

    /// Every possible part, in order.
    pub fn all() -> impl Iterator<Item = Part> {
        let releases = (1..=limits::RELEASES).flat_map(|n| [Part::Release(n), Part::ReleaseSignature(n)]);
        let later = (0..LATER.len()).map(Part::Later);
        ALWAYS.into_iter().chain(later).chain(releases).chain([Part::Readers, Part::ReadersSignature, Part::Padding])
    }

    /// The place in the order; what is signed stands before its signature.
    fn rank(self) -> usize {
        match self {
            Part::BagInfo => 0,
            Part::Bagit => 1,
            Part::PayloadManifest => 2,
            Part::TagManifest => 3,
            Part::Verify => 4,
            Part::Items => 5,
            Part::Manifest => 6,
            Part::Signature => 7,
            Part::Later(n) => 8 + n,
            Part::Release(n) => 20 + 2 * n,
            Part::ReleaseSignature(n) => 21 + 2 * n,
            Part::Readers => usize::MAX - 2,
            Part::ReadersSignature => usize::MAX - 1,
            Part::Padding => usize::MAX,
        }
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::BagInfo => "bag-info.txt",
            Part::Bagit => "bagit.txt",
            Part::PayloadManifest => "manifest-sha256.txt",
            Part::TagManifest => "tagmanifest-sha256.txt",
            Part::Verify => "VERIFY.txt",
            Part::Items => "seal/items.jsonl",
            Part::Manifest => "seal/manifest.json",
            Part::Signature => "seal/manifest.sig",
            Part::Later(n) => LATER.get(*n).unwrap_or(&""),
            Part::Release(n) => return write!(f, "seal/release-{n}.json"),
            Part::ReleaseSignature(n) => return write!(f, "seal/release-{n}.sig"),
            Part::Readers => "seal/readers.json",
            Part::ReadersSignature => "seal/readers.sig",
            Part::Padding => "seal/padding",
        })
    }
}

/// Where a payload file lies in the top folder: `data/<path>`.
pub fn data(path: impl fmt::Display) -> String {
    format!("{DATA}{path}")
}

/// True for names of files that Finder and Explorer leave in folders: not sealed unless asked for.
pub fn is_junk(name: &str) -> bool {
    matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini") || name.starts_with("._")
}

/// How many bytes of a file [`is_left_behind`] looks at.
pub(crate) const HEAD: usize = 64;

/// True for a file that Finder or Explorer wrote, judging by its name and its first [`HEAD`] bytes: it is ignored in an
/// unpacked bundle (section 2).
pub(crate) fn is_left_behind(name: &str, head: &[u8]) -> bool {
    match name {
        ".DS_Store" => head.starts_with(b"\0\0\0\x01Bud1"),
        "Thumbs.db" => head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        "desktop.ini" => is_desktop_ini(head),
        name => name.starts_with("._") && head.starts_with(b"\0\x05\x16\x07\0\x02\0\0"),
    }
}

/// True if the text begins with a section that Explorer writes, in ASCII, in UTF-8 with its mark, or in UTF-16.
fn is_desktop_ini(head: &[u8]) -> bool {
    let wide = head.strip_prefix(b"\xff\xfe").map(|units| {
        let letter = |unit: &[u8; 2]| if let [letter, 0] = *unit { letter } else { b'?' };
        units.as_chunks().0.iter().map(letter).collect::<Vec<u8>>()
    });
    let text = wide.as_deref().unwrap_or(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head));
    let text = text.strip_prefix(b"\r\n").unwrap_or(text);
    [&b"[.ShellClassInfo]"[..], b"[ViewState]", b"[LocalizedFileNames]"].iter().any(|section| text.starts_with(section))
}

/// The name of the top folder: `sealbag-` and the first 12 digits of the id.
pub fn top_folder(id: &str) -> String {
    format!("sealbag-{}", id.get(..12).unwrap_or(id))
}

/// The beginning of an entry's name up to and including the first slash, if it can be a top folder.
pub fn top_folder_of(name: &str) -> Option<&str> {
    let (top, _) = name.split_at_checked(name.find('/')? + 1)?;
    let digits = top.strip_prefix("sealbag-")?.strip_suffix('/')?;
    let hex = digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    hex.then_some(top)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_one_name_and_stands_in_the_one_order() {
        let all: Vec<Part> = Part::all().collect();
        assert!(all.is_sorted_by(|one, next| one < next), "{all:?}");
        assert!(all.iter().all(|part| Part::parse(&part.to_string()) == Some(*part)));
        for other in ["", "seal/", "seal/release-0.json", "seal/release-01.json", "seal/release-10.sig", "data/seal/padding"] {
            assert_eq!(Part::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_top_folder_is_named_after_an_id() {
        assert_eq!(top_folder("0123456789abcdef"), "sealbag-0123456789ab");
        assert_eq!(top_folder_of("sealbag-0123456789ab/data/a"), Some("sealbag-0123456789ab/"));
        for other in ["sealbag-0123456789ab", "sealbag-0123456789aB/", "sealbag-0123456789abc/x", "/sealbag-0123456789ab/"] {
            assert_eq!(top_folder_of(other), None, "{other}");
        }
    }
}
