//! The packet of XMP in a PDF (ISO 16684-1): properties as elements or as attributes, lists in them.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::super::found::Found;
use super::super::xml::attributes;

/// How deep elements lie within each other.
const DEPTH: usize = 100;

const PROPERTIES: [(&str, &str); 12] = [
    ("creator", "author"),
    ("Author", "author"),
    ("CreatorTool", "software"),
    ("Producer", "software"),
    ("CreateDate", "created_at"),
    ("ModifyDate", "modified_at"),
    ("title", "title"),
    ("publisher", "company"),
    ("Company", "company"),
    ("Manager", "manager"),
    ("DocumentID", "document_id"),
    ("OriginalDocumentID", "document_id"),
];

/// Adds what the packet says, up to where it can be read.
pub(super) fn read(packet: &[u8], found: &mut Found) {
    let mut reader = Reader::from_reader(packet);
    reader.config_mut().check_end_names = false;
    let mut open: Vec<String> = Vec::new();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) if open.len() < DEPTH => {
                start(&element, &open, found);
                open.push(element.local_name().into_inner().to_owned());
            }
            Ok(Event::Empty(element)) => start(&element, &open, found),
            Ok(Event::End(_)) => drop(open.pop()),
            Ok(Event::Text(text)) => {
                let value = quick_xml::escape::unescape(&text).map(|text| text.into_owned()).unwrap_or_default();
                // a list stands within its property
                let name = open.iter().rev().find(|name| !["li", "Seq", "Bag", "Alt"].contains(&name.as_str()));
                let history = open.iter().any(|name| ["History", "Ingredients", "DerivedFrom"].contains(&name.as_str()));
                if let (Some(name), false) = (name, history) {
                    add(name, &value, found);
                }
            }
            Ok(Event::Eof | Event::Start(_)) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn start(element: &BytesStart, open: &[String], found: &mut Found) {
    let history = open.iter().any(|name| name == "History");
    for (name, value) in attributes(element) {
        // what was done, when and with which program
        match (history, name) {
            (true, "when") => found.add("versions", &value),
            (true, _) => {}
            (false, name) => add(name, &value, found),
        }
    }
}

fn add(name: &str, value: &str, found: &mut Found) {
    if let Some((_, fact)) = PROPERTIES.iter().find(|(known, _)| *known == name) {
        found.add(fact, value);
    }
}
