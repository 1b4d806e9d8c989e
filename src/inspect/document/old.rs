//! Old Office files (`.doc`, `.xls`, `.ppt`): a file system in a file (MS-CFB). Of them only the properties are read, and the paths that
//! stand in them; their tracked changes and comments are in forms that each program has for itself.

use std::io::{BufReader, Read};

use cfb::CompoundFile as Compound;

use super::super::found::Found;
use super::super::limited::Limited;
use super::properties;
use crate::bundle::read_at::ReadAt;
use crate::inspect::text;

/// A set of properties is not longer: 256 KiB.
const SET: u64 = 256 << 10;
/// The tables of one are held: 12 MiB.
const TABLES: u64 = 12 << 20;
/// In so many bytes of the file paths are looked for: 8 MiB.
const PATHS: usize = 8 << 20;
/// A larger file has tables that take too much memory: 256 MiB.
const LARGEST: u64 = 256 << 20;

/// Reads the properties; none where there are none.
pub(super) fn read(file: Limited, found: &mut Found) -> Option<()> {
    let mut whole = file.length() <= LARGEST;
    if whole {
        let mut file = Compound::open(BufReader::with_capacity(512, file.at_most(TABLES))).ok()?;
        // an Office file that needs a password
        if file.exists("/EncryptedPackage") {
            return None;
        }
        for (name, is_summary) in [("/\u{5}SummaryInformation", true), ("/\u{5}DocumentSummaryInformation", false)] {
            let mut set = Vec::new();
            let Ok(stream) = file.open_stream(name) else { continue };
            whole &= stream.take(SET).read_to_end(&mut set).is_ok() && properties::read(&set, is_summary, found).is_some();
        }
        if file.exists("/_VBA_PROJECT_CUR") || file.exists("/Macros") {
            found.add("attachment", "VBA");
        }
    }
    let bytes = file.piece(0, PATHS).unwrap_or_default();
    text::scan_binary(&bytes, found);
    whole &= bytes.len() as u64 == file.length();
    if !whole {
        found.not_read("…");
    }
    Some(())
}
