//! What the elements of documents mean, in all forms of Office Open XML (ECMA-376), OpenDocument 1.3 and EPUB. They are known by the last
//! part of their names and by what they stand in, so that one table serves them all.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use quick_xml::events::BytesStart;

use super::super::found::Found;
use super::attributes::{attribute, attributes};
use crate::inspect::text;

/// A property: the element that it stands in, its own, and the fact that it is.
const PROPERTIES: [(&str, &str, &str); 33] = [
    ("coreProperties", "creator", "author"),
    ("coreProperties", "lastModifiedBy", "last_author"),
    ("coreProperties", "created", "created_at"),
    ("coreProperties", "modified", "modified_at"),
    ("coreProperties", "lastPrinted", "printed_at"),
    ("coreProperties", "revision", "revision"),
    ("coreProperties", "title", "title"),
    ("coreProperties", "subject", "subject"),
    ("coreProperties", "keywords", "keywords"),
    ("coreProperties", "description", "comment"),
    ("Properties", "Company", "company"),
    ("Properties", "Manager", "manager"),
    ("Properties", "Application", "software"),
    ("Properties", "Template", "template"),
    ("Properties", "TotalTime", "editing_time"),
    ("meta", "initial-creator", "author"),
    ("meta", "creator", "last_author"),
    ("meta", "creation-date", "created_at"),
    ("meta", "date", "modified_at"),
    ("meta", "print-date", "printed_at"),
    ("meta", "printed-by", "printed_by"),
    ("meta", "generator", "software"),
    ("meta", "editing-cycles", "revision"),
    ("meta", "editing-duration", "editing_time"),
    ("meta", "title", "title"),
    ("meta", "subject", "subject"),
    ("meta", "keyword", "keywords"),
    ("meta", "description", "comment"),
    ("metadata", "creator", "author"),
    ("metadata", "contributor", "author"),
    ("metadata", "publisher", "company"),
    ("metadata", "title", "title"),
    ("authors", "author", "comment_author"),
];
/// Elements in which others mean something.
const PARENTS: [&str; 12] = [
    "coreProperties",
    "Properties",
    "meta",
    "metadata",
    "authors",
    "annotation",
    "change-info",
    "comment",
    "cm",
    "threadedComment",
    "authorLst",
    "notes",
];
/// Changes that Word tracks.
const CHANGES: [&str; 14] = [
    "ins",
    "del",
    "moveFrom",
    "moveTo",
    "rPrChange",
    "pPrChange",
    "tblPrChange",
    "trPrChange",
    "tcPrChange",
    "sectPrChange",
    "numberingChange",
    "cellIns",
    "cellDel",
    "cellMerge",
];
/// Elements that part what is read.
const BLOCKS: [&str; 16] =
    ["p", "h", "si", "td", "th", "li", "tr", "br", "tab", "div", "title", "comment", "row", "c", "s", "table-cell"];
/// What must stand in the attributes of an element for them to be read as text.
static TELLING: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder().ascii_case_insensitive(true).build(["@", "users", "home", "documents", "tel:"]).ok()
});
/// A text that is looked at as a whole is not longer.
const PIECE: usize = 16 << 10;
/// Styles that are remembered.
const STYLES: usize = 100;
/// Of a value no more is kept.
const VALUE: usize = 2 << 10;

/// What a value that is being read is.
enum Value {
    Fact(&'static str),
    /// Of a property that somebody named.
    Property(String),
    /// A comment, with its author.
    Comment(String),
    CommentAuthor,
    ChangeAuthor,
    /// Notes of a speaker.
    Notes,
    /// What does not belong to the value around it.
    Other,
}

/// A value that is being read.
struct Reading {
    depth: usize,
    value: Value,
    text: String,
}

/// Takes the elements of one part.
pub(super) struct Words<'f> {
    part: String,
    found: &'f mut Found,
    /// What is open, by the names of [`PARENTS`]; others are empty.
    open: Vec<&'static str>,
    reading: Vec<Reading>,
    changer: String,
    /// The style that began last, and those of tables that are not shown.
    style: String,
    unseen: Vec<String>,
    piece: String,
}

impl<'f> Words<'f> {
    /// For the part of this name.
    pub fn new(part: &str, found: &'f mut Found) -> Self {
        Words {
            part: part.into(),
            found,
            open: Vec::new(),
            reading: Vec::new(),
            changer: String::new(),
            style: String::new(),
            unseen: Vec::new(),
            piece: String::new(),
        }
    }

    pub fn start(&mut self, element: &BytesStart) {
        let name = element.local_name().into_inner();
        let parent = self.open.last().copied().unwrap_or_default();
        if BLOCKS.contains(&name) {
            self.end_piece();
        }
        if TELLING.as_ref().is_some_and(|telling| telling.is_match(element.attributes_raw())) {
            attributes(element).for_each(|(_, value)| text::scan(&value, self.found));
        }
        self.open.push(PARENTS.iter().find(|known| **known == name).copied().unwrap_or_default());
        if !parent.is_empty() {
            self.child(parent, name, element);
        }
        self.element(name, element);
    }

    /// What stands directly in an element that is known.
    fn child(&mut self, parent: &str, name: &str, element: &BytesStart) {
        if let Some((.., fact)) = PROPERTIES.iter().find(|(outer, inner, _)| *outer == parent && *inner == name) {
            return self.read(Value::Fact(fact));
        }
        match (parent, name) {
            ("Properties", "property") | ("meta", "user-defined") => {
                let name = attribute(element, "name").unwrap_or_default();
                self.read(Value::Property(name));
            }
            ("meta", "template") => {
                // its name, or where it lay
                let named = attribute(element, "title").or_else(|| attribute(element, "href"));
                self.found.add("template", &named.unwrap_or_default());
            }
            ("metadata", "meta") if attribute(element, "name").as_deref() == Some("generator") => {
                self.found.add("software", &attribute(element, "content").unwrap_or_default());
            }
            ("annotation", "creator") => self.read(Value::CommentAuthor),
            ("annotation", "date" | "date-string" | "creator-initials" | "sender-initials") => self.read(Value::Other),
            ("change-info", "creator") => self.read(Value::ChangeAuthor),
            ("authorLst", "author") => self.person(element),
            _ => {}
        }
    }

    fn element(&mut self, name: &str, element: &BytesStart) {
        let is = |name: &str, values: [&str; 2]| attribute(element, name).is_some_and(|value| values.contains(&&*value));
        match name {
            "comment" | "cm" | "threadedComment" | "annotation" => {
                let author = attribute(element, "author").unwrap_or_default();
                self.found.add("comment_author", &author);
                self.read(Value::Comment(author));
            }
            "cmAuthor" | "person" => self.person(element),
            "header" | "userInfo" => {
                if let Some(user) = attribute(element, if name == "header" { "userName" } else { "name" }) {
                    self.found.change(&user);
                }
            }
            "Relationship"
                if is("Type", ["http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"; 2]) =>
            {
                self.found.add("template", &attribute(element, "Target").unwrap_or_default());
            }
            "config-item" if is("name", ["PrinterName"; 2]) => self.read(Value::Fact("printer")),
            "sheet" if is("state", ["hidden", "veryHidden"]) => {
                let sheet = attribute(element, "name").unwrap_or_default();
                self.found.add("hidden", &sheet);
            }
            "sld" if is("show", ["0", "false"]) => self.hidden(),
            "vanish" if !is("val", ["0", "false"]) && !self.part.contains("style") => self.hidden(),
            "row" | "col" if is("hidden", ["1", "true"]) => self.hidden(),
            "hidden-text" | "hidden-paragraph" => self.hidden(),
            "style" => self.style = attribute(element, "name").unwrap_or_default(),
            "text-properties" if is("display", ["none"; 2]) && !self.part.contains("style") => self.hidden(),
            // a table is hidden by its style; every file may have a style that nothing uses
            "table-properties" if is("display", ["false"; 2]) && self.unseen.len() < STYLES => {
                self.unseen.push(self.style.clone())
            }
            "table" if attribute(element, "style-name").is_some_and(|style| self.unseen.contains(&style)) => {
                self.found.add("hidden", &attribute(element, "name").unwrap_or_default());
            }
            "table-row" | "table-column" if is("visibility", ["collapse"; 2]) => self.hidden(),
            "drawing-page-properties" if is("visibility", ["hidden"; 2]) => self.hidden(),
            "notes" => self.read(Value::Notes),
            _ if CHANGES.contains(&name) => {
                if let Some(author) = attribute(element, "author") {
                    self.found.change(&author);
                }
            }
            _ => {}
        }
    }

    /// Something in this part is not shown.
    fn hidden(&mut self) {
        let part = if self.part.is_empty() { "office:document" } else { &self.part };
        self.found.add("hidden", part);
    }

    /// Somebody who may have written comments, by one of the names of that.
    fn person(&mut self, element: &BytesStart) {
        for (name, value) in attributes(element) {
            match name {
                "name" | "displayName" | "author" => self.found.add("comment_author", &value),
                "userId" => text::scan(&value, self.found),
                _ => {}
            }
        }
    }

    /// What stands in the element that began last is a value.
    fn read(&mut self, value: Value) {
        self.end_piece();
        self.reading.push(Reading { depth: self.open.len(), value, text: String::new() });
    }

    pub fn text(&mut self, text: &str) {
        if let Some(reading) = self.reading.last_mut()
            && reading.text.len() < VALUE
        {
            let end = text.char_indices().map(|(at, _)| at).find(|at| *at >= VALUE).unwrap_or(text.len());
            reading.text.push_str(text.get(..end).unwrap_or_default());
        }
        let mut rest = text;
        while !rest.is_empty() {
            let room = PIECE.saturating_sub(self.piece.len()).max(4);
            let end = rest
                .char_indices()
                .map(|(at, c)| at + c.len_utf8())
                .take_while(|end| *end <= room)
                .last()
                .unwrap_or(rest.len());
            let (piece, more) = rest.split_at_checked(end).unwrap_or((rest, ""));
            self.piece.push_str(piece);
            rest = more;
            if self.piece.len() + 4 >= PIECE {
                self.end_piece();
            }
        }
    }

    pub fn end(&mut self) {
        let depth = self.open.len();
        let name = self.open.pop().unwrap_or_default();
        if let Some(reading) = self.reading.pop_if(|reading| reading.depth == depth) {
            self.value(reading);
        }
        if name == "change-info" {
            let changer = std::mem::take(&mut self.changer);
            self.found.change(&changer);
        }
        if let Some(reading) = self.reading.last_mut()
            && !reading.text.is_empty()
            && matches!(reading.value, Value::Comment(_))
            && depth <= reading.depth + 2
        {
            reading.text.push(' ');
        }
        if depth <= 3 || !name.is_empty() {
            self.end_piece();
        }
    }

    fn value(&mut self, Reading { value, text, .. }: Reading) {
        self.end_piece();
        match value {
            // minutes
            Value::Fact("editing_time") if text.trim().bytes().all(|byte| byte.is_ascii_digit()) => {
                let minutes = text.trim().parse::<u32>().unwrap_or(0);
                if minutes > 0 {
                    self.found.add("editing_time", &format!("PT{}H{:02}M", minutes / 60, minutes % 60));
                }
            }
            Value::Fact(name) => self.found.add(name, &text),
            Value::Property(name) if text.trim().is_empty() => drop(name),
            Value::Property(name) => self.found.add("property", &format!("{name}: {text}")),
            Value::Comment(author) if author.is_empty() => self.found.add("comment", &text),
            Value::Comment(author) => self.found.add("comment", &format!("{author}: {text}")),
            Value::CommentAuthor => {
                self.found.add("comment_author", &text);
                if let Some(Reading { value: Value::Comment(author), .. }) = self.reading.last_mut() {
                    *author = text;
                }
            }
            Value::ChangeAuthor => self.changer = text,
            // a page number stands in notes that are empty
            Value::Notes if text.chars().any(char::is_alphabetic) => self.hidden(),
            Value::Notes | Value::Other => {}
        }
    }

    fn end_piece(&mut self) {
        if !self.piece.is_empty() {
            text::scan(&self.piece, self.found);
            self.piece.clear();
        }
    }

    /// The part ends, maybe in the middle.
    pub fn finish(&mut self) {
        self.end_piece();
        while let Some(reading) = self.reading.pop() {
            self.value(reading);
        }
    }
}
