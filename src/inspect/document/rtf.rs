//! Rich Text Format 1.9: what its group of information says, who changed and commented it, and what stands in its text.

use super::super::found::Found;
use super::super::limited::Limited;
use super::properties::{cyrillic, narrow};
use crate::inspect::decode::windows;
use crate::inspect::text;

/// How much is read at once.
const CHUNK: usize = 256 << 10;
/// Of groups that lie deeper nothing is read.
const DEPTH: usize = 100;
/// Of a value no more is kept; a text is looked at in pieces of this length.
const PIECE: usize = 4 << 10;

/// Where letters go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Fact(&'static str),
    /// A time, from numbers in control words.
    Time(&'static str),
    /// The names of those whose changes were tracked.
    Changers,
    /// Fonts, styles, pictures.
    Nowhere,
}

/// Groups that are known by their first control word.
const GROUPS: [(&str, Place); 24] = [
    ("author", Place::Fact("author")),
    ("operator", Place::Fact("last_author")),
    ("company", Place::Fact("company")),
    ("manager", Place::Fact("manager")),
    ("title", Place::Fact("title")),
    ("subject", Place::Fact("subject")),
    ("keywords", Place::Fact("keywords")),
    ("doccomm", Place::Fact("comment")),
    ("comment", Place::Fact("comment")),
    ("generator", Place::Fact("software")),
    ("template", Place::Fact("template")),
    ("creatim", Place::Time("created_at")),
    ("revtim", Place::Time("modified_at")),
    ("printim", Place::Time("printed_at")),
    ("annotation", Place::Fact("comment")),
    ("atnauthor", Place::Fact("comment_author")),
    ("revtbl", Place::Changers),
    ("fonttbl", Place::Nowhere),
    ("stylesheet", Place::Nowhere),
    ("colortbl", Place::Nowhere),
    ("pict", Place::Nowhere),
    ("objdata", Place::Nowhere),
    ("themedata", Place::Nowhere),
    ("colorschememapping", Place::Nowhere),
];

/// Reads the file as it streams past.
pub(super) fn read(file: Limited, found: &mut Found) -> Option<()> {
    let mut reader = Rtf {
        found,
        open: vec![Place::Text],
        fresh: false,
        starred: false,
        page: 1252,
        skip: 0,
        fallback: 1,
        value: String::new(),
        text: String::new(),
        time: [0; 5],
        binary: 0,
        deep: 0,
    };
    let (mut at, mut pending, mut whole) = (0, Vec::new(), false);
    while let Some(chunk) = file.piece(at, CHUNK) {
        at += chunk.len() as u64;
        whole = chunk.len() < CHUNK;
        pending.extend_from_slice(&chunk);
        let used = reader.push(&pending, whole);
        pending.drain(..used);
        if whole {
            break;
        }
    }
    reader.end_text();
    found.count();
    if !whole {
        found.not_read("…");
    }
    Some(())
}

struct Rtf<'f> {
    found: &'f mut Found,
    open: Vec<Place>,
    /// A group was opened and nothing stood in it yet.
    fresh: bool,
    /// `\*` stood first.
    starred: bool,
    page: u16,
    /// So many letters more stand for one that was given as its number.
    skip: usize,
    fallback: usize,
    value: String,
    text: String,
    time: [u32; 5],
    /// So many bytes more are no text.
    binary: usize,
    /// Groups beyond [`DEPTH`].
    deep: usize,
}

impl Rtf<'_> {
    /// Reads all but what may go on in the next bytes; returns how much that is.
    fn push(&mut self, bytes: &[u8], last: bool) -> usize {
        // a control word is not longer
        const WORD: usize = 64;
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.binary > 0 {
                let count = self.binary.min(bytes.len() - at);
                self.binary -= count;
                at += count;
                continue;
            }
            if *byte == b'\\' && !last && bytes.len() - at < WORD {
                return at;
            }
            at += match byte {
                b'{' => self.open(),
                b'}' => self.close(),
                b'\\' => self.control(bytes.get(at + 1..(at + WORD).min(bytes.len())).unwrap_or_default()),
                b'\r' | b'\n' => 1,
                byte => {
                    self.byte(*byte);
                    1
                }
            };
        }
        at
    }

    fn open(&mut self) -> usize {
        if self.open.len() >= DEPTH {
            self.deep += 1;
            return 1;
        }
        let place = self.open.last().copied().unwrap_or(Place::Nowhere);
        self.open.push(place);
        (self.fresh, self.starred) = (true, false);
        1
    }

    fn close(&mut self) -> usize {
        if self.deep > 0 {
            self.deep -= 1;
            return 1;
        }
        let place = if self.open.len() > 1 { self.open.pop().unwrap_or(Place::Text) } else { Place::Text };
        let outer = self.open.last().copied().unwrap_or(Place::Text);
        self.fresh = false;
        if place == outer && place != Place::Changers {
            return 1;
        }
        let value = std::mem::take(&mut self.value);
        match place {
            Place::Fact(name) => {
                text::scan(&value, self.found);
                self.found.add(name, &value);
            }
            Place::Time(name) if self.time.first() != Some(&0) => {
                let [year, month, day, hour, minute] = std::mem::take(&mut self.time);
                self.found.add(name, &format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00"));
            }
            Place::Changers => {
                let name = value.trim().trim_end_matches(';').trim();
                // the first stands for nobody
                if !name.is_empty() && name != "Unknown" {
                    self.found.add("change_author", name);
                    self.found.add("changes", name);
                }
            }
            _ => {}
        }
        1
    }

    /// What follows a backslash; returns how long it is with it.
    fn control(&mut self, rest: &[u8]) -> usize {
        let fresh = std::mem::take(&mut self.fresh);
        match rest.first() {
            Some(b'*') if fresh => {
                (self.fresh, self.starred) = (true, true);
                return 2;
            }
            Some(b'\'') => {
                let digits = rest.get(1..3).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default();
                if let Ok(byte) = u8::from_str_radix(digits, 16) {
                    self.byte(byte);
                }
                return 4;
            }
            Some(byte) if !byte.is_ascii_alphabetic() => {
                match byte {
                    b'~' => self.byte(b' '),
                    b'_' => self.byte(b'-'),
                    b'\n' | b'\r' => self.letter('\n'),
                    byte @ (b'\\' | b'{' | b'}') => self.byte(*byte),
                    _ => {}
                }
                return 2;
            }
            _ => {}
        }
        let word = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let number = rest
            .iter()
            .skip(word)
            .enumerate()
            .take_while(|(at, byte)| byte.is_ascii_digit() || *at == 0 && **byte == b'-')
            .count();
        let text =
            |from: usize, to: usize| rest.get(from..to).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
        let (name, value) = (text(0, word), text(word, word + number).parse::<i32>().ok());
        self.word(name, value, fresh);
        1 + word + number + usize::from(rest.get(word + number) == Some(&b' '))
    }

    fn word(&mut self, name: &str, value: Option<i32>, fresh: bool) {
        let number = value.and_then(|value| u32::try_from(value).ok()).unwrap_or(0);
        if fresh && self.deep == 0 {
            let known = GROUPS.iter().find(|(known, _)| *known == name).map(|(_, place)| *place);
            // a group that a reader may leave out is not shown
            let place = known.or(self.starred.then_some(Place::Nowhere));
            if let (Some(place), Some(last)) = (place, self.open.last_mut())
                && *last != Place::Nowhere
            {
                *last = place;
                self.value.clear();
                self.time = [0; 5];
            }
        }
        let time = |at: usize, time: &mut [u32; 5]| {
            if let Some(part) = time.get_mut(at) {
                *part = number;
            }
        };
        match name {
            "u" => {
                let unit = value.unwrap_or(0).rem_euclid(1 << 16);
                self.skip = 0;
                self.letter(u32::try_from(unit).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER));
                self.skip = self.fallback;
            }
            "uc" => self.fallback = usize::try_from(number).unwrap_or(1).min(16),
            "ansicpg" => self.page = u16::try_from(number).unwrap_or(1252),
            "bin" => self.binary = usize::try_from(number).unwrap_or(0),
            "par" | "line" | "cell" | "row" | "tab" | "sect" | "page" => self.letter('\n'),
            "emdash" | "endash" => self.letter('-'),
            "yr" => time(0, &mut self.time),
            "mo" => time(1, &mut self.time),
            "dy" => time(2, &mut self.time),
            "hr" => time(3, &mut self.time),
            "min" => time(4, &mut self.time),
            "v" if value != Some(0) && self.open.last() == Some(&Place::Text) => self.found.add("hidden", "\\v"),
            _ => {}
        }
    }

    fn byte(&mut self, byte: u8) {
        self.fresh = false;
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        let c = match self.page {
            _ if byte.is_ascii() => char::from(byte),
            1251 => cyrillic(byte),
            1252 => windows(byte),
            page => narrow(&[byte], page).chars().next().unwrap_or('?'),
        };
        self.letter(c);
    }

    fn letter(&mut self, c: char) {
        self.skip = self.skip.saturating_sub(1);
        match self.open.last() {
            Some(Place::Text) => {
                self.text.push(c);
                if c == '\n' || self.text.len() > PIECE {
                    self.end_text();
                }
            }
            Some(Place::Fact(_) | Place::Changers) if self.value.len() < PIECE => self.value.push(c),
            _ => {}
        }
    }

    fn end_text(&mut self) {
        text::scan(&self.text, self.found);
        self.text.clear();
    }
}
