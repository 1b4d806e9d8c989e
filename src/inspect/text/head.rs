//! What the beginning of a text says of itself: the header of an e-mail, and what a page names as its author and program.

use data_encoding::BASE64;

use super::super::found::Found;
use crate::inspect::decode::{Decoder, Encoding};

/// Headers with which an e-mail begins.
const FIRST: [&str; 11] = [
    "from",
    "received",
    "return-path",
    "message-id",
    "delivered-to",
    "mime-version",
    "date",
    "subject",
    "to",
    "x-mozilla-status",
    "content-type",
];
/// Headers whose numbers look like addresses and are none.
const NUMBERS: [&str; 7] = [
    "message-id",
    "references",
    "in-reply-to",
    "content-id",
    "dkim-signature",
    "arc-seal",
    "x-ms-exchange-organization-network-message-id",
];

/// Reads the beginning of a text, and takes out of it what would be taken for an address; true for an e-mail.
pub(super) fn read(text: &mut [u8], found: &mut Found) -> bool {
    let is_mail = mail(text, found);
    if !is_mail {
        page(text.get(..64 << 10).unwrap_or(text), found);
    }
    is_mail
}

/// The header of an e-mail; false where it is none.
fn mail(text: &mut [u8], found: &mut Found) -> bool {
    // each header with the lines that continue it
    let mut headers: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let end = at + line.len();
        match (line, headers.last_mut()) {
            ([b'\r', b'\n'] | [b'\n'], _) => break,
            ([b' ' | b'\t', ..], Some(last)) => last.1 = end,
            _ => headers.push((at, end)),
        }
        at = end;
    }
    let name = |text: &[u8], (from, to): (usize, usize)| {
        let header = text.get(from..to)?;
        let colon = header.iter().position(|byte| *byte == b':').filter(|colon| *colon < 64)?;
        let name = std::str::from_utf8(header.get(..colon)?).ok()?.to_ascii_lowercase();
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-').then_some((name, from + colon + 1, to))
    };
    let Some(headers) = headers.into_iter().map(|header| name(text, header)).collect::<Option<Vec<_>>>() else { return false };
    let is = |what: &str| headers.iter().any(|(name, ..)| name == what);
    if headers.len() < 3
        || !headers.first().is_some_and(|(name, ..)| FIRST.contains(&name.as_str()) || name.starts_with("x-"))
        || !is("from")
    {
        return false;
    }
    for (name, from, to) in headers {
        let fact = match name.as_str() {
            "from" | "sender" => "author",
            "organization" => "company",
            "x-mailer" | "user-agent" => "software",
            "date" => "created_at",
            "subject" => "subject",
            "x-originating-ip" => "device",
            _ => "",
        };
        let Some(value) = text.get_mut(from..to) else { continue };
        if !fact.is_empty() {
            found.add(fact, &words(value));
        }
        if NUMBERS.contains(&name.as_str()) {
            value.iter_mut().filter(|byte| !byte.is_ascii_whitespace()).for_each(|byte| *byte = b' ');
        }
    }
    text.split(|byte| *byte == b'\n').for_each(|line| attachment(line, found));
    true
}

/// Adds the name of the file that a header says is inside.
pub(super) fn attachment(header: &[u8], found: &mut Found) {
    let at = header
        .windows(10)
        .position(|window| window.eq_ignore_ascii_case(b"filename=\"") || window.eq_ignore_ascii_case(b"filename*="));
    let Some(rest) = at.and_then(|at| header.get(at + 9..)) else { return };
    let end = rest.iter().skip(1).position(|byte| matches!(byte, b'"' | b';' | b'\r')).map_or(rest.len(), |end| end + 1);
    let name = words(rest.get(..end).unwrap_or_default());
    found.add("attachment", name.trim_matches(['"', '=']));
}

/// A header's value, with the words in it that are encoded (RFC 2047).
fn words(value: &[u8]) -> String {
    let mut out = String::new();
    let mut rest = text(value);
    while let Some((before, word)) = rest.split_once("=?") {
        let mut parts = word.splitn(3, '?');
        let (_, Some(kind), Some(behind)) = (parts.next(), parts.next(), parts.next()) else { break };
        let Some((word, behind)) = behind.split_once("?=") else { break };
        // blanks between two encoded words are none
        if !before.trim().is_empty() || out.is_empty() {
            out.push_str(before);
        }
        let bytes = match kind {
            "B" | "b" => BASE64.decode(word.as_bytes()).unwrap_or_default(),
            _ => unquoted(word.replace('_', " ").as_bytes()),
        };
        out.push_str(&text(&bytes));
        rest = behind.to_owned();
    }
    out + &rest
}

/// Bytes written with two digits behind a sign of equality where they are no letters.
pub(super) fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'=' => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16)).unwrap_or(0);
                let (high, low) = (digit(), digit());
                u8::try_from(high << 4 | low).unwrap_or(b'?')
            }
            byte => byte,
        });
    }
    out
}

fn text(bytes: &[u8]) -> String {
    let (mut out, mut decoder) = (String::new(), Decoder::new(Encoding::Bytes));
    decoder.push(bytes, &mut |c| out.push(c));
    decoder.finish(&mut |c| out.push(c));
    out
}

/// What a page in HTML says of its author and program.
fn page(head: &[u8], found: &mut Found) {
    for (at, _) in head.windows(6).enumerate().filter(|(_, window)| window.eq_ignore_ascii_case(b"<meta ")) {
        let tag = head.get(at..).unwrap_or_default();
        let tag = text(tag.get(..tag.iter().take(2000).position(|byte| *byte == b'>').unwrap_or(0)).unwrap_or_default());
        let fact = match attribute(&tag, "name").unwrap_or_default().to_ascii_lowercase().as_str() {
            "author" | "creator" | "dc.creator" => "author",
            "generator" | "progid" => "software",
            "publisher" => "company",
            _ => continue,
        };
        found.add(fact, &attribute(&tag, "content").unwrap_or_default());
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.to_ascii_lowercase().find(&format!(" {name}="))? + name.len() + 2;
    let rest = tag.get(at..)?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => rest.get(1..)?.split(quote).next().map(str::to_owned),
        None => rest.split_whitespace().next().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(&'static str, String)> {
        let mut found = Found::default();
        read(&mut text.as_bytes().to_vec(), &mut found);
        found.finish().unwrap().into_iter().map(|fact| (fact.name, fact.value)).collect()
    }

    #[test]
    fn what_stands_at_the_head_is_read() {
        let mail = "Received: from x\r\n\tby y\r\nMessage-ID: <a@example.org>\r\nFrom: =?UTF-8?B?0JDQvdC90LA=?= =?utf-8?q?_P=2E?= <anna@example.org>\r\n\
            X-Mailer: Mail 1\r\nSubject: List\r\n\r\nContent-Disposition: attachment; filename=\"list of names.xlsx\"\r\n";
        let expected = [
            ("software", "Mail 1"),
            ("author", "Анна P. <anna@example.org>"),
            ("subject", "List"),
            ("attachment", "list of names.xlsx"),
        ];
        assert_eq!(all(mail), expected.map(|(name, value)| (name, value.to_owned())));
        let page = "<html><META content='Anna' NAME=author><meta name=\"generator\" content=\"Writer 1\"><meta charset=utf-8>";
        assert_eq!(all(page), [("software", "Writer 1".to_owned()), ("author", "Anna".to_owned())]);
        assert_eq!(all("From: here on\n\nnothing more"), []);
        assert_eq!(all("<meta name=author"), []);
    }
}
