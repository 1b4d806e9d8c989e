//! Results of audits with their summaries and signatures, written from the text of the format, section 16.

use crate::kit::samples::{amina, plain, stranger};
use crate::kit::sshsig::{CUSTODY, Signer};
use crate::kit::text::{json_string, json_string_or_null, sha256, sha256_hex};
use crate::kit::weak;

/// The namespace of summaries.
pub const AUDIT: &str = "audit@sealbag";

/// The files of one audit, and what must be said of it.
pub struct AuditVector {
    pub name: String,
    pub what: &'static str,
    /// The code of the refusal; empty where it is what was signed.
    pub code: &'static str,
    pub results: Vec<u8>,
    pub summary: Vec<u8>,
    pub signature: Vec<u8>,
}

impl AuditVector {
    /// Its files: results, summary, signature.
    pub fn files(&self) -> [(String, &[u8]); 3] {
        let name = |end: &str| format!("{}.jsonl{end}", self.name);
        [(name(""), &self.results), (name(".summary.json"), &self.summary), (name(".summary.sig"), &self.signature)]
    }
}

/// A line before it is written.
#[derive(Clone)]
pub struct Line {
    pub number: u64,
    pub path: String,
    pub outcome: &'static str,
    pub passed: bool,
    /// SHA-256 of its seal; without it the line is one of an older program.
    pub seal: Option<String>,
}

impl Line {
    pub fn new(number: u64, path: &str, outcome: &'static str) -> Self {
        Line { number, path: path.into(), outcome, passed: matches!(outcome, "intact" | "withheld"), seal: None }
    }

    /// The line with what a reader needs of the verifier's words, and its line feed.
    fn text(&self) -> String {
        let seal = self.seal.as_ref().map(|seal| format!("\"seal_sha256\":\"{seal}\",")).unwrap_or_default();
        let digest = json_string_or_null((self.outcome == "intact").then(|| plain().parts().digest()).as_deref());
        format!(
            "{{\"schema\":\"sealbag-verify/1\",\"verdict\":\"{}\",\"id\":null,\"digest\":{digest},\"signer\":{{\"state\":\"unread\",\"name\":null,\"fingerprint\":null}},\"time\":{{\"state\":\"claimed\"}},\"findings\":[],\"number\":{},\"path\":{},\"path_base64\":null,\"size\":null,\"file_sha256\":null,\"checked_at\":\"2026-11-24T18:00:02Z\",\"outcome\":\"{}\",\"passed\":{},\"shown\":null,{seal}\"register\":null}}\n",
            if self.passed { "verified" } else { "failed" },
            self.number,
            json_string(&self.path),
            self.outcome,
            self.passed,
        )
    }
}

/// A summary before it is signed.
#[derive(Clone)]
struct Summary {
    format: &'static str,
    list: String,
    listed: u64,
    shard: Option<&'static str>,
    results: String,
    lines: Vec<Line>,
    exit: u8,
    by: Option<String>,
}

fn list_digest(paths: &[&str]) -> String {
    sha256_hex(paths.iter().map(|path| format!("{path}\0")).collect::<String>().as_bytes())
}

/// The first shard of `of` that a path belongs to, from 1.
fn shard_of(path: &str, of: u64) -> u64 {
    let hash = sha256(path.as_bytes());
    u64::from_be_bytes(hash[..8].try_into().unwrap()) % of + 1
}

impl Summary {
    fn of(lines: &[Line], paths: &[&str], signer: &Signer) -> Self {
        let results: String = lines.iter().map(Line::text).collect();
        let worst = |outcomes: &[&str]| lines.iter().any(|line| outcomes.contains(&line.outcome));
        let exit = if worst(&["failed", "changed"]) {
            1
        } else if worst(&["closed", "missing", "unread"]) {
            5
        } else if worst(&["unknown-signer"]) {
            3
        } else {
            0
        };
        Summary {
            format: "sealbag-audit/1",
            list: list_digest(paths),
            listed: paths.len() as u64,
            shard: None,
            results: sha256_hex(results.as_bytes()),
            lines: lines.to_vec(),
            exit,
            by: Some(signer.line()),
        }
    }

    fn text(&self) -> String {
        let count = |outcome: &str| self.lines.iter().filter(|line| line.outcome == outcome).count();
        let words = ["intact", "withheld", "not-enough", "unknown-signer", "failed", "changed", "closed", "missing", "unread"];
        let counts: Vec<String> = words.iter().map(|word| format!("\"{}\":{}", word.replace('-', "_"), count(word))).collect();
        format!(
            "{{\"format\":\"{}\",\"list\":\"{}\",\"listed\":{},\"shard\":{},\"results\":\"{}\",\"checked\":{},\"counts\":{{{}}},\"passed\":{},\"exit\":{},\"register\":null,\"previous\":null,\"tool\":\"sealbag 0.1.0\",\"began\":\"2026-11-24T18:00:01Z\",\"ended\":\"2026-11-24T18:00:03Z\",\"by\":{}}}\n",
            self.format,
            self.list,
            self.listed,
            json_string_or_null(self.shard),
            self.results,
            self.lines.len(),
            counts.join(","),
            self.lines.iter().filter(|line| line.passed).count(),
            self.exit,
            json_string_or_null(self.by.as_deref()),
        )
    }
}

/// An audit of these lines, signed.
pub fn audited(name: &str, what: &'static str, lines: &[Line]) -> AuditVector {
    let paths: Vec<&str> = lines.iter().map(|line| line.path.as_str()).collect();
    let summary = Summary::of(lines, &paths, &amina()).text();
    AuditVector {
        name: name.into(),
        what,
        code: "",
        results: lines.iter().map(Line::text).collect::<String>().into_bytes(),
        signature: amina().armor(AUDIT, summary.as_bytes()).into_bytes(),
        summary: summary.into_bytes(),
    }
}

/// The paths of the list, in an order that is not that of their bytes.
const PATHS: [&str; 4] = ["archive/b.zip", "archive/a.zip", "archive/\u{65b0}.zip", "archive/gone.zip"];

fn sound() -> Vec<Line> {
    let outcomes = ["intact", "failed", "withheld", "missing"];
    PATHS.iter().zip(outcomes).zip(1..).map(|((path, outcome), number)| Line::new(number, path, outcome)).collect()
}

/// All of them.
pub fn audits() -> Vec<AuditVector> {
    let mut all = Vec::new();
    let mut add = |name: &str, what, code, lines: &[Line], text: String, signature: String| {
        all.push(AuditVector {
            name: format!("audit-{name}"),
            what,
            code,
            results: lines.iter().map(Line::text).collect::<String>().into_bytes(),
            summary: text.into_bytes(),
            signature: signature.into_bytes(),
        });
    };
    let auditor = amina();
    let (lines, whole) = (sound(), Summary::of(&sound(), &PATHS, &auditor));
    let mut signed = |name: &str, what, code, lines: &[Line], text: String| {
        let signature = auditor.armor(AUDIT, text.as_bytes());
        add(name, what, code, lines, text, signature);
    };
    signed("good", "four bundles, one altered and one missing", "", &lines, whole.text());
    let none = Summary::of(&[], &[], &auditor);
    signed("good-empty", "an empty list", "", &[], none.text());
    let part: Vec<Line> = lines.iter().filter(|line| shard_of(&line.path, 2) == 1).cloned().collect();
    let of_part = |lines: &[Line]| Summary { shard: Some("1/2"), ..Summary::of(lines, &PATHS, &auditor) };
    signed("good-shard", "the first of two parts", "", &part, of_part(&part).text());
    let other: Vec<Line> = lines.iter().filter(|line| shard_of(&line.path, 2) == 2).cloned().collect();
    signed("shard-other", "lines of the second part as the first", "audit.incomplete", &other, of_part(&other).text());
    for (name, what, shard) in [
        ("shard-0", "part 0 of 2", "0/2"),
        ("shard-3", "part 3 of 2", "3/2"),
        ("shard-zero", "a part with a leading zero", "01/2"),
    ] {
        let text = of_part(&part).text().replace("\"1/2\"", &format!("\"{shard}\""));
        signed(name, what, "audit.malformed", &part, text);
    }
    let fewer = &lines[..3];
    signed(
        "left-out",
        "the last bundle has no line, and the counts say so",
        "audit.malformed",
        fewer,
        Summary { listed: 4, ..Summary::of(fewer, &PATHS, &auditor) }.text(),
    );
    let twice = [&lines[..], &lines[3..]].concat();
    let text = Summary { listed: 5, ..Summary::of(&twice, &PATHS, &auditor) }.text();
    signed("number-twice", "the last line stands twice", "audit.incomplete", &twice, text);
    let swapped = vec![lines[1].clone(), lines[0].clone(), lines[2].clone(), lines[3].clone()];
    signed("order", "two lines out of order", "audit.incomplete", &swapped, Summary::of(&swapped, &PATHS, &auditor).text());
    let mut renamed = lines.clone();
    renamed[0].path = "archive/c.zip".into();
    signed(
        "list",
        "a path that is not in the list",
        "audit.incomplete",
        &renamed,
        Summary::of(&renamed, &PATHS, &auditor).text(),
    );
    let mut praised = lines.clone();
    praised[1].passed = true;
    signed(
        "passed",
        "an altered bundle that is said to have passed",
        "audit.malformed",
        &praised,
        Summary::of(&praised, &PATHS, &auditor).text(),
    );
    for (name, what, code, from, to) in [
        ("exit", "an exit code that no line stands for", "audit.incomplete", "\"exit\":1", "\"exit\":5"),
        ("counts", "counts that exceed the lines", "audit.malformed", "\"failed\":1", "\"failed\":2"),
        (
            "counts-moved",
            "counts of other outcomes",
            "audit.incomplete",
            "\"withheld\":1,\"not_enough\":0",
            "\"withheld\":0,\"not_enough\":1",
        ),
        ("newer", "a later version", "audit.newer", "sealbag-audit/1", "sealbag-audit/2"),
        ("word", "another word for the format", "audit.malformed", "sealbag-audit/1", "sealbag-audit/one"),
        ("member", "a member too many", "audit.malformed", "\"exit\":1", "\"exit\":1,\"more\":1"),
        ("space", "a blank that is not canonical", "audit.malformed", "\"exit\":1", "\"exit\": 1"),
        ("time", "a time that is none", "audit.malformed", "18:00:03Z", "18:00:60Z"),
        (
            "listed",
            "a list of 2^53 entries, of which a part was audited",
            "audit.malformed",
            "\"listed\":4,\"shard\":null",
            "\"listed\":9007199254740992,\"shard\":\"1/2\"",
        ),
    ] {
        let text = whole.text();
        assert!(text.contains(from), "{from}");
        signed(name, what, code, &lines, text.replacen(from, to, 1));
    }
    signed("line-feed", "no line feed at the end", "audit.malformed", &lines, whole.text().trim_end().to_owned());
    signed("lines", "a second line feed at the end", "audit.malformed", &lines, whole.text() + "\n");
    let nobody = Summary { by: None, ..whole.clone() };
    signed("nobody", "a summary that names nobody", "audit.unsigned", &lines, nobody.text());
    let weak = Summary { by: Some(weak::line_of(&[0; 32])), ..whole.clone() };
    signed("weak", "a weak key", "audit.malformed", &lines, weak.text());
    let text = whole.text();
    let by_other = stranger().armor(AUDIT, text.as_bytes());
    add("signature", "signed by another key", "audit.signature", &lines, text.clone(), by_other);
    let elsewhere = auditor.armor(CUSTODY, text.as_bytes());
    add("namespace", "signed as a custody entry", "audit.signature", &lines, text.clone(), elsewhere);
    let good = auditor.armor(AUDIT, text.as_bytes());
    add(
        "unsigned-later",
        "a later version that nobody signed",
        "audit.signature",
        &lines,
        text.replacen("audit/1", "audit/2", 1),
        good.clone(),
    );
    let mut altered = lines.clone();
    altered[1].outcome = "unread";
    add("altered", "a line says something else than what was signed", "audit.altered", &altered, text.clone(), good.clone());
    add("cut", "the last line is not there", "audit.altered", &lines[..3], text, good);
    for (name, what, code, from, to) in [
        ("good-not-passed", "an intact bundle that did not pass, and no register", "", "\"passed\":true", "\"passed\":false"),
        (
            "line-member-twice",
            "a member twice in a line",
            "audit.malformed",
            "\"passed\":true",
            "\"passed\":true,\"passed\":false",
        ),
        ("line-number", "a number with a fraction in a line", "audit.malformed", "\"number\":1,", "\"number\":1.0,"),
        ("line-size", "a size of 2^53 in a line", "audit.malformed", "\"size\":null", "\"size\":9007199254740992"),
        (
            "line-base64",
            "a path that is not quite base64",
            "audit.malformed",
            "\"path_base64\":null",
            "\"path_base64\":\"QR==\"",
        ),
        ("line-schema", "a line of a later version", "audit.malformed", "sealbag-verify/1", "sealbag-verify/2"),
        (
            "line-seal",
            "a seal's hash that is none",
            "audit.malformed",
            "\"shown\":null",
            "\"shown\":null,\"seal_sha256\":\"0\"",
        ),
        ("line-file", "a file's hash that is none", "audit.malformed", "\"file_sha256\":null", "\"file_sha256\":\"\""),
        ("line-shown", "a hash of what is shown that is none", "audit.malformed", "\"shown\":null", "\"shown\":1"),
        ("line-digest", "a bundle digest that is none", "audit.malformed", "\"digest\":null", "\"digest\":[]"),
        ("line-signer", "a signer without a state", "audit.malformed", "{\"state\":\"unread\",", "{"),
        ("line-time", "a time that has no word", "audit.malformed", "\"time\":{\"state\":\"claimed\"}", "\"time\":null"),
        (
            "line-finding",
            "a finding without a detail",
            "audit.malformed",
            "\"findings\":[]",
            "\"findings\":[{\"code\":\"a\",\"where\":\"b\"}]",
        ),
        (
            "line-register",
            "a state that no register has",
            "audit.malformed",
            "\"register\":null",
            "\"register\":{\"state\":\"lost\",\"path\":null}",
        ),
    ] {
        let results: String = lines.iter().map(Line::text).collect();
        assert!(results.contains(from), "{from}");
        let results = results.replacen(from, to, 1);
        let passed = if code.is_empty() { "\"passed\":1" } else { "\"passed\":2" };
        let summary = Summary { results: sha256_hex(results.as_bytes()), ..whole.clone() };
        let summary = summary.text().replace("\"passed\":2", passed);
        let signature = auditor.armor(AUDIT, summary.as_bytes()).into_bytes();
        let (results, summary) = (results.into_bytes(), summary.into_bytes());
        all.push(AuditVector { name: format!("audit-{name}"), what, code, results, summary, signature });
    }
    all
}
