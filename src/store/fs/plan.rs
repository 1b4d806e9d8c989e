//! Where each entry of a bundle goes; for the inputs this is known from names and sizes, before any is read.

use super::folder::Input;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::hint::Hint;
use crate::base::place::Place;
use crate::format::layout;
use crate::format::time::Timestamp;
use crate::format::zip::{self, DosTime};

/// Where each input goes, known before any is read.
pub(super) struct Plan<'f> {
    pub inputs: &'f [Input],
    pub slots: Vec<Slot>,
    time: DosTime,
    /// The name of the top folder, with its slash.
    pub top: String,
}

/// A place for an entry.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub size: u64,
    pub crc32: u32,
    pub offset: u64,
}

impl<'f> Plan<'f> {
    /// Places for `inputs`, in the order of their names, and the position after the last of them. `top` is the name of the top
    /// folder, `sealed_at` the one time of all entries.
    pub fn new(inputs: &'f [Input], top: &str, sealed_at: &Timestamp) -> Result<(Self, u64)> {
        let time = DosTime::of(sealed_at).ok_or_else(|| {
            let trouble = Detail::ClockRange;
            Error::new(code::INPUT_LIMIT, Place::Clock, trouble).hint(Hint::SetClock)
        })?;
        let mut plan = Plan { inputs, slots: Vec::with_capacity(inputs.len()), time, top: format!("{top}/") };
        let mut position = 0;
        for (index, input) in inputs.iter().enumerate() {
            let slot = Slot { size: input.size(), crc32: 0, offset: position };
            plan.slots.push(slot);
            position += zip::local_len(&plan.name(index), slot.size) + slot.size;
        }
        Ok((plan, position))
    }

    /// Where the header of an input goes, and where its bytes go.
    pub fn place(&self, index: usize) -> (u64, u64) {
        let slot = self.slot(index);
        (slot.offset, slot.offset + zip::local_len(&self.name(index), slot.size))
    }

    /// The header of an input.
    pub fn local_header(&self, index: usize, crc32: u32) -> Vec<u8> {
        let name = self.name(index);
        zip::local_header(&self.entry(&name, Slot { crc32, ..self.slot(index) }))
    }

    fn slot(&self, index: usize) -> Slot {
        self.slots.get(index).copied().unwrap_or(Slot { size: 0, crc32: 0, offset: 0 })
    }

    /// The name of an input's entry.
    pub fn name(&self, index: usize) -> String {
        format!("{}{}", self.top, layout::data(self.inputs.get(index).map_or("", |input| input.path.as_str())))
    }

    /// What the headers of an entry say.
    pub fn entry<'n>(&self, name: &'n str, slot: Slot) -> zip::Entry<'n> {
        zip::Entry { name, size: slot.size, crc32: slot.crc32, offset: slot.offset, time: self.time }
    }
}
