//! Drafts of papers that somebody completes and signs: what the bundle and the program tell is filled in, what a person has to say is left
//! blank.

use std::io::{self, Write};

use super::head::{head, made};
use super::markup::Markup;
use super::page::About;
use crate::base::sentence::{Argument, Exact, Quoted, Sentence, Size};
use crate::format::item::File;
use crate::report::answers as say;
use crate::report::messages as message;
use crate::report::words::Words;

const STYLE: &str = include_str!("paper.css");

/// How many hand-overs a custody form has room for.
const HANDOVERS: usize = 6;

/// A paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// A certification of data that were copied, under Rule 902(14) of the Federal Rules of Evidence of the United States.
    Certificate,
    /// A form on which everybody who holds the bundle signs, with what ISO/IEC 27037 asks for.
    CustodyForm,
}

/// Writes the draft of a paper about a bundle with these files, of which `more` are not listed.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, words: &Words, paper: Paper, about: &About, files: &[File], more: u64) -> io::Result<()> {
    let mut markup = Markup::new(out, words);
    let (title, explained) = match paper {
        Paper::Certificate => (message::certificate_title(), message::certificate_about()),
        Paper::CustodyForm => (message::custody_title(), message::custody_about()),
    };
    head(&mut markup, title.clone(), STYLE)?;
    let mut draft = Draft { markup };
    draft.markup.raw("<main>\n")?;
    draft.markup.said("<h1>", &title, "</h1>\n")?;
    draft.markup.said("<p class=\"draft\">", &message::paper_draft(), "</p>\n")?;
    draft.markup.said("<p>", &explained, "</p>\n")?;
    if paper == Paper::CustodyForm {
        draft.heading(&message::custody_case())?;
        draft.blanks(&[message::blank_case(), message::blank_authority()])?;
    }
    draft.bundle(about)?;
    draft.method(about)?;
    match paper {
        Paper::Certificate => draft.certificate()?,
        Paper::CustodyForm => draft.custody()?,
    }
    draft.files(files, more)?;
    draft.markup.raw("</main>\n<footer>\n")?;
    draft.markup.said("<p>", &message::not_proven(), "</p>\n")?;
    draft.markup.said("<p>", &message::page_you(), "</p>\n")?;
    draft.markup.said("<p>", &made(about.at), "</p>\n")?;
    draft.markup.raw("</footer>\n</body>\n</html>\n")
}

struct Draft<'o> {
    markup: Markup<'o>,
}

impl Draft<'_> {
    fn heading(&mut self, heading: &Sentence) -> io::Result<()> {
        self.markup.said("<h2>", heading, "</h2>\n")
    }

    fn row(&mut self, label: &Sentence, value: impl Into<Argument>) -> io::Result<()> {
        self.markup.said("<dt>", label, "</dt>")?;
        self.markup.shown("<dd>", value, "</dd>\n")
    }

    /// Lines to be filled in by hand.
    fn blanks(&mut self, labels: &[Sentence]) -> io::Result<()> {
        self.markup.raw("<dl class=\"lines\">\n")?;
        for label in labels {
            self.markup.said("<dt>", label, "</dt><dd class=\"blank\"></dd>\n")?;
        }
        self.markup.raw("</dl>\n")
    }

    /// Which bundle it is.
    fn bundle(&mut self, about: &About) -> io::Result<()> {
        let report = about.report;
        self.heading(&message::paper_bundle())?;
        self.markup.raw("<dl>\n")?;
        self.row(&message::label_file(), Quoted(about.bundle.to_owned()))?;
        if let Some(seal) = &report.seal {
            self.row(&message::label_id(), Exact(seal.id.clone()))?;
            self.row(&message::label_digest(), Exact(seal.digest.to_string()))?;
            self.row(&message::label_bundle_digits(), Exact(seal.digest.spoken()))?;
        }
        self.row(&message::label_contents(), say::contents(report))?;
        self.row(&message::label_time(), say::time(report))?;
        if let Some(who) = &report.signer {
            self.row(&message::label_fingerprint(), Exact(who.fingerprint.to_string()))?;
        }
        self.markup.raw("</dl>\n")
    }

    /// What was done by the program, and what came out.
    fn method(&mut self, about: &About) -> io::Result<()> {
        self.heading(&message::paper_method())?;
        self.markup.said("<p>", &message::method_seal(), "</p>\n")?;
        self.markup.said("<p>", &message::method_check(), "</p>\n<dl>\n")?;
        self.row(&message::label_tool(), message::tool(Exact(env!("CARGO_PKG_VERSION").to_owned())))?;
        self.row(&message::label_checked(), Exact(about.at.to_string()))?;
        self.row(&message::label_result(), say::word(about.report))?;
        self.row(&message::label_signer(), say::signer(about.report))?;
        self.markup.raw("</dl>\n")
    }

    fn certificate(&mut self) -> io::Result<()> {
        self.heading(&message::certificate_person())?;
        self.markup.said("<p class=\"soft\">", &message::paper_own_words(), "</p>\n")?;
        self.blanks(&[
            message::blank_name(),
            message::blank_position(),
            message::blank_qualified(),
            message::blank_original(),
            message::blank_copied(),
            message::blank_compared(),
            message::blank_file_digest(),
            message::blank_kept(),
        ])?;
        self.heading(&message::certificate_declaration())?;
        self.markup.said("<p class=\"soft\">", &message::certificate_law(), "</p>\n")?;
        self.blanks(&[message::blank_declaration(), message::blank_place(), message::blank_date(), message::blank_signature()])
    }

    fn custody(&mut self) -> io::Result<()> {
        self.heading(&message::custody_acquired())?;
        self.markup.said("<p class=\"soft\">", &message::paper_own_words(), "</p>\n")?;
        self.blanks(&[
            message::blank_acquired_by(),
            message::blank_acquired_when(),
            message::blank_acquired_from(),
            message::blank_acquired_how(),
            message::blank_file_digest(),
            message::blank_kept(),
        ])?;
        self.heading(&message::custody_handovers())?;
        self.markup.said("<p class=\"soft\">", &message::custody_explained(), "</p>\n<table>\n<thead><tr>")?;
        self.markup.said("<th scope=\"col\" class=\"number\">", &message::column_number(), "</th>")?;
        for column in [
            message::column_when(),
            message::column_released(),
            message::column_received(),
            message::column_purpose(),
            message::column_digest(),
            message::column_changes(),
        ] {
            self.markup.said("<th scope=\"col\">", &column, "</th>")?;
        }
        self.markup.raw("</tr></thead>\n<tbody>\n")?;
        for number in 1..=HANDOVERS {
            self.markup.tag("<tr class=\"empty\"><td>", &number.to_string(), "</td>")?;
            self.markup.raw("<td></td><td></td><td></td><td></td><td></td><td></td></tr>\n")?;
        }
        self.markup.raw("</tbody>\n</table>\n")
    }

    fn files(&mut self, files: &[File], more: u64) -> io::Result<()> {
        self.heading(&message::paper_files())?;
        self.markup.raw("<table>\n<thead><tr>")?;
        self.markup.said("<th scope=\"col\">", &message::column_path(), "</th>")?;
        self.markup.said("<th scope=\"col\" class=\"size\">", &message::column_bytes(), "</th>")?;
        self.markup.raw("<th scope=\"col\">SHA-256</th></tr></thead>\n<tbody>\n")?;
        for file in files {
            self.markup.shown("<tr><td>", file.path.to_string(), "</td>")?;
            self.markup.tag("<td>", &file.size.to_string(), "</td>")?;
            self.markup.shown("<td>", Exact(file.sha256.to_string()), "</td></tr>\n")?;
        }
        self.markup.raw("</tbody>\n</table>\n")?;
        let bytes = files.iter().fold(0u64, |bytes, file| bytes.saturating_add(file.size));
        self.markup.said("<p>", &message::files_and_bytes(files.len() as u64, Size(bytes)), "</p>\n")?;
        if more == 0 { Ok(()) } else { self.markup.said("<p>", &message::more_files(more), "</p>\n") }
    }
}
