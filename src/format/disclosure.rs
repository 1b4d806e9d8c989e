//! A disclosure (format, section 10): withheld items given back to one reader. One line of canonical JSON, then item lines in
//! the increasing order of their commitments, then the bytes of the files among them in the same order, then zeros, and nothing
//! else. Nothing in it is signed: each line counts because the seal of the bundle commits to it.

use std::io::BufRead;

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::item::Item;
use super::json;
use super::listing::{Fault, check_format, read_line};
use crate::base::detail::Detail;
use crate::base::limits;

/// The value of `format` in version 1.
pub const FORMAT: &str = "sealbag-disclosure/1";

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// [`FORMAT`].
    pub format: String,
    /// The bundle digest: SHA-256 of `seal/manifest.json`.
    pub bundle: Digest,
    /// How many item lines follow, at least one.
    pub items: u64,
}

impl Head {
    /// The line, with its LF.
    pub fn line(&self) -> Vec<u8> {
        let mut line = json::write(self);
        line.push(b'\n');
        line
    }

    /// Reads the first line.
    ///
    /// # Errors
    /// What is wrong with the line, that its format is newer, or what kept it from being read.
    pub fn read(input: &mut dyn BufRead) -> Result<Self, Fault> {
        let mut input = input;
        let mut line = Vec::new();
        read_line(&mut input, limits::LINE, &mut line)?;
        if line.starts_with(b"PK") {
            return Err(Detail::IsABundle.into());
        }
        check_format(&line, FORMAT)?;
        if line.len() > limits::LINE {
            return Err(Detail::FirstLineTooLong.into());
        }
        let head: Head = json::read(line.strip_suffix(b"\n").ok_or(Detail::FirstLineOpen)?).map_err(Fault::Malformed)?;
        if head.items == 0 || head.items > limits::ITEM_COUNT as u64 {
            return Err(Detail::DisclosureCount.into());
        }
        Ok(head)
    }

    /// Reads the item lines after it; each item goes to `each` with its commitment. If `each` returns false, reading stops and
    /// this returns false. The bytes of the files follow in `input`.
    ///
    /// # Errors
    /// What is wrong with a line, or what kept it from being read.
    pub fn items(&self, input: &mut dyn BufRead, mut each: impl FnMut(Item, Digest) -> bool) -> Result<bool, Fault> {
        let mut input = input;
        let (mut line, mut last, mut length) = (Vec::new(), None, 0);
        for number in 1..=self.items {
            read_line(&mut input, limits::LINE, &mut line)?;
            let text = line.strip_suffix(b"\n").ok_or(Fault::Malformed(Detail::ItemOpen { item: number }))?;
            length += line.len() as u64;
            if length > limits::ITEMS {
                return Err(Detail::ItemsTooLong.into());
            }
            let commitment = Digest::of(&line);
            if last.is_some_and(|last| last >= commitment) {
                return Err(Detail::ItemsOutOfOrder.into());
            }
            last = Some(commitment);
            let item = Item::read(text)
                .map_err(|reason| Fault::Malformed(Detail::InItem { item: number, reason: Box::new(reason) }))?;
            if !each(item, commitment) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
