//! What codes, findings and errors say: the catalogue's sentences for them, and `Display` in English.

use std::fmt;

use super::messages as message;
use super::model::NotChecked;
use super::verdict::Verdict;
use super::words::{Medium, Words};
use crate::base::code::{self, Code};
use crate::base::detail::Detail;
use crate::base::error::{Error, Finding};
use crate::base::hint::Hint;
use crate::base::place::Place;
use crate::base::sentence::Sentence;

impl Code {
    /// What it means, as a sentence.
    pub fn meaning_sentence(&self) -> Sentence {
        Sentence::new(format!("code-{}", self.id.replace('.', "-")))
    }

    /// The next step for whoever meets it, as a sentence.
    pub fn remedy_sentence(&self) -> Sentence {
        Sentence::new(format!("code-{}.remedy", self.id.replace('.', "-")))
    }

    /// What it means, one or two sentences in English.
    pub fn meaning(&self) -> String {
        plain(&self.meaning_sentence())
    }

    /// The next step for whoever meets it, in English.
    pub fn remedy(&self) -> String {
        plain(&self.remedy_sentence())
    }
}

impl Finding {
    /// The next step: what fits this detail, or the remedy of its code.
    pub fn next(&self) -> Sentence {
        self.detail.hint().map_or_else(|| self.code.remedy_sentence(), |hint| hint.sentence())
    }

    /// The next step in English.
    pub fn remedy(&self) -> String {
        plain(&self.next())
    }

    /// Where it is and what is wrong, as a sentence.
    pub fn sentence(&self) -> Sentence {
        finding(&self.place, &self.detail)
    }
}

impl Error {
    /// The next step in English: the hint of this case, or the remedy of its code.
    pub fn remedy(&self) -> String {
        let hint = self.hint.as_deref().cloned().or_else(|| self.detail.hint());
        plain(&hint.map_or_else(|| self.code.remedy_sentence(), |hint| hint.sentence()))
    }
}

impl Verdict {
    /// The word, as a sentence.
    pub fn sentence(self) -> Sentence {
        match self {
            Verdict::Verified => message::verdict_verified(),
            Verdict::Failed => message::verdict_failed(),
            Verdict::CannotCheck => message::verdict_cannot_check(),
            Verdict::UnknownSigner => message::verdict_unknown_signer(),
            Verdict::NotEnough => message::verdict_not_enough(),
        }
    }
}

impl NotChecked {
    /// What was not checked, as a sentence.
    pub fn sentence(self) -> Sentence {
        match self {
            NotChecked::Everything => message::not_checked_everything(),
            NotChecked::NewerFormat => message::not_checked_newer_format(),
            NotChecked::FilesWithoutItems => message::not_checked_files_without_items(),
            NotChecked::BehindBreak => message::not_checked_behind_break(),
            NotChecked::Time => message::not_checked_time(),
            NotChecked::TimeRevocation => message::not_checked_time_revocation(),
            NotChecked::Custody => message::not_checked_custody(),
            NotChecked::CustodyEnd => message::not_checked_custody_end(),
            NotChecked::SecondReaderOfStream => message::not_checked_second_reader_of_stream(),
            NotChecked::SecondReaderOfMany => message::not_checked_second_reader_of_many(),
            NotChecked::Disclosure => message::not_checked_disclosure(),
            NotChecked::Comparison => message::not_checked_comparison(),
        }
    }
}

fn finding(place: &Place, detail: &Detail) -> Sentence {
    Sentence::new("finding").with("place", place.sentence()).with("detail", detail.sentence())
}

fn plain(sentence: &Sentence) -> String {
    Words::english().say(sentence, Medium::Plain)
}

macro_rules! display {
    ($($type:ident as $medium:ident: $sentence:expr;)*) => {
        $(impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let sentence: fn(&$type) -> Sentence = $sentence;
                f.write_str(&Words::english().say(&sentence(self), Medium::$medium))
            }
        })*
    };
}

display! {
    Detail as Plain: Detail::sentence;
    Hint as Plain: Hint::sentence;
    Place as Plain: Place::sentence;
    Verdict as Plain: |verdict| verdict.sentence();
    NotChecked as Plain: |not_checked| not_checked.sentence();
    Finding as Terminal: Finding::sentence;
    Error as Terminal: |error| finding(&error.place, &error.detail);
}

/// The page of codes, in Markdown.
pub fn codes_page() -> String {
    let mut page = String::from(
        "# Every code\n\n\
        What `sealbag` finds and why it refuses, as `sealbag explain CODE` tells it. This page is made from the table in \
        `src/base/code.rs`.\n\n\
        The class gives the exit code of the run: failed 1, usage 2, unknown-signer 3, not-enough 4, cannot-check 5; of several the first \
        in the order failed, cannot-check, unknown-signer, not-enough counts. A note changes nothing.\n\n\
        | code | class | meaning | what to do |\n| --- | --- | --- | --- |\n",
    );
    for code in code::ALL {
        page.push_str(&format!("| `{}` | {} | {} | {} |\n", code.id, code.class.as_str(), code.meaning(), code.remedy()));
    }
    page
}
