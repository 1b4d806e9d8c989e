//! The real case, sealed at a desk with every fact that a newsroom has to carry beside it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Desk;
use super::state::files;

/// A photo of the case that really shows what its caption says.
pub const PATROL: &str = "photos/新疆_巡逻.jpg";

/// The files of the case.
pub fn case() -> Option<PathBuf> {
    super::shared("cases/astana-notice")
}

/// Every fact of the case, in the shape of a metadata file. What the report says word for word is taken from it, so that none
/// of its text is kept here, and nobody who is at risk is named.
pub fn facts(case: &Path) -> Value {
    let report = fs::read_to_string(case.join("report.txt")).unwrap();
    let line = |start: &str| report.lines().find(|line| line.starts_with(start)).unwrap().trim();
    let mut contact: Vec<&str> = line("Cell:").split(" | ").collect();
    assert_eq!(contact.len(), 3, "three telephone numbers");
    contact.push(line("Email:"));
    let stand_in = json!({"caption": "a stand-in for a photo of the newsroom", "credit": "unknown", "taken_at": "unknown"});
    let mut files = json!({
        "report.txt": {"language": "en", "statement": "the text as its readers got it"},
        PATROL: {
            "caption": "men on patrol in Xinjiang, with sticks",
            "credit": "ChinaAid",
            "place": "Xinjiang",
            "taken_at": "unknown",
            "note": "not mentioned in the text",
        },
    });
    for entry in fs::read_dir(case.join("photos")).unwrap() {
        let name = format!("photos/{}", entry.unwrap().file_name().to_str().unwrap());
        if files.get(&name).is_none() {
            files[name] = stand_in.clone();
        }
    }
    json!({
        "case": {
            "title": report.lines().next().unwrap(),
            "publisher": "ChinaAid",
            "creator": "ChinaAid Media Team",
            "contact": contact,
            "language": ["en: the report", "zh: the notice", "unknown: what the anonymous voices said"],
            "rights": "ChinaAid",
            "dateline": "Astana, Kazakhstan",
            "published": "2018-03-01",
            "event_place": ["Chinese embassy, Astana, Kazakhstan", "Changji, Xinjiang"],
            "event_date": [
                "2018-02-26: notice of the embassy",
                "2017-09-25: border crossing",
                "2017-11: threats begin",
                "2017-05: arrest",
            ],
            "acquired_how": "unknown",
        },
        "sources": {
            "S1": {
                "identity": "known to the newsroom, first anonymous voice",
                "protection": "identity only to a court, under seal",
                "consent": "quoted without a name",
                "language": "unknown",
            },
            "S2": {
                "identity": "known to the newsroom, second anonymous voice",
                "protection": ["identity only to a court, under seal", "has a mother in China"],
                "consent": "quoted without a name",
            },
            "S3": {"identity": "first person named in the report", "protection": "at risk because named"},
            "S4": {"identity": "second person named in the report", "protection": "at risk because named"},
            "S5": {"identity": "third person named in the report", "protection": "whereabouts unknown"},
        },
        "files": files,
    })
}

/// The facts as a bundle tells them, sorted: about, name, value.
pub fn told(facts: &Value) -> Vec<[String; 3]> {
    let mut told = Vec::new();
    let mut group = |about: &str, group: &Value| {
        for (name, values) in group.as_object().unwrap() {
            let values = values.as_array().cloned().unwrap_or_else(|| vec![values.clone()]);
            told.extend(values.iter().map(|value| [about.to_owned(), name.clone(), value.as_str().unwrap().to_owned()]));
        }
    };
    group("case", &facts["case"]);
    facts["sources"].as_object().unwrap().iter().for_each(|(name, facts)| group(&format!("source:{name}"), facts));
    facts["files"].as_object().unwrap().iter().for_each(|(name, facts)| group(&format!("file:{name}"), facts));
    told.sort();
    told
}

/// A desk where the case lies as `bag`, sealed to `b.zip` with every fact.
pub fn sealed(case: &Path) -> (Desk, Value) {
    let desk = Desk::signing();
    for (path, bytes) in files(case) {
        desk.write(Path::new("bag").join(path), bytes);
    }
    let facts = facts(case);
    desk.write("facts.json", serde_json::to_string_pretty(&facts).unwrap());
    desk.run(["seal", "bag", "--metadata", "facts.json", "-o", "b.zip"]).done();
    (desk, facts)
}

/// Gives the card of one desk to the other.
pub fn introduce(owner: &Desk, reader: &Desk) {
    reader.write("card", owner.run(["card"]).done().bytes);
    reader.run(["contact", "add", "card", "--yes"]).done();
}

/// True if the text stands somewhere in the bytes.
pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
