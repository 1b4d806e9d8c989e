//! Who held which copy, from hand to hand: a card for each copy, in it a line on which its steps stand, with what is missing and the ways
//! into which it was forked. It is drawn with lists, so that it reads in order where nothing is seen of the drawing.

use std::io;

use super::page::{Page, Section};
use crate::base::code;
use crate::base::sentence::{Exact, Quoted, Sentence};
use crate::crypto::trust::Belief;
use crate::format::custody::Event;
use crate::report::answers as say;
use crate::report::held::{Held, HeldCopy, HeldFile, HeldStep, Origin, Piece};
use crate::report::messages as message;

/// How many findings of one log are listed.
const TOLD: usize = 20;

impl Page<'_> {
    /// The copies and what happened to them.
    ///
    /// # Errors
    /// Those of the output.
    pub fn held(&mut self, held: &Held) -> io::Result<()> {
        self.section(Section::Hands)?;
        self.markup.said("<p class=\"soft\">", &message::held_about(), "</p>\n<ol class=\"logs\">\n")?;
        held.files.iter().try_for_each(|file| self.held_file(file))?;
        self.markup.raw("</ol>\n<ol class=\"hands\">\n")?;
        for (at, copy) in held.copies.iter().enumerate() {
            self.held_copy(at as u64 + 1, copy)?;
        }
        self.markup.raw("</ol>\n")?;
        self.markup.said("<p class=\"soft\">", &message::held_unseen(), "</p>\n</section>\n")
    }

    fn held_file(&mut self, file: &HeldFile) -> io::Result<()> {
        let is = match (file.newer, file.broken) {
            (true, _) => message::custody_unread(),
            (false, Some(step)) => message::custody_broken(step),
            (false, None) => message::custody_unbroken(file.steps),
        };
        self.markup.shown("<li>", Quoted(file.name.clone()), " ")?;
        self.markup.said(if file.broken.is_some() { "<span class=\"mark\">" } else { "<span>" }, &is, "</span>")?;
        if !file.findings.list().is_empty() {
            self.markup.raw("\n<ul>\n")?;
            for finding in file.findings.list().iter().take(TOLD) {
                self.markup.tag("<li><code>", finding.code.id, "</code> ")?;
                self.markup.said("", &finding.sentence(), "</li>\n")?;
            }
            self.markup.raw("</ul>\n")?;
            self.more((file.findings.list().len().saturating_sub(TOLD)) as u64 + file.findings.more())?;
        }
        self.markup.raw("</li>\n")
    }

    fn held_copy(&mut self, number: u64, copy: &HeldCopy) -> io::Result<()> {
        let forked = copy.pieces.iter().any(|piece| matches!(piece, Piece::Fork(..)));
        self.markup.raw(match (copy.origin, forked) {
            (Origin::Copy(..), true) => "<li class=\"hand came forked\">\n",
            (Origin::Copy(..), false) => "<li class=\"hand came\">\n",
            (_, true) => "<li class=\"hand forked\">\n",
            (_, false) => "<li class=\"hand\">\n",
        })?;
        self.markup.said("<h3>", &message::held_copy(number), "</h3>\n")?;
        let log = copy.log.get(..12).unwrap_or_default();
        self.markup.said("<p class=\"soft\">", &message::held_log(Exact(format!("{log}…"))), "</p>\n")?;
        match copy.origin {
            Origin::Untold => {}
            Origin::Copy(from, step) => self.markup.said("<p>", &message::held_from(from, step), "</p>\n")?,
            Origin::Elsewhere => self.markup.said("<p>", &message::held_from_elsewhere(), "</p>\n")?,
        }
        self.pieces(&copy.pieces, copy.files)?;
        self.markup.raw("</li>\n")
    }

    fn pieces(&mut self, pieces: &[Piece], files: usize) -> io::Result<()> {
        self.markup.raw("<ol class=\"steps\">\n")?;
        for piece in pieces {
            match piece {
                Piece::Step(step) => self.step(step, files)?,
                Piece::Gap(first, last) => {
                    self.markup.said("<li class=\"gap\">", &message::held_gap(last - first + 1, *first, *last), "</li>\n")?;
                }
                Piece::More(count) => self.markup.said("<li class=\"soft\">", &message::and_more(*count), "</li>\n")?,
                Piece::Fork(step, ways) => {
                    self.markup.tag("<li class=\"fork\">\n<p class=\"mark\"><code>", code::CUSTODY_FORK.id, "</code> ")?;
                    self.markup.said("", &message::held_fork(*step), "</p>\n")?;
                    self.markup.raw("<ol class=\"ways\">\n")?;
                    for (at, way) in ways.iter().enumerate() {
                        self.markup.said("<li>\n<p class=\"soft\">", &message::held_way(at as u64 + 1), "</p>\n")?;
                        self.pieces(way, files)?;
                        self.markup.raw("</li>\n")?;
                    }
                    self.markup.raw("</ol>\n</li>\n")?;
                }
            }
        }
        self.markup.raw("</ol>\n")
    }

    fn step(&mut self, step: &HeldStep, files: usize) -> io::Result<()> {
        let believed = step.by.standing.as_ref().map(|standing| &standing.belief);
        self.markup.raw(match believed {
            Some(Belief::Own | Belief::Contact { .. }) => "<li class=\"step\">\n",
            Some(Belief::Revoked { .. }) | None => "<li class=\"step doubt\">\n",
        })?;
        let what = message::held_step(step.seq, event(step.event), say::keeper(&step.by));
        self.markup.said("<p class=\"what\">", &what, "</p>\n")?;
        self.markup.shown("<p class=\"soft\">", Exact(step.at.to_string()), "</p>\n")?;
        if let Some(to) = &step.to {
            self.markup.said("<p>", &message::held_to(say::keeper(to)), "</p>\n")?;
        }
        if let Some(verdict) = &step.verdict {
            let word = verdict.to_uppercase().replace('-', " ");
            self.markup.said("<p>", &message::held_verdict(Exact(word)), "</p>\n")?;
        }
        let said =
            [(message::held_where(), &step.place), (message::held_why(), &step.purpose), (message::held_note(), &step.note)];
        if said.iter().any(|(_, text)| !text.is_empty()) {
            self.markup.raw("<dl>\n")?;
            for (label, text) in said.iter().filter(|(_, text)| !text.is_empty()) {
                self.markup.said("<dt>", label, "</dt><dd>")?;
                self.markup.text(text)?;
                self.markup.raw("</dd>\n")?;
            }
            self.markup.raw("</dl>\n")?;
        }
        // where some of the logs lack it
        if step.files.len() < files {
            let list = step.files.iter().map(|file| (*file).into()).collect();
            self.markup.said("<p class=\"soft\">", &message::held_in(list), "</p>\n")?;
        }
        self.markup.raw("</li>\n")
    }
}

fn event(event: Event) -> Sentence {
    match event {
        Event::Received => message::held_received(),
        Event::Released => message::held_released(),
        Event::Accepted => message::held_accepted(),
        Event::Copied => message::held_copied(),
        Event::Stored => message::held_stored(),
        Event::Verified => message::held_verified(),
        Event::Withheld => message::held_withheld(),
        Event::Countersigned => message::held_countersigned(),
        Event::Note => message::held_noted(),
    }
}
