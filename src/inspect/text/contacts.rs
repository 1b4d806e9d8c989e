//! Addresses, telephone numbers and user names in a piece of text.

use std::borrow::Cow;

use super::super::found::Found;
use super::{account, email, phone};

/// Looks for user names in paths among bytes that are no text.
pub fn scan_binary(bytes: &[u8], found: &mut Found) {
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
pub fn scan(text: &str, found: &mut Found) {
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
