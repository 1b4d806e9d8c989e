//! A next step that fits one case better than the remedy of its code. Its words are the message `hint-` and its name in `report/words`.

use super::detail::Detail;
use super::sentence::Sentence;

/// A row is a variant and what it means.
macro_rules! hints {
    ($($name:ident $meaning:literal;)*) => {
        /// What to do next. `Display` says it in English.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Hint {
            $(#[doc = $meaning] $name,)*
            /// Text from a program that uses the library.
            Said(String),
        }

        impl Hint {
            /// The sentence that says it.
            pub fn sentence(&self) -> Sentence {
                match self {
                    $(Hint::$name => Sentence::new(concat!("hint-", stringify!($name))),)*
                    Hint::Said(text) => Sentence::new("hint-Said").with("text", text.clone()),
                }
            }
        }

        /// Every message that a hint can be, with the names of its places.
        pub static MESSAGES: &[(&str, &[&str])] =
            &[$((concat!("hint-", stringify!($name)), &[])),*, ("hint-Said", &["text"])];
    };
}

hints! {
    TwoOfOneName "Rename one of them, so that facts and roles can be given to each.";
    WithholdAtOnce "Withhold it from an earlier one, all at once.";
    NameWhatToWithhold "Name what is to be withheld.";
    SayWhy "Say in a sentence why it is withheld.";
    OtherZip "Choose another name: -o NAME.zip.";
    OtherFile "Choose another name: -o FILE.";
    OtherOutput "Choose another name: -o NAME.";
    OtherName "Choose another name: --name NAME.";
    TypeNameAgain "Type the name again: --name NAME.";
    PublicHalf "Give the file that ends in .pub, or a line of: ssh-add -L.";
    MakeEd25519 "Make one: ssh-keygen -t ed25519, or on a token: ssh-keygen -t ed25519-sk.";
    DecryptFirst "Decrypt it first: age -d.";
    SealTwice "Seal it twice, for some each time.";
    MakeTouchKey "Make a key that asks for a touch, without no-touch-required: ssh-keygen -t ed25519-sk.";
    FolderOrFiles "Seal one folder, or files given one by one: sealbag seal FOLDER, or sealbag seal FILE...";
    SetClock "Set the clock of this computer.";
    PutRightOrName "Put it right, or say which key to use: --key NAME.";
    StoryShort "Keep it short, or leave it out: --story.";
    OtherHome "Check who may write there, or keep them in another folder: --home DIR.";
    ShorterName "Use a shorter name, or a folder that is not so deep.";
    FreeSpace "Free some space, then run the same command again.";
    NothingArrived "Get it again: nothing of it arrived.";
    CutOnItsWay "Get it again: it was cut on its way.";
    SentAsFile "Have the bundle sent as a file.";
    NotThePage "Get the file that the page offers.";
    UnpackFirst "Unpack it first.";
    NameTheBundles "Name the bundles in the folder.";
    CopyToDisk "Copy it to a disk first: aws s3 cp.";
    NameRegion "Name that region: AWS_REGION.";
    RestoreObject "Have it restored, wait until that is done, and run the same again.";
    ExportKeys "Export keys for this run: aws configure export-credentials --format env.";
    UseHttps "Use https, or a tunnel that ends on this computer.";
    AllowRead "Ask for the permission s3:GetObject, for kms:Decrypt where the key is managed, and s3:ListBucket.";
    AllowList "Ask for the permission s3:ListBucket.";
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
            Detail::ObjectFolder | Detail::ObjectForFile => Some(Hint::CopyToDisk),
            Detail::ObjectRegion { .. } => Some(Hint::NameRegion),
            Detail::ObjectClock { .. } => Some(Hint::SetClock),
            Detail::ObjectArchived => Some(Hint::RestoreObject),
            Detail::ObjectNoKeys | Detail::ObjectProfileAsks { .. } => Some(Hint::ExportKeys),
            Detail::ObjectPlainHttp => Some(Hint::UseHttps),
            Detail::ObjectDenied => Some(Hint::AllowRead),
            Detail::ObjectListDenied => Some(Hint::AllowList),
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
