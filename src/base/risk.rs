//! What a file can say that harms a source.

use super::code::{self, Code};

/// A kind of thing that a file says and that could harm whoever made it or stands in it, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Where it was made.
    Position,
    /// Who made it, owns the camera, or is shown.
    Person,
    /// The number of a camera or lens, the same in all that was made with it.
    Serial,
    /// The computer or telephone that it was made on, as its owner calls it.
    Device,
    /// An e-mail address or telephone number.
    Contact,
    /// The name of somebody's account, in a path.
    Account,
    /// For whom they work.
    Company,
    /// Words that somebody wrote into it.
    Comment,
    /// What was changed, and by whom.
    Changes,
    /// Something that is not shown.
    Hidden,
    /// Files inside.
    Attachment,
    /// A small picture inside that shows something else than the picture, or could not be compared with it.
    Thumbnail,
    /// Bytes or another picture behind the end of the picture.
    Behind,
    /// A short film inside a photo, with the seconds before and after it, and sound.
    Motion,
    /// Earlier versions of itself, or a list of what was done to it.
    History,
    /// Content credentials, which may name people and hold small pictures of earlier states.
    Credentials,
}

impl Risk {
    /// Its row in the table of codes.
    pub fn code(self) -> &'static Code {
        match self {
            Risk::Position => code::LEAK_POSITION,
            Risk::Person => code::LEAK_PERSON,
            Risk::Serial => code::LEAK_SERIAL,
            Risk::Device => code::LEAK_DEVICE,
            Risk::Contact => code::LEAK_CONTACT,
            Risk::Account => code::LEAK_ACCOUNT,
            Risk::Company => code::LEAK_COMPANY,
            Risk::Comment => code::LEAK_COMMENT,
            Risk::Changes => code::LEAK_CHANGES,
            Risk::Hidden => code::LEAK_HIDDEN,
            Risk::Attachment => code::LEAK_ATTACHMENT,
            Risk::Thumbnail => code::LEAK_THUMBNAIL,
            Risk::Behind => code::LEAK_BEHIND,
            Risk::Motion => code::LEAK_MOTION,
            Risk::History => code::LEAK_HISTORY,
            Risk::Credentials => code::LEAK_CREDENTIALS,
        }
    }

    /// Its word in sentences: what stands behind the point of its code.
    pub fn word(self) -> &'static str {
        self.code().id.split_once('.').map_or("", |(_, word)| word)
    }
}
