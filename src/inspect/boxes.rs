//! Files made of boxes (ISO 14496-12): HEIC, AVIF, CR3, MP4 and MOV. A box has a length, a type of four letters and contents, which may
//! be boxes again.

use super::slice::Slice;
use crate::bundle::read_at::ReadAt;

/// How many boxes of one file are looked at, in all.
pub(super) const MOST: usize = 10_000;

/// One box.
pub(super) struct Part<'b> {
    pub kind: [u8; 4],
    pub body: Slice<'b>,
}

/// The boxes of a file or a box, one after the other.
pub(super) struct Boxes<'b, 'n> {
    bytes: Slice<'b>,
    at: u64,
    /// How many may still be looked at, in the whole file.
    left: &'n mut usize,
    /// False once something was not a box or there were too many.
    pub whole: bool,
}

impl<'b, 'n> Boxes<'b, 'n> {
    pub fn of(bytes: Slice<'b>, left: &'n mut usize) -> Self {
        Boxes { bytes, at: 0, left, whole: true }
    }

    /// All of them, if they are what the contents are made of.
    pub fn list(mut self) -> (Vec<Part<'b>>, bool) {
        let mut list = Vec::new();
        while let Some(one) = self.one() {
            list.push(one);
        }
        (list, self.whole)
    }

    /// The same of a file, where bytes behind the last box that cannot be one are no fault; and where they begin.
    pub fn list_and_end(mut self) -> (Vec<Part<'b>>, bool, u64) {
        let mut list = Vec::new();
        loop {
            let kind = self.bytes.array::<8>(self.at).map(|[_, _, _, _, kind @ ..]| kind);
            let is_name = kind.is_some_and(|kind| kind.iter().all(|byte| matches!(byte, b' '..=b'~')));
            if !list.is_empty() && !is_name && self.at < self.bytes.length() {
                return (list, self.whole, self.at);
            }
            match self.one() {
                Some(one) => list.push(one),
                None => return (list, self.whole, self.at),
            }
        }
    }

    fn one(&mut self) -> Option<Part<'b>> {
        let length = self.bytes.length();
        if self.at >= length {
            return None;
        }
        self.whole = false;
        *self.left = self.left.checked_sub(1)?;
        let [a, b, c, d, kind @ ..]: [u8; 8] = match self.bytes.array(self.at) {
            Some(header) => header,
            // four zeros end a list in QuickTime
            None => {
                self.whole = self.bytes.array(self.at) == Some([0; 4]);
                return None;
            }
        };
        let (start, end) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, length),
            1 => (16, self.at.checked_add(u64::from_be_bytes(self.bytes.array(self.at + 8)?))?),
            size => (8, self.at + u64::from(size)),
        };
        let start = self.at + start;
        if end < start {
            return None;
        }
        let body = self.bytes.part(start..end);
        self.whole = end <= length;
        self.at = end;
        Some(Part { kind, body })
    }
}

/// The first box of a type.
pub(super) fn first<'p, 'b>(boxes: &'p [Part<'b>], kind: &[u8; 4]) -> Option<&'p Slice<'b>> {
    boxes.iter().find(|one| one.kind == *kind).map(|one| &one.body)
}
