//! A page: its frame, its word, and the names of its parts.

use std::io::{self, Write};

use super::head::{head, made};
use super::markup::Markup;
use crate::base::sentence::{Quoted, Sentence};
use crate::format::time::Timestamp;
use crate::report::answers as say;
use crate::report::messages as message;
use crate::report::model::Report;
use crate::report::verdict::Verdict;
use crate::report::words::Words;

const STYLE: &str = include_str!("style.css");

/// What the page is about and who made it when.
pub struct About<'p> {
    /// The name of the bundle, as the reader knows it.
    pub bundle: &'p str,
    /// What verifying said.
    pub report: &'p Report,
    /// When the page is made.
    pub at: Timestamp,
}

/// A page that is being written, part by part.
pub struct Page<'p> {
    pub(super) markup: Markup<'p>,
    pub(super) about: &'p About<'p>,
}

impl<'p> Page<'p> {
    /// Begins it: the head, the word, what it means, and the sections that follow by their headings.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn begin(out: &'p mut dyn Write, words: &'p Words, about: &'p About, sections: &[Section]) -> io::Result<Self> {
        let mut markup = Markup::new(out, words);
        head(&mut markup, message::page_title(say::word(about.report), about.bundle.to_owned()), STYLE)?;
        let mut page = Page { markup, about };
        page.word()?;
        page.sections(sections)?;
        page.markup.raw("<main>\n")?;
        Ok(page)
    }

    /// Ends it: that it is no proof, and who made it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn end(mut self) -> io::Result<()> {
        self.markup.raw("</main>\n<footer>\n")?;
        self.markup.said("<p>", &message::page_no_proof(), "</p>\n")?;
        self.markup.said("<p>", &message::page_you(), "</p>\n")?;
        self.markup.said("<p>", &made(self.about.at), "</p>\n")?;
        self.markup.raw("</footer>\n</body>\n</html>\n")
    }

    fn word(&mut self) -> io::Result<()> {
        let report = self.about.report;
        let kind = match report.verdict {
            Verdict::Verified => "<header>\n<div class=\"word good\">\n",
            Verdict::Failed => "<header>\n<div class=\"word bad\">\n",
            Verdict::CannotCheck | Verdict::UnknownSigner | Verdict::NotEnough => "<header>\n<div class=\"word doubt\">\n",
        };
        self.markup.raw(kind)?;
        self.markup.said("<h1>", &say::word(report), "</h1>\n")?;
        self.markup.said("<p>", &message::page_of(Quoted(self.about.bundle.to_owned())), "</p>\n")?;
        self.markup.said("<p class=\"banner\">", &say::banner(report), "</p>\n")?;
        self.markup.raw("</div>\n</header>\n")
    }

    fn sections(&mut self, sections: &[Section]) -> io::Result<()> {
        let label = self.markup.attribute(&message::page_sections());
        self.markup.tag("<nav aria-label=\"", &label, "\">\n<ul>\n")?;
        for section in sections {
            self.markup.tag("<li><a href=\"#", section.id(), "\">")?;
            self.markup.said("", &section.heading(), "</a></li>\n")?;
        }
        self.markup.raw("</ul>\n</nav>\n")
    }

    pub(super) fn section(&mut self, section: Section) -> io::Result<()> {
        self.markup.tag("<section id=\"", section.id(), "\" aria-labelledby=\"h-")?;
        self.markup.tag("", section.id(), "\">\n<h2 id=\"h-")?;
        self.markup.tag("", section.id(), "\">")?;
        self.markup.said("", &section.heading(), "</h2>\n")
    }
}

/// The parts of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The five answers, and what was found.
    Answers,
    /// What is withheld, by whom and why.
    Withheld,
    /// Who held which copy.
    Hands,
    /// The text of the report.
    Story,
    /// What is said about the case and its sources.
    Case,
    /// The pictures, small.
    Pictures,
    /// Each file with what is stated about it and what it says itself.
    Files,
    /// The digests, in full and to be read out.
    Digests,
    /// How to check the bundle without sealbag.
    Check,
}

impl Section {
    fn id(self) -> &'static str {
        match self {
            Section::Answers => "answers",
            Section::Withheld => "withheld",
            Section::Hands => "hands",
            Section::Story => "report",
            Section::Case => "case",
            Section::Pictures => "pictures",
            Section::Files => "files",
            Section::Digests => "digests",
            Section::Check => "check",
        }
    }

    fn heading(self) -> Sentence {
        match self {
            Section::Answers => message::section_answers(),
            Section::Withheld => message::section_withheld(),
            Section::Hands => message::section_hands(),
            Section::Story => message::section_story(),
            Section::Case => message::section_case(),
            Section::Pictures => message::section_pictures(),
            Section::Files => message::section_files(),
            Section::Digests => message::section_digests(),
            Section::Check => message::section_check(),
        }
    }
}
