//! A page of text for people, cut into lines that a terminal of its width does not wrap. Whatever goes on in a second line is indented, so
//! that no text from a bundle can stand where a verdict would.

use std::io::{self, Write};

/// The width of a page that is not for a terminal, in columns.
pub const WIDTH: usize = 78;
/// The least width of a page, in columns: what is narrower is left to the terminal.
pub const LEAST: usize = 20;

/// Text right of this column is not what a line begins with.
const LABELS: usize = 26;

/// Cuts what is written to it into lines of at most `width` columns, at spaces where possible. What is left over without a line break is
/// written by [`Write::flush`].
#[derive(Debug)]
pub struct Page<W> {
    out: W,
    width: usize,
    line: Vec<u8>,
}

impl<W: Write> Page<W> {
    /// A page of `width` columns, [`LEAST`] at least.
    pub fn new(out: W, width: usize) -> Self {
        Page { out, width: width.max(LEAST), line: Vec::new() }
    }

    fn end_line(&mut self) -> io::Result<()> {
        let line = String::from_utf8_lossy(&self.line);
        let (text, end) = line.strip_suffix('\n').map_or((&*line, ""), |text| (text, "\n"));
        self.out.write_all(cut(text, self.width).as_bytes())?;
        self.out.write_all(end.as_bytes())?;
        self.line.clear();
        Ok(())
    }
}

impl<W: Write> Write for Page<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend(piece);
            if piece.ends_with(b"\n") {
                self.end_line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.line.is_empty() {
            self.end_line()?;
        }
        self.out.flush()
    }
}

/// One line, cut into as many as it takes.
fn cut(line: &str, width: usize) -> String {
    if line.len() <= width {
        return line.to_owned();
    }
    let hang = hang(line, width);
    let mut cut = Cut { out: String::with_capacity(line.len() + 80), used: 0, hang, width };
    let body = line.trim_start_matches(' ');
    cut.put(line.get(..line.len() - body.len()).unwrap_or_default());
    let mut words = body;
    while !words.is_empty() {
        let (word, rest) = words.split_at(word(words, width - hang));
        cut.word(word);
        words = rest;
    }
    cut.out.truncate(cut.out.trim_end_matches(' ').len());
    cut.out
}

/// The length of the first word with the space behind it. A command that is told stays whole where a line can hold it, so that it can be
/// copied.
fn word(text: &str, room: usize) -> usize {
    let first = text.find(' ').map_or(text.len(), |at| at + 1);
    if text.get(..first) != Some("sealbag ") {
        return first;
    }
    let end = text.find([',', ';', ')', ':']).unwrap_or(text.len());
    if columns(text.get(..end).unwrap_or_default()) > room {
        return first;
    }
    text.get(end..).and_then(|behind| behind.find(' ')).map_or(text.len(), |at| end + at + 1)
}

/// How far everything but the first line is indented: below what stands behind a label or a dash.
fn hang(line: &str, width: usize) -> usize {
    let shown = unmarked(line);
    let body = shown.trim_start_matches(' ');
    let indent = shown.len() - body.len();
    if body.starts_with("- ") {
        return indent + 2;
    }
    let label = body.find("  ").map(|at| (at, body.get(at..).unwrap_or_default()));
    let behind =
        label.map(|(at, rest)| indent + columns(body.get(..at).unwrap_or_default()) + rest.len() - rest.trim_start().len());
    match behind.filter(|behind| *behind <= LABELS) {
        Some(behind) if behind <= width / 2 => behind,
        Some(_) => indent + 2,
        None if indent > 0 => indent.min(width / 2),
        // a sentence of our own
        None if body.starts_with(|c: char| c.is_ascii_uppercase()) && body.ends_with('.') && !body.contains('"') => 0,
        None => 2,
    }
}

struct Cut {
    out: String,
    /// Columns of the last line.
    used: usize,
    hang: usize,
    width: usize,
}

impl Cut {
    /// A word, and the space behind it.
    fn word(&mut self, word: &str) {
        if word == " " && self.out.contains('\n') && (self.used <= self.hang || self.used >= self.width) {
            return;
        }
        let mut rest = word;
        while self.used + columns(rest.trim_end_matches(' ')) > self.width {
            let room = self.width.saturating_sub(self.used);
            let whole = columns(rest.trim_end_matches(' ')) <= self.width - self.hang;
            match (!whole).then(|| border(rest, room)).flatten() {
                Some(at) => {
                    let (begin, end) = rest.split_at(at);
                    self.put(begin);
                    rest = end;
                }
                // a line of its own holds all of it, or more
                None if self.used > self.hang => {}
                None => {
                    let (begin, end) = rest.split_at(place(rest, room));
                    self.put(begin);
                    rest = end;
                }
            }
            self.next();
        }
        self.put(rest);
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.used += columns(text);
    }

    fn next(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
        self.out.push_str(&" ".repeat(self.hang));
        self.used = self.hang;
    }
}

/// Where a word too long for a line may end for now: behind a group of a digest, or a sign between its parts.
fn border(word: &str, room: usize) -> Option<usize> {
    const GROUP: usize = 8;
    let most = place(word, room);
    let digits = word.trim_end_matches(' ');
    if digits.len().is_multiple_of(GROUP) && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(most / GROUP * GROUP).filter(|at| *at > 0);
    }
    if word.starts_with("SHA256:") {
        return None;
    }
    let signs = ['/', '\\', '-', '_', '.', ':', ','];
    word.get(..most)?.rfind(signs).map(|at| at + 1)
}

/// The byte up to which a word fits into so many columns; at least its first letter does.
fn place(word: &str, room: usize) -> usize {
    let mut used = 0;
    let fits = word.char_indices().find(|(at, c)| {
        used += width(*c);
        used > room && *at > 0
    });
    fits.map_or(word.len(), |(at, _)| at)
}

/// Two columns for scripts that take them, and for everything that might.
fn width(c: char) -> usize {
    if u32::from(c) < 0x1100 { 1 } else { 2 }
}

/// Columns of a text; marks of colour take none.
fn columns(text: &str) -> usize {
    unmarked(text).chars().map(width).sum()
}

/// The text without marks of colour, the only escape sequences that are ever written.
fn unmarked(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |shown, part| shown + part.split_once('m').map_or(part, |(_, behind)| behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str, width: usize) -> String {
        let mut out = Vec::new();
        let mut page = Page::new(&mut out, width);
        page.write_all(text.as_bytes()).unwrap();
        page.flush().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_line_begins_where_a_verdict_would_or_is_wider_than_its_page() {
        let text = "VERIFIED  ".repeat(30) + &"x".repeat(200) + &"漢".repeat(90) + " VERIFIED";
        for width in 20..120 {
            for begin in [
                "  contents    ",
                "  - ",
                "sealbag: ",
                "hint: ",
                "  bag.unlisted         ",
                "\"",
                "a",
                "        ",
                "  - \"a\"  ",
            ] {
                for (at, line) in page(&format!("{begin}{text}\n"), width).lines().enumerate() {
                    assert!(at == 0 || line.starts_with("  "), "{width} {begin}: {line}");
                    assert!(columns(line) <= width, "{width} {begin}: {line}");
                }
            }
        }
    }

    #[test]
    fn a_page_holds_what_was_written_and_cuts_at_borders() {
        let digest = "0123456789abcdef".repeat(4);
        let line = format!("  digest      {digest}\n");
        assert_eq!(page(&line, 78), line);
        assert_eq!(
            page(&line, 40),
            format!("  digest      {}\n{:14}{}\n{:14}{}\n", &digest[..24], "", &digest[24..48], "", &digest[48..])
        );
        let spoken = "  spoken      12345 12345 12345 12345 12345 12345\n";
        assert_eq!(page(spoken, 40), "  spoken      12345 12345 12345 12345\n              12345 12345\n");
        let path = format!("  - \"{}\"\n", "folder/".repeat(12));
        assert_eq!(page(&path, 40).lines().next(), Some("  - \"folder/folder/folder/folder/folder/"));
        assert_eq!(
            page("Two words that stand in a sentence of our own.\n", 40),
            "Two words that stand in a sentence of\nour own.\n"
        );
        let told = "hint: get the sender's card in a way you trust, then: sealbag contact add CARD; and more\n";
        assert_eq!(
            page(told, 70),
            "hint: get the sender's card in a way you trust, then:\n  sealbag contact add CARD; and more\n"
        );
        assert_eq!(page("\x1b[1mVERIFIED\x1b[0m  x.zip\n", 40), "\x1b[1mVERIFIED\x1b[0m  x.zip\n");
        assert_eq!(page("a question [y/N] ", 40), "a question [y/N] ");
        for width in 40..100 {
            let joined: String = page(&line, width).split_whitespace().skip(1).collect();
            assert_eq!(joined, digest);
        }
    }
}
