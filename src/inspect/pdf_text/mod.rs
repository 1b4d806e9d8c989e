//! A PDF as it streams past: the strings in its objects and in its streams. There is no table to trust and no tree to follow, so
//! that a damaged or hostile file costs no more than its length. A reader of the whole format would have to hold the file in memory, and
//! would still not know what the letters of most fonts mean.

mod strings;

pub(crate) use self::strings::Piece;

use aho_corasick::AhoCorasick;

use self::strings::Strings;
use super::inflate::{Inflated, Inflater, Stopped, Take};

/// The dictionary of a stream is looked for in so many bytes before it.
const DICTIONARY: usize = 4 << 10;
/// Where fewer of its letters than this, in a hundred, are what people write, a font has numbers of its own.
const READABLE: u64 = 80;

/// Names that tell how letters are written, and of what cannot be read.
const NAMES: [(&str, Name); 11] = [
    ("%%EOF", Name::End),
    ("/Encrypt", Name::Encrypted),
    ("/Identity-H", Name::OwnLetters),
    ("/Identity-V", Name::OwnLetters),
    ("/Differences", Name::OwnLetters),
    ("/Type0", Name::OwnLetters),
    ("/Type3", Name::OwnLetters),
    ("/CIDFont", Name::OwnLetters),
    ("/WinAnsiEncoding", Name::Letters),
    ("/MacRomanEncoding", Name::Letters),
    ("/StandardEncoding", Name::Letters),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Encrypted,
    OwnLetters,
    Letters,
    /// The file ends here, or is added to.
    End,
}

/// Why the strings of a PDF were not read, or not all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// Some of it is pictures.
    Picture,
    /// It is encrypted.
    Encrypted,
    /// Letters are numbers of its own fonts.
    Fonts,
    /// Compressed in a way that is not read.
    Compressed,
    /// Broken off or damaged.
    Damaged,
    /// It unpacks to more than is wanted.
    Limits,
}

impl From<Stopped> for Lack {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Limits => Lack::Limits,
            Stopped::Damaged => Lack::Damaged,
        }
    }
}

/// Where reading stands.
enum State {
    Objects,
    Deflated(Inflater),
    /// A stream without compression; its strings are read or not.
    Plain(bool),
}

/// Reads one PDF.
pub(crate) struct Pdf {
    state: State,
    /// The last bytes of objects, or of a stream without compression.
    tail: Vec<u8>,
    strings: Strings,
    names: AhoCorasick,
    /// The last bytes in which names were looked for.
    named: Vec<u8>,
    letters: u64,
    strange: u64,
    encodings: bool,
    /// A font with only some of its letters, so maybe with numbers of its own.
    subset: bool,
    ended: bool,
    lacks: Vec<Lack>,
}

impl Pdf {
    pub fn new() -> Option<Self> {
        let names = AhoCorasick::new(NAMES.map(|(name, _)| name)).ok()?;
        Some(Pdf {
            state: State::Objects,
            tail: Vec::new(),
            strings: Strings::default(),
            names,
            named: Vec::new(),
            letters: 0,
            strange: 0,
            encodings: false,
            subset: false,
            ended: false,
            lacks: Vec::new(),
        })
    }

    /// Reads on. What is unpacked goes to `take` too, which says false where it is too much.
    pub fn push(&mut self, mut input: &[u8], take: Take, each: &mut dyn FnMut(Piece)) {
        while !input.is_empty() {
            match std::mem::replace(&mut self.state, State::Plain(false)) {
                State::Objects => {
                    self.state = State::Objects;
                    // up to the next line end, behind which a stream may begin
                    let line = up_to(&mut input, b'\n');
                    self.read(line, each);
                    self.keep(line);
                    if self.stream_begins() {
                        self.begin(each);
                    }
                }
                State::Plain(read) => {
                    self.state = State::Plain(read);
                    let piece = up_to(&mut input, b'm');
                    if read {
                        self.read(piece, each);
                    }
                    self.keep(piece);
                    if self.tail.ends_with(b"endstream") {
                        self.go_to(State::Objects, each);
                    }
                }
                State::Deflated(mut inflater) => {
                    let inflated = inflater.push(input, &mut |bytes| {
                        self.read(bytes, each);
                        take(bytes)
                    });
                    match inflated {
                        Inflated::More => {
                            self.state = State::Deflated(inflater);
                            return;
                        }
                        Inflated::End(at) => {
                            input = input.get(at..).unwrap_or_default();
                            self.go_to(State::Objects, each);
                        }
                        Inflated::Failed(reason) => {
                            self.note(reason.into());
                            self.go_to(State::Plain(false), each);
                        }
                    }
                }
            }
        }
    }

    /// Why it was not read, or not all of it.
    pub fn finish(mut self, each: &mut dyn FnMut(Piece)) -> Vec<Lack> {
        if !self.ended || !matches!(self.state, State::Objects) {
            self.note(Lack::Damaged);
        }
        self.strings.finish(each);
        let strange = self.strange * 100 > self.letters * (100 - READABLE);
        if strange || self.subset && !self.encodings {
            self.note(Lack::Fonts);
        }
        self.lacks
    }

    fn note(&mut self, reason: Lack) {
        if !self.lacks.contains(&reason) {
            self.lacks.push(reason);
        }
    }

    fn go_to(&mut self, state: State, each: &mut dyn FnMut(Piece)) {
        self.strings.finish(each);
        self.strings = Strings::default();
        self.tail.clear();
        self.state = state;
    }

    /// Keeps the last bytes.
    fn keep(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes.get(bytes.len().saturating_sub(DICTIONARY)..).unwrap_or_default());
        if self.tail.len() > 2 * DICTIONARY {
            self.tail.drain(..self.tail.len() - DICTIONARY);
        }
    }

    fn read(&mut self, bytes: &[u8], each: &mut dyn FnMut(Piece)) {
        self.look_for_names(bytes);
        let (mut letters, mut strange) = (0, 0);
        for byte in bytes {
            self.strings.push(*byte, &mut |piece| {
                if let Piece::Letter(c) = piece {
                    letters += 1;
                    strange += u64::from(c.is_control() && !c.is_whitespace());
                }
                each(piece);
            });
        }
        self.letters += letters;
        self.strange += strange;
    }

    fn look_for_names(&mut self, bytes: &[u8]) {
        // a name may begin in what came before
        const LONGEST: usize = 20;
        let kept = self.named.len();
        self.named.extend_from_slice(bytes);
        let found: Vec<Name> = self
            .names
            .find_iter(&self.named)
            .filter(|hit| hit.end() > kept)
            .filter_map(|hit| Some(NAMES.get(hit.pattern().as_usize())?.1))
            .collect();
        for name in found {
            match name {
                Name::Encrypted => self.note(Lack::Encrypted),
                Name::OwnLetters => self.note(Lack::Fonts),
                Name::Letters => self.encodings = true,
                Name::End => self.ended = true,
            }
        }
        // ABCDEF+Name
        let is_subset =
            |window: &[u8]| matches!(window, [b'/', letters @ .., b'+'] if letters.iter().all(u8::is_ascii_uppercase));
        self.subset = self.subset || self.named.windows(8).any(is_subset);
        self.named.drain(..self.named.len().saturating_sub(LONGEST));
    }

    fn stream_begins(&self) -> bool {
        let line = self.tail.strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        line.is_some_and(|line| line.ends_with(b"stream") && !line.ends_with(b"endstream"))
    }

    /// Begins the stream whose dictionary was kept.
    fn begin(&mut self, each: &mut dyn FnMut(Piece)) {
        let from = self.tail.windows(4).rposition(|window| window == b" obj").unwrap_or(0);
        let dictionary = self.tail.get(from..).unwrap_or_default();
        let has = |text: &[u8], name: &[u8]| text.windows(name.len()).any(|window| window == name);
        let closed: Vec<u8> = dictionary.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let says = |name: &[u8]| has(dictionary, name);
        const OTHERS: [&[u8]; 5] = [b"/ASCII85Decode", b"/ASCIIHexDecode", b"/LZWDecode", b"/RunLengthDecode", b"/Crypt"];
        let (image, other) = (has(&closed, b"/Subtype/Image"), OTHERS.iter().any(|name| says(name)));
        let font = [&b"/Length1"[..], b"/Type1C", b"/CIDFontType0C", b"/OpenType", b"/Alternate"].iter().any(|name| says(name));
        let state = match (image || font || has(&closed, b"/Type/XRef"), says(b"/Filter")) {
            (true, _) => State::Plain(false),
            (false, true) if says(b"/FlateDecode") && !other => State::Deflated(Inflater::zlib()),
            (false, true) => {
                self.note(Lack::Compressed);
                State::Plain(false)
            }
            (false, false) => State::Plain(true),
        };
        if image {
            self.note(Lack::Picture);
        }
        self.go_to(state, each);
    }
}

/// Takes from the input up to and with the next byte of this value, or all of it.
fn up_to<'i>(input: &mut &'i [u8], byte: u8) -> &'i [u8] {
    let end = input.iter().position(|other| *other == byte).map_or(input.len(), |at| at + 1);
    let (piece, rest) = input.split_at_checked(end).unwrap_or((input, &[]));
    *input = rest;
    piece
}
