//! What a search tells: where something stays that gives away what is withheld, and what could not be searched.

use crate::inspect::inflate::Stopped;
use crate::inspect::pdf_text::Lack;

/// Something that stays and gives away something that is withheld. Their order is the order of what they tell: what points to a
/// source first, names before values, values before single words, and what stands in a text before what stands in bytes that are
/// no text, where it may be chance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    /// The lower, the more it tells.
    pub(super) rank: u8,
    /// The name of what is withheld.
    pub of: String,
    /// Which part of it stays.
    pub what: Told,
    /// Where: the path of a file, or the name of an item as [`Named::name`](crate::report::model::Named::name) has it.
    pub place: String,
    /// Where in the file, a line number from 1; none where it is a fact, a name, the whole file, or in what has no lines.
    pub line: Option<u64>,
    /// False for a plain word of an identity, such as "guard", for single words in bytes that are no text, but those of a source, for
    /// what most files say of themselves, and for twins that are meant to stay: they are told, and are no reason to refuse.
    pub stops: bool,
}

/// What is in bytes that are no text ranks so much lower.
pub(super) const BYTES: u8 = 100;

impl Leak {
    /// True if it was found among bytes that are no text, so that it may be chance.
    pub fn in_bytes(&self) -> bool {
        self.rank >= BYTES
    }
}

/// Which part of a withheld item still appears somewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// All its bytes: a twin.
    Bytes,
    /// The SHA-256 of its bytes.
    Hash,
    /// Its name, or the last part of it; for a source its label, such as `S1`.
    Name(String),
    /// Its value, or the beginning of a long one.
    Value,
    /// A word, number, date or time of its value or its name.
    Word(String),
    /// A file says it in its own bytes, or is said to be made so.
    Said(Said),
    /// A file that was made of the same picture.
    Twin(Kin),
}

/// What a file says of itself that is withheld elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// It was made so near to the place of what is withheld, 100 metres at most.
    Place {
        /// How near.
        metres: u64,
    },
    /// It was made at the same moment, or when a clock of another zone showed the same.
    Moment,
    /// It was made with the camera or lens of this number.
    Serial(String),
}

impl Said {
    pub(super) fn kind(&self) -> u8 {
        match self {
            Said::Place { .. } => 1,
            Said::Moment => 2,
            Said::Serial(_) => 3,
        }
    }
}

/// How a file that stays belongs to one that was made of the same picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kin {
    /// It was made of what is withheld, or of the picture that what is withheld was made of.
    Made,
    /// What is withheld was made of it.
    Original,
    /// A twin that stays too was made of it, and it shows what is covered there.
    Uncovered,
}

/// A file that stays, or a file inside it, that could not be read as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotSearched {
    /// The path of the file in the bundle.
    pub path: String,
    /// The name of the file inside it, where that is an archive or a document made of several files.
    pub inside: Option<String>,
    /// Why not.
    pub reason: Unread,
}

/// Why a file could not be read as text. Its bytes were searched all the same for what is written plainly in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unread {
    /// A picture, or pictures in a PDF.
    Picture,
    /// A sound recording.
    Sound,
    /// A video.
    Video,
    /// It is encrypted.
    Encrypted,
    /// A PDF whose letters are numbers of its own fonts.
    Fonts,
    /// Compressed in a way that is not read.
    Compressed,
    /// Broken off or damaged, so that it was read in part at most.
    Damaged,
    /// It unpacks to more bytes, more files or deeper than the limits; it was read up to there.
    Limits,
    /// Some other kind of bytes, or letters in an encoding that is not known.
    Binary,
}

impl From<Lack> for Unread {
    fn from(lack: Lack) -> Self {
        match lack {
            Lack::Picture => Unread::Picture,
            Lack::Encrypted => Unread::Encrypted,
            Lack::Fonts => Unread::Fonts,
            Lack::Compressed => Unread::Compressed,
            Lack::Damaged => Unread::Damaged,
            Lack::Limits => Unread::Limits,
        }
    }
}

impl From<Stopped> for Unread {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Limits => Unread::Limits,
            Stopped::Damaged => Unread::Damaged,
        }
    }
}

impl Unread {
    /// One word for JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Unread::Picture => "picture",
            Unread::Sound => "sound",
            Unread::Video => "video",
            Unread::Encrypted => "encrypted",
            Unread::Fonts => "fonts",
            Unread::Compressed => "compressed",
            Unread::Damaged => "damaged",
            Unread::Limits => "limits",
            Unread::Binary => "binary",
        }
    }
}
