//! Searches text as it streams past: characters in, matches with their lines out, in memory that does not grow.

use std::collections::VecDeque;

use super::escapes::{Escapes, Sign};
use super::finder::{Finder, Found};
use super::normal::{Blanks, fold};
use super::numbers::Numbers;
use super::rule::{BEFORE, BEHIND, CAPITAL, JOINT};
use super::tags::{At, Tags};

/// So many bytes are collected before they are searched.
const WINDOW: usize = 64 << 10;

/// A text with markup and escapes in it: what is to be read, and apart from it what stands in its tags.
pub(super) struct Text {
    tags: Tags,
    text: Layer,
    tag: Layer,
}

/// Escapes and then the letters.
struct Layer {
    escapes: Escapes,
    letters: Letters,
}

impl Layer {
    fn new() -> Self {
        Layer { escapes: Escapes::new(), letters: Letters::default() }
    }

    fn push(&mut self, sign: Sign) {
        let Layer { escapes, letters } = self;
        match sign {
            Sign::Letter(c) => escapes.push(c, &mut |sign| letters.push(sign)),
            other => {
                escapes.finish(&mut |sign| letters.push(sign));
                letters.push(other);
            }
        }
    }
}

impl Text {
    pub fn new() -> Self {
        Text { tags: Tags::default(), text: Layer::new(), tag: Layer::new() }
    }

    pub fn push(&mut self, c: char, finder: &Finder, found: &mut Found) {
        let Text { tags, text, tag } = self;
        tags.push(c, &mut |at, sign| match at {
            At::Text => text.push(sign),
            At::Tag => {
                if sign == Sign::Letter('<') {
                    tag.letters.go_to_line(text.letters.line());
                }
                tag.push(sign);
            }
        });
        for layer in [text, tag] {
            if layer.letters.window.len() >= WINDOW {
                layer.letters.search(finder, found, false);
            }
        }
    }

    /// A word may end here, although nothing stands between it and the next one.
    pub fn joint(&mut self) {
        self.text.push(Sign::Joint);
    }

    /// A line ends here, but not the word.
    pub fn line(&mut self) {
        self.text.push(Sign::Line);
    }

    pub fn finish(&mut self, finder: &Finder, found: &mut Found) {
        let Text { tags, text, tag } = self;
        tags.finish(&mut |_, sign| text.push(sign));
        for Layer { escapes, letters } in [text, tag] {
            escapes.finish(&mut |sign| letters.push(sign));
            letters.search(finder, found, true);
        }
    }
}

/// Letters as they are compared, the last of them in a window.
#[derive(Default)]
struct Letters {
    window: Vec<u8>,
    /// For each byte of the window, what the search must know of it.
    flags: Vec<u8>,
    /// How many bytes went before the window.
    gone: u64,
    /// Matches that end up to here were judged.
    judged: u64,
    /// Line breaks before the window.
    lines: u64,
    /// Where in the window lines begin, and how many at once; counted as `gone` is.
    breaks: VecDeque<(u64, u64)>,
    blanks: Blanks,
    numbers: Numbers,
    joint: bool,
    /// Lines so far.
    line: u64,
}

impl Letters {
    fn push(&mut self, sign: Sign) {
        match sign {
            Sign::Joint => self.joint = true,
            Sign::Line => self.lines_end(1, 0),
            Sign::Letter(c) if self.blanks.take(c) => {
                self.numbers.push(c, self.line);
                if c == '\n' {
                    self.lines_end(1, 1);
                }
            }
            Sign::Letter(c) => {
                if let Some(blank) = self.blanks.end() {
                    self.window.push(blank);
                    self.flags.push(0);
                }
                let capital = if c.is_uppercase() { CAPITAL } else { 0 };
                let Letters { window, flags, joint, numbers, line, .. } = self;
                fold(c, &mut |c| {
                    numbers.push(c, *line);
                    let flag = capital | if std::mem::take(joint) { JOINT } else { 0 };
                    window.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    flags.resize(window.len(), flag);
                });
            }
        }
    }

    /// Lines that end here; `blank` letters will be between them.
    fn lines_end(&mut self, count: u64, blank: u64) {
        self.line += count;
        let at = self.gone + self.window.len() as u64 + blank;
        match self.breaks.back_mut() {
            Some((last, lines)) if *last == at => *lines += count,
            _ => self.breaks.push_back((at, count)),
        }
    }

    fn line(&self) -> u64 {
        self.line
    }

    fn go_to_line(&mut self, line: u64) {
        // a break there keeps apart what stands in two tags
        self.push(Sign::Letter(' '));
        let more = line.saturating_sub(self.line);
        if more > 0 {
            self.lines_end(more, 1);
        }
    }

    fn search(&mut self, finder: &Finder, found: &mut Found, end: bool) {
        if end {
            self.numbers.end(self.line);
        }
        for (number, line) in std::mem::take(&mut self.numbers.found) {
            finder.in_numbers(number).iter().for_each(|needle| found.hit(*needle, Some(line + 1)));
        }
        let ready = if end { self.window.len() } else { self.window.len().saturating_sub(BEHIND) };
        for (range, needles) in finder.in_text(&self.window) {
            let at = self.gone + range.end as u64;
            if at <= self.judged || range.end > ready {
                continue;
            }
            for needle in needles {
                let known = found.text.contains_key(needle);
                if known || !finder.rule(*needle).meets(&self.window, &self.flags, range.clone()) {
                    continue;
                }
                let start = self.gone + range.start as u64;
                let lines: u64 = self.breaks.iter().take_while(|(at, _)| *at <= start).map(|(_, count)| count).sum();
                found.hit(*needle, Some(self.lines + lines + 1));
            }
        }
        self.judged = self.gone + ready as u64;
        let drop = ready.saturating_sub(finder.longest() + BEFORE);
        self.window.drain(..drop);
        self.flags.drain(..drop);
        self.gone += drop as u64;
        while let Some((at, count)) = self.breaks.front() {
            if *at > self.gone {
                break;
            }
            self.lines += count;
            self.breaks.pop_front();
        }
    }
}
