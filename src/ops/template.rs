//! A metadata file to fill in: what may be said of the case, of a source, and of each file of a draft.

use std::io;

use super::draft::Draft;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::place::Place;
use crate::format::item::Role;
use crate::store::fs::folder::Input;
use crate::store::fs::media;

/// What a template asks about the case, and about a source.
const CASE: [&str; 14] = [
    "title",
    "creator",
    "publisher",
    "description",
    "language",
    "rights",
    "dateline",
    "published",
    "event_date",
    "event_place",
    "contact",
    "acquired_how",
    "acquired_from",
    "note",
];
const SOURCE: [&str; 4] = ["identity", "protection", "consent", "note"];

/// What a template asks about a file that shows or lets hear something, and about every other.
const PICTURE: &[&str] = &["caption", "credit", "taken_at", "place"];
const OTHER: &[&str] = &["caption", "credit"];

impl Draft {
    /// A metadata file to fill in for these files: JSON, every value empty.
    ///
    /// # Errors
    /// `io.…` where the beginning of a file cannot be read.
    pub fn template(&self) -> Result<String> {
        let group = |names: &[&str]| {
            let members: Vec<String> = names.iter().map(|name| format!("{}: \"\"", quoted(name))).collect();
            format!("{{{}}}", members.join(", "))
        };
        let mut files = Vec::new();
        for input in &self.inputs {
            files.push(format!("    {}: {}", quoted(input.path.as_str()), group(asked_of(input)?)));
        }
        let case: Vec<String> = CASE.iter().map(|name| format!("    {}: \"\"", quoted(name))).collect();
        Ok(format!(
            "{{\n  \"case\": {{\n{}\n  }},\n  \"sources\": {{\n    \"S1\": {}\n  }},\n  \"files\": {{\n{}\n  }}\n}}\n",
            case.join(",\n"),
            group(&SOURCE),
            files.join(",\n")
        ))
    }

    /// The same as a table for a spreadsheet: CSV, the columns what may be said of the case, of sources and of files. It begins with a
    /// byte order mark, without which spreadsheets take UTF-8 for something else.
    ///
    /// # Errors
    /// `io.…` where the beginning of a file cannot be read.
    pub fn template_table(&self) -> Result<String> {
        let mut columns = vec!["path"];
        for name in CASE.iter().chain(&SOURCE).chain(PICTURE) {
            if !columns.contains(name) {
                columns.push(name);
            }
        }
        let mut table = csv::WriterBuilder::new().flexible(true).from_writer(Vec::from("\u{feff}"));
        let failed = |error: csv::Error| Error::new(code::RUN_PANIC, Place::Output, Detail::Foreign(error.to_string()));
        table.write_record(&columns).map_err(failed)?;
        let about = ["case".to_owned(), "source:S1".to_owned()].into_iter();
        for about in about.chain(self.inputs.iter().map(|input| cell(input.path.as_str()))) {
            // short rows are not the same to every spreadsheet
            let mut row = vec![about];
            row.resize(columns.len(), String::new());
            table.write_record(&row).map_err(failed)?;
        }
        let bytes = table.into_inner().map_err(|error| Error::io(Place::Output, &io::Error::other(error.to_string())))?;
        String::from_utf8(bytes).map_err(|_| Error::new(code::RUN_PANIC, Place::Output, Detail::NotText))
    }
}

/// What a template asks about a file.
fn asked_of(input: &Input) -> Result<&'static [&'static str]> {
    let head = input.head().map_err(|error| Error::io(input.path.as_str(), &error))?;
    Ok(match media::role(&media::media_type(input.path.as_str(), &head)) {
        Role::Photo | Role::Video | Role::Audio => PICTURE,
        _ => OTHER,
    })
}

/// A path as a cell: `file:` goes before one that would mean something else, or that a spreadsheet would take for a formula.
fn cell(path: &str) -> String {
    let means_more = path == "case" || path.starts_with("source:") || path.starts_with("file:");
    match means_more || path.starts_with(['=', '+', '-', '@', '\'']) {
        true => format!("file:{path}"),
        false => path.to_owned(),
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
