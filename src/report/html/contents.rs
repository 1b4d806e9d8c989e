//! What a bundle shows, on a page: the report, the case, the pictures, and each file with what is stated and what was read.

use std::io;

use data_encoding::BASE64;

use super::page::{Page, Section};
use crate::base::sentence::{Argument, Exact, Quoted, Size};
use crate::format::item::{About, Field, File};
use crate::format::path::PayloadPath;
use crate::inspect::{Fact, Facts, NoPreview, Preview};
use crate::report::messages as message;

/// How many facts of one file are told.
const FACTS: usize = 300;

/// A file, and what is stated about it.
#[derive(Clone, Copy)]
pub struct Shown<'f> {
    /// Its number on the page, from 0.
    pub number: usize,
    /// The file.
    pub file: &'f File,
    /// What the signer states about it.
    pub stated: &'f [Field],
}

/// A picture, and what was made of it.
#[derive(Clone, Copy)]
pub struct Picture<'f> {
    /// The file.
    pub shown: Shown<'f>,
    /// The picture that its signer says it was made of, where that stands before it.
    pub of: Option<&'f PayloadPath>,
    /// What was made of it, or something else that was made of the same one, follows.
    pub has_twins: bool,
}

/// What a file with the role of a report says.
pub enum Story<'t> {
    /// Its text, or the beginning of it, and how many bytes are left out.
    Text(&'t str, u64),
    /// It is no plain text.
    Other,
}

impl Shown<'_> {
    fn id(&self) -> String {
        format!("f{}", self.number + 1)
    }

    fn all<'n>(&self, name: &'n str) -> impl Iterator<Item = &str> + use<'_, 'n> {
        self.stated.iter().filter(move |field| field.name == name).map(|field| field.value.as_str())
    }
}

impl Page<'_> {
    /// Begins the text of the report.
    ///
    /// # Errors
    /// Those of the output; so for all that follow.
    pub fn begin_stories(&mut self) -> io::Result<()> {
        self.section(Section::Story)
    }

    /// One file of the report.
    ///
    /// # Errors
    /// Those of the output.
    pub fn story(&mut self, file: &File, story: Story) -> io::Result<()> {
        self.markup.shown("<h3>", file.path.to_string(), "</h3>\n")?;
        match story {
            Story::Other => self.markup.said("<p class=\"soft\">", &message::story_other(file.media_type.clone()), "</p>\n"),
            Story::Text(text, left_out) => {
                self.markup.raw("<div class=\"story\">\n")?;
                self.markup.paragraphs(text)?;
                self.markup.raw("</div>\n")?;
                if left_out == 0 {
                    return Ok(());
                }
                self.markup.said("<p class=\"soft\">", &message::story_cut(Size(left_out)), "</p>\n")
            }
        }
    }

    /// Ends a part that was begun.
    ///
    /// # Errors
    /// Those of the output.
    pub fn end_section(&mut self) -> io::Result<()> {
        self.markup.raw("</section>\n")
    }

    /// Facts about the case and its sources, in their order.
    ///
    /// # Errors
    /// Those of the output.
    pub fn case(&mut self, facts: &[Field]) -> io::Result<()> {
        self.section(Section::Case)?;
        self.markup.said("<p class=\"soft\">", &message::stated_by_signer(), "</p>\n")?;
        let mut about: Option<&About> = None;
        // what the case is called comes first
        let is_title = |field: &&Field| field.about == About::Case && field.name == "title";
        let titles = facts.iter().filter(is_title);
        for field in titles.chain(facts.iter().filter(|field| !is_title(field))) {
            if about != Some(&field.about) {
                if about.is_some() {
                    self.markup.raw("</dl>\n")?;
                }
                match &field.about {
                    About::Source(number) => {
                        self.markup.said("<h3>", &message::source(Exact(format!("S{number}"))), "</h3>\n<dl>\n")?;
                    }
                    _ => self.markup.raw("<dl>\n")?,
                }
                about = Some(&field.about);
            }
            self.markup.tag("<dt>", &field.name, "</dt><dd>")?;
            self.markup.text(&field.value)?;
            self.markup.raw("</dd>\n")?;
        }
        self.markup.raw(if about.is_some() { "</dl>\n</section>\n" } else { "</section>\n" })
    }

    /// Begins the pictures.
    ///
    /// # Errors
    /// Those of the output.
    pub fn begin_pictures(&mut self) -> io::Result<()> {
        self.section(Section::Pictures)?;
        self.markup.said("<p class=\"soft\">", &message::pictures_small(), "</p>\n<ul class=\"sheet\">\n")
    }

    /// One picture, or why there is none. Twins stand beside what they were made of.
    ///
    /// # Errors
    /// Those of the output.
    pub fn picture(&mut self, picture: Picture, preview: &Result<Preview, NoPreview>) -> io::Result<()> {
        let shown = picture.shown;
        self.markup.raw(match (picture.of, picture.has_twins) {
            (Some(_), _) => "\n<figure><div class=\"view\">",
            (None, true) => "<li class=\"twins\"><figure><div class=\"view\">",
            (None, false) => "<li><figure><div class=\"view\">",
        })?;
        match preview {
            Ok(Preview { jpeg, width, height }) => {
                let name = self.markup.attribute(&message::picture_name(shown.file.path.to_string()));
                self.markup.tag("<img width=\"", &width.to_string(), "\"")?;
                self.markup.tag(" height=\"", &height.to_string(), "\"")?;
                self.markup.tag(" alt=\"", &name, "\"")?;
                self.markup.tag(" src=\"data:image/jpeg;base64,", &BASE64.encode(jpeg), "\">")?;
            }
            Err(why) => self.markup.said("<p>", &why.sentence(), "</p>")?,
        }
        self.markup.raw("</div><figcaption>")?;
        for caption in shown.all("caption") {
            self.markup.text(caption)?;
        }
        for credit in shown.all("credit") {
            self.markup.said("<p class=\"soft\">", &message::picture_credit(credit.to_owned()), "</p>")?;
        }
        if let Some(of) = picture.of {
            let of = of.to_string();
            let said = match shown.all("derivation").next().unwrap_or_default() {
                "metadata-removed" => message::picture_made_bare(of),
                "encoded-anew" => message::picture_made_anew(of),
                "area-hidden" => message::picture_made_covered(of),
                _ => message::picture_made(of),
            };
            self.markup.said("<p class=\"soft\">", &said, "</p>")?;
        }
        self.markup.tag("<p><a href=\"#", &shown.id(), "\">")?;
        self.markup.shown("", shown.file.path.to_string(), "</a></p></figcaption></figure>")?;
        self.markup.raw(if picture.has_twins { "" } else { "</li>\n" })
    }

    /// Ends the pictures; so many more are not shown.
    ///
    /// # Errors
    /// Those of the output.
    pub fn end_pictures(&mut self, more: u64) -> io::Result<()> {
        self.markup.raw("</ul>\n")?;
        if more > 0 {
            self.markup.said("<p>", &message::more_pictures(more), "</p>\n")?;
        }
        self.markup.raw("</section>\n")
    }

    /// Begins the files.
    ///
    /// # Errors
    /// Those of the output.
    pub fn begin_files(&mut self, count: u64, bytes: u64) -> io::Result<()> {
        self.section(Section::Files)?;
        self.markup.said("<p>", &message::files_and_bytes(count, Size(bytes)), "</p>\n")?;
        self.markup.said("<p class=\"soft\">", &message::stated_and_read(), "</p>\n")
    }

    /// One file: what is stated about it, and beside it what it says in its own bytes; none where it is of no kind that is read.
    ///
    /// # Errors
    /// Those of the output.
    pub fn file(&mut self, shown: Shown, read: Option<&Facts>) -> io::Result<()> {
        let file = shown.file;
        self.markup.tag("<div class=\"file\" id=\"", &shown.id(), "\">\n<h3>")?;
        self.markup.shown("", file.path.to_string(), "</h3>\n")?;
        self.markup.tag("<p class=\"soft\">", file.role.as_str(), ", ")?;
        let facts = message::file_facts(file.media_type.clone(), Size(file.size), Exact(file.sha256.to_string()));
        self.markup.said("", &facts, "</p>\n")?;
        let list = read.map(|read| read.list.as_slice()).unwrap_or_default();
        if read.is_some_and(|read| read.unread) {
            let what = if list.is_empty() { message::nothing_read_from_file() } else { message::partly_read_from_file() };
            self.markup.said("<p class=\"soft\">", &what, "</p>\n")?;
        }
        if !shown.stated.is_empty() || !list.is_empty() {
            self.facts(shown, list)?;
        }
        self.markup.raw("</div>\n")
    }

    fn facts(&mut self, shown: Shown, read: &[Fact]) -> io::Result<()> {
        let name = self.markup.attribute(&message::facts_of(shown.file.path.to_string()));
        self.markup.tag("<table aria-label=\"", &name, "\">\n<thead><tr>")?;
        self.markup.said("<th scope=\"col\" class=\"name\">", &message::column_fact(), "</th>")?;
        self.markup.said("<th scope=\"col\">", &message::column_stated(), "</th>")?;
        self.markup.said("<th scope=\"col\">", &message::column_read(), "</th></tr></thead>\n<tbody>\n")?;
        let mut names: Vec<&str> = Vec::new();
        let all = shown.stated.iter().map(|field| field.name.as_str()).chain(read.iter().map(|fact| fact.name));
        for name in all {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let mut left = FACTS;
        for name in names {
            self.markup.tag("<tr><th scope=\"row\">", name, "</th><td>")?;
            for value in shown.all(name).take(left) {
                self.markup.text(value)?;
                left -= 1;
            }
            self.markup.raw("</td><td>")?;
            for fact in read.iter().filter(|fact| fact.name == name).take(left) {
                self.markup.text(&fact.value)?;
                left -= 1;
                if let Some(part) = &fact.within {
                    self.markup.said("<p class=\"soft\">", &message::read_within(Quoted(part.clone())), "</p>")?;
                }
            }
            self.markup.raw("</td></tr>\n")?;
        }
        self.markup.raw("</tbody>\n</table>\n")?;
        self.more((shown.stated.len() + read.len()).saturating_sub(FACTS) as u64)
    }

    /// Ends the files; so many more are not shown.
    ///
    /// # Errors
    /// Those of the output.
    pub fn end_files(&mut self, more: u64) -> io::Result<()> {
        if more > 0 {
            self.markup.shown("<p>", Argument::Sentence(message::more_files(more)), "</p>\n")?;
        }
        self.markup.raw("</section>\n")
    }
}
