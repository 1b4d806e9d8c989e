//! Reading a bundle, in whatever form it comes.

use super::model::Bundle;
use super::source::{Content, Source};
use super::{folder_read, zip_read};
use crate::base::error::Result;
use crate::base::watch::Watch;
use crate::format::item::Item;

impl Bundle {
    /// Reads a ZIP or a folder except for its payload, or a stream as a whole. Bad evidence becomes findings.
    ///
    /// # Errors
    /// What kept it from being read; `envelope.encrypted`; `run.interrupted`.
    pub fn read(source: Source, watch: &dyn Watch) -> Result<Self> {
        Bundle::read_items(source, watch, &mut |_| {})
    }

    /// Reads, and hands each item to `each` in the order of their commitments.
    pub(crate) fn read_items(source: Source, watch: &dyn Watch, each: &mut dyn FnMut(Item)) -> Result<Self> {
        let Source { content, envelope } = source;
        let bundle = match content {
            Content::Bytes(bytes) => zip_read::read_bytes(bytes, watch, each),
            Content::Stream(stream) => zip_read::read_stream(stream, watch, each),
            Content::Folder(tree) => folder_read::read(tree, watch, each),
        }?;
        Ok(Bundle { envelope, ..bundle })
    }
}
