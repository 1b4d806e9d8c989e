//! The results of an audit on the disk: a line a bundle, and, when all are there, a summary beside them and its signature.

use std::collections::VecDeque;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::copies::Clash;
use super::plan::Plan;
use super::tally::Tally;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;
use crate::base::text::json_safe;
use crate::base::watch::Unwatched;
use crate::format::audit::Outcome;
use crate::format::digest::Digest;
use crate::report::audited::ReadLine;
use crate::report::json::{self, FindingJson};
use crate::report::verdict::Verdict;
use crate::store::fs::disk::{NewFile, refuse_taken};
use crate::store::fs::places::beside;
use crate::store::fs::results_file::Results;
use crate::store::fs::search;
use crate::store::home::small;

/// Where the files of one audit lie.
pub struct Places {
    /// The lines.
    pub results: PathBuf,
    /// The list, until the audit has come to its end.
    pub plan: PathBuf,
    /// The summary.
    pub summary: PathBuf,
    /// Its signature.
    pub signature: PathBuf,
}

impl Places {
    /// Beside these results.
    ///
    /// # Errors
    /// `io.…`.
    pub fn of(results: &Path) -> Result<Self> {
        Ok(Places {
            results: results.to_owned(),
            plan: beside(results, ".plan")?,
            summary: beside(results, ".summary.json")?,
            signature: beside(results, ".summary.sig")?,
        })
    }
}

/// Refuses a file that could not be written: one is there already, or there is no folder for it.
///
/// # Errors
/// `output.exists`, `io.…`.
pub fn check_new(path: &Path, replace: bool) -> Result<()> {
    refuse_taken(path, replace)
}

/// Where lines go.
pub enum Sink<'s> {
    /// Into a file that can be gone on with.
    File(Box<Growing>),
    /// Into a stream.
    Stream(&'s mut dyn Write),
}

/// A file of results that is being written.
pub struct Growing(Results);

impl Growing {
    /// Begins one.
    ///
    /// # Errors
    /// `output.exists`, `output.busy`, `io.…`.
    pub fn begin(path: &Path, replace: bool) -> Result<Self> {
        Results::begin(path, replace).map(Growing)
    }

    /// Goes on with one: what was written whole must be what the plan has, entry by entry, and goes to `each`; a torn last line is taken away.
    ///
    /// # Errors
    /// `audit.other_list` where the lines are not those of the plan; `audit.malformed`, `output.busy`, `io.…`.
    pub fn go_on(path: &Path, plan: &Plan, each: &mut dyn FnMut(ReadLine)) -> Result<(Self, Tally)> {
        let mut tally = Tally::default();
        let mut entries = plan.entries();
        let results = Results::go_on(path, &mut |line| {
            let read = read_line(line, path, tally.lines() + 1)?;
            let entry = entries.next().transpose()?;
            if !entry.is_some_and(|entry| entry.number == read.number && read.path_bytes().as_deref() == Some(&entry.path[..]))
            {
                let place = Place::path(path);
                return Err(Error::new(code::AUDIT_OTHER_LIST, place, Detail::LineNotListed { line: tally.lines() + 1 }));
            }
            tally.read(&read, line);
            each(read);
            Ok(())
        })?;
        Ok((Growing(results), tally))
    }
}

impl Sink<'_> {
    /// Writes a line, which ends with a line feed.
    ///
    /// # Errors
    /// `io.…`.
    pub fn add(&mut self, line: &[u8]) -> Result<()> {
        match self {
            Sink::File(file) => file.0.add(line),
            Sink::Stream(stream) => stream.write_all(line).map_err(|error| Error::io(Place::Output, &error)),
        }
    }

    /// Brings everything where it belongs.
    ///
    /// # Errors
    /// `io.…`.
    pub fn sync(&mut self) -> Result<()> {
        match self {
            Sink::File(file) => file.0.sync(),
            Sink::Stream(stream) => stream.flush().map_err(|error| Error::io(Place::Output, &error)),
        }
    }
}

/// True for a file that begins like results.
///
/// # Errors
/// `io.…`.
pub fn begins_like(path: &Path) -> Result<bool> {
    let mut head = Vec::new();
    let read = search::open(path)?.take(64).read_to_end(&mut head);
    read.map_err(|error| Error::io(path.to_string_lossy(), &error))?;
    Ok(head.starts_with(br#"{"schema":"sealbag-verify/"#))
}

/// Reads results line by line; each goes to `each` with its bytes, which have no line feed.
///
/// # Errors
/// As [`Lines`]; those of `each`.
pub fn read(path: &Path, each: &mut dyn FnMut(ReadLine, &[u8]) -> Result<()>) -> Result<()> {
    Lines::of(path).try_for_each(|line| line.and_then(|(read, line)| each(read, &line)))
}

/// Results that are read line by line, without the line feeds. The file is open only while a block of it is read, so there may be many.
///
/// A line that is none, or that was cut off, is `audit.malformed`; what kept it from being read `io.…`.
pub struct Lines {
    path: PathBuf,
    at: u64,
    number: u64,
    held: VecDeque<u8>,
    ended: bool,
    streamed: bool,
}

/// How a line begins that tells, behind the results in a stream, what copies of one seal say together.
const BEHIND: &[u8] = br#"{"schema":"sealbag-audit-two-versions/1""#;

impl Lines {
    /// Of the results at this path.
    pub fn of(path: &Path) -> Self {
        Lines { path: path.to_owned(), at: 0, number: 0, held: VecDeque::new(), ended: false, streamed: false }
    }

    /// As [`Lines::of`], where the lines may have been a stream: what it says behind the results is found again by whoever joins them.
    pub fn of_stream(path: &Path) -> Self {
        Lines { streamed: true, ..Lines::of(path) }
    }

    /// Reads on; false at the end.
    fn fill(&mut self) -> Result<bool> {
        let failed = |error: io::Error| Error::io(self.path.to_string_lossy(), &error);
        let mut file = search::open(&self.path)?;
        file.seek(SeekFrom::Start(self.at)).map_err(failed)?;
        let mut block = Vec::new();
        let count = file.take(limits::CHUNK as u64).read_to_end(&mut block).map_err(failed)?;
        self.at += count as u64;
        self.held.extend(block);
        Ok(count > 0)
    }

    fn line(&mut self) -> Result<Option<Vec<u8>>> {
        let mut looked = 0;
        loop {
            if let Some(end) = self.held.iter().skip(looked).position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.held.drain(..=looked + end).collect();
                line.pop();
                self.number += 1;
                return Ok(Some(line));
            }
            looked = self.held.len();
            if looked as u64 > limits::RESULT || !self.fill()? {
                break;
            }
        }
        if self.held.is_empty() {
            return Ok(None);
        }
        let torn = Detail::ResultTorn { line: self.number + 1 };
        Err(Error::new(code::AUDIT_MALFORMED, Place::path(&self.path), torn))
    }
}

impl Iterator for Lines {
    type Item = Result<(ReadLine, Vec<u8>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let mut line = self.line().transpose()?;
        while self.streamed && line.as_ref().is_ok_and(|line| line.starts_with(BEHIND)) {
            line = self.line().transpose()?;
        }
        let read = line.and_then(|line| Ok((read_line(&line, &self.path, self.number)?, line)));
        self.ended = read.is_err();
        Some(read)
    }
}

fn read_line(line: &[u8], path: &Path, number: u64) -> Result<ReadLine> {
    ReadLine::read(line)
        .filter(|read| read.path_bytes().is_some())
        .ok_or_else(|| Error::new(code::AUDIT_MALFORMED, Place::path(path), Detail::NoResult { line: number }))
}

/// Writes results anew in which the copies of one seal that contradict one another have FAILED, and counts them again. Nothing is written
/// where there are none.
///
/// # Errors
/// `audit.malformed`, `io.…`.
pub fn amend(path: &Path, clashes: &[Clash]) -> Result<Option<Tally>> {
    if clashes.is_empty() {
        return Ok(None);
    }
    let new = NewFile::begin(path, true)?;
    let failed = |error: io::Error| Error::io(Place::path(path), &error);
    let (mut out, mut tally) = (BufWriter::new(new.file()), Tally::default());
    read(path, &mut |read, line| {
        let of = clashes.iter().filter(|clash| clash.numbers.binary_search(&read.number).is_ok());
        let findings: Vec<FindingJson> = of.flat_map(|clash| &clash.findings).map(FindingJson::of).collect();
        let (line, read) = match findings.is_empty() {
            true => (line.to_vec(), read),
            false => {
                let line = failed_line(line, &findings);
                let read = read_line(&line, path, tally.lines() + 1)?;
                (line, read)
            }
        };
        tally.read(&read, &line);
        out.write_all(&line).and_then(|()| out.write_all(b"\n")).map_err(failed)
    })?;
    out.flush().map_err(failed)?;
    drop(out);
    new.publish(&Unwatched)?;
    Ok(Some(tally))
}

fn failed_line(line: &[u8], findings: &[FindingJson]) -> Vec<u8> {
    let Ok(Value::Object(mut members)) = serde_json::from_slice(line) else { return line.to_vec() };
    let verdict = Verdict::Failed;
    for (name, value) in [
        ("verdict", json::verdict(verdict).into()),
        ("exit", verdict.exit().into()),
        ("outcome", Outcome::Failed.as_str().into()),
        ("passed", false.into()),
    ] {
        members.insert(name.into(), value);
    }
    if let Some(Value::Array(list)) = members.get_mut("findings") {
        list.extend(findings.iter().filter_map(|finding| serde_json::to_value(finding).ok()));
    }
    json_safe(&Value::Object(members).to_string()).into_bytes()
}

/// Writes results as a table: a heading, and a row for each line.
///
/// # Errors
/// `audit.malformed`, `output.exists`, `io.…`.
pub fn table(results: &Path, to: &Path, replace: bool, heading: &str, row: &mut dyn FnMut(&ReadLine) -> String) -> Result<()> {
    let new = NewFile::begin(to, replace)?;
    let failed = |error: io::Error| Error::io(Place::path(to), &error);
    let mut out = BufWriter::new(new.file());
    out.write_all(heading.as_bytes()).map_err(failed)?;
    read(results, &mut |line, _| out.write_all(row(&line).as_bytes()).map_err(failed))?;
    out.flush().map_err(failed)?;
    drop(out);
    new.publish(&Unwatched)
}

/// Writes the summary and its signature, each as a whole, the signature first: a summary that is there has it.
///
/// # Errors
/// `output.exists`, `io.…`.
pub fn publish(places: &Places, replace: bool, summary: &[u8], signature: Option<&str>) -> Result<()> {
    let new = |path: &Path, bytes: &[u8]| -> Result<NewFile> {
        let new = NewFile::begin(path, replace)?;
        new.file().write_all(bytes).map_err(|error| Error::io(Place::path(path), &error))?;
        Ok(new)
    };
    let summary = new(&places.summary, summary)?;
    if let Some(signature) = signature {
        new(&places.signature, signature.as_bytes())?.publish(&Unwatched)?;
    }
    summary.publish(&Unwatched)
}

/// The digest of a summary that lies there.
///
/// # Errors
/// `io.…`.
pub fn digest_of(summary: &Path) -> Result<Digest> {
    small::read(summary, limits::SUMMARY, code::AUDIT_MALFORMED).map(|bytes| Digest::of(&bytes))
}
