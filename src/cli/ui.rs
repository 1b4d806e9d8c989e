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
use sealbag::base::text;
use sealbag::store::home::small::{self, Lines};
use serde::Serialize;
use zeroize::Zeroizing;

use super::context::Context;
use super::exit::Exit;
use super::interrupt;

/// For what is to be seen first.
pub const BOLD: Style = Style::new().bold();
/// For what went wrong.
pub const BAD: Style = AnsiColor::Red.on_default().bold();

/// Writes a result to standard output; an output that nobody reads any more is `io.pipe`.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut out = BufWriter::new(AutoStream::auto(io::stdout().lock()));
    write(&mut out).and_then(|()| out.flush()).map_err(|error| Error::io("output", &error))
}

/// Writes bytes to standard output as they are.
pub fn print_bytes(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| Error::io("output", &error))
}

/// Writes one JSON object to standard output, on one line that is harmless on a terminal.
pub fn print_json(value: &impl Serialize) -> Result<()> {
    let json = serde_json::to_string(value).map_err(|error| Error::io("output", &error.into()))?;
    print_bytes((text::json_safe(&json) + "\n").as_bytes())
}

/// Writes to standard error; where that is closed nobody is told.
pub fn tell(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    // one write, so that the words of two runs do not mix
    let mut text = Vec::new();
    let _ = write(&mut text);
    let mut err = AutoStream::auto(io::stderr().lock());
    let _ = err.write_all(&text).and_then(|()| err.flush());
}

/// Tells why the run ended, each trouble on a line of its own, and what to do next; with `json` standard output tells it too.
pub fn error(error: &Error, json: bool) {
    tell(|err| {
        writeln!(err, "{BAD}sealbag:{BAD:#} {error}")?;
        for finding in &error.also {
            writeln!(err, "{BAD}sealbag:{BAD:#} {finding}")?;
        }
        writeln!(err, "{BOLD}hint:{BOLD:#} {}", Untrusted(error.remedy()))?;
        let mut told = vec![error.code];
        for code in error.also.iter().map(|finding| finding.code) {
            if !told.contains(&code) {
                told.push(code);
                writeln!(err, "{BOLD}hint:{BOLD:#} {}", code.remedy)?;
            }
        }
        Ok(())
    });
    if json {
        // the reason for the exit code stands on standard error already
        let _ = print_json(&ErrorJson::of(error));
    }
}

/// Tells what the reader of the command line answers: help and version on standard output, a mistake on standard error.
pub fn command_line(answer: &clap::Error, args: &[OsString], json: bool) -> Result<Exit> {
    if !answer.use_stderr() {
        return print(|out| write!(out, "{}", answer.render().ansi())).map(|()| Exit::DONE);
    }
    // what was typed may come from a file name, so it is as untrusted as one
    if let Some(odd) = args.iter().map(|arg| arg.to_string_lossy()).find(|arg| arg.chars().any(text::is_unseen)) {
        let error = Error::new(code::USAGE, odd, "no option is called so").hint("put -- before names that begin with a dash");
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
    if context.flags.quiet {
        return;
    }
    for finding in findings {
        tell(|err| {
            writeln!(err, "sealbag: {finding}")?;
            writeln!(err, "{BOLD}hint:{BOLD:#} {}", finding.code.remedy)
        });
    }
}

/// One line beside the result: a next step, a word about what was done.
pub fn note(line: impl Display, context: &Context) {
    if !context.flags.quiet {
        tell(|err| writeln!(err, "{line}"));
    }
}

/// A name as people see it: escaped, in quotation marks, its white space such that no second line can be imitated.
pub fn quoted(name: &str) -> String {
    let mut out = String::from("\"");
    let mut before = ' ';
    for c in Untrusted(name).to_string().chars() {
        match c {
            '"' => out.push_str("\\\""),
            c if c.is_whitespace() && (c != ' ' || before == ' ') => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
        before = c;
    }
    out.push('"');
    out
}

/// Text for one column of a page: cut into lines that no usual terminal wraps, at spaces where it can be, the later ones
/// `indent` spaces in, so that nothing in it can come to stand at the beginning of a line.
pub fn column(text: &str, indent: usize) -> String {
    const WIDTH: usize = 78;
    // scripts that take two places, and everything that might
    let width = |c: char| if u32::from(c) < 0x1100 { 1 } else { 2 };
    let room = WIDTH.saturating_sub(indent).max(20);
    let mut lines = vec![(String::new(), 0)];
    for word in text.split_inclusive(' ') {
        let length: usize = word.chars().map(width).sum();
        if length <= room && lines.last().is_some_and(|(_, used)| used + length > room) {
            lines.push((String::new(), 0));
        }
        for c in word.chars() {
            if lines.last().is_some_and(|(_, used)| used + width(c) > room) {
                lines.push((String::new(), 0));
            }
            if let Some((line, used)) = lines.last_mut() {
                line.push(c);
                *used += width(c);
            }
        }
    }
    let lines: Vec<&str> = lines.iter().map(|(line, _)| line.trim_end()).collect();
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

/// A path or name on a line that must not wrap: its middle left out where it is long.
pub fn short(text: &str) -> String {
    const EACH: usize = 24;
    let chars: Vec<char> = quoted(text).trim_matches('"').chars().collect();
    if chars.len() <= 2 * EACH + 1 {
        return chars.into_iter().collect();
    }
    let (start, end) = (chars.iter().take(EACH), chars.iter().skip(chars.len() - EACH));
    start.chain(&['…']).chain(end).collect()
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

/// Asks a question on the terminal after telling `facts`, lines with a line break each. Anything but yes, and no terminal,
/// is `run.not_confirmed`; `--yes` answers for the user.
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
            false => Lines::open(Path::new("/dev/tty"), 64, code::RUN_NOT_CONFIRMED)?,
        };
        terminal.line()
    });
    let answer = answer.map_err(|_| refused("there is no terminal to ask on"))?.unwrap_or_default();
    if matches!(answer.to_ascii_lowercase().as_slice(), b"y" | b"yes") { Ok(()) } else { Err(refused("not answered with yes")) }
}

/// Tells what was written: all of it where that stands in a file, the path alone for `--quiet`; on standard error where standard
/// output carried it.
pub fn written(path: Option<&Path>, context: &Context, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut text = Vec::new();
    // writing to memory cannot fail
    let _ = write(&mut text);
    match (path, context.flags.quiet) {
        (None, _) => note(String::from_utf8_lossy(&text).trim_end(), context),
        (Some(path), true) => print(|out| writeln!(out, "{}", Untrusted(&path.to_string_lossy())))?,
        (Some(_), false) => print(|out| out.write_all(&text))?,
    }
    Ok(())
}

/// Reads a small file that the user names, or standard input for `-`; a longer one is an error of kind `over`.
pub fn input(path: &Path, limit: u64, over: &'static code::Code, context: &Context) -> Result<Zeroizing<Vec<u8>>> {
    if path == Path::new("-") {
        context.take_standard_input()?;
        return interrupt::while_waiting(|| small::read_from("standard input", io::stdin().lock(), limit, over));
    }
    interrupt::while_waiting(|| small::read(path, limit, over))
}

/// An error as JSON, `sealbag-error/1`.
#[derive(Serialize)]
struct ErrorJson<'a> {
    schema: &'static str,
    /// The exit code of the run.
    exit: u8,
    /// The id in the table of codes: `sealbag explain CODE`.
    code: &'static str,
    /// What the trouble is about.
    thing: &'a str,
    trouble: &'a str,
    /// The next step.
    hint: &'a str,
    /// More of the same kind.
    also: Vec<FindingJson<'a>>,
}

impl<'a> ErrorJson<'a> {
    fn of(error: &'a Error) -> Self {
        ErrorJson {
            schema: "sealbag-error/1",
            exit: Exit::from(error).number(),
            code: error.code.id,
            thing: &error.thing,
            trouble: &error.trouble,
            hint: error.remedy(),
            also: error.also.iter().map(FindingJson::of).collect(),
        }
    }
}

/// A finding as JSON.
#[derive(Serialize)]
pub struct FindingJson<'a> {
    /// The id in the table of codes.
    pub code: &'static str,
    /// How it counts.
    pub class: &'static str,
    /// The place, as it stands there.
    pub r#where: &'a str,
    /// What is wrong.
    pub detail: &'a str,
}

impl<'a> FindingJson<'a> {
    /// The finding, ready to be written.
    pub fn of(finding: &'a Finding) -> Self {
        FindingJson {
            code: finding.code.id,
            class: finding.code.class.word(),
            r#where: &finding.place,
            detail: &finding.detail,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_column_begins_where_a_verdict_would_or_is_wider_than_a_terminal() {
        let text = "VERIFIED  ".repeat(30) + &"x".repeat(200) + &"漢".repeat(90);
        for (at, line) in column(&text, 14).lines().enumerate() {
            assert!(at == 0 || line.starts_with(&" ".repeat(14)), "{line}");
            let wide = line.chars().filter(|c| u32::from(*c) >= 0x1100).count();
            assert!(line.chars().count() + wide <= 78, "{line}");
        }
        assert_eq!(short(&"a".repeat(300)).chars().count(), 49);
    }

    #[test]
    fn a_name_stays_within_its_quotation_marks_and_on_its_line() {
        assert_eq!(quoted("Amina O."), r#""Amina O.""#);
        assert_eq!(quoted(r#"A" SHA256:x"#), r#""A\" SHA256:x""#);
        assert_eq!(quoted("a\n\u{1b}[2Jb"), r#""a\n\u{1b}[2Jb""#);
        assert_eq!(quoted(" a  b\u{3000}c"), r#""\u{20}a \u{20}b\u{3000}c""#);
    }
}
