//! What is left out of a seal: patterns over the paths below the folder, and what they matched.

use std::collections::{BTreeMap, BTreeSet};

use globset::{GlobBuilder, GlobMatcher};
use unicode_normalization::UnicodeNormalization;

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::Finding;

/// Patterns, and what each of them has matched so far.
#[derive(Default)]
pub(crate) struct Exclude {
    patterns: Vec<Pattern>,
    left_out: BTreeMap<String, u64>,
    /// The path that was last asked about.
    last: String,
    /// The ends of those of its beginnings that were tested, each with whether a pattern matched: names that follow each other
    /// mostly lie in the same folders, and those may be deep.
    tested: Vec<(usize, bool)>,
}

struct Pattern {
    given: String,
    glob: GlobMatcher,
    used: bool,
}

impl Exclude {
    /// Reads patterns: `*` and `?` stay within one part of a path, `**` stands for any folders. What cannot be one is returned.
    pub fn of(given: &[String]) -> Result<Self, Vec<Finding>> {
        let (mut patterns, mut wrong) = (Vec::new(), Vec::new());
        for given in given {
            // a name is typed in one normal form and kept by some file systems in another
            let text: String = given.strip_prefix("./").unwrap_or(given).trim_end_matches('/').nfc().collect();
            match GlobBuilder::new(&text).literal_separator(true).backslash_escape(true).build() {
                Ok(glob) => patterns.push(Pattern { given: given.clone(), glob: glob.compile_matcher(), used: false }),
                Err(error) => {
                    let error = error.kind().to_string();
                    wrong.push(Finding::new(code::INPUT_EXCLUDE, given, Detail::NotAPattern { error }));
                }
            }
        }
        if wrong.is_empty() { Ok(Exclude { patterns, ..Exclude::default() }) } else { Err(wrong) }
    }

    /// True if a file of this name is left out: a pattern matches it or a folder that it lies in.
    pub fn file(&mut self, name: &str) -> bool {
        match self.matched(name) {
            None => false,
            Some(matched) => {
                *self.left_out.entry(matched).or_default() += 1;
                true
            }
        }
    }

    /// True if a folder is left out, whether or not anything is in it.
    pub fn folder(&mut self, name: &str) -> bool {
        self.matched(name).is_some()
    }

    /// The outermost folder, with its slash, or the file itself, that a pattern matches.
    fn matched(&mut self, name: &str) -> Option<String> {
        if self.patterns.is_empty() {
            return None;
        }
        let composed: String = name.nfc().collect();
        let shared = composed.bytes().zip(self.last.bytes()).take_while(|(one, other)| one == other).count();
        let ends_here = |end: usize| end == composed.len() || composed.as_bytes().get(end) == Some(&b'/');
        self.tested.retain(|(end, _)| *end <= shared && ends_here(*end));
        let known = self.tested.last().map(|(end, _)| *end);
        let ends = composed.match_indices('/').map(|(end, _)| end).chain([composed.len()]);
        for end in ends.skip_while(|end| known.is_some_and(|known| *end <= known)) {
            let mut matched = false;
            for pattern in &mut self.patterns {
                if composed.get(..end).is_some_and(|path| pattern.glob.is_match(path)) {
                    pattern.used = true;
                    matched = true;
                }
            }
            self.tested.push((end, matched));
        }
        let outermost = self.tested.iter().find(|(_, matched)| *matched);
        let outermost = outermost.and_then(|(end, _)| composed.get(..=*end).or(composed.get(..*end))).map(str::to_owned);
        self.last = composed;
        outermost
    }

    /// The patterns that have matched nothing.
    pub fn unused(&self) -> Vec<Finding> {
        let unused: BTreeSet<&str> = self.patterns.iter().filter(|pattern| !pattern.used).map(|one| &*one.given).collect();
        unused.into_iter().map(|given| Finding::new(code::INPUT_EXCLUDE, given, Detail::ExcludesNothing)).collect()
    }

    /// What was left out, folders with a slash, each with the number of files.
    pub fn left_out(self) -> Vec<(String, u64)> {
        self.left_out.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_the_path_below_the_folder_and_a_folder_takes_all_that_is_in_it() {
        for (pattern, name, left_out) in [
            ("a.jpg", "a.jpg", Some("a.jpg")),
            ("a.jpg", "photos/a.jpg", None),
            ("*.jpg", "photos/a.jpg", None),
            ("**/*.jpg", "photos/a.jpg", Some("photos/a.jpg")),
            ("**/*.jpg", "a.jpg", Some("a.jpg")),
            ("photos/?.jpg", "photos/a.jpg", Some("photos/a.jpg")),
            ("photos/[a-c].jpg", "photos/d.jpg", None),
            (".git", ".git/objects/00/1", Some(".git/")),
            ("./.git/", ".git/objects/00/1", Some(".git/")),
            ("**/.git", "lib/.git/HEAD", Some("lib/.git/")),
            (".git/**", ".git/objects/1", Some(".git/objects/")),
            ("*", "photos/a.jpg", Some("photos/")),
            ("caf\u{e9}.txt", "cafe\u{301}.txt", Some("caf\u{e9}.txt")),
            ("\\*.txt", "*.txt", Some("*.txt")),
            ("\\*.txt", "a.txt", None),
        ] {
            let mut exclude = Exclude::of(&[pattern.to_owned()]).ok().unwrap();
            assert_eq!(exclude.file(name), left_out.is_some(), "{pattern} {name}");
            assert_eq!(exclude.unused().is_empty(), left_out.is_some(), "{pattern} {name}");
            let told: Vec<_> = exclude.left_out();
            assert_eq!(told.first().map(|(name, count)| (&**name, *count)), left_out.map(|name| (name, 1)), "{pattern} {name}");
        }
        assert!(Exclude::of(&["a[".to_owned()]).is_err());
    }

    #[test]
    fn what_was_asked_before_changes_nothing() {
        let patterns = ["a/b", "**/x", "*.jpg", "ab/**"].map(str::to_owned);
        let names = ["a", "b", "ab", "a/b", "a/bc", "a/b/c", "a/c/x", "a/c/x/y", "ab/c", "a.jpg", "a.jpg/b", "", "é/x", "e/x"];
        let mut exclude = Exclude::of(&patterns).ok().unwrap();
        for before in names {
            for name in names {
                let fresh = Exclude::of(&patterns).ok().unwrap().matched(name);
                assert_eq!((exclude.matched(before), exclude.matched(name)).1, fresh, "{name} after {before}");
            }
        }
    }
}
