//! Everything the program says and asks. Results go to standard output, errors, notes and questions to standard error.
//! Colour is only for terminals, and NO_COLOR turns it off; no meaning hangs on it.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use sealbag::Untrusted;
use sealbag::base::code;
use sealbag::base::error::{Error, Finding, Result};
use sealbag::base::place::Place;
use sealbag::base::text;
use sealbag::report::json::FindingJson;
use sealbag::report::page::{self, Page};
use sealbag::store::home::integrity::takes_belief;
use sealbag::store::home::small::Lines;
use serde::Serialize;
use terminal_size::{Height, Width, terminal_size_of};
use zeroize::Zeroizing;

use super::context::Context;
use super::exit::Exit;
use super::interrupt::{self, while_waiting};
use super::os;

/// For what is to be seen first.
pub const BOLD: Style = Style::new().bold();
/// For what went wrong.
pub const BAD: Style = AnsiColor::Red.on_default().bold();

/// The widest page: longer lines are hard to read.
const WIDEST: usize = 100;

/// Writes a list to standard output, cut for a terminal and a line each for other programs; an output that nobody reads any more is
/// `io.pipe`.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    printed(columns(terminal_size_of(io::stdout())), write)
}

/// Writes a page to standard output, cut for the terminal, or for [`page::WIDTH`] columns.
pub fn page(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    printed(Some(columns(terminal_size_of(io::stdout())).unwrap_or(page::WIDTH)), write)
}

fn printed(width: Option<usize>, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let out = BufWriter::new(AutoStream::auto(io::stdout().lock()));
    let mut out: Box<dyn Write> = match width {
        Some(width) => Box::new(Page::new(out, width)),
        None => Box::new(out),
    };
    while_waiting(|| write(&mut out).and_then(|()| out.flush())).map_err(|error| Error::io(Place::Output, &error))
}

/// How wide a page for this terminal is, in columns; none where it is none, or does not say.
fn columns(terminal: Option<(Width, Height)>) -> Option<usize> {
    terminal.map(|(Width(width), _)| usize::from(width).min(WIDEST)).filter(|width| *width > 0)
}

/// Standard output for bytes as they are. Nothing is half done while its reader keeps it waiting, so the first signal ends that.
pub struct Stream;

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        while_waiting(|| io::stdout().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        while_waiting(|| io::stdout().flush())
    }
}

/// Writes bytes to standard output as they are.
pub fn print_bytes(bytes: &[u8]) -> Result<()> {
    Stream.write_all(bytes).and_then(|()| Stream.flush()).map_err(|error| Error::io(Place::Output, &error))
}

/// Writes one JSON object to standard output, on one line that is harmless on a terminal.
pub fn print_json(value: &impl Serialize) -> Result<()> {
    let mut out = JsonSafe(BufWriter::new(io::stdout().lock()));
    let written = while_waiting(|| {
        serde_json::to_writer(&mut out, value)?;
        writeln!(out)?;
        out.flush()
    });
    written.map_err(|error| Error::io(Place::Output, &error))
}

/// Makes JSON harmless on its way.
struct JsonSafe<W>(W);

impl<W: Write> Write for JsonSafe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // serde_json never cuts a character
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.write_all(text::json_safe(text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes to standard error, cut for a terminal; where that is closed nobody is told.
pub fn tell(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    // one write, so that the words of two runs do not mix
    let mut text = Vec::new();
    let _ = match columns(terminal_size_of(io::stderr())) {
        Some(width) => {
            let mut page = Page::new(&mut text, width);
            write(&mut page).and_then(|()| page.flush())
        }
        None => write(&mut text),
    };
    let mut err = AutoStream::auto(io::stderr().lock());
    let _ = err.write_all(&text).and_then(|()| err.flush());
}

/// True where whoever read the output has read enough of it, as `head` does: the exit code says so, and nobody else wants to know.
pub fn was_left(error: &Error) -> bool {
    error.code == code::IO_PIPE && error.place == Place::Output
}

/// Tells why the run ended, each trouble on a line of its own, and what to do next; with `json` standard output tells it too.
pub fn error(error: &Error, json: bool) {
    tell(|err| {
        troubles(err, error)?;
        let mut told: Vec<String> = Vec::new();
        for next in std::iter::once(error.remedy()).chain(error.also.iter().map(Finding::remedy)) {
            if !told.contains(&next) {
                writeln!(err, "{BOLD}hint:{BOLD:#} {}", Untrusted(&next))?;
                told.push(next);
            }
        }
        Ok(())
    });
    if json {
        // the reason for the exit code stands on standard error already
        let _ = print_json(&ErrorJson::of(error));
    }
}

/// What is wrong, a line each; what is wrong with several things is told once, with a list of them.
pub fn troubles(err: &mut dyn Write, error: &Error) -> io::Result<()> {
    let first = Finding::new(error.code, error.place.clone(), error.detail.clone());
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in std::iter::once(&first).chain(&error.also) {
        match groups.iter_mut().find(|group| group.first().is_some_and(|other| other.detail == finding.detail)) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    for group in groups.iter().take(LISTED) {
        match group.as_slice() {
            [finding] => writeln!(err, "{BAD}sealbag:{BAD:#} {finding}")?,
            [finding, ..] => {
                writeln!(err, "{BAD}sealbag:{BAD:#} {} times: {}", group.len(), Untrusted(&finding.detail.to_string()))?;
                for finding in group.iter().take(LISTED) {
                    writeln!(err, "  - {}", Untrusted(&finding.place.to_string()))?;
                }
                if group.len() > LISTED {
                    writeln!(err, "  … and {} more", group.len() - LISTED)?;
                }
            }
            [] => {}
        }
    }
    if groups.len() > LISTED { writeln!(err, "sealbag: … and {} more", groups.len() - LISTED) } else { Ok(()) }
}

/// How many troubles, and how many things of one trouble, are listed.
const LISTED: usize = 50;

/// Tells what the reader of the command line answers: help and version on standard output, a mistake on standard error.
pub fn command_line(answer: &clap::Error, args: &[OsString], json: bool) -> Result<Exit> {
    if !answer.use_stderr() {
        return print(|out| write!(out, "{}", answer.render().ansi())).map(|()| Exit::DONE);
    }
    // what was typed may come from a file name, so it is as untrusted as one
    if let Some(odd) = args.iter().map(|arg| arg.to_string_lossy()).find(|arg| arg.chars().any(text::is_unseen)) {
        let error = Error::new(code::USAGE, odd, "there is no such option").hint("put -- before names that begin with a dash");
        self::error(&error, json);
        return Ok(Exit::from(&error));
    }
    let text = answer.render().to_string();
    let trouble = text.strip_prefix("error: ");
    tell(|err| {
        if trouble.is_some() {
            write!(err, "{BAD}sealbag:{BAD:#} ")?;
        }
        trouble.unwrap_or(&text).trim_end().lines().try_for_each(|line| writeln!(err, "{}", Untrusted(line)))
    });
    // the first paragraph: the trouble, and which argument it is about
    let first = trouble.and_then(|trouble| trouble.split("\n\n").next()).unwrap_or("no command was given");
    let first = first.split_whitespace().collect::<Vec<_>>().join(" ");
    let error = Error::new(code::USAGE, "command line", first);
    if json {
        let _ = print_json(&ErrorJson::of(&error));
    }
    Ok(Exit::from(&error))
}

/// Tells what is worth knowing and changes nothing.
pub fn notes(findings: &[Finding], context: &Context) {
    // what makes a verdict other than expected is told in any case
    let told = findings.iter().filter(|finding| !context.flags.quiet || takes_belief(finding));
    let told: Vec<&Finding> = told.collect();
    for (at, finding) in told.iter().enumerate() {
        tell(|err| {
            writeln!(err, "sealbag: {finding}")?;
            match told.get(at + 1) {
                Some(next) if next.code == finding.code => Ok(()),
                _ => writeln!(err, "{BOLD}hint:{BOLD:#} {}", finding.code.remedy()),
            }
        });
    }
}

/// One line beside the result: a next step, a word about what was done.
pub fn note(line: impl Display, context: &Context) {
    if !context.flags.quiet {
        tell(|err| writeln!(err, "{line}"));
    }
}

/// An age recipient on one line: its kind, and the middle of a long one left out.
pub fn recipient(text: &str) -> String {
    const LONGEST: usize = 64;
    const EACH: usize = 8;
    let kind = match text.rsplit_once('1').map(|(human, _)| human) {
        Some("age1pq") => " (post-quantum)",
        Some("age") => "",
        _ => " (of a kind that this sealbag cannot encrypt for)",
    };
    let start = text.rfind('1').map_or(0, |at| at + 1) + EACH;
    let end = text.len().saturating_sub(EACH);
    match (text.get(..start), text.get(end..)) {
        (Some(start), Some(end)) if text.len() > LONGEST => format!("{}…{}{kind}", Untrusted(start), Untrusted(end)),
        _ => format!("{}{kind}", Untrusted(text)),
    }
}

/// Asks a question on the terminal after telling `facts`, lines with a line break each. Any answer but yes, or no terminal, is
/// `run.not_confirmed`; `--yes` answers for the user.
pub fn confirm(facts: &str, question: &str, context: &Context) -> Result<()> {
    let refused = |trouble: &str| Error::new(code::RUN_NOT_CONFIRMED, question, trouble);
    if context.flags.yes {
        note(facts.trim_end(), context);
        return Ok(());
    }
    tell(|err| write!(err, "{facts}"));
    if !io::stderr().is_terminal() {
        return Err(refused("there is no terminal to ask on"));
    }
    tell(|err| write!(err, "{question} [y/N] "));
    let answer = interrupt::while_waiting(|| {
        let mut terminal = match io::stdin().is_terminal() {
            true => Lines::of("terminal", io::stdin(), 64, code::RUN_NOT_CONFIRMED),
            // standard input carries something else
            false => Lines::open(Path::new(os::TERMINAL), 64, code::RUN_NOT_CONFIRMED)?,
        };
        terminal.line()
    });
    let answer = answer.map_err(|_| refused("there is no terminal to ask on"))?.unwrap_or_default();
    if matches!(answer.to_ascii_lowercase().as_slice(), b"y" | b"yes") { Ok(()) } else { Err(refused("not answered with yes")) }
}

/// Asks on the terminal for a line of at most `limit` bytes; empty where there is no terminal.
pub fn ask(question: &str, limit: u64) -> Result<Zeroizing<String>> {
    if !io::stderr().is_terminal() || !io::stdin().is_terminal() {
        return Ok(Zeroizing::default());
    }
    tell(|err| write!(err, "{question}"));
    let line = interrupt::while_waiting(|| Lines::open(Path::new(os::TERMINAL), limit, code::USAGE)?.line())?;
    let line = line.unwrap_or_default();
    let text =
        std::str::from_utf8(&line).map_err(|_| Error::new(code::USAGE, "terminal", "what was typed is not UTF-8 text"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Tells about what was written to a file: everything, or only its path with `--quiet`. If it went to standard output, tells it
/// on standard error.
pub fn written(path: Option<&Path>, context: &Context, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut text = Vec::new();
    // writing to memory cannot fail
    let _ = write(&mut text);
    match (path, context.flags.quiet) {
        (None, _) => note(String::from_utf8_lossy(&text).trim_end(), context),
        (Some(path), true) => print_bytes(format!("{}\n", Untrusted(&path.to_string_lossy())).as_bytes())?,
        (Some(_), false) => page(|out| out.write_all(&text))?,
    }
    Ok(())
}

/// An error as JSON, `sealbag-error/1`.
#[derive(Serialize)]
struct ErrorJson {
    schema: &'static str,
    /// The exit code of the run.
    exit: u8,
    /// The id in the table of codes: `sealbag explain CODE`.
    code: &'static str,
    /// What the trouble is about.
    thing: String,
    trouble: String,
    /// The next step.
    hint: String,
    /// More of the same kind.
    also: Vec<FindingJson>,
}

impl ErrorJson {
    fn of(error: &Error) -> Self {
        ErrorJson {
            schema: "sealbag-error/1",
            exit: Exit::from(error).number(),
            code: error.code.id,
            thing: error.place.to_string(),
            trouble: error.detail.to_string(),
            hint: error.remedy(),
            also: error.also.iter().map(FindingJson::of).collect(),
        }
    }
}
