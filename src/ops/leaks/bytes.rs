//! Searches bytes that are no text: for words as they are written plainly in UTF-8 and UTF-16, and in longer runs of readable
//! characters, such as what a camera writes into a photo, as in any text.

use super::chunks::Chunks;
use super::finder::{Finder, Found};
use super::rule::{Edge, is_cased};
use super::text::Text;
use crate::inspect::decode::{Decoder, Encoding};

/// From so many readable characters on a run of them is read as text.
const RUN: usize = 24;
/// So many with a zero behind them may be a name, as a camera writes it; longer ones are found in any bytes.
const NAME: usize = 4;
/// What is shorter, in bytes, counts only where no letter or digit stands beside it.
const SURE: usize = 8;

/// The bytes of one file as they stream past.
pub(super) struct Bytes {
    /// The last bytes, in which a match may begin.
    window: Vec<u8>,
    runs: Runs,
    chunks: Chunks,
}

impl Bytes {
    pub fn new() -> Self {
        Bytes { window: Vec::new(), runs: Runs::new(), chunks: Chunks::new() }
    }

    pub fn push(&mut self, chunk: &[u8], finder: &Finder, found: &mut Found) {
        self.runs.push(chunk, finder, found);
        self.chunks.push(chunk, finder, found);
        let looked_at = self.window.len();
        self.window.extend_from_slice(chunk);
        self.search(looked_at, false, finder, found);
    }

    pub fn finish(&mut self, finder: &Finder, found: &mut Found) {
        self.search(self.window.len(), true, finder, found);
        self.runs.text.finish(finder, found);
        self.chunks.finish(finder, found);
        found.chance = true;
        self.runs.short.finish(finder, found);
        found.chance = false;
    }

    /// A match that ends within the last four bytes waits for what follows it.
    fn search(&mut self, looked_at: usize, end: bool, finder: &Finder, found: &mut Found) {
        const AFTER: usize = 4;
        let from = looked_at.saturating_sub(AFTER);
        let ready = if end { self.window.len() } else { self.window.len().saturating_sub(AFTER) };
        for (range, encoding, needles) in finder.in_bytes(&self.window) {
            if range.end <= from || range.end > ready {
                continue;
            }
            let before = self.window.get(..range.start).unwrap_or_default();
            let behind = self.window.get(range.end..).unwrap_or_default();
            let inside = continues_a_word(self.window.get(range.clone()).unwrap_or_default(), before, encoding);
            let alone = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric());
            let alone = encoding != Encoding::Bytes || range.len() >= SURE || alone(before.last()) && alone(behind.first());
            for needle in needles {
                let word = finder.rule(*needle).edge != Edge::Free;
                if alone && !(word && inside) {
                    found.hit_in_bytes(*needle);
                }
            }
        }
        // whatever may begin in the rest needs the letter before it, of up to four bytes
        let gone = ready.saturating_sub(finder.longest() + AFTER);
        self.window.drain(..gone);
    }
}

/// True if `text` continues a word that began in `before`.
fn continues_a_word(text: &[u8], before: &[u8], encoding: Encoding) -> bool {
    let (first, last) = match encoding {
        Encoding::Bytes => {
            let tail = before.get(before.len().saturating_sub(4)..).unwrap_or_default();
            let in_utf8 = |bytes: Option<&[u8]>| std::str::from_utf8(bytes?).ok()?.chars().next();
            let first = (1..=4).find_map(|count| in_utf8(text.get(..count)));
            (first, (1..=tail.len()).find_map(|count| in_utf8(tail.get(tail.len() - count..))))
        }
        encoding => {
            let in_utf16 = |bytes: Option<&[u8; 2]>| char::from_u32(encoding.unit(*bytes?).into());
            (in_utf16(text.first_chunk()), in_utf16(before.last_chunk()))
        }
    };
    first.is_some_and(is_cased) && last.is_some_and(is_cased)
}

/// Finds runs of readable characters and reads them as text.
struct Runs {
    text: Text,
    decoder: Decoder,
    /// The readable characters of a run that is still short.
    held: Vec<u8>,
    /// In a run that is long enough.
    inside: bool,
    /// Names that are found in no other way.
    short: Text,
}

impl Runs {
    fn new() -> Self {
        Runs { text: Text::new(), decoder: Decoder::new(Encoding::Bytes), held: Vec::new(), inside: false, short: Text::new() }
    }

    fn push(&mut self, chunk: &[u8], finder: &Finder, found: &mut Found) {
        for byte in chunk {
            let readable = matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
            match self.inside {
                true if readable || *byte >= 0x80 => self.read(&[*byte], finder, found),
                true => {
                    self.inside = false;
                    let text = &mut self.text;
                    self.decoder.finish(&mut |c| text.push(c, finder, found));
                    "\n\n".chars().for_each(|c| text.push(c, finder, found));
                }
                false if readable => {
                    self.held.push(*byte);
                    if self.held.len() == RUN {
                        self.inside = true;
                        let held = std::mem::take(&mut self.held);
                        self.read(&held, finder, found);
                        self.held = held;
                        self.held.clear();
                    }
                }
                false => {
                    if *byte == 0 && self.held.len() == NAME {
                        found.chance = true;
                        let name = self.held.iter().map(|byte| char::from(*byte));
                        name.chain(['\n', '\n']).for_each(|c| self.short.push(c, finder, found));
                        found.chance = false;
                    }
                    self.held.clear();
                }
            }
        }
    }

    fn read(&mut self, bytes: &[u8], finder: &Finder, found: &mut Found) {
        let Runs { text, decoder, .. } = self;
        decoder.push(bytes, &mut |c| text.push(c, finder, found));
    }
}
