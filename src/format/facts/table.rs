//! Facts in a table, as spreadsheets save one: CSV (RFC 4180) with commas, semicolons or tabs.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};

use super::gather::{Fact, Gather, Spot};
use super::names::{self, Kind};
use crate::base::detail::Detail;
use crate::format::item::{is_field_name, source_number};

/// The column that says what a row is about.
const PATH: &str = "path";

/// What a spreadsheet may write above the table to say what separates the cells.
const SEPARATOR: &str = "sep=";

/// What stands between the cells, if the first line names a column `path`.
pub fn separator(text: &str) -> Option<u8> {
    let line = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with(SEPARATOR))?;
    let cells = |separator: u8| line.split(char::from(separator)).map(|cell| cell.trim().trim_matches('"').trim());
    let found = b",;\t".iter().copied().filter(|separator| cells(*separator).any(is_path));
    found.max_by_key(|separator| cells(*separator).count())
}

fn is_path(cell: &str) -> bool {
    cell.eq_ignore_ascii_case(PATH)
}

/// What a row is about.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
enum About {
    Case,
    Source(u32),
    File(String),
}

/// A column of facts.
struct Column {
    /// Its number, from 0.
    index: usize,
    name: String,
}

/// Reads the file; an error is one after which nothing more can be told.
pub fn read(gather: &mut Gather) -> Result<(), Detail> {
    let whole = gather.text.whole();
    let above = if whole.starts_with(SEPARATOR) { whole.find('\n').map_or(whole.len(), |at| at + 1) } else { 0 };
    let table = whole.get(above..).unwrap_or_default();
    let Some(separator) = separator(table) else { return Err(gather.text.at(above, Detail::TableWithoutPath)) };
    let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(table.as_bytes());
    let mut record = StringRecord::new();
    let (mut head, mut seen): (Option<Head>, BTreeMap<About, usize>) = (None, BTreeMap::new());
    loop {
        let begins = above + reader.position().byte() as usize;
        let more = reader
            .read_record(&mut record)
            .map_err(|error| gather.text.at(begins, Detail::MetadataForm { error: error.to_string() }))?;
        if !more {
            return Ok(());
        }
        let ends = above + reader.position().byte() as usize;
        let raw = whole.get(begins..ends).unwrap_or_default();
        // a record begins behind the line breaks before it
        let begins = begins + raw.len() - raw.trim_start_matches(['\r', '\n']).len();
        if raw.matches('"').count() % 2 == 1 {
            return Err(gather.text.at(begins, Detail::QuoteNotClosed));
        }
        let line = gather.text.line(begins);
        match &head {
            None => head = Some(Head::read(gather, &record, line)),
            Some(head) => head.row(gather, &record, line, &mut seen),
        }
    }
}

/// What the first line says.
struct Head {
    line: usize,
    path: usize,
    columns: Vec<Column>,
    count: usize,
}

impl Head {
    fn read(gather: &mut Gather, record: &StringRecord, line: usize) -> Self {
        let (mut path, mut columns, mut seen) = (None, Vec::<Column>::new(), BTreeMap::new());
        for (index, cell) in record.iter().enumerate() {
            let name = cell.trim();
            if name.is_empty() {
                continue;
            }
            let key = if is_path(name) { PATH } else { name };
            if let Some(first) = seen.insert(key.to_owned(), index) {
                let reason = Detail::ColumnTwice { name: name.to_owned(), first: first as u64 + 1 };
                gather.wrong(Spot::Cell(line, index + 1), reason);
            } else if key == PATH {
                path = Some(index);
            } else if is_field_name(name) {
                columns.push(Column { index, name: name.to_owned() });
            } else {
                let near = names::ALL.into_iter().find_map(|kind| names::near(kind, name));
                gather.wrong(Spot::Cell(line, index + 1), Detail::FactName { member: name.to_owned(), near });
            }
        }
        Head { line, path: path.unwrap_or(0), columns, count: record.len() }
    }

    fn row(&self, gather: &mut Gather, record: &StringRecord, line: usize, seen: &mut BTreeMap<About, usize>) {
        let filled = |index: &usize| record.get(*index).is_some_and(|cell| !cell.trim().is_empty());
        if !(0..record.len()).any(|index| filled(&index)) {
            return;
        }
        if let Some(index) = (self.count..record.len()).find(filled) {
            return gather.wrong(Spot::Cell(line, index + 1), Detail::CellsBeyond { columns: self.count as u64 });
        }
        let named = |index: &usize| *index == self.path || self.columns.iter().any(|column| column.index == *index);
        // a column whose name was refused has been told already
        let unnamed = (0..self.count).filter(|index| !named(index) && filled(index));
        let path = record.get(self.path).unwrap_or_default().trim();
        if path.is_empty() {
            return gather.wrong(Spot::Cell(line, self.path + 1), Detail::RowWithoutPath);
        }
        let Some((about, kind)) = about(path) else {
            let name = path.strip_prefix("source:").unwrap_or(path).to_owned();
            return gather.wrong(Spot::Cell(line, self.path + 1), Detail::SourceRow { name });
        };
        if let Some(first) = seen.insert(about.clone(), line) {
            return gather
                .wrong(Spot::Cell(line, self.path + 1), Detail::RowTwice { path: path.to_owned(), first: first as u64 });
        }
        if gather.facts.wrong.is_empty()
            && let Some(index) = unnamed.min()
        {
            gather.wrong(Spot::Cell(line, index + 1), Detail::ColumnWithoutName);
        }
        let mut facts: Vec<Fact> = Vec::new();
        for Column { index, name } in &self.columns {
            let Some(value) = record.get(*index).filter(|value| !value.trim().is_empty()) else { continue };
            let (above, here) = (Spot::Cell(self.line, index + 1), Spot::Cell(line, index + 1));
            if gather.name(kind, name, name, above) && gather.value(name, value, &format!("{path} {name}"), here) {
                facts.push((name.clone(), value.to_owned()));
            }
        }
        match about {
            About::Case => gather.facts.case.extend(facts),
            About::Source(number) => gather.facts.sources.push((number, facts)),
            About::File(name) => gather.facts.files.push((name, facts)),
        }
    }
}

/// What a row with this path is about; `None` for a source that no source can be called.
fn about(path: &str) -> Option<(About, Kind)> {
    if path == "case" {
        return Some((About::Case, Kind::Case));
    }
    if let Some(source) = path.strip_prefix("source:") {
        return Some((About::Source(source_number(source.trim())?), Kind::Source));
    }
    let file = path.strip_prefix("file:").unwrap_or(path);
    Some((About::File(file.to_owned()), Kind::File))
}
