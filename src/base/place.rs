//! What a finding or an error is about. Its words are the message `place-` and its name in `report/words`.

use std::borrow::Cow;
use std::path::Path;

use super::field::echo;
use super::sentence::Sentence;

/// What the address of an object in a store begins with.
pub const OBJECT: &str = "s3://";

/// A row is a variant and what it means.
macro_rules! places {
    ($($name:ident $meaning:literal;)*) => {
        /// A place in the evidence, or a thing on this computer. `Display` says it in English; names stand as they are, unescaped.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Place {
            $(#[doc = $meaning] $name,)*
            /// A byte of the file, from 0.
            Byte(u64),
            /// A line of `seal/items.jsonl`, from 1.
            ItemLine(u64),
            /// A step of a custody log, from 1.
            Step(u64),
            /// An entry of the list of an audit, from 1.
            Entry(u64),
            /// A fact, by what it is about (`case`, `source:S1` or `file:<path>`) and its name.
            Fact(Box<(String, String)>),
            /// The facts about a file, in a metadata file.
            FactsOf(String),
            /// Anything with a name: a file in the bundle or on a disk, a key, a contact, a flag.
            Named(String),
        }

        impl Place {
            /// What it is called, as a sentence.
            pub fn sentence(&self) -> Sentence {
                match self {
                    $(Place::$name => Sentence::new(concat!("place-", stringify!($name))),)*
                    Place::Byte(at) => Sentence::new("place-Byte").with("at", *at),
                    Place::ItemLine(line) => Sentence::new("place-ItemLine").with("line", *line),
                    Place::Step(step) => Sentence::new("place-Step").with("step", *step),
                    Place::Entry(number) => Sentence::new("place-Entry").with("number", *number),
                    Place::Fact(fact) => Sentence::new("place-Fact").with("about", echo(&fact.0)).with("name", echo(&fact.1)),
                    Place::FactsOf(name) => Sentence::new("place-FactsOf").with("name", echo(name)),
                    Place::Named(name) => Sentence::new("place-Named").with("name", echo(name)),
                }
            }
        }

        /// Every message that a place can be, with the names of its places.
        pub static MESSAGES: &[(&str, &[&str])] = &[
            $((concat!("place-", stringify!($name)), &[])),*,
            ("place-Byte", &["at"]),
            ("place-ItemLine", &["line"]),
            ("place-Step", &["step"]),
            ("place-Entry", &["number"]),
            ("place-Fact", &["about", "name"]),
            ("place-FactsOf", &["name"]),
            ("place-Named", &["name"]),
        ];
    };
}

places! {
    Bundle "The bundle, by whatever name the reader knows it.";
    OtherBundle "The bundle to compare with.";
    Disclosure "A disclosure.";
    Envelope "The envelope around a bundle.";
    Seal "The folder `seal`.";
    Folder "An unpacked bundle.";
    EndOfFile "Where the file ends.";
    StandardInput "Standard input.";
    StandardOutput "Standard output.";
    Output "What the program prints.";
    TemporaryFile "A file that never gets a name.";
    Clock "The clock of this computer.";
    Items "All items together.";
    Files "All files together.";
    Recipients "All recipients together.";
    OwnKeys "The reader's own keys.";
    Contacts "The reader's contacts, all together.";
    DecryptionKey "A decryption key that is being written.";
    CustodyEntry "An entry that is to be written into a custody log.";
    Results "The results of an audit.";
    Program "This program.";
}

impl Place {
    /// True for the address of an object in a store.
    pub(super) fn is_object(&self) -> bool {
        matches!(self, Place::Named(name) if name.starts_with(OBJECT))
    }

    /// A path on a disk, or the address of an object.
    pub fn path(path: &Path) -> Self {
        Place::Named(path.to_string_lossy().into_owned())
    }
}

impl From<String> for Place {
    fn from(name: String) -> Self {
        Place::Named(name)
    }
}

impl From<&String> for Place {
    fn from(name: &String) -> Self {
        Place::Named(name.clone())
    }
}

impl From<&str> for Place {
    fn from(name: &str) -> Self {
        Place::Named(name.to_owned())
    }
}

impl From<Cow<'_, str>> for Place {
    fn from(name: Cow<str>) -> Self {
        Place::Named(name.into_owned())
    }
}

impl From<&Place> for Place {
    fn from(place: &Place) -> Self {
        place.clone()
    }
}
