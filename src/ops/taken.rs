//! What a draft takes, so that nothing is sealed unseen: how much it is, and what people rarely mean to give away.

use std::collections::BTreeMap;

/// What will be sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many files.
    pub files: u64,
    /// How many bytes they have together.
    pub bytes: u64,
    /// The names that the files have now, in order.
    pub names: Vec<String>,
    /// Files and folders whose names begin with a dot, which file managers do not show.
    pub hidden: Vec<Beneath>,
    /// Folders and files in which programs for version control keep every earlier version, with names and addresses of authors.
    pub version_control: Vec<Beneath>,
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

/// What version control is called on a disk.
const VERSION_CONTROL: [&str; 12] =
    [".git", ".svn", ".hg", "CVS", ".bzr", ".jj", ".pijul", "_darcs", "RCS", "SCCS", ".fslckout", "_FOSSIL_"];

impl Taken {
    /// What these files make, each given by the name that it has now and its length in bytes.
    pub(super) fn of<'f>(files: impl IntoIterator<Item = (&'f str, u64)>) -> Self {
        let mut taken = Taken::default();
        let (mut hidden, mut version_control) = (BTreeMap::new(), BTreeMap::new());
        for (name, size) in files {
            taken.files += 1;
            taken.bytes += size;
            taken.names.push(name.to_owned());
            if let Some((upto, is_version_control)) = unexpected(name) {
                let among = if is_version_control { &mut version_control } else { &mut hidden };
                *among.entry(upto.to_owned()).or_insert(0) += 1;
            }
        }
        taken.names.sort();
        Taken { hidden: Beneath::of(hidden), version_control: Beneath::of(version_control), ..taken }
    }
}

/// The path up to the first part that hides, and whether that part is version control.
fn unexpected(name: &str) -> Option<(&str, bool)> {
    let mut start = 0;
    for part in name.split_inclusive('/') {
        let (end, bare) = (start + part.len(), part.trim_end_matches('/'));
        let is_version_control = VERSION_CONTROL.contains(&bare);
        if is_version_control || bare.starts_with('.') {
            return Some((name.get(..end)?, is_version_control));
        }
        start = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_part_that_hides_is_told() {
        for (name, told) in [
            ("photos/a.jpg", None),
            (".env", Some((".env", false))),
            (".git/objects/00/.x", Some((".git/", true))),
            ("lib/CVS/Root", Some(("lib/CVS/", true))),
            ("lib/.cache/.git/x", Some(("lib/.cache/", false))),
            ("lib/.git", Some(("lib/.git", true))),
            ("a.b/c.d", None),
            ("CVS.txt", None),
        ] {
            assert_eq!(unexpected(name), told, "{name}");
        }
    }
}
