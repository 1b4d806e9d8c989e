//! A page about audits, for those who answer for an archive: numbers, how they went over time, what is to be looked at and since when.

use std::io::{self, Write};

use super::head::{head, made};
use super::markup::Markup;
use crate::base::sentence::{Exact, Quoted, Sentence, Size};
use crate::format::audit::{Counts, Outcome};
use crate::format::time::Timestamp;
use crate::report::answers::who;
use crate::report::messages as message;
use crate::report::model::Who;
use crate::report::words::Words;

const STYLE: &str = include_str!("style.css");

/// What a page tells.
pub struct Board {
    /// The audits, the newest last; at least one.
    pub audits: Vec<Audited>,
    /// What did not pass in the newest one.
    pub wrong: Vec<Wrong>,
    /// How many there are beyond those.
    pub more: u64,
    /// When the page is made.
    pub at: Timestamp,
}

/// What is told of one audit.
pub struct Audited {
    /// The name of its results.
    pub name: String,
    /// When it ended, by the auditor's clock.
    pub ended: Timestamp,
    /// How many bundles were audited.
    pub checked: u64,
    /// How many passed.
    pub passed: u64,
    /// The bytes of all files.
    pub bytes: u64,
    /// How they ended.
    pub counts: Counts,
    /// How many have no proof of their time.
    pub unproven: u64,
    /// Whoever signed it; none where nobody did.
    pub by: Option<Who>,
}

/// A bundle that did not pass.
pub struct Wrong {
    /// Its path.
    pub path: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Only that it is in no register keeps it from having passed.
    pub untracked: bool,
    /// The codes of what was found, and what it is.
    pub findings: Vec<(String, String)>,
    /// Since which audit it has not passed.
    pub since: Timestamp,
    /// That is the oldest of those given, so it may be longer.
    pub or_longer: bool,
}

/// The width and the height of the plot, in units of its own.
const WIDTH: u64 = 640;
const HEIGHT: u64 = 180;

/// Writes the page.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, words: &Words, board: &Board) -> io::Result<()> {
    let Some(last) = board.audits.last() else { return Ok(()) };
    let mut markup = Markup::new(out, words);
    let bad = last.checked - last.passed;
    let word = if bad == 0 { message::board_all_passed() } else { message::board_to_look_at(bad) };
    head(&mut markup, message::board_title(word.clone()), STYLE)?;
    markup.raw(if bad == 0 { "<header>\n<div class=\"word good\">\n" } else { "<header>\n<div class=\"word bad\">\n" })?;
    markup.said("<h1>", &word, "</h1>\n")?;
    let (day, size) = (Exact(last.ended.to_string()), Size(last.bytes));
    markup.said("<p class=\"banner\">", &message::board_of(last.checked, last.passed, size, day), "</p>\n")?;
    markup.said("<p>", &signed(last), "</p>\n</div>\n</header>\n<main>\n")?;
    numbers(&mut markup, last)?;
    if board.audits.len() > 1 {
        over_time(&mut markup, &board.audits)?;
    }
    to_look_at(&mut markup, board)?;
    audits(&mut markup, &board.audits)?;
    markup.raw("</main>\n<footer>\n")?;
    markup.said("<p>", &message::board_no_proof(), "</p>\n")?;
    markup.said("<p>", &message::page_you(), "</p>\n")?;
    markup.said("<p>", &made(board.at), "</p>\n")?;
    markup.raw("</footer>\n</body>\n</html>\n")
}

fn signed(audit: &Audited) -> Sentence {
    match &audit.by {
        None => message::board_unsigned(),
        Some(by) if by.standing.is_none() => message::board_signed_by_stranger(Exact(by.fingerprint.to_string())),
        Some(by) => message::board_signed(who(by)),
    }
}

fn section(markup: &mut Markup, id: &'static str, heading: &Sentence) -> io::Result<()> {
    markup.tag("<section id=\"", id, "\" aria-labelledby=\"h-")?;
    markup.tag("", id, "\">\n<h2 id=\"h-")?;
    markup.tag("", id, "\">")?;
    markup.said("", heading, "</h2>\n")
}

fn numbers(markup: &mut Markup, last: &Audited) -> io::Result<()> {
    section(markup, "numbers", &message::board_numbers())?;
    markup.raw("<table>\n<tbody>\n")?;
    let mut counts = last.counts;
    for outcome in Outcome::ALL {
        let count = *counts.of(outcome);
        if count > 0 || outcome == Outcome::Intact {
            markup.said("<tr><th scope=\"row\" class=\"name\">", &name(outcome), "</th><td class=\"number\">")?;
            markup.shown("", count, "</td><td>")?;
            markup.said("", &meaning(outcome), "</td></tr>\n")?;
        }
    }
    if last.unproven > 0 {
        markup.said("<tr><th scope=\"row\" class=\"name\">", &message::board_unproven(), "</th><td class=\"number\">")?;
        markup.shown("", last.unproven, "</td><td>")?;
        markup.said("", &message::board_unproven_means(), "</td></tr>\n")?;
    }
    markup.raw("</tbody>\n</table>\n</section>\n")
}

/// Bars, and the same as a table: no meaning hangs on a colour or a height alone.
fn over_time(markup: &mut Markup, audits: &[Audited]) -> io::Result<()> {
    section(markup, "time", &message::board_over_time())?;
    let label = markup.attribute(&message::board_plot(audits.len() as u64));
    markup.tag("<svg class=\"plot\" viewBox=\"0 0 640 180\" role=\"img\" aria-label=\"", &label, "\">\n")?;
    let most = audits.iter().map(|audit| audit.checked).max().unwrap_or(0).max(1);
    let step = WIDTH / (audits.len() as u64).max(1);
    let scaled = |count: u64| u128::from(count) * u128::from(HEIGHT) / u128::from(most);
    for (at, audit) in audits.iter().enumerate() {
        let whole = u64::try_from(scaled(audit.checked)).unwrap_or(HEIGHT);
        // one among thousands is seen too
        let bad = u64::try_from(scaled(audit.checked - audit.passed)).unwrap_or(HEIGHT);
        let bad = if audit.checked > audit.passed { bad.max(4) } else { 0 };
        let (x, width) = (at as u64 * step + step / 10, (step - step / 5).max(1));
        for (class, top, height) in [("good", HEIGHT - whole + bad, whole.saturating_sub(bad)), ("bad", HEIGHT - whole, bad)] {
            if height > 0 {
                markup.tag("<rect class=\"", class, "\"")?;
                for (name, value) in [(" x=\"", x), (" y=\"", top), (" width=\"", width), (" height=\"", height)] {
                    markup.tag(name, &value.to_string(), "\"")?;
                }
                markup.raw("/>\n")?;
            }
        }
    }
    markup.said("</svg>\n<p class=\"soft\">", &message::board_legend(), "</p>\n")?;
    markup.said("<table>\n<thead><tr><th scope=\"col\">", &message::board_ended(), "</th>")?;
    for column in [message::board_bundles(), message::board_passed(), message::board_look_at()] {
        markup.said("<th scope=\"col\" class=\"number\">", &column, "</th>")?;
    }
    markup.raw("</tr></thead>\n<tbody>\n")?;
    for audit in audits {
        markup.shown("<tr><th scope=\"row\">", Exact(audit.ended.to_string()), "</th>")?;
        for count in [audit.checked, audit.passed, audit.checked - audit.passed] {
            markup.shown("<td class=\"number\">", count, "</td>")?;
        }
        markup.raw("</tr>\n")?;
    }
    markup.raw("</tbody>\n</table>\n</section>\n")
}

fn to_look_at(markup: &mut Markup, board: &Board) -> io::Result<()> {
    section(markup, "look", &message::board_section_look_at())?;
    if board.wrong.is_empty() {
        return markup.said("<p>", &message::board_nothing(), "</p>\n</section>\n");
    }
    markup.raw("<table>\n<thead><tr>")?;
    for column in [message::board_bundle(), message::board_what(), message::board_since()] {
        markup.said("<th scope=\"col\">", &column, "</th>")?;
    }
    markup.raw("</tr></thead>\n<tbody>\n")?;
    for wrong in &board.wrong {
        markup.shown("<tr><th scope=\"row\">", Quoted(wrong.path.clone()), "</th><td><p><strong>")?;
        let word = if wrong.untracked { message::board_untracked() } else { name(wrong.outcome) };
        markup.said("", &word, "</strong></p>")?;
        for (code, detail) in &wrong.findings {
            markup.shown("<p><code>", Exact(code.clone()), "</code> ")?;
            markup.shown("", detail.clone(), "</p>")?;
        }
        let since = Exact(wrong.since.date());
        let since = if wrong.or_longer { message::board_since_or_longer(since) } else { message::board_since_day(since) };
        markup.said("</td><td>", &since, "</td></tr>\n")?;
    }
    markup.raw("</tbody>\n</table>\n")?;
    if board.more > 0 {
        markup.said("<p class=\"soft\">", &message::board_more(board.more), "</p>\n")?;
    }
    markup.raw("</section>\n")
}

fn audits(markup: &mut Markup, audits: &[Audited]) -> io::Result<()> {
    section(markup, "audits", &message::board_audits())?;
    markup.raw("<ul>\n")?;
    for audit in audits.iter().rev() {
        markup.shown("<li>", Quoted(audit.name.clone()), " · ")?;
        markup.shown("", Exact(audit.ended.to_string()), " · ")?;
        markup.said("", &signed(audit), "</li>\n")?;
    }
    markup.raw("</ul>\n</section>\n")
}

fn name(outcome: Outcome) -> Sentence {
    match outcome {
        Outcome::Intact => message::outcome_intact(),
        Outcome::Withheld => message::outcome_withheld(),
        Outcome::NotEnough => message::outcome_not_enough(),
        Outcome::UnknownSigner => message::outcome_unknown_signer(),
        Outcome::Failed => message::outcome_failed(),
        Outcome::Changed => message::outcome_changed(),
        Outcome::Closed => message::outcome_closed(),
        Outcome::Missing => message::outcome_missing(),
        Outcome::Unread => message::outcome_unread(),
    }
}

fn meaning(outcome: Outcome) -> Sentence {
    match outcome {
        Outcome::Intact => message::outcome_intact_means(),
        Outcome::Withheld => message::outcome_withheld_means(),
        Outcome::NotEnough => message::outcome_not_enough_means(),
        Outcome::UnknownSigner => message::outcome_unknown_signer_means(),
        Outcome::Failed => message::outcome_failed_means(),
        Outcome::Changed => message::outcome_changed_means(),
        Outcome::Closed => message::outcome_closed_means(),
        Outcome::Missing => message::outcome_missing_means(),
        Outcome::Unread => message::outcome_unread_means(),
    }
}
