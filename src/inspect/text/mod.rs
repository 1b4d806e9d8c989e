//! What stands in texts: e-mail addresses, telephone numbers, and user names in paths.

mod account;
mod email;
mod head;
mod phone;

use std::borrow::Cow;

use super::decode::{Decoder, Encoding};
use super::fact::Fact;
use super::found::Found;
use super::limited::Limited;

/// How much is read at once.
const CHUNK: usize = 256 << 10;

/// What a text says.
pub(super) fn read(file: Limited) -> Option<Vec<Fact>> {
    let mut found = Found::default();
    let mut whole = false;
    let mut at = 0;
    let mut pending = Vec::new();
    let mut encoding = Encoding::Bytes;
    while let Some(mut chunk) = file.piece(at, CHUNK) {
        whole = chunk.len() < CHUNK;
        if at == 0 {
            encoding = told(&chunk)?;
            head::read(&mut chunk, &mut found);
        }
        at += chunk.len() as u64;
        pending.extend_from_slice(&chunk);
        // a line is looked at whole, unless it is as long as all that is read at once
        let line = match encoding {
            Encoding::Bytes => pending.iter().rposition(|byte| *byte == b'\n'),
            _ => None,
        };
        let end = match line {
            _ if whole => pending.len(),
            Some(end) => end + 1,
            None => pending.len() & !1,
        };
        scan_bytes(pending.get(..end).unwrap_or_default(), encoding, &mut found, &file);
        pending.drain(..end);
        if whole {
            break;
        }
    }
    if !whole {
        if at == 0 {
            return None;
        }
        found.not_read("…");
    }
    found.finish()
}

/// How the text is written; none where it is no text.
fn told(head: &[u8]) -> Option<Encoding> {
    let head = head.get(..4096).unwrap_or(head);
    match head {
        [0xFF, 0xFE, ..] => return Some(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => return Some(Encoding::Utf16Be),
        _ => {}
    }
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count() * 3 > head.len();
    match (zeros(1), zeros(0)) {
        (true, false) => Some(Encoding::Utf16Le),
        (false, true) => Some(Encoding::Utf16Be),
        (true, true) => None,
        (false, false) => Some(Encoding::Bytes),
    }
}

fn scan_bytes(bytes: &[u8], encoding: Encoding, found: &mut Found, file: &Limited) {
    let text = match (encoding, std::str::from_utf8(bytes)) {
        (Encoding::Bytes, Ok(text)) => Cow::Borrowed(text),
        _ => {
            let (mut out, mut decoder) = (String::with_capacity(bytes.len()), Decoder::new(encoding));
            decoder.push(bytes, &mut |c| out.push(c));
            decoder.finish(&mut |c| out.push(c));
            Cow::Owned(out)
        }
    };
    // in pieces, so that the time is looked at
    for line in text.split_inclusive('\n') {
        if file.late() {
            return;
        }
        scan(line, found);
    }
}

/// Looks for user names in paths among bytes that are no text.
pub(super) fn scan_binary(bytes: &[u8], found: &mut Found) {
    // letters in UTF-16 have a zero beside each
    let plain: String = bytes
        .iter()
        .filter(|byte| **byte != 0)
        .map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '\n' })
        .collect();
    for (at, _) in plain.match_indices(['/', '\\']) {
        if let Some((name, _)) = account::account(&plain, at) {
            found.add("account", &name);
        }
    }
}

/// Adds what stands in a piece of text.
pub(super) fn scan(text: &str, found: &mut Found) {
    let is_digit = |byte: &u8| byte.is_ascii_digit() || *byte >= 0xD9;
    if !text.bytes().any(|byte| matches!(byte, b'@' | b'/' | b'\\'))
        && text.as_bytes().iter().filter(|byte| is_digit(byte)).count() < 5
    {
        return;
    }
    let text = &*plain_digits(text);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let next = match byte {
            b'@' => email::email(text, at).map(|(from, to)| {
                found.add("email", text.get(from..to).unwrap_or_default());
                to
            }),
            b'/' | b'\\' => account::account(text, at).map(|(name, to)| {
                found.add("account", &name);
                to
            }),
            b'+' | b'(' | b'0'..=b'9' => {
                let run = phone::run(text, at);
                if let Some(number) = phone::number(text, &run) {
                    found.add("telephone", number);
                }
                // the domain of an address, or the name of a folder, may begin with a digit
                Some(run.end)
            }
            _ => None,
        };
        at = next.unwrap_or(at).max(at + 1);
    }
}

/// Digits of other scripts as those of ASCII.
fn plain_digits(text: &str) -> Cow<'_, str> {
    const ZEROS: [char; 5] = ['٠', '۰', '०', '০', '０'];
    let plain = |c: char| {
        let digit = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10));
        match (digit, c) {
            (Some(digit), _) => char::from_digit(digit, 10).unwrap_or(c),
            (None, '＋') => '+',
            (None, '\u{A0}' | '\u{202F}' | '\u{2009}' | '\u{3000}') => ' ',
            (None, '\u{2010}'..='\u{2013}' | '\u{2212}' | '－') => '-',
            (None, '（') => '(',
            (None, '）') => ')',
            (None, c) => c,
        }
    };
    if text.is_ascii() || text.chars().all(|c| plain(c) == c) { Cow::Borrowed(text) } else { text.chars().map(plain).collect() }
}
