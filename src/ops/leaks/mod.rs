//! What stays in a bundle and still gives away what is withheld: the same bytes under another name, or its words, numbers and dates
//! in facts, names and files. The search compares letters, however they are encoded, escaped or packed; it understands nothing,
//! and it names each file that it could not read.
//!
//! `needles` says what is looked for, with `words` and `dates`. `reader` takes a file apart, by `kind`: `encoded`, `tags` and `escapes`
//! make characters of it, `normal` makes them comparable, and `text` searches them, with `numbers`; `unzip` unpacks, and `inspect::pdf_text` too; `bytes`
//! searches what is no text, with `chunks`. `carried` compares what files say of themselves, `family` knows which were made of which.
//! `search` goes through the bundle.

mod bytes;
mod carried;
mod chunks;
mod dates;
mod encoded;
mod escapes;
mod family;
mod finder;
mod kind;
mod leak;
mod needle;
mod needles;
mod normal;
mod numbers;
mod reader;
mod rule;
mod search;
mod tags;
mod text;
mod unzip;
mod words;

pub(super) use family::Families;
pub use leak::{Kin, Leak, NotSearched, Said, Told, Unread};
pub(super) use needles::Leaks;
pub(super) use search::Search;
