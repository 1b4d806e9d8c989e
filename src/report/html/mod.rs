//! One self-contained page in HTML: what a verification says, and what the bundle shows. It runs nothing, asks for nothing and links to
//! nothing outside itself; everything in it is escaped by [`Markup`], whatever it is.

mod answers;
mod contents;
mod markup;
mod paper;

use std::io::{self, Write};

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::answers as say;
use super::messages as message;
use super::model::Report;
use super::verdict::Verdict;
use super::words::Words;
use crate::base::sentence::{Exact, Quoted, Sentence};
use crate::format::time::Timestamp;

pub use contents::{Shown, Story};
pub use markup::Markup;
pub use paper::{Paper, write as write_paper};

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
    markup: Markup<'p>,
    about: &'p About<'p>,
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

    fn section(&mut self, section: Section) -> io::Result<()> {
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
            Section::Story => message::section_story(),
            Section::Case => message::section_case(),
            Section::Pictures => message::section_pictures(),
            Section::Files => message::section_files(),
            Section::Digests => message::section_digests(),
            Section::Check => message::section_check(),
        }
    }
}

/// The head of a page with this style, up to its body. The policy lets it show pictures that it holds itself, and nothing else.
fn head(markup: &mut Markup, title: Sentence, style: &'static str) -> io::Result<()> {
    let (language, direction) = (markup.words().language().to_owned(), markup.words().direction());
    let hash = BASE64.encode(&Sha256::digest(style.as_bytes()));
    markup.raw("<!doctype html>\n")?;
    markup.tag("<html lang=\"", &language, "\"")?;
    markup.tag(" dir=\"", direction, "\">\n<head>\n<meta charset=\"utf-8\">\n")?;
    markup
        .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'sha256-")?;
    markup.tag("", &hash, "'; base-uri 'none'; form-action 'none'\">\n")?;
    markup.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
    markup.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n")?;
    let title = markup.attribute(&title);
    markup.tag("<title>", &title, "</title>\n<style>")?;
    markup.raw(style)?;
    markup.raw("</style>\n</head>\n<body>\n")
}

fn made(at: Timestamp) -> Sentence {
    message::page_made(Exact(at.to_string()), Exact(env!("CARGO_PKG_VERSION").to_owned()))
}
