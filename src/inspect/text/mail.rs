//! The parts of an e-mail, line by line (RFC 2045, RFC 2046): which are text, and what stands in those that are coded in base64 or
//! quoted-printable.

use data_encoding::BASE64_NOPAD;

use super::super::found::Found;
use super::contacts::scan;
use super::head::{attachment, unquoted};
use crate::inspect::decode::{Decoder, Encoding};

/// The longest header that is kept, and the longest line of a decoded text.
const FIELD: usize = 4 << 10;
const LINE: usize = 64 << 10;
/// How many boundaries are known at once.
const BOUNDARIES: usize = 100;
/// How many characters of base64 stand for whole bytes.
const GROUP: usize = 4;

/// How the body of a part is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coding {
    Plain,
    Base64,
    Quoted,
}

/// An e-mail that is being read.
pub(super) struct Mail {
    /// The header of the mail or of a part is being read, and its last field.
    header: bool,
    field: Vec<u8>,
    boundaries: Vec<Vec<u8>>,
    coding: Coding,
    is_text: bool,
    /// The part is a mail of its own.
    is_mail: bool,
    /// Characters of base64 that are no whole group yet.
    packed: Vec<u8>,
    decoder: Decoder,
    /// The decoded line so far.
    line: String,
}

impl Mail {
    pub fn new() -> Self {
        Mail {
            header: true,
            field: Vec::new(),
            boundaries: Vec::new(),
            coding: Coding::Plain,
            is_text: true,
            is_mail: false,
            packed: Vec::new(),
            decoder: Decoder::new(Encoding::Bytes),
            line: String::new(),
        }
    }

    /// Takes the next line. True where it says what it means, so that it can be looked at as it is.
    pub fn line(&mut self, line: &[u8], found: &mut Found) -> bool {
        if self.header {
            self.header_line(line, found);
            return true;
        }
        if self.begins_part(line) {
            self.finish(found);
            self.begin();
            return true;
        }
        match self.coding {
            Coding::Plain => return true,
            _ if !self.is_text => {}
            Coding::Quoted => {
                let text = line.trim_ascii_end();
                match text.strip_suffix(b"=") {
                    Some(text) => self.decoded(&unquoted(text), found),
                    None => self.decoded(&[&unquoted(text), &b"\n"[..]].concat(), found),
                }
            }
            Coding::Base64 => {
                self.packed.extend(line.iter().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')));
                let rest = self.packed.split_off(self.packed.len() / GROUP * GROUP);
                let groups = std::mem::replace(&mut self.packed, rest);
                self.decoded(&BASE64_NOPAD.decode(&groups).unwrap_or_default(), found);
            }
        }
        false
    }

    /// Ends the part that is being read.
    pub fn finish(&mut self, found: &mut Found) {
        let packed = std::mem::take(&mut self.packed);
        self.decoded(&BASE64_NOPAD.decode(&packed).unwrap_or_default(), found);
        self.decoder.finish(&mut |c| self.line.push(c));
        scan(&std::mem::take(&mut self.line), found);
    }

    /// True for a line that ends a part; behind the last one nobody reads.
    fn begins_part(&self, line: &[u8]) -> bool {
        let named = line.strip_prefix(b"--").map(<[u8]>::trim_ascii_end);
        named.is_some_and(|named| self.boundaries.iter().any(|known| named.strip_suffix(b"--").unwrap_or(named) == *known))
    }

    /// Begins the header of a part or of a mail inside.
    fn begin(&mut self) {
        (self.header, self.is_text, self.is_mail) = (true, true, false);
        self.coding = Coding::Plain;
        self.field.clear();
    }

    fn header_line(&mut self, line: &[u8], found: &mut Found) {
        let is_end = line.trim_ascii_end().is_empty();
        if is_end || !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let field = std::mem::take(&mut self.field);
            self.field(&field, found);
        }
        let room = FIELD.saturating_sub(self.field.len());
        self.field.extend(line.iter().take(room));
        if is_end {
            match self.is_mail {
                true => self.begin(),
                false => self.header = false,
            }
        }
    }

    fn field(&mut self, field: &[u8], found: &mut Found) {
        let Some(colon) = field.iter().position(|byte| *byte == b':') else { return };
        let (name, value) = field.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        let begins = |known: &str| value.get(..known.len()).is_some_and(|value| value.eq_ignore_ascii_case(known.as_bytes()));
        if is("content-transfer-encoding") {
            self.coding = match () {
                () if begins("base64") => Coding::Base64,
                () if begins("quoted-printable") => Coding::Quoted,
                () => Coding::Plain,
            };
        }
        if is("content-type") {
            self.is_text = begins("text/") || begins("message/");
            self.is_mail = begins("message/rfc822");
            if let Some(boundary) = boundary(value).filter(|_| self.boundaries.len() < BOUNDARIES) {
                self.boundaries.push(boundary);
            }
        }
        attachment(field, found);
    }

    /// Takes bytes of a text.
    fn decoded(&mut self, bytes: &[u8], found: &mut Found) {
        let line = &mut self.line;
        self.decoder.push(bytes, &mut |c| {
            line.push(c);
            if c == '\n' || line.len() >= LINE {
                scan(line, found);
                line.clear();
            }
        });
    }
}

/// What stands before the parts of a body.
fn boundary(value: &[u8]) -> Option<Vec<u8>> {
    const NAME: &[u8] = b"boundary=";
    let at = value.windows(NAME.len()).position(|window| window.eq_ignore_ascii_case(NAME))?;
    let rest = value.get(at + NAME.len()..)?;
    let end = |rest: &[u8], ends: &[u8]| rest.iter().position(|byte| ends.contains(byte)).unwrap_or(rest.len());
    let boundary = match rest.strip_prefix(b"\"") {
        Some(quoted) => quoted.get(..end(quoted, b"\""))?,
        None => rest.get(..end(rest, b"; \t\r\n"))?,
    };
    (!boundary.is_empty()).then(|| boundary.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a mail, each line given alone.
    fn all(mail: &str) -> Vec<String> {
        let (mut found, mut mail_read) = (Found::default(), Mail::new());
        for line in mail.split_inclusive('\n') {
            if mail_read.line(line.as_bytes(), &mut found) {
                scan(line, &mut found);
            }
        }
        mail_read.finish(&mut found);
        found.finish().unwrap().into_iter().map(|fact| fact.value).collect()
    }

    #[test]
    fn parts_are_decoded_where_they_are_text() {
        let base64 = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
        let whole = base64("пишите: anna@example.org\nили +7 (701) 123-45-67");
        let (first, second) = whole.split_at(19);
        let body = format!("Content-Transfer-Encoding: BASE64\n\n{first}\n{second}\n");
        assert_eq!(all(&body), ["anna@example.org", "+7 (701) 123-45-67"]);
        // without its last characters
        assert_eq!(
            all(&format!("Content-Transfer-Encoding: base64\n\n{}", base64("a@example.org!!").trim_end_matches('='))),
            ["a@example.org"]
        );
        let quoted =
            "Content-Transfer-Encoding: quoted-printable\r\n\r\nwrite to dana=40exam=\r\nple.org or +49=2030=201234567=\n";
        assert_eq!(all(quoted), ["dana@example.org", "+49 30 1234567"]);
        // parts in parts, one of which is a picture, and a mail inside
        let mail = format!(
            "Content-Type: multipart/mixed;\n boundary=\"one\"\n\n--one\nContent-Type: multipart/alternative; Boundary=two; x=y\n\n\
             --two\nContent-Transfer-Encoding: base64\nContent-Type: text/html\n\n{}\n--two--\n--one\nContent-Type: image/png; name=a\n\
             Content-Disposition: attachment;\n\tfilename=\"a.png\"\nContent-Transfer-Encoding: base64\n\n{}\n--one\n\
             Content-Type: message/rfc822\n\nFrom: c\nContent-Transfer-Encoding: base64\n\n{}\n--one--\nlast@example.org\n",
            base64("<a href='mailto:html@example.org'>"),
            base64("picture@example.org"),
            base64("inner@example.org"),
        );
        assert_eq!(all(&mail), ["a.png", "html@example.org", "inner@example.org", "last@example.org"]);
    }
}
