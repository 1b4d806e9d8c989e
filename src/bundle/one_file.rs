//! One file of a bundle, read at any place of it.

use std::io::{self, Read};
use std::sync::Mutex;

use super::blocks::Blocks;
use super::model::Kept;
use super::read_at::ReadAt;
use crate::base::limits::CHUNK;
use crate::format::layout;
use crate::format::path::PayloadPath;

/// Opens a file of the payload: what lies there now, not hashed again. `at` and `size` say where it lies in a ZIP.
pub(crate) fn open<'b>(kept: &'b Kept, path: &PayloadPath, at: u64, size: u64) -> io::Result<Box<dyn ReadAt + 'b>> {
    Ok(match kept {
        Kept::Zip(bytes) => Box::new(InZip { blocks: Mutex::new(bytes.blocks(at, CHUNK)), at, size }),
        Kept::Folder(tree) => tree.open(&layout::data(path))?,
    })
}

struct InZip<'b> {
    blocks: Mutex<Blocks<'b>>,
    at: u64,
    size: u64,
}

impl ReadAt for InZip<'_> {
    fn length(&self) -> u64 {
        self.size
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        let left = usize::try_from(self.size.saturating_sub(at)).unwrap_or(usize::MAX).min(out.len());
        let Some(out) = out.get_mut(..left).filter(|out| !out.is_empty()) else { return Ok(0) };
        let mut blocks = self.blocks.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        blocks.go_to(self.at.saturating_add(at));
        blocks.read(out)
    }
}
