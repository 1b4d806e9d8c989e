//! What stands in the places of a detail's sentence, by its type.

use super::limits;
use super::risk::Risk;
use super::sentence::{Argument, Distance, Quoted};

/// A field of a detail, in its place in a sentence.
pub(super) trait Field {
    fn argument(&self) -> Argument;
}

impl Field for u64 {
    fn argument(&self) -> Argument {
        Argument::Count(*self)
    }
}

impl Field for Distance {
    fn argument(&self) -> Argument {
        Argument::Distance(self.0)
    }
}

impl Field for bool {
    fn argument(&self) -> Argument {
        Argument::Word(if *self { "yes" } else { "no" })
    }
}

impl Field for char {
    fn argument(&self) -> Argument {
        Argument::Text(self.to_string())
    }
}

impl Field for String {
    fn argument(&self) -> Argument {
        Argument::Text(echo(self))
    }
}

impl Field for Quoted {
    fn argument(&self) -> Argument {
        Argument::Quoted(echo(&self.0))
    }
}

impl Field for &'static str {
    fn argument(&self) -> Argument {
        Argument::Word(self)
    }
}

impl Field for Option<&'static str> {
    fn argument(&self) -> Argument {
        Argument::Word(self.unwrap_or("none"))
    }
}

impl Field for Risk {
    fn argument(&self) -> Argument {
        Argument::Word(self.word())
    }
}

/// A name or value as it was found; of one that is longer than any name in a bundle, the first 200 letters.
pub(super) fn echo(text: &str) -> String {
    const SHOWN: usize = 200;
    if text.len() <= limits::PATH + SHOWN {
        return text.to_owned();
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}
