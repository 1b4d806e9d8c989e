//! What a draft takes, so that nothing is sealed unseen: how much it is, and what people rarely mean to give away.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What will be sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many files.
    pub files: u64,
    /// How many bytes they have together.
    pub bytes: u64,
    /// The names that the files have now, in order.
    pub names: Vec<String>,
    /// What is rarely meant, in the order of its kinds.
    pub rare: BTreeMap<Rare, Vec<Beneath>>,
}

/// What is among the files and rarely meant to be sealed, what tells most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rare {
    /// Files that programs keep beside an open document, with the name of whoever opened it.
    Locks,
    /// Folders and files in which programs for version control keep every earlier version, with names and addresses of authors.
    VersionControl,
    /// Earlier versions and copies that editors and synchronisation made.
    Copies,
    /// Links to files, with the path and often the name of the computer they were made on.
    Shortcuts,
    /// What file managers, photo managers and file servers keep for themselves, deleted files among it.
    Programs,
    /// Downloads that did not end, and placeholders for files that lie elsewhere.
    Unfinished,
    /// Pictures, recordings and documents without a single byte, as a card that was copied badly leaves them.
    Empty,
    /// Files and folders whose names begin with a dot, which file managers do not show.
    Hidden,
}

impl Rare {
    /// All kinds, in the order in which they are told.
    pub const ALL: [Rare; 8] = [
        Rare::Locks,
        Rare::VersionControl,
        Rare::Copies,
        Rare::Shortcuts,
        Rare::Programs,
        Rare::Unfinished,
        Rare::Empty,
        Rare::Hidden,
    ];

    /// One word for JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Rare::Locks => "locks",
            Rare::VersionControl => "version_control",
            Rare::Copies => "copies",
            Rare::Shortcuts => "shortcuts",
            Rare::Programs => "programs",
            Rare::Unfinished => "unfinished",
            Rare::Empty => "empty",
            Rare::Hidden => "hidden",
        }
    }
}

/// A file, or a folder with everything in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beneath {
    /// Its path, that of a folder with a slash at its end.
    pub name: String,
    /// How many files that makes.
    pub files: u64,
}

impl Beneath {
    /// In order, from paths and counts.
    pub(super) fn of(counts: impl IntoIterator<Item = (String, u64)>) -> Vec<Self> {
        counts.into_iter().map(|(name, files)| Beneath { name, files }).collect()
    }
}

/// How names are called that are rarely meant, in lower case: the kind, whether it is the name of a file or of anything, how it is compared,
/// and the text. They are those of Finder, Explorer, Linux, Word, LibreOffice, InDesign, vim, Emacs, Picasa, digiKam, cameras, Synology,
/// QNAP, Dropbox, Nextcloud, Syncthing, iCloud and browsers.
static NAMES: LazyLock<Vec<Called>> =
    LazyLock::new(|| include_str!("rare_names.txt").lines().filter_map(Called::read).collect());

/// A row of that table.
struct Called {
    kind: Rare,
    only_files: bool,
    fits: fn(&str, &str) -> bool,
    text: &'static str,
}

impl Called {
    fn read(row: &'static str) -> Option<Self> {
        let mut words = row.splitn(4, ' ');
        let kind = words.next()?;
        let kind = Rare::ALL.into_iter().find(|rare| rare.as_str() == kind)?;
        let only_files = words.next()? == "file";
        let fits: fn(&str, &str) -> bool = match words.next()? {
            "is" => |name, text| name == text,
            "starts" => |name, text| name.starts_with(text),
            "ends" => |name, text| name.ends_with(text),
            "holds" => |name, text| name.contains(text),
            _ => return None,
        };
        Some(Called { kind, only_files, fits, text: words.next()? })
    }
}

impl Taken {
    /// What these files make, each given by the name that it has now and its length in bytes.
    pub(super) fn of<'f>(files: impl IntoIterator<Item = (&'f str, u64)>) -> Self {
        let mut taken = Taken::default();
        let mut rare: BTreeMap<Rare, BTreeMap<String, u64>> = BTreeMap::new();
        for (name, size) in files {
            taken.files += 1;
            taken.bytes += size;
            taken.names.push(name.to_owned());
            if let Some((upto, kind)) = unexpected(name).or_else(|| is_empty(name, size).then_some((name, Rare::Empty))) {
                *rare.entry(kind).or_default().entry(upto.to_owned()).or_insert(0) += 1;
            }
        }
        taken.names.sort();
        taken.rare = rare.into_iter().map(|(kind, counts)| (kind, Beneath::of(counts))).collect();
        taken
    }
}

/// The path up to the first part that is rarely meant, and why. A dot before a name is the last reason.
fn unexpected(name: &str) -> Option<(&str, Rare)> {
    let mut start = 0;
    let mut hidden = None;
    for part in name.split_inclusive('/') {
        let (end, bare) = (start + part.len(), part.trim_end_matches('/'));
        let upto = name.get(..end)?;
        if let Some(kind) = kind(bare, part.ends_with('/')) {
            return Some((upto, kind));
        }
        if hidden.is_none() && bare.starts_with('.') {
            hidden = Some((upto, Rare::Hidden));
        }
        start = end;
    }
    hidden
}

/// What one part of a path is by its name.
fn kind(part: &str, is_folder: bool) -> Option<Rare> {
    let name = part.to_lowercase();
    let called = NAMES.iter().find(|row| (row.fits)(&name, row.text) && !(is_folder && row.only_files));
    let is_swap = || name.starts_with('.') && [".swp", ".swo", ".swn"].iter().any(|end| name.ends_with(end));
    let is_autosave = || name.len() > 2 && name.starts_with('#') && name.ends_with('#');
    match called {
        Some(row) => Some(row.kind),
        None if is_folder => None,
        None if is_swap() => Some(Rare::Locks),
        None if is_autosave() => Some(Rare::Copies),
        // what Finder keeps its own pictures of folders in
        None if part == "Icon\r" => Some(Rare::Programs),
        None => None,
    }
}

/// True for a file without bytes that should show, play or say something.
fn is_empty(name: &str, size: u64) -> bool {
    let kind = mime_guess::from_path(name).first_raw().unwrap_or("");
    let says = ["image/", "video/", "audio/", "application/pdf", "application/msword", "application/vnd."];
    size == 0 && says.iter().any(|says| kind.starts_with(says))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_part_that_is_rarely_meant_is_told() {
        for (name, told) in [
            ("photos/a.jpg", None),
            (".env", Some((".env", Rare::Hidden))),
            (".git/objects/00/.x", Some((".git/", Rare::VersionControl))),
            ("lib/CVS/Root", Some(("lib/CVS/", Rare::VersionControl))),
            ("lib/.cache/.git/x", Some(("lib/.cache/.git/", Rare::VersionControl))),
            ("lib/.cache/x", Some(("lib/.cache/", Rare::Hidden))),
            ("lib/.git", Some(("lib/.git", Rare::VersionControl))),
            ("a.b/c.d", None),
            ("CVS.txt", None),
            ("~$report.docx", Some(("~$report.docx", Rare::Locks))),
            (".~lock.report.odt#", Some((".~lock.report.odt#", Rare::Locks))),
            ("a/.report.md.swp", Some(("a/.report.md.swp", Rare::Locks))),
            (
                "report (Amina's conflicted copy 2026-01-02).md",
                Some(("report (Amina's conflicted copy 2026-01-02).md", Rare::Copies)),
            ),
            (
                "report.sync-conflict-20260102-101010-ABCDEFG.md",
                Some(("report.sync-conflict-20260102-101010-ABCDEFG.md", Rare::Copies)),
            ),
            ("report.md~", Some(("report.md~", Rare::Copies))),
            ("photos/@eaDir/p.jpg", Some(("photos/@eaDir/", Rare::Programs))),
            ("photos/Thumbs.jpg", None),
            ("$RECYCLE.BIN/S-1-5/x.jpg", Some(("$RECYCLE.BIN/", Rare::Programs))),
            ("photos/.p.jpg.icloud", Some(("photos/.p.jpg.icloud", Rare::Unfinished))),
            ("big.mp4.crdownload", Some(("big.mp4.crdownload", Rare::Unfinished))),
            ("link.lnk", Some(("link.lnk", Rare::Shortcuts))),
            ("part/one.txt", None),
            ("the.url/one.txt", None),
        ] {
            assert_eq!(unexpected(name), told, "{name}");
        }
        assert_eq!(NAMES.len(), include_str!("rare_names.txt").lines().count(), "every row is read");
        let taken = Taken::of([("a.jpg", 0), ("b.jpg", 1), ("notes.txt", 0), (".keep", 0), ("c.docx", 0), ("~$c.docx", 0)]);
        let names = |kind| taken.rare.get(&kind).map(|list| list.iter().map(|beneath| &*beneath.name).collect::<Vec<_>>());
        assert_eq!(names(Rare::Empty), Some(vec!["a.jpg", "c.docx"]));
        assert_eq!(names(Rare::Locks), Some(vec!["~$c.docx"]));
        assert_eq!(names(Rare::Hidden), Some(vec![".keep"]));
    }
}
