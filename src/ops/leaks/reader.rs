//! Reads one file as what it is: as text, as the files that it is made of, or as bytes.

use super::bytes::Bytes;
use super::encoded::{Encoded, Event};
use super::finder::{Finder, Found};
use super::kind::{HEAD, Kind, kind};
use super::leak::Unread;
use super::text::Text;
use super::unzip::{Part, Unzip};
use crate::inspect::decode::{Decoder, Encoding};
use crate::inspect::inflate::Gunzip;
use crate::inspect::pdf_text::{Pdf, Piece};

/// How deep files are read inside of files.
const DEPTH: u8 = 4;

/// One file as it streams past.
pub(super) struct Reader {
    depth: u8,
    media_type: String,
    /// Inside of which file it is, as [`Found::inside`].
    inside: Option<String>,
    head: Vec<u8>,
    body: Option<Body>,
}

enum Body {
    Text(Decoder, Box<Letters>),
    Bytes(Box<Bytes>),
    Zip(Box<Zip>),
    Gzip(Box<(Gunzip, Reader, Text)>),
    Pdf(Box<(Option<Pdf>, Text, Bytes)>),
}

/// A text, and what stands in it in base64.
struct Letters {
    encoded: Encoded,
    rest: Rest,
}

struct Rest {
    text: Text,
    child: Option<Reader>,
    /// How many such files began.
    children: u32,
}

struct Zip {
    unzip: Unzip,
    /// The names of its files.
    names: Text,
    /// What stands outside of its files.
    beside: Box<(Decoder, Text, Bytes)>,
    /// The file that is being read.
    child: Option<Reader>,
}

impl Reader {
    /// A file of the bundle, of this media type.
    pub fn new(media_type: &str) -> Self {
        Reader { depth: 0, media_type: media_type.into(), inside: None, head: Vec::new(), body: None }
    }

    fn child(&self, name: Option<&str>) -> Self {
        let inside = match (&self.inside, name) {
            (Some(outer), Some(name)) => Some(format!("{outer}/{name}")),
            (outer, name) => name.map(str::to_owned).or_else(|| outer.clone()),
        };
        Reader { depth: self.depth + 1, inside, ..Reader::new("") }
    }

    pub fn push(&mut self, chunk: &[u8], finder: &Finder, found: &mut Found) {
        if self.depth == 0 {
            found.budget.read(chunk.len());
        }
        if self.body.is_some() {
            return self.read(chunk, finder, found);
        }
        let more = HEAD.saturating_sub(self.head.len()).min(chunk.len());
        let (head, rest) = chunk.split_at_checked(more).unwrap_or((chunk, &[]));
        self.head.extend_from_slice(head);
        if self.head.len() >= HEAD {
            self.begin(finder, found);
            self.read(rest, finder, found);
        }
    }

    pub fn finish(mut self, finder: &Finder, found: &mut Found) {
        if self.body.is_none() {
            self.begin(finder, found);
        }
        self.enter(found);
        match self.body.take() {
            Some(Body::Text(mut decoder, mut text)) => {
                decoder.finish(&mut |c| self.letter(&mut text, c, finder, found));
                let Letters { mut encoded, mut rest } = *text;
                encoded.finish(&mut |event| self.event(&mut rest, event, finder, found));
                rest.text.finish(finder, found);
            }
            Some(Body::Bytes(mut bytes)) => bytes.finish(finder, found),
            Some(Body::Zip(zip)) => {
                let Zip { unzip, mut names, mut beside, child } = *zip;
                names.finish(finder, found);
                let unread = unzip.finish(&mut |part| {
                    if let Part::Beside(bytes, whole) = part {
                        read_beside(&mut beside, bytes, whole, finder, found);
                    }
                    true
                });
                let (_, mut text, mut bytes) = *beside;
                text.finish(finder, found);
                bytes.finish(finder, found);
                unread.into_iter().for_each(|reason| found.unread(reason));
                if let Some(child) = child {
                    child.finish(finder, found);
                }
            }
            Some(Body::Gzip(gzip)) => {
                let (gunzip, child, mut names) = *gzip;
                names.finish(finder, found);
                if let Some(reason) = gunzip.finish() {
                    found.unread(reason.into());
                }
                child.finish(finder, found);
            }
            Some(Body::Pdf(pdf)) => {
                let (pdf, mut text, mut bytes) = *pdf;
                let unread = pdf.map(|pdf| pdf.finish(&mut |piece| show(&mut text, piece, finder, found)));
                unread.into_iter().flatten().for_each(|lack| found.unread(lack.into()));
                text.finish(finder, found);
                bytes.finish(finder, found);
            }
            None => {}
        }
    }

    /// What is found now is found here.
    fn enter(&self, found: &mut Found) {
        found.inside.clone_from(&self.inside);
        found.lines = self.depth == 0 && matches!(self.body, Some(Body::Text(..)));
    }

    /// Decides what this is and reads its head.
    fn begin(&mut self, finder: &Finder, found: &mut Found) {
        let head = std::mem::take(&mut self.head);
        let deep = self.depth >= DEPTH;
        let bytes = || Body::Bytes(Box::new(Bytes::new()));
        let letters = || Letters { encoded: Encoded::new(), rest: Rest { text: Text::new(), child: None, children: 0 } };
        let beside = Box::new((Decoder::new(Encoding::Bytes), Text::new(), Bytes::new()));
        let (body, unread) = match kind(&head, &self.media_type) {
            Kind::Text(encoding) => (Body::Text(Decoder::new(encoding), Box::new(letters())), None),
            Kind::Zip | Kind::Gzip | Kind::Pdf if deep => (bytes(), Some(Unread::Limits)),
            Kind::Zip => (Body::Zip(Box::new(Zip { unzip: Unzip::new(), names: Text::new(), beside, child: None })), None),
            Kind::Gzip => (Body::Gzip(Box::new((Gunzip::new(), self.child(None), Text::new()))), None),
            Kind::Pdf => (Body::Pdf(Box::new((Pdf::new(), Text::new(), Bytes::new()))), None),
            Kind::Bytes(reason) => (bytes(), Some(reason)),
        };
        self.body = Some(body);
        self.enter(found);
        if let Some(reason) = unread {
            found.unread(reason);
        }
        self.read(&head, finder, found);
    }

    fn read(&mut self, chunk: &[u8], finder: &Finder, found: &mut Found) {
        self.enter(found);
        // taken out, so that the files inside can ask where they are
        let mut body = self.body.take();
        match &mut body {
            Some(Body::Text(decoder, text)) => decoder.push(chunk, &mut |c| self.letter(text, c, finder, found)),
            Some(Body::Bytes(bytes)) => bytes.push(chunk, finder, found),
            Some(Body::Zip(zip)) => self.unzip(zip, chunk, finder, found),
            Some(Body::Gzip(gzip)) => {
                let (gunzip, child, names) = &mut **gzip;
                let stopped = gunzip.push(chunk, &mut |bytes| {
                    let go_on = found.budget.unpack(bytes.len());
                    child.push(bytes, finder, found);
                    go_on
                });
                let headers = std::mem::take(&mut gunzip.headers);
                if !headers.is_empty() {
                    self.enter(found);
                    found.lines = false;
                    Decoder::new(Encoding::Bytes).push(&headers, &mut |c| names.push(c, finder, found));
                }
                if let Some(reason) = stopped {
                    self.enter(found);
                    found.unread(reason.into());
                }
            }
            Some(Body::Pdf(pdf)) => {
                let (pdf, text, bytes) = &mut **pdf;
                bytes.push(chunk, finder, found);
                let shared = std::cell::RefCell::new(found);
                if let Some(pdf) = pdf {
                    pdf.push(chunk, &mut |bytes| shared.borrow_mut().budget.unpack(bytes.len()), &mut |piece| {
                        show(text, piece, finder, &mut shared.borrow_mut());
                    });
                }
            }
            None => {}
        }
        self.body = body;
    }

    fn letter(&self, letters: &mut Letters, c: char, finder: &Finder, found: &mut Found) {
        let Letters { encoded, rest } = letters;
        encoded.push(c, &mut |event| self.event(rest, event, finder, found));
    }

    /// Searches what a text consists of.
    fn event(&self, rest: &mut Rest, event: Event, finder: &Finder, found: &mut Found) {
        let Rest { text, child, children } = rest;
        match event {
            Event::Letter(c) => text.push(c, finder, found),
            Event::Line => text.line(),
            Event::Unknown => found.unread(Unread::Binary),
            Event::Bytes(_) if self.depth >= DEPTH => found.unread(Unread::Limits),
            Event::Bytes(bytes) => {
                let here = (found.inside.clone(), found.lines);
                if !found.budget.unpack(bytes.len()) {
                    return found.unread(Unread::Limits);
                }
                let child = child.get_or_insert_with(|| {
                    *children += 1;
                    self.child(Some(&format!("base64 {children}")))
                });
                child.push(bytes, finder, found);
                (found.inside, found.lines) = here;
            }
            Event::End => {
                let here = (found.inside.clone(), found.lines);
                if let Some(child) = child.take() {
                    child.finish(finder, found);
                }
                (found.inside, found.lines) = here;
            }
        }
    }

    fn unzip(&self, zip: &mut Zip, chunk: &[u8], finder: &Finder, found: &mut Found) {
        let Zip { unzip, names, beside, child } = zip;
        let stopped = unzip.push(chunk, &mut |part| {
            match part {
                Part::Begin(name) => {
                    self.enter(found);
                    let mut readable = String::new();
                    let mut decoder = Decoder::new(Encoding::Bytes);
                    decoder.push(name, &mut |c| readable.push(c));
                    decoder.finish(&mut |c| readable.push(c));
                    readable.chars().chain(['\n', '\n']).for_each(|c| names.push(c, finder, found));
                    *child = Some(self.child(Some(&readable)));
                    return found.budget.file();
                }
                Part::Bytes(bytes) => {
                    if let Some(child) = child {
                        child.push(bytes, finder, found);
                    }
                    return found.budget.unpack(bytes.len());
                }
                Part::Beside(bytes, whole) => {
                    self.enter(found);
                    read_beside(beside, bytes, whole, finder, found);
                }
                Part::End(unread) => {
                    if let Some(child) = child.take() {
                        if let Some(reason) = unread {
                            child.enter(found);
                            found.unread(reason);
                        }
                        child.finish(finder, found);
                    }
                }
            }
            true
        });
        if let Some(reason) = stopped {
            self.enter(found);
            found.unread(reason);
        }
    }
}

/// Searches what stands outside of the files of an archive; it is text in part, where nothing else can be in it.
fn read_beside(beside: &mut (Decoder, Text, Bytes), chunk: &[u8], is_text: bool, finder: &Finder, found: &mut Found) {
    let (decoder, text, bytes) = beside;
    bytes.push(chunk, finder, found);
    if is_text {
        decoder.push(chunk, &mut |c| text.push(c, finder, found));
    }
}

/// What a PDF shows.
fn show(text: &mut Text, piece: Piece, finder: &Finder, found: &mut Found) {
    match piece {
        Piece::Letter(c) => text.push(c, finder, found),
        Piece::Joint => text.joint(),
        Piece::Shown(_) => {}
    }
}
