//! A next step that fits one case better than the remedy of its code. The words are in `report::english`.

use super::detail::Detail;

/// What to do next. `Display` says it in English.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// Rename one of them, so that facts and roles can be given to each
    TwoOfOneName,
    /// Withhold it from an earlier one, all at once
    WithholdAtOnce,
    /// Name what is to be withheld
    NameWhatToWithhold,
    /// Say in a sentence why it is withheld
    SayWhy,
    /// Choose another name: -o NAME.zip
    OtherZip,
    /// Choose another name: -o FILE
    OtherFile,
    /// Choose another name: -o NAME
    OtherOutput,
    /// Choose another name: --name NAME
    OtherName,
    /// Type the name again: --name NAME
    TypeNameAgain,
    /// Give the file that ends in .pub, or a line of: ssh-add -L
    PublicHalf,
    /// Make one: ssh-keygen -t ed25519, or on a token: ssh-keygen -t ed25519-sk
    MakeEd25519,
    /// Decrypt it first: age -d
    DecryptFirst,
    /// Seal it twice, for some each time
    SealTwice,
    /// Make a key that asks for a touch, without no-touch-required: ssh-keygen -t ed25519-sk
    MakeTouchKey,
    /// Seal one folder, or files given one by one: sealbag seal FOLDER, or sealbag seal FILE...
    FolderOrFiles,
    /// Set the clock of this computer
    SetClock,
    /// Put it right, or say which key to use: --key NAME
    PutRightOrName,
    /// Keep it short, or leave it out: --story
    StoryShort,
    /// Check who may write there, or keep them in another folder: --home DIR
    OtherHome,
    /// Use a shorter name, or a folder that is not so deep
    ShorterName,
    /// Free some space, then run the same command again
    FreeSpace,
    /// Get it again: nothing of it arrived
    NothingArrived,
    /// Get it again: it was cut on its way
    CutOnItsWay,
    /// Have the bundle sent as a file
    SentAsFile,
    /// Get the file that the page offers
    NotThePage,
    /// Unpack it first
    UnpackFirst,
    /// Name the bundles in the folder
    NameTheBundles,
    /// Text from a program that uses the library.
    Said(String),
}

impl Detail {
    /// The next step, where this fits better than the remedy of a code.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Detail::EmptyFile => Some(Hint::NothingArrived),
            Detail::TooLongToStore => Some(Hint::ShorterName),
            Detail::EndsInTheMiddle | Detail::CutShort => Some(Hint::CutOnItsWay),
            Detail::IsMedia { .. } => Some(Hint::SentAsFile),
            Detail::IsPage { .. } => Some(Hint::NotThePage),
            Detail::IsOtherArchive { .. } => Some(Hint::UnpackFirst),
            Detail::FolderOfBundles { .. } => Some(Hint::NameTheBundles),
            _ => None,
        }
    }
}

impl From<String> for Hint {
    fn from(said: String) -> Self {
        Hint::Said(said)
    }
}

impl From<&str> for Hint {
    fn from(said: &str) -> Self {
        Hint::Said(said.to_owned())
    }
}
