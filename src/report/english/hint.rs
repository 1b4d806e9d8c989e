//! What to do next, in English.

use std::fmt;

use crate::base::hint::Hint;

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Hint::TwoOfOneName => "rename one of them, so that facts and roles can be given to each",
            Hint::WithholdAtOnce => "start from an earlier copy, and withhold everything at once",
            Hint::NameWhatToWithhold => "name what is to be withheld",
            Hint::SayWhy => "say in a sentence why it is withheld",
            Hint::OtherZip => "choose another name: -o NAME.zip",
            Hint::OtherFile => "choose another name: -o FILE",
            Hint::OtherOutput => "choose another name: -o NAME",
            Hint::OtherName => "choose another name: --name NAME",
            Hint::TypeNameAgain => "type the name again: --name NAME",
            Hint::PublicHalf => "give the file that ends in .pub, or a line of: ssh-add -L",
            Hint::MakeEd25519 => "make one: ssh-keygen -t ed25519, or on a token: ssh-keygen -t ed25519-sk",
            Hint::DecryptFirst => "decrypt it first: age -d",
            Hint::SealTwice => "seal it twice, each time for some of them",
            Hint::MakeTouchKey => "make a key that asks for a touch, without no-touch-required: ssh-keygen -t ed25519-sk",
            Hint::FolderOrFiles => "seal one folder, or files given one by one: sealbag seal FOLDER, or sealbag seal FILE...",
            Hint::SetClock => "set the clock of this computer",
            Hint::PutRightOrName => "repair it, or say which key to use: --key NAME",
            Hint::StoryShort => "keep it short, or leave it out: --story",
            Hint::ShorterName => "use a shorter name, or a folder that is not so deep",
            Hint::FreeSpace => "free some space, then run the same command again",
            Hint::OtherHome => "check who may write there, or keep them in another folder: --home DIR",
            Hint::NothingArrived => "get it again: nothing of it arrived",
            Hint::CutOnItsWay => {
                "get it again: it was probably cut off on its way; if that happens again, have its length told to you"
            }
            Hint::SentAsFile => {
                "ask for the bundle as a file (in messengers: as a document); what you have may be a picture of it"
            }
            Hint::NotThePage => "get the file that the page offers: the name of a bundle ends in .zip or .zip.age",
            Hint::UnpackFirst => "unpack it with the program that made it, then verify the bundle that was in it",
            Hint::NameTheBundles => "name the bundles in it: sealbag verify FOLDER/*",
            Hint::Said(text) => text,
        })
    }
}
