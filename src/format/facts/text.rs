//! The text of a metadata file: its encoding, and where in it something stands.

use std::borrow::Cow;

use crate::base::detail::Detail;

/// Decodes UTF-8, with a byte order mark or without, and UTF-16 with one, as spreadsheets save "Unicode text".
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Detail> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        bytes => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, Detail> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        Detail::MetadataEncoding { line: 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64 }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, Detail> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let broken = |text: &str| Detail::MetadataEncoding { line: 1 + text.matches('\n').count() as u64 };
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match c {
            Ok(c) => text.push(c),
            Err(_) => return Err(broken(&text)),
        }
    }
    if rest.is_empty() { Ok(Cow::Owned(text)) } else { Err(broken(&text)) }
}

/// Text whose lines are known.
pub struct Text<'t> {
    text: &'t str,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'t> Text<'t> {
    pub fn of(text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Text { text, starts: [0].into_iter().chain(breaks).collect() }
    }

    pub fn whole(&self) -> &'t str {
        self.text
    }

    /// The reason with the place of this byte, line and column from 1, in characters.
    pub fn at(&self, byte: usize, reason: Detail) -> Detail {
        let line = self.line(byte);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..byte).unwrap_or_default();
        Detail::At { line: line as u64, column: before.chars().count() as u64 + 1, reason: Box::new(reason) }
    }

    /// The line of this byte, from 1.
    pub fn line(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte).max(1)
    }

    /// The byte at this line and column, both from 1, the column in bytes.
    pub fn byte(&self, line: usize, column: usize) -> usize {
        self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default() + column.saturating_sub(1)
    }

    /// Where `part`, which was cut out of this text, begins in it.
    pub fn place(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }

    /// What is wrong at this byte: a typographic quotation mark if there is one, where `reason` can only say that something else
    /// belongs there.
    pub fn trouble(&self, byte: usize, reason: Detail) -> Detail {
        let found = self.text.get(byte..).and_then(|rest| rest.chars().next()).filter(|c| is_curly(*c));
        self.at(byte, found.map_or(reason, |found| Detail::CurlyQuotes { found }))
    }
}

fn is_curly(c: char) -> bool {
    matches!(c, '\u{201c}'..='\u{201f}' | '\u{2018}'..='\u{201b}' | '«' | '»' | '\u{2033}' | '\u{ff02}')
}
