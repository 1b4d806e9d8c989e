//! What stands on the pages of a PDF, searched for addresses and numbers as far as its letters are known.

use std::cell::RefCell;

use crate::bundle::read_at::ReadAt;
use crate::inspect::found::Found;
use crate::inspect::limited::Limited;
use crate::inspect::pdf_text::{Lack, Pdf, Piece};
use crate::inspect::text;

/// How much is read at once.
const CHUNK: usize = 64 << 10;
/// The longest line that is looked at whole, in bytes.
const LINE: usize = 16 << 10;

/// Searches the text; what could not be read of it is told as the format itself names it.
pub(super) fn read(file: &Limited, found: &mut Found) {
    let Some(mut pdf) = Pdf::new() else { return found.not_read("…") };
    let lines = RefCell::new(Lines { shown: false, joined: String::new(), parted: String::new(), found });
    let mut at = 0;
    let whole = loop {
        match file.piece(at, CHUNK) {
            Some(chunk) if !file.late() => {
                at += chunk.len() as u64;
                pdf.push(&chunk, &mut |_| !file.late(), &mut |piece| lines.borrow_mut().take(piece));
                if at >= file.length() || chunk.is_empty() {
                    break true;
                }
            }
            _ => break false,
        }
    };
    let lacks = pdf.finish(&mut |piece| lines.borrow_mut().take(piece));
    let found = lines.into_inner().found;
    for lack in lacks {
        match lack {
            Lack::Fonts => found.not_read("/Font"),
            Lack::Compressed => found.not_read("/Filter"),
            Lack::Limits => found.not_read("…"),
            // told by the objects, or no text
            Lack::Encrypted | Lack::Damaged | Lack::Picture => {}
        }
    }
    if !whole {
        found.not_read("…");
    }
}

struct Lines<'f> {
    shown: bool,
    /// The line with nothing where the pen was moved, and with a blank.
    joined: String,
    parted: String,
    found: &'f mut Found,
}

impl Lines<'_> {
    fn take(&mut self, piece: Piece) {
        match piece {
            Piece::Shown(shown) => self.shown = shown,
            Piece::Letter('\n') => self.end(),
            Piece::Letter(letter) if self.shown => {
                self.joined.push(letter);
                self.parted.push(letter);
            }
            Piece::Joint if self.shown => self.parted.push(' '),
            Piece::Letter(_) | Piece::Joint => {}
        }
        if self.parted.len() > LINE {
            self.end();
        }
    }

    fn end(&mut self) {
        text::scan(&self.joined, self.found);
        if self.parted != self.joined {
            text::scan(&self.parted, self.found);
        }
        self.joined.clear();
        self.parted.clear();
    }
}
