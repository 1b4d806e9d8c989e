//! What stands in texts: e-mail addresses, telephone numbers, and user names in paths.

mod account;
mod contacts;
mod email;
mod head;
mod mail;
mod phone;

use std::borrow::Cow;

use super::decode::{Decoder, Encoding};
use super::fact::Fact;
use super::found::Found;
use super::limited::Limited;
pub(super) use contacts::{scan, scan_binary};
use mail::Mail;

/// How much is read at once.
const CHUNK: usize = 256 << 10;

/// What a text says.
pub(super) fn read(file: Limited) -> Option<Vec<Fact>> {
    let mut found = Found::default();
    let mut whole = false;
    let mut at = 0;
    let mut pending = Vec::new();
    let mut encoding = Encoding::Bytes;
    let mut mail = None;
    while let Some(mut chunk) = file.piece(at, CHUNK) {
        whole = chunk.len() < CHUNK;
        if at == 0 {
            encoding = told(&chunk)?;
            mail = head::read(&mut chunk, &mut found).then(Mail::new);
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
        let lines = pending.get(..end).unwrap_or_default();
        match &mut mail {
            Some(mail) => scan_mail(lines, mail, &mut found, &file),
            None => scan_bytes(lines, encoding, &mut found, &file),
        }
        pending.drain(..end);
        if whole {
            break;
        }
    }
    if let Some(mut mail) = mail {
        mail.finish(&mut found);
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

fn characters(bytes: &[u8], encoding: Encoding) -> Cow<'_, str> {
    match (encoding, std::str::from_utf8(bytes)) {
        (Encoding::Bytes, Ok(text)) => Cow::Borrowed(text),
        _ => {
            let (mut out, mut decoder) = (String::with_capacity(bytes.len()), Decoder::new(encoding));
            decoder.push(bytes, &mut |c| out.push(c));
            decoder.finish(&mut |c| out.push(c));
            Cow::Owned(out)
        }
    }
}

fn scan_mail(bytes: &[u8], mail: &mut Mail, found: &mut Found, file: &Limited) {
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if file.late() {
            return;
        }
        if mail.line(line, found) {
            scan(&characters(line, Encoding::Bytes), found);
        }
    }
}

fn scan_bytes(bytes: &[u8], encoding: Encoding, found: &mut Found, file: &Limited) {
    let text = characters(bytes, encoding);
    // in pieces, so that the time is looked at
    for line in text.split_inclusive('\n') {
        if file.late() {
            return;
        }
        scan(line, found);
    }
}
