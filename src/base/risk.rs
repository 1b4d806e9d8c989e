//! What a file can say that harms a source.

use super::code::{self, Code};

/// A kind of thing that a file says and that could harm whoever made it or stands in it, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Where it was made.
    Position,
    /// Who made it or owns the camera.
    Person,
    /// The number of a camera or lens, the same in all that was made with it.
    Serial,
    /// The computer or telephone that it was made on, as its owner calls it.
    Device,
    /// Words that somebody wrote into it.
    Comment,
    /// A small picture inside, maybe of what was there before the picture was cut.
    Thumbnail,
    /// A short film inside a photo, with the seconds before and after it, and sound.
    Motion,
}

impl Risk {
    /// Its row in the table of codes.
    pub fn code(self) -> &'static Code {
        match self {
            Risk::Position => code::LEAK_POSITION,
            Risk::Person => code::LEAK_PERSON,
            Risk::Serial => code::LEAK_SERIAL,
            Risk::Device => code::LEAK_DEVICE,
            Risk::Comment => code::LEAK_COMMENT,
            Risk::Thumbnail => code::LEAK_THUMBNAIL,
            Risk::Motion => code::LEAK_MOTION,
        }
    }

    /// Its word in sentences: what stands behind the point of its code.
    pub fn word(self) -> &'static str {
        self.code().id.split_once('.').map_or("", |(_, word)| word)
    }
}
