//! The form that manifests, releases and the list of readers share: one line of canonical JSON members, then one entry per line,
//! strictly increasing, then `]}`. It is read and written as a stream, so a million lines take no memory but the caller's.

use std::fmt::Display;
use std::io::{self, BufRead, Read as _, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::digest::Digest;
use super::json;
use super::version::{self, Newer};
use crate::base::detail::Detail;
use crate::base::limits;

/// Why a listing was not read.
#[derive(Debug)]
pub enum Fault {
    /// The bytes could not be read.
    Io(io::Error),
    /// It is in a later version of the form.
    Newer(Newer),
    /// It is not in the form.
    Malformed(Detail),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Io(error)
    }
}

impl From<Detail> for Fault {
    fn from(reason: Detail) -> Self {
        Fault::Malformed(reason)
    }
}

impl Fault {
    /// What exactly is wrong.
    pub fn detail(self) -> Detail {
        match self {
            Fault::Io(error) => Detail::Foreign(error.to_string()),
            Fault::Newer(newer) => Detail::FormatIs { format: newer.format },
            Fault::Malformed(reason) => reason,
        }
    }
}

/// Checks the first member of a line: it names `expected`, and nothing else counts, except that a later version is newer.
///
/// # Errors
/// That it is newer, or of no format that there is.
pub(crate) fn check_format(line: &[u8], expected: &str) -> Result<(), Fault> {
    if let Some(newer) = version::newer(line, expected) {
        return Err(Fault::Newer(newer));
    }
    let rest = line.strip_prefix(br#"{"format":""#).and_then(|rest| rest.strip_prefix(expected.as_bytes()));
    if rest.is_some_and(|rest| rest.starts_with(b"\",")) { Ok(()) } else { Err(Detail::FormatWord.into()) }
}

/// What a listing lists. `Display` writes it as it stands between the quotes; the order is that of these bytes.
pub trait Entry: Clone + Ord + Display {
    /// How many a listing holds at most.
    const MOST: usize;

    /// Reads what stands between the quotes.
    ///
    /// # Errors
    /// What is wrong with it.
    fn parse(text: &str) -> Result<Self, Detail>;
}

impl Entry for Digest {
    const MOST: usize = limits::ITEM_COUNT;

    fn parse(text: &str) -> Result<Self, Detail> {
        Digest::parse(text).ok_or(Detail::NotADigest)
    }
}

/// Reads a whole listing whose first member is `"format":"<expected>"` and whose last is `"<list>":[`. Each entry goes to
/// `each`.
///
/// # Errors
/// What is wrong with its form, that the format is newer, or what kept it from being read.
pub fn read<H: DeserializeOwned + Serialize, E: Entry>(
    input: &mut impl BufRead,
    expected: &str,
    list: &str,
    mut each: impl FnMut(E),
) -> Result<H, Fault> {
    let mut line = Vec::new();
    read_line(input, limits::LINE, &mut line)?;
    check_format(&line, expected)?;
    if line.len() > limits::LINE {
        return Err(Detail::FirstLineTooLong.into());
    }
    let opening = format!(",\"{list}\":[\n");
    let head = line.strip_suffix(opening.as_bytes()).ok_or(Detail::ListNotOpened)?;
    let header: H = json::read(&[head, b"}"].concat()).map_err(Fault::Malformed)?;

    let (mut count, mut last) = (0, None::<E>);
    loop {
        read_line(input, limits::STRING, &mut line)?;
        let more = match line.as_slice() {
            [b'"', _, .., b'"', b',', b'\n'] => true,
            [b'"', _, .., b'"', b'\n'] => false,
            _ => return Err(Detail::NotInQuotes.into()),
        };
        let ending = if more { 3 } else { 2 };
        let text = line.get(1..line.len() - ending).and_then(|text| std::str::from_utf8(text).ok());
        let entry = E::parse(text.unwrap_or_default()).map_err(Fault::Malformed)?;
        if last.is_some_and(|last| last >= entry) {
            return Err(Detail::ListNotIncreasing.into());
        }
        count += 1;
        if count > E::MOST {
            return Err(Detail::ListTooLong.into());
        }
        last = Some(entry.clone());
        each(entry);
        if !more {
            break;
        }
    }
    read_line(input, limits::STRING, &mut line)?;
    if line != b"]}\n" {
        return Err(Detail::ListNotClosed.into());
    }
    if !input.fill_buf()?.is_empty() {
        return Err(Detail::BytesFollow.into());
    }
    Ok(header)
}

/// Writes a listing; `entries` must be strictly increasing and not empty.
///
/// # Errors
/// Those of `out`.
pub fn write<H: Serialize>(
    out: &mut impl Write,
    header: &H,
    list: &str,
    entries: impl IntoIterator<Item = impl Entry>,
) -> io::Result<()> {
    let head = json::write(header);
    out.write_all(head.strip_suffix(b"}").unwrap_or(&head))?;
    write!(out, ",\"{list}\":[")?;
    for (at, entry) in entries.into_iter().enumerate() {
        write!(out, "{}\n\"{entry}\"", if at == 0 { "" } else { "," })?;
    }
    out.write_all(b"\n]}\n")
}

/// Reads up to and including the next LF. A line longer than `limit` bytes, LF included, is cut after `limit` + 1 bytes.
///
/// # Errors
/// Those of `input`.
pub(crate) fn read_line(input: &mut impl BufRead, limit: usize, line: &mut Vec<u8>) -> io::Result<()> {
    line.clear();
    input.take(limit as u64 + 1).read_until(b'\n', line)?;
    Ok(())
}
