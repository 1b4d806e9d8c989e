//! What a finding or an error is about. The words are in `report::english`.

use std::borrow::Cow;
use std::path::Path;

/// A place in the evidence, or a thing on this computer. `Display` says it in English; names stand as they are, unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The bundle, by whatever name the reader knows it.
    Bundle,
    /// The bundle to compare with.
    OtherBundle,
    /// A disclosure.
    Disclosure,
    /// The envelope around a bundle.
    Envelope,
    /// The folder `seal`.
    Seal,
    /// An unpacked bundle.
    Folder,
    /// Where the file ends.
    EndOfFile,
    /// Standard input.
    StandardInput,
    /// Standard output.
    StandardOutput,
    /// What the program prints.
    Output,
    /// A file that never gets a name.
    TemporaryFile,
    /// The clock of this computer.
    Clock,
    /// All items together.
    Items,
    /// All files together.
    Files,
    /// All recipients together.
    Recipients,
    /// The reader's own keys.
    OwnKeys,
    /// The reader's contacts, all together.
    Contacts,
    /// A decryption key that is being written.
    DecryptionKey,
    /// This program.
    Program,
    /// A byte of the file, from 0.
    Byte(u64),
    /// A line of `seal/items.jsonl`, from 1.
    ItemLine(u64),
    /// A fact, by what it is about (`case`, `source:S1` or `file:<path>`) and its name.
    Fact(Box<(String, String)>),
    /// The facts about a file, in a metadata file.
    FactsOf(String),
    /// Anything with a name: a file in the bundle or on a disk, a key, a contact, a flag.
    Named(String),
}

impl Place {
    /// A path on a disk.
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
