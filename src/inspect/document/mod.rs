//! What documents say: Office files and OpenDocument, old and new, books in EPUB, RTF and PDF. What they are is told by their first bytes.

mod archive;
mod attributes;
mod date;
mod object;
mod old;
mod pdf;
mod properties;
mod rtf;
mod words;
mod xml;

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::fact::{Fact, Facts};
use super::found::Found;
use super::limited::Limited;
use super::{film, photo, text};

/// How deep documents are read inside of documents.
const DEPTH: u8 = 2;

/// The facts of a document or text.
pub(super) fn read(file: Limited) -> Facts {
    told(at_depth(file, 0))
}

fn told(list: Option<Vec<Fact>>) -> Facts {
    let Some(list) = list else { return Facts { unread: true, ..Facts::default() } };
    let unread = list.iter().any(|fact| fact.name == "not_read");
    Facts { list, unread }
}

fn at_depth(file: Limited, depth: u8) -> Option<Vec<Fact>> {
    let head = file.piece(0, 1024)?;
    let mut found = Found::default();
    match head.as_slice() {
        [b'P', b'K', 3, 4, ..] => archive::read(&file, depth, &inside, &mut found)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => old::read(file, &mut found)?,
        [b'{', b'\\', b'r', b't', b'f', ..] => rtf::read(file, &mut found)?,
        head if head.windows(5).any(|window| window == b"%PDF-") => pdf::read(file, &inside, &mut found)?,
        head if is_flat(head) => archive::flat(file, &mut found)?,
        _ => return text::read(file.again()),
    }
    found.finish()
}

/// An OpenDocument in one file of XML.
fn is_flat(head: &[u8]) -> bool {
    const NAME: &[u8] = b"<office:document";
    head.windows(NAME.len()).any(|window| window == NAME)
}

/// Reads what lies inside a document, as what its first bytes say it is.
fn inside(file: Limited, depth: u8) -> Facts {
    let Some(head) = file.piece(0, 4096) else { return told(None) };
    let Some(kind) = infer::get(&head) else { return Facts::default() };
    let read = match kind.mime_type() {
        "image/jpeg" | "image/png" | "image/webp" | "image/tiff" | "image/heif" | "image/avif" => photo::photo,
        "video/mp4" | "video/quicktime" => film::video,
        _ => {
            let known = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0", b"%PDF"].iter().any(|beginning| head.starts_with(*beginning));
            return if known && depth < DEPTH { told(at_depth(file, depth + 1)) } else { Facts::default() };
        }
    };
    // a picture that misleads its reader costs the document nothing
    catch_unwind(AssertUnwindSafe(|| read(file))).unwrap_or_else(|_| told(None))
}
