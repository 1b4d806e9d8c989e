//! HTML on its way out. Tags are literals of this program; all else goes through a method that says what it is and escapes it.

use std::io::{self, Write};

use crate::base::sentence::{Argument, Sentence};
use crate::base::text::{is_joiner, is_unseen};
use crate::report::messages as message;
use crate::report::words::{Medium, Words, html};

/// How much of one value is shown, in characters.
const SHOWN: usize = 4_000;

/// Where HTML is written to, and in which language.
pub struct Markup<'o> {
    out: &'o mut dyn Write,
    words: &'o Words,
}

impl<'o> Markup<'o> {
    /// Writes to `out`.
    pub fn new(out: &'o mut dyn Write, words: &'o Words) -> Self {
        Markup { out, words }
    }

    pub(super) fn words(&self) -> &Words {
        self.words
    }

    /// Tags.
    pub(super) fn raw(&mut self, tags: &'static str) -> io::Result<()> {
        self.out.write_all(tags.as_bytes())
    }

    /// A value between tags, or inside one, that is made of letters, digits and signs that mean nothing in HTML, or came from
    /// [`Markup::attribute`]. Whatever else is in it goes lost.
    pub(super) fn tag(&mut self, before: &'static str, value: &str, behind: &'static str) -> io::Result<()> {
        let value: String = value.chars().filter(|c| !matches!(c, '<' | '>' | '"' | '\'')).collect();
        write!(self.out, "{before}{value}{behind}")
    }

    /// A sentence between tags.
    pub(super) fn said(&mut self, before: &'static str, sentence: &Sentence, behind: &'static str) -> io::Result<()> {
        let said = self.words.say(sentence, Medium::Html);
        write!(self.out, "{before}{said}{behind}")
    }

    /// What may stand in a sentence, alone between tags.
    pub(super) fn shown(
        &mut self,
        before: &'static str,
        argument: impl Into<Argument>,
        behind: &'static str,
    ) -> io::Result<()> {
        let shown = self.words.show(&argument.into(), Medium::Html);
        write!(self.out, "{before}{shown}{behind}")
    }

    /// A sentence as the value of an attribute, or a title.
    pub(super) fn attribute(&self, sentence: &Sentence) -> String {
        self.words.say(sentence, Medium::Attribute)
    }

    /// Text of others with its line breaks, in the direction that its letters ask for.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        let end = text.char_indices().nth(SHOWN).map_or(text.len(), |(at, _)| at);
        let (shown, rest) = text.split_at(end);
        write!(self.out, "<p class=\"text\" dir=\"auto\">{}</p>", visible(shown))?;
        if rest.is_empty() {
            return Ok(());
        }
        self.said("<p class=\"soft\">", &message::value_cut(rest.chars().count() as u64), "</p>")
    }

    /// Lines of this program, each as it is.
    pub(super) fn steps(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(html(text).as_bytes())
    }

    /// A long text of others, a paragraph at a time.
    pub(super) fn paragraphs(&mut self, text: &str) -> io::Result<()> {
        let text = text.replace("\r\n", "\n");
        for paragraph in text.split("\n\n").map(|paragraph| paragraph.trim_matches('\n')).filter(|text| !text.is_empty()) {
            writeln!(self.out, "<p class=\"text\" dir=\"auto\">{}</p>", visible(paragraph))?;
        }
        Ok(())
    }
}

/// Text of others as HTML: what nobody would see stands in it by its number. Marks of direction stay, since they reach no further than
/// their own paragraph.
fn visible(text: &str) -> String {
    const MARKS: [char; 3] = ['\u{200e}', '\u{200f}', '\u{061c}'];
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            c if is_unseen(c) && !MARKS.contains(&c) && !is_joiner(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    html(&out).into_owned()
}
