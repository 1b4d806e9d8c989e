//! A sentence as data: which message of the catalogue it is, and what stands in its places. In which language, and how it looks on a
//! terminal or a page, is decided where it is shown.

use std::borrow::Cow;

/// A message of the catalogue and its arguments, by their names in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The name of the message, or `message.attribute`.
    pub message: Cow<'static, str>,
    /// What stands in its places.
    pub arguments: Vec<(&'static str, Argument)>,
}

/// What stands in a place of a sentence. The kind says how it is escaped, so no sentence can forget to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// A number; plurals go by it.
    Count(u64),
    /// A count of bytes, told in the unit that fits: `1.3 MB`.
    Size(u64),
    /// A distance in metres, told in the unit that fits: `12.3 km`.
    Distance(u64),
    /// A word of sealbag's own: a message chooses by it what it says, or shows it as it is.
    Word(&'static str),
    /// A digest, a fingerprint, a time: text of sealbag's own making, of letters, digits and signs.
    Exact(String),
    /// Text that somebody else wrote.
    Text(String),
    /// A name that somebody gave, shown in quotation marks.
    Quoted(String),
    /// Another sentence.
    Sentence(Sentence),
    /// Several, one after the other.
    List(Vec<Argument>),
}

/// A count of bytes in a sentence, told in the unit that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u64);

/// A distance in a sentence, in metres, told in the unit that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distance(pub u64);

/// Text of sealbag's own making in a sentence: a digest, a fingerprint, a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exact(pub String);

/// A name in a sentence that stands in quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted(pub String);

impl Sentence {
    /// The message of this name, with nothing in it yet.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Sentence { message: message.into(), arguments: Vec::new() }
    }

    /// Puts `argument` into the place of this name.
    pub fn with(mut self, place: &'static str, argument: impl Into<Argument>) -> Self {
        self.arguments.push((place, argument.into()));
        self
    }
}

impl From<u64> for Argument {
    fn from(count: u64) -> Self {
        Argument::Count(count)
    }
}

impl From<Size> for Argument {
    fn from(size: Size) -> Self {
        Argument::Size(size.0)
    }
}

impl From<&'static str> for Argument {
    fn from(word: &'static str) -> Self {
        Argument::Word(word)
    }
}

impl From<Exact> for Argument {
    fn from(exact: Exact) -> Self {
        Argument::Exact(exact.0)
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Argument::Text(text)
    }
}

impl From<Quoted> for Argument {
    fn from(name: Quoted) -> Self {
        Argument::Quoted(name.0)
    }
}

impl From<Sentence> for Argument {
    fn from(sentence: Sentence) -> Self {
        Argument::Sentence(sentence)
    }
}

impl From<Vec<Argument>> for Argument {
    fn from(list: Vec<Argument>) -> Self {
        Argument::List(list)
    }
}
