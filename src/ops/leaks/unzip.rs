//! A ZIP file as it streams past, entry by entry, as its local headers have it. So nothing hides that only some readers would see,
//! and memory stays constant.

use super::leak::Unread;
use crate::inspect::inflate::{Inflated, Inflater, Stopped};

const HEADER: usize = 30;
/// So many bytes outside of the entries are given at once.
const BESIDE: usize = 4 << 10;

/// What an archive consists of, in order.
#[derive(Debug)]
pub(super) enum Part<'p> {
    /// An entry of this name begins.
    Begin(&'p [u8]),
    Bytes(&'p [u8]),
    /// Bytes outside of the entries: extra fields, the directory, comments, and whatever else is there. False where they may be
    /// entries that could not be read.
    Beside(&'p [u8], bool),
    /// It ends; why it could not be read, or not to its end.
    End(Option<Unread>),
}

/// Takes the parts; false where they are too many.
type Take<'t> = &'t mut dyn FnMut(Part) -> bool;

/// Reads one archive.
pub(super) struct Unzip {
    state: State,
    held: Vec<u8>,
    /// Bytes outside of the entries that were not given yet.
    beside: Vec<u8>,
    /// The directory or the end record was seen.
    ended: bool,
}

enum State {
    /// Looks for the next header.
    Between,
    /// In a header of this length.
    Header(usize),
    Stored(u64),
    Deflated(Inflater),
    Skipped(u64),
    /// Where reading ended.
    Done,
}

/// What a header says.
struct Entry {
    encrypted: bool,
    /// Its length stands behind it.
    later: bool,
    method: u16,
    size: u64,
}

impl Unzip {
    pub fn new() -> Self {
        Unzip { state: State::Between, held: Vec::new(), beside: Vec::new(), ended: false }
    }

    /// Reads on; returns why it cannot go on.
    pub fn push(&mut self, mut input: &[u8], take: Take) -> Option<Unread> {
        loop {
            match &mut self.state {
                State::Done => return None,
                State::Between => {
                    input = self.hold(input, HEADER);
                    let more = self.look();
                    if self.beside.len() >= BESIDE && !self.give(take) {
                        return self.fail();
                    }
                    if !more {
                        return None;
                    }
                }
                State::Header(length) => {
                    let length = *length;
                    input = self.hold(input, length);
                    if self.held.len() < length {
                        return None;
                    }
                    if !self.begin(take) {
                        return self.fail();
                    }
                }
                State::Stored(left) | State::Skipped(left) if *left == 0 => {
                    if matches!(self.state, State::Stored(_)) && !take(Part::End(None)) {
                        return self.fail();
                    }
                    self.state = State::Between;
                }
                State::Stored(left) | State::Skipped(left) => {
                    let count = usize::try_from(*left).unwrap_or(usize::MAX).min(input.len());
                    if count == 0 {
                        return None;
                    }
                    let (bytes, rest) = input.split_at_checked(count).unwrap_or((input, &[]));
                    input = rest;
                    *left -= count as u64;
                    if matches!(self.state, State::Stored(_)) && !take(Part::Bytes(bytes)) {
                        return self.fail();
                    }
                }
                State::Deflated(inflater) => {
                    if input.is_empty() {
                        return None;
                    }
                    let ended = match inflater.push(input, &mut |bytes| take(Part::Bytes(bytes))) {
                        Inflated::More => return None,
                        Inflated::End(at) => {
                            input = input.get(at..).unwrap_or_default();
                            None
                        }
                        Inflated::Failed(Stopped::Limits) => return self.fail(),
                        Inflated::Failed(reason) => Some(reason.into()),
                    };
                    if !take(Part::End(ended)) {
                        return self.fail();
                    }
                    self.state = State::Between;
                }
            }
        }
    }

    /// Why the archive did not end where one may end.
    pub fn finish(mut self, take: Take) -> Option<Unread> {
        let held = std::mem::take(&mut self.held);
        self.beside.extend(held);
        self.give(take);
        let whole = matches!(self.state, State::Done) || self.ended && matches!(self.state, State::Between);
        (!whole).then_some(Unread::Damaged)
    }

    fn give(&mut self, take: Take) -> bool {
        let beside = std::mem::take(&mut self.beside);
        beside.is_empty() || take(Part::Beside(&beside, self.ended))
    }

    /// Adds to what is held until it is of this length; returns the rest.
    fn hold<'i>(&mut self, input: &'i [u8], length: usize) -> &'i [u8] {
        let more = length.saturating_sub(self.held.len()).min(input.len());
        let (bytes, rest) = input.split_at_checked(more).unwrap_or((input, &[]));
        self.held.extend_from_slice(bytes);
        rest
    }

    /// Looks for a header at the beginning of what is held; false where more bytes are needed.
    fn look(&mut self) -> bool {
        match self.held.as_slice() {
            [b'P', b'K', 3, 4, ..] if self.held.len() < HEADER => return false,
            [b'P', b'K', 3, 4, ..] => {
                let length = HEADER + usize::from(self.u16(26)) + usize::from(self.u16(28));
                self.state = State::Header(length);
            }
            [] | [b'P'] | [b'P', b'K'] | [b'P', b'K', _] => return false,
            // the directory, what is behind it, a data descriptor, or something between two entries
            held @ [_, rest @ ..] => {
                self.ended |= matches!(held, [b'P', b'K', 1, 2, ..] | [b'P', b'K', 5 | 6, 5 | 6, ..]);
                let next = rest.iter().position(|byte| *byte == b'P').map_or(held.len(), |at| at + 1);
                self.beside.extend(self.held.drain(..next));
            }
        }
        true
    }

    fn u16(&self, at: usize) -> u16 {
        self.held.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u16::from_le_bytes(*bytes))
    }

    fn entry(&self) -> Entry {
        let size = self.held.get(18..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let flags = self.u16(6);
        let size = if size == u32::MAX { self.size64() } else { size.into() };
        Entry { encrypted: flags & 1 != 0, later: flags & 8 != 0, method: self.u16(8), size }
    }

    /// The compressed size in the extra field of ZIP64.
    fn size64(&self) -> u64 {
        let mut extra = self.held.get(HEADER + usize::from(self.u16(26))..).unwrap_or_default();
        while let Some([a, b, c, d]) = extra.first_chunk() {
            let (tag, length) = (u16::from_le_bytes([*a, *b]), usize::from(u16::from_le_bytes([*c, *d])));
            if tag == 1 {
                return extra.get(12..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u64::from_le_bytes(*bytes));
            }
            extra = extra.get(4 + length..).unwrap_or_default();
        }
        0
    }

    /// Begins the entry whose header is held.
    fn begin(&mut self, take: Take) -> bool {
        let entry = self.entry();
        let name = HEADER + usize::from(self.u16(26));
        if !self.give(take) || !take(Part::Begin(self.held.get(HEADER..name).unwrap_or_default())) {
            return false;
        }
        if !take(Part::Beside(self.held.get(name..).unwrap_or_default(), true)) {
            return false;
        }
        let unread = match entry {
            Entry { encrypted: true, .. } => Some(Unread::Encrypted),
            Entry { method: 8, .. } => None,
            Entry { method: 0, later, size, .. } if !later || size > 0 => None,
            _ => Some(Unread::Compressed),
        };
        self.held.clear();
        self.state = match (unread, entry.method) {
            (Some(_), _) => State::Skipped(entry.size),
            (None, 8) => State::Deflated(Inflater::raw()),
            (None, _) => State::Stored(entry.size),
        };
        unread.is_none() || take(Part::End(unread))
    }

    fn fail(&mut self) -> Option<Unread> {
        self.state = State::Done;
        Some(Unread::Limits)
    }
}
