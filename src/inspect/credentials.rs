//! Content credentials (C2PA 2.1) in JUMBF boxes: whether they are there, which program made them, and whom they name. They are not
//! validated: a signature that is not checked proves nothing, and who reads this must not think so.

use serde_json::Value;

use super::list::{List, decoded};

/// How much of them is read: 8 MiB.
pub(super) const LONGEST: usize = 8 << 20;
const DEEPEST: usize = 8;
const BOXES: usize = 4096;
/// How many authors are kept.
const AUTHORS: usize = 100;
/// The longest text in JSON that is read; held in memory it takes many times that.
const LONGEST_JSON: usize = 64 << 10;
/// Keys of CBOR with their type and length before them, as C2PA writes them.
const GENERATOR: &[u8] = b"\x6Fclaim_generator";
const GENERATOR_INFO: &[u8] = b"\x74claim_generator_info";
const NAME: &[u8] = b"\x64name";

#[derive(Default)]
struct Seen {
    found: bool,
    thumbnails: usize,
    generator: Option<String>,
    authors: Vec<String>,
    boxes: usize,
}

/// Adds what JUMBF boxes say, if they are content credentials.
pub(super) fn read(boxes: &[u8], facts: &mut List) {
    let mut seen = Seen::default();
    seen.boxes(boxes, "", 0);
    if !seen.found {
        return;
    }
    let thumbnails = match seen.thumbnails {
        0 => String::new(),
        1 => ", 1 thumbnail".into(),
        count => format!(", {count} thumbnails"),
    };
    facts.add("credentials", Some(format!("present, not validated{thumbnails}")));
    facts.add("credentials_by", seen.generator);
    for author in seen.authors {
        facts.add("author", Some(author));
    }
}

impl Seen {
    fn boxes(&mut self, mut bytes: &[u8], label: &str, depth: usize) {
        let mut label = label.to_owned();
        while let Some((kind, body, rest)) = one(bytes) {
            self.boxes += 1;
            if self.boxes > BOXES {
                return;
            }
            match kind {
                b"jumb" if depth < DEEPEST => self.boxes(body, &label, depth + 1),
                b"jumd" => {
                    label = described(body).unwrap_or_default();
                    self.found |= label == "c2pa";
                    self.thumbnails += usize::from(label.starts_with("c2pa.thumbnail"));
                }
                b"cbor" if label.starts_with("c2pa.claim") => {
                    let generator = || value_behind(body, GENERATOR);
                    let info = || find(body, GENERATOR_INFO).and_then(|behind| value_behind(behind, NAME));
                    self.generator = self.generator.take().or_else(generator).or_else(info);
                }
                b"json" if body.len() <= LONGEST_JSON => {
                    if let Ok(json) = serde_json::from_slice(body) {
                        self.people(&json, false, 0);
                    }
                }
                _ => {}
            }
            bytes = rest;
        }
    }

    /// Names of authors, as schema.org writes them.
    fn people(&mut self, json: &Value, of_author: bool, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match json {
            Value::Array(list) => list.iter().for_each(|one| self.people(one, of_author, depth + 1)),
            Value::Object(members) => {
                for (key, value) in members {
                    match (key.as_str(), value) {
                        ("name", Value::String(name)) if of_author => {
                            if self.authors.len() < AUTHORS {
                                self.authors.push(name.clone());
                            }
                        }
                        _ => self.people(value, matches!(key.as_str(), "author" | "creator" | "producer"), depth + 1),
                    }
                }
            }
            _ => {}
        }
    }
}

/// A box: its length with the header, four letters, what is in it.
fn one(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (kind, body) = rest.split_first_chunk::<4>()?;
    match u32::from_be_bytes(*length) as usize {
        0 => Some((kind, body, &[])),
        // what was cut is read as far as it goes
        length => Some((kind, body.get(..length.checked_sub(8)?).unwrap_or(body), bytes.get(length..).unwrap_or_default())),
    }
}

/// The label of a description: behind a type of 16 bytes and a byte of flags, up to a zero.
fn described(body: &[u8]) -> Option<String> {
    let (flags, label) = body.get(16..)?.split_first()?;
    (flags & 2 != 0).then(|| decoded(label.split(|byte| *byte == 0).next().unwrap_or_default()))
}

fn find<'b>(bytes: &'b [u8], key: &[u8]) -> Option<&'b [u8]> {
    let at = bytes.windows(key.len()).position(|window| window == key)?;
    bytes.get(at + key.len()..)
}

/// The text in CBOR that stands behind a key.
fn value_behind(bytes: &[u8], key: &[u8]) -> Option<String> {
    let (kind, rest) = find(bytes, key)?.split_first()?;
    let (length, rest) = match *kind {
        short @ 0x60..=0x77 => (usize::from(short - 0x60), rest),
        0x78 => rest.split_first().map(|(length, rest)| (usize::from(*length), rest))?,
        0x79 => rest.split_first_chunk().map(|(length, rest)| (usize::from(u16::from_be_bytes(*length)), rest))?,
        _ => return None,
    };
    Some(decoded(rest.get(..length)?))
}
