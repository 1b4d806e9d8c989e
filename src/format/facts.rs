//! The metadata file that `seal --metadata` reads: facts about the case, its sources and its files. It is a file for people to fill in
//! and not a part of the bundle: the facts become items.
//!
//! | form | how it says the same |
//! | --- | --- |
//! | JSON | `{"case": {"title": "T"}, "sources": {"S1": {"identity": "I"}}, "files": {"photos/a.jpg": {"caption": "C"}}}`; a list of strings gives one fact several values |
//! | TOML | `[case]`, `[sources.S1]` and `[files."photos/a.jpg"]` with the same names; a date needs no quotation marks |
//! | CSV | a table: the first line names the columns, one of which is `path`; each further row is about the file of that path, about the case where the path is `case`, about a source where it is `source:S1`. `file:` before a path is allowed, and is needed where a file is called `case`. A cell that is empty says nothing. Commas, semicolons or tabs between the cells |
//!
//! The form is told by the ending of the file's name, else by its contents. UTF-8, with a byte order mark or without, or UTF-16 with one.

mod gather;
mod json;
mod names;
mod table;
mod text;
mod toml;

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use gather::Gather;
pub use gather::{Fact, Facts};
pub(crate) use names::is_known_of_a_file;
use text::Text;

impl Facts {
    /// Reads a metadata file that the user calls `file`. What is wrong with single facts is kept in [`Facts::wrong`], so that all of
    /// it can be told at once.
    ///
    /// # Errors
    /// `metadata.shape` where the file cannot be read as any form, with line and column.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self> {
        let refuse = |reason: Detail| Error::new(code::METADATA_SHAPE, file, reason);
        let text = text::decode(bytes).map_err(refuse)?;
        let text = Text::of(&text);
        let mut gather = Gather::of(file, &text);
        match form(file, text.whole()) {
            Form::Json => json::read(&mut gather),
            Form::Toml => toml::read(&mut gather),
            Form::Table => table::read(&mut gather),
        }
        .map_err(refuse)?;
        Ok(gather.finish())
    }
}

enum Form {
    Json,
    Toml,
    Table,
}

/// The form that the name of the file tells, or else its contents.
fn form(file: &str, text: &str) -> Form {
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    match ending.as_str() {
        "json" => Form::Json,
        "toml" => Form::Toml,
        "csv" | "tsv" => Form::Table,
        _ if line.starts_with('{') => Form::Json,
        _ if table::separator(text).is_some() => Form::Table,
        _ if line.starts_with('[') && line.ends_with(']') && line.len() > 2 || line.contains(" = ") => Form::Toml,
        _ => Form::Json,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> Fact {
        (name.to_owned(), value.to_owned())
    }

    /// What a file of this name tells, in line with the same facts in another form.
    fn everything(file: &str, text: &str) -> Facts {
        let facts = Facts::read(file, text.as_bytes()).unwrap();
        assert_eq!(facts.wrong, [], "{text}");
        facts
    }

    #[test]
    fn facts_are_read_in_their_order_and_empty_ones_counted() {
        let facts = everything(
            "facts.json",
            r#"{"case": {"title": "T", "event_place": ["A", "B"], "note": ""},
                "sources": {"S2": {"identity": "I"}, "S1": {}},
                "files": {"photos/a.jpg": {"caption": "C", "own_name": "O"}}}"#,
        );
        assert_eq!(facts.case, [pair("title", "T"), pair("event_place", "A"), pair("event_place", "B")]);
        assert_eq!(facts.sources, [(2, vec![pair("identity", "I")]), (1, vec![])]);
        assert_eq!(facts.files, [("photos/a.jpg".to_owned(), vec![pair("caption", "C"), pair("own_name", "O")])]);
        assert_eq!((facts.left_empty, facts.doubts), (1, vec![]));
    }

    #[test]
    fn the_three_forms_say_the_same() {
        let json = everything(
            "-",
            r#" {"case": {"title": "T"}, "sources": {"S1": {"identity": "I"}},
                "files": {"photos/a.jpg": {"caption": "A \"gate\"\r\nand more", "taken_at": "2018-03-01"}, "case": {"caption": "C"}}}"#,
        );
        let toml = everything(
            "-",
            "# facts\n[case]\ntitle = \"T\"\n[sources.S1]\nidentity = 'I'\n[files.\"photos/a.jpg\"]\n\
             caption = \"A \\\"gate\\\"\\r\\nand more\"\ntaken_at = 2018-03-01\n[files]\ncase.caption = \"C\"\n",
        );
        assert_eq!(json, toml);
        let rows = |separator: &str| {
            [
                ["Path", " title", "identity", "caption", "taken_at"],
                ["case", "T", "", "", ""],
                ["", "", "", "", ""],
                ["source:S1", "", "I", "", ""],
                ["photos/a.jpg", "", "", "\"A \"\"gate\"\"\r\nand more\"", "2018-03-01"],
                ["file:case", "", "", "C", ""],
            ]
            .map(|row| row.join(separator) + "\r\n")
            .concat()
        };
        for separator in [",", ";", "\t"] {
            let text = rows(separator);
            assert_eq!(everything("-", &text), json, "{separator:?}");
            assert_eq!(everything("a.csv", &format!("\n{text}")), json, "{separator:?}");
            assert_eq!(everything("a.csv", &format!("sep={separator}\r\n{text}")), json, "{separator:?}");
            assert_eq!(everything("a.csv", &format!("\u{feff}{text}")), json, "{separator:?}");
            let units: Vec<u16> = format!("\u{feff}{text}").encode_utf16().collect();
            let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            for bytes in [little, big] {
                assert_eq!(Facts::read("Unicode text.txt", &bytes).unwrap(), json, "{separator:?}");
            }
        }
    }

    #[test]
    fn a_wrong_shape_is_told_by_line_and_member() {
        for (text, member) in [
            ("{\"case\":\n{\"title\": 3}}", "case.title"),
            ("{\"case\":\n{\"title\": [\"a\", null]}}", "case.title"),
            ("{\"case\":\n{\"title\": {\"a\": \"b\"}}}", "case.title"),
            ("{\"case\":\n{\"Title\": \"x\"}}", "case.Title"),
            ("{\"case\":\n{\"title\": \"x\", \"title\": \"y\"}}", "title"),
            ("{\"sources\":\n{\"S0\": {}}}", "sources.S0"),
            ("{\"files\":\n{\"a.jpg\": \"x\"}}", "files.a.jpg"),
            ("{\n\"fields\": {}}", "fields"),
        ] {
            let facts = Facts::read("facts", text.as_bytes()).unwrap();
            let [one] = facts.wrong.as_slice() else { panic!("{text}: {:?}", facts.wrong) };
            let told = one.to_string();
            assert!(told.starts_with("facts: line 2, column ") && told.contains(member), "{text}: {told}");
        }
        for text in ["", "[]", "{} {}", "x", "{\"a\"", "{\"case\": {\"title\": \"x\"},}"] {
            let error = Facts::read("facts", text.as_bytes()).unwrap_err();
            assert!(error.to_string().starts_with("facts: line 1, column "), "{text}: {error}");
        }
    }
}
