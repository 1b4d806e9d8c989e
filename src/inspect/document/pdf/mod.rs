//! A PDF, read from its beginning to its end, object by object: there is no table to trust and no tree to follow, so that loops cost
//! nothing, and what an earlier version of the file said is found too. Streams are passed over, but for those in which facts stand. A
//! library that builds all objects of a file takes many times the memory of the file.

mod pages;
mod window;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use self::window::Window;
use super::super::found::Found;
use super::super::inflate::Inflater;
use super::super::limited::Limited;
use super::archive::Inside;
use super::date;
use super::object::{Dictionary, Object, Parser};
use crate::bundle::read_at::ReadAt;
use crate::inspect::fact::Fact;
use crate::inspect::list::List;
use crate::inspect::slice::Slice;
use crate::inspect::{text, xmp};

/// An object outside of a stream is not longer: 256 KiB.
const OBJECT: usize = 256 << 10;
/// Of a stream in which facts stand no more is read: 2 MiB, of a picture 48 MiB.
const STREAM: usize = 2 << 20;
const PICTURE: u64 = 48 << 20;
/// All such streams together have no more unpacked bytes: 32 MiB.
const UNPACKED: usize = 32 << 20;
/// Dictionaries that may be the one with information.
const INFOS: usize = 200;

/// The entries of that dictionary.
const INFO: [(&str, &str); 10] = [
    ("Author", "author"),
    ("Creator", "software"),
    ("Producer", "software"),
    ("Title", "title"),
    ("Subject", "subject"),
    ("Keywords", "keywords"),
    ("CreationDate", "created_at"),
    ("ModDate", "modified_at"),
    ("Company", "company"),
    ("Manager", "manager"),
];
/// Annotations in which people write, or mark what others wrote.
const ANNOTATIONS: [&str; 14] = [
    "Text",
    "FreeText",
    "Highlight",
    "Underline",
    "StrikeOut",
    "Squiggly",
    "Ink",
    "Stamp",
    "Caret",
    "FileAttachment",
    "Line",
    "Square",
    "Circle",
    "Polygon",
];

static TOKENS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(["obj", "trailer", "%%EOF"]).ok());

/// Reads the file; none where it cannot be searched at all.
pub(super) fn read(file: Limited, inside: Inside, found: &mut Found) -> Option<()> {
    let mut pdf = Pdf {
        limits: file.again(),
        inside,
        window: Window::new(file),
        said: Found::default(),
        infos: Vec::new(),
        named: Vec::new(),
        ends: 0,
        linearized: false,
        encrypted: false,
        left: UNPACKED,
    };
    let whole = pdf.scan(found)?;
    let (limits, encrypted) = (pdf.limits.again(), pdf.encrypted);
    pdf.finish(found);
    match whole {
        true if !encrypted => pages::read(&limits, found),
        true => {}
        false => found.not_read("…"),
    }
    Some(())
}

struct Pdf<'b, 'i> {
    limits: Limited<'b>,
    inside: Inside<'i>,
    window: Window<'b>,
    /// What strings say, which are letters only if the file is not encrypted.
    said: Found,
    /// Dictionaries that may hold information, by their numbers, with their entries.
    infos: Vec<(u32, Vec<(String, String)>)>,
    /// The numbers of those that do.
    named: Vec<u32>,
    /// How often the file ends.
    ends: u32,
    linearized: bool,
    encrypted: bool,
    left: usize,
}

impl Pdf<'_, '_> {
    /// Goes through the file; false where the limits end that.
    fn scan(&mut self, found: &mut Found) -> Option<bool> {
        // a number and a generation may stand before the word that was found
        const BEFORE: usize = 24;
        let tokens = TOKENS.as_ref()?;
        let mut at = 0;
        loop {
            let Some(bytes) = self.window.from(at, BEFORE + 16) else { return Some(false) };
            let hit = tokens.find(bytes);
            let Some(hit) = hit else {
                if bytes.len() <= BEFORE + 16 {
                    return Some(true);
                }
                at += (bytes.len() - BEFORE) as u64;
                continue;
            };
            let behind = at + hit.end() as u64;
            at = match hit.pattern().as_usize() {
                0 => match number(bytes.get(..hit.start()).unwrap_or_default()) {
                    Some(number) => self.indirect(number, behind, found),
                    None => Some(behind),
                },
                1 => self.parse(behind).map(|(object, end)| {
                    if let Some(Object::Dictionary(trailer)) = object {
                        self.trailer(&trailer);
                    }
                    end
                }),
                _ => {
                    self.ends += 1;
                    Some(behind)
                }
            }
            .unwrap_or(behind);
            if self.limits.late() {
                return Some(false);
            }
        }
    }

    /// The object at a place, and where it ends. Most are short, so that little is read at first.
    fn parse(&mut self, at: u64) -> Option<(Option<Object>, u64)> {
        for size in [4 << 10, OBJECT] {
            let bytes = self.window.from(at, size)?;
            let bytes = bytes.get(..OBJECT).unwrap_or(bytes);
            let mut parser = Parser::new(bytes, 0);
            let object = parser.object();
            if object.is_some() {
                return Some((object, at + parser.at as u64));
            }
            if bytes.len() < size {
                break;
            }
        }
        Some((None, at))
    }

    /// An object of this number, and the stream that belongs to it; returns where it ends.
    fn indirect(&mut self, number: u32, at: u64, found: &mut Found) -> Option<u64> {
        let (object, end) = self.parse(at)?;
        let Some(object) = object else { return Some(end) };
        self.visit(number, &object);
        let Object::Dictionary(dictionary) = object else { return Some(end) };
        let bytes = self.window.from(end, 64)?;
        let space = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
        let Some(rest) = bytes.get(space..).and_then(|rest| rest.strip_prefix(b"stream")) else { return Some(end) };
        let line = if rest.starts_with(b"\r\n") { 2 } else { 1 };
        let from = end + (space + 6 + line) as u64;
        let length = self.length(&dictionary, from)?;
        self.stream(number, &dictionary, from, length, found);
        Some(from + length)
    }

    /// How long a stream is: as it says, if it ends there, or up to its end.
    fn length(&mut self, dictionary: &Dictionary, from: u64) -> Option<u64> {
        const END: &[u8] = b"endstream";
        if let Some(length) = dictionary.number("Length").and_then(|length| u64::try_from(length).ok()) {
            let end = from.checked_add(length).filter(|end| *end <= self.limits.length());
            if let Some(bytes) = end.and_then(|end| self.window.from(end, 32)) {
                let space = bytes.iter().take(4).take_while(|byte| byte.is_ascii_whitespace()).count();
                if bytes.get(space..).is_some_and(|rest| rest.starts_with(END)) {
                    return Some(length);
                }
            }
        }
        let mut at = from;
        loop {
            let bytes = self.window.from(at, 64)?;
            if let Some(end) = bytes.windows(END.len()).position(|window| window == END) {
                return Some(at + end as u64 - from);
            }
            if bytes.len() < 64 {
                return Some(at + bytes.len() as u64 - from);
            }
            at += (bytes.len() - END.len()) as u64;
        }
    }

    fn stream(&mut self, number: u32, dictionary: &Dictionary, from: u64, length: u64, found: &mut Found) {
        let filters = dictionary.filters();
        match (dictionary.name("Type"), dictionary.name("Subtype"), filters.as_slice()) {
            (Some("ObjStm"), ..) => match self.unpacked(&filters, from, length) {
                Some(bytes) => self.packed(dictionary, &bytes),
                None => found.not_read(&told(number)),
            },
            (Some("Metadata"), ..) | (_, Some("XML"), _) => match self.unpacked(&filters, from, length) {
                Some(bytes) => self.packet(number, &bytes, found),
                None => found.not_read(&told(number)),
            },
            (Some("XRef"), ..) => self.trailer(dictionary),
            (_, Some("Image"), ["DCTDecode" | "DCT"]) => {
                let section = Slice::of(&self.limits, from..from.saturating_add(length));
                found.within = Some(told(number));
                let facts = (self.inside)(self.limits.inside(&section, PICTURE), 0);
                found.add_all(facts.list);
                found.within = None;
                if facts.unread {
                    found.not_read(&told(number));
                }
            }
            _ => {}
        }
    }

    /// A packet of XMP; what a picture calls its artist is the author of a document.
    fn packet(&self, number: u32, packet: &[u8], found: &mut Found) {
        let mut list = List::default();
        if xmp::read(packet, &mut list, self.limits.until()).is_none() {
            found.not_read(&told(number));
        }
        let renamed = |fact: Fact| {
            let name = match fact.name {
                "artist" => "author",
                "digitized_at" => "created_at",
                "caption" => "subject",
                name => name,
            };
            Fact { name, ..fact }
        };
        found.add_all(list.sorted().into_iter().map(renamed).collect());
    }

    /// The bytes of a stream, unpacked where its filter is known.
    fn unpacked(&mut self, filters: &[&str], from: u64, length: u64) -> Option<Vec<u8>> {
        let length = usize::try_from(length).ok().filter(|length| *length <= STREAM)?;
        let bytes = self.window.piece(from, length)?;
        match filters {
            [] => Some(bytes),
            ["FlateDecode" | "Fl"] => {
                let (mut out, most) = (Vec::new(), self.left.min(4 * STREAM));
                Inflater::zlib().push(&bytes, &mut |bytes| {
                    out.extend_from_slice(bytes);
                    out.len() <= most
                });
                self.left = self.left.saturating_sub(out.len());
                (!out.is_empty() && out.len() <= most).then_some(out)
            }
            _ => None,
        }
    }

    /// A stream of objects (section 7.5.7).
    fn packed(&mut self, dictionary: &Dictionary, bytes: &[u8]) {
        let size = |name: &str| dictionary.number(name).and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
        let (count, first) = (size("N"), size("First"));
        let mut head = Parser::new(bytes.get(..first).unwrap_or_default(), 0);
        for _ in 0..count {
            let (Some(Object::Number(number)), Some(Object::Number(at))) = (head.object(), head.object()) else { return };
            let (Ok(number), Ok(at)) = (u32::try_from(number), usize::try_from(at)) else { return };
            let from = first.saturating_add(at);
            let part = bytes.get(from..bytes.len().min(from.saturating_add(OBJECT))).unwrap_or_default();
            if let Some(object) = Parser::new(part, 0).object() {
                self.visit(number, &object);
            }
            if self.limits.late() {
                return;
            }
        }
    }

    fn trailer(&mut self, dictionary: &Dictionary) {
        self.encrypted |= dictionary.get("Encrypt").is_some();
        if let Some(info) = dictionary.reference("Info")
            && self.named.len() < INFOS
            && !self.named.contains(&info)
        {
            self.named.push(info);
        }
    }

    /// Takes the facts out of an object.
    fn visit(&mut self, number: u32, object: &Object) {
        if let Object::Dictionary(dictionary) = object
            && dictionary.name("Type").is_none()
            && INFO.iter().any(|(name, _)| dictionary.text(name).is_some())
            && self.infos.len() < INFOS
        {
            let entries = dictionary.entries().take(50).filter_map(|(name, value)| {
                let short = |text: String| text.chars().take(1000).collect();
                Some((name.to_owned(), short(value.text()?)))
            });
            self.infos.push((number, entries.collect()));
        }
        self.look(object);
    }

    /// Looks at an object and all that is in it.
    fn look(&mut self, object: &Object) {
        match object {
            Object::Array(objects) => objects.iter().for_each(|object| self.look(object)),
            Object::Dictionary(dictionary) => {
                self.dictionary(dictionary);
                dictionary.entries().for_each(|(_, object)| self.look(object));
            }
            _ => {}
        }
    }

    fn dictionary(&mut self, dictionary: &Dictionary) {
        let text = |name: &str| dictionary.text(name).unwrap_or_default();
        self.linearized |= dictionary.get("Linearized").is_some();
        if dictionary.name("Subtype").is_some_and(|kind| ANNOTATIONS.contains(&kind)) && (dictionary.get("Rect").is_some()) {
            let (author, words) = (text("T"), text("Contents"));
            self.said.add("comment_author", &author);
            text::scan(&words, &mut self.said);
            let told = match (author.is_empty(), words.is_empty()) {
                (true, _) => words,
                (false, true) => author,
                (false, false) => format!("{author}: {words}"),
            };
            self.said.add("comment", &told);
        }
        if dictionary.get("EF").is_some() {
            let names = [text("UF"), text("F")];
            names.iter().for_each(|name| text::scan(name, &mut self.said));
            self.said.add("attachment", names.iter().find(|name| !name.is_empty()).map_or("EF", String::as_str));
        }
        if dictionary.name("Type") == Some("Sig") {
            self.said.add("author", &text("Name"));
            for name in ["Reason", "Location", "ContactInfo"] {
                let value = text(name);
                text::scan(&value, &mut self.said);
                if !value.is_empty() {
                    self.said.add("property", &format!("{name}: {value}"));
                }
            }
        }
        if dictionary.get("URI").is_some() {
            text::scan(&text("URI"), &mut self.said);
        }
        // a link to a file beside this one
        if dictionary.get("F").is_some() && dictionary.get("EF").is_none() {
            text::scan(&text("F"), &mut self.said);
        }
    }

    fn finish(self, found: &mut Found) {
        let versions = self.ends.saturating_sub(u32::from(self.linearized));
        if versions > 1 {
            found.add("versions", &(versions - 1).to_string());
        }
        if self.encrypted {
            found.not_read("/Encrypt");
            return;
        }
        let mut said = self.said;
        for (_, entries) in self.infos.iter().filter(|(number, _)| self.named.is_empty() || self.named.contains(number)) {
            for (name, value) in entries {
                text::scan(value, &mut said);
                match INFO.iter().find(|(known, _)| known == name) {
                    Some((_, fact @ ("created_at" | "modified_at"))) => said.add(fact, &date::pdf(value)),
                    Some((_, fact)) => said.add(fact, value),
                    // what only tells of the program
                    None if name == "Trapped" || name.starts_with("PTEX") || value.trim().is_empty() => {}
                    None => said.add("property", &format!("{name}: {value}")),
                }
            }
        }
        found.add_all(said.finish().unwrap_or_default());
    }
}

/// How the format itself names an object.
fn told(number: u32) -> String {
    format!("{number} 0 obj")
}

/// The number of the object whose word `obj` stands behind these bytes.
fn number(before: &[u8]) -> Option<u32> {
    let before = before.get(before.len().saturating_sub(20)..)?;
    let mut words = before.rsplit(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let (generation, number) = (words.next()?, words.next()?);
    if !before.last()?.is_ascii_whitespace() || !generation.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let from = number.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
    std::str::from_utf8(number.get(from..)?).ok()?.parse().ok()
}
