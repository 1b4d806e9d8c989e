//! The form that manifests and releases share: one line of canonical JSON members, then one digest a line, strictly
//! increasing, then `]}`. It is read and written as a stream, so a million lines need no memory but the caller's.

use std::io::{BufRead, Read as _, Write};
use std::{fmt, io};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::digest::Digest;
use super::json;
use crate::base::limits;

/// Why a listing was not read.
#[derive(Debug)]
pub enum Fault {
    /// The bytes could not be read.
    Io(io::Error),
    /// It names this format, which is not the expected one.
    Newer(String),
    /// It is not in the form.
    Malformed(String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Io(error)
    }
}

impl From<&str> for Fault {
    fn from(reason: &str) -> Self {
        Fault::Malformed(reason.to_owned())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Io(error) => error.fmt(f),
            Fault::Newer(format) => write!(f, "the format is {format}"),
            Fault::Malformed(reason) => f.write_str(reason),
        }
    }
}

/// Reads a whole listing whose first member is `"format":"<expected>"` and whose last is `"<list>":[`. Each digest goes to
/// `each`; their count is at most the limit on items.
pub fn read<H: DeserializeOwned + Serialize>(
    input: &mut impl BufRead,
    expected: &str,
    list: &str,
    mut each: impl FnMut(Digest),
) -> Result<H, Fault> {
    let mut line = Vec::new();
    read_line(input, limits::LINE, &mut line)?;
    if let Some(format) = json::named_format(&line).filter(|format| format != expected) {
        return Err(Fault::Newer(format));
    }
    if line.len() > limits::LINE {
        return Err("the first line is longer than 65,536 bytes".into());
    }
    let opening = format!(",\"{list}\":[\n");
    let head = line.strip_suffix(opening.as_bytes()).ok_or("the first line does not end by opening the list")?;
    let header: H = json::read(&[head, b"}"].concat()).map_err(Fault::Malformed)?;

    let (mut count, mut last) = (0, None);
    loop {
        read_line(input, limits::STRING, &mut line)?;
        let more = match line.as_slice() {
            [b'"', _, .., b'"', b',', b'\n'] => true,
            [b'"', _, .., b'"', b'\n'] => false,
            _ => return Err("a line of the list is not one digest in quotes".into()),
        };
        let ending = if more { 3 } else { 2 };
        let hex = line.get(1..line.len() - ending).and_then(|hex| std::str::from_utf8(hex).ok());
        let digest = hex.and_then(Digest::parse).ok_or("a line of the list is not 64 lower-case hex digits")?;
        if last.is_some_and(|last| last >= digest) {
            return Err("the list is not strictly increasing".into());
        }
        count += 1;
        if count > limits::ITEM_COUNT {
            return Err("the list is longer than 1,000,000 lines".into());
        }
        each(digest);
        last = Some(digest);
        if !more {
            break;
        }
    }
    read_line(input, limits::STRING, &mut line)?;
    if line != b"]}\n" {
        return Err("the list is not closed by ]} after its last digest".into());
    }
    if !input.fill_buf()?.is_empty() {
        return Err("bytes follow the end".into());
    }
    Ok(header)
}

/// Writes a listing; `digests` must be strictly increasing and not empty.
pub fn write<H: Serialize>(
    out: &mut impl Write,
    header: &H,
    list: &str,
    digests: impl IntoIterator<Item = Digest>,
) -> io::Result<()> {
    let head = json::write(header);
    out.write_all(head.strip_suffix(b"}").unwrap_or(&head))?;
    write!(out, ",\"{list}\":[")?;
    for (at, digest) in digests.into_iter().enumerate() {
        write!(out, "{}\n\"{digest}\"", if at == 0 { "" } else { "," })?;
    }
    out.write_all(b"\n]}\n")
}

/// Reads up to and with the next LF. A line longer than `limit` bytes with its LF is cut after one byte more.
pub fn read_line(input: &mut impl BufRead, limit: usize, line: &mut Vec<u8>) -> io::Result<()> {
    line.clear();
    input.take(limit as u64 + 1).read_until(b'\n', line)?;
    Ok(())
}
