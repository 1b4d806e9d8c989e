//! Who imports whom, read from the source text: every path that begins with `crate`, `self`, `super`, `sealbag` or the name of a module
//! below, in `use` lines with all their braces and anywhere in code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A source file.
pub struct Source {
    /// Below `src`.
    pub path: PathBuf,
    /// The modules that lead to it; empty for the roots `lib.rs` and `main.rs`.
    pub module: Vec<String>,
    /// Without comments, strings and unit tests.
    pub code: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    fn of(path: PathBuf, text: String) -> Self {
        let mut module: Vec<String> = path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if module.last().is_some_and(|last| ["lib", "main", "mod"].contains(&last.as_str())) {
            module.pop();
        }
        let code = bare(text.split("#[cfg(test)]\nmod tests").next().unwrap());
        Source { path, module, code, text }
    }
}

/// Every file below `src`.
pub fn sources() -> Vec<Source> {
    let src = support::root().join("src");
    let of = |path: PathBuf| Source::of(path.strip_prefix(&src).unwrap().to_owned(), fs::read_to_string(&path).unwrap());
    let found: Vec<Source> = support::rust_files("src").into_iter().map(of).collect();
    assert!(found.len() > 80, "the sources were not found");
    found
}

/// The text without comments, and with nothing in its strings and character literals.
fn bare(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(['/', '"', '\'']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if from.starts_with("//") {
            rest = from.find('\n').map_or("", |end| &from[end..]);
        } else if from.starts_with('"') && !before.ends_with('#') {
            let mut escaped = false;
            let end = from[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            out.push_str("\"\"");
            rest = end.map_or("", |end| &from[end + 2..]);
        } else if let Some(literal) = ["'\"'", "'/'", "'\\''", "'\\\"'"].iter().find(|literal| from.starts_with(**literal)) {
            rest = &from[literal.len()..];
        } else {
            out.push_str(&from[..1]);
            rest = &from[1..];
        }
    }
    out + rest
}

/// Every path in the code, segment by segment, braces expanded.
fn paths(code: &str) -> Vec<Vec<String>> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(step) = code[at..].find(|c: char| c.is_alphabetic() || c == '_') {
        let start = at + step;
        let end = code[start..].find(|c| !is_name(c)).map_or(code.len(), |end| start + end);
        let first = !code[..start].ends_with("::");
        if first && code[end..].starts_with("::") {
            let mut rest = &code[start..];
            expand(&mut rest, Vec::new(), &mut found);
        }
        at = end;
    }
    found
}

/// Reads one tree of `a::{b, c::d}` from the front of `rest`.
fn expand(rest: &mut &str, mut path: Vec<String>, found: &mut Vec<Vec<String>>) {
    loop {
        *rest = rest.trim_start();
        if let Some(inner) = rest.strip_prefix('{') {
            *rest = inner;
            while !rest.trim_start().starts_with('}') && !rest.trim_start().is_empty() {
                expand(rest, path.clone(), found);
                *rest = rest.trim_start().trim_start_matches(',');
            }
            *rest = rest.trim_start().strip_prefix('}').unwrap_or("");
            return;
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        path.push(rest[..end].to_owned());
        *rest = &rest[end..];
        match rest.strip_prefix("::") {
            Some(behind) if !behind.starts_with('<') => *rest = behind,
            _ => break,
        }
    }
    // whatever follows a name up to the next one: `as x`
    let end = rest.find([',', '}', ';', '{', '(', ')']).unwrap_or(rest.len());
    *rest = &rest[end..];
    found.push(path);
}

/// For each file the files that it imports, by their paths.
pub fn graph(sources: &[Source]) -> BTreeMap<&Path, BTreeSet<&Path>> {
    let modules: BTreeMap<&[String], &Path> =
        sources.iter().filter(|source| !source.module.is_empty()).map(|source| (&*source.module, &*source.path)).collect();
    let mut graph = BTreeMap::new();
    for source in sources {
        let mut imported = BTreeSet::new();
        for path in paths(&source.code) {
            let Some(absolute) = absolute(&source.module, &path, &modules) else { continue };
            let longest = (1..=absolute.len()).rev().find_map(|length| modules.get(&absolute[..length]));
            imported.extend(longest.filter(|path| **path != source.path));
        }
        graph.insert(&*source.path, imported);
    }
    graph
}

/// A path from the root of its crate; `None` for other crates.
fn absolute(module: &[String], path: &[String], modules: &BTreeMap<&[String], &Path>) -> Option<Vec<String>> {
    let mut base = module.to_vec();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" | "sealbag" => {
            base.clear();
            rest = &path[1..];
        }
        "self" => rest = &path[1..],
        "super" => {
            while rest.first().is_some_and(|first| first == "super") {
                base.pop();
                rest = &rest[1..];
            }
        }
        child => {
            base.push(child.to_owned());
            if !modules.contains_key(&*base) {
                return None;
            }
            rest = &path[1..];
        }
    }
    base.extend(rest.iter().cloned());
    Some(base)
}

/// A cycle of imports, if there is one.
pub fn cycle<'g>(graph: &BTreeMap<&'g Path, BTreeSet<&'g Path>>) -> Option<Vec<&'g Path>> {
    fn visit<'g>(
        at: &'g Path,
        graph: &BTreeMap<&'g Path, BTreeSet<&'g Path>>,
        open: &mut Vec<&'g Path>,
        done: &mut BTreeSet<&'g Path>,
    ) -> Option<Vec<&'g Path>> {
        if let Some(start) = open.iter().position(|path| *path == at) {
            return Some(open[start..].to_vec());
        }
        if !done.insert(at) {
            return None;
        }
        open.push(at);
        let found = graph.get(at).into_iter().flatten().find_map(|next| visit(next, graph, open, done));
        open.pop();
        found
    }
    let mut done = BTreeSet::new();
    graph.keys().find_map(|start| visit(start, graph, &mut Vec::new(), &mut done))
}

fn made_up(files: &[(&str, &str)]) -> Vec<Source> {
    files.iter().map(|(path, text)| Source::of(path.into(), (*text).into())).collect()
}

fn imports(files: &[(&str, &str)], of: &str) -> Vec<String> {
    let sources = made_up(files);
    let graph = graph(&sources);
    graph[Path::new(of)].iter().map(|path| path.display().to_string()).collect()
}

#[test]
fn imports_are_seen_however_they_are_written() {
    let others = [("a/mod.rs", ""), ("a/b.rs", ""), ("c/mod.rs", ""), ("c/d.rs", ""), ("c/e.rs", "")];
    for (text, expected) in [
        ("use crate::a::b::Thing;", vec!["a/b.rs"]),
        ("use crate::{\n    a::b::{self, X},\n    c::{d, e as f},\n};", vec!["a/b.rs", "c/d.rs", "c/e.rs"]),
        ("use super::d::Y;", vec!["c/d.rs"]),
        ("use super::super::a::Z;", vec!["a/mod.rs"]),
        ("fn f() { crate::a::b::go() }", vec!["a/b.rs"]),
        ("use sealbag::c::e::W;", vec!["c/e.rs"]),
        ("// use crate::a::b;\nconst T: &str = \"crate::c::d\"; const Q: char = '\"'; /* */ use crate::c::e;", vec!["c/e.rs"]),
        ("use std::a::b; use other::crate_a;", vec![]),
    ] {
        let files = [&others[..], &[("c/x.rs", text)]].concat();
        assert_eq!(imports(&files, "c/x.rs"), expected, "{text}");
    }
    assert_eq!(imports(&[("c/mod.rs", "mod d; use d::Y; fn f() { d::go() }"), ("c/d.rs", "")], "c/mod.rs"), ["c/d.rs"]);
}

#[test]
fn a_cycle_is_found_and_its_absence_too() {
    let one = [("a.rs", "use crate::b::B;"), ("b.rs", "use crate::c::C;"), ("c.rs", "use super::a::A;"), ("d.rs", "")];
    let sources = made_up(&one);
    assert_eq!(cycle(&graph(&sources)).map(|cycle| cycle.len()), Some(3));
    let none = [("a.rs", "use crate::b::B; use crate::c::C;"), ("b.rs", "use crate::c::C;"), ("c.rs", "")];
    assert_eq!(cycle(&graph(&made_up(&none))), None);
}
